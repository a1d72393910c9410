/*
 * Surface: a grid of cells that panes draw into and tests read. No terminal, no ncurses.
 *
 * A cell holds one grapheme cluster (what fits in CELL_BYTES; further combining marks are dropped)
 * and a style. A cluster two columns wide fills the next cell with width 0. Drawing outside is cut,
 * never an error. All text drawn is made safe here (text_safe_add), so nothing from data ever acts.
 */
#ifndef KLIENTEL_SCREEN_SURFACE_H
#define KLIENTEL_SCREEN_SURFACE_H

#include <stdbool.h>
#include <stdint.h>

#include "klientel/base/buffer.h"

enum { CELL_BYTES = 14 };

/* What a cell means; the terminal decides how that looks. Never by colour alone. */
enum style {
    STYLE_NORMAL,
    STYLE_TITLE,    /* line 1, headings */
    STYLE_TAB,      /* a tab's name */
    STYLE_TAB_NOW,  /* the tab that is open */
    STYLE_HEAD,     /* column heads, rulers */
    STYLE_CURSOR,   /* the row under the cursor, pane with focus */
    STYLE_CURSOR_DIM, /* the same in a pane without focus */
    STYLE_MARKED,
    STYLE_DIM,      /* not yours to open, not known, labels */
    STYLE_GOOD,
    STYLE_WARN,
    STYLE_BAD,
    STYLE_KEY,      /* a key in the bottom bar */
    STYLE_FIELD,    /* a text field, the filter line while typing */
    STYLE_ERROR,    /* a message that refuses or fails */
    STYLE_OTHER_MONTH, /* the month when it is not the current one */
    STYLE_COUNT
};

struct cell {
    char text[CELL_BYTES]; /* UTF-8, zero ended; "" = blank */
    uint8_t width;         /* 1, 2, or 0 for the right half of a wide cluster */
    uint8_t style;         /* enum style */
};

struct surface;

struct surface *surface_create(int rows, int columns);
void surface_destroy(struct surface *surface); /* NULL-safe */
void surface_resize(struct surface *surface, int rows, int columns); /* contents undefined */
/* ASCII terminals: text is drawn as text_ascii_add gives it (æ takes two cells), lines as
 * hyphens. */
void surface_set_ascii(struct surface *surface, bool ascii);
/* Besides ascii: the letters that Latin-1 has stay as they are. */
void surface_set_latin1(struct surface *surface, bool latin1);
int surface_rows(const struct surface *surface);
int surface_columns(const struct surface *surface);
const struct cell *surface_cell(const struct surface *surface, int row, int column);

struct rect {
    int row, column, rows, columns;
};

void surface_clear(struct surface *surface, struct rect rect, enum style style);
/* Draws text from (row, column), at most `columns` wide; returns the columns used. A text that
 * does not fit is cut and ends in ~ (STYLE kept). */
int surface_text(struct surface *surface, int row, int column, int columns, enum style style,
                 const char *text);
/* The same ending at the right edge of the room. */
void surface_text_right(struct surface *surface, int row, int column, int columns,
                        enum style style, const char *text);
/* Columns the text would take, made safe and in the surface's characters. */
int surface_width(const struct surface *surface, const char *text);
void surface_restyle(struct surface *surface, struct rect rect, enum style style);
/* A line across, or down. */
void surface_line(struct surface *surface, int row, int column, int columns, enum style style);
void surface_line_down(struct surface *surface, int row, int column, int rows, enum style style);
/* A box along the inside of the rect's edge; what is in it stays. */
void surface_box(struct surface *surface, struct rect rect, enum style style);
/* Where the terminal's cursor is shown; column < 0 = hidden. */
void surface_cursor(struct surface *surface, int row, int column);
void surface_cursor_at(const struct surface *surface, int *ret_row, int *ret_column);

/* The rows as text, right blanks trimmed. */
void surface_add_rows(const struct surface *surface, struct buffer *ret_text);
/* For tests: the same; then, after a line "-- styles", one letter
 * a cell (. normal, and a fixed letter for each other style); then "-- cursor R C". */
void surface_dump(const struct surface *surface, struct buffer *ret_text);

#endif
