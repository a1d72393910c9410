/*
 * Table: cursor, sort and sideways scrolling. Marks are in table_marks.c, columns in layout.c, drawing is in
 * table_draw.c.
 *
 * State: struct table. Events: table_load (new rows or hits), table_act.
 * Invariants: cursor < shown_count or both are 0; with rows shown, cursor_id is the id of the row
 * under the cursor; marks are ids of rows that exist, seen or hidden; 1 <= first_column, and the
 * first of the columns is always drawn. A filter that hides the row the person put the cursor on (home) puts
 * the cursor on its first match, and back when that row is seen again, unless he moved.
 */
#include "klientel/screen/table.h"

#include <stdio.h>
#include <string.h>

#include "internal.h"

void table_start(struct table *table, const char *key, enum dataset dataset)
{
    struct table_layout layout;

    memset(table, 0, sizeof *table);
    snprintf(table->key, sizeof table->key, "%s", key);
    table->dataset = dataset;
    table->first_column = 1;
    table->page = 1;
    table_ready_layout(table, table_ready(table, 0), &layout);
    table->columns[0] = layout.columns[0];
    table_take(table, &layout);
    table->chosen = false;
}

void table_finish(struct table *table)
{
    ids_finish(&table->marks);
    ids_finish(&table->range_before);
}

column_mask table_wants(const struct table *table, const struct screen_context *context)
{
    bool all = context->columns == 0 || table->first_column > 1;
    int room = context->columns - TABLE_NAME_LEAST;
    column_mask wanted = column_bit(table->columns[0]);
    size_t i;

    for (i = 1; i < table->column_count; i++) {
        room -= column_info(table->columns[i])->width + 1;
        if (!all && room < 0)
            break;
        wanted |= column_bit(table->columns[i]);
    }
    return wanted;
}

size_t table_seen(const struct table *table, enum column ret_columns[static TABLE_COLUMNS])
{
    size_t count = 0, i;

    ret_columns[count++] = table->columns[0];
    for (i = table->first_column; count <= table->visible && i < table->column_count; i++)
        ret_columns[count++] = table->columns[i];
    return count;
}

size_t table_ordered(const struct table *table, size_t place)
{
    return table->order ? table->order[place] : place;
}

size_t table_row(const struct table *table)
{
    return table->cursor < table->shown_count ? table->shown[table->cursor] : SIZE_MAX;
}

void table_cursor_set(struct table *table, size_t cursor)
{
    if (table->shown_count == 0) {
        table->cursor = 0;
        return; /* cursor_id stays: the row may come back */
    }
    table->cursor = cursor < table->shown_count ? cursor : table->shown_count - 1;
    table->cursor_id = table->rows->ids[table_row(table)];
}

/* The person has taken the row under the cursor. */
static void home_set(struct table *table)
{
    table->home_id = table->cursor_id;
}

/* Where a row is now, or SIZE_MAX. It is looked for under the cursor first: mostly it is there. */
static size_t shown_find(const struct table *table, int64_t id)
{
    size_t i;

    if (id == 0)
        return SIZE_MAX;
    if (table->cursor < table->shown_count && table->rows->ids[table->shown[table->cursor]] == id)
        return table->cursor;
    for (i = 0; i < table->shown_count; i++)
        if (table->rows->ids[table->shown[i]] == id)
            return i;
    return SIZE_MAX;
}

/* 0 = no filter. */
static uint64_t filter_number(const struct table *table)
{
    uint64_t number = 0;

    for (const char *at = table->filter ? table->filter : ""; *at; at++)
        number = (number ^ (unsigned char)*at) * UINT64_C(0x100000001b3);
    return number;
}

/* The cursor among the rows that are shown now: on the row the person put it on; where another filter hides
 * that, on the first; else on the row it was on, or where that was. */
static void cursor_follow(struct table *table)
{
    uint64_t filter = filter_number(table);
    bool refiltered = filter != table->filter_seen;
    size_t home = shown_find(table, table->home_id), found = home;

    if (table->cursor_id == 0 || (home == SIZE_MAX && refiltered))
        found = 0;
    else if (home == SIZE_MAX)
        found = shown_find(table, table->cursor_id);
    if (home == SIZE_MAX && table->cursor_id == table->home_id)
        table->home_top = table->top;
    else if (home != SIZE_MAX && table->cursor_id != table->home_id)
        table->top = table->home_top;
    table_cursor_set(table, found == SIZE_MAX ? table->cursor : found);
    if (table->is_partial)
        return;
    table->filter_seen = filter;
    if (table->home_id == 0 || (home == SIZE_MAX && rowset_find(table->rows, table->home_id) == SIZE_MAX))
        home_set(table);
}

void table_load(struct table *table, const struct answer *answer)
{
    /* The row may stand among the hits that are still to come: each slice starts from the cursor as it
     * was before the scan. */
    if (table->is_partial) {
        table->cursor = table->kept_cursor;
        table->top = table->kept_top;
        table->cursor_id = table->kept_id;
    } else if (answer->partial) {
        table->kept_cursor = table->cursor;
        table->kept_top = table->top;
        table->kept_id = table->cursor_id;
    }
    table->is_partial = answer->partial;
    table->rows = answer->rows;
    table->shown = answer->shown;
    table->shown_count = answer->rows ? answer->shown_count : 0;
    table->order = answer->order;
    table->favourites = answer->favourites;
    if (!table->rows)
        return;
    marks_follow(table);
    cursor_follow(table);
}

