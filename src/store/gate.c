/*
 * Gate: a flock on DATABASE.lock around every write transaction.
 *
 * Purpose     fairness, and no two processes that ever write or checkpoint at once: SQLite 3.7.0-3.51.2
 *             can lose committed transactions when they do (the WAL-reset race).
 * State       the file descriptor, kept by its connection; the holder's name in the file.
 * Invariants  waiters are woken by the kernel in the order of arrival, so that 50 writers get their turn one
 *             after the other; a timer signal ends the waiting; a dead holder's lock is gone with it.
 */
#include "gate.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "klientel/base/arena.h"
#include "klientel/base/text.h"

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

enum { WAKE_NANOSECONDS = 20000000, WHO_SIZE = 160 };

bool gate_open(const char *path, int *ret_gate, struct failure *ret_failure)
{
    size_t size = strlen(path) + sizeof ".lock";
    char *name = memory_alloc(size);

    snprintf(name, size, "%s.lock", path);
    int gate = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (gate >= 0)
        *ret_gate = gate;
    else
        failure_set(ret_failure, FAILURE_IO, name, N_("The lock file cannot be opened: %1."),
                    strerror(errno), NULL);
    free(name);
    return gate >= 0;
}

static void wake(int signal_number)
{
    (void)signal_number;
}

/* True when a signal that asks the program to end waits to be let in. */
static bool asked_to_end(void)
{
    sigset_t waiting;

    sigpending(&waiting);
    return sigismember(&waiting, SIGHUP) || sigismember(&waiting, SIGINT)
           || sigismember(&waiting, SIGTERM);
}

/*
 * Waits in the kernel's queue until the lock comes, the time is over, or somebody asks the program to
 * end: those signals, blocked by the loop, are let in here. The timer fires again and again, since its
 * first signal could come just before flock goes to sleep. True = locked.
 */
static bool wait_for_lock(int fd, int seconds)
{
    struct sigaction action = { .sa_handler = wake }, old_action;
    struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGRTMAX };
    struct itimerspec when = { .it_value.tv_sec = seconds,
                               .it_interval.tv_nsec = WAKE_NANOSECONDS };
    sigset_t set, old_set;
    timer_t timer;
    bool locked = false;

    event.sigev_notify_thread_id = gettid();
    sigemptyset(&set);
    sigaddset(&set, SIGRTMAX);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    if (asked_to_end() || timer_create(CLOCK_MONOTONIC, &event, &timer) != 0)
        return false;
    sigaction(SIGRTMAX, &action, &old_action);
    pthread_sigmask(SIG_UNBLOCK, &set, &old_set);
    timer_settime(timer, 0, &when, NULL);
    locked = flock(fd, LOCK_EX) == 0;
    timer_delete(timer);
    pthread_sigmask(SIG_SETMASK, &old_set, NULL);
    sigaction(SIGRTMAX, &old_action, NULL);
    return locked;
}

static bool busy(int gate, const char *path, struct failure *ret_failure)
{
    char who[WHO_SIZE + 1];
    ssize_t length = pread(gate, who, WHO_SIZE, 0);

    who[length > 0 ? length : 0] = '\0';
    who[strcspn(who, "\n")] = '\0';
    if (who[0] && text_is_utf8(who, strlen(who)))
        return failure_set(ret_failure, FAILURE_BUSY, path,
                           N_("%1 is saving. Try again in a moment."), who, NULL);
    return failure_set(ret_failure, FAILURE_BUSY, path,
                       N_("The database is busy. Try again in a moment."), NULL);
}

bool gate_take(int gate, int seconds, const char *who, const char *path,
               struct failure *ret_failure)
{
    char line[WHO_SIZE];

    if (flock(gate, LOCK_EX | LOCK_NB) != 0 && !wait_for_lock(gate, seconds))
        return busy(gate, path, ret_failure);
    int length = snprintf(line, sizeof line, "%s\n", who ? who : "");
    if (length > (int)sizeof line - 1)
        length = (int)sizeof line - 1;
    /* Only for the waiters' message: a failure here hurts nobody. */
    if (ftruncate(gate, 0) != 0 || pwrite(gate, line, (size_t)length, 0) != length)
        errno = 0;
    return true;
}

void gate_leave(int gate)
{
    if (gate >= 0)
        flock(gate, LOCK_UN);
}
