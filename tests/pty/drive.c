/*
 * Drive. State: the child, the master side of its terminal, the pipe it says "done" on, what is still to
 * be written to it, and what it has written.
 *
 * Invariant: whoever waits goes on reading, writing and answering, so that neither side can block. The program
 * is at rest when it says "done" with the number of bytes and signals that it was sent, and the glass, having seen
 * all it wrote before, has nothing to answer.
 */
#include "drive.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>

enum { LIMIT_SECONDS = 20, RAW_MOST = 8 * 1024 * 1024 };

struct drive {
    struct drive_options options;
    struct glass *glass;
    int master, sync;
    int tell, told; /* to and from the shell; -1 without one */
    pid_t child;    /* the program, or the shell */
    pid_t program;
    struct termios before;
    struct buffer waiting, raw;
    struct buffer lines; /* of the sync pipe, the last one perhaps in part */
    bool done;           /* a line came since something was sent */
    uint64_t sent, taken;           /* bytes: to the program, and read by it when it was done last */
    unsigned due_signals, signals;  /* sent to it, and taken by it when it was done last */
    int changed;                    /* lines 'c' not looked at yet */
    bool stopped, ended, gone;
    int code;
};

/* ---- the child ---- */

static const char *locale_of(enum text_charset charset)
{
    return charset == TEXT_UTF8 ? "C.UTF-8" : charset == TEXT_LATIN1 ? "sv_SE.ISO-8859-1" : "C";
}

static void become_program(const struct drive_options *options, int sync)
{
    char number[16], home[512], sanitizer[600];
    snprintf(number, sizeof number, "%d", sync);
    snprintf(home, sizeof home, "%s", options->folder);
    snprintf(sanitizer, sizeof sanitizer,
             "log_path=%s/sanitizer:halt_on_error=1:print_stacktrace=1:detect_leaks=1", home);
    const char *path = getenv("PATH");
    char kept_path[2048];
    snprintf(kept_path, sizeof kept_path, "%s", path ? path : "/usr/bin:/bin");
    clearenv();
    setenv("PATH", kept_path, 1);
    setenv("HOME", home, 1);
    setenv("TERM", options->term, 1);
    setenv("LANG", locale_of(options->charset), 1);
    setenv("ASAN_OPTIONS", sanitizer, 1);
    setenv("UBSAN_OPTIONS", sanitizer, 1);
    setenv("KLIENTEL_TEST_SYNC_FD", number, 1);
    setenv("KLIENTEL_TEST_NOW", "2026-11-18T08:00:00Z", 1);
    for (size_t i = 0; options->variables && options->variables[i]; i++) {
        char *name = strdup(options->variables[i]);
        char *value = name ? strchr(name, '=') : NULL;
        if (!value)
            _exit(98);
        *value++ = '\0';
        setenv(name, value, 1);
    }
    size_t count = 0;
    while (options->words[count])
        count++;
    char **words = calloc(count + 2, sizeof *words);
    if (!words)
        _exit(98);
    words[0] = strdup(options->program);
    for (size_t i = 0; i < count; i++)
        words[i + 1] = strdup(options->words[i]);
    execv(options->program, words);
    _exit(98);
}

static void say(int fd, char kind, int value)
{
    struct {
        int kind, value;
    } word = { kind, value };
    if (write(fd, &word, sizeof word) != sizeof word)
        _exit(98);
}

