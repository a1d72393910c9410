/*
 * Drawing of a picker: a box as large as its lines need and the room allows; without a box in the plain
 * interface, where the terminal's cursor stands on the line that would be taken and what a line is stands in words.
 *
 * State: none but what struct picker notes of the last drawing (top, page, width).
 */
#include <string.h>

#include "internal.h"
#include "klientel/base/text.h"
#include "klientel/screen/picker.h"

enum { LEAST_WIDTH = 34, MOST_WIDTH = 96, CHECK_WIDTH = 4, NOTE_GAP = 2, HINT_WIDTH = 18, WHY_MOST = 32,
       HIGH = 30 };

/* ---- how large ---- */

static int item_width(const struct surface *surface, const struct picker_item *item)
{
    int width = surface_width(surface, item->text), why;

    if (item->note && *item->note)
        width += NOTE_GAP + surface_width(surface, item->note);
    why = item->dim && item->why ? surface_width(surface, item->why) : 0;
    return why && why <= WHY_MOST ? width + NOTE_GAP + why : width;
}

/* Of all lines, whatever was typed: a box that jumps about while one types is hard to read. */
static int items_width(struct picker *picker, const struct surface *surface)
{
    int width;
    size_t i;

    if (picker->width)
        return picker->width;
    picker->width = LEAST_WIDTH;
    for (i = 0; i < picker->count && picker->width <= MOST_WIDTH; i++) {
        width = item_width(surface, &picker->items[i]);
        picker->width = width > picker->width ? width : picker->width;
    }
    return picker->width;
}

static int check_width(const struct picker *picker, const struct screen_context *context,
                       const struct surface *surface)
{
    enum language language = context->session->language;
    int on, off;

    if (!(picker->flags & PICKER_CHECKS))
        return 0;
    if (!context->plain)
        return CHECK_WIDTH;
    on = surface_width(surface, text_tr(language, N_("on")));
    off = surface_width(surface, text_tr(language, N_("off")));
    return (on > off ? on : off) + 1;
}

static struct rect box_rect(struct picker *picker, const struct screen_context *context,
                            const struct surface *surface, struct rect room)
{
    size_t lines = picker->count + picker->group_count;
    int title = surface_width(surface, picker->title) + 4;
    int width = items_width(picker, surface);
    struct rect box = room;

    width = title > width ? title : width;
    width += 4 + check_width(picker, context, surface) + (picker->group_count ? 1 : 0);
    if (width > MOST_WIDTH || (picker->flags & PICKER_OWN_ROWS))
        width = MOST_WIDTH;
    if (picker->flags & PICKER_OWN_ROWS) /* how many there will be is not known */
        lines = room.rows > HIGH ? HIGH - 3 : (size_t)room.rows;
    box.columns = width < room.columns - 2 ? width : room.columns - 2;
    box.rows = lines + 3 < (size_t)room.rows ? (int)lines + 3 : room.rows;
    box.column = room.column + (room.columns - box.columns) / 2;
    return box;
}

/* ---- what stands on the edge ---- */

/* "200 of 1 204", or how many lines fit what was typed. */
static void status_add(const struct picker *picker, const struct screen_context *context,
                       struct buffer *ret_text)
{
    enum language language = context->session->language;
    struct buffer shown = { 0 }, count = { 0 };
    struct message message;

    if (picker->status.length > 0) {
        buffer_add(ret_text, picker->status.data, picker->status.length);
        return;
    }
    if (picker->line.length == 0 || (picker->flags & PICKER_OWN_ROWS))
        return;
    language_add_number(language, (int64_t)picker->shown_count, &shown);
    language_add_number(language, (int64_t)picker->count, &count);
    message_set(&message, N_("%1 of %2"), buffer_text(&shown), buffer_text(&count), NULL);
    message_add(&message, language, ret_text);
    buffer_finish(&shown);
    buffer_finish(&count);
}

/* A text set into a line of the box, to the right. */
static void edge_text(struct surface *surface, int row, struct rect box, const char *text)
{
    int most = box.columns / 2, width = surface_width(surface, text) + 2, at;

    if (!*text)
        return;
    width = width < most ? width : most;
    at = box.column + box.columns - 2 - width;
    surface_text(surface, row, at, 1, STYLE_HEAD, " ");
    surface_text(surface, row, at + 1, width - 2, STYLE_HEAD, text);
    surface_text(surface, row, at + width - 1, 1, STYLE_HEAD, " ");
}

static void box_draw(const struct picker *picker, const struct screen_context *context,
                     struct surface *surface, struct rect box)
{
    struct buffer status = { 0 };

    surface_clear(surface, box, STYLE_NORMAL);
    surface_box(surface, box, STYLE_HEAD);
    surface_text(surface, box.row, box.column + 2, box.columns - 8, STYLE_TITLE, picker->title);
    status_add(picker, context, &status);
    edge_text(surface, box.row + box.rows - 1, box, buffer_text(&status));
    buffer_finish(&status);
}

