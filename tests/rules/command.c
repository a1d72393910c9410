/* Tests of rules/command.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "klientel/rules/command.h"

static const struct date some_day = { 20000 };

static struct instant noon(int days)
{
    return (struct instant){ ((int64_t)some_day.day + days) * 86400 + 43200 };
}

static struct facts facts_of(enum role role)
{
    return (struct facts){ .role = role, .active = true, .now = noon(0) };
}

/* Each command as it would be allowed to an administrator. */
static struct command good(enum command_kind kind)
{
    static const struct target target = { 5, 2 };
    static const int64_t user = 3;
    struct command command = { .kind = kind, .targets = &target, .target_count = 1, .reason = "" };
    switch (kind) {
    case COMMAND_PARTNER:
        command.target_count = 0;
        command.partner.name = "Byrå Nord AS";
        command.partner.country = "NO";
        command.partner.login = "anna";
        command.partner.today = DATE_NONE;
        break;
    case COMMAND_ACCESS:
        command.access.verb = ACCESS_ADD;
        command.access.users = &user;
        command.access.user_count = 1;
        command.access.from = INSTANT_NONE;
        command.access.until = INSTANT_NONE;
        break;
    case COMMAND_STEP:
        command.step.step = STEP_CLOSED;
        command.step.month = month_of(some_day);
        command.step.waiting_for = "";
        break;
    case COMMAND_NOTE:
        command.note.text = "Ring før lønn";
        command.note.due = DATE_NONE;
        command.note.person = "";
        break;
    case COMMAND_VIEW:
        command.target_count = 0;
        command.view.name = "Paid on the 20th";
        command.view.filter = "group:pay20";
        command.view.dataset = DATASET_clients;
        break;
    case COMMAND_IMPORT:
    case COMMAND_RESTORED:
        command.target_count = 0;
        break;
    case COMMAND_VIEW_DROP:
    case COMMAND_KIND_COUNT:
        break;
    }
    return command;
}

static void assert_verdict(struct verdict verdict, enum refusal refusal)
{
    if (verdict.refusal != refusal)
        fail_msg("refusal %d, not %d: %s", (int)verdict.refusal, (int)refusal,
                 verdict.message.text ? verdict.message.text : "(allowed)");
    assert_int_equal(verdict.message.text != NULL, refusal != REFUSAL_NONE);
}

static void assert_judged(struct command command, struct facts facts, enum refusal refusal)
{
    struct verdict verdict = command_judge(&command, &facts);
    assert_verdict(verdict, refusal);
    assert_true(verdict.target == SIZE_MAX);
}

/* ---- the whole command ---- */

static void judge__of_each_role__allows_what_the_role_may(void **state)
{
    (void)state;
    /* admin, lead, operator, user; a view that is the actor's own or not */
    static const char *const allowed[COMMAND_KIND_COUNT] = {
        [COMMAND_PARTNER] = "yyyy", [COMMAND_IMPORT] = "yy--", [COMMAND_ACCESS] = "yy--",
        [COMMAND_STEP] = "yyy-",    [COMMAND_NOTE] = "yyyy",   [COMMAND_VIEW] = "yyyy",
        [COMMAND_VIEW_DROP] = "yy--", [COMMAND_RESTORED] = "y---",
    };
    for (int kind = 0; kind < COMMAND_KIND_COUNT; kind++) {
        for (int role = 0; role < ROLE_COUNT; role++) {
            enum refusal refusal =
                allowed[kind][role] == 'y' ? REFUSAL_NONE : REFUSAL_NO_RIGHT;
            assert_judged(good((enum command_kind)kind), facts_of((enum role)role), refusal);
        }
    }
}

static void judge__of_anything__is_refused_when_read_only_or_not_active(void **state)
{
    (void)state;
    for (int kind = 0; kind < COMMAND_KIND_COUNT; kind++) {
        struct facts facts = facts_of(ROLE_ADMIN);
        facts.active = false;
        assert_judged(good((enum command_kind)kind), facts,
                      kind == COMMAND_PARTNER ? REFUSAL_NONE : REFUSAL_NOT_ACTIVE);
        facts.read_only = true;
        assert_judged(good((enum command_kind)kind), facts, REFUSAL_READ_ONLY);
        struct command command = good((enum command_kind)kind);
        command.reason = "for\nhånd";
        assert_judged(command, facts_of(ROLE_ADMIN), REFUSAL_NAME);
        command.reason = NULL;
        assert_judged(command, facts_of(ROLE_ADMIN), REFUSAL_NONE);
    }
}

