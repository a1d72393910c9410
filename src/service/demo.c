/*
 * Demo: builds a bureau that never was, through the same stage and commands as everything else.
 *
 * Every choice comes from a seeded stream of its own (clients, access, runs, …), so that one more client
 * does not shift the others. What a customer should see is placed by hand on certain clients (enum example): a
 * one-man company, a client that left, one without anybody responsible, one without an organisation
 * number, a gap in the months, somebody on leave with a stand-in.
 */
#include "demo_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "klientel/rules/deadline.h"

/* The day klientel was set up: a little before the oldest month. */
static struct date demo_begin(const struct demo *demo)
{
    return (struct date){ month_first(demo_month(demo, 0)).day - 20 };
}

/* ---- putting it in ---- */

static bool execute(struct demo *demo, const char *login, struct date day, int hour,
                    struct command *command)
{
    struct receipt receipt = { 0 };
    struct session session = demo->session;
    if (login && !store_session(demo->store, login, demo->session.now, &session, demo->failure))
        return false;
    session.now = date_start(day);
    session.now.second += hour * 3600;
    char operation[33];
    unsigned long long high = random_next(&demo->operations);
    unsigned long long low = random_next(&demo->operations);
    snprintf(operation, sizeof operation, "%016llx%016llx", high, low);
    command->operation = operation;
    bool good = store_execute(demo->store, &session, command, false, &receipt, demo->failure);
    receipt_finish(&receipt);
    return good;
}

/* Runs a stage that `fill` fills, as one import. */
static bool import(struct demo *demo, struct date day, const char *reason,
                   bool (*fill)(struct demo *demo, struct stage *stage, int file))
{
    struct stage *stage = stage_create(demo->store, &demo->session, demo->failure);
    if (!stage)
        return false;
    int file = stage_add_file(stage, reason);
    bool good = fill(demo, stage, file);
    if (good) {
        struct command command = { .kind = COMMAND_IMPORT, .reason = reason, .import = { stage } };
        good = execute(demo, NULL, day, 8, &command);
    }
    stage_destroy(stage);
    return good;
}

/* ---- what people did ---- */

static bool client_id(struct demo *demo, const struct demo_client *client, int64_t *ret_id)
{
    return store_find_client(demo->store, &demo->session, client->number, ret_id, demo->failure) &&
           *ret_id != 0;
}

/* Hanne is on leave: Ivar covers her clients until she is back. */
static bool cover_leave(struct demo *demo)
{
    const int absent = 7, cover = 8;
    if (demo->people_count <= cover)
        return true;
    struct target targets[64];
    size_t count = 0;
    for (int i = 0; i < demo->client_count && count < 64; i++) {
        const struct demo_client *client = &demo->clients[i];
        if (client->responsible == absent && client->example != EXAMPLE_LEFT) {
            targets[count].version = 0;
            if (!client_id(demo, client, &targets[count++].id))
                return false;
        }
    }
    int64_t user;
    if (!count)
        return true;
    if (!store_find_user(demo->store, &demo->session, demo->people[cover].login, &user,
                         demo->failure))
        return false;
    struct date today = demo->options->today;
    static const char *const packages[] = { "payroll" };
    struct command command = {
        .kind = COMMAND_ACCESS,
        .targets = targets,
        .target_count = count,
        .reason = "Hanne is on leave",
        .access = { .verb = ACCESS_ADD,
                    .users = &user,
                    .user_count = 1,
                    .role = GRANT_MEMBER,
                    .source = SOURCE_REPLACEMENT,
                    .from = date_start((struct date){ today.day - 16 }),
                    .until = date_end((struct date){ today.day + 40 }),
                    .packages = packages,
                    .package_count = 1 },
    };
    return execute(demo, "bo", (struct date){ today.day - 17 }, 14, &command);
}

static bool mark_paid(struct demo *demo, int month)
{
    struct date today = demo->options->today;
    struct month when = demo_month(demo, month);
    struct target *targets =
        arena_zero(demo->arena, (size_t)demo->client_count, sizeof *targets);
    size_t count = 0;
    for (int i = 0; i < demo->client_count; i++) {
        const struct demo_client *client = &demo->clients[i];
        struct date payout = deadline_payout(client->swedish ? "SE" : "NO", when, client->payday);
        /* Archived before the last months, not yet paid, or forgotten. */
        if (client->example == EXAMPLE_LEFT || !demo_has_month(client, month) ||
            payout.day >= today.day || i % 37 == 5)
            continue;
        if (!client_id(demo, client, &targets[count++].id))
            return false;
    }
    if (!count)
        return true;
    struct command command = {
        .kind = COMMAND_STEP,
        .targets = targets,
        .target_count = count,
        .reason = "",
        .step = { .step = STEP_PAID, .month = when, .waiting_for = "" },
    };
    return execute(demo, "bo", demo_month_end(demo, month), 15, &command);
}

