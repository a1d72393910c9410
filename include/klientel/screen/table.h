/*
 * Table: rows and columns with a cursor, marks, sort and sideways scrolling: every list on the
 * screen.
 *
 * Cursor and marks are row ids, so that they survive filter, sort, refresh and other people's
 * edits.
 */
#ifndef KLIENTEL_SCREEN_TABLE_H
#define KLIENTEL_SCREEN_TABLE_H

#include "klientel/screen/pane.h"

enum { TABLE_COLUMNS = 32, TABLE_NAME_LEAST = 12 };

struct table {
    enum dataset dataset;
    enum column columns[TABLE_COLUMNS]; /* in the order shown; the first (the name) always stays */
    size_t column_count;
    size_t first_column;                /* sideways scrolling: the one drawn beside the name */
    size_t visible;                     /* columns beside the name at the last drawing */
    enum column sort;                   /* COLUMN_NONE = the dataset's own order */
    bool descending;
    const struct rowset *rows;          /* the last answer */
    const uint32_t *shown;
    size_t shown_count;
    int64_t cursor_id;                  /* 0 = none */
    size_t cursor, top;                 /* positions in shown */
    bool is_partial;                    /* a scan goes on; the cursor as it was when it began: */
    size_t kept_cursor, kept_top;
    int64_t kept_id;
    struct ids marks;
    const struct ids *favourites;
    int page;                           /* rows of the last drawing */
    struct rect body;                   /* where they stand */
};

/* columns NULL = every column of the dataset, its name first. */
void table_start(struct table *table, enum dataset dataset, const enum column *columns,
                 size_t column_count);
void table_finish(struct table *table);
void table_load(struct table *table, const struct answer *answer);
/* EFFECT_NONE for actions it does not know. */
struct effect table_act(struct table *table, enum action_id action);
/* Puts the cursor on the row that was drawn there; false when none was. */
bool table_point(struct table *table, int row, int column);
void table_facts(const struct table *table, struct action_facts *ret_facts);
/* Head, rows, and the reason when there is nothing to show. Before each row of a client: *
 * marked, then a dot for access (● yours, · not yours to open), then A archived or + favourite;
 * the help says so too. */
void table_draw(struct table *table, const struct screen_context *context,
                struct surface *surface, struct rect rect, bool focused);
/* The columns to ask for: those that fit on the screen, all of them once it was scrolled sideways (the
 * next step then costs nothing). */
column_mask table_wants(const struct table *table, const struct screen_context *context);
/* The columns of the last drawing, the name first. */
size_t table_seen(const struct table *table, enum column ret_columns[static TABLE_COLUMNS]);
/* Row under the cursor in `rows`, or SIZE_MAX. */
size_t table_row(const struct table *table);
void table_status(const struct table *table, const struct screen_context *context,
                  struct buffer *ret_text);
size_t table_hidden_marks(const struct table *table);

/* The text of a cell as a person sees it: unknown –, names hidden when the context says so. */
void cell_add(const struct rowset *rows, size_t row, enum column column,
              const struct screen_context *context, struct buffer *ret_text);
/* A name as it may be shown: itself, or its first letter and dots. "" stays "". */
void name_add(const char *name, size_t length, const struct screen_context *context,
              struct buffer *ret_text);

#endif
