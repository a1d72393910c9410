/*
 * Sheet: the key figures of thirteen months being added up.
 *
 * Purpose     of everything the asker may see: from the summary tables alone, however long the history. Of chosen
 *             clients, and for who sees only granted ones: from their rows, some clients at a time.
 * Invariants  both ways give the same figures for the same clients. The internal client counts only for who may see
 *             its people and pay (C3, C43). Not known is not zero (C49).
 */
#include "query_sheet.h"

#include <string.h>

void sheet_start(struct sheet *sheet, struct month month)
{
    *sheet = (struct sheet){ .first = month_add(month, 1 - DASHBOARD_MONTHS), .last = month };
    month_format(sheet->first, sheet->first_text);
    month_format(month, sheet->last_text);
    month_format(month_add(sheet->first, -1), sheet->failed_text);
    month_format(month_add(sheet->first, -2), sheet->declared_text);
}

/* Months from the one `before` months before the first; -1 = outside. */
static int month_place(const struct sheet *sheet, struct db_statement *statement, int column,
                       int before)
{
    int64_t index = column_month(statement, column);
    if (index == VALUE_UNKNOWN)
        return -1;
    int64_t place = index - sheet->first.index + before;
    return place >= 0 && place < DASHBOARD_MONTHS + before ? (int)place : -1;
}

static void figure_count(struct figure *figure, int64_t value)
{
    figure->known = true;
    figure->value += value;
}

struct pay_total *sheet_currency(struct month_sheet *month, const char *currency)
{
    for (size_t i = 0; i < month->currencies; i++)
        if (strncmp(month->pay[i].currency, currency, 3) == 0)
            return &month->pay[i];
    if (month->currencies == CURRENCIES_MAX)
        return NULL;
    struct pay_total *pay = &month->pay[month->currencies++];
    *pay = (struct pay_total){ 0 };
    memcpy(pay->currency, currency, strnlen(currency, sizeof pay->currency - 1));
    return pay;
}

/* ---- from the summary tables ---- */

static void sql_span(struct sql *sql, const struct sheet *sheet, const char *column,
                     const char *first)
{
    buffer_print(&sql->text, " WHERE %s >= ", column);
    sql_text(sql, "", first);
    buffer_print(&sql->text, " AND %s <= ", column);
    sql_text(sql, "", sheet->last_text);
    if (!sheet->with_internal)
        sql_add(sql, " AND internal = 0");
}

static bool summary_totals(struct reading *reading, struct sheet *sheet, struct failure *ret_failure)
{
    static const struct {
        enum month_figure figure;
        int value, known;
    } columns[] = {
        { SUM_EMPLOYEES, 2, 3 }, { SUM_PAYSLIPS, 4, 5 }, { SUM_TRAVEL, 6, 7 },
        { SUM_ABSENCES, 8, 9 },  { SUM_LINES, 10, 12 },  { SUM_MANUAL, 11, 12 },
    };
    struct sql sql = { 0 };
    sql_add(&sql, "SELECT month, clients, employees, employees_known, payslips, payslips_known, travel, "
                  "travel_known, absences, absences_known, lines, manual_lines, lines_known "
                  "FROM month_total");
    sql_span(&sql, sheet, "month", sheet->first_text);
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    bool failed = false;
    while (sql_next(statement, &failed, ret_failure)) {
        int place = month_place(sheet, statement, 0, 0);
        if (place < 0 || db_number(statement, 1) == 0)
            continue;
        struct month_sheet *month = &sheet->months[place];
        figure_count(&month->clients, db_number(statement, 1));
        for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
            if (db_number(statement, columns[i].known) > 0)
                figure_count(&month->sum[columns[i].figure], db_number(statement, columns[i].value));
    }
    return !failed;
}

