/*
 * Export: the rows of the focused table as a file in the outbox, in a format that is chosen from a list, with the
 * columns that are seen or with all of the dataset.
 *
 * State: none but, while the list is open, whether hidden marked rows are meant.
 */
#include <stdlib.h>

#include "outgoing.h"

static const struct {
    enum export_format format;
    const char *text, *note;
} formats[] = {
    { EXPORT_CSV, N_("CSV"), N_("comma, decimal point") },
    { EXPORT_CSV_NORDIC, N_("CSV for Nordic spreadsheets"), N_("semicolon, decimal comma") },
    { EXPORT_JSON, "JSON", N_("for programs") },
    { EXPORT_JSONL, N_("JSON lines"), N_("for programs") },
    { EXPORT_XLSX, N_("Excel workbook (XLSX)"), N_("numbers and dates as such") },
    { EXPORT_TABLE, N_("Text"), N_("as wide as it needs") },
};
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
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
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
    group_add(app, &modal->picker, N_("The columns on the screen (%1)"),
              table_seen(table, columns), 0, rows);
    group_add(app, &modal->picker, N_("All columns (%1)"), columns_all(table, columns), ALL_COLUMNS,
              rows);
    return true;
}

static bool export_accept(struct app *app, struct modal *modal)
{
    const struct picker_item *chosen = picker_chosen(&modal->picker);
    const struct choice *choice = modal->own;
    enum column columns[DATASET_COLUMNS_MAX];
    if (!chosen || !app_table(app))
        return false;
    bool all_columns = chosen->id >= ALL_COLUMNS;
    outgoing_rows(app, &(struct outgoing){
                           .all = choice->all,
                           .format = (enum export_format)(chosen->id % ALL_COLUMNS),
                           .columns = columns,
                           .column_count = all_columns ? columns_all(app_table(app), columns)
                                                       : table_seen(app_table(app), columns),
                       });
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

static void export_choose(struct app *app, bool all)
{
    struct choice *choice = memory_zero(1, sizeof *choice);
    choice->all = all;
    modal_open(app, &export_use, choice);
}

void export_open(struct app *app, enum action_id action)
{
    (void)action;
    if (app_table(app) && outgoing_ready(app))
        outgoing_ask(app, export_choose);
}
