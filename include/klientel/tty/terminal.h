/*
 * Terminal: the only place that knows ncurses. Shows surfaces, reads keys.
 *
 * newterm with fallbacks (TERM, xterm-256color, xterm, vt100), never initscr. Output for Latin-1 and ASCII
 * terminals is transcoded cell by cell. Only cells that differ are handed to ncurses; what a frame sends
 * is collected and written at once. The terminal is restored by terminal_close and on fatal signals.
 */
#ifndef KLIENTEL_TTY_TERMINAL_H
#define KLIENTEL_TTY_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

#include "klientel/base/message.h"
#include "klientel/screen/surface.h"

enum charset { CHARSET_AUTO, CHARSET_UTF8, CHARSET_LATIN1, CHARSET_ASCII };
enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

struct terminal_options {
    enum charset charset; /* auto: by LC_ALL, LC_CTYPE, LANG of the caller */
    enum color color;     /* auto: what terminfo says, and NO_COLOR */
    bool plain;
};

struct terminal;
bool terminal_open(const struct terminal_options *options, struct terminal **ret_terminal,
                   struct failure *ret_failure);
void terminal_close(struct terminal *terminal); /* restores; NULL-safe */
void terminal_size(struct terminal *terminal, int *ret_rows, int *ret_columns);
/* After SIGWINCH: reads the size again; true when it changed (the next show sends everything). */
bool terminal_resized(struct terminal *terminal);
bool terminal_latin1(const struct terminal *terminal);
bool terminal_ascii(const struct terminal *terminal); /* boxes and blocks must be ASCII */
int terminal_fd(const struct terminal *terminal);
void terminal_show(struct terminal *terminal, const struct surface *surface);
void terminal_redraw(struct terminal *terminal); /* the next show sends everything */
/* Puts the text on the clipboard of the person's machine (OSC 52, through tmux and screen); never reads it. False: it
 * is longer than 100 kB, or a terminal of this type takes none. */
bool terminal_copy(struct terminal *terminal, const char *text, size_t length);
void terminal_suspend(struct terminal *terminal); /* Ctrl-Z: restore, stop, come back */

enum terminal_key { TERMINAL_KEY, TERMINAL_RESIZED, TERMINAL_PASTE, TERMINAL_EMPTY, TERMINAL_HANGUP };
/* The next key that is already there, by name ("a", "å", "Enter", "Ctrl-L", "F1"); never waits.
 * TERMINAL_PASTE: one pasted text, cut to `size`. Drain until EMPTY. */
enum terminal_key terminal_read(struct terminal *terminal, char *ret_name, size_t size);

#endif
