/*
 * Jump to a client, on the demo bureau: what is found, what opens, what is remembered.
 *
 *     test-jump DEMO.db
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bureau.h"
#include "klientel/base/text.h"

struct test {
    struct bureau *bureau;
    struct keymap *keymap;
    struct app *app;
};

static void start(struct test *test, void **state, const char *login)
{
    test->bureau = *state;
    if (login)
        bureau_ask_as(test->bureau, login);
    test->app = bureau_app(test->bureau, &test->keymap);
    app_rest(test->app);
}

static void finish(struct test *test)
{
    app_destroy(test->app);
    keymap_destroy(test->keymap);
}

static void start_again(struct test *test)
{
    finish(test);
    test->app = bureau_app(test->bureau, &test->keymap);
    app_rest(test->app);
}

/* The name on the sheet that is open stands in its first row. */
static bool is_sheet_of(const struct test *test, const char *name)
{
    char *row = app_row(test->app, 3);
    bool is = strcmp(row + strspn(row, " "), name) == 0 && app_shows(test->app, "Company");
    free(row);
    return is;
}

static bool is_open(const struct test *test)
{
    return app_shows(test->app, "Jump to a client");
}

/* ---- going there ---- */

static void jump__opens_the_sheet_above_the_tab__and_esc_goes_back(void **state)
{
    struct test test;
    start(&test, state, NULL);
    app_keys(test.app, "2 J");
    assert_true(is_open(&test));
    app_type(test.app, "fjord bil");
    app_keys(test.app, "Enter");
    assert_false(is_open(&test));
    assert_true(is_sheet_of(&test, "Fjord Bil AS"));
    app_keys(test.app, "Esc");
    assert_true(app_shows(test.app, "241 of 241"));
    finish(&test);
}

static void jump__replaces_an_open_sheet__and_stacks_none(void **state)
{
    static const char *const names[] = { "Fjord Bil AS", "Fjord Tak AS", "Bjørk Bil AS" };
    struct test test;
    start(&test, state, NULL);
    app_keys(test.app, "2");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        app_keys(test.app, "J");
        app_type(test.app, names[i]);
        app_keys(test.app, "Enter");
        assert_true(is_sheet_of(&test, names[i]));
    }
    app_keys(test.app, "q");
    assert_true(app_shows(test.app, "241 of 241"));
    finish(&test);
}

static void jump__left_with_esc__leaves_everything_as_it_was(void **state)
{
    struct test test;
    start(&test, state, NULL);
    app_keys(test.app, "2 / b j ø r k Enter Down J");
    char *before = app_row(test.app, 2);
    app_type(test.app, "fjord");
    app_keys(test.app, "Esc");
    char *after = app_row(test.app, 2);
    assert_string_equal(before, after);
    assert_true(strstr(after, "bjørk") != NULL);
    assert_false(is_open(&test));
    free(before);
    free(after);
    finish(&test);
}

static void jump__works__from_dashboard_help_and_sheet(void **state)
{
    static const char *const from[] = { "1", "1 ?", "2 Enter", "5" };
    struct test test;
    for (size_t i = 0; i < sizeof from / sizeof *from; i++) {
        start(&test, state, NULL);
        app_keys(test.app, from[i]);
        app_keys(test.app, "J");
        app_type(test.app, "fjord tak");
        app_keys(test.app, "Enter");
        assert_true(is_sheet_of(&test, "Fjord Tak AS"));
        finish(&test);
    }
}

static void sheet__steps_the_month__for_what_is_below_too(void **state)
{
    struct test test;
    start(&test, state, NULL);
    app_keys(test.app, "2 Enter <");
    assert_true(app_shows(test.app, "October 2026"));
    app_keys(test.app, "Esc");
    assert_true(app_shows(test.app, "October 2026"));
    assert_true(app_shows(test.app, "Run Oct"));
    app_keys(test.app, ">");
    assert_true(app_shows(test.app, "Run Nov"));
    finish(&test);
}

/* ---- finding ---- */

