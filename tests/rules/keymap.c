/* Tests of rules/keymap.c: keys as configuration changes them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "klientel/rules/action.h"

enum { LINES_MAX = 4, IN_TABLE = SCOPE_TABLE | SCOPE_EVERYWHERE, ANYWHERE = 127 };

static void assert_keys(const struct keymap *keymap, enum action_id action, unsigned scopes,
                        const char *keys)
{
    struct buffer text = { 0 };
    keymap_add_keys(keymap, action, scopes, &text);
    assert_string_equal(buffer_text(&text), keys);
    buffer_finish(&text);
}

/* Up to four lines, "ACTION KEY [SCOPE]", line 1 first; KEY - is "". "+" before one puts it into a later file. */
static size_t lines_of(const char *const texts[LINES_MAX], char words[LINES_MAX][3][24],
                       struct key_binding ret_lines[LINES_MAX])
{
    static const char *const origins[] = { "k.conf:1", "k.conf:2", "k.conf:3", "k.conf:4" };
    size_t count = 0;
    for (; count < LINES_MAX && texts[count]; count++) {
        const char *text = texts[count];
        words[count][2][0] = '\0';
        sscanf(text + (*text == '+'), "%23s %23s %23s", words[count][0], words[count][1],
               words[count][2]);
        if (strcmp(words[count][1], "-") == 0)
            words[count][1][0] = '\0';
        ret_lines[count] = (struct key_binding){ .action = words[count][0],
                                                 .key = words[count][1],
                                                 .scope = words[count][2],
                                                 .origin = origins[count],
                                                 .layer = *text == '+' };
    }
    return count;
}

static bool bind(struct keymap *keymap, const char *const texts[LINES_MAX],
                 struct failure *ret_failure)
{
    char words[LINES_MAX][3][24];
    struct key_binding lines[LINES_MAX];
    size_t count = lines_of(texts, words, lines);
    *ret_failure = (struct failure){ 0 };
    return keymap_bind(keymap, lines, count, ret_failure);
}

/* Bound in this order, and from the last to the first: both must do. */
static struct keymap *bound(const char *const texts[LINES_MAX], bool backwards)
{
    struct keymap *keymap = keymap_create();
    struct failure failure;
    const char *turned[LINES_MAX] = { NULL };
    size_t count = 0;
    while (count < LINES_MAX && texts[count])
        count++;
    for (size_t i = 0; i < count; i++)
        turned[i] = texts[backwards ? count - 1 - i : i];
    if (!bind(keymap, turned, &failure))
        fail_msg("%s: %s", failure.where, failure.message.text);
    return keymap;
}

static void assert_refused(const char *const texts[LINES_MAX], const char *where, const char *said)
{
    struct keymap *keymap = keymap_create();
    struct failure failure;
    struct buffer text = { 0 };
    if (bind(keymap, texts, &failure))
        fail_msg("%s was taken", texts[0]);
    assert_int_equal(failure.kind, FAILURE_USAGE);
    assert_string_equal(failure.where, where);
    message_add(&failure.message, LANGUAGE_EN, &text);
    assert_string_equal(buffer_text(&text), said);
    /* Refusals change nothing. */
    assert_keys(keymap, ACTION_OPEN, ANYWHERE, "Enter");
    assert_keys(keymap, ACTION_FILTER, ANYWHERE, "/ F4");
    buffer_finish(&text);
    keymap_destroy(keymap);
}

#define LINES(...) ((const char *const[LINES_MAX]){ __VA_ARGS__ })

