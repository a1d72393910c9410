/*
 * Glass: libvterm as a terminal. State: the emulator, what it was told about its modes, and the tail of
 * bytes that belong together but did not come together yet.
 */
#include "glass.h"

#include <curses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vterm.h>

#if VTERM_VERSION_MAJOR != 0 || VTERM_VERSION_MINOR != 1
#error "written for libvterm 0.1; the callbacks of later versions differ"
#endif

/* From <term.h>, which defines macros such as `lines` and must not be included. */
typedef struct term TERMINAL;
extern TERMINAL *cur_term;
extern int del_curterm(TERMINAL *term);
extern int setupterm(const char *term, int fd, int *ret_error);
extern char *tigetstr(const char *name);

struct glass {
    VTerm *vterm;
    VTermScreen *screen;
    enum text_charset charset;
    glass_out out;
    void *context;
    bool terminfo; /* keys are what terminfo says; one glass at a time then */
    bool linux_console;
    bool mute, feeding;
    struct buffer *probe; /* what libvterm sends goes here instead */
    struct buffer tail;
    bool cursor, alternate;
    int mouse;
    unsigned bells, titles;
    char title[256];
};

/* ---- what libvterm tells ---- */

static void send(struct glass *glass, const char *bytes, size_t length)
{
    if (glass->probe) {
        buffer_add(glass->probe, bytes, length);
        return;
    }
    if (glass->charset != TEXT_LATIN1) { /* LANG=C is mostly said before a UTF-8 keyboard */
        glass->out(glass->context, bytes, length);
        return;
    }
    struct buffer narrow = { 0 };
    buffer_add(&narrow, bytes, length);
    narrow.length = text_latin1_bytes(narrow.data, narrow.length);
    glass->out(glass->context, narrow.data, narrow.length);
    buffer_finish(&narrow);
}

static void on_output(const char *bytes, size_t length, void *context)
{
    struct glass *glass = context;
    if (!glass->feeding || !glass->mute) /* while it is fed it sends answers only */
        send(glass, bytes, length);
}

static int on_property(VTermProp property, VTermValue *value, void *context)
{
    struct glass *glass = context;
    switch (property) {
    case VTERM_PROP_CURSORVISIBLE:
        glass->cursor = value->boolean;
        break;
    case VTERM_PROP_ALTSCREEN:
        glass->alternate = value->boolean;
        break;
    case VTERM_PROP_MOUSE:
        glass->mouse = value->number;
        break;
    case VTERM_PROP_TITLE:
    case VTERM_PROP_ICONNAME:
        glass->titles++;
        snprintf(glass->title, sizeof glass->title, "%s", value->string);
        break;
    default:
        break;
    }
    return 1;
}

static int on_bell(void *context)
{
    ((struct glass *)context)->bells++;
    return 1;
}

static const VTermScreenCallbacks callbacks = { .settermprop = on_property, .bell = on_bell };

struct glass *glass_create(int rows, int columns, const char *term, enum text_charset charset,
                           glass_out out, void *context)
{
    struct glass *glass = calloc(1, sizeof *glass);
    int error;
    if (!glass)
        abort();
    *glass = (struct glass){ .charset = charset, .out = out, .context = context, .cursor = true };
    glass->linux_console = strcmp(term, "linux") == 0;
    bool own = strncmp(term, "xterm", 5) == 0 || strncmp(term, "screen", 6) == 0 ||
               strncmp(term, "tmux", 4) == 0;
    glass->terminfo = !own && setupterm(term, 1, &error) == OK;
    if (!glass->terminfo && cur_term)
        del_curterm(cur_term);
    glass->vterm = vterm_new(rows, columns);
    vterm_set_utf8(glass->vterm, 1);
    vterm_output_set_callback(glass->vterm, on_output, glass);
    glass->screen = vterm_obtain_screen(glass->vterm);
    vterm_screen_enable_altscreen(glass->screen, 1);
    vterm_screen_set_callbacks(glass->screen, &callbacks, glass);
    vterm_screen_reset(glass->screen, 1);
    glass->titles = 0;
    return glass;
}

