/* Set of ids: against a plain array of flags, and its edges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "klientel/base/hash.h"
#include "klientel/base/ids.h"

static void ids__agree_with_flags__over_random_changes(void **state)
{
    (void)state;
    enum { RANGE = 700 };
    bool flags[RANGE] = { false };
    size_t count = 0;
    struct ids ids = { 0 };
    struct random random;
    random_seed(&random, 4, "ids");
    for (int i = 0; i < 5000; i++) {
        uint32_t id = random_below(&random, RANGE);
        bool add = random_below(&random, 2);
        count += add && !flags[id];
        count -= !add && flags[id];
        flags[id] = add;
        if (add) {
            ids_add(&ids, id);
        } else {
            ids_remove(&ids, id);
        }
        assert_int_equal(ids.count, count);
    }
    int64_t next = ids_next(&ids, 0);
    for (int64_t id = 0; id < RANGE; id++) {
        assert_int_equal(ids_has(&ids, id), flags[id]);
        if (flags[id]) {
            assert_int_equal(next, id);
            next = ids_next(&ids, id + 1);
        }
    }
    assert_int_equal(next, -1);
    ids_finish(&ids);
}

static void ids__are_empty__when_all_zeroes_cleared_or_finished(void **state)
{
    (void)state;
    struct ids ids = { 0 };
    assert_false(ids_has(&ids, 0));
    assert_int_equal(ids_next(&ids, 0), -1);
    ids_remove(&ids, 5);
    ids_clear(&ids);
    ids_add(&ids, 64);
    ids_clear(&ids);
    assert_int_equal(ids.count, 0);
    assert_false(ids_has(&ids, 64));
    ids_add(&ids, 63);
    ids_finish(&ids);
    assert_int_equal(ids_next(&ids, 0), -1);
}

static void ids__find_the_next__at_the_edges_of_words(void **state)
{
    (void)state;
    struct ids ids = { 0 };
    const int64_t members[] = { 0, 63, 64, 127, 100000 };
    for (size_t i = 0; i < 5; i++) {
        ids_add(&ids, members[i]);
        ids_add(&ids, members[i]);
    }
    assert_int_equal(ids.count, 5);
    assert_int_equal(ids_next(&ids, -7), 0);
    assert_int_equal(ids_next(&ids, 1), 63);
    assert_int_equal(ids_next(&ids, 64), 64);
    assert_int_equal(ids_next(&ids, 65), 127);
    assert_int_equal(ids_next(&ids, 128), 100000);
    assert_int_equal(ids_next(&ids, 100001), -1);
    assert_int_equal(ids_next(&ids, INT64_MAX), -1);
    assert_false(ids_has(&ids, -1));
    assert_false(ids_has(&ids, INT64_MAX));
    ids_finish(&ids);
}

static void ids__copy_what_is_there__over_a_bigger_and_a_smaller_set(void **state)
{
    (void)state;
    struct ids from = { 0 }, to = { 0 };
    ids_add(&from, 3);
    ids_add(&to, 9000);
    ids_copy(&to, &from);
    assert_true(ids_has(&to, 3));
    assert_false(ids_has(&to, 9000));
    assert_int_equal(to.count, 1);
    ids_add(&from, 12345);
    assert_false(ids_has(&to, 12345));
    ids_copy(&to, &from);
    assert_true(ids_has(&to, 12345));
    ids_copy(&to, &to);
    assert_int_equal(to.count, 2);
    ids_finish(&from);
    ids_copy(&to, &from);
    assert_int_equal(to.count, 0);
    assert_int_equal(ids_next(&to, 0), -1);
    ids_finish(&to);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids__agree_with_flags__over_random_changes),
        cmocka_unit_test(ids__are_empty__when_all_zeroes_cleared_or_finished),
        cmocka_unit_test(ids__find_the_next__at_the_edges_of_words),
        cmocka_unit_test(ids__copy_what_is_there__over_a_bigger_and_a_smaller_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