static void keymap__finds__the_default_keys(void **state)
{
    (void)state;
    struct keymap *keymap = keymap_create();
    assert_int_equal(keymap_find(keymap, "Enter", IN_TABLE), ACTION_OPEN);
    assert_int_equal(keymap_find(keymap, "Enter", SCOPE_FIELD), ACTION_ACCEPT);
    assert_int_equal(keymap_find(keymap, "Esc", IN_TABLE), ACTION_BACK);
    assert_int_equal(keymap_find(keymap, "Esc", SCOPE_DIALOG), ACTION_NO);
    assert_int_equal(keymap_find(keymap, "F4", IN_TABLE), ACTION_FILTER);
    assert_int_equal(keymap_find(keymap, "G", IN_TABLE), ACTION_LAST);
    assert_int_equal(keymap_find(keymap, "g", IN_TABLE), ACTION_FIRST);
    assert_int_equal(keymap_find(keymap, "ctrl-l", SCOPE_FIELD), ACTION_REDRAW);
    assert_int_equal(keymap_find(keymap, "q", SCOPE_FIELD), ACTION_NONE);
    assert_int_equal(keymap_find(keymap, "no key", IN_TABLE), ACTION_NONE);
    assert_keys(keymap, ACTION_FILTER, ANYWHERE, "/ F4");
    keymap_destroy(keymap);
    keymap_destroy(NULL);
}

static void keys__that_are_characters__are_text_where_one_types(void **state)
{
    (void)state;
    struct keymap *keymap = keymap_create();
    assert_keys(keymap, ACTION_UP, SCOPE_TABLE, "Up k");
    assert_keys(keymap, ACTION_UP, SCOPE_PICKER, "Up");
    assert_true(keymap_has_more(keymap, ACTION_UP, SCOPE_TABLE, SCOPE_PICKER));
    assert_false(keymap_has_more(keymap, ACTION_UP, SCOPE_PICKER, SCOPE_TABLE));
    keymap_destroy(keymap);
}

static void keys__of_a_line__take_the_place_of_the_built_in_ones(void **state)
{
    (void)state;
    struct keymap *keymap = bound(LINES("Filter å", "filter f6", "mark /"), false);
    assert_keys(keymap, ACTION_FILTER, ANYWHERE, "å F6");
    assert_int_equal(keymap_find(keymap, "å", IN_TABLE), ACTION_FILTER);
    assert_int_equal(keymap_find(keymap, "F6", SCOPE_DASHBOARD), ACTION_FILTER);
    assert_int_equal(keymap_find(keymap, "/", IN_TABLE), ACTION_MARK); /* it was freed */
    keymap_destroy(keymap);
}

static void order__of_the_lines__does_not_matter(void **state)
{
    (void)state;
    for (int backwards = 0; backwards < 2; backwards++) {
        struct keymap *keymap =
            bound(LINES("filter F6", "mark /", "filter -  sheet", "sort-turn Space"), backwards);
        assert_int_equal(keymap_find(keymap, "F6", IN_TABLE), ACTION_FILTER);
        assert_int_equal(keymap_find(keymap, "F6", SCOPE_SHEET), ACTION_NONE);
        assert_int_equal(keymap_find(keymap, "/", IN_TABLE), ACTION_MARK);
        assert_int_equal(keymap_find(keymap, "Space", IN_TABLE), ACTION_SORT_TURN);
        keymap_destroy(keymap);
    }
}

static void two_keys__can_be__swapped(void **state)
{
    (void)state;
    for (int backwards = 0; backwards < 2; backwards++) {
        struct keymap *keymap = bound(LINES("help q", "close ?"), backwards);
        assert_int_equal(keymap_find(keymap, "q", IN_TABLE), ACTION_HELP);
        assert_int_equal(keymap_find(keymap, "?", IN_TABLE), ACTION_CLOSE);
        assert_int_equal(keymap_find(keymap, "F1", IN_TABLE), ACTION_NONE);
        keymap_destroy(keymap);
    }
}

