/*
 * App: key → action → effect; publish; settle.
 *
 * State: the tabs and the stack of panes opened above them, the filter line, one question, one message.
 * Nothing here draws or queries when something happens: `dirty` and a holder's `stale` are set, and
 * app_settle pays once a turn.
 */
#include "klientel/app/app.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "klientel/base/arena.h"

static struct pane *tab_pane(int tab)
{
    switch (tab) {
    case 0:
        return pane_dashboard();
    case 1:
        return pane_clients();
    default:
        return pane_later(tab);
    }
}

static void tab_start(struct app *app, int tab)
{
    holder_start(&app->tabs[tab], tab_pane(tab));
    kept_read(app, app->tabs[tab].pane);
}

static void pane_close(struct app *app, struct holder *holder)
{
    kept_write(app, holder->pane);
    holder_finish(holder);
}

static void histories_start(struct app *app)
{
    snprintf(app->commands.key, HISTORY_KEY, "commands");
    for (int i = 0; i < DATASET_COUNT; i++)
        snprintf(app->filters[i].key, HISTORY_KEY, "filters.%s", dataset_info((enum dataset)i)->name);
}

static void histories_step(struct app *app)
{
    if (!app->histories_fresh)
        return;
    app->histories_fresh = false;
    history_step(app, &app->commands);
    for (int i = 0; i < DATASET_COUNT; i++)
        history_step(app, &app->filters[i]);
}

struct app *app_create(const struct app_options *options)
{
    struct app *app = memory_zero(1, sizeof *app);
    app->options = *options;
    app->context = (struct screen_context){
        .session = &app->options.session,
        .keymap = options->keymap,
        .month = month_of(session_today(&options->session)),
        .ascii = options->ascii,
        .latin1 = options->latin1,
        .plain = options->plain,
        .columns = 80,
    };
    app->surface = surface_create(24, 80);
    app->crew = filter_crew_create();
    surface_set_ascii(app->surface, options->ascii);
    surface_set_latin1(app->surface, options->latin1);
    if (options->clock) /* a demo bureau reckons with a day of its own */
        app->clock_offset = options->session.now.second - options->clock().second;
    app->favourites_stale = true;
    histories_start(app);
    for (int i = 0; i < APP_TABS; i++)
        tab_start(app, i);
    /* Operators begin with their own clients, leads with all (C18, C54). */
    if (options->session.role == ROLE_OPERATOR) {
        for (int i = 0; i < 2; i++)
            app->tabs[i].pane->ops->set_filter(app->tabs[i].pane, "is:mine");
    }
    app->dirty = true;
    return app;
}

void app_pop(struct app *app)
{
    if (!app->stack_count)
        return;
    struct holder *top = app->stack[--app->stack_count];
    pane_close(app, top);
    free(top);
    modal_close(app); /* it was that pane's */
    modal_back(app);
    app->dirty = true;
}

void app_destroy(struct app *app)
{
    if (!app)
        return;
    modal_close(app);
    modal_drop_aside(app);
    recents_step(app);
    histories_step(app);
    while (app->stack_count)
        app_pop(app);
    for (int i = 0; i < APP_TABS; i++)
        pane_close(app, &app->tabs[i]);
    ids_finish(&app->favourites);
    free(app->said);
    free(app->copy);
    free(app->copied);
    buffer_finish(&app->held.keys);
    history_finish(&app->commands);
    for (int i = 0; i < DATASET_COUNT; i++)
        history_finish(&app->filters[i]);
    surface_destroy(app->surface);
    filter_crew_destroy(app->crew);
    free(app);
}

struct holder *app_top(struct app *app)
{
    return app->stack_count ? app->stack[app->stack_count - 1] : &app->tabs[app->tab];
}

void app_say(struct app *app, enum style style, const struct message *message)
{
    app->message = *message;
    app->message_style = style;
    app->dirty = true;
    if (style == STYLE_DIM)
        return;
    if (!app->said)
        app->said = memory_zero(APP_SAID, sizeof *app->said);
    app->said[app->said_count++ % APP_SAID] =
        (struct said){ *message, style, app->options.session.now };
}

void app_say_text(struct app *app, enum style style, const char *text)
{
    struct message message;
    message_set(&message, text, NULL);
    app_say(app, style, &message);
}

void app_say_key(struct app *app, enum style style, const char *text, enum action_id action)
{
    struct message message;
    message_set(&message, text,
                keymap_key(app->options.keymap, action, action_info(action)->scopes), NULL);
    app_say(app, style, &message);
}

/* Whoever calls may be in the middle of the pane: it is closed when nobody uses it (app_settle). */
void app_fail(struct app *app, const struct failure *failure)
{
    app_say(app, STYLE_ERROR, &failure->message);
    if (failure->kind == FAILURE_DENIED)
        app->refused = true;
}

unsigned app_scopes(struct app *app)
{
    unsigned modal = modal_scope(&app->modal);
    return modal ? modal : app_pane_scopes(app);
}

unsigned app_pane_scopes(struct app *app)
{
    struct holder *top = app_top(app);
    return SCOPE_EVERYWHERE | top->pane->ops->scopes(top->pane);
}

