/*
 * Summary: key figures of each month, kept in the same transaction as the runs and declarations
 * they sum, so that no screen ever reads a million rows.
 *
 * State: the temporary table touched (client, month) of this connection: what is about to change.
 * Protocol: start, touch …, subtract, change the rows, add. Subtract and add are the same
 * statements with another sign over the touched pairs only. Invariant after add: every summary
 * table equals its rows added from scratch (summary_check).
 */
#include "internal.h"

#include <string.h>

/* The touched pairs lead: the order of CROSS JOIN is kept, so a small change reads few rows. */
#define TOUCHED_RUNS                                                                               \
    "touched t CROSS JOIN run r CROSS JOIN client c"                                               \
    " WHERE r.month = t.month AND r.client_id = t.client_id AND c.id = r.client_id AND "
#define ALL_RUNS                                                                                   \
    "run r CROSS JOIN client c"                                                                    \
    " WHERE c.id = r.client_id AND r.month IS NOT NULL AND "
#define TOUCHED_DECLARATIONS                                                                       \
    "touched t CROSS JOIN declaration d CROSS JOIN client c"                                       \
    " WHERE d.client_id = t.client_id AND d.month = t.month AND c.id = d.client_id"
#define ALL_DECLARATIONS "declaration d CROSS JOIN client c WHERE c.id = d.client_id"

#define TOTAL_SQL(sign, runs)                                                                      \
    "SELECT month, internal, " sign "count(*) AS clients,"                                         \
    " " sign "coalesce(sum(employees), 0) AS employees, " sign                                     \
    "count(employees) AS employees_known,"                                                         \
    " " sign "coalesce(sum(payslips), 0) AS payslips, " sign "count(payslips) AS payslips_known,"  \
    " " sign "coalesce(sum(travel), 0) AS travel, " sign "count(travel) AS travel_known,"          \
    " " sign "coalesce(sum(absences), 0) AS absences, " sign "count(absences) AS absences_known,"  \
    " " sign "coalesce(sum(lines), 0) AS lines,"                                                   \
    " " sign "coalesce(sum(manual_lines), 0) AS manual_lines, " sign "count(lines) AS lines_known" \
    " FROM (SELECT r.month AS month, c.internal AS internal, r.client_id AS client_id,"            \
    " " MONTH_FIGURES_SQL " FROM " runs RUN_COUNTS_SQL                                             \
    " GROUP BY r.month, c.internal, r.client_id) AS m GROUP BY month, internal"
#define PAY_SQL(sign, runs)                                                                        \
    "SELECT month, internal, currency, " sign "sum(pay) AS pay,"                                   \
    " " sign "sum(CASE WHEN by_gross = 0 THEN 1 ELSE 0 END) AS net_clients,"                       \
    " " sign "sum(CASE WHEN by_gross > 0 THEN 1 ELSE 0 END) AS gross_clients"                      \
    " FROM (SELECT r.month AS month, c.internal AS internal, r.currency AS currency,"              \
    " r.client_id AS client_id, sum(coalesce(r.net, r.gross)) AS pay,"                             \
    " sum(CASE WHEN r.net IS NULL THEN 1 ELSE 0 END) AS by_gross"                                  \
    " FROM " runs RUN_COUNTS_SQL " AND coalesce(r.net, r.gross) IS NOT NULL"                       \
    " GROUP BY r.month, c.internal, r.currency, r.client_id) AS m GROUP BY month, internal, "      \
    "currency"
#define FAILED_SQL(sign, declarations)                                                             \
    "SELECT d.failed_month AS failed_month, c.internal AS internal, " sign "count(*) AS failed,"   \
    " " sign "sum(CASE WHEN d.state IN ('rejected', 'immediate') THEN 1 ELSE 0 END) AS unresolved" \
    " FROM " declarations " AND d.failed_month IS NOT NULL GROUP BY d.failed_month, c.internal"
