/*
 * Filter, scanning: many rows, in slices of time.
 *
 * Two ways to go. *Jumping*: where every matching row must have one of a few texts in its search
 * text, one PCRE2 call runs over the contiguous search buffer to the next hit, the hit is mapped to
 * its row, and the next call begins behind that row: rows without a hit cost nothing. *Walking*:
 * row by row. Both take the same rows and give them in ascending order.
 *
 * Where a crew helps, two hands take strides of rows from one place, each with its own memory and
 * its own hits, ascending too; after the step they are put together. Between steps there is one.
 *
 * Patterns share an allowance of processor time in one scan; when it is used up, no pattern is
 * tried any more, the remaining rows do not match by them, and the scan is costly.
 */
#include "filter_internal.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "filter_crew.h"
#include "klientel/base/loop.h"

enum {
    JUMP_ROWS_MIN = 256,     /* fewer rows are walked: preparing the jump costs more */
    JUMP_STRIDE = 4096,      /* rows between two looks at the clock */
    WALK_STRIDE_MAX = 1024,
    STRIDE_SHORT = 50000,    /* nanoseconds: a stride shorter than this may grow, … */
    STRIDE_LONG = 400000,    /* … one longer must shrink */
    ALLOWANCE = 400000000,   /* nanoseconds for the patterns of a scan, … */
    ALLOWANCE_ROW = 10000,   /* … and for each row looked at */
    JUMP_BYTES = 4,          /* a nanosecond, guessed low */
};

/* What one thread of a scan writes to. */
struct hand {
    struct filter_work work;
    size_t stride;
    uint32_t *hits;
    size_t hit_count, hit_capacity;
};

struct filter_scan {
    const struct filter *filter;
    const struct rowset *rowset;
    const uint32_t *within; /* NULL = all */
    size_t total;           /* of within, or of the rowset */
    atomic_size_t next;     /* of those, taken by no hand; beyond the total only within a step */
    struct filter_pattern *jump;
    struct filter_crew *crew;
    struct hand own, other; /* all hits are in `own` between steps */
    atomic_int_least64_t spent; /* processor time so far */
    atomic_bool given_up;
    int64_t until;          /* of the step that goes on, 0 = to the end */
};

static void hand_start(struct hand *hand)
{
    hand->stride = 1;
    hand->work.memo = memory_zero(MEMO_SIZE, sizeof *hand->work.memo);
}

/* Few rows of many lie far apart: jumping would read all that lies between them. */
static void choose_way(struct filter_scan *scan)
{
    const struct filter *filter = scan->filter;

    if (scan->jump != NULL || filter->literals.count == 0 || scan->total < JUMP_ROWS_MIN ||
        scan->total < scan->rowset->count / 8)
        return;
    scan->jump = pattern_create_literals(&filter->literals);
}

