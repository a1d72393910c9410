/*
 * The dashboard's key figures (S1.18–S1.26): thirteen months, per currency.
 *
 * Purpose     for everything the asker may see: from the summary tables alone, however long the
 *             history. For chosen clients, and for who sees only granted ones: from their rows.
 * Invariants  both ways give the same figures for the same clients. The internal client counts only for
 *             who may see its people and pay (C3, C43). A pay total that would show the pay of one or
 *             two clients the asker has no access to is left out (C44); of clients he chose himself
 *             only those he has access to are summed, so that the difference of two such totals
 *             tells him nothing new. Not known is not zero (C49).
 */
#include "query.h"

#include <stdlib.h>
#include <string.h>

enum { CURRENCIES_MAX = 16, FAILED_MONTHS = DASHBOARD_MONTHS + 1, FEW_CLIENTS = 2000 };

struct pay_total {
    char currency[4];
    int64_t pay, net, gross; /* clients by net, by gross */
};
struct month_sheet {
    struct figure clients, sum[SUM_COUNT]; /* lines and manual lines: where both are told */
    struct pay_total pay[CURRENCIES_MAX];
    size_t currencies;
};
/* Everything that is read before it becomes a dashboard. */
struct sheet {
    struct month first, last;
    char first_text[MONTH_TEXT_SIZE], last_text[MONTH_TEXT_SIZE];
    char failed_text[MONTH_TEXT_SIZE];   /* the month before the first */
    char declared_text[MONTH_TEXT_SIZE]; /* the one before that */
    struct month_sheet months[DASHBOARD_MONTHS];
    int64_t failed[FAILED_MONTHS], unresolved[FAILED_MONTHS]; /* by month of the answer, from failed_text */
    bool answered[FAILED_MONTHS + 1]; /* a declaration is known of that month, from declared_text */
    bool with_internal;
};

static void sheet_start(struct sheet *sheet, struct month month)
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

static struct pay_total *currency_of(struct month_sheet *month, const char *currency)
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
                     const char *first, bool internal_apart)
{
    buffer_print(&sql->text, " WHERE %s >= ", column);
    sql_text(sql, "", first);
    buffer_print(&sql->text, " AND %s <= ", column);
    sql_text(sql, "", sheet->last_text);
    if (internal_apart && !sheet->with_internal)
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
    sql_span(&sql, sheet, "month", sheet->first_text, true);
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
    sql_span(&sql, sheet, "month", sheet->first_text, true);
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    bool failed = false;
    while (sql_next(statement, &failed, ret_failure)) {
        int place = month_place(sheet, statement, 0, 0);
        struct pay_total *pay =
            place < 0 ? NULL : currency_of(&sheet->months[place], db_text(statement, 1, NULL));
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
    sql_span(&sql, sheet, "failed_month", sheet->failed_text, true);
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
    if (failed)
        return false;
    sql_add(&sql, "SELECT DISTINCT month FROM month_declared");
    sql_span(&sql, sheet, "month", sheet->declared_text, true);
    sql_add(&sql, " AND clients > 0");
    statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    while (sql_next(statement, &failed, ret_failure)) {
        int place = month_place(sheet, statement, 0, 2);
        if (place >= 0)
            sheet->answered[place] = true;
    }
    return !failed;
}

/* Between the first month anything is known of and the last, a month without runs has none: 0, known. */
static bool known_months(struct reading *reading, struct sheet *sheet, struct failure *ret_failure)
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

static bool sheet_of_summary(struct reading *reading, struct sheet *sheet,
                             struct failure *ret_failure)
{
    return summary_totals(reading, sheet, ret_failure) && summary_pay(reading, sheet, ret_failure) &&
           summary_failed(reading, sheet, ret_failure);
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
        struct pay_total *pay = sum->pay.known ? currency_of(month, sum->currency) : NULL;
        if (pay != NULL) {
            pay->pay += sum->pay.value;
            *(sum->by_gross ? &pay->gross : &pay->net) += 1;
        }
    }
}

/* client_id 0: of all clients, those in the set are taken. */
static bool rows_runs(struct reading *reading, struct sheet *sheet, const struct ids *clients,
                      int64_t client_id, struct failure *ret_failure)
{
    struct sql sql = { 0 };
    sql_add(&sql, "SELECT r.month, r.client_id, " RUN_COLUMNS " FROM run AS r");
    sql_span(&sql, sheet, "r.month", sheet->first_text, false);
    if (client_id != 0)
        sql_number(&sql, " AND r.client_id = ", client_id);
    sql_add(&sql, " ORDER BY r.month, r.client_id");
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    struct month_sums sums = { 0 };
    int64_t client = 0;
    int place = -1;
    bool failed = false;
    month_clear(&sums);
    while (sql_next(statement, &failed, ret_failure)) {
        int64_t of = db_number(statement, 1);
        if (!ids_has(clients, of))
            continue;
        int in = month_place(sheet, statement, 0, 0);
        if (of != client || in != place) {
            sheet_add_month(sheet, place, &sums);
            month_clear(&sums);
            client = of;
            place = in;
        }
        month_add_run(&sums, statement, 2);
    }
    sheet_add_month(sheet, place, &sums);
    month_finish(&sums);
    return !failed;
}

