/*
 * Report: the dashboard as text. Each line is built in a buffer and leaves through line_out, which cuts it
 * to the width: nothing reaches the stream another way.
 */
#include "klientel/service/report.h"

#include <inttypes.h>
#include <string.h>

#include "klientel/base/message.h"
#include "klientel/base/text.h"
#include "klientel/rules/due_text.h"
#include "klientel/rules/figure.h"

enum { VALUE_WIDTH = 18, LABEL_WIDTH_MAX = 40, PAPER_WIDTH = 180 };

struct report {
    const struct dashboard *dashboard;
    enum language language;
    enum role role;
    struct date today;
    int width;
    bool ascii;
    FILE *out;
    struct buffer line;
};

static const struct dashboard_month *month_now(const struct report *report)
{
    return &report->dashboard->months[DASHBOARD_MONTHS - 1];
}

static void line_out(struct report *report)
{
    struct buffer shown = { 0 };
    size_t length = report->line.length;
    if (report->width > 0)
        length = text_fit(buffer_text(&report->line), length, report->width);
    while (length > 0 && report->line.data[length - 1] == ' ')
        length--;
    buffer_add(&shown, buffer_text(&report->line), length);
    buffer_add_byte(&shown, '\n');
    fwrite(shown.data, 1, shown.length, report->out);
    buffer_finish(&shown);
    buffer_clear(&report->line);
}

static void add_blanks(struct report *report, int count)
{
    for (int i = 0; i < count; i++)
        buffer_add_byte(&report->line, ' ');
}

static void add_left(struct report *report, const char *text, int width)
{
    buffer_add_text(&report->line, text);
    add_blanks(report, width - text_width(text, strlen(text)));
}

static void add_right(struct report *report, const char *text, int width)
{
    add_blanks(report, width - text_width(text, strlen(text)));
    buffer_add_text(&report->line, text);
}

static void heading(struct report *report, const char *source)
{
    line_out(report);
    buffer_add_text(&report->line, text_tr(report->language, source));
    line_out(report);
}

/* ---- the eight figures ---- */

typedef struct figure (*figure_of)(const struct dashboard_month *month, const char *currency);
typedef void (*figure_text)(enum language language, int64_t value, struct buffer *ret_text);

static struct figure of_clients(const struct dashboard_month *month, const char *currency)
{
    (void)currency;
    return month->clients;
}
static struct figure of_employees(const struct dashboard_month *month, const char *currency)
{
    (void)currency;
    return month->employees;
}
static struct figure of_payslips(const struct dashboard_month *month, const char *currency)
{
    (void)currency;
    return month->payslips;
}
static struct figure of_travel(const struct dashboard_month *month, const char *currency)
{
    (void)currency;
    return month->travel;
}
static struct figure of_absences(const struct dashboard_month *month, const char *currency)
{
    (void)currency;
    return month->absences;
}
static struct figure of_automation(const struct dashboard_month *month, const char *currency)
{
    (void)currency;
    return figure_automation(month->lines, month->manual_lines);
}
static struct figure of_failed(const struct dashboard_month *month, const char *currency)
{
    (void)currency;
    return month->failed_now;
}
static struct figure of_pay(const struct dashboard_month *month, const char *currency)
{
    for (size_t i = 0; i < month->currency_count; i++) {
        if (strcmp(month->pay[i].currency, currency) == 0)
            return (struct figure){ true, month->pay[i].pay };
    }
    return (struct figure){ 0 };
}

struct figure_row {
    const char *label; /* English source text */
    figure_of of;
    figure_text text;
};

static const struct figure_row figure_rows[] = {
    { N_("Payroll clients"), of_clients, language_add_number },
    { N_("Active employees"), of_employees, language_add_number },
    { N_("Payslips sent"), of_payslips, language_add_number },
    { N_("Travel and expenses"), of_travel, language_add_number },
    { N_("Absences"), of_absences, language_add_number },
    { N_("Automation"), of_automation, language_add_tenths },
    { N_("Failed declarations"), of_failed, language_add_number },
};
enum { FIGURE_ROWS = sizeof figure_rows / sizeof *figure_rows };

static const char *pay_label(enum pay_basis basis)
{
    switch (basis) {
    case PAY_NET:
        return N_("Total pay (net)");
    case PAY_GROSS:
        return N_("Total pay (gross)");
    case PAY_MIXED:
        return N_("Total pay (net/gross)");
    case PAY_UNKNOWN:
        break;
    }
    return N_("Total pay");
}

static int label_width(const struct report *report)
{
    const char *pay = text_tr(report->language, pay_label(month_now(report)->basis));
    int widest = text_width(pay, strlen(pay)) + (int)strlen(" NOK");
    for (size_t i = 0; i < FIGURE_ROWS; i++) {
        const char *label = text_tr(report->language, figure_rows[i].label);
        int width = text_width(label, strlen(label));
        if (width > widest)
            widest = width;
    }
    return widest < LABEL_WIDTH_MAX ? widest : LABEL_WIDTH_MAX;
}

