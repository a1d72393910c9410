/*
 * Terminal: ncurses and the line discipline, and nothing else.
 *
 * ncurses writes into a memory file instead of the terminal; after a refresh what lies there is one
 * frame, transcoded when the terminal is not UTF-8, and sent with one write(2). Line settings are
 * therefore ours, not ncurses': no signals from keys, no XON/XOFF, no echo.
 *
 * State: what was shown last, cell by cell. Invariant: between terminal_open and terminal_close the
 * terminal is on its alternate screen with bracketed paste on; `restore` undoes all of it from any place,
 * also from a signal handler.
 */
#include "klientel/tty/terminal.h"

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

#include "klientel/base/arena.h"
#include "klientel/base/buffer.h"
#include "klientel/base/text.h"
#include "klientel/tty/copy.h"
#include "klientel/tty/keys.h"

/* From <term.h>, which defines macros such as `lines` and must not be included. */
extern char *tigetstr(const char *name);

enum { KEY_PASTE_BEGIN = KEY_MAX - 2, KEY_PASTE_END = KEY_MAX - 1, PASTE_SIZE = 64 * 1024 };
enum { PAIR_RED = 1, PAIR_GREEN, PAIR_YELLOW, PAIR_CYAN, PAIR_BLUE };

struct terminal {
    SCREEN *screen;
    FILE *frame_file, *input_file;
    int frame_fd;  /* the memory file ncurses writes into */
    int tty_in, tty_out;
    enum charset charset;
    bool colors, plain;
    int rows, columns;
    struct cell *shown; /* rows * columns cells as last sent */
    bool redraw;
    struct buffer output;
};

/* What a fatal signal needs to leave the terminal as it was; set once by terminal_open. */
static struct {
    volatile sig_atomic_t active;
    int fd;
    struct termios saved;
    char sequence[256];
    size_t length;
} restore;

static void restore_now(void)
{
    if (!restore.active)
        return;
    restore.active = 0;
    ssize_t sent = write(restore.fd, restore.sequence, restore.length);
    (void)sent;
    tcsetattr(restore.fd, TCSANOW, &restore.saved);
}

static void fatal(int number)
{
    restore_now();
    signal(number, SIG_DFL);
    raise(number);
}

static void prepare_restore(int fd, const struct termios *saved)
{
    static const char *const names[] = { "sgr0", "cnorm", "rmkx", "rmcup" };
    restore.fd = fd;
    restore.saved = *saved;
    restore.length = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *text = tigetstr(names[i]);
        if (!text || text == (const char *)-1)
            continue;
        size_t length = strlen(text);
        if (restore.length + length + 16 < sizeof restore.sequence) {
            memcpy(restore.sequence + restore.length, text, length);
            restore.length += length;
        }
    }
    memcpy(restore.sequence + restore.length, "\033[?2004l", 8);
    restore.length += 8;
    restore.active = 1;
    struct sigaction action = { .sa_handler = fatal };
    static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        sigaction(signals[i], &action, NULL);
}

static bool set_line(int fd, const struct termios *saved)
{
    struct termios raw = *saved;
    raw.c_iflag &= ~(tcflag_t)(IXON | IXOFF | ICRNL | INLCR | IGNCR | ISTRIP | BRKINT);
    raw.c_oflag &= ~(tcflag_t)(OPOST);
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ECHONL | ISIG | IEXTEN);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    return tcsetattr(fd, TCSANOW, &raw) == 0;
}

/* The charset of the caller's locale variables; the program's own LC_CTYPE is always UTF-8. */
static enum charset charset_of_caller(void)
{
    const char *name = getenv("LC_ALL");
    if (!name || !*name)
        name = getenv("LC_CTYPE");
    if (!name || !*name)
        name = getenv("LANG");
    if (!name || !*name)
        return CHARSET_UTF8; /* nothing said: an SSH session without AcceptEnv; UTF-8 is the rule */
    if (strcasestr(name, "utf-8") || strcasestr(name, "utf8"))
        return CHARSET_UTF8;
    if (strcasestr(name, "8859") || strchr(name, '@'))
        return CHARSET_LATIN1;
    if (strcmp(name, "C") == 0 || strcmp(name, "POSIX") == 0)
        return CHARSET_ASCII;
    return CHARSET_UTF8;
}

static void send_all(struct terminal *terminal, const char *data, size_t left)
{
    while (left > 0) {
        ssize_t sent = write(terminal->tty_out, data, left);
        if (sent < 0) {
            if (errno == EINTR)
                continue;
            if (errno != EAGAIN)
                return; /* the reader notices the hang-up */
            struct pollfd wait = { .fd = terminal->tty_out, .events = POLLOUT };
            poll(&wait, 1, 1000);
            continue;
        }
        data += sent;
        left -= (size_t)sent;
    }
}

