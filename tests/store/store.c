/* Making, opening, sessions and state: what must be true before the first query. */
#include "bureau.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static mode_t mode_of(const char *path)
{
    struct stat status;

    assert_int_equal(stat(path, &status), 0);
    return status.st_mode & 07777;
}

static char *beside(const struct bureau *bureau, const char *ending)
{
    return path_beside(bureau->path, ending);
}

static void create__makes_private_files__whatever_the_umask(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure = { 0 };
    mode_t mask = umask(0);

    bureau_good(store_create(bureau->path, NULL, &failure), &failure);
    umask(mask);
    char *key = beside(bureau, ".key");
    assert_int_equal(mode_of(bureau->path), 0600);
    assert_int_equal(mode_of(key), 0600);
    free(key);
    assert_string_equal(bureau_ask(bureau, "PRAGMA user_version"), "1");
    assert_string_equal(bureau_ask(bureau, "PRAGMA journal_mode"), "wal");
}

static void create__refuses__a_file_that_is_there(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure = { 0 };

    assert_false(store_create(bureau->path, NULL, &failure));
    assert_int_equal(failure.kind, FAILURE_REFUSED);
    assert_string_equal(bureau_ask(bureau, "SELECT count(*) FROM client"), "5");
}

static void create__keeps__a_key_that_is_there(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure = { 0 };
    char *key = beside(bureau, ".key");
    FILE *file = fopen(key, "w");

    fputs("0123456789abcdef0123456789abcdef", file);
    fclose(file);
    chmod(key, 0600);
    bureau_good(store_create(bureau->path, NULL, &failure), &failure);
    bureau_good(store_open(bureau->path, NULL, &bureau->store, &failure), &failure);
    assert_memory_equal(bureau->store->key, "0123456789abcdef0123456789abcdef", KEY_SIZE);
    free(key);
}

static void open__says_there_is_none__without_a_file(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure = { 0 };
    struct store *store = NULL;

    assert_false(store_open(bureau->path, NULL, &store, &failure));
    assert_int_equal(failure.kind, FAILURE_IO);
    assert_null(store);
    assert_int_not_equal(access(bureau->path, F_OK), 0);
}

static void open__refuses__a_file_others_may_read(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure = { 0 };
    struct store *store = NULL;

    static const mode_t wide[] = { 0644, 0660, 0604, 0700, 04600 };
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++) {
        chmod(bureau->path, wide[i]);
        assert_false(store_open(bureau->path, NULL, &store, &failure));
        assert_int_equal(failure.kind, FAILURE_DENIED);
    }
    chmod(bureau->path, 0640);
    bureau_good(store_open(bureau->path, NULL, &store, &failure), &failure);
    store_close(store);
    char *key = beside(bureau, ".key");
    chmod(key, 0644);
    assert_false(store_open(bureau->path, NULL, &store, &failure));
    assert_int_equal(failure.kind, FAILURE_DENIED);
    free(key);
}

static void open__refuses__somebody_elses_file(void **state)
{
    struct bureau *bureau = *state;
    int status;

    if (geteuid() != 0)
        skip();
    assert_int_equal(chmod(bureau->folder, 0777), 0);
    assert_int_equal(chown(bureau->path, 1234, 1234), 0);
    pid_t child = fork();
    if (child == 0) {
        struct failure failure = { 0 };
        struct store *store = NULL;
        if (setresuid(4321, 4321, 4321) != 0)
            _exit(9);
        bool opened = store_open(bureau->path, NULL, &store, &failure);
        _exit(!opened && failure.kind == FAILURE_DENIED ? 0 : 1);
    }
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
}

