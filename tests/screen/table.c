/* Tests of screen/table: cursor, marks, sort, scrolling, drawing. */
#include "fixture.h"

#include <string.h>

static const enum column columns[] = {
    COLUMN_clients_name,        COLUMN_clients_orgno,       COLUMN_clients_responsible,
    COLUMN_clients_run,         COLUMN_clients_declaration, COLUMN_clients_next_payout,
    COLUMN_clients_employees,
};
enum { COLUMNS = sizeof columns / sizeof *columns };

struct table_fixture {
    struct fixture base;
    struct rowset rows;
    struct table table;
};

static void start(struct table_fixture *test, int rows, int wide)
{
    struct answer answer;

    fixture_start(&test->base, rows, wide);
    fixture_rows(&test->base, fixture_clients, FIXTURE_CLIENTS, COLUMN_clients_name, false,
                 &test->rows);
    table_start(&test->table, DATASET_clients, columns, COLUMNS);
    answer = fixture_all(&test->base, &test->rows);
    table_load(&test->table, &answer);
}

static void finish(struct table_fixture *test)
{
    table_finish(&test->table);
    fixture_finish(&test->base);
}

static void draw(struct table_fixture *test)
{
    table_draw(&test->table, &test->base.context, test->base.surface, fixture_rect(&test->base),
               true);
}

static void act(struct table_fixture *test, enum action_id action, int times)
{
    while (times-- > 0)
        assert_int_equal(table_act(&test->table, action).kind, EFFECT_DONE);
}

static void show(struct table_fixture *test, size_t first, size_t count)
{
    struct answer answer = fixture_answer(&test->base, &test->rows, first, count);

    table_load(&test->table, &answer);
}

/* The same clients in another order, some of them gone. */
static void reload(struct table_fixture *test, size_t first, size_t count, enum column sort)
{
    struct answer answer;

    fixture_rows(&test->base, fixture_clients + first, count, sort, false, &test->rows);
    answer = fixture_all(&test->base, &test->rows);
    table_load(&test->table, &answer);
}

/* ---- cursor and marks ---- */

static void table__keeps_the_cursor_on_its_row__through_sort_and_filter(void **state)
{
    struct table_fixture test;
    int64_t id;

    (void)state;
    start(&test, 10, 80);
    act(&test, ACTION_DOWN, 3);
    id = test.table.cursor_id;
    assert_true(id != 0);
    reload(&test, 0, FIXTURE_CLIENTS, COLUMN_clients_employees);
    assert_int_equal(test.table.cursor_id, id);
    assert_int_equal(test.rows.ids[table_row(&test.table)], id);
    show(&test, table_row(&test.table), 1);
    assert_int_equal(test.table.cursor, 0);
    assert_int_equal(test.table.cursor_id, id);
    finish(&test);
}

static void table__keeps_the_place__when_the_cursors_row_vanishes(void **state)
{
    struct table_fixture test;

    (void)state;
    start(&test, 10, 80);
    test.table.cursor_id = 0;
    reload(&test, 0, 5, COLUMN_clients_id);
    act(&test, ACTION_FIRST, 1);
    act(&test, ACTION_DOWN, 1);
    reload(&test, 2, 5, COLUMN_clients_id); /* ids 13-17: 12 is gone */
    assert_int_equal(test.table.cursor, 1);
    assert_int_equal(test.table.cursor_id, 14);
    act(&test, ACTION_LAST, 1);
    reload(&test, 0, 3, COLUMN_clients_id);
    assert_int_equal(test.table.cursor, 2);
    finish(&test);
}

static void table__waits_for_the_cursors_row__while_a_scan_goes_on(void **state)
{
    struct table_fixture test;
    struct answer slice;
    int64_t id;

    (void)state;
    start(&test, 10, 80);
    act(&test, ACTION_DOWN, 4);
    id = test.table.cursor_id;
    for (size_t seen = 1; seen < 4; seen++) { /* its row is not among the hits yet */
        slice = fixture_answer(&test.base, &test.rows, 0, seen);
        slice.partial = true;
        table_load(&test.table, &slice);
        assert_true(test.table.cursor < seen);
    }
    show(&test, 0, FIXTURE_CLIENTS);
    assert_int_equal(test.table.cursor_id, id);
    assert_int_equal(test.table.cursor, 4);
    finish(&test);
}

