/*
 * Filter, atoms: what a word, a value of a column, a relation, a test or a pattern means.
 * Comparisons and operands are in filter_operand.c.
 */
#include "filter_internal.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "klientel/rules/identity.h"

/* ---- small parts ---- */

bool filter_searched(enum column column)
{
    return (column_info(column)->flags & COLUMN_SEARCHED) != 0;
}

enum column filter_orgno_column(enum dataset dataset)
{
    const struct dataset_info *info = dataset_info(dataset);

    for (size_t i = 0; i < info->count; i++) {
        enum column column = (enum column)((int)info->first + (int)i);
        if (strcmp(column_info(column)->name, "orgno") == 0)
            return column;
    }
    return COLUMN_NONE;
}

struct filter_node *filter_column_node(struct filter_parser *parser, enum filter_kind kind,
                                       enum column column)
{
    struct filter_node *node = filter_node(parser, kind);

    node->column = column;
    parser->filter->columns |= column_bit(column);
    return node;
}

struct filter_owned *filter_own(struct filter *filter)
{
    struct filter_owned *owned = arena_zero(filter->arena, 1, sizeof *owned);

    owned->next = filter->owned;
    filter->owned = owned;
    return owned;
}

void filter_fold(struct filter *filter, const struct filter_word *word, const char **ret_text,
                 size_t *ret_length)
{
    *ret_text = text_fold(filter->arena, word->text, word->length);
    *ret_length = strlen(*ret_text);
}

void filter_add_word(struct buffer *canonical, const char *text, size_t length, bool quoted)
{
    for (size_t i = 0; i < length && !quoted; i++) {
        unsigned char c = (unsigned char)text[i];
        /* Only what can begin and continue a word in any dataset and language. */
        quoted = c < 0x80 && !isalnum(c) && (strchr("_-.,@+#%&'*$;?", c) == NULL || c == '\0');
    }
    if (!quoted && length > 0) {
        buffer_add(canonical, text, length);
        return;
    }
    buffer_add_byte(canonical, '"');
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '"' || text[i] == '\\')
            buffer_add_byte(canonical, '\\');
        buffer_add_byte(canonical, text[i]);
    }
    buffer_add_byte(canonical, '"');
}

/* ---- words ---- */

/* An organisation number typed any way also is its digits (C59): the node, or NULL. */
static struct filter_node *orgno_node(struct filter_parser *parser, enum column column,
                                      const struct filter_word *word, const char *folded)
{
    char digits[32];
    struct filter_node *node;

    if (column == COLUMN_NONE || !orgno_search_digits(word->text, word->length, digits) ||
        strcmp(digits, folded) == 0)
        return NULL;
    node = filter_column_node(parser, NODE_HAS, column);
    node->text = arena_text(parser->filter->arena, digits);
    node->length = strlen(digits);
    return node;
}

static struct filter_node *word_node(struct filter_parser *parser, const struct filter_word *word)
{
    struct filter_node *node, *digits;

    filter_add_word(&parser->filter->canonical, word->text, word->length, false);
    if (word->length == 0)
        return filter_node(parser, NODE_ALL);
    node = filter_node(parser, NODE_WORD);
    filter_fold(parser->filter, word, &node->text, &node->length);
    digits = orgno_node(parser, filter_orgno_column(parser->filter->dataset), word, node->text);
    return digits == NULL ? node : filter_either(parser, node, digits);
}

static struct filter_node *literal(struct filter_parser *parser)
{
    struct filter_word word;

    return filter_read_word(parser, false, &word) ? word_node(parser, &word) : NULL;
}

/* x:y whose x is no column: one literal word, also when y is quoted. */
static struct filter_node *literal_pair(struct filter_parser *parser, size_t name_length)
{
    size_t start = parser->at;
    struct filter_word word, value;

    if (parser->text[start + name_length + 1] != '"')
        return literal(parser);
    parser->at += name_length + 1;
    if (!filter_read_word(parser, false, &value))
        return NULL;
    word = value;
    word.text = arena_print(parser->filter->arena, "%.*s%s", (int)name_length + 1,
                            parser->text + start, value.text);
    word.length = strlen(word.text);
    return word_node(parser, &word);
}

/* ---- column:value ---- */

static struct filter_node *has(struct filter_parser *parser, enum column column)
{
    const struct column_info *info = column_info(column);
    struct filter_word word;
    struct filter_node *node, *digits = NULL;

