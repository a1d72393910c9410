/*
 * Stage find: natural keys to ids. A client is found by organisation number, else client number,
 * else exact name; a user by login. What is new gets the id it will have, so that the rows that
 * name it can be compared before anything is written.
 *
 * State: the columns id, is_new, client_id, user_id of the stage tables; stage_key.
 * Invariants: run again it gives the same for the same database; a row without id is a refused row
 * and stands in the lines.
 */
#include "stage_internal.h"

#include <stdio.h>
#include <string.h>

#include "klientel/rules/identity.h"

static struct db_statement *prepare(struct stage *stage, const char *sql,
                                    struct failure *ret_failure)
{
    return db_prepare(stage->store->db, sql, ret_failure);
}

/* One row with up to two columns: an id (0 = no row) and a text into ret_text. */
static bool find_one(struct db_statement *statement, int64_t *ret_id, char *ret_text, size_t size,
                     struct failure *ret_failure)
{
    enum db_step step = db_step(statement, ret_failure);
    if (step == DB_FAILED)
        return false;
    *ret_id = step == DB_ROW ? db_number(statement, 0) : 0;
    if (ret_text != NULL)
        snprintf(ret_text, size, "%s", step == DB_ROW ? db_text(statement, 1, NULL) : "");
    db_done(statement);
    return true;
}

static bool find_text(struct stage *stage, const char *sql, const char *value, int64_t *ret_id,
                      char *ret_text, size_t size, struct failure *ret_failure)
{
    struct db_statement *statement = prepare(stage, sql, ret_failure);
    if (statement == NULL)
        return false;
    db_bind_text(statement, 1, value);
    return find_one(statement, ret_id, ret_text, size, ret_failure);
}

bool stage_find_client(struct stage *stage, const char *orgno, int64_t *ret_id,
                       struct failure *ret_failure)
{
    return find_text(stage, "SELECT id FROM client WHERE orgno = $1", orgno, ret_id, NULL, 0,
                     ret_failure);
}

/* ---- clients ---- */

struct wanted_client {
    int64_t row, file, line;
    bool lenient;
    char number[64], orgno[ORGNO_SIZE], name[512], fold[1024], country[4];
    bool has_number, has_orgno, has_name, is_internal;
};

static void refuse_client(struct stage *stage, const struct wanted_client *wanted,
                          const char *column, int64_t client_id, const char *text, const char *a)
{
    struct message why;
    message_set(&why, text, a, NULL);
    stage_refuse_found(stage, wanted->file, wanted->line, column, client_id, wanted->lenient, &why);
}

/* A client that the row may be, but that carries another organisation number, is another client. */
static bool matches_orgno(const struct wanted_client *wanted, const char *orgno)
{
    return !wanted->has_orgno || orgno[0] == '\0' || strcmp(wanted->orgno, orgno) == 0;
}

/* By name: the one client of that exact name that is not told apart by a number. -1 = refused. */
static bool find_by_name(struct stage *stage, const struct wanted_client *wanted, int64_t *ret_id,
                         struct failure *ret_failure)
{
    struct db_statement *statement =
        prepare(stage,
                "SELECT id, coalesce(orgno, ''), coalesce(number, '') FROM client"
                " WHERE name_fold = $1 AND name = $2 ORDER BY id",
                ret_failure);
    if (statement == NULL)
        return false;
    db_bind_text(statement, 1, wanted->fold);
    db_bind_text(statement, 2, wanted->name);
    int64_t found = 0, count = 0;
    enum db_step step;
    while ((step = db_step(statement, ret_failure)) == DB_ROW) {
        bool other_number = wanted->has_number && db_text(statement, 2, NULL)[0] != '\0';
        if (!matches_orgno(wanted, db_text(statement, 1, NULL)) || other_number)
            continue;
        found = db_number(statement, 0);
        count++;
    }
    db_done(statement);
    if (step == DB_FAILED)
        return false;
    *ret_id = count == 1 ? found : 0;
    if (count > 1) {
        refuse_client(stage, wanted, "name", 0,
                      N_("Several clients are called %1: give the organisation number or the "
                         "client number."),
                      wanted->name);
        *ret_id = -1;
    }
    return true;
}

