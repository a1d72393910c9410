/*
 * Filter text: see filter_text.h.
 *
 * State: struct filter_text, of whoever has the line; the filters kept before are app->filters.
 * Invariant: no list is open that nobody asked for with Tab.
 */
#include "filter_text.h"

#include <stdio.h>
#include <string.h>

void filter_text_start(struct filter_text *self, const struct line *line, unsigned flags)
{
    memset(self, 0, sizeof *self);
    completion_start(&self->completion, flags);
    memcpy(self->untouched, line->text, line->length + 1);
}

void filter_text_finish(struct filter_text *self)
{
    completion_finish(&self->completion);
}

static void offer(struct app *app, struct filter_text *self, enum dataset dataset,
                  const struct line *line)
{
    filter_offers(app, dataset, &self->completion, line, 0);
    completion_end(&self->completion);
}

/* ---- Tab ---- */

static void complete(struct app *app, struct filter_text *self, enum dataset dataset,
                     struct line *line, int by)
{
    if (self->open && self->completion.browsing) {
        completion_step(&self->completion, line, by);
        return;
    }
    bool opened = self->open;
    offer(app, self, dataset, line);
    size_t count = completion_count(&self->completion);
    if (count == 0)
        app_say_text(app, STYLE_DIM, N_("Nothing is known that could stand here"));
    if (completion_put(&self->completion, line)) {
        offer(app, self, dataset, line);
        self->open = count > 1;
    } else if (opened || count == 1) {
        completion_step(&self->completion, line, by);
        self->open = opened;
    } else {
        self->open = count > 1;
    }
}

static bool list_key(struct filter_text *self, struct line *line, const char *key,
                     enum action_id action)
{
    bool browsing = self->completion.browsing;
    if (strcmp(key, "Up") == 0 || strcmp(key, "Down") == 0) {
        completion_step(&self->completion, line, *key == 'D' ? 1 : -1);
        return true;
    }
    if (action != ACTION_CANCEL && action != ACTION_ACCEPT)
        return false;
    if (action == ACTION_CANCEL)
        completion_undo(&self->completion, line);
    self->open = false;
    return action == ACTION_CANCEL || browsing;
}

/* ---- earlier filters ---- */

static bool recall(struct app *app, struct filter_text *self, enum dataset dataset,
                   struct line *line, int by)
{
    if (line->length && strcmp(line->text, self->untouched) != 0)
        return false;
    bool there = self->walk.back > 0;
    if (history_walk(app, &app->filters[dataset], &self->walk, line, by, false)) {
        memcpy(self->untouched, line->text, line->length + 1);
        return true;
    }
    return there; /* at the oldest, the key does not begin to mean something else */
}

bool filter_text_key(struct app *app, struct filter_text *self, enum dataset dataset,
                     struct line *line, const char *key, enum action_id action)
{
    if (action == ACTION_COMPLETE || action == ACTION_COMPLETE_BACK) {
        complete(app, self, dataset, line, action == ACTION_COMPLETE ? 1 : -1);
        return true;
    }
    if (self->open)
        return list_key(self, line, key, action);
    if (strcmp(key, "Up") == 0 || strcmp(key, "Down") == 0)
        return recall(app, self, dataset, line, *key == 'D' ? 1 : -1);
    return false;
}

void filter_text_typed(struct app *app, struct filter_text *self, enum dataset dataset,
                       const struct line *line)
{
    size_t from = self->completion.from;
    self->walk.back = 0;
    if (!self->open)
        return;
    offer(app, self, dataset, line);
    self->open = self->completion.from == from && completion_count(&self->completion) > 0;
}

void filter_text_words(const struct filter_text *self, const char **ret_accept,
                       const char **ret_cancel)
{
    if (!self->open)
        return;
    *ret_cancel = N_("close the list");
    if (self->completion.browsing)
        *ret_accept = N_("take");
}

void filter_text_draw(struct app *app, struct filter_text *self, struct surface *surface,
                      struct rect room)
{
    if (self->open)
        picker_draw(&self->completion.candidates, &app->context, surface, room);
}

void filter_text_note(struct app *app, enum dataset dataset, const char *text)
{
    struct filter_scope scope = app_filter_scope(app);
    struct filter_error error;
    struct filter *filter = filter_create(text, dataset, &scope, &error);
    if (filter && !filter_is_empty(filter))
        history_add(app, &app->filters[dataset], text);
    filter_destroy(filter);
}

bool filter_text_refused(struct app *app, const struct filter_error *error,
                         struct failure *ret_failure)
{
    struct buffer why = { 0 };
    char position[24];
    snprintf(position, sizeof position, "%zu", error->position + 1);
    message_add(&error->message, app->options.session.language, &why);
    failure_set(ret_failure, FAILURE_USAGE, "", N_("at character %1: %2"), position,
                buffer_text(&why), NULL);
    buffer_finish(&why);
    return false;
}
