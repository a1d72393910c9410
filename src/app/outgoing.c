/*
 * Outgoing: rows and texts into the outbox. The rows are asked for again, since those on the screen have only the
 * columns that are seen and may change while they are written.
 *
 * State: a job while rows are written, owned by the modal that has the keys meanwhile: whatever closes that one ends
 * the job, and of its file nothing stays.
 */
#include "outgoing.h"

#include <stdlib.h>
#include <string.h>

#include "klientel/base/loop.h"
#include "klientel/service/outbox.h"

enum { SLICE_MICROSECONDS = 8000, SAY_EVERY = 300000000 /* nanoseconds */ };

/* ---- which rows ---- */

static struct part *focused_part(struct app *app)
{
    const struct table *table = app_table(app);
    struct holder *top = app_top(app);
    for (size_t i = 0; table && i < PANE_PARTS; i++) {
        if (table->rows == &top->parts[i].rows)
            return &top->parts[i];
    }
    return NULL;
}

size_t outgoing_count(struct app *app, bool all)
{
    const struct table *table = app_table(app);
    if (table->marks.count == 0)
        return table->shown_count;
    return all ? table->marks.count : table->marks.count - table_hidden_marks(table);
}

/* Ids in the order of the screen, outgoing_count of them at most. */
static size_t rows_list(const struct table *table, bool all, int64_t *ret_ids)
{
    const struct ids *marks = &table->marks;
    bool hidden_too = all && marks->count > 0;
    size_t rows = hidden_too ? table->rows->count : table->shown_count, count = 0;
    for (size_t i = 0; i < rows; i++) {
        int64_t id = table->rows->ids[hidden_too ? table_ordered(table, i) : table->shown[i]];
        if (marks->count == 0 || ids_has(marks, id))
            ret_ids[count++] = id;
    }
    return count;
}

/* What was typed ahead may have changed the filter or the order: the rows that are meant are those of now. */
bool outgoing_ready(struct app *app)
{
    holder_settle(app, app_top(app));
    const struct table *table = app_table(app);
    if (!app->options.outbox) {
        app_say_text(app, STYLE_ERROR, N_("There is no outbox to put a file into"));
        return false;
    }
    if (table && !table->rows) {
        app_say_text(app, STYLE_WARN, N_("The list is empty"));
        return false;
    }
    if (table && table->is_partial) {
        app_say_text(app, STYLE_WARN, N_("The filter is still at work: once more when it is done"));
        return false;
    }
    return true;
}

static void count_add(struct app *app, size_t count, const char *one, const char *many,
                      struct buffer *ret_text)
{
    enum language language = app->options.session.language;
    struct buffer number = { 0 };
    struct message message;
    language_add_number(language, (int64_t)count, &number);
    message_set(&message, count == 1 ? one : many, buffer_text(&number), NULL);
    message_add(&message, language, ret_text);
    buffer_finish(&number);
}

/* Whose rows they are, where the table stands beside a list and shows what belongs to the row under its cursor. */
static void whose_add(struct app *app, const struct query *query, struct buffer *ret_text)
{
    struct pane *pane = app_top(app)->pane;
    enum dataset dataset = query->client_id ? DATASET_clients : DATASET_users;
    int64_t id = query->client_id ? query->client_id : query->user_id;
    struct table *list;
    for (size_t i = 0; id && (list = pane->ops->table(pane, i)) != NULL; i++) {
        if (list->dataset == dataset && list->rows && list->cursor_id == id &&
            table_row(list) != SIZE_MAX) {
            buffer_add_text(ret_text, ", ");
            cell_add(list->rows, table_row(list), list->columns[0], &app->context, ret_text);
            return;
        }
    }
}

const char *outgoing_filter(struct app *app)
{
    const struct part *part = focused_part(app);
    return part ? part->filter_text : "";
}

void outgoing_title_add(struct app *app, bool all, struct buffer *ret_text)
{
    enum language language = app->options.session.language;
    const struct table *table = app_table(app);
    const struct part *part = focused_part(app);
    struct buffer rows = { 0 };
    struct message message;
    if (table->marks.count)
        count_add(app, outgoing_count(app, all), N_("%1 marked row"), N_("%1 marked rows"), &rows);
    else
        count_add(app, outgoing_count(app, all), N_("%1 row"), N_("%1 rows"), &rows);
    message_set(&message, N_("%1 of %2"), buffer_text(&rows),
                text_tr(language, dataset_info(table->dataset)->label), NULL);
    message_add(&message, language, ret_text);
    bool of_a_month = table->dataset != DATASET_grants && table->dataset != DATASET_users;
    if (of_a_month && part && month_known(part->ask.query.month)) {
        buffer_add_text(ret_text, ", ");
        language_add_month(language, part->ask.query.month, ret_text);
    }
    if (part)
        whose_add(app, &part->ask.query, ret_text);
    buffer_finish(&rows);
}

