/*
 * Leaving the screen as a file, without a terminal: what is written can be stopped, and nothing stays then; who
 * closes, resizes or changes the data meanwhile does no harm.
 *
 *     test-outgoing DEMO.db
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bureau.h"

#include "klientel/base/arena.h"
#include "klientel/base/text.h"

struct desk {
    struct bureau *bureau;
    char outbox[64];
    struct keymap *keymap;
    struct app *app;
};

static void settle(struct desk *desk)
{
    app_rest(desk->app);
}

static int setup(void **state)
{
    struct desk *desk = memory_zero(1, sizeof *desk);
    void *bureau;
    if (bureau_setup(&bureau) != 0)
        return -1;
    desk->bureau = bureau;
    snprintf(desk->outbox, sizeof desk->outbox, "%s/outbox/anna", desk->bureau->folder);
    desk->keymap = keymap_create();
    desk->app = app_create(&(struct app_options){ .store = desk->bureau->store,
                                                  .session = desk->bureau->session,
                                                  .keymap = desk->keymap,
                                                  .outbox = desk->outbox });
    app_resize(desk->app, 24, 80);
    app_key(desk->app, "2");
    settle(desk);
    *state = desk;
    return 0;
}

static int teardown(void **state)
{
    struct desk *desk = *state;
    void *bureau = desk->bureau;
    app_destroy(desk->app);
    keymap_destroy(desk->keymap);
    free(desk);
    return bureau_teardown(&bureau);
}

static void keys(struct desk *desk, const char *const *names)
{
    for (; *names; names++) {
        app_key(desk->app, *names);
        settle(desk);
    }
}

/* Files in the outbox: those that have their name, or the hidden parts. */
static size_t files(const struct desk *desk, bool parts)
{
    size_t count = 0;
    DIR *folder = opendir(desk->outbox);
    for (struct dirent *entry; folder && (entry = readdir(folder)) != NULL;) {
        bool hidden = entry->d_name[0] == '.';
        count += hidden == parts && strcmp(entry->d_name, ".") != 0 &&
                 strcmp(entry->d_name, "..") != 0;
    }
    if (folder)
        closedir(folder);
    return count;
}

static bool seen(struct desk *desk, const char *words)
{
    return app_shows(desk->app, words);
}

/* A workbook is always packed in a step of its own: it is being written when this returns. */
static void begin_workbook(struct desk *desk)
{
    static const char *const to_workbook[] = { "X", "Down", "Down", "Down", "Down", NULL };
    keys(desk, to_workbook);
    app_key(desk->app, "Enter");
    assert_true(app_busy(desk->app));
    assert_int_equal(files(desk, true), 1);
    assert_int_equal(files(desk, false), 0);
}

static void export__says__how_far_it_is_and_then_the_name(void **state)
{
    struct desk *desk = *state;
    begin_workbook(desk);
    app_key(desk->app, "q"); /* other keys wait for nothing and do nothing */
    app_key(desk->app, "Enter");
    app_paste(desk->app, "pasted");
    assert_true(app_busy(desk->app));
    settle(desk);
    assert_int_equal(files(desk, true), 0);
    assert_int_equal(files(desk, false), 1);
    assert_true(seen(desk, "241 rows exported: klientel get clients-2026-11-18-"));
}

static void export__says_how_to_fetch_it__from_the_bureau_that_is_open(void **state)
{
    static const char *const export[] = { "X", "Enter", NULL };
    struct desk *desk = *state;
    app_destroy(desk->app);
    desk->app = app_create(&(struct app_options){ .store = desk->bureau->store,
                                                  .session = desk->bureau->session,
                                                  .keymap = desk->keymap,
                                                  .outbox = desk->outbox,
                                                  .same_options = " --database /data/byrå.db" });
    app_resize(desk->app, 24, 80);
    app_key(desk->app, "2");
    settle(desk);
    keys(desk, export);
    assert_true(seen(desk, "241 rows exported: klientel --database /data/byrå.db get"));
    assert_true(seen(desk, "clients-2026-11-18-"));
}