static void open__refuses__a_link_and_a_foreign_file(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure = { 0 };
    struct store *store = NULL;
    char *other = beside(bureau, ".other");

    assert_int_equal(symlink(bureau->path, other), 0);
    assert_false(store_open(other, NULL, &store, &failure));
    unlink(other);
    FILE *file = fopen(other, "w");
    fputs("number,name\n", file);
    for (int i = 0; i < 500; i++)
        fputs("this is no database at all\n", file);
    fclose(file);
    chmod(other, 0600);
    assert_false(store_open(other, NULL, &store, &failure));
    assert_int_equal(failure.kind, FAILURE_IO);
    assert_string_equal(failure.message.text, "This file is not a klientel database.");
    free(other);
}

static void open__refuses__a_database_of_another_program(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure = { 0 };
    struct store *store = NULL;

    bureau_raw(bureau, "PRAGMA application_id=77");
    assert_false(store_open(bureau->path, NULL, &store, &failure));
    assert_int_equal(failure.kind, FAILURE_IO);
}

static void open__names_the_way_out__for_another_version(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure = { 0 };
    struct store *store = NULL;

    bureau_raw(bureau, "PRAGMA user_version=0");
    assert_false(store_open(bureau->path, NULL, &store, &failure));
    assert_int_equal(failure.kind, FAILURE_USAGE);
    assert_non_null(strstr(failure.message.text, "klientel migrate"));
    bureau_raw(bureau, "PRAGMA user_version=2");
    assert_false(store_open(bureau->path, NULL, &store, &failure));
    assert_non_null(strstr(failure.message.text, "too old"));
}

static void open__cannot_write__read_only(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure = { 0 };
    struct store *store = NULL;
    struct session session;
    struct receipt receipt;
    struct store_options options = { .read_only = true };
    struct target target = { .id = FJORD };
    struct command command = {
        .kind = COMMAND_NOTE, .targets = &target, .target_count = 1,
        .note = { .text = "a note", .due = DATE_NONE, .person = "" },
    };

    store_close(bureau->store);
    bureau->store = NULL;
    bureau_good(store_open(bureau->path, &options, &store, &failure), &failure);
    bureau_good(store_session(store, NULL, bureau->now, &session, &failure), &failure);
    assert_true(session.read_only);
    assert_false(store_execute(store, &session, &command, false, &receipt, &failure));
    assert_int_equal(failure.kind, FAILURE_DENIED);
    assert_false(db_begin_write(store->db, "Anna", &failure));
    bureau_good(store_remember(store, &session, "cursor", "3", &failure), &failure);
    assert_string_equal(bureau_ask(bureau, "SELECT count(*) FROM state"), "0");
    store_close(store);
}

static void session__is_the_first_administrator__without_a_login(void **state)
{
    struct bureau *bureau = *state;

    assert_int_equal(bureau->anna.user_id, ANNA);
    assert_int_equal(bureau->anna.role, ROLE_ADMIN);
    assert_string_equal(bureau->anna.partner, "Nord Regnskap");
    assert_int_equal(bureau->anna.language, LANGUAGE_NB);
    assert_int_equal(bureau->anna.now.second, bureau->now.second);
}

static void session__is_denied__to_the_unknown_and_the_ended(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure = { 0 };
    struct session session;

    assert_false(store_session(bureau->store, "nobody", bureau->now, &session, &failure));
    assert_int_equal(failure.kind, FAILURE_DENIED);
    assert_false(store_session(bureau->store, "eva", bureau->now, &session, &failure));
    assert_int_equal(failure.kind, FAILURE_DENIED);
}

static void session__speaks_the_users_own_language__when_there_is_one(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure = { 0 };
    struct session bo = bureau_session(bureau, "bo");

    assert_int_equal(bo.language, LANGUAGE_NB);
    bureau_good(store_remember(bureau->store, &bo, "language", "sv", &failure), &failure);
    bo = bureau_session(bureau, "bo");
    assert_int_equal(bo.language, LANGUAGE_SV);
    assert_int_equal(bo.bureau_language, LANGUAGE_NB);
    assert_int_equal(bureau_session(bureau, "anna").language, LANGUAGE_NB);
}

