/* Languages: codes, numbers and dates in each; texts without a translation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "klientel/base/language.h"

#define NBSP "\xc2\xa0"

static void language__is_read__from_codes_and_locales(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        enum language language;
    } cases[] = {
        { "en", LANGUAGE_EN },    { "sv", LANGUAGE_SV },          { "nb", LANGUAGE_NB },
        { "no", LANGUAGE_NB },    { "nn", LANGUAGE_NB },          { "SV", LANGUAGE_SV },
        { "en-GB", LANGUAGE_EN }, { "sv_SE.UTF-8", LANGUAGE_SV }, { "nb_NO@euro", LANGUAGE_NB },
        { "nb.UTF-8", LANGUAGE_NB },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum language language = LANGUAGE_COUNT;
        assert_true(language_parse(cases[i].code, &language));
        assert_int_equal(language, cases[i].language);
    }
    static const char *const refused[] = { "", "s", "C", "POSIX", "da", "swe", "svenska", "_SE",
                                           "C.UTF-8", "sv SE" };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        enum language language = LANGUAGE_COUNT;
        assert_false(language_parse(refused[i], &language));
        assert_int_equal(language, LANGUAGE_COUNT);
    }
}

static void language__has_a_code_and_its_own_name(void **state)
{
    (void)state;
    for (enum language language = LANGUAGE_EN; language < LANGUAGE_COUNT; language++) {
        enum language again;
        assert_true(language_parse(language_code(language), &again));
        assert_int_equal(again, language);
    }
    assert_string_equal(language_name(LANGUAGE_EN), "English");
    assert_string_equal(language_name(LANGUAGE_SV), "svenska");
    assert_string_equal(language_name(LANGUAGE_NB), "norsk bokmål");
}

static void text__stays_english__where_a_catalogue_lacks_it(void **state)
{
    (void)state;
    for (enum language language = LANGUAGE_EN; language < LANGUAGE_COUNT; language++) {
        assert_string_equal(text_tr(language, "no catalogue has this"), "no catalogue has this");
        assert_string_equal(text_tr(language, ""), "");
        static const struct {
            int64_t count;
            const char *expected;
        } cases[] = { { 1, "one goat" }, { 0, "goats" }, { 2, "goats" }, { -1, "goats" },
                      { 11, "goats" }, { 21, "goats" } };
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            assert_string_equal(text_tr_n(language, "one goat", "goats", cases[i].count),
                                cases[i].expected);
        }
    }
}

static void a_pair__has_both_its_forms__when_the_catalogue_has_two_texts(void **state)
{
    (void)state;
    assert_string_equal(text_tr_n(LANGUAGE_SV, "Client", "Clients", 1), "Klient");
    assert_string_equal(text_tr_n(LANGUAGE_SV, "Client", "Clients", 2), "Klienter");
    assert_string_equal(text_tr_n(LANGUAGE_NB, "user", "Users", 0), "Brukere");
}

/* What a language adds. */
struct expected {
    enum language language;
    const char *text;
};

