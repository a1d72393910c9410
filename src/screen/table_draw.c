/*
 * Drawing of a table: which columns fit, the head, the rows. What it says in sentences is in table_words.c.
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
    STATE_MOST = 30,   /* the same in words, after the columns (--plain-ui) */
    NAME_WANTED = 20,  /* before other columns come in */
    NAME_ROOMY = 32,   /* the same in a wide list */
    ROOMY = 100,       /* columns from which on it grows to that */
    WIDE_LIST = 150,
    NAME_MOST = 48,    /* what the name takes of room that nobody needs */
    NEED_MOST = 72,    /* the most that a column grows to for what is in it */
    MARK_WIDTH = 2,    /* blank and the mark of the sort */
};

struct slot {
    enum column column;
    int at, width; /* at: from the left edge of the table */
};
struct grid {
    struct slot slots[TABLE_COLUMNS];
    size_t count;
    int prefix;   /* columns before the first slot */
    int gap;      /* columns between two slots */
    int state_at, state_width; /* the state in words; width 0 = it is drawn as marks, or no row has one */
    bool more;    /* there are columns to the right that did not fit */
};

/* Its rows say each of which client it is. */
static bool of_clients(const struct table *table)
{
    return dataset_has_client(table->dataset) && !table->one_client;
}

/* ---- which columns, how wide ---- */

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

static bool goes_right(enum column column)
{
    enum column_type type = column_info(column)->type;

    return type == TYPE_INTEGER || type == TYPE_MONEY || type == TYPE_PERCENT;
}

static int label_width(const struct surface *surface, enum column column,
                       const struct screen_context *context)
{
    struct buffer label = { 0 };
    int width;

    label_add(column, context, &label);
    width = surface_width(surface, buffer_text(&label));
    buffer_finish(&label);
    return width;
}

/* Of an empty table: for its head, and what the dataset wants. */
static int column_width(const struct surface *surface, enum column column,
                        const struct screen_context *context)
{
    int own = cell_width(column, column_info(column)->width, context->session->language);
    int width = label_width(surface, column, context);

    return width > own ? width : own;
}

static void slot_add(struct grid *grid, enum column column, int width)
{
    grid->slots[grid->count++] = (struct slot) { column, 0, width };
}

static int clamp(int value, int least, int most)
{
    return value < least ? least : value > most ? most : value;
}

static int grow(struct slot *slot, int wanted, int room)
{
    int more = clamp(wanted - slot->width, 0, room);

    slot->width += more;
    return room - more;
}

/* What was seen in the column so far; it only grows, so that scrolling does not make the columns dance. */
static int need_of(const struct table *table, size_t slot)
{
    size_t position = slot == 0 ? 0 : table->first_column + slot - 1;

    return clamp(table->needs[position], 0, NEED_MOST);
}

/* Room that is left goes to the name as far as it needs it, then to the texts that are cut, in their order; then
 * to the name again, since it is what one looks for, and to wider gaps. */
static void spare_share(const struct table *table, int wanted, int room, struct grid *grid)
{
    int gaps = (int)grid->count - 1;

    room = grow(&grid->slots[0], need_of(table, 0), room);
    for (size_t i = 1; i < grid->count; i++)
        room = grow(&grid->slots[i], need_of(table, i), room);
    wanted = wanted > NAME_MOST ? wanted : NAME_MOST;
    room = grow(&grid->slots[0], gaps > 0 ? wanted : grid->slots[0].width + room, room);
    grid->gap = gaps > 0 && room >= gaps ? 2 : 1;
}

/* Room for the mark of the sort beside its label, from what is left or from the name: no column gives way to it. */
static int sort_room(const struct table *table, const struct surface *surface,
                     const struct screen_context *context, int room, struct grid *grid)
{
    enum column sort = table_sorted_by(table);

    for (size_t i = 1; i < grid->count; i++) {
        int more = label_width(surface, sort, context) + MARK_WIDTH - grid->slots[i].width;

        if (grid->slots[i].column != sort || more <= 0)
            continue;
        if (more > room) {
            if (grid->slots[0].width - (more - room) < TABLE_NAME_LEAST)
                return room;
            grid->slots[0].width -= more - room;
            room = more;
        }
        grid->slots[i].width += more;
        return room - more;
    }
    return room;
}

