/*
 * Apply import: staged facts into the bureau's data, inside the gate.
 *
 * State: none; the stage holds what was found out before (ids, the plan of the runs). When somebody
 * wrote since then, it is found out again here, so that what others did counts. Invariants: all or
 * nothing; one change row a file row that changed something, in the order users, clients,
 * employees, access, runs; selected = applied + unchanged + skipped.
 */
#include "stage_internal.h"

#include <stdio.h>
#include <string.h>

/* ---- clients ---- */

struct client_field {
    const char *name;
    bool is_number;
    bool keeps; /* an empty cell does not clear it */
};
static const struct client_field client_fields[] = {
    { "number", false, true },        { "orgno", false, true },
    { "name", false, true },          { "country", false, true },
    { "form", false, false },         { "address", false, false },
    { "postcode", false, false },     { "city", false, false },
    { "email", false, false },        { "phone", false, false },
    { "contact_name", false, false }, { "contact_email", false, false },
    { "payday", true, true },         { "internal", true, true },
    { "demo", true, true },
};
enum { FIELD_COUNT = sizeof client_fields / sizeof *client_fields };
#define CLIENT_FIELDS_SQL                                                                          \
    "number, orgno, name, country, form, address, postcode, city, email, phone, contact_name,"     \
    " contact_email, payday, internal, demo"
enum {
    TOLD_ID = 3,
    TOLD_NEW = 4,
    TOLD_FIELDS = 5,
    TOLD_ARCHIVED = TOLD_FIELDS + FIELD_COUNT,
    TOLD_FOLD,
    TOLD_SORT,
    TOLD_GROUPS
};
enum { OLD_FIELDS = 0, OLD_ARCHIVED = FIELD_COUNT, OLD_FOLD, OLD_SORT };

struct client_writer {
    struct execution *execution;
    struct stage *stage;
    struct db_statement *row, *old; /* old: NULL for a new client */
    struct row_text text;
    const char *partner_code;
    bool changed;
};

/* Log text of a cell; NULL for null and, so that new rows stay short, for empty text. */
static const char *cell_text(struct db_statement *statement, int column, char digits[static 24])
{
    if (db_is_null(statement, column))
        return NULL;
    snprintf(digits, 24, "%lld", (long long)db_number(statement, column));
    return digits;
}

static void bind_copy(struct db_statement *to, int parameter, struct db_statement *from, int column,
                      bool is_number)
{
    size_t length;
    if (db_is_null(from, column)) {
        db_bind_null(to, parameter);
    } else if (is_number) {
        db_bind_number(to, parameter, db_number(from, column));
    } else {
        const char *text = db_text(from, column, &length);
        db_bind_text_n(to, parameter, text, length);
    }
}

/* One field into its parameter; what a new client lacks gets the schema's default. */
static void write_field(struct client_writer *writer, struct db_statement *to, int i)
{
    const struct client_field *field = &client_fields[i];
    struct db_statement *row = writer->row, *old = writer->old;
    char old_digits[24], new_digits[24];
    bool told = !db_is_null(row, TOLD_FIELDS + i);
    if (told && !field->is_number && field->keeps && db_text(row, TOLD_FIELDS + i, NULL)[0] == '\0')
        told = false;
    if (!told && old != NULL) {
        bind_copy(to, i + 1, old, OLD_FIELDS + i, field->is_number);
        return;
    }
    if (!told) {
        if (strcmp(field->name, "number") == 0 || strcmp(field->name, "orgno") == 0 ||
            strcmp(field->name, "payday") == 0)
            db_bind_null(to, i + 1);
        else if (field->is_number)
            db_bind_number(to, i + 1, 0);
        else
            db_bind_text(to, i + 1, "");
        return;
    }
    bind_copy(to, i + 1, row, TOLD_FIELDS + i, field->is_number);
    const char *before = NULL, *after;
    if (field->is_number) {
        after = cell_text(row, TOLD_FIELDS + i, new_digits);
        before = old == NULL ? NULL : cell_text(old, OLD_FIELDS + i, old_digits);
    } else {
        after = db_text(row, TOLD_FIELDS + i, NULL);
        before = old == NULL || db_is_null(old, OLD_FIELDS + i)
                     ? NULL
                     : db_text(old, OLD_FIELDS + i, NULL);
    }
    if (old != NULL && before != NULL && strcmp(before, after) == 0)
        return;
    if (old == NULL && (after[0] == '\0' || (field->is_number && strcmp(after, "0") == 0)))
        return;
    row_text_add(&writer->text, field->name, before, after);
    writer->changed = true;
}

