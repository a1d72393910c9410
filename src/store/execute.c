/*
 * Execute: the one executor. Every change to the bureau's data goes through store_execute.
 *
 * Purpose     gate, transaction, who asks (again), facts, judge (again), apply, log, chain, commit.
 * State       struct execution, on the stack, as long as one command.
 * Invariants  - a command is whole or not at all; targets it may not touch are lines in the receipt;
 *             - what was written is in the log: one change row a cell, one change-set a command;
 *             - change-set ids count 1, 2, 3 …; each hash covers its predecessor's;
 *             - an operation id is carried out once: asked again, the first answer is given again.
 *
 * A failed COMMIT proves nothing. The connection is thrown away, and the operation id looked up through
 * a new one: only what is not there was not saved.
 */
#include "internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char chain_start[CHAIN_START_SIZE] =
    "0000000000000000000000000000000000000000000000000000000000000000";

/* ---- the chain ---- */

void chain_add_row(struct hash_stream *rows_hash, const struct chain_row *row)
{
    hash_field_number(rows_hash, row->id);
    hash_field_text(rows_hash, row->entity);
    hash_field_number(rows_hash, row->row_id);
    hash_field_number(rows_hash, row->client_id);
    hash_field_number(rows_hash, row->user_id);
    hash_field_text(rows_hash, row->column);
    hash_field_text(rows_hash, row->before);
    hash_field_text(rows_hash, row->after);
    hash_field_number(rows_hash, row->secret_before);
    hash_field_number(rows_hash, row->secret_after);
}

void chain_hash(const struct chain_link *link, char ret_hash[static HASH_TEXT_SIZE])
{
    unsigned char digest[HASH_SIZE];
    struct hash_stream stream;

    hash_begin(&stream, NULL);
    hash_field_text(&stream, link->prev);
    hash_field_number(&stream, link->id);
    hash_field_text(&stream, link->at);
    hash_field_number(&stream, link->actor_id);
    hash_field_text(&stream, link->actor);
    hash_field_text(&stream, link->command);
    hash_field_text(&stream, link->reason);
    hash_field_text(&stream, link->detail);
    hash_field_text(&stream, link->operation);
    hash_field_number(&stream, link->selected);
    hash_field_number(&stream, link->applied);
    hash_field_number(&stream, link->unchanged);
    hash_field_number(&stream, link->skipped);
    hash_field_number(&stream, link->undo_of);
    hash_field_number(&stream, link->rows);
    hash_field_text(&stream, link->rows_hash);
    hash_end(&stream, digest);
    hash_text(digest, ret_hash);
}

/* ---- change rows ---- */

static void bind_id(struct db_statement *statement, int parameter, int64_t id)
{
    if (id)
        db_bind_number(statement, parameter, id);
    else
        db_bind_null(statement, parameter);
}

/* Seals one person-level value: its row in `secret`, and the keyed digest that stands in the log. */
static bool seal(struct execution *execution, const char *text, int64_t *ret_id,
                 char ret_digest[static HASH_TEXT_SIZE], struct failure *ret_failure)
{
    struct store *store = execution->store;
    unsigned char digest[HASH_SIZE];
    struct hash_stream stream;
    struct buffer sealed = { 0 };

    if (!store->has_key)
        return failure_set(ret_failure, FAILURE_IO, store->path,
                           N_("The key file is missing. Values about people cannot be stored "
                              "without it."),
                           NULL);
    hash_begin(&stream, store->key);
    hash_field_text(&stream, text);
    hash_end(&stream, digest);
    hash_text(digest, ret_digest);
    struct db_statement *statement =
        db_prepare(store->db, "INSERT INTO secret (value) VALUES ($1)", ret_failure);
    if (!statement)
        return false;
    hash_seal(store->key, text, strlen(text), &sealed);
    db_bind_blob(statement, 1, sealed.data, sealed.length);
    bool good = db_run(statement, ret_failure);
    buffer_finish(&sealed);
    *ret_id = good ? db_last_id(store->db) : 0;
    return good;
}

bool execution_log(struct execution *execution, const struct change_row *row,
                   struct failure *ret_failure)
{
    struct chain_row link = {
        .row_id = row->row_id,
        .client_id = row->client_id,
        .user_id = row->user_id,
        .entity = row->entity,
        .column = row->column,
        .before = row->before,
        .after = row->after,
    };
    char before[HASH_TEXT_SIZE], after[HASH_TEXT_SIZE];

