/* CSV as spreadsheets write it: lines, delimiters, encodings, limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "klientel/base/arena.h"
#include "klientel/base/text.h"
#include "klientel/formats/csv.h"

struct opened {
    struct input *input;
    struct csv_reader *reader;
    struct csv_record record;
    struct failure failure;
};

static struct opened *open_bytes(const char *data, size_t length)
{
    struct opened *opened = memory_zero(1, sizeof *opened);
    opened->input = input_memory("test.csv", data, length);
    opened->reader = csv_reader_create(opened->input);
    return opened;
}

static struct opened *open_text(const char *text)
{
    return open_bytes(text, strlen(text));
}

static void close_text(struct opened *opened)
{
    csv_reader_destroy(opened->reader);
    input_close(opened->input);
    free(opened);
}

static enum csv_step next(struct opened *opened)
{
    return csv_reader_next(opened->reader, &opened->record, &opened->failure);
}

/* The next record is on that line and has those cells, joined by |. */
static void expect(struct opened *opened, int line, const char *cells)
{
    struct buffer joined = { 0 };
    assert_int_equal(next(opened), CSV_RECORD);
    for (size_t i = 0; i < opened->record.count; i++) {
        if (i > 0)
            buffer_add_byte(&joined, '|');
        buffer_add_text(&joined, opened->record.cells[i].text);
    }
    assert_string_equal(buffer_text(&joined), cells);
    assert_int_equal(opened->record.line, line);
    buffer_finish(&joined);
}

static void csv__tells_the_delimiter__from_the_first_line(void **state)
{
    static const struct {
        const char *text;
        char delimiter;
    } cases[] = { { "a,b\n", ',' },         { "a;b,c;d\n", ';' }, { "a\tb\n", '\t' },
                  { "\"x,y,z\";b\n", ';' }, { "alone\n", ',' },   { "\n\na;b\n", ';' } };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct opened *opened = open_text(cases[i].text);
        assert_int_equal(next(opened), CSV_RECORD);
        assert_int_equal(csv_reader_delimiter(opened->reader), cases[i].delimiter);
        close_text(opened);
    }
}

static void csv__counts_lines__whatever_ends_them(void **state)
{
    static const char *const ends[] = { "\n", "\r\n", "\r" };
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        char text[128];
        const char *end = ends[i];
        snprintf(text, sizeof text, "a,b%s%s\"x%sy\",2%s3,4%s;;%s5,6", end, end, end, end, end,
                 end);
        struct opened *opened = open_text(text);
        expect(opened, 1, "a|b");
        assert_int_equal(next(opened), CSV_RECORD);
        assert_int_equal(opened->record.line, 3);
        assert_int_equal(opened->record.cells[0].length, 2 + strlen(end));
        expect(opened, 5, "3|4");
        assert_int_equal(next(opened), CSV_RECORD); /* ;; is one cell when , divides */
        expect(opened, 7, "5|6");
        assert_int_equal(next(opened), CSV_END);
        assert_int_equal(next(opened), CSV_END);
        close_text(opened);
    }
}

static void csv__passes_over__blank_lines_and_lines_of_delimiters(void **state)
{
    (void)state;
    struct opened *opened = open_text("a;b;c\n\n;;\n1;;3\n   \n");
    expect(opened, 1, "a|b|c");
    expect(opened, 4, "1||3");
    assert_int_equal(next(opened), CSV_END);
    close_text(opened);
}

static void csv__takes_quotes_apart__and_export_guards_off(void **state)
{
    (void)state;
    struct opened *opened = open_text("a,b,c\n\"he said \"\"no\"\"\",'=1+1,'+46\n'hi,\"'@x\",'\n");
    expect(opened, 1, "a|b|c");
    expect(opened, 2, "he said \"no\"|=1+1|+46");
    expect(opened, 3, "'hi|@x|'");
    close_text(opened);
}

static void csv__reads_utf8_and_latin1__each_as_what_it_is(void **state)
{
    (void)state;
    struct opened *utf8 = open_text("namn;ort\n\xC3\x85hus AB;\xC3\x96rebro\n");
    expect(utf8, 1, "namn|ort");
    expect(utf8, 2, "Åhus AB|Örebro");
    close_text(utf8);
    struct opened *latin1 = open_text("namn;ort\n\xC5hus AB;\xD6rebro \x80\n");
    expect(latin1, 1, "namn|ort");
    expect(latin1, 2, "Åhus AB|Örebro €");
    close_text(latin1);
    struct opened *bom = open_text("\xEF\xBB\xBFnamn;ort\nx;\xE5\n");
    expect(bom, 1, "namn|ort");
    assert_int_equal(next(bom), CSV_RECORD); /* it said that it is UTF-8 */
    assert_int_equal(bom->record.broken, 1);
    close_text(bom);
}