static void table__finds_the_cursors_row_again__after_nothing_was_shown(void **state)
{
    struct table_fixture test;
    int64_t id;

    (void)state;
    start(&test, 10, 80);
    act(&test, ACTION_DOWN, 4);
    id = test.table.cursor_id;
    show(&test, 0, 0);
    assert_true(table_row(&test.table) == SIZE_MAX);
    show(&test, 0, FIXTURE_CLIENTS);
    assert_int_equal(test.table.cursor_id, id);
    finish(&test);
}

static void table__keeps_marks__of_rows_that_are_hidden_and_says_how_many(void **state)
{
    struct table_fixture test;
    struct buffer status = { 0 };

    (void)state;
    start(&test, 10, 80);
    act(&test, ACTION_MARK, 3);
    assert_int_equal(test.table.cursor, 3);
    assert_int_equal(table_hidden_marks(&test.table), 0);
    show(&test, 2, 4);
    assert_int_equal(table_hidden_marks(&test.table), 2);
    table_status(&test.table, &test.base.context, &status);
    assert_string_equal(buffer_text(&status), "4 of 9 · 3 marked (2 hidden)");
    buffer_finish(&status);
    finish(&test);
}

static void table__drops_marks__of_rows_that_are_gone(void **state)
{
    struct table_fixture test;

    (void)state;
    start(&test, 10, 80);
    act(&test, ACTION_MARK, FIXTURE_CLIENTS);
    reload(&test, 0, 4, COLUMN_clients_name);
    assert_int_equal(test.table.marks.count, 4);
    assert_int_equal(table_hidden_marks(&test.table), 0);
    finish(&test);
}

static void table__inverts_the_marks__of_shown_rows_only(void **state)
{
    struct table_fixture test;

    (void)state;
    start(&test, 10, 80);
    act(&test, ACTION_MARK, 2);
    show(&test, 1, 3);
    act(&test, ACTION_INVERT, 1);
    assert_int_equal(test.table.marks.count, 3); /* row 0 kept, 1 dropped, 2 and 3 new */
    assert_int_equal(table_hidden_marks(&test.table), 1);
    act(&test, ACTION_UNMARK_ALL, 1);
    assert_int_equal(test.table.marks.count, 0);
    finish(&test);
}

static void table__marking__is_turned_off_by_the_same_key(void **state)
{
    struct table_fixture test;

    (void)state;
    start(&test, 10, 80);
    act(&test, ACTION_LAST, 1);
    act(&test, ACTION_MARK, 1);
    assert_int_equal(test.table.marks.count, 1);
    act(&test, ACTION_MARK, 1);
    assert_int_equal(test.table.marks.count, 0);
    finish(&test);
}

/* ---- what Enter and F give ---- */

static void table__opens_the_client__or_says_why_not(void **state)
{
    struct table_fixture test;
    struct effect effect;

    (void)state;
    start(&test, 10, 80);
    reload(&test, 0, FIXTURE_CLIENTS, COLUMN_clients_id);
    act(&test, ACTION_FIRST, 1);
    effect = table_act(&test.table, ACTION_OPEN);
    assert_int_equal(effect.kind, EFFECT_OPEN);
    assert_int_equal(effect.open, OPEN_CLIENT);
    assert_int_equal(effect.id, 11);
    act(&test, ACTION_DOWN, 3);
    effect = table_act(&test.table, ACTION_OPEN);
    assert_int_equal(effect.kind, EFFECT_MESSAGE);
    assert_non_null(effect.message.text);
    effect = table_act(&test.table, ACTION_FAVOURITE);
    assert_int_equal(effect.kind, EFFECT_FAVOURITE);
    assert_int_equal(effect.id, 14);
    finish(&test);
}

static void table__tells_the_facts__of_the_row_under_the_cursor(void **state)
{
    struct table_fixture test;
    struct action_facts facts = { 0 };

    (void)state;
    start(&test, 10, 80);
    reload(&test, 0, FIXTURE_CLIENTS, COLUMN_clients_id);
    act(&test, ACTION_FIRST, 1);
    table_facts(&test.table, &facts);
    assert_true(facts.has_rows && facts.has_enter && facts.may_open && !facts.has_marks);
    act(&test, ACTION_DOWN, 3);
    table_facts(&test.table, &facts);
    assert_false(facts.may_open);
    show(&test, 0, 0);
    table_facts(&test.table, &facts);
    assert_false(facts.has_rows || facts.has_enter || facts.may_open);
    finish(&test);
}

/* ---- moving and sorting ---- */

