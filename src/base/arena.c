/*
 * Arena. State: a chain of blocks, the newest first; memory is taken from the first block only.
 * Blocks double from FIRST_SIZE to LARGEST_SIZE; what does not fit gets a block of its own size
 * behind the first, so that the rest of the first is not lost. A reset keeps up to KEPT_SIZE bytes
 * in `spare`, so that a pane that is loaded again does not go back to the system every time.
 */
#include "klientel/base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_SIZE = 4096, LARGEST_SIZE = 1 << 20, KEPT_SIZE = 16 << 20 };

struct block {
    struct block *next;
    size_t size;
    size_t used;
    alignas(max_align_t) unsigned char bytes[];
};

struct arena {
    struct block *blocks;
    struct block *spare;
    size_t next_size;
    size_t held;
};

void *memory_alloc(size_t size)
{
    void *memory = malloc(size ? size : 1);
    if (!memory) {
        abort();
    }
    return memory;
}

void *memory_zero(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size ? size : 1);
    if (!memory) {
        abort();
    }
    return memory;
}

void *memory_resize(void *old, size_t size)
{
    void *memory = realloc(old, size ? size : 1);
    if (!memory) {
        abort();
    }
    return memory;
}

char *memory_text(const char *text)
{
    size_t size = strlen(text) + 1;
    return memcpy(memory_alloc(size), text, size);
}

struct arena *arena_create(void)
{
    struct arena *arena = memory_zero(1, sizeof *arena);
    arena->next_size = FIRST_SIZE;
    return arena;
}

static void blocks_free(struct block *block)
{
    while (block) {
        struct block *next = block->next;
        free(block);
        block = next;
    }
}

void arena_destroy(struct arena *arena)
{
    if (arena) {
        blocks_free(arena->blocks);
        blocks_free(arena->spare);
        free(arena);
    }
}

void arena_reset(struct arena *arena)
{
    struct block *block = arena->blocks;
    size_t kept = 0;
    for (struct block *spare = arena->spare; spare; spare = spare->next) {
        kept += spare->size;
    }
    arena->blocks = NULL;
    while (block) {
        struct block *next = block->next;
        if (block->size <= LARGEST_SIZE && kept + block->size <= KEPT_SIZE) {
            kept += block->size;
            block->next = arena->spare;
            arena->spare = block;
        } else {
            arena->held -= sizeof *block + block->size;
            free(block);
        }
        block = next;
    }
}

/* A block with room for size bytes: a spare one, or a new one of at least that size. */
static struct block *block_take(struct arena *arena, size_t size)
{
    for (struct block **at = &arena->spare; *at; at = &(*at)->next) {
        if ((*at)->size >= size) {
            struct block *block = *at;
            *at = block->next;
            block->used = 0;
            return block;
        }
    }
    if (size > SIZE_MAX / 2) {
        abort();
    }
    size_t room = arena->next_size;
    if (size > room) {
        room = size;
    } else if (arena->next_size < LARGEST_SIZE) {
        arena->next_size *= 2;
    }
    struct block *block = memory_alloc(sizeof *block + room);
    block->size = room;
    block->used = 0;
    arena->held += sizeof *block + room;
    return block;
}

static void *arena_take(struct arena *arena, size_t size, size_t alignment)
{
    struct block *block = arena->blocks;
    if (block) {
        size_t start = (block->used + alignment - 1) & ~(alignment - 1);
        if (start <= block->size && size <= block->size - start) {
            block->used = start + size;
            return block->bytes + start;
        }
    }
    struct block *fresh = block_take(arena, size);
    fresh->used = size;
    if (block && size >= arena->next_size) {
        fresh->next = block->next;
        block->next = fresh;
    } else {
        fresh->next = block;
        arena->blocks = fresh;
    }
    return fresh->bytes;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    return arena_take(arena, size ? size : 1, alignof(max_align_t));
}

void *arena_zero(struct arena *arena, size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total)) {
        abort();
    }
    return memset(arena_alloc(arena, total), 0, total);
}

char *arena_text(struct arena *arena, const char *text)
{
    return text ? arena_text_n(arena, text, strlen(text)) : NULL;
}

char *arena_text_n(struct arena *arena, const char *text, size_t length)
{
    char *copy = arena_take(arena, length + 1, 1);
    if (length) {
        memcpy(copy, text, length);
    }
    copy[length] = '\0';
    return copy;
}

char *arena_print(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0) {
        abort();
    }
    char *text = arena_take(arena, (size_t)length + 1, 1);
    va_start(arguments, format);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return text;
}

size_t arena_size(const struct arena *arena)
{
    return arena->held;
}
