/*
 * Load: the rows of a query put together in slices, for a screen that takes keys meanwhile.
 *
 * Purpose     store_load_…: the first rows at once, then all of them, span by span.
 * State       struct store_load: which span comes next, the rows so far, the order of names, read once.
 * Events      store_load_step: start, the order of names, spans of clients, then the rows are put into the dataset's
 *             own order, so that a scan finds those first that are shown first.
 * Invariants  every slice is a reading of its own: who asks and what he may see is asked again, and no
 *             transaction is open between two calls. All that is shown of one client is of one moment.
 *             Each client is in exactly one span, so that no row comes twice.
 */
#include "query.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "klientel/base/loop.h"

enum {
    PLACES_A_SLICE = 8192,
    MOVED_A_SLICE = 2048,
};

enum phase { PHASE_START, PHASE_PLACES, PHASE_SPANS, PHASE_ORDER, PHASE_MOVE, PHASE_LAST, PHASE_DONE };

struct store_load {
    struct store *store;
    struct query query;        /* in the dataset's own order */
    const struct source *source;
    enum phase phase;
    struct places places;
    struct spans spans;
    struct ids granted;        /* of who sees only those: their ids take the place of spans */
    bool by_grants;
    struct rowset_builder *builder;
    struct rowset rows;
    uint32_t *order;           /* the dataset's own, while the rows are on their way into it */
    uint64_t *same;            /* bit a row: its place is that of the row before it; NULL = there are no places */
    bool persons;
};

struct store_load *store_load_start(struct store *store, const struct query *query)
{
    struct store_load *load = memory_zero(1, sizeof *load);
    load->store = store;
    load->source = source_of(query->dataset);
    load->query = *query;
    load->query.sort = load->source->sorted_here ? dataset_info(query->dataset)->order : COLUMN_NONE;
    load->query.descending = false;
    if (load->query.columns != 0 && load->query.sort != COLUMN_NONE)
        load->query.columns |= column_bit(load->query.sort);
    spans_start(&load->spans);
    load->places.shared = query->dataset == DATASET_clients;
    load->builder = rowset_build(NULL, query->dataset, load->query.columns);
    rowset_view(load->builder, &load->rows);
    load->rows.sequence = ++store->sequence;
    return load;
}

void store_load_finish(struct store_load *load)
{
    if (load == NULL)
        return;
    places_finish(&load->places);
    free(load->order);
    free(load->same);
    ids_finish(&load->granted);
    rowset_drop(load->builder);
    free(load);
}

const struct rowset *store_load_rows(const struct store_load *load)
{
    return &load->rows;
}

static bool start_reading(struct store_load *load, const struct session *session,
                          const struct some *some, struct reading *ret_reading,
                          struct failure *ret_failure)
{
    if (!reading_start_some(load->store, session, load->query.as_of, some, ret_reading, ret_failure))
        return false;
    ret_reading->query = &load->query;
    ret_reading->sorted = !load->source->sorted_here;
    return true;
}

/* Rows of the reading into a builder; the builder is the caller's. */
static bool read_rows(struct store_load *load, struct reading *reading,
                      struct rowset_builder *builder, struct failure *ret_failure)
{
    reading->builder = builder;
    bool good = reading_rows(reading, ret_failure);
    load->persons |= reading->persons;
    return good;
}

/* What was put may have moved the rows. */
static void take_rows(struct store_load *load)
{
    uint64_t sequence = load->rows.sequence;
    rowset_view(load->builder, &load->rows);
    load->rows.sequence = sequence;
}

/* Why there are no rows, and what must be noted, of a reading about all. */
static bool load_done(struct store_load *load, const struct session *session,
                      struct reading *reading, struct failure *ret_failure)
{
    load->phase = PHASE_DONE;
    load->rows.done = true;
    if (load->query.dataset == DATASET_clients) /* their names are in the order of the rows now */
        places_finish(&load->places);
    bool good = load->rows.count > 0 || reading_reason(reading, &load->rows.reason, ret_failure);
    reading_finish(reading);
    if (good && load->persons)
        good = reading_event(load->store, session, "employees", load->query.client_id, ret_failure);
    return good;
}

