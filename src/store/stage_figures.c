/*
 * Stage figures: what the rows of one client change in the key figures, and whether a whole month of a file
 * is told by runs that are there.
 */
#include "stage_plan.h"

#include <string.h>

static struct figure figure_at(struct db_statement *from, int column)
{
    if (db_is_null(from, column))
        return (struct figure) { 0 };
    return (struct figure) { true, db_number(from, column) };
}

static struct db_statement *cell_of(const struct plan *plan, int i, int *ret_column)
{
    if (!plan->from_staged[i] && !plan->found)
        return NULL;
    *ret_column = i + (plan->from_staged[i] ? (int)STAGED_COLUMNS : (int)RUN_COLUMNS);
    return plan->from_staged[i] ? plan->staged : plan->run;
}

static struct figure final_figure(const struct plan *plan, int i)
{
    int column;
    struct db_statement *from = cell_of(plan, i, &column);
    return from == NULL ? (struct figure) { 0 } : figure_at(from, column);
}

static const char *final_text(const struct plan *plan, int i, const char *missing)
{
    int column;
    struct db_statement *from = cell_of(plan, i, &column);
    return from == NULL || db_is_null(from, column) ? missing : db_text(from, column, NULL);
}

/* The run in hand as it will be. */
struct summary_run plan_final_run(const struct plan *plan, int64_t id)
{
    struct summary_run run = { .id = id };
    copy_cut(run.month, sizeof run.month, final_text(plan, RUN_COLUMN_MONTH, ""));
    copy_cut(run.currency, sizeof run.currency,
             final_text(plan, RUN_COLUMN_CURRENCY, plan->fallback == NULL ? "" : plan->fallback));
    run.whole_month = strcmp(final_text(plan, 0, ""), model_word(WORDS_RUN_KIND, RUN_MONTH)) == 0;
    for (int i = 0; i < SUMMARY_FIGURES; i++)
        run.figure[i] = final_figure(plan, RUN_COLUMN_FIGURES + i);
    run.gross = final_figure(plan, RUN_COLUMN_GROSS);
    run.net = final_figure(plan, RUN_COLUMN_GROSS + 1);
    return run;
}

void plan_sum_run(struct plan *plan, int64_t id)
{
    bool keeps_own = plan->stage->month_rows > 0;
    if (plan->turns && !keeps_own)
        return;
    struct summary_run run = plan_final_run(plan, id);
    if (!plan->turns)
        summary_sums_new(plan->stage->sums, &run);
    if (keeps_own && run.whole_month)
        plan->last = run;
    else if (keeps_own && plan->found)
        own_runs_change(&plan->own, &run);
    else if (keeps_own)
        own_runs_add(&plan->own, &run);
}

/* Every run the client has now. */
bool plan_sum_client(struct plan *plan, struct failure *ret_failure)
{
    summary_sums_begin(plan->stage->sums, db_number(plan->staged, STAGED_INTERNAL) != 0);
    own_runs_clear(&plan->own);
    buffer_clear(&plan->month_numbers);
    if (!plan->has_runs || (plan->turns && plan->stage->month_rows == 0))
        return true;
    struct db_statement *rows =
        db_prepare(plan->stage->store->db,
                   "SELECT id, month, kind, currency, employees, payslips, travel, absences, lines,"
                   " manual_lines, gross, net FROM run WHERE client_id = $1",
                   ret_failure);
    if (rows == NULL)
        return false;
    db_bind_number(rows, 1, plan->client_id);
    enum db_step step;
    while ((step = db_step(rows, ret_failure)) == DB_ROW) {
        struct summary_run run = { .id = db_number(rows, 0) };
        copy_cut(run.month, sizeof run.month, db_text(rows, 1, NULL));
        run.whole_month =
            strcmp(db_text(rows, 2, NULL), model_word(WORDS_RUN_KIND, RUN_MONTH)) == 0;
        copy_cut(run.currency, sizeof run.currency, db_text(rows, 3, NULL));
        for (int i = 0; i < SUMMARY_FIGURES; i++)
            run.figure[i] = figure_at(rows, 4 + i);
        run.gross = figure_at(rows, 10);
        run.net = figure_at(rows, 11);
        if (!plan->turns)
            summary_sums_old(plan->stage->sums, &run);
        if (plan->stage->month_rows > 0 && !run.whole_month)
            own_runs_add(&plan->own, &run);
    }
    db_done(rows);
    return step == DB_DONE;
}

