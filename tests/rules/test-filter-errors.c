/* The filter language: what is refused, with which sentence, and where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "filter_rows.h"

static struct filter_scope scope(void)
{
    return filter_rows_scope(NULL);
}

static void check_scope(const struct filter_scope *with, enum dataset dataset, const char *text,
                        size_t position, const char *part)
{
    struct filter_error error = { .position = 9999 };
    struct buffer sentence = { 0 };
    struct filter *filter = filter_create(text, dataset, with, &error);

    if (filter != NULL)
        fail_msg("%s: not refused", text);
    message_add(&error.message, LANGUAGE_EN, &sentence);
    if (error.position != position)
        fail_msg("%s: refused at %zu, not %zu: %s", text, error.position, position,
                 buffer_text(&sentence));
    if (strstr(buffer_text(&sentence), part) == NULL)
        fail_msg("%s: says \"%s\", not \"%s\"", text, buffer_text(&sentence), part);
    assert_null(strchr(buffer_text(&sentence), '%'));
    buffer_finish(&sentence);
}

static void refused_in(enum dataset dataset, const char *text, size_t position, const char *part)
{
    struct filter_scope with = scope();

    check_scope(&with, dataset, text, position, part);
}

static void refused(const char *text, size_t position, const char *part)
{
    refused_in(DATASET_clients, text, position, part);
}

static void filter__refuses_structure__where_something_is_missing(void **state)
{
    (void)state;
    refused("a | ", 4, "at the end");
    refused("a|", 2, "at the end");
    refused("| a", 0, "before this |");
    refused("a | | b", 4, "before this |");
    refused("!", 1, "at the end");
    refused("a !", 3, "at the end");
    refused("!|a", 1, "before this |");
    refused("()", 1, "before this )");
    refused("(a |)", 4, "before this )");
    refused("(!)", 2, "before this )");
}

static void filter__refuses_parentheses__that_do_not_pair(void **state)
{
    char deep[128];

    (void)state;
    refused(")", 0, "has no (");
    refused("a)", 1, "has no (");
    refused("(a))", 3, "has no (");
    refused("a | b) c", 5, "has no (");
    refused("name:x)", 6, "has no (");
    refused("name~x)", 6, "has no (");
    refused("(a", 2, "A ) is missing");
    refused("(a (b) ", 7, "A ) is missing");
    refused("(a(b)", 5, "A ) is missing");
    memset(deep, '(', sizeof deep);
    deep[sizeof deep - 1] = '\0';
    refused(deep, 50, "Too many parentheses");
}

static void filter__refuses_quotes__left_open(void **state)
{
    (void)state;
    refused("a \"b c", 2, "not closed");
    refused("name:\"b", 5, "not closed");
    refused("name=\"b\\\"", 5, "not closed");
    refused("x:\"b", 2, "not closed");
    refused("\"", 0, "not closed");
}

static void filter__refuses_column__that_is_not_there(void **state)
{
    (void)state;
    refused("a foo=1", 2, "no column foo");
    refused("foo<1", 0, "no column foo");
    refused("foo>=1", 0, "no column foo");
    refused("foo~x", 0, "no column foo");
    refused("!fårg=x", 1, "no column fårg");
    refused_in(DATASET_users, "orgno=1", 0, "no column orgno");
}

static void filter__refuses_type__that_cannot_be_compared_so(void **state)
{
    (void)state;
    refused("name<b", 4, "Use = or ~ with name, which is text, not <.");
    refused("groups>=b", 6, "which is text, not >=");
    refused("archived<yes", 8, "Use = with archived");
    refused("employees:5", 10, "Use = < or > with employees");
    refused("archived:yes", 9, "is:archived");
    refused("employees~5", 9, "Use = < or > with employees");
    refused("closed~5", 6, "patterns are for text");
}

static void filter__refuses_operand__of_the_wrong_type(void **state)
{
    (void)state;
    refused("employees=x", 10, "Write a whole number, not x.");
    refused("employees>1.5", 10, "Write a whole number, not 1.5.");
    refused("employees>", 10, "missing after employees>");
    refused("employees>= 5", 11, "missing after employees>=");
    refused("archived=perhaps", 9, "Write yes or no, not perhaps.");
    refused("next_payout=2026-02-30", 12, "Write a date such as 2026-11-30 or today+14, not 2026-02-30.");
    refused("next_payout<\"tomorrow\"", 13, "not tomorrow.");
    refused("closed=x", 7, "Write 2026-11-30, today or");
    refused_in(DATASET_runs, "gross>1.234", 6, "Write an amount such as 1000 or 1000.50, not 1.234.");
    refused_in(DATASET_runs, "gross>ten", 6, "not ten.");
    refused_in(DATASET_runs, "month=2026-13", 6, "Write a month such as 2026-11, not 2026-13.");
    refused_in(DATASET_runs, "month=2026-11-05", 6, "not 2026-11-05.");
}

static void filter__refuses_test__that_is_not_there(void **state)
{
    (void)state;
    refused("is:", 3, "no test is:");
    refused("a is:nice", 5, "is:nice");
    refused("is:name", 3, "is:name");
    refused_in(DATASET_users, "is:closed", 3, "is:closed");
    refused_in(DATASET_payroll, "is:paid", 3, "is:paid");
}

static void filter__refuses_relation__where_there_is_no_client(void **state)
{
    struct filter_scope with = scope();

    (void)state;
    refused_in(DATASET_users, "a is:mine", 2, "belong to no client");
    refused_in(DATASET_groups, "resp:kari", 0, "belong to no client");
    refused("x resp:nobody", 2, "nobody called nobody");
    with.clients = NULL;
    check_scope(&with, DATASET_clients, "view:late", 0, "cannot be asked here");
}

static void filter__refuses_personal_tests__in_groups_that_fill_themselves(void **state)
{
    static const char *const tests[] = { "mine", "reach", "covering", "marked", "favourite" };
    struct filter_scope with = scope();
    struct filter_error error;
    char text[32];

    (void)state;
    with.personal_refused = true;
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        snprintf(text, sizeof text, "a is:%s", tests[i]);
        check_scope(&with, DATASET_clients, text, 2, "fills itself");
    }
    struct filter *filter = filter_create("is:stale resp:kari", DATASET_clients, &with, &error);
    assert_non_null(filter);
    filter_destroy(filter);
}

static void filter__refuses_pattern__where_it_goes_wrong(void **state)
{
    (void)state;
    refused("/a(b/", 4, "A ) is missing in the pattern.");
    refused("x /a[/", 5, "A ] is missing in the pattern.");
    refused("name~\"a\\\"*+?(\"", 11, "Nothing to repeat");
    refused("/*/", 1, "Nothing to repeat");
    refused("/a)/", 2, "has no (");
    refused("/a{3,2}/", 6, "smaller number first");
    refused("/a{99999}/", 8, "too large");
    refused("/[z-a]/", 4, "first in the alphabet");
    refused("/[\\d-z]/", 4, "end of a range");
    refused("/\\y/", 2, "This \\ means nothing");
    refused("/\\p{Nope}/", 9, "This \\ means nothing");
    refused("/(?%)/", 3, "nothing after (?");
    refused("/(a)\\2/", 5, "no such group");
    refused("/(?<=a*)b/", 1, "The pattern cannot be understood here.");
    refused("/(*UTF)a/", 1, "may not begin with (*");
    refused("name~(*LIMIT_MATCH=1)a", 5, "may not begin with (*");
    refused("/a\\Cb/", 4, "This \\ means nothing");
    refused("/a\\", 3, "missing after the last \\");
}

