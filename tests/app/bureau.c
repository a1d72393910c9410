/* The demo bureau for tests of the app. */
#include "bureau.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "klientel/base/hash.h"
#include "klientel/base/text.h"

static const char *demo;

bool bureau_start(int argc, char **argv)
{
    demo = argc == 2 ? argv[1] : NULL;
    return demo && text_start() && hash_start();
}

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

void bureau_good(bool done, const struct failure *failure)
{
    if (done)
        return;
    struct buffer text = { 0 };
    failure_add(failure, LANGUAGE_EN, &text);
    print_error("%s\n", buffer_text(&text));
    buffer_finish(&text);
    fail();
}

void bureau_ask_as(struct bureau *bureau, const char *login)
{
    struct failure failure = { 0 };
    struct instant now = date_start(date_of(2026, 11, 18));
    now.second += 9 * 3600;
    bureau_good(store_session(bureau->store, login, now, &bureau->session, &failure), &failure);
    bureau->session.language = LANGUAGE_EN;
}

int bureau_setup(void **state)
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
    bureau_good(store_open(bureau->path, &options, &bureau->store, &failure), &failure);
    bureau_ask_as(bureau, NULL);
    *state = bureau;
    return 0;
}

int bureau_teardown(void **state)
{
    struct bureau *bureau = *state;
    char clean[64];
    store_close(bureau->store);
    snprintf(clean, sizeof clean, "rm -rf '%s'", bureau->folder);
    free(bureau);
    return system(clean);
}

struct app *bureau_app(struct bureau *bureau, struct keymap **ret_keymap)
{
    *ret_keymap = keymap_create();
    struct app *app = app_create(&(struct app_options){
        .store = bureau->store, .session = bureau->session, .keymap = *ret_keymap });
    app_resize(app, 30, 100);
    return app;
}

void app_rest(struct app *app)
{
    do
        app_settle(app);
    while (app_busy(app));
    app_shown(app);
}

static void keys_each(struct app *app, const char *keys, bool settled)
{
    char *list = memory_text(keys), *rest = list, *key;
    while ((key = strtok_r(rest, " ", &rest)) != NULL) {
        app_key(app, key);
        if (settled)
            app_rest(app);
    }
    free(list);
}

void app_keys(struct app *app, const char *keys)
{
    keys_each(app, keys, true);
}

void app_keys_ahead(struct app *app, const char *keys)
{
    keys_each(app, keys, false);
}

void app_type(struct app *app, const char *text)
{
    size_t position = 0, length = strlen(text);
    while (position < length) {
        char key[8] = "";
        size_t start = position;
        text_next(text, length, &position);
        memcpy(key, text + start, position - start);
        app_key(app, strcmp(key, " ") == 0 ? "Space" : key);
    }
    app_rest(app);
}

bool app_shows(const struct app *app, const char *text)
{
    struct buffer dump = { 0 };
    surface_dump(app_surface(app), &dump);
    bool found = strstr(buffer_text(&dump), text) != NULL;
    buffer_finish(&dump);
    return found;
}

char *app_row(const struct app *app, int row)
{
    struct buffer dump = { 0 };
    surface_dump(app_surface(app), &dump);
    char *text = dump.data, *next;
    for (int i = 0; i < row; i++)
        text = strchr(text, '\n') + 1;
    next = strchr(text, '\n');
    char *copy_of_row = memory_zero((size_t)(next - text) + 1, 1);
    memcpy(copy_of_row, text, (size_t)(next - text));
    buffer_finish(&dump);
    return copy_of_row;
}
