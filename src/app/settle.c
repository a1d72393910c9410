/*
 * Settle: once per turn, what a pane asks is compared with what it was last answered; what differs or is
 * stale is queried, filtered and handed over.
 *
 * Invariants: a part's answer always belongs to its last good filter; a filter that does not parse leaves
 * rows and hits as they were. Rows are asked again only when the query itself or the columns the
 * filter needs have changed; otherwise the rows at hand are scanned again, and a filter that only grew
 * scans its last hits.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

enum { SLICE_MICROSECONDS = 8000 };

void holder_start(struct holder *holder, struct pane *pane)
{
    memset(holder, 0, sizeof *holder);
    holder->pane = pane;
    holder->stale = true;
}

static void part_finish(struct part *part)
{
    filter_scan_cancel(part->scan);
    filter_destroy(part->filter);
    arena_destroy(part->arena);
    free(part->within);
    free(part->shown);
    ids_finish(&part->found);
    memset(part, 0, sizeof *part);
}

void holder_finish(struct holder *holder)
{
    for (size_t i = 0; i < PANE_PARTS; i++)
        part_finish(&holder->parts[i]);
    if (holder->pane)
        holder->pane->ops->destroy(holder->pane);
    holder->pane = NULL;
}

static bool same_query(const struct query *a, const struct query *b)
{
    return a->dataset == b->dataset && a->sort == b->sort && a->descending == b->descending &&
           a->month.index == b->month.index && a->as_of.second == b->as_of.second &&
           a->client_id == b->client_id && a->user_id == b->user_id;
}

static bool has_columns(const struct rowset *rows, column_mask columns)
{
    if (columns == 0)
        columns = ((column_mask)1 << dataset_info(rows->dataset)->count) - 1;
    return (rows->columns & columns) == columns;
}

static bool clients_in(void *context, enum filter_relation relation, const char *value,
                       struct ids *ret_clients, struct failure *ret_failure)
{
    struct app *app = context;
    return store_clients_in(app->options.store, &app->options.session, relation, value, ret_clients,
                            ret_failure);
}

static struct filter_scope scope_of(struct app *app, const struct holder *holder)
{
    const struct pane_ops *ops = holder->pane->ops;
    return (struct filter_scope){
        .language = app->options.session.language,
        .today = session_today(&app->options.session),
        .marked = ops->marks ? ops->marks(holder->pane) : NULL,
        .clients = clients_in,
        .context = app,
    };
}

struct filter_scope app_filter_scope(struct app *app)
{
    return scope_of(app, app_top(app));
}

/* Compiles the part's filter. False when it does not parse: the holder then has the error. */
static bool compile(struct app *app, struct holder *holder, enum dataset dataset, const char *text,
                    struct filter **ret_filter)
{
    struct filter_scope scope = scope_of(app, holder);
    *ret_filter = NULL;
    if (!text || !*text)
        return true;
    struct filter_error error = { 0 };
    *ret_filter = filter_create(text, dataset, &scope, &error);
    if (!*ret_filter) {
        holder->error = error;
        return false;
    }
    return true;
}

static void show_all(struct part *part)
{
    size_t count = part->within ? part->within_count : part->rows.count;
    if (part->shown_size < count) {
        part->shown_size = count;
        part->shown = memory_resize(part->shown, part->shown_size * sizeof *part->shown);
    }
    for (size_t i = 0; i < count; i++)
        part->shown[i] = part->within ? part->within[i] : (uint32_t)i;
    part->shown_count = count;
}

static void take_hits(struct part *part)
{
    size_t count;
    const uint32_t *hits = filter_scan_hits(part->scan, &count);
    if (part->shown_size < count) {
        part->shown_size = count;
        part->shown = memory_resize(part->shown, count * sizeof *part->shown);
    }
    if (count)
        memcpy(part->shown, hits, count * sizeof *hits);
    part->shown_count = count;
}

static void scan_slice(struct holder *holder, struct part *part)
{
    bool done = filter_scan_step(part->scan, SLICE_MICROSECONDS);
    take_hits(part);
    holder->costly = filter_scan_costly(part->scan);
    if (done) {
        filter_scan_cancel(part->scan);
        part->scan = NULL;
    }
}

