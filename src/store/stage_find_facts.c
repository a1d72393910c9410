/*
 * Stage find facts: access, employees and runs: the rows that name clients and users, and why some
 * of them are refused.
 *
 * State: client_id and user_id of the stage tables.
 * Invariant: a row without client_id is a refused row and stands in the lines.
 */
#include "stage_internal.h"

#include <string.h>

static struct db_statement *prepare(struct stage *stage, const char *sql,
                                    struct failure *ret_failure)
{
    return db_prepare(stage->store->db, sql, ret_failure);
}

/* Every row whose client is not known, as lines. sql gives file, line and key. */
static bool refuse_unknown(struct stage *stage, const char *sql, struct failure *ret_failure)
{
    struct db_statement *rows = prepare(stage, sql, ret_failure);
    enum db_step step = rows == NULL ? DB_FAILED : DB_ROW;
    while (rows != NULL && (step = db_step(rows, ret_failure)) == DB_ROW) {
        struct message why;
        size_t key = (size_t)db_number(rows, 2);
        const char *text = stage_key_text(stage, key);
        bool is_name = text[0] == STAGE_NAMED || text[0] == STAGE_NAMED_ONLY;
        message_set(&why,
                    stage->keys[key].is_shared
                        ? N_("Several clients are called %1: give the organisation number or the "
                             "client number.")
                    : is_name ? N_("No client is called %1.")
                              : N_("No client has the organisation number, the client number or "
                                   "the name %1."),
                    is_name ? text + 1 : text, NULL);
        stage_refuse_found(stage, db_number(rows, 0), db_number(rows, 1), "client", 0, false, &why);
    }
    if (rows != NULL)
        db_done(rows);
    return step == DB_DONE;
}

/* ---- access and employees ---- */

static bool find_access(struct stage *stage, struct failure *ret_failure)
{
    /* Set-based; what is left without ids is refused below, each for its own reason. */
    return db_script(stage->store->db,
                     "UPDATE stage_access SET client_id = (SELECT nullif(k.client_id, 0)"
                     " FROM stage_key k WHERE k.key = stage_access.key), user_id = coalesce("
                     "(SELECT u.id FROM user u WHERE u.login = stage_access.login),"
                     " (SELECT s.id FROM stage_user s WHERE s.login = stage_access.login"
                     " AND s.id IS NOT NULL))",
                     ret_failure) &&
           refuse_unknown(stage,
                          "SELECT file, line, key FROM stage_access WHERE client_id IS NULL"
                          " ORDER BY row",
                          ret_failure);
}

struct access_refusal {
    const char *sql; /* file, line, login, client_id, row of refused rows */
    const char *column;
    const char *text;
};

bool stage_take_access_out(struct stage *stage, struct ids *refused, struct failure *ret_failure)
{
    bool good = true;
    for (int64_t row = ids_next(refused, 0); row >= 0 && good; row = ids_next(refused, row + 1)) {
        struct db_statement *statement =
            prepare(stage, "UPDATE stage_access SET client_id = NULL WHERE row = $1", ret_failure);
        good = statement != NULL;
        if (good) {
            db_bind_number(statement, 1, row);
            good = db_run(statement, ret_failure);
        }
    }
    ids_finish(refused);
    return good;
}

/* Takes rows out, each with its reason; the rows of one reason are collected before they are
 * changed. */
static bool refuse_access(struct stage *stage, const struct access_refusal *refusal,
                          struct failure *ret_failure)
{
    struct db_statement *rows = prepare(stage, refusal->sql, ret_failure);
    if (rows == NULL)
        return false;
    db_bind_text(rows, 1, instant_format(stage->session.now, (char[INSTANT_TEXT_SIZE]) { 0 }));
    struct ids refused = { 0 };
    enum db_step step;
    while ((step = db_step(rows, ret_failure)) == DB_ROW) {
        struct message why;
        message_set(&why, refusal->text, db_text(rows, 2, NULL), NULL);
        stage_refuse_found(stage, db_number(rows, 0), db_number(rows, 1), refusal->column,
                           db_number(rows, 3), false, &why);
        ids_add(&refused, db_number(rows, 4));
    }
    db_done(rows);
    bool taken = stage_take_access_out(stage, &refused, ret_failure);
    return taken && step == DB_DONE;
}

/* Not when what the row tells is so already: it gives nothing to anybody. */
#define NOT_THERE_SQL                                                                              \
    " AND NOT EXISTS (SELECT 1 FROM grant_ g WHERE g.client_id = a.client_id"                      \
    " AND g.user_id = a.user_id AND g.role = coalesce(a.role, g.role)"                             \
    " AND g.packages = coalesce(a.packages, g.packages)"                                           \
    " AND (a.from_at IS NULL OR a.from_at = g.from_at OR (a.from_at <= $1 AND g.from_at <= $1))"   \
    " AND CASE WHEN a.until_told = 1 THEN coalesce(a.until_at, '') = coalesce(g.until_at, '')"     \
    " ELSE g.until_at IS NULL OR g.until_at >= $1 END)"

