/*
 * Drawing of the dashboard: figure, this month, the month before, change, twelve months; what is due; what
 * needs attention.
 *
 * State: none but what struct dashboard_pane notes of the last drawing.
 */
#include "dashboard.h"

#include <inttypes.h>

#include "klientel/rules/figure.h"

/* Widths of the columns right of the label. */
enum { VALUE = 15, CHANGE = 8, SPARK = 12, LABEL_LEAST = 20, LABEL_MOST = 40, DAY = 9 };

struct columns {
    int label, before, change, spark; /* widths; 0 = left out */
};

static struct columns columns_of(int width)
{
    struct columns columns = { .before = VALUE, .change = CHANGE, .spark = SPARK };
    int fixed = 1 + VALUE;

    if (width < fixed + LABEL_LEAST + VALUE + CHANGE + 1 + SPARK)
        columns.spark = 0;
    if (width < fixed + LABEL_LEAST + VALUE + CHANGE)
        columns.change = 0;
    if (width < fixed + LABEL_LEAST + VALUE)
        columns.before = 0;
    columns.label = width - fixed - columns.before - columns.change -
                    (columns.spark ? columns.spark + 2 : 0);
    if (columns.label > LABEL_MOST)
        columns.label = LABEL_MOST;
    return columns;
}

/* ---- figures ---- */

static const struct dashboard_month *month_at(const struct dashboard_pane *self, int back)
{
    return &self->dashboard.months[DASHBOARD_MONTHS - 1 - back];
}

static struct figure figure_of(const struct dashboard_month *month, int figure)
{
    switch (figure) {
    case FIGURE_CLIENTS:
        return month->clients;
    case FIGURE_EMPLOYEES:
        return month->employees;
    case FIGURE_PAYSLIPS:
        return month->payslips;
    case FIGURE_TRAVEL:
        return month->travel;
    case FIGURE_ABSENCES:
        return month->absences;
    case FIGURE_AUTOMATION:
        return figure_automation(month->lines, month->manual_lines);
    case FIGURE_FAILED:
        return month->failed;
    case FIGURE_FAILED_NOW:
        return month->failed_now;
    }
    return (struct figure) { 0 };
}

static struct figure pay_of(const struct dashboard_month *month, const char *currency)
{
    size_t i;

    for (i = 0; i < month->currency_count; i++)
        if (!strncmp(month->pay[i].currency, currency, 4))
            return (struct figure) { true, month->pay[i].pay };
    return (struct figure) { 0 };
}

static struct figure item_figure(const struct dashboard_pane *self, const struct item *item,
                                 int back)
{
    if (item->kind == ITEM_FIGURE)
        return figure_of(month_at(self, back), item->which);
    if (self->dashboard.suppressed || self->currency_count == 0)
        return (struct figure) { 0 };
    return pay_of(month_at(self, back), self->currencies[item->which]);
}

static bool is_automation(const struct item *item)
{
    return item->kind == ITEM_FIGURE && item->which == FIGURE_AUTOMATION;
}

static void figure_add(const struct item *item, struct figure figure, enum language language,
                       struct buffer *ret_text)
{
    if (!figure.known)
        buffer_add_text(ret_text, "–");
    else if (item->kind == ITEM_PAY)
        language_add_money(language, figure.value, ret_text);
    else if (is_automation(item))
        language_add_tenths(language, figure.value, ret_text);
    else
        language_add_number(language, figure.value, ret_text);
}

/* Counts by their difference, pay in percent, the degree of automation in percentage points. */
static void change_add(const struct item *item, struct figure now, struct figure before,
                       enum language language, struct buffer *ret_text)
{
    int64_t change;
    size_t end;

    if (!now.known || !before.known || (item->kind == ITEM_PAY && before.value <= 0))
        return;
    if (item->kind == ITEM_FIGURE && item->which == FIGURE_FAILED_NOW)
        return; /* part of a month against a whole one says nothing */
    if (item->kind == ITEM_PAY)
        change = (int64_t)(((double)now.value - (double)before.value) * 1000 /
                           (double)before.value);
    else
        change = now.value - before.value;
    if (change > 0)
        buffer_add_byte(ret_text, '+');
    if (item->kind != ITEM_PAY && !is_automation(item)) {
        language_add_number(language, change, ret_text);
        return;
    }
    language_add_tenths(language, change, ret_text);
    if (is_automation(item)) { /* without the sign for percent: a difference of two percentages */
        for (end = 0; end < ret_text->length; end++)
            if ((unsigned char)ret_text->data[end] >= 0x80 || ret_text->data[end] == ' ')
                break;
        ret_text->length = end;
        ret_text->data[end] = '\0';
    }
}

