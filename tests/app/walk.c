/*
 * Walk: the screen program on the demo bureau, driven without sense, without a terminal.
 *
 *     walk DEMO.db [SEED [KEYS]]
 *
 * Keys, pastes, sizes and looks at what others did come from a generator with a seed. "Others" is a second
 * connection that gives and takes access meanwhile. After every step: the surface is well-formed and
 * its cursor inside, and nothing was written but by the others. A failure prints seed and step.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "klientel/app/app.h"
#include "klientel/base/hash.h"
#include "klientel/base/text.h"

enum { KEYS = 20000, WALKS = 4 };

struct walk {
    uint64_t random;
    const char *database, *login, *outbox;
    struct store *store, *others;
    struct session session, admin;
    struct keymap *keymap;
    struct app *app;
    int64_t changesets, clients, users;
    long seed, step;
};

static struct instant the_time; /* of the walkers' clock; goes on with every change by others */

static struct instant clock_of_walk(void)
{
    return the_time;
}

static void fail(const struct walk *walk, const char *what)
{
    fprintf(stderr, "walk: %s (user %s, seed %ld, step %ld)\n", what,
            walk->login ? walk->login : "admin", walk->seed, walk->step);
    exit(1);
}

static unsigned pick(struct walk *walk, unsigned count)
{
    walk->random ^= walk->random << 13;
    walk->random ^= walk->random >> 7;
    walk->random ^= walk->random << 17;
    return (unsigned)(walk->random >> 33) % count;
}

static void copy_file(const char *from, const char *to)
{
    char bytes[65536];
    ssize_t got = 0;
    int in = open(from, O_RDONLY), out = open(to, O_CREAT | O_WRONLY | O_EXCL, 0600);
    bool good = in >= 0 && out >= 0;
    while (good && (got = read(in, bytes, sizeof bytes)) > 0)
        good = write(out, bytes, (size_t)got) == got;
    if (!good || got < 0 || close(in) != 0 || close(out) != 0) {
        fprintf(stderr, "walk: cannot copy %s\n", from);
        exit(99);
    }
}

static void open_store(struct walk *walk, const char *login, struct store **ret_store,
                       struct session *ret_session)
{
    struct failure failure = { 0 };
    struct store_options options = { 0 };
    if (!store_open(walk->database, &options, ret_store, &failure) ||
        !store_session(*ret_store, login, the_time, ret_session, &failure))
        fail(walk, failure.message.text);
}

static void open_app(struct walk *walk)
{
    walk->app = app_create(&(struct app_options){
        .store = walk->store, .session = walk->session, .keymap = walk->keymap,
        .ascii = pick(walk, 4) == 0, .plain = pick(walk, 4) == 0, .outbox = walk->outbox,
        .clock = clock_of_walk });
    app_resize(walk->app, 30, 100);
}

/* ---- what a step does ---- */

static void press(struct walk *walk)
{
    static const char *const keys[] = {
        "Up", "Down", "Down", "Down", "PgUp", "PgDn", "Home", "End", "Left", "Right", "Right",
        "Enter", "Enter", "Enter", "Enter", "Esc", "Esc", "q", "Space", "U", "*", "s", "S", "t", "t",
        "v", "v", "Shift-Up", "Shift-Down", "Shift-Down", "+", "-", "c", "c", "y", "Ctrl-N",
        "F", "h", "J", "J", "<", ">", "?", "F1", "1", "2", "2", "2", "3", "4", "5", "6", "Tab", "Shift-Tab", "k",
        "j", "g", "G", "/", "/", "F4", "Ctrl-L", "Backspace", "Del", "Ctrl-A", "Ctrl-E", "Ctrl-U",
        "Ctrl-K", "Ctrl-W", "Ins", "F12", "X", "X", "P", "", "å", "\xff", "a\xcc\x81", "(", ")", "!", "|", ":", "\"",
        "x", "Ctrl-C", "y", "no such key",
    };
    app_key(walk->app, keys[pick(walk, sizeof keys / sizeof *keys)]);
}

static void type_filter(struct walk *walk)
{
    static const char *const filters[] = {
        "is:mine", "is:marked", "!is:mine | is:favourite", "as", "resp:nobody", "group:x",
        "/a.*(b|c)+$/", "/(a+)+$/", "((((", "employees>3 run:open", "view:Stale", "is:stale ks",
        "next_payout<=today+3", "name:\"", "contact=", "role:responsible", "orgno:9",
    };
    const char *text = filters[pick(walk, sizeof filters / sizeof *filters)];
    app_key(walk->app, "/");
    for (size_t i = 0; text[i]; i++) {
        char key[2] = { text[i], '\0' };
        app_key(walk->app, text[i] == ' ' ? "Space" : key);
        if (pick(walk, 8) == 0)
            app_settle(walk->app);
    }
}

static void paste(struct walk *walk)
{
    static char text[4096];
    size_t length = pick(walk, sizeof text - 1);
    for (size_t i = 0; i < length; i++)
        text[i] = (char)(pick(walk, 3) ? ' ' + (int)pick(walk, 95) : 1 + (int)pick(walk, 255));
    text[length] = '\0';
    app_paste(walk->app, text);
}

