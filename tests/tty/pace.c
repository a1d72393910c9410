/* Pace: what waits, what never waits, and what is learnt of the line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "klientel/tty/pace.h"

#define MS ((int64_t)1000000)

enum { PAGE = 1500 };

/* A line: answers when all before the question went through. */
struct line {
    struct pace pace;
    double rate, latency; /* bytes a second (0 = no limit), seconds */
    int64_t now, free;
    int64_t answers[64];
    size_t answer_count, answered;
    uint64_t sent;
};

static void line_send(struct line *line, size_t bytes, bool first)
{
    bool asks = first ? pace_send_first(&line->pace, bytes, line->now)
                      : pace_send(&line->pace, bytes, line->now);
    line->sent += bytes;
    line->free = line->free > line->now ? line->free : line->now;
    line->free += line->rate > 0 ? (int64_t)((double)bytes / line->rate * 1e9) : 0;
    if (asks)
        line->answers[line->answer_count++] = line->free + (int64_t)(line->latency * 1e9);
}

static void line_wait(struct line *line, int64_t until)
{
    while (line->answered < line->answer_count && line->answers[line->answered] <= until) {
        line->now = line->answers[line->answered++];
        pace_answer(&line->pace, line->now);
    }
    line->now = until;
}

static struct line line_start(double rate, double latency)
{
    struct line line = { .rate = rate, .latency = latency };
    pace_start(&line.pace);
    line_send(&line, 60, true);
    line_wait(&line, 1000 * MS);
    return line;
}

static void small_frames_ask_nothing(void **state)
{
    (void)state;
    struct line line = line_start(0, 0.001);
    for (int i = 0; i < 4; i++)
        assert_false(pace_send(&line.pace, 50, line.now));
    assert_true(pace_ready(&line.pace, line.now));
    assert_int_equal(pace_deadline(&line.pace), -1);
}

static void a_page_asks_and_the_next_but_one_waits(void **state)
{
    (void)state;
    struct pace pace;
    pace_start(&pace);
    assert_true(pace_send_first(&pace, 60, 0));
    assert_true(pace_send(&pace, PAGE, MS));
    assert_true(pace_ready(&pace, MS));
    assert_true(pace_send(&pace, PAGE, 2 * MS));
    assert_false(pace_ready(&pace, 3 * MS));
    pace_answer(&pace, 10 * MS);
    pace_answer(&pace, 11 * MS);
    assert_true(pace_ready(&pace, 11 * MS));
}

static void silence_costs_half_a_second_once(void **state)
{
    (void)state;
    struct pace pace;
    pace_start(&pace);
    pace_send_first(&pace, 60, 0);
    pace_send(&pace, PAGE, MS);
    pace_send(&pace, PAGE, 2 * MS);
    assert_false(pace_ready(&pace, 400 * MS));
    assert_int_equal(pace_deadline(&pace), 500 * MS);
    assert_true(pace_ready(&pace, 500 * MS));
    for (int i = 0; i < 100; i++) { /* no question, no wait any more */
        assert_false(pace_send(&pace, PAGE, (501 + i) * MS));
        assert_true(pace_ready(&pace, (501 + i) * MS));
    }
    pace_answer(&pace, 900 * MS); /* it does answer: slowly */
    assert_true(pace_send(&pace, PAGE, 901 * MS));
}

static void who_answered_and_stops_is_waited_for_longer_then_given_up(void **state)
{
    (void)state;
    struct line line = line_start(0, 0.02);
    line_send(&line, PAGE, false);
    line_wait(&line, 2000 * MS);
    for (int i = 0; i < 12; i++)
        pace_send(&line.pace, PAGE, line.now);
    assert_false(pace_ready(&line.pace, line.now + 5000 * MS));
    assert_true(pace_ready(&line.pace, line.now + 10000 * MS));
    assert_false(pace_send(&line.pace, PAGE, line.now + 10001 * MS));
    assert_true(pace_send(&line.pace, PAGE, line.now + 50000 * MS)); /* asked again after a while */
}