struct filter_scan *filter_scan_start(const struct filter *filter, const struct rowset *rowset,
                                      const uint32_t *within, size_t within_count)
{
    struct filter_scan *scan = memory_zero(1, sizeof *scan);

    scan->filter = filter;
    scan->rowset = rowset;
    scan->within = within;
    scan->total = within == NULL ? rowset->count : within_count;
    hand_start(&scan->own);
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

void filter_scan_help(struct filter_scan *scan, struct filter_crew *crew)
{
    scan->crew = crew;
}

static size_t row_at(const struct filter_scan *scan, size_t index)
{
    return scan->within == NULL ? index : scan->within[index];
}

static void hits_room(struct hand *hand, size_t count)
{
    if (hand->hit_count + count <= hand->hit_capacity)
        return;
    hand->hit_capacity = hand->hit_capacity == 0 ? 1024 : hand->hit_capacity * 2;
    if (hand->hit_capacity < hand->hit_count + count)
        hand->hit_capacity = hand->hit_count + count;
    hand->hits = memory_resize(hand->hits, hand->hit_capacity * sizeof *hand->hits);
}

static void add_hit(struct hand *hand, size_t row)
{
    hits_room(hand, 1);
    hand->hits[hand->hit_count++] = (uint32_t)row;
}

static bool matches(const struct filter_scan *scan, struct hand *hand, size_t row)
{
    return filter_evaluate(scan->filter->root, &hand->work, scan->rowset, row) == TRUTH_YES;
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

static void jump(const struct filter_scan *scan, struct hand *hand, size_t next, size_t end)
{
    const struct rowset *rowset = scan->rowset;
    const char *text = rowset->search;
    size_t stop = rowset->search_at[row_at(scan, end - 1) + 1];
    bool is_exact = scan->filter->literals.exact;

    if (hand->work.matcher == NULL)
        hand->work.matcher = matcher_create();
    while (next < end) {
        size_t row = row_at(scan, next);
        size_t base = rowset->search_at[row];
        size_t at = pattern_find(scan->jump, hand->work.matcher, text + base, stop - base, 0);
        if (at == SIZE_MAX)
            return;
        row = row_of(rowset, row, base + at);
        next = index_of(scan, next, end, row);
        if (next == end || row_at(scan, next) != row)
            continue;
        next++;
        if (is_exact || matches(scan, hand, row))
            add_hit(hand, row);
    }
}

/* ---- walking ---- */

static void walk(const struct filter_scan *scan, struct hand *hand, size_t next, size_t end)
{
    for (; next < end; next++)
        if (matches(scan, hand, row_at(scan, next)))
            add_hit(hand, row_at(scan, next));
}

/* ---- slices ---- */

/* Of this thread; a call of the kernel, so only where patterns have an allowance of it. */
static int64_t processor_time(bool is_allowance)
{
    struct timespec time;

    if (!is_allowance)
        return clock_tick();
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void allow(struct filter_scan *scan, size_t end, int64_t took)
{
    int64_t spent = atomic_fetch_add(&scan->spent, took) + took;

    if (spent > ALLOWANCE + (int64_t)end * ALLOWANCE_ROW && end < scan->total)
        scan->given_up = true;
}

/* False when there are no rows left to take. */
static bool one_stride(struct filter_scan *scan, struct hand *hand)
{
    bool has_pattern = scan->filter->pattern_count > 0;
    size_t stride = scan->jump != NULL && !has_pattern ? JUMP_STRIDE : hand->stride;
    size_t next = atomic_fetch_add(&scan->next, stride);
    size_t end = next + stride < scan->total ? next + stride : scan->total;
    int64_t began = processor_time(has_pattern), took;

    if (next >= scan->total)
        return false;
    if (scan->given_up)
        hand->work.given_up = hand->work.costly = true;
    if (scan->jump != NULL)
        jump(scan, hand, next, end);
    else
        walk(scan, hand, next, end);
    took = processor_time(has_pattern) - began;
    if (took < STRIDE_SHORT && hand->stride < WALK_STRIDE_MAX)
        hand->stride *= 2;
    else if (took > STRIDE_LONG && hand->stride > 1)
        hand->stride /= 2;
    if (has_pattern && !scan->given_up)
        allow(scan, end, took);
    return true;
}

static void strides(struct filter_scan *scan, struct hand *hand)
{
    while (one_stride(scan, hand) && (scan->until == 0 || clock_tick() < scan->until))
        continue;
}

static void other_strides(void *context)
{
    struct filter_scan *scan = context;

    strides(scan, &scan->other);
}

size_t filter_scan_left(const struct filter_scan *scan)
{
    const uint32_t *at = scan->rowset->search_at;
    size_t left = scan->total - scan->next;

    if (scan->jump == NULL || left == 0)
        return left * scan->filter->root->cost;
    return (at[row_at(scan, scan->total - 1) + 1] - at[row_at(scan, scan->next)]) / JUMP_BYTES;
}

static bool begin_help(struct filter_scan *scan)
{
    if (scan->crew == NULL)
        return false;
    if (scan->other.work.memo == NULL)
        hand_start(&scan->other);
    return crew_begin(scan->crew, filter_scan_left(scan), other_strides, scan);
}

/* Both are ascending. From behind, since the own ones stay in their place. */
static void take_other_hits(struct filter_scan *scan)
{
    struct hand *own = &scan->own, *other = &scan->other;
    size_t left = own->hit_count, more = other->hit_count;

    hits_room(own, more);
    for (size_t to = left + more; more > 0;)
        own->hits[--to] = left > 0 && own->hits[left - 1] > other->hits[more - 1]
                              ? own->hits[--left]
                              : other->hits[--more];
    own->hit_count += other->hit_count;
    other->hit_count = 0;
}

bool filter_scan_step(struct filter_scan *scan, int64_t microseconds)
{
    bool is_helped;

    scan->until = microseconds > 0 ? clock_tick() + microseconds * 1000 : 0;
    is_helped = begin_help(scan);
    strides(scan, &scan->own);
    if (is_helped) {
        crew_end(scan->crew);
        take_other_hits(scan);
    }
    if (scan->next > scan->total)
        scan->next = scan->total;
    return scan->next == scan->total;
}

const uint32_t *filter_scan_hits(const struct filter_scan *scan, size_t *ret_count)
{
    *ret_count = scan->own.hit_count;
    return scan->own.hits;
}

bool filter_scan_costly(const struct filter_scan *scan)
{
    return scan->own.work.costly || scan->other.work.costly || scan->given_up;
}

void filter_scan_cancel(struct filter_scan *scan)
{
    if (scan == NULL)
        return;
    pattern_destroy(scan->jump);
    filter_work_finish(&scan->own.work);
    filter_work_finish(&scan->other.work);
    free(scan->own.hits);
    free(scan->other.hits);
    free(scan);
}
