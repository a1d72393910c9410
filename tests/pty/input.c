/*
 * Input: pastes, the numeric keypad, Esc, cut sequences, letters of every charset, the mouse; and names that would
 * do something to the terminal if they were let out as they are.
 *
 *     input KLIENTEL DEMO.db
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "desk.h"

static void open_clients(struct desk *desk, const char *term)
{
    desk_open(desk, &(struct desk_options){ .term = term });
    drive_key(desk->drive, "2");
}

static void done(struct desk *desk)
{
    desk_quit(desk);
    desk_close(desk);
}

/* ---- pastes ---- */

static void paste__into_the_filter__is_its_text(void **state)
{
    struct desk desk;
    (void)state;
    open_clients(&desk, NULL);
    drive_key(desk.drive, "/");
    drive_paste(desk.drive, "björk");
    drive_expect_row(desk.drive, 2, "/ björk");
    drive_key(desk.drive, "Enter");
    drive_expect_row(desk.drive, 2, "/ björk");
    done(&desk);
}

static void paste__with_controls__leaves_them_out(void **state)
{
    struct desk desk;
    (void)state;
    open_clients(&desk, NULL);
    drive_key(desk.drive, "/");
    drive_paste(desk.drive, "bj\033[31mø\r\nrk\007\f\003");
    struct glass_state now;
    glass_state(drive_glass(desk.drive), &now);
    assert_int_equal(now.bells, 0);
    drive_expect_not(desk.drive, "\033");
    drive_expect_row(desk.drive, -1, "Enter"); /* the line end has not accepted it */
    drive_expect_row(desk.drive, 2, "/ bj");
    assert_true(now.cursor);
    done(&desk);
}

/* "q", "y" and "1" in it are text of somebody's clipboard, not keys. */
static void paste__outside_of_a_field__is_dropped_and_said(void **state)
{
    struct desk desk;
    (void)state;
    open_clients(&desk, NULL);
    drive_paste(desk.drive, "qyF1");
    drive_expect(desk.drive, "pasted was dropped");
    drive_expect(desk.drive, "Access to");
    done(&desk);
}

static void paste__is_longer_than_a_field__does_no_harm(void **state)
{
    struct desk desk;
    struct buffer text = { 0 };
    (void)state;
    for (int i = 0; i < 20000; i++)
        buffer_add_text(&text, "åb");
    open_clients(&desk, NULL);
    drive_key(desk.drive, "/");
    drive_paste(desk.drive, buffer_text(&text));
    drive_expect_row(desk.drive, 2, "åbåb");
    drive_expect_fresh(desk.drive);
    done(&desk);
    buffer_finish(&text);
}

static void paste__never_ends__leaves_the_keys_alive(void **state)
{
    struct desk desk;
    (void)state;
    open_clients(&desk, NULL);
    drive_key(desk.drive, "/");
    drive_send(desk.drive, "\033[200~abc", 9, true);
    drive_key(desk.drive, "Esc");
    drive_key(desk.drive, "Esc");
    drive_key(desk.drive, "1");
    drive_expect(desk.drive, "Payroll clients");
    done(&desk);
}

/* ---- keys ---- */

static void keypad__digits_and_signs__are_digits_and_signs(void **state)
{
    static const char *const terms[] = { "xterm-256color", "vt220", "linux", "vt100" };
    (void)state;
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
        struct desk desk;
        open_clients(&desk, terms[i]);
        drive_key(desk.drive, "/");
        drive_keys(desk.drive, "Pad-1 Pad-2 Pad-3 Pad-4 Pad-5 Pad-6 Pad-7 Pad-8 Pad-9 Pad-0 Pad-, Pad-. Pad-+ Pad-- Pad-* Pad-/");
        drive_expect_row(desk.drive, 2, "1234567890,.+-*/");
        drive_keys(desk.drive, "Pad-Enter");
        drive_key(desk.drive, "Esc");
        drive_key(desk.drive, "Pad-1");
        drive_expect(desk.drive, "Payroll clients");
        done(&desk);
    }
}

/* Terminals that keep to application mode whatever they are told. */
static void keypad__in_application_mode__is_read_all_the_same(void **state)
{
    static const char bytes[] = "\033Oq\033Or\033Os\033Ot\033Ou\033Ov\033Ow\033Ox\033Oy\033Op\033Ol\033On";
    struct desk desk;
    (void)state;
    open_clients(&desk, NULL);
    drive_key(desk.drive, "/");
    drive_send(desk.drive, bytes, sizeof bytes - 1, true);
    drive_expect_row(desk.drive, 2, "1234567890,.");
    drive_send(desk.drive, "\033OM", 3, true);
    drive_expect_row(desk.drive, -1, "/ filter"); /* accepted */
    done(&desk);
}