static void jump__finds__by_name_number_and_organisation_number_however_typed(void **state)
{
    static const char *const words[] = { "bjørk anlegg", "BJØRK ANLEGG", "800143942", "800 143 942",
                                         "NO800143942MVA", "800.143.942" };
    struct test test;
    start(&test, state, NULL);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        app_keys(test.app, "J");
        app_type(test.app, words[i]);
        assert_true(app_shows(test.app, "1 of 241"));
        app_keys(test.app, "Enter");
        assert_true(is_sheet_of(&test, "Bjørk Anlegg AS"));
        app_keys(test.app, "Esc");
    }
    finish(&test);
}

/* Who types the beginning of a name means that one: it comes before names that only have it somewhere. */
static void jump__shows_first__what_begins_as_typed(void **state)
{
    struct test test;
    start(&test, state, NULL);
    app_keys(test.app, "J");
    app_type(test.app, "vik");
    assert_true(app_shows(test.app, "33 of 241"));
    app_keys(test.app, "Enter");
    assert_true(is_sheet_of(&test, "Vik Anlegg AS"));
    finish(&test);
}

static void jump__takes_what_was_typed__however_fast(void **state)
{
    struct test test;
    start(&test, state, NULL);
    app_keys_ahead(test.app, "J f j o r d Space t a k Enter");
    app_rest(test.app);
    assert_true(is_sheet_of(&test, "Fjord Tak AS"));
    app_keys_ahead(test.app, "J f j o r d Down Down Enter"); /* Barnehage, Bil, Eiendom */
    app_rest(test.app);
    assert_true(is_sheet_of(&test, "Fjord Eiendom AS"));
    app_keys_ahead(test.app, "J x y z Enter"); /* nothing: it stays */
    app_rest(test.app);
    assert_true(is_open(&test));
    app_keys_ahead(test.app, "Ctrl-U Enter"); /* what is offered again: the last one */
    app_rest(test.app);
    assert_true(is_sheet_of(&test, "Fjord Eiendom AS"));
    finish(&test);
}

static void jump__paints_what_it_offers__before_it_reads_all_clients(void **state)
{
    struct test test;
    start(&test, state, NULL);
    app_keys(test.app, "J");
    app_type(test.app, "fjord tak");
    app_keys(test.app, "Enter Esc");
    app_key(test.app, "J");
    assert_true(app_settle(test.app));
    assert_true(app_shows(test.app, "Fjord Tak AS"));
    assert_false(app_shows(test.app, "All clients"));
    assert_true(app_busy(test.app));
    assert_true(app_settle(test.app));
    assert_true(app_shows(test.app, "All clients"));
    assert_false(app_busy(test.app));
    app_keys(test.app, "Esc 2"); /* now a list has them: nothing is left to do */
    app_key(test.app, "J");
    assert_true(app_settle(test.app));
    assert_true(app_shows(test.app, "All clients"));
    assert_false(app_busy(test.app));
    finish(&test);
}

/* A list that is sorted by something else gives its rows, but not its order. */
static void jump__keeps_the_order_of_names__whatever_the_list_is_sorted_by(void **state)
{
    struct test test;
    start(&test, state, NULL);
    app_keys(test.app, "2 s");
    app_type(test.app, "employees");
    app_keys(test.app, "Enter J");
    app_type(test.app, "fjord");
    app_keys(test.app, "Enter");
    assert_true(is_sheet_of(&test, "Fjord Barnehage AS"));
    finish(&test);
}

static void jump__says_it__when_the_words_are_not_understood(void **state)
{
    struct test test;
    start(&test, state, NULL);
    app_keys(test.app, "J");
    app_type(test.app, "fjord");
    app_type(test.app, " (");
    assert_true(app_shows(test.app, "not understood"));
    assert_true(app_shows(test.app, "Fjord Tak AS")); /* what was found before */
    finish(&test);
}

static void jump__hides_names__when_they_are_hidden(void **state)
{
    struct test test;
    start(&test, state, NULL);
    app_keys(test.app, "h J");
    app_type(test.app, "fjord");
    assert_true(app_shows(test.app, "7 of 241"));
    assert_false(app_shows(test.app, "Fjord "));
    assert_false(app_shows(test.app, "800161703"));
    finish(&test);
}

/* ---- rights ---- */

