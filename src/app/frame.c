/*
 * Frame: what surrounds the panes: who, where and which month on line 1, the tabs, the filter line, the
 * message line and the keys that work now.
 */
#include <stdio.h>
#include <string.h>

#include "internal.h"

static void draw_too_small(struct app *app)
{
    struct surface *surface = app->surface;
    int rows = surface_rows(surface), columns = surface_columns(surface);
    struct buffer text = { 0 };
    struct message message;
    char size[32], wanted[32];
    snprintf(size, sizeof size, "%dx%d", columns, rows);
    snprintf(wanted, sizeof wanted, "%dx%d", APP_MIN_COLUMNS, APP_MIN_ROWS);
    message_set(&message, N_("%2! Too small: %1"), size, wanted, NULL);
    message_add(&message, app->context.session->language, &text);
    if (text_width(buffer_text(&text), text.length) > columns) { /* what one needs is not what is cut */
        buffer_clear(&text);
        buffer_print(&text, "%s!", wanted);
    }
    surface_text(surface, rows / 2, 0, columns, STYLE_WARN, buffer_text(&text));
    surface_cursor(surface, 0, -1);
    buffer_finish(&text);
}

static void add_flag(struct buffer *text, const char *flag)
{
    if (text->length)
        buffer_add_text(text, "  ");
    buffer_add_text(text, flag);
}

static void draw_title(struct app *app)
{
    const struct session *session = app->context.session;
    struct surface *surface = app->surface;
    enum language language = session->language;
    int columns = surface_columns(surface);
    const char *dot = screen_between(&app->context);
    struct buffer who = { 0 }, month = { 0 }, flags = { 0 };

    buffer_print(&who, "%s%s%s%s%s", session->partner, dot, session->name, dot,
                 text_tr(language, model_label(WORDS_ROLE, session->role)));
    language_add_month(language, app->context.month, &month);
    buffer_print(&month, " (%s)", text_tr(language, N_("pay-out")));
    bool other = app->context.month.index != month_of(session_today(session)).index;
    if (other)
        buffer_print(&month, " %s", text_tr(language, N_("not the current month")));
    if (session->demo)
        add_flag(&flags, "DEMO");
    if (session->read_only)
        add_flag(&flags, text_tr(language, N_("read-only")));
    if (app->context.names_hidden)
        add_flag(&flags, text_tr(language, N_("names hidden")));

    int flags_width = text_width(buffer_text(&flags), flags.length);
    int month_width = text_width(buffer_text(&month), month.length);
    int month_column = columns - flags_width - month_width - 4;
    if (month_column < 14) /* narrow: the name gives way first, then the month's note */
        month_column = 14;
    surface_text(surface, 0, 1, month_column - 3, STYLE_TITLE, buffer_text(&who));
    surface_text(surface, 0, month_column, columns - month_column - flags_width - 2,
                 other ? STYLE_OTHER_MONTH : STYLE_TITLE, buffer_text(&month));
    if (flags_width)
        surface_text(surface, 0, columns - flags_width - 1, flags_width, STYLE_WARN,
                     buffer_text(&flags));
    buffer_finish(&who);
    buffer_finish(&month);
    buffer_finish(&flags);
}

static const char *tab_title(struct app *app, int tab)
{
    return text_tr(app->context.session->language, app->tabs[tab].pane->ops->title);
}

enum { TAB_GAP = 2, TAB_NUMBER = 2 }; /* blanks between two tabs; a number and a blank */

/* Columns of the tabs when those from `whole` on stand there by their number, but for the open one. */
static int tabs_width(struct app *app, int whole, int gap)
{
    int width = (APP_TABS - 1) * gap;
    for (int i = 0; i < APP_TABS; i++)
        width += i < whole || i == app->tab
                     ? TAB_NUMBER + surface_width(app->surface, tab_title(app, i))
                     : TAB_NUMBER - 1;
    return width;
}

