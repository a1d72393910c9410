/* A scan with somebody who helps finds what one alone finds; who helps, and when. Also run under ThreadSanitizer. */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/rules/filter_crew.h"
#include "filter_rows.h"
#include "klientel/base/loop.h"

enum { MANY = 6000, TRIALS = 250 };

static struct {
    struct arena *arena;
    struct rowset rows;
    struct ids marked;
    struct filter_scope scope;
    struct filter_crew *crew; /* helps with anything, also where the machine has one processor */
} world;

static int start(void **state)
{
    (void)state;
    world.arena = arena_create();
    filter_rows_many(world.arena, 11, MANY, &world.rows);
    for (int64_t id = 1; id < MANY; id += 3)
        ids_add(&world.marked, id);
    world.scope = filter_rows_scope(&world.marked);
    world.crew = crew_create(2, 0);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    filter_crew_destroy(world.crew);
    ids_finish(&world.marked);
    arena_destroy(world.arena);
    return 0;
}

static struct filter *create(const char *text)
{
    struct filter_error error;
    struct filter *filter = filter_create(text, DATASET_clients, &world.scope, &error);

    if (filter == NULL)
        fail_msg("%s: refused at %zu", text, error.position);
    return filter;
}

/* ---- the same hits ---- */

static void assert_same(const char *text, const struct filter_scan *scan,
                        const struct filter_scan *expected)
{
    size_t count, expected_count;
    const uint32_t *hits = filter_scan_hits(scan, &count);
    const uint32_t *expected_hits = filter_scan_hits(expected, &expected_count);

    if (count != expected_count ||
        (count > 0 && memcmp(hits, expected_hits, count * sizeof *hits) != 0))
        fail_msg("%s: %zu hits of two, %zu of one, or others", text, count, expected_count);
    assert_false(filter_scan_costly(scan));
}

/* To the end, or in slices; both of the rows in `within`, NULL = all. */
static void compare(const char *text, const struct filter *filter, const uint32_t *within,
                    size_t within_count, int64_t slice)
{
    struct filter_scan *alone = filter_scan_start(filter, &world.rows, within, within_count);
    struct filter_scan *helped = filter_scan_start(filter, &world.rows, within, within_count);

    filter_scan_help(helped, world.crew);
    filter_scan_step(alone, 0);
    while (!filter_scan_step(helped, slice))
        continue;
    assert_same(text, helped, alone);
    filter_scan_cancel(alone);
    filter_scan_cancel(helped);
}

static void scan_of_two__finds_what_one_finds(void **unused)
{
    static uint32_t within[MANY];
    uint32_t state = 20261126;
    struct buffer text = { 0 };

    (void)unused;
    for (int trial = 0; trial < TRIALS; trial++) {
        size_t count = 0;
        uint32_t every = 1 + filter_rows_random(&state) % 20;
        buffer_clear(&text);
        filter_rows_filter(&state, 3, &text);
        struct filter *filter = create(buffer_text(&text));
        compare(text.data, filter, NULL, 0, trial % 2 * 50);
        for (uint32_t row = 0; row < MANY; row++)
            if (filter_rows_random(&state) % every == 0)
                within[count++] = row;
        compare(text.data, filter, within, count, 0);
        filter_destroy(filter);
    }
    buffer_finish(&text);
}

/* Who helps comes and goes, and the rows become more. */
static void scan_that_grows__finds_what_one_of_all_finds__by_two(void **unused)
{
    static const size_t counts[] = { 100, 2700, 2701, MANY };
    uint32_t state = 20261127;
    struct buffer text = { 0 };

    (void)unused;
    for (int trial = 0; trial < TRIALS / 5; trial++) {
        struct rowset views[4];
        buffer_clear(&text);
        filter_rows_filter(&state, 3, &text);
        struct filter *filter = create(buffer_text(&text));
        struct filter_scan *alone = filter_scan_start(filter, &world.rows, NULL, 0);
        filter_scan_step(alone, 0);
        views[0] = world.rows;
        views[0].count = counts[0];
        struct filter_scan *scan = filter_scan_start(filter, &views[0], NULL, 0);
        for (size_t i = 1; i < 4; i++) {
            filter_scan_help(scan, filter_rows_random(&state) % 4 == 0 ? NULL : world.crew);
            filter_scan_step(scan, trial % 2);
            views[i] = world.rows;
            views[i].count = counts[i];
            filter_scan_grow(scan, &views[i]);
        }
        assert_true(filter_scan_step(scan, 0));
        assert_same(text.data, scan, alone);
        filter_scan_cancel(alone);
        filter_scan_cancel(scan);
        filter_destroy(filter);
    }
    buffer_finish(&text);
}

