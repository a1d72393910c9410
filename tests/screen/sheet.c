/* Tests of screen/sheet: what is shown, what is said to be not known or not shown, scrolling. */
#include "fixture.h"

#include <string.h>

struct sheet_fixture {
    struct fixture base;
    struct pane *pane;
    struct client_card card;
    struct rowset rows[PANE_PARTS];
};

static struct rowset_builder *part(struct sheet_fixture *test, enum dataset dataset)
{
    return rowset_build(test->base.arena, dataset, 0);
}

static void part_end(struct sheet_fixture *test, struct rowset_builder *builder, size_t number)
{
    rowset_finish(builder, COLUMN_NONE, false, test->base.collator, &test->rows[number]);
}

static void row(struct rowset_builder *builder, int64_t id, const char *currency)
{
    rowset_row(builder, id, 11, ROW_OPEN, currency);
}

static void grants_make(struct sheet_fixture *test, size_t number)
{
    struct rowset_builder *builder = part(test, DATASET_grants);

    row(builder, 1, NULL);
    put_text(builder, COLUMN_grants_name, "Anna Berg");
    put_text(builder, COLUMN_grants_login, "anna");
    put_text(builder, COLUMN_grants_role, "responsible");
    put_text(builder, COLUMN_grants_packages, "Payroll,Tax cards");
    rowset_put_number(builder, COLUMN_grants_from, date_start(date_of(2024, 3, 1)).second);
    row(builder, 2, NULL);
    put_text(builder, COLUMN_grants_name, "Bo Ek");
    put_text(builder, COLUMN_grants_login, "bo");
    put_text(builder, COLUMN_grants_role, "member");
    rowset_put_number(builder, COLUMN_grants_until, date_end(date_of(2026, 12, 31)).second);
    part_end(test, builder, number);
}

static void payroll_make(struct sheet_fixture *test, size_t number)
{
    struct rowset_builder *builder = part(test, DATASET_payroll);
    struct month month = month_of(date_of(2026, 11, 1));
    int i;

    for (i = 0; i < 14; i++) {
        row(builder, 50 - i, "NOK");
        rowset_put_number(builder, COLUMN_payroll_month, month_add(month, -i).index);
        rowset_put_number(builder, COLUMN_payroll_employees, 14);
        rowset_put_number(builder, COLUMN_payroll_payslips, i == 0 ? 0 : 14);
        if (i > 0) {
            rowset_put_number(builder, COLUMN_payroll_gross, 61230000 + i * 100);
            rowset_put_number(builder, COLUMN_payroll_net, 41230050 + i * 100);
        }
        put_text(builder, COLUMN_payroll_currency, "NOK");
        put_text(builder, COLUMN_payroll_declaration, i == 1   ? "rejected"
                                                      : i == 0 ? "none"
                                                               : "received");
    }
    part_end(test, builder, number);
}

static void declarations_make(struct sheet_fixture *test, size_t number)
{
    struct rowset_builder *builder = part(test, DATASET_declarations);

    row(builder, 5, NULL);
    rowset_put_number(builder, COLUMN_declarations_month, month_of(date_of(2026, 10, 1)).index);
    put_text(builder, COLUMN_declarations_kind, "a-melding");
    put_text(builder, COLUMN_declarations_state, "rejected");
    put_text(builder, COLUMN_declarations_text, "Inntektsmottaker 3 mangler fødselsdato");
    part_end(test, builder, number);
}

static void notes_make(struct sheet_fixture *test, size_t number)
{
    struct rowset_builder *builder = part(test, DATASET_notes);

    row(builder, 7, NULL);
    rowset_put_number(builder, COLUMN_notes_at, date_start(date_of(2026, 11, 2)).second + 36000);
    put_text(builder, COLUMN_notes_by, "bo");
    put_text(builder, COLUMN_notes_text,
             "Called Kari about the hours of two new people; she sends the list on Thursday and "
             "asks for a copy of the agreement.");
    part_end(test, builder, number);
}

