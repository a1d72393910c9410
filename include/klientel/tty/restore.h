/*
 * Restore: leaves the terminal as it was, from any place: at the end, before a stop, and when a signal ends the
 * program (a crash, also of the stack; TERM, HUP and INT as long as nobody else takes them).
 *
 * A signal handler has no other place for it, so there is one for the process: arm, and until `restore_now` every
 * way out restores.
 */
#ifndef KLIENTEL_TTY_RESTORE_H
#define KLIENTEL_TTY_RESTORE_H

#include <stdbool.h>
#include <termios.h>

enum { RESTORE_SIZE = 512 };

/* out: what is written to, rather one that does not block; in: what has the settings; sequence: at most RESTORE_SIZE
 * bytes, copied. The handlers are set by the first call. */
void restore_arm(int out, int in, const struct termios *saved, const char *sequence);
/* Something was sent that ends in the middle: then that is ended first. */
void restore_cut(bool cut);
/* Once for each restore_arm. Safe in a signal handler; never waits longer than a third of a second. Nothing is
 * done where the terminal belongs to somebody else just now (in the background). */
void restore_now(void);
bool restore_armed(void);

#endif
