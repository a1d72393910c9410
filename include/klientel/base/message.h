/*
 * Message: a sentence for a person, kept as code and arguments until its language is known.
 *
 * `text` is the English source sentence with %1 ... %4 where the arguments go; it is also the key
 * of the catalogues, so write it inside N_(). Verdicts, failures, receipts and log rows store
 * messages, never finished sentences (architecture: layers).
 */
#ifndef KLIENTEL_BASE_MESSAGE_H
#define KLIENTEL_BASE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "klientel/base/buffer.h"
#include "klientel/base/language.h"

enum { MESSAGE_ARGUMENTS = 4, MESSAGE_ARGUMENT_SIZE = 192 };

struct message {
    const char *text; /* static; NULL = no message */
    char argument[MESSAGE_ARGUMENTS][MESSAGE_ARGUMENT_SIZE];
};

/* Up to four const char * arguments, the list ended by NULL. Long ones are cut at a character. */
void message_set(struct message *message, const char *text, ...) __attribute__((sentinel));
/* Adds the sentence in that language. Arguments are made safe (text_safe). */
void message_add(const struct message *message, enum language language, struct buffer *ret_text);

/* A failure: something went wrong that is nobody's refusal. Its kind decides the exit code. */
enum failure_kind {
    FAILURE_NONE,
    FAILURE_REFUSED, /* exit 1: ran, but refused or with differences */
    FAILURE_USAGE,   /* exit 2: usage, configuration, filter, a file that cannot be read as asked */
    FAILURE_BUSY,    /* exit 3: database busy */
    FAILURE_DENIED,  /* exit 4: permission denied */
    FAILURE_IO,      /* exit 5: input, output, a damaged or foreign file */
};

struct failure {
    enum failure_kind kind;
    struct message message;
    char where[256]; /* file, or file:line, or "" */
};

/* Fills *ret (which may be NULL) and returns false, so that a function can `return failure_set(…)`.
 * */
bool failure_set(struct failure *ret, enum failure_kind kind, const char *where, const char *text,
                 ...) __attribute__((sentinel));
/* "where: sentence", without a line end. */
void failure_add(const struct failure *failure, enum language language, struct buffer *ret_text);
int failure_exit_code(const struct failure *failure);

#endif
