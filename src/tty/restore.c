/*
 * Restore: see restore.h.
 *
 * State: one for the process. Invariant: what the handler reads is complete before `armed` is set, and not changed
 * while it is.
 */
#include "klientel/tty/restore.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

enum { WAIT_MILLISECONDS = 300, STACK_SIZE = 64 * 1024 };

static struct {
    volatile sig_atomic_t armed, cut, handlers;
    int out, in;
    struct termios saved;
    char sequence[RESTORE_SIZE];
    size_t length;
} restore;

/* A handler for a full stack needs another one. */
static _Alignas(16) char other_stack[STACK_SIZE];

static void send(const char *text, size_t length)
{
    while (length > 0) {
        ssize_t sent = write(restore.out, text, length);
        if (sent > 0) {
            text += sent;
            length -= (size_t)sent;
            continue;
        }
        struct pollfd room = { .fd = restore.out, .events = POLLOUT };
        if (sent == 0 || (errno != EAGAIN && errno != EINTR) ||
            poll(&room, 1, WAIT_MILLISECONDS) <= 0 || !(room.revents & POLLOUT))
            return;
    }
}

void restore_now(void)
{
    static const char cancel = '\030'; /* ends a sequence in its middle */
    if (!restore.armed)
        return;
    restore.armed = 0;
    pid_t owner = tcgetpgrp(restore.out);
    if (owner > 0 && owner != getpgrp())
        return;
    if (restore.cut)
        send(&cancel, 1);
    send(restore.sequence, restore.length);
    tcsetattr(restore.in, TCSANOW, &restore.saved);
}

static const int signals[] = { SIGSEGV, SIGBUS,  SIGFPE,  SIGILL,  SIGABRT, SIGSYS,  SIGTRAP, SIGQUIT,
                               SIGXCPU, SIGALRM, SIGUSR1, SIGUSR2, SIGTERM, SIGHUP,  SIGINT };
enum { SIGNALS = sizeof signals / sizeof *signals };
static struct sigaction before[SIGNALS];

/* Whoever had the signal before us has it again: a fault happens anew, everything else is sent anew, and acts when
 * the handler returns. */
static void fatal(int number, siginfo_t *info, void *context)
{
    (void)context;
    int error = errno;
    restore_now();
    for (size_t i = 0; i < SIGNALS; i++) {
        if (signals[i] == number)
            sigaction(number, &before[i], NULL);
    }
    bool fault = number == SIGSEGV || number == SIGBUS || number == SIGFPE || number == SIGILL;
    if (!fault || info->si_code <= 0)
        raise(number);
    errno = error;
}

static void set_handlers(void)
{
    stack_t there = { 0 }, stack = { .ss_sp = other_stack, .ss_size = sizeof other_stack };
    if (sigaltstack(NULL, &there) == 0 && (there.ss_flags & SS_DISABLE))
        sigaltstack(&stack, NULL);
    struct sigaction action = { .sa_sigaction = fatal, .sa_flags = SA_SIGINFO | SA_ONSTACK };
    sigfillset(&action.sa_mask);
    for (size_t i = 0; i < SIGNALS; i++)
        sigaction(signals[i], &action, &before[i]);
    restore.handlers = 1;
}

void restore_arm(int out, int in, const struct termios *saved, const char *sequence)
{
    size_t length = strlen(sequence);
    assert(!restore.armed && length <= sizeof restore.sequence);
    restore.out = out;
    restore.in = in;
    restore.saved = *saved;
    restore.length = length;
    restore.cut = 0;
    memcpy(restore.sequence, sequence, length);
    if (!restore.handlers)
        set_handlers();
    restore.armed = 1;
}

void restore_cut(bool cut)
{
    restore.cut = cut;
}

bool restore_armed(void)
{
    return restore.armed;
}
