/* Check, backup, restore, and the way from one schema version to the next. */
#include "bureau.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void keep_text(void *context, const struct message *finding)
{
    struct buffer *all = context;

    message_add(finding, LANGUAGE_EN, all);
    buffer_add_byte(all, '\n');
}

/* ---- check ---- */

static void check__finds_nothing__in_a_good_bureau(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure = { 0 };
    struct buffer texts = { 0 };
    int64_t findings;

    bureau_good(store_check(bureau->store, keep_text, &texts, &findings, &failure), &failure);
    assert_string_equal(buffer_text(&texts), "");
    assert_int_equal(findings, 0);
}

static void check__names__each_rule_that_is_broken(void **state)
{
    struct bureau *bureau = *state;
    static const struct {
        const char *sql, *says;
    } cases[] = {
        { "INSERT INTO grant_ (client_id, user_id, role, source, from_at, changeset_id) VALUES"
          " (2, 2, 'member', 'hand', '2026-01-01T00:00:00Z', 1),"
          " (2, 2, 'responsible', 'hand', '2026-02-01T00:00:00Z', 1)",
          "client 2, user 2: more than one access" },
        { "INSERT INTO grant_ (client_id, user_id, role, source, from_at, until_at, changeset_id)"
          " VALUES (3, 2, 'member', 'hand', '2026-02-01T00:00:00Z', '2026-01-01T00:00:00Z', 1)",
          "ends before it begins" },
        { "UPDATE client SET internal = 0", "the bureau itself must be one client" },
        { "UPDATE user SET role = 'lead' WHERE role = 'admin'", "nobody is administrator" },
        { "INSERT INTO setting VALUES ('colour', 'red')", "setting colour is not known" },
        { "INSERT INTO step (client_id, month, step, changeset_id) VALUES (2, '2026-11', 'klart', 1)",
          "month step klart is not known" },
        { "INSERT INTO month_total (month, internal, clients) VALUES ('2026-10', 0, 4)",
          "key figures of 2026-10" },
        { "UPDATE counter SET value = 9", "kept as 9, but there are 4" },
        { "DELETE FROM counter", "kept as 0, but there are 4" },
        { "PRAGMA foreign_keys=OFF; UPDATE group_client SET client_id = 1 WHERE client_id = 99;"
          "INSERT INTO group_client (group_id, client_id) VALUES (7, 99)",
          "points to a row that is not there" },
        { "DROP TRIGGER changeset_no_update; UPDATE changeset SET at = '2020-01-01T00:00:00Z'",
          "change-set 1 was altered" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bureau copy = *bureau;
        struct failure failure = { 0 };
        struct buffer texts = { 0 };
        char sql[200];
        int64_t findings;
        snprintf(copy.path, sizeof copy.path, "%s/broken%zu", bureau->folder, i);
        snprintf(sql, sizeof sql, "VACUUM INTO '%s'", copy.path);
        bureau_raw(bureau, sql);
        assert_int_equal(chmod(copy.path, 0600), 0);
        bureau_raw(&copy, cases[i].sql);
        bureau_good(store_open(copy.path, NULL, &copy.store, &failure), &failure);
        bureau_good(store_check(copy.store, keep_text, &texts, &findings, &failure), &failure);
        store_close(copy.store);
        if (findings == 0 || !strstr(buffer_text(&texts), cases[i].says)) {
            print_error("%s\nsays %s\n", cases[i].sql, buffer_text(&texts));
            fail();
        }
        buffer_finish(&texts);
    }
}

static int64_t checked(struct bureau *bureau, const char *says)
{
    struct failure failure = { 0 };
    struct buffer texts = { 0 };
    int64_t findings;

    bureau_good(store_check(bureau->store, keep_text, &texts, &findings, &failure), &failure);
    if (says && !strstr(buffer_text(&texts), says)) {
        print_error("%s\n", buffer_text(&texts));
        fail();
    }
    buffer_finish(&texts);
    return findings;
}

static void grant(struct bureau *bureau, enum access_verb verb, struct instant from)
{
    struct failure failure;
    struct receipt receipt;
    struct target target = { .id = FJORD };
    int64_t user = BO;
    struct command command = {
        .kind = COMMAND_ACCESS, .targets = &target, .target_count = 1,
        .access = { .verb = verb, .users = &user, .user_count = 1, .role = GRANT_MEMBER,
                    .source = SOURCE_HAND, .from = from, .until = INSTANT_NONE },
    };

    bureau_good(bureau_run(bureau, &bureau->anna, &command, &receipt, &failure), &failure);
    assert_int_equal(receipt.applied, 1);
    receipt_finish(&receipt);
}

static void check__accounts_by_the_log__for_each_access(void **state)
{
    struct bureau *bureau = *state;

    grant(bureau, ACCESS_SET, at("2027-01-01T00:00:00Z"));
    assert_int_equal(checked(bureau, NULL), 0);
    grant(bureau, ACCESS_REVOKE, INSTANT_NONE); /* had not begun: the row goes, and the log says so */
    assert_string_equal(bureau_ask(bureau, "SELECT count(*) FROM grant_"), "0");
    assert_int_equal(checked(bureau, NULL), 0);
    grant(bureau, ACCESS_SET, INSTANT_NONE);
    assert_int_equal(checked(bureau, NULL), 0);
    bureau_raw(bureau, "UPDATE grant_ SET id = id + 7");
    assert_int_equal(checked(bureau, "is not in the log"), 2);
    bureau_raw(bureau, "DELETE FROM grant_");
    assert_int_equal(checked(bureau, "client 2, user 2: access 1 is in the log, but not there"), 1);
}

static void check__knows__the_key_of_its_database(void **state)
{
    struct bureau *bureau = *state;

    assert_int_equal(checked(bureau, NULL), 0);
    bureau->store->key[0] ^= 1;
    assert_int_equal(checked(bureau, "the key file is that of another database"), 1);
    bureau->store->has_key = false;
    assert_int_equal(checked(bureau, "the key file is missing"), 1);
}

/* ---- backup and restore ---- */

static void change_something(struct bureau *bureau)
{
    struct failure failure;
    struct receipt receipt;
    struct target target = { .id = FJORD };
    struct command command = {
        .kind = COMMAND_NOTE, .targets = &target, .target_count = 1,
        .note = { .text = "a note", .due = DATE_NONE, .person = "" },
    };

    bureau_good(bureau_run(bureau, &bureau->anna, &command, &receipt, &failure), &failure);
    receipt_finish(&receipt);
}

static void backup__comes_back__as_it_was(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure = { 0 };
    char *copy = path_beside(bureau->path, ".backup"), *old;
    struct stat status;

    change_something(bureau);
    bureau_good(store_backup(bureau->store, copy, true, &failure), &failure);
    assert_int_equal(stat(copy, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    change_something(bureau);
    assert_string_equal(bureau_ask(bureau, "SELECT count(*) FROM note"), "2");
    assert_false(store_backup(bureau->store, copy, false, &failure));
    assert_int_equal(failure.kind, FAILURE_REFUSED);

    bureau_good(store_restore(copy, bureau->path, NULL, true, NULL, NULL, &failure), &failure);
    assert_false(store_restore(copy, bureau->path, NULL, false, NULL, NULL, &failure));
    assert_int_equal(failure.kind, FAILURE_BUSY);
    store_close(bureau->store);
    bureau->store = NULL;
    bureau_good(store_restore(copy, bureau->path, NULL, false, NULL, NULL, &failure), &failure);
    bureau_good(store_open(bureau->path, NULL, &bureau->store, &failure), &failure);
    assert_string_equal(bureau_ask(bureau, "SELECT count(*) FROM note"), "1");

    struct command restored = { .kind = COMMAND_RESTORED };
    struct receipt receipt;
    bureau_good(bureau_run(bureau, &bureau->anna, &restored, &receipt, &failure), &failure);
    assert_int_equal(receipt.changeset, 3);
    receipt_finish(&receipt);
    old = path_beside(bureau->path, ".before-restore-1");
    struct bureau before = *bureau;
    snprintf(before.path, sizeof before.path, "%s", old);
    assert_string_equal(bureau_ask(&before, "SELECT count(*) FROM note"), "2");
    free(old);
    free(copy);
}

static void copy_bytes_of(const char *from, const char *to, const char *ending)
{
    char *source = path_beside(from, ending), *target = path_beside(to, ending), command[300];

    snprintf(command, sizeof command, "cp -p '%s' '%s'", source, target);
    assert_int_equal(system(command), 0);
    free(source);
    free(target);
}

static void restore__takes__what_stands_only_in_the_backups_own_log(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure = { 0 };
    char *copy = path_beside(bureau->path, ".copied");

    change_something(bureau);
    copy_bytes_of(bureau->path, copy, "");
    copy_bytes_of(bureau->path, copy, "-wal");
    store_close(bureau->store);
    bureau->store = NULL;
    bureau_good(store_restore(copy, bureau->path, NULL, false, NULL, NULL, &failure), &failure);
    bureau_good(store_open(bureau->path, NULL, &bureau->store, &failure), &failure);
    assert_string_equal(bureau_ask(bureau, "SELECT count(*) FROM note"), "1");
    free(copy);
}

static void restore__that_fails__leaves_what_was_there(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure = { 0 };
    char *copy = path_beside(bureau->path, ".backup"), *key = path_beside(copy, ".key");

    bureau_good(store_backup(bureau->store, copy, false, &failure), &failure);
    change_something(bureau);
    assert_int_equal(mkdir(key, 0700), 0); /* a key that cannot be read */
    store_close(bureau->store);
    bureau->store = NULL;
    assert_false(store_restore(copy, bureau->path, NULL, false, NULL, NULL, &failure));
    assert_int_equal(failure.kind, FAILURE_IO);
    bureau_good(store_open(bureau->path, NULL, &bureau->store, &failure), &failure);
    assert_true(bureau->store->has_key);
    assert_string_equal(bureau_ask(bureau, "SELECT count(*) FROM note"), "1");
    free(copy);
    free(key);
}

static void backup__is_whole__while_others_write(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure = { 0 };
    struct store *other;
    char *copy = path_beside(bureau->path, ".backup");
    int64_t findings;

    bureau_good(store_open(bureau->path, NULL, &other, &failure), &failure);
    bureau_good(db_begin_write(other->db, "Dag", &failure), &failure);
    bureau_good(db_script(other->db, "UPDATE client SET name = 'half done'", &failure), &failure);
    bureau_good(store_backup(bureau->store, copy, false, &failure), &failure);
    db_rollback(other->db);
    store_close(other);
    bureau_good(store_open(copy, NULL, &other, &failure), &failure);
    assert_false(other->has_key);
    bureau_good(store_check(other, NULL, NULL, &findings, &failure), &failure);
    assert_int_equal(findings, 1); /* the key was not copied; all else is whole */
    store_close(other);
    free(copy);
}

static void backup__is_not_made__of_an_altered_log(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure = { 0 };
    char *copy = path_beside(bureau->path, ".backup");

    bureau_raw(bureau, "DROP TRIGGER changeset_no_update; UPDATE changeset SET actor = 'eve'");
    assert_false(store_backup(bureau->store, copy, false, &failure));
    assert_int_equal(failure.kind, FAILURE_IO);
    assert_int_not_equal(access(copy, F_OK), 0);
    free(copy);
}

static void restore__refuses__a_damaged_a_foreign_and_a_cut_backup(void **state)
{
    struct bureau *bureau = *state;
    char *copy = path_beside(bureau->path, ".backup");
    struct failure failure = { 0 };
    struct stat status;
    char bytes[600];

    for (int i = 0; i < 200; i++)
        change_something(bureau);
    bureau_good(store_backup(bureau->store, copy, false, &failure), &failure);
    store_close(bureau->store);
    bureau->store = NULL;
    memset(bytes, 0x5a, sizeof bytes);
    assert_int_equal(stat(copy, &status), 0);
    for (int i = 0; i < 3; i++) {
        int fd = open(copy, O_RDWR);
        if (i == 0) /* a page in the middle */
            assert_int_equal(pwrite(fd, bytes, sizeof bytes, status.st_size / 2 / 4096 * 4096),
                             sizeof bytes);
        else if (i == 1) /* cut */
            assert_int_equal(ftruncate(fd, status.st_size / 3), 0);
        else /* no database at all */
            assert_int_equal(pwrite(fd, bytes, sizeof bytes, 0), sizeof bytes);
        close(fd);
        assert_false(store_restore(copy, bureau->path, NULL, false, NULL, NULL, &failure));
        assert_int_equal(failure.kind, FAILURE_IO);
        assert_string_equal(bureau_ask(bureau, "SELECT count(*) FROM note"), "200");
    }
    free(copy);
}

static void restore__puts_the_backups_key__beside_the_old_one(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure = { 0 };
    char *copy = path_beside(bureau->path, ".backup"), *key = path_beside(bureau->path, ".key");
    char *kept = path_beside(bureau->path, ".before-restore-1.key");
    unsigned char first[KEY_SIZE];

    memcpy(first, bureau->store->key, KEY_SIZE);
    bureau_good(store_backup(bureau->store, copy, true, &failure), &failure);
    store_close(bureau->store);
    bureau->store = NULL;
    FILE *file = fopen(key, "w");
    fputs("another key of thirty-two bytes!", file);
    fclose(file);
    bureau_good(store_restore(copy, bureau->path, NULL, false, NULL, NULL, &failure), &failure);
    bureau_good(store_open(bureau->path, NULL, &bureau->store, &failure), &failure);
    assert_memory_equal(bureau->store->key, first, KEY_SIZE);
    assert_int_equal(access(kept, F_OK), 0);
    free(kept);
    free(key);
    free(copy);
}

/* ---- versions ---- */

static const struct schema_version next_versions[] = {
    { 2, "ALTER TABLE client ADD COLUMN region TEXT NOT NULL DEFAULT '';"
         "UPDATE client SET region = 'north';" },
    { 3, "CREATE TABLE third (id INTEGER PRIMARY KEY) STRICT;" },
};

static void migrate__does_nothing__to_the_newest_version(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure = { 0 };
    int from = 0, to = 0;

    bureau_good(store_migrate(bureau->path, NULL, &from, &to, &failure), &failure);
    assert_int_equal(from, 1);
    assert_int_equal(to, 1);
    char *backup = path_beside(bureau->path, ".before-migrate-1");
    assert_int_not_equal(access(backup, F_OK), 0);
    free(backup);
}

static void migrate__goes_version_by_version__with_a_backup_first(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure = { 0 };
    int from = 0, to = 0;

    store_close(bureau->store);
    bureau->store = NULL;
    bureau_good(schema_migrate(bureau->path, NULL, next_versions, 2, &from, &to, &failure),
                &failure);
    assert_int_equal(from, 1);
    assert_int_equal(to, 3);
    assert_string_equal(bureau_ask(bureau, "PRAGMA user_version"), "3");
    assert_string_equal(bureau_ask(bureau, "SELECT region FROM client"), "north");
    struct bureau before = *bureau;
    char *backup = path_beside(bureau->path, ".before-migrate-1");
    snprintf(before.path, sizeof before.path, "%s", backup);
    free(backup);
    assert_string_equal(bureau_ask(&before, "PRAGMA user_version"), "1");
    assert_string_equal(bureau_ask(&before, "SELECT count(*) FROM client"), "5");
    assert_false(store_migrate(bureau->path, NULL, &from, &to, &failure));
    assert_int_equal(failure.kind, FAILURE_USAGE);
}

/* The script breaks off after each of its statements in turn: the version is the old one and nothing of it
 * is there. */
static void migrate__leaves_the_old_version_whole__wherever_it_fails(void **state)
{
    struct bureau *bureau = *state;
    static const char *const statements[] = {
        "CREATE TABLE extra (id INTEGER PRIMARY KEY) STRICT;",
        "INSERT INTO extra VALUES (1);",
        "ALTER TABLE client ADD COLUMN region TEXT NOT NULL DEFAULT '';",
        "UPDATE client SET name = 'other';",
    };

    store_close(bureau->store);
    bureau->store = NULL;
    for (size_t count = 0; count <= sizeof statements / sizeof *statements; count++) {
        struct failure failure = { 0 };
        struct buffer script = { 0 };
        int from = 7, to = 7;
        for (size_t i = 0; i < count; i++)
            buffer_add_text(&script, statements[i]);
        buffer_add_text(&script, "INSERT INTO nowhere VALUES (1);");
        struct schema_version version = { 2, buffer_text(&script) };
        assert_false(schema_migrate(bureau->path, NULL, &version, 1, &from, &to, &failure));
        assert_int_equal(from, 7);
        buffer_finish(&script);
        assert_string_equal(bureau_ask(bureau, "PRAGMA user_version"), "1");
        assert_string_equal(bureau_ask(bureau, "SELECT count(*) FROM sqlite_master"
                                               " WHERE name = 'extra' OR sql LIKE '%region%'"),
                            "0");
        assert_string_equal(bureau_ask(bureau, "SELECT name FROM client WHERE id = 2"), "Fjord AS");
    }
}

/* ---- the engine's own promises ---- */

static void engine__runs_nothing_more__after_a_failure_in_a_transaction(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure = { 0 };
    struct db *db = bureau->store->db;
    bool unknown;

    bureau_good(db_begin_write(db, "Anna", &failure), &failure);
    assert_false(db_script(db, "INSERT INTO favourite VALUES (1, 2); INSERT INTO favourite VALUES"
                               " (1, 2)", &failure));
    struct db_statement *statement =
        db_prepare(db, "INSERT INTO favourite (user_id, client_id) VALUES (1, 3)", &failure);
    assert_int_equal(db_run(statement, &failure), false);
    assert_false(db_commit(db, &unknown, &failure));
    assert_string_equal(bureau_ask(bureau, "SELECT count(*) FROM favourite"), "0");
    bureau_good(db_begin_write(db, "Anna", &failure), &failure);
    db_rollback(db);
}

static void engine__takes_temporary_tables__without_the_gate(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure = { 0 };
    struct db *db = bureau->store->db;

    bureau_good(db_script(db, "CREATE TEMPORARY TABLE mine (id INTEGER PRIMARY KEY, name TEXT);"
                              "CREATE INDEX temp.mine_name ON mine (name);"
                              "INSERT INTO mine SELECT id, name FROM client; DELETE FROM mine;"
                              "DROP TABLE mine", &failure),
                &failure);
}

static void engine__refuses_words_in_double_quotes_and_loose_types(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure = { 0 };
    struct db *db = bureau->store->db;

    assert_null(db_prepare(db, "SELECT \"nosuch\" FROM client", &failure));
    bureau_good(db_begin_write(db, "Anna", &failure), &failure);
    assert_false(db_script(db, "UPDATE client SET payday = '12x'", &failure));
    db_rollback(db);
    bureau_good(db_begin_write(db, "Anna", &failure), &failure);
    assert_false(db_script(db, "INSERT INTO favourite VALUES (1, 999)", &failure));
    db_rollback(db);
}

#define FULL(name) cmocka_unit_test_setup_teardown(name, bureau_setup, bureau_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FULL(check__finds_nothing__in_a_good_bureau),
        FULL(check__names__each_rule_that_is_broken),
        FULL(check__accounts_by_the_log__for_each_access),
        FULL(check__knows__the_key_of_its_database),
        FULL(backup__comes_back__as_it_was),
        FULL(restore__takes__what_stands_only_in_the_backups_own_log),
        FULL(restore__that_fails__leaves_what_was_there),
        FULL(backup__is_whole__while_others_write),
        FULL(backup__is_not_made__of_an_altered_log),
        FULL(restore__refuses__a_damaged_a_foreign_and_a_cut_backup),
        FULL(restore__puts_the_backups_key__beside_the_old_one),
        FULL(migrate__does_nothing__to_the_newest_version),
        FULL(migrate__goes_version_by_version__with_a_backup_first),
        FULL(migrate__leaves_the_old_version_whole__wherever_it_fails),
        FULL(engine__runs_nothing_more__after_a_failure_in_a_transaction),
        FULL(engine__takes_temporary_tables__without_the_gate),
        FULL(engine__refuses_words_in_double_quotes_and_loose_types),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
