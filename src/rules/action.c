/*
 * Action: the table made of actions.def, and whether an action may be used now.
 *
 * Purpose: one answer to "may I, and if not why not" for the bar, the help and the dispatcher.
 * State: none but constants.
 */
#include "klientel/rules/action.h"

#include <assert.h>
#include <strings.h>

static const struct action_info actions[] = {
#define ACTION(id, word, does, scopes, keys, short, help)                                          \
    [ACTION_##id] = { word, ":" word, DOES_##does, scopes, keys, short, help },
#include "klientel/rules/actions.def"
#undef ACTION
};
static_assert(sizeof actions / sizeof *actions == ACTION_COUNT, "an action without its row");

static const struct scope_info scopes[] = {
    { SCOPE_TABLE, "table", N_("In a table") },
    { SCOPE_DASHBOARD, "dashboard", N_("On the dashboard") },
    { SCOPE_SHEET, "sheet", N_("In a text: the client sheet, the help") },
    { SCOPE_EVERYWHERE, "everywhere", N_("Everywhere") },
    { SCOPE_FIELD, "field", N_("While typing") },
    { SCOPE_PICKER, "picker", N_("In a list to choose from") },
    { SCOPE_DIALOG, "dialog", N_("In a question") },
};
static_assert(sizeof scopes / sizeof *scopes == SCOPE_COUNT, "a scope without its row");

const struct scope_info *scope_info(size_t position)
{
    assert(position < SCOPE_COUNT);
    return &scopes[position];
}

/* What an action needs, in the order in which a lack is told. */
enum need {
    NEED_ROWS = 1,    /* something in the list */
    NEED_CURSOR = 2,  /* a row under the cursor */
    NEED_MARKS = 4,
    NEED_ENTER = 8,   /* something behind the row */
    NEED_OPEN = 16,   /* the right to open the client */
    NEED_PANES = 32,
    NEED_WAY_BACK = 64,
    NEED_FILTER = 128, /* a pane with a filter */
    NEED_COMMAND = 256,
    NEED_NAMES = 512, /* names are not hidden: a file would tell them */
    NEED_CHOSEN = 1024, /* marks, or a row under the cursor */
    NEED_TABLE = 2048,  /* rows for a file */
    NEED_PARSED = 8192, /* the rows shown are those of the filter that stands there */
    NEED_CLIENT = 4096, /* a text about a client, where it is not a table */
};

static const unsigned needs[ACTION_COUNT] = {
    [ACTION_OPEN] = NEED_CURSOR | NEED_ENTER | NEED_OPEN,
    [ACTION_FILTER] = NEED_FILTER,
    [ACTION_AS_COMMAND] = NEED_COMMAND | NEED_PARSED,
    [ACTION_EXPORT] = NEED_TABLE | NEED_PARSED | NEED_ROWS | NEED_NAMES,
    [ACTION_PRINT] = NEED_PARSED | NEED_ROWS | NEED_NAMES,
    [ACTION_VIEWS] = NEED_FILTER,
    [ACTION_MARK] = NEED_CURSOR,
    [ACTION_RANGE] = NEED_CURSOR,
    [ACTION_MARK_UP] = NEED_CURSOR,
    [ACTION_MARK_DOWN] = NEED_CURSOR,
    [ACTION_MARK_TEXT] = NEED_PARSED | NEED_ROWS,
    [ACTION_UNMARK_TEXT] = NEED_PARSED | NEED_MARKS | NEED_ROWS,
    [ACTION_UNMARK_ALL] = NEED_MARKS,
    [ACTION_INVERT] = NEED_PARSED | NEED_ROWS,
    [ACTION_SORT] = NEED_ROWS,
    [ACTION_SORT_TURN] = NEED_ROWS,
    [ACTION_COPY] = NEED_CHOSEN,
    [ACTION_TURN] = NEED_PANES,
    [ACTION_FAVOURITE] = NEED_CURSOR | NEED_CLIENT,
    [ACTION_PANE_NEXT] = NEED_PANES,
    [ACTION_PANE_BACK] = NEED_PANES,
    [ACTION_BACK] = NEED_WAY_BACK,
};

const struct action_info *action_info(enum action_id action)
{
    assert(action > ACTION_NONE && action < ACTION_COUNT);
    return &actions[action];
}

bool action_parse(const char *word, enum action_id *ret_action)
{
    for (int i = 0; i < ACTION_COUNT; i++) {
        if (strcasecmp(word, actions[i].word) == 0) {
            *ret_action = (enum action_id)i;
            return true;
        }
    }
    return false;
}

bool scopes_meet(unsigned a, unsigned b)
{
    const unsigned inside = SCOPE_TABLE | SCOPE_DASHBOARD | SCOPE_SHEET;
    return (a & b) != 0 || ((a & SCOPE_EVERYWHERE) && (b & inside)) ||
           ((b & SCOPE_EVERYWHERE) && (a & inside));
}

static const char *what_is_missing(unsigned need, const struct action_facts *facts)
{
    /* The dashboard's figures are rows, but it may have none that its table shows. */
    bool on_table = (facts->scopes & SCOPE_TABLE) != 0;
    if ((need & NEED_TABLE) && !on_table)
        return N_("There is no list to export here: %3 prints what is shown");
    if ((need & NEED_PARSED) && facts->not_understood)
        return N_("The filter is not understood: mend or clear it first");
    if ((need & NEED_CLIENT) && !on_table && !facts->on_client)
        return N_("This is no client");
    if ((need & NEED_ROWS) && !facts->has_rows && on_table)
        return N_("The list is empty");
    if ((need & NEED_CURSOR) && !facts->has_rows && on_table)
        return N_("No row is under the cursor");
    if ((need & NEED_MARKS) && !facts->has_marks)
        return N_("Nothing is marked");
    if ((need & NEED_ENTER) && !facts->has_enter)
        return N_("There is nothing to open here");
    if ((need & NEED_OPEN) && !facts->may_open)
        return N_("You have no access to this client and cannot open it");
    if ((need & NEED_PANES) && !facts->has_panes)
        return N_("This tab has only one pane");
    if ((need & NEED_FILTER) && !facts->can_filter)
        return N_("There is nothing to filter here");
    if ((need & NEED_COMMAND) && !facts->has_command)
        return N_("No command line prints what is seen here");
    if ((need & NEED_CHOSEN) && on_table && !facts->has_rows && !facts->has_marks)
        return N_("No row is under the cursor");
    if ((need & NEED_WAY_BACK) && facts->at_top && !facts->is_inside && !facts->has_filter &&
        !facts->has_range)
        return N_("There is nothing to go back to; %1 quits");
    if ((need & NEED_NAMES) && facts->names_hidden)
        return N_("Names are hidden, a file would tell them: %2 shows them again");
    return NULL;
}

struct message action_judge(enum action_id action, const struct action_facts *facts)
{
    struct message message = { 0 };
    const char *why;
    if (!(action_info(action)->scopes & facts->scopes))
        why = N_("This is not possible here");
    else
        why = what_is_missing(needs[action], facts);
    if (why)
        message_set(&message, why, keymap_key(facts->keymap, ACTION_CLOSE, SCOPE_EVERYWHERE),
                    keymap_key(facts->keymap, ACTION_HIDE, facts->scopes),
                    keymap_key(facts->keymap, ACTION_PRINT, facts->scopes), NULL);
    return message;
}
