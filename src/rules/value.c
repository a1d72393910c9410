/*
 * Value: texts of single values, for files and for people.
 *
 * Purpose: the same value as CSV and JSON want it (plain) and as a person reads it (shown).
 * State: none.
 */
#include "klientel/rules/model.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "klientel/base/money.h"

bool value_item(const struct value *value, size_t *position, const char **ret_item,
                size_t *ret_length)
{
    if (!value->known || value->length == 0 || *position > value->length)
        return false;
    const char *start = value->text + *position;
    size_t rest = value->length - *position;
    const char *end = memchr(start, VALUE_SEPARATOR, rest);
    *ret_item = start;
    *ret_length = end ? (size_t)(end - start) : rest;
    *position += *ret_length + 1;
    return true;
}

static void add_list(const struct value *value, const char *between, bool is_safe,
                     struct buffer *text)
{
    const char *item;
    size_t position = 0, length;
    for (bool first = true; value_item(value, &position, &item, &length); first = false) {
        if (!first)
            buffer_add_text(text, between);
        if (is_safe)
            text_safe_add(item, length, text);
        else
            buffer_add(text, item, length);
    }
}

static void add_iso_month(int64_t index, struct buffer *text)
{
    char month[MONTH_TEXT_SIZE];
    buffer_add_text(text, month_format((struct month){ (int32_t)index }, month));
}

void value_add_plain(const struct value *value, enum column_type type, const char *list,
                     struct buffer *ret_text)
{
    char date[DATE_TEXT_SIZE], instant[INSTANT_TEXT_SIZE];
    if (!value->known)
        return;
    switch (type) {
    case TYPE_INTEGER:
        buffer_print(ret_text, "%" PRId64, value->number);
        break;
    case TYPE_MONEY:
        money_add(value->number, ret_text);
        break;
    case TYPE_PERCENT:
        buffer_print(ret_text, "%s%" PRId64 ".%d", value->number < 0 ? "-" : "",
                     value->number / 10 * (value->number < 0 ? -1 : 1),
                     abs((int)(value->number % 10)));
        break;
    case TYPE_BOOLEAN:
        buffer_add_text(ret_text, value->number ? "true" : "false");
        break;
    case TYPE_DATE:
        buffer_add_text(ret_text, date_format((struct date){ (int32_t)value->number }, date));
        break;
    case TYPE_MONTH:
        add_iso_month(value->number, ret_text);
        break;
    case TYPE_INSTANT:
        buffer_add_text(ret_text, instant_format((struct instant){ value->number }, instant));
        break;
    case TYPE_TEXT:
    case TYPE_CODE:
        buffer_add(ret_text, value->text, value->length);
        break;
    case TYPE_LIST:
        add_list(value, list ? list : ",", false, ret_text);
        break;
    }
}

static void add_shown_text(const struct value *value, const struct column_info *info,
                           enum language language, struct buffer *text)
{
    int word;
    if ((info->flags & COLUMN_WORD) && value->length > 0 &&
        model_parse((enum vocabulary)info->words, value->text, &word)) {
        const char *label = model_label((enum vocabulary)info->words, word);
        buffer_add_text(text, text_tr(language, label));
    } else if (info->type == TYPE_LIST) {
        add_list(value, ", ", true, text);
    } else {
        text_safe_add(value->text, value->length, text);
    }
}

void value_add_shown(const struct value *value, enum column column, enum language language,
                     struct buffer *ret_text)
{
    const struct column_info *info = column_info(column);
    if (!value->known) {
        buffer_add_text(ret_text, "–");
        return;
    }
    switch (info->type) {
    case TYPE_INTEGER:
        if (info->flags & COLUMN_ID)
            buffer_print(ret_text, "%" PRId64, value->number);
        else
            language_add_number(language, value->number, ret_text);
        break;
    case TYPE_MONEY:
        language_add_money(language, value->number, ret_text);
        break;
    case TYPE_PERCENT:
        language_add_tenths(language, value->number, ret_text);
        break;
    case TYPE_BOOLEAN:
        buffer_add_text(ret_text, text_tr(language, value->number ? N_("yes") : N_("no")));
        break;
    case TYPE_DATE:
        language_add_date(language, (struct date){ (int32_t)value->number }, ret_text);
        break;
    case TYPE_MONTH:
        add_iso_month(value->number, ret_text);
        break;
    case TYPE_INSTANT:
        language_add_instant(language, (struct instant){ value->number }, ret_text);
        break;
    case TYPE_TEXT:
    case TYPE_CODE:
    case TYPE_LIST:
        add_shown_text(value, info, language, ret_text);
        break;
    }
}