static void numbers__are_grouped__as_each_language_does(void **state)
{
    (void)state;
    static const struct {
        int64_t number;
        const char *en, *nordic;
    } cases[] = {
        { 0, "0", "0" },
        { 999, "999", "999" },
        { 1000, "1,000", "1" NBSP "000" },
        { 12345, "12,345", "12" NBSP "345" },
        { -1234567, "-1,234,567", "-1" NBSP "234" NBSP "567" },
        { INT64_MIN, "-9,223,372,036,854,775,808",
          "-9" NBSP "223" NBSP "372" NBSP "036" NBSP "854" NBSP "775" NBSP "808" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (enum language language = LANGUAGE_EN; language < LANGUAGE_COUNT; language++) {
            struct buffer text = { 0 };
            language_add_number(language, cases[i].number, &text);
            assert_string_equal(text.data, language == LANGUAGE_EN ? cases[i].en : cases[i].nordic);
            buffer_finish(&text);
        }
    }
}

static void money_and_percent__have_their_decimal_sign(void **state)
{
    (void)state;
    static const struct {
        enum language language;
        const char *expected;
    } cases[] = {
        { LANGUAGE_EN, "4,123,389.00|-0.05|-92,233,720,368,547,758.08|87.4" NBSP "%|-0.1" NBSP
                       "%" },
        { LANGUAGE_SV, "4" NBSP "123" NBSP "389,00|-0,05|-92" NBSP "233" NBSP "720" NBSP "368" NBSP
                       "547" NBSP "758,08|87,4" NBSP "%|-0,1" NBSP "%" },
        { LANGUAGE_NB, "4" NBSP "123" NBSP "389,00|-0,05|-92" NBSP "233" NBSP "720" NBSP "368" NBSP
                       "547" NBSP "758,08|87,4" NBSP "%|-0,1" NBSP "%" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum language language = cases[i].language;
        struct buffer text = { 0 };
        language_add_money(language, 412338900, &text);
        buffer_add_byte(&text, '|');
        language_add_money(language, -5, &text);
        buffer_add_byte(&text, '|');
        language_add_money(language, INT64_MIN, &text);
        buffer_add_byte(&text, '|');
        language_add_tenths(language, 874, &text);
        buffer_add_byte(&text, '|');
        language_add_tenths(language, -1, &text);
        assert_string_equal(text.data, cases[i].expected);
        buffer_finish(&text);
    }
}

static void dates__are_written__as_each_language_does(void **state)
{
    (void)state;
    static const struct expected cases[] = {
        { LANGUAGE_EN, "7 Dec 2026|7 Dec|December 2026|7 Dec 2026 14:02|1 May 2026" },
        { LANGUAGE_SV, "7 dec 2026|7 dec|december 2026|7 dec 2026 14:02|1 maj 2026" },
        { LANGUAGE_NB, "7. des. 2026|7. des.|desember 2026|7. des. 2026 14:02|1. mai 2026" },
    };
    struct date date = date_of(2026, 12, 7);
    struct instant instant;
    assert_true(instant_parse("2026-12-07T13:02:59Z", &instant));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum language language = cases[i].language;
        struct buffer text = { 0 };
        language_add_date(language, date, &text);
        buffer_add_byte(&text, '|');
        language_add_day(language, date, &text);
        buffer_add_byte(&text, '|');
        language_add_month(language, month_of(date), &text);
        buffer_add_byte(&text, '|');
        language_add_instant(language, instant, &text);
        buffer_add_byte(&text, '|');
        language_add_date(language, date_of(2026, 5, 1), &text);
        assert_string_equal(text.data, cases[i].text);
        buffer_finish(&text);
    }
}

static void months__all_have_a_name__in_every_language(void **state)
{
    (void)state;
    static const struct expected cases[] = {
        { LANGUAGE_EN, "January February March April May June July August September October "
                       "November December " },
        { LANGUAGE_SV, "januari februari mars april maj juni juli augusti september oktober "
                       "november december " },
        { LANGUAGE_NB, "januar februar mars april mai juni juli august september oktober "
                       "november desember " },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer text = { 0 };
        for (int month = 1; month <= 12; month++) {
            struct buffer one = { 0 };
            language_add_month(cases[i].language, month_of(date_of(2026, month, 1)), &one);
            buffer_add(&text, one.data, one.length - 4);
            assert_string_equal(one.data + one.length - 4, "2026");
            buffer_clear(&one);
            language_add_day(cases[i].language, date_of(2026, month, 1), &one);
            assert_true(one.length > 3);
            buffer_finish(&one);
        }
        assert_string_equal(text.data, cases[i].text);
        buffer_finish(&text);
    }
}

static void nothing__is_added__for_none(void **state)
{
    (void)state;
    struct buffer text = { 0 };
    language_add_date(LANGUAGE_SV, DATE_NONE, &text);
    language_add_day(LANGUAGE_SV, DATE_NONE, &text);
    language_add_month(LANGUAGE_SV, MONTH_NONE, &text);
    language_add_instant(LANGUAGE_SV, INSTANT_NONE, &text);
    assert_string_equal(buffer_text(&text), "");
    buffer_finish(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(language__is_read__from_codes_and_locales),
        cmocka_unit_test(language__has_a_code_and_its_own_name),
        cmocka_unit_test(text__stays_english__where_a_catalogue_lacks_it),
        cmocka_unit_test(a_pair__has_both_its_forms__when_the_catalogue_has_two_texts),
        cmocka_unit_test(numbers__are_grouped__as_each_language_does),
        cmocka_unit_test(money_and_percent__have_their_decimal_sign),
        cmocka_unit_test(dates__are_written__as_each_language_does),
        cmocka_unit_test(months__all_have_a_name__in_every_language),
        cmocka_unit_test(nothing__is_added__for_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
