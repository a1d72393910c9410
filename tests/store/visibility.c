/* The SQL rule of visibility against the rule in C, on thousands of random cases; and that no dataset
 * lets a row through that the rule refuses. */
#include "bureau.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "klientel/rules/access.h"

enum { USERS = 6, CLIENTS = 10, ROUNDS = 120 };

struct drawn_grant {
    int64_t client, user;
    int from, until; /* seconds from now; NO_END = open */
};
enum { NO_END = 1 << 30 };

struct drawn {
    enum role role[USERS + 1];
    bool active[USERS + 1];
    int64_t internal;
    struct drawn_grant grants[40];
    size_t count;
};

static const int borders[] = { -100000, -1, 0, 1, 100000 };

static void instant_sql(struct buffer *sql, struct instant now, int seconds)
{
    char text[INSTANT_TEXT_SIZE];
    buffer_print(sql, "'%s'", instant_format((struct instant){ now.second + seconds }, text));
}

static void draw_users(struct drawn *drawn, struct random *random, struct instant now,
                       struct buffer *sql)
{
    for (int user = 1; user <= USERS; user++) {
        int until = random_below(random, 3) == 0 ? borders[random_below(random, 5)] : NO_END;
        drawn->role[user] = (enum role)random_below(random, ROLE_COUNT);
        drawn->active[user] = until > 0; /* at that instant he stops */
        buffer_print(sql, "INSERT INTO user (id, login, name, name_fold, name_sort, role, until, "
                          "created_at) VALUES (%d, 'u%d', 'U', 'u', x'01', '%s', ",
                     user, user, model_word(WORDS_ROLE, drawn->role[user]));
        if (until == NO_END)
            buffer_add_text(sql, "NULL");
        else
            instant_sql(sql, now, until);
        buffer_add_text(sql, ", '2020-01-01T00:00:00Z');");
    }
}

/* One row of everything for each client. */
static void draw_clients(struct drawn *drawn, struct random *random, struct buffer *sql)
{
    drawn->internal = random_below(random, CLIENTS + 1); /* 0: none */
    for (int client = 1; client <= CLIENTS; client++) {
        buffer_print(sql,
                     "INSERT INTO client (id, name, name_fold, name_sort, country, internal, "
                     "contact_name, archived_at, created_at) VALUES (%d, 'Client %d', 'client %d', "
                     "x'%02x', 'NO', %d, 'Kari', %s, '2020-01-01T00:00:00Z');",
                     client, client, client, client, client == drawn->internal,
                     random_below(random, 4) == 0 ? "'2024-01-01T00:00:00Z'" : "NULL");
        buffer_print(sql,
                     "INSERT INTO run (client_id, number, kind, payout, month, employees, gross, net, "
                     "withheld, currency, changeset_id) VALUES (%d, '1', 'ordinary', '2026-11-15', "
                     "'2026-11', 3, 500, 300, 100, 'NOK', 1);"
                     "INSERT INTO declaration (client_id, month, kind, state, text, source, noted_at, "
                     "changeset_id) VALUES (%d, '2026-11', 'a-melding', 'received', 'words', 'hand', "
                     "'2026-11-01T00:00:00Z', 1);"
                     "INSERT INTO step (client_id, month, step, changeset_id) VALUES "
                     "(%d, '2026-11', 'paid', 1);"
                     "INSERT INTO note (client_id, at, user_id, text, changeset_id) VALUES "
                     "(%d, '2026-11-01T00:00:00Z', 1, 'note', 1);"
                     "INSERT INTO employee (client_id, person, name) VALUES (%d, '1', 'Ola');"
                     "INSERT INTO change (changeset_id, entity, row_id, client_id, column_name, after) "
                     "VALUES (1, 'run', 1, %d, 'row', 'gross=500');",
                     client, client, client, client, client, client);
    }
}

static void draw_grants(struct drawn *drawn, struct random *random, struct instant now,
                        struct buffer *sql)
{
    bool taken[USERS + 1][CLIENTS + 1] = { 0 };
    size_t wanted = random_below(random, 40);
    for (size_t i = 0; i < wanted; i++) {
        struct drawn_grant grant = {
            .client = 1 + random_below(random, CLIENTS),
            .user = 1 + random_below(random, USERS),
            .from = borders[random_below(random, 5)],
            .until = random_below(random, 2) == 0 ? NO_END : borders[random_below(random, 5)],
        };
        if (taken[grant.user][grant.client])
            continue;
        taken[grant.user][grant.client] = true;
        drawn->grants[drawn->count++] = grant;
        buffer_print(sql, "INSERT INTO grant_ (client_id, user_id, role, source, changeset_id, from_at, "
                          "until_at) VALUES (%d, %d, '%s', 'hand', 1, ",
                     (int)grant.client, (int)grant.user,
                     random_below(random, 2) == 0 ? "member" : "responsible");
        instant_sql(sql, now, grant.from);
        buffer_add_text(sql, ", ");
        if (grant.until == NO_END)
            buffer_add_text(sql, "NULL");
        else
            instant_sql(sql, now, grant.until);
        buffer_add_text(sql, ");");
    }
}