static void session__lives_on_the_demo_day__at_the_time_of_day(void **state)
{
    struct bureau *bureau = *state;
    char text[INSTANT_TEXT_SIZE];

    bureau_raw(bureau, "INSERT INTO setting VALUES ('demo_today', '2026-07-01') ON CONFLICT (name)"
                       " DO UPDATE SET value = excluded.value");
    struct session anna = bureau_session(bureau, NULL);
    /* 11:00 in November is 11:00 in July, in bureau time. */
    assert_string_equal(instant_format(anna.now, text), "2026-07-01T09:00:00Z");
}

static void state__is_a_persons_own__and_forgotten_with_null(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure = { 0 };
    struct arena *arena = arena_create();
    struct session bo = bureau_session(bureau, "bo");
    const char *value;

    bureau_good(store_remember(bureau->store, &bo, "draft/1", "text", &failure), &failure);
    bureau_good(store_remember(bureau->store, &bo, "draft/1", "other", &failure), &failure);
    bureau_good(store_recall(bureau->store, &bo, "draft/1", arena, &value, &failure), &failure);
    assert_string_equal(value, "other");
    bureau_good(store_recall(bureau->store, &bureau->anna, "draft/1", arena, &value, &failure),
                &failure);
    assert_null(value);
    bureau_good(store_remember(bureau->store, &bo, "draft/1", NULL, &failure), &failure);
    bureau_good(store_recall(bureau->store, &bo, "draft/1", arena, &value, &failure), &failure);
    assert_null(value);
    assert_string_equal(bureau_ask(bureau, "SELECT count(*) FROM changeset"), "1");
    arena_destroy(arena);
}

static void favourite__is_set_and_taken_away__once(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure = { 0 };

    for (int i = 0; i < 2; i++)
        bureau_good(store_favourite(bureau->store, &bureau->anna, FJORD, true, &failure), &failure);
    assert_string_equal(bureau_ask(bureau, "SELECT count(*) FROM favourite"), "1");
    bureau_good(store_favourite(bureau->store, &bureau->anna, FJORD, false, &failure), &failure);
    assert_string_equal(bureau_ask(bureau, "SELECT count(*) FROM favourite"), "0");
    assert_false(store_favourite(bureau->store, &bureau->anna, 999, true, &failure));
    bureau_good(store_favourite(bureau->store, &bureau->anna, FJORD, true, &failure), &failure);
}

static void info__counts__what_is_there(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure = { 0 };
    struct store_info info;

    bureau_good(store_info(bureau->store, &info, &failure), &failure);
    assert_int_equal(info.clients, 5);
    assert_int_equal(info.users, 5);
    assert_int_equal(info.changesets, 1);
    assert_int_equal(info.schema_version, STORE_SCHEMA_VERSION);
    assert_true(info.bytes > 0);
    assert_non_null(strstr(info.engine, "write gate on"));
}

#define EMPTY(name) cmocka_unit_test_setup_teardown(name, bureau_empty_setup, bureau_teardown)
#define FULL(name) cmocka_unit_test_setup_teardown(name, bureau_setup, bureau_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EMPTY(create__makes_private_files__whatever_the_umask),
        FULL(create__refuses__a_file_that_is_there),
        EMPTY(create__keeps__a_key_that_is_there),
        EMPTY(open__says_there_is_none__without_a_file),
        FULL(open__refuses__a_file_others_may_read),
        FULL(open__refuses__somebody_elses_file),
        FULL(open__refuses__a_link_and_a_foreign_file),
        FULL(open__refuses__a_database_of_another_program),
        FULL(open__names_the_way_out__for_another_version),
        FULL(open__cannot_write__read_only),
        FULL(session__is_the_first_administrator__without_a_login),
        FULL(session__is_denied__to_the_unknown_and_the_ended),
        FULL(session__speaks_the_users_own_language__when_there_is_one),
        FULL(session__lives_on_the_demo_day__at_the_time_of_day),
        FULL(state__is_a_persons_own__and_forgotten_with_null),
        FULL(favourite__is_set_and_taken_away__once),
        FULL(info__counts__what_is_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
