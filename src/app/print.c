/*
 * Print: what is seen as plain text for paper 80 columns wide, into the outbox: a table's rows with the columns that
 * are seen, a text's whole content, the dashboard as `klientel dashboard` tells it; over it what it is, of when, and
 * who asked.
 *
 * State: none.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "outgoing.h"
#include "klientel/service/report.h"

enum { PAPER = 80, GAP = 2 };

/* ---- the heading ---- */

static void line_add(const char *source, const char *value, enum language language,
                     struct buffer *text)
{
    struct message message;
    message_set(&message, source, value, NULL);
    message_add(&message, language, text);
    buffer_add_byte(text, '\n');
}

static void heading_add(struct app *app, const char *what, const char *filter, struct buffer *text)
{
    const struct session *session = &app->options.session;
    struct buffer when = { 0 };
    struct message message;
    text_safe_add(session->partner, strlen(session->partner), text);
    buffer_print(text, "\n%s\n", what);
    if (*filter)
        line_add(N_("Filter: %1"), filter, session->language, text);
    language_add_instant(session->language, session->now, &when);
    message_set(&message, N_("Printed %1 by %2"), buffer_text(&when), session->name, NULL);
    message_add(&message, session->language, text);
    buffer_add_text(text, "\n\n");
    buffer_finish(&when);
}

/* ---- a table ---- */

/* Of the columns that are seen those that fit on the paper: the first ones. */
static size_t columns_fit(const struct table *table, enum column *ret_columns)
{
    size_t seen = table_seen(table, ret_columns), count = 1;
    int room = PAPER - column_info(ret_columns[0])->width;
    for (; count < seen; count++) {
        room -= column_info(ret_columns[count])->width + GAP;
        if (room < 0)
            break;
    }
    return count;
}

static void print_table(struct app *app, bool all, int64_t what)
{
    (void)what;
    enum column columns[TABLE_COLUMNS];
    struct buffer title = { 0 }, heading = { 0 };
    outgoing_title_add(app, all, &title);
    heading_add(app, buffer_text(&title), outgoing_filter(app), &heading);
    outgoing_rows(app, &(struct outgoing){
                           .all = all,
                           .format = EXPORT_TABLE,
                           .columns = columns,
                           .column_count = columns_fit(app_table(app), columns),
                           .width = PAPER,
                           .heading = buffer_text(&heading),
                           .print = true,
                       });
    buffer_finish(&title);
    buffer_finish(&heading);
}

/* ---- a text ---- */

/* The dashboard that is shown; false when there is none. */
static bool dashboard_add(struct app *app, struct buffer *text)
{
    const struct part *part = &app_top(app)->parts[0];
    char *report = NULL;
    size_t length;
    if (!part->has_dashboard)
        return false;
    FILE *out = open_memstream(&report, &length);
    if (!out)
        return false;
    report_dashboard_text(&part->dashboard, &app->options.session, 0, false, out); /* no line cut */
    fclose(out);
    buffer_add(text, report, length);
    free(report);
    return true;
}

/* The pane's title as a name for a file: "client", "earlier-messages". */
static void file_name_add(const char *title, struct buffer *name)
{
    for (; *title; title++)
        buffer_add_byte(name, isalnum((unsigned char)*title) ? (char)tolower((unsigned char)*title)
                                                             : '-');
}

/* With the month where there is something of a month in it. */
static void title_add(struct app *app, struct buffer *ret_text)
{
    const struct holder *top = app_top(app);
    enum language language = app->options.session.language;
    buffer_add_text(ret_text, text_tr(language, top->pane->ops->title));
    if (!top->parts[0].asked)
        return;
    buffer_add_text(ret_text, ", ");
    language_add_month(language, app->context.month, ret_text);
}

static void print_text(struct app *app)
{
    struct pane *pane = app_top(app)->pane;
    struct buffer title = { 0 }, text = { 0 }, name = { 0 };
    struct screen_context context = app->context;
    context.ascii = context.latin1 = context.plain = false; /* a file is in UTF-8 */
    context.columns = PAPER;
    title_add(app, &title);
    heading_add(app, buffer_text(&title), app_filter(app), &text);
    file_name_add(pane->ops->title, &name);
    if (pane->ops->text) {
        pane->ops->text(pane, &context, &text);
        outgoing_text(app, buffer_text(&name), &text);
    } else if (dashboard_add(app, &text)) {
        outgoing_text(app, buffer_text(&name), &text);
    } else {
        app_say_text(app, STYLE_WARN, N_("There is nothing to print here"));
    }
    buffer_finish(&title);
    buffer_finish(&text);
    buffer_finish(&name);
}

void print_open(struct app *app, enum action_id action)
{
    (void)action;
    if (!outgoing_ready(app))
        return;
    if (app_table(app))
        outgoing_ask(app, print_table, 0);
    else
        print_text(app);
}
