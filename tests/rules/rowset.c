/* Tests of rules/rowset.c and rules/value.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "klientel/rules/model.h"

static int set_up(void **state)
{
    *state = arena_create();
    return text_start() ? 0 : -1;
}

static int tear_down(void **state)
{
    arena_destroy(*state);
    return 0;
}

static void put(struct rowset_builder *builder, enum column column, const char *text)
{
    rowset_put_text(builder, column, text, text ? strlen(text) : 0);
}

static void assert_text(const struct rowset *rowset, size_t row, enum column column,
                        const char *text)
{
    struct value value = rowset_value(rowset, row, column);
    assert_true(value.known);
    assert_int_equal(value.length, strlen(text));
    assert_string_equal(value.text, text);
}

static void assert_ids(const struct rowset *rowset, const char *ids)
{
    struct buffer text = { 0 };
    for (size_t i = 0; i < rowset->count; i++)
        buffer_print(&text, "%s%d", i ? " " : "", (int)rowset->ids[i]);
    assert_string_equal(buffer_text(&text), ids);
    buffer_finish(&text);
}

static void rowset__gives_back__what_was_put(void **state)
{
    struct rowset_builder *builder = rowset_build(*state, DATASET_runs, 0);
    rowset_row(builder, 7, 3, ROW_OPEN | ROW_DEMO, "SEK");
    put(builder, COLUMN_runs_client_name, "Åkes Rör AB");
    rowset_put_number(builder, COLUMN_runs_gross, 123450);
    put(builder, COLUMN_runs_run_by, NULL);
    put(builder, COLUMN_runs_run, "");
    struct rowset rowset;
    rowset_finish(builder, COLUMN_NONE, false, NULL, &rowset);

    assert_int_equal(rowset.count, 1);
    assert_true(rowset.done);
    assert_null(rowset.reason);
    assert_int_equal(rowset.clients[0], 3);
    assert_int_equal(rowset.flags[0], ROW_OPEN | ROW_DEMO);
    assert_text(&rowset, 0, COLUMN_runs_client_name, "Åkes Rör AB");
    assert_text(&rowset, 0, COLUMN_runs_run, "");
    assert_false(rowset_value(&rowset, 0, COLUMN_runs_run_by).known);
    assert_false(rowset_value(&rowset, 0, COLUMN_runs_net).known);
    struct value gross = rowset_value(&rowset, 0, COLUMN_runs_gross);
    assert_int_equal(gross.number, 123450);
    assert_string_equal(gross.currency, "SEK");
    assert_int_equal(rowset_value(&rowset, 0, COLUMN_runs_id).number, 7);
    assert_int_equal(rowset_value(&rowset, 0, COLUMN_runs_client).number, 3);
}

static void rowset__leaves_out__columns_not_asked_for(void **state)
{
    struct rowset_builder *builder =
        rowset_build(*state, DATASET_clients, column_bit(COLUMN_clients_name));
    rowset_row(builder, 1, 1, 0, NULL);
    put(builder, COLUMN_clients_name, "Fjord AS");
    put(builder, COLUMN_clients_city, "BERGEN");
    rowset_put_number(builder, COLUMN_clients_payday, 20);
    struct rowset rowset;
    rowset_finish(builder, COLUMN_NONE, false, NULL, &rowset);

    assert_int_equal(rowset.slot_count, 1);
    assert_null(rowset.currencies);
    assert_text(&rowset, 0, COLUMN_clients_name, "Fjord AS");
    assert_false(rowset_value(&rowset, 0, COLUMN_clients_city).known);
    assert_false(rowset_value(&rowset, 0, COLUMN_clients_payday).known);
    assert_string_equal(rowset.search, "fjord as\x1f" "bergen\n");
}

static void rowset__without_rows__is_empty(void **state)
{
    struct rowset rowset;
    rowset_finish(rowset_build(*state, DATASET_users, 0), COLUMN_users_name, false, NULL, &rowset);
    assert_int_equal(rowset.count, 0);
    assert_string_equal(rowset.search, "");
    assert_int_equal(rowset.search_at[0], 0);
    assert_int_equal(rowset_find(&rowset, 1), SIZE_MAX);
}

static void search__has__one_line_a_row(void **state)
{
    struct rowset_builder *builder = rowset_build(*state, DATASET_clients, 0);
    rowset_row(builder, 1, 1, 0, NULL);
    put(builder, COLUMN_clients_name, "ÅSA\nØL\x1fX");
    put(builder, COLUMN_clients_groups, "Pay20\x1fVIP");
    put(builder, COLUMN_clients_contact, "not searched");
    rowset_row(builder, 2, 2, 0, NULL);
    rowset_row(builder, 3, 3, 0, NULL);
    put(builder, COLUMN_clients_orgno, "974760673");
    struct rowset rowset;
    rowset_finish(builder, COLUMN_clients_id, true, NULL, &rowset);

    assert_string_equal(rowset.search, "974760673\n\nåsa øl x\x1fpay20\x1fvip\n");
    const uint32_t at[] = { 0, 10, 11, 32 };
    assert_memory_equal(rowset.search_at, at, sizeof at);
}

static struct rowset sorted(void **state, enum column column, bool descending,
                            enum language language)
{
    static const struct {
        const char *name, *number;
        int64_t payday;
    } rows[] = {
        { "Östen", "b10", 20 }, { "anka", "B2", VALUE_UNKNOWN }, { "Zeta", NULL, -5 },
        { "Åke", "a9", 20 },    { NULL, "b10", 3 },              { "Anka", NULL, VALUE_UNKNOWN },
        { "Ärla", "", 0 },
    };
    struct collator *collator = collator_create(language);
    struct rowset_builder *builder = rowset_build(*state, DATASET_clients, 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        rowset_row(builder, 17 - (int64_t)i, 1, 0, NULL);
        put(builder, COLUMN_clients_name, rows[i].name);
        put(builder, COLUMN_clients_number, rows[i].number);
        rowset_put_number(builder, COLUMN_clients_payday, rows[i].payday);
    }
    struct rowset rowset;
    rowset_finish(builder, column, descending, collator, &rowset);
    collator_destroy(collator);
    return rowset;
}

static void sort__by_number__puts_unknown_last_and_ties_by_id(void **state)
{
    struct rowset rowset = sorted(state, COLUMN_clients_payday, false, LANGUAGE_SV);
    assert_ids(&rowset, "15 11 13 14 17 12 16");
    rowset = sorted(state, COLUMN_clients_payday, true, LANGUAGE_SV);
    assert_ids(&rowset, "14 17 13 11 15 12 16");
}

static void sort__by_name__follows_the_language(void **state)
{
    struct rowset rowset = sorted(state, COLUMN_clients_name, false, LANGUAGE_SV);
    assert_ids(&rowset, "16 12 15 14 11 17 13");
    assert_text(&rowset, 3, COLUMN_clients_name, "Åke");
    rowset = sorted(state, COLUMN_clients_name, true, LANGUAGE_SV);
    assert_ids(&rowset, "17 11 14 15 12 16 13");
    rowset = sorted(state, COLUMN_clients_name, false, LANGUAGE_NB);
    assert_ids(&rowset, "16 12 15 11 17 14 13");
}

static void sort__by_code__is_bytewise_and_caseless(void **state)
{
    struct rowset rowset = sorted(state, COLUMN_clients_number, false, LANGUAGE_SV);
    assert_ids(&rowset, "11 14 13 17 16 12 15");
}

static void sort__by_nothing__keeps_the_order_of_the_puts(void **state)
{
    struct rowset rowset = sorted(state, COLUMN_NONE, true, LANGUAGE_SV);
    assert_ids(&rowset, "17 16 15 14 13 12 11");
}

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void sort__of_many_rows__agrees_with_qsort(void **state)
{
    enum { COUNT = 5000 };
    int64_t *numbers = calloc(COUNT, sizeof *numbers);
    struct rowset_builder *builder = rowset_build(*state, DATASET_clients, 0);
    uint64_t mix = 88172645463325252u;
    for (int i = 0; i < COUNT; i++) {
        mix ^= mix << 13;
        mix ^= mix >> 7;
        mix ^= mix << 17;
        numbers[i] = (int64_t)(mix >> 40) - (1 << 23);
        char code[32];
        snprintf(code, sizeof code, "prefix-%08d", (int)(numbers[i] + (1 << 23)));
        rowset_row(builder, i, i, 0, NULL);
        rowset_put_number(builder, COLUMN_clients_employees, numbers[i]);
        put(builder, COLUMN_clients_number, code);
    }
    qsort(numbers, COUNT, sizeof *numbers, by_number);
    struct rowset rowset;
    rowset_finish(builder, COLUMN_clients_number, true, NULL, &rowset);
    for (int i = 0; i < COUNT; i++)
        assert_int_equal(rowset_value(&rowset, (size_t)i, COLUMN_clients_employees).number,
                         numbers[COUNT - 1 - i]);
    free(numbers);
}

static void put__of_a_text_too_long__cuts_it_at_a_character(void **state)
{
    size_t size = ((size_t)1 << 24) + 8;
    char *text = malloc(size);
    for (size_t i = 0; i < size; i += 2)
        memcpy(text + i, "å", 2);
    struct rowset_builder *builder = rowset_build(*state, DATASET_clients, 0);
    rowset_row(builder, 1, 1, 0, NULL);
    rowset_put_text(builder, COLUMN_clients_contact, text, size);
    struct rowset rowset;
    rowset_finish(builder, COLUMN_NONE, false, NULL, &rowset);
    struct value value = rowset_value(&rowset, 0, COLUMN_clients_contact);
    assert_int_equal(value.length, (1 << 24) - 2);
    assert_true(text_is_utf8(value.text, value.length));
    free(text);
}

static void find__names_the_row__or_says_there_is_none(void **state)
{
    struct rowset rowset = sorted(state, COLUMN_NONE, false, LANGUAGE_EN);
    assert_int_equal(rowset_find(&rowset, 15), 2);
    assert_int_equal(rowset_find(&rowset, 99), SIZE_MAX);
}

static void item__walks__a_list(void **state)
{
    (void)state;
    const struct value value = { .known = true, .text = "ab\x1f\x1f" "c", .length = 5 };
    size_t position = 0, length;
    const char *item;
    assert_true(value_item(&value, &position, &item, &length));
    assert_memory_equal(item, "ab", 2);
    assert_int_equal(length, 2);
    assert_true(value_item(&value, &position, &item, &length));
    assert_int_equal(length, 0);
    assert_true(value_item(&value, &position, &item, &length));
    assert_memory_equal(item, "c", 1);
    assert_false(value_item(&value, &position, &item, &length));

    const struct value empty = { .known = true, .text = "", .length = 0 };
    position = 0;
    assert_false(value_item(&empty, &position, &item, &length));
}

static struct value number(int64_t number)
{
    return (struct value){ .known = true, .number = number };
}

static struct value text(const char *text)
{
    return (struct value){ .known = true, .text = text, .length = strlen(text) };
}

static void assert_plain(struct value value, enum column_type type, const char *expected)
{
    struct buffer buffer = { 0 };
    value_add_plain(&value, type, ";", &buffer);
    assert_string_equal(buffer_text(&buffer), expected);
    buffer_finish(&buffer);
}

static void plain__is_what_files_want(void **state)
{
    (void)state;
    assert_plain((struct value){ 0 }, TYPE_MONEY, "");
    assert_plain(number(-1234567), TYPE_INTEGER, "-1234567");
    assert_plain(number(123450), TYPE_MONEY, "1234.50");
    assert_plain(number(874), TYPE_PERCENT, "87.4");
    assert_plain(number(-5), TYPE_PERCENT, "-0.5");
    assert_plain(number(0), TYPE_BOOLEAN, "false");
    assert_plain(number(1), TYPE_BOOLEAN, "true");
    assert_plain(number(date_of(2026, 11, 7).day), TYPE_DATE, "2026-11-07");
    assert_plain(number(month_of(date_of(2026, 11, 7)).index), TYPE_MONTH, "2026-11");
    assert_plain(number(0), TYPE_INSTANT, "1970-01-01T00:00:00Z");
    assert_plain(text("Åke"), TYPE_TEXT, "Åke");
    assert_plain(text("anna\x1f" "bo"), TYPE_LIST, "anna;bo");
}

static void assert_shown(struct value value, enum column column, const char *expected)
{
    struct buffer buffer = { 0 };
    value_add_shown(&value, column, LANGUAGE_EN, &buffer);
    assert_string_equal(buffer_text(&buffer), expected);
    buffer_finish(&buffer);
}

static void shown__is_what_people_read(void **state)
{
    (void)state;
    assert_shown((struct value){ 0 }, COLUMN_runs_gross, "–");
    assert_shown((struct value){ 0 }, COLUMN_clients_name, "–");
    assert_shown(number(18332), COLUMN_runs_employees, "18,332");
    assert_shown(number(18332), COLUMN_runs_client, "18332");
    assert_shown(number(412338900), COLUMN_runs_gross, "4,123,389.00");
    assert_shown(number(1), COLUMN_clients_demo, "yes");
    assert_shown(number(0), COLUMN_clients_demo, "no");
    assert_shown(number(date_of(2026, 12, 7).day), COLUMN_clients_next_payout, "7 Dec 2026");
    assert_shown(number(month_of(date_of(2026, 11, 7)).index), COLUMN_runs_month, "2026-11");
    struct instant instant;
    assert_true(instant_parse("2026-12-07T13:02:59Z", &instant));
    assert_shown(number(instant.second), COLUMN_changes_at, "7 Dec 2026 14:02");
    assert_shown(text("lead"), COLUMN_users_role, "bureau lead");
    assert_shown(text("something else"), COLUMN_users_role, "something else");
    assert_shown(text("anna\x1f" "bo"), COLUMN_clients_staff, "anna, bo");
    assert_shown(text("a\xE2\x80\xAE" "b"), COLUMN_clients_name, "a<U+202E>b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rowset__gives_back__what_was_put),
        cmocka_unit_test(rowset__leaves_out__columns_not_asked_for),
        cmocka_unit_test(rowset__without_rows__is_empty),
        cmocka_unit_test(search__has__one_line_a_row),
        cmocka_unit_test(sort__by_number__puts_unknown_last_and_ties_by_id),
        cmocka_unit_test(sort__by_name__follows_the_language),
        cmocka_unit_test(sort__by_code__is_bytewise_and_caseless),
        cmocka_unit_test(sort__by_nothing__keeps_the_order_of_the_puts),
        cmocka_unit_test(sort__of_many_rows__agrees_with_qsort),
        cmocka_unit_test(put__of_a_text_too_long__cuts_it_at_a_character),
        cmocka_unit_test(find__names_the_row__or_says_there_is_none),
        cmocka_unit_test(item__walks__a_list),
        cmocka_unit_test(plain__is_what_files_want),
        cmocka_unit_test(shown__is_what_people_read),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