static bool rows_failed(struct reading *reading, struct sheet *sheet, const struct ids *clients,
                        int64_t client_id, struct failure *ret_failure)
{
    struct sql sql = { 0 };
    sql_add(&sql, "SELECT d.failed_month, d.client_id, d.state FROM declaration AS d");
    sql_span(&sql, sheet, "d.failed_month", sheet->failed_text, false);
    if (client_id != 0)
        sql_number(&sql, " AND d.client_id = ", client_id);
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    bool failed = false;
    while (sql_next(statement, &failed, ret_failure)) {
        int place = month_place(sheet, statement, 0, 1);
        int state;
        if (place < 0 || !ids_has(clients, db_number(statement, 1)))
            continue;
        sheet->failed[place]++;
        if (model_parse(WORDS_DECLARATION, db_text(statement, 2, NULL), &state) &&
            declaration_failed((enum declaration_state)state))
            sheet->unresolved[place]++;
    }
    if (failed)
        return false;
    sql_add(&sql, "SELECT d.month, d.client_id FROM declaration AS d");
    sql_span(&sql, sheet, "d.month", sheet->declared_text, false);
    if (client_id != 0)
        sql_number(&sql, " AND d.client_id = ", client_id);
    statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    while (sql_next(statement, &failed, ret_failure)) {
        int place = month_place(sheet, statement, 0, 2);
        if (place >= 0 && ids_has(clients, db_number(statement, 1)))
            sheet->answered[place] = true;
    }
    return !failed;
}

static bool sheet_of_rows(struct reading *reading, struct sheet *sheet, const struct ids *clients,
                          bool pay_only, struct failure *ret_failure)
{
    if (clients->count > FEW_CLIENTS)
        return rows_runs(reading, sheet, clients, 0, ret_failure) &&
               (pay_only || rows_failed(reading, sheet, clients, 0, ret_failure));
    for (int64_t id = ids_next(clients, 0); id >= 0; id = ids_next(clients, id + 1))
        if (!rows_runs(reading, sheet, clients, id, ret_failure) ||
            (!pay_only && !rows_failed(reading, sheet, clients, id, ret_failure)))
            return false;
    return true;
}

/* ---- what may be shown of pay (C44) ---- */

static int64_t paid_clients(const struct pay_total *pay)
{
    return pay == NULL ? 0 : pay->net + pay->gross;
}

static void drop_totals(struct sheet *sheet, struct sheet *seen, struct dashboard *dashboard)
{
    for (int i = 0; i < DASHBOARD_MONTHS; i++) {
        struct month_sheet *month = &sheet->months[i];
        size_t kept = 0;
        for (size_t c = 0; c < month->currencies; c++) {
            const struct pay_total *pay = &month->pay[c];
            const struct pay_total *mine = currency_of(&seen->months[i], pay->currency);
            if (access_total_shown(paid_clients(pay) - paid_clients(mine)))
                month->pay[kept++] = *pay;
            else
                dashboard->suppressed = true;
        }
        month->currencies = kept;
    }
}

/* Of clients somebody chose himself a total over unseen ones, however many, would tell what one of them
 * pays: by the total of the same clients without it. */
static void keep_own(struct sheet *sheet, const struct sheet *seen, struct dashboard *dashboard)
{
    for (int i = 0; i < DASHBOARD_MONTHS; i++) {
        struct month_sheet *month = &sheet->months[i];
        const struct month_sheet *mine = &seen->months[i];
        int64_t all = 0, own = 0;
        for (size_t c = 0; c < month->currencies; c++)
            all += paid_clients(&month->pay[c]);
        for (size_t c = 0; c < mine->currencies; c++)
            own += paid_clients(&mine->pay[c]);
        if (own != all)
            dashboard->pay_of_own = true;
        memcpy(month->pay, mine->pay, sizeof month->pay);
        month->currencies = mine->currencies;
    }
}

/* Whether any total is of so few clients that the asker's own could leave one or two of them. */
static bool totals_in_doubt(const struct sheet *sheet, int64_t seen)
{
    for (int i = 0; i < DASHBOARD_MONTHS; i++)
        for (size_t c = 0; c < sheet->months[i].currencies; c++) {
            const struct pay_total *pay = &sheet->months[i].pay[c];
            /* between all of them unseen and as many seen as there can be */
            for (int64_t unseen = pay->net + pay->gross;
                 unseen >= 0 && unseen >= pay->net + pay->gross - seen; unseen--)
                if (!access_total_shown(unseen))
                    return true;
        }
    return false;
}