static void plain_title(const struct picker *picker, const struct screen_context *context,
                        struct surface *surface, struct rect rect)
{
    struct buffer status = { 0 };
    int width;

    surface_clear(surface, rect, STYLE_NORMAL);
    status_add(picker, context, &status);
    width = surface_width(surface, buffer_text(&status));
    surface_text(surface, rect.row, rect.column + 1, rect.columns - 4 - width, STYLE_TITLE,
                 picker->title);
    surface_text_right(surface, rect.row, rect.column, rect.columns - 1, STYLE_HEAD,
                       buffer_text(&status));
    buffer_finish(&status);
}

/* ---- one line ---- */

/* Where what candidates mean begins: beside the longest of them, and not to the right of the middle. */
static int hint_width(const struct picker *picker, const struct surface *surface, int room)
{
    int widest = HINT_WIDTH;

    for (size_t i = 0; i < picker->shown_count; i++) {
        int width = surface_width(surface, picker->items[picker->shown[i]].text) + NOTE_GAP;
        widest = width > widest ? width : widest;
    }
    return widest < room / 2 ? widest : room / 2;
}

/* A candidate: its text, then what it means. */
static void hint_draw(const struct picker *picker, struct surface *surface, int row, int at,
                      int room, enum style note, enum style style, const struct picker_item *item)
{
    int width = surface_text(surface, row, at, room, style, item->text) + NOTE_GAP;
    int least = hint_width(picker, surface, room);

    width = width > least ? width : least;
    if (item->note)
        surface_text(surface, row, at + width, room - width, note, item->note);
}

/* On or off: a box that is ticked, or the word. */
static int check_draw(const struct picker *picker, const struct screen_context *context,
                      struct surface *surface, int row, int at, enum style style,
                      const struct picker_item *item)
{
    int width = item->alone ? 0 : check_width(picker, context, surface);
    const char *mark = item->on ? context->ascii ? "[x]" : "[×]" : "[ ]";

    if (width && context->plain)
        mark = text_tr(context->session->language, item->on ? N_("on") : N_("off"));
    if (width)
        surface_text(surface, row, at, width - 1, style, mark);
    return width;
}

/* Why the line cannot be taken: whole or not at all. In the plain interface, where nothing is dim, that it cannot. */
static void why_add(const struct picker_item *item, const struct screen_context *context,
                    const struct surface *surface, int room, struct buffer *ret_text)
{
    enum language language = context->session->language;
    struct message message;

    if (!item->dim)
        return;
    if (item->why && context->plain) {
        message_set(&message, N_("not possible: %1"), item->why, NULL);
        message_add(&message, language, ret_text);
    } else if (item->why) {
        buffer_add_text(ret_text, item->why);
    }
    if (surface_width(surface, buffer_text(ret_text)) <= room && ret_text->length)
        return;
    buffer_clear(ret_text);
    if (context->plain)
        buffer_add_text(ret_text, text_tr(language, N_("not possible")));
}

/* The text first, then the note at the right edge, then what room there is for the reason between them. */
static void texts_draw(struct surface *surface, const struct screen_context *context, int row,
                       int at, int room, enum style style, enum style note_style,
                       const struct picker_item *item)
{
    int note = item->note ? surface_width(surface, item->note) : 0, used;
    int text = surface_width(surface, item->text);
    struct buffer why = { 0 };

    text = text < room / 2 ? text : room / 2; /* the note has half the room, or what the text leaves */
    if (note > room - text - NOTE_GAP)
        note = room - text - NOTE_GAP;
    if (note)
        surface_text_right(surface, row, at + room - note, note, note_style, item->note);
    room -= note ? note + NOTE_GAP : 0;
    used = surface_text(surface, row, at, room, style, item->text) + NOTE_GAP;
    why_add(item, context, surface, room - used, &why);
    if (why.length > 0)
        surface_text_right(surface, row, at + used, room - used, note_style, buffer_text(&why));
    buffer_finish(&why);
}

static void item_draw(const struct picker *picker, const struct screen_context *context,
                      struct surface *surface, struct rect rect, size_t position)
{
    const struct picker_item *item = &picker->items[picker->shown[position]];
    bool here = position == picker->cursor;
    enum style style = here ? STYLE_CURSOR : item->dim ? STYLE_DIM : STYLE_NORMAL;
    enum style note = here ? style : STYLE_DIM;
    int at = rect.column + 1 + (picker->group_count ? 1 : 0), room;

    surface_clear(surface, rect, style);
    at += check_draw(picker, context, surface, rect.row, at, style, item);
    room = rect.column + rect.columns - 1 - at;
    if (picker->flags & PICKER_HINTS)
        hint_draw(picker, surface, rect.row, at, room, note, style, item);
    else
        texts_draw(surface, context, rect.row, at, room, style, note, item);
    if (here && context->plain)
        surface_cursor(surface, rect.row, rect.column);
}

