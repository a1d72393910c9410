/*
 * Columns: which columns the table with the keys shows and in which order; ready layouts, and those a person
 * saved under a name.
 *
 * State: the picker, and which saved layout would be dropped by the next press.
 * Invariant: nothing is changed before Enter; Esc leaves the table as it was.
 */
#include <stdlib.h>
#include <string.h>

#include "command_line.h"
#include "klientel/base/arena.h"

/* Ids of the lines: a column is itself, layouts are below 0. */
enum { ID_READY = -1, ID_SAVED = -1000, NAME_MOST = 40 };

struct columns {
    struct arena *arena;
    struct saved_layout *saved;
    size_t saved_count;
    int64_t drop; /* the line that the next press drops; 0 = none */
    uint64_t said; /* app->frames when that was said: it must have been seen */
};

/* ---- filling ---- */

static void add_layout(struct picker *picker, int64_t id, const char *text, bool now,
                       enum language language)
{
    struct picker_item item = {
        .text = text,
        .id = id,
        .alone = true,
        .note = now ? text_tr(language, N_("as now")) : NULL,
        .group = picker->count == 0 ? text_tr(language, N_("Layouts")) : NULL,
    };
    picker_add(picker, &item);
}

static void add_layouts(struct app *app, const struct table *table, struct picker *picker,
                        const struct columns *own)
{
    enum language language = app->options.session.language;
    const struct ready_layout *ready;
    struct table_layout now, layout;
    table_layout_of(table, &now);
    for (size_t i = 0; (ready = table_ready(table, i)); i++) {
        table_ready_layout(table, ready, &layout);
        add_layout(picker, ID_READY - (int64_t)i, text_tr(language, ready->label),
                   table_layout_same(&now, &layout), language);
    }
    for (size_t i = 0; i < own->saved_count; i++) {
        bool same = table_layout_parse(table->dataset, own->saved[i].text, &layout) &&
                    table_layout_same(&now, &layout);
        add_layout(picker, ID_SAVED - (int64_t)i, own->saved[i].name, same, language);
    }
}

static void add_column(struct app *app, const struct table *table, struct picker *picker,
                       enum column column, bool on)
{
    enum language language = app->options.session.language;
    bool first = column == table->columns[0];
    struct picker_item item = {
        .text = text_tr(language, column_info(column)->label),
        .note = column_info(column)->name,
        .id = column,
        .on = on,
        .fixed = first,
        .group = first ? text_tr(language, N_("Columns")) : NULL,
    };
    picker_add(picker, &item);
}

static void fill(struct app *app, const struct table *table, struct picker *picker,
                 const struct columns *own)
{
    const struct dataset_info *info = dataset_info(table->dataset);
    picker_clear(picker);
    add_layouts(app, table, picker, own);
    for (size_t i = 0; i < table->column_count; i++)
        add_column(app, table, picker, table->columns[i], true);
    for (size_t i = 0; i < info->count; i++) {
        enum column column = (enum column)(info->first + (int)i);
        if (!table_shows(table, column))
            add_column(app, table, picker, column, false);
    }
    picker_narrow(picker);
}

static bool columns_open(struct app *app, struct modal *modal)
{
    struct table *table = app_table(app);
    struct columns *own = modal->own;
    own->arena = arena_create();
    own->saved_count = kept_layouts(app, table, own->arena, &own->saved);
    fill(app, table, &modal->picker, own);
    picker_choose(&modal->picker, table->column_count > 1 ? table->columns[1] : table->columns[0]);
    return true;
}

static void columns_close(struct app *app, struct modal *modal)
{
    struct columns *own = modal->own;
    (void)app;
    arena_destroy(own->arena);
    free(own);
}

/* ---- what is chosen ---- */

/* The checked columns in their order; the sort stays as it is. */
static void checked(const struct table *table, const struct picker *picker,
                    struct table_layout *ret_layout)
{
    *ret_layout = (struct table_layout){ .sort = table->sort, .descending = table->descending };
    for (size_t i = 0; i < picker->count; i++) {
        const struct picker_item *item = &picker->items[i];
        if (!item->alone && item->on && ret_layout->column_count < TABLE_COLUMNS)
            ret_layout->columns[ret_layout->column_count++] = (enum column)item->id;
    }
}

/* What Enter would take: the layout under the cursor, else the columns that are checked. */
static bool wanted(const struct table *table, const struct modal *modal,
                   struct table_layout *ret_layout)
{
    const struct picker_item *item = picker_chosen(&modal->picker);
    const struct columns *own = modal->own;
    if (!item || !item->alone) {
        checked(table, &modal->picker, ret_layout);
        return true;
    }
    if (item->id > ID_SAVED) {
        table_ready_layout(table, table_ready(table, (size_t)(ID_READY - item->id)), ret_layout);
        return true;
    }
    return table_layout_parse(table->dataset, own->saved[ID_SAVED - item->id].text, ret_layout);
}

