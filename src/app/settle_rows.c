/*
 * Rows of a part: loaded in slices, filtered and put in order at hand.
 *
 * State       struct part. Rows come from `load`. Some are shown at once (settle_early.c); then nothing changes until all have
 *             come. Where it does not (another order, a filter), what has come
 *             so far is shown, filtered and in order, ever more seldom the longer that takes.
 *             `next` is another load behind complete rows that stay until it is through: after a change by others,
 *             or for columns that are needed now.
 * Events      settle_rows, once a turn: what is asked otherwise begins, what goes on gets a slice.
 * Invariants  `shown` follows the last good filter and the order asked for, both of rows that are at hand; where the
 *             rows lack a column for that, it stays as it was until `next` has it. A sort asks the store nothing.
 */
#include "settle.h"

#include <stdlib.h>
#include <string.h>

#include "klientel/base/loop.h"

enum {
    LOOK_SHARE = 8, /* what goes on is shown so that it takes one of so many parts of the time */
    PAGE_MICROSECONDS = 250, /* in which a scan mostly has a first page */
    LONG = 4000000, /* nanoseconds: a scan of less shows its total at once, one frame instead of two */
    AT_ONCE = 1,    /* microseconds: as much as little needs in all; whatever is more waits for the next turn */
};

/* ---- what is there ---- */

static bool same_clients(const struct query *a, const struct query *b)
{
    return a->dataset == b->dataset && a->as_of.second == b->as_of.second && a->client_id == b->client_id &&
           a->user_id == b->user_id;
}

static bool same_query(const struct query *a, const struct query *b)
{
    return same_clients(a, b) && a->month.index == b->month.index;
}

static bool same_order(const struct query *a, const struct query *b)
{
    return a->sort == b->sort && a->descending == b->descending;
}

/* 0 = all there are. */
static bool has_columns(const struct rowset *rows, column_mask columns)
{
    if (columns == 0)
        columns = ((column_mask)1 << dataset_info(rows->dataset)->count) - 1;
    return (rows->columns & columns) == columns;
}

static column_mask columns_of(const struct query *query, const struct filter *filter)
{
    column_mask columns = query->columns;
    if (columns)
        columns |= filter_pattern_columns(query->dataset);
    if (columns && filter)
        columns |= filter_columns(filter);
    if (columns && query->sort != COLUMN_NONE)
        columns |= column_bit(query->sort);
    return columns;
}

static bool is_loading(const struct part *part)
{
    return part->load && !store_load_rows(part->load)->done;
}

/* The rows at hand lack a column. */
static bool is_lacking(const struct part *part)
{
    return part->has_rows && part->asked &&
           !has_columns(&part->rows, columns_of(&part->ask.query, part->filter));
}

bool rows_behind(const struct part *part)
{
    return is_loading(part) || part->awaits || (part->next && part->behind);
}

bool rows_partial(const struct part *part)
{
    return part->scan || rows_behind(part);
}

bool rows_whole(const struct part *part)
{
    return part->has_rows && !rows_partial(part);
}

bool rows_failed(const struct part *part)
{
    return part->asked && !part->has_rows && !part->load;
}

bool rows_busy(const struct part *part)
{
    return part->scan || part->next || part->awaits || is_loading(part);
}

static void scan_drop(struct part *part)
{
    filter_scan_cancel(part->scan);
    part->scan = NULL;
    free(part->scanned);
    part->scanned = NULL;
}

void rows_finish(struct part *part)
{
    scan_drop(part);
    store_load_finish(part->load);
    store_load_finish(part->next);
    free(part->order);
    free(part->within);
    free(part->shown);
    part->load = part->next = NULL;
    part->order = part->within = part->shown = NULL;
    part->within_count = part->shown_count = part->shown_size = 0;
    part->has_rows = part->next_stale = part->behind = part->awaits = false;
    part->early = EARLY_NONE;
}

/* ---- filter and order, of the rows at hand ---- */

static void shown_room(struct part *part, size_t count)
{
    if (part->shown_size >= count)
        return;
    part->shown_size = count;
    part->shown = memory_resize(part->shown, count * sizeof *part->shown);
}

void rows_show(struct part *part, const uint32_t *rows, size_t count)
{
    shown_room(part, count);
    rowset_arrange(&part->rows, part->order, rows, count, part->shown);
    part->shown_count = count;
}

