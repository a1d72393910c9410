/*
 * What the files of jump share: jump.c (the list, what is typed), jump_offers.c (what is offered before, the lines).
 */
#ifndef KLIENTEL_APP_JUMP_H
#define KLIENTEL_APP_JUMP_H

#include "internal.h"

enum { JUMP_HITS = 200 }; /* lines, at most */

extern const char *const jump_refused; /* why a client cannot be opened */
extern const column_mask jump_columns; /* what a line is made of */
/* All clients, or one alone; with columns besides those. */
struct query jump_query(const struct app *app, column_mask more, int64_t client_id);
void jump_item_add(struct app *app, struct picker *picker, const struct rowset *rows, size_t row,
                   const char *group);
/* rows: all clients; NULL = they are not at hand, the few that are offered are asked for one by one. */
void jump_offers_add(struct app *app, struct picker *picker, const struct rowset *rows);

#endif
