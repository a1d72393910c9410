/* Tests of rules/identity.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "klientel/rules/identity.h"

struct number_case {
    const char *typed, *country;
    enum orgno_result result;
    const char *digits, *told;
};

static void assert_numbers(const struct number_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char digits[ORGNO_SIZE], country[3];
        enum orgno_result result =
            orgno_normalise(cases[i].typed, cases[i].country, digits, country);
        if (result != cases[i].result || strcmp(digits, cases[i].digits) != 0 ||
            strcmp(country, cases[i].told) != 0)
            fail_msg("\"%s\" in \"%s\": %d \"%s\" \"%s\"", cases[i].typed, cases[i].country,
                     (int)result, digits, country);
    }
}
#define ASSERT_NUMBERS(cases) assert_numbers(cases, sizeof(cases) / sizeof *(cases))

/* Numbers whose check digits were computed over real register files, and some that fail. */
static const char norwegian_valid[] =
    "123456785 974760673 923609016 991825827 932384469 924203617 821227062 974567989 433695968 "
    "912660680 312978083 312485494 910962728 211785462 314768949 222121914 810004622 984195796 "
    "310478717 313367002 974761076 810034882 810059672 810324562 ";
static const char norwegian_invalid[] =
    "123456789 112233445 776655441 987654321 987123456 899205291 971648199 000000000 ";

static void normalise__of_norwegian_numbers__checks_the_last_digit(void **state)
{
    (void)state;
    char digits[ORGNO_SIZE], country[3], number[10];
    int valid = 0;
    for (const char *at = norwegian_valid; *at; at += 10, valid++) {
        snprintf(number, sizeof number, "%.9s", at);
        assert_int_equal(orgno_normalise(number, "", digits, country), ORGNO_OK);
        assert_string_equal(digits, number);
        assert_string_equal(country, "NO");
        /* Another last digit is noticed. */
        number[8] = number[8] == '9' ? '0' : (char)(number[8] + 1);
        assert_int_equal(orgno_normalise(number, "NO", digits, country), ORGNO_CHECK_DIGIT);
    }
    assert_int_equal(valid, 24);
    for (const char *at = norwegian_invalid; *at; at += 10) {
        snprintf(number, sizeof number, "%.9s", at);
        assert_int_equal(orgno_normalise(number, "NO", digits, country), ORGNO_CHECK_DIGIT);
        assert_string_equal(digits, number);
    }
}

static void normalise__of_norwegian_numbers__takes_every_way_of_typing(void **state)
{
    (void)state;
    static const struct number_case cases[] = {
        { "974 760 673", "NO", ORGNO_OK, "974760673", "NO" },
        { "974\xC2\xA0" "760\xE2\x80\xAF" "673", "", ORGNO_OK, "974760673", "NO" },
        { "NO 974 760 673 MVA", "", ORGNO_OK, "974760673", "NO" },
        { "no974760673mva", "NO", ORGNO_OK, "974760673", "NO" },
        { "974760673MVA", "", ORGNO_OK, "974760673", "NO" },
        { "NO-974.760.673", "no", ORGNO_OK, "974760673", "NO" },
        { " 974760673\t", "", ORGNO_OK, "974760673", "NO" },
        { "97476067", "NO", ORGNO_LENGTH, "97476067", "NO" },
        { "9747606731", "NO", ORGNO_LENGTH, "9747606731", "NO" },
        { "974760673", "SE", ORGNO_LENGTH, "974760673", "SE" },
        { "974760673", "DK", ORGNO_COUNTRY, "974760673", "DK" },
        { "97476O673", "NO", ORGNO_NOT_DIGITS, "97476", "NO" },
        { "DK974760673", "", ORGNO_NOT_DIGITS, "974760673", "DK" },
        { "974760673 AS", "NO", ORGNO_NOT_DIGITS, "974760673", "NO" },
        { "MVA", "", ORGNO_NOT_DIGITS, "", "MV" },
        { "NO", "", ORGNO_NOT_DIGITS, "", "NO" },
        { "", "NO", ORGNO_EMPTY, "", "NO" },
        { " - ", "", ORGNO_EMPTY, "", "" },
        { "12345", "", ORGNO_LENGTH, "12345", "" },
        { "1234567890123456789012345678901234567890", "", ORGNO_NOT_DIGITS, "123456789012345", "" },
    };
    ASSERT_NUMBERS(cases);
}

