/*
 * Layout: which columns a table shows and how it is sorted: the ready ones, and the text that is kept.
 *
 * State: none but the table of layouts.def.
 * Invariant: the first column of a table is the same in all its layouts.
 */
#include <assert.h>
#include <string.h>

#include "internal.h"

static const struct layout_row {
    const char *table;
    struct ready_layout ready;
} rows[] = {
#define LAYOUT(table, word, label, text) { table, { word, label, text } },
#include "klientel/screen/layouts.def"
#undef LAYOUT
};
enum { ROWS = sizeof rows / sizeof *rows };

static const struct ready_layout all_columns = { "all", N_("All columns"), NULL };

/* ---- the ready ones ---- */

static bool has_own(const char *key)
{
    for (size_t i = 0; i < ROWS; i++)
        if (!strcmp(rows[i].table, key))
            return true;
    return false;
}

const char *table_family(const struct table *table)
{
    return has_own(table->key) ? table->key : dataset_info(table->dataset)->name;
}

const struct ready_layout *table_ready(const struct table *table, size_t which)
{
    const char *family = table_family(table);
    size_t count = 0;

    for (size_t i = 0; i < ROWS; i++)
        if (!strcmp(rows[i].table, family) && count++ == which)
            return &rows[i].ready;
    return which == count ? &all_columns : NULL;
}

/* The column a row is known by: the first name, else the first text, else the first column. */
static enum column name_column(enum dataset dataset)
{
    const struct dataset_info *info = dataset_info(dataset);
    enum column column, text = COLUMN_NONE;

    for (size_t i = 0; i < info->count; i++) {
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

static bool layout_has(const struct table_layout *layout, enum column column)
{
    for (size_t i = 0; i < layout->column_count; i++)
        if (layout->columns[i] == column)
            return true;
    return false;
}

static void layout_push(struct table_layout *layout, enum column column)
{
    if (layout->column_count < TABLE_COLUMNS && !layout_has(layout, column))
        layout->columns[layout->column_count++] = column;
}

/* First those of the first ready layout, so that what is seen first stays there; the numbers that only the
 * database cares about last. */
static void layout_all(const struct table *table, struct table_layout *ret_layout)
{
    const struct dataset_info *info = dataset_info(table->dataset);
    const struct ready_layout *first = table_ready(table, 0);
    enum column column;

    if (!first->text || !table_layout_parse(table->dataset, first->text, ret_layout))
        *ret_layout = (struct table_layout){ .column_count = 1,
                                             .columns = { name_column(table->dataset) } };
    ret_layout->sort = COLUMN_NONE;
    ret_layout->descending = false;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < info->count; i++) {
            column = (enum column)(info->first + (int)i);
            if (is_number_of_row(column) == (pass == 1))
                layout_push(ret_layout, column);
        }
    }
}

void table_ready_layout(const struct table *table, const struct ready_layout *ready,
                        struct table_layout *ret_layout)
{
    bool good = true;

    if (ready->text)
        good = table_layout_parse(table->dataset, ready->text, ret_layout);
    else
        layout_all(table, ret_layout);
    assert(good);
    (void)good;
}

/* ---- the text ---- */

void table_layout_of(const struct table *table, struct table_layout *ret_layout)
{
    *ret_layout = (struct table_layout){ .column_count = table->column_count,
                                         .sort = table->sort,
                                         .descending = table->descending };
    memcpy(ret_layout->columns, table->columns, table->column_count * sizeof *table->columns);
}

bool table_layout_same(const struct table_layout *a, const struct table_layout *b)
{
    return a->column_count == b->column_count && a->sort == b->sort &&
           a->descending == b->descending &&
           !memcmp(a->columns, b->columns, a->column_count * sizeof *a->columns);
}

