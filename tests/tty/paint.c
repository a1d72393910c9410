/* Paint: nothing that acts gets out, whatever the terminal; styles are told apart; sizes; helpings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "klientel/base/text.h"
#include "klientel/tty/paint.h"

static struct paint *create(const char *type, enum charset charset, int rows, int columns)
{
    struct buffer bytes = { 0 };
    struct paint *paint = paint_create(
        &(struct paint_options){ .type = type, .charset = charset, .color = COLOR_AUTO, .rows = rows,
                                 .columns = columns },
        &bytes);
    assert_non_null(paint);
    buffer_finish(&bytes);
    return paint;
}

static struct surface *surface_of(enum charset charset, int rows, int columns)
{
    struct surface *surface = surface_create(rows, columns);
    surface_set_ascii(surface, charset != CHARSET_UTF8);
    surface_set_latin1(surface, charset == CHARSET_LATIN1);
    surface_clear(surface, (struct rect){ 0, 0, rows, columns }, STYLE_NORMAL);
    surface_cursor(surface, 0, -1);
    return surface;
}

/* What may be sent: printable characters of the charset, and sequences ncurses makes: ESC [ … letter, ESC ( B, and
 * the motions CR LF BS TAB SI. */
static void check_bytes(const struct buffer *bytes, enum charset charset)
{
    for (size_t i = 0; i < bytes->length;) {
        unsigned char c = (unsigned char)bytes->data[i];
        if (c == 27) {
            unsigned char kind = (unsigned char)bytes->data[++i];
            assert_true(kind == '[' || kind == '(' || kind == 'M' || kind == 'D' || kind == 'E');
            i++;
            if (kind == '(')
                i++;
            while (kind == '[' && !((unsigned char)bytes->data[i] >= 0x40 && (unsigned char)bytes->data[i] <= 0x7e)) {
                assert_in_range((unsigned char)bytes->data[i], 0x20, 0x3f);
                i++;
            }
            i += kind == '[';
            continue;
        }
        if (c < 0x20) {
            assert_true(strchr("\r\n\b\t\017", c) != NULL);
            i++;
            continue;
        }
        if (c < 0x7f) {
            i++;
            continue;
        }
        assert_int_not_equal(charset, CHARSET_ASCII);
        if (charset == CHARSET_LATIN1) {
            assert_true(c >= 0xa0);
            i++;
            continue;
        }
        uint32_t scalar = text_next(bytes->data, bytes->length, &i);
        char one[5] = "";
        text_put(scalar, one);
        assert_true(scalar >= 0xa0 && scalar != 0xfffd);
        assert_false(scalar == 0x2028 || scalar == 0x2029 || (scalar >= 0x200b && scalar <= 0x200f) ||
                     (scalar >= 0x202a && scalar <= 0x202e) || (scalar >= 0x2060 && scalar <= 0x206f) ||
                     scalar == 0xfeff || (scalar >= 0xe0000 && scalar <= 0xe007f) || scalar == 0xad);
    }
}

static void nothing_hostile_gets_out(void **state)
{
    (void)state;
    static const char *const types[] = { "xterm-256color", "vt100", "linux" };
    static const struct {
        uint32_t from, to;
    } ranges[] = { { 1, 0x1f }, { 0x7f, 0x9f }, { 0xa0, 0x17f }, { 0x300, 0x36f }, { 0x5b0, 0x61c }, { 0x180b, 0x180e },
                   { 0x2000, 0x206f }, { 0x2500, 0x257f }, { 0x3000, 0x3002 }, { 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff },
                   { 0xfff0, 0xfffc }, { 0x1f1e6, 0x1f1e8 }, { 0x1f600, 0x1f602 }, { 0xe0000, 0xe007f }, { 0xe0100, 0xe0110 } };
    for (size_t type = 0; type < sizeof types / sizeof *types; type++) {
        for (int charset = CHARSET_UTF8; charset <= CHARSET_ASCII; charset++) {
            struct paint *paint = create(types[type], (enum charset)charset, 4, 40);
            struct surface *surface = surface_of((enum charset)charset, 4, 40);
            struct buffer bytes = { 0 };
            for (size_t r = 0; r < sizeof ranges / sizeof *ranges; r++) {
                for (uint32_t scalar = ranges[r].from; scalar <= ranges[r].to; scalar++) {
                    char text[16] = "x";
                    size_t count = text_put(scalar, text + 1);
                    memcpy(text + 1 + count, "y", 2);
                    surface_clear(surface, (struct rect){ 0, 0, 4, 40 }, STYLE_NORMAL);
                    surface_text(surface, 1, 2, 30, STYLE_NORMAL, text);
                    surface_text(surface, 2, 38, 2, STYLE_NORMAL, text + 1);
                    paint_show(paint, surface, SIZE_MAX, &bytes);
                }
                check_bytes(&bytes, (enum charset)charset);
                buffer_clear(&bytes);
            }
            static const char *const broken[] = { "\033[2J", "\2332J", "a\xc2", "\xff\xfe", "\xed\xa0\x80", "\033]52;c;eA==\a" };
            for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
                surface_clear(surface, (struct rect){ 0, 0, 4, 40 }, STYLE_NORMAL);
                surface_text(surface, 0, 0, 40, STYLE_NORMAL, broken[i]);
                paint_show(paint, surface, SIZE_MAX, &bytes);
            }
            check_bytes(&bytes, (enum charset)charset);
            buffer_finish(&bytes);
            surface_destroy(surface);
            paint_destroy(paint);
        }
    }
}

