/*
 * Payroll: runs, payroll months, declarations and month steps.
 *
 * Purpose     the datasets about pay, and how the runs of one client and month come together (C45).
 * Invariants  a month is the sum of its runs (of employees the most of any run: an extra run pays the
 *             same people); a run of kind month (a file that knew only the month)
 *             counts only while there is no other; money of two currencies is never one sum (C38):
 *             the payroll dataset then has one row a currency. A sum is of what is known, and not known
 *             when nothing is (C49). A payroll row's id is the lowest id of its runs: unique, small.
 */
#include "query.h"

#include <stdlib.h>
#include <string.h>

enum { DAY_LEAST = -25567 }; /* 1 January 1900: no day is before it */

/* ---- a month's runs together ---- */

void month_clear(struct month_sums *sums)
{
    sums->count = sums->runs = sums->open = 0;
    sums->closed = VALUE_UNKNOWN;
    sums->other = false;
    sums->employees = (struct figure){ 0 };
}

void month_finish(struct month_sums *sums)
{
    free(sums->list);
    *sums = (struct month_sums){ 0 };
}

static struct month_sum *month_currency(struct month_sums *sums, const char *currency, int64_t id)
{
    for (size_t i = 0; i < sums->count; i++)
        if (strncmp(sums->list[i].currency, currency, 3) == 0) {
            if (id < sums->list[i].id)
                sums->list[i].id = id;
            return &sums->list[i];
        }
    if (sums->count == sums->capacity) {
        sums->capacity = sums->capacity == 0 ? 4 : sums->capacity * 2;
        sums->list = memory_resize(sums->list, sums->capacity * sizeof *sums->list);
    }
    struct month_sum *sum = &sums->list[sums->count++];
    *sum = (struct month_sum){ .id = id };
    strncat(sum->currency, currency, 3);
    return sum;
}

/* Employees of an ordinary and an extra run are the same people: the most of any run counts. */
static void figure_join(struct figure *total, struct figure figure, enum month_figure of)
{
    if (!figure.known)
        return;
    if (of != SUM_EMPLOYEES)
        total->value += figure.value;
    else if (!total->known || figure.value > total->value)
        total->value = figure.value;
    total->known = true;
}

static void month_figures(struct month_sum *sum, struct db_statement *statement, int first)
{
    struct figure run[SUM_COUNT];
    for (int i = 0; i < SUM_COUNT; i++) {
        run[i].known = !db_is_null(statement, first + i);
        run[i].value = run[i].known ? db_number(statement, first + i) : 0;
        figure_join(&sum->sum[i], run[i], (enum month_figure)i);
    }
    figure_join(&sum->pay, run[run[SUM_NET].known ? SUM_NET : SUM_GROSS], SUM_NET);
    sum->by_gross |= !run[SUM_NET].known && run[SUM_GROSS].known;
    if (run[SUM_LINES].known && run[SUM_MANUAL].known) {
        figure_join(&sum->told, run[SUM_LINES], SUM_LINES);
        figure_join(&sum->told_manual, run[SUM_MANUAL], SUM_MANUAL);
    }
}

/* False for a row of a whole month beside runs: it does not count. */
static bool month_count(struct month_sums *sums, struct db_statement *statement, int kind,
                        int closed_at)
{
    bool whole_month = strcmp(db_text(statement, kind, NULL), "month") == 0;
    if (whole_month && sums->other)
        return false;
    if (!whole_month && !sums->other) {
        month_clear(sums);
        sums->other = true;
    }
    int64_t closed = column_instant(statement, closed_at);
    sums->runs++;
    if (closed == VALUE_UNKNOWN)
        sums->open++;
    else if (closed > sums->closed) /* VALUE_UNKNOWN is below every instant */
        sums->closed = closed;
    return true;
}

void month_add_run(struct month_sums *sums, struct db_statement *statement, int first)
{
    if (!month_count(sums, statement, first + 1, first + 3))
        return;
    struct month_sum *sum =
        month_currency(sums, db_text(statement, first + 2, NULL), db_number(statement, first));
    month_figures(sum, statement, first + 4);
}