static void client_make(struct sheet_fixture *test, size_t number)
{
    struct rowset_builder *builder = part(test, DATASET_clients);

    row(builder, 11, NULL);
    put_text(builder, COLUMN_clients_name, "Fjord AS");
    put_text(builder, COLUMN_clients_groups, "pay20,West");
    rowset_put_number(builder, COLUMN_clients_next_payout, date_of(2026, 11, 20).day);
    part_end(test, builder, number);
}

/* Hands over every part the sheet asks for; datasets without rows here are empty. */
static void settle(struct sheet_fixture *test)
{
    struct ask asks[PANE_PARTS];
    size_t count = test->pane->ops->asks(test->pane, &test->base.context, asks), i;

    for (i = 0; i < count; i++) {
        struct answer answer = { 0 };

        if (asks[i].kind == ASK_CLIENT) {
            answer.card = &test->card;
        } else {
            assert_int_equal(asks[i].query.client_id, 11);
            assert_int_equal(month_known(asks[i].query.month),
                             asks[i].query.dataset == DATASET_clients);
            if (asks[i].query.dataset == DATASET_grants)
                grants_make(test, i);
            else if (asks[i].query.dataset == DATASET_payroll)
                payroll_make(test, i);
            else if (asks[i].query.dataset == DATASET_declarations)
                declarations_make(test, i);
            else if (asks[i].query.dataset == DATASET_clients)
                client_make(test, i);
            else if (asks[i].query.dataset == DATASET_notes)
                notes_make(test, i);
            else
                part_end(test, part(test, asks[i].query.dataset), i);
            answer = fixture_all(&test->base, &test->rows[i]);
        }
        test->pane->ops->load(test->pane, i, &answer);
    }
}

static void start(struct sheet_fixture *test, int rows, int columns)
{
    fixture_start(&test->base, rows, columns);
    test->card = (struct client_card) {
        .id = 11,
        .version = 1,
        .open = true,
        .number = "1011",
        .orgno = "987654325",
        .name = "Fjord AS",
        .country = "NO",
        .form = "AS",
        .address = "Strandgata 4",
        .postcode = "5003",
        .city = "Bergen",
        .email = "",
        .phone = "",
        .contact_name = "Kari Nordmann",
        .contact_email = "kari@fjord.example",
        .created_at = "2024-03-01T08:00:00Z",
        .payday = { true, 20 },
        .obligations = "a-melding\x1fzone 1",
        .suggestion_login = "bo",
    };
    test->pane = pane_sheet(11);
    settle(test);
}

static void finish(struct sheet_fixture *test)
{
    pane_destroy(test->pane);
    fixture_finish(&test->base);
}

static void draw(struct sheet_fixture *test)
{
    test->pane->ops->draw(test->pane, &test->base.context, test->base.surface,
                          fixture_rect(&test->base), true);
}

static void act(struct sheet_fixture *test, enum action_id action, int times)
{
    while (times-- > 0)
        assert_int_equal(test->pane->ops->act(test->pane, action, &test->base.context).kind,
                         EFFECT_DONE);
}

static void sheet__is_drawn__whole(void **state)
{
    struct sheet_fixture test;

    (void)state;
    start(&test, 75, 80);
    draw(&test);
    fixture_compare(&test.base, "sheet-80");
    finish(&test);
}

static void sheet__is_drawn__at_60_in_ascii(void **state)
{
    struct sheet_fixture test;

    (void)state;
    start(&test, 75, 60);
    fixture_ascii(&test.base);
    draw(&test);
    fixture_compare(&test.base, "sheet-60-ascii");
    finish(&test);
}

static void sheet__is_drawn__at_120(void **state)
{
    struct sheet_fixture test;

    (void)state;
    start(&test, 35, 120);
    draw(&test);
    fixture_compare(&test.base, "sheet-120");
    finish(&test);
}

