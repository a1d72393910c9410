/*
 * Screen tests: keys in, text out, in one process and without a terminal.
 *
 *     run-steps DEMO.db FILE.steps
 *
 * FILE.steps holds one step a line:
 *     size ROWS COLUMNS        before the first key; default 24 80
 *     language en|sv|nb        default en
 *     user LOGIN               default: the first administrator
 *     ascii | plain            as on such a terminal
 *     key NAME...              Down, Enter, Esc, F1, /, … one or several
 *     type TEXT                the rest of the line, character by character
 *     poll                     look for other processes' changes
 *     screen NAME              compare with the block NAME of FILE.screen
 *     file NAME                the same with the file that lies in the outbox, and takes it out
 *     ssh                      before the first key: the person sits elsewhere
 * Lines that begin with # are comments. FILE.screen holds the blocks, each headed "=== NAME". With
 * UPDATE_SCREENS=1 it is written instead; read the difference before committing it. The last line of a
 * block with styles is compared too, but only where the step says `screen NAME styles`.
 */
#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "klientel/app/app.h"
#include "klientel/base/arena.h"
#include "klientel/base/hash.h"
#include "klientel/base/text.h"
#include "klientel/service/outbox.h"

struct run {
    struct app *app;
    struct store *store;
    struct keymap *keymap;
    int rows, columns;
    enum language language;
    char user[64];
    bool ascii, plain, ssh;
    char outbox[80];
    struct buffer screens; /* what was drawn, as the .screen file would be */
};

static void stop(const char *what, const char *more)
{
    fprintf(stderr, "run-steps: %s %s\n", what, more);
    exit(99);
}

static bool read_file(const char *path, struct buffer *ret_text)
{
    FILE *file = fopen(path, "r");
    if (!file)
        return false;
    char bytes[8192];
    size_t got;
    while ((got = fread(bytes, 1, sizeof bytes, file)) > 0)
        buffer_add(ret_text, bytes, got);
    fclose(file);
    return true;
}

static void copy_file(const char *from, const char *to)
{
    struct buffer data = { 0 };
    if (!read_file(from, &data))
        stop("cannot read", from);
    int fd = open(to, O_CREAT | O_WRONLY | O_EXCL, 0600);
    if (fd < 0 || write(fd, data.data, data.length) != (ssize_t)data.length || close(fd) != 0)
        stop("cannot write", to);
    buffer_finish(&data);
}

static void open_app(struct run *run, const char *path)
{
    struct failure failure = { 0 };
    struct store_options options = { 0 };
    struct session session;
    struct instant now = date_start(date_of(2026, 11, 18));
    now.second += 9 * 3600;
    if (!store_open(path, &options, &run->store, &failure) ||
        !store_session(run->store, *run->user ? run->user : NULL, now, &session, &failure)) {
        struct buffer text = { 0 };
        failure_add(&failure, LANGUAGE_EN, &text);
        stop("the demo bureau does not open:", buffer_text(&text));
    }
    session.language = run->language;
    run->keymap = keymap_create();
    run->app = app_create(&(struct app_options){ .store = run->store,
                                                 .session = session,
                                                 .keymap = run->keymap,
                                                 .ascii = run->ascii,
                                                 .plain = run->plain,
                                                 .outbox = run->outbox,
                                                 .over_ssh = run->ssh });
    app_resize(run->app, run->rows, run->columns);
}

static void settle(struct run *run)
{
    do
        app_settle(run->app);
    while (app_busy(run->app));
    app_shown(run->app);
}

static void type(struct run *run, const char *text)
{
    size_t position = 0, length = strlen(text);
    while (position < length) {
        char key[8] = "";
        size_t start = position;
        text_next(text, length, &position);
        memcpy(key, text + start, position - start);
        app_key(run->app, strcmp(key, " ") == 0 ? "Space" : key);
        settle(run);
    }
}

static void keep_screen(struct run *run, char *name)
{
    struct buffer dump = { 0 };
    char *styles = strstr(name, " styles");
    if (styles)
        *styles = '\0';
    settle(run);
    surface_dump(app_surface(run->app), &dump);
    char *end = strstr(dump.data, "-- styles");
    if (end && !styles) {
        *end = '\0';
        dump.length = strlen(dump.data);
    }
    buffer_print(&run->screens, "=== %s\n%s", name, buffer_text(&dump));
    if (dump.length && dump.data[dump.length - 1] != '\n')
        buffer_add_byte(&run->screens, '\n');
    buffer_finish(&dump);
}

static void keep_file(struct run *run, const char *name)
{
    struct arena *arena = arena_create();
    struct outbox_entry *entries;
    struct failure failure;
    struct buffer text = { 0 };
    size_t count;
    char path[512];
    if (!outbox_list(run->outbox, arena, &entries, &count, &failure) || count != 1)
        stop("there is not one file in the outbox at", name);
    snprintf(path, sizeof path, "%s/%s", run->outbox, entries[0].name);
    if (!read_file(path, &text) || !outbox_remove(run->outbox, entries[0].name, &failure))
        stop("cannot take", path);
    buffer_print(&run->screens, "=== %s: %s\n%s", name, entries[0].name, buffer_text(&text));
    buffer_finish(&text);
    arena_destroy(arena);
}

