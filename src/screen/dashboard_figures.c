/*
 * The figures of the dashboard: label, asked month, the month before, change, twelve months.
 *
 * State: none.
 */
#include "dashboard.h"

#include "klientel/rules/figure.h"

/* Widths of the columns right of the label. */
enum { VALUE = 15, CHANGE = 8, SPARK = 12, LABEL_LEAST = 20, LABEL_MOST = 40 };

struct columns {
    int label, before, change, spark; /* widths; 0 = left out */
};

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

static void pay_label(const struct dashboard_pane *self, enum language language,
                      struct buffer *ret_text)
{
    static const char *const labels[] = {
        [PAY_UNKNOWN] = N_("Total pay"),
        [PAY_NET] = N_("Total pay (net)"),
        [PAY_GROSS] = N_("Total pay (gross)"),
        [PAY_MIXED] = N_("Total pay (net/gross)"),
    };

    buffer_add_text(ret_text, text_tr(language, labels[month_at(self, 0)->basis]));
}

static const char *pay_currency(const struct dashboard_pane *self, const struct item *item)
{
    return self->currency_count > 0 ? self->currencies[item->which] : "";
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
        [FIGURE_FAILED] = N_("Failed declarations"),
    };
    enum language language = context->session->language;

    if (item->kind == ITEM_PAY)
        pay_label(self, language, ret_text);
    else
        buffer_add_text(ret_text, text_tr(language, labels[item->which]));
}

/* "9 (3 unresolved)" for failures. */
static void value_add(const struct dashboard_pane *self, const struct item *item, int back,
                      enum language language, struct buffer *ret_text)
{
    struct figure figure = item_figure(self, item, back);
    struct figure unresolved = month_at(self, back)->unresolved_now;
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

/* Room for the widest amount of the month before, and a blank before it: no amount is ever cut. */
static int before_width(const struct dashboard_pane *self, enum language language)
{
    struct buffer text = { 0 };
    int widest = VALUE;
    size_t i;

    for (i = 0; i < self->item_count; i++) {
        if (self->items[i].kind != ITEM_PAY && self->items[i].kind != ITEM_FIGURE)
            continue;
        buffer_clear(&text);
        value_add(self, &self->items[i], 1, language, &text);
        if (text_width(buffer_text(&text), text.length) + 1 > widest)
            widest = text_width(buffer_text(&text), text.length) + 1;
    }
    buffer_finish(&text);
    return widest;
}

static bool dashboard_over(const struct dashboard_pane *self, const struct screen_context *context)
{
    return month_at(self, 0)->month.index < month_of(session_today(context->session)).index;
}

/* Blocks say nothing to a screen reader: --plain-ui leaves them out, the numbers are there. */
static struct columns columns_of(const struct dashboard_pane *self,
                                 const struct screen_context *context, int width)
{
    int before = before_width(self, context->session->language), fixed = 1 + VALUE;
    /* part of a month against a whole one says nothing, or what is not so */
    int change = dashboard_over(self, context) ? CHANGE : 0;
    struct columns columns = { .before = before, .change = change, .spark = SPARK };

    if (width < fixed + LABEL_LEAST + before + change + 1 + SPARK || context->plain)
        columns.spark = 0;
    if (width < fixed + LABEL_LEAST + before + change)
        columns.change = 0;
    if (width < fixed + LABEL_LEAST + before)
        columns.before = 0;
    columns.label = width - fixed - columns.before - columns.change -
                    (columns.spark ? columns.spark + 2 : 0);
    if (columns.label > LABEL_MOST)
        columns.label = LABEL_MOST;
    return columns;
}

static enum style figure_style(const struct dashboard_pane *self, const struct item *item)
{
    const struct dashboard_month *month = month_at(self, 0);

