/*
 * Demo, the cards: people, clients, access and employees as facts for the stage.
 */
#include "demo_internal.h"

#include <stdio.h>
#include <string.h>

bool demo_fill_people(struct demo *demo, struct stage *stage, int file)
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

bool demo_fill_clients(struct demo *demo, struct stage *stage, int file)
{
    struct random random;
    random_seed(&random, demo->options->seed, "client cards");
    for (int i = 0; i <= demo->client_count; i++) {
        const struct demo_client *client = &demo->clients[i];
        const char *contact = demo_word(&demo->names, DEMO_PERSON, &random);
        char groups[64], address[64], email[64], contact_email[64], phone[24];
        snprintf(groups, sizeof groups, "pay%d", client->payday);
        if (random_below(&random, 6) == 0)
            strcat(groups, "\x1fquarterly review");
        if (client->size >= 60)
            strcat(groups, "\x1flarge");
        /* One draw a statement, here and below: the order of arguments is the compiler's choice. */
        const char *street =
            demo_word(&demo->names, client->swedish ? DEMO_SE_STREET : DEMO_NO_STREET, &random);
        snprintf(address, sizeof address, "%s %u", street, 1 + random_below(&random, 90));
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
            .postcode = client->postcode,
            .city = client->city,
            .email = email,
            .phone = phone,
            .contact_name = no_contact ? "" : contact,
            .contact_email = no_contact ? "" : contact_email,
            .groups = groups,
            .payday = known(client->payday),
            .demo = known(client->example == EXAMPLE_DEMO),
            .internal = known(client->internal),
        };
        if (client->first_month == demo->month && !stage_client(stage, &row, demo->failure))
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

bool demo_fill_access(struct demo *demo, struct stage *stage, int file)
{
    struct date today = demo->options->today;
    int64_t line = 1;
    for (int i = 0; i <= demo->client_count; i++) {
        const struct demo_client *client = &demo->clients[i];
        struct random random;
        char stream[32];
        snprintf(stream, sizeof stream, "access %d", i);
        random_seed(&random, demo->options->seed, stream);
        struct date from = month_first(demo_month(demo, client->first_month));
        if (client->first_month == 0)
            from.day -= (int)random_below(&random, 500);
        if (client->first_month != demo->month)
            continue;
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

bool demo_fill_employees(struct demo *demo, struct stage *stage, int file)
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
            unsigned day = 1 + random_below(&random, 28), month = 81 + random_below(&random, 12);
            unsigned year = 60 + random_below(&random, 39), serial = random_below(&random, 100000);
            snprintf(national_id, sizeof national_id, "%02u%02u%02u%05u", day, month, year, serial);
            struct date from = { today.day - 100 - (int)random_below(&random, 2500) };
            struct date until = DATE_NONE;
            if (random_below(&random, 12) == 0)
                until.day = today.day - 40 + (int)random_below(&random, 80);
            struct staged_employee row = {
                .at = { file, ++line },
                .client = client->number,
                .person = person,
                .name = name,
                .national_id = national_id,
                .from = from,
                .until = until,
            };
            if (!stage_employee(stage, &row, demo->failure))
                return false;
        }
    }
    return true;
}

bool demo_fill_archived(struct demo *demo, struct stage *stage, int file)
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
