/* Every dataset on a bureau small enough to reckon by hand. */
#include "bureau.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

/*
 * November 2026, day 18. Fjord: an ordinary run closed and an extra run open, beside a whole-month row that
 * they replace. Berg: a whole-month row of gross only. Skog: a run of zero. The bureau itself: pay of its
 * own. October: Skog in two currencies.
 */
static const char facts[] =
    "INSERT INTO grant_ (client_id, user_id, role, source, from_at, until_at, packages, granted_by,"
    " changeset_id, reason) VALUES"
    " (2, 2, 'responsible', 'hand', '2026-01-01T00:00:00Z', NULL, 'Pay\x1fTravel', 1, 1, 'new'),"
    " (2, 4, 'responsible', 'hand', '2026-01-01T00:00:00Z', NULL, 'Pay', 1, 1, ''),"
    " (3, 2, 'member', 'hand', '2026-01-01T00:00:00Z', '2026-11-20T22:59:59Z', '', 1, 1, ''),"
    " (4, 3, 'member', 'hand', '2026-01-01T00:00:00Z', NULL, '', 1, 1, ''),"
    " (4, 1, 'responsible', 'replacement', '2026-11-01T00:00:00Z', NULL, '', 1, 1, ''),"
    " (4, 2, 'responsible', 'hand', '2026-01-01T00:00:00Z', '2026-03-31T21:59:59Z', 'Pay', 1, 1, ''),"
    " (3, 4, 'responsible', 'hand', '2027-01-01T00:00:00Z', NULL, '', 1, 1, '');"
    "DELETE FROM package;"
    "INSERT INTO package (id, name, main) VALUES (1, 'Travel', 0), (2, 'Pay', 1), (3, 'Archive', 0);"
    "INSERT INTO group_ (id, name, name_fold, letter) VALUES (1, 'Ålesund', 'ålesund', 'A'),"
    " (2, 'Zoo', 'zoo', 'Z');"
    "INSERT INTO group_client VALUES (1, 2), (2, 2), (2, 4), (1, 1);"
    "UPDATE client SET payday = 15, city = 'Bergen', contact_name = 'Kari', contact_email = 'k@x.no'"
    " WHERE id = 2;"
    "UPDATE client SET name_sort = x'4e' WHERE id = 1;"
    "UPDATE client SET payday = 25, orgno = '987654325' WHERE id = 3;"
    "INSERT INTO run (id, client_id, number, kind, payout, month, employees, payslips, travel, absences,"
    " lines, manual_lines, gross, net, withheld, currency, run_by, closed_at, changeset_id) VALUES"
    " (1, 2, '2026-11', 'month', NULL, '2026-11', 9, 9, 9, 9, 9, 9, 99900, 99900, 9, 'NOK', 'dag', NULL, 1),"
    " (2, 2, '1', 'ordinary', '2026-11-15', '2026-11', 5, 5, 2, NULL, 100, 20, 100000, 70000, 20000, 'NOK',"
    " 'bo', '2026-11-14T09:00:00Z', 1),"
    " (3, 2, '2', 'extra', '2026-11-25', '2026-11', 2, 2, NULL, NULL, 10, NULL, 5000, NULL, NULL, 'NOK',"
    " 'anna', NULL, 1),"
    " (4, 3, '2026-11', 'month', NULL, '2026-11', NULL, NULL, NULL, NULL, NULL, NULL, 400000, NULL, NULL,"
    " 'NOK', NULL, '2026-11-10T00:00:00Z', 1),"
    " (5, 4, '1', 'ordinary', '2026-11-17', '2026-11', 0, 0, 0, 0, 0, 0, 0, 0, 0, 'SEK', 'anna',"
    " '2026-11-17T00:00:00Z', 1),"
    " (6, 1, '1', 'ordinary', '2026-11-12', '2026-11', 4, 4, 0, 0, 40, 4, 900000, 600000, 1, 'NOK', 'anna',"
    " '2026-11-12T00:00:00Z', 1),"
    " (7, 4, '2', 'ordinary', '2026-10-25', '2026-10', 3, 3, NULL, NULL, NULL, NULL, 30000, 20000, NULL,"
    " 'SEK', 'bo', '2026-10-24T00:00:00Z', 1),"
    " (8, 4, '3', 'ordinary', '2026-10-25', '2026-10', 1, 1, NULL, NULL, NULL, NULL, 3000, 2000, NULL,"
    " 'NOK', 'bo', '2026-10-24T00:00:00Z', 1),"
    " (9, 5, '1', 'ordinary', '2026-08-25', '2026-08', 1, 1, NULL, NULL, NULL, NULL, 3000, 2000, NULL,"
    " 'NOK', 'bo', '2026-08-24T00:00:00Z', 1),"
    " (10, 3, '7', 'ordinary', '2026-09-25', '2026-09', 8, 8, NULL, NULL, NULL, NULL, 3000, 2000, NULL,"
    " 'NOK', 'dag', '2026-09-24T00:00:00Z', 1);";
static const char more_facts[] =
    "INSERT INTO declaration (id, client_id, month, kind, state, severity, failed_month, received_at, text,"
    " source, noted_at, changeset_id) VALUES"
    " (1, 2, '2026-10', 'a-melding', 'received', NULL, NULL, '2026-11-03T08:00:00Z', 'ok', 'feedback',"
    " '2026-11-04T00:00:00Z', 1),"
    " (2, 3, '2026-10', 'a-melding', 'rejected', 'rejected', '2026-11', NULL, 'wrong', 'feedback',"
    " '2026-11-05T00:00:00Z', 1),"
    " (3, 3, '2026-09', 'a-melding', 'guideline', 'rejected', '2026-10', NULL, 'hint', 'feedback',"
    " '2026-10-06T00:00:00Z', 1);"
    "INSERT INTO step (client_id, month, step, done_at, done_by, waiting_for, since, changeset_id) VALUES"
    " (2, '2026-11', 'paid', '2026-11-15T07:00:00Z', 2, '', NULL, 1),"
    " (3, '2026-11', 'basis', NULL, NULL, 'Berg', '2026-11-11T00:00:00Z', 1),"
    " (4, '2026-10', 'declared', '2026-11-09T00:00:00Z', 1, '', NULL, 1);"
    "INSERT INTO note (client_id, at, user_id, text, due, person_id, changeset_id) VALUES"
    " (2, '2026-11-01T00:00:00Z', 2, 'first', NULL, NULL, 1),"
    " (2, '2026-11-02T00:00:00Z', 1, 'second', '2026-12-01', 2, 1);"
    "INSERT INTO employee (id, client_id, person, name, name_fold, from_date, until) VALUES"
    " (1, 3, '1', 'Åse', 'åse', '2020-01-01', NULL), (2, 3, '2', 'Zita', 'zita', '2020-01-01', '2026-11-17'),"
    " (3, 3, '3', 'Ola', 'ola', NULL, '2026-11-18'), (4, 2, '1', 'Per', 'per', NULL, NULL);"
    "DELETE FROM view_;"
    "INSERT INTO view_ (id, name, name_fold, dataset, filter, owner_id) VALUES"
    " (1, 'Mine', 'mine', 'clients', 'is:mine', NULL), (2, 'Circle', 'circle', 'clients', 'view:square', NULL),"
    " (3, 'Square', 'square', 'clients', 'view:circle', NULL), (4, 'Anna', 'anna', 'users', 'anna', 1),"
    " (5, 'Big', 'big', 'runs', 'employees>4', NULL), (6, 'Mine', 'mine', 'clients', 'fjord', 4);"
    "INSERT INTO favourite VALUES (2, 3), (2, 1);"
    "INSERT INTO state VALUES (2, 'draft:december', '{}', '2026-11-02T00:00:00Z'),"
    " (2, 'draft:august', '{}', '2026-11-01T00:00:00Z'), (2, 'cursor', '1', '2026-11-01T00:00:00Z'),"
    " (1, 'draft:other', '{}', '2026-11-01T00:00:00Z'),"
    " (4, 'last_seen', '2026-11-17T12:00:00Z', '2026-11-17T12:00:00Z');";

