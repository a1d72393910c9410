/*
 * What asks for attention, and what is due to the authorities: counted over the clients as they are
 * now, in whole-table passes. Slower than the key figures, which never come here.
 *
 * State       struct present: one byte a client the reading is about, filled for one call.
 */
#include "query.h"

#include <stdlib.h>
#include <string.h>

#include "klientel/rules/deadline.h"

enum present_flag { PRESENT = 1, ACTIVE = 2, NORWAY = 4, SWEDEN = 8 };

/* Clients with a run in the month before, and in this one. */
enum { RUNNING_BEFORE, RUNNING_NOW, RUNNING_MONTHS };

struct present {
    uint8_t *flags; /* by place */
    const struct some *some;
    struct ids running[RUNNING_MONTHS];
};

static bool is_present(const struct present *present, int64_t client, unsigned flags)
{
    size_t place = some_place(present->some, client);
    return place != SIZE_MAX && (present->flags[place] & flags) == flags;
}

/* ---- of one client ---- */

/* Somebody of ours ran it last who is not among the responsible ones (C42). */
static bool run_by_other(uint32_t user, const uint32_t *responsible, size_t count)
{
    if (user == UINT32_MAX || count == 0)
        return false;
    for (size_t i = 0; i < count; i++)
        if (responsible[i] == user)
            return false;
    return true;
}

unsigned client_attention(const struct signs *signs, int64_t client, size_t place, bool archived,
                          bool no_contact)
{
    if (archived)
        return 0;
    unsigned attention = no_contact ? 1u << ATTENTION_NO_CONTACT : 0;
    if (signs->unpaid != NULL && ids_has(signs->unpaid, client))
        attention |= 1u << ATTENTION_NOT_PAID;
    if (signs->responsible == NULL)
        return attention;
    const uint32_t *who = NULL;
    size_t count = many_of(signs->responsible, place, &who);
    if (count != 1)
        attention |= 1u << (count == 0 ? ATTENTION_NO_RESPONSIBLE : ATTENTION_MANY_RESPONSIBLE);
    if (signs->last_runs != NULL &&
        run_by_other(last_run_user(signs->last_runs, place), who, count))
        attention |= 1u << ATTENTION_OTHER_RUN;
    return attention;
}

static bool load_paid(struct reading *reading, const char *month, struct ids *paid,
                      struct failure *ret_failure)
{
    struct sql sql = { 0 };
    ids_clear(paid);
    sql_text(&sql, "SELECT s.client_id FROM step AS s WHERE s.month = ", month);
    sql_add(&sql, " AND s.step = 'paid' AND s.done_at IS NOT NULL");
    sql_some(&sql, reading, "s.client_id");
    return sql_ids(&sql, reading, paid, ret_failure);
}

/* running: all clients with a run in that month; NULL = not asked for. */
static bool unpaid_of_month(struct reading *reading, const char *month, const char *tomorrow,
                            const struct ids *paid, struct ids *clients, struct ids *running,
                            struct failure *ret_failure)
{
    struct sql sql = { 0 };
    sql_text(&sql, "SELECT r.client_id, CASE WHEN r.payout <= ", tomorrow);
    sql_text(&sql, " THEN 1 ELSE 0 END FROM run AS r WHERE r.month = ", month);
    sql_some(&sql, reading, "r.client_id");
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    bool failed = false;
    while (sql_next(statement, &failed, ret_failure)) {
        int64_t client = db_number(statement, 0);
        if (running != NULL)
            ids_add(running, client);
        if (db_number(statement, 1) != 0 && !ids_has(paid, client))
            ids_add(clients, client);
    }
    return !failed;
}

/* Month by month, as the index over months has them; who runs in them is known then too. */
static bool load_unpaid_and_running(struct reading *reading, struct ids *clients, struct ids *running,
                                    struct failure *ret_failure)
{
    char tomorrow[DATE_TEXT_SIZE], month[MONTH_TEXT_SIZE];
    struct month now = month_of(reading->day), of;
    struct ids paid = { 0 };
    date_format((struct date){ reading->day.day + 1 }, tomorrow);
    month_format(month_add(now, -2), month);
    bool good = next_run_month(reading, month, ret_failure);
    while (good && month[0] != '\0') {
        struct ids *runs = NULL;
        if (running != NULL && month_parse(month, &of) && of.index <= now.index)
            runs = &running[of.index == now.index ? RUNNING_NOW : RUNNING_BEFORE];
        good = load_paid(reading, month, &paid, ret_failure) &&
               unpaid_of_month(reading, month, tomorrow, &paid, clients, runs, ret_failure) &&
               next_run_month(reading, month, ret_failure);
    }
    ids_finish(&paid);
    return good;
}

