/*
 * Sqlite: the engine behind db.h, and the only file that includes <sqlite3.h>.
 *
 * Purpose     connections set up one way, statements kept, write transactions inside the gate.
 * State       struct db: one connection, its cached statements, the gate's file, data_version seen.
 * Invariants  - a statement that writes to the main database runs only between db_begin_write and
 *               db_commit (asked of the authorizer when it is prepared, checked when it is stepped);
 *             - after a failure inside a write transaction nothing runs until db_rollback, because
 *               SQLite may already have rolled back and the next statement would commit by itself;
 *             - the gate is held exactly as long as a write transaction is open.
 */
#include "klientel/store/db.h"

#include <assert.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gate.h"
#include "klientel/base/arena.h"

enum {
    APPLICATION_ID = 0x6b6c6e74, /* "klnt" */
    STATEMENTS_MAX = 384,
    PARAMETERS_MAX = 250,
    BUSY_MILLISECONDS = 5000, /* backstop behind the gate */
};

struct db_statement {
    struct db *db;
    struct db_statement *next; /* most recently used first */
    sqlite3_stmt *handle;
    char *sql;
    bool writes; /* changes the main database */
    int parameter_count;
    int *index_of; /* $n -> SQLite's own index; 0 = the text has no $n */
};

struct db {
    sqlite3 *handle;
    char *path; /* folder without symbolic links */
    bool read_only;
    int gate; /* DATABASE.lock, -1 when reading only */
    int gate_seconds;
    bool writing, reading;
    bool dead; /* a statement of this write transaction failed */
    struct db_statement *statements;
    size_t statement_count;
    sqlite3_stmt *data_version;
    int64_t data_version_seen;
    bool prepared_writes; /* set by the authorizer while preparing */
};

/* ---- failures ---- */

static bool engine_failure(struct db *db, int code, struct failure *ret_failure)
{
    const char *text = db->handle ? sqlite3_errmsg(db->handle) : sqlite3_errstr(code);

    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return failure_set(ret_failure, FAILURE_BUSY, db->path,
                           N_("The database is busy. Try again in a moment."), NULL);
    case SQLITE_FULL:
        return failure_set(ret_failure, FAILURE_IO, db->path,
                           N_("The disk is full. Nothing was saved. Make room and try again."),
                           NULL);
    case SQLITE_NOTADB:
        return failure_set(ret_failure, FAILURE_IO, db->path,
                           N_("This file is not a klientel database."), NULL);
    case SQLITE_CORRUPT:
        return failure_set(ret_failure, FAILURE_IO, db->path,
                           N_("The database is damaged (%1). Restore a backup."), text, NULL);
    case SQLITE_READONLY:
        return failure_set(ret_failure, FAILURE_DENIED, db->path,
                           N_("The database is open for reading only."), NULL);
    case SQLITE_CONSTRAINT:
        return failure_set(ret_failure, FAILURE_REFUSED, db->path,
                           N_("The database refused a value: %1."), text, NULL);
    case SQLITE_CANTOPEN:
        return failure_set(ret_failure, FAILURE_IO, db->path,
                           N_("The database cannot be opened: %1."), text, NULL);
    default:
        return failure_set(ret_failure, FAILURE_IO, db->path, N_("The database failed: %1."), text,
                           NULL);
    }
}

static bool dead_failure(struct db *db, struct failure *ret_failure)
{
    return failure_set(ret_failure, FAILURE_IO, db->path,
                       N_("The database failed: %1."), "no write transaction is open", NULL);
}

/* ---- opening ---- */

static int authorize(void *context, int action, const char *first, const char *second,
                     const char *database, const char *trigger)
{
    struct db *db = context;

    (void)trigger;
    (void)first;
    (void)second;
    switch (action) {
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
    case SQLITE_DELETE:
    case SQLITE_CREATE_TABLE:
    case SQLITE_CREATE_INDEX:
    case SQLITE_CREATE_TRIGGER:
    case SQLITE_CREATE_VIEW:
    case SQLITE_DROP_TABLE:
    case SQLITE_DROP_INDEX:
    case SQLITE_DROP_TRIGGER:
    case SQLITE_DROP_VIEW:
    case SQLITE_ALTER_TABLE:
    case SQLITE_REINDEX:
        if (!database || strcmp(database, "temp") != 0)
            db->prepared_writes = true;
        return SQLITE_OK;
    default:
        return SQLITE_OK;
    }
}