static void jump__refuses__what_may_not_be_opened_and_stays(void **state)
{
    struct test test;
    start(&test, state, "cecilie");
    app_keys(test.app, "J");
    app_type(test.app, "fjord tak");
    assert_true(app_shows(test.app, "no access"));
    assert_true(app_shows(test.app, "You have no access to this client and cannot open it"));
    app_keys(test.app, "Enter");
    assert_true(is_open(&test));
    assert_true(app_shows(test.app, "! You have no access to this client"));
    finish(&test);
}

static void jump__lists_only__clients_the_person_may_see(void **state)
{
    struct test test;
    start(&test, state, "magnus");
    app_keys(test.app, "J");
    app_type(test.app, "fjord tak");
    assert_true(app_shows(test.app, "0 of 50"));
    finish(&test);
}

static void list__closes_with_its_pane__when_the_access_is_gone(void **state)
{
    struct test test;
    struct bureau *bureau = *state;
    struct failure failure = { 0 };
    struct session admin = bureau->session;
    struct store *other;
    struct store_options options = { 0 };
    struct target target = { 0 };
    int64_t magnus;
    struct receipt receipt;
    start(&test, state, "magnus");
    app_keys(test.app, "J");
    app_type(test.app, "blåbær snekkeri i hønefoss");
    app_keys(test.app, "Enter J");
    bureau_good(store_open(bureau->path, &options, &other, &failure), &failure);
    bureau_good(store_find_client(other, &admin, "800123593", &target.id, &failure), &failure);
    bureau_good(store_find_user(other, &admin, "magnus", &magnus, &failure), &failure);
    struct command command = { .kind = COMMAND_ACCESS, .targets = &target, .target_count = 1, .reason = "",
                               .access = { .verb = ACCESS_REVOKE, .users = &magnus, .user_count = 1,
                                           .from = INSTANT_NONE, .until = INSTANT_NONE } };
    bureau_good(store_execute(other, &admin, &command, false, &receipt, &failure), &failure);
    assert_int_equal(receipt.applied, 1);
    receipt_finish(&receipt);
    store_close(other);
    app_poll(test.app);
    app_rest(test.app);
    assert_false(is_open(&test));
    assert_false(app_shows(test.app, "Company"));
    assert_true(app_shows(test.app, "Payroll clients"));
    finish(&test);
}

/* ---- what is remembered ---- */

static const char *kept(struct bureau *bureau, struct arena *arena)
{
    struct failure failure = { 0 };
    const char *text = NULL;
    bureau_good(store_recall(bureau->store, &bureau->session, "recents", arena, &text, &failure),
                &failure);
    return text;
}

static void recents__are_kept_for_the_person__as_ids_alone(void **state)
{
    struct test test;
    struct arena *arena = arena_create();
    start(&test, state, NULL);
    app_keys(test.app, "J");
    app_type(test.app, "fjord tak");
    app_keys(test.app, "Enter Esc 2 Enter Esc"); /* a sheet opened in the list counts too: Bjørk Anlegg */
    start_again(&test);
    app_keys(test.app, "J");
    assert_true(app_shows(test.app, "Opened last"));
    app_keys(test.app, "Enter");
    assert_true(is_sheet_of(&test, "Bjørk Anlegg AS"));
    app_keys(test.app, "J Down Enter");
    assert_true(is_sheet_of(&test, "Fjord Tak AS"));
    const char *text = kept(test.bureau, arena);
    assert_non_null(text);
    assert_int_equal(strspn(text, "0123456789 "), strlen(text));
    bureau_ask_as(test.bureau, "cecilie");
    assert_null(kept(test.bureau, arena));
    arena_destroy(arena);
    finish(&test);
}

static void recents__are_written__after_the_sheet_is_shown(void **state)
{
    struct test test;
    struct arena *arena = arena_create();
    start(&test, state, NULL);
    app_keys(test.app, "2");
    app_key(test.app, "Enter");
    assert_true(app_settle(test.app));
    assert_true(is_sheet_of(&test, "Bjørk Anlegg AS"));
    assert_null(kept(test.bureau, arena));
    assert_true(app_busy(test.app));
    app_rest(test.app);
    assert_non_null(kept(test.bureau, arena));
    arena_destroy(arena);
    finish(&test);
}

