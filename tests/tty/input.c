/* Input: bytes to keys, however they are cut, and what is never a key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "klientel/base/buffer.h"
#include "klientel/base/text.h"
#include "klientel/tty/input.h"

#define MS ((int64_t)1000000)

/* Every event in words: "a Esc [paste:x] [click 1,2] answer". */
static void drain(struct input *input, int64_t now, struct buffer *ret_text)
{
    static const char *const clicks[] = { "click", "double", "up", "down" };
    struct input_event event;
    enum input_kind kind;
    while ((kind = input_next(input, now, &event)) != INPUT_NONE) {
        if (ret_text->length)
            buffer_add_byte(ret_text, ' ');
        if (kind == INPUT_KEY)
            buffer_print(ret_text, "%s%s", event.name, event.burst ? "!" : "");
        else if (kind == INPUT_PASTE)
            buffer_print(ret_text, "[paste:%s]", event.text);
        else if (kind == INPUT_MOUSE)
            buffer_print(ret_text, "[%s %d,%d]", clicks[event.mouse.what], event.mouse.row, event.mouse.column);
        else
            buffer_add_text(ret_text, "answer");
    }
}

/* Whole; then byte by byte, a millisecond between: the same keys. */
static void check(enum charset charset, const char *bytes, size_t length, const char *whole, const char *single)
{
    struct buffer text = { 0 };
    struct input *input = input_create(charset);
    input_add(input, bytes, length, 0);
    drain(input, 0, &text);
    drain(input, 3000 * MS, &text);
    assert_string_equal(buffer_text(&text), whole);
    assert_int_equal(input_deadline(input), -1);
    input_destroy(input);
    buffer_clear(&text);
    input = input_create(charset);
    for (size_t i = 0; i < length; i++) {
        input_add(input, bytes + i, 1, (int64_t)i * MS);
        drain(input, (int64_t)i * MS, &text);
    }
    drain(input, (int64_t)length * MS + 3000 * MS, &text);
    assert_string_equal(buffer_text(&text), single);
    input_destroy(input);
    buffer_finish(&text);
}

static void check_same(const char *bytes, const char *names)
{
    check(CHARSET_UTF8, bytes, strlen(bytes), names, names);
}

static void keys_have_their_names(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *name;
    } keys[] = {
        { "a", "a" }, { "å", "å" }, { " ", "Space" }, { "\r", "Enter" }, { "\n", "Enter" }, { "\t", "Tab" },
        { "\177", "Backspace" }, { "\b", "Backspace" }, { "\033", "Esc" },
        { "\023", "Ctrl-S" }, { "\021", "Ctrl-Q" }, { "\026", "Ctrl-V" }, { "\017", "Ctrl-O" }, { "\034", "Ctrl-\\" },
        { "\033[A", "Up" }, { "\033OA", "Up" }, { "\033[B", "Down" }, { "\033[H", "Home" }, { "\033OF", "End" },
        { "\033[1~", "Home" }, { "\033[4~", "End" }, { "\033[7~", "Home" }, { "\033[5~", "PgUp" }, { "\033[6~", "PgDn" },
        { "\033[3~", "Del" }, { "\033[2~", "Ins" }, { "\033[Z", "Shift-Tab" },
        { "\033[1;2A", "Shift-Up" }, { "\033[1;2B", "Shift-Down" }, { "\033[1;5C", "Ctrl-Right" },
        { "\033[5;5~", "Ctrl-PgUp" }, { "\033[a", "Shift-Up" }, { "\033[1;3A", "Alt-Up" },
        { "\033OP", "F1" }, { "\033[11~", "F1" }, { "\033[[A", "F1" }, { "\033[[E", "F5" }, { "\033[15~", "F5" },
        { "\033[21~", "F10" }, { "\033[24~", "F12" }, { "\033[1;2P", "Shift-F1" },
        { "\0331", "F1" }, { "\0339", "F9" }, { "\0330", "F10" }, { "\033x", "Alt-x" }, { "\033X", "Alt-X" }, { "\033O", "Alt-O" },
        { "\033Op", "0" }, { "\033Oy", "9" }, { "\033Ol", "," }, { "\033On", "." }, { "\033OM", "Enter" },
        { "\033Ok", "+" }, { "\033Om", "-" }, { "\033Oj", "*" }, { "\033Oo", "/" },
    };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        check_same(keys[i].bytes, keys[i].name);
}