static int setup(void **state)
{
    if (bureau_setup(state) != 0)
        return -1;
    struct bureau *bureau = *state;
    struct store *store = bureau->store;
    struct failure failure = { 0 };
    bool unknown;
    bureau_raw(bureau, facts);
    bureau_raw(bureau, more_facts);
    bureau_good(db_begin_write(store->db, "test", &failure), &failure);
    bureau_good(summary_start(store, &failure), &failure);
    for (int64_t client = OWN; client <= GAMLE; client++)
        bureau_good(summary_touch_client(store, client, &failure), &failure);
    bureau_good(summary_add(store, &failure), &failure);
    bureau_good(db_commit(store->db, &unknown, &failure), &failure);
    return 0;
}

/* ---- asking ---- */

struct asked {
    struct arena *arena;
    struct rowset rowset;
};

static struct query query_of(enum dataset dataset)
{
    return (struct query){ .dataset = dataset, .sort = COLUMN_NONE, .month = MONTH_NONE,
                           .as_of = INSTANT_NONE };
}

static struct asked ask(struct bureau *bureau, const char *login, const struct query *query)
{
    struct session session = bureau_session(bureau, login);
    struct failure failure = { 0 };
    struct asked asked = { .arena = arena_create() };
    bureau_good(store_query(bureau->store, &session, query, asked.arena, &asked.rowset, &failure),
                &failure);
    return asked;
}

static struct asked ask_all(struct bureau *bureau, const char *login, enum dataset dataset)
{
    struct query query = query_of(dataset);
    return ask(bureau, login, &query);
}

/* Plain text of a cell; unknown is "?"; list items are joined by +. */
static const char *cell(const struct asked *asked, size_t row, enum column column)
{
    static char texts[8][256];
    static size_t next;
    char *text = texts[next++ % 8];
    struct value value = rowset_value(&asked->rowset, row, column);
    struct buffer plain = { 0 };
    assert_true(row < asked->rowset.count);
    value_add_plain(&value, column_info(column)->type, "+", &plain);
    snprintf(text, 256, "%s", value.known ? buffer_text(&plain) : "?");
    buffer_finish(&plain);
    return text;
}

static const char *of_id(const struct asked *asked, int64_t id, enum column column)
{
    size_t row = rowset_find(&asked->rowset, id);
    assert_true(row != SIZE_MAX);
    return cell(asked, row, column);
}

/* The cells of one column, one after another. */
static void assert_column(const struct asked *asked, enum column column, const char *expected)
{
    struct buffer all = { 0 };
    for (size_t row = 0; row < asked->rowset.count; row++)
        buffer_print(&all, "%s%s", row == 0 ? "" : " ", cell(asked, row, column));
    assert_string_equal(buffer_text(&all), expected);
    buffer_finish(&all);
}

static void done(struct asked *asked)
{
    arena_destroy(asked->arena);
}

/* ---- clients ---- */

static void clients__stand_in_the_order_of_their_names__for_a_lead(void **state)
{
    struct asked asked = ask_all(*state, "dag", DATASET_clients);
    assert_column(&asked, COLUMN_clients_id, "3 2 5 1 4");
    done(&asked);
    asked = ask_all(*state, "bo", DATASET_clients); /* an operator: without the bureau itself */
    assert_column(&asked, COLUMN_clients_id, "3 2 5 4");
    assert_column(&asked, COLUMN_clients_accessible, "true true false false");
    done(&asked);
    asked = ask_all(*state, "carin", DATASET_clients);
    assert_column(&asked, COLUMN_clients_id, "4");
    done(&asked);
}

static void clients__turn_round__when_descending(void **state)
{
    struct query query = query_of(DATASET_clients);
    query.descending = true;
    struct asked asked = ask(*state, "dag", &query);
    assert_column(&asked, COLUMN_clients_id, "4 1 5 2 3");
    done(&asked);
    query.sort = COLUMN_clients_employees;
    query.columns = column_bit(COLUMN_clients_id);
    asked = ask(*state, "dag", &query); /* 5 4 2 0, unknown last */
    assert_column(&asked, COLUMN_clients_id, "2 1 3 4 5");
    done(&asked);
}

static void clients__know_who_has_access_and_the_month(void **state)
{
    struct asked asked = ask_all(*state, "dag", DATASET_clients);
    assert_string_equal(of_id(&asked, FJORD, COLUMN_clients_responsible), "bo+dag");
    assert_string_equal(of_id(&asked, SKOG, COLUMN_clients_staff), "anna+carin");
    assert_string_equal(of_id(&asked, BERG, COLUMN_clients_responsible), "?");
    assert_string_equal(of_id(&asked, FJORD, COLUMN_clients_groups), "Zoo+Ålesund");
    /* the whole-month row does not count beside the others; one of them is open */
    assert_string_equal(of_id(&asked, FJORD, COLUMN_clients_employees), "5");
    assert_string_equal(of_id(&asked, FJORD, COLUMN_clients_run), "open");
    assert_string_equal(of_id(&asked, FJORD, COLUMN_clients_closed), "?");
    assert_string_equal(of_id(&asked, FJORD, COLUMN_clients_paid), "2026-11-15T07:00:00Z");
    assert_string_equal(of_id(&asked, FJORD, COLUMN_clients_declaration), "received");
    assert_string_equal(of_id(&asked, FJORD, COLUMN_clients_reported), "2026-11-03T08:00:00Z");
    assert_string_equal(of_id(&asked, FJORD, COLUMN_clients_next_payout), "2026-11-25");
    assert_string_equal(of_id(&asked, FJORD, COLUMN_clients_last_note), "2026-11-02T00:00:00Z");
    assert_string_equal(of_id(&asked, FJORD, COLUMN_clients_last_run_by), "anna");
    assert_string_equal(of_id(&asked, FJORD, COLUMN_clients_contact), "Kari");
    /* nobody told Berg's employees: two of three are employed on the day */
    assert_string_equal(of_id(&asked, BERG, COLUMN_clients_employees), "2");
    assert_string_equal(of_id(&asked, BERG, COLUMN_clients_run), "closed");
    assert_string_equal(of_id(&asked, BERG, COLUMN_clients_closed), "2026-11-10T00:00:00Z");
    assert_string_equal(of_id(&asked, BERG, COLUMN_clients_declaration), "rejected");
    assert_string_equal(of_id(&asked, BERG, COLUMN_clients_reported), "?");
    assert_string_equal(of_id(&asked, BERG, COLUMN_clients_waiting_since), "2026-11-11T00:00:00Z");
    assert_string_equal(of_id(&asked, BERG, COLUMN_clients_next_payout), "2026-11-25");
    /* zero is known; a run last month without a declaration owes one */
    assert_string_equal(of_id(&asked, SKOG, COLUMN_clients_employees), "0");
    assert_string_equal(of_id(&asked, SKOG, COLUMN_clients_declaration), "none");
    assert_string_equal(of_id(&asked, SKOG, COLUMN_clients_reported), "2026-11-09T00:00:00Z");
    assert_string_equal(of_id(&asked, GAMLE, COLUMN_clients_run), "none");
    assert_string_equal(of_id(&asked, GAMLE, COLUMN_clients_declaration), "?");
    assert_string_equal(of_id(&asked, GAMLE, COLUMN_clients_employees), "?");
    assert_string_equal(of_id(&asked, GAMLE, COLUMN_clients_archived), "true");
    assert_string_equal(of_id(&asked, OWN, COLUMN_clients_internal), "true");
    assert_string_equal(of_id(&asked, OWN, COLUMN_clients_cards_year), "?");
    done(&asked);
}

