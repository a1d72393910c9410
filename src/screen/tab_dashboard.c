/*
 * Dashboard: the eight key figures (S1.18-S1.25), what is due next, what needs attention.
 *
 * State: the dashboard as it was handed over, the filter over the clients, and which item the
 * cursor is on. Every figure and line is an item; Enter opens the rows that were counted. Drawing
 * is in dashboard_draw.c.
 * Invariant: the cursor is an item's identity, so it stays when the figures change; an item that is
 * gone gives the cursor to the first one.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "dashboard.h"
#include "klientel/base/arena.h"

/* ---- items ---- */

static void item_add(struct dashboard_pane *self, enum item_kind kind, int which, int line,
                     int column)
{
    if (self->item_count < ITEMS)
        self->items[self->item_count++] = (struct item) { kind, which, line, column };
}

static int text_line(struct dashboard_pane *self, enum line_kind kind, int line)
{
    if (line < LINES)
        self->lines[line] = kind;
    return line + 1;
}

static int figures_arrange(struct dashboard_pane *self, int line)
{
    int i;

    line = text_line(self, LINE_HEAD, line);
    for (i = 0; i < FIGURE_COUNT; i++) {
        item_add(self, ITEM_FIGURE, i, line, 0);
        line = text_line(self, LINE_ITEMS, line);
    }
    for (i = 0; i < (int)(self->currency_count ? self->currency_count : 1); i++) {
        item_add(self, ITEM_PAY, i, line, 0);
        line = text_line(self, LINE_ITEMS, line);
    }
    if (self->dashboard.suppressed)
        line = text_line(self, LINE_SUPPRESSED, line);
    if (self->dashboard.pay_of_own)
        line = text_line(self, LINE_PAY_OF_OWN, line);
    return line;
}

static int due_arrange(struct dashboard_pane *self, int line)
{
    size_t i;

    line = text_line(self, LINE_DUE, line);
    for (i = 0; i < self->dashboard.due_count && i < DASHBOARD_DUE; i++) {
        item_add(self, ITEM_DUE, (int)i, line, 0);
        line = text_line(self, LINE_ITEMS, line);
    }
    if (self->dashboard.due_count == 0)
        line = text_line(self, self->dashboard.complete ? LINE_DUE_NONE : LINE_WAITING, line);
    return line;
}

/* The most urgent first: it is what is seen where there is little room. */
static int attention_arrange(struct dashboard_pane *self, int line)
{
    static const enum attention order[] = {
        ATTENTION_NOT_PAID,       ATTENTION_ENDING,           ATTENTION_OTHER_RUN,
        ATTENTION_NO_RESPONSIBLE, ATTENTION_MANY_RESPONSIBLE, ATTENTION_NO_CONTACT,
    };
    _Static_assert(sizeof order / sizeof *order == ATTENTION_COUNT, "each once");
    int columns = self->width >= TWO_COLUMNS && !self->one_column ? 2 : 1, column = 0, i;
    bool any = false;

    line = text_line(self, LINE_ATTENTION, line);
    for (i = 0; i < ATTENTION_COUNT; i++) {
        if (self->dashboard.attention[order[i]] <= 0)
            continue;
        any = true;
        item_add(self, ITEM_ATTENTION, (int)order[i], line, column);
        if (column == 0)
            text_line(self, LINE_ITEMS, line);
        if (++column == columns) {
            column = 0;
            line++;
        }
    }
    if (!any)
        line = text_line(self, self->dashboard.complete ? LINE_ATTENTION_NONE : LINE_WAITING, line);
    return line + (column > 0);
}

static void arrange(struct dashboard_pane *self, bool beside)
{
    int line = 0;

    self->item_count = 0;
    self->beside = 0;
    if (self->dashboard.no_payroll) {
        line = text_line(self, LINE_NO_PAYROLL, text_line(self, LINE_HEAD, line));
    } else {
        line = figures_arrange(self, line);
        self->beside = beside ? line : 0;
        line = due_arrange(self, line);
    }
    line = attention_arrange(self, line);
    self->line_count = line < LINES ? line : LINES;
}

void dashboard_arrange(struct dashboard_pane *self, int width, int rows)
{
    self->width = width;
    self->rows = rows;
    arrange(self, width >= TWO_HALVES && !self->one_column);
    if (self->beside > rows || self->line_count - self->beside > rows)
        arrange(self, false);
}

size_t dashboard_cursor(const struct dashboard_pane *self)
{
    size_t i;

    for (i = 0; i < self->item_count; i++)
        if (self->items[i].kind == self->cursor_kind && self->items[i].which == self->cursor_which)
            return i;
    return self->item_count ? 0 : SIZE_MAX;
}