static void grid_place(struct grid *grid)
{
    int at = grid->prefix;

    for (size_t i = 0; i < grid->count; i++) {
        grid->slots[i].at = at;
        at += grid->slots[i].width + grid->gap;
    }
    grid->state_at = at + 2 - grid->gap;
}

/* The room of the state in words, with two blanks before it: none while no row has one. */
static int state_width(const struct table *table, const struct surface *surface,
                       const struct screen_context *context, int columns)
{
    int head = surface_width(surface, text_tr(context->session->language, N_("State")));
    int width = clamp(table->state_need, head, STATE_MOST) + 2;

    return table->state_need > 0 && columns - width > TABLE_NAME_LEAST + 1 ? width : 0;
}

/* What the name has at least before other columns come in: it is cut last where the list is wide. */
static int name_width(int wanted, int columns, int room)
{
    int most = clamp(NAME_WANTED + (columns - ROOMY) / 6, NAME_WANTED, NAME_ROOMY);

    return clamp(wanted, TABLE_NAME_LEAST, clamp(room / 2, TABLE_NAME_LEAST, most));
}

/* What is kept free in a wide list for a column of several items: they are cut otherwise, beside columns that came in
 * for the room. */
static int items_room(enum column column, int columns, int width)
{
    return columns >= WIDE_LIST && column_info(column)->type == TYPE_LIST ? width / 2 : 0;
}

/* The last column of the room stays free for "there is more". */
static void grid_make(const struct table *table, const struct surface *surface,
                      const struct screen_context *context, int columns, struct grid *ret_grid)
{
    int room, name, width, wanted, kept = 0;
    size_t i;

    memset(ret_grid, 0, sizeof *ret_grid);
    ret_grid->prefix = of_clients(table) ? PREFIX_CLIENT : PREFIX_OTHER;
    if (context->plain) {
        ret_grid->prefix = 0;
        ret_grid->state_width = state_width(table, surface, context, columns);
        columns -= ret_grid->state_width;
    }
    room = columns - ret_grid->prefix - 1;
    wanted = column_width(surface, table->columns[0], context);
    name = name_width(wanted, columns, room);
    slot_add(ret_grid, table->columns[0], name);
    room -= name;
    for (i = table->first_column; i < table->column_count; i++) {
        width = column_width(surface, table->columns[i], context);
        if (width + 1 > room - kept)
            break;
        slot_add(ret_grid, table->columns[i], width);
        room -= width + 1;
        kept += items_room(table->columns[i], columns, width);
    }
    ret_grid->more = i < table->column_count;
    if (!context->plain)
        room = sort_room(table, surface, context, room, ret_grid);
    room = grow(&ret_grid->slots[0], wanted, room);
    spare_share(table, wanted, room, ret_grid);
    grid_place(ret_grid);
}

size_t table_layout_hidden(const struct table *table, const struct table_layout *layout,
                           const struct screen_context *context, const struct surface *surface)
{
    struct table trial = *table;
    struct grid grid;

    table_take(&trial, layout);
    grid_make(&trial, surface, context, table->width ? table->width : context->columns, &grid);
    return trial.column_count - grid.count;
}

/* ---- head ---- */

static void text_draw(struct surface *surface, int row, int column, int columns, bool right,
                      enum style style, const char *text)
{
    if (right)
        surface_text_right(surface, row, column, columns, style, text);
    else
        surface_text(surface, row, column, columns, style, text);
}