/* ---- marked rows that are hidden ---- */

struct hidden {
    void (*then)(struct app *app, bool all, int64_t what);
    int64_t what;
};

static void hidden_rows(struct app *app, struct table *table, enum bulk_rows which,
                        const struct ids *ids, void *own)
{
    const struct hidden *hidden = own;
    (void)table;
    (void)ids;
    hidden->then(app, which == BULK_ALL, hidden->what);
}

static void hidden_done(struct app *app, void *own)
{
    (void)app;
    free(own);
}

static const struct bulk_use hidden_use = { .rows = hidden_rows, .done = hidden_done };

void outgoing_ask(struct app *app, void (*then)(struct app *app, bool all, int64_t what),
                  int64_t what)
{
    if (table_hidden_marks(app_table(app)) == 0) {
        then(app, false, what);
        return;
    }
    struct hidden *hidden = memory_zero(1, sizeof *hidden);
    hidden->then = then;
    hidden->what = what;
    marks_ask(app, &hidden_use, hidden);
}

/* ---- writing ---- */

struct job {
    struct arena *arena;
    struct rowset rows;
    uint32_t *shown; /* in the arena */
    size_t count;
    struct outbox_file file;
    struct export *export;
    bool print;
    int64_t said; /* clock_tick of the last word on how far it is */
};

static void job_finish(struct job *job)
{
    if (!job)
        return;
    export_end(job->export);
    outbox_drop(&job->file);
    arena_destroy(job->arena);
    free(job);
}

static void job_close(struct app *app, struct modal *modal)
{
    (void)app;
    job_finish(modal->own);
}

static void job_cancel(struct app *app, struct modal *modal)
{
    (void)modal;
    app_say_text(app, STYLE_NORMAL, N_("Stopped: nothing was kept"));
}

/* Only leaving it does anything. */
static bool job_key(struct app *app, struct modal *modal, const char *key, enum action_id action)
{
    (void)app;
    (void)modal;
    return strcmp(key, "Esc") != 0 && action != ACTION_NO; /* Esc always, whatever keys say */
}

static const struct modal_use job_use = {
    .kind = MODAL_QUESTION,
    .label = N_("Writing …"),
    .cancel_word = N_("stop"),
    .key = job_key,
    .cancel = job_cancel,
    .close = job_close,
};

static struct job *job_of(const struct app *app)
{
    return app->modal.use == &job_use ? app->modal.own : NULL;
}

/* How a kept file is fetched; the name alone when the command is longer than a message may tell. */
static void fetch_add(const struct app *app, const char *name, struct buffer *ret_text)
{
    struct buffer words = { 0 }, command = { 0 };
    buffer_print(&words, "get %s", name);
    if (app->options.over_ssh)
        buffer_add_text(&command, "ssh HOST ");
    as_command_add(app, buffer_text(&words), &command);
    buffer_add_text(ret_text, command.length < MESSAGE_ARGUMENT_SIZE ? buffer_text(&command) : name);
    buffer_finish(&words);
    buffer_finish(&command);
}

/* "212 rows exported: klientel get clients-2026-11-25-142210.csv" */
static void say_kept(struct app *app, const struct outbox_file *file, size_t count, bool print,
                     bool rows)
{
    enum language language = app->options.session.language;
    struct buffer how_much = { 0 }, fetch = { 0 };
    struct message message;
    if (!rows)
        buffer_add_text(&how_much, text_tr(language, N_("Printed")));
    else if (print)
        count_add(app, count, N_("%1 row printed"), N_("%1 rows printed"), &how_much);
    else
        count_add(app, count, N_("%1 row exported"), N_("%1 rows exported"), &how_much);
    fetch_add(app, file->name, &fetch);
    message_set(&message, N_("%1: %2"), buffer_text(&how_much), buffer_text(&fetch), NULL);
    app_say(app, STYLE_NORMAL, &message);
    buffer_finish(&how_much);
    buffer_finish(&fetch);
}

static void say_progress(struct app *app, struct job *job)
{
    struct buffer done = { 0 }, all = { 0 };
    enum language language = app->options.session.language;
    size_t progress = export_progress(job->export);
    language_add_number(language, (int64_t)progress, &done);
    language_add_number(language, (int64_t)job->count, &all);
    message_set(&app->modal.question,
                progress < job->count ? N_("Written %1 of %2 rows  Esc stops")
                                      : N_("Packing %2 rows …"),
                buffer_text(&done), buffer_text(&all), NULL);
    app->dirty = true;
    buffer_finish(&done);
    buffer_finish(&all);
}

