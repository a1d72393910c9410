/*
 * Relations: which clients belong to a person, a group, a view; who is meant by a word; one card.
 *
 * Invariants  only visible clients are ever given. A view inside a view is followed once: a view that
 *             would need itself is refused (struct asking is the chain of views being worked out).
 */
#include "query.h"

#include <stdlib.h>
#include <string.h>

#include "klientel/rules/identity.h"

/* ---- clients in a relation ---- */

struct asking {
    struct reading *reading;
    const struct asking *outer; /* NULL: asked from outside */
    int64_t view_id;            /* the view being worked out, 0 = none */
};

static bool relation_load(const struct asking *asking, enum filter_relation relation,
                          const char *value, struct ids *ids, struct failure *ret_failure);

static bool callback(void *context, enum filter_relation relation, const char *value,
                     struct ids *ret_clients, struct failure *ret_failure)
{
    return relation_load(context, relation, value, ret_clients, ret_failure);
}

/* Clients with a grant in force that fits; the rest of the condition is added by the caller. */
static void sql_granted_clients(struct sql *sql, const struct reading *reading)
{
    sql_add(sql, "SELECT c.id FROM grant_ AS g JOIN client AS c ON c.id = g.client_id WHERE TRUE");
    sql_in_force(sql, "g", reading->now);
    sql_visible(sql, reading, "c");
}

static char *folded(const char *text)
{
    struct buffer fold = { 0 };
    text_fold_add(text, strlen(text), &fold);
    char *copy = memory_text(buffer_text(&fold));
    buffer_finish(&fold);
    return copy;
}

static bool people_named(struct reading *reading, const char *value, struct ids *users,
                         struct failure *ret_failure)
{
    char *fold = folded(value);
    struct sql sql = { 0 };
    sql_text(&sql, "SELECT id FROM user WHERE login = ", fold);
    sql_text(&sql, " OR name_fold = ", fold);
    bool good = sql_ids(&sql, reading, users, ret_failure);
    free(fold);
    if (good && users->count == 0)
        good = failure_set(ret_failure, FAILURE_USAGE, "", N_("There is nobody called %1"), value,
                           NULL);
    return good;
}

static bool clients_of_people(struct reading *reading, bool responsible, const char *value,
                              struct ids *ids, struct failure *ret_failure)
{
    struct ids users = { 0 };
    bool good = people_named(reading, value, &users, ret_failure);
    for (int64_t user = ids_next(&users, 0); good && user >= 0; user = ids_next(&users, user + 1)) {
        struct sql sql = { 0 };
        sql_granted_clients(&sql, reading);
        sql_number(&sql, " AND g.user_id = ", user);
        if (responsible)
            sql_add(&sql, " AND g.role = 'responsible'");
        good = sql_ids(&sql, reading, ids, ret_failure);
    }
    ids_finish(&users);
    return good;
}

static bool clients_of_group(struct reading *reading, const char *value, struct ids *ids,
                             struct failure *ret_failure)
{
    char *fold = folded(value);
    struct sql sql = { 0 };
    int64_t group = 0;
    sql_text(&sql, "SELECT id FROM group_ WHERE name_fold = ", fold);
    bool good = sql_one(&sql, reading, 0, &group, ret_failure);
    free(fold);
    if (!good)
        return false;
    if (group == 0)
        return failure_set(ret_failure, FAILURE_USAGE, "", N_("There is no group called %1"), value,
                           NULL);
    sql_add(&sql, "SELECT c.id FROM group_client AS m JOIN client AS c ON c.id = m.client_id "
                  "WHERE TRUE");
    sql_number(&sql, " AND m.group_id = ", group);
    sql_visible(&sql, reading, "c");
    return sql_ids(&sql, reading, ids, ret_failure);
}

/*
 * Stale: an active client whose newest fact is older than its duty asks for. That is: it had a run in
 * the last twelve months, or has a declaration duty written down, but there is neither a run nor a
 * declaration of the previous month or later.
 */
