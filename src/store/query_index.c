/*
 * Sets and lists by client id, which the datasets are merged from: whole tables are read in the order
 * they lie in and put beside each other in memory, so that a hundred thousand clients cost a few
 * passes and no look-up each.
 *
 * State       none of its own; every structure is filled for one reading.
 * Invariants  client ids are the database's small whole numbers, so they index arrays.
 */
#include "query.h"

#include <stdlib.h>
#include <string.h>

/* ---- many numbers a client ---- */

void many_add(struct many *many, size_t place, uint32_t value)
{
    if (place == SIZE_MAX)
        return;
    if (many->count == many->capacity) {
        many->capacity = many->capacity == 0 ? 1024 : many->capacity * 2;
        many->pairs = memory_resize(many->pairs, many->capacity * sizeof *many->pairs);
    }
    many->pairs[many->count++] = (struct many_pair){ (uint32_t)place, value };
}

/* Few a client, mostly one to five: insertion is right. */
static void order_values(uint32_t *values, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++)
        for (uint32_t j = i; j > 0 && values[j] < values[j - 1]; j--) {
            uint32_t swap = values[j];
            values[j] = values[j - 1];
            values[j - 1] = swap;
        }
}

void many_group(struct many *many)
{
    size_t places = 0;
    for (size_t i = 0; i < many->count; i++)
        if (many->pairs[i].place >= places)
            places = (size_t)many->pairs[i].place + 1;
    many->places = places;
    many->start = memory_zero(places + 2, sizeof *many->start);
    many->values = memory_alloc((many->count + 1) * sizeof *many->values);
    for (size_t i = 0; i < many->count; i++)
        many->start[many->pairs[i].place + 2]++;
    for (size_t i = 2; i < places + 2; i++)
        many->start[i] += many->start[i - 1];
    for (size_t i = 0; i < many->count; i++)
        many->values[many->start[many->pairs[i].place + 1]++] = many->pairs[i].value;
    for (size_t i = 0; i < places; i++)
        order_values(many->values + many->start[i], many->start[i + 1] - many->start[i]);
    free(many->pairs);
    many->pairs = NULL;
    many->count = many->capacity = 0;
}

size_t many_of(const struct many *many, size_t place, const uint32_t **ret_values)
{
    if (place >= many->places)
        return 0;
    *ret_values = many->values + many->start[place];
    return many->start[place + 1] - many->start[place];
}

void many_finish(struct many *many)
{
    free(many->pairs);
    free(many->start);
    free(many->values);
    *many = (struct many){ 0 };
}

/* ---- names ---- */

bool names_load(struct reading *reading, struct sql *sql, struct arena *arena, struct names *ret_names,
                struct failure *ret_failure)
{
    struct names names = { 0 };
    size_t capacity = 0;
    struct db_statement *statement = sql_open(sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    bool failed = false;
    while (sql_next(statement, &failed, ret_failure)) {
        if (names.count == capacity) {
            capacity = capacity == 0 ? 64 : capacity * 2;
            names.list = memory_resize(names.list, capacity * sizeof *names.list);
        }
        struct name *name = &names.list[names.count++];
        const char *text = db_text(statement, 1, &name->length);
        name->id = db_number(statement, 0);
        name->text = arena_text_n(arena, text, name->length);
        if ((size_t)name->id >= names.ids)
            names.ids = (size_t)name->id + 1;
    }
    if (failed) {
        names_finish(&names);
        return false;
    }
    names.rank_of = memory_alloc((names.ids + 1) * sizeof *names.rank_of);
    memset(names.rank_of, 0xff, (names.ids + 1) * sizeof *names.rank_of);
    for (size_t i = 0; i < names.count; i++)
        names.rank_of[names.list[i].id] = (uint32_t)i;
    *ret_names = names;
    return true;
}

uint32_t names_rank(const struct names *names, int64_t id)
{
    return id >= 0 && (size_t)id < names->ids ? names->rank_of[id] : UINT32_MAX;
}

void names_finish(struct names *names)
{
    free(names->list);
    free(names->rank_of);
    *names = (struct names){ 0 };
}

void many_names(const struct many *many, const struct names *names, size_t place,
                struct buffer *ret_text)
{
    const uint32_t *values = NULL;
    size_t count = many_of(many, place, &values);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buffer_add_byte(ret_text, VALUE_SEPARATOR);
        buffer_add(ret_text, names->list[values[i]].text, names->list[values[i]].length);
    }
}