void month_add_state(struct month_sums *sums, struct db_statement *statement, int first)
{
    if (!month_count(sums, statement, first, first + 1) || db_is_null(statement, first + 2))
        return;
    figure_join(&sums->employees, (struct figure){ true, db_number(statement, first + 2) },
                SUM_EMPLOYEES);
}

struct figure month_total_of(const struct month_sums *sums, enum month_figure figure)
{
    struct figure total = { 0 };
    for (size_t i = 0; i < sums->count; i++)
        figure_join(&total, sums->list[i].sum[figure], figure);
    return total;
}

enum run_state month_state(const struct month_sums *sums)
{
    return sums->runs == 0 ? RUN_STATE_NONE : sums->open > 0 ? RUN_STATE_OPEN : RUN_STATE_CLOSED;
}

enum declaration_state declaration_worse(enum declaration_state a, enum declaration_state b)
{
    if (declaration_failed(a) != declaration_failed(b))
        return declaration_failed(a) ? a : b;
    if (a == DECLARATION_NOTHING_DUE || b == DECLARATION_NOTHING_DUE)
        return a == DECLARATION_NOTHING_DUE ? b : a;
    return a < b ? a : b;
}

/* ---- runs ---- */

static void sql_month(struct sql *sql, const struct reading *reading, const char *column,
                      char text[static MONTH_TEXT_SIZE])
{
    if (!month_known(reading->query->month))
        return;
    buffer_print(&sql->text, " AND %s = ", column);
    sql_text(sql, "", month_format(reading->query->month, text));
}

static void put_amounts(struct reading *reading, struct db_statement *statement, int first,
                        enum column column, int count)
{
    bool shown = reading_allows(reading, db_number(statement, CLIENT_ID), RIGHT_AMOUNTS);
    for (int i = 0; i < count; i++)
        rowset_put_number(reading->builder, column + i,
                          shown ? column_number(statement, first + i) : VALUE_UNKNOWN);
}

enum {
    RUN_ID = CLIENT_END, RUN_NUMBER, RUN_KIND, RUN_EARNED, RUN_PAYOUT, RUN_IN_MONTH, RUN_COUNTS,
    RUN_GROSS = RUN_COUNTS + 6, RUN_CURRENCY = RUN_GROSS + 3, RUN_BY, RUN_AT, RUN_CLOSED_BY,
    RUN_CLOSED_AT
};

static void put_run(struct reading *reading, struct db_statement *statement)
{
    row_of_client(reading, db_number(statement, RUN_ID), statement, COLUMN_runs_client,
                  db_text(statement, RUN_CURRENCY, NULL));
    int64_t payout = column_date(statement, RUN_PAYOUT);
    put_rank(reading, payout == VALUE_UNKNOWN ? INT32_MAX : payout - DAY_LEAST,
             place_of(reading->places, db_number(statement, CLIENT_ID)));
    put_number(reading, COLUMN_runs_id, statement, RUN_ID);
    put_text(reading, COLUMN_runs_run, statement, RUN_NUMBER);
    put_text(reading, COLUMN_runs_kind, statement, RUN_KIND);
    put_month(reading, COLUMN_runs_earned, statement, RUN_EARNED);
    put_date(reading, COLUMN_runs_payout, statement, RUN_PAYOUT);
    put_month(reading, COLUMN_runs_month, statement, RUN_IN_MONTH);
    for (int i = 0; i < 6; i++)
        put_number(reading, COLUMN_runs_employees + i, statement, RUN_COUNTS + i);
    put_amounts(reading, statement, RUN_GROSS, COLUMN_runs_gross, 3);
    put_text(reading, COLUMN_runs_currency, statement, RUN_CURRENCY);
    put_text(reading, COLUMN_runs_run_by, statement, RUN_BY);
    put_instant(reading, COLUMN_runs_run_at, statement, RUN_AT);
    put_text(reading, COLUMN_runs_closed_by, statement, RUN_CLOSED_BY);
    put_instant(reading, COLUMN_runs_closed_at, statement, RUN_CLOSED_AT);
}