#define DECLARED_SQL(sign, declarations)                                                           \
    "SELECT d.month AS month, d.kind AS kind, c.internal AS internal, d.state AS state,"           \
    " " sign "count(*) AS clients FROM " declarations                                              \
    " GROUP BY d.month, d.kind, c.internal, d.state"

#define TOTAL_COLUMNS                                                                              \
    "month, internal, clients, employees, employees_known, payslips,"                              \
    " payslips_known, travel, travel_known, absences, absences_known, lines, manual_lines, "       \
    "lines_known"
#define PLUS(table, column) column " = " table "." column " + excluded." column

#define SIGN "CAST($1 AS INTEGER) * "

static const char
    *const
        change_sql[] = {
            "INSERT INTO month_total (" TOTAL_COLUMNS
            ") " TOTAL_SQL(SIGN, TOUCHED_RUNS) " ON CONFLICT (month, internal) DO UPDATE SET " PLUS("month_total", "clients") ", " PLUS("month_total", "employees") ", " PLUS("month_total", "employees_known") ", " PLUS(
                "month_total",
                "payslips") ", " PLUS("month_total",
                                      "payslips_known") ", " PLUS("month_total",
                                                                  "travel") ", " PLUS("month_total",
                                                                                      "travel_"
                                                                                      "known") ","
                                                                                               " " PLUS("month_total",
                                                                                                        "absences") ", " PLUS("month_total",
                                                                                                                              "absences_known") ", " PLUS("month_total",
                                                                                                                                                          "lines") ", " PLUS("month_total",
                                                                                                                                                                             "manual_lines") ", " PLUS("month_total",
                                                                                                                                                                                                       "lines_known"),
            "INSERT INTO month_pay (month, internal, currency, pay, net_clients, "
            "gross_clients) " PAY_SQL(SIGN, TOUCHED_RUNS) " ON CONFLICT (month, internal, "
                                                          "currency) DO UPDATE SET " PLUS(
                                                              "month_pay",
                                                              "pay") ", " PLUS("month_pay",
                                                                               "net_clients") ","
                                                                                              " " PLUS("month_pay",
                                                                                                       "gross_clients"),
            "INSERT INTO month_failed (failed_month, internal, failed, unresolved) " FAILED_SQL(
                SIGN, TOUCHED_DECLARATIONS) " ON CONFLICT (failed_month, internal) DO UPDATE "
                                            "SET " PLUS("month_failed",
                                                        "failed") ", " PLUS("month_failed",
                                                                            "unresolved"),
            "INSERT INTO month_declared (month, kind, internal, state, clients) " DECLARED_SQL(
                SIGN, TOUCHED_DECLARATIONS) " ON CONFLICT (month, kind, internal, state) DO UPDATE "
                                            "SET " PLUS("month_declared", "clients"),
        };

/* A month nothing is left of has no row, so that the tables equal their rows exactly. */
static const char *const clean_sql[] = {
    "DELETE FROM month_total WHERE clients = 0",
    "DELETE FROM month_pay WHERE net_clients = 0 AND gross_clients = 0",
    "DELETE FROM month_failed WHERE failed = 0",
    "DELETE FROM month_declared WHERE clients = 0",
};

bool summary_start(struct store *store, struct failure *ret_failure)
{
    return db_script(store->db,
                     "CREATE TEMPORARY TABLE IF NOT EXISTS touched (client_id INTEGER NOT NULL,"
                     " month TEXT NOT NULL, PRIMARY KEY (client_id, month));"
                     "DELETE FROM touched;",
                     ret_failure);
}