/* No name is cut: where there is no room for all of them, the last ones are left out. */
static void draw_tabs(struct app *app)
{
    struct surface *surface = app->surface;
    const char *here = app->context.plain ? text_tr(app->context.session->language, N_(", here")) : "";
    int columns = surface_columns(surface), column = 1, whole = APP_TABS;
    int room = columns - 1 - surface_width(surface, here), gap = TAB_GAP;
    if (tabs_width(app, whole, gap) > room)
        gap = tabs_width(app, whole, 1) > room ? TAB_GAP : 1;
    while (whole > 0 && tabs_width(app, whole, gap) > room)
        whole--;
    for (int i = 0; i < APP_TABS; i++) {
        bool now = i == app->tab, named = now || i < whole;
        char name[160];
        snprintf(name, sizeof name, "%d%s%s%s", i + 1, named ? " " : "",
                 named ? tab_title(app, i) : "", now ? here : "");
        column += surface_text(surface, 1, column, columns - column,
                               now ? STYLE_TAB_NOW : STYLE_TAB, name) + gap;
    }
}

enum { TYPING_ROOM = 10 }; /* where the next letters of a filter come */

static void add_filter_error(struct app *app, struct holder *top, struct buffer *text)
{
    char position[24];
    snprintf(position, sizeof position, "%zu", top->error.position + 1);
    struct message message;
    message_set(&message, N_("at character %1: "), position, NULL);
    message_add(&message, app->context.session->language, text);
    message_add(&top->error.message, app->context.session->language, text);
}

/* How many rows are shown, and which filter finds them. */
static void add_rows_of_before(struct app *app, struct holder *top, struct buffer *ret_text)
{
    enum language language = app->context.session->language;
    const struct part *part = &top->parts[0];
    bool finds = part->filter && !filter_is_empty(part->filter);
    struct buffer shown = { 0 }, all = { 0 };
    struct message message;
    language_add_number(language, (int64_t)part->shown_count, &shown);
    language_add_number(language, (int64_t)part->rows.count, &all);
    message_set(&message,
                !part->has_rows ? N_("not understood: the rows of before")
                : finds           ? N_("not understood; shown are %1 of %2: %3")
                                  : N_("not understood; shown are all %2"),
                buffer_text(&shown), buffer_text(&all), part->filter_text, NULL);
    message_add(&message, language, ret_text);
    buffer_finish(&shown);
    buffer_finish(&all);
}

static void draw_filter(struct app *app)
{
    struct holder *top = app_top(app);
    struct surface *surface = app->surface;
    int columns = surface_columns(surface), width = 0, at = 1;
    struct buffer status = { 0 };
    enum style style = STYLE_DIM;
    if (top->error.message.text) { /* the whole sentence stands on the message line */
        add_rows_of_before(app, top, &status);
        style = STYLE_ERROR;
    } else if (top->costly) {
        buffer_add_text(&status, text_tr(app->context.session->language,
                                         N_("the pattern is too costly: rows are missing")));
        style = STYLE_ERROR;
    } else if (top->pane->ops->status) {
        top->pane->ops->status(top->pane, &app->context, &status);
    }
    width = text_width(buffer_text(&status), status.length);
    int room = columns - 4;
    const char *filter = top->pane->ops->filter ? top->pane->ops->filter(top->pane) : "";
    bool typing = app->modal.use && app->modal.use->on_filter_row;
    int label = surface_width(surface, screen_filter_sign(&app->context));
    int most = room - label - surface_width(surface, filter) - (typing ? TYPING_ROOM : 0);
    if (!*filter && !typing)
        most = room;
    else if (most < room * 2 / 3)
        most = room * 2 / 3;
    if (width > most)
        width = most;
    surface_text_right(surface, 2, columns - 1 - width, width, style, buffer_text(&status));
    room -= width + 1;
    if (typing) {
        at += surface_text(surface, 2, at, room, STYLE_KEY, modal_label(app, app->modal.use)) + 1;
        line_draw(&app->modal.line, surface, 2, at, room - at + 3, STYLE_FIELD);
    } else if (*filter) {
        at += surface_text(surface, 2, at, room, STYLE_KEY, screen_filter_sign(&app->context)) + 1;
        surface_text(surface, 2, at, room - at + 3, STYLE_NORMAL, filter);
    }
    buffer_finish(&status);
}

/* Where a text breaks so that what is before it fits: at a blank when there is one. */
static size_t line_break(const char *text, size_t length, int columns)
{
    size_t fits = text_fit(text, length, columns), at = fits;
    while (fits < length && at > 0 && text[at] != ' ')
        at--;
    return at ? at : fits;
}