static void a_line__for_one_scope__leaves_the_others(void **state)
{
    (void)state;
    for (int backwards = 0; backwards < 2; backwards++) {
        struct keymap *keymap = bound(LINES("open o Table", "filter F5", "filter F6 sheet"),
                                      backwards);
        assert_int_equal(keymap_find(keymap, "o", SCOPE_TABLE), ACTION_OPEN);
        assert_int_equal(keymap_find(keymap, "Enter", SCOPE_TABLE), ACTION_NONE);
        assert_int_equal(keymap_find(keymap, "Enter", SCOPE_DASHBOARD), ACTION_OPEN);
        assert_keys(keymap, ACTION_OPEN, SCOPE_TABLE, "o");
        assert_keys(keymap, ACTION_OPEN, SCOPE_DASHBOARD, "Enter");
        assert_keys(keymap, ACTION_FILTER, SCOPE_TABLE, "F5");
        assert_keys(keymap, ACTION_FILTER, SCOPE_SHEET, "F6");
        keymap_destroy(keymap);
    }
}

static void a_line__without_a_key__frees_it(void **state)
{
    (void)state;
    struct keymap *keymap = bound(LINES("close -", "sort q", "redraw - field"), false);
    assert_keys(keymap, ACTION_CLOSE, ANYWHERE, "");
    assert_int_equal(keymap_find(keymap, "q", IN_TABLE), ACTION_SORT);
    assert_int_equal(keymap_find(keymap, "q", SCOPE_SHEET | SCOPE_EVERYWHERE), ACTION_NONE);
    assert_int_equal(keymap_find(keymap, "Ctrl-L", SCOPE_FIELD), ACTION_NONE);
    assert_int_equal(keymap_find(keymap, "Ctrl-L", IN_TABLE), ACTION_REDRAW);
    keymap_destroy(keymap);
}

static void a_later_file__goes_before__an_earlier_one(void **state)
{
    (void)state;
    for (int backwards = 0; backwards < 2; backwards++) {
        struct keymap *keymap = bound(LINES("filter F3", "+filter F5", "+mark F3"), backwards);
        assert_keys(keymap, ACTION_FILTER, ANYWHERE, "F5");
        assert_int_equal(keymap_find(keymap, "F3", IN_TABLE), ACTION_MARK);
        keymap_destroy(keymap);
    }
}

static void keys__that_terminals_send_for_others__are_those(void **state)
{
    (void)state;
    struct keymap *keymap = bound(LINES("print Ctrl-J", "open F5"), false);
    assert_int_equal(keymap_find(keymap, "Enter", IN_TABLE), ACTION_PRINT);
    keymap_destroy(keymap);
    assert_refused(LINES("print Ctrl-I"), "k.conf:1",
                   "The key \"Tab\" is built in for \"pane-next\": give that another key too, or "
                   "none: { action = \"pane-next\"; key = \"\"; }");
}

static void a_key__for_two_actions__is_refused_with_both_lines(void **state)
{
    (void)state;
    assert_refused(LINES("filter F6", "open o", "mark F6"), "k.conf:3",
                   "The key \"F6\" is given to \"mark\" here and to \"filter\" at k.conf:1");
    assert_refused(LINES("jump F6", "mark F6 table"), "k.conf:2", /* everywhere is in the table too */
                   "The key \"F6\" is given to \"mark\" here and to \"jump\" at k.conf:1");
    assert_refused(LINES("filter F6", "filter -"), "k.conf:2",
                   "\"filter\" has a key and is without one: here and at k.conf:1");
    /* Where they cannot meet, they may. */
    keymap_destroy(bound(LINES("filter F6 dashboard", "mark F6", "check F6"), false));
}

static void a_key__that_is_built_in_for_another__is_refused_with_what_to_do(void **state)
{
    (void)state;
    assert_refused(LINES("open q"), "k.conf:1",
                   "The key \"q\" is built in for \"close\": give that another key too, or none: "
                   "{ action = \"close\"; key = \"\"; }");
    assert_refused(LINES("close s"), "k.conf:1",
                   "The key \"s\" is built in for \"sort\": give that another key too, or none: "
                   "{ action = \"sort\"; key = \"\"; }");
    assert_refused(LINES("accept Esc"), "k.conf:1",
                   "The key \"Esc\" is built in for \"cancel\": give that another key too");
    keymap_destroy(bound(LINES("open s dashboard"), false)); /* there is nothing to sort there */
}