static void hand_over(struct app *app, struct holder *holder, size_t index)
{
    struct part *part = &holder->parts[index];
    struct answer answer = {
        .rows = part->has_rows ? &part->rows : NULL,
        .shown = part->shown,
        .shown_count = part->shown_count,
        .partial = part->scan != NULL,
        .dashboard = part->has_dashboard ? &part->dashboard : NULL,
        .card = part->has_card ? &part->card : NULL,
        .favourites = &app->favourites,
    };
    holder->pane->ops->load(holder->pane, index, &answer);
}

/* Goes on with a scan for a slice. False when there is none. */
static bool scan_on(struct app *app, struct holder *holder, size_t index)
{
    struct part *part = &holder->parts[index];
    if (!part->scan)
        return false;
    scan_slice(holder, part);
    hand_over(app, holder, index);
    return true;
}

static bool query_rows(struct app *app, struct part *part, const struct query *query)
{
    struct failure failure = { 0 };
    struct arena *arena = arena_create();
    struct rowset rows;
    if (!store_query(app->options.store, &app->options.session, query, arena, &rows, &failure)) {
        arena_destroy(arena);
        app_fail(app, &failure);
        return false;
    }
    filter_scan_cancel(part->scan);
    part->scan = NULL;
    arena_destroy(part->arena);
    part->arena = arena;
    part->rows = rows;
    part->has_rows = true;
    return true;
}

/* The clients a filter finds: a scan to the end over the clients dataset. */
static bool filtered_clients(struct app *app, struct filter *filter, struct ids *ret_clients)
{
    struct failure failure = { 0 };
    struct arena *arena = arena_create();
    struct rowset rows;
    struct query query = {
        .dataset = DATASET_clients,
        .columns = filter_columns(filter) | column_bit(COLUMN_clients_id),
        .sort = COLUMN_NONE,
        .month = app->context.month,
        .as_of = INSTANT_NONE,
    };
    bool good =
        store_query(app->options.store, &app->options.session, &query, arena, &rows, &failure);
    if (good) {
        struct filter_scan *scan = filter_scan_start(filter, &rows, NULL, 0);
        filter_scan_step(scan, 0);
        size_t count;
        const uint32_t *hits = filter_scan_hits(scan, &count);
        for (size_t i = 0; i < count; i++)
            ids_add(ret_clients, rows.ids[hits[i]]);
        filter_scan_cancel(scan);
    } else {
        app_fail(app, &failure);
    }
    arena_destroy(arena);
    return good;
}

/* Notes which rows are those of the clients asked for. False with the holder's error when that filter does
 * not parse: then no row is. */
static bool part_narrow(struct app *app, struct holder *holder, struct part *part,
                        const char *clients)
{
    struct filter *filter;
    struct ids found = { 0 };
    free(part->within);
    part->within = NULL;
    part->within_count = 0;
    if (!*clients)
        return true;
    part->within = memory_alloc((part->rows.count + 1) * sizeof *part->within);
    if (!compile(app, holder, DATASET_clients, clients, &filter) || !filter)
        return false;
    bool good = filtered_clients(app, filter, &found);
    filter_destroy(filter);
    for (size_t i = 0; good && i < part->rows.count; i++) {
        if (ids_has(&found, part->rows.clients[i]))
            part->within[part->within_count++] = (uint32_t)i;
    }
    ids_finish(&found);
    return good;
}

static void text_copy(char *to, const char *text)
{
    if (to != text)
        snprintf(to, LINE_SIZE, "%s", text);
}

/* What is:marked would find, as a number: other marks, another number. 0 where the text does not ask. */
static uint64_t marks_digest(const struct holder *holder, const char *text)
{
    const struct pane_ops *ops = holder->pane->ops;
    const struct ids *marks = ops->marks ? ops->marks(holder->pane) : NULL;
    uint64_t digest = UINT64_C(0xcbf29ce484222325);
    if (!marks || !strcasestr(text, "marked"))
        return 0;
    for (size_t i = 0; i < marks->word_count; i++) {
        if (marks->words[i])
            digest = ((digest ^ i) * UINT64_C(0x100000001b3) ^ marks->words[i]) *
                     UINT64_C(0x100000001b3);
    }
    return digest;
}