/* The staff, as of one version of the database: a person who moves from row to row asks for them at every key. */
struct known_users {
    int64_t version;
    struct arena *arena;
    struct names logins, names; /* both in the order of the logins */
};

void known_users_drop(struct store *store)
{
    struct known_users *known = store->users;
    if (known == NULL)
        return;
    names_finish(&known->logins);
    names_finish(&known->names);
    arena_destroy(known->arena);
    free(known);
    store->users = NULL;
}

static bool know_users(struct reading *reading, struct failure *ret_failure)
{
    struct store *store = reading->store;
    int64_t version = db_version(store->db);
    struct sql sql = { 0 };
    if (store->users != NULL && store->users->version == version)
        return true;
    known_users_drop(store);
    struct known_users *known = store->users = memory_zero(1, sizeof *known);
    known->version = version;
    known->arena = arena_create();
    sql_add(&sql, "SELECT id, login FROM user ORDER BY login");
    bool good = names_load(reading, &sql, known->arena, &known->logins, ret_failure);
    if (good) {
        sql_add(&sql, "SELECT id, name FROM user ORDER BY login");
        good = names_load(reading, &sql, known->arena, &known->names, ret_failure);
    }
    if (!good)
        known_users_drop(store);
    return good;
}

bool load_users(struct reading *reading, struct names *ret_logins, struct names *ret_names,
                struct failure *ret_failure)
{
    if (!know_users(reading, ret_failure))
        return false;
    names_copy(&reading->store->users->logins, ret_logins);
    if (ret_names != NULL)
        names_copy(&reading->store->users->names, ret_names);
    return true;
}

void names_copy(const struct names *names, struct names *ret_names)
{
    struct names copy = *names;
    copy.list = memory_alloc((names->count + 1) * sizeof *copy.list);
    copy.rank_of = memory_alloc((names->ids + 1) * sizeof *copy.rank_of);
    if (names->count > 0)
        memcpy(copy.list, names->list, names->count * sizeof *copy.list);
    if (names->ids > 0)
        memcpy(copy.rank_of, names->rank_of, names->ids * sizeof *copy.rank_of);
    *ret_names = copy;
}

bool load_staff(struct reading *reading, const struct names *users, struct many *responsible,
                struct many *staff, struct failure *ret_failure)
{
    struct sql sql = { 0 };
    sql_add(&sql, "SELECT g.client_id, g.user_id, CASE WHEN g.role = 'responsible' THEN 1 ELSE 0 "
                  "END FROM grant_ AS g WHERE TRUE");
    sql_some(&sql, reading, "g.client_id");
    sql_in_force(&sql, "g", reading->as_of);
    if (staff == NULL)
        sql_add(&sql, " AND g.role = 'responsible'");
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    bool failed = false;
    while (sql_next(statement, &failed, ret_failure)) {
        size_t place = some_place(&reading->some, db_number(statement, 0));
        uint32_t rank = names_rank(users, db_number(statement, 1));
        if (rank == UINT32_MAX)
            continue;
        if (responsible != NULL && db_number(statement, 2) != 0)
            many_add(responsible, place, rank);
        if (staff != NULL)
            many_add(staff, place, rank);
    }
    if (failed)
        return false;
    if (responsible != NULL)
        many_group(responsible);
    if (staff != NULL)
        many_group(staff);
    return true;
}

bool max_client(struct reading *reading, int64_t *ret_id, struct failure *ret_failure)
{
    struct sql sql = { 0 };
    sql_add(&sql, "SELECT max(id) FROM client");
    return sql_one(&sql, reading, 0, ret_id, ret_failure);
}

