/*
 * The dashboard on the demo bureau: each line of "Needs attention" opens the rows it counted, whoever asks
 * and whatever the filter; and the first picture does not wait for those lines.
 *
 *     test-dashboard DEMO.db
 */
#include <string.h>

#include "bureau.h"

#include "../../src/app/internal.h"
#include "klientel/screen/pane.h"

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
    bureau_good(store_query(bureau->store, &bureau->session, &query, arena, &rows, &failure), &failure);
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
    bureau_good(store_dashboard(bureau->store, &bureau->session, MONTH_NONE, *filter ? &clients : NULL,
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
        bureau_ask_as(bureau, logins[who]);
        for (size_t i = 0; i < sizeof filters / sizeof *filters; i++)
            assert_lines_open_what_they_count(bureau, filters[i], totals);
    }
    for (int i = 0; i < ATTENTION_COUNT; i++)
        assert_true(totals[i] > 0); /* the demo bureau has something of each */
}

/* ---- the first picture ---- */

static void dashboard__paints_the_figures__before_it_works_out_attention(void **state)
{
    struct keymap *keymap;
    struct app *app = bureau_app(*state, &keymap);
    assert_true(app_settle(app));
    assert_true(app_shows(app, "Payroll clients"));
    assert_true(app_shows(app, "…"));
    assert_false(app_shows(app, "Nothing needs attention"));
    assert_false(app_shows(app, "clients with nobody responsible"));
    assert_true(app_busy(app));
    assert_true(app_settle(app));
    assert_false(app_busy(app));
    assert_true(app_shows(app, "clients with nobody responsible"));
    assert_true(app_shows(app, "a-melding"));
    assert_false(app_settle(app));
    app_destroy(app);
    keymap_destroy(keymap);
}

static void dashboard__answers_a_key_first__while_attention_is_not_worked_out(void **state)
{
    struct keymap *keymap;
    struct app *app = bureau_app(*state, &keymap);
    app_settle(app);
    app_key(app, "?");
    assert_true(app_settle(app));
    assert_false(app_shows(app, "Payroll clients"));
    assert_false(app_busy(app)); /* nobody waits for what is not seen */
    app_key(app, "Esc");
    assert_true(app_settle(app));
    assert_true(app_shows(app, "Payroll clients"));
    assert_false(app_shows(app, "clients with nobody responsible"));
    assert_true(app_busy(app));
    assert_true(app_settle(app));
    assert_true(app_shows(app, "clients with nobody responsible"));
    app_destroy(app);
    keymap_destroy(keymap);
}

static void dashboard__keeps_attention__when_only_the_month_turns(void **state)
{
    struct keymap *keymap;
    struct app *app = bureau_app(*state, &keymap);
    app_settle(app);
    app_settle(app);
    app_key(app, "<");
    assert_true(app_settle(app));
    assert_true(app_shows(app, "October"));
    assert_true(app_shows(app, "clients with nobody responsible"));
    assert_false(app_busy(app));
    app_key(app, "/"); /* other clients: worked out again */
    app_key(app, "x");
    assert_true(app_settle(app));
    assert_true(app_shows(app, "…"));
    assert_true(app_busy(app));
    app_rest(app);
    assert_false(app_shows(app, "…"));
    app_destroy(app);
    keymap_destroy(keymap);
}

/* ---- what a figure opens ---- */

static void figure__opens_its_clients__the_most_of_it_first(void **state)
{
    static const struct {
        const char *keys;
        enum column column;
    } figures[] = {
        { "Down Down Enter", COLUMN_payroll_payslips },
        { "Down Down Down Enter", COLUMN_payroll_travel },
        { "Down Down Down Down Enter", COLUMN_payroll_absences },
        { "Down Down Down Down Down Enter", COLUMN_payroll_manual_lines },
        { "Down Down Down Down Down Down Down Down Enter", COLUMN_payroll_net },
    };
    struct keymap *keymap;
    struct app *app = bureau_app(*state, &keymap);
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        app_keys(app, "Home");
        app_keys(app, figures[i].keys);
        const struct table *table = app_table(app);
        assert_non_null(table);
        assert_int_equal(table->columns[1], figures[i].column);
        assert_true(app_shows(app, "▼"));
        assert_true(table->shown_count > 5);
        for (size_t row = 1; row < 5; row++) {
            struct value before = rowset_value(table->rows, table->shown[row - 1], figures[i].column);
            struct value after = rowset_value(table->rows, table->shown[row], figures[i].column);
            assert_true(before.known && after.known && before.number >= after.number);
        }
        app_keys(app, "Esc");
        assert_null(app_table(app));
    }
    app_destroy(app);
    keymap_destroy(keymap);
}

static void figure__opened__leaves_what_a_person_keeps_as_it_was(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure = { 0 };
    struct keymap *keymap;
    bureau_good(store_remember(bureau->store, &bureau->session, "table.rows.payroll",
                               "client_name closed payslips month sort=closed", &failure), &failure);
    struct app *app = bureau_app(bureau, &keymap);
    app_keys(app, "Home Down Down Enter");
    assert_int_equal(app_table(app)->columns[1], COLUMN_payroll_payslips);
    assert_int_equal(app_table(app)->columns[2], COLUMN_payroll_closed);
    app_keys(app, "S Esc Home Enter"); /* the first figure is a number of clients: no column is its own */
    assert_int_equal(app_table(app)->columns[1], COLUMN_payroll_closed);
    assert_int_equal(app_table(app)->sort, COLUMN_payroll_closed);
    assert_false(app_table(app)->descending);
    app_destroy(app);
    keymap_destroy(keymap);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bureau_setup, bureau_teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(attention__opens_exactly_the_rows_it_counted__whoever_asks),
        TEST(dashboard__paints_the_figures__before_it_works_out_attention),
        TEST(dashboard__answers_a_key_first__while_attention_is_not_worked_out),
        TEST(dashboard__keeps_attention__when_only_the_month_turns),
        TEST(figure__opens_its_clients__the_most_of_it_first),
        TEST(figure__opened__leaves_what_a_person_keeps_as_it_was),
    };
    return bureau_start(argc, argv) ? cmocka_run_group_tests(tests, NULL, NULL) : 99;
}
