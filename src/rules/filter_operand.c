/*
 * Filter, comparisons: column = < <= > >= value. Every comparison of numbers becomes a range of the
 * column's own unit, both ends included, so that matching knows no operators.
 */
#include "filter_internal.h"

#include <string.h>
#include <strings.h>

#include "klientel/base/money.h"
#include "klientel/rules/identity.h"

/* An operand covers what it names: a number itself, a date in an instant column a whole day. */
struct extent {
    int64_t first, last;
};

static struct filter_node *range_node(struct filter_parser *parser, enum column column,
                                      const char *op, struct extent extent)
{
    struct filter_node *node = filter_column_node(parser, NODE_RANGE, column);

    node->low = INT64_MIN;
    node->high = INT64_MAX;
    if (strcmp(op, "=") == 0) {
        node->low = extent.first;
        node->high = extent.last;
    } else if (strcmp(op, "<=") == 0) {
        node->high = extent.last;
    } else if (strcmp(op, ">=") == 0) {
        node->low = extent.first;
    } else if (strcmp(op, "<") == 0 && extent.first > INT64_MIN) {
        node->high = extent.first - 1;
    } else if (strcmp(op, ">") == 0 && extent.last < INT64_MAX) {
        node->low = extent.last + 1;
    } else { /* less than the least: nothing */
        node->low = 1;
        node->high = 0;
    }
    return node;
}

/* 87.4 or 87,4 or 87, a percent sign allowed. The column counts tenths: between two of them lies an
 * empty extent, whose ends still order rightly. */
static bool percent_extent(const char *text, size_t length, struct extent *ret_extent)
{
    int64_t hundredths, tenths;

    if (length > 0 && text[length - 1] == '%')
        length--;
    if (!money_parse(text, length, &hundredths))
        return false;
    tenths = hundredths / 10 - (hundredths % 10 < 0);
    ret_extent->first = hundredths % 10 == 0 ? tenths : tenths + 1;
    ret_extent->last = tenths;
    return true;
}

static bool boolean_extent(const char *text, struct extent *ret_extent)
{
    static const char *const words[] = { "false", "no", "0", "true", "yes", "1" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcasecmp(text, words[i]) == 0) {
            ret_extent->first = ret_extent->last = i >= 3;
            return true;
        }
    }
    return false;
}

static bool month_extent(const char *text, struct date today, struct extent *ret_extent)
{
    struct month month;
    struct date date;

    if (!month_parse(text, &month)) {
        if (strncasecmp(text, "today", 5) != 0 || !date_parse_relative(text, today, &date))
            return false;
        month = month_of(date);
    }
    ret_extent->first = ret_extent->last = month.index;
    return true;
}

static bool instant_extent(const char *text, struct date today, struct extent *ret_extent)
{
    struct date date;
    struct instant instant;

    if (date_parse_relative(text, today, &date)) {
        ret_extent->first = date_start(date).second;
        ret_extent->last = date_end(date).second;
        return true;
    }
    if (!instant_parse_typed(text, false, &instant))
        return false;
    ret_extent->first = ret_extent->last = instant.second;
    return true;
}

static bool date_extent(const char *text, struct date today, struct extent *ret_extent)
{
    struct date date;

    if (!date_parse_relative(text, today, &date))
        return false;
    ret_extent->first = ret_extent->last = date.day;
    return true;
}

static bool number_extent(const char *text, size_t length, struct extent *ret_extent)
{
    if (!number_parse(text, length, &ret_extent->first))
        return false;
    ret_extent->last = ret_extent->first;
    return true;
}

static bool money_extent(const char *text, size_t length, struct extent *ret_extent)
{
    if (!money_parse(text, length, &ret_extent->first))
        return false;
    ret_extent->last = ret_extent->first;
    return true;
}

