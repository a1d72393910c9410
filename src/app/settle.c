/*
 * Settle: once per turn, what a pane asks is compared with what it was last answered; what differs or is
 * stale is queried, filtered and handed over.
 *
 * Invariants: a part's answer always belongs to its last good filter; a filter that does not parse leaves
 * rows and hits as they were. Rows are settle_rows.c's, key figures settle_dashboard.c's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "settle.h"

void holder_start(struct holder *holder, struct pane *pane)
{
    memset(holder, 0, sizeof *holder);
    holder->pane = pane;
    holder->stale = true;
}

void part_finish(struct part *part)
{
    rows_finish(part);
    store_sum_finish(part->sum);
    store_count_finish(part->count);
    filter_destroy(part->filter);
    arena_destroy(part->arena);
    ids_finish(&part->found);
    memset(part, 0, sizeof *part);
}

void holder_finish(struct holder *holder)
{
    for (size_t i = 0; i < HOLDER_PARTS; i++)
        part_finish(&holder->parts[i]);
    if (holder->pane)
        holder->pane->ops->destroy(holder->pane);
    holder->pane = NULL;
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

bool settle_filter(struct app *app, struct holder *holder, enum dataset dataset, const char *text,
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

void settle_hand_over(struct app *app, struct holder *holder, size_t index)
{
    struct part *part = &holder->parts[index];
    if (index == PART_CLIENTS)
        return;
    struct answer answer = {
        .rows = part->has_rows ? &part->rows : NULL,
        .shown = part->shown,
        .shown_count = part->shown_count,
        .order = part->order,
        .partial = part->has_dashboard ? part->others : rows_partial(part),
        .dashboard = part->has_dashboard ? &part->dashboard : NULL,
        .card = part->has_card ? &part->card : NULL,
        .favourites = &app->favourites,
    };
    holder->pane->ops->load(holder->pane, index, &answer);
}

void settle_text_copy(char to[static LINE_SIZE], const char *text)
{
    if (to != text)
        snprintf(to, LINE_SIZE, "%s", text);
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
    settle_hand_over(app, holder, index);
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
        settle_rows(app, holder, 0, &asks[0], true);
    else if (asks[0].kind == ASK_DASHBOARD)
        settle_dashboard(app, holder, 0, &asks[0], true);
    holder->stale = stale;
}

bool holder_settle(struct app *app, struct holder *holder)
{
    struct ask asks[PANE_PARTS];
    bool changed = settle_favourites(app);
    size_t count = holder->pane->ops->asks(holder->pane, &app->context, asks);
    holder->asked_count = count;
    if (holder->pane->ops->filter && !*holder->pane->ops->filter(holder->pane))
        holder->error.message.text = NULL;
    for (size_t i = 0; i < count; i++) {
        if (asks[i].kind == ASK_ROWS)
            changed |= settle_rows(app, holder, i, &asks[i], false);
        else if (asks[i].kind == ASK_DASHBOARD)
            changed |= settle_dashboard(app, holder, i, &asks[i], false);
        else
            changed |= settle_client(app, holder, i, &asks[i]);
    }
    /* What part 0 brought may change what the others ask: the cursor has found its row. */
    holder->stale = false;
    count = holder->pane->ops->asks(holder->pane, &app->context, asks);
    holder->asked_count = count;
    for (size_t i = 1; i < count; i++) {
        if (asks[i].kind == ASK_ROWS)
            changed |= settle_rows(app, holder, i, &asks[i], false);
        else if (asks[i].kind == ASK_CLIENT)
            changed |= settle_client(app, holder, i, &asks[i]);
    }
    return changed;
}

bool holder_busy(const struct holder *holder)
{
    for (size_t i = 0; i < holder->asked_count; i++) {
        const struct part *part = &holder->parts[i];
        if (rows_busy(part) || dashboard_busy(part))
            return true;
    }
    return rows_busy(&holder->parts[PART_CLIENTS]);
}