    if (row->secret && row->before) {
        if (!seal(execution, row->before, &link.secret_before, before, ret_failure))
            return false;
        link.before = before;
    }
    if (row->secret && row->after) {
        if (!seal(execution, row->after, &link.secret_after, after, ret_failure))
            return false;
        link.after = after;
    }
    struct db_statement *statement =
        db_prepare(execution->store->db,
                   "INSERT INTO change (changeset_id, entity, row_id, client_id, user_id, column_name,"
                   " before, after, secret_before, secret_after)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                   ret_failure);
    if (!statement)
        return false;
    db_bind_number(statement, 1, execution->changeset_id);
    db_bind_text(statement, 2, link.entity);
    db_bind_number(statement, 3, link.row_id);
    bind_id(statement, 4, link.client_id);
    bind_id(statement, 5, link.user_id);
    db_bind_text(statement, 6, link.column);
    db_bind_text(statement, 7, link.before);
    db_bind_text(statement, 8, link.after);
    bind_id(statement, 9, link.secret_before);
    bind_id(statement, 10, link.secret_after);
    if (!db_run(statement, ret_failure))
        return false;
    link.id = db_last_id(execution->store->db);
    chain_add_row(&execution->rows_hash, &link);
    execution->rows++;
    return true;
}

void execution_skip(struct execution *execution, int64_t client_id, const char *login,
                    const struct message *why)
{
    struct receipt_line *line = receipt_skip(execution->receipt);

    line->client = client_id;
    copy_cut(line->login, sizeof line->login, login ? login : "");
    line->why = *why;
}

/* ---- the change-set ---- */

static bool last_link(struct execution *execution, char ret_hash[static HASH_TEXT_SIZE],
                      struct failure *ret_failure)
{
    struct db_statement *statement =
        db_prepare(execution->store->db,
                   "SELECT id, hash FROM changeset ORDER BY id DESC LIMIT 1", ret_failure);
    enum db_step step = statement ? db_step(statement, ret_failure) : DB_FAILED;

    if (step == DB_FAILED)
        return false;
    execution->changeset_id = (step == DB_ROW ? db_number(statement, 0) : 0) + 1;
    snprintf(ret_hash, HASH_TEXT_SIZE, "%s",
             step == DB_ROW ? db_text(statement, 1, NULL) : chain_start);
    db_done(statement);
    return true;
}

static bool insert_changeset(struct execution *execution, const struct chain_link *link,
                             const char *hash, struct failure *ret_failure)
{
    struct db_statement *statement =
        db_prepare(execution->store->db,
                   "INSERT INTO changeset (id, at, actor_id, actor, command, reason, detail, operation,"
                   " selected, applied, unchanged, skipped, undo_of, rows, rows_hash, prev, hash)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,"
                   " $16, $17)",
                   ret_failure);

    if (!statement)
        return false;
    db_bind_number(statement, 1, link->id);
    db_bind_text(statement, 2, link->at);
    bind_id(statement, 3, link->actor_id);
    db_bind_text(statement, 4, link->actor);
    db_bind_text(statement, 5, link->command);
    db_bind_text(statement, 6, link->reason);
    db_bind_text(statement, 7, link->detail);
    db_bind_text(statement, 8, link->operation);
    db_bind_number(statement, 9, link->selected);
    db_bind_number(statement, 10, link->applied);
    db_bind_number(statement, 11, link->unchanged);
    db_bind_number(statement, 12, link->skipped);
    bind_id(statement, 13, link->undo_of);
    db_bind_number(statement, 14, link->rows);
    db_bind_text(statement, 15, link->rows_hash);
    db_bind_text(statement, 16, link->prev);
    db_bind_text(statement, 17, hash);
    return db_run(statement, ret_failure);
}

static bool write_changeset(struct execution *execution, const char *prev,
                            struct failure *ret_failure)
{
    unsigned char digest[HASH_SIZE];
    char rows_hash[HASH_TEXT_SIZE], hash[HASH_TEXT_SIZE];
    const struct receipt *receipt = execution->receipt;
    const struct command *command = execution->command;

