/*
 * Loop. State: what is watched, which timers are set, and, because a signal handler has no other
 * place for it, one flag a signal for the process; only the loop that took a signal reads its flag.
 *
 * Invariants: signals of the loop are blocked but inside ppoll. Calls may add and take away
 * anything; what a call adds is first looked at by the next wait.
 */
#include "klientel/base/loop.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "klientel/base/arena.h"

enum { SIGNALS = 65, NO_FD = -1 };

static volatile sig_atomic_t signal_seen[SIGNALS];

struct watch {
    int fd;
    short events;
    loop_call call;
    void *context;
};

struct handler {
    int signal;
    loop_call call;
    void *context;
    struct sigaction before;
};

struct timer {
    int id;
    int64_t due;
    uint64_t order; /* when it was set, in numbers of timers */
    loop_call call;
    void *context;
};

struct loop {
    struct watch *watches;
    struct pollfd *polled;
    size_t watch_count, watch_room;
    struct handler *handlers;
    size_t handler_count;
    struct timer *timers;
    size_t timer_count, timer_room;
    uint64_t timers_set;
    sigset_t mask_before;
    sigset_t mask_waiting;
    bool waiting;
};

int64_t clock_tick(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

struct loop *loop_create(void)
{
    struct loop *loop = memory_zero(1, sizeof *loop);
    sigprocmask(SIG_SETMASK, NULL, &loop->mask_before);
    loop->mask_waiting = loop->mask_before;
    return loop;
}

/* The mask goes back first: a signal that still waits sets its flag and does not end the process
 * in the middle of its own orderly end. */
void loop_destroy(struct loop *loop)
{
    if (!loop) {
        return;
    }
    assert(!loop->waiting);
    sigprocmask(SIG_SETMASK, &loop->mask_before, NULL);
    for (size_t i = 0; i < loop->handler_count; i++) {
        sigaction(loop->handlers[i].signal, &loop->handlers[i].before, NULL);
        signal_seen[loop->handlers[i].signal] = 0;
    }
    free(loop->watches);
    free(loop->polled);
    free(loop->handlers);
    free(loop->timers);
    free(loop);
}

/* ---- file descriptors ---- */

static struct watch *watch_of(struct loop *loop, int fd)
{
    for (size_t i = 0; i < loop->watch_count; i++) {
        if (loop->watches[i].fd == fd) {
            return &loop->watches[i];
        }
    }
    return NULL;
}

static void watch_add(struct loop *loop, int fd, short events, loop_call call, void *context)
{
    assert(fd >= 0);
    loop_unwatch(loop, fd);
    if (loop->watch_count == loop->watch_room) {
        loop->watch_room = loop->watch_room ? loop->watch_room * 2 : 8;
        loop->watches =
            memory_resize(loop->watches, loop->watch_room * sizeof *loop->watches);
    }
    loop->watches[loop->watch_count++] = (struct watch){ fd, events, call, context };
}

void loop_watch(struct loop *loop, int fd, loop_call call, void *context)
{
    watch_add(loop, fd, POLLIN, call, context);
}

void loop_watch_output(struct loop *loop, int fd, loop_call call, void *context)
{
    watch_add(loop, fd, POLLOUT, call, context);
}

/* Leaves a gap, so that the places of the others stay while calls are made. */
void loop_unwatch(struct loop *loop, int fd)
{
    struct watch *watch = watch_of(loop, fd);
    if (watch) {
        watch->fd = NO_FD;
    }
}

static size_t polled_make(struct loop *loop)
{
    size_t count = 0;
    for (size_t i = 0; i < loop->watch_count; i++) {
        if (loop->watches[i].fd != NO_FD) {
            loop->watches[count++] = loop->watches[i];
        }
    }
    loop->watch_count = count;
    loop->polled = memory_resize(loop->polled, count * sizeof *loop->polled);
    for (size_t i = 0; i < count; i++) {
        loop->polled[i] = (struct pollfd){ .fd = loop->watches[i].fd,
                                            .events = loop->watches[i].events };
    }
    return count;
}

static void watches_call(struct loop *loop, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct watch watch = loop->watches[i];
        if (watch.fd != NO_FD && loop->polled[i].revents) {
            watch.call(watch.context, watch.fd);
        }
    }
}

/* ---- signals ---- */

static void signal_note(int signal)
{
    signal_seen[signal] = 1;
}

