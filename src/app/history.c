/*
 * History: see history.h.
 *
 * State: the lines, read when first needed, and again before fresh ones are kept: other sessions of the same person
 * wrote meanwhile. What cannot be kept (--read-only) lasts as long as the program.
 */
#include "history.h"

#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "klientel/base/arena.h"

enum { HISTORY = 100 };

static void lines_finish(struct history_lines *lines)
{
    for (size_t i = 0; i < lines->count; i++)
        free(lines->lines[i]);
    free(lines->lines);
    *lines = (struct history_lines){ 0 };
}

void history_finish(struct history *history)
{
    lines_finish(&history->all);
    lines_finish(&history->fresh);
}

static void line_drop(struct history_lines *lines, size_t position)
{
    free(lines->lines[position]);
    lines->count--;
    memmove(&lines->lines[position], &lines->lines[position + 1],
            (lines->count - position) * sizeof *lines->lines);
}

/* In the place of what it was the same as, else of the oldest. */
static void line_append(struct history_lines *lines, const char *line)
{
    if (!*line || strlen(line) >= LINE_SIZE)
        return;
    if (!lines->lines)
        lines->lines = memory_zero(HISTORY, sizeof *lines->lines);
    for (size_t i = 0; i < lines->count; i++) {
        if (strcmp(lines->lines[i], line) == 0) {
            line_drop(lines, i);
            break;
        }
    }
    if (lines->count == HISTORY)
        line_drop(lines, 0);
    lines->lines[lines->count++] = memory_text(line);
}

/* What could not be read leaves what is known here. */
static void history_read(struct app *app, struct history *history)
{
    struct arena *arena = arena_create();
    const char *text = NULL;
    struct failure failure;
    if (store_recall(app->options.store, &app->options.session, history->key, arena, &text,
                     &failure) &&
        text) {
        char *rest = arena_text(arena, text), *line;
        lines_finish(&history->all);
        while ((line = strsep(&rest, "\n")) != NULL)
            line_append(&history->all, line);
        for (size_t i = 0; i < history->fresh.count; i++)
            line_append(&history->all, history->fresh.lines[i]);
    }
    history->is_read = true;
    arena_destroy(arena);
}

void history_add(struct app *app, struct history *history, const char *line)
{
    if (!history->is_read)
        history_read(app, history);
    line_append(&history->all, line);
    if (app->options.session.read_only)
        return;
    line_append(&history->fresh, line);
    app->histories_fresh = true;
}

void history_step(struct app *app, struct history *history)
{
    struct buffer text = { 0 };
    struct failure failure; /* nobody is kept from work by a line that could not be kept */
    if (!history->fresh.count)
        return;
    history_read(app, history);
    for (size_t i = 0; i < history->all.count; i++)
        buffer_print(&text, "%s%s", i ? "\n" : "", history->all.lines[i]);
    store_remember(app->options.store, &app->options.session, history->key, buffer_text(&text),
                   &failure);
    lines_finish(&history->fresh);
    buffer_finish(&text);
}

/* What stands in the line already would look as if nothing happened. */
static bool is_wanted(const struct history_walk *walk, const struct line *line, const char *candidate,
                      bool alike)
{
    return strcmp(candidate, line->text) != 0 &&
           (!alike || strncmp(candidate, walk->typed, strlen(walk->typed)) == 0);
}

bool history_walk(struct app *app, struct history *history, struct history_walk *walk,
                  struct line *line, int by, bool alike)
{
    const struct history_lines *all = &history->all;
    size_t back = walk->back;
    if (!history->is_read)
        history_read(app, history);
    if (back > all->count)
        back = 0;
    if (back == 0)
        memcpy(walk->typed, line->text, line->length + 1);
    do {
        if (by < 0 ? back == all->count : back == 0)
            return false;
        back -= (size_t)by;
    } while (back && !is_wanted(walk, line, all->lines[all->count - back], alike));
    walk->back = back;
    line_set(line, back ? all->lines[all->count - back] : walk->typed);
    return true;
}
