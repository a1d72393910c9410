/*
 * Drawing of a table: which columns fit, the head, the rows, and why there are none.
 *
 * State: none but what struct table notes of the last drawing (top, page, visible).
 * Invariant: no column is drawn in part; the name takes what the others leave.
 */
#include "klientel/screen/table.h"

#include <inttypes.h>
#include <string.h>

#include "internal.h"

enum {
    PREFIX_CLIENT = 4, /* mark, access, favourite, blank */
    PREFIX_OTHER = 2,  /* mark, blank */
    PLAIN_STATE = 22,  /* the same in words, after the columns (--plain-ui) */
    NAME_WANTED = 20,
    NAME_MOST = 48,
};

struct slot {
    enum column column;
    int at, width; /* at: from the left edge of the table */
};
struct layout {
    struct slot slots[TABLE_COLUMNS];
    size_t count;
    int prefix;   /* columns before the first slot */
    int state_at; /* where the state in words stands; -1 = it is drawn as marks */
    bool more;    /* there are columns to the right that did not fit */
};

/* ---- layout ---- */

/* The month a column of the client list is about belongs into its head (C46). */
static void label_add(enum column column, const struct screen_context *context,
                      struct buffer *ret_text)
{
    enum language language = context->session->language;

    buffer_add_text(ret_text, text_tr(language, column_info(column)->label));
    if (column == COLUMN_clients_run) {
        buffer_add_byte(ret_text, ' ');
        month_short_add(context->month, language, ret_text);
    } else if (column == COLUMN_clients_declaration) {
        buffer_add_byte(ret_text, ' ');
        month_short_add(month_add(context->month, -1), language, ret_text);
    }
}

static int column_width(const struct surface *surface, enum column column,
                        const struct screen_context *context)
{
    struct buffer label = { 0 };
    int width, own = cell_width(column, column_info(column)->width, context->session->language);

    label_add(column, context, &label);
    width = surface_width(surface, buffer_text(&label));
    buffer_finish(&label);
    return width > own ? width : own;
}

static void slot_add(struct layout *layout, enum column column, int width)
{
    layout->slots[layout->count++] = (struct slot) { column, 0, width };
}

static void layout_place(struct layout *layout)
{
    int at = layout->prefix;
    size_t i;

    for (i = 0; i < layout->count; i++) {
        layout->slots[i].at = at;
        at += layout->slots[i].width + 1;
    }
}

static int clamp(int value, int least, int most)
{
    return value < least ? least : value > most ? most : value;
}

static enum column sort_column(const struct table *table)
{
    return table->sort == COLUMN_NONE ? dataset_info(table->dataset)->order : table->sort;
}

/* The mark of the sort after the last column would stand where "there is more" stands. */
static void sort_mark_room(const struct table *table, int columns, struct layout *layout)
{
    const struct slot *last = &layout->slots[layout->count - 1];

    if (!layout->more || layout->count < 2 || last->column != sort_column(table) ||
        last->at + last->width < columns - 1)
        return;
    layout->slots[0].width--;
    layout_place(layout);
}

/* The last column of the room stays free for the sort mark and for "there is more". */
static void layout_make(const struct table *table, const struct surface *surface,
                        const struct screen_context *context, int columns,
                        struct layout *ret_layout)
{
    int room, name, width, wanted;
    size_t i;

    memset(ret_layout, 0, sizeof *ret_layout);
    ret_layout->state_at = -1;
    ret_layout->prefix = dataset_has_client(table->dataset) ? PREFIX_CLIENT : PREFIX_OTHER;
    if (context->plain) {
        ret_layout->prefix = 0;
        columns -= PLAIN_STATE + 1;
        ret_layout->state_at = columns > TABLE_NAME_LEAST ? columns + 1 : -1;
        if (ret_layout->state_at < 0)
            columns += PLAIN_STATE + 1;
    }
    room = columns - ret_layout->prefix - 1;
    wanted = column_width(surface, table->columns[0], context);
    name = clamp(wanted, TABLE_NAME_LEAST, clamp(room / 2, TABLE_NAME_LEAST, NAME_WANTED));
    slot_add(ret_layout, table->columns[0], name);
    room -= name;
    for (i = table->first_column; i < table->column_count; i++) {
        width = column_width(surface, table->columns[i], context);
        if (width + 1 > room)
            break;
        slot_add(ret_layout, table->columns[i], width);
        room -= width + 1;
    }
    ret_layout->more = i < table->column_count;
    wanted = wanted > NAME_MOST ? wanted : NAME_MOST;
    name += room;
    ret_layout->slots[0].width = name > wanted && ret_layout->count > 1 ? wanted : name;
    layout_place(ret_layout);
    sort_mark_room(table, columns, ret_layout);
}