static const struct access_refusal access_refusals[] = {
    { "SELECT file, line, login, client_id, row FROM stage_access WHERE client_id IS NOT NULL"
      " AND user_id IS NULL AND CAST($1 AS TEXT) <> '' ORDER BY row",
      "login", N_("There is no user %1.") },
    { "SELECT a.file, a.line, a.login, a.client_id, a.row FROM stage_access a"
      " JOIN user u ON u.id = a.user_id WHERE a.client_id IS NOT NULL AND u.until <= "
      "$1" NOT_THERE_SQL " ORDER BY a.row",
      "login", N_("%1 is not active: only active users get access.") },
    { "SELECT a.file, a.line, a.login, a.client_id, a.row FROM stage_access a"
      " JOIN client c ON c.id = a.client_id WHERE c.archived_at IS NOT NULL" NOT_THERE_SQL
      " ORDER BY a.row",
      "client", N_("The client is archived: %1 gets no access.") },
    { "SELECT file, line, login, client_id, row FROM (SELECT file, line, login, client_id, row,"
      " row_number() OVER (PARTITION BY client_id, user_id ORDER BY row) AS turn"
      " FROM stage_access WHERE client_id IS NOT NULL) AS a WHERE turn > 1"
      " AND CAST($1 AS TEXT) <> '' ORDER BY row",
      "login", N_("%1 and this client stand already in the files; one row a user and client.") },
};

static bool find_employees(struct stage *stage, struct failure *ret_failure)
{
    if (!db_script(stage->store->db,
                   "UPDATE stage_employee SET client_id = (SELECT nullif(k.client_id, 0)"
                   " FROM stage_key k WHERE k.key = stage_employee.key)",
                   ret_failure) ||
        !refuse_unknown(stage,
                        "SELECT file, line, key FROM stage_employee WHERE client_id IS NULL"
                        " ORDER BY row",
                        ret_failure))
        return false;
    struct db_statement *rows = prepare(
        stage,
        "SELECT file, line, client_id FROM (SELECT file, line, client_id, row, row_number() OVER"
        " (PARTITION BY client_id, person ORDER BY row) AS turn FROM stage_employee"
        " WHERE client_id IS NOT NULL) AS e WHERE turn > 1 ORDER BY row",
        ret_failure);
    enum db_step step = rows == NULL ? DB_FAILED : DB_ROW;
    while (rows != NULL && (step = db_step(rows, ret_failure)) == DB_ROW) {
        struct message why;
        message_set(&why, N_("The same employee stands already in the files; one row an employee."),
                    NULL);
        stage_refuse_found(stage, db_number(rows, 0), db_number(rows, 1), "person",
                           db_number(rows, 2), false, &why);
    }
    if (rows != NULL)
        db_done(rows);
    return step == DB_DONE &&
           db_script(
               stage->store->db,
               "UPDATE stage_employee SET client_id = NULL WHERE row IN (SELECT row FROM"
               " (SELECT row, row_number() OVER (PARTITION BY client_id, person ORDER BY row)"
               " AS turn FROM stage_employee WHERE client_id IS NOT NULL) AS e WHERE turn > 1)",
               ret_failure);
}

bool stage_find_ids(struct stage *stage, struct failure *ret_failure)
{
    if ((stage->rows[STAGE_CLIENT] > 0 && !stage_find_clients(stage, ret_failure)) ||
        (stage->rows[STAGE_USER] > 0 && !stage_find_users(stage, ret_failure)) ||
        !stage_find_keys(stage, ret_failure))
        return false;
    if (stage->rows[STAGE_ACCESS] > 0) {
        if (!find_access(stage, ret_failure))
            return false;
        for (size_t i = 0; i < sizeof access_refusals / sizeof *access_refusals; i++)
            if (!refuse_access(stage, &access_refusals[i], ret_failure))
                return false;
        if (!stage_refuse_packages(stage, ret_failure))
            return false;
    }
    if (stage->rows[STAGE_EMPLOYEE] > 0 && !find_employees(stage, ret_failure))
        return false;
    return stage->rows[STAGE_RUN] == 0 ||
           refuse_unknown(stage,
                          "SELECT s.file, s.line, s.key FROM stage_run s JOIN stage_key k"
                          " ON k.key = s.key WHERE k.client_id = 0 ORDER BY s.row",
                          ret_failure);
}