static void cursor_to(struct dashboard_pane *self, size_t item)
{
    if (item >= self->item_count)
        return;
    self->cursor_kind = self->items[item].kind;
    self->cursor_which = self->items[item].which;
}

/* ---- what is behind an item ---- */

/* The month that was asked for last: figures of another one may still be shown. */
static struct month asked_month(const struct dashboard_pane *self,
                                const struct screen_context *context)
{
    return month_known(context->month) ? context->month
                                       : self->dashboard.months[DASHBOARD_MONTHS - 1].month;
}

static struct effect rows_effect(const struct dashboard_pane *self, enum dataset dataset,
                                 const char *title, struct month month)
{
    struct effect effect = effect_of(EFFECT_OPEN);

    effect.open = OPEN_ROWS;
    effect.dataset = dataset;
    effect.title = title;
    effect.month = month;
    snprintf(effect.clients, sizeof effect.clients, "%s", self->filter);
    return effect;
}

static struct effect figure_rows(const struct dashboard_pane *self, int figure,
                                 struct month asked)
{
    static const char *const more[FIGURE_COUNT] = {
        [FIGURE_TRAVEL] = " travel>0",
        [FIGURE_ABSENCES] = " absences>0",
        [FIGURE_AUTOMATION] = " lines>0",
    };
    static const char *const lead[FIGURE_COUNT] = {
        [FIGURE_EMPLOYEES] = "client_name employees sort=employees falling",
        [FIGURE_PAYSLIPS] = "client_name payslips sort=payslips falling",
        [FIGURE_TRAVEL] = "client_name travel sort=travel falling",
        [FIGURE_ABSENCES] = "client_name absences sort=absences falling",
        [FIGURE_AUTOMATION] = "client_name manual_lines lines sort=manual_lines falling",
    };
    bool failed = figure == FIGURE_FAILED;
    struct effect effect = rows_effect(self, failed ? DATASET_declarations : DATASET_payroll,
                                       failed ? N_("Failed declarations") : NULL,
                                       failed ? MONTH_NONE : asked);
    char text[MONTH_TEXT_SIZE], before[MONTH_TEXT_SIZE];

    if (failed) /* both months of the row */
        snprintf(effect.filter, sizeof effect.filter, "failed_month>=%s failed_month<=%s",
                 month_format(month_add(asked, -1), before), month_format(asked, text));
    else
        snprintf(effect.filter, sizeof effect.filter, "month=%s%s", month_format(asked, text),
                 more[figure] ? more[figure] : "");
    effect.lead = lead[figure];
    return effect;
}

static struct effect pay_rows(const struct dashboard_pane *self, int which, struct month asked)
{
    struct effect effect = rows_effect(self, DATASET_payroll, NULL, asked);
    char text[MONTH_TEXT_SIZE];

    effect.lead = self->dashboard.months[DASHBOARD_MONTHS - 1].basis == PAY_GROSS
                      ? "client_name gross net currency sort=gross falling"
                      : "client_name net gross currency sort=net falling";
    month_format(asked, text);
    if (self->currency_count == 0)
        snprintf(effect.filter, sizeof effect.filter, "month=%s", text);
    else
        snprintf(effect.filter, sizeof effect.filter, "month=%s currency=%s", text,
                 self->currencies[which]);
    return effect;
}

/* The clients that still owe it, or all with the duty when none does; the list's month is chosen so
 * that its column Declaration is about the month that is due. */
static struct effect due_rows(const struct dashboard_pane *self, int which)
{
    const struct dashboard_due *due = &self->dashboard.due[which];
    bool open = due->received < due->due;
    struct effect effect =
        rows_effect(self, DATASET_clients,
                    open ? N_("Not received yet") : N_("Clients with a duty"),
                    month_add(due->month, 1));
    const char *country = due->kind == OBLIGATION_AGI ? "SE" : "NO";
    int length =
        snprintf(effect.filter, sizeof effect.filter, "country=%s !declaration= !declaration=\"%s\"",
                 country, model_word(WORDS_DECLARATION, DECLARATION_NOTHING_DUE));

    if (open)
        snprintf(effect.filter + length, sizeof effect.filter - (size_t)length,
                 " !declaration=%s !declaration=%s",
                 model_word(WORDS_DECLARATION, DECLARATION_GUIDELINE),
                 model_word(WORDS_DECLARATION, DECLARATION_RECEIVED));
    return effect;
}