/* After the label; of a column that ends at its right edge before it. */
static void sort_mark_draw(struct surface *surface, int row, int at, const struct slot *slot,
                           const char *label, const char *mark)
{
    int width = surface_width(surface, label);

    if (width + MARK_WIDTH > slot->width) /* a name in a narrow window */
        surface_text(surface, row, at + slot->width, 1, STYLE_HEAD, mark);
    else if (goes_right(slot->column))
        surface_text(surface, row, at + slot->width - width - MARK_WIDTH, 1, STYLE_HEAD, mark);
    else
        surface_text(surface, row, at + width + 1, 1, STYLE_HEAD, mark);
}

static void head_draw(const struct table *table, const struct screen_context *context,
                      struct surface *surface, struct rect rect, const struct grid *grid)
{
    enum column sort = table_sorted_by(table);
    const char *mark = table_arrow(table, context);
    struct buffer label = { 0 };
    size_t i;

    surface_clear(surface, (struct rect) { rect.row, rect.column, 1, rect.columns }, STYLE_HEAD);
    for (i = 0; i < grid->count; i++) {
        const struct slot *slot = &grid->slots[i];
        int at = rect.column + slot->at;

        buffer_clear(&label);
        label_add(slot->column, context, &label);
        text_draw(surface, rect.row, at, slot->width, goes_right(slot->column), STYLE_HEAD,
                  buffer_text(&label));
        if (slot->column == sort && !context->plain)
            sort_mark_draw(surface, rect.row, at, slot, buffer_text(&label), mark);
    }
    buffer_finish(&label);
    if (grid->state_width)
        surface_text(surface, rect.row, rect.column + grid->state_at, grid->state_width, STYLE_HEAD,
                     text_tr(context->session->language, N_("State")));
    if (!context->plain && table->first_column > 1)
        surface_text(surface, rect.row, rect.column, 1, STYLE_HEAD, "<");
    if (grid->more && !context->plain)
        surface_text(surface, rect.row, rect.column + rect.columns - 1, 1, STYLE_HEAD, ">");
}

/* ---- rows ---- */

