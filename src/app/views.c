/*
 * Views: saved filters, and the short ones everybody uses, put on with two keys. In another dataset than its own
 * a view acts through the client (design: the filter language).
 *
 * State: none; the views are read when the list is opened, and again after one was saved or dropped.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command_line.h"
#include "klientel/base/arena.h"

static const struct modal_use views_use, save_use, drop_use, over_use;

/* What the lines of the list stand for; saved views have their (positive) id. */
enum { LINE_QUICK = -1, LINE_GROUP = -2 };

static enum dataset dataset_seen(struct app *app)
{
    const struct pane *pane = app_top(app)->pane;
    return pane->ops->dataset ? pane->ops->dataset(pane) : DATASET_clients;
}

/* name:value, in quotes where the language needs them. */
static void relation_add(const char *name, const char *value, struct buffer *ret_text)
{
    buffer_print(ret_text, "%s:\"", name);
    for (; *value; value++) {
        if (*value == '"' || *value == '\\')
            buffer_add_byte(ret_text, '\\');
        buffer_add_byte(ret_text, *value);
    }
    buffer_add_byte(ret_text, '"');
}

static const struct {
    const char *filter, *text;
    const char *name; /* by which :view knows it, in English and in the person's language */
} quick[] = {
    { "", N_("All, without a filter"), N_("all") },
    { "is:mine", N_("Mine: I am responsible"), N_("mine") },
    { "is:reach", N_("Those I have access to"), N_("reach") },
    { "is:favourite", N_("Favourites"), N_("favourites") },
    { "is:marked", N_("Only the marked ones"), N_("marked") },
};
enum { QUICK = sizeof quick / sizeof *quick };

static void quick_add(struct app *app, struct picker *picker)
{
    enum language language = app->options.session.language;
    bool of_clients = dataset_has_client(dataset_seen(app));
    for (size_t i = 0; i < QUICK; i++) {
        bool marked = strcmp(quick[i].filter, "is:marked") == 0;
        if ((marked && !app_top(app)->pane->ops->marks) || (!of_clients && i > 0 && !marked))
            continue;
        picker_add(picker, &(struct picker_item){
                               .text = text_tr(language, quick[i].text),
                               .note = quick[i].filter,
                               .value = quick[i].filter,
                               .id = LINE_QUICK,
                           });
    }
}

/* Saved views: those of the dataset that is seen first, then those that act through the client. */
static void saved_add(struct app *app, struct picker *picker, const struct rowset *rows)
{
    enum dataset seen = dataset_seen(app);
    const char *group = text_tr(app->options.session.language, N_("Saved views"));
    for (int pass = 0; pass < 2; pass++) {
        for (size_t row = 0; row < rows->count; row++) {
            struct value dataset = rowset_value(rows, row, COLUMN_views_dataset);
            struct value name = rowset_value(rows, row, COLUMN_views_name);
            struct value filter = rowset_value(rows, row, COLUMN_views_filter);
            bool own = strcmp(dataset.text, dataset_info(seen)->name) == 0;
            if (own != (pass == 0) || (!own && !dataset_has_client(seen)))
                continue;
            struct buffer value = { 0 };
            if (own)
                buffer_add_text(&value, filter.known ? filter.text : "");
            else
                relation_add("view", name.text, &value);
            picker_add(picker, &(struct picker_item){
                                   .text = name.text,
                                   .note = filter.known ? filter.text : "",
                                   .group = group,
                                   .value = buffer_text(&value),
                                   .id = rows->ids[row],
                               });
            buffer_finish(&value);
            group = NULL;
        }
    }
}

static void groups_add(struct app *app, struct picker *picker, const struct rowset *rows)
{
    enum language language = app->options.session.language;
    const char *group = text_tr(language, N_("Groups"));
    for (size_t row = 0; row < rows->count; row++) {
        struct value name = rowset_value(rows, row, COLUMN_groups_name);
        struct value clients = rowset_value(rows, row, COLUMN_groups_clients);
        struct buffer value = { 0 }, count = { 0 };
        relation_add("group", name.text, &value);
        if (clients.known)
            language_add_number(language, clients.number, &count);
        picker_add(picker, &(struct picker_item){
                               .text = name.text,
                               .note = buffer_text(&count),
                               .group = group,
                               .value = buffer_text(&value),
                               .id = LINE_GROUP,
                           });
        buffer_finish(&value);
        buffer_finish(&count);
        group = NULL;
    }
}

static bool views_fill(struct app *app, struct modal *modal)
{
    struct arena *arena = arena_create();
    struct rowset views, groups;
    bool good = app_rows(app, DATASET_views, arena, &views) &&
                app_rows(app, DATASET_groups, arena, &groups);
    if (good) {
        quick_add(app, &modal->picker);
        saved_add(app, &modal->picker, &views);
        if (dataset_has_client(dataset_seen(app)))
            groups_add(app, &modal->picker, &groups);
    }
    arena_destroy(arena);
    return good;
}

