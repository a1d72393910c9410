/* The words a demo bureau is made from; private to the demo. */
#ifndef KLIENTEL_SERVICE_DEMO_NAMES_H
#define KLIENTEL_SERVICE_DEMO_NAMES_H

#include "klientel/base/arena.h"
#include "klientel/base/hash.h"

enum demo_kind {
    DEMO_NO_FIRST,
    DEMO_NO_TRADE,
    DEMO_NO_CITY,   /* town;postcode */
    DEMO_NO_STREET,
    DEMO_SE_FIRST,
    DEMO_SE_TRADE,
    DEMO_SE_CITY,   /* town;postcode */
    DEMO_SE_STREET,
    DEMO_PERSON,
    DEMO_STAFF, /* login;name;role */
    DEMO_NOTE,
    DEMO_KINDS
};
enum { DEMO_WORDS = 32 };

struct demo_list {
    const char *words[DEMO_WORDS];
    size_t count;
};
struct demo_names {
    struct demo_list lists[DEMO_KINDS];
};

void demo_names_read(struct demo_names *names, struct arena *arena);
const char *demo_word(const struct demo_names *names, enum demo_kind kind, struct random *random);

#endif
