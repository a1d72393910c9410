/*
 * Fixture: see fixture.h.
 */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "klientel/base/text.h"

const struct client_row fixture_clients[FIXTURE_CLIENTS] = {
    { 11, "987654321", "Fjord AS", "anna", "closed", "received", 14, ROW_OPEN | ROW_ACCESSIBLE },
    { 12, "123456785", "Berg Rør AS", "bo", "open", "rejected", 7, ROW_OPEN },
    { 13, "5566778899", "Lind & Co AB", "anna,bo", "open", "sent", 120, ROW_OPEN | ROW_ACCESSIBLE },
    { 14, "", "Åkers Måleri", "", "none", "none", -1, 0 },
    { 15, "974760673", "Ærlig Regnskap", "ceci", "closed", "guideline", 3, ROW_OPEN },
    { 16, "5560360793", "株式会社ノルド 大阪支店の長い名前です", "dag", "open", "made", 55, ROW_OPEN },
    { 17, "", "Evil\x1b[31m\xe2\x80\xae" "txt.exe", "eli", "none", "nothing due", 0, ROW_OPEN },
    { 18, "5592804784",
      "Handelsbolaget för Sammanslutna Trävaruhandlare i Norra Bohuslän och Dalsland", "anna",
      "closed", "immediate", 1204, ROW_OPEN | ROW_ACCESSIBLE },
    { 19, "912345678", "Öst Transport", "bo", "open", "waiting", 31, ROW_ARCHIVED | ROW_OPEN },
};

void fixture_start(struct fixture *fixture, int rows, int columns)
{
    memset(fixture, 0, sizeof *fixture);
    assert_true(text_start());
    fixture->arena = arena_create();
    fixture->collator = collator_create(LANGUAGE_SV);
    fixture->session = (struct session) {
        .user_id = 1,
        .login = "anna",
        .name = "Anna Berg",
        .partner = "Byrå Nord AS",
        .role = ROLE_LEAD,
        .active = true,
        .language = LANGUAGE_EN,
        .bureau_language = LANGUAGE_SV,
        .now = date_start(date_of(2026, 11, 20)),
    };
    fixture->keymap = keymap_create();
    fixture->context = (struct screen_context) {
        .session = &fixture->session,
        .keymap = fixture->keymap,
        .month = month_of(date_of(2026, 11, 1)),
    };
    fixture->surface = surface_create(rows, columns);
}

void fixture_finish(struct fixture *fixture)
{
    surface_destroy(fixture->surface);
    keymap_destroy(fixture->keymap);
    collator_destroy(fixture->collator);
    arena_destroy(fixture->arena);
}

void fixture_ascii(struct fixture *fixture)
{
    fixture->context.ascii = true;
    surface_set_ascii(fixture->surface, true);
}

struct rect fixture_rect(const struct fixture *fixture)
{
    return (struct rect) { 0, 0, surface_rows(fixture->surface),
                           surface_columns(fixture->surface) };
}

/* ---- rows ---- */

void put_text(struct rowset_builder *builder, enum column column, const char *text)
{
    char joined[512], *comma;

    if (!text || !*text) {
        rowset_put_text(builder, column, NULL, 0);
        return;
    }
    snprintf(joined, sizeof joined, "%s", text);
    if (column_info(column)->type == TYPE_LIST)
        for (comma = joined; (comma = strchr(comma, ',')); comma++)
            *comma = VALUE_SEPARATOR;
    rowset_put_text(builder, column, joined, strlen(joined));
}

void fixture_rows(struct fixture *fixture, const struct client_row *clients, size_t count,
                  enum column sort, bool descending, struct rowset *ret_rows)
{
    struct rowset_builder *builder = rowset_build(fixture->arena, DATASET_clients, 0);
    size_t i;

