/* Text: what is UTF-8, what may be a name, normal form, folding, and what leaves for people. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "klientel/base/hash.h"
#include "klientel/base/text.h"

#define JOINER "\xe2\x80\x8d"
#define RING "\xcc\x8a"
#define ACUTE "\xcc\x81"
#define DOTS "\xcc\x88"

static void utf8__is_accepted__at_the_edges_of_every_length(void **state)
{
    (void)state;
    static const char *const good[] = {
        "", "plain", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
        "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "åäöæø税👍", "12345678å12345678",
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(text_is_utf8(good[i], strlen(good[i])));
    }
    static const char *const bad[] = {
        "\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xe0\x9f\xbf", /* overlong */
        "\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf", "\xed\xa0\x80", "\xed\xbf\xbf", /* surrogates */
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xfe", "\xc3", "\xe2\x82", "\xf0\x9f\x91",
        "\xc3(", "\xe2\x28\xa1", "a\xe5", "12345678\xe5", "\xe5" "12345678",
        "12345678å\xff" "345678",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(text_is_utf8(bad[i], strlen(bad[i])));
    }
    /* a zero byte, at every place of a long run */
    for (size_t i = 0; i < 20; i++) {
        char text[20];
        memset(text, 'x', sizeof text);
        text[i] = '\0';
        assert_false(text_is_utf8(text, sizeof text));
        text[i] = '\x80';
        assert_false(text_is_utf8(text, sizeof text));
        text[i] = '\x01';
        assert_true(text_is_utf8(text, sizeof text));
    }
}

static void scalars__are_read_as_they_were_put__all_of_them(void **state)
{
    (void)state;
    for (uint32_t scalar = 1; scalar < 0x110000; scalar++) {
        if (scalar >= 0xd800 && scalar <= 0xdfff) {
            continue;
        }
        char bytes[4];
        size_t length = text_put(scalar, bytes), at = 0;
        assert_true(text_is_utf8(bytes, length));
        assert_int_equal(text_next(bytes, length, &at), scalar);
        assert_int_equal(at, length);
    }
    char bytes[4];
    assert_int_equal(text_put(0xd800, bytes), 3);
    assert_memory_equal(bytes, "\xef\xbf\xbd", 3);
    assert_int_equal(text_put(0x110000, bytes), 3);
}

static void next__gives_one_replacement__for_each_broken_byte(void **state)
{
    (void)state;
    const char *text = "a\xe5\xe2\x82z";
    static const uint32_t expected[] = { 'a', 0xfffd, 0xfffd, 0xfffd, 'z', 0, 0 };
    size_t at = 0;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        assert_int_equal(text_next(text, 5, &at), expected[i]);
    }
    assert_int_equal(at, 5);
    at = 0;
    assert_int_equal(text_next("\0", 1, &at), 0xfffd);
}

static void plain__is_what_shows__and_nothing_that_acts_or_hides(void **state)
{
    (void)state;
    static const char *const plain[] = { "", "Nordvik Regnskap AS", "Blåbær & Østein – 100 %",
                                         "税理士", "O\xe2\x80\x99" "Brien", "a" ACUTE,
                                         "12\xc2\xa0" "kr" };
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        assert_true(text_is_plain(plain[i], strlen(plain[i])));
    }
    static const uint32_t refused[] = {
        0x01,   0x09,   0x0a,   0x0d,   0x1b,   0x1f,   0x7f,   0x80,    0x85,    0x9b,    0x9f,
        0xad,   0x34f,  0x61c,  0x115f, 0x180b, 0x180e, 0x200b, 0x200c,  0x200d,  0x200e,  0x200f,
        0x2028, 0x2029, 0x202a, 0x202e, 0x2060, 0x2066, 0x2069, 0x206f,  0x3164,  0xfe00,  0xfe0f,
        0xfeff, 0xffa0, 0xfff9, 0xfffe, 0xffff, 0x1fffe, 0x1d173, 0xe0001, 0xe0020, 0xe007f,
        0xe0100, 0x10ffff,
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        char text[8] = "ab";
        size_t length = 2 + text_put(refused[i], text + 2);
        text[length++] = 'c';
        assert_false(text_is_plain(text, length));
    }
    static const uint32_t beside[] = { 0x20, 0x7e, 0xa0, 0xac, 0xae, 0x2010, 0x2027, 0x202f,
                                       0x2070 };
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
        char text[4];
        assert_true(text_is_plain(text, text_put(beside[i], text)));
    }
    assert_false(text_is_plain("a\xe5", 2));
    assert_false(text_is_plain("a\0b", 3));
}

