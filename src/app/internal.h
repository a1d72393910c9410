/*
 * What the files of the app share: app.c (life, keys, effects), modal.c (what is open above the pane), acts.c
 * (actions of the frame itself), settle.c (questions and answers), frame.c (everything around the panes), and
 * one file for each thing that opens a modal.
 */
#ifndef KLIENTEL_APP_INTERNAL_H
#define KLIENTEL_APP_INTERNAL_H

#include "history.h"
#include "klientel/app/app.h"
#include "klientel/rules/filter.h"
#include "klientel/screen/line.h"
#include "klientel/screen/pane.h"
#include "klientel/screen/picker.h"
#include "klientel/screen/table.h"

enum { APP_TABS = 6, APP_STACK = 8, APP_MIN_ROWS = 16, APP_MIN_COLUMNS = 60, APP_SAID = 100,
       APP_RECENTS = 20 };

/* The first of all there will be, or those that were on the screen. */
enum early { EARLY_NONE, EARLY_FIRST, EARLY_PAGE };

/* One question of a pane and its last good answer. */
struct part {
    bool asked;             /* `ask` and `filter_text` are what the answer is for */
    struct ask ask;         /* its texts are not used: the copies below are */
    char filter_text[LINE_SIZE];
    uint64_t marks;         /* what is:marked of the filter stood for, see marks_digest */
    char clients_text[LINE_SIZE]; /* copy of ask.clients */
    struct arena *arena;    /* the card; or the first rows, while the load goes on */
    bool has_rows;
    enum early early;       /* rows are only some of the load's, in the arena */
    struct rowset rows;     /* as seen of the load: moves with each of its steps */
    struct store_load *load, *next; /* next comes in the place of load when it is through; NULL = none */
    bool behind;            /* `shown` is of the filter or the order before: next has what is needed */
    bool next_stale;        /* the data was changed since the one that goes on was started */
    int64_t look_after;     /* tick before which a load that goes on is not shown again */
    bool unseen;              /* what a key brought has not been drawn: nothing goes on before that */
    uint32_t *order;        /* owned; all rows in the order shown; NULL = as they stand */
    struct filter *filter;  /* the one `shown` follows, or will; NULL = all rows */
    struct filter_scan *scan;
    uint32_t *scanned;      /* owned; the rows that the scan is about; NULL = those of within */
    uint32_t *within;       /* owned; rows of the clients asked for; NULL = all rows */
    size_t within_count;
    bool awaits;            /* the clients asked for are not known yet: none is within */
    uint32_t *shown;        /* owned; the hits, or all row numbers, in the order shown */
    size_t shown_count, shown_size;
    struct dashboard dashboard;
    bool figures_wanted;    /* its key figures are to be added up, again or yet */
    struct store_sum *sum;  /* which goes on; NULL = it does not */
    bool attention_wanted;  /* its attention and due lines are to be worked out, again or yet */
    struct store_count *count; /* which goes on; NULL = it does not */
    bool narrowed;          /* what was worked out, or is, is of these clients only: */
    struct ids found;
    bool others;            /* the figures shown may be of other clients, or of another month, than what was asked for */
    struct client_card card;
    bool has_dashboard, has_card;
};

/* A pane and the answers it was handed. One part more than it asks for: the clients that a filter over them finds, for
 * what is about these clients only. The pane is not handed them. */
enum { PART_CLIENTS = PANE_PARTS, HOLDER_PARTS };
struct holder {
    struct pane *pane;
    int64_t client_id;        /* the pane is this client's sheet; 0 = something else */
    struct part parts[HOLDER_PARTS];
    size_t asked_count;       /* parts that were asked for last */
    bool stale;               /* somebody changed the data: every part is asked again */
    struct filter_error error;/* the pane's filter text does not parse: text NULL = it does */
    bool costly;              /* a pattern ran into its limit */
};