static bool simple(struct db *db, const char *sql, struct failure *ret_failure)
{
    int code = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);

    return code == SQLITE_OK || engine_failure(db, code, ret_failure);
}

/* First column of the first row; "" when there is none. */
static bool ask(struct db *db, const char *sql, char *ret_text, size_t size,
                struct failure *ret_failure)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(db->handle, sql, -1, &statement, NULL);

    if (code == SQLITE_OK) {
        code = sqlite3_step(statement);
        const char *text =
            code == SQLITE_ROW ? (const char *)sqlite3_column_text(statement, 0) : NULL;
        snprintf(ret_text, size, "%s", text ? text : "");
        code = code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
    }
    bool good = code == SQLITE_OK || engine_failure(db, code, ret_failure);
    sqlite3_finalize(statement);
    return good;
}

static void limit_all(sqlite3 *handle)
{
    static const struct {
        int id, value;
    } limits[] = {
        { SQLITE_LIMIT_LENGTH, 20000000 },      { SQLITE_LIMIT_SQL_LENGTH, 100000 },
        { SQLITE_LIMIT_COLUMN, 200 },           { SQLITE_LIMIT_EXPR_DEPTH, 100 },
        { SQLITE_LIMIT_COMPOUND_SELECT, 50 },   { SQLITE_LIMIT_VDBE_OP, 250000 },
        { SQLITE_LIMIT_FUNCTION_ARG, 16 },      { SQLITE_LIMIT_ATTACHED, 0 },
        { SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000 }, { SQLITE_LIMIT_TRIGGER_DEPTH, 10 },
        { SQLITE_LIMIT_VARIABLE_NUMBER, PARAMETERS_MAX }, { SQLITE_LIMIT_WORKER_THREADS, 0 },
    };

    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        sqlite3_limit(handle, limits[i].id, limits[i].value);
}

static bool check_application(struct db *db, struct failure *ret_failure)
{
    char id[32];

    if (!ask(db, "PRAGMA application_id", id, sizeof id, ret_failure))
        return false;
    if (strtol(id, NULL, 10) == APPLICATION_ID)
        return true;
    return failure_set(ret_failure, FAILURE_IO, db->path,
                       N_("This file is not a klientel database."), NULL);
}

static bool set_up(struct db *db, enum db_mode mode, struct failure *ret_failure)
{
    char text[64];

    sqlite3_extended_result_codes(db->handle, 1);
    sqlite3_busy_timeout(db->handle, BUSY_MILLISECONDS);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 1, NULL);
    limit_all(db->handle);
    if (!simple(db, "PRAGMA foreign_keys=ON; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0;"
                    "PRAGMA synchronous=FULL; PRAGMA cache_size=-2000; PRAGMA secure_delete=ON;"
                    "PRAGMA journal_size_limit=67108864; PRAGMA temp_store=FILE;"
                    /* A checkpoint holds the gate: rarely, then; the same pages are written again and again. */
                    "PRAGMA wal_autocheckpoint=8000",
                ret_failure))
        return false;
    if (mode == DB_CREATE) {
        char sql[64];
        snprintf(sql, sizeof sql, "PRAGMA application_id=%d", APPLICATION_ID);
        if (!simple(db, sql, ret_failure))
            return false;
    } else if (!check_application(db, ret_failure)) {
        return false;
    }
    if (mode != DB_READ_ONLY) {
        if (!ask(db, "PRAGMA journal_mode=WAL", text, sizeof text, ret_failure))
            return false;
        if (strcmp(text, "wal") != 0)
            return failure_set(ret_failure, FAILURE_IO, db->path,
                               N_("The database cannot be opened: %1."),
                               "write-ahead logging is not possible here", NULL);
    }
    int code = sqlite3_prepare_v3(db->handle, "PRAGMA data_version", -1,
                                  SQLITE_PREPARE_PERSISTENT, &db->data_version, NULL);
    if (code != SQLITE_OK)
        return engine_failure(db, code, ret_failure);
    sqlite3_set_authorizer(db->handle, authorize, db);
    db_changed(db);
    return true;
}

