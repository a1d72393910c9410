/* Tests of rules/model.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "klientel/rules/model.h"

/* Stored words never change: this is the list once more, in the order of the enums. */
static void words__that_are_stored__never_change(void **state)
{
    (void)state;
    static const struct {
        enum vocabulary vocabulary;
        const char *words;
    } stored[] = {
        { WORDS_ROLE, "admin,lead,operator,user" },
        { WORDS_GRANT_ROLE, "responsible,member" },
        { WORDS_SOURCE, "hand,auto,import,template,replacement" },
        { WORDS_RUN_KIND, "ordinary,extra,correction,month" },
        { WORDS_DECLARATION, "nothing due,none,made,sent,waiting,rejected,immediate,guideline,"
                             "received" },
        { WORDS_STEP, "asked,basis,entered,approved,bank-file,payslips,closed,declared,paid" },
        { WORDS_USER_KIND, "staff,external,integration" },
        { WORDS_OBLIGATION, "a-melding,agi,term,financial-tax,zone" },
        { WORDS_RUN_STATE, "none,open,closed" },
        { WORDS_COMMAND, "partner,import,access,step,note,view,view-drop,restored" },
    };
    assert_int_equal(sizeof stored / sizeof *stored, WORDS_COUNT);
    for (size_t i = 0; i < WORDS_COUNT; i++) {
        struct buffer words = { 0 };
        for (int value = 0; value < model_count(stored[i].vocabulary); value++)
            buffer_print(&words, "%s%s", value ? "," : "", model_word(stored[i].vocabulary, value));
        assert_string_equal(buffer_text(&words), stored[i].words);
        buffer_finish(&words);
    }
}

static void parse__reads_back__every_stored_word_and_every_label(void **state)
{
    (void)state;
    for (int vocabulary = 0; vocabulary < WORDS_COUNT; vocabulary++) {
        for (int value = 0; value < model_count((enum vocabulary)vocabulary); value++) {
            const char *word = model_word((enum vocabulary)vocabulary, value);
            const char *label = model_label((enum vocabulary)vocabulary, value);
            int parsed = -1;
            assert_true(model_parse((enum vocabulary)vocabulary, word, &parsed));
            assert_int_equal(parsed, value);
            assert_true(*label != '\0');
            parsed = -1;
            assert_true(model_parse((enum vocabulary)vocabulary, label, &parsed));
            assert_int_equal(parsed, value);
        }
    }
}