/* The bureau's own client, when the row says that it is it and nothing tells them apart. */
static bool find_internal(struct stage *stage, const struct wanted_client *wanted, int64_t *ret_id,
                          struct failure *ret_failure)
{
    char orgno[ORGNO_SIZE];
    int64_t id;
    struct db_statement *statement = prepare(
        stage, "SELECT id, coalesce(orgno, '') FROM client WHERE internal = 1", ret_failure);
    if (statement == NULL || !find_one(statement, &id, orgno, sizeof orgno, ret_failure))
        return false;
    *ret_id = matches_orgno(wanted, orgno) ? id : 0;
    if (id != 0 && *ret_id == 0) {
        refuse_client(stage, wanted, "internal", id,
                      N_("There is an internal client already: the bureau itself."), NULL);
        *ret_id = -1;
    }
    return true;
}

/* The existing client a row is about: 0 = none, -1 = refused. */
static bool find_existing(struct stage *stage, const struct wanted_client *wanted, int64_t *ret_id,
                          struct failure *ret_failure)
{
    char orgno[ORGNO_SIZE];
    int64_t by_orgno = 0, by_number = 0;
    *ret_id = 0;
    if (wanted->has_orgno && !find_text(stage, "SELECT id FROM client WHERE orgno = $1",
                                        wanted->orgno, &by_orgno, NULL, 0, ret_failure))
        return false;
    if (wanted->has_number &&
        !find_text(stage, "SELECT id, coalesce(orgno, '') FROM client WHERE number = $1",
                   wanted->number, &by_number, orgno, sizeof orgno, ret_failure))
        return false;
    if (by_number != 0 && ((by_orgno != 0 && by_orgno != by_number) ||
                           (by_orgno == 0 && !matches_orgno(wanted, orgno)))) {
        refuse_client(stage, wanted, "number", by_number,
                      N_("The client number %1 belongs to another client."), wanted->number);
        *ret_id = -1;
        return true;
    }
    *ret_id = by_orgno != 0 ? by_orgno : by_number;
    if (*ret_id == 0 && wanted->is_internal && !find_internal(stage, wanted, ret_id, ret_failure))
        return false;
    if (*ret_id == 0 && wanted->has_name)
        return find_by_name(stage, wanted, ret_id, ret_failure);
    return true;
}

static bool find_staged(struct stage *stage, const char *sql, const char *value, int64_t *ret_row,
                        char *place, size_t size, struct failure *ret_failure)
{
    struct db_statement *statement = prepare(stage, sql, ret_failure);
    if (statement == NULL)
        return false;
    db_bind_text(statement, 1, value);
    enum db_step step = db_step(statement, ret_failure);
    if (step == DB_FAILED)
        return false;
    *ret_row = step == DB_ROW ? db_number(statement, 0) : 0;
    if (step == DB_ROW)
        stage_place(stage, db_number(statement, 1), db_number(statement, 2), place, size);
    db_done(statement);
    return true;
}

/* True in *ret_twice, and refused, when an earlier row of this import is about the same client. */
static bool refuse_twice(struct stage *stage, const struct wanted_client *wanted, int64_t id,
                         bool *ret_twice, struct failure *ret_failure)
{
    char place[160], number[24];
    int64_t row = 0;
    const char *column = "orgno";
    snprintf(number, sizeof number, "%lld", (long long)id);
    if (id > 0 && !find_staged(stage,
                               "SELECT row, file, line FROM stage_client"
                               " WHERE id = CAST($1 AS INTEGER)",
                               number, &row, place, sizeof place, ret_failure))
        return false;
    if (row == 0 && wanted->has_orgno &&
        !find_staged(stage,
                     "SELECT row, file, line FROM stage_client"
                     " WHERE orgno = $1 AND id IS NOT NULL",
                     wanted->orgno, &row, place, sizeof place, ret_failure))
        return false;
    if (row == 0 && wanted->has_number) {
        column = "number";
        if (!find_staged(stage,
                         "SELECT row, file, line FROM stage_client"
                         " WHERE number = $1 AND id IS NOT NULL",
                         wanted->number, &row, place, sizeof place, ret_failure))
            return false;
    }
    if (row == 0 && !wanted->has_orgno && !wanted->has_number && wanted->has_name) {
        column = "name";
        if (!find_staged(stage,
                         "SELECT row, file, line FROM stage_client"
                         " WHERE name_fold = $1 AND id IS NOT NULL",
                         wanted->fold, &row, place, sizeof place, ret_failure))
            return false;
    }
    *ret_twice = row != 0;
    if (row != 0)
        refuse_client(stage, wanted, column, 0,
                      N_("The same client stands already in %1; one row a client."), place);
    return true;
}

