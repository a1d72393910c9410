/*
 * What asks for attention, and what is due to the authorities: counted over the clients as they are
 * now, in whole-table passes. Slower than the key figures, which never come here.
 *
 * State       struct present: one byte a client id, filled for one call.
 */
#include "query.h"

#include <stdlib.h>
#include <string.h>

#include "klientel/rules/deadline.h"

enum present_flag { PRESENT = 1, ACTIVE = 2, NORWAY = 4, SWEDEN = 8 };

struct present {
    uint8_t *flags; /* by client id */
    size_t slots;
};

static bool is_present(const struct present *present, int64_t client, unsigned flags)
{
    return client >= 0 && (size_t)client < present->slots &&
           (present->flags[client] & flags) == flags;
}

/* Also counts the real clients without a contact person or address (C23: both are wanted). */
static bool load_present(struct reading *reading, const struct ids *clients, struct present *present,
                         struct dashboard *dashboard, struct failure *ret_failure)
{
    enum { ID, COUNTRY, LIVING, LACKS };
    int64_t most;
    if (!max_client(reading, &most, ret_failure))
        return false;
    present->slots = (size_t)most + 1;
    present->flags = memory_zero(present->slots, 1);
    struct sql sql = { 0 };
    sql_add(&sql, "SELECT c.id, c.country, CASE WHEN c.archived_at IS NULL THEN 1 ELSE 0 END, "
                  "CASE WHEN c.archived_at IS NULL AND c.demo = 0 AND c.internal = 0 AND "
                  "(c.contact_name = '' OR c.contact_email = '') THEN 1 ELSE 0 END "
                  "FROM client AS c WHERE TRUE");
    sql_visible(&sql, reading, "c");
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    bool failed = false;
    while (sql_next(statement, &failed, ret_failure)) {
        int64_t id = db_number(statement, ID);
        const char *country = db_text(statement, COUNTRY, NULL);
        if ((clients != NULL && !ids_has(clients, id)) || id > most)
            continue;
        present->flags[id] = (uint8_t)(PRESENT | (db_number(statement, LIVING) != 0 ? ACTIVE : 0) |
                                       (strcmp(country, "NO") == 0   ? NORWAY
                                        : strcmp(country, "SE") == 0 ? SWEDEN
                                                                     : 0));
        dashboard->attention[ATTENTION_NO_CONTACT] += db_number(statement, LACKS);
    }
    return !failed;
}

/* ---- who is responsible ---- */

/* True when somebody of ours ran it last who is not among the responsible ones (C42). */
static bool run_by_other(const struct names *users, const char *login, const uint32_t *responsible,
                         size_t count)
{
    if (login == NULL || count == 0)
        return false;
    for (size_t i = 0; i < count; i++)
        if (strcasecmp(users->list[responsible[i]].text, login) == 0)
            return false;
    for (size_t i = 0; i < users->count; i++)
        if (strcasecmp(users->list[i].text, login) == 0)
            return true;
    return false;
}

static bool count_responsible(struct reading *reading, const struct present *present,
                              struct dashboard *dashboard, struct failure *ret_failure)
{
    struct arena *arena = arena_create();
    struct names users = { 0 };
    struct many responsible = { 0 };
    struct last_runs runs = { 0 };
    bool good = load_users(reading, arena, &users, ret_failure) &&
                load_staff(reading, &users, &responsible, NULL, ret_failure) &&
                load_last_runs(reading, arena, 0, &runs, ret_failure);
    for (size_t id = 0; good && id < present->slots; id++) {
        if (!is_present(present, (int64_t)id, PRESENT | ACTIVE))
            continue;
        const uint32_t *who = NULL;
        size_t count = many_of(&responsible, (int64_t)id, &who);
        dashboard->attention[ATTENTION_NO_RESPONSIBLE] += count == 0;
        dashboard->attention[ATTENTION_MANY_RESPONSIBLE] += count > 1;
        dashboard->attention[ATTENTION_OTHER_RUN] +=
            run_by_other(&users, last_run_by(&runs, (int64_t)id), who, count);
    }
    last_runs_finish(&runs);
    many_finish(&responsible);
    names_finish(&users);
    arena_destroy(arena);
    return good;
}

/* ---- accesses that end, pay-outs not paid ---- */