void glass_destroy(struct glass *glass)
{
    if (!glass)
        return;
    vterm_free(glass->vterm);
    if (glass->terminfo && cur_term)
        del_curterm(cur_term);
    buffer_finish(&glass->tail);
    free(glass);
}

void glass_mute(struct glass *glass, bool mute)
{
    glass->mute = mute;
}

void glass_resize(struct glass *glass, int rows, int columns)
{
    vterm_set_size(glass->vterm, rows, columns);
    vterm_screen_flush_damage(glass->screen);
}

/* ---- bytes of the program ---- */

/* Sequences of other terminals than xterm, said in its words. Length of what stands at the place, 0 = none
 * of these, -1 = perhaps one of these, when more has come. */
static int foreign(const struct glass *glass, const char *bytes, size_t length, const char **ret_text)
{
    static const struct {
        const char *bytes, *text;
        bool linux_console;
    } words[] = {
        { "\033]R", "", true },                /* the palette of before */
        { "\033[?0c", "", true },              /* the cursor's shape */
        { "\033[?1c", "", true },
        { "\033[?8c", "", true },
        { "\033[?47h", "\033[?1047h", false }, /* the alternate screen of old */
        { "\033[?47l", "\033[?1047l", false },
    };
    int found = 0;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t size = strlen(words[i].bytes);
        if (words[i].linux_console && !glass->linux_console)
            continue;
        if (length >= size && memcmp(bytes, words[i].bytes, size) == 0) {
            *ret_text = words[i].text;
            return (int)size;
        }
        if (length < size && memcmp(bytes, words[i].bytes, length) == 0)
            found = -1;
    }
    return found;
}

static void write_plain(struct glass *glass, const char *bytes, size_t length)
{
    if (glass->charset == TEXT_UTF8) {
        vterm_input_write(glass->vterm, bytes, length);
        return;
    }
    struct buffer wide = { 0 };
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        char text[4];
        if (byte >= 0xa0)
            buffer_add(&wide, text, text_put(byte, text));
        else
            buffer_add_byte(&wide, bytes[i]);
    }
    vterm_input_write(glass->vterm, wide.data, wide.length);
    buffer_finish(&wide);
}

/* Bytes of a character at the end that has not come whole; libvterm would take it for several. */
static size_t begun(const struct glass *glass, const char *bytes, size_t length)
{
    for (size_t i = 1; glass->charset == TEXT_UTF8 && i <= 3 && i <= length; i++) {
        unsigned char byte = (unsigned char)bytes[length - i];
        if (byte >= 0xc0)
            return byte >= (i == 1 ? 0xc0 : i == 2 ? 0xe0 : 0xf0) ? i : 0;
        if (byte < 0x80)
            return 0;
    }
    return 0;
}

void glass_feed(struct glass *glass, const char *bytes, size_t length)
{
    struct buffer all = glass->tail;
    glass->tail = (struct buffer){ 0 };
    buffer_add(&all, bytes, length);
    size_t begin = 0, at = 0;
    glass->feeding = true;
    while (at < all.length) {
        const char *text = NULL;
        int size = all.data[at] == '\033' ? foreign(glass, all.data + at, all.length - at, &text) : 0;
        if (size == 0) {
            at++;
            continue;
        }
        if (at > begin)
            write_plain(glass, all.data + begin, at - begin);
        if (size < 0) {
            buffer_add(&glass->tail, all.data + at, all.length - at);
            begin = at = all.length;
            break;
        }
        write_plain(glass, text, strlen(text));
        begin = at += (size_t)size;
    }
    size_t kept = begun(glass, all.data + begin, at - begin);
    if (at - kept > begin)
        write_plain(glass, all.data + begin, at - kept - begin);
    if (kept)
        buffer_add(&glass->tail, all.data + at - kept, kept);
    glass->feeding = false;
    vterm_screen_flush_damage(glass->screen);
    buffer_finish(&all);
}