/* Sends what ncurses put into the memory file as one frame. */
static void send_frame(struct terminal *terminal)
{
    fflush(terminal->frame_file);
    off_t size = lseek(terminal->frame_fd, 0, SEEK_CUR);
    if (size <= 0)
        return;
    buffer_clear(&terminal->output);
    buffer_reserve(&terminal->output, (size_t)size);
    ssize_t got = pread(terminal->frame_fd, terminal->output.data, (size_t)size, 0);
    lseek(terminal->frame_fd, 0, SEEK_SET);
    if (got <= 0)
        return;
    terminal->output.length = (size_t)got;
    if (terminal->charset == CHARSET_LATIN1)
        terminal->output.length = text_latin1_bytes(terminal->output.data, terminal->output.length);
    send_all(terminal, terminal->output.data, terminal->output.length);
}

static void send_text(struct terminal *terminal, const char *text)
{
    ssize_t sent = write(terminal->tty_out, text, strlen(text));
    (void)sent;
}

static void read_size(struct terminal *terminal)
{
    struct winsize size = { 0 };
    if (ioctl(terminal->tty_out, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0) {
        terminal->rows = size.ws_row;
        terminal->columns = size.ws_col;
    } else {
        terminal->rows = LINES;
        terminal->columns = COLS;
    }
    if (terminal->rows > 1000)
        terminal->rows = 1000;
    if (terminal->columns > 2000)
        terminal->columns = 2000;
}

static void start_colors(struct terminal *terminal, enum color color)
{
    const char *none = getenv("NO_COLOR");
    if (color == COLOR_NEVER || (color == COLOR_AUTO && none && *none) || !has_colors())
        return;
    if (start_color() == ERR)
        return;
    use_default_colors();
    terminal->colors = init_pair(PAIR_RED, COLOR_RED, -1) != ERR &&
                       init_pair(PAIR_GREEN, COLOR_GREEN, -1) != ERR &&
                       init_pair(PAIR_YELLOW, COLOR_YELLOW, -1) != ERR &&
                       init_pair(PAIR_CYAN, COLOR_CYAN, -1) != ERR &&
                       init_pair(PAIR_BLUE, COLOR_BLUE, -1) != ERR;
}

static SCREEN *open_screen(struct terminal *terminal)
{
    static const char *const fallbacks[] = { "xterm-256color", "xterm", "vt100" };
    const char *type = getenv("TERM");
    if (type && *type && strcmp(type, "dumb") != 0) {
        SCREEN *screen = newterm(type, terminal->frame_file, terminal->input_file);
        if (screen)
            return screen;
    }
    for (size_t i = 0; i < sizeof fallbacks / sizeof *fallbacks; i++) {
        SCREEN *screen = newterm(fallbacks[i], terminal->frame_file, terminal->input_file);
        if (screen)
            return screen;
    }
    return NULL;
}

static void resize_shown(struct terminal *terminal)
{
    size_t count = (size_t)terminal->rows * (size_t)terminal->columns;
    terminal->shown = memory_resize(terminal->shown, count * sizeof *terminal->shown);
    memset(terminal->shown, 0, count * sizeof *terminal->shown);
    terminal->redraw = true;
}

bool terminal_open(const struct terminal_options *options, struct terminal **ret_terminal,
                   struct failure *ret_failure)
{
    struct termios saved;
    const char *type = getenv("TERM");
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || tcgetattr(STDIN_FILENO, &saved) != 0)
        return failure_set(ret_failure, FAILURE_USAGE, "",
                           N_("The full screen needs a terminal; `klientel dashboard` and "
                              "`klientel list` do not"),
                           NULL);
    if (type && strcmp(type, "dumb") == 0)
        return failure_set(ret_failure, FAILURE_USAGE, "",
                           N_("A terminal of type dumb cannot show the full screen; use "
                              "`klientel dashboard` or `klientel list`"),
                           NULL);
    struct terminal *terminal = memory_zero(1, sizeof *terminal);
    terminal->tty_in = STDIN_FILENO;
    terminal->tty_out = STDOUT_FILENO;
    terminal->plain = options->plain;
    terminal->charset = options->charset == CHARSET_AUTO ? charset_of_caller() : options->charset;
    terminal->frame_fd = memfd_create("frame", MFD_CLOEXEC);
    terminal->frame_file = terminal->frame_fd < 0 ? NULL : fdopen(terminal->frame_fd, "w");
    terminal->input_file = fdopen(dup(terminal->tty_in), "r");
    terminal->screen = terminal->frame_file && terminal->input_file ? open_screen(terminal) : NULL;
    if (!terminal->screen) {
        if (terminal->frame_file)
            fclose(terminal->frame_file);
        if (terminal->input_file)
            fclose(terminal->input_file);
        free(terminal);
        return failure_set(ret_failure, FAILURE_IO, "",
                           N_("No terminal description was found, not even for xterm: install "
                              "ncurses-base"),
                           NULL);
    }
    set_escdelay(50);
    cbreak();
    noecho();
    nonl();
    typeahead(-1);
    keypad(stdscr, TRUE);
    meta(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    notimeout(stdscr, FALSE);
    define_key("\033[200~", KEY_PASTE_BEGIN);
    define_key("\033[201~", KEY_PASTE_END);
    keys_define_keypad();
    start_colors(terminal, options->color);
    prepare_restore(terminal->tty_out, &saved);
    set_line(terminal->tty_in, &saved);
    read_size(terminal);
    resizeterm(terminal->rows, terminal->columns);
    resize_shown(terminal);
    /* ESC > after keypad: digits of the numeric keypad stay digits (PuTTY and others). */
    doupdate();
    send_frame(terminal);
    send_text(terminal, "\033[?2004h\033>");
    *ret_terminal = terminal;
    return true;
}

void terminal_close(struct terminal *terminal)
{
    if (!terminal)
        return;
    endwin();
    send_frame(terminal);
    restore_now();
    delscreen(terminal->screen);
    fclose(terminal->frame_file);
    fclose(terminal->input_file);
    buffer_finish(&terminal->output);
    free(terminal->shown);
    free(terminal);
}

void terminal_size(struct terminal *terminal, int *ret_rows, int *ret_columns)
{
    *ret_rows = terminal->rows;
    *ret_columns = terminal->columns;
}

bool terminal_resized(struct terminal *terminal)
{
    int rows = terminal->rows, columns = terminal->columns;
    read_size(terminal);
    if (rows == terminal->rows && columns == terminal->columns)
        return false;
    resizeterm(terminal->rows, terminal->columns);
    resize_shown(terminal);
    return true;
}

bool terminal_latin1(const struct terminal *terminal)
{
    return terminal->charset == CHARSET_LATIN1;
}

bool terminal_ascii(const struct terminal *terminal)
{
    return terminal->charset != CHARSET_UTF8;
}

int terminal_fd(const struct terminal *terminal)
{
    return terminal->tty_in;
}

/* ---- showing ---- */

static attr_t style_attributes(const struct terminal *terminal, enum style style, short *ret_pair)
{
    struct look {
        attr_t attributes; /* carries the meaning alone */
        short pair;        /* only helps */
    };
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
    *ret_pair = terminal->colors ? looks[style].pair : 0;
    return looks[style].attributes;
}

static void show_cell(struct terminal *terminal, int row, int column, const struct cell *cell)
{
    struct buffer fallback = { 0 };
    const char *text = cell->text[0] ? cell->text : " ";
    if (terminal->charset != CHARSET_UTF8 && !keys_fits_charset(text, terminal->charset)) {
        text_ascii_add(text, strlen(text), &fallback);
        /* One cell is one column: of a longer replacement only the first character is shown. */
        if (fallback.length > cell->width)
            fallback.data[cell->width ? cell->width : 1] = '\0';
        text = fallback.length ? fallback.data : "?";
    }
    wchar_t wide[CELL_BYTES + 1];
    size_t count = 0, position = 0, length = strlen(text);
    while (position < length && count < CCHARW_MAX)
        wide[count++] = (wchar_t)text_next(text, length, &position);
    wide[count] = 0;
    short pair;
    attr_t attributes = style_attributes(terminal, cell->style, &pair);
    cchar_t complex;
    if (setcchar(&complex, wide, attributes, pair, NULL) != ERR)
        mvadd_wch(row, column, &complex);
    buffer_finish(&fallback);
}

void terminal_show(struct terminal *terminal, const struct surface *surface)
{
    int rows = surface_rows(surface), columns = surface_columns(surface);
    if (rows > terminal->rows)
        rows = terminal->rows;
    if (columns > terminal->columns)
        columns = terminal->columns;
    if (terminal->redraw) {
        clearok(stdscr, TRUE);
        erase();
    }
    for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
            const struct cell *cell = surface_cell(surface, row, column);
            struct cell *shown = &terminal->shown[row * terminal->columns + column];
            if (!terminal->redraw && memcmp(cell, shown, sizeof *cell) == 0)
                continue;
            *shown = *cell;
            if (cell->width > 0)
                show_cell(terminal, row, column, cell);
        }
    }
    terminal->redraw = false;
    int row, column;
    surface_cursor_at(surface, &row, &column);
    curs_set(column >= 0 ? 1 : 0);
    if (column >= 0 && row < terminal->rows && column < terminal->columns)
        move(row, column);
    else
        move(terminal->rows - 1, 0);
    wnoutrefresh(stdscr);
    doupdate();
    send_frame(terminal);
}

