/*
 * The dashboard on the demo bureau: each line of "Needs attention" opens the rows it counted, whoever asks
 * and whatever the filter; and the first picture does not wait for those lines.
 *
 *     test-dashboard DEMO.db
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "klientel/app/app.h"
#include "klientel/base/hash.h"
#include "klientel/base/text.h"
#include "klientel/screen/pane.h"

static const char *demo;

struct bureau {
    char folder[32], path[64], key[72];
    struct store *store;
    struct session session;
};

static void copy(const char *from, const char *to)
{
    char bytes[65536];
    ssize_t got;
    int in = open(from, O_RDONLY), out = open(to, O_CREAT | O_WRONLY | O_EXCL, 0600);
    assert_true(in >= 0 && out >= 0);
    while ((got = read(in, bytes, sizeof bytes)) > 0)
        assert_int_equal(write(out, bytes, (size_t)got), got);
    close(in);
    close(out);
}

static void good(bool done, const struct failure *failure)
{
    if (done)
        return;
    struct buffer text = { 0 };
    failure_add(failure, LANGUAGE_EN, &text);
    print_error("%s\n", buffer_text(&text));
    buffer_finish(&text);
    fail();
}

static void ask_as(struct bureau *bureau, const char *login)
{
    struct failure failure = { 0 };
    struct instant now = date_start(date_of(2026, 11, 18));
    now.second += 9 * 3600;
    good(store_session(bureau->store, login, now, &bureau->session, &failure), &failure);
    bureau->session.language = LANGUAGE_EN;
}

static int setup(void **state)
{
    struct bureau *bureau = memory_zero(1, sizeof *bureau);
    struct store_options options = { 0 };
    struct failure failure = { 0 };
    char key[4096];
    snprintf(bureau->folder, sizeof bureau->folder, "/tmp/klientel-app-XXXXXX");
    if (!mkdtemp(bureau->folder))
        return -1;
    snprintf(bureau->path, sizeof bureau->path, "%s/demo.db", bureau->folder);
    snprintf(bureau->key, sizeof bureau->key, "%s.key", bureau->path);
    snprintf(key, sizeof key, "%s.key", demo);
    copy(demo, bureau->path);
    copy(key, bureau->key);
    good(store_open(bureau->path, &options, &bureau->store, &failure), &failure);
    ask_as(bureau, NULL);
    *state = bureau;
    return 0;
}

static int teardown(void **state)
{
    struct bureau *bureau = *state;
    char clean[64];
    store_close(bureau->store);
    snprintf(clean, sizeof clean, "rm -rf '%s'", bureau->folder);
    free(bureau);
    return system(clean);
}

/* ---- what a line opens ---- */

static bool clients_in(void *context, enum filter_relation relation, const char *value,
                       struct ids *ret_clients, struct failure *ret_failure)
{
    struct bureau *bureau = context;
    return store_clients_in(bureau->store, &bureau->session, relation, value, ret_clients,
                            ret_failure);
}

/* The clients (by client) or rows (else) the filter finds; NULL-safe `within` narrows by client. */
static size_t find(struct bureau *bureau, enum dataset dataset, const char *text,
                   const struct ids *within, struct ids *ret_clients)
{
    struct arena *arena = arena_create();
    struct filter_scope scope = { .today = session_today(&bureau->session),
                                  .clients = clients_in,
                                  .context = bureau };
    struct filter_error error = { 0 };
    struct failure failure = { 0 };
    struct rowset rows;
    struct query query = { .dataset = dataset, .sort = COLUMN_NONE, .month = MONTH_NONE,
                           .as_of = INSTANT_NONE };
    struct filter *filter = *text ? filter_create(text, dataset, &scope, &error) : NULL;
    size_t count = 0;
    bool costly = false;
    if (*text && !filter)
        fail_msg("%s: %s", text, error.message.text);
    query.columns = column_bit(dataset_info(dataset)->first) | (filter ? filter_columns(filter) : 0);
    good(store_query(bureau->store, &bureau->session, &query, arena, &rows, &failure), &failure);
    for (size_t row = 0; row < rows.count; row++) {
        if ((filter && !filter_matches(filter, &rows, row, &costly)) ||
            (within && !ids_has(within, rows.clients[row])))
            continue;
        count++;
        if (ret_clients)
            ids_add(ret_clients, rows.clients[row]);
    }
    filter_destroy(filter);
    arena_destroy(arena);
    return count;
}

/* What Enter opens on that line alone. */
static struct effect open_line(struct bureau *bureau, const struct dashboard *whole,
                               enum attention which, const char *filter)
{
    struct screen_context context = { .session = &bureau->session, .month = whole->months[0].month };
    struct dashboard one = *whole;
    struct answer answer = { .dashboard = &one };
    struct pane *pane = pane_dashboard();
    struct effect effect;
    memset(one.attention, 0, sizeof one.attention);
    one.attention[which] = 1;
    pane->ops->set_filter(pane, filter);
    pane->ops->load(pane, 0, &answer);
    pane->ops->act(pane, ACTION_LAST, &context);
    effect = pane->ops->act(pane, ACTION_OPEN, &context);
    pane_destroy(pane);
    assert_int_equal(effect.kind, EFFECT_OPEN);
    return effect;
}