    if (info->type == TYPE_BOOLEAN)
        return filter_fail(parser, parser->at,
                           N_("Write is:%1, or %1=yes or %1=no."), info->name,
                           NULL);
    if (!column_is_text(info->type))
        return filter_fail(parser, parser->at,
                           N_("Use = < or > with %1, which is no text."),
                           info->name, NULL);
    if (!filter_read_word(parser, false, &word))
        return NULL;
    buffer_print(&parser->filter->canonical, "%s:", info->name);
    if (word.length == 0)
        return filter_node(parser, NODE_ALL);
    filter_add_word(&parser->filter->canonical, word.text, word.length, false);
    node = filter_column_node(parser, NODE_HAS, column);
    filter_fold(parser->filter, &word, &node->text, &node->length);
    if (column == filter_orgno_column(parser->filter->dataset))
        digits = orgno_node(parser, column, &word, node->text);
    return digits == NULL ? node : filter_either(parser, node, digits);
}

/* ---- relations: what only the database knows of a client ---- */

static struct filter_node *relation_node(struct filter_parser *parser, size_t position,
                                         enum filter_relation relation, const char *value)
{
    struct filter_node *node = filter_node(parser, NODE_IDS);
    struct filter_owned *owned;
    struct failure failure = { 0 };

    if (!dataset_has_client(parser->filter->dataset))
        return filter_fail(parser, position, N_("The rows of this table belong to no client."),
                           NULL, NULL);
    if (parser->scope->clients == NULL)
        return filter_fail(parser, position, N_("This cannot be asked here."), NULL, NULL);
    owned = filter_own(parser->filter);
    node->ids = &owned->ids;
    node->by_row = parser->filter->dataset == DATASET_clients;
    if (parser->scope->clients(parser->scope->context, relation, value, &owned->ids, &failure))
        return node;
    if (parser->error->message.text == NULL) {
        parser->error->position = position;
        parser->error->message = failure.message;
        if (failure.message.text == NULL)
            message_set(&parser->error->message, N_("This could not be looked up: %1."), value,
                        NULL);
    }
    return NULL;
}

static const struct {
    const char *name;
    enum filter_relation relation;
    bool is_personal;
} relations[] = {
    { "resp", RELATION_RESPONSIBLE, false },
    { "staff", RELATION_STAFF, false },
    { "group", RELATION_GROUP, false },
    { "view", RELATION_VIEW, false },
}, tests[] = {
    { "mine", RELATION_MINE, true },
    { "reach", RELATION_REACH, true },
    { "covering", RELATION_COVERING, true },
    { "favourite", RELATION_FAVOURITE, true },
    { "stale", RELATION_STALE, false },
};

enum {
    RELATION_NAMES = sizeof relations / sizeof *relations,
    TEST_NAMES = sizeof tests / sizeof *tests,
};

static bool same_name(const char *name, const char *text, size_t length)
{
    return strlen(name) == length && strncasecmp(name, text, length) == 0;
}

/* The relation of that name, or RELATION_NAMES. */
static size_t relation_named(const char *name, size_t length)
{
    size_t which = 0;

    while (which < RELATION_NAMES && !same_name(relations[which].name, name, length))
        which++;
    return which;
}

bool filter_relation_named(const char *name, size_t length, enum filter_relation *ret_relation)
{
    size_t which = relation_named(name, length);

    if (which < RELATION_NAMES)
        *ret_relation = relations[which].relation;
    return which < RELATION_NAMES;
}

const char *filter_relation_name(size_t position, enum filter_relation *ret_relation)
{
    if (position >= RELATION_NAMES)
        return NULL;
    *ret_relation = relations[position].relation;
    return relations[position].name;
}

const char *filter_test_name(size_t position, enum filter_relation *ret_relation)
{
    if (position >= TEST_NAMES)
        return NULL;
    *ret_relation = tests[position].relation;
    return tests[position].name;
}

static struct filter_node *relation(struct filter_parser *parser, size_t which, size_t name_length)
{
    size_t position = parser->at;
    struct filter_word word;

    parser->at += name_length + 1;
    if (!filter_read_word(parser, false, &word))
        return NULL;
    buffer_print(&parser->filter->canonical, "%s:", relations[which].name);
    if (word.length == 0)
        return filter_node(parser, NODE_ALL);
    filter_add_word(&parser->filter->canonical, word.text, word.length, false);
    return relation_node(parser, position, relations[which].relation, word.text);
}

