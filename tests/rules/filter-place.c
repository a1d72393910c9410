/* What stands at the end of a filter text that is being typed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "klientel/rules/filter.h"

static const struct {
    const char *text;
    enum filter_part part;
    size_t from;
    const char *column; /* "" = none */
} cases[] = {
    { "", FILTER_PART_NAME, 0, "" },
    { "emp", FILTER_PART_NAME, 0, "" },
    { "ansvæ", FILTER_PART_NAME, 0, "" },
    { "fjord emp", FILTER_PART_NAME, 6, "" },
    { "fjord ", FILTER_PART_NAME, 6, "" },
    { "!emp", FILTER_PART_NAME, 1, "" },
    { "(a|emp", FILTER_PART_NAME, 3, "" },
    { "!( na", FILTER_PART_NAME, 3, "" },
    { "is:", FILTER_PART_TEST, 3, "" },
    { "x IS:mi", FILTER_PART_TEST, 5, "" },
    { "resp:an", FILTER_PART_RELATION, 5, "" },
    { "group:\"pay 2", FILTER_PART_RELATION, 6, "" },
    { "group:\"pay 20\" em", FILTER_PART_NAME, 15, "" },
    { "group:\"a \\\" b", FILTER_PART_RELATION, 6, "" },
    { "country=", FILTER_PART_VALUE, 8, "country" },
    { "Country=n", FILTER_PART_VALUE, 8, "country" },
    { "name:be", FILTER_PART_VALUE, 5, "name" },
    { "employees>=", FILTER_PART_VALUE, 11, "employees" },
    { "employees>2", FILTER_PART_VALUE, 10, "employees" },
    { "ansvarig:b", FILTER_PART_VALUE, 9, "responsible" }, /* in Swedish */
    /* Nothing can be offered. */
    { "/ber", FILTER_PART_NONE, 0, "" },
    { "/a b c", FILTER_PART_NONE, 0, "" },
    { "name~b", FILTER_PART_NONE, 0, "" },
    { "nothing=b", FILTER_PART_NONE, 0, "" },
    { "group:\"x\"", FILTER_PART_NONE, 0, "" },
    { "/a/", FILTER_PART_NONE, 0, "" },
    { "\"a b", FILTER_PART_NONE, 0, "" },
    { "12-", FILTER_PART_NONE, 0, "" },
    { "/a b/ em", FILTER_PART_NAME, 6, "" },
    { "name~(a|b", FILTER_PART_NAME, 8, "" }, /* an alternative only inside the parenthesis */
};

static void place__is_found__at_the_end_of_the_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct filter_place place;
        filter_place(cases[i].text, DATASET_clients, LANGUAGE_SV, &place);
        if (place.part != cases[i].part ||
            (place.part != FILTER_PART_NONE && place.from != cases[i].from))
            fail_msg("%s: part %d from %zu", cases[i].text, (int)place.part, place.from);
        if (place.part == FILTER_PART_VALUE)
            assert_string_equal(column_info(place.column)->name, cases[i].column);
    }
}

static void place__stays_inside__of_whatever_is_typed(void **state)
{
    static const char signs[] = "a:\"/()|! =<>~\\\xc3\xa5" "9";
    uint32_t random = 20261125;
    (void)state;
    for (int round = 0; round < 200000; round++) {
        char text[24];
        size_t length = 0, most = (random >> 8) % (sizeof text - 1);
        for (; length < most; length++) {
            random = random * 1664525u + 1013904223u;
            text[length] = signs[(random >> 16) % (sizeof signs - 1)];
        }
        random = random * 1664525u + 1013904223u;
        text[length] = '\0';
        struct filter_place place;
        filter_place(text, DATASET_clients, LANGUAGE_EN, &place);
        assert_true(place.from <= length);
    }
}

static void values__are_written__so_that_they_are_read_back(void **state)
{
    static const struct {
        const char *value, *text;
    } values[] = {
        { "pay20", "pay20" }, { "pay 20", "\"pay 20\"" }, { "a\"b", "\"a\\\"b\"" }, { "å", "å" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct buffer text = { 0 };
        filter_add_value(values[i].value, &text);
        assert_string_equal(buffer_text(&text), values[i].text);
        buffer_finish(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(place__is_found__at_the_end_of_the_text),
        cmocka_unit_test(place__stays_inside__of_whatever_is_typed),
        cmocka_unit_test(values__are_written__so_that_they_are_read_back),
    };
    return text_start() ? cmocka_run_group_tests(tests, NULL, NULL) : 99;
}
