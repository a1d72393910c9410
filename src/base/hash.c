/*
 * Digests and sealed values. No state of ours; libsodium keeps its own and is started once by
 * hash_start. Every field of a digest is its length in eight bytes, the lowest first, and then its
 * bytes; a missing text is the length NO_TEXT and nothing else.
 */
#include "klientel/base/hash.h"

#include <assert.h>
#include <string.h>

#include <sodium.h>

static_assert(sizeof(crypto_generichash_state) <= sizeof(((struct hash_stream *)0)->state),
              "a stream holds the state of the library");
static_assert(_Alignof(struct hash_stream) >= _Alignof(crypto_generichash_state),
              "a stream is aligned as the library wants it");
static_assert(KEY_SIZE == crypto_secretbox_xchacha20poly1305_KEYBYTES, "one size of key");
static_assert(KEY_SIZE >= crypto_generichash_KEYBYTES_MIN &&
                  KEY_SIZE <= crypto_generichash_KEYBYTES_MAX,
              "the key fits a keyed digest");

enum {
    NONCE_SIZE = crypto_secretbox_xchacha20poly1305_NONCEBYTES,
    MAC_SIZE = crypto_secretbox_xchacha20poly1305_MACBYTES,
    NUMBER_SIZE = 8
};

static const uint64_t NO_TEXT = UINT64_MAX;

bool hash_start(void)
{
    return sodium_init() >= 0;
}

static crypto_generichash_state *state_of(struct hash_stream *stream)
{
    return (crypto_generichash_state *)(void *)stream->state;
}

static void number_bytes(uint64_t number, unsigned char ret_bytes[static NUMBER_SIZE])
{
    for (int i = 0; i < NUMBER_SIZE; i++) {
        ret_bytes[i] = (unsigned char)(number >> (8 * i));
    }
}

void hash_begin(struct hash_stream *stream, const unsigned char *key)
{
    crypto_generichash_init(state_of(stream), key, key ? KEY_SIZE : 0, HASH_SIZE);
}

void hash_field(struct hash_stream *stream, const void *data, size_t length)
{
    unsigned char frame[NUMBER_SIZE];
    number_bytes(length, frame);
    crypto_generichash_update(state_of(stream), frame, sizeof frame);
    if (length) {
        crypto_generichash_update(state_of(stream), data, length);
    }
}

void hash_field_text(struct hash_stream *stream, const char *text)
{
    if (text) {
        hash_field(stream, text, strlen(text));
    } else {
        unsigned char frame[NUMBER_SIZE];
        number_bytes(NO_TEXT, frame);
        crypto_generichash_update(state_of(stream), frame, sizeof frame);
    }
}

void hash_field_number(struct hash_stream *stream, int64_t number)
{
    unsigned char bytes[NUMBER_SIZE];
    number_bytes((uint64_t)number, bytes);
    hash_field(stream, bytes, sizeof bytes);
}

void hash_end(struct hash_stream *stream, unsigned char ret_digest[static HASH_SIZE])
{
    crypto_generichash_final(state_of(stream), ret_digest, HASH_SIZE);
}

char *hash_text(const unsigned char digest[static HASH_SIZE], char ret_text[static HASH_TEXT_SIZE])
{
    return sodium_bin2hex(ret_text, HASH_TEXT_SIZE, digest, HASH_SIZE);
}

bool hash_parse(const char *text, unsigned char ret_digest[static HASH_SIZE])
{
    unsigned char digest[HASH_SIZE];
    size_t length;
    if (strlen(text) != HASH_TEXT_SIZE - 1 ||
        sodium_hex2bin(digest, sizeof digest, text, HASH_TEXT_SIZE - 1, NULL, &length, NULL) != 0 ||
        length != HASH_SIZE) {
        return false;
    }
    memcpy(ret_digest, digest, HASH_SIZE);
    return true;
}

void base64_add(const void *data, size_t length, struct buffer *ret_text)
{
    size_t size = sodium_base64_encoded_len(length, sodium_base64_VARIANT_ORIGINAL); /* with its zero */
    buffer_reserve(ret_text, size);
    sodium_bin2base64(ret_text->data + ret_text->length, size, data, length,
                      sodium_base64_VARIANT_ORIGINAL);
    ret_text->length += size - 1;
}

void hash_seal(const unsigned char key[static KEY_SIZE], const void *data, size_t length,
               struct buffer *ret_sealed)
{
    buffer_clear(ret_sealed);
    buffer_reserve(ret_sealed, NONCE_SIZE + MAC_SIZE + length);
    unsigned char *nonce = (unsigned char *)ret_sealed->data;
    randombytes_buf(nonce, NONCE_SIZE);
    crypto_secretbox_xchacha20poly1305_easy(nonce + NONCE_SIZE, length ? data : nonce, length,
                                            nonce, key);
    ret_sealed->length = NONCE_SIZE + MAC_SIZE + length;
    ret_sealed->data[ret_sealed->length] = '\0';
}

bool hash_open(const unsigned char key[static KEY_SIZE], const void *sealed, size_t length,
               struct buffer *ret_data)
{
    if (length < NONCE_SIZE + MAC_SIZE) {
        return false;
    }
    const unsigned char *nonce = sealed;
    size_t size = length - NONCE_SIZE - MAC_SIZE;
    struct buffer data = { 0 };
    buffer_reserve(&data, size);
    if (crypto_secretbox_xchacha20poly1305_open_easy((unsigned char *)data.data, nonce + NONCE_SIZE,
                                                     length - NONCE_SIZE, nonce, key) != 0) {
        buffer_finish(&data);
        return false;
    }
    buffer_clear(ret_data);
    buffer_add(ret_data, data.data, size);
    sodium_memzero(data.data, size);
    buffer_finish(&data);
    return true;
}
