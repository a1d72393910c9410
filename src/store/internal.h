/*
 * What the files of the store share with each other and with nobody else.
 *
 * store.c    open, create, session, state           execute.c  the one executor, the log's chain
 * sqlite.c   the engine                             apply_*.c  one family of commands each
 * schema.c   versions, migration                    stage.c, apply_import.c  facts from files
 * check.c    what must hold, findings               summary.c  key figures kept with the write
 * care.c     backup, restore                        state.c    a person's own state
 * query*.c   every SELECT behind a screen
 */
#ifndef KLIENTEL_STORE_INTERNAL_H
#define KLIENTEL_STORE_INTERNAL_H

#include "klientel/base/hash.h"
#include "klientel/base/text.h"
#include "klientel/store/db.h"
#include "klientel/store/store.h"

struct store {
    struct db *db;
    char *path;
    bool read_only;
    int open_fd;                  /* DATABASE.open, locked shared as long as the store is open */
    int gate_seconds;
    bool has_key;
    unsigned char key[KEY_SIZE];  /* seals person-level values */
    enum language language;       /* the bureau's: collation of *_sort */
    struct collator *collator;    /* of that language */
    uint64_t sequence;            /* of the next rowset */
    struct known_users *users;    /* see load_users; NULL = not read yet */
    int64_t newest_changeset;     /* when it was last asked whether others changed something */
    bool kept;                    /* something was written since that is no change-set: see store_kept */
};

void known_users_drop(struct store *store);

/* ---- one command being carried out: inside the gate and its transaction ---- */

struct execution {
    struct store *store;
    const struct command *command;
    struct session actor;         /* asked again inside the transaction */
    struct instant now;
    char now_text[INSTANT_TEXT_SIZE];
    int64_t changeset_id;         /* the id the change-set will have: last + 1 */
    struct arena *arena;          /* for facts and texts of this execution */
    struct receipt *receipt;      /* selected, applied, unchanged and skips are filled by apply */
    struct buffer detail;         /* parameters of the command for the log; no person data */
    struct hash_stream rows_hash; /* over the change rows so far */
    int64_t rows;
};

/* One changed cell, or one file row of an import. NULL texts are stored as NULL. */
struct change_row {
    const char *entity;           /* table */
    int64_t row_id, client_id, user_id; /* 0 = none */
    const char *column;           /* "row" for a whole row */
    const char *before, *after;
    bool secret;                  /* before and after are person-level: sealed, digest in the log */
};
bool execution_log(struct execution *execution, const struct change_row *row,
                   struct failure *ret_failure);

/*
 * One kind of command. load fills facts for command_judge and the target facts (arena memory); apply
 * writes the targets whose verdict allows it (verdicts[i], one a target) and logs each cell. NULL load:
 * facts without targets.
 */
struct command_ops {
    enum command_kind kind;
    bool (*load)(struct execution *execution, struct facts *facts, struct failure *ret_failure);
    bool (*apply)(struct execution *execution, const struct facts *facts,
                  const struct verdict *verdicts, struct failure *ret_failure);
};
/* A skipped target: a line in the receipt. login NULL = none. */
void execution_skip(struct execution *execution, int64_t client_id, const char *login,
                    const struct message *why);
/* How many rows a SELECT count(*) … without parameters gives. */
bool store_count(struct store *store, const char *sql, int64_t *ret_count,
                 struct failure *ret_failure);
/* Access facts of the actor on one client: role and activity are copied, grants and internal read. */
bool load_access_facts(struct execution *execution, int64_t client_id, struct target_facts *facts,
                       struct failure *ret_failure);
/* For the commands whose targets are clients: existence, version, archived, access. */
bool load_clients(struct execution *execution, struct facts *facts, struct failure *ret_failure);

extern const struct command_ops ops_partner, ops_access, ops_step, ops_note, ops_view, ops_view_drop,
    ops_import, ops_restored;

/* ---- the log's chain (execute.c, asked again by check.c) ---- */

enum { CHAIN_START_SIZE = 65 };
extern const char chain_start[CHAIN_START_SIZE]; /* "prev" of the first change-set: 64 zeroes */
/* One change row as it is bound into rows_hash; NULL texts stay different from "". */
struct chain_row {
    int64_t id, row_id, client_id, user_id, secret_before, secret_after; /* 0 = NULL */
    const char *entity, *column, *before, *after;
};
void chain_add_row(struct hash_stream *rows_hash, const struct chain_row *row);
struct chain_link {
    int64_t id, actor_id, selected, applied, unchanged, skipped, undo_of, rows; /* 0 = NULL */
    const char *at, *actor, *command, *reason, *detail, *operation, *rows_hash, *prev;
};
void chain_hash(const struct chain_link *link, char ret_hash[static HASH_TEXT_SIZE]);

/* The engine's own checks and the chain: what a backup must pass. call NULL: only counted. */
bool check_file(struct db *db, store_finding call, void *context, int64_t *ret_findings,
                int64_t *ret_changesets, char ret_head[static HASH_TEXT_SIZE],
                struct failure *ret_failure);

