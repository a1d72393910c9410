/*
 * Copy: rows of a table, or the lines of a text on the screen, to the terminal's clipboard.
 *
 * State: app->copy, until whoever has the terminal took it (app_wants_copy).
 * Invariant: what is copied is what is seen: the columns on the screen, names as they are shown.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "klientel/base/arena.h"

enum { COPY_MOST = 100 * 1000 }; /* bytes: what terminals take */

/* False, with a message, when it is too much. */
static bool copy_take(struct app *app, const struct buffer *text)
{
    struct message message;
    struct buffer size = { 0 };
    if (text->length > COPY_MOST) {
        language_add_number(app->options.session.language, (int64_t)(text->length + 999) / 1000,
                            &size);
        message_set(&message,
                    N_("Not copied: %1 kB are more than a clipboard takes; export it instead"),
                    buffer_text(&size), NULL);
        app_say(app, STYLE_WARN, &message);
        buffer_finish(&size);
        return false;
    }
    free(app->copy);
    app->copy = memory_text(buffer_text(text));
    return true;
}

/* ---- rows ---- */

/* Made safe cell by cell: no tab and no line end but ours. */
static void cell_copy(const char *text, bool first, struct buffer *ret_text)
{
    if (!first)
        buffer_add_byte(ret_text, '\t');
    text_safe_add(text, strlen(text), ret_text);
}

static enum column column_at(const struct table *table, size_t slot)
{
    return table->columns[slot == 0 ? 0 : table->first_column + slot - 1];
}

static void head_copy(struct app *app, const struct table *table, struct buffer *ret_text)
{
    for (size_t i = 0; i <= table->visible; i++)
        cell_copy(text_tr(app->options.session.language, column_info(column_at(table, i))->label),
                  i == 0, ret_text);
    buffer_add_byte(ret_text, '\n');
}

static void row_copy(struct app *app, const struct table *table, size_t row,
                     struct buffer *ret_text)
{
    struct buffer cell = { 0 };
    for (size_t i = 0; i <= table->visible; i++) {
        buffer_clear(&cell);
        cell_add(table->rows, row, column_at(table, i), &app->context, &cell);
        cell_copy(buffer_text(&cell), i == 0, ret_text);
    }
    buffer_finish(&cell);
}

static void say_rows(struct app *app, const struct table *table, size_t count)
{
    enum language language = app->options.session.language;
    struct buffer rows = { 0 }, columns = { 0 };
    struct message message;
    language_add_number(language, (int64_t)count, &rows);
    language_add_number(language, (int64_t)table->visible + 1, &columns);
    message_set(&message,
                count == 1 ? N_("Copied: the row, with the columns on the screen (%2)")
                           : N_("Copied: %1 rows and a head, with the columns on the screen (%2)"),
                buffer_text(&rows), buffer_text(&columns), NULL);
    app_say(app, STYLE_NORMAL, &message);
    buffer_finish(&rows);
    buffer_finish(&columns);
}

static void rows_copy(struct app *app, struct table *table, enum bulk_rows which,
                      const struct ids *ids, void *own)
{
    struct buffer text = { 0 };
    (void)which;
    (void)own;
    if (ids->count == 0 || !table->rows)
        return;
    if (ids->count > 1)
        head_copy(app, table, &text);
    for (size_t i = 0; i < table->rows->count; i++) {
        size_t row = table_ordered(table, i);
        if (!ids_has(ids, table->rows->ids[row]))
            continue;
        row_copy(app, table, row, &text);
        if (ids->count > 1)
            buffer_add_byte(&text, '\n');
        if (text.length > 100 * (size_t)COPY_MOST) /* enough to say that it is too much */
            break;
    }
    if (copy_take(app, &text))
        say_rows(app, table, ids->count);
    buffer_finish(&text);
}

static const struct bulk_use copy_use = { .rows = rows_copy };

/* ---- the lines on the screen ---- */

static void line_copy(const struct surface *surface, int row, struct buffer *ret_text)
{
    size_t end = ret_text->length;
    for (int column = 0; column < surface_columns(surface); column++) {
        const struct cell *cell = surface_cell(surface, row, column);
        if (cell->width == 0)
            continue;
        buffer_add_text(ret_text, *cell->text ? cell->text : " ");
        if (*cell->text && strcmp(cell->text, " ") != 0)
            end = ret_text->length;
    }
    while (ret_text->length > end) /* the blanks to its right */
        ret_text->data[--ret_text->length] = '\0';
    buffer_add_byte(ret_text, '\n');
}

static void lines_copy(struct app *app)
{
    struct buffer text = { 0 }, count = { 0 };
    struct message message;
    struct rect body = frame_body(app);
    for (int row = 0; row < body.rows; row++)
        line_copy(app->surface, body.row + row, &text);
    while (text.length > 1 && text.data[text.length - 2] == '\n')
        text.data[--text.length] = '\0';
    if (copy_take(app, &text)) {
        size_t lines = 0;
        for (size_t i = 0; i < text.length; i++)
            lines += text.data[i] == '\n';
        language_add_number(app->options.session.language, (int64_t)lines, &count);
        message_set(&message, N_("Copied: %1 lines, as they are on the screen"),
                    buffer_text(&count), NULL);
        app_say(app, STYLE_NORMAL, &message);
    }
    buffer_finish(&text);
    buffer_finish(&count);
}

void copy_now(struct app *app, enum action_id action)
{
    (void)action;
    holder_settle(app, app_top(app)); /* what is seen is what is copied, whatever was typed ahead */
    if (app_table(app))
        marks_ask(app, &copy_use, NULL);
    else
        lines_copy(app);
}
