/*
 * Deadline: due dates by law (C50, C51). Dates of authorities move later over weekends and holidays.
 *
 * Norway, a-melding: the 5th of the month after (a-opplysningsforskriften § 2-1); Sweden, employer
 * declaration: the 12th, the 17th in January and August (skatteförfarandelagen 26 kap. 26-30 §), the
 * 26th for a base over SEK 40 million. Holidays are dated data: data/calendar/holidays.csv.
 */
#ifndef KLIENTEL_RULES_DEADLINE_H
#define KLIENTEL_RULES_DEADLINE_H

#include <stdbool.h>

#include "klientel/base/date.h"
#include "klientel/rules/model.h"

/* A Saturday, Sunday or public holiday in that country ("NO", "SE"). */
bool deadline_is_free(const char *country, struct date date);
struct date deadline_next_working_day(const char *country, struct date date);     /* itself or later */
struct date deadline_previous_working_day(const char *country, struct date date); /* itself or earlier */

/* When the declaration for that month is due; class is 12 or 26 (Sweden), ignored for Norway. */
struct date deadline_declaration(enum obligation_kind kind, struct month month, int class);

/* The pay-out date in that month for a client paid on day 1-31 (a shorter month: its last day), moved
 * earlier over free days (C51). */
struct date deadline_payout(const char *country, struct month month, int payday);

#endif
