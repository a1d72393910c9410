/*
 * Access cell: one user on one client: what set, add and revoke make of its rows.
 *
 * Purpose     turns what was asked into rows of grant_ that stay true about the past.
 * State       none between commands.
 * Invariants  - at most one row of a pair is in force at any instant; rows of a pair never overlap;
 *             - a row that has been in force is never deleted: it ends, and another one begins, so that
 *               "who could see it on 31 March?" keeps its answer; only a row that had not begun yet
 *               may vanish (the log has it);
 *             - rows that are over are never touched: a start dated into one is moved behind it.
 *
 *   set     from its start on the access is exactly what was asked, and nothing else (C19);
 *   add     never takes away: responsible stays responsible, packages are united, dates only widen; dates
 *           that are not told are kept;
 *   revoke  ends at a moment to come, or now. It cannot end in the past, where it was in force.
 */
#include "apply_access.h"

#include <stdlib.h>
#include <string.h>

static int64_t end_of(const struct access_row *row)
{
    return instant_known(row->until) ? row->until.second : INT64_MAX;
}

static bool same_kind(const struct access_row *a, const struct access_row *b)
{
    return a->role == b->role && strcmp(a->packages, b->packages) == 0;
}

/* ---- the text of an access in the log: "responsible 2026-01-01…2026-12-31 accounting, documents" ---- */

static void add_moment(struct buffer *text, struct instant instant, bool is_end)
{
    struct date date = date_of_instant(instant);
    struct instant whole = is_end ? date_end(date) : date_start(date);
    char moment[INSTANT_TEXT_SIZE];

    buffer_add_text(text, whole.second == instant.second ? date_format(date, moment)
                                                         : instant_format(instant, moment));
}

const char *access_text(struct execution *execution, const struct access_row *row)
{
    struct buffer text = { 0 };

    buffer_add_text(&text, model_word(WORDS_GRANT_ROLE, row->role));
    buffer_add_byte(&text, ' ');
    add_moment(&text, row->from, false);
    buffer_add_text(&text, "…");
    if (instant_known(row->until))
        add_moment(&text, row->until, true);
    for (const char *at = row->packages; *at; at++) {
        if (at == row->packages)
            buffer_add_byte(&text, ' ');
        if (*at == VALUE_SEPARATOR)
            buffer_add_text(&text, ", ");
        else
            buffer_add_byte(&text, *at);
    }
    const char *copy = arena_text(execution->arena, buffer_text(&text));
    buffer_finish(&text);
    return copy;
}

/* ---- packages ---- */

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorted, each once, joined. */
const char *access_join_packages(struct arena *arena, const char **names, size_t count)
{
    struct buffer joined = { 0 };

    qsort(names, count, sizeof *names, compare_names);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && strcmp(names[i - 1], names[i]) == 0)
            continue;
        if (joined.length > 0)
            buffer_add_byte(&joined, VALUE_SEPARATOR);
        buffer_add_text(&joined, names[i]);
    }
    const char *text = arena_text(arena, buffer_text(&joined));
    buffer_finish(&joined);
    return text;
}

static const char *unite_packages(struct arena *arena, const char *a, const char *b)
{
    const char *both[] = { a, b };
    const char **names = arena_zero(arena, strlen(a) + strlen(b) + 2, sizeof *names);
    size_t count = 0;

    for (size_t i = 0; i < 2; i++) {
        struct value list = { .known = true, .text = both[i], .length = strlen(both[i]) };
        const char *item;
        size_t position = 0, length;
        while (list.length > 0 && value_item(&list, &position, &item, &length))
            names[count++] = arena_text_n(arena, item, length);
    }
    return access_join_packages(arena, names, count);
}

static bool is_main(struct execution *execution, const char *name, bool *ret_known, bool *ret_main,
                    struct failure *ret_failure)
{
    struct db_statement *statement =
        db_prepare(execution->store->db, "SELECT main FROM package WHERE name = $1", ret_failure);