static bool guard_pay(struct reading *reading, struct sheet *sheet, const struct ids *clients,
                      struct dashboard *dashboard, struct failure *ret_failure)
{
    if (reading->role != ROLE_OPERATOR ||
        (clients == NULL && !totals_in_doubt(sheet, (int64_t)reading->granted.count)))
        return true;
    struct sheet *seen = memory_alloc(sizeof *seen);
    struct ids mine = { 0 };
    sheet_start(seen, sheet->last);
    for (int64_t id = ids_next(&reading->granted, 0); id >= 0;
         id = ids_next(&reading->granted, id + 1))
        if (clients == NULL || ids_has(clients, id))
            ids_add(&mine, id);
    bool good = sheet_of_rows(reading, seen, &mine, true, ret_failure);
    if (good && clients == NULL)
        drop_totals(sheet, seen, dashboard);
    else if (good)
        keep_own(sheet, seen, dashboard);
    ids_finish(&mine);
    free(seen);
    return good;
}

/* ---- the dashboard ---- */

static int by_clients(const void *a, const void *b)
{
    const struct pay_total *left = a;
    const struct pay_total *right = b;
    int64_t more = (right->net + right->gross) - (left->net + left->gross);
    return more != 0 ? (more > 0 ? 1 : -1) : strcmp(left->currency, right->currency);
}

/* The currencies of most clients, in the order of their codes. */
static void fill_pay(struct month_sheet *sheet, struct dashboard_month *month)
{
    int64_t net = 0;
    int64_t gross = 0;
    qsort(sheet->pay, sheet->currencies, sizeof *sheet->pay, by_clients);
    for (size_t i = 0; i < sheet->currencies && i < DASHBOARD_CURRENCIES; i++) {
        size_t at = month->currency_count++;
        while (at > 0 && strcmp(month->pay[at - 1].currency, sheet->pay[i].currency) > 0) {
            month->pay[at] = month->pay[at - 1];
            at--;
        }
        memcpy(month->pay[at].currency, sheet->pay[i].currency, 4);
        month->pay[at].pay = sheet->pay[i].pay;
        net += sheet->pay[i].net;
        gross += sheet->pay[i].gross;
    }
    if (net > 0 || gross > 0)
        month->basis = gross == 0 ? PAY_NET : net == 0 ? PAY_GROSS : PAY_MIXED;
}

static void fill_month(struct sheet *sheet, int i, struct dashboard_month *month)
{
    struct month_sheet *from = &sheet->months[i];
    month->month = month_add(sheet->first, i);
    month->clients = from->clients;
    month->employees = from->sum[SUM_EMPLOYEES];
    month->payslips = from->sum[SUM_PAYSLIPS];
    month->travel = from->sum[SUM_TRAVEL];
    month->absences = from->sum[SUM_ABSENCES];
    month->lines = from->sum[SUM_LINES];
    month->manual_lines = from->sum[SUM_MANUAL];
    /* an answer of one month is about that month or the one before: known when such a declaration is */
    bool before = sheet->failed[i] > 0 || sheet->answered[i] || sheet->answered[i + 1];
    bool now = sheet->failed[i + 1] > 0 || sheet->answered[i + 1] ||
               (i + 2 <= FAILED_MONTHS && sheet->answered[i + 2]);
    month->failed = (struct figure){ before, sheet->failed[i] };
    month->unresolved = (struct figure){ before, sheet->unresolved[i] };
    month->failed_now = (struct figure){ now, sheet->failed[i + 1] };
    fill_pay(from, month);
}

static bool count_clients(struct reading *reading, const struct ids *clients,
                          struct dashboard *dashboard, struct failure *ret_failure)
{
    struct sql sql = { 0 };
    int64_t any = 0;
    if (clients != NULL) {
        struct ids archived = { 0 };
        sql_add(&sql, "SELECT id FROM client WHERE archived_at IS NOT NULL");
        bool good = sql_ids(&sql, reading, &archived, ret_failure);
        for (int64_t id = ids_next(clients, 0); id >= 0; id = ids_next(clients, id + 1))
            ids_has(&archived, id) ? dashboard->archived_count++ : dashboard->client_count++;
        ids_finish(&archived);
        if (!good)
            return false;
        dashboard->with_internal = reading->internal != 0 && ids_has(clients, reading->internal);
    } else { /* kept by triggers of the schema, so that nothing is counted here */
        sql_add(&sql, "SELECT value FROM counter WHERE name = 'clients'");
        if (!sql_one(&sql, reading, 0, &dashboard->client_count, ret_failure))
            return false;
        sql_add(&sql, "SELECT count(*) FROM client WHERE internal = 1 AND archived_at IS NULL");
        if (!sql_one(&sql, reading, 0, &any, ret_failure))
            return false;
        if (!dashboard->with_internal)
            dashboard->client_count -= any;
        sql_add(&sql, "SELECT count(*) FROM client"); /* of an index: cheap */
        if (!sql_one(&sql, reading, 0, &dashboard->archived_count, ret_failure))
            return false;
        dashboard->archived_count -= dashboard->client_count;
        if (!dashboard->with_internal && reading->internal != 0)
            dashboard->archived_count--;
    }
    sql_add(&sql, "SELECT 1 FROM month_total WHERE clients > 0 UNION ALL SELECT 1 FROM obligation "
                  "WHERE kind IN ('a-melding', 'agi') LIMIT 1");
    if (!sql_one(&sql, reading, 0, &any, ret_failure))
        return false;
    dashboard->no_payroll = any == 0;
    return true;
}

