/* Copy: the sequence, bare and in its envelopes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "klientel/tty/copy.h"

static void it_is_base64_between_its_marks(void **state)
{
    (void)state;
    struct buffer bytes = { 0 };
    assert_true(copy_sequence("Fjord AS", 8, COPY_DIRECT, &bytes));
    assert_string_equal(buffer_text(&bytes), "\033]52;c;RmpvcmQgQVM=\a");
    buffer_finish(&bytes);
}

static void tmux_gets_it_bare_and_in_its_envelope(void **state)
{
    (void)state;
    struct buffer bytes = { 0 };
    assert_true(copy_sequence("a", 1, COPY_TMUX, &bytes));
    assert_string_equal(buffer_text(&bytes), "\033]52;c;YQ==\a\033Ptmux;\033\033]52;c;YQ==\a\033\\");
    buffer_finish(&bytes);
}

static void screen_gets_it_in_pieces(void **state)
{
    (void)state;
    struct buffer bytes = { 0 };
    char text[1000];
    memset(text, 'x', sizeof text);
    assert_true(copy_sequence(text, sizeof text, COPY_SCREEN, &bytes));
    size_t pieces = 0;
    for (const char *at = bytes.data; (at = strstr(at, "\033P")); at += 2) {
        const char *end = strstr(at, "\033\\");
        assert_non_null(end);
        assert_true(end - at <= 2 + 256);
        pieces++;
    }
    assert_int_equal(pieces, (7 + 1336 + 1 + 255) / 256);
    buffer_finish(&bytes);
}

static void too_much_is_refused(void **state)
{
    (void)state;
    struct buffer bytes = { 0 };
    char *text = calloc(1, COPY_MAX + 1);
    assert_true(copy_sequence(text, COPY_MAX, COPY_DIRECT, &bytes));
    size_t before = bytes.length;
    assert_false(copy_sequence(text, COPY_MAX + 1, COPY_DIRECT, &bytes));
    assert_int_equal(bytes.length, before);
    free(text);
    buffer_finish(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_base64_between_its_marks),
        cmocka_unit_test(tmux_gets_it_bare_and_in_its_envelope),
        cmocka_unit_test(screen_gets_it_in_pieces),
        cmocka_unit_test(too_much_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
