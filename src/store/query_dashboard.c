/*
 * The dashboard's key figures (S1.18–S1.26): thirteen months, per currency.
 *
 * Purpose     for everything the asker may see: from the summary tables alone. For chosen clients, and for who sees
 *             only granted ones: from their rows, at once or in slices.
 * State       struct store_sum: which clients come next, the sheets so far.
 * Invariants  both ways give the same figures for the same clients. A pay total that would show the pay of one or
 *             two clients the asker has no access to is left out (C44); of clients he chose himself
 *             only those he has access to are summed, so that the difference of two such totals
 *             tells him nothing new. Every slice is a reading of its own, and each client is added in exactly one.
 */
#include "query_sheet.h"

#include <stdlib.h>
#include <string.h>

#include "klientel/base/loop.h"

/*
 * The figures of one question being added up. Clients come some at a time (sheet_add_some), then the failed
 * declarations month by month, then what may be shown of it.
 */
enum sum_phase { SUM_START, SUM_CLIENTS, SUM_FAILED, SUM_LAST, SUM_DONE };
struct store_sum {
    struct store *store;
    struct month month;
    struct ids asked;   /* those, unless of_all */
    bool of_all;
    bool of_rows;       /* from the rows of `asked`, which are then filled: who sees only granted ones asks for those */
    enum sum_phase phase;
    struct chunks chunks;
    int failed_place;
    struct ids visible; /* of those asked for */
    int64_t client_count;
    struct sheet sheet, own;
};

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
            const struct pay_total *mine = sheet_currency(&seen->months[i], pay->currency);
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

/* The pay of those the asker has a grant on, of all that he may see. */
static bool sheet_of_granted(struct reading *reading, struct sheet *sheet, struct failure *ret_failure)
{
    struct chunks chunks;
    struct some all = reading->some;
    int64_t most;
    bool good = max_client(reading, &most, ret_failure);
    chunks_start(&chunks, &reading->granted, most);
    while (good && chunks_next(&chunks, &reading->granted, &reading->some)) {
        good = sheet_add_some(reading, &reading->granted, sheet, NULL, ret_failure);
        chunks_took(&chunks, &reading->some, 0);
    }
    reading->some = all;
    return good;
}

static bool guard_pay(struct reading *reading, struct store_sum *sum, struct dashboard *dashboard,
                      struct failure *ret_failure)
{
    if (reading->role != ROLE_OPERATOR)
        return true;
    if (sum->of_rows) {
        keep_own(&sum->sheet, &sum->own, dashboard);
        return true;
    }
    if (!totals_in_doubt(&sum->sheet, (int64_t)reading->granted.count))
        return true;
    if (!sheet_of_granted(reading, &sum->own, ret_failure))
        return false;
    drop_totals(&sum->sheet, &sum->own, dashboard);
    return true;
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
    month->unresolved_now = (struct figure){ now, sheet->unresolved[i + 1] };
    fill_pay(from, month);
}

static bool count_clients(struct reading *reading, const struct store_sum *sum,
                          struct dashboard *dashboard, struct failure *ret_failure)
{
    struct sql sql = { 0 };
    int64_t any = 0;
    if (sum->of_rows) {
        dashboard->client_count = sum->client_count;
        dashboard->archived_count = (int64_t)sum->visible.count - sum->client_count;
        dashboard->with_internal =
            reading->internal != 0 && ids_has(&sum->visible, reading->internal);
    } else { /* kept by triggers of the schema, so that nothing is counted here */
        dashboard->with_internal = sum->sheet.with_internal;
        sql_add(&sql, "SELECT value FROM counter WHERE name = 'clients'");
        if (!sql_one(&sql, reading, 0, &dashboard->client_count, ret_failure))
            return false;
        sql_add(&sql, "SELECT count(*) FROM client WHERE internal = 1 AND archived_at IS NULL");
        if (!sql_one(&sql, reading, 0, &any, ret_failure))
            return false;
        if (!dashboard->with_internal)
            dashboard->client_count -= any;
    }
    sql_add(&sql, "SELECT 1 FROM month_total WHERE clients > 0 UNION ALL SELECT 1 FROM obligation "
                  "WHERE kind IN ('a-melding', 'agi') LIMIT 1");
    if (!sql_one(&sql, reading, 0, &any, ret_failure))
        return false;
    dashboard->no_payroll = any == 0;
    return true;
}