static void clean__composes_and_joins_blanks(void **state)
{
    (void)state;
    static const struct {
        const char *text, *expected;
    } cases[] = {
        { "", "" },
        { "   ", "" },
        { "Nordvik", "Nordvik" },
        { "  Nordvik  Regnskap ", "Nordvik Regnskap" },
        { "\xc2\xa0 Nordvik \xc2\xa0 AS\xe2\x80\xaf", "Nordvik AS" },
        { "A" RING "sa", "Åsa" },
        { "a" RING " a" DOTS " o" DOTS " \xe2\x84\xab", "å ä ö Å" },
        { "\xe3\x80\x80税\xe3\x80\x80\xe3\x80\x80理", "税 理" },
        { "æø", "æø" },
        { "tab\tstays \n", "tab\tstays \n" },
        { "zero\xe2\x80\x8bwidth", "zero\xe2\x80\x8bwidth" },
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *clean = text_clean(arena, cases[i].text, strlen(cases[i].text));
        assert_string_equal(clean, cases[i].expected);
        assert_string_equal(text_clean(arena, clean, strlen(clean)), clean);
    }
    assert_null(text_clean(arena, "a\xe5", 2));
    assert_null(text_clean(arena, "\xed\xa0\x80", 3));
    arena_destroy(arena);
}

static void fold__makes_case_equal__and_keeps_marks(void **state)
{
    (void)state;
    static const struct {
        const char *text, *expected;
    } cases[] = {
        { "", "" },
        { "Nordvik Regnskap AS 123", "nordvik regnskap as 123" },
        { "ÅÄÖÆØÉÞÐ", "åäöæøéþð" },
        { "åäöæøéþð", "åäöæøéþð" },
        { "A" RING, "å" },
        { "Straße", "strasse" },
        { "STRAẞE", "strasse" },
        { "3×4÷2 ¿ÿ", "3×4÷2 ¿ÿ" },
        { "ŠKODA", "škoda" },
        { "µ", "μ" },
        { "ΣΑΣ", "σασ" },
        { "ﬁ", "fi" },
        { "İ", "i\xcc\x87" },
        { "ŽÅÄ", "žåä" },
    };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *fold = text_fold(arena, cases[i].text, strlen(cases[i].text));
        assert_string_equal(fold, cases[i].expected);
        assert_string_equal(text_fold(arena, fold, strlen(fold)), fold);
    }
    assert_string_not_equal(text_fold(arena, "Å", 2), "a");
    assert_string_equal(text_fold(arena, "AB\xe5", 3), "ab\xe5");
    arena_destroy(arena);
}

/* The short way through ASCII and Latin-1 must be the long way of everything else. */
static void fold__is_the_same__alone_and_beside_a_letter_of_another_script(void **state)
{
    (void)state;
    struct buffer alone = { 0 }, beside = { 0 };
    for (uint32_t scalar = 1; scalar < 0x100; scalar++) {
        char text[8];
        size_t length = text_put(scalar, text);
        buffer_clear(&alone);
        text_fold_add(text, length, &alone);
        memcpy(text + length, "税", 3);
        buffer_clear(&beside);
        text_fold_add(text, length + 3, &beside);
        assert_int_equal(beside.length, alone.length + 3);
        assert_memory_equal(beside.data, alone.data, alone.length);
    }
    buffer_finish(&alone);
    buffer_finish(&beside);
}

static void fold__is_added__behind_what_the_buffer_holds(void **state)
{
    (void)state;
    struct buffer text = { 0 };
    text_fold_add("ÅSA", 4, &text);
    text_fold_add(" ΣX", 4, &text);
    text_fold_add("", 0, &text);
    text_fold_add("Z", 1, &text);
    assert_string_equal(text.data, "åsa σxz");
    buffer_finish(&text);
}

