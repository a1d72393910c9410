/*
 * Identity: organisation numbers, logins, national ids. Pure.
 *
 * Method: what people type is read into a `typed`: digits, and the letters before and behind them.
 * The country then decides which digits are the number itself: Norway modulus 11 (weights
 * 3 2 7 6 5 4 3 2), Sweden Luhn.
 */
#include "klientel/rules/identity.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "klientel/base/language.h"
#include "klientel/base/text.h"

enum { DIGITS_MAX = 31 };

struct typed {
    char before[4], digits[DIGITS_MAX + 1], behind[4];
    size_t count;
    bool is_broken; /* something that has no place in a number */
};

/* Blanks, hyphens and points, in the forms that office programs make of them. */
static bool is_filling(uint32_t scalar)
{
    switch (scalar) {
    case ' ':
    case '\t':
    case '-':
    case '.':
    case 0x00A0: /* no-break space */
    case 0x2009: /* thin space */
    case 0x202F: /* narrow no-break space */
    case 0x2010: /* hyphens and dashes */
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2212: /* minus */
        return true;
    default:
        return false;
    }
}

static struct typed read_typed(const char *text, size_t length)
{
    struct typed typed = { 0 };
    for (size_t position = 0; position < length && !typed.is_broken;) {
        uint32_t scalar = text_next(text, length, &position);
        if (is_filling(scalar))
            continue;
        if (scalar >= '0' && scalar <= '9') {
            if (typed.count == DIGITS_MAX || typed.behind[0])
                typed.is_broken = true;
            else
                typed.digits[typed.count++] = (char)scalar;
            continue;
        }
        char *letters = typed.count ? typed.behind : typed.before;
        size_t used = strlen(letters);
        if (scalar >= 0x80 || !isalpha((int)scalar) || used == 3)
            typed.is_broken = true;
        else
            letters[used] = (char)toupper((int)scalar);
    }
    return typed;
}

static bool letters_fit(const struct typed *typed)
{
    bool before = !typed->before[0] || !strcmp(typed->before, "NO") || !strcmp(typed->before, "SE");
    bool behind = !typed->behind[0] || !strcmp(typed->behind, "MVA");
    return !typed->is_broken && before && behind;
}

/* ---- check digits ---- */

static bool norwegian_check(const char digits[static 9])
{
    static const int weights[] = { 3, 2, 7, 6, 5, 4, 3, 2 };
    int sum = 0;
    for (int i = 0; i < 8; i++)
        sum += weights[i] * (digits[i] - '0');
    int check = (11 - sum % 11) % 11;
    return sum > 0 && check < 10 && check == digits[8] - '0';
}

static bool luhn_check(const char digits[static 10])
{
    int sum = 0;
    for (int i = 0; i < 10; i++) {
        int part = (digits[i] - '0') * (i % 2 == 0 ? 2 : 1);
        sum += part > 9 ? part - 9 : part;
    }
    return sum % 10 == 0;
}

static int two(const char *digits)
{
    return (digits[0] - '0') * 10 + digits[1] - '0';
}

/* A birth date, or one of a co-ordination number (day + 60). Months differ in length, which the
 * check digit catches well enough. */
static bool is_birth_date(const char digits[static 6])
{
    int month = two(digits + 2), day = two(digits + 4);
    return month >= 1 && month <= 12 && ((day >= 1 && day <= 31) || (day >= 61 && day <= 91));
}

/* The third digit of an organisation is 2 or more, so that it never is a date. */
static bool swedish_check(const char digits[static 10])
{
    return luhn_check(digits) && (digits[2] >= '2' || is_birth_date(digits));
}

bool orgno_is_person(const char *digits, const char *country)
{
    return strlen(digits) == 10 && digits[2] < '2' && strcmp(country, "NO") != 0;
}

/* ---- normalising ---- */

static void copy_digits(const char *digits, size_t length, char ret_digits[static ORGNO_SIZE])
{
    if (length > ORGNO_SIZE - 1)
        length = ORGNO_SIZE - 1;
    memcpy(ret_digits, digits, length);
    ret_digits[length] = '\0';
}

/* Where the ten digits of a Swedish number begin in twelve: a century (or 16) before, or 01
 * behind. */