/* Archived clients ask for no attention: their accesses are left out as they were not counted. */
static void without_archived(char clients[static PANE_FILTER])
{
    char filter[PANE_FILTER + 16];

    if (*clients)
        snprintf(filter, sizeof filter, "(%s) !is:archived", clients);
    else
        snprintf(filter, sizeof filter, "!is:archived");
    if (strlen(filter) < PANE_FILTER)
        memcpy(clients, filter, strlen(filter) + 1);
}

static struct effect attention_rows(const struct dashboard_pane *self, int which)
{
    static const struct {
        enum dataset dataset;
        const char *title, *filter;
    } behind[ATTENTION_COUNT] = {
        [ATTENTION_NO_RESPONSIBLE] = { DATASET_clients, N_("Clients with nobody responsible"),
                                       "responsible= !is:archived" },
        [ATTENTION_MANY_RESPONSIBLE] = { DATASET_clients, N_("Clients with several responsible"),
                                         "is:many_responsible" },
        [ATTENTION_OTHER_RUN] = { DATASET_clients, N_("Clients last run by someone else"),
                                  "is:other_run" },
        [ATTENTION_ENDING] = { DATASET_grants, N_("Accesses that end within a week"),
                               "until>=today until<=today+7" },
        [ATTENTION_NOT_PAID] = { DATASET_clients, N_("Clients not marked paid"), "is:unpaid" },
        [ATTENTION_NO_CONTACT] = { DATASET_clients, N_("Clients without a contact"),
                                   "is:no_contact" },
    };
    struct effect effect =
        rows_effect(self, behind[which].dataset, behind[which].title, MONTH_NONE);

    snprintf(effect.filter, sizeof effect.filter, "%s", behind[which].filter);
    if (which == ATTENTION_ENDING)
        without_archived(effect.clients);
    return effect;
}

static struct effect item_open(const struct dashboard_pane *self,
                               const struct screen_context *context)
{
    struct month month = asked_month(self, context);
    size_t cursor = dashboard_cursor(self);
    const struct item *item;

    if (cursor == SIZE_MAX)
        return effect_of(EFFECT_NONE);
    item = &self->items[cursor];
    switch (item->kind) {
    case ITEM_FIGURE:
        return figure_rows(self, item->which, month);
    case ITEM_PAY:
        return pay_rows(self, item->which, month);
    case ITEM_DUE:
        return due_rows(self, item->which);
    case ITEM_ATTENTION:
        return attention_rows(self, item->which);
    }
    return effect_of(EFFECT_NONE);
}

/* ---- moving ---- */

/* The nearest item in that direction; `wish` is the column to stay in. */
static size_t item_beyond(const struct dashboard_pane *self, size_t from, int direction)
{
    int line = self->items[from].line, wish = self->items[from].column;
    size_t best = from, i;

    for (i = 0; i < self->item_count; i++) {
        const struct item *item = &self->items[i];
        int ahead = (item->line - line) * direction;
        int best_ahead = (self->items[best].line - line) * direction;

        if (ahead <= 0)
            continue;
        if (best == from || ahead < best_ahead || (ahead == best_ahead && item->column == wish))
            best = i;
    }
    return best;
}

/* The row of an item from the top, whichever half it stands in. */
static int item_row(const struct dashboard_pane *self, size_t item, bool right)
{
    return self->items[item].line - (right ? self->beside : 0);
}

/* The item nearest to that one's row in the other half; itself when there is none on that side. */
static size_t item_across(const struct dashboard_pane *self, size_t from, int direction)
{
    bool right = self->items[from].line >= self->beside;
    size_t best = from, i;
    int far = INT_MAX;

    if (!self->beside || right == (direction > 0))
        return from;
    for (i = 0; i < self->item_count; i++) {
        int distance = abs(item_row(self, i, !right) - item_row(self, from, right));
        if ((self->items[i].line >= self->beside) != right && distance < far) {
            far = distance;
            best = i;
        }
    }
    return best;
}

static size_t item_beside(const struct dashboard_pane *self, size_t from, int direction)
{
    size_t i;

    for (i = 0; i < self->item_count; i++)
        if (self->items[i].line == self->items[from].line &&
            self->items[i].column == self->items[from].column + direction)
            return i;
    return item_across(self, from, direction);
}

static void cursor_step(struct dashboard_pane *self, int direction, int steps)
{
    size_t cursor = dashboard_cursor(self);

    while (steps-- > 0)
        cursor = item_beyond(self, cursor, direction);
    cursor_to(self, cursor);
}

