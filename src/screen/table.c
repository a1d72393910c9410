/*
 * Table: cursor, marks, sort and sideways scrolling. Drawing is in table_draw.c.
 *
 * State: struct table. Events: table_load (new rows or hits), table_act.
 * Invariants: cursor < shown_count or both are 0; with rows shown, cursor_id is the id of the row
 * under the cursor; marks are ids of rows that exist, seen or hidden; 1 <= first_column, and the
 * first of the columns is always drawn.
 */
#include "klientel/screen/table.h"

#include <assert.h>
#include <string.h>

#include "internal.h"

/* The column a row is known by: the first name, else the first text, else the first column. */
static enum column name_column(enum dataset dataset)
{
    const struct dataset_info *info = dataset_info(dataset);
    enum column column, text = COLUMN_NONE;
    size_t i;

    for (i = 0; i < info->count; i++) {
        column = (enum column)(info->first + (int)i);
        if (!strcmp(column_info(column)->name, "client_name") ||
            !strcmp(column_info(column)->name, "name"))
            return column;
        if (text == COLUMN_NONE && column_is_text(column_info(column)->type))
            text = column;
    }
    return text == COLUMN_NONE ? info->first : text;
}

static bool is_number_of_row(enum column column)
{
    return !strcmp(column_info(column)->name, "id") || !strcmp(column_info(column)->name, "client");
}

/* The name first, the numbers that only the database cares about last. */
static void all_columns(struct table *table)
{
    const struct dataset_info *info = dataset_info(table->dataset);
    enum column name = name_column(table->dataset), column;
    size_t i, pass;

    table->columns[table->column_count++] = name;
    for (pass = 0; pass < 2; pass++) {
        for (i = 0; i < info->count && table->column_count < TABLE_COLUMNS; i++) {
            column = (enum column)(info->first + (int)i);
            if (column != name && is_number_of_row(column) == (pass == 1))
                table->columns[table->column_count++] = column;
        }
    }
}

void table_start(struct table *table, enum dataset dataset, const enum column *columns,
                 size_t column_count)
{
    memset(table, 0, sizeof *table);
    table->dataset = dataset;
    table->sort = COLUMN_NONE;
    table->first_column = 1;
    table->page = 1;
    if (!columns) {
        all_columns(table);
        return;
    }
    assert(column_count > 0 && column_count <= TABLE_COLUMNS);
    memcpy(table->columns, columns, column_count * sizeof *columns);
    table->column_count = column_count;
}

void table_finish(struct table *table)
{
    ids_finish(&table->marks);
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

size_t table_row(const struct table *table)
{
    return table->cursor < table->shown_count ? table->shown[table->cursor] : SIZE_MAX;
}

static void cursor_set(struct table *table, size_t cursor)
{
    if (table->shown_count == 0) {
        table->cursor = 0;
        return; /* cursor_id stays: the row may come back */
    }
    table->cursor = cursor < table->shown_count ? cursor : table->shown_count - 1;
    table->cursor_id = table->rows->ids[table_row(table)];
}

/* Where the cursor's row is now, or SIZE_MAX. It is looked for where it was first: mostly it is
 * there. */
static size_t cursor_find(const struct table *table)
{
    size_t i;

    if (table->cursor < table->shown_count &&
        table->rows->ids[table->shown[table->cursor]] == table->cursor_id)
        return table->cursor;
    for (i = 0; i < table->shown_count; i++)
        if (table->rows->ids[table->shown[i]] == table->cursor_id)
            return i;
    return SIZE_MAX;
}

/* Rows that are gone lose their marks; rows that are only hidden keep them. */
static void marks_prune(struct table *table)
{
    struct ids kept = { 0 };
    size_t i;

    if (table->marks.count == 0 || !table->rows->done)
        return;
    for (i = 0; i < table->rows->count; i++)
        if (ids_has(&table->marks, table->rows->ids[i]))
            ids_add(&kept, table->rows->ids[i]);
    if (kept.count != table->marks.count)
        ids_copy(&table->marks, &kept);
    ids_finish(&kept);
}

void table_load(struct table *table, const struct answer *answer)
{
    size_t found;

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
    table->favourites = answer->favourites;
    if (!table->rows)
        return;
    marks_prune(table);
    found = table->cursor_id ? cursor_find(table) : 0;
    cursor_set(table, found == SIZE_MAX ? table->cursor : found);
}

size_t table_hidden_marks(const struct table *table)
{
    size_t seen = 0, i;

    if (table->marks.count == 0)
        return 0;
    for (i = 0; i < table->shown_count; i++)
        if (ids_has(&table->marks, table->rows->ids[table->shown[i]]))
            seen++;
    return table->marks.count - seen;
}

void table_facts(const struct table *table, struct action_facts *ret_facts)
{
    size_t row = table_row(table);

    ret_facts->scopes = SCOPE_TABLE | SCOPE_EVERYWHERE;
    ret_facts->has_rows = row != SIZE_MAX;
    ret_facts->has_marks = table->marks.count > 0;
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
                 column_info(table->sort == COLUMN_NONE ? dataset_info(table->dataset)->order
                                                        : table->sort)
                     ->name);
}

