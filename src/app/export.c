/*
 * Export: the rows of the focused table as a file in the outbox, in a format that is chosen from a list, with the
 * columns chosen for the list, however many of them the window has room for, or with all of the dataset.
 *
 * State: none but, while the list is open, whether hidden marked rows are meant.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command_line.h"
#include "outgoing.h"

static const struct {
    enum export_format format;
    const char *word; /* on the command line */
    const char *text, *note;
} formats[] = {
    { EXPORT_CSV, "csv", N_("CSV"), N_("comma, decimal point") },
    { EXPORT_CSV_NORDIC, "nordic", N_("CSV for Nordic spreadsheets"), N_("semicolon, decimal comma") },
    { EXPORT_JSON, "json", "JSON", N_("for programs") },
    { EXPORT_JSONL, "jsonl", N_("JSON lines"), N_("for programs") },
    { EXPORT_XLSX, "xlsx", N_("Excel workbook (XLSX)"), N_("numbers and dates as such") },
    { EXPORT_TABLE, "text", N_("Text"), N_("as wide as it needs") },
};
enum { FORMATS = sizeof formats / sizeof *formats };
enum { ALL_COLUMNS = 16 }; /* in the id of a line, beside its format */

struct choice {
    bool all; /* hidden marked rows too */
};

static size_t columns_all(const struct table *table, enum column *ret_columns)
{
    const struct dataset_info *info = dataset_info(table->dataset);
    for (size_t i = 0; i < info->count; i++)
        ret_columns[i] = (enum column)((int)info->first + (int)i);
    return info->count;
}

static size_t columns_chosen(const struct table *table, enum column *ret_columns)
{
    memcpy(ret_columns, table->columns, table->column_count * sizeof *ret_columns);
    return table->column_count;
}

static void group_add(struct app *app, struct picker *picker, const char *title, size_t columns,
                      int64_t more, size_t rows)
{
    enum language language = app->options.session.language;
    struct buffer group = { 0 };
    struct message message;
    char number[24];
    snprintf(number, sizeof number, "%zu", columns);
    message_set(&message, title, number, NULL);
    message_add(&message, language, &group);
    for (size_t i = 0; i < FORMATS; i++) {
        bool fits = rows <= export_rows_most(formats[i].format);
        picker_add(picker, &(struct picker_item){
                               .text = text_tr(language, formats[i].text),
                               .note = text_tr(language,
                                               fits ? formats[i].note : N_("too many rows")),
                               .group = i == 0 ? buffer_text(&group) : NULL,
                               .id = (int64_t)formats[i].format + more,
                               .dim = !fits,
                           });
    }
    buffer_finish(&group);
}

static bool export_open_list(struct app *app, struct modal *modal)
{
    const struct choice *choice = modal->own;
    enum column columns[DATASET_COLUMNS_MAX];
    const struct table *table = app_table(app);
    size_t rows = outgoing_count(app, choice->all);
    struct buffer title = { 0 };
    outgoing_title_add(app, choice->all, &title);
    picker_finish(&modal->picker);
    picker_start(&modal->picker, 0, buffer_text(&title));
    buffer_finish(&title);
    group_add(app, &modal->picker, N_("The chosen columns (%1)"), columns_chosen(table, columns), 0,
              rows);
    group_add(app, &modal->picker, N_("All columns (%1)"), columns_all(table, columns), ALL_COLUMNS,
              rows);
    return true;
}

/* what: a format, and whether all columns. */
static void export_now(struct app *app, bool all, int64_t what)
{
    enum column columns[DATASET_COLUMNS_MAX];
    bool all_columns = what >= ALL_COLUMNS;
    outgoing_rows(app, &(struct outgoing){
                           .all = all,
                           .format = (enum export_format)(what % ALL_COLUMNS),
                           .columns = columns,
                           .column_count = all_columns ? columns_all(app_table(app), columns)
                                                       : columns_chosen(app_table(app), columns),
                       });
}

static bool export_accept(struct app *app, struct modal *modal)
{
    const struct picker_item *chosen = picker_chosen(&modal->picker);
    const struct choice *choice = modal->own;
    if (!chosen || !app_table(app))
        return false;
    export_now(app, choice->all, chosen->id);
    return true;
}

static void choice_free(struct app *app, struct modal *modal)
{
    (void)app;
    free(modal->own);
}

static const struct modal_use export_use = {
    .kind = MODAL_PICKER,
    .label = N_("Export"),
    .accept_word = N_("export"),
    .cancel_word = N_("cancel"),
    .open = export_open_list,
    .accept = export_accept,
    .close = choice_free,
};

static void export_choose(struct app *app, bool all, int64_t what)
{
    (void)what;
    struct choice *choice = memory_zero(1, sizeof *choice);
    choice->all = all;
    modal_open(app, &export_use, choice);
}

void export_open(struct app *app, enum action_id action)
{
    (void)action;
    if (app_table(app) && outgoing_ready(app))
        outgoing_ask(app, export_choose, 0);
}

/* ---- :export FORMAT [all] ---- */

static const char all_word[] = " all";

void export_complete(struct app *app, struct completion *completion, const struct line *line)
{
    enum language language = app->options.session.language;
    (void)line;
    for (size_t i = 0; i < 2 * FORMATS; i++) {
        char text[32];
        snprintf(text, sizeof text, "%s%s", formats[i % FORMATS].word, i < FORMATS ? "" : all_word);
        struct buffer note = { 0 };
        buffer_add_text(&note, text_tr(language, formats[i % FORMATS].text));
        if (i >= FORMATS)
            buffer_print(&note, ", %s", text_tr(language, N_("all columns")));
        completion_offer(completion, text, NULL, buffer_text(&note), false);
        buffer_finish(&note);
    }
}

static bool parse(const char *argument, int64_t *ret_what)
{
    for (size_t i = 0; i < FORMATS; i++) {
        size_t length = strlen(formats[i].word);
        const char *rest = argument + length;
        if (strncasecmp(argument, formats[i].word, length) != 0 ||
            (*rest && strcasecmp(rest, all_word) != 0))
            continue;
        *ret_what = (int64_t)formats[i].format + (*rest ? ALL_COLUMNS : 0);
        return true;
    }
    return false;
}

bool export_run(struct app *app, const char *argument, struct failure *ret_failure)
{
    int64_t what;
    if (!parse(argument, &what))
        return failure_set(ret_failure, FAILURE_USAGE, "",
                           N_("\"%1\" is no format: csv, nordic, json, jsonl, xlsx or text, and all "
                              "behind it for all columns"),
                           argument, NULL);
    if (outgoing_count(app, true) > export_rows_most((enum export_format)(what % ALL_COLUMNS)))
        return failure_set(ret_failure, FAILURE_REFUSED, "", N_("Too many rows for that format"),
                           NULL);
    if (outgoing_ready(app))
        outgoing_ask(app, export_now, what);
    return true;
}
