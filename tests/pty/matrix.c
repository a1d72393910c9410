/*
 * Matrix: one tour on every kind of terminal, in every charset, language and size.
 *
 * Of each screen: nothing stale (Ctrl-L would draw the same), no character the terminal does not have, no
 * replacement where a letter should be, no colour where none is wanted; and the text is the same on
 * every terminal of one charset.
 *
 *     matrix KLIENTEL DEMO.db
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "desk.h"

static const char *const terms[] = {
    "xterm-256color", "xterm", "screen-256color", "tmux-256color", "linux", "vt220", "xterm-mono",
    "vt100", "putty",
};
static const char *const languages[] = { "en", "sv", "nb" };

/* The tour: what is pressed before each screen. */
static const char *const stops[] = {
    "2", "Down Down Space", "Tab Down", "Tab / å Enter", "Esc s", "g Enter", "G", "?", "Esc Esc",
    "<", ">", "1", "G Enter", "Esc", "3", "6", "1", "M", "Esc", ":", "Esc",
};
enum { STOPS = sizeof stops / sizeof *stops };

static void expect_clean(struct drive *drive, const char *text)
{
    /* The program's own screens have no question marks but these. */
    static const char *const fine[] = { "? help", "? hj\303\244lp", "? hjelp", "? hjalp", "? F1", " ? ", "Quit klientel?" };
    for (const char *at = strchr(text, '?'); at; at = strchr(at + 1, '?')) {
        bool good = false;
        for (size_t i = 0; i < sizeof fine / sizeof *fine && !good; i++) {
            const char *mark = strchr(fine[i], '?');
            size_t before = (size_t)(mark - fine[i]);
            good = (size_t)(at - text) >= before &&
                   strncmp(at - before, fine[i], strlen(fine[i])) == 0;
        }
        if (!good)
            drive_fail(drive, "a question mark stands where a letter should be: %.30s", at > text + 10 ? at - 10 : at);
    }
    if (strstr(text, "\357\277\275"))
        drive_fail(drive, "a character was broken");
}

/* Goes the tour; the text of all its screens. */
static void tour(const struct desk_options *options, struct buffer *ret_text)
{
    struct desk desk;
    desk_open(&desk, options);
    for (int i = 0; i < STOPS; i++) {
        size_t begin = ret_text->length;
        drive_keys(desk.drive, stops[i]);
        glass_text(drive_glass(desk.drive), ret_text);
        expect_clean(desk.drive, ret_text->data + begin);
        drive_expect_fresh(desk.drive);
    }
    desk_quit(&desk);
    desk_close(&desk);
}

static void assert_same(const struct buffer *a, const struct buffer *b, const char *term)
{
    const char *x = buffer_text(a), *y = buffer_text(b);
    for (int line = 1; *x || *y; line++) {
        size_t m = strcspn(x, "\n"), n = strcspn(y, "\n");
        if (m != n || memcmp(x, y, m) != 0)
            fail_msg("%s: line %d of the tour is another\n|%.*s\n|%.*s", term, line, (int)m, x, (int)n, y);
        x += m + (x[m] == '\n');
        y += n + (y[n] == '\n');
    }
}

/* The same text with the signs that the Linux console's own font has. */
static void on_console(const struct buffer *text, struct buffer *ret_text)
{
    static const char *const signs[][2] = {
        { "●", "@" }, { "–", "-" }, { "…", "." }, { "▁", "." }, { "▂", ":" }, { "▃", "-" },
        { "▄", "=" }, { "▅", "+" }, { "▆", "*" }, { "▇", "#" }, { "█", "@" },
    };
    buffer_clear(ret_text);
    for (const char *at = buffer_text(text); *at;) {
        size_t i = 0;
        while (i < sizeof signs / sizeof *signs && strncmp(at, signs[i][0], strlen(signs[i][0])) != 0)
            i++;
        bool found = i < sizeof signs / sizeof *signs;
        buffer_add(ret_text, found ? signs[i][1] : at, 1);
        at += found ? strlen(signs[i][0]) : 1;
    }
}

