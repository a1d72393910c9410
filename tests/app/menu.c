/*
 * The menu, on the demo bureau: it does what the keys do, and says why not.
 *
 *     test-menu DEMO.db
 */
#include <stdlib.h>
#include <string.h>

#include "bureau.h"

struct test {
    struct keymap *keymap;
    struct app *app;
};

static void start(struct test *test, void **state)
{
    test->app = bureau_app(*state, &test->keymap);
    app_rest(test->app);
}

static void finish(struct test *test)
{
    app_destroy(test->app);
    keymap_destroy(test->keymap);
}

static void menu__does__what_the_key_does(void **state)
{
    struct test by_key, by_menu;
    start(&by_key, state);
    app_keys(by_key.app, "2 S");
    char *wanted = app_row(by_key.app, 3);
    app_keys(by_key.app, "S"); /* it is kept: as it was for the menu */
    finish(&by_key);
    start(&by_menu, state);
    app_keys(by_menu.app, "2 F10");
    app_type(by_menu.app, "turn the order");
    app_keys(by_menu.app, "Enter");
    char *row = app_row(by_menu.app, 3);
    assert_string_equal(row, wanted);
    assert_non_null(strstr(row, "Name ▼"));
    free(row);
    free(wanted);
    finish(&by_menu);
}

static void menu__opens__what_the_key_would_open(void **state)
{
    struct test test;
    start(&test, state);
    app_keys(test.app, "2 M");
    app_type(test.app, "jump");
    app_keys(test.app, "Enter");
    assert_true(app_shows(test.app, "Jump to a client"));
    app_type(test.app, "fjord tak");
    app_keys(test.app, "Enter");
    assert_true(app_shows(test.app, "Company"));
    finish(&test);
}

static void menu__says_why__something_cannot_be_done(void **state)
{
    struct test test;
    start(&test, state);
    app_keys(test.app, "2 M");
    assert_true(app_shows(test.app, "Nothing is marked"));
    app_type(test.app, "clear all");
    app_keys(test.app, "Enter");
    assert_true(app_shows(test.app, "! Nothing is marked"));
    app_keys(test.app, "Space M");
    assert_false(app_shows(test.app, "Nothing is marked"));
    finish(&test);
}

static void menu__works__wherever_one_is(void **state)
{
    static const char *const places[] = { "1", "2", "2 t", "2 Enter", "3", "1 ?" };
    struct test test;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        start(&test, state);
        app_keys(test.app, places[i]);
        app_keys(test.app, "F10");
        assert_true(app_shows(test.app, "┌─Menu"));
        app_type(test.app, "jump"); /* a long menu shows its end only when it is asked for */
        assert_true(app_shows(test.app, "Jump to a client"));
        app_keys(test.app, "Esc");
        assert_false(app_shows(test.app, "┌─Menu"));
        finish(&test);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bureau_setup, bureau_teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(menu__does__what_the_key_does),
        TEST(menu__opens__what_the_key_would_open),
        TEST(menu__says_why__something_cannot_be_done),
        TEST(menu__works__wherever_one_is),
    };
    return bureau_start(argc, argv) ? cmocka_run_group_tests(tests, NULL, NULL) : 99;
}
