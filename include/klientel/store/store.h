/*
 * Store: the bureau's database, and the only way in or out.
 *
 * One SQLite file on a local disk, WAL, synchronous=FULL, STRICT tables, many processes. Every write
 * transaction is taken inside the write gate (flock on DATABASE.lock): it gives fairness, and it keeps
 * SQLite before 3.51.3 from its WAL-reset race. No transaction, read or write, is open after a
 * call here returns.
 *
 * There is no query without a session, and no write outside store_execute (commands: judged, logged,
 * undoable) and store_remember (a person's own state). A store belongs to one thread.
 */
#ifndef KLIENTEL_STORE_STORE_H
#define KLIENTEL_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "klientel/base/arena.h"
#include "klientel/base/ids.h"
#include "klientel/base/message.h"
#include "klientel/rules/command.h"
#include "klientel/rules/filter.h"
#include "klientel/rules/model.h"

struct store;

struct store_options {
    bool read_only;       /* opened so that nothing can be written at all */
    const char *key_file; /* NULL = DATABASE.key beside the database; made by store_create, 0600 */
    int gate_seconds;     /* how long to wait for the write gate; 0 = 10 */
};

enum { STORE_SCHEMA_VERSION = 1 };

/* Makes a new database with the newest schema. Fails when the file exists (kind FAILURE_REFUSED). */
bool store_create(const char *path, const struct store_options *options, struct failure *ret_failure);
/* Opens; refuses foreign files, other schema versions (says what to run), too wide permissions
 * (files must be 0600 or 0640, owner = effective user), and network file systems. */
bool store_open(const char *path, const struct store_options *options, struct store **ret_store,
                struct failure *ret_failure);
void store_close(struct store *store); /* NULL-safe */
const char *store_path(const struct store *store);

/*
 * Who asks. login NULL: the first administrator (whoever owns the file works as that one). now: the
 * clock; a demo bureau's own stored day replaces its date. Unknown or inactive login: FAILURE_DENIED.
 */
bool store_session(struct store *store, const char *login, struct instant now,
                   struct session *ret_session, struct failure *ret_failure);

/* True once after another process changed the bureau's data (PRAGMA data_version, then the newest change-set): show
 * again what is shown. What persons keep for themselves (store_remember, store_favourite) is no such change. */
bool store_changed(struct store *store);
/* True once after store_changed found that another process wrote something, be it only what persons keep for
 * themselves: this person's other sessions may have. */
bool store_kept(struct store *store);

/* ---- reading ---- */

/* All rows of a dataset the session may see, as a snapshot in the arena. */
bool store_query(struct store *store, const struct session *session, const struct query *query,
                 struct arena *arena, struct rowset *ret_rowset, struct failure *ret_failure);
/*
 * The same in slices of time, for a screen that takes keys meanwhile: each call is a transaction of its
 * own. What others commit between two calls is there or is not, client by client: whoever hears of it
 * (store_changed) starts another load when this one is through. Rows come in no order of meaning (store_load_order
 * has one) until they are done: then they stand in the dataset's own. Rights are asked again in every slice.
 */
struct store_load;
struct store_load *store_load_start(struct store *store, const struct query *query); /* reads nothing yet */
void store_load_finish(struct store_load *load); /* NULL-safe */
/* Goes on for about `microseconds` (0 = to the end); the rows say whether they are done. */
bool store_load_step(struct store_load *load, const struct session *session, int64_t microseconds,
                     struct failure *ret_failure);
/* Those that have come so far: only more of them after each step, at the same row numbers until they are done; what
 * they point at is valid until the next step. */
const struct rowset *store_load_rows(const struct store_load *load);
/* The first rows in the dataset's own order, before all have come; they belong to the arena. None when a
 * step brings all of them about as fast, or when they cannot be known yet. */
bool store_load_first(struct store_load *load, const struct session *session, struct arena *arena,
                      struct rowset *ret_rowset, struct failure *ret_failure);
/* The rows of those clients alone, at most 64 ids that ascend; where only what is told of them is another. In no order
 * of meaning. */
bool store_load_some(struct store_load *load, const struct session *session, const int64_t *clients,
                     size_t count, struct arena *arena, struct rowset *ret_rowset,
                     struct failure *ret_failure);
/* Order of the rows that have come: see rowset_order. COLUMN_NONE = the dataset's own. */
uint32_t *store_load_order(const struct store_load *load, enum column sort, bool descending);
/* Key figures. clients NULL = all the session may see, read from the summary tables; otherwise only
 * those clients, summed from their rows. Without attention and due lines, so that it costs the same
 * (under a millisecond) however many clients there are: for the first screen and for reports. */
bool store_figures(struct store *store, const struct session *session, struct month month,
                   const struct ids *clients, struct dashboard *ret_dashboard,
                   struct failure *ret_failure);
