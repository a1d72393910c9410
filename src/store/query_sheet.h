/*
 * Sheet: what the key figures are added up in, before it becomes a dashboard: thirteen months, per currency.
 *
 * query_sheet.c      filled from the summary tables, or from the rows of some clients
 * query_dashboard.c  what of it may be shown, and how; at once or in slices
 */
#ifndef KLIENTEL_STORE_QUERY_SHEET_H
#define KLIENTEL_STORE_QUERY_SHEET_H

#include "query.h"

enum { CURRENCIES_MAX = 16, FAILED_MONTHS = DASHBOARD_MONTHS + 1 };

struct pay_total {
    char currency[4];
    int64_t pay, net, gross; /* clients by net, by gross */
};
struct month_sheet {
    struct figure clients, sum[SUM_COUNT]; /* lines and manual lines: where both are told */
    struct pay_total pay[CURRENCIES_MAX];
    size_t currencies;
};
/* Everything that is read before it becomes a dashboard. */
struct sheet {
    struct month first, last;
    char first_text[MONTH_TEXT_SIZE], last_text[MONTH_TEXT_SIZE];
    char failed_text[MONTH_TEXT_SIZE];   /* the month before the first */
    char declared_text[MONTH_TEXT_SIZE]; /* the one before that */
    struct month_sheet months[DASHBOARD_MONTHS];
    int64_t failed[FAILED_MONTHS], unresolved[FAILED_MONTHS]; /* by month of the answer, from failed_text */
    /* By month, from declared_text: a declaration is known of it at all; one of these clients is. */
    bool answerable[FAILED_MONTHS + 1], answered[FAILED_MONTHS + 1];
    bool with_internal;
};

void sheet_start(struct sheet *sheet, struct month month);
struct pay_total *sheet_currency(struct month_sheet *month, const char *currency); /* NULL: there are too many */

/* Of everything the asker may see: from the summary tables. */
bool sheet_of_summary(struct reading *reading, struct sheet *sheet, struct failure *ret_failure);
/* Which months declarations are known of, of anybody. */
bool sheet_answerable(struct reading *reading, struct sheet *sheet, struct failure *ret_failure);
/* Which months are known at all. */
bool sheet_known_months(struct reading *reading, struct sheet *sheet, struct failure *ret_failure);

/*
 * Of some clients, from their rows, after sheet_answerable: those of the set that are among reading->some, which is limited. `own` may be NULL:
 * the pay of those the asker has a grant on is added there besides. Each client once; then the failed declarations, a
 * month of the answer (place 0 … FAILED_MONTHS - 1) at a time, of all clients together.
 */
bool sheet_add_some(struct reading *reading, const struct ids *clients, struct sheet *sheet,
                    struct sheet *own, struct failure *ret_failure);
bool sheet_add_failed(struct reading *reading, const struct ids *clients, int place,
                      struct sheet *sheet, struct failure *ret_failure);

#endif
