/*
 * Command: a change to the bureau's data, as a value. What the log stores, what the command line sends,
 * what an import hands over. One executor (store_execute) judges, applies and logs it: there is no
 * second way to write. Judging is pure: the same function answers on screen before, and in the
 * transaction with fresh facts.
 */
#ifndef KLIENTEL_RULES_COMMAND_H
#define KLIENTEL_RULES_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "klientel/base/message.h"
#include "klientel/rules/access.h"

enum command_kind {
    COMMAND_PARTNER,   /* init: the bureau and its first administrator */
    COMMAND_IMPORT,    /* facts from files, staged before (store/stage.h) */
    COMMAND_ACCESS,    /* set, add or revoke access of users on clients */
    COMMAND_STEP,      /* a month step done or not done for clients */
    COMMAND_NOTE,      /* a dated note on a client */
    COMMAND_VIEW,      /* save a view (by name: replaces the owner's own of that name) */
    COMMAND_VIEW_DROP, /* drop a view */
    COMMAND_RESTORED,  /* a database was restored from a backup: marks it in the log */
    COMMAND_KIND_COUNT
};
const char *command_name(enum command_kind kind); /* the word in the log; static */

enum refusal {
    REFUSAL_NONE,
    REFUSAL_NO_RIGHT,        /* the role does not allow it */
    REFUSAL_NOT_ACTIVE,      /* the actor is blocked or ended */
    REFUSAL_READ_ONLY,
    REFUSAL_GONE,            /* the target does not exist (any more) */
    REFUSAL_CHANGED,         /* changed by someone meanwhile */
    REFUSAL_ARCHIVED,        /* the client is archived */
    REFUSAL_LAST_ADMIN,      /* would leave the bureau without an administrator */
    REFUSAL_NOT_STAFF,       /* access is for active users only */
    REFUSAL_DATES,           /* until before from */
    REFUSAL_REJECTED_DECLARATION, /* by hand over a rejected declaration needs a reason (C47) */
    REFUSAL_RUN_OPEN,        /* the month is not closed while a run of it is open (C45) */
    REFUSAL_NAME,            /* empty or not plain text */
    REFUSAL_COUNT
};
/* English source text with %1… for a refusal; static. */
const char *refusal_text(enum refusal refusal);

struct target {
    int64_t id;
    int64_t version; /* the row as the user saw it; 0 = does not matter */
};

enum access_verb { ACCESS_SET, ACCESS_ADD, ACCESS_REVOKE };

struct stage; /* store/stage.h */

struct command {
    enum command_kind kind;
    const struct target *targets; /* clients (access, step, note), the view (view-drop) */
    size_t target_count;
    const char *reason;      /* "" or why, in the person's words */
    const char *operation;   /* 32 hex digits that identify this attempt; NULL = made by the store */
    union {
        struct {
            const char *name, *country, *login;
            bool demo;
            struct date today; /* of a demo bureau; DATE_NONE otherwise */
        } partner;
        struct {
            struct stage *stage;
        } import;
        struct {
            enum access_verb verb;
            const int64_t *users;
            size_t user_count;
            enum grant_role role;
            enum grant_source source;
            struct instant from, until; /* INSTANT_NONE: now; open end */
            const char *const *packages;
            size_t package_count;
        } access;
        struct {
            enum step step;
            struct month month;
            bool undo;
            const char *waiting_for; /* "" = not waiting; else whom, instead of done */
        } step;
        struct {
            const char *text;
            struct date due;    /* DATE_NONE = no reminder */
            const char *person; /* login the reminder is for, or "" */
        } note;
        struct {
            const char *name, *filter;
            enum dataset dataset;
            bool shared;
        } view;
    };
};

/* What the judge needs to know of one target, loaded by the store (or taken from the screen). */
struct target_facts {
    bool exists;
    int64_t version;
    bool archived;
    struct access_facts access; /* of the actor on that client */
    bool run_open; /* COMMAND_STEP closed: a run of that month is told and not closed */
    enum declaration_state declaration; /* COMMAND_STEP closed/declared: of that month */
};
struct facts {
    enum role role; /* of the actor, now */
    bool active;
    bool read_only;
    struct instant now;
    const struct target_facts *targets; /* one a target, same order */
    bool owner; /* COMMAND_VIEW_DROP: the view is the actor's own */
};

struct verdict {
    enum refusal refusal;
    size_t target; /* index of the target it is about; SIZE_MAX = the whole command */
    struct message message;
};

/* The whole command: role, dates, names. REFUSAL_NONE = may go on to its targets. COMMAND_PARTNER is judged
 * by its values alone: before it there is nobody. An end of access without a beginning must not lie on a
 * day that has passed. */
struct verdict command_judge(const struct command *command, const struct facts *facts);
/* One target. Refused targets are skipped, with the reason in the receipt; the others go on. */
struct verdict command_judge_target(const struct command *command, const struct facts *facts,
                                    size_t target);

/* ---- receipt: what became of it; applied + unchanged + skipped = selected ---- */

struct receipt_line {
    int64_t client; /* 0 = none */
    char login[64];
    char file[128]; /* import: base name of the file */
    int64_t line;   /* import: line in the file, 0 = none */
    char column[32];
    struct message why;
};
struct receipt {
    int64_t changeset; /* 0 = nothing was written */
    int64_t selected, applied, unchanged;
    size_t skipped_count;
    struct receipt_line *skipped; /* owned; receipt_skip */
    size_t warning_count;
    struct receipt_line *warnings; /* taken, but somebody should look: receipt_warn */
    char operation[33];
};
void receipt_finish(struct receipt *receipt); /* a zeroed receipt is a valid empty one */
struct receipt_line *receipt_skip(struct receipt *receipt); /* a new zeroed line */
struct receipt_line *receipt_warn(struct receipt *receipt);

#endif