    if (!statement)
        return false;
    db_bind_text(statement, 1, name);
    enum db_step step = db_step(statement, ret_failure);
    if (step == DB_FAILED)
        return false;
    *ret_known = step == DB_ROW;
    *ret_main = step == DB_ROW && db_number(statement, 0) != 0;
    db_done(statement);
    return true;
}

/* How many main packages a list names (C24 allows one). Fails for a name that is no package. */
bool access_count_main(struct execution *execution, const char *packages, int *ret_count,
                       struct failure *ret_failure)
{
    struct value list = { .known = true, .text = packages, .length = strlen(packages) };
    size_t position = 0, length;
    const char *item;

    *ret_count = 0;
    while (list.length > 0 && value_item(&list, &position, &item, &length)) {
        const char *name = arena_text_n(execution->arena, item, length);
        bool known, main_package;
        if (!is_main(execution, name, &known, &main_package, ret_failure))
            return false;
        if (!known)
            return failure_set(ret_failure, FAILURE_REFUSED, "",
                               N_("There is no package %1. See: klientel list packages"), name, NULL);
        *ret_count += main_package;
    }
    return true;
}

/* ---- reading ---- */

static void read_row(struct execution *execution, struct db_statement *statement, struct cell *cell)
{
    struct access_row row = { .id = db_number(statement, 0), .until = INSTANT_NONE };
    int role = GRANT_MEMBER;

    model_parse(WORDS_GRANT_ROLE, db_text(statement, 1, NULL), &role);
    row.role = (enum grant_role)role;
    instant_parse(db_text(statement, 2, NULL), &row.from);
    instant_parse(db_text(statement, 3, NULL), &row.until);
    if (end_of(&row) < execution->now.second) {
        if (!instant_known(cell->ended) || row.until.second > cell->ended.second)
            cell->ended = row.until;
    } else if (cell->count < ROWS_MAX) {
        row.packages = arena_text(execution->arena, db_text(statement, 4, NULL));
        cell->rows[cell->count++] = row;
    }
}

static bool load_cell(struct execution *execution, struct cell *cell, struct failure *ret_failure)
{
    struct db_statement *statement =
        db_prepare(execution->store->db,
                   "SELECT id, role, from_at, until_at, packages FROM grant_"
                   " WHERE client_id = $1 AND user_id = $2 ORDER BY from_at, id",
                   ret_failure);
    enum db_step step;

    if (!statement)
        return false;
    cell->count = 0;
    cell->ended = INSTANT_NONE;
    db_bind_number(statement, 1, cell->client_id);
    db_bind_number(statement, 2, cell->person->id);
    while ((step = db_step(statement, ret_failure)) == DB_ROW)
        read_row(execution, statement, cell);
    db_done(statement);
    if (step == DB_DONE && cell->count == ROWS_MAX)
        return failure_set(ret_failure, FAILURE_REFUSED, "",
                           N_("%1 has too many accesses to come on one client."),
                           cell->person->login, NULL);
    return step == DB_DONE;
}

/* ---- writing rows ---- */

static bool move_dates(struct execution *execution, int64_t id, struct instant from,
                       struct instant until, struct failure *ret_failure)
{
    struct db_statement *statement =
        db_prepare(execution->store->db,
                   "UPDATE grant_ SET from_at = $2, until_at = $3, version = version + 1"
                   " WHERE id = $1",
                   ret_failure);
    char from_text[INSTANT_TEXT_SIZE], until_text[INSTANT_TEXT_SIZE];

    if (!statement)
        return false;
    db_bind_number(statement, 1, id);
    db_bind_text(statement, 2, instant_format(from, from_text));
    db_bind_text(statement, 3, instant_known(until) ? instant_format(until, until_text) : NULL);
    return db_run(statement, ret_failure);
}

