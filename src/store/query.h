/*
 * What the files of the query share: one reading of the database by one session.
 *
 * query.c            the rule of visibility, SQL texts being composed, store_query
 * query_index.c      sets and lists by client id that the datasets are merged from
 * query_load.c       the rows of a query in slices
 * query_count.c      attention and due lines in slices
 * query_clients.c    the clients dataset
 * query_payroll.c    runs, payroll months, declarations, steps
 * query_people.c     users, grants, employees, packages
 * query_log.c        changes, notes, groups, views, drafts
 * query_relation.c   store_clients_in, store_find_*, store_client
 * query_sheet.c      key figures being added up
 * query_dashboard.c  key figures          query_attention.c  what asks for attention, due dates
 */
#ifndef KLIENTEL_STORE_QUERY_H
#define KLIENTEL_STORE_QUERY_H

#include "internal.h"

/* ---- one reading ---- */

/* Which clients exist for the asker (RIGHT_ROW). */
enum reach { REACH_NONE, REACH_GRANTED, REACH_NOT_INTERNAL, REACH_ALL };

/* The clients a reading is about: all there are, the one of its query, a span of ids, or a few. What is known
 * of them lies in arrays, each client at its place. */
enum { SOME_LISTED = 64 };
struct some {
    bool limited;         /* false: all; first is 0 and count one more than the highest id */
    int64_t first;        /* ids first … first + count - 1, */
    size_t count;
    const int64_t *list;  /* or these `count` ids, ascending, at most SOME_LISTED */
};

struct reading {
    struct store *store;
    const struct session *session;
    enum role role; /* read again, not the session's */
    bool active;
    enum reach reach;
    char now[INSTANT_TEXT_SIZE];
    char as_of[INSTANT_TEXT_SIZE]; /* for grants and what is derived from them */
    struct date day;               /* bureau day of as_of */
    struct ids granted;            /* clients the asker has a grant on, now */
    int64_t internal;              /* id of the internal client, 0 = none */
    struct arena *arena;           /* for what is given back */
    struct some some;              /* set by reading_load, or by who reads without a query */
    const struct query *query;
    struct rowset_builder *builder;
    bool sorted;                   /* wanted in the dataset's own order: by place, or as they come */
    const struct places *places;   /* order of the clients' names; NULL = not needed, all are equal */
    bool persons;                  /* person-level rows were read: log the event */
};

/* Opens a snapshot and asks again who the session is. After a success: reading_finish. */
bool reading_start(struct store *store, const struct session *session, struct instant as_of,
                   struct reading *ret_reading, struct failure *ret_failure);
/* The same, about some clients only; NULL = all. */
bool reading_start_some(struct store *store, const struct session *session, struct instant as_of,
                        const struct some *some, struct reading *ret_reading,
                        struct failure *ret_failure);
void reading_finish(struct reading *reading);
/* access_allows for a client that is known to exist. */
bool reading_allows(const struct reading *reading, int64_t client_id, enum right right);
/* Ids of the visible clients (also archived ones). */
bool reading_visible(struct reading *reading, struct ids *ret_clients, struct failure *ret_failure);
/* Logs that person-level data was read; its own short write. Nothing with --read-only. */
bool reading_event(struct store *store, const struct session *session, const char *kind,
                   int64_t client_id, struct failure *ret_failure);
/* Fills the rowset of reading->query inside the snapshot. */
bool reading_load(struct reading *reading, const struct query *query, struct rowset *ret_rowset,
                  struct failure *ret_failure);
/* Puts the rows of reading->query, which is set, into reading->builder. */
bool reading_rows(struct reading *reading, struct failure *ret_failure);
/* Why there are none (S2.40): the nearest cause first. */
bool reading_reason(struct reading *reading, const char **ret_reason, struct failure *ret_failure);
/* How a dataset is read. */
struct source {
    bool (*load)(struct reading *reading, struct failure *ret_failure);
    bool own_order_down; /* its own order is the newest first */
    bool sorted_here;    /* names without a stored sort key: by the collator */
    bool limits;         /* reads only what reading->some is about: may come in spans */
    bool by_name;        /* its own order begins with the clients' names */
    const char *nothing; /* why there may be no rows */
};
const struct source *source_of(enum dataset dataset);
/* Its own order, asked for by its column, is COLUMN_NONE; a column that decides the order is among the
 * columns. *ret_own: the rows go in their own order, else by asked.sort. */
struct query query_plain(const struct query *query, bool *ret_own);

/* ---- an SQL text with its parameters, numbered in the order they are added ---- */

