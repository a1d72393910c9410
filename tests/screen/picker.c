/* Tests of screen/picker and its drawing. */
#include "fixture.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "klientel/base/text.h"
#include "klientel/screen/picker.h"

struct picker_fixture {
    struct fixture base;
    struct picker picker;
};

static void start(struct picker_fixture *test, int rows, int columns, unsigned flags)
{
    fixture_start(&test->base, rows, columns);
    picker_start(&test->picker, flags, "Things");
}

static void finish(struct picker_fixture *test)
{
    picker_finish(&test->picker);
    fixture_finish(&test->base);
}

static void add(struct picker_fixture *test, int64_t id, const char *text, const char *note)
{
    picker_add(&test->picker, &(struct picker_item) { .id = id, .text = text, .note = note });
}

static void draw(struct picker_fixture *test)
{
    surface_clear(test->base.surface, fixture_rect(&test->base), STYLE_NORMAL);
    surface_cursor(test->base.surface, 0, -1);
    picker_draw(&test->picker, &test->base.context, test->base.surface, fixture_rect(&test->base));
}

static void type(struct picker_fixture *test, const char *text)
{
    size_t position = 0, length = strlen(text), begin;
    char key[8];

    while (position < length) {
        begin = position;
        text_next(text, length, &position);
        snprintf(key, sizeof key, "%.*s", (int)(position - begin), text + begin);
        assert_int_equal(picker_act(&test->picker, ACTION_NONE, *key == ' ' ? "Space" : key),
                         PICKER_TYPED);
    }
}

static int64_t chosen(const struct picker_fixture *test)
{
    const struct picker_item *item = picker_chosen(&test->picker);

    return item ? item->id : 0;
}

/* Two groups, a line that cannot be taken in each. */
static void some_lines(struct picker_fixture *test)
{
    static const struct picker_item items[] = {
        { .id = 1, .text = "Open what is under the cursor", .note = "Enter", .group = "In a table" },
        { .id = 2, .text = "Clear all marks", .note = "U", .dim = true, .why = "Nothing is marked" },
        { .id = 3, .text = "Øl og Smørbrød ÅS", .note = "s" },
        { .id = 4, .text = "日本語の会社", .note = "漢" },
        { .id = 5, .text = "Help for what is on the screen", .note = "? F1", .group = "Everywhere" },
        { .id = 6, .text = "One step back", .note = "Esc", .dim = true },
        { .id = 7, .text = "A line so long that it cannot be seen whole on any screen that people use at "
                           "work, and goes on for a while",
          .note = "F10 and much more than fits beside such a line" },
    };
    size_t i;

    for (i = 0; i < sizeof items / sizeof *items; i++)
        picker_add(&test->picker, &items[i]);
    picker_narrow(&test->picker);
}

/* ---- what is typed ---- */

static void typing__keeps_lines_that_have_every_word__caseless(void **state)
{
    struct picker_fixture test;

    (void)state;
    start(&test, 24, 80, 0);
    some_lines(&test);
    type(&test, "SMØRBRØD ås");
    assert_int_equal(test.picker.shown_count, 1);
    assert_int_equal(chosen(&test), 3);
    finish(&test);
}

static void typing__looks_in_the_note_too__but_not_across(void **state)
{
    struct picker_fixture test;

    (void)state;
    start(&test, 24, 80, 0);
    add(&test, 1, "Fjord", "800");
    add(&test, 2, "Fjo", "rd 900");
    picker_narrow(&test.picker);
    type(&test, "fjord");
    assert_int_equal(test.picker.shown_count, 1);
    picker_act(&test.picker, ACTION_NONE, "Ctrl-U");
    assert_int_equal(test.picker.shown_count, 2);
    type(&test, "900");
    assert_int_equal(chosen(&test), 2);
    finish(&test);
}