static void pay_label(const struct dashboard_pane *self, const struct item *item,
                      enum language language, struct buffer *ret_text)
{
    static const char *const labels[] = {
        [PAY_UNKNOWN] = N_("Total pay"),
        [PAY_NET] = N_("Total pay (net)"),
        [PAY_GROSS] = N_("Total pay (gross)"),
        [PAY_MIXED] = N_("Total pay (mixed)"),
    };

    buffer_add_text(ret_text, text_tr(language, labels[month_at(self, 0)->basis]));
    if (self->currency_count > 0) {
        buffer_add_byte(ret_text, ' ');
        buffer_add_text(ret_text, self->currencies[item->which]);
    }
}

static void failed_label(const struct dashboard_pane *self, const struct item *item,
                         const struct screen_context *context, struct buffer *ret_text)
{
    enum language language = context->session->language;
    struct month month = month_at(self, item->which == FIGURE_FAILED)->month;
    bool so_far = item->which == FIGURE_FAILED_NOW &&
                  month.index == month_of(session_today(context->session)).index;
    struct message message = { 0 };
    struct buffer name = { 0 };

    month_name_add(month, language, &name);
    message_set(&message, so_far ? N_("Failed in %1 so far") : N_("Failed in %1"),
                buffer_text(&name), NULL);
    message_add(&message, language, ret_text);
    buffer_finish(&name);
}

static void label_add(const struct dashboard_pane *self, const struct item *item,
                      const struct screen_context *context, struct buffer *ret_text)
{
    static const char *const labels[FIGURE_COUNT] = {
        [FIGURE_CLIENTS] = N_("Payroll clients"),
        [FIGURE_EMPLOYEES] = N_("Active employees"),
        [FIGURE_PAYSLIPS] = N_("Payslips sent"),
        [FIGURE_TRAVEL] = N_("Travel and expenses"),
        [FIGURE_ABSENCES] = N_("Absences"),
        [FIGURE_AUTOMATION] = N_("Degree of automation"),
    };
    enum language language = context->session->language;

    if (item->kind == ITEM_PAY)
        pay_label(self, item, language, ret_text);
    else if (item->which == FIGURE_FAILED || item->which == FIGURE_FAILED_NOW)
        failed_label(self, item, context, ret_text);
    else
        buffer_add_text(ret_text, text_tr(language, labels[item->which]));
}

/* "9 (3 unresolved)" for last month's failures. */
static void value_add(const struct dashboard_pane *self, const struct item *item,
                      enum language language, struct buffer *ret_text)
{
    struct figure figure = item_figure(self, item, 0);
    struct figure unresolved = month_at(self, 0)->unresolved;
    struct message message = { 0 };
    struct buffer count = { 0 }, left = { 0 };

    figure_add(item, figure, language, &count);
    if (item->kind == ITEM_FIGURE && item->which == FIGURE_FAILED && figure.known &&
        unresolved.known && figure.value > 0) {
        language_add_number(language, unresolved.value, &left);
        message_set(&message, N_("%1 (%2 unresolved)"), buffer_text(&count), buffer_text(&left),
                    NULL);
        message_add(&message, language, ret_text);
    } else {
        buffer_add(ret_text, buffer_text(&count), count.length);
    }
    buffer_finish(&count);
    buffer_finish(&left);
}

static void spark_draw(const struct dashboard_pane *self, const struct item *item,
                       const struct screen_context *context, struct surface *surface, int row,
                       int column, enum style style)
{
    struct figure figures[SPARK];
    struct buffer text = { 0 };
    int i;

    for (i = 0; i < SPARK; i++)
        figures[i] = item_figure(self, item, SPARK - 1 - i);
    sparkline(figures, SPARK, context->ascii, &text);
    surface_text(surface, row, column, SPARK, style, buffer_text(&text));
    buffer_finish(&text);
}

static enum style figure_style(const struct dashboard_pane *self, const struct item *item)
{
    const struct dashboard_month *month = month_at(self, 0);

    if (item->kind != ITEM_FIGURE)
        return STYLE_NORMAL;
    if (item->which == FIGURE_FAILED && month->unresolved.known && month->unresolved.value > 0)
        return STYLE_BAD;
    if (item->which == FIGURE_FAILED_NOW && month->failed_now.known && month->failed_now.value > 0)
        return STYLE_BAD;
    return STYLE_NORMAL;
}

static void figure_draw(const struct dashboard_pane *self, const struct item *item,
                        const struct screen_context *context, struct surface *surface,
                        struct rect rect, bool here, enum style cursor)
{
    struct columns columns = columns_of(rect.columns);
    enum language language = context->session->language;
    struct figure before = item_figure(self, item, 1);
    struct buffer text = { 0 };
    int at = rect.column + 1, width;