static void nobody__can_lock__himself_in(void **state)
{
    (void)state;
    static const char *const needed[] = { "accept", "cancel", "no", "yes" };
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        char line[32], said[128];
        snprintf(line, sizeof line, "%s -", needed[i]);
        snprintf(said, sizeof said,
                 "\"%s\" cannot be without a key: nothing could be answered or left; give it "
                 "another key",
                 needed[i]);
        assert_refused(LINES(line), "k.conf:1", said);
    }
    assert_refused(LINES("yes Ctrl-M"), "k.conf:1",
                   "Enter never answers a question with yes: choose another key");
    struct keymap *keymap = bound(LINES("cancel F6", "no n"), false);
    assert_int_equal(keymap_find(keymap, "F6", SCOPE_PICKER), ACTION_CANCEL);
    assert_int_equal(keymap_find(keymap, "n", SCOPE_DIALOG), ACTION_NO);
    keymap_destroy(keymap);
}

static void what_is_not_known__is_refused_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *line, *said;
    } cases[] = {
        { "fly x", "There is no action called \"fly\"; klientel-keys(7) lists them" },
        { "fitler x", "There is no action called \"fitler\"; did you mean filter?" },
        { "MONTH-BAK x", "There is no action called \"MONTH-BAK\"; did you mean month-back?" },
        { "open x cellar", "There is no scope called \"cellar\"; use everywhere, table, dashboard, "
                           "sheet, field, picker or dialog" },
        { "open x sheet", "The action \"open\" does not exist in the scope \"sheet\"" },
        { "accept x", "\"x\" is text in a field; choose a key that is no character" },
        { "complete Space", "\"Space\" is text in a field; choose a key that is no character" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_refused(LINES("print F7", cases[i].line), "k.conf:2", cases[i].said);
    static const char *const no_keys[] = { "Hyper-x", "xy", "Ctrl-1", "Ctrl-", "Shift-",
                                           "\xE2\x80\x8B", "F13" };
    for (size_t i = 0; i < sizeof no_keys / sizeof *no_keys; i++) {
        char line[32], said[128];
        snprintf(line, sizeof line, "open %s", no_keys[i]);
        snprintf(said, sizeof said,
                 "\"%s\" is not a key; write one character, or a name such as Enter, F4, Ctrl-L or "
                 "Shift-Tab",
                 i == 5 ? "<U+200B>" : no_keys[i]);
        assert_refused(LINES(line), "k.conf:1", said);
    }
}

/* ---- whatever the lines are ---- */

static uint32_t random_state;

static uint32_t pick(uint32_t most)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (random_state >> 8) % most;
}

static struct key_binding random_line(void)
{
    static const char *const keys[] = { "", "Enter", "Esc", "q", "/", "F4", "F6", "F7",
                                        "Ctrl-O", "Ctrl-T", "ä", "å", "y" };
    static const char *const scopes[] = { "", "", "", "", "", "", "table", "everywhere", "sheet", "field", "picker",
                                          "dialog" };
    static const char *const origins[] = { "k:1", "k:2", "k:3", "k:4", "k:5" };
    return (struct key_binding){ .action = action_info((enum action_id)pick(ACTION_COUNT))->word,
                                 .key = keys[pick(sizeof keys / sizeof *keys)],
                                 .scope = scopes[pick(sizeof scopes / sizeof *scopes)],
                                 .origin = origins[pick(5)],
                                 .layer = (int)pick(2) };
}

