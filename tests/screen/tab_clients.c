/* Tests of screen/tab_clients and screen/rows: what is asked, focus, turning round, drawing. */
#include "fixture.h"

#include <string.h>

struct clients_fixture {
    struct fixture base;
    struct rowset clients, grants, users;
    struct pane *pane;
};

static void grants_make(struct clients_fixture *test)
{
    struct rowset_builder *builder = rowset_build(test->base.arena, DATASET_grants, 0);
    static const struct {
        const char *client, *login, *name, *role;
    } rows[] = {
        { "Fjord AS", "anna", "Anna Berg", "responsible" },
        { "Fjord AS", "bo", "Bo Ek", "member" },
        { "Fjord AS", "ceci", "Cecilie Dahl", "member" },
    };
    size_t i;

    for (i = 0; i < 3; i++) {
        rowset_row(builder, 100 + (int64_t)i, 11, ROW_OPEN, NULL);
        put_text(builder, COLUMN_grants_client_name, rows[i].client);
        put_text(builder, COLUMN_grants_login, rows[i].login);
        put_text(builder, COLUMN_grants_name, rows[i].name);
        put_text(builder, COLUMN_grants_role, rows[i].role);
        rowset_put_number(builder, COLUMN_grants_from, date_start(date_of(2026, 1, 1)).second);
    }
    rowset_finish(builder, COLUMN_NONE, false, test->base.collator, &test->grants);
}

static void users_make(struct clients_fixture *test)
{
    struct rowset_builder *builder = rowset_build(test->base.arena, DATASET_users, 0);

    rowset_row(builder, 1, 0, ROW_OPEN, NULL);
    put_text(builder, COLUMN_users_login, "anna");
    put_text(builder, COLUMN_users_name, "Anna Berg");
    put_text(builder, COLUMN_users_role, "lead");
    rowset_put_number(builder, COLUMN_users_responsible_for, 3);
    rowset_row(builder, 2, 0, ROW_OPEN, NULL);
    put_text(builder, COLUMN_users_login, "bo");
    put_text(builder, COLUMN_users_name, "Bo Ek");
    put_text(builder, COLUMN_users_role, "operator");
    rowset_finish(builder, COLUMN_NONE, false, test->base.collator, &test->users);
}

/* Answers every question as the app does. */
static void settle(struct clients_fixture *test)
{
    struct ask asks[PANE_PARTS];
    const struct rowset *rows;
    struct answer answer;
    size_t count, part;

    for (part = 0; part < (count = test->pane->ops->asks(test->pane, &test->base.context, asks));
         part++) {
        rows = asks[part].query.dataset == DATASET_clients ? &test->clients
               : asks[part].query.dataset == DATASET_users ? &test->users
                                                           : &test->grants;
        answer = fixture_all(&test->base, rows);
        test->pane->ops->load(test->pane, part, &answer);
    }
}

static void start(struct clients_fixture *test, int rows, int columns)
{
    fixture_start(&test->base, rows, columns);
    fixture_rows(&test->base, fixture_clients, FIXTURE_CLIENTS, COLUMN_clients_id, false,
                 &test->clients);
    grants_make(test);
    users_make(test);
    test->pane = pane_clients();
    settle(test);
}

static void finish(struct clients_fixture *test)
{
    pane_destroy(test->pane);
    fixture_finish(&test->base);
}

static struct effect act(struct clients_fixture *test, enum action_id action)
{
    return test->pane->ops->act(test->pane, action, &test->base.context);
}

static void draw(struct clients_fixture *test)
{
    test->pane->ops->draw(test->pane, &test->base.context, test->base.surface,
                          fixture_rect(&test->base), true);
}

static struct ask ask_of(struct clients_fixture *test, size_t part)
{
    struct ask asks[PANE_PARTS];

    assert_true(part < test->pane->ops->asks(test->pane, &test->base.context, asks));
    return asks[part];
}

