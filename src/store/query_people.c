/*
 * People: users, their access, employees of clients, packages of rights.
 *
 * Invariants  a user of role user sees only himself among the users; employees come only from clients
 *             the asker may open (RIGHT_PERSONS), their national id always masked; counts are of
 *             visible clients only.
 */
#include "query.h"

#include <stdlib.h>
#include <string.h>

#include "klientel/rules/identity.h"

/* ---- users ---- */

struct user_counts {
    int64_t *responsible, *member; /* by user id */
    size_t users;
};

/* Grants in force on visible clients, counted once for all users. */
static bool count_grants(struct reading *reading, struct user_counts *counts,
                         struct failure *ret_failure)
{
    int64_t most;
    struct sql sql = { 0 };
    sql_add(&sql, "SELECT max(id) FROM user");
    if (!sql_one(&sql, reading, 0, &most, ret_failure))
        return false;
    counts->users = (size_t)most + 1;
    counts->responsible = memory_zero(counts->users, sizeof *counts->responsible);
    counts->member = memory_zero(counts->users, sizeof *counts->member);
    struct ids visible = { 0 };
    bool all = reading->reach == REACH_ALL;
    if (!all && !reading_visible(reading, &visible, ret_failure)) {
        ids_finish(&visible);
        return false;
    }
    sql_add(&sql, "SELECT g.client_id, g.user_id, CASE WHEN g.role = 'responsible' THEN 1 ELSE 0 "
                  "END FROM grant_ AS g WHERE TRUE");
    sql_in_force(&sql, "g", reading->as_of);
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    bool failed = statement == NULL;
    while (!failed && sql_next(statement, &failed, ret_failure)) {
        int64_t user = db_number(statement, 1);
        if ((all || ids_has(&visible, db_number(statement, 0))) && user <= most)
            (db_number(statement, 2) != 0 ? counts->responsible : counts->member)[user]++;
    }
    ids_finish(&visible);
    return !failed;
}

static bool put_users(struct reading *reading, const struct user_counts *counts,
                      struct failure *ret_failure)
{
    enum { ID, LOGIN, NAME, EMAIL, ROLE, KIND, UNTIL, SEEN };
    const struct query *query = reading->query;
    struct sql sql = { 0 };
    sql_add(&sql, "SELECT u.id, u.login, u.name, u.email, u.role, u.kind, u.until, s.value "
                  "FROM user AS u LEFT JOIN state AS s ON s.user_id = u.id "
                  "AND s.name = 'last_seen' WHERE TRUE");
    if (reading->reach == REACH_GRANTED)
        sql_number(&sql, " AND u.id = ", reading->session->user_id);
    else if (reading->reach == REACH_NONE)
        sql_add(&sql, " AND 1 = 0");
    if (query->user_id != 0)
        sql_number(&sql, " AND u.id = ", query->user_id);
    if (query->client_id != 0) {
        sql_add(&sql, " AND u.id IN (SELECT g.user_id FROM grant_ AS g "
                      "JOIN client AS c ON c.id = g.client_id WHERE TRUE");
        sql_number(&sql, " AND c.id = ", query->client_id);
        sql_visible(&sql, reading, "c");
        sql_in_force(&sql, "g", reading->as_of);
        sql_add(&sql, ")");
    }
    if (reading->sorted)
        sql_add(&sql, " ORDER BY u.name_sort, u.id");
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    bool failed = false;
    while (sql_next(statement, &failed, ret_failure)) {
        int64_t id = db_number(statement, ID);
        bool active = db_is_null(statement, UNTIL) ||
                      strcmp(db_text(statement, UNTIL, NULL), reading->as_of) > 0;
        rowset_row(reading->builder, id, 0, 0, NULL);
        rowset_put_number(reading->builder, COLUMN_users_id, id);
        put_text(reading, COLUMN_users_login, statement, LOGIN);
        put_text(reading, COLUMN_users_name, statement, NAME);
        put_text(reading, COLUMN_users_email, statement, EMAIL);
        put_text(reading, COLUMN_users_role, statement, ROLE);
        put_text(reading, COLUMN_users_kind, statement, KIND);
        if (counts->users > 0) {
            rowset_put_number(reading->builder, COLUMN_users_responsible_for,
                              counts->responsible[id]);
            rowset_put_number(reading->builder, COLUMN_users_member_of, counts->member[id]);
        }
        put_instant(reading, COLUMN_users_last_seen, statement, SEEN);
        put_instant(reading, COLUMN_users_until, statement, UNTIL);
        rowset_put_number(reading->builder, COLUMN_users_active, active);
    }
    return !failed;
}

