/*
 * Hooks for tests. State: what happened since the last byte.
 */
#include "hooks.h"

#include <stdlib.h>
#include <unistd.h>

struct hooks hooks_create(void)
{
    const char *number = getenv("KLIENTEL_TEST_SYNC_FD");
    return (struct hooks){ .fd = number ? atoi(number) : -1, .taken = true };
}

void hooks_taken(struct hooks *hooks)
{
    hooks->taken = true;
}

void hooks_shown(struct hooks *hooks)
{
    hooks->shown = true;
}

void hooks_answered(struct hooks *hooks)
{
    if (hooks->fd >= 0 && write(hooks->fd, "a", 1) != 1)
        hooks->fd = -1;
}

void hooks_idle(struct hooks *hooks, bool more)
{
    if (hooks->fd < 0 || (!hooks->taken && !hooks->shown && !more))
        return;
    char byte = more ? 'b' : hooks->taken ? 'k' : 'c';
    hooks->taken = hooks->shown = false;
    if (write(hooks->fd, &byte, 1) != 1)
        hooks->fd = -1; /* nobody listens any longer */
}

struct instant hooks_now(void)
{
    const char *text = getenv("KLIENTEL_TEST_NOW");
    struct instant now;
    return text && instant_parse(text, &now) ? now : clock_now();
}
