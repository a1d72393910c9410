/*
 * Stage runs: payroll runs of files compared with the runs that are there, and what is to be
 * written put into the temporary table plan_run, in the order of clients, with ids, log texts and
 * the hash of the log rows. What is left for the transaction is copying.
 *
 * State: one row in hand (struct plan); the key of the row before, to notice the same run twice.
 * Invariants: a row that changes nothing is counted, not planned; an unknown cell keeps what is
 * there; the plan holds only while no change-set was added since (stage.prepared_after).
 */
#include "stage_plan.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

const struct run_column run_columns[RUN_COLUMN_COUNT] = {
    { "kind", false },      { "earned", false },      { "payout", false }, { "month", false },
    { "employees", true },  { "payslips", true },     { "travel", true },  { "absences", true },
    { "lines", true },      { "manual_lines", true }, { "gross", true },   { "net", true },
    { "withheld", true },   { "currency", false },    { "run_by", false }, { "run_at", false },
    { "closed_by", false }, { "closed_at", false },
};

/* Three tables, so that each set of the transaction reads only what it writes. */
static const char plan_sql[] =
    "DROP TABLE IF EXISTS temp.plan_run; DROP TABLE IF EXISTS temp.plan_log;"
    "DROP TABLE IF EXISTS temp.plan_declaration;"
    "CREATE TEMPORARY TABLE plan_run (seq INTEGER PRIMARY KEY, action INTEGER, id INTEGER,"
    " client_id INTEGER, number TEXT, kind TEXT, earned TEXT, payout TEXT, month TEXT,"
    " employees INTEGER, payslips INTEGER, travel INTEGER, absences INTEGER, lines INTEGER,"
    " manual_lines INTEGER, gross INTEGER, net INTEGER, withheld INTEGER, currency TEXT,"
    " run_by TEXT, run_at TEXT, closed_by TEXT, closed_at TEXT, old_month TEXT, turns INTEGER);"
    "CREATE TEMPORARY TABLE plan_log (seq INTEGER PRIMARY KEY, id INTEGER, client_id INTEGER,"
    " before TEXT, after TEXT);"
    "CREATE TEMPORARY TABLE plan_declaration (seq INTEGER PRIMARY KEY, action INTEGER, id INTEGER,"
    " client_id INTEGER, month TEXT, kind TEXT, state TEXT, severity TEXT, failed_month TEXT,"
    " turns INTEGER);";

/* ---- one row ---- */

/*
 * The row before was of the same month. It may stand there again: in another currency, when the
 * month is made of runs; or told alike by a file of runs and one of months.
 */
static bool may_come_again(const struct plan *plan)
{
    int64_t run;
    bool other_file = plan->last_file != db_number(plan->staged, STAGED_FILE);
    bool other_currency = strcmp(plan->told.currency, plan->last.currency) != 0;
    if (plan->last.id == 0)
        return false;
    enum month_told told = plan_compare_own(plan, &run);
    if (told != MONTH_ALONE)
        return (other_file || other_currency) && (told == MONTH_SAME || !plan->last_planned);
    return other_file && (plan->told.currency[0] == '\0' || !other_currency) &&
           month_tells_same(&plan->told, &plan->last);
}