/* ---- which lines are seen ---- */

/* Headings stand while nothing was typed. */
static bool has_headings(const struct picker *picker)
{
    return picker->group_count > 0 && picker->line.length == 0;
}

static bool is_headed(const struct picker *picker, size_t position)
{
    return has_headings(picker) && picker->items[picker->shown[position]].group != NULL;
}

/* The heading the line belongs to, NULL = none. */
static const char *heading_of(const struct picker *picker, size_t position)
{
    size_t i;

    for (i = position + 1; has_headings(picker) && i-- > 0;)
        if (picker->items[picker->shown[i]].group)
            return picker->items[picker->shown[i]].group;
    return NULL;
}

/* Whatever is first has its heading above it, also where the list was scrolled past that. */
static int lines_of(const struct picker *picker, size_t position, bool first)
{
    return 1 + (first ? heading_of(picker, position) != NULL : is_headed(picker, position));
}

/* The first line from which on the cursor is seen, not before `top`. */
static size_t scroll_down(const struct picker *picker, size_t top, int rows)
{
    size_t first = picker->cursor;
    int lines = 1;

    for (; first > top; first--, lines++) {
        lines += is_headed(picker, first) ? 1 : 0;
        if (lines + lines_of(picker, first - 1, true) > rows)
            break;
    }
    return first;
}

/* No room is left empty at the foot that lines above could have. */
static size_t scroll_back(const struct picker *picker, size_t top, int rows)
{
    int lines = lines_of(picker, top, true), more;
    size_t i;

    for (i = top + 1; lines < rows && i < picker->shown_count; i++)
        lines += lines_of(picker, i, false);
    for (; top > 0 && lines < rows; top--) {
        more = lines_of(picker, top - 1, true) - lines_of(picker, top, true) +
               lines_of(picker, top, false);
        if (lines + more > rows)
            break;
        lines += more;
    }
    return top;
}

static void picker_scroll(struct picker *picker, int rows)
{
    if (picker->cursor >= picker->shown_count) {
        picker->top = 0;
        return;
    }
    if (picker->cursor < picker->top)
        picker->top = picker->cursor;
    picker->top = scroll_back(picker, scroll_down(picker, picker->top, rows), rows);
}

static void scroll_marks(const struct picker *picker, const struct screen_context *context,
                         struct surface *surface, struct rect rect, bool more)
{
    if (context->plain)
        return;
    if (more)
        surface_text(surface, rect.row + rect.rows, rect.column + 1, 3, STYLE_HEAD,
                     context->ascii ? " v " : " ▼ ");
    if (picker->top > 0)
        surface_text(surface, rect.row - (picker->flags & PICKER_HINTS ? 1 : 2),
                     rect.column + rect.columns - 4, 3, STYLE_HEAD,
                     context->ascii ? " ^ " : " ▲ ");
}

static void items_draw(struct picker *picker, const struct screen_context *context,
                       struct surface *surface, struct rect rect)
{
    const char *heading;
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
        heading = position == picker->top || is_headed(picker, position)
                      ? heading_of(picker, position)
                      : NULL;
        if (heading && line + 1 >= rect.rows)
            break;
        if (heading)
            heading_draw(surface, context,
                         (struct rect) { rect.row + line++, rect.column, 1, rect.columns }, heading);
        item_draw(picker, context, surface,
                  (struct rect) { rect.row + line++, rect.column, 1, rect.columns }, position);
    }
    scroll_marks(picker, context, surface, rect, position < picker->shown_count);
}

/* Candidates: a box at the foot of the room, or at its head, as high as it must be and never more than half of it. */
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
    if (!(picker->flags & PICKER_HANGS))
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
    struct rect inside;
    int at;

    if (rect.rows < 4 || rect.columns < LEAST_WIDTH / 2)
        return;
    if (picker->flags & PICKER_HINTS) {
        hints_draw(picker, context, surface, rect);
        return;
    }
    if (context->plain) {
        plain_title(picker, context, surface, rect);
        inside = (struct rect) { rect.row + 1, rect.column, rect.rows - 1, rect.columns };
    } else {
        rect = box_rect(picker, context, surface, rect);
        box_draw(picker, context, surface, rect);
        inside = (struct rect) { rect.row + 1, rect.column + 1, rect.rows - 2, rect.columns - 2 };
    }
    at = surface_text(surface, inside.row, inside.column + 1, inside.columns / 2, STYLE_KEY,
                      screen_filter_sign(context)) + 2;
    line_draw(&picker->line, surface, inside.row, inside.column + at, inside.columns - at - 1,
              STYLE_FIELD);
    inside.row++;
    inside.rows--;
    items_draw(picker, context, surface, inside);
}
