/*
 * Words of the command line with something behind them, and "!": the rows that are seen are the rows that the command
 * prints which it shows.
 *
 *     commands DEMO.db KLIENTEL
 */
#include "bureau.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "klientel/base/arena.h"
#include "klientel/base/buffer.h"

static const char *program;

struct desk {
    struct bureau *bureau;
    struct keymap *keymap;
    struct app *app;
    char outbox[64];
};

static void desk_open(struct desk *desk, struct bureau *bureau)
{
    desk->bureau = bureau;
    desk->keymap = keymap_create();
    snprintf(desk->outbox, sizeof desk->outbox, "%s/outbox", bureau->folder);
    desk->app = app_create(&(struct app_options){ .store = bureau->store,
                                                  .session = bureau->session,
                                                  .keymap = desk->keymap,
                                                  .outbox = desk->outbox });
    app_resize(desk->app, 40, 250);
    app_rest(desk->app);
}

static void desk_close(struct desk *desk)
{
    app_destroy(desk->app);
    keymap_destroy(desk->keymap);
}

static void command(struct desk *desk, const char *line)
{
    app_keys(desk->app, ":");
    app_type(desk->app, line);
    app_keys(desk->app, "Enter");
}

/* ---- what is copied, what is printed ---- */

/* Rows of texts. */
struct grid {
    struct arena *arena;
    size_t rows, columns;
    const char *cells[400][16];
};

static void grid_read(char *text, char separator, struct grid *ret_grid)
{
    char *line;
    *ret_grid = (struct grid){ .arena = arena_create() };
    while ((line = strsep(&text, "\n")) != NULL && *line) {
        size_t length = strlen(line), column = 0;
        if (line[length - 1] == '\r')
            line[length - 1] = '\0';
        assert_true(ret_grid->rows < 400);
        for (char *at = line; at; column++) {
            char *end;
            assert_true(column < 16);
            if (*at == '"' && separator == ',') {
                at++;
                end = strchr(at, '"');
                *end++ = '\0';
                end = *end ? end : NULL;
            } else {
                end = strchr(at, separator);
            }
            if (end)
                *end++ = '\0';
            ret_grid->cells[ret_grid->rows][column] = arena_text(ret_grid->arena, at);
            at = end;
        }
        ret_grid->columns = ret_grid->columns > column ? ret_grid->columns : column;
        ret_grid->rows++;
    }
}

/* All rows that are seen, with the heads of their columns. */
static void seen(struct desk *desk, struct grid *ret_grid)
{
    app_keys(desk->app, "* y");
    const char *copied = app_wants_copy(desk->app);
    assert_non_null(copied);
    char *text = memory_text(copied);
    grid_read(text, '\t', ret_grid);
    free(text);
    app_keys(desk->app, "*");
}

/* What "!" shows, without "klientel". */
static char *shown_command(struct desk *desk)
{
    app_keys(desk->app, "! y");
    const char *copied = app_wants_copy(desk->app);
    assert_non_null(copied);
    assert_int_equal(strncmp(copied + strspn(copied, " "), "klientel ", 9), 0);
    const char *words = copied + strspn(copied, " ") + 9;
    char *text = strndup(words, strcspn(words, "\n"));
    app_keys(desk->app, "Esc");
    return text;
}

static void printed(struct desk *desk, const char *words, struct grid *ret_grid)
{
    struct buffer line = { 0 }, out = { 0 };
    int byte;
    buffer_print(&line, "LC_ALL=C XDG_CONFIG_HOME=/nonexistent '%s' --database '%s' %s --format csv",
                 program, desk->bureau->path, words);
    FILE *pipe = popen(buffer_text(&line), "r");
    assert_non_null(pipe);
    while ((byte = getc(pipe)) != EOF)
        buffer_add_byte(&out, (char)byte);
    if (pclose(pipe) != 0)
        fail_msg("%s fails", buffer_text(&line));
    grid_read(out.data, ',', ret_grid);
    buffer_finish(&line);
    buffer_finish(&out);
}

/* Columns that a file writes as the screen does. */
static bool is_comparable(const char *name)
{
    static const char *const names[] = { "name", "client_name", "orgno", "login", "city", "number" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i], name) == 0)
            return true;
    }
    return false;
}

static void assert_same_rows(struct desk *desk, const char *where)
{
    struct grid screen, file;
    char *words = shown_command(desk);
    seen(desk, &screen);
    printed(desk, words, &file);
    size_t compared = 0, head = screen.rows > 1; /* a row alone is copied without heads */
    if (screen.rows + 1 - head != file.rows || screen.columns != file.columns)
        fail_msg("%s: %zu rows of %zu columns are seen, %zu of %zu printed by %s", where,
                 screen.rows, screen.columns, file.rows, file.columns, words);
    for (size_t column = 0; column < file.columns; column++) {
        if (!is_comparable(file.cells[0][column]))
            continue;
        compared++;
        for (size_t row = 1; row < file.rows; row++) {
            const char *a = screen.cells[row - 1 + head][column], *b = file.cells[row][column];
            if (strcmp(a, b) != 0 && !(strcmp(a, "–") == 0 && !*b))
                fail_msg("%s: row %zu is %s, and %s printed by %s", where, row, a, b, words);
        }
    }
    if (compared == 0 || file.rows < 2)
        fail_msg("%s: nothing to compare in %s", where, words);
    arena_destroy(screen.arena);
    arena_destroy(file.arena);
    free(words);
}

