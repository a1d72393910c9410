/*
 * Export: a rowset as table, CSV, JSON or JSON lines: the bytes `klientel list` prints and the screen exports.
 *
 * CSV: RFC 4180, UTF-8, \r\n; Nordic CSV: ; decimal comma, BOM. Text cells that a spreadsheet would run
 * (= + - @ TAB CR) get an apostrophe in front, which import takes off again. JSON: array of objects, amounts
 * as strings with a point, instants UTC, unknown null, lists arrays.
 */
#ifndef KLIENTEL_SERVICE_EXPORT_H
#define KLIENTEL_SERVICE_EXPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "klientel/rules/model.h"
#include "klientel/rules/command.h"

enum export_format { EXPORT_TABLE, EXPORT_CSV, EXPORT_CSV_NORDIC, EXPORT_JSON, EXPORT_JSONL };
bool export_format_parse(const char *word, enum export_format *ret_format);

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

/* The JSON of cli.md for a receipt and for the dashboard; one line, ended by \n. */
bool export_receipt(const struct receipt *receipt, FILE *out);
bool export_dashboard(const struct dashboard *dashboard, FILE *out);
/* The receipt for a person: counts, then a line for each refused row with file, line, column, why. */
void export_receipt_text(const struct receipt *receipt, enum language language, FILE *out);

#endif
