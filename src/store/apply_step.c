/*
 * Apply step: a month step done, not done, or waiting for somebody (C52).
 *
 * Purpose     one row a client, month and step; who and when.
 * State       none. Invariants: done and waiting exclude each other; a step that is known only from a run or
 *             a declaration has no row here and cannot be undone here.
 */
#include "internal.h"

#include <string.h>

struct step_row {
    int64_t id; /* 0 = none yet */
    const char *done_at, *waiting_for; /* "" = not */
};

static enum declaration_state worse(enum declaration_state a, enum declaration_state b)
{
    if (declaration_failed(a) != declaration_failed(b))
        return declaration_failed(a) ? a : b;
    return a > b ? a : b;
}

/* The month's declaration of that client: a failed one counts before any other. */
static bool load_declaration(struct execution *execution, int64_t client_id,
                             enum declaration_state *ret_state, struct failure *ret_failure)
{
    struct db_statement *statement =
        db_prepare(execution->store->db,
                   "SELECT state FROM declaration WHERE client_id = $1 AND month = $2 ORDER BY id",
                   ret_failure);
    char month[MONTH_TEXT_SIZE];
    bool first = true;
    enum db_step step;

    *ret_state = DECLARATION_NONE;
    if (!statement)
        return false;
    db_bind_number(statement, 1, client_id);
    db_bind_text(statement, 2, month_format(execution->command->step.month, month));
    while ((step = db_step(statement, ret_failure)) == DB_ROW) {
        int state = DECLARATION_NONE;
        model_parse(WORDS_DECLARATION, db_text(statement, 0, NULL), &state);
        *ret_state = first ? (enum declaration_state)state
                           : worse(*ret_state, (enum declaration_state)state);
        first = false;
    }
    db_done(statement);
    return step == DB_DONE;
}

/* Whether a run of the month is not closed (C45). A row of a whole month says nothing of its runs: such a
 * month is closed by hand. */
static bool load_run_open(struct execution *execution, int64_t client_id, bool *ret_open,
                          struct failure *ret_failure)
{
    struct db_statement *statement =
        db_prepare(execution->store->db,
                   "SELECT count(*) FROM run r WHERE r.month = $1 AND r.client_id = $2"
                   " AND r.closed_at IS NULL AND r.kind <> 'month'",
                   ret_failure);
    char month[MONTH_TEXT_SIZE];

    if (!statement)
        return false;
    db_bind_text(statement, 1, month_format(execution->command->step.month, month));
    db_bind_number(statement, 2, client_id);
    if (db_step(statement, ret_failure) != DB_ROW)
        return false;
    *ret_open = db_number(statement, 0) > 0;
    db_done(statement);
    return true;
}

static bool load_step(struct execution *execution, struct facts *facts, struct failure *ret_failure)
{
    const struct command *command = execution->command;

    if (!load_clients(execution, facts, ret_failure))
        return false;
    struct target_facts *targets =
        arena_zero(execution->arena, command->target_count + 1, sizeof *targets);
    for (size_t i = 0; i < command->target_count; i++) {
        targets[i] = facts->targets[i];
        if (!load_declaration(execution, command->targets[i].id, &targets[i].declaration,
                              ret_failure) ||
            (command->step.step == STEP_CLOSED &&
             !load_run_open(execution, command->targets[i].id, &targets[i].run_open, ret_failure)))
            return false;
    }
    facts->targets = targets;
    return true;
}

static bool read_row(struct execution *execution, int64_t client_id, const char *month,
                     struct step_row *row, struct failure *ret_failure)
{
    struct db_statement *statement =
        db_prepare(execution->store->db,
                   "SELECT id, done_at, waiting_for FROM step"
                   " WHERE client_id = $1 AND month = $2 AND step = $3",
                   ret_failure);

    *row = (struct step_row){ .done_at = "", .waiting_for = "" };
    if (!statement)
        return false;
    db_bind_number(statement, 1, client_id);
    db_bind_text(statement, 2, month);
    db_bind_text(statement, 3, model_word(WORDS_STEP, execution->command->step.step));
    enum db_step step = db_step(statement, ret_failure);
    if (step == DB_FAILED)
        return false;
    if (step == DB_ROW) {
        row->id = db_number(statement, 0);
        row->done_at = arena_text(execution->arena, db_text(statement, 1, NULL));
        row->waiting_for = arena_text(execution->arena, db_text(statement, 2, NULL));
    }
    db_done(statement);
    return true;
}

