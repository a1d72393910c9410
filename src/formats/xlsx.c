/*
 * XLSX: cells into a workbook. The one place that knows libxlsxwriter, which wants a file by name: it gets one
 * that lives in memory and is reached through /proc/self/fd, so that nothing half made is ever left behind.
 *
 * State: the workbook, its sheet, the row that is open, one format for each kind.
 * Invariant: texts go in by worksheet_write_string alone, which never makes a formula or a link.
 */
#include "klientel/formats/xlsx.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "klientel/base/buffer.h"
#include "klientel/base/arena.h"
#include "klientel/base/text.h"

enum {
    KINDS = XLSX_TIME + 1,
    SHEET_NAME = 31,      /* characters */
    WIDTH_MOST = 60,
    FILTER_BUTTON = 3,    /* characters that the filter's button covers */
    EPOCH = 25569,        /* 1970-01-01 as spreadsheets count days */
    FIRST_SURE_DAY = 61,  /* 1900-03-01: before it they count a day that never was */
    MADE = 315532800,     /* 1980-01-01, what the packed files inside say too */
    DAY = 86400,
};
static const int64_t digits_15 = 1000000000000000;

struct xlsx {
    lxw_workbook *workbook; /* NULL once it is packed */
    lxw_worksheet *sheet;
    lxw_format *formats[KINDS];
    struct xlsx_column *columns; /* owned; their labels are not used after the start */
    size_t count;
    lxw_row_t row, first;
    int file;
    bool failed;
};

static const char *const number_formats[KINDS] = {
    [XLSX_INTEGER] = "#,##0",
    [XLSX_ID] = "0",
    [XLSX_MONEY] = "#,##0.00",
    [XLSX_PERCENT] = "0.0%",
    [XLSX_DATE] = "yyyy-mm-dd",
    [XLSX_MONTH] = "yyyy-mm",
    [XLSX_TIME] = "yyyy-mm-dd hh:mm",
};

/* [ ] : * ? / \ and a quote at either end are not allowed in the name of a sheet. */
static void sheet_name_add(const char *name, struct buffer *ret_text)
{
    size_t position = 0, length = strlen(name);
    for (int i = 0; i < SHEET_NAME && position < length; i++) {
        char bytes[4];
        uint32_t scalar = text_next(name, length, &position);
        if (scalar < 0x80 && strchr("[]:*?/\\'", (int)scalar) != NULL)
            scalar = ' ';
        buffer_add(ret_text, bytes, text_put(scalar, bytes));
    }
}

static void head_write(struct xlsx *xlsx)
{
    lxw_format *bold = workbook_add_format(xlsx->workbook);
    format_set_bold(bold);
    for (size_t i = 0; i < xlsx->count; i++)
        worksheet_write_string(xlsx->sheet, 0, (lxw_col_t)i, xlsx->columns[i].label, bold);
    worksheet_freeze_panes(xlsx->sheet, 1, 0);
    xlsx->first = xlsx->row = 1;
}

static void columns_write(struct xlsx *xlsx)
{
    for (size_t i = 0; i < xlsx->count; i++) {
        const char *label = xlsx->columns[i].label;
        int width = text_width(label, strlen(label)) + FILTER_BUTTON;
        if (width < xlsx->columns[i].width + 1)
            width = xlsx->columns[i].width + 1;
        if (width > WIDTH_MOST)
            width = WIDTH_MOST;
        worksheet_set_column(xlsx->sheet, (lxw_col_t)i, (lxw_col_t)i, width, NULL);
    }
}

struct xlsx *xlsx_create(const char *sheet, const struct xlsx_column *columns, size_t count,
                         bool headed)
{
    struct xlsx *xlsx = memory_zero(1, sizeof *xlsx);
    char path[40];
    struct buffer name = { 0 };
    xlsx->columns = memory_zero(count + 1, sizeof *columns);
    memcpy(xlsx->columns, columns, count * sizeof *columns);
    xlsx->count = count;
    xlsx->file = memfd_create("klientel-xlsx", MFD_CLOEXEC);
    snprintf(path, sizeof path, "/proc/self/fd/%d", xlsx->file);
    lxw_workbook_options options = { .constant_memory = LXW_TRUE };
    xlsx->workbook = xlsx->file < 0 ? NULL : workbook_new_opt(path, &options);
    xlsx->failed = xlsx->workbook == NULL;
    if (xlsx->failed)
        return xlsx;
    lxw_doc_properties properties = { .created = MADE };
    workbook_set_properties(xlsx->workbook, &properties);
    sheet_name_add(sheet, &name);
    xlsx->sheet = workbook_add_worksheet(xlsx->workbook, buffer_text(&name));
    buffer_finish(&name);
    xlsx->failed = xlsx->sheet == NULL;
    if (xlsx->failed)
        return xlsx;
    for (int i = 0; i < KINDS; i++) {
        if (number_formats[i] == NULL)
            continue;
        xlsx->formats[i] = workbook_add_format(xlsx->workbook);
        format_set_num_format(xlsx->formats[i], number_formats[i]);
    }
    /* organisation numbers are texts and meant to be: no warning in each of their cells */
    worksheet_ignore_errors(xlsx->sheet, LXW_IGNORE_NUMBER_STORED_AS_TEXT, "A1:XFD1048576");
    columns_write(xlsx);
    if (headed)
        head_write(xlsx);
    return xlsx;
}

