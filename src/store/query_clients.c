/*
 * The clients dataset: one row a visible client, merged from whole-table passes.
 *
 * Purpose     who the client is, who has access, the run of the month, the declaration of the month
 *             before (C46), the steps, notes and what comes next.
 * State       struct merged, filled for one query: arrays by client id, each only when one of its
 *             columns was asked for.
 * Invariants  every fact comes from one SELECT over all clients, never one a client.
 */
#include "query.h"

#include <stdlib.h>
#include <string.h>

#include "klientel/rules/deadline.h"

struct merged {
    struct arena *arena;     /* names; dies with the query */
    const struct some *some; /* each client has a slot at its place */
    struct month month, declared; /* pay-out month; the declaration month before it */
    char month_text[MONTH_TEXT_SIZE], declared_text[MONTH_TEXT_SIZE];
    struct names users, groups;
    struct many responsible, staff, groups_of;
    int64_t *employees, *run, *closed;              /* of the month's runs */
    int64_t *declaration, *reported;                /* of the month before */
    int64_t *step_closed, *step_paid, *step_declared;
    int64_t *last_note, *waiting, *payout;
    struct ids duty;                                /* owes a declaration for the month before */
    struct last_runs last_runs;
    struct ids unpaid;
    struct places places;                           /* only where the rows go by name */
};

static int64_t *slots_new(const struct merged *merged)
{
    int64_t *slots = memory_alloc((merged->some->count + 1) * sizeof *slots);
    for (size_t i = 0; i < merged->some->count; i++)
        slots[i] = VALUE_UNKNOWN;
    return slots;
}

/* NULL for a client that came after the ids were counted, or when nobody asked. */
static int64_t *slot(const struct merged *merged, int64_t *slots, int64_t client)
{
    size_t place = slots == NULL ? SIZE_MAX : some_place(merged->some, client);
    return place == SIZE_MAX ? NULL : &slots[place];
}

static int64_t slot_value(const struct merged *merged, int64_t *slots, int64_t client)
{
    const int64_t *at = slot(merged, slots, client);
    return at == NULL ? VALUE_UNKNOWN : *at;
}

static void merged_finish(struct merged *merged)
{
    names_finish(&merged->users);
    names_finish(&merged->groups);
    many_finish(&merged->responsible);
    many_finish(&merged->staff);
    many_finish(&merged->groups_of);
    int64_t *all[] = { merged->employees, merged->run, merged->closed, merged->declaration,
                       merged->reported, merged->step_closed, merged->step_paid,
                       merged->step_declared, merged->last_note, merged->waiting, merged->payout };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i]);
    ids_finish(&merged->duty);
    ids_finish(&merged->unpaid);
    last_runs_finish(&merged->last_runs);
    arena_destroy(merged->arena);
}

/* ---- groups ---- */

static bool load_groups(struct reading *reading, struct merged *merged, struct failure *ret_failure)
{
    struct sql sql = { 0 };
    sql_add(&sql, "SELECT id, name FROM group_ ORDER BY name_fold");
    if (!names_load(reading, &sql, merged->arena, &merged->groups, ret_failure))
        return false;
    sql_add(&sql, "SELECT m.client_id, m.group_id FROM group_client AS m WHERE TRUE");
    sql_some(&sql, reading, "m.client_id");
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    bool failed = false;
    while (sql_next(statement, &failed, ret_failure)) {
        uint32_t rank = names_rank(&merged->groups, db_number(statement, 1));
        if (rank != UINT32_MAX)
            many_add(&merged->groups_of, some_place(merged->some, db_number(statement, 0)), rank);
    }
    if (!failed)
        many_group(&merged->groups_of);
    return !failed;
}

/* ---- the month's runs ---- */

static void month_done(struct merged *merged, int64_t client, const struct month_sums *sums)
{
    int64_t *run = slot(merged, merged->run, client);
    if (run == NULL || sums->runs == 0)
        return;
    *run = month_state(sums);
    if (sums->employees.known)
        *slot(merged, merged->employees, client) = sums->employees.value;
    if (*run == RUN_STATE_CLOSED)
        *slot(merged, merged->closed, client) = sums->closed;
}