/* The bytes that show one text in a style. */
static char *styled(const char *type, enum style style)
{
    struct paint *paint = create(type, CHARSET_UTF8, 4, 40);
    struct surface *surface = surface_of(CHARSET_UTF8, 4, 40);
    struct buffer bytes = { 0 };
    surface_text(surface, 1, 2, 30, style, "Fjord");
    paint_show(paint, surface, SIZE_MAX, &bytes);
    char *copy = strdup(buffer_text(&bytes));
    buffer_finish(&bytes);
    surface_destroy(surface);
    paint_destroy(paint);
    return copy;
}

static void styles_are_told_apart_without_color(void **state)
{
    (void)state;
    static const char *const types[] = { "xterm-256color", "xterm", "xterm-mono", "vt100", "vt220", "linux", "screen", "tmux", "ansi" };
    static const enum style pairs[][2] = {
        { STYLE_CURSOR, STYLE_NORMAL },  { STYLE_TAB, STYLE_TAB_NOW },   { STYLE_CURSOR, STYLE_CURSOR_DIM },
        { STYLE_MARKED, STYLE_NORMAL },  { STYLE_CURSOR_DIM, STYLE_NORMAL }, { STYLE_ERROR, STYLE_NORMAL },
        { STYLE_FIELD, STYLE_NORMAL },   { STYLE_KEY, STYLE_NORMAL },    { STYLE_OTHER_MONTH, STYLE_TITLE },
    };
    setenv("NO_COLOR", "1", 1);
    for (size_t type = 0; type < sizeof types / sizeof *types; type++) {
        for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
            char *one = styled(types[type], pairs[i][0]), *other = styled(types[type], pairs[i][1]);
            assert_string_not_equal(one, other);
            assert_null(strstr(one, "[31m"));
            free(one);
            free(other);
        }
    }
    unsetenv("NO_COLOR");
}

/* How much light a part of a colour gives (sRGB). */
static double light(int level)
{
    static const double of[] = { 0, 0.114, 0.242, 0.429, 0.680, 1 }; /* 0, 95, 135, 175, 215, 255 of 255 */
    return of[level];
}

/* As many times as the lighter of two is lighter, for text of that colour of 256 on black or white: 4 can be read. */
static double contrast(int color, bool on_white)
{
    int cube = color - 16;
    double is = 0.2126 * light(cube / 36) + 0.7152 * light(cube / 6 % 6) + 0.0722 * light(cube % 6);
    return on_white ? 1.05 / (is + 0.05) : (is + 0.05) / 0.05;
}

static void colors_are_read_on_black_and_on_white(void **state)
{
    (void)state;
    static const enum style styles[] = { STYLE_HEAD, STYLE_KEY, STYLE_GOOD, STYLE_WARN, STYLE_MARKED };
    for (size_t i = 0; i < sizeof styles / sizeof *styles; i++) {
        char *bytes = styled("xterm-256color", styles[i]);
        int color = 0;
        const char *at = strstr(bytes, "38;5;");
        assert_non_null(at);
        assert_int_equal(sscanf(at, "38;5;%d", &color), 1);
        assert_in_range(color, 16, 231);
        assert_true(contrast(color, false) > 4);
        assert_true(contrast(color, true) > 4);
        free(bytes);
        bytes = styled("xterm", styles[i]); /* its yellow, cyan and green are lost on white */
        assert_null(strstr(bytes, "[33m"));
        assert_null(strstr(bytes, "[36m"));
        assert_null(strstr(bytes, "[32m"));
        free(bytes);
    }
}

static void an_unknown_type_is_guessed(void **state)
{
    (void)state;
    struct paint *paint = create("no-such-terminal", CHARSET_UTF8, 24, 80);
    assert_true(paint_guessed(paint));
    assert_string_equal(paint_type(paint), "xterm-256color");
    paint_destroy(paint);
    paint = create("vt220", CHARSET_UTF8, 24, 80);
    assert_false(paint_guessed(paint));
    assert_null(strstr(paint_leave(paint), "$<"));
    paint_destroy(paint);
}

