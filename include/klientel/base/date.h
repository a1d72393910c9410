/*
 * Date, month, instant: three different things, three types.
 *
 * A date is a calendar day (proleptic Gregorian). A month is a calendar month. An instant is a
 * second in UTC. None of them knows the clock: the current time is always an argument
 * (architecture: what we hold to be true, 8); only clock_now() reads it, and only main calls that.
 *
 * Bureau time is Central European time: UTC+1, and UTC+2 from the last Sunday of March 01:00 UTC to
 * the last Sunday of October 01:00 UTC (Directive 2000/84/EC; Norway follows it). Computed, so that
 * no time zone files are needed. Used for years 1996 and later; earlier years use the same rule.
 */
#ifndef KLIENTEL_BASE_DATE_H
#define KLIENTEL_BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

struct date {
    int32_t day; /* days since 1970-01-01 */
};
struct month {
    int32_t index; /* year * 12 + month - 1 */
};
struct instant {
    int64_t second; /* seconds since 1970-01-01T00:00:00Z */
};

#define DATE_NONE ((struct date){ INT32_MIN })
#define MONTH_NONE ((struct month){ INT32_MIN })
#define INSTANT_NONE ((struct instant){ INT64_MIN })

enum { DATE_TEXT_SIZE = 16, MONTH_TEXT_SIZE = 12, INSTANT_TEXT_SIZE = 24 };

static inline bool date_known(struct date date)
{
    return date.day != INT32_MIN;
}
static inline bool month_known(struct month month)
{
    return month.index != INT32_MIN;
}
static inline bool instant_known(struct instant instant)
{
    return instant.second != INT64_MIN;
}

/* Strict: YYYY-MM-DD, a real day, years 1900-2199, nothing before or after. */
bool date_parse(const char *text, struct date *ret_date);
/* YYYY-MM-DD; "" for DATE_NONE. Returns text. */
char *date_format(struct date date, char text[static DATE_TEXT_SIZE]);
/* Formats are for years 0-9999. What is made from DATE_NONE, MONTH_NONE or INSTANT_NONE is none
 * too; splitting, a weekday and a clock need a known one. */
struct date date_of(int year, int month, int day); /* month 1-12; the day must exist */
void date_split(struct date date, int *ret_year, int *ret_month, int *ret_day);
int date_weekday(struct date date); /* 1 = Monday ... 7 = Sunday */
/* today, today+14, today-3 (caseless), or YYYY-MM-DD: the dates of the filter language. */
bool date_parse_relative(const char *text, struct date today, struct date *ret_date);

bool month_parse(const char *text, struct month *ret_month); /* YYYY-MM */
char *month_format(struct month month, char text[static MONTH_TEXT_SIZE]);
struct month month_of(struct date date);
struct month month_add(struct month month, int months);
struct date month_first(struct month month);
struct date month_last(struct month month);

/* YYYY-MM-DDTHH:MM:SSZ, seconds and the fraction optional, an offset +HH:MM instead of Z accepted.
 * */
bool instant_parse(const char *text, struct instant *ret_instant);
char *instant_format(struct instant instant, char text[static INSTANT_TEXT_SIZE]); /* …Z, or "" */

/* Bureau time. The start of a day is 00:00; date_end is the last second of the day (C53: "until
 * DATE" means to the end of that day). */
struct date date_of_instant(struct instant instant);
struct instant date_start(struct date date);
struct instant date_end(struct date date);
void instant_clock(struct instant instant, int *ret_hour, int *ret_minute);

/* What a person may type for a moment (C53): an instant, or a date (is_end: its last second, else
 * its first), or DATE HH:MM in bureau time; of the hour that comes twice in October the first, with
 * is_end the second; a time in the hour that March leaves out is read as one hour later. */
bool instant_parse_typed(const char *text, bool is_end, struct instant *ret_instant);

struct instant clock_now(void); /* the system clock; called by main.c only */

#endif