static void a_slow_line_is_known_by_two_answers(void **state)
{
    (void)state;
    struct line line = line_start(960, 0.2);
    assert_int_equal(pace_helping(&line.pace), SIZE_MAX);
    line_send(&line, PAGE, false);
    line_wait(&line, 4000 * MS);
    assert_true(line.pace.known);
    assert_true(line.pace.rate > 900 && line.pace.rate < 1020);
    assert_true(line.pace.latency > 0.15 && line.pace.latency < 0.25);
    assert_in_range(pace_helping(&line.pace), 160, 300);
    assert_in_range(pace_room(&line.pace, 10), 9000, 10200);
}

static void little_is_on_its_way_on_a_slow_line(void **state)
{
    (void)state;
    struct line line = line_start(960, 0.2);
    line_send(&line, PAGE, false);
    line_wait(&line, 4000 * MS);
    for (int i = 0; i < 400; i++) {
        if (pace_ready(&line.pace, line.now))
            line_send(&line, pace_helping(&line.pace), false);
        assert_true(pace_on_way(&line.pace) <= 900);
        line_wait(&line, line.now + 10 * MS);
        line.answer_count = line.answered == line.answer_count ? 0 : line.answer_count;
        line.answered = line.answer_count ? line.answered : 0;
    }
    /* ... and yet it is kept busy: four seconds, nine tenths of what it takes. */
    assert_in_range(line.sent, 60 + PAGE + 3400, 60 + PAGE + 5000);
}

static void a_far_line_is_not_taken_for_a_slow_one(void **state)
{
    (void)state;
    struct line line = line_start(0, 0.6);
    for (int i = 0; i < 20; i++) {
        assert_true(pace_ready(&line.pace, line.now));
        line_send(&line, i % 2 ? PAGE : 300, false);
        line_wait(&line, line.now + 700 * MS);
        line.answer_count = line.answered = 0;
    }
    assert_int_equal(pace_helping(&line.pace), SIZE_MAX);
    for (int i = 0; i < 8; i++) { /* a held key: pages at once */
        assert_true(pace_ready(&line.pace, line.now));
        line_send(&line, PAGE, false);
    }
}

static void a_busy_program_is_not_a_slow_line(void **state)
{
    (void)state;
    struct pace pace;
    pace_start(&pace);
    pace_send_first(&pace, 60, 0);
    pace_answer(&pace, MS);
    for (int i = 0; i < 8; i++) {
        int64_t at = (1000 + i * 1000) * MS;
        pace_send(&pace, PAGE, at);
        pace_busy(&pace, at + MS / 10, at + 800 * MS); /* 0.8 seconds of work */
        pace_answer(&pace, at + 800 * MS + MS / 10);
    }
    assert_int_equal(pace_helping(&pace), SIZE_MAX);
}

static void an_answer_nobody_asked_for_changes_nothing(void **state)
{
    (void)state;
    struct pace pace;
    pace_start(&pace);
    pace_answer(&pace, MS);
    assert_int_equal(pace_on_way(&pace), 0);
    assert_true(pace_ready(&pace, MS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_frames_ask_nothing),
        cmocka_unit_test(a_page_asks_and_the_next_but_one_waits),
        cmocka_unit_test(silence_costs_half_a_second_once),
        cmocka_unit_test(who_answered_and_stops_is_waited_for_longer_then_given_up),
        cmocka_unit_test(a_slow_line_is_known_by_two_answers),
        cmocka_unit_test(little_is_on_its_way_on_a_slow_line),
        cmocka_unit_test(a_far_line_is_not_taken_for_a_slow_one),
        cmocka_unit_test(a_busy_program_is_not_a_slow_line),
        cmocka_unit_test(an_answer_nobody_asked_for_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
