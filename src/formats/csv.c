/*
 * CSV: records out of bytes. The one place that knows libcsv, which pushes cells; here they wait,
 * one piece of the file at a time, until they are pulled.
 *
 * State: bytes of the cells, the cells, the finished records of this piece; the cells of the record
 * that is still open move to the front when the next piece is read.
 * Invariants: line = the line the parser stands on; at most one piece plus one record is held.
 */
#include "klientel/formats/csv.h"

#include <assert.h>
#include <csv.h>
#include <stdlib.h>
#include <string.h>

#include "klientel/base/arena.h"
#include "klientel/base/buffer.h"
#include "klientel/base/text.h"

enum { PIECE_SIZE = 65536 };
enum encoding { ENCODING_UNKNOWN, ENCODING_UTF8, ENCODING_LATIN1 };

struct span {
    size_t at, length;
};
struct waiting {
    int64_t line;
    size_t first, count, broken;
};

struct csv_reader {
    struct input *input;
    struct csv_parser parser;
    enum encoding encoding;
    bool started, ended;
    char delimiter;
    char piece[PIECE_SIZE];

    struct buffer bytes;
    struct span *cells;
    size_t cell_count, cell_capacity;
    struct waiting *records;
    size_t record_count, record_capacity, record_next;
    struct csv_cell *handed;
    size_t handed_capacity;

    int64_t line;      /* the parser stands here, without line ends inside the open record */
    int64_t inner;     /* line ends inside the open record's cells */
    bool after_return; /* the last thing seen was \r: a \n now belongs to it */
    size_t open_first; /* first cell of the open record */
    size_t open_at;    /* its first byte */
    size_t open_broken;
    bool open_blank; /* nothing but empty cells so far */

    bool failed; /* reading stops after the records that wait */
    struct failure failure;
};

/* Windows-1252 where it differs from Latin-1; 0 = not assigned, kept as the control it is. */
static const uint16_t windows[32] = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178,
};

static void fail_at(struct csv_reader *reader, const char *text)
{
    if (reader->failed)
        return;
    char where[192];
    snprintf(where, sizeof where, "%.150s:%lld", input_name(reader->input),
             (long long)reader->line);
    failure_set(&reader->failure, FAILURE_USAGE, where, text, NULL);
    reader->failed = true;
}

static bool is_ascii(const char *text, size_t length)
{
    size_t i = 0;
    for (; i + 8 <= length; i += 8) {
        uint64_t word;
        memcpy(&word, text + i, 8);
        if ((word & UINT64_C(0x8080808080808080)) != 0)
            return false;
    }
    for (; i < length; i++)
        if ((text[i] & 0x80) != 0)
            return false;
    return true;
}

static void add_latin1(struct buffer *bytes, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        uint32_t scalar = (unsigned char)text[i];
        if (scalar >= 0x80 && scalar < 0xA0 && windows[scalar - 0x80] != 0)
            scalar = windows[scalar - 0x80];
        char put[4];
        buffer_add(bytes, put, text_put(scalar, put));
    }
}

/* What an export put in front so that no spreadsheet runs the cell. */
static bool has_guard(const char *text, size_t length)
{
    size_t at = 0;
    while (at < length && text[at] == '\'')
        at++;
    return at > 0 && at < length && memchr("=+-@\t\r", text[at], 6) != NULL;
}

static void count_lines(struct csv_reader *reader, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == length || text[i + 1] != '\n')))
            reader->inner++;
}