    hash_end(&execution->rows_hash, digest);
    hash_text(digest, rows_hash);
    struct chain_link link = {
        .id = execution->changeset_id,
        .at = execution->now_text,
        .actor_id = execution->actor.user_id,
        .actor = execution->actor.login,
        .command = command_name(command->kind),
        .reason = command->reason ? command->reason : "",
        .detail = buffer_text(&execution->detail),
        .operation = receipt->operation,
        .selected = receipt->selected,
        .applied = receipt->applied,
        .unchanged = receipt->unchanged,
        .skipped = (int64_t)receipt->skipped_count,
        .rows = execution->rows,
        .rows_hash = rows_hash,
        .prev = prev,
    };
    chain_hash(&link, hash);
    return insert_changeset(execution, &link, hash, ret_failure);
}

/* ---- an operation that was carried out before ---- */

/* Fills the receipt from the log when the operation id is there. */
static bool look_up(struct store *store, const char *operation, struct receipt *receipt,
                    bool *ret_found, struct failure *ret_failure)
{
    struct db_statement *statement =
        db_prepare(store->db,
                   "SELECT id, selected, applied, unchanged, skipped FROM changeset"
                   " WHERE operation = $1",
                   ret_failure);
    int64_t skipped = 0;
    char number[24];

    if (!statement)
        return false;
    db_bind_text(statement, 1, operation);
    enum db_step step = db_step(statement, ret_failure);
    if (step == DB_FAILED)
        return false;
    *ret_found = step == DB_ROW;
    if (step == DB_ROW) {
        receipt->changeset = db_number(statement, 0);
        receipt->selected = db_number(statement, 1);
        receipt->applied = db_number(statement, 2);
        receipt->unchanged = db_number(statement, 3);
        skipped = db_number(statement, 4);
    }
    db_done(statement);
    snprintf(number, sizeof number, "%lld", (long long)receipt->changeset);
    for (int64_t i = 0; i < skipped; i++)
        message_set(&receipt_skip(receipt)->why,
                    N_("Skipped when this was saved the first time (change-set %1)."), number, NULL);
    return true;
}

static bool resolve_unknown(struct store *store, struct receipt *receipt,
                            struct failure *ret_failure)
{
    struct failure ignored;
    struct receipt found = { 0 };
    struct db *db;
    bool is_there = false;

    /* Closed before another is opened: only then does the engine read its own log anew. */
    db_close(store->db);
    store->db = NULL;
    if (!db_open(store->path, DB_READ_WRITE, store->gate_seconds, &db, &ignored)
        && !db_open(store->path, DB_READ_ONLY, store->gate_seconds, &db, &ignored))
        db = db_nothing(store->path);
    store->db = db;
    if (!look_up(store, receipt->operation, &found, &is_there, &ignored))
        return failure_set(ret_failure, FAILURE_IO, store->path,
                           N_("It is not known whether this was saved. Look in the log for %1."),
                           receipt->operation, NULL);
    receipt->changeset = is_there ? found.changeset : 0;
    receipt_finish(&found);
    return is_there; /* if not, *ret_failure says why the commit failed */
}

/* ---- who asks, and what is known ---- */

static bool load_actor(struct execution *execution, struct failure *ret_failure)
{
    struct session *actor = &execution->actor;
    struct db_statement *statement = db_prepare(
        execution->store->db, "SELECT login, name, role, until FROM user WHERE id = $1", ret_failure);
    struct instant until = INSTANT_NONE;
    int role = ROLE_USER;

    if (!statement)
        return false;
    db_bind_number(statement, 1, actor->user_id);
    enum db_step step = db_step(statement, ret_failure);
    if (step == DB_FAILED)
        return false;
    actor->active = step == DB_ROW;
    if (step == DB_ROW) {
        copy_cut(actor->login, sizeof actor->login, db_text(statement, 0, NULL));
        copy_cut(actor->name, sizeof actor->name, db_text(statement, 1, NULL));
        model_parse(WORDS_ROLE, db_text(statement, 2, NULL), &role);
        instant_parse(db_text(statement, 3, NULL), &until);
        actor->role = (enum role)role;
        actor->active = !instant_known(until) || until.second > execution->now.second;
    }
    db_done(statement);
    return true;
}

/* The first command of all has nobody to ask for it: whoever makes the file becomes its administrator. */
static bool founding_actor(struct execution *execution, struct failure *ret_failure)
{
    int64_t users;

    if (!store_count(execution->store, "SELECT count(*) FROM user", &users, ret_failure))
        return false;
    if (users > 0)
        return failure_set(ret_failure, FAILURE_REFUSED, execution->store->path,
                           N_("There is already a bureau in this database."), NULL);
    execution->actor.role = ROLE_ADMIN;
    execution->actor.active = true;
    execution->actor.user_id = 0;
    copy_cut(execution->actor.login, sizeof execution->actor.login,
             execution->command->partner.login);
    return true;
}

bool load_access_facts(struct execution *execution, int64_t client_id, struct target_facts *facts,
                       struct failure *ret_failure)
{
    struct db_statement *statement =
        db_prepare(execution->store->db,
                   "SELECT count(*) FROM grant_ WHERE client_id = $1 AND user_id = $2"
                   " AND from_at <= $3 AND (until_at IS NULL OR until_at >= $3)",
                   ret_failure);