bool query_users(struct reading *reading, struct failure *ret_failure)
{
    struct user_counts counts = { 0 };
    bool good = true;
    if (query_wants(reading->query, COLUMN_users_responsible_for, COLUMN_users_member_of,
                    COLUMN_NONE))
        good = count_grants(reading, &counts, ret_failure);
    good = good && put_users(reading, &counts, ret_failure);
    free(counts.responsible);
    free(counts.member);
    return good;
}

/* ---- grants ---- */

/* The table of grants is read in the order it lies in; what is known of clients and users is put beside
 * it from memory, and their order is a number a row, so that nothing is looked up a grant. */
struct grants {
    struct arena *arena;
    const struct some *some;
    struct grant_client {
        const char *orgno, *name; /* name NULL: not visible, or not asked about */
        uint8_t flags;
    } *clients;                   /* by place */
    struct places places;
    struct names logins, names; /* of the users, both in the order of logins */
};

static void grants_finish(struct grants *grants)
{
    free(grants->clients);
    names_finish(&grants->logins);
    names_finish(&grants->names);
    arena_destroy(grants->arena);
}

static void sql_grant_clients(struct sql *sql, const struct reading *reading)
{
    sql_add(sql, " FROM client AS c WHERE TRUE");
    sql_visible(sql, reading, "c");
    sql_some(sql, reading, "c.id");
    if (reading->query->user_id != 0) {
        sql_number(sql, " AND c.id IN (SELECT g.client_id FROM grant_ AS g WHERE g.user_id = ",
                   reading->query->user_id);
        sql_add(sql, ")");
    }
}

static struct grant_client *grant_client(const struct grants *grants, int64_t id)
{
    size_t place = some_place(grants->some, id);
    return place == SIZE_MAX ? NULL : &grants->clients[place];
}

static bool load_grant_clients(struct reading *reading, struct grants *grants,
                               struct failure *ret_failure)
{
    struct sql sql = { 0 };
    sql_add(&sql, "SELECT " CLIENT_COLUMNS);
    sql_grant_clients(&sql, reading);
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    bool failed = false;
    while (sql_next(statement, &failed, ret_failure)) {
        int64_t id = db_number(statement, CLIENT_ID);
        struct grant_client *client = grant_client(grants, id);
        if (client == NULL)
            continue;
        if (!db_is_null(statement, CLIENT_ORGNO))
            client->orgno = arena_text(grants->arena, db_text(statement, CLIENT_ORGNO, NULL));
        client->name = arena_text(grants->arena, db_text(statement, CLIENT_NAME, NULL));
        client->flags = (uint8_t)client_flags(reading, id, db_number(statement, CLIENT_INTERNAL) != 0,
                                              db_number(statement, CLIENT_DEMO) != 0,
                                              db_number(statement, CLIENT_ARCHIVED) != 0);
    }
    return !failed;
}

/* One person's clients: their order alone, not that of all. */
static bool place_grant_clients(struct reading *reading, struct grants *grants,
                                struct failure *ret_failure)
{
    struct sql sql = { 0 };
    sql_add(&sql, "SELECT c.id");
    sql_grant_clients(&sql, reading);
    sql_add(&sql, " ORDER BY c.name_sort, c.id");
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    struct places *places = &grants->places;
    places->some = reading->some;
    places->of = memory_zero(places->some.count, sizeof *places->of);
    bool failed = false;
    while (sql_next(statement, &failed, ret_failure)) {
        size_t place = some_place(&places->some, db_number(statement, 0));
        if (place != SIZE_MAX)
            places->of[place] = places->next++;
    }
    reading->places = places;
    return !failed;
}

static bool load_grant_sides(struct reading *reading, struct grants *grants,
                             struct failure *ret_failure)
{
    if (!load_users(reading, &grants->logins, &grants->names, ret_failure))
        return false;
    grants->clients = memory_zero(grants->some->count, sizeof *grants->clients);
    return load_grant_clients(reading, grants, ret_failure) &&
           (reading->query->user_id != 0 ? place_grant_clients(reading, grants, ret_failure)
                                         : reading_places(reading, &grants->places, false, ret_failure));
}

