/*
 * The key figures kept with every import, against a model of their own: random runs and months of
 * several clients, put in and changed in several imports, added up here from scratch.
 */
#include "bureau.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "klientel/store/stage.h"

enum { CLIENTS = 4, MONTHS = 4, NUMBERS = 3, ROWS = CLIENTS * (MONTHS + NUMBERS) };
static const char *const clients[CLIENTS] = { "10", "11", "12", "13" };
static const char *const currencies[CLIENTS] = { "NOK", "NOK", "SEK", "NOK" };

/* What a run is known to be: the model. */
struct known {
    bool there, whole;
    int month; /* -1 = not known */
    struct figure figure[6], gross, net;
    int declaration, failed; /* -1 = none; failed: 1 when it ever failed */
};

static struct figure maybe(struct random *random, uint32_t bound)
{
    if (random_below(random, 3) == 0)
        return (struct figure) { 0 };
    return (struct figure) { true, (int64_t)random_below(random, bound) };
}

static void remember(struct figure *known, struct figure told)
{
    if (told.known)
        *known = told;
}

static struct month month_at(int index)
{
    return month_add((struct month) { 2026 * 12 }, index);
}

/* One random row into the stage and into the model. */
static void put(struct stage *stage, struct random *random, int client, int place,
                struct known *known, int line)
{
    char number[16];
    bool whole = place < MONTHS;
    struct failure failure;
    struct staged_run run = { .at = { 0, line },
                              .client = clients[client],
                              .kind = whole ? RUN_MONTH : RUN_ORDINARY,
                              .earned = MONTH_NONE,
                              .month = MONTH_NONE,
                              .payout = DATE_NONE,
                              .run_at = INSTANT_NONE,
                              .closed_at = INSTANT_NONE };
    struct figure *const figures[] = { &run.employees, &run.payslips, &run.travel,
                                       &run.absences,  &run.lines,    &run.manual_lines };
    int month = whole ? place : (int)random_below(random, MONTHS);
    if (!known->there)
        *known = (struct known) { .month = -1, .declaration = -1 };
    known->there = true;
    known->whole = whole;
    if (whole || random_below(random, 4) > 0) {
        if (whole)
            run.month = month_at(month);
        else
            run.payout = month_first(month_at(month));
        known->month = month;
    }
    snprintf(number, sizeof number, "run %d", place);
    run.run = number;
    if (whole)
        month_format(month_at(month), number);
    for (int i = 0; i < 6; i++) {
        *figures[i] = maybe(random, 50);
        remember(&known->figure[i], *figures[i]);
    }
    run.gross = maybe(random, 100000);
    run.net = maybe(random, 100000);
    remember(&known->gross, run.gross);
    remember(&known->net, run.net);
    if (whole && random_below(random, 2) == 0) {
        known->declaration = (int)random_below(random, DECLARATION_COUNT);
        run.declaration = (struct figure) { true, known->declaration };
        known->failed |= declaration_failed((enum declaration_state)known->declaration);
    }
    bureau_good(stage_run(stage, &run, &failure), &failure);
}

static void import(struct bureau *bureau, struct random *random, struct known *known, bool prepared)
{
    struct failure failure;
    struct receipt receipt;
    struct stage *stage = stage_create(bureau->store, &bureau->anna, &failure);
    assert_non_null(stage);
    stage_add_file(stage, "random.csv");
    int64_t rows = 0;
    for (int i = 0; i < ROWS; i++)
        if (random_below(random, 2) == 0)
            put(stage, random, i / (MONTHS + NUMBERS), i % (MONTHS + NUMBERS), &known[i],
                (int)++rows);
    if (prepared)
        bureau_good(stage_prepare(stage, &failure), &failure);
    struct command command = { .kind = COMMAND_IMPORT, .import = { .stage = stage } };
    bureau_good(bureau_run(bureau, &bureau->anna, &command, &receipt, &failure), &failure);
    assert_int_equal(receipt.selected, rows);
    assert_int_equal(receipt.skipped_count, 0);
    assert_int_equal(receipt.applied + receipt.unchanged, rows);
    receipt_finish(&receipt);
    stage_destroy(stage);
}

/* The figures of one month of all clients, added from the model. */
struct totals {
    int64_t clients, value[6], known[6], pay[2], net_clients[2], gross_clients[2];
    int64_t failed, unresolved;
};