static bool write_notes(struct demo *demo)
{
    const struct demo_list *list = &demo->names.lists[DEMO_NOTE];
    struct date today = demo->options->today;
    for (size_t i = 0; i < list->count; i++) {
        struct target target = { 0 };
        const struct demo_client *client =
            &demo->clients[(int)(i * 23 + 3) % demo->client_count];
        if (client->example == EXAMPLE_LEFT)
            continue;
        if (!client_id(demo, client, &target.id))
            return false;
        struct command command = {
            .kind = COMMAND_NOTE,
            .targets = &target,
            .target_count = 1,
            .reason = "",
            .note = { .text = list->words[i],
                      .due = i % 3 == 0 ? (struct date){ today.day + 2 + (int)i } : DATE_NONE,
                      .person = i % 3 == 0 ? "bo" : "" },
        };
        if (!execute(demo, i % 2 ? "bo" : "anna", (struct date){ today.day - 30 + (int)i * 3 }, 10,
                     &command))
            return false;
    }
    return true;
}

/* One month as it went: new clients, runs, pay-outs, and in the month after what the authorities said. */
static bool write_month(struct demo *demo, int month)
{
    struct date today = demo->options->today, end = demo_month_end(demo, month);
    struct date first = { month_last(demo_month(demo, month)).day + 6 };
    struct date last = { first.day + 8 };
    demo->month = month;
    if (month > 0 && (!import(demo, month_first(demo_month(demo, month)), "new clients",
                              demo_fill_clients) ||
                      !import(demo, month_first(demo_month(demo, month)), "accesses of new clients",
                              demo_fill_access)))
        return false;
    if (!import(demo, end, "payroll runs", demo_fill_runs) || !mark_paid(demo, month))
        return false;
    for (int round = 0; round < 2; round++) {
        struct date day = round ? last : first;
        demo->last_answers = round;
        if (day.day < today.day &&
            !import(demo, day, round ? "answers of the authorities" : "first answers of the authorities",
                    demo_fill_answers))
            return false;
    }
    return true;
}

static bool write_all(struct demo *demo)
{
    struct date today = demo->options->today, begin = { demo_begin(demo).day + 1 };
    if (!import(demo, begin, "people of the bureau", demo_fill_people) ||
        !import(demo, begin, "client list", demo_fill_clients) ||
        !import(demo, begin, "accesses", demo_fill_access))
        return false;
    for (int month = 0; month < DEMO_MONTHS; month++) {
        if (!write_month(demo, month))
            return false;
    }
    return import(demo, (struct date){ today.day - 20 }, "employees", demo_fill_employees) &&
           import(demo, (struct date){ today.day - 19 }, "client left", demo_fill_archived) &&
           cover_leave(demo) && write_notes(demo);
}

bool demo_build(struct store *store, const struct demo_options *options,
                struct failure *ret_failure)
{
    struct demo *demo = memory_zero(1, sizeof *demo);
    demo->store = store;
    demo->options = options;
    demo->failure = ret_failure;
    demo->arena = arena_create();
    demo->this_month = month_of(options->today);
    demo->session = (struct session){
        .role = ROLE_ADMIN,
        .active = true,
        .now = date_start(demo_begin(demo)),
    };
    random_seed(&demo->operations, options->seed, "operations");
    demo_names_read(&demo->names, demo->arena);
    demo_make_people(demo);
    demo->client_count = options->clients;
    demo->clients =
        arena_zero(demo->arena, (size_t)demo->client_count + 1, sizeof *demo->clients);
    for (int i = 0; i < demo->client_count; i++) {
        struct random random;
        char stream[32];
        snprintf(stream, sizeof stream, "client %d", i);
        random_seed(&random, options->seed, stream);
        demo_make_client(demo, i, &random);
    }
    demo_make_internal(demo);
    struct command partner = {
        .kind = COMMAND_PARTNER,
        .reason = "demo bureau",
        .partner = { .name = "Byrå Nord AS",
                     .country = "NO",
                     .login = "anna",
                     .demo = true,
                     .today = options->today },
    };
    struct instant now = date_start(options->today);
    now.second += 9 * 3600;
    bool good = execute(demo, NULL, demo_begin(demo), 8, &partner) &&
                store_session(store, "anna", now, &demo->session, ret_failure) && write_all(demo);
    arena_destroy(demo->arena);
    free(demo);
    return good;
}
