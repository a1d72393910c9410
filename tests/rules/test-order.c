/* Tests of rules/rowset_order.c: rows at hand put in order, against a plain qsort of the same values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "filter_rows.h"
#include "klientel/base/buffer.h"

enum { ROWS = 20000 };

static struct arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = arena_create();
    return text_start() ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    arena_destroy(arena);
    return 0;
}

/* One row as the reference sees it. */
struct plain {
    int64_t id;
    struct value value;
    struct buffer key;
};
static bool turned;

static int compare(const void *a, const void *b)
{
    const struct plain *one = a, *other = b;
    int order = 0;
    if (one->value.known != other->value.known)
        return one->value.known ? -1 : 1;
    if (one->value.known && one->value.text) {
        size_t length = one->key.length < other->key.length ? one->key.length : other->key.length;
        order = memcmp(buffer_text(&one->key), buffer_text(&other->key), length);
        if (order == 0)
            order = (one->key.length > other->key.length) - (one->key.length < other->key.length);
    } else if (one->value.known) {
        order = (one->value.number > other->value.number) - (one->value.number < other->value.number);
    }
    if (order != 0)
        return turned ? -order : order;
    return (one->id > other->id) - (one->id < other->id);
}

static void assert_ordered(const struct rowset *rows, enum column column, bool descending,
                           struct collator *collator)
{
    struct plain *plain = memory_zero(rows->count, sizeof *plain);
    for (size_t i = 0; i < rows->count; i++) {
        plain[i].id = rows->ids[i];
        plain[i].value = rowset_value(rows, i, column);
        if (plain[i].value.text && collator && column_info(column)->type == TYPE_TEXT)
            collator_key_add(collator, plain[i].value.text, plain[i].value.length, &plain[i].key);
        else if (plain[i].value.text)
            text_fold_add(plain[i].value.text, plain[i].value.length, &plain[i].key);
    }
    turned = descending;
    qsort(plain, rows->count, sizeof *plain, compare);
    uint32_t *order = rowset_order(rows, column, descending, collator);
    assert_non_null(order);
    for (size_t i = 0; i < rows->count; i++)
        assert_int_equal(rows->ids[order[i]], plain[i].id);
    free(order);
    for (size_t i = 0; i < rows->count; i++)
        buffer_finish(&plain[i].key);
    free(plain);
}

static void assert_all_columns(const struct rowset *rows)
{
    const struct dataset_info *info = dataset_info(rows->dataset);
    struct collator *collator = collator_create(LANGUAGE_NB);
    for (size_t i = 0; i < info->count; i++) {
        assert_ordered(rows, (enum column)(info->first + (int)i), false, collator);
        assert_ordered(rows, (enum column)(info->first + (int)i), true, collator);
    }
    assert_ordered(rows, info->first, false, NULL);
    collator_destroy(collator);
}

static void order__of_every_column__is_that_of_qsort(void **state)
{
    (void)state;
    struct rowset rows;
    filter_rows_many(arena, 7, ROWS, &rows);
    assert_all_columns(&rows);
}

static void order__where_ids_do_not_ascend__still_breaks_ties_by_id(void **state)
{
    (void)state;
    uint32_t random = 3;
    struct rowset rows;
    struct rowset_builder *builder = rowset_build(arena, DATASET_clients, 0);
    for (int64_t i = 0; i < 5000; i++) {
        char text[16];
        snprintf(text, sizeof text, "%u", filter_rows_random(&random) % 40);
        rowset_row(builder, i * 2003 % 5000 + 1, 1, 0, NULL);
        rowset_put_number(builder, COLUMN_clients_payday, filter_rows_random(&random) % 28);
        rowset_put_text(builder, COLUMN_clients_city, text, strlen(text));
    }
    rowset_view(builder, &rows);
    assert_all_columns(&rows);
    rowset_drop(builder);
}

