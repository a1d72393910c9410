/*
 * Query: every SELECT behind a screen, in one snapshot a call.
 *
 * Purpose     store_query, and what all datasets share: who asks (struct reading), the one SQL rule of
 *             visibility (sql_visible), SQL texts with numbered parameters, values out of rows.
 * State       none; a reading lives for one call and holds the read transaction.
 * Invariants  no dataset with clients is read without sql_visible; amounts and person data are put
 *             only where reading_allows says so, which asks rules/access.c itself.
 *             Visibility is always that of now, also when the content is as of another time.
 */
#include "query.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* ---- SQL texts ---- */

void sql_add(struct sql *sql, const char *text)
{
    buffer_add_text(&sql->text, text);
}

static void sql_parameter(struct sql *sql, const char *before)
{
    if (sql->count == SQL_PARAMETERS)
        abort(); /* a statement of ours has a fixed, small number */
    sql->count++;
    buffer_print(&sql->text, "%s$%zu", before, sql->count);
}

void sql_number(struct sql *sql, const char *before, int64_t number)
{
    sql_parameter(sql, before);
    sql->bound[sql->count - 1].text = NULL;
    sql->bound[sql->count - 1].number = number;
}

void sql_text(struct sql *sql, const char *before, const char *text)
{
    sql_parameter(sql, before);
    sql->bound[sql->count - 1].text = text;
}

void sql_in_force(struct sql *sql, const char *alias, const char *instant)
{
    buffer_print(&sql->text, " AND %s.from_at <= ", alias);
    sql_text(sql, "", instant);
    buffer_print(&sql->text, " AND (%s.until_at IS NULL OR %s.until_at >= ", alias, alias);
    sql_text(sql, "", instant);
    sql_add(sql, ")");
}

static void sql_granted(struct sql *sql, const struct reading *reading)
{
    sql_number(sql, "SELECT v.client_id FROM grant_ AS v WHERE v.user_id = ",
               reading->session->user_id);
    sql_some(sql, reading, "v.client_id");
    sql_in_force(sql, "v", reading->now);
}

void sql_visible(struct sql *sql, const struct reading *reading, const char *alias)
{
    switch (reading->reach) {
    case REACH_ALL:
        return;
    case REACH_NONE:
        sql_add(sql, " AND 1 = 0");
        return;
    case REACH_NOT_INTERNAL:
        buffer_print(&sql->text, " AND (%s.internal = 0 OR %s.id IN (", alias, alias);
        break;
    case REACH_GRANTED:
        buffer_print(&sql->text, " AND (%s.id IN (", alias);
        break;
    }
    sql_granted(sql, reading);
    sql_add(sql, "))");
}

struct db_statement *sql_open(struct sql *sql, const struct reading *reading,
                              struct failure *ret_failure)
{
    struct db_statement *statement =
        db_prepare(reading->store->db, buffer_text(&sql->text), ret_failure);
    if (statement != NULL)
        for (size_t i = 0; i < sql->count; i++) {
            if (sql->bound[i].text != NULL)
                db_bind_text(statement, (int)i + 1, sql->bound[i].text);
            else
                db_bind_number(statement, (int)i + 1, sql->bound[i].number);
        }
    buffer_finish(&sql->text);
    sql->count = 0;
    return statement;
}

bool sql_next(struct db_statement *statement, bool *ret_failed, struct failure *ret_failure)
{
    enum db_step step = db_step(statement, ret_failure);
    *ret_failed = step == DB_FAILED;
    if (step != DB_ROW)
        db_done(statement);
    return step == DB_ROW;
}

