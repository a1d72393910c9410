/*
 * Outgoing: what leaves the screen as a file, for export.c and print.c: which rows of the focused table are meant,
 * and writing them into the outbox in slices.
 */
#ifndef KLIENTEL_APP_OUTGOING_H
#define KLIENTEL_APP_OUTGOING_H

#include "internal.h"
#include "klientel/service/export.h"

/* How many rows of the focused table are meant: the marked ones (all: those too that the filter hides), and where
 * none is marked those that are shown. */
size_t outgoing_count(struct app *app, bool all);
/* Asks about marked rows that are hidden (visible only / all / cancel), where there are any, then calls. what: the
 * caller's. */
void outgoing_ask(struct app *app, void (*then)(struct app *app, bool all, int64_t what),
                  int64_t what);
/* False after saying why: a scan goes on, there is no outbox. */
bool outgoing_ready(struct app *app);
/* "212 rows of Clients, November 2026"; "3 rows of Access, Fjord AS" */
void outgoing_title_add(struct app *app, bool all, struct buffer *ret_text);

const char *outgoing_filter(struct app *app); /* the one those rows have passed; "" = none */

struct outgoing {
    bool all;
    enum export_format format;
    const enum column *columns;
    size_t column_count;
    int width;           /* EXPORT_TABLE: 0 = as wide as it needs */
    const char *heading; /* before the rows; NULL = none */
    bool print;          /* what is said after it */
};
/* Asks the store for those rows again, all of these columns, and writes them; what takes longer than a slice goes
 * on with every settling, with a word on how far it is, and Esc or Ctrl-C stop it. */
void outgoing_rows(struct app *app, const struct outgoing *what);
/* A whole text as NAME-….txt; name: a-z and -. */
void outgoing_text(struct app *app, const char *name, const struct buffer *text);

#endif