/* The path with the links of its folder resolved, so that only the file itself may not be a link. */
static char *resolve(const char *path)
{
    const char *slash = strrchr(path, '/');
    char folder[PATH_MAX], *real;
    size_t length = slash ? (size_t)(slash - path) : 0;

    if (length >= sizeof folder)
        return memory_text(path);
    memcpy(folder, path, length);
    folder[length] = '\0';
    real = realpath(slash ? (length ? folder : "/") : ".", NULL);
    if (!real)
        return memory_text(path);
    const char *name = slash ? slash + 1 : path;
    size_t size = strlen(real) + strlen(name) + 2;
    char *whole = memory_alloc(size);
    snprintf(whole, size, "%s/%s", strcmp(real, "/") == 0 ? "" : real, name);
    free(real);
    return whole;
}

bool db_open(const char *path, enum db_mode mode, int gate_seconds, struct db **ret_db,
             struct failure *ret_failure)
{
    struct db *db = memory_zero(1, sizeof *db);
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE;

    db->gate = -1;
    db->path = resolve(path);
    db->read_only = mode == DB_READ_ONLY;
    db->gate_seconds = gate_seconds > 0 ? gate_seconds : 10;
    flags |= mode == DB_READ_ONLY ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    flags |= mode == DB_CREATE ? SQLITE_OPEN_CREATE : 0;
    if (mode != DB_CREATE && access(db->path, F_OK) != 0) {
        failure_set(ret_failure, FAILURE_IO, path,
                    N_("There is no database here. Make one with: klientel init, or: klientel demo"),
                    NULL);
        db_close(db);
        return false;
    }
    int code = sqlite3_open_v2(db->path, &db->handle, flags, NULL);
    bool good = code == SQLITE_OK || engine_failure(db, code, ret_failure);
    if (!good || !(mode == DB_READ_ONLY || gate_open(db->path, &db->gate, ret_failure))
        || !set_up(db, mode, ret_failure)) {
        db_close(db);
        return false;
    }
    *ret_db = db;
    return true;
}

struct db *db_nothing(const char *path)
{
    struct db *db = memory_zero(1, sizeof *db);

    db->gate = -1;
    db->path = memory_text(path);
    db->read_only = true;
    if (sqlite3_open_v2(":memory:", &db->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY, NULL)
            != SQLITE_OK
        || sqlite3_prepare_v2(db->handle, "PRAGMA data_version", -1, &db->data_version, NULL)
               != SQLITE_OK)
        abort(); /* no memory */
    return db;
}

static void statement_free(struct db_statement *statement)
{
    sqlite3_finalize(statement->handle);
    free(statement->index_of);
    free(statement->sql);
    free(statement);
}

void db_close(struct db *db)
{
    if (!db)
        return;
    if (db->handle)
        db_rollback(db);
    while (db->statements) {
        struct db_statement *next = db->statements->next;
        statement_free(db->statements);
        db->statements = next;
    }
    sqlite3_finalize(db->data_version);
    sqlite3_close(db->handle);
    if (db->gate >= 0)
        close(db->gate);
    free(db->path);
    free(db);
}

/* ---- statements ---- */

static struct db_statement *find_statement(struct db *db, const char *sql)
{
    for (struct db_statement **at = &db->statements; *at; at = &(*at)->next) {
        struct db_statement *statement = *at;
        if (strcmp(statement->sql, sql) != 0) /* also texts composed anew have their statement */
            continue;
        *at = statement->next;
        statement->next = db->statements;
        db->statements = statement;
        return statement;
    }
    return NULL;
}

/* Lets go of the least recently used statement that nobody is stepping through. */
static void shed_statement(struct db *db)
{
    struct db_statement **oldest = NULL;

    for (struct db_statement **at = &db->statements; *at; at = &(*at)->next)
        if (at != &db->statements && !sqlite3_stmt_busy((*at)->handle))
            oldest = at;
    if (oldest) {
        struct db_statement *statement = *oldest;
        *oldest = statement->next;
        statement_free(statement);
        db->statement_count--;
    }
}

