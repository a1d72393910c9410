/* Loop: descriptors, timers in order, signals only while waiting, and what a call may change. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "klientel/base/loop.h"

/* What was called, in order: the numbers. */
struct calls {
    struct loop *loop;
    int numbers[16];
    int count;
    int other; /* for the calls that change something: which descriptor or timer */
};

static void note(void *context, int number)
{
    struct calls *calls = context;
    assert_true(calls->count < 16);
    calls->numbers[calls->count++] = number;
}

static void note_and_read(void *context, int fd)
{
    char byte;
    assert_int_equal(read(fd, &byte, 1), 1);
    note(context, fd);
}

static void note_and_unwatch_other(void *context, int fd)
{
    struct calls *calls = context;
    loop_unwatch(calls->loop, calls->other);
    note(context, fd);
}

static void note_and_set_again(void *context, int id)
{
    struct calls *calls = context;
    loop_timer(calls->loop, id, 0, note_and_set_again, calls);
    note(context, id);
}

static void note_and_take_other_away(void *context, int id)
{
    struct calls *calls = context;
    loop_timer(calls->loop, calls->other, -1, NULL, NULL);
    note(context, id);
}

__attribute__((unused)) static void wait_inside(void *context, int number)
{
    (void)number;
    loop_wait(context, 0);
}

static void loop__calls__when_a_descriptor_is_readable_or_hung_up(void **state)
{
    (void)state;
    struct calls calls = { .loop = loop_create() };
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    loop_watch(calls.loop, ends[0], note_and_read, &calls);
    assert_true(loop_wait(calls.loop, 0));
    assert_int_equal(calls.count, 0);
    assert_int_equal(write(ends[1], "ab", 2), 2);
    assert_true(loop_wait(calls.loop, -1));
    assert_true(loop_wait(calls.loop, -1));
    assert_true(loop_wait(calls.loop, 0));
    assert_int_equal(calls.count, 2);
    assert_int_equal(calls.numbers[0], ends[0]);
    loop_watch(calls.loop, ends[0], note, &calls); /* replaces the call */
    close(ends[1]);
    assert_true(loop_wait(calls.loop, -1));
    assert_int_equal(calls.count, 3);
    loop_unwatch(calls.loop, ends[0]);
    assert_true(loop_wait(calls.loop, 0));
    assert_int_equal(calls.count, 3);
    close(ends[0]);
    loop_destroy(calls.loop);
}

static void loop__does_not_call__what_an_earlier_call_unwatched(void **state)
{
    (void)state;
    struct calls calls = { .loop = loop_create() };
    int first[2], second[2];
    assert_int_equal(pipe(first), 0);
    assert_int_equal(pipe(second), 0);
    assert_int_equal(write(first[1], "a", 1), 1);
    assert_int_equal(write(second[1], "b", 1), 1);
    calls.other = second[0];
    loop_watch(calls.loop, first[0], note_and_unwatch_other, &calls);
    loop_watch(calls.loop, second[0], note, &calls);
    assert_true(loop_wait(calls.loop, -1));
    assert_int_equal(calls.count, 1);
    assert_int_equal(calls.numbers[0], first[0]);
    loop_destroy(calls.loop);
    for (int i = 0; i < 2; i++) {
        close(first[i]);
        close(second[i]);
    }
}

static void timers__are_called_once__in_the_order_they_are_due(void **state)
{
    (void)state;
    struct calls calls = { .loop = loop_create() };
    int64_t start = clock_tick();
    loop_timer(calls.loop, 1, 20, note, &calls);
    loop_timer(calls.loop, 2, 5, note, &calls);
    loop_timer(calls.loop, 3, 0, note, &calls);
    loop_timer(calls.loop, 4, 0, note, &calls);
    while (calls.count < 4) {
        assert_true(loop_wait(calls.loop, -1));
    }
    assert_true(clock_tick() - start >= 20 * 1000000);
    static const int expected[] = { 3, 4, 2, 1 };
    assert_memory_equal(calls.numbers, expected, sizeof expected);
    assert_true(loop_wait(calls.loop, 0));
    assert_int_equal(calls.count, 4);
    loop_destroy(calls.loop);
}

static void timer__set_again__replaces_the_one_before(void **state)
{
    (void)state;
    struct calls calls = { .loop = loop_create() };
    loop_timer(calls.loop, 1, 0, note, &calls);
    loop_timer(calls.loop, 1, 60000, note, &calls);
    loop_timer(calls.loop, 2, 0, note, &calls);
    loop_timer(calls.loop, 2, -1, note, &calls);
    loop_timer(calls.loop, 9, -1, note, &calls);
    assert_true(loop_wait(calls.loop, 1));
    assert_int_equal(calls.count, 0);
    loop_destroy(calls.loop);
}