/* A row that had not begun yet. The log says that it is gone: check accounts for every row by it. */
static bool remove_row(struct execution *execution, const struct cell *cell,
                       const struct access_row *row, struct failure *ret_failure)
{
    struct db_statement *statement =
        db_prepare(execution->store->db, "DELETE FROM grant_ WHERE id = $1", ret_failure);
    struct change_row change = {
        .entity = "grant_",
        .row_id = row->id,
        .client_id = cell->client_id,
        .user_id = cell->person->id,
        .column = "removed",
        .before = access_text(execution, row),
    };

    if (!statement)
        return false;
    db_bind_number(statement, 1, row->id);
    return db_run(statement, ret_failure) && execution_log(execution, &change, ret_failure);
}

/* Inserts the row, or (id given) puts it in place of a row that had not begun before it. */
static bool put_row(struct execution *execution, const struct cell *cell, struct access_row *row,
                    struct failure *ret_failure)
{
    const struct command *command = execution->command;
    struct db_statement *statement = db_prepare(
        execution->store->db,
        row->id ? "UPDATE grant_ SET role = $3, source = $4, from_at = $5, until_at = $6,"
                  " packages = $7, granted_by = $8, changeset_id = $9, reason = $10,"
                  " version = version + 1 WHERE id = $11 AND client_id = $1 AND user_id = $2"
                : "INSERT INTO grant_ (client_id, user_id, role, source, from_at, until_at, packages,"
                  " granted_by, changeset_id, reason)"
                  " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        ret_failure);
    char from[INSTANT_TEXT_SIZE], until[INSTANT_TEXT_SIZE];

    if (!statement)
        return false;
    db_bind_number(statement, 1, cell->client_id);
    db_bind_number(statement, 2, cell->person->id);
    db_bind_text(statement, 3, model_word(WORDS_GRANT_ROLE, row->role));
    db_bind_text(statement, 4, model_word(WORDS_SOURCE, command->access.source));
    db_bind_text(statement, 5, instant_format(row->from, from));
    db_bind_text(statement, 6, instant_known(row->until) ? instant_format(row->until, until) : NULL);
    db_bind_text(statement, 7, row->packages);
    db_bind_number(statement, 8, execution->actor.user_id);
    db_bind_number(statement, 9, execution->changeset_id);
    db_bind_text(statement, 10, command->reason ? command->reason : "");
    if (row->id)
        db_bind_number(statement, 11, row->id);
    if (!db_run(statement, ret_failure))
        return false;
    if (!row->id)
        row->id = db_last_id(execution->store->db);
    return true;
}

static enum access_outcome log_cell(struct execution *execution, const struct cell *cell, int64_t row_id,
                             const struct access_row *before, const struct access_row *after,
                             struct failure *ret_failure)
{
    struct change_row change = {
        .entity = "grant_",
        .row_id = row_id,
        .client_id = cell->client_id,
        .user_id = cell->person->id,
        .column = "access",
        .before = before ? access_text(execution, before) : NULL,
        .after = after ? access_text(execution, after) : NULL,
    };

    return execution_log(execution, &change, ret_failure) ? ACCESS_APPLIED : ACCESS_FAILED;
}

static enum access_outcome skip_cell(struct execution *execution, const struct cell *cell, const char *text)
{
    struct message why;

    message_set(&why, text, cell->person->login, NULL);
    execution_skip(execution, cell->client_id, cell->person->login, &why);
    return ACCESS_SKIPPED;
}

/* ---- the three verbs ---- */

/* When the asked access begins: told, or now; never inside a row that is over. */
static struct instant start_of(struct execution *execution, const struct cell *cell)
{
    struct instant start = execution->command->access.from;