static void table__scrolls__so_that_the_cursor_is_seen(void **state)
{
    struct table_fixture test;

    (void)state;
    start(&test, 5, 80);
    draw(&test);
    act(&test, ACTION_DOWN, 5);
    draw(&test);
    assert_int_equal(test.table.top, 2);
    act(&test, ACTION_UP, 1);
    draw(&test);
    assert_int_equal(test.table.top, 2);
    act(&test, ACTION_PAGE_UP, 1);
    draw(&test);
    assert_int_equal(test.table.cursor, 1);
    assert_int_equal(test.table.top, 1);
    act(&test, ACTION_LAST, 1);
    draw(&test);
    assert_int_equal(test.table.top, FIXTURE_CLIENTS - 4);
    show(&test, 0, 2);
    draw(&test);
    assert_int_equal(test.table.top, 0);
    act(&test, ACTION_PAGE_DOWN, 9);
    assert_int_equal(test.table.cursor, 1);
    finish(&test);
}

static void table__sorts__by_the_columns_on_the_screen_in_turn(void **state)
{
    struct table_fixture test;

    (void)state;
    start(&test, 10, 60);
    draw(&test);
    assert_int_equal(test.table.visible, 3);
    act(&test, ACTION_SORT, 1);
    assert_int_equal(test.table.sort, COLUMN_clients_orgno);
    act(&test, ACTION_SORT_TURN, 1);
    assert_true(test.table.descending);
    act(&test, ACTION_SORT, 2);
    assert_int_equal(test.table.sort, COLUMN_clients_run);
    assert_false(test.table.descending);
    act(&test, ACTION_SORT, 1);
    assert_int_equal(test.table.sort, COLUMN_clients_name);
    finish(&test);
}

static void table__turns_the_datasets_own_order(void **state)
{
    struct table_fixture test;

    (void)state;
    start(&test, 10, 80);
    act(&test, ACTION_SORT_TURN, 1);
    assert_int_equal(test.table.sort, COLUMN_clients_name);
    assert_true(test.table.descending);
    finish(&test);
}

static void table__scrolls_sideways__and_keeps_the_name(void **state)
{
    struct table_fixture test;
    int i;

    (void)state;
    start(&test, 10, 60);
    draw(&test);
    assert_null(strstr(fixture_line(&test.base, 0), "Employees"));
    for (i = 0; i < COLUMNS; i++) {
        act(&test, ACTION_RIGHT, 1);
        draw(&test);
    }
    assert_non_null(strstr(fixture_line(&test.base, 0), "Employees"));
    assert_non_null(strstr(fixture_line(&test.base, 0), "Name"));
    assert_null(strstr(fixture_line(&test.base, 0), "Org. no."));
    act(&test, ACTION_LEFT, COLUMNS);
    draw(&test);
    assert_non_null(strstr(fixture_line(&test.base, 0), "Org. no."));
    finish(&test);
}

/* ---- drawing ---- */

static void mark_some(struct table_fixture *test)
{
    static struct ids favourites;

    ids_clear(&favourites);
    ids_add(&favourites, 13);
    act(test, ACTION_DOWN, 1);
    act(test, ACTION_MARK, 2);
    test->table.favourites = &favourites;
    draw(test);
    test->table.favourites = NULL;
    ids_finish(&favourites);
}

static void table__is_drawn__at_80x24(void **state)
{
    struct table_fixture test;

    (void)state;
    start(&test, 12, 80);
    mark_some(&test);
    fixture_compare(&test.base, "table-80");
    finish(&test);
}

static void table__is_drawn__at_120(void **state)
{
    struct table_fixture test;

    (void)state;
    start(&test, 12, 120);
    mark_some(&test);
    fixture_compare(&test.base, "table-120");
    finish(&test);
}

static void table__is_drawn__at_60_in_ascii(void **state)
{
    struct table_fixture test;

    (void)state;
    start(&test, 12, 60);
    fixture_ascii(&test.base);
    mark_some(&test);
    fixture_compare(&test.base, "table-60-ascii");
    finish(&test);
}

static void table__says_states_in_words__for_screen_readers(void **state)
{
    struct table_fixture test;
    int row, column;

    (void)state;
    start(&test, 12, 80);
    test.base.context.plain = true;
    mark_some(&test);
    fixture_compare(&test.base, "table-plain");
    surface_cursor_at(test.base.surface, &row, &column);
    assert_int_equal(row, 1 + (int)test.table.cursor);
    finish(&test);
}

