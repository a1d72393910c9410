/*
 * Crew: a second thread for scans through much text.
 *
 * State       one thread, asleep on a condition but for the time between crew_begin and crew_end. It is started with
 *             the first work, and joined by filter_crew_destroy.
 * Events      crew_begin, crew_end by one caller, in turns; the thread's own steps between them.
 * Invariants  who waits for whom: the caller only for work that was begun, never for the thread to wake. `stage` is
 *             changed under the lock; the caller may look at it without, to see that the work has ended.
 */
#include "filter_crew.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "klientel/base/arena.h"

enum stage { STAGE_IDLE, STAGE_OFFERED, STAGE_BEGUN, STAGE_LEAVE };
enum {
    LEAST = 200000, /* nanoseconds: to wake a thread costs some tens of thousands */
    LOOKS = 2000,   /* as long as a piece of work is: falling asleep and waking costs as much */
};

struct filter_crew {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t offered, ended;
    size_t least;
    bool is_alone, has_thread;
    _Atomic enum stage stage;
    void (*work)(void *context);
    void *context;
};

static unsigned processors(void)
{
    cpu_set_t set;

    return sched_getaffinity(0, sizeof set, &set) == 0 ? (unsigned)CPU_COUNT(&set) : 1;
}

struct filter_crew *crew_create(unsigned processor_count, size_t least)
{
    struct filter_crew *crew = memory_zero(1, sizeof *crew);

    crew->least = least;
    crew->is_alone = processor_count < 2;
    pthread_mutex_init(&crew->lock, NULL);
    pthread_cond_init(&crew->offered, NULL);
    pthread_cond_init(&crew->ended, NULL);
    return crew;
}

struct filter_crew *filter_crew_create(void)
{
    return crew_create(processors(), LEAST);
}

static void *live(void *context)
{
    struct filter_crew *crew = context;

    pthread_mutex_lock(&crew->lock);
    while (crew->stage != STAGE_LEAVE) {
        if (crew->stage != STAGE_OFFERED) {
            pthread_cond_wait(&crew->offered, &crew->lock);
            continue;
        }
        crew->stage = STAGE_BEGUN;
        pthread_mutex_unlock(&crew->lock);
        crew->work(crew->context);
        pthread_mutex_lock(&crew->lock);
        crew->stage = STAGE_IDLE;
        pthread_cond_signal(&crew->ended);
    }
    pthread_mutex_unlock(&crew->lock);
    return NULL;
}

/* Signals are for the thread that waits for them; what a crash raises goes to the thread that crashed. */
static bool start(struct filter_crew *crew)
{
    static const int own[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
    sigset_t most, before;

    sigfillset(&most);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        sigdelset(&most, own[i]);
    pthread_sigmask(SIG_BLOCK, &most, &before);
    crew->has_thread = pthread_create(&crew->thread, NULL, live, crew) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    crew->is_alone = !crew->has_thread; /* not asked for again: the scan does without */
    return crew->has_thread;
}

static void set_stage(struct filter_crew *crew, enum stage stage)
{
    pthread_mutex_lock(&crew->lock);
    crew->stage = stage;
    pthread_mutex_unlock(&crew->lock); /* whoever wakes needs it */
    pthread_cond_signal(&crew->offered);
}

bool crew_begin(struct filter_crew *crew, size_t nanoseconds, void (*work)(void *context),
                void *context)
{
    if (crew->is_alone || nanoseconds < crew->least || (!crew->has_thread && !start(crew)))
        return false;
    crew->work = work;
    crew->context = context;
    set_stage(crew, STAGE_OFFERED);
    return true;
}

void crew_end(struct filter_crew *crew)
{
    for (int i = 0; i < LOOKS && crew->stage == STAGE_BEGUN; i++)
        continue;
    pthread_mutex_lock(&crew->lock);
    if (crew->stage == STAGE_OFFERED)
        crew->stage = STAGE_IDLE;
    while (crew->stage != STAGE_IDLE)
        pthread_cond_wait(&crew->ended, &crew->lock);
    pthread_mutex_unlock(&crew->lock);
}

void filter_crew_destroy(struct filter_crew *crew)
{
    if (crew == NULL)
        return;
    if (crew->has_thread) {
        set_stage(crew, STAGE_LEAVE);
        pthread_join(crew->thread, NULL);
    }
    pthread_cond_destroy(&crew->ended);
    pthread_cond_destroy(&crew->offered);
    pthread_mutex_destroy(&crew->lock);
    free(crew);
}