/* ---- is:test ---- */

static struct filter_node *personal_refused(struct filter_parser *parser, size_t position,
                                            const char *name)
{
    return filter_fail(parser, position,
                       N_("is:%1 differs by person: not for a group that fills itself."),
                       name, NULL);
}

static struct filter_node *marked(struct filter_parser *parser)
{
    struct filter_node *node = filter_node(parser, NODE_IDS);
    struct filter_owned *owned = filter_own(parser->filter);

    if (parser->scope->marked != NULL)
        ids_copy(&owned->ids, parser->scope->marked);
    node->ids = &owned->ids;
    node->by_row = true;
    return node;
}

/* One of the instants that are asked as facts. */
static bool is_fact(const struct column_info *info)
{
    return strcmp(info->name, "closed") == 0 || strcmp(info->name, "reported") == 0 ||
           strcmp(info->name, "paid") == 0;
}

bool filter_column_is_test(enum column column)
{
    return column_info(column)->type == TYPE_BOOLEAN || is_fact(column_info(column));
}

static struct filter_node *column_test(struct filter_parser *parser,
                                       const struct filter_word *word)
{
    enum column column;
    const struct column_info *info;
    struct filter_node *node;

    if (!column_parse(parser->filter->dataset, word->text, word->length, parser->scope->language,
                      &column))
        return NULL;
    info = column_info(column);
    if (info->type == TYPE_BOOLEAN) {
        node = filter_column_node(parser, NODE_RANGE, column);
        node->low = node->high = 1;
    } else if (is_fact(info)) {
        node = filter_column_node(parser, NODE_KNOWN, column);
    } else {
        return NULL;
    }
    buffer_print(&parser->filter->canonical, "is:%s", info->name);
    return node;
}

struct filter_node *filter_test(struct filter_parser *parser)
{
    size_t position = parser->at;
    struct filter_word word;
    struct filter_node *node;

    parser->at += 3;
    if (!filter_read_word(parser, false, &word))
        return NULL;
    for (size_t i = 0; i < TEST_NAMES; i++) {
        if (!same_name(tests[i].name, word.text, word.length))
            continue;
        if (tests[i].is_personal && parser->scope->personal_refused)
            return personal_refused(parser, position, tests[i].name);
        buffer_print(&parser->filter->canonical, "is:%s", tests[i].name);
        return relation_node(parser, position, tests[i].relation, "");
    }
    if (same_name("marked", word.text, word.length)) {
        if (parser->scope->personal_refused)
            return personal_refused(parser, position, "marked");
        buffer_add_text(&parser->filter->canonical, "is:marked");
        return marked(parser);
    }
    node = column_test(parser, &word);
    if (node == NULL)
        return filter_fail(parser, word.position, N_("There is no test is:%1 in this table."),
                           word.text, NULL);
    return node;
}

/* ---- patterns ---- */

/* Where the character at `offset` of a word stands in the filter's text. */
static size_t source_position(const struct filter_parser *parser, const struct filter_word *word,
                              size_t offset)
{
    size_t at = word->position;

    for (; offset > 0 && at < parser->length; offset--) {
        if (word->quoted && parser->text[at] == '\\' &&
            (parser->text[at + 1] == '"' || parser->text[at + 1] == '\\'))
            at++;
        at++;
    }
    return at;
}

static struct filter_node *pattern_node(struct filter_parser *parser,
                                        const struct filter_word *word)
{
    struct filter_node *node = filter_node(parser, NODE_PATTERN);
    struct message message;
    size_t offset = 0;

    if (parser->filter->pattern_count == FILTER_PATTERNS_MAX)
        return filter_fail(parser, word->position, N_("Too many patterns in one filter."), NULL,
                           NULL);
    node->pattern = pattern_create(word->text, word->length, &offset, &message);
    if (node->pattern == NULL) {
        if (parser->error->message.text == NULL) {
            parser->error->position = source_position(parser, word, offset);
            parser->error->message = message;
        }
        return NULL;
    }
    parser->filter->pattern_count++;
    filter_own(parser->filter)->pattern = node->pattern;
    node->text = word->text;
    node->length = word->length;
    return node;
}

/* /pattern/ over every searched column. */
static struct filter_node *search_pattern(struct filter_parser *parser)
{
    const struct dataset_info *info = dataset_info(parser->filter->dataset);
    struct filter_word word = { .position = ++parser->at };
    struct buffer *canonical = &parser->filter->canonical;
    struct filter_node *node;
    enum column *columns;
    size_t count = 0;

