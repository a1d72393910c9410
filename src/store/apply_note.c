/*
 * Apply note: a dated note on one or more clients; with a due date it is a reminder (C61).
 *
 * Purpose     one row a client. State: none.
 * Invariants  notes are about people as often as not: the log holds a digest, the text is sealed.
 */
#include "internal.h"

#include <string.h>

static bool find_person(struct execution *execution, const char *login, int64_t *ret_id,
                        struct failure *ret_failure)
{
    struct db_statement *statement =
        db_prepare(execution->store->db, "SELECT id FROM user WHERE login = $1", ret_failure);

    if (!statement)
        return false;
    db_bind_text(statement, 1, login);
    enum db_step step = db_step(statement, ret_failure);
    if (step == DB_FAILED)
        return false;
    *ret_id = step == DB_ROW ? db_number(statement, 0) : 0;
    db_done(statement);
    return *ret_id != 0
           || failure_set(ret_failure, FAILURE_REFUSED, "", N_("There is no user %1."), login, NULL);
}

static bool insert_note(struct execution *execution, int64_t client_id, const char *text,
                        int64_t person_id, struct failure *ret_failure)
{
    struct date due = execution->command->note.due;
    struct db_statement *statement =
        db_prepare(execution->store->db,
                   "INSERT INTO note (client_id, at, user_id, text, due, person_id, changeset_id)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                   ret_failure);
    char due_text[DATE_TEXT_SIZE];

    if (!statement)
        return false;
    db_bind_number(statement, 1, client_id);
    db_bind_text(statement, 2, execution->now_text);
    db_bind_number(statement, 3, execution->actor.user_id);
    db_bind_text(statement, 4, text);
    db_bind_text(statement, 5, date_known(due) ? date_format(due, due_text) : NULL);
    if (person_id)
        db_bind_number(statement, 6, person_id);
    db_bind_number(statement, 7, execution->changeset_id);
    if (!db_run(statement, ret_failure))
        return false;
    struct change_row change = {
        .entity = "note",
        .row_id = db_last_id(execution->store->db),
        .client_id = client_id,
        .user_id = person_id,
        .column = "row",
        .after = text,
        .secret = true,
    };
    execution->receipt->applied++;
    return execution_log(execution, &change, ret_failure);
}

static bool apply_note(struct execution *execution, const struct facts *facts,
                       const struct verdict *verdicts, struct failure *ret_failure)
{
    const struct command *command = execution->command;
    const char *text =
        text_clean(execution->arena, command->note.text, strlen(command->note.text));
    const char *person = command->note.person ? command->note.person : "";
    int64_t person_id = 0;

    (void)facts;
    if (person[0] && !find_person(execution, person, &person_id, ret_failure))
        return false;
    execution->receipt->selected = (int64_t)command->target_count;
    for (size_t i = 0; i < command->target_count; i++) {
        if (verdicts[i].refusal != REFUSAL_NONE)
            execution_skip(execution, command->targets[i].id, NULL, &verdicts[i].message);
        else if (!insert_note(execution, command->targets[i].id, text, person_id, ret_failure))
            return false;
    }
    return true;
}

const struct command_ops ops_note = {
    .kind = COMMAND_NOTE,
    .load = load_clients,
    .apply = apply_note,
};
