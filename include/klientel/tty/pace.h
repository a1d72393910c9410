/*
 * Pace: how much may be on its way to the terminal. No I/O and no clock: time is an argument
 * (nanoseconds, any steady origin).
 *
 * A program cannot see what sshd still holds. So some frames end in a question (CSI 5n, PACE_QUESTION); its answer
 * (CSI 0n) says that everything before it was taken. Until then those bytes are *on their way*, and the next frame
 * waits while they are more than the window. From how long the answers take for few and for many bytes the line's
 * latency and rate are reckoned: a slow line gets a small window and frames in helpings, a fast one a large window,
 * so that nothing ever waits on it.
 *
 * A terminal that never answers costs one short wait at the start; one that stops answering, one longer.
 */
#ifndef KLIENTEL_TTY_PACE_H
#define KLIENTEL_TTY_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PACE_QUESTION "\033[5n"

enum { PACE_QUESTIONS = 16, PACE_SAMPLES = 8 };

struct pace {
    enum { PACE_UNPROVEN, PACE_ANSWERED, PACE_SILENT } state;
    uint64_t sent, asked, answered; /* bytes from the start on: all, up to the last question, up to the last answer */
    struct pace_question {
        uint64_t upto;   /* `sent` when it was asked */
        uint64_t ahead;  /* bytes on their way then */
        int64_t at;
    } questions[PACE_QUESTIONS]; /* not answered, the oldest first */
    size_t question_count;
    struct pace_sample {
        double bytes, seconds;
    } samples[PACE_SAMPLES]; /* of the last answers, a ring */
    size_t sample_count;     /* of all that were taken */
    bool known;              /* the line was reckoned: */
    double latency, rate;    /* seconds; bytes a second, 0 = too fast to tell */
    int64_t busy_from, busy_until;
    int64_t silent_since;
};

void pace_start(struct pace *pace); /* also after a suspension: perhaps it is another terminal */
/* These bytes are about to be sent at once. True: PACE_QUESTION is to be sent behind them (and is counted). */
bool pace_send(struct pace *pace, size_t bytes, int64_t now);
/* The same, and a question wanted whatever the size: the first bytes, to know the latency alone. */
bool pace_send_first(struct pace *pace, size_t bytes, int64_t now);
void pace_answer(struct pace *pace, int64_t now);
/* Nobody looked for answers between these two: one that is found right after may have come in at `from`. */
void pace_busy(struct pace *pace, int64_t from, int64_t until);
/* May something be drawn now? */
bool pace_ready(struct pace *pace, int64_t now);
/* When to ask pace_ready again although no answer came; -1 = when something happens. */
int64_t pace_deadline(const struct pace *pace);
/* About how many bytes to send before looking again; SIZE_MAX = a whole frame. */
size_t pace_helping(const struct pace *pace);
size_t pace_on_way(const struct pace *pace); /* bytes */
/* Bytes the line takes in that time; SIZE_MAX = many. */
size_t pace_room(const struct pace *pace, double seconds);

#endif