static void normalise__of_swedish_numbers__takes_every_way_of_typing(void **state)
{
    (void)state;
    static const struct number_case cases[] = {
        { "556334-3689", "SE", ORGNO_OK, "5563343689", "SE" },
        { "5563343689", "", ORGNO_OK, "5563343689", "SE" },
        { "165563343689", "", ORGNO_OK, "5563343689", "SE" },
        { "16 556334-3689", "se", ORGNO_OK, "5563343689", "SE" },
        { "SE556334368901", "", ORGNO_OK, "5563343689", "SE" },
        { "SE 5563343689 01", "SE", ORGNO_OK, "5563343689", "SE" },
        { "556334368901", "SE", ORGNO_OK, "5563343689", "SE" },
        { "SE5563343689", "", ORGNO_OK, "5563343689", "SE" },
        { "556334\xE2\x80\x93" "3689", "SE", ORGNO_OK, "5563343689", "SE" },
        { "556334-3688", "SE", ORGNO_CHECK_DIGIT, "5563343688", "SE" },
        { "555555-5556", "SE", ORGNO_CHECK_DIGIT, "5555555556", "SE" },
        { "0000000000", "SE", ORGNO_CHECK_DIGIT, "0000000000", "SE" },
        { "175563343689", "SE", ORGNO_LENGTH, "175563343689", "SE" },
        { "55633436", "SE", ORGNO_LENGTH, "55633436", "SE" },
        { "5563343689 MVA", "SE", ORGNO_NOT_DIGITS, "5563343689", "SE" },
        { "5563343689", "NO", ORGNO_LENGTH, "5563343689", "NO" },
        /* sole traders: personal and co-ordination numbers */
        { "8112189876", "SE", ORGNO_OK, "8112189876", "SE" },
        { "19811218-9876", "", ORGNO_OK, "8112189876", "SE" },
        { "198112189876", "SE", ORGNO_OK, "8112189876", "SE" },
        { "701063-2391", "SE", ORGNO_OK, "7010632391", "SE" },
        { "811318-9876", "SE", ORGNO_CHECK_DIGIT, "8113189876", "SE" },
        { "19811318-9876", "SE", ORGNO_LENGTH, "198113189876", "SE" },
    };
    ASSERT_NUMBERS(cases);
}

static void person__is_told_apart__from_an_organisation(void **state)
{
    (void)state;
    assert_true(orgno_is_person("8112189876", "SE"));
    assert_true(orgno_is_person("7010632391", ""));
    assert_false(orgno_is_person("5563343689", "SE"));
    assert_false(orgno_is_person("810004622", "NO"));
    assert_false(orgno_is_person("", "SE"));
}

static void message__exists__for_every_refusal(void **state)
{
    (void)state;
    assert_null(orgno_message(ORGNO_OK));
    for (int i = ORGNO_OK + 1; i <= ORGNO_COUNTRY; i++)
        assert_true(strlen(orgno_message((enum orgno_result)i)) > 10);
}

static void show__prints__as_each_country_does(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        { "974760673", "NO", "974 760 673" },
        { "974760673", "", "974 760 673" },
        { "5563343689", "SE", "556334-3689" },
        { "5563343689", "", "556334-3689" },
        { "974760673", "SE", "974760673" },
        { "5563343689", "NO", "5563343689" },
        { "12345", "NO", "12345" },
        { "", "NO", "" },
        { "DE 12345678901234567890123", "DE", "DE 12345678901234567890" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[24];
        orgno_show(cases[i][0], cases[i][1], text);
        assert_string_equal(text, cases[i][2]);
    }
}

