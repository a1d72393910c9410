/* Rows in slices give what store_query gives, for every dataset, asker and order. */
#include "bureau.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Two thousand clients beside the bureau's own, so that they come in several spans; names that are not in the order
 * of the ids, every seventh like the one before; some without runs, archived, with two currencies. Carin sees 300.
 */
static const char many[] =
    "WITH RECURSIVE n (i) AS (SELECT 6 UNION ALL SELECT i + 1 FROM n WHERE i < 2005)"
    "INSERT INTO client (id, number, orgno, name, name_fold, name_sort, country, city, payday, contact_name,"
    " contact_email, archived_at, created_at)"
    " SELECT i, CAST(i + 100 AS TEXT), CASE WHEN i % 9 > 0 THEN printf('9%08d', i) END,"
    " 'Client ' || ((i - (i % 7 = 0)) * 7919 % 10007), 'client', CAST(printf('Q%08d',"
    " (i - (i % 7 = 0)) * 7919 % 10007) AS BLOB), CASE WHEN i % 4 = 0 THEN 'SE' ELSE 'NO' END,"
    " CASE i % 3 WHEN 0 THEN 'Bergen' WHEN 1 THEN 'Ålesund' ELSE '' END, 1 + i % 28,"
    " CASE WHEN i % 5 = 0 THEN 'Kari' ELSE '' END, '', CASE WHEN i % 50 = 0 THEN"
    " '2024-01-01T00:00:00Z' END, '2020-01-01T00:00:00Z' FROM n;"
    "INSERT INTO grant_ (client_id, user_id, role, source, from_at, changeset_id) SELECT id,"
    " 2 + id % 3, 'responsible', 'hand', '2024-01-01T00:00:00Z', 1 FROM client WHERE id % 11 > 0;"
    "INSERT INTO grant_ (client_id, user_id, role, source, from_at, until_at, packages, changeset_id) SELECT"
    " id, 1, 'member', 'hand', '2024-01-01T00:00:00Z', CASE WHEN id % 6 = 0 THEN '2025-01-01T00:00:00Z'"
    " END, 'Pay', 1 FROM client WHERE id % 2 = 0;"
    "DELETE FROM grant_ WHERE user_id = 3 AND client_id > 900;"
    "INSERT INTO group_ (id, name, name_fold) VALUES (1, 'Nord', 'nord'), (2, 'Øst', 'øst');"
    "INSERT INTO group_client SELECT 1 + id % 2, id FROM client WHERE id % 3 = 0;";
static const char facts[] =
    "INSERT INTO run (client_id, number, kind, payout, month, employees, payslips, lines, manual_lines, gross,"
    " net, currency, run_by, closed_at, changeset_id) SELECT id, m.month || CASE WHEN id % 13 = 0 THEN 'x' ELSE"
    " '' END, CASE WHEN id % 10 = 0 THEN 'month' ELSE 'ordinary' END, CASE WHEN id % 17 > 0 THEN m.month ||"
    " printf('-%02d', 1 + id % 28) END, m.month, id % 40, id % 40, 100, 7, 5000000 + id, 3500000 + id,"
    " CASE WHEN id % 19 = 0 THEN 'EUR' WHEN country = 'SE' THEN 'SEK' ELSE 'NOK' END, CASE id % 3 WHEN 0"
    " THEN 'bo' WHEN 1 THEN 'DAG' ELSE 'nobody' END, CASE WHEN id % 8 > 0 THEN m.month || '-20T10:00:00Z' END,"
    " 1 FROM client, (SELECT '2026-10' AS month UNION SELECT '2026-11') AS m WHERE id % 20 > 0;"
    "INSERT INTO run (client_id, number, kind, payout, month, employees, gross, currency, changeset_id)"
    " SELECT id, 'extra', 'extra', '2026-11-28', '2026-11', 1, 100, 'USD', 1 FROM client WHERE id % 30 = 7;"
    "INSERT INTO declaration (client_id, month, kind, state, source, noted_at, changeset_id) SELECT id,"
    " m.month, 'a-melding', CASE WHEN id % 12 = 0 THEN 'rejected' ELSE 'received' END, 'csv',"
    " m.month || '-20T10:00:00Z', 1 FROM client, (SELECT '2026-09' AS month UNION SELECT '2026-10') AS m"
    " WHERE id % 20 > 0;"
    "INSERT INTO step (client_id, month, step, done_at, since, waiting_for, changeset_id) SELECT id,"
    " '2026-11', 'paid', '2026-11-20T10:00:00Z', NULL, '', 1 FROM client WHERE id % 5 = 0;"
    "INSERT INTO step (client_id, month, step, done_at, since, waiting_for, changeset_id) SELECT id,"
    " '2026-10', 'basis', NULL, '2026-11-20T10:00:00Z', 'Berg', 1 FROM client WHERE id % 6 = 0;"
    "INSERT INTO note (client_id, at, user_id, text, changeset_id) SELECT id, '2026-11-01T00:00:00Z', 2, 'n', 1"
    " FROM client WHERE id % 40 = 0;"
    "INSERT INTO obligation (client_id, kind, value, from_date) SELECT id, 'agi', '26', '2020-01-01' FROM"
    " client WHERE id % 16 = 0;"
    "INSERT INTO employee (client_id, person, name, name_fold, from_date) SELECT id, p, 'Ola ' || id % 90,"
    " 'ola', '2020-01-01' FROM client, (SELECT '1' AS p UNION SELECT '2') WHERE id % 20 < 3;";