/* ---- modals: what is open above the pane and has the keys ---- */

enum modal_kind {
    MODAL_NONE,
    MODAL_LINE,     /* one line of text; SCOPE_FIELD */
    MODAL_PICKER,   /* a list to choose from; SCOPE_PICKER */
    MODAL_QUESTION, /* ACTION_YES (y, j), everything else = no; Enter never confirms; the bar says the keys; a yes
                     * typed before it was drawn is not taken; SCOPE_DIALOG */
};
struct modal;
/*
 * What a modal is used for: one static table for each use, in the file of what opens it. Every function may be
 * NULL. A modal is open until it was accepted or left; opening another one closes the one before.
 */
struct modal_use {
    enum modal_kind kind;
    const char *label;       /* English source text: before the line, the title, the question; "" = none */
    const char *label_read;  /* the same in words, for --plain-ui; NULL = that of above */
    const char *accept_word; /* what Enter does, for the bar: English source text; NULL = nothing is said */
    const char *cancel_word; /* what Esc does */
    const char *complete_word; /* what Tab does; NULL = nothing */
    const char *save_word, *drop_word; /* what the keys of SAVE and DROP do, in a list; NULL = they do nothing */
    /* What they do just now, where that changes: both are filled with the words above. */
    void (*words)(struct modal *modal, const char **ret_accept, const char **ret_cancel);
    bool on_filter_row;      /* the line stands where the filter stands, else above the bar */
    unsigned picker_flags;
    /* Fills line or picker before it is first shown. False: it does not open (and said why). */
    bool (*open)(struct app *app, struct modal *modal);
    /* A key, before the common ones; action: what the key map says for the scope. True = it was taken. */
    bool (*key)(struct app *app, struct modal *modal, const char *key, enum action_id action);
    /* The text was changed. */
    void (*typed)(struct app *app, struct modal *modal);
    /* Enter, or yes. The modal is closed already unless false is returned: then it stays. It may open another. */
    bool (*accept)(struct app *app, struct modal *modal);
    void (*cancel)(struct app *app, struct modal *modal);
    /* Above the pane, in what is left of the room: completions and the like. */
    void (*draw)(struct app *app, struct modal *modal, struct surface *surface, struct rect room);
    void (*close)(struct app *app, struct modal *modal); /* frees what `own` holds */
};
struct modal {
    const struct modal_use *use; /* NULL = nothing is open */
    struct line line;
    struct picker picker;
    struct message question; /* MODAL_QUESTION: instead of the label; text NULL = the label */
    void *own;               /* the use's */
    uint64_t opened;         /* app->frames then: it is seen when more were shown since */
};

/* Whether a key can be an answer to what has been asked since that many frames were drawn: it was shown, and the key
 * came alone. */
bool answers(const struct app *app, uint64_t frames);
void modal_open(struct app *app, const struct modal_use *use, void *own);
void modal_close(struct app *app); /* as it is: neither accepted nor cancelled */
void modal_key(struct app *app, const char *key);
void modal_paste(struct app *app, const char *text);
unsigned modal_scope(const struct modal *modal); /* 0 = nothing is open */
void modal_draw(struct app *app, struct rect body);
/* Help for the field or the list that is open. It is put aside, and is there again as it was when the help is closed;
 * whoever goes on elsewhere from the help has left it. */
void modal_help(struct app *app);
void modal_back(struct app *app);       /* a pane was closed: what was put aside for it comes back */
void modal_drop_aside(struct app *app); /* it does not come back */

/* Something that was said on the message line, for the history. */
struct said {
    struct message message;
    enum style style;
    struct instant at;
};

/* Keys that wait for rows, see held.c. */
struct held {
    bool waits;
    enum action_id cause;  /* what it is that must wait */
    enum action_id action; /* it was no key: run first; ACTION_NONE = it was */
    struct buffer keys;    /* owned; names of keys, each with its zero */
};

