/*
 * Surface: see surface.h.
 *
 * State: a grid of cells and where the terminal's cursor is shown.
 * Invariant: a cell of width 2 is followed by one of width 0, and a cell of width 0 comes after one
 * of width 2; so half of a wide cluster never stands alone.
 */
#include "klientel/screen/surface.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "klientel/base/arena.h"
#include "klientel/base/text.h"

struct surface {
    int rows, columns;
    struct cell *cells;
    int cursor_row, cursor_column;
    bool ascii, latin1;
};

static const char style_letters[] = ".TtNhCcmdgwbkfEo";
static_assert(sizeof style_letters == STYLE_COUNT + 1, "every style has its letter");

struct surface *surface_create(int rows, int columns)
{
    struct surface *surface = memory_zero(1, sizeof *surface);

    surface_resize(surface, rows, columns);
    return surface;
}

void surface_destroy(struct surface *surface)
{
    if (!surface)
        return;
    free(surface->cells);
    free(surface);
}

void surface_resize(struct surface *surface, int rows, int columns)
{
    free(surface->cells);
    surface->rows = rows > 0 ? rows : 0;
    surface->columns = columns > 0 ? columns : 0;
    surface->cells =
        memory_zero((size_t)surface->rows * (size_t)surface->columns + 1, sizeof *surface->cells);
    surface_clear(surface, (struct rect) { 0, 0, surface->rows, surface->columns }, STYLE_NORMAL);
    surface_cursor(surface, 0, -1);
}

void surface_set_ascii(struct surface *surface, bool ascii)
{
    surface->ascii = ascii;
}

void surface_set_latin1(struct surface *surface, bool latin1)
{
    surface->latin1 = latin1;
}

int surface_rows(const struct surface *surface)
{
    return surface->rows;
}

int surface_columns(const struct surface *surface)
{
    return surface->columns;
}

static struct cell *cell_at(const struct surface *surface, int row, int column)
{
    return &surface->cells[(size_t)row * (size_t)surface->columns + (size_t)column];
}

const struct cell *surface_cell(const struct surface *surface, int row, int column)
{
    assert(row >= 0 && row < surface->rows && column >= 0 && column < surface->columns);
    return cell_at(surface, row, column);
}

static void cell_blank(struct cell *cell)
{
    memset(cell->text, 0, sizeof cell->text);
    cell->width = 1;
}

/* Before cells are overwritten: a wide cluster that loses one half loses the other too. */
static void cells_part(struct surface *surface, int row, int column, int width)
{
    int end = column + width;

    if (column > 0 && cell_at(surface, row, column)->width == 0)
        cell_blank(cell_at(surface, row, column - 1));
    if (end < surface->columns && cell_at(surface, row, end)->width == 0)
        cell_blank(cell_at(surface, row, end));
}

static struct rect rect_cut(const struct surface *surface, struct rect rect)
{
    if (rect.row < 0) {
        rect.rows += rect.row;
        rect.row = 0;
    }
    if (rect.column < 0) {
        rect.columns += rect.column;
        rect.column = 0;
    }
    if (rect.rows > surface->rows - rect.row)
        rect.rows = surface->rows - rect.row;
    if (rect.columns > surface->columns - rect.column)
        rect.columns = surface->columns - rect.column;
    return rect;
}

void surface_clear(struct surface *surface, struct rect rect, enum style style)
{
    int row, column;

    rect = rect_cut(surface, rect);
    if (rect.columns <= 0)
        return;
    for (row = rect.row; row < rect.row + rect.rows; row++) {
        cells_part(surface, row, rect.column, rect.columns);
        for (column = rect.column; column < rect.column + rect.columns; column++) {
            cell_blank(cell_at(surface, row, column));
            cell_at(surface, row, column)->style = (uint8_t)style;
        }
    }
}