static void timer__of_nothing__set_in_its_own_call_waits_for_the_next_turn(void **state)
{
    (void)state;
    struct calls calls = { .loop = loop_create() };
    loop_timer(calls.loop, 7, 0, note_and_set_again, &calls);
    for (int turn = 1; turn <= 3; turn++) {
        assert_true(loop_wait(calls.loop, -1));
        assert_int_equal(calls.count, turn);
    }
    loop_destroy(calls.loop);
}

static void timer__taken_away_by_another_call__is_not_called(void **state)
{
    (void)state;
    struct calls calls = { .loop = loop_create(), .other = 2 };
    loop_timer(calls.loop, 1, 0, note_and_take_other_away, &calls);
    loop_timer(calls.loop, 2, 0, note, &calls);
    assert_true(loop_wait(calls.loop, -1));
    assert_true(loop_wait(calls.loop, 0));
    assert_int_equal(calls.count, 1);
    assert_int_equal(calls.numbers[0], 1);
    loop_destroy(calls.loop);
}

static void loop__waits_no_longer__than_it_was_told(void **state)
{
    (void)state;
    struct calls calls = { .loop = loop_create() };
    loop_timer(calls.loop, 1, 600000, note, &calls);
    int64_t start = clock_tick();
    assert_true(loop_wait(calls.loop, 10));
    int64_t passed = clock_tick() - start;
    assert_true(passed >= 10 * 1000000);
    assert_true(passed < INT64_C(60) * 1000000000);
    assert_int_equal(calls.count, 0);
    loop_destroy(calls.loop);
}

static void signal__is_called_in_ordinary_code__at_the_next_wait(void **state)
{
    (void)state;
    struct calls calls = { .loop = loop_create() };
    loop_signal(calls.loop, SIGUSR1, note, &calls);
    loop_signal(calls.loop, SIGTERM, note, &calls);
    raise(SIGUSR1);
    raise(SIGTERM);
    assert_int_equal(calls.count, 0);
    assert_true(loop_wait(calls.loop, -1));
    assert_int_equal(calls.count, 2);
    assert_int_equal(calls.numbers[0], SIGUSR1);
    assert_int_equal(calls.numbers[1], SIGTERM);
    assert_true(loop_wait(calls.loop, 0));
    assert_int_equal(calls.count, 2);
    loop_destroy(calls.loop);
}

static void signal__ends_a_wait__that_would_last_for_ever(void **state)
{
    (void)state;
    struct calls calls = { .loop = loop_create() };
    loop_signal(calls.loop, SIGUSR1, note, &calls);
    pid_t parent = getpid(), child = fork();
    if (child == 0) {
        kill(parent, SIGUSR1);
        _exit(0);
    }
    assert_true(loop_wait(calls.loop, -1));
    assert_int_equal(calls.count, 1);
    assert_int_equal(waitpid(child, NULL, 0), child);
    loop_destroy(calls.loop);
}

static void signal__comes_in__though_a_descriptor_is_always_ready(void **state)
{
    (void)state;
    struct calls calls = { .loop = loop_create() };
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "x", 1), 1);
    loop_watch(calls.loop, ends[0], note, &calls);
    loop_signal(calls.loop, SIGUSR1, note, &calls);
    raise(SIGUSR1);
    assert_true(loop_wait(calls.loop, 0));
    assert_int_equal(calls.count, 2);
    assert_int_equal(calls.numbers[0], SIGUSR1);
    loop_destroy(calls.loop);
    close(ends[0]);
    close(ends[1]);
}

static void signal__blocked_before_the_loop__is_called_all_the_same(void **state)
{
    (void)state;
    sigset_t blocked, before;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    sigprocmask(SIG_BLOCK, &blocked, &before);
    struct calls calls = { .loop = loop_create() };
    loop_signal(calls.loop, SIGUSR1, note, &calls);
    raise(SIGUSR1);
    assert_true(loop_wait(calls.loop, 5));
    assert_int_equal(calls.count, 1);
    loop_destroy(calls.loop);
    sigprocmask(SIG_SETMASK, &before, NULL);
}

