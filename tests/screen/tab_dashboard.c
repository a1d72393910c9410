/* Tests of screen/tab_dashboard: what it draws, what its items open. */
#include "fixture.h"

#include <string.h>

static struct figure known(int64_t value)
{
    return (struct figure) { true, value };
}

/* Thirteen months that grow; the last three months have SEK too. */
static void dashboard_fill(struct dashboard *dashboard)
{
    struct month last = month_of(date_of(2026, 11, 1));
    int i;

    memset(dashboard, 0, sizeof *dashboard);
    for (i = 0; i < DASHBOARD_MONTHS; i++) {
        struct dashboard_month *month = &dashboard->months[i];

        month->month = month_add(last, i - (DASHBOARD_MONTHS - 1));
        month->clients = known(1192 + i);
        month->employees = known(18000 + 27 * i);
        month->payslips = known(17900 - (i % 3) * 40);
        month->travel = known(2000 + (i * 37) % 200);
        month->absences = i == 3 ? (struct figure) { 0 } : known(900 + i);
        month->lines = known(100000);
        month->manual_lines = known(14000 - 100 * i);
        month->failed = known(i % 5 + 5);
        month->unresolved = known(3);
        month->failed_now = known(i == DASHBOARD_MONTHS - 1 ? 2 : (i + 1) % 5 + 5);
        month->unresolved_now = known(i == DASHBOARD_MONTHS - 1 ? 1 : 3);
        month->basis = PAY_MIXED;
        strcpy(month->pay[0].currency, "NOK");
        month->pay[0].pay = 40000000000 + 100000000 * i;
        month->currency_count = 1;
        if (i >= DASHBOARD_MONTHS - 3) {
            strcpy(month->pay[1].currency, "SEK");
            month->pay[1].pay = 8812040000;
            month->currency_count = 2;
        }
    }
    dashboard->client_count = 1204;
    dashboard->with_internal = true;
    dashboard->due_count = 2;
    dashboard->due[0] = (struct dashboard_due) {
        .date = date_of(2026, 12, 7), .month = last, .kind = OBLIGATION_A_MELDING,
        .due = 812, .received = 790, .rejected = 14, .missing = 8,
        .open = { 2, { { 3, 0, "Fjord AS" }, { 4, 1, "Berg Rør AS" } } },
    };
    dashboard->due[1] = (struct dashboard_due) {
        .date = date_of(2026, 12, 14), .month = last, .kind = OBLIGATION_AGI,
        .due = 392, .received = 387, .made = 4, .waiting = 1,
        .open = { 1, { { 5, 2, "Lind & Co AB" } } },
    };
    dashboard->attention[ATTENTION_NO_RESPONSIBLE] = 3;
    dashboard->attention[ATTENTION_MANY_RESPONSIBLE] = 1;
    dashboard->attention[ATTENTION_OTHER_RUN] = 5;
    dashboard->attention[ATTENTION_ENDING] = 2;
    dashboard->attention[ATTENTION_NOT_PAID] = 6;
    dashboard->complete = true;
}

struct dashboard_fixture {
    struct fixture base;
    struct dashboard dashboard;
    struct pane *pane;
};

static void hand_over(struct dashboard_fixture *test)
{
    struct answer answer = { .dashboard = &test->dashboard };

    test->pane->ops->load(test->pane, 0, &answer);
}

static void draw(struct dashboard_fixture *test)
{
    test->pane->ops->draw(test->pane, &test->base.context, test->base.surface,
                          fixture_rect(&test->base), true);
}

static void start(struct dashboard_fixture *test, int rows, int columns)
{
    fixture_start(&test->base, rows, columns);
    test->pane = pane_dashboard();
    dashboard_fill(&test->dashboard);
    hand_over(test);
}

static void finish(struct dashboard_fixture *test)
{
    pane_destroy(test->pane);
    fixture_finish(&test->base);
}

static struct effect act(struct dashboard_fixture *test, enum action_id action, int times)
{
    struct effect effect = { 0 };

    while (times-- > 0)
        effect = test->pane->ops->act(test->pane, action, &test->base.context);
    return effect;
}

/* Walks down to the row that begins so and opens it. */
static struct effect open_row(struct dashboard_fixture *test, const char *label)
{
    int steps, row, column;

    test->base.context.plain = true;
    act(test, ACTION_FIRST, 1);
    for (steps = 0; steps < 40; steps++) {
        draw(test);
        surface_cursor_at(test->base.surface, &row, &column);
        if (strstr(fixture_line(&test->base, row) + (column > 30 ? 30 : 0), label))
            return act(test, ACTION_OPEN, 1);
        act(test, ACTION_DOWN, 1);
    }
    fail_msg("no row %s", label);
    return (struct effect) { 0 };
}

