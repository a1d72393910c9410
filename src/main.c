/*
 * klientel: options → configuration → clock, store, session → loop → exit code. The only place that puts
 * the parts together, and the only one that reads the clock.
 */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "klientel/app/app.h"
#include "klientel/base/hash.h"
#include "klientel/base/loop.h"
#include "klientel/base/text.h"
#include "klientel/cli/cli.h"
#include "klientel/tty/terminal.h"

#include "hooks.h"

/* Closed descriptors 0-2 would be given to the database; files are for the owner alone; no core with
 * person data; a reader that goes away is an error of write, not a signal. */
static void harden(void)
{
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) < 0)
            (void)!open("/dev/null", fd == 0 ? O_RDONLY : O_WRONLY);
    }
    umask(0077);
    struct rlimit none = { 0, 0 };
    setrlimit(RLIMIT_CORE, &none);
    signal(SIGPIPE, SIG_IGN);
}

/* What a list leaves goes back to the system at once, and what grows moves without being copied. */
static void hold_little(void)
{
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 128 * 1024);
    mallopt(M_TRIM_THRESHOLD, 256 * 1024);
#endif
}

static enum charset charset_of(const char *word)
{
    return strcmp(word, "utf-8") == 0    ? CHARSET_UTF8
           : strcmp(word, "latin1") == 0 ? CHARSET_LATIN1
           : strcmp(word, "ascii") == 0  ? CHARSET_ASCII
                                         : CHARSET_AUTO;
}

static enum color color_of(const char *word)
{
    return strcmp(word, "always") == 0  ? COLOR_ALWAYS
           : strcmp(word, "never") == 0 ? COLOR_NEVER
                                        : COLOR_AUTO;
}

/* ---- the full screen ---- */

struct screen_run {
    struct terminal *terminal;
    struct app *app;
    struct loop *loop;
    struct hooks hooks;
    int exit_code;
    bool over, input, resized;
    bool more;    /* keys were left for the next turn */
    bool unshown; /* the surface is ahead of the terminal */
    bool watched; /* for room on the terminal */
    bool seen; /* it is noted that the person was here */
    struct store *store;
    const struct session *session;
};
enum { KEYS_A_TURN = 5000 };

static void on_input(void *context, int fd)
{
    (void)fd;
    ((struct screen_run *)context)->input = true;
}

static void take_size(struct screen_run *run)
{
    int rows, columns;
    terminal_size(run->terminal, &rows, &columns);
    app_resize(run->app, rows, columns);
}

static void suspend(struct screen_run *run)
{
    if (terminal_suspend(run->terminal)) {
        take_size(run);
        run->unshown = true;
        return;
    }
    struct message message;
    message_set(&message, N_("Nothing is there to come back from: Ctrl-Z works under a shell"), NULL);
    app_notice(run->app, &message);
}

static void on_signal(void *context, int number)
{
    struct screen_run *run = context;
    hooks_signal(&run->hooks);
    if (number == SIGWINCH) {
        run->resized = true;
    } else if (number == SIGCONT) {
        terminal_continue(run->terminal);
        run->unshown = run->resized = true;
    } else if (number == SIGTSTP) {
        suspend(run);
    } else {
        run->over = true;
        run->exit_code = 128 + number;
    }
}

static void take_mouse(struct screen_run *run)
{
    static const enum app_click clicks[] = {
        [TERMINAL_CLICK] = APP_CLICK,
        [TERMINAL_DOUBLE_CLICK] = APP_DOUBLE_CLICK,
        [TERMINAL_WHEEL_UP] = APP_WHEEL_UP,
        [TERMINAL_WHEEL_DOWN] = APP_WHEEL_DOWN,
    };
    const struct terminal_mouse *mouse = terminal_mouse(run->terminal);
    app_mouse(run->app, mouse->row, mouse->column, clicks[mouse->what]);
}

