/*
 * The dashboard: its key figures, then what asks for attention and what is due.
 *
 * State       of the part: what is shown; the sum and the count that go on for what comes in its place.
 * Events      settle_dashboard, once a turn: what is asked otherwise begins, what goes on gets a slice. First the clients
 *             it is about (settle_clients.c), then their figures, then what needs attention: a key comes between any
 *             two slices, and what it makes needless is dropped.
 * Invariants  what is shown is whole, and stays until what comes in its place is: figures by themselves, attention and
 *             due lines by themselves. What the summaries answer comes at once.
 */
#include "settle.h"

#include <stdlib.h>
#include <string.h>

#include "klientel/base/loop.h"

bool dashboard_busy(const struct part *part)
{
    return part->figures_wanted || part->sum || part->attention_wanted || part->count;
}

bool dashboard_behind(const struct part *part)
{
    return part->others || !part->dashboard.complete;
}

static void sum_drop(struct part *part)
{
    part->figures_wanted = part->figures_wanted || part->sum;
    store_sum_finish(part->sum);
    part->sum = NULL;
}

static void count_drop(struct part *part)
{
    part->attention_wanted = part->attention_wanted || part->count;
    store_count_finish(part->count);
    part->count = NULL;
}

static const struct ids *clients_of(const struct part *part)
{
    return part->narrowed ? &part->found : NULL;
}

/* Whom it is about now. True when these are others than before. */
static bool take_clients(const struct holder *holder, struct part *part)
{
    struct ids found = { 0 };
    bool narrowed = clients_narrowed(holder);
    if (narrowed)
        clients_take(holder, &found);
    bool same = part->narrowed == narrowed && ids_equal(&part->found, &found);
    ids_finish(&part->found);
    part->found = found;
    part->narrowed = narrowed;
    return !same;
}

/* Other clients: what goes on is about those before. */
static void begin(struct part *part)
{
    store_sum_finish(part->sum);
    part->sum = NULL;
    count_drop(part);
    part->others = part->figures_wanted = part->attention_wanted = true;
    part->dashboard.complete = false;
}

static void follow_clients(const struct holder *holder, struct part *part)
{
    if (!clients_known(holder)) {
        sum_drop(part);
        count_drop(part);
    } else if (rows_failed(&holder->parts[PART_CLIENTS])) {
        return;
    } else if (take_clients(holder, part)) {
        begin(part);
    } else if (!part->figures_wanted && !part->sum) {
        part->others = false; /* another text, and the same clients */
    }
}

/* True when the figures are whole: they come in the place of those that are shown. What needs attention is kept while
 * the new is worked out. */
static bool sum_figures(struct app *app, struct part *part, int64_t microseconds)
{
    struct failure failure = { 0 };
    struct dashboard figures;
    bool done = false;
    if (part->figures_wanted) {
        part->figures_wanted = false;
        store_sum_finish(part->sum);
        part->sum = store_sum_start(app->options.store, part->ask.month, clients_of(part));
    }
    bool good = store_sum_step(part->sum, &app->options.session, microseconds, &figures, &done,
                               &failure);
    if (good && !done)
        return false;
    store_sum_finish(part->sum);
    part->sum = NULL;
    if (!good) {
        count_drop(part);
        part->attention_wanted = false;
        app_fail(app, &failure);
        return false;
    }
    dashboard_take_attention(&figures, &part->dashboard);
    part->dashboard = figures;
    part->has_dashboard = true;
    part->others = false;
    return true;
}

/* The second half, which takes its time: begun only when there is nothing else to show first. */
static bool count_attention(struct app *app, struct part *part)
{
    struct failure failure = { 0 };
    bool done = false;
    if (!part->count && (!part->attention_wanted || app->dirty))
        return false;
    if (!part->count) {
        part->attention_wanted = false;
        part->count = store_count_start(app->options.store, clients_of(part));
    }
    bool good = store_count_step(part->count, &app->options.session, SLICE_MICROSECONDS,
                                 &part->dashboard, &done, &failure);
    if (good && !done)
        return false;
    store_count_finish(part->count);
    part->count = NULL;
    if (!good)
        app_fail(app, &failure);
    return good;
}

/* Asked for again, or otherwise, of the same clients. What needs attention knows no month. */
static void follow(struct part *part, bool other_month, bool stale)
{
    if (other_month)
        part->others = true;
    if (other_month || stale) {
        sum_drop(part);
        part->figures_wanted = true;
    }
    if (stale) { /* what goes on goes on, and what was changed since is counted after it */
        part->attention_wanted = true;
        if (part->narrowed)
            count_drop(part);
    }
}

bool settle_dashboard(struct app *app, struct holder *holder, size_t index, const struct ask *ask,
                      bool only_asked)
{
    struct part *part = &holder->parts[index];
    const char *text = ask->filter ? ask->filter : "";
    int64_t until = clock_tick() + SLICE_MICROSECONDS * 1000;
    bool first = !part->asked;
    bool other_month = first || part->ask.month.index != ask->month.index;
    bool other_text = first || strcmp(part->filter_text, text) != 0;
    bool was_behind = part->has_dashboard && dashboard_behind(part), changed = false;
    part->ask = *ask;
    part->asked = true;
    settle_text_copy(part->filter_text, text);
    part->others = part->others || other_text;
    bool moved = settle_clients(app, holder, text, ask->month, only_asked);
    if (other_month || holder->stale)
        follow(part, other_month, first || holder->stale);
    if (moved || other_text)
        follow_clients(holder, part);
    if (!clients_known(holder))
        ; /* they come first */
    else if (part->figures_wanted || part->sum)
        changed = (!only_asked || !part->narrowed) &&
                  sum_figures(app, part, until > clock_tick() ? (until - clock_tick()) / 1000 + 1 : 1);
    else if (!only_asked)
        changed = count_attention(app, part);
    changed |= part->has_dashboard && was_behind != dashboard_behind(part);
    if (changed)
        settle_hand_over(app, holder, index);
    return changed;
}