static void dashboard__is_drawn__at_80x24(void **state)
{
    struct dashboard_fixture test;

    (void)state;
    start(&test, 19, 80);
    draw(&test);
    fixture_compare(&test.base, "dashboard-80");
    finish(&test);
}

static void dashboard__is_drawn__at_60x16_and_scrolls(void **state)
{
    struct dashboard_fixture test;

    (void)state;
    start(&test, 11, 60);
    draw(&test);
    fixture_compare(&test.base, "dashboard-60");
    act(&test, ACTION_LAST, 1);
    draw(&test);
    fixture_compare(&test.base, "dashboard-60-last");
    act(&test, ACTION_FIRST, 1);
    draw(&test);
    assert_true(fixture_shows(&test.base, "Key figures"));
    finish(&test);
}

static void dashboard__is_drawn__at_120x40(void **state)
{
    struct dashboard_fixture test;

    (void)state;
    start(&test, 35, 120);
    draw(&test);
    fixture_compare(&test.base, "dashboard-120");
    finish(&test);
}

static void dashboard__is_drawn__in_ascii(void **state)
{
    struct dashboard_fixture test;
    const char *byte;
    int row;

    (void)state;
    start(&test, 19, 80);
    fixture_ascii(&test.base);
    draw(&test);
    for (row = 0; row < 19; row++)
        for (byte = fixture_line(&test.base, row); *byte; byte++)
            assert_true((unsigned char)*byte < 0x80);
    fixture_compare(&test.base, "dashboard-ascii");
    finish(&test);
}

static void dashboard__walks__every_figure_and_line(void **state)
{
    struct dashboard_fixture test;
    int row, column, last = -1, steps;

    (void)state;
    start(&test, 40, 80);
    test.base.context.plain = true;
    for (steps = 0; steps < 15; steps++) {
        draw(&test);
        surface_cursor_at(test.base.surface, &row, &column);
        assert_true(row > last);
        last = row;
        if (act(&test, ACTION_DOWN, 1).kind != EFFECT_DONE)
            break;
        if (row == 17)
            break;
    }
    assert_int_equal(last, 17);
    finish(&test);
}

/* Where the row under the cursor begins. */
static void cursor_at(struct dashboard_fixture *test, int *ret_row, int *ret_column)
{
    struct surface *surface = test->base.surface;

    draw(test);
    for (int row = 0; row < surface_rows(surface); row++) {
        for (int column = 0; column < surface_columns(surface); column++) {
            if (surface_cell(surface, row, column)->style == STYLE_CURSOR) {
                *ret_row = row;
                *ret_column = column;
                return;
            }
        }
    }
    fail();
}

static void dashboard__moves_sideways__between_two_columns(void **state)
{
    struct dashboard_fixture test;
    int row, column, other_row, other_column;

    (void)state;
    start(&test, 30, 80);
    act(&test, ACTION_LAST, 1);
    act(&test, ACTION_UP, 1);
    cursor_at(&test, &row, &column);
    assert_int_equal(column, 0);
    act(&test, ACTION_RIGHT, 1);
    cursor_at(&test, &other_row, &other_column);
    assert_int_equal(other_row, row);
    assert_int_equal(other_column, 40);
    act(&test, ACTION_LEFT, 1);
    cursor_at(&test, &other_row, &other_column);
    assert_int_equal(other_column, 0);
    finish(&test);
}

static void dashboard__read_aloud__has_one_thing_a_line(void **state)
{
    struct dashboard_fixture test;
    int row, column, last = -1;

    (void)state;
    start(&test, 60, 300);
    test.base.context.plain = true;
    for (int steps = 0; steps < 16; steps++, last = row) {
        cursor_at(&test, &row, &column);
        assert_int_equal(column, 0);
        assert_true(row > last);
        act(&test, ACTION_DOWN, 1);
    }
    finish(&test);
}

static void dashboard__opens__the_rows_behind_a_figure(void **state)
{
    struct dashboard_fixture test;
    struct effect effect;

    (void)state;
    start(&test, 30, 80);
    test.pane->ops->set_filter(test.pane, "is:mine");
    effect = open_row(&test, "Payroll clients");
    assert_int_equal(effect.kind, EFFECT_OPEN);
    assert_int_equal(effect.open, OPEN_ROWS);
    assert_int_equal(effect.dataset, DATASET_payroll);
    assert_string_equal(effect.filter, "month=2026-11");
    assert_string_equal(effect.clients, "is:mine");
    effect = open_row(&test, "Failed declarations"); /* of both months that the row tells */
    assert_int_equal(effect.dataset, DATASET_declarations);
    assert_string_equal(effect.filter, "failed_month>=2026-10 failed_month<=2026-11");
    assert_false(month_known(effect.month));
    effect = open_row(&test, "Total pay (net/gross) SEK");
    assert_string_equal(effect.filter, "month=2026-11 currency=SEK");
    finish(&test);
}

