/* The register's JSON: units, search replies, the bulk array, and what is none of these. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "klientel/base/arena.h"
#include "klientel/base/buffer.h"
#include "klientel/formats/brreg.h"

struct opened {
    struct input *input;
    struct brreg_reader *reader;
    struct brreg_unit unit;
    struct failure failure;
};

static struct opened *open_bytes(const void *data, size_t length)
{
    struct opened *opened = memory_zero(1, sizeof *opened);
    opened->input = input_memory("test.json", data, length);
    opened->reader = brreg_reader_create(opened->input);
    return opened;
}

static struct opened *open_text(const char *text)
{
    return open_bytes(text, strlen(text));
}

static void close_text(struct opened *opened)
{
    brreg_reader_destroy(opened->reader);
    input_close(opened->input);
    free(opened);
}

static enum brreg_step next(struct opened *opened)
{
    return brreg_reader_next(opened->reader, &opened->unit, &opened->failure);
}

static const char unit_text[] =
    "{\n\"organisasjonsnummer\": \"123456785\", \"navn\": \"FJORD {[ \\\"AS\\\"\",\n"
    "\"organisasjonsform\": {\"kode\": \"AS\"}, \"konkursdato\": \"\", \"epostadresse\": null,\n"
    "\"postadresse\": {\"landkode\": \"NO\", \"postnummer\": \"0122\", \"poststed\": \"OSLO\","
    " \"adresse\": [\"Boks 1\"]},\n"
    "\"forretningsadresse\": {\"landkode\": \"NO\", \"postnummer\": \"0101\","
    " \"poststed\": \"OSLO\", \"adresse\": [\"Kaia 1\", null, \"\", \"2. etg\"]}}\n";

static void unit__is_read__with_its_business_address(void **state)
{
    (void)state;
    struct opened *opened = open_text(unit_text);
    assert_int_equal(next(opened), BRREG_UNIT);
    assert_string_equal(opened->unit.orgno, "123456785");
    assert_string_equal(opened->unit.name, "FJORD {[ \"AS\"");
    assert_string_equal(opened->unit.form, "AS");
    assert_string_equal(opened->unit.address, "Kaia 1, 2. etg");
    assert_string_equal(opened->unit.postcode, "0101");
    assert_string_equal(opened->unit.city, "OSLO");
    assert_string_equal(opened->unit.country, "NO");
    assert_string_equal(opened->unit.email, "");
    assert_string_equal(opened->unit.deleted, "");
    assert_false(opened->unit.is_sub_unit);
    assert_false(opened->unit.employees.known); /* absent is not 0 */
    assert_int_equal(opened->unit.line, 1);
    assert_int_equal(next(opened), BRREG_END);
    assert_int_equal(next(opened), BRREG_END);
    close_text(opened);
}

static void unit__uses_the_postal_address__where_there_is_no_other(void **state)
{
    (void)state;
    struct opened *opened = open_text(
        "{\"organisasjonsnummer\":\"974760673\",\"navn\":\"X\",\"antallAnsatte\":0,"
        "\"postadresse\":{\"landkode\":\"PL\",\"poststed\":\"81-336 GDYNIA\",\"adresse\":null}}");
    assert_int_equal(next(opened), BRREG_UNIT);
    assert_string_equal(opened->unit.city, "81-336 GDYNIA");
    assert_string_equal(opened->unit.postcode, "");
    assert_string_equal(opened->unit.country, "PL");
    assert_string_equal(opened->unit.address, "");
    assert_true(opened->unit.employees.known);
    assert_int_equal(opened->unit.employees.value, 0);
    close_text(opened);
}

static void array__is_read_item_by_item__with_their_lines(void **state)
{
    (void)state;
    struct opened *opened = open_text(
        "\xEF\xBB\xBF [\n {\"organisasjonsnummer\":\"1\",\"navn\":\"a ] b\"},\n"
        " {\"navn\":\"nobody\"},\n\n {\"organisasjonsnummer\":\"2\",\"overordnetEnhet\":\"1\","
        "\"organisasjonsform\":{\"kode\":\"BEDR\"},\"slettedato\":\"2024-01-02\"}\n]\n");
    assert_int_equal(next(opened), BRREG_UNIT);
    assert_int_equal(opened->unit.line, 2);
    assert_string_equal(opened->unit.name, "a ] b");
    assert_int_equal(next(opened), BRREG_BAD);
    assert_int_equal(opened->unit.line, 3);
    assert_int_equal(next(opened), BRREG_UNIT);
    assert_int_equal(opened->unit.line, 5);
    assert_true(opened->unit.is_sub_unit);
    assert_string_equal(opened->unit.parent, "1");
    assert_string_equal(opened->unit.deleted, "2024-01-02");
    assert_int_equal(next(opened), BRREG_END);
    close_text(opened);
}

