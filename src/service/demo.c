/*
 * Demo: builds a bureau that never was, through the same stage and commands as everything else.
 *
 * Every choice comes from a seeded stream of its own (clients, access, runs, …), so that one more client
 * does not shift the others. What a customer should see is placed by hand on certain clients (`role_of`): a
 * one-man company, a client that left, one without anybody responsible, one without an organisation
 * number, a gap in the months, somebody on leave with a stand-in.
 */
#include "klientel/service/demo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "demo_names.h"
#include "klientel/rules/deadline.h"
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
    char number[12], orgno[16], name[96];
    const char *city;
    bool swedish;
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
    int client_count;
    struct demo_person people[PEOPLE_MAX];
    int people_count;
    struct month this_month;
    struct random operations; /* names of the operations, so that the log is the same every time */
    struct failure *failure;
};

/* ---- who and what ---- */

static void norwegian_orgno(uint32_t serial, char ret_text[16])
{
    static const int weights[] = { 3, 2, 7, 6, 5, 4, 3, 2 };
    char digits[12];
    snprintf(digits, sizeof digits, "%08u", 80000000u + serial % 9000000u);
    int sum = 0;
    for (int i = 0; i < 8; i++)
        sum += (digits[i] - '0') * weights[i];
    int check = (11 - sum % 11) % 11;
    if (check == 10) {
        norwegian_orgno(serial + 1, ret_text);
        return;
    }
    snprintf(ret_text, 16, "%s%d", digits, check);
}

static void swedish_orgno(uint32_t serial, char ret_text[16])
{
    char digits[12];
    snprintf(digits, sizeof digits, "%09u", 556000000u + serial % 3000000u);
    int sum = 0;
    for (int i = 0; i < 9; i++) {
        int value = (digits[i] - '0') * (i % 2 == 0 ? 2 : 1);
        sum += value > 9 ? value - 9 : value;
    }
    snprintf(ret_text, 16, "%s%d", digits, (10 - sum % 10) % 10);
}

static int size_of(struct random *random)
{
    uint32_t draw = random_below(random, 100);
    return draw < 45   ? 1 + (int)random_below(random, 6)
           : draw < 80 ? 5 + (int)random_below(random, 20)
           : draw < 96 ? 20 + (int)random_below(random, 60)
                       : 80 + (int)random_below(random, 140);
}

static void make_client(struct demo *demo, int index, struct random *random)
{
    static const int paydays[] = { 10, 12, 15, 20, 20, 25, 25, 25, 28 };
    struct demo_client *client = &demo->clients[index];
    client->swedish = random_below(random, 100) < 42;
    bool swedish = client->swedish;
    const char *first = demo_word(&demo->names, swedish ? DEMO_SE_FIRST : DEMO_NO_FIRST, random);
    const char *trade = demo_word(&demo->names, swedish ? DEMO_SE_TRADE : DEMO_NO_TRADE, random);
    client->city = demo_word(&demo->names, swedish ? DEMO_SE_CITY : DEMO_NO_CITY, random);
    client->payday = paydays[random_below(random, sizeof paydays / sizeof *paydays)];
    client->size = size_of(random);
    client->first_month = random_below(random, 100) < 75 ? 0 : (int)random_below(random, 12);
    client->responsible = 1 + (int)random_below(random, (uint32_t)demo->people_count - 1);
    /* Every ninth client is used as an example until there is one of each. */
    int place = index / 9;
    client->example =
        index % 9 == 4 && place + 1 < EXAMPLE_COUNT ? (enum example)(place + 1) : EXAMPLE_NONE;
    snprintf(client->number, sizeof client->number, "%d", 1001 + index);
    if (client->example == EXAMPLE_ONE_MAN) {
        client->size = 1;
        client->swedish = swedish = false;
    }
    if (client->example != EXAMPLE_NO_ORGNO) {
        uint32_t serial = (uint32_t)demo->options->seed * 7919u + (uint32_t)index * 37u;
        (swedish ? swedish_orgno : norwegian_orgno)(serial, client->orgno);
    }
    /* A second client of the same two words is told apart by its town. */
    bool taken = false;
    snprintf(client->name, sizeof client->name, "%s %s %s", first, trade, swedish ? "AB" : "AS");
    for (int i = 0; i < index && !taken; i++)
        taken = strcmp(demo->clients[i].name, client->name) == 0;
    if (taken)
        snprintf(client->name, sizeof client->name, "%s %s i %s %s", first, trade, client->city,
                 swedish ? "AB" : "AS");
    if (client->example == EXAMPLE_ONE_MAN)
        snprintf(client->name, sizeof client->name, "%s %s", first, trade);
    if (client->example == EXAMPLE_DEMO)
        snprintf(client->name, sizeof client->name, "Prøveklient %s AS", first);
}

