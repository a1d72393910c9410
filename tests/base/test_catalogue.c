/* Catalogue: a file made here byte by byte, and damaged in every byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "klientel/base/buffer.h"
#include "klientel/base/catalogue.h"

struct entry {
    const char *source;
    size_t source_length;
    const char *translation;
    size_t translation_length;
};

/* In the order of the sources, the header first, as msgfmt writes them. */
static const struct entry entries[] = {
    { "", 0, "Language: sv\n", 13 },
    { "%1 client\0%1 clients", 20, "%1 klient\0%1 klienter", 21 },
    { "Client", 6, "Klient", 6 },
    { "Clients", 7, "Klienter", 8 },
    { "Run", 3, "K\xc3\xb6rning", 8 },
};
enum { ENTRIES = sizeof entries / sizeof *entries, HEADER = 28 };

static void add_number(struct buffer *mo, size_t number)
{
    for (int i = 0; i < 4; i++) {
        buffer_add_byte(mo, (char)(number >> (8 * i) & 0xff));
    }
}

static void catalogue_make(struct buffer *mo)
{
    size_t text = HEADER + 2 * 8 * ENTRIES;
    const size_t header[] = { 0x950412de, 0, ENTRIES, HEADER, HEADER + 8 * ENTRIES, 0, text };
    buffer_clear(mo);
    for (size_t i = 0; i < 7; i++) {
        add_number(mo, header[i]);
    }
    for (size_t i = 0; i < ENTRIES; i++) {
        add_number(mo, entries[i].source_length);
        add_number(mo, text);
        text += entries[i].source_length + 1;
    }
    for (size_t i = 0; i < ENTRIES; i++) {
        add_number(mo, entries[i].translation_length);
        add_number(mo, text);
        text += entries[i].translation_length + 1;
    }
    for (size_t i = 0; i < ENTRIES; i++) {
        buffer_add(mo, entries[i].source, entries[i].source_length + 1);
    }
    for (size_t i = 0; i < ENTRIES; i++) {
        buffer_add(mo, entries[i].translation, entries[i].translation_length + 1);
    }
}

static const char *find(const struct buffer *mo, const char *text, size_t *ret_length)
{
    return catalogue_find((const unsigned char *)mo->data, mo->length, text, ret_length);
}

static void catalogue__finds_every_entry__and_no_other(void **state)
{
    (void)state;
    struct buffer mo = { 0 };
    catalogue_make(&mo);
    for (size_t i = 0; i < ENTRIES; i++) {
        size_t length = 0;
        const char *found = find(&mo, entries[i].source, &length);
        assert_non_null(found);
        assert_int_equal(length, entries[i].translation_length);
        assert_memory_equal(found, entries[i].translation, length + 1);
    }
    static const char *const missing[] = { "A", "Clien", "Client ", "Clientss", "client", "Zebra" };
    for (size_t i = 0; i < sizeof missing / sizeof *missing; i++) {
        size_t length;
        assert_null(find(&mo, missing[i], &length));
    }
    buffer_finish(&mo);
}

static void catalogue__gives_both_forms__of_a_plural(void **state)
{
    (void)state;
    struct buffer mo = { 0 };
    catalogue_make(&mo);
    size_t length = 0;
    const char *found = find(&mo, "%1 client", &length);
    assert_string_equal(found, "%1 klient");
    assert_string_equal(found + strlen(found) + 1, "%1 klienter");
    assert_int_equal(length, 21);
    buffer_finish(&mo);
}

/* Exactly as many bytes as the file says, so that a sanitizer sees a byte read behind the end. */
static void search_all(const char *data, size_t size)
{
    unsigned char *copy = malloc(size ? size : 1);
    assert_non_null(copy);
    if (size) {
        memcpy(copy, data, size);
    }
    for (size_t i = 0; i < ENTRIES; i++) {
        size_t length;
        const char *found = catalogue_find(copy, size, entries[i].source, &length);
        if (found) {
            assert_true((const unsigned char *)found >= copy);
            assert_true((const unsigned char *)found + length < copy + size);
            assert_int_equal(found[length], '\0');
        }
    }
    free(copy);
}

static void catalogue__stays_inside__when_cut_or_damaged_anywhere(void **state)
{
    (void)state;
    static const unsigned char masks[] = { 0x01, 0x80, 0xff };
    struct buffer mo = { 0 };
    catalogue_make(&mo);
    for (size_t size = 0; size < mo.length; size++) {
        search_all(mo.data, size);
    }
    for (size_t i = 0; i < mo.length; i++) {
        for (size_t j = 0; j < sizeof masks; j++) {
            mo.data[i] = (char)(mo.data[i] ^ masks[j]);
            search_all(mo.data, mo.length);
            mo.data[i] = (char)(mo.data[i] ^ masks[j]);
        }
    }
    buffer_finish(&mo);
}

static void catalogue__finds_nothing__in_another_kind_of_file(void **state)
{
    (void)state;
    struct buffer mo = { 0 };
    size_t length;
    catalogue_make(&mo);
    mo.data[0] = 0;
    assert_null(find(&mo, "Client", &length));
    assert_null(catalogue_find((const unsigned char *)"", 0, "Client", &length));
    buffer_finish(&mo);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(catalogue__finds_every_entry__and_no_other),
        cmocka_unit_test(catalogue__gives_both_forms__of_a_plural),
        cmocka_unit_test(catalogue__stays_inside__when_cut_or_damaged_anywhere),
        cmocka_unit_test(catalogue__finds_nothing__in_another_kind_of_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
