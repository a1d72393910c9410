/*
 * Stage runs: payroll runs of files compared with the runs that are there, and what is to be
 * written put into the temporary table plan_run, in the order of clients, with ids, log texts and
 * the hash of the log rows. What is left for the transaction is copying.
 *
 * State: one row in hand (struct plan); the key of the row before, to notice the same run twice.
 * Invariants: a row that changes nothing is counted, not planned; an unknown cell keeps what is
 * there; the plan holds only while no change-set was added since (stage.prepared_after).
 */
#include "stage_internal.h"

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

enum {
    STAGED_FILE,
    STAGED_LINE,
    STAGED_CLIENT,
    STAGED_NUMBER,
    STAGED_COUNTRY,
    STAGED_CURRENCY,
    STAGED_DECLARATION,
    STAGED_INTERNAL,
    STAGED_TURNS,
    STAGED_COLUMNS
};
enum { RUN_ID, RUN_COLUMNS };
enum { DECLARATION_ID, DECLARATION_STATE, DECLARATION_SEVERITY, DECLARATION_FAILED_MONTH };
enum { PLAN_INSERT = 1, PLAN_UPDATE = 2 };

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

struct plan {
    struct stage *stage;
    struct db_statement *staged, *run, *declaration, *insert;
    struct row_text text;
    int64_t client_id;    /* of the row in hand */
    struct buffer number; /* of the row before */
    int64_t last_file, last_line;
    bool has_runs, has_declarations;    /* the client has any */
    bool found;                         /* the run is there already */
    bool turns;                         /* the client becomes internal or stops being it */
    bool from_staged[RUN_COLUMN_COUNT]; /* where each cell of the row in hand comes from */
    const char *fallback;               /* the currency, when neither tells it */
    int64_t next_run, next_declaration, next_change;
    bool changed;  /* the run */
    bool declared; /* its declaration */
    bool kept;     /* it is a month whose runs tell it already: only its declaration may be news */

    struct own_runs own;              /* of the client in hand, when the files tell whole months */
    struct buffer month_numbers;      /* numbers of its staged runs that look like months */
    struct summary_run told;          /* the row in hand, when it is a whole month */
    bool is_month;                    /* and that it is one */
    bool again;                       /* it tells the month of the row before once more */
    struct summary_run last;          /* that month, as it will be; id 0 = there is none */
    bool last_planned, last_declared; /* it was news; its declaration was told */
    bool closed_by_hand;              /* a step closed the month at the instant the row tells */
    int64_t asked_others;             /* the client has_others was asked for */
    bool has_others;                  /* it has declarations of another kind than its country's */
};

static bool lookup(struct plan *plan, struct db_statement *statement, bool *ret_found,
                   struct failure *ret_failure)
{
    enum db_step step = db_step(statement, ret_failure);
    (void)plan;
    *ret_found = step == DB_ROW;
    return step != DB_FAILED;
}

static bool client_has(struct plan *plan, const char *sql, bool *ret_has,
                       struct failure *ret_failure)
{
    struct db_statement *statement = db_prepare(plan->stage->store->db, sql, ret_failure);
    if (statement == NULL)
        return false;
    db_bind_number(statement, 1, plan->client_id);
    if (!lookup(plan, statement, ret_has, ret_failure))
        return false;
    db_done(statement);
    return true;
}

static bool refuse(struct plan *plan, const char *column, const char *text, const char *argument)
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

static void compare_cell(struct plan *plan, int i, const char *fallback)
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
        if (!lookup(plan, rows, &plan->has_others, ret_failure))
            return false;
        db_done(rows);
        plan->asked_others = plan->client_id;
    }
    return !plan->has_others || declared_so(plan, month, state, ret_so, ret_failure);
}

static bool compare_declaration(struct plan *plan, const char *country, bool *ret_refused,
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
        return refuse(plan, "declaration",
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
        if (!lookup(plan, plan->declaration, &found, ret_failure))
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

/* ---- key figures ---- */

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
static struct summary_run final_run(const struct plan *plan, int64_t id)
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

static void sum_run(struct plan *plan, int64_t id)
{
    bool keeps_own = plan->stage->month_rows > 0;
    if (plan->turns && !keeps_own)
        return;
    struct summary_run run = final_run(plan, id);
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
static bool sum_client(struct plan *plan, struct failure *ret_failure)
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

static void read_told(struct plan *plan)
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

static enum month_told compare_own(const struct plan *plan, int64_t *ret_run)
{
    return own_runs_compare(&plan->own, &plan->told, db_text(plan->staged, STAGED_CURRENCY, NULL),
                            ret_run);
}

/* A run of these files has the number that stands for the month. */
static bool is_number_taken(const struct plan *plan)
{
    const char *number = buffer_text(&plan->number);
    const char *taken = plan->month_numbers.data;
    for (size_t at = 0; at < plan->month_numbers.length; at += MONTH_TEXT_SIZE)
        if (strcmp(taken + at, number) == 0)
            return true;
    return false;
}

static void keep_number(struct plan *plan)
{
    if (plan->stage->month_rows > 0 && plan->number.length == MONTH_TEXT_SIZE - 1)
        buffer_add(&plan->month_numbers, buffer_text(&plan->number), MONTH_TEXT_SIZE);
}

/* The instant a payroll row is closed at may be that of a step, which no run keeps. */
static bool find_closed_by_hand(struct plan *plan, struct failure *ret_failure)
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
    if (!lookup(plan, rows, &plan->closed_by_hand, ret_failure))
        return false;
    db_done(rows);
    return true;
}

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
    enum month_told told = compare_own(plan, &run);
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
    read_told(plan);
    plan->again = same && plan->is_month && may_come_again(plan);
    *ret_refused = same = same && !plan->again;
    if (same) {
        char place[160];
        return refuse(
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
    return client_has(plan, "SELECT 1 FROM run WHERE client_id = $1 LIMIT 1", &plan->has_runs,
                      ret_failure) &&
           client_has(plan, "SELECT 1 FROM declaration WHERE client_id = $1 LIMIT 1",
                      &plan->has_declarations, ret_failure) &&
           sum_client(plan, ret_failure);
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
    return lookup(plan, plan->run, &plan->found, ret_failure);
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
    sum_run(plan, id);
    return db_run(plan->insert, ret_failure) && insert_log(plan, id, ret_failure);
}

/* A declaration, unless the row before told that of the same month. */
static bool take_declaration(struct plan *plan, bool *ret_refused, struct failure *ret_failure)
{
    *ret_refused = false;
    if (plan->last_declared || db_is_null(plan->staged, STAGED_DECLARATION))
        return true;
    plan->last_declared = true;
    return compare_declaration(plan, db_text(plan->staged, STAGED_COUNTRY, NULL), ret_refused,
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
    if (!find_run(plan, ret_failure) || !find_closed_by_hand(plan, ret_failure))
        return false;
    if (kinds_clash(plan))
        return refuse(plan, "run", N_("The client has another run with the number %1."),
                      buffer_text(&plan->number));
    if (!plan->found && !has_currency && fallback == NULL)
        return refuse(plan, "currency",
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
        compare_cell(plan, i,
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
        plan->last = final_run(plan, db_number(plan->run, RUN_ID));
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
        told = compare_own(plan, &own_run);
        if (told == MONTH_SAME || (told == MONTH_ALONE && plan->again))
            return plan_kept(plan, told == MONTH_SAME ? own_run : plan->last.id, ret_failure);
        if (is_number_taken(plan))
            return refuse(plan, "run", N_("The client has another run with the number %1."),
                          buffer_text(&plan->number));
    } else {
        keep_number(plan);
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
