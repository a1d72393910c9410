/*
 * Apply facts: access and payroll runs of an import, inside the gate.
 *
 * State: none. Runs were compared before (plan_run): they are copied, set by set, and their log
 * rows with them; access is compared here, row by row. Invariants: grants that were in force are
 * ended, never changed or deleted; rows of a pair never overlap; what an import gives has the
 * source "import"; nothing gives access by itself (C42).
 */
#include "stage_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- access ---- */

struct grant {
    int64_t id;
    char role[16];
    struct instant from, until; /* until INSTANT_NONE = open */
    const char *packages;
};

struct access_row {
    int64_t file, line, client_id, user_id;
    const char *login, *reason, *role, *packages; /* NULL = not told */
    struct instant from, until;
    bool until_told;
};

enum { PAIR_MAX = 64 };
struct pair {
    struct grant all[PAIR_MAX]; /* what is not over: in force, or still to come; earliest first */
    size_t count;
    struct instant ended; /* the latest end of those that are over */
    bool is_history;      /* one that is over is exactly what the row says */
};

static int64_t end_of(struct instant until)
{
    return instant_known(until) ? until.second : INT64_MAX;
}

static struct instant instant_at(struct db_statement *statement, int column)
{
    struct instant instant = INSTANT_NONE;
    instant_parse(db_text(statement, column, NULL), &instant);
    return instant;
}

static bool load_pair(struct execution *execution, const struct access_row *row, struct pair *pair,
                      struct failure *ret_failure)
{
    struct db_statement *statement =
        execution_prepare(execution,
                          "SELECT id, role, from_at, until_at, packages FROM grant_"
                          " WHERE client_id = $1 AND user_id = $2 ORDER BY from_at, id",
                          ret_failure);
    if (statement == NULL)
        return false;
    *pair = (struct pair) { .ended = INSTANT_NONE };
    db_bind_number(statement, 1, row->client_id);
    db_bind_number(statement, 2, row->user_id);
    enum db_step step;
    while ((step = db_step(statement, ret_failure)) == DB_ROW) {
        struct grant grant = { .id = db_number(statement, 0),
                               .from = instant_at(statement, 2),
                               .until = instant_at(statement, 3),
                               .packages =
                                   arena_text(execution->arena, db_text(statement, 4, NULL)) };
        copy_cut(grant.role, sizeof grant.role, db_text(statement, 1, NULL));
        if (end_of(grant.until) >= execution->now.second) {
            if (pair->count < PAIR_MAX)
                pair->all[pair->count++] = grant;
            continue;
        }
        if (!instant_known(pair->ended) || grant.until.second > pair->ended.second)
            pair->ended = grant.until;
        if (instant_known(row->until) && grant.until.second == row->until.second &&
            (!instant_known(row->from) || row->from.second == grant.from.second))
            pair->is_history = true;
    }
    db_done(statement);
    return step == DB_DONE;
}

/* What the row asks for, with what it does not tell taken from the grant there is. */
static struct grant wanted_grant(const struct execution *execution, const struct access_row *row,
                                 const struct pair *pair)
{
    const struct grant *now = pair->count > 0 ? &pair->all[0] : NULL;
    struct grant want = { .from = row->from, .until = row->until };
    copy_cut(want.role, sizeof want.role,
             row->role != NULL ? row->role
             : now != NULL     ? now->role
                               : model_word(WORDS_GRANT_ROLE, GRANT_MEMBER));
    want.packages = row->packages != NULL ? row->packages : now != NULL ? now->packages : "";
    if (!row->until_told && now != NULL)
        want.until = now->until;
    bool is_past = !instant_known(want.from) || want.from.second <= execution->now.second;
    if (now != NULL && is_past) /* what was in force stays the past; the change begins now */
        want.from = execution->now;
    if (!instant_known(want.from))
        want.from = execution->now;
    if (instant_known(pair->ended) && want.from.second <= pair->ended.second)
        want.from.second = pair->ended.second + 1;
    return want;
}