static size_t swedish_start(const struct typed *typed)
{
    const char *digits = typed->digits;
    bool is_vat = digits[10] == '0' && digits[11] == '1';
    int century = two(digits);
    bool is_long = century == 16 || ((century == 19 || century == 20) && digits[4] < '2' &&
                                     is_birth_date(digits + 2));
    if (is_vat && is_long) /* both are possible: letters before speak for a VAT number */
        return typed->before[0] ? (swedish_check(digits) ? 0 : 2)
                                : (swedish_check(digits + 2) ? 2 : 0);
    if (is_vat)
        return 0;
    return is_long ? 2 : SIZE_MAX;
}

static enum orgno_result normalise_swedish(const struct typed *typed,
                                           char ret_digits[static ORGNO_SIZE])
{
    size_t start = 0;
    if (typed->count == 12)
        start = swedish_start(typed);
    if ((typed->count != 10 && typed->count != 12) || start == SIZE_MAX) {
        copy_digits(typed->digits, typed->count, ret_digits);
        return ORGNO_LENGTH;
    }
    copy_digits(typed->digits + start, 10, ret_digits);
    return swedish_check(ret_digits) ? ORGNO_OK : ORGNO_CHECK_DIGIT;
}

static void find_country(const struct typed *typed, const char *given, char ret_country[static 3])
{
    const char *country = "";
    if (given && *given)
        country = given;
    else if (typed->before[0])
        country = typed->before;
    else if (typed->behind[0] || typed->count == 9)
        country = "NO";
    else if (typed->count == 10 || typed->count == 12)
        country = "SE";
    size_t length = 0;
    for (; length < 2 && country[length]; length++)
        ret_country[length] = (char)toupper((unsigned char)country[length]);
    ret_country[length] = '\0';
}

enum orgno_result orgno_normalise(const char *text, const char *country,
                                  char ret_digits[static ORGNO_SIZE], char ret_country[static 3])
{
    struct typed typed = read_typed(text, strlen(text));
    bool fits = letters_fit(&typed);
    ret_digits[0] = '\0';
    find_country(&typed, country, ret_country);
    copy_digits(typed.digits, typed.count, ret_digits);
    if (!typed.count && !typed.before[0] && !typed.is_broken)
        return ORGNO_EMPTY;
    if (!typed.count || !fits)
        return ORGNO_NOT_DIGITS;
    if (ret_country[0] == '\0')
        return ORGNO_LENGTH;
    if (strcmp(ret_country, "SE") == 0)
        return typed.behind[0] ? ORGNO_NOT_DIGITS : normalise_swedish(&typed, ret_digits);
    if (strcmp(ret_country, "NO") != 0)
        return ORGNO_COUNTRY;
    if (typed.count != 9)
        return ORGNO_LENGTH;
    return norwegian_check(ret_digits) ? ORGNO_OK : ORGNO_CHECK_DIGIT;
}

const char *orgno_message(enum orgno_result result)
{
    switch (result) {
    case ORGNO_OK:
        return NULL;
    case ORGNO_EMPTY:
        return N_("The organisation number is empty");
    case ORGNO_NOT_DIGITS:
        return N_("%1 is not an organisation number: it has characters that do not belong there");
    case ORGNO_LENGTH:
        return N_("%1 is not an organisation number: a Norwegian one has 9 digits, a Swedish one "
                  "10");
    case ORGNO_CHECK_DIGIT:
        return N_("%1 is not an organisation number: one of its digits is wrong");
    case ORGNO_COUNTRY:
        return N_("%1 cannot be checked: only Norwegian and Swedish numbers are known");
    }
    return NULL;
}

void orgno_show(const char *digits, const char *country, char ret_text[static 24])
{
    size_t length = strlen(digits);
    bool all_digits = strspn(digits, "0123456789") == length;
    if (all_digits && length == 9 && strcmp(country, "SE") != 0)
        snprintf(ret_text, 24, "%.3s %.3s %.3s", digits, digits + 3, digits + 6);
    else if (all_digits && length == 10 && strcmp(country, "NO") != 0)
        snprintf(ret_text, 24, "%.6s-%.4s", digits, digits + 6);
    else
        snprintf(ret_text, 24, "%s", digits);
}

