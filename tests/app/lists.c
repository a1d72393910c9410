/*
 * Lists in the program, on the demo bureau: what was chosen for them is there again, what is copied is what is
 * seen, marks by text find what is not loaded.
 *
 *     test-lists DEMO.db
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bureau.h"

#include "../../src/app/internal.h"
#include "klientel/base/text.h"

/* ---- a screen ---- */

struct screen {
    struct app *app;
    struct keymap *keymap;
};

static void begin(struct bureau *bureau, struct screen *screen, int columns)
{
    screen->app = bureau_app(bureau, &screen->keymap);
    app_resize(screen->app, 24, columns);
    app_rest(screen->app);
}

static void end(struct screen *screen)
{
    app_destroy(screen->app);
    keymap_destroy(screen->keymap);
}

static void keys(struct screen *screen, const char *names)
{
    app_keys(screen->app, names);
}

static void type(struct screen *screen, const char *text)
{
    app_type(screen->app, text);
}

static bool shows(struct screen *screen, const char *text)
{
    return app_shows(screen->app, text);
}

static const char *kept(struct bureau *bureau, struct arena *arena, const char *name)
{
    struct failure failure = { 0 };
    const char *text = NULL;
    bureau_good(store_recall(bureau->store, &bureau->session, name, arena, &text, &failure), &failure);
    return text;
}

static void keep(struct bureau *bureau, const char *name, const char *text)
{
    struct failure failure = { 0 };
    bureau_good(store_remember(bureau->store, &bureau->session, name, text, &failure), &failure);
}

/* ---- what was chosen ---- */

static void list__comes_back__as_it_was_left(void **state)
{
    struct bureau *bureau = *state;
    struct arena *arena = arena_create();
    struct screen screen;
    begin(bureau, &screen, 80);
    keys(&screen, "2 c");
    type(&screen, "payroll");
    keys(&screen, "Enter S t S");
    end(&screen);
    assert_non_null(strstr(kept(bureau, arena, "table.clients"), "sort=next_payout falling"));
    assert_non_null(strstr(kept(bureau, arena, "table.users"), "sort=name falling"));
    begin(bureau, &screen, 80);
    keys(&screen, "2");
    assert_true(shows(&screen, "Next pay-out \xe2\x96\xbc"));
    keys(&screen, "c"); /* the way back */
    type(&screen, "overview");
    keys(&screen, "Enter");
    end(&screen);
    assert_null(kept(bureau, arena, "table.clients"));
    arena_destroy(arena);
}

static void sort__by_its_word__is_kept_too(void **state)
{
    struct bureau *bureau = *state;
    struct arena *arena = arena_create();
    struct screen screen;
    begin(bureau, &screen, 80);
    keys(&screen, "2 :");
    type(&screen, "sort -cit"); /* a column that the layout does not show at first */
    keys(&screen, "Tab Enter");
    assert_true(shows(&screen, "by City"));
    end(&screen);
    assert_non_null(strstr(kept(bureau, arena, "table.clients"), "sort=city falling"));
    arena_destroy(arena);
}

static void list__is_kept__while_one_still_works(void **state)
{
    struct bureau *bureau = *state;
    struct arena *arena = arena_create();
    struct screen screen;
    begin(bureau, &screen, 80);
    keys(&screen, "2 S");
    assert_null(kept(bureau, arena, "table.clients")); /* a key waits for no disk */
    app_poll(screen.app);
    assert_non_null(strstr(kept(bureau, arena, "table.clients"), "falling"));
    end(&screen);
    arena_destroy(arena);
}

static void list__kept_by_another_version__shows_what_there_is(void **state)
{
    struct bureau *bureau = *state;
    struct screen screen;
    keep(bureau, "table.clients", "name horoscope employees sort=horoscope");
    keep(bureau, "table.users", "nonsense");
    begin(bureau, &screen, 80);
    keys(&screen, "2");
    assert_true(shows(&screen, "Employees"));
    assert_false(shows(&screen, "Org. no."));
    keys(&screen, "t");
    assert_true(shows(&screen, "Login"));
    end(&screen);
}

/* ---- favourites of the same person's other session ---- */

static struct store *other_session(struct bureau *bureau)
{
    struct failure failure = { 0 };
    struct store *other = NULL;
    bureau_good(store_open(bureau->path, &(struct store_options){ 0 }, &other, &failure), &failure);
    return other;
}

static int64_t client_under_cursor(struct screen *screen)
{
    const struct table *table = app_table(screen->app);
    return table->rows->clients[table_row(table)];
}