/* ---- added up ---- */

/* From what they are added up. Clients are asked for by their ids, which are those of one reading: who sees only
 * granted ones, and is granted more meanwhile, is told of the change and asks again. */
static bool sum_begin(struct store_sum *sum, struct reading *reading, struct failure *ret_failure)
{
    int64_t most;
    struct month month = month_known(sum->month) ? sum->month : month_of(reading->day);
    sheet_start(&sum->sheet, month);
    sheet_start(&sum->own, month);
    sum->of_rows = !sum->of_all || reading->reach == REACH_GRANTED || reading->reach == REACH_NONE;
    sum->sheet.with_internal = sum->of_rows || (reading->internal != 0 &&
                                                reading_allows(reading, reading->internal, RIGHT_FIGURES));
    sum->phase = sum->of_rows ? SUM_CLIENTS : SUM_LAST;
    if (!sum->of_rows)
        return sheet_of_summary(reading, &sum->sheet, ret_failure);
    if (sum->of_all)
        ids_copy(&sum->asked, &reading->granted);
    if (!max_client(reading, &most, ret_failure) ||
        !sheet_answerable(reading, &sum->sheet, ret_failure))
        return false;
    memcpy(sum->own.answerable, sum->sheet.answerable, sizeof sum->own.answerable);
    chunks_start(&sum->chunks, &sum->asked, most);
    return true;
}

/* Those the reading is about, of whom the asker sees some. */
static bool sum_some(struct store_sum *sum, struct reading *reading, struct failure *ret_failure)
{
    struct sql sql = { 0 };
    sql_add(&sql, "SELECT c.id, CASE WHEN c.archived_at IS NULL THEN 0 ELSE 1 END FROM client AS c "
                  "WHERE TRUE");
    sql_some(&sql, reading, "c.id");
    sql_visible(&sql, reading, "c");
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    bool failed = false;
    while (sql_next(statement, &failed, ret_failure)) {
        if (!ids_has(&sum->asked, db_number(statement, 0)))
            continue;
        ids_add(&sum->visible, db_number(statement, 0));
        sum->client_count += db_number(statement, 1) == 0;
    }
    return !failed && sheet_add_some(reading, &sum->visible, &sum->sheet, &sum->own, ret_failure);
}

static bool sum_failed(struct store_sum *sum, struct reading *reading, struct failure *ret_failure)
{
    int place = sum->failed_place++;
    if (sum->failed_place == FAILED_MONTHS)
        sum->phase = SUM_LAST;
    return sheet_add_failed(reading, &sum->visible, place, &sum->sheet, ret_failure);
}

static bool sum_last(struct store_sum *sum, struct reading *reading, struct dashboard *dashboard,
                     struct failure *ret_failure)
{
    *dashboard = (struct dashboard){ 0 };
    if (!sheet_known_months(reading, &sum->sheet, ret_failure) ||
        !guard_pay(reading, sum, dashboard, ret_failure) ||
        !count_clients(reading, sum, dashboard, ret_failure))
        return false;
    for (int i = 0; i < DASHBOARD_MONTHS; i++)
        fill_month(&sum->sheet, i, &dashboard->months[i]);
    sum->phase = SUM_DONE;
    return true;
}

/* ---- at once: all of one moment ---- */

static bool figures(struct reading *reading, struct store_sum *sum, struct dashboard *dashboard,
                    struct failure *ret_failure)
{
    struct some all = reading->some;
    bool good = sum_begin(sum, reading, ret_failure);
    while (good && sum->phase == SUM_CLIENTS) {
        if (chunks_next(&sum->chunks, &sum->asked, &reading->some)) {
            good = sum_some(sum, reading, ret_failure);
            chunks_took(&sum->chunks, &reading->some, 0);
        } else {
            sum->phase = SUM_FAILED;
        }
    }
    reading->some = all;
    while (good && sum->phase == SUM_FAILED)
        good = sum_failed(sum, reading, ret_failure);
    return good && sum_last(sum, reading, dashboard, ret_failure);
}