static bool load_month(struct reading *reading, struct merged *merged, struct failure *ret_failure)
{
    merged->run = slots_new(merged);
    merged->employees = slots_new(merged);
    merged->closed = slots_new(merged);
    struct sql sql = { 0 };
    sql_text(&sql, "SELECT r.client_id, " RUN_STATE_COLUMNS " FROM run AS r WHERE r.month = ",
             merged->month_text);
    sql_some(&sql, reading, "r.client_id");
    sql_add(&sql, " ORDER BY r.client_id");
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    struct month_sums sums = { 0 };
    int64_t client = 0;
    bool failed = false;
    month_clear(&sums);
    while (sql_next(statement, &failed, ret_failure)) {
        if (db_number(statement, 0) != client) {
            month_done(merged, client, &sums);
            month_clear(&sums);
            client = db_number(statement, 0);
        }
        month_add_state(&sums, statement, 1);
    }
    month_done(merged, client, &sums);
    month_finish(&sums);
    return !failed;
}

/* Where no run told it: employees whose employment is active on the day (C37). */
static bool count_employees(struct reading *reading, struct merged *merged,
                            int64_t client /* 0 = all it is about */, int64_t *counts,
                            struct failure *ret_failure)
{
    char day[DATE_TEXT_SIZE];
    date_format(reading->day, day);
    struct sql sql = { 0 };
    sql_add(&sql, "SELECT e.client_id, e.from_date, e.until FROM employee AS e WHERE TRUE");
    if (client != 0)
        sql_number(&sql, " AND e.client_id = ", client);
    else
        sql_some(&sql, reading, "e.client_id");
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    bool failed = false;
    while (sql_next(statement, &failed, ret_failure)) {
        int64_t *count = slot(merged, counts, db_number(statement, 0));
        if (count == NULL)
            continue;
        bool active = (db_is_null(statement, 1) || strcmp(db_text(statement, 1, NULL), day) <= 0) &&
                      (db_is_null(statement, 2) || strcmp(db_text(statement, 2, NULL), day) >= 0);
        *count = (*count == VALUE_UNKNOWN ? 0 : *count) + (active ? 1 : 0);
    }
    return !failed;
}

enum { FEW_CLIENTS = 20 };

static bool load_employees(struct reading *reading, struct merged *merged,
                           struct failure *ret_failure)
{
    struct ids lacking = { 0 };
    struct sql sql = { 0 };
    sql_add(&sql, "SELECT c.id FROM client AS c WHERE TRUE");
    sql_some(&sql, reading, "c.id");
    if (!sql_ids(&sql, reading, &lacking, ret_failure)) {
        ids_finish(&lacking);
        return false;
    }
    for (int64_t id = ids_next(&lacking, 0); id >= 0; id = ids_next(&lacking, id + 1))
        if (slot_value(merged, merged->employees, id) != VALUE_UNKNOWN)
            ids_remove(&lacking, id);
    int64_t *counts = slots_new(merged);
    bool good = true;
    if (lacking.count > FEW_CLIENTS)
        good = count_employees(reading, merged, 0, counts, ret_failure);
    else
        for (int64_t id = ids_next(&lacking, 0); good && id >= 0; id = ids_next(&lacking, id + 1))
            good = count_employees(reading, merged, id, counts, ret_failure);
    for (int64_t id = ids_next(&lacking, 0); good && id >= 0; id = ids_next(&lacking, id + 1)) {
        int64_t *to = slot(merged, merged->employees, id);
        if (to != NULL)
            *to = slot_value(merged, counts, id);
    }
    free(counts);
    ids_finish(&lacking);
    return good;
}

/* ---- the declaration of the month before ---- */

static bool load_duty(struct reading *reading, struct merged *merged, struct failure *ret_failure)
{
    char first[DATE_TEXT_SIZE], last[DATE_TEXT_SIZE];
    struct sql sql = { 0 };
    if (!load_payers(reading, merged->declared, &merged->duty, ret_failure))
        return false;
    sql_text(&sql, "SELECT o.client_id FROM obligation AS o WHERE o.kind IN ('a-melding', 'agi') "
                   "AND o.from_date <= ", date_format(month_last(merged->declared), last));
    sql_text(&sql, " AND (o.until IS NULL OR o.until >= ",
             date_format(month_first(merged->declared), first));
    sql_add(&sql, ")");
    sql_some(&sql, reading, "o.client_id");
    return sql_ids(&sql, reading, &merged->duty, ret_failure);
}

