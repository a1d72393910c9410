/*
 * What another order of the rows at hand costs (P11): medians of nine rounds over 100,000 invented clients, beside
 * qsort of the bare keys.
 *
 *     bench-order [ROWS]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../rules/filter_rows.h"
#include "klientel/base/loop.h"

enum { ROUNDS = 9, ROWS = 100000 };

static int by_number(const void *a, const void *b)
{
    int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;

    return (one > other) - (one < other);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int64_t median(int64_t *times)
{
    qsort(times, ROUNDS, sizeof *times, by_number);
    return times[ROUNDS / 2];
}

/* qsort of the column's values alone, or of their folded texts. */
static int64_t bare(const struct rowset *rows, enum column column)
{
    bool is_text = column_is_text(column_info(column)->type);
    int64_t *numbers = memory_alloc(rows->count * sizeof *numbers);
    const char **texts = memory_alloc(rows->count * sizeof *texts);

    for (size_t i = 0; i < rows->count; i++) {
        struct value value = rowset_value(rows, i, column);
        numbers[i] = value.known ? value.number : INT64_MAX;
        texts[i] = value.known && value.text ? value.text : "\xff";
    }
    int64_t began = clock_tick();
    if (is_text)
        qsort(texts, rows->count, sizeof *texts, by_text);
    else
        qsort(numbers, rows->count, sizeof *numbers, by_number);
    int64_t took = clock_tick() - began;
    free(numbers);
    free(texts);
    return took;
}

int main(int count, char **words)
{
    struct arena *arena = arena_create();
    struct collator *collator = collator_create(LANGUAGE_NB);
    const struct dataset_info *info = dataset_info(DATASET_clients);
    struct rowset rows;

    if (!text_start())
        return 1;
    filter_rows_many(arena, 1, count > 1 ? strtoul(words[1], NULL, 10) : ROWS, &rows);
    printf("%-16s %10s %10s %6s\n", "column", "ms", "qsort ms", "ratio");
    for (size_t i = 0; i < info->count; i++) {
        enum column column = (enum column)(info->first + (int)i);
        int64_t ours[ROUNDS], theirs[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            int64_t began = clock_tick();
            free(rowset_order(&rows, column, false, collator));
            ours[round] = clock_tick() - began;
            theirs[round] = bare(&rows, column);
        }
        double one = (double)median(ours) / 1e6, other = (double)median(theirs) / 1e6;
        printf("%-16s %10.2f %10.2f %6.2f\n", column_info(column)->name, one, other, one / other);
    }
    collator_destroy(collator);
    arena_destroy(arena);
    return 0;
}
