/*
 * Clients: the partner list (S1.27), and who has access to the client under the cursor; turned
 * round: the staff, and the clients of the one under the cursor (S1.28).
 *
 * State: two lists, of which one is seen (side), for each its filter and the table of accesses
 * beside it; which of the two tables has the keys. Parts: 0 the list, 1 the accesses of the row
 * under the cursor.
 * Invariant: part 1 is only asked for while the list has a row under its cursor.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "internal.h"
#include "klientel/base/arena.h"

enum side { SIDE_CLIENTS, SIDE_USERS, SIDE_COUNT };
enum { WIDE = 134, WIDE_LIST = 160, VERY_WIDE = 200, ACCESS_WIDTH = 53, LIST_PART = 0, ACCESS_PART = 1 };

struct clients_pane {
    struct pane pane;
    enum side side;
    bool access_focused;
    struct table lists[SIDE_COUNT], accesses[SIDE_COUNT];
    char filters[SIDE_COUNT][PANE_FILTER];
};

static const struct clients_pane *self_of(const struct pane *pane)
{
    return (const struct clients_pane *)pane;
}

static const struct table *focused_table(const struct clients_pane *self)
{
    return self->access_focused ? &self->accesses[self->side] : &self->lists[self->side];
}

static unsigned clients_scopes(const struct pane *pane)
{
    (void)pane;
    return SCOPE_TABLE | SCOPE_EVERYWHERE;
}

static struct ask table_ask(const struct table *table, const struct screen_context *context)
{
    return (struct ask) {
        .kind = ASK_ROWS,
        .query = { .dataset = table->dataset,
                   .columns = table_wants(table, context),
                   .sort = table->sort,
                   .descending = table->descending,
                   .month = context->month,
                   .as_of = INSTANT_NONE },
        .month = context->month,
    };
}

static size_t clients_asks(const struct pane *pane, const struct screen_context *context,
                           struct ask ret_asks[static PANE_PARTS])
{
    const struct clients_pane *self = self_of(pane);
    const struct table *list = &self->lists[self->side];

    ret_asks[LIST_PART] = table_ask(list, context);
    ret_asks[LIST_PART].filter = self->filters[self->side];
    if (table_row(list) == SIZE_MAX)
        return 1;
    ret_asks[ACCESS_PART] = table_ask(&self->accesses[self->side], context);
    if (self->side == SIDE_CLIENTS)
        ret_asks[ACCESS_PART].query.client_id = list->cursor_id;
    else
        ret_asks[ACCESS_PART].query.user_id = list->cursor_id;
    return 2;
}

/* The app keeps one answer a part: what one side was handed is gone when the other is handed its
 * own. */
static void clients_load(struct pane *pane, size_t part, const struct answer *answer)
{
    struct clients_pane *self = (struct clients_pane *)pane;
    struct table *tables = part == LIST_PART ? self->lists : self->accesses;
    enum side other = self->side == SIDE_CLIENTS ? SIDE_USERS : SIDE_CLIENTS;

    if (answer->rows && answer->rows->dataset != tables[self->side].dataset)
        return;
    table_load(&tables[other], &(struct answer) { 0 });
    table_load(&tables[self->side], answer);
    if (table_row(&self->lists[self->side]) == SIZE_MAX)
        self->access_focused = false;
}

static void clients_facts(const struct pane *pane, struct action_facts *ret_facts)
{
    const struct clients_pane *self = self_of(pane);
    bool users = self->side == SIDE_USERS && !self->access_focused;

    table_facts(focused_table(self), ret_facts);
    ret_facts->has_panes = true;
    ret_facts->is_inside = self->access_focused || self->side == SIDE_USERS;
    if (users) { /* Enter goes to the person's clients */
        ret_facts->has_enter = ret_facts->has_rows;
        ret_facts->may_open = ret_facts->has_rows;
    }
}

static struct table *clients_table(struct pane *pane, size_t which)
{
    struct clients_pane *self = (struct clients_pane *)pane;

    if (which == PANE_FOCUSED)
        return self->access_focused ? &self->accesses[self->side] : &self->lists[self->side];
    if (which < SIDE_COUNT)
        return &self->lists[which];
    return which < 2 * SIDE_COUNT ? &self->accesses[which - SIDE_COUNT] : NULL;
}

static void turn_round(struct clients_pane *self)
{
    self->side = self->side == SIDE_CLIENTS ? SIDE_USERS : SIDE_CLIENTS;
    self->access_focused = false;
}

