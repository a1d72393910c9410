/*
 * Pane: one thing on the screen with its own state: a table, the dashboard, the client sheet.
 *
 * A pane states what it wants to know (queries), is handed rows (load), answers actions with effects and
 * draws cells. It touches neither store nor terminal. What the pane keeps is its own; the rows it was
 * handed live until the next load of the same part.
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

/* What a pane needs to draw beyond its own state. */
struct screen_context {
    const struct session *session;
    struct month month;   /* of all tabs */
    bool ascii;           /* no box characters, no blocks */
    bool plain;           /* --plain-ui */
    bool names_hidden;    /* names are replaced by their first letter and dots */
};

enum effect_kind {
    EFFECT_NONE,     /* not mine: the app goes on looking */
    EFFECT_DONE,     /* handled; draw again */
    EFFECT_STALE,    /* handled; query again */
    EFFECT_OPEN,     /* open a pane above: `open` says which */
    EFFECT_SHOW_TAB, /* go to a tab, with a filter set there */
    EFFECT_CLOSE,    /* close this pane */
    EFFECT_FAVOURITE,/* turn a client's favourite mark */
    EFFECT_MESSAGE,  /* say something on the message line */
};
enum open_kind { OPEN_CLIENT, OPEN_ROWS };
struct effect {
    enum effect_kind kind;
    enum open_kind open;
    int tab;               /* EFFECT_SHOW_TAB: 0-5 */
    int64_t id;            /* client */
    enum dataset dataset;  /* OPEN_ROWS */
    char filter[256];      /* OPEN_ROWS, SHOW_TAB */
    struct month month;    /* OPEN_ROWS: MONTH_NONE = the screen's */
    struct message message;
};

/* One question of a pane: a dataset, the dashboard, or a client's card. */
enum ask_kind { ASK_ROWS, ASK_DASHBOARD, ASK_CLIENT };
struct ask {
    enum ask_kind kind;
    struct query query;    /* ASK_ROWS */
    struct month month;    /* ASK_DASHBOARD */
    const char *filter;    /* ASK_DASHBOARD: over the clients dataset; ASK_ROWS: `rows.shown` follows it */
    int64_t client_id;     /* ASK_CLIENT */
};
/* The answer; valid until the same part is answered again. */
struct answer {
    const struct rowset *rows;
    const uint32_t *shown;  /* row numbers that pass the filter, in order */
    size_t shown_count;
    const struct dashboard *dashboard;
    const struct client_card *card;
    const struct ids *favourites;
};

struct pane;
struct pane_ops {
    const char *title; /* English source text */
    /* Active scopes now. */
    unsigned (*scopes)(const struct pane *pane);
    /* What it wants to know now; at most PANE_PARTS. */
    size_t (*asks)(const struct pane *pane, const struct screen_context *context,
                   struct ask ret_asks[static PANE_PARTS]);
    /* Cursor and marks are found again by id. */
    void (*load)(struct pane *pane, size_t part, const struct answer *answer);
    void (*facts)(const struct pane *pane, struct action_facts *ret_facts);
    struct effect (*act)(struct pane *pane, enum action_id action,
                         const struct screen_context *context);
    void (*draw)(const struct pane *pane, const struct screen_context *context,
                 struct surface *surface, struct rect rect, bool focused);
    /* The live filter: text it has, and a text tried while typing. NULL = this pane has no filter. */
    const char *(*filter)(const struct pane *pane);
    void (*set_filter)(struct pane *pane, const char *text);
    /* "212 of 1 204 · 14 marked (3 hidden)" */
    void (*status)(const struct pane *pane, const struct screen_context *context,
                   struct buffer *ret_text);
    enum dataset (*dataset)(const struct pane *pane); /* what the filter is over */
    const struct ids *(*marks)(const struct pane *pane);
    void (*destroy)(struct pane *pane);
};
struct pane {
    const struct pane_ops *ops;
    /* each kind of pane follows with its own state */
};

struct pane *pane_dashboard(void);
struct pane *pane_clients(void);
/* The rows of any dataset, filtered: what Enter on a figure opens. */
struct pane *pane_rows(enum dataset dataset, const char *filter, struct month month);
struct pane *pane_sheet(int64_t client_id);
/* A tab that comes later: says in a sentence what will be there. 2-5 */
struct pane *pane_later(int tab);
struct pane *pane_help(const struct keymap *keymap, unsigned scopes);

#endif