static bool load_declared(struct reading *reading, struct merged *merged,
                          struct failure *ret_failure)
{
    merged->declaration = slots_new(merged);
    merged->reported = slots_new(merged);
    struct sql sql = { 0 };
    sql_text(&sql, "SELECT d.client_id, d.state, d.received_at, d.noted_at FROM declaration AS d "
                   "WHERE d.month = ", merged->declared_text);
    sql_some(&sql, reading, "d.client_id");
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    bool failed = false;
    while (sql_next(statement, &failed, ret_failure)) {
        int64_t client = db_number(statement, 0);
        int64_t *declaration = slot(merged, merged->declaration, client);
        int state;
        if (declaration == NULL ||
            !model_parse(WORDS_DECLARATION, db_text(statement, 1, NULL), &state))
            continue;
        enum declaration_state worse = (enum declaration_state)state;
        if (*declaration != VALUE_UNKNOWN)
            worse = declaration_worse((enum declaration_state)*declaration, worse);
        *declaration = worse;
        int64_t *reported = slot(merged, merged->reported, client);
        int64_t at = column_instant(statement, db_is_null(statement, 2) ? 3 : 2);
        if (!declaration_reported(worse))
            *reported = VALUE_UNKNOWN;
        else if (*reported == VALUE_UNKNOWN || at > *reported)
            *reported = at;
    }
    return !failed && load_duty(reading, merged, ret_failure);
}

/* ---- steps, notes, pay-outs ---- */

static bool load_step(struct reading *reading, struct merged *merged, enum step step,
                      const char *month, int64_t **ret_slots, struct failure *ret_failure)
{
    int64_t *slots = *ret_slots = slots_new(merged);
    struct sql sql = { 0 };
    sql_text(&sql, "SELECT s.client_id, s.done_at FROM step AS s WHERE s.month = ", month);
    sql_text(&sql, " AND s.step = ", model_word(WORDS_STEP, step));
    sql_add(&sql, " AND s.done_at IS NOT NULL");
    sql_some(&sql, reading, "s.client_id");
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    bool failed = false;
    while (sql_next(statement, &failed, ret_failure)) {
        int64_t *at = slot(merged, slots, db_number(statement, 0));
        if (at != NULL)
            *at = column_instant(statement, 1);
    }
    return !failed;
}