enum { GRANT_ID, GRANT_CLIENT, GRANT_USER, GRANT_ROLE_AT, GRANT_FROM, GRANT_UNTIL, GRANT_SOURCE,
       GRANT_PACKAGES, GRANT_BY, GRANT_CHANGESET, GRANT_REASON };

static void put_name(struct reading *reading, enum column column, const struct names *names,
                     uint32_t rank)
{
    if (rank != UINT32_MAX && names->list[rank].length > 0)
        rowset_put_text(reading->builder, column, names->list[rank].text, names->list[rank].length);
}

/* What is not searched only where it was asked for. */
static void put_grant_details(struct reading *reading, const struct grants *grants,
                              struct db_statement *statement)
{
    static const struct {
        enum column column;
        void (*put)(struct reading *, enum column, struct db_statement *, int);
        int at;
    } details[] = {
        { COLUMN_grants_role, put_text, GRANT_ROLE_AT },
        { COLUMN_grants_source, put_text, GRANT_SOURCE },
        { COLUMN_grants_from, put_instant, GRANT_FROM },
        { COLUMN_grants_until, put_instant, GRANT_UNTIL },
        { COLUMN_grants_packages, put_text, GRANT_PACKAGES },
        { COLUMN_grants_changeset, put_number, GRANT_CHANGESET },
        { COLUMN_grants_reason, put_text, GRANT_REASON },
    };
    for (size_t i = 0; i < sizeof details / sizeof *details; i++)
        if (query_wants(reading->query, details[i].column, COLUMN_NONE))
            details[i].put(reading, details[i].column, statement, details[i].at);
    if (!db_is_null(statement, GRANT_BY))
        put_name(reading, COLUMN_grants_granted_by, &grants->logins,
                 names_rank(&grants->logins, db_number(statement, GRANT_BY)));
}

static void put_grant(struct reading *reading, const struct grants *grants,
                      struct db_statement *statement)
{
    int64_t id = db_number(statement, GRANT_ID), client_id = db_number(statement, GRANT_CLIENT);
    const struct grant_client *client = grant_client(grants, client_id);
    uint32_t user = names_rank(&grants->logins, db_number(statement, GRANT_USER));
    if (client == NULL || client->name == NULL || user == UINT32_MAX)
        return;
    rowset_row(reading->builder, id, client_id, client->flags, NULL);
    put_rank(reading, place_of(reading->places, client_id), user);
    rowset_put_number(reading->builder, COLUMN_grants_client, client_id);
    rowset_put_text(reading->builder, COLUMN_grants_orgno, client->orgno,
                    client->orgno == NULL ? 0 : strlen(client->orgno));
    rowset_put_text(reading->builder, COLUMN_grants_client_name, client->name, strlen(client->name));
    put_name(reading, COLUMN_grants_login, &grants->logins, user);
    put_name(reading, COLUMN_grants_name, &grants->names, user);
    put_grant_details(reading, grants, statement);
}

static bool put_grants(struct reading *reading, const struct grants *grants,
                       struct failure *ret_failure)
{
    const struct query *query = reading->query;
    struct sql sql = { 0 };
    sql_add(&sql, "SELECT g.id, g.client_id, g.user_id, g.role, g.from_at, g.until_at, g.source, "
                  "g.packages, g.granted_by, g.changeset_id, g.reason FROM grant_ AS g WHERE TRUE");
    sql_in_force(&sql, "g", reading->as_of);
    sql_some(&sql, reading, "g.client_id");
    if (query->user_id != 0)
        sql_number(&sql, " AND g.user_id = ", query->user_id);
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    bool failed = false;
    while (sql_next(statement, &failed, ret_failure))
        put_grant(reading, grants, statement);
    return !failed;
}

bool query_grants(struct reading *reading, struct failure *ret_failure)
{
    struct grants grants = { .arena = arena_create(), .some = &reading->some };
    bool good = load_grant_sides(reading, &grants, ret_failure) &&
                put_grants(reading, &grants, ret_failure);
    reading_placed(reading, &grants.places);
    grants_finish(&grants);
    return good;
}

/* ---- employees ---- */

