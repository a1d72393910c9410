/*
 * Export: rows as bytes. Every format walks the same rows and columns and differs in its struct export_ops; the
 * table walks them twice, since columns are as wide as their widest cell.
 *
 * State: struct export: which row comes next. Rows are written one at a time; nothing is kept but one row's bytes
 * and the table's widths (a workbook's rows wait in a file of the library's).
 */
#include "klientel/service/export.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "export_internal.h"
#include "klientel/base/loop.h"
#include "klientel/service/json.h"

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
    bool nordic = export->options.format == EXPORT_CSV_NORDIC;
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
    char separator = export->options.format == EXPORT_CSV_NORDIC ? ';' : ',';
    if (index > 0)
        buffer_add_byte(&export->row, separator);
    csv_quoted(export, separator);
}

static void csv_row(struct export *export, size_t row)
{
    for (size_t i = 0; i < export->options.column_count; i++) {
        enum column column = export->options.columns[i];
        struct value value = rowset_value(export->rowset, row, column);
        csv_value(export, &value, column_info(column)->type);
        csv_cell(export, i);
    }
    buffer_add_text(&export->row, "\r\n");
}

static void csv_header(struct export *export)
{
    if (export->options.format == EXPORT_CSV_NORDIC)
        buffer_add_text(&export->row, "\xef\xbb\xbf");
    if (export->options.no_header)
        return;
    for (size_t i = 0; i < export->options.column_count; i++) {
        buffer_clear(&export->cell);
        buffer_add_text(&export->cell, column_info(export->options.columns[i])->name);
        csv_cell(export, i);
    }
    buffer_add_text(&export->row, "\r\n");
}

/* ---- JSON ---- */

static void object_row(struct export *export, size_t row)
{
    struct json json = { .text = export->row };
    json_row(&json, export->rowset, row, export->options.columns, export->options.column_count);
    export->row = json.text;
}

static void json_begin(struct export *export)
{
    buffer_add_text(&export->row, "[");
}

static void json_export_row(struct export *export, size_t row)
{
    buffer_add_text(&export->row, export->written == 0 ? "\n" : ",\n");
    object_row(export, row);
}

static bool json_end(struct export *export)
{
    buffer_add_text(&export->row, export->count > 0 ? "\n]\n" : "]\n");
    return true;
}

static void jsonl_row(struct export *export, size_t row)
{
    object_row(export, row);
    buffer_add_byte(&export->row, '\n');
}

/* ---- the formats ---- */

static const struct export_ops csv_ops = { .word = "csv", .begin = csv_header, .row = csv_row },
    nordic_ops = { .word = "nordic", .begin = csv_header, .row = csv_row },
    json_ops = { .word = "json", .begin = json_begin, .row = json_export_row, .end = json_end },
    jsonl_ops = { .word = "jsonl", .row = jsonl_row };

static const struct export_ops *ops_of(enum export_format format)
{
    static const struct export_ops *const ops[] = {
        [EXPORT_TABLE] = &export_table_ops, [EXPORT_CSV] = &csv_ops, [EXPORT_CSV_NORDIC] = &nordic_ops,
        [EXPORT_JSON] = &json_ops,          [EXPORT_JSONL] = &jsonl_ops, [EXPORT_XLSX] = &export_xlsx_ops,
    };
    static_assert(sizeof ops / sizeof *ops == EXPORT_FORMATS, "a format without its functions");
    return ops[format];
}

bool export_format_parse(const char *word, enum export_format *ret_format)
{
    for (int format = 0; format < EXPORT_FORMATS; format++) {
        if (strcmp(ops_of((enum export_format)format)->word, word) == 0) {
            *ret_format = (enum export_format)format;
            return true;
        }
    }
    return false;
}

const char *export_format_ending(enum export_format format)
{
    return format == EXPORT_TABLE        ? "txt"
           : format == EXPORT_CSV_NORDIC ? "csv"
                                         : ops_of(format)->word;
}

size_t export_rows_most(enum export_format format)
{
    return format == EXPORT_XLSX ? XLSX_ROWS_MAX : SIZE_MAX;
}

/* ---- the walk ---- */

struct export *export_start(const struct rowset *rowset, const uint32_t *shown, size_t shown_count,
                            const struct export_options *options, FILE *out)
{
    assert(options->column_count <= DATASET_COLUMNS_MAX);
    struct export *export = memory_zero(1, sizeof *export);
    *export = (struct export){
        .ops = ops_of(options->format),
        .rowset = rowset,
        .shown = shown,
        .count = shown != NULL ? shown_count : rowset->count,
        .options = *options,
        .out = out,
    };
    memcpy(export->columns, options->columns, options->column_count * sizeof *options->columns);
    export->options.columns = export->columns;
    assert(export->count <= export_rows_most(options->format));
    buffer_reserve(&export->row, 256);
    return export;
}

static bool flush_row(struct export *export)
{
    bool ok = export->row.length == 0 ||
              fwrite(export->row.data, 1, export->row.length, export->out) == export->row.length;
    buffer_clear(&export->row);
    return ok;
}

static size_t row_number(const struct export *export, size_t position)
{
    return export->shown != NULL ? export->shown[position] : position;
}

/* The next piece of work; *ret_done when it was the last one. */
static bool step(struct export *export, bool *ret_done)
{
    if (export->ops->measures && export->measured < export->count) {
        export->ops->measure(export, row_number(export, export->measured++));
        return true;
    }
    if (!export->begun) {
        export->begun = true;
        if (export->ops->begin != NULL)
            export->ops->begin(export);
        return flush_row(export);
    }
    if (export->written < export->count) {
        export->ops->row(export, row_number(export, export->written));
        export->written++;
        return flush_row(export);
    }
    *ret_done = true;
    return (export->ops->end == NULL || export->ops->end(export)) && flush_row(export);
}

enum export_state export_step(struct export *export, int64_t microseconds)
{
    enum { LOOK_EVERY = 16 };
    int64_t until = microseconds > 0 ? clock_tick() + microseconds * 1000 : 0;
    bool done = false;
    for (int count = 1; !done; count++) {
        if (!step(export, &done))
            return EXPORT_FAILED;
        if (!done && until != 0 && count % LOOK_EVERY == 0 && clock_tick() >= until)
            return EXPORT_GOES_ON;
        /* what comes after the last row may take its time: who waits is told first */
        if (!done && until != 0 && export->ops->end_is_long && export->written == export->count &&
            !export->announced) {
            export->announced = true;
            return EXPORT_GOES_ON;
        }
    }
    return EXPORT_DONE;
}

size_t export_progress(const struct export *export)
{
    size_t done = export->written + export->measured;
    return export->ops->measures ? done / 2 : done;
}

void export_end(struct export *export)
{
    if (export == NULL)
        return;
    buffer_finish(&export->row);
    buffer_finish(&export->cell);
    xlsx_destroy(export->xlsx);
    free(export);
}

bool export_rows(const struct rowset *rowset, const uint32_t *shown, size_t shown_count,
                 const struct export_options *options, FILE *out)
{
    struct export *export = export_start(rowset, shown, shown_count, options, out);
    bool ok = export_step(export, 0) == EXPORT_DONE;
    export_end(export);
    return ok;
}
