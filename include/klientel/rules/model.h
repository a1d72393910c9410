/*
 * Model: the words the whole program shares: roles, states, sessions, queries and what they give.
 *
 * Every enumeration that is stored or typed has its words in model.c (model_word, model_parse):
 * those words stand in the database, in CSV, JSON and filters, and never change.
 */
#ifndef KLIENTEL_RULES_MODEL_H
#define KLIENTEL_RULES_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "klientel/base/arena.h"
#include "klientel/base/date.h"
#include "klientel/base/language.h"
#include "klientel/base/text.h"
#include "klientel/rules/dataset.h"

/* ---- words ---- */

enum vocabulary {
    WORDS_ROLE,        /* enum role */
    WORDS_GRANT_ROLE,  /* enum grant_role */
    WORDS_SOURCE,      /* enum grant_source */
    WORDS_RUN_KIND,    /* enum run_kind */
    WORDS_DECLARATION, /* enum declaration_state */
    WORDS_STEP,        /* enum step */
    WORDS_USER_KIND,   /* enum user_kind */
    WORDS_OBLIGATION,  /* enum obligation_kind */
    WORDS_RUN_STATE,   /* enum run_state */
    WORDS_COMMAND,     /* enum command_kind (command.h) */
    WORDS_COUNT
};

/* The stored word, e.g. "responsible"; static. */
const char *model_word(enum vocabulary vocabulary, int value);
/* The word for a person, as an English source text for text_tr. Static. */
const char *model_label(enum vocabulary vocabulary, int value);
/* Caseless; also understands the glossary's Swedish and Norwegian words. False: no such word. */
bool model_parse(enum vocabulary vocabulary, const char *word, int *ret_value);
int model_count(enum vocabulary vocabulary);

/* Partner-level roles (C1, C2): the same rights for admin and lead but for making leads. */
enum role { ROLE_ADMIN, ROLE_LEAD, ROLE_OPERATOR, ROLE_USER, ROLE_COUNT };
/* Role of a bureau user on one client (S1.13, C41). */
enum grant_role { GRANT_RESPONSIBLE, GRANT_MEMBER, GRANT_ROLE_COUNT };
enum grant_source {
    SOURCE_HAND,
    SOURCE_AUTO,
    SOURCE_IMPORT,
    SOURCE_TEMPLATE,
    SOURCE_REPLACEMENT,
    SOURCE_COUNT
};
/* `month` = a file that only knew the month (C45). */
enum run_kind { RUN_ORDINARY, RUN_EXTRA, RUN_CORRECTION, RUN_MONTH, RUN_KIND_COUNT };
/* C47, in that order. Reported = guideline or received; failed = rejected or immediate. */
enum declaration_state {
    DECLARATION_NOTHING_DUE, /* "nothing due" */
    DECLARATION_NONE,        /* "none" */
    DECLARATION_MADE,
    DECLARATION_SENT,
    DECLARATION_WAITING,
    DECLARATION_REJECTED,  /* avvist */
    DECLARATION_IMMEDIATE, /* øyeblikkelig */
    DECLARATION_GUIDELINE, /* retningslinje */
    DECLARATION_RECEIVED,
    DECLARATION_COUNT
};
/* A month's runs of one client together (C45): closed only when every run is. */
enum run_state { RUN_STATE_NONE, RUN_STATE_OPEN, RUN_STATE_CLOSED, RUN_STATE_COUNT };
bool declaration_reported(enum declaration_state state);
bool declaration_failed(enum declaration_state state);
/* The steps of a month (C52), in order. */
enum step {
    STEP_ASKED,
    STEP_BASIS,
    STEP_ENTERED,
    STEP_APPROVED,
    STEP_BANK_FILE,
    STEP_PAYSLIPS,
    STEP_CLOSED,
    STEP_DECLARED, /* "reported" is understood too */
    STEP_PAID,
    STEP_COUNT
};
enum user_kind { USER_STAFF, USER_EXTERNAL, USER_INTEGRATION, USER_KIND_COUNT };
enum obligation_kind {
    OBLIGATION_A_MELDING,     /* Norway, monthly */
    OBLIGATION_AGI,           /* Sweden, monthly; class in value: 12, 26 or season */
    OBLIGATION_TERM,          /* Norway, contributions per two-month term */
    OBLIGATION_FINANCIAL_TAX, /* Norway */
    OBLIGATION_ZONE,          /* Norway: contribution zone in value */
    OBLIGATION_COUNT
};