static bool settle_client(struct stage *stage, const struct wanted_client *wanted, int64_t id,
                          bool is_new, const char *country, struct failure *ret_failure)
{
    struct db_statement *statement =
        prepare(stage,
                "UPDATE stage_client SET id = $2, is_new = $3, country = coalesce(country, $4)"
                " WHERE row = $1",
                ret_failure);
    if (statement == NULL)
        return false;
    db_bind_number(statement, 1, wanted->row);
    db_bind_number(statement, 2, id);
    db_bind_number(statement, 3, is_new);
    db_bind_text(statement, 4, is_new ? country : NULL);
    return db_run(statement, ret_failure);
}

static bool find_client_row(struct stage *stage, const struct wanted_client *wanted,
                            const char *bureau_country, int64_t *next_id,
                            struct failure *ret_failure)
{
    int64_t id;
    bool twice = false;
    if (!find_existing(stage, wanted, &id, ret_failure))
        return false;
    if (id < 0)
        return true;
    if (!refuse_twice(stage, wanted, id, &twice, ret_failure))
        return false;
    if (twice)
        return true;
    if (wanted->is_internal) {
        int64_t internal;
        if (!stage_number(stage, "SELECT coalesce(max(id), 0) FROM client WHERE internal = 1",
                          &internal, ret_failure))
            return false;
        if (internal != 0 && internal != id) {
            refuse_client(stage, wanted, "internal", internal,
                          N_("There is an internal client already: the bureau itself."), NULL);
            return true;
        }
    }
    bool is_new = id == 0;
    if (is_new && !wanted->has_name) {
        refuse_client(stage, wanted, "name", 0, N_("A new client needs a name."), NULL);
        return true;
    }
    char digits[ORGNO_SIZE], country[3] = "";
    if (is_new && wanted->has_orgno)
        orgno_normalise(wanted->orgno, wanted->country, digits, country);
    if (is_new)
        id = (*next_id)++;
    return settle_client(stage, wanted, id, is_new, country[0] != '\0' ? country : bureau_country,
                         ret_failure);
}

static void read_wanted(struct db_statement *rows, struct wanted_client *wanted)
{
    *wanted = (struct wanted_client) { .row = db_number(rows, 0),
                                       .file = db_number(rows, 1),
                                       .line = db_number(rows, 2),
                                       .lenient = db_number(rows, 3) != 0,
                                       .is_internal = db_number(rows, 8) != 0 };
    wanted->has_number = !db_is_null(rows, 4);
    wanted->has_orgno = !db_is_null(rows, 5);
    wanted->has_name = !db_is_null(rows, 6);
    snprintf(wanted->number, sizeof wanted->number, "%s", db_text(rows, 4, NULL));
    snprintf(wanted->orgno, sizeof wanted->orgno, "%s", db_text(rows, 5, NULL));
    snprintf(wanted->name, sizeof wanted->name, "%s", db_text(rows, 6, NULL));
    snprintf(wanted->fold, sizeof wanted->fold, "%s", db_text(rows, 7, NULL));
    snprintf(wanted->country, sizeof wanted->country, "%s", db_text(rows, 9, NULL));
}

bool stage_find_clients(struct stage *stage, struct failure *ret_failure)
{
    struct arena *arena = arena_create();
    const char *country = "";
    int64_t next_id = 0;
    bool good =
        setting_read(stage->store, "country", arena, &country, ret_failure) &&
        stage_number(stage, "SELECT coalesce(max(id), 0) + 1 FROM client", &next_id, ret_failure) &&
        db_script(stage->store->db, "UPDATE stage_client SET id = NULL, is_new = NULL",
                  ret_failure);
    char upper[3] = "";
    for (size_t i = 0; i < 2 && country[i] != '\0'; i++)
        upper[i] = (char)(country[i] >= 'a' && country[i] <= 'z' ? country[i] - 32 : country[i]);
    /* A page of rows at a time: the statement that reads must not see its own table change. */
    struct wanted_client *wanted = arena_zero(arena, 256, sizeof *wanted);
    int64_t after = 0;
    size_t count = 256;
    while (good && count == 256) {
        struct db_statement *rows = prepare(
            stage,
            "SELECT row, file, line, lenient, number, orgno, name, name_fold, coalesce(internal, "
            "0),"
            " coalesce(country, '') FROM stage_client WHERE row > $1 ORDER BY row LIMIT 256",
            ret_failure);
        if (rows == NULL) {
            good = false;
            break;
        }
        db_bind_number(rows, 1, after);
        enum db_step step;
        for (count = 0; (step = db_step(rows, ret_failure)) == DB_ROW; count++)
            read_wanted(rows, &wanted[count]);
        db_done(rows);
        good = step == DB_DONE;
        for (size_t i = 0; i < count && good; i++) {
            good = find_client_row(stage, &wanted[i], upper, &next_id, ret_failure);
            after = wanted[i].row;
        }
    }
    arena_destroy(arena);
    return good;
}