static void clients__asks__who_has_access_to_the_client_under_the_cursor(void **state)
{
    struct clients_fixture test;

    (void)state;
    start(&test, 19, 80);
    assert_int_equal(ask_of(&test, 0).query.dataset, DATASET_clients);
    assert_int_equal(ask_of(&test, 1).query.client_id, 11);
    assert_int_equal(act(&test, ACTION_DOWN).kind, EFFECT_DONE);
    assert_int_equal(ask_of(&test, 1).query.client_id, 12);
    assert_int_equal(ask_of(&test, 1).query.user_id, 0);
    finish(&test);
}

static void clients__asks_for_no_access__while_no_client_is_shown(void **state)
{
    struct clients_fixture test;
    struct ask asks[PANE_PARTS];
    struct answer none;

    (void)state;
    start(&test, 19, 80);
    none = fixture_answer(&test.base, &test.clients, 0, 0);
    test.pane->ops->load(test.pane, 0, &none);
    assert_int_equal(test.pane->ops->asks(test.pane, &test.base.context, asks), 1);
    draw(&test);
    assert_false(fixture_shows(&test.base, "Bo Ek"));
    assert_true(fixture_shows(&test.base, "hidden by the filter"));
    finish(&test);
}

static void clients__moves_between_its_panes(void **state)
{
    struct clients_fixture test;
    struct effect effect;

    (void)state;
    start(&test, 19, 80);
    assert_int_equal(act(&test, ACTION_PANE_NEXT).kind, EFFECT_DONE);
    act(&test, ACTION_DOWN);
    assert_int_equal(ask_of(&test, 1).query.client_id, 11);
    effect = act(&test, ACTION_OPEN);
    assert_int_equal(effect.kind, EFFECT_OPEN);
    assert_int_equal(effect.id, 11);
    act(&test, ACTION_PANE_BACK);
    act(&test, ACTION_DOWN);
    assert_int_equal(ask_of(&test, 1).query.client_id, 12);
    finish(&test);
}

static void clients__turned_round__shows_staff_and_their_clients(void **state)
{
    struct clients_fixture test;
    struct action_facts facts = { 0 };

    (void)state;
    start(&test, 19, 80);
    test.pane->ops->set_filter(test.pane, "fjord");
    act(&test, ACTION_TURN);
    assert_string_equal(test.pane->ops->filter(test.pane), "");
    assert_int_equal(test.pane->ops->dataset(test.pane), DATASET_users);
    settle(&test);
    assert_int_equal(ask_of(&test, 1).query.user_id, 1);
    assert_int_equal(ask_of(&test, 1).query.client_id, 0);
    draw(&test);
    assert_true(fixture_shows(&test.base, "Clients of Anna Berg"));
    test.pane->ops->facts(test.pane, &facts);
    assert_true(facts.has_enter && facts.may_open && facts.has_panes);
    assert_int_equal(act(&test, ACTION_OPEN).kind, EFFECT_DONE);
    assert_int_equal(act(&test, ACTION_OPEN).kind, EFFECT_OPEN);
    act(&test, ACTION_TURN);
    settle(&test);
    assert_string_equal(test.pane->ops->filter(test.pane), "fjord");
    draw(&test);
    assert_true(fixture_shows(&test.base, "Access to Fjord AS"));
    finish(&test);
}

/* Between two keys the answers may be of the other side: nothing of them may be touched. */
static void clients__turned_twice__shows_what_it_showed(void **state)
{
    struct clients_fixture test;

    (void)state;
    start(&test, 19, 80);
    act(&test, ACTION_DOWN);
    act(&test, ACTION_TURN);
    act(&test, ACTION_TURN);
    draw(&test);
    assert_true(fixture_shows(&test.base, "Access to Berg"));
    act(&test, ACTION_TURN);
    settle(&test);
    act(&test, ACTION_TURN);
    act(&test, ACTION_DOWN); /* before anything was loaded: no row to move on */
    draw(&test);
    settle(&test);
    draw(&test);
    assert_true(fixture_shows(&test.base, "Access to Berg"));
    finish(&test);
}

