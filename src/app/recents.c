/*
 * Recents: the clients whose sheets were opened, the last first. Kept for the person as ids alone, never names.
 *
 * State: app->recents. They are written when nothing else is to be done (recents_step): who opens a sheet sees it
 * first. With --read-only they last as long as the program.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "klientel/base/arena.h"

const int64_t *recents(struct app *app, size_t *ret_count)
{
    struct arena *arena = arena_create();
    const char *text = NULL;
    struct failure failure; /* none are known then */
    if (!app->recents_read && store_recall(app->options.store, &app->options.session, "recents",
                                           arena, &text, &failure)) {
        while (text && *text && app->recent_count < APP_RECENTS) {
            char *end;
            int64_t id = strtoll(text, &end, 10);
            if (end == text)
                break;
            if (id > 0)
                app->recents[app->recent_count++] = id;
            text = end + strspn(end, " ");
        }
    }
    app->recents_read = true;
    arena_destroy(arena);
    *ret_count = app->recent_count;
    return app->recents;
}

void recents_note(struct app *app, int64_t client_id)
{
    size_t at = 0, count;
    recents(app, &count);
    if (count && app->recents[0] == client_id)
        return;
    while (at < count && app->recents[at] != client_id)
        at++;
    if (at == APP_RECENTS)
        at--;
    else if (at == count)
        app->recent_count++;
    memmove(&app->recents[1], &app->recents[0], at * sizeof *app->recents);
    app->recents[0] = client_id;
    app->recents_new = true;
}

void recents_step(struct app *app)
{
    struct buffer text = { 0 };
    struct failure failure; /* nobody is kept from work by a list that could not be kept */
    if (!app->recents_new)
        return;
    app->recents_new = false;
    for (size_t i = 0; i < app->recent_count; i++)
        buffer_print(&text, "%s%" PRId64, i ? " " : "", app->recents[i]);
    store_remember(app->options.store, &app->options.session, "recents", buffer_text(&text),
                   &failure);
    buffer_finish(&text);
}
