/*
 * Filter, scanning: many rows, in slices of time.
 *
 * Two ways to go. *Jumping*: where every matching row must have one of a few texts in its search
 * text, one PCRE2 call runs over the contiguous search buffer to the next hit, the hit is mapped to
 * its row, and the next call begins behind that row: rows without a hit cost nothing. *Walking*:
 * row by row. Both take the same rows and give them in ascending order.
 *
 * Patterns share an allowance of processor time in one scan; when it is used up, no pattern is
 * tried any more, the remaining rows do not match by them, and the scan is costly.
 */
#include "filter_internal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "klientel/base/loop.h"

enum {
    JUMP_ROWS_MIN = 256,     /* fewer rows are walked: preparing the jump costs more */
    JUMP_STRIDE = 4096,      /* rows between two looks at the clock */
    WALK_STRIDE_MAX = 1024,
    STRIDE_SHORT = 50000,    /* nanoseconds: a stride shorter than this may grow, … */
    STRIDE_LONG = 400000,    /* … one longer must shrink */
    ALLOWANCE = 400000000,   /* nanoseconds for the patterns of a scan, … */
    ALLOWANCE_ROW = 10000,   /* … and for each row looked at */
};

struct filter_scan {
    const struct filter *filter;
    const struct rowset *rowset;
    const uint32_t *within; /* NULL = all */
    size_t total, next;     /* of within, or of the rowset */
    struct filter_pattern *jump;
    struct filter_work work;
    size_t stride;
    int64_t spent; /* processor time so far */
    uint32_t *hits;
    size_t hit_count, hit_capacity;
};

/* Few rows of many lie far apart: jumping would read all that lies between them. */
static void choose_way(struct filter_scan *scan)
{
    const struct filter *filter = scan->filter;

    if (scan->jump != NULL || filter->literals.count == 0 || scan->total < JUMP_ROWS_MIN ||
        scan->total < scan->rowset->count / 8)
        return;
    scan->jump = pattern_create_literals(&filter->literals);
    if (scan->jump != NULL && scan->work.matcher == NULL)
        scan->work.matcher = matcher_create();
}

struct filter_scan *filter_scan_start(const struct filter *filter, const struct rowset *rowset,
                                      const uint32_t *within, size_t within_count)
{
    struct filter_scan *scan = memory_zero(1, sizeof *scan);

    scan->filter = filter;
    scan->rowset = rowset;
    scan->within = within;
    scan->total = within == NULL ? rowset->count : within_count;
    scan->stride = 1;
    scan->work.memo = memory_zero(MEMO_SIZE, sizeof *scan->work.memo);
    choose_way(scan);
    return scan;
}

void filter_scan_grow(struct filter_scan *scan, const struct rowset *rowset)
{
    assert(scan->within == NULL && rowset->count >= scan->total);
    scan->rowset = rowset;
    scan->total = rowset->count;
    choose_way(scan);
}

static size_t row_at(const struct filter_scan *scan, size_t index)
{
    return scan->within == NULL ? index : scan->within[index];
}

static void add_hit(struct filter_scan *scan, size_t row)
{
    if (scan->hit_count == scan->hit_capacity) {
        scan->hit_capacity = scan->hit_capacity == 0 ? 1024 : scan->hit_capacity * 2;
        scan->hits = memory_resize(scan->hits, scan->hit_capacity * sizeof *scan->hits);
    }
    scan->hits[scan->hit_count++] = (uint32_t)row;
}

static bool matches(struct filter_scan *scan, size_t row)
{
    return filter_evaluate(scan->filter->root, &scan->work, scan->rowset, row) == TRUTH_YES;
}

/* ---- jumping ---- */

/* The row that holds that byte of the search text: from `row` on, in widening steps, then halving.
 */
static size_t row_of(const struct rowset *rowset, size_t row, size_t at)
{
    size_t step = 1, high;

    while (row + step < rowset->count && rowset->search_at[row + step] <= at) {
        row += step;
        step *= 2;
    }
    high = row + step < rowset->count ? row + step : rowset->count;
    while (high - row > 1) {
        size_t middle = row + (high - row) / 2;
        if (rowset->search_at[middle] <= at)
            row = middle;
        else
            high = middle;
    }
    return row;
}

/* The first index from `index` to `end` whose row is not before `row`. */
static size_t index_of(const struct filter_scan *scan, size_t index, size_t end, size_t row)
{
    if (scan->within == NULL)
        return row < end ? row : end;
    while (index < end && scan->within[index] < row)
        index++;
    return index;
}

static void jump(struct filter_scan *scan, size_t end)
{
    const struct rowset *rowset = scan->rowset;
    const char *text = rowset->search;
    size_t stop = rowset->search_at[row_at(scan, end - 1) + 1];
    bool is_exact = scan->filter->literals.exact;

    while (scan->next < end) {
        size_t row = row_at(scan, scan->next);
        size_t base = rowset->search_at[row];
        size_t at = pattern_find(scan->jump, scan->work.matcher, text + base, stop - base, 0);
        if (at == SIZE_MAX) {
            scan->next = end;
            return;
        }
        row = row_of(rowset, row, base + at);
        scan->next = index_of(scan, scan->next, end, row);
        if (scan->next == end || row_at(scan, scan->next) != row)
            continue;
        scan->next++;
        if (is_exact || matches(scan, row))
            add_hit(scan, row);
    }
}

/* ---- walking ---- */

static void walk(struct filter_scan *scan, size_t end)
{
    for (; scan->next < end; scan->next++)
        if (matches(scan, row_at(scan, scan->next)))
            add_hit(scan, row_at(scan, scan->next));
}

/* ---- slices ---- */

static int64_t processor_time(void)
{
    struct timespec time;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void one_stride(struct filter_scan *scan)
{
    size_t stride = scan->jump != NULL && scan->filter->pattern_count == 0 ? JUMP_STRIDE
                                                                           : scan->stride;
    size_t end = scan->total - scan->next < stride ? scan->total : scan->next + stride;
    int64_t began = processor_time(), took;

    if (scan->jump != NULL)
        jump(scan, end);
    else
        walk(scan, end);
    took = processor_time() - began;
    if (took < STRIDE_SHORT && scan->stride < WALK_STRIDE_MAX)
        scan->stride *= 2;
    else if (took > STRIDE_LONG && scan->stride > 1)
        scan->stride /= 2;
    if (scan->filter->pattern_count == 0 || scan->work.given_up)
        return;
    scan->spent += took;
    scan->work.given_up =
        scan->spent > ALLOWANCE + (int64_t)scan->next * ALLOWANCE_ROW && scan->next < scan->total;
    scan->work.costly |= scan->work.given_up;
}

bool filter_scan_step(struct filter_scan *scan, int64_t microseconds)
{
    int64_t until = microseconds > 0 ? clock_tick() + microseconds * 1000 : 0;

    while (scan->next < scan->total) {
        one_stride(scan);
        if (until != 0 && clock_tick() >= until)
            break;
    }
    return scan->next == scan->total;
}

const uint32_t *filter_scan_hits(const struct filter_scan *scan, size_t *ret_count)
{
    *ret_count = scan->hit_count;
    return scan->hits;
}

bool filter_scan_costly(const struct filter_scan *scan)
{
    return scan->work.costly;
}

void filter_scan_cancel(struct filter_scan *scan)
{
    if (scan == NULL)
        return;
    pattern_destroy(scan->jump);
    filter_work_finish(&scan->work);
    free(scan->hits);
    free(scan);
}
