/*
 * Views, on the demo bureau: put on, saved, dropped, and by name.
 *
 *     test-views DEMO.db
 */
#include <stdlib.h>
#include <string.h>

#include "bureau.h"

struct test {
    struct keymap *keymap;
    struct app *app;
};

static void start(struct test *test, void **state, const char *login)
{
    if (login)
        bureau_ask_as(*state, login);
    test->app = bureau_app(*state, &test->keymap);
    app_rest(test->app);
}

static void finish(struct test *test)
{
    app_destroy(test->app);
    keymap_destroy(test->keymap);
}

static void filter(struct test *test, const char *text)
{
    app_keys(test->app, "/ Ctrl-U");
    app_type(test->app, text);
    app_keys(test->app, "Enter");
}

static void save(struct test *test, const char *name)
{
    app_keys(test->app, "' Ins");
    app_type(test->app, name);
    app_keys(test->app, "Enter");
}

static void command(struct test *test, const char *line)
{
    app_keys(test->app, ":");
    app_type(test->app, line);
    app_keys(test->app, "Enter");
}

static void assert_filter(const struct test *test, const char *wanted)
{
    char *row = app_row(test->app, 2);
    if (!strstr(row, wanted))
        fail_msg("the filter is not %s: %s", wanted, row);
    free(row);
}

static void view__of_the_list__puts_on_its_own_filter(void **state)
{
    struct test test;
    start(&test, state, NULL);
    app_keys(test.app, "2 '");
    app_type(test.app, "uten ansvarlig");
    app_keys(test.app, "Enter");
    assert_filter(&test, "/ responsible=");
    assert_filter(&test, "3 of 241");
    app_keys(test.app, "' Enter"); /* all */
    assert_filter(&test, "241 of 241");
    finish(&test);
}

static void view__in_another_dataset__acts_through_the_client(void **state)
{
    struct test test;
    start(&test, state, NULL);
    app_keys(test.app, "1 Enter '"); /* payroll months behind a figure */
    app_type(test.app, "uten ansvarlig");
    app_keys(test.app, "Enter");
    assert_filter(&test, "view:\"Uten ansvarlig\"");
    finish(&test);
}

static void short_view__is_put_on_by_its_name__in_english_and_in_the_language(void **state)
{
    struct bureau *bureau = *state;
    struct test test;
    bureau->session.language = LANGUAGE_SV;
    start(&test, state, NULL);
    app_keys(test.app, "2");
    command(&test, "view mine");
    assert_filter(&test, "/ is:mine");
    command(&test, "view alla");
    assert_filter(&test, "241 av 241");
    command(&test, "view MINA");
    assert_filter(&test, "/ is:mine");
    command(&test, "view pay20");
    assert_filter(&test, "group:\"pay20\"");
    finish(&test);
}

static void view__is_completed__from_short_ones_saved_ones_and_groups(void **state)
{
    struct test test;
    start(&test, state, NULL);
    app_keys(test.app, "2 :");
    app_type(test.app, "view mi");
    app_keys(test.app, "Tab Enter");
    assert_filter(&test, "/ is:mine");
    app_keys(test.app, ":");
    app_type(test.app, "view uten ans");
    app_keys(test.app, "Tab Enter");
    assert_filter(&test, "/ responsible=");
    app_keys(test.app, ":");
    app_type(test.app, "view pay2");
    assert_true(app_shows(test.app, "pay20"));
    assert_true(app_shows(test.app, "pay25"));
    finish(&test);
}

static void view__of_a_name_that_is_not__is_told_with_those_that_are(void **state)
{
    struct test test;
    start(&test, state, NULL);
    app_keys(test.app, "2");
    command(&test, "view mime");
    assert_true(app_shows(test.app, "There is no view called \"mime\". There are: all, mine, reach,"));
    assert_true(app_shows(test.app, "Uten ansvarlig"));
    finish(&test);
}

static void group__is_put_on__as_a_filter(void **state)
{
    struct test test;
    start(&test, state, NULL);
    app_keys(test.app, "2 '");
    app_type(test.app, "pay20");
    app_keys(test.app, "Enter");
    assert_filter(&test, "group:\"pay20\"");
    assert_filter(&test, "54 of 241");
    finish(&test);
}