static bool row_closed(const struct table *table, size_t row)
{
    return of_clients(table) && table->rows->clients[row] > 0 &&
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
    if (!of_clients(table) || table->rows->clients[row] <= 0)
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

static void state_add(const struct table *table, enum language language, size_t row,
                      struct buffer *ret_text)
{
    if (ids_has(&table->marks, table->rows->ids[row]))
        word_add(ret_text, language, N_("marked"));
    if (row_archived(table, row)) /* first: what is cut at the end is the lesser news */
        word_add(ret_text, language, N_("archived"));
    if (row_closed(table, row))
        word_add(ret_text, language, N_("no access"));
    else if (of_clients(table) && (table->rows->flags[row] & ROW_ACCESSIBLE))
        word_add(ret_text, language, N_("yours"));
    if (row_favourite(table, row))
        word_add(ret_text, language, N_("favourite"));
}

/* Nobody responsible, or more than one: said in words and with a mark (C9). */
static void responsible_note(const struct rowset *rows, size_t row,
                             const struct screen_context *context, struct buffer *text)
{
    enum language language = context->session->language;
    struct value value = rowset_value(rows, row, COLUMN_clients_responsible);
    struct buffer noted = { 0 };
    struct message message = { 0 };

    if ((rows->flags[row] & ROW_ARCHIVED) || value_items(&value) == 1)
        return;
    message_set(&message, value_items(&value) == 0 ? N_("nobody") : context->plain ? N_("several: %1") : "%1",
                buffer_text(text), NULL);
    if (!context->plain)
        buffer_add_text(&noted, "! ");
    message_add(&message, language, &noted);
    buffer_clear(text);
    buffer_add(text, noted.data, noted.length);
    buffer_finish(&noted);
}

static void shown_add(const struct table *table, size_t row, enum column column,
                      const struct screen_context *context, struct buffer *ret_text)
{
    cell_add(table->rows, row, column, context, ret_text);
    if (column == COLUMN_clients_responsible && cell_loaded(table->rows, column))
        responsible_note(table->rows, row, context, ret_text);
}

/* Notes what the rows that are seen need. Numbers and dates have their room already. */
static void needs_note(struct table *table, const struct screen_context *context,
                       const struct surface *surface, const struct grid *grid)
{
    struct buffer text = { 0 };

    for (int line = 0; context->plain && line < table->page; line++) {
        if (table->top + (size_t)line >= table->shown_count)
            break;
        buffer_clear(&text);
        state_add(table, context->session->language, table->shown[table->top + (size_t)line], &text);
        int width = surface_width(surface, buffer_text(&text));
        table->state_need = width > table->state_need ? width : table->state_need;
    }

    for (size_t i = 0; i < grid->count; i++) {
        int *need = &table->needs[i == 0 ? 0 : table->first_column + i - 1];

        if (!column_is_text(column_info(grid->slots[i].column)->type))
            continue;
        for (int line = 0; line < table->page; line++) {
            if (table->top + (size_t)line >= table->shown_count)
                break;
            buffer_clear(&text);
            shown_add(table, table->shown[table->top + (size_t)line], grid->slots[i].column,
                      context, &text);
            if ((int)text.length <= *need) /* no text is wider than its bytes */
                continue;
            int width = surface_width(surface, buffer_text(&text));
            *need = width > *need ? width : *need;
        }
    }
    buffer_finish(&text);
}

static void row_draw(const struct table *table, const struct screen_context *context,
                     struct surface *surface, struct rect rect, const struct grid *grid,
                     size_t position, bool focused)
{
    size_t row = table->shown[position], i;
    enum style style = row_style(table, position, focused), own;
    struct buffer text = { 0 };

    surface_clear(surface, rect, style);
    if (grid->prefix)
        marks_draw(table, context, surface, rect.row, rect.column, row, style);
    for (i = 0; i < grid->count; i++) {
        const struct slot *slot = &grid->slots[i];

        buffer_clear(&text);
        shown_add(table, row, slot->column, context, &text);
        own = style == STYLE_NORMAL ? cell_style(table->rows, row, slot->column) : style;
        text_draw(surface, rect.row, rect.column + slot->at, slot->width,
                  goes_right(slot->column), own, buffer_text(&text));
    }
    if (grid->state_width) {
        buffer_clear(&text);
        state_add(table, context->session->language, row, &text);
        surface_text(surface, rect.row, rect.column + grid->state_at, grid->state_width - 1, style,
                     buffer_text(&text));
    }
    buffer_finish(&text);
    if (context->plain && focused && position == table->cursor)
        surface_cursor(surface, rect.row, rect.column);
}

/* ---- the table ---- */

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
    struct grid grid;
    int line;

    surface_clear(surface, rect, STYLE_NORMAL);
    if (rect.rows <= 0 || rect.columns <= PREFIX_CLIENT + TABLE_NAME_LEAST || !table->rows)
        return;
    if (table->width != rect.columns) {
        memset(table->needs, 0, sizeof table->needs);
        table->state_need = 0;
    }
    table->width = rect.columns;
    table->page = rect.rows - 1;
    table->body = (struct rect) { rect.row + 1, rect.column, rect.rows - 1, rect.columns };
    table_scroll(table);
    grid_make(table, surface, context, rect.columns, &grid);
    needs_note(table, context, surface, &grid);
    grid_make(table, surface, context, rect.columns, &grid);
    table->visible = grid.count - 1;
    head_draw(table, context, surface, rect, &grid);
    if (table->shown_count == 0 && rect.rows > 1)
        table_reason_draw(table, context, surface,
                    (struct rect) { rect.row + 1, rect.column, rect.rows - 1, rect.columns });
    for (line = 0; line < table->page && table->top + (size_t)line < table->shown_count; line++)
        row_draw(table, context, surface,
                 (struct rect) { rect.row + 1 + line, rect.column, 1, rect.columns }, &grid,
                 table->top + (size_t)line, focused);
}