/* From the lower list to the upper one, then to the clients. A filter is cleared in between (app). */
static bool step_back(struct clients_pane *self)
{
    if (self->access_focused)
        self->access_focused = false;
    else if (self->side == SIDE_USERS && !*self->filters[SIDE_USERS])
        turn_round(self);
    else
        return false;
    return true;
}

static struct effect clients_act(struct pane *pane, enum action_id action,
                                 const struct screen_context *context)
{
    struct clients_pane *self = (struct clients_pane *)pane;
    bool users = self->side == SIDE_USERS && !self->access_focused;

    (void)context;
    switch (action) {
    case ACTION_TURN:
        turn_round(self);
        return effect_of(EFFECT_DONE);
    case ACTION_BACK:
        return effect_of(step_back(self) ? EFFECT_DONE : EFFECT_NONE);
    case ACTION_PANE_NEXT:
    case ACTION_PANE_BACK:
        self->access_focused =
            !self->access_focused && table_row(&self->lists[self->side]) != SIZE_MAX;
        return effect_of(EFFECT_DONE);
    case ACTION_OPEN:
        if (users) {
            self->access_focused = table_row(&self->lists[self->side]) != SIZE_MAX;
            return effect_of(EFFECT_DONE);
        }
        break;
    default:
        break;
    }
    return table_act(clients_table(pane, PANE_FOCUSED), action);
}

/* ---- drawing ---- */

/* "Access to Fjord AS", "Clients of Bo Ek" */
static void access_heading(const struct clients_pane *self, const struct screen_context *context,
                           struct surface *surface, struct rect rect)
{
    const struct table *list = &self->lists[self->side];
    enum column name = list->columns[0];
    struct message message = { 0 };
    struct buffer who = { 0 }, text = { 0 };

    if (table_row(list) != SIZE_MAX) {
        cell_add(list->rows, table_row(list), name, context, &who);
        message_set(&message,
                    self->side == SIDE_CLIENTS ? N_("Access to %1") : N_("Clients of %1"),
                    buffer_text(&who), NULL);
        message_add(&message, context->session->language, &text);
        table_columns_status(&self->accesses[self->side], context, &text);
    }
    heading_draw(surface, context, rect, buffer_text(&text));
    buffer_finish(&who);
    buffer_finish(&text);
}

/* At least a head and two rows for the accesses, at least a head and three for the list. */
static int access_rows(int rows)
{
    int wanted = rows / 3;

    if (wanted < 4)
        wanted = 4;
    return rows - wanted < 4 ? 0 : wanted;
}

/* Lines are read aloud whole: there the two lists never stand in one. */
static bool is_beside(const struct screen_context *context, int columns)
{
    return columns >= WIDE && !context->plain;
}

/* The list has all the room until most of its columns are there; then both grow. That of the clients has long texts
 * to show in full, so there the accesses only grow until they show since when. */
static int access_columns(enum side side, int columns)
{
    int share = columns - columns * 3 / 5 - 1; /* where that is less, the list needs its room more */
    int wide = (columns < VERY_WIDE ? columns : VERY_WIDE) - WIDE_LIST;

    if (columns <= WIDE_LIST)
        return share < ACCESS_WIDTH ? share : ACCESS_WIDTH;
    if (side == SIDE_USERS)
        return ACCESS_WIDTH + (columns - WIDE_LIST) * 3 / 5;
    return ACCESS_WIDTH + wide * 9 / 20 + (columns - WIDE_LIST - wide) / 10;
}

static void clients_draw(struct pane *pane, const struct screen_context *context,
                         struct surface *surface, struct rect rect, bool focused)
{
    struct clients_pane *self = (struct clients_pane *)pane;
    struct rect list = rect, access = rect, below;

    surface_clear(surface, rect, STYLE_NORMAL);
    if (is_beside(context, rect.columns)) {
        list.columns = rect.columns - access_columns(self->side, rect.columns) - 1;
        access.column += list.columns + 1;
        access.columns -= list.columns + 1;
        surface_line_down(surface, rect.row, rect.column + list.columns, rect.rows, STYLE_HEAD);
    } else {
        access.rows = access_rows(rect.rows);
        list.rows -= access.rows;
        access.row += list.rows;
    }
    table_draw(&self->lists[self->side], context, surface, list,
               focused && !self->access_focused);
    if (access.rows <= 0)
        return;
    below = (struct rect) { access.row + 1, access.column, access.rows - 1, access.columns };
    if (table_row(&self->lists[self->side]) != SIZE_MAX)
        table_draw(&self->accesses[self->side], context, surface, below,
                   focused && self->access_focused);
    access_heading(self, context, surface, access);
}

