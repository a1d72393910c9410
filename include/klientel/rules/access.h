/*
 * Access: who may see and do what. One table, role × right (C43, C44); the SQL that applies it to
 * whole datasets (store/query.c) is tested against this rule on random data.
 *
 *              row       figures   amounts   persons   change
 *   admin      all       all       all       all       all
 *   lead       all       all       all       all       all, but not who is admin or lead
 *   operator   all *     all *     granted   granted   granted
 *   user       granted   granted   granted   granted   none
 *
 * "granted": a grant in force on the client. * without the internal client, unless granted (C3, C43).
 * Nobody who is not active sees or does anything.
 */
#ifndef KLIENTEL_RULES_ACCESS_H
#define KLIENTEL_RULES_ACCESS_H

#include <stdbool.h>

#include "klientel/rules/model.h"

enum right {
    RIGHT_ROW,     /* the client exists; its name, number, dates, who has access */
    RIGHT_FIGURES, /* counts, states */
    RIGHT_AMOUNTS, /* money of one client */
    RIGHT_PERSONS, /* its employees; opening the client */
    RIGHT_CHANGE,  /* changing its data */
    RIGHT_COUNT
};

struct access_facts {
    enum role role;
    bool active;   /* the user is active now */
    bool granted;  /* a grant on the client is in force now */
    bool internal; /* the client is the bureau itself */
};

bool access_allows(const struct access_facts *facts, enum right right);

/* A total is shown only when it says nothing about one or two clients the asker may not see (C44). */
bool access_total_shown(int64_t unseen_clients);

#endif
