/* The filter language: what each sentence of it selects. Errors: test-filter-errors.c; scans,
 * narrowing, canonical text and limits: test-filter-scan.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "filter_rows.h"

static struct {
    struct arena *arena;
    struct rowset clients, runs;
    struct ids marked;
    struct filter_scope scope;
} world;

static int start(void **state)
{
    (void)state;
    world.arena = arena_create();
    filter_rows_clients(world.arena, &world.clients);
    filter_rows_runs(world.arena, &world.runs);
    ids_add(&world.marked, 2);
    ids_add(&world.marked, 3);
    world.scope = filter_rows_scope(&world.marked);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    ids_finish(&world.marked);
    arena_destroy(world.arena);
    return 0;
}

/* The ids that match, "1 2 5", one row at a time. */
static void check(const struct rowset *rowset, const char *text, const char *expected)
{
    struct filter_error error = { 0 };
    struct buffer got = { 0 }, sentence = { 0 };
    struct filter *filter = filter_create(text, rowset->dataset, &world.scope, &error);
    bool is_costly = false;

    if (filter == NULL) {
        message_add(&error.message, LANGUAGE_EN, &sentence);
        fail_msg("%s: at %zu: %s", text, error.position, buffer_text(&sentence));
    }
    for (size_t row = 0; row < rowset->count; row++)
        if (filter_matches(filter, rowset, row, &is_costly))
            buffer_print(&got, "%s%d", got.length > 0 ? " " : "", (int)rowset->ids[row]);
    if (strcmp(buffer_text(&got), expected) != 0)
        fail_msg("%s: selects \"%s\", not \"%s\"", text, buffer_text(&got), expected);
    assert_false(is_costly);
    buffer_finish(&got);
    filter_destroy(filter);
}
#define clients(text, expected) check(&world.clients, text, expected)
#define runs(text, expected) check(&world.runs, text, expected)

static void filter__matches_all__when_nothing_is_asked(void **state)
{
    (void)state;
    clients("", "1 2 3 4 5");
    clients(" \t ", "1 2 3 4 5");
    clients("\"\"", "1 2 3 4 5");
    clients("//", "1 2 3 4 5");
    clients("name:", "1 2 3 4 5");
    clients("resp:", "1 2 3 4 5");
    clients("name~", "1 2 3 4 5");
}

static void filter__finds_word__in_searched_columns_only(void **state)
{
    (void)state;
    clients("redovisning", "2");
    clients("100", "1 2 3 4");
    clients("oslo", "1 5");
    clients("syd", "2 5");   /* groups */
    clients("ola", "5");     /* responsible; staff of 1 is not searched */
    clients("hansen", "");   /* contact is not searched */
    clients("xyzzy", "");
}

static void filter__finds_word__caseless(void **state)
{
    (void)state;
    clients("björk", "4");
    clients("BYGG", "1 4");
    clients("ØDEGÅRD", "1");
    clients("ødeGÅrd", "1");
}

static void filter__finds_word__not_without_its_marks(void **state)
{
    (void)state;
    clients("Åsa", "2");
    clients("asa", "3");
    clients("bjork", "");
    clients("fris\xC3\xB8r", "3");
    clients("a\xCC\x8Asa", "2"); /* a and a ring: the same letter å */
}

static void filter__finds_word__never_across_columns(void **state)
{
    (void)state;
    clients("as oslo", "1 5");
    clients("\"as oslo\"", "");
    clients("\"bygg as\"", "1");
    clients("\"bygg nord\"", ""); /* two groups */
}

static void filter__takes_word__literally(void **state)
{
    (void)state;
    clients("b.gg", "");
    clients("(nord)", "1 4 5");     /* a group of one word */
    clients("\"(nord)\"", "4");
    clients("&", "4");
    clients("*", "");
    clients("a1=b", "");
    clients("<b", "");
    clients("\"\\\"rør\\\"\"", "5");
    clients("co", "4");
    clients("\"\\\\\"", "");
}

static void filter__takes_word__with_balanced_parentheses(void **state)
{
    (void)state;
    clients("name:BJÖRK \"co (nord\"", "4");
    clients("name:(nord)", "4");
    clients("(name:(nord))", "4");
    clients("(name:nord)", "4");
    clients("((name:(nord)))|redovisning", "2 4");
}