void rows_show_all(struct part *part)
{
    size_t count = part->rows.count;
    if (part->within) {
        rows_show(part, part->within, part->within_count);
        return;
    }
    shown_room(part, count);
    for (size_t i = 0; i < count; i++)
        part->shown[i] = part->order ? part->order[i] : (uint32_t)i;
    part->shown_count = count;
}

static void show_hits(struct part *part)
{
    size_t count;
    const uint32_t *hits = filter_scan_hits(part->scan, &count);
    rows_show(part, hits, count);
}

static void scan_took(struct holder *holder, struct part *part, bool done)
{
    show_hits(part);
    holder->costly = filter_scan_costly(part->scan);
    if (done)
        scan_drop(part);
}

/* The first slice, of a long scan as short as a page takes. In another order than that of the rows it would be no page:
 * what comes first there may be found last. */
static void scan_first(struct holder *holder, struct part *part)
{
    bool is_long = !part->order && filter_scan_left(part->scan) >= LONG, done;
    int64_t until = clock_tick() + SLICE_MICROSECONDS * 1000;
    size_t count;
    do {
        done = filter_scan_step(part->scan, is_long ? PAGE_MICROSECONDS : SLICE_MICROSECONDS);
        filter_scan_hits(part->scan, &count);
    } while (!done && count < EARLY_MOST && clock_tick() < until);
    scan_took(holder, part, done);
}

static void scan_slice(struct holder *holder, struct part *part)
{
    scan_took(holder, part, filter_scan_step(part->scan, SLICE_MICROSECONDS));
}

/* What is shown now, in the order of the rows. */
static uint32_t *shown_ascending(const struct part *part)
{
    uint32_t *rows = memory_alloc((part->shown_count + 1) * sizeof *rows);
    if (!part->order) {
        if (part->shown_count)
            memcpy(rows, part->shown, part->shown_count * sizeof *rows);
        return rows;
    }
    uint64_t *is_in = memory_zero(part->rows.count / 64 + 1, sizeof *is_in);
    for (size_t i = 0; i < part->shown_count; i++)
        is_in[part->shown[i] / 64] |= UINT64_C(1) << part->shown[i] % 64;
    for (size_t word = 0, found = 0; found < part->shown_count; word++) {
        for (uint64_t bits = is_in[word]; bits; bits &= bits - 1)
            rows[found++] = (uint32_t)(word * 64) + (uint32_t)__builtin_ctzll(bits);
    }
    free(is_in);
    return rows;
}

/* Looks through the rows at hand, or only those that are shown, for a slice. */
static void look(struct app *app, struct holder *holder, struct part *part, bool narrows)
{
    size_t count = narrows ? part->shown_count : part->within_count;
    uint32_t *scanned = narrows ? shown_ascending(part) : NULL;
    scan_drop(part);
    part->behind = false;
    holder->costly = false;
    if (!part->filter) {
        rows_show_all(part);
        return;
    }
    part->scanned = scanned;
    part->scan =
        filter_scan_start(part->filter, &part->rows, scanned ? scanned : part->within, count);
    filter_scan_help(part->scan, app->crew);
    scan_first(holder, part);
}

static void find_order(struct part *part)
{
    free(part->order);
    part->order = store_load_order(part->load, part->ask.query.sort, part->ask.query.descending);
}

/* Notes which rows are those of the clients asked for, when these are known. Where that filter does not parse, no row
 * is. */
static void narrow(struct holder *holder, struct part *part)
{
    struct ids found = { 0 };
    free(part->within);
    part->within = NULL;
    part->within_count = 0;
    part->awaits = *part->clients_text && !clients_known(holder);
    if (!*part->clients_text)
        return;
    part->within = memory_alloc((part->rows.count + 1) * sizeof *part->within);
    if (part->awaits || !clients_narrowed(holder))
        return;
    clients_take(holder, &found);
    for (size_t i = 0; i < part->rows.count; i++) {
        if (ids_has(&found, part->rows.clients[i]))
            part->within[part->within_count++] = (uint32_t)i;
    }
    ids_finish(&found);
}

/* ---- loads ---- */

static void load_take(struct part *part)
{
    part->rows = *store_load_rows(part->load);
    part->has_rows = true;
    part->early = EARLY_NONE;
}

