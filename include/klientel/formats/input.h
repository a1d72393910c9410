/*
 * Input: the bytes of a file, of standard input or of memory, one after the other. What is gzipped
 * (told by its first bytes, not by its name) comes out as it was before. Memory stays the same
 * however long the file is.
 */
#ifndef KLIENTEL_FORMATS_INPUT_H
#define KLIENTEL_FORMATS_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "klientel/base/message.h"

struct input;

/* "-" is standard input. Directories and devices are refused. */
bool input_open(const char *path, struct input **ret_input, struct failure *ret_failure);
/* The bytes must outlive the input. name stands in failures. */
struct input *input_memory(const char *name, const void *data, size_t length);
void input_close(struct input *input); /* NULL-safe */

/* Base name, for receipts and failures: "(standard input)" for "-". Lives as long as the input. */
const char *input_name(const struct input *input);

/* The first bytes without reading past them: at most INPUT_PEEK, fewer when the file is shorter.
 * NULL on failure. Valid until the first input_read. */
enum { INPUT_PEEK = 65536 };
const char *input_peek(struct input *input, size_t *ret_length, struct failure *ret_failure);

/* Up to `size` bytes; 0 at the end, -1 on failure. */
ssize_t input_read(struct input *input, void *bytes, size_t size, struct failure *ret_failure);

#endif
