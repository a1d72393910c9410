/*
 * Copy: text → the sequence (OSC 52) that puts it on the clipboard of the terminal's machine.
 */
#ifndef KLIENTEL_TTY_COPY_H
#define KLIENTEL_TTY_COPY_H

#include <stdbool.h>
#include <stddef.h>

#include "klientel/base/buffer.h"

enum { COPY_MAX = 100 * 1000 }; /* bytes of text */

/* What stands between the program and the terminal and must be told to pass it on. */
enum copy_through { COPY_DIRECT, COPY_TMUX, COPY_SCREEN };
enum copy_through copy_through_environment(void); /* by TMUX and STY */
/* False when the text is longer than COPY_MAX; then nothing is added. */
bool copy_sequence(const char *text, size_t length, enum copy_through through,
                   struct buffer *ret_bytes);

#endif