/* ---- actions ---- */

static void mark_turn(struct table *table)
{
    int64_t id = table->cursor_id;

    if (ids_has(&table->marks, id))
        ids_remove(&table->marks, id);
    else
        ids_add(&table->marks, id);
    cursor_set(table, table->cursor + 1);
}

static void marks_invert(struct table *table)
{
    int64_t id;
    size_t i;

    for (i = 0; i < table->shown_count; i++) {
        id = table->rows->ids[table->shown[i]];
        if (ids_has(&table->marks, id))
            ids_remove(&table->marks, id);
        else
            ids_add(&table->marks, id);
    }
}

/* Which of the columns on the screen the rows are sorted by: 0 = the name; SIZE_MAX = none of
 * them. */
static size_t sort_position(const struct table *table)
{
    enum column sort =
        table->sort == COLUMN_NONE ? dataset_info(table->dataset)->order : table->sort;
    size_t i;

    if (table->columns[0] == sort)
        return 0;
    for (i = 0; i < table->visible; i++)
        if (table->columns[table->first_column + i] == sort)
            return i + 1;
    return SIZE_MAX;
}

static void sort_next(struct table *table)
{
    size_t position = sort_position(table);

    position = position == SIZE_MAX || position >= table->visible ? 0 : position + 1;
    table->sort = table->columns[position == 0 ? 0 : table->first_column + position - 1];
    table->descending = false;
}

static void sort_turn(struct table *table)
{
    if (table->sort == COLUMN_NONE)
        table->sort = dataset_info(table->dataset)->order;
    table->descending = !table->descending;
}

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
        cursor_set(table, table->cursor > step ? table->cursor - step : 0);
        return true;
    case ACTION_DOWN:
    case ACTION_PAGE_DOWN:
        cursor_set(table, table->cursor + step);
        return true;
    case ACTION_FIRST:
        cursor_set(table, 0);
        return true;
    case ACTION_LAST:
        cursor_set(table, table->shown_count);
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
    size_t position = table->top + (size_t)(row - body->row);
    if (!table->rows || position >= table->shown_count)
        return false;
    table->is_partial = false;
    cursor_set(table, position);
    return true;
}

struct effect table_act(struct table *table, enum action_id action)
{
    table->is_partial = false; /* who acts has taken the row that is shown */
    if (table_move(table, action))
        return effect_of(EFFECT_DONE);
    switch (action) {
    case ACTION_MARK:
        if (table_row(table) != SIZE_MAX)
            mark_turn(table);
        break;
    case ACTION_UNMARK_ALL:
        ids_clear(&table->marks);
        break;
    case ACTION_INVERT:
        marks_invert(table);
        break;
    case ACTION_SORT:
        sort_next(table);
        break;
    case ACTION_SORT_TURN:
        sort_turn(table);
        break;
    case ACTION_OPEN:
        return row_open(table);
    case ACTION_FAVOURITE:
        return row_favourite(table);
    default:
        return effect_of(EFFECT_NONE);
    }
    return effect_of(EFFECT_DONE);
}
