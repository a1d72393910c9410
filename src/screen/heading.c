/*
 * Heading: rulers with a text in them, and months in words, for the panes.
 *
 * State: none.
 */
#include "internal.h"

#include <string.h>

void heading_draw(struct surface *surface, const struct screen_context *context, struct rect rect,
                  const char *text)
{
    int room = rect.columns - 4, used;

    if (rect.rows <= 0)
        return;
    surface_clear(surface, (struct rect) { rect.row, rect.column, 1, rect.columns }, STYLE_NORMAL);
    if (context->plain) {
        surface_text(surface, rect.row, rect.column + 1, rect.columns - 1, STYLE_HEAD, text);
        return;
    }
    surface_line(surface, rect.row, rect.column, rect.columns, STYLE_HEAD);
    if (room <= 0 || !*text)
        return;
    surface_text(surface, rect.row, rect.column + 2, 1, STYLE_HEAD, " ");
    used = surface_text(surface, rect.row, rect.column + 3, room - 1, STYLE_HEAD, text);
    surface_text(surface, rect.row, rect.column + 3 + used, 1, STYLE_HEAD, " ");
}

const char *screen_filter_sign(const struct screen_context *context)
{
    return context->plain ? text_tr(context->session->language, N_("Filter:")) : "/";
}

void month_name_add(struct month month, enum language language, struct buffer *ret_text)
{
    struct buffer text = { 0 };
    const char *blank;

    language_add_month(language, month, &text);
    blank = strrchr(buffer_text(&text), ' ');
    buffer_add(ret_text, buffer_text(&text),
               blank ? (size_t)(blank - buffer_text(&text)) : text.length);
    buffer_finish(&text);
}

void month_short_add(struct month month, enum language language, struct buffer *ret_text)
{
    struct buffer text = { 0 };
    const char *blank;

    language_add_day(language, month_first(month), &text);
    blank = strrchr(buffer_text(&text), ' ');
    buffer_add_text(ret_text, blank ? blank + 1 : buffer_text(&text));
    buffer_finish(&text);
}
