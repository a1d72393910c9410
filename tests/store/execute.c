/* The executor: judging again, the log, replays, colleagues in other processes, failing commits. */
#include "bureau.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const struct month november = { 2026 * 12 + 10 };

static struct command step_command(const struct target *targets, size_t count)
{
    return (struct command){
        .kind = COMMAND_STEP,
        .targets = targets,
        .target_count = count,
        .step = { .step = STEP_APPROVED, .month = november, .waiting_for = "" },
    };
}

static struct command note_command(const struct target *target, const char *text)
{
    return (struct command){
        .kind = COMMAND_NOTE,
        .targets = target,
        .target_count = 1,
        .note = { .text = text, .due = DATE_NONE, .person = "" },
    };
}

/* ---- partner ---- */

static void partner__founds_a_bureau__with_all_it_begins_with(void **state)
{
    struct bureau *bureau = *state;

    assert_string_equal(bureau_ask(bureau, "SELECT login || role FROM user WHERE id = 1"),
                        "annaadmin");
    assert_string_equal(bureau_ask(bureau, "SELECT name || internal FROM client WHERE id = 1"),
                        "Nord Regnskap1");
    assert_string_equal(bureau_ask(bureau, "SELECT value FROM setting WHERE name = 'language'"),
                        "nb");
    assert_string_equal(bureau_ask(bureau, "SELECT count(*) FROM package WHERE main = 1"), "2");
    assert_string_equal(
        bureau_ask(bureau, "SELECT actor || command || rows || (SELECT count(*) FROM change) ="
                           " actor || command || rows || rows FROM changeset"),
        "1");
}

static void partner__ships_views__that_parse(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure = { 0 };
    struct db_statement *statement =
        db_prepare(bureau->store->db, "SELECT name, filter FROM view_", &failure);
    struct receipt receipt;
    char names[16][128], filters[16][128];
    size_t count = 0;

    while (db_step(statement, &failure) == DB_ROW) {
        copy_cut(names[count], sizeof names[count], db_text(statement, 0, NULL));
        copy_cut(filters[count], sizeof filters[count], db_text(statement, 1, NULL));
        count++;
    }
    db_done(statement);
    assert_true(count >= 5);
    for (size_t i = 0; i < count; i++) {
        struct command command = {
            .kind = COMMAND_VIEW,
            .view = { .name = names[i], .filter = filters[i], .dataset = DATASET_clients,
                      .shared = true },
        };
        bureau_good(bureau_run(bureau, &bureau->anna, &command, &receipt, &failure), &failure);
        assert_int_equal(receipt.unchanged, 1); /* the shipped text is canonical already */
        receipt_finish(&receipt);
    }
}

static void partner__is_refused__a_second_time(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure;
    struct receipt receipt;
    struct command command = {
        .kind = COMMAND_PARTNER,
        .partner = { .name = "Another", .country = "SE", .login = "eve", .today = DATE_NONE },
    };

    assert_false(bureau_run(bureau, &bureau->anna, &command, &receipt, &failure));
    assert_int_equal(failure.kind, FAILURE_REFUSED);
    assert_string_equal(bureau_ask(bureau, "SELECT count(*) FROM user"), "5");
}

/* ---- judging again, inside ---- */

static void execute__asks_again_who_acts__in_the_transaction(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure;
    struct receipt receipt;
    struct session bo = bureau_session(bureau, "bo");
    struct target target = { .id = FJORD };
    struct command command = note_command(&target, "called");

    bo.role = ROLE_ADMIN; /* what a session says of itself counts for nothing */
    bureau_good(bureau_run(bureau, &bo, &command, &receipt, &failure), &failure);
    assert_int_equal(receipt.skipped_count, 1);
    receipt_finish(&receipt);
    bureau_raw(bureau, "UPDATE user SET until = '2026-11-18T09:59:59Z' WHERE login = 'bo'");
    assert_false(bureau_run(bureau, &bo, &command, &receipt, &failure));
    assert_int_equal(failure.kind, FAILURE_DENIED);
}

