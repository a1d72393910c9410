/* Hash: known digests, framing, sealing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "klientel/base/hash.h"

static const unsigned char key[KEY_SIZE] = "a key of thirty-two bytes, here.";

static void digest(const char *const *fields, size_t count, const unsigned char *with_key,
                   char ret_text[static HASH_TEXT_SIZE])
{
    struct hash_stream stream;
    unsigned char bytes[HASH_SIZE];
    hash_begin(&stream, with_key);
    for (size_t i = 0; i < count; i++) {
        hash_field_text(&stream, fields[i]);
    }
    hash_end(&stream, bytes);
    hash_text(bytes, ret_text);
}

static void hash__is_blake2b_256__of_the_framed_fields(void **state)
{
    (void)state;
    char text[HASH_TEXT_SIZE];
    digest(NULL, 0, NULL, text); /* the empty input, a published value */
    assert_string_equal(text, "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
    const char *const fields[] = { "ab", "c" };
    digest(fields, 2, NULL, text);
    assert_string_equal(text, "20263e794775e4edf2b306c0f306af9e50175c831c857604b481e847f790bf95");
}

static void hash__differs__when_the_same_bytes_are_other_fields(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        { "ab", "c", "" }, { "a", "bc", "" }, { "abc", "", "" }, { "", "abc", "" },
        { "", "", "abc" }, { NULL, "abc", "" }, { "abc", NULL, "" }, { "abc", "", NULL },
    };
    enum { COUNT = sizeof cases / sizeof *cases };
    char texts[COUNT][HASH_TEXT_SIZE];
    for (size_t i = 0; i < COUNT; i++) {
        digest(cases[i], 3, NULL, texts[i]);
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(texts[i], texts[j]);
        }
    }
}

static void hash__depends__on_key_and_number(void **state)
{
    (void)state;
    const char *const fields[] = { "salary" };
    char plain[HASH_TEXT_SIZE], keyed[HASH_TEXT_SIZE];
    digest(fields, 1, NULL, plain);
    digest(fields, 1, key, keyed);
    assert_string_not_equal(plain, keyed);

    unsigned char one[HASH_SIZE], minus_one[HASH_SIZE];
    struct hash_stream stream;
    hash_begin(&stream, NULL);
    hash_field_number(&stream, 1);
    hash_end(&stream, one);
    hash_begin(&stream, NULL);
    hash_field_number(&stream, -1);
    hash_end(&stream, minus_one);
    assert_memory_not_equal(one, minus_one, HASH_SIZE);
}

static void hash__reads__only_whole_digests(void **state)
{
    (void)state;
    unsigned char bytes[HASH_SIZE];
    char text[HASH_TEXT_SIZE];
    const char *good = "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8";
    assert_true(hash_parse(good, bytes));
    assert_string_equal(hash_text(bytes, text), good);
    char bad[HASH_TEXT_SIZE + 2];
    static const size_t lengths[] = { 0, 2, 62, 63 };
    for (size_t i = 0; i < 4; i++) {
        memcpy(bad, good, lengths[i]);
        bad[lengths[i]] = '\0';
        assert_false(hash_parse(bad, bytes));
    }
    strcpy(bad, good);
    strcat(bad, "0");
    assert_false(hash_parse(bad, bytes));
    strcpy(bad, good);
    bad[10] = 'g';
    assert_false(hash_parse(bad, bytes));
}

static void seal__opens_to_the_same__for_every_length(void **state)
{
    (void)state;
    char data[100];
    struct buffer sealed = { 0 }, opened = { 0 };
    for (size_t length = 0; length <= sizeof data; length++) {
        memset(data, (int)length, sizeof data);
        hash_seal(key, data, length, &sealed);
        assert_true(hash_open(key, sealed.data, sealed.length, &opened));
        assert_int_equal(opened.length, length);
        assert_memory_equal(opened.data, data, length);
        assert_int_equal(opened.data[length], '\0');
    }
    buffer_finish(&sealed);
    buffer_finish(&opened);
}

static void seal__does_not_open__with_one_bit_changed(void **state)
{
    (void)state;
    struct buffer sealed = { 0 }, opened = { 0 };
    hash_seal(key, "31000.00", 8, &sealed);
    buffer_add_text(&opened, "kept");
    for (size_t bit = 0; bit < sealed.length * 8; bit++) {
        sealed.data[bit / 8] = (char)(sealed.data[bit / 8] ^ 1 << bit % 8);
        assert_false(hash_open(key, sealed.data, sealed.length, &opened));
        sealed.data[bit / 8] = (char)(sealed.data[bit / 8] ^ 1 << bit % 8);
    }
    for (size_t length = 0; length < sealed.length; length++) {
        assert_false(hash_open(key, sealed.data, length, &opened));
    }
    assert_string_equal(opened.data, "kept");
    unsigned char other[KEY_SIZE];
    memcpy(other, key, KEY_SIZE);
    other[31] ^= 1;
    assert_false(hash_open(other, sealed.data, sealed.length, &opened));
    assert_true(hash_open(key, sealed.data, sealed.length, &opened));
    assert_string_equal(opened.data, "31000.00");
    buffer_finish(&sealed);
    buffer_finish(&opened);
}

static void seal__looks_different__every_time(void **state)
{
    (void)state;
    struct buffer first = { 0 }, second = { 0 };
    hash_seal(key, "31000.00", 8, &first);
    hash_seal(key, "31000.00", 8, &second);
    assert_int_equal(first.length, second.length);
    assert_memory_not_equal(first.data, second.data, first.length);
    buffer_finish(&first);
    buffer_finish(&second);
}

static int start(void **state)
{
    (void)state;
    return hash_start() ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hash__is_blake2b_256__of_the_framed_fields),
        cmocka_unit_test(hash__differs__when_the_same_bytes_are_other_fields),
        cmocka_unit_test(hash__depends__on_key_and_number),
        cmocka_unit_test(hash__reads__only_whole_digests),
        cmocka_unit_test(seal__opens_to_the_same__for_every_length),
        cmocka_unit_test(seal__does_not_open__with_one_bit_changed),
        cmocka_unit_test(seal__looks_different__every_time),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
