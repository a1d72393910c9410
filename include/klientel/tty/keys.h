/*
 * Keys: what the sequences of terminals are called. Tables and nothing else; no state.
 */
#ifndef KLIENTEL_TTY_KEYS_H
#define KLIENTEL_TTY_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "a", "å", "Space", "Enter", "Ctrl-L"; "" for what has no name. */
void keys_name_character(uint32_t scalar, char *ret_name, size_t size);
/* ESC [ parameters final; "" for what is no key. modifier: 1 none, 2 Shift, 3 Alt, 5 Ctrl; others have no name. */
void keys_name_csi(int number, int modifier, char final, char *ret_name, size_t size);
/* ESC O final, also the numeric keypad: always its digits and signs. */
void keys_name_ss3(int modifier, char final, char *ret_name, size_t size);
/* ESC [ [ final: the Linux console. */
void keys_name_console(char final, char *ret_name, size_t size);
/* Esc and a digit are a function key (Esc 1 = F1, Esc 0 = F10), Esc and a letter Alt-x. False: two keys. */
bool keys_name_escaped(char character, char *ret_name, size_t size);

/* The terminfo names of keys, from 0 on, NULL = no more; ret_name: what the key is called. */
const char *keys_capability(size_t index, const char **ret_name);

#endif
