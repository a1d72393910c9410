/*
 * Info: what is installed and what it works with, and the settings with their origins: what somebody asks
 * for first when something is odd. Works without a database too.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "klientel/base/text.h"
#include "klientel/service/json.h"

const struct cli_option info_options[] = {
    { "json", 0, NULL, N_("as one JSON object") },
    { 0 },
};
const struct cli_option config_options[] = {
    { "show-origin", 0, NULL, N_("with the place each value comes from") },
    { 0 },
};

struct info {
    struct cli *cli;
    bool json;
    struct json object;
};

static void info_text(struct info *info, const char *name, const char *text)
{
    if (info->json) {
        json_key(&info->object, name);
        json_text(&info->object, text);
        return;
    }
    struct buffer safe = { 0 };
    if (text != NULL)
        text_safe_add(text, strlen(text), &safe);
    else
        buffer_add_text(&safe, "–");
    fprintf(info->cli->out, "%-14s %s\n", name, buffer_text(&safe));
    buffer_finish(&safe);
}

static void info_number(struct info *info, const char *name, int64_t number)
{
    if (info->json) {
        json_key(&info->object, name);
        json_number(&info->object, number);
    } else {
        fprintf(info->cli->out, "%-14s %" PRId64 "\n", name, number);
    }
}

static const char *first_set(const char *const *names)
{
    for (; *names != NULL; names++) {
        const char *value = getenv(*names);
        if (value != NULL && *value != '\0')
            return value;
    }
    return NULL;
}

static void info_program(struct info *info)
{
    static const char *const charset[] = { "LC_ALL", "LC_CTYPE", "LANG", NULL };
    static const char *const terminal[] = { "TERM", NULL };
    struct collator *collator = collator_create(info->cli->language);
    info_text(info, "version", info->cli->version);
    info_text(info, "patterns", filter_engine());
    info_text(info, "collation", collator_version(collator));
    info_text(info, "language", language_code(info->cli->language));
    info_text(info, "terminal", first_set(terminal));
    info_text(info, "locale", first_set(charset));
    info_text(info, "charset", config_text(info->cli->config, SETTING_CHARSET));
    info_text(info, "time zone", "Europe/Stockholm, Europe/Oslo (built in, Directive 2000/84/EC)");
    info_text(info, "database", cli_database(info->cli));
    info_text(info, "origin", config_origin(info->cli->config, SETTING_DATABASE));
    collator_destroy(collator);
}

static void info_store(struct info *info, struct store *store, const struct session *session)
{
    struct store_info figures;
    struct failure failure;
    if (!store_info(store, &figures, &failure)) {
        cli_fail(info->cli, &failure);
        return;
    }
    info_text(info, "engine", figures.engine);
    info_number(info, "schema", figures.schema_version);
    info_text(info, "bureau", session->partner);
    info_text(info, "user", session->login);
    info_text(info, "role", model_word(WORDS_ROLE, (int)session->role));
    struct buffer outbox = { 0 };
    cli_outbox(info->cli, session, &outbox);
    info_text(info, "outbox", buffer_text(&outbox));
    buffer_finish(&outbox);
    info_number(info, "clients", figures.clients);
    info_number(info, "users", figures.users);
    info_number(info, "grants", figures.grants);
    info_number(info, "runs", figures.runs);
    info_number(info, "changesets", figures.changesets);
    info_number(info, "bytes", figures.bytes);
}

int run_info(struct cli *cli, const struct cli_arguments *arguments)
{
    struct info info = { .cli = cli, .json = cli_given(arguments, "json") };
    struct store *store = NULL;
    struct session session;
    cli_open(cli, true, &store, &session); /* says itself why there is none */
    if (info.json)
        json_open(&info.object, '{');
    info_program(&info);
    if (store != NULL)
        info_store(&info, store, &session);
    if (info.json) {
        json_close(&info.object, '}');
        fprintf(cli->out, "%s\n", buffer_text(&info.object.text));
    }
    json_finish(&info.object);
    store_close(store);
    return EXIT_OK;
}

static void print_keys(struct cli *cli, bool origin)
{
    const struct key_binding *keys;
    size_t count = config_keys(cli->config, &keys);
    for (size_t i = 0; i < count; i++) {
        struct buffer line = { 0 };
        buffer_print(&line, "keys: %s = %s%s%s", keys[i].action, keys[i].key,
                     *keys[i].scope == '\0' ? "" : " in ", keys[i].scope);
        if (origin)
            buffer_print(&line, "  # %s", keys[i].origin);
        struct buffer safe = { 0 };
        text_safe_add(buffer_text(&line), line.length, &safe);
        fprintf(cli->out, "%s\n", buffer_text(&safe));
        buffer_finish(&line);
        buffer_finish(&safe);
    }
}

/* What would keep the screen from opening is told here too. */
static int keys_good(struct cli *cli)
{
    const struct key_binding *keys;
    struct failure failure = { 0 };
    size_t count = config_keys(cli->config, &keys);
    struct keymap *keymap = keymap_create();
    bool good = keymap_bind(keymap, keys, count, &failure);
    keymap_destroy(keymap);
    return good ? EXIT_OK : cli_fail(cli, &failure);
}

int run_config(struct cli *cli, const struct cli_arguments *arguments)
{
    bool origin = cli_given(arguments, "show-origin");
    int code = keys_good(cli);
    if (code != EXIT_OK)
        return code;
    for (int i = 0; i < SETTING_COUNT; i++) {
        enum setting setting = (enum setting)i;
        struct buffer value = { 0 };
        const char *text = config_text(cli->config, setting);
        text_safe_add(text, strlen(text), &value);
        fprintf(cli->out, "%s = %s", config_name(setting), buffer_text(&value));
        buffer_clear(&value);
        text_safe_add(config_origin(cli->config, setting),
                      strlen(config_origin(cli->config, setting)), &value);
        if (origin)
            fprintf(cli->out, "  # %s", buffer_text(&value));
        fputc('\n', cli->out);
        buffer_finish(&value);
    }
    print_keys(cli, origin);
    return EXIT_OK;
}
