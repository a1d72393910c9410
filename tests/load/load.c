/*
 * Load: many processes edit one bureau at once (P23, and the first half of R1).
 *
 *     load FOLDER PROCESSES SECONDS PER_SECOND
 *
 * Each process opens the store for itself and writes notes and month steps, PER_SECOND of them (0 = as
 * fast as it can), and counts what was acknowledged. Afterwards every acknowledged change must be in
 * the log, the log must have no gap, and the check must find nothing. Prints the waiting times; exit 1
 * when anything was lost or an edit failed.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "klientel/base/arena.h"
#include "klientel/base/hash.h"
#include "klientel/base/loop.h"
#include "klientel/base/text.h"
#include "klientel/store/stage.h"
#include "klientel/store/store.h"

enum { CLIENTS = 100, MAX_PROCESSES = 200, MAX_SAMPLES = 200000 };

struct tally { /* one a process, in shared memory */
    int64_t acknowledged, failed, unchanged;
    uint32_t count;
    uint32_t microseconds[MAX_SAMPLES];
};

static const struct instant now = { 1794996000 }; /* 2026-11-18, any fixed moment */

static void stop(const char *what, const struct failure *failure)
{
    struct buffer text = { 0 };
    if (failure)
        failure_add(failure, LANGUAGE_EN, &text);
    fprintf(stderr, "load: %s: %s\n", what, buffer_text(&text));
    exit(1);
}

static void build(const char *path)
{
    struct failure failure = { 0 };
    struct store_options options = { 0 };
    struct store *store = NULL;
    struct session session = { .role = ROLE_ADMIN, .active = true, .now = now };
    struct receipt receipt = { 0 };
    if (!store_create(path, &options, &failure) || !store_open(path, &options, &store, &failure))
        stop("create", &failure);
    struct command partner = { .kind = COMMAND_PARTNER,
                               .partner = { .name = "Load AS", .country = "NO", .login = "anna",
                                            .today = DATE_NONE } };
    if (!store_execute(store, &session, &partner, false, &receipt, &failure) ||
        !store_session(store, NULL, now, &session, &failure))
        stop("partner", &failure);
    receipt_finish(&receipt);
    struct stage *stage = stage_create(store, &session, &failure);
    if (!stage)
        stop("stage", &failure);
    int file = stage_add_file(stage, "load");
    for (int i = 0; i < CLIENTS; i++) {
        char number[16], name[32];
        snprintf(number, sizeof number, "%d", 1000 + i);
        snprintf(name, sizeof name, "Client %d AS", i);
        struct staged_client row = { .at = { file, i + 2 }, .number = number, .name = name,
                                     .country = "NO" };
        if (!stage_client(stage, &row, &failure))
            stop("stage a client", &failure);
    }
    struct command import = { .kind = COMMAND_IMPORT, .import = { stage } };
    if (!store_execute(store, &session, &import, false, &receipt, &failure))
        stop("import", &failure);
    receipt_finish(&receipt);
    stage_destroy(stage);
    store_close(store);
}

static void edit_once(struct store *store, const struct session *session, struct random *random,
                      const int64_t *clients, int64_t serial, struct tally *tally)
{
    struct failure failure = { 0 };
    struct receipt receipt = { 0 };
    char text[64];
    snprintf(text, sizeof text, "note %d %" PRId64, (int)getpid(), serial);
    struct target target = { clients[random_below(random, CLIENTS)], 0 };
    struct command command = { .targets = &target, .target_count = 1, .reason = "load" };
    if (random_below(random, 2)) {
        command.kind = COMMAND_NOTE;
        command.note.text = text;
        command.note.due = DATE_NONE;
        command.note.person = "";
    } else {
        command.kind = COMMAND_STEP;
        command.step.step = STEP_PAID;
        command.step.month = (struct month){ 2026 * 12 + (int)random_below(random, 12) };
        command.step.undo = random_below(random, 2);
        command.step.waiting_for = "";
    }
    int64_t before = clock_tick();
    bool good = store_execute(store, session, &command, false, &receipt, &failure);
    int64_t took = (clock_tick() - before) / 1000;
    if (tally->count < MAX_SAMPLES)
        tally->microseconds[tally->count++] = (uint32_t)took;
    if (!good)
        tally->failed++;
    else if (receipt.changeset)
        tally->acknowledged++;
    else
        tally->unchanged++;
    if (!good && tally->failed < 3) {
        struct buffer why = { 0 };
        failure_add(&failure, LANGUAGE_EN, &why);
        fprintf(stderr, "load: an edit failed: %s\n", buffer_text(&why));
        buffer_finish(&why);
    }
    receipt_finish(&receipt);
}

