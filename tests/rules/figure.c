/* Tests of rules/figure: sparklines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "klientel/rules/figure.h"

static void expect(const struct figure *figures, size_t count, bool ascii, const char *text)
{
    struct buffer drawn = { 0 };

    sparkline(figures, count, ascii, &drawn);
    assert_string_equal(buffer_text(&drawn), text);
    buffer_finish(&drawn);
}

static void sparkline__scales__between_the_smallest_and_the_greatest(void **state)
{
    const struct figure figures[] = { { true, 10 }, { true, 11 }, { true, 12 }, { true, 13 },
                                      { true, 14 }, { true, 15 }, { true, 16 }, { true, 17 } };

    (void)state;
    expect(figures, 8, false, "▁▂▃▄▅▆▇█");
    expect(figures, 8, true, ".:-=+*#@");
}

static void sparkline__leaves_blank__what_is_not_known(void **state)
{
    const struct figure figures[] = { { false, 99 }, { true, 0 }, { false, 0 }, { true, 5 } };

    (void)state;
    expect(figures, 4, true, " . @");
    expect(figures, 1, true, " ");
    expect(figures, 0, true, "");
}

static void sparkline__draws_a_flat_row__in_the_middle(void **state)
{
    const struct figure figures[] = { { true, 7 }, { true, 7 }, { true, 7 } };

    (void)state;
    expect(figures, 3, false, "▄▄▄");
    expect(figures, 3, true, "===");
}

static void sparkline__survives__the_greatest_numbers(void **state)
{
    const struct figure figures[] = { { true, INT64_MIN }, { true, 0 }, { true, INT64_MAX } };

    (void)state;
    expect(figures, 3, true, ".+@");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sparkline__scales__between_the_smallest_and_the_greatest),
        cmocka_unit_test(sparkline__leaves_blank__what_is_not_known),
        cmocka_unit_test(sparkline__draws_a_flat_row__in_the_middle),
        cmocka_unit_test(sparkline__survives__the_greatest_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
