/*
 * What the files of the app share: app.c (life, keys, effects), settle.c (questions and answers),
 * frame.c (everything around the panes).
 */
#ifndef KLIENTEL_APP_INTERNAL_H
#define KLIENTEL_APP_INTERNAL_H

#include "klientel/app/app.h"
#include "klientel/screen/line.h"
#include "klientel/screen/pane.h"

enum { APP_TABS = 6, APP_STACK = 8, APP_MIN_ROWS = 16, APP_MIN_COLUMNS = 60 };

/* One question of a pane and its last good answer. */
struct part {
    bool asked;             /* `ask` and `filter_text` are what the answer is for */
    struct ask ask;         /* its texts are not used: the copies below are */
    char filter_text[LINE_SIZE];
    char clients_text[LINE_SIZE]; /* copy of ask.clients */
    struct arena *arena;    /* rows, or the card */
    bool has_rows;
    struct rowset rows;
    struct filter *filter;  /* the one `shown` follows; NULL = all rows */
    struct filter_scan *scan;
    uint32_t *within;       /* owned; rows of the clients asked for; NULL = all rows */
    size_t within_count;
    uint32_t *shown;        /* owned copy of the hits, or all row numbers */
    size_t shown_count, shown_size;
    struct dashboard dashboard;
    bool attention_wanted;  /* its attention and due lines are to be worked out, again or yet */
    bool narrowed;          /* the dashboard is of these clients only: */
    struct ids found;
    struct client_card card;
    bool has_dashboard, has_card;
};

/* A pane and the answers it was handed. */
struct holder {
    struct pane *pane;
    struct part parts[PANE_PARTS];
    bool stale;               /* somebody changed the data: every part is asked again */
    struct filter_error error;/* the pane's filter text does not parse: text NULL = it does */
    bool costly;              /* a pattern ran into its limit */
};

enum question { QUESTION_NONE, QUESTION_QUIT };

struct app {
    struct app_options options;
    struct screen_context context;
    struct surface *surface;
    struct holder tabs[APP_TABS];
    int tab;
    struct holder *stack[APP_STACK]; /* each on its own: panes point into their holder */
    size_t stack_count;
    bool refused;             /* what the top pane shows may not be seen any more: it is closed */
    struct ids favourites;
    bool favourites_stale;
    bool editing;             /* the filter line is open */
    struct line line;
    enum question question;
    struct message message;   /* message line; text NULL = none */
    enum style message_style;
    int64_t clock_offset;     /* seconds the session's time is ahead of the clock */
    bool dirty, finished, redraw;
};

struct holder *app_top(struct app *app); /* the pane that is seen and has the keys */
void app_say(struct app *app, enum style style, const struct message *message);
void app_fail(struct app *app, const struct failure *failure);
unsigned app_scopes(struct app *app);
void app_facts(struct app *app, struct action_facts *ret_facts);

/* settle.c */
void holder_start(struct holder *holder, struct pane *pane);
void holder_finish(struct holder *holder);
/* Asks again what is stale or asked differently, goes on with scans for a slice. True when the pane was
 * handed something. */
bool holder_settle(struct app *app, struct holder *holder);
bool holder_busy(const struct holder *holder);

/* frame.c */
void frame_draw(struct app *app);

#endif