static void sheet__says__what_is_not_known(void **state)
{
    struct sheet_fixture test;

    (void)state;
    start(&test, 75, 80);
    draw(&test);
    assert_true(fixture_shows(&test.base, "Phone                  not known"));
    assert_true(fixture_shows(&test.base, "No employee is known"));
    finish(&test);
}

static void sheet__says_why__persons_and_amounts_are_not_shown(void **state)
{
    struct sheet_fixture test;

    (void)state;
    start(&test, 75, 80);
    test.card.open = false;
    test.card.contact_name = "";
    draw(&test);
    assert_true(fixture_shows(&test.base, "Not shown: you have no access to this client"));
    assert_true(fixture_shows(&test.base, "Amounts are not shown"));
    assert_false(fixture_shows(&test.base, "Contact person"));
    finish(&test);
}

static void sheet__shows_twelve_months__and_no_older(void **state)
{
    struct sheet_fixture test;

    (void)state;
    start(&test, 75, 80);
    draw(&test);
    assert_true(fixture_shows(&test.base, "2025-12"));
    assert_false(fixture_shows(&test.base, "2025-11"));
    finish(&test);
}

static void sheet__scrolls__and_stops_at_both_ends(void **state)
{
    struct sheet_fixture test;
    struct buffer status = { 0 };
    const char *last;

    (void)state;
    start(&test, 19, 80);
    draw(&test);
    assert_true(fixture_shows(&test.base, "Company"));
    act(&test, ACTION_UP, 1);
    act(&test, ACTION_PAGE_DOWN, 40);
    draw(&test);
    last = fixture_line(&test.base, 18);
    act(&test, ACTION_DOWN, 3);
    draw(&test);
    assert_string_equal(fixture_line(&test.base, 18), last);
    assert_true(strlen(last) > 0);
    assert_true(fixture_shows(&test.base, "Fjord AS"));
    test.pane->ops->status(test.pane, &test.base.context, &status);
    assert_non_null(strstr(buffer_text(&status), "lines "));
    buffer_finish(&status);
    act(&test, ACTION_FIRST, 1);
    draw(&test);
    assert_true(fixture_shows(&test.base, "Company"));
    finish(&test);
}

static void sheet__hides_names__when_asked(void **state)
{
    struct sheet_fixture test;

    (void)state;
    start(&test, 75, 80);
    test.base.context.names_hidden = true;
    draw(&test);
    assert_false(fixture_shows(&test.base, "Fjord"));
    assert_false(fixture_shows(&test.base, "Kari"));
    assert_false(fixture_shows(&test.base, "Anna"));
    assert_false(fixture_shows(&test.base, "987"));
    finish(&test);
}

static void sheet__survives__any_size_and_missing_answers(void **state)
{
    struct sheet_fixture test;
    int rows, columns;

    (void)state;
    start(&test, 30, 130);
    for (rows = 0; rows < 30; rows += 5)
        for (columns = 0; columns < 130; columns++)
            test.pane->ops->draw(test.pane, &test.base.context, test.base.surface,
                                 (struct rect) { 0, 0, rows, columns }, true);
    pane_destroy(test.pane);
    test.pane = pane_sheet(11);
    draw(&test);
    finish(&test);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sheet__is_drawn__whole),
        cmocka_unit_test(sheet__is_drawn__at_60_in_ascii),
        cmocka_unit_test(sheet__is_drawn__at_120),
        cmocka_unit_test(sheet__says__what_is_not_known),
        cmocka_unit_test(sheet__says_why__persons_and_amounts_are_not_shown),
        cmocka_unit_test(sheet__shows_twelve_months__and_no_older),
        cmocka_unit_test(sheet__scrolls__and_stops_at_both_ends),
        cmocka_unit_test(sheet__hides_names__when_asked),
        cmocka_unit_test(sheet__survives__any_size_and_missing_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
