/* Rows without a store, for the filter's tests, its fuzz target and its benchmark. */
#ifndef TESTS_RULES_FILTER_ROWS_H
#define TESTS_RULES_FILTER_ROWS_H

#include "klientel/rules/filter.h"

/* Five clients, ids 1 to 5, chosen so that each sentence about the language has a row for and
 * against. */
void filter_rows_clients(struct arena *arena, struct rowset *ret_rowset);
/* Four runs, ids 1 to 4, of clients 1, 1, 2, 4; with money, months, moments. */
void filter_rows_runs(struct arena *arena, struct rowset *ret_rowset);
/* Any number of invented clients; the same seed gives the same rows. */
void filter_rows_many(struct arena *arena, uint32_t seed, size_t count, struct rowset *ret_rowset);

/* English, today = 2026-11-20, marked = row 2 and 3; relations: mine = 1 2, reach = 1 2 4, covering
 * = 4, favourite = 5, stale = 3 5, resp:kari = 1, staff:kari = 1 2, group:bygg = 1 4, view:late = 2
 * 4. */
struct filter_scope filter_rows_scope(const struct ids *marked);

/* Adds an invented filter of clients, nested so deep at most. */
void filter_rows_filter(uint32_t *state, int depth, struct buffer *text);

/* xorshift: small, and the same everywhere. */
uint32_t filter_rows_random(uint32_t *state);

#endif
