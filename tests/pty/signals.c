/*
 * Signals: however the program ends or is stopped, the terminal is as it was, and the database is whole.
 *
 *     signals KLIENTEL DEMO.db
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "desk.h"

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Processor time of children that have ended. */
static double used(void)
{
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void open_plainly(struct desk *desk)
{
    desk_open(desk, &(struct desk_options){ 0 });
}

static void expect_end(struct desk *desk, int code)
{
    int got = drive_end(desk->drive);
    if (got != code)
        drive_fail(desk->drive, "the program ended with %d, not %d", got, code);
}

static void program__is_told_to_end__restores_the_terminal(void **state)
{
    static const int signals[] = { SIGTERM, SIGHUP, SIGINT };
    (void)state;
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct desk desk;
        open_plainly(&desk);
        drive_keys(desk.drive, "2 /");
        double begin = now();
        drive_signal(desk.drive, signals[i]);
        expect_end(&desk, 128 + signals[i]);
        assert_true(now() - begin < 5);
        drive_expect_restored(desk.drive);
        desk_close(&desk);
    }
}

/* A fault that is meant is none for a sanitizer to report. */
static void open_to_crash(struct desk *desk, const char *term)
{
    static const char *const meant[] = {
        "ASAN_OPTIONS=handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:handle_abort=0", NULL
    };
    desk_open(desk, &(struct desk_options){ .term = term, .variables = meant });
}

static void program__crashes__restores_the_terminal(void **state)
{
    static const int signals[] = { SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL };
    (void)state;
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct desk desk;
        open_to_crash(&desk, NULL);
        drive_keys(desk.drive, "2 /");
        drive_signal(desk.drive, signals[i]);
        expect_end(&desk, -signals[i]);
        drive_expect_restored(desk.drive);
        desk_close(&desk);
    }
}

static void program__crashes__restores_terminals_of_every_kind(void **state)
{
    static const char *const terms[] = { "vt100", "vt220", "linux", "screen-256color", "xterm-mono" };
    (void)state;
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
        struct desk desk;
        open_to_crash(&desk, terms[i]);
        drive_keys(desk.drive, "2 /");
        drive_signal(desk.drive, SIGSEGV);
        expect_end(&desk, -SIGSEGV);
        drive_expect_restored(desk.drive);
        desk_close(&desk);
    }
}

/* ---- the line drops ---- */

static void line__drops__ends_the_program(void **state)
{
    struct desk desk;
    (void)state;
    open_plainly(&desk);
    drive_key(desk.drive, "2");
    drive_hang_up(desk.drive);
    double before = used();
    expect_end(&desk, 129);
    assert_true(used() - before < 5); /* all of its life, and none of it spent on a line that is gone */
    desk_close(&desk);
}

static void line__drops_and_no_signal_tells_it__ends_the_program(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk, &(struct desk_options){ .shell = true });
    drive_key(desk.drive, "2");
    drive_hang_up(desk.drive);
    expect_end(&desk, 129);
    desk_close(&desk);
}

/* ---- stopped ---- */

static void expect_given_back(struct desk *desk)
{
    struct glass_state state;
    glass_state(drive_glass(desk->drive), &state);
    if (state.alternate || !state.cursor || state.paste || state.cursor_keys || state.keypad || state.pen)
        drive_fail(desk->drive, "a stopped program keeps the terminal");
    if (!drive_line_is_restored(desk->drive))
        drive_fail(desk->drive, "a stopped program keeps the line");
}

static void program__is_stopped_with_ctrl_z__comes_back_as_it_was(void **state)
{
    struct desk desk;
    struct buffer before = { 0 }, after = { 0 };
    (void)state;
    desk_open(&desk, &(struct desk_options){ .shell = true });
    drive_keys(desk.drive, "2 Down Down");
    glass_picture(drive_glass(desk.drive), &before);
    for (int times = 0; times < 2; times++) {
        drive_send(desk.drive, "\032", 1, false);
        drive_wait_stopped(desk.drive);
        expect_given_back(&desk);
        glass_feed(drive_glass(desk.drive), "\033[2J$ make\r\n", 11);
        drive_continue(desk.drive);
        buffer_clear(&after);
        glass_picture(drive_glass(desk.drive), &after);
        if (strcmp(buffer_text(&before), buffer_text(&after)) != 0)
            drive_fail(desk.drive, "after a stop the screen is another");
    }
    drive_key(desk.drive, "Down");
    desk_quit(&desk);
    desk_close(&desk);
    buffer_finish(&before);
    buffer_finish(&after);
}

