/*
 * Command words: what comes after the words of the command line, in one table. A word that takes nothing needs no
 * line: every action is a word by itself.
 *
 * State: none.
 */
#include "command_line.h"
#include "filter_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- filter, view, jump ---- */

static bool filter_run(struct app *app, const char *argument, struct failure *ret_failure)
{
    const struct pane *pane = app_top(app)->pane;
    if (!pane->ops->set_filter)
        return failure_set(ret_failure, FAILURE_REFUSED, "", N_("There is nothing to filter here"),
                           NULL);
    if (pane->ops->dataset) {
        struct filter_scope scope = app_filter_scope(app);
        struct filter_error error;
        struct filter *filter =
            filter_create(argument, pane->ops->dataset(pane), &scope, &error);
        if (!filter)
            return filter_text_refused(app, &error, ret_failure);
        filter_destroy(filter);
    }
    app_set_filter(app, argument);
    if (pane->ops->dataset)
        filter_text_note(app, pane->ops->dataset(pane), argument);
    return true;
}

static void filter_complete(struct app *app, struct completion *completion, const struct line *line)
{
    const struct pane *pane = app_top(app)->pane;
    if (pane->ops->dataset)
        filter_offers(app, pane->ops->dataset(pane), completion, line, completion->from);
}

/* ---- sort ---- */

static void sort_complete(struct app *app, struct completion *completion, const struct line *line)
{
    (void)line;
    const struct table *table = app_table(app);
    bool falling = *completion->typed == '-';
    const struct dataset_info *dataset = table ? dataset_info(table->dataset) : NULL;
    for (size_t i = 0; dataset && i < dataset->count; i++) {
        const struct column_info *info = column_info((enum column)(dataset->first + (int)i));
        char text[64];
        snprintf(text, sizeof text, "%s%s", falling ? "-" : "", info->name);
        completion_offer(completion, text, NULL,
                         text_tr(app->options.session.language, info->label), false);
    }
}

static bool sort_run(struct app *app, const char *argument, struct failure *ret_failure)
{
    struct table *table = app_table(app);
    bool falling = *argument == '-';
    const char *name = argument + (falling ? 1 : 0);
    enum column column;
    if (!table)
        return failure_set(ret_failure, FAILURE_REFUSED, "", N_("There is no list here"), NULL);
    if (!column_parse(table->dataset, name, strlen(name), app->options.session.language, &column))
        return failure_set(ret_failure, FAILURE_USAGE, "", N_("There is no column \"%1\" here"),
                           name, NULL);
    table_sort(table, column, falling);
    return true;
}

/* ---- month ---- */

static struct month month_now(const struct app *app)
{
    return month_of(session_today(&app->options.session));
}

static void month_complete(struct app *app, struct completion *completion, const struct line *line)
{
    (void)line;
    enum language language = app->options.session.language;
    for (int back = -1; back < 24; back++) {
        struct month month = month_add(month_now(app), -back);
        struct buffer name = { 0 };
        char text[MONTH_TEXT_SIZE];
        month_format(month, text);
        language_add_month(language, month, &name);
        completion_offer(completion, text, NULL, buffer_text(&name), false);
        buffer_finish(&name);
    }
}

/* YYYY-MM, now, or so many months on or back. */
static bool month_run(struct app *app, const char *argument, struct failure *ret_failure)
{
    enum { AWAY = 1200 };
    struct month month = month_now(app);
    char *end = NULL;
    if (*argument == '+' || *argument == '-') {
        long by = strtol(argument, &end, 10);
        if (by > AWAY || by < -AWAY)
            end = NULL;
        else
            month = month_add(app->context.month, (int)by);
    } else if (strcasecmp(argument, "now") != 0 && !month_parse(argument, &month)) {
        return failure_set(ret_failure, FAILURE_USAGE, "",
                           N_("\"%1\" is no month: write 2026-10, +1, -1 or now"), argument, NULL);
    }
    long away = labs((long)month.index - month_now(app).index);
    if ((end && *end) || (!end && (*argument == '+' || *argument == '-')) || away > AWAY)
        return failure_set(ret_failure, FAILURE_USAGE, "",
                           N_("\"%1\" is no month: write 2026-10, +1, -1 or now"), argument, NULL);
    app->context.month = month;
    return true;
}

/* ---- help, quit ---- */

