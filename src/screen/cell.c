/*
 * Cell: the text and the style of one value in a table. See table.h.
 *
 * State: none.
 */
#include "klientel/screen/table.h"

#include <string.h>

#include "internal.h"
#include "klientel/base/text.h"

/* Text columns that name nobody: everything else is hidden when names are, also columns to come. */
static bool names_nobody(enum column column)
{
    static const char *const names[] = { "country", "form",   "groups", "packages", "currency",
                                         "source",  "column", "letter", "dataset",  "command" };
    const char *name = column_info(column)->name;
    size_t i;

    if (column_info(column)->flags & COLUMN_WORD)
        return true;
    for (i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(name, names[i]))
            return true;
    return false;
}

void name_add(const char *name, size_t length, const struct screen_context *context,
              struct buffer *ret_text)
{
    size_t position = 0;

    if (!context->names_hidden) {
        buffer_add(ret_text, name, length);
        return;
    }
    if (length == 0)
        return;
    text_cluster(name, length, &position);
    buffer_add(ret_text, name, position);
    buffer_add_text(ret_text, context->ascii ? "..." : "···");
}

static void hidden_add(const struct value *value, enum column column,
                       const struct screen_context *context, struct buffer *ret_text)
{
    const char *item;
    size_t position = 0, length;
    bool first = true;

    if (column_info(column)->type != TYPE_LIST) {
        name_add(value->text, value->length, context, ret_text);
        return;
    }
    while (value_item(value, &position, &item, &length)) {
        if (!first)
            buffer_add_text(ret_text, ", ");
        name_add(item, length, context, ret_text);
        first = false;
    }
}

/* An instant in a column with no room for the time of day is shown as its date in bureau time. */
static bool is_day(enum column column)
{
    return column_info(column)->type == TYPE_INSTANT && column_info(column)->width < 17;
}

bool cell_loaded(const struct rowset *rows, enum column column)
{
    return rows->slot_of[column_position(column)] >= 0;
}

void cell_add(const struct rowset *rows, size_t row, enum column column,
              const struct screen_context *context, struct buffer *ret_text)
{
    struct value value = rowset_value(rows, row, column);

    if (!cell_loaded(rows, column)) /* it is on its way */
        buffer_add_text(ret_text, context->ascii ? "..." : "…");
    else if (value.known && is_day(column))
        language_add_date(context->session->language,
                          date_of_instant((struct instant) { value.number }), ret_text);
    else if (value.known && context->names_hidden && column_is_text(column_info(column)->type) &&
        !names_nobody(column))
        hidden_add(&value, column, context, ret_text);
    else
        rowset_add_shown(rows, row, column, context->session->language, ret_text);
}

int day_width(enum language language)
{
    struct buffer text = { 0 };
    int month, width, widest = 0;

    for (month = 1; month <= 12; month++) {
        buffer_clear(&text);
        language_add_day(language, date_of(2026, month, 28), &text);
        width = text_width(buffer_text(&text), text.length);
        widest = width > widest ? width : widest;
    }
    buffer_finish(&text);
    return widest;
}

int cell_width(enum column column, int width, enum language language)
{
    enum column_type type = column_info(column)->type;

    return type == TYPE_DATE || type == TYPE_INSTANT
               ? width + day_width(language) - day_width(LANGUAGE_EN)
               : width;
}

size_t value_items(const struct value *value)
{
    const char *item;
    size_t position = 0, length, count = 0;

    while (value_item(value, &position, &item, &length))
        count++;
    return count;
}

enum style declaration_style(enum declaration_state state)
{
    if (declaration_failed(state))
        return STYLE_BAD;
    if (declaration_reported(state))
        return STYLE_GOOD;
    return STYLE_NORMAL;
}

enum style cell_style(const struct rowset *rows, size_t row, enum column column)
{
    const struct column_info *info = column_info(column);
    struct value value = rowset_value(rows, row, column);
    int state;

    if (column == COLUMN_clients_responsible && cell_loaded(rows, column) &&
        !(rows->flags[row] & ROW_ARCHIVED))
        return value_items(&value) == 1 ? STYLE_NORMAL : STYLE_WARN;
    if (!value.known || info->words != WORDS_DECLARATION || !(info->flags & COLUMN_WORD) ||
        !model_parse(WORDS_DECLARATION, value.text, &state))
        return STYLE_NORMAL;
    return declaration_style((enum declaration_state)state);
}
