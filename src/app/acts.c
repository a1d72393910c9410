/*
 * Acts: the actions of the frame itself: tabs, month, help, one step back. A new one is a line in the table and
 * its function, here or in a file of its own.
 */
#include "internal.h"

enum { MONTHS_AWAY = 1200 };

static void show_tab(struct app *app, enum action_id action)
{
    while (app->stack_count)
        app_pop(app);
    modal_close(app); /* what the help had put aside */
    app->tab = (int)(action - ACTION_TAB_1);
}

/* A key that is held down stays within a hundred years of today. */
static void turn_month(struct app *app, enum action_id action)
{
    struct month month = month_add(app->context.month, action == ACTION_MONTH_ON ? 1 : -1);
    int64_t away = (int64_t)month.index - month_of(session_today(&app->options.session)).index;
    if (away >= -MONTHS_AWAY && away <= MONTHS_AWAY)
        app->context.month = month;
}

static void help(struct app *app, enum action_id action)
{
    (void)action;
    app_open(app, pane_help(app->options.keymap, app_scopes(app), NULL));
}

static void step_back(struct app *app, enum action_id action)
{
    struct table *table = app_table(app);
    struct pane *pane = app_top(app)->pane;
    if (table && table_range_leave(table))
        app_say_text(app, STYLE_DIM, N_("The range is left: the marks are as they were before it"));
    else if (pane->ops->act(pane, action, &app->context).kind == EFFECT_DONE)
        return; /* a step inside the view */
    else if (app->stack_count)
        app_pop(app);
    else if (*app_filter(app))
        app_set_filter(app, "");
    else
        app_say_key(app, STYLE_NORMAL, N_("There is nothing to go back to; %1 quits"), ACTION_CLOSE);
}

/* ---- leaving ---- */

static bool quit(struct app *app, struct modal *modal)
{
    (void)modal;
    app->finished = true;
    return true;
}

static const struct modal_use quit_use = {
    .kind = MODAL_QUESTION,
    .label = N_("Quit klientel?"),
    .accept = quit,
};

static void close_view(struct app *app, enum action_id action)
{
    (void)action;
    if (app->stack_count)
        app_pop(app);
    else
        modal_open(app, &quit_use, NULL);
}

/* ---- small ones ---- */

static void redraw(struct app *app, enum action_id action)
{
    (void)action;
    app->redraw = true;
}

static void hide_names(struct app *app, enum action_id action)
{
    (void)action;
    app->context.names_hidden = !app->context.names_hidden;
}

static void (*const acts[ACTION_COUNT])(struct app *app, enum action_id action) = {
    [ACTION_TAB_1] = show_tab,
    [ACTION_TAB_2] = show_tab,
    [ACTION_TAB_3] = show_tab,
    [ACTION_TAB_4] = show_tab,
    [ACTION_TAB_5] = show_tab,
    [ACTION_TAB_6] = show_tab,
    [ACTION_MONTH_BACK] = turn_month,
    [ACTION_MONTH_ON] = turn_month,
    [ACTION_HELP] = help,
    [ACTION_FILTER] = filter_open,
    [ACTION_VIEWS] = views_open,
    [ACTION_JUMP] = jump_open,
    [ACTION_MENU] = menu_open,
    [ACTION_COMMAND] = command_line_open,
    [ACTION_AS_COMMAND] = as_command_open,
    [ACTION_MESSAGES] = messages_open,
    [ACTION_EXPORT] = export_open,
    [ACTION_PRINT] = print_open,
    [ACTION_BACK] = step_back,
    [ACTION_CLOSE] = close_view,
    [ACTION_REDRAW] = redraw,
    [ACTION_HIDE] = hide_names,
    [ACTION_COLUMNS] = columns_choose,
    [ACTION_SORT] = sort_choose,
    [ACTION_MARK_TEXT] = mark_by_text,
    [ACTION_UNMARK_TEXT] = mark_by_text,
    [ACTION_COPY] = copy_now,
};

bool acts_run(struct app *app, enum action_id action)
{
    if (!acts[action])
        return false;
    acts[action](app, action);
    return true;
}
