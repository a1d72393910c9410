/*
 * Line: an editable line of text (the filter line), and the small drawings that go on one line: sparklines,
 * bars, key hints.
 */
#ifndef KLIENTEL_SCREEN_LINE_H
#define KLIENTEL_SCREEN_LINE_H

#include "klientel/rules/model.h"
#include "klientel/screen/surface.h"

enum { LINE_SIZE = 512 };
struct line {
    char text[LINE_SIZE]; /* UTF-8 */
    size_t length, cursor; /* bytes; cursor at a character */
};
void line_set(struct line *line, const char *text);
/* A key name or a character; false when the line does not know it. Moves, deletes, inserts plain text. */
bool line_key(struct line *line, const char *key);
/* Draws it, scrolled so that the cursor is seen, and places the terminal's cursor. */
void line_draw(const struct line *line, struct surface *surface, int row, int column, int columns,
               enum style style);

/* One character a figure, ▁▂▃▄▅▆▇█ (or .:-=+*#@ in ASCII), blank where it is unknown; scaled between the
 * smallest and the greatest, a flat row in the middle. */
void sparkline(const struct figure *figures, size_t count, bool ascii, struct buffer *ret_text);

#endif
