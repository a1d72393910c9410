/* Access: what set, add and revoke make of one cell, and what stays true about the past. */
#include "bureau.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct wish {
    enum access_verb verb;
    enum grant_role role;
    const char *from, *until; /* NULL = not told */
    const char *packages[3];
};

static struct receipt grant(struct bureau *bureau, const struct wish *wish, int64_t client,
                            int64_t user)
{
    struct failure failure;
    struct receipt receipt;
    struct target target = { .id = client };
    struct command command = {
        .kind = COMMAND_ACCESS,
        .targets = &target,
        .target_count = 1,
        .access = {
            .verb = wish->verb,
            .users = &user,
            .user_count = 1,
            .role = wish->role,
            .source = SOURCE_HAND,
            .from = wish->from ? at(wish->from) : INSTANT_NONE,
            .until = wish->until ? at(wish->until) : INSTANT_NONE,
            .packages = wish->packages,
        },
    };

    while (command.access.package_count < 3 && wish->packages[command.access.package_count])
        command.access.package_count++;
    struct session anna = bureau->anna;
    anna.now = bureau->now;
    bureau_good(bureau_run(bureau, &anna, &command, &receipt, &failure), &failure);
    assert_int_equal(receipt.selected,
                     receipt.applied + receipt.unchanged + (int64_t)receipt.skipped_count);
    return receipt;
}

/* "responsible from until packages" of every row, oldest first. */
static const char *rows(struct bureau *bureau)
{
    static char text[2048];
    struct failure failure = { 0 };
    struct db_statement *statement =
        db_prepare(bureau->store->db,
                   "SELECT role || ' ' || from_at || ' ' || coalesce(until_at, '-') || ' ' ||"
                   " replace(packages, CAST(x'1f' AS TEXT), '+') FROM grant_ ORDER BY from_at, id",
                   &failure);

    text[0] = '\0';
    while (db_step(statement, &failure) == DB_ROW)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", text[0] ? "\n" : "",
                 db_text(statement, 0, NULL));
    db_done(statement);
    return text;
}

#define NOW "2026-11-18T10:00:00Z"

struct step_of {
    struct wish wish;
    const char *now; /* NULL = as before */
    char outcome;    /* a applied, u unchanged, s skipped */
    const char *rows;
};

static void play(struct bureau *bureau, const struct step_of *steps, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (steps[i].now)
            bureau->now = at(steps[i].now);
        struct receipt receipt = grant(bureau, &steps[i].wish, FJORD, BO);
        char outcome = receipt.applied ? 'a' : receipt.unchanged ? 'u' : 's';
        receipt_finish(&receipt);
        if (outcome != steps[i].outcome || strcmp(rows(bureau), steps[i].rows) != 0) {
            print_error("step %zu: %c\n%s\nwanted %c\n%s\n", i, outcome, rows(bureau),
                        steps[i].outcome, steps[i].rows);
            fail();
        }
    }
}
#define PLAY(bureau, ...) \
    do { \
        const struct step_of steps[] = { __VA_ARGS__ }; \
        play(bureau, steps, sizeof steps / sizeof *steps); \
    } while (0)

static void set__gives_exactly_that__and_is_unchanged_the_second_time(void **state)
{
    PLAY(*state,
         { { ACCESS_SET, GRANT_MEMBER, .packages = { "payroll", "documents" } }, NULL, 'a',
           "member " NOW " - documents+payroll" },
         { { ACCESS_SET, GRANT_MEMBER, .packages = { "documents", "payroll" } },
           "2026-11-19T10:00:00Z", 'u', "member " NOW " - documents+payroll" });
}

static void set__ends_the_old_and_begins_the_new__when_the_role_is_another(void **state)
{
    PLAY(*state,
         { { ACCESS_SET, GRANT_MEMBER, .packages = { "payroll" } }, NULL, 'a',
           "member " NOW " - payroll" },
         { { ACCESS_SET, GRANT_RESPONSIBLE }, "2026-11-19T10:00:00Z", 'a',
           "member " NOW " 2026-11-19T09:59:59Z payroll\n"
           "responsible 2026-11-19T10:00:00Z - " },
         /* In the same second the row that never was in force is replaced. */
         { { ACCESS_SET, GRANT_MEMBER }, NULL, 'a',
           "member " NOW " 2026-11-19T09:59:59Z payroll\n"
           "member 2026-11-19T10:00:00Z - " });
}

