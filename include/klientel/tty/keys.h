/*
 * Keys: ncurses' key codes as the names the key map knows, and small helpers of the terminal.
 */
#ifndef KLIENTEL_TTY_KEYS_H
#define KLIENTEL_TTY_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

#include "klientel/tty/terminal.h"

/* "a", "å", "Space", "Enter", "Ctrl-L", "Shift-Up", "F4"; "" for what has no name. is_code: a KEY_… value. */
void keys_name(bool is_code, wint_t key, char *ret_name, size_t size);
/* The numeric keypad in application mode sends ESC O p … : read as plain digits and signs. */
void keys_define_keypad(void);
void keys_define_arrows(void); /* what terminfo does not say of them */
/* True when every character of the text exists in that charset. */
bool keys_fits_charset(const char *text, enum charset charset);

#endif