static void typing__puts_the_cursor__on_the_first_line_that_can_be_taken(void **state)
{
    struct picker_fixture test;

    (void)state;
    start(&test, 24, 80, 0);
    picker_add(&test.picker, &(struct picker_item) { .id = 1, .text = "aa", .dim = true });
    add(&test, 2, "aab", NULL);
    picker_narrow(&test.picker);
    type(&test, "a");
    assert_int_equal(chosen(&test), 2);
    picker_act(&test.picker, ACTION_UP, "Up");
    assert_int_equal(chosen(&test), 1); /* it can be looked at all the same */
    finish(&test);
}

static void cursor__begins__on_the_first_line_that_can_be_taken(void **state)
{
    struct picker_fixture test;

    (void)state;
    start(&test, 12, 60, 0);
    picker_add(&test.picker, &(struct picker_item) { .id = 1, .text = "Open", .dim = true });
    picker_add(&test.picker, &(struct picker_item) { .id = 2, .text = "Filter" });
    picker_add(&test.picker, &(struct picker_item) { .id = 3, .text = "Copy" });
    picker_narrow(&test.picker);
    assert_int_equal(chosen(&test), 2);
    picker_act(&test.picker, ACTION_UP, "Up"); /* where it may be put: why not is said there */
    assert_int_equal(chosen(&test), 1);
    picker_narrow(&test.picker);
    assert_int_equal(chosen(&test), 1);
    finish(&test);
}

static void typing__what_nothing_has__leaves_nothing_to_take(void **state)
{
    struct picker_fixture test;

    (void)state;
    start(&test, 24, 80, 0);
    some_lines(&test);
    type(&test, "zzz");
    assert_null(picker_chosen(&test.picker));
    draw(&test);
    assert_true(fixture_shows(&test.base, "Nothing fits what was typed"));
    assert_true(fixture_shows(&test.base, "0 of 7"));
    picker_act(&test.picker, ACTION_DOWN, "Down");
    picker_act(&test.picker, ACTION_LAST, "End");
    assert_null(picker_chosen(&test.picker));
    finish(&test);
}

static void own_rows__are_shown_whatever_was_typed(void **state)
{
    struct picker_fixture test;

    (void)state;
    start(&test, 24, 80, PICKER_OWN_ROWS);
    some_lines(&test);
    type(&test, "zzz");
    assert_int_equal(test.picker.shown_count, 7);
    picker_say(&test.picker, "7 of 1,204");
    draw(&test);
    assert_true(fixture_shows(&test.base, "7 of 1,204"));
    finish(&test);
}

/* ---- moving ---- */

static void cursor__stops__at_both_ends(void **state)
{
    struct picker_fixture test;

    (void)state;
    start(&test, 24, 80, 0);
    some_lines(&test);
    picker_act(&test.picker, ACTION_UP, "Up");
    assert_int_equal(chosen(&test), 1);
    picker_act(&test.picker, ACTION_LAST, "End");
    picker_act(&test.picker, ACTION_DOWN, "Down");
    assert_int_equal(chosen(&test), 7);
    picker_act(&test.picker, ACTION_FIRST, "Home");
    assert_int_equal(chosen(&test), 1);
    finish(&test);
}

/* Wherever the cursor goes in however low a box, its line is seen, once, with a heading above the first line. */
static void cursor__is_always_seen__with_the_heading_it_belongs_to(void **state)
{
    static const enum action_id moves[] = { ACTION_DOWN, ACTION_PAGE_DOWN, ACTION_LAST, ACTION_UP,
                                            ACTION_PAGE_UP, ACTION_FIRST };
    struct picker_fixture test;
    char text[32], group[32];
    int rows, i, move;

    (void)state;
    for (rows = 6; rows < 20; rows++) {
        start(&test, rows, 60, 0);
        for (i = 0; i < 40; i++) {
            snprintf(text, sizeof text, "line %d.", i);
            snprintf(group, sizeof group, "group %d.", i / 7);
            picker_add(&test.picker, &(struct picker_item) {
                                         .id = i + 1, .text = text, .group = i % 7 ? NULL : group });
        }
        picker_narrow(&test.picker);
        for (move = 0; move < 240; move++) {
            picker_act(&test.picker, moves[move / 40], "");
            draw(&test);
            snprintf(text, sizeof text, "line %d.", (int)chosen(&test) - 1);
            snprintf(group, sizeof group, "group %d.", (int)test.picker.shown[test.picker.top] / 7);
            assert_true(fixture_shows(&test.base, text));
            assert_int_equal(fixture_row(&test.base, group), 2);
        }
        finish(&test);
    }
}

