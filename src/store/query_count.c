/*
 * Count: what asks for attention and what is due, in slices, for a screen that takes keys meanwhile.
 *
 * State       struct store_count: which span of clients comes next, and what was counted so far.
 * Invariants  every slice is a reading of its own, and each client is counted in exactly one.
 */
#include "query.h"

#include <stdlib.h>

#include "klientel/base/loop.h"

struct store_count {
    struct store *store;
    struct ids clients;
    bool of_all;
    bool begun; /* the highest id is known */
    struct spans spans;
    struct dashboard found;
};

struct store_count *store_count_start(struct store *store, const struct ids *clients)
{
    struct store_count *count = memory_zero(1, sizeof *count);
    count->store = store;
    count->of_all = clients == NULL;
    if (clients != NULL)
        ids_copy(&count->clients, clients);
    spans_start(&count->spans);
    return count;
}

void store_count_finish(struct store_count *count)
{
    if (count == NULL)
        return;
    ids_finish(&count->clients);
    free(count);
}

static bool begin(struct store_count *count, struct reading *reading, struct failure *ret_failure)
{
    if (!max_client(reading, &count->spans.most, ret_failure))
        return false;
    count->begun = true;
    if (count->spans.most <= SPANS_FEW)
        count->spans.size = SPANS_FEW;
    return true;
}

static bool slice(struct store_count *count, const struct session *session, const struct some *some,
                  struct failure *ret_failure)
{
    struct reading reading;
    struct dashboard found = count->found;
    if (!reading_start_some(count->store, session, INSTANT_NONE, some, &reading, ret_failure))
        return false;
    bool good = count->begun || begin(count, &reading, ret_failure);
    good = good && load_attention(&reading, count->of_all ? NULL : &count->clients, &found, ret_failure);
    reading_finish(&reading);
    if (good)
        count->found = found;
    return good;
}

bool store_count_step(struct store_count *count, const struct session *session, int64_t microseconds,
                      struct dashboard *dashboard, bool *ret_done, struct failure *ret_failure)
{
    int64_t until = microseconds > 0 ? clock_tick() + microseconds * 1000 : INT64_MAX;
    struct some some;
    spans_next(&count->spans, &some);
    do {
        int64_t start = clock_tick();
        if (!slice(count, session, &some, ret_failure))
            return false;
        spans_took(&count->spans, some.first + (int64_t)some.count - 1, (clock_tick() - start) / 1000);
        *ret_done = !spans_next(&count->spans, &some);
    } while (!*ret_done && clock_tick() < until);
    if (*ret_done) {
        count->found.complete = true;
        dashboard_take_attention(dashboard, &count->found);
    }
    return true;
}