static bool already_so(const struct execution *execution, const struct pair *pair,
                       const struct grant *want)
{
    const struct grant *found = NULL;
    for (size_t i = 0; i < pair->count; i++)
        if (end_of(pair->all[i].until) >= want->from.second &&
            pair->all[i].from.second <= end_of(want->until)) {
            if (found != NULL)
                return false;
            found = &pair->all[i];
        }
    return found != NULL && strcmp(found->role, want->role) == 0 &&
           strcmp(found->packages, want->packages) == 0 &&
           end_of(found->until) == end_of(want->until) &&
           (found->from.second == want->from.second ||
            (found->from.second <= execution->now.second &&
             want->from.second <= execution->now.second));
}

static void describe(struct row_text *text, const struct grant *grant, bool is_before)
{
    char from[INSTANT_TEXT_SIZE], until[INSTANT_TEXT_SIZE];
    const char *values[] = { grant->role, instant_format(grant->from, from),
                             instant_known(grant->until) ? instant_format(grant->until, until) : "",
                             grant->packages };
    static const char *const names[] = { "role", "from_at", "until_at", "packages" };
    for (size_t i = 0; i < 4; i++) {
        char clean[512];
        copy_cut(clean, sizeof clean, values[i]);
        for (char *at = clean; *at != '\0'; at++)
            if (*at == VALUE_SEPARATOR)
                *at = ',';
        if (clean[0] != '\0')
            row_text_add(text, names[i], is_before ? clean : NULL, is_before ? NULL : clean);
    }
}

/* The log says which row is gone: check accounts for every row by it. */
static bool log_removed(struct execution *execution, const struct access_row *row,
                        const struct grant *old, struct failure *ret_failure)
{
    struct row_text text = { 0 };
    describe(&text, old, true);
    bool good = execution_log(execution,
                              &(struct change_row) { .entity = "grant_",
                                                     .row_id = old->id,
                                                     .client_id = row->client_id,
                                                     .user_id = row->user_id,
                                                     .column = "removed",
                                                     .before = buffer_text(&text.before) },
                              ret_failure);
    row_text_finish(&text);
    return good;
}

/* Ends what was in force, takes away what had not begun: from want->from on there is nothing. */
static bool make_room(struct execution *execution, const struct access_row *row,
                      const struct pair *pair, const struct grant *want, struct row_text *text,
                      struct failure *ret_failure)
{
    for (size_t i = 0; i < pair->count; i++) {
        const struct grant *old = &pair->all[i];
        if (end_of(old->until) < want->from.second || old->from.second > end_of(want->until))
            continue;
        bool begun = old->from.second < want->from.second;
        struct db_statement *statement = execution_prepare(
            execution,
            begun ? "UPDATE grant_ SET until_at = $2, version = version + 1 WHERE id = $1"
                  : "DELETE FROM grant_ WHERE id = $1",
            ret_failure);
        if (statement == NULL)
            return false;
        char until[INSTANT_TEXT_SIZE];
        db_bind_number(statement, 1, old->id);
        if (begun)
            db_bind_text(statement, 2,
                         instant_format((struct instant) { want->from.second - 1 }, until));
        if (!db_run(statement, ret_failure) ||
            (!begun && !log_removed(execution, row, old, ret_failure)))
            return false;
        describe(text, old, true);
    }
    return true;
}