static void draw(struct bureau *bureau, struct random *random, struct drawn *drawn)
{
    struct buffer sql = { 0 };
    *drawn = (struct drawn){ 0 };
    buffer_add_text(&sql, "PRAGMA foreign_keys = OFF; BEGIN;"
                          "DROP TRIGGER IF EXISTS change_no_delete; DELETE FROM change;"
                          "DELETE FROM grant_; DELETE FROM run; DELETE FROM declaration; "
                          "DELETE FROM step; DELETE FROM note; DELETE FROM employee; "
                          "DELETE FROM client; DELETE FROM state; DELETE FROM user;");
    draw_users(drawn, random, bureau->now, &sql);
    draw_clients(drawn, random, &sql);
    draw_grants(drawn, random, bureau->now, &sql);
    buffer_add_text(&sql, "COMMIT;");
    bureau_raw(bureau, buffer_text(&sql));
    buffer_finish(&sql);
}

static bool allowed(const struct drawn *drawn, int64_t user, int64_t client, enum right right)
{
    struct access_facts facts = {
        .role = drawn->role[user],
        .active = drawn->active[user],
        .internal = client == drawn->internal,
    };
    for (size_t i = 0; i < drawn->count; i++) {
        const struct drawn_grant *grant = &drawn->grants[i];
        facts.granted |= grant->user == user && grant->client == client && grant->from <= 0 &&
                         grant->until >= 0;
    }
    return access_allows(&facts, right);
}

static struct session session_of(const struct bureau *bureau, const struct drawn *drawn, int64_t user)
{
    struct session session = { .user_id = user, .role = drawn->role[user],
                               .active = drawn->active[user], .now = bureau->now,
                               .read_only = true };
    snprintf(session.login, sizeof session.login, "u%d", (int)user);
    return session;
}

static void ask(struct bureau *bureau, const struct session *session, enum dataset dataset,
                struct arena *arena, struct rowset *rowset)
{
    struct failure failure = { 0 };
    struct query query = { .dataset = dataset, .sort = COLUMN_NONE, .month = MONTH_NONE,
                           .as_of = INSTANT_NONE };
    arena_reset(arena);
    bureau_good(store_query(bureau->store, session, &query, arena, rowset, &failure), &failure);
    assert_true(rowset->count > 0 || rowset->reason != NULL);
}

static void clients_are__exactly_those_the_rule_allows(void **state)
{
    struct bureau *bureau = *state;
    struct arena *arena = arena_create();
    struct random random;
    struct rowset rowset;
    size_t cases = 0;
    size_t seen = 0;

    random_seed(&random, 1, "visibility");
    for (int round = 0; round < ROUNDS; round++) {
        struct drawn drawn;
        draw(bureau, &random, &drawn);
        for (int64_t user = 1; user <= USERS; user++) {
            struct session session = session_of(bureau, &drawn, user);
            ask(bureau, &session, DATASET_clients, arena, &rowset);
            for (int64_t client = 1; client <= CLIENTS; client++, cases++) {
                size_t row = rowset_find(&rowset, client);
                bool expected = allowed(&drawn, user, client, RIGHT_ROW);
                assert_int_equal(row != SIZE_MAX, expected);
                if (!expected)
                    continue;
                seen++;
                bool open = allowed(&drawn, user, client, RIGHT_PERSONS);
                assert_int_equal((rowset.flags[row] & ROW_OPEN) != 0, open);
                assert_int_equal(rowset_value(&rowset, row, COLUMN_clients_contact).known, open);
            }
        }
    }
    assert_int_equal(cases, ROUNDS * USERS * CLIENTS);
    assert_in_range(seen, cases / 5, cases); /* the cases are of both kinds */
    arena_destroy(arena);
}

static void no_dataset__shows_a_row_of_a_client_that_is_not_visible(void **state)
{
    struct bureau *bureau = *state;
    struct arena *arena = arena_create();
    struct random random;
    struct rowset rowset;
    size_t rows[DATASET_COUNT] = { 0 };

    random_seed(&random, 2, "visibility");
    for (int round = 0; round < ROUNDS / 4; round++) {
        struct drawn drawn;
        draw(bureau, &random, &drawn);
        for (int64_t user = 1; user <= USERS; user++) {
            struct session session = session_of(bureau, &drawn, user);
            for (int dataset = 0; dataset < DATASET_COUNT; dataset++) {
                ask(bureau, &session, (enum dataset)dataset, arena, &rowset);
                bool persons = dataset == DATASET_employees || dataset == DATASET_notes;
                for (size_t row = 0; row < rowset.count; row++) {
                    int64_t client = rowset.clients[row];
                    rows[dataset]++;
                    if (client != 0)
                        assert_true(allowed(&drawn, user, client, persons ? RIGHT_PERSONS : RIGHT_ROW));
                }
                if (persons || dataset == DATASET_runs || dataset == DATASET_payroll ||
                    dataset == DATASET_declarations || dataset == DATASET_steps) {
                    size_t expected = 0;
                    for (int64_t client = 1; client <= CLIENTS; client++)
                        expected += allowed(&drawn, user, client, persons ? RIGHT_PERSONS : RIGHT_ROW);
                    assert_int_equal(rowset.count, expected);
                }
            }
        }
    }
    for (int dataset = 0; dataset < DATASET_COUNT; dataset++)
        if (dataset_has_client((enum dataset)dataset))
            assert_true(rows[dataset] > 0);
    arena_destroy(arena);
}