/* The clients asked about that are visible; NULL when the summary tables hold the answer. */
static bool scope_of(struct reading *reading, const struct ids *asked, struct ids *scope,
                     const struct ids **ret_clients, struct failure *ret_failure)
{
    *ret_clients = scope;
    if (asked == NULL && reading->reach != REACH_GRANTED && reading->reach != REACH_NONE) {
        *ret_clients = NULL;
        return true;
    }
    if (reading->reach == REACH_NONE)
        return true;
    if (asked == NULL)
        return reading_visible(reading, scope, ret_failure);
    struct ids visible = { 0 };
    bool good = reading_visible(reading, &visible, ret_failure);
    for (int64_t id = ids_next(asked, 0); good && id >= 0; id = ids_next(asked, id + 1))
        if (ids_has(&visible, id))
            ids_add(scope, id);
    ids_finish(&visible);
    return good;
}

static bool figures(struct reading *reading, struct month month, const struct ids *clients,
                    struct dashboard *dashboard, struct failure *ret_failure)
{
    struct sheet *sheet = memory_alloc(sizeof *sheet);
    sheet_start(sheet, month);
    sheet->with_internal = reading->internal != 0 &&
                           reading_allows(reading, reading->internal, RIGHT_FIGURES);
    dashboard->with_internal = sheet->with_internal;
    bool good = (clients == NULL ? sheet_of_summary(reading, sheet, ret_failure)
                                 : sheet_of_rows(reading, sheet, clients, false, ret_failure)) &&
                known_months(reading, sheet, ret_failure) &&
                guard_pay(reading, sheet, clients, dashboard, ret_failure) &&
                count_clients(reading, clients, dashboard, ret_failure);
    for (int i = 0; good && i < DASHBOARD_MONTHS; i++)
        fill_month(sheet, i, &dashboard->months[i]);
    free(sheet);
    return good;
}

static bool dashboard(struct store *store, const struct session *session, struct month month,
                      const struct ids *asked, bool attention, struct dashboard *ret_dashboard,
                      struct failure *ret_failure)
{
    struct reading reading;
    struct dashboard dashboard = { 0 };
    struct ids scope = { 0 };
    const struct ids *clients;
    if (!reading_start(store, session, INSTANT_NONE, &reading, ret_failure))
        return false;
    if (!month_known(month))
        month = month_of(reading.day);
    bool good = scope_of(&reading, asked, &scope, &clients, ret_failure) &&
                figures(&reading, month, clients, &dashboard, ret_failure) &&
                (!attention || load_attention(&reading, clients, &dashboard, ret_failure));
    dashboard.complete = attention;
    ids_finish(&scope);
    reading_finish(&reading);
    if (good)
        *ret_dashboard = dashboard;
    return good;
}

bool store_figures(struct store *store, const struct session *session, struct month month,
                   const struct ids *clients, struct dashboard *ret_dashboard,
                   struct failure *ret_failure)
{
    return dashboard(store, session, month, clients, false, ret_dashboard, ret_failure);
}

bool store_attention(struct store *store, const struct session *session, const struct ids *asked,
                     struct dashboard *dashboard, struct failure *ret_failure)
{
    struct reading reading;
    struct dashboard found = { 0 };
    struct ids scope = { 0 };
    const struct ids *clients;
    if (!reading_start(store, session, INSTANT_NONE, &reading, ret_failure))
        return false;
    bool good = scope_of(&reading, asked, &scope, &clients, ret_failure) &&
                load_attention(&reading, clients, &found, ret_failure);
    ids_finish(&scope);
    reading_finish(&reading);
    if (!good)
        return false;
    found.complete = true;
    dashboard_take_attention(dashboard, &found);
    return true;
}

bool store_dashboard(struct store *store, const struct session *session, struct month month,
                     const struct ids *clients, struct dashboard *ret_dashboard,
                     struct failure *ret_failure)
{
    return dashboard(store, session, month, clients, true, ret_dashboard, ret_failure);
}
