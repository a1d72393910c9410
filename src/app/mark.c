/*
 * Mark: + and - mark and unmark the shown rows that a filter text finds, in the table with the keys.
 *
 * State: the line, which way, what was found last; rows of the table's own query when those at hand lack a
 * column that the text needs.
 * Invariant: only rows that are shown are marked or unmarked; nothing is before Enter.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command_line.h"
#include "filter_text.h"
#include "klientel/base/arena.h"

struct mark {
    struct filter_text text; /* of the line */
    bool off;              /* unmark */
    struct ids found;      /* of the shown rows, those the text finds */
    size_t already;        /* of those, how many are marked */
    bool costly;
    struct filter_error error; /* text NULL = it parses */
    struct message stray;      /* a name in it that is no column; text NULL = there is none */
    struct arena *arena;   /* rows with more columns; NULL = not asked */
    struct rowset rows;
};

/* As the pane asks for the table's rows: the same month, the same client. */
static void query_of(struct app *app, const struct table *table, struct query *ret_query)
{
    struct ask asks[PANE_PARTS];
    const struct pane *pane = app_top(app)->pane;
    size_t count = pane->ops->asks(pane, &app->context, asks);
    *ret_query = (struct query){ .dataset = table->dataset,
                                 .month = app->context.month,
                                 .as_of = INSTANT_NONE };
    for (size_t i = 0; i < count; i++) {
        if (asks[i].kind == ASK_ROWS && asks[i].query.dataset == table->dataset)
            *ret_query = asks[i].query;
    }
    ret_query->sort = COLUMN_NONE;
    ret_query->descending = false;
}

/* Rows with at least those columns: the table's own, those asked for before, or asked for now. */
static const struct rowset *rows_with(struct app *app, const struct table *table, struct mark *own,
                                      column_mask columns)
{
    struct failure failure = { 0 };
    struct query query;
    if ((table->rows->columns & columns) == columns)
        return table->rows;
    if (own->arena && (own->rows.columns & columns) == columns)
        return &own->rows;
    query_of(app, table, &query);
    query.columns = columns;
    arena_destroy(own->arena);
    own->arena = arena_create();
    if (store_query(app->options.store, &app->options.session, &query, own->arena, &own->rows,
                    &failure))
        return &own->rows;
    arena_destroy(own->arena);
    own->arena = NULL;
    app_fail(app, &failure);
    return NULL;
}

static void find_in(const struct rowset *rows, const struct filter *filter, struct mark *own,
                    struct ids *ret_ids)
{
    struct filter_scan *scan = filter_scan_start(filter, rows, NULL, 0);
    size_t count;
    filter_scan_step(scan, 0);
    const uint32_t *hits = filter_scan_hits(scan, &count);
    for (size_t i = 0; i < count; i++)
        ids_add(ret_ids, rows->ids[hits[i]]);
    own->costly = filter_scan_costly(scan);
    filter_scan_cancel(scan);
}

static void note_shown(const struct table *table, const struct ids *ids, struct mark *own)
{
    for (size_t i = 0; i < table->shown_count; i++) {
        int64_t id = table->rows->ids[table->shown[i]];
        if (!ids_has(ids, id))
            continue;
        ids_add(&own->found, id);
        own->already += ids_has(&table->marks, id);
    }
}

static void find(struct app *app, const struct table *table, const char *text, struct mark *own)
{
    struct filter_scope scope = app_filter_scope(app);
    struct ids ids = { 0 };
    ids_clear(&own->found);
    own->already = 0;
    own->costly = false;
    own->error = (struct filter_error){ 0 };
    own->stray.text = NULL;
    scope.marked = &table->marks;
    if (!table->rows || strspn(text, " ") == strlen(text))
        return;
    struct filter *filter = filter_create(text, table->dataset, &scope, &own->error);
    if (!filter)
        return;
    const struct rowset *rows = rows_with(app, table, own, filter_columns(filter));
    if (rows)
        find_in(rows, filter, own, &ids);
    note_shown(table, &ids, own);
    filter_stray(filter, &own->stray);
    ids_finish(&ids);
    filter_destroy(filter);
}

static void mark_typed(struct app *app, struct modal *modal)
{
    const struct table *table = app_table(app);
    struct mark *own = modal->own;
    if (!table)
        return;
    filter_text_typed(app, &own->text, table->dataset, &modal->line);
    find(app, table, modal->line.text, own);
}

static bool mark_key(struct app *app, struct modal *modal, const char *key, enum action_id action)
{
    const struct table *table = app_table(app);
    struct mark *own = modal->own;
    if (!table || !filter_text_key(app, &own->text, table->dataset, &modal->line, key, action))
        return false;
    find(app, table, modal->line.text, own);
    return true;
}

/* ---- what it would do, on the last row of the pane ---- */

static void count_message(struct app *app, const struct table *table, const struct mark *own,
                          struct message *ret_message)
{
    enum language language = app->options.session.language;
    size_t changed = own->off ? own->already : own->found.count - own->already;
    struct buffer count = { 0 }, shown = { 0 }, all = { 0 };
    language_add_number(language, (int64_t)changed, &count);
    language_add_number(language, (int64_t)table->shown_count, &shown);
    language_add_number(language, (int64_t)own->found.count, &all);
    message_set(ret_message,
                own->found.count == 0 ? N_("None of the %2 shown rows")
                : own->off ? N_("%3 of the %2 shown rows; %4 unmarks %1 of them")
                         : N_("%3 of the %2 shown rows; %4 marks %1 more"),
                buffer_text(&count), buffer_text(&shown), buffer_text(&all),
                keymap_key(app->options.keymap, ACTION_ACCEPT, SCOPE_FIELD), NULL);
    if (own->found.count == 0 && own->stray.text)
        *ret_message = own->stray;
    buffer_finish(&count);
    buffer_finish(&shown);
    buffer_finish(&all);
}