bool next_run_month(struct reading *reading, char month[static MONTH_TEXT_SIZE],
                    struct failure *ret_failure)
{
    struct sql sql = { 0 };
    sql_text(&sql, "SELECT min(month) FROM run WHERE month > ", month);
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    enum db_step step = db_step(statement, ret_failure);
    month[0] = '\0';
    if (step == DB_ROW)
        strncat(month, db_text(statement, 0, NULL), MONTH_TEXT_SIZE - 1);
    db_done(statement);
    return step != DB_FAILED;
}

/* ---- the order of names ---- */

static struct db_statement *places_open(struct reading *reading, const struct places *places,
                                        int64_t count, struct failure *ret_failure)
{
    struct db_statement *statement = db_prepare(
        reading->store->db,
        places->next == 0 && places->last_id == 0
            ? "SELECT c.id, c.name_sort FROM client AS c ORDER BY c.name_sort, c.id LIMIT $1"
            : "SELECT c.id, c.name_sort FROM client AS c WHERE (c.name_sort, c.id) > ($2, $3) "
              "ORDER BY c.name_sort, c.id LIMIT $1",
        ret_failure);
    if (statement == NULL)
        return NULL;
    db_bind_number(statement, 1, count > 0 ? count : INT64_MAX);
    if (places->last_id != 0) {
        db_bind_blob(statement, 2, places->last.data, places->last.length);
        db_bind_number(statement, 3, places->last_id);
    }
    return statement;
}

static bool same_name(const struct places *places, const void *key, size_t length)
{
    return length == places->last.length &&
           (length == 0 || memcmp(key, places->last.data, length) == 0);
}

bool places_more(struct reading *reading, struct places *places, int64_t count,
                 struct failure *ret_failure)
{
    if (places->of == NULL) {
        int64_t most;
        if (!max_client(reading, &most, ret_failure))
            return false;
        places->some = (struct some){ .count = (size_t)most + 1 };
        places->of = memory_alloc(places->some.count * sizeof *places->of);
        memset(places->of, 0xff, places->some.count * sizeof *places->of);
    }
    struct db_statement *statement = places_open(reading, places, count, ret_failure);
    if (statement == NULL)
        return false;
    int64_t read = 0;
    bool failed = false;
    while (sql_next(statement, &failed, ret_failure)) {
        size_t length = 0;
        const void *key = db_blob(statement, 1, &length);
        read++;
        if (!places->shared || places->last_id == 0 || !same_name(places, key, length))
            places->next++;
        places->last_id = db_number(statement, 0);
        buffer_clear(&places->last);
        buffer_add(&places->last, key, length);
        size_t place = some_place(&places->some, places->last_id);
        if (place != SIZE_MAX)
            places->of[place] = places->next;
    }
    places->whole = !failed && (count == 0 || read < count);
    return !failed;
}

uint32_t place_of(const struct places *places, int64_t client)
{
    size_t at = places == NULL ? SIZE_MAX : some_place(&places->some, client);
    return at == SIZE_MAX || places->of[at] > INT32_MAX ? INT32_MAX : places->of[at];
}

void places_finish(struct places *places)
{
    free(places->of);
    buffer_finish(&places->last);
    *places = (struct places){ 0 };
}

bool reading_places(struct reading *reading, struct places *places, bool shared,
                    struct failure *ret_failure)
{
    if (!reading->sorted || reading->places != NULL || reading->some.count == 1)
        return true;
    places->shared = shared;
    reading->places = places;
    return places_more(reading, places, 0, ret_failure);
}

void reading_placed(struct reading *reading, struct places *places)
{
    if (reading->places == places)
        reading->places = NULL;
    places_finish(places);
}

/* What is not known comes last. */
static uint64_t half_rank(int64_t number)
{
    return number < 0 || number > INT32_MAX ? INT32_MAX : (uint64_t)number;
}

void put_rank(struct reading *reading, int64_t high, int64_t low)
{
    if (reading->sorted)
        rowset_put_rank(reading->builder, half_rank(high) << 32 | half_rank(low));
}

