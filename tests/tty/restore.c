/* Restore: whatever ends the process, the terminal is as it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "klientel/tty/restore.h"

struct tty {
    int master, slave;
    struct termios before;
};

static void tty_open(struct tty *tty)
{
    tty->master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
    assert_true(tty->master >= 0 && grantpt(tty->master) == 0 && unlockpt(tty->master) == 0);
    tty->slave = open(ptsname(tty->master), O_RDWR | O_NOCTTY | O_NONBLOCK);
    assert_true(tty->slave >= 0);
    tcgetattr(tty->slave, &tty->before);
}

static void tty_close(struct tty *tty)
{
    close(tty->master);
    close(tty->slave);
}

static volatile char sink;
static volatile int deepest = 1 << 30;

static int deeper(int depth) /* until the stack is full */
{
    volatile char room[4096];
    room[depth % 4096] = (char)depth;
    sink = room[(depth * 7) % 4096];
    return depth == deepest ? 0 : deeper(depth + 1) + room[depth % 4096];
}

/* A process that arms and dies by the signal; 0: of a full stack. What came before its end, and its status. */
static int die(struct tty *tty, int number, char *ret_bytes, size_t size)
{
    pid_t child = fork();
    if (child == 0) {
        struct rlimit none = { 0, 0 }, small = { 1 << 20, 1 << 20 };
        for (int other = 1; other < 32; other++) /* the test program's own handlers */
            signal(other, SIG_DFL);
        setrlimit(RLIMIT_CORE, &none);
        setrlimit(RLIMIT_STACK, &small);
        struct termios raw = tty->before;
        restore_arm(tty->slave, tty->slave, &tty->before, "<left>");
        cfmakeraw(&raw);
        tcsetattr(tty->slave, TCSANOW, &raw);
        if (number == 0)
            _exit(deeper(0));
        raise(number);
        _exit(99);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    ssize_t got = read(tty->master, ret_bytes, size - 1);
    ret_bytes[got > 0 ? got : 0] = '\0';
    return status;
}

static void check(int number, int expected)
{
    struct tty tty;
    struct termios after;
    char bytes[64];
    tty_open(&tty);
    int status = die(&tty, number, bytes, sizeof bytes);
    assert_string_equal(bytes, "<left>");
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), expected);
    tcgetattr(tty.slave, &after);
    assert_int_equal(after.c_lflag, tty.before.c_lflag);
    assert_int_equal(after.c_oflag, tty.before.c_oflag);
    tty_close(&tty);
}

static void every_fatal_signal_restores(void **state)
{
    (void)state;
    static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT, SIGTERM, SIGHUP, SIGINT, SIGALRM };
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        check(signals[i], signals[i]);
}

static void a_full_stack_restores(void **state)
{
    (void)state;
    check(0, SIGSEGV);
}

static void what_was_cut_is_ended_first_and_once(void **state)
{
    (void)state;
    struct tty tty;
    char bytes[64];
    tty_open(&tty);
    struct termios raw = tty.before;
    cfmakeraw(&raw);
    restore_arm(tty.slave, tty.slave, &raw, "<left>");
    tcsetattr(tty.slave, TCSANOW, &raw);
    restore_cut(true);
    restore_now();
    restore_now();
    assert_false(restore_armed());
    size_t length = 0;
    for (ssize_t got; (got = read(tty.master, bytes + length, sizeof bytes - 1 - length)) > 0;)
        length += (size_t)got;
    bytes[length] = '\0';
    assert_string_equal(bytes, "\030<left>");
    tty_close(&tty);
}

static void a_terminal_that_takes_nothing_is_given_up(void **state)
{
    (void)state;
    struct tty tty;
    char full[4096] = { 0 };
    tty_open(&tty);
    struct termios raw = tty.before;
    cfmakeraw(&raw);
    tcsetattr(tty.slave, TCSANOW, &raw);
    while (write(tty.slave, full, sizeof full) > 0)
        ;
    restore_arm(tty.slave, tty.slave, &tty.before, "<left>");
    restore_now(); /* comes back */
    struct termios after;
    tcgetattr(tty.slave, &after);
    assert_int_equal(after.c_lflag, tty.before.c_lflag);
    tty_close(&tty);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fatal_signal_restores),
        cmocka_unit_test(a_full_stack_restores),
        cmocka_unit_test(what_was_cut_is_ended_first_and_once),
        cmocka_unit_test(a_terminal_that_takes_nothing_is_given_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
