/*
 * Filter, patterns: PCRE2, and nowhere else. Typed patterns run under limits that a hostile or
 * careless one cannot leave: 256 bytes, 50 nested parentheses, no (*VERB) at the start (it could
 * switch things on), no \C (it cuts characters in two), at most 10,000 steps from one start, and
 * less in long texts since the count begins anew at each start position. The limits hold with and
 * without JIT.
 *
 * A pattern is immutable; what a match writes to is the matcher's.
 */
#include "filter_internal.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum {
    STEPS_MAX = 10000,
    STEPS_MIN = 1000,
    STEPS_OF_A_TEXT = 4000000, /* shared by the start positions of one text */
    DEPTH_MAX = 250,
    HEAP_KIBIBYTES = 1024,
    NEST_MAX = 50,
    LITERALS_BYTES_MAX = 8192,
};

struct filter_pattern {
    pcre2_code *code;
    bool has_jit;
};

struct filter_matcher {
    pcre2_match_context *context;
    pcre2_match_data *data;
    uint32_t steps; /* the limit of the context; 0 = none was set */
};

/* Escapes that hold letters of their own: \p{Lu}, \x{C5}, \k<Name>. Gives the byte after it. */
static size_t skip_escape(const char *text, size_t length, size_t at)
{
    char kind = at + 1 < length ? text[at + 1] : '\0', close;
    size_t end = at + 2;

    if (kind == '\0')
        return length;
    if ((unsigned char)kind >= 0x80) {
        end = at + 1;
        text_next(text, length, &end);
        return end;
    }
    if (strchr("pPxoNkg", kind) == NULL || end >= length)
        return end;
    close = text[end] == '{' ? '}' : text[end] == '<' ? '>' : '\0';
    if (close != '\0') {
        const char *found = memchr(text + end, close, length - end);
        return found == NULL ? length : (size_t)(found - text) + 1;
    }
    if (kind == 'p' || kind == 'P')
        return end + 1;
    for (size_t last = end + 2; kind == 'x' && end < last && end < length; end++)
        if (!isxdigit((unsigned char)text[end]))
            break;
    return end;
}

/* (?P<name>…) and the like: the letters of a group's head are no text either. */
static size_t skip_group_head(const char *text, size_t length, size_t at)
{
    size_t end = at + 2 + (at + 2 < length && text[at + 2] == 'P');

    if (end < length && (text[end] == '<' || text[end] == '\'')) {
        char close = text[end] == '<' ? '>' : '\'';
        size_t name = end + 1;
        while (name < length && (isalnum((unsigned char)text[name]) || text[name] == '_'))
            name++;
        if (name < length && name > end + 1 && text[name] == close)
            return name + 1;
    }
    while (end < length && isupper((unsigned char)text[end])) /* (?R), (?J) */
        end++;
    return end;
}

static bool is_upper(const char *text, size_t length)
{
    struct buffer folded = { 0 };
    size_t position = 0;
    bool upper;

    if ((unsigned char)text[0] < 0x80)
        return isupper((unsigned char)text[0]);
    text_fold_add(text, length, &folded);
    text_next(buffer_text(&folded), folded.length, &position);
    /* One character that folds to another; ß, which folds to two, is no capital. */
    upper = position == folded.length &&
            (folded.length != length || memcmp(folded.data, text, length) != 0);
    buffer_finish(&folded);
    return upper;
}

/* Smart case: a capital outside escapes means that the case was meant. */
static bool has_capital(const char *text, size_t length)
{
    for (size_t at = 0; at < length;) {
        size_t next = at;
        if (text[at] == '\\') {
            at = skip_escape(text, length, at);
        } else if (text[at] == '(' && at + 1 < length && text[at + 1] == '?') {
            at = skip_group_head(text, length, at);
        } else {
            text_next(text, length, &next);
            if (is_upper(text + at, next - at))
                return true;
            at = next;
        }
    }
    return false;
}

static struct filter_pattern *compile(const char *text, size_t length, uint32_t options,
                                      int *ret_error, size_t *ret_offset)
{
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    struct filter_pattern *pattern;
    pcre2_code *code;

    pcre2_set_parens_nest_limit(context, NEST_MAX);
    code = pcre2_compile((PCRE2_SPTR)text, length, options, ret_error, ret_offset, context);
    pcre2_compile_context_free(context);
    if (code == NULL)
        return NULL;
    pattern = memory_zero(1, sizeof *pattern);
    pattern->code = code;
    pattern->has_jit = pcre2_jit_compile(code, PCRE2_JIT_COMPLETE) == 0;
    return pattern;
}