static void set__moves_only_the_end__under_the_same_start(void **state)
{
    PLAY(*state,
         { { ACCESS_SET, GRANT_MEMBER }, NULL, 'a', "member " NOW " - " },
         { { ACCESS_SET, GRANT_MEMBER, .until = "2026-12-31T22:59:59Z" }, "2026-11-19T10:00:00Z",
           'a', "member " NOW " 2026-12-31T22:59:59Z " },
         { { ACCESS_SET, GRANT_MEMBER }, NULL, 'a', "member " NOW " - " });
}

static void set__to_come__lets_the_present_last_until_then(void **state)
{
    PLAY(*state,
         { { ACCESS_SET, GRANT_MEMBER }, NULL, 'a', "member " NOW " - " },
         { { ACCESS_SET, GRANT_RESPONSIBLE, .from = "2026-12-01T00:00:00Z" }, NULL, 'a',
           "member " NOW " 2026-11-30T23:59:59Z \nresponsible 2026-12-01T00:00:00Z - " },
         { { ACCESS_SET, GRANT_RESPONSIBLE, .from = "2026-12-01T00:00:00Z" }, NULL, 'u',
           "member " NOW " 2026-11-30T23:59:59Z \nresponsible 2026-12-01T00:00:00Z - " },
         /* From now on: what had not begun vanishes. */
         { { ACCESS_SET, GRANT_MEMBER }, NULL, 'a', "member " NOW " - " });
}

static void set__dated_back__never_touches_what_is_over(void **state)
{
    PLAY(*state,
         { { ACCESS_SET, GRANT_MEMBER, .from = "2026-01-01T00:00:00Z" }, NULL, 'a',
           "member 2026-01-01T00:00:00Z - " },
         { { ACCESS_REVOKE }, NULL, 'a', "member 2026-01-01T00:00:00Z 2026-11-18T09:59:59Z " },
         { { ACCESS_SET, GRANT_RESPONSIBLE, .from = "2026-02-01T00:00:00Z" }, NULL, 'a',
           "member 2026-01-01T00:00:00Z 2026-11-18T09:59:59Z \nresponsible " NOW " - " },
         { { ACCESS_SET, GRANT_RESPONSIBLE, .from = "2026-02-01T00:00:00Z" }, NULL, 'u',
           "member 2026-01-01T00:00:00Z 2026-11-18T09:59:59Z \nresponsible " NOW " - " });
}

static void add__never_takes_away__and_unites_packages(void **state)
{
    PLAY(*state,
         { { ACCESS_ADD, GRANT_RESPONSIBLE, .packages = { "payroll" } }, NULL, 'a',
           "responsible " NOW " - payroll" },
         { { ACCESS_ADD, GRANT_MEMBER }, NULL, 'u', "responsible " NOW " - payroll" },
         { { ACCESS_ADD, GRANT_MEMBER, .packages = { "documents" } }, "2026-11-19T10:00:00Z", 'a',
           "responsible " NOW " 2026-11-19T09:59:59Z payroll\n"
           "responsible 2026-11-19T10:00:00Z - documents+payroll" },
         /* One main package at most (C24). */
         { { ACCESS_ADD, GRANT_MEMBER, .packages = { "accounting" } }, NULL, 's',
           "responsible " NOW " 2026-11-19T09:59:59Z payroll\n"
           "responsible 2026-11-19T10:00:00Z - documents+payroll" });
}

