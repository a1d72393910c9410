/*
 * Filter, literals of a pattern: texts of which at least one stands in every text that the pattern matches, so that a
 * scan jumps from one to the next and tries the pattern only there.
 *
 * State: one reading of a pattern. What is not understood in full gives none: then every row is tried.
 * Invariants: a run is characters that follow each other in every match; it is given as it stands in the search text,
 * folded. Only letters and digits are in runs: of other characters the search text may differ. Behind characters that are
 * certain a run may go on with [classes] of ASCII letters and digits, and with \d: then it is given as a pattern.
 */
#include "filter_internal.h"

#include <ctype.h>
#include <string.h>

#include "klientel/base/text.h"

enum { NEST_MOST = 16, RUN_LEAST = 2 };

struct reader {
    const char *text;
    size_t length, at;
    unsigned depth;
    bool is_strange; /* something that is not understood: there is no list */
    struct arena *arena;
    struct buffer run;     /* characters, as typed */
    struct buffer pattern; /* what stands before them in the run, when there are classes in it */
    size_t certain;        /* bytes of characters in that */
};

size_t literals_shortest(const struct filter_literals *literals)
{
    size_t least = SIZE_MAX;

    for (size_t i = 0; i < literals->count; i++)
        if (literals->item[i].length < least)
            least = literals->item[i].length;
    return least;
}

/* Of what every match must have, what promises the fewest hits: long texts, then few. */
static void prefer(const struct filter_literals *other, struct filter_literals *best)
{
    size_t one, two;

    if (other->count == 0)
        return;
    one = best->count == 0 ? 0 : literals_shortest(best);
    two = literals_shortest(other);
    if (two > one || (two == one && other->count < best->count))
        *best = *other;
}

void literal_add(const struct filter_literal *literal, struct buffer *ret_pattern)
{
    if (literal->is_pattern) {
        buffer_add_text(ret_pattern, literal->text);
        return;
    }
    for (size_t i = 0; i < literal->length; i++) {
        unsigned char c = (unsigned char)literal->text[i];
        if (c < 0x80 && !isalnum(c))
            buffer_add_byte(ret_pattern, '\\');
        buffer_add_byte(ret_pattern, literal->text[i]);
    }
}

/* The characters of the run so far, folded, become part of its pattern. */
static void end_characters(struct reader *reader)
{
    struct buffer folded = { 0 };

    text_fold_add(buffer_text(&reader->run), reader->run.length, &folded);
    literal_add(&(struct filter_literal){ buffer_text(&folded), folded.length, false },
                &reader->pattern);
    reader->certain += folded.length;
    buffer_finish(&folded);
    buffer_clear(&reader->run);
}

static void end_run(struct reader *reader, struct filter_literals *best)
{
    struct filter_literals literals = { .count = 1 };
    struct buffer folded = { 0 };

    if (reader->pattern.length > 0) {
        end_characters(reader);
        literals.item[0] = (struct filter_literal){
            arena_text_n(reader->arena, buffer_text(&reader->pattern), reader->pattern.length),
            reader->certain, true
        };
    } else {
        text_fold_add(buffer_text(&reader->run), reader->run.length, &folded);
        literals.item[0] = (struct filter_literal){
            arena_text_n(reader->arena, buffer_text(&folded), folded.length), folded.length, false
        };
    }
    if (literals.item[0].length >= RUN_LEAST)
        prefer(&literals, best);
    buffer_finish(&folded);
    buffer_clear(&reader->run);
    buffer_clear(&reader->pattern);
    reader->certain = 0;
}

static char peek(const struct reader *reader)
{
    return reader->at < reader->length ? reader->text[reader->at] : '\0';
}

/* Passes over a quantifier. What it says of the item before it: '1' exactly one, '+' one or more, '?' perhaps none. */
static char quantifier(struct reader *reader)
{
    char kind = peek(reader);

    if (kind != '?' && kind != '*' && kind != '+' && kind != '{')
        return '1';
    reader->at++;
    if (kind == '{')
        while (isdigit((unsigned char)peek(reader)) || peek(reader) == ',' || peek(reader) == '}')
            if (reader->text[reader->at++] == '}')
                break;
    while (peek(reader) == '?' || peek(reader) == '+') /* lazy, possessive */
        reader->at++;
    return kind == '+' ? '+' : '?';
}

static void skip_class(struct reader *reader)
{
    reader->at++;
    reader->at += peek(reader) == '^';
    reader->at += peek(reader) == ']';
    while (reader->at < reader->length && peek(reader) != ']') {
        reader->is_strange |= peek(reader) == '['; /* [:alpha:] */
        if (peek(reader) == '\\') {
            reader->is_strange |= strchr("QE", reader->text[reader->at + 1]) != NULL;
            reader->at++;
        }
        reader->at++;
    }
    reader->is_strange |= reader->at >= reader->length;
    reader->at++;
}

static void skip_escape(struct reader *reader)
{
    unsigned char kind;

    reader->at++;
    kind = (unsigned char)peek(reader);
    reader->is_strange |= kind == '\0' || (isalnum(kind) && strchr("dDwWsSbBhHvV", kind) == NULL);
    reader->at++;
}