static void make_people(struct demo *demo)
{
    const struct demo_list *list = &demo->names.lists[DEMO_STAFF];
    snprintf(demo->people[0].login, sizeof demo->people[0].login, "anna");
    snprintf(demo->people[0].name, sizeof demo->people[0].name, "Anna Berg");
    demo->people[0].role = ROLE_ADMIN;
    demo->people_count = 1;
    for (size_t i = 0; i < list->count && demo->people_count < demo->options->staff &&
                       demo->people_count < PEOPLE_MAX;
         i++) {
        struct demo_person *person = &demo->people[demo->people_count++];
        char role[16];
        int value;
        sscanf(list->words[i], "%31[^;];%63[^;];%15s", person->login, person->name, role);
        person->role = model_parse(WORDS_ROLE, role, &value) ? (enum role)value : ROLE_OPERATOR;
    }
}

/* ---- putting it in ---- */

static struct figure known(int64_t value)
{
    return (struct figure){ true, value };
}

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
    snprintf(operation, sizeof operation, "%016llx%016llx",
             (unsigned long long)random_next(&demo->operations),
             (unsigned long long)random_next(&demo->operations));
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

static bool fill_people(struct demo *demo, struct stage *stage, int file)
{
    for (int i = 0; i < demo->people_count; i++) {
        const struct demo_person *person = &demo->people[i];
        char email[80];
        snprintf(email, sizeof email, "%s@byranord.example", person->login);
        struct staged_user row = {
            .at = { file, i + 2 },
            .login = person->login,
            .name = person->name,
            .email = email,
            .role = known(person->role),
            .kind = known(i == 12 ? USER_EXTERNAL : USER_STAFF),
        };
        if (!stage_user(stage, &row, demo->failure))
            return false;
    }
    struct staged_user payroll = { .at = { file, 99 },
                                   .login = "payroll-link",
                                   .name = "Payroll link",
                                   .email = "",
                                   .role = known(ROLE_USER),
                                   .kind = known(USER_INTEGRATION) };
    return stage_user(stage, &payroll, demo->failure);
}

static bool fill_clients(struct demo *demo, struct stage *stage, int file)
{
    struct random random;
    random_seed(&random, demo->options->seed, "client cards");
    for (int i = 0; i < demo->client_count; i++) {
        const struct demo_client *client = &demo->clients[i];
        const char *contact = demo_word(&demo->names, DEMO_PERSON, &random);
        char groups[64], address[48], postcode[8], email[64], contact_email[64], phone[24];
        snprintf(groups, sizeof groups, "pay%d", client->payday);
        if (random_below(&random, 6) == 0)
            strcat(groups, "\x1fquarterly review");
        if (client->size >= 60)
            strcat(groups, "\x1flarge");
        snprintf(address, sizeof address, "%s %u", client->swedish ? "Storgatan" : "Storgata",
                 1 + random_below(&random, 90));
        snprintf(postcode, sizeof postcode, client->swedish ? "%05u" : "%04u",
                 client->swedish ? 11000 + random_below(&random, 80000)
                                 : 100 + random_below(&random, 9800));
        snprintf(email, sizeof email, "post@klient%s.example", client->number);
        snprintf(contact_email, sizeof contact_email, "kontakt@klient%s.example", client->number);
        snprintf(phone, sizeof phone, client->swedish ? "+46 8 555 %04u" : "+47 2255 %04u",
                 random_below(&random, 10000));
        bool no_contact = client->example == EXAMPLE_NO_CONTACT;
        struct staged_client row = {
            .at = { file, i + 2 },
            .number = client->number,
            .orgno = *client->orgno ? client->orgno : NULL,
            .name = client->name,
            .country = client->swedish ? "SE" : "NO",
            .form = client->swedish                       ? "AB"
                    : client->example == EXAMPLE_ONE_MAN ? "ENK"
                                                          : "AS",
            .address = address,
            .postcode = postcode,
            .city = client->city,
            .email = email,
            .phone = phone,
            .contact_name = no_contact ? "" : contact,
            .contact_email = no_contact ? "" : contact_email,
            .groups = groups,
            .payday = known(client->payday),
            .demo = known(client->example == EXAMPLE_DEMO),
        };
        if (!stage_client(stage, &row, demo->failure))
            return false;
    }
    return true;
}

