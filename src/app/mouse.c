/*
 * Mouse: the wheel is three steps of the cursor, a click on a tab's name shows the tab, a click on a row of a
 * table puts the cursor there, a double click opens it. All of it by the actions that keys ask for, and only such
 * as change nothing. Above a list to choose from the wheel moves in it; nothing else is clicked while it is open.
 *
 * State: none.
 */
#include <stdio.h>
#include <string.h>

#include "internal.h"
#include "klientel/screen/table.h"

enum { WHEEL_ROWS = 3, TABS_ROW = 1 };

/* By the key that asks for it where the keys go now. */
static void press(struct app *app, enum action_id action)
{
    struct buffer keys = { 0 };
    keymap_add_keys(app->options.keymap, action, app_scopes(app), &keys);
    char key[16];
    snprintf(key, sizeof key, "%.*s", (int)strcspn(buffer_text(&keys), " "), buffer_text(&keys));
    buffer_finish(&keys);
    app_key(app, key); /* no key: nothing */
}

static bool starts_tab(const struct surface *surface, int column, int tab)
{
    const struct cell *cell = surface_cell(surface, TABS_ROW, column);
    const struct cell *after =
        column + 1 < surface_columns(surface) ? surface_cell(surface, TABS_ROW, column + 1) : NULL;
    return cell->text[0] == '1' + tab && cell->text[1] == '\0' && after &&
           (after->text[0] == ' ' || after->text[0] == '\0');
}

/* The tab whose name stands there, -1 = none. */
static int tab_at(const struct surface *surface, int column)
{
    int tab = -1;
    for (int at = 0; at <= column && at < surface_columns(surface); at++) {
        if (tab + 1 < APP_TABS && starts_tab(surface, at, tab + 1))
            tab++;
    }
    return tab;
}

/* In the table with the keys, or in the one beside it. */
static bool point(struct app *app, int row, int column)
{
    struct table *table = app_table(app);
    if (!table)
        return false;
    if (table_point(table, row, column))
        return true;
    if (held_must(app, ACTION_PANE_NEXT))
        return false;
    app_act(app, ACTION_PANE_NEXT);
    table = app_table(app);
    if (table && table_point(table, row, column))
        return true;
    app_act(app, ACTION_PANE_BACK);
    return false;
}

static void click(struct app *app, int row, int column, bool twice)
{
    if (app->modal.use)
        return;
    if (row == TABS_ROW) {
        int tab = tab_at(app->surface, column);
        if (tab >= 0)
            app_act(app, (enum action_id)(ACTION_TAB_1 + tab));
    } else if (point(app, row, column) && twice) {
        app_act(app, ACTION_OPEN);
    }
    app->dirty = true;
}

void app_mouse(struct app *app, int row, int column, enum app_click what)
{
    if (row < 0 || column < 0 || row >= surface_rows(app->surface) ||
        column >= surface_columns(app->surface) || surface_rows(app->surface) < APP_MIN_ROWS ||
        surface_columns(app->surface) < APP_MIN_COLUMNS)
        return;
    if (app->held.waits) /* keys do; where it points is not what they leave */
        return;
    if (what == APP_CLICK || what == APP_DOUBLE_CLICK) {
        click(app, row, column, what == APP_DOUBLE_CLICK);
        return;
    }
    if (app->modal.use && app->modal.use->kind == MODAL_QUESTION)
        return;
    for (int i = 0; i < WHEEL_ROWS; i++)
        press(app, what == APP_WHEEL_UP ? ACTION_UP : ACTION_DOWN);
}
