/*
 * Kept: what a person chose for each table, columns, order and sort, from one session to the next, and the
 * layouts saved under a name.
 *
 * State: none here. A table says itself that something was chosen (`chosen`); it is written when the pane closes,
 * when the program ends, and about once a second while nothing else is done. In the person's own state:
 * "table.KEY" the layout of one table, "layouts.FAMILY" the saved ones: NAME, tab, layout, line end.
 */
#include <stdio.h>
#include <string.h>

#include "internal.h"
#include "klientel/base/arena.h"

enum { NAME_SIZE = 16 + TABLE_KEY };

/* What a person never chose follows the ready layout, also when a later version makes a better one. */
static bool is_as_ready(const struct table *table, const struct table_layout *layout)
{
    struct table_layout ready;
    table_ready_layout(table, table_ready(table, 0), &ready);
    return table_layout_same(layout, &ready);
}

static void table_keep(struct app *app, struct table *table)
{
    struct failure failure = { 0 };
    struct table_layout layout;
    struct buffer text = { 0 };
    char name[NAME_SIZE];
    table->chosen = false; /* whether it is kept or not: it is tried once */
    table_layout_of(table, &layout);
    table_layout_add(&layout, &text);
    snprintf(name, sizeof name, "table.%s", table->key);
    if (!store_remember(app->options.store, &app->options.session, name,
                        is_as_ready(table, &layout) ? NULL : buffer_text(&text), &failure))
        app_fail(app, &failure);
    buffer_finish(&text);
}

void kept_write(struct app *app, struct pane *pane)
{
    struct table *table;
    for (size_t i = 0; pane->ops->table && (table = pane->ops->table(pane, i)); i++) {
        if (table->chosen && !table->led)
            table_keep(app, table);
    }
}

/* A failure is not said here: what the pane asks next fails the same way, and says so. */
static void table_recall(struct app *app, struct table *table, struct arena *arena)
{
    struct failure failure = { 0 };
    struct table_layout layout;
    const char *text = NULL;
    char name[NAME_SIZE];
    snprintf(name, sizeof name, "table.%s", table->key);
    if (store_recall(app->options.store, &app->options.session, name, arena, &text, &failure) &&
        text && table_layout_parse(table->dataset, text, &layout))
        table_take(table, &layout);
    table->chosen = false;
}

void kept_read(struct app *app, struct pane *pane)
{
    struct arena *arena = arena_create();
    struct table *table;
    for (size_t i = 0; pane->ops->table && (table = pane->ops->table(pane, i)); i++)
        table_recall(app, table, arena);
    arena_destroy(arena);
}

/* ---- saved under a name ---- */

/* Takes the next line of what is kept apart, in place. */
static bool next_saved(char **at, struct saved_layout *ret_saved)
{
    char *name = *at, *end = strchr(name, '\n'), *tab = strchr(name, '\t');
    if (!end || !tab || tab > end)
        return false;
    *tab = '\0';
    *end = '\0';
    *ret_saved = (struct saved_layout){ name, tab + 1 };
    *at = end + 1;
    return true;
}

size_t kept_layouts(struct app *app, const struct table *table, struct arena *arena,
                    struct saved_layout **ret_saved)
{
    struct failure failure = { 0 };
    const char *text = NULL;
    char name[NAME_SIZE];
    size_t count = 0;
    *ret_saved = arena_zero(arena, SAVED_LAYOUTS, sizeof **ret_saved);
    snprintf(name, sizeof name, "layouts.%s", table_family(table));
    if (!store_recall(app->options.store, &app->options.session, name, arena, &text, &failure)) {
        app_fail(app, &failure);
        return 0;
    }
    if (!text)
        return 0;
    char *at = arena_text_n(arena, text, strlen(text));
    while (count < SAVED_LAYOUTS && next_saved(&at, &(*ret_saved)[count]))
        count++;
    return count;
}

static bool write_all(struct app *app, const struct table *table, const struct buffer *text)
{
    struct failure failure = { 0 };
    char name[NAME_SIZE];
    snprintf(name, sizeof name, "layouts.%s", table_family(table));
    if (store_remember(app->options.store, &app->options.session, name,
                       text->length ? buffer_text(text) : NULL, &failure))
        return true;
    app_fail(app, &failure);
    return false;
}

bool kept_layout_save(struct app *app, const struct table *table, const char *name,
                      const struct table_layout *layout)
{
    struct arena *arena = arena_create();
    struct saved_layout *saved;
    struct buffer text = { 0 };
    size_t count = kept_layouts(app, table, arena, &saved), others = 0;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(saved[i].name, name) != 0) {
            buffer_print(&text, "%s\t%s\n", saved[i].name, saved[i].text);
            others++;
        }
    }
    if (layout && others < SAVED_LAYOUTS) {
        buffer_print(&text, "%s\t", name);
        table_layout_add(layout, &text);
        buffer_add_byte(&text, '\n');
    } else if (layout) {
        app_say_text(app, STYLE_WARN, N_("There are too many layouts: drop one first"));
    }
    bool good = !layout || others < SAVED_LAYOUTS ? write_all(app, table, &text) : false;
    buffer_finish(&text);
    arena_destroy(arena);
    return good;
}
