/* Tests of screen/help. */
#include "fixture.h"

#include <stdio.h>
#include <string.h>

struct help_fixture {
    struct fixture base;
    struct keymap *keymap;
    struct pane *pane;
};

static void start(struct help_fixture *test, int rows, int columns, unsigned scopes)
{
    fixture_start(&test->base, rows, columns);
    test->keymap = keymap_create();
    test->pane = pane_help(test->keymap, scopes, NULL);
}

static void finish(struct help_fixture *test)
{
    pane_destroy(test->pane);
    keymap_destroy(test->keymap);
    fixture_finish(&test->base);
}

static void draw(struct help_fixture *test)
{
    test->pane->ops->draw(test->pane, &test->base.context, test->base.surface,
                          fixture_rect(&test->base), true);
}

static int line_with(struct help_fixture *test, const char *text)
{
    return fixture_row(&test->base, text);
}

static void help__names_every_action__with_its_keys(void **state)
{
    struct help_fixture test;
    int action;
    char start_of_help[24];

    (void)state;
    start(&test, 150, 200, SCOPE_TABLE | SCOPE_EVERYWHERE);
    draw(&test);
    for (action = 0; action < ACTION_COUNT; action++) {
        strncpy(start_of_help, action_info((enum action_id)action)->help, 20);
        start_of_help[20] = '\0';
        assert_true(line_with(&test, start_of_help) >= 0);
    }
    finish(&test);
}

static void help__begins__with_what_works_here(void **state)
{
    struct help_fixture test;

    (void)state;
    start(&test, 150, 100, SCOPE_DASHBOARD | SCOPE_EVERYWHERE);
    draw(&test);
    assert_int_equal(line_with(&test, "On the dashboard"), 0);
    assert_true(line_with(&test, "Everywhere") < line_with(&test, "In a table"));
    finish(&test);
}

static void help__shows_keys__in_the_style_of_keys(void **state)
{
    struct help_fixture test;

    (void)state;
    start(&test, 150, 100, SCOPE_TABLE | SCOPE_EVERYWHERE);
    draw(&test);
    char begin[24];
    snprintf(begin, sizeof begin, "%.20s", action_info(ACTION_FILTER)->help);
    int row = line_with(&test, begin);
    assert_true(row >= 0);
    assert_int_equal(surface_cell(test.base.surface, row, 1)->style, STYLE_KEY);
    finish(&test);
}

static void help__shows_the_key__a_person_has_chosen(void **state)
{
    struct help_fixture test;
    struct failure failure = { 0 };

    (void)state;
    start(&test, 150, 100, SCOPE_TABLE | SCOPE_EVERYWHERE);
    static const struct key_binding lines[] = {
        { .action = "turn", .key = "F9", .scope = "", .origin = "test:1" },
        { .action = "open", .key = "F8", .scope = "dashboard", .origin = "test:2" },
        { .action = "sort", .key = "", .scope = "", .origin = "test:3" },
    };
    assert_true(keymap_bind(test.keymap, lines, 3, &failure));
    draw(&test);
    assert_true(line_with(&test, "F9") >= 0);
    /* In each group the keys that work there; what has none is a word of the command line still. */
    assert_true(line_with(&test, "Enter") < line_with(&test, "On the dashboard"));
    assert_true(line_with(&test, "F8") > line_with(&test, "On the dashboard"));
    assert_true(line_with(&test, ":sort") >= 0);
    finish(&test);
}

static void help__explains__the_filter_the_marks_and_the_figures(void **state)
{
    struct help_fixture test;

    (void)state;
    start(&test, 150, 100, SCOPE_TABLE | SCOPE_EVERYWHERE);
    draw(&test);
    assert_true(line_with(&test, "resp:anna") >= 0);
    assert_true(line_with(&test, "you have access to this client") >= 0);
    assert_true(line_with(&test, "Degree of automation") >= 0);
    finish(&test);
}

static void help__is_drawn__at_80x24(void **state)
{
    struct help_fixture test;

    (void)state;
    start(&test, 19, 80, SCOPE_TABLE | SCOPE_EVERYWHERE);
    draw(&test);
    fixture_compare(&test.base, "help-80");
    finish(&test);
}

static void help__is_drawn__at_60_in_ascii_to_the_end(void **state)
{
    struct help_fixture test;

    (void)state;
    start(&test, 40, 60, SCOPE_DASHBOARD | SCOPE_EVERYWHERE);
    fixture_ascii(&test.base);
    draw(&test);
    test.pane->ops->act(test.pane, ACTION_LAST, &test.base.context);
    draw(&test);
    fixture_compare(&test.base, "help-60-ascii");
    finish(&test);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(help__names_every_action__with_its_keys),
        cmocka_unit_test(help__begins__with_what_works_here),
        cmocka_unit_test(help__shows_keys__in_the_style_of_keys),
        cmocka_unit_test(help__shows_the_key__a_person_has_chosen),
        cmocka_unit_test(help__explains__the_filter_the_marks_and_the_figures),
        cmocka_unit_test(help__is_drawn__at_80x24),
        cmocka_unit_test(help__is_drawn__at_60_in_ascii_to_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
