/*
 * Stage: facts from files on their way into the database (COMMAND_IMPORT).
 *
 * Rows are put, already valid in themselves, into temporary tables of this connection: no gate is taken
 * and nobody waits. Clients and users are named by natural keys and found again inside the final
 * transaction, so that what others did meanwhile counts. The final transaction writes only what
 * differs, one change row a file row, and is all or nothing.
 */
#ifndef KLIENTEL_STORE_STAGE_H
#define KLIENTEL_STORE_STAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "klientel/rules/command.h"
#include "klientel/store/store.h"

struct stage;

/*
 * `client` of the rows below names the client a row is about: its organisation number, else its client
 * number, else its exact name. With one of these bytes in front it is the name and nothing else.
 */
enum {
    STAGE_NAMED = 1,
    STAGE_NAMED_ONLY = 2, /* it has no organisation number: of several, the one without any */
};

/* Where a row came from: file is an index the importer gives (stage_file), line as in the file. */
struct stage_at {
    int file;
    int64_t line;
};

/* Text fields: NULL = the file has no such column (keep what is there), "" = empty. Numbers and
 * dates: unknown = not told (keep what is there). */
struct staged_client {
    struct stage_at at;
    const char *number, *orgno /* digits */, *name, *country, *form, *address, *postcode, *city;
    const char *email, *phone, *contact_name, *contact_email;
    const char *groups; /* names joined by VALUE_SEPARATOR; the client is put into them, never out */
    struct figure payday;
    struct figure internal, demo, archived;
    bool lenient; /* when this row is refused, the others are taken all the same (register files) */
};
struct staged_user {
    struct stage_at at;
    const char *login, *name, *email;
    struct figure role, kind; /* enum role, enum user_kind */
};
struct staged_access {
    struct stage_at at;
    const char *client, *login, *reason;
    struct figure role; /* enum grant_role; unknown = member */
    struct instant from, until;
    bool until_told;      /* the file has the column: an unknown until then means an open end */
    const char *packages; /* joined by VALUE_SEPARATOR; NULL = no such column */
};
struct staged_run {
    struct stage_at at;
    const char *client;
    const char *run;        /* its number; for RUN_MONTH the month */
    enum run_kind kind;     /* RUN_KIND_COUNT = not told: as it is, ordinary when new */
    struct month earned, month; /* month: pay-out month (of `payout` when that is known) */
    struct date payout;
    struct figure employees, payslips, travel, absences, lines, manual_lines;
    struct figure gross, net, withheld; /* minor units */
    const char *currency;   /* NULL = by the client's country */
    const char *run_by, *closed_by; /* logins */
    struct instant run_at, closed_at;
    struct figure declaration; /* enum declaration_state, for the declaration month = month */
};
struct staged_employee {
    struct stage_at at;
    const char *client, *person, *name, *national_id;
    struct date from, until;
};

struct stage *stage_create(struct store *store, const struct session *session,
                           struct failure *ret_failure);
void stage_destroy(struct stage *stage); /* drops the temporary tables; NULL-safe */
int stage_add_file(struct stage *stage, const char *name); /* base name, for receipt and log */

bool stage_client(struct stage *stage, const struct staged_client *row, struct failure *ret_failure);
bool stage_user(struct stage *stage, const struct staged_user *row, struct failure *ret_failure);
bool stage_access(struct stage *stage, const struct staged_access *row, struct failure *ret_failure);
bool stage_run(struct stage *stage, const struct staged_run *row, struct failure *ret_failure);
bool stage_employee(struct stage *stage, const struct staged_employee *row,
                    struct failure *ret_failure);

/*
 * A row the importer itself refused: counted as selected and skipped, a line in the receipt. `lenient`:
 * the others are taken all the same. False when there are too many to be worth listing.
 */
bool stage_refuse(struct stage *stage, struct stage_at at, const char *column,
                  const struct message *why, bool lenient, struct failure *ret_failure);
/* Taken, but somebody should look; client_id 0 = none. */
void stage_warn(struct stage *stage, struct stage_at at, const char *column, int64_t client_id,
                const struct message *why);
/* Id of the client with these digits, 0 = none: for warnings about clients that are there. */
bool stage_find_client(struct stage *stage, const char *orgno, int64_t *ret_id,
                       struct failure *ret_failure);

/*
 * Finds clients and users, compares runs with what is there and writes down what is to be done: the
 * long part of an import, done while colleagues go on working. COMMAND_IMPORT asks it again only when
 * somebody wrote meanwhile. Optional: without it everything is done inside the transaction.
 */
bool stage_prepare(struct stage *stage, struct failure *ret_failure);
/* After stage_prepare: rows are refused and the import is therefore refused whole. */
bool stage_blocked(const struct stage *stage);
/* Fills the receipt of an import that is refused whole: nothing was applied. */
void stage_receipt(const struct stage *stage, struct receipt *ret_receipt);

/* When false (default) a row refused in the transaction (unknown client, unknown login, duplicate name)
 * makes the whole import refused; when true the others are taken (--keep-good). */
void stage_keep_good(struct stage *stage, bool keep_good);

#endif