/* All rows have come. */
static void load_complete(struct app *app, struct holder *holder, struct part *part)
{
    scan_drop(part);
    load_take(part);
    arena_destroy(part->arena);
    part->arena = NULL;
    narrow(holder, part);
    find_order(part);
    look(app, holder, part, false);
}

/* Some have come: those of them that the filter finds are shown, in order, where there is time for it. */
static bool load_look(struct app *app, struct holder *holder, struct part *part)
{
    int64_t began = clock_tick();
    load_take(part);
    if (part->filter && !part->scan) {
        part->scan = filter_scan_start(part->filter, &part->rows, NULL, 0);
        filter_scan_help(part->scan, app->crew);
    } else if (part->scan) {
        filter_scan_grow(part->scan, &part->rows);
    }
    if (began < part->look_after || *part->clients_text)
        return false;
    find_order(part);
    if (part->scan) {
        filter_scan_step(part->scan, SLICE_MICROSECONDS);
        show_hits(part);
        holder->costly = filter_scan_costly(part->scan);
    } else {
        rows_show_all(part);
    }
    part->look_after = clock_tick() + (clock_tick() - began) * LOOK_SHARE;
    return true;
}

static void load_failed(struct app *app, struct part *part, const struct failure *failure)
{
    app_fail(app, failure);
    rows_finish(part);
}

/* A slice of the load whose rows are to be shown. True when the pane is to be handed something. */
static bool load_on(struct app *app, struct holder *holder, struct part *part, int64_t microseconds)
{
    struct failure failure = { 0 };
    if (!store_load_step(part->load, &app->options.session, microseconds, &failure)) {
        load_failed(app, part, &failure);
        return true;
    }
    if (!is_loading(part)) {
        load_complete(app, holder, part);
        return true;
    }
    return part->early == EARLY_NONE && load_look(app, holder, part);
}

static void next_start(struct app *app, struct part *part)
{
    struct query query = part->ask.query;
    query.columns = columns_of(&query, part->filter);
    store_load_finish(part->next);
    part->next = store_load_start(app->options.store, &query);
    part->next_stale = false;
}

/* A slice of the load behind the rows that are shown. */
static bool next_on(struct app *app, struct holder *holder, struct part *part, int64_t microseconds)
{
    struct failure failure = { 0 };
    if (!store_load_step(part->next, &app->options.session, microseconds, &failure)) {
        load_failed(app, part, &failure); /* whoever may not see them any more does not */
        return true;
    }
    if (!store_load_rows(part->next)->done)
        return false;
    scan_drop(part);
    store_load_finish(part->load);
    part->load = part->next;
    part->next = NULL;
    load_complete(app, holder, part);
    if (part->next_stale)
        next_start(app, part);
    return true;
}

/* Other rows: those shown go at once, but for the clients on the screen where it is these again. */
static void begin(struct app *app, struct holder *holder, struct part *part, bool same_clients)
{
    struct failure failure = { 0 };
    struct query query = part->ask.query;
    int64_t page[EARLY_MOST];
    size_t count = same_clients ? early_page(holder, part, page) : 0;
    query.columns = columns_of(&query, part->filter);
    rows_finish(part);
    part->look_after = 0;
    part->load = store_load_start(app->options.store, &query);
    if (!early_show(app, part, page, count, &failure))
        load_failed(app, part, &failure);
    else if (part->early == EARLY_NONE)
        load_on(app, holder, part, AT_ONCE);
}

/* The same rows again, or with more columns. */
static void renew(struct app *app, struct holder *holder, struct part *part, bool stale)
{
    column_mask columns = columns_of(&part->ask.query, part->filter);
    if (is_loading(part)) {
        if (!has_columns(store_load_rows(part->load), columns))
            begin(app, holder, part, true);
        else
            part->next_stale |= stale;
    } else if (part->next && has_columns(store_load_rows(part->next), columns)) {
        part->next_stale |= stale;
    } else {
        next_start(app, part);
    }
}

/* ---- once a turn ---- */