/* Opens the sealed id only to mask it; what cannot be opened is not known. */
static void put_national_id(struct reading *reading, struct db_statement *statement, int at,
                            struct buffer *clear)
{
    size_t length = 0;
    const void *sealed = db_is_null(statement, at) ? NULL : db_blob(statement, at, &length);
    char masked[24];
    buffer_clear(clear);
    if (sealed == NULL || !reading->store->has_key ||
        !hash_open(reading->store->key, sealed, length, clear)) {
        rowset_put_text(reading->builder, COLUMN_employees_national_id, NULL, 0);
        return;
    }
    national_id_mask(buffer_text(clear), masked);
    rowset_put_text(reading->builder, COLUMN_employees_national_id, masked, strlen(masked));
    if (clear->length > 0)
        explicit_bzero(clear->data, clear->length);
}

bool query_employees(struct reading *reading, struct failure *ret_failure)
{
    enum { ID = CLIENT_END, PERSON, NAME, NATIONAL, FROM, UNTIL };
    struct sql sql = { 0 };
    sql_add(&sql, "SELECT " CLIENT_COLUMNS ", e.id, e.person, e.name, e.national_id, e.from_date, "
                  "e.until FROM employee AS e JOIN client AS c ON c.id = e.client_id WHERE TRUE");
    sql_visible(&sql, reading, "c");
    sql_some(&sql, reading, "e.client_id");
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    struct buffer clear = { 0 };
    bool national = query_wants(reading->query, COLUMN_employees_national_id, COLUMN_NONE);
    bool failed = false;
    while (sql_next(statement, &failed, ret_failure)) {
        if (!reading_allows(reading, db_number(statement, CLIENT_ID), RIGHT_PERSONS))
            continue;
        reading->persons = true;
        row_of_client(reading, db_number(statement, ID), statement, COLUMN_employees_client, NULL);
        put_number(reading, COLUMN_employees_id, statement, ID);
        put_text(reading, COLUMN_employees_person, statement, PERSON);
        put_text(reading, COLUMN_employees_name, statement, NAME);
        if (national)
            put_national_id(reading, statement, NATIONAL, &clear);
        put_date(reading, COLUMN_employees_from, statement, FROM);
        put_date(reading, COLUMN_employees_until, statement, UNTIL);
    }
    buffer_finish(&clear);
    return !failed;
}

/* ---- packages ---- */

static bool count_packages(struct reading *reading, const struct names *packages, int64_t *counts,
                           struct failure *ret_failure)
{
    struct sql sql = { 0 };
    sql_add(&sql, "SELECT g.packages FROM grant_ AS g JOIN client AS c ON c.id = g.client_id "
                  "WHERE g.packages <> ''");
    sql_in_force(&sql, "g", reading->as_of);
    sql_visible(&sql, reading, "c");
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    bool failed = false;
    while (sql_next(statement, &failed, ret_failure)) {
        struct value list = { .known = true };
        const char *item;
        size_t position = 0, length;
        list.text = db_text(statement, 0, &list.length);
        while (value_item(&list, &position, &item, &length))
            for (size_t i = 0; i < packages->count; i++)
                if (packages->list[i].length == length &&
                    memcmp(packages->list[i].text, item, length) == 0)
                    counts[i]++;
    }
    return !failed;
}

bool query_packages(struct reading *reading, struct failure *ret_failure)
{
    struct names packages = { 0 };
    struct ids mains = { 0 };
    struct arena *arena = arena_create();
    int64_t *counts = NULL;
    struct sql sql = { 0 };
    sql_add(&sql, "SELECT id, name FROM package");
    sql_add(&sql, reading->reach == REACH_NONE ? " WHERE 1 = 0 ORDER BY name" : " ORDER BY name");
    bool good = names_load(reading, &sql, arena, &packages, ret_failure);
    if (good) {
        counts = memory_zero(packages.count + 1, sizeof *counts);
        sql_add(&sql, "SELECT id FROM package WHERE main = 1");
        good = sql_ids(&sql, reading, &mains, ret_failure) &&
               count_packages(reading, &packages, counts, ret_failure);
    }
    for (size_t i = 0; good && i < packages.count; i++) {
        const struct name *package = &packages.list[i];
        rowset_row(reading->builder, package->id, 0, 0, NULL);
        rowset_put_number(reading->builder, COLUMN_packages_id, package->id);
        rowset_put_text(reading->builder, COLUMN_packages_name, package->text, package->length);
        rowset_put_number(reading->builder, COLUMN_packages_main, ids_has(&mains, package->id));
        rowset_put_number(reading->builder, COLUMN_packages_grants, counts[i]);
    }
    free(counts);
    ids_finish(&mains);
    names_finish(&packages);
    arena_destroy(arena);
    return good;
}
