/*
 * Db: the small contract every database engine has to fill. sqlite.c is the only file that includes
 * <sqlite3.h>; a later postgres.c fills the same contract.
 *
 * SQL is written so that both engines take it: parameters $1 … $n (bound by number), CAST($1 AS …),
 * NULLS FIRST/LAST written out, no function that only one engine has (tests/store lints the texts).
 */
#ifndef KLIENTEL_STORE_DB_H
#define KLIENTEL_STORE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "klientel/base/message.h"

struct db;
struct db_statement;

enum db_mode { DB_READ_ONLY, DB_READ_WRITE, DB_CREATE };

bool db_open(const char *path, enum db_mode mode, int gate_seconds, struct db **ret_db,
             struct failure *ret_failure);
/* For a file that cannot be opened any more: a connection on which every statement fails. */
struct db *db_nothing(const char *path);
void db_close(struct db *db); /* NULL-safe; finalises cached statements */

/* Prepared once and kept by the text; reset and unbound when handed out. Never
 * finalise it; call db_done when the last row was read. NULL on failure. */
struct db_statement *db_prepare(struct db *db, const char *sql, struct failure *ret_failure);
void db_bind_number(struct db_statement *statement, int parameter, int64_t number);
void db_bind_text(struct db_statement *statement, int parameter, const char *text /* NULL = null */);
void db_bind_text_n(struct db_statement *statement, int parameter, const char *text, size_t length);
void db_bind_blob(struct db_statement *statement, int parameter, const void *data, size_t length);
void db_bind_null(struct db_statement *statement, int parameter);

/*
 * A statement that changes the main database runs only between db_begin_write and db_commit (others are a
 * bug). After a failure inside a write transaction nothing runs any more until db_rollback.
 */
enum db_step { DB_ROW, DB_DONE, DB_FAILED };
enum db_step db_step(struct db_statement *statement, struct failure *ret_failure);
/* Steps to the end, ignoring rows, and lets go. */
bool db_run(struct db_statement *statement, struct failure *ret_failure);
void db_done(struct db_statement *statement);

bool db_is_null(struct db_statement *statement, int column); /* columns from 0 */
int64_t db_number(struct db_statement *statement, int column);
/* Valid until the next step; "" for null. */
const char *db_text(struct db_statement *statement, int column, size_t *ret_length /* may be NULL */);
const void *db_blob(struct db_statement *statement, int column, size_t *ret_length);

/* Several statements without parameters: schema, temporary tables. */
bool db_script(struct db *db, const char *sql, struct failure *ret_failure);
/* Room for many rows, in temporary tables and in one big transaction; false: as it was. */
void db_bulk(struct db *db, bool bulk);
int64_t db_last_id(struct db *db);      /* id of the row inserted last */
int64_t db_row_changes(struct db *db);  /* rows the last statement changed */

/* Write: takes the gate, then BEGIN IMMEDIATE. `who` is put into the lock file, so that a waiter can say
 * who holds it. FAILURE_BUSY when the gate does not open in time. */
bool db_begin_write(struct db *db, const char *who, struct failure *ret_failure);
/* False: the transaction was rolled back, or it is not known (*ret_unknown): look the operation up again. */
bool db_commit(struct db *db, bool *ret_unknown, struct failure *ret_failure);
void db_rollback(struct db *db); /* also lets go of the gate; harmless when nothing is open */
/* Read: one consistent snapshot over several statements. */
bool db_begin_read(struct db *db, struct failure *ret_failure);
void db_end_read(struct db *db);

bool db_changed(struct db *db);  /* another connection committed since the last call */
/* A number that stays as it is as long as nobody committed and this connection wrote nothing; ask it in a transaction. */
int64_t db_version(struct db *db);
int db_schema_version(struct db *db, struct failure *ret_failure); /* -1 on failure */
bool db_set_schema_version(struct db *db, int version, struct failure *ret_failure);
/* Physical checks of the engine; each finding a line of text. */
bool db_integrity(struct db *db, void (*finding)(void *context, const char *text), void *context,
                  struct failure *ret_failure);
bool db_copy_to(struct db *db, const char *path, struct failure *ret_failure); /* VACUUM INTO */
enum { DB_ENGINE_SIZE = 32 };
void db_engine(char ret_text[static DB_ENGINE_SIZE]); /* "SQLite 3.40.1": the library in use */

#endif