static void every_term(enum text_charset charset)
{
    struct buffer first[3] = { 0 }, other = { 0 }, console = { 0 };
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
        struct desk_options options = { .term = terms[i], .charset = charset,
                                        .language = languages[i % 3] };
        buffer_clear(&other);
        tour(&options, &other);
        options.term = "xterm-256color";
        if (!first[i % 3].length)
            tour(&options, &first[i % 3]);
        on_console(&first[i % 3], &console);
        assert_same(strcmp(terms[i], "linux") == 0 ? &console : &first[i % 3], &other, terms[i]);
    }
    for (int i = 0; i < 3; i++)
        buffer_finish(&first[i]);
    buffer_finish(&other);
    buffer_finish(&console);
}

static void tour__in_utf8__is_the_same_on_every_terminal(void **state)
{
    (void)state;
    every_term(TEXT_UTF8);
}

static void tour__in_latin1__is_the_same_on_every_terminal(void **state)
{
    (void)state;
    every_term(TEXT_LATIN1);
}

static void tour__in_ascii__is_the_same_on_every_terminal(void **state)
{
    (void)state;
    every_term(TEXT_ASCII);
}

static void tour__in_other_sizes__has_no_stale_cell(void **state)
{
    static const int sizes[][2] = { { 40, 120 }, { 16, 60 }, { 80, 300 }, { 17, 61 } };
    struct buffer text = { 0 };
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        buffer_clear(&text);
        tour(&(struct desk_options){ .rows = sizes[i][0], .columns = sizes[i][1],
                                     .language = languages[i % 3],
                                     .charset = (enum text_charset)(i % 3) }, &text);
    }
    buffer_finish(&text);
}

static void window__is_too_small_from_the_start__says_so(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk, &(struct desk_options){ .rows = 10, .columns = 40 });
    drive_expect(desk.drive, "60x16! Too small: 40x10");
    drive_resize(desk.drive, 24, 80);
    drive_expect(desk.drive, "Payroll clients");
    desk_quit(&desk);
    desk_close(&desk);
}

/* ---- colour ---- */

static bool sent_color(struct drive *drive)
{
    const char *raw = buffer_text(drive_raw(drive));
    for (const char *at = strchr(raw, '\033'); at; at = strchr(at + 1, '\033')) {
        size_t length = at[1] == '[' ? strspn(at + 2, "0123456789;") : 0;
        if (at[1] != '[' || at[2 + length] != 'm')
            continue;
        for (const char *p = at + 2; p < at + 2 + length; p += strcspn(p, ";") + 1) {
            if ((*p == '3' || *p == '4') && p[1] >= '0' && p[1] <= '8' && p[1] != '9')
                return true;
        }
    }
    return false;
}

static void assert_color(const struct desk_options *options, bool wanted)
{
    struct desk desk;
    desk_open(&desk, options);
    drive_keys(desk.drive, "2 Space");
    if (sent_color(desk.drive) != wanted)
        drive_fail(desk.drive, wanted ? "no colour was sent" : "colour was sent");
    desk_quit(&desk);
    desk_close(&desk);
}

static void color__is_sent__where_it_is_wanted(void **state)
{
    static const char *const none[] = { "NO_COLOR=1", NULL };
    static const char *const empty[] = { "NO_COLOR=", NULL };
    (void)state;
    assert_color(&(struct desk_options){ 0 }, true);
    assert_color(&(struct desk_options){ .variables = empty }, true);
    assert_color(&(struct desk_options){ .variables = none }, false);
    assert_color(&(struct desk_options){ .variables = none, .word = "--color=always" }, true);
    assert_color(&(struct desk_options){ .word = "--color=never" }, false);
    assert_color(&(struct desk_options){ .term = "vt220" }, false);
    assert_color(&(struct desk_options){ .term = "xterm-mono" }, false);
}

/* ---- terminals nobody knows ---- */

static void term__is_unknown__is_drawn_as_an_xterm(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk, &(struct desk_options){ .term = "no-such-terminal" });
    drive_keys(desk.drive, "2 Down");
    drive_expect(desk.drive, "Access to");
    drive_expect_fresh(desk.drive);
    desk_quit(&desk);
    desk_close(&desk);
}

static void term__is_dumb__is_refused(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk, &(struct desk_options){ .term = "dumb", .no_sync = true });
    assert_int_equal(drive_end(desk.drive), 2);
    drive_expect(desk.drive, "type dumb");
    if (strchr(buffer_text(drive_raw(desk.drive)), '\033'))
        drive_fail(desk.drive, "a dumb terminal was sent a sequence");
    desk_close(&desk);
}

