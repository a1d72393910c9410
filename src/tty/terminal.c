/*
 * Terminal: see terminal.h. Puts together paint (surface → bytes), pace (how many), input (bytes → keys) and
 * restore; what is left is the line discipline and reading and writing.
 *
 * Line settings are ours, not ncurses': no signals from keys, no XON/XOFF, no echo.
 *
 * State: bytes the terminal did not take yet. Invariants: between terminal_open and terminal_close `restore` is armed
 * but while stopped; with bytes left nothing new is drawn.
 */
#include "klientel/tty/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "klientel/base/arena.h"
#include "klientel/base/buffer.h"
#include "klientel/base/loop.h"
#include "klientel/base/text.h"
#include "klientel/tty/charset.h"
#include "klientel/tty/copy.h"
#include "klientel/tty/input.h"
#include "klientel/tty/keys.h"
#include "klientel/tty/pace.h"
#include "klientel/tty/paint.h"
#include "klientel/tty/restore.h"

enum { READ_SIZE = 4096, COPY_SECONDS = 10 };
enum { ROWS_USUAL = 24, COLUMNS_USUAL = 80, ROWS_MOST = 1000, COLUMNS_MOST = 2000 };

struct terminal {
    struct paint *paint;
    struct input *input;
    struct pace pace;
    struct terminal_options options;
    struct termios saved;
    int tty_in, tty_out; /* tty_out: ours alone, so that not blocking is nobody else's trouble */
    uint64_t taken;      /* bytes read */
    bool csi;            /* speaks CSI: paste, mouse, questions */
    int rows, columns;
    struct buffer frame;
    struct buffer left;  /* what the terminal did not take yet, from left_at on */
    size_t left_at;
    bool lost;           /* the line is gone */
    bool held;           /* a frame waits for an answer */
    int64_t looked;      /* when the last look for input found nothing */
    struct input_event event;
    struct message notice;
};

/* ---- writing ---- */

bool terminal_blocked(const struct terminal *terminal)
{
    return terminal->left_at < terminal->left.length;
}

void terminal_flush(struct terminal *terminal)
{
    while (terminal_blocked(terminal)) {
        ssize_t sent = write(terminal->tty_out, terminal->left.data + terminal->left_at,
                             terminal->left.length - terminal->left_at);
        if (sent > 0) {
            terminal->left_at += (size_t)sent;
        } else if (sent < 0 && errno == EAGAIN) {
            break;
        } else if (sent == 0 || errno != EINTR) {
            terminal->lost = true;
            terminal->left_at = terminal->left.length;
        }
    }
    if (!terminal_blocked(terminal)) {
        buffer_clear(&terminal->left);
        terminal->left_at = 0;
    }
    restore_cut(terminal_blocked(terminal));
}

/* One write where the terminal takes it. */
static void send_bytes(struct terminal *terminal, const char *bytes, size_t length)
{
    buffer_add(&terminal->left, bytes, length);
    terminal_flush(terminal);
}

static void send_asking(struct terminal *terminal, struct buffer *bytes, bool asks)
{
    if (asks)
        buffer_add_text(bytes, PACE_QUESTION);
    input_expect_answer(terminal->input, terminal->pace.question_count > 0);
    send_bytes(terminal, bytes->data, bytes->length);
}

/* ---- the line and its modes ---- */

static bool set_line(const struct terminal *terminal)
{
    struct termios raw = terminal->saved;
    raw.c_iflag &= ~(tcflag_t)(IXON | IXOFF | ICRNL | INLCR | IGNCR | ISTRIP | BRKINT | PARMRK);
    raw.c_oflag &= ~(tcflag_t)(OPOST);
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ECHONL | ISIG | IEXTEN);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    return tcsetattr(terminal->tty_in, TCSANOW, &raw) == 0;
}

/* What ncurses knows nothing of. ESC >: digits of the numeric keypad stay digits (PuTTY and others). */
static void add_modes(const struct terminal *terminal, struct buffer *ret_bytes)
{
    if (!terminal->csi)
        return;
    buffer_add_text(ret_bytes, "\033[?2004h\033>");
    if (terminal->options.mouse)
        buffer_add_text(ret_bytes, "\033[?1000h\033[?1006h");
}

