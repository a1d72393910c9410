#include "filter_rows.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static void put(struct rowset_builder *builder, enum column column, const char *text)
{
    if (text != NULL)
        rowset_put_text(builder, column, text, strlen(text));
}

static void put_instant(struct rowset_builder *builder, enum column column, const char *text)
{
    struct instant instant;

    if (text != NULL && instant_parse(text, &instant))
        rowset_put_number(builder, column, instant.second);
}

static void put_date(struct rowset_builder *builder, enum column column, const char *text)
{
    struct date date;

    if (text != NULL && date_parse(text, &date))
        rowset_put_number(builder, column, date.day);
}

enum { NONE = -1 };

struct client {
    const char *number, *orgno, *name, *city, *country, *responsible, *staff, *groups;
    const char *run, *declaration, *closed, *next_payout, *contact;
    int payday, employees;
    bool is_demo, is_archived;
};

static const struct client clients[] = {
    { "1001", "987654321", "Ødegård Bygg AS", "Oslo", "NO", "kari", "kari\x1fola", "Bygg\x1fNord",
      "closed", "received", "2026-11-05T10:00Z", "2026-11-15", "Per Hansen", 15, 12, false, false },
    { "1002", "5566778899", "Åsa Redovisning AB", "Malmö", "SE", "bo", "bo\x1fkari", "Syd", "open",
      "rejected", NULL, "2026-11-25", "Straße 5", 25, 3, false, false },
    { "1003", NULL, "Asa Frisør", "Bergen", "NO", "", NULL, "", "none", "nothing due", NULL, NULL,
      "", NONE, NONE, true, false },
    { "1004", "5566000167", "BJÖRK & CO (Nord) AB", "Göteborg", "SE", "bo\x1fkari", "bo", "Bygg",
      "closed", "received", "2026-11-04T23:30Z", "2026-12-04", NULL, 25, 0, false, true },
    { "2005", "912345678", "Fjord \"Rør\" x:y AS", "Oslo", "NO", "ola", "ola", "Nord\x1fSyd",
      "open", "made", NULL, "2026-11-20", "a/b|c", 12, 140, false, false },
};

static void add_client(struct rowset_builder *builder, int64_t id, const struct client *client)
{
    rowset_row(builder, id, id, 0, NULL);
    rowset_put_number(builder, COLUMN_clients_id, id);
    put(builder, COLUMN_clients_number, client->number);
    put(builder, COLUMN_clients_orgno, client->orgno);
    put(builder, COLUMN_clients_name, client->name);
    put(builder, COLUMN_clients_country, client->country);
    put(builder, COLUMN_clients_city, client->city);
    put(builder, COLUMN_clients_responsible, client->responsible);
    put(builder, COLUMN_clients_staff, client->staff);
    put(builder, COLUMN_clients_groups, client->groups);
    put(builder, COLUMN_clients_run, client->run);
    put(builder, COLUMN_clients_declaration, client->declaration);
    put(builder, COLUMN_clients_contact, client->contact);
    put_instant(builder, COLUMN_clients_closed, client->closed);
    put_date(builder, COLUMN_clients_next_payout, client->next_payout);
    if (client->payday != NONE)
        rowset_put_number(builder, COLUMN_clients_payday, client->payday);
    if (client->employees != NONE)
        rowset_put_number(builder, COLUMN_clients_employees, client->employees);
    rowset_put_number(builder, COLUMN_clients_demo, client->is_demo);
    rowset_put_number(builder, COLUMN_clients_archived, client->is_archived);
}

void filter_rows_clients(struct arena *arena, struct rowset *ret_rowset)
{
    struct rowset_builder *builder = rowset_build(arena, DATASET_clients, 0);

    for (size_t i = 0; i < sizeof clients / sizeof *clients; i++)
        add_client(builder, (int64_t)i + 1, &clients[i]);
    rowset_finish(builder, COLUMN_NONE, false, NULL, ret_rowset);
}

static const struct {
    int64_t client;
    const char *name, *run, *currency, *run_at;
    int month;
    int64_t gross; /* NONE = unknown */
} runs[] = {
    { 1, "Ødegård Bygg AS", "a", "NOK", "2026-11-05T22:59:59Z", 11, 100000 },
    { 1, "Ødegård Bygg AS", "b", "NOK", "2026-11-05T23:00:00Z", 12, 100050 },
    { 2, "Åsa Redovisning AB", "a", "SEK", NULL, 11, NONE },
    { 4, "BJÖRK & CO (Nord) AB", "c", "SEK", "2026-11-04T12:00:00Z", 10, -250 },
};

void filter_rows_runs(struct arena *arena, struct rowset *ret_rowset)
{
    struct rowset_builder *builder = rowset_build(arena, DATASET_runs, 0);

    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
        rowset_row(builder, (int64_t)i + 1, runs[i].client, 0, runs[i].currency);
        put(builder, COLUMN_runs_client_name, runs[i].name);
        put(builder, COLUMN_runs_run, runs[i].run);
        put(builder, COLUMN_runs_currency, runs[i].currency);
        put_instant(builder, COLUMN_runs_run_at, runs[i].run_at);
        rowset_put_number(builder, COLUMN_runs_month, 2026 * 12 + runs[i].month - 1);
        if (runs[i].gross != NONE)
            rowset_put_number(builder, COLUMN_runs_gross, runs[i].gross);
    }
    rowset_finish(builder, COLUMN_NONE, false, NULL, ret_rowset);
}

uint32_t filter_rows_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