/* Terminals without operating system commands would show them. */
static bool takes_copy(void)
{
    static const char *const not_these[] = { "linux", "vt", "ansi", "cygwin", "dumb" };
    const char *type = getenv("TERM");
    for (size_t i = 0; type && i < sizeof not_these / sizeof *not_these; i++) {
        if (strncmp(type, not_these[i], strlen(not_these[i])) == 0)
            return false;
    }
    return type && *type;
}

bool terminal_copy(struct terminal *terminal, const char *text, size_t length)
{
    struct buffer bytes = { 0 };
    bool sent = takes_copy() && copy_sequence(text, length, copy_through_environment(), &bytes);
    if (sent)
        send_all(terminal, bytes.data, bytes.length);
    buffer_finish(&bytes);
    return sent;
}

void terminal_redraw(struct terminal *terminal)
{
    terminal->redraw = true;
}

/* As the terminal would stop it: where no shell is there to go on with it, nothing happens. */
static void stop_here(void)
{
    struct sigaction plain = { .sa_handler = SIG_DFL }, before;
    sigaction(SIGTSTP, &plain, &before);
    raise(SIGTSTP);
    sigaction(SIGTSTP, &before, NULL);
}

void terminal_suspend(struct terminal *terminal)
{
    struct termios saved = restore.saved;
    endwin();
    send_frame(terminal);
    send_text(terminal, "\033[?2004l");
    tcsetattr(terminal->tty_in, TCSANOW, &saved);
    stop_here();
    set_line(terminal->tty_in, &saved);
    terminal_resized(terminal);
    terminal->redraw = true;
    refresh();
    send_frame(terminal);
    send_text(terminal, "\033[?2004h\033>");
}