static int set_up(void **state)
{
    if (bureau_setup(state) != 0)
        return -1;
    bureau_raw(*state, many);
    bureau_raw(*state, facts);
    return 0;
}

static void assert_same_row(const struct rowset *a, size_t row_a, const struct rowset *b, size_t row_b)
{
    const struct dataset_info *info = dataset_info(a->dataset);

    assert_int_equal(a->ids[row_a], b->ids[row_b]);
    assert_int_equal(a->clients[row_a], b->clients[row_b]);
    assert_int_equal(a->flags[row_a], b->flags[row_b]);
    for (size_t i = 0; i < info->count; i++) {
        struct value one = rowset_value(a, row_a, (enum column)(info->first + (int)i));
        struct value other = rowset_value(b, row_b, (enum column)(info->first + (int)i));
        assert_int_equal(one.known, other.known);
        assert_int_equal(one.number, other.number);
        assert_int_equal(one.length, other.length);
        if (one.length > 0)
            assert_memory_equal(one.text, other.text, one.length);
        assert_memory_equal(one.currency, other.currency, sizeof one.currency);
    }
    size_t length = a->search_at[row_a + 1] - a->search_at[row_a];
    assert_int_equal(length, b->search_at[row_b + 1] - b->search_at[row_b]);
    assert_memory_equal(a->search + a->search_at[row_a], b->search + b->search_at[row_b], length);
}

static struct query query_of(enum dataset dataset)
{
    return (struct query){ .dataset = dataset, .sort = COLUMN_NONE, .month = MONTH_NONE,
                           .as_of = INSTANT_NONE };
}

/* To the end, a slice at a time. */
static void run(struct store_load *load, const struct session *session)
{
    struct failure failure = { 0 };
    size_t steps = 0;

    while (!store_load_rows(load)->done) {
        size_t before = store_load_rows(load)->count;
        bureau_good(store_load_step(load, session, 1, &failure), &failure);
        assert_true(store_load_rows(load)->count >= before);
        assert_true(steps++ < 1000);
    }
}

static void assert_orders(struct bureau *bureau, const struct session *session,
                          const struct store_load *load, struct query query)
{
    struct failure failure = { 0 };
    struct rowset wanted;
    struct arena *arena = arena_create();
    const struct rowset *rows = store_load_rows(load);

    bureau_good(store_query(bureau->store, session, &query, arena, &wanted, &failure), &failure);
    assert_int_equal(rows->count, wanted.count);
    uint32_t *order = store_load_order(load, query.sort, query.descending);
    for (size_t i = 0; i < wanted.count; i++)
        assert_same_row(rows, order ? order[i] : i, &wanted, i);
    free(order);
    arena_destroy(arena);
}

/* Rows of two clients with the same name go by the clients here, by their own ids in a query. */
static bool by_row(enum column column)
{
    return strcmp(column_info(column)->name, "client_name") != 0;
}

static const enum dataset datasets[] = {
    DATASET_clients, DATASET_grants,    DATASET_runs,  DATASET_payroll, DATASET_declarations,
    DATASET_steps,   DATASET_employees, DATASET_users, DATASET_notes,   DATASET_groups,
    DATASET_changes,
};
#define EACH(array, i) (size_t i = 0; i < sizeof array / sizeof *array; i++)