static void execute__skips_the_refused__and_takes_the_others(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure;
    struct receipt receipt;
    const struct target targets[] = {
        { .id = FJORD }, { .id = 999 }, { .id = GAMLE }, { .id = BERG, .version = 7 }, { .id = SKOG },
    };
    struct command command = step_command(targets, 5);

    bureau_good(bureau_run(bureau, &bureau->anna, &command, &receipt, &failure), &failure);
    assert_int_equal(receipt.selected, 5);
    assert_int_equal(receipt.applied, 2);
    assert_int_equal(receipt.skipped_count, 3);
    assert_int_equal(receipt.skipped[0].client, 999);
    assert_string_equal(receipt.skipped[0].why.text, refusal_text(REFUSAL_GONE));
    assert_string_equal(receipt.skipped[1].why.text, refusal_text(REFUSAL_ARCHIVED));
    assert_string_equal(receipt.skipped[2].why.text, refusal_text(REFUSAL_CHANGED));
    receipt_finish(&receipt);
    assert_string_equal(
        bureau_ask(bureau, "SELECT selected || '/' || applied || '/' || unchanged || '/' || skipped"
                           " FROM changeset ORDER BY id DESC"),
        "5/2/0/3");
}

static void execute__writes_nothing__when_nothing_changes(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure;
    struct receipt receipt;
    struct target target = { .id = FJORD };
    struct command command = step_command(&target, 1);

    for (int i = 0; i < 2; i++) {
        bureau_good(bureau_run(bureau, &bureau->anna, &command, &receipt, &failure), &failure);
        assert_int_equal(receipt.changeset, i == 0 ? 2 : 0);
        assert_int_equal(receipt.unchanged, i);
        receipt_finish(&receipt);
    }
    assert_string_equal(bureau_ask(bureau, "SELECT count(*) FROM changeset"), "2");
}

static void execute__previews_everything_but_the_commit__on_a_dry_run(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure = { 0 };
    struct receipt receipt;
    struct target target = { .id = FJORD };
    struct command command = step_command(&target, 1);

    bureau_good(store_execute(bureau->store, &bureau->anna, &command, true, &receipt, &failure),
                &failure);
    assert_int_equal(receipt.applied, 1);
    assert_int_equal(receipt.changeset, 0);
    receipt_finish(&receipt);
    assert_string_equal(bureau_ask(bureau, "SELECT count(*) FROM step"), "0");
    assert_string_equal(bureau_ask(bureau, "SELECT count(*) FROM changeset"), "1");
}

static void execute__answers_the_same__for_the_same_operation(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure;
    struct receipt receipt;
    const struct target targets[] = { { .id = FJORD }, { .id = 999 } };
    struct command command = step_command(targets, 2), undo = command;

    command.operation = "0123456789abcdef0123456789abcdef";
    undo.step.undo = true;
    for (int i = 0; i < 2; i++) {
        bureau_good(bureau_run(bureau, &bureau->anna, &command, &receipt, &failure), &failure);
        assert_int_equal(receipt.changeset, 2);
        assert_int_equal(receipt.selected, 2);
        assert_int_equal(receipt.applied, 1);
        assert_int_equal(receipt.skipped_count, 1);
        assert_string_equal(receipt.operation, command.operation);
        receipt_finish(&receipt);
        if (i == 0) { /* in between somebody takes it back */
            bureau_good(bureau_run(bureau, &bureau->anna, &undo, &receipt, &failure), &failure);
            receipt_finish(&receipt);
        }
    }
    assert_string_equal(bureau_ask(bureau, "SELECT done_at IS NULL FROM step"), "1");
    assert_string_equal(bureau_ask(bureau, "SELECT count(*) FROM changeset"), "3");
}

