/*
 * Common: sentences to the person, opening the database, and the words options have in common.
 *
 * Everything that comes from data or from the line is made safe before it reaches err or out: arguments of
 * messages by message_add, rows by the export.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal.h"
#include "klientel/base/money.h"
#include "klientel/service/outbox.h"

/* ---- messages ---- */

static void message_set_list(struct message *message, const char *source, va_list list)
{
    const char *arguments[MESSAGE_ARGUMENTS] = { NULL };
    for (size_t i = 0; i < MESSAGE_ARGUMENTS; i++) {
        arguments[i] = va_arg(list, const char *);
        if (arguments[i] == NULL)
            break;
    }
    message_set(message, source, arguments[0], arguments[1], arguments[2], arguments[3], NULL);
}

static void say(const struct cli *cli, FILE *stream, const char *prefix,
                const struct message *message)
{
    struct buffer text = { 0 };
    buffer_add_text(&text, prefix);
    message_add(message, cli->language, &text);
    fprintf(stream, "%s\n", buffer_text(&text));
    buffer_finish(&text);
}

void cli_say(const struct cli *cli, const char *source, ...)
{
    struct message message;
    va_list list;
    va_start(list, source);
    message_set_list(&message, source, list);
    va_end(list);
    say(cli, cli->err, "", &message);
}

void cli_print(const struct cli *cli, const char *source, ...)
{
    struct message message;
    va_list list;
    va_start(list, source);
    message_set_list(&message, source, list);
    va_end(list);
    say(cli, cli->out, "", &message);
}

int cli_usage(const struct cli *cli, const char *source, ...)
{
    struct message message;
    va_list list;
    va_start(list, source);
    message_set_list(&message, source, list);
    va_end(list);
    say(cli, cli->err, "klientel: ", &message);
    return EXIT_USAGE;
}

int cli_fail(const struct cli *cli, const struct failure *failure)
{
    struct buffer text = { 0 };
    failure_add(failure, cli->language, &text);
    fprintf(cli->err, "klientel: %s\n", buffer_text(&text));
    buffer_finish(&text);
    return failure_exit_code(failure);
}

int cli_out_failed(const struct cli *cli)
{
    struct failure failure;
    if (errno == EPIPE) /* the reader went away: enough was read */
        return EXIT_OK;
    failure_set(&failure, FAILURE_IO, "", N_("the output cannot be written: %1"), strerror(errno),
                NULL);
    return cli_fail(cli, &failure);
}

/* ---- the person's terminal ---- */

int cli_width(const struct cli *cli)
{
    struct winsize size;
    int fd = fileno(cli->out);
    if (fd < 0 || !isatty(fd) || ioctl(fd, TIOCGWINSZ, &size) != 0)
        return 0;
    return size.ws_col;
}

static enum text_charset environment_charset(void)
{
    static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value == NULL || *value == '\0')
            continue;
        if (strcasestr(value, "utf-8") != NULL || strcasestr(value, "utf8") != NULL)
            return TEXT_UTF8;
        return strcasestr(value, "8859") != NULL || strchr(value, '@') != NULL ? TEXT_LATIN1
                                                                                : TEXT_ASCII;
    }
    return TEXT_ASCII;
}

enum text_charset cli_charset(const struct cli *cli)
{
    const char *charset = config_text(cli->config, SETTING_CHARSET);
    int fd = fileno(cli->out);
    if (strcmp(charset, "ascii") == 0)
        return TEXT_ASCII;
    if (strcmp(charset, "latin1") == 0)
        return TEXT_LATIN1;
    return strcmp(charset, "auto") == 0 && fd >= 0 && isatty(fd) ? environment_charset()
                                                                  : TEXT_UTF8;
}