static void assert_loads(struct bureau *bureau, const struct session *session, struct query query)
{
    struct store_load *load = store_load_start(bureau->store, &query);

    assert_false(store_load_rows(load)->done);
    run(load, session);
    assert_orders(bureau, session, load, query);
    query.descending = true;
    if (by_row(dataset_info(query.dataset)->order))
        assert_orders(bureau, session, load, query);
    store_load_finish(load);
}

static void load_gives__the_rows_of_a_query__in_its_order(void **state)
{
    struct bureau *bureau = *state;
    static const char *const logins[] = { "anna", "bo", "carin", "dag" };

    for EACH(logins, who) {
        struct session session = bureau_session(bureau, logins[who]);
        for EACH(datasets, i)
            assert_loads(bureau, &session, query_of(datasets[i]));
    }
}

static void load_of_a_month_a_client_a_user__gives_their_rows(void **state)
{
    struct bureau *bureau = *state;

    for EACH(datasets, i) {
        struct query query = query_of(datasets[i]);
        month_parse("2026-11", &query.month);
        assert_loads(bureau, &bureau->anna, query);
        query.client_id = 90;
        assert_loads(bureau, &bureau->anna, query);
        query.client_id = 0;
        query.user_id = BO;
        assert_loads(bureau, &bureau->anna, query);
    }
}

static void order__of_every_column__is_that_of_the_query(void **state)
{
    struct bureau *bureau = *state;
    static const enum dataset tried[] = { DATASET_clients, DATASET_payroll, DATASET_runs };

    for EACH(tried, i) {
        struct query query = query_of(tried[i]);
        struct store_load *load = store_load_start(bureau->store, &query);
        run(load, &bureau->anna);
        for (size_t at = 0; at < dataset_info(tried[i])->count; at++) {
            query.sort = (enum column)(dataset_info(tried[i])->first + (int)at);
            if (by_row(query.sort))
                assert_orders(bureau, &bureau->anna, load, query);
        }
        store_load_finish(load);
    }
}

static void first_rows__are_the_first_of_all(void **state)
{
    struct bureau *bureau = *state;
    static const enum dataset tried[] = { DATASET_clients, DATASET_grants, DATASET_payroll,
                                          DATASET_steps };
    static const char *const logins[] = { "anna", "bo", "dag" };
    struct failure failure = { 0 };

    for EACH(logins, who)
        for EACH(tried, i) {
            struct session session = bureau_session(bureau, logins[who]);
            struct query query = query_of(tried[i]);
            struct rowset first, all;
            struct arena *arena = arena_create();
            struct store_load *load = store_load_start(bureau->store, &query);
            bureau_good(store_load_first(load, &session, arena, &first, &failure), &failure);
            bureau_good(store_query(bureau->store, &session, &query, arena, &all, &failure),
                        &failure);
            assert_true(first.count > 5);
            assert_false(first.done);
            for (size_t row = 0; row < first.count; row++)
                assert_same_row(&first, row, &all, row);
            run(load, &session);
            assert_orders(bureau, &session, load, query);
            store_load_finish(load);
            arena_destroy(arena);
        }
}

static void first_rows__where_the_order_is_another__are_none(void **state)
{
    struct bureau *bureau = *state;
    static const enum dataset tried[] = { DATASET_runs, DATASET_declarations, DATASET_employees,
                                          DATASET_users, DATASET_notes };
    struct failure failure = { 0 };

    for EACH(tried, i) {
        struct query query = query_of(tried[i]);
        struct rowset first;
        struct arena *arena = arena_create();
        struct store_load *load = store_load_start(bureau->store, &query);
        bureau_good(store_load_first(load, &bureau->anna, arena, &first, &failure), &failure);
        assert_int_equal(first.count, 0);
        store_load_finish(load);
        arena_destroy(arena);
    }
}

