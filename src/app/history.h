/*
 * History: lines that a person typed at one place, kept from one session to the next: the command line's, and the
 * filters of each dataset.
 */
#ifndef KLIENTEL_APP_HISTORY_H
#define KLIENTEL_APP_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

#include "klientel/screen/line.h"

struct app;

struct history_lines {
    char **lines; /* owned; the oldest first, none twice */
    size_t count;
};
enum { HISTORY_KEY = 48 };
struct history {
    char key[HISTORY_KEY];      /* under which name they are kept in the person's own state; "" = never used */
    struct history_lines all;
    struct history_lines fresh; /* of those, what is not kept yet */
    bool is_read;
};
void history_finish(struct history *history);
/* Notes it, as the newest. It is kept when nothing else is to be done (history_step), so that nobody waits for it. */
void history_add(struct app *app, struct history *history, const char *line);
/* Keeps what is fresh, if anything is. */
void history_step(struct app *app, struct history *history);

/* Going back and forth, from one opening of a line to its end. A zeroed one stands at what is being typed. */
struct history_walk {
    size_t back;           /* how many lines from the newest; 0 = what was typed stands in the line */
    char typed[LINE_SIZE]; /* what that is */
};
/*
 * Puts the line before (by -1) or the one after (by 1) in the place of what stands in the line; after the newest comes
 * what was typed. alike: only those that begin as that. False: there is none, the line is as it was.
 */
bool history_walk(struct app *app, struct history *history, struct history_walk *walk,
                  struct line *line, int by, bool alike);

#endif
