/* Tests of rules/deadline.c and of data/calendar/holidays.csv. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "klientel/base/embed.h"
#include "klientel/rules/deadline.h"

static void assert_date(struct date date, const char *expected)
{
    char text[DATE_TEXT_SIZE];
    assert_string_equal(date_format(date, text), expected);
}

static struct date day(const char *text)
{
    struct date date;
    assert_true(date_parse(text, &date));
    return date;
}

static struct month month(const char *text)
{
    struct month value;
    assert_true(month_parse(text, &value));
    return value;
}

static void calendar__is_sorted__by_country_and_date(void **state)
{
    (void)state;
    const char *line = strstr((const char *)embed_holidays, "\ncountry,date,name,kind\n");
    assert_non_null(line);
    line = strchr(line + 1, '\n') + 1;
    char before[14] = "";
    int count = 0;
    for (; *line; line = strchr(line, '\n') + 1, count++) {
        char key[14], text[DATE_TEXT_SIZE];
        struct date date;
        snprintf(key, sizeof key, "%.13s", line);
        assert_true(strcmp(before, key) < 0);
        memcpy(before, key, sizeof key);
        assert_true(strncmp(key, "NO,", 3) == 0 || strncmp(key, "SE,", 3) == 0);
        snprintf(text, sizeof text, "%.10s", line + 3);
        assert_true(date_parse(text, &date));
        const char *end = strchr(line, '\n');
        assert_non_null(end);
        assert_true(memcmp(end - 8, ",holiday", 8) == 0 || memcmp(end - 5, ",bank", 5) == 0);
    }
    assert_true(count > 100);
}

/* Easter Sunday by Gauss's rule, to check the dated data against another source. */
static struct date easter(int year)
{
    int a = year % 19, b = year % 4, c = year % 7;
    int k = year / 100, p = (13 + 8 * k) / 25, q = k / 4;
    int m = (15 - p + k - q) % 30, n = (4 + k - q) % 7;
    int d = (19 * a + m) % 30, e = (2 * b + 4 * c + 6 * d + n) % 7;
    int march = 22 + d + e;
    if (d == 29 && e == 6)
        march = 50; /* 19 April */
    if (d == 28 && e == 6 && (11 * m + 11) % 30 < 19)
        march = 49;
    struct date date = date_of(year, 3, 1);
    date.day += march - 1;
    return date;
}

static void mark(bool *free_days, struct date first, struct date date)
{
    assert_true(date.day >= first.day && date.day < first.day + 366);
    free_days[date.day - first.day] = true;
}

static struct date shifted(struct date date, int days)
{
    date.day += days;
    return date;
}

static struct date saturday_from(struct date date)
{
    while (date_weekday(date) != 6)
        date.day++;
    return date;
}

static void mark_year(bool *free_days, bool is_norway, int year)
{
    struct date first = date_of(year, 1, 1), sunday = easter(year);
    for (int i = 0; i < 366; i++)
        free_days[i] = date_weekday(shifted(first, i)) >= 6;
    static const int movable_no[] = { -3, -2, 0, 1, 39, 49, 50 };
    static const int movable_se[] = { -2, 0, 1, 39, 49 };
    const int *movable = is_norway ? movable_no : movable_se;
    size_t count = is_norway ? sizeof movable_no / sizeof(int) : sizeof movable_se / sizeof(int);
    for (size_t i = 0; i < count; i++)
        mark(free_days, first, shifted(sunday, movable[i]));
    mark(free_days, first, first);
    mark(free_days, first, date_of(year, 5, 1));
    mark(free_days, first, date_of(year, 12, 25));
    mark(free_days, first, date_of(year, 12, 26));
    if (is_norway) {
        mark(free_days, first, date_of(year, 5, 17));
        return;
    }
    mark(free_days, first, date_of(year, 1, 6));
    mark(free_days, first, date_of(year, 6, 6));
    mark(free_days, first, shifted(saturday_from(date_of(year, 6, 20)), -1));
    mark(free_days, first, date_of(year, 12, 24));
    mark(free_days, first, date_of(year, 12, 31));
}

static void calendar__agrees__with_the_rules_of_both_countries(void **state)
{
    (void)state;
    assert_date(easter(2024), "2024-03-31");
    assert_date(easter(2025), "2025-04-20");
    assert_date(easter(2026), "2026-04-05");
    assert_date(easter(2027), "2027-03-28");
    for (int year = 2024; year <= 2030; year++) {
        for (int country = 0; country < 2; country++) {
            bool expected[366];
            const char *code = country ? "SE" : "NO";
            struct date first = date_of(year, 1, 1);
            int days = date_of(year + 1, 1, 1).day - first.day;
            mark_year(expected, country == 0, year);
            for (int i = 0; i < days; i++) {
                char text[DATE_TEXT_SIZE];
                if (deadline_is_free(code, shifted(first, i)) != expected[i])
                    fail_msg("%s %s", code, date_format(shifted(first, i), text));
            }
        }
    }
}

