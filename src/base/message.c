/*
 * Messages and failures. No state. Arguments are copied in, so that a message may outlive what it
 * speaks of; they are made safe when the sentence is made, not when they are kept.
 */
#include "klientel/base/message.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

#include "klientel/base/text.h"

/* The longest whole characters of text in size - 1 bytes. */
static void copy_start(char *to, size_t size, const char *text)
{
    size_t length = strlen(text);
    if (length >= size) {
        length = size - 1;
        while (length && ((unsigned char)text[length] & 0xc0) == 0x80) {
            length--;
        }
    }
    memcpy(to, text, length);
    to[length] = '\0';
}

/* A long place keeps its end, where the file name and the line are. */
static void copy_end(char *to, size_t size, const char *text)
{
    static const char cut[] = "...";
    size_t length = strlen(text);
    if (length < size) {
        memcpy(to, text, length + 1);
        return;
    }
    const char *from = text + length - (size - sizeof cut);
    while (((unsigned char)*from & 0xc0) == 0x80) {
        from++;
    }
    memcpy(to, cut, sizeof cut - 1);
    memcpy(to + sizeof cut - 1, from, strlen(from) + 1);
}

static void message_set_list(struct message *message, const char *text, va_list arguments)
{
    /* Built aside: an argument may lie inside the message that is replaced. */
    struct message made = { .text = text };
    int count = 0;
    for (const char *argument; (argument = va_arg(arguments, const char *)) != NULL; count++) {
        assert(count < MESSAGE_ARGUMENTS);
        if (count < MESSAGE_ARGUMENTS) {
            copy_start(made.argument[count], MESSAGE_ARGUMENT_SIZE, argument);
        }
    }
    *message = made;
}

void message_set(struct message *message, const char *text, ...)
{
    va_list arguments;
    va_start(arguments, text);
    message_set_list(message, text, arguments);
    va_end(arguments);
}

void message_add(const struct message *message, enum language language, struct buffer *ret_text)
{
    if (!message->text) {
        return;
    }
    const char *at = text_tr(language, message->text);
    for (const char *sign; (sign = strchr(at, '%')) != NULL; at = sign + 2) {
        buffer_add(ret_text, at, (size_t)(sign - at));
        char next = sign[1];
        if (next >= '1' && next <= '0' + MESSAGE_ARGUMENTS) {
            const char *argument = message->argument[next - '1'];
            text_safe_add(argument, strlen(argument), ret_text);
        } else if (next == '%') {
            buffer_add_byte(ret_text, '%');
        } else { /* a lone percent sign stands for itself */
            buffer_add_byte(ret_text, '%');
            sign--;
        }
    }
    buffer_add_text(ret_text, at);
}

bool failure_set(struct failure *ret, enum failure_kind kind, const char *where, const char *text,
                 ...)
{
    if (ret) {
        struct failure made = { .kind = kind };
        copy_end(made.where, sizeof made.where, where ? where : "");
        va_list arguments;
        va_start(arguments, text);
        message_set_list(&made.message, text, arguments);
        va_end(arguments);
        *ret = made;
    }
    return false;
}

void failure_add(const struct failure *failure, enum language language, struct buffer *ret_text)
{
    if (failure->where[0]) {
        text_safe_add(failure->where, strlen(failure->where), ret_text);
        buffer_add_text(ret_text, ": ");
    }
    message_add(&failure->message, language, ret_text);
}

int failure_exit_code(const struct failure *failure)
{
    switch (failure->kind) {
    case FAILURE_NONE:
        return 0;
    case FAILURE_REFUSED:
        return 1;
    case FAILURE_USAGE:
        return 2;
    case FAILURE_BUSY:
        return 3;
    case FAILURE_DENIED:
        return 4;
    case FAILURE_IO:
        return 5;
    }
    return 5;
}