bool sql_one(struct sql *sql, const struct reading *reading, int64_t otherwise, int64_t *ret_number,
             struct failure *ret_failure)
{
    struct db_statement *statement = sql_open(sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    enum db_step step = db_step(statement, ret_failure);
    if (step != DB_FAILED)
        *ret_number = step == DB_ROW && !db_is_null(statement, 0) ? db_number(statement, 0)
                                                                  : otherwise;
    db_done(statement);
    return step != DB_FAILED;
}

bool sql_ids(struct sql *sql, const struct reading *reading, struct ids *ids,
             struct failure *ret_failure)
{
    struct db_statement *statement = sql_open(sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    bool failed = false;
    while (sql_next(statement, &failed, ret_failure))
        ids_add(ids, db_number(statement, 0));
    return !failed;
}

/* ---- one reading ---- */

static enum reach reach_of(enum role role, bool active)
{
    if (!active)
        return REACH_NONE;
    switch (role) {
    case ROLE_ADMIN:
    case ROLE_LEAD:
        return REACH_ALL;
    case ROLE_OPERATOR:
        return REACH_NOT_INTERNAL;
    default:
        return REACH_GRANTED;
    }
}

static bool read_asker(struct reading *reading, struct failure *ret_failure)
{
    struct sql sql = { 0 };
    sql_number(&sql, "SELECT role, until FROM user WHERE id = ", reading->session->user_id);
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    enum db_step step = db_step(statement, ret_failure);
    if (step == DB_ROW) {
        int role = ROLE_USER;
        reading->active = model_parse(WORDS_ROLE, db_text(statement, 0, NULL), &role) &&
                          (db_is_null(statement, 1) ||
                           strcmp(db_text(statement, 1, NULL), reading->now) > 0);
        reading->role = (enum role)role;
    }
    db_done(statement);
    reading->reach = reach_of(reading->role, reading->active);
    return step != DB_FAILED;
}

static bool read_granted(struct reading *reading, struct failure *ret_failure)
{
    struct sql sql = { 0 };
    sql_granted(&sql, reading);
    if (!sql_ids(&sql, reading, &reading->granted, ret_failure))
        return false;
    sql_add(&sql, "SELECT id FROM client WHERE internal = 1");
    return sql_one(&sql, reading, 0, &reading->internal, ret_failure);
}

bool reading_start_some(struct store *store, const struct session *session, struct instant as_of,
                        const struct some *some, struct reading *ret_reading,
                        struct failure *ret_failure)
{
    struct reading reading = { .store = store, .session = session, .role = ROLE_USER };
    if (some != NULL)
        reading.some = *some;
    instant_format(session->now, reading.now);
    instant_format(instant_known(as_of) ? as_of : session->now, reading.as_of);
    reading.day = instant_known(as_of) ? date_of_instant(as_of) : session_today(session);
    if (!db_begin_read(store->db, ret_failure))
        return false;
    if (!read_asker(&reading, ret_failure) || !read_granted(&reading, ret_failure)) {
        reading_finish(&reading);
        return false;
    }
    *ret_reading = reading;
    return true;
}

bool reading_start(struct store *store, const struct session *session, struct instant as_of,
                   struct reading *ret_reading, struct failure *ret_failure)
{
    return reading_start_some(store, session, as_of, NULL, ret_reading, ret_failure);
}

void reading_finish(struct reading *reading)
{
    ids_finish(&reading->granted);
    db_end_read(reading->store->db);
}

bool reading_allows(const struct reading *reading, int64_t client_id, enum right right)
{
    struct access_facts facts = {
        .role = reading->role,
        .active = reading->active,
        .granted = ids_has(&reading->granted, client_id),
        .internal = client_id == reading->internal,
    };
    return access_allows(&facts, right);
}

bool reading_visible(struct reading *reading, struct ids *ret_clients, struct failure *ret_failure)
{
    struct sql sql = { 0 };
    sql_add(&sql, "SELECT c.id FROM client AS c WHERE TRUE");
    sql_visible(&sql, reading, "c");
    return sql_ids(&sql, reading, ret_clients, ret_failure);
}

bool reading_event(struct store *store, const struct session *session, const char *kind,
                   int64_t client_id, struct failure *ret_failure)
{
    if (store->read_only || session->read_only)
        return true;
    if (!db_begin_write(store->db, session->login, ret_failure))
        return false;
    char now[INSTANT_TEXT_SIZE];
    struct db_statement *statement = db_prepare(
        store->db, "INSERT INTO event (at, user_id, kind, client_id) VALUES ($1, $2, $3, $4)",
        ret_failure);
    bool written = statement != NULL;
    if (written) {
        db_bind_text(statement, 1, instant_format(session->now, now));
        db_bind_number(statement, 2, session->user_id);
        db_bind_text(statement, 3, kind);
        if (client_id != 0)
            db_bind_number(statement, 4, client_id);
        else
            db_bind_null(statement, 4);
        written = db_run(statement, ret_failure);
    }
    bool unknown = false;
    if (!written) {
        db_rollback(store->db);
        return false;
    }
    return db_commit(store->db, &unknown, ret_failure);
}

/* ---- values ---- */

int64_t column_number(struct db_statement *statement, int column)
{
    return db_is_null(statement, column) ? VALUE_UNKNOWN : db_number(statement, column);
}

int64_t column_instant(struct db_statement *statement, int column)
{
    struct instant instant;
    if (db_is_null(statement, column) || !instant_parse(db_text(statement, column, NULL), &instant))
        return VALUE_UNKNOWN;
    return instant.second;
}

int64_t column_date(struct db_statement *statement, int column)
{
    struct date date;
    if (db_is_null(statement, column) || !date_parse(db_text(statement, column, NULL), &date))
        return VALUE_UNKNOWN;
    return date.day;
}

int64_t column_month(struct db_statement *statement, int column)
{
    struct month month;
    if (db_is_null(statement, column) || !month_parse(db_text(statement, column, NULL), &month))
        return VALUE_UNKNOWN;
    return month.index;
}

void put_number(struct reading *reading, enum column column, struct db_statement *statement, int at)
{
    rowset_put_number(reading->builder, column, column_number(statement, at));
}

void put_instant(struct reading *reading, enum column column, struct db_statement *statement, int at)
{
    rowset_put_number(reading->builder, column, column_instant(statement, at));
}

void put_date(struct reading *reading, enum column column, struct db_statement *statement, int at)
{
    rowset_put_number(reading->builder, column, column_date(statement, at));
}

void put_month(struct reading *reading, enum column column, struct db_statement *statement, int at)
{
    rowset_put_number(reading->builder, column, column_month(statement, at));
}

void put_text(struct reading *reading, enum column column, struct db_statement *statement, int at)
{
    size_t length = 0;
    const char *text = db_text(statement, at, &length);
    rowset_put_text(reading->builder, column, length == 0 ? NULL : text, length);
}

unsigned client_flags(const struct reading *reading, int64_t client_id, bool internal, bool demo,
                      bool archived)
{
    return (ids_has(&reading->granted, client_id) ? ROW_ACCESSIBLE : 0u) |
           (reading_allows(reading, client_id, RIGHT_PERSONS) ? ROW_OPEN : 0u) |
           (internal ? ROW_INTERNAL : 0u) | (demo ? ROW_DEMO : 0u) | (archived ? ROW_ARCHIVED : 0u);
}

void row_of_client(struct reading *reading, int64_t id, struct db_statement *statement,
                   enum column client, const char *currency)
{
    int64_t client_id = db_number(statement, CLIENT_ID);
    rowset_row(reading->builder, id, client_id,
               client_flags(reading, client_id, db_number(statement, CLIENT_INTERNAL) != 0,
                            db_number(statement, CLIENT_DEMO) != 0,
                            db_number(statement, CLIENT_ARCHIVED) != 0),
               currency);
    rowset_put_number(reading->builder, client, client_id);
    put_text(reading, client + 1, statement, CLIENT_ORGNO);
    put_text(reading, client + 2, statement, CLIENT_NAME);
}

size_t some_place(const struct some *some, int64_t client)
{
    if (some->list == NULL)
        return client >= some->first && (uint64_t)(client - some->first) < some->count
                   ? (size_t)(client - some->first)
                   : SIZE_MAX;
    size_t low = 0, high = some->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (some->list[middle] < client)
            low = middle + 1;
        else
            high = middle;
    }
    return low < some->count && some->list[low] == client ? low : SIZE_MAX;
}

int64_t some_client(const struct some *some, size_t place)
{
    return some->list != NULL ? some->list[place] : some->first + (int64_t)place;
}

/* A list always has the same number of parameters, so that its statement is made once. */
void sql_some(struct sql *sql, const struct reading *reading, const char *column)
{
    const struct some *some = &reading->some;
    if (!some->limited)
        return;
    buffer_print(&sql->text, " AND %s", column);
    if (some->list == NULL && some->count == 1) {
        sql_number(sql, " = ", some->first);
    } else if (some->list == NULL) {
        sql_number(sql, " >= ", some->first);
        buffer_print(&sql->text, " AND %s", column);
        sql_number(sql, " < ", some->first + (int64_t)some->count);
    } else {
        for (size_t i = 0; i < SOME_LISTED; i++)
            sql_number(sql, i == 0 ? " IN (" : ", ", some->list[i < some->count ? i : some->count - 1]);
        sql_add(sql, ")");
    }
}

enum {
    SPAN_LEAST = 256, SPAN_MOST = 16384,
    SPAN_SHORT = 1500, /* microseconds: a span that took less may grow, … */
    SPAN_LONG = 4000,  /* … one that took longer must shrink */
};

void spans_start(struct spans *spans)
{
    *spans = (struct spans){ .next = 1, .size = SPAN_LEAST };
}

bool spans_next(const struct spans *spans, struct some *ret_some)
{
    *ret_some = (struct some){ .limited = true, .first = spans->next, .count = (size_t)spans->size };
    return spans->next <= spans->most;
}

void spans_took(struct spans *spans, int64_t after, int64_t microseconds)
{
    spans->next = after + 1;
    if (microseconds < SPAN_SHORT && spans->size < SPAN_MOST)
        spans->size *= 2;
    else if (microseconds > SPAN_LONG && spans->size > SPAN_LEAST)
        spans->size /= 2;
}

enum { DENSE_SHARE = 2 /* a set of one in so many clients or more is read in spans */ };

void chunks_start(struct chunks *chunks, const struct ids *clients, int64_t most)
{
    chunks->dense = clients == NULL || most <= SPANS_FEW ||
                    (int64_t)clients->count >= most / DENSE_SHARE;
    spans_start(&chunks->spans);
    chunks->spans.most = most;
    if (most <= SPANS_FEW)
        chunks->spans.size = SPANS_FEW;
}

bool chunks_next(struct chunks *chunks, const struct ids *clients, struct some *ret_some)
{
    if (chunks->dense)
        return (clients == NULL || clients->count > 0) && spans_next(&chunks->spans, ret_some);
    size_t count = 0;
    for (int64_t id = ids_next(clients, chunks->spans.next); id >= 0 && count < SOME_LISTED;
         id = ids_next(clients, id + 1))
        chunks->list[count++] = id;
    *ret_some = (struct some){ .limited = true, .count = count, .list = chunks->list };
    return count > 0;
}

void chunks_took(struct chunks *chunks, const struct some *some, int64_t microseconds)
{
    int64_t last = some->list != NULL ? some->list[some->count - 1]
                                      : some->first + (int64_t)some->count - 1;
    spans_took(&chunks->spans, last, microseconds);
}

bool reading_all(struct reading *reading, struct failure *ret_failure)
{
    int64_t most;
    if (!max_client(reading, &most, ret_failure))
        return false;
    reading->some = (struct some){ .count = (size_t)most + 1 };
    return true;
}

bool query_wants(const struct query *query, enum column column, ...)
{
    if (query->columns == 0)
        return true;
    bool wanted = false;
    va_list columns;
    va_start(columns, column);
    for (; column != COLUMN_NONE; column = (enum column)va_arg(columns, int))
        if ((query->columns & column_bit(column)) != 0)
            wanted = true;
    va_end(columns);
    return wanted;
}

/* ---- datasets ---- */

static const struct source sources[DATASET_COUNT] = {
    [DATASET_clients] = { query_clients, .limits = true, .by_name = true, .nothing =
                     N_("There are no clients yet: load them with klientel import") },
    [DATASET_users] = { query_users, .nothing =
                     N_("There are no users") },
    [DATASET_grants] = { query_grants, .limits = true, .by_name = true, .nothing =
                     N_("Nobody has access to any client at that time") },
    [DATASET_runs] = { query_runs, .limits = true, .nothing =
                     N_("No payroll runs are known") },
    [DATASET_payroll] = { query_payroll, .limits = true, .by_name = true, .nothing =
                     N_("No payroll runs are known") },
    [DATASET_declarations] = { query_declarations, .limits = true, .nothing =
                     N_("No declarations are known") },
    [DATASET_steps] = { query_steps, .limits = true, .by_name = true, .nothing =
                     N_("No month steps are known") },
    [DATASET_changes] = { query_changes, .own_order_down = true, .nothing =
                     N_("Nothing has been changed") },
    [DATASET_employees] = { query_employees, .sorted_here = true, .limits = true, .nothing =
                     N_("No employees are known of the clients you may open") },
    [DATASET_packages] = { query_packages, .sorted_here = true, .nothing =
                     N_("There are no packages") },
    [DATASET_groups] = { query_groups, .sorted_here = true, .nothing =
                     N_("There are no groups") },
    [DATASET_views] = { query_views, .sorted_here = true, .nothing =
                     N_("There are no saved views") },
    [DATASET_drafts] = { query_drafts, .own_order_down = true, .sorted_here = true, .nothing =
                     N_("You have no drafts") },
    [DATASET_notes] = { query_notes, .own_order_down = true, .nothing =
                     N_("There are no notes") },
};

const struct source *source_of(enum dataset dataset)
{
    return &sources[dataset];
}

bool reading_reason(struct reading *reading, const char **ret_reason, struct failure *ret_failure)
{
    const struct query *query = reading->query;
    enum dataset dataset = query->dataset;
    *ret_reason = sources[dataset].nothing;
    if (!reading->active) {
        *ret_reason = N_("You are no longer an active user");
        return true;
    }
    if (!dataset_has_client(dataset))
        return true;
    struct sql sql = { 0 };
    int64_t any;
    sql_add(&sql, "SELECT id FROM client LIMIT 1");
    if (!sql_one(&sql, reading, 0, &any, ret_failure))
        return false;
    if (any == 0) {
        *ret_reason = sources[DATASET_clients].nothing;
        return true;
    }
    sql_add(&sql, "SELECT c.id FROM client AS c WHERE TRUE");
    sql_visible(&sql, reading, "c");
    sql_add(&sql, " LIMIT 1");
    if (!sql_one(&sql, reading, 0, &any, ret_failure))
        return false;
    if (any == 0)
        *ret_reason = N_("You have no access to any client");
    else if (dataset == DATASET_clients)
        *ret_reason = N_("No such client");
    else if (dataset == DATASET_employees && query->client_id)
        *ret_reason = N_("Nobody employed here is known by name; how many they are is what the runs say");
    else if (dataset == DATASET_grants && query->client_id)
        *ret_reason = N_("Nobody has access to this client");
    else if (dataset == DATASET_grants && query->user_id)
        *ret_reason = N_("This person has access to no client that you see");
    else if ((dataset == DATASET_runs || dataset == DATASET_payroll) && month_known(query->month))
        *ret_reason = N_("No payroll runs are known in this month");
    else if (dataset == DATASET_declarations && month_known(query->month))
        *ret_reason = N_("No declarations are known for this month");
    return true;
}

struct query query_plain(const struct query *query, bool *ret_own)
{
    const struct source *source = &sources[query->dataset];
    enum column own = dataset_info(query->dataset)->order;
    struct query asked = *query;
    if (asked.sort == COLUMN_NONE && asked.descending) { /* its own order, turned round */
        asked.sort = own;
        asked.descending = !source->own_order_down;
    } else if (asked.sort == own && asked.descending == source->own_order_down) {
        asked.sort = COLUMN_NONE;
        asked.descending = false;
    }
    if (source->sorted_here && asked.sort == COLUMN_NONE) {
        asked.sort = own;
        asked.descending = source->own_order_down;
    }
    if (asked.columns != 0 && asked.sort != COLUMN_NONE)
        asked.columns |= column_bit(asked.sort);
    /* Clients by name both ways round by the stored keys: no collator needed. */
    if (asked.dataset == DATASET_clients && asked.sort == COLUMN_clients_name)
        asked.sort = COLUMN_NONE;
    *ret_own = asked.sort == COLUMN_NONE;
    return asked;
}

bool reading_rows(struct reading *reading, struct failure *ret_failure)
{
    const struct query *query = reading->query;
    const struct source *source = &sources[query->dataset];
    if (source->limits && !reading->some.limited) {
        if (query->client_id != 0)
            reading->some = (struct some){ .limited = true, .first = query->client_id, .count = 1 };
        else if (!reading_all(reading, ret_failure))
            return false;
    }
    return source->load(reading, ret_failure);
}

bool reading_load(struct reading *reading, const struct query *query, struct rowset *ret_rowset,
                  struct failure *ret_failure)
{
    struct query asked = query_plain(query, &reading->sorted);
    reading->query = &asked;
    reading->builder = rowset_build(reading->arena, asked.dataset, asked.columns);
    bool loaded = reading_rows(reading, ret_failure);
    rowset_finish(reading->builder, asked.sort, asked.descending, reading->store->collator, ret_rowset);
    reading->builder = NULL;
    ret_rowset->done = true;
    ret_rowset->sequence = ++reading->store->sequence;
    if (loaded && ret_rowset->count == 0)
        loaded = reading_reason(reading, &ret_rowset->reason, ret_failure);
    reading->query = NULL;
    reading->some = (struct some){ 0 };
    return loaded;
}

bool store_query(struct store *store, const struct session *session, const struct query *query,
                 struct arena *arena, struct rowset *ret_rowset, struct failure *ret_failure)
{
    struct reading reading;
    struct rowset rowset = { 0 };
    if (!reading_start(store, session, query->as_of, &reading, ret_failure))
        return false;
    reading.arena = arena;
    bool loaded = reading_load(&reading, query, &rowset, ret_failure);
    bool persons = reading.persons;
    reading_finish(&reading);
    if (loaded && persons)
        loaded = reading_event(store, session, "employees", query->client_id, ret_failure);
    if (loaded)
        *ret_rowset = rowset;
    return loaded;
}