static void free_days__outside_the_calendar__are_weekends(void **state)
{
    (void)state;
    assert_false(deadline_is_free("NO", day("2019-12-25")));
    assert_false(deadline_is_free("SE", day("2040-12-25")));
    assert_true(deadline_is_free("NO", day("2019-12-28")));
    assert_false(deadline_is_free("", day("2026-12-25")));
    assert_false(deadline_is_free("DK", day("2026-12-25")));
    assert_false(deadline_is_free("NORWAY", day("2026-12-25")));
    assert_false(deadline_is_free("NO", day("2026-12-24")));
    assert_true(deadline_is_free("SE", day("2026-12-24")));
}

static void working_day__skips__weekends_and_holidays(void **state)
{
    (void)state;
    assert_date(deadline_next_working_day("NO", day("2026-11-15")), "2026-11-16");
    assert_date(deadline_next_working_day("NO", day("2026-11-16")), "2026-11-16");
    assert_date(deadline_next_working_day("NO", day("2026-04-02")), "2026-04-07");
    assert_date(deadline_next_working_day("SE", day("2026-04-02")), "2026-04-02");
    assert_date(deadline_next_working_day("SE", day("2026-12-24")), "2026-12-28");
    assert_date(deadline_previous_working_day("NO", day("2026-04-06")), "2026-04-01");
    assert_date(deadline_previous_working_day("SE", day("2027-01-01")), "2026-12-30");
}

static void declaration__is_due__as_the_law_says(void **state)
{
    (void)state;
    static const struct {
        enum obligation_kind kind;
        const char *month;
        int class;
        const char *due;
    } cases[] = {
        { OBLIGATION_A_MELDING, "2026-03", 0, "2026-04-07" }, /* Easter Sunday */
        { OBLIGATION_A_MELDING, "2026-11", 0, "2026-12-07" }, /* Saturday */
        { OBLIGATION_A_MELDING, "2026-12", 0, "2027-01-05" },
        { OBLIGATION_A_MELDING, "2015-06", 0, "2015-07-06" },
        { OBLIGATION_AGI, "2026-10", 12, "2026-11-12" },
        { OBLIGATION_AGI, "2026-11", 12, "2026-12-14" }, /* Saturday */
        { OBLIGATION_AGI, "2026-12", 12, "2027-01-18" }, /* the 17th, a Sunday */
        { OBLIGATION_AGI, "2026-07", 12, "2026-08-17" },
        { OBLIGATION_AGI, "2026-07", 26, "2026-08-26" },
        { OBLIGATION_AGI, "2025-11", 26, "2025-12-29" }, /* second day of Christmas, a Friday */
        { OBLIGATION_AGI, "2024-11", 26, "2024-12-27" }, /* second day of Christmas, a Thursday */
        { OBLIGATION_AGI, "2026-12", 26, "2027-01-26" },
        { OBLIGATION_AGI, "2026-10", 0, "2026-11-12" },
        { OBLIGATION_TERM, "2026-09", 0, "2026-11-16" },
        { OBLIGATION_TERM, "2026-10", 0, "2026-11-16" }, /* 15 November: Sunday */
        { OBLIGATION_TERM, "2026-11", 0, "2027-01-15" },
        { OBLIGATION_TERM, "2026-12", 0, "2027-01-15" },
        { OBLIGATION_FINANCIAL_TAX, "2026-01", 0, "2026-03-16" },
        { OBLIGATION_ZONE, "2026-01", 0, "" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct date date = deadline_declaration(cases[i].kind, month(cases[i].month),
                                                cases[i].class);
        assert_date(date, cases[i].due);
    }
    assert_date(deadline_declaration(OBLIGATION_AGI, MONTH_NONE, 12), "");
}

static void payout__moves_earlier__over_free_days(void **state)
{
    (void)state;
    static const struct {
        const char *country, *month;
        int payday;
        const char *date;
    } cases[] = {
        { "NO", "2026-12", 20, "2026-12-18" }, { "SE", "2026-12", 25, "2026-12-23" },
        { "NO", "2026-12", 25, "2026-12-24" }, { "NO", "2026-11", 20, "2026-11-20" },
        { "NO", "2026-02", 31, "2026-02-27" }, { "NO", "2024-02", 30, "2024-02-29" },
        { "SE", "2026-06", 19, "2026-06-18" }, { "SE", "2027-01", 1, "2026-12-30" },
        { "", "2026-12", 25, "2026-12-25" },   { "NO", "2026-12", 0, "" },
        { "NO", "2026-12", 32, "" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct date date = deadline_payout(cases[i].country, month(cases[i].month),
                                           cases[i].payday);
        assert_date(date, cases[i].date);
    }
    assert_date(deadline_payout("NO", MONTH_NONE, 20), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calendar__is_sorted__by_country_and_date),
        cmocka_unit_test(calendar__agrees__with_the_rules_of_both_countries),
        cmocka_unit_test(free_days__outside_the_calendar__are_weekends),
        cmocka_unit_test(working_day__skips__weekends_and_holidays),
        cmocka_unit_test(declaration__is_due__as_the_law_says),
        cmocka_unit_test(payout__moves_earlier__over_free_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