static bool count_ending(struct reading *reading, const struct present *present,
                         struct dashboard *dashboard, struct failure *ret_failure)
{
    char soon[INSTANT_TEXT_SIZE];
    struct sql sql = { 0 };
    instant_format(date_end((struct date){ reading->day.day + 7 }), soon);
    sql_text(&sql, "SELECT g.client_id FROM grant_ AS g WHERE g.until_at IS NOT NULL "
                   "AND g.until_at >= ", reading->now);
    sql_text(&sql, " AND g.until_at <= ", soon);
    sql_text(&sql, " AND g.from_at <= ", reading->now);
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    bool failed = false;
    while (sql_next(statement, &failed, ret_failure))
        dashboard->attention[ATTENTION_ENDING] +=
            is_present(present, db_number(statement, 0), PRESENT | ACTIVE);
    return !failed;
}

/* Pay-outs of this month and the one before up to tomorrow, one a client and month. */
static bool count_not_paid(struct reading *reading, const struct present *present,
                           struct dashboard *dashboard, struct failure *ret_failure)
{
    char month[MONTH_TEXT_SIZE], tomorrow[DATE_TEXT_SIZE];
    struct sql sql = { 0 };
    date_format((struct date){ reading->day.day + 1 }, tomorrow);
    sql_text(&sql, "SELECT DISTINCT r.client_id, r.month FROM run AS r WHERE r.month >= ",
             month_format(month_add(month_of(reading->day), -1), month));
    sql_text(&sql, " AND r.payout <= ", tomorrow);
    sql_add(&sql, " AND NOT EXISTS (SELECT 1 FROM step AS s WHERE s.client_id = r.client_id AND "
                  "s.month = r.month AND s.step = 'paid' AND s.done_at IS NOT NULL)");
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    bool failed = false;
    while (sql_next(statement, &failed, ret_failure))
        dashboard->attention[ATTENTION_NOT_PAID] +=
            is_present(present, db_number(statement, 0), PRESENT | ACTIVE);
    return !failed;
}

/* ---- declarations that are due ---- */

/* The lines of one month. AGI: by the client's class. */
enum due_line { DUE_A_MELDING, DUE_AGI_12, DUE_AGI_26, DUE_LINES };

struct duties {
    uint8_t *lines;   /* bit of each line a client owes in the month, by client id */
    uint8_t *written; /* the client has duties written down: its country's own do not count */
    struct dashboard_due due[DUE_LINES];
};

static bool load_written(struct reading *reading, const struct present *present, struct month month,
                         const struct ids *running, struct duties *duties,
                         struct failure *ret_failure)
{
    char first[DATE_TEXT_SIZE], last[DATE_TEXT_SIZE];
    struct sql sql = { 0 };
    sql_text(&sql, "SELECT o.client_id, o.kind, o.value FROM obligation AS o "
                   "WHERE o.kind IN ('a-melding', 'agi') AND o.from_date <= ",
             date_format(month_last(month), last));
    sql_text(&sql, " AND (o.until IS NULL OR o.until >= ", date_format(month_first(month), first));
    sql_add(&sql, ")");
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    bool failed = false;
    while (sql_next(statement, &failed, ret_failure)) {
        int64_t client = db_number(statement, 0);
        if (!is_present(present, client, PRESENT))
            continue;
        bool agi = strcmp(db_text(statement, 1, NULL), "agi") == 0;
        const char *value = db_text(statement, 2, NULL);
        duties->written[client] = 1;
        if (strcmp(value, "season") == 0 && !ids_has(running, client))
            continue; /* owes only for months with pay */
        duties->lines[client] |= (uint8_t)(1u << (!agi                       ? DUE_A_MELDING
                                                  : strcmp(value, "26") == 0 ? DUE_AGI_26
                                                                             : DUE_AGI_12));
    }
    return !failed;
}

static void load_by_country(const struct present *present, const struct ids *running,
                            struct duties *duties)
{
    for (int64_t id = ids_next(running, 0); id >= 0; id = ids_next(running, id + 1)) {
        if (!is_present(present, id, PRESENT) || duties->written[id] != 0)
            continue;
        if (is_present(present, id, NORWAY))
            duties->lines[id] |= 1u << DUE_A_MELDING;
        else if (is_present(present, id, SWEDEN))
            duties->lines[id] |= 1u << DUE_AGI_12;
    }
}

