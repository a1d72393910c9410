/*
 * Buffer: bytes that grow. Always ends in a zero byte that is not counted, so data is a C string
 * as long as no zero byte was put in. A buffer that is all zeroes is a valid empty buffer.
 */
#ifndef KLIENTEL_BASE_BUFFER_H
#define KLIENTEL_BASE_BUFFER_H

#include <stddef.h>

struct buffer {
    char *data;      /* NULL only while nothing was ever put in */
    size_t length;   /* bytes in use */
    size_t capacity; /* bytes held */
};

void buffer_finish(struct buffer *buffer); /* frees; the buffer is empty and usable afterwards */
void buffer_clear(struct buffer *buffer);  /* length 0, memory kept */
void buffer_reserve(struct buffer *buffer, size_t extra);
void buffer_add(struct buffer *buffer, const char *data, size_t length);
void buffer_add_text(struct buffer *buffer, const char *text);
void buffer_add_byte(struct buffer *buffer, char byte);
void buffer_print(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The text, "" when empty; valid until the next change. */
const char *buffer_text(const struct buffer *buffer);

#endif