static void favourites__of_ones_other_session__are_marked_and_found(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure = { 0 };
    struct store *other = other_session(bureau);
    struct screen screen;
    begin(bureau, &screen, 80);
    keys(&screen, "2");
    int64_t client = client_under_cursor(&screen);
    assert_true(shows(&screen, "  Bjørk Anlegg AS"));
    app_poll(screen.app);
    app_rest(screen.app);
    bureau_good(store_favourite(other, &bureau->session, client, true, &failure), &failure);
    app_poll(screen.app);
    app_rest(screen.app);
    assert_true(shows(&screen, "+ Bjørk Anlegg AS"));
    keys(&screen, "/");
    type(&screen, "is:favourite");
    keys(&screen, "Enter");
    size_t count = app_table(screen.app)->shown_count;
    bureau_good(store_favourite(other, &bureau->session, client, false, &failure), &failure);
    app_poll(screen.app);
    app_rest(screen.app);
    assert_int_equal(app_table(screen.app)->shown_count, count - 1); /* the filter follows too */
    end(&screen);
    store_close(other);
}

static void favourites__of_somebody_else__draw_nothing_anew(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure = { 0 };
    struct store *other = other_session(bureau);
    struct screen screen;
    begin(bureau, &screen, 80);
    keys(&screen, "2");
    app_poll(screen.app);
    app_rest(screen.app);
    struct session session = bureau->session;
    bureau_ask_as(bureau, "nora");
    struct session nora = bureau->session;
    bureau->session = session;
    bureau_good(store_favourite(other, &nora, client_under_cursor(&screen), true, &failure), &failure);
    app_poll(screen.app);
    assert_false(app_settle(screen.app));
    end(&screen);
    store_close(other);
}

static void esc__leads_out_of_the_turned_list__step_by_step(void **state)
{
    struct screen screen;
    begin(*state, &screen, 80);
    keys(&screen, "2 t Enter"); /* among the clients of the person */
    assert_true(app_shows(screen.app, "Clients of"));
    keys(&screen, "Esc / b o Enter Esc"); /* to the staff; a filter is cleared before one leaves them */
    assert_true(app_shows(screen.app, "Clients of"));
    keys(&screen, "Esc");
    assert_true(app_shows(screen.app, "Access to"));
    keys(&screen, "Tab Esc"); /* from who has access to the clients */
    assert_false(app_shows(screen.app, "nothing to go back to"));
    keys(&screen, "Esc");
    assert_true(app_shows(screen.app, "nothing to go back to"));
    end(&screen);
}

static void read_only__keeps_nothing__and_says_so_only_when_asked_to(void **state)
{
    struct bureau *bureau = *state;
    struct arena *arena = arena_create();
    struct screen screen;
    bureau->session.read_only = true;
    begin(bureau, &screen, 80);
    keys(&screen, "2 S");
    app_poll(screen.app);
    app_rest(screen.app);
    assert_false(shows(&screen, "read-only:"));
    keys(&screen, "c Ctrl-N");
    assert_true(shows(&screen, "Nothing can be kept: this session is read-only"));
    end(&screen);
    assert_null(kept(bureau, arena, "table.clients"));
    arena_destroy(arena);
}

static void layout__is_saved_offered_replaced_and_dropped(void **state)
{
    struct bureau *bureau = *state;
    struct arena *arena = arena_create();
    struct screen screen;
    begin(bureau, &screen, 80);
    keys(&screen, "2 c Space Ctrl-N");
    type(&screen, "mine");
    keys(&screen, "Enter c Ctrl-N");
    type(&screen, "  mine ");
    keys(&screen, "Enter");
    const char *text = kept(bureau, arena, "layouts.clients");
    assert_true(strncmp(text, "mine\tname responsible", 21) == 0);
    assert_null(strchr(strchr(text, '\n') + 1, '\n')); /* one, not two */
    keys(&screen, "c");
    type(&screen, "mine");
    keys(&screen, "Del");
    assert_true(shows(&screen, "once more drops"));
    assert_non_null(kept(bureau, arena, "layouts.clients"));
    keys(&screen, "Del");
    assert_null(kept(bureau, arena, "layouts.clients"));
    end(&screen);
    arena_destroy(arena);
}

static void columns__that_are_left__stay_as_they_were(void **state)
{
    struct bureau *bureau = *state;
    struct screen screen;
    begin(bureau, &screen, 80);
    keys(&screen, "2 c Space Space Right Esc");
    assert_true(shows(&screen, "Org. no.    Responsible"));
    end(&screen);
}