static void filter__reads_pair__as_text_when_there_is_no_such_column(void **state)
{
    (void)state;
    clients("x:y", "5");
    clients("x:z", "");
    clients("x:\"y as\"", "5");
    clients("\"name:bygg\"", "");
    clients("http://x", "");
    clients("12:30", "");
}

static void filter__finds_organisation_number__typed_any_way(void **state)
{
    (void)state;
    clients("987654321", "1");
    clients("\"987 654 321\"", "1");
    clients("987 654 321", "1");
    clients("NO987654321MVA", "1");
    clients("\"NO 987 654 321 MVA\"", "1");
    clients("987.654", "1");
    clients("556677-8899", "2");
    clients("16556677-8899", "2");
    clients("SE556677889901", "2");
    clients("556677-", "2");
    clients("orgno:556677-8899", "2");
    clients("orgno=556677-8899", "2");
    clients("orgno=NO987654321MVA", "1");
    clients("orgno=556677", "");
    clients("!556677-8899", "1 3 4 5");
    clients("10-01", ""); /* digits of a client number are not those of an organisation */
}

static void filter__finds_value__in_its_column(void **state)
{
    (void)state;
    clients("name:bygg", "1");
    clients("NAME:BYGG", "1");
    clients("groups:bygg", "1 4");
    clients("city:os", "1 5");
    clients("contact:hansen", "1");
    clients("contact:STRASSE", "2");
    clients("name:\"& co\"", "4");
    clients("responsible:kari", "1 4");
    clients("groups:\"bygg nord\"", "");
    clients("number:00", "1 2 3 4 5");
}

static void filter__compares_whole_value__with_equals(void **state)
{
    (void)state;
    clients("city=oslo", "1 5");
    clients("city=osl", "");
    clients("name=\"ødegård bygg as\"", "1");
    clients("responsible=kari", "1 4");
    clients("groups=nord", "1 5");
    clients("groups=nor", "");
    clients("contact=strasse", "");
    clients("contact=\"STRASSE 5\"", "2");
}

static void filter__finds_empty__with_equals_nothing(void **state)
{
    (void)state;
    clients("orgno=", "3");
    clients("responsible=", "3"); /* an empty list */
    clients("staff=", "3");       /* an unknown list */
    clients("contact=", "3 4");
    clients("employees=", "3");   /* 4 has none, which is known */
    clients("closed=", "2 3 5");
    clients("!orgno=", "1 2 4 5");
    clients("orgno=\"\"", "3");
    clients("(orgno=)", "3");
    clients("orgno= | city=oslo", "1 3 5");
}

static void filter__compares_words__also_in_other_languages(void **state)
{
    (void)state;
    clients("declaration=received", "1 4");
    clients("declaration=mottatt", "1 4");
    clients("declaration=MOTTAGEN", "1 4");
    clients("declaration=avvist", "2");
    clients("declaration=\"nothing due\"", "3");
    clients("declaration=\"øyeblikkelig\"", "");
    clients("declaration:reject", "2");
}

static void filter__compares_numbers__unknown_never_matches(void **state)
{
    (void)state;
    clients("employees=0", "4");
    clients("employees<3", "4");
    clients("employees<=3", "2 4");
    clients("employees>3", "1 5");
    clients("employees>=12", "1 5");
    clients("employees>-1", "1 2 4 5");
    clients("!employees>3", "2 3 4");
    clients("id>=4", "4 5");
    clients("employees>9223372036854775807", "");
}

static void filter__compares_dates__relative_to_today(void **state)
{
    (void)state;
    clients("next_payout=2026-11-15", "1");
    clients("next_payout<today", "1");
    clients("next_payout=today", "5");
    clients("next_payout<=today", "1 5");
    clients("next_payout>today", "2 4");
    clients("next_payout<=today+14", "1 2 4 5");
    clients("next_payout<today+14", "1 2 5");
    clients("next_payout>=today-5", "1 2 4 5");
}

static void filter__compares_moments__by_day_in_bureau_time(void **state)
{
    (void)state;
    clients("closed=2026-11-05", "1 4"); /* 4 at 00:30 in bureau time */
    clients("closed<2026-11-05", "");
    clients("closed<=2026-11-05", "1 4");
    clients("closed>2026-11-05", "");
    clients("closed>=2026-11-05T10:00Z", "1");
    clients("closed=2026-11-05T10:00Z", "1");
    clients("closed=2026-11-05T11:00:00+01:00", "1");
    runs("run_at<=2026-11-05", "1 4");
    runs("run_at>2026-11-05", "2");
}

