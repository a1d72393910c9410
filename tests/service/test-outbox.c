/* Outbox: names, permissions, what is left over, what is old, what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "klientel/base/text.h"
#include "klientel/service/outbox.h"

struct place {
    char top[64], folder[128];
    struct instant now;
    struct arena *arena;
    struct failure failure;
};

static int set_up(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    struct buffer path = { 0 };
    char database[96];
    if (place == NULL || !text_start())
        return -1;
    snprintf(place->top, sizeof place->top, "/tmp/klientel-outbox-XXXXXX");
    if (mkdtemp(place->top) == NULL)
        return -1;
    snprintf(database, sizeof database, "%s/bureau.db", place->top);
    outbox_folder("", database, "anna", &path);
    snprintf(place->folder, sizeof place->folder, "%s", buffer_text(&path));
    buffer_finish(&path);
    place->arena = arena_create();
    instant_parse("2026-11-25T13:22:10Z", &place->now);
    *state = place;
    return 0;
}

static int tear_down(void **state)
{
    struct place *place = *state;
    char line[128];
    snprintf(line, sizeof line, "rm -rf '%s'", place->top);
    arena_destroy(place->arena);
    int code = system(line);
    free(place);
    return code;
}

static struct outbox_file created(struct place *place, const char *text)
{
    struct outbox_file file;
    assert_true(outbox_create(place->folder, "clients", "csv", place->now, &file, &place->failure));
    fputs(text, file.out);
    return file;
}

static void kept(struct place *place, const char *text, const char *name)
{
    struct outbox_file file = created(place, text);
    assert_true(outbox_keep(&file, &place->failure));
    assert_string_equal(file.name, name);
}

static size_t listed(struct place *place, struct outbox_entry **ret_entries)
{
    size_t count;
    assert_true(outbox_list(place->folder, place->arena, ret_entries, &count, &place->failure));
    return count;
}

/* Entries of the folder, hidden ones too. */
static size_t files_on_disk(struct place *place)
{
    size_t count = 0;
    DIR *folder = opendir(place->folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(folder);
    return count;
}

static mode_t mode_of(const char *folder, const char *name)
{
    struct stat status;
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(stat(path, &status), 0);
    return status.st_mode & 0777;
}

static void put_file(struct place *place, const char *name, time_t at)
{
    char path[512];
    struct timespec times[2] = { { at, 0 }, { at, 0 } };
    snprintf(path, sizeof path, "%s/%s", place->folder, name);
    int fd = open(path, O_CREAT | O_WRONLY, 0600);
    assert_true(fd >= 0);
    assert_int_equal(futimens(fd, times), 0);
    close(fd);
}

static void outbox__stands__beside_the_database_or_where_it_is_set(void **state)
{
    struct buffer path = { 0 };
    (void)state;
    outbox_folder("", "/srv/bureau/klientel.db", "bo", &path);
    assert_string_equal(buffer_text(&path), "/srv/bureau/outbox/bo");
    buffer_clear(&path);
    outbox_folder("", "klientel.db", "bo", &path);
    assert_string_equal(buffer_text(&path), "outbox/bo");
    buffer_clear(&path);
    outbox_folder("/var/out", "/srv/bureau/klientel.db", "bo", &path);
    assert_string_equal(buffer_text(&path), "/var/out/bo");
    buffer_finish(&path);
}

static void outbox__is_for__its_owner_alone(void **state)
{
    struct place *place = *state;
    mode_t before = umask(0);
    kept(place, "a\n", "clients-2026-11-25-142210.csv");
    assert_int_equal(mode_of(place->top, "outbox"), 0700);
    assert_int_equal(mode_of(place->folder, "."), 0700);
    assert_int_equal(mode_of(place->folder, "clients-2026-11-25-142210.csv"), 0600);
    assert_int_equal(chmod(place->folder, 0755), 0);
    kept(place, "b\n", "clients-2026-11-25-142210-2.csv");
    assert_int_equal(mode_of(place->folder, "."), 0700);
    umask(before);
}

static void outbox__gives__every_file_a_name_of_its_own(void **state)
{
    struct place *place = *state;
    struct outbox_entry *entries;
    kept(place, "a\n", "clients-2026-11-25-142210.csv");
    kept(place, "b\n", "clients-2026-11-25-142210-2.csv");
    kept(place, "c\n", "clients-2026-11-25-142210-3.csv");
    assert_int_equal(listed(place, &entries), 3);
    FILE *file;
    char line[8];
    assert_true(outbox_open(place->folder, "clients-2026-11-25-142210.csv", &file, &place->failure));
    assert_string_equal(fgets(line, sizeof line, file), "a\n");
    fclose(file);
    assert_true(outbox_remove(place->folder, "clients-2026-11-25-142210.csv", &place->failure));
    assert_int_equal(listed(place, &entries), 2);
}

static void outbox__shows__no_file_before_it_is_whole(void **state)
{
    struct place *place = *state;
    struct outbox_entry *entries;
    struct outbox_file file = created(place, "half");
    assert_int_equal(listed(place, &entries), 0);
    assert_int_equal(files_on_disk(place), 1); /* listing did not take the part from under its writer */
    outbox_drop(&file);
    assert_int_equal(files_on_disk(place), 0);
    outbox_drop(&file); /* nothing is open: nothing happens */
}

static void outbox__sweeps__what_a_killed_program_left(void **state)
{
    struct place *place = *state;
    int ready[2];
    char byte;
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        struct outbox_file file = created(place, "half");
        fflush(file.out);
        if (write(ready[1], "x", 1) == 1)
            pause();
        _exit(1);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    struct outbox_file mine = created(place, "mine"); /* while the other one writes */
    assert_int_equal(files_on_disk(place), 2);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    assert_int_equal(files_on_disk(place), 2);
    assert_true(outbox_keep(&mine, &place->failure));
    kept(place, "next", "clients-2026-11-25-142210-2.csv");
    assert_int_equal(files_on_disk(place), 2);
    close(ready[0]);
    close(ready[1]);
}

static void outbox__keeps_nothing__when_the_disk_is_full(void **state)
{
    struct place *place = *state;
    struct outbox_file file = created(place, "");
    int full = open("/dev/full", O_WRONLY);
    fputs("much", file.out);
    assert_true(dup2(full, fileno(file.out)) >= 0);
    assert_false(outbox_keep(&file, &place->failure));
    assert_int_equal(place->failure.kind, FAILURE_IO);
    assert_int_equal(files_on_disk(place), 0);
    close(full);
}

static void outbox__takes_away__what_is_old_or_beyond_a_hundred(void **state)
{
    struct place *place = *state;
    struct outbox_entry *entries;
    struct stat status;
    char name[64];
    kept(place, "first", "clients-2026-11-25-142210.csv");
    snprintf(name, sizeof name, "clients-2026-11-25-142210.csv");
    char path[256];
    snprintf(path, sizeof path, "%s/%s", place->folder, name);
    assert_int_equal(stat(path, &status), 0);
    time_t now = status.st_mtime;
    put_file(place, "runs-2026-10-01-101010.xlsx", now - 31 * 86400);
    put_file(place, "runs-2026-11-01-101010-12.xlsx", now - 29 * 86400);
    put_file(place, "my own list.csv", now - 300 * 86400);
    kept(place, "second", "clients-2026-11-25-142210-2.csv");
    assert_int_equal(listed(place, &entries), 4);
    assert_string_equal(entries[3].name, "my own list.csv");
    for (int i = 0; i < OUTBOX_FILES; i++) {
        snprintf(name, sizeof name, "grants-2026-11-20-10%02d%02d.txt", i / 60, i % 60);
        put_file(place, name, now - 3600 + i);
    }
    kept(place, "third", "clients-2026-11-25-142210-3.csv");
    assert_int_equal(listed(place, &entries), OUTBOX_FILES + 1); /* and what is not ours */
    assert_string_equal(entries[OUTBOX_FILES - 1].name, "grants-2026-11-20-100003.txt");
}

static void outbox__refuses__names_that_lead_elsewhere(void **state)
{
    static const char *const names[] = { "../anna/x", "/etc/passwd", "..", ".", "", ".part-1-0", "a/b" };
    struct place *place = *state;
    FILE *file;
    kept(place, "a", "clients-2026-11-25-142210.csv");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_false(outbox_open(place->folder, names[i], &file, &place->failure));
        assert_int_equal(place->failure.kind, FAILURE_USAGE);
        assert_false(outbox_remove(place->folder, names[i], &place->failure));
    }
    assert_false(outbox_open(place->folder, "clients.csv", &file, &place->failure));
    assert_int_equal(place->failure.kind, FAILURE_REFUSED);
}

