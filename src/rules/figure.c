/*
 * Figure: see figure.h.
 *
 * State: none. Invariant: as many characters as figures, each one column wide.
 */
#include "klientel/rules/figure.h"

#include <stdint.h>

enum { LEVELS = 8 };

static const char *const blocks[LEVELS] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
static const char *const ascii_blocks[LEVELS] = { ".", ":", "-", "=", "+", "*", "#", "@" };

/* 0 … LEVELS-1; computed in double since the span of two 64-bit numbers may not fit in one. */
static int level_of(int64_t value, int64_t least, int64_t most)
{
    double span = (double)most - (double)least;
    double part = ((double)value - (double)least) / span;
    int level;

    level = (int)(part * (LEVELS - 1) + 0.5);
    return level < 0 ? 0 : level >= LEVELS ? LEVELS - 1 : level;
}

void sparkline(const struct figure *figures, size_t count, bool ascii, struct buffer *ret_text)
{
    const char *const *marks = ascii ? ascii_blocks : blocks;
    int64_t least = INT64_MAX, most = INT64_MIN;
    size_t i;

    for (i = 0; i < count; i++) {
        if (!figures[i].known)
            continue;
        if (figures[i].value < least)
            least = figures[i].value;
        if (figures[i].value > most)
            most = figures[i].value;
    }
    for (i = 0; i < count; i++) {
        if (!figures[i].known)
            buffer_add_text(ret_text, " ");
        else if (least == most)
            buffer_add_text(ret_text, marks[LEVELS / 2 - 1]);
        else
            buffer_add_text(ret_text, marks[level_of(figures[i].value, least, most)]);
    }
}