static void load__while_others_commit__gives_every_client_once(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure = { 0 };
    struct query query = query_of(DATASET_clients);
    struct store_load *load = store_load_start(bureau->store, &query);
    char seen[3000] = { 0 };

    for (int step = 0; !store_load_rows(load)->done; step++) {
        char sql[200];
        bureau_good(store_load_step(load, &bureau->anna, 1, &failure), &failure);
        snprintf(sql, sizeof sql, "UPDATE client SET name = 'Aa %d', name_sort = x'41', city = 'X%d'"
                 " WHERE id %% 10 = %d", step, step, step % 10);
        bureau_raw(bureau, sql);
    }
    const struct rowset *rows = store_load_rows(load);
    assert_int_equal(rows->count, 2005);
    for (size_t row = 0; row < rows->count; row++) {
        struct value name = rowset_value(rows, row, COLUMN_clients_name);
        struct value city = rowset_value(rows, row, COLUMN_clients_city);
        assert_int_equal(seen[rows->ids[row]]++, 0);
        if (strncmp(name.text, "Aa ", 3) == 0) /* what is shown of one client is of one moment */
            assert_string_equal(name.text + 3, city.text + 1);
    }
    store_load_finish(load);
}

static void load__of_one_who_lost_his_access_meanwhile__stops_showing(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure = { 0 };
    struct session carin = bureau_session(bureau, "carin");
    struct query query = query_of(DATASET_clients);
    struct store_load *load = store_load_start(bureau->store, &query);

    for (int i = 0; i < 4; i++) /* start, order of names, two lists */
        bureau_good(store_load_step(load, &carin, 1, &failure), &failure);
    size_t before = store_load_rows(load)->count;
    assert_true(before > 0);
    bureau_raw(bureau, "UPDATE grant_ SET until_at = '2025-01-01T00:00:00Z' WHERE user_id = 3");
    run(load, &carin);
    assert_int_equal(store_load_rows(load)->count, before);
    store_load_finish(load);
}

static void load__without_rows__says_why(void **state)
{
    struct bureau *bureau = *state;
    struct query query = query_of(DATASET_runs);
    month_parse("2020-01", &query.month);
    struct store_load *load = store_load_start(bureau->store, &query);

    run(load, &bureau->anna);
    assert_int_equal(store_load_rows(load)->count, 0);
    assert_non_null(store_load_rows(load)->reason);
    store_load_finish(load);
}

static void load_of_employees__is_noted_once(void **state)
{
    struct bureau *bureau = *state;
    struct query query = query_of(DATASET_employees);
    struct store_load *load = store_load_start(bureau->store, &query);

    bureau_raw(bureau, "DELETE FROM event");
    run(load, &bureau->anna);
    assert_string_equal(bureau_ask(bureau, "SELECT count(*) FROM event"), "1");
    store_load_finish(load);
}

/* ---- what asks for attention, in slices ---- */

static void assert_counts(struct bureau *bureau, const struct session *session, const struct ids *clients)
{
    struct failure failure = { 0 };
    struct dashboard wanted, counted = { 0 };
    struct store_count *count = store_count_start(bureau->store, clients);
    bool done = false;
    int steps = 0;

    bureau_good(store_dashboard(bureau->store, session, MONTH_NONE, clients, &wanted, &failure), &failure);
    for (; !done; steps++) {
        assert_false(counted.complete);
        bureau_good(store_count_step(count, session, 1, &counted, &done, &failure), &failure);
    }
    assert_true(steps > 2);
    assert_true(counted.complete);
    for (int i = 0; i < ATTENTION_COUNT; i++)
        assert_int_equal(counted.attention[i], wanted.attention[i]);
    assert_int_equal(counted.due_count, wanted.due_count);
    for (size_t i = 0; i < wanted.due_count; i++)
        assert_memory_equal(&counted.due[i], &wanted.due[i], sizeof wanted.due[i]);
    store_count_finish(count);
}

static void count_in_slices__is_that_of_all_at_once(void **state)
{
    struct bureau *bureau = *state;
    static const char *const logins[] = { "anna", "bo", "carin", "dag" };
    struct ids some = { 0 };

    for (int64_t id = 1; id < 2000; id += 3)
        ids_add(&some, id);
    for EACH(logins, who) {
        struct session session = bureau_session(bureau, logins[who]);
        assert_counts(bureau, &session, NULL);
        assert_counts(bureau, &session, &some);
    }
    ids_finish(&some);
}

/* ---- key figures, in slices ---- */