    buffer_clear(&text);
    value_add(self, item, language, &text);
    width = surface_width(surface, buffer_text(&text));
    surface_text_right(surface, rect.row, at, columns.label + VALUE,
                       here ? cursor : figure_style(self, item), buffer_text(&text));
    buffer_clear(&text);
    label_add(self, item, context, &text);
    surface_text(surface, rect.row, at,
                 columns.label + VALUE - width - 1, here ? cursor : STYLE_NORMAL,
                 buffer_text(&text));
    at += columns.label + VALUE;
    buffer_clear(&text);
    figure_add(item, before, language, &text);
    surface_text_right(surface, rect.row, at, columns.before, here ? cursor : STYLE_DIM,
                       buffer_text(&text));
    at += columns.before;
    buffer_clear(&text);
    change_add(item, item_figure(self, item, 0), before, language, &text);
    surface_text_right(surface, rect.row, at, columns.change, here ? cursor : STYLE_NORMAL,
                       buffer_text(&text));
    if (columns.spark)
        spark_draw(self, item, context, surface, rect.row, at + columns.change + 1,
                   here ? cursor : STYLE_NORMAL);
    buffer_finish(&text);
}

static void head_draw(const struct dashboard_pane *self, const struct screen_context *context,
                      struct surface *surface, struct rect rect)
{
    struct columns columns = columns_of(rect.columns);
    enum language language = context->session->language;
    struct buffer text = { 0 };
    int at = rect.column + 1;

    surface_clear(surface, rect, STYLE_HEAD);
    surface_text(surface, rect.row, at, columns.label, STYLE_HEAD,
                 text_tr(language, N_("Key figures")));
    at += columns.label;
    language_add_month(language, month_at(self, 0)->month, &text);
    surface_text_right(surface, rect.row, at, VALUE, STYLE_HEAD, buffer_text(&text));
    at += VALUE;
    buffer_clear(&text);
    language_add_month(language, month_at(self, 1)->month, &text);
    surface_text_right(surface, rect.row, at, columns.before, STYLE_HEAD, buffer_text(&text));
    at += columns.before;
    surface_text_right(surface, rect.row, at, columns.change, STYLE_HEAD,
                       text_tr(language, N_("Change")));
    surface_text(surface, rect.row, at + columns.change + 1, columns.spark, STYLE_HEAD,
                 text_tr(language, N_("12 months")));
    buffer_finish(&text);
}

/* ---- what is due ---- */

static void part_add(struct buffer *text, const struct screen_context *context,
                     const char *sentence, int64_t count)
{
    enum language language = context->session->language;
    struct message message = { 0 };
    struct buffer number = { 0 };

    if (count <= 0)
        return;
    language_add_number(language, count, &number);
    message_set(&message, sentence, buffer_text(&number), NULL);
    if (text->length)
        buffer_add_text(text, context->ascii ? " - " : " · ");
    message_add(&message, language, text);
    buffer_finish(&number);
}

static enum style due_style(const struct dashboard_due *due, struct date today)
{
    if (due->rejected + due->made + due->missing == 0)
        return STYLE_GOOD;
    if (due->date.day < today.day || due->rejected > 0)
        return STYLE_BAD;
    return due->date.day <= today.day + 3 ? STYLE_WARN : STYLE_NORMAL;
}

static void due_draw(const struct dashboard_pane *self, const struct item *item,
                     const struct screen_context *context, struct surface *surface,
                     struct rect rect, bool here, enum style cursor)
{
    const struct dashboard_due *due = &self->dashboard.due[item->which];
    enum language language = context->session->language;
    enum style style = here ? cursor : due_style(due, session_today(context->session));
    struct buffer text = { 0 };
    int at = rect.column + 1 + DAY;

    language_add_day(language, due->date, &text);
    surface_text_right(surface, rect.row, rect.column + 1, DAY - 2, style, buffer_text(&text));
    buffer_clear(&text);
    buffer_add_text(&text, text_tr(language, model_label(WORDS_OBLIGATION, due->kind)));
    buffer_add_byte(&text, ' ');
    month_name_add(due->month, language, &text);
    buffer_add_text(&text, ": ");
    at += surface_text(surface, rect.row, at, rect.columns - 1 - DAY, here ? cursor : STYLE_NORMAL,
                       buffer_text(&text));
    buffer_clear(&text);
    part_add(&text, context, N_("%1 due"), due->due);
    part_add(&text, context, N_("%1 not sent"), due->missing); /* what is wrong before what is well */
    part_add(&text, context, N_("%1 rejected"), due->rejected);
    part_add(&text, context, N_("%1 only made"), due->made);
    part_add(&text, context, N_("%1 received"), due->received);
    surface_text(surface, rect.row, at, rect.column + rect.columns - at, style, buffer_text(&text));
    buffer_finish(&text);
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
    [ATTENTION_NOT_PAID] = { N_("pay-out not marked paid"), N_("pay-outs not marked paid") },
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

static void clients_note(const struct dashboard_pane *self, const struct screen_context *context,
                         struct buffer *ret_text)
{
    enum language language = context->session->language;
    bool with = self->dashboard.with_internal;
    struct message message = { 0 };
    struct buffer count = { 0 };

