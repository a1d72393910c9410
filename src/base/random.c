/*
 * Random numbers. Repeatable ones are the ChaCha20 stream of a key made from seed and stream name,
 * a new key for every block of bytes: the number of the block is mixed into the key.
 */
#include "klientel/base/hash.h"

#include <assert.h>
#include <string.h>

#include <sodium.h>

enum { NAME_BYTES = 16, NUMBER_SIZE = 8 };

static_assert(sizeof(((struct random *)0)->seed) == randombytes_SEEDBYTES, "the seed is a key");
static_assert(sizeof(((struct random *)0)->bytes) % NUMBER_SIZE == 0, "a block is whole numbers");

void random_bytes(void *bytes, size_t length)
{
    randombytes_buf(bytes, length);
}

void random_name(char ret_text[static 33])
{
    unsigned char bytes[NAME_BYTES];
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2hex(ret_text, 33, bytes, sizeof bytes);
}

void random_seed(struct random *random, uint64_t seed, const char *stream)
{
    struct hash_stream hash;
    static_assert(sizeof random->seed == HASH_SIZE, "a digest is a key");
    hash_begin(&hash, NULL);
    hash_field_number(&hash, (int64_t)seed);
    hash_field_text(&hash, stream);
    hash_end(&hash, random->seed);
    random->block = 0;
    random->used = sizeof random->bytes;
}

static void random_fill(struct random *random)
{
    unsigned char key[sizeof random->seed];
    memcpy(key, random->seed, sizeof key);
    for (int i = 0; i < NUMBER_SIZE; i++) {
        key[i] ^= (unsigned char)(random->block >> (8 * i));
    }
    randombytes_buf_deterministic(random->bytes, sizeof random->bytes, key);
    random->block++;
    random->used = 0;
}

uint64_t random_next(struct random *random)
{
    if (random->used == sizeof random->bytes) {
        random_fill(random);
    }
    uint64_t number = 0;
    for (int i = 0; i < NUMBER_SIZE; i++) {
        number |= (uint64_t)random->bytes[random->used++] << (8 * i);
    }
    return number;
}

uint32_t random_below(struct random *random, uint32_t bound)
{
    assert(bound > 0);
    uint32_t refused = -bound % bound; /* 2^32 mod bound */
    uint32_t number;
    do {
        number = (uint32_t)(random_next(random) >> 32);
    } while (number < refused);
    return number % bound;
}
