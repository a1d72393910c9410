/* Tests of screen/surface. */
#include "fixture.h"

#include <string.h>

static void surface__cuts__text_that_does_not_fit_with_a_tilde(void **state)
{
    struct fixture fixture;

    (void)state;
    fixture_start(&fixture, 2, 20);
    assert_int_equal(surface_text(fixture.surface, 0, 0, 6, STYLE_NORMAL, "Fjord AS"), 6);
    assert_string_equal(fixture_line(&fixture, 0), "Fjord~");
    assert_int_equal(surface_text(fixture.surface, 1, 14, 40, STYLE_NORMAL, "Fjord AS"), 6);
    assert_string_equal(fixture_line(&fixture, 1), "              Fjord~");
    fixture_finish(&fixture);
}

static void surface__draws_nothing__outside(void **state)
{
    struct fixture fixture;
    int row, column;

    (void)state;
    fixture_start(&fixture, 3, 10);
    surface_text(fixture.surface, -1, 0, 10, STYLE_BAD, "above");
    surface_text(fixture.surface, 3, 0, 10, STYLE_BAD, "below");
    surface_text(fixture.surface, 1, 10, 10, STYLE_BAD, "beside");
    surface_text_right(fixture.surface, 7, 0, 10, STYLE_BAD, "below");
    surface_line(fixture.surface, 5, -3, 40, STYLE_BAD);
    surface_line_down(fixture.surface, -3, 12, 40, STYLE_BAD);
    surface_clear(fixture.surface, (struct rect) { 3, 10, 5, 5 }, STYLE_BAD);
    for (row = 0; row < 3; row++)
        for (column = 0; column < 10; column++) {
            assert_string_equal(surface_cell(fixture.surface, row, column)->text, "");
            assert_int_equal(surface_cell(fixture.surface, row, column)->style, STYLE_NORMAL);
        }
    surface_text(fixture.surface, 0, -2, 12, STYLE_NORMAL, "abcdef");
    assert_string_equal(fixture_line(&fixture, 0), "cdef");
    fixture_finish(&fixture);
}

static void surface__keeps_wide_clusters_whole(void **state)
{
    struct fixture fixture;

    (void)state;
    fixture_start(&fixture, 1, 10);
    surface_text(fixture.surface, 0, 0, 5, STYLE_NORMAL, "大阪支店");
    assert_string_equal(fixture_line(&fixture, 0), "大阪~");
    assert_int_equal(surface_cell(fixture.surface, 0, 0)->width, 2);
    assert_int_equal(surface_cell(fixture.surface, 0, 1)->width, 0);
    surface_text(fixture.surface, 0, 1, 1, STYLE_NORMAL, "x");
    assert_string_equal(fixture_line(&fixture, 0), " x阪~");
    surface_text(fixture.surface, 0, 2, 1, STYLE_NORMAL, "y");
    assert_string_equal(fixture_line(&fixture, 0), " xy ~");
    fixture_finish(&fixture);
}

static void surface__makes_hostile_text_safe(void **state)
{
    struct fixture fixture;
    int column;

    (void)state;
    fixture_start(&fixture, 1, 60);
    surface_text(fixture.surface, 0, 0, 60, STYLE_NORMAL, "a\x1b[31m\n\t\xe2\x80\xae\xff z");
    for (column = 0; column < 60; column++) {
        const char *text = surface_cell(fixture.surface, 0, column)->text;

        assert_null(strpbrk(text, "\x1b\n\t"));
        assert_null(strstr(text, "\xe2\x80\xae"));
    }
    assert_true(fixture_shows(&fixture, "<U+202E>"));
    fixture_finish(&fixture);
}

static void surface__draws_ascii__when_told(void **state)
{
    struct fixture fixture;
    const char *byte;

    (void)state;
    fixture_start(&fixture, 2, 20);
    fixture_ascii(&fixture);
    surface_text(fixture.surface, 0, 0, 20, STYLE_NORMAL, "Åkers Rør – Ærlig");
    surface_line(fixture.surface, 1, 0, 5, STYLE_HEAD);
    for (byte = fixture_line(&fixture, 0); *byte; byte++)
        assert_true((unsigned char)*byte < 0x80);
    assert_string_equal(fixture_line(&fixture, 1), "-----");
    assert_int_equal(surface_width(fixture.surface, "Æ"), 2);
    fixture_finish(&fixture);
}

static void surface__aligns_right(void **state)
{
    struct fixture fixture;

    (void)state;
    fixture_start(&fixture, 1, 12);
    surface_text_right(fixture.surface, 0, 2, 8, STYLE_NORMAL, "1 204");
    assert_string_equal(fixture_line(&fixture, 0), "     1 204");
    surface_text_right(fixture.surface, 0, 2, 3, STYLE_NORMAL, "12345");
    assert_string_equal(fixture_line(&fixture, 0), "  12~1 204");
    fixture_finish(&fixture);
}

static void surface__survives_a_cluster_longer_than_a_cell(void **state)
{
    struct fixture fixture;
    char text[64] = "e";
    int i;

    (void)state;
    fixture_start(&fixture, 1, 10);
    for (i = 0; i < 20; i++)
        strcat(text, "\xcc\x81");
    surface_text(fixture.surface, 0, 0, 10, STYLE_NORMAL, text);
    assert_true(strlen(surface_cell(fixture.surface, 0, 0)->text) < CELL_BYTES);
    fixture_finish(&fixture);
}

static void surface__hides_the_cursor__when_it_is_outside(void **state)
{
    struct fixture fixture;
    int row, column;

    (void)state;
    fixture_start(&fixture, 2, 10);
    surface_cursor(fixture.surface, 1, 9);
    surface_cursor_at(fixture.surface, &row, &column);
    assert_int_equal(row, 1);
    assert_int_equal(column, 9);
    surface_cursor(fixture.surface, 1, 10);
    surface_cursor_at(fixture.surface, &row, &column);
    assert_int_equal(column, -1);
    fixture_finish(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(surface__cuts__text_that_does_not_fit_with_a_tilde),
        cmocka_unit_test(surface__draws_nothing__outside),
        cmocka_unit_test(surface__keeps_wide_clusters_whole),
        cmocka_unit_test(surface__makes_hostile_text_safe),
        cmocka_unit_test(surface__draws_ascii__when_told),
        cmocka_unit_test(surface__aligns_right),
        cmocka_unit_test(surface__survives_a_cluster_longer_than_a_cell),
        cmocka_unit_test(surface__hides_the_cursor__when_it_is_outside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
