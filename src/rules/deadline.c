/*
 * Deadline: due dates by law and pay-out dates. Pure but for the holidays compiled in.
 *
 * Purpose: next and previous working day, due date of a declaration, pay-out date.
 * State: none. data/calendar/holidays.csv is sorted by country and date, so a day is found by
 * halving the text itself; years that are not in it have weekends only.
 */
#include "klientel/rules/deadline.h"

#include <assert.h>
#include <string.h>

#include "klientel/base/embed.h"

static const char header[] = "country,date,name,kind\n";
/* "NO,2026-12-25": what a line begins with, and what lines are sorted by. */
enum { LINE_KEY_SIZE = 13 };

static bool holiday_listed(const char *country, struct date date)
{
    const char *text = (const char *)embed_holidays, *end = text + embed_holidays_size;
    const char *low = memmem(text, embed_holidays_size, header, sizeof header - 1);
    char key[LINE_KEY_SIZE + DATE_TEXT_SIZE] = { country[0], country[1], ',' };
    assert(low);
    if (!low)
        return false;
    date_format(date, key + 3);
    low += sizeof header - 1;
    while (low < end) {
        const char *line = low + (end - low) / 2;
        while (line > low && line[-1] != '\n')
            line--;
        const char *next = memchr(line, '\n', (size_t)(end - line));
        next = next ? next + 1 : end;
        if (next - line < LINE_KEY_SIZE)
            return false;
        int order = memcmp(key, line, LINE_KEY_SIZE);
        if (order == 0)
            return true;
        if (order < 0)
            end = line;
        else
            low = next;
    }
    return false;
}

bool deadline_is_free(const char *country, struct date date)
{
    if (date_weekday(date) >= 6)
        return true;
    return strlen(country) == 2 && holiday_listed(country, date);
}

static struct date working_day(const char *country, struct date date, int step)
{
    while (deadline_is_free(country, date))
        date.day += step;
    return date;
}

struct date deadline_next_working_day(const char *country, struct date date)
{
    return working_day(country, date, 1);
}

struct date deadline_previous_working_day(const char *country, struct date date)
{
    return working_day(country, date, -1);
}

static struct date day_in(struct month month, int day)
{
    struct date date = month_first(month);
    date.day += day - 1;
    return date;
}

/* Two-month terms: the month after the term's last one. */
static struct month after_term(struct month month)
{
    return month_add(month, month.index % 2 == 0 ? 2 : 1);
}

struct date deadline_declaration(enum obligation_kind kind, struct month month, int class)
{
    if (!month_known(month))
        return DATE_NONE;
    struct month due = month_add(month, 1);
    int number = due.index % 12 + 1;
    switch (kind) {
    case OBLIGATION_A_MELDING:
        return deadline_next_working_day("NO", day_in(due, 5));
    case OBLIGATION_AGI:
        if (class == 26)
            return deadline_next_working_day("SE", day_in(due, 26));
        return deadline_next_working_day("SE", day_in(due, number == 1 || number == 8 ? 17 : 12));
    case OBLIGATION_TERM:
    case OBLIGATION_FINANCIAL_TAX:
        return deadline_next_working_day("NO", day_in(after_term(month), 15));
    case OBLIGATION_ZONE:
    case OBLIGATION_COUNT:
        break;
    }
    return DATE_NONE;
}

struct date deadline_payout(const char *country, struct month month, int payday)
{
    if (!month_known(month) || payday < 1 || payday > 31)
        return DATE_NONE;
    struct date date = day_in(month, payday), last = month_last(month);
    if (date.day > last.day)
        date = last;
    return deadline_previous_working_day(country, date);
}