/* The same in slices of time, each a transaction of its own: see store_load. */
struct store_sum;
struct store_sum *store_sum_start(struct store *store, struct month month, const struct ids *clients /* copied; NULL = all */);
void store_sum_finish(struct store_sum *sum); /* NULL-safe */
/* Goes on for about `microseconds` (0 = to the end), but all that the summaries answer comes at once. *ret_done: the
 * dashboard was filled, else it is left as it is. */
bool store_sum_step(struct store_sum *sum, const struct session *session, int64_t microseconds,
                    struct dashboard *ret_dashboard, bool *ret_done, struct failure *ret_failure);
/* Completes such figures with attention and due lines, which read those clients as they are now: in slices too.
 * The month of the figures has no part in them. */
struct store_count;
struct store_count *store_count_start(struct store *store, const struct ids *clients /* copied; NULL = all */);
void store_count_finish(struct store_count *count); /* NULL-safe */
/* Goes on for about `microseconds` (0 = to the end). *ret_done: the figures have been completed. */
bool store_count_step(struct store_count *count, const struct session *session, int64_t microseconds,
                      struct dashboard *dashboard, bool *ret_done, struct failure *ret_failure);
/* Both at once, of one moment. */
bool store_dashboard(struct store *store, const struct session *session, struct month month,
                     const struct ids *clients, struct dashboard *ret_dashboard,
                     struct failure *ret_failure);
/* For filter_scope.clients: the clients in a relation, as that session at that time. */
bool store_clients_in(struct store *store, const struct session *session,
                      enum filter_relation relation, const char *value, struct ids *ret_clients,
                      struct failure *ret_failure);

/* One client's card. FAILURE_DENIED without RIGHT_ROW; see struct client_card for what is left out. */
bool store_client(struct store *store, const struct session *session, int64_t client_id,
                  struct arena *arena, struct client_card *ret_card, struct failure *ret_failure);
/* Id by organisation number, client number or id digits (in that order). 0 = no such client. */
bool store_find_client(struct store *store, const struct session *session, const char *key,
                       int64_t *ret_id, struct failure *ret_failure);
bool store_find_user(struct store *store, const struct session *session, const char *login,
                     int64_t *ret_id, struct failure *ret_failure);

/* ---- writing ---- */

/*
 * Judges and applies one command in one transaction inside the gate, with its change rows and the
 * next link of the hash chain. False with FAILURE_DENIED or FAILURE_REFUSED when the whole command is
 * refused; refused targets are lines in the receipt. ret_receipt is filled also when nothing was written.
 * dry_run: everything but the commit. A failed commit is looked up again by operation id before it is
 * called failed.
 */
bool store_execute(struct store *store, const struct session *session,
                   const struct command *command, bool dry_run, struct receipt *ret_receipt,
                   struct failure *ret_failure);

/* A person's own state: cursor, filters, drafts, favourites, last seen. Not logged; allowed in read
 * mode, but not with --read-only (then nothing happens and it is no failure). value NULL forgets. */
bool store_remember(struct store *store, const struct session *session, const char *name,
                    const char *value, struct failure *ret_failure);
/* NULL when there is none. Text in the arena. */
bool store_recall(struct store *store, const struct session *session, const char *name,
                  struct arena *arena, const char **ret_value, struct failure *ret_failure);
bool store_favourite(struct store *store, const struct session *session, int64_t client_id,
                     bool favourite, struct failure *ret_failure);

/* ---- care ---- */

/* Called once per finding of store_check, with a finished English source message. */
typedef void (*store_finding)(void *context, const struct message *finding);
/* Integrity of the file, foreign keys, the log chain (with no gap), the summaries against their rows,
 * the rules that hold between rows. *ret_findings = how many. */
bool store_check(struct store *store, store_finding call, void *context, int64_t *ret_findings,
                 struct failure *ret_failure);
/* The log chain alone: head as 64 hex digits, number of change-sets, findings as above. */
bool store_verify_log(struct store *store, store_finding call, void *context, int64_t *ret_findings,
                      int64_t *ret_changesets, char ret_head[static 65],
                      struct failure *ret_failure);
/* VACUUM INTO beside, checked, synced, renamed to `path`; the key file is copied to path.key only
 * when with_key. Fails when path exists. */
bool store_backup(struct store *store, const char *path, bool with_key, struct failure *ret_failure);
/* Checks a backup and (unless check_only) puts it in place of `path`; what was there stays beside it
 * as path.before-restore-N. Refused while anybody has the database open, this process too. The caller then
 * opens it and executes COMMAND_RESTORED, so that the log says so. */
bool store_restore(const char *from, const char *path, const struct store_options *options,
                   bool check_only, store_finding call, void *context,
                   struct failure *ret_failure);
/* Brings an older schema to this one: backup first, one transaction a version. */
bool store_migrate(const char *path, const struct store_options *options, int *ret_from, int *ret_to,
                   struct failure *ret_failure);

/* "SQLite 3.40.1, write gate on" and the figures of `klientel info`. */
struct store_info {
    char engine[64];
    int schema_version;
    int64_t clients, users, grants, runs, changesets, bytes;
};
bool store_info(struct store *store, struct store_info *ret_info, struct failure *ret_failure);

#endif
