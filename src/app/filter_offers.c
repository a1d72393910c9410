/*
 * Filter offers: what may stand at a place of a filter text: names of columns and relations, operators, and values where
 * they are few and known: words of a vocabulary, people, groups, views, days, months, what stands in a column.
 *
 * State: none.
 */
#include "filter_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "klientel/base/arena.h"

enum { VALUES_MOST = 40, ROWS_MOST = 20000, ROLL_MONTHS = 6 };

static const char *tr(const struct app *app, const char *text)
{
    return text_tr(app->options.session.language, text);
}

/* As it must be written; it is found by its beginning with and without a quotation mark. */
static void value_offer(struct completion *completion, const char *value, const char *note)
{
    struct buffer text = { 0 }, also = { 0 };
    filter_add_value(value, &text);
    buffer_print(&also, "%s%s", *completion->typed == '"' ? "\"" : "", value);
    completion_offer(completion, buffer_text(&text), buffer_text(&also), note, false);
    buffer_finish(&text);
    buffer_finish(&also);
}

/* ---- names and operators ---- */

static const struct operator {
    const char *text, *note;
} text_operators[] = {
    { ":", N_("has it somewhere") },
    { "=", N_("is just that; left empty: has none") },
    { "~", N_("fits a pattern") },
}, number_operators[] = {
    { "=", N_("is just that; left empty: not known") },
    { ">", N_("is more") },
    { ">=", N_("is that or more") },
    { "<", N_("is less") },
    { "<=", N_("is that or less") },
}, time_operators[] = {
    { "=", N_("is just that; left empty: not known") },
    { ">", N_("is later") },
    { ">=", N_("is then or later") },
    { "<", N_("is earlier") },
    { "<=", N_("is then or earlier") },
}, yes_or_no[] = {
    { "=yes", N_("yes") },
    { "=no", N_("no") },
};
#define COUNT(array) (sizeof(array) / sizeof *(array))

static void operators_add(struct app *app, struct completion *completion, enum column column)
{
    const struct column_info *info = column_info(column);
    const struct operator *operators = number_operators;
    size_t count = COUNT(number_operators);
    if (info->type == TYPE_BOOLEAN) {
        operators = yes_or_no;
        count = COUNT(yes_or_no);
    } else if (column_is_text(info->type)) {
        operators = text_operators;
        count = COUNT(text_operators);
    } else if (info->type == TYPE_DATE || info->type == TYPE_MONTH || info->type == TYPE_INSTANT) {
        operators = time_operators;
        count = COUNT(time_operators);
    }
    for (size_t i = 0; i < count; i++) {
        char whole[64];
        snprintf(whole, sizeof whole, "%s%s", info->name, operators[i].text);
        completion_add(completion, whole, tr(app, operators[i].note), false);
    }
}

static const char *relation_note(enum filter_relation relation)
{
    switch (relation) {
    case RELATION_RESPONSIBLE:
        return N_("clients that a colleague is responsible for");
    case RELATION_STAFF:
        return N_("clients that a colleague has access to");
    case RELATION_GROUP:
        return N_("clients of a group");
    case RELATION_VIEW:
        return N_("clients of a saved view");
    case RELATION_MINE:
        return N_("I am responsible");
    case RELATION_REACH:
        return N_("I have access");
    case RELATION_COVERING:
        return N_("I have access in the place of a colleague");
    case RELATION_FAVOURITE:
        return N_("my favourites");
    case RELATION_STALE:
        return N_("nothing new for longer than there should be");
    }
    return "";
}

static void relations_offer(struct app *app, enum dataset dataset, struct completion *completion)
{
    enum filter_relation relation;
    const char *name;
    completion_offer(completion, "is:", NULL, tr(app, N_("what is true or not: is:mine, is:marked")),
                     false);
    for (size_t i = 0;
         dataset_has_client(dataset) && (name = filter_relation_name(i, &relation)) != NULL; i++) {
        char text[32];
        snprintf(text, sizeof text, "%s:", name);
        completion_offer(completion, text, NULL, tr(app, relation_note(relation)), false);
    }
}

static bool is_relation(const char *column)
{
    enum filter_relation relation;
    const char *name;
    for (size_t i = 0; (name = filter_relation_name(i, &relation)) != NULL; i++) {
        if (strcmp(name, column) == 0)
            return true;
    }
    return false;
}