static bool clients_stale(struct reading *reading, struct ids *ids, struct failure *ret_failure)
{
    char previous[MONTH_TEXT_SIZE], year_ago[MONTH_TEXT_SIZE], day[DATE_TEXT_SIZE];
    struct month month = month_of(reading->day);
    struct ids owing = { 0 };
    struct ids fresh = { 0 };
    struct sql sql = { 0 };
    month_format(month_add(month, -1), previous);
    sql_text(&sql, "SELECT r.client_id FROM run AS r WHERE r.month >= ",
             month_format(month_add(month, -12), year_ago));
    bool good = sql_ids(&sql, reading, &owing, ret_failure);
    date_format(reading->day, day);
    if (good) {
        sql_text(&sql, "SELECT o.client_id FROM obligation AS o WHERE o.kind IN ('a-melding', 'agi') "
                       "AND o.from_date <= ", day);
        sql_text(&sql, " AND (o.until IS NULL OR o.until >= ", day);
        sql_add(&sql, ")");
        good = sql_ids(&sql, reading, &owing, ret_failure);
    }
    if (good) {
        sql_text(&sql, "SELECT r.client_id FROM run AS r WHERE r.month >= ", previous);
        good = sql_ids(&sql, reading, &fresh, ret_failure);
    }
    if (good) {
        sql_text(&sql, "SELECT d.client_id FROM declaration AS d WHERE d.state <> 'none' "
                       "AND d.month >= ", previous);
        good = sql_ids(&sql, reading, &fresh, ret_failure);
    }
    struct ids active = { 0 };
    if (good) {
        sql_add(&sql, "SELECT c.id FROM client AS c WHERE c.archived_at IS NULL");
        sql_visible(&sql, reading, "c");
        good = sql_ids(&sql, reading, &active, ret_failure);
    }
    for (int64_t id = ids_next(&owing, 0); good && id >= 0; id = ids_next(&owing, id + 1))
        if (ids_has(&active, id) && !ids_has(&fresh, id))
            ids_add(ids, id);
    buffer_finish(&sql.text);
    ids_finish(&active);
    ids_finish(&owing);
    ids_finish(&fresh);
    return good;
}

/* ---- views ---- */

struct view {
    int64_t id;
    enum dataset dataset;
    const char *filter;
};

/* One's own view before a shared one of the same name. */
static bool find_view(struct reading *reading, const char *value, struct arena *arena,
                      struct view *ret_view, struct failure *ret_failure)
{
    char *fold = folded(value);
    struct sql sql = { 0 };
    sql_text(&sql, "SELECT id, dataset, filter FROM view_ WHERE name_fold = ", fold);
    sql_number(&sql, " AND (owner_id IS NULL OR owner_id = ", reading->session->user_id);
    sql_add(&sql, ") ORDER BY owner_id NULLS LAST LIMIT 1");
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    free(fold); /* db_bind_text keeps a copy */
    if (statement == NULL)
        return false;
    enum db_step step = db_step(statement, ret_failure);
    bool good = step == DB_ROW;
    if (good) {
        ret_view->id = db_number(statement, 0);
        good = dataset_parse(db_text(statement, 1, NULL), &ret_view->dataset);
        ret_view->filter = arena_text(arena, db_text(statement, 2, NULL));
    }
    db_done(statement);
    if (!good && step != DB_FAILED)
        failure_set(ret_failure, FAILURE_USAGE, "", N_("There is no view called %1"), value, NULL);
    return good;
}

static bool view_scan(const struct asking *asking, const struct view *view,
                      const struct filter *filter, struct arena *arena, struct ids *ids,
                      struct failure *ret_failure)
{
    struct reading *reading = asking->reading;
    struct query query = { .dataset = view->dataset, .sort = COLUMN_NONE, .month = MONTH_NONE,
                           .as_of = INSTANT_NONE };
    query.columns = filter_columns(filter) | column_bit(dataset_info(view->dataset)->first);
    struct rowset rowset;
    struct arena *outer = reading->arena;
    reading->arena = arena;
    bool good = reading_load(reading, &query, &rowset, ret_failure);
    reading->arena = outer;
    if (!good)
        return false;
    struct filter_scan *scan = filter_scan_start(filter, &rowset, NULL, 0);
    filter_scan_step(scan, 0);
    size_t count = 0;
    const uint32_t *hits = filter_scan_hits(scan, &count);
    for (size_t i = 0; i < count; i++)
        if (rowset.clients[hits[i]] != 0)
            ids_add(ids, rowset.clients[hits[i]]);
    filter_scan_cancel(scan);
    return true;
}

