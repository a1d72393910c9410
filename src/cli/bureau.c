/*
 * Bureau: the commands that make a database: init an empty one, demo one to learn on.
 *
 * A database that could not be finished is taken away again: nothing half made is left behind.
 */
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "internal.h"
#include "klientel/rules/identity.h"
#include "klientel/base/text.h"
#include "klientel/service/demo.h"

const struct cli_option init_options[] = {
    { "partner", 0, "NAME", N_("the bureau's name") },
    { "country", 0, "no|se", N_("where the bureau is") },
    { "admin", 0, "LOGIN", N_("the first administrator") },
    { 0 },
};
const struct cli_option demo_options_table[] = {
    { "clients", 0, "N", N_("number of clients, 240 when not said") },
    { "staff", 0, "M", N_("number of people at the bureau, 14 when not said") },
    { "seed", 0, "S", N_("another number makes another bureau") },
    { "today", 0, "DATE", N_("the day the bureau lives on, 2026-11-18 when not said") },
    { "force", 0, NULL, N_("in place of a demo bureau that is there") },
    { 0 },
};

enum { DEMO_CLIENTS = 240, DEMO_STAFF = 14, DEMO_SEED = 1 };

/* The database and the files beside it. The key only when it is the one store_create made there. */
static bool remove_database(const struct cli *cli, struct failure *ret_failure)
{
    static const char *const endings[] = { "-wal", "-shm", ".lock", ".open", ".key", "" };
    const char *path = cli_database(cli);
    bool own_key = *config_text(cli->config, SETTING_KEY_FILE) == '\0';
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        struct buffer name = { 0 };
        if (strcmp(endings[i], ".key") == 0 && !own_key)
            continue;
        buffer_print(&name, "%s%s", path, endings[i]);
        bool ok = unlink(buffer_text(&name)) == 0 || errno == ENOENT;
        if (!ok)
            failure_set(ret_failure, FAILURE_IO, buffer_text(&name),
                        N_("the file cannot be taken away: %1"), strerror(errno), NULL);
        buffer_finish(&name);
        if (!ok)
            return false;
    }
    return true;
}

/* Makes and opens an empty database at the configured place. */
static bool create(const struct cli *cli, struct store **ret_store, struct failure *ret_failure)
{
    struct store_options options = cli_store_options(cli, false);
    if (options.read_only)
        return failure_set(ret_failure, FAILURE_DENIED, "",
                           N_("nothing can be made: klientel was started read-only"), NULL);
    if (!cli_make_folders(cli, ret_failure) ||
        !store_create(cli_database(cli), &options, ret_failure))
        return false;
    if (store_open(cli_database(cli), &options, ret_store, ret_failure))
        return true;
    remove_database(cli, NULL);
    return false;
}

/* ---- init ---- */

static bool read_partner(const struct cli *cli, const struct cli_arguments *arguments,
                         struct command *command)
{
    const char *name = cli_value(arguments, "partner");
    const char *country = cli_value(arguments, "country");
    const char *admin = cli_value(arguments, "admin");
    if (name == NULL || country == NULL || admin == NULL) {
        cli_wrong_use(cli, arguments->command);
        return false;
    }
    if (*name == '\0' || !text_is_plain(name, strlen(name))) {
        cli_usage(cli, N_("the bureau's name “%1” must be plain text"), name, NULL);
        return false;
    }
    if (strcasecmp(country, "no") != 0 && strcasecmp(country, "se") != 0) {
        cli_usage(cli, N_("--country cannot be “%1”: write no or se"), country, NULL);
        return false;
    }
    if (!login_valid(admin)) {
        cli_usage(cli, N_("“%1” is no login: use letters a to z, digits and . _ - @"), admin, NULL);
        return false;
    }
    command->partner.name = name;
    command->partner.country = strcasecmp(country, "no") == 0 ? "NO" : "SE";
    command->partner.login = admin;
    command->partner.today = DATE_NONE;
    return true;
}

