/*
 * Cli: the same datasets and commands without a screen (design/cli.md). Data on `out`, messages on `err`.
 */
#ifndef KLIENTEL_CLI_CLI_H
#define KLIENTEL_CLI_CLI_H

#include <stdbool.h>
#include <stdio.h>

#include "klientel/config/config.h"
#include "klientel/store/store.h"

/* The words before the command, read by cli_options. */
struct cli {
    struct config *config;
    enum language language;
    const char *as_user; /* NULL = the first administrator */
    struct instant now;
    FILE *out, *err;
};

/* Reads the global options; *ret_first = index of the command word (argc when there is none). False with
 * FAILURE_USAGE. --help and --version are answered here: *ret_answered. */
bool cli_options(int argc, char **argv, struct cli *cli, int *ret_first, bool *ret_answered,
                 struct failure *ret_failure);
/* Runs one command; returns the exit code of design/cli.md. */
int cli_run(struct cli *cli, int argc, char **argv);

/* Opens the configured database and the session; prints the failure itself. Exit code, 0 = ok. */
int cli_open(struct cli *cli, bool read_only, struct store **ret_store, struct session *ret_session);

/* Each command of the program, for the help, the completion and the manual. */
struct cli_command {
    const char *name;
    const char *usage; /* options and arguments */
    const char *help;  /* English source text */
    int (*run)(struct cli *cli, int argc, char **argv);
};
const struct cli_command *cli_commands(size_t *ret_count);

#endif
