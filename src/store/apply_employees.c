/*
 * Apply employees: people who work for clients, inside the gate.
 *
 * State: none. Invariants: national ids are stored sealed and compared by their keyed digest; what
 * the log keeps of a row is sealed too.
 */
#include "stage_internal.h"

#include <string.h>

enum {
    EMPLOYEE_NAME,
    EMPLOYEE_FOLD,
    EMPLOYEE_SEALED,
    EMPLOYEE_HASH,
    EMPLOYEE_FROM,
    EMPLOYEE_UNTIL
};
enum { STAGED_EMPLOYEE = 2, OLD_EMPLOYEE = 1 };

/* The national id in clear, for the sealed row of the log. */
static bool add_national_id(struct execution *execution, struct buffer *text,
                            struct db_statement *from, int column, struct failure *ret_failure)
{
    if (db_is_null(from, column))
        return true;
    size_t length;
    const void *sealed = db_blob(from, column, &length);
    buffer_clear(text);
    return (execution->store->has_key && hash_open(execution->store->key, sealed, length, text)) ||
           failure_set(ret_failure, FAILURE_IO, execution->store->path,
                       N_("A sealed value cannot be opened: the key file is another one."), NULL);
}

struct employee_writer {
    struct execution *execution;
    struct db_statement *row, *old; /* old: NULL when new */
    struct row_text text;
    struct buffer before, after;
    bool changed;
};

static void compare_text(struct employee_writer *writer, struct db_statement *to, int parameter,
                         int column, const char *name)
{
    const char *value = cell_told(writer->row, STAGED_EMPLOYEE + column);
    const char *before = writer->old == NULL ? NULL : cell_told(writer->old, OLD_EMPLOYEE + column);
    bool is_name = column == EMPLOYEE_NAME || column == EMPLOYEE_FOLD;
    db_bind_text(to, parameter,
                 value != NULL    ? value
                 : before != NULL ? before
                 : is_name        ? ""
                                  : NULL);
    if (name == NULL || value == NULL || (before != NULL && strcmp(before, value) == 0))
        return;
    row_text_add(&writer->text, name, before, value);
    writer->changed = true;
}

static bool compare_id(struct employee_writer *writer, struct db_statement *to,
                       struct failure *ret_failure)
{
    const char *hash = cell_told(writer->row, STAGED_EMPLOYEE + EMPLOYEE_HASH);
    const char *old =
        writer->old == NULL ? NULL : cell_told(writer->old, OLD_EMPLOYEE + EMPLOYEE_HASH);
    bool differs = hash != NULL && (old == NULL || strcmp(old, hash) != 0);
    struct db_statement *from = hash != NULL ? writer->row : writer->old;
    int base = hash != NULL ? STAGED_EMPLOYEE : OLD_EMPLOYEE;
    if (from == NULL || db_is_null(from, base + EMPLOYEE_SEALED)) {
        db_bind_null(to, 5);
    } else {
        size_t length;
        const void *sealed = db_blob(from, base + EMPLOYEE_SEALED, &length);
        db_bind_blob(to, 5, sealed, length);
    }
    db_bind_text(to, 6, hash != NULL ? hash : old);
    if (!differs)
        return true;
    buffer_clear(&writer->before);
    if ((writer->old != NULL && !add_national_id(writer->execution, &writer->before, writer->old,
                                                 OLD_EMPLOYEE + EMPLOYEE_SEALED, ret_failure)) ||
        !add_national_id(writer->execution, &writer->after, writer->row,
                         STAGED_EMPLOYEE + EMPLOYEE_SEALED, ret_failure))
        return false;
    row_text_add(&writer->text, "national_id", old == NULL ? NULL : buffer_text(&writer->before),
                 buffer_text(&writer->after));
    writer->changed = true;
    return true;
}

static bool write_employee(struct employee_writer *writer, struct failure *ret_failure)
{
    struct execution *execution = writer->execution;
    int64_t client_id = db_number(writer->row, 0);
    const char *person = db_text(writer->row, 1, NULL);
    struct db_statement *old = execution_prepare(
        execution,
        "SELECT id, name, name_fold, national_id, national_id_hash, from_date, until FROM employee"
        " WHERE client_id = $1 AND person = $2",
        ret_failure);
    if (old == NULL)
        return false;
    db_bind_number(old, 1, client_id);
    db_bind_text(old, 2, person);
    enum db_step step = db_step(old, ret_failure);
    if (step == DB_FAILED)
        return false;
    bool is_new = step != DB_ROW;
    int64_t id = is_new ? 0 : db_number(old, 0);
    writer->old = is_new ? NULL : old;
    writer->changed = is_new;
    row_text_clear(&writer->text);
    if (is_new)
        row_text_add(&writer->text, "person", NULL, person);
    struct db_statement *to = execution_prepare(
        execution,
        is_new ? "INSERT INTO employee (client_id, person, name, name_fold, national_id,"
                 " national_id_hash, from_date, until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
               : "UPDATE employee SET name = $3, name_fold = $4, national_id = $5,"
                 " national_id_hash = $6, from_date = $7, until = $8, version = version + 1"
                 " WHERE client_id = $1 AND person = $2",
        ret_failure);
    if (to == NULL)
        return false;
    db_bind_number(to, 1, client_id);
    db_bind_text(to, 2, person);
    compare_text(writer, to, 3, EMPLOYEE_NAME, "name");
    compare_text(writer, to, 4, EMPLOYEE_FOLD, NULL);
    bool good = compare_id(writer, to, ret_failure);
    compare_text(writer, to, 7, EMPLOYEE_FROM, "from_date");
    compare_text(writer, to, 8, EMPLOYEE_UNTIL, "until");
    db_done(old);
    if (!good || !writer->changed) {
        db_done(to);
        execution->receipt->unchanged += good;
        return good;
    }
    if (!db_run(to, ret_failure))
        return false;
    execution->receipt->applied++;
    return execution_log(
        execution,
        &(struct change_row) { .entity = "employee",
                               .row_id = is_new ? db_last_id(execution->store->db) : id,
                               .client_id = client_id,
                               .column = "row",
                               .before = is_new ? NULL : buffer_text(&writer->text.before),
                               .after = buffer_text(&writer->text.after),
                               .secret = true },
        ret_failure);
}

bool import_employees(struct execution *execution, struct stage *stage, struct failure *ret_failure)
{
    if (stage->rows[STAGE_EMPLOYEE] == 0)
        return true;
    struct employee_writer writer = { .execution = execution };
    writer.row = execution_prepare(
        execution,
        "SELECT client_id, person, name, name_fold, national_id, national_id_hash,"
        " from_date, until FROM stage_employee WHERE client_id IS NOT NULL"
        " ORDER BY row",
        ret_failure);
    if (writer.row == NULL)
        return false;
    enum db_step step = DB_ROW;
    bool good = true;
    while (good && (step = db_step(writer.row, ret_failure)) == DB_ROW)
        good = write_employee(&writer, ret_failure);
    db_done(writer.row);
    row_text_finish(&writer.text);
    buffer_finish(&writer.before);
    buffer_finish(&writer.after);
    return good && step == DB_DONE;
}