/* Whole: what does not fit in the row takes those above it too. Gives how much of the last row is used. */
static int draw_broken(struct app *app, int row, enum style style, struct buffer *text)
{
    enum { ROWS = 4 };
    struct surface *surface = app->surface;
    int columns = surface_columns(surface) - 2, used = 0;
    size_t starts[ROWS] = { 0 }, count = 0;
    for (size_t at = 0; at < text->length && count < ROWS;) {
        starts[count++] = at;
        at += line_break(text->data + at, text->length - at, columns);
        while (at < text->length && text->data[at] == ' ')
            at++;
    }
    row -= count ? (int)count - 1 : 0;
    surface_clear(surface, (struct rect){ row, 0, (int)count, columns + 2 }, STYLE_NORMAL);
    for (size_t i = 0; i < count; i++) {
        size_t end = i + 1 < count ? starts[i + 1] : text->length;
        while (end > starts[i] && text->data[end - 1] == ' ') /* it broke there: no room is needed for it */
            end--;
        char last = text->data[end];
        text->data[end] = '\0';
        used = surface_text(surface, row + (int)i, 1, columns, style, text->data + starts[i]);
        text->data[end] = last;
    }
    return used;
}

static void draw_question(struct app *app, int row)
{
    const struct modal *modal = &app->modal;
    enum language language = app->context.session->language;
    struct buffer text = { 0 };
    int columns = surface_columns(app->surface) - 2;
    if (modal->question.text)
        message_add(&modal->question, language, &text);
    else
        buffer_add_text(&text, text_tr(language, modal->use->label));
    int used = draw_broken(app, row, STYLE_WARN, &text);
    if (text.length)
        surface_cursor(app->surface, row, 1 + used < columns ? 2 + used : columns);
    buffer_finish(&text);
}

/* Why the line under the cursor cannot be taken; NULL = it can, or nothing else is to be said. */
static const char *refused_line(const struct app *app)
{
    const struct picker_item *item =
        modal_scope(&app->modal) == SCOPE_PICKER ? picker_chosen(&app->modal.picker) : NULL;
    return item && item->dim ? item->why : NULL;
}

void frame_warn_add(const struct app *app, struct buffer *ret_text)
{
    buffer_add_text(ret_text, app->context.plain
                                  ? text_tr(app->context.session->language, N_("Attention:"))
                                  : "!");
    buffer_add_byte(ret_text, ' ');
}

void frame_message(struct app *app, int row)
{
    const char *refused = refused_line(app);
    if (modal_scope(&app->modal) == SCOPE_DIALOG) {
        draw_question(app, row);
        return;
    }
    enum language language = app->context.session->language;
    struct buffer text = { 0 };
    enum style style = app->message_style;
    if (app_top(app)->error.message.text && !app->message.text) {
        frame_warn_add(app, &text);
        add_filter_error(app, app_top(app), &text);
        style = STYLE_ERROR;
    } else if (app->message.text) {
        if (style == STYLE_ERROR || style == STYLE_WARN)
            frame_warn_add(app, &text);
        message_add(&app->message, language, &text);
    } else if (refused) {
        buffer_add_text(&text, refused);
        style = STYLE_DIM;
    }
    draw_broken(app, row, style, &text);
    buffer_finish(&text);
}

/* The first of an action's keys here. False: it has none. Yes is ja, so its key is j where it has that. */
static bool key_of(struct app *app, enum action_id action, char ret_key[static 16])
{
    struct buffer text = { 0 };
    keymap_add_keys(app->options.keymap, action, app_scopes(app), &text);
    const char *keys = buffer_text(&text);
    const char *ja = action == ACTION_YES && app->options.session.language != LANGUAGE_EN
                         ? strstr(keys, " j")
                         : NULL;
    if (ja)
        keys = ja + 1;
    size_t length = strcspn(keys, " ");
    bool any = length > 0 && length < 16;
    if (any)
        snprintf(ret_key, 16, "%.*s", (int)length, keys);
    buffer_finish(&text);
    return any;
}

