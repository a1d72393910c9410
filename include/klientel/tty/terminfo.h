/*
 * Terminfo: which types of terminal this machine has a description of. Apart from paint.h, since <term.h> makes
 * macros of ordinary words (lines, columns, tab).
 */
#ifndef KLIENTEL_TTY_TERMINFO_H
#define KLIENTEL_TTY_TERMINFO_H

#include <stdbool.h>

/* Leaves ncurses without a current terminal: to be asked before one is opened. fd: where it would be. */
bool terminfo_has(const char *type, int fd);

#endif
