/*
 * Demo, who and what: the people of the bureau and its clients, each from a seeded stream of its own, so that
 * one more client does not shift the others.
 */
#include "demo_internal.h"

#include <stdio.h>
#include <string.h>

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

void demo_make_client(struct demo *demo, int index, struct random *random)
{
    static const int paydays[] = { 10, 12, 15, 20, 20, 25, 25, 25, 28 };
    struct demo_client *client = &demo->clients[index];
    /* Every ninth client is used as an example until there is one of each. */
    int place = index / 9;
    client->example =
        index % 9 == 4 && place + 1 < EXAMPLE_COUNT ? (enum example)(place + 1) : EXAMPLE_NONE;
    if (index % 9 == 5 && (place == 3 || place == 11)) /* nobody responsible is seen more than once */
        client->example = EXAMPLE_NOBODY;
    client->swedish = random_below(random, 100) < 42 && client->example != EXAMPLE_ONE_MAN;
    bool swedish = client->swedish;
    const char *first = demo_word(&demo->names, swedish ? DEMO_SE_FIRST : DEMO_NO_FIRST, random);
    const char *trade = demo_word(&demo->names, swedish ? DEMO_SE_TRADE : DEMO_NO_TRADE, random);
    const char *town = demo_word(&demo->names, swedish ? DEMO_SE_CITY : DEMO_NO_CITY, random);
    sscanf(town, "%31[^;];%7s", client->city, client->postcode);
    client->payday = paydays[random_below(random, sizeof paydays / sizeof *paydays)];
    client->size = size_of(random);
    client->first_month = random_below(random, 100) < 75 ? 0 : (int)random_below(random, 12);
    client->responsible = 1 + (int)random_below(random, (uint32_t)demo->people_count - 1);
    if (client->example == EXAMPLE_NO_PAYROLL || client->example == EXAMPLE_NO_ORGNO)
        client->first_month = DEMO_MONTHS - 1;
    else if (client->example == EXAMPLE_LEFT || client->example == EXAMPLE_GAP)
        client->first_month = 0;
    snprintf(client->number, sizeof client->number, "%d", 1001 + index);
    if (client->example == EXAMPLE_ONE_MAN)
        client->size = 1;
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

void demo_make_people(struct demo *demo)
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

void demo_make_internal(struct demo *demo)
{
    struct demo_client *client = &demo->clients[demo->client_count];
    *client = (struct demo_client){
        .number = "1000",
        .name = "Byrå Nord AS",
        .city = "Oslo",
        .postcode = "0184",
        .internal = true,
        .payday = 25,
        .size = demo->people_count,
    };
    norwegian_orgno((uint32_t)demo->options->seed * 7919u + 7000000u, client->orgno);
}

struct month demo_month(const struct demo *demo, int month)
{
    return month_add(demo->this_month, month - (DEMO_MONTHS - 1));
}

struct date demo_month_end(const struct demo *demo, int month)
{
    struct date end = month_last(demo_month(demo, month));
    return end.day < demo->options->today.day ? end : demo->options->today;
}
