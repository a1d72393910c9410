/*
 * Frames: what a key costs the line: bytes, and writes as strace counts them. Neither depends on the
 * machine's mood.
 *
 *     frames KLIENTEL DEMO.db [STRACE]
 *
 * Without a strace that works here, the tests of writes are skipped.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "desk.h"

enum {
    PAGE_MOST = 1850, /* bytes: a page, */
    MOVE_MOST = 200,  /* the cursor one row on, */
    LETTER_MOST = 40, /* a letter of a filter that changes no row */
    START_MOST = 3,   /* writes: what comes by and by at the start */
};

static const char *strace;

/* ---- bytes ---- */

static size_t bytes_of(struct desk *desk, const char *key)
{
    drive_forget(desk->drive);
    drive_key(desk->drive, key);
    return drive_raw(desk->drive)->length;
}

static void expect_at_most(struct desk *desk, const char *key, size_t most)
{
    size_t bytes = bytes_of(desk, key);
    if (bytes > most)
        drive_fail(desk->drive, "%s cost %zu bytes, more than %zu", key, bytes, most);
    if (bytes == 0)
        drive_fail(desk->drive, "%s showed nothing", key);
}

static void page__is_at_most_1850_bytes(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk, &(struct desk_options){ .language = "en" });
    drive_keys(desk.drive, "2 g");
    for (int i = 0; i < 9; i++)
        expect_at_most(&desk, "PgDn", PAGE_MOST);
    expect_at_most(&desk, "Home", PAGE_MOST);
    expect_at_most(&desk, "End", PAGE_MOST);
    for (int i = 0; i < 9; i++)
        expect_at_most(&desk, "PgUp", PAGE_MOST);
    desk_quit(&desk);
    desk_close(&desk);
}

/* In the list of accesses, which no details follow. */
static void row_move__is_at_most_200_bytes(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk, &(struct desk_options){ .language = "en" });
    drive_keys(desk.drive, "2 Down Tab");
    drive_expect(desk.drive, "Access to Bjørk Bil AS");
    expect_at_most(&desk, "Down", MOVE_MOST);
    expect_at_most(&desk, "Down", MOVE_MOST);
    expect_at_most(&desk, "Up", MOVE_MOST);
    desk_quit(&desk);
    desk_close(&desk);
}

static void letter_that_changes_no_row__is_at_most_40_bytes(void **state)
{
    static const char *const letters[] = { "e", "g", " ", "a", "s" };
    struct desk desk;
    (void)state;
    desk_open(&desk, &(struct desk_options){ .language = "en" });
    drive_keys(desk.drive, "2 /");
    drive_type(desk.drive, "bjørk anl");
    drive_expect_row(desk.drive, 2, " 1 of 241");
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
        expect_at_most(&desk, letters[i], LETTER_MOST);
    drive_expect_row(desk.drive, 2, "/ bjørk anleg as");
    drive_expect_row(desk.drive, 2, " 1 of 241");
    desk_quit(&desk);
    desk_close(&desk);
}

static void key_that_changes_nothing__writes_nothing(void **state)
{
    static const char *const keys[] = { "g", "Home", "Up", "PgUp" };
    struct desk desk;
    (void)state;
    desk_open(&desk, &(struct desk_options){ .language = "en" });
    drive_keys(desk.drive, "2 g");
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        size_t bytes = bytes_of(&desk, keys[i]);
        if (bytes > 0)
            drive_fail(desk.drive, "%s on the first row wrote %zu bytes", keys[i], bytes);
    }
    desk_quit(&desk);
    desk_close(&desk);
}

/* ---- writes ---- */

struct watched {
    struct bureau bureau;
    struct drive *drive;
    char log[160];
    long at; /* so far the log was read */
};

static void watch(struct watched *watched)
{
    static const char *const variables[] = { /* leaks are not looked for under strace */
        "ASAN_OPTIONS=detect_leaks=0", "UBSAN_OPTIONS=detect_leaks=0", NULL };
    bureau_copy(desk_demo(), &watched->bureau);
    snprintf(watched->log, sizeof watched->log, "%s/strace", watched->bureau.folder);
    watched->at = 0;
    const char *const words[] = { "-f", "-qq", "-y", "-s", "0", "-e", "trace=write,writev",
                                  "-e", "signal=none", "-o", watched->log, desk_program(),
                                  "--database", watched->bureau.database, "--language", "en",
                                  NULL };
    watched->drive = drive_start(&(struct drive_options){
        .program = strace,
        .words = words,
        .folder = watched->bureau.folder,
        .variables = variables,
    });
}

