/* Arena: alignment, independence of what is taken, reuse after a reset. */
#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "klientel/base/arena.h"

static void arena__aligns_for_any_type__after_texts_of_odd_length(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    for (size_t length = 0; length < 40; length++) {
        arena_text_n(arena, "0123456789012345678901234567890123456789", length);
        void *memory = arena_alloc(arena, length);
        assert_int_equal((uintptr_t)memory % alignof(max_align_t), 0);
    }
    arena_destroy(arena);
}

static void arena__gives_memory_of_its_own__over_many_sizes(void **state)
{
    (void)state;
    enum { COUNT = 400 };
    struct arena *arena = arena_create();
    unsigned char *taken[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        taken[i] = arena_alloc(arena, i * 37);
        memset(taken[i], (int)(i % 251), i * 37);
    }
    for (size_t i = 0; i < COUNT; i++) {
        for (size_t j = 0; j < i * 37; j++) {
            assert_int_equal(taken[i][j], i % 251);
        }
    }
    arena_destroy(arena);
}

static void arena__gives_distinct_pointers__for_size_zero(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    void *first = arena_alloc(arena, 0);
    assert_non_null(first);
    assert_ptr_not_equal(first, arena_alloc(arena, 0));
    arena_destroy(arena);
}

static void arena__keeps_earlier_memory__when_a_big_block_is_taken(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    char *before = arena_text(arena, "before");
    unsigned char *big = arena_zero(arena, 3, 1 << 20);
    char *after = arena_text(arena, "after");
    for (size_t i = 0; i < 3 << 20; i++) {
        assert_int_equal(big[i], 0);
    }
    memset(big, 0xff, 3 << 20);
    assert_string_equal(before, "before");
    assert_string_equal(after, "after");
    arena_destroy(arena);
}

static void arena__holds_no_more__when_the_same_is_taken_after_a_reset(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    size_t held = 0;
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 20000; i++) {
            arena_alloc(arena, 100);
        }
        if (round == 0) {
            held = arena_size(arena);
            assert_true(held >= 2000000);
        } else {
            assert_true(arena_size(arena) <= held);
        }
        arena_reset(arena);
    }
    arena_destroy(arena);
}

static void arena__gives_back_the_excess__when_a_huge_arena_is_reset(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    for (int i = 0; i < 64; i++) {
        arena_alloc(arena, 1 << 20);
    }
    assert_true(arena_size(arena) >= 64u << 20);
    arena_reset(arena);
    assert_true(arena_size(arena) <= 17u << 20);
    arena_destroy(arena);
}

static void arena__zeroes__memory_that_was_used_before(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    memset(arena_alloc(arena, 1000), 0xff, 1000);
    arena_reset(arena);
    const unsigned char *zero = arena_zero(arena, 10, 100);
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(zero[i], 0);
    }
    arena_destroy(arena);
}

static void arena__copies_and_prints_texts__with_their_end(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    assert_null(arena_text(arena, NULL));
    assert_string_equal(arena_text(arena, ""), "");
    assert_string_equal(arena_text_n(arena, "client", 3), "cli");
    assert_string_equal(arena_print(arena, "%s-%03d", "run", 7), "run-007");
    char *long_text = arena_print(arena, "%5000d", 1);
    assert_int_equal(strlen(long_text), 5000);
    arena_destroy(arena);
    arena_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arena__aligns_for_any_type__after_texts_of_odd_length),
        cmocka_unit_test(arena__gives_memory_of_its_own__over_many_sizes),
        cmocka_unit_test(arena__gives_distinct_pointers__for_size_zero),
        cmocka_unit_test(arena__keeps_earlier_memory__when_a_big_block_is_taken),
        cmocka_unit_test(arena__holds_no_more__when_the_same_is_taken_after_a_reset),
        cmocka_unit_test(arena__gives_back_the_excess__when_a_huge_arena_is_reset),
        cmocka_unit_test(arena__zeroes__memory_that_was_used_before),
        cmocka_unit_test(arena__copies_and_prints_texts__with_their_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
