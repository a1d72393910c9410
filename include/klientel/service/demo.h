/*
 * Demo: a bureau that never was, the same bytes for the same seed: to learn on and to show a customer.
 */
#ifndef KLIENTEL_SERVICE_DEMO_H
#define KLIENTEL_SERVICE_DEMO_H

#include <stdbool.h>
#include <stdint.h>

#include "klientel/store/store.h"

struct demo_options {
    int clients;       /* default 240 */
    int staff;         /* default 14 */
    uint64_t seed;     /* default 1 */
    struct date today; /* stored in the bureau as its today; default 2026-11-18 */
};

/* Fills a new, empty store (store_create, COMMAND_PARTNER already done by this function) with a bureau of both
 * countries and thirteen months: failures, gaps, ended accesses, somebody on leave, a terminated
 * client, a one-man company. Everything goes through store_execute. */
bool demo_build(struct store *store, const struct demo_options *options,
                struct failure *ret_failure);

#endif