    language_add_number(language, self->dashboard.client_count, &count);
    message_set(&message,
                with ? N_("%1 clients, the internal client included")
                     : N_("%1 clients, without the internal client"),
                buffer_text(&count), NULL);
    message_add(&message, language, ret_text);
    buffer_finish(&count);
}

static void text_line_draw(const struct dashboard_pane *self, enum line_kind kind,
                           const struct screen_context *context, struct surface *surface,
                           struct rect rect)
{
    enum language language = context->session->language;
    struct buffer text = { 0 };
    const char *sentence = "";
    enum style style = STYLE_DIM;

    switch (kind) {
    case LINE_NOTE:
        clients_note(self, context, &text);
        break;
    case LINE_SUPPRESSED:
        sentence = N_("Pay is left out: it would show single clients' pay");
        style = STYLE_WARN;
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
    default:
        break;
    }
    if (*sentence)
        buffer_add_text(&text, text_tr(language, sentence));
    surface_text(surface, rect.row, rect.column + 1, rect.columns - 1, style, buffer_text(&text));
    buffer_finish(&text);
}

static void line_draw_one(const struct dashboard_pane *self, int line,
                          const struct screen_context *context, struct surface *surface,
                          struct rect rect)
{
    enum language language = context->session->language;

    switch (self->lines[line]) {
    case LINE_ITEMS:
        break;
    case LINE_HEAD:
        head_draw(self, context, surface, rect);
        break;
    case LINE_DUE:
        heading_draw(surface, context, rect, text_tr(language, N_("Due next")));
        break;
    case LINE_ATTENTION:
        heading_draw(surface, context, rect, text_tr(language, N_("Needs attention")));
        break;
    default:
        text_line_draw(self, self->lines[line], context, surface, rect);
        break;
    }
}

static void item_draw(const struct dashboard_pane *self, const struct item *item, bool here,
                      bool focused, const struct screen_context *context, struct surface *surface,
                      struct rect rect)
{
    enum style cursor = focused ? STYLE_CURSOR : STYLE_CURSOR_DIM;

    if (item->kind == ITEM_ATTENTION && rect.columns >= TWO_COLUMNS) {
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
        figure_draw(self, item, context, surface, rect, here, cursor);
    if (here && focused && context->plain)
        surface_cursor(surface, rect.row, rect.column);
}

/* The cursor's line is seen; the head too while the cursor is on the first line under it. */
static void dashboard_scroll(struct dashboard_pane *self, size_t cursor)
{
    int line = cursor == SIZE_MAX ? 0 : self->items[cursor].line;
    int last = self->line_count > self->rows ? self->line_count - self->rows : 0;

    if (line <= 1)
        self->top = 0;
    if (line < self->top)
        self->top = line;
    if (line >= self->top + self->rows)
        self->top = line - self->rows + 1;
    if (self->top > last)
        self->top = last;
}

void dashboard_draw(struct pane *pane, const struct screen_context *context,
                    struct surface *surface, struct rect rect, bool focused)
{
    struct dashboard_pane *self = (struct dashboard_pane *)pane;
    size_t cursor, i;
    int line;

    surface_clear(surface, rect, STYLE_NORMAL);
    if (!self->loaded || rect.rows <= 0 || rect.columns < LABEL_LEAST + VALUE + 1)
        return;
    dashboard_arrange(self, rect.columns, rect.rows);
    cursor = dashboard_cursor(self);
    dashboard_scroll(self, cursor);
    for (line = self->top; line < self->line_count && line < self->top + rect.rows; line++)
        line_draw_one(self, line, context, surface,
                      (struct rect) { rect.row + line - self->top, rect.column, 1, rect.columns });
    for (i = 0; i < self->item_count; i++) {
        line = self->items[i].line;
        if (line >= self->top && line < self->top + rect.rows)
            item_draw(self, &self->items[i], i == cursor, focused, context, surface,
                      (struct rect) { rect.row + line - self->top, rect.column, 1, rect.columns });
    }
}

void dashboard_status(const struct pane *pane, const struct screen_context *context,
                      struct buffer *ret_text)
{
    const struct dashboard_pane *self = (const struct dashboard_pane *)pane;

    if (self->loaded)
        clients_note(self, context, ret_text);
}
