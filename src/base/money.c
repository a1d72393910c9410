/*
 * Money. No state. A number is read in two steps: split into groups of digits with the separators
 * between them, then judged; nothing is guessed, what could mean two amounts is refused.
 */
#include "klientel/base/money.h"

#include <string.h>

enum { GROUPS = 24, SIGN_LENGTH = 3 };

enum separator {
    SEPARATOR_NONE,
    SEPARATOR_POINT,
    SEPARATOR_COMMA,
    SEPARATOR_SPACE,
    SEPARATOR_NO_BREAK,
    SEPARATOR_NARROW,
    SEPARATOR_APOSTROPHE,
    SEPARATOR_QUOTE,
};

static const struct {
    const char *text;
    enum separator separator;
} separators[] = {
    { ".", SEPARATOR_POINT },
    { ",", SEPARATOR_COMMA },
    { " ", SEPARATOR_SPACE },
    { "\xc2\xa0", SEPARATOR_NO_BREAK },     /* U+00A0 */
    { "\xe2\x80\xaf", SEPARATOR_NARROW },   /* U+202F */
    { "'", SEPARATOR_APOSTROPHE },
    { "\xe2\x80\x99", SEPARATOR_QUOTE },    /* U+2019 */
};

struct group {
    const char *digits;
    size_t length;
    enum separator before;
};

struct figure {
    bool negative;
    size_t count;
    struct group groups[GROUPS];
};

static size_t separator_read(const char *text, size_t length, enum separator *ret_separator)
{
    for (size_t i = 0; i < sizeof separators / sizeof *separators; i++) {
        size_t size = strlen(separators[i].text);
        if (size <= length && memcmp(text, separators[i].text, size) == 0) {
            *ret_separator = separators[i].separator;
            return size;
        }
    }
    return 0;
}

static size_t sign_read(const char *text, size_t length, bool *ret_negative)
{
    static const char minus[SIGN_LENGTH + 1] = "\xe2\x88\x92"; /* U+2212 */
    *ret_negative = false;
    if (length >= SIGN_LENGTH && memcmp(text, minus, SIGN_LENGTH) == 0) {
        *ret_negative = true;
        return SIGN_LENGTH;
    }
    if (length && (*text == '-' || *text == '+')) {
        *ret_negative = *text == '-';
        return 1;
    }
    return 0;
}

static bool figure_read(const char *text, size_t length, struct figure *ret_figure)
{
    size_t at = sign_read(text, length, &ret_figure->negative);
    enum separator before = SEPARATOR_NONE;
    ret_figure->count = 0;
    for (;;) {
        size_t start = at;
        while (at < length && text[at] >= '0' && text[at] <= '9') {
            at++;
        }
        if (at == start || ret_figure->count == GROUPS) {
            return false;
        }
        ret_figure->groups[ret_figure->count++] =
            (struct group){ text + start, at - start, before };
        if (at == length) {
            return true;
        }
        size_t size = separator_read(text + at, length - at, &before);
        if (!size) {
            return false;
        }
        at += size;
    }
}

/* The first `count` groups are one whole number: 1-3 digits, then threes, one kind of separator. */
static bool groups_valid(const struct figure *figure, size_t count)
{
    if (count > 1 && figure->groups[0].length > 3) {
        return false;
    }
    for (size_t i = 1; i < count; i++) {
        if (figure->groups[i].length != 3 || figure->groups[i].before != figure->groups[1].before) {
            return false;
        }
    }
    return true;
}

static bool is_decimal(enum separator separator)
{
    return separator == SEPARATOR_POINT || separator == SEPARATOR_COMMA;
}

static bool digits_add(const char *digits, size_t length, uint64_t *number)
{
    for (size_t i = 0; i < length; i++) {
        if (__builtin_mul_overflow(*number, 10, number) ||
            __builtin_add_overflow(*number, (uint64_t)(digits[i] - '0'), number)) {
            return false;
        }
    }
    return true;
}

static bool magnitude_sign(uint64_t magnitude, bool negative, int64_t *ret_number)
{
    if (magnitude > (uint64_t)INT64_MAX + negative) {
        return false;
    }
    *ret_number = (int64_t)(negative ? -magnitude : magnitude);
    return true;
}

/* "1.234": one to three digits that a thousand may begin with, then exactly three. */
static bool is_ambiguous(const struct figure *figure)
{
    const struct group *first = &figure->groups[0];
    return figure->count == 2 && first->length <= 3 && first->digits[0] != '0' &&
           figure->groups[1].length == 3;
}

bool money_parse(const char *text, size_t length, int64_t *ret_minor)
{
    struct figure figure;
    if (!figure_read(text, length, &figure)) {
        return false;
    }
    struct group decimals = { "", 0, SEPARATOR_NONE };
    size_t whole = figure.count;
    if (is_decimal(figure.groups[whole - 1].before)) {
        decimals = figure.groups[--whole];
        if (is_ambiguous(&figure)) {
            return false;
        }
    }
    if (!groups_valid(&figure, whole)) {
        return false;
    }
    if (whole > 1 && (figure.groups[1].before == decimals.before)) {
        return false;
    }
    uint64_t magnitude = 0;
    for (size_t i = 0; i < whole; i++) {
        if (!digits_add(figure.groups[i].digits, figure.groups[i].length, &magnitude)) {
            return false;
        }
    }
    for (size_t i = 0; i < 2 || i < decimals.length; i++) {
        const char *digit = i < decimals.length ? decimals.digits + i : "0";
        if (i < 2 ? !digits_add(digit, 1, &magnitude) : *digit != '0') {
            return false;
        }
    }
    return magnitude_sign(magnitude, figure.negative, ret_minor);
}

bool number_parse(const char *text, size_t length, int64_t *ret_number)
{
    struct figure figure;
    if (!figure_read(text, length, &figure) || !groups_valid(&figure, figure.count)) {
        return false;
    }
    uint64_t magnitude = 0;
    for (size_t i = 0; i < figure.count; i++) {
        if (is_decimal(figure.groups[i].before) ||
            !digits_add(figure.groups[i].digits, figure.groups[i].length, &magnitude)) {
            return false;
        }
    }
    return magnitude_sign(magnitude, figure.negative, ret_number);
}

void money_add(int64_t minor, struct buffer *ret_text)
{
    uint64_t magnitude = minor < 0 ? -(uint64_t)minor : (uint64_t)minor;
    buffer_print(ret_text, "%s%llu.%02u", minor < 0 ? "-" : "",
                 (unsigned long long)(magnitude / 100), (unsigned)(magnitude % 100));
}

bool currency_valid(const char *code)
{
    for (int i = 0; i < 3; i++) {
        if (code[i] < 'A' || code[i] > 'Z') {
            return false;
        }
    }
    return code[3] == '\0';
}
