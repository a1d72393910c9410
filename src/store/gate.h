/*
 * Gate: who writes, one after the other. Used by the engine only.
 */
#ifndef KLIENTEL_STORE_GATE_H
#define KLIENTEL_STORE_GATE_H

#include <stdbool.h>

#include "klientel/base/message.h"

/* Opens (makes, 0600) path.lock; the caller closes the descriptor. */
bool gate_open(const char *path, int *ret_gate, struct failure *ret_failure);
/* Waits at most that many seconds. `who` is written into the file, and named to those whose time is over
 * (FAILURE_BUSY). path is for the message. */
bool gate_take(int gate, int seconds, const char *who, const char *path,
               struct failure *ret_failure);
void gate_leave(int gate); /* -1 is harmless */

#endif
