/*
 * Set of row ids. Invariant: count is the number of bits set in words[0 ... word_count-1].
 */
#include "klientel/base/ids.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "klientel/base/arena.h"

static size_t word_of(int64_t id)
{
    return (size_t)((uint64_t)id / 64);
}

static uint64_t bit_of(int64_t id)
{
    return UINT64_C(1) << ((uint64_t)id % 64);
}

void ids_finish(struct ids *ids)
{
    free(ids->words);
    *ids = (struct ids){ 0 };
}

void ids_clear(struct ids *ids)
{
    if (ids->words) {
        memset(ids->words, 0, ids->word_count * sizeof *ids->words);
    }
    ids->count = 0;
}

static void ids_grow(struct ids *ids, size_t needed)
{
    size_t word_count = ids->word_count ? ids->word_count : 4;
    while (word_count < needed) {
        word_count *= 2;
    }
    if (word_count > SIZE_MAX / sizeof *ids->words) {
        abort();
    }
    ids->words = memory_resize(ids->words, word_count * sizeof *ids->words);
    memset(ids->words + ids->word_count, 0, (word_count - ids->word_count) * sizeof *ids->words);
    ids->word_count = word_count;
}

void ids_add(struct ids *ids, int64_t id)
{
    assert(id >= 0);
    size_t word = word_of(id);
    if (word >= ids->word_count) {
        ids_grow(ids, word + 1);
    }
    if (!(ids->words[word] & bit_of(id))) {
        ids->words[word] |= bit_of(id);
        ids->count++;
    }
}

void ids_remove(struct ids *ids, int64_t id)
{
    if (ids_has(ids, id)) {
        ids->words[word_of(id)] &= ~bit_of(id);
        ids->count--;
    }
}

bool ids_has(const struct ids *ids, int64_t id)
{
    return id >= 0 && word_of(id) < ids->word_count && (ids->words[word_of(id)] & bit_of(id));
}

int64_t ids_next(const struct ids *ids, int64_t from)
{
    if (from < 0) {
        from = 0;
    }
    size_t word = word_of(from);
    if (word >= ids->word_count) {
        return -1;
    }
    uint64_t bits = ids->words[word] & ~(bit_of(from) - 1);
    while (!bits) {
        if (++word == ids->word_count) {
            return -1;
        }
        bits = ids->words[word];
    }
    return (int64_t)word * 64 + __builtin_ctzll(bits);
}

bool ids_equal(const struct ids *a, const struct ids *b)
{
    size_t both = a->word_count < b->word_count ? a->word_count : b->word_count;
    /* as many in both, and the same in the words that both have: none is left for the others */
    return a->count == b->count &&
           (both == 0 || memcmp(a->words, b->words, both * sizeof *a->words) == 0);
}

void ids_copy(struct ids *to, const struct ids *from)
{
    if (to == from) {
        return;
    }
    ids_clear(to);
    if (from->word_count > to->word_count) {
        ids_grow(to, from->word_count);
    }
    if (from->word_count) {
        memcpy(to->words, from->words, from->word_count * sizeof *from->words);
    }
    to->count = from->count;
}