/* "8 columns; 3 do not fit: the arrow keys show them" */
static void room_message(struct app *app, const struct table *table,
                         const struct table_layout *layout, struct message *ret_message)
{
    enum language language = app->options.session.language;
    size_t hidden = table_layout_hidden(table, layout, &app->context, app->surface);
    struct buffer all = { 0 }, rest = { 0 };
    language_add_number(language, (int64_t)layout->column_count, &all);
    language_add_number(language, (int64_t)hidden, &rest);
    message_set(ret_message,
                hidden == 0   ? N_("Columns: %1, and there is room for all")
                : hidden == 1 ? N_("Columns: %1, one does not fit: the arrow keys show it")
                              : N_("Columns: %1, %2 do not fit: the arrow keys show them"),
                buffer_text(&all), buffer_text(&rest), NULL);
    buffer_finish(&all);
    buffer_finish(&rest);
}

static void take(struct app *app, struct table *table, const struct table_layout *layout)
{
    struct message message;
    bool other = layout->sort != table->sort || layout->descending != table->descending;
    table_take(table, layout);
    if (other) /* a layout that sorts is about what stands first then */
        table_first(table);
    kept_write(app, app_top(app)->pane);
    room_message(app, table, layout, &message);
    app_say(app, STYLE_DIM, &message);
}

static bool columns_accept(struct app *app, struct modal *modal)
{
    struct table *table = app_table(app);
    struct table_layout layout;
    if (table && !picker_chosen(&modal->picker)) /* nothing fits what was typed */
        return false;
    if (table && wanted(table, modal, &layout))
        take(app, table, &layout);
    return true;
}

/* Below the box, where messages stand: what there is room for. */
static void columns_draw(struct app *app, struct modal *modal, struct surface *surface,
                         struct rect room)
{
    struct table *table = app_table(app);
    struct table_layout layout;
    struct buffer text = { 0 };
    struct message message;
    int row = room.row + room.rows;
    if (app->message.text || !table || !wanted(table, modal, &layout))
        return;
    room_message(app, table, &layout, &message);
    message_add(&message, app->options.session.language, &text);
    surface_clear(surface, (struct rect){ row, room.column, 1, room.columns }, STYLE_NORMAL);
    surface_text(surface, row, room.column + 1, room.columns - 2, STYLE_DIM, buffer_text(&text));
    buffer_finish(&text);
}

/* ---- saving under a name ---- */

static bool name_accept(struct app *app, struct modal *modal)
{
    struct table *table = app_table(app);
    const struct table_layout *layout = modal->own;
    struct message message;
    char name[LINE_SIZE];
    struct arena *arena = arena_create();
    const char *clean = text_clean(arena, modal->line.text, modal->line.length);
    bool good = clean && *clean && text_width(clean, strlen(clean)) <= NAME_MOST;
    if (good)
        memcpy(name, clean, strlen(clean) + 1);
    arena_destroy(arena);
    if (!good) {
        app_say_key(app, STYLE_WARN,
                    modal->line.length > 0 ? N_("A name has at most 40 characters")
                                           : N_("A name is needed, or %1 to leave"),
                    ACTION_CANCEL);
        return false;
    }
    if (!table || !kept_layout_save(app, table, name, layout))
        return true;
    table_take(table, layout);
    kept_write(app, app_top(app)->pane);
    message_set(&message, N_("The layout \"%1\" is kept: %2 offers it"), name,
                keymap_key(app->options.keymap, ACTION_COLUMNS, SCOPE_TABLE), NULL);
    app_say(app, STYLE_NORMAL, &message);
    return true;
}

static void name_close(struct app *app, struct modal *modal)
{
    (void)app;
    free(modal->own);
}

static const struct modal_use name_use = {
    .kind = MODAL_LINE,
    .label = N_("Name of the layout:"),
    .accept_word = N_("keep"),
    .cancel_word = N_("leave"),
    .accept = name_accept,
    .close = name_close,
};

static bool refuse_to_keep(struct app *app)
{
    if (!app->options.session.read_only)
        return false;
    app_say_text(app, STYLE_WARN, N_("Nothing can be kept: this session is read-only"));
    return true;
}

static void keep(struct app *app, struct modal *modal)
{
    struct table_layout *layout;
    if (refuse_to_keep(app))
        return;
    layout = memory_alloc(sizeof *layout);
    if (wanted(app_table(app), modal, layout))
        modal_open(app, &name_use, layout);
    else
        free(layout);
}