/* A shell with job control, as much as one needs of it: its job in the foreground until that stops or ends. */
static void become_shell(const struct drive_options *options, int sync, int tell, int told)
{
    signal(SIGTTOU, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    pid_t job = fork();
    if (job == 0) {
        close(tell);
        close(told);
        setpgid(0, 0);
        tcsetpgrp(STDIN_FILENO, getpid());
        signal(SIGTTOU, SIG_DFL);
        signal(SIGHUP, SIG_DFL);
        become_program(options, sync);
    }
    close(sync);
    setpgid(job, job);
    tcsetpgrp(STDIN_FILENO, job);
    say(told, 'p', job);
    for (;;) {
        int status;
        if (waitpid(job, &status, WUNTRACED) < 0)
            _exit(98);
        tcsetpgrp(STDIN_FILENO, getpgrp());
        if (!WIFSTOPPED(status)) {
            say(told, 'e', WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
            _exit(0);
        }
        say(told, 's', 0);
        char go;
        if (read(tell, &go, 1) != 1)
            _exit(98);
        tcsetpgrp(STDIN_FILENO, job);
        kill(-job, SIGCONT);
    }
}

static void make_pipe(int ends[2])
{
    if (pipe2(ends, O_CLOEXEC) != 0)
        abort();
}

/* ---- what the program and the shell say ---- */

static void on_glass(void *context, const char *bytes, size_t length)
{
    struct drive *drive = context;
    buffer_add(&drive->waiting, bytes, length);
}

/* What the program has written so far. Answers of the glass wait to be sent. */
static bool read_terminal(struct drive *drive)
{
    char bytes[65536];
    ssize_t got;
    bool any = false;
    while (drive->master >= 0 && (got = read(drive->master, bytes, sizeof bytes)) > 0) {
        glass_feed(drive->glass, bytes, (size_t)got);
        if (drive->raw.length + (size_t)got > RAW_MOST)
            buffer_clear(&drive->raw);
        buffer_add(&drive->raw, bytes, (size_t)got);
        any = true;
    }
    return any;
}

static void hear(struct drive *drive, const char *line)
{
    if (*line == 'b')
        drive_fail(drive, "app_busy said that nothing was left, and app_settle found something");
    if (sscanf(line + 1, "%u %" SCNu64, &drive->signals, &drive->taken) != 2)
        drive_fail(drive, "not a line of the hooks: %s", line);
    drive->changed += *line == 'c';
    drive->done = true;
}

static void read_sync(struct drive *drive)
{
    char bytes[4096], *end;
    ssize_t got;
    while (drive->sync >= 0 && (got = read(drive->sync, bytes, sizeof bytes)) >= 0) {
        if (got == 0) {
            close(drive->sync);
            drive->sync = -1;
        }
        buffer_add(&drive->lines, bytes, (size_t)got);
        while (drive->lines.length > 0 &&
               (end = memchr(drive->lines.data, '\n', drive->lines.length)) != NULL) {
            size_t length = (size_t)(end + 1 - drive->lines.data);
            *end = '\0';
            hear(drive, drive->lines.data);
            drive->lines.length -= length;
            memmove(drive->lines.data, drive->lines.data + length, drive->lines.length);
        }
    }
}

static void read_shell(struct drive *drive)
{
    struct {
        int kind, value;
    } word;
    if (read(drive->told, &word, sizeof word) != sizeof word) {
        close(drive->told);
        drive->told = -1;
        return;
    }
    if (word.kind == 'p')
        drive->program = word.value;
    drive->stopped = word.kind == 's';
    if (word.kind == 'e') {
        drive->ended = true;
        drive->code = word.value;
    }
}

static void write_terminal(struct drive *drive)
{
    while (drive->master >= 0 && drive->waiting.length > 0) {
        size_t part = drive->waiting.length < 1000 ? drive->waiting.length : 1000;
        ssize_t sent = write(drive->master, drive->waiting.data, part);
        if (sent <= 0)
            return;
        drive->sent += (uint64_t)sent;
        drive->waiting.length -= (size_t)sent;
        memmove(drive->waiting.data, drive->waiting.data + sent, drive->waiting.length);
    }
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Waits until one of them has something to say, and hears it. False after the limit. */
static bool turn(struct drive *drive, double end)
{
    struct pollfd all[] = {
        { .fd = drive->gone ? -1 : drive->master,
          .events = (short)(POLLIN | (drive->waiting.length ? POLLOUT : 0)) },
        { .fd = drive->sync, .events = POLLIN },
        { .fd = drive->told, .events = POLLIN },
    };
    write_terminal(drive);
    double left = end - now();
    if (left <= 0)
        return false;
    poll(all, 3, (int)(left * 1000) + 1);
    bool any = read_terminal(drive);
    if (!any && (all[0].revents & (POLLHUP | POLLERR)))
        drive->gone = true; /* nobody has the terminal open any longer */
    if (all[1].revents)
        read_sync(drive);
    if (all[2].revents)
        read_shell(drive);
    return true;
}

/* All that was sent is taken, and all that was shown is seen and answered. */
static bool at_rest(struct drive *drive)
{
    if (!drive->done || drive->waiting.length > 0 || drive->taken != drive->sent ||
        drive->signals < drive->due_signals)
        return false;
    read_terminal(drive);
    return drive->waiting.length == 0;
}

bool drive_settle(struct drive *drive)
{
    double end = now() + LIMIT_SECONDS;
    while (drive->sync >= 0) {
        if (at_rest(drive)) {
            drive->changed = 0;
            return true;
        }
        if (!turn(drive, end))
            drive_fail(drive, "the program does not come to rest: %llu of %llu bytes, %u of %u signals",
                       (unsigned long long)drive->taken, (unsigned long long)drive->sent,
                       drive->signals, drive->due_signals);
    }
    return false;
}

void drive_sync(struct drive *drive)
{
    if (!drive_settle(drive))
        drive_fail(drive, "the program has ended, with %d", drive_end(drive));
}

/* ---- life ---- */

struct drive *drive_start(const struct drive_options *options)
{
    struct drive *drive = calloc(1, sizeof *drive);
    int slave, sync[2], tell[2] = { -1, -1 }, told[2] = { -1, -1 };
    if (!drive)
        abort();
    drive->options = *options;
    if (!drive->options.term)
        drive->options.term = "xterm-256color";
    if (!drive->options.rows) {
        drive->options.rows = 24;
        drive->options.columns = 80;
    }
    struct winsize size = { .ws_row = (unsigned short)drive->options.rows,
                            .ws_col = (unsigned short)drive->options.columns };
    if (options->sizeless)
        size = (struct winsize){ 0 };
    if (openpty(&drive->master, &slave, NULL, NULL, &size) != 0)
        abort();
    fcntl(drive->master, F_SETFD, FD_CLOEXEC);
    fcntl(drive->master, F_SETFL, O_NONBLOCK);
    tcgetattr(slave, &drive->before);
    make_pipe(sync);
    if (options->shell) {
        make_pipe(tell);
        make_pipe(told);
    }
    drive->child = fork();
    if (drive->child < 0)
        abort();
    if (drive->child == 0) {
        fcntl(sync[1], F_SETFD, 0);
        fcntl(sync[1], F_SETFL, O_NONBLOCK);
        close(drive->master);
        login_tty(slave);
        if (options->shell)
            become_shell(&drive->options, sync[1], tell[0], told[1]);
        become_program(&drive->options, sync[1]);
    }
    close(slave);
    close(sync[1]);
    if (options->shell) {
        close(tell[0]);
        close(told[1]);
    }
    drive->sync = sync[0];
    fcntl(drive->sync, F_SETFL, O_NONBLOCK);
    drive->tell = tell[1];
    drive->told = told[0];
    drive->program = drive->child;
    drive->glass = glass_create(drive->options.rows, drive->options.columns, drive->options.term,
                                options->charset, on_glass, drive);
    glass_mute(drive->glass, options->mute);
    if (options->shell)
        read_shell(drive); /* whom it has started */
    if (!options->no_sync)
        drive_sync(drive);
    return drive;
}

/* A sanitizer that had something to say wrote it into the folder. */
static void check_sanitizer(struct drive *drive)
{
    DIR *folder = opendir(drive->options.folder);
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        char path[1024], bytes[65536];
        if (strncmp(entry->d_name, "sanitizer", 9) != 0)
            continue;
        snprintf(path, sizeof path, "%s/%s", drive->options.folder, entry->d_name);
        FILE *file = fopen(path, "r");
        size_t got = file ? fread(bytes, 1, sizeof bytes - 1, file) : 0;
        bytes[got] = '\0';
        if (file)
            fclose(file);
        fprintf(stderr, "%s\n", bytes);
        exit(1);
    }
    if (folder)
        closedir(folder);
}

int drive_end(struct drive *drive)
{
    double end = now() + LIMIT_SECONDS;
    int status;
    while (drive->sync >= 0 || (drive->options.shell && !drive->ended && drive->told >= 0)) {
        if (!turn(drive, end)) {
            kill(drive->program, SIGKILL);
            drive_fail(drive, "the program does not end");
        }
    }
    if (drive->child > 0 && waitpid(drive->child, &status, 0) == drive->child) {
        drive->child = 0;
        if (!drive->options.shell)
            drive->code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }
    read_terminal(drive);
    check_sanitizer(drive);
    return drive->code;
}

void drive_destroy(struct drive *drive)
{
    if (!drive)
        return;
    if (drive->sync >= 0 && drive->program > 0)
        kill(drive->program, SIGKILL);
    if (drive->child > 0) {
        if (drive->options.shell) /* it ends with its job, or when nobody tells it anything */
            close(drive->tell);
        waitpid(drive->child, NULL, 0);
    }
    if (drive->master >= 0)
        close(drive->master);
    if (drive->sync >= 0)
        close(drive->sync);
    if (drive->told >= 0)
        close(drive->told);
    glass_destroy(drive->glass);
    buffer_finish(&drive->waiting);
    buffer_finish(&drive->lines);
    buffer_finish(&drive->raw);
    free(drive);
}

/* ---- what a person does ---- */

/* What was said before is not the answer to what comes now. */
static void begin(struct drive *drive)
{
    read_sync(drive);
    drive->done = false;
}

void drive_key(struct drive *drive, const char *name)
{
    begin(drive);
    if (!glass_key(drive->glass, name))
        drive_fail(drive, "a terminal of type %s has no key %s", drive->options.term, name);
    drive_sync(drive);
}

void drive_keys(struct drive *drive, const char *names)
{
    while (*names) {
        char name[32];
        size_t length = strcspn(names, " ");
        snprintf(name, sizeof name, "%.*s", (int)length, names);
        drive_key(drive, name);
        names += length + (names[length] == ' ');
    }
}

void drive_type(struct drive *drive, const char *text)
{
    size_t position = 0, length = strlen(text);
    begin(drive);
    while (position < length) {
        char key[8] = "";
        size_t start = position;
        text_next(text, length, &position);
        memcpy(key, text + start, position - start);
        glass_key(drive->glass, *key == ' ' ? "Space" : key);
    }
    drive_sync(drive);
}

void drive_paste(struct drive *drive, const char *text)
{
    begin(drive);
    glass_paste(drive->glass, text);
    drive_sync(drive);
}

void drive_click(struct drive *drive, enum glass_button button, int row, int column)
{
    begin(drive);
    glass_click(drive->glass, button, row, column);
    if (drive->waiting.length > 0)
        drive_sync(drive);
}

void drive_resize_stopped(struct drive *drive, int rows, int columns)
{
    struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns };
    read_terminal(drive);
    glass_resize(drive->glass, rows, columns);
    ioctl(drive->master, TIOCSWINSZ, &size);
}

void drive_resize(struct drive *drive, int rows, int columns)
{
    struct glass_state state;
    glass_state(drive->glass, &state);
    begin(drive);
    drive_resize_stopped(drive, rows, columns);
    if (state.rows == rows && state.columns == columns) /* the kernel tells of a new size only */
        return;
    drive->due_signals = drive->signals + 1;
    drive_sync(drive);
}

void drive_send(struct drive *drive, const void *bytes, size_t length, bool sync)
{
    begin(drive);
    buffer_add(&drive->waiting, bytes, length);
    if (sync)
        drive_sync(drive);
    else
        write_terminal(drive);
}

void drive_wait_change(struct drive *drive)
{
    double end = now() + LIMIT_SECONDS;
    while (drive->changed == 0) {
        if (drive->sync < 0 || !turn(drive, end))
            drive_fail(drive, "nothing was shown without a key");
    }
    drive->changed = 0;
    read_terminal(drive);
}

void drive_signal(struct drive *drive, int number)
{
    begin(drive);
    drive->due_signals = drive->signals + 1;
    kill(drive->program, number);
}

void drive_wait_stopped(struct drive *drive)
{
    double end = now() + LIMIT_SECONDS;
    while (!drive->stopped) {
        if (drive->ended || !turn(drive, end))
            drive_fail(drive, "the program does not stop");
    }
    read_terminal(drive);
}

void drive_continue(struct drive *drive)
{
    char go = 'f';
    begin(drive);
    drive->stopped = false;
    if (write(drive->tell, &go, 1) != 1)
        drive_fail(drive, "the shell is gone");
    drive_sync(drive);
}

void drive_hang_up(struct drive *drive)
{
    read_terminal(drive);
    close(drive->master);
    drive->master = -1;
    drive->gone = true;
}

/* ---- what is seen ---- */

struct glass *drive_glass(struct drive *drive)
{
    return drive->glass;
}

pid_t drive_pid(const struct drive *drive)
{
    return drive->program;
}

enum text_charset drive_charset(const struct drive *drive)
{
    return drive->options.charset;
}

bool drive_line_is_restored(struct drive *drive)
{
    struct termios after;
    return tcgetattr(drive->master, &after) == 0 && after.c_iflag == drive->before.c_iflag &&
           after.c_oflag == drive->before.c_oflag && after.c_cflag == drive->before.c_cflag &&
           after.c_lflag == drive->before.c_lflag &&
           memcmp(after.c_cc, drive->before.c_cc, sizeof after.c_cc) == 0;
}

const struct buffer *drive_raw(const struct drive *drive)
{
    return &drive->raw;
}

void drive_forget(struct drive *drive)
{
    buffer_clear(&drive->raw);
}

void drive_fail(struct drive *drive, const char *format, ...)
{
    struct buffer screen = { 0 };
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fprintf(stderr, " (TERM %s)\n", drive->options.term);
    glass_text(drive->glass, &screen);
    fprintf(stderr, "%s", buffer_text(&screen));
    check_sanitizer(drive);
    exit(1);
}

bool drive_shows(struct drive *drive, const char *text)
{
    struct buffer screen = { 0 };
    glass_text(drive->glass, &screen);
    bool found = strstr(buffer_text(&screen), text) != NULL;
    buffer_finish(&screen);
    return found;
}

void drive_expect(struct drive *drive, const char *text)
{
    if (!drive_shows(drive, text))
        drive_fail(drive, "\"%s\" is not on the screen", text);
}

void drive_expect_not(struct drive *drive, const char *text)
{
    if (drive_shows(drive, text))
        drive_fail(drive, "\"%s\" is on the screen", text);
}

void drive_expect_row(struct drive *drive, int row, const char *text)
{
    struct glass_state state;
    struct buffer line = { 0 };
    glass_state(drive->glass, &state);
    glass_row(drive->glass, row < 0 ? state.rows + row : row, &line);
    if (!strstr(buffer_text(&line), text))
        drive_fail(drive, "\"%s\" is not in row %d", text, row);
    buffer_finish(&line);
}
