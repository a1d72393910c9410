/*
 * Dates, months, instants. No state. Days are counted in the proleptic Gregorian calendar by whole
 * 400-year eras with the year beginning in March, so that the leap day is the last of its year.
 */
#include "klientel/base/date.h"

#include <assert.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum {
    FIRST_YEAR = 1900,
    LAST_YEAR = 2199,
    DAY_SECONDS = 86400,
    HOUR_SECONDS = 3600,
    ERA_DAYS = 146097,  /* days in 400 years */
    ERA_OFFSET = 719468 /* days from 0000-03-01 to 1970-01-01 */
};

static int64_t floor_divide(int64_t number, int64_t by)
{
    return number / by - (number % by < 0);
}

static int64_t days_from_civil(int64_t year, int month, int day)
{
    year -= month <= 2;
    int64_t era = floor_divide(year, 400);
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * ERA_DAYS + day_of_era - ERA_OFFSET;
}

static void civil_from_days(int64_t days, int *ret_year, int *ret_month, int *ret_day)
{
    days += ERA_OFFSET;
    int64_t era = floor_divide(days, ERA_DAYS);
    int day_of_era = (int)(days - era * ERA_DAYS);
    int year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int shifted = (5 * day_of_year + 2) / 153; /* months since March */
    *ret_day = day_of_year - (153 * shifted + 2) / 5 + 1;
    *ret_month = shifted < 10 ? shifted + 3 : shifted - 9;
    *ret_year = (int)(era * 400) + year_of_era + (*ret_month <= 2);
}

