/*
 * Demo, thirteen months of payroll: runs, amounts, declarations and what the authorities answered.
 */
#include "demo_internal.h"

#include <stdio.h>
#include <string.h>

#include "klientel/rules/deadline.h"

/* Employees that month: grows a little, with noise. */
static int headcount(const struct demo_client *client, int month, struct random *random)
{
    int size = client->size + client->size * month / 90;
    if (client->size >= 5)
        size += (int)random_below(random, 3) - 1;
    return size < 1 ? 1 : size;
}

bool demo_has_month(const struct demo_client *client, int month)
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
    if (client->internal)
        return demo->people[0].login;
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
    int64_t withheld = gross * (26 + random_below(random, 12)) / 100;
    struct date today = demo->options->today;
    const char *country = client->swedish ? "SE" : "NO";
    struct date run_day = deadline_previous_working_day(country, (struct date){ payout.day - 4 });
    bool past = payout.day < today.day;
    bool closed = past || (payout.day - today.day < 4 && random_below(random, 3) > 0);
    if (past && payout.day > today.day - 8 && random_below(random, 12) == 0)
        closed = false;
    if (payout.day - today.day >= 6 && random_below(random, 2))
        return true; /* not begun */
    if (run_day.day >= today.day) /* begun early: some days ago */
        run_day = deadline_previous_working_day(
            country, (struct date){ today.day - 1 - (int)random_below(random, 4) });
    struct instant run_at = date_start(run_day);
    run_at.second += 3600 * (8 + random_below(random, 7));
    run_at.second += 60 * random_below(random, 60);
    int64_t travel = random_below(random, (uint32_t)people / 3 + 2);
    int64_t absences = random_below(random, (uint32_t)people / 4 + 2);
    int payslips = people - (people > 4 && random_below(random, 4) == 0);
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
        .payslips = known(payslips),
        .travel = known(travel),
        .absences = known(absences),
        .lines = known(lines),
        .manual_lines = known(manual),
        .gross = known(gross),
        .withheld = known(withheld),
        .currency = client->swedish ? "SEK" : "NOK",
        .run_by = who,
        .run_at = run_at,
        .closed_by = closed ? who : NULL,
        .closed_at = closed ? (struct instant){ run_at.second + 7200 } : INSTANT_NONE,
    };
    if (client->example != EXAMPLE_GROSS_ONLY)
        row.net = known(gross - withheld);
    return stage_run(stage, &row, demo->failure);
}

/* Each month of a client has a stream of its own. */
static void seed_month(const struct demo *demo, const char *what, int client, int month,
                       struct random *ret_random)
{
    char stream[48];
    snprintf(stream, sizeof stream, "%s %d %d", what, client, month);
    random_seed(ret_random, demo->options->seed, stream);
}

bool demo_fill_runs(struct demo *demo, struct stage *stage, int file)
{
    int64_t line = 1;
    int month = demo->month;
    for (int i = 0; i <= demo->client_count; i++) {
        const struct demo_client *client = &demo->clients[i];
        struct random random;
        seed_month(demo, "run", i, month, &random);
        if (!demo_has_month(client, month))
            continue;
        if (!stage_month(demo, stage, file, &line, client, month, false, &random))
            return false;
        if (client->example == EXAMPLE_EXTRA_RUN && month % 3 == 1 &&
            !stage_month(demo, stage, file, &line, client, month, true, &random))
            return false;
    }
    return true;
}

/* Some are rejected at first and mended within days: the first answers say so, the last ones stand. */
bool demo_fill_answers(struct demo *demo, struct stage *stage, int file)
{
    int64_t line = 1;
    int month = demo->month;
    struct month when = demo_month(demo, month);
    for (int i = 0; i <= demo->client_count; i++) {
        const struct demo_client *client = &demo->clients[i];
        struct random random;
        char number[24];
        seed_month(demo, "answer", i, month, &random);
        enum declaration_state state = declaration_of(client, month, &random);
        bool rejected_first = random_below(&random, 28) == 0;
        if (!demo->last_answers && !rejected_first)
            continue;
        if (!demo_has_month(client, month))
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
            .declaration = known(demo->last_answers ? state : DECLARATION_REJECTED),
        };
        if (!stage_run(stage, &row, demo->failure))
            return false;
    }
    return true;
}
