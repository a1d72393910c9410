/*
 * Sections of the client sheet that are made of rows: people, months, runs, declarations,
 * employees, notes, changes.
 *
 * State: none but the page that is being made.
 */
#include <stdlib.h>
#include <string.h>

#include "klientel/base/text.h"
#include "sheet.h"

enum { COLUMNS = 8 };

/* Columns of a section: width < 0 = right-aligned. */
struct section_column {
    enum column column;
    int width;
};

static void heading_add(struct sheet_pane *self, const struct screen_context *context,
                        const char *title)
{
    page_heading(&self->page, text_tr(context->session->language, title));
}

static int width_of(const struct screen_context *context, const struct section_column *column)
{
    return cell_width(column->column, column->width, context->session->language);
}

/* The head of a column; a head wider than its column is left out: a currency explains itself. */
static const char *label_of(const struct screen_context *context,
                            const struct section_column *column)
{
    const char *label =
        text_tr(context->session->language, column_info(column->column)->label);

    return text_width(label, strlen(label)) > abs(column->width) ? "" : label;
}

/* The row that stands at that place. */
static size_t row_at(const struct sheet_pane *self, enum sheet_part part, size_t place)
{
    return self->orders[part] ? self->orders[part][place] : place;
}

static int width_needed(const struct sheet_pane *self, const struct screen_context *context,
                        enum sheet_part part, enum column column, size_t most)
{
    const struct rowset *rows = self->rows[part];
    struct buffer text = { 0 };
    size_t place;
    int widest = 0;

    for (place = 0; place < rows->count && place < most; place++) {
        int width;

        buffer_clear(&text);
        cell_add(rows, row_at(self, part, place), column, context, &text);
        width = text_width(buffer_text(&text), text.length);
        widest = width > widest ? width : widest;
    }
    buffer_finish(&text);
    return widest;
}

/* The columns as wide as what stands in them, from the left, as far as those that are there leave room. */
static void columns_fit(const struct sheet_pane *self, const struct screen_context *context,
                        enum sheet_part part, const struct section_column *columns, size_t count,
                        size_t most, struct section_column ret_columns[static COLUMNS])
{
    int room = self->page.width - 1;
    size_t i, there = 0;

    for (i = 0; i < count; i++) {
        ret_columns[i] = (struct section_column) { columns[i].column, width_of(context, &columns[i]) };
        if (there < i || abs(ret_columns[i].width) + (i > 0) > room)
            continue;
        room -= abs(ret_columns[i].width) + (i > 0);
        there++;
    }
    for (i = 0; i < there; i++) {
        int width = abs(ret_columns[i].width);
        int lacking = width_needed(self, context, part, columns[i].column, most) - width;
        int more = lacking < room ? lacking : room;

        if (more <= 0)
            continue;
        ret_columns[i].width += ret_columns[i].width < 0 ? -more : more;
        room -= more;
    }
}

/* False, with the sentence written, when the section has no rows. */
static bool has_rows(struct sheet_pane *self, const struct screen_context *context,
                     enum sheet_part part, const char *none)
{
    const struct rowset *rows = self->rows[part];
    const char *reason = rows && rows->reason ? rows->reason : none;

    if (rows && rows->count > 0)
        return true;
    page_text(&self->page, STYLE_DIM, 1, text_tr(context->session->language, reason));
    return false;
}

static void labels_add(struct sheet_pane *self, const struct screen_context *context,
                       const struct section_column *columns, size_t count)
{
    struct page_cell cells[COLUMNS];
    size_t i;

    for (i = 0; i < count; i++)
        cells[i] = (struct page_cell) { label_of(context, &columns[i]), columns[i].width };
    page_cells(&self->page, STYLE_DIM, 1, cells, count);
}

static void row_add(struct sheet_pane *self, const struct screen_context *context,
                    const struct rowset *rows, size_t row, enum style style,
                    const struct section_column *columns, size_t count)
{
    struct page_cell cells[COLUMNS];
    struct buffer texts[COLUMNS] = { { 0 } };
    size_t i;

    for (i = 0; i < count; i++) {
        cell_add(rows, row, columns[i].column, context, &texts[i]);
        cells[i] = (struct page_cell) { buffer_text(&texts[i]), columns[i].width };
    }
    page_cells(&self->page, style, 1, cells, count);
    for (i = 0; i < count; i++)
        buffer_finish(&texts[i]);
}