/* ---- into the dataset's own order ---- */

/* Which rows have the same place as the one before: all that is still to be known of the places then. */
static void note_same(struct store_load *load)
{
    const struct rowset *rows = &load->rows;
    free(load->same);
    load->same = memory_zero(rows->count / 64 + 1, sizeof *load->same);
    for (size_t i = 1; i < rows->count; i++) {
        size_t row = load->order ? load->order[i] : i, before = load->order ? load->order[i - 1] : i - 1;
        if (rows->ranks[row] == rows->ranks[before])
            load->same[i / 64] |= UINT64_C(1) << i % 64;
    }
}

/* Done when they stand in it already. */
static void find_order(struct store_load *load)
{
    const struct rowset *rows = &load->rows;
    enum column sort = load->query.sort;
    load->order = rowset_order(rows, sort, load->source->own_order_down && sort != COLUMN_NONE,
                               load->store->collator);
    if (sort == COLUMN_NONE && rows->ranks)
        note_same(load);
    load->phase = load->order ? PHASE_MOVE : PHASE_LAST;
}

static void move_rows(struct store_load *load, size_t count)
{
    if (!rowset_move(load->builder, load->order, count))
        return;
    take_rows(load);
    free(load->order);
    load->order = NULL;
    load->phase = PHASE_LAST;
}

static bool slice_of_last(struct store_load *load, const struct session *session,
                          struct failure *ret_failure)
{
    struct some nobody = { .limited = true };
    struct reading reading;
    if (!start_reading(load, session, &nobody, &reading, ret_failure))
        return false;
    reading.some = (struct some){ 0 };
    return load_done(load, session, &reading, ret_failure);
}

/* ---- slices ---- */

static bool in_spans(const struct store_load *load)
{
    return load->source->limits && load->query.client_id == 0 && load->query.user_id == 0;
}

/* Everything at once where it is little, else what all spans need. */
static bool slice_of_start(struct store_load *load, const struct session *session,
                           struct failure *ret_failure)
{
    struct reading reading;
    if (!start_reading(load, session, NULL, &reading, ret_failure))
        return false;
    bool good = true, at_once = !in_spans(load);
    if (!at_once) {
        good = max_client(&reading, &load->spans.most, ret_failure);
        at_once = load->spans.most <= SPANS_FEW || reading.reach == REACH_NONE;
    }
    if (good && at_once) {
        good = read_rows(load, &reading, load->builder, ret_failure);
        take_rows(load);
        if (good) {
            find_order(load);
            if (load->order)
                move_rows(load, load->rows.count);
            return load_done(load, session, &reading, ret_failure);
        }
    }
    if (!good) {
        reading_finish(&reading);
        return false;
    }
    load->by_grants = reading.reach == REACH_GRANTED;
    if (load->by_grants)
        ids_copy(&load->granted, &reading.granted);
    load->phase = load->source->sorted_here ? PHASE_SPANS : PHASE_PLACES;
    reading_finish(&reading);
    return good;
}

static bool slice_of_places(struct store_load *load, const struct session *session,
                            struct failure *ret_failure)
{
    struct some nobody = { .limited = true };
    struct reading reading;
    if (!start_reading(load, session, &nobody, &reading, ret_failure))
        return false;
    bool good = places_more(&reading, &load->places, PLACES_A_SLICE, ret_failure);
    if (load->places.whole)
        load->phase = PHASE_SPANS;
    reading_finish(&reading);
    return good;
}