bool query_runs(struct reading *reading, struct failure *ret_failure)
{
    char month[MONTH_TEXT_SIZE];
    struct sql sql = { 0 };
    sql_add(&sql, "SELECT " CLIENT_COLUMNS ", r.id, r.number, r.kind, r.earned, r.payout, r.month, "
                  "r.employees, r.payslips, r.travel, r.absences, r.lines, r.manual_lines, "
                  "r.gross, r.net, r.withheld, r.currency, r.run_by, r.run_at, r.closed_by, "
                  "r.closed_at FROM run AS r JOIN client AS c ON c.id = r.client_id WHERE TRUE");
    sql_visible(&sql, reading, "c");
    sql_some(&sql, reading, "r.client_id");
    if (reading->query->user_id != 0) {
        sql_number(&sql, " AND r.run_by = (SELECT login FROM user WHERE id = ",
                   reading->query->user_id);
        sql_add(&sql, ")");
    }
    sql_month(&sql, reading, "r.month", month);
    struct places places = { 0 };
    struct db_statement *statement = NULL;
    bool failed = !reading_places(reading, &places, true, ret_failure) ||
                  (statement = sql_open(&sql, reading, ret_failure)) == NULL;
    while (!failed && sql_next(statement, &failed, ret_failure))
        put_run(reading, statement);
    buffer_finish(&sql.text);
    reading_placed(reading, &places);
    return !failed;
}

/* ---- payroll months ---- */

/* What stands beside a client's month: the declaration of that month and the steps done by hand. */
struct beside {
    uint64_t key; /* client × month; 0 = free */
    int64_t declaration, reported, closed, declared; /* VALUE_UNKNOWN */
};
struct beside_map {
    struct beside *slots;
    size_t capacity, count; /* capacity is a power of two */
};

static uint64_t beside_key(int64_t client, int64_t month)
{
    return (uint64_t)client << 20 | (uint64_t)month;
}

