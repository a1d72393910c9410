/* Messages: arguments in place, safe and cut at characters; failures and their exit codes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "klientel/base/message.h"
#include "klientel/base/text.h"

static void assert_sentence(const struct message *message, const char *expected)
{
    struct buffer text = { 0 };
    message_add(message, LANGUAGE_SV, &text);
    assert_string_equal(buffer_text(&text), expected);
    buffer_finish(&text);
}

static void message__puts_arguments__where_their_numbers_stand(void **state)
{
    (void)state;
    static const struct {
        const char *text, *expected;
    } cases[] = {
        { "%1 for %2", "A for B" },
        { "%2%1", "BA" },
        { "%1, %1", "A, A" },
        { "%4%3", "DC" },
        { "100%% of %1", "100% of A" },
        { "%%1", "%1" },
        { "5 % off%", "5 % off%" },
        { "%5 %0 %x", "%5 %0 %x" },
        { "%", "%" },
        { "plain", "plain" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct message message;
        message_set(&message, cases[i].text, "A", "B", "C", "D", NULL);
        assert_sentence(&message, cases[i].expected);
    }
}

static void message__leaves_out__arguments_that_were_not_given(void **state)
{
    (void)state;
    struct message message;
    message_set(&message, "%1-%2-%3-%4", "A", "B", "C", "D", NULL);
    message_set(&message, "%1-%2-%3-%4", "x", NULL);
    assert_sentence(&message, "x---");
    assert_sentence(&(struct message){ 0 }, "");
}

static void message__takes_an_argument__from_itself(void **state)
{
    (void)state;
    struct message message;
    message_set(&message, "%1 %2", "first", "second", NULL);
    message_set(&message, "%1 %2", message.argument[1], message.argument[0], NULL);
    assert_sentence(&message, "second first");
}

static void message__makes_arguments_safe__and_does_not_read_them(void **state)
{
    (void)state;
    struct message message;
    message_set(&message, "%1", "\x1b[2J %2 \xe2\x80\xae" "fdp", "never", NULL);
    assert_sentence(&message, "<U+001B>[2J %2 <U+202E>fdp");
}

static void message__cuts_long_arguments__at_a_character(void **state)
{
    (void)state;
    char text[MESSAGE_ARGUMENT_SIZE * 2 + 2];
    for (size_t lead = 0; lead < 4; lead++) {
        memset(text, 'x', lead);
        text[lead] = '\0';
        while (strlen(text) + 3 < sizeof text) {
            strcat(text, "税");
        }
        struct message message;
        message_set(&message, "%1", text, NULL);
        size_t length = strlen(message.argument[0]);
        assert_in_range(length, MESSAGE_ARGUMENT_SIZE - 3, MESSAGE_ARGUMENT_SIZE - 1);
        assert_true(text_is_utf8(message.argument[0], length));
        assert_memory_equal(message.argument[0], text, length);
    }
}

static void failure__says_where_and_what(void **state)
{
    (void)state;
    struct failure failure;
    struct buffer text = { 0 };
    assert_false(failure_set(&failure, FAILURE_USAGE, "staff.csv:12", "%1 is not a role.", "boss",
                             NULL));
    failure_add(&failure, LANGUAGE_EN, &text);
    assert_string_equal(text.data, "staff.csv:12: boss is not a role.");
    buffer_clear(&text);
    assert_false(failure_set(&failure, FAILURE_BUSY, NULL, "Try again.", NULL));
    failure_add(&failure, LANGUAGE_EN, &text);
    assert_string_equal(text.data, "Try again.");
    assert_false(failure_set(NULL, FAILURE_IO, "x", "Lost.", NULL));
    buffer_finish(&text);
}

static void failure__keeps_the_end__of_a_long_place(void **state)
{
    (void)state;
    static const char *const ends[] = { "/staff.csv:12", "/staff.csv:123" }; /* one cuts a letter */
    for (size_t i = 0; i < 2; i++) {
        char where[400] = "";
        for (int j = 0; j < 150; j++) {
            strcat(where, "ø");
        }
        strcat(where, ends[i]);
        struct failure failure;
        failure_set(&failure, FAILURE_IO, where, "Lost.", NULL);
        size_t length = strlen(failure.where);
        assert_memory_equal(failure.where, "...", 3);
        assert_in_range(length, 254, 255);
        assert_true(text_is_utf8(failure.where, length));
        assert_string_equal(failure.where + length - strlen(ends[i]), ends[i]);
    }
    char exact[256];
    memset(exact, 'w', 255);
    exact[255] = '\0';
    struct failure failure;
    failure_set(&failure, FAILURE_IO, exact, "Lost.", NULL);
    assert_string_equal(failure.where, exact);
}

static void failure__has_the_exit_code__of_its_kind(void **state)
{
    (void)state;
    static const struct {
        enum failure_kind kind;
        int code;
    } cases[] = { { FAILURE_NONE, 0 }, { FAILURE_REFUSED, 1 }, { FAILURE_USAGE, 2 },
                  { FAILURE_BUSY, 3 }, { FAILURE_DENIED, 4 }, { FAILURE_IO, 5 } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct failure failure = { .kind = cases[i].kind };
        assert_int_equal(failure_exit_code(&failure), cases[i].code);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(message__puts_arguments__where_their_numbers_stand),
        cmocka_unit_test(message__leaves_out__arguments_that_were_not_given),
        cmocka_unit_test(message__takes_an_argument__from_itself),
        cmocka_unit_test(message__makes_arguments_safe__and_does_not_read_them),
        cmocka_unit_test(message__cuts_long_arguments__at_a_character),
        cmocka_unit_test(failure__says_where_and_what),
        cmocka_unit_test(failure__keeps_the_end__of_a_long_place),
        cmocka_unit_test(failure__has_the_exit_code__of_its_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