static void program__comes_back_to_another_size__draws_for_it(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk, &(struct desk_options){ .shell = true });
    drive_key(desk.drive, "2");
    drive_send(desk.drive, "\032", 1, false);
    drive_wait_stopped(desk.drive);
    drive_resize_stopped(desk.drive, 30, 100);
    drive_continue(desk.drive);
    drive_expect_row(desk.drive, 29, "Enter");
    drive_expect_fresh(desk.drive);
    desk_quit(&desk);
    desk_close(&desk);
}

static void program__gets_ctrl_z_without_a_shell__goes_on(void **state)
{
    struct desk desk;
    (void)state;
    open_plainly(&desk);
    drive_key(desk.drive, "Ctrl-Z");
    drive_key(desk.drive, "2");
    drive_expect(desk.drive, "Access to");
    desk_quit(&desk);
    desk_close(&desk);
}

/* Somebody wrote over the screen while it was stopped, or a job was brought back by hand. */
static void program__is_continued__draws_everything(void **state)
{
    struct desk desk;
    struct buffer before = { 0 }, after = { 0 };
    (void)state;
    open_plainly(&desk);
    drive_key(desk.drive, "2");
    glass_picture(drive_glass(desk.drive), &before);
    glass_feed(drive_glass(desk.drive), "\033[Hgarbage\033[2J", 15);
    drive_signal(desk.drive, SIGCONT);
    drive_sync(desk.drive);
    glass_picture(drive_glass(desk.drive), &after);
    if (strcmp(buffer_text(&before), buffer_text(&after)) != 0)
        drive_fail(desk.drive, "the screen is not drawn again");
    desk_quit(&desk);
    desk_close(&desk);
    buffer_finish(&before);
    buffer_finish(&after);
}

/* ---- sizes ---- */

static void window__shrinks_and_grows__keeps_the_cursor_row(void **state)
{
    static const int sizes[][2] = { { 24, 80 }, { 16, 60 }, { 1, 1 }, { 50, 200 }, { 2, 300 }, { 24, 80 } };
    struct desk desk;
    struct buffer before = { 0 }, after = { 0 };
    (void)state;
    open_plainly(&desk);
    drive_keys(desk.drive, "2 Down Down Down Down");
    glass_picture(drive_glass(desk.drive), &before);
    for (size_t i = 1; i < sizeof sizes / sizeof *sizes; i++) {
        drive_resize(desk.drive, sizes[i][0], sizes[i][1]);
        drive_expect_fresh(desk.drive);
    }
    glass_picture(drive_glass(desk.drive), &after);
    if (strcmp(buffer_text(&before), buffer_text(&after)) != 0)
        drive_fail(desk.drive, "another screen after other sizes; before:\n%s", buffer_text(&before));
    desk_quit(&desk);
    desk_close(&desk);
    buffer_finish(&before);
    buffer_finish(&after);
}

static void window__is_too_small__says_so_and_takes_no_key_but_q(void **state)
{
    struct desk desk;
    (void)state;
    open_plainly(&desk);
    drive_key(desk.drive, "2");
    drive_resize(desk.drive, 10, 40);
    drive_expect(desk.drive, "60x16! Too small: 40x10");
    drive_keys(desk.drive, "1 / x Esc Enter");
    drive_resize(desk.drive, 24, 80);
    drive_expect(desk.drive, "Access to");
    drive_expect_not(desk.drive, "/ x");
    drive_resize(desk.drive, 10, 40);
    drive_send(desk.drive, "q", 1, false);
    expect_end(&desk, 0);
    drive_expect_restored(desk.drive);
    desk_close(&desk);
}

/* ---- what scrolls: a region is no part of a screen, and stays when the program has gone ---- */

static const int large[][2] = { { 24, 80 }, { 80, 300 }, { 60, 200 }, { 16, 60 } };
enum { LARGE = sizeof large / sizeof *large };

