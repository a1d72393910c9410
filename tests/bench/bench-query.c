/*
 * Times the queries behind the screen on a bureau of any size (default 100,000 clients, 12 months):
 *     bench-query [CLIENTS [MONTHS]]
 * Medians of nine, in milliseconds of processor time. Figures must cost the same however many clients there are (P14).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../../src/store/internal.h"

enum { ROUNDS = 9, STAFF = 200 };

static void must(bool good, const struct failure *failure)
{
    if (good)
        return;
    struct buffer text = { 0 };
    failure_add(failure, LANGUAGE_EN, &text);
    fprintf(stderr, "%s\n", buffer_text(&text));
    exit(1);
}

static double milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* Names are numbers turned round, so that their order is not that of the ids. */
static void fill(struct store *store, int clients, int months)
{
    struct failure failure = { 0 };
    struct buffer sql = { 0 };
    bool unknown;
    buffer_print(&sql,
        "WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
        "INSERT INTO user (id, login, name, name_fold, name_sort, role, created_at) SELECT i, 'user' || i,"
        " 'User ' || i, 'user ' || i, CAST(printf('%%06d', i) AS BLOB), 'operator', '2020-01-01T00:00:00Z'"
        " FROM n;", STAFF);
    buffer_print(&sql,
        "WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i <= %d)"
        "INSERT INTO client (id, number, orgno, name, name_fold, name_sort, country, form, city, payday,"
        " contact_name, contact_email, created_at) SELECT i, CAST(i AS TEXT), printf('9%%08d', i),"
        " 'Client ' || ((i * 7919) %% 1000003) || ' AS', 'client ' || i,"
        " CAST(printf('%%08d', (i * 7919) %% 1000003) AS BLOB),"
        " CASE WHEN i %% 4 = 0 THEN 'SE' ELSE 'NO' END, 'AS', 'Bergen', 1 + i %% 28, 'Kari Nordmann',"
        " 'kari@example.no', '2020-01-01T00:00:00Z' FROM n;"
        "INSERT INTO grant_ (client_id, user_id, role, source, from_at, changeset_id) SELECT id,"
        " 2 + id %% %d, 'responsible', 'hand', '2024-01-01T00:00:00Z', 1 FROM client;"
        "INSERT INTO grant_ (client_id, user_id, role, source, from_at, changeset_id) SELECT id,"
        " 2 + (id + 1) %% %d, 'member', 'hand', '2024-01-01T00:00:00Z', 1 FROM client;"
        "INSERT INTO group_ (id, name, name_fold) VALUES (1, 'North', 'north'), (2, 'South', 'south');"
        "INSERT INTO group_client SELECT 1 + id %% 2, id FROM client WHERE id %% 3 = 0;",
        clients, STAFF - 1, STAFF - 1);
    struct month month;
    month_parse("2026-11", &month);
    for (int i = months - 1; i >= 0; i--) {
        char text[MONTH_TEXT_SIZE];
        month_format(month_add(month, -i), text);
        buffer_print(&sql,
            "INSERT INTO run (client_id, number, kind, payout, month, employees, payslips, lines,"
            " manual_lines, gross, net, currency, run_by, closed_at, changeset_id) SELECT id, '%s',"
            " 'ordinary', '%s-20', '%s', 10, 10, 100, 7, 5000000, 3500000,"
            " CASE WHEN country = 'SE' THEN 'SEK' ELSE 'NOK' END, 'user' || (2 + id %% %d),"
            " '%s-18T10:00:00Z', 1 FROM client WHERE id %% 20 > 0;"
            "INSERT INTO declaration (client_id, month, kind, state, source, noted_at, changeset_id)"
            " SELECT id, '%s', 'a-melding', 'received', 'csv', '%s-20T10:00:00Z', 1 FROM client"
            " WHERE id %% 20 > 0;",
            text, text, text, STAFF - 1, text, text, text);
    }
    must(db_begin_write(store->db, "bench", &failure), &failure);
    must(db_script(store->db, buffer_text(&sql), &failure), &failure);
    must(summary_start(store, &failure), &failure);
    must(db_script(store->db, "INSERT INTO touched SELECT DISTINCT client_id, month FROM run", &failure),
         &failure);
    must(summary_add(store, &failure), &failure);
    must(db_commit(store->db, &unknown, &failure), &failure);
    buffer_finish(&sql);
}

static int by_size(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;
    return left < right ? -1 : left > right;
}

struct bench {
    struct store *store;
    struct session session;
    struct arena *arena;
};
typedef size_t (*timed)(struct bench *bench, const void *argument, struct failure *failure);

static void report(struct bench *bench, const char *what, timed call, const void *argument)
{
    double times[ROUNDS];
    size_t rows = 0;
    for (int i = 0; i < ROUNDS; i++) {
        struct failure failure = { 0 };
        double start = milliseconds();
        rows = call(bench, argument, &failure);
        times[i] = milliseconds() - start;
        must(rows != SIZE_MAX, &failure);
        arena_reset(bench->arena);
    }
    qsort(times, ROUNDS, sizeof *times, by_size);
    printf("%-40s %10.3f ms  (first to last %.3f-%.3f, %zu rows)\n", what, times[ROUNDS / 2], times[0],
           times[ROUNDS - 1], rows);
    fflush(stdout);
}

