/*
 * What the files of settling share: settle.c (what is asked and answered, the card), settle_rows.c
 * (rows: loads, filters, orders), settle_early.c (some rows before the others), settle_dashboard.c (key figures),
 * settle_clients.c (the clients these are about).
 */
#ifndef KLIENTEL_APP_SETTLE_H
#define KLIENTEL_APP_SETTLE_H

#include "internal.h"

enum { SLICE_MICROSECONDS = 8000 };

/* Compiles the part's filter; NULL for no text. False when it does not parse: the holder then has the error. */
bool settle_filter(struct app *app, struct holder *holder, enum dataset dataset, const char *text,
                   struct filter **ret_filter);
/* The clients that a filter over them finds, as the holder's PART_CLIENTS: asked for as rows are, and forgotten when
 * there is no text. True when something changed in it. */
bool settle_clients(struct app *app, struct holder *holder, const char *text, struct month month,
                    bool only_asked);
bool clients_known(const struct holder *holder); /* or cannot be */
bool clients_narrowed(const struct holder *holder); /* false: there is no filter that parses, all are meant */
void clients_take(const struct holder *holder, struct ids *ids /* is made these */);
void part_finish(struct part *part); /* as new */

/* settle_dashboard.c */
bool settle_dashboard(struct app *app, struct holder *holder, size_t index, const struct ask *ask,
                      bool only_asked);
bool dashboard_busy(const struct part *part);
bool dashboard_behind(const struct part *part); /* what is shown is not yet all of what was asked for */
void settle_hand_over(struct app *app, struct holder *holder, size_t index);
void settle_text_copy(char to[static LINE_SIZE], const char *text);

/* Rows: what differs is asked and what goes on goes on for a slice, unless `only_asked`. True when the pane was
 * handed something. */
bool settle_rows(struct app *app, struct holder *holder, size_t index, const struct ask *ask,
                 bool only_asked);
void rows_finish(struct part *part);
/* Shows those, or all, in the part's order. */
void rows_show(struct part *part, const uint32_t *rows /* ascending, or no order is set */, size_t count);
void rows_show_all(struct part *part);
bool rows_busy(const struct part *part);
/* More is to come of what is shown. */
bool rows_partial(const struct part *part);
/* The rows have not all come, or what is shown is not yet what was asked. A scan through rows that have is no such
 * thing: a pattern may take seconds, and who moves meanwhile moves among what it found. */
bool rows_behind(const struct part *part);
bool rows_whole(const struct part *part);  /* what is shown is all of what was asked for */
bool rows_failed(const struct part *part); /* there are none, since they could not be read, which was said */

/* settle_early.c: the clients that are seen of the part's rows, in their order; 0 = they are no clients. */
enum { EARLY_MOST = 64 };
size_t early_page(const struct holder *holder, const struct part *part,
                  int64_t ret_clients[static EARLY_MOST]);
/* Shows those clients of the load, or the first there are, where that can be done. False: it failed. */
bool early_show(struct app *app, struct part *part, const int64_t *clients, size_t count,
                struct failure *ret_failure);

#endif