bool load_unpaid(struct reading *reading, struct ids *clients, struct failure *ret_failure)
{
    return load_unpaid_and_running(reading, clients, NULL, ret_failure);
}

/* ---- of all of them ---- */

static unsigned client_flags_of(struct db_statement *statement, int country, int archived)
{
    const char *code = db_text(statement, country, NULL);
    return PRESENT | (db_number(statement, archived) == 0 ? ACTIVE : 0u) |
           (strcmp(code, "NO") == 0 ? NORWAY : strcmp(code, "SE") == 0 ? SWEDEN : 0u);
}

/* Notes which clients it is about, and counts what of them asks for attention. */
static bool count_clients(struct reading *reading, const struct ids *clients,
                          const struct signs *signs, struct present *present,
                          struct dashboard *dashboard, struct failure *ret_failure)
{
    enum { ID, COUNTRY, ARCHIVED, NO_CONTACT };
    present->some = &reading->some;
    present->flags = memory_zero(present->some->count, 1);
    struct sql sql = { 0 };
    sql_add(&sql, "SELECT c.id, c.country, CASE WHEN c.archived_at IS NULL THEN 0 ELSE 1 END, "
                  NO_CONTACT_SQL " FROM client AS c WHERE TRUE");
    sql_some(&sql, reading, "c.id");
    sql_visible(&sql, reading, "c");
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    bool failed = false;
    while (sql_next(statement, &failed, ret_failure)) {
        int64_t id = db_number(statement, ID);
        size_t place = some_place(present->some, id);
        if ((clients != NULL && !ids_has(clients, id)) || place == SIZE_MAX)
            continue;
        dashboard->archived_count += db_number(statement, ARCHIVED) != 0;
        present->flags[place] = (uint8_t)client_flags_of(statement, COUNTRY, ARCHIVED);
        unsigned attention = client_attention(signs, id, place, db_number(statement, ARCHIVED) != 0,
                                              db_number(statement, NO_CONTACT) != 0);
        for (int i = 0; attention != 0; i++, attention >>= 1)
            dashboard->attention[i] += attention & 1;
    }
    return !failed;
}

static bool load_present(struct reading *reading, const struct ids *clients,
                         struct present *present, struct dashboard *dashboard,
                         struct failure *ret_failure)
{
    struct arena *arena = arena_create();
    struct names users = { 0 };
    struct many responsible = { 0 };
    struct last_runs last_runs = { 0 };
    struct ids unpaid = { 0 };
    struct signs signs = { &responsible, &last_runs, &unpaid };
    bool good = load_users(reading, &users, NULL, ret_failure) &&
                load_staff(reading, &users, &responsible, NULL, ret_failure) &&
                load_last_runs(reading, arena, &users, &last_runs, ret_failure) &&
                load_unpaid_and_running(reading, &unpaid, present->running, ret_failure) &&
                count_clients(reading, clients, &signs, present, dashboard, ret_failure);
    ids_finish(&unpaid);
    last_runs_finish(&last_runs);
    many_finish(&responsible);
    names_finish(&users);
    arena_destroy(arena);
    return good;
}

/* ---- accesses that end ---- */

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
    sql_some(&sql, reading, "g.client_id");
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    bool failed = false;
    while (sql_next(statement, &failed, ret_failure))
        dashboard->attention[ATTENTION_ENDING] +=
            is_present(present, db_number(statement, 0), PRESENT | ACTIVE);
    return !failed;
}

/* ---- declarations that are due ---- */

/* The lines of one month. AGI: by the client's class. */
enum due_line { DUE_A_MELDING, DUE_AGI_12, DUE_AGI_26, DUE_LINES };

/* What is named first. */
enum open_rank { RANK_REJECTED, RANK_MISSING, RANK_MADE, RANK_SENT, RANK_WAITING };

struct duties {
    uint8_t *lines;   /* bit of each line a client owes in the month, by place; then those nothing is made of */
    uint8_t *written; /* the client has duties written down: its country's own do not count */
    struct dashboard_due due[DUE_LINES];
};

