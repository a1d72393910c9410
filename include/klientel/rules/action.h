/*
 * Action: everything a key, a menu entry or a word on the command line can ask the screen for, declared
 * once in actions.def. The enum, the key map, the bottom bar, the help, klientel-keys(7) and the
 * tests read that table. Adding an action is a line there and a case in a pane.
 */
#ifndef KLIENTEL_RULES_ACTION_H
#define KLIENTEL_RULES_ACTION_H

#include <stdbool.h>
#include <stddef.h>

#include "klientel/base/message.h"

/* Where an action is alive. A letter has one meaning in one place; scopes that are active together must not
 * share a key (tests/rules/action). */
enum scope {
    SCOPE_EVERYWHERE = 1, /* any tab, no field or dialog open */
    SCOPE_TABLE = 2,      /* a table has the focus */
    SCOPE_DASHBOARD = 4,  /* the dashboard */
    SCOPE_SHEET = 8,      /* the client sheet, the help: text that scrolls */
    SCOPE_FIELD = 16,     /* a text field is open: letters are text */
    SCOPE_DIALOG = 32,    /* a question is open */
    SCOPE_PICKER = 64,    /* a list to choose from is open: letters are text here too */
};
enum { SCOPE_TEXT = SCOPE_FIELD | SCOPE_PICKER, SCOPE_COUNT = 7 };

/* The scopes in the order in which help and manual tell of them. */
struct scope_info {
    enum scope scope;
    const char *name;  /* as klientel.conf has it: "table" */
    const char *title; /* English source text: "In a table" */
};
const struct scope_info *scope_info(size_t position); /* position < SCOPE_COUNT */

#define ACTION(id, word, does, scopes, keys, short, help) ACTION_##id,
enum action_id {
    ACTION_NONE = -1,
#include "klientel/rules/actions.def"
    ACTION_COUNT
};
#undef ACTION

/* What it does to what is kept, for others or for oneself. The key of an action that changes or destroys means
 * nothing more harmless in any other scope (tests/rules/action). */
enum action_does { DOES_LOOK, DOES_CHANGE, DOES_DESTROY };

struct keymap;
struct action_info {
    const char *word;  /* command name, fixed: "filter", "mark" */
    const char *command; /* as it is typed: ":filter" */
    enum action_does does;
    unsigned scopes;
    const char *keys;  /* default keys, split by blanks: "/ F4" */
    const char *label; /* English source text, one or two words for the bottom bar; "" = not in the bar */
    const char *help;  /* English source text, one sentence */
};
const struct action_info *action_info(enum action_id action);
bool action_parse(const char *word, enum action_id *ret_action); /* caseless */
/* Whether two sets of scopes can be active together: EVERYWHERE goes with TABLE, DASHBOARD and SHEET; a
 * field, a question and a list to choose from have the keys alone. */
bool scopes_meet(unsigned a, unsigned b);

/* What the screen knows when it asks whether an action may be used now. */
struct action_facts {
    unsigned scopes;      /* active ones */
    bool has_rows;        /* the focused table shows at least one row */
    bool has_marks;
    bool has_range;       /* a range is being marked: the way back leaves it */
    bool has_filter;      /* a filter is set */
    bool not_understood;  /* it does not parse: the rows shown are of an earlier one */
    bool has_enter;       /* the row under the cursor opens something */
    bool has_panes;       /* there is more than one pane to move between */
    bool has_table;       /* a table has the focus */
    bool can_filter;      /* what is seen has a filter */
    bool has_command;     /* a command line prints what is seen */
    bool on_client;       /* what is seen is one client, though it is no table */
    bool may_open;        /* the row's client may be opened by this person */
    bool may_change;      /* the session may write at all */
    bool names_hidden;    /* for who looks over the shoulder */
    bool at_top;          /* no view lies below */
    bool is_inside;       /* the keys are not where the view begins: a step back leads there */
    const struct keymap *keymap; /* for keys that an answer names; NULL = it names commands */
};
/* NULL-text message when the action may be used, else why not. One answer for the bar, the help and the
 * dispatcher. */
struct message action_judge(enum action_id action, const struct action_facts *facts);

/* The key map: default keys, changed by configuration. Key names: a character, or Enter Esc Space Tab
 * Shift-Tab Up Down Left Right PgUp PgDn Home End Del Ins Backspace F1…F12 Ctrl-x Shift-Up Shift-Down … */
struct keymap *keymap_create(void);
void keymap_destroy(struct keymap *keymap);
/* One line of configuration. */
struct key_binding {
    const char *action; /* its word */
    const char *key;    /* "" = none */
    const char *scope;  /* by its name (scope_info); "" = all that the action has */
    const char *origin; /* FILE:LINE, for messages */
    int layer;          /* of the file: a user's is later than the system's */
};
/*
 * Takes configuration as a whole; the order of the lines does not matter, and so two keys may be swapped. In each
 * scope of an action the lines of the latest file that has any count, and of those the ones with a scope before those
 * without; they take the place of the action's default keys there. A key that is a character is text in a field and
 * in a list to choose from: there it does not count.
 *
 * False, and the keymap is as it was: an unknown action, scope or key name; two actions would have one key in scopes
 * that are active together (both lines are named, or that the other one is built in); what one needs to get out of a
 * field, a list or a question would be without a key; Enter would say yes.
 */
bool keymap_bind(struct keymap *keymap, const struct key_binding *lines, size_t count,
                 struct failure *ret_failure);
/* The action for a key where those scopes are active; the narrowest scope wins. */
enum action_id keymap_find(const struct keymap *keymap, const char *key, unsigned scopes);
/* Adds the keys that the action has in any of those scopes: "/ F4"; nothing when it has none. */
void keymap_add_keys(const struct keymap *keymap, enum action_id action, unsigned scopes,
                     struct buffer *ret_text);
/* The key for a sentence: the first that the action has in any of those scopes, else its command. Valid until the next
 * bind. keymap NULL: the command. */
const char *keymap_key(const struct keymap *keymap, enum action_id action, unsigned scopes);
/* Whether it has a key in one of those scopes that it has not in any of `than`. */
bool keymap_has_more(const struct keymap *keymap, enum action_id action, unsigned scopes,
                     unsigned than);

#endif
