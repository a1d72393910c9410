/*
 * Help: the actions that may be used where help was asked for, then the others, then the filter
 * language, the marks and what the figures mean. Made from the action table and the key map, so it
 * never lies.
 *
 * State: the page, the scopes active where help was asked for.
 */
#include <stdio.h>
#include <stdlib.h>

#include "internal.h"
#include "klientel/base/arena.h"

struct help_pane {
    struct pane pane;
    const struct keymap *keymap;
    unsigned scopes;
    struct page page;
    char filter[PANE_FILTER]; /* only lines with all of these words; "" = all */
};

enum { KEYS_WIDTH = 18 };

static const struct help_line {
    const char *sign, *text;
    const char *ascii; /* the sign on an ASCII terminal; NULL = the same */
} filter_lines[] = {
    { "fjord", N_("rows where fjord stands in a name, a number or another searched column") },
    { "fjord lund", N_("both words; fjord|lund either; !fjord without; ( ) groups") },
    { "name:fjord", N_("only in that column; the column's name as in the head, or as exported") },
    { "country=NO", N_("the whole value; responsible= means: nothing there") },
    { "employees>50", N_("numbers, amounts and dates: < <= > >=; next_payout<=today+3") },
    { "resp:anna", N_("clients anna is responsible for; staff:anna all she has access to") },
    { "group:pay20", N_("clients of a group; view:name those of a saved view") },
    { "is:mine", N_("I am responsible; is:reach I have access; is:favourite; is:marked") },
    { "is:closed", N_("closed, reported or paid this month; is:demo, is:internal, is:archived") },
    { "/^berg.*as$/", N_("a pattern (PCRE2); name~pattern in one column") },
}, line_lines[] = {
    { "Home End", N_("to the beginning, to the end of what is typed; Ctrl-A and Ctrl-E do the same") },
    { "Ctrl-W", N_("delete the word before the cursor; Ctrl-U all before it, Ctrl-K all behind it") },
}, mark_lines[] = {
    { "*", N_("marked; marks stay when rows are hidden, sorted or changed by others") },
    { "●", N_("you have access to this client"), "@" },
    { "·", N_("you may not open this client; it is listed because the bureau has it"), "." },
    { "+", N_("a favourite") },
    { "A", N_("archived: kept for its history, counted in no figure") },
    { "▲ ▼", N_("sorted by this column, rising or falling"), "^ v" },
    { "< >", N_("there are more columns to the left or right: the arrow keys show them") },
    { "!", N_("nobody is responsible, or more than one person is") },
    { "–", N_("not known: nobody has told us; never the same as 0"), "-" },
}, figure_lines[] = {
    { "", N_("Degree of automation: the share of the month's payroll lines that came without being "
             "entered or changed by hand, the same for one client and for all; not known without "
             "lines.") },
    { "", N_("Failed: declarations with a failing answer dated in that month. After a rejection a "
             "new message is sent, after an immediate deviation a replacement.") },
    { "", N_("Total pay: net where it is known, else gross; mixed when both are in the sum; per "
             "currency, never in one sum. It is left out where it would tell the pay of one or two "
             "clients you may not see.") },
    { "", N_("Due: clients with a duty in that month. An outgoing file proves that a declaration "
             "was made, nothing more; received comes from the authority's answer.") },
};

enum { MARKS = sizeof mark_lines / sizeof *mark_lines }; /* the last is that of what is not known */

static unsigned help_scopes(const struct pane *pane)
{
    (void)pane;
    return SCOPE_SHEET | SCOPE_EVERYWHERE;
}

static size_t help_asks(const struct pane *pane, const struct screen_context *context,
                        struct ask ret_asks[static PANE_PARTS])
{
    (void)pane;
    (void)context;
    (void)ret_asks;
    return 0;
}

static void help_load(struct pane *pane, size_t part, const struct answer *answer)
{
    (void)pane;
    (void)part;
    (void)answer;
}

static void help_facts(const struct pane *pane, struct action_facts *ret_facts)
{
    ret_facts->scopes = help_scopes(pane);
}

static struct effect help_act(struct pane *pane, enum action_id action,
                              const struct screen_context *context)
{
    (void)context;
    return page_act(&((struct help_pane *)pane)->page, action);
}

static bool line_passes(const struct help_pane *self, const char *sign, const char *text,
                        const char *word)
{
    struct buffer line = { 0 };
    bool passes;

    buffer_print(&line, "%s\n%s\n%s", sign, text, word);
    passes = words_stand_in(self->filter, buffer_text(&line));
    buffer_finish(&line);
    return passes;
}

/* One that is without a key is still a word of the command line; nothing is in a field, a list or a question. */
static void keys_add(const struct help_pane *self, enum action_id action, unsigned scope,
                     struct buffer *ret_text)
{
    keymap_add_keys(self->keymap, action, scope, ret_text);
    if (!ret_text->length && (scope & (SCOPE_TEXT | SCOPE_DIALOG)) == 0)
        buffer_print(ret_text, ":%s", action_info(action)->word);
}