static bool write_row(struct execution *execution, int64_t client_id, const char *month,
                      const struct step_row *row, struct failure *ret_failure)
{
    struct db_statement *statement =
        db_prepare(execution->store->db,
                   "INSERT INTO step (client_id, month, step, done_at, done_by, waiting_for, since,"
                   " changeset_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
                   " ON CONFLICT (client_id, month, step) DO UPDATE SET done_at = excluded.done_at,"
                   " done_by = excluded.done_by, waiting_for = excluded.waiting_for,"
                   " since = excluded.since, changeset_id = excluded.changeset_id,"
                   " version = step.version + 1",
                   ret_failure);

    if (!statement)
        return false;
    db_bind_number(statement, 1, client_id);
    db_bind_text(statement, 2, month);
    db_bind_text(statement, 3, model_word(WORDS_STEP, execution->command->step.step));
    if (row->done_at[0]) {
        db_bind_text(statement, 4, row->done_at);
        db_bind_number(statement, 5, execution->actor.user_id);
    }
    db_bind_text(statement, 6, row->waiting_for);
    if (row->waiting_for[0])
        db_bind_text(statement, 7, execution->now_text);
    db_bind_number(statement, 8, execution->changeset_id);
    return db_run(statement, ret_failure);
}

/* For the log: "2026-11 2026-11-20T10:00:00Z", "2026-11 waiting: the client", or NULL. */
static const char *row_text(struct execution *execution, const char *month,
                            const struct step_row *row)
{
    if (row->done_at[0])
        return arena_print(execution->arena, "%s %s", month, row->done_at);
    if (row->waiting_for[0])
        return arena_print(execution->arena, "%s waiting: %s", month, row->waiting_for);
    return NULL;
}

static bool change_step(struct execution *execution, int64_t client_id, const char *month,
                        struct failure *ret_failure)
{
    const struct command *command = execution->command;
    const char *waiting = command->step.waiting_for ? command->step.waiting_for : "";
    struct step_row before, after = { .done_at = "", .waiting_for = "" };

    if (!read_row(execution, client_id, month, &before, ret_failure))
        return false;
    if (!command->step.undo && waiting[0])
        after.waiting_for = text_clean(execution->arena, waiting, strlen(waiting));
    else if (!command->step.undo)
        after.done_at = before.done_at[0] ? before.done_at : execution->now_text;
    if (!after.waiting_for || !text_is_plain(after.waiting_for, strlen(after.waiting_for)))
        return failure_set(ret_failure, FAILURE_REFUSED, "", refusal_text(REFUSAL_NAME), waiting,
                           NULL);
    if (strcmp(before.done_at, after.done_at) == 0
        && strcmp(before.waiting_for, after.waiting_for) == 0) {
        execution->receipt->unchanged++;
        return true;
    }
    if (!write_row(execution, client_id, month, &after, ret_failure))
        return false;
    struct change_row change = {
        .entity = "step",
        .row_id = before.id ? before.id : db_last_id(execution->store->db),
        .client_id = client_id,
        .column = model_word(WORDS_STEP, command->step.step),
        .before = row_text(execution, month, &before),
        .after = row_text(execution, month, &after),
    };
    execution->receipt->applied++;
    return execution_log(execution, &change, ret_failure);
}

static bool apply_step(struct execution *execution, const struct facts *facts,
                       const struct verdict *verdicts, struct failure *ret_failure)
{
    const struct command *command = execution->command;
    char month[MONTH_TEXT_SIZE];

    (void)facts;
    month_format(command->step.month, month);
    buffer_print(&execution->detail, "%s %s%s", model_word(WORDS_STEP, command->step.step), month,
                 command->step.undo ? " undo" : "");
    execution->receipt->selected = (int64_t)command->target_count;
    for (size_t i = 0; i < command->target_count; i++) {
        if (verdicts[i].refusal != REFUSAL_NONE)
            execution_skip(execution, command->targets[i].id, NULL, &verdicts[i].message);
        else if (!change_step(execution, command->targets[i].id, month, ret_failure))
            return false;
    }
    return true;
}

const struct command_ops ops_step = {
    .kind = COMMAND_STEP,
    .load = load_step,
    .apply = apply_step,
};