/* ---- cells ---- */

static void number_write(struct xlsx *xlsx, size_t column, double number)
{
    enum xlsx_kind kind = xlsx->columns[column].kind;
    if (worksheet_write_number(xlsx->sheet, xlsx->row, (lxw_col_t)column, number,
                               xlsx->formats[kind]) != LXW_NO_ERROR)
        xlsx->failed = true;
}

static void number_write_text(struct xlsx *xlsx, size_t column, int64_t number)
{
    struct buffer text = { 0 };
    enum xlsx_kind kind = xlsx->columns[column].kind;
    int64_t whole = kind == XLSX_MONEY ? number / 100 : kind == XLSX_PERCENT ? number / 10 : number;
    buffer_print(&text, "%s%" PRIu64, number < 0 ? "-" : "",
                 whole < 0 ? 0 - (uint64_t)whole : (uint64_t)whole);
    if (kind == XLSX_MONEY)
        buffer_print(&text, ".%02d", abs((int)(number % 100)));
    else if (kind == XLSX_PERCENT)
        buffer_print(&text, ".%d%%", abs((int)(number % 10)));
    xlsx_text(xlsx, column, buffer_text(&text));
    buffer_finish(&text);
}

static void day_write_text(struct xlsx *xlsx, size_t column, int64_t day)
{
    char text[DATE_TEXT_SIZE];
    xlsx_text(xlsx, column, date_format((struct date){ (int32_t)day }, text));
}

void xlsx_number(struct xlsx *xlsx, size_t column, int64_t number)
{
    assert(column < xlsx->count);
    if (xlsx->failed)
        return;
    switch (xlsx->columns[column].kind) {
    case XLSX_BOOLEAN:
        worksheet_write_boolean(xlsx->sheet, xlsx->row, (lxw_col_t)column, number != 0, NULL);
        return;
    case XLSX_DATE:
    case XLSX_MONTH:
        if (number + EPOCH < FIRST_SURE_DAY)
            day_write_text(xlsx, column, number);
        else
            number_write(xlsx, column, (double)(number + EPOCH));
        return;
    case XLSX_TIME:
        if (number / DAY + EPOCH < FIRST_SURE_DAY)
            day_write_text(xlsx, column, number / DAY);
        else
            number_write(xlsx, column, EPOCH + (double)number / DAY);
        return;
    case XLSX_TEXT:
    case XLSX_INTEGER:
    case XLSX_ID:
    case XLSX_MONEY:
    case XLSX_PERCENT:
        break;
    }
    if (number >= digits_15 || number <= -digits_15)
        number_write_text(xlsx, column, number);
    else if (xlsx->columns[column].kind == XLSX_MONEY)
        number_write(xlsx, column, (double)number / 100);
    else if (xlsx->columns[column].kind == XLSX_PERCENT)
        number_write(xlsx, column, (double)number / 1000);
    else
        number_write(xlsx, column, (double)number);
}

/* Bytes of the first XLSX_TEXT_MAX characters. */
static size_t text_room(const char *text, size_t length)
{
    size_t position = 0;
    for (int i = 0; i < XLSX_TEXT_MAX && position < length; i++)
        text_next(text, length, &position);
    return position;
}

void xlsx_text(struct xlsx *xlsx, size_t column, const char *text)
{
    assert(column < xlsx->count);
    size_t length = strlen(text);
    char *cut = NULL;
    if (xlsx->failed || length == 0)
        return;
    if (length > XLSX_TEXT_MAX && text_room(text, length) < length) {
        cut = memory_text(text);
        cut[text_room(text, length)] = '\0';
    }
    if (worksheet_write_string(xlsx->sheet, xlsx->row, (lxw_col_t)column, cut ? cut : text, NULL) !=
        LXW_NO_ERROR)
        xlsx->failed = true;
    free(cut);
}

void xlsx_next(struct xlsx *xlsx)
{
    assert(xlsx->row - xlsx->first < XLSX_ROWS_MAX);
    xlsx->row++;
}

/* ---- the end ---- */

static bool copy_out(int file, FILE *out)
{
    char piece[65536];
    ssize_t got = 0;
    if (lseek(file, 0, SEEK_SET) != 0)
        return false;
    while ((got = read(file, piece, sizeof piece)) > 0) {
        if (fwrite(piece, 1, (size_t)got, out) != (size_t)got)
            return false;
    }
    return got == 0;
}

bool xlsx_write(struct xlsx *xlsx, FILE *out)
{
    if (xlsx->failed)
        return false;
    if (xlsx->first == 1 && xlsx->count > 0)
        worksheet_autofilter(xlsx->sheet, 0, 0, xlsx->row > 1 ? xlsx->row - 1 : 0,
                             (lxw_col_t)(xlsx->count - 1));
    bool packed = workbook_close(xlsx->workbook) == LXW_NO_ERROR;
    xlsx->workbook = NULL; /* closing freed it */
    xlsx->failed = true;   /* once */
    return packed && copy_out(xlsx->file, out);
}

void xlsx_destroy(struct xlsx *xlsx)
{
    if (xlsx == NULL)
        return;
    lxw_workbook_free(xlsx->workbook);
    if (xlsx->file >= 0)
        close(xlsx->file);
    free(xlsx->columns);
    free(xlsx);
}