/* client_id and a value; the least of a client's rows counts. */
static bool add_least(struct reading *reading, const struct merged *merged, struct sql *sql,
                      int64_t (*value)(struct db_statement *, int), int64_t *slots,
                      struct failure *ret_failure)
{
    struct db_statement *statement = sql_open(sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    bool failed = false;
    while (sql_next(statement, &failed, ret_failure)) {
        int64_t *at = slot(merged, slots, db_number(statement, 0));
        int64_t found = at == NULL ? VALUE_UNKNOWN : value(statement, 1);
        if (found != VALUE_UNKNOWN && (*at == VALUE_UNKNOWN || found < *at))
            *at = found;
    }
    return !failed;
}

static bool load_least(struct reading *reading, const struct merged *merged, struct sql *sql,
                       int64_t (*value)(struct db_statement *, int), int64_t **ret_slots,
                       struct failure *ret_failure)
{
    *ret_slots = slots_new(merged);
    return add_least(reading, merged, sql, value, *ret_slots, ret_failure);
}

static bool load_notes(struct reading *reading, struct merged *merged, struct failure *ret_failure)
{
    struct sql sql = { 0 };
    sql_add(&sql, "SELECT n.client_id, max(n.at) FROM note AS n WHERE TRUE");
    sql_some(&sql, reading, "n.client_id");
    sql_add(&sql, " GROUP BY n.client_id");
    return load_least(reading, merged, &sql, column_instant, &merged->last_note, ret_failure);
}

static bool load_waiting(struct reading *reading, struct merged *merged, struct failure *ret_failure)
{
    struct sql sql = { 0 };
    sql_add(&sql, "SELECT s.client_id, min(s.since) FROM step AS s WHERE s.done_at IS NULL "
                  "AND s.since IS NOT NULL");
    sql_some(&sql, reading, "s.client_id");
    sql_add(&sql, " GROUP BY s.client_id");
    return load_least(reading, merged, &sql, column_instant, &merged->waiting, ret_failure);
}

/* A run is counted in the month it is paid out in. */
static bool load_payouts(struct reading *reading, struct merged *merged, struct failure *ret_failure)
{
    char month[MONTH_TEXT_SIZE], day[DATE_TEXT_SIZE];
    month_format(month_add(month_of(reading->day), -1), month);
    date_format(reading->day, day);
    merged->payout = slots_new(merged);
    bool good = next_run_month(reading, month, ret_failure);
    while (good && month[0] != '\0') {
        struct sql sql = { 0 };
        sql_text(&sql, "SELECT r.client_id, r.payout FROM run AS r WHERE r.month = ", month);
        sql_text(&sql, " AND r.payout >= ", day);
        sql_some(&sql, reading, "r.client_id");
        good = add_least(reading, merged, &sql, column_date, merged->payout, ret_failure) &&
               next_run_month(reading, month, ret_failure);
    }
    return good;
}

/* Pay days by rule are the same for many clients: each is worked out once. */
struct pay_days {
    struct date day;
    struct date of[2][32]; /* NO, SE × day of the month */
};

static struct date pay_day(struct pay_days *days, const char *country, int payday)
{
    int known = strcmp(country, "NO") == 0 ? 0 : strcmp(country, "SE") == 0 ? 1 : -1;
    if (known >= 0 && days->of[known][payday].day != 0)
        return days->of[known][payday];
    struct month month = month_of(days->day);
    struct date date = deadline_payout(country, month, payday);
    if (date.day < days->day.day)
        date = deadline_payout(country, month_add(month, 1), payday);
    if (known >= 0)
        days->of[known][payday] = date;
    return date;
}

/* ---- all together ---- */

#define WANTS(...) query_wants(reading->query, __VA_ARGS__, COLUMN_NONE)

static bool load_people(struct reading *reading, struct merged *merged, struct failure *ret_failure)
{
    bool staff = WANTS(COLUMN_clients_staff);
    return load_users(reading, &merged->users, NULL, ret_failure) &&
           load_staff(reading, &merged->users, &merged->responsible, staff ? &merged->staff : NULL,
                      ret_failure) &&
           load_groups(reading, merged, ret_failure); /* searched, so always */
}

static bool load_merged(struct reading *reading, struct merged *merged, struct failure *ret_failure)
{
    bool good = load_people(reading, merged, ret_failure);
    if (good && WANTS(COLUMN_clients_employees, COLUMN_clients_run, COLUMN_clients_closed))
        good = load_month(reading, merged, ret_failure);
    if (good && WANTS(COLUMN_clients_employees))
        good = load_employees(reading, merged, ret_failure);
    if (good && WANTS(COLUMN_clients_declaration, COLUMN_clients_reported))
        good = load_declared(reading, merged, ret_failure);
    if (good && WANTS(COLUMN_clients_closed))
        good = load_step(reading, merged, STEP_CLOSED, merged->month_text, &merged->step_closed,
                         ret_failure);
    if (good && WANTS(COLUMN_clients_paid))
        good = load_step(reading, merged, STEP_PAID, merged->month_text, &merged->step_paid,
                         ret_failure);
    if (good && WANTS(COLUMN_clients_reported))
        good = load_step(reading, merged, STEP_DECLARED, merged->declared_text,
                         &merged->step_declared, ret_failure);
    if (good && WANTS(COLUMN_clients_last_note))
        good = load_notes(reading, merged, ret_failure);
    if (good && WANTS(COLUMN_clients_waiting_since))
        good = load_waiting(reading, merged, ret_failure);
    if (good && WANTS(COLUMN_clients_next_payout))
        good = load_payouts(reading, merged, ret_failure);
    if (good && WANTS(COLUMN_clients_last_run_by, COLUMN_clients_other_run))
        good = load_last_runs(reading, merged->arena, &merged->users, &merged->last_runs, ret_failure);
    if (good && WANTS(COLUMN_clients_unpaid))
        good = load_unpaid(reading, &merged->unpaid, ret_failure);
    return good;
}

static void put_word(struct reading *reading, enum column column, int words, int64_t value)
{
    const char *word = value == VALUE_UNKNOWN ? NULL : model_word(words, (int)value);
    rowset_put_text(reading->builder, column, word, word == NULL ? 0 : strlen(word));
}

static void put_names(struct reading *reading, enum column column, const struct many *many,
                      const struct names *names, size_t place, struct buffer *text)
{
    buffer_clear(text);
    many_names(many, names, place, text);
    rowset_put_text(reading->builder, column, text->length == 0 ? NULL : buffer_text(text),
                    text->length);
}

/* A fact, or the step done by hand where the fact is not known. */
static void put_either(struct reading *reading, enum column column, int64_t fact, int64_t step)
{
    rowset_put_number(reading->builder, column, fact != VALUE_UNKNOWN ? fact : step);
}

static void put_month_facts(struct reading *reading, const struct merged *merged, int64_t client)
{
    int64_t run = slot_value(merged, merged->run, client);
    int64_t declaration = slot_value(merged, merged->declaration, client);
    if (declaration == VALUE_UNKNOWN && ids_has(&merged->duty, client))
        declaration = DECLARATION_NONE;
    rowset_put_number(reading->builder, COLUMN_clients_employees,
                      slot_value(merged, merged->employees, client));
    put_word(reading, COLUMN_clients_run, WORDS_RUN_STATE,
             run == VALUE_UNKNOWN ? RUN_STATE_NONE : run);
    put_word(reading, COLUMN_clients_declaration, WORDS_DECLARATION, declaration);
    put_either(reading, COLUMN_clients_closed, slot_value(merged, merged->closed, client),
               slot_value(merged, merged->step_closed, client));
    put_either(reading, COLUMN_clients_reported, slot_value(merged, merged->reported, client),
               slot_value(merged, merged->step_declared, client));
    rowset_put_number(reading->builder, COLUMN_clients_paid,
                      slot_value(merged, merged->step_paid, client));
    rowset_put_number(reading->builder, COLUMN_clients_last_note,
                      slot_value(merged, merged->last_note, client));
    rowset_put_number(reading->builder, COLUMN_clients_waiting_since,
                      slot_value(merged, merged->waiting, client));
    const char *by = last_run_by(&merged->last_runs, some_place(merged->some, client));
    rowset_put_text(reading->builder, COLUMN_clients_last_run_by, by, by == NULL ? 0 : strlen(by));
}

static void put_attention(struct reading *reading, const struct merged *merged, int64_t client,
                          bool archived, bool no_contact)
{
    static const struct {
        enum column column;
        enum attention attention;
    } columns[] = {
        { COLUMN_clients_many_responsible, ATTENTION_MANY_RESPONSIBLE },
        { COLUMN_clients_other_run, ATTENTION_OTHER_RUN },
        { COLUMN_clients_unpaid, ATTENTION_NOT_PAID },
        { COLUMN_clients_no_contact, ATTENTION_NO_CONTACT },
    };
    struct signs signs = { &merged->responsible, &merged->last_runs, &merged->unpaid };
    unsigned attention = client_attention(&signs, client, some_place(merged->some, client), archived,
                                           no_contact);
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        rowset_put_number(reading->builder, columns[i].column, attention >> columns[i].attention & 1);
}

enum { AT_NUMBER = CLIENT_END, AT_COUNTRY, AT_FORM, AT_CITY, AT_PAYDAY, AT_CONTACT, AT_EMAIL,
       AT_NO_CONTACT };

/* What the row of the table itself says; columns that are searched are always put. */
static void put_own(struct reading *reading, struct db_statement *statement, unsigned flags)
{
    static const struct {
        enum column column;
        int at;
        bool searched;
    } texts[] = {
        { COLUMN_clients_number, AT_NUMBER, true }, { COLUMN_clients_orgno, CLIENT_ORGNO, true },
        { COLUMN_clients_name, CLIENT_NAME, true }, { COLUMN_clients_country, AT_COUNTRY, false },
        { COLUMN_clients_form, AT_FORM, false },    { COLUMN_clients_city, AT_CITY, true },
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i].searched || WANTS(texts[i].column))
            put_text(reading, texts[i].column, statement, texts[i].at);
    rowset_put_number(reading->builder, COLUMN_clients_internal, (flags & ROW_INTERNAL) != 0);
    rowset_put_number(reading->builder, COLUMN_clients_demo, (flags & ROW_DEMO) != 0);
    rowset_put_number(reading->builder, COLUMN_clients_archived, (flags & ROW_ARCHIVED) != 0);
    rowset_put_number(reading->builder, COLUMN_clients_accessible, (flags & ROW_ACCESSIBLE) != 0);
    if (WANTS(COLUMN_clients_contact) && (flags & ROW_OPEN) != 0) { /* a person: as on the card */
        size_t length = 0;
        db_text(statement, AT_CONTACT, &length);
        put_text(reading, COLUMN_clients_contact, statement, length > 0 ? AT_CONTACT : AT_EMAIL);
    }
}

