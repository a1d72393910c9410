/*
 * Text on a terminal: clusters, columns, ASCII. No state. A column count here must be what the
 * terminal will do, and terminals go by wcwidth; where terminals disagree the cluster is given the
 * wider room.
 */
#include "klientel/base/text.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <utf8proc.h>

enum { JOINER = 0x200d, EMOJI_VARIATION = 0xfe0f };

static int scalar_width(uint32_t scalar)
{
    int width = wcwidth((wchar_t)scalar);
    return width < 0 ? 1 : width > 2 ? 2 : width;
}

static bool is_visible_ascii(char c)
{
    return c >= ' ' && c < 0x7f;
}

/* Scalars that terminals draw as part of an emoji, or do not. */
static bool is_disputed(uint32_t scalar)
{
    return scalar == JOINER || scalar == EMOJI_VARIATION ||
           (scalar >= 0x1f1e6 && scalar <= 0x1f1ff) || /* letters of flags */
           (scalar >= 0x1f3fb && scalar <= 0x1f3ff) || /* colours of skin */
           (scalar >= 0xe0020 && scalar <= 0xe007f);   /* tags */
}

int text_cluster(const char *text, size_t length, size_t *position)
{
    size_t at = *position;
    if (at >= length) {
        return 0;
    }
    if (is_visible_ascii(text[at]) && (at + 1 == length || (text[at + 1] & 0x80) == 0)) {
        *position = at + 1;
        return 1;
    }
    utf8proc_int32_t state = 0;
    uint32_t last = text_next(text, length, &at);
    int width = scalar_width(last);
    bool disputed = false;
    while (at < length) {
        size_t after = at;
        uint32_t next = text_next(text, length, &after);
        if (utf8proc_grapheme_break_stateful((utf8proc_int32_t)last, (utf8proc_int32_t)next,
                                             &state)) {
            break;
        }
        bool odd = is_disputed(next) || last == JOINER;
        if (!odd && width > 0 && scalar_width(next) > 0) {
            break; /* a sign of its own width stands in a cell of its own on every terminal */
        }
        disputed = disputed || odd;
        last = next;
        at = after;
    }
    *position = at;
    return disputed ? 2 : width;
}

int text_width(const char *text, size_t length)
{
    int width = 0;
    for (size_t at = 0; at < length;) {
        width += text_cluster(text, length, &at);
    }
    return width;
}

size_t text_fit(const char *text, size_t length, int columns)
{
    size_t fit = 0;
    for (size_t at = 0; at < length;) {
        columns -= text_cluster(text, length, &at);
        if (columns < 0) {
            break;
        }
        fit = at;
    }
    return fit;
}

/* ---- ASCII ---- */

struct substitute {
    uint32_t scalar;
    const char *text;
};

/* In order of scalars. What is not here is taken apart, å to a and a ring, and its ASCII is kept.
 * */
static const struct substitute substitutes[] = {
    { 0x00a1, "!" },    { 0x00a2, "c" },   { 0x00a3, "GBP" }, { 0x00a4, "*" },   { 0x00a5, "JPY" },
    { 0x00a6, "|" },    { 0x00a7, "S" },   { 0x00a9, "(c)" }, { 0x00aa, "a" },   { 0x00ab, "\"" },
    { 0x00ac, "-" },    { 0x00ae, "(R)" }, { 0x00b0, "o" },   { 0x00b1, "+-" },  { 0x00b2, "2" },
    { 0x00b3, "3" },    { 0x00b4, "'" },   { 0x00b5, "u" },   { 0x00b6, "P" },   { 0x00b7, "." },
    { 0x00b9, "1" },    { 0x00ba, "o" },   { 0x00bb, "\"" },  { 0x00bc, "1/4" }, { 0x00bd, "1/2" },
    { 0x00be, "3/4" },  { 0x00bf, "?" },   { 0x00c6, "AE" },  { 0x00d0, "D" },   { 0x00d7, "x" },
    { 0x00d8, "O" },    { 0x00de, "Th" },  { 0x00df, "ss" },  { 0x00e6, "ae" },  { 0x00f0, "d" },
    { 0x00f7, "/" },    { 0x00f8, "o" },   { 0x00fe, "th" },  { 0x0110, "D" },   { 0x0111, "d" },
    { 0x0126, "H" },    { 0x0127, "h" },   { 0x0131, "i" },   { 0x0141, "L" },   { 0x0142, "l" },
    { 0x014a, "N" },    { 0x014b, "n" },   { 0x0152, "OE" },  { 0x0153, "oe" },  { 0x0166, "T" },
    { 0x0167, "t" },    { 0x1e9e, "SS" },  { 0x2010, "-" },   { 0x2011, "-" },   { 0x2012, "-" },
    { 0x2013, "-" },    { 0x2014, "-" },   { 0x2015, "-" },   { 0x2018, "'" },   { 0x2019, "'" },
    { 0x201a, "'" },    { 0x201b, "'" },   { 0x201c, "\"" },  { 0x201d, "\"" },  { 0x201e, "\"" },
    { 0x201f, "\"" },   { 0x2020, "+" },   { 0x2022, "*" },   { 0x2026, "..." }, { 0x2030, "o/oo" },
    { 0x2032, "'" },    { 0x2033, "\"" },  { 0x2039, "'" },   { 0x203a, "'" },   { 0x2044, "/" },
    { 0x20ac, "EUR" },  { 0x2116, "No" },  { 0x2122, "TM" },  { 0x2190, "<" },   { 0x2191, "^" },
    { 0x2192, ">" },    { 0x2193, "v" },   { 0x2194, "<>" },  { 0x21b5, "<" },   { 0x21d2, ">" },
    { 0x2212, "-" },    { 0x2219, "." },   { 0x221e, "oo" },  { 0x2248, "~" },   { 0x2260, "!=" },
    { 0x2264, "<=" },   { 0x2265, ">=" },  { 0x2283, ">" },   { 0x22c5, "." },   { 0x2581, "." },
    { 0x2582, ":" },    { 0x2583, "-" },   { 0x2584, "=" },   { 0x2585, "+" },   { 0x2586, "*" },
    { 0x2587, "#" },    { 0x2588, "@" },   { 0x2589, "#" },   { 0x258a, "*" },   { 0x258b, "+" },
    { 0x258c, "=" },    { 0x258d, "-" },   { 0x258e, ":" },   { 0x258f, "." },   { 0x2591, "." },
    { 0x2592, ":" },    { 0x2593, "#" },   { 0x25a0, "#" },   { 0x25a1, "o" },   { 0x25aa, "*" },
    { 0x25b2, "^" },    { 0x25b4, "^" },   { 0x25b6, ">" },   { 0x25b8, ">" },   { 0x25ba, ">" },
    { 0x25bc, "v" },    { 0x25be, "v" },   { 0x25c0, "<" },   { 0x25c2, "<" },   { 0x25c4, "<" },
    { 0x25c6, "*" },    { 0x25c7, "o" },   { 0x25cb, "o" },   { 0x25cc, "o" },   { 0x25cf, "*" },
    { 0x25e6, "o" },    { 0x2605, "*" },   { 0x2606, "o" },   { 0x26a0, "!" },   { 0x2713, "v" },
    { 0x2714, "v" },    { 0x2715, "x" },   { 0x2717, "x" },   { 0x2718, "x" },
};

