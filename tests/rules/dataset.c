/* Tests of rules/dataset.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "klientel/rules/dataset.h"
#include "klientel/rules/model.h"

static void datasets__hold__their_columns_together(void **state)
{
    (void)state;
    int next = 0;
    for (int i = 0; i < DATASET_COUNT; i++) {
        const struct dataset_info *info = dataset_info((enum dataset)i);
        assert_int_equal(info->first, next);
        assert_string_equal(column_info(info->first)->name, "id");
        for (size_t j = 0; j < info->count; j++, next++) {
            enum column column = (enum column)next;
            assert_int_equal(column_info(column)->dataset, i);
            assert_int_equal(column_position(column), j);
            assert_true(column_bit(column) == (column_mask)1 << j);
        }
        assert_int_equal(column_info(info->order)->dataset, i);
        assert_true(*info->label != '\0');
    }
    assert_int_equal(next, COLUMN_COUNT);
}

static void columns__of_words__name_their_vocabulary(void **state)
{
    (void)state;
    for (int i = 0; i < COLUMN_COUNT; i++) {
        const struct column_info *info = column_info((enum column)i);
        assert_true(info->width > 0 && *info->label != '\0');
        if (info->flags & COLUMN_WORD) {
            assert_true(info->words >= 0 && info->words < WORDS_COUNT);
            assert_int_equal(info->type, TYPE_CODE);
        } else {
            assert_int_equal(info->words, -1);
        }
        if (info->flags & COLUMN_SEARCHED)
            assert_true(column_is_text(info->type));
        if (info->type == TYPE_MONEY)
            assert_true(info->flags & COLUMN_AMOUNT);
        assert_string_not_equal(info->name, "");
    }
}

static void columns__that_scripts_rely_on__exist(void **state)
{
    (void)state;
    static const char *const promised[][2] = {
        { "clients", "id number orgno name country form city payday next_payout responsible staff "
                     "employees groups run declaration closed reported paid cards_year last_note "
                     "waiting_since internal demo archived accessible" },
        { "users", "id login name email role kind responsible_for member_of last_seen until "
                   "active" },
        { "grants", "client orgno client_name login role source from until packages granted_by "
                    "changeset reason" },
        { "access", "client orgno login" },
        { "runs", "client orgno run kind earned payout month employees payslips travel absences "
                  "lines manual_lines gross net withheld currency run_by run_at closed_by "
                  "closed_at" },
        { "payroll", "client orgno month employees payslips travel absences lines manual_lines "
                     "gross net currency declaration closed reported" },
        { "declarations", "client orgno month kind state severity received_at text source" },
        { "steps", "client orgno month step done_at done_by waiting_for since" },
        { "changes", "changeset at actor command client login column before after reason undo_of" },
    };
    for (size_t i = 0; i < sizeof promised / sizeof *promised; i++) {
        enum dataset dataset;
        assert_true(dataset_parse(promised[i][0], &dataset));
        for (const char *name = promised[i][1]; *name;) {
            size_t length = strcspn(name, " ");
            enum column column = COLUMN_NONE;
            assert_true(column_parse(dataset, name, length, LANGUAGE_EN, &column));
            assert_int_equal(strlen(column_info(column)->name), length);
            assert_memory_equal(column_info(column)->name, name, length);
            name += length + (name[length] == ' ');
        }
    }
}

static void dataset_parse__knows__names_in_any_case_and_the_alias(void **state)
{
    (void)state;
    enum dataset dataset = DATASET_COUNT;
    assert_true(dataset_parse("Clients", &dataset));
    assert_int_equal(dataset, DATASET_clients);
    assert_true(dataset_parse("ACCESS", &dataset));
    assert_int_equal(dataset, DATASET_grants);
    assert_false(dataset_parse("client", &dataset));
    assert_false(dataset_parse("", &dataset));
    assert_int_equal(dataset, DATASET_grants);
}

static enum column parsed(enum dataset dataset, const char *name, enum language language)
{
    enum column column = COLUMN_NONE;
    column_parse(dataset, name, strlen(name), language, &column);
    return column;
}

static void column_parse__knows__names_and_labels(void **state)
{
    (void)state;
    assert_int_equal(parsed(DATASET_clients, "NEXT_PAYOUT", LANGUAGE_EN),
                     COLUMN_clients_next_payout);
    assert_int_equal(parsed(DATASET_clients, "next_pay-out", LANGUAGE_EN),
                     COLUMN_clients_next_payout);
    assert_int_equal(parsed(DATASET_clients, "Org._no.", LANGUAGE_EN), COLUMN_clients_orgno);
    assert_int_equal(parsed(DATASET_clients, "org_no", LANGUAGE_EN), COLUMN_clients_orgno);
    assert_int_equal(parsed(DATASET_clients, "login", LANGUAGE_EN), COLUMN_NONE);
    assert_int_equal(parsed(DATASET_clients, "", LANGUAGE_EN), COLUMN_NONE);
    assert_int_equal(parsed(DATASET_clients, ".", LANGUAGE_EN), COLUMN_NONE);
    assert_int_equal(parsed(DATASET_users, "login", LANGUAGE_EN), COLUMN_users_login);
    /* The label of one column is the name of another: names go first. */
    assert_int_equal(parsed(DATASET_clients, "number", LANGUAGE_EN), COLUMN_clients_number);
}

static void column_parse__knows__every_label_in_every_language(void **state)
{
    (void)state;
    for (int language = 0; language < LANGUAGE_COUNT; language++) {
        for (int i = 0; i < COLUMN_COUNT; i++) {
            const struct column_info *info = column_info((enum column)i);
            const char *label = text_tr((enum language)language, info->label);
            enum column column = COLUMN_NONE;
            assert_true(column_parse(info->dataset, label, strlen(label), (enum language)language,
                                     &column));
        }
    }
}

static void dataset_has_client__is_true__for_rows_about_clients(void **state)
{
    (void)state;
    assert_true(dataset_has_client(DATASET_clients));
    assert_true(dataset_has_client(DATASET_grants));
    assert_true(dataset_has_client(DATASET_notes));
    assert_false(dataset_has_client(DATASET_users));
    assert_false(dataset_has_client(DATASET_groups));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(datasets__hold__their_columns_together),
        cmocka_unit_test(columns__of_words__name_their_vocabulary),
        cmocka_unit_test(columns__that_scripts_rely_on__exist),
        cmocka_unit_test(dataset_parse__knows__names_in_any_case_and_the_alias),
        cmocka_unit_test(column_parse__knows__names_and_labels),
        cmocka_unit_test(column_parse__knows__every_label_in_every_language),
        cmocka_unit_test(dataset_has_client__is_true__for_rows_about_clients),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
