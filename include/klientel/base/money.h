/*
 * Money: integer minor units (öre, øre) with a currency beside them. No floats.
 */
#ifndef KLIENTEL_BASE_MONEY_H
#define KLIENTEL_BASE_MONEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "klientel/base/buffer.h"

/* Currencies are three capitals ("NOK"); all that are read here have two decimals. */
bool currency_valid(const char *code);

/*
 * 1234.50, 1234,5, 1 234 567,00 (blank, U+00A0, U+202F or apostrophe, ' or U+2019, between groups
 * of three, one kind in a number), a leading -, U+2212 or +. Both point and comma are a decimal
 * sign: with both present the last one is, and the other must group by three. At most two decimals
 * (further zeroes allowed). "1.234" and "1,234" are refused as ambiguous: they could be thousands
 * (1234.500 and 0.500 could not). False on anything else or overflow.
 */
bool money_parse(const char *text, size_t length, int64_t *ret_minor);
/* As files and JSON want it: -1234.50, always two decimals, a point, no groups. */
void money_add(int64_t minor, struct buffer *ret_text);

/* Whole numbers as people type them, with the same grouping. */
bool number_parse(const char *text, size_t length, int64_t *ret_number);

#endif