static void add_figure(struct report *report, struct figure figure, figure_text text)
{
    struct buffer shown = { 0 };
    if (figure.known)
        text(report->language, figure.value, &shown);
    else
        buffer_add_text(&shown, "–");
    add_right(report, buffer_text(&shown), VALUE_WIDTH);
    buffer_finish(&shown);
}

static void figure_line(struct report *report, const char *label, int width,
                        const struct figure_row *row, const char *currency)
{
    struct figure figures[DASHBOARD_MONTHS];
    for (size_t i = 0; i < DASHBOARD_MONTHS; i++)
        figures[i] = row->of(&report->dashboard->months[i], currency);
    add_left(report, label, width);
    add_figure(report, figures[DASHBOARD_MONTHS - 1], row->text);
    add_figure(report, figures[DASHBOARD_MONTHS - 2], row->text);
    add_blanks(report, 2);
    sparkline(figures, DASHBOARD_MONTHS, report->ascii, &report->line);
    line_out(report);
}

static void month_heads(struct report *report, int width)
{
    add_blanks(report, width);
    for (size_t i = 1; i <= 2; i++) {
        struct buffer name = { 0 };
        language_add_month(report->language, report->dashboard->months[DASHBOARD_MONTHS - i].month,
                           &name);
        add_right(report, buffer_text(&name), VALUE_WIDTH);
        buffer_finish(&name);
    }
    add_blanks(report, 2);
    buffer_add_text(&report->line, text_tr(report->language, N_("13 months")));
    line_out(report);
}

/* Every currency of the thirteen months gets a line of its own: amounts in two are never added (C38). */
static void pay_lines(struct report *report, int width)
{
    const struct figure_row row = { NULL, of_pay, language_add_money };
    const char *seen[DASHBOARD_MONTHS * DASHBOARD_CURRENCIES];
    size_t seen_count = 0;
    for (size_t m = DASHBOARD_MONTHS; m-- > 0;) {
        const struct dashboard_month *month = &report->dashboard->months[m];
        for (size_t c = 0; c < month->currency_count; c++) {
            size_t at = 0;
            while (at < seen_count && strcmp(seen[at], month->pay[c].currency) != 0)
                at++;
            if (at < seen_count)
                continue;
            seen[seen_count++] = month->pay[c].currency;
            struct buffer label = { 0 };
            buffer_print(&label, "%s %s",
                         text_tr(report->language, pay_label(month_now(report)->basis)),
                         month->pay[c].currency);
            figure_line(report, buffer_text(&label), width, &row, month->pay[c].currency);
            buffer_finish(&label);
        }
    }
    if (seen_count == 0) {
        figure_line(report, text_tr(report->language, pay_label(PAY_UNKNOWN)), width, &row, "");
    }
}

static void failed_note(struct report *report)
{
    const struct dashboard_month *month = month_now(report);
    if (!month->unresolved.known || month->unresolved.value <= 0)
        return;
    struct buffer unresolved = { 0 };
    struct buffer name = { 0 };
    struct message message;
    language_add_number(report->language, month->unresolved.value, &unresolved);
    language_add_month(report->language, month_add(month->month, -1), &name);
    message_set(&message, N_("Of those that failed in %1 not resolved yet: %2."), buffer_text(&name),
                buffer_text(&unresolved), NULL);
    message_add(&message, report->language, &report->line);
    line_out(report);
    buffer_finish(&unresolved);
    buffer_finish(&name);
}

static void notes(struct report *report)
{
    const char *texts[] = {
        report->dashboard->no_payroll
            ? N_("There are no payroll clients yet: import their payroll runs.")
            : NULL,
        report->dashboard->suppressed
            ? N_("Total pay is left out: it would show the pay of one or two clients you may not see.")
            : NULL,
        report->dashboard->pay_of_own ? N_("Total pay: only of clients you have access to.") : NULL,
    };
    dashboard_add_clients(report->dashboard, report->role, report->language, &report->line);
    line_out(report);
    failed_note(report);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (texts[i] == NULL)
            continue;
        buffer_add_text(&report->line, text_tr(report->language, texts[i]));
        line_out(report);
    }
}

/* ---- due next, needs attention ---- */

/* As many names as the line has room for, on paper too, where no line is cut. */
static void due_names(struct report *report, const struct dashboard_due *due)
{
    struct buffer received = { 0 };
    int room = report->width > 0 ? report->width : PAPER_WIDTH;
    due_received_add(due, report->language, " · ", &received);
    room -= text_width(buffer_text(&report->line), report->line.length) +
            text_width(buffer_text(&received), received.length);
    if (room > 0 && due->received > 0)
        due_names_add(&due->open, due->due - due->received, room, &report->line);
    buffer_add(&report->line, buffer_text(&received), received.length);
    buffer_finish(&received);
}

