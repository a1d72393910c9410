/*
 * Deadline: due dates by law (C50, C51). Dates of authorities move later over weekends and holidays.
 *
 * Norway, a-melding: the 5th of the month after (a-opplysningsforskriften § 2-1); Sweden, employer
 * declaration: the 12th, the 17th in January and August (skatteförfarandelagen 26 kap. 26-30 §), the
 * 26th for a base over SEK 40 million. Holidays are dated data: data/calendar/holidays.csv. In years that
 * are not in it, and in other countries, only weekends are free.
 */
#ifndef KLIENTEL_RULES_DEADLINE_H
#define KLIENTEL_RULES_DEADLINE_H

#include <stdbool.h>

#include "klientel/base/date.h"
#include "klientel/rules/model.h"

/* A Saturday, Sunday or public holiday in that country ("NO", "SE"); in Sweden also the eves of midsummer,
 * Christmas and New Year, which count as holidays for legal terms (lag 1930:173 § 2) and for banks. */
bool deadline_is_free(const char *country, struct date date);
struct date deadline_next_working_day(const char *country, struct date date);     /* itself or later */
struct date deadline_previous_working_day(const char *country, struct date date); /* itself or earlier */

/* When the declaration for that month is due; class is 12 or 26 (Sweden; any other counts as 12), ignored
 * for Norway. Term and financial tax: the 15th after the two-month term that the month is in. A zone
 * is never due: DATE_NONE. */
struct date deadline_declaration(enum obligation_kind kind, struct month month, int class);

/* The pay-out date in that month for a client paid on day 1-31 (a shorter month: its last day), moved
 * earlier over free days (C51), if need be into the month before. DATE_NONE for another payday. */
struct date deadline_payout(const char *country, struct month month, int payday);

#endif
