/*
 * Pace: see pace.h.
 *
 * State: counters from the start on, the questions that wait, the last answers as (bytes, seconds).
 * Events: bytes sent, an answer, time.
 * Invariants: answered <= asked <= sent. Nothing waits in the states SILENT (no answer came) and, longer than
 * PROBE, in UNPROVEN (none came yet); a late answer brings ANSWERED back.
 */
#include "klientel/tty/pace.h"

#include <string.h>

#define SECOND 1000000000
#define PROBE (SECOND / 2)            /* a terminal that never answered is waited for so long, once */
#define LOST ((int64_t)10 * SECOND)   /* one that did answer, beyond what the line needs */
#define AGAIN ((int64_t)30 * SECOND)  /* then it is asked again */

enum {
    QUESTION_SIZE = sizeof PACE_QUESTION - 1,
    ASK = 256,             /* so many bytes are worth a question, */
    ASK_SLOW = 96,         /* and on a slow line, where frames come in helpings */
    WINDOW_UNKNOWN = 2048, /* about a page */
    WINDOW_SMALL = 256,
    WINDOW_LARGE = 16384,
    PAGE = 1850,
};
static const double SLOW_PAGE = 0.25; /* seconds for a page: from here on frames come in helpings */
static const double QUEUE = 0.15;     /* seconds of bytes that may queue up beside what is in flight */
static const double FAST = 1e6;       /* bytes a second that cannot be told from more */

void pace_start(struct pace *pace)
{
    memset(pace, 0, sizeof *pace);
}

size_t pace_on_way(const struct pace *pace)
{
    return (size_t)(pace->sent - pace->answered);
}

static bool ask(struct pace *pace, int64_t now)
{
    if (pace->question_count == PACE_QUESTIONS)
        return false;
    pace->sent += QUESTION_SIZE;
    pace->questions[pace->question_count++] = (struct pace_question){
        .upto = pace->sent, .ahead = pace->sent - pace->answered, .at = now
    };
    pace->asked = pace->sent;
    return true;
}

bool pace_send(struct pace *pace, size_t bytes, int64_t now)
{
    if (pace->state == PACE_SILENT && pace->known && now - pace->silent_since > AGAIN) {
        pace->state = PACE_ANSWERED;
        pace->question_count = 0;
    }
    pace->sent += bytes;
    if (pace->state == PACE_SILENT) {
        pace->asked = pace->answered = pace->sent;
        return false;
    }
    size_t enough = pace_helping(pace) == SIZE_MAX ? ASK : ASK_SLOW;
    return pace->sent - pace->asked >= enough && ask(pace, now);
}

bool pace_send_first(struct pace *pace, size_t bytes, int64_t now)
{
    pace->sent += bytes;
    return ask(pace, now);
}

void pace_busy(struct pace *pace, int64_t from, int64_t until)
{
    pace->busy_from = from;
    pace->busy_until = until;
}

/* The straight line through the samples: seconds = latency + bytes / rate. */
static void reckon(struct pace *pace)
{
    size_t count = pace->sample_count < PACE_SAMPLES ? pace->sample_count : PACE_SAMPLES;
    double bytes = 0, seconds = 0, square = 0, product = 0, least = pace->samples[0].seconds;
    for (size_t i = 0; i < count; i++) {
        bytes += pace->samples[i].bytes / (double)count;
        seconds += pace->samples[i].seconds / (double)count;
        least = pace->samples[i].seconds < least ? pace->samples[i].seconds : least;
    }
    for (size_t i = 0; i < count; i++) {
        double away = pace->samples[i].bytes - bytes;
        square += away * away;
        product += away * (pace->samples[i].seconds - seconds);
    }
    if (square / (double)count < 100.0 * 100.0) { /* all of one size: nothing new about the rate */
        if (pace->known)
            pace->latency = least - (pace->rate > 0 ? bytes / pace->rate : 0);
    } else {
        double slope = product / square;
        pace->known = true;
        pace->rate = slope > 1 / FAST ? 1 / slope : 0;
        pace->latency = seconds - (pace->rate > 0 ? bytes / pace->rate : 0);
    }
    pace->latency = pace->latency < 0 ? 0 : pace->latency > least ? least : pace->latency;
}

void pace_answer(struct pace *pace, int64_t now)
{
    if (pace->question_count == 0)
        return; /* of a question that was given up */
    struct pace_question question = pace->questions[0];
    pace->question_count--;
    memmove(&pace->questions[0], &pace->questions[1], pace->question_count * sizeof question);
    int64_t came = now;
    if (pace->busy_until && now - pace->busy_until < SECOND / 1000 && pace->busy_from > question.at)
        came = pace->busy_from;
    pace->samples[pace->sample_count++ % PACE_SAMPLES] = (struct pace_sample){
        .bytes = (double)question.ahead, .seconds = (double)(came - question.at) / SECOND
    };
    reckon(pace);
    if (question.upto > pace->answered)
        pace->answered = question.upto;
    pace->state = PACE_ANSWERED;
}

/* On a slow line: what fills it while an answer comes back, and a little. */
static size_t window(const struct pace *pace)
{
    if (!pace->known)
        return WINDOW_UNKNOWN;
    if (pace->rate <= 0)
        return WINDOW_LARGE;
    double bytes = pace->rate * (pace->latency + QUEUE);
    return bytes < WINDOW_SMALL   ? WINDOW_SMALL
           : bytes > WINDOW_LARGE ? WINDOW_LARGE
                                  : (size_t)bytes;
}

static int64_t patience(const struct pace *pace)
{
    if (pace->state == PACE_UNPROVEN)
        return PROBE;
    double line = pace->rate > 0 ? 2 * (double)pace->questions[0].ahead / pace->rate : 0;
    return LOST + (int64_t)(line * SECOND);
}

int64_t pace_deadline(const struct pace *pace)
{
    if (pace->state == PACE_SILENT || pace->question_count == 0 ||
        pace_on_way(pace) <= window(pace))
        return -1;
    return pace->questions[0].at + patience(pace);
}

bool pace_ready(struct pace *pace, int64_t now)
{
    int64_t deadline = pace_deadline(pace);
    if (deadline < 0)
        return true;
    if (now < deadline)
        return false;
    /* What waits is kept: a late answer is understood. */
    pace->state = PACE_SILENT;
    pace->silent_since = now;
    pace->asked = pace->answered = pace->sent;
    return true;
}

size_t pace_helping(const struct pace *pace)
{
    if (!pace->known || pace->rate <= 0 || PAGE / pace->rate <= SLOW_PAGE ||
        pace->state == PACE_SILENT)
        return SIZE_MAX;
    return window(pace) * 5 / 8; /* two are on their way at once, so that the line is never idle */
}

size_t pace_room(const struct pace *pace, double seconds)
{
    return pace->known && pace->rate > 0 ? (size_t)(pace->rate * seconds) : SIZE_MAX;
}
