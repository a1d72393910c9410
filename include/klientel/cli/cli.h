/*
 * Cli: the same datasets and commands without a screen (design/cli.md). Data on `out`, messages on `err`.
 */
#ifndef KLIENTEL_CLI_CLI_H
#define KLIENTEL_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "klientel/config/config.h"
#include "klientel/store/store.h"

struct cli {
    const char *version;    /* of the program */
    struct instant now;
    FILE *out, *err;
    /* Filled by cli_options: */
    struct config *config;  /* the caller closes it (config_close) */
    enum language language; /* of messages; cli_open makes it the session's, unless one was asked for */
    const char *as_user;    /* NULL = the first administrator */
    const char *database, *config_file; /* as they stand on the line; NULL = they do not */
};

/* Reads the options of the whole line: the global ones take effect wherever they stand, those of the command
 * are only checked. *ret_first = index of the command word (argc when there is none). False with
 * FAILURE_USAGE. --help and --version are answered here: *ret_answered. */
bool cli_options(int argc, char **argv, struct cli *cli, int *ret_first, bool *ret_answered,
                 struct failure *ret_failure);
/* Runs one command, argv[0] being its word; returns the exit code of design/cli.md. */
int cli_run(struct cli *cli, int argc, char **argv);
/* Prints "klientel: sentence" on err; the exit code of the failure. */
int cli_fail(const struct cli *cli, const struct failure *failure);

/* Opens the configured database and the session; prints the failure itself. Exit code, 0 = ok. */
int cli_open(struct cli *cli, bool read_only, struct store **ret_store, struct session *ret_session);

bool cli_over_ssh(void); /* the environment says so */
/* The outbox of that session (service/outbox.h). */
void cli_outbox(const struct cli *cli, const struct session *session, struct buffer *ret_path);

/* The options that another command line needs to speak of the same bureau as the same person:
 * " --database '/home/anna/our bureau.db'"; nothing where the line had none of them. */
void cli_same_options(const struct cli *cli, struct buffer *ret_text);

struct cli_option {
    const char *name;  /* without -- */
    char letter;       /* short form, 0 = none */
    const char *value; /* what stands for the value in the help; NULL = takes none */
    const char *help;  /* English source text */
};
/* What stood on the line after the command word, checked against the command's table. */
struct cli_arguments;

/* Each command of the program, for the help and the manual. */
struct cli_command {
    const char *name;
    const char *usage; /* arguments after the name */
    const char *help;  /* English source text */
    const struct cli_option *options; /* ended by a NULL name */
    size_t words_min, words_max;      /* arguments that are no options */
    int (*run)(struct cli *cli, const struct cli_arguments *arguments);
};
const struct cli_command *cli_commands(size_t *ret_count);

#endif