static void loop__gives_back__mask_and_handlers(void **state)
{
    (void)state;
    sigset_t before, during, after;
    struct sigaction action = { .sa_handler = SIG_IGN }, found;
    sigaction(SIGUSR2, &action, NULL);
    sigemptyset(&before);
    sigaddset(&before, SIGWINCH);
    sigprocmask(SIG_SETMASK, &before, NULL);

    struct calls calls = { .loop = loop_create() };
    loop_signal(calls.loop, SIGUSR2, note, &calls);
    sigprocmask(SIG_SETMASK, NULL, &during);
    assert_int_equal(sigismember(&during, SIGUSR2), 1);
    assert_int_equal(sigismember(&during, SIGWINCH), 1);
    raise(SIGUSR2); /* still waiting when the loop ends: must do no harm */
    loop_destroy(calls.loop);
    assert_int_equal(calls.count, 0);

    sigprocmask(SIG_SETMASK, NULL, &after);
    assert_int_equal(sigismember(&after, SIGUSR2), 0);
    assert_int_equal(sigismember(&after, SIGWINCH), 1);
    sigaction(SIGUSR2, NULL, &found);
    assert_true(found.sa_handler == SIG_IGN);
    sigemptyset(&before);
    sigprocmask(SIG_SETMASK, &before, NULL);
    loop_destroy(NULL);
}

static void nested_wait__is_a_bug__and_ends_the_process(void **state)
{
    (void)state;
#ifdef NDEBUG
    skip();
#else
    pid_t child = fork();
    if (child == 0) {
        struct rlimit no_core = { 0, 0 };
        setrlimit(RLIMIT_CORE, &no_core);
        signal(SIGABRT, SIG_DFL);
        close(STDERR_FILENO);
        struct loop *loop = loop_create();
        loop_timer(loop, 1, 0, wait_inside, loop);
        loop_wait(loop, -1);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
#endif
}

static void loop__calls__when_a_descriptor_takes_output_again(void **state)
{
    (void)state;
    int ends[2];
    char bytes[4096] = { 0 };
    struct calls calls = { .loop = loop_create() };
    assert_int_equal(pipe(ends), 0);
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    while (write(ends[1], bytes, sizeof bytes) > 0)
        ;
    loop_watch_output(calls.loop, ends[1], note, &calls);
    assert_true(loop_wait(calls.loop, 0));
    assert_int_equal(calls.count, 0);
    while (read(ends[0], bytes, sizeof bytes) > 0)
        ;
    assert_true(loop_wait(calls.loop, 1000));
    assert_int_equal(calls.count, 1);
    assert_int_equal(calls.numbers[0], ends[1]);
    loop_destroy(calls.loop);
    close(ends[0]);
    close(ends[1]);
}

static void signal__let_in_by_somebody_else__is_called_when_asked(void **state)
{
    (void)state;
    sigset_t one, before;
    struct calls calls = { .loop = loop_create() };
    loop_signal(calls.loop, SIGUSR1, note, &calls);
    raise(SIGUSR1);
    loop_signals(calls.loop);
    assert_int_equal(calls.count, 0);
    sigemptyset(&one);
    sigaddset(&one, SIGUSR1);
    sigprocmask(SIG_UNBLOCK, &one, &before);
    sigprocmask(SIG_SETMASK, &before, NULL);
    loop_signals(calls.loop);
    assert_int_equal(calls.count, 1);
    assert_int_equal(calls.numbers[0], SIGUSR1);
    loop_destroy(calls.loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loop__calls__when_a_descriptor_is_readable_or_hung_up),
        cmocka_unit_test(loop__does_not_call__what_an_earlier_call_unwatched),
        cmocka_unit_test(timers__are_called_once__in_the_order_they_are_due),
        cmocka_unit_test(timer__set_again__replaces_the_one_before),
        cmocka_unit_test(timer__of_nothing__set_in_its_own_call_waits_for_the_next_turn),
        cmocka_unit_test(timer__taken_away_by_another_call__is_not_called),
        cmocka_unit_test(loop__waits_no_longer__than_it_was_told),
        cmocka_unit_test(signal__is_called_in_ordinary_code__at_the_next_wait),
        cmocka_unit_test(signal__ends_a_wait__that_would_last_for_ever),
        cmocka_unit_test(signal__comes_in__though_a_descriptor_is_always_ready),
        cmocka_unit_test(signal__blocked_before_the_loop__is_called_all_the_same),
        cmocka_unit_test(loop__calls__when_a_descriptor_takes_output_again),
        cmocka_unit_test(signal__let_in_by_somebody_else__is_called_when_asked),
        cmocka_unit_test(loop__gives_back__mask_and_handlers),
        cmocka_unit_test(nested_wait__is_a_bug__and_ends_the_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