static void execute__refuses__an_operation_of_something_else(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure;
    struct receipt receipt;
    const struct target target = { .id = FJORD };
    struct command step = step_command(&target, 1);
    struct command note = { .kind = COMMAND_NOTE, .targets = &target, .target_count = 1,
                            .operation = "0123456789abcdef0123456789abcdef",
                            .note = { .text = "call them", .due = DATE_NONE } };
    struct session dag = bureau_session(bureau, "dag");

    step.operation = note.operation;
    bureau_good(bureau_run(bureau, &bureau->anna, &step, &receipt, &failure), &failure);
    receipt_finish(&receipt);
    assert_false(bureau_run(bureau, &bureau->anna, &note, &receipt, &failure));
    assert_int_equal(failure.kind, FAILURE_REFUSED);
    receipt_finish(&receipt);
    assert_false(bureau_run(bureau, &dag, &step, &receipt, &failure));
    assert_int_equal(failure.kind, FAILURE_REFUSED);
    receipt_finish(&receipt);
    assert_string_equal(bureau_ask(bureau, "SELECT count(*) FROM note"), "0");
}

static void execute__writes__after_a_statement_was_left_half_read(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure;
    struct receipt receipt;
    struct store *other;
    const struct target target = { .id = FJORD };
    struct command command = step_command(&target, 1), undo = command;

    undo.step.undo = true;
    bureau_good(db_begin_read(bureau->store->db, &failure), &failure);
    struct db_statement *half = db_prepare(bureau->store->db, "SELECT id FROM client", &failure);
    assert_int_equal(db_step(half, &failure), DB_ROW);
    db_end_read(bureau->store->db);
    bureau_good(store_open(bureau->path, NULL, &other, &failure), &failure);
    bureau_good(store_execute(other, &bureau->anna, &command, false, &receipt, &failure), &failure);
    receipt_finish(&receipt);
    store_close(other);
    bureau_good(bureau_run(bureau, &bureau->anna, &undo, &receipt, &failure), &failure);
    assert_int_equal(receipt.applied, 1);
    receipt_finish(&receipt);
}

/* ---- steps, notes, views ---- */

static void step__goes_done_waiting_undone__each_logged(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure;
    struct receipt receipt;
    struct target target = { .id = FJORD };
    struct command command = step_command(&target, 1);

    static const struct {
        const char *waiting;
        bool undo;
        const char *row, *log;
    } cases[] = {
        { "", false, "2026-11-18T10:00:00Z|1||", "|2026-11 2026-11-18T10:00:00Z" },
        { "the client", false, "||the client|2026-11-18T10:00:00Z",
          "2026-11 2026-11-18T10:00:00Z|2026-11 waiting: the client" },
        { "", true, "||||", "2026-11 waiting: the client|" },
    };
    for (size_t i = 0; i < 3; i++) {
        command.step.waiting_for = cases[i].waiting;
        command.step.undo = cases[i].undo;
        bureau_good(bureau_run(bureau, &bureau->anna, &command, &receipt, &failure), &failure);
        assert_int_equal(receipt.applied, 1);
        receipt_finish(&receipt);
        const char *row = bureau_ask(bureau, "SELECT coalesce(done_at, '') || '|' ||"
                                             " coalesce(done_by, '') || '|' || waiting_for || '|' ||"
                                             " coalesce(since, '') FROM step");
        assert_string_equal(row, i == 2 ? "|||" : cases[i].row);
        assert_string_equal(bureau_ask(bureau, "SELECT coalesce(before, '') || '|' ||"
                                               " coalesce(after, '') FROM change WHERE entity ="
                                               " 'step' ORDER BY id DESC"),
                            cases[i].log);
    }
}

static void step__over_a_rejected_declaration__needs_a_reason(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure;
    struct receipt receipt;
    struct target target = { .id = FJORD };
    struct command command = step_command(&target, 1);

    bureau_raw(bureau, "INSERT INTO declaration (client_id, month, kind, state, source, noted_at,"
                       " changeset_id) VALUES (2, '2026-11', 'a-melding', 'rejected', 'feedback',"
                       " '2026-11-17T10:00:00Z', 1)");
    command.step.step = STEP_DECLARED;
    bureau_good(bureau_run(bureau, &bureau->anna, &command, &receipt, &failure), &failure);
    assert_int_equal(receipt.skipped_count, 1);
    receipt_finish(&receipt);
    command.reason = "sent again on paper";
    bureau_good(bureau_run(bureau, &bureau->anna, &command, &receipt, &failure), &failure);
    assert_int_equal(receipt.applied, 1);
    receipt_finish(&receipt);
}