/* One action for a key where scopes are active together, and a way out of everything. */
static void assert_sound(const struct keymap *keymap)
{
    static const unsigned together[] = { SCOPE_TABLE | SCOPE_EVERYWHERE,
                                         SCOPE_DASHBOARD | SCOPE_EVERYWHERE,
                                         SCOPE_SHEET | SCOPE_EVERYWHERE,
                                         SCOPE_FIELD, SCOPE_PICKER, SCOPE_DIALOG };
    for (size_t i = 0; i < sizeof together / sizeof *together; i++) {
        for (enum action_id action = 0; action < ACTION_COUNT; action++) {
            struct buffer text = { 0 };
            keymap_add_keys(keymap, action, together[i], &text);
            char *rest = text.data, *key;
            while (rest && (key = strsep(&rest, " ")) != NULL) {
                if (*key && keymap_find(keymap, key, together[i]) != action)
                    fail_msg("%s is not %s alone", key, action_info(action)->word);
            }
            buffer_finish(&text);
        }
    }
    assert_true(keymap_key(keymap, ACTION_CANCEL, SCOPE_FIELD)[0] != ':');
    assert_true(keymap_key(keymap, ACTION_CANCEL, SCOPE_PICKER)[0] != ':');
    assert_true(keymap_key(keymap, ACTION_ACCEPT, SCOPE_FIELD)[0] != ':');
    assert_true(keymap_key(keymap, ACTION_NO, SCOPE_DIALOG)[0] != ':');
    assert_true(keymap_key(keymap, ACTION_YES, SCOPE_DIALOG)[0] != ':');
    assert_true(keymap_find(keymap, "Enter", SCOPE_DIALOG) != ACTION_YES);
}

static void assert_alike(const struct keymap *a, const struct keymap *b)
{
    static const char *const keys[] = { "Enter", "Esc", "q", "/", "F4", "F6", "F7",
                                        "Ctrl-O", "Ctrl-T", "ä", "å", "y" };
    for (unsigned scope = 1; scope <= SCOPE_PICKER; scope *= 2) {
        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
            assert_int_equal(keymap_find(a, keys[i], scope), keymap_find(b, keys[i], scope));
    }
}

static void any_lines__give_a_sound_map__the_same_in_any_order(void **state)
{
    (void)state;
    int taken = 0;
    random_state = 20261125;
    for (int round = 0; round < 5000; round++) {
        struct key_binding lines[5], turned[5];
        size_t count = 1 + pick(5);
        for (size_t i = 0; i < count; i++)
            lines[i] = turned[i] = random_line();
        for (size_t i = count; i > 1; i--) {
            size_t other = pick((uint32_t)i);
            struct key_binding moved = turned[i - 1];
            turned[i - 1] = turned[other];
            turned[other] = moved;
        }
        struct keymap *a = keymap_create(), *b = keymap_create();
        struct failure failure = { 0 };
        bool good = keymap_bind(a, lines, count, &failure);
        assert_int_equal(keymap_bind(b, turned, count, NULL), good);
        assert_sound(a);
        assert_alike(a, b);
        assert_true(good || (failure.kind == FAILURE_USAGE && *failure.where));
        taken += good;
        keymap_destroy(a);
        keymap_destroy(b);
    }
    assert_true(taken > 500 && taken < 4500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keymap__finds__the_default_keys),
        cmocka_unit_test(keys__that_are_characters__are_text_where_one_types),
        cmocka_unit_test(keys__of_a_line__take_the_place_of_the_built_in_ones),
        cmocka_unit_test(order__of_the_lines__does_not_matter),
        cmocka_unit_test(two_keys__can_be__swapped),
        cmocka_unit_test(a_line__for_one_scope__leaves_the_others),
        cmocka_unit_test(a_line__without_a_key__frees_it),
        cmocka_unit_test(a_later_file__goes_before__an_earlier_one),
        cmocka_unit_test(keys__that_terminals_send_for_others__are_those),
        cmocka_unit_test(a_key__for_two_actions__is_refused_with_both_lines),
        cmocka_unit_test(a_key__that_is_built_in_for_another__is_refused_with_what_to_do),
        cmocka_unit_test(nobody__can_lock__himself_in),
        cmocka_unit_test(any_lines__give_a_sound_map__the_same_in_any_order),
        cmocka_unit_test(what_is_not_known__is_refused_with_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