/* ---- who asks ---- */

/* Given by store_session; asked again in every transaction, so never trusted for long. */
struct session {
    int64_t user_id;
    char login[64];
    char name[128];
    char partner[128];          /* the bureau's name */
    enum role role;
    bool active;
    bool read_only;             /* --read-only */
    enum language language;     /* the user's own, else the bureau's */
    enum language bureau_language; /* sorting is by this, so that all see the same order */
    bool demo;                  /* a demo bureau: its `today` is stored in it */
    struct instant now;         /* the time this session reckons with */
    char operation[33];         /* operation id for the next command; "" = the store makes one */
};
struct date session_today(const struct session *session); /* bureau time */

/* ---- what is asked ---- */

struct query {
    enum dataset dataset;
    column_mask columns;    /* to load; 0 = all. id, client and the search text always come along */
    enum column sort;       /* COLUMN_NONE = the dataset's own order */
    bool descending;
    struct month month;     /* the month figures are for (pay-out month); MONTH_NONE = this month */
    struct instant as_of;   /* INSTANT_NONE = now */
    int64_t client_id;      /* only rows of that client; 0 = all */
    int64_t user_id;        /* only rows of that user; 0 = all */
};

/* ---- what is given: a snapshot, never a cursor ---- */

enum row_flag {
    ROW_ACCESSIBLE = 1, /* the asking user has a grant in force on the row's client */
    ROW_OPEN = 2,       /* the asking user may open the client's contents (C18, C44) */
    ROW_ARCHIVED = 4,
    ROW_INTERNAL = 8,
    ROW_DEMO = 16,
};

struct value {
    bool known;       /* false = nobody has told us: shown as –, null in JSON, never 0 (C49) */
    int64_t number;   /* integer, money (minor), tenths of percent, boolean, date.day, month.index, instant.second */
    const char *text; /* text, code, list types: length bytes, zero ended */
    size_t length;
    char currency[4]; /* money only */
};

/* A list value is its items joined by this byte, which no text contains. */
#define VALUE_SEPARATOR '\x1f'
/* Next item of a list value; false at the end. *position starts at 0. */
bool value_item(const struct value *value, size_t *position, const char **ret_item,
                size_t *ret_length);

/*
 * Rows of one dataset. From store_query: all the session may see, sorted; everything belongs to the
 * arena the query was given. From store_load: those that have come so far, in no order of meaning
 * (rowset_order gives one); everything belongs to the load and moves when more rows come.
 * cells: count * slot_count words; a text cell is offset << 24 | length into `text`.
 */
struct rowset {
    enum dataset dataset;
    size_t count;
    column_mask columns;            /* what was loaded */
    size_t slot_count;
    int8_t slot_of[DATASET_COLUMNS_MAX]; /* column position in its dataset -> slot, -1 = not loaded */
    const int64_t *ids;             /* stable identity of each row */
    const int64_t *clients;         /* client of each row, 0 = none */
    const uint8_t *flags;           /* enum row_flag */
    const int64_t *ranks;           /* places in the dataset's own order; NULL: the rows stand in it */
    const char (*currencies)[4];    /* currency of each row; NULL where the dataset has no money */
    const int64_t *cells;           /* VALUE_UNKNOWN = not known */
    const char *text;
    /* Folded text of the searchable columns: one contiguous buffer, items split by VALUE_SEPARATOR,
     * each row ended by \n; row r is search[search_at[r]] … search[search_at[r + 1]]. */
    const char *search;
    const uint32_t *search_at;      /* count + 1 offsets */
    bool done;                      /* false: more rows follow */
    uint64_t sequence;              /* grows with every load */
    const char *reason;             /* count == 0: why (S2.40), an English source text; else NULL */
};
#define VALUE_UNKNOWN INT64_MIN