static bool stage_one_access(struct demo *demo, struct stage *stage, int file, int64_t *line,
                             const struct demo_client *client, int person, enum grant_role role,
                             struct date from, struct date until, const char *reason)
{
    struct staged_access row = {
        .at = { file, ++*line },
        .client = client->number,
        .login = demo->people[person].login,
        .reason = reason,
        .role = known(role),
        .from = date_start(from),
        .until = date_known(until) ? date_end(until) : INSTANT_NONE,
        .packages = role == GRANT_RESPONSIBLE ? "payroll\x1freporting" : "payroll",
    };
    return stage_access(stage, &row, demo->failure);
}

static bool fill_access(struct demo *demo, struct stage *stage, int file)
{
    struct random random;
    random_seed(&random, demo->options->seed, "access");
    struct date today = demo->options->today;
    int64_t line = 1;
    for (int i = 0; i < demo->client_count; i++) {
        const struct demo_client *client = &demo->clients[i];
        struct date from = { today.day - 400 - (int)random_below(&random, 500) };
        int members = (int)random_below(&random, 4), responsible = client->responsible;
        enum grant_role role =
            client->example == EXAMPLE_NOBODY ? GRANT_MEMBER : GRANT_RESPONSIBLE;
        if (!stage_one_access(demo, stage, file, &line, client, responsible, role, from, DATE_NONE,
                              "onboarded"))
            return false;
        int step = demo->people_count % 3 == 0 ? 1 : 3; /* nobody is met twice */
        for (int k = 1; k <= members && k < demo->people_count; k++) {
            int person = (responsible + k * step) % demo->people_count;
            /* Some of them end soon, some have ended. */
            struct date until = DATE_NONE;
            uint32_t draw = random_below(&random, 40);
            if (draw == 0)
                until.day = today.day + 1 + (int)random_below(&random, 6);
            else if (draw < 4)
                until.day = today.day - 10 - (int)random_below(&random, 120);
            if (!stage_one_access(demo, stage, file, &line, client, person,
                                  client->example == EXAMPLE_TWO && k == 1 ? GRANT_RESPONSIBLE
                                                                            : GRANT_MEMBER,
                                  from, until, "team of the client"))
                return false;
        }
        if (client->example == EXAMPLE_TWO && members == 0 &&
            !stage_one_access(demo, stage, file, &line, client,
                              (responsible + 1) % demo->people_count, GRANT_RESPONSIBLE, from,
                              DATE_NONE, "handed over, not finished"))
            return false;
    }
    return true;
}

/* ---- thirteen months of payroll ---- */

/* Employees that month: grows a little, with noise. */
static int headcount(const struct demo_client *client, int month, struct random *random)
{
    int size = client->size + client->size * month / 90;
    if (client->size >= 5)
        size += (int)random_below(random, 3) - 1;
    return size < 1 ? 1 : size;
}

static bool has_month(const struct demo_client *client, int month)
{
    switch (client->example) {
    case EXAMPLE_NO_PAYROLL:
    case EXAMPLE_NO_ORGNO:
        return false;
    case EXAMPLE_LEFT:
        return month <= 10; /* to September */
    case EXAMPLE_GAP:
        return month < 4 || month > 7;
    default:
        return month >= client->first_month;
    }
}

static enum declaration_state declaration_of(const struct demo_client *client, int month,
                                             struct random *random)
{
    uint32_t draw = random_below(random, 1000);
    bool norwegian = !client->swedish;
    if (month == DEMO_MONTHS - 1)
        return DECLARATION_NONE;
    if (month == DEMO_MONTHS - 2) { /* last month: in the middle of it */
        if (client->example == EXAMPLE_REJECTED || draw < 14)
            return DECLARATION_REJECTED;
        if (draw < 20)
            return norwegian ? DECLARATION_IMMEDIATE : DECLARATION_REJECTED;
        if (draw < 50)
            return DECLARATION_WAITING;
        if (draw < 75)
            return DECLARATION_MADE;
        if (draw < 120 && norwegian)
            return DECLARATION_GUIDELINE;
    } else if (draw < 40 && norwegian) {
        return DECLARATION_GUIDELINE;
    }
    return DECLARATION_RECEIVED;
}

static const char *run_by(const struct demo *demo, const struct demo_client *client, int month,
                          struct random *random)
{
    int person = client->responsible;
    bool other = client->example == EXAMPLE_OTHER_RUN && month >= DEMO_MONTHS - 2;
    if (other || random_below(random, 25) == 0)
        person = 1 + person % (demo->people_count - 1);
    return demo->people[person].login;
}