static void rest_add(struct sheet_pane *self, const struct screen_context *context, size_t rest)
{
    enum language language = context->session->language;
    struct message message = { 0 };
    struct buffer count = { 0 }, text = { 0 };

    if (rest == 0)
        return;
    language_add_number(language, (int64_t)rest, &count);
    message_set(&message, N_("and %1 more"), buffer_text(&count), NULL);
    message_add(&message, language, &text);
    page_text(&self->page, STYLE_DIM, 1, buffer_text(&text));
    buffer_finish(&count);
    buffer_finish(&text);
}

static void section_add(struct sheet_pane *self, const struct screen_context *context,
                        enum sheet_part part, const struct section_column *columns, size_t count,
                        size_t most)
{
    const struct rowset *rows = self->rows[part];
    struct section_column fit[COLUMNS];
    size_t row;

    columns_fit(self, context, part, columns, count, most, fit);
    labels_add(self, context, fit, count);
    for (row = 0; row < rows->count && row < most; row++)
        row_add(self, context, rows, row_at(self, part, row), STYLE_NORMAL, fit, count);
    rest_add(self, context, rows->count > most ? rows->count - most : 0);
}

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- people and access ---- */

static size_t responsible_count(const struct rowset *rows)
{
    size_t row, count = 0;
    int role;

    for (row = 0; row < rows->count; row++) {
        struct value value = rowset_value(rows, row, COLUMN_grants_role);

        if (value.known && model_parse(WORDS_GRANT_ROLE, value.text, &role) &&
            role == GRANT_RESPONSIBLE)
            count++;
    }
    return count;
}

void sheet_people(struct sheet_pane *self, const struct screen_context *context)
{
    static const struct section_column columns[] = {
        { COLUMN_grants_name, 22 },  { COLUMN_grants_role, 13 },      { COLUMN_grants_login, 10 },
        { COLUMN_grants_from, 12 },  { COLUMN_grants_until, 12 },
        { COLUMN_grants_packages, 16 },
        { COLUMN_grants_source, 12 }, { COLUMN_grants_reason, 24 },
    };
    enum language language = context->session->language;
    const struct rowset *rows = self->rows[SHEET_GRANTS];
    struct message message = { 0 };
    struct buffer text = { 0 }, who = { 0 };
    size_t responsible;

    heading_add(self, context, N_("People and access"));
    if (!has_rows(self, context, SHEET_GRANTS, N_("Nobody has access")))
        return;
    responsible = responsible_count(rows);
    if (responsible != 1)
        page_text(&self->page, STYLE_WARN, 1,
                  text_tr(language, responsible == 0 ? N_("! Nobody is responsible")
                                                     : N_("! More than one is responsible")) +
                      (context->plain ? strlen("! ") : 0));
    if (self->card->suggestion_login && *self->card->suggestion_login) {
        name_add(self->card->suggestion_login, strlen(self->card->suggestion_login), context,
                 &who);
        message_set(&message, N_("Last run by %1, who is not the responsible"),
                    buffer_text(&who), NULL);
        message_add(&message, language, &text);
        page_text(&self->page, STYLE_WARN, 1, buffer_text(&text));
        buffer_finish(&text);
        buffer_finish(&who);
    }
    section_add(self, context, SHEET_GRANTS, columns, COUNT(columns), 200);
}

/* ---- twelve months ---- */

static void amounts_note(struct sheet_pane *self, const struct screen_context *context)
{
    if (!self->card->open)
        page_text(&self->page, STYLE_DIM, 1,
                  text_tr(context->session->language,
                          N_("Amounts are not shown: you have no access to this client")));
}

void sheet_months(struct sheet_pane *self, const struct screen_context *context)
{
    static const struct section_column columns[] = {
        { COLUMN_payroll_month, 8 },     { COLUMN_payroll_declaration, 13 },
        { COLUMN_payroll_gross, -14 },   { COLUMN_payroll_net, -14 },
        { COLUMN_payroll_currency, 4 },  { COLUMN_payroll_payslips, -8 },
        { COLUMN_payroll_employees, -9 }, { COLUMN_payroll_closed, 12 },
    };
    const struct rowset *rows = self->rows[SHEET_PAYROLL];
    struct month oldest = month_add(context->month, 1 - SHEET_MONTHS);
    struct section_column fit[COLUMNS];
    size_t place;

    heading_add(self, context, N_("Twelve months (pay-out month)"));
    if (!has_rows(self, context, SHEET_PAYROLL, N_("No payroll is known")))
        return;
    amounts_note(self, context);
    columns_fit(self, context, SHEET_PAYROLL, columns, COUNT(columns), SIZE_MAX, fit);
    labels_add(self, context, fit, COUNT(columns));
    for (place = 0; place < rows->count; place++) {
        size_t row = row_at(self, SHEET_PAYROLL, place);
        struct value month = rowset_value(rows, row, COLUMN_payroll_month);

        if (month.known && month.number >= oldest.index && month.number <= context->month.index)
            row_add(self, context, rows, row,
                    cell_style(rows, row, COLUMN_payroll_declaration) == STYLE_BAD ? STYLE_BAD
                                                                                   : STYLE_NORMAL,
                    fit, COUNT(columns));
    }
}