static void view__is_saved_used_and_dropped__after_a_question(void **state)
{
    struct test test;
    start(&test, state, NULL);
    app_keys(test.app, "2");
    filter(&test, "fjord");
    save(&test, "Mine FJORDER Å");
    assert_true(app_shows(test.app, "Saved: "));
    filter(&test, "");
    command(&test, "view mine fjorder å"); /* caseless, also beyond ASCII */
    assert_filter(&test, "7 of 241");
    app_keys(test.app, "'");
    app_type(test.app, "fjorder");
    app_keys(test.app, "Del Enter"); /* Enter is a no */
    command(&test, "view mine fjorder å");
    assert_false(app_shows(test.app, "There is no view"));
    app_keys(test.app, "'");
    app_type(test.app, "fjorder");
    app_keys(test.app, "Del y");
    assert_true(app_shows(test.app, "Dropped: "));
    command(&test, "view mine fjorder å");
    assert_true(app_shows(test.app, "There is no view"));
    finish(&test);
}

static void view__of_a_name_that_exists__is_replaced_only_by_a_yes(void **state)
{
    struct test test;
    start(&test, state, NULL);
    app_keys(test.app, "2");
    filter(&test, "fjord");
    save(&test, "Nord");
    filter(&test, "bjørk");
    save(&test, "nord");
    assert_true(app_shows(test.app, "Replace it?"));
    app_keys(test.app, "Enter");
    command(&test, "view nord");
    assert_filter(&test, "/ fjord");
    filter(&test, "bjørk");
    save(&test, "nord");
    app_keys(test.app, "j");
    filter(&test, "");
    command(&test, "view nord");
    assert_filter(&test, "/ bjørk");
    finish(&test);
}

static void view__is_neither_saved_nor_dropped__when_read_only(void **state)
{
    struct test test;
    ((struct bureau *)*state)->session.read_only = true;
    start(&test, state, NULL);
    app_keys(test.app, "2");
    filter(&test, "fjord");
    app_keys(test.app, "' Ins");
    assert_true(app_shows(test.app, "read-only"));
    assert_false(app_shows(test.app, "Save the view as"));
    app_type(test.app, "uten ansvarlig");
    app_keys(test.app, "Del");
    assert_false(app_shows(test.app, "Drop the view"));
    assert_true(app_shows(test.app, "! Nothing can be changed"));
    finish(&test);
}

/* A shared view is not an operator's to drop: the store says so, the view stays. */
static void shared_view__stays__when_an_operator_drops_it(void **state)
{
    struct test test;
    start(&test, state, "cecilie");
    app_keys(test.app, "2 '");
    app_type(test.app, "uten ansvarlig");
    app_keys(test.app, "Del y");
    assert_false(app_shows(test.app, "Dropped"));
    assert_true(app_shows(test.app, "! "));
    command(&test, "view Uten ansvarlig");
    assert_filter(&test, "/ responsible=");
    finish(&test);
}

static void nothing__is_saved__without_a_filter_or_a_name(void **state)
{
    struct test test;
    start(&test, state, NULL);
    app_keys(test.app, "2 ' Ins");
    assert_true(app_shows(test.app, "There is no filter to save"));
    app_keys(test.app, "Esc");
    filter(&test, "fjord");
    save(&test, " ");
    assert_true(app_shows(test.app, "A view needs a name"));
    assert_true(app_shows(test.app, "Save the view as"));
    finish(&test);
}

static void command__puts_no_view_on__where_nothing_is_filtered(void **state)
{
    static const char *const places[] = { "2 Enter", "1 ?" };
    struct test test;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        start(&test, state, NULL);
        app_keys(test.app, places[i]);
        command(&test, "view Uten ansvarlig");
        assert_true(app_shows(test.app, "! This is not possible here"));
        assert_false(app_shows(test.app, "/ responsible="));
        finish(&test);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bureau_setup, bureau_teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(view__of_the_list__puts_on_its_own_filter),
        TEST(view__in_another_dataset__acts_through_the_client),
        TEST(short_view__is_put_on_by_its_name__in_english_and_in_the_language),
        TEST(view__is_completed__from_short_ones_saved_ones_and_groups),
        TEST(view__of_a_name_that_is_not__is_told_with_those_that_are),
        TEST(group__is_put_on__as_a_filter),
        TEST(view__is_saved_used_and_dropped__after_a_question),
        TEST(view__of_a_name_that_exists__is_replaced_only_by_a_yes),
        TEST(view__is_neither_saved_nor_dropped__when_read_only),
        TEST(shared_view__stays__when_an_operator_drops_it),
        TEST(nothing__is_saved__without_a_filter_or_a_name),
        TEST(command__puts_no_view_on__where_nothing_is_filtered),
    };
    return bureau_start(argc, argv) ? cmocka_run_group_tests(tests, NULL, NULL) : 99;
}