static void arrows__in_both_modes__move(void **state)
{
    struct desk desk;
    (void)state;
    open_clients(&desk, NULL);
    drive_expect(desk.drive, "Access to Bjørk Anlegg AS");
    drive_key(desk.drive, "Down");
    drive_expect(desk.drive, "Access to Bjørk Bil AS");
    drive_send(desk.drive, "\033[B", 3, true);
    drive_expect(desk.drive, "Access to Bjørk Elektro AS");
    drive_send(desk.drive, "\033OA", 3, true);
    drive_expect(desk.drive, "Access to Bjørk Bil AS");
    done(&desk);
}

static void esc__alone__is_esc(void **state)
{
    struct desk desk;
    (void)state;
    open_clients(&desk, NULL);
    drive_keys(desk.drive, "/ b");
    drive_expect_row(desk.drive, 2, "/ b");
    drive_key(desk.drive, "Esc");
    drive_expect_row(desk.drive, 2, "241 of 241");
    drive_expect_row(desk.drive, -1, "Space");
    done(&desk);
}

/* Two keys typed quickly are two keys, or one with Alt; never one that quits, and nothing is stuck. */
static void esc__and_a_key_at_once__does_no_harm(void **state)
{
    static const char *const pairs[] = { "\0332", "\033q", "\033/", "\033\033", "\033[", "\033O", "\033\r", "\033å" };
    struct desk desk;
    (void)state;
    open_clients(&desk, NULL);
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        drive_send(desk.drive, pairs[i], strlen(pairs[i]), true);
        drive_keys(desk.drive, "Esc Esc Esc 2");
        drive_expect(desk.drive, "Access to");
    }
    done(&desk);
}

static void sequence__is_unknown__is_no_text(void **state)
{
    static const char *const odd[] = { "\033[99~", "\033[1;9A", "\033[?1;2c", "\033P+r\033\\", "\033]11;rgb\007" };
    struct desk desk;
    (void)state;
    open_clients(&desk, NULL);
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        drive_send(desk.drive, odd[i], strlen(odd[i]), true);
        drive_keys(desk.drive, "Esc Esc Esc 2");
        drive_expect(desk.drive, "Access to");
    }
    done(&desk);
}

static void letters__of_the_terminals_charset__are_typed(void **state)
{
    static const enum text_charset charsets[] = { TEXT_UTF8, TEXT_LATIN1 };
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct desk desk;
        desk_open(&desk, &(struct desk_options){ .charset = charsets[i] });
        drive_keys(desk.drive, "2 /");
        drive_type(desk.drive, "åäöæøÅÄÖÆØé");
        drive_expect_row(desk.drive, 2, "/ åäöæøÅÄÖÆØé");
        done(&desk);
    }
}

/* A keyboard in another charset than the program believes. */
static void letters__are_broken__keep_no_key_waiting(void **state)
{
    static const char *const broken[] = { "\345", "\303", "\342\202", "\377\376", "\200", "\355\240\200" };
    (void)state;
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        struct desk desk;
        char keys[16];
        open_clients(&desk, NULL);
        drive_key(desk.drive, "/");
        snprintf(keys, sizeof keys, "%sbj\303\270r", broken[i]);
        drive_send(desk.drive, keys, strlen(keys), true);
        drive_expect_row(desk.drive, 2, "/ bjør");
        drive_send(desk.drive, "\303", 1, false);
        drive_send(desk.drive, "\245k", 2, true);
        drive_expect_row(desk.drive, 2, "/ bjøråk");
        done(&desk);
    }
}

static void mouse__is_not_asked_for__stays_the_terminals(void **state)
{
    struct desk desk;
    struct glass_state now;
    (void)state;
    open_clients(&desk, NULL);
    glass_state(drive_glass(desk.drive), &now);
    assert_int_equal(now.mouse, 0);
    drive_click(desk.drive, GLASS_LEFT, 8, 10);
    drive_expect(desk.drive, "Access to Bjørk Anlegg AS");
    done(&desk);
}

static void keys__typed_ahead__are_all_taken(void **state)
{
    struct desk desk;
    struct buffer keys = { 0 };
    (void)state;
    open_clients(&desk, NULL);
    for (int i = 0; i < 3000; i++)
        buffer_add_text(&keys, "\033OB\033OA");
    buffer_add_text(&keys, "\033OB");
    drive_send(desk.drive, keys.data, keys.length, true);
    drive_expect(desk.drive, "Access to Bjørk Bil AS");
    done(&desk);
    buffer_finish(&keys);
}

/* ---- hostile names ---- */

struct hostile {
    const char *sql; /* the name of client 1001, which import would refuse */
    const char *what;
};