static void judge__of_a_partner__needs_name_country_and_login(void **state)
{
    (void)state;
    static const struct {
        const char *name, *country, *login;
        enum refusal refusal;
    } cases[] = {
        { "Byrå Syd AB", "SE", "bo", REFUSAL_NONE },  { "", "SE", "bo", REFUSAL_NAME },
        { "   ", "SE", "bo", REFUSAL_NAME },          { NULL, "SE", "bo", REFUSAL_NAME },
        { "By\x1b[1m", "SE", "bo", REFUSAL_NAME },
        { "By\xE2\x80\xAErå", "SE", "bo", REFUSAL_NAME },
        { "By\xff", "SE", "bo", REFUSAL_NAME },       { "Byrå", "DK", "bo", REFUSAL_NAME },
        { "Byrå", "se", "bo", REFUSAL_NAME },         { "Byrå", NULL, "bo", REFUSAL_NAME },
        { "Byrå", "SE", "Bo", REFUSAL_NAME },         { "Byrå", "SE", "", REFUSAL_NAME },
        { "Byrå", "SE", NULL, REFUSAL_NAME },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct command command = good(COMMAND_PARTNER);
        command.partner.name = cases[i].name;
        command.partner.country = cases[i].country;
        command.partner.login = cases[i].login;
        assert_judged(command, facts_of(ROLE_ADMIN), cases[i].refusal);
    }
}

static void judge__of_access__checks_the_dates(void **state)
{
    (void)state;
    static const struct {
        enum access_verb verb;
        int from, until; /* days from now; 99 = none */
        enum refusal refusal;
    } cases[] = {
        { ACCESS_ADD, 99, 99, REFUSAL_NONE },  { ACCESS_SET, 1, 1, REFUSAL_NONE },
        { ACCESS_SET, 1, 7, REFUSAL_NONE },    { ACCESS_SET, 7, 1, REFUSAL_DATES },
        { ACCESS_ADD, -7, -1, REFUSAL_NONE },  { ACCESS_ADD, 99, -1, REFUSAL_DATES },
        { ACCESS_ADD, 99, 0, REFUSAL_NONE },   { ACCESS_REVOKE, 99, 0, REFUSAL_NONE },
        { ACCESS_REVOKE, 99, -1, REFUSAL_DATES }, { ACCESS_REVOKE, 99, 3, REFUSAL_NONE },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct command command = good(COMMAND_ACCESS);
        command.access.verb = cases[i].verb;
        command.access.from = cases[i].from == 99 ? INSTANT_NONE : noon(cases[i].from);
        command.access.until = cases[i].until == 99 ? INSTANT_NONE : noon(cases[i].until);
        assert_judged(command, facts_of(ROLE_LEAD), cases[i].refusal);
    }
    /* A revoke "now" that is judged again some seconds later is still now. */
    struct command command = good(COMMAND_ACCESS);
    command.access.verb = ACCESS_REVOKE;
    command.access.until = noon(0);
    command.access.until.second -= 5;
    assert_judged(command, facts_of(ROLE_LEAD), REFUSAL_NONE);
}

static void judge__of_texts__wants_them_plain(void **state)
{
    (void)state;
    struct command command = good(COMMAND_STEP);
    command.step.waiting_for = "\x07";
    assert_judged(command, facts_of(ROLE_ADMIN), REFUSAL_NAME);
    command = good(COMMAND_STEP);
    command.step.month = MONTH_NONE;
    assert_judged(command, facts_of(ROLE_ADMIN), REFUSAL_DATES);

    command = good(COMMAND_NOTE);
    command.note.text = " ";
    assert_judged(command, facts_of(ROLE_ADMIN), REFUSAL_NAME);
    command.note.text = "a\tb";
    assert_judged(command, facts_of(ROLE_ADMIN), REFUSAL_NAME);
    command = good(COMMAND_NOTE);
    command.note.person = "Anna Berg";
    assert_judged(command, facts_of(ROLE_ADMIN), REFUSAL_NAME);

    command = good(COMMAND_VIEW);
    command.view.name = "";
    assert_judged(command, facts_of(ROLE_ADMIN), REFUSAL_NAME);
    command = good(COMMAND_VIEW);
    command.view.filter = "a\x1f";
    assert_judged(command, facts_of(ROLE_ADMIN), REFUSAL_NAME);
}

static void judge__of_views__shares_and_drops_by_right(void **state)
{
    (void)state;
    struct command command = good(COMMAND_VIEW);
    command.view.shared = true;
    assert_judged(command, facts_of(ROLE_LEAD), REFUSAL_NONE);
    assert_judged(command, facts_of(ROLE_OPERATOR), REFUSAL_NO_RIGHT);
    assert_judged(command, facts_of(ROLE_USER), REFUSAL_NO_RIGHT);

    struct facts facts = facts_of(ROLE_USER);
    facts.owner = true;
    assert_judged(good(COMMAND_VIEW_DROP), facts, REFUSAL_NONE);
    facts.owner = false;
    assert_judged(good(COMMAND_VIEW_DROP), facts, REFUSAL_NO_RIGHT);
    /* One that is gone is told as gone, not as somebody else's. */
    struct target_facts gone = { .exists = false };
    facts.targets = &gone;
    struct command drop = good(COMMAND_VIEW_DROP);
    assert_judged(drop, facts, REFUSAL_NONE);
    assert_verdict(command_judge_target(&drop, &facts, 0), REFUSAL_GONE);
}