static void read_character(struct reader *reader, struct filter_literals *best)
{
    size_t start = reader->at, size;
    char kind;

    text_next(reader->text, reader->length, &reader->at);
    size = reader->at - start;
    kind = quantifier(reader);
    if (kind == '?') {
        end_run(reader, best);
        return;
    }
    buffer_add(&reader->run, reader->text + start, size);
    if (kind == '+')
        end_run(reader, best);
}

static bool same_kind(unsigned char low, unsigned char high)
{
    return low <= high && ((isdigit(low) && isdigit(high)) || (islower(low) && islower(high)) ||
                           (isupper(low) && isupper(high)));
}

/* [a-c7] of ASCII letters and digits alone, as it stands in the search text. False without a step where it is anything
 * else. */
static bool read_plain_class(struct reader *reader, struct buffer *ret_pattern)
{
    size_t at = reader->at + 1;

    buffer_add_byte(ret_pattern, '[');
    while (at < reader->length && reader->text[at] != ']') {
        unsigned char low = (unsigned char)reader->text[at], high = low;
        if (at + 2 < reader->length && reader->text[at + 1] == '-') {
            high = (unsigned char)reader->text[at + 2];
            at += 2;
        }
        if (low >= 0x80 || high >= 0x80 || !same_kind(low, high))
            return false;
        buffer_add_byte(ret_pattern, (char)tolower(low));
        buffer_add_byte(ret_pattern, '-');
        buffer_add_byte(ret_pattern, (char)tolower(high));
        at++;
    }
    buffer_add_byte(ret_pattern, ']');
    if (at >= reader->length || at == reader->at + 1)
        return false;
    reader->at = at + 1;
    return true;
}

/* One of several characters: the run goes on where enough of it is certain and each is understood. */
static void read_some(struct reader *reader, struct filter_literals *best)
{
    /* Every digit of Unicode is one: any character that is not ASCII may be. */
    static const char digit[] = "(?:[0-9]|[\\xC2-\\xF4][\\x80-\\xBF]{1,3}+)";
    bool is_class = peek(reader) == '[', is_plain;
    struct buffer pattern = { 0 };
    char kind;

    if (is_class) {
        is_plain = read_plain_class(reader, &pattern);
        if (!is_plain)
            skip_class(reader);
    } else {
        is_plain = reader->text[reader->at + 1] == 'd';
        buffer_add_text(&pattern, digit);
        skip_escape(reader);
    }
    kind = quantifier(reader);
    if (reader->run.length + reader->certain < RUN_LEAST || !is_plain || kind == '?') {
        end_run(reader, best);
    } else {
        end_characters(reader);
        buffer_add(&reader->pattern, pattern.data, pattern.length);
        if (kind == '+')
            end_run(reader, best);
    }
    buffer_finish(&pattern);
}

static void read_alternatives(struct reader *reader, struct filter_literals *ret_literals);

static void read_group(struct reader *reader, struct filter_literals *best)
{
    struct filter_literals group = { 0 };

    reader->at++;
    if (strncmp(reader->text + reader->at, "?:", 2) == 0)
        reader->at += 2;
    else
        reader->is_strange |= peek(reader) == '?' || peek(reader) == '*';
    reader->is_strange |= ++reader->depth > NEST_MOST;
    if (reader->is_strange)
        return;
    read_alternatives(reader, &group);
    reader->depth--;
    reader->is_strange |= peek(reader) != ')';
    reader->at++;
    if (quantifier(reader) != '?')
        prefer(&group, best);
}

static void read_sequence(struct reader *reader, struct filter_literals *ret_literals)
{
    *ret_literals = (struct filter_literals){ 0 };
    while (reader->at < reader->length && !reader->is_strange && peek(reader) != '|' &&
           peek(reader) != ')') {
        unsigned char kind = (unsigned char)peek(reader);
        if (isalnum(kind) || kind >= 0x80) {
            read_character(reader, ret_literals);
            continue;
        }
        if (kind == '[' || kind == '\\') {
            read_some(reader, ret_literals);
            continue;
        }
        end_run(reader, ret_literals);
        if (kind == '(') {
            read_group(reader, ret_literals);
            continue;
        }
        reader->at++;
        quantifier(reader);
    }
    end_run(reader, ret_literals);
}

static void read_alternatives(struct reader *reader, struct filter_literals *ret_literals)
{
    struct filter_literals one;
    bool is_whole = true;

    *ret_literals = (struct filter_literals){ 0 };
    for (;;) {
        read_sequence(reader, &one);
        is_whole &= one.count > 0 && ret_literals->count + one.count <= FILTER_LITERALS_MAX;
        if (is_whole) {
            memcpy(ret_literals->item + ret_literals->count, one.item, one.count * sizeof *one.item);
            ret_literals->count += one.count;
        }
        if (peek(reader) != '|' || reader->is_strange)
            break;
        reader->at++;
    }
    if (!is_whole)
        ret_literals->count = 0;
}

void pattern_literals(const char *text, size_t length, struct arena *arena,
                      struct filter_literals *ret_literals)
{
    struct reader reader = { .text = text, .length = length, .arena = arena };

    read_alternatives(&reader, ret_literals);
    if (reader.is_strange || reader.at < length)
        ret_literals->count = 0;
    ret_literals->exact = false;
    buffer_finish(&reader.run);
    buffer_finish(&reader.pattern);
}