bool load_payers(struct reading *reading, struct month month, struct ids *ret_clients,
                 struct failure *ret_failure)
{
    char text[MONTH_TEXT_SIZE];
    struct sql sql = { 0 };
    sql_text(&sql, "SELECT r.client_id FROM run AS r WHERE r.month = ", month_format(month, text));
    sql_some(&sql, reading, "r.client_id");
    if (!sql_ids(&sql, reading, ret_clients, ret_failure))
        return false;
    if (month.index != month_of(reading->day).index)
        return true;
    sql_text(&sql, "SELECT r.client_id FROM run AS r JOIN client AS c ON c.id = r.client_id "
                   "WHERE c.archived_at IS NULL AND r.month = ",
             month_format(month_add(month, -1), text));
    sql_some(&sql, reading, "r.client_id");
    return sql_ids(&sql, reading, ret_clients, ret_failure);
}

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
    sql_some(&sql, reading, "o.client_id");
    struct db_statement *statement = sql_open(&sql, reading, ret_failure);
    if (statement == NULL)
        return false;
    bool failed = false;
    while (sql_next(statement, &failed, ret_failure)) {
        int64_t client = db_number(statement, 0);
        if (!is_present(present, client, PRESENT))
            continue;
        size_t place = some_place(present->some, client);
        bool agi = strcmp(db_text(statement, 1, NULL), "agi") == 0;
        const char *value = db_text(statement, 2, NULL);
        duties->written[place] = 1;
        if (strcmp(value, "season") == 0 && !ids_has(running, client))
            continue; /* owes only for months with pay */
        duties->lines[place] |= (uint8_t)(1u << (!agi                       ? DUE_A_MELDING
                                                  : strcmp(value, "26") == 0 ? DUE_AGI_26
                                                                             : DUE_AGI_12));
    }
    return !failed;
}

static void load_by_country(const struct present *present, const struct ids *payers,
                            struct duties *duties)
{
    for (int64_t id = ids_next(payers, 0); id >= 0; id = ids_next(payers, id + 1)) {
        size_t place = some_place(present->some, id);
        if (!is_present(present, id, PRESENT) || duties->written[place] != 0)
            continue;
        if (is_present(present, id, NORWAY))
            duties->lines[place] |= 1u << DUE_A_MELDING;
        else if (is_present(present, id, SWEDEN))
            duties->lines[place] |= 1u << DUE_AGI_12;
    }
}

static void note_open(struct dashboard_due *due, int64_t client, enum declaration_state state)
{
    int64_t *count = &due->waiting;
    enum open_rank rank = RANK_WAITING;
    if (declaration_failed(state)) {
        count = &due->rejected;
        rank = RANK_REJECTED;
    } else if (state == DECLARATION_MADE) {
        count = &due->made;
        rank = RANK_MADE;
    } else if (state == DECLARATION_SENT) {
        count = &due->sent;
        rank = RANK_SENT;
    }
    *count += 1;
    dashboard_names_add(&due->open, client, rank);
}

/* Each line's clients are due and missing until their declaration says more. */
static bool answer_duties(struct reading *reading, const struct present *present, const char *month,
                          struct duties *duties, struct failure *ret_failure)
{
    struct sql sql = { 0 };
    sql_text(&sql, "SELECT d.client_id, d.kind, d.state FROM declaration AS d WHERE d.month = ", month);
    sql_some(&sql, reading, "d.client_id");
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
        size_t place = some_place(present->some, client);
        bool agi = strcmp(db_text(statement, 1, NULL), "agi") == 0;
        enum due_line line = !agi ? DUE_A_MELDING
                             : (duties->lines[place] & 1u << DUE_AGI_26) != 0 ? DUE_AGI_26
                                                                               : DUE_AGI_12;
        struct dashboard_due *due = &duties->due[line];
        bool owed = (duties->lines[place] & 1u << line) != 0;
        if (state == DECLARATION_NONE)
            continue;
        duties->lines[place] &= (uint8_t)~(1u << line);
        due->missing -= owed;
        if (state == DECLARATION_NOTHING_DUE) {
            due->due -= owed;
            continue;
        }
        due->due += !owed; /* made without a duty that we know of: it is one now */
        if (declaration_reported(state))
            due->received++;
        else
            note_open(due, client, state);
    }
    return !failed;
}

/* As load_payers has it, of what is known of the runs already. */
static void find_payers(const struct present *present, int which, struct ids *ret_clients)
{
    ids_copy(ret_clients, &present->running[which]);
    if (which != RUNNING_NOW)
        return;
    const struct ids *before = &present->running[RUNNING_BEFORE];
    for (int64_t id = ids_next(before, 0); id >= 0; id = ids_next(before, id + 1))
        if (is_present(present, id, PRESENT | ACTIVE))
            ids_add(ret_clients, id);
}

