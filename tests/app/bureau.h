/*
 * What the tests of the app share: the demo bureau, a copy of its own for each test, and the app on it without a
 * terminal. Test programs are called with the demo database.
 */
#ifndef KLIENTEL_TESTS_APP_BUREAU_H
#define KLIENTEL_TESTS_APP_BUREAU_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "klientel/app/app.h"

struct bureau {
    char folder[32], path[64], key[72];
    struct store *store;
    struct session session;
};

bool bureau_start(int argc, char **argv); /* notes the demo database; false = the program cannot run */
int bureau_setup(void **state);           /* *state is a struct bureau, asked as the first administrator */
int bureau_teardown(void **state);
void bureau_good(bool done, const struct failure *failure);
/* The session's person from now on, in English. login NULL = the first administrator. */
void bureau_ask_as(struct bureau *bureau, const char *login);

/* Not settled yet; 30 rows, 100 columns. */
struct app *bureau_app(struct bureau *bureau, struct keymap **ret_keymap);
void app_rest(struct app *app); /* settles until nothing is left to do */
/* Keys by name, split by blanks; each is settled to the end. */
void app_keys(struct app *app, const char *keys);
/* The same, all of them before anything is settled: typed ahead. */
void app_keys_ahead(struct app *app, const char *keys);
void app_type(struct app *app, const char *text); /* its characters, settled at the end */
bool app_shows(const struct app *app, const char *text);
/* The row as text, right blanks trimmed; the caller frees. */
char *app_row(const struct app *app, int row);

#endif