/* The next clients. False when there are none. */
static bool next_some(struct store_load *load, int64_t list[static SOME_LISTED],
                      struct some *ret_some)
{
    if (!load->by_grants)
        return spans_next(&load->spans, ret_some);
    size_t count = 0;
    for (int64_t id = ids_next(&load->granted, load->spans.next); id >= 0 && count < SOME_LISTED;
         id = ids_next(&load->granted, id + 1))
        list[count++] = id;
    *ret_some = (struct some){ .limited = true, .count = count, .list = list };
    return count > 0;
}

static bool slice_of_span(struct store_load *load, const struct session *session,
                          struct failure *ret_failure)
{
    int64_t list[SOME_LISTED], began = clock_tick();
    struct some some;
    struct reading reading;
    if (!next_some(load, list, &some)) { /* who came meanwhile, and was not noticed, comes with the next load */
        load->phase = PHASE_ORDER;
        return true;
    }
    if (!start_reading(load, session, &some, &reading, ret_failure))
        return false;
    reading.places = load->source->sorted_here ? NULL : &load->places;
    bool good = read_rows(load, &reading, load->builder, ret_failure);
    take_rows(load);
    reading_finish(&reading);
    spans_took(&load->spans,
               some.list != NULL ? list[some.count - 1] : some.first + (int64_t)some.count - 1,
               (clock_tick() - began) / 1000);
    return good;
}

bool store_load_step(struct store_load *load, const struct session *session, int64_t microseconds,
                     struct failure *ret_failure)
{
    int64_t until = microseconds > 0 ? clock_tick() + microseconds * 1000 : INT64_MAX;
    bool good = true;
    /* Between the last two phases the rows have moved and are not done: nobody sees them so. */
    while (good && load->phase != PHASE_DONE && (load->phase == PHASE_LAST || clock_tick() < until)) {
        if (load->phase == PHASE_START)
            good = slice_of_start(load, session, ret_failure);
        else if (load->phase == PHASE_PLACES)
            good = slice_of_places(load, session, ret_failure);
        else if (load->phase == PHASE_SPANS)
            good = slice_of_span(load, session, ret_failure);
        else if (load->phase == PHASE_ORDER)
            find_order(load);
        else if (load->phase == PHASE_MOVE)
            move_rows(load, MOVED_A_SLICE);
        else
            good = slice_of_last(load, session, ret_failure);
    }
    return good;
}

/* ---- the first rows ---- */

static int by_id(const void *a, const void *b)
{
    int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;
    return (one > other) - (one < other);
}

/* The clients that come first by name, in the order of their ids, and their places. */
static bool first_clients(struct reading *reading, int64_t list[static SOME_LISTED],
                          struct places *places, struct failure *ret_failure)
{
    int64_t by_name[SOME_LISTED];
    size_t count = 0;
    struct sql sql = { 0 };
    sql_add(&sql, "SELECT c.id FROM client AS c WHERE TRUE");
    sql_visible(&sql, reading, "c");
    sql_number(&sql, " ORDER BY c.name_sort, c.id LIMIT ", SOME_LISTED);
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    bool failed = false;
    while (sql_next(statement, &failed, ret_failure) && count < SOME_LISTED)
        by_name[count++] = db_number(statement, 0);
    if (failed)
        return false;
    memcpy(list, by_name, count * sizeof *list);
    qsort(list, count, sizeof *list, by_id);
    places->some = (struct some){ .limited = true, .count = count, .list = list };
    places->of = memory_alloc((count + 1) * sizeof *places->of);
    for (size_t i = 0; i < count; i++)
        places->of[some_place(&places->some, by_name[i])] = (uint32_t)i;
    return true;
}

/* None where all come at once, where few are granted, or where the order is not that of clients. */
static bool find_first(struct store_load *load, const struct session *session,
                       int64_t list[static SOME_LISTED], struct places *places,
                       struct failure *ret_failure)
{
    struct some nobody = { .limited = true };
    struct reading reading;
    if (!in_spans(load) || !load->source->by_name)
        return true;
    if (!start_reading(load, session, &nobody, &reading, ret_failure))
        return false;
    reading.some = (struct some){ 0 };
    bool good = max_client(&reading, &load->spans.most, ret_failure);
    if (good && load->spans.most > SPANS_FEW &&
        (reading.reach == REACH_ALL || reading.reach == REACH_NOT_INTERNAL))
        good = first_clients(&reading, list, places, ret_failure);
    reading_finish(&reading);
    return good;
}