/* Each action stands once, under the first group in the given order that has it, and again where it has other keys. */
static void group_add(struct help_pane *self, enum language language, unsigned scope,
                      const char *title, unsigned earlier)
{
    bool any = false;
    for (enum action_id action = 0; action < ACTION_COUNT; action++) {
        const struct action_info *info = action_info(action);
        const char *help = text_tr(language, info->help);
        struct buffer keys = { 0 };
        if (!(info->scopes & scope) ||
            ((info->scopes & earlier) && !keymap_has_more(self->keymap, action, scope, earlier)))
            continue;
        keys_add(self, action, scope, &keys);
        if (line_passes(self, buffer_text(&keys), help, info->word)) {
            if (!any)
                page_heading(&self->page, text_tr(language, title));
            any = true;
            page_key(&self->page, KEYS_WIDTH, buffer_text(&keys), help);
        }
        buffer_finish(&keys);
    }
}

static void lines_add(struct help_pane *self, enum language language, const char *title,
                      const struct help_line *lines, size_t count)
{
    struct page *page = &self->page;
    bool any = false;
    size_t i;

    for (i = 0; i < count; i++) {
        const char *sign = page->ascii && lines[i].ascii ? lines[i].ascii : lines[i].sign;

        if (!line_passes(self, sign, text_tr(language, lines[i].text), ""))
            continue;
        if (!any)
            page_heading(page, text_tr(language, title));
        any = true;
        if (*sign)
            page_key(page, KEYS_WIDTH, sign, text_tr(language, lines[i].text));
        else
            page_text(page, STYLE_NORMAL, 1, text_tr(language, lines[i].text));
    }
}

#define LINES(array) array, sizeof(array) / sizeof *(array)

static void help_make(struct help_pane *self, const struct screen_context *context, int width)
{
    enum language language = context->session->language;
    bool typing = (self->scopes & SCOPE_FIELD) != 0;
    unsigned earlier = 0;
    int pass;
    size_t i;

    page_start(&self->page, width, context);
    for (pass = 0; pass < 2; pass++) {
        for (i = 0; i < SCOPE_COUNT; i++) {
            const struct scope_info *scope = scope_info(i);

            if (((scope->scope & self->scopes) != 0) == (pass == 0)) {
                group_add(self, language, scope->scope, scope->title, earlier);
                earlier |= scope->scope;
            }
        }
        if (typing == (pass == 0)) {
            lines_add(self, language, N_("Where one types, besides"), LINES(line_lines));
            lines_add(self, language, N_("The filter: examples"), LINES(filter_lines));
        }
    }
    if (context->plain) /* the others stand there in words */
        lines_add(self, language, N_("Marks"), &mark_lines[MARKS - 1], 1);
    else
        lines_add(self, language, N_("Marks"), mark_lines, MARKS);
    lines_add(self, language, N_("What the figures mean"), LINES(figure_lines));
    if (self->page.count == 0)
        page_text(&self->page, STYLE_NORMAL, 1,
                  text_tr(language, N_("No line of the help has all of these words")));
}

static void help_text(struct pane *pane, const struct screen_context *context,
                      struct buffer *ret_text)
{
    struct help_pane *self = (struct help_pane *)pane;

    help_make(self, context, context->columns);
    page_add_lines(&self->page, context, ret_text);
}

static void help_draw(struct pane *pane, const struct screen_context *context,
                      struct surface *surface, struct rect rect, bool focused)
{
    struct help_pane *self = (struct help_pane *)pane;

    (void)focused;
    help_make(self, context, rect.columns - 1);
    page_draw(&self->page, context, surface, rect);
}

static void help_status(const struct pane *pane, const struct screen_context *context,
                        struct buffer *ret_text)
{
    page_status(&((const struct help_pane *)pane)->page, context->session->language, ret_text);
}

static const char *help_filter(const struct pane *pane)
{
    return ((const struct help_pane *)pane)->filter;
}

static void help_set_filter(struct pane *pane, const char *text)
{
    struct help_pane *self = (struct help_pane *)pane;

    snprintf(self->filter, sizeof self->filter, "%s", text);
    self->page.top = 0;
}

static void help_destroy(struct pane *pane)
{
    page_finish(&((struct help_pane *)pane)->page);
    free(pane);
}

static const struct pane_ops help_ops = {
    .title = N_("Help"),
    .scopes = help_scopes,
    .asks = help_asks,
    .load = help_load,
    .facts = help_facts,
    .act = help_act,
    .draw = help_draw,
    .status = help_status,
    .text = help_text,
    .filter = help_filter,
    .set_filter = help_set_filter,
    .destroy = help_destroy,
};

struct pane *pane_help(const struct keymap *keymap, unsigned scopes, const char *filter)
{
    struct help_pane *self = memory_zero(1, sizeof *self);

    self->pane.ops = &help_ops;
    self->keymap = keymap;
    self->scopes = scopes;
    help_set_filter(&self->pane, filter ? filter : "");
    return &self->pane;
}
