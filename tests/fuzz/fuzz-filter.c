/* Fuzz target: any text as a filter, over four datasets. What is accepted must be consistent: scan
 * and row by row agree, !(X) is the complement of X, the canonical text selects the same and is its
 * own canonical, narrowing is sound. What is refused must say where and why. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../rules/filter_rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* assert may be compiled out; a finding must not be. */
#define MUST(condition)                                                                            \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                        \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

enum { MANY = 300, CANONICAL_MAX = 4096 };

struct outcome {
    bool matches[MANY];
    bool is_costly;
};

static struct outcome outcome_of(const struct filter *filter, const struct rowset *rows)
{
    struct outcome outcome = { 0 };

    for (size_t row = 0; row < rows->count; row++)
        outcome.matches[row] = filter_matches(filter, rows, row, &outcome.is_costly);
    return outcome;
}

static struct filter *create(const char *text, enum dataset dataset)
{
    struct filter_scope scope = filter_rows_scope(NULL);
    struct filter_error error = { .position = SIZE_MAX };
    struct filter *filter = filter_create(text, dataset, &scope, &error);

    if (filter == NULL) {
        struct buffer sentence = { 0 };
        MUST(error.position <= strlen(text));
        MUST(error.message.text != NULL);
        message_add(&error.message, LANGUAGE_EN, &sentence);
        MUST(sentence.length > 0);
        buffer_finish(&sentence);
    }
    return filter;
}

static void check_scan(const struct filter *filter, const struct rowset *rows,
                       const struct outcome *outcome)
{
    struct filter_scan *scan = filter_scan_start(filter, rows, NULL, 0);
    size_t count, next = 0;
    const uint32_t *hits;

    while (!filter_scan_step(scan, 1)) {
    }
    hits = filter_scan_hits(scan, &count);
    for (size_t row = 0; row < rows->count; row++) {
        bool found = next < count && hits[next] == row;
        MUST(found == outcome->matches[row] || filter_scan_costly(scan));
        next += found;
    }
    MUST(next == count);
    filter_scan_cancel(scan);
}

static void check_complement(const char *text, const struct rowset *rows,
                             const struct outcome *outcome)
{
    struct buffer negated = { 0 };

    buffer_print(&negated, "!(%s )", text);
    struct filter *filter = create(buffer_text(&negated), rows->dataset);
    /* A pattern without its closing slash takes the ) as its own. */
    if (filter != NULL && strchr(text, '/') == NULL) {
        struct outcome other = outcome_of(filter, rows);
        for (size_t row = 0; row < rows->count; row++) {
            MUST(!(outcome->matches[row] && other.matches[row]));
            MUST(outcome->is_costly || other.is_costly ||
                 outcome->matches[row] != other.matches[row]);
        }
    }
    filter_destroy(filter);
    buffer_finish(&negated);
}

static void check_canonical(const struct filter *filter, const struct rowset *rows,
                            const struct outcome *outcome)
{
    struct buffer once = { 0 }, twice = { 0 };

    filter_add_canonical(filter, &once);
    if (once.length < CANONICAL_MAX) {
        struct filter *again = create(buffer_text(&once), rows->dataset);
        MUST(again != NULL);
        filter_add_canonical(again, &twice);
        MUST(strcmp(buffer_text(&once), buffer_text(&twice)) == 0);
        struct outcome other = outcome_of(again, rows);
        MUST(memcmp(outcome->matches, other.matches, sizeof other.matches) == 0);
        MUST(filter_columns(filter) == filter_columns(again));
        filter_destroy(again);
    }
    buffer_finish(&once);
    buffer_finish(&twice);
}

/* Against what stood there before the last character was typed. */
static void check_narrowing(const char *text, const struct filter *grown,
                            const struct rowset *rows, const struct outcome *grown_outcome)
{
    size_t length = strlen(text);
    char *before = memory_text(text);

    while (length > 0 && ((unsigned char)before[length - 1] & 0xC0) == 0x80)
        length--;
    before[length > 0 ? length - 1 : 0] = '\0';
    struct filter *filter = create(before, rows->dataset);
    if (filter != NULL && filter_narrows(filter, grown)) {
        struct outcome outcome = outcome_of(filter, rows);
        for (size_t row = 0; row < rows->count; row++)
            MUST(outcome.matches[row] || !grown_outcome->matches[row]);
    }
    filter_destroy(filter);
    free(before);
}

static void check_filter(const char *text, const struct rowset *rows)
{
    struct filter *filter = create(text, rows->dataset);

    if (filter == NULL)
        return;
    struct outcome outcome = outcome_of(filter, rows);
    check_scan(filter, rows, &outcome);
    check_complement(text, rows, &outcome);
    check_canonical(filter, rows, &outcome);
    check_narrowing(text, filter, rows, &outcome);
    filter_destroy(filter);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena *arena; /* the rows are the same for every input */
    static struct rowset clients, many, runs;
    char *text = memory_alloc(size + 1);

    if (arena == NULL) {
        arena = arena_create();
        filter_rows_clients(arena, &clients);
        filter_rows_many(arena, 1, MANY, &many);
        filter_rows_runs(arena, &runs);
    }
    for (size_t i = 0; i < size; i++)
        text[i] = (char)data[i];
    text[size] = '\0';
    check_filter(text, &clients);
    check_filter(text, &runs);
    if (size < 48)
        check_filter(text, &many);
    filter_destroy(create(text, DATASET_users));
    free(text);
    return 0;
}
