/*
 * Filter, while it is typed: what stands at the end of a text, so that what may follow can be offered.
 *
 * State: none. It reads words as filter_parse.c does, and forgives what is not finished.
 */
#include "filter_internal.h"

#include <string.h>
#include <strings.h>

static bool is_between(char c)
{
    return c != '\0' && strchr(" \t\r\n|!()", c) != NULL;
}

/* Behind a quoted text that begins at `at`; SIZE_MAX = it is not closed. */
static size_t quoted_end(const char *text, size_t length, size_t at)
{
    for (at++; at < length && text[at] != '"'; at++)
        at += text[at] == '\\' && at + 1 < length;
    return at < length ? at + 1 : SIZE_MAX;
}

static size_t pattern_end(const char *text, size_t length, size_t at)
{
    for (at++; at < length && text[at] != '/'; at++)
        at += text[at] == '\\' && at + 1 < length;
    return at < length ? at + 1 : SIZE_MAX;
}

/* Behind the atom that begins at `at`; SIZE_MAX = the text ends in it. A value may be quoted, from its beginning. */
static size_t atom_end(const char *text, size_t length, size_t at)
{
    size_t start = at, open = 0;

    if (at < length && text[at] == '/')
        return pattern_end(text, length, at);
    for (; at < length; at++) {
        char c = text[at];
        if (c == '"' && (at == start || strchr(":=<>~", text[at - 1]) != NULL))
            return quoted_end(text, length, at);
        if (c == ' ' || c == '\t' || c == '|' || (c == ')' && open == 0))
            return at;
        open += c == '(';
        open -= c == ')';
    }
    return SIZE_MAX;
}

/* The name in front of the operator decides. */
static void place_behind(const char *text, size_t start, size_t name, const char *op,
                         enum dataset dataset, enum language language,
                         struct filter_place *ret_place)
{
    const char *own = text + start;
    size_t own_length = name;

    ret_place->from = start + name + strlen(op);
    if (*op == ':' && name == 2 && strncasecmp(own, "is", 2) == 0) {
        ret_place->part = FILTER_PART_TEST;
        return;
    }
    if (*op == ':' && !filter_relation_named(own, name, &ret_place->relation) &&
        column_parse(dataset, own, name, language, &ret_place->column)) {
        own = column_info(ret_place->column)->name; /* staff: in another language is staff: */
        own_length = strlen(own);
    }
    if (*op == ':' && filter_relation_named(own, own_length, &ret_place->relation))
        ret_place->part = FILTER_PART_RELATION;
    else if (*op != '~' && column_parse(dataset, text + start, name, language, &ret_place->column))
        ret_place->part = FILTER_PART_VALUE;
}

void filter_place(const char *text, enum dataset dataset, enum language language,
                  struct filter_place *ret_place)
{
    size_t length = strlen(text), start = 0, end = 0, name;
    bool letters;
    const char *op;

    *ret_place = (struct filter_place){ .part = FILTER_PART_NONE, .column = COLUMN_NONE };
    while (end != SIZE_MAX) {
        if (end == length && end > 0) /* behind a quotation mark that closes */
            return;
        for (start = end; start < length && is_between(text[start]);)
            start++;
        end = atom_end(text, length, start);
    }
    ret_place->from = start;
    if (text[start] == '/')
        return;
    name = filter_name_length(text + start, length - start, &letters);
    op = filter_operator(text + start + name);
    if (op != NULL && name > 0)
        place_behind(text, start, name, op, dataset, language, ret_place);
    else if (start + name == length)
        ret_place->part = FILTER_PART_NAME;
}

void filter_add_value(const char *text, struct buffer *ret_text)
{
    filter_add_word(ret_text, text, strlen(text), false);
}
