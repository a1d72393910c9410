/* Buffer: growth, the zero at the end, emptiness. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "klientel/base/buffer.h"

static void buffer__is_an_empty_text__when_all_zeroes(void **state)
{
    (void)state;
    struct buffer buffer = { 0 };
    assert_string_equal(buffer_text(&buffer), "");
    buffer_clear(&buffer);
    assert_null(buffer.data);
    buffer_finish(&buffer);
}

static void buffer__stays_a_text__at_every_length(void **state)
{
    (void)state;
    struct buffer buffer = { 0 };
    for (size_t i = 0; i < 1000; i++) {
        buffer_add_byte(&buffer, (char)('a' + i % 26));
        assert_int_equal(buffer.length, i + 1);
        assert_true(buffer.capacity > buffer.length);
        assert_int_equal(buffer.data[i + 1], '\0');
    }
    for (size_t i = 0; i < 1000; i++) {
        assert_int_equal(buffer.data[i], 'a' + i % 26);
    }
    buffer_finish(&buffer);
    assert_string_equal(buffer_text(&buffer), "");
}

static void buffer__adds_bytes_texts_and_prints__one_after_the_other(void **state)
{
    (void)state;
    struct buffer buffer = { 0 };
    buffer_add(&buffer, "abcdef", 3);
    buffer_add(&buffer, NULL, 0);
    buffer_add_text(&buffer, "-");
    buffer_print(&buffer, "%d%%", 42);
    assert_string_equal(buffer_text(&buffer), "abc-42%");
    buffer_clear(&buffer);
    assert_string_equal(buffer_text(&buffer), "");
    buffer_print(&buffer, "%2000s", "x");
    assert_int_equal(buffer.length, 2000);
    assert_int_equal(strlen(buffer.data), 2000);
    buffer_finish(&buffer);
}

static void buffer__keeps_zero_bytes__inside(void **state)
{
    (void)state;
    struct buffer buffer = { 0 };
    buffer_add(&buffer, "a\0b", 3);
    assert_int_equal(buffer.length, 3);
    assert_memory_equal(buffer.data, "a\0b", 4);
    buffer_finish(&buffer);
}

static void buffer__does_not_move__while_the_reserve_lasts(void **state)
{
    (void)state;
    struct buffer buffer = { 0 };
    buffer_reserve(&buffer, 5000);
    assert_string_equal(buffer_text(&buffer), "");
    const char *data = buffer.data;
    for (int i = 0; i < 5000; i++) {
        buffer_add_byte(&buffer, 'x');
    }
    assert_ptr_equal(buffer.data, data);
    buffer_finish(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buffer__is_an_empty_text__when_all_zeroes),
        cmocka_unit_test(buffer__stays_a_text__at_every_length),
        cmocka_unit_test(buffer__adds_bytes_texts_and_prints__one_after_the_other),
        cmocka_unit_test(buffer__keeps_zero_bytes__inside),
        cmocka_unit_test(buffer__does_not_move__while_the_reserve_lasts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
