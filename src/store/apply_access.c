/*
 * Apply access: the command over its clients and users; each pair is a cell (access_cell.c).
 *
 * Purpose     who and which packages, checked once; cells counted; warnings about responsibility.
 * State       none.
 */
#include "apply_access.h"

#include <stdio.h>

static bool load_person(struct execution *execution, int64_t id, struct person *person,
                        struct failure *ret_failure)
{
    struct db_statement *statement = db_prepare(
        execution->store->db, "SELECT login, until FROM user WHERE id = $1", ret_failure);
    struct instant until = INSTANT_NONE;

    if (!statement)
        return false;
    db_bind_number(statement, 1, id);
    enum db_step step = db_step(statement, ret_failure);
    if (step == DB_FAILED)
        return false;
    person->id = id;
    person->exists = step == DB_ROW;
    if (step == DB_ROW) {
        copy_cut(person->login, sizeof person->login, db_text(statement, 0, NULL));
        instant_parse(db_text(statement, 1, NULL), &until);
    }
    person->active =
        person->exists && (!instant_known(until) || until.second > execution->now.second);
    db_done(statement);
    return true;
}

static bool count_responsible(struct execution *execution, int64_t client_id, int64_t *ret_count,
                              struct failure *ret_failure)
{
    struct db_statement *statement =
        db_prepare(execution->store->db,
                   "SELECT count(*) FROM grant_ WHERE client_id = $1 AND role = $2"
                   " AND from_at <= $3 AND (until_at IS NULL OR until_at >= $3)",
                   ret_failure);

    if (!statement)
        return false;
    db_bind_number(statement, 1, client_id);
    db_bind_text(statement, 2, model_word(WORDS_GRANT_ROLE, GRANT_RESPONSIBLE));
    db_bind_text(statement, 3, execution->now_text);
    if (db_step(statement, ret_failure) != DB_ROW)
        return false;
    *ret_count = db_number(statement, 0);
    db_done(statement);
    return true;
}

/* None or several responsible is allowed, but somebody should know (C9). */
static bool warn_responsible(struct execution *execution, int64_t client_id, int64_t before,
                             struct failure *ret_failure)
{
    int64_t after;
    char number[24];

    if (!count_responsible(execution, client_id, &after, ret_failure))
        return false;
    if (after == before || after == 1)
        return true;
    struct receipt_line *line = receipt_warn(execution->receipt);
    line->client = client_id;
    snprintf(number, sizeof number, "%lld", (long long)after);
    message_set(&line->why,
                after == 0 ? N_("Nobody is responsible for this client now.")
                           : N_("%1 people are responsible for this client now."),
                number, NULL);
    return true;
}

static bool change_client(struct execution *execution, int64_t client_id,
                          const struct person *people, const struct access_row *want,
                          struct failure *ret_failure)
{
    const struct command *command = execution->command;
    struct receipt *receipt = execution->receipt;
    int64_t applied = receipt->applied, responsible;

    if (!count_responsible(execution, client_id, &responsible, ret_failure))
        return false;
    for (size_t i = 0; i < command->access.user_count; i++) {
        struct cell cell = { .client_id = client_id, .person = &people[i] };
        switch (access_change_cell(execution, &cell, want, ret_failure)) {
        case ACCESS_FAILED:
            return false;
        case ACCESS_APPLIED:
            receipt->applied++;
            break;
        case ACCESS_UNCHANGED:
            receipt->unchanged++;
            break;
        case ACCESS_SKIPPED:
            break;
        }
    }
    return receipt->applied == applied
           || warn_responsible(execution, client_id, responsible, ret_failure);
}

static bool read_want(struct execution *execution, struct access_row *want,
                      struct failure *ret_failure)
{
    const struct command *command = execution->command;
    size_t count = command->access.package_count;
    const char **names = arena_zero(execution->arena, count + 1, sizeof *names);
    int main_packages;

    for (size_t i = 0; i < count; i++)
        names[i] = command->access.packages[i];
    *want = (struct access_row){
        .role = command->access.role,
        .from = command->access.from,
        .until = command->access.until,
        .packages = access_join_packages(execution->arena, names, count),
    };
    if (!access_count_main(execution, want->packages, &main_packages, ret_failure))
        return false;
    if (main_packages > 1)
        return failure_set(ret_failure, FAILURE_REFUSED, "",
                           N_("Only one main package is possible for a user on a client."), NULL);
    return true;
}

static void describe(struct execution *execution, const struct access_row *want)
{
    static const char *const verbs[] = { "set", "add", "revoke" };
    enum access_verb verb = execution->command->access.verb;
    struct access_row shown = *want;

    buffer_add_text(&execution->detail, verbs[verb]);
    if (!instant_known(shown.from))
        shown.from = execution->now;
    if (verb != ACCESS_REVOKE)
        buffer_print(&execution->detail, " %s", access_text(execution, &shown));
}

static bool apply_access(struct execution *execution, const struct facts *facts,
                         const struct verdict *verdicts, struct failure *ret_failure)
{
    const struct command *command = execution->command;
    size_t users = command->access.user_count;
    struct person *people = arena_zero(execution->arena, users + 1, sizeof *people);
    struct access_row want;

    (void)facts;
    if (!read_want(execution, &want, ret_failure))
        return false;
    describe(execution, &want);
    for (size_t i = 0; i < users; i++)
        if (!load_person(execution, command->access.users[i], &people[i], ret_failure))
            return false;
    execution->receipt->selected = (int64_t)(command->target_count * users);
    for (size_t i = 0; i < command->target_count; i++) {
        int64_t client_id = command->targets[i].id;
        if (verdicts[i].refusal != REFUSAL_NONE) {
            for (size_t u = 0; u < users; u++)
                execution_skip(execution, client_id, people[u].login, &verdicts[i].message);
        } else if (!change_client(execution, client_id, people, &want, ret_failure)) {
            return false;
        }
    }
    return true;
}

const struct command_ops ops_access = {
    .kind = COMMAND_ACCESS,
    .load = load_clients,
    .apply = apply_access,
};