/* With what nearly always follows: a text has something somewhere, a stored word is one of a few. */
static void column_offer(struct app *app, struct completion *completion, enum column column)
{
    const struct column_info *info = column_info(column);
    const char *label = tr(app, info->label);
    bool yes_no = info->type == TYPE_BOOLEAN;
    char text[64];
    if (yes_no && !*completion->typed) /* they are listed behind is: */
        return;
    snprintf(text, sizeof text, "%s%s%s", yes_no ? "is:" : "", info->name,
             info->flags & COLUMN_WORD || is_relation(info->name) ? "="
             : column_is_text(info->type)                         ? ":"
                                                                  : "");
    completion_offer(completion, text, yes_no ? info->name : label, label, false);
}

static void names_offer(struct app *app, enum dataset dataset, struct completion *completion)
{
    const struct dataset_info *info = dataset_info(dataset);
    const char *typed = completion->typed;
    enum column exact = COLUMN_NONE;
    if (column_parse(dataset, typed, strlen(typed), app->options.session.language, &exact))
        operators_add(app, completion, exact);
    relations_offer(app, dataset, completion);
    for (size_t i = 0; i < info->count; i++) {
        enum column column = (enum column)((int)info->first + (int)i);
        if (column != exact)
            column_offer(app, completion, column);
    }
}

/* ---- behind is: ---- */

static void tests_offer(struct app *app, enum dataset dataset, struct completion *completion)
{
    const struct dataset_info *info = dataset_info(dataset);
    enum filter_relation relation;
    const char *name;
    for (size_t i = 0;
         dataset_has_client(dataset) && (name = filter_test_name(i, &relation)) != NULL; i++)
        completion_offer(completion, name, NULL, tr(app, relation_note(relation)), false);
    completion_offer(completion, "marked", NULL, tr(app, N_("rows that are marked")), false);
    for (size_t i = 0; i < info->count; i++) {
        enum column column = (enum column)((int)info->first + (int)i);
        const char *label = tr(app, column_info(column)->label);
        if (filter_column_is_test(column))
            completion_offer(completion, column_info(column)->name, label, label, false);
    }
}

/* ---- behind resp: staff: group: view: ---- */

static void rows_offer(struct app *app, enum dataset dataset, enum column value, enum column note,
                       struct completion *completion)
{
    struct arena *arena = arena_create();
    struct rowset rows = { 0 };
    app_rows(app, dataset, arena, &rows);
    for (size_t row = 0; row < rows.count; row++) {
        struct value text = rowset_value(&rows, row, value);
        struct buffer more = { 0 };
        cell_add(&rows, row, note, &app->context, &more);
        if (text.known)
            value_offer(completion, text.text, buffer_text(&more));
        buffer_finish(&more);
    }
    arena_destroy(arena);
}

static void relation_offer(struct app *app, enum filter_relation relation,
                           struct completion *completion)
{
    if (relation == RELATION_GROUP)
        rows_offer(app, DATASET_groups, COLUMN_groups_name, COLUMN_groups_clients, completion);
    else if (relation == RELATION_VIEW)
        rows_offer(app, DATASET_views, COLUMN_views_name, COLUMN_views_filter, completion);
    else
        rows_offer(app, DATASET_users, COLUMN_users_login, COLUMN_users_name, completion);
}

/* ---- behind a column ---- */

static void words_offer(struct app *app, enum vocabulary vocabulary, struct completion *completion)
{
    for (int i = 0; i < model_count(vocabulary); i++)
        value_offer(completion, model_word(vocabulary, i), tr(app, model_label(vocabulary, i)));
}

static void days_offer(struct app *app, struct completion *completion)
{
    static const int days[] = { 0, 1, 3, 7, 14, 30, -1, -7, -30 };
    for (size_t i = 0; i < COUNT(days); i++) {
        struct date date = session_today(&app->options.session);
        struct buffer note = { 0 };
        char text[16];
        snprintf(text, sizeof text, days[i] ? "today%+d" : "today", days[i]);
        date.day += days[i];
        language_add_date(app->options.session.language, date, &note);
        completion_offer(completion, text, NULL, buffer_text(&note), false);
        buffer_finish(&note);
    }
}

