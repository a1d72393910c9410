/*
 * Set of row ids: a bitmap, since ids are small whole numbers given by the database.
 */
#ifndef KLIENTEL_BASE_IDS_H
#define KLIENTEL_BASE_IDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ids {
    uint64_t *words; /* owned; NULL while empty */
    size_t word_count;
    size_t count;
};

void ids_finish(struct ids *ids); /* frees; empty and usable afterwards. A zeroed struct is empty */
void ids_clear(struct ids *ids);
void ids_add(struct ids *ids, int64_t id); /* id >= 0 */
void ids_remove(struct ids *ids, int64_t id);
bool ids_has(const struct ids *ids, int64_t id);
/* Next id >= from, or -1. */
int64_t ids_next(const struct ids *ids, int64_t from);
bool ids_equal(const struct ids *a, const struct ids *b);
void ids_copy(struct ids *to, const struct ids *from);

#endif