static void dashboard__opens__what_is_due_and_what_needs_attention(void **state)
{
    struct dashboard_fixture test;
    struct effect effect;

    (void)state;
    start(&test, 30, 60);
    effect = open_row(&test, "a-melding");
    assert_int_equal(effect.dataset, DATASET_clients);
    assert_int_equal(effect.month.index, month_of(date_of(2026, 12, 1)).index);
    assert_non_null(strstr(effect.filter, "country=NO"));
    effect = open_row(&test, "clients with nobody responsible");
    assert_int_equal(effect.dataset, DATASET_clients);
    effect = open_row(&test, "accesses end within a week");
    assert_int_equal(effect.dataset, DATASET_grants);
    assert_string_equal(effect.clients, "!is:archived");
    effect = open_row(&test, "last runs by someone else");
    assert_int_equal(effect.dataset, DATASET_clients);
    assert_string_equal(effect.filter, "is:other_run");
    test.pane->ops->set_filter(test.pane, "fjord | berg");
    effect = open_row(&test, "clients not marked paid");
    assert_string_equal(effect.filter, "is:unpaid");
    assert_string_equal(effect.clients, "fjord | berg");
    effect = open_row(&test, "accesses end within a week");
    assert_string_equal(effect.clients, "(fjord | berg) !is:archived");
    finish(&test);
}

/* How many of the fixture's clients the filter behind a row finds; parsing is asserted. */
static size_t found_behind(struct dashboard_fixture *test, const char *label)
{
    struct effect effect = open_row(test, label);
    struct filter_scope scope = { .today = date_of(2026, 11, 20) };
    struct filter_error error = { 0 };
    struct filter *filter = filter_create(effect.filter, effect.dataset, &scope, &error);
    struct rowset rows;
    size_t row, count = 0;
    bool costly = false;

    if (!filter)
        fail_msg("%s at %zu of %s", error.message.text, error.position, effect.filter);
    if (effect.dataset == DATASET_clients) {
        fixture_rows(&test->base, fixture_clients, FIXTURE_CLIENTS, COLUMN_NONE, false, &rows);
        for (row = 0; row < rows.count; row++)
            count += filter_matches(filter, &rows, row, &costly);
    }
    filter_destroy(filter);
    return count;
}

static void dashboard__filters__find_what_was_counted(void **state)
{
    struct dashboard_fixture test;

    (void)state;
    start(&test, 30, 60);
    assert_int_equal(found_behind(&test, "clients with nobody responsible"), 1);
    found_behind(&test, "accesses end within a week");
    found_behind(&test, "a-melding");
    found_behind(&test, "Failed declarations");
    found_behind(&test, "Travel and expenses");
    found_behind(&test, "Degree of automation");
    found_behind(&test, "Total pay (net/gross) NOK");
    finish(&test);
}

static void dashboard__keeps_the_cursor__when_the_figures_change(void **state)
{
    struct dashboard_fixture test;
    struct effect effect;

    (void)state;
    start(&test, 30, 60);
    open_row(&test, "accesses end within a week");
    test.dashboard.attention[ATTENTION_NO_RESPONSIBLE] = 0;
    test.dashboard.due_count = 1;
    hand_over(&test);
    effect = act(&test, ACTION_OPEN, 1);
    assert_int_equal(effect.dataset, DATASET_grants);
    finish(&test);
}

/* On the line under the tabs; asked here as the frame asks. */
static bool status_says(struct dashboard_fixture *test, const char *text)
{
    struct buffer status = { 0 };

    test->pane->ops->status(test->pane, &test->base.context, &status);
    bool says = strstr(buffer_text(&status), text) != NULL;
    buffer_finish(&status);
    return says;
}

static void dashboard__says__which_clients_are_in_the_figures(void **state)
{
    struct dashboard_fixture test;

    (void)state;
    start(&test, 30, 80);
    assert_true(status_says(&test, "1,204 clients with the bureau"));
    test.dashboard.with_internal = false;
    hand_over(&test);
    assert_false(status_says(&test, "the internal client")); /* a lead's filter: no lack of rights */
    test.base.session.role = ROLE_OPERATOR;
    assert_true(status_says(&test, "without the bureau"));
    finish(&test);
}