static void open_large(struct desk *desk, size_t which, const char *term, bool shell)
{
    static const char *const keys[] = { "2", "PgDn", "Up", "Down", "Enter", "Esc", "?", "Esc" };
    static const char *const meant[] = {
        "ASAN_OPTIONS=handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:handle_abort=0", NULL
    };
    desk_open(desk, &(struct desk_options){ .term = term,
                                            .rows = large[which][0],
                                            .columns = large[which][1],
                                            .variables = meant,
                                            .shell = shell });
    drive_expect_whole_region(desk->drive);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        drive_key(desk->drive, keys[i]);
        drive_expect_whole_region(desk->drive);
    }
    drive_expect_fresh(desk->drive);
}

/* 200 lines in the shell: the last of them on the last row, the one before above it, up to the first row. */
static void expect_scrolls(struct desk *desk)
{
    struct glass *glass = drive_glass(desk->drive);
    struct glass_state state;
    struct buffer line = { 0 };
    char text[16];
    glass_state(glass, &state);
    for (int i = 1; i <= 200; i++)
        glass_feed(glass, text, (size_t)snprintf(text, sizeof text, "%d\r\n", i));
    for (int row = 0; row < state.rows - 1; row++) {
        buffer_clear(&line);
        glass_row(glass, row, &line);
        snprintf(text, sizeof text, "%d", 200 - (state.rows - 2) + row);
        if (strcmp(buffer_text(&line), text) != 0)
            drive_fail(desk->drive, "row %d of the shell shows %s, not %s", row, buffer_text(&line), text);
    }
    buffer_finish(&line);
    drive_expect_whole_region(desk->drive);
}

static void program__ends_in_any_way_at_any_size__leaves_the_whole_screen_scrolling(void **state)
{
    static const char *const terms[] = { "xterm-256color", "vt220", "linux" };
    static const int ends[] = { 0, SIGTERM, SIGSEGV };
    (void)state;
    for (size_t i = 0; i < LARGE * 3 * 3; i++) {
        struct desk desk;
        int number = ends[i / 3 % 3];
        open_large(&desk, i / 9, terms[i % 3], false);
        if (number == 0) {
            drive_key(desk.drive, "q");
            drive_send(desk.drive, "y", 1, false);
        } else {
            drive_signal(desk.drive, number);
        }
        expect_end(&desk, number == SIGTERM ? 128 + number : -number);
        expect_scrolls(&desk);
        drive_expect_restored(desk.drive);
        desk_close(&desk);
    }
}

static void program__is_stopped_at_any_size__leaves_the_whole_screen_scrolling(void **state)
{
    (void)state;
    for (size_t i = 0; i < LARGE; i++) {
        struct desk desk;
        open_large(&desk, i, NULL, true);
        drive_send(desk.drive, "\032", 1, false);
        drive_wait_stopped(desk.drive);
        expect_scrolls(&desk);
        glass_feed(drive_glass(desk.drive), "\033[3;9r", 7); /* by another program */
        drive_continue(desk.drive);
        drive_expect_fresh(desk.drive);
        desk_quit(&desk);
        expect_scrolls(&desk);
        desk_close(&desk);
    }
}

static void another_program__left_a_region__redraw_ends_it(void **state)
{
    struct desk desk;
    (void)state;
    open_plainly(&desk);
    glass_feed(drive_glass(desk.drive), "\033[3;9r", 7);
    drive_key(desk.drive, "Ctrl-L");
    drive_signal(desk.drive, SIGKILL); /* nothing is restored */
    expect_end(&desk, -SIGKILL);
    expect_scrolls(&desk);
    desk_close(&desk);
}

/* A serial line: what the variables say, else 24 rows of 80. */
static void line__does_not_know_its_size__takes_it_from_the_variables(void **state)
{
    static const char *const said[] = { "LINES=40", "COLUMNS=100", NULL };
    struct desk desk;
    (void)state;
    desk_open(&desk, &(struct desk_options){ .rows = 40, .columns = 100, .sizeless = true, .variables = said });
    drive_expect_row(desk.drive, 39, "? help");
    drive_expect_whole_region(desk.drive);
    desk_quit(&desk);
    desk_close(&desk);
    desk_open(&desk, &(struct desk_options){ .rows = 24, .columns = 80, .sizeless = true });
    drive_expect_row(desk.drive, 23, "? help");
    drive_expect_whole_region(desk.drive);
    desk_quit(&desk);
    desk_close(&desk);
}

/* ---- others ---- */

