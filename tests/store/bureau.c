#include "bureau.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <dirent.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct instant at(const char *text)
{
    struct instant instant;

    assert_true(instant_parse(text, &instant));
    return instant;
}

void bureau_good(bool good, const struct failure *failure)
{
    if (good)
        return;
    struct buffer text = { 0 };
    failure_add(failure, LANGUAGE_EN, &text);
    print_error("%s\n", buffer_text(&text));
    buffer_finish(&text);
    fail();
}

int bureau_empty_setup(void **state)
{
    struct bureau *bureau = memory_zero(1, sizeof *bureau);

    if (!hash_start() || !text_start())
        return -1;
    snprintf(bureau->folder, sizeof bureau->folder, "/tmp/klientel-store-XXXXXX");
    if (!mkdtemp(bureau->folder))
        return -1;
    snprintf(bureau->path, sizeof bureau->path, "%s/bureau.db", bureau->folder);
    bureau->now = at("2026-11-18T10:00:00Z");
    *state = bureau;
    return 0;
}

static void found(struct bureau *bureau)
{
    struct failure failure = { 0 };
    struct receipt receipt;
    struct session nobody = { .now = bureau->now };
    struct command command = {
        .kind = COMMAND_PARTNER,
        .partner = { .name = "Nord Regnskap", .country = "NO", .login = "anna",
                     .today = DATE_NONE },
    };

    bureau_good(store_create(bureau->path, NULL, &failure), &failure);
    bureau_good(store_open(bureau->path, NULL, &bureau->store, &failure), &failure);
    bureau_good(store_execute(bureau->store, &nobody, &command, false, &receipt, &failure),
                &failure);
    assert_int_equal(receipt.changeset, 1);
    receipt_finish(&receipt);
}

int bureau_setup(void **state)
{
    if (bureau_empty_setup(state) != 0)
        return -1;
    struct bureau *bureau = *state;
    found(bureau);
    bureau_raw(bureau,
               "INSERT INTO user (id, login, name, name_fold, name_sort, role, until, created_at)"
               " VALUES (2, 'bo', 'Bo', 'bo', x'42', 'operator', NULL, '2020-01-01T00:00:00Z'),"
               " (3, 'carin', 'Carin', 'carin', x'43', 'user', NULL, '2020-01-01T00:00:00Z'),"
               " (4, 'dag', 'Dag', 'dag', x'44', 'lead', NULL, '2020-01-01T00:00:00Z'),"
               " (5, 'eva', 'Eva', 'eva', x'45', 'operator', '2021-01-01T00:00:00Z',"
               " '2020-01-01T00:00:00Z');"
               "INSERT INTO client (id, number, name, name_fold, name_sort, country, archived_at,"
               " created_at) VALUES"
               " (2, '10', 'Fjord AS', 'fjord as', x'46', 'NO', NULL, '2020-01-01T00:00:00Z'),"
               " (3, '11', 'Berg AS', 'berg as', x'42', 'NO', NULL, '2020-01-01T00:00:00Z'),"
               " (4, '12', 'Skog AB', 'skog ab', x'53', 'SE', NULL, '2020-01-01T00:00:00Z'),"
               " (5, '13', 'Gamle AS', 'gamle as', x'47', 'NO', '2024-01-01T00:00:00Z',"
               " '2020-01-01T00:00:00Z')");
    store_changed(bureau->store);
    bureau->anna = bureau_session(bureau, NULL);
    return 0;
}

int bureau_teardown(void **state)
{
    struct bureau *bureau = *state;
    DIR *folder = opendir(bureau->folder);
    struct dirent *entry;

    store_close(bureau->store);
    while (folder && (entry = readdir(folder))) {
        char name[512];
        snprintf(name, sizeof name, "%s/%s", bureau->folder, entry->d_name);
        unlink(name);
    }
    if (folder)
        closedir(folder);
    rmdir(bureau->folder);
    free(bureau);
    return 0;
}

struct session bureau_session(struct bureau *bureau, const char *login)
{
    struct failure failure = { 0 };
    struct session session;

    bureau_good(store_session(bureau->store, login, bureau->now, &session, &failure), &failure);
    return session;
}

bool bureau_run(struct bureau *bureau, const struct session *session,
                const struct command *command, struct receipt *receipt, struct failure *failure)
{
    *failure = (struct failure){ 0 };
    return store_execute(bureau->store, session, command, false, receipt, failure);
}

static sqlite3 *raw_open(const struct bureau *bureau)
{
    sqlite3 *handle;

    assert_int_equal(sqlite3_open_v2(bureau->path, &handle, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    sqlite3_busy_timeout(handle, 5000);
    return handle;
}

void bureau_raw(const struct bureau *bureau, const char *sql)
{
    sqlite3 *handle = raw_open(bureau);
    char *error = NULL;

    if (sqlite3_exec(handle, sql, NULL, NULL, &error) != SQLITE_OK) {
        print_error("%s\n", error);
        fail();
    }
    sqlite3_close(handle);
}

const char *bureau_ask(const struct bureau *bureau, const char *sql)
{
    static char text[4096];
    sqlite3 *handle = raw_open(bureau);
    sqlite3_stmt *statement;

    text[0] = '\0';
    if (sqlite3_prepare_v2(handle, sql, -1, &statement, NULL) != SQLITE_OK)
        print_error("%s\n", sqlite3_errmsg(handle));
    assert_non_null(statement);
    if (sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_text(statement, 0))
        snprintf(text, sizeof text, "%s", (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    sqlite3_close(handle);
    return text;
}