static bool month_duties(struct reading *reading, const struct present *present, int which,
                         struct month month, struct duties *duties, struct failure *ret_failure)
{
    char text[MONTH_TEXT_SIZE];
    struct ids payers = { 0 };
    month_format(month, text);
    bool good = load_written(reading, present, month, &present->running[which], duties, ret_failure);
    find_payers(present, which, &payers);
    if (good)
        load_by_country(present, &payers, duties);
    ids_finish(&payers);
    for (size_t place = 0; good && place < present->some->count; place++)
        for (int line = 0; duties->lines[place] != 0 && line < DUE_LINES; line++)
            if ((duties->lines[place] & 1u << line) != 0) {
                duties->due[line].due++;
                duties->due[line].missing++;
            }
    good = good && answer_duties(reading, present, text, duties, ret_failure);
    for (size_t place = 0; good && place < present->some->count; place++)
        for (int line = 0; duties->lines[place] != 0 && line < DUE_LINES; line++)
            if ((duties->lines[place] & 1u << line) != 0)
                dashboard_names_add(&duties->due[line].open, some_client(present->some, place),
                                    RANK_MISSING);
    return good;
}

/* The same line of other clients may be there. */
static void add_due(struct dashboard *dashboard, const struct dashboard_due *due)
{
    for (size_t i = 0; i < dashboard->due_count; i++) {
        struct dashboard_due *line = &dashboard->due[i];
        if (line->kind != due->kind || line->month.index != due->month.index ||
            line->date.day != due->date.day)
            continue;
        line->due += due->due;
        line->received += due->received;
        line->rejected += due->rejected;
        line->missing += due->missing;
        line->made += due->made;
        line->sent += due->sent;
        line->waiting += due->waiting;
        for (size_t n = 0; n < due->open.count; n++)
            dashboard_names_add(&line->open, due->open.list[n].client, due->open.list[n].rank);
        return;
    }
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
    for (int which = RUNNING_BEFORE; good && which <= RUNNING_NOW; which++) {
        struct month month = month_add(month_of(reading->day), which - RUNNING_NOW);
        struct duties duties = { .lines = memory_zero(present->some->count, 1),
                                 .written = memory_zero(present->some->count, 1) };
        good = month_duties(reading, present, which, month, &duties, ret_failure);
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

/* ---- what they are called ---- */

static void name_put(const char *name, char ret_name[static DASHBOARD_NAME_SIZE])
{
    size_t length = strlen(name);
    if (length >= DASHBOARD_NAME_SIZE) {
        length = DASHBOARD_NAME_SIZE - sizeof "…";
        while (length > 0 && ((unsigned char)name[length] & 0xc0) == 0x80)
            length--;
        memcpy(ret_name + length, "…", sizeof "…");
    }
    memcpy(ret_name, name, length);
}

static bool load_names(struct reading *reading, struct dashboard_names *names,
                       struct failure *ret_failure)
{
    for (size_t i = 0; i < names->count; i++) {
        if (names->list[i].name[0] != '\0')
            continue;
        struct sql sql = { 0 };
        sql_number(&sql, "SELECT c.name FROM client AS c WHERE c.id = ", names->list[i].client);
        struct db_statement *statement = sql_open(&sql, reading, ret_failure);
        if (statement == NULL)
            return false;
        bool failed = false;
        while (sql_next(statement, &failed, ret_failure))
            name_put(db_text(statement, 0, NULL), names->list[i].name);
        if (failed)
            return false;
    }
    return true;
}

static bool load_all_names(struct reading *reading, struct dashboard *dashboard,
                           struct failure *ret_failure)
{
    for (size_t i = 0; i < dashboard->due_count; i++)
        if (!load_names(reading, &dashboard->due[i].open, ret_failure))
            return false;
    return true;
}

bool load_attention(struct reading *reading, const struct ids *clients, struct dashboard *dashboard,
                    struct failure *ret_failure)
{
    struct present present = { 0 };
    if (!reading->some.limited && !reading_all(reading, ret_failure))
        return false;
    bool good = load_present(reading, clients, &present, dashboard, ret_failure) &&
                count_ending(reading, &present, dashboard, ret_failure) &&
                load_due(reading, &present, dashboard, ret_failure) &&
                load_all_names(reading, dashboard, ret_failure);
    for (int which = RUNNING_BEFORE; which <= RUNNING_NOW; which++)
        ids_finish(&present.running[which]);
    free(present.flags);
    return good;
}
