/*
 * Write: the commands that change the bureau's data: import, step, note, view. Each makes one command and
 * hands it to store_execute (or import_files); what became of it is the receipt.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"
#include "klientel/base/text.h"
#include "klientel/service/import.h"

/* ---- import ---- */

const struct cli_option import_options_table[] = {
    { "as", 0, "clients|users|access|runs|payroll|employees|brreg",
      N_("the kind of the files, when their headers do not tell") },
    { "dry-run", 0, NULL, N_("everything but the writing") },
    { "keep-good", 0, NULL, N_("take the good rows of a file that has bad ones") },
    { "format", 0, "text|json", N_("how the receipt is written") },
    { 0 },
};

static void progress(void *context, const char *file, int64_t rows)
{
    const struct cli *cli = context;
    struct buffer number = { 0 };
    struct buffer name = { 0 };
    language_add_number(cli->language, rows, &number);
    text_safe_add(file, strlen(file), &name);
    fprintf(cli->err, "\r%s: %s\033[K", buffer_text(&name), buffer_text(&number));
    buffer_finish(&number);
    buffer_finish(&name);
}

static int import_open(struct cli *cli, const struct cli_arguments *arguments,
                       const struct import_options *options, bool json)
{
    struct store *store;
    struct session session;
    struct receipt receipt = { 0 };
    struct failure failure;
    int code = cli_open(cli, false, &store, &session);
    if (code != EXIT_OK)
        return code;
    bool ok = import_files(store, &session, arguments->words, arguments->word_count, options,
                           &receipt, &failure);
    if (options->progress != NULL)
        fprintf(cli->err, "\r\033[K");
    code = cli_receipt(cli, json, ok, &receipt, &failure);
    if (ok && options->dry_run)
        cli_say(cli, N_("Nothing was written (--dry-run)."), NULL);
    receipt_finish(&receipt);
    store_close(store);
    return code;
}

int run_import(struct cli *cli, const struct cli_arguments *arguments)
{
    const char *as = cli_value(arguments, "as");
    bool json;
    struct import_options options = {
        .kind = IMPORT_AUTO,
        .dry_run = cli_given(arguments, "dry-run"),
        .keep_good = cli_given(arguments, "keep-good"),
        .progress = isatty(fileno(cli->err)) ? progress : NULL,
        .context = cli,
    };
    if (!cli_read_json(cli, arguments, &json))
        return EXIT_USAGE;
    if (as != NULL && !import_kind_parse(as, &options.kind))
        return cli_usage(cli,
                         N_("there is no kind “%1”; there are clients, users, access, runs, payroll, "
                            "employees and brreg"),
                         as, NULL);
    return import_open(cli, arguments, &options, json);
}

/* ---- step ---- */

const struct cli_option step_options[] = {
    { "clients", 0, "FILTER", N_("the clients, in the filter language") },
    { "month", 0, "YYYY-MM", N_("the month (pay-out)") },
    { "undo", 0, NULL, N_("not done, instead of done") },
    { "waiting-for", 0, "WHOM", N_("waiting for somebody, instead of done") },
    { "reason", 0, "TEXT", N_("why; it stands in the log") },
    { "dry-run", 0, NULL, N_("everything but the writing") },
    { "format", 0, "text|json", N_("how the receipt is written") },
    { 0 },
};

static const char *value_or_empty(const struct cli_arguments *arguments, const char *option)
{
    const char *value = cli_value(arguments, option);
    return value != NULL ? value : "";
}

static int execute(struct cli *cli, struct store *store, const struct session *session,
                   const struct command *command, bool dry_run, bool json)
{
    struct receipt receipt = { 0 };
    struct failure failure;
    bool ok = store_execute(store, session, command, dry_run, &receipt, &failure);
    int code = cli_receipt(cli, json, ok, &receipt, &failure);
    receipt_finish(&receipt);
    return code;
}