static void parse__understands__words_of_the_field(void **state)
{
    (void)state;
    static const struct {
        enum vocabulary vocabulary;
        const char *typed;
        int value;
    } cases[] = {
        { WORDS_ROLE, "ADMINISTRATÖR", ROLE_ADMIN },
        { WORDS_ROLE, "Partneradmin", ROLE_LEAD },
        { WORDS_ROLE, "Byråløsning leder", ROLE_LEAD },
        { WORDS_ROLE, "Löneadministratör", ROLE_OPERATOR },
        { WORDS_ROLE, "lønnsfører", ROLE_OPERATOR },
        { WORDS_ROLE, "BYRÅLØSNING LØNNSFØRER", ROLE_OPERATOR },
        { WORDS_ROLE, "användare", ROLE_USER },
        { WORDS_GRANT_ROLE, "Ansvarig", GRANT_RESPONSIBLE },
        { WORDS_GRANT_ROLE, "ansvarlig", GRANT_RESPONSIBLE },
        { WORDS_GRANT_ROLE, "medarbetare", GRANT_MEMBER },
        { WORDS_GRANT_ROLE, "Medarbeider", GRANT_MEMBER },
        { WORDS_DECLARATION, "nothing_due", DECLARATION_NOTHING_DUE },
        { WORDS_DECLARATION, "Nothing-Due", DECLARATION_NOTHING_DUE },
        { WORDS_DECLARATION, "avvist", DECLARATION_REJECTED },
        { WORDS_DECLARATION, "Avvisad", DECLARATION_REJECTED },
        { WORDS_DECLARATION, "ØYEBLIKKELIG", DECLARATION_IMMEDIATE },
        { WORDS_DECLARATION, "O\xCC\x88" "yeblikkelig", -1 }, /* Ö is not Ø */
        { WORDS_DECLARATION, "retningslinje", DECLARATION_GUIDELINE },
        { WORDS_DECLARATION, "mottatt", DECLARATION_RECEIVED },
        { WORDS_DECLARATION, "mottagen", DECLARATION_RECEIVED },
        { WORDS_DECLARATION, "recieved", -1 },
        { WORDS_STEP, "bank file", STEP_BANK_FILE },
        { WORDS_STEP, "BANK_FILE", STEP_BANK_FILE },
        { WORDS_STEP, "reported", STEP_DECLARED },
        { WORDS_STEP, "basis asked", STEP_ASKED },
        { WORDS_STEP, "  paid ", STEP_PAID },
        { WORDS_STEP, "", -1 },
        { WORDS_STEP, "   ", -1 },
        { WORDS_STEP, ",", -1 },
        { WORDS_STEP, "clos", -1 },
        { WORDS_OBLIGATION, "Arbetsgivardeklaration", OBLIGATION_AGI },
        { WORDS_OBLIGATION, "A-melding", OBLIGATION_A_MELDING },
        { WORDS_RUN_STATE, "lukket", RUN_STATE_CLOSED },
        { WORDS_RUN_KIND, "Rättelse", RUN_CORRECTION },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int value = -1;
        bool known = model_parse(cases[i].vocabulary, cases[i].typed, &value);
        if (value != cases[i].value || known != (value >= 0))
            fail_msg("%s: %d, not %d", cases[i].typed, value, cases[i].value);
    }
}

static void declaration__is_reported_or_failed__never_both(void **state)
{
    (void)state;
    static const char expected[] = "-----FFRR";
    for (int i = 0; i < DECLARATION_COUNT; i++) {
        bool reported = declaration_reported((enum declaration_state)i);
        bool failed = declaration_failed((enum declaration_state)i);
        assert_int_equal(failed ? 'F' : reported ? 'R' : '-', expected[i]);
        assert_false(failed && reported);
    }
}

static void automation__is_known__only_with_lines(void **state)
{
    (void)state;
    static const struct {
        struct figure lines, manual, expected;
    } cases[] = {
        { { true, 1000 }, { true, 126 }, { true, 874 } },
        { { true, 3 }, { true, 1 }, { true, 667 } },
        { { true, 8 }, { true, 0 }, { true, 1000 } },
        { { true, 8 }, { true, 8 }, { true, 0 } },
        { { true, 8 }, { true, 9 }, { true, 0 } },
        { { true, 0 }, { true, 0 }, { false, 0 } },
        { { false, 8 }, { true, 1 }, { false, 0 } },
        { { true, 8 }, { false, 0 }, { false, 0 } },
        { { true, INT64_MAX }, { true, INT64_MAX / 2 }, { true, 500 } },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct figure figure = figure_automation(cases[i].lines, cases[i].manual);
        assert_int_equal(figure.known, cases[i].expected.known);
        assert_int_equal(figure.value, cases[i].expected.value);
    }
}

static void session_today__is_the_day__in_bureau_time(void **state)
{
    (void)state;
    struct session session = { 0 };
    assert_true(instant_parse("2026-12-31T23:30:00Z", &session.now));
    assert_int_equal(session_today(&session).day, date_of(2027, 1, 1).day);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words__that_are_stored__never_change),
        cmocka_unit_test(parse__reads_back__every_stored_word_and_every_label),
        cmocka_unit_test(parse__understands__words_of_the_field),
        cmocka_unit_test(declaration__is_reported_or_failed__never_both),
        cmocka_unit_test(automation__is_known__only_with_lines),
        cmocka_unit_test(session_today__is_the_day__in_bureau_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
