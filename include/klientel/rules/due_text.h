/*
 * What is due in words, the same on the screen and on the command line.
 */
#ifndef KLIENTEL_RULES_DUE_TEXT_H
#define KLIENTEL_RULES_DUE_TEXT_H

#include "klientel/base/buffer.h"
#include "klientel/base/language.h"
#include "klientel/rules/model.h"

enum due_words {
    DUE_SHORT, /* 11 overdue (3 rejected, 3 made, 5 waiting) */
    DUE_LONG,  /* 11 overdue (3 rejected · 3 made, not sent · 5 waiting for an answer) */
};

/* Past its day, and not all of it received. */
bool due_overdue(const struct dashboard_due *due, struct date today);
/* between: what stands between two things on a line. How many, then what the open ones are: the parts of a total stand in brackets behind it. */
void due_text_add(const struct dashboard_due *due, struct date today, enum due_words words,
                  enum language language, const char *between, struct buffer *ret_text);
/* " · 129 received"; nothing when none or all are. */
void due_received_add(const struct dashboard_due *due, enum language language, const char *between,
                      struct buffer *ret_text);
/* ": Hegg Kafé, Kystens Rør …": as many whole names of the `total` clients as fit in `room` columns (<= 0 = any
 * number), nothing when none does. Control characters in them are made visible. */
void due_names_add(const struct dashboard_names *names, int64_t total, int room,
                   struct buffer *ret_text);

#endif
