/*
 * Text: UTF-8, normal form, folding, and what may and what may not be shown. No state but the
 * character type of the process (text_start). Cells and ASCII are in cells.c.
 *
 * Nearly all text of a bureau is ASCII and Nordic letters, and a big dataset passes through here
 * row by row; so such text takes a short way that does not allocate.
 */
#include "klientel/base/text.h"

#include <assert.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

enum { REPLACEMENT = 0xfffd, MARKS = 2, DOTTED_CIRCLE = 0x25cc };

bool text_start(void)
{
    static const char *const names[] = { "C.UTF-8", "C.utf8", "en_US.UTF-8", "sv_SE.UTF-8",
                                         "nb_NO.UTF-8" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (setlocale(LC_CTYPE, names[i])) {
            return true;
        }
    }
    return false;
}

/* ---- UTF-8 ---- */

static bool is_next_byte(unsigned char byte)
{
    return (byte & 0xc0) == 0x80;
}

/* Length of the well-formed sequence at bytes, 0 when there is none; zero bytes are not text. */
static size_t sequence(const unsigned char *bytes, size_t length, uint32_t *ret_scalar)
{
    unsigned char first = bytes[0];
    if (first < 0x80) {
        *ret_scalar = first;
        return first ? 1 : 0;
    }
    size_t size = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (first < 0xc2 || first > 0xf4 || size > length) {
        return 0;
    }
    uint32_t scalar = first & (0x7fu >> size);
    for (size_t i = 1; i < size; i++) {
        if (!is_next_byte(bytes[i])) {
            return 0;
        }
        scalar = scalar << 6 | (bytes[i] & 0x3f);
    }
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    if (scalar < least[size] || scalar > 0x10ffff || (scalar >= 0xd800 && scalar <= 0xdfff)) {
        return 0;
    }
    *ret_scalar = scalar;
    return size;
}

/* Number of leading bytes, in steps of eight, that are 1 ... 0x7f. */
static size_t ascii_run(const char *text, size_t length)
{
    const uint64_t high = UINT64_C(0x8080808080808080), ones = UINT64_C(0x0101010101010101);
    size_t at = 0;
    for (uint64_t word; length - at >= sizeof word; at += sizeof word) {
        memcpy(&word, text + at, sizeof word);
        if ((word | (word - ones)) & high) {
            break;
        }
    }
    return at;
}

bool text_is_utf8(const char *text, size_t length)
{
    size_t at = ascii_run(text, length);
    while (at < length) {
        uint32_t scalar;
        size_t size = sequence((const unsigned char *)text + at, length - at, &scalar);
        if (!size) {
            return false;
        }
        at += size;
        if (size == 1) {
            at += ascii_run(text + at, length - at);
        }
    }
    return true;
}

uint32_t text_next(const char *text, size_t length, size_t *position)
{
    if (*position >= length) {
        return 0;
    }
    uint32_t scalar;
    size_t size = sequence((const unsigned char *)text + *position, length - *position, &scalar);
    *position += size ? size : 1;
    return size ? scalar : REPLACEMENT;
}

size_t text_put(uint32_t scalar, char ret_bytes[static 4])
{
    if (scalar > 0x10ffff || (scalar >= 0xd800 && scalar <= 0xdfff)) {
        scalar = REPLACEMENT;
    }
    return (size_t)utf8proc_encode_char((utf8proc_int32_t)scalar, (utf8proc_uint8_t *)ret_bytes);
}

/* ---- what may be a name ---- */

/* Scalars that act or hide instead of showing something: refused in names, marked on the way out.
 * */
static bool is_hidden(uint32_t scalar)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        { 0x0000, 0x001f },   { 0x007f, 0x009f }, /* controls */
        { 0x00ad, 0x00ad },                       /* soft hyphen */
        { 0x034f, 0x034f },                       /* grapheme joiner */
        { 0x061c, 0x061c },                       /* bidi */
        { 0x115f, 0x1160 },                       /* empty Hangul letters */
        { 0x17b4, 0x17b5 },                       /* vowels that are not drawn */
        { 0x180b, 0x180f },                       /* variation, vowel separator */
        { 0x200b, 0x200f },                       /* zero width, bidi */
        { 0x2028, 0x202e },                       /* line ends, bidi */
        { 0x2060, 0x206f },                       /* zero width, bidi */
        { 0x3164, 0x3164 },                       /* empty Hangul letter */
        { 0xfe00, 0xfe0f },                       /* variation */
        { 0xfeff, 0xfeff },                       /* byte order mark */
        { 0xffa0, 0xffa0 },                       /* empty Hangul letter */
        { 0xfff0, 0xfffb },                       /* annotation */
        { 0xfffe, 0xffff },                       /* no characters */
        { 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a }, /* formats */
        { 0xe0000, 0xe0fff },                       /* tags, variation */
    };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges && ranges[i].first <= scalar; i++) {
        if (scalar <= ranges[i].last) {
            return true;
        }
    }
    return (scalar & 0xfffe) == 0xfffe;
}