static void search__gives_its_units__and_an_empty_one_none(void **state)
{
    (void)state;
    struct opened *opened =
        open_text("{\"_embedded\":{\"enheter\":[\n{\"organisasjonsnummer\":\"1\"},\n"
                  "{\"organisasjonsnummer\":\"2\"}]},\n\"page\":{\"size\":20}}");
    assert_int_equal(next(opened), BRREG_UNIT);
    assert_int_equal(opened->unit.line, 2);
    assert_int_equal(next(opened), BRREG_UNIT);
    assert_string_equal(opened->unit.orgno, "2");
    assert_int_equal(opened->unit.line, 3);
    assert_int_equal(next(opened), BRREG_END);
    close_text(opened);
    opened = open_text("{\"_links\":{},\"page\":{\"totalElements\":0}}");
    assert_int_equal(next(opened), BRREG_END);
    close_text(opened);
}

static void array__stays_flat__however_long_it_is(void **state)
{
    struct buffer text = { 0 };
    (void)state;
    buffer_add_byte(&text, '[');
    for (int i = 0; i < 50000; i++)
        buffer_print(&text, "%s{\"organisasjonsnummer\":\"%09d\",\"navn\":\"Firma %d\"}",
                     i > 0 ? ",\n" : "", i, i);
    buffer_add_byte(&text, ']');
    struct opened *opened = open_bytes(text.data, text.length);
    int count = 0;
    while (next(opened) == BRREG_UNIT) {
        assert_int_equal(opened->unit.line, 1 + count);
        assert_int_equal(atoi(opened->unit.orgno), count);
        count++;
    }
    assert_int_equal(count, 50000);
    close_text(opened);
    buffer_finish(&text);
}

static void refuses(const char *text, const char *where, const char *says)
{
    struct opened *opened = open_text(text);
    enum brreg_step step = BRREG_UNIT;
    while (step == BRREG_UNIT)
        step = next(opened);
    assert_int_equal(step, BRREG_FAILED);
    assert_int_equal(opened->failure.kind, FAILURE_USAGE);
    assert_string_equal(opened->failure.where, where);
    assert_non_null(strstr(opened->failure.message.text, says));
    close_text(opened);
}

static void reader__refuses_by_name_and_line__what_is_no_unit(void **state)
{
    (void)state;
    refuses("{\"rollegrupper\":[]}", "test.json:1", "list of roles");
    refuses("{\"status\":400}", "test.json:1", "no unit in it");
    refuses("[{\"organisasjonsnummer\":\"1\"},\n{\"organ", "test.json:2", "not complete");
    refuses("[{\"organisasjonsnummer\":\"1\"}", "test.json:1", "not complete");
    refuses("[{\"organisasjonsnummer\":\"1\"}\n{}]", "test.json:2", "object");
    refuses("[{\"organisasjonsnummer\":\"1\"},\n{\"a\":}]", "test.json:2", "not valid JSON");
    refuses("[]x", "test.json:1", "object");
    refuses("{\"organisasjonsnummer\":\"1\"}\n{}", "test.json:2", "one reply a file");
    refuses("", "test.json:1", "not JSON");
    refuses("hello", "test.json:1", "not JSON");
}

static void packed_file__is_unpacked__and_a_cut_one_refused(void **state)
{
    /* gzip of: [{"organisasjonsnummer":"1"}] */
    static const unsigned char packed[] = { 0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02,
                                            0x03, 0x8b, 0xae, 0x56, 0xca, 0x2f, 0x4a, 0x4f, 0xcc,
                                            0xcb, 0x2c, 0x4e, 0x2c, 0xce, 0xca, 0xcf, 0x2b, 0xce,
                                            0x2b, 0xcd, 0xcd, 0x4d, 0x2d, 0x52, 0xb2, 0x52, 0x32,
                                            0x54, 0xaa, 0x8d, 0x05, 0x00, 0x7d, 0x49, 0x64, 0x7b,
                                            0x1d, 0x00, 0x00, 0x00 };
    (void)state;
    struct opened *opened = open_bytes(packed, sizeof packed);
    assert_int_equal(next(opened), BRREG_UNIT);
    assert_string_equal(opened->unit.orgno, "1");
    assert_int_equal(next(opened), BRREG_END);
    close_text(opened);
    opened = open_bytes(packed, sizeof packed - 12);
    enum brreg_step step;
    while ((step = next(opened)) == BRREG_UNIT)
        ;
    assert_int_equal(step, BRREG_FAILED);
    assert_int_equal(opened->failure.kind, FAILURE_IO);
    close_text(opened);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unit__is_read__with_its_business_address),
        cmocka_unit_test(unit__uses_the_postal_address__where_there_is_no_other),
        cmocka_unit_test(array__is_read_item_by_item__with_their_lines),
        cmocka_unit_test(search__gives_its_units__and_an_empty_one_none),
        cmocka_unit_test(array__stays_flat__however_long_it_is),
        cmocka_unit_test(reader__refuses_by_name_and_line__what_is_no_unit),
        cmocka_unit_test(packed_file__is_unpacked__and_a_cut_one_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