/* ---- head ---- */

static bool goes_right(enum column column)
{
    enum column_type type = column_info(column)->type;

    return type == TYPE_INTEGER || type == TYPE_MONEY || type == TYPE_PERCENT;
}

static void text_draw(struct surface *surface, int row, int column, int columns, bool right,
                      enum style style, const char *text)
{
    if (right)
        surface_text_right(surface, row, column, columns, style, text);
    else
        surface_text(surface, row, column, columns, style, text);
}

/* After the label where there is room for it, else in the gap after the column. */
static void sort_mark_draw(struct surface *surface, int row, int at, const struct slot *slot,
                           const char *label, const char *mark)
{
    int width = surface_width(surface, label);

    if (goes_right(slot->column) || width + 2 > slot->width)
        surface_text(surface, row, at + slot->width, 1, STYLE_HEAD, mark);
    else
        surface_text(surface, row, at + width + 1, 1, STYLE_HEAD, mark);
}

static void head_draw(const struct table *table, const struct screen_context *context,
                      struct surface *surface, struct rect rect, const struct layout *layout)
{
    enum column sort = sort_column(table);
    bool simple = context->ascii || context->plain;
    const char *mark =
        table->descending ? (simple ? "v" : "▼") : (simple ? "^" : "▲");
    struct buffer label = { 0 };
    size_t i;

    surface_clear(surface, (struct rect) { rect.row, rect.column, 1, rect.columns }, STYLE_HEAD);
    for (i = 0; i < layout->count; i++) {
        const struct slot *slot = &layout->slots[i];
        int at = rect.column + slot->at;

        buffer_clear(&label);
        label_add(slot->column, context, &label);
        text_draw(surface, rect.row, at, slot->width, goes_right(slot->column), STYLE_HEAD,
                  buffer_text(&label));
        if (slot->column == sort)
            sort_mark_draw(surface, rect.row, at, slot, buffer_text(&label), mark);
    }
    buffer_finish(&label);
    if (layout->state_at >= 0)
        surface_text(surface, rect.row, rect.column + layout->state_at, PLAIN_STATE, STYLE_HEAD,
                     text_tr(context->session->language, N_("State")));
    if (layout->prefix && table->first_column > 1)
        surface_text(surface, rect.row, rect.column, 1, STYLE_HEAD, "<");
    if (layout->more && !context->plain)
        surface_text(surface, rect.row, rect.column + rect.columns - 1, 1, STYLE_HEAD, ">");
}

/* ---- rows ---- */

static bool row_closed(const struct table *table, size_t row)
{
    return dataset_has_client(table->dataset) && table->rows->clients[row] > 0 &&
           !(table->rows->flags[row] & ROW_OPEN);
}

static bool row_favourite(const struct table *table, size_t row)
{
    return table->favourites && table->rows->clients[row] > 0 &&
           ids_has(table->favourites, table->rows->clients[row]);
}

static bool row_archived(const struct table *table, size_t row)
{
    return table->dataset == DATASET_clients && (table->rows->flags[row] & ROW_ARCHIVED);
}

static enum style row_style(const struct table *table, size_t position, bool focused)
{
    size_t row = table->shown[position];

    if (position == table->cursor)
        return focused ? STYLE_CURSOR : STYLE_CURSOR_DIM;
    if (ids_has(&table->marks, table->rows->ids[row]))
        return STYLE_MARKED;
    return row_closed(table, row) || row_archived(table, row) ? STYLE_DIM : STYLE_NORMAL;
}