void table_layout_add(const struct table_layout *layout, struct buffer *ret_text)
{
    for (size_t i = 0; i < layout->column_count; i++)
        buffer_print(ret_text, "%s%s", i ? " " : "", column_info(layout->columns[i])->name);
    if (layout->sort != COLUMN_NONE)
        buffer_print(ret_text, " sort=%s", column_info(layout->sort)->name);
    if (layout->descending)
        buffer_add_text(ret_text, " falling");
}

/* By its name only: labels differ between languages. */
static enum column column_named(enum dataset dataset, const char *name, size_t length)
{
    const struct dataset_info *info = dataset_info(dataset);

    for (size_t i = 0; i < info->count; i++) {
        const char *own = column_info((enum column)(info->first + (int)i))->name;

        if (strlen(own) == length && !memcmp(own, name, length))
            return (enum column)(info->first + (int)i);
    }
    return COLUMN_NONE;
}

/* A dataset's own order has one name, whether it was chosen or never left. Lists of what happened (by instant or
 * number) stand newest first of their own, so there a rising order is another one. */
static enum column order_name(enum dataset dataset, enum column column, bool descending)
{
    enum column own = dataset_info(dataset)->order;
    enum column_type type = column_info(own)->type;
    bool rises = type != TYPE_INSTANT && type != TYPE_INTEGER;

    return column == own && rises && !descending ? COLUMN_NONE : column;
}

bool table_layout_parse(enum dataset dataset, const char *text, struct table_layout *ret_layout)
{
    static const char sort[] = "sort=", falling[] = "falling";
    struct table_layout layout = { .sort = COLUMN_NONE };
    enum column column;
    size_t length;

    for (text += strspn(text, " "); *text; text += length, text += strspn(text, " ")) {
        length = strcspn(text, " ");
        if (length == sizeof falling - 1 && !memcmp(text, falling, length)) {
            layout.descending = true;
        } else if (length > sizeof sort - 1 && !memcmp(text, sort, sizeof sort - 1)) {
            layout.sort = column_named(dataset, text + sizeof sort - 1, length - sizeof sort + 1);
        } else {
            column = column_named(dataset, text, length);
            if (column != COLUMN_NONE)
                layout_push(&layout, column);
        }
    }
    if (layout.column_count == 0)
        return false;
    layout.sort = order_name(dataset, layout.sort, layout.descending);
    *ret_layout = layout;
    return true;
}

/* ---- a table takes one ---- */

void table_take(struct table *table, const struct table_layout *layout)
{
    struct table_layout taken = { .column_count = 1, .columns = { table->columns[0] } };

    for (size_t i = 0; i < layout->column_count; i++)
        layout_push(&taken, layout->columns[i]);
    memcpy(table->columns, taken.columns, taken.column_count * sizeof *taken.columns);
    table->column_count = taken.column_count;
    table->first_column = 1;
    memset(table->needs, 0, sizeof table->needs);
    table->sort = layout->sort;
    table->descending = layout->descending;
    table->chosen = true;
    table->is_partial = false;
}

void table_lead(struct table *table, const char *layout)
{
    struct table_layout own, lead;

    if (!table_layout_parse(table->dataset, layout, &lead))
        return;
    table_layout_of(table, &own);
    for (size_t i = 0; i < own.column_count; i++)
        layout_push(&lead, own.columns[i]);
    table_take(table, &lead);
    table->chosen = false;
    table->led = true;
}

void table_first(struct table *table)
{
    table->cursor_id = table->home_id = 0;
    table->cursor = 0;
    table->top = 0;
    table->is_partial = false;
}

enum column table_sorted_by(const struct table *table)
{
    return table->sort == COLUMN_NONE ? dataset_info(table->dataset)->order : table->sort;
}

bool table_shows(const struct table *table, enum column column)
{
    for (size_t i = 0; i < table->column_count; i++)
        if (table->columns[i] == column)
            return true;
    return false;
}

void table_sort(struct table *table, enum column column, bool descending)
{
    table->sort = order_name(table->dataset, column, descending);
    table->descending = descending;
    table->chosen = true;
    table->is_partial = false; /* who chooses has taken the row that is shown */
}