static void put_pay_day(struct reading *reading, const struct merged *merged, struct pay_days *days,
                        struct db_statement *statement, int64_t client)
{
    if (!WANTS(COLUMN_clients_payday, COLUMN_clients_next_payout))
        return;
    int64_t payday = column_number(statement, AT_PAYDAY);
    int64_t payout = slot_value(merged, merged->payout, client);
    if (payout == VALUE_UNKNOWN && payday != VALUE_UNKNOWN && merged->payout != NULL)
        payout = pay_day(days, db_text(statement, AT_COUNTRY, NULL), (int)payday).day;
    rowset_put_number(reading->builder, COLUMN_clients_payday, payday);
    rowset_put_number(reading->builder, COLUMN_clients_next_payout, payout);
}

static void put_client(struct reading *reading, const struct merged *merged,
                       struct pay_days *days, struct db_statement *statement, struct buffer *text)
{
    int64_t client = db_number(statement, CLIENT_ID);
    unsigned flags = client_flags(reading, client, db_number(statement, CLIENT_INTERNAL) != 0,
                                  db_number(statement, CLIENT_DEMO) != 0,
                                  db_number(statement, CLIENT_ARCHIVED) != 0);
    size_t place = some_place(merged->some, client);
    rowset_row(reading->builder, client, client, flags, NULL);
    put_rank(reading, 0, place_of(reading->places, client));
    put_own(reading, statement, flags);
    put_pay_day(reading, merged, days, statement, client);
    put_names(reading, COLUMN_clients_responsible, &merged->responsible, &merged->users, place, text);
    if (WANTS(COLUMN_clients_staff))
        put_names(reading, COLUMN_clients_staff, &merged->staff, &merged->users, place, text);
    put_names(reading, COLUMN_clients_groups, &merged->groups_of, &merged->groups, place, text);
    put_month_facts(reading, merged, client);
    if (WANTS(COLUMN_clients_many_responsible, COLUMN_clients_other_run, COLUMN_clients_unpaid,
              COLUMN_clients_no_contact))
        put_attention(reading, merged, client, (flags & ROW_ARCHIVED) != 0,
                      db_number(statement, AT_NO_CONTACT) != 0);
}

