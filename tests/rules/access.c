/* Tests of rules/access.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "klientel/rules/access.h"

/*
 * Every combination, written down once more by hand. A row: role, then what is seen of
 *   another client without grant | with grant | the internal client without grant | with grant
 * each as the rights R(ow) F(igures) A(mounts) P(ersons) C(hange), "-" where there is none.
 */
static const char expected[] = "admin    RFAPC RFAPC RFAPC RFAPC\n"
                               "lead     RFAPC RFAPC RFAPC RFAPC\n"
                               "operator RF--- RFAPC ----- RFAPC\n"
                               "user     ----- RFAP- ----- RFAP-\n";

static void access__of_everybody__is_as_the_table_says(void **state)
{
    (void)state;
    static const char letters[] = "RFAPC";
    struct buffer table = { 0 };
    for (int role = 0; role < ROLE_COUNT; role++) {
        buffer_print(&table, "%-8s", model_word(WORDS_ROLE, role));
        for (int place = 0; place < 4; place++) {
            struct access_facts facts = { .role = (enum role)role, .active = true,
                                          .granted = place % 2 == 1, .internal = place >= 2 };
            buffer_add_byte(&table, ' ');
            for (int right = 0; right < RIGHT_COUNT; right++)
                buffer_add_byte(&table,
                                access_allows(&facts, (enum right)right) ? letters[right] : '-');
        }
        buffer_add_byte(&table, '\n');
    }
    assert_string_equal(buffer_text(&table), expected);
    buffer_finish(&table);
}

static void access__of_who_is_not_active__is_none(void **state)
{
    (void)state;
    for (int bits = 0; bits < ROLE_COUNT * RIGHT_COUNT * 4; bits++) {
        struct access_facts facts = { .role = (enum role)(bits / 4 / RIGHT_COUNT), .active = false,
                                      .granted = bits & 1, .internal = bits & 2 };
        assert_false(access_allows(&facts, (enum right)(bits / 4 % RIGHT_COUNT)));
    }
}

static void total__over_one_or_two_unseen__is_hidden(void **state)
{
    (void)state;
    assert_true(access_total_shown(0));
    assert_false(access_total_shown(1));
    assert_false(access_total_shown(2));
    assert_true(access_total_shown(3));
    assert_true(access_total_shown(1000000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(access__of_everybody__is_as_the_table_says),
        cmocka_unit_test(access__of_who_is_not_active__is_none),
        cmocka_unit_test(total__over_one_or_two_unseen__is_hidden),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