static const char *pick(uint32_t *state, const char *const *texts, size_t count)
{
    return texts[filter_rows_random(state) % count];
}
#define PICK(state, texts) pick(state, texts, sizeof texts / sizeof *texts)

void filter_rows_many(struct arena *arena, uint32_t seed, size_t count, struct rowset *ret_rowset)
{
    static const char *const places[] = { "Nord", "Väst", "Øst", "Sør", "Fjord", "Ødegård", "Åsa",
                                          "Berg", "Lund", "Skog" };
    static const char *const trades[] = { "Bygg", "Rør", "El", "Måleri", "Transport", "Regnskap",
                                          "Café", "Frisør", "Konsult", "Städ" };
    static const char *const forms[] = { "AS", "AB", "ENK", "HB" };
    static const char *const cities[] = { "Oslo", "Bergen", "Malmö", "Göteborg", "Tromsø", "Lund" };
    static const char *const logins[] = { "kari", "bo", "ola", "eva", "kari\037bo", "" };
    static const char *const states[] = { "received", "rejected", "made", "none" };
    struct rowset_builder *builder = rowset_build(arena, DATASET_clients, 0);
    uint32_t state = seed * 2654435761u + 1;
    char text[96];

    for (size_t i = 0; i < count; i++) {
        rowset_row(builder, (int64_t)i + 1, (int64_t)i + 1, 0, NULL);
        snprintf(text, sizeof text, "%zu", 1000 + i);
        put(builder, COLUMN_clients_number, text);
        snprintf(text, sizeof text, "%09u", 900000000 + filter_rows_random(&state) % 99999999);
        put(builder, COLUMN_clients_orgno, filter_rows_random(&state) % 8 == 0 ? NULL : text);
        snprintf(text, sizeof text, "%s %s %s %u", PICK(&state, places), PICK(&state, trades),
                 PICK(&state, forms), filter_rows_random(&state) % 1000);
        put(builder, COLUMN_clients_name, text);
        put(builder, COLUMN_clients_city, PICK(&state, cities));
        put(builder, COLUMN_clients_responsible, PICK(&state, logins));
        put(builder, COLUMN_clients_declaration, PICK(&state, states));
        if (filter_rows_random(&state) % 4 != 0)
            rowset_put_number(builder, COLUMN_clients_employees, filter_rows_random(&state) % 50);
        rowset_put_number(builder, COLUMN_clients_archived, filter_rows_random(&state) % 2);
    }
    rowset_finish(builder, COLUMN_NONE, false, NULL, ret_rowset);
}

static bool relate(void *context, enum filter_relation relation, const char *value,
                   struct ids *ret_clients, struct failure *ret_failure)
{
    static const struct {
        enum filter_relation relation;
        const char *value;
        int64_t ids[4];
    } known[] = {
        { RELATION_MINE, "", { 1, 2 } },
        { RELATION_REACH, "", { 1, 2, 4 } },
        { RELATION_COVERING, "", { 4 } },
        { RELATION_FAVOURITE, "", { 5 } },
        { RELATION_STALE, "", { 3, 5 } },
        { RELATION_RESPONSIBLE, "kari", { 1 } },
        { RELATION_RESPONSIBLE, "Kari Nordmann", { 1 } },
        { RELATION_STAFF, "kari", { 1, 2 } },
        { RELATION_GROUP, "bygg", { 1, 4 } },
        { RELATION_VIEW, "late", { 2, 4 } },
    };

    (void)context;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (known[i].relation != relation || strcasecmp(known[i].value, value) != 0)
            continue;
        for (size_t k = 0; k < 4 && known[i].ids[k] != 0; k++)
            ids_add(ret_clients, known[i].ids[k]);
        return true;
    }
    return failure_set(ret_failure, FAILURE_USAGE, "", N_("There is nobody called %1."), value,
                       NULL);
}

struct filter_scope filter_rows_scope(const struct ids *marked)
{
    return (struct filter_scope){
        .language = LANGUAGE_EN,
        .today = date_of(2026, 11, 20),
        .marked = marked,
        .clients = relate,
    };
}

/* ---- random filters ---- */

void filter_rows_filter(uint32_t *state, int depth, struct buffer *text)
{
    static const char *const atoms[] = {
        "nord", "n", "ø", "\"fjord bygg\"", "as", "kari", "bo", "oslo", "9", "91", "9-1", "00-0",
        "xyzzy", "lund", "name:b", "name:berg", "city:l", "city=oslo", "responsible=bo",
        "responsible=", "orgno=", "orgno:9-2", "declaration=mottatt", "employees>10",
        "employees<=25", "employees=", "archived=yes", "is:archived", "is:marked", "is:mine",
        "/^å/", "name~\\d\\d$", "/b.*g/", "responsible~^k", "name:", "id>700", "\"\"",
    };
    uint32_t way = filter_rows_random(state) % 8;

    if (depth == 0 || way < 3) {
        buffer_add_text(text, atoms[filter_rows_random(state) % (sizeof atoms / sizeof *atoms)]);
    } else if (way == 3) {
        buffer_add_text(text, "!(");
        filter_rows_filter(state, depth - 1, text);
        buffer_add_text(text, ")");
    } else {
        bool is_or = way >= 6;
        buffer_add_text(text, is_or ? "(" : "");
        filter_rows_filter(state, depth - 1, text);
        buffer_add_text(text, is_or ? " | " : " ");
        filter_rows_filter(state, depth - 1, text);
        buffer_add_text(text, is_or ? ")" : "");
    }
}
