/*
 * What the files of an import share: stage.c (rows into temporary tables), stage_lines.c (what is
 * said about them), stage_find*.c (natural keys to ids), stage_runs.c (runs compared with what is
 * there), stage_months.c (whole months beside runs); apply_import.c (all of it, clients),
 * apply_users.c, apply_employees.c, apply_facts.c (access, runs).
 */
#ifndef KLIENTEL_STORE_STAGE_INTERNAL_H
#define KLIENTEL_STORE_STAGE_INTERNAL_H

#include "internal.h"
#include "klientel/store/stage.h"

enum stage_table {
    STAGE_CLIENT,
    STAGE_USER,
    STAGE_EMPLOYEE,
    STAGE_ACCESS,
    STAGE_RUN,
    STAGE_TABLE_COUNT
};

struct stage_key { /* a client as the files name it */
    size_t text;   /* offset into stage.key_texts */
    int64_t client_id;
    bool is_shared; /* a name that several clients have: client_id is 0 */
};

struct stage {
    struct store *store;
    struct session session;
    bool keep_good;
    char **files;
    int file_count;

    struct buffer pending; /* rows not yet in their temporary table */
    int64_t rows[STAGE_TABLE_COUNT];
    int64_t month_rows;  /* of the runs, those of whole months */
    struct arena *arena; /* emptied for each row */

    struct buffer key_texts;
    struct stage_key *keys;
    size_t key_count, key_capacity;
    uint32_t *key_slots; /* hash table of key index + 1 */
    size_t slot_count;

    struct receipt lines; /* refused rows and warnings */
    size_t read_refused;  /* of them, refused while reading; the rest comes from finding */
    size_t read_warned;   /* the same of the warnings */
    int64_t strict_read;  /* refused while reading, not lenient */
    int64_t strict_found; /* refused while finding, not lenient */
    bool has_too_many;    /* more than are worth listing */

    bool is_prepared;
    int64_t prepared_after;                           /* the last change-set then */
    int64_t runs_unchanged;                           /* rows that change nothing */
    int64_t runs_planned;                             /* rows that change something */
    int64_t sets_planned[2], declarations_planned[2]; /* new, changed */
    int64_t turns_planned;        /* of clients that become internal or stop being it */
    int64_t first_change_id;      /* the change row the plan reckons with */
    struct summary_sums *sums;    /* what the plan changes in the key figures */
    struct hash_stream plan_hash; /* over the plan's change rows from that one on */
};

/* Runs `SELECT … ` giving one number. */
bool stage_number(struct stage *stage, const char *sql, int64_t *ret_number,
                  struct failure *ret_failure);
bool stage_flush(struct stage *stage, struct failure *ret_failure);
const char *stage_key_text(const struct stage *stage, size_t key);
/* A row refused while finding. */
void stage_refuse_found(struct stage *stage, int64_t file, int64_t line, const char *column,
                        int64_t client_id, bool lenient, const struct message *why);
/* A row taken, found to be one that somebody should look at. */
void stage_warn_found(struct stage *stage, int64_t file, int64_t line, const char *column,
                      int64_t client_id, const struct message *why);
/* The failure that ends an import with too many of them. */
bool stage_too_many(const struct stage *stage, int file, struct failure *ret_failure);
/* Everything stage_prepare does, inside whatever transaction is open. */
bool stage_find_all(struct stage *stage, struct failure *ret_failure);
bool stage_find_clients(struct stage *stage, struct failure *ret_failure);
bool stage_find_users(struct stage *stage, struct failure *ret_failure);
bool stage_find_keys(struct stage *stage, struct failure *ret_failure);
bool stage_refuse_packages(struct stage *stage, struct failure *ret_failure);
/* Those rows of stage_access are refused; the set is finished. */
bool stage_take_access_out(struct stage *stage, struct ids *refused, struct failure *ret_failure);
bool stage_find_ids(struct stage *stage, struct failure *ret_failure);
bool stage_plan_runs(struct stage *stage, struct failure *ret_failure);

/* "file.csv:12", for sentences that point at another row. */
const char *stage_place(const struct stage *stage, int64_t file, int64_t line, char *text,
                        size_t size);

/* ---- a row as the log keeps it: column=value joined by VALUE_SEPARATOR ---- */

struct row_text {
    struct buffer before, after;
};
void row_text_clear(struct row_text *text);
void row_text_finish(struct row_text *text);
/* NULL = had or has no value. */
void row_text_add(struct row_text *text, const char *column, const char *before, const char *after);

/* ---- runs: their columns, the same in every statement ---- */

enum {
    RUN_COLUMN_COUNT = 18,
    RUN_COLUMN_MONTH = 3,
    RUN_COLUMN_FIGURES = 4,
    RUN_COLUMN_GROSS = 10,
    RUN_COLUMN_CURRENCY = 13,
    RUN_COLUMN_CLOSED_AT = 17
};
struct run_column {
    const char *name;
    bool is_number;
};
extern const struct run_column run_columns[RUN_COLUMN_COUNT];
#define RUN_COLUMNS_SQL                                                                            \
    "kind, earned, payout, month, employees, payslips, travel, absences, lines, manual_lines,"     \
    " gross, net, withheld, currency, run_by, run_at, closed_by, closed_at"

/* ---- whole months beside runs ---- */

struct own_runs { /* one client's runs that are not whole months */
    struct summary_run *list;
    size_t count, capacity;
};
enum month_told {
    MONTH_ALONE, /* the client has no other run in that month */
    MONTH_SAME,  /* the runs tell what the row tells */
    MONTH_OTHER
};
void own_runs_clear(struct own_runs *own);
void own_runs_finish(struct own_runs *own);
void own_runs_add(struct own_runs *own, const struct summary_run *run);
void own_runs_change(struct own_runs *own, const struct summary_run *run); /* found by its id */
/* told.currency "" = not told; *ret_run: the lowest id of the runs in that month. */
enum month_told own_runs_compare(const struct own_runs *own, const struct summary_run *told,
                                 const char *fallback, int64_t *ret_run);
/* Every figure told is the one known. */
bool month_tells_same(const struct summary_run *told, const struct summary_run *known);

/* ---- writing, inside the gate ---- */

static inline struct db_statement *execution_prepare(struct execution *execution, const char *sql,
                                                     struct failure *ret_failure)
{
    return db_prepare(execution->store->db, sql, ret_failure);
}
/* NULL for null. */
static inline const char *cell_told(struct db_statement *statement, int column)
{
    return db_is_null(statement, column) ? NULL : db_text(statement, column, NULL);
}

bool import_clients(struct execution *execution, struct stage *stage, struct failure *ret_failure);
bool import_users(struct execution *execution, struct stage *stage, struct failure *ret_failure);
bool import_employees(struct execution *execution, struct stage *stage,
                      struct failure *ret_failure);
bool import_access(struct execution *execution, struct stage *stage, struct failure *ret_failure);
bool import_runs(struct execution *execution, struct stage *stage, struct failure *ret_failure);
bool import_responsible(struct execution *execution, struct stage *stage,
                        struct failure *ret_failure);

#endif
