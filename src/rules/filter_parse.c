/*
 * Filter, parsing: characters to tree, by recursive descent over the grammar in filter.h. One pass:
 * the canonical text is written as the atoms are understood, so it always has the same structure.
 *
 * Invariants: `at` never passes `length`; depth is bounded, so is the stack; after an error nothing
 * more is read.
 */
#include "filter_internal.h"

#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip_blanks(struct filter_parser *parser)
{
    while (parser->at < parser->length && is_blank(parser->text[parser->at]))
        parser->at++;
}

void *filter_fail(struct filter_parser *parser, size_t position, const char *text,
                  const char *first, const char *second)
{
    if (parser->error->message.text == NULL) {
        parser->error->position = position;
        message_set(&parser->error->message, text, first == NULL ? "" : first,
                    second == NULL ? "" : second, NULL);
    }
    return NULL;
}

struct filter_node *filter_node(struct filter_parser *parser, enum filter_kind kind)
{
    struct filter_node *node = arena_zero(parser->filter->arena, 1, sizeof *node);

    node->kind = kind;
    node->column = COLUMN_NONE;
    return node;
}

/* ---- words ---- */

static bool read_quoted(struct filter_parser *parser, struct filter_word *ret_word)
{
    size_t quote = parser->at++, length = 0;
    char *text = arena_alloc(parser->filter->arena, parser->length - quote + 1);

    ret_word->position = parser->at;
    while (parser->at < parser->length && parser->text[parser->at] != '"') {
        char c = parser->text[parser->at++];
        char next = parser->at < parser->length ? parser->text[parser->at] : '\0';
        if (c == '\\' && (next == '"' || next == '\\')) {
            c = next;
            parser->at++;
        }
        /* No needle may hold a line end: it would run over the end of a row. */
        text[length++] = is_blank(c) ? ' ' : c;
    }
    if (parser->at == parser->length) {
        filter_fail(parser, quote, N_("This quotation mark is not closed."), NULL, NULL);
        return false;
    }
    parser->at++;
    text[length] = '\0';
    ret_word->text = text;
    ret_word->length = length;
    ret_word->quoted = true;
    return true;
}

bool filter_read_word(struct filter_parser *parser, bool is_pattern, struct filter_word *ret_word)
{
    size_t start = parser->at, open = 0;

    if (start < parser->length && parser->text[start] == '"')
        return read_quoted(parser, ret_word);
    while (parser->at < parser->length) {
        char c = parser->text[parser->at];
        if (is_blank(c) || (c == '|' && !is_pattern) || (c == ')' && open == 0))
            break;
        if (is_pattern && c == '\\' && parser->at + 1 < parser->length &&
            !is_blank(parser->text[parser->at + 1])) {
            parser->at += 2; /* an escaped parenthesis does not count */
            continue;
        }
        open += c == '(';
        open -= c == ')';
        parser->at++;
    }
    ret_word->position = start;
    ret_word->length = parser->at - start;
    ret_word->text = arena_text_n(parser->filter->arena, parser->text + start, ret_word->length);
    ret_word->quoted = false;
    return true;
}

/* ---- structure ---- */

static struct filter_node *parse_filter(struct filter_parser *parser);

/* Something must begin here. */
static bool at_atom(struct filter_parser *parser)
{
    char c = parser->at < parser->length ? parser->text[parser->at] : '\0';

    if (parser->at == parser->length)
        filter_fail(parser, parser->at, N_("Something is missing at the end of the filter."), NULL,
                    NULL);
    else if (c == '|')
        filter_fail(parser, parser->at, N_("Something is missing before this |."), NULL, NULL);
    else if (c == ')' && parser->depth == 0)
        filter_fail(parser, parser->at, N_("This ) has no ( before it."), NULL, NULL);
    else if (c == ')')
        filter_fail(parser, parser->at, N_("Something is missing before this )."), NULL, NULL);
    else
        return true;
    return false;
}

static struct filter_node *parse_group(struct filter_parser *parser)
{
    struct filter_node *node;

