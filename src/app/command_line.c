/*
 * Command line: every action by its word, and what comes after the word: `:sort -next_payout`, `:month 2026-10`.
 *
 * Purpose     a palette that can be browsed, a line that can be typed blind. What may not be used now is dim and
 *             says why when it is tried: the same answer as the key's.
 * State       while it is open, struct command_line: the candidates, where in the history one is. The lines typed
 *             before are app->commands, kept for the person (store_remember "commands").
 * Events      typed: candidates anew. Tab: the common part, then one after the other. Up and Down: lines typed
 *             before that begin alike; Down at the end of them goes into the candidates.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command_line.h"
#include "klientel/base/text.h"

enum { HISTORY = 100, NEAR = 2 };

struct command_line {
    struct picker candidates; /* PICKER_HINTS; value = what the line would be */
    bool browsing;            /* the cursor is in the candidates */
    size_t history;           /* position in app->commands; count = the line being typed */
    char *typed;              /* owned; what was typed before one went back */
};

/* ---- history ---- */

static void commands_add(struct app *app, const char *line)
{
    if (app->command_count && strcmp(app->commands[app->command_count - 1], line) == 0)
        return;
    if (!app->commands)
        app->commands = memory_zero(HISTORY, sizeof *app->commands);
    if (app->command_count == HISTORY) {
        free(app->commands[0]);
        memmove(&app->commands[0], &app->commands[1], (HISTORY - 1) * sizeof *app->commands);
        app->command_count--;
    }
    app->commands[app->command_count++] = memory_text(line);
}

static void commands_read(struct app *app)
{
    struct arena *arena = arena_create();
    const char *text = NULL;
    struct failure failure;
    if (!app->commands_read &&
        store_recall(app->options.store, &app->options.session, "commands", arena, &text,
                     &failure) &&
        text) {
        char *rest = arena_text(arena, text), *line;
        while ((line = strsep(&rest, "\n")) != NULL) {
            if (*line)
                commands_add(app, line);
        }
    }
    app->commands_read = true;
    arena_destroy(arena);
}

static void commands_write(struct app *app)
{
    struct buffer text = { 0 };
    struct failure failure = { 0 };
    for (size_t i = 0; i < app->command_count; i++)
        buffer_print(&text, "%s%s", i ? "\n" : "", app->commands[i]);
    if (!store_remember(app->options.store, &app->options.session, "commands", buffer_text(&text),
                        &failure))
        app_fail(app, &failure);
    buffer_finish(&text);
}

void command_line_finish(struct app *app)
{
    for (size_t i = 0; i < app->command_count; i++)
        free(app->commands[i]);
    free(app->commands);
}

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

void candidate_add(struct candidates *candidates, const char *text, const char *note, bool dim)
{
    struct buffer line = { 0 };
    buffer_print(&line, "%s%s", candidates->before, text);
    picker_add(candidates->picker, &(struct picker_item){
                                       .text = text,
                                       .note = note,
                                       .value = buffer_text(&line),
                                       .dim = dim,
                                   });
    buffer_finish(&line);
}

bool candidate_fits(const struct candidates *candidates, const char *text)
{
    return strncasecmp(text, candidates->typed, strlen(candidates->typed)) == 0;
}

static void words_complete(struct app *app, const char *typed, struct picker *picker)
{
    enum language language = app->options.session.language;
    struct candidates candidates = { .picker = picker, .before = "", .typed = typed };
    struct action_facts facts;
    app_facts(app, &facts);
    facts.scopes = app_pane_scopes(app);
    for (int pass = 0; pass < 2; pass++) { /* those that begin so, then those that have it inside */
        for (size_t i = 0; i < command_word_count(); i++) {
            struct command_word word = command_word_at(i);
            bool begins = candidate_fits(&candidates, word.word);
            if (begins != (pass == 0) || (!begins && !strcasestr(word.word, typed)))
                continue;
            struct buffer text = { 0 };
            buffer_add_text(&text, word.word);
            if (word.complete || word.argument)
                buffer_add_byte(&text, ' ');
            candidate_add(&candidates, buffer_text(&text), text_tr(language, word.help),
                          word.action != ACTION_NONE && action_judge(word.action, &facts).text);
            buffer_finish(&text);
        }
    }
}

static void candidates_make(struct app *app, struct command_line *self, const char *line)
{
    char name[LINE_SIZE];
    const char *argument = split(line, name);
    struct command_word word;
    picker_clear(&self->candidates);
    if (!argument) {
        words_complete(app, name, &self->candidates);
    } else if (command_word_find(name, &word) && word.complete) {
        struct buffer before = { 0 };
        buffer_add(&before, line, (size_t)(argument - line));
        word.complete(app, &(struct candidates){ .picker = &self->candidates,
                                                 .before = buffer_text(&before),
                                                 .typed = argument });
        buffer_finish(&before);
    }
    picker_narrow(&self->candidates);
    self->candidates.cursor = SIZE_MAX;
    self->candidates.top = 0;
    self->browsing = false;
}