void surface_restyle(struct surface *surface, struct rect rect, enum style style)
{
    int row, column;

    rect = rect_cut(surface, rect);
    for (row = rect.row; row < rect.row + rect.rows; row++)
        for (column = rect.column; column < rect.column + rect.columns; column++)
            cell_at(surface, row, column)->style = (uint8_t)style;
}

/* The longest run of whole characters that fits in a cell: a cluster may have more marks than
 * that. */
static size_t cluster_bytes(const char *text, size_t length)
{
    size_t end = length;

    if (end > CELL_BYTES - 1)
        end = CELL_BYTES - 1;
    while (end < length && end > 0 && ((unsigned char)text[end] & 0xC0) == 0x80)
        end--;
    return end;
}

static void cell_put(struct surface *surface, int row, int column, int width, const char *text,
                     size_t length, enum style style)
{
    struct cell *cell;

    cells_part(surface, row, column, width);
    cell = cell_at(surface, row, column);
    cell_blank(cell);
    if (length != 1 || text[0] != ' ')
        memcpy(cell->text, text, cluster_bytes(text, length));
    cell->width = (uint8_t)width;
    cell->style = (uint8_t)style;
    if (width == 2) {
        cell_blank(cell + 1);
        cell[1].width = 0;
        cell[1].style = (uint8_t)style;
    }
}

/* The text as it is drawn here: safe, and in the characters of the terminal. */
static void text_prepare(const struct surface *surface, const char *text, struct buffer *ret_text)
{
    struct buffer safe = { 0 };

    if (!surface->ascii) {
        text_safe_add(text, strlen(text), ret_text);
        return;
    }
    text_safe_add(text, strlen(text), &safe);
    if (surface->latin1)
        text_latin1_add(buffer_text(&safe), safe.length, ret_text);
    else
        text_ascii_add(buffer_text(&safe), safe.length, ret_text);
    buffer_finish(&safe);
}

int surface_width(const struct surface *surface, const char *text)
{
    struct buffer prepared = { 0 };
    int width;

    text_prepare(surface, text, &prepared);
    width = text_width(buffer_text(&prepared), prepared.length);
    buffer_finish(&prepared);
    return width;
}

/* Draws prepared text, which fits; clusters left of the surface are passed over. */
static int text_put_cells(struct surface *surface, int row, int column, const char *text,
                          size_t length, enum style style)
{
    size_t position = 0, start;
    int used = 0, width;

    while (position < length) {
        start = position;
        width = text_cluster(text, length, &position);
        if (width <= 0)
            continue;
        if (column + used >= 0 && column + used + width <= surface->columns)
            cell_put(surface, row, column + used, width, text + start, position - start, style);
        used += width;
    }
    return used;
}

static int prepared_draw(struct surface *surface, int row, int column, int columns,
                         enum style style, const struct buffer *prepared)
{
    const char *text = buffer_text(prepared);
    size_t fits;
    int used;

    if (text_width(text, prepared->length) <= columns)
        return text_put_cells(surface, row, column, text, prepared->length, style);
    fits = text_fit(text, prepared->length, columns - 1);
    used = text_put_cells(surface, row, column, text, fits, style);
    if (column + used >= 0)
        cell_put(surface, row, column + used, 1, "~", 1, style);
    return used + 1;
}

int surface_text(struct surface *surface, int row, int column, int columns, enum style style,
                 const char *text)
{
    struct buffer prepared = { 0 };
    int used;

    if (columns > surface->columns - column)
        columns = surface->columns - column;
    if (row < 0 || row >= surface->rows || columns <= 0)
        return 0;
    text_prepare(surface, text, &prepared);
    used = prepared_draw(surface, row, column, columns, style, &prepared);
    buffer_finish(&prepared);
    return used;
}

void surface_text_right(struct surface *surface, int row, int column, int columns,
                        enum style style, const char *text)
{
    struct buffer prepared = { 0 };
    int width;