static void note__is_sealed_in_the_log__and_readable_with_the_key(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure = { 0 };
    struct receipt receipt;
    struct target target = { .id = FJORD };
    struct command command = note_command(&target, "Kari is ill until Monday");

    command.note.person = "bo";
    command.note.due = date_of(2026, 11, 23);
    bureau_good(bureau_run(bureau, &bureau->anna, &command, &receipt, &failure), &failure);
    receipt_finish(&receipt);
    assert_string_equal(bureau_ask(bureau, "SELECT text || due || person_id FROM note"),
                        "Kari is ill until Monday2026-11-232");
    assert_string_equal(
        bureau_ask(bureau, "SELECT length(after) || instr(after, 'Kari') FROM change"
                           " WHERE entity = 'note'"),
        "640");
    struct db_statement *statement =
        db_prepare(bureau->store->db, "SELECT value FROM secret", &failure);
    struct buffer text = { 0 };
    size_t length;
    assert_int_equal(db_step(statement, &failure), DB_ROW);
    const void *sealed = db_blob(statement, 0, &length);
    assert_true(hash_open(bureau->store->key, sealed, length, &text));
    assert_string_equal(buffer_text(&text), "Kari is ill until Monday");
    db_done(statement);
    buffer_finish(&text);
    command.note.person = "nobody";
    assert_false(bureau_run(bureau, &bureau->anna, &command, &receipt, &failure));
}

static void view__is_saved_replaced_and_dropped__by_its_owner(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure;
    struct receipt receipt;
    struct session bo = bureau_session(bureau, "bo"), carin = bureau_session(bureau, "carin");
    struct command save = {
        .kind = COMMAND_VIEW,
        .view = { .name = "Mine", .filter = "is:mine", .dataset = DATASET_clients },
    };

    bureau_good(bureau_run(bureau, &bo, &save, &receipt, &failure), &failure);
    bureau_good(bureau_run(bureau, &carin, &save, &receipt, &failure), &failure);
    save.view.name = "MINE";
    save.view.filter = "is:mine city:oslo";
    bureau_good(bureau_run(bureau, &bo, &save, &receipt, &failure), &failure);
    assert_int_equal(receipt.applied, 1);
    assert_string_equal(bureau_ask(bureau, "SELECT name || filter || version FROM view_"
                                           " WHERE owner_id = 2"),
                        "MINEis:mine city:oslo2");
    save.view.filter = "nosuch<5";
    assert_false(bureau_run(bureau, &bo, &save, &receipt, &failure));
    save.view.filter = "";
    save.view.shared = true;
    assert_false(bureau_run(bureau, &bo, &save, &receipt, &failure));
    assert_int_equal(failure.kind, FAILURE_DENIED);

    struct target target = {
        .id = strtol(bureau_ask(bureau, "SELECT id FROM view_ WHERE owner_id = 2"), NULL, 10)
    };
    struct command drop = { .kind = COMMAND_VIEW_DROP, .targets = &target, .target_count = 1 };
    assert_false(bureau_run(bureau, &carin, &drop, &receipt, &failure));
    bureau_good(bureau_run(bureau, &bo, &drop, &receipt, &failure), &failure);
    assert_int_equal(receipt.applied, 1);
    assert_string_equal(bureau_ask(bureau, "SELECT count(*) FROM view_ WHERE owner_id = 2"), "0");
}

/* ---- colleagues ---- */

/*
 * A colleague is a process of its own: this program started again (an engine must not be carried
 * over a fork). kind: "step" done and undone in turn, "note", "remember", or "hang" with half a transaction.
 */
static pid_t start_colleague(const struct bureau *bureau, const char *kind, const char *login,
                             const char *times)
{
    pid_t child = fork();

    if (child == 0) {
        execl("/proc/self/exe", "colleague", kind, bureau->path, login, times, (char *)NULL);
        _exit(99);
    }
    return child;
}

