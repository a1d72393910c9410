/*
 * Command line: every action by its word, and what comes after the word: `:sort -next_payout`, `:month 2026-10`.
 *
 * Purpose     a palette that can be browsed, a line that can be typed blind. What may not be used now is dim and
 *             says why when it is tried: the same answer as the key's.
 * State       while it is open, struct command_line: the candidates, where in the history one is. The lines typed
 *             before are app->commands.
 * Events      typed: candidates anew. Tab: the common part, then one after the other. Up and Down: lines typed
 *             before that begin alike; Down at the end of them goes into the candidates.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command_line.h"
#include "klientel/base/text.h"

enum { NEAR = 2 };

struct command_line {
    struct completion completion;
    struct history_walk walk;
};

/* ---- the line and its parts ---- */

/* The word at the beginning, and what comes after it ("" = nothing; NULL = the word is still being typed). */
static const char *split(const char *line, char word[static LINE_SIZE])
{
    line += strspn(line, " ");
    size_t length = strcspn(line, " ");
    memcpy(word, line, length);
    word[length] = '\0';
    if (!line[length])
        return NULL;
    return line + length + strspn(line + length, " ");
}

/* ---- candidates ---- */

static void words_complete(struct app *app, struct completion *completion)
{
    enum language language = app->options.session.language;
    const char *typed = completion->typed;
    struct action_facts facts;
    app_facts(app, &facts);
    facts.scopes = app_pane_scopes(app);
    for (int pass = 0; pass < 2; pass++) { /* those that begin so, then those that have it inside */
        for (size_t i = 0; i < command_word_count(); i++) {
            struct command_word word = command_word_at(i);
            bool begins = strncasecmp(word.word, typed, strlen(typed)) == 0;
            if (begins != (pass == 0) || (!begins && !strcasestr(word.word, typed)))
                continue;
            struct buffer text = { 0 };
            buffer_add_text(&text, word.word);
            if (word.complete || word.argument)
                buffer_add_byte(&text, ' ');
            completion_add(completion, buffer_text(&text), text_tr(language, word.help),
                           word.action != ACTION_NONE && action_judge(word.action, &facts).text);
            buffer_finish(&text);
        }
    }
}

static void candidates_make(struct app *app, struct modal *modal)
{
    struct command_line *self = modal->own;
    const struct line *line = &modal->line;
    char before[LINE_SIZE], name[LINE_SIZE];
    struct command_word word;
    memcpy(before, line->text, line->cursor);
    before[line->cursor] = '\0';
    const char *argument = split(before, name);
    completion_begin(&self->completion, line,
                     argument ? (size_t)(argument - before) : strspn(before, " "));
    if (!argument)
        words_complete(app, &self->completion);
    else if (command_word_find(name, &word) && word.complete)
        word.complete(app, &self->completion, line);
    completion_end(&self->completion);
}

static void command_history(struct app *app, struct modal *modal, int by)
{
    struct command_line *self = modal->own;
    if (history_walk(app, &app->commands, &self->walk, &modal->line, by, true))
        candidates_make(app, modal);
}

static void command_complete(struct app *app, struct modal *modal, int by)
{
    struct command_line *self = modal->own;
    if (by > 0 && completion_put(&self->completion, &modal->line))
        candidates_make(app, modal);
    else
        completion_step(&self->completion, &modal->line, by);
}

static bool command_key(struct app *app, struct modal *modal, const char *key,
                        enum action_id action)
{
    struct command_line *self = modal->own;
    bool browsing = self->completion.browsing;
    if (action == ACTION_COMPLETE || action == ACTION_COMPLETE_BACK)
        command_complete(app, modal, action == ACTION_COMPLETE ? 1 : -1);
    else if (strcmp(key, "Up") == 0 && !browsing)
        command_history(app, modal, -1);
    else if (strcmp(key, "Down") == 0 && !browsing && self->walk.back)
        command_history(app, modal, 1);
    else if (strcmp(key, "Up") == 0 || strcmp(key, "Down") == 0)
        completion_step(&self->completion, &modal->line, *key == 'D' ? 1 : -1);
    else
        return false;
    return true;
}

