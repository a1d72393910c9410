/*
 * Text pane: a text that is read and scrolled: messages, a command line. Its lines are those of the text; one that
 * begins with # is a heading, one with a tab is a label and what belongs to it.
 *
 * State: the text, what was scrolled to.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "klientel/base/arena.h"

enum { LABEL_LEAST = 20, LABEL_MOST = 32 };

struct text_pane {
    struct pane pane;
    struct pane_ops ops; /* its own: the title is */
    struct page page;
    char *text;
};

static unsigned text_scopes(const struct pane *pane)
{
    (void)pane;
    return SCOPE_SHEET | SCOPE_EVERYWHERE;
}

static size_t text_asks(const struct pane *pane, const struct screen_context *context,
                        struct ask ret_asks[static PANE_PARTS])
{
    (void)pane;
    (void)context;
    (void)ret_asks;
    return 0;
}

static void text_load(struct pane *pane, size_t part, const struct answer *answer)
{
    (void)pane;
    (void)part;
    (void)answer;
}

static void text_facts(const struct pane *pane, struct action_facts *ret_facts)
{
    ret_facts->scopes = text_scopes(pane);
}

static struct effect text_act(struct pane *pane, enum action_id action,
                              const struct screen_context *context)
{
    (void)context;
    return page_act(&((struct text_pane *)pane)->page, action);
}

static void line_make(struct page *page, char *line, int label_width)
{
    char *tab = strchr(line, '\t');

    if (line[0] == '#' && line[1] == ' ') {
        page_heading(page, line + 2);
    } else if (tab) {
        *tab = '\0';
        page_pair(page, label_width, line, STYLE_NORMAL, tab + 1);
    } else {
        page_text(page, STYLE_NORMAL, 1, line);
    }
}

/* Where what belongs to the labels begins: behind the widest of them and a blank. */
static int label_width(const char *text)
{
    int widest = LABEL_LEAST;

    while (*text) {
        size_t length = strcspn(text, "\t\n");
        int width = text[length] == '\t' ? text_width(text, length) + 2 : 0;

        widest = width > widest ? width : widest;
        text += strcspn(text, "\n");
        text += *text == '\n';
    }
    return widest < LABEL_MOST ? widest : LABEL_MOST;
}

static void text_make(struct text_pane *self, const struct screen_context *context, int width)
{
    char *copy = memory_text(self->text), *line, *rest = copy;
    int label = label_width(self->text);

    page_start(&self->page, width, context);
    while ((line = strsep(&rest, "\n")) != NULL)
        line_make(&self->page, line, label);
    free(copy);
}

static void text_draw(struct pane *pane, const struct screen_context *context,
                      struct surface *surface, struct rect rect, bool focused)
{
    struct text_pane *self = (struct text_pane *)pane;

    (void)focused;
    text_make(self, context, rect.columns - 2);
    page_draw(&self->page, context, surface, rect);
}

static void text_text(struct pane *pane, const struct screen_context *context,
                      struct buffer *ret_text)
{
    struct text_pane *self = (struct text_pane *)pane;

    text_make(self, context, context->columns);
    page_add_lines(&self->page, context, ret_text);
}

static void text_status(const struct pane *pane, const struct screen_context *context,
                        struct buffer *ret_text)
{
    page_status(&((const struct text_pane *)pane)->page, context->session->language, ret_text);
}

static void text_destroy(struct pane *pane)
{
    struct text_pane *self = (struct text_pane *)pane;

    page_finish(&self->page);
    free(self->text);
    free(self);
}

struct pane *pane_text(const char *title, const char *text)
{
    struct text_pane *self = memory_zero(1, sizeof *self);

    self->ops = (struct pane_ops) {
        .title = title,
        .scopes = text_scopes,
        .asks = text_asks,
        .load = text_load,
        .facts = text_facts,
        .act = text_act,
        .draw = text_draw,
        .status = text_status,
        .text = text_text,
        .destroy = text_destroy,
    };
    self->pane.ops = &self->ops;
    self->text = memory_text(text);
    return &self->pane;
}
