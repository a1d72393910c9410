/* Cells: widths and clusters as terminals have them, and text for ASCII terminals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "klientel/base/text.h"

#define JOINER "\xe2\x80\x8d"
#define VARIATION "\xef\xb8\x8f"
#define ACUTE "\xcc\x81"
#define GRAVE "\xcc\x80"

static int start(void **state)
{
    (void)state;
    return text_start() ? 0 : -1;
}

static void width__counts_columns__of_text(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int width;
    } cases[] = {
        { "", 0 },
        { "Nordvik", 7 },
        { "Ås Rør & Blåbær", 15 },
        { "a" ACUTE GRAVE "b", 2 },
        { "─│●○→…", 6 },
        { "税理士", 6 },
        { "ｱ", 1 },
        { "한국", 4 },
        { "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", 2 }, /* one Hangul syllable of three letters */
        { "👍", 2 },
        { "👍🏽", 2 },
        { "👩" JOINER "👩" JOINER "👧", 2 },
        { "🇳🇴", 2 },
        { "🇳🇴🇸🇪", 4 },
        { "❤" VARIATION, 2 },
        { "1" VARIATION "\xe2\x83\xa3", 2 }, /* keycap */
        { ACUTE, 0 },
        { "\xff\xfe", 2 },
        { "a\nb", 3 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int width = text_width(cases[i].text, strlen(cases[i].text));
        if (width != cases[i].width) {
            fail_msg("case %zu (%s): %d columns", i, cases[i].text, width);
        }
    }
}

static void cluster__takes_a_character_with_its_marks__and_no_more(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t first;
    } cases[] = {
        { "ab", 1 },
        { "a" ACUTE "b", 3 },
        { "a" ACUTE GRAVE "b", 5 },
        { "åb", 2 },
        { "税理", 3 },
        { "🇳🇴🇸🇪", 8 },
        { "👩" JOINER "👧x", 11 },
        { "👍🏽x", 8 },
        { "क" "ि" "x", 3 }, /* the vowel sign has a width: a cell of its own */
        { "\xe5z", 1 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t at = 0;
        text_cluster(cases[i].text, strlen(cases[i].text), &at);
        assert_int_equal(at, cases[i].first);
    }
    size_t end = 2;
    assert_int_equal(text_cluster("ab", 2, &end), 0);
    assert_int_equal(end, 2);
}

static void clusters__cover_the_text__whatever_its_bytes_are(void **state)
{
    (void)state;
    uint32_t seed = 12345;
    for (int round = 0; round < 2000; round++) {
        char text[24];
        for (size_t i = 0; i < sizeof text; i++) {
            seed = seed * 1664525 + 1013904223;
            text[i] = (char)(seed >> 24);
        }
        int width = 0;
        for (size_t at = 0; at < sizeof text;) {
            size_t before = at;
            int columns = text_cluster(text, sizeof text, &at);
            assert_in_range(columns, 0, 2);
            assert_in_range(at, before + 1, sizeof text);
            width += columns;
        }
        assert_int_equal(text_width(text, sizeof text), width);
    }
}

static void fit__never_cuts_a_character__nor_exceeds_the_columns(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int columns;
        size_t bytes;
    } cases[] = {
        { "Nordvik", 3, 3 }, { "Nordvik", 7, 7 },  { "Nordvik", 70, 7 }, { "Nordvik", 0, 0 },
        { "åäö", 2, 4 },     { "税理士", 3, 3 },    { "税理士", 4, 6 },    { "税", 1, 0 },
        { "a" ACUTE "b", 1, 3 },
        { "🇳🇴", 1, 0 },      { "", 5, 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(text_fit(cases[i].text, strlen(cases[i].text), cases[i].columns),
                         cases[i].bytes);
    }
}

static void ascii__shows__the_nearest_letters_and_signs(void **state)
{
    (void)state;
    static const struct {
        const char *text, *expected;
    } cases[] = {
        { "Blåbær & Ärla Østein Örjan", "Blabaer & Arla Ostein Orjan" },
        { "é è ü ñ č Š ž", "e e u n c S z" },
        { "ß ẞ þ Þ ð Ð œ Œ ł đ ı", "ss SS th Th d D oe OE l d i" },
        { "– — − ‐", "- - - -" },
        { "“A” ’B", "\"A\" 'B" },
        { "● ○ → · … ×", "* o > . ... x" },
        { "▁▂▃▄▅▆▇█", ".:-=+*#@" },
        { "┌─┬┐│║═", "+-++||=" },
        { "12\xc2\xa0" "345,00 €", "12 345,00 EUR" },
        { "≥ ≤ ± § ⚠ ▪ ⊃", ">= <= +- S ! * >" },
        { "a" ACUTE, "a" },
        { "ﬁ Ⅳ ①", "fi IV 1" },
        { "税x", "??x" },
        { "Я", "?" },
        { "\xff", "?" },
        { "", "" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer ascii = { 0 };
        text_ascii_add(cases[i].text, strlen(cases[i].text), &ascii);
        assert_string_equal(buffer_text(&ascii), cases[i].expected);
        buffer_finish(&ascii);
    }
}

static void ascii__gives_only_ascii__for_every_scalar(void **state)
{
    (void)state;
    struct buffer ascii = { 0 };
    for (uint32_t scalar = 0x80; scalar < 0x110000; scalar += scalar < 0x3000 ? 1 : 61) {
        char bytes[4];
        text_ascii_add(bytes, text_put(scalar, bytes), &ascii);
    }
    for (size_t i = 0; i < ascii.length; i++) {
        assert_in_range(ascii.data[i], ' ', '~');
    }
    buffer_finish(&ascii);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(width__counts_columns__of_text),
        cmocka_unit_test(cluster__takes_a_character_with_its_marks__and_no_more),
        cmocka_unit_test(clusters__cover_the_text__whatever_its_bytes_are),
        cmocka_unit_test(fit__never_cuts_a_character__nor_exceeds_the_columns),
        cmocka_unit_test(ascii__shows__the_nearest_letters_and_signs),
        cmocka_unit_test(ascii__gives_only_ascii__for_every_scalar),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
