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
    struct chunks chunks;
    struct dashboard found;
};

struct store_count *store_count_start(struct store *store, const struct ids *clients)
{
    struct store_count *count = memory_zero(1, sizeof *count);
    count->store = store;
    count->of_all = clients == NULL;
    if (clients != NULL)
        ids_copy(&count->clients, clients);
    return count;
}

void store_count_finish(struct store_count *count)
{
    if (count == NULL)
        return;
    ids_finish(&count->clients);
    free(count);
}

static const struct ids *set_of(const struct store_count *count)
{
    return count->of_all ? NULL : &count->clients;
}

static bool begin(struct store_count *count, const struct session *session,
                  struct failure *ret_failure)
{
    struct some nobody = { .limited = true };
    struct reading reading;
    int64_t most;
    if (!reading_start_some(count->store, session, INSTANT_NONE, &nobody, &reading, ret_failure))
        return false;
    bool good = max_client(&reading, &most, ret_failure);
    reading_finish(&reading);
    if (good)
        chunks_start(&count->chunks, set_of(count), most);
    count->begun = good;
    return good;
}

static bool slice(struct store_count *count, const struct session *session, const struct some *some,
                  struct failure *ret_failure)
{
    int64_t began = clock_tick();
    struct reading reading;
    struct dashboard found = count->found;
    if (!reading_start_some(count->store, session, INSTANT_NONE, some, &reading, ret_failure))
        return false;
    bool good = load_attention(&reading, set_of(count), &found, ret_failure);
    reading_finish(&reading);
    if (good)
        count->found = found;
    chunks_took(&count->chunks, some, (clock_tick() - began) / 1000);
    return good;
}

bool store_count_step(struct store_count *count, const struct session *session, int64_t microseconds,
                      struct dashboard *dashboard, bool *ret_done, struct failure *ret_failure)
{
    int64_t until = microseconds > 0 ? clock_tick() + microseconds * 1000 : INT64_MAX;
    struct some some;
    if (!count->begun && !begin(count, session, ret_failure))
        return false;
    *ret_done = !chunks_next(&count->chunks, set_of(count), &some);
    while (!*ret_done) {
        if (!slice(count, session, &some, ret_failure))
            return false;
        *ret_done = !chunks_next(&count->chunks, set_of(count), &some);
        if (clock_tick() >= until)
            break;
    }
    if (*ret_done) {
        count->found.complete = true;
        dashboard_take_attention(dashboard, &count->found);
    }
    return true;
}
