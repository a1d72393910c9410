/* Money: forms of every country that come in files, what is ambiguous, and the edges of the type.
 * */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "klientel/base/hash.h"
#include "klientel/base/money.h"

static void money__reads__every_accepted_form(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t minor;
    } cases[] = {
        { "0", 0 },
        { "-0", 0 },
        { "1234", 123400 },
        { "1234.50", 123450 },
        { "1234,5", 123450 },
        { "1234,05", 123405 },
        { "1 234 567,00", 123456700 },
        { "1\xc2\xa0" "234\xc2\xa0" "567,89", 123456789 },
        { "1\xe2\x80\xaf" "234,50", 123450 },
        { "1'234'567.50", 123456750 },
        { "1\xe2\x80\x99" "234.50", 123450 },
        { "1,234,567.50", 123456750 },
        { "1.234.567,50", 123456750 },
        { "1,234.5", 123450 },
        { "1.234,50", 123450 },
        { "1 234", 123400 },
        { "-12,50", -1250 },
        { "+12.50", 1250 },
        { "\xe2\x88\x92" "12.50", -1250 },
        { "12.5000", 1250 },
        { "1234.500", 123450 },
        { "1 234,500", 123450 },
        { "0.500", 50 },
        { "0,000", 0 },
        { "007,10", 710 },
        { "92233720368547758.07", INT64_MAX },
        { "-92233720368547758.08", INT64_MIN },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t minor = 77;
        assert_true(money_parse(cases[i].text, strlen(cases[i].text), &minor));
        assert_int_equal(minor, cases[i].minor);
    }
}

static void money__refuses__what_is_ambiguous_or_no_amount(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "1.234", "1,234", "-12.345", "123,000", "999.999", /* thousands or decimals? */
        "1.234.567", "1,234,567", "1.234 567", "1,234'567", "1 234'567", "1 234\u00a0567",
        "", "-", "+", ".", ",", "-.", ".50", "5.", "5,", "1..2", "1.,2", "--1", "+-1", "- 1", "1-",
        " 1", "1 ", "1  234", "12 34", "1234 567", "1 2345", "1 23,50", "12,34.50", "1.23,456.00",
        "1.2345", "1234.567", "0.505", "1,234.567", "1e5", "0x10", "12kr", "NaN", "\xd9\xa1",
        "92233720368547758.08", "-92233720368547758.09", "99999999999999999999",
        "1 1 1 1 1", "111 111 111 111 111 111 111 111",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        int64_t minor = 77;
        if (money_parse(texts[i], strlen(texts[i]), &minor)) {
            fail_msg("%s was read as %lld", texts[i], (long long)minor);
        }
        assert_int_equal(minor, 77);
    }
}

static void money__stops__at_the_length_given(void **state)
{
    (void)state;
    int64_t minor;
    assert_true(money_parse("12.50;99", 5, &minor));
    assert_int_equal(minor, 1250);
    assert_false(money_parse("1\0" "2", 3, &minor));
    assert_false(money_parse("\xc2\xa0", 1, &minor));
    assert_false(money_parse("1\xe2\x80\xaf" "234", 3, &minor));
}

static void money__is_read_as_it_was_written__for_any_amount(void **state)
{
    (void)state;
    struct random random;
    random_seed(&random, 1, "money");
    for (int i = 0; i < 20000; i++) {
        struct buffer text = { 0 };
        int64_t minor = (int64_t)random_next(&random) >> random_below(&random, 64), again;
        money_add(minor, &text);
        assert_true(money_parse(text.data, text.length, &again));
        assert_int_equal(again, minor);
        buffer_finish(&text);
    }
}

static void money__is_written__with_two_decimals(void **state)
{
    (void)state;
    static const struct {
        int64_t minor;
        const char *text;
    } cases[] = {
        { 0, "0.00" },
        { 5, "0.05" },
        { -5, "-0.05" },
        { 123450, "1234.50" },
        { INT64_MAX, "92233720368547758.07" },
        { INT64_MIN, "-92233720368547758.08" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer text = { 0 };
        money_add(cases[i].minor, &text);
        assert_string_equal(text.data, cases[i].text);
        buffer_finish(&text);
    }
}

static void number__reads__groups_but_no_decimals(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t number;
    } cases[] = {
        { "0", 0 },
        { "12 345", 12345 },
        { "12\xc2\xa0" "345", 12345 },
        { "-7", -7 },
        { "1'000'000", 1000000 },
        { "9223372036854775807", INT64_MAX },
        { "-9223372036854775808", INT64_MIN },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t number = 77;
        assert_true(number_parse(cases[i].text, strlen(cases[i].text), &number));
        assert_int_equal(number, cases[i].number);
    }
    static const char *const refused[] = { "", "-", "1.0", "1,000", "1.000", "12 34", "x",
                                           "1 000 00", "9223372036854775808", "1 " };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        int64_t number;
        assert_false(number_parse(refused[i], strlen(refused[i]), &number));
    }
}

static void currency__is_three_capitals(void **state)
{
    (void)state;
    assert_true(currency_valid("NOK"));
    assert_true(currency_valid("SEK"));
    static const char *const refused[] = { "", "N", "NO", "NOKK", "nok", "NO1", "N\xc3\x98" };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        assert_false(currency_valid(refused[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(money__reads__every_accepted_form),
        cmocka_unit_test(money__refuses__what_is_ambiguous_or_no_amount),
        cmocka_unit_test(money__stops__at_the_length_given),
        cmocka_unit_test(money__is_read_as_it_was_written__for_any_amount),
        cmocka_unit_test(money__is_written__with_two_decimals),
        cmocka_unit_test(number__reads__groups_but_no_decimals),
        cmocka_unit_test(currency__is_three_capitals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