static const struct hostile hostile[] = {
    { "'Aaa' || char(27) || ']0;owned' || char(7) || ' AS'", "a title" },
    { "'Aaa' || char(27) || '[2J' || char(27) || '[5;5Howned'", "CSI" },
    { "'Aaa' || char(155) || '31mowned' || char(144) || char(156)", "C1" },
    { "'Aaa' || char(8,8,8,8,13,10,11,12,14,7) || 'owned'", "C0" },
    { "'Aaa ' || char(8238) || 'desrever' || char(8236) || char(8294) || 'x'", "bidi" },
    { "'Aaa' || char(8203,8205,65279,173,917505) || 'zero'", "zero width" },
    { "'Aaa' || printf('%.4000c', 'x')", "very long" },
    { "'Aaa e' || replace(printf('%.60c', 'x'), 'x', char(769)) || ' pile'", "combining pile" },
    { "'Aaa ' || char(769) || 'begins with a mark'", "a mark alone" },
    { "'Aaa ' || char(26085,26412,35486) || ' ' || char(12354)", "wide" },
    { "'Aaa ' || char(128104,8205,128105,8205,128103) || ' ' || char(127475,127476) || ' ' || char(10084,65039)", "emoji" },
    { "'Aaa ' || char(55296) || char(65535) || char(1114111)", "no characters" },
    { "'Aaa ' || CAST(x'c3' AS text) || CAST(x'ff' AS text) || CAST(x'e28e' AS text)", "broken bytes" },
};

/* Where in its row a text begins, -1 = nowhere. */
static int column_of(struct glass *glass, int row, const char *text)
{
    struct glass_state state;
    glass_state(glass, &state);
    for (int column = 0; column < state.columns; column++) {
        struct buffer part = { 0 };
        glass_part(glass, row, column, state.columns, &part);
        bool here = strncmp(buffer_text(&part), text, strlen(text)) == 0;
        buffer_finish(&part);
        if (here)
            return column;
    }
    return -1;
}

/* It is the first row; what stands beside the name stands under its head. */
static void expect_aligned(struct drive *drive, const char *what)
{
    struct glass *glass = drive_glass(drive);
    int head = column_of(glass, 3, "Org. no.");
    if (column_of(glass, 4, "Aaa") < 0)
        drive_fail(drive, "%s: the name is not in its row", what);
    if (head < 0 || column_of(glass, 4, "5560079195") != head)
        drive_fail(drive, "%s: the columns are out of line", what);
}

static void names__would_act__never_do(void **state)
{
    static const enum text_charset charsets[] = { TEXT_UTF8, TEXT_LATIN1, TEXT_ASCII };
    (void)state;
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        struct desk desk;
        struct bureau bureau;
        struct glass_state now;
        char sql[1200];
        bureau_copy(desk_demo(), &bureau);
        snprintf(sql, sizeof sql,
                 "UPDATE client SET name = %s, name_fold = 'aaa', name_sort = x'00' WHERE number = '1001'",
                 hostile[i].sql);
        bureau_sql(&bureau, sql);
        desk_open(&desk, &(struct desk_options){ .bureau = &bureau, .charset = charsets[i % 3] });
        drive_keys(desk.drive, "2 g");
        expect_aligned(desk.drive, hostile[i].what);
        drive_expect_fresh(desk.drive);
        drive_key(desk.drive, "Enter");
        drive_expect_fresh(desk.drive);
        drive_keys(desk.drive, "Esc J");
        drive_expect_fresh(desk.drive);
        glass_state(drive_glass(desk.drive), &now);
        if (now.titles || now.bells)
            drive_fail(desk.drive, "%s: the name acted", hostile[i].what);
        desk_quit(&desk);
        desk_close(&desk);
        bureau_remove(&bureau);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paste__into_the_filter__is_its_text),
        cmocka_unit_test(paste__with_controls__leaves_them_out),
        cmocka_unit_test(paste__outside_of_a_field__is_dropped_and_said),
        cmocka_unit_test(paste__is_longer_than_a_field__does_no_harm),
        cmocka_unit_test(paste__never_ends__leaves_the_keys_alive),
        cmocka_unit_test(keypad__digits_and_signs__are_digits_and_signs),
        cmocka_unit_test(keypad__in_application_mode__is_read_all_the_same),
        cmocka_unit_test(arrows__in_both_modes__move),
        cmocka_unit_test(esc__alone__is_esc),
        cmocka_unit_test(esc__and_a_key_at_once__does_no_harm),
        cmocka_unit_test(sequence__is_unknown__is_no_text),
        cmocka_unit_test(letters__of_the_terminals_charset__are_typed),
        cmocka_unit_test(letters__are_broken__keep_no_key_waiting),
        cmocka_unit_test(mouse__is_not_asked_for__stays_the_terminals),
        cmocka_unit_test(keys__typed_ahead__are_all_taken),
        cmocka_unit_test(names__would_act__never_do),
    };
    if (!desk_start(argc, argv))
        return 99;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
