/* Tests of rules/action.c and of the table of actions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "klientel/base/text.h"
#include "klientel/rules/action.h"

enum { KEYS_MAX = 128 };

struct taken {
    enum action_id action;
    char key[16];
};

static size_t all_default_keys(struct taken taken[static KEYS_MAX])
{
    size_t count = 0;
    for (int i = 0; i < ACTION_COUNT; i++) {
        for (const char *keys = action_info((enum action_id)i)->keys; *keys;) {
            size_t length = strcspn(keys, " ");
            assert_true(count < KEYS_MAX && length > 0 && length < 16);
            taken[count].action = (enum action_id)i;
            snprintf(taken[count++].key, 16, "%.*s", (int)length, keys);
            keys += length + (keys[length] == ' ');
        }
    }
    return count;
}

static void actions__that_are_alive_together__share_no_key(void **state)
{
    (void)state;
    struct taken taken[KEYS_MAX];
    size_t count = all_default_keys(taken);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < i; j++) {
            const struct action_info *a = action_info(taken[i].action);
            const struct action_info *b = action_info(taken[j].action);
            if (strcmp(taken[i].key, taken[j].key) == 0 && scopes_meet(a->scopes, b->scopes))
                fail_msg("%s and %s share the key %s", a->word, b->word, taken[i].key);
        }
    }
}

static void scopes__meet__as_the_screen_has_them(void **state)
{
    (void)state;
    assert_true(scopes_meet(SCOPE_TABLE, SCOPE_TABLE | SCOPE_SHEET));
    assert_true(scopes_meet(SCOPE_EVERYWHERE, SCOPE_TABLE));
    assert_true(scopes_meet(SCOPE_SHEET, SCOPE_EVERYWHERE));
    assert_false(scopes_meet(SCOPE_TABLE, SCOPE_DASHBOARD));
    assert_false(scopes_meet(SCOPE_EVERYWHERE, SCOPE_FIELD));
    assert_false(scopes_meet(SCOPE_DIALOG, SCOPE_EVERYWHERE));
    assert_false(scopes_meet(SCOPE_FIELD, SCOPE_DIALOG));
}

static void default_keys__are__easy_on_nordic_keyboards(void **state)
{
    (void)state;
    struct taken taken[KEYS_MAX];
    size_t count = all_default_keys(taken);
    for (size_t i = 0; i < count; i++) {
        if (strlen(taken[i].key) == 1 && strchr("[]{}\\|@$~^`", taken[i].key[0]))
            fail_msg("%s has the key %s", action_info(taken[i].action)->word, taken[i].key);
    }
}

/* A question is read before it is answered, and no key typed before it was seen answers it: its yes is left out. */
static bool is_worse(enum action_id a, enum action_id b)
{
    return a != ACTION_YES && a != b && action_info(a)->does > action_info(b)->does;
}

static void keys__that_change_or_destroy__mean_nothing_harmless_elsewhere(void **state)
{
    (void)state;
    struct taken taken[KEYS_MAX];
    size_t count = all_default_keys(taken), told = 0;
    for (size_t i = 0; i < count; i++) {
        told += action_info(taken[i].action)->does != DOES_LOOK;
        for (size_t j = 0; j < count; j++) {
            if (strcmp(taken[i].key, taken[j].key) == 0 &&
                is_worse(taken[i].action, taken[j].action))
                fail_msg("%s is %s, and elsewhere %s", taken[i].key,
                         action_info(taken[i].action)->word, action_info(taken[j].action)->word);
        }
    }
    assert_true(told >= 4);
}

static void function_keys__have__a_plain_twin(void **state)
{
    (void)state;
    struct taken taken[KEYS_MAX];
    size_t count = all_default_keys(taken);
    for (size_t i = 0; i < count; i++) {
        if (taken[i].key[0] != 'F' || !taken[i].key[1])
            continue;
        bool twin = false;
        for (size_t j = 0; j < count; j++)
            twin |= taken[j].action == taken[i].action &&
                    (taken[j].key[0] != 'F' || !taken[j].key[1]);
        if (!twin)
            fail_msg("%s has only %s", action_info(taken[i].action)->word, taken[i].key);
    }
}

