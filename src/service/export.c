/*
 * Export: rows as bytes. Every format walks the same rows and columns and differs in one function that
 * writes a row; the table needs two walks, since columns are as wide as their widest cell.
 *
 * Rows are written one at a time; nothing is kept but one row's bytes and the table's widths.
 */
#include "klientel/service/export.h"

#include <assert.h>
#include <string.h>

#include "klientel/base/text.h"
#include "klientel/service/json.h"

enum { TABLE_GAP = 2, TEXT_WIDTH_MIN = 6 };

bool export_format_parse(const char *word, enum export_format *ret_format)
{
    static const struct {
        const char *word;
        enum export_format format;
    } formats[] = {
        { "table", EXPORT_TABLE },
        { "csv", EXPORT_CSV },
        { "nordic", EXPORT_CSV_NORDIC },
        { "json", EXPORT_JSON },
        { "jsonl", EXPORT_JSONL },
    };
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (strcmp(formats[i].word, word) == 0) {
            *ret_format = formats[i].format;
            return true;
        }
    }
    return false;
}

/* What one export works with. */
struct export {
    const struct rowset *rowset;
    const struct export_options *options;
    struct buffer row;
    struct buffer cell;
    int widths[DATASET_COLUMNS_MAX]; /* table only */
};

static bool flush_row(struct export *export, FILE *out)
{
    bool ok = fwrite(export->row.data, 1, export->row.length, out) == export->row.length;
    buffer_clear(&export->row);
    return ok;
}

/* ---- CSV ---- */

/* Also a text that looks guarded already gets an apostrophe: import takes exactly one off. */
static bool cell_runs(const char *text)
{
    text += strspn(text, "'");
    return *text != '\0' && strchr("=+-@\t\r", *text) != NULL;
}

static void csv_quoted(struct export *export, char separator)
{
    const char *text = buffer_text(&export->cell);
    const char specials[] = { separator, '"', '\r', '\n', '\0' };
    if (strpbrk(text, specials) == NULL && *text != ' ' &&
        (export->cell.length == 0 || text[export->cell.length - 1] != ' ')) {
        buffer_add(&export->row, text, export->cell.length);
        return;
    }
    buffer_add_byte(&export->row, '"');
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '"')
            buffer_add_byte(&export->row, '"');
        buffer_add_byte(&export->row, *at);
    }
    buffer_add_byte(&export->row, '"');
}

/* Items joined by commas; one with a separator in it stands in quotation marks. */
static void csv_list(const struct value *value, struct buffer *text)
{
    const char *item;
    size_t position = 0, length;
    for (bool first = true; value_item(value, &position, &item, &length); first = false) {
        if (!first)
            buffer_add_byte(text, ',');
        bool quoted = false;
        for (size_t i = 0; i < length; i++)
            quoted |= memchr(",;|\"", item[i], 4) != NULL;
        if (quoted)
            buffer_add_byte(text, '"');
        for (size_t i = 0; i < length; i++) {
            if (item[i] == '"')
                buffer_add_byte(text, '"');
            buffer_add_byte(text, item[i]);
        }
        if (quoted)
            buffer_add_byte(text, '"');
    }
}

static void csv_value(struct export *export, const struct value *value, enum column_type type)
{
    bool nordic = export->options->format == EXPORT_CSV_NORDIC;
    buffer_clear(&export->cell);
    if (value->known && column_is_text(type)) {
        struct buffer plain = { 0 };
        if (type == TYPE_LIST)
            csv_list(value, &plain);
        else
            value_add_plain(value, TYPE_LIST, ", ", &plain);
        if (cell_runs(buffer_text(&plain)))
            buffer_add_byte(&export->cell, '\'');
        buffer_add(&export->cell, buffer_text(&plain), plain.length);
        buffer_finish(&plain);
    } else {
        value_add_plain(value, type, ",", &export->cell);
        char *point = nordic && (type == TYPE_MONEY || type == TYPE_PERCENT) && export->cell.length > 0
                          ? strchr(export->cell.data, '.')
                          : NULL;
        if (point != NULL)
            *point = ',';
    }
}

static void csv_cell(struct export *export, size_t index)
{
    char separator = export->options->format == EXPORT_CSV_NORDIC ? ';' : ',';
    if (index > 0)
        buffer_add_byte(&export->row, separator);
    csv_quoted(export, separator);
}

static void csv_row(struct export *export, size_t row)
{
    for (size_t i = 0; i < export->options->column_count; i++) {
        enum column column = export->options->columns[i];
        struct value value = rowset_value(export->rowset, row, column);
        csv_value(export, &value, column_info(column)->type);
        csv_cell(export, i);
    }
    buffer_add_text(&export->row, "\r\n");
}

static void csv_header(struct export *export)
{
    if (export->options->format == EXPORT_CSV_NORDIC)
        buffer_add_text(&export->row, "\xef\xbb\xbf");
    if (export->options->no_header)
        return;
    for (size_t i = 0; i < export->options->column_count; i++) {
        buffer_clear(&export->cell);
        buffer_add_text(&export->cell, column_info(export->options->columns[i])->name);
        csv_cell(export, i);
    }
    buffer_add_text(&export->row, "\r\n");
}

/* ---- JSON ---- */

static void object_row(struct export *export, size_t row)
{
    struct json json = { .text = export->row };
    json_row(&json, export->rowset, row, export->options->columns, export->options->column_count);
    export->row = json.text;
}

