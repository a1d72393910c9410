/*
 * Loop: one thread, one ppoll. Signals are blocked except while waiting; their handlers only set a
 * flag and the callback runs in ordinary code. A nested loop_wait is a bug (asserted).
 */
#ifndef KLIENTEL_BASE_LOOP_H
#define KLIENTEL_BASE_LOOP_H

#include <stdbool.h>
#include <stdint.h>

struct loop;
/* number: file descriptor, signal number, or timer id */
typedef void (*loop_call)(void *context, int number);

struct loop *loop_create(void);
/* Restores the signal mask and handlers. NULL-safe. */
void loop_destroy(struct loop *loop);

/* Calls when fd is readable, in error or hung up; watching it again replaces the call. */
void loop_watch(struct loop *loop, int fd, loop_call call, void *context);
/* The same when fd takes output; the same descriptor is watched for one or the other. */
void loop_watch_output(struct loop *loop, int fd, loop_call call, void *context);
void loop_unwatch(struct loop *loop, int fd);
void loop_signal(struct loop *loop, int signal, loop_call call, void *context);
/* Makes the calls of signals that were let in outside of loop_wait, by whoever waited for something else. */
void loop_signals(struct loop *loop);
/* Calls once after that many milliseconds; setting a timer again replaces it; < 0 takes it away. */
void loop_timer(struct loop *loop, int id, int milliseconds, loop_call call, void *context);

/* Waits (at most `milliseconds`, < 0 = until something happens) and makes the calls that are due.
 * False on a failure of ppoll itself. */
bool loop_wait(struct loop *loop, int milliseconds);

/* Monotonic time in nanoseconds, for pacing and for figures; never for rules. */
int64_t clock_tick(void);

#endif