static bool views_accept(struct app *app, struct modal *modal)
{
    const struct picker_item *item = picker_chosen(&modal->picker);
    if (!item)
        return false;
    app_set_filter(app, item->value);
    return true;
}

/* ---- saving and dropping ---- */

static bool may_write(struct app *app)
{
    if (!app->options.session.read_only)
        return true;
    app_say_text(app, STYLE_ERROR, N_("Nothing can be changed: this session is read-only"));
    return false;
}

static bool execute(struct app *app, const struct command *command, const char *said,
                    const char *name)
{
    struct receipt receipt = { 0 };
    struct failure failure = { 0 };
    struct message message;
    bool good = store_execute(app->options.store, &app->options.session, command, false, &receipt,
                              &failure);
    if (!good) {
        app_fail(app, &failure);
    } else if (receipt.skipped_count) {
        app_say(app, STYLE_ERROR, &receipt.skipped[0].why);
    } else {
        message_set(&message, said, name, NULL);
        app_say(app, STYLE_NORMAL, &message);
    }
    receipt_finish(&receipt);
    return good;
}

static void view_save(struct app *app, const char *name)
{
    execute(app,
            &(struct command){ .kind = COMMAND_VIEW,
                               .reason = "",
                               .view = { .name = name,
                                         .filter = app_filter(app),
                                         .dataset = dataset_seen(app) } },
            N_("Saved: view:\"%1\" finds it in every list"), name);
}

/* The person's own view of that name is there already. */
static bool name_taken(struct app *app, const char *name)
{
    struct arena *arena = arena_create();
    struct rowset rows;
    bool taken = false;
    if (app_rows(app, DATASET_views, arena, &rows)) {
        char *wanted = text_fold(arena, name, strlen(name));
        for (size_t row = 0; row < rows.count && !taken; row++) {
            struct value own = rowset_value(&rows, row, COLUMN_views_name);
            struct value owner = rowset_value(&rows, row, COLUMN_views_owner);
            taken = owner.known && strcmp(owner.text, app->options.session.login) == 0 &&
                    strcmp(text_fold(arena, own.text, own.length), wanted) == 0;
        }
    }
    arena_destroy(arena);
    return taken;
}

static bool save_accept(struct app *app, struct modal *modal)
{
    struct arena *arena = arena_create();
    const char *name = text_clean(arena, modal->line.text, modal->line.length);
    bool empty = !name || !*name;
    if (empty) {
        app_say_text(app, STYLE_WARN, N_("A view needs a name"));
    } else if (name_taken(app, name)) {
        modal_open(app, &over_use, memory_text(name));
    } else {
        view_save(app, name);
    }
    arena_destroy(arena);
    return !empty;
}

static const struct modal_use save_use = {
    .kind = MODAL_LINE,
    .label = N_("Save the view as:"),
    .accept_word = N_("save"),
    .cancel_word = N_("leave"),
    .accept = save_accept,
};

static bool over_open(struct app *app, struct modal *modal)
{
    (void)app;
    message_set(&modal->question, N_("%1 is there already. Replace it?"), modal->own,
                NULL);
    return true;
}

static bool over_accept(struct app *app, struct modal *modal)
{
    view_save(app, modal->own);
    return true;
}

static void own_free(struct app *app, struct modal *modal)
{
    (void)app;
    free(modal->own);
}

static const struct modal_use over_use = {
    .kind = MODAL_QUESTION,
    .label = "",
    .open = over_open,
    .accept = over_accept,
    .close = own_free,
};

struct dropped {
    int64_t id;
    char name[128];
};

static bool drop_open(struct app *app, struct modal *modal)
{
    const struct dropped *dropped = modal->own;
    (void)app;
    message_set(&modal->question, N_("Drop the view %1?"), dropped->name, NULL);
    return true;
}

static bool drop_accept(struct app *app, struct modal *modal)
{
    const struct dropped *dropped = modal->own;
    struct target target = { .id = dropped->id };
    execute(app,
            &(struct command){ .kind = COMMAND_VIEW_DROP,
                               .targets = &target,
                               .target_count = 1,
                               .reason = "" },
            N_("Dropped: %1"), dropped->name);
    return true;
}

static const struct modal_use drop_use = {
    .kind = MODAL_QUESTION,
    .label = "",
    .open = drop_open,
    .accept = drop_accept,
    .close = own_free,
};

static void ask_name(struct app *app)
{
    if (!*app_filter(app))
        app_say_key(app, STYLE_WARN, N_("There is no filter to save: set one with %1 first"),
                    ACTION_FILTER);
    else if (may_write(app))
        modal_open(app, &save_use, NULL);
}