bool orgno_search_digits(const char *word, size_t length, char ret_digits[static 32])
{
    struct typed typed = read_typed(word, length);
    if (!letters_fit(&typed) || typed.count < 2)
        return false;
    const char *digits = typed.digits;
    size_t count = typed.count;
    if (count == 12 && swedish_start(&typed) != SIZE_MAX) {
        digits += swedish_start(&typed);
        count = 10;
    } else if (count > 10 && two(digits) == 16) { /* still being typed */
        digits += 2;
        count -= 2;
    }
    memcpy(ret_digits, digits, count);
    ret_digits[count] = '\0';
    return true;
}

/* ---- people ---- */

bool login_valid(const char *login)
{
    static const char first[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    static const char others[] = "abcdefghijklmnopqrstuvwxyz0123456789._-@";
    size_t length = strlen(login);
    return length >= 1 && length <= 63 && strspn(login, first) > 0 &&
           strspn(login, others) == length;
}

/* Digits alone; 0 when there are others, or more than 12. */
static size_t id_digits(const char *text, int ret_digits[static 12])
{
    size_t count = 0;
    for (; *text; text++) {
        if (*text == ' ' || *text == '-' || *text == '+')
            continue;
        if (*text < '0' || *text > '9' || count == 12)
            return 0;
        ret_digits[count++] = *text - '0';
    }
    return count;
}

/* 40 more than the day: not registered for good (D number); 60: coordination; 40, 65 or 80 more than the
 * month: made up for tests. */
static bool is_birth(int day, int month)
{
    int d = day > 60 ? day - 60 : day > 40 ? day - 40 : day;
    int m = month > 80 ? month - 80 : month > 65 ? month - 65 : month > 40 ? month - 40 : month;
    return d >= 1 && d <= 31 && m >= 1 && m <= 12;
}

static int weighted(const int *digits, const int *weights, size_t count)
{
    int sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += digits[i] * weights[i];
    return sum % 11;
}

static bool is_norwegian_id(const int digits[static 11])
{
    static const int first[] = { 3, 7, 6, 1, 8, 9, 4, 5, 2, 1 };
    static const int second[] = { 5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1 };
    return is_birth(digits[0] * 10 + digits[1], digits[2] * 10 + digits[3]) &&
           weighted(digits, first, 10) == 0 && weighted(digits, second, 11) == 0;
}

static bool is_swedish_id(const int digits[static 10])
{
    int sum = 0;
    for (size_t i = 0; i < 10; i++) {
        int twice = digits[i] * (i % 2 == 0 ? 2 : 1);
        sum += twice > 9 ? twice - 9 : twice;
    }
    return is_birth(digits[4] * 10 + digits[5], digits[2] * 10 + digits[3]) && sum % 10 == 0;
}

bool national_id_like(const char *text)
{
    int digits[12];
    size_t count = id_digits(text, digits);
    if (count == 11)
        return is_norwegian_id(digits);
    if (count == 12) {
        int century = digits[0] * 10 + digits[1];
        return century >= 18 && century <= 20 && is_swedish_id(digits + 2);
    }
    return count == 10 && is_swedish_id(digits);
}

/* Characters of the birth part: the first 6 of 10 or 11, the first 8 of 12; else none. */
static size_t birth_length(const char *national_id)
{
    size_t count = 0, leading = 0;
    for (const char *c = national_id; *c; c++) {
        if (!isalnum((unsigned char)*c))
            continue;
        if (leading == count && isdigit((unsigned char)*c))
            leading++;
        count++;
    }
    size_t birth = count == 12 ? 8 : count == 10 || count == 11 ? 6 : 0;
    return leading >= birth ? birth : 0;
}

void national_id_mask(const char *national_id, char ret_text[static 24])
{
    size_t birth = birth_length(national_id), seen = 0, used = 0;
    for (const unsigned char *c = (const unsigned char *)national_id; *c && used < 23; c++) {
        if ((*c & 0xC0) == 0x80) /* one * a character */
            continue;
        bool is_filling_here = *c == '-' || *c == '+' || *c == ' ';
        bool shown = is_filling_here || seen < birth;
        ret_text[used++] = shown ? (char)*c : '*';
        if (!is_filling_here)
            seen++;
    }
    ret_text[used] = '\0';
}