static void amounts_and_words__are_shown__only_where_the_rule_allows(void **state)
{
    struct bureau *bureau = *state;
    struct arena *arena = arena_create();
    struct random random;
    struct rowset rowset;
    size_t shown = 0;
    size_t hidden = 0;

    random_seed(&random, 3, "visibility");
    for (int round = 0; round < ROUNDS / 4; round++) {
        struct drawn drawn;
        draw(bureau, &random, &drawn);
        for (int64_t user = 1; user <= USERS; user++) {
            struct session session = session_of(bureau, &drawn, user);
            ask(bureau, &session, DATASET_runs, arena, &rowset);
            for (size_t row = 0; row < rowset.count; row++) {
                bool amounts = allowed(&drawn, user, rowset.clients[row], RIGHT_AMOUNTS);
                *(amounts ? &shown : &hidden) += 1;
                assert_int_equal(rowset_value(&rowset, row, COLUMN_runs_gross).known, amounts);
                assert_int_equal(rowset_value(&rowset, row, COLUMN_runs_withheld).known, amounts);
                assert_true(rowset_value(&rowset, row, COLUMN_runs_employees).known);
            }
            ask(bureau, &session, DATASET_payroll, arena, &rowset);
            for (size_t row = 0; row < rowset.count; row++)
                assert_int_equal(rowset_value(&rowset, row, COLUMN_payroll_net).known,
                                 allowed(&drawn, user, rowset.clients[row], RIGHT_AMOUNTS));
            ask(bureau, &session, DATASET_changes, arena, &rowset);
            for (size_t row = 0; row < rowset.count; row++)
                if (rowset.clients[row] != 0)
                    assert_string_equal(rowset_value(&rowset, row, COLUMN_changes_after).text,
                                        allowed(&drawn, user, rowset.clients[row], RIGHT_PERSONS)
                                            ? "gross=5.00"
                                            : "…");
            ask(bureau, &session, DATASET_declarations, arena, &rowset);
            for (size_t row = 0; row < rowset.count; row++)
                assert_int_equal(rowset_value(&rowset, row, COLUMN_declarations_text).known,
                                 allowed(&drawn, user, rowset.clients[row], RIGHT_PERSONS));
        }
    }
    assert_true(shown > 100 && hidden > 100);
    arena_destroy(arena);
}

static void cards_and_keys__follow_the_same_rule(void **state)
{
    struct bureau *bureau = *state;
    struct arena *arena = arena_create();
    struct random random;

    random_seed(&random, 4, "visibility");
    for (int round = 0; round < ROUNDS / 6; round++) {
        struct drawn drawn;
        draw(bureau, &random, &drawn);
        for (int64_t user = 1; user <= USERS; user++) {
            struct session session = session_of(bureau, &drawn, user);
            for (int64_t client = 1; client <= CLIENTS; client++) {
                struct failure failure = { 0 };
                struct client_card card;
                char key[16];
                int64_t found = -1;
                bool row = allowed(&drawn, user, client, RIGHT_ROW);
                assert_int_equal(store_client(bureau->store, &session, client, arena, &card, &failure),
                                 row);
                if (row)
                    assert_string_equal(card.contact_name,
                                        allowed(&drawn, user, client, RIGHT_PERSONS) ? "Kari" : "");
                else
                    assert_int_equal(failure.kind, FAILURE_DENIED);
                snprintf(key, sizeof key, "%d", (int)client);
                bureau_good(store_find_client(bureau->store, &session, key, &found, &failure), &failure);
                assert_int_equal(found, row ? client : 0);
            }
        }
    }
    arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(clients_are__exactly_those_the_rule_allows, bureau_setup,
                                        bureau_teardown),
        cmocka_unit_test_setup_teardown(no_dataset__shows_a_row_of_a_client_that_is_not_visible,
                                        bureau_setup, bureau_teardown),
        cmocka_unit_test_setup_teardown(amounts_and_words__are_shown__only_where_the_rule_allows,
                                        bureau_setup, bureau_teardown),
        cmocka_unit_test_setup_teardown(cards_and_keys__follow_the_same_rule, bureau_setup,
                                        bureau_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
