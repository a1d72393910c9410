/* Fuzz target: any bytes as CSV. Every cell that comes out is valid text within its limits, lines
 * only grow, and the end is the end. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "klientel/base/text.h"
#include "klientel/formats/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* assert may be compiled out; a finding must not be. */
#define MUST(condition)                                                                            \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                        \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

static void check_record(const struct csv_record *record, int64_t *last_line)
{
    MUST(record->line > *last_line);
    *last_line = record->line;
    MUST(record->count >= 1 && record->count <= CSV_CELLS_MAX);
    MUST(record->broken == SIZE_MAX || record->broken < record->count);
    for (size_t i = 0; i < record->count; i++) {
        MUST(record->cells[i].text[record->cells[i].length] == '\0');
        MUST(memchr(record->cells[i].text, '\0', record->cells[i].length) == NULL);
        MUST(text_is_utf8(record->cells[i].text, record->cells[i].length));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input *input = input_memory("fuzz.csv", data, size);
    struct csv_reader *reader = csv_reader_create(input);
    struct failure failure = { 0 };
    struct csv_record record;
    enum csv_step step;
    int64_t line = 0;
    while ((step = csv_reader_next(reader, &record, &failure)) == CSV_RECORD)
        check_record(&record, &line);
    MUST(step == CSV_END || failure.kind != FAILURE_NONE);
    MUST(csv_reader_next(reader, &record, &failure) == step); /* stays so */
    csv_reader_destroy(reader);
    input_close(input);
    return 0;
}
