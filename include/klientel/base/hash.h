/*
 * Hash: digests, sealed values and random numbers, all from libsodium.
 */
#ifndef KLIENTEL_BASE_HASH_H
#define KLIENTEL_BASE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "klientel/base/buffer.h"

enum { HASH_SIZE = 32, HASH_TEXT_SIZE = 65, KEY_SIZE = 32 };

/* Must be called once before anything else here; false when the library cannot start. */
bool hash_start(void);

/* BLAKE2b-256, streaming. Fields are framed (length before bytes), so that "ab","c" is not
 * "a","bc". */
struct hash_stream {
    _Alignas(64) unsigned char state[384];
};
void hash_begin(struct hash_stream *stream, const unsigned char *key /* KEY_SIZE bytes or NULL */);
void hash_field(struct hash_stream *stream, const void *data, size_t length);
void hash_field_text(struct hash_stream *stream, const char *text); /* NULL differs from "" */
void hash_field_number(struct hash_stream *stream, int64_t number);
void hash_end(struct hash_stream *stream, unsigned char ret_digest[static HASH_SIZE]);

char *hash_text(const unsigned char digest[static HASH_SIZE], char ret_text[static HASH_TEXT_SIZE]);
bool hash_parse(const char *text, unsigned char ret_digest[static HASH_SIZE]);

/* Base64 with its padding, on one line. */
void base64_add(const void *data, size_t length, struct buffer *ret_text);

/* XChaCha20-Poly1305: nonce, then ciphertext. Opening fails when a bit or the key is another; then
 * the buffer is untouched. Otherwise what the buffer held is replaced. */
void hash_seal(const unsigned char key[static KEY_SIZE], const void *data, size_t length,
               struct buffer *ret_sealed);
bool hash_open(const unsigned char key[static KEY_SIZE], const void *sealed, size_t length,
               struct buffer *ret_data);

void random_bytes(void *bytes, size_t length); /* from the system */
void random_name(char ret_text[static 33]);    /* 128 random bits in hex: operation ids */

/* Repeatable random numbers: the same seed gives the same sequence on every machine (ChaCha20). */
struct random {
    unsigned char seed[32];
    uint64_t block;
    unsigned used;
    unsigned char bytes[512];
};
void random_seed(struct random *random, uint64_t seed, const char *stream);
uint64_t random_next(struct random *random);
/* 0 ... bound-1 without bias (rejection sampling); bound > 0. */
uint32_t random_below(struct random *random, uint32_t bound);

#endif
