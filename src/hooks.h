/*
 * Hooks: what a test that drives the real program through a pseudo-terminal needs to know; compiled in with
 * -Dtest_hooks=true only, else each of these is nothing.
 *
 * KLIENTEL_TEST_SYNC_FD=n: each time the program has done all there was to do and is about to wait, it
 * writes one byte to descriptor n: 'k' when keys or signals were taken since the last byte, 'c' when
 * something was shown without any (another process wrote), 'b' when app_busy said "nothing left"
 * and app_settle found something all the same. Nothing new, no byte. 'a' at once for each answer of the terminal: what
 * it sets free is shown before the next of the others.
 * KLIENTEL_TEST_NOW=instant: the clock stands still there.
 */
#ifndef KLIENTEL_HOOKS_H
#define KLIENTEL_HOOKS_H

#include <stdbool.h>

#include "klientel/base/date.h"

struct hooks {
    int fd;
    bool taken, shown;
};

#ifdef KLIENTEL_TEST_HOOKS

struct hooks hooks_create(void);
void hooks_taken(struct hooks *hooks); /* a key, a paste, a signal */
void hooks_shown(struct hooks *hooks); /* a frame */
void hooks_answered(struct hooks *hooks); /* the terminal itself */
/* Nothing is pending. more: app_settle said that something was. */
void hooks_idle(struct hooks *hooks, bool more);
struct instant hooks_now(void);

#else

#define hooks_create() ((struct hooks){ .fd = -1 })
#define hooks_taken(hooks) ((void)(hooks))
#define hooks_shown(hooks) ((void)(hooks))
#define hooks_answered(hooks) ((void)(hooks))
#define hooks_idle(hooks, more) ((void)(hooks)) /* `more` is not even asked */
#define hooks_now clock_now

#endif
#endif
