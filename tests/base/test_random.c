/* Random numbers: the sequence is pinned, since demonstration data and tests depend on it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "klientel/base/hash.h"

static void random__gives_the_pinned_sequence__for_a_seed(void **state)
{
    (void)state;
    struct random random;
    random_seed(&random, 1, "x");
    assert_true(random_next(&random) == UINT64_C(0x37b7dff6d1edce93));
    for (int i = 0; i < 998; i++) {
        random_next(&random);
    }
    /* the thousandth number, in the sixteenth block */
    assert_true(random_next(&random) == UINT64_C(0xfd282c59c6bbc19b));
}

static void random__repeats_and_differs__by_seed_and_stream(void **state)
{
    (void)state;
    struct random a, same, seed, stream;
    random_seed(&a, 7, "clients");
    random_seed(&same, 7, "clients");
    random_seed(&seed, 8, "clients");
    random_seed(&stream, 7, "staff");
    for (int i = 0; i < 200; i++) {
        uint64_t number = random_next(&a);
        assert_true(number == random_next(&same));
        assert_true(number != random_next(&seed));
        assert_true(number != random_next(&stream));
    }
}

static void random__does_not_repeat__from_block_to_block(void **state)
{
    (void)state;
    struct random random;
    random_seed(&random, 7, "blocks");
    uint64_t numbers[256];
    for (int i = 0; i < 256; i++) {
        numbers[i] = random_next(&random);
        for (int j = 0; j < i; j++) {
            assert_true(numbers[i] != numbers[j]);
        }
    }
}

static void random_below__stays_below_and_is_even__for_any_bound(void **state)
{
    (void)state;
    struct random random;
    random_seed(&random, 3, "below");
    int counts[7] = { 0 };
    for (int i = 0; i < 70000; i++) {
        uint32_t number = random_below(&random, 7);
        assert_true(number < 7);
        counts[number]++;
    }
    for (int i = 0; i < 7; i++) {
        assert_in_range(counts[i], 9600, 10400);
    }
    assert_int_equal(random_below(&random, 1), 0);
    /* Three quarters of the range: without rejection the lower half would come twice as often. */
    int low = 0;
    for (int i = 0; i < 10000; i++) {
        low += random_below(&random, 0xc0000000) < 0x60000000;
    }
    assert_in_range(low, 4800, 5200);
}

static void random_name__is_another_every_time__in_hex(void **state)
{
    (void)state;
    char first[33], second[33];
    random_name(first);
    random_name(second);
    assert_int_equal(strlen(first), 32);
    assert_int_equal(strspn(first, "0123456789abcdef"), 32);
    assert_string_not_equal(first, second);
}

static int start(void **state)
{
    (void)state;
    return hash_start() ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random__gives_the_pinned_sequence__for_a_seed),
        cmocka_unit_test(random__repeats_and_differs__by_seed_and_stream),
        cmocka_unit_test(random__does_not_repeat__from_block_to_block),
        cmocka_unit_test(random_below__stays_below_and_is_even__for_any_bound),
        cmocka_unit_test(random_name__is_another_every_time__in_hex),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
