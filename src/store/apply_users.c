/*
 * Apply users: people of an import who can log in, inside the gate.
 *
 * State: none. Invariant: the bureau keeps an active administrator, or the whole import is refused.
 */
#include "stage_internal.h"

#include <string.h>

enum { USER_LOGIN = 2, USER_NAME, USER_FOLD, USER_SORT, USER_EMAIL, USER_ROLE, USER_KIND_COLUMN };
static const char *const user_names[] = { "login", "name", NULL, NULL, "email", "role", "kind" };

static bool write_user(struct execution *execution, struct db_statement *row, struct row_text *text,
                       struct failure *ret_failure)
{
    int64_t id = db_number(row, 0);
    bool is_new = db_number(row, 1) != 0, changed = is_new;
    struct db_statement *old = NULL;
    row_text_clear(text);
    if (!is_new) {
        old = execution_prepare(
            execution,
            "SELECT id, version, login, name, name_fold, name_sort, email, role, kind"
            " FROM user WHERE id = $1",
            ret_failure);
        if (old == NULL)
            return false;
        db_bind_number(old, 1, id);
        if (db_step(old, ret_failure) != DB_ROW)
            return false;
    }
    struct db_statement *to = execution_prepare(
        execution,
        is_new
            ? "INSERT INTO user (id, login, name, name_fold, name_sort, email, role, kind,"
              " created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
            : "UPDATE user SET login = $2, name = $3, name_fold = $4, name_sort = $5, email = $6,"
              " role = $7, kind = $8, version = version + 1 WHERE id = $1",
        ret_failure);
    if (to == NULL)
        return false;
    db_bind_number(to, 1, id);
    for (int i = USER_LOGIN; i <= USER_KIND_COLUMN; i++) {
        bool told = !db_is_null(row, i);
        struct db_statement *from = told || old == NULL ? row : old;
        size_t length;
        if (i == USER_SORT) {
            const void *sort = db_blob(from, i, &length);
            db_bind_blob(to, i, sort, length);
            continue;
        }
        const char *value = db_text(from, i, &length);
        if (!told && old == NULL && i == USER_ROLE)
            value = model_word(WORDS_ROLE, ROLE_USER);
        else if (!told && old == NULL && i == USER_KIND_COLUMN)
            value = model_word(WORDS_USER_KIND, USER_STAFF);
        db_bind_text(to, i, value);
        const char *before = old == NULL ? NULL : db_text(old, i, NULL);
        if (user_names[i - USER_LOGIN] == NULL || (before != NULL && strcmp(before, value) == 0) ||
            (old == NULL && value[0] == '\0'))
            continue;
        row_text_add(text, user_names[i - USER_LOGIN], before, value);
        changed = true;
    }
    if (is_new)
        db_bind_text(to, 9, execution->now_text);
    if (old != NULL)
        db_done(old);
    if (!changed) {
        db_done(to);
        execution->receipt->unchanged++;
        return true;
    }
    if (!db_run(to, ret_failure))
        return false;
    execution->receipt->applied++;
    return execution_log(
        execution,
        &(struct change_row) { .entity = "user",
                               .row_id = id,
                               .user_id = id,
                               .column = "row",
                               .before = is_new ? NULL : buffer_text(&text->before),
                               .after = buffer_text(&text->after) },
        ret_failure);
}

static bool has_admin(struct execution *execution, struct failure *ret_failure)
{
    struct db_statement *statement = execution_prepare(
        execution,
        "SELECT count(*) FROM user WHERE role = 'admin' AND (until IS NULL OR until > $1)",
        ret_failure);
    if (statement == NULL)
        return false;
    db_bind_text(statement, 1, execution->now_text);
    if (db_step(statement, ret_failure) != DB_ROW)
        return false;
    int64_t count = db_number(statement, 0);
    db_done(statement);
    return count > 0 ||
           failure_set(ret_failure, FAILURE_REFUSED, "", refusal_text(REFUSAL_LAST_ADMIN), NULL);
}

bool import_users(struct execution *execution, struct stage *stage, struct failure *ret_failure)
{
    (void)stage;
    struct row_text text = { 0 };
    struct db_statement *rows = execution_prepare(
        execution,
        "SELECT id, is_new, login, CASE WHEN name IS NULL AND is_new = 1 THEN login ELSE name END,"
        " CASE WHEN name IS NULL AND is_new = 1 THEN login ELSE name_fold END,"
        " CASE WHEN name IS NULL AND is_new = 1 THEN CAST(login AS BLOB) ELSE name_sort END,"
        " email, role, kind FROM stage_user WHERE id IS NOT NULL ORDER BY row",
        ret_failure);
    if (rows == NULL)
        return false;
    enum db_step step = DB_ROW;
    bool good = true;
    while (good && (step = db_step(rows, ret_failure)) == DB_ROW)
        good = write_user(execution, rows, &text, ret_failure);
    db_done(rows);
    row_text_finish(&text);
    return good && step == DB_DONE && has_admin(execution, ret_failure);
}
