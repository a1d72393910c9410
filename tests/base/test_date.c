/* Dates: the calendar against counting day by day, what is no date, and the two changes of clock.
 * */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "klientel/base/date.h"

static struct date day(const char *text)
{
    struct date date = DATE_NONE;
    assert_true(date_parse(text, &date));
    return date;
}

static struct instant moment(const char *text)
{
    struct instant instant = INSTANT_NONE;
    assert_true(instant_parse(text, &instant));
    return instant;
}

static void assert_moment(struct instant instant, const char *expected)
{
    char text[INSTANT_TEXT_SIZE];
    assert_string_equal(instant_format(instant, text), expected);
}

static void date__counts_every_day_once__from_1900_to_2199(void **state)
{
    (void)state;
    static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    int32_t expected = -25567; /* 1900-01-01, a Monday */
    int weekday = 1;
    for (int year = 1900; year < 2200; year++) {
        for (int month = 1; month <= 12; month++) {
            bool leap = year % 4 == 0 && (year % 100 != 0 || year == 2000);
            for (int d = 1; d <= lengths[month - 1] + (month == 2 && leap); d++) {
                struct date date = date_of(year, month, d);
                int y, m, split;
                assert_int_equal(date.day, expected++);
                assert_int_equal(date_weekday(date), weekday);
                weekday = weekday % 7 + 1;
                date_split(date, &y, &m, &split);
                assert_int_equal(y, year);
                assert_int_equal(m, month);
                assert_int_equal(split, d);
            }
        }
    }
}

static void date__reads_and_writes__known_days(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int32_t day;
        int weekday;
    } cases[] = {
        { "1970-01-01", 0, 4 },      { "1969-12-31", -1, 3 }, { "2000-02-29", 11016, 2 },
        { "2024-02-29", 19782, 4 },  { "2026-12-07", 20794, 1 }, { "1900-01-01", -25567, 1 },
        { "2199-12-31", 84005, 2 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[DATE_TEXT_SIZE];
        struct date date = day(cases[i].text);
        assert_int_equal(date.day, cases[i].day);
        assert_int_equal(date_weekday(date), cases[i].weekday);
        assert_string_equal(date_format(date, text), cases[i].text);
    }
}

static void date__refuses__what_is_no_day(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",           "2026",        "2026-02-29",  "2100-02-29", "1900-02-29",   "2026-04-31",
        "2026-00-10", "2026-13-01",  "2026-01-00",  "2026-01-32", "1899-12-31",   "2200-01-01",
        "2026-1-01",  " 2026-01-01", "2026-01-01 ", "2026/01/01", "2026-01-01T",  "20260101",
        "2026-01-0x", "2026-01-1",   "+026-01-01",  "2026-01-",   "2026-01-001",  "-026-01-01",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct date date = { 77 };
        assert_false(date_parse(texts[i], &date));
        assert_int_equal(date.day, 77);
    }
}

static void date__reads_days_from_today__in_filters(void **state)
{
    (void)state;
    struct date today = day("2026-12-31");
    static const struct {
        const char *text, *expected;
    } cases[] = {
        { "today", "2026-12-31" },     { "today+14", "2027-01-14" }, { "today-3", "2026-12-28" },
        { "Today+0", "2026-12-31" },   { "today-365", "2025-12-31" },
        { "2024-02-29", "2024-02-29" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct date date;
        char text[DATE_TEXT_SIZE];
        assert_true(date_parse_relative(cases[i].text, today, &date));
        assert_string_equal(date_format(date, text), cases[i].expected);
    }
    static const char *const refused[] = {
        "",         "tod",      "today ",  "today+",   "today-",         "today*3",     "today+1x",
        "today+-1", "today 1",  "todays",  "today1",   "today+99999999", "today-99999", "yesterday",
        "today++1", "today+ 1", "tomorrow",
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct date date;
        assert_false(date_parse_relative(refused[i], today, &date));
    }
}

static void month__knows_its_days__over_years(void **state)
{
    (void)state;
    char text[MONTH_TEXT_SIZE], date[DATE_TEXT_SIZE];
    struct month month;
    assert_true(month_parse("2024-02", &month));
    assert_string_equal(month_format(month, text), "2024-02");
    assert_string_equal(date_format(month_first(month), date), "2024-02-01");
    assert_string_equal(date_format(month_last(month), date), "2024-02-29");
    assert_string_equal(date_format(month_last(month_add(month, 12)), date), "2025-02-28");
    assert_string_equal(month_format(month_add(month, -2), text), "2023-12");
    assert_string_equal(month_format(month_add(month, 23), text), "2026-01");
    assert_string_equal(month_format(month_of(day("2026-12-31")), text), "2026-12");
    static const char *const refused[] = { "", "2024", "2024-00", "2024-13", "2024-2", "2024-02-01",
                                           "1899-12", "2200-01", "2024-02 " };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        assert_false(month_parse(refused[i], &month));
    }
}