static void marks_draw(const struct table *table, const struct screen_context *context,
                       struct surface *surface, int at_row, int at_column, size_t row,
                       enum style style)
{
    bool yours = table->rows->flags[row] & ROW_ACCESSIBLE;
    const char *access = context->ascii ? (yours ? "@" : ".") : (yours ? "●" : "·");

    if (ids_has(&table->marks, table->rows->ids[row]))
        surface_text(surface, at_row, at_column, 1, style, "*");
    if (!dataset_has_client(table->dataset) || table->rows->clients[row] <= 0)
        return;
    if (yours || row_closed(table, row))
        surface_text(surface, at_row, at_column + 1, 1, style, access);
    if (row_archived(table, row))
        surface_text(surface, at_row, at_column + 2, 1, style, "A");
    else if (row_favourite(table, row))
        surface_text(surface, at_row, at_column + 2, 1, style, "+");
}

static void word_add(struct buffer *text, enum language language, const char *word)
{
    if (text->length)
        buffer_add_text(text, ", ");
    buffer_add_text(text, text_tr(language, word));
}

static void state_draw(const struct table *table, const struct screen_context *context,
                       struct surface *surface, int at_row, int at_column, size_t row,
                       enum style style)
{
    enum language language = context->session->language;
    struct buffer text = { 0 };

    if (ids_has(&table->marks, table->rows->ids[row]))
        word_add(&text, language, N_("marked"));
    if (row_archived(table, row)) /* first: what is cut at the end is the lesser news */
        word_add(&text, language, N_("archived"));
    if (row_closed(table, row))
        word_add(&text, language, N_("no access"));
    else if (table->rows->flags[row] & ROW_ACCESSIBLE)
        word_add(&text, language, N_("yours"));
    if (row_favourite(table, row))
        word_add(&text, language, N_("favourite"));
    surface_text(surface, at_row, at_column, PLAIN_STATE, style, buffer_text(&text));
    buffer_finish(&text);
}

/* Nobody responsible, or more than one: said in words and with a mark (C9). */
static void responsible_note(const struct rowset *rows, size_t row, enum language language,
                             struct buffer *text)
{
    struct value value = rowset_value(rows, row, COLUMN_clients_responsible);
    struct buffer noted = { 0 };

    if ((rows->flags[row] & ROW_ARCHIVED) || value_items(&value) == 1)
        return;
    buffer_add_text(&noted, "! ");
    buffer_add_text(&noted, value_items(&value) == 0 ? text_tr(language, N_("nobody"))
                                                     : buffer_text(text));
    buffer_clear(text);
    buffer_add(text, noted.data, noted.length);
    buffer_finish(&noted);
}

static void row_draw(const struct table *table, const struct screen_context *context,
                     struct surface *surface, struct rect rect, const struct layout *layout,
                     size_t position, bool focused)
{
    size_t row = table->shown[position], i;
    enum style style = row_style(table, position, focused), own;
    struct buffer text = { 0 };

    surface_clear(surface, rect, style);
    if (layout->prefix)
        marks_draw(table, context, surface, rect.row, rect.column, row, style);
    for (i = 0; i < layout->count; i++) {
        const struct slot *slot = &layout->slots[i];

        buffer_clear(&text);
        cell_add(table->rows, row, slot->column, context, &text);
        if (slot->column == COLUMN_clients_responsible)
            responsible_note(table->rows, row, context->session->language, &text);
        own = style == STYLE_NORMAL ? cell_style(table->rows, row, slot->column) : style;
        text_draw(surface, rect.row, rect.column + slot->at, slot->width,
                  goes_right(slot->column), own, buffer_text(&text));
    }
    buffer_finish(&text);
    if (layout->state_at >= 0)
        state_draw(table, context, surface, rect.row, rect.column + layout->state_at, row, style);
    if (context->plain && focused && position == table->cursor)
        surface_cursor(surface, rect.row, rect.column);
}

/* ---- nothing to show ---- */