static int work(const char *path, int process, int seconds, int per_second, struct tally *tally)
{
    struct failure failure = { 0 };
    struct store_options options = { 0 };
    struct store *store = NULL;
    struct session session;
    int64_t clients[CLIENTS];
    if (!store_open(path, &options, &store, &failure) ||
        !store_session(store, NULL, now, &session, &failure))
        stop("open", &failure);
    for (int i = 0; i < CLIENTS; i++) {
        char number[16];
        snprintf(number, sizeof number, "%d", 1000 + i);
        if (!store_find_client(store, &session, number, &clients[i], &failure) || !clients[i])
            stop("find a client", &failure);
    }
    struct random random;
    random_seed(&random, (uint64_t)process, "load");
    /* People, not a hammer: each begins at a moment of its own and pauses 0.5 to 1.5 times the mean. */
    int64_t serial = 0, mean = per_second ? 1000000 / per_second : 0;
    if (mean)
        usleep(random_below(&random, (uint32_t)mean));
    int64_t end = clock_tick() + seconds * INT64_C(1000000000);
    while (clock_tick() < end) {
        edit_once(store, &session, &random, clients, serial++, tally);
        if (mean)
            usleep((useconds_t)(mean / 2 + random_below(&random, (uint32_t)mean)));
    }
    store_close(store);
    return 0;
}

static int by_size(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

static void print_finding(void *context, const struct message *finding)
{
    (void)context;
    struct buffer text = { 0 };
    message_add(finding, LANGUAGE_EN, &text);
    fprintf(stderr, "load: check: %s\n", buffer_text(&text));
    buffer_finish(&text);
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fprintf(stderr, "usage: load FOLDER PROCESSES SECONDS PER_SECOND\n");
        return 2;
    }
    int processes = atoi(argv[2]), seconds = atoi(argv[3]), per_second = atoi(argv[4]);
    if (processes < 1 || processes > MAX_PROCESSES)
        return 2;
    text_start();
    hash_start();
    char folder[512], path[600];
    snprintf(folder, sizeof folder, "%s/load-XXXXXX", argv[1]);
    mkdir(argv[1], 0700);
    if (!mkdtemp(folder))
        stop("no folder", NULL);
    snprintf(path, sizeof path, "%s/klientel.db", folder);
    build(path);

    size_t size = (size_t)processes * sizeof(struct tally);
    struct tally *tallies =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (tallies == MAP_FAILED)
        stop("no memory", NULL);
    for (int i = 0; i < processes; i++) {
        if (fork() == 0)
            _exit(work(path, i, seconds, per_second, &tallies[i]));
    }
    int broken = 0, status;
    while (wait(&status) > 0)
        broken += !WIFEXITED(status) || WEXITSTATUS(status) != 0;

    int64_t acknowledged = 0, failed = 0, least = INT64_MAX, most = 0;
    size_t samples = 0;
    for (int i = 0; i < processes; i++) {
        int64_t done = tallies[i].acknowledged + tallies[i].unchanged;
        acknowledged += tallies[i].acknowledged;
        failed += tallies[i].failed;
        least = done < least ? done : least;
        most = done > most ? done : most;
        samples += tallies[i].count;
    }
    uint32_t *all = memory_alloc((samples + 1) * sizeof *all);
    size_t filled = 0;
    for (int i = 0; i < processes; i++) {
        memcpy(all + filled, tallies[i].microseconds, tallies[i].count * sizeof *all);
        filled += tallies[i].count;
    }
    qsort(all, filled, sizeof *all, by_size);

    struct failure failure = { 0 };
    struct store_options options = { 0 };
    struct store *store = NULL;
    struct store_info info;
    int64_t findings = 0;
    if (!store_open(path, &options, &store, &failure) || !store_info(store, &info, &failure) ||
        !store_check(store, print_finding, NULL, &findings, &failure))
        stop("check", &failure);
    store_close(store);
    int64_t lost = acknowledged + 2 - info.changesets; /* 2: partner and import */
    printf("%d processes, %d s: %zu edits, %" PRId64 " acknowledged, %" PRId64 " failed, %" PRId64
           " lost, %" PRId64 " findings\n",
           processes, seconds, filled, acknowledged, failed, lost, findings);
    if (filled)
        printf("wait ms: p50 %.2f  p99 %.2f  slowest %.2f   fairness %.2f   %.0f edits/s\n",
               all[filled / 2] / 1000.0, all[filled * 99 / 100] / 1000.0, all[filled - 1] / 1000.0,
               most ? (double)least / (double)most : 0, (double)filled / seconds);
    free(all);
    char clean[700];
    snprintf(clean, sizeof clean, "rm -rf '%s'", folder);
    if (system(clean) != 0)
        fprintf(stderr, "load: %s was left\n", folder);
    return broken || failed || lost || findings || filled == 0;
}