static bool insert_grant(struct execution *execution, const struct access_row *row,
                         const struct grant *want, const char *source, int64_t *ret_id,
                         struct failure *ret_failure)
{
    struct db_statement *statement = execution_prepare(
        execution,
        "INSERT INTO grant_ (client_id, user_id, role, source, from_at, until_at, packages,"
        " granted_by, changeset_id, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        ret_failure);
    if (statement == NULL)
        return false;
    char from[INSTANT_TEXT_SIZE], until[INSTANT_TEXT_SIZE];
    db_bind_number(statement, 1, row->client_id);
    db_bind_number(statement, 2, row->user_id);
    db_bind_text(statement, 3, want->role);
    db_bind_text(statement, 4, source);
    db_bind_text(statement, 5, instant_format(want->from, from));
    db_bind_text(statement, 6,
                 instant_known(want->until) ? instant_format(want->until, until) : NULL);
    db_bind_text(statement, 7, want->packages);
    db_bind_number(statement, 8, execution->actor.user_id);
    db_bind_number(statement, 9, execution->changeset_id);
    db_bind_text(statement, 10, row->reason != NULL ? row->reason : "");
    if (!db_run(statement, ret_failure))
        return false;
    *ret_id = db_last_id(execution->store->db);
    return true;
}

static bool write_access(struct execution *execution, const struct access_row *row,
                         struct row_text *text, struct failure *ret_failure)
{
    struct pair pair;
    if (!load_pair(execution, row, &pair, ret_failure))
        return false;
    struct grant want = wanted_grant(execution, row, &pair);
    if (pair.is_history || already_so(execution, &pair, &want)) {
        execution->receipt->unchanged++;
        return true;
    }
    if (end_of(want.until) < want.from.second) { /* over already, and something newer is known */
        execution->receipt->unchanged++;
        return true;
    }
    int64_t id;
    row_text_clear(text);
    if (!make_room(execution, row, &pair, &want, text, ret_failure) ||
        !insert_grant(execution, row, &want, model_word(WORDS_SOURCE, SOURCE_IMPORT), &id,
                      ret_failure))
        return false;
    describe(text, &want, false);
    execution->receipt->applied++;
    return execution_log(execution,
                         &(struct change_row) {
                             .entity = "grant_",
                             .row_id = id,
                             .client_id = row->client_id,
                             .user_id = row->user_id,
                             .column = "row",
                             .before = text->before.length == 0 ? NULL : buffer_text(&text->before),
                             .after = buffer_text(&text->after) },
                         ret_failure);
}

bool import_access(struct execution *execution, struct stage *stage, struct failure *ret_failure)
{
    if (stage->rows[STAGE_ACCESS] == 0)
        return true;
    struct row_text text = { 0 };
    struct db_statement *rows = execution_prepare(
        execution,
        "SELECT file, line, client_id, user_id, login, reason, role, packages, from_at, until_at,"
        " until_told FROM stage_access WHERE client_id IS NOT NULL ORDER BY row",
        ret_failure);
    if (rows == NULL)
        return false;
    enum db_step step = DB_ROW;
    bool good = true;
    while (good && (step = db_step(rows, ret_failure)) == DB_ROW) {
        struct access_row row = { .file = db_number(rows, 0),
                                  .line = db_number(rows, 1),
                                  .client_id = db_number(rows, 2),
                                  .user_id = db_number(rows, 3),
                                  .login = cell_told(rows, 4),
                                  .reason = cell_told(rows, 5),
                                  .role = cell_told(rows, 6),
                                  .packages = cell_told(rows, 7),
                                  .from = instant_at(rows, 8),
                                  .until = instant_at(rows, 9),
                                  .until_told = db_number(rows, 10) != 0 };
        good = write_access(execution, &row, &text, ret_failure);
    }
    db_done(rows);
    row_text_finish(&text);
    return good && step == DB_DONE;
}

/* ---- runs ---- */

static const char insert_runs_sql[] =
    "INSERT INTO run (id, client_id, number, " RUN_COLUMNS_SQL ", changeset_id)"
    " SELECT id, client_id, number, " RUN_COLUMNS_SQL ", CAST($1 AS INTEGER) FROM plan_run"
    " WHERE action = 1 ORDER BY seq";
static const char update_runs_sql[] =
    "UPDATE run SET kind = p.kind, earned = p.earned, payout = p.payout, month = p.month,"
    " employees = p.employees, payslips = p.payslips, travel = p.travel, absences = p.absences,"
    " lines = p.lines, manual_lines = p.manual_lines, gross = p.gross, net = p.net,"
    " withheld = p.withheld, currency = p.currency, run_by = p.run_by, run_at = p.run_at,"
    " closed_by = p.closed_by, closed_at = p.closed_at, changeset_id = CAST($1 AS INTEGER),"
    " version = run.version + 1 FROM plan_run p WHERE p.action = 2 AND run.id = p.id";
static const char insert_declarations_sql[] =
    "INSERT INTO declaration (id, client_id, month, kind, state, severity, failed_month, source,"
    " noted_at, changeset_id) SELECT id, client_id, month, kind, state, severity, failed_month,"
    " 'csv', CAST($2 AS TEXT), CAST($1 AS INTEGER) FROM plan_declaration WHERE action = 1"
    " ORDER BY seq";
static const char update_declarations_sql[] =
    "UPDATE declaration SET state = p.state, severity = p.severity,"
    " failed_month = p.failed_month,"
    " source = 'csv', noted_at = CAST($2 AS TEXT), changeset_id = CAST($1 AS INTEGER),"
    " version = declaration.version + 1 FROM plan_declaration p"
    " WHERE p.action = 2 AND declaration.id = p.id";

static bool run_sets(struct execution *execution, const struct stage *stage,
                     struct failure *ret_failure)
{
    const struct {
        const char *sql;
        bool has_time;
        int64_t rows;
    } sets[] = { { insert_runs_sql, false, stage->sets_planned[0] },
                 { update_runs_sql, false, stage->sets_planned[1] },
                 { insert_declarations_sql, true, stage->declarations_planned[0] },
                 { update_declarations_sql, true, stage->declarations_planned[1] } };
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        if (sets[i].rows == 0)
            continue;
        struct db_statement *statement = execution_prepare(execution, sets[i].sql, ret_failure);
        if (statement == NULL)
            return false;
        db_bind_number(statement, 1, execution->changeset_id);
        if (sets[i].has_time)
            db_bind_text(statement, 2, execution->now_text);
        if (!db_run(statement, ret_failure))
            return false;
    }
    return true;
}