    if (!statement)
        return false;
    facts->access.role = execution->actor.role;
    facts->access.active = execution->actor.active;
    db_bind_number(statement, 1, client_id);
    db_bind_number(statement, 2, execution->actor.user_id);
    db_bind_text(statement, 3, execution->now_text);
    if (db_step(statement, ret_failure) != DB_ROW)
        return false;
    facts->access.granted = db_number(statement, 0) > 0;
    db_done(statement);
    return true;
}

static bool load_client(struct execution *execution, int64_t id, struct target_facts *facts,
                        struct failure *ret_failure)
{
    struct db_statement *statement = db_prepare(
        execution->store->db,
        "SELECT version, archived_at IS NOT NULL, internal FROM client WHERE id = $1", ret_failure);

    if (!statement)
        return false;
    db_bind_number(statement, 1, id);
    enum db_step step = db_step(statement, ret_failure);
    if (step == DB_FAILED)
        return false;
    facts->exists = step == DB_ROW;
    if (step == DB_ROW) {
        facts->version = db_number(statement, 0);
        facts->archived = db_number(statement, 1) != 0;
        facts->access.internal = db_number(statement, 2) != 0;
    }
    db_done(statement);
    return !facts->exists || load_access_facts(execution, id, facts, ret_failure);
}

bool load_clients(struct execution *execution, struct facts *facts, struct failure *ret_failure)
{
    const struct command *command = execution->command;
    struct target_facts *targets =
        arena_zero(execution->arena, command->target_count + 1, sizeof *targets);

    for (size_t i = 0; i < command->target_count; i++)
        if (!load_client(execution, command->targets[i].id, &targets[i], ret_failure))
            return false;
    facts->targets = targets;
    return true;
}

/* ---- the order of things ---- */

static const struct command_ops *ops_of(enum command_kind kind)
{
    static const struct command_ops *const all[] = {
        &ops_partner,
        &ops_access,
        &ops_import,
        &ops_step,
        &ops_note,
        &ops_view,
        &ops_view_drop,
        &ops_restored,
    };

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i]->kind == kind)
            return all[i];
    abort();
}

static bool refuse(const struct verdict *verdict, struct failure *ret_failure)
{
    bool denied = verdict->refusal == REFUSAL_NO_RIGHT || verdict->refusal == REFUSAL_NOT_ACTIVE
                  || verdict->refusal == REFUSAL_READ_ONLY;
    const struct message *why = &verdict->message;

    return failure_set(ret_failure, denied ? FAILURE_DENIED : FAILURE_REFUSED, "", why->text,
                       why->argument[0], why->argument[1], why->argument[2], why->argument[3],
                       NULL);
}

