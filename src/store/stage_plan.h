/*
 * One row of runs being compared with what is there: what the files that do it share. stage_runs.c goes
 * through the rows and writes the plan; stage_compare.c compares cells and declarations;
 * stage_figures.c reckons the key figures and whole months.
 */
#ifndef KLIENTEL_STORE_STAGE_PLAN_H
#define KLIENTEL_STORE_STAGE_PLAN_H

#include "stage_internal.h"

enum {
    STAGED_FILE,
    STAGED_LINE,
    STAGED_CLIENT,
    STAGED_NUMBER,
    STAGED_COUNTRY,
    STAGED_CURRENCY,
    STAGED_DECLARATION,
    STAGED_INTERNAL,
    STAGED_TURNS,
    STAGED_COLUMNS
};
enum { RUN_ID, RUN_COLUMNS };
enum { DECLARATION_ID, DECLARATION_STATE, DECLARATION_SEVERITY, DECLARATION_FAILED_MONTH };
enum { PLAN_INSERT = 1, PLAN_UPDATE = 2 };

struct plan {
    struct stage *stage;
    struct db_statement *staged, *run, *declaration, *insert;
    struct row_text text;
    int64_t client_id;    /* of the row in hand */
    struct buffer number; /* of the row before */
    int64_t last_file, last_line;
    bool has_runs, has_declarations;    /* the client has any */
    bool found;                         /* the run is there already */
    bool turns;                         /* the client becomes internal or stops being it */
    bool from_staged[RUN_COLUMN_COUNT]; /* where each cell of the row in hand comes from */
    const char *fallback;               /* the currency, when neither tells it */
    int64_t next_run, next_declaration, next_change;
    bool changed;  /* the run */
    bool declared; /* its declaration */
    bool kept;     /* it is a month whose runs tell it already: only its declaration may be news */

    struct own_runs own;              /* of the client in hand, when the files tell whole months */
    struct buffer month_numbers;      /* numbers of its staged runs that look like months */
    struct summary_run told;          /* the row in hand, when it is a whole month */
    bool is_month;                    /* and that it is one */
    bool again;                       /* it tells the month of the row before once more */
    struct summary_run last;          /* that month, as it will be; id 0 = there is none */
    bool last_planned, last_declared; /* it was news; its declaration was told */
    bool closed_by_hand;              /* a step closed the month at the instant the row tells */
    int64_t asked_others;             /* the client has_others was asked for */
    bool has_others;                  /* it has declarations of another kind than its country's */
};

bool plan_lookup(struct plan *plan, struct db_statement *statement, bool *ret_found,
                 struct failure *ret_failure);
bool plan_client_has(struct plan *plan, const char *sql, bool *ret_has,
                     struct failure *ret_failure);
bool plan_refuse(struct plan *plan, const char *column, const char *text, const char *argument);
void plan_compare_cell(struct plan *plan, int i, const char *fallback);
bool plan_compare_declaration(struct plan *plan, const char *country, bool *ret_refused,
                              struct failure *ret_failure);
struct summary_run plan_final_run(const struct plan *plan, int64_t id);
void plan_sum_run(struct plan *plan, int64_t id);
bool plan_sum_client(struct plan *plan, struct failure *ret_failure);
void plan_read_told(struct plan *plan);
enum month_told plan_compare_own(const struct plan *plan, int64_t *ret_run);
bool plan_is_number_taken(const struct plan *plan);
void plan_keep_number(struct plan *plan);
bool plan_find_closed_by_hand(struct plan *plan, struct failure *ret_failure);

#endif