/* ---- one target ---- */

static void assert_target(struct command command, struct target_facts target, enum refusal refusal)
{
    struct facts facts = facts_of(target.access.role);
    facts.targets = &target;
    struct verdict verdict = command_judge_target(&command, &facts, 0);
    assert_verdict(verdict, refusal);
    assert_int_equal(verdict.target, 0);
}

static struct target_facts target_of(enum role role, bool granted)
{
    return (struct target_facts){ .exists = true,
                                  .version = 2,
                                  .access = { .role = role, .active = true, .granted = granted } };
}

static void target__that_is_gone_or_changed__is_refused(void **state)
{
    (void)state;
    static const enum command_kind kinds[] = { COMMAND_ACCESS, COMMAND_STEP, COMMAND_NOTE,
                                               COMMAND_VIEW_DROP };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct target_facts target = target_of(ROLE_ADMIN, false);
        assert_target(good(kinds[i]), target, REFUSAL_NONE);
        target.version = 3;
        assert_target(good(kinds[i]), target, REFUSAL_CHANGED);
        struct command command = good(kinds[i]);
        const struct target whatever = { 5, 0 };
        command.targets = &whatever;
        assert_target(command, target, REFUSAL_NONE);
        target.exists = false;
        assert_target(command, target, REFUSAL_GONE);
    }
}

