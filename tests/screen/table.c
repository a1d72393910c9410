/* Tests of screen/table: cursor, marks, sort, scrolling, drawing. */
#include "fixture.h"

#include <stdio.h>
#include <string.h>

static const char columns[] =
    "name orgno responsible run declaration next_payout employees";
enum { COLUMNS = 7 };

struct table_fixture {
    struct fixture base;
    struct rowset rows;
    struct table table;
};

static void start(struct table_fixture *test, int rows, int wide)
{
    struct table_layout layout;
    struct answer answer;

    fixture_start(&test->base, rows, wide);
    fixture_rows(&test->base, fixture_clients, FIXTURE_CLIENTS, COLUMN_clients_name, false,
                 &test->rows);
    table_start(&test->table, "clients", DATASET_clients);
    assert_true(table_layout_parse(DATASET_clients, columns, &layout));
    table_take(&test->table, &layout);
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

static void table__goes_to_the_first_match__and_back_when_the_filter_is_cleared(void **state)
{
    struct table_fixture test;
    int64_t id;

    (void)state;
    start(&test, 4, 80);
    test.table.filter = "";
    show(&test, 0, FIXTURE_CLIENTS);
    act(&test, ACTION_LAST, 1);
    draw(&test);
    id = test.table.cursor_id;
    size_t top = test.table.top;
    test.table.filter = "f";
    show(&test, 1, 5);
    assert_int_equal(test.table.cursor, 0);
    test.table.filter = "fj";
    show(&test, 2, 3);
    assert_int_equal(test.table.cursor, 0);
    draw(&test);
    test.table.filter = "";
    show(&test, 0, FIXTURE_CLIENTS);
    assert_int_equal(test.table.cursor_id, id);
    assert_int_equal(test.table.top, top);
    finish(&test);
}

static void table__stays_on_the_row__a_person_went_to_while_filtering(void **state)
{
    struct table_fixture test;
    int64_t id;

    (void)state;
    start(&test, 10, 80);
    test.table.filter = "f";
    show(&test, 2, 5);
    act(&test, ACTION_DOWN, 1);
    id = test.table.cursor_id;
    test.table.filter = "";
    show(&test, 0, FIXTURE_CLIENTS);
    assert_int_equal(test.table.cursor_id, id);
    finish(&test);
}

static void table__waits_with_the_first_match__while_another_filter_is_looked_for(void **state)
{
    struct table_fixture test;
    struct answer slice;
    int64_t id;

    (void)state;
    start(&test, 10, 80);
    act(&test, ACTION_DOWN, 6);
    id = test.table.cursor_id;
    test.table.filter = "f";
    slice = fixture_answer(&test.base, &test.rows, 0, 3);
    slice.partial = true;
    table_load(&test.table, &slice);
    assert_int_equal(test.table.cursor, 0);
    show(&test, 0, 8); /* its row matches: it came late */
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

/* ---- ranges ---- */

static void assert_marked(struct table_fixture *test, const char *wanted)
{
    char given[FIXTURE_CLIENTS + 1] = { 0 };

    for (size_t i = 0; i < test->rows.count; i++)
        given[i] = ids_has(&test->table.marks, test->rows.ids[i]) ? '*' : '.';
    assert_string_equal(given, wanted);
}

static void range__marks_while_it_grows__and_gives_back_when_it_shrinks(void **state)
{
    struct table_fixture test;

    (void)state;
    start(&test, 10, 80);
    act(&test, ACTION_DOWN, 4);
    act(&test, ACTION_MARK, 1); /* row 4, cursor on 5 */
    act(&test, ACTION_UP, 3);   /* on 2 */
    act(&test, ACTION_RANGE, 1);
    act(&test, ACTION_DOWN, 3);
    assert_int_equal(table_range_rows(&test.table), 4);
    assert_marked(&test, "..****...");
    act(&test, ACTION_UP, 2);
    assert_marked(&test, "..***....");
    act(&test, ACTION_FIRST, 1);
    assert_marked(&test, "***.*....");
    act(&test, ACTION_RANGE, 1);
    assert_int_equal(table_range_rows(&test.table), 0);
    act(&test, ACTION_LAST, 1);
    assert_marked(&test, "***.*....");
    finish(&test);
}

static void range__that_is_left__gives_back_the_marks_of_before(void **state)
{
    struct table_fixture test;
    struct action_facts facts = { 0 };

    (void)state;
    start(&test, 10, 80);
    act(&test, ACTION_MARK, 1);
    act(&test, ACTION_RANGE, 1);
    act(&test, ACTION_LAST, 1);
    assert_marked(&test, "*********");
    table_facts(&test.table, &facts);
    assert_true(facts.has_range);
    assert_true(table_range_leave(&test.table));
    assert_marked(&test, "*........");
    assert_false(table_range_leave(&test.table));
    table_facts(&test.table, &facts);
    assert_false(facts.has_range);
    finish(&test);
}

static void range__of_shift_and_arrows__ends_with_any_other_key(void **state)
{
    struct table_fixture test;

    (void)state;
    start(&test, 10, 80);
    act(&test, ACTION_MARK_DOWN, 3);
    assert_marked(&test, "****.....");
    act(&test, ACTION_MARK_UP, 1);
    assert_marked(&test, "***......");
    assert_false(table_range_leave(&test.table)); /* Esc has its own meaning */
    act(&test, ACTION_DOWN, 4);
    assert_marked(&test, "***......");
    act(&test, ACTION_MARK_UP, 1);
    assert_marked(&test, "***..**..");
    finish(&test);
}

static void range__in_another_list__ends_and_the_marks_stay(void **state)
{
    struct table_fixture test;

    (void)state;
    start(&test, 10, 80);
    act(&test, ACTION_RANGE, 1);
    act(&test, ACTION_DOWN, 2);
    show(&test, 0, FIXTURE_CLIENTS); /* the same list again */
    assert_int_equal(table_range_rows(&test.table), 3);
    show(&test, 1, 3);
    assert_int_equal(table_range_rows(&test.table), 0);
    assert_marked(&test, "***......");
    act(&test, ACTION_DOWN, 1);
    assert_marked(&test, "***......");
    finish(&test);
}

static void range__is_told__while_it_grows(void **state)
{
    struct table_fixture test;
    struct buffer status = { 0 };

    (void)state;
    start(&test, 10, 80);
    act(&test, ACTION_MARK, 1);
    act(&test, ACTION_RANGE, 1);
    act(&test, ACTION_DOWN, 1);
    table_status(&test.table, &test.base.context, &status);
    assert_string_equal(buffer_text(&status), "3 marked · range of 2: v keeps it, Esc leaves it");
    buffer_finish(&status);
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

static void assert_empty(struct table_fixture *test, const char *why)
{
    show(test, 0, 0);
    draw(test);
    assert_true(fixture_shows(&test->base, why));
}

static void table__says__why_it_is_empty(void **state)
{
    struct table_fixture test;
    struct answer slice;

    (void)state;
    start(&test, 6, 80);
    test.table.filter = "nothing";
    assert_empty(&test, "All 9 rows are hidden by the filter: Esc clears it");
    test.table.opened = true;
    assert_empty(&test, "All 9 rows are hidden by the filter: / and then Esc clears it");
    test.table.filter = "";
    test.table.clients = "is:mine";
    assert_empty(&test, "None of the 9 rows belongs to a client that is:mine finds");
    test.table.opened = false;
    test.table.filter = "is:marked";
    assert_empty(&test, "Nothing is marked. Esc shows all 9 rows, Space marks one");
    ids_add(&test.table.marks, 13);
    assert_empty(&test, "All 9 rows are hidden by the filter: Esc clears it");
    slice = fixture_answer(&test.base, &test.rows, 0, 0);
    slice.partial = true;
    table_load(&test.table, &slice);
    draw(&test);
    assert_true(fixture_shows(&test.base, "Searching"));
    fixture_rows(&test.base, fixture_clients, 0, COLUMN_NONE, false, &test.rows);
    test.rows.reason = "No clients yet";
    assert_empty(&test, "No clients yet");
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

/* ---- layouts ---- */

static void layouts__of_every_dataset__name_columns_that_exist(void **state)
{
    struct table table;
    struct table_layout layout;
    struct buffer text = { 0 };
    const struct ready_layout *ready;

    (void)state;
    for (int dataset = 0; dataset < DATASET_COUNT; dataset++) {
        table_start(&table, dataset_info((enum dataset)dataset)->name, (enum dataset)dataset);
        assert_string_equal(table_ready(&table, 0)->word, "overview");
        for (size_t i = 0; (ready = table_ready(&table, i)); i++) {
            table_ready_layout(&table, ready, &layout);
            assert_int_equal(layout.columns[0], table.columns[0]);
            buffer_clear(&text);
            table_layout_add(&layout, &text);
            if (ready->text)
                assert_string_equal(buffer_text(&text), ready->text);
            else
                assert_int_equal(layout.column_count,
                                 dataset_info((enum dataset)dataset)->count);
        }
        table_finish(&table);
    }
    buffer_finish(&text);
}

static void layouts__of_the_same_dataset__belong_to_their_table(void **state)
{
    struct table table;

    (void)state;
    table_start(&table, "clients.access", DATASET_grants);
    assert_int_equal(table.columns[0], COLUMN_grants_name);
    assert_string_equal(table_family(&table), "clients.access");
    table_start(&table, "rows.grants", DATASET_grants);
    assert_int_equal(table.columns[0], COLUMN_grants_client_name);
    assert_string_equal(table_family(&table), "grants");
}

static void layout__kept_by_an_older_program__loses_only_what_is_gone(void **state)
{
    struct table_layout layout;
    struct buffer text = { 0 };

    (void)state;
    assert_true(table_layout_parse(
        DATASET_clients, " orgno gone name orgno  sort=vanished falling employees", &layout));
    table_layout_add(&layout, &text);
    assert_string_equal(buffer_text(&text), "orgno name employees falling");
    assert_false(table_layout_parse(DATASET_clients, "gone sort=name", &layout));
    assert_false(table_layout_parse(DATASET_clients, "", &layout));
    assert_int_equal(layout.column_count, 3); /* untouched */
    buffer_finish(&text);
}

static void table__takes_a_layout__but_keeps_its_name_in_front(void **state)
{
    struct table_fixture test;
    struct table_layout layout, back;

    (void)state;
    start(&test, 10, 60);
    act(&test, ACTION_RIGHT, 1);
    assert_true(table_layout_parse(DATASET_clients, "employees name sort=employees falling",
                                   &layout));
    table_take(&test.table, &layout);
    assert_int_equal(test.table.columns[0], COLUMN_clients_name);
    assert_int_equal(test.table.columns[1], COLUMN_clients_employees);
    assert_int_equal(test.table.column_count, 2);
    assert_int_equal(test.table.sort, COLUMN_clients_employees);
    assert_true(test.table.descending && test.table.chosen);
    table_layout_of(&test.table, &back);
    assert_false(table_layout_same(&back, &layout));
    table_take(&test.table, &back);
    table_layout_of(&test.table, &layout);
    assert_true(table_layout_same(&back, &layout));
    finish(&test);
}

static void layout__tells__what_the_screen_has_no_room_for(void **state)
{
    struct table_fixture test;
    struct table_layout layout;

    (void)state;
    start(&test, 10, 60);
    draw(&test);
    table_layout_of(&test.table, &layout);
    assert_int_equal(table_layout_hidden(&test.table, &layout, &test.base.context,
                                         test.base.surface),
                     test.table.column_count - 1 - test.table.visible);
    assert_true(test.table.visible < COLUMNS - 1);
    layout.column_count = 2;
    assert_int_equal(table_layout_hidden(&test.table, &layout, &test.base.context,
                                         test.base.surface), 0);
    finish(&test);
}

/* ---- widths ---- */

static void table__gives_spare_room__to_texts_that_are_cut(void **state)
{
    struct table_fixture test;

    (void)state;
    start(&test, 12, 200);
    draw(&test);
    assert_true(fixture_shows(&test.base, "Sammanslutna Trävaruhandlare i Norra Bohuslän"));
    finish(&test);
}

static void table__does_not_dance__while_it_is_scrolled(void **state)
{
    struct table_fixture test;
    char head[400];

    (void)state;
    start(&test, 4, 200);
    act(&test, ACTION_LAST, 1);
    draw(&test);
    for (int i = 0; i < FIXTURE_CLIENTS; i++) { /* every row was seen once */
        act(&test, ACTION_UP, 1);
        draw(&test);
    }
    snprintf(head, sizeof head, "%s", fixture_line(&test.base, 0));
    for (int i = 0; i < FIXTURE_CLIENTS; i++) {
        act(&test, ACTION_DOWN, 1);
        draw(&test);
        assert_string_equal(fixture_line(&test.base, 0), head);
    }
    finish(&test);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table__keeps_the_cursor_on_its_row__through_sort_and_filter),
        cmocka_unit_test(table__keeps_the_place__when_the_cursors_row_vanishes),
        cmocka_unit_test(table__waits_for_the_cursors_row__while_a_scan_goes_on),
        cmocka_unit_test(table__finds_the_cursors_row_again__after_nothing_was_shown),
        cmocka_unit_test(table__goes_to_the_first_match__and_back_when_the_filter_is_cleared),
        cmocka_unit_test(table__stays_on_the_row__a_person_went_to_while_filtering),
        cmocka_unit_test(table__waits_with_the_first_match__while_another_filter_is_looked_for),
        cmocka_unit_test(table__keeps_marks__of_rows_that_are_hidden_and_says_how_many),
        cmocka_unit_test(table__drops_marks__of_rows_that_are_gone),
        cmocka_unit_test(range__marks_while_it_grows__and_gives_back_when_it_shrinks),
        cmocka_unit_test(range__that_is_left__gives_back_the_marks_of_before),
        cmocka_unit_test(range__of_shift_and_arrows__ends_with_any_other_key),
        cmocka_unit_test(range__in_another_list__ends_and_the_marks_stay),
        cmocka_unit_test(range__is_told__while_it_grows),
        cmocka_unit_test(table__inverts_the_marks__of_shown_rows_only),
        cmocka_unit_test(table__marking__is_turned_off_by_the_same_key),
        cmocka_unit_test(table__opens_the_client__or_says_why_not),
        cmocka_unit_test(table__tells_the_facts__of_the_row_under_the_cursor),
        cmocka_unit_test(table__scrolls__so_that_the_cursor_is_seen),
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
        cmocka_unit_test(layouts__of_every_dataset__name_columns_that_exist),
        cmocka_unit_test(layouts__of_the_same_dataset__belong_to_their_table),
        cmocka_unit_test(layout__kept_by_an_older_program__loses_only_what_is_gone),
        cmocka_unit_test(table__takes_a_layout__but_keeps_its_name_in_front),
        cmocka_unit_test(layout__tells__what_the_screen_has_no_room_for),
        cmocka_unit_test(table__gives_spare_room__to_texts_that_are_cut),
        cmocka_unit_test(table__does_not_dance__while_it_is_scrolled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
