/*
 * Hooks for tests. State: what happened since the last line.
 */
#include "hooks.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct hooks hooks_create(void)
{
    const char *number = getenv("KLIENTEL_TEST_SYNC_FD");
    return (struct hooks){ .fd = number ? atoi(number) : -1 };
}

void hooks_signal(struct hooks *hooks)
{
    hooks->signals++;
}

void hooks_shown(struct hooks *hooks)
{
    hooks->shown = true;
}

void hooks_idle(struct hooks *hooks, uint64_t bytes, bool more)
{
    bool taken = !hooks->begun || hooks->signals != hooks->told_signals || bytes != hooks->told_bytes;
    if (hooks->fd < 0 || (!taken && !hooks->shown && !more))
        return;
    char line[64];
    int length = snprintf(line, sizeof line, "%c%u %" PRIu64 "\n", more ? 'b' : taken ? 'k' : 'c',
                          hooks->signals, bytes);
    hooks->begun = true;
    hooks->shown = false;
    hooks->told_signals = hooks->signals;
    hooks->told_bytes = bytes;
    if (write(hooks->fd, line, (size_t)length) != length)
        hooks->fd = -1; /* nobody listens any longer */
}

struct instant hooks_now(void)
{
    const char *text = getenv("KLIENTEL_TEST_NOW");
    struct instant now;
    return text && instant_parse(text, &now) ? now : clock_now();
}