static void nothing_new_sends_nothing(void **state)
{
    (void)state;
    struct paint *paint = create("xterm-256color", CHARSET_UTF8, 24, 80);
    struct surface *surface = surface_of(CHARSET_UTF8, 24, 80);
    struct buffer bytes = { 0 };
    surface_text(surface, 5, 5, 40, STYLE_NORMAL, "Fjord AS");
    assert_true(paint_show(paint, surface, SIZE_MAX, &bytes));
    assert_true(bytes.length > 0);
    buffer_clear(&bytes);
    assert_true(paint_show(paint, surface, SIZE_MAX, &bytes));
    assert_int_equal(bytes.length, 0);
    buffer_finish(&bytes);
    surface_destroy(surface);
    paint_destroy(paint);
}

static void what_changes_nothing_is_not_sent(void **state)
{
    (void)state;
    struct paint *paint = create("xterm-256color", CHARSET_UTF8, 24, 80);
    struct surface *surface = surface_of(CHARSET_UTF8, 24, 80);
    struct buffer bytes = { 0 };
    surface_text(surface, 5, 5, 40, STYLE_BAD, "Fjord AS");
    assert_true(paint_show(paint, surface, SIZE_MAX, &bytes));
    assert_non_null(strstr(buffer_text(&bytes), "\033(B")); /* nobody knows what was there before */
    buffer_clear(&bytes);
    surface_text(surface, 6, 5, 40, STYLE_BAD, "Lind & Co");
    surface_text(surface, 7, 5, 40, STYLE_CURSOR, "Ek");
    assert_true(paint_show(paint, surface, SIZE_MAX, &bytes));
    assert_string_equal(buffer_text(&bytes), "\033[7;6H\033[0;1m\033[31mLind & Co\033[8;6H\033[0;7mEk\033[m");
    buffer_clear(&bytes);
    surface_cursor(surface, 2, 3);
    assert_true(paint_show(paint, surface, SIZE_MAX, &bytes));
    assert_non_null(strstr(buffer_text(&bytes), "\033[3;4H")); /* a cursor that is seen stands where it belongs */
    buffer_finish(&bytes);
    surface_destroy(surface);
    paint_destroy(paint);
}

static void helpings_end_and_make_the_whole(void **state)
{
    (void)state;
    struct paint *paint = create("xterm-256color", CHARSET_UTF8, 24, 80);
    struct surface *surface = surface_of(CHARSET_UTF8, 24, 80);
    struct buffer bytes = { 0 };
    for (int row = 0; row < 24; row++)
        surface_text(surface, row, 0, 79, STYLE_NORMAL,
                     "a row of the list with a text that fills about seventy of its columns");
    surface_cursor(surface, 20, 3);
    int helpings = 1;
    while (!paint_show(paint, surface, 300, &bytes)) {
        assert_true(bytes.length > 0 && bytes.length < 600);
        buffer_clear(&bytes);
        assert_true(++helpings < 24);
    }
    assert_in_range(helpings, 4, 12);
    buffer_clear(&bytes);
    assert_true(paint_show(paint, surface, 300, &bytes));
    assert_int_equal(bytes.length, 0);
    buffer_finish(&bytes);
    surface_destroy(surface);
    paint_destroy(paint);
}

static void every_size_can_be_had(void **state)
{
    (void)state;
    static const int sizes[][2] = { { 1, 1 }, { 24, 80 }, { 1, 200 }, { 100, 1 }, { 300, 80 }, { 2, 2 }, { 24, 80 } };
    struct paint *paint = create("xterm-256color", CHARSET_UTF8, 24, 80);
    struct buffer bytes = { 0 };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct surface *surface = surface_of(CHARSET_UTF8, sizes[i][0], sizes[i][1]);
        paint_resize(paint, sizes[i][0], sizes[i][1]);
        surface_text(surface, 0, 0, sizes[i][1], STYLE_CURSOR, "漢字 Fjord AS");
        surface_cursor(surface, 500, 500);
        assert_true(paint_show(paint, surface, SIZE_MAX, &bytes));
        surface_destroy(surface);
    }
    buffer_finish(&bytes);
    paint_destroy(paint);
}

static int start(void **state)
{
    (void)state;
    unsetenv("NO_COLOR");
    return text_start() ? 0 : 1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_hostile_gets_out),
        cmocka_unit_test(styles_are_told_apart_without_color),
        cmocka_unit_test(colors_are_read_on_black_and_on_white),
        cmocka_unit_test(an_unknown_type_is_guessed),
        cmocka_unit_test(nothing_new_sends_nothing),
        cmocka_unit_test(what_changes_nothing_is_not_sent),
        cmocka_unit_test(helpings_end_and_make_the_whole),
        cmocka_unit_test(every_size_can_be_had),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
