/*
 * What apply_access.c (the command) and access_cell.c (one user on one client) share.
 */
#ifndef KLIENTEL_STORE_APPLY_ACCESS_H
#define KLIENTEL_STORE_APPLY_ACCESS_H

#include "internal.h"

enum { ROWS_MAX = 64 }; /* of one pair, not over yet: one in force and those still to come */

struct access_row {
    int64_t id;
    enum grant_role role;
    struct instant from, until; /* until INSTANT_NONE = open */
    const char *packages;       /* sorted, joined by VALUE_SEPARATOR */
};

struct person {
    int64_t id;
    char login[64];
    bool exists, active;
};

struct cell {
    int64_t client_id;
    const struct person *person;
    struct access_row rows[ROWS_MAX]; /* not over yet, earliest first */
    size_t count;
    struct instant ended; /* the latest end of rows that are over */
};

enum access_outcome { ACCESS_FAILED, ACCESS_APPLIED, ACCESS_UNCHANGED, ACCESS_SKIPPED };

/* "responsible 2026-01-01…2026-12-31 accounting, documents"; arena memory. */
const char *access_text(struct execution *execution, const struct access_row *row);
/* Sorted, each once, joined; sorts names in place. */
const char *access_join_packages(struct arena *arena, const char **names, size_t count);
/* How many main packages a list names (C24 allows one). Fails for a name that is no package. */
bool access_count_main(struct execution *execution, const char *packages, int *ret_count,
                       struct failure *ret_failure);
/* Carries the command's verb out on one cell, logs it, adds its line when it is skipped. */
enum access_outcome access_change_cell(struct execution *execution, struct cell *cell,
                                       const struct access_row *want,
                                       struct failure *ret_failure);

#endif