static bool stage_month(struct demo *demo, struct stage *stage, int file, int64_t *line,
                        const struct demo_client *client, int month, bool extra,
                        struct random *random)
{
    struct month when = month_add(demo->this_month, month - (DEMO_MONTHS - 1));
    struct date payout =
        deadline_payout(client->swedish ? "SE" : "NO", when, extra ? 28 : client->payday);
    int people = extra ? 1 + client->size / 6 : headcount(client, month, random);
    int64_t lines = people * 7 + random_below(random, (uint32_t)people + 2);
    /* Less is typed by hand as the year goes. */
    int64_t manual = lines * (30 - month) / 100 * random_below(random, 100) / 100;
    int64_t gross = (int64_t)people * (extra ? 900000 : 3400000 + random_below(random, 1400000));
    struct date today = demo->options->today;
    bool past = payout.day < today.day;
    bool closed = past || (payout.day - today.day < 4 && random_below(random, 3) > 0);
    if (past && payout.day > today.day - 8 && random_below(random, 12) == 0)
        closed = false;
    if (!closed && payout.day - today.day >= 6 && random_below(random, 2))
        return true; /* not begun */
    struct instant run_at = date_start((struct date){ payout.day - 4 });
    run_at.second += 3600 * (9 + random_below(random, 7));
    char number[24];
    month_format(when, number);
    strcat(number, extra ? "-2" : "-1");
    const char *who = run_by(demo, client, month, random);
    struct staged_run row = {
        .at = { file, ++*line },
        .client = client->number,
        .run = number,
        .kind = extra ? RUN_EXTRA : RUN_ORDINARY,
        .earned = client->payday < 20 ? month_add(when, -1) : when,
        .month = when,
        .payout = payout,
        .employees = known(people),
        .payslips = known(people),
        .travel = known(random_below(random, (uint32_t)people / 3 + 2)),
        .absences = known(random_below(random, (uint32_t)people / 4 + 2)),
        .lines = known(lines),
        .manual_lines = known(manual),
        .gross = known(gross),
        .withheld = known(gross * 31 / 100),
        .currency = client->swedish ? "SEK" : "NOK",
        .run_by = who,
        .run_at = run_at,
        .closed_by = closed ? who : NULL,
        .closed_at = closed ? (struct instant){ run_at.second + 7200 } : INSTANT_NONE,
    };
    if (client->example != EXAMPLE_GROSS_ONLY)
        row.net = known(gross - gross * 31 / 100);
    if (!extra) {
        enum declaration_state state = declaration_of(client, month, random);
        if (state != DECLARATION_NONE)
            row.declaration = known(state);
    }
    return stage_run(stage, &row, demo->failure);
}

static bool fill_runs(struct demo *demo, struct stage *stage, int file)
{
    int64_t line = 1;
    for (int i = 0; i < demo->client_count; i++) {
        const struct demo_client *client = &demo->clients[i];
        struct random random;
        char stream[32];
        snprintf(stream, sizeof stream, "runs %d", i);
        random_seed(&random, demo->options->seed, stream);
        for (int month = 0; month < DEMO_MONTHS; month++) {
            if (!has_month(client, month))
                continue;
            if (!stage_month(demo, stage, file, &line, client, month, false, &random))
                return false;
            if (client->example == EXAMPLE_EXTRA_RUN && month % 3 == 1 &&
                !stage_month(demo, stage, file, &line, client, month, true, &random))
                return false;
        }
    }
    return true;
}

/* The authority's answers to earlier months: some were rejected first and mended later. */
static bool fill_rejected(struct demo *demo, struct stage *stage, int file)
{
    int64_t line = 1;
    for (int i = 0; i < demo->client_count; i += 7) {
        const struct demo_client *client = &demo->clients[i];
        for (int month = i % 4; month < DEMO_MONTHS - 1; month += 4) {
            struct month when = month_add(demo->this_month, month - (DEMO_MONTHS - 1));
            char number[24];
            if (!has_month(client, month))
                continue;
            month_format(when, number);
            strcat(number, "-1");
            struct staged_run row = {
                .at = { file, ++line },
                .client = client->number,
                .run = number,
                .kind = RUN_ORDINARY,
                .earned = MONTH_NONE,
                .month = when,
                .payout = DATE_NONE,
                .currency = client->swedish ? "SEK" : "NOK",
                .run_at = INSTANT_NONE,
                .closed_at = INSTANT_NONE,
                .declaration = known(DECLARATION_REJECTED),
            };
            if (!stage_run(stage, &row, demo->failure))
                return false;
        }
    }
    return true;
}

