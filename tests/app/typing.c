/* Filters while they are typed: what Tab offers, and the filters a person kept before. */
#include "bureau.h"

#include <stdlib.h>
#include <string.h>

static struct app *app_on_clients(struct bureau *bureau, struct keymap **ret_keymap)
{
    struct app *app = bureau_app(bureau, ret_keymap);
    app_keys(app, "2");
    return app;
}

static void end(struct app *app, struct keymap *keymap)
{
    app_destroy(app);
    keymap_destroy(keymap);
}

static void assert_line(struct app *app, const char *text)
{
    char *row = app_row(app, 2);
    if (strncmp(row, " / ", 3) != 0 || strncmp(row + 3, text, strlen(text)) != 0 ||
        (row[3 + strlen(text)] != ' ' && row[3 + strlen(text)] != '\0'))
        fail_msg("not \"%s\" but \"%s\"", text, row);
    free(row);
}

static void filter_keep(struct app *app, const char *text)
{
    app_keys(app, "/ Ctrl-U");
    app_type(app, text);
    app_keys(app, "Enter Esc");
}

static void filters__are_kept__for_the_next_session_of_the_person(void **state)
{
    struct keymap *keymap;
    struct app *app = app_on_clients(*state, &keymap);
    filter_keep(app, "country=SE");
    filter_keep(app, "berg");
    filter_keep(app, "country=SE"); /* again: it is the newest, and not there twice */
    end(app, keymap);

    app = app_on_clients(*state, &keymap);
    app_keys(app, "/ Up");
    assert_line(app, "country=SE");
    app_keys(app, "Up");
    assert_line(app, "berg");
    app_keys(app, "Up");
    assert_line(app, "berg");
    app_keys(app, "Down Down");
    assert_line(app, "");
    end(app, keymap);

    bureau_ask_as(*state, "bo");
    app = app_on_clients(*state, &keymap);
    app_keys(app, "/ Ctrl-U Up");
    assert_line(app, "");
    end(app, keymap);
}

static void filters__of_two_programs__are_both_kept(void **state)
{
    struct keymap *keymaps[2];
    struct app *here = app_on_clients(*state, &keymaps[0]);
    struct app *there = app_on_clients(*state, &keymaps[1]);
    filter_keep(here, "berg");
    filter_keep(there, "fjord");
    filter_keep(here, "lund");
    app_keys(here, "/ Up Up");
    assert_line(here, "fjord");
    end(here, keymaps[0]);
    end(there, keymaps[1]);
}

static void filters__of_another_list__are_its_own(void **state)
{
    struct keymap *keymap;
    struct app *app = app_on_clients(*state, &keymap);
    filter_keep(app, "berg");
    app_keys(app, "t / Up");
    assert_line(app, "");
    app_type(app, "lind");
    app_keys(app, "Enter Esc t / Up");
    assert_line(app, "berg");
    end(app, keymap);
}

static void filters__that_cannot_be_read_or_are_empty__are_not_kept(void **state)
{
    struct keymap *keymap;
    struct app *app = app_on_clients(*state, &keymap);
    filter_keep(app, "berg");
    filter_keep(app, "employees>");
    filter_keep(app, "  ");
    app_keys(app, "/ Up");
    assert_line(app, "berg");
    end(app, keymap);
}

/* Enter would make rows of something else look like those that were asked for. */
static void filter__that_is_not_understood__is_not_kept_and_says_what_is_shown(void **state)
{
    struct keymap *keymap;
    struct app *app = app_on_clients(*state, &keymap);
    app_keys(app, "/");
    app_type(app, "is");
    app_type(app, ":bogus");
    char *row = app_row(app, 2);
    assert_non_null(strstr(row, "not understood; shown are "));
    assert_non_null(strstr(row, " of 241: is"));
    free(row);
    app_keys(app, "Enter"); /* the line stays, with the cursor where the error is */
    app_type(app, "X");
    assert_line(app, "is:Xbogus");
    app_keys(app, "Esc *");
    assert_true(app_shows(app, "241 marked"));
    end(app, keymap);
}

static void name__that_is_no_column__is_the_reason_for_an_empty_list(void **state)
{
    struct keymap *keymap;
    struct app *app = app_on_clients(*state, &keymap);
    app_keys(app, "/");
    app_type(app, "respp:anna");
    assert_true(app_shows(app, "No column \"respp\": looked for as text (resp?)."));
    app_keys(app, "Ctrl-U");
    app_type(app, "zzz:anna");
    assert_true(app_shows(app, "No column \"zzz\": looked for as text. All 241 rows"));
    app_keys(app, "Ctrl-U");
    app_type(app, "resp:anna zzzzzz");
    assert_false(app_shows(app, "No column"));
    app_keys(app, "Esc :");
    app_type(app, "mark resp:anna staf:bo");
    app_keys(app, "Enter");
    assert_true(app_shows(app, "No column \"staf\": looked for as text (staff?)."));
    app_keys(app, "+");
    app_type(app, "responsable:anna");
    assert_true(app_shows(app, "No column \"responsable\": looked for as text (responsible?)."));
    end(app, keymap);
}