bool summary_touch(struct store *store, int64_t client_id, const char *month,
                   struct failure *ret_failure)
{
    struct db_statement *statement = db_prepare(
        store->db, "INSERT INTO touched (client_id, month) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        ret_failure);
    if (statement == NULL)
        return false;
    db_bind_number(statement, 1, client_id);
    db_bind_text(statement, 2, month);
    return db_run(statement, ret_failure);
}

bool summary_touch_client(struct store *store, int64_t client_id, struct failure *ret_failure)
{
    static const char *const sql[] = {
        "INSERT INTO touched (client_id, month) SELECT DISTINCT client_id, month FROM run"
        " WHERE client_id = $1 AND month IS NOT NULL ON CONFLICT DO NOTHING",
        "INSERT INTO touched (client_id, month) SELECT DISTINCT client_id, month FROM declaration"
        " WHERE client_id = $1 ON CONFLICT DO NOTHING",
    };
    for (size_t i = 0; i < 2; i++) {
        struct db_statement *statement = db_prepare(store->db, sql[i], ret_failure);
        if (statement == NULL)
            return false;
        db_bind_number(statement, 1, client_id);
        if (!db_run(statement, ret_failure))
            return false;
    }
    return true;
}

static bool change(struct store *store, int sign, struct failure *ret_failure)
{
    for (size_t i = 0; i < sizeof change_sql / sizeof *change_sql; i++) {
        struct db_statement *statement = db_prepare(store->db, change_sql[i], ret_failure);
        if (statement == NULL)
            return false;
        db_bind_number(statement, 1, sign);
        if (!db_run(statement, ret_failure))
            return false;
    }
    return true;
}

bool summary_subtract(struct store *store, struct failure *ret_failure)
{
    return change(store, -1, ret_failure);
}

bool summary_add(struct store *store, struct failure *ret_failure)
{
    if (!change(store, 1, ret_failure))
        return false;
    for (size_t i = 0; i < sizeof clean_sql / sizeof *clean_sql; i++) {
        struct db_statement *statement = db_prepare(store->db, clean_sql[i], ret_failure);
        if (statement == NULL || !db_run(statement, ret_failure))
            return false;
    }
    return true;
}

/* ---- check ---- */

/* The first column of a summary row is its month. */
#define DIFFERENCE_SQL(expected, stored)                                                           \
    "SELECT DISTINCT month FROM (SELECT * FROM (SELECT * FROM (" expected ") AS e EXCEPT " stored  \
    ") AS a UNION ALL SELECT * FROM (" stored " EXCEPT SELECT * FROM (" expected ") AS e) AS b)"   \
    " AS d ORDER BY month"

static const struct {
    const char *table, *sql;
} check_sql[] = {
    { "month_total",
      DIFFERENCE_SQL(TOTAL_SQL("", ALL_RUNS), "SELECT " TOTAL_COLUMNS " FROM month_total") },
    { "month_pay",
      DIFFERENCE_SQL(PAY_SQL("", ALL_RUNS), "SELECT month, internal, currency, pay, net_clients,"
                                            " gross_clients FROM month_pay") },
    { "month_failed",
      DIFFERENCE_SQL(
          "SELECT failed_month AS month, internal, failed, unresolved FROM (" FAILED_SQL(
              "", ALL_DECLARATIONS) ") AS f",
          "SELECT failed_month AS month, internal, failed, unresolved FROM month_failed") },
    { "month_declared",
      DIFFERENCE_SQL(DECLARED_SQL("", ALL_DECLARATIONS),
                     "SELECT month, kind, internal, state, clients FROM month_declared") },
};

bool summary_check(struct store *store, store_finding call, void *context, int64_t *ret_findings,
                   struct failure *ret_failure)
{
    int64_t findings = 0;
    for (size_t i = 0; i < sizeof check_sql / sizeof *check_sql; i++) {
        struct db_statement *statement = db_prepare(store->db, check_sql[i].sql, ret_failure);
        if (statement == NULL)
            return false;
        enum db_step step;
        while ((step = db_step(statement, ret_failure)) == DB_ROW) {
            struct message finding;
            message_set(&finding, N_("key figures of %1 do not add up (table %2)"),
                        db_text(statement, 0, NULL), check_sql[i].table, NULL);
            call(context, &finding);
            findings++;
        }
        db_done(statement);
        if (step == DB_FAILED)
            return false;
    }
    *ret_findings = findings;
    return true;
}
