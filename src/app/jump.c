/*
 * Jump: to any client from anywhere. First those whose sheets were opened last, then the favourites; what is typed
 * is a filter over all clients the person may see.
 *
 * State: app->recents, kept for the person as ids alone (store_remember "recents"); while the list is open,
 * struct jump: the clients as they were when it was opened.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

enum { HITS = 200, FAVOURITES = 50 };

struct jump {
    struct arena *arena;
    struct rowset rows;
};

/* ---- recents ---- */

static void recents_read(struct app *app)
{
    struct arena *arena = arena_create();
    const char *text = NULL;
    struct failure failure;
    app->recents_read = true;
    if (store_recall(app->options.store, &app->options.session, "recents", arena, &text, &failure)) {
        while (text && *text && app->recent_count < APP_RECENTS) {
            char *end;
            int64_t id = strtoll(text, &end, 10);
            if (end == text)
                break;
            app->recents[app->recent_count++] = id;
            text = end + (*end == ' ');
        }
    }
    arena_destroy(arena);
}

static void recents_write(struct app *app)
{
    struct buffer text = { 0 };
    struct failure failure = { 0 };
    for (size_t i = 0; i < app->recent_count; i++)
        buffer_print(&text, "%s%" PRId64, i ? " " : "", app->recents[i]);
    if (!store_remember(app->options.store, &app->options.session, "recents", buffer_text(&text),
                        &failure))
        app_fail(app, &failure);
    buffer_finish(&text);
}

void jump_note(struct app *app, int64_t client_id)
{
    size_t at = 0;
    if (!app->recents_read)
        recents_read(app);
    if (app->recent_count && app->recents[0] == client_id)
        return;
    while (at < app->recent_count && app->recents[at] != client_id)
        at++;
    if (at == app->recent_count && at < APP_RECENTS)
        app->recent_count++;
    if (at == APP_RECENTS)
        at--;
    memmove(&app->recents[1], &app->recents[0], at * sizeof *app->recents);
    app->recents[0] = client_id;
    recents_write(app);
}

/* ---- the list ---- */

static void jump_finish(struct jump *jump)
{
    if (!jump)
        return;
    arena_destroy(jump->arena);
    free(jump);
}

/* NULL when the clients cannot be read (which was said then). */
static struct jump *jump_create(struct app *app)
{
    struct jump *jump = memory_zero(1, sizeof *jump);
    struct failure failure = { 0 };
    struct query query = {
        .dataset = DATASET_clients,
        .columns = column_bit(COLUMN_clients_name) | column_bit(COLUMN_clients_orgno) |
                   column_bit(COLUMN_clients_number) | column_bit(COLUMN_clients_country),
        .sort = COLUMN_NONE,
        .month = app->context.month,
        .as_of = INSTANT_NONE,
    };
    jump->arena = arena_create();
    if (store_query(app->options.store, &app->options.session, &query, jump->arena, &jump->rows,
                    &failure))
        return jump;
    app_fail(app, &failure);
    jump_finish(jump);
    return NULL;
}

static void item_add(struct app *app, struct picker *picker, const struct rowset *rows, size_t row,
                     const char *group)
{
    struct buffer name = { 0 }, number = { 0 };
    cell_add(rows, row, COLUMN_clients_name, &app->context, &name);
    cell_add(rows, row, rowset_value(rows, row, COLUMN_clients_orgno).length
                            ? COLUMN_clients_orgno
                            : COLUMN_clients_number,
             &app->context, &number);
    picker_add(picker, &(struct picker_item){
                           .text = buffer_text(&name),
                           .note = buffer_text(&number),
                           .group = group,
                           .id = rows->ids[row],
                           .dim = !(rows->flags[row] & ROW_OPEN),
                       });
    buffer_finish(&name);
    buffer_finish(&number);
}