/* The options that must stand before the first key. */
static bool setting(struct run *run, char *line)
{
    if (sscanf(line, "size %d %d", &run->rows, &run->columns) == 2) {
        if (run->app)
            app_resize(run->app, run->rows, run->columns);
        return true;
    }
    if (strncmp(line, "language ", 9) == 0)
        return language_parse(line + 9, &run->language);
    if (strncmp(line, "user ", 5) == 0)
        return snprintf(run->user, sizeof run->user, "%s", line + 5) > 0;
    if (strcmp(line, "ascii") == 0)
        return run->ascii = true;
    if (strcmp(line, "plain") == 0)
        return run->plain = true;
    if (strcmp(line, "ssh") == 0)
        return run->ssh = true;
    return false;
}

static void step(struct run *run, const char *database, char *line)
{
    if (setting(run, line))
        return;
    if (!run->app)
        open_app(run, database);
    if (strncmp(line, "key ", 4) == 0) {
        for (char *key = strtok(line + 4, " "); key; key = strtok(NULL, " ")) {
            app_key(run->app, key);
            settle(run);
        }
    } else if (strncmp(line, "type ", 5) == 0) {
        type(run, line + 5);
    } else if (strcmp(line, "poll") == 0) {
        app_poll(run->app);
        settle(run);
    } else if (strncmp(line, "screen ", 7) == 0) {
        keep_screen(run, line + 7);
    } else if (strncmp(line, "file ", 5) == 0) {
        keep_file(run, line + 5);
    } else {
        stop("unknown step:", line);
    }
}

static int compare(const char *path, const struct buffer *drawn)
{
    struct buffer wanted = { 0 };
    if (getenv("UPDATE_SCREENS")) {
        FILE *file = fopen(path, "w");
        if (!file || fwrite(drawn->data, 1, drawn->length, file) != drawn->length ||
            fclose(file) != 0)
            stop("cannot write", path);
        return 0;
    }
    if (!read_file(path, &wanted))
        stop("there is no", path);
    if (wanted.length == drawn->length && memcmp(wanted.data, drawn->data, drawn->length) == 0) {
        buffer_finish(&wanted);
        return 0;
    }
    /* Line by line: what was wanted, what was drawn. */
    const char *a = buffer_text(&wanted), *b = buffer_text(drawn);
    int line = 1, shown = 0;
    while ((*a || *b) && shown < 30) {
        size_t x = strcspn(a, "\n"), y = strcspn(b, "\n");
        if (x != y || memcmp(a, b, x) != 0) {
            fprintf(stderr, "%s:%d\n  wanted |%.*s\n  drawn  |%.*s\n", path, line, (int)x, a, (int)y,
                    b);
            shown++;
        }
        a += x + (a[x] == '\n');
        b += y + (b[y] == '\n');
        line++;
    }
    buffer_finish(&wanted);
    return 1;
}

int main(int argc, char **argv)
{
    if (argc != 3)
        stop("usage: run-steps DEMO.db", "FILE.steps");
    if (!text_start() || !hash_start())
        stop("the libraries do not start", "");
    char folder[] = "/tmp/klientel-steps-XXXXXX", database[64], key[80], from[4096], screen[4096];
    if (!mkdtemp(folder))
        stop("no temporary folder", "");
    snprintf(database, sizeof database, "%s/demo.db", folder);
    snprintf(key, sizeof key, "%s.key", database);
    snprintf(from, sizeof from, "%s.key", argv[1]);
    copy_file(argv[1], database);
    copy_file(from, key);

    struct run run = { .rows = 24, .columns = 80, .language = LANGUAGE_EN };
    struct buffer steps = { 0 };
    snprintf(run.outbox, sizeof run.outbox, "%s/outbox/anna", folder);
    if (!read_file(argv[2], &steps))
        stop("cannot read", argv[2]);
    for (char *line = steps.data, *next; line && *line; line = next) {
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        if (*line && *line != '#')
            step(&run, database, line);
    }
    size_t length = strlen(argv[2]);
    if (length < 6 || strcmp(argv[2] + length - 6, ".steps") != 0)
        stop("not a .steps file:", argv[2]);
    snprintf(screen, sizeof screen, "%.*s.screen", (int)(length - 6), argv[2]);
    int result = compare(screen, &run.screens);

    app_destroy(run.app);
    keymap_destroy(run.keymap);
    store_close(run.store);
    buffer_finish(&run.screens);
    buffer_finish(&steps);
    char clean[128];
    snprintf(clean, sizeof clean, "rm -rf '%s'", folder);
    return system(clean) == 0 ? result : 99;
}
