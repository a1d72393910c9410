/*
 * Apply view: saved filters, one's own or shared by all.
 *
 * Purpose     save by name, drop by id. State: none.
 * Invariants  a stored filter parses and has the code's own column names; whom or which group it speaks of is
 *             asked when it is used, since people and groups come and go.
 */
#include "internal.h"

#include <string.h>

struct view_row {
    int64_t id; /* 0 = none */
    const char *dataset, *filter;
};

static bool any_clients(void *context, enum filter_relation relation, const char *value,
                        struct ids *ret_clients, struct failure *ret_failure)
{
    (void)context;
    (void)relation;
    (void)value;
    (void)ret_failure;
    ids_clear(ret_clients);
    return true;
}

static bool canonical(struct execution *execution, struct buffer *ret_text,
                      struct failure *ret_failure)
{
    const struct command *command = execution->command;
    static const struct ids nobody;
    struct filter_scope scope = {
        .language = execution->actor.language,
        .today = session_today(&execution->actor),
        .marked = &nobody,
        .clients = any_clients,
    };
    struct filter_error error;
    struct filter *filter =
        filter_create(command->view.filter ? command->view.filter : "", command->view.dataset,
                      &scope, &error);

    if (!filter)
        return failure_set(ret_failure, FAILURE_USAGE, "", error.message.text,
                           error.message.argument[0], error.message.argument[1],
                           error.message.argument[2], error.message.argument[3], NULL);
    filter_add_canonical(filter, ret_text);
    filter_destroy(filter);
    return true;
}

static bool find_view(struct execution *execution, const char *fold, struct view_row *row,
                      struct failure *ret_failure)
{
    int64_t owner = execution->command->view.shared ? 0 : execution->actor.user_id;
    struct db_statement *statement =
        db_prepare(execution->store->db,
                   "SELECT id, dataset, filter FROM view_"
                   " WHERE name_fold = $1 AND coalesce(owner_id, 0) = $2",
                   ret_failure);

    *row = (struct view_row){ 0 };
    if (!statement)
        return false;
    db_bind_text(statement, 1, fold);
    db_bind_number(statement, 2, owner);
    enum db_step step = db_step(statement, ret_failure);
    if (step == DB_FAILED)
        return false;
    if (step == DB_ROW) {
        row->id = db_number(statement, 0);
        row->dataset = arena_text(execution->arena, db_text(statement, 1, NULL));
        row->filter = arena_text(execution->arena, db_text(statement, 2, NULL));
    }
    db_done(statement);
    return true;
}

static bool write_view(struct execution *execution, const struct view_row *before, const char *name,
                       const char *fold, const struct view_row *view, struct failure *ret_failure)
{
    bool shared = execution->command->view.shared;
    struct db_statement *statement = db_prepare(
        execution->store->db,
        before->id ? "UPDATE view_ SET name = $1, name_fold = $2, dataset = $3, filter = $4,"
                     " version = version + 1 WHERE id = $5"
                   : "INSERT INTO view_ (name, name_fold, dataset, filter, owner_id)"
                     " VALUES ($1, $2, $3, $4, $5)",
        ret_failure);

    if (!statement)
        return false;
    db_bind_text(statement, 1, name);
    db_bind_text(statement, 2, fold);
    db_bind_text(statement, 3, view->dataset);
    db_bind_text(statement, 4, view->filter);
    if (before->id)
        db_bind_number(statement, 5, before->id);
    else if (!shared)
        db_bind_number(statement, 5, execution->actor.user_id);
    return db_run(statement, ret_failure);
}