static struct beside *beside_find(const struct beside_map *map, uint64_t key)
{
    size_t at = (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (map->capacity - 1);
    while (map->slots[at].key != 0 && map->slots[at].key != key)
        at = (at + 1) & (map->capacity - 1);
    return &map->slots[at];
}

static struct beside *beside_at(struct beside_map *map, int64_t client, int64_t month)
{
    if ((map->count + 1) * 2 > map->capacity) {
        struct beside_map grown = { .capacity = map->capacity == 0 ? 1024 : map->capacity * 2,
                                    .count = map->count };
        grown.slots = memory_zero(grown.capacity, sizeof *grown.slots);
        for (size_t i = 0; i < map->capacity; i++)
            if (map->slots[i].key != 0)
                *beside_find(&grown, map->slots[i].key) = map->slots[i];
        free(map->slots);
        *map = grown;
    }
    struct beside *beside = beside_find(map, beside_key(client, month));
    if (beside->key == 0) {
        map->count++;
        *beside = (struct beside){ beside_key(client, month), VALUE_UNKNOWN, VALUE_UNKNOWN,
                                   VALUE_UNKNOWN, VALUE_UNKNOWN };
    }
    return beside;
}

static void sql_beside(struct sql *sql, const struct reading *reading, const char *alias,
                       char month[static MONTH_TEXT_SIZE])
{
    char column[16];
    column[0] = '\0';
    strncat(strncat(column, alias, 4), ".client_id", 11);
    sql_some(sql, reading, column);
    column[0] = '\0';
    strncat(strncat(column, alias, 4), ".month", 8);
    sql_month(sql, reading, column, month);
}

static bool beside_declarations(struct reading *reading, struct beside_map *map,
                                struct failure *ret_failure)
{
    char month[MONTH_TEXT_SIZE];
    struct sql sql = { 0 };
    sql_add(&sql, "SELECT d.client_id, d.month, d.state, d.received_at, d.noted_at "
                  "FROM declaration AS d WHERE TRUE");
    sql_beside(&sql, reading, "d", month);
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    bool failed = false;
    while (sql_next(statement, &failed, ret_failure)) {
        int state;
        int64_t in = column_month(statement, 1);
        if (in == VALUE_UNKNOWN ||
            !model_parse(WORDS_DECLARATION, db_text(statement, 2, NULL), &state))
            continue;
        struct beside *beside = beside_at(map, db_number(statement, 0), in);
        enum declaration_state worse = (enum declaration_state)state;
        if (beside->declaration != VALUE_UNKNOWN)
            worse = declaration_worse((enum declaration_state)beside->declaration, worse);
        int64_t at = column_instant(statement, db_is_null(statement, 3) ? 4 : 3);
        beside->declaration = worse;
        if (!declaration_reported(worse))
            beside->reported = VALUE_UNKNOWN;
        else if (at > beside->reported)
            beside->reported = at;
    }
    return !failed;
}

static bool beside_steps(struct reading *reading, struct beside_map *map,
                         struct failure *ret_failure)
{
    char month[MONTH_TEXT_SIZE];
    struct sql sql = { 0 };
    sql_add(&sql, "SELECT s.client_id, s.month, s.done_at, CASE WHEN s.step = 'closed' THEN 1 ELSE 0 "
                  "END FROM step AS s WHERE s.step IN ('closed', 'declared') "
                  "AND s.done_at IS NOT NULL");
    sql_beside(&sql, reading, "s", month);
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    bool failed = false;
    while (sql_next(statement, &failed, ret_failure)) {
        int64_t in = column_month(statement, 1);
        if (in == VALUE_UNKNOWN)
            continue;
        struct beside *beside = beside_at(map, db_number(statement, 0), in);
        if (db_number(statement, 3) != 0)
            beside->closed = column_instant(statement, 2);
        else
            beside->declared = column_instant(statement, 2);
    }
    return !failed;
}

/* A client of the payroll stream, kept while the runs of one of its months are added up. */
struct month_of_client {
    int64_t client, month;
    unsigned flags;
    struct buffer orgno, name;
    struct month_sums sums;
};

static void put_figure(struct reading *reading, enum column column, struct figure figure)
{
    rowset_put_number(reading->builder, column, figure.known ? figure.value : VALUE_UNKNOWN);
}

static void put_buffer(struct reading *reading, enum column column, const struct buffer *text)
{
    rowset_put_text(reading->builder, column, text->length == 0 ? NULL : buffer_text(text),
                    text->length);
}

static void put_payroll(struct reading *reading, const struct month_of_client *of,
                        const struct beside_map *map)
{
    const struct beside *beside =
        map->count == 0 ? NULL : beside_find(map, beside_key(of->client, of->month));
    if (beside != NULL && beside->key == 0)
        beside = NULL;
    bool amounts = reading_allows(reading, of->client, RIGHT_AMOUNTS);
    int64_t closed = month_state(&of->sums) == RUN_STATE_CLOSED ? of->sums.closed : VALUE_UNKNOWN;
    if (closed == VALUE_UNKNOWN && beside != NULL)
        closed = beside->closed;
    int64_t reported = beside == NULL ? VALUE_UNKNOWN : beside->reported;
    if (reported == VALUE_UNKNOWN && beside != NULL)
        reported = beside->declared;
    for (size_t i = 0; i < of->sums.count; i++) {
        const struct month_sum *sum = &of->sums.list[i];
        rowset_row(reading->builder, sum->id, of->client, of->flags, sum->currency);
        put_rank(reading, place_of(reading->places, of->client), of->month);
        rowset_put_number(reading->builder, COLUMN_payroll_id, sum->id);
        rowset_put_number(reading->builder, COLUMN_payroll_client, of->client);
        put_buffer(reading, COLUMN_payroll_orgno, &of->orgno);
        put_buffer(reading, COLUMN_payroll_client_name, &of->name);
        rowset_put_number(reading->builder, COLUMN_payroll_month, of->month);
        for (int f = SUM_EMPLOYEES; f <= SUM_MANUAL; f++)
            put_figure(reading, COLUMN_payroll_employees + f, sum->sum[f]);
        put_figure(reading, COLUMN_payroll_gross, amounts ? sum->sum[SUM_GROSS] : (struct figure){ 0 });
        put_figure(reading, COLUMN_payroll_net, amounts ? sum->sum[SUM_NET] : (struct figure){ 0 });
        rowset_put_text(reading->builder, COLUMN_payroll_currency, sum->currency,
                        strlen(sum->currency));
        const char *word = beside == NULL || beside->declaration == VALUE_UNKNOWN
                               ? NULL
                               : model_word(WORDS_DECLARATION, (int)beside->declaration);
        rowset_put_text(reading->builder, COLUMN_payroll_declaration, word,
                        word == NULL ? 0 : strlen(word));
        rowset_put_number(reading->builder, COLUMN_payroll_closed, closed);
        rowset_put_number(reading->builder, COLUMN_payroll_reported, reported);
    }
}

static void start_month(struct reading *reading, struct month_of_client *of,
                        struct db_statement *statement, int64_t month)
{
    size_t length = 0;
    of->client = db_number(statement, CLIENT_ID);
    of->month = month;
    of->flags = client_flags(reading, of->client, db_number(statement, CLIENT_INTERNAL) != 0,
                             db_number(statement, CLIENT_DEMO) != 0,
                             db_number(statement, CLIENT_ARCHIVED) != 0);
    buffer_clear(&of->orgno);
    buffer_clear(&of->name);
    const char *text = db_text(statement, CLIENT_ORGNO, &length);
    buffer_add(&of->orgno, text, length);
    text = db_text(statement, CLIENT_NAME, &length);
    buffer_add(&of->name, text, length);
    month_clear(&of->sums);
}

static bool payroll_rows(struct reading *reading, const struct beside_map *map,
                         struct failure *ret_failure)
{
    char month[MONTH_TEXT_SIZE];
    struct sql sql = { 0 };
    sql_add(&sql, "SELECT " CLIENT_COLUMNS ", r.month, " RUN_COLUMNS " FROM run AS r "
                  "JOIN client AS c ON c.id = r.client_id WHERE r.month IS NOT NULL");
    sql_visible(&sql, reading, "c");
    sql_some(&sql, reading, "r.client_id");
    sql_month(&sql, reading, "r.month", month);
    /* A month's rows as the index over months has them, else as those of the clients have them. */
    sql_add(&sql, month_known(reading->query->month) || !reading->some.limited
                      ? " ORDER BY r.month, r.client_id"
                      : " ORDER BY r.client_id, r.month");
    struct places places = { 0 };
    struct db_statement *statement = NULL;
    bool failed = !reading_places(reading, &places, false, ret_failure) ||
                  (statement = sql_open(&sql, reading, ret_failure)) == NULL;
    struct month_of_client of = { 0 };
    month_clear(&of.sums);
    while (!failed && sql_next(statement, &failed, ret_failure)) {
        int64_t in = column_month(statement, CLIENT_END);
        if (db_number(statement, CLIENT_ID) != of.client || in != of.month) {
            put_payroll(reading, &of, map);
            start_month(reading, &of, statement, in);
        }
        month_add_run(&of.sums, statement, CLIENT_END + 1);
    }
    if (!failed)
        put_payroll(reading, &of, map);
    buffer_finish(&sql.text);
    reading_placed(reading, &places);
    month_finish(&of.sums);
    buffer_finish(&of.orgno);
    buffer_finish(&of.name);
    return !failed;
}

bool query_payroll(struct reading *reading, struct failure *ret_failure)
{
    struct beside_map map = { 0 };
    bool good = true;
    if (query_wants(reading->query, COLUMN_payroll_declaration, COLUMN_payroll_reported, COLUMN_NONE))
        good = beside_declarations(reading, &map, ret_failure);
    if (good &&
        query_wants(reading->query, COLUMN_payroll_closed, COLUMN_payroll_reported, COLUMN_NONE))
        good = beside_steps(reading, &map, ret_failure);
    good = good && payroll_rows(reading, &map, ret_failure);
    free(map.slots);
    return good;
}

/* ---- declarations ---- */

bool query_declarations(struct reading *reading, struct failure *ret_failure)
{
    enum { ID = CLIENT_END, MONTH, KIND, STATE, SEVERITY, FAILED, RECEIVED, TEXT, SOURCE };
    char month[MONTH_TEXT_SIZE];
    struct sql sql = { 0 };
    sql_add(&sql, "SELECT " CLIENT_COLUMNS ", d.id, d.month, d.kind, d.state, d.severity, "
                  "d.failed_month, d.received_at, d.text, d.source FROM declaration AS d "
                  "JOIN client AS c ON c.id = d.client_id WHERE TRUE");
    sql_visible(&sql, reading, "c");
    sql_some(&sql, reading, "d.client_id");
    sql_month(&sql, reading, "d.month", month);
    struct places places = { 0 };
    struct db_statement *statement = NULL;
    bool failed = !reading_places(reading, &places, true, ret_failure) ||
                  (statement = sql_open(&sql, reading, ret_failure)) == NULL;
    while (!failed && sql_next(statement, &failed, ret_failure)) {
        row_of_client(reading, db_number(statement, ID), statement, COLUMN_declarations_client, NULL);
        put_rank(reading, column_month(statement, MONTH),
                 place_of(reading->places, db_number(statement, CLIENT_ID)));
        put_number(reading, COLUMN_declarations_id, statement, ID);
        put_month(reading, COLUMN_declarations_month, statement, MONTH);
        put_text(reading, COLUMN_declarations_kind, statement, KIND);
        put_text(reading, COLUMN_declarations_state, statement, STATE);
        put_text(reading, COLUMN_declarations_severity, statement, SEVERITY);
        put_month(reading, COLUMN_declarations_failed_month, statement, FAILED);
        put_instant(reading, COLUMN_declarations_received_at, statement, RECEIVED);
        /* the authority's words may name people */
        if (reading_allows(reading, db_number(statement, CLIENT_ID), RIGHT_PERSONS))
            put_text(reading, COLUMN_declarations_text, statement, TEXT);
        else
            rowset_put_text(reading->builder, COLUMN_declarations_text, NULL, 0);
        put_text(reading, COLUMN_declarations_source, statement, SOURCE);
    }
    buffer_finish(&sql.text);
    reading_placed(reading, &places);
    return !failed;
}

/* ---- steps ---- */

bool query_steps(struct reading *reading, struct failure *ret_failure)
{
    enum { ID = CLIENT_END, MONTH, STEP, DONE, BY, WAITING, SINCE };
    char month[MONTH_TEXT_SIZE];
    struct sql sql = { 0 };
    sql_add(&sql, "SELECT " CLIENT_COLUMNS ", s.id, s.month, s.step, s.done_at, u.login, "
                  "s.waiting_for, s.since FROM step AS s JOIN client AS c ON c.id = s.client_id "
                  "LEFT JOIN user AS u ON u.id = s.done_by WHERE TRUE");
    sql_visible(&sql, reading, "c");
    sql_some(&sql, reading, "s.client_id");
    if (reading->query->user_id != 0)
        sql_number(&sql, " AND s.done_by = ", reading->query->user_id);
    sql_month(&sql, reading, "s.month", month);
    struct places places = { 0 };
    struct db_statement *statement = NULL;
    bool failed = !reading_places(reading, &places, false, ret_failure) ||
                  (statement = sql_open(&sql, reading, ret_failure)) == NULL;
    while (!failed && sql_next(statement, &failed, ret_failure)) {
        row_of_client(reading, db_number(statement, ID), statement, COLUMN_steps_client, NULL);
        put_rank(reading, place_of(reading->places, db_number(statement, CLIENT_ID)),
                 column_month(statement, MONTH));
        put_number(reading, COLUMN_steps_id, statement, ID);
        put_month(reading, COLUMN_steps_month, statement, MONTH);
        put_text(reading, COLUMN_steps_step, statement, STEP);
        put_instant(reading, COLUMN_steps_done_at, statement, DONE);
        put_text(reading, COLUMN_steps_done_by, statement, BY);
        put_text(reading, COLUMN_steps_waiting_for, statement, WAITING);
        put_instant(reading, COLUMN_steps_since, statement, SINCE);
    }
    buffer_finish(&sql.text);
    reading_placed(reading, &places);
    return !failed;
}
