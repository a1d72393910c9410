/*
 * Client sheet: one text with everything an on-site review asks of a client. What is not known is
 * said to be not known, what may not be seen is said with the reason.
 *
 * State: the client's id, the answers at hand, what was scrolled to.
 */
#include "sheet.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "klientel/base/arena.h"
#include "klientel/rules/identity.h"

/* ---- company, contact, how we run it ---- */

static const char *known(const char *text, enum language language)
{
    return text && *text ? text : text_tr(language, N_("not known"));
}

static void pair_add(struct sheet_pane *self, const struct screen_context *context,
                     const char *label, const char *value)
{
    enum language language = context->session->language;
    bool is_known = value && *value;

    page_pair(&self->page, SHEET_VALUE, text_tr(language, label),
              is_known ? STYLE_NORMAL : STYLE_DIM, known(value, language));
}

static void name_pair(struct sheet_pane *self, const struct screen_context *context,
                      const char *label, const char *value)
{
    struct buffer text = { 0 };

    if (value)
        name_add(value, strlen(value), context, &text);
    pair_add(self, context, label, buffer_text(&text));
    buffer_finish(&text);
}

static void address_pair(struct sheet_pane *self, const struct screen_context *context)
{
    const struct client_card *card = self->card;
    struct buffer text = { 0 };

    buffer_add_text(&text, card->address ? card->address : "");
    if (text.length && ((card->postcode && *card->postcode) || (card->city && *card->city)))
        buffer_add_text(&text, ", ");
    if (card->postcode && *card->postcode)
        buffer_print(&text, "%s ", card->postcode);
    buffer_add_text(&text, card->city ? card->city : "");
    name_pair(self, context, N_("Address"), buffer_text(&text));
    buffer_finish(&text);
}

static void company_add(struct sheet_pane *self, const struct screen_context *context)
{
    const struct client_card *card = self->card;
    enum language language = context->session->language;
    char orgno[24] = "";

    if (card->orgno && *card->orgno)
        orgno_show(card->orgno, card->country ? card->country : "", orgno);
    name_pair(self, context, N_("Name"), card->name);
    name_pair(self, context, N_("Org. no."), orgno);
    name_pair(self, context, N_("Number"), card->number);
    pair_add(self, context, N_("Country"), card->country);
    pair_add(self, context, N_("Form"), card->form);
    address_pair(self, context);
    if (card->archived)
        page_text(&self->page, STYLE_WARN, 1,
                  text_tr(language, N_("Archived: the client relationship has ended")));
    if (card->internal)
        page_text(&self->page, STYLE_NORMAL, 1,
                  text_tr(language, N_("The internal client: the bureau itself")));
    if (card->demo)
        page_text(&self->page, STYLE_NORMAL, 1, text_tr(language, N_("A demo client")));
}

static void closed_note(struct sheet_pane *self, const struct screen_context *context)
{
    page_text(&self->page, STYLE_DIM, 1,
              text_tr(context->session->language,
                      N_("Not shown: you have no access to this client. A lead or whoever is "
                         "responsible can give it.")));
}

static void contact_add(struct sheet_pane *self, const struct screen_context *context)
{
    const struct client_card *card = self->card;

    page_heading(&self->page, text_tr(context->session->language, N_("Contact")));
    if (!card->open) {
        closed_note(self, context);
        return;
    }
    name_pair(self, context, N_("Contact person"), card->contact_name);
    name_pair(self, context, N_("E-mail"), card->contact_email);
    name_pair(self, context, N_("E-mail of the company"), card->email);
    name_pair(self, context, N_("Phone"), card->phone);
}

static void list_add(const char *items, struct buffer *ret_text)
{
    for (; items && *items; items++) {
        if (*items == VALUE_SEPARATOR)
            buffer_add_text(ret_text, ", ");
        else
            buffer_add_byte(ret_text, *items);
    }
}