/* ---- versions (schema.c) ---- */

struct schema_version {
    int version;     /* the one it brings the database to */
    const char *sql;
};
/* The scripts of this program, lowest version first. */
const struct schema_version *schema_versions(size_t *ret_count);
/* Runs every script above the database's version, each with its number in a transaction of its own. */
bool schema_apply(struct db *db, const struct schema_version *versions, size_t count,
                  struct failure *ret_failure);
/* The whole of store_migrate, for a given list of scripts. */
bool schema_migrate(const char *path, const struct store_options *options,
                    const struct schema_version *versions, size_t count, int *ret_from,
                    int *ret_to, struct failure *ret_failure);

/* Copies as much as fits, cut at a character. */
void copy_cut(char *to, size_t size, const char *text);

/* ---- files beside the database (store.c) ---- */

char *path_beside(const char *path, const char *ending); /* to be freed */
/* 0600 or 0640 at most, a plain file of ours. */
bool check_private_file(const char *path, struct failure *ret_failure);
/* DATABASE.open: shared by every open store, exclusive for a restore. -1 when read-only media has none. */
bool lock_open_file(const char *path, bool exclusive, bool read_only, int *ret_fd,
                    struct failure *ret_failure);

/* What only this key makes of a known text: kept in the setting key_check, to know the key again. */
void key_check_text(const struct store *store, char ret_text[static HASH_TEXT_SIZE]);

/* Settings of the bureau; setting_read gives "" when there is none (arena memory). */
bool setting_read(struct store *store, const char *name, struct arena *arena, const char **ret_value,
                  struct failure *ret_failure);
bool setting_write(struct store *store, const char *name, const char *value,
                   struct failure *ret_failure);

/* ---- what a client's month is (C45, C49): the same words for the summaries and for every query ----
 * r is a run. A run of kind "month" counts only while its month has no run of another kind. A month is
 * the sum of its runs; only its employees are the most of any run, since people are not paid twice as
 * others. Unknown figures are NULL and add nothing. Pay of a run: net where known, else gross. */
#define RUN_COUNTS_SQL                                                                             \
    "(r.kind <> 'month' OR NOT EXISTS (SELECT 1 FROM run o WHERE o.month = r.month"                \
    " AND o.client_id = r.client_id AND o.kind <> 'month'))"
#define MONTH_FIGURES_SQL                                                                          \
    "max(r.employees) AS employees, sum(r.payslips) AS payslips, sum(r.travel) AS travel,"         \
    " sum(r.absences) AS absences,"                                                                \
    " sum(CASE WHEN r.manual_lines IS NOT NULL THEN r.lines END) AS lines,"                        \
    " sum(CASE WHEN r.lines IS NOT NULL THEN r.manual_lines END) AS manual_lines"

/* ---- key figures kept with the write (summary.c) ----
 * Fill the temporary table touched (client_id, month) with every client and month whose runs or
 * declarations are about to change, call subtract, change the rows, call add. Set-based. */
bool summary_start(struct store *store, struct failure *ret_failure); /* makes and empties touched */
bool summary_touch(struct store *store, int64_t client_id, const char *month,
                   struct failure *ret_failure);
bool summary_touch_client(struct store *store, int64_t client_id,
                          struct failure *ret_failure); /* all its months */
bool summary_subtract(struct store *store, struct failure *ret_failure);
bool summary_add(struct store *store, struct failure *ret_failure);
/*
 * The same for many clients at once, reckoned outside the gate: the difference an import makes. For each
 * client: begin, every run it has (old), every run that comes or takes the place of the one with that id
 * (new), end. Written by summary_sums_write between subtract and add; those pairs must not be touched.
 */
enum { SUMMARY_FIGURES = 6 };
struct summary_run {
    int64_t id;
    char month[12]; /* "" = not known */
    bool whole_month;
    struct figure figure[SUMMARY_FIGURES]; /* employees payslips travel absences lines manual_lines */
    struct figure gross, net;
    char currency[4];
};
struct summary_sums;
struct summary_sums *summary_sums_create(void);
void summary_sums_destroy(struct summary_sums *sums); /* NULL-safe */
void summary_sums_begin(struct summary_sums *sums, bool internal);
void summary_sums_old(struct summary_sums *sums, const struct summary_run *run);
void summary_sums_new(struct summary_sums *sums, const struct summary_run *run);
void summary_sums_end(struct summary_sums *sums);
/* A declaration that comes (sign 1) or goes (-1), of the client in hand. failed_month "" = never failed. */
void summary_sums_declaration(struct summary_sums *sums, const char *month, const char *kind,
                              const char *state, const char *failed_month, int sign);
bool summary_sums_write(const struct summary_sums *sums, struct store *store,
                        struct failure *ret_failure);
/* Of two declarations of one month the one that needs more: failed first, else the less far. */
enum declaration_state declaration_worse(enum declaration_state a, enum declaration_state b);

/* Compares every summary with its rows; calls finding for each difference (store_check). */
bool summary_check(struct store *store, store_finding call, void *context, int64_t *ret_findings,
                   struct failure *ret_failure);

#endif
