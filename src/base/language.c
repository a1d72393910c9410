/*
 * Languages. No state: catalogues and tables are constant. The names of months are tables here and
 * not texts of the catalogues, because how a date is written is data about a language, and a date
 * must be right even while a catalogue is being translated.
 */
#include "klientel/base/language.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "klientel/base/catalogue.h"
#include "klientel/base/embed.h"

#define NO_BREAK_SPACE "\xc2\xa0"

struct language_info {
    const char *code;
    const char *name;
    const char *group;
    const char *decimal;
    const char *after_day; /* what follows the number of the day */
    const char *months[12];
    const char *months_short[12];
};

static const struct language_info languages[LANGUAGE_COUNT] = {
    [LANGUAGE_EN] = {
        .code = "en", .name = "English", .group = ",", .decimal = ".", .after_day = " ",
        .months = { "January", "February", "March", "April", "May", "June", "July", "August",
                    "September", "October", "November", "December" },
        .months_short = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct",
                          "Nov", "Dec" },
    },
    [LANGUAGE_SV] = {
        .code = "sv", .name = "svenska", .group = NO_BREAK_SPACE, .decimal = ",", .after_day = " ",
        .months = { "januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti",
                    "september", "oktober", "november", "december" },
        .months_short = { "jan", "feb", "mars", "apr", "maj", "juni", "juli", "aug", "sep", "okt",
                          "nov", "dec" },
    },
    [LANGUAGE_NB] = {
        .code = "nb", .name = "norsk bokmål", .group = NO_BREAK_SPACE, .decimal = ",",
        .after_day = ". ",
        .months = { "januar", "februar", "mars", "april", "mai", "juni", "juli", "august",
                    "september", "oktober", "november", "desember" },
        .months_short = { "jan.", "feb.", "mars", "apr.", "mai", "juni", "juli", "aug.", "sep.",
                          "okt.", "nov.", "des." },
    },
};

static const struct language_info *language_info(enum language language)
{
    assert((int)language >= 0 && language < LANGUAGE_COUNT);
    return &languages[language];
}

bool language_parse(const char *code, enum language *ret_language)
{
    static const struct {
        const char *code;
        enum language language;
    } codes[] = {
        { "en", LANGUAGE_EN }, { "sv", LANGUAGE_SV }, { "nb", LANGUAGE_NB },
        { "no", LANGUAGE_NB }, { "nn", LANGUAGE_NB },
    };
    size_t length = strcspn(code, "_-.@");
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        if (length == 2 && strncasecmp(code, codes[i].code, 2) == 0) {
            *ret_language = codes[i].language;
            return true;
        }
    }
    return false;
}

const char *language_code(enum language language)
{
    return language_info(language)->code;
}

const char *language_name(enum language language)
{
    return language_info(language)->name;
}

/* ---- texts ---- */

static const char *translation(enum language language, const char *text, size_t *ret_length)
{
    if (!*text) { /* the empty text is the header of a catalogue */
        return NULL;
    }
    switch (language) {
    case LANGUAGE_SV:
        return catalogue_find(embed_sv_mo, embed_sv_mo_size, text, ret_length);
    case LANGUAGE_NB:
        return catalogue_find(embed_nb_mo, embed_nb_mo_size, text, ret_length);
    case LANGUAGE_EN:
    case LANGUAGE_COUNT:
        break;
    }
    return NULL;
}

const char *text_tr(enum language language, const char *text)
{
    size_t length;
    const char *found = translation(language, text, &length);
    return found && length ? found : text;
}

/* One form for 1, another for everything else: so it is in all our languages. Where the pair stands in
 * a table, the catalogue has the two as texts of their own. */
const char *text_tr_n(enum language language, const char *one, const char *many, int64_t count)
{
    size_t length;
    const char *found = translation(language, one, &length);
    if (found && length) {
        size_t first = strlen(found) + 1;
        if (count == 1) {
            return found;
        }
        if (first < length) {
            return found + first;
        }
    }
    return count == 1 ? one : text_tr(language, many);
}

/* ---- numbers ---- */

static void add_grouped(const struct language_info *info, uint64_t magnitude,
                        struct buffer *ret_text)
{
    char digits[20];
    int count = 0;
    do {
        digits[count++] = (char)('0' + magnitude % 10);
        magnitude /= 10;
    } while (magnitude);
    while (count--) {
        buffer_add_byte(ret_text, digits[count]);
        if (count && count % 3 == 0) {
            buffer_add_text(ret_text, info->group);
        }
    }
}

/* number / 10^decimals */
static void add_fixed(const struct language_info *info, int64_t number, int decimals,
                      struct buffer *ret_text)
{
    uint64_t magnitude = number < 0 ? -(uint64_t)number : (uint64_t)number;
    uint64_t unit = 1;
    for (int i = 0; i < decimals; i++) {
        unit *= 10;
    }
    if (number < 0) {
        buffer_add_byte(ret_text, '-');
    }
    add_grouped(info, magnitude / unit, ret_text);
    if (decimals) {
        buffer_add_text(ret_text, info->decimal);
        buffer_print(ret_text, "%0*u", decimals, (unsigned)(magnitude % unit));
    }
}

void language_add_number(enum language language, int64_t number, struct buffer *ret_text)
{
    add_fixed(language_info(language), number, 0, ret_text);
}

void language_add_money(enum language language, int64_t minor, struct buffer *ret_text)
{
    add_fixed(language_info(language), minor, 2, ret_text);
}

void language_add_tenths(enum language language, int64_t tenths, struct buffer *ret_text)
{
    add_fixed(language_info(language), tenths, 1, ret_text);
    buffer_add_text(ret_text, NO_BREAK_SPACE "%");
}

/* ---- dates ---- */

void language_add_day(enum language language, struct date date, struct buffer *ret_text)
{
    if (date_known(date)) {
        const struct language_info *info = language_info(language);
        int year, month, day;
        date_split(date, &year, &month, &day);
        buffer_print(ret_text, "%d%s%s", day, info->after_day, info->months_short[month - 1]);
    }
}

void language_add_date(enum language language, struct date date, struct buffer *ret_text)
{
    if (date_known(date)) {
        int year, month, day;
        date_split(date, &year, &month, &day);
        language_add_day(language, date, ret_text);
        buffer_print(ret_text, " %d", year);
    }
}

void language_add_month(enum language language, struct month month, struct buffer *ret_text)
{
    if (month_known(month)) {
        int year, number, day;
        date_split(month_first(month), &year, &number, &day);
        buffer_print(ret_text, "%s %d", language_info(language)->months[number - 1], year);
    }
}

void language_add_instant(enum language language, struct instant instant, struct buffer *ret_text)
{
    if (instant_known(instant)) {
        int hour, minute;
        instant_clock(instant, &hour, &minute);
        language_add_date(language, date_of_instant(instant), ret_text);
        buffer_print(ret_text, " %02d:%02d", hour, minute);
    }
}