/* A value of the client's row in the list; absent = what it means when the row has none. */
static void row_pair(struct sheet_pane *self, const struct screen_context *context,
                     const char *label, enum column column, const char *absent)
{
    enum language language = context->session->language;
    const struct rowset *rows = self->rows[SHEET_CLIENT];
    struct buffer text = { 0 };
    struct value value;

    if (rows && rows->count > 0) {
        value = rowset_value(rows, 0, column);
        if (value.known && !(column_info(column)->type == TYPE_LIST && value.length == 0))
            cell_add(rows, 0, column, context, &text);
        else if (absent)
            buffer_add_text(&text, text_tr(language, absent));
    }
    pair_add(self, context, label, buffer_text(&text));
    buffer_finish(&text);
}

static void since_pair(struct sheet_pane *self, const struct screen_context *context)
{
    struct instant since;
    struct buffer text = { 0 };

    if (self->card->created_at && instant_parse(self->card->created_at, &since))
        language_add_date(context->session->language, date_of_instant(since), &text);
    pair_add(self, context, N_("In the register since"), buffer_text(&text));
    buffer_finish(&text);
}

static void running_add(struct sheet_pane *self, const struct screen_context *context)
{
    const struct client_card *card = self->card;
    enum language language = context->session->language;
    struct buffer text = { 0 };

    page_heading(&self->page, text_tr(language, N_("How we run this client")));
    if (card->payday.known)
        language_add_number(language, card->payday.value, &text);
    pair_add(self, context, N_("Pay day"), buffer_text(&text));
    row_pair(self, context, N_("Next pay-out"), COLUMN_clients_next_payout, NULL);
    buffer_clear(&text);
    list_add(card->obligations, &text);
    if (text.length == 0)
        buffer_add_text(&text, text_tr(language, N_("none written down: those of its country")));
    pair_add(self, context, N_("Duties"), buffer_text(&text));
    row_pair(self, context, N_("Groups"), COLUMN_clients_groups, N_("none"));
    row_pair(self, context, N_("Tax cards of the year"), COLUMN_clients_cards_year,
             NULL);
    row_pair(self, context, N_("Waiting since"), COLUMN_clients_waiting_since,
             N_("not waiting"));
    since_pair(self, context);
    buffer_finish(&text);
}

/* ---- the pane ---- */

static void sheet_make(struct sheet_pane *self, const struct screen_context *context, int width)
{
    enum language language = context->session->language;

    page_start(&self->page, width, context);
    page_heading(&self->page, text_tr(language, N_("Company")));
    company_add(self, context);
    contact_add(self, context);
    running_add(self, context);
    sheet_people(self, context);
    sheet_months(self, context);
    sheet_runs(self, context);
    sheet_declarations(self, context);
    if (self->card->open)
        sheet_employees(self, context);
    else {
        page_heading(&self->page, text_tr(language, N_("Employees")));
        closed_note(self, context);
    }
    sheet_notes(self, context);
    sheet_changes(self, context);
}

static const struct sheet_pane *self_of(const struct pane *pane)
{
    return (const struct sheet_pane *)pane;
}

static unsigned sheet_scopes(const struct pane *pane)
{
    (void)pane;
    return SCOPE_SHEET | SCOPE_EVERYWHERE;
}

static const struct {
    enum dataset dataset;
    enum column sort;
    bool descending;
} part_queries[SHEET_PARTS] = {
    [SHEET_CLIENT] = { DATASET_clients, COLUMN_NONE, false },
    [SHEET_GRANTS] = { DATASET_grants, COLUMN_grants_role, true }, /* responsible, then member */
    [SHEET_EMPLOYEES] = { DATASET_employees, COLUMN_employees_name, false },
    [SHEET_PAYROLL] = { DATASET_payroll, COLUMN_payroll_month, true },
    [SHEET_RUNS] = { DATASET_runs, COLUMN_runs_payout, true },
    [SHEET_DECLARATIONS] = { DATASET_declarations, COLUMN_declarations_month, true },
    [SHEET_NOTES] = { DATASET_notes, COLUMN_notes_at, true },
    [SHEET_CHANGES] = { DATASET_changes, COLUMN_changes_changeset, true },
};

static size_t sheet_asks(const struct pane *pane, const struct screen_context *context,
                         struct ask ret_asks[static PANE_PARTS])
{
    int64_t id = self_of(pane)->client_id;
    int part;