bool cli_write_shown(const struct cli *cli, const char *text, size_t length)
{
    enum text_charset charset = cli_charset(cli);
    if (charset == TEXT_UTF8)
        return fwrite(text, 1, length, cli->out) == length;
    struct buffer shown = { 0 };
    if (charset == TEXT_ASCII) {
        text_ascii_add(text, length, &shown);
    } else {
        text_latin1_add(text, length, &shown);
        if (shown.length > 0)
            shown.length = text_latin1_bytes(shown.data, shown.length);
    }
    bool ok = shown.length == 0 || fwrite(shown.data, 1, shown.length, cli->out) == shown.length;
    buffer_finish(&shown);
    return ok;
}

enum language cli_language(const struct cli *cli, const struct session *session)
{
    enum language asked;
    if (language_parse(config_text(cli->config, SETTING_LANGUAGE), &asked))
        return asked;
    return session->language;
}

/* ---- the database ---- */

const char *cli_database(const struct cli *cli)
{
    return config_text(cli->config, SETTING_DATABASE);
}

struct store_options cli_store_options(const struct cli *cli, bool read_only)
{
    const char *key_file = config_text(cli->config, SETTING_KEY_FILE);
    return (struct store_options){
        .read_only = read_only || config_flag(cli->config, SETTING_READ_ONLY),
        .key_file = *key_file == '\0' ? NULL : key_file,
        .gate_seconds = config_number(cli->config, SETTING_GATE_SECONDS),
    };
}

void cli_outbox(const struct cli *cli, const struct session *session, struct buffer *ret_path)
{
    outbox_folder(config_text(cli->config, SETTING_OUTBOX), cli_database(cli), session->login,
                  ret_path);
}

static void same_option(const char *name, const char *value, bool is_path, struct buffer *ret_text)
{
    if (value == NULL)
        return;
    char *whole = is_path ? realpath(value, NULL) : NULL; /* wherever that shell stands */
    buffer_print(ret_text, " --%s ", name);
    text_shell_add(whole != NULL ? whole : value, ret_text);
    free(whole);
}

void cli_same_options(const struct cli *cli, struct buffer *ret_text)
{
    same_option("config", cli->config_file, true, ret_text);
    same_option("database", cli->database, true, ret_text);
    same_option("as-user", cli->as_user, false, ret_text);
}

bool cli_make_folders(const struct cli *cli, struct failure *ret_failure)
{
    if (strcmp(config_origin(cli->config, SETTING_DATABASE), "built in") != 0)
        return true;
    char *path = memory_text(cli_database(cli));
    bool ok = true;
    for (char *slash = strchr(path + 1, '/'); ok && slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        ok = mkdir(path, 0700) == 0 || errno == EEXIST || errno == EISDIR;
        if (!ok)
            failure_set(ret_failure, errno == EACCES ? FAILURE_DENIED : FAILURE_IO, path,
                        N_("the folder cannot be made: %1"), strerror(errno), NULL);
        *slash = '/';
    }
    free(path);
    return ok;
}

bool cli_over_ssh(void)
{
    return getenv("SSH_CONNECTION") != NULL || getenv("SSH_CLIENT") != NULL ||
           getenv("SSH_TTY") != NULL;
}

static bool open_session(struct cli *cli, struct store *store, struct session *ret_session,
                         struct failure *ret_failure)
{
    if (cli->as_user != NULL && cli_over_ssh())
        return failure_set(ret_failure, FAILURE_DENIED, "",
                           N_("--as-user is for the database's owner at the machine itself, not over "
                              "SSH"),
                           NULL);
    return store_session(store, cli->as_user, cli->now, ret_session, ret_failure);
}

int cli_open(struct cli *cli, bool read_only, struct store **ret_store, struct session *ret_session)
{
    struct store_options options = cli_store_options(cli, read_only);
    struct store *store;
    struct failure failure;
    if (!store_open(cli_database(cli), &options, &store, &failure))
        return cli_fail(cli, &failure);
    if (!open_session(cli, store, ret_session, &failure)) {
        store_close(store);
        return cli_fail(cli, &failure);
    }
    cli->language = ret_session->language = cli_language(cli, ret_session);
    ret_session->read_only = ret_session->read_only || options.read_only;
    *ret_store = store;
    return EXIT_OK;
}

