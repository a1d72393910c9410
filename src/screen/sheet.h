/*
 * What the files of the client sheet share: sheet.c (the pane, the card) and sheet_rows.c (sections
 * made of rows).
 */
#ifndef KLIENTEL_SCREEN_SHEET_H
#define KLIENTEL_SCREEN_SHEET_H

#include <assert.h>

#include "internal.h"

enum sheet_part {
    SHEET_CARD,
    SHEET_CLIENT,  /* the client's row in the list: groups, responsible, next pay-out */
    SHEET_GRANTS,
    SHEET_EMPLOYEES,
    SHEET_PAYROLL,
    SHEET_RUNS,
    SHEET_DECLARATIONS,
    SHEET_NOTES,
    SHEET_CHANGES,
    SHEET_PARTS
};
static_assert((int)SHEET_PARTS <= (int)PANE_PARTS, "the sheet asks no more than a pane may");

enum { SHEET_VALUE = 24, SHEET_MONTHS = 12, SHEET_LINES = 20 };

struct sheet_pane {
    struct pane pane;
    int64_t client_id;
    const struct client_card *card; /* NULL = not handed over yet */
    const struct rowset *rows[SHEET_PARTS];
    const uint32_t *orders[SHEET_PARTS]; /* see struct answer */
    struct page page;
};

/* Sections; each says in words when there is nothing, or nothing that may be seen. */
void sheet_people(struct sheet_pane *self, const struct screen_context *context);
void sheet_employees(struct sheet_pane *self, const struct screen_context *context);
void sheet_months(struct sheet_pane *self, const struct screen_context *context);
void sheet_runs(struct sheet_pane *self, const struct screen_context *context);
void sheet_declarations(struct sheet_pane *self, const struct screen_context *context);
void sheet_notes(struct sheet_pane *self, const struct screen_context *context);
void sheet_changes(struct sheet_pane *self, const struct screen_context *context);

#endif