static void add__goes_on__where_a_file_had_given_two_main_packages(void **state)
{
    struct bureau *bureau = *state;

    bureau_raw(bureau, "INSERT INTO grant_ (client_id, user_id, role, source, from_at, packages,"
                       " changeset_id) VALUES (2, 2, 'member', 'import', '2026-01-01T00:00:00Z',"
                       " 'accounting' || CAST(x'1f' AS TEXT) || 'payroll', 1)");
    PLAY(bureau,
         { { ACCESS_ADD, GRANT_MEMBER, .packages = { "documents" } }, NULL, 'a',
           "member 2026-01-01T00:00:00Z 2026-11-18T09:59:59Z accounting+payroll\n"
           "member " NOW " - accounting+documents+payroll" });
}

static void add__only_widens_the_dates__and_keeps_the_untold(void **state)
{
    PLAY(*state,
         { { ACCESS_SET, GRANT_MEMBER, .until = "2026-12-31T22:59:59Z" }, NULL, 'a',
           "member " NOW " 2026-12-31T22:59:59Z " },
         { { ACCESS_ADD, GRANT_MEMBER }, NULL, 'u', "member " NOW " 2026-12-31T22:59:59Z " },
         { { ACCESS_ADD, GRANT_MEMBER, .until = "2026-12-01T00:00:00Z" }, NULL, 'u',
           "member " NOW " 2026-12-31T22:59:59Z " },
         { { ACCESS_ADD, GRANT_MEMBER, .from = "2026-11-01T00:00:00Z",
             .until = "2027-06-30T21:59:59Z" }, NULL, 'a',
           "member 2026-11-01T00:00:00Z 2027-06-30T21:59:59Z " });
}

static void add__outside_of_what_there_is__stands_beside_it(void **state)
{
    PLAY(*state,
         { { ACCESS_SET, GRANT_MEMBER, .until = "2026-12-31T22:59:59Z" }, NULL, 'a',
           "member " NOW " 2026-12-31T22:59:59Z " },
         { { ACCESS_ADD, GRANT_RESPONSIBLE, .from = "2027-02-01T00:00:00Z" }, NULL, 'a',
           "member " NOW " 2026-12-31T22:59:59Z \nresponsible 2027-02-01T00:00:00Z - " },
         /* Between the two, and not an hour longer than was asked. */
         { { ACCESS_ADD, GRANT_MEMBER, .from = "2027-01-05T00:00:00Z",
             .until = "2027-01-10T00:00:00Z" }, NULL, 'a',
           "member " NOW " 2026-12-31T22:59:59Z \n"
           "member 2027-01-05T00:00:00Z 2027-01-10T00:00:00Z \n"
           "responsible 2027-02-01T00:00:00Z - " },
         { { ACCESS_ADD, GRANT_MEMBER, .from = "2027-03-01T00:00:00Z" }, NULL, 'u',
           "member " NOW " 2026-12-31T22:59:59Z \n"
           "member 2027-01-05T00:00:00Z 2027-01-10T00:00:00Z \n"
           "responsible 2027-02-01T00:00:00Z - " });
}

static void revoke__ends_at_once__or_on_the_told_day(void **state)
{
    PLAY(*state,
         { { ACCESS_REVOKE }, NULL, 'u', "" },
         { { ACCESS_SET, GRANT_MEMBER }, NULL, 'a', "member " NOW " - " },
         { { ACCESS_REVOKE, .until = "2026-12-31T22:59:59Z" }, "2026-11-19T10:00:00Z", 'a',
           "member " NOW " 2026-12-31T22:59:59Z " },
         { { ACCESS_REVOKE, .until = "2027-12-31T22:59:59Z" }, NULL, 'u',
           "member " NOW " 2026-12-31T22:59:59Z " },
         { { ACCESS_REVOKE }, NULL, 'a', "member " NOW " 2026-11-19T09:59:59Z " },
         { { ACCESS_REVOKE }, NULL, 'u', "member " NOW " 2026-11-19T09:59:59Z " });
}

static void revoke__takes_what_has_not_begun__away(void **state)
{
    PLAY(*state,
         { { ACCESS_SET, GRANT_MEMBER, .from = "2026-12-01T00:00:00Z" }, NULL, 'a',
           "member 2026-12-01T00:00:00Z - " },
         { { ACCESS_REVOKE }, NULL, 'a', "" });
}