/* ---- keys ---- */

static const struct {
    const char *name;
    VTermKey key;
    VTermModifier modifier;
    const char *capability; /* where terminfo knows better; "" = this key does not exist there */
} named[] = {
    { "Enter", VTERM_KEY_ENTER, VTERM_MOD_NONE, NULL },
    { "Esc", VTERM_KEY_ESCAPE, VTERM_MOD_NONE, NULL },
    { "Tab", VTERM_KEY_TAB, VTERM_MOD_NONE, NULL },
    { "Shift-Tab", VTERM_KEY_TAB, VTERM_MOD_SHIFT, "kcbt" },
    { "Backspace", VTERM_KEY_BACKSPACE, VTERM_MOD_NONE, NULL },
    { "Up", VTERM_KEY_UP, VTERM_MOD_NONE, "kcuu1" },
    { "Down", VTERM_KEY_DOWN, VTERM_MOD_NONE, "kcud1" },
    { "Left", VTERM_KEY_LEFT, VTERM_MOD_NONE, "kcub1" },
    { "Right", VTERM_KEY_RIGHT, VTERM_MOD_NONE, "kcuf1" },
    { "PgUp", VTERM_KEY_PAGEUP, VTERM_MOD_NONE, "kpp" },
    { "PgDn", VTERM_KEY_PAGEDOWN, VTERM_MOD_NONE, "knp" },
    { "Home", VTERM_KEY_HOME, VTERM_MOD_NONE, "khome" },
    { "End", VTERM_KEY_END, VTERM_MOD_NONE, "kend" },
    { "Ins", VTERM_KEY_INS, VTERM_MOD_NONE, "kich1" },
    { "Del", VTERM_KEY_DEL, VTERM_MOD_NONE, "kdch1" },
    { "Shift-Up", VTERM_KEY_UP, VTERM_MOD_SHIFT, "kri" },
    { "Shift-Down", VTERM_KEY_DOWN, VTERM_MOD_SHIFT, "kind" },
    { "Shift-Left", VTERM_KEY_LEFT, VTERM_MOD_SHIFT, "kLFT" },
    { "Shift-Right", VTERM_KEY_RIGHT, VTERM_MOD_SHIFT, "kRIT" },
    { "Pad-*", VTERM_KEY_KP_MULT, VTERM_MOD_NONE, NULL },
    { "Pad-+", VTERM_KEY_KP_PLUS, VTERM_MOD_NONE, NULL },
    { "Pad-,", VTERM_KEY_KP_COMMA, VTERM_MOD_NONE, NULL },
    { "Pad--", VTERM_KEY_KP_MINUS, VTERM_MOD_NONE, NULL },
    { "Pad-.", VTERM_KEY_KP_PERIOD, VTERM_MOD_NONE, NULL },
    { "Pad-/", VTERM_KEY_KP_DIVIDE, VTERM_MOD_NONE, NULL },
    { "Pad-Enter", VTERM_KEY_KP_ENTER, VTERM_MOD_NONE, NULL },
};

static bool press(struct glass *glass, VTermKey key, VTermModifier modifier, const char *capability)
{
    if (!glass->terminfo || !capability) {
        vterm_keyboard_key(glass->vterm, key, modifier);
        return true;
    }
    const char *bytes = tigetstr(capability);
    if (!bytes || bytes == (const char *)-1)
        return false;
    send(glass, bytes, strlen(bytes));
    return true;
}