static void columns__that_nothing_fits__stay_open(void **state)
{
    struct bureau *bureau = *state;
    struct screen screen;
    begin(bureau, &screen, 80);
    keys(&screen, "2 c");
    type(&screen, "zzz");
    keys(&screen, "Enter");
    assert_true(shows(&screen, "Columns and layouts"));
    keys(&screen, "Esc s");
    type(&screen, "zzz");
    keys(&screen, "Enter");
    assert_true(shows(&screen, "Sort by"));
    end(&screen);
}

static void sort__chosen_twice__turns(void **state)
{
    struct bureau *bureau = *state;
    struct screen screen;
    begin(bureau, &screen, 80);
    keys(&screen, "2 s");
    type(&screen, "employees");
    keys(&screen, "Enter");
    assert_true(shows(&screen, "By Employees, rising"));
    keys(&screen, "s Enter");
    assert_true(shows(&screen, "By Employees, falling"));
    assert_true(shows(&screen, "by Employees"));
    end(&screen);
}

static void sort__back_to_the_lists_own__is_the_ready_layout_again(void **state)
{
    static const char *const ways[] = { "S", "s Enter" };
    struct bureau *bureau = *state;
    struct screen screen;
    begin(bureau, &screen, 80);
    keys(&screen, "2");
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        keys(&screen, ways[i]);
        keys(&screen, "c");
        assert_false(shows(&screen, "as now"));
        keys(&screen, "Esc");
        keys(&screen, ways[i]);
        keys(&screen, "c");
        assert_true(shows(&screen, "as now"));
        keys(&screen, "Esc");
    }
    end(&screen);
}

/* ---- the details beside the list ---- */

static void filter__asked_for_in_the_details__takes_the_keys_to_the_list(void **state)
{
    static const char *const ways[] = { "/ Enter", "' Enter", ": f i l t e r Space a Enter" };
    struct bureau *bureau = *state;
    struct screen screen;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        begin(bureau, &screen, 80);
        keys(&screen, "2 Tab");
        assert_int_equal(app_table(screen.app)->dataset, DATASET_grants);
        keys(&screen, ways[i]);
        assert_int_equal(app_table(screen.app)->dataset, DATASET_clients);
        keys(&screen, "Space");
        assert_int_equal(app_table(screen.app)->marks.count, 1);
        end(&screen);
    }
}

static void filter__opened_in_the_details__shows_at_once_where_the_keys_are(void **state)
{
    struct bureau *bureau = *state;
    struct screen screen;
    begin(bureau, &screen, 80);
    keys(&screen, "2 Tab /");
    assert_int_equal(app_table(screen.app)->dataset, DATASET_clients);
    keys(&screen, "Esc Tab");
    assert_int_equal(app_table(screen.app)->dataset, DATASET_grants);
    end(&screen);
}

/* ---- copying ---- */

static void copy__of_a_row__has_the_columns_on_the_screen(void **state)
{
    struct bureau *bureau = *state;
    struct screen screen;
    begin(bureau, &screen, 80);
    keys(&screen, "2 y");
    const char *text = app_wants_copy(screen.app);
    assert_non_null(text);
    assert_true(strncmp(text, "Bj\xc3\xb8rk Anlegg AS\t800143942\tdag\tclosed", 36) == 0);
    assert_null(strchr(text, '\n'));
    assert_null(app_wants_copy(screen.app)); /* once */
    end(&screen);
}

static size_t lines_of(const char *text)
{
    size_t count = 0;
    for (; *text; text++)
        count += *text == '\n';
    return count;
}

static void copy__of_marked_rows__asks_about_the_hidden(void **state)
{
    struct bureau *bureau = *state;
    struct screen screen;
    begin(bureau, &screen, 80);
    keys(&screen, "2 Space Space Space /");
    type(&screen, "name~Anlegg|Bil");
    keys(&screen, "Enter y");
    assert_null(app_wants_copy(screen.app));
    keys(&screen, "Enter");
    const char *text = app_wants_copy(screen.app);
    assert_int_equal(lines_of(text), 3);
    assert_true(strncmp(text, "Name\tOrg. no.\t", 14) == 0);
    keys(&screen, "y Down Enter");
    assert_int_equal(lines_of(app_wants_copy(screen.app)), 4);
    keys(&screen, "y Down Down Enter");
    assert_null(app_wants_copy(screen.app));
    keys(&screen, "y Esc");
    assert_null(app_wants_copy(screen.app));
    end(&screen);
}

static void copy__of_hidden_names__tells_none(void **state)
{
    struct bureau *bureau = *state;
    struct screen screen;
    begin(bureau, &screen, 80);
    keys(&screen, "2 h y");
    const char *text = app_wants_copy(screen.app);
    assert_non_null(text);
    assert_null(strstr(text, "Anlegg"));
    end(&screen);
}