static int64_t rows_opened(struct bureau *bureau, const struct effect *effect)
{
    struct ids clients = { 0 };
    if (*effect->clients)
        find(bureau, DATASET_clients, effect->clients, NULL, &clients);
    size_t count =
        find(bureau, effect->dataset, effect->filter, *effect->clients ? &clients : NULL, NULL);
    ids_finish(&clients);
    return (int64_t)count;
}

static void assert_lines_open_what_they_count(struct bureau *bureau, const char *filter,
                                              int64_t totals[static ATTENTION_COUNT])
{
    struct dashboard whole;
    struct failure failure = { 0 };
    struct ids clients = { 0 };
    if (*filter)
        find(bureau, DATASET_clients, filter, NULL, &clients);
    good(store_dashboard(bureau->store, &bureau->session, MONTH_NONE, *filter ? &clients : NULL,
                         &whole, &failure), &failure);
    assert_true(whole.complete);
    for (int i = 0; i < ATTENTION_COUNT; i++) {
        struct effect effect = open_line(bureau, &whole, (enum attention)i, filter);
        int64_t rows = rows_opened(bureau, &effect);
        if (rows != whole.attention[i])
            fail_msg("%s, filter '%s': %s finds %d, counted %d", bureau->session.login, filter,
                     effect.filter, (int)rows, (int)whole.attention[i]);
        totals[i] += rows;
    }
    ids_finish(&clients);
}

static void attention__opens_exactly_the_rows_it_counted__whoever_asks(void **state)
{
    static const char *const logins[] = { NULL, "cecilie", "magnus" };
    static const char *const filters[] = { "", "is:mine", "country=SE | is:archived", "!is:closed a" };
    struct bureau *bureau = *state;
    int64_t totals[ATTENTION_COUNT] = { 0 };
    for (size_t who = 0; who < sizeof logins / sizeof *logins; who++) {
        ask_as(bureau, logins[who]);
        for (size_t i = 0; i < sizeof filters / sizeof *filters; i++)
            assert_lines_open_what_they_count(bureau, filters[i], totals);
    }
    for (int i = 0; i < ATTENTION_COUNT; i++)
        assert_true(totals[i] > 0); /* the demo bureau has something of each */
}

/* ---- the first picture ---- */

static struct app *start(struct bureau *bureau, struct keymap **ret_keymap)
{
    *ret_keymap = keymap_create();
    struct app *app = app_create(&(struct app_options){
        .store = bureau->store, .session = bureau->session, .keymap = *ret_keymap });
    app_resize(app, 30, 100);
    return app;
}

static bool shows(const struct app *app, const char *text)
{
    struct buffer dump = { 0 };
    surface_dump(app_surface(app), &dump);
    bool found = strstr(buffer_text(&dump), text) != NULL;
    buffer_finish(&dump);
    return found;
}

static void dashboard__paints_the_figures__before_it_works_out_attention(void **state)
{
    struct keymap *keymap;
    struct app *app = start(*state, &keymap);
    assert_true(app_settle(app));
    assert_true(shows(app, "Payroll clients"));
    assert_true(shows(app, "…"));
    assert_false(shows(app, "Nothing needs attention"));
    assert_false(shows(app, "clients with nobody responsible"));
    assert_true(app_busy(app));
    assert_true(app_settle(app));
    assert_false(app_busy(app));
    assert_true(shows(app, "clients with nobody responsible"));
    assert_true(shows(app, "a-melding"));
    assert_false(app_settle(app));
    app_destroy(app);
    keymap_destroy(keymap);
}

static void dashboard__answers_a_key_first__while_attention_is_not_worked_out(void **state)
{
    struct keymap *keymap;
    struct app *app = start(*state, &keymap);
    app_settle(app);
    app_key(app, "?");
    assert_true(app_settle(app));
    assert_false(shows(app, "Payroll clients"));
    assert_false(app_busy(app)); /* nobody waits for what is not seen */
    app_key(app, "Esc");
    assert_true(app_settle(app));
    assert_true(shows(app, "Payroll clients"));
    assert_false(shows(app, "clients with nobody responsible"));
    assert_true(app_busy(app));
    assert_true(app_settle(app));
    assert_true(shows(app, "clients with nobody responsible"));
    app_destroy(app);
    keymap_destroy(keymap);
}

static void dashboard__keeps_attention__when_only_the_month_turns(void **state)
{
    struct keymap *keymap;
    struct app *app = start(*state, &keymap);
    app_settle(app);
    app_settle(app);
    app_key(app, "<");
    assert_true(app_settle(app));
    assert_true(shows(app, "October"));
    assert_true(shows(app, "clients with nobody responsible"));
    assert_false(app_busy(app));
    app_key(app, "/"); /* other clients: worked out again */
    app_key(app, "x");
    assert_true(app_settle(app));
    assert_true(shows(app, "…"));
    assert_true(app_busy(app));
    app_settle(app);
    assert_false(app_busy(app));
    app_destroy(app);
    keymap_destroy(keymap);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(attention__opens_exactly_the_rows_it_counted__whoever_asks),
        TEST(dashboard__paints_the_figures__before_it_works_out_attention),
        TEST(dashboard__answers_a_key_first__while_attention_is_not_worked_out),
        TEST(dashboard__keeps_attention__when_only_the_month_turns),
    };
    if (argc != 2 || !text_start() || !hash_start())
        return 99;
    demo = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