static void esc_waits_fifty_milliseconds_alone(void **state)
{
    (void)state;
    struct buffer text = { 0 };
    struct input *input = input_create(CHARSET_UTF8);
    input_add(input, "\033", 1, 10 * MS);
    drain(input, 59 * MS, &text);
    assert_string_equal(buffer_text(&text), "");
    assert_int_equal(input_deadline(input), 60 * MS);
    drain(input, 60 * MS, &text);
    assert_string_equal(buffer_text(&text), "Esc");
    input_destroy(input);
    buffer_finish(&text);
}

static void esc_and_another_character_are_two_keys(void **state)
{
    (void)state;
    check_same("\033/", "Esc /");
    check_same("\033\033", "Esc Esc");
    check_same("\033å", "Esc å");
    check_same("\033\r", "Esc Enter");
}

static void an_answer_is_never_a_key(void **state)
{
    (void)state;
    check_same("a\033[0nb", "a answer b");
    check_same("\033[0n\033[0n", "answer answer");
    /* Its Esc came alone, long before the rest. */
    struct buffer text = { 0 };
    struct input *input = input_create(CHARSET_UTF8);
    input_expect_answer(input, true);
    input_add(input, "\033", 1, 0);
    drain(input, 140 * MS, &text);
    input_add(input, "[0", 2, 140 * MS);
    drain(input, 500 * MS, &text);
    input_add(input, "n", 1, 600 * MS);
    drain(input, 600 * MS, &text);
    assert_string_equal(buffer_text(&text), "answer");
    input_destroy(input);
    buffer_finish(&text);
}

static void what_stays_incomplete_is_dropped(void **state)
{
    (void)state;
    check_same("\033[", "");
    check_same("\033[<0;12;", "");
    check_same("\033[1;2", "");
    check_same("\303", "");
    check_same("\033[M !", "");
    check(CHARSET_UTF8, "\033[1;\033[A", 7, "Up!", "Up!"); /* broken off by another */
    check(CHARSET_UTF8, "\033[99zx", 6, "x!", "x");
    check(CHARSET_UTF8, "\033[?1;2cx", 8, "x!", "x");
}

static void broken_utf8_gives_nothing_else(void **state)
{
    (void)state;
    check_same("\377a", "a");
    check_same("\303a", "a");
    check_same("\300\200a", "a");
    check_same("\355\240\200a", "a");
    check_same("\302\233a", "a"); /* a control, whatever it would do */
}

static void other_charsets_have_their_letters(void **state)
{
    (void)state;
    check(CHARSET_LATIN1, "\345\344", 2, "å ä", "å ä");
    check(CHARSET_LATIN1, "\233", 1, "", "");
    check(CHARSET_ASCII, "\303\245", 2, "å", "å");
    check(CHARSET_ASCII, "\345a", 2, "å a", "å a");
}

static void the_mouse_is_read_and_only_its_first_button(void **state)
{
    (void)state;
    check_same("\033[<0;5;3M\033[<0;5;3m", "[click 2,4]");
    check_same("\033[<0;5;3M\033[<0;5;3m\033[<0;5;3M", "[click 2,4] [double 2,4]");
    check_same("\033[<64;1;1M\033[<65;1;1M", "[up 0,0] [down 0,0]");
    check_same("\033[<2;5;3M\033[<35;5;3M\033[<0;0;0M", "");
    check_same("\033[M %#", "[click 2,4]");
}

static void a_paste_is_one_text(void **state)
{
    (void)state;
    check_same("\033[200~abc\033[201~", "[paste:abc]");
    check_same("\033[200~a\r\nb\tc\n\033[201~", "[paste:a b c]");
    check(CHARSET_UTF8, "\033[200~a\033[31mb\007\302\233\033[201~q", 23, "[paste:a[31mb] q!", "[paste:a[31mb] q");
}

static void a_paste_without_end_is_over_after_two_seconds(void **state)
{
    (void)state;
    struct buffer text = { 0 };
    struct input *input = input_create(CHARSET_UTF8);
    input_add(input, "\033[200~abc", 9, 0);
    drain(input, 1999 * MS, &text);
    assert_string_equal(buffer_text(&text), "");
    drain(input, 2000 * MS, &text);
    assert_string_equal(buffer_text(&text), "[paste:abc]");
    input_destroy(input);
    buffer_finish(&text);
}