bool text_is_plain(const char *text, size_t length)
{
    size_t at = 0;
    while (at < length) {
        uint32_t scalar;
        size_t size = sequence((const unsigned char *)text + at, length - at, &scalar);
        if (!size || is_hidden(scalar)) {
            return false;
        }
        at += size;
    }
    return true;
}

/* ---- normal form ---- */

/* No scalar from U+0300 on, the first combining mark, has a lead byte below 0xcc; and what is below
 * U+0300 is in NFC as it stands. Also true of broken text with such bytes only. */
static bool is_composed(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)text[i] >= 0xcc) {
            return false;
        }
    }
    return true;
}

static char *normal_form(const char *text, size_t length, utf8proc_option_t options,
                         size_t *ret_length)
{
    utf8proc_uint8_t *form = NULL;
    utf8proc_ssize_t size = utf8proc_map((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)length,
                                         &form, UTF8PROC_STABLE | UTF8PROC_COMPOSE | options);
    if (size == UTF8PROC_ERROR_NOMEM) {
        abort();
    }
    *ret_length = size < 0 ? 0 : (size_t)size;
    return size < 0 ? NULL : (char *)form;
}

/* Bytes of the blank at text: a space or another space of some width (category Zs), else 0. */
static size_t blank(const char *text, size_t length)
{
    size_t at = 0;
    uint32_t scalar = text_next(text, length, &at);
    bool is_blank = scalar < 0x80 ? scalar == ' '
                                  : utf8proc_category((utf8proc_int32_t)scalar) ==
                                        UTF8PROC_CATEGORY_ZS;
    return is_blank ? at : 0;
}

static char *blanks_joined(struct arena *arena, const char *text, size_t length)
{
    char *clean = arena_alloc(arena, length + 1);
    size_t used = 0;
    bool waiting = false; /* blanks were passed that will be one space if something follows */
    for (size_t at = 0; at < length;) {
        size_t size = (unsigned char)text[at] > ' ' && (unsigned char)text[at] < 0x80
                          ? 0
                          : blank(text + at, length - at);
        if (size) {
            waiting = used > 0;
            at += size;
            continue;
        }
        if (waiting) {
            clean[used++] = ' ';
            waiting = false;
        }
        do {
            clean[used++] = text[at++];
        } while (at < length && is_next_byte((unsigned char)text[at]));
    }
    clean[used] = '\0';
    return clean;
}

char *text_clean(struct arena *arena, const char *text, size_t length)
{
    if (!text_is_utf8(text, length)) {
        return NULL;
    }
    if (is_composed(text, length)) {
        return blanks_joined(arena, text, length);
    }
    size_t size;
    char *form = normal_form(text, length, 0, &size);
    assert(form);
    char *clean = blanks_joined(arena, form, size);
    free(form);
    return clean;
}

/* ---- folding ---- */

/* Folds ASCII and the letters of Latin-1 in place in the buffer; false, and nothing added, when the
 * text has anything else. No such letter grows: ß is two bytes and becomes ss. */
static bool fold_latin(const char *text, size_t length, struct buffer *ret_text)
{
    buffer_reserve(ret_text, length);
    char *to = ret_text->data + ret_text->length;
    for (size_t at = 0; at < length; at++) {
        unsigned char byte = (unsigned char)text[at];
        if (byte < 0x80) {
            *to++ = (char)(byte >= 'A' && byte <= 'Z' ? byte + 32 : byte);
            continue;
        }
        unsigned char next = at + 1 < length ? (unsigned char)text[at + 1] : 0;
        if ((byte != 0xc2 && byte != 0xc3) || !is_next_byte(next) ||
            (byte == 0xc2 && next == 0xb5)) { /* micro sign: becomes Greek */
            ret_text->data[ret_text->length] = '\0';
            return false;
        }
        at++;
        if (byte == 0xc3 && next == 0x9f) { /* ß */
            *to++ = 's';
            *to++ = 's';
            continue;
        }
        bool capital = byte == 0xc3 && next <= 0x9e && next != 0x97; /* À-Þ without × */
        *to++ = (char)byte;
        *to++ = (char)(capital ? next + 0x20 : next);
    }
    ret_text->length = (size_t)(to - ret_text->data);
    *to = '\0';
    return true;
}

