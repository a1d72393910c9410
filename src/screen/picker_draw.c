/*
 * Drawing of a picker: a box as large as its lines need and the room allows; without a box in the plain
 * interface, where the terminal's cursor stands on the line that would be taken.
 *
 * State: none but what struct picker notes of the last drawing (top, page).
 */
#include <string.h>

#include "internal.h"
#include "klientel/base/text.h"
#include "klientel/screen/picker.h"

enum { LEAST_WIDTH = 34, MOST_WIDTH = 96, CHECK_WIDTH = 4, NOTE_GAP = 2, HINT_WIDTH = 18 };

static int item_width(const struct surface *surface, const struct picker_item *item)
{
    int width = surface_width(surface, item->text);

    return item->note ? width + NOTE_GAP + surface_width(surface, item->note) : width;
}

/* Headings stand while nothing was typed. */
static bool has_heading(const struct picker *picker, size_t position)
{
    return picker->line.length == 0 && picker->items[picker->shown[position]].group != NULL;
}

static struct rect box_rect(const struct picker *picker, const struct surface *surface,
                            struct rect room)
{
    int width = LEAST_WIDTH, lines = 0, i_width;
    struct rect box = room;
    size_t i;

    /* As if nothing was typed: a box that jumps about while one types is hard to read. */
    for (i = 0; i < picker->count; i++) {
        i_width = item_width(surface, &picker->items[i]);
        width = i_width > width ? i_width : width;
        lines += 1 + (picker->items[i].group ? 1 : 0);
    }
    i_width = surface_width(surface, picker->title) + 2;
    width = i_width > width ? i_width : width;
    width += 4 + (picker->flags & PICKER_CHECKS ? CHECK_WIDTH : 0);
    if (width > MOST_WIDTH || (picker->flags & PICKER_OWN_ROWS))
        width = MOST_WIDTH;
    if (picker->flags & PICKER_OWN_ROWS)
        lines = room.rows;
    box.columns = width < room.columns - 2 ? width : room.columns - 2;
    box.rows = lines + 3 < room.rows ? lines + 3 : room.rows;
    box.column = room.column + (room.columns - box.columns) / 2;
    return box;
}

static void frame_draw(const struct picker *picker, const struct screen_context *context,
                       struct surface *surface, struct rect box)
{
    enum language language = context->session->language;
    struct buffer count = { 0 };
    int width;

    surface_clear(surface, box, STYLE_NORMAL);
    surface_box(surface, box, STYLE_HEAD);
    surface_text(surface, box.row, box.column + 2, box.columns - 4, STYLE_TITLE, picker->title);
    if (picker->line.length > 0 && !(picker->flags & PICKER_OWN_ROWS)) {
        language_add_number(language, (int64_t)picker->shown_count, &count);
        buffer_add_byte(&count, '/');
        language_add_number(language, (int64_t)picker->count, &count);
        width = surface_width(surface, buffer_text(&count));
        surface_text(surface, box.row + box.rows - 1, box.column + box.columns - 3 - width, width,
                     STYLE_HEAD, buffer_text(&count));
    }
    buffer_finish(&count);
}

/* A candidate: its text, then what it means. */
static void hint_draw(struct surface *surface, int row, int at, int room, enum style note,
                      enum style style, const struct picker_item *item)
{
    int width = surface_text(surface, row, at, room, style, item->text);

    width = width + NOTE_GAP > HINT_WIDTH ? width + NOTE_GAP : HINT_WIDTH;
    if (item->note)
        surface_text(surface, row, at + width, room - width, note, item->note);
}

static void item_draw(const struct picker *picker, const struct screen_context *context,
                      struct surface *surface, struct rect rect, size_t position)
{
    const struct picker_item *item = &picker->items[picker->shown[position]];
    bool here = position == picker->cursor;
    enum style style = here ? STYLE_CURSOR : item->dim ? STYLE_DIM : STYLE_NORMAL;
    int note = item->note ? surface_width(surface, item->note) : 0, at = rect.column + 1, room;

    surface_clear(surface, rect, style);
    if (picker->flags & PICKER_CHECKS) {
        surface_text(surface, rect.row, at, 3, style,
                     item->on ? context->ascii ? "[x]" : "[×]" : "[ ]");
        at += CHECK_WIDTH;
    }
    room = rect.column + rect.columns - 1 - at;
    if (picker->flags & PICKER_HINTS) {
        hint_draw(surface, rect.row, at, room, here ? style : STYLE_DIM, style, item);
        return;
    }
    if (note > room / 2)
        note = room / 2;
    surface_text(surface, rect.row, at, note ? room - note - NOTE_GAP : room, style, item->text);
    if (note)
        surface_text_right(surface, rect.row, at + room - note, note,
                           here ? style : STYLE_DIM, item->note);
    if (here && context->plain)
        surface_cursor(surface, rect.row, rect.column);
}