/* ---- reading ---- */

static bool hung_up(const struct terminal *terminal)
{
    struct pollfd now = { .fd = terminal->tty_in, .events = POLLIN };
    return poll(&now, 1, 0) > 0 && (now.revents & (POLLHUP | POLLERR | POLLNVAL));
}

static int read_one(struct terminal *terminal, wint_t *ret_key)
{
    if (terminal->charset == CHARSET_LATIN1) {
        int key = getch();
        *ret_key = (wint_t)key;
        return key == ERR ? ERR : key >= KEY_MIN ? KEY_CODE_YES : OK;
    }
    return get_wch(ret_key);
}

static void read_paste(struct terminal *terminal, char *ret_text, size_t size)
{
    size_t length = 0, taken = 0;
    ret_text[0] = '\0';
    for (;;) {
        wint_t key;
        int kind = read_one(terminal, &key);
        if (kind == ERR) {
            struct pollfd wait = { .fd = terminal->tty_in, .events = POLLIN };
            if (poll(&wait, 1, 200) <= 0 || hung_up(terminal))
                return; /* the end mark never came: what there is, is the paste */
            continue;
        }
        if (kind == KEY_CODE_YES) {
            if (key == KEY_PASTE_END)
                return;
            continue;
        }
        char bytes[4];
        size_t count = text_put(key, bytes);
        if (key >= ' ' && key != 127 && length + count < size && taken < PASTE_SIZE) {
            memcpy(ret_text + length, bytes, count);
            length += count;
            ret_text[length] = '\0';
        }
        taken += count;
    }
}

enum terminal_key terminal_read(struct terminal *terminal, char *ret_name, size_t size)
{
    wint_t key;
    int kind = read_one(terminal, &key);
    if (kind == ERR)
        return hung_up(terminal) ? TERMINAL_HANGUP : TERMINAL_EMPTY;
    if (kind == KEY_CODE_YES) {
        if (key == KEY_PASTE_BEGIN) {
            read_paste(terminal, ret_name, size);
            return TERMINAL_PASTE;
        }
        if (key == KEY_RESIZE) {
            terminal_resized(terminal);
            return TERMINAL_RESIZED;
        }
    }
    keys_name(kind == KEY_CODE_YES, key, ret_name, size);
    return TERMINAL_KEY;
}