void text_fold_add(const char *text, size_t length, struct buffer *ret_text)
{
    if (fold_latin(text, length, ret_text)) {
        return;
    }
    size_t size;
    char *form = normal_form(text, length, UTF8PROC_CASEFOLD, &size);
    if (form) {
        buffer_add(ret_text, form, size);
        free(form);
        return;
    }
    /* Broken text has no caseless form; its ASCII letters still compare. */
    for (size_t i = 0; i < length; i++) {
        char byte = text[i];
        buffer_add_byte(ret_text, byte >= 'A' && byte <= 'Z' ? (char)(byte + 32) : byte);
    }
}

char *text_fold(struct arena *arena, const char *text, size_t length)
{
    struct buffer fold = { 0 };
    text_fold_add(text, length, &fold);
    char *copy = arena_text_n(arena, fold.data, fold.length);
    buffer_finish(&fold);
    return copy;
}

/* ---- ways out ---- */

static bool is_mark(uint32_t scalar)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)scalar);
    return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME;
}

static bool is_drawn(uint32_t scalar)
{
    return !is_hidden(scalar) &&
           utf8proc_category((utf8proc_int32_t)scalar) != UTF8PROC_CATEGORY_CN;
}

static size_t visible_run(const char *text, size_t length)
{
    size_t at = 0;
    while (at < length && text[at] >= ' ' && text[at] < 0x7f) {
        at++;
    }
    return at;
}

void text_safe_add(const char *text, size_t length, struct buffer *ret_text)
{
    int marks = MARKS; /* so many combining marks since the last character */
    bool base = false; /* is there a character to combine with */
    for (size_t at = 0; at < length;) {
        size_t run = visible_run(text + at, length - at);
        if (run) {
            buffer_add(ret_text, text + at, run);
            at += run;
            marks = 0;
            base = true;
            continue;
        }
        uint32_t scalar;
        size_t size = sequence((const unsigned char *)text + at, length - at, &scalar);
        if (!size) {
            buffer_print(ret_text, "<0x%02X>", (unsigned char)text[at]);
            size = 1;
        } else if (!is_drawn(scalar)) {
            buffer_print(ret_text, "<U+%04X>", (unsigned)scalar);
        } else if (is_mark(scalar)) {
            if (!base) { /* nothing of what stands before this text may be changed by it */
                char circle[4];
                buffer_add(ret_text, circle, text_put(DOTTED_CIRCLE, circle));
                marks = 0;
            }
            if (marks++ < MARKS) {
                buffer_add(ret_text, text + at, size);
            }
            base = true;
            at += size;
            continue;
        } else {
            buffer_add(ret_text, text + at, size);
        }
        marks = 0;
        base = true;
        at += size;
    }
}

static bool same_letter(char a, char b)
{
    return a == b || ((a ^ b) == 0x20 && ((a | 0x20) >= 'a' && (a | 0x20) <= 'z'));
}

/* Row i: slips between the first i letters of a and the beginnings of b; only the last three are kept. */
int text_slips(const char *a, const char *b)
{
    enum { MOST = 40 };
    int rows[3][MOST + 1];
    size_t length_a = strlen(a), length_b = strlen(b);
    if (length_a > MOST || length_b > MOST)
        return MOST;
    for (size_t j = 0; j <= length_b; j++)
        rows[0][j] = (int)j;
    for (size_t i = 1; i <= length_a; i++) {
        int *now = rows[i % 3], *last = rows[(i - 1) % 3], *before = rows[(i + 1) % 3];
        now[0] = (int)i;
        for (size_t j = 1; j <= length_b; j++) {
            int best = last[j - 1] + !same_letter(a[i - 1], b[j - 1]);
            best = last[j] + 1 < best ? last[j] + 1 : best;
            best = now[j - 1] + 1 < best ? now[j - 1] + 1 : best;
            if (i > 1 && j > 1 && same_letter(a[i - 1], b[j - 2]) &&
                same_letter(a[i - 2], b[j - 1]) && before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            now[j] = best;
        }
    }
    return rows[length_a % 3][length_b];
}
void text_shell_add(const char *word, struct buffer *ret_text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_-.,:/=+%@";

    if (*word && strspn(word, plain) == strlen(word)) {
        buffer_add_text(ret_text, word);
        return;
    }
    buffer_add_byte(ret_text, '\'');
    for (; *word; word++) {
        if (*word == '\'')
            buffer_add_text(ret_text, "'\\''");
        else
            buffer_add_byte(ret_text, *word);
    }
    buffer_add_byte(ret_text, '\'');
}

