/*
 * Paint: see paint.h.
 *
 * ncurses writes into a memory file instead of a terminal; after a refresh what lies there is one frame. Only
 * cells that differ from what was shown last are handed to ncurses.
 *
 * State: what was shown last, cell by cell. Invariant: the memory file is empty between calls.
 */
#include "klientel/tty/paint.h"

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "klientel/base/arena.h"
#include "klientel/base/text.h"
#include "klientel/tty/charset.h"
#include "klientel/tty/terminfo.h"

enum { PAIR_RED = 1, PAIR_GREEN, PAIR_YELLOW, PAIR_CYAN, PAIRS };
enum { ROWS_MAX = 1000, COLUMNS_MAX = 2000 };
enum { ROW_COST = 8, STYLE_COST = 8 }; /* bytes to go to a row, to change the style: about */

struct look {
    attr_t attributes; /* carries the meaning alone */
    short pair;        /* only helps */
};

struct paint {
    SCREEN *screen;
    FILE *file, *input; /* input: nothing is read from it; ncurses wants one */
    int fd;             /* the memory file */
    char *type;
    bool guessed;
    enum charset charset;
    int rows, columns;
    struct look looks[STYLE_COUNT];
    bool console;        /* the Linux console, whose own font lacks signs: see console_text */
    bool cursor_for_row; /* no way to mark the row under the cursor but the terminal's own cursor */
    struct cell *shown;  /* rows * columns cells as last handed over */
    bool redraw;
    bool hides_cursor;   /* where nothing is typed; some terminals cannot */
    struct buffer enter, leave;
    struct buffer region; /* makes the whole screen scroll; the cursor is anywhere then */
};

/* ---- what the terminal can do ---- */

static const char *capability(const char *name)
{
    const char *text = tigetstr(name);
    return text && text != (const char *)-1 ? text : "";
}

static void add_without_delays(const char *text, struct buffer *ret_bytes)
{
    while (*text) {
        const char *delay = strstr(text, "$<");
        const char *end = delay ? strchr(delay, '>') : NULL;
        size_t length = end ? (size_t)(delay - text) : strlen(text);
        buffer_add(ret_bytes, text, length);
        text = end ? end + 1 : text + length;
    }
}

static void add_capability(const char *name, struct buffer *ret_bytes)
{
    add_without_delays(capability(name), ret_bytes);
}

void paint_capability(struct paint *paint, const char *name, struct buffer *ret_bytes)
{
    set_term(paint->screen);
    add_capability(name, ret_bytes);
}

/* Where the terminal speaks DECSTBM, without figures: that is whole at any size. */
static void make_region(struct paint *paint)
{
    const char *text = capability("csr");
    if (!*text)
        return;
    add_without_delays(tiparm(text, 0, paint->rows - 1), &paint->region);
    text = buffer_text(&paint->region);
    size_t length = paint->region.length, begin = strncmp(text, "\033[", 2) == 0 ? 2 : *text == '\233';
    if (begin && strspn(text + begin, "0123456789; ") == length - begin - 1 && text[length - 1] == 'r') {
        paint->region.length = begin;
        buffer_add_byte(&paint->region, 'r');
    }
}

/* Where the terminal has no second screen what was on this one is wiped: names are not left standing. The region
 * comes before what puts the cursor where it was. */
static void make_strings(struct paint *paint)
{
    static const char *const leaving[] = { "sgr0", "cnorm", "rmkx" };
    static const char *const entering[] = { "smcup", "smkx" };
    make_region(paint);
    for (size_t i = 0; i < sizeof leaving / sizeof *leaving; i++)
        add_capability(leaving[i], &paint->leave);
    const char *hide = tigetstr("civis");
    paint->hides_cursor = hide && hide != (const char *)-1;
    buffer_add(&paint->leave, buffer_text(&paint->region), paint->region.length);
    size_t before = paint->leave.length;
    add_capability("rmcup", &paint->leave);
    if (paint->leave.length == before)
        add_capability("clear", &paint->leave);
    add_capability("cnorm", &paint->leave); /* again: some keep with the other screen whether it was seen */
    for (size_t i = 0; i < sizeof entering / sizeof *entering; i++)
        add_capability(entering[i], &paint->enter);
}