static void list__has_no_empty_room__when_it_could_show_more(void **state)
{
    struct picker_fixture test;
    char text[32];
    int i;

    (void)state;
    start(&test, 12, 60, 0);
    for (i = 0; i < 40; i++) {
        snprintf(text, sizeof text, "line %d.", i);
        add(&test, i + 1, text, NULL);
    }
    picker_narrow(&test.picker);
    picker_act(&test.picker, ACTION_LAST, "End");
    draw(&test);
    surface_resize(test.base.surface, 24, 60);
    draw(&test);
    assert_true(fixture_shows(&test.base, "line 39."));
    assert_true(fixture_shows(&test.base, "line 19.")); /* 24 rows less edge and line */
    assert_false(fixture_shows(&test.base, "line 18."));
    finish(&test);
}

/* ---- on, off, and order ---- */

static void space__turns_a_line__only_where_lines_are_turned(void **state)
{
    struct picker_fixture test;

    (void)state;
    start(&test, 24, 80, PICKER_CHECKS);
    picker_add(&test.picker, &(struct picker_item) { .id = 1, .text = "a", .fixed = true, .on = true });
    add(&test, 2, "b", NULL);
    picker_narrow(&test.picker);
    assert_int_equal(picker_act(&test.picker, ACTION_CHECK, "Space"), PICKER_NOTHING);
    assert_true(test.picker.items[0].on);
    picker_act(&test.picker, ACTION_DOWN, "Down");
    assert_int_equal(picker_act(&test.picker, ACTION_CHECK, "Space"), PICKER_TURNED);
    assert_true(test.picker.items[1].on);
    finish(&test);

    start(&test, 24, 80, 0);
    add(&test, 1, "a b", NULL);
    picker_narrow(&test.picker);
    assert_int_equal(picker_act(&test.picker, ACTION_CHECK, "Space"), PICKER_TYPED);
    assert_string_equal(test.picker.line.text, " ");
    finish(&test);
}

static void lines__change_places__but_not_with_a_fixed_one(void **state)
{
    struct picker_fixture test;

    (void)state;
    start(&test, 24, 80, PICKER_ORDER);
    picker_add(&test.picker, &(struct picker_item) { .id = 1, .text = "a", .fixed = true, .group = "G" });
    add(&test, 2, "b", NULL);
    add(&test, 3, "c", NULL);
    picker_narrow(&test.picker);
    picker_choose(&test.picker, 3);
    assert_int_equal(picker_act(&test.picker, ACTION_EARLIER, "Left"), PICKER_TURNED);
    assert_int_equal(chosen(&test), 3);
    assert_int_equal(test.picker.items[1].id, 3);
    assert_int_equal(picker_act(&test.picker, ACTION_EARLIER, "Left"), PICKER_NOTHING);
    assert_string_equal(test.picker.items[0].group, "G");
    type(&test, "b"); /* what was folded goes with the line */
    assert_int_equal(chosen(&test), 2);
    finish(&test);
}

/* ---- drawing ---- */

static void screen(int rows, int columns, unsigned flags, bool ascii, bool plain, const char *name)
{
    struct picker_fixture test;

    start(&test, rows, columns, flags);
    test.base.context.plain = plain;
    if (ascii)
        fixture_ascii(&test.base);
    some_lines(&test);
    test.picker.items[2].on = true;
    picker_act(&test.picker, ACTION_DOWN, "Down");
    draw(&test);
    fixture_compare(&test.base, name);
    finish(&test);
}

static void picker__is_drawn__at_every_width(void **state)
{
    (void)state;
    screen(13, 60, 0, true, false, "picker-60-ascii");
    screen(14, 80, 0, false, false, "picker-80");
    screen(14, 120, PICKER_CHECKS, false, false, "picker-120-checks");
    screen(14, 300, 0, false, false, "picker-300");
    screen(9, 80, 0, false, false, "picker-low");
    screen(14, 80, PICKER_CHECKS, false, true, "picker-plain");
}

