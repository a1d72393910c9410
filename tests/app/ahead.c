/* Keys typed ahead, all of them before anything is asked or drawn, leave what the same keys typed slowly leave (B15). */
#include "bureau.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "klientel/base/buffer.h"

/* On a bureau of its own: what a person chose for a list is kept. */
static char *screen_after(const char *keys, bool ahead)
{
    struct keymap *keymap;
    void *state;
    assert_int_equal(bureau_setup(&state), 0);
    struct app *app = bureau_app(state, &keymap);
    struct buffer dump = { 0 };
    if (ahead)
        app_keys_ahead(app, keys);
    else
        app_keys(app, keys);
    app_rest(app);
    surface_dump(app_surface(app), &dump);
    app_destroy(app);
    keymap_destroy(keymap);
    bureau_teardown(&state);
    return dump.data;
}

static void keys__typed_ahead__leave_what_slow_ones_leave(void **state)
{
    (void)state;
    static const char *const keys[] = {
        "2 Down Down Space",
        "2 v Down Down v",
        "2 G Space",
        "2 / f j o r d Enter Down Space Down Space",
        "2 / f j o r d Down Down Enter Space",
        "2 Down Enter",
        "2 S Down Space",
        "2 t Down Enter",
        "1 Down Down Enter Down Space",
        "2 > G Space *",
        "2 / e m p Tab > 2 0 Enter Down Space",
        "2 / r u n = Tab Down Enter Enter Space",
        "2 / i s : b o g u s",
        "2 / r e s p : n o b o d y Enter",
    };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        char *slow = screen_after(keys[i], false), *fast = screen_after(keys[i], true);
        if (strcmp(slow, fast) != 0) {
            fprintf(stderr, "typed ahead:\n%s", fast);
            fail_msg("%s: typed slowly\n%s", keys[i], slow);
        }
        free(slow);
        free(fast);
    }
}

static void yes__typed_before_the_question_was_seen__answers_nothing(void **state)
{
    struct keymap *keymap;
    struct app *app = bureau_app(*state, &keymap);
    app_rest(app);
    app_keys_ahead(app, "2 q y y j y");
    assert_false(app_finished(app));
    app_rest(app);
    assert_true(app_shows(app, "Quit klientel?"));
    app_keys_ahead(app, "Esc q y"); /* another question, not seen yet either */
    assert_false(app_finished(app));
    app_rest(app);
    assert_true(app_shows(app, "Quit klientel?"));
    app_burst(app, true); /* a paste that began before, from a terminal that does not say so */
    app_keys_ahead(app, "y");
    assert_false(app_finished(app));
    app_burst(app, false);
    app_keys_ahead(app, "y");
    assert_true(app_finished(app));
    app_destroy(app);
    keymap_destroy(keymap);
}

/* What asks for the same key once more is a question too. */
static void drop__typed_ahead__drops_nothing(void **state)
{
    struct keymap *keymap;
    struct app *app = bureau_app(*state, &keymap);
    app_keys(app, "2 c Ctrl-N");
    app_type(app, "mine");
    app_keys(app, "Enter Esc c");
    app_type(app, "mine");
    app_keys_ahead(app, "Del Del Del Del");
    app_rest(app);
    assert_true(app_shows(app, "The same key once more drops \"mine\""));
    app_keys_ahead(app, "Del");
    app_rest(app);
    assert_true(app_shows(app, "The layout \"mine\" is dropped"));
    app_destroy(app);
    keymap_destroy(keymap);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys__typed_ahead__leave_what_slow_ones_leave),
        cmocka_unit_test_setup_teardown(yes__typed_before_the_question_was_seen__answers_nothing,
                                        bureau_setup, bureau_teardown),
        cmocka_unit_test_setup_teardown(drop__typed_ahead__drops_nothing, bureau_setup,
                                        bureau_teardown),
    };
    if (!bureau_start(argc, argv))
        return 99;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
