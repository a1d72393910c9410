/*
 * Filter line: the live filter of what is seen. Every key filters at once; Enter keeps what is understood, Esc clears it.
 *
 * State: the line's text is the pane's filter; struct filter_text for what Tab offers and for earlier filters.
 */
#include <stdlib.h>
#include <string.h>

#include "filter_text.h"
#include "klientel/base/arena.h"

/* False: what is seen has a filter over no dataset (the help). */
static bool dataset_of(struct app *app, enum dataset *ret_dataset)
{
    const struct pane *pane = app_top(app)->pane;
    if (!pane->ops->dataset)
        return false;
    *ret_dataset = pane->ops->dataset(pane);
    return true;
}

static bool line_open(struct app *app, struct modal *modal)
{
    modal->own = memory_zero(1, sizeof(struct filter_text));
    line_set(&modal->line, app_filter(app));
    app_set_filter(app, modal->line.text); /* the keys go to the list that is filtered */
    filter_text_start(modal->own, &modal->line, PICKER_HANGS);
    return true;
}

static void take(struct app *app, const struct line *line)
{
    app_set_filter(app, line->text);
    if (app_table(app)) /* the cursor follows its row through every letter */
        holder_catch_up(app, app_top(app));
}

static void line_typed(struct app *app, struct modal *modal)
{
    enum dataset dataset;
    if (dataset_of(app, &dataset))
        filter_text_typed(app, modal->own, dataset, &modal->line);
    take(app, &modal->line);
}

/* The rows may be walked while the filter is typed. */
static bool walk_rows(struct app *app, const char *key)
{
    static const enum action_id walks[] = { ACTION_UP, ACTION_DOWN, ACTION_PAGE_UP,
                                            ACTION_PAGE_DOWN };
    struct pane *pane = app_top(app)->pane;
    if (line_is_text(key))
        return false;
    enum action_id walk = keymap_find(app->options.keymap, key, app_pane_scopes(app));
    for (size_t i = 0; i < sizeof walks / sizeof *walks; i++) {
        if (walks[i] == walk) {
            holder_catch_up(app, app_top(app));
            if (held_begin(app, walk))
                return true;
            struct effect effect = pane->ops->act(pane, walk, &app->context);
            app_publish(app, &effect);
            return true;
        }
    }
    return false;
}

static bool line_took_key(struct app *app, struct modal *modal, const char *key,
                          enum action_id action)
{
    enum dataset dataset;
    if (dataset_of(app, &dataset) &&
        filter_text_key(app, modal->own, dataset, &modal->line, key, action)) {
        take(app, &modal->line);
        return true;
    }
    return action != ACTION_ACCEPT && action != ACTION_CANCEL && walk_rows(app, key);
}

/* What is not understood is not kept: the rows would be those of something else. */
static bool is_understood(struct app *app, enum dataset dataset, struct filter_error *ret_error)
{
    struct filter_scope scope = app_filter_scope(app);
    struct filter *filter = filter_create(app_filter(app), dataset, &scope, ret_error);
    filter_destroy(filter);
    return filter != NULL;
}

/* What was typed is in force already; that nothing was typed is said (S2.40). */
static bool line_accept(struct app *app, struct modal *modal)
{
    enum dataset dataset;
    struct filter_error error;
    if (dataset_of(app, &dataset) && !is_understood(app, dataset, &error)) {
        modal->line.cursor = error.position < modal->line.length ? error.position : modal->line.length;
        return false;
    }
    if (!*app_filter(app))
        app_say_text(app, STYLE_NORMAL,
                     N_("The field was empty: nothing was searched, all rows are shown"));
    else if (dataset_of(app, &dataset))
        filter_text_note(app, dataset, app_filter(app));
    return true;
}

static void line_cancel(struct app *app, struct modal *modal)
{
    (void)modal;
    app_set_filter(app, "");
}

static void line_draw_list(struct app *app, struct modal *modal, struct surface *surface,
                           struct rect room)
{
    filter_text_draw(app, modal->own, surface, room);
}

static void line_words(struct modal *modal, const char **ret_accept, const char **ret_cancel)
{
    filter_text_words(modal->own, ret_accept, ret_cancel);
}

static void line_close(struct app *app, struct modal *modal)
{
    (void)app;
    filter_text_finish(modal->own);
    free(modal->own);
}

static const struct modal_use filter_use = {
    .kind = MODAL_LINE,
    .label = "/",
    .label_read = N_("Filter:"),
    .accept_word = N_("keep"),
    .cancel_word = N_("clear"),
    .complete_word = N_("complete"),
    .words = line_words,
    .on_filter_row = true,
    .open = line_open,
    .key = line_took_key,
    .typed = line_typed,
    .accept = line_accept,
    .cancel = line_cancel,
    .draw = line_draw_list,
    .close = line_close,
};

void filter_open(struct app *app, enum action_id action)
{
    (void)action;
    modal_open(app, &filter_use, NULL);
}
