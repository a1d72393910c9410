/* What a filter costs a row, alone and with a second thread: median of nine rounds over 100,000 invented clients,
 * nanoseconds. */
#include <stdio.h>
#include <stdlib.h>

#include "../rules/filter_rows.h"
#include "klientel/base/loop.h"

enum { ROUNDS = 9, ROWS = 100000 };

static int by_time(const void *a, const void *b)
{
    int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;

    return (one > other) - (one < other);
}

static int64_t median(int64_t *times)
{
    qsort(times, ROUNDS, sizeof *times, by_time);
    return times[ROUNDS / 2];
}

static int64_t scan_all(const struct filter *filter, const struct rowset *rows,
                        struct filter_crew *crew, size_t *ret_hits)
{
    int64_t began = clock_tick();
    struct filter_scan *scan = filter_scan_start(filter, rows, NULL, 0);
    filter_scan_help(scan, crew);
    filter_scan_step(scan, 0);
    filter_scan_hits(scan, ret_hits);
    int64_t took = clock_tick() - began;
    filter_scan_cancel(scan);
    return took;
}

static bool measure(const char *name, const char *text, const struct rowset *rows,
                    struct filter_crew *crew)
{
    struct filter_scope scope = filter_rows_scope(NULL);
    struct filter_error error;
    int64_t prepare[ROUNDS], alone[ROUNDS], two[ROUNDS];
    size_t hits = 0;

    for (int round = 0; round < ROUNDS; round++) {
        int64_t began = clock_tick();
        struct filter *filter = filter_create(text, DATASET_clients, &scope, &error);
        if (filter == NULL) {
            fprintf(stderr, "%s: refused at %zu\n", text, error.position);
            return false;
        }
        prepare[round] = clock_tick() - began;
        alone[round] = scan_all(filter, rows, NULL, &hits);
        two[round] = scan_all(filter, rows, crew, &hits);
        filter_destroy(filter);
    }
    printf("%-12s %-28s %8zu %9.1f %9.1f %9.1f %6.2f\n", name, text, hits,
           (double)median(prepare) / 1000, (double)median(alone) / (double)rows->count,
           (double)median(two) / (double)rows->count, (double)median(two) / (double)median(alone));
    return true;
}

/* One letter more: over the hits of the letter before. */
static void measure_narrowing(const char *text, const char *grown, const struct rowset *rows)
{
    struct filter_scope scope = filter_rows_scope(NULL);
    struct filter_error error;
    struct filter *filter = filter_create(text, DATASET_clients, &scope, &error);
    struct filter *more = filter_create(grown, DATASET_clients, &scope, &error);
    struct filter_scan *scan = filter_scan_start(filter, rows, NULL, 0);
    size_t count, hits = 0;
    int64_t times[ROUNDS];

    filter_scan_step(scan, 0);
    const uint32_t *within = filter_scan_hits(scan, &count);
    for (int round = 0; round < ROUNDS; round++) {
        int64_t began = clock_tick();
        struct filter_scan *narrowed = filter_scan_start(more, rows, within, count);
        filter_scan_step(narrowed, 0);
        filter_scan_hits(narrowed, &hits);
        times[round] = clock_tick() - began;
        filter_scan_cancel(narrowed);
    }
    printf("%-12s %s -> %-22s %8zu %9s %9.1f\n", "narrowed", text, grown, hits, "",
           (double)median(times) / (double)rows->count);
    filter_scan_cancel(scan);
    filter_destroy(filter);
    filter_destroy(more);
}

int main(void)
{
    struct arena *arena = arena_create();
    struct filter_crew *crew = filter_crew_create();
    struct rowset rows;
    bool good = true;

    filter_rows_many(arena, 1, ROWS, &rows);
    printf("%s, %zu rows, %.1f bytes of search text a row\n", filter_engine(), rows.count,
           (double)rows.search_at[rows.count] / (double)rows.count);
    printf("%-12s %-28s %8s %9s %9s %9s %6s\n", "", "filter", "hits", "create µs", "ns a row", "by two",
           "ratio");
    good &= measure("word", "bygg", &rows, crew);
    good &= measure("letter", "b", &rows, crew);
    good &= measure("none", "xyzzy", &rows, crew);
    good &= measure("or", "ødegård | konsult", &rows, crew);
    good &= measure("and", "fjord malmö", &rows, crew);
    good &= measure("not", "!fjord", &rows, crew);
    good &= measure("orgno", "912345-6", &rows, crew);
    good &= measure("column", "name:bygg", &rows, crew);
    good &= measure("equals", "declaration=received", &rows, crew);
    good &= measure("number", "employees>10", &rows, crew);
    good &= measure("pattern", "/^(nord|väst)\\w* (bygg|el)/", &rows, crew);
    good &= measure("pattern", "name~^\\w+ bygg", &rows, crew);
    good &= measure("word+pattern", "fjord name~\\d7$", &rows, crew);
    measure_narrowing("b", "by", &rows);
    measure_narrowing("by", "byg", &rows);
    filter_crew_destroy(crew);
    arena_destroy(arena);
    return good ? 0 : 1;
}