/* What is wrong, as the person reads it. What few will ever meet has only its place. */
static const char *why_wrong(int error)
{
    static const struct {
        int error;
        const char *text;
    } sentences[] = {
        { PCRE2_ERROR_MISSING_SQUARE_BRACKET, N_("A ] is missing in the pattern.") },
        { PCRE2_ERROR_MISSING_CLOSING_PARENTHESIS, N_("A ) is missing in the pattern.") },
        { PCRE2_ERROR_UNMATCHED_CLOSING_PARENTHESIS, N_("This ) has no ( before it.") },
        { PCRE2_ERROR_QUANTIFIER_INVALID,
          N_("Nothing to repeat: write \\ before the sign to find the sign.") },
        { PCRE2_ERROR_QUANTIFIER_OUT_OF_ORDER, N_("Write the smaller number first in { }.") },
        { PCRE2_ERROR_QUANTIFIER_TOO_BIG, N_("The number in { } is too large.") },
        { PCRE2_ERROR_CLASS_RANGE_ORDER, N_("Write what comes first in the alphabet first in [ ].") },
        { PCRE2_ERROR_CLASS_INVALID_RANGE, N_("This cannot be an end of a range in [ ].") },
        { PCRE2_ERROR_END_BACKSLASH, N_("A character is missing after the last \\.") },
        { PCRE2_ERROR_UNKNOWN_ESCAPE, N_("This \\ means nothing: write \\\\ to find a \\.") },
        { PCRE2_ERROR_ESCAPE_INVALID_IN_CLASS,
          N_("This \\ means nothing: write \\\\ to find a \\.") },
        { PCRE2_ERROR_MALFORMED_UNICODE_PROPERTY,
          N_("This \\ means nothing: write \\\\ to find a \\.") },
        { PCRE2_ERROR_UNKNOWN_UNICODE_PROPERTY,
          N_("This \\ means nothing: write \\\\ to find a \\.") },
        { PCRE2_ERROR_BACKSLASH_C_CALLER_DISABLED,
          N_("This \\ means nothing: write \\\\ to find a \\.") },
        { PCRE2_ERROR_INVALID_AFTER_PARENS_QUERY,
          N_("This means nothing after (?: write \\( to find a (.") },
        { PCRE2_ERROR_BAD_SUBPATTERN_REFERENCE, N_("There is no such group in the pattern.") },
        { PCRE2_ERROR_PARENTHESES_NEST_TOO_DEEP, N_("Too many parentheses inside each other.") },
        { PCRE2_ERROR_PATTERN_TOO_LARGE, N_("The pattern is too large.") },
        { PCRE2_ERROR_PATTERN_TOO_COMPLICATED, N_("The pattern is too large.") },
    };

    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++)
        if (sentences[i].error == error)
            return sentences[i].text;
    return N_("The pattern cannot be understood here.");
}

struct filter_pattern *pattern_create(const char *text, size_t length, size_t *ret_offset,
                                      struct message *ret_message)
{
    uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C;
    struct filter_pattern *pattern;
    int error = 0;

    *ret_offset = 0;
    if (length > PATTERN_SIZE_MAX) {
        *ret_offset = PATTERN_SIZE_MAX;
        message_set(ret_message, N_("The pattern is too long: it may have 256 bytes."), NULL);
        return NULL;
    }
    if (length >= 2 && memcmp(text, "(*", 2) == 0) {
        message_set(ret_message, N_("A pattern may not begin with (*."), NULL);
        return NULL;
    }
    if (!has_capital(text, length))
        options |= PCRE2_CASELESS;
    pattern = compile(text, length, options, &error, ret_offset);
    if (pattern != NULL)
        return pattern;
    if (*ret_offset > length)
        *ret_offset = length;
    message_set(ret_message, why_wrong(error), NULL);
    return NULL;
}

struct filter_pattern *pattern_create_literals(const struct filter_literals *literals)
{
    struct buffer text = { 0 };
    struct filter_pattern *pattern = NULL;
    size_t offset;
    int error;