static bool save_view(struct execution *execution, const char *filter, struct failure *ret_failure)
{
    const struct command *command = execution->command;
    const char *name =
        text_clean(execution->arena, command->view.name, strlen(command->view.name));
    const char *fold = text_fold(execution->arena, name, strlen(name));
    struct view_row before,
        after = { .dataset = dataset_info(command->view.dataset)->name, .filter = filter };

    if (!find_view(execution, fold, &before, ret_failure))
        return false;
    if (before.id && strcmp(before.dataset, after.dataset) == 0
        && strcmp(before.filter, filter) == 0) {
        execution->receipt->unchanged = 1;
        return true;
    }
    if (!write_view(execution, &before, name, fold, &after, ret_failure))
        return false;
    struct change_row change = {
        .entity = "view_",
        .row_id = before.id ? before.id : db_last_id(execution->store->db),
        .column = name,
        .before = before.filter,
        .after = filter,
    };
    execution->receipt->applied = 1;
    return execution_log(execution, &change, ret_failure);
}

static bool apply_view(struct execution *execution, const struct facts *facts,
                       const struct verdict *verdicts, struct failure *ret_failure)
{
    struct buffer filter = { 0 };

    (void)facts;
    (void)verdicts;
    execution->receipt->selected = 1;
    buffer_print(&execution->detail, "%s%s", execution->command->view.name,
                 execution->command->view.shared ? " (shared)" : "");
    bool good = canonical(execution, &filter, ret_failure)
                && save_view(execution, buffer_text(&filter), ret_failure);
    buffer_finish(&filter);
    return good;
}

const struct command_ops ops_view = { .kind = COMMAND_VIEW, .apply = apply_view };

/* ---- drop ---- */

static bool load_drop(struct execution *execution, struct facts *facts, struct failure *ret_failure)
{
    const struct command *command = execution->command;
    struct target_facts *targets =
        arena_zero(execution->arena, command->target_count + 1, sizeof *targets);

    facts->owner = true;
    for (size_t i = 0; i < command->target_count; i++) {
        struct db_statement *statement = db_prepare(
            execution->store->db, "SELECT version, owner_id FROM view_ WHERE id = $1", ret_failure);
        if (!statement)
            return false;
        db_bind_number(statement, 1, command->targets[i].id);
        enum db_step step = db_step(statement, ret_failure);
        if (step == DB_FAILED)
            return false;
        targets[i].exists = step == DB_ROW;
        if (step == DB_ROW) {
            targets[i].version = db_number(statement, 0);
            facts->owner = facts->owner && !db_is_null(statement, 1)
                           && db_number(statement, 1) == execution->actor.user_id;
        }
        db_done(statement);
    }
    facts->targets = targets;
    return true;
}

static bool drop_view(struct execution *execution, int64_t id, struct failure *ret_failure)
{
    struct db_statement *statement = db_prepare(
        execution->store->db, "DELETE FROM view_ WHERE id = $1 RETURNING name, filter", ret_failure);

    if (!statement)
        return false;
    db_bind_number(statement, 1, id);
    if (db_step(statement, ret_failure) != DB_ROW)
        return false;
    struct change_row change = {
        .entity = "view_",
        .row_id = id,
        .column = arena_text(execution->arena, db_text(statement, 0, NULL)),
        .before = arena_text(execution->arena, db_text(statement, 1, NULL)),
    };
    if (!db_run(statement, ret_failure))
        return false;
    execution->receipt->applied++;
    return execution_log(execution, &change, ret_failure);
}

static bool apply_drop(struct execution *execution, const struct facts *facts,
                       const struct verdict *verdicts, struct failure *ret_failure)
{
    const struct command *command = execution->command;

    (void)facts;
    execution->receipt->selected = (int64_t)command->target_count;
    for (size_t i = 0; i < command->target_count; i++) {
        if (verdicts[i].refusal != REFUSAL_NONE)
            execution_skip(execution, 0, NULL, &verdicts[i].message);
        else if (!drop_view(execution, command->targets[i].id, ret_failure))
            return false;
    }
    return true;
}

const struct command_ops ops_view_drop = {
    .kind = COMMAND_VIEW_DROP,
    .load = load_drop,
    .apply = apply_drop,
};