bool glass_key(struct glass *glass, const char *name)
{
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        if (strcmp(name, named[i].name) == 0)
            return press(glass, named[i].key, named[i].modifier, named[i].capability);
    }
    int number, end = 0;
    if (sscanf(name, "F%d%n", &number, &end) == 1 && !name[end]) {
        char capability[16];
        snprintf(capability, sizeof capability, "kf%d", number);
        return press(glass, VTERM_KEY_FUNCTION(number), VTERM_MOD_NONE, capability);
    }
    if (strncmp(name, "Pad-", 4) == 0 && name[4] >= '0' && name[4] <= '9' && !name[5])
        return press(glass, (VTermKey)(VTERM_KEY_KP_0 + name[4] - '0'), VTERM_MOD_NONE, NULL);
    VTermModifier modifier = VTERM_MOD_NONE;
    if (strncmp(name, "Ctrl-", 5) == 0 && name[5] && !name[6]) {
        char control = (char)(name[5] & 0x1f); /* as terminals send it, whatever libvterm thinks */
        send(glass, &control, 1);
        return true;
    }
    if (strncmp(name, "Alt-", 4) == 0) {
        modifier = VTERM_MOD_ALT;
        name += 4;
    }
    size_t length = strlen(name), position = 0;
    uint32_t scalar = strcmp(name, "Space") == 0 ? ' ' : text_next(name, length, &position);
    if (scalar == 0 || (scalar != ' ' && position != length))
        return false;
    vterm_keyboard_unichar(glass->vterm, scalar, modifier);
    return true;
}

void glass_paste(struct glass *glass, const char *text)
{
    vterm_keyboard_start_paste(glass->vterm);
    send(glass, text, strlen(text));
    vterm_keyboard_end_paste(glass->vterm);
}

void glass_click(struct glass *glass, enum glass_button button, int row, int column)
{
    if (!glass->mouse) /* libvterm 0.1 reports it all the same */
        return;
    vterm_mouse_move(glass->vterm, row, column, VTERM_MOD_NONE);
    vterm_mouse_button(glass->vterm, (int)button, true, VTERM_MOD_NONE);
    if (button <= GLASS_RIGHT)
        vterm_mouse_button(glass->vterm, (int)button, false, VTERM_MOD_NONE);
}

/* ---- what is seen ---- */

/* True when the key would be sent as an application's key: ESC O … */
static bool is_application(struct glass *glass, VTermKey key)
{
    struct buffer sent = { 0 };
    glass->probe = &sent;
    vterm_keyboard_key(glass->vterm, key, VTERM_MOD_NONE);
    glass->probe = NULL;
    bool application = strncmp(buffer_text(&sent), "\033O", 2) == 0;
    buffer_finish(&sent);
    return application;
}

static bool pen_is_used(struct glass *glass)
{
    const VTermState *state = vterm_obtain_state(glass->vterm);
    static const VTermAttr flags[] = { VTERM_ATTR_BOLD, VTERM_ATTR_ITALIC, VTERM_ATTR_BLINK,
                                       VTERM_ATTR_REVERSE, VTERM_ATTR_STRIKE };
    VTermValue value;
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        if (vterm_state_get_penattr(state, flags[i], &value) && value.boolean)
            return true;
    }
    if (vterm_state_get_penattr(state, VTERM_ATTR_UNDERLINE, &value) && value.number)
        return true;
    if (vterm_state_get_penattr(state, VTERM_ATTR_FOREGROUND, &value) &&
        !VTERM_COLOR_IS_DEFAULT_FG(&value.color))
        return true;
    return vterm_state_get_penattr(state, VTERM_ATTR_BACKGROUND, &value) &&
           !VTERM_COLOR_IS_DEFAULT_BG(&value.color);
}

