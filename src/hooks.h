/*
 * Hooks: what a test that drives the real program through a pseudo-terminal needs to know; compiled in with
 * -Dtest_hooks=true only, else each of these is nothing.
 *
 * KLIENTEL_TEST_SYNC_FD=n: each time the program has done all there was to do and is about to wait, and
 * something has happened since the last time, it writes a line to descriptor n: a letter, the number
 * of signals it has taken and the number of bytes it has read from the terminal, both from the
 * start: "k3 128". The letter is 'k' when bytes or signals were taken since the last line, 'c' when something
 * was shown without any (another process wrote), 'b' when app_busy said "nothing left" and
 * app_settle found something all the same. Whoever knows how much was sent knows by the numbers that
 * all of it has been answered, whatever the terminal itself sent meanwhile.
 * KLIENTEL_TEST_NOW=instant: the clock stands still there.
 */
#ifndef KLIENTEL_HOOKS_H
#define KLIENTEL_HOOKS_H

#include <stdbool.h>
#include <stdint.h>

#include "klientel/base/date.h"

struct hooks {
    int fd;
    bool begun, shown;
    unsigned signals, told_signals;
    uint64_t told_bytes;
};

#ifdef KLIENTEL_TEST_HOOKS

struct hooks hooks_create(void);
void hooks_signal(struct hooks *hooks); /* one was taken */
void hooks_shown(struct hooks *hooks);  /* a frame */
/* Nothing is pending. bytes: read from the terminal so far. more: app_settle said that something was. */
void hooks_idle(struct hooks *hooks, uint64_t bytes, bool more);
struct instant hooks_now(void);

#else

#define hooks_create() ((struct hooks){ .fd = -1 })
#define hooks_signal(hooks) ((void)(hooks))
#define hooks_shown(hooks) ((void)(hooks))
#define hooks_idle(hooks, bytes, more) ((void)(hooks)) /* `bytes` and `more` are not even asked */
#define hooks_now clock_now

#endif
#endif
