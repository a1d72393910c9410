/*
 * What a table says in words: why it shows nothing, and its part of the status.
 *
 * State: none.
 */
#include "klientel/screen/table.h"

#include <string.h>

#include "internal.h"
#include "klientel/rules/filter.h"

enum { NARROW = 80 }; /* columns of the screen below which a status says less */

/* ---- nothing to show ---- */

static bool has_text(const char *text)
{
    return text && *text;
}

/* There are rows, and none of them is shown: why, and the key that helps (S2.40). */
static void hidden_message(const struct table *table, const struct screen_context *context,
                           const char *count, struct message *ret_message)
{
    const char *filter = keymap_key(context->keymap, ACTION_FILTER, SCOPE_TABLE);
    const char *clear = keymap_key(context->keymap, ACTION_CANCEL, SCOPE_FIELD);
    const char *back = keymap_key(context->keymap, ACTION_BACK, SCOPE_EVERYWHERE);
    const char *mark = keymap_key(context->keymap, ACTION_MARK, SCOPE_TABLE);

    if (table->is_partial)
        message_set(ret_message, N_("Searching …"), NULL);
    else if (has_text(table->filter) && !strcmp(table->filter, "is:marked") &&
             table->marks.count == 0)
        message_set(ret_message,
                    table->opened
                        ? N_("Nothing is marked. %3 and then %4 shows all %1 rows, %2 marks one")
                        : N_("Nothing is marked. %3 shows all %1 rows, %2 marks one"),
                    count, mark, table->opened ? filter : back, clear, NULL);
    else if (has_text(table->filter) || !has_text(table->clients))
        message_set(ret_message,
                    table->opened ? N_("All %1 rows are hidden by the filter: %3 and then %4 "
                                       "clears it, %2 alone goes back")
                                  : N_("All %1 rows are hidden by the filter: %2 clears it"),
                    count, back, filter, clear, NULL);
    else
        message_set(ret_message,
                    N_("None of the %1 rows belongs to a client that %2 finds: %3 goes back"),
                    count, table->clients, back, NULL);
}

/* Nobody is asked for clients: only the words matter. */
static bool no_clients(void *context, enum filter_relation relation, const char *value,
                       struct ids *ret_clients, struct failure *ret_failure)
{
    (void)context;
    (void)relation;
    (void)value;
    (void)ret_clients;
    (void)ret_failure;
    return true;
}

/* That something which looks like a column was none: mostly the reason why nothing is found. */
static void stray_add(const struct table *table, const struct screen_context *context,
                      struct buffer *ret_text)
{
    const struct filter_scope scope = { .language = context->session->language,
                                        .today = session_today(context->session),
                                        .clients = no_clients };
    struct filter_error error;
    struct message message;
    struct filter *filter = has_text(table->filter) && !table->is_partial
                                ? filter_create(table->filter, table->dataset, &scope, &error)
                                : NULL;

    if (filter && filter_stray(filter, &message)) {
        message_add(&message, scope.language, ret_text);
        buffer_add_byte(ret_text, ' ');
    }
    filter_destroy(filter);
}

void table_reason_draw(const struct table *table, const struct screen_context *context,
                        struct surface *surface, struct rect rect)
{
    enum language language = context->session->language;
    struct page page = { 0 };
    struct message message = { 0 };
    struct buffer count = { 0 }, text = { 0 };

    language_add_number(language, (int64_t)table->rows->count, &count);
    if (table->rows->count > 0)
        hidden_message(table, context, buffer_text(&count), &message);
    else if (!table->rows->done)
        message_set(&message, N_("Reading …"), NULL);
    else
        message_set(&message,
                    table->rows->reason ? table->rows->reason : N_("There is nothing here yet"),
                    NULL);
    if (table->rows->count > 0)
        stray_add(table, context, &text);
    message_add(&message, language, &text);
    page_start(&page, rect.columns - 4, context);
    page_text(&page, STYLE_NORMAL, 0, buffer_text(&text));
    rect.column += 2;
    rect.columns -= 4;
    page_draw(&page, context, surface, rect);
    page_finish(&page);
    buffer_finish(&count);
    buffer_finish(&text);
}

/* ---- status ---- */

static void number_text(enum language language, size_t number, struct buffer *ret_text)
{
    language_add_number(language, (int64_t)number, ret_text);
}

static void part_add(struct buffer *ret_text, const struct screen_context *context,
                     const struct message *message)
{
    if (ret_text->length)
        buffer_add_text(ret_text, screen_between(context));
    message_add(message, context->session->language, ret_text);
}