static bool summary_pay(struct reading *reading, struct sheet *sheet, struct failure *ret_failure)
{
    struct sql sql = { 0 };
    sql_add(&sql, "SELECT month, currency, pay, net_clients, gross_clients FROM month_pay");
    sql_span(&sql, sheet, "month", sheet->first_text);
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    bool failed = false;
    while (sql_next(statement, &failed, ret_failure)) {
        int place = month_place(sheet, statement, 0, 0);
        struct pay_total *pay =
            place < 0 ? NULL : sheet_currency(&sheet->months[place], db_text(statement, 1, NULL));
        if (pay == NULL)
            continue;
        pay->pay += db_number(statement, 2);
        pay->net += db_number(statement, 3);
        pay->gross += db_number(statement, 4);
    }
    return !failed;
}

static bool summary_failed(struct reading *reading, struct sheet *sheet, struct failure *ret_failure)
{
    struct sql sql = { 0 };
    sql_add(&sql, "SELECT failed_month, failed, unresolved FROM month_failed");
    sql_span(&sql, sheet, "failed_month", sheet->failed_text);
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    bool failed = false;
    while (sql_next(statement, &failed, ret_failure)) {
        int place = month_place(sheet, statement, 0, 1);
        if (place >= 0) {
            sheet->failed[place] += db_number(statement, 1);
            sheet->unresolved[place] += db_number(statement, 2);
        }
    }
    return !failed;
}

bool sheet_answerable(struct reading *reading, struct sheet *sheet, struct failure *ret_failure)
{
    struct sql sql = { 0 };
    sql_add(&sql, "SELECT DISTINCT month FROM month_declared");
    sql_span(&sql, sheet, "month", sheet->declared_text);
    sql_add(&sql, " AND clients > 0");
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    bool failed = false;
    while (sql_next(statement, &failed, ret_failure)) {
        int place = month_place(sheet, statement, 0, 2);
        if (place >= 0)
            sheet->answerable[place] = true;
    }
    return !failed;
}

/* Between the first month anything is known of and the last, a month without runs has none: 0, known. */
bool sheet_known_months(struct reading *reading, struct sheet *sheet, struct failure *ret_failure)
{
    struct sql sql = { 0 };
    struct month first = MONTH_NONE;
    sql_add(&sql, "SELECT min(month) FROM month_total WHERE clients > 0");
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    enum db_step step = db_step(statement, ret_failure);
    if (step == DB_ROW && !db_is_null(statement, 0))
        month_parse(db_text(statement, 0, NULL), &first);
    db_done(statement);
    for (int i = 0; month_known(first) && i < DASHBOARD_MONTHS; i++)
        if (sheet->first.index + i >= first.index)
            sheet->months[i].clients.known = true;
    return step != DB_FAILED;
}

bool sheet_of_summary(struct reading *reading, struct sheet *sheet,
                             struct failure *ret_failure)
{
    bool good = summary_totals(reading, sheet, ret_failure) &&
                summary_pay(reading, sheet, ret_failure) &&
                summary_failed(reading, sheet, ret_failure) &&
                sheet_answerable(reading, sheet, ret_failure);
    memcpy(sheet->answered, sheet->answerable, sizeof sheet->answered);
    return good;
}

/* ---- from the rows of some clients ---- */

static void sheet_add_month(struct sheet *sheet, int place, const struct month_sums *sums)
{
    static const enum month_figure plain[] = { SUM_EMPLOYEES, SUM_PAYSLIPS, SUM_TRAVEL, SUM_ABSENCES };
    if (place < 0 || sums->runs == 0)
        return;
    struct month_sheet *month = &sheet->months[place];
    figure_count(&month->clients, 1);
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        struct figure figure = month_total_of(sums, plain[i]);
        if (figure.known)
            figure_count(&month->sum[plain[i]], figure.value);
    }
    for (size_t i = 0; i < sums->count; i++) {
        const struct month_sum *sum = &sums->list[i];
        if (sum->told.known) {
            figure_count(&month->sum[SUM_LINES], sum->told.value);
            figure_count(&month->sum[SUM_MANUAL], sum->told_manual.value);
        }
        struct pay_total *pay = sum->pay.known ? sheet_currency(month, sum->currency) : NULL;
        if (pay != NULL) {
            pay->pay += sum->pay.value;
            *(sum->by_gross ? &pay->gross : &pay->net) += 1;
        }
    }
}

