/*
 * Get: what lies in one's outbox, and one file of it to standard output: how a file that the screen wrote comes to
 * where the person sits, over SSH too.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"
#include "klientel/base/text.h"
#include "klientel/service/json.h"
#include "klientel/service/outbox.h"

const struct cli_option get_options[] = {
    { "remove", 0, NULL, N_("take the file out of the outbox once it was written") },
    { "format", 0, "table|json", N_("how the list is written") },
    { 0 },
};

/* ---- the list ---- */

static int list_json(const struct cli *cli, const struct outbox_entry *entries, size_t count)
{
    struct json json = { 0 };
    json_open(&json, '[');
    for (size_t i = 0; i < count; i++) {
        char at[INSTANT_TEXT_SIZE];
        json_open(&json, '{');
        json_key(&json, "name");
        json_text(&json, entries[i].name);
        json_key(&json, "size");
        json_number(&json, entries[i].size);
        json_key(&json, "at");
        json_text(&json, instant_format(entries[i].at, at));
        json_close(&json, '}');
    }
    json_close(&json, ']');
    buffer_add_byte(&json.text, '\n');
    bool ok = fwrite(json.text.data, 1, json.text.length, cli->out) == json.text.length;
    json_finish(&json);
    return ok ? EXIT_OK : cli_out_failed(cli);
}

static void add_padded(struct buffer *line, const char *text, int width, bool right)
{
    int blanks = width - text_width(text, strlen(text));
    if (!right)
        buffer_add_text(line, text);
    for (int i = 0; i < blanks; i++)
        buffer_add_byte(line, ' ');
    if (right)
        buffer_add_text(line, text);
}

static void add_line(struct buffer *text, int width, const char *name, const char *size,
                     const char *when)
{
    enum { BYTES_WIDTH = 13 };
    add_padded(text, name, width, false);
    buffer_add_text(text, "  ");
    add_padded(text, size, BYTES_WIDTH, true);
    buffer_print(text, "  %s\n", when);
}

static int list_table(const struct cli *cli, const struct outbox_entry *entries, size_t count)
{
    struct buffer text = { 0 }, name = { 0 }, size = { 0 }, when = { 0 };
    int width = 20;
    for (size_t i = 0; i < count; i++) {
        int own = text_width(entries[i].name, strlen(entries[i].name));
        width = own > width ? own : width;
    }
    add_line(&text, width, text_tr(cli->language, N_("File")), text_tr(cli->language, N_("Bytes")),
             text_tr(cli->language, N_("When")));
    for (size_t i = 0; i < count; i++) {
        buffer_clear(&name);
        buffer_clear(&size);
        buffer_clear(&when);
        text_safe_add(entries[i].name, strlen(entries[i].name), &name);
        language_add_number(cli->language, entries[i].size, &size);
        language_add_instant(cli->language, entries[i].at, &when);
        add_line(&text, width, buffer_text(&name), buffer_text(&size), buffer_text(&when));
    }
    bool ok = cli_write_shown(cli, buffer_text(&text), text.length);
    buffer_finish(&text);
    buffer_finish(&name);
    buffer_finish(&size);
    buffer_finish(&when);
    return ok ? EXIT_OK : cli_out_failed(cli);
}

static int list_outbox(const struct cli *cli, const char *folder, bool json)
{
    struct arena *arena = arena_create();
    struct outbox_entry *entries;
    struct failure failure;
    size_t count;
    int code;
    if (!outbox_list(folder, arena, &entries, &count, &failure))
        code = cli_fail(cli, &failure);
    else if (json)
        code = list_json(cli, entries, count);
    else if (count > 0)
        code = list_table(cli, entries, count);
    else {
        cli_say(cli, N_("Your outbox is empty: X on a list of the screen puts a file into it."), NULL);
        code = EXIT_OK;
    }
    arena_destroy(arena);
    return code;
}

/* ---- one file ---- */

/* *ret_whole: every byte was taken; a reader that went away (exit code 0) has not taken them. */
static int copy_file(const struct cli *cli, FILE *file, const char *name, bool *ret_whole)
{
    char piece[65536];
    size_t got = fread(piece, 1, sizeof piece, file);
    if (isatty(fileno(cli->out)) && memchr(piece, '\0', got) != NULL)
        return cli_usage(cli, N_("%1 is not for a terminal: send it to a file, > %1"), name, NULL);
    for (; got > 0; got = fread(piece, 1, sizeof piece, file)) {
        if (fwrite(piece, 1, got, cli->out) != got)
            return cli_out_failed(cli);
    }
    if (!ferror(file)) {
        *ret_whole = fflush(cli->out) == 0;
        return *ret_whole ? EXIT_OK : cli_out_failed(cli);
    }
    struct failure failure;
    failure_set(&failure, FAILURE_IO, name, N_("the file cannot be read: %1"), strerror(errno), NULL);
    return cli_fail(cli, &failure);
}

static int get_file(const struct cli *cli, const char *folder, const char *name, bool remove)
{
    struct failure failure;
    FILE *file;
    bool whole = false;
    if (!outbox_open(folder, name, &file, &failure))
        return cli_fail(cli, &failure);
    int code = copy_file(cli, file, name, &whole);
    fclose(file);
    if (whole && remove && !outbox_remove(folder, name, &failure))
        code = cli_fail(cli, &failure);
    return code;
}

static bool read_format(const struct cli *cli, const struct cli_arguments *arguments, bool *ret_json)
{
    const char *word = cli_value(arguments, "format");
    *ret_json = word != NULL && strcmp(word, "json") == 0;
    if (word == NULL || *ret_json || strcmp(word, "table") == 0)
        return true;
    cli_usage(cli, N_("there is no format “%1” here; there are table and json"), word, NULL);
    return false;
}

int run_get(struct cli *cli, const struct cli_arguments *arguments)
{
    struct store *store;
    struct session session;
    struct buffer folder = { 0 };
    bool json;
    if (!read_format(cli, arguments, &json))
        return EXIT_USAGE;
    int code = cli_open(cli, true, &store, &session);
    if (code != EXIT_OK)
        return code;
    cli_outbox(cli, &session, &folder);
    store_close(store);
    code = arguments->word_count == 0 ? list_outbox(cli, buffer_text(&folder), json)
                                      : get_file(cli, buffer_text(&folder), arguments->words[0],
                                                 cli_given(arguments, "remove"));
    buffer_finish(&folder);
    return code;
}