    if (columns > surface->columns - column)
        columns = surface->columns - column;
    if (row < 0 || row >= surface->rows || columns <= 0)
        return;
    text_prepare(surface, text, &prepared);
    width = text_width(buffer_text(&prepared), prepared.length);
    if (width < columns) {
        column += columns - width;
        columns = width;
    }
    prepared_draw(surface, row, column, columns, style, &prepared);
    buffer_finish(&prepared);
}

void surface_line(struct surface *surface, int row, int column, int columns, enum style style)
{
    struct rect rect = rect_cut(surface, (struct rect) { row, column, 1, columns });
    const char *mark = surface->ascii ? "-" : "─";
    int at;

    if (rect.rows <= 0)
        return;
    for (at = rect.column; at < rect.column + rect.columns; at++)
        cell_put(surface, rect.row, at, 1, mark, strlen(mark), style);
}

void surface_line_down(struct surface *surface, int row, int column, int rows, enum style style)
{
    struct rect rect = rect_cut(surface, (struct rect) { row, column, rows, 1 });
    const char *mark = surface->ascii ? "|" : "│";
    int at;

    if (rect.columns <= 0)
        return;
    for (at = rect.row; at < rect.row + rect.rows; at++)
        cell_put(surface, at, rect.column, 1, mark, strlen(mark), style);
}

static void corner_draw(struct surface *surface, int row, int column, enum style style,
                        const char *mark)
{
    surface_text(surface, row, column, 1, style, surface->ascii ? "+" : mark);
}

void surface_box(struct surface *surface, struct rect rect, enum style style)
{
    int last_row = rect.row + rect.rows - 1, last_column = rect.column + rect.columns - 1;

    if (rect.rows < 2 || rect.columns < 2)
        return;
    surface_line(surface, rect.row, rect.column, rect.columns, style);
    surface_line(surface, last_row, rect.column, rect.columns, style);
    surface_line_down(surface, rect.row, rect.column, rect.rows, style);
    surface_line_down(surface, rect.row, last_column, rect.rows, style);
    corner_draw(surface, rect.row, rect.column, style, "┌");
    corner_draw(surface, rect.row, last_column, style, "┐");
    corner_draw(surface, last_row, rect.column, style, "└");
    corner_draw(surface, last_row, last_column, style, "┘");
}

void surface_cursor(struct surface *surface, int row, int column)
{
    bool inside = row >= 0 && row < surface->rows && column >= 0 && column < surface->columns;

    surface->cursor_row = inside ? row : 0;
    surface->cursor_column = inside ? column : -1;
}

void surface_cursor_at(const struct surface *surface, int *ret_row, int *ret_column)
{
    *ret_row = surface->cursor_row;
    *ret_column = surface->cursor_column;
}

static void dump_text(const struct surface *surface, int row, struct buffer *ret_text)
{
    size_t start = ret_text->length, end = start;
    int column;

    for (column = 0; column < surface->columns; column++) {
        const struct cell *cell = cell_at(surface, row, column);

        if (cell->width == 0)
            continue;
        buffer_add_text(ret_text, cell->text[0] ? cell->text : " ");
        if (cell->text[0])
            end = ret_text->length;
    }
    if (ret_text->data) {
        ret_text->length = end;
        ret_text->data[end] = '\0';
    }
    buffer_add_byte(ret_text, '\n');
}

void surface_add_rows(const struct surface *surface, struct buffer *ret_text)
{
    int row;

    for (row = 0; row < surface->rows; row++)
        dump_text(surface, row, ret_text);
}

void surface_dump(const struct surface *surface, struct buffer *ret_text)
{
    int row, column;

    surface_add_rows(surface, ret_text);
    buffer_add_text(ret_text, "-- styles\n");
    for (row = 0; row < surface->rows; row++) {
        for (column = 0; column < surface->columns; column++)
            buffer_add_byte(ret_text, style_letters[cell_at(surface, row, column)->style]);
        buffer_add_byte(ret_text, '\n');
    }
    buffer_print(ret_text, "-- cursor %d %d\n", surface->cursor_row, surface->cursor_column);
}