static void clients__is_drawn__at_80x24(void **state)
{
    struct clients_fixture test;

    (void)state;
    start(&test, 19, 80);
    draw(&test);
    fixture_compare(&test.base, "clients-80");
    finish(&test);
}

static void clients__is_drawn__at_60x16(void **state)
{
    struct clients_fixture test;

    (void)state;
    start(&test, 11, 60);
    draw(&test);
    fixture_compare(&test.base, "clients-60");
    finish(&test);
}

static void clients__is_drawn__side_by_side_at_120(void **state)
{
    struct clients_fixture test;

    (void)state;
    start(&test, 20, 120);
    act(&test, ACTION_PANE_NEXT);
    draw(&test);
    fixture_compare(&test.base, "clients-120");
    finish(&test);
}

static void rows__asks__its_dataset_month_and_both_filters(void **state)
{
    struct clients_fixture test;
    struct ask ask;

    (void)state;
    start(&test, 19, 80);
    pane_destroy(test.pane);
    test.pane = pane_rows(DATASET_clients, "Clients with a duty", "country=NO", "is:mine",
                          month_of(date_of(2026, 12, 1)));
    ask = ask_of(&test, 0);
    assert_int_equal(ask.query.dataset, DATASET_clients);
    assert_int_equal(ask.query.month.index, month_of(date_of(2026, 12, 1)).index);
    assert_string_equal(ask.filter, "country=NO");
    assert_string_equal(ask.clients, "is:mine");
    settle(&test);
    draw(&test);
    /* its column Declaration is about the month before */
    assert_true(fixture_shows(&test.base, "Clients with a duty · declaration for November 2026"));
    assert_true(fixture_shows(&test.base, "clients: is:mine"));
    assert_true(fixture_shows(&test.base, "Fjord AS"));
    test.pane->ops->set_filter(test.pane, "fjord");
    assert_string_equal(ask_of(&test, 0).filter, "fjord");
    finish(&test);
}

static void rows__without_a_month__are_of_all_months_but_for_clients(void **state)
{
    struct clients_fixture test;

    (void)state;
    start(&test, 19, 80);
    pane_destroy(test.pane);
    test.pane = pane_rows(DATASET_clients, NULL, NULL, NULL, MONTH_NONE);
    assert_int_equal(ask_of(&test, 0).query.month.index, test.base.context.month.index);
    pane_destroy(test.pane);
    test.pane = pane_rows(DATASET_grants, NULL, NULL, NULL, MONTH_NONE);
    assert_false(month_known(ask_of(&test, 0).query.month));
    settle(&test);
    draw(&test);
    assert_true(fixture_shows(&test.base, "Access"));
    assert_true(fixture_shows(&test.base, "Bo Ek"));
    finish(&test);
}

static void later__says__what_to_use_meanwhile(void **state)
{
    struct clients_fixture test;
    int tab;

    (void)state;
    start(&test, 11, 60);
    for (tab = 2; tab < 6; tab++) {
        pane_destroy(test.pane);
        test.pane = pane_later(tab);
        draw(&test);
        assert_true(fixture_shows(&test.base, "Meanwhile:"));
    }
    finish(&test);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clients__asks__who_has_access_to_the_client_under_the_cursor),
        cmocka_unit_test(clients__asks_for_no_access__while_no_client_is_shown),
        cmocka_unit_test(clients__moves_between_its_panes),
        cmocka_unit_test(clients__turned_round__shows_staff_and_their_clients),
        cmocka_unit_test(clients__turned_twice__shows_what_it_showed),
        cmocka_unit_test(clients__is_drawn__at_80x24),
        cmocka_unit_test(clients__is_drawn__at_60x16),
        cmocka_unit_test(clients__is_drawn__side_by_side_at_120),
        cmocka_unit_test(rows__asks__its_dataset_month_and_both_filters),
        cmocka_unit_test(rows__without_a_month__are_of_all_months_but_for_clients),
        cmocka_unit_test(later__says__what_to_use_meanwhile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
