/*
 * Drawing of the dashboard: what is due, what needs attention, the lines between; the figures are
 * in dashboard_figures.c.
 *
 * State: none but what struct dashboard_pane notes of the last drawing.
 */
#include "dashboard.h"
#include "klientel/base/text.h"
#include "klientel/rules/due_text.h"

/* Columns before the text of a due line; the least room in which anything is drawn; room for long words. */
enum { DAY = 7, LEAST_WIDTH = 36, LONG_WORDS = 110 };

/* ---- what is due ---- */

static enum style due_style(const struct dashboard_due *due, struct date today)
{
    if (due->received >= due->due)
        return STYLE_GOOD;
    if (due_overdue(due, today) || due->rejected > 0)
        return STYLE_BAD;
    return due->date.day <= today.day + 3 ? STYLE_WARN : STYLE_NORMAL;
}

/* "a-melding October: ", or shorter where the word takes the room of what is told. */
static void due_label_add(const struct dashboard_due *due, bool brief, enum language language,
                          struct buffer *ret_text)
{
    buffer_add_text(ret_text, text_tr(language, brief && due->kind == OBLIGATION_AGI
                                                    ? N_("AGI")
                                                    : model_label(WORDS_OBLIGATION, due->kind)));
    buffer_add_byte(ret_text, ' ');
    month_name_add(due->month, language, ret_text);
    buffer_add_text(ret_text, ": ");
}

static int buffer_width(const struct buffer *text)
{
    return text_width(buffer_text(text), text->length);
}

/* Label and rest of a due line for so many columns: the counts first, then how many were received, then names. */
static void due_words_fit(const struct dashboard_due *due, const struct screen_context *context,
                          int columns, struct buffer *ret_label, struct buffer *ret_rest)
{
    enum language language = context->session->language;
    struct date today = session_today(context->session);
    struct buffer received = { 0 };
    int room;

    due_label_add(due, false, language, ret_label);
    room = columns - buffer_width(ret_label);
    due_text_add(due, today, room >= LONG_WORDS && !context->plain ? DUE_LONG : DUE_SHORT,
                 language, screen_between(context), ret_rest);
    if (buffer_width(ret_rest) > room) {
        buffer_clear(ret_label);
        due_label_add(due, true, language, ret_label);
        room = columns - buffer_width(ret_label);
    }
    due_received_add(due, language, screen_between(context), &received);
    room -= buffer_width(ret_rest) + buffer_width(&received);
    if (room < 0) { /* told by the list behind the line too */
        room += buffer_width(&received);
        buffer_clear(&received);
    }
    if (!context->names_hidden && room > 0 && due->received > 0)
        due_names_add(&due->open, due->due - due->received, room, ret_rest);
    buffer_add(ret_rest, buffer_text(&received), received.length);
    buffer_finish(&received);
}

static void due_draw(const struct dashboard_pane *self, const struct item *item,
                     const struct screen_context *context, struct surface *surface,
                     struct rect rect, bool here, enum style cursor)
{
    const struct dashboard_due *due = &self->dashboard.due[item->which];
    enum language language = context->session->language;
    enum style style = here ? cursor : due_style(due, session_today(context->session));
    struct buffer text = { 0 }, rest = { 0 };
    int day = day_width(language) > DAY ? day_width(language) : DAY;
    int at = rect.column + 1 + day + 2;

    language_add_day(language, due->date, &text);
    surface_text_right(surface, rect.row, rect.column + 1, day, style, buffer_text(&text));
    buffer_clear(&text);
    due_words_fit(due, context, rect.column + rect.columns - at, &text, &rest);
    at += surface_text(surface, rect.row, at, rect.column + rect.columns - at,
                       here ? cursor : STYLE_NORMAL, buffer_text(&text));
    surface_text(surface, rect.row, at, rect.column + rect.columns - at, style, buffer_text(&rest));
    buffer_finish(&text);
    buffer_finish(&rest);
}

/* ---- what needs attention ---- */