static void map_parameters(struct db_statement *statement)
{
    int count = sqlite3_bind_parameter_count(statement->handle);
    int highest = 0;

    for (int i = 1; i <= count; i++) {
        const char *name = sqlite3_bind_parameter_name(statement->handle, i);
        assert(name && name[0] == '$' && name[1] >= '1' && name[1] <= '9');
        assert(strspn(name + 1, "0123456789") == strlen(name + 1));
        int number = (int)strtol(name + 1, NULL, 10);
        highest = number > highest ? number : highest;
    }
    assert(highest <= PARAMETERS_MAX);
    statement->parameter_count = highest;
    statement->index_of = memory_zero((size_t)highest + 1, sizeof *statement->index_of);
    for (int i = 1; i <= count; i++) {
        const char *name = sqlite3_bind_parameter_name(statement->handle, i);
        statement->index_of[strtol(name + 1, NULL, 10)] = i;
    }
}

struct db_statement *db_prepare(struct db *db, const char *sql, struct failure *ret_failure)
{
    struct db_statement *statement = find_statement(db, sql);
    sqlite3_stmt *handle = NULL;

    if (statement) {
        sqlite3_reset(statement->handle);
        sqlite3_clear_bindings(statement->handle);
        return statement;
    }
    db->prepared_writes = false;
    int code = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &handle, NULL);
    if (code != SQLITE_OK || !handle) {
        db->dead = db->dead || db->writing;
        engine_failure(db, code, ret_failure);
        return NULL;
    }
    if (db->statement_count >= STATEMENTS_MAX)
        shed_statement(db);
    statement = memory_zero(1, sizeof *statement);
    statement->db = db;
    statement->handle = handle;
    statement->sql = memory_text(sql);
    statement->writes = db->prepared_writes;
    map_parameters(statement);
    statement->next = db->statements;
    db->statements = statement;
    db->statement_count++;
    return statement;
}

static int index_of(const struct db_statement *statement, int parameter)
{
    assert(parameter >= 1 && parameter <= statement->parameter_count);
    assert(statement->index_of[parameter] > 0);
    return statement->index_of[parameter];
}

void db_bind_number(struct db_statement *statement, int parameter, int64_t number)
{
    sqlite3_bind_int64(statement->handle, index_of(statement, parameter), number);
}

void db_bind_text(struct db_statement *statement, int parameter, const char *text)
{
    if (text)
        db_bind_text_n(statement, parameter, text, strlen(text));
    else
        db_bind_null(statement, parameter);
}

void db_bind_text_n(struct db_statement *statement, int parameter, const char *text, size_t length)
{
    sqlite3_bind_text64(statement->handle, index_of(statement, parameter), text, length,
                        SQLITE_TRANSIENT, SQLITE_UTF8);
}

void db_bind_blob(struct db_statement *statement, int parameter, const void *data, size_t length)
{
    sqlite3_bind_blob64(statement->handle, index_of(statement, parameter),
                        length ? data : (const void *)"", length, SQLITE_TRANSIENT);
}

void db_bind_null(struct db_statement *statement, int parameter)
{
    sqlite3_bind_null(statement->handle, index_of(statement, parameter));
}

enum db_step db_step(struct db_statement *statement, struct failure *ret_failure)
{
    struct db *db = statement->db;

    if (db->dead || (statement->writes && !db->writing)) {
        assert(db->dead || !"a write outside the write gate");
        dead_failure(db, ret_failure);
        return DB_FAILED;
    }
    int code = sqlite3_step(statement->handle);
    if (code == SQLITE_ROW)
        return DB_ROW;
    if (code == SQLITE_DONE)
        return DB_DONE;
    engine_failure(db, code, ret_failure);
    sqlite3_reset(statement->handle);
    db->dead = db->writing;
    return DB_FAILED;
}

bool db_run(struct db_statement *statement, struct failure *ret_failure)
{
    enum db_step step = DB_ROW;

    while (step == DB_ROW)
        step = db_step(statement, ret_failure);
    db_done(statement);
    return step == DB_DONE;
}

void db_done(struct db_statement *statement)
{
    sqlite3_reset(statement->handle);
    sqlite3_clear_bindings(statement->handle);
}

bool db_is_null(struct db_statement *statement, int column)
{
    return sqlite3_column_type(statement->handle, column) == SQLITE_NULL;
}