/* ---- the latest run of each client ---- */

static uint32_t find_run_name(const struct last_runs *runs, const char *text)
{
    for (size_t i = runs->count; i-- > 0;) /* as many as there are colleagues; the latest first */
        if (strcmp(runs->names[i].text, text) == 0)
            return (uint32_t)i + 1;
    return 0;
}

/* Files spell logins as they like: caseless. */
static uint32_t rank_of_login(const struct names *users, const char *login)
{
    for (size_t i = 0; i < users->count; i++)
        if (strcasecmp(users->list[i].text, login) == 0)
            return (uint32_t)i;
    return UINT32_MAX;
}

static uint32_t last_run_name(struct last_runs *runs, struct arena *arena,
                              const struct names *users, const char *text)
{
    uint32_t mix = 2166136261u;
    if (text[0] == '\0')
        return 0;
    for (const char *at = text; *at != '\0'; at++)
        mix = (mix ^ (unsigned char)*at) * 16777619u;
    uint32_t *seen = &runs->seen[(mix ^ mix >> 16) % LAST_RUN_SEEN];
    if (*seen != 0 && strcmp(runs->names[*seen - 1].text, text) == 0)
        return *seen;
    *seen = find_run_name(runs, text);
    if (*seen != 0)
        return *seen;
    if (runs->count == runs->capacity) {
        runs->capacity = runs->capacity == 0 ? 64 : runs->capacity * 2;
        runs->names = memory_resize(runs->names, runs->capacity * sizeof *runs->names);
    }
    runs->names[runs->count++] =
        (struct last_run_name){ arena_text(arena, text), rank_of_login(users, text) };
    return *seen = (uint32_t)runs->count;
}

enum { LAST_RUN_MONTHS = 3, LAST_RUN_SHARE = 32 /* one in so many is few */ };

/* Of a client's runs in the month the one paid out last; the index over months groups them. */
static bool last_runs_of_month(struct reading *reading, struct arena *arena,
                               const struct names *users, const char *month, struct ids *found,
                               struct last_runs *runs, struct failure *ret_failure)
{
    char latest[DATE_TEXT_SIZE] = "";
    int64_t client = 0, newest = 0;
    size_t place = SIZE_MAX;
    bool open = false; /* the client is new to this month */
    struct sql sql = { 0 };
    sql_text(&sql, "SELECT r.client_id, r.run_by, r.payout, r.id FROM run AS r WHERE r.month = ",
             month);
    sql_some(&sql, reading, "r.client_id");
    sql_add(&sql, " ORDER BY r.client_id"); /* as the index has it; the rest is decided here */
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    bool failed = false;
    while (sql_next(statement, &failed, ret_failure)) {
        if (db_number(statement, 0) != client) {
            client = db_number(statement, 0);
            place = some_place(&reading->some, client);
            open = !ids_has(found, client) && place < runs->places;
            latest[0] = '\0';
            newest = 0;
            ids_add(found, client);
        }
        const char *payout = db_text(statement, 2, NULL); /* "" for null: before every date */
        int order = strcmp(payout, latest);
        if (!open || order < 0 || (order == 0 && db_number(statement, 3) < newest))
            continue;
        newest = db_number(statement, 3);
        latest[0] = '\0';
        strncat(latest, payout, sizeof latest - 1);
        runs->name_of[place] = last_run_name(runs, arena, users, db_text(statement, 1, NULL));
    }
    return !failed;
}

static bool last_run_of_client(struct reading *reading, struct arena *arena,
                               const struct names *users, int64_t client, struct last_runs *runs,
                               struct failure *ret_failure)
{
    struct sql sql = { 0 };
    sql_number(&sql, "SELECT r.run_by FROM run AS r WHERE r.client_id = ", client);
    sql_add(&sql, " ORDER BY r.month DESC NULLS LAST, r.payout DESC NULLS LAST, r.id DESC LIMIT 1");
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    enum db_step step = db_step(statement, ret_failure);
    if (step == DB_ROW)
        runs->name_of[some_place(&reading->some, client)] = last_run_name(runs, arena, users, db_text(statement, 0, NULL));
    db_done(statement);
    return step != DB_FAILED;
}