static void actions__have__word_scope_key_and_help(void **state)
{
    (void)state;
    for (int i = 0; i < ACTION_COUNT; i++) {
        const struct action_info *info = action_info((enum action_id)i);
        enum action_id parsed = ACTION_NONE;
        assert_true(*info->word && *info->help && *info->keys && info->scopes);
        assert_non_null(info->label);
        assert_int_equal(strspn(info->word, "abcdefghijklmnopqrstuvwxyz-0123456789"),
                         strlen(info->word));
        assert_true(action_parse(info->word, &parsed));
        assert_int_equal(parsed, i);
        /* Letters are text in a field. */
        if (info->scopes & SCOPE_FIELD)
            assert_true(strlen(info->keys) > 1);
    }
    enum action_id none = ACTION_NONE;
    assert_false(action_parse("no-such-action", &none));
    assert_int_equal(none, ACTION_NONE);
}

static void assert_judged(enum action_id action, struct action_facts facts, const char *why)
{
    struct message message = action_judge(action, &facts);
    if (why)
        assert_string_equal(message.text ? message.text : "(allowed)", why);
    else
        assert_null(message.text);
}

static void judge__says__what_is_missing(void **state)
{
    (void)state;
    const unsigned table = SCOPE_TABLE | SCOPE_EVERYWHERE;
    const unsigned dashboard = SCOPE_DASHBOARD | SCOPE_EVERYWHERE;
    const struct action_facts all = { .scopes = table, .has_rows = true, .has_marks = true,
                                      .has_filter = true, .has_enter = true, .has_panes = true,
                                      .may_open = true, .may_change = true, .can_filter = true,
                                      .has_command = true };
    for (int i = 0; i < ACTION_COUNT; i++) {
        if (action_info((enum action_id)i)->scopes & table)
            assert_judged((enum action_id)i, all, NULL);
        else
            assert_judged((enum action_id)i, all, "This is not possible here");
    }

    struct action_facts facts = all;
    facts.not_understood = true; /* the rows that are shown are not those that it means */
    static const enum action_id on_those_rows[] = { ACTION_INVERT, ACTION_EXPORT, ACTION_PRINT,
                                                    ACTION_MARK_TEXT, ACTION_UNMARK_TEXT };
    for (size_t i = 0; i < sizeof on_those_rows / sizeof *on_those_rows; i++)
        assert_judged(on_those_rows[i], facts, "The filter is not understood: mend or clear it first");
    assert_judged(ACTION_FILTER, facts, NULL);
    facts.not_understood = false;
    facts.may_open = false;
    assert_judged(ACTION_OPEN, facts, "You have no access to this client and cannot open it");
    facts.has_enter = false;
    assert_judged(ACTION_OPEN, facts, "There is nothing to open here");
    facts.has_rows = false;
    assert_judged(ACTION_OPEN, facts, "No row is under the cursor");
    assert_judged(ACTION_MARK, facts, "No row is under the cursor");
    assert_judged(ACTION_SORT, facts, "The list is empty");
    assert_judged(ACTION_FILTER, facts, NULL);
    assert_judged(ACTION_COPY, facts, NULL); /* the hidden marks */
    facts.has_marks = false;
    assert_judged(ACTION_COPY, facts, "No row is under the cursor");

    facts = (struct action_facts){ .scopes = dashboard, .has_enter = true, .may_open = true };
    assert_judged(ACTION_OPEN, facts, NULL);
    assert_judged(ACTION_PANE_NEXT, facts, "This tab has only one pane");
    assert_judged(ACTION_MARK, facts, "This is not possible here");

    facts = all;
    facts.has_marks = false;
    assert_judged(ACTION_UNMARK_ALL, facts, "Nothing is marked");
    facts.at_top = true;
    assert_judged(ACTION_BACK, facts, NULL); /* a filter to clear */
    facts.has_filter = false;
    assert_judged(ACTION_BACK, facts, "There is nothing to go back to; %1 quits");
    assert_judged(ACTION_CLOSE, facts, NULL);
    facts.has_range = true;
    assert_judged(ACTION_BACK, facts, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(actions__that_are_alive_together__share_no_key),
        cmocka_unit_test(scopes__meet__as_the_screen_has_them),
        cmocka_unit_test(default_keys__are__easy_on_nordic_keyboards),
        cmocka_unit_test(keys__that_change_or_destroy__mean_nothing_harmless_elsewhere),
        cmocka_unit_test(function_keys__have__a_plain_twin),
        cmocka_unit_test(actions__have__word_scope_key_and_help),
        cmocka_unit_test(judge__says__what_is_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