static void reason_draw(const struct table *table, const struct screen_context *context,
                        struct surface *surface, struct rect rect)
{
    enum language language = context->session->language;
    struct page page = { 0 };
    struct message message = { 0 };
    struct buffer count = { 0 }, text = { 0 };

    if (table->rows->count > 0) {
        language_add_number(language, (int64_t)table->rows->count, &count);
        message_set(&message, N_("All %1 rows are hidden by the filter: Esc clears it"),
                    buffer_text(&count), NULL);
        message_add(&message, language, &text);
    } else {
        buffer_add_text(&text, text_tr(language, table->rows->reason
                                                     ? table->rows->reason
                                                     : N_("There is nothing here yet")));
    }
    page_start(&page, rect.columns - 4, context);
    page_text(&page, STYLE_NORMAL, 0, buffer_text(&text));
    rect.column += 2;
    rect.columns -= 4;
    page_draw(&page, context, surface, rect);
    page_finish(&page);
    buffer_finish(&count);
    buffer_finish(&text);
}

static void table_scroll(struct table *table)
{
    size_t page = table->page > 0 ? (size_t)table->page : 1;

    if (table->cursor < table->top)
        table->top = table->cursor;
    if (table->cursor >= table->top + page)
        table->top = table->cursor - page + 1;
    if (table->top + page > table->shown_count)
        table->top = table->shown_count > page ? table->shown_count - page : 0;
}

void table_draw(struct table *table, const struct screen_context *context,
                struct surface *surface, struct rect rect, bool focused)
{
    struct layout layout;
    int line;

    surface_clear(surface, rect, STYLE_NORMAL);
    if (rect.rows <= 0 || rect.columns <= PREFIX_CLIENT + TABLE_NAME_LEAST || !table->rows)
        return;
    layout_make(table, surface, context, rect.columns, &layout);
    table->visible = layout.count - 1;
    table->page = rect.rows - 1;
    table->body = (struct rect) { rect.row + 1, rect.column, rect.rows - 1, rect.columns };
    table_scroll(table);
    head_draw(table, context, surface, rect, &layout);
    if (table->shown_count == 0 && rect.rows > 1)
        reason_draw(table, context, surface,
                    (struct rect) { rect.row + 1, rect.column, rect.rows - 1, rect.columns });
    for (line = 0; line < table->page && table->top + (size_t)line < table->shown_count; line++)
        row_draw(table, context, surface,
                 (struct rect) { rect.row + 1 + line, rect.column, 1, rect.columns }, &layout,
                 table->top + (size_t)line, focused);
}

/* ---- status ---- */

static void number_text(enum language language, size_t number, struct buffer *ret_text)
{
    language_add_number(language, (int64_t)number, ret_text);
}

void table_status(const struct table *table, const struct screen_context *context,
                  struct buffer *ret_text)
{
    enum language language = context->session->language;
    size_t hidden = table_hidden_marks(table);
    struct buffer a = { 0 }, b = { 0 };
    struct message message = { 0 };

    if (!table->rows)
        return;
    number_text(language, table->shown_count, &a);
    number_text(language, table->rows->count, &b);
    message_set(&message, N_("%1 of %2"), buffer_text(&a), buffer_text(&b), NULL);
    message_add(&message, language, ret_text);
    if (table->sort != COLUMN_NONE) { /* its head may be scrolled out of sight */
        message_set(&message, N_("by %1"), text_tr(language, column_info(table->sort)->label),
                    NULL);
        buffer_add_text(ret_text, context->ascii ? " - " : " · ");
        message_add(&message, language, ret_text);
    }
    if (table->marks.count > 0) {
        buffer_clear(&a);
        buffer_clear(&b);
        number_text(language, table->marks.count, &a);
        number_text(language, hidden, &b);
        message_set(&message, hidden ? N_("%1 marked (%2 hidden)") : N_("%1 marked"),
                    buffer_text(&a), buffer_text(&b), NULL);
        buffer_add_text(ret_text, context->ascii ? " - " : " · ");
        message_add(&message, language, ret_text);
    }
    buffer_finish(&a);
    buffer_finish(&b);
}
