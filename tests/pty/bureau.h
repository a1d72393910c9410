/*
 * Bureau: a fresh copy of the demo bureau in a folder of its own, gone when the test ends, however.
 */
#ifndef KLIENTEL_TESTS_BUREAU_H
#define KLIENTEL_TESTS_BUREAU_H

#include <stdbool.h>

struct bureau {
    char folder[64], database[128];
};

void bureau_copy(const char *demo, struct bureau *ret_bureau);
void bureau_remove(struct bureau *bureau);
/* Runs the program with these words on the bureau, without a terminal: its exit code. The output, also of
 * errors, is in FOLDER/output. */
int bureau_run(const struct bureau *bureau, const char *program, const char *const *words);
/* What no command would do: the bureau's data written past the program. */
void bureau_sql(const struct bureau *bureau, const char *sql);
void bureau_write(const struct bureau *bureau, const char *name, const char *text); /* a file beside it */

#endif