static void add_client(const struct known *known, int client, int month, struct totals *totals)
{
    bool other = false, any = false, paid = false, by_gross = false;
    struct figure sum[6] = { 0 };
    int currency = strcmp(currencies[client], "SEK") == 0;
    for (int i = 0; i < MONTHS + NUMBERS; i++)
        other |= known[i].there && known[i].month == month && !known[i].whole;
    for (int i = 0; i < MONTHS + NUMBERS; i++) {
        const struct known *run = &known[i];
        if (run->there && run->declaration >= 0 && i == month && run->failed) {
            totals->failed++;
            totals->unresolved += declaration_failed((enum declaration_state)run->declaration);
        }
        if (!run->there || run->month != month || (other && run->whole))
            continue;
        any = true;
        for (int f = 0; f < 6; f++) {
            if (!run->figure[f].known ||
                (f >= 4 && !(run->figure[4].known && run->figure[5].known)))
                continue;
            if (f > 0)
                sum[f].value += run->figure[f].value;
            else if (run->figure[f].value > sum[f].value)
                sum[f].value = run->figure[f].value;
            sum[f].known = true;
        }
        if (!run->net.known && !run->gross.known)
            continue;
        paid = true;
        by_gross |= !run->net.known;
        totals->pay[currency] += run->net.known ? run->net.value : run->gross.value;
    }
    totals->clients += any;
    for (int f = 0; f < 6; f++) {
        totals->value[f] += sum[f].value;
        totals->known[f] += sum[f].known;
    }
    totals->net_clients[currency] += paid && !by_gross;
    totals->gross_clients[currency] += paid && by_gross;
}

static void expect_number(struct bureau *bureau, int64_t expected, const char *column,
                          const char *table, const char *key, const char *month, const char *more)
{
    char sql[256], text[32];
    snprintf(sql, sizeof sql,
             "SELECT coalesce(sum(%s), 0) FROM %s WHERE %s = '%s' AND internal = 0%s", column,
             table, key, month, more);
    snprintf(text, sizeof text, "%lld", (long long)expected);
    if (strcmp(bureau_ask(bureau, sql), text) != 0)
        print_error("%s: %s, not %s\n", sql, bureau_ask(bureau, sql), text);
    assert_string_equal(bureau_ask(bureau, sql), text);
}

static void expect_totals(struct bureau *bureau, const struct known *known)
{
    static const char *const values[] = { "employees", "payslips", "travel",
                                          "absences",  "lines",    "manual_lines" };
    static const char *const knowns[] = { "employees_known", "payslips_known", "travel_known",
                                          "absences_known",  "lines_known",    "lines_known" };
    for (int month = 0; month < MONTHS; month++) {
        struct totals totals = { 0 };
        char text[MONTH_TEXT_SIZE];
        for (int client = 0; client < CLIENTS; client++)
            add_client(known + client * (MONTHS + NUMBERS), client, month, &totals);
        month_format(month_at(month), text);
        expect_number(bureau, totals.clients, "clients", "month_total", "month", text, "");
        for (int f = 0; f < 6; f++) {
            expect_number(bureau, totals.value[f], values[f], "month_total", "month", text, "");
            expect_number(bureau, totals.known[f], knowns[f], "month_total", "month", text, "");
        }
        for (int c = 0; c < 2; c++) {
            const char *more = c ? " AND currency = 'SEK'" : " AND currency = 'NOK'";
            expect_number(bureau, totals.pay[c], "pay", "month_pay", "month", text, more);
            expect_number(bureau, totals.net_clients[c], "net_clients", "month_pay", "month", text,
                          more);
            expect_number(bureau, totals.gross_clients[c], "gross_clients", "month_pay", "month",
                          text, more);
        }
        expect_number(bureau, totals.failed, "failed", "month_failed", "failed_month", text, "");
        expect_number(bureau, totals.unresolved, "unresolved", "month_failed", "failed_month", text,
                      "");
    }
}

static void count_finding(void *context, const struct message *finding)
{
    (void)finding;
    (*(int *)context)++;
}

static void expect_findings(struct bureau *bureau, bool any)
{
    struct failure failure;
    int64_t findings;
    int called = 0;
    bureau_good(summary_check(bureau->store, count_finding, &called, &findings, &failure),
                &failure);
    assert_int_equal(called, findings);
    assert_int_equal(findings > 0, any);
}

static void figures__equal_the_rows__after_every_import_of_random_rows(void **state)
{
    struct bureau *bureau = *state;
    struct random random;
    static struct known known[ROWS];
    memset(known, 0, sizeof known);
    random_seed(&random, 7, "summary");
    for (int round = 0; round < 12; round++) {
        import(bureau, &random, known, round % 2 == 0);
        expect_totals(bureau, known);
        expect_findings(bureau, false);
    }
}