static void csv__names_the_row__that_is_not_utf8_like_the_others(void **state)
{
    (void)state;
    struct opened *opened = open_text("a,b\n\xC3\xA5,1\nx,\xE5\ny,2\n");
    expect(opened, 1, "a|b");
    expect(opened, 2, "å|1");
    expect(opened, 3, "x|");
    assert_int_equal(opened->record.broken, 1);
    expect(opened, 4, "y|2");
    assert_true(opened->record.broken == SIZE_MAX);
    close_text(opened);
}

static void refuses(const char *data, size_t length, int good_records, const char *where)
{
    struct opened *opened = open_bytes(data, length);
    for (int i = 0; i < good_records; i++)
        assert_int_equal(next(opened), CSV_RECORD);
    assert_int_equal(next(opened), CSV_FAILED);
    assert_int_equal(opened->failure.kind, FAILURE_USAGE);
    assert_string_equal(opened->failure.where, where);
    close_text(opened);
}

static void csv__refuses_by_line__what_is_no_csv(void **state)
{
    (void)state;
    refuses("a,b\n1,2\n3,\0004\n", 13, 2, "test.csv:3");
    refuses("a,b\n\"x,1\n2,3\n", 13, 1, "test.csv:2");
    refuses("a,b\n\"x\"y,1\n", 11, 1, "test.csv:2");
    refuses("\xFF\xFE"
            "a\0,\0b\0\n\0",
            10, 0, "test.csv:1");
}

static void csv__refuses__a_cell_of_two_megabytes_and_five_thousand_cells(void **state)
{
    struct buffer text = { 0 };
    (void)state;
    buffer_add_text(&text, "a,b\n");
    for (int i = 0; i < 2 << 20; i++)
        buffer_add_byte(&text, 'x');
    refuses(text.data, text.length, 1, "test.csv:2");
    buffer_clear(&text);
    buffer_add_text(&text, "a,b\n");
    for (int i = 0; i < 5000; i++)
        buffer_add_text(&text, "1,");
    refuses(text.data, text.length, 1, "test.csv:2");
    buffer_finish(&text);
}

static void csv__takes__a_cell_of_almost_a_megabyte(void **state)
{
    struct buffer text = { 0 };
    (void)state;
    buffer_add_text(&text, "a,b\n");
    for (int i = 0; i < CSV_CELL_MAX - 10; i++)
        buffer_add_byte(&text, 'x');
    buffer_add_text(&text, ",2\n3,4\n");
    struct opened *opened = open_bytes(text.data, text.length);
    expect(opened, 1, "a|b");
    assert_int_equal(next(opened), CSV_RECORD);
    assert_int_equal(opened->record.cells[0].length, CSV_CELL_MAX - 10);
    expect(opened, 3, "3|4");
    close_text(opened);
    buffer_finish(&text);
}

static void csv__keeps_records_whole__over_the_pieces_it_reads(void **state)
{
    struct buffer text = { 0 };
    (void)state;
    buffer_add_text(&text, "n,text\n");
    for (int i = 0; i < 20000; i++)
        buffer_print(&text, "%d,\"row %d\nwith åäö\"\n", i, i);
    struct opened *opened = open_bytes(text.data, text.length);
    expect(opened, 1, "n|text");
    for (int i = 0; i < 20000; i++) {
        char cells[64];
        snprintf(cells, sizeof cells, "%d|row %d\nwith åäö", i, i);
        expect(opened, 2 + 2 * i, cells);
    }
    assert_int_equal(next(opened), CSV_END);
    close_text(opened);
    buffer_finish(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv__tells_the_delimiter__from_the_first_line),
        cmocka_unit_test(csv__counts_lines__whatever_ends_them),
        cmocka_unit_test(csv__passes_over__blank_lines_and_lines_of_delimiters),
        cmocka_unit_test(csv__takes_quotes_apart__and_export_guards_off),
        cmocka_unit_test(csv__reads_utf8_and_latin1__each_as_what_it_is),
        cmocka_unit_test(csv__names_the_row__that_is_not_utf8_like_the_others),
        cmocka_unit_test(csv__refuses_by_line__what_is_no_csv),
        cmocka_unit_test(csv__refuses__a_cell_of_two_megabytes_and_five_thousand_cells),
        cmocka_unit_test(csv__takes__a_cell_of_almost_a_megabyte),
        cmocka_unit_test(csv__keeps_records_whole__over_the_pieces_it_reads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
