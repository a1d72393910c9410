/*
 * Completion: what can stand at a place of a line that is being typed, as a list of candidates that are put into the
 * line and walked through. The command line, the filter and marks by text share it.
 *
 * Who completes begins anew after every change of the line and offers what is possible at that place; what does not
 * begin as typed is left out here.
 */
#ifndef KLIENTEL_APP_COMPLETION_H
#define KLIENTEL_APP_COMPLETION_H

#include "klientel/screen/picker.h"

struct completion {
    struct picker candidates; /* PICKER_HINTS; value = what takes the place of what was typed */
    size_t from;              /* byte of the line where they begin; they end at its cursor */
    char typed[LINE_SIZE];    /* what stood there */
    bool browsing;            /* one of them stands in the line */
};
void completion_start(struct completion *completion, unsigned flags); /* flags: PICKER_HANGS or 0 */
void completion_finish(struct completion *completion);

/* No candidates; what is typed is the line from `from` up to its cursor. */
void completion_begin(struct completion *completion, const struct line *line, size_t from);
/* Takes it if it begins as typed, or `also` does (another word for it; NULL = none): caseless. True = it was taken.
 * note: what it means, in the person's language. */
bool completion_offer(struct completion *completion, const char *text, const char *also,
                      const char *note, bool dim);
/* Takes it however it begins. */
void completion_add(struct completion *completion, const char *text, const char *note, bool dim);
/* All are there. */
void completion_end(struct completion *completion);
size_t completion_count(const struct completion *completion);

/* What all candidates begin with, where that is more than was typed, or the only one, put into the line. False: it
 * stands there already. After true begin anew. */
bool completion_put(struct completion *completion, struct line *line);
/* The candidate after the one in the line (by 1) or before it (by -1), round; none in it: the first, the last. */
void completion_step(struct completion *completion, struct line *line, int by);
/* What was typed stands in the line again. */
void completion_undo(struct completion *completion, struct line *line);

#endif