static void rows__that_are_seen__are_those_the_command_prints(void **state)
{
    static const struct {
        const char *keys, *filter;
        enum language language;
    } places[] = {
        { "2", NULL, LANGUAGE_EN },
        { "2", "as !resp:anna", LANGUAGE_EN },
        { "2", "is:reach", LANGUAGE_EN },
        { "2", "group:\"quarterly review\"", LANGUAGE_EN },
        { "2", "name~'|berg", LANGUAGE_EN },
        { "2", "ansvarig=bo land=NO", LANGUAGE_SV }, /* heads of one's own language */
        { "2 S", NULL, LANGUAGE_EN },
        { "2 <", "run=closed !name:as", LANGUAGE_EN },
        { "2 Right Right", "berg", LANGUAGE_EN },
        { "2 Tab", NULL, LANGUAGE_EN },
        { "2 t", NULL, LANGUAGE_EN },
        { "2 t", "li", LANGUAGE_EN },
        { "2 t Tab", NULL, LANGUAGE_EN },
        { "1 Down Down Enter", NULL, LANGUAGE_EN },
        { "1 G Enter", NULL, LANGUAGE_EN },
        { "1 Enter", "berg", LANGUAGE_EN },
    };
    struct bureau *bureau = *state;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct desk desk;
        struct buffer where = { 0 };
        bureau->session.language = places[i].language;
        desk_open(&desk, bureau);
        app_keys(desk.app, places[i].keys);
        if (places[i].filter) {
            app_keys(desk.app, "/ Ctrl-U");
            app_type(desk.app, places[i].filter);
            app_keys(desk.app, "Enter");
        }
        buffer_print(&where, "%s %s", places[i].keys, places[i].filter ? places[i].filter : "");
        assert_same_rows(&desk, buffer_text(&where));
        buffer_finish(&where);
        desk_close(&desk);
    }
}

static void marks__that_a_command_cannot_know__are_told_of(void **state)
{
    struct desk desk;
    desk_open(&desk, *state);
    app_keys(desk.app, "2 Space /");
    app_type(desk.app, "is:marked");
    app_keys(desk.app, "Enter !");
    assert_true(app_shows(desk.app, "Marks are on this screen alone"));
    desk_close(&desk);
}

/* ---- words with something behind them ---- */

static void mark__with_a_filter__marks_what_it_finds(void **state)
{
    struct desk desk;
    desk_open(&desk, *state);
    app_keys(desk.app, "2");
    command(&desk, "mark berg");
    assert_true(app_shows(desk.app, "New marks: 20"));
    assert_true(app_shows(desk.app, "20 marked"));
    command(&desk, "unmark kafé");
    assert_true(app_shows(desk.app, "Marks taken away: "));
    assert_false(app_shows(desk.app, "20 marked"));
    command(&desk, "mark employees>");
    assert_true(app_shows(desk.app, "at character 11: A value is missing after employees>"));
    app_keys(desk.app, "Esc");
    command(&desk, "unmark");
    assert_false(app_shows(desk.app, "marked"));
    command(&desk, "mark"); /* alone: the row, as its key */
    assert_true(app_shows(desk.app, "1 marked"));
    app_keys(desk.app, "1");
    command(&desk, "mark berg");
    assert_true(app_shows(desk.app, "This is not possible here"));
    desk_close(&desk);
}

static void columns__with_a_name__takes_the_layout(void **state)
{
    struct desk desk;
    desk_open(&desk, *state);
    app_keys(desk.app, "2 c Ctrl-N");
    app_type(desk.app, "Mitt ÅR");
    app_keys(desk.app, "Enter");
    command(&desk, "columns payroll day");
    assert_true(app_shows(desk.app, "Next pay-out ▲"));
    command(&desk, "columns mitt år");
    assert_false(app_shows(desk.app, "Next pay-out ▲"));
    command(&desk, "columns nothing");
    assert_true(app_shows(desk.app, "There is no layout called \"nothing\" here"));
    desk_close(&desk);
}

static void export__with_a_format__needs_no_list(void **state)
{
    struct desk desk;
    desk_open(&desk, *state);
    app_keys(desk.app, "2");
    command(&desk, "mark berg");
    command(&desk, "export csv");
    assert_true(app_shows(desk.app, "20 rows exported"));
    command(&desk, "export XLSX all");
    assert_true(app_shows(desk.app, "20 rows exported"));
    command(&desk, "export pdf");
    assert_true(app_shows(desk.app, "\"pdf\" is no format: csv, nordic, json, jsonl, xlsx or text"));
    app_keys(desk.app, "Esc h");
    command(&desk, "export csv");
    assert_true(app_shows(desk.app, "Names are hidden"));
    desk_close(&desk);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bureau_setup, bureau_teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(rows__that_are_seen__are_those_the_command_prints),
        TEST(marks__that_a_command_cannot_know__are_told_of),
        TEST(mark__with_a_filter__marks_what_it_finds),
        TEST(columns__with_a_name__takes_the_layout),
        TEST(export__with_a_format__needs_no_list),
    };
    program = argc == 3 ? argv[2] : NULL;
    if (!program || !bureau_start(2, argv))
        return 99;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