/* Clients that no month read so far tells of; the others are looked up one by one when they are few. */
static bool are_few_left(int64_t all, const struct ids *found)
{
    return all <= (int64_t)found->count + all / LAST_RUN_SHARE;
}

static bool last_run_month(struct reading *reading, char month[static MONTH_TEXT_SIZE],
                           struct failure *ret_failure)
{
    struct sql sql = { 0 };
    sql_text(&sql, "SELECT max(month) FROM run WHERE month < ", month);
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    enum db_step step = db_step(statement, ret_failure);
    month[0] = '\0';
    if (step == DB_ROW)
        strncat(month, db_text(statement, 0, NULL), MONTH_TEXT_SIZE - 1);
    db_done(statement);
    return step != DB_FAILED;
}

/* Most clients have a run in the newest month, nearly all in the newest ones; only the others are looked up one by
 * one. */
static bool last_runs_of_all(struct reading *reading, struct arena *arena,
                             const struct names *users, struct last_runs *runs,
                             struct failure *ret_failure)
{
    struct ids found = { 0 };
    struct ids all = { 0 };
    char month[MONTH_TEXT_SIZE] = "9999-99";
    struct sql sql = { 0 };
    int64_t any = 0, count = 0;
    sql_add(&sql, "SELECT id FROM run LIMIT 1");
    bool good = sql_one(&sql, reading, 0, &any, ret_failure);
    if (good && any != 0) {
        sql_add(&sql, "SELECT count(*) FROM client AS c WHERE TRUE");
        sql_some(&sql, reading, "c.id");
        good = sql_one(&sql, reading, 0, &count, ret_failure);
    }
    for (int i = 0; good && i < LAST_RUN_MONTHS && month[0] != '\0' && !are_few_left(count, &found); i++) {
        good = last_run_month(reading, month, ret_failure);
        if (good && month[0] != '\0')
            good = last_runs_of_month(reading, arena, users, month, &found, runs, ret_failure);
    }
    if (good && (int64_t)found.count < count) {
        sql_add(&sql, "SELECT c.id FROM client AS c WHERE TRUE");
        sql_some(&sql, reading, "c.id");
        good = sql_ids(&sql, reading, &all, ret_failure);
    }
    for (int64_t client = ids_next(&all, 0); good && client >= 0; client = ids_next(&all, client + 1))
        if (!ids_has(&found, client) && some_place(&reading->some, client) < runs->places)
            good = last_run_of_client(reading, arena, users, client, runs, ret_failure);
    ids_finish(&found);
    ids_finish(&all);
    return good;
}

bool load_last_runs(struct reading *reading, struct arena *arena, const struct names *users,
                    struct last_runs *ret_runs, struct failure *ret_failure)
{
    struct last_runs runs = { .places = reading->some.count };
    runs.name_of = memory_zero(runs.places, sizeof *runs.name_of);
    const struct some *some = &reading->some;
    bool good = some->count == 1
                    ? last_run_of_client(reading, arena, users, some->list ? *some->list : some->first,
                                         &runs, ret_failure)
                    : last_runs_of_all(reading, arena, users, &runs, ret_failure);
    if (!good) {
        last_runs_finish(&runs);
        return false;
    }
    *ret_runs = runs;
    return true;
}

const char *last_run_by(const struct last_runs *runs, size_t place)
{
    if (place >= runs->places || runs->name_of[place] == 0)
        return NULL;
    return runs->names[runs->name_of[place] - 1].text;
}

uint32_t last_run_user(const struct last_runs *runs, size_t place)
{
    if (place >= runs->places || runs->name_of[place] == 0)
        return UINT32_MAX;
    return runs->names[runs->name_of[place] - 1].user;
}

void last_runs_finish(struct last_runs *runs)
{
    free(runs->name_of);
    free(runs->names);
    *runs = (struct last_runs){ 0 };
}