static void target__of_each_role__needs_its_grant(void **state)
{
    (void)state;
    /* admin, lead, operator, user: without a grant, then with one */
    static const struct {
        enum command_kind kind;
        const char *without, *with;
    } cases[] = {
        { COMMAND_ACCESS, "yy--", "yy--" },
        { COMMAND_STEP, "yy--", "yyy-" },
        { COMMAND_NOTE, "yy--", "yyyy" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (int role = 0; role < ROLE_COUNT; role++) {
            assert_target(good(cases[i].kind), target_of((enum role)role, false),
                          cases[i].without[role] == 'y' ? REFUSAL_NONE : REFUSAL_NO_RIGHT);
            assert_target(good(cases[i].kind), target_of((enum role)role, true),
                          cases[i].with[role] == 'y' ? REFUSAL_NONE : REFUSAL_NO_RIGHT);
        }
    }
}

static void target__that_is_archived__only_loses_access(void **state)
{
    (void)state;
    struct target_facts target = target_of(ROLE_ADMIN, false);
    struct command command = good(COMMAND_ACCESS);
    target.archived = true;
    assert_target(command, target, REFUSAL_ARCHIVED);
    command.access.verb = ACCESS_SET;
    assert_target(command, target, REFUSAL_ARCHIVED);
    command.access.verb = ACCESS_REVOKE;
    assert_target(command, target, REFUSAL_NONE);
    assert_target(good(COMMAND_STEP), target, REFUSAL_ARCHIVED);
    assert_target(good(COMMAND_NOTE), target, REFUSAL_NONE);
}

static void target__with_a_rejected_declaration__needs_a_reason(void **state)
{
    (void)state;
    static const struct {
        enum step step;
        enum declaration_state declaration;
        const char *reason;
        bool undo;
        const char *waiting_for;
        enum refusal refusal;
    } cases[] = {
        { STEP_CLOSED, DECLARATION_REJECTED, "", false, "", REFUSAL_REJECTED_DECLARATION },
        { STEP_DECLARED, DECLARATION_REJECTED, "", false, "", REFUSAL_REJECTED_DECLARATION },
        { STEP_DECLARED, DECLARATION_REJECTED, " ", false, "", REFUSAL_REJECTED_DECLARATION },
        { STEP_DECLARED, DECLARATION_REJECTED, NULL, false, NULL, REFUSAL_REJECTED_DECLARATION },
        { STEP_DECLARED, DECLARATION_IMMEDIATE, "", false, "", REFUSAL_REJECTED_DECLARATION },
        { STEP_DECLARED, DECLARATION_REJECTED, "sendt på papir", false, "", REFUSAL_NONE },
        { STEP_DECLARED, DECLARATION_REJECTED, "", true, "", REFUSAL_NONE },
        { STEP_DECLARED, DECLARATION_REJECTED, "", false, "kunden", REFUSAL_NONE },
        { STEP_DECLARED, DECLARATION_GUIDELINE, "", false, "", REFUSAL_NONE },
        { STEP_DECLARED, DECLARATION_NONE, "", false, "", REFUSAL_NONE },
        { STEP_PAID, DECLARATION_REJECTED, "", false, "", REFUSAL_NONE },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct target_facts target = target_of(ROLE_OPERATOR, true);
        struct command command = good(COMMAND_STEP);
        target.declaration = cases[i].declaration;
        command.step.step = cases[i].step;
        command.step.undo = cases[i].undo;
        command.step.waiting_for = cases[i].waiting_for;
        command.reason = cases[i].reason;
        assert_target(command, target, cases[i].refusal);
    }
}

/* ---- words and receipts ---- */

static void target__with_an_open_run__is_not_closed(void **state)
{
    struct target target = { .id = 1 };
    struct target_facts known = {
        .exists = true, .version = 1, .run_open = true,
        .access = { .role = ROLE_ADMIN, .active = true },
    };
    struct facts facts = { .role = ROLE_ADMIN, .active = true, .targets = &known };
    struct command command = {
        .kind = COMMAND_STEP, .targets = &target, .target_count = 1, .reason = "",
        .step = { .step = STEP_CLOSED, .month = { 0 }, .waiting_for = "" },
    };
    (void)state;
    assert_int_equal(command_judge_target(&command, &facts, 0).refusal, REFUSAL_RUN_OPEN);
    command.step.undo = true;
    assert_int_equal(command_judge_target(&command, &facts, 0).refusal, REFUSAL_NONE);
    command.step.undo = false;
    command.step.step = STEP_PAID;
    assert_int_equal(command_judge_target(&command, &facts, 0).refusal, REFUSAL_NONE);
    command.step.step = STEP_CLOSED;
    known.run_open = false;
    assert_int_equal(command_judge_target(&command, &facts, 0).refusal, REFUSAL_NONE);
}

static void names_and_texts__exist__and_differ(void **state)
{
    (void)state;
    assert_string_equal(command_name(COMMAND_ACCESS), "access");
    assert_string_equal(command_name(COMMAND_VIEW_DROP), "view-drop");
    for (int i = 0; i < COMMAND_KIND_COUNT; i++) {
        for (int j = 0; j < i; j++)
            assert_string_not_equal(command_name((enum command_kind)i),
                                    command_name((enum command_kind)j));
    }
    assert_string_equal(refusal_text(REFUSAL_NONE), "");
    for (int i = REFUSAL_NONE + 1; i < REFUSAL_COUNT; i++) {
        assert_true(strlen(refusal_text((enum refusal)i)) > 10);
        for (int j = 0; j < i; j++)
            assert_string_not_equal(refusal_text((enum refusal)i), refusal_text((enum refusal)j));
    }
}

static void receipt__grows__line_by_line(void **state)
{
    (void)state;
    struct receipt receipt = { 0 };
    for (int i = 0; i < 100; i++) {
        struct receipt_line *line = receipt_skip(&receipt);
        assert_int_equal(line->client, 0);
        assert_int_equal(line->login[0], '\0');
        assert_null(line->why.text);
        line->client = i + 1;
        line->why.text = "why";
    }
    receipt_warn(&receipt)->line = 7;
    assert_int_equal(receipt.skipped_count, 100);
    assert_int_equal(receipt.warning_count, 1);
    for (int i = 0; i < 100; i++)
        assert_int_equal(receipt.skipped[i].client, i + 1);
    assert_int_equal(receipt.warnings[0].line, 7);
    receipt_finish(&receipt);
    assert_int_equal(receipt.skipped_count, 0);
    assert_null(receipt.skipped);
    receipt_finish(&receipt);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(judge__of_each_role__allows_what_the_role_may),
        cmocka_unit_test(judge__of_anything__is_refused_when_read_only_or_not_active),
        cmocka_unit_test(judge__of_a_partner__needs_name_country_and_login),
        cmocka_unit_test(judge__of_access__checks_the_dates),
        cmocka_unit_test(judge__of_texts__wants_them_plain),
        cmocka_unit_test(judge__of_views__shares_and_drops_by_right),
        cmocka_unit_test(target__that_is_gone_or_changed__is_refused),
        cmocka_unit_test(target__of_each_role__needs_its_grant),
        cmocka_unit_test(target__that_is_archived__only_loses_access),
        cmocka_unit_test(target__with_a_rejected_declaration__needs_a_reason),
        cmocka_unit_test(target__with_an_open_run__is_not_closed),
        cmocka_unit_test(names_and_texts__exist__and_differ),
        cmocka_unit_test(receipt__grows__line_by_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