static void take_cell(void *data, size_t length, void *context)
{
    struct csv_reader *reader = context;
    const char *text = data;
    reader->after_return = false;
    if (reader->failed)
        return;
    size_t place = reader->cell_count - reader->open_first;
    if (place >= CSV_CELLS_MAX) {
        fail_at(reader, N_("The line has more than 4096 cells: is this the right file?"));
        return;
    }
    if (length > CSV_CELL_MAX || reader->bytes.length - reader->open_at > CSV_RECORD_MAX) {
        fail_at(reader, N_("The line is too long: is this the right file?"));
        return;
    }
    if (memchr(text, '\n', length) != NULL || memchr(text, '\r', length) != NULL)
        count_lines(reader, text, length);
    if (has_guard(text, length)) {
        text++;
        length--;
    }
    if (reader->cell_count == reader->cell_capacity) {
        reader->cell_capacity = reader->cell_capacity == 0 ? 1024 : reader->cell_capacity * 2;
        reader->cells = memory_resize(reader->cells, reader->cell_capacity * sizeof *reader->cells);
    }
    struct span *cell = &reader->cells[reader->cell_count++];
    cell->at = reader->bytes.length;
    if (is_ascii(text, length)) {
        buffer_add(&reader->bytes, text, length);
    } else {
        bool valid = reader->encoding != ENCODING_LATIN1 && text_is_utf8(text, length);
        if (reader->encoding == ENCODING_UNKNOWN)
            reader->encoding = valid ? ENCODING_UTF8 : ENCODING_LATIN1;
        if (reader->encoding == ENCODING_LATIN1)
            add_latin1(&reader->bytes, text, length);
        else if (valid)
            buffer_add(&reader->bytes, text, length);
        else if (reader->open_broken == SIZE_MAX)
            reader->open_broken = place;
    }
    cell->length = reader->bytes.length - cell->at;
    buffer_add_byte(&reader->bytes, '\0');
    if (length > 0)
        reader->open_blank = false;
}

static void open_record(struct csv_reader *reader)
{
    reader->open_first = reader->cell_count;
    reader->open_at = reader->bytes.length;
    reader->open_broken = SIZE_MAX;
    reader->open_blank = true;
    reader->inner = 0;
}

static void end_record(int end, void *context)
{
    struct csv_reader *reader = context;
    if (reader->failed)
        return;
    size_t count = reader->cell_count - reader->open_first;
    if (count > 0 && !reader->open_blank) {
        if (reader->record_count == reader->record_capacity) {
            reader->record_capacity =
                reader->record_capacity == 0 ? 256 : reader->record_capacity * 2;
            reader->records =
                memory_resize(reader->records, reader->record_capacity * sizeof *reader->records);
        }
        reader->records[reader->record_count++] =
            (struct waiting) { reader->line, reader->open_first, count, reader->open_broken };
    } else { /* blank: forget its cells */
        reader->cell_count = reader->open_first;
        reader->bytes.length = reader->open_at;
    }
    if (!(end == '\n' && reader->after_return && count == 0))
        reader->line += reader->inner + 1;
    reader->after_return = end == '\r';
    open_record(reader);
}

/* The delimiter that stands most often in the first line, outside quotes; the first of equals. */
static char find_delimiter(const char *text, size_t length)
{
    static const char known[] = ",;\t";
    size_t count[3] = { 0 }, first[3] = { 0 };
    bool quoted = false, any = false;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '"')
            quoted = !quoted;
        if (quoted)
            continue;
        if (text[i] == '\n' || text[i] == '\r') {
            if (any)
                break;
            continue;
        }
        any = true;
        const char *found = memchr(known, text[i], 3);
        if (found != NULL && count[found - known]++ == 0)
            first[found - known] = i;
    }
    size_t best = 0;
    for (size_t i = 1; i < 3; i++)
        if (count[i] > count[best] ||
            (count[i] > 0 && count[i] == count[best] && first[i] < first[best]))
            best = i;
    return known[best];
}

static bool start(struct csv_reader *reader, struct failure *ret_failure)
{
    size_t length;
    const char *head = input_peek(reader->input, &length, ret_failure);
    if (head == NULL)
        return false;
    reader->started = true;
    size_t skip = 0;
    if (length >= 3 && memcmp(head, "\xEF\xBB\xBF", 3) == 0) {
        skip = 3;
        reader->encoding = ENCODING_UTF8;
    } else if (length >= 2 &&
               (memcmp(head, "\xFF\xFE", 2) == 0 || memcmp(head, "\xFE\xFF", 2) == 0)) {
        fail_at(reader, N_("The file is UTF-16 text: save it as CSV in UTF-8."));
        return true;
    }
    reader->delimiter = find_delimiter(head + skip, length - skip);
    csv_set_delim(&reader->parser, (unsigned char)reader->delimiter);
    if (skip > 0 && input_read(reader->input, reader->piece, skip, ret_failure) != (ssize_t)skip)
        return false;
    return true;
}

