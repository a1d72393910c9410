/*
 * XLSX: a workbook with one sheet, written row by row for a spreadsheet program: real numbers, dates and
 * booleans; the head bold, frozen and with a filter; a text is never a formula. The same cells give the
 * same bytes: nothing in the file tells when or by whom it was made.
 *
 * Memory is constant: rows wait in an unnamed temporary file, the packed workbook in memory.
 */
#ifndef KLIENTEL_FORMATS_XLSX_H
#define KLIENTEL_FORMATS_XLSX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { XLSX_ROWS_MAX = 1048575, XLSX_TEXT_MAX = 32767 }; /* rows below the head; characters of a cell */

/* What a column's numbers are; its texts are texts whatever it is. */
enum xlsx_kind {
    XLSX_TEXT,
    XLSX_INTEGER,
    XLSX_ID,      /* a number that names something: no groups */
    XLSX_MONEY,   /* hundredths */
    XLSX_PERCENT, /* tenths of a percent */
    XLSX_BOOLEAN,
    XLSX_DATE,    /* days since 1970-01-01 */
    XLSX_MONTH,   /* the same: its first day, shown as 2026-11 */
    XLSX_TIME,    /* seconds since 1970-01-01, of the clock that is to be shown */
};
struct xlsx_column {
    const char *label; /* UTF-8 */
    enum xlsx_kind kind;
    int width;         /* characters */
};

struct xlsx;
/* sheet: its name, made to fit the rules for such names. headed: the labels are the first row. */
struct xlsx *xlsx_create(const char *sheet, const struct xlsx_column *columns, size_t count,
                         bool headed);
void xlsx_destroy(struct xlsx *xlsx); /* NULL-safe; of a workbook not written nothing stays */

/* Cells of the row that is open, each at most once, from left to right; one that is left out is empty. A
 * number beyond the 15 digits that spreadsheets keep, and a date before 1900-03-01, which they count in two
 * ways, becomes text. A text is cut at XLSX_TEXT_MAX. */
void xlsx_number(struct xlsx *xlsx, size_t column, int64_t number);
void xlsx_text(struct xlsx *xlsx, size_t column, const char *text); /* plain text: no control characters */
void xlsx_next(struct xlsx *xlsx); /* the row is done; at most XLSX_ROWS_MAX */

/* Packs the workbook, which takes a second for three million cells, and copies it to the stream. Once. False when
 * either failed. */
bool xlsx_write(struct xlsx *xlsx, FILE *out);

#endif