static void figures__move_with_the_client__that_becomes_internal(void **state)
{
    struct bureau *bureau = *state;
    struct random random;
    static struct known known[ROWS];
    struct failure failure;
    struct receipt receipt;
    memset(known, 0, sizeof known);
    random_seed(&random, 8, "internal");
    import(bureau, &random, known, true);
    bureau_raw(bureau, "UPDATE client SET internal = 0 WHERE id = 1");
    store_changed(bureau->store);
    struct stage *stage = stage_create(bureau->store, &bureau->anna, &failure);
    assert_non_null(stage);
    stage_add_file(stage, "clients.csv");
    struct staged_client client = { .at = { 0, 2 }, .number = "10", .internal = { true, 1 } };
    bureau_good(stage_client(stage, &client, &failure), &failure);
    put(stage, &random, 0, 1, &known[1], 3);
    put(stage, &random, 1, 1, &known[MONTHS + NUMBERS + 1], 4);
    struct command command = { .kind = COMMAND_IMPORT, .import = { .stage = stage } };
    bureau_good(bureau_run(bureau, &bureau->anna, &command, &receipt, &failure), &failure);
    assert_int_equal(receipt.applied + receipt.unchanged, 3);
    receipt_finish(&receipt);
    stage_destroy(stage);
    expect_findings(bureau, false);
    assert_string_equal(
        bureau_ask(bureau, "SELECT max(clients) FROM month_total WHERE internal = 1"), "1");
}

static void check__finds__a_figure_that_was_altered(void **state)
{
    struct bureau *bureau = *state;
    struct random random;
    static struct known known[ROWS];
    static const char *const alterations[] = {
        "UPDATE month_total SET payslips = payslips + 1 WHERE month = '2026-02'",
        "UPDATE month_pay SET gross_clients = gross_clients + 1",
        "INSERT INTO month_failed VALUES ('2031-01', 0, 1, 0)",
        "DELETE FROM month_declared WHERE month = (SELECT min(month) FROM month_declared)",
    };
    memset(known, 0, sizeof known);
    random_seed(&random, 9, "altered");
    import(bureau, &random, known, true);
    import(bureau, &random, known, true);
    expect_findings(bureau, false);
    for (size_t i = 0; i < sizeof alterations / sizeof *alterations; i++) {
        bureau_raw(bureau,
                   "CREATE TABLE t1 AS SELECT * FROM month_total; CREATE TABLE t2 AS SELECT *"
                   " FROM month_pay; CREATE TABLE t3 AS SELECT * FROM month_failed;"
                   " CREATE TABLE t4 AS SELECT * FROM month_declared");
        bureau_raw(bureau, alterations[i]);
        expect_findings(bureau, true);
        bureau_raw(bureau,
                   "DELETE FROM month_total; INSERT INTO month_total SELECT * FROM t1;"
                   "DELETE FROM month_pay; INSERT INTO month_pay SELECT * FROM t2;"
                   "DELETE FROM month_failed; INSERT INTO month_failed SELECT * FROM t3;"
                   "DELETE FROM month_declared; INSERT INTO month_declared SELECT * FROM t4;"
                   "DROP TABLE t1; DROP TABLE t2; DROP TABLE t3; DROP TABLE t4");
    }
    expect_findings(bureau, false);
}

/* The protocol for a small change: start, touch, subtract, change, add. */
static void figures__follow__a_touched_change(void **state)
{
    struct bureau *bureau = *state;
    struct random random;
    static struct known known[ROWS];
    struct failure failure;
    bool unknown;
    memset(known, 0, sizeof known);
    random_seed(&random, 10, "touched");
    import(bureau, &random, known, true);
    import(bureau, &random, known, true);
    bureau_good(db_begin_write(bureau->store->db, "test", &failure), &failure);
    bureau_good(summary_start(bureau->store, &failure), &failure);
    bureau_good(summary_touch(bureau->store, FJORD, "2026-02", &failure), &failure);
    bureau_good(summary_touch_client(bureau->store, SKOG, &failure), &failure);
    bureau_good(summary_subtract(bureau->store, &failure), &failure);
    bureau_good(db_script(bureau->store->db,
                          "UPDATE run SET payslips = 77, net = NULL WHERE client_id = 2"
                          " AND month = '2026-02'; DELETE FROM run WHERE client_id = 4;"
                          "DELETE FROM declaration WHERE client_id = 4",
                          &failure),
                &failure);
    bureau_good(summary_add(bureau->store, &failure), &failure);
    bureau_good(db_commit(bureau->store->db, &unknown, &failure), &failure);
    expect_findings(bureau, false);
}

#define FULL(test) cmocka_unit_test_setup_teardown(test, bureau_setup, bureau_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FULL(figures__equal_the_rows__after_every_import_of_random_rows),
        FULL(figures__move_with_the_client__that_becomes_internal),
        FULL(check__finds__a_figure_that_was_altered),
        FULL(figures__follow__a_touched_change),
    };
    return hash_start() && text_start() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