static bool start_row(struct plan *plan, bool *ret_refused, struct failure *ret_failure)
{
    struct db_statement *staged = plan->staged;
    int64_t client_id = db_number(staged, STAGED_CLIENT);
    size_t length;
    const char *number = db_text(staged, STAGED_NUMBER, &length);
    bool same = client_id == plan->client_id && plan->number.length == length &&
                memcmp(buffer_text(&plan->number), number, length) == 0;
    plan_read_told(plan);
    plan->again = same && plan->is_month && may_come_again(plan);
    *ret_refused = same = same && !plan->again;
    if (same) {
        char place[160];
        return plan_refuse(
            plan, "client", N_("The same run or month of this client stands already in %1."),
            stage_place(plan->stage, plan->last_file, plan->last_line, place, sizeof place));
    }
    plan->last_file = db_number(staged, STAGED_FILE);
    plan->last_line = db_number(staged, STAGED_LINE);
    buffer_clear(&plan->number);
    buffer_add(&plan->number, number, length);
    if (!plan->again) {
        plan->last.id = 0;
        plan->last_planned = plan->last_declared = false;
    }
    if (client_id == plan->client_id)
        return true;
    if (plan->client_id != 0)
        summary_sums_end(plan->stage->sums);
    plan->client_id = client_id;
    plan->turns = db_number(staged, STAGED_TURNS) != 0;
    return plan_client_has(plan, "SELECT 1 FROM run WHERE client_id = $1 LIMIT 1", &plan->has_runs,
                      ret_failure) &&
           plan_client_has(plan, "SELECT 1 FROM declaration WHERE client_id = $1 LIMIT 1",
                      &plan->has_declarations, ret_failure) &&
           plan_sum_client(plan, ret_failure);
}

static bool find_run(struct plan *plan, struct failure *ret_failure)
{
    plan->found = false;
    if (!plan->has_runs)
        return true;
    plan->run =
        db_prepare(plan->stage->store->db,
                   "SELECT id, " RUN_COLUMNS_SQL " FROM run WHERE client_id = $1 AND number = $2",
                   ret_failure);
    if (plan->run == NULL)
        return false;
    db_bind_number(plan->run, 1, plan->client_id);
    db_bind_text_n(plan->run, 2, plan->number.data, plan->number.length);
    return plan_lookup(plan, plan->run, &plan->found, ret_failure);
}

/* A month that is a whole file row and a run of the same number are two things. */
static bool kinds_clash(struct plan *plan)
{
    if (!plan->found || db_is_null(plan->staged, STAGED_COLUMNS))
        return false;
    const char *month = model_word(WORDS_RUN_KIND, RUN_MONTH);
    bool staged_month = strcmp(db_text(plan->staged, STAGED_COLUMNS, NULL), month) == 0;
    bool run_month = strcmp(db_text(plan->run, RUN_COLUMNS, NULL), month) == 0;
    return staged_month != run_month;
}

static bool insert_log(struct plan *plan, int64_t id, struct failure *ret_failure)
{
    struct stage *stage = plan->stage;
    struct db_statement *statement = db_prepare(
        stage->store->db,
        "INSERT INTO plan_log (id, client_id, before, after) VALUES ($1, $2, $3, $4)", ret_failure);
    if (statement == NULL)
        return false;
    const char *before = plan->found || plan->kept ? buffer_text(&plan->text.before) : NULL;
    const char *after = buffer_text(&plan->text.after);
    db_bind_number(statement, 1, id);
    db_bind_number(statement, 2, plan->client_id);
    db_bind_text(statement, 3, before);
    db_bind_text(statement, 4, after);
    chain_add_row(&stage->plan_hash, &(struct chain_row) {
                                         .id = plan->next_change++,
                                         .entity = "run",
                                         .row_id = id,
                                         .client_id = plan->client_id,
                                         .column = "row",
                                         .before = before,
                                         .after = after,
                                     });
    stage->runs_planned++;
    return db_run(statement, ret_failure);
}

static bool insert_plan(struct plan *plan, struct failure *ret_failure)
{
    int64_t id = plan->found ? db_number(plan->run, RUN_ID) : plan->next_run++;
    if (!plan->changed) {
        db_done(plan->insert);
        return insert_log(plan, id, ret_failure);
    }
    db_bind_number(plan->insert, 1, plan->found ? PLAN_UPDATE : PLAN_INSERT);
    db_bind_number(plan->insert, 2, id);
    db_bind_number(plan->insert, 3, plan->client_id);
    db_bind_text_n(plan->insert, 4, plan->number.data, plan->number.length);
    if (plan->found)
        db_bind_text(plan->insert, 23, db_text(plan->run, RUN_COLUMNS + RUN_COLUMN_MONTH, NULL));
    db_bind_number(plan->insert, 24, plan->turns);
    plan->stage->sets_planned[plan->found]++;
    plan->stage->turns_planned += plan->turns;
    plan_sum_run(plan, id);
    return db_run(plan->insert, ret_failure) && insert_log(plan, id, ret_failure);
}