static void search__takes__what_may_be_a_number(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        { "974", "974" },
        { "974 760 673", "974760673" },
        { "NO974760673MVA", "974760673" },
        { "no 97", "97" },
        { "556334-36", "55633436" },
        { "165563343689", "5563343689" },
        { "16556334368", "556334368" },
        { "SE556334368901", "5563343689" },
        { "19811218-9876", "8112189876" },
        { "1655", "1655" },
        { "9", NULL },
        { "", NULL },
        { "no", NULL },
        { "fjord1", NULL },
        { "12a34", NULL },
        { "1/2", NULL },
        { "12345678901234567890123456789012", NULL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char digits[32] = "";
        bool found = orgno_search_digits(cases[i][0], strlen(cases[i][0]), digits);
        if (found != (cases[i][1] != NULL) || (found && strcmp(digits, cases[i][1]) != 0))
            fail_msg("\"%s\": \"%s\"", cases[i][0], digits);
    }
    char digits[32];
    assert_true(orgno_search_digits("974 and more", 3, digits));
    assert_string_equal(digits, "974");
}

static void login__is_valid__only_in_small_letters(void **state)
{
    (void)state;
    char longest[65];
    memset(longest, 'a', 64);
    longest[64] = '\0';
    assert_false(login_valid(longest));
    longest[63] = '\0';
    assert_true(login_valid(longest));
    static const char *const valid[] = { "a", "7", "anna", "anna.berg@byra.example", "a_b-c" };
    for (size_t i = 0; i < sizeof valid / sizeof *valid; i++)
        assert_true(login_valid(valid[i]));
    static const char *const invalid[] = { "",   "Anna", ".a",  "-a", "_a",
                                           "@a", "a b",  "åsa", "a:b" };
    for (size_t i = 0; i < sizeof invalid / sizeof *invalid; i++)
        assert_false(login_valid(invalid[i]));
}

static void mask__keeps__only_the_birth_part(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        { "010190-1234", "010190-****" },
        { "01019012345", "010190*****" },
        { "010190 12345", "010190 *****" },
        { "19900101-1234", "19900101-****" },
        { "199001011234", "19900101****" },
        { "900101+123T", "900101+****" },
        { "A10190-1234", "******-****" },
        { "12345", "*****" },
        { "åäö", "***" },
        { "", "" },
        { "1234567890123456789012345678901", "***********************" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[24];
        national_id_mask(cases[i][0], text);
        assert_string_equal(text, cases[i][1]);
    }
}

static void national_id__is_known__by_its_day_and_check_digits(void **state)
{
    (void)state;
    static const char *const ids[] = {
        "01019010046", "010190 10046", "41019010110", "01419010029", "01819010001",
        "811218-9876", "8112189876", "19811218-9876", "198112189876", "811218+9876",
    };
    static const char *const others[] = {
        "", "1", "01019010047", "01019012345", "32019010046", "811218-9875", "217512189876",
        "5560360793", "987654325", "1001", "A01019010046", "0101901004612",
    };
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        assert_true(national_id_like(ids[i]));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(national_id_like(others[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(normalise__of_norwegian_numbers__checks_the_last_digit),
        cmocka_unit_test(normalise__of_norwegian_numbers__takes_every_way_of_typing),
        cmocka_unit_test(normalise__of_swedish_numbers__takes_every_way_of_typing),
        cmocka_unit_test(person__is_told_apart__from_an_organisation),
        cmocka_unit_test(message__exists__for_every_refusal),
        cmocka_unit_test(show__prints__as_each_country_does),
        cmocka_unit_test(search__takes__what_may_be_a_number),
        cmocka_unit_test(login__is_valid__only_in_small_letters),
        cmocka_unit_test(mask__keeps__only_the_birth_part),
        cmocka_unit_test(national_id__is_known__by_its_day_and_check_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