/* ---- running ---- */

static void unknown_say(struct app *app, const char *name)
{
    const char *near = NULL;
    int best = NEAR + 1;
    struct message message;
    for (size_t i = 0; i < command_word_count(); i++) {
        struct command_word word = command_word_at(i);
        int far = text_slips(name, word.word);
        if (far < best) {
            best = far;
            near = word.word;
        }
    }
    message_set(&message, near ? N_("There is no command \"%1\"; did you mean %2?")
                               : N_("There is no command \"%1\""),
                name, near, NULL);
    app_say(app, STYLE_ERROR, &message);
}

/* The same answer as the key's. False without a failure: the rows it means are still coming, it is tried again. */
static bool may(struct app *app, enum action_id action, struct failure *ret_failure)
{
    struct action_facts facts;
    if (action == ACTION_NONE)
        return true;
    holder_catch_up(app, app_top(app));
    if (held_begin(app, action))
        return false;
    app_facts(app, &facts);
    struct message why = action_judge(action, &facts);
    if (!why.text)
        return true;
    *ret_failure = (struct failure){ .kind = FAILURE_REFUSED, .message = why };
    return false;
}

static bool word_run(struct app *app, const struct command_word *word, const char *argument)
{
    struct failure failure = { 0 };
    struct message message;
    if (argument && *argument) {
        if (word->run) {
            if (may(app, word->with, &failure) && word->run(app, argument, &failure))
                return true;
            if (failure.message.text)
                app_fail(app, &failure);
            return false;
        }
        message_set(&message, N_("Nothing comes after %1"), word->word, NULL);
        app_say(app, STYLE_ERROR, &message);
        return false;
    }
    if (word->action != ACTION_NONE) {
        app_act(app, word->action);
        return true;
    }
    if (!word->argument)
        return word->run(app, "", &failure);
    message_set(&message, N_("%1 needs something after it: %2"), word->word, word->argument, NULL);
    app_say(app, STYLE_ERROR, &message);
    return false;
}

static bool command_accept(struct app *app, struct modal *modal)
{
    char name[LINE_SIZE];
    const char *argument = split(modal->line.text, name);
    struct command_word word;
    if (!*name)
        return true;
    if (!command_word_find(name, &word)) {
        unknown_say(app, name);
        return false;
    }
    history_add(app, &app->commands, modal->line.text);
    return word_run(app, &word, argument);
}

/* ---- the modal ---- */

static bool command_open(struct app *app, struct modal *modal)
{
    struct command_line *self = memory_zero(1, sizeof *self);
    modal->own = self;
    completion_start(&self->completion, 0);
    candidates_make(app, modal);
    return true;
}

static void command_typed(struct app *app, struct modal *modal)
{
    struct command_line *self = modal->own;
    self->walk.back = 0;
    candidates_make(app, modal);
}

static void command_draw(struct app *app, struct modal *modal, struct surface *surface,
                         struct rect room)
{
    struct command_line *self = modal->own;
    picker_draw(&self->completion.candidates, &app->context, surface, room);
}

static void command_close(struct app *app, struct modal *modal)
{
    struct command_line *self = modal->own;
    (void)app;
    completion_finish(&self->completion);
    free(self);
}

static const struct modal_use command_use = {
    .kind = MODAL_LINE,
    .label = ":",
    .label_read = N_("Command:"),
    .accept_word = N_("do it"),
    .cancel_word = N_("leave"),
    .complete_word = N_("complete"),
    .open = command_open,
    .key = command_key,
    .typed = command_typed,
    .accept = command_accept,
    .draw = command_draw,
    .close = command_close,
};

void command_line_open(struct app *app, enum action_id action)
{
    (void)action;
    modal_open(app, &command_use, NULL);
}