static void filter__compares_amounts__in_their_own_currency(void **state)
{
    (void)state;
    runs("gross=1000", "1");
    runs("gross=1000.50", "2");
    runs("gross=1000,50", "2");
    runs("gross>1000", "2");
    runs("gross<0", "4");
    runs("gross=-2.5", "4");
    runs("gross<=1000 currency=nok", "1");
    runs("gross=", "3");
}

static void filter__compares_months(void **state)
{
    (void)state;
    runs("month=2026-11", "1 3");
    runs("month>2026-11", "2");
    runs("month<2026-11", "4");
    runs("month=today", "1 3");
}

static void filter__compares_yes_and_no(void **state)
{
    (void)state;
    clients("archived=true", "4");
    clients("archived=yes", "4");
    clients("archived=1", "4");
    clients("archived=no", "1 2 3 5");
    clients("archived=FALSE", "1 2 3 5");
    clients("internal=", "1 2 3 4 5");
    clients("internal=no", "");
}

static void filter__asks_tests(void **state)
{
    (void)state;
    clients("is:demo", "3");
    clients("is:archived", "4");
    clients("!is:archived", "1 2 3 5");
    clients("is:internal", "");
    clients("is:closed", "1 4");
    clients("is:reported", "");
    clients("!is:paid", "1 2 3 4 5");
    clients("is:marked", "2 3");
    clients("IS:Marked", "2 3");
    clients("is:mine", "1 2");
    clients("is:reach", "1 2 4");
    clients("is:covering", "4");
    clients("is:favourite", "5");
    clients("is:stale", "3 5");
}

static void filter__asks_relations__of_the_rows_client(void **state)
{
    (void)state;
    clients("resp:kari", "1");
    clients("resp:\"Kari Nordmann\"", "1");
    clients("staff:kari", "1 2");
    clients("St.aff:kari", "1 2"); /* as a label is understood */
    clients("staff=kari", "1 2");  /* the column */
    clients("staff=ola", "1 5");
    clients("group:bygg", "1 4");
    clients("view:late", "2 4");
    runs("view:late", "3 4");
    runs("is:mine", "1 2 3");
    runs("is:marked", "2 3"); /* rows, not clients */
}

static void filter__marks_nothing__without_marks(void **state)
{
    (void)state;
    world.scope.marked = NULL;
    clients("is:marked", "");
    clients("!is:marked", "1 2 3 4 5");
    world.scope.marked = &world.marked;
}

static void filter__matches_pattern__on_unfolded_items(void **state)
{
    (void)state;
    clients("/^oslo$/", "1 5");
    clients("/^nord$/", "1 5"); /* one of the groups */
    clients("/bygg.*oslo/", "");
    clients("/hansen/", ""); /* not searched */
    clients("/\\bå/", "2");
    clients("/^\\w+ bygg/", "1");
    clients("/[[:alpha:]]+ø/", "3 5");
    clients("/a|ø/ city~^B", "3");
    clients("/^$/", ""); /* an empty list has no items */
    clients("/x:y/", "5");
    clients("/os", "1 5"); /* the closing slash may be left out */
    clients("/no rd/", "");
}

static void filter__matches_pattern__in_a_column(void **state)
{
    (void)state;
    clients("name~^å", "2");
    clients("city~^(Oslo|Bergen)$", "1 3 5");
    clients("city~o|ö", "1 2 4 5"); /* | belongs to the pattern */
    clients("(city~(oslo))", "1 5");
    clients("name~\"bygg as$\"", "1");
    clients("name~\\(nord\\)", "4");
    clients("(name~\\)) | syd", "2 4 5");
    clients("contact~a/b\\|c", "5");
    clients("contact~\"^a/b[|]c$\"", "5");
    clients("responsible~^kari$", "1 4");
    clients("orgno~.", "1 2 4 5"); /* unknown matches no pattern */
    clients("!orgno~.", "3");
    clients("name~\"\\\"r\"", "5");
}

static void filter__matches_pattern__with_a_slash(void **state)
{
    (void)state;
    clients("contact~a/b", "5");
    clients("/a\\/b/", "");
    clients("name:x /y/", "5");
}

