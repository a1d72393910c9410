/*
 * What the files of the demo bureau share: demo.c (the order of things, what people did), demo_make.c (who and
 * what there is), demo_card.c (people, clients, access, employees as facts), demo_payroll.c (thirteen months).
 */
#ifndef KLIENTEL_SERVICE_DEMO_INTERNAL_H
#define KLIENTEL_SERVICE_DEMO_INTERNAL_H

#include "demo_names.h"
#include "klientel/service/demo.h"
#include "klientel/store/stage.h"

enum { DEMO_MONTHS = 13, PEOPLE_MAX = 24 };

/* What a client is an example of; the first ones of the list get these. */
enum example {
    EXAMPLE_NONE,
    EXAMPLE_ONE_MAN,
    EXAMPLE_LEFT,       /* the relationship ended in September */
    EXAMPLE_NOBODY,     /* nobody responsible */
    EXAMPLE_TWO,        /* two responsible */
    EXAMPLE_NO_ORGNO,   /* founded just now */
    EXAMPLE_NO_PAYROLL, /* onboarded, no run yet */
    EXAMPLE_GAP,        /* seasonal: nothing in spring */
    EXAMPLE_REJECTED,   /* last declaration rejected, not mended */
    EXAMPLE_GROSS_ONLY, /* its system tells gross pay only */
    EXAMPLE_EXTRA_RUN,
    EXAMPLE_OTHER_RUN,  /* last run by somebody else than the responsible */
    EXAMPLE_DEMO,
    EXAMPLE_NO_CONTACT,
    EXAMPLE_COUNT
};

struct demo_client {
    char number[12], orgno[16], name[96], city[32], postcode[8];
    bool swedish, internal;
    enum example example;
    int payday, size, first_month; /* month it came, 0 = the oldest */
    int responsible;               /* index of a person */
};

struct demo_person {
    char login[32], name[64];
    enum role role;
};

struct demo {
    struct store *store;
    const struct demo_options *options;
    struct arena *arena;
    struct demo_names names;
    struct session session;
    struct demo_client *clients;
    int client_count; /* without the internal client, which stands after the last */
    struct demo_person people[PEOPLE_MAX];
    int people_count;
    struct month this_month;
    int month;                /* the one that is being put in, 0 = the oldest */
    bool last_answers;        /* of the authorities; false = the first ones, the rejected */
    struct random operations; /* names of the operations, so that the log is the same every time */
    struct failure *failure;
};

static inline struct figure known(int64_t value)
{
    return (struct figure){ true, value };
}

/* The month with that number; its last day, or today when that is earlier. */
struct month demo_month(const struct demo *demo, int month);
struct date demo_month_end(const struct demo *demo, int month);

void demo_make_people(struct demo *demo);
void demo_make_internal(struct demo *demo);
void demo_make_client(struct demo *demo, int index, struct random *random);
/* Whether the client has payroll in that month, 0 = the oldest of DEMO_MONTHS. */
bool demo_has_month(const struct demo_client *client, int month);

/* Each puts its facts into a stage, as lines of that file: clients and accesses those that came in demo->month,
 * runs and answers those of that month. */
bool demo_fill_people(struct demo *demo, struct stage *stage, int file);
bool demo_fill_clients(struct demo *demo, struct stage *stage, int file);
bool demo_fill_access(struct demo *demo, struct stage *stage, int file);
bool demo_fill_employees(struct demo *demo, struct stage *stage, int file);
bool demo_fill_archived(struct demo *demo, struct stage *stage, int file);
bool demo_fill_runs(struct demo *demo, struct stage *stage, int file);
bool demo_fill_answers(struct demo *demo, struct stage *stage, int file);

#endif
