/*
 * Sort of rows by one column: numbers or keys (bytes), unknown last in both directions, ties by id.
 */
#ifndef KLIENTEL_SRC_RULES_ROWSET_SORT_H
#define KLIENTEL_SRC_RULES_ROWSET_SORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "klientel/base/buffer.h"

struct sort;

/* ids of all rows; must live until sort_finish. Every row is then added exactly once. */
struct sort *sort_create(const int64_t *ids, size_t count, bool descending);
void sort_add_unknown(struct sort *sort, uint32_t row);
void sort_add_number(struct sort *sort, uint32_t row, int64_t number);
/* The key's bytes are added to the buffer between begin and end. Keys and numbers do not mix. */
struct buffer *sort_begin_key(struct sort *sort);
void sort_end_key(struct sort *sort, uint32_t row);
/* Row numbers in order, for the caller to free; frees the sort. */
uint32_t *sort_finish(struct sort *sort);

#endif
