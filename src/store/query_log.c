/*
 * The log and what people keep: changes, notes, groups, views, drafts.
 *
 * Invariants  changes of clients the asker may not see are left out; values of a client the asker may
 *             not open, and person-level values always, are shown as "…". Notes are part of a
 *             client's contents: only of clients the asker may open. Drafts are one's own.
 */
#include "query.h"

#include <string.h>

/* ---- changes ---- */

#define HIDDEN "…"

/* Tables whose values say more of a client than that it exists and who has access to it. */
static bool hidden_change(const struct reading *reading, const char *entity, int64_t client_id)
{
    static const char *const contents[] = { "client", "run", "note", "declaration" };
    if (strcmp(entity, "employee") == 0 || strcmp(entity, "secret") == 0)
        return true;
    if (client_id == 0 || reading_allows(reading, client_id, RIGHT_PERSONS))
        return false;
    for (size_t i = 0; i < sizeof contents / sizeof *contents; i++)
        if (strcmp(entity, contents[i]) == 0)
            return true;
    return false;
}

/* Amounts are kept in hundredths; for people and files they have their point: net=12345.00 */
static void amounts_add(const char *text, size_t length, struct buffer *ret_text)
{
    static const char *const amounts[] = { "gross=", "net=", "withheld=" };
    size_t at = 0;
    while (at < length) {
        const char *item = text + at, *end = memchr(item, VALUE_SEPARATOR, length - at);
        size_t size = end ? (size_t)(end - item) : length - at;
        size_t digits = 0, last = size;
        for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++)
            if (size > strlen(amounts[i]) && strncmp(item, amounts[i], strlen(amounts[i])) == 0)
                digits = strlen(amounts[i]);
        bool negative = digits > 0 && item[digits] == '-';
        size_t first = digits + negative;
        while (last > first && item[last - 1] >= '0' && item[last - 1] <= '9')
            last--;
        if (digits == 0 || last != first || size == first) {
            buffer_add(ret_text, item, size);
        } else {
            size_t count = size - first, whole = count > 2 ? count - 2 : 0;
            buffer_add(ret_text, item, first);
            if (whole == 0)
                buffer_add_byte(ret_text, '0');
            buffer_add(ret_text, item + first, whole);
            buffer_add_text(ret_text, count < 2 ? ".0" : ".");
            buffer_add(ret_text, item + first + whole, count - whole);
        }
        at += size;
        if (at < length) {
            buffer_add_byte(ret_text, VALUE_SEPARATOR);
            at++;
        }
    }
}

static void put_run_value(struct reading *reading, enum column column,
                          struct db_statement *statement, int at)
{
    struct buffer shown = { 0 };
    size_t length = 0;
    const char *text = db_text(statement, at, &length);
    amounts_add(text, length, &shown);
    rowset_put_text(reading->builder, column, shown.length ? buffer_text(&shown) : NULL,
                    shown.length);
    buffer_finish(&shown);
}

static void put_change_value(struct reading *reading, enum column column,
                             struct db_statement *statement, int at, int secret, bool hidden,
                             bool run)
{
    if (db_is_null(statement, at) && db_is_null(statement, secret))
        rowset_put_text(reading->builder, column, NULL, 0);
    else if (hidden || !db_is_null(statement, secret))
        rowset_put_text(reading->builder, column, HIDDEN, strlen(HIDDEN));
    else if (run)
        put_run_value(reading, column, statement, at);
    else
        put_text(reading, column, statement, at);
}

static void sql_changes(struct sql *sql, const struct reading *reading)
{
    const struct query *query = reading->query;
    int64_t me = reading->session->user_id;
    sql_add(sql, "SELECT x.id, x.changeset_id, s.at, s.actor, s.command, x.client_id, c.name, u.login, "
                 "x.column_name, x.before, x.after, s.reason, s.undo_of, x.entity, "
                 "x.secret_before, x.secret_after, c.internal, c.demo, "
                 "CASE WHEN c.archived_at IS NULL THEN 0 ELSE 1 END, "
                 "CASE WHEN x.entity = 'view_'");
    sql_number(sql, " AND s.actor_id <> ", me);
    sql_add(sql, " AND NOT EXISTS (SELECT 1 FROM view_ AS w WHERE w.id = x.row_id "
                 "AND w.owner_id IS NULL) THEN 1 ELSE 0 END FROM change AS x "
                 "JOIN changeset AS s ON s.id = x.changeset_id "
                 "LEFT JOIN client AS c ON c.id = x.client_id "
                 "LEFT JOIN user AS u ON u.id = x.user_id WHERE (x.client_id IS NULL");
    if (reading->reach == REACH_NONE) {
        sql_add(sql, " AND 1 = 0");
    } else if (reading->reach == REACH_GRANTED) { /* of the bureau itself only what is one's own */
        sql_number(sql, " AND (s.actor_id = ", me);
        sql_number(sql, " OR x.user_id = ", me);
        sql_add(sql, ")");
    }
    sql_add(sql, " OR (c.id IS NOT NULL");
    sql_visible(sql, reading, "c");
    sql_add(sql, "))");
    if (query->client_id != 0)
        sql_number(sql, " AND x.client_id = ", query->client_id);
    if (query->user_id != 0) {
        sql_number(sql, " AND (x.user_id = ", query->user_id);
        sql_number(sql, " OR s.actor_id = ", query->user_id);
        sql_add(sql, ")");
    }
    if (reading->sorted)
        sql_add(sql, " ORDER BY x.changeset_id DESC, x.id");
}