/* A declaration, unless the row before told that of the same month. */
static bool take_declaration(struct plan *plan, bool *ret_refused, struct failure *ret_failure)
{
    *ret_refused = false;
    if (plan->last_declared || db_is_null(plan->staged, STAGED_DECLARATION))
        return true;
    plan->last_declared = true;
    return plan_compare_declaration(plan, db_text(plan->staged, STAGED_COUNTRY, NULL), ret_refused,
                               ret_failure);
}

/* Runs, or the row before, tell the month already. */
static bool plan_kept(struct plan *plan, int64_t run, struct failure *ret_failure)
{
    bool refused;
    plan->found = plan->changed = plan->declared = false;
    plan->kept = true;
    row_text_clear(&plan->text);
    if (run != plan->last.id) {
        plan->last = plan->told;
        plan->last.id = run;
    }
    if (!take_declaration(plan, &refused, ret_failure))
        return false;
    if (!refused && plan->declared)
        return insert_log(plan, run, ret_failure);
    plan->stage->runs_unchanged += !refused;
    return true;
}

static void warn_other_figures(struct plan *plan)
{
    struct message why;
    message_set(&why,
                N_("%1 has runs of its own, and they tell other figures: this row is kept, but the "
                   "runs are what counts."),
                plan->told.month, NULL);
    stage_warn_found(plan->stage, db_number(plan->staged, STAGED_FILE),
                     db_number(plan->staged, STAGED_LINE), "month", plan->client_id, &why);
}

static bool compare_run(struct plan *plan, enum month_told month, struct failure *ret_failure)
{
    bool refused = false;
    plan->kept = false;
    bool has_currency = !db_is_null(plan->staged, STAGED_COLUMNS + RUN_COLUMN_CURRENCY);
    const char *fallback = db_is_null(plan->staged, STAGED_CURRENCY)
                               ? NULL
                               : db_text(plan->staged, STAGED_CURRENCY, NULL);
    if (!find_run(plan, ret_failure) || !plan_find_closed_by_hand(plan, ret_failure))
        return false;
    if (kinds_clash(plan))
        return plan_refuse(plan, "run", N_("The client has another run with the number %1."),
                      buffer_text(&plan->number));
    if (!plan->found && !has_currency && fallback == NULL)
        return plan_refuse(plan, "currency",
                      N_("The currency is not told, and the client's country does not tell it."),
                      NULL);
    plan->insert =
        db_prepare(plan->stage->store->db,
                   "INSERT INTO plan_run (action, id, client_id, number, " RUN_COLUMNS_SQL
                   ", old_month, turns) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9,"
                   " $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,"
                   " $23, $24)",
                   ret_failure);
    if (plan->insert == NULL)
        return false;
    plan->fallback = fallback;
    row_text_clear(&plan->text);
    plan->changed = !plan->found;
    plan->declared = false;
    if (!plan->found)
        row_text_add(&plan->text, "number", NULL, buffer_text(&plan->number));
    for (int i = 0; i < RUN_COLUMN_COUNT; i++)
        plan_compare_cell(plan, i,
                     i == RUN_COLUMN_CURRENCY ? fallback
                     : i == 0                 ? model_word(WORDS_RUN_KIND, RUN_ORDINARY)
                                              : NULL);
    if (!take_declaration(plan, &refused, ret_failure))
        return false;
    bool good = true;
    if (!refused && (plan->changed || plan->declared)) {
        plan->last_planned = true;
        good = insert_plan(plan, ret_failure);
        if (month == MONTH_OTHER)
            warn_other_figures(plan);
    } else if (!refused) {
        plan->stage->runs_unchanged++;
    }
    if (!refused && plan->is_month && !plan->changed)
        plan->last = plan_final_run(plan, db_number(plan->run, RUN_ID));
    if (plan->found)
        db_done(plan->run);
    return good;
}

