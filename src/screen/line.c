/*
 * Line: see line.h.
 *
 * State: the text and the cursor. Invariant: the text is plain (text_is_plain) and ends in a zero
 * byte; the cursor stands between two clusters.
 */
#include "klientel/screen/line.h"

#include <string.h>

#include "klientel/base/text.h"

void line_set(struct line *line, const char *text)
{
    line->length = 0;
    line->cursor = 0;
    line->text[0] = '\0';
    line_insert(line, text);
}

/* Start of the cluster before the cursor. */
static size_t cluster_before(const struct line *line)
{
    size_t position = 0, start = 0;

    while (position < line->cursor) {
        start = position;
        text_cluster(line->text, line->length, &position);
    }
    return start;
}

static size_t cluster_after(const struct line *line)
{
    size_t position = line->cursor;

    if (position < line->length)
        text_cluster(line->text, line->length, &position);
    return position;
}

/* Start of the word before the cursor. */
static size_t word_before(const struct line *line)
{
    size_t at = line->cursor;

    while (at > 0 && line->text[at - 1] == ' ')
        at--;
    while (at > 0 && line->text[at - 1] != ' ')
        at--;
    return at;
}

static void line_remove(struct line *line, size_t from, size_t to)
{
    memmove(line->text + from, line->text + to, line->length - to + 1);
    line->length -= to - from;
    line->cursor = from;
}

static void line_put(struct line *line, const char *text, size_t length)
{
    if (line->length + length >= LINE_SIZE)
        return;
    memmove(line->text + line->cursor + length, line->text + line->cursor,
            line->length - line->cursor + 1);
    memcpy(line->text + line->cursor, text, length);
    line->length += length;
    line->cursor += length;
}

void line_insert(struct line *line, const char *text)
{
    size_t length = strlen(text), position = 0, start;

    while (position < length) {
        start = position;
        text_next(text, length, &position);
        if (text[start] == '\n' || text[start] == '\t' || text[start] == '\r')
            line_put(line, " ", 1);
        else if (text_is_plain(text + start, position - start))
            line_put(line, text + start, position - start);
    }
}

void line_replace(struct line *line, size_t from, size_t to, const char *text)
{
    line_remove(line, from, to);
    line_insert(line, text);
}

static bool line_move(struct line *line, const char *key)
{
    if (!strcmp(key, "Left"))
        line->cursor = cluster_before(line);
    else if (!strcmp(key, "Right"))
        line->cursor = cluster_after(line);
    else if (!strcmp(key, "Home") || !strcmp(key, "Ctrl-A"))
        line->cursor = 0;
    else if (!strcmp(key, "End") || !strcmp(key, "Ctrl-E"))
        line->cursor = line->length;
    else
        return false;
    return true;
}

static bool line_delete(struct line *line, const char *key)
{
    if (!strcmp(key, "Backspace"))
        line_remove(line, cluster_before(line), line->cursor);
    else if (!strcmp(key, "Del"))
        line_remove(line, line->cursor, cluster_after(line));
    else if (!strcmp(key, "Ctrl-U"))
        line_remove(line, 0, line->cursor);
    else if (!strcmp(key, "Ctrl-K"))
        line_remove(line, line->cursor, line->length);
    else if (!strcmp(key, "Ctrl-W"))
        line_remove(line, word_before(line), line->cursor);
    else
        return false;
    return true;
}

bool line_is_text(const char *key)
{
    size_t length = strlen(key), position = 0;

    if (!strcmp(key, "Space"))
        return true;
    if (length == 0)
        return false;
    text_next(key, length, &position);
    return position == length && text_is_plain(key, length);
}

bool line_key(struct line *line, const char *key)
{

    if (line_move(line, key) || line_delete(line, key))
        return true;
    if (!strcmp(key, "Space")) {
        line_put(line, " ", 1);
        return true;
    }
    if (!line_is_text(key))
        return false;
    line_put(line, key, strlen(key));
    return true;
}

/* Columns the text between two places takes on this surface. */
static int width_between(const struct line *line, const struct surface *surface, size_t from,
                         size_t to)
{
    char part[LINE_SIZE];

    memcpy(part, line->text + from, to - from);
    part[to - from] = '\0';
    return surface_width(surface, part);
}

void line_draw(const struct line *line, struct surface *surface, int row, int column, int columns,
               enum style style)
{
    size_t from = 0;

    if (columns <= 0)
        return;
    surface_clear(surface, (struct rect) { row, column, 1, columns }, style);
    if (columns > 2 && width_between(line, surface, 0, line->cursor) > columns - 1) {
        column += surface_text(surface, row, column, 1, STYLE_KEY, "<"); /* something stands before it */
        columns--;
    }
    while (from < line->cursor && width_between(line, surface, from, line->cursor) > columns - 1)
        text_cluster(line->text, line->length, &from);
    surface_text(surface, row, column, columns, style, line->text + from);
    surface_cursor(surface, row, column + width_between(line, surface, from, line->cursor));
}
