/*
 * What jump offers before anything was typed: the clients opened last, the favourites, then all; and how a client is
 * shown in its list.
 *
 * State: none.
 */
#include <stdlib.h>

#include "jump.h"
#include "klientel/base/arena.h"
#include "klientel/base/text.h"

enum { FAVOURITES = 50 };

const char *const jump_refused =
    N_("You have no access to this client and cannot open it");

const column_mask jump_columns =
    (column_mask)1 << (COLUMN_clients_name - COLUMN_clients_id) |
    (column_mask)1 << (COLUMN_clients_orgno - COLUMN_clients_id) |
    (column_mask)1 << (COLUMN_clients_number - COLUMN_clients_id) |
    (column_mask)1 << (COLUMN_clients_responsible - COLUMN_clients_id);

struct query jump_query(const struct app *app, column_mask more, int64_t client_id)
{
    return (struct query){
        .dataset = DATASET_clients,
        .columns = jump_columns | more,
        .sort = COLUMN_NONE,
        .month = app->context.month,
        .as_of = INSTANT_NONE,
        .client_id = client_id,
    };
}

/* ---- lines ---- */

/* "archived  anna  800148758": whoever looks for the number finds it at the edge. */
static void note_add(struct app *app, const struct rowset *rows, size_t row, struct buffer *ret_note)
{
    enum language language = app->options.session.language;
    struct value people = rowset_value(rows, row, COLUMN_clients_responsible);
    struct value orgno = rowset_value(rows, row, COLUMN_clients_orgno);
    const char *login;
    size_t position = 0, length, more = 0;
    if (!(rows->flags[row] & ROW_OPEN))
        buffer_print(ret_note, "%s  ", text_tr(language, N_("no access")));
    if (rows->flags[row] & ROW_ARCHIVED)
        buffer_print(ret_note, "%s  ", text_tr(language, N_("archived")));
    if (value_item(&people, &position, &login, &length)) {
        name_add(login, length, &app->context, ret_note);
        while (value_item(&people, &position, &login, &length))
            more++;
        if (more)
            buffer_print(ret_note, " +%zu", more);
        buffer_add_text(ret_note, "  ");
    }
    cell_add(rows, row, orgno.length ? COLUMN_clients_orgno : COLUMN_clients_number, &app->context,
             ret_note);
}

void jump_item_add(struct app *app, struct picker *picker, const struct rowset *rows, size_t row,
                   const char *group)
{
    struct buffer name = { 0 }, note = { 0 };
    cell_add(rows, row, COLUMN_clients_name, &app->context, &name);
    note_add(app, rows, row, &note);
    picker_add(picker, &(struct picker_item){
                           .text = buffer_text(&name),
                           .note = buffer_text(&note),
                           .group = group,
                           .id = rows->ids[row],
                           .dim = !(rows->flags[row] & ROW_OPEN),
                           .why = text_tr(app->options.session.language, jump_refused),
                       });
    buffer_finish(&name);
    buffer_finish(&note);
}

/* One client of those that are offered: out of all, or asked for alone. False = it is not there any more. */
static bool offer_add(struct app *app, struct picker *picker, const struct rowset *rows, int64_t id,
                      const char *group)
{
    if (rows) {
        size_t row = rowset_find(rows, id);
        if (row != SIZE_MAX)
            jump_item_add(app, picker, rows, row, group);
        return row != SIZE_MAX;
    }
    struct query query = jump_query(app, 0, id);
    struct failure failure = { 0 };
    struct arena *arena = arena_create();
    struct rowset one;
    bool good = store_query(app->options.store, &app->options.session, &query, arena, &one, &failure) &&
                one.count == 1;
    if (good)
        jump_item_add(app, picker, &one, 0, group);
    arena_destroy(arena);
    return good;
}

/* ---- what is offered before anything was typed ---- */

static void recents_add(struct app *app, struct picker *picker, const struct rowset *rows,
                        struct ids *seen)
{
    const char *group = text_tr(app->options.session.language, N_("Opened last"));
    size_t count;
    const int64_t *opened = recents(app, &count);
    for (size_t i = 0; i < count; i++) {
        if (!offer_add(app, picker, rows, opened[i], group))
            continue;
        ids_add(seen, opened[i]);
        group = NULL;
    }
}

struct named {
    int64_t id;
    const char *name;
    struct collator *collator;
};

static int by_name(const void *a, const void *b)
{
    const struct named *left = a, *right = b;
    return collator_compare(left->collator, left->name, right->name);
}

/* The favourites by name where no list has the order: asked for one by one, so not more than FAVOURITES. */
static size_t favourites_sorted(struct app *app, const struct ids *seen, struct arena *arena,
                                int64_t ret_ids[static FAVOURITES])
{
    struct collator *collator = collator_create(app->options.session.bureau_language);
    struct named named[FAVOURITES];
    size_t count = 0;
    for (int64_t id = ids_next(&app->favourites, 0); id >= 0 && count < FAVOURITES;
         id = ids_next(&app->favourites, id + 1)) {
        struct query query = jump_query(app, 0, id);
        struct failure failure = { 0 };
        struct rowset one;
        if (!ids_has(seen, id) &&
            store_query(app->options.store, &app->options.session, &query, arena, &one, &failure) &&
            one.count == 1)
            named[count++] = (struct named){
                id, rowset_value(&one, 0, COLUMN_clients_name).text, collator };
    }
    qsort(named, count, sizeof *named, by_name);
    for (size_t i = 0; i < count; i++)
        ret_ids[i] = named[i].id;
    collator_destroy(collator);
    return count;
}

static size_t favourites_listed(struct app *app, const struct ids *seen, const struct rowset *rows,
                                int64_t ret_ids[static FAVOURITES])
{
    size_t count = 0;
    for (size_t row = 0; row < rows->count && count < FAVOURITES; row++) {
        if (ids_has(&app->favourites, rows->ids[row]) && !ids_has(seen, rows->ids[row]))
            ret_ids[count++] = rows->ids[row];
    }
    return count;
}

static void favourites_add(struct app *app, struct picker *picker, const struct rowset *rows,
                           struct ids *seen)
{
    const char *group = text_tr(app->options.session.language, N_("Favourites"));
    struct arena *arena = arena_create();
    int64_t found[FAVOURITES];
    size_t count = rows ? favourites_listed(app, seen, rows, found)
                        : favourites_sorted(app, seen, arena, found);
    for (size_t i = 0; i < count; i++) {
        if (!offer_add(app, picker, rows, found[i], group))
            continue;
        ids_add(seen, found[i]);
        group = NULL;
    }
    arena_destroy(arena);
}

static void rest_add(struct app *app, struct picker *picker, const struct rowset *rows,
                     const struct ids *seen)
{
    const char *group = text_tr(app->options.session.language, N_("All clients"));
    for (size_t row = 0; row < rows->count && picker->count < JUMP_HITS; row++) {
        if (ids_has(seen, rows->ids[row]))
            continue;
        jump_item_add(app, picker, rows, row, group);
        group = NULL;
    }
}

void jump_offers_add(struct app *app, struct picker *picker, const struct rowset *rows)
{
    struct ids seen = { 0 };
    recents_add(app, picker, rows, &seen);
    favourites_add(app, picker, rows, &seen);
    if (rows)
        rest_add(app, picker, rows, &seen);
    ids_finish(&seen);
}
