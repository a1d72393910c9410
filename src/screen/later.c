/*
 * Later: the tabs whose work is not built into the screen yet: what will be there, and what does
 * the same today.
 *
 * State: which tab, and the page.
 */
#include <assert.h>
#include <stdlib.h>

#include "internal.h"
#include "klientel/base/arena.h"

struct later_pane {
    struct pane pane;
    int tab;
    struct page page;
};

static const struct later_text {
    const char *title, *what, *meanwhile;
} later_texts[] = {
    { N_("Users"),
      N_("Here the people of the bureau and the table of accesses will be: who is responsible for "
         "or member of which clients, changed for many at once, with a preview."),
      N_("Meanwhile: press %2 and then %3 to pick staff and see their clients; on the command line "
         "`klientel list users` and `klientel list grants`.") },
    { N_("Reports"),
      N_("Here the reports of the bureau will be: consumption log, my clients, term statement, "
         "degree of automation, failed declarations, invoicing basis."),
      N_("Meanwhile: the dashboard (%1) opens the rows behind every figure; on the command line "
         "`klientel report dashboard` and `klientel list payroll --month YYYY-MM --format csv`.") },
    { N_("Tax cards"),
      N_("Here the tax cards of all clients will be fetched, and only the employees whose card "
         "changed will be shown."),
      N_("Meanwhile: the column Tax cards of the client list tells the year of each client's "
         "newest cards.") },
    { N_("Settings"),
      N_("Here groups, views, month steps, duties and preferences will be changed."),
      N_("Meanwhile: settings of the program stand in klientel.conf (`klientel config "
         "--show-origin` tells which file); on the command line `klientel list groups` and "
         "`klientel list views`.") },
};

enum { LATER_FIRST = 2, LATER_COUNT = sizeof later_texts / sizeof *later_texts };

static unsigned later_scopes(const struct pane *pane)
{
    (void)pane;
    return SCOPE_SHEET | SCOPE_EVERYWHERE;
}

static size_t later_asks(const struct pane *pane, const struct screen_context *context,
                         struct ask ret_asks[static PANE_PARTS])
{
    (void)pane;
    (void)context;
    (void)ret_asks;
    return 0;
}

static void later_load(struct pane *pane, size_t part, const struct answer *answer)
{
    (void)pane;
    (void)part;
    (void)answer;
}

static void later_facts(const struct pane *pane, struct action_facts *ret_facts)
{
    ret_facts->scopes = later_scopes(pane);
}

static struct effect later_act(struct pane *pane, enum action_id action,
                               const struct screen_context *context)
{
    (void)context;
    return page_act(&((struct later_pane *)pane)->page, action);
}

static void later_make(struct later_pane *self, const struct screen_context *context, int width)
{
    const struct later_text *text = &later_texts[self->tab - LATER_FIRST];
    enum language language = context->session->language;

    struct message meanwhile;
    struct buffer keys = { 0 };

    message_set(&meanwhile, text->meanwhile,
                keymap_key(context->keymap, ACTION_TAB_1, SCOPE_EVERYWHERE),
                keymap_key(context->keymap, ACTION_TAB_2, SCOPE_EVERYWHERE),
                keymap_key(context->keymap, ACTION_TURN, SCOPE_TABLE), NULL);
    message_add(&meanwhile, language, &keys);
    page_start(&self->page, width, context);
    page_heading(&self->page, text_tr(language, text->title));
    page_text(&self->page, STYLE_NORMAL, 2, text_tr(language, text->what));
    page_text(&self->page, STYLE_NORMAL, 2, "");
    page_text(&self->page, STYLE_NORMAL, 2, buffer_text(&keys));
    buffer_finish(&keys);
}

static void later_draw(struct pane *pane, const struct screen_context *context,
                       struct surface *surface, struct rect rect, bool focused)
{
    struct later_pane *self = (struct later_pane *)pane;

    (void)focused;
    later_make(self, context, rect.columns - 2);
    page_draw(&self->page, context, surface, rect);
}

static void later_text_add(struct pane *pane, const struct screen_context *context,
                           struct buffer *ret_text)
{
    struct later_pane *self = (struct later_pane *)pane;

    later_make(self, context, context->columns);
    page_add_lines(&self->page, context, ret_text);
}

static void later_status(const struct pane *pane, const struct screen_context *context,
                         struct buffer *ret_text)
{
    (void)pane;
    (void)context;
    (void)ret_text;
}

static void later_destroy(struct pane *pane)
{
    page_finish(&((struct later_pane *)pane)->page);
    free(pane);
}

#define LATER_OPS(name)                                                                          \
    {                                                                                            \
        .title = name, .scopes = later_scopes, .asks = later_asks, .load = later_load,           \
        .facts = later_facts, .act = later_act, .draw = later_draw, .status = later_status,      \
        .text = later_text_add,                                                                  \
        .destroy = later_destroy                                                                 \
    }

static const struct pane_ops later_ops[] = {
    LATER_OPS(N_("Users")),
    LATER_OPS(N_("Reports")),
    LATER_OPS(N_("Tax cards")),
    LATER_OPS(N_("Settings")),
};
static_assert(sizeof later_ops / sizeof *later_ops == LATER_COUNT, "every tab has its operations");

struct pane *pane_later(int tab)
{
    struct later_pane *self = memory_zero(1, sizeof *self);

    assert(tab >= LATER_FIRST && tab < LATER_FIRST + LATER_COUNT);
    self->pane.ops = &later_ops[tab - LATER_FIRST];
    self->tab = tab;
    return &self->pane;
}