/* ---- table ---- */

static bool type_right(enum column_type type)
{
    return type == TYPE_INTEGER || type == TYPE_MONEY || type == TYPE_PERCENT;
}

/* The cell as a person sees it, in export->cell. */
static void table_value(struct export *export, size_t row, enum column column)
{
    struct buffer shown = { 0 };
    struct value value = rowset_value(export->rowset, row, column);
    value_add_shown(&value, column, export->options->language, &shown);
    for (size_t i = 0; i < shown.length; i++) {
        if (shown.data[i] == VALUE_SEPARATOR) /* a log row's text holds several values */
            shown.data[i] = ' ';
    }
    buffer_clear(&export->cell);
    text_safe_add(buffer_text(&shown), shown.length, &export->cell);
    buffer_finish(&shown);
}

static void table_label(struct export *export, enum column column)
{
    buffer_clear(&export->cell);
    buffer_add_text(&export->cell,
                    text_tr(export->options->language, column_info(column)->label));
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
    for (size_t i = 0; i < export->options->column_count; i++)
        total += export->widths[i] + (i > 0 ? TABLE_GAP : 0);
    return total;
}

/* Takes from the widest text column until the table fits or no text column can give more. */
static void table_shrink(struct export *export)
{
    while (export->options->width > 0 && table_width(export) > export->options->width) {
        size_t widest = SIZE_MAX;
        for (size_t i = 0; i < export->options->column_count; i++) {
            if (column_is_text(column_info(export->options->columns[i])->type) &&
                export->widths[i] > TEXT_WIDTH_MIN &&
                (widest == SIZE_MAX || export->widths[i] > export->widths[widest]))
                widest = i;
        }
        if (widest == SIZE_MAX)
            return;
        export->widths[widest]--;
    }
}

static void table_measure(struct export *export, const uint32_t *shown, size_t count)
{
    for (size_t i = 0; i < export->options->column_count; i++) {
        enum column column = export->options->columns[i];
        if (!export->options->no_header) {
            table_label(export, column);
            widen(export, i);
        }
        for (size_t r = 0; r < count; r++) {
            table_value(export, shown != NULL ? shown[r] : r, column);
            widen(export, i);
        }
    }
    table_shrink(export);
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
    bool last = index + 1 == export->options->column_count;
    if (cut) {
        length = text_fit(text, length, room - 1);
        width = text_width(text, length) + 1;
    }
    if (index > 0)
        table_blanks(export, TABLE_GAP);
    bool right = type_right(column_info(export->options->columns[index])->type);
    if (right)
        table_blanks(export, room - width);
    buffer_add(&export->row, text, length);
    if (cut)
        buffer_add_byte(&export->row, '~');
    if (!right && !last)
        table_blanks(export, room - width);
}

static void table_header(struct export *export)
{
    if (export->options->no_header)
        return;
    for (size_t i = 0; i < export->options->column_count; i++) {
        table_label(export, export->options->columns[i]);
        table_cell(export, i);
    }
    buffer_add_byte(&export->row, '\n');
}

static void table_row(struct export *export, size_t row)
{
    for (size_t i = 0; i < export->options->column_count; i++) {
        table_value(export, row, export->options->columns[i]);
        table_cell(export, i);
    }
    buffer_add_byte(&export->row, '\n');
}

/* ---- the walk ---- */

static void add_header(struct export *export, const uint32_t *shown, size_t count)
{
    switch (export->options->format) {
    case EXPORT_TABLE:
        table_measure(export, shown, count);
        table_header(export);
        return;
    case EXPORT_CSV:
    case EXPORT_CSV_NORDIC:
        csv_header(export);
        return;
    case EXPORT_JSON:
        buffer_add_text(&export->row, "[");
        return;
    case EXPORT_JSONL:
        return;
    }
}

static void add_row(struct export *export, size_t row, bool first)
{
    switch (export->options->format) {
    case EXPORT_TABLE:
        table_row(export, row);
        return;
    case EXPORT_CSV:
    case EXPORT_CSV_NORDIC:
        csv_row(export, row);
        return;
    case EXPORT_JSON:
        buffer_add_text(&export->row, first ? "\n" : ",\n");
        object_row(export, row);
        return;
    case EXPORT_JSONL:
        object_row(export, row);
        buffer_add_byte(&export->row, '\n');
        return;
    }
}

bool export_rows(const struct rowset *rowset, const uint32_t *shown, size_t shown_count,
                 const struct export_options *options, FILE *out)
{
    assert(options->column_count <= DATASET_COLUMNS_MAX);
    struct export export = { .rowset = rowset, .options = options };
    size_t count = shown != NULL ? shown_count : rowset->count;
    buffer_reserve(&export.row, 256);
    add_header(&export, shown, count);
    bool ok = flush_row(&export, out);
    for (size_t i = 0; ok && i < count; i++) {
        add_row(&export, shown != NULL ? shown[i] : i, i == 0);
        ok = flush_row(&export, out);
    }
    if (ok && options->format == EXPORT_JSON) {
        buffer_add_text(&export.row, count > 0 ? "\n]\n" : "]\n");
        ok = flush_row(&export, out);
    }
    buffer_finish(&export.row);
    buffer_finish(&export.cell);
    return ok;
}