/* ---- the keys of the other rows ---- */

struct key_found {
    int64_t id;
    char country[8];
    bool is_shared; /* several clients have that name */
};

/* Clients of that exact name: those that are there, then those this import makes or renames. */
static const char *const named_sql[] = {
    "SELECT id, country, coalesce(orgno, '') FROM client WHERE name_fold = $1 AND name = $2"
    " ORDER BY id",
    "SELECT s.id, coalesce(s.country, c.country, ''), coalesce(s.orgno, c.orgno, '')"
    " FROM stage_client s LEFT JOIN client c ON c.id = s.id"
    " WHERE s.name_fold = $1 AND s.name = $2 AND s.id IS NOT NULL AND coalesce(c.name, '') <> $2"
    " ORDER BY s.id",
};

/* unnumbered: when several have the name, the one without organisation number is meant. */
static bool find_named(struct stage *stage, const char *name, bool unnumbered,
                       struct key_found *found, struct failure *ret_failure)
{
    struct key_found bare = { 0 };
    int64_t all = 0, bares = 0;
    char *fold = text_fold(stage->arena, name, strlen(name));
    for (int i = 0; i < (stage->rows[STAGE_CLIENT] > 0 ? 2 : 1); i++) {
        struct db_statement *rows = prepare(stage, named_sql[i], ret_failure);
        if (rows == NULL)
            return false;
        db_bind_text(rows, 1, fold);
        db_bind_text(rows, 2, name);
        enum db_step step;
        while ((step = db_step(rows, ret_failure)) == DB_ROW) {
            bool is_bare = db_text(rows, 2, NULL)[0] == '\0';
            struct key_found *to = is_bare ? &bare : found;
            to->id = db_number(rows, 0);
            copy_cut(to->country, sizeof to->country, db_text(rows, 1, NULL));
            all++;
            bares += is_bare;
        }
        db_done(rows);
        if (step == DB_FAILED)
            return false;
    }
    if (bares > 0)
        *found = bare;
    if (all != 1 && !(unnumbered && bares == 1))
        *found = (struct key_found) { .is_shared = all > 1 };
    return true;
}

static bool find_key(struct stage *stage, const char *text, struct key_found *found,
                     struct failure *ret_failure)
{
    char digits[ORGNO_SIZE], country[3];
    if (text[0] == STAGE_NAMED || text[0] == STAGE_NAMED_ONLY)
        return find_named(stage, text + 1, text[0] == STAGE_NAMED_ONLY, found, ret_failure);
    enum orgno_result result = orgno_normalise(text, "", digits, country);
    bool may_be = result == ORGNO_OK || result == ORGNO_CHECK_DIGIT;
    if (!may_be) /* of another country: kept as the file had it */
        copy_cut(digits, sizeof digits, text);
    may_be = may_be || strlen(text) < sizeof digits;
    if (may_be && !find_text(stage, "SELECT id, country FROM client WHERE orgno = $1", digits,
                             &found->id, found->country, sizeof found->country, ret_failure))
        return false;
    if (found->id == 0 &&
        !find_text(stage, "SELECT id, country FROM client WHERE number = $1", text, &found->id,
                   found->country, sizeof found->country, ret_failure))
        return false;
    if (found->id == 0 && stage->rows[STAGE_CLIENT] > 0 && may_be &&
        !find_text(stage,
                   "SELECT id, coalesce(country, '') FROM stage_client"
                   " WHERE orgno = $1 AND id IS NOT NULL",
                   digits, &found->id, found->country, sizeof found->country, ret_failure))
        return false;
    if (found->id == 0 && stage->rows[STAGE_CLIENT] > 0 &&
        !find_text(stage,
                   "SELECT id, coalesce(country, '') FROM stage_client"
                   " WHERE number = $1 AND id IS NOT NULL",
                   text, &found->id, found->country, sizeof found->country, ret_failure))
        return false;
    return found->id != 0 || find_named(stage, text, false, found, ret_failure);
}

static const char *currency_of(const char *country)
{
    return strcmp(country, "NO") == 0 ? "NOK" : strcmp(country, "SE") == 0 ? "SEK" : NULL;
}