static void safe__shows__what_would_act_or_hide(void **state)
{
    (void)state;
    static const struct {
        const char *text, *expected;
    } cases[] = {
        { "", "" },
        { "Nordvik – Blåbær 税", "Nordvik – Blåbær 税" },
        { "\x1b[31mred", "<U+001B>[31mred" },
        { "\xc2\x9b" "31m", "<U+009B>31m" },
        { "a\tb\nc\rd\x7f", "a<U+0009>b<U+000A>c<U+000D>d<U+007F>" },
        { "fdp\xe2\x80\xae" "exe", "fdp<U+202E>exe" },
        { "a\xe2\x81\xa6" "b\xe2\x80\xa8", "a<U+2066>b<U+2028>" },
        { "👩" JOINER "👧", "👩<U+200D>👧" },
        { "x\xf3\xa0\x80\xa0y", "x<U+E0020>y" },
        { "zero\xe2\x80\x8bwidth\xef\xbb\xbf", "zero<U+200B>width<U+FEFF>" },
        { "a\xe5" "b\xe2\x82", "a<0xE5>b<0xE2><0x82>" },
        { "a" RING ACUTE DOTS DOTS "b" DOTS, "a" RING ACUTE "b" DOTS },
        { "税" RING ACUTE DOTS, "税" RING ACUTE },
        { RING "a", "◌" RING "a" },
        { "\x1b" RING, "<U+001B>" RING },
        { "\xef\xbf\xbf", "<U+FFFF>" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer safe = { 0 };
        text_safe_add(cases[i].text, strlen(cases[i].text), &safe);
        assert_string_equal(buffer_text(&safe), cases[i].expected);
        buffer_finish(&safe);
    }
    struct buffer safe = { 0 };
    text_safe_add("a\0b", 3, &safe);
    assert_string_equal(safe.data, "a<0x00>b");
    buffer_finish(&safe);
}

static void safe__is_plain_text__whatever_went_in(void **state)
{
    (void)state;
    struct buffer safe = { 0 };
    for (uint32_t scalar = 0; scalar < 0x110000; scalar += scalar < 0x30000 ? 1 : 17) {
        char text[4];
        buffer_clear(&safe);
        text_safe_add(text, text_put(scalar, text), &safe);
        assert_true(text_is_plain(safe.data, safe.length));
    }
    struct random random;
    random_seed(&random, 5, "safe");
    for (int i = 0; i < 5000; i++) {
        char text[32];
        for (size_t j = 0; j < sizeof text; j++) {
            text[j] = (char)random_next(&random);
        }
        buffer_clear(&safe);
        text_safe_add(text, sizeof text, &safe);
        assert_true(text_is_plain(safe.data, safe.length));
    }
    buffer_finish(&safe);
}

static void slips__count__what_fingers_do(void **state)
{
    (void)state;
    assert_int_equal(text_slips("filter", "FILTER"), 0);
    assert_int_equal(text_slips("fitler", "filter"), 1);
    assert_int_equal(text_slips("filer", "filter"), 1);
    assert_int_equal(text_slips("filtter", "filter"), 1);
    assert_int_equal(text_slips("Filtes", "filter"), 1);
    assert_int_equal(text_slips("", "abc"), 3);
    assert_int_equal(text_slips("sort", "print"), 4);
    char longest[50];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_true(text_slips(longest, longest) > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8__is_accepted__at_the_edges_of_every_length),
        cmocka_unit_test(scalars__are_read_as_they_were_put__all_of_them),
        cmocka_unit_test(next__gives_one_replacement__for_each_broken_byte),
        cmocka_unit_test(plain__is_what_shows__and_nothing_that_acts_or_hides),
        cmocka_unit_test(clean__composes_and_joins_blanks),
        cmocka_unit_test(fold__makes_case_equal__and_keeps_marks),
        cmocka_unit_test(fold__is_the_same__alone_and_beside_a_letter_of_another_script),
        cmocka_unit_test(fold__is_added__behind_what_the_buffer_holds),
        cmocka_unit_test(slips__count__what_fingers_do),
        cmocka_unit_test(safe__shows__what_would_act_or_hide),
        cmocka_unit_test(safe__is_plain_text__whatever_went_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