static void sum_up(struct bureau *bureau)
{
    struct failure failure = { 0 };
    bool unknown;
    bureau_good(db_begin_write(bureau->store->db, "test", &failure), &failure);
    bureau_good(db_script(bureau->store->db,
                          "DELETE FROM month_total; DELETE FROM month_pay; DELETE FROM month_failed;"
                          "DELETE FROM month_declared", &failure), &failure);
    bureau_good(summary_start(bureau->store, &failure), &failure);
    bureau_good(db_script(bureau->store->db,
                          "INSERT INTO touched SELECT client_id, month FROM run WHERE month IS NOT NULL"
                          " UNION SELECT client_id, month FROM declaration", &failure), &failure);
    bureau_good(summary_add(bureau->store, &failure), &failure);
    bureau_good(db_commit(bureau->store->db, &unknown, &failure), &failure);
}

static void assert_sums(struct bureau *bureau, const struct session *session, const struct ids *clients)
{
    struct failure failure = { 0 };
    struct dashboard wanted, summed;
    struct store_sum *sum = store_sum_start(bureau->store, MONTH_NONE, clients);
    bool done = false;
    int steps = 0;

    bureau_good(store_figures(bureau->store, session, MONTH_NONE, clients, &wanted, &failure), &failure);
    for (; !done; steps++)
        bureau_good(store_sum_step(sum, session, 1, &summed, &done, &failure), &failure);
    assert_true(clients == NULL || clients->count < 600 || steps > 4);
    assert_int_equal(summed.client_count, wanted.client_count);
    for (int i = 0; i < DASHBOARD_MONTHS; i++) {
        const struct dashboard_month *one = &summed.months[i], *other = &wanted.months[i];
        assert_int_equal(one->clients.value, other->clients.value);
        assert_int_equal(one->payslips.value, other->payslips.value);
        assert_int_equal(one->failed.value, other->failed.value);
        assert_int_equal(one->failed.known, other->failed.known);
        assert_int_equal(one->currency_count, other->currency_count);
        for (size_t c = 0; c < other->currency_count; c++)
            assert_int_equal(one->pay[c].pay, other->pay[c].pay);
    }
    store_sum_finish(sum);
}

static void figures_in_slices__are_those_of_all_at_once(void **state)
{
    struct bureau *bureau = *state;
    static const char *const logins[] = { "anna", "bo", "carin", "dag" };
    struct ids few = { 0 }, most = { 0 };

    sum_up(bureau);
    for (int64_t id = 1; id < 3000; id++) {
        if (id % 50 == 0)
            ids_add(&few, id);
        if (id % 3 > 0)
            ids_add(&most, id);
    }
    for EACH(logins, who) {
        struct session session = bureau_session(bureau, logins[who]);
        assert_sums(bureau, &session, NULL);
        assert_sums(bureau, &session, &few);
        assert_sums(bureau, &session, &most);
    }
    ids_finish(&few);
    ids_finish(&most);
}

/* The summaries are the other way to the same figures. */
static void figures_of_rows__are_those_of_the_summaries(void **state)
{
    struct bureau *bureau = *state;
    struct session session = bureau_session(bureau, "anna");
    struct failure failure = { 0 };
    struct ids all = { 0 };
    struct dashboard summary, rows;

    sum_up(bureau);
    for (int64_t id = 1; id < 5000; id++)
        ids_add(&all, id);
    bureau_good(store_figures(bureau->store, &session, MONTH_NONE, NULL, &summary, &failure), &failure);
    bureau_good(store_figures(bureau->store, &session, MONTH_NONE, &all, &rows, &failure), &failure);
    assert_int_equal(rows.client_count, summary.client_count);
    for (int i = 0; i < DASHBOARD_MONTHS; i++)
        assert_memory_equal(&rows.months[i], &summary.months[i], sizeof rows.months[i]);
    ids_finish(&all);
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, bureau_teardown)
    const struct CMUnitTest tests[] = {
        TEST(load_gives__the_rows_of_a_query__in_its_order),
        TEST(load_of_a_month_a_client_a_user__gives_their_rows),
        TEST(order__of_every_column__is_that_of_the_query),
        TEST(first_rows__are_the_first_of_all),
        TEST(first_rows__where_the_order_is_another__are_none),
        TEST(load__while_others_commit__gives_every_client_once),
        TEST(load__of_one_who_lost_his_access_meanwhile__stops_showing),
        TEST(load__without_rows__says_why),
        TEST(load_of_employees__is_noted_once),
        TEST(count_in_slices__is_that_of_all_at_once),
        TEST(figures_in_slices__are_those_of_all_at_once),
        TEST(figures_of_rows__are_those_of_the_summaries),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
