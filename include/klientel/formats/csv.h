/*
 * CSV: records one after the other, whatever spreadsheet wrote them: comma, semicolon or tab (told
 * from the first line), UTF-8 with or without BOM or Latin-1 (told from the first cell beyond
 * ASCII; 0x80-0x9F as Windows has them), any line end, quotes as in RFC 4180.
 *
 * Memory is bounded: a cell is at most 1 MB, a record at most 4096 cells and 4 MB; longer ones,
 * zero bytes and unbalanced quotes end the reading with a failure that names the line.
 */
#ifndef KLIENTEL_FORMATS_CSV_H
#define KLIENTEL_FORMATS_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "klientel/base/message.h"
#include "klientel/formats/input.h"

enum { CSV_CELL_MAX = 1 << 20, CSV_RECORD_MAX = 4 << 20, CSV_CELLS_MAX = 4096 };

/* UTF-8, ended by a zero byte. An apostrophe that an export put before = + - @ TAB or CR is off. */
struct csv_cell {
    const char *text;
    size_t length;
};
struct csv_record {
    int64_t line; /* where it begins; the first line of the file is 1 */
    size_t count; /* cells, 1 or more */
    const struct csv_cell *cells;
    /* A cell that is not valid UTF-8 although the file began so: its place, else SIZE_MAX. Its text
     * is "" and the row should be refused. */
    size_t broken;
};

struct csv_reader;
/* Reads from the input, which stays the caller's. */
struct csv_reader *csv_reader_create(struct input *input);
void csv_reader_destroy(struct csv_reader *reader); /* NULL-safe */

enum csv_step { CSV_RECORD, CSV_END, CSV_FAILED };
/* The next record; blank lines and lines of nothing but delimiters are passed over. What is in the
 * record lives until the next call. */
enum csv_step csv_reader_next(struct csv_reader *reader, struct csv_record *ret_record,
                              struct failure *ret_failure);
char csv_reader_delimiter(const struct csv_reader *reader); /* known after the first record */

#endif