struct app {
    struct app_options options;
    struct screen_context context;
    struct surface *surface;
    struct filter_crew *crew; /* helps with the scans of lists */
    struct holder tabs[APP_TABS];
    int tab;
    struct holder *stack[APP_STACK]; /* each on its own: panes point into their holder */
    size_t stack_count;
    bool refused;             /* what the top pane shows may not be seen any more: it is closed */
    struct ids favourites;
    bool favourites_stale;
    struct modal modal;
    const char *key;          /* the one that is being taken; NULL = none */
    struct held held;
    struct modal aside;       /* below the help that was asked for in it */
    size_t aside_depth;       /* stack_count with that help */
    uint64_t frames;          /* drawn so far, with all there is to see */
    uint64_t shown;           /* of those, sent to the terminal */
    struct message message;   /* message line; text NULL = none */
    enum style message_style;
    struct said *said;        /* owned; the last APP_SAID messages, a ring */
    size_t said_count;        /* of all that were said */
    struct history commands;  /* command lines typed */
    struct history filters[DATASET_COUNT]; /* filters that were kept */
    bool histories_fresh;     /* there is something in them that is not kept yet */
    int64_t recents[APP_RECENTS]; /* clients whose sheets were opened, the last first */
    size_t recent_count;
    bool recents_read, recents_new; /* they were asked for; they are others than those that are kept */
    char *copy, *copied;      /* owned: for the clipboard, and what was asked for last */
    int64_t clock_offset;     /* seconds the session's time is ahead of the clock */
    bool dirty, finished, redraw;
    bool burst;               /* keys come faster than anybody types */
};

struct holder *app_top(struct app *app); /* the pane that is seen and has the keys */
/* On the message line; kept in the history unless it is STYLE_DIM. */
void app_say(struct app *app, enum style style, const struct message *message);
void app_fail(struct app *app, const struct failure *failure);
/* app_say for a sentence without arguments: English source text. */
void app_say_text(struct app *app, enum style style, const char *text);
/* The same with %1 for the action's key. */
void app_say_key(struct app *app, enum style style, const char *text, enum action_id action);
unsigned app_scopes(struct app *app);
unsigned app_pane_scopes(struct app *app); /* those below what is open */
void app_facts(struct app *app, struct action_facts *ret_facts);

const char *app_filter(struct app *app); /* of the pane that is seen; "" = none */
void app_set_filter(struct app *app, const char *text);
/* The table with the keys, NULL = what is seen has none. */
struct table *app_table(struct app *app);
/* All rows of a small dataset (views, groups), in the arena. False after saying what failed. */
bool app_rows(struct app *app, enum dataset dataset, struct arena *arena, struct rowset *ret_rows);
void app_open(struct app *app, struct pane *pane); /* above what is seen; takes the pane */
/* The client's sheet; one that is on top gives way. Noted among the recents. */
void app_open_client(struct app *app, int64_t client_id);
void app_pop(struct app *app);                     /* closes the pane on top, if it is no tab */
void app_publish(struct app *app, const struct effect *effect);
/* Judges, then does it: the frame's own, else the pane's. What refuses is said. */
void app_act(struct app *app, enum action_id action);

/* acts.c: actions of the frame itself; false = it is not one of those. */
bool acts_run(struct app *app, enum action_id action);

/* What a filter of what is seen may ask: language, today, marks, clients in a relation. */
struct filter_scope app_filter_scope(struct app *app);

/* held.c */
bool held_must(struct app *app, enum action_id action);  /* it means rows that have not come */
bool held_begin(struct app *app, enum action_id action); /* true: it waits, nothing is to be done now */
bool held_key(struct app *app, const char *key);         /* true: it was taken, to wait or to end the waiting */
bool held_release(struct app *app);                      /* true: what waited was done */
void held_drop(struct app *app);

/* menu.c */
void menu_open(struct app *app, enum action_id action);