static void wait_for(pid_t child)
{
    int status;

    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
}

static int hang(const char *path)
{
    struct failure failure = { 0 };
    struct db *db;

    if (!db_open(path, DB_READ_WRITE, 0, &db, &failure) || !db_begin_write(db, "Dag", &failure)
        || !db_script(db, "UPDATE client SET name = 'half done', version = version + 1", &failure))
        return 1;
    if (write(STDOUT_FILENO, "x", 1) == 1)
        pause();
    return 1;
}

static int colleague(const char *kind, const char *path, const char *login, int times)
{
    struct failure failure = { 0 };
    struct store *store;
    struct session session;
    struct receipt receipt;
    struct target target = { .id = FJORD };

    if (!hash_start() || !text_start())
        return 1;
    if (strcmp(kind, "hang") == 0)
        return hang(path);
    if (!store_open(path, NULL, &store, &failure)
        || !store_session(store, login, at("2026-11-18T10:00:00Z"), &session, &failure))
        return 1;
    for (int i = 0; i < times; i++) {
        if (strcmp(kind, "remember") == 0) {
            if (!store_remember(store, &session, "cursor", i % 2 ? "1" : "2", &failure)
                || !store_favourite(store, &session, BERG, i % 2 == 0, &failure))
                return 3;
            continue;
        }
        struct command command = strcmp(kind, "step") == 0 ? step_command(&target, 1)
                                                           : note_command(&target, "a note");
        if (command.kind == COMMAND_STEP)
            command.step.undo = i % 2 == 1;
        if (!store_execute(store, &session, &command, false, &receipt, &failure))
            return 2;
        receipt_finish(&receipt);
    }
    store_close(store);
    return 0;
}

static void changed__is_told_once__for_colleagues_but_not_for_oneself(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure;
    struct receipt receipt;
    struct target target = { .id = BERG };
    struct command command = step_command(&target, 1);

    assert_false(store_changed(bureau->store));
    bureau_good(bureau_run(bureau, &bureau->anna, &command, &receipt, &failure), &failure);
    receipt_finish(&receipt);
    assert_false(store_changed(bureau->store));
    wait_for(start_colleague(bureau, "step", "dag", "1"));
    assert_true(store_changed(bureau->store));
    assert_false(store_changed(bureau->store));
}

/* What a colleague keeps for himself (a cursor, clients opened last, favourites) is nothing to ask all rows again for. */
static void changed__is_not_told__for_what_others_keep_for_themselves(void **state)
{
    struct bureau *bureau = *state;

    wait_for(start_colleague(bureau, "step", "dag", "1"));
    assert_true(store_changed(bureau->store));
    wait_for(start_colleague(bureau, "remember", "dag", "3"));
    assert_false(store_changed(bureau->store));
    wait_for(start_colleague(bureau, "note", "dag", "1"));
    assert_true(store_changed(bureau->store));
}

static void step__by_two_colleagues__is_done_once_and_unchanged_once(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure;
    struct receipt receipt;
    struct target target = { .id = FJORD };
    struct command command = step_command(&target, 1);

    wait_for(start_colleague(bureau, "step", "dag", "1"));
    bureau_good(bureau_run(bureau, &bureau->anna, &command, &receipt, &failure), &failure);
    assert_int_equal(receipt.unchanged, 1);
    receipt_finish(&receipt);
    assert_string_equal(bureau_ask(bureau, "SELECT done_by FROM step"), "4");
}

static int64_t findings_of(struct bureau *bureau, store_finding call, void *context)
{
    struct failure failure = { 0 };
    int64_t findings, changesets;
    char head[65];

    bureau_good(store_verify_log(bureau->store, call, context, &findings, &changesets, head,
                                 &failure),
                &failure);
    return findings;
}

