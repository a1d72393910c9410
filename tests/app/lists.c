/*
 * Lists in the program, on the demo bureau: what was chosen for them is there again, what is copied is what is
 * seen, marks by text find what is not loaded.
 *
 *     test-lists DEMO.db
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../src/app/internal.h"
#include "klientel/base/hash.h"
#include "klientel/base/text.h"

static const char *demo;

struct bureau {
    char folder[32], path[64], key[72];
    struct store *store;
    struct session session;
};

static void copy(const char *from, const char *to)
{
    char bytes[65536];
    ssize_t got;
    int in = open(from, O_RDONLY), out = open(to, O_CREAT | O_WRONLY | O_EXCL, 0600);
    assert_true(in >= 0 && out >= 0);
    while ((got = read(in, bytes, sizeof bytes)) > 0)
        assert_int_equal(write(out, bytes, (size_t)got), got);
    close(in);
    close(out);
}

static void good(bool done, const struct failure *failure)
{
    if (done)
        return;
    struct buffer text = { 0 };
    failure_add(failure, LANGUAGE_EN, &text);
    print_error("%s\n", buffer_text(&text));
    buffer_finish(&text);
    fail();
}

static void ask_as(struct bureau *bureau, const char *login)
{
    struct failure failure = { 0 };
    struct instant now = date_start(date_of(2026, 11, 18));
    now.second += 9 * 3600;
    good(store_session(bureau->store, login, now, &bureau->session, &failure), &failure);
    bureau->session.language = LANGUAGE_EN;
}

static int setup(void **state)
{
    struct bureau *bureau = memory_zero(1, sizeof *bureau);
    struct store_options options = { 0 };
    struct failure failure = { 0 };
    char key[4096];
    snprintf(bureau->folder, sizeof bureau->folder, "/tmp/klientel-app-XXXXXX");
    if (!mkdtemp(bureau->folder))
        return -1;
    snprintf(bureau->path, sizeof bureau->path, "%s/demo.db", bureau->folder);
    snprintf(bureau->key, sizeof bureau->key, "%s.key", bureau->path);
    snprintf(key, sizeof key, "%s.key", demo);
    copy(demo, bureau->path);
    copy(key, bureau->key);
    good(store_open(bureau->path, &options, &bureau->store, &failure), &failure);
    ask_as(bureau, NULL);
    *state = bureau;
    return 0;
}

static int teardown(void **state)
{
    struct bureau *bureau = *state;
    char clean[64];
    store_close(bureau->store);
    snprintf(clean, sizeof clean, "rm -rf '%s'", bureau->folder);
    free(bureau);
    return system(clean);
}

/* ---- a screen ---- */

struct screen {
    struct app *app;
    struct keymap *keymap;
};

static void settle(struct screen *screen)
{
    do
        app_settle(screen->app);
    while (app_busy(screen->app));
}

static void begin(struct bureau *bureau, struct screen *screen, int columns)
{
    screen->keymap = keymap_create();
    screen->app = app_create(&(struct app_options){
        .store = bureau->store, .session = bureau->session, .keymap = screen->keymap });
    app_resize(screen->app, 24, columns);
    settle(screen);
}

static void end(struct screen *screen)
{
    app_destroy(screen->app);
    keymap_destroy(screen->keymap);
}

/* Key names split by blanks. */
static void keys(struct screen *screen, const char *names)
{
    char all[256];
    snprintf(all, sizeof all, "%s", names);
    for (char *key = strtok(all, " "); key; key = strtok(NULL, " ")) {
        app_key(screen->app, key);
        settle(screen);
    }
}

static void type(struct screen *screen, const char *text)
{
    for (; *text; text++) {
        char key[2] = { *text, 0 };
        app_key(screen->app, *text == ' ' ? "Space" : key);
        settle(screen);
    }
}

static bool shows(struct screen *screen, const char *text)
{
    struct buffer dump = { 0 };
    surface_dump(app_surface(screen->app), &dump);
    bool found = strstr(buffer_text(&dump), text) != NULL;
    buffer_finish(&dump);
    return found;
}