/* filter_line.c */
void filter_open(struct app *app, enum action_id action);

/* command_line.c */
void command_line_open(struct app *app, enum action_id action);

/* as_command.c, messages.c */
void as_command_open(struct app *app, enum action_id action);
/* "klientel --database … get NAME": the words as a command that works on what this program was opened with. */
void as_command_add(const struct app *app, const char *words, struct buffer *ret_text);
void messages_open(struct app *app, enum action_id action);

/* export.c, print.c, outgoing.c */
void export_open(struct app *app, enum action_id action);
void print_open(struct app *app, enum action_id action);
bool outgoing_step(struct app *app); /* goes on writing for a slice; true when there is something to draw */
bool outgoing_busy(const struct app *app);

/* jump.c */
void jump_open(struct app *app, enum action_id action);
/* One client found opens, several open the list with those words, none fails. */
bool jump_to(struct app *app, const char *words, struct failure *ret_failure);
bool jump_step(struct app *app); /* goes on looking for a slice; true when there is something to draw */
bool jump_busy(const struct app *app);

/* recents.c */
void recents_note(struct app *app, int64_t client_id); /* its sheet was opened */
const int64_t *recents(struct app *app, size_t *ret_count);
void recents_step(struct app *app); /* keeps them, when they are others than those that are kept */

/* views.c */
void views_open(struct app *app, enum action_id action);
/* Puts the view of that name on the pane that is seen; fails when there is none. */
bool view_use(struct app *app, const char *name, struct failure *ret_failure);

/* kept.c: what a person chose for each table. Nothing is kept in a read-only session, and nothing is said. */
void kept_read(struct app *app, struct pane *pane);  /* when a pane is opened */
void kept_write(struct app *app, struct pane *pane); /* what was chosen since */
enum { SAVED_LAYOUTS = 30 };
struct saved_layout {
    const char *name, *text; /* the arena's; table_layout_parse reads the text */
};
size_t kept_layouts(struct app *app, const struct table *table, struct arena *arena,
                    struct saved_layout **ret_saved);
/* In the place of one of the same name; layout NULL drops it. False: it was not kept, which is said. */
bool kept_layout_save(struct app *app, const struct table *table, const char *name,
                      const struct table_layout *layout);

/* bulk.c: its head is the contract. */
enum bulk_rows { BULK_ROW, BULK_SEEN, BULK_ALL };
struct bulk_use {
    void (*rows)(struct app *app, struct table *table, enum bulk_rows which, const struct ids *ids,
                 void *own);
    void (*done)(struct app *app, void *own); /* may be NULL */
};
bool marks_ask(struct app *app, const struct bulk_use *use, void *own);

/* The actions of columns.c, sort.c, mark.c, copy.c. */
void columns_choose(struct app *app, enum action_id action);
void sort_choose(struct app *app, enum action_id action);
void mark_by_text(struct app *app, enum action_id action);
void copy_now(struct app *app, enum action_id action);

/* settle.c */
void holder_start(struct holder *holder, struct pane *pane);
void holder_finish(struct holder *holder);
/* Asks again what is stale or asked differently, goes on with scans for a slice. True when the pane was
 * handed something. */
bool holder_settle(struct app *app, struct holder *holder);
/* The first part alone, when it is asked for otherwise than it was answered: a key typed ahead acts on the rows it
 * would have seen (B15). */
void holder_catch_up(struct app *app, struct holder *holder);
bool holder_busy(const struct holder *holder);

/* frame.c */
void frame_draw(struct app *app);
/* Before what refuses or fails: a sign, or a word where it is read aloud. */
void frame_warn_add(const struct app *app, struct buffer *ret_text);
const char *modal_label(const struct app *app, const struct modal_use *use); /* in the person's language */
void frame_message(struct app *app, int row); /* the message line, in that row */
struct rect frame_body(const struct app *app); /* what the panes have of the screen */

#endif