static void program__waits_for_others_to_write__still_ends(void **state)
{
    struct desk desk;
    char lock[160];
    (void)state;
    open_plainly(&desk);
    drive_key(desk.drive, "2");
    snprintf(lock, sizeof lock, "%s.lock", desk.bureau.database);
    int gate = open(lock, O_RDWR | O_CLOEXEC);
    assert_true(gate >= 0);
    assert_int_equal(flock(gate, LOCK_EX), 0);
    drive_send(desk.drive, "F", 1, false);
    double begin = now();
    drive_signal(desk.drive, SIGTERM);
    expect_end(&desk, 128 + SIGTERM);
    assert_true(now() - begin < 5);
    drive_expect_restored(desk.drive);
    close(gate);
    desk_close(&desk);
}

static void keys__never_stop_coming__it_still_ends(void **state)
{
    struct desk desk;
    struct buffer keys = { 0 };
    (void)state;
    open_plainly(&desk);
    for (int i = 0; i < 100000; i++)
        buffer_add_text(&keys, "?\033");
    drive_send(desk.drive, keys.data, keys.length, false);
    double begin = now();
    drive_signal(desk.drive, SIGTERM);
    expect_end(&desk, 128 + SIGTERM);
    assert_true(now() - begin < 5);
    drive_expect_restored(desk.drive);
    desk_close(&desk);
    buffer_finish(&keys);
}

static void program__is_killed__leaves_the_database_whole(void **state)
{
    static const char *const check[] = { "check", NULL };
    struct desk desk;
    (void)state;
    for (int i = 0; i < 3; i++) {
        open_plainly(&desk);
        drive_keys(desk.drive, "2 F Down F");
        drive_send(desk.drive, "F", 1, false);
        drive_signal(desk.drive, SIGKILL);
        expect_end(&desk, -SIGKILL);
        assert_int_equal(bureau_run(&desk.bureau, desk_program(), check), 0);
        desk_close(&desk);
    }
}

static void another_process__writes__it_shows_and_nothing_moves(void **state)
{
    char path[128];
    const char *const import[] = { "import", path, NULL };
    struct desk desk;
    (void)state;
    open_plainly(&desk);
    drive_keys(desk.drive, "2 /");
    drive_type(desk.drive, "zebra from");
    drive_expect(desk.drive, "241");
    bureau_write(&desk.bureau, "more.csv", "number,name,country\n9001,Zebra from elsewhere AS,NO\n");
    snprintf(path, sizeof path, "%s/more.csv", desk.bureau.folder);
    assert_int_equal(bureau_run(&desk.bureau, desk_program(), import), 0);
    while (!drive_shows(desk.drive, "Zebra from elsewhere AS"))
        drive_wait_change(desk.drive);
    drive_expect_row(desk.drive, 2, "/ zebra from");
    drive_expect_fresh(desk.drive);
    desk_quit(&desk);
    desk_close(&desk);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(program__is_told_to_end__restores_the_terminal),
        cmocka_unit_test(program__crashes__restores_the_terminal),
        cmocka_unit_test(program__crashes__restores_terminals_of_every_kind),
        cmocka_unit_test(line__drops__ends_the_program),
        cmocka_unit_test(line__drops_and_no_signal_tells_it__ends_the_program),
        cmocka_unit_test(program__is_stopped_with_ctrl_z__comes_back_as_it_was),
        cmocka_unit_test(program__comes_back_to_another_size__draws_for_it),
        cmocka_unit_test(program__gets_ctrl_z_without_a_shell__goes_on),
        cmocka_unit_test(program__is_continued__draws_everything),
        cmocka_unit_test(window__shrinks_and_grows__keeps_the_cursor_row),
        cmocka_unit_test(window__is_too_small__says_so_and_takes_no_key_but_q),
        cmocka_unit_test(program__ends_in_any_way_at_any_size__leaves_the_whole_screen_scrolling),
        cmocka_unit_test(program__is_stopped_at_any_size__leaves_the_whole_screen_scrolling),
        cmocka_unit_test(another_program__left_a_region__redraw_ends_it),
        cmocka_unit_test(line__does_not_know_its_size__takes_it_from_the_variables),
        cmocka_unit_test(program__waits_for_others_to_write__still_ends),
        cmocka_unit_test(keys__never_stop_coming__it_still_ends),
        cmocka_unit_test(program__is_killed__leaves_the_database_whole),
        cmocka_unit_test(another_process__writes__it_shows_and_nothing_moves),
    };
    if (!desk_start(argc, argv))
        return 99;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