static bool put_clients(struct reading *reading, const struct merged *merged,
                        struct failure *ret_failure)
{
    const struct query *query = reading->query;
    struct sql sql = { 0 };
    sql_add(&sql, "SELECT " CLIENT_COLUMNS ", c.number, c.country, c.form, c.city, c.payday, "
                  "c.contact_name, c.contact_email, " NO_CONTACT_SQL " FROM client AS c WHERE TRUE");
    sql_visible(&sql, reading, "c");
    sql_some(&sql, reading, "c.id");
    if (query->user_id != 0) {
        sql_number(&sql, " AND c.id IN (SELECT g.client_id FROM grant_ AS g WHERE g.user_id = ",
                   query->user_id);
        sql_in_force(&sql, "g", reading->as_of);
        sql_add(&sql, ")");
    }
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    struct buffer text = { 0 };
    struct pay_days days = { .day = reading->day };
    bool failed = false;
    while (sql_next(statement, &failed, ret_failure))
        put_client(reading, merged, &days, statement, &text);
    buffer_finish(&text);
    return !failed;
}

bool query_clients(struct reading *reading, struct failure *ret_failure)
{
    const struct query *query = reading->query;
    struct merged merged = { .some = &reading->some };
    merged.arena = arena_create();
    merged.month = month_known(query->month) ? query->month : month_of(reading->day);
    merged.declared = month_add(merged.month, -1);
    month_format(merged.month, merged.month_text);
    month_format(merged.declared, merged.declared_text);
    bool good = load_merged(reading, &merged, ret_failure) &&
                reading_places(reading, &merged.places, true, ret_failure) &&
                put_clients(reading, &merged, ret_failure);
    reading_placed(reading, &merged.places);
    merged_finish(&merged);
    return good;
}