static void writers__take_turns__and_lose_nothing(void **state)
{
    struct bureau *bureau = *state;
    enum { WRITERS = 6 };
    pid_t children[WRITERS];

    for (int i = 0; i < WRITERS; i++)
        children[i] = start_colleague(bureau, "note", "anna", "40");
    for (int i = 0; i < WRITERS; i++)
        wait_for(children[i]);
    assert_string_equal(bureau_ask(bureau, "SELECT count(*) FROM note"), "240");
    assert_string_equal(bureau_ask(bureau, "SELECT max(id) = count(*) FROM changeset"), "1");
    assert_int_equal(findings_of(bureau, NULL, NULL), 0);
}

static void gate__says_who_is_saving__when_it_does_not_open_in_time(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure = { 0 };
    struct store *store;
    struct session session;
    struct receipt receipt;
    struct target target = { .id = FJORD };
    struct command command = step_command(&target, 1);
    struct store_options options = { .gate_seconds = 1 };
    struct timespec before, after;

    bureau_good(store_open(bureau->path, &options, &store, &failure), &failure);
    bureau_good(store_session(store, "dag", bureau->now, &session, &failure), &failure);
    bureau_good(db_begin_write(bureau->store->db, "Anna", &failure), &failure);
    clock_gettime(CLOCK_MONOTONIC, &before);
    assert_false(store_execute(store, &session, &command, false, &receipt, &failure));
    clock_gettime(CLOCK_MONOTONIC, &after);
    double waited = (double)(after.tv_sec - before.tv_sec)
                    + (double)(after.tv_nsec - before.tv_nsec) / 1e9;
    assert_true(waited > 0.9 && waited < 5);
    assert_int_equal(failure.kind, FAILURE_BUSY);
    assert_string_equal(failure.message.argument[0], "Anna");
    db_rollback(bureau->store->db);
    bureau_good(store_execute(store, &session, &command, false, &receipt, &failure), &failure);
    receipt_finish(&receipt);
    store_close(store);
}

static void kill__in_the_middle__leaves_nothing_and_no_lock(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure;
    struct receipt receipt;
    struct target target = { .id = FJORD };
    struct command command = step_command(&target, 1);
    int pipes[2], status, out;
    char byte;

    assert_int_equal(pipe(pipes), 0);
    out = dup(STDOUT_FILENO);
    fflush(stdout);
    dup2(pipes[1], STDOUT_FILENO);
    pid_t child = start_colleague(bureau, "hang", "", "");
    dup2(out, STDOUT_FILENO);
    close(out);
    assert_int_equal(read(pipes[0], &byte, 1), 1);
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    close(pipes[0]);
    close(pipes[1]);
    bureau_good(bureau_run(bureau, &bureau->anna, &command, &receipt, &failure), &failure);
    receipt_finish(&receipt);
    assert_string_equal(bureau_ask(bureau, "SELECT count(*) FROM client WHERE name = 'half done'"),
                        "0");
    assert_string_equal(bureau_ask(bureau, "PRAGMA integrity_check"), "ok");
}

/* ---- the chain ---- */

static void keep_text(void *context, const struct message *finding)
{
    struct buffer *all = context;

    message_add(finding, LANGUAGE_EN, all);
    buffer_add_byte(all, '\n');
}

