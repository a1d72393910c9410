/*
 * Input: bytes of a terminal → named keys, pasted texts, clicks, answers. No I/O and no clock: time is an argument
 * (nanoseconds, any steady origin), so everything here can be tried byte by byte.
 *
 * Never waits: a sequence that is not complete stays until more bytes come or its time is over. Then a lone Esc
 * is the key Esc, and the beginning of anything else is dropped, never given out as letters.
 */
#ifndef KLIENTEL_TTY_INPUT_H
#define KLIENTEL_TTY_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "klientel/tty/terminal.h"

enum {
    INPUT_NAME_SIZE = 24,
    INPUT_PASTE_SIZE = 64 * 1024, /* what is longer is cut */
    INPUT_BURST = 5,              /* more bytes at once were not typed */
};

enum input_kind { INPUT_NONE, INPUT_KEY, INPUT_PASTE, INPUT_MOUSE, INPUT_ANSWER };
struct input_event {
    enum input_kind kind;
    char name[INPUT_NAME_SIZE];  /* INPUT_KEY, as the key map writes it: "a", "å", "Enter", "Shift-Up", "Alt-x" */
    const char *text;            /* INPUT_PASTE: plain UTF-8, line ends and tabs as blanks; until the next call */
    struct terminal_mouse mouse; /* INPUT_MOUSE */
    bool burst;                  /* INPUT_KEY: came together with others, faster than anybody types */
};

struct input;
/* charset: how bytes above 127 are read; ASCII reads UTF-8, else Latin-1. */
struct input *input_create(enum charset charset);
void input_destroy(struct input *input); /* NULL-safe */
/* A key of this terminal. Sequences that are the same on every terminal are known already and stay what they are. */
void input_bind(struct input *input, const char *sequence, const char *name);
/* Bytes of one read. */
void input_add(struct input *input, const char *bytes, size_t length, int64_t now);
/* INPUT_NONE: nothing (more) is complete yet. */
enum input_kind input_next(struct input *input, int64_t now, struct input_event *ret_event);
/* When input_next would give something without more bytes; -1 = never. */
int64_t input_deadline(const struct input *input);
/* An answer is on its way: an Esc alone may be its beginning, and is waited for a little longer. */
void input_expect_answer(struct input *input, bool expect);

#endif