static void copy__of_a_text__has_the_lines_on_the_screen(void **state)
{
    struct bureau *bureau = *state;
    struct screen screen;
    begin(bureau, &screen, 80);
    keys(&screen, "2 Enter y");
    const char *text = app_wants_copy(screen.app);
    assert_non_null(strstr(text, "Fjordveien 36, 4006 Stavanger\n"));
    assert_null(strstr(text, "1 Dashboard"));
    assert_true(lines_of(text) <= 19);
    end(&screen);
}

static void copy__of_too_much__copies_nothing_and_says_so(void **state)
{
    struct bureau *bureau = *state;
    struct screen screen;
    begin(bureau, &screen, 200);
    app_open(screen.app, pane_rows(DATASET_payroll, NULL, NULL, NULL, MONTH_NONE));
    app_rest(screen.app);
    keys(&screen, "* y");
    assert_true(shows(&screen, "more than a clipboard takes"));
    assert_null(app_wants_copy(screen.app));
    end(&screen);
}

/* ---- marks ---- */

static void mark__by_what_is_not_loaded__finds_it(void **state)
{
    struct bureau *bureau = *state;
    struct screen screen;
    begin(bureau, &screen, 80);
    keys(&screen, "2 +");
    type(&screen, "city=Oslo is:archived");
    assert_true(shows(&screen, "shown rows"));
    keys(&screen, "Esc /");
    type(&screen, "country=SE");
    keys(&screen, "Enter +");
    type(&screen, "employees>20");
    keys(&screen, "Enter Esc /");
    type(&screen, "is:marked (country=NO | employees<=20)");
    assert_true(shows(&screen, "0 of 241"));
    keys(&screen, "Ctrl-U");
    type(&screen, "country=SE employees>20 !is:marked");
    assert_true(shows(&screen, "0 of 241"));
    keys(&screen, "Ctrl-U");
    type(&screen, "is:marked");
    assert_false(shows(&screen, " 0 of 241"));
    end(&screen);
}

static void marked__follows__every_key_that_marks(void **state)
{
    struct bureau *bureau = *state;
    struct screen screen;
    begin(bureau, &screen, 80);
    keys(&screen, "2 Space Space Space /");
    type(&screen, "is:marked");
    keys(&screen, "Enter");
    assert_true(shows(&screen, "3 of 241 "));
    keys(&screen, "Space");
    assert_true(shows(&screen, "2 of 241 "));
    keys(&screen, "U");
    assert_true(shows(&screen, "Nothing is marked"));
    keys(&screen, "Esc");
    assert_true(shows(&screen, "241 of 241"));
    end(&screen);
}

static void esc__in_a_range__leaves_only_the_range(void **state)
{
    struct bureau *bureau = *state;
    struct screen screen;
    begin(bureau, &screen, 80);
    keys(&screen, "2 /");
    type(&screen, "as");
    keys(&screen, "Enter v Down Esc");
    assert_true(shows(&screen, "/ as"));
    assert_false(shows(&screen, "marked"));
    keys(&screen, "Esc");
    assert_true(shows(&screen, "241 of 241"));
    end(&screen);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bureau_setup, bureau_teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(list__comes_back__as_it_was_left),
        TEST(sort__by_its_word__is_kept_too),
        TEST(list__is_kept__while_one_still_works),
        TEST(list__kept_by_another_version__shows_what_there_is),
        TEST(favourites__of_ones_other_session__are_marked_and_found),
        TEST(favourites__of_somebody_else__draw_nothing_anew),
        TEST(esc__leads_out_of_the_turned_list__step_by_step),
        TEST(read_only__keeps_nothing__and_says_so_only_when_asked_to),
        TEST(layout__is_saved_offered_replaced_and_dropped),
        TEST(columns__that_are_left__stay_as_they_were),
        TEST(columns__that_nothing_fits__stay_open),
        TEST(sort__chosen_twice__turns),
        TEST(sort__back_to_the_lists_own__is_the_ready_layout_again),
        TEST(filter__asked_for_in_the_details__takes_the_keys_to_the_list),
        TEST(filter__opened_in_the_details__shows_at_once_where_the_keys_are),
        TEST(copy__of_a_row__has_the_columns_on_the_screen),
        TEST(copy__of_marked_rows__asks_about_the_hidden),
        TEST(copy__of_hidden_names__tells_none),
        TEST(copy__of_a_text__has_the_lines_on_the_screen),
        TEST(copy__of_too_much__copies_nothing_and_says_so),
        TEST(mark__by_what_is_not_loaded__finds_it),
        TEST(marked__follows__every_key_that_marks),
        TEST(esc__in_a_range__leaves_only_the_range),
    };
    if (!bureau_start(argc, argv))
        return 99;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
