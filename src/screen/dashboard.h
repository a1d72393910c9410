/*
 * What the files of the dashboard share: tab_dashboard.c (state, moving, what is behind an item),
 * dashboard_draw.c and dashboard_figures.c.
 */
#ifndef KLIENTEL_SCREEN_DASHBOARD_H
#define KLIENTEL_SCREEN_DASHBOARD_H

#include <string.h>

#include "internal.h"

enum { ITEMS = 48, LINES = 48, TWO_COLUMNS = 76, TWO_HALVES = 180 };

enum {
    FIGURE_CLIENTS,
    FIGURE_EMPLOYEES,
    FIGURE_PAYSLIPS,
    FIGURE_TRAVEL,
    FIGURE_ABSENCES,
    FIGURE_AUTOMATION,
    FIGURE_FAILED, /* each month's own: by the date of the answer (C11, C48) */
    FIGURE_COUNT
};

enum item_kind { ITEM_FIGURE, ITEM_PAY, ITEM_DUE, ITEM_ATTENTION };
struct item {
    enum item_kind kind;
    int which; /* FIGURE_…, currency, due line, enum attention */
    int line, column;
};
enum line_kind {
    LINE_ITEMS,
    LINE_HEAD,
    LINE_SUPPRESSED,
    LINE_PAY_OF_OWN,
    LINE_NO_PAYROLL, /* instead of figures */
    LINE_DUE,
    LINE_DUE_NONE,
    LINE_ATTENTION,
    LINE_ATTENTION_NONE,
    LINE_WAITING, /* not worked out yet */
};

struct dashboard_pane {
    struct pane pane;
    bool loaded;
    struct dashboard dashboard;
    bool behind; /* its figures are of what was asked before */
    char filter[PANE_FILTER];
    char currencies[DASHBOARD_CURRENCIES][4]; /* of any of the months, the asked one's first */
    size_t currency_count;
    enum item_kind cursor_kind;
    int cursor_which;
    /* arranged for this room, that of the last drawing */
    int width, rows;
    bool one_column; /* nothing beside anything else: for who has it read aloud */
    struct item items[ITEMS];
    size_t item_count;
    enum line_kind lines[LINES];
    int line_count;
    int beside; /* the first line of those that stand beside the figures in a very wide window; 0 = below them */
    int top; /* first line seen */
};

/* A heading, with the mark of what is still being worked out. */
void dashboard_heading_add(const char *text, bool behind, struct buffer *ret_text);
void dashboard_arrange(struct dashboard_pane *self, int width, int rows);
size_t dashboard_cursor(const struct dashboard_pane *self); /* SIZE_MAX = nothing to stand on */
void dashboard_figure_draw(const struct dashboard_pane *self, const struct item *item,
                           const struct screen_context *context, struct surface *surface,
                           struct rect rect, bool here, enum style cursor);
void dashboard_head_draw(const struct dashboard_pane *self, const struct screen_context *context,
                         struct surface *surface, struct rect rect);
void dashboard_draw(struct pane *pane, const struct screen_context *context,
                    struct surface *surface, struct rect rect, bool focused);
void dashboard_status(const struct pane *pane, const struct screen_context *context,
                      struct buffer *ret_text);

#endif
