/*
 * Workbook: rows as cells of a sheet. Like the table it is for people: labels and words in their language; unlike
 * it, numbers stay numbers.
 */
#include "klientel/service/export.h"

#include "export_internal.h"
#include "klientel/base/text.h"

static enum xlsx_kind kind_of(enum column column)
{
    switch (column_info(column)->type) {
    case TYPE_INTEGER:
        return column_info(column)->flags & COLUMN_ID ? XLSX_ID : XLSX_INTEGER;
    case TYPE_MONEY:
        return XLSX_MONEY;
    case TYPE_PERCENT:
        return XLSX_PERCENT;
    case TYPE_BOOLEAN:
        return XLSX_BOOLEAN;
    case TYPE_DATE:
        return XLSX_DATE;
    case TYPE_MONTH:
        return XLSX_MONTH;
    case TYPE_INSTANT:
        return XLSX_TIME;
    case TYPE_TEXT:
    case TYPE_CODE:
    case TYPE_LIST:
        break;
    }
    return XLSX_TEXT;
}

static void workbook_begin(struct export *export)
{
    enum { TIME_WIDTH = 16, DATE_WIDTH = 10 };
    struct xlsx_column columns[DATASET_COLUMNS_MAX];
    enum language language = export->options.language;
    for (size_t i = 0; i < export->options.column_count; i++) {
        const struct column_info *info = column_info(export->options.columns[i]);
        columns[i] = (struct xlsx_column){ text_tr(language, info->label),
                                           kind_of(export->options.columns[i]), info->width };
        if (columns[i].kind == XLSX_TIME)
            columns[i].width = TIME_WIDTH;
        else if (columns[i].kind == XLSX_DATE)
            columns[i].width = DATE_WIDTH;
    }
    export->xlsx = xlsx_create(text_tr(language, dataset_info(export->rowset->dataset)->label),
                               columns, export->options.column_count, !export->options.no_header);
}

/* A cell has no time zone: what a person reads is bureau time, as on the screen. */
static int64_t wall_clock(int64_t second)
{
    struct instant instant = { second };
    int hour, minute;
    instant_clock(instant, &hour, &minute);
    return (int64_t)date_of_instant(instant).day * 86400 + hour * 3600 + minute * 60 +
           (second % 60 + 60) % 60;
}

static void text_value(struct export *export, size_t index, size_t row, enum column column)
{
    buffer_clear(&export->cell);
    rowset_add_shown(export->rowset, row, column, export->options.language, &export->cell);
    xlsx_text(export->xlsx, index, buffer_text(&export->cell));
}

static void workbook_row(struct export *export, size_t row)
{
    for (size_t i = 0; i < export->options.column_count; i++) {
        enum column column = export->options.columns[i];
        enum column_type type = column_info(column)->type;
        struct value value = rowset_value(export->rowset, row, column);
        if (!value.known)
            continue;
        if (column_is_text(type))
            text_value(export, i, row, column);
        else if (type == TYPE_MONTH)
            xlsx_number(export->xlsx, i, month_first((struct month){ (int32_t)value.number }).day);
        else
            xlsx_number(export->xlsx, i,
                        type == TYPE_INSTANT ? wall_clock(value.number) : value.number);
    }
    xlsx_next(export->xlsx);
}

static bool workbook_end(struct export *export)
{
    return xlsx_write(export->xlsx, export->out);
}

const struct export_ops export_xlsx_ops = {
    .word = "xlsx",
    .begin = workbook_begin,
    .row = workbook_row,
    .end = workbook_end,
    .end_is_long = true,
};
