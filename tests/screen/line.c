/* Tests of screen/line. */
#include "fixture.h"

#include <string.h>

#include "klientel/screen/line.h"

static void keys(struct line *line, const char *const *names)
{
    for (; *names; names++)
        assert_true(line_key(line, *names));
}

static void line__edits__at_the_cursor(void **state)
{
    struct line line;

    (void)state;
    line_set(&line, "fjord");
    keys(&line, (const char *const[]) { "Left", "Left", "ø", "Del", "Home", "!", "End", "Space",
                                        "x", "Backspace", NULL });
    assert_string_equal(line.text, "!fjoød ");
    keys(&line, (const char *const[]) { "Ctrl-W", NULL });
    assert_string_equal(line.text, "");
    assert_int_equal(line.cursor, 0);
    keys(&line, (const char *const[]) { "Backspace", "Del", "Left", "Right", NULL });
    assert_int_equal(line.length, 0);
}

static void line__leaves_other_keys_alone(void **state)
{
    struct line line;

    (void)state;
    line_set(&line, "a");
    assert_false(line_key(&line, "Enter"));
    assert_false(line_key(&line, "Esc"));
    assert_false(line_key(&line, "F1"));
    assert_false(line_key(&line, "\xe2\x80\xae"));
    assert_false(line_key(&line, ""));
    assert_string_equal(line.text, "a");
}

static void line__takes_pasted_text__without_controls(void **state)
{
    struct line line;

    (void)state;
    line_set(&line, "");
    line_insert(&line, "one\ntwo\x1b[31m\t\xe2\x80\x8bø");
    assert_string_equal(line.text, "one two[31m ø");
}

static void line__never_grows_beyond_its_size(void **state)
{
    struct line line;
    int i;

    (void)state;
    line_set(&line, "");
    for (i = 0; i < 2 * LINE_SIZE; i++)
        line_key(&line, "å");
    assert_true(line.length < LINE_SIZE);
    assert_int_equal(line.length % 2, 0);
}

static void line__scrolls__so_that_the_cursor_is_seen(void **state)
{
    struct fixture fixture;
    struct line line;
    int row, column;

    (void)state;
    fixture_start(&fixture, 1, 20);
    line_set(&line, "group:pay20 !is:reported resp:anna");
    line_draw(&line, fixture.surface, 0, 2, 10, STYLE_FIELD);
    surface_cursor_at(fixture.surface, &row, &column);
    assert_int_equal(column, 11);
    assert_string_equal(fixture_line(&fixture, 0), "  <esp:anna");
    keys(&line, (const char *const[]) { "Home", NULL });
    line_draw(&line, fixture.surface, 0, 2, 10, STYLE_FIELD);
    surface_cursor_at(fixture.surface, &row, &column);
    assert_int_equal(column, 2);
    assert_string_equal(fixture_line(&fixture, 0), "  group:pay~");
    fixture_finish(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line__edits__at_the_cursor),
        cmocka_unit_test(line__leaves_other_keys_alone),
        cmocka_unit_test(line__takes_pasted_text__without_controls),
        cmocka_unit_test(line__never_grows_beyond_its_size),
        cmocka_unit_test(line__scrolls__so_that_the_cursor_is_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