/* Columns that a key with what it does takes in the bar; 0 = the action has no key. */
static int key_width(struct app *app, enum action_id action, const char *label)
{
    char key[16];
    if (!key_of(app, action, key))
        return 0;
    return surface_width(app->surface, key) + 1 +
           surface_width(app->surface, text_tr(app->options.session.language, label));
}

/* A key with what it does, left of `end`; false when there is no room for it. */
static bool draw_key(struct app *app, enum action_id action, const char *label, int end,
                     int *column)
{
    struct surface *surface = app->surface;
    int row = surface_rows(surface) - 1, width = key_width(app, action, label);
    char key[16];
    if (width == 0)
        return true;
    if (*column + width > end || !key_of(app, action, key))
        return false;
    *column += surface_text(surface, row, *column, end - *column, STYLE_KEY, key) + 1;
    *column += surface_text(surface, row, *column, end - *column, STYLE_NORMAL,
                            text_tr(app->options.session.language, label)) + 2;
    return true;
}

static void draw_modal_bar(struct app *app)
{
    const struct modal_use *use = app->modal.use;
    int column = 1, end = surface_columns(app->surface) - 1;
    if (use->kind == MODAL_QUESTION) {
        if (use->accept)
            draw_key(app, ACTION_YES, use->accept_word ? use->accept_word : N_("yes"), end, &column);
        draw_key(app, ACTION_NO, use->cancel_word ? use->cancel_word : N_("no"), end, &column);
        return;
    }
    const char *accept = use->accept_word, *cancel = use->cancel_word;
    if (use->words)
        use->words(&app->modal, &accept, &cancel);
    if (accept)
        draw_key(app, ACTION_ACCEPT, accept, end, &column);
    if (cancel)
        draw_key(app, ACTION_CANCEL, cancel, end, &column);
    if (use->complete_word)
        draw_key(app, ACTION_COMPLETE, use->complete_word, end, &column);
    if (use->save_word)
        draw_key(app, ACTION_SAVE, use->save_word, end, &column);
    if (use->drop_word)
        draw_key(app, ACTION_DROP, use->drop_word, end, &column);
    if (use->picker_flags & PICKER_CHECKS)
        draw_key(app, ACTION_CHECK, N_("on/off"), end, &column);
    if (use->picker_flags & PICKER_ORDER) {
        draw_key(app, ACTION_EARLIER, N_("up"), end, &column);
        draw_key(app, ACTION_LATER, N_("down"), end, &column);
    }
    draw_key(app, ACTION_HELP, action_info(ACTION_HELP)->label, end, &column);
}

/* The help has its place whatever else there is no room for. */
static void draw_bar(struct app *app)
{
    struct action_facts facts;
    const char *help = action_info(ACTION_HELP)->label;
    int column = 1, end = surface_columns(app->surface) - 1;
    app_facts(app, &facts);
    if (app->modal.use) {
        draw_modal_bar(app);
        return;
    }
    int most = end - key_width(app, ACTION_HELP, help) - 2;
    for (enum action_id action = 0; action < ACTION_COUNT; action++) {
        const struct action_info *info = action_info(action);
        if (action == ACTION_HELP || !(info->scopes & facts.scopes) || !*info->label ||
            action_judge(action, &facts).text)
            continue;
        if (!draw_key(app, action, info->label, most, &column))
            break;
    }
    draw_key(app, ACTION_HELP, help, end, &column);
}

struct rect frame_body(const struct app *app)
{
    return (struct rect){ 3, 0, surface_rows(app->surface) - 5, surface_columns(app->surface) };
}

void frame_draw(struct app *app)
{
    struct surface *surface = app->surface;
    int rows = surface_rows(surface), columns = surface_columns(surface);
    surface_clear(surface, (struct rect){ 0, 0, rows, columns }, STYLE_NORMAL);
    surface_cursor(surface, 0, -1);
    if (rows < APP_MIN_ROWS || columns < APP_MIN_COLUMNS) {
        draw_too_small(app);
        return;
    }
    struct holder *top = app_top(app);
    draw_title(app);
    draw_tabs(app);
    struct rect body = frame_body(app);
    top->pane->ops->draw(top->pane, &app->context, surface, body, !app->modal.use);
    draw_filter(app);
    frame_message(app, rows - 2);
    draw_bar(app);
    modal_draw(app, body);
    app->frames++;
}