/* Nobody says whether the background is black or white, so each can be read on both: of 256, colours with four times the
 * light of the one and a quarter of that of the other; of eight, those that everybody has dark enough, or
 * none (-1), for a colour only helps. The console is black. */
static short color_of(short pair, bool console)
{
    static const struct {
        short of_256, on_console, of_8;
    } colors[PAIRS] = {
        [PAIR_RED] = { COLOR_RED, COLOR_RED, COLOR_RED },
        [PAIR_GREEN] = { 28, COLOR_GREEN, -1 },
        [PAIR_YELLOW] = { 130, COLOR_YELLOW, COLOR_MAGENTA },
        [PAIR_CYAN] = { 31, COLOR_CYAN, -1 },
    };
    return console ? colors[pair].on_console : COLORS >= 256 ? colors[pair].of_256 : colors[pair].of_8;
}

static bool start_colors(enum color color, bool console)
{
    const char *none = getenv("NO_COLOR");
    if (color == COLOR_NEVER || (color == COLOR_AUTO && none && *none) || !has_colors())
        return false;
    if (start_color() == ERR)
        return false;
    use_default_colors();
    for (short pair = 1; pair < PAIRS; pair++) {
        if (init_pair(pair, color_of(pair, console), -1) == ERR)
            return false;
    }
    return true;
}

/* An attribute the terminal does not have becomes the next best. */
static attr_t shown_as(attr_t wanted, attr_t has)
{
    attr_t attributes = wanted & has;
    if ((wanted & A_REVERSE) && !(has & A_REVERSE))
        attributes |= has & A_STANDOUT ? A_STANDOUT : has & A_BOLD ? A_BOLD : has & A_UNDERLINE;
    if ((wanted & A_UNDERLINE) && !(has & A_UNDERLINE))
        attributes |= has & A_BOLD;
    if ((wanted & A_BOLD) && !(has & A_BOLD) && !(wanted & A_REVERSE))
        attributes |= has & A_UNDERLINE;
    return attributes;
}

static bool clashes_with_color(attr_t attributes)
{
    static const attr_t bits[] = { A_STANDOUT, A_UNDERLINE, A_REVERSE, A_BLINK, A_DIM, A_BOLD };
    int clashing = tigetnum("ncv");
    for (size_t i = 0; clashing > 0 && i < sizeof bits / sizeof *bits; i++) {
        if ((clashing & (1 << i)) && (attributes & bits[i]))
            return true;
    }
    return false;
}

static void make_looks(struct paint *paint, bool colors)
{
    static const struct look looks[STYLE_COUNT] = {
        [STYLE_NORMAL] = { A_NORMAL, 0 },
        [STYLE_TITLE] = { A_BOLD, 0 },
        [STYLE_TAB] = { A_NORMAL, 0 },
        [STYLE_TAB_NOW] = { A_REVERSE | A_BOLD, 0 },
        [STYLE_HEAD] = { A_BOLD, PAIR_CYAN },
        [STYLE_CURSOR] = { A_REVERSE, 0 },
        [STYLE_CURSOR_DIM] = { A_UNDERLINE, 0 },
        [STYLE_MARKED] = { A_BOLD, PAIR_YELLOW },
        [STYLE_DIM] = { A_DIM, 0 },
        [STYLE_GOOD] = { A_NORMAL, PAIR_GREEN },
        [STYLE_WARN] = { A_BOLD, PAIR_YELLOW },
        [STYLE_BAD] = { A_BOLD, PAIR_RED },
        [STYLE_KEY] = { A_BOLD, PAIR_CYAN },
        [STYLE_FIELD] = { A_UNDERLINE, 0 },
        [STYLE_ERROR] = { A_BOLD, PAIR_RED },
        [STYLE_OTHER_MONTH] = { A_REVERSE, PAIR_YELLOW },
    };
    attr_t has = termattrs();
    for (int i = 0; i < STYLE_COUNT; i++) {
        attr_t attributes = shown_as(looks[i].attributes, has);
        bool colored = colors && !clashes_with_color(attributes);
        paint->looks[i] = (struct look){ attributes, colored ? looks[i].pair : 0 };
    }
    paint->cursor_for_row = paint->looks[STYLE_CURSOR].attributes == A_NORMAL;
}