static void a_huge_paste_is_cut_and_nothing_of_it_is_a_key(void **state)
{
    (void)state;
    struct input *input = input_create(CHARSET_UTF8);
    struct input_event event;
    char chunk[4096];
    memset(chunk, 'x', sizeof chunk);
    input_add(input, "\033[200~", 6, 0);
    for (int i = 0; i < 100; i++) {
        input_add(input, chunk, sizeof chunk, 0);
        assert_int_equal(input_next(input, 0, &event), INPUT_NONE);
    }
    input_add(input, "\033[201~", 6, 0);
    assert_int_equal(input_next(input, 0, &event), INPUT_PASTE);
    assert_in_range(strlen(event.text), INPUT_PASTE_SIZE - 8, INPUT_PASTE_SIZE);
    assert_int_equal(input_next(input, 0, &event), INPUT_NONE);
    input_destroy(input);
}

static void many_at_once_are_a_burst(void **state)
{
    (void)state;
    check(CHARSET_UTF8, "yyyyyy", 6, "y! y! y! y! y! y!", "y y y y y y");
    check_same("yyyyy", "y y y y y");
    check_same("\033[1;2A", "Shift-Up");          /* one key of six bytes */
    check_same("y\033[0n\033[0n", "y answer answer"); /* a terminal's answers are nobody's typing */
}

static void a_terminals_own_keys_are_known(void **state)
{
    (void)state;
    struct buffer text = { 0 };
    struct input *input = input_create(CHARSET_UTF8);
    input_bind(input, "\033A", "Up");         /* VT52 */
    input_bind(input, "\033[224z", "F1");     /* Sun */
    input_bind(input, "\033[A", "Shift-Up");  /* what everybody's Up sends stays Up */
    input_add(input, "\033A", 2, 0);
    drain(input, 0, &text);
    input_add(input, "\033[224z", 6, 0);
    drain(input, 0, &text);
    input_add(input, "\033[A", 3, 0);
    drain(input, 0, &text);
    assert_string_equal(buffer_text(&text), "Up F1 Up");
    input_destroy(input);
    buffer_finish(&text);
}

/* Bytes without sense, in pieces: no name is anything but a key's or plain text. */
static void noise_gives_plain_names(void **state)
{
    (void)state;
    uint32_t seed = 1;
    for (int round = 0; round < 300; round++) {
        struct input *input = input_create(round % 3 == 0 ? CHARSET_LATIN1 : CHARSET_UTF8);
        struct input_event event;
        for (int i = 0; i < 60; i++) {
            static const char likely[] = "\033\033[[O<;0125~MmAn\303\245";
            char bytes[12];
            size_t length = 1 + (seed >> 8) % sizeof bytes;
            for (size_t j = 0; j < length; j++) {
                seed = seed * 1664525 + 1013904223;
                bytes[j] = (seed >> 28) < 11 ? likely[(seed >> 9) % (sizeof likely - 1)] : (char)(seed >> 12);
            }
            input_add(input, bytes, length, i * 20 * MS);
            while (input_next(input, i * 20 * MS, &event) != INPUT_NONE) {
                if (event.kind == INPUT_KEY)
                    assert_true(event.name[0] && text_is_utf8(event.name, strlen(event.name)));
                if (event.kind == INPUT_PASTE)
                    assert_true(text_is_utf8(event.text, strlen(event.text)));
            }
        }
        input_destroy(input);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_have_their_names),
        cmocka_unit_test(esc_waits_fifty_milliseconds_alone),
        cmocka_unit_test(esc_and_another_character_are_two_keys),
        cmocka_unit_test(an_answer_is_never_a_key),
        cmocka_unit_test(what_stays_incomplete_is_dropped),
        cmocka_unit_test(broken_utf8_gives_nothing_else),
        cmocka_unit_test(other_charsets_have_their_letters),
        cmocka_unit_test(the_mouse_is_read_and_only_its_first_button),
        cmocka_unit_test(a_paste_is_one_text),
        cmocka_unit_test(a_paste_without_end_is_over_after_two_seconds),
        cmocka_unit_test(a_huge_paste_is_cut_and_nothing_of_it_is_a_key),
        cmocka_unit_test(many_at_once_are_a_burst),
        cmocka_unit_test(a_terminals_own_keys_are_known),
        cmocka_unit_test(noise_gives_plain_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