void table_facts(const struct table *table, struct action_facts *ret_facts)
{
    size_t row = table_row(table);

    ret_facts->scopes = SCOPE_TABLE | SCOPE_EVERYWHERE;
    ret_facts->has_rows = row != SIZE_MAX;
    ret_facts->has_marks = table->marks.count > 0;
    ret_facts->has_range = table->range == RANGE_HELD;
    ret_facts->has_enter = row != SIZE_MAX && table->rows->clients[row] > 0;
    ret_facts->may_open = row != SIZE_MAX && (table->rows->flags[row] & ROW_OPEN);
    ret_facts->has_panes = false;
    ret_facts->has_table = true;
}

void table_command_add(const struct table *table, struct buffer *ret_text)
{
    size_t i;

    buffer_print(ret_text, " --columns %s", column_info(table->columns[0])->name);
    for (i = 0; i < table->visible; i++)
        buffer_print(ret_text, ",%s",
                     column_info(table->columns[table->first_column + i])->name);
    if (table->sort == COLUMN_NONE && !table->descending)
        return;
    buffer_print(ret_text, " --sort %s%s", table->descending ? "-" : "",
                 column_info(table_sorted_by(table))->name);
}

/* ---- actions ---- */

static struct effect row_open(const struct table *table)
{
    size_t row = table_row(table);
    struct effect effect = effect_of(EFFECT_MESSAGE);

    if (row == SIZE_MAX || table->rows->clients[row] <= 0)
        return effect_of(EFFECT_NONE);
    if (!(table->rows->flags[row] & ROW_OPEN)) {
        message_set(&effect.message,
                    N_("You have no access to this client: its name and dates are shown, its "
                       "contents are not"),
                    NULL);
        return effect;
    }
    effect.kind = EFFECT_OPEN;
    effect.open = OPEN_CLIENT;
    effect.id = table->rows->clients[row];
    return effect;
}

static struct effect row_favourite(const struct table *table)
{
    size_t row = table_row(table);
    struct effect effect = effect_of(EFFECT_FAVOURITE);

    if (row == SIZE_MAX || table->rows->clients[row] <= 0)
        return effect_of(EFFECT_NONE);
    effect.id = table->rows->clients[row];
    return effect;
}

static size_t page_step(const struct table *table)
{
    return table->page > 1 ? (size_t)table->page - 1 : 1;
}

/* True when the action was a move of the cursor. */
static bool table_move(struct table *table, enum action_id action)
{
    size_t step = action == ACTION_PAGE_UP || action == ACTION_PAGE_DOWN ? page_step(table) : 1;

    switch (action) {
    case ACTION_UP:
    case ACTION_PAGE_UP:
        table_cursor_set(table, table->cursor > step ? table->cursor - step : 0);
        return true;
    case ACTION_DOWN:
    case ACTION_PAGE_DOWN:
        table_cursor_set(table, table->cursor + step);
        return true;
    case ACTION_FIRST:
        table_cursor_set(table, 0);
        return true;
    case ACTION_LAST:
        table_cursor_set(table, table->shown_count);
        return true;
    case ACTION_LEFT:
        if (table->first_column > 1)
            table->first_column--;
        return true;
    case ACTION_RIGHT:
        if (table->first_column + table->visible < table->column_count)
            table->first_column++;
        return true;
    default:
        return false;
    }
}

bool table_point(struct table *table, int row, int column)
{
    const struct rect *body = &table->body;
    if (row < body->row || row >= body->row + body->rows || column < body->column ||
        column >= body->column + body->columns)
        return false;
    size_t position = table->top + (size_t)(row - body->row), from = table->cursor;
    if (!table->rows || position >= table->shown_count)
        return false;
    table->is_partial = false;
    table_cursor_set(table, position);
    home_set(table);
    marks_moved(table, from);
    return true;
}

enum table_need table_needs(const struct table *table, enum action_id action)
{
    switch (action) {
    case ACTION_LAST:
    case ACTION_RANGE:
    case ACTION_INVERT:
    case ACTION_MARK_TEXT:
    case ACTION_UNMARK_TEXT:
    case ACTION_COPY:
    case ACTION_EXPORT:
    case ACTION_PRINT:
        return TABLE_ALL;
    case ACTION_PAGE_DOWN:
        return table->cursor + page_step(table) >= table->shown_count ? TABLE_ALL : TABLE_ROW;
    case ACTION_DOWN:
    case ACTION_MARK:
    case ACTION_MARK_DOWN:
        return table->cursor + 1 >= table->shown_count ? TABLE_ALL : TABLE_ROW;
    case ACTION_UP:
    case ACTION_PAGE_UP:
    case ACTION_FIRST:
    case ACTION_MARK_UP:
    case ACTION_OPEN:
    case ACTION_FAVOURITE:
    case ACTION_PANE_NEXT:
    case ACTION_PANE_BACK:
    case ACTION_SORT: /* the cursor stays on its row, whatever these do */
    case ACTION_SORT_TURN:
    case ACTION_COLUMNS:
    case ACTION_VIEWS:
    case ACTION_MENU:
    case ACTION_COMMAND:
        return TABLE_ROW;
    default:
        return TABLE_NOTHING;
    }
}

struct effect table_act(struct table *table, enum action_id action)
{
    size_t from = table->cursor;

    table->is_partial = false; /* who acts has taken the row that is shown */
    if (marks_act(table, action)) {
        home_set(table);
        return effect_of(EFFECT_DONE);
    }
    if (table_move(table, action)) {
        if (action != ACTION_LEFT && action != ACTION_RIGHT)
            home_set(table);
        marks_moved(table, from);
        return effect_of(EFFECT_DONE);
    }
    switch (action) {
    case ACTION_SORT_TURN:
        table_sort(table, table_sorted_by(table), !table->descending);
        return effect_of(EFFECT_DONE);
    case ACTION_OPEN:
        home_set(table);
        return row_open(table);
    case ACTION_FAVOURITE:
        home_set(table);
        return row_favourite(table);
    default:
        return effect_of(EFFECT_NONE);
    }
}