static const struct {
    const char *one, *many;
} attention_texts[ATTENTION_COUNT] = {
    [ATTENTION_NO_RESPONSIBLE] = { N_("client with nobody responsible"),
                                   N_("clients with nobody responsible") },
    [ATTENTION_MANY_RESPONSIBLE] = { N_("client with several responsible"),
                                     N_("clients with several responsible") },
    [ATTENTION_OTHER_RUN] = { N_("last run by someone else"), N_("last runs by someone else") },
    [ATTENTION_ENDING] = { N_("access ends within a week"), N_("accesses end within a week") },
    [ATTENTION_NOT_PAID] = { N_("client not marked paid"), N_("clients not marked paid") },
    [ATTENTION_NO_CONTACT] = { N_("client without a contact"), N_("clients without a contact") },
};

static void attention_draw(const struct dashboard_pane *self, const struct item *item,
                           const struct screen_context *context, struct surface *surface,
                           struct rect rect, bool here, enum style cursor)
{
    int64_t count = self->dashboard.attention[item->which];
    enum language language = context->session->language;
    struct buffer text = { 0 };

    language_add_number(language, count, &text);
    surface_text_right(surface, rect.row, rect.column + 1, 5, here ? cursor : STYLE_WARN,
                       buffer_text(&text));
    surface_text(surface, rect.row, rect.column + 8, rect.columns - 8,
                 here ? cursor : STYLE_NORMAL,
                 text_tr_n(language, attention_texts[item->which].one,
                           attention_texts[item->which].many, count));
    buffer_finish(&text);
}

/* ---- lines of text ---- */

static void text_line_draw(enum line_kind kind, const struct screen_context *context,
                           struct surface *surface, struct rect rect)
{
    enum language language = context->session->language;
    struct buffer text = { 0 };
    const char *sentence = "";
    enum style style = STYLE_DIM;

    switch (kind) {
    case LINE_SUPPRESSED:
        sentence = N_("Pay is left out: it would show single clients' pay");
        style = STYLE_WARN;
        break;
    case LINE_PAY_OF_OWN:
        sentence = N_("Pay: only of clients you have access to");
        break;
    case LINE_NO_PAYROLL:
        sentence = N_("No payroll client yet: import runs to see the figures");
        style = STYLE_WARN;
        break;
    case LINE_DUE_NONE:
        sentence = N_("Nothing is due");
        break;
    case LINE_ATTENTION_NONE:
        sentence = N_("Nothing needs attention");
        break;
    case LINE_WAITING:
        buffer_add_text(&text, "…");
        break;
    default:
        break;
    }
    if (*sentence)
        buffer_add_text(&text, text_tr(language, sentence));
    surface_text(surface, rect.row, rect.column + 1, rect.columns - 1, style, buffer_text(&text));
    buffer_finish(&text);
}

void dashboard_heading_add(const char *text, bool behind, struct buffer *ret_text)
{
    buffer_add_text(ret_text, text);
    if (behind)
        buffer_add_text(ret_text, " …");
}

static bool any_attention(const struct dashboard_pane *self)
{
    int i;

    for (i = 0; i < ATTENTION_COUNT; i++)
        if (self->dashboard.attention[i] > 0)
            return true;
    return false;
}

static void line_draw_one(const struct dashboard_pane *self, int line,
                          const struct screen_context *context, struct surface *surface,
                          struct rect rect)
{
    enum language language = context->session->language;
    /* the figures are of the month asked for, what follows them is not */
    bool other = context->month.index != month_of(session_today(context->session)).index;
    struct buffer text = { 0 };

    switch (self->lines[line]) {
    case LINE_ITEMS:
        break;
    case LINE_HEAD:
        dashboard_head_draw(self, context, surface, rect);
        break;
    case LINE_DUE:
        dashboard_heading_add(text_tr(language, other ? N_("Due next, as of today") : N_("Due next")),
                              !self->dashboard.complete && self->dashboard.due_count > 0, &text);
        heading_draw(surface, context, rect, buffer_text(&text));
        break;
    case LINE_ATTENTION:
        dashboard_heading_add(text_tr(language, other ? N_("Needs attention, as of today")
                                                      : N_("Needs attention")),
                              !self->dashboard.complete && any_attention(self), &text);
        heading_draw(surface, context, rect, buffer_text(&text));
        break;
    default:
        text_line_draw(self->lines[line], context, surface, rect);
        break;
    }
    buffer_finish(&text);
}

static void item_draw(const struct dashboard_pane *self, const struct item *item, bool here,
                      bool focused, const struct screen_context *context, struct surface *surface,
                      struct rect rect)
{
    enum style cursor = focused ? STYLE_CURSOR : STYLE_CURSOR_DIM;