static void one_client__reads_the_same__as_all_of_them(void **state)
{
    struct asked all = ask_all(*state, "dag", DATASET_clients);
    for (int64_t id = OWN; id <= GAMLE; id++) {
        struct query query = query_of(DATASET_clients);
        query.client_id = id;
        struct asked one = ask(*state, "dag", &query);
        assert_int_equal(one.rowset.count, 1);
        for (int c = COLUMN_clients_id; c <= COLUMN_clients_contact; c++)
            assert_string_equal(cell(&one, 0, (enum column)c), of_id(&all, id, (enum column)c));
        done(&one);
    }
    done(&all);
}

static void clients_of_another_month__show_that_month(void **state)
{
    struct query query = query_of(DATASET_clients);
    assert_true(month_parse("2026-10", &query.month));
    struct asked asked = ask(*state, "dag", &query);
    assert_string_equal(of_id(&asked, SKOG, COLUMN_clients_employees), "3"); /* the most of any run */
    assert_string_equal(of_id(&asked, SKOG, COLUMN_clients_closed), "2026-10-24T00:00:00Z");
    assert_string_equal(of_id(&asked, BERG, COLUMN_clients_declaration), "guideline");
    assert_string_equal(of_id(&asked, BERG, COLUMN_clients_reported), "2026-10-06T00:00:00Z");
    done(&asked);
}