/* To the terminal, since the last time; strace has written each line before the program goes on. */
static int writes(struct watched *watched)
{
    char line[512];
    int count = 0;
    FILE *file = fopen(watched->log, "r");
    if (!file || fseek(file, watched->at, SEEK_SET) != 0)
        drive_fail(watched->drive, "no log of strace");
    while (fgets(line, sizeof line, file)) {
        const char *call = strchr(line, ' ');
        if (!strchr(line, '\n'))
            break; /* the line about our own pipe may be on its way */
        watched->at = ftell(file);
        while (call && *call == ' ')
            call++;
        if (call && strncmp(call, "write", 5) == 0 &&
            (strstr(call, "</dev/pts/") || strstr(call, "</dev/tty")))
            count++;
    }
    fclose(file);
    return count;
}

static void leave(struct watched *watched)
{
    drive_keys(watched->drive, "Esc Esc Esc q");
    drive_send(watched->drive, "y", 1, false);
    assert_int_equal(drive_end(watched->drive), 0);
    drive_destroy(watched->drive);
    bureau_remove(&watched->bureau);
}

/*
 * A machine that is busy elsewhere shows in two frames what takes longer than a slice. A key that is
 * one write in any pass is one: frames that are split are split always.
 */
enum { PASSES = 5 };

static size_t pass(struct watched *watched, const char *const *keys, size_t count, int *lowest)
{
    size_t good = 0;
    for (size_t i = 0; i < count; i++) {
        drive_forget(watched->drive);
        drive_key(watched->drive, keys[i]);
        int now = writes(watched), expected = drive_raw(watched->drive)->length > 0;
        int over = now < expected ? -1 : now - expected;
        if (over < lowest[i])
            lowest[i] = over;
        good += lowest[i] == 0;
    }
    return good;
}

static void key__is_one_write(void **state)
{
    static const char *const keys[] = {
        "2", "PgDn", "Down", "Down", "PgUp", "End", "Home", "Space", "/", "b", "j", "Backspace",
        "Esc", "s", "Esc", "c", "Esc", "S", "S", "Tab", "Down", "Tab", "Enter", "PgDn", "Esc", "?",
        "PgDn", "Esc", "J", "b", "Esc", ":", "o", "Esc", "F10", "Esc", "3", "4", "1", "<", ">", "Ctrl-L",
    };
    enum { COUNT = sizeof keys / sizeof *keys };
    struct watched watched;
    int lowest[COUNT];
    size_t good = 0;
    (void)state;
    if (!strace)
        skip();
    for (size_t i = 0; i < COUNT; i++)
        lowest[i] = INT_MAX;
    for (int i = 0; i < PASSES && good < COUNT; i++) {
        watch(&watched);
        writes(&watched);
        good = pass(&watched, keys, COUNT, lowest);
        leave(&watched);
    }
    for (size_t i = 0; i < COUNT; i++) {
        if (lowest[i] != 0)
            fail_msg("key %zu, %s: %d writes too many", i + 1, keys[i], lowest[i]);
    }
}

static void start__is_at_most_three_writes(void **state)
{
    struct watched watched;
    int lowest = INT_MAX;
    (void)state;
    if (!strace)
        skip();
    for (int i = 0; i < PASSES && lowest > START_MOST; i++) {
        watch(&watched);
        int count = writes(&watched);
        assert_true(count > 0);
        if (count < lowest)
            lowest = count;
        leave(&watched);
    }
    if (lowest > START_MOST)
        fail_msg("%d writes until the dashboard is complete", lowest);
}

/* Where nobody may watch another process, it is not there either. */
static bool strace_works(const char *path)
{
    char command[512];
    if (!*path || strchr(path, '\''))
        return false;
    snprintf(command, sizeof command, "'%s' -o /dev/null true 2>/dev/null", path);
    return system(command) == 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(page__is_at_most_1850_bytes),
        cmocka_unit_test(row_move__is_at_most_200_bytes),
        cmocka_unit_test(letter_that_changes_no_row__is_at_most_40_bytes),
        cmocka_unit_test(key_that_changes_nothing__writes_nothing),
        cmocka_unit_test(key__is_one_write),
        cmocka_unit_test(start__is_at_most_three_writes),
    };
    if (!desk_start(argc, argv))
        return 99;
    if (argc > 3 && strace_works(argv[3]))
        strace = argv[3];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