/* Every client the filter means becomes a target. */
static int step_targets(struct cli *cli, struct store *store, const struct session *session,
                        const char *filter, struct month month, struct arena *arena,
                        struct command *command)
{
    struct listing listing;
    struct selection selection = { 0 };
    listing_start(&listing, DATASET_clients);
    listing.filter = filter;
    listing.query.month = month;
    listing.columns[listing.column_count++] = COLUMN_clients_id;
    int code = listing_select(cli, store, session, &listing, arena, &selection);
    if (code != EXIT_OK)
        return code;
    struct target *targets = arena_zero(arena, selection.count + 1, sizeof *targets);
    for (size_t i = 0; i < selection.count; i++)
        targets[i].id = selection.rowset.ids[selection.rows != NULL ? selection.rows[i] : i];
    command->targets = targets;
    command->target_count = selection.count;
    return EXIT_OK;
}

static int step_open(struct cli *cli, const struct cli_arguments *arguments,
                     struct command *command, bool json)
{
    struct store *store;
    struct session session;
    int code = cli_open(cli, false, &store, &session);
    if (code != EXIT_OK)
        return code;
    struct arena *arena = arena_create();
    code = step_targets(cli, store, &session, cli_value(arguments, "clients"), command->step.month,
                        arena, command);
    if (code == EXIT_OK && command->target_count == 0) {
        struct receipt receipt = { 0 };
        code = cli_receipt(cli, json, true, &receipt, NULL);
    } else if (code == EXIT_OK) {
        code = execute(cli, store, &session, command, cli_given(arguments, "dry-run"), json);
    }
    arena_destroy(arena);
    store_close(store);
    return code;
}

int run_step(struct cli *cli, const struct cli_arguments *arguments)
{
    int step;
    bool json;
    struct command command = { .kind = COMMAND_STEP, .reason = value_or_empty(arguments, "reason") };
    if (!model_parse(WORDS_STEP, arguments->words[0], &step)) {
        struct buffer words = { 0 };
        for (int i = 0; i < STEP_COUNT; i++)
            buffer_print(&words, "%s%s", i == 0 ? "" : ", ", model_word(WORDS_STEP, i));
        cli_usage(cli, N_("there is no step “%1”; there are %2"), arguments->words[0],
                  buffer_text(&words), NULL);
        buffer_finish(&words);
        return EXIT_USAGE;
    }
    if (cli_value(arguments, "clients") == NULL || cli_value(arguments, "month") == NULL)
        return cli_usage(cli, N_("say which clients and which month: --clients FILTER --month "
                                 "YYYY-MM"),
                         NULL);
    if (!cli_read_json(cli, arguments, &json) ||
        !cli_read_month(cli, cli_value(arguments, "month"), &command.step.month))
        return EXIT_USAGE;
    command.step.step = (enum step)step;
    command.step.undo = cli_given(arguments, "undo");
    command.step.waiting_for = value_or_empty(arguments, "waiting-for");
    return step_open(cli, arguments, &command, json);
}

/* ---- note ---- */

const struct cli_option note_options[] = {
    { "client", 0, "CLIENT", N_("the client, instead of as the first word") },
    { "due", 0, "DATE", N_("remind on that day: 2026-11-18, today+14") },
    { "for", 0, "LOGIN", N_("whom to remind") },
    { "format", 0, "text|json", N_("how the receipt is written") },
    { 0 },
};

static int note_add(struct cli *cli, const struct cli_arguments *arguments, struct store *store,
                    const struct session *session, bool json)
{
    struct failure failure;
    struct target target = { 0 };
    struct buffer text = { 0 };
    const char *due = cli_value(arguments, "due");
    const char *client = cli_value(arguments, "client");
    size_t first = client != NULL ? 1 : 2; /* word of the text */
    client = client != NULL ? client : arguments->words[1];
    struct command command = { .kind = COMMAND_NOTE,
                               .targets = &target,
                               .target_count = 1,
                               .reason = "",
                               .note = { .due = DATE_NONE,
                                         .person = value_or_empty(arguments, "for") } };
    if (due != NULL && !date_parse_relative(due, session_today(session), &command.note.due))
        return cli_usage(cli, N_("“%1” is no date: write it as 2026-11-18"), due, NULL);
    if (!store_find_client(store, session, client, &target.id, &failure))
        return cli_fail(cli, &failure);
    if (target.id == 0) {
        failure_set(&failure, FAILURE_REFUSED, "", N_("there is no client “%1”"), client,
                    NULL);
        return cli_fail(cli, &failure);
    }
    for (size_t i = first; i < arguments->word_count; i++)
        buffer_print(&text, "%s%s", i == first ? "" : " ", arguments->words[i]);
    command.note.text = buffer_text(&text);
    int code = execute(cli, store, session, &command, false, json);
    buffer_finish(&text);
    return code;
}