static void outbox__follows__no_link(void **state)
{
    struct place *place = *state;
    struct outbox_entry *entries;
    char path[256];
    FILE *file;
    kept(place, "a", "clients-2026-11-25-142210.csv");
    snprintf(path, sizeof path, "%s/link.csv", place->folder);
    assert_int_equal(symlink("/etc/passwd", path), 0);
    assert_false(outbox_open(place->folder, "link.csv", &file, &place->failure));
    assert_int_equal(listed(place, &entries), 1);
    snprintf(path, sizeof path, "%s/outbox/bo", place->top);
    assert_int_equal(symlink("/tmp", path), 0);
    struct outbox_file made;
    assert_false(outbox_create(path, "clients", "csv", place->now, &made, &place->failure));
}

static void outbox__that_does_not_exist__is_empty(void **state)
{
    struct place *place = *state;
    struct outbox_entry *entries;
    FILE *file;
    assert_int_equal(listed(place, &entries), 0);
    assert_false(outbox_open(place->folder, "a.csv", &file, &place->failure));
    assert_int_equal(place->failure.kind, FAILURE_REFUSED);
    struct outbox_file made;
    assert_false(outbox_create("/proc/none/anna", "clients", "csv", place->now, &made,
                               &place->failure));
    assert_true(place->failure.kind == FAILURE_IO || place->failure.kind == FAILURE_DENIED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(outbox__stands__beside_the_database_or_where_it_is_set),
        TEST(outbox__is_for__its_owner_alone),
        TEST(outbox__gives__every_file_a_name_of_its_own),
        TEST(outbox__shows__no_file_before_it_is_whole),
        TEST(outbox__sweeps__what_a_killed_program_left),
        TEST(outbox__keeps_nothing__when_the_disk_is_full),
        TEST(outbox__takes_away__what_is_old_or_beyond_a_hundred),
        TEST(outbox__refuses__names_that_lead_elsewhere),
        TEST(outbox__follows__no_link),
        TEST(outbox__that_does_not_exist__is_empty),
    };
    return cmocka_run_group_tests_name("outbox", tests, NULL, NULL);
}