static bool job_done(struct app *app, struct job *job)
{
    struct failure failure;
    if (!outbox_keep(&job->file, &failure)) {
        app_fail(app, &failure);
        return false;
    }
    say_kept(app, &job->file, job->count, job->print, true);
    return true;
}

/* One slice; true when the job is over, whatever became of it. */
static bool job_step(struct app *app, struct job *job)
{
    struct failure failure;
    switch (export_step(job->export, SLICE_MICROSECONDS)) {
    case EXPORT_GOES_ON:
        return false;
    case EXPORT_DONE:
        job_done(app, job);
        return true;
    case EXPORT_FAILED:
        failure_set(&failure, FAILURE_IO, "", N_("The file could not be written: nothing was kept"),
                    NULL);
        app_fail(app, &failure);
        return true;
    }
    return true;
}

bool outgoing_step(struct app *app)
{
    struct job *job = job_of(app);
    if (!job)
        return false;
    if (job_step(app, job)) {
        modal_close(app);
        return true;
    }
    bool last = export_progress(job->export) == job->count;
    if (!last && clock_tick() - job->said < SAY_EVERY)
        return false;
    job->said = clock_tick();
    say_progress(app, job);
    return true;
}

bool outgoing_busy(const struct app *app)
{
    return job_of(app) != NULL;
}

/* The asked rows among those that came; one that is gone by now is left out. */
static void rows_match(struct job *job, const int64_t *ids, size_t count)
{
    int64_t most = 0;
    for (size_t i = 0; i < job->rows.count; i++)
        most = job->rows.ids[i] > most ? job->rows.ids[i] : most;
    uint32_t *row_of = memory_zero((size_t)most + 1, sizeof *row_of); /* 0 = none, else row + 1 */
    for (size_t i = 0; i < job->rows.count; i++)
        row_of[job->rows.ids[i]] = (uint32_t)i + 1;
    job->shown = arena_alloc(job->arena, (count + 1) * sizeof *job->shown);
    for (size_t i = 0; i < count; i++) {
        if (ids[i] >= 0 && ids[i] <= most && row_of[ids[i]])
            job->shown[job->count++] = row_of[ids[i]] - 1;
    }
    free(row_of);
}

static bool rows_ask(struct app *app, const struct outgoing *what, struct job *job,
                     struct failure *ret_failure)
{
    const struct table *table = app_table(app);
    struct query query = focused_part(app)->ask.query;
    query.columns = 0;
    for (size_t i = 0; i < what->column_count; i++)
        query.columns |= column_bit(what->columns[i]);
    query.sort = COLUMN_NONE; /* the order is that of the ids */
    query.descending = false;
    job->arena = arena_create();
    if (!store_query(app->options.store, &app->options.session, &query, job->arena, &job->rows,
                     ret_failure))
        return false;
    int64_t *ids = memory_alloc((table->rows->count + 1) * sizeof *ids);
    rows_match(job, ids, rows_list(table, what->all, ids));
    free(ids);
    if (job->count <= export_rows_most(what->format))
        return true;
    return failure_set(ret_failure, FAILURE_REFUSED, "",
                       N_("A sheet cannot hold so many rows: filter, or take CSV"), NULL);
}

void outgoing_rows(struct app *app, const struct outgoing *what)
{
    const struct export_options options = {
        .format = what->format,
        .columns = what->columns,
        .column_count = what->column_count,
        .language = app->options.session.language,
        .width = what->width,
    };
    struct failure failure;
    struct job *job = memory_zero(1, sizeof *job);
    job->print = what->print;
    if (!focused_part(app) || !rows_ask(app, what, job, &failure) ||
        !outbox_create(app->options.outbox, dataset_info(job->rows.dataset)->name,
                       export_format_ending(what->format), app->options.session.now, &job->file,
                       &failure)) {
        if (focused_part(app))
            app_fail(app, &failure);
        job_finish(job);
        return;
    }
    if (what->heading)
        fputs(what->heading, job->file.out);
    job->export = export_start(&job->rows, job->shown, job->count, &options, job->file.out);
    job->said = clock_tick();
    if (job_step(app, job)) {
        job_finish(job);
        return;
    }
    modal_open(app, &job_use, job);
    say_progress(app, job);
}

void outgoing_text(struct app *app, const char *name, const struct buffer *text)
{
    struct outbox_file file = { 0 };
    struct failure failure;
    if (!outbox_create(app->options.outbox, name, "txt", app->options.session.now, &file, &failure)) {
        app_fail(app, &failure);
        return;
    }
    fwrite(buffer_text(text), 1, text->length, file.out);
    if (outbox_keep(&file, &failure))
        say_kept(app, &file, 0, true, false);
    else
        app_fail(app, &failure);
}
