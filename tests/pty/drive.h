/*
 * Drive: the real program in a pseudo-terminal of its own, before a glass. It is waited for by the byte
 * it writes when it has nothing more to do (src/hooks.h), never by time: the limit is for failures, and
 * ends the test with the screen as it was.
 */
#ifndef KLIENTEL_TESTS_DRIVE_H
#define KLIENTEL_TESTS_DRIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "glass.h"
#include "klientel/base/buffer.h"

struct drive_options {
    const char *program;
    const char *const *words; /* after the program's name, ends with NULL */
    const char *folder;       /* HOME, and where sanitizers write; lives as long as the drive */
    int rows, columns;        /* 0 = 24 x 80 */
    bool sizeless;            /* the line does not know its size, as serial ones */
    const char *term;         /* NULL = xterm-256color */
    enum text_charset charset; /* of the terminal; the locale variables say it too */
    const char *const *variables; /* further "NAME=VALUE", ends with NULL; NULL = none */
    bool shell;    /* a shell with job control is the parent, else the program leads its session */
    bool mute;     /* a terminal that answers no query */
    bool no_sync;  /* do not wait for the first screen: the program is expected to end */
};

struct drive;
/* Started, and waiting for a key. */
struct drive *drive_start(const struct drive_options *options);
/* Ends what still runs. NULL-safe. */
void drive_destroy(struct drive *drive);

/* Each of these returns when what it did is done and shown. */
void drive_key(struct drive *drive, const char *name);
void drive_keys(struct drive *drive, const char *names); /* several, split by blanks, one after the other */
void drive_type(struct drive *drive, const char *text);  /* all at once, as typed ahead */
void drive_paste(struct drive *drive, const char *text);
void drive_click(struct drive *drive, enum glass_button button, int row, int column);
void drive_resize(struct drive *drive, int rows, int columns);
/* Bytes as they are; for those that make no key alone there is nothing to wait for: sync false. */
void drive_send(struct drive *drive, const void *bytes, size_t length, bool sync);
/* Waits until something was shown without a key (another process wrote). */
void drive_wait_change(struct drive *drive);
/* A signal to the program; then, unless it ends or stops by it, wait with drive_sync. */
void drive_signal(struct drive *drive, int number);
void drive_sync(struct drive *drive);
/* The same, but the program may have ended: then false. */
bool drive_settle(struct drive *drive);

/* Waits for the end: the exit code, or -signal. */
int drive_end(struct drive *drive);
/* With a shell: waits until the program has stopped; goes on with it in the foreground. */
void drive_wait_stopped(struct drive *drive);
void drive_resize_stopped(struct drive *drive, int rows, int columns); /* waits for nothing */
void drive_continue(struct drive *drive);
/* The line drops: the terminal is gone. */
void drive_hang_up(struct drive *drive);

struct glass *drive_glass(struct drive *drive);
pid_t drive_pid(const struct drive *drive);
enum text_charset drive_charset(const struct drive *drive);
bool drive_line_is_restored(struct drive *drive); /* termios as before the program */
/* All the program has written; with drive_forget only what came since. */
const struct buffer *drive_raw(const struct drive *drive);
void drive_forget(struct drive *drive);

bool drive_shows(struct drive *drive, const char *text);
/* Fails with the screen when the text is not (is) on it. */
void drive_expect(struct drive *drive, const char *text);
void drive_expect_not(struct drive *drive, const char *text);
void drive_expect_row(struct drive *drive, int row, const char *text); /* somewhere in that row; -1 = last */
/* What is on the screen is what Ctrl-L would draw: no cell is stale. */
void drive_expect_fresh(struct drive *drive);
/* The terminal is as it was: modes, pen, character set, scroll region, line settings. */
void drive_expect_restored(struct drive *drive);
/* What was made to scroll last is the whole screen. A smaller region may be set within one frame only. */
void drive_expect_whole_region(struct drive *drive);
/* Every byte is one the terminal's charset has. */
void drive_expect_charset(struct drive *drive);
/* Ends the test with the sentence and the screen. */
void drive_fail(struct drive *drive, const char *format, ...)
    __attribute__((format(printf, 2, 3), noreturn));

#endif