/* Rows: query when needed, then filter. The pane is handed the first slice at once. */
static bool settle_rows(struct app *app, struct holder *holder, size_t index, const struct ask *ask)
{
    struct part *part = &holder->parts[index];
    const char *text = ask->filter ? ask->filter : "";
    const char *clients = ask->clients ? ask->clients : "";
    bool same = part->asked && same_query(&part->ask.query, &ask->query) &&
                strcmp(part->clients_text, clients) == 0 &&
                (!part->has_rows || has_columns(&part->rows, ask->query.columns));
    uint64_t marks = marks_digest(holder, text);
    bool same_marks = part->marks == marks;
    bool same_filter = part->asked && same_marks && strcmp(part->filter_text, text) == 0;
    if (same && same_filter && !holder->stale)
        return scan_on(app, holder, index);
    struct filter *filter;
    if (!compile(app, holder, ask->query.dataset, text, &filter)) {
        if (part->has_rows && same && !holder->stale)
            return scan_on(app, holder, index);
        if (!compile(app, holder, ask->query.dataset, part->filter_text, &filter))
            filter = NULL; /* nothing good yet: all rows, with the error shown */
        text = part->filter_text;
    } else {
        holder->error.message.text = NULL;
    }
    struct query query = ask->query;
    column_mask needed = query.columns | (filter ? filter_columns(filter) : 0);
    bool loaded = same && !holder->stale && part->has_rows &&
                  has_columns(&part->rows, query.columns == 0 ? 0 : needed);
    if (query.columns)
        query.columns = needed;
    if (!loaded && !query_rows(app, part, &query)) {
        filter_destroy(filter);
        return false;
    }
    if (!loaded)
        part_narrow(app, holder, part, clients);
    bool narrows = loaded && filter && part->filter && !part->scan && !holder->costly &&
                   same_marks && filter_narrows(part->filter, filter);
    filter_scan_cancel(part->scan);
    part->scan = NULL;
    holder->costly = false;
    uint32_t *within = NULL;
    if (filter) {
        if (narrows) {
            within = memory_alloc((part->shown_count + 1) * sizeof *within);
            if (part->shown_count)
                memcpy(within, part->shown, part->shown_count * sizeof *within);
        }
        part->scan = filter_scan_start(filter, &part->rows, narrows ? within : part->within,
                                       narrows ? part->shown_count : part->within_count);
        scan_slice(holder, part);
        if (part->scan && within) { /* the scan may not outlive its list: finish it */
            filter_scan_step(part->scan, 0);
            scan_slice(holder, part);
        }
        free(within);
    } else {
        show_all(part);
    }
    /* A scan that goes on uses the filter: it lives as long as the part's. */
    filter_destroy(part->filter);
    part->filter = filter;
    part->ask = *ask;
    part->asked = true;
    part->marks = marks;
    text_copy(part->filter_text, text);
    text_copy(part->clients_text, clients);
    hand_over(app, holder, index);
    return true;
}

/* ---- the dashboard ---- */

/* The second half, which takes its time: only when there is nothing else to show first. */
static bool complete_dashboard(struct app *app, struct holder *holder, size_t index)
{
    struct part *part = &holder->parts[index];
    struct failure failure = { 0 };
    if (!part->attention_wanted || app->dirty)
        return false;
    part->attention_wanted = false;
    if (!store_attention(app->options.store, &app->options.session,
                         part->narrowed ? &part->found : NULL, &part->dashboard, &failure)) {
        app_fail(app, &failure);
        return false;
    }
    hand_over(app, holder, index);
    return true;
}

/* The first half. What asks for attention is kept while the new is worked out, and altogether when only
 * the month was turned over all clients, since the month has no part in it. */
static bool load_figures(struct app *app, struct part *part, struct month month, bool same_clients,
                         bool stale)
{
    struct failure failure = { 0 };
    struct dashboard figures;
    if (!store_figures(app->options.store, &app->options.session, month,
                       part->narrowed ? &part->found : NULL, &figures, &failure)) {
        app_fail(app, &failure);
        return false;
    }
    bool kept = same_clients && part->has_dashboard;
    if (kept)
        dashboard_take_attention(&figures, &part->dashboard);
    part->attention_wanted = part->attention_wanted || !kept || stale || part->narrowed;
    part->dashboard = figures;
    part->has_dashboard = true;
    return true;
}