/* Their runs, month by month as the index over months has them. */
static bool add_runs(struct reading *reading, const struct ids *clients, struct sheet *sheet,
                     struct sheet *own, struct failure *ret_failure)
{
    char months[DASHBOARD_MONTHS][MONTH_TEXT_SIZE];
    struct sql sql = { 0 };
    sql_add(&sql, "SELECT r.month, r.client_id, " RUN_COLUMNS " FROM run AS r WHERE r.month");
    for (int i = 0; i < DASHBOARD_MONTHS; i++)
        sql_text(&sql, i == 0 ? " IN (" : ", ",
                 month_format(month_add(sheet->first, i), months[i]));
    sql_add(&sql, ")");
    sql_some(&sql, reading, "r.client_id");
    sql_add(&sql, " ORDER BY r.month, r.client_id");
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    struct month_sums sums = { 0 };
    int64_t client = 0;
    int place = -1;
    bool failed = false;
    month_clear(&sums);
    for (bool more = true; more;) {
        more = sql_next(statement, &failed, ret_failure);
        int64_t of = more ? db_number(statement, 1) : 0;
        if (more && !ids_has(clients, of))
            continue;
        int in = more ? month_place(sheet, statement, 0, 0) : -1;
        if (of != client || in != place) {
            sheet_add_month(sheet, place, &sums);
            if (own != NULL && ids_has(&reading->granted, client))
                sheet_add_month(own, place, &sums);
            month_clear(&sums);
            client = of;
            place = in;
        }
        if (more)
            month_add_run(&sums, statement, 2);
    }
    month_finish(&sums);
    return !failed;
}

/* Of which months any declaration is known: of most after the first few clients. */
static bool add_answered(struct reading *reading, const struct ids *clients, struct sheet *sheet,
                         struct failure *ret_failure)
{
    char months[FAILED_MONTHS + 1][MONTH_TEXT_SIZE];
    bool any = false;
    struct sql sql = { 0 };
    sql_add(&sql, "SELECT d.month, d.client_id FROM declaration AS d WHERE d.month");
    for (int i = 0; i <= FAILED_MONTHS; i++) {
        if (!sheet->answerable[i] || sheet->answered[i])
            continue;
        sql_text(&sql, any ? ", " : " IN (",
                 month_format(month_add(sheet->first, i - 2), months[i]));
        any = true;
    }
    sql_add(&sql, ")");
    if (!any) {
        buffer_finish(&sql.text);
        return true;
    }
    sql_some(&sql, reading, "d.client_id");
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    bool failed = false;
    while (sql_next(statement, &failed, ret_failure)) {
        int place = month_place(sheet, statement, 0, 2);
        if (place >= 0 && ids_has(clients, db_number(statement, 1)))
            sheet->answered[place] = true;
    }
    return !failed;
}

bool sheet_add_some(struct reading *reading, const struct ids *clients, struct sheet *sheet,
                    struct sheet *own, struct failure *ret_failure)
{
    return add_runs(reading, clients, sheet, own, ret_failure) &&
           add_answered(reading, clients, sheet, ret_failure);
}

bool sheet_add_failed(struct reading *reading, const struct ids *clients, int place,
                      struct sheet *sheet, struct failure *ret_failure)
{
    char month[MONTH_TEXT_SIZE];
    struct sql sql = { 0 };
    sql_text(&sql, "SELECT d.client_id, d.state FROM declaration AS d WHERE d.failed_month = ",
             month_format(month_add(sheet->first, place - 1), month));
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    bool failed = false;
    int state;
    while (sql_next(statement, &failed, ret_failure)) {
        if (!ids_has(clients, db_number(statement, 0)))
            continue;
        sheet->failed[place]++;
        if (model_parse(WORDS_DECLARATION, db_text(statement, 1, NULL), &state) &&
            declaration_failed((enum declaration_state)state))
            sheet->unresolved[place]++;
    }
    return !failed;
}
