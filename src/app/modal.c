/*
 * Modal: the one thing that may be open above the pane: a line, a list to choose from, a question. It has the
 * keys alone.
 *
 * State: app->modal; app->aside while the help is open that was asked for in it. Events: modal_open, modal_key,
 * modal_paste.
 * Invariant: a modal that was accepted or left is closed before its use hears of it, so that the use may open
 * another.
 */
#include <string.h>

#include "internal.h"
#include "klientel/base/text.h"

unsigned modal_scope(const struct modal *modal)
{
    static const unsigned scopes[] = {
        [MODAL_NONE] = 0,
        [MODAL_LINE] = SCOPE_FIELD,
        [MODAL_PICKER] = SCOPE_PICKER,
        [MODAL_QUESTION] = SCOPE_DIALOG,
    };
    return modal->use ? scopes[modal->use->kind] : 0;
}

static void modal_finish(struct app *app, struct modal *modal)
{
    if (modal->use && modal->use->close)
        modal->use->close(app, modal);
    picker_finish(&modal->picker);
    memset(modal, 0, sizeof *modal);
}

void modal_close(struct app *app)
{
    modal_finish(app, &app->modal);
    app->dirty = true;
}

void modal_open(struct app *app, const struct modal_use *use, void *own)
{
    struct modal modal = { .use = use, .own = own, .opened = app->frames };
    modal_close(app);
    if (use->kind == MODAL_PICKER)
        picker_start(&modal.picker, use->picker_flags,
                     text_tr(app->options.session.language, use->label));
    if (use->open && !use->open(app, &modal)) {
        modal_finish(app, &modal);
        return;
    }
    if (use->kind == MODAL_PICKER)
        picker_narrow(&modal.picker);
    app->modal = modal;
}

static void modal_accept(struct app *app)
{
    struct modal modal = app->modal;
    app->modal = (struct modal){ 0 };
    if (modal.use->accept && !modal.use->accept(app, &modal) && !app->modal.use)
        app->modal = modal; /* it stays */
    else
        modal_finish(app, &modal);
}

static void modal_cancel(struct app *app)
{
    struct modal modal = app->modal;
    app->modal = (struct modal){ 0 };
    if (modal.use->cancel)
        modal.use->cancel(app, &modal);
    modal_finish(app, &modal);
}

bool answers(const struct app *app, uint64_t frames)
{
    return app->shown > frames && !app->burst;
}

/* Enter alone never confirms: it is a key like any other. A yes that was typed before the question could be read
 * answers something else. */
static void question_answer(struct app *app, enum action_id action)
{
    if (action != ACTION_YES)
        modal_cancel(app);
    else if (answers(app, app->modal.opened))
        modal_accept(app);
}

static void typed(struct app *app)
{
    if (app->modal.use->typed)
        app->modal.use->typed(app, &app->modal);
}

void modal_key(struct app *app, const char *key)
{
    struct modal *modal = &app->modal;
    enum action_id action = keymap_find(app->options.keymap, key, modal_scope(modal));
    if (action == ACTION_REDRAW) {
        acts_run(app, action);
        return;
    }
    if (action == ACTION_HELP) {
        modal_help(app);
        return;
    }
    if (modal->use->key && modal->use->key(app, modal, key, action))
        return;
    if (modal->use->kind == MODAL_QUESTION)
        question_answer(app, action);
    else if (action == ACTION_ACCEPT)
        modal_accept(app);
    else if (action == ACTION_CANCEL)
        modal_cancel(app);
    else if (modal->use->kind == MODAL_LINE ? line_key(&modal->line, key)
                                            : picker_act(&modal->picker, action, key) == PICKER_TYPED)
        typed(app);
}

void modal_paste(struct app *app, const char *text)
{
    struct modal *modal = &app->modal;
    line_insert(modal->use->kind == MODAL_LINE ? &modal->line : &modal->picker.line, text);
    if (modal->use->kind == MODAL_PICKER)
        picker_narrow(&modal->picker);
    typed(app);
}

/* ---- help in a field or a list ---- */

void modal_drop_aside(struct app *app)
{
    modal_finish(app, &app->aside);
}

void modal_help(struct app *app)
{
    if (app->aside.use) { /* what is below this line is that help */
        modal_close(app);
        return;
    }
    struct modal aside = app->modal;
    unsigned scope = modal_scope(&aside);
    app->modal = (struct modal){ 0 };
    app_open(app, pane_help(app->options.keymap, scope, NULL));
    app->aside = aside;
    app->aside_depth = app->stack_count;
}

void modal_back(struct app *app)
{
    if (!app->aside.use || app->stack_count >= app->aside_depth)
        return;
    app->modal = app->aside;
    app->aside = (struct modal){ 0 };
}

const char *modal_label(const struct app *app, const struct modal_use *use)
{
    const char *label = app->context.plain && use->label_read ? use->label_read : use->label;
    return text_tr(app->options.session.language, label);
}

enum { TYPING_ROOM = 20 }; /* for what is typed, at the least */

/* The line takes the place of the message, which is then said above it. */
static void line_draw_below(struct app *app, struct modal *modal, struct rect *body)
{
    struct surface *surface = app->surface;
    int row = surface_rows(surface) - 2, columns = surface_columns(surface), column = 1;
    const char *label = modal_label(app, modal->use);
    surface_clear(surface, (struct rect){ row, 0, 1, columns }, STYLE_NORMAL);
    if (*label)
        column += surface_text(surface, row, column, columns - TYPING_ROOM, STYLE_KEY, label) + 1;
    line_draw(&modal->line, surface, row, column, columns - column - 1, STYLE_FIELD);
    if (!app->message.text || body->rows < 4)
        return;
    body->rows--;
    surface_clear(surface, (struct rect){ row - 1, 0, 1, columns }, STYLE_NORMAL);
    frame_message(app, row - 1);
}

void modal_draw(struct app *app, struct rect body)
{
    struct modal *modal = &app->modal;
    if (!modal->use)
        return;
    if (modal->use->kind == MODAL_PICKER)
        picker_draw(&modal->picker, &app->context, app->surface, body);
    else if (modal->use->kind == MODAL_LINE && !modal->use->on_filter_row)
        line_draw_below(app, modal, &body);
    if (modal->use->draw)
        modal->use->draw(app, modal, app->surface, body);
}