static bool settle_dashboard(struct app *app, struct holder *holder, size_t index,
                             const struct ask *ask)
{
    struct part *part = &holder->parts[index];
    const char *text = ask->filter ? ask->filter : "";
    bool same_month = part->asked && part->ask.month.index == ask->month.index;
    bool same_filter = part->asked && strcmp(part->filter_text, text) == 0;
    if (same_month && same_filter && !holder->stale)
        return complete_dashboard(app, holder, index);
    struct filter *filter;
    if (!compile(app, holder, DATASET_clients, text, &filter)) {
        if (part->has_dashboard && !holder->stale && same_month)
            return complete_dashboard(app, holder, index);
        text = part->filter_text;
        same_filter = part->asked;
        if (!compile(app, holder, DATASET_clients, text, &filter))
            filter = NULL;
    } else {
        holder->error.message.text = NULL;
    }
    ids_clear(&part->found);
    bool good = !filter || filtered_clients(app, filter, &part->found);
    part->narrowed = filter != NULL;
    filter_destroy(filter);
    good = good && load_figures(app, part, ask->month, same_filter, holder->stale);
    part->attention_wanted = part->attention_wanted && good;
    part->ask = *ask;
    part->asked = true;
    text_copy(part->filter_text, text);
    if (good)
        hand_over(app, holder, index);
    return good;
}

static bool settle_client(struct app *app, struct holder *holder, size_t index,
                          const struct ask *ask)
{
    struct part *part = &holder->parts[index];
    if (part->asked && !holder->stale && part->ask.client_id == ask->client_id)
        return false;
    struct failure failure = { 0 };
    struct arena *arena = arena_create();
    struct client_card card;
    part->ask = *ask;
    part->asked = true;
    if (!store_client(app->options.store, &app->options.session, ask->client_id, arena, &card,
                      &failure)) {
        arena_destroy(arena);
        app_fail(app, &failure);
        return false;
    }
    arena_destroy(part->arena);
    part->arena = arena;
    part->card = card;
    part->has_card = true;
    hand_over(app, holder, index);
    return true;
}

static bool settle_favourites(struct app *app)
{
    if (!app->favourites_stale)
        return false;
    app->favourites_stale = false;
    struct failure failure = { 0 };
    ids_clear(&app->favourites);
    if (!store_clients_in(app->options.store, &app->options.session, RELATION_FAVOURITE, "",
                          &app->favourites, &failure))
        app_fail(app, &failure);
    return true;
}

void holder_catch_up(struct app *app, struct holder *holder)
{
    struct ask asks[PANE_PARTS];
    bool stale = holder->stale;
    if (!holder->pane->ops->asks(holder->pane, &app->context, asks))
        return;
    /* What others changed comes with the settling: not once for every key. */
    holder->stale = stale && !holder->parts[0].asked;
    if (asks[0].kind == ASK_ROWS)
        settle_rows(app, holder, 0, &asks[0]);
    else if (asks[0].kind == ASK_DASHBOARD)
        settle_dashboard(app, holder, 0, &asks[0]);
    holder->stale = stale;
}

bool holder_settle(struct app *app, struct holder *holder)
{
    struct ask asks[PANE_PARTS];
    bool changed = settle_favourites(app);
    size_t count = holder->pane->ops->asks(holder->pane, &app->context, asks);
    if (holder->pane->ops->filter && !*holder->pane->ops->filter(holder->pane))
        holder->error.message.text = NULL;
    for (size_t i = 0; i < count; i++) {
        if (asks[i].kind == ASK_ROWS)
            changed |= settle_rows(app, holder, i, &asks[i]);
        else if (asks[i].kind == ASK_DASHBOARD)
            changed |= settle_dashboard(app, holder, i, &asks[i]);
        else
            changed |= settle_client(app, holder, i, &asks[i]);
    }
    /* What part 0 brought may change what the others ask: the cursor has found its row. */
    holder->stale = false;
    count = holder->pane->ops->asks(holder->pane, &app->context, asks);
    for (size_t i = 1; i < count; i++) {
        if (asks[i].kind == ASK_ROWS)
            changed |= settle_rows(app, holder, i, &asks[i]);
        else if (asks[i].kind == ASK_CLIENT)
            changed |= settle_client(app, holder, i, &asks[i]);
    }
    return changed;
}

bool holder_busy(const struct holder *holder)
{
    for (size_t i = 0; i < PANE_PARTS; i++) {
        if (holder->parts[i].scan || holder->parts[i].attention_wanted)
            return true;
    }
    return false;
}
