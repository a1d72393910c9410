/*
 * Bureau: a small bureau in a temporary folder, for the tests of the store.
 *
 * Anna is administrator (id 1), Bo operator (2), Carin user (3), Dag lead (4), Eva ended long ago (5).
 * Clients: 1 the bureau itself, 2 Fjord AS, 3 Berg AS, 4 Skog AB, 5 Gamle AS (archived).
 * It is 2026-11-18T10:00:00Z.
 */
#ifndef TESTS_STORE_BUREAU_H
#define TESTS_STORE_BUREAU_H

#include "../../src/store/internal.h"

enum { ANNA = 1, BO, CARIN, DAG, EVA };
enum { OWN = 1, FJORD, BERG, SKOG, GAMLE };

struct bureau {
    char folder[64];
    char path[96];
    struct store *store;
    struct session anna;
    struct instant now;
};

/* cmocka set-up and tear-down: *state is a struct bureau. */
int bureau_setup(void **state);
int bureau_empty_setup(void **state); /* only the folder and the path */
int bureau_teardown(void **state);

/* Prints the failure of a test that expected none. */
void bureau_good(bool good, const struct failure *failure);
struct session bureau_session(struct bureau *bureau, const char *login);
bool bureau_run(struct bureau *bureau, const struct session *session,
                const struct command *command, struct receipt *receipt, struct failure *failure);
/* With an engine of one's own, past every rule: triggers dropped first. */
void bureau_raw(const struct bureau *bureau, const char *sql);
/* First cell of the first row, as text; "" for none. Static until the next call. */
const char *bureau_ask(const struct bureau *bureau, const char *sql);
struct instant at(const char *text);

#endif