static void none__stays_none__through_everything(void **state)
{
    (void)state;
    char text[INSTANT_TEXT_SIZE];
    assert_string_equal(date_format(DATE_NONE, text), "");
    assert_string_equal(month_format(MONTH_NONE, text), "");
    assert_string_equal(instant_format(INSTANT_NONE, text), "");
    assert_false(month_known(month_of(DATE_NONE)));
    assert_false(month_known(month_add(MONTH_NONE, 3)));
    assert_false(date_known(month_first(MONTH_NONE)));
    assert_false(date_known(month_last(MONTH_NONE)));
    assert_false(date_known(date_of_instant(INSTANT_NONE)));
    assert_false(instant_known(date_start(DATE_NONE)));
    assert_false(instant_known(date_end(DATE_NONE)));
}

static void instant__reads__every_accepted_form(void **state)
{
    (void)state;
    static const struct {
        const char *text, *expected;
    } cases[] = {
        { "2026-12-07T14:02:09Z", "2026-12-07T14:02:09Z" },
        { "2026-12-07T14:02Z", "2026-12-07T14:02:00Z" },
        { "2026-12-07T14:02:09.999Z", "2026-12-07T14:02:09Z" },
        { "2026-12-07T00:30:00+01:00", "2026-12-06T23:30:00Z" },
        { "2026-12-31T23:30:00-05:30", "2027-01-01T05:00:00Z" },
        { "1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z" },
        { "1970-01-01T00:00:00+00:00", "1970-01-01T00:00:00Z" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_moment(moment(cases[i].text), cases[i].expected);
    }
    assert_int_equal(moment("1969-12-31T23:59:59Z").second, -1);
    assert_int_equal(moment("2026-12-07T14:02:09Z").second, 1796652129);
}

static void instant__refuses__everything_else(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "2026-12-07",
        "2026-12-07T14:02:09",
        "2026-12-07 14:02:09Z",
        "2026-12-07T24:00:00Z",
        "2026-12-07T14:60:00Z",
        "2026-12-07T14:02:60Z",
        "2026-12-07T14:02:09.Z",
        "2026-12-07T14:02.5Z",
        "2026-12-07T14:02:09z",
        "2026-12-07T14:02:09ZZ",
        "2026-12-07T14:02:09+0100",
        "2026-12-07T14:02:09+15:00",
        "2026-12-07T14:02:09+",
        "2026-02-30T14:02:09Z",
        "2026-12-07T1:02:09Z",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct instant instant = { 77 };
        assert_false(instant_parse(texts[i], &instant));
        assert_int_equal(instant.second, 77);
    }
}

