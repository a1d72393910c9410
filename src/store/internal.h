/*
 * What the files of the store share with each other and with nobody else.
 *
 * store.c    open, create, session, state           execute.c  the one executor, the log's chain
 * sqlite.c   the engine                             apply_*.c  one family of commands each
 * schema.c   versions, migration                    stage.c, apply_import.c  facts from files
 * care.c     check, backup, restore                 summary.c  key figures kept with the write
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
    bool has_key;
    unsigned char key[KEY_SIZE];  /* seals person-level values */
    enum language language;       /* the bureau's: collation of *_sort */
    struct collator *collator;    /* of that language */
    uint64_t sequence;            /* of the next rowset */
};

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
extern const struct command_ops ops_partner, ops_access, ops_step, ops_note, ops_view, ops_view_drop,
    ops_import, ops_restored;

/* Settings of the bureau; setting_read gives "" when there is none (arena memory). */
bool setting_read(struct store *store, const char *name, struct arena *arena, const char **ret_value,
                  struct failure *ret_failure);
bool setting_write(struct store *store, const char *name, const char *value,
                   struct failure *ret_failure);

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
/* Compares every summary with its rows; calls finding for each difference (store_check). */
bool summary_check(struct store *store, store_finding call, void *context, int64_t *ret_findings,
                   struct failure *ret_failure);

#endif
