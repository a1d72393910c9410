/*
 * Json: writing JSON into a buffer. Commas are its business, nesting the caller's. Text that is not UTF-8
 * comes out with U+FFFD for each broken byte, so that what is written is always valid.
 */
#ifndef KLIENTEL_SERVICE_JSON_H
#define KLIENTEL_SERVICE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "klientel/base/buffer.h"
#include "klientel/rules/model.h"

struct json {
    struct buffer text; /* what was written so far */
    bool comma;         /* the next value in this object or array needs one */
};

void json_finish(struct json *json); /* frees; a zeroed json is empty and usable */
void json_open(struct json *json, char bracket);  /* { or [ */
void json_close(struct json *json, char bracket); /* } or ] */
void json_key(struct json *json, const char *name);
void json_null(struct json *json);
void json_flag(struct json *json, bool flag);
void json_number(struct json *json, int64_t number);
void json_figure(struct json *json, struct figure figure); /* null when not known */
void json_text_n(struct json *json, const char *text, size_t length);
void json_text(struct json *json, const char *text); /* NULL = null */
/* Amounts as strings with a point, dates ISO, lists arrays, unknown null. */
void json_value(struct json *json, const struct value *value, enum column_type type);
/* One row as an object: column name, value. */
void json_row(struct json *json, const struct rowset *rowset, size_t row,
              const enum column *columns, size_t column_count);

#endif
