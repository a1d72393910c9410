/*
 * Arena: memory that dies together.
 *
 * Everything that belongs to one rowset, one command or one parsed file is taken from one arena
 * and given back at once. An arena never fails: out of memory ends the process through abort().
 */
#ifndef KLIENTEL_BASE_ARENA_H
#define KLIENTEL_BASE_ARENA_H

#include <stddef.h>

struct arena;

struct arena *arena_create(void);
/* NULL-safe. Every pointer taken from the arena is dead afterwards. */
void arena_destroy(struct arena *arena);
/* Gives everything back at once but keeps (some of) the blocks for reuse. */
void arena_reset(struct arena *arena);

/* Uninitialised memory, aligned for any type; size 0 gives a valid, distinct pointer. */
void *arena_alloc(struct arena *arena, size_t size);
/* Zeroed memory for count elements; aborts when count * size overflows. */
void *arena_zero(struct arena *arena, size_t count, size_t size);
/* Copies; both end in a zero byte. arena_text(NULL) is NULL. */
char *arena_text(struct arena *arena, const char *text);
char *arena_text_n(struct arena *arena, const char *text, size_t length);
char *arena_print(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Bytes held from the system, for the memory figures of the benchmark. */
size_t arena_size(const struct arena *arena);

/* malloc and realloc that abort instead of returning NULL, for the few long-lived objects. */
void *memory_alloc(size_t size) __attribute__((malloc, returns_nonnull, warn_unused_result));
void *memory_zero(size_t count, size_t size)
    __attribute__((malloc, returns_nonnull, warn_unused_result));
void *memory_resize(void *old, size_t size) __attribute__((warn_unused_result));
char *memory_text(const char *text) __attribute__((malloc, returns_nonnull, warn_unused_result));

#endif