static bool fill_employees(struct demo *demo, struct stage *stage, int file)
{
    struct random random;
    random_seed(&random, demo->options->seed, "employees");
    struct date today = demo->options->today;
    int64_t line = 1;
    for (int i = 0; i < demo->client_count && i < 60; i++) {
        const struct demo_client *client = &demo->clients[i];
        for (int k = 0; k < client->size && k < 12; k++) {
            char person[12], name[64], national_id[16];
            snprintf(person, sizeof person, "%d", k + 1);
            const char *first = demo_word(&demo->names, DEMO_PERSON, &random);
            const char *last = demo_word(&demo->names, DEMO_PERSON, &random);
            snprintf(name, sizeof name, "%.*s%s", (int)strcspn(first, " "), first,
                     strchr(last, ' '));
            /* Months 41-52 and 81-92: synthetic people, never anybody's number. */
            snprintf(national_id, sizeof national_id, "%02u%02u%02u%05u",
                     1 + random_below(&random, 28), 81 + random_below(&random, 12),
                     60 + random_below(&random, 39), random_below(&random, 100000));
            struct staged_employee row = {
                .at = { file, ++line },
                .client = client->number,
                .person = person,
                .name = name,
                .national_id = national_id,
                .from = { today.day - 100 - (int)random_below(&random, 2500) },
                .until = random_below(&random, 12) == 0
                             ? (struct date){ today.day - 40 + (int)random_below(&random, 80) }
                             : DATE_NONE,
            };
            if (!stage_employee(stage, &row, demo->failure))
                return false;
        }
    }
    return true;
}

static bool fill_archived(struct demo *demo, struct stage *stage, int file)
{
    for (int i = 0; i < demo->client_count; i++) {
        if (demo->clients[i].example != EXAMPLE_LEFT)
            continue;
        struct staged_client row = { .at = { file, 2 },
                                     .number = demo->clients[i].number,
                                     .name = demo->clients[i].name,
                                     .archived = known(1) };
        if (!stage_client(stage, &row, demo->failure))
            return false;
    }
    return true;
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
    struct month when = month_add(demo->this_month, month - (DEMO_MONTHS - 1));
    struct target *targets =
        arena_zero(demo->arena, (size_t)demo->client_count, sizeof *targets);
    size_t count = 0;
    for (int i = 0; i < demo->client_count; i++) {
        const struct demo_client *client = &demo->clients[i];
        struct date payout = deadline_payout(client->swedish ? "SE" : "NO", when, client->payday);
        /* Archived before the last months, not yet paid, or forgotten. */
        if (client->example == EXAMPLE_LEFT || !has_month(client, month) ||
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
    struct date day = month_last(when);
    return execute(demo, "bo", day.day < today.day ? day : today, 15, &command);
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

static bool write_all(struct demo *demo)
{
    struct date today = demo->options->today;
    struct date begin = { today.day - 60 };
    if (!import(demo, begin, "people of the bureau", fill_people) ||
        !import(demo, begin, "client list", fill_clients) ||
        !import(demo, (struct date){ begin.day + 1 }, "accesses", fill_access) ||
        !import(demo, (struct date){ begin.day + 2 }, "employees", fill_employees) ||
        !import(demo, (struct date){ today.day - 1 }, "answers of the authorities", fill_rejected) ||
        !import(demo, (struct date){ today.day - 1 }, "payroll runs", fill_runs) ||
        !import(demo, (struct date){ today.day - 20 }, "client left", fill_archived))
        return false;
    for (int month = 0; month < DEMO_MONTHS; month++) {
        if (!mark_paid(demo, month))
            return false;
    }
    return cover_leave(demo) && write_notes(demo);
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
        .now = date_start((struct date){ options->today.day - 61 }),
    };
    random_seed(&demo->operations, options->seed, "operations");
    demo_names_read(&demo->names, demo->arena);
    make_people(demo);
    demo->client_count = options->clients;
    demo->clients =
        arena_zero(demo->arena, (size_t)demo->client_count + 1, sizeof *demo->clients);
    for (int i = 0; i < demo->client_count; i++) {
        struct random random;
        char stream[32];
        snprintf(stream, sizeof stream, "client %d", i);
        random_seed(&random, options->seed, stream);
        make_client(demo, i, &random);
    }
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
    bool good = execute(demo, NULL, (struct date){ options->today.day - 61 }, 8, &partner) &&
                store_session(store, "anna", now, &demo->session, ret_failure) && write_all(demo);
    arena_destroy(demo->arena);
    free(demo);
    return good;
}
