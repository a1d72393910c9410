/* Every key in every scope: each scope can be reached, each of its keys pressed there, and all of it left with Esc. */
#include "bureau.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "klientel/base/arena.h"
#include "klientel/base/buffer.h"
#include "klientel/rules/action.h"

enum { STEPS_BACK = 12, KEYS_COLUMN = 20 };

/* Where one is after those keys, from the first screen. */
static const struct place {
    const char *keys, *shown; /* shown: it can be seen that one is there */
    unsigned scopes;
} places[] = {
    { "1", "Needs attention", SCOPE_DASHBOARD | SCOPE_EVERYWHERE },
    { "2", "Name", SCOPE_TABLE | SCOPE_EVERYWHERE },
    { "2 Tab", "Name", SCOPE_TABLE | SCOPE_EVERYWHERE },
    { "2 t", "Clients of", SCOPE_TABLE | SCOPE_EVERYWHERE },
    { "2 v Down", "ange", SCOPE_TABLE | SCOPE_EVERYWHERE },
    { "1 Down Down Enter", "Payroll months", SCOPE_TABLE | SCOPE_EVERYWHERE },
    { "2 Enter", "Contact", SCOPE_SHEET | SCOPE_EVERYWHERE },
    { "2 ?", "In a table", SCOPE_SHEET | SCOPE_EVERYWHERE },
    { "2 E", "Nothing was said yet", SCOPE_SHEET | SCOPE_EVERYWHERE },
    { "2 !", "klientel list", SCOPE_SHEET | SCOPE_EVERYWHERE },
    { "3", "Users", SCOPE_EVERYWHERE },
    { "2 /", "Enter keep", SCOPE_FIELD },
    { "2 / a s", "Enter keep", SCOPE_FIELD },
    { "2 :", "Enter do it", SCOPE_FIELD },
    { "2 +", "Enter mark", SCOPE_FIELD },
    { "2 c", "on/off", SCOPE_PICKER },
    { "2 s", "Enter sort", SCOPE_PICKER },
    { "2 J", "Enter show", SCOPE_PICKER },
    { "2 '", "Ins save", SCOPE_PICKER },
    { "2 M", "Menu", SCOPE_PICKER },
    { "2 X", "Enter", SCOPE_PICKER },
    { "2 q", "Quit klientel?", SCOPE_DIALOG },
};
enum { PLACES = sizeof places / sizeof *places };

struct desk {
    struct keymap *keymap;
    struct app *app;
};

static void desk_open(struct desk *desk, struct bureau *bureau)
{
    desk->keymap = keymap_create();
    desk->app = app_create(&(struct app_options){ .store = bureau->store,
                                                  .session = bureau->session,
                                                  .keymap = desk->keymap,
                                                  .outbox = bureau->folder });
    app_resize(desk->app, 30, 120);
    app_rest(desk->app);
}

static void desk_close(struct desk *desk)
{
    app_destroy(desk->app);
    keymap_destroy(desk->keymap);
}

/* One step back after the other, until there is nothing to go back to. */
static bool left_with_esc(struct app *app)
{
    for (int i = 0; i < STEPS_BACK; i++) {
        app_keys(app, "Esc");
        if (app_finished(app))
            return false;
        if (app_shows(app, "There is nothing to go back to; q quits"))
            return true;
    }
    return false;
}

static void press(struct bureau *bureau, const struct place *place, const char *key)
{
    struct desk desk;
    desk_open(&desk, bureau);
    app_keys(desk.app, place->keys);
    if (!app_shows(desk.app, place->shown))
        fail_msg("%s does not lead to \"%s\"", place->keys, place->shown);
    app_keys(desk.app, key);
    if (app_shows(desk.app, "does nothing here"))
        fail_msg("after %s, %s does nothing", place->keys, key);
    /* Only the question whether to quit ends it. */
    if (app_finished(desk.app) ? place->scopes != SCOPE_DIALOG : !left_with_esc(desk.app))
        fail_msg("after %s and %s Esc does not lead out", place->keys, key);
    desk_close(&desk);
}

static size_t press_all(struct bureau *bureau, const struct place *place, const char *keys)
{
    char *list = memory_text(keys), *rest = list, *key;
    size_t count = 0;
    while ((key = strtok_r(rest, " ", &rest)) != NULL) {
        press(bureau, place, key);
        count++;
    }
    free(list);
    return count;
}