int run_note(struct cli *cli, const struct cli_arguments *arguments)
{
    struct store *store;
    struct session session;
    bool json;
    size_t words = cli_given(arguments, "client") ? 2 : 3;
    if (strcmp(arguments->words[0], "add") != 0 || arguments->word_count < words)
        return cli_wrong_use(cli, arguments->command);
    if (!cli_read_json(cli, arguments, &json))
        return EXIT_USAGE;
    int code = cli_open(cli, false, &store, &session);
    if (code != EXIT_OK)
        return code;
    code = note_add(cli, arguments, store, &session, json);
    store_close(store);
    return code;
}

/* ---- view ---- */

const struct cli_option view_options[] = {
    { "filter", 0, "EXPR", N_("what the view shows, in the filter language") },
    { "dataset", 0, "DATASET", N_("of which dataset; clients when not said") },
    { "shared", 0, NULL, N_("for everybody, not only for you") },
    { "format", 0, "text|table|csv|json|jsonl", N_("how it is written") },
    { "csv", 0, "nordic|rfc4180", N_("CSV: nordic has ; and a decimal comma") },
    { 0 },
};

static int view_save(struct cli *cli, const struct cli_arguments *arguments, struct store *store,
                     const struct session *session)
{
    struct buffer canonical = { 0 };
    const char *filter = cli_value(arguments, "filter");
    const char *dataset = cli_value(arguments, "dataset");
    bool json;
    struct command command = { .kind = COMMAND_VIEW, .reason = "" };
    command.view.name = arguments->words[1];
    command.view.dataset = DATASET_clients;
    command.view.shared = cli_given(arguments, "shared");
    if (filter == NULL)
        return cli_usage(cli, N_("say what the view shows: --filter EXPR"), NULL);
    if (!cli_read_json(cli, arguments, &json) ||
        (dataset != NULL && !cli_read_dataset(cli, dataset, &command.view.dataset)))
        return EXIT_USAGE;
    int code = listing_canonical(cli, store, session, command.view.dataset, filter, &canonical);
    command.view.filter = buffer_text(&canonical);
    if (code == EXIT_OK)
        code = execute(cli, store, session, &command, false, json);
    buffer_finish(&canonical);
    return code;
}

static int view_drop(struct cli *cli, const struct cli_arguments *arguments, struct store *store,
                     const struct session *session)
{
    struct target target = { 0 };
    struct command command = {
        .kind = COMMAND_VIEW_DROP, .targets = &target, .target_count = 1, .reason = ""
    };
    bool json;
    if (!cli_read_json(cli, arguments, &json))
        return EXIT_USAGE;
    int code = listing_find_view(cli, store, session, arguments->words[1], &target.id);
    return code == EXIT_OK ? execute(cli, store, session, &command, false, json) : code;
}

static int view_list(struct cli *cli, const struct cli_arguments *arguments, struct store *store,
                     const struct session *session)
{
    struct listing listing;
    const char *format = cli_value(arguments, "format");
    listing_start(&listing, DATASET_views);
    if ((format == NULL || strcmp(format, "text") != 0) &&
        !cli_read_format(cli, arguments, &listing.format))
        return EXIT_USAGE;
    return listing_print(cli, store, session, &listing);
}

int run_view(struct cli *cli, const struct cli_arguments *arguments)
{
    static const struct {
        const char *word;
        size_t words;
        int (*run)(struct cli *cli, const struct cli_arguments *arguments, struct store *store,
                   const struct session *session);
    } verbs[] = {
        { "save", 2, view_save },
        { "drop", 2, view_drop },
        { "list", 1, view_list },
    };
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(arguments->words[0], verbs[i].word) != 0 ||
            arguments->word_count != verbs[i].words)
            continue;
        struct store *store;
        struct session session;
        int code = cli_open(cli, false, &store, &session);
        if (code != EXIT_OK)
            return code;
        code = verbs[i].run(cli, arguments, store, &session);
        store_close(store);
        return code;
    }
    return cli_wrong_use(cli, arguments->command);
}
