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
    };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        char *slow = screen_after(keys[i], false), *fast = screen_after(keys[i], true);
        if (strcmp(slow, fast) != 0)
            {
            fprintf(stderr, "typed ahead:\n%s", fast);
            fail_msg("%s: typed slowly\n%s", keys[i], slow);
        }
        free(slow);
        free(fast);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys__typed_ahead__leave_what_slow_ones_leave),
    };
    if (!bureau_start(argc, argv))
        return 99;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