    for (size_t i = 0; i < literals->count; i++) {
        if (i > 0)
            buffer_add_byte(&text, '|');
        literal_add(&literals->item[i], &text);
    }
    /* Bytes, not characters: both sides are valid UTF-8, so a hit cannot begin inside a character.
     */
    if (text.length > 0 && text.length <= LITERALS_BYTES_MAX)
        pattern = compile(text.data, text.length, 0, &error, &offset);
    buffer_finish(&text);
    return pattern;
}

void pattern_destroy(struct filter_pattern *pattern)
{
    if (pattern == NULL)
        return;
    pcre2_code_free(pattern->code);
    free(pattern);
}

struct filter_matcher *matcher_create(void)
{
    struct filter_matcher *matcher = memory_zero(1, sizeof *matcher);

    matcher->context = pcre2_match_context_create(NULL);
    matcher->data = pcre2_match_data_create(1, NULL);
    if (matcher->context == NULL || matcher->data == NULL)
        abort();
    pcre2_set_depth_limit(matcher->context, DEPTH_MAX);
    pcre2_set_heap_limit(matcher->context, HEAP_KIBIBYTES);
    return matcher;
}

void matcher_destroy(struct filter_matcher *matcher)
{
    if (matcher == NULL)
        return;
    pcre2_match_context_free(matcher->context);
    pcre2_match_data_free(matcher->data);
    free(matcher);
}

static int run(const struct filter_pattern *pattern, struct filter_matcher *matcher,
               const char *text, size_t length, size_t from, pcre2_match_context *context)
{
    PCRE2_SPTR subject = (PCRE2_SPTR)text;
    uint32_t options = PCRE2_NO_UTF_CHECK; /* the caller's part */

    if (pattern->has_jit)
        return pcre2_jit_match(pattern->code, subject, length, from, options, matcher->data,
                               context);
    return pcre2_match(pattern->code, subject, length, from, options, matcher->data, context);
}

static uint64_t eight(const char *text)
{
    uint64_t bytes;

    memcpy(&bytes, text, sizeof bytes);
    return bytes;
}

static bool is_ascii(const char *text, size_t length)
{
    uint64_t seen = 0;

    if (length < 8) {
        for (size_t i = 0; i < length; i++)
            seen |= (unsigned char)text[i];
        return seen < 0x80;
    }
    for (size_t i = 0; i + 8 <= length; i += 8)
        seen |= eight(text + i);
    seen |= eight(text + length - 8);
    return (seen & UINT64_C(0x8080808080808080)) == 0;
}

enum filter_truth pattern_match(const struct filter_pattern *pattern,
                                struct filter_matcher *matcher, const char *text, size_t length)
{
    size_t used = length;
    uint32_t steps = STEPS_MAX;
    int result;

    if (!is_ascii(text, length) && !text_is_utf8(text, length))
        return TRUTH_NO; /* PCRE2 trusts its subject; a foreign hand may have been in the file */
    if (used > PATTERN_SUBJECT_MAX) {
        used = PATTERN_SUBJECT_MAX;
        while (used > 0 && ((unsigned char)text[used] & 0xC0) == 0x80)
            used--;
    }
    if (used > STEPS_OF_A_TEXT / STEPS_MAX)
        steps = (uint32_t)(STEPS_OF_A_TEXT / used);
    steps = steps < STEPS_MIN ? STEPS_MIN : steps;
    if (steps != matcher->steps)
        pcre2_set_match_limit(matcher->context, matcher->steps = steps);
    result = run(pattern, matcher, text, used, 0, matcher->context);
    if (result >= 0)
        return TRUTH_YES;
    return result == PCRE2_ERROR_NOMATCH && used == length ? TRUTH_NO : TRUTH_UNKNOWN;
}

size_t pattern_find(const struct filter_pattern *pattern, struct filter_matcher *matcher,
                    const char *text, size_t length, size_t from)
{
    if (run(pattern, matcher, text, length, from, NULL) < 0)
        return SIZE_MAX;
    return pcre2_get_ovector_pointer(matcher->data)[0];
}

#define TEXT_OF(number) #number
#define VERSION_TEXT(major, minor) "PCRE2 " TEXT_OF(major) "." TEXT_OF(minor)

const char *filter_engine(void)
{
    uint32_t has_jit = 0;

    pcre2_config(PCRE2_CONFIG_JIT, &has_jit);
    return has_jit != 0 ? VERSION_TEXT(PCRE2_MAJOR, PCRE2_MINOR) " JIT"
                        : VERSION_TEXT(PCRE2_MAJOR, PCRE2_MINOR);
}
