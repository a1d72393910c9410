/*
 * Filter, literals of a pattern: texts of which at least one stands in every text that the pattern matches, so that a
 * scan jumps from one to the next and tries the pattern only there.
 *
 * State: one reading of a pattern. What is not understood in full gives none: then every row is tried.
 * Invariants: a run is characters that follow each other in every match; it is given as it stands in the search text,
 * folded. Only letters and digits are in runs: of other characters the search text may differ.
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
    struct buffer run;
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

static void end_run(struct reader *reader, struct filter_literals *best)
{
    struct filter_literals literals = { .count = 1 };
    struct buffer folded = { 0 };

    text_fold_add(buffer_text(&reader->run), reader->run.length, &folded);
    literals.item[0] = (struct filter_literal){
        arena_text_n(reader->arena, buffer_text(&folded), folded.length), folded.length
    };
    if (folded.length >= RUN_LEAST)
        prefer(&literals, best);
    buffer_finish(&folded);
    buffer_clear(&reader->run);
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
        end_run(reader, ret_literals);
        if (kind == '(') {
            read_group(reader, ret_literals);
            continue;
        }
        if (kind == '[')
            skip_class(reader);
        else if (kind == '\\')
            skip_escape(reader);
        else
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
}