void loop_signal(struct loop *loop, int signal, loop_call call, void *context)
{
    assert(signal > 0 && signal < SIGNALS);
    for (size_t i = 0; i < loop->handler_count; i++) {
        if (loop->handlers[i].signal == signal) {
            loop->handlers[i].call = call;
            loop->handlers[i].context = context;
            return;
        }
    }
    loop->handlers =
        memory_resize(loop->handlers, (loop->handler_count + 1) * sizeof *loop->handlers);
    struct handler *handler = &loop->handlers[loop->handler_count++];
    *handler = (struct handler){ .signal = signal, .call = call, .context = context };

    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, signal);
    sigprocmask(SIG_BLOCK, &one, NULL);
    sigdelset(&loop->mask_waiting, signal);
    /* No mask of the handler's own: then all signals that wait are noted in one wait. */
    struct sigaction action = { .sa_handler = signal_note };
    sigemptyset(&action.sa_mask);
    signal_seen[signal] = 0;
    sigaction(signal, &action, &handler->before);
}

static void handlers_call(struct loop *loop)
{
    size_t count = loop->handler_count;
    for (size_t i = 0; i < count; i++) {
        struct handler handler = loop->handlers[i];
        if (signal_seen[handler.signal]) {
            signal_seen[handler.signal] = 0;
            handler.call(handler.context, handler.signal);
        }
    }
}

void loop_signals(struct loop *loop)
{
    handlers_call(loop);
}

/* ---- timers ---- */

static void timer_remove(struct loop *loop, size_t place)
{
    loop->timers[place] = loop->timers[--loop->timer_count];
}

void loop_timer(struct loop *loop, int id, int milliseconds, loop_call call, void *context)
{
    for (size_t i = 0; i < loop->timer_count; i++) {
        if (loop->timers[i].id == id) {
            timer_remove(loop, i);
            break;
        }
    }
    if (milliseconds < 0) {
        return;
    }
    if (loop->timer_count == loop->timer_room) {
        loop->timer_room = loop->timer_room ? loop->timer_room * 2 : 8;
        loop->timers = memory_resize(loop->timers, loop->timer_room * sizeof *loop->timers);
    }
    loop->timers[loop->timer_count++] = (struct timer){
        .id = id,
        .due = clock_tick() + (int64_t)milliseconds * 1000000,
        .order = loop->timers_set++,
        .call = call,
        .context = context,
    };
}

/* The timer that is due first, of two the one that was set first; of those set before `order`. */
static struct timer *timer_first(struct loop *loop, uint64_t order)
{
    struct timer *first = NULL;
    for (size_t i = 0; i < loop->timer_count; i++) {
        struct timer *timer = &loop->timers[i];
        if (timer->order < order &&
            (!first || timer->due < first->due ||
             (timer->due == first->due && timer->order < first->order))) {
            first = timer;
        }
    }
    return first;
}

static void timers_call(struct loop *loop)
{
    int64_t now = clock_tick();
    uint64_t order = loop->timers_set;
    for (struct timer *first; (first = timer_first(loop, order)) && first->due <= now;) {
        struct timer timer = *first;
        timer_remove(loop, (size_t)(first - loop->timers));
        timer.call(timer.context, timer.id);
    }
}

/* ---- waiting ---- */

/* Nanoseconds to wait, < 0 for ever. */
static int64_t patience(struct loop *loop, int milliseconds)
{
    int64_t wait = milliseconds < 0 ? -1 : (int64_t)milliseconds * 1000000;
    const struct timer *first = timer_first(loop, loop->timers_set);
    if (first) {
        int64_t left = first->due - clock_tick();
        left = left < 0 ? 0 : left;
        wait = wait < 0 || left < wait ? left : wait;
    }
    return wait;
}

/* With a descriptor ready ppoll lets no signal in: one that always is would keep them out for ever. */
static void signals_let_in(const struct loop *loop)
{
    sigset_t blocked;
    sigprocmask(SIG_SETMASK, &loop->mask_waiting, &blocked);
    sigprocmask(SIG_SETMASK, &blocked, NULL);
}

bool loop_wait(struct loop *loop, int milliseconds)
{
    assert(!loop->waiting);
    loop->waiting = true;
    size_t count = polled_make(loop);
    int64_t wait = patience(loop, milliseconds);
    struct timespec limit = { .tv_sec = wait / 1000000000, .tv_nsec = wait % 1000000000 };
    int ready = ppoll(loop->polled, count, wait < 0 ? NULL : &limit, &loop->mask_waiting);
    bool fine = ready >= 0 || errno == EINTR;
    if (ready > 0)
        signals_let_in(loop);
    if (fine) {
        handlers_call(loop);
        timers_call(loop);
        if (ready > 0) {
            watches_call(loop, count);
        }
    }
    loop->waiting = false;
    return fine;
}