    if (!instant_known(start))
        start = execution->now;
    if (instant_known(cell->ended) && start.second <= cell->ended.second)
        start.second = cell->ended.second + 1;
    return start;
}

static bool already_so(const struct execution *execution, const struct cell *cell,
                       const struct access_row *want)
{
    const struct access_row *only = NULL;

    for (size_t i = 0; i < cell->count; i++) {
        if (end_of(&cell->rows[i]) < want->from.second)
            continue;
        if (only)
            return false;
        only = &cell->rows[i];
    }
    if (!only || !same_kind(only, want) || end_of(only) != end_of(want))
        return false;
    return instant_known(execution->command->access.from)
               ? only->from.second == want->from.second
               : only->from.second <= execution->now.second;
}

/* Makes room from `want` on and puts it there. */
static bool replace_from(struct execution *execution, const struct cell *cell,
                         struct access_row *want, struct failure *ret_failure)
{
    for (size_t i = 0; i < cell->count; i++) {
        const struct access_row *row = &cell->rows[i];
        bool good = true;
        if (end_of(row) < want->from.second)
            continue;
        if (row->from.second < want->from.second)
            good = move_dates(execution, row->id, row->from,
                              (struct instant){ want->from.second - 1 }, ret_failure);
        else if (!want->id)
            want->id = row->id;
        else
            good = remove_row(execution, cell, row, ret_failure);
        if (!good)
            return false;
    }
    return put_row(execution, cell, want, ret_failure);
}

static enum access_outcome set_cell(struct execution *execution, const struct cell *cell,
                             struct access_row want, struct failure *ret_failure)
{
    const struct access_row *before = cell->count ? &cell->rows[0] : NULL;

    want.from = start_of(execution, cell);
    if (end_of(&want) < want.from.second)
        return skip_cell(execution, cell, refusal_text(REFUSAL_DATES));
    if (already_so(execution, cell, &want))
        return ACCESS_UNCHANGED;
    /* Only the end is another one: the same access goes on under its own start. */
    bool prolong = before && !instant_known(execution->command->access.from)
                   && before->from.second <= execution->now.second && same_kind(before, &want);
    if (!prolong) {
        if (!replace_from(execution, cell, &want, ret_failure))
            return ACCESS_FAILED;
        return log_cell(execution, cell, want.id, before, &want, ret_failure);
    }
    for (size_t i = 1; i < cell->count; i++)
        if (!remove_row(execution, cell, &cell->rows[i], ret_failure))
            return ACCESS_FAILED;
    want.id = before->id;
    want.from = before->from;
    if (!move_dates(execution, want.id, want.from, want.until, ret_failure))
        return ACCESS_FAILED;
    return log_cell(execution, cell, want.id, before, &want, ret_failure);
}

/* The row that what is added goes into: the first that is not over when it starts. NULL: it stands on its
 * own, after all of them or in a gap. */
static const struct access_row *row_to_add_to(const struct cell *cell,
                                              const struct access_row *want)
{
    for (size_t i = 0; i < cell->count; i++) {
        const struct access_row *row = &cell->rows[i];
        if (end_of(row) >= want->from.second)
            return end_of(want) < row->from.second ? NULL : row;
    }
    return NULL;
}

/* What the pair has together with what is added; it ends before the row after it begins. */
static struct access_row united(struct execution *execution, const struct cell *cell,
                                const struct access_row *row, const struct access_row *want)
{
    const struct access_row *next = row + 1;
    struct access_row both = *row;

    both.role = want->role < row->role ? want->role : row->role;
    both.packages = unite_packages(execution->arena, row->packages, want->packages);
    if (want->from.second < both.from.second)
        both.from = want->from;
    if (instant_known(want->until) && end_of(want) > end_of(row))
        both.until = want->until;
    if (next < cell->rows + cell->count && end_of(&both) >= next->from.second)
        both.until.second = next->from.second - 1;
    return both;
}

static enum access_outcome add_row(struct execution *execution, const struct cell *cell,
                                   struct access_row *want, struct failure *ret_failure)
{
    if (end_of(want) < want->from.second)
        return skip_cell(execution, cell, refusal_text(REFUSAL_DATES));
    if (!put_row(execution, cell, want, ret_failure))
        return ACCESS_FAILED;
    return log_cell(execution, cell, want->id, NULL, want, ret_failure);
}

static enum access_outcome add_cell(struct execution *execution, const struct cell *cell,
                             struct access_row want, struct failure *ret_failure)
{
    int64_t told = execution->command->access.from.second, now = execution->now.second;
    int had, main_packages;