static void search__finds_all_searched_columns__whatever_was_asked_for(void **state)
{
    struct query query = query_of(DATASET_clients);
    query.columns = column_bit(COLUMN_clients_id);
    struct asked asked = ask(*state, "dag", &query);
    size_t row = rowset_find(&asked.rowset, FJORD);
    char text[256];
    snprintf(text, sizeof text, "%.*s",
             (int)(asked.rowset.search_at[row + 1] - asked.rowset.search_at[row]),
             asked.rowset.search + asked.rowset.search_at[row]);
    const char *words[] = { "10", "fjord as", "bergen", "bo", "dag", "zoo", "ålesund" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_non_null(strstr(text, words[i]));
    assert_false(rowset_value(&asked.rowset, row, COLUMN_clients_name).known); /* not loaded */
    done(&asked);
}

static void staff__is_as_of_the_asked_time(void **state)
{
    struct query query = query_of(DATASET_clients);
    query.as_of = at("2026-03-31T12:00:00Z");
    struct asked asked = ask(*state, "dag", &query);
    assert_string_equal(of_id(&asked, SKOG, COLUMN_clients_staff), "bo+carin");
    done(&asked);
    query.as_of = at("2026-03-31T21:59:59Z"); /* the last second is in force */
    asked = ask(*state, "dag", &query);
    assert_string_equal(of_id(&asked, SKOG, COLUMN_clients_responsible), "bo");
    done(&asked);
    query.as_of = at("2026-03-31T22:00:00Z");
    asked = ask(*state, "dag", &query);
    assert_string_equal(of_id(&asked, SKOG, COLUMN_clients_responsible), "?");
    done(&asked);
}

static void empty__says_why(void **state)
{
    struct bureau *bureau = *state;
    bureau_raw(bureau, "UPDATE grant_ SET until_at = '2026-11-01T00:00:00Z' WHERE user_id = 3");
    struct asked asked = ask_all(bureau, "carin", DATASET_runs);
    assert_string_equal(asked.rowset.reason, "You have no access to any client");
    done(&asked);
    struct query query = query_of(DATASET_runs);
    assert_true(month_parse("2020-01", &query.month));
    asked = ask(bureau, "dag", &query);
    assert_string_equal(asked.rowset.reason, "No payroll runs are known in this month");
    done(&asked);
}

static void empty__says_that_no_client_is_loaded(void **state)
{
    struct bureau *bureau = *state;
    bureau_raw(bureau, "DELETE FROM client");
    struct asked asked = ask_all(bureau, "dag", DATASET_clients);
    assert_non_null(strstr(asked.rowset.reason, "klientel import"));
    done(&asked);
}

/* ---- payroll ---- */

static void payroll__is_the_sum_of_the_runs_of_each_currency(void **state)
{
    struct asked asked = ask_all(*state, "dag", DATASET_payroll);
    assert_column(&asked, COLUMN_payroll_client, "3 3 2 5 1 4 4 4");
    assert_column(&asked, COLUMN_payroll_month,
                  "2026-09 2026-11 2026-11 2026-08 2026-11 2026-10 2026-10 2026-11");
    assert_column(&asked, COLUMN_payroll_currency, "NOK NOK NOK NOK NOK SEK NOK SEK");
    assert_string_equal(of_id(&asked, 2, COLUMN_payroll_gross), "1050.00");
    assert_string_equal(of_id(&asked, 2, COLUMN_payroll_net), "700.00");
    assert_string_equal(of_id(&asked, 2, COLUMN_payroll_employees), "5");
    assert_string_equal(of_id(&asked, 2, COLUMN_payroll_payslips), "7");
    assert_string_equal(of_id(&asked, 2, COLUMN_payroll_absences), "?");
    assert_string_equal(of_id(&asked, 2, COLUMN_payroll_closed), "?");
    assert_string_equal(of_id(&asked, 5, COLUMN_payroll_payslips), "0");
    assert_string_equal(of_id(&asked, 4, COLUMN_payroll_net), "?");
    assert_string_equal(of_id(&asked, 7, COLUMN_payroll_net), "200.00");
    assert_string_equal(of_id(&asked, 8, COLUMN_payroll_net), "20.00");
    assert_string_equal(of_id(&asked, 8, COLUMN_payroll_reported), "2026-11-09T00:00:00Z");
    assert_string_equal(of_id(&asked, 10, COLUMN_payroll_declaration), "guideline");
    done(&asked);
}

static void payroll_of_a_month__sorted_otherwise__is_the_same(void **state)
{
    struct query query = query_of(DATASET_payroll);
    assert_true(month_parse("2026-11", &query.month));
    query.sort = COLUMN_payroll_gross;
    query.descending = true;
    struct asked asked = ask(*state, "dag", &query);
    assert_column(&asked, COLUMN_payroll_id, "6 4 2 5");
    done(&asked);
    asked = ask(*state, "bo", &query); /* amounts only of granted clients, and no bureau */
    assert_column(&asked, COLUMN_payroll_gross, "4000.00 1050.00 ?");
    done(&asked);
}

static void runs__come_by_pay_out_date__unknown_last(void **state)
{
    struct asked asked = ask_all(*state, "dag", DATASET_runs);
    assert_column(&asked, COLUMN_runs_id, "9 10 7 8 6 2 5 3 4 1");
    done(&asked);
}

static void declarations_and_steps__list_their_rows(void **state)
{
    struct asked asked = ask_all(*state, "dag", DATASET_declarations);
    assert_column(&asked, COLUMN_declarations_id, "3 2 1");
    assert_string_equal(of_id(&asked, 2, COLUMN_declarations_failed_month), "2026-11");
    done(&asked);
    asked = ask_all(*state, "dag", DATASET_steps);
    assert_column(&asked, COLUMN_steps_step, "basis paid declared");
    assert_column(&asked, COLUMN_steps_done_by, "? bo anna");
    done(&asked);
}

/* ---- people ---- */

static void users__count_grants_in_force_on_visible_clients(void **state)
{
    struct asked asked = ask_all(*state, "dag", DATASET_users);
    assert_string_equal(of_id(&asked, BO, COLUMN_users_responsible_for), "1");
    assert_string_equal(of_id(&asked, BO, COLUMN_users_member_of), "1");
    assert_string_equal(of_id(&asked, DAG, COLUMN_users_responsible_for), "1");
    assert_string_equal(of_id(&asked, DAG, COLUMN_users_last_seen), "2026-11-17T12:00:00Z");
    assert_string_equal(of_id(&asked, EVA, COLUMN_users_active), "false");
    done(&asked);
    asked = ask_all(*state, "carin", DATASET_users);
    assert_column(&asked, COLUMN_users_login, "carin");
    done(&asked);
}

static void grants__are_those_in_force__at_that_time(void **state)
{
    struct asked asked = ask_all(*state, "dag", DATASET_grants);
    assert_column(&asked, COLUMN_grants_client_name, "Berg AS Fjord AS Fjord AS Skog AB Skog AB");
    assert_column(&asked, COLUMN_grants_login, "bo bo dag anna carin");
    assert_string_equal(of_id(&asked, 1, COLUMN_grants_packages), "Pay+Travel");
    assert_string_equal(of_id(&asked, 1, COLUMN_grants_granted_by), "anna");
    done(&asked);
    struct query query = query_of(DATASET_grants);
    query.as_of = at("2026-02-01T00:00:00Z");
    query.user_id = BO;
    asked = ask(*state, "dag", &query);
    assert_column(&asked, COLUMN_grants_client, "3 2 4");
    done(&asked);
}

static void packages__count_grants_of_visible_clients(void **state)
{
    struct asked asked = ask_all(*state, "dag", DATASET_packages);
    assert_column(&asked, COLUMN_packages_name, "Archive Pay Travel");
    assert_column(&asked, COLUMN_packages_grants, "0 2 1");
    assert_column(&asked, COLUMN_packages_main, "false true false");
    done(&asked);
    asked = ask_all(*state, "carin", DATASET_packages);
    assert_column(&asked, COLUMN_packages_grants, "0 0 0");
    done(&asked);
}

static void employees__are_masked_and_reading_them_is_an_event(void **state)
{
    struct bureau *bureau = *state;
    struct buffer sealed = { 0 };
    struct buffer sql = { 0 };
    hash_seal(bureau->store->key, "01019012345", 11, &sealed);
    buffer_add_text(&sql, "UPDATE employee SET national_id = x'");
    for (size_t i = 0; i < sealed.length; i++)
        buffer_print(&sql, "%02x", (unsigned char)sealed.data[i]);
    buffer_add_text(&sql, "' WHERE id = 1");
    bureau_raw(bureau, buffer_text(&sql));
    struct query query = query_of(DATASET_employees);
    query.client_id = BERG;
    struct asked asked = ask(bureau, "bo", &query);
    assert_column(&asked, COLUMN_employees_name, "Ola Zita Åse");
    assert_string_equal(of_id(&asked, 1, COLUMN_employees_national_id), "010190*****");
    assert_string_equal(of_id(&asked, 2, COLUMN_employees_national_id), "?");
    assert_null(strstr(asked.rowset.search, "12345"));
    done(&asked);
    assert_string_equal(bureau_ask(bureau, "SELECT user_id || kind || client_id FROM event"),
                        "2employees3");
    asked = ask(bureau, "carin", &query); /* nothing was read: no event */
    assert_int_equal(asked.rowset.count, 0);
    done(&asked);
    assert_string_equal(bureau_ask(bureau, "SELECT count(*) FROM event"), "1");
    buffer_finish(&sealed);
    buffer_finish(&sql);
}

static void names__sort_by_the_language_of_the_bureau(void **state)
{
    struct bureau *bureau = *state;
    bureau_raw(bureau, "UPDATE employee SET name = 'Østby' WHERE id = 1;"
                       "UPDATE employee SET name = 'Äpple' WHERE id = 2;"
                       "UPDATE employee SET name = 'Ås' WHERE id = 3");
    struct query query = query_of(DATASET_employees);
    query.client_id = BERG;
    collator_destroy(bureau->store->collator);
    bureau->store->collator = collator_create(LANGUAGE_NB);
    struct asked asked = ask(bureau, "dag", &query);
    assert_column(&asked, COLUMN_employees_name, "Äpple Østby Ås"); /* æ ø å, ä as æ */
    done(&asked);
    collator_destroy(bureau->store->collator);
    bureau->store->collator = collator_create(LANGUAGE_SV);
    asked = ask(bureau, "dag", &query);
    assert_column(&asked, COLUMN_employees_name, "Ås Äpple Østby"); /* å ä ö, ø as ö */
    done(&asked);
}

/* ---- what people keep ---- */

static void groups__count_visible_clients(void **state)
{
    struct asked asked = ask_all(*state, "dag", DATASET_groups);
    assert_column(&asked, COLUMN_groups_name, "Zoo Ålesund");
    assert_column(&asked, COLUMN_groups_clients, "2 2");
    done(&asked);
    asked = ask_all(*state, "bo", DATASET_groups);
    assert_column(&asked, COLUMN_groups_clients, "2 1");
    done(&asked);
    asked = ask_all(*state, "carin", DATASET_groups);
    assert_column(&asked, COLUMN_groups_clients, "1 0");
    done(&asked);
}

static void views_drafts_and_notes__are_ones_own_or_shared(void **state)
{
    struct asked asked = ask_all(*state, "bo", DATASET_views);
    assert_column(&asked, COLUMN_views_name, "Big Circle Mine Square");
    done(&asked);
    asked = ask_all(*state, "anna", DATASET_views);
    assert_column(&asked, COLUMN_views_owner, "anna ? ? ? ?");
    done(&asked);
    asked = ask_all(*state, "bo", DATASET_drafts);
    assert_column(&asked, COLUMN_drafts_name, "december august");
    done(&asked);
    asked = ask_all(*state, "bo", DATASET_notes);
    assert_column(&asked, COLUMN_notes_text, "second first");
    assert_column(&asked, COLUMN_notes_person, "bo ?");
    done(&asked);
    asked = ask_all(*state, "carin", DATASET_notes);
    assert_int_equal(asked.rowset.count, 0);
    done(&asked);
}

/* The log grows for ever, and a client's sheet is opened all day. */
static void changes__of_one_client__are_found_without_reading_the_log(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure;
    struct buffer plan = { 0 };
    struct db_statement *statement =
        db_prepare(bureau->store->db, "EXPLAIN QUERY PLAN SELECT x.id FROM change AS x JOIN changeset AS s"
                   " ON s.id = x.changeset_id LEFT JOIN client AS c ON c.id = x.client_id WHERE (x.client_id"
                   " IS NULL OR c.id IS NOT NULL) AND x.client_id = $1 ORDER BY x.changeset_id DESC, x.id",
                   &failure);
    assert_non_null(statement);
    while (db_step(statement, &failure) == DB_ROW)
        buffer_add_text(&plan, db_text(statement, 3, NULL));
    db_done(statement);
    assert_non_null(strstr(buffer_text(&plan), "SEARCH x USING"));
    buffer_finish(&plan);
}

static void changes__hide_person_values_and_unseen_clients(void **state)
{
    struct bureau *bureau = *state;
    bureau_raw(bureau, "INSERT INTO secret (id, value) VALUES (1, x'00');"
                       "INSERT INTO change (id, changeset_id, entity, row_id, client_id, user_id,"
                       " column_name, before, after, secret_after) VALUES"
                       " (101, 1, 'employee', 1, 2, NULL, 'row', NULL, 'abc123', 1),"
                       " (102, 1, 'grant', 1, 1, 2, 'role', 'member', 'responsible', NULL),"
                       " (103, 1, 'grant', 1, 4, 3, 'role', 'member', 'responsible', NULL),"
                       " (104, 1, 'run', 1, 4, NULL, 'row', NULL, 'gross=1', NULL),"
                       " (105, 1, 'user', 3, NULL, 3, 'name', 'a', 'b', NULL),"
                       " (106, 1, 'view_', 4, NULL, NULL, 'Anna', NULL, 'anna', NULL),"
                       " (107, 1, 'view_', 1, NULL, NULL, 'Mine', NULL, 'is:mine', NULL)");
    struct asked asked = ask_all(bureau, "dag", DATASET_changes);
    assert_string_equal(of_id(&asked, 106, COLUMN_changes_after), "anna");
    assert_string_equal(of_id(&asked, 101, COLUMN_changes_after), "…");
    assert_string_equal(of_id(&asked, 101, COLUMN_changes_before), "?");
    assert_string_equal(of_id(&asked, 104, COLUMN_changes_after), "gross=0.01");
    assert_string_equal(of_id(&asked, 102, COLUMN_changes_login), "bo");
    assert_null(strstr(asked.rowset.search, "abc123"));
    done(&asked);
    asked = ask_all(bureau, "bo", DATASET_changes);
    assert_int_equal(rowset_find(&asked.rowset, 102), SIZE_MAX); /* the bureau itself */
    assert_string_equal(of_id(&asked, 103, COLUMN_changes_after), "responsible");
    assert_string_equal(of_id(&asked, 104, COLUMN_changes_after), "…");
    assert_string_equal(of_id(&asked, 106, COLUMN_changes_after), "…"); /* Anna's own view */
    assert_string_equal(of_id(&asked, 106, COLUMN_changes_column), "…");
    assert_string_equal(of_id(&asked, 107, COLUMN_changes_after), "is:mine"); /* everybody's */
    done(&asked);
    asked = ask_all(bureau, "carin", DATASET_changes);
    assert_column(&asked, COLUMN_changes_id, "103 104 105");
    done(&asked);
}

/* ---- relations ---- */

static void assert_clients(struct bureau *bureau, const char *login, enum filter_relation relation,
                           const char *value, const char *expected)
{
    struct session session = bureau_session(bureau, login);
    struct failure failure = { 0 };
    struct ids ids = { 0 };
    struct buffer all = { 0 };
    bureau_good(store_clients_in(bureau->store, &session, relation, value, &ids, &failure), &failure);
    for (int64_t id = ids_next(&ids, 0); id >= 0; id = ids_next(&ids, id + 1))
        buffer_print(&all, "%d ", (int)id);
    assert_string_equal(buffer_text(&all), expected);
    buffer_finish(&all);
    ids_finish(&ids);
}

static void relations__give_the_visible_clients(void **state)
{
    struct bureau *bureau = *state;
    assert_clients(bureau, "anna", RELATION_RESPONSIBLE, "Bo", "2 ");
    assert_clients(bureau, "anna", RELATION_STAFF, "BO", "2 3 ");
    assert_clients(bureau, "carin", RELATION_STAFF, "bo", "");
    assert_clients(bureau, "anna", RELATION_GROUP, "ÅLESUND", "1 2 ");
    assert_clients(bureau, "bo", RELATION_GROUP, "ålesund", "2 ");
    assert_clients(bureau, "bo", RELATION_MINE, "", "2 ");
    assert_clients(bureau, "bo", RELATION_REACH, "", "2 3 ");
    assert_clients(bureau, "anna", RELATION_COVERING, "", "4 ");
    assert_clients(bureau, "bo", RELATION_FAVOURITE, "", "3 ");
}

static void stale__is_who_had_pay_but_nothing_newer_than_last_month(void **state)
{
    struct bureau *bureau = *state;
    assert_clients(bureau, "anna", RELATION_STALE, "", ""); /* Gamle is archived */
    bureau_raw(bureau, "UPDATE client SET archived_at = NULL WHERE id = 5");
    assert_clients(bureau, "anna", RELATION_STALE, "", "5 ");
    bureau_raw(bureau, "UPDATE run SET month = '2026-10' WHERE id = 9");
    assert_clients(bureau, "anna", RELATION_STALE, "", "");
    bureau_raw(bureau, "UPDATE run SET month = '2025-10' WHERE id = 9");
    assert_clients(bureau, "anna", RELATION_STALE, "", "");
    bureau_raw(bureau, "INSERT INTO obligation (client_id, kind, from_date) VALUES "
                       "(5, 'a-melding', '2020-01-01')");
    assert_clients(bureau, "anna", RELATION_STALE, "", "5 ");
}

static void views__act_through_their_clients__and_never_ask_for_themselves(void **state)
{
    struct bureau *bureau = *state;
    struct session anna = bureau_session(bureau, "anna");
    struct failure failure = { 0 };
    struct ids ids = { 0 };
    assert_clients(bureau, "bo", RELATION_VIEW, "mine", "2 "); /* the shared one */
    assert_clients(bureau, "dag", RELATION_VIEW, "MINE", "2 "); /* his own: fjord */
    assert_clients(bureau, "anna", RELATION_VIEW, "mine", "4 ");
    assert_clients(bureau, "anna", RELATION_VIEW, "big", "2 3 ");
    assert_false(store_clients_in(bureau->store, &anna, RELATION_VIEW, "circle", &ids, &failure));
    assert_int_equal(failure.kind, FAILURE_USAGE);
    assert_false(store_clients_in(bureau->store, &anna, RELATION_VIEW, "anna", &ids, &failure));
    assert_int_equal(failure.kind, FAILURE_USAGE);
    assert_false(store_clients_in(bureau->store, &anna, RELATION_STAFF, "nobody", &ids, &failure));
    assert_int_equal(failure.kind, FAILURE_USAGE);
    assert_string_equal(failure.message.argument[0], "nobody");
    assert_clients(bureau, "anna", RELATION_MINE, "", "4 "); /* the store goes on */
}

static void find__knows_numbers_of_every_kind(void **state)
{
    struct bureau *bureau = *state;
    struct session bo = bureau_session(bureau, "bo");
    struct failure failure = { 0 };
    const struct {
        const char *key;
        int64_t id;
    } cases[] = { { "987654325", BERG }, { "987 654 325", BERG }, { "12", SKOG }, { "2", FJORD },
                  { "1", 0 }, { "Fjord AS", 0 }, { "", 0 }, { "-2", 0 } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t id = -1;
        bureau_good(store_find_client(bureau->store, &bo, cases[i].key, &id, &failure), &failure);
        assert_int_equal(id, cases[i].id);
    }
    int64_t id = -1;
    bureau_good(store_find_user(bureau->store, &bo, "DAG", &id, &failure), &failure);
    assert_int_equal(id, DAG);
}

static void card__suggests_who_ran_it_last__unless_responsible(void **state)
{
    struct bureau *bureau = *state;
    struct session bo = bureau_session(bureau, "bo");
    struct failure failure = { 0 };
    struct client_card card;
    struct arena *arena = arena_create();
    bureau_good(store_client(bureau->store, &bo, FJORD, arena, &card, &failure), &failure);
    assert_true(card.open);
    assert_string_equal(card.contact_email, "k@x.no");
    assert_string_equal(card.suggestion_login, "anna");
    assert_int_equal(card.payday.value, 15);
    bureau_raw(bureau, "UPDATE run SET payout = '2026-11-30' WHERE id = 2;"
                       "INSERT INTO obligation (client_id, kind, value, from_date, until) VALUES"
                       " (2, 'zone', '1', '2020-01-01', NULL), (2, 'a-melding', '', '2020-01-01', NULL),"
                       " (2, 'term', '', '2020-01-01', '2021-01-01')");
    bureau_good(store_client(bureau->store, &bo, FJORD, arena, &card, &failure), &failure);
    assert_string_equal(card.suggestion_login, "");
    assert_string_equal(card.obligations, "a-melding\x1fzone 1");
    bureau_good(store_client(bureau->store, &bo, SKOG, arena, &card, &failure), &failure);
    assert_false(card.open);
    assert_string_equal(card.suggestion_login, "");
    assert_false(store_client(bureau->store, &bo, OWN, arena, &card, &failure));
    assert_int_equal(failure.kind, FAILURE_DENIED);
    arena_destroy(arena);
}

/* ---- the dashboard ---- */

static struct dashboard dashboard(struct bureau *bureau, const char *login, const char *month,
                                  const struct ids *clients)
{
    struct session session = bureau_session(bureau, login);
    struct failure failure = { 0 };
    struct dashboard dashboard;
    struct month of = MONTH_NONE;
    if (month != NULL)
        assert_true(month_parse(month, &of));
    bureau_good(store_dashboard(bureau->store, &session, of, clients, &dashboard, &failure), &failure);
    return dashboard;
}

static void assert_figure(struct figure figure, int64_t expected)
{
    assert_true(figure.known);
    assert_int_equal(figure.value, expected);
}

static void dashboard__sums_the_month__for_a_lead_with_the_bureau(void **state)
{
    struct dashboard figures = dashboard(*state, "dag", NULL, NULL);
    const struct dashboard_month *month = &figures.months[DASHBOARD_MONTHS - 1];
    assert_true(figures.with_internal);
    assert_false(figures.suppressed);
    assert_int_equal(figures.client_count, 4);
    assert_int_equal(figures.archived_count, 1); /* the list has five */
    assert_figure(month->clients, 4);
    assert_figure(month->employees, 9);
    assert_figure(month->payslips, 11);
    assert_figure(month->travel, 2);
    assert_figure(month->absences, 0);
    assert_figure(month->lines, 140); /* the extra run did not tell what was manual */
    assert_figure(month->manual_lines, 24);
    assert_figure(month->failed, 1);     /* dated October: now a guideline */
    assert_figure(month->unresolved, 0);
    assert_figure(month->failed_now, 1); /* dated November */
    assert_int_equal(month->currency_count, 2);
    assert_string_equal(month->pay[0].currency, "NOK");
    assert_int_equal(month->pay[0].pay, 70000 + 5000 + 400000 + 600000);
    assert_int_equal(month->pay[1].pay, 0);
    assert_int_equal(month->basis, PAY_MIXED);
    month--;
    assert_figure(month->clients, 1);
    assert_int_equal(month->currency_count, 2);
    assert_int_equal(month->basis, PAY_NET);
    assert_false(month->lines.known);
    month -= 2; /* August: the first; July is not known */
    assert_figure(month->clients, 1);
    assert_false(month[-1].clients.known);
    assert_false(month[-1].failed.known);
}

static void dashboard__leaves_the_bureau_out__for_an_operator(void **state)
{
    struct dashboard figures = dashboard(*state, "bo", NULL, NULL);
    const struct dashboard_month *month = &figures.months[DASHBOARD_MONTHS - 1];
    assert_false(figures.with_internal);
    assert_int_equal(figures.client_count, 3);
    assert_int_equal(figures.archived_count, 1);
    assert_figure(month->clients, 3);
    assert_figure(month->employees, 5);
    /* NOK: Fjord and Berg, both Bo's own. SEK: one client that he may not see. */
    assert_true(figures.suppressed);
    assert_int_equal(month->currency_count, 1);
    assert_int_equal(month->pay[0].pay, 475000);
    figures = dashboard(*state, "carin", NULL, NULL); /* a user: only what is granted */
    assert_figure(figures.months[DASHBOARD_MONTHS - 1].clients, 1);
    assert_int_equal(figures.client_count, 1);
    assert_int_equal(figures.archived_count, 0);
    assert_false(figures.suppressed);
}

static void dashboard__of_chosen_clients__never_tells_one_by_the_difference(void **state)
{
    struct bureau *bureau = *state;
    struct ids some = { 0 }, all = { 0 };
    for (int i = 0; i < 4; i++) {
        char sql[400];
        snprintf(sql, sizeof sql,
                 "INSERT INTO client (id, name, name_fold, name_sort, created_at) VALUES"
                 " (%d, 'x', 'x', x'00', '2026-01-01T00:00:00Z');"
                 "INSERT INTO run (client_id, number, kind, month, net, currency, changeset_id)"
                 " VALUES (%d, '1', 'ordinary', '2026-11', 1000, 'NOK', 1)", 20 + i, 20 + i);
        bureau_raw(bureau, sql);
        ids_add(&all, 20 + i);
        if (i < 3)
            ids_add(&some, 20 + i);
    }
    ids_add(&all, FJORD);
    ids_add(&some, FJORD);
    int64_t fjord = 75000;
    struct dashboard figures = dashboard(bureau, "bo", NULL, &all);
    assert_true(figures.pay_of_own);
    assert_int_equal(figures.months[DASHBOARD_MONTHS - 1].pay[0].pay, fjord);
    figures = dashboard(bureau, "bo", NULL, &some); /* one client fewer, the same pay */
    assert_true(figures.pay_of_own);
    assert_int_equal(figures.months[DASHBOARD_MONTHS - 1].pay[0].pay, fjord);
    assert_true(figures.months[DASHBOARD_MONTHS - 1].clients.value == 4);
    ids_clear(&some);
    for (int i = 0; i < 3; i++)
        ids_add(&some, 20 + i);
    figures = dashboard(bureau, "bo", NULL, &some);
    assert_int_equal(figures.months[DASHBOARD_MONTHS - 1].currency_count, 0);
    figures = dashboard(bureau, "dag", NULL, &some);
    assert_int_equal(figures.months[DASHBOARD_MONTHS - 1].pay[0].pay, 3000);
    ids_clear(&some);
    ids_add(&some, FJORD);
    ids_add(&some, BERG);
    figures = dashboard(bureau, "bo", NULL, &some); /* his own */
    assert_int_equal(figures.months[DASHBOARD_MONTHS - 1].pay[0].pay, 475000);
    assert_false(figures.pay_of_own);
    ids_finish(&some);
    ids_finish(&all);
}

static void assert_same(struct figure a, struct figure b)
{
    assert_int_equal(a.known, b.known);
    assert_int_equal(a.known ? a.value : 0, b.known ? b.value : 0);
}

static void dashboard__from_rows__is_the_one_from_summaries(void **state)
{
    struct ids all = { 0 };
    for (int64_t id = OWN; id <= GAMLE; id++)
        ids_add(&all, id);
    const char *logins[] = { "dag", "bo" };
    for (size_t who = 0; who < 2; who++) {
        struct dashboard sums = dashboard(*state, logins[who], "2026-12", NULL);
        struct dashboard rows = dashboard(*state, logins[who], "2026-12", &all);
        assert_int_equal(sums.with_internal, rows.with_internal);
        assert_int_equal(sums.client_count, rows.client_count); /* of those not archived */
        assert_int_equal(sums.archived_count, rows.archived_count);
        assert_int_equal(sums.due_count, rows.due_count);
        for (int i = 0; i < DASHBOARD_MONTHS; i++) {
            const struct dashboard_month *a = &sums.months[i];
            const struct dashboard_month *b = &rows.months[i];
            assert_same(a->clients, b->clients);
            assert_same(a->employees, b->employees);
            assert_same(a->payslips, b->payslips);
            assert_same(a->travel, b->travel);
            assert_same(a->absences, b->absences);
            assert_same(a->lines, b->lines);
            assert_same(a->manual_lines, b->manual_lines);
            assert_same(a->failed, b->failed);
            assert_same(a->unresolved, b->unresolved);
            assert_same(a->failed_now, b->failed_now);
            if (rows.pay_of_own) /* an operator: chosen clients give only his own clients' pay */
                continue;
            assert_int_equal(a->basis, b->basis);
            assert_int_equal(a->currency_count, b->currency_count);
            for (size_t c = 0; c < a->currency_count; c++)
                assert_int_equal(a->pay[c].pay, b->pay[c].pay);
        }
        assert_memory_equal(sums.attention, rows.attention, sizeof sums.attention);
        assert_int_equal(rows.pay_of_own, who == 1);
        assert_false(rows.suppressed);
    }
    ids_finish(&all);
}

static void attention__counts_what_somebody_should_look_at(void **state)
{
    struct dashboard figures = dashboard(*state, "dag", NULL, NULL);
    assert_int_equal(figures.attention[ATTENTION_NO_RESPONSIBLE], 2);   /* Berg, the bureau */
    assert_int_equal(figures.attention[ATTENTION_MANY_RESPONSIBLE], 1); /* Fjord */
    assert_int_equal(figures.attention[ATTENTION_OTHER_RUN], 1);        /* Fjord: anna */
    assert_int_equal(figures.attention[ATTENTION_ENDING], 1);           /* Bo on Berg */
    /* Skog (of November and of October), the bureau; Fjord is paid, Berg's date is not known */
    assert_int_equal(figures.attention[ATTENTION_NOT_PAID], 2);
    assert_int_equal(figures.attention[ATTENTION_NO_CONTACT], 2);       /* Berg, Skog */
}

static const struct {
    enum attention attention;
    enum column column;
} shown_as[] = {
    { ATTENTION_MANY_RESPONSIBLE, COLUMN_clients_many_responsible },
    { ATTENTION_OTHER_RUN, COLUMN_clients_other_run },
    { ATTENTION_NOT_PAID, COLUMN_clients_unpaid },
    { ATTENTION_NO_CONTACT, COLUMN_clients_no_contact },
};
enum { SHOWN = sizeof shown_as / sizeof *shown_as };

/* Rows of those clients (NULL = all) where the column, asked for alone, is true. */
static int64_t rows_with(struct bureau *bureau, const char *login, enum column column,
                         const struct ids *clients)
{
    struct query query = query_of(DATASET_clients);
    int64_t count = 0;
    query.columns = column_bit(column);
    query.month = month_of(date_of(2026, 3, 1)); /* what asks for attention is of now */
    struct asked asked = ask(bureau, login, &query);
    for (size_t row = 0; row < asked.rowset.count; row++) {
        struct value value = rowset_value(&asked.rowset, row, column);
        assert_true(value.known);
        count += value.number != 0 && (clients == NULL || ids_has(clients, asked.rowset.ids[row]));
    }
    done(&asked);
    return count;
}

static void assert_attention_is_rows(struct bureau *bureau, const char *login,
                                     const struct ids *clients)
{
    struct dashboard figures = dashboard(bureau, login, NULL, clients);
    for (size_t i = 0; i < SHOWN; i++)
        assert_int_equal(figures.attention[shown_as[i].attention],
                         rows_with(bureau, login, shown_as[i].column, clients));
}

/* Gamle is archived and would ask for attention in every way. */
static void attention__is_the_rows_of_its_column__whoever_asks(void **state)
{
    struct bureau *bureau = *state;
    struct ids some = { 0 };
    bureau_raw(bureau,
               "INSERT INTO grant_ (client_id, user_id, role, source, from_at, changeset_id) VALUES"
               " (5, 1, 'responsible', 'hand', '2026-01-01T00:00:00Z', 1),"
               " (5, 4, 'responsible', 'hand', '2026-01-01T00:00:00Z', 1);"
               "INSERT INTO run (client_id, number, kind, payout, month, currency, run_by,"
               " changeset_id) VALUES (5, '9', 'ordinary', '2026-11-10', '2026-11', 'NOK', 'BO', 1),"
               " (3, '9', 'ordinary', '2026-11-19', '2026-11', 'NOK', 'bo', 1),"
               " (4, '9', 'ordinary', '2026-11-30', '2026-11', 'SEK', 'Anna', 1)");
    store_changed(bureau->store);
    ids_add(&some, FJORD);
    ids_add(&some, SKOG);
    ids_add(&some, GAMLE);
    const char *logins[] = { "dag", "bo", "carin" };
    for (size_t who = 0; who < 3; who++) {
        assert_attention_is_rows(bureau, logins[who], NULL);
        assert_attention_is_rows(bureau, logins[who], &some);
    }
    assert_int_equal(rows_with(bureau, "dag", COLUMN_clients_unpaid, NULL), 3); /* Berg: tomorrow */
    assert_int_equal(rows_with(bureau, "bo", COLUMN_clients_unpaid, NULL), 2);
    assert_int_equal(rows_with(bureau, "dag", COLUMN_clients_many_responsible, &some), 1);
    assert_int_equal(rows_with(bureau, "dag", COLUMN_clients_other_run, NULL), 1);
    ids_finish(&some);
}

static void attention__counts_the_ending_accesses__of_clients_that_are_not_archived(void **state)
{
    struct bureau *bureau = *state;
    bureau_raw(bureau, "INSERT INTO grant_ (client_id, user_id, role, source, from_at, until_at,"
                       " changeset_id) VALUES"
                       " (5, 2, 'member', 'hand', '2026-01-01T00:00:00Z', '2026-11-20T22:59:59Z', 1),"
                       " (4, 4, 'member', 'hand', '2026-01-01T00:00:00Z', '2026-11-25T22:59:59Z', 1),"
                       " (3, 1, 'member', 'hand', '2026-01-01T00:00:00Z', '2026-11-26T22:59:59Z', 1)");
    store_changed(bureau->store);
    struct asked grants = ask_all(bureau, "dag", DATASET_grants);
    int64_t last = date_end(date_of(2026, 11, 25)).second, ending = 0;
    for (size_t row = 0; row < grants.rowset.count; row++) {
        struct value until = rowset_value(&grants.rowset, row, COLUMN_grants_until);
        ending += until.known && until.number <= last &&
                  !(grants.rowset.flags[row] & ROW_ARCHIVED);
    }
    done(&grants);
    assert_int_equal(ending, 2);
    assert_int_equal(dashboard(bureau, "dag", NULL, NULL).attention[ATTENTION_ENDING], ending);
}

static void attention__of_one_client__is_as_among_all(void **state)
{
    struct query query = query_of(DATASET_clients);
    struct asked all = ask(*state, "dag", &query);
    for (size_t row = 0; row < all.rowset.count; row++) {
        query.client_id = all.rowset.ids[row];
        struct asked one = ask(*state, "dag", &query);
        for (size_t i = 0; i < SHOWN; i++)
            assert_string_equal(cell(&one, 0, shown_as[i].column),
                                cell(&all, row, shown_as[i].column));
        done(&one);
    }
    assert_string_equal(of_id(&all, FJORD, COLUMN_clients_many_responsible), "true");
    assert_string_equal(of_id(&all, FJORD, COLUMN_clients_other_run), "true");
    assert_string_equal(of_id(&all, FJORD, COLUMN_clients_unpaid), "false");
    assert_string_equal(of_id(&all, FJORD, COLUMN_clients_no_contact), "false");
    assert_string_equal(of_id(&all, SKOG, COLUMN_clients_unpaid), "true");
    done(&all);
}

static void due__counts_each_months_declarations(void **state)
{
    struct dashboard figures = dashboard(*state, "dag", NULL, NULL);
    /* October: Fjord and Berg by their declarations, Skog owes AGI. November: nothing sent yet. */
    assert_int_equal(figures.due_count, 4);
    const struct dashboard_due *due = figures.due;
    assert_int_equal(due[0].kind, OBLIGATION_A_MELDING);
    assert_int_equal(due[0].due, 2);
    assert_int_equal(due[0].received, 1);
    assert_int_equal(due[0].rejected, 1);
    assert_int_equal(due[0].missing, 0);
    assert_int_equal(due[1].kind, OBLIGATION_AGI);
    assert_int_equal(due[1].missing, 1);
    assert_int_equal(due[2].due, 3); /* Fjord, Berg, the bureau in November */
    assert_int_equal(due[2].missing, 3);
    char text[DATE_TEXT_SIZE];
    assert_string_equal(date_format(due[1].date, text), "2026-11-12");
    assert_string_equal(date_format(due[2].date, text), "2026-12-07"); /* the 5th is a Saturday */
}

/* C47: made, sent and waiting are three things, and the worst are named first. */
static void due__counts_made_sent_and_waiting_apart__and_names_them(void **state)
{
    static const struct {
        const char *state;
        size_t field;
    } states[] = {
        { "made", offsetof(struct dashboard_due, made) },
        { "sent", offsetof(struct dashboard_due, sent) },
        { "waiting", offsetof(struct dashboard_due, waiting) },
    };
    struct bureau *bureau = *state;
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        char sql[160];
        snprintf(sql, sizeof sql,
                 "UPDATE declaration SET state = '%s' WHERE client_id = 2 AND month = '2026-10'",
                 states[i].state);
        bureau_raw(bureau, sql);
        store_changed(bureau->store);
        struct dashboard figures = dashboard(bureau, "dag", NULL, NULL);
        const struct dashboard_due *due = &figures.due[0];
        assert_int_equal(due->due, 2);
        assert_int_equal(due->made + due->sent + due->waiting, 1);
        assert_int_equal(*(const int64_t *)((const char *)due + states[i].field), 1);
        assert_int_equal(due->open.count, 2);
        assert_int_equal(due->open.list[0].client, 3); /* rejected: it needs a new message */
        assert_string_equal(due->open.list[1].name, "Fjord AS");
    }
    struct dashboard figures = dashboard(bureau, "dag", NULL, NULL);
    assert_string_equal(figures.due[1].open.list[0].name, "Skog AB"); /* nothing is made yet */
}