    if (item->kind == ITEM_ATTENTION && rect.columns >= TWO_COLUMNS && !self->one_column) {
        rect.column += item->column * (rect.columns / 2);
        rect.columns /= 2;
    }
    if (here)
        surface_clear(surface, rect, cursor);
    if (item->kind == ITEM_DUE)
        due_draw(self, item, context, surface, rect, here, cursor);
    else if (item->kind == ITEM_ATTENTION)
        attention_draw(self, item, context, surface, rect, here, cursor);
    else
        dashboard_figure_draw(self, item, context, surface, rect, here, cursor);
    if (here && focused && context->plain)
        surface_cursor(surface, rect.row, rect.column);
}

/* The cursor's line is seen; the head too while the cursor is on the first line under it. */
static void dashboard_scroll(struct dashboard_pane *self, size_t cursor)
{
    int line = cursor == SIZE_MAX ? 0 : self->items[cursor].line;
    int last = self->line_count > self->rows ? self->line_count - self->rows : 0;

    if (line <= 1 || self->beside)
        self->top = 0;
    if (line < self->top)
        self->top = line;
    if (line >= self->top + self->rows && !self->beside)
        self->top = line - self->rows + 1;
    if (self->top > last)
        self->top = last;
}

/* Where a line stands; false when it is not seen. */
static bool line_place(const struct dashboard_pane *self, int line, struct rect rect,
                       struct rect *ret_place)
{
    int left = rect.columns / 2;

    if (self->beside)
        *ret_place = line < self->beside
                         ? (struct rect) { rect.row + line, rect.column, 1, left - 2 }
                         : (struct rect) { rect.row + line - self->beside, rect.column + left, 1,
                                           rect.columns - left };
    else
        *ret_place = (struct rect) { rect.row + line - self->top, rect.column, 1, rect.columns };
    return ret_place->row >= rect.row && ret_place->row < rect.row + rect.rows;
}

void dashboard_draw(struct pane *pane, const struct screen_context *context,
                    struct surface *surface, struct rect rect, bool focused)
{
    struct dashboard_pane *self = (struct dashboard_pane *)pane;
    struct rect place;
    size_t cursor, i;
    int line;

    surface_clear(surface, rect, STYLE_NORMAL);
    if (!self->loaded || rect.rows <= 0 || rect.columns < LEAST_WIDTH)
        return;
    self->one_column = context->plain;
    dashboard_arrange(self, rect.columns, rect.rows);
    cursor = dashboard_cursor(self);
    dashboard_scroll(self, cursor);
    for (line = self->top; line < self->line_count; line++)
        if (line_place(self, line, rect, &place))
            line_draw_one(self, line, context, surface, place);
    for (i = 0; i < self->item_count; i++)
        if (line_place(self, self->items[i].line, rect, &place))
            item_draw(self, &self->items[i], i == cursor, focused, context, surface, place);
}

/* So many more lines above or below what is seen: said here, where it covers no figure. */
static void more_note(int count, bool below, const struct screen_context *context,
                      struct buffer *ret_text)
{
    enum language language = context->session->language;
    const char *mark = below ? "▼" : "▲";
    struct buffer number = { 0 };
    struct message message = { 0 };

    if (count <= 0)
        return;
    language_add_number(language, count, &number);
    if (context->plain || context->ascii) /* a letter v says nothing */
        message_set(&message, below ? N_("%1 more below") : N_("%1 more above"),
                    buffer_text(&number), NULL);
    else
        message_set(&message, N_("%1 %2 more"), mark, buffer_text(&number), NULL);
    message_add(&message, language, ret_text);
    buffer_add_text(ret_text, screen_between(context));
    buffer_finish(&number);
}

void dashboard_status(const struct pane *pane, const struct screen_context *context,
                      struct buffer *ret_text)
{
    const struct dashboard_pane *self = (const struct dashboard_pane *)pane;

    if (!self->loaded)
        return;
    if (!self->beside) {
        more_note(self->top, false, context, ret_text);
        more_note(self->line_count - self->top - self->rows, true, context, ret_text);
    }
    dashboard_add_clients(&self->dashboard, context->session->role, context->session->language,
                          ret_text);
}