static void access__is_logged_cell_by_cell__with_before_and_after(void **state)
{
    struct bureau *bureau = *state;
    struct wish first = { ACCESS_SET, GRANT_MEMBER, .packages = { "payroll", "documents" } };
    struct wish second = { ACCESS_SET, GRANT_RESPONSIBLE, .until = "2026-12-31T22:59:59Z" };
    struct receipt receipt = grant(bureau, &first, FJORD, BO);

    receipt_finish(&receipt);
    bureau->now = at("2026-11-18T23:00:00Z");
    receipt = grant(bureau, &second, FJORD, BO);
    receipt_finish(&receipt);
    assert_string_equal(
        bureau_ask(bureau, "SELECT client_id || ' ' || user_id || ' ' || column_name || ': ' ||"
                           " before || ' -> ' || after FROM change ORDER BY id DESC"),
        "2 2 access: member 2026-11-18T10:00:00Z… documents, payroll"
        " -> responsible 2026-11-19…2026-12-31");
    assert_string_equal(bureau_ask(bureau, "SELECT granted_by || source || changeset_id FROM grant_"
                                           " ORDER BY id DESC"),
                        "1hand3");
}

static void access__skips__the_gone_the_ended_and_the_archived(void **state)
{
    struct bureau *bureau = *state;
    struct wish wish = { ACCESS_SET, GRANT_MEMBER };
    static const struct {
        int64_t client, user;
    } cases[] = { { FJORD, 99 }, { FJORD, EVA }, { GAMLE, BO }, { 99, BO } };

    for (size_t i = 0; i < 4; i++) {
        struct receipt receipt = grant(bureau, &wish, cases[i].client, cases[i].user);
        assert_int_equal(receipt.skipped_count, 1);
        assert_int_equal(receipt.skipped[0].client, cases[i].client);
        assert_int_equal(receipt.changeset, 0);
        receipt_finish(&receipt);
    }
    assert_string_equal(rows(bureau), "");
}

static void access__is_ended__for_people_who_have_left(void **state)
{
    struct bureau *bureau = *state;
    struct wish revoke = { ACCESS_REVOKE };

    bureau_raw(bureau, "INSERT INTO grant_ (client_id, user_id, role, source, from_at, changeset_id)"
                       " VALUES (5, 5, 'member', 'hand', '2020-06-01T00:00:00Z', 1)");
    struct receipt receipt = grant(bureau, &revoke, GAMLE, EVA);
    assert_int_equal(receipt.applied, 1);
    receipt_finish(&receipt);
}

static void access__warns__of_nobody_or_several_responsible(void **state)
{
    struct bureau *bureau = *state;
    struct wish set = { ACCESS_SET, GRANT_RESPONSIBLE }, revoke = { ACCESS_REVOKE };
    static const struct {
        bool revoke;
        int64_t user;
        const char *count; /* NULL = no warning */
    } cases[] = {
        { false, BO, NULL }, { false, DAG, "2" }, { true, DAG, NULL }, { true, BO, "0" },
    };

    for (size_t i = 0; i < 4; i++) {
        bureau->now.second += 60;
        struct receipt receipt = grant(bureau, cases[i].revoke ? &revoke : &set, FJORD,
                                       cases[i].user);
        assert_int_equal(receipt.warning_count, cases[i].count ? 1 : 0);
        if (cases[i].count)
            assert_string_equal(receipt.warnings[0].why.argument[0], cases[i].count);
        receipt_finish(&receipt);
    }
}

static void access__refuses__unknown_packages_and_people_without_the_right(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure;
    struct receipt receipt;
    struct target target = { .id = FJORD };
    int64_t user = BO;
    const char *packages[] = { "payrol" }, *mains[] = { "payroll", "accounting" };
    struct command command = {
        .kind = COMMAND_ACCESS, .targets = &target, .target_count = 1,
        .access = { .users = &user, .user_count = 1, .from = INSTANT_NONE, .until = INSTANT_NONE,
                    .packages = packages, .package_count = 1 },
    };

    assert_false(bureau_run(bureau, &bureau->anna, &command, &receipt, &failure));
    assert_int_equal(failure.kind, FAILURE_REFUSED);
    command.access.packages = mains;
    command.access.package_count = 2;
    assert_false(bureau_run(bureau, &bureau->anna, &command, &receipt, &failure));
    command.access.package_count = 0;
    struct session bo = bureau_session(bureau, "bo");
    assert_false(bureau_run(bureau, &bo, &command, &receipt, &failure));
    assert_int_equal(failure.kind, FAILURE_DENIED);
    assert_string_equal(rows(bureau), "");
}