/* archived_at and partner_code go together: a relationship that has ended has no code (S5.9). */
static void write_archived(struct client_writer *writer, struct db_statement *to, int parameter)
{
    const char *now = writer->execution->now_text;
    bool told = !db_is_null(writer->row, TOLD_ARCHIVED);
    bool was = writer->old != NULL && !db_is_null(writer->old, OLD_ARCHIVED);
    bool becomes = told ? db_number(writer->row, TOLD_ARCHIVED) != 0 : was;
    const char *before = was ? db_text(writer->old, OLD_ARCHIVED, NULL) : NULL;
    const char *after = !becomes ? NULL : was ? before : now;
    db_bind_text(to, parameter, after);
    db_bind_text(to, parameter + 1, becomes ? "" : writer->partner_code);
    if (was == becomes)
        return;
    row_text_add(&writer->text, "archived_at",
                 was                   ? before
                 : writer->old == NULL ? NULL
                                       : "",
                 becomes ? after : "");
    writer->changed = true;
}

static void write_name_keys(struct client_writer *writer, struct db_statement *to, int parameter)
{
    bool told = !db_is_null(writer->row, TOLD_FOLD);
    struct db_statement *from = told ? writer->row : writer->old;
    size_t length;
    bind_copy(to, parameter, from, told ? (int)TOLD_FOLD : (int)OLD_FOLD, false);
    const void *sort = db_blob(from, told ? (int)TOLD_SORT : (int)OLD_SORT, &length);
    db_bind_blob(to, parameter + 1, sort, length);
}

/* ---- groups ---- */

static bool group_id(struct client_writer *writer, const char *name, size_t length, int64_t *ret_id,
                     struct failure *ret_failure)
{
    struct execution *execution = writer->execution;
    const char *fold = text_fold(execution->arena, name, length);
    struct db_statement *statement =
        execution_prepare(execution, "SELECT id FROM group_ WHERE name_fold = $1", ret_failure);
    if (statement == NULL)
        return false;
    db_bind_text(statement, 1, fold);
    enum db_step step = db_step(statement, ret_failure);
    *ret_id = step == DB_ROW ? db_number(statement, 0) : 0;
    db_done(statement);
    if (step != DB_DONE)
        return step == DB_ROW;
    statement = execution_prepare(execution, "INSERT INTO group_ (name, name_fold) VALUES ($1, $2)",
                                  ret_failure);
    if (statement == NULL)
        return false;
    db_bind_text_n(statement, 1, name, length);
    db_bind_text(statement, 2, fold);
    if (!db_run(statement, ret_failure))
        return false;
    *ret_id = db_last_id(execution->store->db);
    return true;
}

/* Puts the client into the groups it is not in yet; never out of one. */
static bool write_groups(struct client_writer *writer, int64_t client_id,
                         struct failure *ret_failure)
{
    size_t length;
    const char *list = db_text(writer->row, TOLD_GROUPS, &length);
    struct value value = { .known = true, .text = list, .length = length };
    struct buffer added = { 0 };
    size_t position = 0, item_length;
    const char *item;
    bool good = true;
    while (good && length > 0 && value_item(&value, &position, &item, &item_length)) {
        int64_t id;
        if (item_length == 0)
            continue;
        struct db_statement *statement;
        good = group_id(writer, item, item_length, &id, ret_failure) &&
               (statement = execution_prepare(
                    writer->execution,
                    "INSERT INTO group_client (group_id, client_id) VALUES ($1, $2)"
                    " ON CONFLICT DO NOTHING",
                    ret_failure)) != NULL;
        if (!good)
            break;
        db_bind_number(statement, 1, id);
        db_bind_number(statement, 2, client_id);
        good = db_run(statement, ret_failure);
        if (!good || db_row_changes(writer->execution->store->db) == 0)
            continue;
        if (added.length > 0)
            buffer_add_text(&added, ", ");
        buffer_add(&added, item, item_length);
    }
    if (added.length > 0) {
        row_text_add(&writer->text, "groups", NULL, buffer_text(&added));
        writer->changed = true;
    }
    buffer_finish(&added);
    return good;
}