static void resize(struct walk *walk)
{
    static const int sizes[][2] = {
        { 1, 1 },   { 2, 3 },   { 16, 60 }, { 15, 60 },   { 16, 59 }, { 24, 80 }, { 24, 80 }, { 24, 80 },
        { 50, 120 }, { 30, 200 }, { 200, 60 }, { 17, 400 }, { 60, 1 },  { 1, 200 }, { 40, 132 },
    };
    const int *size = sizes[pick(walk, sizeof sizes / sizeof *sizes)];
    app_resize(walk->app, size[0], size[1]);
}

/* Somebody else gives or takes an access; the walker's own one time in three. */
static void others(struct walk *walk)
{
    int64_t user = pick(walk, 3) ? 1 + pick(walk, (unsigned)walk->users) : walk->session.user_id;
    struct target targets[20];
    size_t count = 1 + pick(walk, 20);
    for (size_t i = 0; i < count; i++)
        targets[i] = (struct target){ 1 + pick(walk, (unsigned)walk->clients), 0 };
    struct command command = {
        .kind = COMMAND_ACCESS, .targets = targets, .target_count = count, .reason = "",
        .access = { .verb = pick(walk, 2) ? ACCESS_REVOKE : ACCESS_ADD, .users = &user,
                    .user_count = 1, .role = GRANT_MEMBER,
                    .from = INSTANT_NONE, .until = INSTANT_NONE },
    };
    struct receipt receipt;
    struct failure failure = { 0 };
    walk->admin.now.second = (the_time.second += 2);
    if (!store_execute(walk->others, &walk->admin, &command, false, &receipt, &failure))
        fail(walk, failure.message.text);
    walk->changesets += receipt.changeset != 0;
    receipt_finish(&receipt);
    app_poll(walk->app);
}

/* ---- what holds after every step ---- */

static void check(struct walk *walk)
{
    const struct surface *surface = app_surface(walk->app);
    int row, column, rows = surface_rows(surface), columns = surface_columns(surface);
    surface_cursor_at(surface, &row, &column);
    if (column >= columns || (column >= 0 && (row < 0 || row >= rows)))
        fail(walk, "the cursor is outside");
    for (int at = 0; at < rows; at++) {
        int drawn = 0;
        for (int i = 0; i < columns; i++) {
            const struct cell *cell = surface_cell(surface, at, i);
            if (!text_is_utf8(cell->text, strnlen(cell->text, sizeof cell->text)))
                fail(walk, "a cell is not UTF-8");
            drawn += cell->width;
        }
        if (drawn != columns)
            fail(walk, "a row is wider or narrower than the screen");
    }
}

static void nothing_written(struct walk *walk)
{
    struct store_info info;
    struct failure failure = { 0 };
    if (!store_info(walk->others, &info, &failure))
        fail(walk, failure.message.text);
    if (walk->changesets == 0)
        walk->changesets = info.changesets;
    walk->clients = info.clients;
    walk->users = info.users;
    if (info.changesets != walk->changesets)
        fail(walk, "something was written");
}

static void step(struct walk *walk)
{
    switch (pick(walk, 100)) {
    case 0:
    case 1:
        resize(walk);
        break;
    case 2:
        paste(walk);
        break;
    case 3:
    case 4:
        type_filter(walk);
        break;
    case 5: /* every commit waits for the disk */
        if (pick(walk, 8) == 0)
            others(walk);
        break;
    case 6:
        app_poll(walk->app);
        break;
    default:
        press(walk);
    }
    if (pick(walk, 3)) /* keys typed ahead are not settled one by one */
        return;
    app_settle(walk->app);
    app_shown(walk->app);
    check(walk);
    if (app_finished(walk->app)) {
        app_destroy(walk->app);
        walk->session.now = the_time;
        open_app(walk);
    }
}

/* A key held down for hours: months far away, many panes one over the other. */
static void held_keys(struct walk *walk)
{
    static const char *const keys[] = { "<", ">", "?", "Enter", "Down", "t" };
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        for (int i = 0; i < (k < 2 ? 40000 : 40); i++) {
            app_key(walk->app, keys[k]);
            if (k >= 2)
                app_settle(walk->app);
        }
        app_settle(walk->app);
        check(walk);
    }
}

static void keys(struct walk *walk, const char *key, int times)
{
    for (int i = 0; i < times; i++) {
        app_key(walk->app, key);
        app_settle(walk->app);
        check(walk);
    }
}

/* A sheet that lies under more panes than there is room for is still itself when it comes up again. */
static void buried(struct walk *walk)
{
    keys(walk, "Esc", 10);
    keys(walk, "1", 1);
    keys(walk, "2", 1);
    keys(walk, "Esc", 2);
    keys(walk, "g", 1);
    keys(walk, "Enter", 1);
    keys(walk, "?", 7);
    keys(walk, "Enter", 1);
    for (int i = 0; i < 12; i++) {
        keys(walk, "?", 3);
        keys(walk, "Esc", 3 - i % 2);
    }
    keys(walk, "Esc", 10);
}

