/*
 * Stage compare: the cells of one staged run against the run that is there, and its declaration against the
 * declaration that is there. An unknown cell keeps what is there.
 */
#include "stage_plan.h"

#include <stdio.h>
#include <string.h>

bool plan_lookup(struct plan *plan, struct db_statement *statement, bool *ret_found,
                   struct failure *ret_failure)
{
    enum db_step step = db_step(statement, ret_failure);
    (void)plan;
    *ret_found = step == DB_ROW;
    return step != DB_FAILED;
}

bool plan_client_has(struct plan *plan, const char *sql, bool *ret_has,
                       struct failure *ret_failure)
{
    struct db_statement *statement = db_prepare(plan->stage->store->db, sql, ret_failure);
    if (statement == NULL)
        return false;
    db_bind_number(statement, 1, plan->client_id);
    if (!plan_lookup(plan, statement, ret_has, ret_failure))
        return false;
    db_done(statement);
    return true;
}

bool plan_refuse(struct plan *plan, const char *column, const char *text, const char *argument)
{
    struct message why;
    message_set(&why, text, argument, NULL);
    stage_refuse_found(plan->stage, db_number(plan->staged, STAGED_FILE),
                       db_number(plan->staged, STAGED_LINE), column, plan->client_id, false, &why);
    return true;
}

/* ---- one cell ---- */

static void cell_text(struct db_statement *statement, int column, bool is_number, char *digits,
                      const char **ret_text)
{
    if (db_is_null(statement, column))
        *ret_text = NULL;
    else if (!is_number)
        *ret_text = db_text(statement, column, NULL);
    else {
        snprintf(digits, 24, "%lld", (long long)db_number(statement, column));
        *ret_text = digits;
    }
}

static bool cells_equal(struct plan *plan, int i)
{
    if (db_is_null(plan->run, RUN_COLUMNS + i))
        return false;
    if (run_columns[i].is_number)
        return db_number(plan->staged, STAGED_COLUMNS + i) == db_number(plan->run, RUN_COLUMNS + i);
    return strcmp(db_text(plan->staged, STAGED_COLUMNS + i, NULL),
                  db_text(plan->run, RUN_COLUMNS + i, NULL)) == 0;
}

static void bind_cell(struct plan *plan, int parameter, int i, struct db_statement *from, int base)
{
    if (db_is_null(from, base + i))
        db_bind_null(plan->insert, parameter);
    else if (run_columns[i].is_number)
        db_bind_number(plan->insert, parameter, db_number(from, base + i));
    else {
        size_t length;
        const char *text = db_text(from, base + i, &length);
        db_bind_text_n(plan->insert, parameter, text, length);
    }
}

/* A row that does not tell the pay-out date must not move a run whose date is known. */
static bool keeps_month(struct plan *plan, int i)
{
    return i == RUN_COLUMN_MONTH && plan->found && db_is_null(plan->staged, STAGED_COLUMNS + 2) &&
           !db_is_null(plan->run, RUN_COLUMNS + 2);
}

void plan_compare_cell(struct plan *plan, int i, const char *fallback)
{
    char old_digits[24], new_digits[24];
    const char *before = NULL, *after = NULL;
    int parameter = 5 + i;
    bool is_number = run_columns[i].is_number;
    bool told = !db_is_null(plan->staged, STAGED_COLUMNS + i) && !keeps_month(plan, i) &&
                !(i == RUN_COLUMN_CLOSED_AT && plan->closed_by_hand);
    plan->from_staged[i] = told;
    if (!told && plan->found) {
        bind_cell(plan, parameter, i, plan->run, RUN_COLUMNS);
        return;
    }
    if (!told) { /* new: what a run must have */
        db_bind_text(plan->insert, parameter, fallback);
        row_text_add(&plan->text, run_columns[i].name, NULL, fallback);
        return;
    }
    bind_cell(plan, parameter, i, plan->staged, STAGED_COLUMNS);
    if (plan->found && cells_equal(plan, i))
        return;
    if (plan->found)
        cell_text(plan->run, RUN_COLUMNS + i, is_number, old_digits, &before);
    cell_text(plan->staged, STAGED_COLUMNS + i, is_number, new_digits, &after);
    row_text_add(&plan->text, run_columns[i].name, before, after);
    plan->changed = true;
}

/* ---- its declaration ---- */

/* Worse first: a rejected message is not there at all, an immediate one has to be replaced. */
static const char *worse(const char *a, const char *b)
{
    const char *rejected = model_word(WORDS_DECLARATION, DECLARATION_REJECTED);
    return strcmp(a, rejected) == 0 || b[0] == '\0' ? a : b;
}

