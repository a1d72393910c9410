/*
 * Figures that only a process that stays open can tell (P14, P15), for one database:
 *
 *     bench-store DATABASE
 *
 * The database is written to: give it a copy. Prints one line of JSON with medians in milliseconds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "klientel/base/hash.h"
#include "klientel/base/loop.h"
#include "klientel/base/text.h"
#include "klientel/store/db.h"
#include "klientel/store/stage.h"
#include "klientel/store/store.h"

enum { ROUNDS = 41 };

static const struct instant now = { 1794996000 };

static void stop(const char *what, const struct failure *failure)
{
    struct buffer text = { 0 };
    failure_add(failure, LANGUAGE_EN, &text);
    fprintf(stderr, "bench-store: %s: %s\n", what, buffer_text(&text));
    exit(1);
}

static int by_size(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static double median(int64_t *nanoseconds)
{
    qsort(nanoseconds, ROUNDS, sizeof *nanoseconds, by_size);
    return (double)nanoseconds[ROUNDS / 2] / 1e6;
}

static double dashboard(struct store *store, const struct session *session)
{
    int64_t took[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        struct failure failure = { 0 };
        struct dashboard figures;
        int64_t begin = clock_tick();
        if (!store_figures(store, session, month_of(session_today(session)), NULL, &figures,
                           &failure))
            stop("dashboard", &failure);
        took[i] = clock_tick() - begin;
    }
    return median(took);
}

/* One row written through the executor: a note, judged, logged and chained. */
static int64_t write_one(struct store *store, const struct session *session, int64_t client)
{
    struct failure failure = { 0 };
    struct receipt receipt = { 0 };
    struct target target = { client, 0 };
    struct command command = { .kind = COMMAND_NOTE,
                               .targets = &target,
                               .target_count = 1,
                               .reason = "",
                               .note = { .text = "bench", .due = DATE_NONE, .person = "" } };
    int64_t begin = clock_tick();
    if (!store_execute(store, session, &command, false, &receipt, &failure) || !receipt.applied)
        stop("write", &failure);
    int64_t took = clock_tick() - begin;
    receipt_finish(&receipt);
    return took;
}

/* One run changed through an import of one row: the summaries are paid too. */
static int64_t change_one(struct store *store, const struct session *session, int round)
{
    struct failure failure = { 0 };
    struct receipt receipt = { 0 };
    struct stage *stage = stage_create(store, session, &failure);
    if (!stage)
        stop("stage", &failure);
    char month[MONTH_TEXT_SIZE];
    struct month when = month_of(session_today(session));
    struct staged_run row = {
        .at = { stage_add_file(stage, "bench"), 2 },
        .client = "10000",
        .run = month_format(when, month),
        .kind = RUN_MONTH,
        .earned = MONTH_NONE,
        .month = when,
        .payout = DATE_NONE,
        .employees = { true, 100 + round },
        .run_at = INSTANT_NONE,
        .closed_at = INSTANT_NONE,
    };
    if (!stage_run(stage, &row, &failure))
        stop("stage a run", &failure);
    struct command command = { .kind = COMMAND_IMPORT, .import = { stage } };
    int64_t begin = clock_tick();
    if (!store_execute(store, session, &command, false, &receipt, &failure) || !receipt.applied)
        stop("write", &failure);
    int64_t took = clock_tick() - begin;
    receipt_finish(&receipt);
    stage_destroy(stage);
    return took;
}

/* The same row changed by one bare UPDATE in a durable transaction inside the gate. */
static double bare_write(const char *path)
{
    int64_t took[ROUNDS];
    struct failure failure = { 0 };
    struct db *db;
    if (!db_open(path, DB_READ_WRITE, 10, &db, &failure))
        stop("open", &failure);
    for (int i = 0; i < ROUNDS; i++) {
        bool unknown;
        int64_t begin = clock_tick();
        struct db_statement *statement = NULL;
        if (!db_begin_write(db, "bench", &failure) ||
            !(statement = db_prepare(db,
                                     "UPDATE run SET employees = $1, version = version + 1 "
                                     "WHERE id = (SELECT min(id) FROM run)",
                                     &failure)))
            stop("bare write", &failure);
        db_bind_number(statement, 1, 500 + i);
        if (!db_run(statement, &failure) || !db_commit(db, &unknown, &failure))
            stop("bare write", &failure);
        took[i] = clock_tick() - begin;
    }
    db_close(db);
    return median(took);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: bench-store DATABASE\n");
        return 2;
    }
    text_start();
    hash_start();
    struct failure failure = { 0 };
    struct store_options options = { 0 };
    struct store *store = NULL;
    struct session session;
    if (!store_open(argv[1], &options, &store, &failure) ||
        !store_session(store, NULL, now, &session, &failure))
        stop("open", &failure);
    double figures = dashboard(store, &session);
    int64_t writes[ROUNDS], imports[ROUNDS], after[ROUNDS], client;
    if (!store_find_client(store, &session, "10000", &client, &failure) || !client)
        stop("find", &failure);
    for (int i = 0; i < ROUNDS; i++) {
        writes[i] = write_one(store, &session, client);
        imports[i] = change_one(store, &session, i);
        struct dashboard again;
        int64_t begin = clock_tick();
        if (!store_figures(store, &session, month_of(session_today(&session)), NULL, &again,
                           &failure))
            stop("dashboard", &failure);
        after[i] = clock_tick() - begin;
    }
    double write = median(writes), import = median(imports), changed = median(after);
    store_close(store);
    printf("{\"dashboard_ms\": %.4f, \"dashboard_changed_ms\": %.4f, \"write_ms\": %.4f, "
           "\"import_one_ms\": %.4f, \"bare_write_ms\": %.4f}\n",
           figures, changed, write, import, bare_write(argv[1]));
    return 0;
}