struct csv_reader *csv_reader_create(struct input *input)
{
    struct csv_reader *reader = memory_zero(1, sizeof *reader);
    reader->input = input;
    reader->line = 1;
    csv_init(&reader->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL);
    csv_set_blk_size(&reader->parser, 4096);
    open_record(reader);
    return reader;
}

void csv_reader_destroy(struct csv_reader *reader)
{
    if (reader == NULL)
        return;
    csv_free(&reader->parser);
    buffer_finish(&reader->bytes);
    free(reader->cells);
    free(reader->records);
    free(reader->handed);
    free(reader);
}

char csv_reader_delimiter(const struct csv_reader *reader)
{
    return reader->delimiter;
}

/* Forgets the records handed out; the open record's cells move to the front. */
static void make_room(struct csv_reader *reader)
{
    size_t cells = reader->cell_count - reader->open_first;
    size_t bytes = reader->bytes.length - reader->open_at;
    if (reader->open_at > 0 && bytes > 0)
        memmove(reader->bytes.data, reader->bytes.data + reader->open_at, bytes);
    for (size_t i = 0; i < cells; i++) {
        reader->cells[i] = reader->cells[reader->open_first + i];
        reader->cells[i].at -= reader->open_at;
    }
    reader->cell_count = cells;
    reader->bytes.length = bytes;
    reader->open_first = 0;
    reader->open_at = 0;
    reader->record_count = 0;
    reader->record_next = 0;
}

static void parse(struct csv_reader *reader, size_t length)
{
    static const char *const quotes = N_("The quotation marks do not match: put them around the "
                                         "whole cell and double those inside.");
    const char *zero = memchr(reader->piece, '\0', length);
    size_t good = zero == NULL ? length : (size_t)(zero - reader->piece);
    if (csv_parse(&reader->parser, reader->piece, good, take_cell, end_record, reader) != good)
        fail_at(reader, quotes);
    if (zero != NULL)
        fail_at(reader, N_("The file holds zero bytes: it is not a text file."));
    if (reader->parser.entry_pos > CSV_CELL_MAX)
        fail_at(reader, N_("The line is too long: is this the right file?"));
    if (length == 0 && !reader->failed) {
        if (csv_fini(&reader->parser, take_cell, end_record, reader) != 0)
            fail_at(reader, quotes);
        if (reader->cell_count > reader->open_first)
            end_record(-1, reader);
        reader->ended = true;
    }
}

static enum csv_step hand_out(struct csv_reader *reader, struct csv_record *ret_record)
{
    const struct waiting *waiting = &reader->records[reader->record_next++];
    if (waiting->count > reader->handed_capacity) {
        reader->handed_capacity = waiting->count;
        reader->handed = memory_resize(reader->handed, waiting->count * sizeof *reader->handed);
    }
    for (size_t i = 0; i < waiting->count; i++) {
        const struct span *span = &reader->cells[waiting->first + i];
        reader->handed[i] = (struct csv_cell) { reader->bytes.data + span->at, span->length };
    }
    *ret_record =
        (struct csv_record) { waiting->line, waiting->count, reader->handed, waiting->broken };
    return CSV_RECORD;
}

enum csv_step csv_reader_next(struct csv_reader *reader, struct csv_record *ret_record,
                              struct failure *ret_failure)
{
    if (!reader->started && !start(reader, ret_failure))
        return CSV_FAILED;
    for (;;) {
        if (reader->record_next < reader->record_count)
            return hand_out(reader, ret_record);
        if (reader->failed) {
            if (ret_failure != NULL)
                *ret_failure = reader->failure;
            return CSV_FAILED;
        }
        if (reader->ended)
            return CSV_END;
        make_room(reader);
        ssize_t size = input_read(reader->input, reader->piece, PIECE_SIZE, ret_failure);
        if (size < 0)
            return CSV_FAILED;
        parse(reader, (size_t)size);
    }
}