bool query_changes(struct reading *reading, struct failure *ret_failure)
{
    enum { ID, CHANGESET, AT, ACTOR, COMMAND, CLIENT, NAME, LOGIN, CELL, BEFORE, AFTER, REASON,
           UNDO_OF, ENTITY, SECRET_BEFORE, SECRET_AFTER, INTERNAL, DEMO, ARCHIVED, PRIVATE };
    struct sql sql = { 0 };
    sql_changes(&sql, reading);
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    bool failed = false;
    while (sql_next(statement, &failed, ret_failure)) {
        int64_t client = db_number(statement, CLIENT);
        unsigned flags = client == 0 ? 0
                                     : client_flags(reading, client,
                                                    db_number(statement, INTERNAL) != 0,
                                                    db_number(statement, DEMO) != 0,
                                                    db_number(statement, ARCHIVED) != 0);
        /* somebody's own view tells what he looks for: name and filter are for those who lead */
        bool is_private = db_number(statement, PRIVATE) != 0 && reading->reach != REACH_ALL;
        bool hidden =
            is_private || hidden_change(reading, db_text(statement, ENTITY, NULL), client);
        const char *entity = db_text(statement, ENTITY, NULL);
        bool run = entity != NULL && strcmp(entity, "run") == 0;
        rowset_row(reading->builder, db_number(statement, ID), client, flags, NULL);
        put_number(reading, COLUMN_changes_id, statement, ID);
        put_number(reading, COLUMN_changes_changeset, statement, CHANGESET);
        put_instant(reading, COLUMN_changes_at, statement, AT);
        put_text(reading, COLUMN_changes_actor, statement, ACTOR);
        put_text(reading, COLUMN_changes_command, statement, COMMAND);
        put_number(reading, COLUMN_changes_client, statement, CLIENT);
        put_text(reading, COLUMN_changes_client_name, statement, NAME);
        put_text(reading, COLUMN_changes_login, statement, LOGIN);
        if (is_private)
            rowset_put_text(reading->builder, COLUMN_changes_column, HIDDEN, strlen(HIDDEN));
        else
            put_text(reading, COLUMN_changes_column, statement, CELL);
        put_change_value(reading, COLUMN_changes_before, statement, BEFORE, SECRET_BEFORE, hidden,
                         run);
        put_change_value(reading, COLUMN_changes_after, statement, AFTER, SECRET_AFTER, hidden, run);
        put_text(reading, COLUMN_changes_reason, statement, REASON);
        put_number(reading, COLUMN_changes_undo_of, statement, UNDO_OF);
    }
    return !failed;
}

/* ---- notes ---- */