static void log__notices__what_was_altered_taken_or_added(void **state)
{
    struct bureau *bureau = *state;
    static const struct {
        const char *sql, *says;
    } cases[] = {
        { "UPDATE change SET after = 'other' WHERE changeset_id = 3", "line of change-set 3" },
        { "UPDATE change SET after = '' WHERE changeset_id = 3 AND after IS NULL",
          "line of change-set 3" },
        { "UPDATE changeset SET actor = 'eve' WHERE id = 2", "change-set 2 was altered" },
        { "UPDATE changeset SET reason = 'x' WHERE id = 4", "change-set 4 was altered" },
        { "DELETE FROM change WHERE changeset_id = 3", "has 0 lines, but 1" },
        { "DELETE FROM change WHERE changeset_id = 3; DELETE FROM changeset WHERE id = 3",
          "lacks the change-sets 3 to 3" },
        { "INSERT INTO change (changeset_id, entity, row_id, column_name) VALUES (2, 'step', 1, 'x')",
          "has 2 lines, but 1" },
        { "UPDATE changeset SET prev = hash WHERE id = 3", "change-set 3 does not continue" },
        { "PRAGMA foreign_keys=OFF; UPDATE change SET changeset_id = 77 WHERE changeset_id = 4",
          "change-set 77 that is not there" },
    };

    wait_for(start_colleague(bureau, "step", "dag", "4"));
    assert_int_equal(findings_of(bureau, NULL, NULL), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bureau copy = *bureau;
        struct failure failure = { 0 };
        struct buffer texts = { 0 };
        char sql[200];
        snprintf(copy.path, sizeof copy.path, "%s/altered%zu", bureau->folder, i);
        snprintf(sql, sizeof sql, "VACUUM INTO '%s'", copy.path);
        bureau_raw(bureau, sql);
        bureau_raw(&copy, "DROP TRIGGER changeset_no_update; DROP TRIGGER changeset_no_delete;"
                          "DROP TRIGGER change_no_update; DROP TRIGGER change_no_delete");
        bureau_raw(&copy, cases[i].sql);
        assert_int_equal(chmod(copy.path, 0600), 0);
        bureau_good(store_open(copy.path, NULL, &copy.store, &failure), &failure);
        if (findings_of(&copy, keep_text, &texts) == 0 || !strstr(buffer_text(&texts), cases[i].says)) {
            print_error("%s: %s\n", cases[i].sql, buffer_text(&texts));
            fail();
        }
        buffer_finish(&texts);
        store_close(copy.store);
    }
}

static void log__cannot_be_altered__by_sql(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure = { 0 };

    static const char *const sql[] = {
        "UPDATE changeset SET actor = 'eve'", "DELETE FROM changeset", "UPDATE change SET after = ''",
        "DELETE FROM change",
    };
    for (size_t i = 0; i < 4; i++) {
        bureau_good(db_begin_write(bureau->store->db, "eve", &failure), &failure);
        assert_false(db_script(bureau->store->db, sql[i], &failure));
        db_rollback(bureau->store->db);
    }
    assert_int_equal(findings_of(bureau, NULL, NULL), 0);
}

/* ---- a commit that fails ---- */

/*
 * A disk that stops: the engine's own file system, but writing and syncing its log fails for good from
 * the n-th time on. COMMIT then reports an error although its frames may be in the log.
 */
static int disk_left = -1; /* calls that still succeed; -1 = all of them */
static sqlite3_io_methods broken_methods;
static const sqlite3_io_methods *real_methods;

static bool disk_fails(void)
{
    if (disk_left > 0)
        disk_left--;
    return disk_left == 0;
}

static int broken_write(sqlite3_file *file, const void *data, int length, sqlite3_int64 offset)
{
    return disk_fails() ? SQLITE_IOERR_WRITE : real_methods->xWrite(file, data, length, offset);
}

static int broken_sync(sqlite3_file *file, int flags)
{
    return disk_fails() ? SQLITE_IOERR_FSYNC : real_methods->xSync(file, flags);
}

static sqlite3_vfs *real_vfs;

static int broken_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
                       int *ret_flags)
{
    (void)vfs;
    int code = real_vfs->xOpen(real_vfs, name, file, flags, ret_flags);

    if (code == SQLITE_OK && file->pMethods && (flags & SQLITE_OPEN_WAL)) {
        real_methods = file->pMethods;
        broken_methods = *file->pMethods;
        broken_methods.xWrite = broken_write;
        broken_methods.xSync = broken_sync;
        file->pMethods = &broken_methods;
    }
    return code;
}