static void order__where_every_row_has_its_own_text__is_that_of_qsort(void **state)
{
    (void)state;
    struct rowset rows;
    struct rowset_builder *builder = rowset_build(arena, DATASET_clients, 0);
    for (int64_t i = 0; i < ROWS; i++) {
        char text[64];
        rowset_row(builder, i + 1, 1, 0, NULL);
        snprintf(text, sizeof text, "%d", (int)(i * 7919 % 1000003));
        rowset_put_text(builder, COLUMN_clients_number, text, strlen(text));
        snprintf(text, sizeof text, "Ørsta nr %d Åkeri", (int)(i * 7919 % 1000003));
        rowset_put_text(builder, COLUMN_clients_name, text, strlen(text));
    }
    rowset_view(builder, &rows);
    assert_all_columns(&rows);
    rowset_drop(builder);
}

static void order__by_ranks__is_their_order_and_none_without(void **state)
{
    (void)state;
    static const uint64_t ranks[] = { 5, 1, 5, 0 };
    static const uint32_t up[] = { 3, 1, 0, 2 }, down[] = { 0, 2, 1, 3 };
    struct rowset rows;
    struct rowset_builder *builder = rowset_build(arena, DATASET_clients, 0);
    for (int64_t i = 0; i < 4; i++) {
        rowset_row(builder, i + 1, 1, 0, NULL);
        rowset_put_rank(builder, ranks[i]);
    }
    rowset_view(builder, &rows);
    uint32_t *order = rowset_order(&rows, COLUMN_NONE, false, NULL);
    assert_memory_equal(order, up, sizeof up);
    free(order);
    order = rowset_order(&rows, COLUMN_NONE, true, NULL);
    assert_memory_equal(order, down, sizeof down);
    free(order);
    rows.ranks = NULL;
    assert_null(rowset_order(&rows, COLUMN_NONE, false, NULL));
    rowset_drop(builder);
}

static void arrange__puts_ascending_rows__in_the_order_shown(void **state)
{
    (void)state;
    static const uint32_t order[] = { 4, 0, 3, 1, 2 }, rows[] = { 1, 2, 4 }, wanted[] = { 4, 1, 2 };
    struct rowset rowset = { .count = 5 };
    uint32_t shown[3];
    rowset_arrange(&rowset, order, rows, 3, shown);
    assert_memory_equal(shown, wanted, sizeof wanted);
    rowset_arrange(&rowset, NULL, rows, 3, shown);
    assert_memory_equal(shown, rows, sizeof rows);
    rowset_arrange(&rowset, order, rows, 0, shown);
}

static void view__between_two_rows__shows_what_has_come(void **state)
{
    (void)state;
    struct rowset rows;
    struct rowset_builder *builder = rowset_build(arena, DATASET_clients, 0);
    rowset_view(builder, &rows);
    assert_int_equal(rows.count, 0);
    assert_int_equal(rows.search_at[0], 0);
    rowset_row(builder, 1, 1, 0, NULL);
    rowset_put_text(builder, COLUMN_clients_name, "Berg", 4);
    rowset_view(builder, &rows);
    rowset_view(builder, &rows);
    assert_false(rows.done);
    assert_int_equal(rows.count, 1);
    assert_string_equal(rows.search, "berg\n");
    rowset_row(builder, 2, 2, 0, NULL);
    rowset_row(builder, 3, 3, 0, NULL);
    rowset_put_text(builder, COLUMN_clients_name, "Moe", 3);
    rowset_finish(builder, COLUMN_NONE, false, NULL, &rows);
    assert_string_equal(rows.search, "berg\n\nmoe\n");
    assert_int_equal(rows.search_at[3], 10);
    assert_true(rows.done);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order__of_every_column__is_that_of_qsort),
        cmocka_unit_test(order__where_ids_do_not_ascend__still_breaks_ties_by_id),
        cmocka_unit_test(order__where_every_row_has_its_own_text__is_that_of_qsort),
        cmocka_unit_test(order__by_ranks__is_their_order_and_none_without),
        cmocka_unit_test(arrange__puts_ascending_rows__in_the_order_shown),
        cmocka_unit_test(view__between_two_rows__shows_what_has_come),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