static void months_offer(struct app *app, struct completion *completion)
{
    for (int back = -1; back < ROLL_MONTHS; back++) {
        struct month month = month_add(app->context.month, -back);
        struct buffer note = { 0 };
        char text[MONTH_TEXT_SIZE];
        month_format(month, text);
        language_add_month(app->options.session.language, month, &note);
        completion_offer(completion, text, NULL, buffer_text(&note), false);
        buffer_finish(&note);
    }
}

struct found_value {
    const char *text;
    int64_t rows;
};
struct found {
    struct found_value values[VALUES_MOST];
    size_t count;
};

/* False: there are too many different ones. */
static bool found_add(struct found *found, struct arena *arena, const char *text, size_t length)
{
    for (size_t i = 0; i < found->count; i++) {
        if (strncmp(found->values[i].text, text, length) == 0 && !found->values[i].text[length]) {
            found->values[i].rows++;
            return true;
        }
    }
    if (length == 0)
        return true;
    if (found->count == VALUES_MOST)
        return false;
    found->values[found->count].text = arena_text_n(arena, text, length);
    found->values[found->count++].rows = 1;
    return true;
}

static bool find_values(const struct rowset *rows, enum column column, struct arena *arena,
                        struct found *found)
{
    for (size_t row = 0; row < rows->count; row++) {
        struct value value = rowset_value(rows, row, column);
        const char *item;
        size_t position = 0, length;
        while (value.known && value_item(&value, &position, &item, &length)) {
            if (!found_add(found, arena, item, length))
                return false;
        }
    }
    return true;
}

/* The one that most rows have comes first. */
static int by_rows(const void *a, const void *b)
{
    const struct found_value *one = a, *other = b;
    int rows = (one->rows < other->rows) - (one->rows > other->rows);
    return rows ? rows : strcmp(one->text, other->text);
}

/* What stands in the column, where that is a few different things and not too many rows must be read for it. */
static void found_offer(struct app *app, enum column column, struct completion *completion)
{
    const struct table *table = app_table(app);
    struct query query = { .dataset = column_info(column)->dataset,
                           .columns = column_bit(column),
                           .sort = COLUMN_NONE,
                           .month = app->context.month,
                           .as_of = INSTANT_NONE };
    struct arena *arena = arena_create();
    struct failure failure = { 0 };
    struct rowset rows = { 0 };
    struct found found = { .count = 0 };
    bool many = table && table->rows && table->rows->count > ROWS_MOST;
    if (!many && !app->context.names_hidden &&
        store_query(app->options.store, &app->options.session, &query, arena, &rows, &failure) &&
        find_values(&rows, column, arena, &found)) {
        qsort(found.values, found.count, sizeof *found.values, by_rows);
        for (size_t i = 0; i < found.count; i++) {
            struct buffer note = { 0 };
            language_add_number(app->options.session.language, found.values[i].rows, &note);
            value_offer(completion, found.values[i].text, buffer_text(&note));
            buffer_finish(&note);
        }
    }
    arena_destroy(arena);
}

static void values_offer(struct app *app, enum column column, struct completion *completion)
{
    const struct column_info *info = column_info(column);
    if (info->flags & COLUMN_WORD)
        words_offer(app, (enum vocabulary)info->words, completion);
    else if (info->type == TYPE_DATE || info->type == TYPE_INSTANT)
        days_offer(app, completion);
    else if (info->type == TYPE_MONTH)
        months_offer(app, completion);
    else if (column_is_text(info->type))
        found_offer(app, column, completion);
    else if (info->type == TYPE_BOOLEAN) {
        completion_offer(completion, "yes", NULL, tr(app, N_("yes")), false);
        completion_offer(completion, "no", NULL, tr(app, N_("no")), false);
    }
}

void filter_offers(struct app *app, enum dataset dataset, struct completion *completion,
                   const struct line *line, size_t start)
{
    char text[LINE_SIZE];
    struct filter_place place;
    memcpy(text, line->text + start, line->cursor - start);
    text[line->cursor - start] = '\0';
    filter_place(text, dataset, app->options.session.language, &place);
    completion_begin(completion, line, start + place.from);
    if (place.part == FILTER_PART_NAME)
        names_offer(app, dataset, completion);
    else if (place.part == FILTER_PART_TEST)
        tests_offer(app, dataset, completion);
    else if (place.part == FILTER_PART_RELATION)
        relation_offer(app, place.relation, completion);
    else if (place.part == FILTER_PART_VALUE)
        values_offer(app, place.column, completion);
}
