/*
 * Filter text: a line that is a filter over a dataset, with what Tab offers and with the filters kept before: the
 * filter line, marks by text. filter_offers.c knows what may follow.
 */
#ifndef KLIENTEL_APP_FILTER_TEXT_H
#define KLIENTEL_APP_FILTER_TEXT_H

#include "completion.h"
#include "internal.h"

struct filter_text {
    struct completion completion;
    bool open;                 /* the candidates are seen: Tab opened them */
    struct history_walk walk;
    char untouched[LINE_SIZE]; /* what stands in the line without having been typed */
};
/* flags: PICKER_HANGS where the list is below the line. */
void filter_text_start(struct filter_text *self, const struct line *line, unsigned flags);
void filter_text_finish(struct filter_text *self);
/*
 * Tab: completes, or opens the list, then walks through it. While it is open Up and Down walk, Esc closes it, Enter takes
 * the one walked to. In a line that is empty or untouched Up and Down bring back earlier filters. True: the key was
 * taken; the line may be another.
 */
bool filter_text_key(struct app *app, struct filter_text *self, enum dataset dataset,
                     struct line *line, const char *key, enum action_id action);
/* The line was changed by typing: the list stays open only while it is about the same place. */
void filter_text_typed(struct app *app, struct filter_text *self, enum dataset dataset,
                       const struct line *line);
/* For modal_use.words: what Enter and Esc do while the list is open. */
void filter_text_words(const struct filter_text *self, const char **ret_accept,
                       const char **ret_cancel);
void filter_text_draw(struct app *app, struct filter_text *self, struct surface *surface,
                      struct rect room);
/* Notes a filter for going back to, unless it cannot be read. */
void filter_text_note(struct app *app, enum dataset dataset, const char *text);

/* A failure that tells at which character and why it cannot be read; false. */
bool filter_text_refused(struct app *app, const struct filter_error *error,
                         struct failure *ret_failure);

/* What may stand at the cursor, in a filter that begins at `start` of the line: completion_begin and the candidates. */
void filter_offers(struct app *app, enum dataset dataset, struct completion *completion,
                   const struct line *line, size_t start);

#endif