/* The column must belong to the rowset's dataset; a column that was not loaded is unknown. */
struct value rowset_value(const struct rowset *rowset, size_t row, enum column column);
/* Row with that id, or SIZE_MAX. Linear; callers that need many build their own index. */
size_t rowset_find(const struct rowset *rowset, int64_t id);

/* Text of a value as files want it: amounts 1234.50, ISO dates, true/false, lists joined by `list`.
 * Unknown adds nothing. */
void value_add_plain(const struct value *value, enum column_type type, const char *list,
                     struct buffer *ret_text);
/* Text of a value for a person: unknown –, numbers and dates in the language, words translated. */
void value_add_shown(const struct value *value, enum column column, enum language language,
                     struct buffer *ret_text);
/* The same of a row's value; what was changed, and its values before and after, in words. */
void rowset_add_shown(const struct rowset *rowset, size_t row, enum column column,
                      enum language language, struct buffer *ret_text);

/*
 * Order of the rows at hand: row numbers in the order they are to be shown, to be freed; NULL when they
 * stand in it already. By a column: names and texts by the collator (NULL: folded), codes and lists
 * bytewise on the folded text, unknown last in both directions; ties by id. COLUMN_NONE: by the ranks.
 */
uint32_t *rowset_order(const struct rowset *rowset, enum column sort, bool descending,
                       struct collator *collator);
/* The same by a number a row that is kept elsewhere, VALUE_UNKNOWN last. */
uint32_t *rowset_order_by(const struct rowset *rowset, const int64_t *numbers, bool descending);
/* Puts ascending rows into that order. ret_shown has room for count; it may not be `rows`. */
void rowset_arrange(const struct rowset *rowset, const uint32_t *order /* NULL = as they are */,
                    const uint32_t *rows, size_t count, uint32_t *ret_shown);

/* Builds a rowset row by row; used by the store, and by tests without one. */
struct rowset_builder;
struct rowset_builder *rowset_build(struct arena *arena, enum dataset dataset, column_mask columns);
/* Starts a row; the following puts go to it. The columns `id` and `client` are filled from here. */
void rowset_row(struct rowset_builder *builder, int64_t id, int64_t client_id, unsigned flags,
                const char *currency /* NULL = none */);
void rowset_put_number(struct rowset_builder *builder, enum column column, int64_t number);
/* NULL = unknown. Columns that were not asked for are ignored (but still searched when searchable). A
 * line end in a searched value, and a separator in one that is no list, is searched as a blank. */
void rowset_put_text(struct rowset_builder *builder, enum column column, const char *text,
                     size_t length);
/* The place of the row begun last in an order that is kept elsewhere: a sort without a column then goes
 * by these, ties by id. All rows or none. */
void rowset_put_rank(struct rowset_builder *builder, uint64_t rank);
/* The rows put so far, as they were put; done is false. It lives in the builder and moves with the next
 * row: view it again then. */
void rowset_view(struct rowset_builder *builder, struct rowset *ret_rowset);
/* Goes on putting the rows into that order, `rows` of them; true when through. The order is the same at every call,
 * and no row is put meanwhile. What was viewed before is valid until then; the ranks are gone after. */
bool rowset_move(struct rowset_builder *builder, const uint32_t *order, size_t rows);
void rowset_drop(struct rowset_builder *builder); /* frees one that is not handed over; NULL-safe */
/* Hands the rowset over (arena memory) and frees the builder; `sequence` and `reason` are the caller's to
 * fill. The rows then stand in the order rowset_order gives (a column that is not loaded: by id). */
void rowset_finish(struct rowset_builder *builder, enum column sort, bool descending,
                   struct collator *collator, struct rowset *ret_rowset);

/* ---- the dashboard (S1.18–S1.26) ---- */

struct figure {
    bool known;
    int64_t value;
};

enum pay_basis { PAY_UNKNOWN, PAY_NET, PAY_GROSS, PAY_MIXED };

enum { DASHBOARD_MONTHS = 13, DASHBOARD_CURRENCIES = 4, DASHBOARD_DUE = 8 };

