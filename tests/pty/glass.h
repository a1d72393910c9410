/*
 * Glass: a terminal as the person before it has it: what the program's bytes have made of the screen, and
 * the bytes the keys make. libvterm, and only here (its interface differs between versions).
 *
 * A terminal of TERM xterm, screen, tmux sends the keys libvterm makes, in the modes the program has set;
 * for every other TERM a key is what its terminfo says. Terminal queries (CSI 5n, CSI 6n) are answered
 * unless `mute`. Everything that goes to the program leaves through `out`.
 */
#ifndef KLIENTEL_TESTS_GLASS_H
#define KLIENTEL_TESTS_GLASS_H

#include <stdbool.h>
#include <stddef.h>

#include "klientel/base/buffer.h"
#include "klientel/base/text.h"

struct glass;
typedef void (*glass_out)(void *context, const char *bytes, size_t length);

struct glass *glass_create(int rows, int columns, const char *term, enum text_charset charset,
                           glass_out out, void *context);
void glass_destroy(struct glass *glass);
void glass_mute(struct glass *glass, bool mute);
void glass_resize(struct glass *glass, int rows, int columns);

/* Bytes of the program. */
void glass_feed(struct glass *glass, const char *bytes, size_t length);

/* A key by the name the key map has ("a", "å", "Enter", "Shift-Up", "Ctrl-L", "F1"), "Alt-x", or one of the
 * numeric keypad: "Pad-0" … "Pad-9", "Pad-,", "Pad-.", "Pad-+", "Pad--", "Pad-*", "Pad-/",
 * "Pad-Enter". False when this terminal has no such key. */
bool glass_key(struct glass *glass, const char *name);
void glass_paste(struct glass *glass, const char *text); /* marked as such when the program asked for it */
enum glass_button { GLASS_LEFT = 1, GLASS_MIDDLE, GLASS_RIGHT, GLASS_WHEEL_UP, GLASS_WHEEL_DOWN };
void glass_click(struct glass *glass, enum glass_button button, int row, int column);

/* ---- what is seen ---- */

struct glass_state {
    int rows, columns, cursor_row, cursor_column;
    bool cursor;      /* shown */
    bool alternate;   /* the alternate screen */
    bool paste;       /* pastes are bracketed */
    bool keypad;      /* the numeric keypad sends ESC O … */
    bool cursor_keys; /* arrows send ESC O … */
    int mouse;        /* 0 = off */
    bool pen;         /* what is written next would not be plain */
    unsigned bells, titles; /* how often */
    const char *title;      /* the last one, or "" */
};
void glass_state(struct glass *glass, struct glass_state *ret_state);

/* One row without the blanks at its end; columns from..to-1 of it. */
void glass_row(struct glass *glass, int row, struct buffer *ret_text);
void glass_part(struct glass *glass, int row, int from, int to, struct buffer *ret_text);
/* How the cells of a row look, one letter each: "." plain, R reverse, B bold, U underline, D dim is not known
 * to libvterm; with a colour the digit 1-7; r = reverse and bold. Blanks at the end stay. */
void glass_looks(struct glass *glass, int row, struct buffer *ret_looks);
/* All rows, each with "\n". */
void glass_text(struct glass *glass, struct buffer *ret_text);
/* All there is to compare: rows, looks, cursor. */
void glass_picture(struct glass *glass, struct buffer *ret_text);

#endif