int64_t db_number(struct db_statement *statement, int column)
{
    return sqlite3_column_int64(statement->handle, column);
}

const char *db_text(struct db_statement *statement, int column, size_t *ret_length)
{
    const char *text = (const char *)sqlite3_column_text(statement->handle, column);

    if (ret_length)
        *ret_length = text ? (size_t)sqlite3_column_bytes(statement->handle, column) : 0;
    return text ? text : "";
}

const void *db_blob(struct db_statement *statement, int column, size_t *ret_length)
{
    const void *data = sqlite3_column_blob(statement->handle, column);

    *ret_length = data ? (size_t)sqlite3_column_bytes(statement->handle, column) : 0;
    return data;
}

bool db_script(struct db *db, const char *sql, struct failure *ret_failure)
{
    while (*sql) {
        sqlite3_stmt *handle = NULL;
        db->prepared_writes = false;
        int code = sqlite3_prepare_v2(db->handle, sql, -1, &handle, &sql);
        if (code == SQLITE_OK && !handle)
            continue; /* only blanks or a comment */
        if (code == SQLITE_OK && (db->dead || (db->prepared_writes && !db->writing))) {
            sqlite3_finalize(handle);
            assert(db->dead || !"a write outside the write gate");
            return dead_failure(db, ret_failure);
        }
        while (code == SQLITE_OK || code == SQLITE_ROW)
            code = sqlite3_step(handle);
        bool good = code == SQLITE_DONE || engine_failure(db, code, ret_failure);
        sqlite3_finalize(handle);
        if (!good) {
            db->dead = db->writing;
            return false;
        }
    }
    return true;
}

int64_t db_last_id(struct db *db)
{
    return sqlite3_last_insert_rowid(db->handle);
}

int64_t db_row_changes(struct db *db)
{
    return sqlite3_changes64(db->handle);
}

/* What is in temporary tables is in files nobody can open: it need not be wiped page by page. */
void db_bulk(struct db *db, bool bulk)
{
    sqlite3_exec(db->handle,
                 bulk ? "PRAGMA temp.secure_delete=OFF; PRAGMA temp.cache_size=-16000;"
                        "PRAGMA main.cache_size=-48000"
                      : "PRAGMA main.cache_size=-2000; PRAGMA temp.cache_size=-2000",
                 NULL, NULL, NULL);
}

/* ---- transactions ---- */