const char *app_filter(struct app *app)
{
    struct pane *pane = app_top(app)->pane;
    return pane->ops->filter ? pane->ops->filter(pane) : "";
}

void app_set_filter(struct app *app, const char *text)
{
    struct pane *pane = app_top(app)->pane;
    if (pane->ops->set_filter)
        pane->ops->set_filter(pane, text);
    app->dirty = true;
}

struct table *app_table(struct app *app)
{
    struct pane *pane = app_top(app)->pane;
    return pane->ops->table ? pane->ops->table(pane, PANE_FOCUSED) : NULL;
}

void app_facts(struct app *app, struct action_facts *ret_facts)
{
    struct holder *top = app_top(app);
    *ret_facts = (struct action_facts){ 0 };
    if (top->pane->ops->facts)
        top->pane->ops->facts(top->pane, ret_facts);
    ret_facts->scopes = app_scopes(app);
    ret_facts->can_filter = top->pane->ops->set_filter != NULL;
    ret_facts->has_command = top->pane->ops->command != NULL;
    ret_facts->has_filter = *app_filter(app) != '\0';
    ret_facts->not_understood = top->error.message.text != NULL;
    ret_facts->may_change = !app->options.session.read_only;
    ret_facts->names_hidden = app->context.names_hidden;
    ret_facts->at_top = app->stack_count == 0;
    ret_facts->keymap = app->options.keymap;
}

static void mark_all_stale(struct app *app)
{
    for (int i = 0; i < APP_TABS; i++)
        app->tabs[i].stale = true;
    for (size_t i = 0; i < app->stack_count; i++)
        app->stack[i]->stale = true;
    app->favourites_stale = true;
    app->dirty = true;
}

bool app_rows(struct app *app, enum dataset dataset, struct arena *arena, struct rowset *ret_rows)
{
    struct failure failure = { 0 };
    struct query query = {
        .dataset = dataset, .sort = COLUMN_NONE, .month = MONTH_NONE, .as_of = INSTANT_NONE
    };
    if (store_query(app->options.store, &app->options.session, &query, arena, ret_rows, &failure))
        return true;
    app_fail(app, &failure);
    return false;
}

void app_open(struct app *app, struct pane *pane)
{
    modal_drop_aside(app);
    if (app->stack_count == APP_STACK) { /* the oldest gives way */
        pane_close(app, app->stack[0]);
        free(app->stack[0]);
        memmove(&app->stack[0], &app->stack[1], (APP_STACK - 1) * sizeof app->stack[0]);
        app->stack_count--;
    }
    struct holder *holder = memory_alloc(sizeof *holder);
    holder_start(holder, pane);
    kept_read(app, pane);
    app->stack[app->stack_count++] = holder;
    modal_close(app); /* it was the other pane's */
}

void app_open_client(struct app *app, int64_t client_id)
{
    if (app->stack_count && app_top(app)->client_id)
        app_pop(app);
    app_open(app, pane_sheet(client_id));
    app_top(app)->client_id = client_id;
    recents_note(app, client_id);
}

/* ---- effects ---- */

static void turn_favourite(struct app *app, int64_t client_id)
{
    struct failure failure = { 0 };
    bool favourite = !ids_has(&app->favourites, client_id);
    if (app->options.session.read_only) {
        app_say_text(app, STYLE_ERROR, N_("Nothing can be changed: this session is read-only"));
        return;
    }
    if (!store_favourite(app->options.store, &app->options.session, client_id, favourite,
                         &failure)) {
        app_fail(app, &failure);
        return;
    }
    app_say_text(app, STYLE_NORMAL,
                 favourite ? N_("The client is a favourite: is:favourite finds it")
                           : N_("The client is no longer a favourite"));
    app->favourites_stale = true;
    app_top(app)->stale = true;
}

static void open_rows(struct app *app, const struct effect *effect)
{
    struct pane *pane = pane_rows(effect->dataset, effect->title, effect->filter, effect->clients,
                                  effect->month);
    app_open(app, pane);
    if (effect->lead) /* before what the person keeps for such rows */
        table_lead(pane->ops->table(pane, 0), effect->lead);
}

void app_publish(struct app *app, const struct effect *effect)
{
    switch (effect->kind) {
    case EFFECT_NONE:
    case EFFECT_DONE:
        break;
    case EFFECT_STALE:
        app_top(app)->stale = true;
        break;
    case EFFECT_OPEN:
        if (effect->open == OPEN_CLIENT)
            app_open_client(app, effect->id);
        else
            open_rows(app, effect);
        break;
    case EFFECT_CLOSE:
        app_pop(app);
        break;
    case EFFECT_FAVOURITE:
        turn_favourite(app, effect->id);
        break;
    case EFFECT_MESSAGE:
        app_say(app, STYLE_NORMAL, &effect->message);
        break;
    }
    app->dirty = true;
}

