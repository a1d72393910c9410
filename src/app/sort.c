/*
 * Sort: choose the column that the table with the keys is sorted by. The one it is sorted by already turns the
 * order, so that s and Enter twice is the other way round.
 *
 * State: the picker.
 */
#include "internal.h"

/* How it is sorted now; "" for the other columns. */
static const char *order_note(struct app *app, const struct table *table, enum column column)
{
    if (column != table_sorted_by(table))
        return NULL;
    return text_tr(app->options.session.language,
                   table->descending ? N_("falling now") : N_("rising now"));
}

static void add_column(struct app *app, const struct table *table, struct picker *picker,
                       enum column column, const char *group)
{
    enum language language = app->options.session.language;
    struct picker_item item = {
        .text = text_tr(language, column_info(column)->label),
        .note = order_note(app, table, column),
        .id = column,
        .group = group ? text_tr(language, group) : NULL,
    };
    picker_add(picker, &item);
}

static bool sort_open(struct app *app, struct modal *modal)
{
    struct table *table = app_table(app);
    const struct dataset_info *info = dataset_info(table->dataset);
    const char *group = N_("Not shown");
    for (size_t i = 0; i < table->column_count; i++)
        add_column(app, table, &modal->picker, table->columns[i], i == 0 ? N_("Shown") : NULL);
    for (size_t i = 0; i < info->count; i++) {
        enum column column = (enum column)(info->first + (int)i);
        if (table_shows(table, column))
            continue;
        add_column(app, table, &modal->picker, column, group);
        group = NULL;
    }
    picker_narrow(&modal->picker);
    picker_choose(&modal->picker, table_sorted_by(table));
    return true;
}

static bool sort_accept(struct app *app, struct modal *modal)
{
    struct table *table = app_table(app);
    const struct picker_item *item = picker_chosen(&modal->picker);
    struct message message;
    if (!table)
        return true;
    if (!item) /* nothing fits what was typed */
        return false;
    enum column column = (enum column)item->id;
    table_sort(table, column, column == table_sorted_by(table) && !table->descending);
    message_set(&message, table->descending ? N_("By %1, falling: %2 turns it")
                                            : N_("By %1, rising: %2 turns it"),
                item->text, keymap_key(app->options.keymap, ACTION_SORT_TURN, SCOPE_TABLE), NULL);
    app_say(app, STYLE_DIM, &message);
    return true;
}

static const struct modal_use sort_use = {
    .kind = MODAL_PICKER,
    .label = N_("Sort by"),
    .accept_word = N_("sort; once more: turn"),
    .cancel_word = N_("leave"),
    .open = sort_open,
    .accept = sort_accept,
};

void sort_choose(struct app *app, enum action_id action)
{
    (void)action;
    if (app_table(app))
        modal_open(app, &sort_use, NULL);
}
