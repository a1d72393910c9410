/*
 * Lists of more clients than are read at once: what is shown before all have come, and that whatever is done
 * meanwhile leaves what it leaves when they have.
 *
 *     test-loading DEMO.db
 */
#include "bureau.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/app/internal.h"
#include "../../src/store/internal.h"
#include "klientel/base/buffer.h"

enum { MANY = 3000 };

/* Before the demo's own by name, in an order that is not that of their ids; some names twice. */
static const char fill[] =
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)"
    "INSERT INTO client (id, number, orgno, name, name_fold, name_sort, country, city, payday, created_at)"
    " SELECT i + 5000, 'M' || i, printf('7%08d', i * 7919 % 10007), printf('Aa %05d', k), 'aa',"
    " CAST(char(1) || printf('%05d', k) AS BLOB), CASE WHEN i % 3 = 0 THEN 'SE' ELSE 'NO' END,"
    " CASE WHEN i % 10 > 0 THEN printf('Byen %02d', i % 37) ELSE '' END, 1 + i % 28, '2020-01-01T00:00:00Z'"
    " FROM (SELECT i, (i - (i % 50 = 0)) * 7919 % 10007 AS k FROM n);";

static void run(struct store *store, const char *sql)
{
    struct failure failure = { 0 };
    bool unknown;
    bureau_good(db_begin_write(store->db, "test", &failure), &failure);
    bureau_good(db_script(store->db, sql, &failure), &failure);
    bureau_good(db_commit(store->db, &unknown, &failure), &failure);
}

/* As another process does it. */
static void others(struct bureau *bureau, const char *sql)
{
    struct store_options options = { 0 };
    struct failure failure = { 0 };
    struct store *store;
    bureau_good(store_open(bureau->path, &options, &store, &failure), &failure);
    run(store, sql);
    run(store, "INSERT INTO changeset SELECT max(id) + 1, at, actor_id, actor, command, reason, detail,"
               " 'o' || max(id), selected, applied, unchanged, skipped, undo_of, rows, rows_hash, prev,"
               " 'h' || max(id) FROM changeset");
    store_close(store);
}

static int set_up(void **state)
{
    if (bureau_setup(state) != 0)
        return -1;
    run(((struct bureau *)*state)->store, fill);
    return 0;
}

struct screen {
    struct app *app;
    struct keymap *keymap;
};

static void begin(struct bureau *bureau, struct screen *screen)
{
    screen->app = bureau_app(bureau, &screen->keymap);
    app_rest(screen->app);
}

static void end(struct screen *screen)
{
    app_destroy(screen->app);
    keymap_destroy(screen->keymap);
}

/* The list as it is in the turn of the key that opened it. */
static void open_list(struct screen *screen)
{
    app_key(screen->app, "2");
    app_settle(screen->app);
    assert_true(app_busy(screen->app));
}

static int64_t id_at(struct screen *screen, size_t place)
{
    const struct table *table = app_table(screen->app);
    assert_true(place < table->shown_count);
    return table->rows->ids[table->shown[place]];
}

/* ---- rows first ---- */

static void list__shows_its_first_page__before_all_have_come(void **state)
{
    struct screen screen;
    int64_t first[40];
    begin(*state, &screen);
    open_list(&screen);
    assert_true(app_shows(screen.app, "64 so far \xe2\x80\xa6"));
    assert_true(app_shows(screen.app, "Aa 00007"));
    for (size_t i = 0; i < 40; i++)
        first[i] = id_at(&screen, i);
    app_rest(screen.app);
    assert_true(app_shows(screen.app, "3,241 of 3,241"));
    for (size_t i = 0; i < 40; i++)
        assert_int_equal(id_at(&screen, i), first[i]);
    end(&screen);
}

static void list__kept_by_its_own_order__shows_its_first_page_too(void **state)
{
    struct bureau *bureau = *state;
    struct failure failure = { 0 };
    struct screen screen;
    bureau_good(store_remember(bureau->store, &bureau->session, "table.clients", "name orgno city sort=name",
                               &failure), &failure);
    begin(bureau, &screen);
    open_list(&screen);
    assert_true(app_shows(screen.app, "64 so far \xe2\x80\xa6"));
    end(&screen);
}