/* The log rows as the plan has them, with the hash reckoned before. */
static bool copy_log(struct execution *execution, struct stage *stage, struct failure *ret_failure)
{
    struct db_statement *statement = execution_prepare(
        execution,
        "INSERT INTO change (id, changeset_id, entity, row_id, client_id, column_name, before, "
        "after)"
        " SELECT CAST($2 AS INTEGER) + seq - 1, CAST($1 AS INTEGER), 'run', id, client_id, 'row',"
        " before, after FROM plan_log ORDER BY seq",
        ret_failure);
    if (statement == NULL)
        return false;
    db_bind_number(statement, 1, execution->changeset_id);
    db_bind_number(statement, 2, stage->first_change_id);
    execution->rows_hash = stage->plan_hash;
    execution->rows += stage->runs_planned;
    return db_run(statement, ret_failure);
}

/* Other kinds of rows stand before in the log: their numbers were not known when the plan was made.
 */
static bool log_each(struct execution *execution, struct failure *ret_failure)
{
    struct db_statement *rows = execution_prepare(
        execution, "SELECT id, client_id, before, after FROM plan_log ORDER BY seq", ret_failure);
    if (rows == NULL)
        return false;
    enum db_step step = DB_ROW;
    bool good = true;
    while (good && (step = db_step(rows, ret_failure)) == DB_ROW)
        good = execution_log(execution,
                             &(struct change_row) { .entity = "run",
                                                    .row_id = db_number(rows, 0),
                                                    .client_id = db_number(rows, 1),
                                                    .column = "row",
                                                    .before = cell_told(rows, 2),
                                                    .after = cell_told(rows, 3) },
                             ret_failure);
    db_done(rows);
    return good && step == DB_DONE;
}

bool import_runs(struct execution *execution, struct stage *stage, struct failure *ret_failure)
{
    execution->receipt->unchanged += stage->runs_unchanged;
    execution->receipt->applied += stage->runs_planned;
    if (stage->runs_planned == 0)
        return true;
    return run_sets(execution, stage, ret_failure) &&
           (execution->rows == 0 ? copy_log(execution, stage, ret_failure)
                                 : log_each(execution, ret_failure));
}

/* ---- who is responsible (C7, C42) ---- */