static const char *kept(struct bureau *bureau, struct arena *arena, const char *name)
{
    struct failure failure = { 0 };
    const char *text = NULL;
    good(store_recall(bureau->store, &bureau->session, name, arena, &text, &failure), &failure);
    return text;
}

static void keep(struct bureau *bureau, const char *name, const char *text)
{
    struct failure failure = { 0 };
    good(store_remember(bureau->store, &bureau->session, name, text, &failure), &failure);
}

/* ---- what was chosen ---- */

static void list__comes_back__as_it_was_left(void **state)
{
    struct bureau *bureau = *state;
    struct arena *arena = arena_create();
    struct screen screen;
    begin(bureau, &screen, 80);
    keys(&screen, "2 c");
    type(&screen, "payroll");
    keys(&screen, "Enter S t S");
    end(&screen);
    assert_non_null(strstr(kept(bureau, arena, "table.clients"), "sort=next_payout falling"));
    assert_non_null(strstr(kept(bureau, arena, "table.users"), "sort=name falling"));
    begin(bureau, &screen, 80);
    keys(&screen, "2");
    assert_true(shows(&screen, "Next pay-out \xe2\x96\xbc"));
    keys(&screen, "c"); /* the way back */
    type(&screen, "overview");
    keys(&screen, "Enter");
    end(&screen);
    assert_null(kept(bureau, arena, "table.clients"));
    arena_destroy(arena);
}

static void list__is_kept__while_one_still_works(void **state)
{
    struct bureau *bureau = *state;
    struct arena *arena = arena_create();
    struct screen screen;
    begin(bureau, &screen, 80);
    keys(&screen, "2 S");
    assert_null(kept(bureau, arena, "table.clients")); /* a key waits for no disk */
    app_poll(screen.app);
    assert_non_null(strstr(kept(bureau, arena, "table.clients"), "falling"));
    end(&screen);
    arena_destroy(arena);
}

static void list__kept_by_another_version__shows_what_there_is(void **state)
{
    struct bureau *bureau = *state;
    struct screen screen;
    keep(bureau, "table.clients", "name horoscope employees sort=horoscope");
    keep(bureau, "table.users", "nonsense");
    begin(bureau, &screen, 80);
    keys(&screen, "2");
    assert_true(shows(&screen, "Employees"));
    assert_false(shows(&screen, "Org. no."));
    keys(&screen, "t");
    assert_true(shows(&screen, "Login"));
    end(&screen);
}

static void read_only__keeps_nothing__and_says_so_only_when_asked_to(void **state)
{
    struct bureau *bureau = *state;
    struct arena *arena = arena_create();
    struct screen screen;
    bureau->session.read_only = true;
    begin(bureau, &screen, 80);
    keys(&screen, "2 S");
    app_poll(screen.app);
    settle(&screen);
    assert_false(shows(&screen, "read-only:"));
    keys(&screen, "c Ctrl-N");
    assert_true(shows(&screen, "Nothing can be kept: this session is read-only"));
    end(&screen);
    assert_null(kept(bureau, arena, "table.clients"));
    arena_destroy(arena);
}

static void layout__is_saved_offered_replaced_and_dropped(void **state)
{
    struct bureau *bureau = *state;
    struct arena *arena = arena_create();
    struct screen screen;
    begin(bureau, &screen, 80);
    keys(&screen, "2 c Space Ctrl-N");
    type(&screen, "mine");
    keys(&screen, "Enter c Ctrl-N");
    type(&screen, "  mine ");
    keys(&screen, "Enter");
    const char *text = kept(bureau, arena, "layouts.clients");
    assert_true(strncmp(text, "mine\tname responsible", 21) == 0);
    assert_null(strchr(strchr(text, '\n') + 1, '\n')); /* one, not two */
    keys(&screen, "c");
    type(&screen, "mine");
    keys(&screen, "Del");
    assert_true(shows(&screen, "once more drops"));
    assert_non_null(kept(bureau, arena, "layouts.clients"));
    keys(&screen, "Del");
    assert_null(kept(bureau, arena, "layouts.clients"));
    end(&screen);
    arena_destroy(arena);
}