static void recents__end_with_the_program__when_it_is_read_only(void **state)
{
    struct test test;
    struct arena *arena = arena_create();
    ((struct bureau *)*state)->session.read_only = true;
    start(&test, state, NULL);
    app_keys(test.app, "2 Enter Esc J");
    assert_true(app_shows(test.app, "Opened last"));
    assert_null(kept(test.bureau, arena));
    start_again(&test);
    app_keys(test.app, "J");
    assert_false(app_shows(test.app, "Opened last"));
    arena_destroy(arena);
    finish(&test);
}

static size_t words_in(const char *text)
{
    size_t count = 0;
    for (; text && *text; text += strcspn(text, " "), text += strspn(text, " "))
        count++;
    return count;
}

static void recents__are_twenty_at_most__each_once(void **state)
{
    struct test test;
    struct arena *arena = arena_create();
    start(&test, state, NULL);
    app_keys(test.app, "2");
    for (int i = 0; i < 25; i++)
        app_keys(test.app, "Enter Esc Down");
    assert_int_equal(words_in(kept(test.bureau, arena)), 20);
    app_keys(test.app, "Up Up Up Enter Esc"); /* one of them again */
    assert_int_equal(words_in(kept(test.bureau, arena)), 20);
    arena_destroy(arena);
    finish(&test);
}

/* ---- :jump ---- */

static void command__opens_the_one__lists_several_and_says_none(void **state)
{
    struct test test;
    start(&test, state, NULL);
    app_keys(test.app, ":");
    app_type(test.app, "jump fjord tak");
    app_keys(test.app, "Enter");
    assert_true(is_sheet_of(&test, "Fjord Tak AS"));
    app_keys(test.app, ":");
    app_type(test.app, "jump fjord");
    app_keys(test.app, "Enter");
    assert_true(is_open(&test));
    assert_true(app_shows(test.app, "/ fjord"));
    assert_true(app_shows(test.app, "7 of 241"));
    app_keys(test.app, "Esc :");
    app_type(test.app, "jump zzz");
    app_keys(test.app, "Enter");
    assert_true(app_shows(test.app, "No client is found by “zzz”"));
    finish(&test);
}

static void command__refuses__the_one_that_may_not_be_opened(void **state)
{
    struct test test;
    start(&test, state, "cecilie");
    app_keys(test.app, ":");
    app_type(test.app, "jump fjord tak");
    app_keys(test.app, "Enter");
    assert_true(app_shows(test.app, "! You have no access to this client"));
    assert_false(app_shows(test.app, "Company"));
    finish(&test);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bureau_setup, bureau_teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(jump__opens_the_sheet_above_the_tab__and_esc_goes_back),
        TEST(jump__replaces_an_open_sheet__and_stacks_none),
        TEST(jump__left_with_esc__leaves_everything_as_it_was),
        TEST(jump__works__from_dashboard_help_and_sheet),
        TEST(sheet__steps_the_month__for_what_is_below_too),
        TEST(jump__finds__by_name_number_and_organisation_number_however_typed),
        TEST(jump__shows_first__what_begins_as_typed),
        TEST(jump__takes_what_was_typed__however_fast),
        TEST(jump__paints_what_it_offers__before_it_reads_all_clients),
        TEST(jump__keeps_the_order_of_names__whatever_the_list_is_sorted_by),
        TEST(jump__says_it__when_the_words_are_not_understood),
        TEST(jump__hides_names__when_they_are_hidden),
        TEST(jump__refuses__what_may_not_be_opened_and_stays),
        TEST(jump__lists_only__clients_the_person_may_see),
        TEST(list__closes_with_its_pane__when_the_access_is_gone),
        TEST(recents__are_kept_for_the_person__as_ids_alone),
        TEST(recents__are_written__after_the_sheet_is_shown),
        TEST(recents__end_with_the_program__when_it_is_read_only),
        TEST(recents__are_twenty_at_most__each_once),
        TEST(command__opens_the_one__lists_several_and_says_none),
        TEST(command__refuses__the_one_that_may_not_be_opened),
    };
    return bureau_start(argc, argv) ? cmocka_run_group_tests(tests, NULL, NULL) : 99;
}