static void line_put(struct app *app, struct modal *modal, const char *text)
{
    line_set(&modal->line, text);
    candidates_make(app, modal->own, text);
}

/* ---- completion ---- */

/* How long the beginning is that all candidates share. */
static size_t common_length(const struct picker *candidates)
{
    const char *first = candidates->items[candidates->shown[0]].value;
    size_t length = strlen(first);
    for (size_t i = 1; i < candidates->shown_count; i++) {
        const char *other = candidates->items[candidates->shown[i]].value;
        size_t same = 0;
        while (same < length && first[same] == other[same])
            same++;
        length = same;
    }
    while (length > 0 && ((unsigned char)first[length] & 0xC0) == 0x80)
        length--;
    return length;
}

static void candidate_step(struct modal *modal, int by)
{
    struct command_line *self = modal->own;
    struct picker *candidates = &self->candidates;
    if (!candidates->shown_count)
        return;
    if (!self->browsing)
        candidates->cursor = by > 0 ? 0 : candidates->shown_count - 1;
    else
        candidates->cursor =
            (candidates->cursor + candidates->shown_count + (size_t)by) % candidates->shown_count;
    self->browsing = true;
    line_set(&modal->line, picker_chosen(candidates)->value);
}

static void complete(struct app *app, struct modal *modal, int by)
{
    struct command_line *self = modal->own;
    const struct picker *candidates = &self->candidates;
    if (!candidates->shown_count)
        return;
    size_t common = self->browsing ? 0 : common_length(candidates);
    if (by > 0 && common > modal->line.length &&
        strncasecmp(candidates->items[candidates->shown[0]].value, modal->line.text,
                    modal->line.length) == 0) {
        struct buffer text = { 0 };
        buffer_add(&text, candidates->items[candidates->shown[0]].value, common);
        line_put(app, modal, buffer_text(&text));
        buffer_finish(&text);
        return;
    }
    candidate_step(modal, by);
}

/* ---- going back ---- */

static void history_step(struct app *app, struct modal *modal, int by)
{
    struct command_line *self = modal->own;
    if (self->history == app->command_count) {
        free(self->typed);
        self->typed = memory_text(modal->line.text);
    }
    size_t at = self->history, length = strlen(self->typed);
    do {
        if (by < 0 ? at == 0 : at == app->command_count)
            return;
        at += (size_t)by;
    } while (at < app->command_count && strncmp(app->commands[at], self->typed, length) != 0);
    self->history = at;
    line_put(app, modal, at < app->command_count ? app->commands[at] : self->typed);
}

static bool command_key(struct app *app, struct modal *modal, const char *key,
                        enum action_id action)
{
    struct command_line *self = modal->own;
    if (action == ACTION_COMPLETE || action == ACTION_COMPLETE_BACK)
        complete(app, modal, action == ACTION_COMPLETE ? 1 : -1);
    else if (strcmp(key, "Up") == 0 && !self->browsing)
        history_step(app, modal, -1);
    else if (strcmp(key, "Down") == 0 && !self->browsing && self->history < app->command_count)
        history_step(app, modal, 1);
    else if (strcmp(key, "Up") == 0 || strcmp(key, "Down") == 0)
        candidate_step(modal, *key == 'D' ? 1 : -1);
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

static bool word_run(struct app *app, const struct command_word *word, const char *argument)
{
    struct failure failure = { 0 };
    struct message message;
    if (argument && *argument) {
        if (word->run) {
            if (word->run(app, argument, &failure))
                return true;
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
    commands_add(app, modal->line.text);
    bool done = word_run(app, &word, argument);
    commands_write(app);
    return done;
}

/* ---- the modal ---- */

static bool command_open(struct app *app, struct modal *modal)
{
    struct command_line *self = memory_zero(1, sizeof *self);
    commands_read(app);
    modal->own = self;
    self->history = app->command_count;
    picker_start(&self->candidates, PICKER_HINTS, "");
    line_put(app, modal, "");
    return true;
}

static void command_typed(struct app *app, struct modal *modal)
{
    struct command_line *self = modal->own;
    self->history = app->command_count;
    candidates_make(app, self, modal->line.text);
}

static void command_draw(struct app *app, struct modal *modal, struct surface *surface,
                         struct rect room)
{
    struct command_line *self = modal->own;
    picker_draw(&self->candidates, &app->context, surface, room);
}

static void command_close(struct app *app, struct modal *modal)
{
    struct command_line *self = modal->own;
    (void)app;
    if (!self)
        return;
    picker_finish(&self->candidates);
    free(self->typed);
    free(self);
}

static const struct modal_use command_use = {
    .kind = MODAL_LINE,
    .label = ":",
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