/* How many shown items from `top` on fit in so many lines. */
static size_t items_that_fit(const struct picker *picker, size_t top, int lines)
{
    size_t position = top;

    for (; position < picker->shown_count; position++) {
        lines -= 1 + (has_heading(picker, position) ? 1 : 0);
        if (lines < 0)
            break;
    }
    return position - top;
}

static void picker_scroll(struct picker *picker, int lines)
{
    if (picker->cursor >= picker->shown_count)
        return;
    if (picker->cursor < picker->top)
        picker->top = picker->cursor;
    while (picker->top < picker->cursor &&
           picker->top + items_that_fit(picker, picker->top, lines) <= picker->cursor)
        picker->top++;
}

static void items_draw(struct picker *picker, const struct screen_context *context,
                       struct surface *surface, struct rect rect)
{
    size_t position;
    int line = 0;

    picker->page = rect.rows > 1 ? rect.rows : 1;
    picker_scroll(picker, picker->page);
    if (picker->shown_count == 0)
        surface_text(surface, rect.row, rect.column + 1, rect.columns - 2, STYLE_DIM,
                     text_tr(context->session->language,
                             picker->line.length ? N_("Nothing fits what was typed")
                                                 : N_("There is nothing to choose from")));
    for (position = picker->top; position < picker->shown_count && line < rect.rows; position++) {
        if (has_heading(picker, position)) {
            if (line + 1 >= rect.rows)
                break;
            surface_text(surface, rect.row + line, rect.column + 1, rect.columns - 2, STYLE_HEAD,
                         picker->items[picker->shown[position]].group);
            line++;
        }
        item_draw(picker, context, surface,
                  (struct rect) { rect.row + line, rect.column, 1, rect.columns }, position);
        line++;
    }
    if (!context->plain && position < picker->shown_count)
        surface_text(surface, rect.row + rect.rows, rect.column + 1, 3, STYLE_HEAD,
                     context->ascii ? " v " : " ▼ ");
}

/* Candidates: a box at the foot of the room, as high as it must be and never more than half of it. */
static void hints_draw(struct picker *picker, const struct screen_context *context,
                       struct surface *surface, struct rect room)
{
    int lines = (int)(picker->shown_count < 100 ? picker->shown_count : 100), edge = context->plain ? 1 : 2;
    struct rect box = room, inside;

    if (lines == 0)
        return;
    if (lines + edge > room.rows * 2 / 3)
        lines = room.rows * 2 / 3 - edge;
    box.rows = lines + edge;
    box.row = room.row + room.rows - box.rows;
    surface_clear(surface, box, STYLE_NORMAL);
    inside = box;
    if (context->plain) {
        inside.row++;
        inside.rows--;
    } else {
        surface_box(surface, box, STYLE_HEAD);
        inside = (struct rect) { box.row + 1, box.column + 1, box.rows - 2, box.columns - 2 };
    }
    items_draw(picker, context, surface, inside);
}

void picker_draw(struct picker *picker, const struct screen_context *context,
                 struct surface *surface, struct rect rect)
{
    struct rect box = rect, inside;

    if (rect.rows < 4 || rect.columns < LEAST_WIDTH / 2)
        return;
    if (picker->flags & PICKER_HINTS) {
        hints_draw(picker, context, surface, rect);
        return;
    }
    if (context->plain) {
        surface_clear(surface, box, STYLE_NORMAL);
        surface_text(surface, box.row, box.column + 1, box.columns - 2, STYLE_TITLE,
                     picker->title);
        inside = (struct rect) { box.row + 1, box.column, box.rows - 1, box.columns };
    } else {
        box = box_rect(picker, surface, rect);
        frame_draw(picker, context, surface, box);
        inside = (struct rect) { box.row + 1, box.column + 1, box.rows - 2, box.columns - 2 };
    }
    surface_text(surface, inside.row, inside.column + 1, 1, STYLE_KEY, "/");
    line_draw(&picker->line, surface, inside.row, inside.column + 3, inside.columns - 4,
              STYLE_FIELD);
    inside.row++;
    inside.rows--;
    items_draw(picker, context, surface, inside);
}
