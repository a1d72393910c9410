/*
 * Pane: one thing on the screen with its own state: a table, the dashboard, the client sheet.
 *
 * A pane states what it wants to know (queries), is handed rows (load), answers actions with
 * effects and draws cells. It touches neither store nor terminal. What the pane keeps is its own;
 * the rows it was handed live until the next load of the same part.
 */
#ifndef KLIENTEL_SCREEN_PANE_H
#define KLIENTEL_SCREEN_PANE_H

#include <stdbool.h>
#include <stddef.h>

#include "klientel/rules/action.h"
#include "klientel/rules/filter.h"
#include "klientel/rules/model.h"
#include "klientel/screen/surface.h"

enum { PANE_PARTS = 12 };
#define PANE_FOCUSED SIZE_MAX

/* What a pane needs to draw beyond its own state. */
struct screen_context {
    const struct session *session;
    const struct keymap *keymap; /* for keys that a sentence names; NULL = it names commands */
    struct month month;   /* of all tabs */
    bool ascii;           /* no box characters, no blocks */
    bool latin1;          /* besides ascii: the letters of Latin-1 stay */
    bool plain;           /* --plain-ui */
    bool names_hidden;    /* names are replaced by their first letter and dots */
    int columns;          /* of the screen: what cannot be seen need not be asked for; 0 = not known */
};

/* Between the parts of a line: a sign, or a comma for who has it read aloud. */
static inline const char *screen_between(const struct screen_context *context)
{
    /* No "-": between figures it takes one from the other. The point is one of Latin-1's. */
    return context->plain ? ", " : context->ascii && !context->latin1 ? " | " : " · ";
}

/* Before a filter, and before what narrows a list: a sign, or a word in the person's language. */
const char *screen_filter_sign(const struct screen_context *context);

enum { PANE_FILTER = 512 };
enum effect_kind {
    EFFECT_NONE,      /* not mine: the app goes on looking */
    EFFECT_DONE,      /* handled; draw again, query the parts whose ask has changed */
    EFFECT_STALE,     /* handled; query every part again */
    EFFECT_OPEN,      /* open a pane above: `open` says which */
    EFFECT_CLOSE,     /* close this pane */
    EFFECT_FAVOURITE, /* turn the favourite mark of client `id` */
    EFFECT_MESSAGE,   /* say something on the message line */
};
enum open_kind { OPEN_CLIENT, OPEN_ROWS };
struct effect {
    enum effect_kind kind;
    enum open_kind open;
    int64_t id;                /* client */
    enum dataset dataset;      /* OPEN_ROWS, like the four below: the arguments of pane_rows */
    const char *title;         /* English source text, static; NULL = the dataset's label */
    char filter[PANE_FILTER];  /* over the dataset */
    char clients[PANE_FILTER]; /* over the clients dataset */
    struct month month;        /* MONTH_NONE = the screen's for clients, all months else */
    const char *lead;          /* see table_lead; static, NULL = none */
    struct message message;
};

/*
 * One question of a pane: a dataset, the dashboard, or a client's card.
 *
 * After every action, and when a topic is stale, the app calls `asks` again and compares: a part
 * whose ask changed is queried again, the others keep their rows. So a pane never says which part
 * went stale; moving the cursor of the client list changes the ask for who has access, and that is
 * all. The texts belong to the pane: the app copies those it wants to compare with later.
 */
enum ask_kind { ASK_ROWS, ASK_DASHBOARD, ASK_CLIENT };
struct ask {
    enum ask_kind kind;
    struct query query;  /* ASK_ROWS */
    struct month month;  /* ASK_DASHBOARD */
    const char *filter;  /* ASK_ROWS: over its dataset, `shown` follows it; ASK_DASHBOARD: over the
                          * clients dataset, the figures are of those clients. NULL or "" = all */
    const char *clients; /* ASK_ROWS: only rows of the clients that this filter over the clients
                          * dataset finds. NULL or "" = all */
    int64_t client_id;   /* ASK_CLIENT */
};
/* The answer; valid until the same part is answered again. */
struct answer {
    const struct rowset *rows;
    const uint32_t *shown;  /* row numbers that pass the filter, in order */
    size_t shown_count;
    const uint32_t *order;  /* all rows in that order, hidden ones too; NULL = as they stand */
    bool partial;           /* more of `shown` follows, or of what is known of them */
    const struct dashboard *dashboard;
    const struct client_card *card;
    const struct ids *favourites;
};

