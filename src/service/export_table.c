/*
 * Table: rows for a person to read: columns as wide as their widest cell, so that every row is looked at twice;
 * where the room is less the widest texts give way.
 */
#include "klientel/service/export.h"

#include <string.h>

#include "export_internal.h"
#include "klientel/base/text.h"

enum { TABLE_GAP = 2, TEXT_WIDTH_MIN = 6 };

static bool type_right(enum column_type type)
{
    return type == TYPE_INTEGER || type == TYPE_MONEY || type == TYPE_PERCENT;
}

/* The cell as a person sees it, in export->cell. */
static void table_value(struct export *export, size_t row, enum column column)
{
    struct buffer shown = { 0 };
    rowset_add_shown(export->rowset, row, column, export->options.language, &shown);
    buffer_clear(&export->cell);
    text_safe_add(buffer_text(&shown), shown.length, &export->cell);
    buffer_finish(&shown);
}

static void table_label(struct export *export, enum column column)
{
    buffer_clear(&export->cell);
    buffer_add_text(&export->cell,
                    text_tr(export->options.language, column_info(column)->label));
}

static void widen(struct export *export, size_t index)
{
    int width = text_width(buffer_text(&export->cell), export->cell.length);
    if (width > export->widths[index])
        export->widths[index] = width;
}

static int table_width(const struct export *export)
{
    int total = 0;
    for (size_t i = 0; i < export->options.column_count; i++)
        total += export->widths[i] + (i > 0 ? TABLE_GAP : 0);
    return total;
}

/* Takes from the widest text column until the table fits or no text column can give more. */
static void table_shrink(struct export *export)
{
    while (export->options.width > 0 && table_width(export) > export->options.width) {
        size_t widest = SIZE_MAX;
        for (size_t i = 0; i < export->options.column_count; i++) {
            if (column_is_text(column_info(export->options.columns[i])->type) &&
                export->widths[i] > TEXT_WIDTH_MIN &&
                (widest == SIZE_MAX || export->widths[i] > export->widths[widest]))
                widest = i;
        }
        if (widest == SIZE_MAX)
            return;
        export->widths[widest]--;
    }
}

static void table_measure(struct export *export, size_t row)
{
    for (size_t i = 0; i < export->options.column_count; i++) {
        table_value(export, row, export->options.columns[i]);
        widen(export, i);
    }
}

static void table_blanks(struct export *export, int count)
{
    for (int i = 0; i < count; i++)
        buffer_add_byte(&export->row, ' ');
}

/* The cell into its column: cut with ~, padded on the side its type wants; no blanks at a line's end. */
static void table_cell(struct export *export, size_t index)
{
    const char *text = buffer_text(&export->cell);
    size_t length = export->cell.length;
    int width = text_width(text, length);
    int room = export->widths[index];
    bool cut = width > room;
    bool last = index + 1 == export->options.column_count;
    if (cut) {
        length = text_fit(text, length, room - 1);
        width = text_width(text, length) + 1;
    }
    if (index > 0)
        table_blanks(export, TABLE_GAP);
    bool right = type_right(column_info(export->options.columns[index])->type);
    if (right)
        table_blanks(export, room - width);
    buffer_add(&export->row, text, length);
    if (cut)
        buffer_add_byte(&export->row, '~');
    if (!right && !last)
        table_blanks(export, room - width);
}

static void table_begin(struct export *export)
{
    for (size_t i = 0; !export->options.no_header && i < export->options.column_count; i++) {
        table_label(export, export->options.columns[i]);
        widen(export, i);
    }
    table_shrink(export);
    if (export->options.no_header)
        return;
    for (size_t i = 0; i < export->options.column_count; i++) {
        table_label(export, export->options.columns[i]);
        table_cell(export, i);
    }
    buffer_add_byte(&export->row, '\n');
}

static void table_row(struct export *export, size_t row)
{
    for (size_t i = 0; i < export->options.column_count; i++) {
        table_value(export, row, export->options.columns[i]);
        table_cell(export, i);
    }
    buffer_add_byte(&export->row, '\n');
}

const struct export_ops export_table_ops = {
    .word = "table",
    .measures = true,
    .measure = table_measure,
    .begin = table_begin,
    .row = table_row,
};