    if (item->kind != ITEM_FIGURE)
        return STYLE_NORMAL;
    if (item->which == FIGURE_FAILED && month->unresolved_now.known && month->unresolved_now.value > 0)
        return STYLE_BAD;
    return STYLE_NORMAL;
}

/* Of a pay that has no room the words give way, never the currency. */
static void label_draw(const struct dashboard_pane *self, const struct item *item,
                       const struct screen_context *context, struct surface *surface, int row,
                       int column, int columns, enum style style)
{
    const char *currency = item->kind == ITEM_PAY ? pay_currency(self, item) : "";
    struct buffer text = { 0 };

    label_add(self, item, context, &text);
    if (*currency) {
        columns -= 4;
        columns = surface_text(surface, row, column, columns, style, buffer_text(&text));
        surface_text(surface, row, column + columns + 1, 3, style, currency);
    } else {
        surface_text(surface, row, column, columns, style, buffer_text(&text));
    }
    buffer_finish(&text);
}

void dashboard_figure_draw(const struct dashboard_pane *self, const struct item *item,
                           const struct screen_context *context, struct surface *surface,
                           struct rect rect, bool here, enum style cursor)
{
    struct columns columns = columns_of(self, context, rect.columns);
    enum language language = context->session->language;
    struct figure before = item_figure(self, item, 1);
    struct buffer text = { 0 };
    int at = rect.column + 1, width;

    buffer_clear(&text);
    value_add(self, item, 0, language, &text);
    width = surface_width(surface, buffer_text(&text));
    surface_text_right(surface, rect.row, at, columns.label + VALUE,
                       here ? cursor : figure_style(self, item), buffer_text(&text));
    label_draw(self, item, context, surface, rect.row, at, columns.label + VALUE - width - 1,
               here ? cursor : STYLE_NORMAL);
    at += columns.label + VALUE;
    buffer_clear(&text);
    value_add(self, item, 1, language, &text);
    surface_text_right(surface, rect.row, at, columns.before, here ? cursor : STYLE_DIM,
                       buffer_text(&text));
    at += columns.before;
    buffer_clear(&text);
    if (columns.change)
        change_add(item, item_figure(self, item, 0), before, language, &text);
    surface_text_right(surface, rect.row, at, columns.change, here ? cursor : STYLE_NORMAL,
                       buffer_text(&text));
    if (columns.spark)
        spark_draw(self, item, context, surface, rect.row, at + columns.change + 1,
                   here ? cursor : STYLE_NORMAL);
    buffer_finish(&text);
}

/* The month that is running is told only as far as it has come. */
static void month_head_add(const struct dashboard_pane *self, const struct screen_context *context,
                           struct buffer *ret_text)
{
    enum language language = context->session->language;
    struct month month = month_at(self, 0)->month;
    struct message message = { 0 };
    struct buffer name = { 0 };

    language_add_month(language, month, &name);
    message_set(&message,
                month.index == month_of(session_today(context->session)).index ? N_("%1 so far")
                                                                               : "%1",
                buffer_text(&name), NULL);
    buffer_clear(ret_text);
    message_add(&message, language, ret_text);
    buffer_finish(&name);
}

void dashboard_head_draw(const struct dashboard_pane *self, const struct screen_context *context,
                         struct surface *surface, struct rect rect)
{
    struct columns columns = columns_of(self, context, rect.columns);
    enum language language = context->session->language;
    struct buffer text = { 0 };
    int at = rect.column + 1, width;

    surface_clear(surface, rect, STYLE_HEAD);
    dashboard_heading_add(text_tr(language, N_("Key figures")), self->behind, &text);
    surface_text(surface, rect.row, at, columns.label, STYLE_HEAD, buffer_text(&text));
    at += columns.label;
    width = surface_width(surface, buffer_text(&text)) + 1;
    month_head_add(self, context, &text);
    surface_text_right(surface, rect.row, rect.column + 1 + width, columns.label + VALUE - width,
                       STYLE_HEAD, buffer_text(&text));
    at += VALUE;
    buffer_clear(&text);
    language_add_month(language, month_at(self, 1)->month, &text);
    surface_text_right(surface, rect.row, at, columns.before, STYLE_HEAD, buffer_text(&text));
    at += columns.before;
    if (columns.change)
        surface_text_right(surface, rect.row, at, columns.change, STYLE_HEAD,
                           text_tr(language, N_("Change")));
    surface_text(surface, rect.row, at + columns.change + 1, columns.spark, STYLE_HEAD,
                 text_tr(language, N_("12 months")));
    buffer_finish(&text);
}
