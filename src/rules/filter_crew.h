/*
 * Crew: one more thread, which does the same work as its caller beside him (filter_crew_… in filter.h).
 *
 * The work is a function that takes its pieces from where both find them, and returns when there are none. What it
 * writes to is its own, or atomic; what the caller wrote before crew_begin it sees, and what it wrote the caller sees
 * after crew_end. It gets no signals, and must not ask the database.
 */
#ifndef KLIENTEL_RULES_FILTER_CREW_H
#define KLIENTEL_RULES_FILTER_CREW_H

#include <stdbool.h>

#include "klientel/rules/filter.h"

/* For a machine with so many processors: a crew of one has nobody. For work of fewer nanoseconds than `least` it is
 * not woken. */
struct filter_crew *crew_create(unsigned processors, size_t least);
/* Hands the work, of about so many nanoseconds, to the thread, which is started with the first. Returns at once;
 * false: nobody takes it, crew_end is not to be called. */
bool crew_begin(struct filter_crew *crew, size_t nanoseconds, void (*work)(void *context),
                void *context);
/* The thread is out of the work when this returns. Work it had not begun yet it never does. */
void crew_end(struct filter_crew *crew);

#endif
