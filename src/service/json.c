/*
 * Json: the writer. State: one flag, whether a comma is due; it is false right after a bracket opens
 * and after a key.
 */
#include "klientel/service/json.h"

#include <inttypes.h>
#include <string.h>

#include "klientel/base/text.h"

void json_finish(struct json *json)
{
    buffer_finish(&json->text);
    json->comma = false;
}

static void begin_value(struct json *json)
{
    if (json->comma)
        buffer_add_byte(&json->text, ',');
    json->comma = true;
}

void json_open(struct json *json, char bracket)
{
    begin_value(json);
    buffer_add_byte(&json->text, bracket);
    json->comma = false;
}

void json_close(struct json *json, char bracket)
{
    buffer_add_byte(&json->text, bracket);
    json->comma = true;
}

static void add_scalar(struct buffer *text, uint32_t scalar)
{
    char bytes[4];
    if (scalar == '"' || scalar == '\\')
        buffer_print(text, "\\%c", (char)scalar);
    else if (scalar == '\n')
        buffer_add_text(text, "\\n");
    else if (scalar < 0x20 || (scalar >= 0x7f && scalar < 0xa0))
        buffer_print(text, "\\u%04x", scalar);
    else
        buffer_add(text, bytes, text_put(scalar, bytes));
}

static void add_quoted(struct buffer *text, const char *bytes, size_t length)
{
    buffer_add_byte(text, '"');
    size_t position = 0;
    while (position < length) {
        if (bytes[position] == '\0') {
            buffer_add_text(text, "\\u0000");
            position++;
        } else {
            add_scalar(text, text_next(bytes, length, &position));
        }
    }
    buffer_add_byte(text, '"');
}

void json_key(struct json *json, const char *name)
{
    begin_value(json);
    add_quoted(&json->text, name, strlen(name));
    buffer_add_byte(&json->text, ':');
    json->comma = false;
}

void json_null(struct json *json)
{
    begin_value(json);
    buffer_add_text(&json->text, "null");
}

void json_flag(struct json *json, bool flag)
{
    begin_value(json);
    buffer_add_text(&json->text, flag ? "true" : "false");
}

void json_number(struct json *json, int64_t number)
{
    begin_value(json);
    buffer_print(&json->text, "%" PRId64, number);
}

void json_figure(struct json *json, struct figure figure)
{
    if (figure.known)
        json_number(json, figure.value);
    else
        json_null(json);
}

void json_text_n(struct json *json, const char *text, size_t length)
{
    begin_value(json);
    add_quoted(&json->text, text, length);
}

void json_text(struct json *json, const char *text)
{
    if (text == NULL)
        json_null(json);
    else
        json_text_n(json, text, strlen(text));
}

static void json_list(struct json *json, const struct value *value)
{
    json_open(json, '[');
    size_t position = 0;
    const char *item;
    size_t length;
    while (value->known && value_item(value, &position, &item, &length))
        json_text_n(json, item, length);
    json_close(json, ']');
}

void json_value(struct json *json, const struct value *value, enum column_type type)
{
    if (!value->known && type != TYPE_LIST) { /* a list without items is [], never unknown */
        json_null(json);
        return;
    }
    switch (type) {
    case TYPE_INTEGER:
        json_number(json, value->number);
        return;
    case TYPE_BOOLEAN:
        json_flag(json, value->number != 0);
        return;
    case TYPE_LIST:
        json_list(json, value);
        return;
    case TYPE_TEXT: /* a log row's text holds several values, joined like a list */
    case TYPE_CODE:
        type = TYPE_LIST;
        break;
    case TYPE_MONEY:
    case TYPE_PERCENT:
    case TYPE_DATE:
    case TYPE_MONTH:
    case TYPE_INSTANT:
        break;
    }
    struct buffer plain = { 0 };
    value_add_plain(value, type, ", ", &plain);
    json_text_n(json, buffer_text(&plain), plain.length);
    buffer_finish(&plain);
}

void json_row(struct json *json, const struct rowset *rowset, size_t row,
              const enum column *columns, size_t column_count)
{
    json_open(json, '{');
    for (size_t i = 0; i < column_count; i++) {
        struct value value = rowset_value(rowset, row, columns[i]);
        json_key(json, column_info(columns[i])->name);
        json_value(json, &value, column_info(columns[i])->type);
    }
    json_close(json, '}');
}