static void due_name(const struct report *report, const struct dashboard_due *due,
                     struct buffer *ret_text)
{
    buffer_print(ret_text, "%s ",
                 text_tr(report->language, model_label(WORDS_OBLIGATION, (int)due->kind)));
    language_add_month(report->language, due->month, ret_text);
}

/* The widest name of them, in the language it is in. */
static int due_width(const struct report *report)
{
    struct buffer text = { 0 };
    int widest = 0;
    for (size_t i = 0; i < report->dashboard->due_count; i++) {
        buffer_clear(&text);
        due_name(report, &report->dashboard->due[i], &text);
        int width = text_width(buffer_text(&text), text.length);
        if (width > widest)
            widest = width;
    }
    buffer_finish(&text);
    return widest;
}

static void due_line(struct report *report, const struct dashboard_due *due, int width)
{
    struct buffer text = { 0 };
    language_add_day(report->language, due->date, &text);
    add_right(report, buffer_text(&text), 9);
    buffer_clear(&text);
    due_name(report, due, &text);
    add_blanks(report, 2);
    add_left(report, buffer_text(&text), width);
    buffer_finish(&text);
    buffer_add_text(&report->line, "  ");
    due_text_add(due, report->today, DUE_LONG, report->language, " · ", &report->line);
    due_names(report, due);
    line_out(report);
}

/* The figures are of the month asked for, what follows them is not. */
static bool other_month(const struct report *report)
{
    return month_now(report)->month.index != month_of(report->today).index;
}

static void due_lines(struct report *report)
{
    heading(report, other_month(report) ? N_("Due next, as of today") : N_("Due next"));
    for (size_t i = 0; i < report->dashboard->due_count; i++)
        due_line(report, &report->dashboard->due[i], due_width(report));
    if (report->dashboard->due_count == 0) {
        buffer_print(&report->line, "  %s", text_tr(report->language, N_("Nothing is due.")));
        line_out(report);
    }
}

static const struct {
    const char *one, *many; /* English source texts */
} attention_texts[] = {
    [ATTENTION_NO_RESPONSIBLE] = { N_("client without anyone responsible"),
                                   N_("clients without anyone responsible") },
    [ATTENTION_MANY_RESPONSIBLE] = { N_("client with more than one responsible"),
                                     N_("clients with more than one responsible") },
    [ATTENTION_OTHER_RUN] = { N_("client last run by someone else than the responsible"),
                              N_("clients last run by someone else than the responsible") },
    [ATTENTION_ENDING] = { N_("access that ends within seven days"),
                           N_("accesses that end within seven days") },
    [ATTENTION_NOT_PAID] = { N_("client with a pay-out up to tomorrow not marked paid"),
                             N_("clients with pay-outs up to tomorrow not marked paid") },
    [ATTENTION_NO_CONTACT] = { N_("client without a contact person or address"),
                               N_("clients without a contact person or address") },
};
_Static_assert(sizeof attention_texts / sizeof *attention_texts == ATTENTION_COUNT,
               "a text for each attention");

static void attention_lines(struct report *report)
{
    bool any = false;
    heading(report, other_month(report) ? N_("Needs attention, as of today")
                                        : N_("Needs attention"));
    for (size_t i = 0; i < ATTENTION_COUNT; i++) {
        int64_t count = report->dashboard->attention[i];
        if (count <= 0)
            continue;
        struct buffer number = { 0 };
        language_add_number(report->language, count, &number);
        add_right(report, buffer_text(&number), 9);
        buffer_print(&report->line, "  %s",
                     text_tr_n(report->language, attention_texts[i].one, attention_texts[i].many,
                               count));
        line_out(report);
        buffer_finish(&number);
        any = true;
    }
    if (!any) {
        buffer_print(&report->line, "  %s", text_tr(report->language, N_("Nothing.")));
        line_out(report);
    }
}

static void title(struct report *report, const struct session *session)
{
    text_safe_add(session->partner, strlen(session->partner), &report->line);
    buffer_add_text(&report->line, " · ");
    text_safe_add(session->name, strlen(session->name), &report->line);
    buffer_print(&report->line, " · %s",
                 text_tr(report->language, model_label(WORDS_ROLE, (int)session->role)));
    if (session->demo)
        buffer_print(&report->line, " · %s", text_tr(report->language, N_("DEMO")));
    line_out(report);
    line_out(report);
}

void report_dashboard_text(const struct dashboard *dashboard, const struct session *session,
                           int width, bool ascii, FILE *out)
{
    struct report report = {
        .dashboard = dashboard,
        .language = session->language,
        .role = session->role,
        .today = session_today(session),
        .width = width,
        .ascii = ascii,
        .out = out,
    };
    title(&report, session);
    int label = label_width(&report);
    month_heads(&report, label);
    for (size_t i = 0; i < FIGURE_ROWS; i++)
        figure_line(&report, text_tr(report.language, figure_rows[i].label), label, &figure_rows[i],
                    NULL);
    pay_lines(&report, label);
    notes(&report);
    due_lines(&report);
    attention_lines(&report);
    buffer_finish(&report.line);
}