static void arm(const struct terminal *terminal)
{
    struct buffer leave = { 0 };
    buffer_add_text(&leave, paint_leave(terminal->paint));
    if (terminal->csi)
        buffer_add_text(&leave, "\033[?2004l");
    if (terminal->csi && terminal->options.mouse)
        buffer_add_text(&leave, "\033[?1006l\033[?1000l");
    if (leave.length <= RESTORE_SIZE)
        restore_arm(terminal->tty_out, terminal->tty_in, &terminal->saved, leave.data);
    buffer_finish(&leave);
}

/* `bytes` begin a session; sends them with what else belongs to it and with the first question. */
static void begin(struct terminal *terminal, struct buffer *bytes)
{
    add_modes(terminal, bytes);
    pace_start(&terminal->pace);
    if (terminal->csi)
        send_asking(terminal, bytes, pace_send_first(&terminal->pace, bytes->length, clock_tick()));
    else
        send_bytes(terminal, bytes->data, bytes->length);
    buffer_clear(bytes);
}

/* ---- opening ---- */

/* What the person says of a line that does not know: a serial one, mostly. */
static int said_size(const char *name, int most, int usual)
{
    const char *text = getenv(name);
    long number = text ? strtol(text, NULL, 10) : 0;
    return number <= 0 ? usual : number > most ? most : (int)number;
}

static void read_size(struct terminal *terminal)
{
    struct winsize size = { 0 };
    if (ioctl(terminal->tty_out, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0)
        return;
    terminal->rows = size.ws_row > ROWS_MOST ? ROWS_MOST : size.ws_row;
    terminal->columns = size.ws_col > COLUMNS_MOST ? COLUMNS_MOST : size.ws_col;
}

static bool may_open(struct termios *ret_saved, struct failure *ret_failure)
{
    const char *type = getenv("TERM");
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || tcgetattr(STDIN_FILENO, ret_saved) != 0)
        return failure_set(ret_failure, FAILURE_USAGE, "",
                           N_("The full screen needs a terminal; `klientel dashboard` and "
                              "`klientel list` do not"),
                           NULL);
    if (type && strcmp(type, "dumb") == 0)
        return failure_set(ret_failure, FAILURE_USAGE, "",
                           N_("A terminal of type dumb cannot show the full screen; use "
                              "`klientel dashboard` or `klientel list`"),
                           NULL);
    return true;
}

