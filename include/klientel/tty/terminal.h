/*
 * Terminal: one real terminal: shows surfaces, names keys, paces what it sends, and is left as it was found.
 *
 * What it does to the terminal, and tests may lean on:
 * - Opening sends one write: the second screen, keypad as digits (ESC >), bracketed paste (?2004), mouse (?1000 ?1006)
 *   when asked for, and a question (CSI 5n). Types that do not speak CSI get none but their own description's.
 * - A frame is one write of the cells that differ; a frame of some hundred bytes or more ends in a question (pace.h).
 *   A frame waits (terminal_ready) while too much is unanswered, at most half a second on a terminal that never
 *   answered. On a line that takes longer than a quarter of a second for a page, a frame comes in helpings.
 * - A terminal that takes nothing blocks nobody: the rest waits, and no new frame is drawn meanwhile.
 * - Keys: an Esc alone is Esc after 50 ms (150 while an answer is awaited); Esc and a digit a function key, Esc and
 *   a letter Alt-x. Sequences that stay incomplete are dropped after half a second, a paste without end is over
 *   after two seconds. The answer CSI 0n is never a key.
 * - TERM unknown: drawn as for xterm-256color, and said (terminal_notice). dumb is refused.
 * - LC_ALL, LC_CTYPE, LANG name the charset when the options do not.
 * - It is restored by terminal_close, before a stop, and on signals that end the program (restore.h).
 */
#ifndef KLIENTEL_TTY_TERMINAL_H
#define KLIENTEL_TTY_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "klientel/base/message.h"
#include "klientel/screen/surface.h"

enum charset { CHARSET_AUTO, CHARSET_UTF8, CHARSET_LATIN1, CHARSET_ASCII };
enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

struct terminal_options {
    enum charset charset; /* auto: by LC_ALL, LC_CTYPE, LANG of the caller */
    enum color color;     /* auto: what terminfo says, and NO_COLOR */
    bool mouse;           /* wheel and clicks are reported */
};

struct terminal;
bool terminal_open(const struct terminal_options *options, struct terminal **ret_terminal,
                   struct failure *ret_failure);
void terminal_close(struct terminal *terminal); /* restores; NULL-safe */
/* Something to tell the person about this terminal, once: false when there is nothing (more). */
bool terminal_notice(struct terminal *terminal, struct message *ret_notice);
void terminal_size(struct terminal *terminal, int *ret_rows, int *ret_columns);
/* After SIGWINCH: reads the size again; true when it changed (the next show sends everything). A size of 0 is none:
 * the old one stays. */
bool terminal_resized(struct terminal *terminal);
bool terminal_latin1(const struct terminal *terminal);
bool terminal_ascii(const struct terminal *terminal); /* boxes and blocks must be ASCII */

/* ---- showing ---- */

/* May a frame be shown now? If not: keys go on being taken, and terminal_wait says when to ask again. */
bool terminal_ready(struct terminal *terminal);
/* Sends what differs. False: rows are left for another call when terminal_ready; the surface may be another by
 * then. */
bool terminal_show(struct terminal *terminal, const struct surface *surface);
void terminal_redraw(struct terminal *terminal); /* the next show sends everything */
/* Puts the text on the clipboard of the person's machine (OSC 52, through tmux and screen); never reads it. False,
 * with the reason: a terminal of this type takes none, or it is longer than 100 kB or what the line takes in ten
 * seconds. */
bool terminal_copy(struct terminal *terminal, const char *text, size_t length,
                   struct message *ret_reason);

/* ---- waiting ---- */

int terminal_fd(const struct terminal *terminal); /* to watch for input */
/* To watch for room while terminal_blocked; then terminal_flush. */
int terminal_output_fd(const struct terminal *terminal);
bool terminal_blocked(const struct terminal *terminal);
void terminal_flush(struct terminal *terminal);
/* Milliseconds until terminal_read or terminal_ready says something else, though nothing comes in; -1 = never. To
 * be called right before waiting: an answer that came while the program was busy is told from a slow one by it. */
int terminal_wait(struct terminal *terminal);

/* Ctrl-Z: restore, stop, come back and be drawn again. False: no shell is there that could go on with it, and
 * nothing was done. */
bool terminal_suspend(struct terminal *terminal);
/* After SIGCONT: takes the terminal again when it was stopped by somebody else. */
void terminal_continue(struct terminal *terminal);

/* ---- reading ---- */

enum terminal_key {
    TERMINAL_KEY, TERMINAL_PASTE, TERMINAL_MOUSE, TERMINAL_EMPTY, TERMINAL_HANGUP,
};
/* The next key that is already there, by name ("a", "å", "Enter", "Ctrl-L", "F1", "Shift-Up", "Alt-x"); never waits.
 * TERMINAL_PASTE: one pasted text, line ends as blanks, cut to `size`. Drain until EMPTY. */
enum terminal_key terminal_read(struct terminal *terminal, char *ret_name, size_t size);
/* The last key came with others in one go, faster than anybody types: not a person's answer to a question. */
bool terminal_burst(const struct terminal *terminal);

/* Bytes read so far, whatever they meant. */
uint64_t terminal_taken(const struct terminal *terminal);

enum terminal_click { TERMINAL_CLICK, TERMINAL_DOUBLE_CLICK, TERMINAL_WHEEL_UP, TERMINAL_WHEEL_DOWN };
struct terminal_mouse {
    enum terminal_click what;
    int row, column; /* from 0 */
};
/* After TERMINAL_MOUSE. A double click comes after its first click. */
const struct terminal_mouse *terminal_mouse(const struct terminal *terminal);

#endif