static void help_complete(struct app *app, struct completion *completion, const struct line *line)
{
    (void)line;
    for (size_t i = 0; i < command_word_count(); i++) {
        struct command_word word = command_word_at(i);
        completion_offer(completion, word.word, NULL,
                         text_tr(app->options.session.language, word.help), false);
    }
}

static bool help_run(struct app *app, const char *argument, struct failure *ret_failure)
{
    (void)ret_failure;
    app_open(app, pane_help(app->options.keymap, app_pane_scopes(app), argument));
    return true;
}

static bool quit_run(struct app *app, const char *argument, struct failure *ret_failure)
{
    (void)argument;
    (void)ret_failure;
    while (app->stack_count)
        app_pop(app);
    app_act(app, ACTION_CLOSE);
    return true;
}

/* ---- the table ---- */

static const struct command_word table[] = {
    { "filter", ACTION_FILTER, ACTION_NONE, NULL, NULL, filter_complete, filter_run },
    { "mark", ACTION_MARK, ACTION_MARK_TEXT,
      N_("Mark the row, or what a filter behind it finds"), NULL, filter_complete,
      mark_run },
    { "unmark", ACTION_UNMARK_ALL, ACTION_UNMARK_TEXT,
      N_("Clear the marks, or those a filter behind it finds"), NULL,
      filter_complete, unmark_run },
    { "view", ACTION_VIEWS, ACTION_VIEWS, N_("Put a saved view on"), NULL, view_complete, view_use },
    { "jump", ACTION_JUMP, ACTION_NONE, NULL, NULL, NULL, jump_to },
    { "sort", ACTION_SORT, ACTION_NONE, NULL, NULL, sort_complete, sort_run },
    { "columns", ACTION_COLUMNS, ACTION_COLUMNS, NULL, NULL, columns_complete, columns_run },
    { "export", ACTION_EXPORT, ACTION_EXPORT, NULL, NULL, export_complete, export_run },
    { "month", ACTION_NONE, ACTION_NONE, N_("Go to a month, in all tabs"), "2026-10, +1, -1, now",
      month_complete, month_run },
    { "help", ACTION_HELP, ACTION_NONE, NULL, NULL, help_complete, help_run },
    { "quit", ACTION_NONE, ACTION_NONE, N_("Quit klientel, after a question"), NULL, NULL, quit_run },
};
enum { TABLE = sizeof table / sizeof *table };

static const struct {
    const char *alias, *word;
} aliases[] = {
    { "q", "quit" }, { "exit", "quit" }, { "h", "help" }, { "j", "jump" },
};

/* An action that has its line in the table above under its own word is not told twice. */
static bool is_in_table(enum action_id action)
{
    for (size_t i = 0; i < TABLE; i++) {
        if (table[i].action == action && strcmp(table[i].word, action_info(action)->word) == 0)
            return true;
    }
    return false;
}

/* What is typed or chosen in a line or a list has no meaning as a command. */
static bool is_word(enum action_id action)
{
    const unsigned anywhere = SCOPE_EVERYWHERE | SCOPE_TABLE | SCOPE_DASHBOARD | SCOPE_SHEET;
    return (action_info(action)->scopes & anywhere) && !is_in_table(action) &&
           action != ACTION_COMMAND;
}

size_t command_word_count(void)
{
    size_t count = TABLE;
    for (enum action_id action = 0; action < ACTION_COUNT; action++)
        count += is_word(action);
    return count;
}

struct command_word command_word_at(size_t position)
{
    if (position < TABLE) {
        struct command_word word = table[position];
        if (!word.help)
            word.help = action_info(word.action)->help;
        return word;
    }
    position -= TABLE;
    for (enum action_id action = 0; action < ACTION_COUNT; action++) {
        if (is_word(action) && position-- == 0)
            return (struct command_word){ .word = action_info(action)->word,
                                          .action = action,
                                          .with = ACTION_NONE,
                                          .help = action_info(action)->help };
    }
    return (struct command_word){ .word = "", .action = ACTION_NONE, .with = ACTION_NONE, .help = "" };
}

bool command_word_find(const char *name, struct command_word *ret_word)
{
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++) {
        if (strcasecmp(name, aliases[i].alias) == 0)
            name = aliases[i].word;
    }
    for (size_t i = 0; i < command_word_count(); i++) {
        *ret_word = command_word_at(i);
        if (strcasecmp(name, ret_word->word) == 0)
            return true;
    }
    return false;
}