static void reason__stands_in_words__in_the_plain_interface(void **state)
{
    struct picker_fixture test;
    int row, column;

    (void)state;
    start(&test, 24, 80, 0);
    test.base.context.plain = true;
    some_lines(&test);
    picker_act(&test.picker, ACTION_DOWN, "Down");
    draw(&test);
    assert_true(fixture_shows(&test.base, "not possible: Nothing is marked"));
    surface_cursor_at(test.base.surface, &row, &column);
    assert_int_equal(row, fixture_row(&test.base, "Clear all marks"));
    finish(&test);
}

static void box__that_has_no_room__is_not_drawn(void **state)
{
    struct picker_fixture test;
    int rows, columns;

    (void)state;
    for (rows = 1; rows < 8; rows++) {
        for (columns = 1; columns < 40; columns++) {
            start(&test, rows, columns, 0);
            some_lines(&test);
            picker_act(&test.picker, ACTION_LAST, "End");
            draw(&test);
            finish(&test);
        }
    }
}

/* ---- many lines ---- */

static double milliseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* What a key costs grows with the lines, not with their square: ten times the lines, at most thirty times the time
 * (and a floor, below which a clock says nothing). */
static double keys_cost(int lines)
{
    struct picker_fixture test;
    char text[64];
    double began;
    int i;

    start(&test, 50, 120, 0);
    for (i = 0; i < lines; i++) {
        snprintf(text, sizeof text, "Client %d of the bureau Aktiebolag", i * 7919 % 100003);
        picker_add(&test.picker, &(struct picker_item) {
                                     .id = i + 1, .text = text, .note = "5560157637",
                                     .group = i % 1000 ? NULL : "A group" });
    }
    picker_narrow(&test.picker);
    draw(&test);
    began = milliseconds();
    for (i = 0; i < 5; i++) {
        picker_act(&test.picker, ACTION_LAST, "End");
        draw(&test);
        picker_act(&test.picker, ACTION_PAGE_UP, "PgUp");
        draw(&test);
        type(&test, "client 7");
        draw(&test);
        picker_act(&test.picker, ACTION_NONE, "Ctrl-U");
        draw(&test);
        picker_act(&test.picker, ACTION_FIRST, "Home");
        draw(&test);
    }
    began = milliseconds() - began;
    finish(&test);
    return began;
}

static void keys__cost_no_square__with_10000_lines(void **state)
{
    double thousand = keys_cost(1000), ten_thousand = keys_cost(10000);

    (void)state;
    print_message("a key and its drawing: %.2f ms with 1,000 lines, %.2f ms with 10,000\n",
                  thousand / 60, ten_thousand / 60);
    assert_true(ten_thousand < 30 * (thousand > 10 ? thousand : 10));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(typing__keeps_lines_that_have_every_word__caseless),
        cmocka_unit_test(typing__looks_in_the_note_too__but_not_across),
        cmocka_unit_test(typing__puts_the_cursor__on_the_first_line_that_can_be_taken),
        cmocka_unit_test(cursor__begins__on_the_first_line_that_can_be_taken),
        cmocka_unit_test(typing__what_nothing_has__leaves_nothing_to_take),
        cmocka_unit_test(own_rows__are_shown_whatever_was_typed),
        cmocka_unit_test(cursor__stops__at_both_ends),
        cmocka_unit_test(cursor__is_always_seen__with_the_heading_it_belongs_to),
        cmocka_unit_test(list__has_no_empty_room__when_it_could_show_more),
        cmocka_unit_test(space__turns_a_line__only_where_lines_are_turned),
        cmocka_unit_test(lines__change_places__but_not_with_a_fixed_one),
        cmocka_unit_test(picker__is_drawn__at_every_width),
        cmocka_unit_test(reason__stands_in_words__in_the_plain_interface),
        cmocka_unit_test(box__that_has_no_room__is_not_drawn),
        cmocka_unit_test(keys__cost_no_square__with_10000_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