static void take_key(struct screen_run *run, const char *key)
{
    app_burst(run->app, terminal_burst(run->terminal));
    if (strcmp(key, "Ctrl-Z") == 0)
        suspend(run);
    else
        app_key(run->app, key);
}

/* Takes every key that is there: a hundred typed ahead cost one drawing. Keys that never end (a book
 * on the keyboard, a program that writes) do not keep it from signals. */
static void drain_keys(struct screen_run *run)
{
    static const size_t room = 4096;
    char text[4096];
    run->more = false;
    for (int taken = 0; taken < KEYS_A_TURN; taken++) {
        switch (terminal_read(run->terminal, text, room)) {
        case TERMINAL_KEY:
            take_key(run, text);
            break;
        case TERMINAL_PASTE:
            app_paste(run->app, text);
            break;
        case TERMINAL_MOUSE:
            take_mouse(run);
            break;
        case TERMINAL_HANGUP:
            run->over = true;
            run->exit_code = 129;
            return;
        case TERMINAL_EMPTY:
            return;
        }
    }
    run->more = true;
}

/* A write, and whoever writes may wait for others: never before there is something to look at. */
static void note_seen(struct screen_run *run)
{
    char now[INSTANT_TEXT_SIZE];
    struct failure failure = { 0 };
    if (run->seen)
        return;
    run->seen = true;
    store_remember(run->store, run->session, "last_seen", instant_format(run->session->now, now),
                   &failure);
}

static void on_room(void *context, int fd)
{
    (void)fd;
    terminal_flush(((struct screen_run *)context)->terminal);
}

/* Shows the surface, or what of it the line takes now: the rest, and what changes meanwhile, is for later turns. */
static void show(struct screen_run *run)
{
    if (app_wants_redraw(run->app)) {
        terminal_redraw(run->terminal);
        run->unshown = true;
    }
    while (run->unshown && terminal_ready(run->terminal)) {
        run->unshown = !terminal_show(run->terminal, app_surface(run->app));
        hooks_shown(&run->hooks);
    }
    if (!run->unshown)
        app_shown(run->app);
    bool blocked = terminal_blocked(run->terminal);
    if (blocked && !run->watched)
        loop_watch_output(run->loop, terminal_output_fd(run->terminal), on_room, run);
    else if (!blocked && run->watched)
        loop_unwatch(run->loop, terminal_output_fd(run->terminal));
    run->watched = blocked;
}

static void copy(struct screen_run *run)
{
    const char *text = app_wants_copy(run->app);
    struct message message;
    if (text && !terminal_copy(run->terminal, text, strlen(text), &message))
        app_notice(run->app, &message);
}

static void run_loop(struct screen_run *run)
{
    int64_t polled = clock_tick();
    while (!run->over && !app_finished(run->app)) {
        drain_keys(run);
        loop_signals(run->loop); /* what ended waiting for others ends this too */
        if (run->resized) {
            run->resized = false;
            terminal_resized(run->terminal);
            take_size(run);
        }
        if (run->over || app_finished(run->app))
            break;
        if (clock_tick() - polled >= 1000000000) {
            polled = clock_tick();
            app_poll(run->app);
            note_seen(run);
        }
        copy(run);
        run->unshown |= app_settle(run->app);
        show(run);
        bool busy = run->more || app_busy(run->app);
        int wait = terminal_wait(run->terminal);
        if (!busy && !run->unshown && !run->watched && wait < 0)
            hooks_idle(&run->hooks, terminal_taken(run->terminal), app_settle(run->app));
        if (!loop_wait(run->loop, busy ? 0 : wait >= 0 && wait < 1000 ? wait : 1000)) {
            run->over = true;
            run->exit_code = 5;
        }
    }
}