void glass_state(struct glass *glass, struct glass_state *ret_state)
{
    VTermPos cursor;
    struct buffer sent = { 0 };
    struct glass_state state = {
        .cursor = glass->cursor,
        .alternate = glass->alternate,
        .mouse = glass->mouse,
        .bells = glass->bells,
        .titles = glass->titles,
        .title = glass->title,
    };
    vterm_get_size(glass->vterm, &state.rows, &state.columns);
    vterm_state_get_cursorpos(vterm_obtain_state(glass->vterm), &cursor);
    state.cursor_row = cursor.row;
    state.cursor_column = cursor.col;
    glass->probe = &sent;
    vterm_keyboard_start_paste(glass->vterm);
    glass->probe = NULL;
    state.paste = sent.length > 0;
    buffer_finish(&sent);
    state.keypad = is_application(glass, VTERM_KEY_KP_1);
    state.cursor_keys = is_application(glass, VTERM_KEY_UP);
    state.pen = pen_is_used(glass);
    *ret_state = state;
}

static VTermScreenCell cell_at(struct glass *glass, int row, int column)
{
    VTermScreenCell cell = { 0 };
    vterm_screen_get_cell(glass->screen, (VTermPos){ .row = row, .col = column }, &cell);
    return cell;
}

void glass_part(struct glass *glass, int row, int from, int to, struct buffer *ret_text)
{
    size_t kept = ret_text->length;
    for (int column = from; column < to;) {
        VTermScreenCell cell = cell_at(glass, row, column);
        char bytes[4];
        if (cell.chars[0] == 0 || cell.chars[0] == (uint32_t)-1)
            buffer_add_byte(ret_text, ' ');
        for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++) {
            if (cell.chars[i] != (uint32_t)-1)
                buffer_add(ret_text, bytes, text_put(cell.chars[i], bytes));
        }
        if (cell.chars[0] != 0 && cell.chars[0] != ' ')
            kept = ret_text->length;
        column += cell.width > 1 ? cell.width : 1;
    }
    if (ret_text->length > kept) {
        ret_text->length = kept;
        ret_text->data[kept] = '\0';
    }
}

void glass_row(struct glass *glass, int row, struct buffer *ret_text)
{
    int rows, columns;
    vterm_get_size(glass->vterm, &rows, &columns);
    glass_part(glass, row, 0, columns, ret_text);
}

static char look(const VTermScreenCell *cell)
{
    bool reverse = cell->attrs.reverse, bold = cell->attrs.bold;
    if (reverse)
        return bold ? 'r' : 'R';
    if (VTERM_COLOR_IS_INDEXED(&cell->fg) && !VTERM_COLOR_IS_DEFAULT_FG(&cell->fg))
        return (char)('0' + cell->fg.indexed.idx % 8);
    if (!VTERM_COLOR_IS_DEFAULT_BG(&cell->bg))
        return 'b';
    return cell->attrs.underline ? 'U' : bold ? 'B' : '.';
}

void glass_looks(struct glass *glass, int row, struct buffer *ret_looks)
{
    int rows, columns;
    vterm_get_size(glass->vterm, &rows, &columns);
    for (int column = 0; column < columns; column++) {
        VTermScreenCell cell = cell_at(glass, row, column);
        buffer_add_byte(ret_looks, look(&cell));
        if (cell.width > 1 && ++column < columns) /* the right half looks like the left */
            buffer_add_byte(ret_looks, look(&cell));
    }
}

void glass_text(struct glass *glass, struct buffer *ret_text)
{
    int rows, columns;
    vterm_get_size(glass->vterm, &rows, &columns);
    for (int row = 0; row < rows; row++) {
        glass_row(glass, row, ret_text);
        buffer_add_byte(ret_text, '\n');
    }
}

void glass_picture(struct glass *glass, struct buffer *ret_text)
{
    struct glass_state state;
    glass_state(glass, &state);
    for (int row = 0; row < state.rows; row++) {
        glass_row(glass, row, ret_text);
        buffer_add_text(ret_text, "\n      ");
        glass_looks(glass, row, ret_text);
        buffer_add_byte(ret_text, '\n');
    }
    if (state.cursor)
        buffer_print(ret_text, "cursor %d %d\n", state.cursor_row, state.cursor_column);
}