static bool clients_of_view(const struct asking *outer, const char *value, struct ids *ids,
                            struct failure *ret_failure)
{
    struct reading *reading = outer->reading;
    struct arena *arena = arena_create();
    struct view view = { 0 };
    bool good = find_view(reading, value, arena, &view, ret_failure);
    for (const struct asking *at = outer; good && at != NULL; at = at->outer)
        if (at->view_id == view.id)
            good = failure_set(ret_failure, FAILURE_USAGE, "",
                               N_("The view %1 asks for itself: change its filter"), value, NULL);
    if (good && !dataset_has_client(view.dataset))
        good = failure_set(ret_failure, FAILURE_USAGE, "",
                           N_("The view %1 is not about clients"), value, NULL);
    if (good) {
        struct asking asking = { .reading = reading, .outer = outer, .view_id = view.id };
        struct filter_scope scope = { .language = reading->session->language,
                                      .today = reading->day,
                                      .clients = callback,
                                      .context = &asking };
        struct filter_error error = { 0 };
        struct filter *filter = filter_create(view.filter, view.dataset, &scope, &error);
        if (filter != NULL)
            good = view_scan(&asking, &view, filter, arena, ids, ret_failure);
        else if (ret_failure != NULL)
            *ret_failure = (struct failure){ .kind = FAILURE_USAGE, .message = error.message };
        good = good && filter != NULL;
        filter_destroy(filter);
    }
    arena_destroy(arena);
    return good;
}

static bool relation_load(const struct asking *asking, enum filter_relation relation,
                          const char *value, struct ids *ids, struct failure *ret_failure)
{
    struct reading *reading = asking->reading;
    struct sql sql = { 0 };
    switch (relation) {
    case RELATION_RESPONSIBLE:
    case RELATION_STAFF:
        return clients_of_people(reading, relation == RELATION_RESPONSIBLE, value, ids, ret_failure);
    case RELATION_GROUP:
        return clients_of_group(reading, value, ids, ret_failure);
    case RELATION_VIEW:
        return clients_of_view(asking, value, ids, ret_failure);
    case RELATION_STALE:
        return clients_stale(reading, ids, ret_failure);
    case RELATION_FAVOURITE:
        sql_add(&sql, "SELECT c.id FROM favourite AS f JOIN client AS c ON c.id = f.client_id "
                      "WHERE TRUE");
        sql_visible(&sql, reading, "c");
        sql_number(&sql, " AND f.user_id = ", reading->session->user_id);
        return sql_ids(&sql, reading, ids, ret_failure);
    default:
        sql_granted_clients(&sql, reading);
        sql_number(&sql, " AND g.user_id = ", reading->session->user_id);
        if (relation == RELATION_MINE)
            sql_add(&sql, " AND g.role = 'responsible'");
        else if (relation == RELATION_COVERING)
            sql_add(&sql, " AND g.source = 'replacement'");
        return sql_ids(&sql, reading, ids, ret_failure);
    }
}

bool store_clients_in(struct store *store, const struct session *session,
                      enum filter_relation relation, const char *value, struct ids *ret_clients,
                      struct failure *ret_failure)
{
    struct reading reading;
    struct ids ids = { 0 };
    if (!reading_start(store, session, INSTANT_NONE, &reading, ret_failure))
        return false;
    struct asking asking = { .reading = &reading };
    bool good = relation_load(&asking, relation, value, &ids, ret_failure);
    bool persons = reading.persons;
    reading_finish(&reading);
    if (good && persons)
        good = reading_event(store, session, "employees", 0, ret_failure);
    if (good) {
        ids_finish(ret_clients);
        *ret_clients = ids;
    } else {
        ids_finish(&ids);
    }
    return good;
}

/* ---- by key ---- */

static bool find_by(struct reading *reading, const char *column, const char *text, int64_t *ret_id,
                    struct failure *ret_failure)
{
    struct sql sql = { 0 };
    buffer_print(&sql.text, "SELECT c.id FROM client AS c WHERE c.%s = ", column);
    sql_text(&sql, "", text);
    sql_visible(&sql, reading, "c");
    return sql_one(&sql, reading, 0, ret_id, ret_failure);
}

