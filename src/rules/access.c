/*
 * Access: the table of access.h as code. Pure.
 */
#include "klientel/rules/access.h"

#include <assert.h>

/* What a right needs beside the role. */
enum condition {
    NEVER,
    GRANTED,  /* a grant in force */
    BUT_OURS, /* any client but the bureau itself, and that one with a grant */
    ALWAYS,
};

static const enum condition conditions[][RIGHT_COUNT] = {
    [ROLE_ADMIN] = {
        [RIGHT_ROW] = ALWAYS,
        [RIGHT_FIGURES] = ALWAYS,
        [RIGHT_AMOUNTS] = ALWAYS,
        [RIGHT_PERSONS] = ALWAYS,
        [RIGHT_CHANGE] = ALWAYS,
    },
    [ROLE_LEAD] = {
        [RIGHT_ROW] = ALWAYS,
        [RIGHT_FIGURES] = ALWAYS,
        [RIGHT_AMOUNTS] = ALWAYS,
        [RIGHT_PERSONS] = ALWAYS,
        [RIGHT_CHANGE] = ALWAYS,
    },
    [ROLE_OPERATOR] = {
        [RIGHT_ROW] = BUT_OURS,
        [RIGHT_FIGURES] = BUT_OURS,
        [RIGHT_AMOUNTS] = GRANTED,
        [RIGHT_PERSONS] = GRANTED,
        [RIGHT_CHANGE] = GRANTED,
    },
    [ROLE_USER] = {
        [RIGHT_ROW] = GRANTED,
        [RIGHT_FIGURES] = GRANTED,
        [RIGHT_AMOUNTS] = GRANTED,
        [RIGHT_PERSONS] = GRANTED,
        [RIGHT_CHANGE] = NEVER,
    },
};
static_assert(sizeof conditions / sizeof *conditions == ROLE_COUNT, "a role without its row");

bool access_allows(const struct access_facts *facts, enum right right)
{
    assert((int)facts->role >= 0 && facts->role < ROLE_COUNT);
    assert((int)right >= 0 && right < RIGHT_COUNT);
    if (!facts->active)
        return false;
    switch (conditions[facts->role][right]) {
    case ALWAYS:
        return true;
    case BUT_OURS:
        return facts->granted || !facts->internal;
    case GRANTED:
        return facts->granted;
    case NEVER:
        break;
    }
    return false;
}

bool access_total_shown(int64_t unseen_clients)
{
    return unseen_clients <= 0 || unseen_clients > 2;
}
