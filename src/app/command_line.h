/*
 * What the command line and its words share: command_line.c (the line, candidates, history), command_words.c (the
 * table of words with what comes after them).
 */
#ifndef KLIENTEL_APP_COMMAND_LINE_H
#define KLIENTEL_APP_COMMAND_LINE_H

#include "internal.h"
#include "klientel/base/arena.h"

/* What may stand where the cursor is: added by a word's `complete`. */
struct candidates {
    struct picker *picker;
    const char *before; /* the line up to the argument */
    const char *typed;  /* the argument so far */
};
/* text: the whole argument. */
void candidate_add(struct candidates *candidates, const char *text, const char *note, bool dim);
bool candidate_fits(const struct candidates *candidates, const char *text); /* it begins as typed */

struct command_word {
    const char *word;      /* fixed, the same in every language */
    enum action_id action; /* done when nothing comes after the word; ACTION_NONE = there is none */
    const char *help;      /* English source text */
    const char *argument;  /* what must come after it, as an example; NULL = nothing must */
    void (*complete)(struct app *app, struct candidates *candidates); /* NULL = nothing is offered */
    /* With what came after the word. False: *ret_failure is said and the line stays open. NULL = nothing comes. */
    bool (*run)(struct app *app, const char *argument, struct failure *ret_failure);
};
/* All words: those of the table, and every action's own. */
size_t command_word_count(void);
struct command_word command_word_at(size_t position);
bool command_word_find(const char *name, struct command_word *ret_word); /* caseless; aliases too */

#endif