    ret_asks[SHEET_CARD] = (struct ask) { .kind = ASK_CLIENT, .client_id = id };
    for (part = SHEET_CARD + 1; part < SHEET_PARTS; part++)
        ret_asks[part] = (struct ask) {
            .kind = ASK_ROWS,
            .query = { .dataset = part_queries[part].dataset,
                       .sort = part_queries[part].sort,
                       .descending = part_queries[part].descending,
                       .month = part == SHEET_CLIENT ? context->month : MONTH_NONE,
                       .as_of = INSTANT_NONE,
                       .client_id = id },
        };
    return SHEET_PARTS;
}

static void sheet_load(struct pane *pane, size_t part, const struct answer *answer)
{
    struct sheet_pane *self = (struct sheet_pane *)pane;

    if (part == SHEET_CARD) {
        self->card = answer->card;
    } else if (part < SHEET_PARTS) {
        self->rows[part] = answer->rows;
        self->orders[part] = answer->order;
    }
}

static void sheet_facts(const struct pane *pane, struct action_facts *ret_facts)
{
    ret_facts->scopes = sheet_scopes(pane);
    ret_facts->on_client = true;
    ret_facts->may_open = self_of(pane)->card && self_of(pane)->card->open;
}

static struct effect sheet_act(struct pane *pane, enum action_id action,
                               const struct screen_context *context)
{
    struct effect favourite = effect_of(EFFECT_FAVOURITE);

    (void)context;
    favourite.id = self_of(pane)->client_id;
    return action == ACTION_FAVOURITE ? favourite
                                      : page_act(&((struct sheet_pane *)pane)->page, action);
}

/* The client's name stays in the first row; the text scrolls under it. */
static void sheet_draw(struct pane *pane, const struct screen_context *context,
                       struct surface *surface, struct rect rect, bool focused)
{
    struct sheet_pane *self = (struct sheet_pane *)pane;
    struct buffer name = { 0 };

    (void)focused;
    surface_clear(surface, rect, STYLE_NORMAL);
    if (!self->card || rect.rows < 2)
        return;
    name_add(self->card->name, strlen(self->card->name), context, &name);
    surface_clear(surface, (struct rect) { rect.row, rect.column, 1, rect.columns }, STYLE_TITLE);
    surface_text(surface, rect.row, rect.column + 1, rect.columns - 1, STYLE_TITLE,
                 buffer_text(&name));
    buffer_finish(&name);
    rect.row++;
    rect.rows--;
    sheet_make(self, context, rect.columns - 1);
    page_draw(&self->page, context, surface, rect);
}

static void sheet_text(struct pane *pane, const struct screen_context *context,
                       struct buffer *ret_text)
{
    struct sheet_pane *self = (struct sheet_pane *)pane;

    if (!self->card)
        return;
    name_add(self->card->name, strlen(self->card->name), context, ret_text);
    buffer_add_byte(ret_text, '\n');
    sheet_make(self, context, context->columns);
    page_add_lines(&self->page, context, ret_text);
}

/* "lines 1-20 of 64" */
static void sheet_status(const struct pane *pane, const struct screen_context *context,
                         struct buffer *ret_text)
{
    const struct page *page = &self_of(pane)->page;

    page_status(page, context->session->language, ret_text);
}

static void sheet_command(const struct pane *pane, const struct screen_context *context,
                          struct buffer *ret_text)
{
    (void)context;
    buffer_print(ret_text, "show client %" PRId64, self_of(pane)->client_id);
}

static void sheet_destroy(struct pane *pane)
{
    page_finish(&((struct sheet_pane *)pane)->page);
    free(pane);
}

static const struct pane_ops sheet_ops = {
    .title = N_("Client"),
    .scopes = sheet_scopes,
    .asks = sheet_asks,
    .load = sheet_load,
    .facts = sheet_facts,
    .act = sheet_act,
    .draw = sheet_draw,
    .status = sheet_status,
    .text = sheet_text,
    .command = sheet_command,
    .destroy = sheet_destroy,
};

struct pane *pane_sheet(int64_t client_id)
{
    struct sheet_pane *self = memory_zero(1, sizeof *self);

    self->pane.ops = &sheet_ops;
    self->client_id = client_id;
    return &self->pane;
}