static void dashboard__leaves_pay_out__with_the_reason(void **state)
{
    struct dashboard_fixture test;

    (void)state;
    start(&test, 30, 80);
    test.dashboard.suppressed = true;
    hand_over(&test);
    draw(&test);
    assert_true(fixture_shows(&test.base, "Pay is left out"));
    assert_false(fixture_shows(&test.base, "412"));
    assert_false(fixture_shows(&test.base, "88,120"));
    finish(&test);
}

static void dashboard__says__that_pay_is_only_of_own_clients(void **state)
{
    struct dashboard_fixture test;

    (void)state;
    start(&test, 30, 80);
    draw(&test);
    assert_false(fixture_shows(&test.base, "only of clients you have access to"));
    test.dashboard.pay_of_own = true;
    hand_over(&test);
    draw(&test);
    assert_true(fixture_shows(&test.base, "Pay: only of clients you have access to"));
    finish(&test);
}

static void dashboard__gives_a_reason__without_payroll_clients(void **state)
{
    struct dashboard_fixture test;

    (void)state;
    start(&test, 11, 60);
    test.dashboard.no_payroll = true;
    memset(test.dashboard.attention, 0, sizeof test.dashboard.attention);
    hand_over(&test);
    draw(&test);
    assert_true(fixture_shows(&test.base, "No payroll client yet"));
    assert_false(fixture_shows(&test.base, "Payslips"));
    assert_int_equal(act(&test, ACTION_OPEN, 1).kind, EFFECT_NONE);
    finish(&test);
}

static void dashboard__shows__unknown_as_a_dash_and_never_as_zero(void **state)
{
    struct dashboard_fixture test;

    (void)state;
    start(&test, 30, 80);
    test.dashboard.months[DASHBOARD_MONTHS - 1].lines = known(0);
    test.dashboard.months[DASHBOARD_MONTHS - 1].manual_lines = known(0);
    hand_over(&test);
    draw(&test);
    assert_non_null(strstr(fixture_line(&test.base, 6), "–"));
    assert_null(strstr(fixture_line(&test.base, 6), " 0"));
    finish(&test);
}

static void dashboard__survives__any_size(void **state)
{
    struct dashboard_fixture test;
    int rows, columns;

    (void)state;
    start(&test, 30, 130);
    for (rows = 0; rows < 30; rows += 3)
        for (columns = 0; columns < 130; columns++) {
            test.pane->ops->draw(test.pane, &test.base.context, test.base.surface,
                                 (struct rect) { 0, 0, rows, columns }, true);
            act(&test, columns % 2 ? ACTION_DOWN : ACTION_PAGE_UP, 1);
        }
    surface_clear(test.base.surface, fixture_rect(&test.base), STYLE_FIELD);
    test.pane->ops->draw(test.pane, &test.base.context, test.base.surface,
                         (struct rect) { 2, 5, 10, 60 }, true);
    for (rows = 0; rows < 30; rows++)
        for (columns = 0; columns < 130; columns++)
            if (rows < 2 || rows >= 12 || columns < 5 || columns >= 65)
                assert_int_equal(surface_cell(test.base.surface, rows, columns)->style,
                                 STYLE_FIELD);
    finish(&test);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dashboard__is_drawn__at_80x24),
        cmocka_unit_test(dashboard__is_drawn__at_60x16_and_scrolls),
        cmocka_unit_test(dashboard__is_drawn__at_120x40),
        cmocka_unit_test(dashboard__is_drawn__in_ascii),
        cmocka_unit_test(dashboard__walks__every_figure_and_line),
        cmocka_unit_test(dashboard__moves_sideways__between_two_columns),
        cmocka_unit_test(dashboard__read_aloud__has_one_thing_a_line),
        cmocka_unit_test(dashboard__opens__the_rows_behind_a_figure),
        cmocka_unit_test(dashboard__opens__what_is_due_and_what_needs_attention),
        cmocka_unit_test(dashboard__filters__find_what_was_counted),
        cmocka_unit_test(dashboard__keeps_the_cursor__when_the_figures_change),
        cmocka_unit_test(dashboard__says__which_clients_are_in_the_figures),
        cmocka_unit_test(dashboard__leaves_pay_out__with_the_reason),
        cmocka_unit_test(dashboard__says__that_pay_is_only_of_own_clients),
        cmocka_unit_test(dashboard__gives_a_reason__without_payroll_clients),
        cmocka_unit_test(dashboard__shows__unknown_as_a_dash_and_never_as_zero),
        cmocka_unit_test(dashboard__survives__any_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
