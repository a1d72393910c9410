/*
 * Page: text made of lines that scrolls: the client sheet, the help, reasons.
 *
 * State: the lines and what was scrolled to. A page is made anew for every drawing (page_start …)
 * and keeps only its place. Invariant: text of a line is safe and in the terminal's characters, so
 * that wrapping measures what is drawn.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "klientel/base/arena.h"
#include "klientel/base/text.h"

void page_finish(struct page *page)
{
    buffer_finish(&page->text);
    free(page->lines);
    memset(page, 0, sizeof *page);
}

void page_start(struct page *page, int width, const struct screen_context *context)
{
    buffer_clear(&page->text);
    page->count = 0;
    page->width = width > 1 ? width : 1;
    page->ascii = context->ascii;
    page->latin1 = context->latin1;
}

static struct page_line *line_add(struct page *page, enum style style, int indent)
{
    struct page_line *line;

    if (page->count == page->capacity) {
        page->capacity = page->capacity ? page->capacity * 2 : 64;
        page->lines = memory_resize(page->lines, page->capacity * sizeof *page->lines);
    }
    line = &page->lines[page->count++];
    memset(line, 0, sizeof *line);
    line->style = style;
    line->indent = indent;
    line->label = SIZE_MAX;
    line->text = page->text.length;
    return line;
}

static void prepare(const struct page *page, const char *text, struct buffer *ret_text)
{
    struct buffer safe = { 0 };

    if (!page->ascii) {
        text_safe_add(text, strlen(text), ret_text);
        return;
    }
    text_safe_add(text, strlen(text), &safe);
    if (page->latin1)
        text_latin1_add(buffer_text(&safe), safe.length, ret_text);
    else
        text_ascii_add(buffer_text(&safe), safe.length, ret_text);
    buffer_finish(&safe);
}

/* Keeps a text in the page; ends it with a zero byte. Returns where it stands. */
static size_t keep(struct page *page, const char *text, size_t length)
{
    size_t at = page->text.length;

    buffer_add(&page->text, text, length);
    buffer_add_byte(&page->text, '\0');
    return at;
}

void page_heading(struct page *page, const char *text)
{
    struct page_line *line;

    if (page->count > 0)
        line_add(page, STYLE_NORMAL, 0)->text = keep(page, "", 0);
    line = line_add(page, STYLE_HEAD, 0);
    line->heading = true;
    line->text = keep(page, text, strlen(text));
}

/* How much of the text goes on one line: up to the last blank that fits, or what fits. */
static size_t wrap_at(const char *text, size_t length, int columns)
{
    size_t fits = text_fit(text, length, columns > 0 ? columns : 1), at, position = 0;

    if (fits == length)
        return length;
    for (at = fits; at > 0; at--)
        if (text[at] == ' ')
            return at;
    if (fits == 0) /* a wide cluster in one column: take it, it is cut when drawn */
        text_cluster(text, length, &position);
    return fits ? fits : position;
}

void page_text(struct page *page, enum style style, int indent, const char *text)
{
    struct buffer ready = { 0 };
    struct page_line *line;
    size_t at = 0, part;

    prepare(page, text, &ready);
    do {
        const char *rest = buffer_text(&ready) + at;

        part = wrap_at(rest, ready.length - at, page->width - indent);
        line = line_add(page, style, indent);
        line->text = keep(page, rest, part);
        at += part;
        while (at < ready.length && ready.data[at] == ' ')
            at++;
    } while (at < ready.length);
    buffer_finish(&ready);
}

void page_pair(struct page *page, int indent, const char *label, enum style style,
               const char *value)
{
    size_t first = page->count;
    struct buffer ready = { 0 };

    page_text(page, style, indent, value);
    prepare(page, label, &ready);
    page->lines[first].label = keep(page, buffer_text(&ready), ready.length);
    page->lines[first].label_column = 1;
    page->lines[first].label_style = STYLE_DIM;
    buffer_finish(&ready);
}

void page_key(struct page *page, int indent, const char *keys, const char *text)
{
    size_t first = page->count;

    page_pair(page, indent, keys, STYLE_NORMAL, text);
    page->lines[first].label_style = STYLE_KEY;
}

static void pad(struct buffer *text, int columns)
{
    while (columns-- > 0)
        buffer_add_byte(text, ' ');
}