static int run_with_terminal(struct cli *cli, struct store *store, const struct session *session,
                             struct keymap *keymap)
{
    struct failure failure = { 0 };
    struct screen_run run = { .store = store, .session = session };
    bool plain = config_flag(cli->config, SETTING_PLAIN_UI);
    struct terminal_options options = {
        .charset = charset_of(config_text(cli->config, SETTING_CHARSET)),
        .color = color_of(config_text(cli->config, SETTING_COLOR)),
        .mouse = config_flag(cli->config, SETTING_MOUSE),
    };
    if (!terminal_open(&options, &run.terminal, &failure))
        return cli_fail(cli, &failure);
    struct buffer outbox = { 0 }, same = { 0 };
    cli_outbox(cli, session, &outbox);
    cli_same_options(cli, &same);
    run.app = app_create(&(struct app_options){
        .store = store,
        .session = *session,
        .keymap = keymap,
        .ascii = terminal_ascii(run.terminal),
        .latin1 = terminal_latin1(run.terminal),
        .plain = plain,
        .outbox = buffer_text(&outbox),
        .same_options = buffer_text(&same),
        .over_ssh = cli_over_ssh(),
        .clock = hooks_now,
    });
    run.loop = loop_create();
    run.hooks = hooks_create();
    loop_watch(run.loop, terminal_fd(run.terminal), on_input, &run);
    static const int signals[] = { SIGWINCH, SIGCONT, SIGTSTP, SIGHUP, SIGTERM, SIGINT };
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        loop_signal(run.loop, signals[i], on_signal, &run);
    take_size(&run);
    struct message notice;
    if (terminal_notice(run.terminal, &notice))
        app_notice(run.app, &notice);
    run_loop(&run);
    if (!run.over)
        note_seen(&run);
    loop_destroy(run.loop);
    app_destroy(run.app);
    buffer_finish(&outbox);
    buffer_finish(&same);
    terminal_close(run.terminal);
    return run.exit_code;
}

static int run_screen(struct cli *cli)
{
    struct store *store;
    struct session session;
    struct failure failure = { 0 };
    hold_little();
    int code = cli_open(cli, config_flag(cli->config, SETTING_READ_ONLY), &store, &session);
    if (code != 0)
        return code;
    const struct key_binding *keys;
    size_t key_count = config_keys(cli->config, &keys);
    struct keymap *keymap = keymap_create();
    code = keymap_bind(keymap, keys, key_count, &failure)
               ? run_with_terminal(cli, store, &session, keymap)
               : cli_fail(cli, &failure);
    keymap_destroy(keymap);
    store_close(store);
    return code;
}

/* No command: the screen where there is a terminal, else the dashboard as text. */
static int run_bare(struct cli *cli)
{
    if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
        return run_screen(cli);
    char word[] = "dashboard";
    char *words[] = { word, NULL };
    return cli_run(cli, 1, words);
}

/* A reader that went away (| head) read enough; a full disk is a failure. */
static int finish_output(const struct cli *cli, int code)
{
    bool failed = fflush(stdout) != 0;
    int error = errno;
    struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };
    if ((!failed && !ferror(stdout)) || code != 0)
        return code;
    if (poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0)
        return code;
    struct failure failure;
    failure_set(&failure, FAILURE_IO, "", N_("the output cannot be written: %1"), strerror(error),
                NULL);
    return cli_fail(cli, &failure);
}

int main(int argc, char **argv)
{
    harden();
    struct cli cli = {
        .version = KLIENTEL_VERSION,
        .now = hooks_now(),
        .out = stdout,
        .err = stderr,
    };
    struct failure failure = { 0 };
    int first = argc;
    bool answered = false;
    if (!text_start() || !hash_start()) {
        fprintf(stderr, "klientel: the system's libraries do not start: C.UTF-8 and libsodium are needed\n");
        return 5;
    }
    int code = 0;
    if (!cli_options(argc, argv, &cli, &first, &answered, &failure))
        code = cli_fail(&cli, &failure);
    else if (!answered)
        code = first < argc ? cli_run(&cli, argc - first, argv + first) : run_bare(&cli);
    code = finish_output(&cli, code);
    config_close(cli.config);
    return code;
}