static void filters__of_a_read_only_session__last_as_long_as_it(void **state)
{
    struct bureau *bureau = *state;
    struct keymap *keymap;
    bureau->session.read_only = true;
    struct app *app = app_on_clients(bureau, &keymap);
    filter_keep(app, "berg");
    filter_keep(app, "fjord");
    app_keys(app, "/ Up Up");
    assert_line(app, "berg");
    end(app, keymap);
    app = app_on_clients(bureau, &keymap);
    app_keys(app, "/ Up");
    assert_line(app, "");
    end(app, keymap);
}

/* Keeping waits for whoever else writes: not before the rows are there, and not at all when there is no time. */
static void filters__typed_last__are_kept_when_one_quits_at_once(void **state)
{
    struct keymap *keymap;
    struct app *app = app_on_clients(*state, &keymap);
    app_keys_ahead(app, "/ b e r g Enter");
    end(app, keymap);
    app = app_on_clients(*state, &keymap);
    app_keys(app, "/ Up");
    assert_line(app, "berg");
    end(app, keymap);
}

static void list__opens_on_tab__and_on_nothing_else(void **state)
{
    static const char *const texts[] = { "c", "employees", "country=", "is:", "resp:", "!(n" };
    struct keymap *keymap;
    struct app *app = app_on_clients(*state, &keymap);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        app_keys(app, "/ Ctrl-U");
        app_type(app, texts[i]);
        assert_false(app_shows(app, "┌"));
        app_keys(app, "Tab");
        assert_true(app_shows(app, "┌"));
        app_keys(app, "Esc"); /* the list */
        assert_false(app_shows(app, "┌"));
        assert_line(app, texts[i]);
        app_keys(app, "Esc"); /* the line */
    }
    end(app, keymap);
}

static void everything__that_tab_offers_at_the_beginning__is_a_word_of_the_filter(void **state)
{
    struct keymap *keymap;
    struct app *app = app_on_clients(*state, &keymap);
    char *first = NULL;
    int count = 0;
    app_keys(app, "/ Tab Tab");
    for (;; count++) {
        char *row = app_row(app, 2);
        if (count == 0)
            first = strdup(row);
        bool round = count > 0 && strcmp(first, row) == 0;
        free(row);
        if (round)
            break;
        assert_true(count < 100);
        assert_false(app_shows(app, "There is no column"));
        app_keys(app, "Tab");
    }
    assert_true(count > 20);
    free(first);
    end(app, keymap);
}

static void values__with_blanks__are_written_so_that_they_are_found(void **state)
{
    struct keymap *keymap;
    struct app *app = app_on_clients(*state, &keymap);
    app_keys(app, "/");
    app_type(app, "declaration=noth");
    app_keys(app, "Tab");
    assert_line(app, "declaration=\"nothing due\"");
    app_keys(app, "Enter");
    assert_false(app_shows(app, "not understood"));
    app_keys(app, "/ Ctrl-U");
    app_type(app, "view:");
    app_keys(app, "Tab"); /* several that all have blanks: no lone quotation mark is put there */
    assert_line(app, "view:");
    app_type(app, "\"");
    assert_line(app, "view:\"");
    app_keys(app, "Tab");
    assert_true(app_shows(app, "┌"));
    end(app, keymap);
}

static void help__in_a_field_or_a_list__comes_back_to_it(void **state)
{
    struct keymap *keymap;
    struct app *app = app_on_clients(*state, &keymap);
    app_keys(app, "/");
    app_type(app, "ber");
    app_keys(app, "F1");
    assert_true(app_shows(app, "While typing"));
    app_keys(app, "Down Esc g");
    assert_line(app, "berg");
    app_keys(app, "Esc J");
    app_type(app, "ber");
    app_keys(app, "F1 / a F1 Esc"); /* also with help asked for in the help's own filter line */
    assert_true(app_shows(app, "Jump to a client"));
    assert_true(app_shows(app, "/ ber"));
    app_keys(app, "Esc");
    assert_false(app_shows(app, "Jump to a client"));
    end(app, keymap);
}

static void help__from_which_one_goes_on__does_not_come_back(void **state)
{
    struct keymap *keymap;
    struct app *app = app_on_clients(*state, &keymap);
    app_keys(app, "c F1 1");
    assert_true(app_shows(app, "Needs attention"));
    app_keys(app, "2 c F1 !");
    app_keys(app, "J");
    app_type(app, "berg");
    app_keys(app, "Enter Esc Esc");
    assert_false(app_shows(app, "on/off"));
    end(app, keymap);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bureau_setup, bureau_teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(filters__are_kept__for_the_next_session_of_the_person),
        TEST(filters__of_two_programs__are_both_kept),
        TEST(filters__of_another_list__are_its_own),
        TEST(filters__that_cannot_be_read_or_are_empty__are_not_kept),
        TEST(filter__that_is_not_understood__is_not_kept_and_says_what_is_shown),
        TEST(name__that_is_no_column__is_the_reason_for_an_empty_list),
        TEST(filters__of_a_read_only_session__last_as_long_as_it),
        TEST(filters__typed_last__are_kept_when_one_quits_at_once),
        TEST(list__opens_on_tab__and_on_nothing_else),
        TEST(everything__that_tab_offers_at_the_beginning__is_a_word_of_the_filter),
        TEST(help__in_a_field_or_a_list__comes_back_to_it),
        TEST(help__from_which_one_goes_on__does_not_come_back),
        TEST(values__with_blanks__are_written_so_that_they_are_found),
    };
    if (!bureau_start(argc, argv))
        return 99;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