static void dashboard__of_many_clients__works_its_second_half_out_between_keys(void **state)
{
    struct screen screen;
    int turns = 0;
    screen.app = bureau_app(*state, &screen.keymap);
    app_settle(screen.app);
    app_settle(screen.app); /* the first slice; the next may be the last */
    app_key(screen.app, "<");
    assert_true(app_settle(screen.app));
    assert_true(app_shows(screen.app, "October"));
    for (; app_busy(screen.app); turns++)
        app_settle(screen.app);
    assert_true(turns < 1000);
    assert_true(app_shows(screen.app, "clients with nobody responsible"));
    end(&screen);
}

/* What is asked for is about clients that have to be read first; nobody waits for that with a key in hand. */
static void dashboard__filtered_among_many__keeps_its_figures_until_the_new_are_whole(void **state)
{
    struct screen screen;
    int turns = 0;
    begin(*state, &screen);
    assert_true(app_shows(screen.app, "3,240 clients"));
    assert_false(app_shows(screen.app, "Key figures \xe2\x80\xa6"));
    app_key(screen.app, "/");
    app_key(screen.app, "b");
    app_settle(screen.app);
    assert_true(app_shows(screen.app, "/ b"));
    assert_true(app_shows(screen.app, "3,240 clients"));
    assert_true(app_shows(screen.app, "Key figures \xe2\x80\xa6"));
    assert_true(app_busy(screen.app));
    app_key(screen.app, "y");
    app_settle(screen.app);
    assert_true(app_shows(screen.app, "/ by"));
    for (const char *key = "en SE"; *key; key++) {
        char name[] = { *key, '\0' };
        app_key(screen.app, *key == ' ' ? "Space" : name);
        app_settle(screen.app);
    }
    for (; app_busy(screen.app); turns++) {
        assert_true(app_shows(screen.app, "/ byen SE"));
        app_settle(screen.app);
    }
    assert_true(turns > 1 && turns < 1000);
    assert_false(app_shows(screen.app, "\xe2\x80\xa6"));
    app_keys(screen.app, "Esc");
    assert_true(app_shows(screen.app, "3,240 clients"));
    assert_false(app_shows(screen.app, "\xe2\x80\xa6"));
    end(&screen);
}

/* A letter that leaves the same clients leaves the figures. */
static void dashboard__of_the_same_clients_again__adds_nothing_up(void **state)
{
    struct screen screen;
    begin(*state, &screen);
    app_keys(screen.app, "/ b y e");
    assert_true(app_shows(screen.app, "2,700 clients"));
    app_key(screen.app, "n");
    app_settle(screen.app);
    assert_false(app_shows(screen.app, "\xe2\x80\xa6"));
    assert_false(app_busy(screen.app));
    assert_true(app_shows(screen.app, "2,700 clients"));
    end(&screen);
}

static void list_of_a_filtered_dashboard__is_of_its_clients(void **state)
{
    struct screen screen;
    begin(*state, &screen);
    app_keys(screen.app, "/ b y e n Enter End Enter");
    assert_true(app_shows(screen.app, "Clients without a contact"));
    assert_true(app_shows(screen.app, "2,700 of "));
    others(*state, "UPDATE client SET city = 'Oslo' WHERE city = 'Byen 01'");
    app_poll(screen.app);
    app_rest(screen.app);
    assert_true(app_shows(screen.app, "2,626 of "));
    end(&screen);
}

static void filter__typed_while_rows_come__ends_with_the_right_total(void **state)
{
    struct screen screen;
    begin(*state, &screen);
    open_list(&screen);
    app_key(screen.app, "/");
    for (const char *key = "byen country=SE"; *key; key++) {
        char name[] = { *key, '\0' };
        app_key(screen.app, *key == ' ' ? "Space" : name);
        app_settle(screen.app);
    }
    app_rest(screen.app);
    assert_true(app_shows(screen.app, "900 of 3,241"));
    app_keys(screen.app, "Ctrl-U");
    assert_true(app_shows(screen.app, "3,241 of 3,241"));
    end(&screen);
}