static void columns__that_are_left__stay_as_they_were(void **state)
{
    struct bureau *bureau = *state;
    struct screen screen;
    begin(bureau, &screen, 80);
    keys(&screen, "2 c Space Space Right Esc");
    assert_true(shows(&screen, "Org. no.    Responsible"));
    end(&screen);
}

static void columns__that_nothing_fits__stay_open(void **state)
{
    struct bureau *bureau = *state;
    struct screen screen;
    begin(bureau, &screen, 80);
    keys(&screen, "2 c");
    type(&screen, "zzz");
    keys(&screen, "Enter");
    assert_true(shows(&screen, "Columns and layouts"));
    keys(&screen, "Esc s");
    type(&screen, "zzz");
    keys(&screen, "Enter");
    assert_true(shows(&screen, "Sort by"));
    end(&screen);
}

static void sort__chosen_twice__turns(void **state)
{
    struct bureau *bureau = *state;
    struct screen screen;
    begin(bureau, &screen, 80);
    keys(&screen, "2 s");
    type(&screen, "employees");
    keys(&screen, "Enter");
    assert_true(shows(&screen, "By Employees, rising"));
    keys(&screen, "s Enter");
    assert_true(shows(&screen, "By Employees, falling"));
    assert_true(shows(&screen, "by Employees"));
    end(&screen);
}

/* ---- copying ---- */

static void copy__of_a_row__has_the_columns_on_the_screen(void **state)
{
    struct bureau *bureau = *state;
    struct screen screen;
    begin(bureau, &screen, 80);
    keys(&screen, "2 y");
    const char *text = app_wants_copy(screen.app);
    assert_non_null(text);
    assert_true(strncmp(text, "Bj\xc3\xb8rk Anlegg AS\t800143942\tdag\tclosed", 36) == 0);
    assert_null(strchr(text, '\n'));
    assert_null(app_wants_copy(screen.app)); /* once */
    end(&screen);
}

static size_t lines_of(const char *text)
{
    size_t count = 0;
    for (; *text; text++)
        count += *text == '\n';
    return count;
}

static void copy__of_marked_rows__asks_about_the_hidden(void **state)
{
    struct bureau *bureau = *state;
    struct screen screen;
    begin(bureau, &screen, 80);
    keys(&screen, "2 Space Space Space /");
    type(&screen, "name~Anlegg|Bil");
    keys(&screen, "Enter y");
    assert_null(app_wants_copy(screen.app));
    keys(&screen, "Enter");
    const char *text = app_wants_copy(screen.app);
    assert_int_equal(lines_of(text), 3);
    assert_true(strncmp(text, "Name\tOrg. no.\t", 14) == 0);
    keys(&screen, "y Down Enter");
    assert_int_equal(lines_of(app_wants_copy(screen.app)), 4);
    keys(&screen, "y Down Down Enter");
    assert_null(app_wants_copy(screen.app));
    keys(&screen, "y Esc");
    assert_null(app_wants_copy(screen.app));
    end(&screen);
}

static void copy__of_hidden_names__tells_none(void **state)
{
    struct bureau *bureau = *state;
    struct screen screen;
    begin(bureau, &screen, 80);
    keys(&screen, "2 h y");
    const char *text = app_wants_copy(screen.app);
    assert_non_null(text);
    assert_null(strstr(text, "Anlegg"));
    end(&screen);
}

static void copy__of_a_text__has_the_lines_on_the_screen(void **state)
{
    struct bureau *bureau = *state;
    struct screen screen;
    begin(bureau, &screen, 80);
    keys(&screen, "2 Enter y");
    const char *text = app_wants_copy(screen.app);
    assert_non_null(strstr(text, "Fjordveien 36, 4006 Stavanger\n"));
    assert_null(strstr(text, "1 Dashboard"));
    assert_true(lines_of(text) <= 19);
    end(&screen);
}