    if (parser->depth == FILTER_DEPTH_MAX)
        return filter_fail(parser, parser->at, N_("Too many parentheses inside each other."), NULL,
                           NULL);
    parser->at++;
    parser->depth++;
    buffer_add_byte(&parser->filter->canonical, '(');
    node = parse_filter(parser);
    if (node == NULL)
        return NULL;
    if (parser->at == parser->length)
        return filter_fail(parser, parser->at, N_("A ) is missing."), NULL, NULL);
    buffer_add_byte(&parser->filter->canonical, ')');
    parser->at++;
    parser->depth--;
    return node;
}

static struct filter_node *parse_not(struct filter_parser *parser)
{
    struct filter_node *node, *negation;
    bool negated = false;

    while (parser->at < parser->length && parser->text[parser->at] == '!') {
        negated = !negated;
        buffer_add_byte(&parser->filter->canonical, '!');
        parser->at++;
        skip_blanks(parser);
    }
    if (!at_atom(parser))
        return NULL;
    node = parser->text[parser->at] == '(' ? parse_group(parser) : filter_atom(parser);
    if (node == NULL || !negated)
        return node;
    negation = filter_node(parser, NODE_NOT);
    negation->child = arena_alloc(parser->filter->arena, sizeof *negation->child);
    negation->child[0] = node;
    negation->child_count = 1;
    return negation;
}

/* Makes one node of a list of brothers; a single one stands for itself. */
static struct filter_node *join(struct filter_parser *parser, enum filter_kind kind,
                                struct filter_node *first, size_t count)
{
    struct filter_node *node;

    if (count == 1)
        return first;
    node = filter_node(parser, kind);
    node->child = arena_alloc(parser->filter->arena, count * sizeof *node->child);
    for (; first != NULL; first = first->next)
        node->child[node->child_count++] = first;
    return node;
}

struct filter_node *filter_either(struct filter_parser *parser, struct filter_node *one,
                                  struct filter_node *other)
{
    one->next = other;
    return join(parser, NODE_OR, one, 2);
}

static struct filter_node *parse_and(struct filter_parser *parser)
{
    struct filter_node *first = NULL, **tail = &first;
    size_t count = 0;

    skip_blanks(parser);
    do {
        if (count > 0)
            buffer_add_byte(&parser->filter->canonical, ' ');
        *tail = parse_not(parser);
        if (*tail == NULL)
            return NULL;
        tail = &(*tail)->next;
        count++;
        skip_blanks(parser);
    } while (parser->at < parser->length && parser->text[parser->at] != '|' &&
             parser->text[parser->at] != ')');
    return join(parser, NODE_AND, first, count);
}

static struct filter_node *parse_filter(struct filter_parser *parser)
{
    struct filter_node *first = NULL, **tail = &first;
    size_t count = 0;

    for (;;) {
        *tail = parse_and(parser);
        if (*tail == NULL)
            return NULL;
        tail = &(*tail)->next;
        count++;
        if (parser->at == parser->length || parser->text[parser->at] != '|')
            return join(parser, NODE_OR, first, count);
        parser->at++;
        buffer_add_text(&parser->filter->canonical, " | ");
    }
}

static bool check_characters(struct filter_parser *parser)
{
    const char *text = parser->text;

    if (parser->length > FILTER_TEXT_MAX) {
        filter_fail(parser, FILTER_TEXT_MAX, N_("The filter is too long."), NULL, NULL);
        return false;
    }
    for (size_t at = 0; at < parser->length;) {
        size_t next = at;
        uint32_t scalar = text_next(text, parser->length, &next);
        if (scalar == 0xFFFD && !text_is_utf8(text + at, next - at)) {
            filter_fail(parser, at, N_("The filter is not valid UTF-8 text here."), NULL, NULL);
            return false;
        }
        if ((scalar < 0x20 && !is_blank(text[at])) || scalar == 0x7F) {
            filter_fail(parser, at, N_("A control character cannot be part of a filter."), NULL,
                        NULL);
            return false;
        }
        at = next;
    }
    return true;
}

struct filter_node *filter_parse(struct filter_parser *parser)
{
    struct filter_node *node;

    if (!check_characters(parser))
        return NULL;
    skip_blanks(parser);
    if (parser->at == parser->length)
        return filter_node(parser, NODE_ALL);
    node = parse_filter(parser);
    if (node != NULL && parser->at < parser->length)
        return filter_fail(parser, parser->at, N_("This ) has no ( before it."), NULL, NULL);
    return node;
}