/* Also of columns that the window has no room for. */
static void pattern__asks_the_store_nothing(void **state)
{
    struct screen screen;
    begin(*state, &screen);
    app_keys(screen.app, "2 /");
    for (const char *key = "/M12|Byen 0[1-3]/"; *key; key++) {
        char name[] = { *key, '\0' };
        app_key(screen.app, *key == ' ' ? "Space" : name);
        app_settle(screen.app);
        assert_null(app_top(screen.app)->parts[0].next);
    }
    app_rest(screen.app);
    assert_true(app_shows(screen.app, "324 of 3,241"));
    end(&screen);
}

/* What is shown meanwhile is not said to be what was asked. */
static void filter__by_a_column_that_must_be_read__says_that_it_is_not_done(void **state)
{
    struct screen screen;
    begin(*state, &screen);
    app_keys(screen.app, "2 /");
    app_paste(screen.app, "contact=");
    frame_draw(screen.app); /* as the key left it: the rows may be there in the next turn */
    assert_non_null(app_top(screen.app)->parts[0].next);
    assert_true(app_shows(screen.app, "3,241 of 3,241 \xe2\x80\xa6"));
    app_rest(screen.app);
    assert_false(app_shows(screen.app, "\xe2\x80\xa6"));
    end(&screen);
}

/* What the key brought is in the next frame, before the scan goes on. */
static void filter__that_takes_long__shows_its_first_page__before_the_total(void **state)
{
    struct screen screen;
    begin(*state, &screen);
    app_keys(screen.app, "2 /");
    app_paste(screen.app, "/[a-z]{9}/ | /\\d[a-z]\\d/ | /[x-z]\\W[x-z]/ | /\\d{8}7/");
    app_settle(screen.app);
    assert_true(app_shows(screen.app, "so far of 3,241 \xe2\x80\xa6"));
    int64_t first[20];
    size_t count = app_table(screen.app)->shown_count; /* a page; fewer where the machine has other things to do */
    count = count < 20 ? count : 20;
    for (size_t i = 0; i < count; i++)
        first[i] = id_at(&screen, i);
    app_rest(screen.app);
    assert_false(app_shows(screen.app, "so far"));
    for (size_t i = 0; i < count; i++)
        assert_int_equal(id_at(&screen, i), first[i]);
    end(&screen);
}

static void rows_that_come__filtered__are_shown_in_their_order(void **state)
{
    struct screen screen;
    int turns = 0;
    begin(*state, &screen);
    open_list(&screen);
    app_key(screen.app, "/");
    app_key(screen.app, "a");
    do {
        app_settle(screen.app);
        const struct table *table = app_table(screen.app);
        for (size_t i = 1; i < table->shown_count; i++) {
            struct value before = rowset_value(table->rows, table->shown[i - 1], COLUMN_clients_name);
            struct value after = rowset_value(table->rows, table->shown[i], COLUMN_clients_name);
            if (strncmp(after.text, "Aa ", 3) == 0)
                assert_true(strcmp(before.text, after.text) <= 0);
        }
        assert_true(turns++ < 1000);
    } while (app_busy(screen.app));
    end(&screen);
}

static void month__turned_deep_in_the_list__leaves_its_clients_on_the_screen(void **state)
{
    struct screen screen;
    int64_t seen[20];
    begin(*state, &screen);
    app_keys(screen.app, "2 PgDn PgDn PgDn PgDn PgDn PgDn Up");
    struct table *table = app_table(screen.app);
    size_t top = table->top, cursor = table->cursor;
    int64_t client = table->cursor_id;
    assert_true(top > 64);
    for (size_t i = 0; i < 15; i++)
        seen[i] = id_at(&screen, top + i);
    app_key(screen.app, ">");
    app_settle(screen.app);
    assert_true(app_busy(screen.app));
    for (size_t i = 0; i < 15; i++)
        assert_int_equal(id_at(&screen, table->top + i), seen[i]);
    assert_int_equal(table->cursor_id, client);
    app_rest(screen.app);
    assert_int_equal(table->top, top);
    assert_int_equal(table->cursor, cursor);
    assert_int_equal(table->cursor_id, client);
    assert_true(app_shows(screen.app, "3,241 of 3,241"));
    end(&screen);
}

/* ---- order ---- */

