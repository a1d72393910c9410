/*
 * What the tests of the screen share: a session and a context that never change, rowsets made
 * without a store, and screens kept as text files (NAME.screen beside the tests).
 *
 * UPDATE_SCREENS=1 in the environment writes the files anew; without it a difference is printed and
 * fails.
 */
#ifndef KLIENTEL_TESTS_SCREEN_FIXTURE_H
#define KLIENTEL_TESTS_SCREEN_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "klientel/screen/pane.h"
#include "klientel/screen/table.h"

struct fixture {
    struct arena *arena;
    struct collator *collator;
    struct session session;
    struct keymap *keymap;
    struct screen_context context;
    struct surface *surface;
};

/* A lead on 20 November 2026, English, a surface of that size. */
void fixture_start(struct fixture *fixture, int rows, int columns);
void fixture_finish(struct fixture *fixture);
void fixture_ascii(struct fixture *fixture);
struct rect fixture_rect(const struct fixture *fixture);

/* Texts of the row, "" or NULL = unknown; lists with , between the items. */
struct client_row {
    int64_t id;
    const char *orgno, *name, *responsible, *run, *declaration;
    int64_t employees; /* < 0 = unknown */
    unsigned flags;
};
extern const struct client_row fixture_clients[];
enum { FIXTURE_CLIENTS = 9 };
void fixture_rows(struct fixture *fixture, const struct client_row *clients, size_t count,
                  enum column sort, bool descending, struct rowset *ret_rows);
/* An answer that shows rows first … first + count - 1. */
struct answer fixture_answer(struct fixture *fixture, const struct rowset *rows, size_t first,
                             size_t count);
struct answer fixture_all(struct fixture *fixture, const struct rowset *rows);
void put_text(struct rowset_builder *builder, enum column column, const char *text);

/* The surface is what NAME.screen says. */
void fixture_compare(const struct fixture *fixture, const char *name);
/* One row of the surface as text, right blanks trimmed; arena memory. */
const char *fixture_line(const struct fixture *fixture, int row);
/* The first row with that text, or -1. */
int fixture_row(const struct fixture *fixture, const char *text);
bool fixture_shows(const struct fixture *fixture, const char *text);

#endif