/* ---- life ---- */

/* As much of the environment as newterm reads: what it takes the size from, for its file is no terminal. */
static char *set_number(const char *name, int number)
{
    char text[16];
    const char *before = getenv(name);
    char *kept = before ? memory_text(before) : NULL;
    snprintf(text, sizeof text, "%d", number);
    setenv(name, text, 1);
    return kept;
}

static void give_back(const char *name, char *kept)
{
    if (kept)
        setenv(name, kept, 1);
    else
        unsetenv(name);
    free(kept);
}

/* Of the true size from the first byte on: newterm sets a scroll region of what it takes for the whole screen. */
static SCREEN *open_sized(const struct paint *paint, const char *type)
{
    char *rows = set_number("LINES", paint->rows), *columns = set_number("COLUMNS", paint->columns);
    SCREEN *screen = newterm(type, paint->file, paint->input);
    give_back("LINES", rows);
    give_back("COLUMNS", columns);
    return screen;
}

/* newterm takes signals for itself: they are given back. */
static SCREEN *open_type(const struct paint *paint, const char *type)
{
    static const int signals[] = { SIGTSTP, SIGINT, SIGTERM, SIGWINCH };
    enum { COUNT = sizeof signals / sizeof *signals };
    struct sigaction before[COUNT];
    if (!terminfo_has(type, paint->fd)) /* newterm keeps memory of those it does not find */
        return NULL;
    for (size_t i = 0; i < COUNT; i++)
        sigaction(signals[i], NULL, &before[i]);
    SCREEN *screen = open_sized(paint, type);
    for (size_t i = 0; i < COUNT; i++)
        sigaction(signals[i], &before[i], NULL);
    return screen;
}

static SCREEN *open_screen(struct paint *paint, const char *type)
{
    static const char *const fallbacks[] = { "xterm-256color", "xterm", "vt100" };
    if (type && *type) {
        SCREEN *screen = open_type(paint, type);
        if (screen) {
            paint->type = strdup(type);
            return screen;
        }
    }
    paint->guessed = true;
    for (size_t i = 0; i < sizeof fallbacks / sizeof *fallbacks; i++) {
        SCREEN *screen = open_type(paint, fallbacks[i]);
        if (screen) {
            paint->type = strdup(fallbacks[i]);
            return screen;
        }
    }
    return NULL;
}

static bool begins(const char *bytes, size_t length, const char *with)
{
    size_t size = strlen(with);
    return length >= size && !memcmp(bytes, with, size);
}

/* How long what stands there is and changes nothing: the character set, which in UTF-8 never was another one, and
 * the colour taken back where everything is taken back next. */
static size_t needless(const char *bytes, size_t length)
{
    static const char set[] = "\033(B", color[] = "\033[39m", plain[] = "\033[m", other[] = "\033[0;";
    enum { SET = sizeof set - 1, COLOR = sizeof color - 1 };
    if (begins(bytes, length, set))
        return SET;
    if (!begins(bytes, length, color))
        return 0;
    size_t next = COLOR + (begins(bytes + COLOR, length - COLOR, set) ? SET : 0);
    bool all = begins(bytes + next, length - next, plain) || begins(bytes + next, length - next, other);
    return all ? next : 0;
}

static size_t without_needless(char *bytes, size_t length)
{
    size_t to = 0;
    for (size_t from = 0, skip; from < length;) {
        skip = bytes[from] == '\033' ? needless(bytes + from, length - from) : 0;
        if (skip == 0)
            bytes[to++] = bytes[from++];
        from += skip;
    }
    return to;
}

/* Takes what ncurses wrote. Spare: what is on the screen already is as it should be. */
static void collect(struct paint *paint, bool spare, struct buffer *ret_bytes)
{
    fflush(paint->file);
    off_t size = lseek(paint->fd, 0, SEEK_CUR);
    if (size <= 0)
        return;
    size_t before = ret_bytes->length;
    buffer_reserve(ret_bytes, (size_t)size);
    ssize_t got = pread(paint->fd, ret_bytes->data + before, (size_t)size, 0);
    lseek(paint->fd, 0, SEEK_SET);
    size_t length = got > 0 ? (size_t)got : 0;
    if (paint->charset == CHARSET_LATIN1)
        length = text_latin1_bytes(ret_bytes->data + before, length);
    else if (spare && paint->charset == CHARSET_UTF8)
        length = without_needless(ret_bytes->data + before, length);
    ret_bytes->length = before + length;
    ret_bytes->data[ret_bytes->length] = '\0';
}