enum { SQL_PARAMETERS = 3 * SOME_LISTED };
struct sql {
    struct buffer text;
    size_t count;
    struct {
        const char *text; /* NULL: a number */
        int64_t number;
    } bound[SQL_PARAMETERS];
};
void sql_add(struct sql *sql, const char *text);
void sql_number(struct sql *sql, const char *before, int64_t number);    /* before, then $n */
void sql_text(struct sql *sql, const char *before, const char *text);    /* text must live on */
/* " AND …": the grant of that alias is in force at the instant. */
void sql_in_force(struct sql *sql, const char *alias, const char *instant);
/* " AND …": the client of that alias is visible. THE rule; equal to access_allows RIGHT_ROW. */
void sql_visible(struct sql *sql, const struct reading *reading, const char *alias);
/* Prepares and binds; the text is freed. NULL on failure. */
struct db_statement *sql_open(struct sql *sql, const struct reading *reading,
                              struct failure *ret_failure);
/* Next row; false at the end, where it lets go of the statement. */
bool sql_next(struct db_statement *statement, bool *ret_failed, struct failure *ret_failure);
/* First column of the first row; `otherwise` when there is no row or it is null. */
bool sql_one(struct sql *sql, const struct reading *reading, int64_t otherwise, int64_t *ret_number,
             struct failure *ret_failure);
/* Adds the first column of every row to a set. */
bool sql_ids(struct sql *sql, const struct reading *reading, struct ids *ids,
             struct failure *ret_failure);

/* ---- values out of a statement ---- */

int64_t column_number(struct db_statement *statement, int column); /* VALUE_UNKNOWN for null */
int64_t column_instant(struct db_statement *statement, int column);
int64_t column_date(struct db_statement *statement, int column);
int64_t column_month(struct db_statement *statement, int column);
void put_number(struct reading *reading, enum column column, struct db_statement *statement, int at);
void put_instant(struct reading *reading, enum column column, struct db_statement *statement, int at);
void put_date(struct reading *reading, enum column column, struct db_statement *statement, int at);
void put_month(struct reading *reading, enum column column, struct db_statement *statement, int at);
/* "" is unknown, as null is. */
void put_text(struct reading *reading, enum column column, struct db_statement *statement, int at);

/* The first columns of every dataset whose rows belong to clients. */
#define CLIENT_COLUMNS                                                                             \
    "c.id, c.orgno, c.name, c.internal, c.demo, CASE WHEN c.archived_at IS NULL THEN 0 ELSE 1 END"
enum { CLIENT_ID, CLIENT_ORGNO, CLIENT_NAME, CLIENT_INTERNAL, CLIENT_DEMO, CLIENT_ARCHIVED,
       CLIENT_END };
/* Starts a row by those columns and puts client, orgno and name in columns client, client + 1, + 2. */
void row_of_client(struct reading *reading, int64_t id, struct db_statement *statement,
                   enum column client, const char *currency);
unsigned client_flags(const struct reading *reading, int64_t client_id, bool internal, bool demo,
                      bool archived);
/* " AND column …": only the clients the reading is about. */
void sql_some(struct sql *sql, const struct reading *reading, const char *column);
/* Place of a client in arrays of some.count; SIZE_MAX = it is not among them. */
size_t some_place(const struct some *some, int64_t client);
int64_t some_client(const struct some *some, size_t place); /* the other way */
/* The clients in spans of their ids, each as long as it takes a few milliseconds to read. */
enum { SPANS_FEW = 512 /* so many clients are read at once */ };
struct spans {
    int64_t next, most; /* the first id of the next span, the highest there is */
    int64_t size;
};
void spans_start(struct spans *spans); /* most is the caller's to fill */
bool spans_next(const struct spans *spans, struct some *ret_some); /* false: there is none */
void spans_took(struct spans *spans, int64_t after /* the last id that was read */, int64_t microseconds);
/* The clients of a set (NULL = all), some at a time: by their ids, or in spans where they are the most of all there are. */
struct chunks {
    bool dense;
    struct spans spans;
    int64_t list[SOME_LISTED];
};
void chunks_start(struct chunks *chunks, const struct ids *clients, int64_t most /* the highest id there is */);
/* False: there are none. The list belongs to the chunks, until the next call. */
bool chunks_next(struct chunks *chunks, const struct ids *clients, struct some *ret_some);
void chunks_took(struct chunks *chunks, const struct some *some, int64_t microseconds);
/* About every client there is. */
bool reading_all(struct reading *reading, struct failure *ret_failure);
/* True when one of the columns was asked for; ends with COLUMN_NONE. */
bool query_wants(const struct query *query, enum column column, ...);

