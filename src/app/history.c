/*
 * History: see history.h.
 *
 * State: the lines, read when first needed, and again before one is added: other sessions of the same person wrote
 * meanwhile. What cannot be kept (--read-only) lasts as long as the program.
 */
#include "history.h"

#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "klientel/base/arena.h"

enum { HISTORY = 100 };

void history_finish(struct history *history)
{
    for (size_t i = 0; i < history->count; i++)
        free(history->lines[i]);
    free(history->lines);
    *history = (struct history){ 0 };
}

static void line_drop(struct history *history, size_t position)
{
    free(history->lines[position]);
    history->count--;
    memmove(&history->lines[position], &history->lines[position + 1],
            (history->count - position) * sizeof *history->lines);
}

/* In the place of what it was the same as, else of the oldest. */
static void line_append(struct history *history, const char *line)
{
    if (!*line || strlen(line) >= LINE_SIZE)
        return;
    if (!history->lines)
        history->lines = memory_zero(HISTORY, sizeof *history->lines);
    for (size_t i = 0; i < history->count; i++) {
        if (strcmp(history->lines[i], line) == 0) {
            line_drop(history, i);
            break;
        }
    }
    if (history->count == HISTORY)
        line_drop(history, 0);
    history->lines[history->count++] = memory_text(line);
}

/* What could not be read leaves what is known here. */
static void history_read(struct app *app, struct history *history, const char *key)
{
    struct arena *arena = arena_create();
    const char *text = NULL;
    struct failure failure;
    if (store_recall(app->options.store, &app->options.session, key, arena, &text, &failure) &&
        text) {
        char *rest = arena_text(arena, text), *line;
        history_finish(history);
        while ((line = strsep(&rest, "\n")) != NULL)
            line_append(history, line);
    }
    history->is_read = true;
    arena_destroy(arena);
}

void history_add(struct app *app, struct history *history, const char *key, const char *line)
{
    struct buffer text = { 0 };
    struct failure failure = { 0 };
    if (!app->options.session.read_only || !history->is_read)
        history_read(app, history, key);
    line_append(history, line);
    for (size_t i = 0; i < history->count; i++)
        buffer_print(&text, "%s%s", i ? "\n" : "", history->lines[i]);
    if (!store_remember(app->options.store, &app->options.session, key, buffer_text(&text),
                        &failure))
        app_fail(app, &failure);
    buffer_finish(&text);
}

/* What stands in the line already would look as if nothing happened. */
static bool is_wanted(const struct history_walk *walk, const struct line *line, const char *candidate,
                      bool alike)
{
    return strcmp(candidate, line->text) != 0 &&
           (!alike || strncmp(candidate, walk->typed, strlen(walk->typed)) == 0);
}

bool history_step(struct app *app, struct history *history, const char *key,
                  struct history_walk *walk, struct line *line, int by, bool alike)
{
    size_t back = walk->back;
    if (!history->is_read)
        history_read(app, history, key);
    if (back > history->count)
        back = 0;
    if (back == 0)
        memcpy(walk->typed, line->text, line->length + 1);
    do {
        if (by < 0 ? back == history->count : back == 0)
            return false;
        back -= (size_t)by;
    } while (back && !is_wanted(walk, line, history->lines[history->count - back], alike));
    walk->back = back;
    line_set(line, back ? history->lines[history->count - back] : walk->typed);
    return true;
}