/* ---- a whole month ---- */

void plan_read_told(struct plan *plan)
{
    plan->is_month = !db_is_null(plan->staged, STAGED_COLUMNS) &&
                     strcmp(db_text(plan->staged, STAGED_COLUMNS, NULL),
                            model_word(WORDS_RUN_KIND, RUN_MONTH)) == 0;
    if (!plan->is_month)
        return;
    struct summary_run told = { .whole_month = true };
    copy_cut(told.month, sizeof told.month,
             db_text(plan->staged, STAGED_COLUMNS + RUN_COLUMN_MONTH, NULL));
    copy_cut(told.currency, sizeof told.currency,
             db_text(plan->staged, STAGED_COLUMNS + RUN_COLUMN_CURRENCY, NULL));
    for (int i = 0; i < SUMMARY_FIGURES; i++)
        told.figure[i] = figure_at(plan->staged, STAGED_COLUMNS + RUN_COLUMN_FIGURES + i);
    told.gross = figure_at(plan->staged, STAGED_COLUMNS + RUN_COLUMN_GROSS);
    told.net = figure_at(plan->staged, STAGED_COLUMNS + RUN_COLUMN_GROSS + 1);
    plan->told = told;
}

enum month_told plan_compare_own(const struct plan *plan, int64_t *ret_run)
{
    return own_runs_compare(&plan->own, &plan->told, db_text(plan->staged, STAGED_CURRENCY, NULL),
                            ret_run);
}

/* A run of these files has the number that stands for the month. */
bool plan_is_number_taken(const struct plan *plan)
{
    const char *number = buffer_text(&plan->number);
    const char *taken = plan->month_numbers.data;
    for (size_t at = 0; at < plan->month_numbers.length; at += MONTH_TEXT_SIZE)
        if (strcmp(taken + at, number) == 0)
            return true;
    return false;
}

void plan_keep_number(struct plan *plan)
{
    if (plan->stage->month_rows > 0 && plan->number.length == MONTH_TEXT_SIZE - 1)
        buffer_add(&plan->month_numbers, buffer_text(&plan->number), MONTH_TEXT_SIZE);
}

/* The instant a payroll row is closed at may be that of a step, which no run keeps. */
bool plan_find_closed_by_hand(struct plan *plan, struct failure *ret_failure)
{
    int told = STAGED_COLUMNS + RUN_COLUMN_CLOSED_AT;
    plan->closed_by_hand = false;
    if (!plan->found || db_is_null(plan->staged, told) || !plan->is_month ||
        !db_is_null(plan->run, RUN_COLUMNS + RUN_COLUMN_CLOSED_AT))
        return true;
    struct db_statement *rows = db_prepare(
        plan->stage->store->db,
        "SELECT 1 FROM step WHERE client_id = $1 AND month = $2 AND step = $3 AND done_at = $4",
        ret_failure);
    if (rows == NULL)
        return false;
    db_bind_number(rows, 1, plan->client_id);
    db_bind_text(rows, 2, plan->told.month);
    db_bind_text(rows, 3, model_word(WORDS_STEP, STEP_CLOSED));
    db_bind_text(rows, 4, db_text(plan->staged, told, NULL));
    if (!plan_lookup(plan, rows, &plan->closed_by_hand, ret_failure))
        return false;
    db_done(rows);
    return true;
}