bool store_load_some(struct store_load *load, const struct session *session, const int64_t *clients,
                     size_t count, struct arena *arena, struct rowset *ret_rowset,
                     struct failure *ret_failure)
{
    struct some some = { .limited = true, .count = count, .list = clients };
    struct reading reading;
    assert(count > 0 && count <= SOME_LISTED && load->source->limits);
    if (!start_reading(load, session, &some, &reading, ret_failure))
        return false;
    struct rowset_builder *builder = rowset_build(arena, load->query.dataset, load->query.columns);
    struct places places = { 0 };
    reading.places = &places;
    bool good = read_rows(load, &reading, builder, ret_failure);
    reading_finish(&reading);
    rowset_finish(builder, COLUMN_NONE, false, NULL, ret_rowset);
    ret_rowset->done = false;
    ret_rowset->sequence = load->rows.sequence;
    return good;
}

bool store_load_first(struct store_load *load, const struct session *session, struct arena *arena,
                      struct rowset *ret_rowset, struct failure *ret_failure)
{
    int64_t list[SOME_LISTED];
    struct places places = { 0 };
    struct reading reading;
    struct rowset_builder *builder = rowset_build(arena, load->query.dataset, load->query.columns);
    bool good = find_first(load, session, list, &places, ret_failure);
    if (good && places.some.count > 0) {
        good = start_reading(load, session, &places.some, &reading, ret_failure);
        if (good) {
            reading.places = &places;
            good = read_rows(load, &reading, builder, ret_failure);
            reading_finish(&reading);
        }
    }
    places_finish(&places);
    rowset_finish(builder, COLUMN_NONE, false, NULL, ret_rowset);
    ret_rowset->done = false;
    ret_rowset->sequence = load->rows.sequence;
    return good;
}

/* ---- order ---- */

/* By the places of the clients' names: the stored keys know them, no collator is needed. */
static uint32_t *order_of_clients(const struct store_load *load, bool descending)
{
    const struct rowset *rows = &load->rows;
    int64_t *numbers = memory_alloc((rows->count + 1) * sizeof *numbers);
    for (size_t row = 0; row < rows->count; row++)
        numbers[row] = place_of(&load->places, rows->clients[row]);
    uint32_t *order = rowset_order_by(rows, numbers, descending);
    free(numbers);
    return order;
}

/* Rows with the same place go by their ids both ways. */
static uint32_t *order_turned(const struct store_load *load)
{
    size_t count = load->rows.count, start = count;
    uint32_t *order = memory_alloc((count + 1) * sizeof *order);
    for (size_t i = count, at = 0; i-- > 0;) {
        if (load->same[i / 64] >> i % 64 & 1)
            continue;
        for (size_t row = i; row < start; row++)
            order[at++] = (uint32_t)row;
        start = i;
    }
    return order;
}

uint32_t *store_load_order(const struct store_load *load, enum column sort, bool descending)
{
    struct query query = load->query;
    bool own, in_order = load->phase > PHASE_MOVE;
    query.sort = sort;
    query.descending = descending;
    query = query_plain(&query, &own);
    if (!own && load->places.whole && strcmp(column_info(query.sort)->name, "client_name") == 0)
        return order_of_clients(load, query.descending);
    if (own && in_order && query.descending && load->same && load->rows.count > 1)
        return order_turned(load);
    if (in_order && query.sort == load->query.sort &&
        (own ? !query.descending : query.descending == load->source->own_order_down))
        return NULL;
    return rowset_order(&load->rows, query.sort, query.descending, load->store->collator);
}