static void rows_status(const struct table *table, const struct screen_context *context,
                        struct buffer *ret_text)
{
    enum language language = context->session->language;
    struct buffer a = { 0 }, b = { 0 };
    struct message message = { 0 };

    number_text(language, table->shown_count, &a);
    number_text(language, table->rows->count, &b);
    if (!table->rows->done)
        message_set(&message, N_("%1 so far …"), buffer_text(&a), NULL);
    else if (table->is_partial && table->shown_count < table->rows->count)
        message_set(&message, N_("%1 so far of %2 …"), buffer_text(&a), buffer_text(&b), NULL);
    else if (table->is_partial) /* what was asked last is still to come */
        message_set(&message, N_("%1 of %2 …"), buffer_text(&a), buffer_text(&b), NULL);
    else
        message_set(&message, N_("%1 of %2"), buffer_text(&a), buffer_text(&b), NULL);
    part_add(ret_text, context, &message);
    buffer_finish(&a);
    buffer_finish(&b);
}

const char *table_arrow(const struct table *table, const struct screen_context *context)
{
    return table->descending ? (context->ascii ? "v" : "▼") : (context->ascii ? "^" : "▲");
}

/* The head of the column has the arrow; where that is not seen, it is said here. A screen reader is told in words. */
static void sort_status(const struct table *table, const struct screen_context *context,
                        struct buffer *ret_text)
{
    enum column seen[TABLE_COLUMNS];
    size_t count = table_seen(table, seen), i;
    const char *label = text_tr(context->session->language, column_info(table_sorted_by(table))->label);
    struct message message = { 0 };
    bool own = table->sort == COLUMN_NONE && !table->descending;

    if (context->plain && own && context->columns < NARROW)
        return;
    if (context->plain) {
        message_set(&message, table->descending ? N_("by %1, falling") : N_("by %1, rising"), label, NULL);
        part_add(ret_text, context, &message);
        return;
    }
    if (own)
        return;
    for (i = 0; i < count; i++)
        if (seen[i] == table_sorted_by(table))
            return;
    message_set(&message, N_("by %1 %2"), label, table_arrow(table, context), NULL);
    part_add(ret_text, context, &message);
}

void table_columns_status(const struct table *table, const struct screen_context *context,
                          struct buffer *ret_text)
{
    enum language language = context->session->language;
    struct buffer first = { 0 }, last = { 0 }, all = { 0 };
    struct message message = { 0 };

    if (!context->plain || table->visible + 1 >= table->column_count)
        return;
    number_text(language, table->first_column == 1 ? 1 : table->first_column + 1, &first);
    number_text(language, table->first_column + table->visible, &last);
    number_text(language, table->column_count, &all);
    message_set(&message, N_("columns %1 to %2 of %3"), buffer_text(&first), buffer_text(&last),
                buffer_text(&all), NULL);
    part_add(ret_text, context, &message);
    buffer_finish(&first);
    buffer_finish(&last);
    buffer_finish(&all);
}

void table_marks_status(const struct table *table, const struct screen_context *context,
                        struct buffer *ret_text)
{
    enum language language = context->session->language;
    size_t hidden = table_hidden_marks(table), range = table_range_rows(table);
    struct buffer a = { 0 }, b = { 0 };
    struct message message = { 0 };

    if (table->marks.count > 0) {
        buffer_clear(&a);
        number_text(language, table->marks.count, &a);
        number_text(language, hidden, &b);
        message_set(&message,
                    table->marks.count == 1 ? (hidden ? N_("1 marked (hidden)") : N_("1 marked"))
                    : hidden                ? N_("%1 marked (%2 hidden)")
                                            : N_("%1 marked"),
                    buffer_text(&a), buffer_text(&b), NULL);
        part_add(ret_text, context, &message);
    }
    if (range > 0) {
        buffer_clear(&a);
        number_text(language, range, &a);
        message_set(&message, N_("range of %1: %2 keeps it, %3 leaves it"), buffer_text(&a),
                    keymap_key(context->keymap, ACTION_RANGE, SCOPE_TABLE),
                    keymap_key(context->keymap, ACTION_BACK, SCOPE_EVERYWHERE), NULL);
        part_add(ret_text, context, &message);
    }
    buffer_finish(&a);
    buffer_finish(&b);
}

/* What is cut first in a narrow window stands last. */
void table_status(const struct table *table, const struct screen_context *context,
                  struct buffer *ret_text)
{
    bool range = table_range_rows(table) > 0; /* how it grows is what one looks at then */

    if (!table->rows)
        return;
    if (!range)
        rows_status(table, context, ret_text);
    table_marks_status(table, context, ret_text);
    if (range)
        return;
    sort_status(table, context, ret_text);
    table_columns_status(table, context, ret_text);
}