static const char *clients_filter(const struct pane *pane)
{
    return self_of(pane)->filters[self_of(pane)->side];
}

/* The filter is the list's: who filters is in it. */
static void clients_set_filter(struct pane *pane, const char *text)
{
    struct clients_pane *self = (struct clients_pane *)pane;

    self->access_focused = false;
    snprintf(self->filters[self->side], sizeof self->filters[self->side], "%s", text);
}

/* The filter is over the list, so its count stands first; marks among the accesses are named as such. */
static void clients_status(const struct pane *pane, const struct screen_context *context,
                           struct buffer *ret_text)
{
    const struct clients_pane *self = self_of(pane);
    struct buffer marks = { 0 };
    struct message message;

    table_status(&self->lists[self->side], context, ret_text);
    table_marks_status(&self->accesses[self->side], context, &marks);
    if (marks.length) {
        message_set(&message, N_("below: %1"), buffer_text(&marks), NULL);
        if (is_beside(context, context->columns))
            message.text = N_("to the right: %1");
        buffer_add_text(ret_text, screen_between(context));
        message_add(&message, context->session->language, ret_text);
    }
    buffer_finish(&marks);
}

static enum dataset clients_dataset(const struct pane *pane)
{
    return self_of(pane)->lists[self_of(pane)->side].dataset;
}

static const struct ids *clients_marks(const struct pane *pane)
{
    return &self_of(pane)->lists[self_of(pane)->side].marks;
}

/* Of the accesses beside the list: those of the row under the list's cursor. */
static void clients_command(const struct pane *pane, const struct screen_context *context,
                            struct buffer *ret_text)
{
    const struct clients_pane *self = self_of(pane);
    const struct table *table = focused_table(self), *list = &self->lists[self->side];
    struct buffer filter = { 0 };
    char month[MONTH_TEXT_SIZE];

    buffer_print(ret_text, "list %s", dataset_info(table->dataset)->name);
    if (table->dataset == DATASET_clients)
        shell_option_add("month", month_format(context->month, month), ret_text);
    if (table == list) {
        shell_filter_add("filter", self->filters[self->side], table->dataset, context, ret_text);
    } else if (self->side == SIDE_CLIENTS) {
        buffer_print(&filter, "client=%" PRId64, list->cursor_id);
        shell_option_add("filter", buffer_text(&filter), ret_text);
    } else if (table_row(list) != SIZE_MAX) {
        buffer_print(&filter, "login=%s",
                     rowset_value(list->rows, table_row(list), COLUMN_users_login).text);
        shell_option_add("filter", buffer_text(&filter), ret_text);
    }
    table_command_add(table, ret_text);
    buffer_finish(&filter);
}

static void clients_destroy(struct pane *pane)
{
    struct clients_pane *self = (struct clients_pane *)pane;
    int side;

    for (side = 0; side < SIDE_COUNT; side++) {
        table_finish(&self->lists[side]);
        table_finish(&self->accesses[side]);
    }
    free(self);
}

static const struct pane_ops clients_ops = {
    .title = N_("Clients"),
    .scopes = clients_scopes,
    .asks = clients_asks,
    .load = clients_load,
    .facts = clients_facts,
    .act = clients_act,
    .draw = clients_draw,
    .filter = clients_filter,
    .set_filter = clients_set_filter,
    .status = clients_status,
    .dataset = clients_dataset,
    .marks = clients_marks,
    .table = clients_table,
    .command = clients_command,
    .destroy = clients_destroy,
};

struct pane *pane_clients(void)
{
    struct clients_pane *self = memory_zero(1, sizeof *self);

    self->pane.ops = &clients_ops;
    table_start(&self->lists[SIDE_CLIENTS], "clients", DATASET_clients);
    table_start(&self->lists[SIDE_USERS], "users", DATASET_users);
    table_start(&self->accesses[SIDE_CLIENTS], "clients.access", DATASET_grants);
    table_start(&self->accesses[SIDE_USERS], "users.access", DATASET_grants);
    self->accesses[SIDE_CLIENTS].one_client = true;
    for (int side = 0; side < SIDE_COUNT; side++)
        self->lists[side].filter = self->filters[side];
    return &self->pane;
}