static void screen__on_a_terminal_that_answers_nothing__is_the_same(void **state)
{
    struct buffer first = { 0 }, other = { 0 };
    (void)state;
    tour(&(struct desk_options){ 0 }, &first);
    tour(&(struct desk_options){ .mute = true }, &other);
    assert_same(&first, &other, "mute");
    buffer_finish(&first);
    buffer_finish(&other);
}

/* ---- no terminal at all ---- */

static void read_output(const struct bureau *bureau, struct buffer *ret_text)
{
    char path[128], bytes[4096];
    snprintf(path, sizeof path, "%s/output", bureau->folder);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    for (size_t got; (got = fread(bytes, 1, sizeof bytes, file)) > 0;)
        buffer_add(ret_text, bytes, got);
    fclose(file);
}

static void program__without_a_terminal__prints_the_dashboard(void **state)
{
    static const char *const words[] = { "--language", "en", NULL };
    struct bureau bureau;
    struct buffer text = { 0 };
    (void)state;
    bureau_copy(desk_demo(), &bureau);
    assert_int_equal(bureau_run(&bureau, desk_program(), words), 0);
    read_output(&bureau, &text);
    assert_non_null(strstr(buffer_text(&text), "Payroll clients"));
    assert_null(strchr(buffer_text(&text), '\033'));
    buffer_finish(&text);
    bureau_remove(&bureau);
}

static void table__in_latin1__has_its_letters_in_one_byte(void **state)
{
    static const char *const words[] = { "--charset", "latin1", "list", "clients", "--columns", "name", NULL };
    static const char letters[] = "\345\344\366\370\346";
    struct bureau bureau;
    struct buffer text = { 0 };
    (void)state;
    bureau_copy(desk_demo(), &bureau);
    assert_int_equal(bureau_run(&bureau, desk_program(), words), 0);
    read_output(&bureau, &text);
    for (size_t i = 0; letters[i]; i++)
        assert_non_null(strchr(buffer_text(&text), letters[i]));
    assert_null(strchr(buffer_text(&text), '\303'));
    buffer_finish(&text);
    bureau_remove(&bureau);
}

static void screen__in_latin1__has_its_letters_in_one_byte(void **state)
{
    static const char letters[] = "\345\344\366\370\346";
    struct desk desk;
    (void)state;
    desk_open(&desk, &(struct desk_options){ .charset = TEXT_LATIN1 });
    drive_key(desk.drive, "2");
    for (size_t i = 0; letters[i]; i++)
        assert_non_null(strchr(buffer_text(drive_raw(desk.drive)), letters[i]));
    drive_expect(desk.drive, "Blåbær Møbler AS");
    desk_quit(&desk);
    desk_close(&desk);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest utf8[] = { cmocka_unit_test(tour__in_utf8__is_the_same_on_every_terminal) };
    const struct CMUnitTest latin1[] = { cmocka_unit_test(tour__in_latin1__is_the_same_on_every_terminal) };
    const struct CMUnitTest ascii[] = { cmocka_unit_test(tour__in_ascii__is_the_same_on_every_terminal) };
    const struct CMUnitTest rest[] = {
        cmocka_unit_test(tour__in_other_sizes__has_no_stale_cell),
        cmocka_unit_test(window__is_too_small_from_the_start__says_so),
        cmocka_unit_test(color__is_sent__where_it_is_wanted),
        cmocka_unit_test(term__is_unknown__is_drawn_as_an_xterm),
        cmocka_unit_test(term__is_dumb__is_refused),
        cmocka_unit_test(screen__on_a_terminal_that_answers_nothing__is_the_same),
        cmocka_unit_test(screen__in_latin1__has_its_letters_in_one_byte),
        cmocka_unit_test(table__in_latin1__has_its_letters_in_one_byte),
        cmocka_unit_test(program__without_a_terminal__prints_the_dashboard),
    };
    const char *part = argc > 3 ? argv[3] : "";
    if (!desk_start(argc, argv))
        return 99;
    if (strcmp(part, "utf8") == 0)
        return cmocka_run_group_tests(utf8, NULL, NULL);
    if (strcmp(part, "latin1") == 0)
        return cmocka_run_group_tests(latin1, NULL, NULL);
    if (strcmp(part, "ascii") == 0)
        return cmocka_run_group_tests(ascii, NULL, NULL);
    return cmocka_run_group_tests(rest, NULL, NULL);
}
