/*
 * What the command line and its words share: command_line.c (the line, candidates, history), command_words.c (the
 * table of words with what comes after them).
 */
#ifndef KLIENTEL_APP_COMMAND_LINE_H
#define KLIENTEL_APP_COMMAND_LINE_H

#include "completion.h"
#include "internal.h"
#include "klientel/base/arena.h"

/* Words whose work is done in other files: columns.c, export.c, mark.c. The action of the word may be used now. */
void view_complete(struct app *app, struct completion *completion, const struct line *line);
void columns_complete(struct app *app, struct completion *completion, const struct line *line);
bool columns_run(struct app *app, const char *argument, struct failure *ret_failure);
void export_complete(struct app *app, struct completion *completion, const struct line *line);
bool export_run(struct app *app, const char *argument, struct failure *ret_failure);
bool mark_run(struct app *app, const char *argument, struct failure *ret_failure);
bool unmark_run(struct app *app, const char *argument, struct failure *ret_failure);

struct command_word {
    const char *word;      /* fixed, the same in every language */
    enum action_id action; /* done when nothing comes after the word; ACTION_NONE = there is none */
    enum action_id with;   /* what it is with something after it: that action must be possible; ACTION_NONE = none */
    const char *help;      /* English source text */
    const char *argument;  /* what must come after it, as an example; NULL = nothing must */
    /* What may stand after the word, begun there (completion_begin); NULL = nothing is offered. */
    void (*complete)(struct app *app, struct completion *completion, const struct line *line);
    /* With what came after the word. False: *ret_failure is said and the line stays open. NULL = nothing comes. */
    bool (*run)(struct app *app, const char *argument, struct failure *ret_failure);
};
/* All words: those of the table, and every action's own. */
size_t command_word_count(void);
struct command_word command_word_at(size_t position);
bool command_word_find(const char *name, struct command_word *ret_word); /* caseless; aliases too */

#endif