/* ---- sets and lists by client id (query_index.c) ---- */

/* Many small numbers a client: added in any order, then grouped. place: some_place of the client. */
struct many {
    struct many_pair {
        uint32_t place, value;
    } *pairs;
    size_t count, capacity;
    uint32_t *start; /* of the place, after many_group */
    size_t places;
    uint32_t *values;
};
void many_add(struct many *many, size_t place, uint32_t value); /* SIZE_MAX: nothing */
void many_group(struct many *many); /* each client's values ascending */
size_t many_of(const struct many *many, size_t place, const uint32_t **ret_values);
void many_finish(struct many *many);

/* Names by rank in their order, and back from a row id. */
struct names {
    struct name {
        int64_t id;
        const char *text;
        size_t length;
    } *list;
    size_t count;
    uint32_t *rank_of; /* by id; UINT32_MAX = none */
    size_t ids;
};
/* A SELECT of id and text in the wanted order; texts go into the arena. */
bool names_load(struct reading *reading, struct sql *sql, struct arena *arena, struct names *ret_names,
                struct failure *ret_failure);
uint32_t names_rank(const struct names *names, int64_t id);
void names_finish(struct names *names);
/* The names of a client joined by VALUE_SEPARATOR. */
void many_names(const struct many *many, const struct names *names, size_t place,
                struct buffer *ret_text);

/* Who has access, in force at as_of: ranks in users; either list may be NULL. */
bool load_staff(struct reading *reading, const struct names *users, struct many *responsible,
                struct many *staff, struct failure *ret_failure);
/* Everybody's login, and name (may be NULL), both in the order of logins; texts are valid as long as the reading. */
bool load_users(struct reading *reading, struct names *ret_logins, struct names *ret_names,
                struct failure *ret_failure);
void names_copy(const struct names *names, struct names *ret_names); /* texts are shared */

/* Whose name stands on the latest run of each client (by pay-out month, date, then row). */
enum { LAST_RUN_SEEN = 256 };
struct last_run_name {
    const char *text; /* as stored; arena */
    uint32_t user;    /* rank of the user who logs in so; UINT32_MAX = nobody of ours */
};
struct last_runs {
    uint32_t *name_of; /* by place: index + 1 in names, 0 = no run or nobody told */
    size_t places;
    struct last_run_name *names;
    size_t count, capacity;
    uint32_t seen[LAST_RUN_SEEN]; /* index + 1 of a name seen lately, by its hash */
};
bool load_last_runs(struct reading *reading, struct arena *arena, const struct names *users,
                    struct last_runs *ret_runs, struct failure *ret_failure);
const char *last_run_by(const struct last_runs *runs, size_t place); /* NULL = not known */
uint32_t last_run_user(const struct last_runs *runs, size_t place);  /* UINT32_MAX = none of ours */
void last_runs_finish(struct last_runs *runs);
/* Where clients stand in the order of their names: a number each. Tables are then read in the order
 * they lie in, and no row is looked up for the sake of the order. */
struct places {
    struct some some;
    uint32_t *of;       /* by some_place */
    bool shared;        /* equal names have the same number; else the lower id is before */
    uint32_t next;
    struct buffer last; /* sort key of the one read last */
    int64_t last_id;
    bool whole;         /* every client has its number */
};
/* Reads the next `count` clients (0 = all the rest); begins with places that are all zeroes but `shared`. */
bool places_more(struct reading *reading, struct places *places, int64_t count,
                 struct failure *ret_failure);
/* NULL: all the same. A new one comes after all. */
uint32_t place_of(const struct places *places, int64_t client);
void places_finish(struct places *places);
/* Fills reading->places with these, where rows are wanted in the dataset's own order, are about more than
 * one client, and nobody filled them; reading_placed lets go of them. */
bool reading_places(struct reading *reading, struct places *places, bool shared,
                    struct failure *ret_failure);
void reading_placed(struct reading *reading, struct places *places);
/* The row's place in the dataset's own order, where that is wanted: two small numbers, none negative. */
void put_rank(struct reading *reading, int64_t high, int64_t low);
/* The next month after it that has runs, "" = there is none: a month and clients are looked up by an index, months
 * from one on are not. */
bool next_run_month(struct reading *reading, char month[static MONTH_TEXT_SIZE],
                    struct failure *ret_failure);
bool max_client(struct reading *reading, int64_t *ret_id, struct failure *ret_failure);