static bool plan_row(struct plan *plan, struct failure *ret_failure)
{
    bool refused;
    int64_t own_run;
    enum month_told told = MONTH_ALONE;
    if (!start_row(plan, &refused, ret_failure) || refused)
        return refused;
    if (plan->is_month) {
        told = plan_compare_own(plan, &own_run);
        if (told == MONTH_SAME || (told == MONTH_ALONE && plan->again))
            return plan_kept(plan, told == MONTH_SAME ? own_run : plan->last.id, ret_failure);
        if (plan_is_number_taken(plan))
            return plan_refuse(plan, "run", N_("The client has another run with the number %1."),
                          buffer_text(&plan->number));
    } else {
        plan_keep_number(plan);
    }
    return compare_run(plan, told, ret_failure);
}

#define STAGED_SQL                                                                                 \
    "SELECT s.file, s.line, k.client_id, s.number, k.country, k.currency,"                         \
    " s.declaration, k.internal, k.turns, s.kind, s.earned, s.payout, s.month, s.employees,"       \
    " s.payslips, s.travel, s.absences, s.lines, s.manual_lines, s.gross,"                         \
    " s.net, s.withheld, s.currency, s.run_by, s.run_at, s.closed_by,"                             \
    " s.closed_at FROM stage_run s JOIN stage_key k ON k.key = s.key"                              \
    " WHERE k.client_id > 0 ORDER BY k.client_id, "
static const char staged_sql[] = STAGED_SQL "s.number, s.row";
/* Whole months after the runs that may tell them. */
static const char mixed_sql[] =
    STAGED_SQL "CASE WHEN s.kind = 'month' THEN 1 ELSE 0 END, s.number, s.row";

bool stage_plan_runs(struct stage *stage, struct failure *ret_failure)
{
    stage->runs_unchanged = 0;
    stage->runs_planned = 0;
    stage->turns_planned = 0;
    memset(stage->sets_planned, 0, sizeof stage->sets_planned);
    memset(stage->declarations_planned, 0, sizeof stage->declarations_planned);
    hash_begin(&stage->plan_hash, NULL);
    summary_sums_destroy(stage->sums);
    stage->sums = summary_sums_create();
    if (stage->rows[STAGE_RUN] == 0)
        return true;
    struct plan plan = { .stage = stage };
    if (!db_script(stage->store->db, plan_sql, ret_failure) ||
        !stage_number(stage, "SELECT coalesce(max(id), 0) + 1 FROM run", &plan.next_run,
                      ret_failure) ||
        !stage_number(stage, "SELECT coalesce(max(id), 0) + 1 FROM declaration",
                      &plan.next_declaration, ret_failure) ||
        !stage_number(stage, "SELECT coalesce(max(id), 0) + 1 FROM change", &plan.next_change,
                      ret_failure))
        return false;
    stage->first_change_id = plan.next_change;
    bool is_mixed = stage->month_rows > 0 && stage->month_rows < stage->rows[STAGE_RUN];
    plan.staged = db_prepare(stage->store->db, is_mixed ? mixed_sql : staged_sql, ret_failure);
    if (plan.staged == NULL)
        return false;
    enum db_step step;
    bool good = true;
    while (good && (step = db_step(plan.staged, ret_failure)) == DB_ROW)
        good = plan_row(&plan, ret_failure);
    if (plan.client_id != 0)
        summary_sums_end(stage->sums);
    db_done(plan.staged);
    row_text_finish(&plan.text);
    buffer_finish(&plan.number);
    buffer_finish(&plan.month_numbers);
    own_runs_finish(&plan.own);
    return good && step == DB_DONE;
}