static void cell_pad(const struct page *page, const struct page_cell *cell, struct buffer *text)
{
    struct buffer ready = { 0 };
    int room = abs(cell->width), width;
    size_t length;

    prepare(page, cell->text, &ready);
    length = ready.length;
    width = text_width(buffer_text(&ready), length);
    if (width > room) {
        length = text_fit(buffer_text(&ready), length, room - 1);
        width = text_width(buffer_text(&ready), length) + 1;
    }
    if (cell->width < 0)
        pad(text, room - width);
    buffer_add(text, buffer_text(&ready), length);
    if (length < ready.length)
        buffer_add_byte(text, '~');
    if (cell->width > 0)
        pad(text, room - width);
    buffer_finish(&ready);
}

void page_cells(struct page *page, enum style style, int indent, const struct page_cell *cells,
                size_t count)
{
    struct buffer text = { 0 };
    struct page_line *line;
    int room = page->width - indent;
    size_t i;

    for (i = 0; i < count && abs(cells[i].width) <= room; i++) {
        cell_pad(page, &cells[i], &text);
        buffer_add_byte(&text, ' ');
        room -= abs(cells[i].width) + 1;
    }
    line = line_add(page, style, indent);
    line->text = keep(page, buffer_text(&text), text.length);
    buffer_finish(&text);
}

struct effect page_act(struct page *page, enum action_id action)
{
    size_t step = page->rows > 2 ? (size_t)page->rows - 1 : 1;
    size_t last = page->count > (size_t)page->rows ? page->count - (size_t)page->rows : 0;

    switch (action) {
    case ACTION_UP:
        step = 1; /* fall through */
    case ACTION_PAGE_UP:
        page->top = page->top > step ? page->top - step : 0;
        break;
    case ACTION_DOWN:
        page->top = page->top + 1 < last ? page->top + 1 : last;
        break;
    case ACTION_PAGE_DOWN:
        page->top = page->top + step < last ? page->top + step : last;
        break;
    case ACTION_FIRST:
        page->top = 0;
        break;
    case ACTION_LAST:
        page->top = last;
        break;
    default:
        return effect_of(EFFECT_NONE);
    }
    return effect_of(EFFECT_DONE);
}

void page_status(const struct page *page, enum language language, struct buffer *ret_text)
{
    size_t rows = (size_t)page->rows;
    struct buffer first = { 0 }, last = { 0 }, count = { 0 };
    struct message message = { 0 };

    if (page->count <= rows)
        return;
    language_add_number(language, (int64_t)page->top + 1, &first);
    language_add_number(language, (int64_t)(page->top + rows), &last);
    language_add_number(language, (int64_t)page->count, &count);
    message_set(&message, N_("lines %1-%2 of %3"), buffer_text(&first), buffer_text(&last),
                buffer_text(&count), NULL);
    message_add(&message, language, ret_text);
    buffer_finish(&first);
    buffer_finish(&last);
    buffer_finish(&count);
}

static void line_draw_at(const struct page *page, const struct screen_context *context,
                         struct surface *surface, struct rect rect, const struct page_line *line)
{
    const char *text = page->text.data + line->text;

    if (line->heading) {
        heading_draw(surface, context, rect, text);
        return;
    }
    if (line->label != SIZE_MAX)
        surface_text(surface, rect.row, rect.column + line->label_column,
                     line->indent - line->label_column - 1, line->label_style,
                     page->text.data + line->label);
    surface_text(surface, rect.row, rect.column + line->indent, rect.columns - line->indent,
                 line->style, text);
}

void page_draw(struct page *page, const struct screen_context *context, struct surface *surface,
               struct rect rect)
{
    size_t last;
    int row;

    page->rows = rect.rows > 0 ? rect.rows : 0;
    last = page->count > (size_t)page->rows ? page->count - (size_t)page->rows : 0;
    if (page->top > last)
        page->top = last;
    surface_clear(surface, rect, STYLE_NORMAL);
    for (row = 0; row < page->rows && page->top + (size_t)row < page->count; row++)
        line_draw_at(page, context, surface,
                     (struct rect) { rect.row + row, rect.column, 1, rect.columns },
                     &page->lines[page->top + (size_t)row]);
}

void page_add_lines(const struct page *page, const struct screen_context *context,
                    struct buffer *ret_text)
{
    struct surface *surface;
    size_t line;

    if (page->count == 0)
        return;
    surface = surface_create((int)page->count, context->columns);
    surface_clear(surface, (struct rect) { 0, 0, (int)page->count, context->columns },
                  STYLE_NORMAL);
    for (line = 0; line < page->count; line++)
        line_draw_at(page, context, surface,
                     (struct rect) { (int)line, 0, 1, context->columns }, &page->lines[line]);
    surface_add_rows(surface, ret_text);
    surface_destroy(surface);
}