/* What is offered before anything was typed. Rows in the order of the list, each client once. */
static void offers_add(struct app *app, struct picker *picker, const struct rowset *rows)
{
    enum language language = app->options.session.language;
    const char *group = text_tr(language, N_("Opened last"));
    struct ids seen = { 0 };
    size_t offered = 0;
    for (size_t i = 0; i < app->recent_count; i++) {
        size_t row = rowset_find(rows, app->recents[i]);
        if (row == SIZE_MAX)
            continue;
        item_add(app, picker, rows, row, group);
        ids_add(&seen, app->recents[i]);
        group = NULL;
    }
    group = text_tr(language, N_("Favourites"));
    for (size_t row = 0; row < rows->count && offered < FAVOURITES; row++) {
        if (!ids_has(&app->favourites, rows->ids[row]) || ids_has(&seen, rows->ids[row]))
            continue;
        item_add(app, picker, rows, row, group);
        ids_add(&seen, rows->ids[row]);
        offered++;
        group = NULL;
    }
    group = text_tr(language, N_("All clients"));
    for (size_t row = 0; row < rows->count && picker->count < HITS; row++) {
        if (ids_has(&seen, rows->ids[row]))
            continue;
        item_add(app, picker, rows, row, group);
        group = NULL;
    }
    ids_finish(&seen);
}

/* The rows that the words find, at most HITS of them; SIZE_MAX: the words do not parse. */
static size_t rows_found(struct app *app, const struct rowset *rows, const char *words,
                         uint32_t found[static HITS])
{
    struct filter_scope scope = app_filter_scope(app);
    struct filter_error error;
    struct filter *filter = filter_create(words, DATASET_clients, &scope, &error);
    if (!filter)
        return SIZE_MAX;
    struct filter_scan *scan = filter_scan_start(filter, rows, NULL, 0);
    size_t count = 0;
    const uint32_t *hits = NULL;
    while (!filter_scan_step(scan, 1000)) {
        hits = filter_scan_hits(scan, &count);
        if (count >= HITS)
            break;
    }
    hits = filter_scan_hits(scan, &count);
    count = count < HITS ? count : HITS;
    if (count)
        memcpy(found, hits, count * sizeof *found);
    filter_scan_cancel(scan);
    filter_destroy(filter);
    return count;
}

static void jump_typed(struct app *app, struct modal *modal)
{
    struct picker *picker = &modal->picker;
    const struct jump *jump = modal->own;
    uint32_t found[HITS];
    size_t count = rows_found(app, &jump->rows, picker->line.text, found);
    if (count == SIZE_MAX) /* not finished yet: what was found last stays */
        return;
    picker_clear(picker);
    if (!picker->line.length)
        offers_add(app, picker, &jump->rows);
    for (size_t i = 0; picker->line.length && i < count; i++)
        item_add(app, picker, &jump->rows, found[i], NULL);
    picker_narrow(picker);
}

static bool jump_fill(struct app *app, struct modal *modal)
{
    const struct jump *jump = modal->own;
    if (!app->recents_read)
        recents_read(app);
    offers_add(app, &modal->picker, &jump->rows);
    return true;
}

static bool jump_accept(struct app *app, struct modal *modal)
{
    const struct picker_item *item = picker_chosen(&modal->picker);
    if (!item)
        return false;
    if (item->dim) {
        app_say_text(app, STYLE_WARN, N_("You have no access to this client: you see that it "
                                         "exists, but cannot open it"));
        return false;
    }
    app_open_client(app, item->id);
    return true;
}

static void jump_closed(struct app *app, struct modal *modal)
{
    (void)app;
    jump_finish(modal->own);
}

static const struct modal_use jump_use = {
    .kind = MODAL_PICKER,
    .label = N_("Jump to a client"),
    .accept_word = N_("open"),
    .cancel_word = N_("back"),
    .picker_flags = PICKER_OWN_ROWS,
    .open = jump_fill,
    .typed = jump_typed,
    .accept = jump_accept,
    .close = jump_closed,
};

void jump_open(struct app *app, enum action_id action)
{
    struct jump *jump = jump_create(app);
    (void)action;
    if (jump)
        modal_open(app, &jump_use, jump);
}

bool jump_to(struct app *app, const char *words, struct failure *ret_failure)
{
    struct jump *jump = jump_create(app);
    uint32_t found[HITS];
    if (!jump)
        return true; /* said already */
    size_t count = rows_found(app, &jump->rows, words, found);
    if (count == 0 || count == SIZE_MAX) {
        jump_finish(jump);
        return failure_set(ret_failure, FAILURE_REFUSED, "", N_("No client is found by \"%1\""),
                           words, NULL);
    }
    if (count == 1 && (jump->rows.flags[found[0]] & ROW_OPEN)) {
        int64_t id = jump->rows.ids[found[0]];
        jump_finish(jump);
        app_open_client(app, id);
        return true;
    }
    modal_open(app, &jump_use, jump);
    line_set(&app->modal.picker.line, words);
    jump_typed(app, &app->modal);
    return true;
}