/* ---- a client's runs of one month together (query_payroll.c) ---- */

enum month_figure { SUM_EMPLOYEES, SUM_PAYSLIPS, SUM_TRAVEL, SUM_ABSENCES, SUM_LINES, SUM_MANUAL,
                    SUM_GROSS, SUM_NET, SUM_COUNT };
/* Column order of a SELECT for month_add; the alias is r. */
#define RUN_COLUMNS                                                                                \
    "r.id, r.kind, r.currency, r.closed_at, r.employees, r.payslips, r.travel, r.absences, "       \
    "r.lines, r.manual_lines, r.gross, r.net"
enum { RUN_COLUMN_COUNT = 4 + SUM_COUNT };

struct month_sum {
    char currency[4];
    int64_t id; /* the lowest of its runs */
    struct figure sum[SUM_COUNT];      /* employees: the most of any run, the others added up */
    struct figure pay;                 /* each run's net where it is known, else its gross (C49) */
    bool by_gross;                     /* some of it is gross */
    struct figure told, told_manual;   /* lines of the runs that tell both (C39) */
};
/* Per currency, since money of two currencies is never one sum. A run of kind month counts only
 * while there is no other. */
struct month_sums {
    struct month_sum *list;
    size_t count, capacity;
    size_t runs, open;
    int64_t closed; /* the latest instant any of the runs was closed, VALUE_UNKNOWN */
    bool other;     /* a run that is not of kind month */
    struct figure employees; /* by month_add_state alone */
};
void month_clear(struct month_sums *sums);
void month_add_run(struct month_sums *sums, struct db_statement *statement, int first);
/* Only what the state of a month and its employees need: an index over months holds these. */
#define RUN_STATE_COLUMNS "r.kind, r.closed_at, r.employees"
void month_add_state(struct month_sums *sums, struct db_statement *statement, int first);
/* Over all currencies. */
struct figure month_total_of(const struct month_sums *sums, enum month_figure figure);
enum run_state month_state(const struct month_sums *sums);
void month_finish(struct month_sums *sums);

/* ---- datasets: each fills reading->builder ---- */

bool query_clients(struct reading *reading, struct failure *ret_failure);
bool query_runs(struct reading *reading, struct failure *ret_failure);
bool query_payroll(struct reading *reading, struct failure *ret_failure);
bool query_declarations(struct reading *reading, struct failure *ret_failure);
bool query_steps(struct reading *reading, struct failure *ret_failure);
bool query_users(struct reading *reading, struct failure *ret_failure);
bool query_grants(struct reading *reading, struct failure *ret_failure);
bool query_employees(struct reading *reading, struct failure *ret_failure);
bool query_packages(struct reading *reading, struct failure *ret_failure);
bool query_changes(struct reading *reading, struct failure *ret_failure);
bool query_notes(struct reading *reading, struct failure *ret_failure);
bool query_groups(struct reading *reading, struct failure *ret_failure);
bool query_views(struct reading *reading, struct failure *ret_failure);
bool query_drafts(struct reading *reading, struct failure *ret_failure);

/* ---- what of a client asks for attention (query_attention.c) ----
 * One rule: the dashboard counts by it, and the clients dataset shows it as columns. */

/* What it is worked out from; NULL = that was not asked for, and is false. */
struct signs {
    const struct many *responsible;
    const struct last_runs *last_runs;
    const struct ids *unpaid;
};
/* A real client without a contact person or without an address to one (C23: both are wanted). */
#define NO_CONTACT_SQL                                                                             \
    "CASE WHEN c.demo = 0 AND c.internal = 0 AND (c.contact_name = '' OR c.contact_email = '') "   \
    "THEN 1 ELSE 0 END"
/* Clients with a pay-out up to tomorrow, of this month or the one before, not marked paid. */
bool load_unpaid(struct reading *reading, struct ids *clients, struct failure *ret_failure);
/* Bits 1 << enum attention; an archived client has none. ATTENTION_ENDING is about accesses: never. */
unsigned client_attention(const struct signs *signs, int64_t client, size_t place, bool archived,
                          bool no_contact);

/* Clients whose pay makes them owe the month's declaration: with a run in it, and while the month is not
 * over also those with a run in the month before, since theirs may only not be made yet (C50). */
bool load_payers(struct reading *reading, struct month month, struct ids *ret_clients,
                 struct failure *ret_failure);

/* What asks for attention and the due lines; clients NULL = all that are visible. */
bool load_attention(struct reading *reading, const struct ids *clients, struct dashboard *dashboard,
                    struct failure *ret_failure);

#endif