    while (parser->at < parser->length && parser->text[parser->at] != '/') {
        parser->at += parser->text[parser->at] == '\\' && parser->at + 1 < parser->length;
        parser->at++;
    }
    word.length = parser->at - word.position;
    word.text = arena_text_n(parser->filter->arena, parser->text + word.position, word.length);
    parser->at += parser->at < parser->length;
    buffer_print(canonical, "/%s/", word.text);
    if (word.length == 0)
        return filter_node(parser, NODE_ALL);
    columns = arena_zero(parser->filter->arena, info->count, sizeof *columns);
    for (size_t i = 0; i < info->count; i++) {
        enum column column = (enum column)((int)info->first + (int)i);
        if (filter_searched(column)) {
            columns[count++] = column;
            parser->filter->columns |= column_bit(column);
        }
    }
    node = pattern_node(parser, &word);
    if (node != NULL) {
        node->columns = columns;
        node->column_count = count;
    }
    return node;
}

/* column~pattern-word; `at` stands after the ~. */
static struct filter_node *column_pattern(struct filter_parser *parser, enum column column)
{
    const struct column_info *info = column_info(column);
    struct filter_word word;
    struct filter_node *node;

    if (!column_is_text(info->type))
        return filter_fail(parser, parser->at - 1,
                           N_("Use = < or > with %1: patterns are for text."),
                           info->name, NULL);
    if (!filter_read_word(parser, true, &word))
        return NULL;
    buffer_print(&parser->filter->canonical, "%s~", info->name);
    if (word.length == 0)
        return filter_node(parser, NODE_ALL);
    filter_add_word(&parser->filter->canonical, word.text, word.length, word.quoted);
    node = pattern_node(parser, &word);
    if (node == NULL)
        return NULL;
    node->column = column;
    node->columns = &node->column;
    node->column_count = 1;
    parser->filter->columns |= column_bit(column);
    return node;
}

/* ---- which of them ---- */

static bool is_letter(unsigned char c)
{
    return isalpha(c) || c == '_' || c >= 0x80;
}

/* Labels in the user's language may hold . and - . */
size_t filter_name_length(const char *text, size_t length, bool *ret_letters)
{
    size_t at = 0;

    *ret_letters = true;
    for (; at < length; at++) {
        unsigned char c = (unsigned char)text[at];
        if (is_letter(c))
            continue;
        if (at == 0 || (!isdigit(c) && c != '.' && c != '-'))
            break;
        *ret_letters = false;
    }
    return at;
}

const char *filter_operator(const char *text)
{
    static const char *const operators[] = { "<=", ">=", "=", "<", ">", ":", "~" };

    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (strncmp(text, operators[i], strlen(operators[i])) == 0)
            return operators[i];
    return NULL;
}

struct filter_node *filter_atom(struct filter_parser *parser)
{
    bool has_letters_only;
    const char *name = parser->text + parser->at;
    size_t length = filter_name_length(name, parser->length - parser->at, &has_letters_only);
    const char *op = filter_operator(name + length);
    enum column column = COLUMN_NONE;

    if (name[0] == '/')
        return search_pattern(parser);
    if (length == 0 || op == NULL)
        return literal(parser);
    if (op[0] == ':' && same_name("is", name, length))
        return filter_test(parser);
    if (op[0] == ':' && relation_named(name, length) < RELATION_NAMES)
        return relation(parser, relation_named(name, length), length);
    if (!column_parse(parser->filter->dataset, name, length, parser->scope->language, &column)) {
        if (op[0] == ':') {
            filter_note_stray(parser, name, length);
            return literal_pair(parser, length);
        }
        if (!has_letters_only)
            return literal(parser);
        return filter_fail(parser, parser->at, N_("There is no column %1 in this table."),
                           arena_text_n(parser->filter->arena, name, length), NULL);
    }
    if (op[0] == ':') {
        const char *own = column_info(column)->name;
        size_t which = relation_named(own, strlen(own));
        if (which < RELATION_NAMES) /* staff: typed in another language is still staff: */
            return relation(parser, which, length);
        parser->at += length + 1;
        return has(parser, column);
    }
    if (op[0] == '~') {
        parser->at += length + 1;
        return column_pattern(parser, column);
    }
    parser->at += length;
    return filter_compare(parser, column, op);
}