static void take_size(struct paint *paint, int rows, int columns)
{
    paint->rows = rows > ROWS_MAX ? ROWS_MAX : rows;
    paint->columns = columns > COLUMNS_MAX ? COLUMNS_MAX : columns;
}

void paint_resize(struct paint *paint, int rows, int columns)
{
    set_term(paint->screen);
    take_size(paint, rows, columns);
    resize_term(paint->rows, paint->columns);
    size_t size = (size_t)paint->rows * (size_t)paint->columns * sizeof *paint->shown;
    paint->shown = memory_resize(paint->shown, size);
    memset(paint->shown, 0, size);
    paint->redraw = true;
}

struct paint *paint_create(const struct paint_options *options, struct buffer *ret_bytes)
{
    struct paint *paint = memory_zero(1, sizeof *paint);
    paint->charset = options->charset;
    take_size(paint, options->rows, options->columns);
    paint->fd = memfd_create("frame", MFD_CLOEXEC);
    paint->file = paint->fd < 0 ? NULL : fdopen(paint->fd, "w");
    paint->input = fopen("/dev/null", "re");
    paint->screen = paint->file && paint->input ? open_screen(paint, options->type) : NULL;
    if (!paint->screen) {
        paint_destroy(paint);
        return NULL;
    }
    paint->console = strncmp(paint->type, "linux", 5) == 0;
    nonl();
    typeahead(-1);
    keypad(stdscr, TRUE);
    make_looks(paint, start_colors(options->color, paint->console));
    make_strings(paint);
    paint_resize(paint, options->rows, options->columns);
    doupdate();
    collect(paint, false, ret_bytes);
    return paint;
}

void paint_destroy(struct paint *paint)
{
    if (!paint)
        return;
    if (paint->screen) {
        set_term(paint->screen);
        endwin();
        delscreen(paint->screen);
    }
    if (paint->file)
        fclose(paint->file);
    if (paint->input)
        fclose(paint->input);
    buffer_finish(&paint->enter);
    buffer_finish(&paint->leave);
    buffer_finish(&paint->region);
    free(paint->shown);
    free(paint->type);
    free(paint);
}

bool paint_guessed(const struct paint *paint)
{
    return paint->guessed;
}

const char *paint_type(const struct paint *paint)
{
    return paint->type;
}

const char *paint_leave(const struct paint *paint)
{
    return buffer_text(&paint->leave);
}

void paint_enter(struct paint *paint, struct buffer *ret_bytes)
{
    set_term(paint->screen);
    buffer_add(ret_bytes, buffer_text(&paint->enter), paint->enter.length);
    curs_set(1); /* as paint_leave left it */
    paint->redraw = true;
}

void paint_redraw(struct paint *paint)
{
    paint->redraw = true;
}

/* ---- showing ---- */

/* What the kernel's own font has no picture for, though the charset has it: it would show a square. Blocks all in
 * the same way, so that heights can be compared; what is for access as on ASCII terminals. NULL = shown as it is. */
static const char *console_text(const char *text, struct buffer *ret_text)
{
    static const struct {
        uint32_t from, to;
    } lacking[] = { { 0x2010, 0x2015 }, { 0x2018, 0x201f }, { 0x2026, 0x2026 }, { 0x2581, 0x2588 } };
    size_t position = 0, length = strlen(text);
    uint32_t scalar = text_next(text, length, &position);
    if (scalar == 0x25cf)
        return "@";
    for (size_t i = 0; i < sizeof lacking / sizeof *lacking; i++) {
        if (scalar >= lacking[i].from && scalar <= lacking[i].to) {
            text_ascii_add(text, position, ret_text);
            ret_text->data[1] = '\0'; /* one cell */
            return ret_text->data;
        }
    }
    return NULL;
}

