/*
 * Workflow: a morning's keys in the real program, once a language: open, tabs, filter, marks, sort, sheet,
 * help, month, quit.
 *
 *     workflow KLIENTEL DEMO.db
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "desk.h"
#include "klientel/base/language.h"

static void expect_text(struct desk *desk, enum language language, const char *english)
{
    drive_expect(desk->drive, text_tr(language, english));
}

static void look_around(struct desk *desk, enum language language)
{
    static const char *const tabs[] = { "Dashboard", "Clients", "Users", "Reports", "Tax cards", "Settings" };
    for (int i = 6; i >= 1; i--) {
        char key[2] = { (char)('0' + i), '\0' }, name[64];
        drive_key(desk->drive, key);
        snprintf(name, sizeof name, "%d %s", i, text_tr(language, tabs[i - 1]));
        drive_expect_row(desk->drive, 1, name);
        drive_expect_fresh(desk->drive);
    }
    expect_text(desk, language, "Payroll clients");
    expect_text(desk, language, "Due next");
}

static void filter_and_mark(struct desk *desk)
{
    drive_key(desk->drive, "2");
    drive_expect_row(desk->drive, 2, "241");
    drive_key(desk->drive, "/");
    drive_type(desk->drive, "bjørk");
    drive_expect_row(desk->drive, 2, "/ bjørk");
    drive_expect(desk->drive, "Bjørk Anlegg AS");
    drive_expect_not(desk->drive, "Blåbær");
    drive_keys(desk->drive, "Backspace Backspace Enter");
    drive_expect_row(desk->drive, 2, "/ bjø");
    drive_expect_fresh(desk->drive);
    drive_keys(desk->drive, "Space Space Down Space");
    drive_expect_row(desk->drive, 2, " 3");
    drive_expect_fresh(desk->drive);
    drive_key(desk->drive, "U");
    drive_key(desk->drive, "Esc");
    drive_expect_row(desk->drive, 2, "241");
}

static void morning(const char *name, enum language language)
{
    struct desk desk;
    desk_open(&desk, &(struct desk_options){ .language = name });
    look_around(&desk, language);
    filter_and_mark(&desk);
    drive_keys(desk.drive, "S g");
    drive_expect(desk.drive, "▼");
    drive_expect_fresh(desk.drive);
    drive_key(desk.drive, "Enter");
    expect_text(&desk, language, "Company");
    drive_keys(desk.drive, "PgDn PgDn");
    drive_expect_fresh(desk.drive);
    drive_key(desk.drive, "?");
    expect_text(&desk, language, "Everywhere");
    drive_expect_fresh(desk.drive);
    drive_keys(desk.drive, "Esc Esc <");
    expect_text(&desk, language, "not the current month");
    drive_key(desk.drive, ">");
    desk_quit(&desk);
    desk_close(&desk);
}

static void program__does_a_morning__in_english(void **state)
{
    (void)state;
    morning("en", LANGUAGE_EN);
}

static void program__does_a_morning__in_swedish(void **state)
{
    (void)state;
    morning("sv", LANGUAGE_SV);
}

static void program__does_a_morning__in_norwegian(void **state)
{
    (void)state;
    morning("nb", LANGUAGE_NB);
}

/* The bytes that reach the terminal, with the name of the first client in them (base64 of "Bjørk A"). */
static void y__reaches_the_clipboard__of_terminals_that_have_one(void **state)
{
    struct desk desk;
    (void)state;
    desk_open(&desk, &(struct desk_options){ .language = "en" });
    drive_key(desk.drive, "2");
    drive_forget(desk.drive);
    drive_key(desk.drive, "y");
    const struct buffer *raw = drive_raw(desk.drive);
    static const char sent[] = "\033]52;c;QmrDuHJrIE";
    assert_non_null(memmem(raw->data, raw->length, sent, sizeof sent - 1));
    drive_expect(desk.drive, "Copied");
    desk_quit(&desk);
    desk_close(&desk);
    desk_open(&desk, &(struct desk_options){ .language = "en", .term = "vt220" });
    drive_keys(desk.drive, "2 y");
    drive_expect(desk.drive, "this terminal takes no copy");
    desk_quit(&desk);
    desk_close(&desk);
}

/* Else the same words in a shell would speak of another bureau, or as somebody else. */
static void command_of_the_screen__names_the_bureau_and_the_person(void **state)
{
    struct desk desk;
    char start[256];
    (void)state;
    desk_open(&desk, &(struct desk_options){ .user = "bo", .columns = 120, .rows = 24 });
    drive_keys(desk.drive, "2 !");
    snprintf(start, sizeof start, "klientel --database %s --as-user bo list clients", desk.bureau.database);
    drive_expect(desk.drive, start);
    desk_quit(&desk);
    desk_close(&desk);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(program__does_a_morning__in_english),
        cmocka_unit_test(program__does_a_morning__in_swedish),
        cmocka_unit_test(program__does_a_morning__in_norwegian),
        cmocka_unit_test(command_of_the_screen__names_the_bureau_and_the_person),
        cmocka_unit_test(y__reaches_the_clipboard__of_terminals_that_have_one),
    };
    if (!desk_start(argc, argv))
        return 99;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