/* ---- one client ---- */

static bool load_old(struct client_writer *writer, int64_t id, struct failure *ret_failure)
{
    writer->old =
        execution_prepare(writer->execution,
                          "SELECT " CLIENT_FIELDS_SQL ", archived_at, name_fold, name_sort"
                          " FROM client WHERE id = $1",
                          ret_failure);
    if (writer->old == NULL)
        return false;
    db_bind_number(writer->old, 1, id);
    return db_step(writer->old, ret_failure) == DB_ROW;
}

static bool write_client(struct client_writer *writer, struct failure *ret_failure)
{
    struct execution *execution = writer->execution;
    int64_t id = db_number(writer->row, TOLD_ID);
    bool is_new = db_number(writer->row, TOLD_NEW) != 0;
    writer->old = NULL;
    writer->changed = is_new;
    row_text_clear(&writer->text);
    if (!is_new && !load_old(writer, id, ret_failure))
        return false;
    struct db_statement *statement = execution_prepare(
        execution,
        is_new ? "INSERT INTO client (" CLIENT_FIELDS_SQL ", archived_at, partner_code, name_fold,"
                 " name_sort, id, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,"
                 " $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)"
               : "UPDATE client SET number = $1, orgno = $2, name = $3, country = $4, form = $5,"
                 " address = $6, postcode = $7, city = $8, email = $9, phone = $10,"
                 " contact_name = $11, contact_email = $12, payday = $13, internal = $14,"
                 " demo = $15, archived_at = $16, partner_code = $17, name_fold = $18,"
                 " name_sort = $19, version = version + 1 WHERE id = $20",
        ret_failure);
    if (statement == NULL)
        return false;
    for (int i = 0; i < FIELD_COUNT; i++)
        write_field(writer, statement, i);
    write_archived(writer, statement, FIELD_COUNT + 1);
    write_name_keys(writer, statement, FIELD_COUNT + 3);
    db_bind_number(statement, 20, id);
    if (is_new)
        db_bind_text(statement, 21, execution->now_text);
    if (writer->old != NULL)
        db_done(writer->old);
    if (writer->changed ? !db_run(statement, ret_failure) : (db_done(statement), false))
        return false;
    if (!write_groups(writer, id, ret_failure))
        return false;
    if (!writer->changed) {
        execution->receipt->unchanged++;
        return true;
    }
    execution->receipt->applied++;
    return execution_log(
        execution,
        &(struct change_row) { .entity = "client",
                               .row_id = id,
                               .client_id = id,
                               .column = "row",
                               .before = is_new ? NULL : buffer_text(&writer->text.before),
                               .after = buffer_text(&writer->text.after) },
        ret_failure);
}

bool import_clients(struct execution *execution, struct stage *stage, struct failure *ret_failure)
{
    struct client_writer writer = { .execution = execution, .stage = stage };
    if (!setting_read(execution->store, "partner_code", execution->arena, &writer.partner_code,
                      ret_failure))
        return false;
    /* All that give up being the internal client first: there is at most one at any moment. */
    writer.row = execution_prepare(execution,
                                   "SELECT row, file, line, id, is_new, " CLIENT_FIELDS_SQL
                                   ", archived, name_fold, name_sort, coalesce(groups, '')"
                                   " FROM stage_client WHERE id IS NOT NULL"
                                   " ORDER BY coalesce(internal, 0), row",
                                   ret_failure);
    if (writer.row == NULL)
        return false;
    enum db_step step = DB_ROW;
    bool good = true;
    while (good && (step = db_step(writer.row, ret_failure)) == DB_ROW)
        good = write_client(&writer, ret_failure);
    db_done(writer.row);
    row_text_finish(&writer.text);
    return good && step == DB_DONE;
}

/* ---- all of it ---- */

static bool still_holds(struct execution *execution, struct stage *stage, bool *ret_holds,
                        struct failure *ret_failure)
{
    int64_t last;
    if (!stage_number(stage, "SELECT coalesce(max(id), 0) FROM changeset", &last, ret_failure))
        return false;
    (void)execution;
    *ret_holds = stage->is_prepared && last == stage->prepared_after;
    return true;
}

/* Clients whose months count elsewhere from now on, with what the plan changes of them. All others
 * are in stage->sums. */