/* ---- words ---- */

bool cli_read_month(const struct cli *cli, const char *word, struct month *ret_month)
{
    if (word == NULL || month_parse(word, ret_month))
        return true;
    cli_usage(cli, N_("“%1” is no month: write it as 2026-11"), word, NULL);
    return false;
}

bool cli_read_count(const struct cli *cli, const char *option, const char *word, int64_t least,
                    int64_t *ret_count)
{
    int64_t count;
    if (word == NULL)
        return true;
    if (number_parse(word, strlen(word), &count) && count >= least) {
        *ret_count = count;
        return true;
    }
    char least_text[24];
    snprintf(least_text, sizeof least_text, "%lld", (long long)least);
    cli_usage(cli, N_("--%1 cannot be “%2”: write a whole number, at least %3"), option, word,
              least_text, NULL);
    return false;
}

bool cli_read_dataset(const struct cli *cli, const char *word, enum dataset *ret_dataset)
{
    if (dataset_parse(word, ret_dataset))
        return true;
    struct buffer names = { 0 };
    for (int i = 0; i < DATASET_COUNT; i++)
        buffer_print(&names, "%s%s", i == 0 ? "" : ", ", dataset_info((enum dataset)i)->name);
    cli_usage(cli, N_("there is no dataset “%1”; there are %2"), word, buffer_text(&names), NULL);
    buffer_finish(&names);
    return false;
}

bool cli_read_format(const struct cli *cli, const struct cli_arguments *arguments,
                     enum export_format *format)
{
    const char *word = cli_value(arguments, "format");
    const char *csv = cli_value(arguments, "csv");
    if (word != NULL && strcmp(word, "pdf") == 0) {
        cli_usage(cli, N_("%1 cannot be written yet: use --format csv"), word, NULL);
        return false;
    }
    if (word != NULL && (strcmp(word, "nordic") == 0 || !export_format_parse(word, format))) {
        cli_usage(cli, N_("there is no format “%1”; there are table, csv, json, jsonl and xlsx"), word,
                  NULL);
        return false;
    }
    if (csv == NULL)
        return true;
    bool nordic = strcmp(csv, "nordic") == 0;
    if (!nordic && strcmp(csv, "rfc4180") != 0) {
        cli_usage(cli, N_("--csv cannot be “%1”: write nordic or rfc4180"), csv, NULL);
        return false;
    }
    if (word != NULL && *format != EXPORT_CSV) {
        cli_usage(cli, N_("--csv goes with --format csv, not with --format %1"), word, NULL);
        return false;
    }
    *format = nordic ? EXPORT_CSV_NORDIC : EXPORT_CSV;
    return true;
}

bool cli_read_json(const struct cli *cli, const struct cli_arguments *arguments, bool *ret_json)
{
    const char *word = cli_value(arguments, "format");
    *ret_json = word != NULL && strcmp(word, "json") == 0;
    if (word == NULL || *ret_json || strcmp(word, "text") == 0)
        return true;
    cli_usage(cli, N_("there is no format “%1” here; there are text and json"), word, NULL);
    return false;
}

int cli_receipt(const struct cli *cli, bool json, bool ok, const struct receipt *receipt,
                const struct failure *failure)
{
    if (json && !export_receipt(receipt, cli->out))
        return cli_out_failed(cli);
    if (!json && (ok || receipt->selected > 0 || receipt->skipped_count > 0))
        export_receipt_text(receipt, cli->language, cli->out);
    if (!ok) {
        fflush(cli->out);
        return cli_fail(cli, failure);
    }
    return receipt->skipped_count > 0 ? EXIT_DIFFERENT : EXIT_OK;
}
