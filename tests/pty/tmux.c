/*
 * In tmux: a few of the same steps in a real multiplexer, whose own terminal the program meets at work every day. tmux
 * tells nobody when the program waits: a text is looked for again and again, with a limit for failures.
 *
 *     in-tmux KLIENTEL DEMO.db
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "desk.h"

enum { LIMIT_SECONDS = 20, LOOK_MILLISECONDS = 20 };

struct session {
    struct bureau bureau;
    char socket[128];
};

/* tmux with these words on the session's own server: its exit code; what it prints is added to the text. */
static int tmux(const struct session *session, const char *const *words, struct buffer *ret_text)
{
    const char *all[32] = { "tmux", "-f", "/dev/null", "-S", session->socket };
    int ends[2], status = 0;
    char bytes[4096];
    for (size_t i = 0; words[i] && i < 26; i++)
        all[i + 5] = words[i];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        setenv("LANG", "C.UTF-8", 1);
        unsetenv("LC_ALL");
        unsetenv("TMUX");
        dup2(ends[1], 1);
        close(ends[0]);
        close(ends[1]);
        execvp("tmux", (char *const *)all);
        _exit(98);
    }
    close(ends[1]);
    for (ssize_t got; (got = read(ends[0], bytes, sizeof bytes)) > 0;) {
        if (ret_text)
            buffer_add(ret_text, bytes, (size_t)got);
    }
    close(ends[0]);
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void wait_for(const struct session *session, const char *text)
{
    static const char *const capture[] = { "capture-pane", "-p", NULL };
    struct buffer screen = { 0 };
    for (double end = now() + LIMIT_SECONDS; now() < end; poll(NULL, 0, LOOK_MILLISECONDS)) {
        buffer_clear(&screen);
        tmux(session, capture, &screen);
        if (strstr(buffer_text(&screen), text)) {
            buffer_finish(&screen);
            return;
        }
    }
    fail_msg("\"%s\" never came:\n%s", text, buffer_text(&screen));
}

static void press(const struct session *session, const char *key)
{
    const char *const words[] = { "send-keys", key, NULL };
    assert_int_equal(tmux(session, words, NULL), 0);
}

static void open_session(struct session *session, const char *term)
{
    char program[1024], command[2048], option[64];
    bureau_copy(desk_demo(), &session->bureau);
    snprintf(session->socket, sizeof session->socket, "%s/tmux", session->bureau.folder);
    snprintf(option, sizeof option, "%s", term);
    assert_non_null(realpath(desk_program(), program));
    snprintf(command, sizeof command,
             "HOME='%s' KLIENTEL_TEST_NOW=2026-11-18T08:00:00Z '%s' --database '%s' --language sv",
             session->bureau.folder, program, session->bureau.database);
    const char *const words[] = { "set-option", "-g", "default-terminal", option, ";", "set-option", "-g",
                                  "remain-on-exit", "on", ";", "new-session", "-d", "-x", "80", "-y", "24",
                                  "/bin/sh", NULL };
    assert_int_equal(tmux(session, words, NULL), 0);
    const char *const type[] = { "send-keys", "-l", command, NULL };
    assert_int_equal(tmux(session, type, NULL), 0);
    press(session, "Enter");
    wait_for(session, "1 Översikt");
}

static void close_session(struct session *session)
{
    static const char *const end[] = { "kill-server", NULL };
    tmux(session, end, NULL);
    bureau_remove(&session->bureau);
}

static void steps(const char *term)
{
    static const char *const smaller[] = { "resize-window", "-x", "100", "-y", "30", NULL };
    static const char *const buffer[] = { "set-buffer", "björk", NULL };
    static const char *const paste[] = { "paste-buffer", "-p", NULL };
    struct session session;
    open_session(&session, term);
    press(&session, "2");
    wait_for(&session, "241 av 241");
    press(&session, "Down");
    wait_for(&session, "till Bjørk Bil AS");
    press(&session, "/");
    tmux(&session, buffer, NULL);
    tmux(&session, paste, NULL);
    wait_for(&session, "/ björk");
    press(&session, "Enter");
    press(&session, "Escape");
    wait_for(&session, "241 av 241");
    press(&session, "F1");
    wait_for(&session, "I en tabell");
    press(&session, "Escape");
    tmux(&session, smaller, NULL);
    wait_for(&session, "241 av 241");
    press(&session, "End");
    press(&session, "Enter");
    wait_for(&session, "Företag");
    press(&session, "Escape");
    press(&session, "C-z");
    wait_for(&session, "Stopped");
    tmux(&session, (const char *const[]){ "send-keys", "fg; echo ended $?", "Enter", NULL }, NULL);
    wait_for(&session, "1 Översikt");
    press(&session, "q");
    wait_for(&session, "Avsluta klientel?");
    press(&session, "y");
    wait_for(&session, "ended 0");
    close_session(&session);
}

static void program__in_tmux__does_a_morning(void **state)
{
    (void)state;
    steps("tmux-256color");
}

static void program__in_tmux_that_says_screen__does_a_morning(void **state)
{
    (void)state;
    steps("screen-256color");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(program__in_tmux__does_a_morning),
        cmocka_unit_test(program__in_tmux_that_says_screen__does_a_morning),
    };
    if (!desk_start(argc, argv))
        return 99;
    if (system("command -v tmux >/dev/null 2>&1") != 0) {
        printf("tmux is not there\n");
        return 77;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