static size_t run_query(struct bench *bench, const void *argument, struct failure *failure)
{
    struct rowset rowset;
    if (!store_query(bench->store, &bench->session, argument, bench->arena, &rowset, failure))
        return SIZE_MAX;
    return rowset.count;
}

static size_t run_figures(struct bench *bench, const void *argument, struct failure *failure)
{
    struct dashboard dashboard;
    (void)argument;
    return store_figures(bench->store, &bench->session, MONTH_NONE, NULL, &dashboard, failure)
               ? 1
               : SIZE_MAX;
}

static size_t run_dashboard(struct bench *bench, const void *argument, struct failure *failure)
{
    struct dashboard dashboard;
    (void)argument;
    return store_dashboard(bench->store, &bench->session, MONTH_NONE, NULL, &dashboard, failure)
               ? 1
               : SIZE_MAX;
}

static size_t run_relation(struct bench *bench, const void *argument, struct failure *failure)
{
    struct ids ids = { 0 };
    const enum filter_relation *relation = argument;
    bool good = store_clients_in(bench->store, &bench->session, *relation, "user7", &ids, failure);
    size_t count = ids.count;
    ids_finish(&ids);
    return good ? count : SIZE_MAX;
}

static void time_all(struct bench *bench, const char *who)
{
    struct query query = { .dataset = DATASET_clients, .sort = COLUMN_NONE, .month = MONTH_NONE,
                           .as_of = INSTANT_NONE };
    static const enum filter_relation staff = RELATION_STAFF, stale = RELATION_STALE;
    char what[64];
    printf("-- as %s\n", who);
    report(bench, "figures", run_figures, NULL);
    report(bench, "dashboard with attention and due", run_dashboard, NULL);
    query.columns = column_bit(COLUMN_clients_name) | column_bit(COLUMN_clients_orgno) |
                    column_bit(COLUMN_clients_responsible) | column_bit(COLUMN_clients_run) |
                    column_bit(COLUMN_clients_declaration) |
                    column_bit(COLUMN_clients_next_payout) | column_bit(COLUMN_clients_employees) |
                    column_bit(COLUMN_clients_staff);
    report(bench, "clients, the columns of the screen", run_query, &query);
    query.columns = 0;
    report(bench, "clients, every column", run_query, &query);
    query.client_id = 77;
    report(bench, "one client, every column", run_query, &query);
    query.dataset = DATASET_grants;
    report(bench, "one client's access", run_query, &query);
    query.client_id = 0;
    query.user_id = 7;
    report(bench, "one user's access", run_query, &query);
    query.user_id = 0;
    query.dataset = DATASET_clients;
    query.sort = COLUMN_clients_employees;
    report(bench, "clients by employees", run_query, &query);
    query.sort = COLUMN_NONE;
    for (int dataset = DATASET_users; dataset < DATASET_COUNT; dataset++) {
        query.dataset = (enum dataset)dataset;
        query.month = month_of(session_today(&bench->session));
        snprintf(what, sizeof what, "%s, this month", dataset_info(query.dataset)->name);
        report(bench, what, run_query, &query);
    }
    report(bench, "clients of a person", run_relation, &staff);
    report(bench, "stale clients", run_relation, &stale);
}

int main(int argc, char **argv)
{
    int clients = argc > 1 ? atoi(argv[1]) : 100000;
    int months = argc > 2 ? atoi(argv[2]) : 12;
    char folder[] = "/tmp/klientel-bench-XXXXXX";
    char path[64];
    struct failure failure = { 0 };
    struct bench bench = { .arena = arena_create() };
    struct session nobody = { 0 };
    struct receipt receipt;
    struct command command = {
        .kind = COMMAND_PARTNER,
        .partner = { .name = "Nord", .country = "NO", .login = "anna", .today = DATE_NONE },
    };
    if (!hash_start() || !text_start() || mkdtemp(folder) == NULL)
        return 1;
    snprintf(path, sizeof path, "%s/bureau.db", folder);
    instant_parse("2026-11-18T10:00:00Z", &nobody.now);
    must(store_create(path, NULL, &failure), &failure);
    must(store_open(path, NULL, &bench.store, &failure), &failure);
    must(store_execute(bench.store, &nobody, &command, false, &receipt, &failure), &failure);
    receipt_finish(&receipt);
    double start = milliseconds();
    fill(bench.store, clients, months);
    printf("%d clients, %d months, filled in %.1f s\n", clients, months, (milliseconds() - start) / 1e3);
    must(store_session(bench.store, NULL, nobody.now, &bench.session, &failure), &failure);
    time_all(&bench, "administrator");
    must(store_session(bench.store, "user7", nobody.now, &bench.session, &failure), &failure);
    time_all(&bench, "operator");
    store_close(bench.store);
    arena_destroy(bench.arena);
    static const char *const endings[] = { "", "-wal", "-shm", ".key", ".lock", ".open" };
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        char name[96];
        snprintf(name, sizeof name, "%s%s", path, endings[i]);
        unlink(name);
    }
    rmdir(folder);
    return 0;
}
