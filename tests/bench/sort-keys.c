/*
 * What putting rows in order costs at least: qsort over the keys of one column.
 *
 *     sort-keys FILE text|code|number REPEATS
 *
 * FILE has one value a line; empty ones are left out, as unknown ones are never compared. Keys of `text` are
 * made by the collator before the clock runs: the same keys klientel sorts by, without making them.
 * Prints the median in microseconds.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "klientel/base/arena.h"
#include "klientel/base/buffer.h"
#include "klientel/base/text.h"

struct item {
    const unsigned char *key;
    size_t length;
    int64_t number;
    uint32_t row;
};

static int compare_numbers(const void *left, const void *right)
{
    const struct item *a = left, *b = right;
    if (a->number != b->number)
        return a->number < b->number ? -1 : 1;
    return a->row < b->row ? -1 : 1;
}

static int compare_keys(const void *left, const void *right)
{
    const struct item *a = left, *b = right;
    int order = memcmp(a->key, b->key, a->length < b->length ? a->length : b->length);
    if (order == 0 && a->length != b->length)
        order = a->length < b->length ? -1 : 1;
    return order != 0 ? order : a->row < b->row ? -1 : 1;
}

static int compare_times(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static double microseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

int main(int argc, char **argv)
{
    FILE *file = argc == 4 ? fopen(argv[1], "r") : NULL;
    if (!file || !text_start()) {
        fprintf(stderr, "sort-keys FILE text|code|number REPEATS\n");
        return 2;
    }
    bool numbers = strcmp(argv[2], "number") == 0, texts = strcmp(argv[2], "text") == 0;
    int repeats = atoi(argv[3]);
    if (repeats < 1)
        repeats = 1;
    struct collator *collator = texts ? collator_create(LANGUAGE_NB) : NULL;
    struct buffer keys = { 0 };
    struct item *items = NULL;
    size_t count = 0, capacity = 0, size = 0;
    char *line = NULL;
    ssize_t length;
    while ((length = getline(&line, &size, file)) > 0) {
        if (line[length - 1] == '\n')
            line[--length] = '\0';
        if (length == 0)
            continue;
        if (count == capacity) {
            capacity = capacity == 0 ? 1024 : capacity * 2;
            items = memory_resize(items, capacity * sizeof *items);
        }
        size_t start = keys.length;
        if (texts)
            collator_key_add(collator, line, (size_t)length, &keys);
        else
            buffer_add(&keys, line, (size_t)length);
        items[count] = (struct item){
            .length = keys.length - start,
            .number = numbers ? atoll(line) : (int64_t)start,
            .row = (uint32_t)count,
        };
        count++;
    }
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        items[i].key = (const unsigned char *)keys.data + at;
        at += items[i].length;
    }
    struct item *sorted = memory_alloc((count + 1) * sizeof *sorted);
    double *times = memory_alloc((size_t)repeats * sizeof *times);
    for (int i = 0; i < repeats; i++) {
        if (count > 0)
            memcpy(sorted, items, count * sizeof *sorted);
        double begin = microseconds();
        qsort(sorted, count, sizeof *sorted, numbers ? compare_numbers : compare_keys);
        times[i] = microseconds() - begin;
    }
    qsort(times, (size_t)repeats, sizeof *times, compare_times);
    printf("%.0f\n", times[repeats / 2]);
    free(times);
    free(sorted);
    free(items);
    free(line);
    buffer_finish(&keys);
    collator_destroy(collator);
    fclose(file);
    return 0;
}
