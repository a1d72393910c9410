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

enum { TABLE_COLUMNS = DATASET_COLUMNS_MAX, TABLE_NAME_LEAST = 12, TABLE_KEY = 32 };

/* Which columns, in which order, sorted by what. As a text ("name orgno run sort=run falling") it is
 * kept for a person; the ready ones are in layouts.def. */
struct table_layout {
    enum column columns[TABLE_COLUMNS];
    size_t column_count;
    enum column sort; /* COLUMN_NONE = the dataset's own order */
    bool descending;
};

/* Held: between v and v; in steps: as long as Shift-Up and Shift-Down follow each other. */
enum table_range { RANGE_NONE, RANGE_HELD, RANGE_STEP };

struct table {
    char key[TABLE_KEY]; /* "clients.access": always the same, what a person chose is kept under it */
    enum dataset dataset;
    enum column columns[TABLE_COLUMNS]; /* in the order shown; the first (the name) always stays */
    size_t column_count;
    bool chosen;                        /* columns or sort are not as they were kept */
    bool led;                           /* a view of something: what is chosen in it is not kept */
    int width;                          /* columns of the screen at the last drawing; 0 = none yet */
    int needs[TABLE_COLUMNS];           /* of each column: the widest text seen at that width */
    int state_need;                     /* the same of the state in words (--plain-ui) */
    size_t first_column;                /* sideways scrolling: the one drawn beside the name */
    size_t visible;                     /* columns beside the name at the last drawing */
    enum column sort;                   /* COLUMN_NONE = the dataset's own order */
    bool descending;
    const struct rowset *rows;          /* the last answer */
    const uint32_t *shown;
    size_t shown_count;
    const uint32_t *order;              /* see struct answer */
    int64_t cursor_id;                  /* 0 = none */
    size_t cursor, top;                 /* positions in shown */
    bool is_partial;                    /* a scan goes on; the cursor as it was when it began: */
    size_t kept_cursor, kept_top;
    int64_t kept_id;
    int64_t home_id;                    /* the row the person put the cursor on; 0 = none */
    size_t home_top;
    uint64_t filter_seen;               /* what filter the rows of the last whole answer have passed, as a number */
    struct ids marks;                   /* also the rows of a range that still grows */
    enum table_range range;
    size_t range_at, range_shown;       /* where it began; rows shown then */
    int64_t range_id;
    struct ids range_before;            /* the marks without it */
    const struct ids *favourites;
    int page;                           /* rows of the last drawing */
    struct rect body;                   /* where they stand */
    const char *filter, *clients;       /* the pane's, so that an empty table says why; NULL = none */
    bool one_client;                    /* all rows are of one client, which is seen beside it */
    bool opened;                        /* the pane is no tab: Esc closes it rather than clear the filter */
};

/* Begins with the first ready layout of that key, else of the dataset; else with all columns. */
void table_start(struct table *table, const char *key, enum dataset dataset);
void table_finish(struct table *table);
void table_load(struct table *table, const struct answer *answer);
/* EFFECT_NONE for actions it does not know. */
struct effect table_act(struct table *table, enum action_id action);
/* Puts the cursor on the row that was drawn there; false when none was. */
bool table_point(struct table *table, int row, int column);
/* What an action must have that is about the table: nothing of it, that the rows that are shown are the right ones,
 * or all rows. */
enum table_need { TABLE_NOTHING, TABLE_ROW, TABLE_ALL };
enum table_need table_needs(const struct table *table, enum action_id action);
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
/* The row that stands at that place among all rows, the hidden ones too. */
size_t table_ordered(const struct table *table, size_t place);
/* Row under the cursor in `rows`, or SIZE_MAX. */
size_t table_row(const struct table *table);
void table_status(const struct table *table, const struct screen_context *context,
                  struct buffer *ret_text);
/* The part of it about marks and the range; nothing when there are none. */
void table_marks_status(const struct table *table, const struct screen_context *context,
                        struct buffer *ret_text);
/* Which columns are seen, in words (--plain-ui); nothing while all are. */
void table_columns_status(const struct table *table, const struct screen_context *context,
                          struct buffer *ret_text);
size_t table_hidden_marks(const struct table *table);
/* Rows of a range that is held; 0 = there is none. */
size_t table_range_rows(const struct table *table);
/* Ends a range: its rows stay marked. */
void table_marks_hold(struct table *table);
/* Gives back the marks of before the range. False: there is none. */
bool table_range_leave(struct table *table);

/* ---- layout.c ---- */

struct ready_layout {
    const char *word;  /* fixed: "overview" */
    const char *label; /* English source text */
    const char *text;  /* NULL = every column */
};
/* The ready layouts of a table, from 0 on; NULL = no more. The last is always all columns. */
const struct ready_layout *table_ready(const struct table *table, size_t which);
/* Under what the layouts a person saved are kept: the same for tables that show the same. */
const char *table_family(const struct table *table);
void table_ready_layout(const struct table *table, const struct ready_layout *ready,
                        struct table_layout *ret_layout);
void table_layout_of(const struct table *table, struct table_layout *ret_layout);
bool table_layout_same(const struct table_layout *a, const struct table_layout *b);
void table_layout_add(const struct table_layout *layout, struct buffer *ret_text);
/* The names that exist no more are passed over; false when none does. */
bool table_layout_parse(enum dataset dataset, const char *text, struct table_layout *ret_layout);
/* Shows it; the table's name column stays in front whatever the layout says. */
void table_take(struct table *table, const struct table_layout *layout);
/* The columns of that layout stand before the others, in its order, as long as this table is there: what a person
 * keeps for tables of its key stays as it is. */
void table_lead(struct table *table, const char *layout);
/* The cursor goes to whatever row is first when the next rows are loaded. */
void table_first(struct table *table);
/* What a person chose to sort by; kept for him like the columns. */
void table_sort(struct table *table, enum column column, bool descending);
/* The column the rows are in the order of: the chosen one, else the dataset's own. */
enum column table_sorted_by(const struct table *table);
bool table_shows(const struct table *table, enum column column); /* it is among its columns */
/* How many columns of the layout there is no room for on the screen, as the table was drawn last. */
size_t table_layout_hidden(const struct table *table, const struct table_layout *layout,
                           const struct screen_context *context, const struct surface *surface);

/* ---- cell.c ---- */

/* The text of a cell as a person sees it: unknown –, not loaded yet …, names hidden when the context says so. */
void cell_add(const struct rowset *rows, size_t row, enum column column,
              const struct screen_context *context, struct buffer *ret_text);
/* A name as it may be shown: itself, or its first letter and dots. "" stays "". */
void name_add(const char *name, size_t length, const struct screen_context *context,
              struct buffer *ret_text);

#endif
