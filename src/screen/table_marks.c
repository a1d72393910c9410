/*
 * Marks of a table: row by row, a range, all that are shown.
 *
 * State: struct table: marks, and while a range grows the marks without it (range_before), so that what is
 * marked is always in `marks`: a range that is left gives back what was before.
 * Invariants: with a range, marks = range_before and the rows between range_at and the cursor. A list that is
 * another one (filter, sort, somebody's change) ends the range, and the marks stay as they are.
 */
#include "klientel/screen/table.h"

#include "internal.h"

/* Rows that are gone lose their marks; rows that are only hidden keep them. */
static void marks_prune(struct table *table)
{
    struct ids kept = { 0 };

    if (table->marks.count == 0 || !table->rows || !table->rows->done)
        return;
    for (size_t i = 0; i < table->rows->count; i++)
        if (ids_has(&table->marks, table->rows->ids[i]))
            ids_add(&kept, table->rows->ids[i]);
    if (kept.count != table->marks.count)
        ids_copy(&table->marks, &kept);
    ids_finish(&kept);
}

size_t table_hidden_marks(const struct table *table)
{
    size_t seen = 0;

    if (table->marks.count == 0)
        return 0;
    for (size_t i = 0; i < table->shown_count; i++)
        if (ids_has(&table->marks, table->rows->ids[table->shown[i]]))
            seen++;
    return table->marks.count - seen;
}

static void row_turn(struct table *table, size_t position)
{
    int64_t id = table->rows->ids[table->shown[position]];

    if (ids_has(&table->marks, id))
        ids_remove(&table->marks, id);
    else
        ids_add(&table->marks, id);
}

/* ---- a range ---- */

static void range_begin(struct table *table, enum table_range range)
{
    table->range = range;
    table->range_at = table->cursor;
    table->range_id = table->cursor_id;
    table->range_shown = table->shown_count;
    ids_copy(&table->range_before, &table->marks);
    ids_add(&table->marks, table->cursor_id);
}

void table_marks_hold(struct table *table)
{
    table->range = RANGE_NONE;
    ids_clear(&table->range_before);
}

bool table_range_leave(struct table *table)
{
    if (table->range != RANGE_HELD)
        return false;
    ids_copy(&table->marks, &table->range_before);
    table_marks_hold(table);
    marks_prune(table);
    return true;
}

size_t table_range_rows(const struct table *table)
{
    size_t a = table->range_at, b = table->cursor;

    return table->range == RANGE_HELD ? (a < b ? b - a : a - b) + 1 : 0;
}

/* A row on the way of the cursor is in the range now, or as it was before. */
static void range_row(struct table *table, size_t position)
{
    size_t at = table->range_at, cursor = table->cursor;
    int64_t id = table->rows->ids[table->shown[position]];

    if ((position >= at && position <= cursor) || (position <= at && position >= cursor) ||
        ids_has(&table->range_before, id))
        ids_add(&table->marks, id);
    else
        ids_remove(&table->marks, id);
}

void marks_moved(struct table *table, size_t from)
{
    size_t first = from < table->cursor ? from : table->cursor;
    size_t last = from < table->cursor ? table->cursor : from;

    if (table->range == RANGE_NONE)
        return;
    for (size_t i = first; i <= last && i < table->shown_count; i++)
        range_row(table, i);
}

void marks_follow(struct table *table)
{
    marks_prune(table);
    if (table->range == RANGE_NONE || table->is_partial)
        return;
    if (table->shown_count != table->range_shown ||
        table->rows->ids[table->shown[table->range_at]] != table->range_id)
        table_marks_hold(table);
}

/* ---- actions ---- */

static void range_step(struct table *table, enum action_id action)
{
    size_t from = table->cursor;

    if (table_row(table) == SIZE_MAX)
        return;
    if (table->range == RANGE_NONE)
        range_begin(table, RANGE_STEP);
    if (action == ACTION_MARK_DOWN)
        table_cursor_set(table, from + 1);
    else
        table_cursor_set(table, from ? from - 1 : 0);
    marks_moved(table, from);
}

/* Space takes a range, as the key that began it does. */
static void mark(struct table *table, enum action_id action)
{
    if (table_row(table) == SIZE_MAX)
        return;
    if (table->range == RANGE_HELD) {
        table_marks_hold(table);
    } else if (action == ACTION_RANGE) {
        range_begin(table, RANGE_HELD);
    } else {
        row_turn(table, table->cursor);
        table_cursor_set(table, table->cursor + 1);
    }
}

bool marks_act(struct table *table, enum action_id action)
{
    if (action == ACTION_MARK_UP || action == ACTION_MARK_DOWN) {
        range_step(table, action);
        return true;
    }
    if (table->range == RANGE_STEP)
        table_marks_hold(table);
    switch (action) {
    case ACTION_MARK:
    case ACTION_RANGE:
        mark(table, action);
        return true;
    case ACTION_UNMARK_ALL:
        table_marks_hold(table);
        ids_clear(&table->marks);
        return true;
    case ACTION_INVERT:
        table_marks_hold(table);
        for (size_t i = 0; i < table->shown_count; i++)
            row_turn(table, i);
        return true;
    default:
        return false;
    }
}