bool db_begin_write(struct db *db, const char *who, struct failure *ret_failure)
{
    assert(!db->writing && !db->reading);
    if (db->read_only)
        return failure_set(ret_failure, FAILURE_DENIED, db->path,
                           N_("The database is open for reading only."), NULL);
    if (!gate_take(db->gate, db->gate_seconds, who, db->path, ret_failure))
        return false;
    int code = sqlite3_exec(db->handle, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    if (code != SQLITE_OK) {
        engine_failure(db, code, ret_failure);
        gate_leave(db->gate);
        return false;
    }
    db->writing = true;
    db->dead = false;
    return true;
}

bool db_commit(struct db *db, bool *ret_unknown, struct failure *ret_failure)
{
    assert(db->writing);
    *ret_unknown = false;
    if (db->dead || sqlite3_get_autocommit(db->handle)) {
        db_rollback(db);
        return dead_failure(db, ret_failure);
    }
    int code = sqlite3_exec(db->handle, "COMMIT", NULL, NULL, NULL);
    if (code == SQLITE_OK) {
        db->writing = false;
        gate_leave(db->gate);
        return true;
    }
    engine_failure(db, code, ret_failure);
    *ret_unknown = (code & 0xff) != SQLITE_BUSY && (code & 0xff) != SQLITE_CONSTRAINT;
    db_rollback(db);
    return false;
}

/* A statement left half read by an error would keep its snapshot open: later answers would be old, and
 * the next write would find the database busy for ever. */
static void let_go_of_all(struct db *db)
{
    for (struct db_statement *at = db->statements; at; at = at->next)
        if (sqlite3_stmt_busy(at->handle))
            db_done(at);
}

void db_rollback(struct db *db)
{
    if (!db->writing && !db->reading)
        return;
    let_go_of_all(db);
    if (!sqlite3_get_autocommit(db->handle))
        sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
    if (db->writing)
        gate_leave(db->gate);
    db->writing = db->reading = db->dead = false;
}

bool db_begin_read(struct db *db, struct failure *ret_failure)
{
    assert(!db->writing && !db->reading);
    if (!simple(db, "BEGIN", ret_failure))
        return false;
    db->reading = true;
    return true;
}

void db_end_read(struct db *db)
{
    if (db->reading)
        db_rollback(db);
}

/* ---- the file as a whole ---- */

bool db_changed(struct db *db)
{
    int64_t version = db->data_version_seen;

    if (sqlite3_step(db->data_version) == SQLITE_ROW)
        version = sqlite3_column_int64(db->data_version, 0);
    sqlite3_reset(db->data_version);
    bool changed = version != db->data_version_seen;
    db->data_version_seen = version;
    return changed;
}

int64_t db_version(struct db *db)
{
    int64_t others = 0;

    if (sqlite3_step(db->data_version) == SQLITE_ROW)
        others = sqlite3_column_int64(db->data_version, 0);
    sqlite3_reset(db->data_version);
    return (int64_t)((uint64_t)others << 32) + sqlite3_total_changes64(db->handle);
}

int db_schema_version(struct db *db, struct failure *ret_failure)
{
    char text[32];

    if (!ask(db, "PRAGMA user_version", text, sizeof text, ret_failure))
        return -1;
    return (int)strtol(text, NULL, 10);
}

bool db_set_schema_version(struct db *db, int version, struct failure *ret_failure)
{
    char sql[64];

    assert(db->writing);
    snprintf(sql, sizeof sql, "PRAGMA user_version=%d", version);
    return db_script(db, sql, ret_failure);
}

static bool each_finding(struct db *db, const char *sql, const char *format,
                         void (*finding)(void *, const char *), void *context,
                         struct failure *ret_failure)
{
    sqlite3_stmt *handle = NULL;
    int code = sqlite3_prepare_v2(db->handle, sql, -1, &handle, NULL);

    while (code == SQLITE_OK || code == SQLITE_ROW) {
        code = sqlite3_step(handle);
        if (code != SQLITE_ROW)
            break;
        const char *first = (const char *)sqlite3_column_text(handle, 0);
        const char *second = format ? (const char *)sqlite3_column_text(handle, 1) : NULL;
        char line[400];
        if (!first || strcmp(first, "ok") == 0)
            continue;
        if (format)
            snprintf(line, sizeof line, format, first, second ? second : "?");
        else
            snprintf(line, sizeof line, "%s", first);
        finding(context, line);
    }
    if ((code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB) {
        finding(context, sqlite3_errmsg(db->handle));
        code = SQLITE_DONE;
    }
    bool good = code == SQLITE_DONE || engine_failure(db, code, ret_failure);
    sqlite3_finalize(handle);
    return good;
}

bool db_integrity(struct db *db, void (*finding)(void *context, const char *text), void *context,
                  struct failure *ret_failure)
{
    return each_finding(db, "PRAGMA integrity_check(100)", NULL, finding, context, ret_failure)
           && each_finding(db, "PRAGMA foreign_key_check",
                           "table %s, row %s points to a row that is not there", finding, context,
                           ret_failure);
}

bool db_copy_to(struct db *db, const char *path, struct failure *ret_failure)
{
    sqlite3_stmt *handle = NULL;

    assert(!db->writing && !db->reading);
    /* VACUUM INTO attaches the copy. */
    sqlite3_limit(db->handle, SQLITE_LIMIT_ATTACHED, 1);
    int code = sqlite3_prepare_v2(db->handle, "VACUUM INTO $1", -1, &handle, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_bind_text(handle, 1, path, -1, SQLITE_STATIC);
    if (code == SQLITE_OK)
        code = sqlite3_step(handle);
    bool good = code == SQLITE_DONE || engine_failure(db, code, ret_failure);
    sqlite3_finalize(handle);
    sqlite3_limit(db->handle, SQLITE_LIMIT_ATTACHED, 0);
    return good;
}

void db_engine(char ret_text[static DB_ENGINE_SIZE])
{
    snprintf(ret_text, DB_ENGINE_SIZE, "SQLite %s", sqlite3_libversion());
}