static struct effect dashboard_act(struct pane *pane, enum action_id action,
                                   const struct screen_context *context)
{
    struct dashboard_pane *self = (struct dashboard_pane *)pane;
    size_t cursor = dashboard_cursor(self);
    int page = self->rows > 2 ? self->rows - 2 : 1;

    if (action == ACTION_OPEN)
        return item_open(self, context);
    if (cursor == SIZE_MAX)
        return effect_of(EFFECT_NONE);
    switch (action) {
    case ACTION_UP:
    case ACTION_PAGE_UP:
        cursor_step(self, -1, action == ACTION_UP ? 1 : page);
        break;
    case ACTION_DOWN:
    case ACTION_PAGE_DOWN:
        cursor_step(self, 1, action == ACTION_DOWN ? 1 : page);
        break;
    case ACTION_FIRST:
        cursor_to(self, 0);
        break;
    case ACTION_LAST:
        cursor_to(self, self->item_count - 1);
        break;
    case ACTION_LEFT:
        cursor_to(self, item_beside(self, cursor, -1));
        break;
    case ACTION_RIGHT:
        cursor_to(self, item_beside(self, cursor, 1));
        break;
    default:
        return effect_of(EFFECT_NONE);
    }
    return effect_of(EFFECT_DONE);
}

/* ---- the pane ---- */

static const struct dashboard_pane *self_of(const struct pane *pane)
{
    return (const struct dashboard_pane *)pane;
}

static unsigned dashboard_scopes(const struct pane *pane)
{
    (void)pane;
    return SCOPE_DASHBOARD | SCOPE_EVERYWHERE;
}

static size_t dashboard_asks(const struct pane *pane, const struct screen_context *context,
                             struct ask ret_asks[static PANE_PARTS])
{
    ret_asks[0] = (struct ask) {
        .kind = ASK_DASHBOARD,
        .month = context->month,
        .filter = self_of(pane)->filter,
    };
    return 1;
}

static void currency_note(struct dashboard_pane *self, const char currency[static 4])
{
    size_t i;

    for (i = 0; i < self->currency_count; i++)
        if (!strncmp(self->currencies[i], currency, 4))
            return;
    if (self->currency_count < DASHBOARD_CURRENCIES)
        memcpy(self->currencies[self->currency_count++], currency, 4);
}

static void dashboard_load(struct pane *pane, size_t part, const struct answer *answer)
{
    struct dashboard_pane *self = (struct dashboard_pane *)pane;
    int month;
    size_t i;

    (void)part;
    self->loaded = answer->dashboard != NULL;
    if (!self->loaded)
        return;
    self->dashboard = *answer->dashboard;
    self->behind = answer->partial;
    self->currency_count = 0;
    for (month = DASHBOARD_MONTHS - 1; month >= 0; month--)
        for (i = 0; i < self->dashboard.months[month].currency_count; i++)
            currency_note(self, self->dashboard.months[month].pay[i].currency);
    dashboard_arrange(self, self->width, self->rows);
}

static void dashboard_facts(const struct pane *pane, struct action_facts *ret_facts)
{
    bool any = self_of(pane)->loaded && self_of(pane)->item_count > 0;

    ret_facts->scopes = dashboard_scopes(pane);
    ret_facts->has_rows = any;
    ret_facts->has_enter = any;
    ret_facts->may_open = any;
}

static const char *dashboard_filter(const struct pane *pane)
{
    return self_of(pane)->filter;
}

static void dashboard_set_filter(struct pane *pane, const char *text)
{
    struct dashboard_pane *self = (struct dashboard_pane *)pane;

    snprintf(self->filter, sizeof self->filter, "%s", text);
}

static enum dataset dashboard_dataset(const struct pane *pane)
{
    (void)pane;
    return DATASET_clients;
}

static void dashboard_command(const struct pane *pane, const struct screen_context *context,
                              struct buffer *ret_text)
{
    char month[MONTH_TEXT_SIZE];

    buffer_add_text(ret_text, "dashboard");
    shell_option_add("month", month_format(context->month, month), ret_text);
    shell_filter_add("filter", self_of(pane)->filter, DATASET_clients, context, ret_text);
}

static void dashboard_destroy(struct pane *pane)
{
    free(pane);
}

static const struct pane_ops dashboard_ops = {
    .title = N_("Dashboard"),
    .scopes = dashboard_scopes,
    .asks = dashboard_asks,
    .load = dashboard_load,
    .facts = dashboard_facts,
    .act = dashboard_act,
    .draw = dashboard_draw,
    .filter = dashboard_filter,
    .set_filter = dashboard_set_filter,
    .status = dashboard_status,
    .dataset = dashboard_dataset,
    .command = dashboard_command,
    .destroy = dashboard_destroy,
};

struct pane *pane_dashboard(void)
{
    struct dashboard_pane *self = memory_zero(1, sizeof *self);

    self->pane.ops = &dashboard_ops;
    self->width = 80;
    self->rows = 24;
    return &self->pane;
}
