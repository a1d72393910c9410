/*
 * Language: texts, numbers and dates for people.
 *
 * English stands in the source; Swedish and Norwegian come from catalogues made with the gettext
 * tools, compiled into the program: no locale has to be installed and nothing has to be found on
 * disk. The language is always an argument; nothing here is global or changes at run time.
 */
#ifndef KLIENTEL_BASE_LANGUAGE_H
#define KLIENTEL_BASE_LANGUAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "klientel/base/buffer.h"
#include "klientel/base/date.h"

enum language { LANGUAGE_EN, LANGUAGE_SV, LANGUAGE_NB, LANGUAGE_COUNT };

/* Marks a text for the catalogues without translating it. */
#define N_(text) (text)

/* "en", "sv", "nb"; "no" and "nn" mean nb; a region or charset ("sv_SE.UTF-8") is ignored. */
bool language_parse(const char *code, enum language *ret_language);
const char *language_code(enum language language);
/* The name of the language in itself: English, svenska, norsk bokmål. */
const char *language_name(enum language language);

/* The text in that language; the English text itself where a catalogue lacks it. Static. */
const char *text_tr(enum language language, const char *text);
/* The same with a plural: `one` when count is 1, else `many`; both are source texts (ngettext). */
const char *text_tr_n(enum language language, const char *one, const char *many, int64_t count);

/* ---- numbers and dates as people write them: added to *ret_text, nothing for what is none ---- */

/* 12 345 (sv, nb: no-break space U+00A0) or 12,345 (en). */
void language_add_number(enum language language, int64_t number, struct buffer *ret_text);
/* Minor units: 412338900 -> 4 123 389,00 or 4,123,389.00. */
void language_add_money(enum language language, int64_t minor, struct buffer *ret_text);
/* Tenths of a percent: 874 -> 87,4 % (en 87.4 %, both with a no-break space). */
void language_add_tenths(enum language language, int64_t tenths, struct buffer *ret_text);
/* en 7 Dec 2026, sv 7 dec 2026, nb 7. des. 2026. */
void language_add_date(enum language language, struct date date, struct buffer *ret_text);
/* Without the year: 7 Dec, 7 dec, 7. des. */
void language_add_day(enum language language, struct date date, struct buffer *ret_text);
/* November 2026, november 2026. */
void language_add_month(enum language language, struct month month, struct buffer *ret_text);
/* Date and minute in bureau time: 7 Dec 2026 14:02. */
void language_add_instant(enum language language, struct instant instant, struct buffer *ret_text);

#endif