static bool go_on(struct app *app, struct holder *holder, size_t index)
{
    struct part *part = &holder->parts[index];
    bool changed = false;
    if (part->scan && part->unseen) { /* the frame first */
        part->unseen = false;
        return true;
    }
    if (part->awaits && !is_loading(part) && clients_known(holder)) {
        narrow(holder, part);
        look(app, holder, part, false);
        changed = true;
    } else if (is_loading(part)) {
        changed = load_on(app, holder, part, SLICE_MICROSECONDS);
        if (!is_loading(part) && part->load && part->next_stale)
            next_start(app, part);
    } else if (part->scan) {
        scan_slice(holder, part);
        changed = true;
    } else if (part->next) {
        changed = next_on(app, holder, part, SLICE_MICROSECONDS);
    }
    if (changed)
        settle_hand_over(app, holder, index);
    return changed;
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

/* What is asked otherwise than before. */
struct change {
    bool rows, order, filter, stale;
    bool same_clients; /* rows are others only by their month */
    bool narrows; /* the filter only grew: what is shown is looked through */
};

static void follow(struct app *app, struct holder *holder, struct part *part,
                   const struct change *change)
{
    if (change->rows || !part->has_rows) {
        begin(app, holder, part, change->same_clients && part->has_rows);
        return;
    }
    if (change->stale || is_lacking(part))
        renew(app, holder, part, change->stale);
    if (is_loading(part)) {
        if (part->early != EARLY_NONE && (change->filter || change->order))
            part->shown_count = 0;
        if (change->filter)
            scan_drop(part);
        if (change->filter || change->order) {
            part->look_after = 0;
            load_look(app, holder, part);
        }
        return;
    }
    if (is_lacking(part)) {
        scan_drop(part);
        part->behind |= change->filter || change->order;
    } else {
        if (change->order || part->behind)
            find_order(part);
        if (change->filter || change->order || part->behind)
            look(app, holder, part, change->narrows && !change->order);
    }
    if (part->next && !part->scan)
        next_on(app, holder, part, AT_ONCE);
}

bool settle_rows(struct app *app, struct holder *holder, size_t index, const struct ask *ask,
                 bool only_asked)
{
    struct part *part = &holder->parts[index];
    const char *text = ask->filter ? ask->filter : "";
    const char *clients = ask->clients ? ask->clients : "";
    uint64_t marks = marks_digest(holder, text);
    if (*clients && settle_clients(app, holder, clients, app->context.month, only_asked))
        part->awaits = true;
    bool same_marks = part->marks == marks;
    struct change change = {
        .rows = !part->asked || !same_query(&part->ask.query, &ask->query) ||
                strcmp(part->clients_text, clients) != 0,
        .order = !part->asked || !same_order(&part->ask.query, &ask->query),
        .filter = !part->asked || !same_marks || strcmp(part->filter_text, text) != 0,
        .stale = holder->stale,
        .same_clients = part->asked && same_clients(&part->ask.query, &ask->query) &&
                        strcmp(part->clients_text, clients) == 0 &&
                        strcmp(part->filter_text, text) == 0,
    };
    bool others = change.rows || change.order || change.stale || !part->has_rows ||
                  part->ask.query.columns != ask->query.columns;
    bool settled = part->has_rows && !part->scan && !is_loading(part) && !part->behind;
    if (!others && !change.filter)
        return !only_asked && go_on(app, holder, index);
    struct filter *filter = part->filter;
    if (!change.filter && !change.rows && !change.stale) {
        marks = part->marks;
    } else if (settle_filter(app, holder, ask->query.dataset, text, &filter)) {
        if (*text) /* a part without a filter says nothing about another's */
            holder->error.message.text = NULL;
    } else if (!others) {
        return !only_asked && go_on(app, holder, index);
    } else {
        text = part->filter_text;
        marks = part->marks;
        change.filter = false;
        if (!settle_filter(app, holder, ask->query.dataset, text, &filter))
            filter = NULL; /* nothing good yet: all rows, with the error shown */
    }
    change.narrows = settled && filter && part->filter && filter != part->filter &&
                     !holder->costly && same_marks && filter_narrows(part->filter, filter);
    if (filter != part->filter) {
        scan_drop(part);
        filter_destroy(part->filter);
        part->filter = filter;
    }
    part->ask = *ask;
    part->asked = true;
    part->marks = marks;
    settle_text_copy(part->filter_text, text);
    settle_text_copy(part->clients_text, clients);
    follow(app, holder, part, &change);
    part->unseen = only_asked;
    settle_hand_over(app, holder, index);
    return true;
}