static bool plan_declaration(struct plan *plan, const char *month, const char *kind, bool found,
                             const char *state, const char *severity, const char *failed,
                             struct failure *ret_failure)
{
    struct db_statement *statement = db_prepare(
        plan->stage->store->db,
        "INSERT INTO plan_declaration (action, id, client_id, month, kind, state, severity,"
        " failed_month, turns) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        ret_failure);
    if (statement == NULL)
        return false;
    int64_t id = found ? db_number(plan->declaration, DECLARATION_ID) : plan->next_declaration++;
    db_bind_number(statement, 1, found ? PLAN_UPDATE : PLAN_INSERT);
    db_bind_number(statement, 2, id);
    db_bind_number(statement, 3, plan->client_id);
    db_bind_text(statement, 4, month);
    db_bind_text(statement, 5, kind);
    db_bind_text(statement, 6, state);
    db_bind_text(statement, 7, severity[0] == '\0' ? NULL : severity);
    db_bind_text(statement, 8, failed[0] == '\0' ? NULL : failed);
    db_bind_number(statement, 9, plan->turns);
    plan->stage->declarations_planned[found]++;
    return db_run(statement, ret_failure);
}

/* Of several declarations of a month the worst is what is listed: a row may tell just that. */
static bool declared_so(struct plan *plan, const char *month, const char *state, bool *ret_so,
                        struct failure *ret_failure)
{
    int worst = -1, one;
    struct db_statement *rows = db_prepare(
        plan->stage->store->db, "SELECT state FROM declaration WHERE client_id = $1 AND month = $2",
        ret_failure);
    if (rows == NULL)
        return false;
    db_bind_number(rows, 1, plan->client_id);
    db_bind_text(rows, 2, month);
    enum db_step step;
    while ((step = db_step(rows, ret_failure)) == DB_ROW)
        if (model_parse(WORDS_DECLARATION, db_text(rows, 0, NULL), &one))
            worst = worst < 0 ? one
                              : (int)declaration_worse((enum declaration_state)worst,
                                                       (enum declaration_state)one);
    db_done(rows);
    *ret_so = worst >= 0 && strcmp(model_word(WORDS_DECLARATION, worst), state) == 0;
    return step == DB_DONE;
}

/* The same, asked only for a client that has declarations of another kind: its country changed. */
static bool other_declared_so(struct plan *plan, const char *kind, const char *month,
                              const char *state, bool *ret_so, struct failure *ret_failure)
{
    if (plan->asked_others != plan->client_id) {
        struct db_statement *rows = db_prepare(
            plan->stage->store->db,
            "SELECT 1 FROM declaration WHERE client_id = $1 AND kind <> $2 LIMIT 1", ret_failure);
        if (rows == NULL)
            return false;
        db_bind_number(rows, 1, plan->client_id);
        db_bind_text(rows, 2, kind);
        if (!plan_lookup(plan, rows, &plan->has_others, ret_failure))
            return false;
        db_done(rows);
        plan->asked_others = plan->client_id;
    }
    return !plan->has_others || declared_so(plan, month, state, ret_so, ret_failure);
}

bool plan_compare_declaration(struct plan *plan, const char *country, bool *ret_refused,
                                struct failure *ret_failure)
{
    const char *kind = model_word(
        WORDS_OBLIGATION, strcmp(country, "SE") == 0 ? OBLIGATION_AGI : OBLIGATION_A_MELDING);
    const char *month = db_text(plan->staged, STAGED_COLUMNS + RUN_COLUMN_MONTH, NULL);
    const char *state = db_text(plan->staged, STAGED_DECLARATION, NULL);
    bool so = false, knows_kind = strcmp(country, "SE") == 0 || strcmp(country, "NO") == 0;
    *ret_refused = false;
    if (!knows_kind && plan->has_declarations && !declared_so(plan, month, state, &so, ret_failure))
        return false;
    if (so)
        return true;
    if (!knows_kind || month[0] == '\0') {
        *ret_refused = true;
        return plan_refuse(plan, "declaration",
                      N_("Which declaration this is cannot be told: the client's country is not "
                         "Norway or Sweden."),
                      NULL);
    }
    bool found = false;
    plan->declaration = NULL;
    if (plan->has_declarations) {
        plan->declaration = db_prepare(plan->stage->store->db,
                                       "SELECT id, state, coalesce(severity, ''),"
                                       " coalesce(failed_month, '') FROM declaration"
                                       " WHERE client_id = $1 AND month = $2 AND kind = $3",
                                       ret_failure);
        if (plan->declaration == NULL)
            return false;
        db_bind_number(plan->declaration, 1, plan->client_id);
        db_bind_text(plan->declaration, 2, month);
        db_bind_text(plan->declaration, 3, kind);
        if (!plan_lookup(plan, plan->declaration, &found, ret_failure))
            return false;
    }
    const char *old = found ? db_text(plan->declaration, DECLARATION_STATE, NULL) : "";
    if (plan->has_declarations && strcmp(old, state) != 0 &&
        !other_declared_so(plan, kind, month, state, &so, ret_failure))
        return false;
    if (so || (found && strcmp(old, state) == 0)) {
        db_done(plan->declaration);
        return true;
    }
    const char *severity = found ? db_text(plan->declaration, DECLARATION_SEVERITY, NULL) : "";
    const char *failed = found ? db_text(plan->declaration, DECLARATION_FAILED_MONTH, NULL) : "";
    int value = DECLARATION_NONE;
    model_parse(WORDS_DECLARATION, state, &value);
    if (declaration_failed((enum declaration_state)value)) {
        severity = worse(state, severity);
        failed = failed[0] == '\0' ? month : failed;
    }
    if (!plan_declaration(plan, month, kind, found, state, severity, failed, ret_failure))
        return false;
    if (!plan->turns) {
        if (found)
            summary_sums_declaration(plan->stage->sums, month, kind, old,
                                     db_text(plan->declaration, DECLARATION_FAILED_MONTH, NULL),
                                     -1);
        summary_sums_declaration(plan->stage->sums, month, kind, state, failed, 1);
    }
    row_text_add(&plan->text, "declaration", found ? old : NULL, state);
    plan->declared = true;
    if (found)
        db_done(plan->declaration);
    return true;
}