static bool find_by_id(struct reading *reading, const char *key, int64_t *ret_id,
                       struct failure *ret_failure)
{
    char *end;
    long long id = strtoll(key, &end, 10);
    if (key[0] < '0' || key[0] > '9' || *end != '\0' || id <= 0)
        return true;
    struct sql sql = { 0 };
    sql_number(&sql, "SELECT c.id FROM client AS c WHERE c.id = ", id);
    sql_visible(&sql, reading, "c");
    return sql_one(&sql, reading, 0, ret_id, ret_failure);
}

bool store_find_client(struct store *store, const struct session *session, const char *key,
                       int64_t *ret_id, struct failure *ret_failure)
{
    struct reading reading;
    char digits[ORGNO_SIZE], country[3];
    int64_t id = 0;
    if (!reading_start(store, session, INSTANT_NONE, &reading, ret_failure))
        return false;
    bool good = true;
    if (orgno_normalise(key, "", digits, country) == ORGNO_OK)
        good = find_by(&reading, "orgno", digits, &id, ret_failure);
    if (good && id == 0)
        good = find_by(&reading, "orgno", key, &id, ret_failure);
    if (good && id == 0)
        good = find_by(&reading, "number", key, &id, ret_failure);
    if (good && id == 0)
        good = find_by_id(&reading, key, &id, ret_failure);
    reading_finish(&reading);
    if (good)
        *ret_id = id;
    return good;
}

bool store_find_user(struct store *store, const struct session *session, const char *login,
                     int64_t *ret_id, struct failure *ret_failure)
{
    struct reading reading;
    int64_t id = 0;
    if (!reading_start(store, session, INSTANT_NONE, &reading, ret_failure))
        return false;
    char *fold = folded(login); /* logins are stored in lower case */
    struct sql sql = { 0 };
    sql_text(&sql, "SELECT u.id FROM user AS u WHERE u.login = ", fold);
    if (reading.reach == REACH_GRANTED) /* as in the list of users: only himself */
        sql_number(&sql, " AND u.id = ", session->user_id);
    else if (reading.reach == REACH_NONE)
        sql_add(&sql, " AND 1 = 0");
    bool good = sql_one(&sql, &reading, 0, &id, ret_failure);
    free(fold);
    reading_finish(&reading);
    if (good)
        *ret_id = id;
    return good;
}

/* ---- one client's card ---- */

enum { CARD_ID, CARD_VERSION, CARD_INTERNAL, CARD_DEMO, CARD_ARCHIVED, CARD_CREATED, CARD_NUMBER,
       CARD_ORGNO, CARD_NAME, CARD_COUNTRY, CARD_FORM, CARD_ADDRESS, CARD_POSTCODE, CARD_CITY,
       CARD_EMAIL, CARD_PHONE, CARD_CONTACT, CARD_CONTACT_EMAIL, CARD_PAYDAY };

static void card_fill(struct reading *reading, struct db_statement *statement, struct client_card *card)
{
    const struct {
        const char **to;
        int column;
        bool contact;
    } texts[] = {
        { &card->created_at, CARD_CREATED, false }, { &card->number, CARD_NUMBER, false },
        { &card->orgno, CARD_ORGNO, false },        { &card->name, CARD_NAME, false },
        { &card->country, CARD_COUNTRY, false },    { &card->form, CARD_FORM, false },
        { &card->address, CARD_ADDRESS, false },     { &card->postcode, CARD_POSTCODE, false },
        { &card->city, CARD_CITY, false },          { &card->email, CARD_EMAIL, true },
        { &card->phone, CARD_PHONE, true },         { &card->contact_name, CARD_CONTACT, true },
        { &card->contact_email, CARD_CONTACT_EMAIL, true },
    };
    card->id = db_number(statement, CARD_ID);
    card->version = db_number(statement, CARD_VERSION);
    card->internal = db_number(statement, CARD_INTERNAL) != 0;
    card->demo = db_number(statement, CARD_DEMO) != 0;
    card->archived = db_number(statement, CARD_ARCHIVED) != 0;
    card->open = reading_allows(reading, card->id, RIGHT_PERSONS);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i].to = texts[i].contact && !card->open
                           ? ""
                           : arena_text(reading->arena, db_text(statement, texts[i].column, NULL));
    card->payday.known = !db_is_null(statement, CARD_PAYDAY);
    card->payday.value = card->payday.known ? db_number(statement, CARD_PAYDAY) : 0;
}