bool query_notes(struct reading *reading, struct failure *ret_failure)
{
    enum { ID = CLIENT_END, AT, BY, TEXT, DUE, PERSON, DONE };
    struct sql sql = { 0 };
    sql_add(&sql, "SELECT " CLIENT_COLUMNS ", n.id, n.at, u.login, n.text, n.due, p.login, n.done_at "
                  "FROM note AS n JOIN client AS c ON c.id = n.client_id "
                  "JOIN user AS u ON u.id = n.user_id LEFT JOIN user AS p ON p.id = n.person_id "
                  "WHERE TRUE");
    sql_visible(&sql, reading, "c");
    if (reading->query->client_id != 0)
        sql_number(&sql, " AND n.client_id = ", reading->query->client_id);
    if (reading->query->user_id != 0) {
        sql_number(&sql, " AND (n.user_id = ", reading->query->user_id);
        sql_number(&sql, " OR n.person_id = ", reading->query->user_id);
        sql_add(&sql, ")");
    }
    if (reading->sorted)
        sql_add(&sql, " ORDER BY n.at DESC, n.id DESC");
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    bool failed = false;
    while (sql_next(statement, &failed, ret_failure)) {
        if (!reading_allows(reading, db_number(statement, CLIENT_ID), RIGHT_PERSONS))
            continue;
        row_of_client(reading, db_number(statement, ID), statement, COLUMN_notes_client, NULL);
        put_number(reading, COLUMN_notes_id, statement, ID);
        put_instant(reading, COLUMN_notes_at, statement, AT);
        put_text(reading, COLUMN_notes_by, statement, BY);
        put_text(reading, COLUMN_notes_text, statement, TEXT);
        put_date(reading, COLUMN_notes_due, statement, DUE);
        put_text(reading, COLUMN_notes_person, statement, PERSON);
        put_instant(reading, COLUMN_notes_done_at, statement, DONE);
    }
    return !failed;
}

/* ---- groups, views, drafts ---- */

bool query_groups(struct reading *reading, struct failure *ret_failure)
{
    struct sql sql = { 0 };
    sql_add(&sql, "SELECT g.id, g.name, g.letter, (SELECT count(*) FROM group_client AS m "
                  "JOIN client AS c ON c.id = m.client_id WHERE m.group_id = g.id");
    sql_visible(&sql, reading, "c");
    sql_add(&sql, ") FROM group_ AS g WHERE TRUE");
    if (reading->reach == REACH_NONE)
        sql_add(&sql, " AND 1 = 0");
    if (reading->query->client_id != 0) {
        sql_add(&sql, " AND g.id IN (SELECT m.group_id FROM group_client AS m "
                      "JOIN client AS c ON c.id = m.client_id WHERE TRUE");
        sql_number(&sql, " AND c.id = ", reading->query->client_id);
        sql_visible(&sql, reading, "c");
        sql_add(&sql, ")");
    }
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    bool failed = false;
    while (sql_next(statement, &failed, ret_failure)) {
        rowset_row(reading->builder, db_number(statement, 0), 0, 0, NULL);
        put_number(reading, COLUMN_groups_id, statement, 0);
        put_text(reading, COLUMN_groups_name, statement, 1);
        put_text(reading, COLUMN_groups_letter, statement, 2);
        put_number(reading, COLUMN_groups_clients, statement, 3);
    }
    return !failed;
}

bool query_views(struct reading *reading, struct failure *ret_failure)
{
    struct sql sql = { 0 };
    sql_add(&sql, "SELECT v.id, v.name, v.dataset, v.filter, u.login FROM view_ AS v "
                  "LEFT JOIN user AS u ON u.id = v.owner_id WHERE TRUE");
    if (reading->reach == REACH_NONE)
        sql_add(&sql, " AND 1 = 0");
    sql_number(&sql, " AND (v.owner_id IS NULL OR v.owner_id = ", reading->session->user_id);
    sql_add(&sql, ")");
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    bool failed = false;
    while (sql_next(statement, &failed, ret_failure)) {
        rowset_row(reading->builder, db_number(statement, 0), 0, 0, NULL);
        put_number(reading, COLUMN_views_id, statement, 0);
        put_text(reading, COLUMN_views_name, statement, 1);
        put_text(reading, COLUMN_views_dataset, statement, 2);
        put_text(reading, COLUMN_views_filter, statement, 3);
        put_text(reading, COLUMN_views_owner, statement, 4);
    }
    return !failed;
}

/* State named "draft:NAME"; a draft has no row id, its place among one's own by name stands for it. */
bool query_drafts(struct reading *reading, struct failure *ret_failure)
{
    static const char prefix[] = "draft:";
    struct sql sql = { 0 };
    sql_number(&sql, "SELECT name, at FROM state WHERE user_id = ", reading->session->user_id);
    sql_add(&sql, " AND name >= 'draft:' AND name < 'draft;' ORDER BY name");
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    bool failed = false;
    int64_t place = 0;
    while (sql_next(statement, &failed, ret_failure)) {
        size_t length = 0;
        const char *name = db_text(statement, 0, &length);
        rowset_row(reading->builder, ++place, 0, 0, NULL);
        rowset_put_number(reading->builder, COLUMN_drafts_id, place);
        rowset_put_text(reading->builder, COLUMN_drafts_name, name + sizeof prefix - 1,
                        length - (sizeof prefix - 1));
        put_instant(reading, COLUMN_drafts_at, statement, 1);
    }
    return !failed;
}
