/*
 * Export of answers that are no rows: receipts and the dashboard.
 *
 * Reasons in JSON stay English: they are for programs; a person reads the text form.
 */
#include "klientel/service/export.h"

#include <inttypes.h>
#include <string.h>

#include "klientel/base/money.h"
#include "klientel/base/text.h"
#include "klientel/service/json.h"

static bool write_json(struct json *json, FILE *out)
{
    buffer_add_byte(&json->text, '\n');
    bool ok = fwrite(json->text.data, 1, json->text.length, out) == json->text.length;
    json_finish(json);
    return ok;
}

/* ---- receipt ---- */

static const char *text_or_null(const char *text)
{
    return *text == '\0' ? NULL : text;
}

static void json_positive(struct json *json, int64_t number)
{
    if (number > 0)
        json_number(json, number);
    else
        json_null(json);
}

static void json_lines(struct json *json, const struct receipt_line *lines, size_t count)
{
    json_open(json, '[');
    for (size_t i = 0; i < count; i++) {
        struct buffer why = { 0 };
        message_add(&lines[i].why, LANGUAGE_EN, &why);
        json_open(json, '{');
        json_key(json, "client");
        json_positive(json, lines[i].client);
        json_key(json, "login");
        json_text(json, text_or_null(lines[i].login));
        json_key(json, "file");
        json_text(json, text_or_null(lines[i].file));
        json_key(json, "line");
        json_positive(json, lines[i].line);
        json_key(json, "column");
        json_text(json, text_or_null(lines[i].column));
        json_key(json, "why");
        json_text(json, buffer_text(&why));
        json_close(json, '}');
        buffer_finish(&why);
    }
    json_close(json, ']');
}

bool export_receipt(const struct receipt *receipt, FILE *out)
{
    struct json json = { 0 };
    json_open(&json, '{');
    json_key(&json, "changeset");
    json_positive(&json, receipt->changeset);
    json_key(&json, "selected");
    json_number(&json, receipt->selected);
    json_key(&json, "applied");
    json_number(&json, receipt->applied);
    json_key(&json, "unchanged");
    json_number(&json, receipt->unchanged);
    json_key(&json, "skipped");
    json_lines(&json, receipt->skipped, receipt->skipped_count);
    json_key(&json, "warnings");
    json_lines(&json, receipt->warnings, receipt->warning_count);
    json_close(&json, '}');
    return write_json(&json, out);
}

static void line_text(const struct receipt_line *line, enum language language, struct buffer *text)
{
    buffer_add_text(text, "  ");
    if (*line->file != '\0') {
        text_safe_add(line->file, strlen(line->file), text);
        if (line->line > 0)
            buffer_print(text, ":%" PRId64, line->line);
        if (*line->column != '\0') {
            buffer_add_text(text, " (");
            text_safe_add(line->column, strlen(line->column), text);
            buffer_add_byte(text, ')');
        }
        buffer_add_text(text, ": ");
    } else if (line->client > 0 || *line->login != '\0') {
        if (line->client > 0)
            buffer_print(text, "%s %" PRId64, text_tr(language, N_("client")), line->client);
        if (*line->login != '\0') {
            buffer_add_text(text, line->client > 0 ? ", " : "");
            text_safe_add(line->login, strlen(line->login), text);
        }
        buffer_add_text(text, ": ");
    }
    message_add(&line->why, language, text);
    buffer_add_byte(text, '\n');
}

/* "1 200 selected: 1 190 applied, 8 unchanged, 2 skipped" */
static void counts_text(const struct receipt *receipt, enum language language, struct buffer *text)
{
    const int64_t counts[] = { receipt->selected, receipt->applied, receipt->unchanged,
                               (int64_t)receipt->skipped_count };
    struct buffer numbers[4] = { { 0 } };
    for (size_t i = 0; i < 4; i++)
        language_add_number(language, counts[i], &numbers[i]);
    struct message message;
    message_set(&message, N_("%1 selected: %2 applied, %3 unchanged, %4 skipped"),
                buffer_text(&numbers[0]), buffer_text(&numbers[1]), buffer_text(&numbers[2]),
                buffer_text(&numbers[3]), NULL);
    message_add(&message, language, text);
    for (size_t i = 0; i < 4; i++)
        buffer_finish(&numbers[i]);
}