struct dashboard_month {
    struct month month;
    struct figure clients, employees, payslips, travel, absences;
    struct figure lines, manual_lines; /* automation = (lines - manual) / lines; 0 lines = unknown (C39) */
    struct figure failed, unresolved;  /* responses that failed dated the month BEFORE (C11, C48) */
    struct figure failed_now, unresolved_now; /* dated this month */
    size_t currency_count;
    struct {
        char currency[4];
        int64_t pay;
    } pay[DASHBOARD_CURRENCIES];
    enum pay_basis basis;
};

/* The clients that a line of the dashboard names: those of the lowest rank, then of the lowest ids. */
enum { DASHBOARD_NAMES = 12, DASHBOARD_NAME_SIZE = 52 };
struct dashboard_names {
    size_t count;
    struct {
        int64_t client;
        int32_t rank;
        char name[DASHBOARD_NAME_SIZE]; /* "" = not looked up yet; a longer name is cut and ends with "…" */
    } list[DASHBOARD_NAMES];
};
/* Once a client; the last one goes when there is no room. */
void dashboard_names_add(struct dashboard_names *names, int64_t client, int32_t rank);

/* due = received and all that is open: rejected (needs a new message or a replacement), missing, made and not
 * sent, sent, waiting for an answer (C47). */
struct dashboard_due {
    struct date date;
    struct month month; /* declaration month */
    enum obligation_kind kind;
    int64_t due, received, rejected, missing, made, sent, waiting;
    struct dashboard_names open; /* the worst first, in the order above; told when some were received */
};

enum attention {
    ATTENTION_NO_RESPONSIBLE,     /* clients without anyone responsible */
    ATTENTION_MANY_RESPONSIBLE,   /* clients with more than one responsible (C9) */
    ATTENTION_OTHER_RUN,          /* last run by someone else than the responsible (C42) */
    ATTENTION_ENDING,             /* accesses that end within seven days */
    ATTENTION_NOT_PAID,           /* clients with a pay-out up to tomorrow not marked paid */
    ATTENTION_NO_CONTACT,         /* active clients without a contact person or address (C23) */
    ATTENTION_COUNT
};

struct dashboard {
    struct dashboard_month months[DASHBOARD_MONTHS]; /* oldest first; the last is the asked month */
    int64_t attention[ATTENTION_COUNT];
    size_t due_count;
    struct dashboard_due due[DASHBOARD_DUE]; /* nearest first */
    int64_t client_count;  /* clients the figures are about, with and without payroll */
    int64_t archived_count; /* beside them: archived clients, which a list has too; of all there are, counted with
                             * what needs attention */
    bool with_internal;    /* the internal client is in the figures (C3) */
    bool suppressed;       /* pay left out: it would show one or two unseen clients' pay (C44) */
    bool pay_of_own;       /* of chosen clients: pay is only of those the asker has a grant on (C44) */
    bool no_payroll;       /* the bureau has no payroll client at all (S1.7, C16) */
    bool complete;         /* attention and due are filled; else they are not worked out yet */
};

/* "240 clients with the bureau (+ 1 archived)": which clients the figures are of, for who has that role. */
void dashboard_add_clients(const struct dashboard *dashboard, enum role role, enum language language,
                           struct buffer *ret_text);

/* Attention, due lines and whether they are complete, as they stand in `from`. */
void dashboard_take_attention(struct dashboard *dashboard, const struct dashboard *from);

/* Tenths of a percent of lines that came without manual entry (C39); unknown when there are none. */
struct figure figure_automation(struct figure lines, struct figure manual_lines);

/* ---- one client's own card (the sheet, `show client`) ---- */

/* Texts belong to the arena of the call; "" = not known. */
struct client_card {
    int64_t id, version;
    bool open; /* the session may see all of it; else persons, bank and contact are left empty */
    bool internal, demo, archived;
    const char *number, *orgno, *name, *country, *form, *address, *postcode, *city, *email, *phone;
    const char *contact_name, *contact_email, *created_at;
    struct figure payday;
    const char *obligations;      /* "a-melding", "zone 1": joined by VALUE_SEPARATOR */
    const char *suggestion_login; /* "last run by Bo" (C42), "" = none */
};

#endif