    want.from = start_of(execution, cell);
    const struct access_row *row = row_to_add_to(cell, &want);
    if (!row)
        return add_row(execution, cell, &want, ret_failure);
    struct access_row both = united(execution, cell, row, &want);
    if (!access_count_main(execution, row->packages, &had, ret_failure)
        || !access_count_main(execution, both.packages, &main_packages, ret_failure))
        return ACCESS_FAILED;
    if (main_packages > 1 && main_packages > had)
        return skip_cell(execution, cell,
                         N_("%1 already has another main package here. Use set to change it."));
    if (same_kind(&both, row)) {
        if (both.from.second == row->from.second && end_of(&both) == end_of(row))
            return ACCESS_UNCHANGED;
        if (!move_dates(execution, row->id, both.from, both.until, ret_failure))
            return ACCESS_FAILED;
        return log_cell(execution, cell, row->id, row, &both, ret_failure);
    }
    /* More from now (or the told day) on; what was before stays on record as it was. */
    struct instant effect = { told > now ? told : now };
    if (row->from.second < effect.second && effect.second <= end_of(&both)) {
        if (!move_dates(execution, row->id, both.from, (struct instant){ effect.second - 1 },
                        ret_failure))
            return ACCESS_FAILED;
        both.id = 0;
        both.from = effect;
    }
    if (!put_row(execution, cell, &both, ret_failure))
        return ACCESS_FAILED;
    return log_cell(execution, cell, both.id, row, &both, ret_failure);
}

static bool never_begins(const struct access_row *row, int64_t end, int64_t now)
{
    return row->from.second > end && row->from.second > now;
}

static enum access_outcome revoke_cell(struct execution *execution, const struct cell *cell,
                                struct failure *ret_failure)
{
    int64_t now = execution->now.second;
    struct instant end = execution->command->access.until;
    struct access_row after = { 0 };
    bool changed = false, goes_on = false;

    if (!instant_known(end) || end.second < now)
        end.second = now - 1;
    for (size_t i = 0; i < cell->count; i++) {
        const struct access_row *row = &cell->rows[i];
        if (end_of(row) <= end.second)
            continue;
        changed = true;
        if (never_begins(row, end.second, now))
            continue;
        after = *row;
        after.until.second = row->from.second > end.second ? row->from.second : end.second;
        goes_on = end.second >= now;
        if (!move_dates(execution, row->id, row->from, after.until, ret_failure))
            return ACCESS_FAILED;
    }
    if (!changed)
        return ACCESS_UNCHANGED;
    if (log_cell(execution, cell, cell->rows[0].id, &cell->rows[0], goes_on ? &after : NULL,
                 ret_failure) == ACCESS_FAILED)
        return ACCESS_FAILED;
    for (size_t i = 0; i < cell->count; i++)
        if (end_of(&cell->rows[i]) > end.second && never_begins(&cell->rows[i], end.second, now) &&
            !remove_row(execution, cell, &cell->rows[i], ret_failure))
            return ACCESS_FAILED;
    return ACCESS_APPLIED;
}

enum access_outcome access_change_cell(struct execution *execution, struct cell *cell,
                                const struct access_row *want, struct failure *ret_failure)
{
    enum access_verb verb = execution->command->access.verb;

    if (!cell->person->exists)
        return skip_cell(execution, cell, refusal_text(REFUSAL_GONE));
    if (!cell->person->active && verb != ACCESS_REVOKE)
        return skip_cell(execution, cell, refusal_text(REFUSAL_NOT_STAFF));
    if (!load_cell(execution, cell, ret_failure))
        return ACCESS_FAILED;
    switch (verb) {
    case ACCESS_SET:
        return set_cell(execution, cell, *want, ret_failure);
    case ACCESS_ADD:
        return add_cell(execution, cell, *want, ret_failure);
    case ACCESS_REVOKE:
        return revoke_cell(execution, cell, ret_failure);
    }
    abort();
}