static bool found_bureau(const struct cli *cli, const struct command *command,
                         struct failure *ret_failure)
{
    struct store *store;
    struct receipt receipt = { 0 };
    struct session session = { .role = ROLE_ADMIN, .active = true, .now = cli->now };
    if (!create(cli, &store, ret_failure))
        return false;
    bool ok = store_execute(store, &session, command, false, &receipt, ret_failure);
    receipt_finish(&receipt);
    store_close(store);
    if (!ok)
        remove_database(cli, NULL);
    return ok;
}

int run_init(struct cli *cli, const struct cli_arguments *arguments)
{
    struct failure failure;
    struct command command = { .kind = COMMAND_PARTNER, .reason = "" };
    if (!read_partner(cli, arguments, &command))
        return EXIT_USAGE;
    if (!found_bureau(cli, &command, &failure))
        return cli_fail(cli, &failure);
    cli_say(cli, N_("Made %1. Next: klientel import, with your lists of users, clients and access."),
            cli_database(cli), NULL);
    return EXIT_OK;
}

/* ---- demo ---- */

static bool read_demo(const struct cli *cli, const struct cli_arguments *arguments,
                      struct demo_options *options)
{
    int64_t clients = DEMO_CLIENTS;
    int64_t staff = DEMO_STAFF;
    int64_t seed = DEMO_SEED;
    const char *today = cli_value(arguments, "today");
    options->today = date_of(2026, 11, 18);
    if (!cli_read_count(cli, "clients", cli_value(arguments, "clients"), 1, &clients) ||
        !cli_read_count(cli, "staff", cli_value(arguments, "staff"), 2, &staff) ||
        !cli_read_count(cli, "seed", cli_value(arguments, "seed"), 0, &seed))
        return false;
    if (clients > 1000000 || staff > 10000) {
        cli_usage(cli, N_("a demo bureau has at most 1000000 clients and 10000 people"), NULL);
        return false;
    }
    if (today != NULL && !date_parse(today, &options->today)) {
        cli_usage(cli, N_("“%1” is no date: write it as 2026-11-18"), today, NULL);
        return false;
    }
    options->clients = (int)clients;
    options->staff = (int)staff;
    options->seed = (uint64_t)seed;
    return true;
}

/* --force takes away only what is itself a demo bureau. */
static bool make_room(const struct cli *cli, struct failure *ret_failure)
{
    struct store_options options = cli_store_options(cli, true);
    struct store *store;
    struct session session;
    if (access(cli_database(cli), F_OK) != 0)
        return true;
    if (!store_open(cli_database(cli), &options, &store, ret_failure))
        return false;
    bool ok = store_session(store, NULL, cli->now, &session, ret_failure);
    store_close(store);
    if (!ok)
        return false;
    if (!session.demo)
        return failure_set(ret_failure, FAILURE_REFUSED, cli_database(cli),
                           N_("this is a real bureau's database, not a demo: it stays"), NULL);
    return remove_database(cli, ret_failure);
}

int run_demo(struct cli *cli, const struct cli_arguments *arguments)
{
    struct demo_options options = { 0 };
    struct failure failure;
    struct store *store;
    if (!read_demo(cli, arguments, &options))
        return EXIT_USAGE;
    if (cli_given(arguments, "force") && !config_flag(cli->config, SETTING_READ_ONLY) &&
        !make_room(cli, &failure))
        return cli_fail(cli, &failure);
    if (!create(cli, &store, &failure))
        return cli_fail(cli, &failure);
    bool ok = demo_build(store, &options, &failure);
    store_close(store);
    if (!ok) {
        remove_database(cli, NULL);
        return cli_fail(cli, &failure);
    }
    cli_say(cli, N_("Made a demo bureau: %1. Try: klientel --database %1"), cli_database(cli), NULL);
    return EXIT_OK;
}