static void show_cell(struct paint *paint, int row, int column, const struct cell *cell)
{
    struct buffer fallback = { 0 };
    const char *text = cell->text[0] ? cell->text : " ";
    const char *sign = paint->console ? console_text(text, &fallback) : NULL;
    if (sign)
        text = sign;
    if (!charset_fits(text, paint->charset)) {
        text_ascii_add(text, strlen(text), &fallback);
        /* One cell is one column: of a longer replacement only the first character is shown. */
        if (fallback.length > cell->width)
            fallback.data[cell->width ? cell->width : 1] = '\0';
        text = fallback.length && charset_fits(fallback.data, CHARSET_ASCII) ? fallback.data : "?";
    }
    wchar_t wide[CELL_BYTES + 1];
    size_t count = 0, position = 0, length = strlen(text);
    while (position < length && count < CCHARW_MAX)
        wide[count++] = (wchar_t)text_next(text, length, &position);
    wide[count] = 0;
    const struct look *look = &paint->looks[cell->style];
    cchar_t complex;
    if (setcchar(&complex, wide, look->attributes, look->pair, NULL) != ERR)
        mvadd_wch(row, column, &complex);
    buffer_finish(&fallback);
}

/* Hands over the cells of a row that differ; about how many bytes they are. */
static size_t show_row(struct paint *paint, const struct surface *surface, int row, int columns)
{
    size_t cost = 0;
    int last = -2, style = -1;
    for (int column = 0; column < columns; column++) {
        const struct cell *cell = surface_cell(surface, row, column);
        struct cell *shown = &paint->shown[row * paint->columns + column];
        if (memcmp(cell, shown, sizeof *cell) == 0)
            continue;
        cost += (last != column - 1 ? ROW_COST : 0) + (style != cell->style ? STYLE_COST : 0) + 1;
        last = column;
        style = cell->style;
        *shown = *cell;
        if (cell->width > 0)
            show_cell(paint, row, column, cell);
    }
    return cost;
}

static bool show_rows(struct paint *paint, const struct surface *surface, int first, size_t helping)
{
    int rows = surface_rows(surface), columns = surface_columns(surface);
    rows = rows > paint->rows ? paint->rows : rows;
    columns = columns > paint->columns ? paint->columns : columns;
    size_t cost = first >= 0 && first < rows ? show_row(paint, surface, first, columns) : 0;
    for (int row = 0; row < rows; row++) {
        if (cost >= helping)
            return false;
        cost += show_row(paint, surface, row, columns);
    }
    return true;
}

/* For terminals without any attribute. */
static void find_cursor_row(const struct surface *surface, int *ret_row, int *ret_column)
{
    for (int row = 0; row < surface_rows(surface); row++) {
        for (int column = 0; column < surface_columns(surface); column++) {
            if (surface_cell(surface, row, column)->style == STYLE_CURSOR) {
                *ret_row = row;
                *ret_column = column;
                return;
            }
        }
    }
}

bool paint_show(struct paint *paint, const struct surface *surface, size_t helping,
                struct buffer *ret_bytes)
{
    set_term(paint->screen);
    bool spare = !paint->redraw;
    if (paint->redraw) {
        buffer_add(ret_bytes, buffer_text(&paint->region), paint->region.length);
        clearok(stdscr, TRUE);
        erase();
        memset(paint->shown, 0, (size_t)paint->rows * (size_t)paint->columns * sizeof *paint->shown);
        paint->redraw = false;
    }
    int row, column;
    surface_cursor_at(surface, &row, &column);
    if (column < 0 && paint->cursor_for_row)
        find_cursor_row(surface, &row, &column);
    bool all = show_rows(paint, surface, column >= 0 ? row : -1, helping);
    curs_set(column >= 0 ? 1 : 0);
    leaveok(stdscr, column < 0 && paint->hides_cursor); /* nobody sees where it is left */
    if (column >= 0 && row < paint->rows && column < paint->columns)
        move(row, column);
    else
        move(paint->rows - 1, 0);
    wnoutrefresh(stdscr);
    doupdate();
    collect(paint, spare, ret_bytes);
    return all;
}