void sheet_runs(struct sheet_pane *self, const struct screen_context *context)
{
    static const struct section_column columns[] = {
        { COLUMN_runs_payout, 12 },   { COLUMN_runs_kind, 10 },   { COLUMN_runs_net, -14 },
        { COLUMN_runs_withheld, -14 }, { COLUMN_runs_currency, 4 }, { COLUMN_runs_run_by, 10 },
        { COLUMN_runs_closed_at, 12 }, { COLUMN_runs_run, 8 },
    };

    heading_add(self, context, N_("Payroll runs, the newest first"));
    if (has_rows(self, context, SHEET_RUNS, N_("No payroll run is known")))
        section_add(self, context, SHEET_RUNS, columns, COUNT(columns), SHEET_MONTHS);
}

void sheet_declarations(struct sheet_pane *self, const struct screen_context *context)
{
    static const struct section_column columns[] = {
        { COLUMN_declarations_month, 8 }, { COLUMN_declarations_kind, 22 },
        { COLUMN_declarations_state, 14 }, { COLUMN_declarations_received_at, 18 },
        { COLUMN_declarations_source, 10 }, { COLUMN_declarations_text, 40 },
    };
    const struct rowset *rows = self->rows[SHEET_DECLARATIONS];
    struct section_column fit[COLUMNS];
    size_t place;

    heading_add(self, context, N_("Declarations (declaration month)"));
    if (!has_rows(self, context, SHEET_DECLARATIONS, N_("No declaration is known")))
        return;
    columns_fit(self, context, SHEET_DECLARATIONS, columns, COUNT(columns), SHEET_MONTHS, fit);
    labels_add(self, context, fit, COUNT(columns));
    for (place = 0; place < rows->count && place < SHEET_MONTHS; place++) {
        size_t row = row_at(self, SHEET_DECLARATIONS, place);
        enum style style = cell_style(rows, row, COLUMN_declarations_state);
        struct value words = rowset_value(rows, row, COLUMN_declarations_text);
        struct buffer text = { 0 };

        row_add(self, context, rows, row, style == STYLE_BAD ? style : STYLE_NORMAL, fit,
                COUNT(columns) - 1);
        if (style == STYLE_BAD && words.known && words.length) { /* the authority's own words */
            cell_add(rows, row, COLUMN_declarations_text, context, &text);
            page_text(&self->page, STYLE_BAD, 10, buffer_text(&text));
            buffer_finish(&text);
        }
    }
    rest_add(self, context, rows->count > SHEET_MONTHS ? rows->count - SHEET_MONTHS : 0);
}

/* ---- employees, notes, changes ---- */

void sheet_employees(struct sheet_pane *self, const struct screen_context *context)
{
    static const struct section_column columns[] = {
        { COLUMN_employees_name, 26 },
        { COLUMN_employees_person, 10 },
        { COLUMN_employees_from, 12 },
        { COLUMN_employees_until, 12 },
    };

    heading_add(self, context, N_("Employees"));
    if (has_rows(self, context, SHEET_EMPLOYEES, N_("No employee is known")))
        section_add(self, context, SHEET_EMPLOYEES, columns, COUNT(columns), 500);
}

void sheet_notes(struct sheet_pane *self, const struct screen_context *context)
{
    const struct rowset *rows = self->rows[SHEET_NOTES];
    size_t place;

    heading_add(self, context, N_("Notes"));
    if (!has_rows(self, context, SHEET_NOTES, N_("No notes")))
        return;
    for (place = 0; place < rows->count && place < SHEET_LINES; place++) {
        size_t row = row_at(self, SHEET_NOTES, place);
        struct buffer label = { 0 }, text = { 0 };

        cell_add(rows, row, COLUMN_notes_at, context, &label);
        cell_add(rows, row, COLUMN_notes_by, context, &text);
        buffer_add_text(&text, ": ");
        cell_add(rows, row, COLUMN_notes_text, context, &text);
        page_pair(&self->page, SHEET_VALUE, buffer_text(&label), STYLE_NORMAL, buffer_text(&text));
        buffer_finish(&label);
        buffer_finish(&text);
    }
    rest_add(self, context, rows->count > SHEET_LINES ? rows->count - SHEET_LINES : 0);
}