struct heir {
    int64_t client_id, user_id, grant_id;
    struct grant grant;
};

static bool promote(struct execution *execution, const struct heir *heir,
                    struct failure *ret_failure)
{
    struct grant want = heir->grant;
    struct row_text text = { 0 };
    struct pair pair = { .all = { heir->grant }, .count = 1, .ended = INSTANT_NONE };
    struct access_row row = { .client_id = heir->client_id, .user_id = heir->user_id };
    int64_t id;
    copy_cut(want.role, sizeof want.role, model_word(WORDS_GRANT_ROLE, GRANT_RESPONSIBLE));
    want.from = execution->now;
    bool good = make_room(execution, &row, &pair, &want, &text, ret_failure) &&
                insert_grant(execution, &row, &want, model_word(WORDS_SOURCE, SOURCE_AUTO), &id,
                             ret_failure);
    describe(&text, &want, false);
    good = good && execution_log(execution,
                                 &(struct change_row) { .entity = "grant_",
                                                        .row_id = id,
                                                        .client_id = heir->client_id,
                                                        .user_id = heir->user_id,
                                                        .column = "access",
                                                        .before = buffer_text(&text.before),
                                                        .after = buffer_text(&text.after) },
                                 ret_failure);
    row_text_finish(&text);
    return good;
}

/*
 * Where nobody was ever responsible, whoever ran the latest payroll becomes it, if a grant that was
 * made runnersally is in force; everybody else stays a suggestion on the client. No grant is
 * made.
 */
bool import_responsible(struct execution *execution, struct stage *stage,
                        struct failure *ret_failure)
{
    int64_t runners;
    if (stage->runs_planned == 0)
        return true;
    if (!store_count(stage->store, "SELECT count(*) FROM plan_run WHERE run_by IS NOT NULL",
                     &runners, ret_failure))
        return false;
    if (runners == 0)
        return true;
    struct db_statement *rows = execution_prepare(
        execution,
        "SELECT g.client_id, g.user_id, g.id, g.role, g.from_at, g.until_at, g.packages"
        " FROM (SELECT DISTINCT client_id FROM plan_run WHERE run_by IS NOT NULL) p"
        " CROSS JOIN grant_ g JOIN user u ON u.id = g.user_id"
        " WHERE g.client_id = p.client_id AND g.source = 'auto' AND g.from_at <= $1 AND (g.until_at IS NULL OR g.until_at >= $1)"
        " AND NOT EXISTS (SELECT 1 FROM grant_ o WHERE o.client_id = g.client_id"
        " AND o.role = 'responsible')"
        " AND u.login = (SELECT r.run_by FROM run r WHERE r.client_id = g.client_id"
        " AND r.run_by IS NOT NULL ORDER BY coalesce(r.month, r.earned, '') DESC,"
        " coalesce(r.run_at, r.payout, '') DESC, r.id DESC LIMIT 1)",
        ret_failure);
    if (rows == NULL)
        return false;
    db_bind_text(rows, 1, execution->now_text);
    struct heir *heirs = NULL;
    size_t count = 0;
    enum db_step step;
    while ((step = db_step(rows, ret_failure)) == DB_ROW) {
        if ((count & (count - 1)) == 0)
            heirs = memory_resize(heirs, (count == 0 ? 1 : count * 2) * sizeof *heirs);
        struct heir *heir = &heirs[count++];
        *heir = (struct heir) { .client_id = db_number(rows, 0),
                                .user_id = db_number(rows, 1),
                                .grant_id = db_number(rows, 2) };
        heir->grant =
            (struct grant) { .id = heir->grant_id,
                             .from = instant_at(rows, 4),
                             .until = instant_at(rows, 5),
                             .packages = arena_text(execution->arena, db_text(rows, 6, NULL)) };
        copy_cut(heir->grant.role, sizeof heir->grant.role, db_text(rows, 3, NULL));
    }
    db_done(rows);
    bool good = step == DB_DONE;
    for (size_t i = 0; i < count && good; i++)
        good = promote(execution, &heirs[i], ret_failure);
    free(heirs);
    return good;
}