struct pane;
struct table; /* table.h */
struct pane_ops {
    const char *title; /* English source text */
    /* Active scopes now, SCOPE_EVERYWHERE among them. */
    unsigned (*scopes)(const struct pane *pane);
    /* What it wants to know now; how many, at most PANE_PARTS. Fewer than before = the last
     * parts are not wanted now. */
    size_t (*asks)(const struct pane *pane, const struct screen_context *context,
                   struct ask ret_asks[static PANE_PARTS]);
    /* Cursor and marks are found again by id. */
    void (*load)(struct pane *pane, size_t part, const struct answer *answer);
    /* Fills scopes, has_rows, has_marks, has_enter, has_panes, has_table, may_open; leaves the others. */
    void (*facts)(const struct pane *pane, struct action_facts *ret_facts);
    /* PANE_NEXT and PANE_BACK come here first (EFFECT_NONE = no other pane inside). HIDE and the
     * month belong to the app. */
    struct effect (*act)(struct pane *pane, enum action_id action,
                         const struct screen_context *context);
    /* Draws within the rect and nowhere else. Notes how much there was room for, nothing more. */
    void (*draw)(struct pane *pane, const struct screen_context *context,
                 struct surface *surface, struct rect rect, bool focused);
    /* The live filter: text it has, and a text tried while typing. NULL = this pane has no
     * filter. */
    const char *(*filter)(const struct pane *pane);
    void (*set_filter)(struct pane *pane, const char *text);
    /* "212 of 1 204 · 14 marked (3 hidden)" */
    void (*status)(const struct pane *pane, const struct screen_context *context,
                   struct buffer *ret_text);
    /* What the filter is over; NULL like filter. */
    enum dataset (*dataset)(const struct pane *pane);
    const struct ids *(*marks)(const struct pane *pane); /* may be NULL: no marks here */
    /* Its tables, from 0 on, each always the same one (NULL = no more), so that what a person chose for it can be
     * kept; PANE_FOCUSED = the one with the keys. NULL: this pane has no table. */
    struct table *(*table)(struct pane *pane, size_t which);
    /* The words of the command line, after `klientel`, that prints what is seen. NULL: there is none. */
    void (*command)(const struct pane *pane, const struct screen_context *context,
                    struct buffer *ret_text);
    /* The whole content as lines of text, context->columns wide, for paper. NULL: a table is printed by its rows,
     * the dashboard by its figures. */
    void (*text)(struct pane *pane, const struct screen_context *context, struct buffer *ret_text);
    void (*destroy)(struct pane *pane);
};
struct pane {
    const struct pane_ops *ops;
    /* each kind of pane follows with its own state */
};

struct pane *pane_dashboard(void);
struct pane *pane_clients(void);
/* The rows of any dataset: what Enter on a figure opens. title NULL = the dataset's label;
 * filter is the one a person may change, clients narrows to the clients another filter finds;
 * both may be NULL. */
struct pane *pane_rows(enum dataset dataset, const char *title, const char *filter,
                       const char *clients, struct month month);
struct pane *pane_sheet(int64_t client_id);
/* A tab that comes later: says in a sentence what will be there. 2-5 */
struct pane *pane_later(int tab);
/* A text to read. title: English source text, static. text: copied; "# " begins a heading, a tab parts a label
 * from what belongs to it. */
struct pane *pane_text(const char *title, const char *text);
/* scopes: those active where help was asked for; they come first. The keymap must outlive it. */
/* filter: only lines with all of its words; NULL or "" = all. */
struct pane *pane_help(const struct keymap *keymap, unsigned scopes, const char *filter);
void pane_destroy(struct pane *pane); /* NULL-safe */

#endif