/* Each line's clients are due and missing until their declaration says more. */
static bool answer_duties(struct reading *reading, const struct present *present, const char *month,
                          struct duties *duties, struct failure *ret_failure)
{
    struct sql sql = { 0 };
    sql_text(&sql, "SELECT d.client_id, d.kind, d.state FROM declaration AS d WHERE d.month = ", month);
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    bool failed = false;
    while (sql_next(statement, &failed, ret_failure)) {
        int64_t client = db_number(statement, 0);
        int word;
        if (!is_present(present, client, PRESENT) ||
            !model_parse(WORDS_DECLARATION, db_text(statement, 2, NULL), &word))
            continue;
        enum declaration_state state = (enum declaration_state)word;
        bool agi = strcmp(db_text(statement, 1, NULL), "agi") == 0;
        enum due_line line = !agi ? DUE_A_MELDING
                             : (duties->lines[client] & 1u << DUE_AGI_26) != 0 ? DUE_AGI_26
                                                                               : DUE_AGI_12;
        struct dashboard_due *due = &duties->due[line];
        bool owed = (duties->lines[client] & 1u << line) != 0;
        if (state == DECLARATION_NOTHING_DUE) {
            due->due -= owed;
            due->missing -= owed;
        } else if (state != DECLARATION_NONE) {
            due->due += !owed; /* made without a duty that we know of: it is one now */
            due->missing -= owed;
            *(declaration_reported(state) ? &due->received
              : declaration_failed(state) ? &due->rejected
                                          : &due->made) += 1;
        }
    }
    return !failed;
}

static bool month_duties(struct reading *reading, const struct present *present, struct month month,
                         struct duties *duties, struct failure *ret_failure)
{
    char text[MONTH_TEXT_SIZE];
    struct ids running = { 0 };
    struct sql sql = { 0 };
    sql_text(&sql, "SELECT r.client_id FROM run AS r WHERE r.month = ", month_format(month, text));
    bool good = sql_ids(&sql, reading, &running, ret_failure) &&
                load_written(reading, present, month, &running, duties, ret_failure);
    if (good)
        load_by_country(present, &running, duties);
    ids_finish(&running);
    for (size_t id = 0; good && id < present->slots; id++)
        for (int line = 0; duties->lines[id] != 0 && line < DUE_LINES; line++)
            if ((duties->lines[id] & 1u << line) != 0) {
                duties->due[line].due++;
                duties->due[line].missing++;
            }
    return good && answer_duties(reading, present, text, duties, ret_failure);
}

static void add_due(struct dashboard *dashboard, const struct dashboard_due *due)
{
    if (dashboard->due_count == DASHBOARD_DUE)
        return; /* two months of three lines: never */
    size_t at = dashboard->due_count++;
    while (at > 0 && dashboard->due[at - 1].date.day > due->date.day) {
        dashboard->due[at] = dashboard->due[at - 1];
        at--;
    }
    dashboard->due[at] = *due;
}

/* The declarations of last month and of this one. */
static bool load_due(struct reading *reading, const struct present *present,
                     struct dashboard *dashboard, struct failure *ret_failure)
{
    static const struct {
        enum obligation_kind kind;
        int class;
    } lines[DUE_LINES] = { { OBLIGATION_A_MELDING, 0 }, { OBLIGATION_AGI, 12 }, { OBLIGATION_AGI, 26 } };
    bool good = true;
    for (int back = 1; good && back >= 0; back--) {
        struct month month = month_add(month_of(reading->day), -back);
        struct duties duties = { .lines = memory_zero(present->slots, 1),
                                 .written = memory_zero(present->slots, 1) };
        good = month_duties(reading, present, month, &duties, ret_failure);
        for (int line = 0; good && line < DUE_LINES; line++)
            if (duties.due[line].due > 0) {
                duties.due[line].kind = lines[line].kind;
                duties.due[line].month = month;
                duties.due[line].date =
                    deadline_declaration(lines[line].kind, month, lines[line].class);
                add_due(dashboard, &duties.due[line]);
            }
        free(duties.lines);
        free(duties.written);
    }
    return good;
}

bool load_attention(struct reading *reading, const struct ids *clients, struct dashboard *dashboard,
                    struct failure *ret_failure)
{
    struct present present = { 0 };
    bool good = load_present(reading, clients, &present, dashboard, ret_failure) &&
                count_responsible(reading, &present, dashboard, ret_failure) &&
                count_ending(reading, &present, dashboard, ret_failure) &&
                count_not_paid(reading, &present, dashboard, ret_failure) &&
                load_due(reading, &present, dashboard, ret_failure);
    free(present.flags);
    return good;
}