bool stage_find_keys(struct stage *stage, struct failure *ret_failure)
{
    if (!db_script(stage->store->db, "DELETE FROM stage_key", ret_failure))
        return false;
    for (size_t key = 0; key < stage->key_count; key++) {
        struct key_found found = { 0 };
        arena_reset(stage->arena);
        if (!find_key(stage, stage_key_text(stage, key), &found, ret_failure))
            return false;
        stage->keys[key].client_id = found.id;
        stage->keys[key].is_shared = found.is_shared;
        struct db_statement *statement = prepare(
            stage,
            "INSERT INTO stage_key (key, client_id, country, currency, internal, turns)"
            " VALUES ($1, $2, $3, $4, coalesce((SELECT internal FROM client WHERE id = $2), 0), 0)",
            ret_failure);
        if (statement == NULL)
            return false;
        db_bind_number(statement, 1, (int64_t)key);
        db_bind_number(statement, 2, found.id);
        db_bind_text(statement, 3, found.country);
        db_bind_text(statement, 4, currency_of(found.country));
        if (!db_run(statement, ret_failure))
            return false;
    }
    /* Clients that become internal, or stop being it: their months are moved as a whole. */
    return stage->rows[STAGE_CLIENT] == 0 ||
           db_script(
               stage->store->db,
               "UPDATE stage_key SET turns = 1 WHERE client_id IN (SELECT s.id FROM"
               " stage_client s LEFT JOIN client c ON c.id = s.id WHERE s.internal IS NOT NULL"
               " AND s.internal <> coalesce(c.internal, 0))",
               ret_failure);
}

/* ---- users ---- */

static bool is_leading(const char *role)
{
    return strcmp(role, model_word(WORDS_ROLE, ROLE_ADMIN)) == 0 ||
           strcmp(role, model_word(WORDS_ROLE, ROLE_LEAD)) == 0;
}

static bool find_user_row(struct stage *stage, struct db_statement *row, int64_t *next_id,
                          struct failure *ret_failure)
{
    char role[24], place[160];
    int64_t id, twice = 0;
    struct message why;
    int64_t file = db_number(row, 1), line = db_number(row, 2);
    const char *login = db_text(row, 3, NULL);
    if (!find_text(stage, "SELECT id, role FROM user WHERE login = $1", login, &id, role,
                   sizeof role, ret_failure) ||
        !find_staged(stage,
                     "SELECT row, file, line FROM stage_user"
                     " WHERE login = $1 AND id IS NOT NULL",
                     login, &twice, place, sizeof place, ret_failure))
        return false;
    if (twice != 0) {
        message_set(&why, N_("The same user stands already in %1; one row a user."), place, NULL);
        stage_refuse_found(stage, file, line, "login", 0, false, &why);
        return true;
    }
    const char *new_role = db_text(row, 4, NULL);
    bool changes = new_role[0] != '\0' && strcmp(new_role, role) != 0;
    if (stage->session.role == ROLE_LEAD && changes && (is_leading(role) || is_leading(new_role))) {
        message_set(&why, N_("Only an administrator makes or unmakes administrators and leads."),
                    NULL);
        stage_refuse_found(stage, file, line, "role", 0, false, &why);
        return true;
    }
    struct db_statement *statement =
        prepare(stage, "UPDATE stage_user SET id = $2, is_new = $3 WHERE row = $1", ret_failure);
    if (statement == NULL)
        return false;
    db_bind_number(statement, 1, db_number(row, 0));
    db_bind_number(statement, 2, id != 0 ? id : (*next_id)++);
    db_bind_number(statement, 3, id == 0);
    return db_run(statement, ret_failure);
}

bool stage_find_users(struct stage *stage, struct failure *ret_failure)
{
    int64_t next_id;
    if (!db_script(stage->store->db, "UPDATE stage_user SET id = NULL, is_new = NULL",
                   ret_failure) ||
        !stage_number(stage, "SELECT coalesce(max(id), 0) + 1 FROM user", &next_id, ret_failure))
        return false;
    for (int64_t row = 1; row <= stage->rows[STAGE_USER]; row++) {
        struct db_statement *statement =
            prepare(stage, "SELECT row, file, line, login, role FROM stage_user WHERE row = $1",
                    ret_failure);
        if (statement == NULL)
            return false;
        db_bind_number(statement, 1, row);
        bool good = db_step(statement, ret_failure) != DB_FAILED &&
                    find_user_row(stage, statement, &next_id, ret_failure);
        db_done(statement);
        if (!good)
            return false;
    }
    return true;
}