static void ask_drop(struct app *app, const struct picker_item *item)
{
    if (!item || item->id <= 0) {
        app_say_text(app, STYLE_WARN, N_("Only saved views can be dropped"));
        return;
    }
    if (!may_write(app))
        return;
    struct dropped *dropped = memory_zero(1, sizeof *dropped);
    dropped->id = item->id;
    snprintf(dropped->name, sizeof dropped->name, "%s", item->text);
    modal_open(app, &drop_use, dropped);
}

static bool views_key(struct app *app, struct modal *modal, const char *key, enum action_id action)
{
    (void)key;
    if (action == ACTION_SAVE)
        ask_name(app);
    else if (action == ACTION_DROP)
        ask_drop(app, picker_chosen(&modal->picker));
    else
        return false;
    return true;
}

static const struct modal_use views_use = {
    .kind = MODAL_PICKER,
    .label = N_("Views"),
    .accept_word = N_("put it on"),
    .cancel_word = N_("back"),
    .save_word = N_("save the filter"),
    .drop_word = N_("drop"),
    .open = views_fill,
    .key = views_key,
    .accept = views_accept,
};

void views_open(struct app *app, enum action_id action)
{
    (void)action;
    modal_open(app, &views_use, NULL);
}

/* ---- :view NAME ---- */

/* The English name of a short view; of a saved view or a group the only one it has. */
static const char *english_name(const struct picker_item *item)
{
    for (size_t i = 0; i < QUICK && item->id == LINE_QUICK; i++) {
        if (strcmp(item->value, quick[i].filter) == 0)
            return quick[i].name;
    }
    return item->text;
}

static const char *name_of(const struct app *app, const struct picker_item *item)
{
    return item->id == LINE_QUICK ? text_tr(app->options.session.language, english_name(item))
                                  : item->text;
}

static bool is_called(const char *name, const char *wanted_folded, struct arena *arena)
{
    return strcmp(text_fold(arena, name, strlen(name)), wanted_folded) == 0;
}

/*
 * Caseless. What somebody saved goes before the short views and those before groups, each in the order of the list:
 * views of the list's own dataset come first.
 */
static const struct picker_item *view_named(const struct app *app, const struct picker *picker,
                                            const char *name)
{
    struct arena *arena = arena_create();
    const char *wanted = text_fold(arena, name, strlen(name));
    const struct picker_item *found = NULL;
    for (int pass = 0; pass < 3 && !found; pass++) {
        for (size_t i = 0; i < picker->count && !found; i++) {
            const struct picker_item *item = &picker->items[i];
            int own = item->id > 0 ? 0 : item->id == LINE_QUICK ? 1 : 2;
            if (own == pass && (is_called(name_of(app, item), wanted, arena) ||
                                is_called(english_name(item), wanted, arena)))
                found = item;
        }
    }
    arena_destroy(arena);
    return found;
}

/* "all, mine, …": as many names as a message holds, each whole. */
static void names_add(const struct app *app, const struct picker *picker, struct buffer *ret_text)
{
    static const char more[] = ", …";
    for (size_t i = 0; i < picker->count; i++) {
        const char *name = name_of(app, &picker->items[i]);
        if (ret_text->length + strlen(name) + sizeof more + 2 >= MESSAGE_ARGUMENT_SIZE) {
            buffer_add_text(ret_text, more);
            return;
        }
        buffer_print(ret_text, "%s%s", i ? ", " : "", name);
    }
}

static bool view_unknown(const struct app *app, const struct picker *picker, const char *name,
                         struct failure *ret_failure)
{
    struct buffer names = { 0 };
    names_add(app, picker, &names);
    failure_set(ret_failure, FAILURE_USAGE, "", N_("There is no view called \"%1\". There are: %2"),
                name, buffer_text(&names), NULL);
    buffer_finish(&names);
    return false;
}

void view_complete(struct app *app, struct completion *completion, const struct line *line)
{
    struct modal modal = { .use = &views_use };
    (void)line;
    picker_start(&modal.picker, 0, "");
    views_fill(app, &modal);
    for (size_t i = 0; i < modal.picker.count; i++) {
        const struct picker_item *item = &modal.picker.items[i];
        completion_offer(completion, name_of(app, item), english_name(item),
                         item->id == LINE_QUICK ? item->text : item->value, false);
    }
    picker_finish(&modal.picker);
}

bool view_use(struct app *app, const char *name, struct failure *ret_failure)
{
    struct modal modal = { .use = &views_use };
    struct action_facts facts;
    app_facts(app, &facts);
    struct message why = action_judge(ACTION_VIEWS, &facts);
    if (why.text) {
        *ret_failure = (struct failure){ .kind = FAILURE_REFUSED, .message = why };
        return false;
    }
    picker_start(&modal.picker, 0, "");
    bool read = views_fill(app, &modal);
    const struct picker_item *item = read ? view_named(app, &modal.picker, name) : NULL;
    if (item)
        app_set_filter(app, item->value);
    else
        view_unknown(app, &modal.picker, name, ret_failure);
    picker_finish(&modal.picker);
    return item != NULL;
}