static bool dashboard(struct store *store, const struct session *session, struct month month,
                      const struct ids *asked, bool attention, struct dashboard *ret_dashboard,
                      struct failure *ret_failure)
{
    struct reading reading;
    struct dashboard dashboard;
    if (!reading_start(store, session, INSTANT_NONE, &reading, ret_failure))
        return false;
    struct store_sum *sum = store_sum_start(store, month, asked);
    bool good = figures(&reading, sum, &dashboard, ret_failure);
    if (good && attention) {
        dashboard.archived_count = 0; /* counted with it */
        good = load_attention(&reading, sum->of_rows ? &sum->visible : NULL, &dashboard, ret_failure);
    }
    store_sum_finish(sum);
    reading_finish(&reading);
    if (!good)
        return false;
    dashboard.complete = attention;
    *ret_dashboard = dashboard;
    return true;
}

bool store_figures(struct store *store, const struct session *session, struct month month,
                   const struct ids *clients, struct dashboard *ret_dashboard,
                   struct failure *ret_failure)
{
    return dashboard(store, session, month, clients, false, ret_dashboard, ret_failure);
}

bool store_dashboard(struct store *store, const struct session *session, struct month month,
                     const struct ids *clients, struct dashboard *ret_dashboard,
                     struct failure *ret_failure)
{
    return dashboard(store, session, month, clients, true, ret_dashboard, ret_failure);
}

/* ---- in slices ---- */

struct store_sum *store_sum_start(struct store *store, struct month month, const struct ids *clients)
{
    struct store_sum *sum = memory_zero(1, sizeof *sum);
    sum->store = store;
    sum->month = month;
    sum->of_all = clients == NULL;
    if (clients != NULL)
        ids_copy(&sum->asked, clients);
    return sum;
}

void store_sum_finish(struct store_sum *sum)
{
    if (sum == NULL)
        return;
    ids_finish(&sum->asked);
    ids_finish(&sum->visible);
    free(sum);
}

static bool slice_of_clients(struct store_sum *sum, const struct session *session,
                             struct failure *ret_failure)
{
    int64_t began = clock_tick();
    struct some some;
    struct reading reading;
    if (!chunks_next(&sum->chunks, &sum->asked, &some)) {
        sum->phase = SUM_FAILED;
        return true;
    }
    if (!reading_start_some(sum->store, session, INSTANT_NONE, &some, &reading, ret_failure))
        return false;
    bool good = sum_some(sum, &reading, ret_failure);
    reading_finish(&reading);
    chunks_took(&sum->chunks, &some, (clock_tick() - began) / 1000);
    return good;
}

static bool slice(struct store_sum *sum, const struct session *session,
                  struct dashboard *dashboard, struct failure *ret_failure)
{
    struct reading reading;
    if (sum->phase == SUM_CLIENTS)
        return slice_of_clients(sum, session, ret_failure);
    if (!reading_start(sum->store, session, INSTANT_NONE, &reading, ret_failure))
        return false;
    bool good = true;
    if (sum->phase == SUM_START) /* the summaries are read in no time, and then of one moment */
        good = sum_begin(sum, &reading, ret_failure) &&
               (sum->of_rows || sum_last(sum, &reading, dashboard, ret_failure));
    else if (sum->phase == SUM_FAILED)
        good = sum_failed(sum, &reading, ret_failure);
    else
        good = sum_last(sum, &reading, dashboard, ret_failure);
    reading_finish(&reading);
    return good;
}

bool store_sum_step(struct store_sum *sum, const struct session *session, int64_t microseconds,
                    struct dashboard *ret_dashboard, bool *ret_done, struct failure *ret_failure)
{
    int64_t until = microseconds > 0 ? clock_tick() + microseconds * 1000 : INT64_MAX;
    struct dashboard dashboard;
    do {
        if (!slice(sum, session, &dashboard, ret_failure))
            return false;
    } while (sum->phase != SUM_DONE && clock_tick() < until);
    *ret_done = sum->phase == SUM_DONE;
    if (*ret_done)
        *ret_dashboard = dashboard;
    return true;
}