static void copy__of_too_much__copies_nothing_and_says_so(void **state)
{
    struct bureau *bureau = *state;
    struct screen screen;
    begin(bureau, &screen, 200);
    app_open(screen.app, pane_rows(DATASET_payroll, NULL, NULL, NULL, MONTH_NONE));
    settle(&screen);
    keys(&screen, "* y");
    assert_true(shows(&screen, "too much for a terminal's clipboard"));
    assert_null(app_wants_copy(screen.app));
    end(&screen);
}

/* ---- marks ---- */

static void mark__by_what_is_not_loaded__finds_it(void **state)
{
    struct bureau *bureau = *state;
    struct screen screen;
    begin(bureau, &screen, 80);
    keys(&screen, "2 +");
    type(&screen, "city=Oslo is:archived");
    assert_true(shows(&screen, "shown rows"));
    keys(&screen, "Esc /");
    type(&screen, "country=SE");
    keys(&screen, "Enter +");
    type(&screen, "employees>20");
    keys(&screen, "Enter Esc /");
    type(&screen, "is:marked (country=NO | employees<=20)");
    assert_true(shows(&screen, "0 of 241"));
    keys(&screen, "Ctrl-U");
    type(&screen, "country=SE employees>20 !is:marked");
    assert_true(shows(&screen, "0 of 241"));
    keys(&screen, "Ctrl-U");
    type(&screen, "is:marked");
    assert_false(shows(&screen, " 0 of 241"));
    end(&screen);
}

static void marked__follows__every_key_that_marks(void **state)
{
    struct bureau *bureau = *state;
    struct screen screen;
    begin(bureau, &screen, 80);
    keys(&screen, "2 Space Space Space /");
    type(&screen, "is:marked");
    keys(&screen, "Enter");
    assert_true(shows(&screen, "3 of 241 "));
    keys(&screen, "Space");
    assert_true(shows(&screen, "2 of 241 "));
    keys(&screen, "U");
    assert_true(shows(&screen, "Nothing is marked"));
    keys(&screen, "Esc");
    assert_true(shows(&screen, "241 of 241"));
    end(&screen);
}

static void esc__in_a_range__leaves_only_the_range(void **state)
{
    struct bureau *bureau = *state;
    struct screen screen;
    begin(bureau, &screen, 80);
    keys(&screen, "2 /");
    type(&screen, "as");
    keys(&screen, "Enter v Down Esc");
    assert_true(shows(&screen, "/ as"));
    assert_false(shows(&screen, "marked"));
    keys(&screen, "Esc");
    assert_true(shows(&screen, "241 of 241"));
    end(&screen);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(list__comes_back__as_it_was_left),
        TEST(list__is_kept__while_one_still_works),
        TEST(list__kept_by_another_version__shows_what_there_is),
        TEST(read_only__keeps_nothing__and_says_so_only_when_asked_to),
        TEST(layout__is_saved_offered_replaced_and_dropped),
        TEST(columns__that_are_left__stay_as_they_were),
        TEST(columns__that_nothing_fits__stay_open),
        TEST(sort__chosen_twice__turns),
        TEST(copy__of_a_row__has_the_columns_on_the_screen),
        TEST(copy__of_marked_rows__asks_about_the_hidden),
        TEST(copy__of_hidden_names__tells_none),
        TEST(copy__of_a_text__has_the_lines_on_the_screen),
        TEST(copy__of_too_much__copies_nothing_and_says_so),
        TEST(mark__by_what_is_not_loaded__finds_it),
        TEST(marked__follows__every_key_that_marks),
        TEST(esc__in_a_range__leaves_only_the_range),
    };
    if (argc != 2 || !text_start() || !hash_start())
        return 99;
    demo = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
