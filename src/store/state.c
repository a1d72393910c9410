/*
 * State: what a person leaves behind between two sessions: drafts, cursor, filters, last seen, favourites.
 *
 * Purpose     the second of the two ways to write: not judged, not logged, only about the person's own.
 * State       the tables state and favourite.
 * Invariants  with --read-only nothing is written and that is no failure.
 */
#include "internal.h"

static bool nothing_to_write(const struct store *store, const struct session *session)
{
    return store->read_only || session->read_only || session->user_id == 0;
}

/* Runs one prepared statement in a transaction of its own and lets go of everything. */
static bool finish(struct store *store, struct db_statement *statement, struct failure *ret_failure)
{
    bool unknown;

    if (statement && db_run(statement, ret_failure))
        return db_commit(store->db, &unknown, ret_failure);
    db_rollback(store->db);
    return false;
}

bool store_remember(struct store *store, const struct session *session, const char *name,
                    const char *value, struct failure *ret_failure)
{
    char now[INSTANT_TEXT_SIZE];

    if (nothing_to_write(store, session))
        return true;
    if (!db_begin_write(store->db, session->name, ret_failure))
        return false;
    struct db_statement *statement = db_prepare(
        store->db,
        value ? "INSERT INTO state (user_id, name, value, at) VALUES ($1, $2, $3, $4)"
                " ON CONFLICT (user_id, name) DO UPDATE SET value = excluded.value,"
                " at = excluded.at"
              : "DELETE FROM state WHERE user_id = $1 AND name = $2",
        ret_failure);
    if (statement) {
        db_bind_number(statement, 1, session->user_id);
        db_bind_text(statement, 2, name);
        if (value) {
            db_bind_text(statement, 3, value);
            db_bind_text(statement, 4, instant_format(session->now, now));
        }
    }
    return finish(store, statement, ret_failure);
}

bool store_recall(struct store *store, const struct session *session, const char *name,
                  struct arena *arena, const char **ret_value, struct failure *ret_failure)
{
    struct db_statement *statement = db_prepare(
        store->db, "SELECT value FROM state WHERE user_id = $1 AND name = $2", ret_failure);

    if (!statement)
        return false;
    db_bind_number(statement, 1, session->user_id);
    db_bind_text(statement, 2, name);
    enum db_step step = db_step(statement, ret_failure);
    if (step == DB_FAILED)
        return false;
    *ret_value = step == DB_ROW ? arena_text(arena, db_text(statement, 0, NULL)) : NULL;
    db_done(statement);
    return true;
}

bool store_favourite(struct store *store, const struct session *session, int64_t client_id,
                     bool favourite, struct failure *ret_failure)
{
    if (nothing_to_write(store, session))
        return true;
    if (!db_begin_write(store->db, session->name, ret_failure))
        return false;
    struct db_statement *statement = db_prepare(
        store->db,
        favourite ? "INSERT INTO favourite (user_id, client_id) VALUES ($1, $2)"
                    " ON CONFLICT (user_id, client_id) DO NOTHING"
                  : "DELETE FROM favourite WHERE user_id = $1 AND client_id = $2",
        ret_failure);
    if (statement) {
        db_bind_number(statement, 1, session->user_id);
        db_bind_number(statement, 2, client_id);
    }
    return finish(store, statement, ret_failure);
}