/* Another opening of the same terminal, that does not block; where that may not be, the same one. */
static int open_output(void)
{
    int fd = open("/proc/self/fd/1", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    return fd >= 0 ? fd : fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
}

static void bind_keys(struct terminal *terminal)
{
    struct buffer sequence = { 0 };
    const char *name = "", *capability;
    for (size_t i = 0; (capability = keys_capability(i, &name)); i++) {
        buffer_clear(&sequence);
        paint_capability(terminal->paint, capability, &sequence);
        input_bind(terminal->input, buffer_text(&sequence), name);
    }
    buffer_clear(&sequence);
    paint_capability(terminal->paint, "cup", &sequence);
    terminal->csi = strncmp(buffer_text(&sequence), "\033[", 2) == 0;
    buffer_finish(&sequence);
}

static void set_notice(struct terminal *terminal)
{
    const char *type = getenv("TERM");
    if (paint_guessed(terminal->paint))
        message_set(&terminal->notice,
                    N_("TERM is \"%1\", which this machine does not know: drawn as for %2"),
                    type ? type : "", paint_type(terminal->paint), NULL);
}

bool terminal_open(const struct terminal_options *options, struct terminal **ret_terminal,
                   struct failure *ret_failure)
{
    struct termios saved;
    if (!may_open(&saved, ret_failure))
        return false;
    struct terminal *terminal = memory_zero(1, sizeof *terminal);
    terminal->options = *options;
    if (options->charset == CHARSET_AUTO)
        terminal->options.charset = charset_of_environment();
    terminal->saved = saved;
    terminal->tty_in = STDIN_FILENO;
    terminal->tty_out = open_output();
    terminal->rows = said_size("LINES", ROWS_MOST, ROWS_USUAL);
    terminal->columns = said_size("COLUMNS", COLUMNS_MOST, COLUMNS_USUAL);
    read_size(terminal);
    terminal->input = input_create(terminal->options.charset);
    terminal->paint = paint_create(&(struct paint_options){ .type = getenv("TERM"),
                                                            .charset = terminal->options.charset,
                                                            .color = options->color,
                                                            .rows = terminal->rows,
                                                            .columns = terminal->columns },
                                   &terminal->frame);
    if (!terminal->paint) {
        terminal_close(terminal);
        return failure_set(ret_failure, FAILURE_IO, "",
                           N_("No terminal description was found, not even for xterm: install "
                              "ncurses-base"),
                           NULL);
    }
    bind_keys(terminal);
    set_notice(terminal);
    arm(terminal);
    set_line(terminal);
    begin(terminal, &terminal->frame);
    terminal->looked = clock_tick();
    *ret_terminal = terminal;
    return true;
}

void terminal_close(struct terminal *terminal)
{
    if (!terminal)
        return;
    restore_now();
    paint_destroy(terminal->paint);
    input_destroy(terminal->input);
    buffer_finish(&terminal->frame);
    buffer_finish(&terminal->left);
    close(terminal->tty_out);
    free(terminal);
}

bool terminal_notice(struct terminal *terminal, struct message *ret_notice)
{
    *ret_notice = terminal->notice;
    terminal->notice.text = NULL;
    return ret_notice->text != NULL;
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
    paint_resize(terminal->paint, terminal->rows, terminal->columns);
    return true;
}

bool terminal_latin1(const struct terminal *terminal)
{
    return terminal->options.charset == CHARSET_LATIN1;
}

bool terminal_ascii(const struct terminal *terminal)
{
    return terminal->options.charset != CHARSET_UTF8;
}

/* ---- showing ---- */

bool terminal_ready(struct terminal *terminal)
{
    terminal->held = !terminal_blocked(terminal) && !pace_ready(&terminal->pace, clock_tick());
    return !terminal->held && !terminal_blocked(terminal);
}

bool terminal_show(struct terminal *terminal, const struct surface *surface)
{
    buffer_clear(&terminal->frame);
    bool all = paint_show(terminal->paint, surface, pace_helping(&terminal->pace), &terminal->frame);
    if (terminal->frame.length > 0) {
        bool asks = terminal->csi && pace_send(&terminal->pace, terminal->frame.length, clock_tick());
        send_asking(terminal, &terminal->frame, asks);
    }
    return all;
}

void terminal_redraw(struct terminal *terminal)
{
    paint_redraw(terminal->paint);
}

/* Terminals without operating system commands would show them. */
static bool takes_copy(const struct terminal *terminal)
{
    static const char *const not_these[] = { "linux", "vt", "ansi", "cygwin", "dumb" };
    const char *type = getenv("TERM");
    for (size_t i = 0; type && i < sizeof not_these / sizeof *not_these; i++) {
        if (strncmp(type, not_these[i], strlen(not_these[i])) == 0)
            return false;
    }
    return terminal->csi && type && *type;
}

bool terminal_copy(struct terminal *terminal, const char *text, size_t length,
                   struct message *ret_reason)
{
    struct buffer bytes = { 0 };
    if (!takes_copy(terminal)) {
        message_set(ret_reason, N_("Nothing was copied: this terminal takes no copy; export it instead"),
                    NULL);
        return false;
    }
    bool fits = copy_sequence(text, length, copy_through_environment(), &bytes) &&
                bytes.length <= pace_room(&terminal->pace, COPY_SECONDS);
    if (fits)
        send_asking(terminal, &bytes, pace_send(&terminal->pace, bytes.length, clock_tick()));
    else
        message_set(ret_reason, N_("Too much to copy through this line: export it instead"), NULL);
    buffer_finish(&bytes);
    return fits;
}

/* ---- waiting ---- */

int terminal_fd(const struct terminal *terminal)
{
    return terminal->tty_in;
}

int terminal_output_fd(const struct terminal *terminal)
{
    return terminal->tty_out;
}

int terminal_wait(struct terminal *terminal)
{
    int64_t now = clock_tick(), due = input_deadline(terminal->input);
    int64_t answer = terminal->held ? pace_deadline(&terminal->pace) : -1;
    pace_busy(&terminal->pace, terminal->looked, now);
    if (due < 0 || (answer >= 0 && answer < due))
        due = answer;
    if (due < 0)
        return -1;
    return due <= now ? 0 : (int)((due - now + 999999) / 1000000);
}

static bool signal_waits(int number)
{
    sigset_t waiting;
    return sigpending(&waiting) == 0 && sigismember(&waiting, number) == 1;
}

/* A stop from here is a stop for ever unless a shell of this session watches over us. */
static bool may_stop(void)
{
    pid_t parent = getppid(), session = getsid(0);
    return getpid() != session && parent > 1 && getsid(parent) == session;
}

/* As the terminal would stop it. False: nothing happened. */
static bool stop_here(void)
{
    struct sigaction plain = { .sa_handler = SIG_DFL }, before;
    sigset_t stop, mask, go_on;
    struct timespec none = { 0, 0 };
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    sigaction(SIGTSTP, &plain, &before);
    kill(0, SIGTSTP);
    sigprocmask(SIG_UNBLOCK, &stop, &mask); /* stops here, if it did not before */
    bool watched = sigismember(&mask, SIGCONT) == 1;
    bool stopped = !watched || signal_waits(SIGCONT);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    sigaction(SIGTSTP, &before, NULL);
    sigemptyset(&go_on);
    sigaddset(&go_on, SIGCONT);
    if (watched && stopped)
        sigtimedwait(&go_on, NULL, &none); /* answered already */
    return stopped;
}

/* Takes the terminal again; not when the end is coming anyway, for it may be somebody else's now. */
static void take_again(struct terminal *terminal)
{
    if (signal_waits(SIGTERM) || signal_waits(SIGHUP) || signal_waits(SIGINT))
        return;
    set_line(terminal);
    if (!restore_armed())
        arm(terminal);
    terminal_resized(terminal);
    buffer_clear(&terminal->frame);
    paint_enter(terminal->paint, &terminal->frame);
    begin(terminal, &terminal->frame);
}

bool terminal_suspend(struct terminal *terminal)
{
    if (!may_stop())
        return false;
    restore_now();
    buffer_clear(&terminal->left); /* drawn anew afterwards */
    terminal->left_at = 0;
    bool stopped = stop_here();
    take_again(terminal);
    return stopped;
}

void terminal_continue(struct terminal *terminal)
{
    take_again(terminal);
}

/* ---- reading ---- */

uint64_t terminal_taken(const struct terminal *terminal)
{
    return terminal->taken;
}

/* False: nothing (more) is there now. */
static bool read_bytes(struct terminal *terminal)
{
    char bytes[READ_SIZE];
    struct pollfd now = { .fd = terminal->tty_in, .events = POLLIN };
    ssize_t got = -1;
    if (terminal->lost || poll(&now, 1, 0) <= 0) {
        terminal->looked = clock_tick();
        return false;
    }
    got = read(terminal->tty_in, bytes, sizeof bytes);
    if (got > 0) {
        terminal->taken += (uint64_t)got;
        input_add(terminal->input, bytes, (size_t)got, clock_tick());
        return true;
    }
    if (got == 0 || (errno != EINTR && errno != EAGAIN))
        terminal->lost = true;
    return false;
}

static enum terminal_key take_event(const struct input_event *event, char *ret_name, size_t size)
{
    if (event->kind == INPUT_MOUSE)
        return TERMINAL_MOUSE;
    const char *text = event->kind == INPUT_PASTE ? event->text : event->name;
    size_t length = strlen(text);
    while (length >= size || (text[length] & 0xc0) == 0x80) /* between two characters */
        length--;
    memcpy(ret_name, text, length);
    ret_name[length] = '\0';
    return event->kind == INPUT_PASTE ? TERMINAL_PASTE : TERMINAL_KEY;
}

enum terminal_key terminal_read(struct terminal *terminal, char *ret_name, size_t size)
{
    enum { LOOKS = 64 }; /* what never ends does not keep the program */
    for (int looks = 0, dry = 0; looks < LOOKS; looks++) {
        enum input_kind kind = input_next(terminal->input, terminal->looked, &terminal->event);
        if (kind == INPUT_ANSWER) {
            pace_answer(&terminal->pace, clock_tick());
            input_expect_answer(terminal->input, terminal->pace.question_count > 0);
        } else if (kind != INPUT_NONE) {
            return take_event(&terminal->event, ret_name, size);
        } else if (dry) {
            break;
        } else {
            dry = !read_bytes(terminal);
        }
    }
    return terminal->lost ? TERMINAL_HANGUP : TERMINAL_EMPTY;
}

bool terminal_burst(const struct terminal *terminal)
{
    return terminal->event.burst;
}

const struct terminal_mouse *terminal_mouse(const struct terminal *terminal)
{
    return &terminal->event.mouse;
}