void export_receipt_text(const struct receipt *receipt, enum language language, FILE *out)
{
    struct buffer text = { 0 };
    counts_text(receipt, language, &text);
    if (receipt->changeset > 0) {
        char number[24];
        struct message message;
        snprintf(number, sizeof number, "%" PRId64, receipt->changeset);
        message_set(&message, N_("change-set %1"), number, NULL);
        buffer_add_text(&text, " (");
        message_add(&message, language, &text);
        buffer_add_byte(&text, ')');
    }
    buffer_add_byte(&text, '\n');
    if (receipt->skipped_count > 0)
        buffer_print(&text, "%s\n", text_tr(language, N_("Skipped:")));
    for (size_t i = 0; i < receipt->skipped_count; i++)
        line_text(&receipt->skipped[i], language, &text);
    if (receipt->warning_count > 0)
        buffer_print(&text, "%s\n", text_tr(language, N_("Taken, but look at:")));
    for (size_t i = 0; i < receipt->warning_count; i++)
        line_text(&receipt->warnings[i], language, &text);
    fwrite(text.data, 1, text.length, out);
    buffer_finish(&text);
}

/* ---- dashboard ---- */

static void json_pay(struct json *json, const struct dashboard_month *month)
{
    json_open(json, '{');
    for (size_t i = 0; i < month->currency_count; i++) {
        struct buffer amount = { 0 };
        money_add(month->pay[i].pay, &amount);
        json_key(json, month->pay[i].currency);
        json_text(json, buffer_text(&amount));
        buffer_finish(&amount);
    }
    json_close(json, '}');
}

static const char *basis_word(enum pay_basis basis)
{
    switch (basis) {
    case PAY_NET:
        return "net";
    case PAY_GROSS:
        return "gross";
    case PAY_MIXED:
        return "mixed";
    case PAY_UNKNOWN:
        break;
    }
    return NULL;
}

/* Made, sent and waiting are three things (C47): each is a number of its own. */
static void json_due(struct json *json, const struct dashboard *dashboard)
{
    json_open(json, '[');
    for (size_t i = 0; i < dashboard->due_count; i++) {
        const struct dashboard_due *due = &dashboard->due[i];
        const struct {
            const char *key;
            int64_t count;
        } counts[] = {
            { "due", due->due },       { "received", due->received }, { "rejected", due->rejected },
            { "none", due->missing },  { "made", due->made },         { "sent", due->sent },
            { "waiting", due->waiting },
        };
        char date[DATE_TEXT_SIZE], month[MONTH_TEXT_SIZE];
        json_open(json, '{');
        json_key(json, "date");
        json_text(json, date_format(due->date, date));
        json_key(json, "kind");
        json_text(json, model_word(WORDS_OBLIGATION, (int)due->kind));
        json_key(json, "month");
        json_text(json, month_format(due->month, month));
        for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
            json_key(json, counts[c].key);
            json_number(json, counts[c].count);
        }
        json_close(json, '}');
    }
    json_close(json, ']');
}

bool export_dashboard(const struct dashboard *dashboard, FILE *out)
{
    const struct dashboard_month *month = &dashboard->months[DASHBOARD_MONTHS - 1];
    const struct {
        const char *key;
        struct figure figure;
    } figures[] = {
        { "clients", month->clients },   { "employees", month->employees },
        { "payslips", month->payslips }, { "travel", month->travel },
        { "absences", month->absences },
    };
    struct json json = { 0 };
    char month_text[MONTH_TEXT_SIZE];
    json_open(&json, '{');
    json_key(&json, "month");
    json_text(&json, month_format(month->month, month_text));
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        json_key(&json, figures[i].key);
        json_figure(&json, figures[i].figure);
    }
    struct figure automation = figure_automation(month->lines, month->manual_lines);
    struct value percent = { .known = automation.known, .number = automation.value };
    json_key(&json, "automation");
    json_value(&json, &percent, TYPE_PERCENT);
    json_key(&json, "failed");
    json_figure(&json, month->failed);
    json_key(&json, "unresolved");
    json_figure(&json, month->unresolved);
    json_key(&json, "pay");
    json_pay(&json, month);
    json_key(&json, "pay_basis");
    json_text(&json, basis_word(month->basis));
    json_key(&json, "due");
    json_due(&json, dashboard);
    json_close(&json, '}');
    return write_json(&json, out);
}