void app_act(struct app *app, enum action_id action)
{
    struct action_facts facts;
    holder_catch_up(app, app_top(app));
    if (app_table(app) && app_table(app)->width == 0)
        frame_draw(app); /* how much there is room for: a page typed ahead is as long as another */
    if (held_begin(app, action))
        return;
    app_facts(app, &facts);
    struct message why = action_judge(action, &facts);
    app->dirty = true;
    if (why.text) {
        app_say(app, STYLE_WARN, &why);
        return;
    }
    if (acts_run(app, action))
        return;
    struct holder *top = app_top(app);
    struct effect effect = top->pane->ops->act(top->pane, action, &app->context);
    app_publish(app, &effect);
}

/* ---- keys ---- */

static bool too_small(const struct app *app)
{
    return surface_rows(app->surface) < APP_MIN_ROWS ||
           surface_columns(app->surface) < APP_MIN_COLUMNS;
}

static void take_key(struct app *app, const char *key)
{
    app->message.text = NULL;
    app->dirty = true;
    if (app->modal.use) {
        modal_key(app, key);
        return;
    }
    enum action_id action = keymap_find(app->options.keymap, key, app_scopes(app));
    if (action != ACTION_NONE) {
        app_act(app, action);
        return;
    }
    struct message message;
    message_set(&message, N_("%1 does nothing here: %2 shows what does"), key,
                keymap_key(app->options.keymap, ACTION_HELP, SCOPE_EVERYWHERE), NULL);
    app_say(app, STYLE_DIM, &message);
}

void app_key(struct app *app, const char *key)
{
    if (!*key)
        return;
    if (too_small(app)) { /* nothing acts that cannot be seen, but leaving */
        if (keymap_find(app->options.keymap, key, SCOPE_EVERYWHERE) == ACTION_CLOSE)
            app->finished = true;
        return;
    }
    if (held_key(app, key))
        return;
    app->key = key;
    take_key(app, key);
    app->key = NULL;
}

void app_shown(struct app *app)
{
    app->shown = app->frames;
}

void app_burst(struct app *app, bool burst)
{
    app->burst = burst;
}

void app_notice(struct app *app, const struct message *message)
{
    app_say(app, STYLE_WARN, message);
}

void app_paste(struct app *app, const char *text)
{
    app->dirty = true;
    if (modal_scope(&app->modal) & SCOPE_TEXT)
        modal_paste(app, text);
    else
        app_say_key(app, STYLE_WARN, N_("What was pasted was dropped: open a field first, with %1"),
                    ACTION_FILTER);
}

void app_resize(struct app *app, int rows, int columns)
{
    surface_resize(app->surface, rows, columns);
    app->context.columns = columns;
    app->dirty = true;
}

/* Favourites that another session of this person has made or dropped: marks and filters follow together. */
static void follow_favourites(struct app *app)
{
    struct failure failure = { 0 };
    struct ids now = { 0 };
    if (!store_clients_in(app->options.store, &app->options.session, RELATION_FAVOURITE, "", &now, &failure))
        app_fail(app, &failure);
    else if (!ids_equal(&now, &app->favourites))
        mark_all_stale(app);
    ids_finish(&now);
}

void app_poll(struct app *app)
{
    struct instant real = app->options.session.now;
    if (app->options.clock) {
        real = app->options.clock();
        app->options.session.now.second = real.second + app->clock_offset;
    } else {
        real.second -= app->clock_offset;
    }
    kept_write(app, app_top(app)->pane);
    bool changed = store_changed(app->options.store);
    bool kept = store_kept(app->options.store);
    if (!changed) {
        if (kept)
            follow_favourites(app);
        return;
    }
    /* Rights may have changed too: who asks is asked again. */
    struct failure failure = { 0 };
    struct session session;
    if (!store_session(app->options.store, app->options.session.login, real, &session,
                       &failure)) {
        app->options.session.active = false;
        app_fail(app, &failure);
        mark_all_stale(app);
        return;
    }
    session.read_only = app->options.session.read_only;
    session.language = app->options.session.language;
    app->options.session = session;
    mark_all_stale(app);
}

bool app_settle(struct app *app)
{
    bool changed = holder_settle(app, app_top(app));
    while (held_release(app))
        changed |= holder_settle(app, app_top(app));
    changed |= outgoing_step(app);
    changed |= jump_step(app);
    while (app->refused && app->stack_count) { /* the one below is asked in its place */
        app->refused = false;
        held_drop(app);
        app_pop(app);
        changed |= holder_settle(app, app_top(app));
    }
    app->refused = false;
    if (!changed && !app->dirty) {
        recents_step(app);
        histories_step(app);
        return false;
    }
    frame_draw(app);
    app->dirty = false;
    return true;
}

bool app_busy(const struct app *app)
{
    return app->recents_new || app->histories_fresh || outgoing_busy(app) || jump_busy(app) ||
           holder_busy(app_top((struct app *)app));
}

const struct surface *app_surface(const struct app *app)
{
    return app->surface;
}

bool app_finished(const struct app *app)
{
    return app->finished;
}

bool app_wants_redraw(struct app *app)
{
    bool redraw = app->redraw;
    app->redraw = false;
    return redraw;
}

const char *app_wants_copy(struct app *app)
{
    free(app->copied);
    app->copied = app->copy;
    app->copy = NULL;
    return app->copied;
}