static void error_add(const struct app *app, const struct mark *own, struct buffer *ret_text)
{
    enum language language = app->options.session.language;
    struct message message;
    char position[24];
    snprintf(position, sizeof position, "%zu", own->error.position + 1);
    message_set(&message, N_("at character %1: "), position, NULL);
    frame_warn_add(app, ret_text);
    message_add(&message, language, ret_text);
    message_add(&own->error.message, language, ret_text);
}

static void mark_draw(struct app *app, struct modal *modal, struct surface *surface,
                      struct rect room)
{
    enum language language = app->options.session.language;
    const struct table *table = app_table(app);
    struct mark *own = modal->own;
    struct buffer text = { 0 };
    struct message message = { 0 };
    int row = room.row + room.rows - 1;
    if (!table)
        return;
    if (app->message.text)
        message_add(&app->message, language, &text);
    else if (own->error.message.text)
        error_add(app, own, &text);
    else if (own->costly)
        buffer_add_text(&text, text_tr(language, N_("the pattern is too costly: rows are missing")));
    else if (modal->line.length == 0)
        buffer_add_text(&text, text_tr(language, N_("As in the filter: words, column:word, "
                                                    "is:mine, employees>50, /pattern/")));
    else {
        count_message(app, table, own, &message);
        message_add(&message, language, &text);
    }
    surface_clear(surface, (struct rect){ row, room.column, 1, room.columns }, STYLE_NORMAL);
    surface_text(surface, row, room.column + 1, room.columns - 2,
                 own->error.message.text || own->costly ? STYLE_ERROR : STYLE_DIM,
                 buffer_text(&text));
    buffer_finish(&text);
    room.rows--;
    filter_text_draw(app, &own->text, surface, room);
}

/* ---- Enter ---- */

static void apply(struct table *table, const struct mark *own)
{
    for (int64_t id = ids_next(&own->found, 0); id >= 0; id = ids_next(&own->found, id + 1)) {
        if (own->off)
            ids_remove(&table->marks, id);
        else
            ids_add(&table->marks, id);
    }
}

/* Rows may have come since it was typed: what is found is looked for once more. */
static bool run(struct app *app, struct table *table, const char *text, struct mark *own)
{
    struct message message;
    struct buffer count = { 0 };
    find(app, table, text, own);
    if (own->error.message.text)
        return false;
    filter_text_note(app, table->dataset, text);
    size_t changed = own->off ? own->already : own->found.count - own->already;
    apply(table, own);
    language_add_number(app->options.session.language, (int64_t)changed, &count);
    message_set(&message, own->off ? N_("Marks taken away: %1") : N_("New marks: %1"),
                buffer_text(&count), NULL);
    if (own->found.count == 0 && own->stray.text)
        app_say(app, STYLE_WARN, &own->stray);
    else
        app_say(app, STYLE_DIM, &message);
    buffer_finish(&count);
    return true;
}

static bool mark_accept(struct app *app, struct modal *modal)
{
    struct table *table = app_table(app);
    if (!table)
        return true;
    if (modal->line.length > 0)
        return run(app, table, modal->line.text, modal->own);
    app_say_text(app, STYLE_NORMAL, N_("The field was empty: no mark was changed"));
    return true;
}

static void mark_words(struct modal *modal, const char **ret_accept, const char **ret_cancel)
{
    filter_text_words(&((struct mark *)modal->own)->text, ret_accept, ret_cancel);
}

static void mark_close(struct app *app, struct modal *modal)
{
    struct mark *own = modal->own;
    (void)app;
    filter_text_finish(&own->text);
    ids_finish(&own->found);
    arena_destroy(own->arena);
    free(own);
}

static const struct modal_use mark_use = {
    .kind = MODAL_LINE,
    .label = N_("Mark:"),
    .accept_word = N_("mark"),
    .cancel_word = N_("leave"),
    .complete_word = N_("complete"),
    .words = mark_words,
    .key = mark_key,
    .typed = mark_typed,
    .accept = mark_accept,
    .draw = mark_draw,
    .close = mark_close,
};

static const struct modal_use unmark_use = {
    .kind = MODAL_LINE,
    .label = N_("Unmark:"),
    .accept_word = N_("unmark"),
    .cancel_word = N_("leave"),
    .complete_word = N_("complete"),
    .words = mark_words,
    .key = mark_key,
    .typed = mark_typed,
    .accept = mark_accept,
    .draw = mark_draw,
    .close = mark_close,
};

void mark_by_text(struct app *app, enum action_id action)
{
    struct mark *own;
    if (!app_table(app))
        return;
    own = memory_zero(1, sizeof *own);
    own->off = action == ACTION_UNMARK_TEXT;
    filter_text_start(&own->text, &(struct line){ 0 }, 0);
    table_marks_hold(app_table(app));
    modal_open(app, own->off ? &unmark_use : &mark_use, own);
}

/* ---- :mark FILTER, :unmark FILTER ---- */

static bool run_line(struct app *app, const char *text, bool off, struct failure *ret_failure)
{
    struct table *table = app_table(app);
    struct mark own = { .off = off };
    if (!table)
        return true;
    table_marks_hold(table);
    bool good = run(app, table, text, &own) ||
                filter_text_refused(app, &own.error, ret_failure);
    ids_finish(&own.found);
    arena_destroy(own.arena);
    return good;
}

bool mark_run(struct app *app, const char *argument, struct failure *ret_failure)
{
    return run_line(app, argument, false, ret_failure);
}

bool unmark_run(struct app *app, const char *argument, struct failure *ret_failure)
{
    return run_line(app, argument, true, ret_failure);
}
