/*
 * Care: check, backup, restore, migrate.
 */
#include <inttypes.h>

#include <string.h>

#include "internal.h"
#include "klientel/base/text.h"

const struct cli_option backup_options[] = {
    { "with-key", 0, NULL, N_("copy the key too; without it person-level values cannot be read") },
    { 0 },
};
const struct cli_option restore_options[] = {
    { "check", 0, NULL, N_("only say whether the backup is whole") },
    { 0 },
};

void cli_finding(void *context, const struct message *finding)
{
    const struct cli *cli = context;
    struct buffer text = { 0 };
    message_add(finding, cli->language, &text);
    fprintf(cli->out, "%s\n", buffer_text(&text));
    buffer_finish(&text);
}

int run_check(struct cli *cli, const struct cli_arguments *arguments)
{
    struct store *store;
    struct session session;
    struct failure failure;
    int64_t findings = 0;
    char count[24];
    (void)arguments;
    int code = cli_open(cli, false, &store, &session);
    if (code != EXIT_OK)
        return code;
    if (!store_check(store, cli_finding, cli, &findings, &failure)) {
        code = cli_fail(cli, &failure);
    } else if (findings == 0) {
        cli_print(cli, N_("Everything is in order."), NULL);
    } else {
        snprintf(count, sizeof count, "%" PRId64, findings);
        cli_print(cli, N_("Not in order: %1 findings. Restore a backup, or ask for help before "
                          "working on."),
                  count, NULL);
        code = EXIT_DIFFERENT;
    }
    store_close(store);
    return code;
}

/* Copies and replacements of everything are not for those who may see only some of it. */
static bool refused_for_others(struct failure *ret_failure)
{
    return failure_set(ret_failure, FAILURE_DENIED, "", N_("Only administrators may do this"), NULL);
}

int run_backup(struct cli *cli, const struct cli_arguments *arguments)
{
    struct store *store;
    struct session session;
    struct failure failure;
    bool with_key = cli_given(arguments, "with-key");
    int code = cli_open(cli, false, &store, &session);
    if (code != EXIT_OK)
        return code;
    if (!(session.role == ROLE_ADMIN || refused_for_others(&failure)) ||
        !store_backup(store, arguments->words[0], with_key, &failure))
        code = cli_fail(cli, &failure);
    else if (with_key)
        cli_say(cli, N_("Copied to %1, with its key beside it: keep both where only you can read."),
                arguments->words[0], NULL);
    else
        cli_say(cli, N_("Copied to %1. The key is not in it: keep a copy of it in another place."),
                arguments->words[0], NULL);
    store_close(store);
    return code;
}

/* The log says that from here on it is a restored database's. */
static int mark_restored(struct cli *cli, const char *from)
{
    struct store *store;
    struct session session;
    struct receipt receipt = { 0 };
    struct failure failure;
    struct command command = { .kind = COMMAND_RESTORED,
                               .reason = text_is_plain(from, strlen(from)) ? from : "" };
    int code = cli_open(cli, false, &store, &session);
    if (code != EXIT_OK)
        return code;
    if (!store_execute(store, &session, &command, false, &receipt, &failure))
        code = cli_fail(cli, &failure);
    receipt_finish(&receipt);
    store_close(store);
    return code;
}

int run_restore(struct cli *cli, const struct cli_arguments *arguments)
{
    struct store_options options = cli_store_options(cli, false);
    struct failure failure;
    bool check = cli_given(arguments, "check");
    if (cli->as_user != NULL && !check) {
        refused_for_others(&failure);
        return cli_fail(cli, &failure);
    }
    if (options.read_only && !check) {
        failure_set(&failure, FAILURE_DENIED, "",
                    N_("nothing can be restored: klientel was started read-only"), NULL);
        return cli_fail(cli, &failure);
    }
    if (!store_restore(arguments->words[0], cli_database(cli), &options, check, cli_finding, cli,
                       &failure))
        return cli_fail(cli, &failure);
    if (check) {
        cli_print(cli, N_("The backup is whole."), NULL);
        return EXIT_OK;
    }
    cli_say(cli, N_("Restored %1 from %2."), cli_database(cli), arguments->words[0], NULL);
    return mark_restored(cli, arguments->words[0]);
}

int run_migrate(struct cli *cli, const struct cli_arguments *arguments)
{
    struct store_options options = cli_store_options(cli, false);
    struct failure failure;
    int from;
    int to;
    char from_text[16];
    char to_text[16];
    (void)arguments;
    if (cli->as_user != NULL) {
        refused_for_others(&failure);
        return cli_fail(cli, &failure);
    }
    if (options.read_only) {
        failure_set(&failure, FAILURE_DENIED, "",
                    N_("nothing can be migrated: klientel was started read-only"), NULL);
        return cli_fail(cli, &failure);
    }
    if (!store_migrate(cli_database(cli), &options, &from, &to, &failure))
        return cli_fail(cli, &failure);
    snprintf(from_text, sizeof from_text, "%d", from);
    snprintf(to_text, sizeof to_text, "%d", to);
    if (from == to)
        cli_say(cli, N_("The database is up to date: version %1."), to_text, NULL);
    else
        cli_say(cli, N_("The database went from version %1 to %2."), from_text, to_text, NULL);
    return EXIT_OK;
}