/* Whose access ends while the client is open is not shown it any longer, and goes on working. */
static void taken_away(struct walk *walk)
{
    struct target targets[200];
    struct receipt receipt;
    struct failure failure = { 0 };
    size_t count = 0;
    keys(walk, "2", 1);
    keys(walk, "Esc", 2);
    keys(walk, "g", 1);
    keys(walk, "Enter", 1);
    keys(walk, "/", 1); /* no filter in a sheet, but in what is under it */
    for (; count < (size_t)walk->clients && count < 200; count++)
        targets[count] = (struct target){ (int64_t)count + 1, 0 };
    struct command command = {
        .kind = COMMAND_ACCESS, .targets = targets, .target_count = count, .reason = "",
        .access = { .verb = ACCESS_REVOKE, .users = &walk->session.user_id, .user_count = 1,
                    .from = INSTANT_NONE, .until = INSTANT_NONE },
    };
    walk->admin.now.second = (the_time.second += 2);
    if (!store_execute(walk->others, &walk->admin, &command, false, &receipt, &failure))
        fail(walk, failure.message.text);
    walk->changesets += receipt.changeset != 0;
    receipt_finish(&receipt);
    the_time.second += 2;
    app_poll(walk->app);
    app_settle(walk->app);
    check(walk);
    keys(walk, "x", 1);
    keys(walk, "Down", 2);
}

static void run(const char *database, const char *login, long seed, long keys)
{
    char outbox[96];
    snprintf(outbox, sizeof outbox, "%s.outbox", database);
    struct walk walk = { .database = database, .login = login, .outbox = outbox, .seed = seed,
                         .random = (uint64_t)seed * UINT64_C(0x9e3779b97f4a7c15) + 1 };
    open_store(&walk, login, &walk.store, &walk.session);
    open_store(&walk, NULL, &walk.others, &walk.admin);
    nothing_written(&walk);
    walk.keymap = keymap_create();
    open_app(&walk);
    held_keys(&walk);
    buried(&walk);
    for (walk.step = 0; walk.step < keys; walk.step++)
        step(&walk);
    buried(&walk);
    taken_away(&walk);
    nothing_written(&walk);
    app_destroy(walk.app);
    keymap_destroy(walk.keymap);
    store_close(walk.others);
    store_close(walk.store);
}

/* Logins of the first of each role; texts are never freed: the program is short. */
static void find_logins(const char *database, char logins[static ROLE_COUNT][64])
{
    struct walk walk = { .database = database };
    struct arena *arena = arena_create();
    struct rowset rows;
    struct failure failure = { 0 };
    struct query query = { .dataset = DATASET_users, .sort = COLUMN_NONE, .month = MONTH_NONE,
                           .as_of = INSTANT_NONE };
    open_store(&walk, NULL, &walk.store, &walk.session);
    if (!store_query(walk.store, &walk.session, &query, arena, &rows, &failure))
        fail(&walk, failure.message.text);
    for (size_t i = rows.count; i-- > 0;) {
        struct value role = rowset_value(&rows, i, COLUMN_users_role);
        struct value login = rowset_value(&rows, i, COLUMN_users_login);
        struct value active = rowset_value(&rows, i, COLUMN_users_active);
        for (int r = 0; r < ROLE_COUNT && active.number; r++)
            if (strlen(model_word(WORDS_ROLE, r)) == role.length &&
                memcmp(model_word(WORDS_ROLE, r), role.text, role.length) == 0)
                snprintf(logins[r], 64, "%.*s", (int)login.length, login.text);
    }
    arena_destroy(arena);
    store_close(walk.store);
}

int main(int argc, char **argv)
{
    if (argc < 2 || !text_start() || !hash_start()) {
        fprintf(stderr, "usage: walk DEMO.db [SEED [KEYS]]\n");
        return 99;
    }
    long seed = argc > 2 ? strtol(argv[2], NULL, 10) : 1;
    long keys = argc > 3 ? strtol(argv[3], NULL, 10) : KEYS;
    the_time = date_start(date_of(2026, 11, 18));
    the_time.second += 9 * 3600;
    char folder[] = "/tmp/klientel-walk-XXXXXX", database[64], key[80], from[4096];
    char logins[ROLE_COUNT][64] = { "" };
    if (!mkdtemp(folder))
        return 99;
    snprintf(database, sizeof database, "%s/demo.db", folder);
    snprintf(key, sizeof key, "%s.key", database);
    snprintf(from, sizeof from, "%s.key", argv[1]);
    copy_file(argv[1], database);
    copy_file(from, key);
    find_logins(database, logins);
    for (int role = 0; role < ROLE_COUNT; role++)
        run(database, *logins[role] ? logins[role] : NULL, seed + role, keys / WALKS);
    char clean[128];
    snprintf(clean, sizeof clean, "rm -rf '%s'", folder);
    return system(clean) == 0 ? 0 : 99;
}