static bool card_obligations(struct reading *reading, struct client_card *card,
                             struct failure *ret_failure)
{
    char day[DATE_TEXT_SIZE];
    struct buffer text = { 0 };
    struct sql sql = { 0 };
    date_format(reading->day, day);
    sql_number(&sql, "SELECT o.kind, o.value FROM obligation AS o WHERE o.client_id = ", card->id);
    sql_text(&sql, " AND o.from_date <= ", day);
    sql_text(&sql, " AND (o.until IS NULL OR o.until >= ", day);
    sql_add(&sql, ") ORDER BY o.kind, o.value");
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    bool failed = statement == NULL;
    while (!failed && sql_next(statement, &failed, ret_failure)) {
        if (text.length > 0)
            buffer_add_byte(&text, VALUE_SEPARATOR);
        buffer_add_text(&text, db_text(statement, 0, NULL));
        const char *value = db_text(statement, 1, NULL);
        buffer_print(&text, "%s%s", value[0] == '\0' ? "" : " ", value);
    }
    card->obligations = arena_text(reading->arena, buffer_text(&text));
    buffer_finish(&text);
    return !failed;
}

/* C42: the latest run was by a user of ours who is not among the responsible. */
static bool card_suggestion(struct reading *reading, struct client_card *card,
                            struct failure *ret_failure)
{
    struct sql sql = { 0 };
    card->suggestion_login = "";
    sql_number(&sql, "SELECT u.login FROM run AS r JOIN user AS u ON u.login = lower(r.run_by) "
                     "WHERE r.id = (SELECT l.id FROM run AS l WHERE l.client_id = ", card->id);
    sql_add(&sql, " ORDER BY l.month DESC NULLS LAST, l.payout DESC NULLS LAST, l.id DESC LIMIT 1)");
    sql_number(&sql, " AND NOT EXISTS (SELECT 1 FROM grant_ AS g WHERE g.client_id = ", card->id);
    sql_add(&sql, " AND g.user_id = u.id AND g.role = 'responsible'");
    sql_in_force(&sql, "g", reading->now);
    sql_add(&sql, ")");
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    enum db_step step = db_step(statement, ret_failure);
    if (step == DB_ROW)
        card->suggestion_login = arena_text(reading->arena, db_text(statement, 0, NULL));
    db_done(statement);
    return step != DB_FAILED;
}

static bool card_read(struct reading *reading, int64_t client_id, struct client_card *ret_card,
                      struct failure *ret_failure)
{
    struct sql sql = { 0 };
    sql_add(&sql, "SELECT c.id, c.version, c.internal, c.demo, "
                  "CASE WHEN c.archived_at IS NULL THEN 0 ELSE 1 END, c.created_at, c.number, "
                  "c.orgno, c.name, c.country, c.form, c.address, c.postcode, c.city, c.email, "
                  "c.phone, c.contact_name, c.contact_email, c.payday FROM client AS c WHERE TRUE");
    sql_number(&sql, " AND c.id = ", client_id);
    sql_visible(&sql, reading, "c");
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    enum db_step step = db_step(statement, ret_failure);
    if (step == DB_ROW)
        card_fill(reading, statement, ret_card);
    db_done(statement);
    if (step == DB_DONE)
        return failure_set(ret_failure, FAILURE_DENIED, "", N_("You may not see this client"), NULL);
    return step == DB_ROW && card_obligations(reading, ret_card, ret_failure) &&
           card_suggestion(reading, ret_card, ret_failure);
}

bool store_client(struct store *store, const struct session *session, int64_t client_id,
                  struct arena *arena, struct client_card *ret_card, struct failure *ret_failure)
{
    struct reading reading;
    struct client_card card = { 0 };
    if (!reading_start(store, session, INSTANT_NONE, &reading, ret_failure))
        return false;
    reading.arena = arena;
    bool good = card_read(&reading, client_id, &card, ret_failure);
    reading_finish(&reading);
    if (good)
        *ret_card = card;
    return good;
}