static int substitute_order(const void *key, const void *entry)
{
    uint32_t scalar = *(const uint32_t *)key;
    const struct substitute *substitute = entry;
    return (scalar > substitute->scalar) - (scalar < substitute->scalar);
}

static const char *substitute_of(uint32_t scalar)
{
    const struct substitute *found =
        bsearch(&scalar, substitutes, sizeof substitutes / sizeof *substitutes, sizeof *substitutes,
                substitute_order);
    return found ? found->text : NULL;
}

/* Lines and corners of boxes. */
static char box_of(uint32_t scalar)
{
    switch (scalar) {
    case 0x2500: /* ─ ━ ┄ ┅ ┈ ┉ ╌ ╍ */
    case 0x2501:
    case 0x2504:
    case 0x2505:
    case 0x2508:
    case 0x2509:
    case 0x254c:
    case 0x254d:
        return '-';
    case 0x2550: /* ═ */
        return '=';
    case 0x2502: /* │ ┃ ┆ ┇ ┊ ┋ ╎ ╏ ║ */
    case 0x2503:
    case 0x2506:
    case 0x2507:
    case 0x250a:
    case 0x250b:
    case 0x254e:
    case 0x254f:
    case 0x2551:
        return '|';
    default:
        return '+';
    }
}

/* The ASCII that is left when a character is taken apart; 0 when nothing is. */
static size_t taken_apart(uint32_t scalar, char ret_text[static 8])
{
    utf8proc_int32_t parts[32];
    int boundary = UTF8PROC_BOUNDCLASS_START;
    utf8proc_ssize_t count =
        utf8proc_decompose_char((utf8proc_int32_t)scalar, parts, sizeof parts / sizeof *parts,
                                UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT, &boundary);
    size_t length = 0;
    for (utf8proc_ssize_t i = 0; i < count && i < 32 && length < 8; i++) {
        if (parts[i] >= ' ' && parts[i] < 0x7f) {
            ret_text[length++] = (char)parts[i];
        }
    }
    return length;
}

static void scalar_ascii(uint32_t scalar, struct buffer *ret_text)
{
    char apart[8];
    size_t length;
    const char *text = substitute_of(scalar);
    if (text) {
        buffer_add_text(ret_text, text);
    } else if (scalar >= 0x2500 && scalar <= 0x257f) {
        buffer_add_byte(ret_text, box_of(scalar));
    } else if ((length = taken_apart(scalar, apart)) > 0) {
        buffer_add(ret_text, apart, length);
    } else {
        buffer_add(ret_text, "??", (size_t)scalar_width(scalar));
    }
}

/* Blank and soft hyphen are left to text_ascii_add's rules. */
static bool in_latin1(uint32_t scalar)
{
    return scalar > 0xa0 && scalar <= 0xff && scalar != 0xad;
}

void text_latin1_add(const char *text, size_t length, struct buffer *ret_text)
{
    for (size_t at = 0; at < length;) {
        size_t start = at;
        uint32_t scalar = text_next(text, length, &at);
        if (scalar < 0x80 || in_latin1(scalar))
            buffer_add(ret_text, text + start, at - start);
        else
            scalar_ascii(scalar, ret_text);
    }
}

size_t text_latin1_bytes(char *text, size_t length)
{
    size_t from = 0, to = 0;
    while (from < length) {
        uint32_t scalar = text_next(text, length, &from);
        text[to++] = (char)(scalar <= 0xff ? scalar : '?');
    }
    return to;
}

void text_ascii_add(const char *text, size_t length, struct buffer *ret_text)
{
    for (size_t at = 0; at < length;) {
        if ((text[at] & 0x80) == 0) {
            buffer_add_byte(ret_text, text[at++]);
        } else {
            scalar_ascii(text_next(text, length, &at), ret_text);
        }
    }
}