static void filter__refuses_pattern__beyond_its_limits(void **state)
{
    char text[400];

    (void)state;
    memset(text, 'a', sizeof text);
    text[0] = '/';
    text[257] = '\0';
    struct filter_scope with = scope();
    struct filter_error error;
    struct filter *filter = filter_create(text, DATASET_clients, &with, &error);
    assert_non_null(filter); /* 256 bytes are allowed */
    filter_destroy(filter);
    text[257] = 'a';
    text[258] = '\0';
    refused(text, 257, "too long");

    memset(text, '(', sizeof text);
    text[0] = '/';
    text[120] = '\0';
    refused(text, 52, "Too many parentheses");

    text[0] = '\0';
    for (int i = 0; i < 17; i++)
        strcat(text, "/a/ ");
    refused(text, 65, "Too many patterns");
}

static void filter__refuses_text__that_is_no_text(void **state)
{
    (void)state;
    refused("a\xFF", 1, "not valid UTF-8");
    refused("a \xC3", 2, "not valid UTF-8");
    refused("a\x1F" "b", 1, "control character");
    refused("\"a\x7F\"", 2, "control character");
}

static void filter__refuses_text__that_is_too_long(void **state)
{
    char *text = malloc(70001);

    (void)state;
    memset(text, 'a', 70000);
    text[70000] = '\0';
    refused(text, 65536, "too long");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filter__refuses_structure__where_something_is_missing),
        cmocka_unit_test(filter__refuses_parentheses__that_do_not_pair),
        cmocka_unit_test(filter__refuses_quotes__left_open),
        cmocka_unit_test(filter__refuses_column__that_is_not_there),
        cmocka_unit_test(filter__refuses_type__that_cannot_be_compared_so),
        cmocka_unit_test(filter__refuses_operand__of_the_wrong_type),
        cmocka_unit_test(filter__refuses_test__that_is_not_there),
        cmocka_unit_test(filter__refuses_relation__where_there_is_no_client),
        cmocka_unit_test(filter__refuses_personal_tests__in_groups_that_fill_themselves),
        cmocka_unit_test(filter__refuses_pattern__where_it_goes_wrong),
        cmocka_unit_test(filter__refuses_pattern__beyond_its_limits),
        cmocka_unit_test(filter__refuses_text__that_is_no_text),
        cmocka_unit_test(filter__refuses_text__that_is_too_long),
    };

    return cmocka_run_group_tests_name("filter errors", tests, NULL, NULL);
}