static void filter__matches_pattern__smart_case(void **state)
{
    (void)state;
    clients("/björk/", "4");
    clients("/Björk/", "");
    clients("/BJÖRK/", "4");
    clients("/ødegård/", "1");
    clients("/øDegård/", "");
    clients("/Ødegård/", "1");
    clients("/ødegÅrd/", "");
    clients("/\\p{Lu}ya/", "");
    clients("/bj\\p{L}rk/", "4");      /* L stands in an escape */
    clients("/bj\\x{d6}rk/", "4");
    clients("/bj\\Drk/", "4");
    clients("/(?<NAME>bj)ö/", "4");
    clients("/(?i)BJÖrk/", "4");
}

static void filter__combines__by_precedence(void **state)
{
    (void)state;
    clients("oslo bygg", "1");
    clients("oslo|malmö", "1 2 5");
    clients("oslo | malmö", "1 2 5");
    clients("oslo bygg | malmö", "1 2");
    clients("malmö | oslo bygg", "1 2");
    clients("(malmö | oslo) !bygg", "2 5");
    clients("!bygg oslo", "5");
    clients("!(bygg oslo)", "2 3 4 5");
    clients("!(bygg | oslo)", "2 3");
    clients("! bygg", "2 3 5");
    clients("!!bygg", "1 4");
    clients("! ! !bygg", "2 3 5");
    clients("!(!(bygg))", "1 4");
    clients("!\"ødegård bygg\"", "2 3 4 5");
    clients("((oslo)|(malmö))(bygg)", "1");
    clients("\"oslo\"\"bygg\"", "1");
    clients("!is:demo !is:archived", "1 2 5");
    clients("is:demo|is:archived", "3 4");
    clients("!employees=", "1 2 4 5");
}

static void filter__reads_columns__in_the_users_language(void **state)
{
    (void)state;
    clients("Pay_day=25", "2 4");
    clients("next_pay-out<today", "1");
    world.scope.language = LANGUAGE_SV;
    clients("name:bygg", "1");
    for (enum language language = LANGUAGE_EN; language < LANGUAGE_COUNT; language++) {
        struct buffer text = { 0 };
        world.scope.language = language;
        buffer_print(&text, "%s:kari",
                     text_tr(language, column_info(COLUMN_clients_staff)->label));
        clients(buffer_text(&text), "1 2"); /* the relation: grants in force */
        buffer_clear(&text);
        buffer_print(&text, "%s:ola",
                     text_tr(language, column_info(COLUMN_clients_responsible)->label));
        clients(buffer_text(&text), "5");
        buffer_finish(&text);
    }
    world.scope.language = LANGUAGE_EN;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filter__matches_all__when_nothing_is_asked),
        cmocka_unit_test(filter__finds_word__in_searched_columns_only),
        cmocka_unit_test(filter__finds_word__caseless),
        cmocka_unit_test(filter__finds_word__not_without_its_marks),
        cmocka_unit_test(filter__finds_word__never_across_columns),
        cmocka_unit_test(filter__takes_word__literally),
        cmocka_unit_test(filter__takes_word__with_balanced_parentheses),
        cmocka_unit_test(filter__reads_pair__as_text_when_there_is_no_such_column),
        cmocka_unit_test(filter__finds_organisation_number__typed_any_way),
        cmocka_unit_test(filter__finds_value__in_its_column),
        cmocka_unit_test(filter__compares_whole_value__with_equals),
        cmocka_unit_test(filter__finds_empty__with_equals_nothing),
        cmocka_unit_test(filter__compares_words__also_in_other_languages),
        cmocka_unit_test(filter__compares_numbers__unknown_never_matches),
        cmocka_unit_test(filter__compares_dates__relative_to_today),
        cmocka_unit_test(filter__compares_moments__by_day_in_bureau_time),
        cmocka_unit_test(filter__compares_amounts__in_their_own_currency),
        cmocka_unit_test(filter__compares_months),
        cmocka_unit_test(filter__compares_yes_and_no),
        cmocka_unit_test(filter__asks_tests),
        cmocka_unit_test(filter__asks_relations__of_the_rows_client),
        cmocka_unit_test(filter__marks_nothing__without_marks),
        cmocka_unit_test(filter__matches_pattern__on_unfolded_items),
        cmocka_unit_test(filter__matches_pattern__in_a_column),
        cmocka_unit_test(filter__matches_pattern__with_a_slash),
        cmocka_unit_test(filter__matches_pattern__smart_case),
        cmocka_unit_test(filter__combines__by_precedence),
        cmocka_unit_test(filter__reads_columns__in_the_users_language),
    };

    return cmocka_run_group_tests_name("filter", tests, start, stop);
}