static bool judge_and_apply(struct execution *execution, struct failure *ret_failure)
{
    const struct command *command = execution->command;
    const struct command_ops *ops = ops_of(command->kind);
    struct facts facts = {
        .role = execution->actor.role,
        .active = execution->actor.active,
        .read_only = execution->actor.read_only,
        .now = execution->now,
    };

    if (ops->load && !ops->load(execution, &facts, ret_failure))
        return false;
    struct verdict whole = command_judge(command, &facts);
    if (whole.refusal != REFUSAL_NONE)
        return refuse(&whole, ret_failure);
    struct verdict *verdicts =
        arena_zero(execution->arena, command->target_count + 1, sizeof *verdicts);
    for (size_t i = 0; i < command->target_count && facts.targets; i++)
        verdicts[i] = command_judge_target(command, &facts, i);
    return ops->apply(execution, &facts, verdicts, ret_failure);
}

/* The first answer is for whoever asked first, and for the same command. */
static bool same_operation(struct execution *execution, struct failure *ret_failure)
{
    enum command_kind kind = execution->command->kind;
    struct db_statement *statement =
        db_prepare(execution->store->db,
                   "SELECT command, actor_id FROM changeset WHERE operation = $1", ret_failure);

    if (!statement)
        return false;
    db_bind_text(statement, 1, execution->receipt->operation);
    if (db_step(statement, ret_failure) == DB_FAILED)
        return false;
    bool same = strcmp(db_text(statement, 0, NULL), command_name(kind)) == 0
                && (kind == COMMAND_PARTNER
                    || db_number(statement, 1) == execution->actor.user_id);
    db_done(statement);
    return same
           || failure_set(ret_failure, FAILURE_REFUSED, "",
                          N_("The operation id %1 was used for something else."),
                          execution->receipt->operation, NULL);
}

/* Inside the transaction. *ret_write: there is something to commit. */
static bool carry_out(struct execution *execution, bool *ret_write, struct failure *ret_failure)
{
    struct receipt *receipt = execution->receipt;
    char prev[HASH_TEXT_SIZE];
    bool found;

    *ret_write = false;
    if (!look_up(execution->store, receipt->operation, receipt, &found, ret_failure))
        return false;
    if (found)
        return same_operation(execution, ret_failure);
    if (!(execution->command->kind == COMMAND_PARTNER ? founding_actor(execution, ret_failure)
                                                      : load_actor(execution, ret_failure))
        || !last_link(execution, prev, ret_failure)
        || !judge_and_apply(execution, ret_failure))
        return false;
    if (execution->rows == 0 && receipt->applied == 0)
        return true;
    if (!write_changeset(execution, prev, ret_failure))
        return false;
    *ret_write = true;
    return true;
}

static bool in_transaction(struct execution *execution, bool dry_run, struct failure *ret_failure)
{
    struct store *store = execution->store;
    struct receipt *receipt = execution->receipt;
    bool write, unknown = false;

    if (!db_begin_write(store->db, execution->actor.name, ret_failure))
        return false;
    if (!carry_out(execution, &write, ret_failure)) {
        db_rollback(store->db);
        receipt->applied = 0;
        return false;
    }
    if (!write || dry_run) {
        db_rollback(store->db);
        return true;
    }
    receipt->changeset = execution->changeset_id;
    if (db_commit(store->db, &unknown, ret_failure))
        return true;
    receipt->changeset = 0;
    if (unknown && resolve_unknown(store, receipt, ret_failure))
        return true;
    receipt->applied = 0;
    return false;
}

bool store_execute(struct store *store, const struct session *session,
                   const struct command *command, bool dry_run, struct receipt *ret_receipt,
                   struct failure *ret_failure)
{
    struct execution execution = {
        .store = store,
        .command = command,
        .actor = *session,
        .now = session->now,
        .receipt = ret_receipt,
    };

    *ret_receipt = (struct receipt){ 0 };
    if (store->read_only || session->read_only)
        return failure_set(ret_failure, FAILURE_DENIED, "", refusal_text(REFUSAL_READ_ONLY), NULL);
    if (command->operation && command->operation[0])
        copy_cut(ret_receipt->operation, sizeof ret_receipt->operation, command->operation);
    else if (session->operation[0])
        copy_cut(ret_receipt->operation, sizeof ret_receipt->operation, session->operation);
    else
        random_name(ret_receipt->operation);
    instant_format(execution.now, execution.now_text);
    execution.arena = arena_create();
    hash_begin(&execution.rows_hash, NULL);
    bool good = in_transaction(&execution, dry_run, ret_failure);
    buffer_finish(&execution.detail);
    arena_destroy(execution.arena);
    return good;
}
