/*
 * Line: an editable line of text (the filter line).
 */
#ifndef KLIENTEL_SCREEN_LINE_H
#define KLIENTEL_SCREEN_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "klientel/screen/surface.h"

enum { LINE_SIZE = 512 };

struct line {
    char text[LINE_SIZE]; /* UTF-8 */
    size_t length, cursor; /* bytes; cursor at a character */
};
void line_set(struct line *line, const char *text);
/* A key name or a character; false when the line does not know it. Moves, deletes, inserts plain
 * text. */
bool line_key(struct line *line, const char *key);
/* True when the key is one character or the blank: it would be inserted. */
bool line_is_text(const char *key);
/* Pasted text: line ends and tabs become blanks, what is not plain text is left out. */
void line_insert(struct line *line, const char *text);
/* Text in the place of what stands from `from` up to `to` (bytes); the cursor stands behind it. */
void line_replace(struct line *line, size_t from, size_t to, const char *text);
/* Draws it, scrolled so that the cursor is seen, and places the terminal's cursor. */
void line_draw(const struct line *line, struct surface *surface, int row, int column, int columns,
               enum style style);

#endif