/* What follows NAME= among the items of a row that was written as a whole; false: it is not there. */
static bool part_add(const struct value *value, const char *name, struct buffer *ret_text)
{
    const char *item;
    size_t position = 0, length;

    while (value->known && value_item(value, &position, &item, &length)) {
        if (length <= strlen(name) || strncmp(item, name, strlen(name)))
            continue;
        buffer_add(ret_text, item + strlen(name), length - strlen(name));
        return true;
    }
    return false;
}

/* An amount such as 12345.00 as the language writes it; – when there is none. */
static void net_add(const struct value *value, enum language language, struct buffer *ret_text)
{
    struct buffer plain = { 0 };
    int64_t minor = 0;
    size_t i;

    if (!part_add(value, "net=", &plain)) {
        buffer_add_text(ret_text, "–");
        return;
    }
    for (i = 0; i < plain.length; i++)
        if (plain.data[i] >= '0' && plain.data[i] <= '9' && minor < INT64_MAX / 100)
            minor = minor * 10 + (plain.data[i] - '0');
    language_add_money(language, plain.data[0] == '-' ? -minor : minor, ret_text);
    buffer_finish(&plain);
}

/* "paid", "access anna", "import bo" */
static void changed_add(const struct screen_context *context, const struct rowset *rows, size_t row,
                        struct buffer *ret_text)
{
    struct value column = rowset_value(rows, row, COLUMN_changes_column);
    bool whole = column.known && strcmp(column.text, "row") == 0;

    cell_add(rows, row, whole ? COLUMN_changes_command : COLUMN_changes_column, context, ret_text);
    if (rowset_value(rows, row, COLUMN_changes_login).known) {
        buffer_add_byte(ret_text, ' ');
        cell_add(rows, row, COLUMN_changes_login, context, ret_text);
    }
    buffer_add_text(ret_text, ": ");
}

static void run_add(const struct screen_context *context, const struct buffer *run,
                    const struct value *before, const struct value *after, struct buffer *ret_text)
{
    enum language language = context->session->language;
    struct buffer from = { 0 }, to = { 0 };
    struct message message;

    net_add(before, language, &from);
    net_add(after, language, &to);
    message_set(&message, N_("payroll run %1: net %2 → %3"), buffer_text(run), buffer_text(&from),
                buffer_text(&to), NULL);
    message_add(&message, language, ret_text);
    buffer_finish(&from);
    buffer_finish(&to);
}

/* One line each: when, who, what from what to what; cut at the edge. */
static void change_add(struct sheet_pane *self, const struct screen_context *context,
                       const struct rowset *rows, size_t row)
{
    enum { AT = 18, ACTOR = 10 };
    enum language language = context->session->language;
    struct value before = rowset_value(rows, row, COLUMN_changes_before);
    struct value after = rowset_value(rows, row, COLUMN_changes_after);
    struct buffer at = { 0 }, actor = { 0 }, text = { 0 }, run = { 0 }, net = { 0 };
    int width = cell_width(COLUMN_changes_at, AT, language);

    cell_add(rows, row, COLUMN_changes_at, context, &at);
    cell_add(rows, row, COLUMN_changes_actor, context, &actor);
    if (!context->names_hidden && part_add(&after, "net=", &net) &&
        (part_add(&after, "number=", &run) || part_add(&before, "number=", &run))) {
        run_add(context, &run, &before, &after, &text);
    } else {
        changed_add(context, rows, row, &text);
        if (before.known) {
            cell_add(rows, row, COLUMN_changes_before, context, &text);
            buffer_add_text(&text, " → ");
        }
        cell_add(rows, row, COLUMN_changes_after, context, &text);
    }
    page_cells(&self->page, STYLE_NORMAL, 1,
               (struct page_cell[]) { { buffer_text(&at), width },
                                      { buffer_text(&actor), ACTOR },
                                      { buffer_text(&text), self->page.width - width - ACTOR - 4 } },
               3);
    buffer_finish(&at);
    buffer_finish(&actor);
    buffer_finish(&text);
    buffer_finish(&run);
    buffer_finish(&net);
}

void sheet_changes(struct sheet_pane *self, const struct screen_context *context)
{
    const struct rowset *rows = self->rows[SHEET_CHANGES];
    size_t row;

    heading_add(self, context, N_("Changes, the newest first"));
    if (!has_rows(self, context, SHEET_CHANGES, N_("No changes")))
        return;
    for (row = 0; row < rows->count && row < SHEET_LINES; row++)
        change_add(self, context, rows, row_at(self, SHEET_CHANGES, row));
    rest_add(self, context, rows->count > SHEET_LINES ? rows->count - SHEET_LINES : 0);
}