static int month_days(int year, int month)
{
    static const unsigned char days[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

/* ---- reading: each takes from *at and moves it on, or leaves false ---- */

static bool take_digits(const char **at, int count, int *ret_number)
{
    int number = 0;
    for (int i = 0; i < count; i++) {
        char c = (*at)[i];
        if (c < '0' || c > '9') {
            return false;
        }
        number = number * 10 + (c - '0');
    }
    *at += count;
    *ret_number = number;
    return true;
}

static bool take_char(const char **at, char c)
{
    if (**at != c) {
        return false;
    }
    ++*at;
    return true;
}

static bool take_month(const char **at, int *ret_year, int *ret_month)
{
    return take_digits(at, 4, ret_year) && take_char(at, '-') && take_digits(at, 2, ret_month) &&
           *ret_year >= FIRST_YEAR && *ret_year <= LAST_YEAR && *ret_month >= 1 &&
           *ret_month <= 12;
}

static bool take_date(const char **at, struct date *ret_date)
{
    int year, month, day;
    if (!take_month(at, &year, &month) || !take_char(at, '-') || !take_digits(at, 2, &day) ||
        day < 1 || day > month_days(year, month)) {
        return false;
    }
    *ret_date = date_of(year, month, day);
    return true;
}

static bool take_clock(const char **at, int *ret_seconds)
{
    int hour, minute;
    if (!take_digits(at, 2, &hour) || !take_char(at, ':') || !take_digits(at, 2, &minute) ||
        hour > 23 || minute > 59) {
        return false;
    }
    *ret_seconds = hour * HOUR_SECONDS + minute * 60;
    return true;
}

/* ---- writing: years 0-9999, which is more than anything here can read ---- */

static char *put_digits(char *to, int64_t number, int count, char after)
{
    for (int i = count - 1; i >= 0; i--) {
        to[i] = (char)('0' + number % 10);
        number /= 10;
    }
    to[count] = after;
    return to + count + 1;
}

static char *put_date(char *to, int64_t days, char after)
{
    int year, month, day;
    civil_from_days(days, &year, &month, &day);
    assert(year >= 0 && year <= 9999);
    to = put_digits(to, year, 4, '-');
    to = put_digits(to, month, 2, '-');
    return put_digits(to, day, 2, after);
}

/* ---- dates ---- */

bool date_parse(const char *text, struct date *ret_date)
{
    struct date date;
    if (!take_date(&text, &date) || *text) {
        return false;
    }
    *ret_date = date;
    return true;
}

char *date_format(struct date date, char text[static DATE_TEXT_SIZE])
{
    text[0] = '\0';
    if (date_known(date)) {
        put_date(text, date.day, '\0');
    }
    return text;
}

struct date date_of(int year, int month, int day)
{
    assert(month >= 1 && month <= 12 && day >= 1 && day <= month_days(year, month));
    return (struct date){ (int32_t)days_from_civil(year, month, day) };
}

void date_split(struct date date, int *ret_year, int *ret_month, int *ret_day)
{
    assert(date_known(date));
    civil_from_days(date.day, ret_year, ret_month, ret_day);
}

int date_weekday(struct date date)
{
    assert(date_known(date));
    int64_t since_monday = (int64_t)date.day + 3; /* 1970-01-01 was a Thursday */
    return (int)(since_monday - floor_divide(since_monday, 7) * 7) + 1;
}

bool date_parse_relative(const char *text, struct date today, struct date *ret_date)
{
    static const char word[] = "today";
    if (strncasecmp(text, word, sizeof word - 1) != 0) {
        return date_parse(text, ret_date);
    }
    const char *at = text + sizeof word - 1;
    int days = 0;
    if (*at) {
        int sign = *at == '+' ? 1 : *at == '-' ? -1 : 0;
        size_t digits = strspn(at + 1, "0123456789");
        at++;
        if (!sign || digits < 1 || digits > 5 || !take_digits(&at, (int)digits, &days) || *at) {
            return false;
        }
        days *= sign;
    }
    assert(date_known(today));
    struct date date = { today.day + days };
    if (date.day < days_from_civil(FIRST_YEAR, 1, 1) ||
        date.day > days_from_civil(LAST_YEAR, 12, 31)) {
        return false;
    }
    *ret_date = date;
    return true;
}

/* ---- months ---- */

bool month_parse(const char *text, struct month *ret_month)
{
    int year, month;
    if (!take_month(&text, &year, &month) || *text) {
        return false;
    }
    ret_month->index = year * 12 + month - 1;
    return true;
}

char *month_format(struct month month, char text[static MONTH_TEXT_SIZE])
{
    text[0] = '\0';
    if (month_known(month)) {
        assert(month.index >= 0 && month.index < 10000 * 12);
        put_digits(put_digits(text, month.index / 12, 4, '-'), month.index % 12 + 1, 2, '\0');
    }
    return text;
}

struct month month_of(struct date date)
{
    if (!date_known(date)) {
        return MONTH_NONE;
    }
    int year, month, day;
    date_split(date, &year, &month, &day);
    return (struct month){ year * 12 + month - 1 };
}

struct month month_add(struct month month, int months)
{
    return month_known(month) ? (struct month){ month.index + months } : MONTH_NONE;
}

struct date month_first(struct month month)
{
    if (!month_known(month)) {
        return DATE_NONE;
    }
    int year = (int)floor_divide(month.index, 12);
    return date_of(year, month.index - year * 12 + 1, 1);
}

struct date month_last(struct month month)
{
    if (!month_known(month)) {
        return DATE_NONE;
    }
    return (struct date){ month_first(month_add(month, 1)).day - 1 };
}

/* ---- instants ---- */

static bool take_offset(const char **at, int *ret_seconds)
{
    if (take_char(at, 'Z')) {
        *ret_seconds = 0;
        return true;
    }
    int sign = **at == '-' ? -1 : 1;
    int seconds;
    if ((!take_char(at, '+') && !take_char(at, '-')) || !take_clock(at, &seconds) ||
        seconds > 14 * HOUR_SECONDS) {
        return false;
    }
    *ret_seconds = sign * seconds;
    return true;
}

bool instant_parse(const char *text, struct instant *ret_instant)
{
    struct date date;
    int clock, second = 0, offset;
    if (!take_date(&text, &date) || !take_char(&text, 'T') || !take_clock(&text, &clock)) {
        return false;
    }
    if (take_char(&text, ':')) {
        if (!take_digits(&text, 2, &second) || second > 59) {
            return false;
        }
        if (take_char(&text, '.')) {
            size_t digits = strspn(text, "0123456789");
            if (!digits) {
                return false;
            }
            text += digits;
        }
    }
    if (!take_offset(&text, &offset) || *text) {
        return false;
    }
    ret_instant->second = (int64_t)date.day * DAY_SECONDS + clock + second - offset;
    return true;
}

char *instant_format(struct instant instant, char text[static INSTANT_TEXT_SIZE])
{
    text[0] = '\0';
    if (instant_known(instant)) {
        int64_t days = floor_divide(instant.second, DAY_SECONDS);
        int64_t rest = instant.second - days * DAY_SECONDS;
        char *to = put_date(text, days, 'T');
        to = put_digits(to, rest / HOUR_SECONDS, 2, ':');
        to = put_digits(to, rest / 60 % 60, 2, ':');
        to = put_digits(to, rest % 60, 2, 'Z');
        *to = '\0';
    }
    return text;
}

/* ---- bureau time ---- */

/* 01:00 UTC on the last Sunday of that month (one of 31 days). */
static int64_t change_second(int year, int month)
{
    struct date last = date_of(year, month, 31);
    return ((int64_t)last.day - date_weekday(last) % 7) * DAY_SECONDS + HOUR_SECONDS;
}

static int64_t bureau_offset(int64_t second)
{
    int year, month, day;
    civil_from_days(floor_divide(second, DAY_SECONDS), &year, &month, &day);
    bool summer = second >= change_second(year, 3) && second < change_second(year, 10);
    return summer ? 2 * HOUR_SECONDS : HOUR_SECONDS;
}

/* The instant of a time on the bureau's wall. An hour that comes twice in October: the first of
 * them, or the second with is_late. An hour that does not exist in March: the one after it. */
static struct instant bureau_instant(int64_t wall, bool is_late)
{
    int64_t in_summer = wall - 2 * HOUR_SECONDS, in_winter = wall - HOUR_SECONDS;
    bool may_summer = bureau_offset(in_summer) == 2 * HOUR_SECONDS;
    bool may_winter = bureau_offset(in_winter) == HOUR_SECONDS;
    bool summer = may_summer && !(may_winter && is_late);
    return (struct instant){ summer ? in_summer : in_winter };
}

struct date date_of_instant(struct instant instant)
{
    if (!instant_known(instant)) {
        return DATE_NONE;
    }
    int64_t wall = instant.second + bureau_offset(instant.second);
    return (struct date){ (int32_t)floor_divide(wall, DAY_SECONDS) };
}

struct instant date_start(struct date date)
{
    if (!date_known(date)) {
        return INSTANT_NONE;
    }
    return bureau_instant((int64_t)date.day * DAY_SECONDS, false);
}

struct instant date_end(struct date date)
{
    if (!date_known(date)) {
        return INSTANT_NONE;
    }
    return (struct instant){ date_start((struct date){ date.day + 1 }).second - 1 };
}

void instant_clock(struct instant instant, int *ret_hour, int *ret_minute)
{
    assert(instant_known(instant));
    int64_t wall = instant.second + bureau_offset(instant.second);
    int rest = (int)(wall - floor_divide(wall, DAY_SECONDS) * DAY_SECONDS);
    *ret_hour = rest / HOUR_SECONDS;
    *ret_minute = rest / 60 % 60;
}

bool instant_parse_typed(const char *text, bool is_end, struct instant *ret_instant)
{
    if (instant_parse(text, ret_instant)) {
        return true;
    }
    struct date date;
    int clock;
    if (!take_date(&text, &date)) {
        return false;
    }
    if (!*text) {
        *ret_instant = is_end ? date_end(date) : date_start(date);
        return true;
    }
    if (!take_char(&text, ' ') || !take_clock(&text, &clock) || *text) {
        return false;
    }
    *ret_instant = bureau_instant((int64_t)date.day * DAY_SECONDS + clock, is_end);
    return true;
}

struct instant clock_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (struct instant){ now.tv_sec };
}