/* Skog had pay in October and none yet in November: it owes November's all the same. */
static void due__of_the_running_month__counts_who_had_pay_the_month_before(void **state)
{
    struct bureau *bureau = *state;
    bureau_raw(bureau, "DELETE FROM run WHERE client_id = 4 AND month = '2026-11';"
                       "DELETE FROM obligation WHERE client_id = 4");
    store_changed(bureau->store);
    struct dashboard figures = dashboard(bureau, "dag", NULL, NULL);
    const struct dashboard_due *agi = NULL;
    for (size_t i = 0; i < figures.due_count; i++)
        if (figures.due[i].kind == OBLIGATION_AGI &&
            figures.due[i].month.index == month_of(date_of(2026, 11, 1)).index)
            agi = &figures.due[i];
    assert_non_null(agi);
    assert_int_equal(agi->due, 1);
    assert_int_equal(agi->missing, 1);
    struct query query = query_of(DATASET_clients); /* the rows behind it */
    query.columns = column_bit(COLUMN_clients_declaration);
    query.month = month_of(date_of(2026, 12, 1));
    struct asked asked = ask(bureau, "dag", &query);
    assert_string_equal(of_id(&asked, SKOG, COLUMN_clients_declaration), "none");
    done(&asked);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, bureau_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(clients__stand_in_the_order_of_their_names__for_a_lead),
        TEST(clients__turn_round__when_descending),
        TEST(clients__know_who_has_access_and_the_month),
        TEST(one_client__reads_the_same__as_all_of_them),
        TEST(clients_of_another_month__show_that_month),
        TEST(search__finds_all_searched_columns__whatever_was_asked_for),
        TEST(staff__is_as_of_the_asked_time),
        TEST(empty__says_why),
        cmocka_unit_test_setup_teardown(empty__says_that_no_client_is_loaded, bureau_setup,
                                        bureau_teardown),
        TEST(payroll__is_the_sum_of_the_runs_of_each_currency),
        TEST(payroll_of_a_month__sorted_otherwise__is_the_same),
        TEST(runs__come_by_pay_out_date__unknown_last),
        TEST(declarations_and_steps__list_their_rows),
        TEST(users__count_grants_in_force_on_visible_clients),
        TEST(grants__are_those_in_force__at_that_time),
        TEST(packages__count_grants_of_visible_clients),
        TEST(employees__are_masked_and_reading_them_is_an_event),
        TEST(names__sort_by_the_language_of_the_bureau),
        TEST(groups__count_visible_clients),
        TEST(views_drafts_and_notes__are_ones_own_or_shared),
        TEST(changes__of_one_client__are_found_without_reading_the_log),
        TEST(changes__hide_person_values_and_unseen_clients),
        TEST(relations__give_the_visible_clients),
        TEST(stale__is_who_had_pay_but_nothing_newer_than_last_month),
        TEST(views__act_through_their_clients__and_never_ask_for_themselves),
        TEST(find__knows_numbers_of_every_kind),
        TEST(card__suggests_who_ran_it_last__unless_responsible),
        TEST(dashboard__sums_the_month__for_a_lead_with_the_bureau),
        TEST(dashboard__leaves_the_bureau_out__for_an_operator),
        TEST(dashboard__of_chosen_clients__never_tells_one_by_the_difference),
        TEST(dashboard__from_rows__is_the_one_from_summaries),
        TEST(attention__counts_what_somebody_should_look_at),
        TEST(attention__is_the_rows_of_its_column__whoever_asks),
        TEST(attention__counts_the_ending_accesses__of_clients_that_are_not_archived),
        TEST(attention__of_one_client__is_as_among_all),
        TEST(due__counts_each_months_declarations),
        TEST(due__counts_made_sent_and_waiting_apart__and_names_them),
        TEST(due__of_the_running_month__counts_who_had_pay_the_month_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
