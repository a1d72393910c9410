/*
 * Export: a rowset as table, CSV, JSON, JSON lines or a workbook (XLSX): the bytes `klientel list` prints and the
 * screen exports.
 *
 * CSV: RFC 4180, UTF-8, \r\n; Nordic CSV: ; decimal comma, BOM. Text cells that a spreadsheet would run
 * (= + - @ TAB CR) get an apostrophe in front, which import takes off again. JSON: array of objects, amounts
 * as strings with a point, instants UTC, unknown null, lists arrays. XLSX, like the table, is for people: labels
 * and words in their language, instants in bureau time; numbers, amounts, dates and booleans are such cells,
 * unknown is an empty one.
 */
#ifndef KLIENTEL_SERVICE_EXPORT_H
#define KLIENTEL_SERVICE_EXPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "klientel/rules/model.h"
#include "klientel/rules/command.h"

enum export_format { EXPORT_TABLE, EXPORT_CSV, EXPORT_CSV_NORDIC, EXPORT_JSON, EXPORT_JSONL,
                     EXPORT_XLSX, EXPORT_FORMATS };
bool export_format_parse(const char *word, enum export_format *ret_format);
/* How a file's name ends, without the point: "csv". */
const char *export_format_ending(enum export_format format);
/* How many rows it can hold; more must not be asked for. */
size_t export_rows_most(enum export_format format);

struct export_options {
    enum export_format format;
    const enum column *columns;
    size_t column_count;
    bool no_header;
    enum language language;
    int width; /* of the terminal for EXPORT_TABLE; 0 = as wide as it needs */
};
/* Rows `shown` (NULL = all) of the rowset, to the stream. False when the stream failed. */
bool export_rows(const struct rowset *rowset, const uint32_t *shown, size_t shown_count,
                 const struct export_options *options, FILE *out);

/* The same in slices, for who must not stand still meanwhile: the same bytes. Rowset, shown and stream stay
 * the caller's and must outlive it; the options are copied. */
struct export;
enum export_state { EXPORT_GOES_ON, EXPORT_DONE, EXPORT_FAILED };
struct export *export_start(const struct rowset *rowset, const uint32_t *shown, size_t shown_count,
                            const struct export_options *options, FILE *out);
/* Works for about so many microseconds, 0 = to the end. Packing a workbook cannot be parted: it is the last step,
 * a step of its own, about a second for three million cells. */
enum export_state export_step(struct export *export, int64_t microseconds);
size_t export_progress(const struct export *export); /* rows, of those it was given */
void export_end(struct export *export);              /* NULL-safe; it may go on no longer */

/* The JSON of cli.md for a receipt and for the dashboard; one line, ended by \n. */
bool export_receipt(const struct receipt *receipt, FILE *out);
bool export_dashboard(const struct dashboard *dashboard, FILE *out);
/* The receipt for a person: counts, then a line for each refused row with file, line, column, why. */
void export_receipt_text(const struct receipt *receipt, enum language language, FILE *out);

#endif