/* The second press on the same line drops it. */
static void drop(struct app *app, struct modal *modal)
{
    struct table *table = app_table(app);
    struct columns *own = modal->own;
    const struct picker_item *item = picker_chosen(&modal->picker);
    struct message message;
    if (!item || item->id > ID_SAVED) {
        app_say_text(app, STYLE_WARN, N_("Only layouts of one's own can be dropped"));
        return;
    }
    if (refuse_to_keep(app))
        return;
    bool seen = own->drop == item->id && answers(app, own->said);
    message_set(&message, seen ? N_("The layout \"%1\" is dropped")
                               : N_("The same key once more drops \"%1\""),
                item->text, NULL);
    if (!seen) {
        if (own->drop != item->id)
            own->said = app->frames;
        own->drop = item->id;
        app_say(app, STYLE_WARN, &message);
        return;
    }
    own->drop = 0;
    if (!kept_layout_save(app, table, item->text, NULL))
        return;
    app_say(app, STYLE_NORMAL, &message);
    own->saved_count = kept_layouts(app, table, own->arena, &own->saved);
    fill(app, table, &modal->picker, own);
}

static bool columns_key(struct app *app, struct modal *modal, const char *key,
                        enum action_id action)
{
    bool inside = modal->picker.line.cursor < modal->picker.line.length;
    (void)key;
    if (action == ACTION_SAVE) {
        keep(app, modal);
        return true;
    }
    if (action == ACTION_DROP && !inside) {
        drop(app, modal);
        return true;
    }
    ((struct columns *)modal->own)->drop = 0;
    return false;
}

static const struct modal_use columns_use = {
    .kind = MODAL_PICKER,
    .label = N_("Columns and layouts"),
    .accept_word = N_("take"),
    .cancel_word = N_("leave"),
    .picker_flags = PICKER_CHECKS | PICKER_ORDER,
    .save_word = N_("save"),
    .drop_word = N_("drop"),
    .open = columns_open,
    .key = columns_key,
    .accept = columns_accept,
    .draw = columns_draw,
    .close = columns_close,
};

void columns_choose(struct app *app, enum action_id action)
{
    (void)action;
    if (app_table(app))
        modal_open(app, &columns_use, memory_zero(1, sizeof(struct columns)));
}

/* ---- :columns NAME ---- */

void columns_complete(struct app *app, struct completion *completion, const struct line *line)
{
    const struct table *table = app_table(app);
    const struct ready_layout *ready;
    struct arena *arena = arena_create();
    struct saved_layout *saved;
    (void)line;
    for (size_t i = 0; table && (ready = table_ready(table, i)); i++)
        completion_offer(completion, text_tr(app->options.session.language, ready->label), NULL,
                         NULL, false);
    for (size_t i = 0, count = table ? kept_layouts(app, table, arena, &saved) : 0; i < count; i++)
        completion_offer(completion, saved[i].name, NULL, NULL, false);
    arena_destroy(arena);
}

static bool same_name(const char *a, const char *b)
{
    struct buffer one = { 0 }, other = { 0 };
    text_fold_add(a, strlen(a), &one);
    text_fold_add(b, strlen(b), &other);
    bool same = strcmp(buffer_text(&one), buffer_text(&other)) == 0;
    buffer_finish(&one);
    buffer_finish(&other);
    return same;
}

/* One's own go first; the ready ones answer to their English names too. */
static bool layout_named(struct app *app, const struct table *table, const char *name,
                         struct table_layout *ret_layout)
{
    struct arena *arena = arena_create();
    struct saved_layout *saved;
    const struct ready_layout *ready;
    size_t count = kept_layouts(app, table, arena, &saved);
    bool found = false;
    for (size_t i = 0; i < count && !found; i++)
        found = same_name(saved[i].name, name) &&
                table_layout_parse(table->dataset, saved[i].text, ret_layout);
    arena_destroy(arena);
    for (size_t i = 0; !found && (ready = table_ready(table, i)); i++) {
        found = same_name(text_tr(app->options.session.language, ready->label), name) ||
                same_name(ready->label, name);
        if (found)
            table_ready_layout(table, ready, ret_layout);
    }
    return found;
}

bool columns_run(struct app *app, const char *argument, struct failure *ret_failure)
{
    struct table *table = app_table(app);
    struct table_layout layout;
    if (!table)
        return true;
    if (!layout_named(app, table, argument, &layout))
        return failure_set(ret_failure, FAILURE_USAGE, "", N_("There is no layout called \"%1\" here"),
                           argument, NULL);
    take(app, table, &layout);
    return true;
}