static void bureau_time__changes__on_the_last_sundays_at_one_utc(void **state)
{
    (void)state;
    static const struct {
        const char *utc, *date;
        int hour, minute;
    } cases[] = {
        { "2026-03-29T00:59:59Z", "2026-03-29", 1, 59 },
        { "2026-03-29T01:00:00Z", "2026-03-29", 3, 0 },
        { "2026-10-25T00:59:59Z", "2026-10-25", 2, 59 },
        { "2026-10-25T01:00:00Z", "2026-10-25", 2, 0 },
        { "2024-03-31T00:59:59Z", "2024-03-31", 1, 59 },
        { "2024-03-31T01:00:00Z", "2024-03-31", 3, 0 },
        { "2027-10-31T00:59:59Z", "2027-10-31", 2, 59 },
        { "2027-10-31T01:00:00Z", "2027-10-31", 2, 0 },
        { "2026-12-31T22:59:59Z", "2026-12-31", 23, 59 },
        { "2026-12-31T23:00:00Z", "2027-01-01", 0, 0 },
        { "2026-06-30T21:59:59Z", "2026-06-30", 23, 59 },
        { "2026-06-30T22:00:00Z", "2026-07-01", 0, 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct instant instant = moment(cases[i].utc);
        char text[DATE_TEXT_SIZE];
        int hour, minute;
        instant_clock(instant, &hour, &minute);
        assert_int_equal(hour, cases[i].hour);
        assert_int_equal(minute, cases[i].minute);
        assert_string_equal(date_format(date_of_instant(instant), text), cases[i].date);
    }
}

static void day__begins_and_ends__at_bureau_midnight(void **state)
{
    (void)state;
    assert_moment(date_start(day("2026-01-15")), "2026-01-14T23:00:00Z");
    assert_moment(date_end(day("2026-01-15")), "2026-01-15T22:59:59Z");
    assert_moment(date_start(day("2026-07-15")), "2026-07-14T22:00:00Z");
    assert_moment(date_end(day("2026-07-15")), "2026-07-15T21:59:59Z");
    /* 23 hours in March, 25 in October */
    assert_moment(date_start(day("2026-03-29")), "2026-03-28T23:00:00Z");
    assert_moment(date_end(day("2026-03-29")), "2026-03-29T21:59:59Z");
    assert_moment(date_start(day("2026-10-25")), "2026-10-24T22:00:00Z");
    assert_moment(date_end(day("2026-10-25")), "2026-10-25T22:59:59Z");
}

static void every_instant__lies_in_its_own_day__over_a_year_of_hours(void **state)
{
    (void)state;
    int64_t first = moment("2026-01-01T00:00:00Z").second;
    for (int64_t second = first; second < first + 366 * 86400; second += 1800) {
        struct instant instant = { second };
        struct date date = date_of_instant(instant);
        assert_true(date_start(date).second <= second);
        assert_true(date_end(date).second >= second);
        assert_int_equal(date_end(date).second + 1,
                         date_start((struct date){ date.day + 1 }).second);
    }
}

static void typed_moment__is_a_day_a_wall_time_or_an_instant(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_end;
        const char *expected;
    } cases[] = {
        { "2026-12-07", false, "2026-12-06T23:00:00Z" },
        { "2026-12-07", true, "2026-12-07T22:59:59Z" },
        { "2026-12-07 14:02", false, "2026-12-07T13:02:00Z" },
        { "2026-12-07 14:02", true, "2026-12-07T13:02:00Z" },
        { "2026-07-07 00:00", false, "2026-07-06T22:00:00Z" },
        { "2026-12-07T14:02:00Z", true, "2026-12-07T14:02:00Z" },
        { "2026-10-25 02:30", false, "2026-10-25T00:30:00Z" }, /* comes twice */
        { "2026-10-25 02:30", true, "2026-10-25T01:30:00Z" },
        { "2026-10-25 01:59", true, "2026-10-24T23:59:00Z" },
        { "2026-10-25 03:00", false, "2026-10-25T02:00:00Z" },
        { "2026-03-29 02:30", false, "2026-03-29T01:30:00Z" }, /* does not come */
        { "2026-03-29 01:59", false, "2026-03-29T00:59:00Z" },
        { "2026-03-29 03:00", true, "2026-03-29T01:00:00Z" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct instant instant;
        assert_true(instant_parse_typed(cases[i].text, cases[i].is_end, &instant));
        assert_moment(instant, cases[i].expected);
    }
    static const char *const refused[] = { "", "today", "2026-12-07 ", "2026-12-07 14",
                                           "2026-12-07 24:00", "2026-12-07 14:02:00",
                                           "2026-12-07  14:02", "14:02", "2026-02-29" };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct instant instant;
        assert_false(instant_parse_typed(refused[i], false, &instant));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(date__counts_every_day_once__from_1900_to_2199),
        cmocka_unit_test(date__reads_and_writes__known_days),
        cmocka_unit_test(date__refuses__what_is_no_day),
        cmocka_unit_test(date__reads_days_from_today__in_filters),
        cmocka_unit_test(month__knows_its_days__over_years),
        cmocka_unit_test(none__stays_none__through_everything),
        cmocka_unit_test(instant__reads__every_accepted_form),
        cmocka_unit_test(instant__refuses__everything_else),
        cmocka_unit_test(bureau_time__changes__on_the_last_sundays_at_one_utc),
        cmocka_unit_test(day__begins_and_ends__at_bureau_midnight),
        cmocka_unit_test(every_instant__lies_in_its_own_day__over_a_year_of_hours),
        cmocka_unit_test(typed_moment__is_a_day_a_wall_time_or_an_instant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