/* Whatever is asked in whatever order: never two at once, never an end before its beginning, and what was in
 * force at a moment stays what was in force. */
static void access__keeps_the_past__under_random_commands(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure = { 0 };
    struct random random;
    char was[64] = "", moment[INSTANT_TEXT_SIZE] = "";
    int64_t findings;

    random_seed(&random, 7, "access");
    for (int i = 0; i < 300; i++) {
        char from[INSTANT_TEXT_SIZE], until[INSTANT_TEXT_SIZE], sql[300];
        bureau->now.second += random_below(&random, 3) * 3600;
        int64_t start = bureau->now.second + (int64_t)random_below(&random, 30) * 3600;
        instant_format((struct instant){ start }, from);
        instant_format((struct instant){ start + random_below(&random, 50) * 3600 }, until);
        struct wish wish = {
            .verb = (enum access_verb)random_below(&random, 3),
            .role = (enum grant_role)random_below(&random, 2),
            .from = random_below(&random, 3) == 0 ? from : NULL,
            .until = random_below(&random, 3) == 0 ? until : NULL,
            .packages = { random_below(&random, 2) ? "documents" : NULL },
        };
        struct receipt receipt = grant(bureau, &wish, FJORD, BO);
        receipt_finish(&receipt);
        if (moment[0]) {
            snprintf(sql, sizeof sql, "SELECT role || packages FROM grant_ WHERE from_at <= '%s' AND"
                                      " (until_at IS NULL OR until_at >= '%s')", moment, moment);
            assert_string_equal(bureau_ask(bureau, sql), was);
        }
        /* The hour before now is past from here on. */
        instant_format((struct instant){ bureau->now.second - 1800 }, moment);
        snprintf(sql, sizeof sql, "SELECT role || packages FROM grant_ WHERE from_at <= '%s' AND"
                                  " (until_at IS NULL OR until_at >= '%s')", moment, moment);
        snprintf(was, sizeof was, "%s", bureau_ask(bureau, sql));
    }
    bureau_good(store_check(bureau->store, NULL, NULL, &findings, &failure), &failure);
    assert_int_equal(findings, 0);
    assert_true(atoi(bureau_ask(bureau, "SELECT count(*) FROM grant_")) > 20);
}

#define FULL(name) cmocka_unit_test_setup_teardown(name, bureau_setup, bureau_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FULL(set__gives_exactly_that__and_is_unchanged_the_second_time),
        FULL(set__ends_the_old_and_begins_the_new__when_the_role_is_another),
        FULL(set__moves_only_the_end__under_the_same_start),
        FULL(set__to_come__lets_the_present_last_until_then),
        FULL(set__dated_back__never_touches_what_is_over),
        FULL(add__never_takes_away__and_unites_packages),
        FULL(add__goes_on__where_a_file_had_given_two_main_packages),
        FULL(add__only_widens_the_dates__and_keeps_the_untold),
        FULL(add__outside_of_what_there_is__stands_beside_it),
        FULL(revoke__ends_at_once__or_on_the_told_day),
        FULL(revoke__takes_what_has_not_begun__away),
        FULL(access__is_logged_cell_by_cell__with_before_and_after),
        FULL(access__skips__the_gone_the_ended_and_the_archived),
        FULL(access__is_ended__for_people_who_have_left),
        FULL(access__warns__of_nobody_or_several_responsible),
        FULL(access__refuses__unknown_packages_and_people_without_the_right),
        FULL(access__keeps_the_past__under_random_commands),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
