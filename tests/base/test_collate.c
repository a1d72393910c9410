/* Order: the alphabets of the three languages, and keys that agree with comparing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "klientel/base/text.h"

static void assert_order(enum language language, const char *const *words, size_t count)
{
    struct collator *collator = collator_create(language);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < count; j++) {
            int order = collator_compare(collator, words[i], words[j]);
            if (order != (i > j) - (i < j)) {
                fail_msg("%s: %s and %s give %d", language_code(language), words[i], words[j],
                         order);
            }
        }
    }
    collator_destroy(collator);
}

#define ASSERT_ORDER(language, words) \
    assert_order(language, words, sizeof words / sizeof *words)

static void swedish__puts_a_ring_a_dots_o_dots__after_z(void **state)
{
    (void)state;
    static const char *const words[] = { "Aalto", "Berg", "Oskar", "Wik", "Zebra", "Ås", "Ärla",
                                         "Örjan" };
    ASSERT_ORDER(LANGUAGE_SV, words);
}

static void norwegian__puts_ae_o_slash_a_ring__after_z_and_aa_with_a_ring(void **state)
{
    (void)state;
    static const char *const words[] = { "Arne", "Berg", "Zebra", "Ægir", "Østein", "Aalesund",
                                         "Åmot", "Aasen" };
    ASSERT_ORDER(LANGUAGE_NB, words);
}

static void english__keeps_accented_letters__with_their_letter(void **state)
{
    (void)state;
    static const char *const words[] = { "Ärla", "Ås", "Berg", "Örjan", "Oskar", "Østein",
                                         "Zebra" };
    struct collator *collator = collator_create(LANGUAGE_EN);
    for (size_t i = 1; i < sizeof words / sizeof *words; i++) {
        assert_true(collator_compare(collator, words[i - 1], words[i]) < 0);
    }
    collator_destroy(collator);
}

static void order__looks_at_letters_before_case__in_every_language(void **state)
{
    (void)state;
    for (enum language language = LANGUAGE_EN; language < LANGUAGE_COUNT; language++) {
        struct collator *collator = collator_create(language);
        assert_true(collator_compare(collator, "berg", "Berglund") < 0);
        assert_true(collator_compare(collator, "Berg", "berglund") < 0);
        assert_true(collator_compare(collator, "berg", "Berg") != 0);
        assert_int_equal(collator_compare(collator, "Berg", "Berg"), 0);
        assert_true(collator_compare(collator, "", "a") < 0);
        collator_destroy(collator);
    }
}

static int key_order(const struct buffer *a, const struct buffer *b)
{
    size_t common = a->length < b->length ? a->length : b->length;
    int order = memcmp(a->data, b->data, common);
    if (order == 0) {
        order = (a->length > b->length) - (a->length < b->length);
    }
    return (order > 0) - (order < 0);
}

static void keys__agree_with_comparing__for_all_pairs(void **state)
{
    (void)state;
    static const char *const words[] = {
        "", "a", "A", "aa", "Aa", "AA", "å", "Å", "ä", "æ", "Æ", "ø", "ö", "z", "Z", "Zz", "ab",
        "a b", "a-b", "Ab", "é", "e", "ée", "1", "10", "2", "Nordvik AS", "Nordvik ASA", "Nord",
        "Nordvik Regnskap og Revisjon i Sogn og Fjordane AS, avdeling for lønn", "税理士", "👍",
        "\xff broken", ".", " ",
    };
    enum { COUNT = sizeof words / sizeof *words };
    for (int language = 0; language <= LANGUAGE_COUNT; language++) {
        struct collator *collator = collator_create((enum language)language);
        struct buffer keys[COUNT] = { 0 };
        for (size_t i = 0; i < COUNT; i++) {
            collator_key_add(collator, words[i], strlen(words[i]), &keys[i]);
        }
        for (size_t i = 0; i < COUNT; i++) {
            for (size_t j = 0; j < COUNT; j++) {
                assert_int_equal(key_order(&keys[i], &keys[j]),
                                 collator_compare(collator, words[i], words[j]));
            }
        }
        for (size_t i = 0; i < COUNT; i++) {
            buffer_finish(&keys[i]);
        }
        collator_destroy(collator);
    }
}

static void key__is_added__behind_what_the_buffer_holds(void **state)
{
    (void)state;
    struct collator *collator = collator_create(LANGUAGE_SV);
    struct buffer alone = { 0 }, behind = { 0 };
    collator_key_add(collator, "Ärla och vänner", 5, &alone);
    buffer_add(&behind, "12", 2);
    collator_key_add(collator, "Ärla", 5, &behind);
    assert_int_equal(behind.length, alone.length + 2);
    assert_memory_equal(behind.data, "12", 2);
    assert_memory_equal(behind.data + 2, alone.data, alone.length + 1);
    assert_null(memchr(alone.data, 0, alone.length));
    buffer_finish(&alone);
    buffer_finish(&behind);
    collator_destroy(collator);
}

static void fold_order__serves__where_there_is_no_language(void **state)
{
    (void)state;
    struct collator *collator = collator_create(LANGUAGE_COUNT);
    assert_string_equal(collator_version(collator), "fold");
    assert_int_equal(collator_compare(collator, "ÅSA", "åsa"), 0);
    assert_true(collator_compare(collator, "berg", "Zebra") < 0);
    assert_true(collator_compare(collator, "Zebra", "åsa") < 0);
    collator_destroy(collator);
    collator_destroy(NULL);
}

static void version__names_the_language__and_two_versions(void **state)
{
    (void)state;
    struct collator *collator = collator_create(LANGUAGE_SV);
    const char *version = collator_version(collator);
    assert_memory_equal(version, "icu ", 4);
    assert_string_equal(version + strlen(version) - 3, " sv");
    int blanks = 0;
    for (const char *at = version; *at; at++) {
        blanks += *at == ' ';
    }
    assert_int_equal(blanks, 3);
    collator_destroy(collator);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(swedish__puts_a_ring_a_dots_o_dots__after_z),
        cmocka_unit_test(norwegian__puts_ae_o_slash_a_ring__after_z_and_aa_with_a_ring),
        cmocka_unit_test(english__keeps_accented_letters__with_their_letter),
        cmocka_unit_test(order__looks_at_letters_before_case__in_every_language),
        cmocka_unit_test(keys__agree_with_comparing__for_all_pairs),
        cmocka_unit_test(key__is_added__behind_what_the_buffer_holds),
        cmocka_unit_test(fold_order__serves__where_there_is_no_language),
        cmocka_unit_test(version__names_the_language__and_two_versions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
