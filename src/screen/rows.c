/*
 * Rows: any dataset as a table: what Enter on a figure opens.
 *
 * State: the table, the filter a person may change, and the filter over the clients dataset that
 * came along.
 */
#include "klientel/screen/table.h"

#include <stdio.h>
#include <stdlib.h>

#include "internal.h"
#include "klientel/base/arena.h"

struct rows_pane {
    struct pane pane;
    struct table table;
    const char *title;
    char filter[PANE_FILTER], clients[PANE_FILTER];
    struct month month;
};

static const struct rows_pane *rows_of(const struct pane *pane)
{
    return (const struct rows_pane *)pane;
}

static unsigned rows_scopes(const struct pane *pane)
{
    (void)pane;
    return SCOPE_TABLE | SCOPE_EVERYWHERE;
}

/* Figures of a client are always of some month; other rows are of all months unless one was
 * named. */
static struct month rows_month(const struct rows_pane *self, const struct screen_context *context)
{
    bool clients = self->table.dataset == DATASET_clients;

    return month_known(self->month) || !clients ? self->month : context->month;
}

static size_t rows_asks(const struct pane *pane, const struct screen_context *context,
                        struct ask ret_asks[static PANE_PARTS])
{
    const struct rows_pane *self = rows_of(pane);

    ret_asks[0] = (struct ask) {
        .kind = ASK_ROWS,
        .query = { .dataset = self->table.dataset,
                   .columns = table_wants(&self->table, context),
                   .sort = self->table.sort,
                   .descending = self->table.descending,
                   .month = rows_month(self, context),
                   .as_of = INSTANT_NONE },
        .month = rows_month(self, context),
        .filter = self->filter,
        .clients = self->clients,
    };
    return 1;
}

static void rows_load(struct pane *pane, size_t part, const struct answer *answer)
{
    (void)part;
    table_load(&((struct rows_pane *)pane)->table, answer);
}

static void rows_facts(const struct pane *pane, struct action_facts *ret_facts)
{
    table_facts(&rows_of(pane)->table, ret_facts);
}

static struct effect rows_act(struct pane *pane, enum action_id action,
                              const struct screen_context *context)
{
    (void)context;
    return table_act(&((struct rows_pane *)pane)->table, action);
}

/* The month of a client list is the one after what its column Declaration is about: that one is
 * what the list was opened for. */
static void month_add_title(const struct rows_pane *self, enum language language,
                            struct buffer *ret_text)
{
    struct message message = { 0 };
    struct buffer name = { 0 };

    if (self->table.dataset != DATASET_clients) {
        language_add_month(language, self->month, ret_text);
        return;
    }
    language_add_month(language, month_add(self->month, -1), &name);
    message_set(&message, N_("declaration for %1"), buffer_text(&name), NULL);
    message_add(&message, language, ret_text);
    buffer_finish(&name);
}

/* "Payroll months · November 2026 · clients: is:mine" */
static void title_add(const struct rows_pane *self, const struct screen_context *context,
                      struct buffer *ret_text)
{
    enum language language = context->session->language;
    const char *between = screen_between(context);
    const char *title = self->title ? self->title : dataset_info(self->table.dataset)->label;
    struct message message = { 0 };

    buffer_add_text(ret_text, text_tr(language, title));
    if (month_known(self->month)) {
        buffer_add_text(ret_text, between);
        month_add_title(self, language, ret_text);
    }
    if (*self->clients) {
        buffer_add_text(ret_text, between);
        message_set(&message, N_("clients: %1"), self->clients, NULL);
        message_add(&message, language, ret_text);
    }
}

static void rows_draw(struct pane *pane, const struct screen_context *context,
                      struct surface *surface, struct rect rect, bool focused)
{
    struct rows_pane *self = (struct rows_pane *)pane;
    struct screen_context own = *context;
    struct buffer title = { 0 };

    if (month_known(self->month))
        own.month = self->month;
    title_add(self, context, &title);
    heading_draw(surface, context, rect, buffer_text(&title));
    buffer_finish(&title);
    rect.row++;
    rect.rows--;
    table_draw(&self->table, &own, surface, rect, focused);
}

static const char *rows_filter(const struct pane *pane)
{
    return rows_of(pane)->filter;
}

static void rows_set_filter(struct pane *pane, const char *text)
{
    struct rows_pane *self = (struct rows_pane *)pane;

    snprintf(self->filter, sizeof self->filter, "%s", text);
}

static void rows_status(const struct pane *pane, const struct screen_context *context,
                        struct buffer *ret_text)
{
    table_status(&rows_of(pane)->table, context, ret_text);
}

static enum dataset rows_dataset(const struct pane *pane)
{
    return rows_of(pane)->table.dataset;
}

static const struct ids *rows_marks(const struct pane *pane)
{
    return &rows_of(pane)->table.marks;
}

static struct table *rows_table(struct pane *pane, size_t which)
{
    return which == 0 || which == PANE_FOCUSED ? &((struct rows_pane *)pane)->table : NULL;
}

static void rows_command(const struct pane *pane, const struct screen_context *context,
                         struct buffer *ret_text)
{
    const struct rows_pane *self = rows_of(pane);
    struct month month = rows_month(self, context);
    char text[MONTH_TEXT_SIZE];

    buffer_print(ret_text, "list %s", dataset_info(self->table.dataset)->name);
    if (month_known(month))
        shell_option_add("month", month_format(month, text), ret_text);
    shell_filter_add("clients", self->clients, DATASET_clients, context, ret_text);
    shell_filter_add("filter", self->filter, self->table.dataset, context, ret_text);
    table_command_add(&self->table, ret_text);
}

static void rows_destroy(struct pane *pane)
{
    table_finish(&((struct rows_pane *)pane)->table);
    free(pane);
}

static const struct pane_ops rows_ops = {
    .title = N_("Rows"),
    .scopes = rows_scopes,
    .asks = rows_asks,
    .load = rows_load,
    .facts = rows_facts,
    .act = rows_act,
    .draw = rows_draw,
    .filter = rows_filter,
    .set_filter = rows_set_filter,
    .status = rows_status,
    .dataset = rows_dataset,
    .marks = rows_marks,
    .table = rows_table,
    .command = rows_command,
    .destroy = rows_destroy,
};

struct pane *pane_rows(enum dataset dataset, const char *title, const char *filter,
                       const char *clients, struct month month)
{
    struct rows_pane *self = memory_zero(1, sizeof *self);
    char key[TABLE_KEY];

    self->pane.ops = &rows_ops;
    self->title = title;
    self->month = month;
    snprintf(self->filter, sizeof self->filter, "%s", filter ? filter : "");
    snprintf(self->clients, sizeof self->clients, "%s", clients ? clients : "");
    snprintf(key, sizeof key, "rows.%s", dataset_info(dataset)->name);
    table_start(&self->table, key, dataset);
    self->table.filter = self->filter;
    self->table.clients = self->clients;
    self->table.opened = true;
    return &self->pane;
}

void pane_destroy(struct pane *pane)
{
    if (pane)
        pane->ops->destroy(pane);
}