/* NULL when the value fits the type, else the sentence that says what would, first what to do: rows are narrow. */
static const char *parse_operand(const struct filter_parser *parser, enum column_type type,
                                 const struct filter_word *word, struct extent *ret_extent)
{
    const char *text = word->text;
    struct date today = parser->scope->today;

    switch (type) {
    case TYPE_INTEGER:
        return number_extent(text, word->length, ret_extent)
                   ? NULL
                   : N_("Write a whole number, not %1.");
    case TYPE_MONEY:
        return money_extent(text, word->length, ret_extent)
                   ? NULL
                   : N_("Write an amount such as 1000 or 1000.50, not %1.");
    case TYPE_PERCENT:
        return percent_extent(text, word->length, ret_extent)
                   ? NULL
                   : N_("Write a percentage such as 87.4, not %1.");
    case TYPE_BOOLEAN:
        return boolean_extent(text, ret_extent)
                   ? NULL
                   : N_("Write yes or no, not %1.");
    case TYPE_DATE:
        return date_extent(text, today, ret_extent)
                   ? NULL
                   : N_("Write a date such as 2026-11-30 or today+14, not %1.");
    case TYPE_MONTH:
        return month_extent(text, today, ret_extent)
                   ? NULL
                   : N_("Write a month such as 2026-11, not %1.");
    case TYPE_INSTANT:
        return instant_extent(text, today, ret_extent)
                   ? NULL
                   : N_("Write 2026-11-30, today or 2026-11-30T14:00Z, not %1.");
    case TYPE_TEXT:
    case TYPE_CODE:
    case TYPE_LIST:
        break;
    }
    return N_("%1 cannot be compared with %2.");
}

static struct filter_node *equal_node(struct filter_parser *parser, enum column column,
                                      const struct filter_word *word)
{
    struct filter_node *node = filter_column_node(parser, NODE_EQUAL, column);

    filter_fold(parser->filter, word, &node->text, &node->length);
    return node;
}

/* The other thing that the value may stand for: a stored word, or an organisation number's digits.
 */
static bool other_value(struct filter_parser *parser, enum column column,
                        const struct filter_word *word, struct filter_word *ret_other)
{
    const struct column_info *info = column_info(column);
    char digits[32] = "", country[3];
    int value;

    *ret_other = *word;
    if (info->flags & COLUMN_WORD) {
        if (!model_parse((enum vocabulary)info->words, word->text, &value))
            return false;
        ret_other->text = model_word((enum vocabulary)info->words, value);
    } else if (column == filter_orgno_column(parser->filter->dataset)) {
        if (orgno_normalise(word->text, "", digits, country) != ORGNO_OK &&
            !orgno_search_digits(word->text, word->length, digits))
            return false;
        ret_other->text = arena_text(parser->filter->arena, digits);
    } else {
        return false;
    }
    ret_other->length = strlen(ret_other->text);
    return strcasecmp(ret_other->text, word->text) != 0;
}

static struct filter_node *text_equal(struct filter_parser *parser, enum column column,
                                      const struct filter_word *word)
{
    struct filter_node *node = equal_node(parser, column, word);
    struct filter_word other;

    if (!other_value(parser, column, word, &other))
        return node;
    return filter_either(parser, node, equal_node(parser, column, &other));
}

/* `at` stands at the operator. */
struct filter_node *filter_compare(struct filter_parser *parser, enum column column,
                                   const char *op)
{
    const struct column_info *info = column_info(column);
    size_t position = parser->at;
    bool is_equal = op[0] == '=';
    struct filter_word word;
    struct extent extent = { 0, 0 };
    const char *refused;

    parser->at += strlen(op);
    if (!is_equal && column_is_text(info->type))
        return filter_fail(parser, position,
                           N_("Use = or ~ with %1, which is text, not %2."),
                           info->name, op);
    if (!is_equal && info->type == TYPE_BOOLEAN)
        return filter_fail(parser, position, N_("Use = with %1, which is yes or no, not %2."),
                           info->name, op);
    if (!filter_read_word(parser, false, &word))
        return NULL;
    buffer_print(&parser->filter->canonical, "%s%s", info->name, op);
    if (word.length == 0) {
        if (is_equal)
            return filter_column_node(parser, NODE_EMPTY, column);
        return filter_fail(parser, parser->at, N_("A value is missing after %1%2"), info->name,
                           op);
    }
    filter_add_word(&parser->filter->canonical, word.text, word.length, false);
    if (column_is_text(info->type))
        return text_equal(parser, column, &word);
    refused = parse_operand(parser, info->type, &word, &extent);
    if (refused != NULL)
        return filter_fail(parser, word.position, refused, word.text, info->name);
    return range_node(parser, column, op, extent);
}
