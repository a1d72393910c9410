/*
 * Held keys: a key that means rows which have not come yet waits for them, and whatever is typed after it waits
 * behind it, so that keys typed ahead leave what slow ones leave. All others are taken at once.
 *
 * State: app->held: what waits, in the order it was typed. Events: held_begin, when an action is about to run;
 * held_key, before any key; held_release, once a turn.
 * Invariant: nothing waits unless the table with the keys lacks rows, or shows what was asked before; or a dashboard
 * that is to be printed is not whole.
 */
#include <string.h>

#include "internal.h"
#include "settle.h"

enum { HELD_MOST = 16 * 1024 }; /* bytes of names of keys */

/* The part that the table shows; NULL = it is no answer's. */
static const struct part *part_of(struct app *app, const struct table *table)
{
    struct holder *top = app_top(app);
    for (size_t i = 0; table && i < PANE_PARTS; i++) {
        if (table->rows == &top->parts[i].rows)
            return &top->parts[i];
    }
    return NULL;
}

bool held_must(struct app *app, enum action_id action)
{
    const struct table *table = app_table(app);
    const struct part *part = part_of(app, table), *first = &app_top(app)->parts[0];
    if (action == ACTION_PRINT && first->has_dashboard)
        return dashboard_behind(first) && dashboard_busy(first); /* on paper it is whole */
    if (!part || !rows_behind(part))
        return false;
    enum table_need need = table_needs(table, action);
    return need == TABLE_ALL || (need == TABLE_ROW && part->early != EARLY_FIRST);
}

bool held_begin(struct app *app, enum action_id action)
{
    struct held *held = &app->held;
    if (!held_must(app, action))
        return false;
    held->waits = true;
    held->action = app->key ? ACTION_NONE : action;
    held->cause = action;
    if (app->key)
        buffer_add(&held->keys, app->key, strlen(app->key) + 1);
    app_say_text(app, STYLE_DIM, N_("Reading the rows … Esc: do not wait"));
    return true;
}

void held_drop(struct app *app)
{
    buffer_clear(&app->held.keys);
    app->held.waits = false;
}

bool held_key(struct app *app, const char *key)
{
    struct held *held = &app->held;
    if (!held->waits)
        return false;
    if (strcmp(key, "Esc") == 0) {
        held_drop(app);
        app->message.text = NULL;
        app->dirty = true;
    } else if (held->keys.length < HELD_MOST) {
        buffer_add(&held->keys, key, strlen(key) + 1);
    }
    return true;
}

bool held_release(struct app *app)
{
    struct held *held = &app->held;
    if (!held->waits || held_must(app, held->cause))
        return false;
    struct buffer keys = held->keys;
    held->keys = (struct buffer){ 0 };
    held->waits = false;
    app->message.text = NULL;
    app->dirty = true;
    if (held->action != ACTION_NONE)
        app_act(app, held->action);
    for (size_t at = 0; at < keys.length && !app->finished; at += strlen(keys.data + at) + 1)
        app_key(app, keys.data + at);
    buffer_finish(&keys);
    return true;
}