static void assert_sorted(struct bureau *bureau, struct screen *screen, enum column sort, bool descending)
{
    struct failure failure = { 0 };
    struct arena *arena = arena_create();
    struct rowset wanted;
    struct query query = { .dataset = DATASET_clients, .sort = sort, .descending = descending,
                           .month = screen->app->context.month, .as_of = INSTANT_NONE };
    bureau_good(store_query(bureau->store, &bureau->session, &query, arena, &wanted, &failure), &failure);
    const struct table *table = app_table(screen->app);
    assert_int_equal(table->shown_count, wanted.count);
    for (size_t i = 0; i < wanted.count; i++)
        assert_int_equal(id_at(screen, i), wanted.ids[i]);
    arena_destroy(arena);
}

static void sort__of_the_rows_at_hand__is_that_of_a_query(void **state)
{
    static const enum column columns[] = { COLUMN_clients_name, COLUMN_clients_city, COLUMN_clients_orgno,
                                           COLUMN_clients_payday, COLUMN_clients_next_payout,
                                           COLUMN_clients_responsible };
    struct screen screen;
    begin(*state, &screen);
    app_keys(screen.app, "2");
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        for (int descending = 0; descending < 2; descending++) {
            table_sort(app_table(screen.app), columns[i], descending);
            screen.app->dirty = true;
            app_rest(screen.app);
            assert_sorted(*state, &screen, columns[i], descending);
        }
    }
    end(&screen);
}

static void sort__by_what_is_shown__asks_the_store_nothing(void **state)
{
    struct screen screen;
    begin(*state, &screen);
    app_keys(screen.app, "2");
    uint64_t sequence = app_table(screen.app)->rows->sequence;
    app_keys(screen.app, "S");
    assert_int_equal(app_table(screen.app)->rows->sequence, sequence);
    end(&screen);
}

/* ---- what others do ---- */

static void change_by_others__leaves_the_rows__until_the_new_ones_are_there(void **state)
{
    struct screen screen;
    begin(*state, &screen);
    app_keys(screen.app, "2 Down Down Space Down");
    int64_t cursor = app_table(screen.app)->cursor_id;
    char sql[300];
    snprintf(sql, sizeof sql, "UPDATE client SET name = 'Aa new', name_sort = x'0120' WHERE id IN (6000, %d);"
             "DELETE FROM client WHERE id = 7999", (int)cursor);
    others(*state, sql);
    app_poll(screen.app);
    app_settle(screen.app);
    assert_true(app_busy(screen.app));
    assert_true(app_shows(screen.app, "3,241 of 3,241"));
    assert_true(app_shows(screen.app, "1 marked"));
    assert_int_equal(app_table(screen.app)->cursor_id, cursor);
    app_keys_ahead(screen.app, "Down Up");
    app_rest(screen.app);
    assert_true(app_shows(screen.app, "3,240 of 3,240"));
    assert_true(app_shows(screen.app, "1 marked"));
    assert_true(app_shows(screen.app, "Aa new"));
    assert_int_equal(app_table(screen.app)->cursor_id, cursor);
    assert_true(app_table(screen.app)->cursor < 2);
    end(&screen);
}

static void change_by_others__while_rows_come__is_there_in_the_end(void **state)
{
    struct screen screen;
    begin(*state, &screen);
    open_list(&screen);
    others(*state, "UPDATE client SET name = 'Aa new', name_sort = x'0120' WHERE id = 6000");
    app_poll(screen.app);
    app_settle(screen.app);
    others(*state, "UPDATE client SET name = 'Aa newest', name_sort = x'0121' WHERE id = 6001");
    app_poll(screen.app);
    app_rest(screen.app);
    assert_true(app_shows(screen.app, "Aa new "));
    assert_true(app_shows(screen.app, "Aa newest"));
    assert_true(app_shows(screen.app, "3,241 of 3,241"));
    end(&screen);
}

/* ---- keys typed ahead ---- */

static char *screen_after(void **state, const char *keys, bool ahead)
{
    struct screen screen;
    struct buffer dump = { 0 };
    assert_int_equal(set_up(state), 0);
    begin(*state, &screen);
    if (ahead)
        app_keys_ahead(screen.app, keys);
    else
        app_keys(screen.app, keys);
    app_rest(screen.app);
    surface_dump(app_surface(screen.app), &dump);
    end(&screen);
    bureau_teardown(state);
    return dump.data;
}