static void table__hides_names__when_asked(void **state)
{
    struct table_fixture test;

    (void)state;
    start(&test, 12, 80);
    test.base.context.names_hidden = true;
    draw(&test);
    assert_false(fixture_shows(&test.base, "Fjord"));
    assert_false(fixture_shows(&test.base, "anna"));
    assert_false(fixture_shows(&test.base, "987654321"));
    assert_true(fixture_shows(&test.base, "F···"));
    assert_true(fixture_shows(&test.base, "closed"));
    finish(&test);
}

static void table__says__why_it_is_empty(void **state)
{
    struct table_fixture test;

    (void)state;
    start(&test, 6, 60);
    show(&test, 0, 0);
    draw(&test);
    assert_true(fixture_shows(&test.base, "All 9 rows are hidden by the filter: Esc clears it"));
    fixture_rows(&test.base, fixture_clients, 0, COLUMN_NONE, false, &test.rows);
    test.rows.reason = "No clients yet";
    show(&test, 0, 0);
    draw(&test);
    assert_true(fixture_shows(&test.base, "No clients yet"));
    finish(&test);
}

static void table__draws_nothing__outside_its_rect(void **state)
{
    struct table_fixture test;
    struct rect rect = { 3, 7, 5, 50 };
    int row, column;

    (void)state;
    start(&test, 12, 80);
    surface_clear(test.base.surface, fixture_rect(&test.base), STYLE_FIELD);
    table_draw(&test.table, &test.base.context, test.base.surface, rect, true);
    for (row = 0; row < 12; row++)
        for (column = 0; column < 80; column++)
            if (row < 3 || row >= 8 || column < 7 || column >= 57)
                assert_int_equal(surface_cell(test.base.surface, row, column)->style, STYLE_FIELD);
    finish(&test);
}

static void table__survives__any_size(void **state)
{
    struct table_fixture test;
    int rows, wide;

    (void)state;
    start(&test, 30, 130);
    for (rows = 0; rows < 30; rows += 3)
        for (wide = 0; wide < 130; wide++) {
            table_draw(&test.table, &test.base.context, test.base.surface,
                       (struct rect) { 0, 0, rows, wide }, true);
            act(&test, ACTION_RIGHT, wide % 3 == 0);
            act(&test, ACTION_DOWN, wide % 2);
        }
    assert_true(test.table.cursor < FIXTURE_CLIENTS);
    finish(&test);
}

static void table__without_columns__shows_all_of_the_dataset_name_first(void **state)
{
    struct table table;

    (void)state;
    table_start(&table, DATASET_grants, NULL, 0);
    assert_int_equal(table.columns[0], COLUMN_grants_client_name);
    assert_int_equal(table.column_count, dataset_info(DATASET_grants)->count);
    assert_int_equal(table.columns[table.column_count - 1], COLUMN_grants_client);
    table_finish(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table__keeps_the_cursor_on_its_row__through_sort_and_filter),
        cmocka_unit_test(table__keeps_the_place__when_the_cursors_row_vanishes),
        cmocka_unit_test(table__waits_for_the_cursors_row__while_a_scan_goes_on),
        cmocka_unit_test(table__finds_the_cursors_row_again__after_nothing_was_shown),
        cmocka_unit_test(table__keeps_marks__of_rows_that_are_hidden_and_says_how_many),
        cmocka_unit_test(table__drops_marks__of_rows_that_are_gone),
        cmocka_unit_test(table__inverts_the_marks__of_shown_rows_only),
        cmocka_unit_test(table__marking__is_turned_off_by_the_same_key),
        cmocka_unit_test(table__opens_the_client__or_says_why_not),
        cmocka_unit_test(table__tells_the_facts__of_the_row_under_the_cursor),
        cmocka_unit_test(table__scrolls__so_that_the_cursor_is_seen),
        cmocka_unit_test(table__sorts__by_the_columns_on_the_screen_in_turn),
        cmocka_unit_test(table__turns_the_datasets_own_order),
        cmocka_unit_test(table__scrolls_sideways__and_keeps_the_name),
        cmocka_unit_test(table__is_drawn__at_80x24),
        cmocka_unit_test(table__is_drawn__at_120),
        cmocka_unit_test(table__is_drawn__at_60_in_ascii),
        cmocka_unit_test(table__says_states_in_words__for_screen_readers),
        cmocka_unit_test(table__hides_names__when_asked),
        cmocka_unit_test(table__says__why_it_is_empty),
        cmocka_unit_test(table__draws_nothing__outside_its_rect),
        cmocka_unit_test(table__survives__any_size),
        cmocka_unit_test(table__without_columns__shows_all_of_the_dataset_name_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