static void export__stops__when_it_is_told_to(void **state)
{
    static const char *const stops[] = { "Esc", "Ctrl-C" };
    struct desk *desk = *state;
    for (size_t i = 0; i < 2; i++) {
        begin_workbook(desk);
        app_key(desk->app, stops[i]);
        assert_false(app_busy(desk->app));
        settle(desk);
        assert_true(seen(desk, "nothing was kept"));
        assert_int_equal(files(desk, true) + files(desk, false), 0);
    }
}

static void export__leaves_nothing__when_the_program_ends(void **state)
{
    struct desk *desk = *state;
    begin_workbook(desk);
    app_destroy(desk->app);
    desk->app = NULL;
    assert_int_equal(files(desk, true) + files(desk, false), 0);
}

static void export__goes_on__while_others_write_and_the_window_changes(void **state)
{
    struct desk *desk = *state;
    struct store *others;
    struct session session;
    struct failure failure = { 0 };
    struct store_options options = { 0 };
    struct receipt receipt = { 0 };
    struct instant now = date_start(date_of(2026, 11, 18));
    begin_workbook(desk);
    assert_true(store_open(desk->bureau->path, &options, &others, &failure));
    assert_true(store_session(others, NULL, now, &session, &failure));
    struct target client = { .id = 1 };
    struct command command = { .kind = COMMAND_NOTE, .targets = &client, .target_count = 1,
                               .note = { .text = "meanwhile", .due = DATE_NONE } };
    assert_true(store_execute(others, &session, &command, false, &receipt, &failure));
    receipt_finish(&receipt);
    store_close(others);
    app_poll(desk->app);
    app_resize(desk->app, 1, 1);
    app_resize(desk->app, 40, 120);
    settle(desk);
    assert_int_equal(files(desk, false), 1);
    assert_true(seen(desk, "241 rows exported"));
}

static void export__means__the_rows_of_the_filter_typed_just_before(void **state)
{
    static const char *const ahead[] = { "/", "f", "j", "o", "r", "d", "Enter", "X" };
    struct desk *desk = *state;
    for (size_t i = 0; i < sizeof ahead / sizeof *ahead; i++)
        app_key(desk->app, ahead[i]); /* in one turn of the loop */
    app_settle(desk->app);
    assert_true(seen(desk, "7 rows of Clients, November 2026"));
    app_key(desk->app, "Enter");
    settle(desk);
    assert_true(seen(desk, "7 rows exported"));
}

static void export__without_an_outbox__says_so(void **state)
{
    static const char *const press[] = { "X", NULL };
    struct desk *desk = *state;
    int file = open(desk->bureau->folder, O_RDONLY | O_DIRECTORY);
    assert_true(file >= 0);
    close(openat(file, "outbox", O_CREAT | O_WRONLY, 0600)); /* a file where the folder should be */
    close(file);
    keys(desk, press);
    keys(desk, (const char *const[]){ "Enter", NULL });
    assert_true(seen(desk, "the outbox cannot be used"));
    keys(desk, (const char *const[]){ "P", NULL });
    assert_true(seen(desk, "the outbox cannot be used"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(export__says__how_far_it_is_and_then_the_name),
        TEST(export__says_how_to_fetch_it__from_the_bureau_that_is_open),
        TEST(export__stops__when_it_is_told_to),
        TEST(export__leaves_nothing__when_the_program_ends),
        TEST(export__goes_on__while_others_write_and_the_window_changes),
        TEST(export__means__the_rows_of_the_filter_typed_just_before),
        TEST(export__without_an_outbox__says_so),
    };
    if (!bureau_start(argc, argv))
        return 99;
    return cmocka_run_group_tests_name("outgoing", tests, NULL, NULL);
}