static void keys__typed_ahead_of_the_rows__leave_what_slow_ones_leave(void **state)
{
    static const char *const keys[] = {
        "2 Down Down Space",
        "2 G Space",
        "2 PgDn PgDn PgDn PgDn PgDn Space",
        "2 *",
        "2 / b y e n Enter Down Space Down Space",
        "2 / b y e n Down Down Enter Space",
        "2 S Down Space",
        "2 > G Space *",
        "2 / c i t y = B y e n Enter Down Space v Down v",
        "2 : s o r t Space c i t y Enter Down Space",
        "2 + 0 0 7 Enter",
        "2 / b y e n Enter : s o r t Space c i t y Enter Down Space",
        "2 Down Down s Down Enter Space S Space",
        "2 / b y e n Enter Esc Space",
        "2 G Up Up > Down Space",
        "2 PgDn PgDn PgDn PgDn PgDn PgDn < > Down Space Down v Down v",
        "J a a Space 0 0 0 0 8 Enter",
        "J 7 0 0 0 0 0 0 1 7 Down Up Enter",
    };
    (void)state;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        void *own;
        char *slow = screen_after(&own, keys[i], false), *fast = screen_after(&own, keys[i], true);
        if (strcmp(slow, fast) != 0) {
            print_error("typed ahead:\n%s", fast);
            fail_msg("%s: typed slowly\n%s", keys[i], slow);
        }
        free(slow);
        free(fast);
    }
}

static void esc__while_keys_wait__forgets_them(void **state)
{
    struct screen screen;
    begin(*state, &screen);
    open_list(&screen);
    app_keys_ahead(screen.app, "G Space");
    assert_true(app_busy(screen.app));
    app_settle(screen.app);
    if (screen.app->held.waits) /* all may have come in that turn */
        assert_true(app_shows(screen.app, "Esc: do not wait"));
    end(&screen);
    begin(*state, &screen);
    open_list(&screen);
    app_keys_ahead(screen.app, "G Space Esc");
    app_rest(screen.app);
    assert_int_equal(app_table(screen.app)->cursor, 0);
    assert_int_equal(app_table(screen.app)->marks.count, 0);
    end(&screen);
}

/* Rows that come filtered are not those that stay: neither the other list nor the mouse takes one of them. */
static void mouse__while_rows_come__moves_nothing_to_the_other_list(void **state)
{
    struct screen screen;
    begin(*state, &screen);
    open_list(&screen);
    app_keys_ahead(screen.app, "/ a Enter");
    const struct table *list = app_table(screen.app);
    app_mouse(screen.app, 6, 70, APP_CLICK);
    app_rest(screen.app);
    assert_ptr_equal(app_table(screen.app), list);
    assert_false(screen.app->held.waits);
    end(&screen);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, bureau_teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(list__shows_its_first_page__before_all_have_come),
        TEST(list__kept_by_its_own_order__shows_its_first_page_too),
        TEST(dashboard__of_many_clients__works_its_second_half_out_between_keys),
        TEST(dashboard__filtered_among_many__keeps_its_figures_until_the_new_are_whole),
        TEST(dashboard__of_the_same_clients_again__adds_nothing_up),
        TEST(list_of_a_filtered_dashboard__is_of_its_clients),
        TEST(filter__typed_while_rows_come__ends_with_the_right_total),
        TEST(pattern__asks_the_store_nothing),
        TEST(filter__by_a_column_that_must_be_read__says_that_it_is_not_done),
        TEST(filter__that_takes_long__shows_its_first_page__before_the_total),
        TEST(rows_that_come__filtered__are_shown_in_their_order),
        TEST(month__turned_deep_in_the_list__leaves_its_clients_on_the_screen),
        TEST(sort__of_the_rows_at_hand__is_that_of_a_query),
        TEST(sort__by_what_is_shown__asks_the_store_nothing),
        TEST(change_by_others__leaves_the_rows__until_the_new_ones_are_there),
        TEST(change_by_others__while_rows_come__is_there_in_the_end),
        cmocka_unit_test(keys__typed_ahead_of_the_rows__leave_what_slow_ones_leave),
        TEST(esc__while_keys_wait__forgets_them),
        TEST(mouse__while_rows_come__moves_nothing_to_the_other_list),
    };
    if (!bureau_start(argc, argv))
        return 99;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