static void scan_of_two__gives_back_between_slices(void **unused)
{
    struct filter *filter = create("/(\\w+\\s?)+#/");
    struct filter_scan *scan = filter_scan_start(filter, &world.rows, NULL, 0);
    int64_t longest = 0;
    bool done = false;

    (void)unused;
    filter_scan_help(scan, world.crew);
    for (int i = 0; i < 20 && !done; i++) {
        int64_t began = clock_tick();
        done = filter_scan_step(scan, 1000);
        int64_t took = clock_tick() - began;
        longest = took > longest ? took : longest;
    }
    assert_true(longest < 1000000000); /* far from it; machines stumble */
    filter_scan_cancel(scan);          /* also before the end */
    filter_destroy(filter);
}

/* What is given up is given up by both, and nothing else with it. */
static void scan_of_two__gives_the_pattern_up__and_not_the_rest(void **unused)
{
    static const char *const names[] = {
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!",
        "x@x@x@x@x@x@x@x@x@x@x@x@x@x@x@x@x@x@x@x@x@x@x@x@x@x@x@x@x@x@",
    };
    struct arena *arena = arena_create();
    struct rowset_builder *builder = rowset_build(arena, DATASET_clients, 0);
    struct rowset rows;
    size_t count;

    (void)unused;
    for (int i = 1; i <= 24000; i++) {
        rowset_row(builder, i, i, 0, NULL);
        rowset_put_text(builder, COLUMN_clients_name, names[i % 2], strlen(names[i % 2]));
    }
    rowset_finish(builder, COLUMN_NONE, false, NULL, &rows);
    struct filter *filter = create("/(?=.*.*.*.*[#])/ | name:x@x | !/(?=.*.*.*.*[#])/");
    struct filter_scan *scan = filter_scan_start(filter, &rows, NULL, 0);
    filter_scan_help(scan, world.crew);
    assert_true(filter_scan_step(scan, 0));
    assert_true(filter_scan_costly(scan));
    const uint32_t *hits = filter_scan_hits(scan, &count);
    size_t named = 0;
    for (size_t i = 0; i < count; i++)
        named += hits[i] % 2 == 0; /* ids begin with 1 */
    assert_int_equal(named, 24000 / 2); /* all that match without the pattern */
    assert_true(hits[count - 1] == 23998);
    filter_scan_cancel(scan);
    filter_destroy(filter);
    arena_destroy(arena);
}

/* ---- who helps ---- */

struct noted {
    pthread_t thread;
    sigset_t mask;
    atomic_bool is_begun;
};

static void note(void *context)
{
    struct noted *noted = context;

    noted->thread = pthread_self();
    pthread_sigmask(SIG_SETMASK, NULL, &noted->mask);
    noted->is_begun = true;
}

static void wait_until_begun(struct noted *noted)
{
    while (!noted->is_begun)
        sched_yield();
}

static void crew__has_nobody__on_one_processor(void **unused)
{
    struct filter_crew *crew = crew_create(1, 0);
    struct noted noted = { 0 };

    (void)unused;
    assert_false(crew_begin(crew, 1000000, note, &noted));
    filter_crew_destroy(crew);
    filter_crew_destroy(NULL);
}

static void crew__is_not_woken__for_little(void **unused)
{
    struct filter_crew *crew = crew_create(2, 1000);
    struct noted noted = { 0 };

    (void)unused;
    assert_false(crew_begin(crew, 999, note, &noted));
    filter_crew_destroy(crew);
}

/* Work that was begun is done when crew_end returns, by another; what was not is not begun later. */
static void crew__works_only_between_begin_and_end(void **unused)
{
    (void)unused;
    for (int turn = 0; turn < 2000; turn++) {
        struct noted noted = { .thread = pthread_self() };
        assert_true(crew_begin(world.crew, 1, note, &noted));
        if (turn % 10 == 0)
            wait_until_begun(&noted);
        crew_end(world.crew);
        bool is_begun = noted.is_begun;
        assert_true(is_begun || turn % 10 != 0);
        assert_true(is_begun != pthread_equal(noted.thread, pthread_self()));
        sched_yield();
        assert_true(noted.is_begun == is_begun);
    }
}

/* Signals are taken where the loop waits for them. */
static void crew__leaves_signals_to_its_caller(void **unused)
{
    struct noted noted = { 0 };

    (void)unused;
    assert_true(crew_begin(world.crew, 1, note, &noted));
    wait_until_begun(&noted);
    crew_end(world.crew);
    assert_true(sigismember(&noted.mask, SIGTERM) && sigismember(&noted.mask, SIGWINCH));
    assert_false(sigismember(&noted.mask, SIGSEGV));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scan_of_two__finds_what_one_finds),
        cmocka_unit_test(scan_that_grows__finds_what_one_of_all_finds__by_two),
        cmocka_unit_test(scan_of_two__gives_back_between_slices),
        cmocka_unit_test(scan_of_two__gives_the_pattern_up__and_not_the_rest),
        cmocka_unit_test(crew__has_nobody__on_one_processor),
        cmocka_unit_test(crew__is_not_woken__for_little),
        cmocka_unit_test(crew__works_only_between_begin_and_end),
        cmocka_unit_test(crew__leaves_signals_to_its_caller),
    };

    return cmocka_run_group_tests_name("filter crew", tests, start, stop);
}