static void keys__of_every_scope__can_be_pressed_and_left(void **state)
{
    struct keymap *keymap = keymap_create();
    unsigned seen = 0;
    size_t pressed = 0;
    for (size_t i = 0; i < PLACES; i++) {
        seen |= places[i].scopes;
        for (enum action_id action = 0; action < ACTION_COUNT; action++) {
            struct buffer keys = { 0 };
            keymap_add_keys(keymap, action, places[i].scopes, &keys);
            pressed += press_all(*state, &places[i], buffer_text(&keys));
            buffer_finish(&keys);
        }
    }
    for (size_t i = 0; i < SCOPE_COUNT; i++)
        assert_true(seen & scope_info(i)->scope);
    assert_true(pressed > 300);
    keymap_destroy(keymap);
}

/* The line of the help that has the key among its keys and tells what it does. */
static bool help_has(const char *dump, const char *key, const char *help)
{
    for (const char *line = dump; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        size_t length = strcspn(line, "\n");
        if (length <= KEYS_COLUMN || !memmem(line, length, help, strlen(help)))
            continue;
        char *keys = memory_zero(KEYS_COLUMN + 1, 1), *rest = keys, *word;
        memcpy(keys, line, KEYS_COLUMN);
        bool found = false;
        while ((word = strtok_r(rest, " ", &rest)) != NULL)
            found |= strcmp(word, key) == 0;
        free(keys);
        if (found)
            return true;
    }
    return false;
}

static void keys__of_every_scope__are_in_the_help(void **state)
{
    struct desk desk;
    struct buffer dump = { 0 };
    desk_open(&desk, *state);
    app_resize(desk.app, 250, 220);
    app_keys(desk.app, "?");
    surface_dump(app_surface(desk.app), &dump);
    for (size_t i = 0; i < SCOPE_COUNT; i++) {
        for (enum action_id action = 0; action < ACTION_COUNT; action++) {
            struct buffer keys = { 0 };
            keymap_add_keys(desk.keymap, action, scope_info(i)->scope, &keys);
            char *list = memory_text(buffer_text(&keys)), *rest = list, *key;
            while ((key = strtok_r(rest, " ", &rest)) != NULL) {
                if (!help_has(buffer_text(&dump), key, action_info(action)->help))
                    fail_msg("%s (%s) is not in the help", key, action_info(action)->word);
            }
            free(list);
            buffer_finish(&keys);
        }
    }
    buffer_finish(&dump);
    desk_close(&desk);
}

static void sentences__name__the_keys_that_are_bound(void **state)
{
    static const struct key_binding lines[] = {
        { .action = "filter", .key = "F3", .scope = "", .origin = "test:1" },
        { .action = "help", .key = "F2", .scope = "everywhere", .origin = "test:2" },
        { .action = "cancel", .key = "F6", .scope = "field", .origin = "test:3" },
        { .action = "back", .key = "Backspace", .scope = "", .origin = "test:4" },
        { .action = "close", .key = "Q", .scope = "", .origin = "test:5" },
        { .action = "hide", .key = "", .scope = "", .origin = "test:6" },
        { .action = "accept", .key = "F8", .scope = "field", .origin = "test:7" },
    };
    struct desk desk;
    struct failure failure;
    desk_open(&desk, *state);
    assert_true(keymap_bind(desk.keymap, lines, sizeof lines / sizeof *lines, &failure));
    app_keys(desk.app, "2 ~");
    assert_true(app_shows(desk.app, "~ does nothing here: F2 shows what does"));
    app_paste(desk.app, "x");
    app_rest(desk.app);
    assert_true(app_shows(desk.app, "open a field first, with F3"));
    app_keys(desk.app, "Backspace");
    assert_true(app_shows(desk.app, "There is nothing to go back to; Q quits"));
    app_keys(desk.app, "F3 ~ ~ F8");
    assert_true(app_shows(desk.app, "rows are hidden by the filter: Backspace clears it"));
    assert_true(app_shows(desk.app, "F3 filter"));
    app_keys(desk.app, "Backspace : h i d e F8 X");
    assert_true(app_shows(desk.app, "Names are hidden, a file would tell them: :hide shows them"));
    app_keys(desk.app, "+ a");
    assert_true(app_shows(desk.app, "F8 marks"));
    assert_true(app_shows(desk.app, "F6 leave"));
    app_keys(desk.app, "F6");
    app_resize(desk.app, 5, 20);
    app_keys(desk.app, "q");
    assert_false(app_finished(desk.app));
    app_keys(desk.app, "Q");
    assert_true(app_finished(desk.app));
    desk_close(&desk);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(keys__of_every_scope__can_be_pressed_and_left, bureau_setup,
                                        bureau_teardown),
        cmocka_unit_test_setup_teardown(keys__of_every_scope__are_in_the_help, bureau_setup,
                                        bureau_teardown),
        cmocka_unit_test_setup_teardown(sentences__name__the_keys_that_are_bound, bureau_setup,
                                        bureau_teardown),
    };
    if (!bureau_start(argc, argv))
        return 99;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