static void commit__that_fails__is_looked_up_before_it_is_called_failed(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure = { 0 };
    struct receipt receipt;
    struct target target = { .id = FJORD };
    int failed = 0, saved = 0, found = 0;
    sqlite3_vfs vfs;

    real_vfs = sqlite3_vfs_find(NULL);
    vfs = *real_vfs;
    vfs.zName = "broken";
    vfs.xOpen = broken_open;
    store_close(bureau->store);
    bureau->store = NULL;
    assert_int_equal(sqlite3_vfs_register(&vfs, 1), SQLITE_OK);
    for (int point = 1; point <= 40; point++) {
        struct command command = note_command(&target, "a note");
        bureau_good(store_open(bureau->path, NULL, &bureau->store, &failure), &failure);
        struct session anna = bureau_session(bureau, NULL);
        /* With something in the log before, it stays when the connection is thrown away. */
        bureau_good(store_execute(bureau->store, &anna, &command, false, &receipt, &failure),
                    &failure);
        receipt_finish(&receipt);
        int before = atoi(bureau_ask(bureau, "SELECT count(*) FROM note"));
        disk_left = point;
        bool good = store_execute(bureau->store, &anna, &command, false, &receipt, &failure);
        found += good && disk_left == 0;
        disk_left = -1;
        int after = atoi(bureau_ask(bureau, "SELECT count(*) FROM note"));
        assert_int_equal(after, before + good);
        assert_true(good == (receipt.changeset > 0));
        failed += !good;
        saved += good;
        receipt_finish(&receipt);
        store_close(bureau->store);
        bureau->store = NULL;
    }
    sqlite3_vfs_register(real_vfs, 1);
    sqlite3_vfs_unregister(&vfs);
    assert_true(failed > 0);
    assert_true(saved > 0);
    assert_true(found > 0); /* COMMIT said no, and yet it was there */
    bureau_good(store_open(bureau->path, NULL, &bureau->store, &failure), &failure);
    assert_int_equal(findings_of(bureau, NULL, NULL), 0);
}

static void commit__that_fails__where_the_file_is_gone_too__leaves_failures_and_no_crash(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure = { 0 };
    struct store_info info;
    struct db *nothing = db_nothing(bureau->path);

    db_close(bureau->store->db);
    bureau->store->db = nothing;
    assert_false(store_info(bureau->store, &info, &failure));
    assert_int_equal(failure.kind, FAILURE_IO);
    assert_true(store_changed(bureau->store)); /* whoever shows something asks again, and is told */
    assert_false(db_begin_write(bureau->store->db, "anna", &failure));
    assert_int_equal(failure.kind, FAILURE_DENIED);
}

#define FULL(name) cmocka_unit_test_setup_teardown(name, bureau_setup, bureau_teardown)

int main(int argc, char **argv)
{
    if (argc == 5)
        return colleague(argv[1], argv[2], argv[3], atoi(argv[4]));
    const struct CMUnitTest tests[] = {
        FULL(partner__founds_a_bureau__with_all_it_begins_with),
        FULL(partner__ships_views__that_parse),
        FULL(partner__is_refused__a_second_time),
        FULL(execute__asks_again_who_acts__in_the_transaction),
        FULL(execute__skips_the_refused__and_takes_the_others),
        FULL(execute__writes_nothing__when_nothing_changes),
        FULL(execute__previews_everything_but_the_commit__on_a_dry_run),
        FULL(execute__answers_the_same__for_the_same_operation),
        FULL(execute__refuses__an_operation_of_something_else),
        FULL(execute__writes__after_a_statement_was_left_half_read),
        FULL(step__goes_done_waiting_undone__each_logged),
        FULL(step__over_a_rejected_declaration__needs_a_reason),
        FULL(note__is_sealed_in_the_log__and_readable_with_the_key),
        FULL(view__is_saved_replaced_and_dropped__by_its_owner),
        FULL(changed__is_told_once__for_colleagues_but_not_for_oneself),
        FULL(changed__is_not_told__for_what_others_keep_for_themselves),
        FULL(step__by_two_colleagues__is_done_once_and_unchanged_once),
        FULL(writers__take_turns__and_lose_nothing),
        FULL(gate__says_who_is_saving__when_it_does_not_open_in_time),
        FULL(kill__in_the_middle__leaves_nothing_and_no_lock),
        FULL(log__notices__what_was_altered_taken_or_added),
        FULL(log__cannot_be_altered__by_sql),
        FULL(commit__that_fails__is_looked_up_before_it_is_called_failed),
        FULL(commit__that_fails__where_the_file_is_gone_too__leaves_failures_and_no_crash),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