static bool touch(struct stage *stage, struct failure *ret_failure)
{
    struct db *db = stage->store->db;
    struct ids clients = { 0 };
    if (stage->rows[STAGE_CLIENT] > 0) {
        struct db_statement *rows =
            db_prepare(db,
                       "SELECT s.id FROM stage_client s JOIN client c ON c.id = s.id"
                       " WHERE s.internal IS NOT NULL AND s.internal <> c.internal",
                       ret_failure);
        enum db_step step = DB_FAILED;
        while (rows != NULL && (step = db_step(rows, ret_failure)) == DB_ROW)
            ids_add(&clients, db_number(rows, 0));
        if (rows != NULL)
            db_done(rows);
        bool good = step == DB_DONE;
        for (int64_t id = ids_next(&clients, 0); id >= 0 && good; id = ids_next(&clients, id + 1))
            good = summary_touch_client(stage->store, id, ret_failure);
        ids_finish(&clients);
        if (!good)
            return false;
    }
    bool turns = stage->turns_planned > 0;
    return (!turns ||
            db_script(
                db,
                "INSERT INTO touched (client_id, month) SELECT client_id, month FROM plan_run"
                " WHERE turns = 1 AND month IS NOT NULL ON CONFLICT DO NOTHING;"
                "INSERT INTO touched (client_id, month) SELECT client_id, old_month"
                " FROM plan_run WHERE turns = 1 AND old_month <> month ON CONFLICT DO NOTHING;",
                ret_failure)) &&
           (stage->declarations_planned[0] + stage->declarations_planned[1] == 0 ||
            stage->rows[STAGE_CLIENT] == 0 ||
            db_script(db,
                      "INSERT INTO touched (client_id, month) SELECT client_id, month"
                      " FROM plan_declaration WHERE turns = 1 ON CONFLICT DO NOTHING;",
                      ret_failure));
}

static void copy_lines(const struct stage *stage, struct receipt *receipt)
{
    struct receipt whole = { 0 };
    stage_receipt(stage, &whole);
    receipt->selected = whole.selected;
    for (size_t i = 0; i < whole.skipped_count; i++)
        *receipt_skip(receipt) = whole.skipped[i];
    for (size_t i = 0; i < whole.warning_count; i++)
        *receipt_warn(receipt) = whole.warnings[i];
    receipt_finish(&whole);
}

/* Parameters for the log: the files' names. */
static void add_detail(struct execution *execution, const struct stage *stage)
{
    for (int i = 0; i < stage->file_count; i++) {
        if (i > 0)
            buffer_add_text(&execution->detail, ", ");
        buffer_add_text(&execution->detail, stage->files[i]);
    }
}

static bool apply_import(struct execution *execution, const struct facts *facts,
                         const struct verdict *verdicts, struct failure *ret_failure)
{
    struct stage *stage = execution->command->import.stage;
    bool holds;
    (void)facts;
    (void)verdicts;
    stage->session.role = execution->actor.role;
    stage->session.now = execution->now;
    if (!still_holds(execution, stage, &holds, ret_failure) ||
        (!holds && !stage_find_all(stage, ret_failure)))
        return false;
    add_detail(execution, stage);
    copy_lines(stage, execution->receipt);
    if (stage_blocked(stage)) {
        char count[24];
        snprintf(count, sizeof count, "%zu", execution->receipt->skipped_count);
        execution->receipt->unchanged =
            execution->receipt->selected - (int64_t)execution->receipt->skipped_count;
        return failure_set(
            ret_failure, FAILURE_REFUSED, "",
            N_("Nothing was imported: %1 rows are refused. Correct them, or take the "
               "good rows with --keep-good."),
            count, NULL);
    }
    return summary_start(stage->store, ret_failure) && touch(stage, ret_failure) &&
           summary_subtract(stage->store, ret_failure) &&
           import_users(execution, stage, ret_failure) &&
           import_clients(execution, stage, ret_failure) &&
           import_employees(execution, stage, ret_failure) &&
           import_access(execution, stage, ret_failure) &&
           import_runs(execution, stage, ret_failure) &&
           (stage->runs_planned == 0 ||
            summary_sums_write(stage->sums, stage->store, ret_failure)) &&
           summary_add(stage->store, ret_failure) &&
           import_responsible(execution, stage, ret_failure);
}

const struct command_ops ops_import = { .kind = COMMAND_IMPORT, .apply = apply_import };