    for (i = 0; i < count; i++) {
        const struct client_row *client = &clients[i];

        rowset_row(builder, client->id, client->id, client->flags, NULL);
        put_text(builder, COLUMN_clients_orgno, client->orgno);
        put_text(builder, COLUMN_clients_name, client->name);
        put_text(builder, COLUMN_clients_responsible, client->responsible);
        put_text(builder, COLUMN_clients_run, client->run);
        put_text(builder, COLUMN_clients_declaration, client->declaration);
        if (client->employees >= 0)
            rowset_put_number(builder, COLUMN_clients_employees, client->employees);
        rowset_put_number(builder, COLUMN_clients_next_payout,
                          date_of(2026, 11, 25).day + (int)(client->id % 5));
    }
    rowset_finish(builder, sort, descending, fixture->collator, ret_rows);
}

struct answer fixture_answer(struct fixture *fixture, const struct rowset *rows, size_t first,
                             size_t count)
{
    uint32_t *shown = arena_zero(fixture->arena, count + 1, sizeof *shown);
    size_t i;

    for (i = 0; i < count; i++)
        shown[i] = (uint32_t)(first + i);
    return (struct answer) { .rows = rows, .shown = shown, .shown_count = count };
}

struct answer fixture_all(struct fixture *fixture, const struct rowset *rows)
{
    return fixture_answer(fixture, rows, 0, rows->count);
}

/* ---- screens ---- */

static void file_name(const char *name, char ret_path[static 512])
{
    const char *folder = getenv("SCREENS");

    snprintf(ret_path, 512, "%s/%s.screen", folder ? folder : ".", name);
}

static void file_write(const char *path, const struct buffer *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(fwrite(text->data, 1, text->length, file), text->length);
    assert_int_equal(fclose(file), 0);
}

static void file_read(const char *path, struct buffer *ret_text)
{
    FILE *file = fopen(path, "r");
    char part[4096];
    size_t length;

    if (!file) {
        print_error("%s is missing: run with UPDATE_SCREENS=1 and look at it\n", path);
        return;
    }
    while ((length = fread(part, 1, sizeof part, file)) > 0)
        buffer_add(ret_text, part, length);
    fclose(file);
}

static size_t line_length(const char *text)
{
    return strcspn(text, "\n");
}

static const char *line_next(const char *text)
{
    text += line_length(text);
    return *text ? text + 1 : text;
}

static void difference_print(const char *wanted, const char *given)
{
    int number = 1;

    for (; *wanted || *given; wanted = line_next(wanted), given = line_next(given), number++) {
        size_t a = line_length(wanted), b = line_length(given);

        if (a == b && !memcmp(wanted, given, a))
            continue;
        print_error("%3d -%.*s\n%3d +%.*s\n", number, (int)a, wanted, number, (int)b, given);
    }
}

void fixture_compare(const struct fixture *fixture, const char *name)
{
    struct buffer given = { 0 }, wanted = { 0 };
    char path[512];
    bool same;

    file_name(name, path);
    surface_dump(fixture->surface, &given);
    if (getenv("UPDATE_SCREENS"))
        file_write(path, &given);
    file_read(path, &wanted);
    same = !strcmp(buffer_text(&wanted), buffer_text(&given));
    if (!same)
        difference_print(buffer_text(&wanted), buffer_text(&given));
    buffer_finish(&given);
    buffer_finish(&wanted);
    if (!same)
        fail_msg("%s is not what is drawn", name);
}

const char *fixture_line(const struct fixture *fixture, int row)
{
    struct buffer text = { 0 };
    const char *line;
    char *copy;

    surface_dump(fixture->surface, &text);
    for (line = buffer_text(&text); row > 0; row--)
        line = line_next(line);
    copy = arena_text_n(fixture->arena, line, line_length(line));
    buffer_finish(&text);
    return copy;
}

int fixture_row(const struct fixture *fixture, const char *text)
{
    struct buffer dump = { 0 };
    const char *line, *found;
    int row = 0, rows = surface_rows(fixture->surface);

    surface_dump(fixture->surface, &dump);
    for (line = buffer_text(&dump); row < rows; line = line_next(line), row++) {
        found = strstr(line, text);
        if (found && found < line + line_length(line))
            break;
    }
    buffer_finish(&dump);
    return row < rows ? row : -1;
}

bool fixture_shows(const struct fixture *fixture, const char *text)
{
    return fixture_row(fixture, text) >= 0;
}
