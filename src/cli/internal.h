/*
 * What the files of the command line share.
 *
 * options.c   the global options, cli_options, cli_run      listing.c  rows of a dataset, filtered, out
 * commands.c  the table of commands                         list.c     list, log, report, dashboard
 * help.c      --help                                        show.c     show client, user, changeset
 * common.c    messages, opening, reading words              write.c    import, step, note, view
 * bureau.c    init, demo                                    care.c     check, backup, restore, migrate
 * info.c      info, config                               get.c      get
 */
#ifndef KLIENTEL_CLI_INTERNAL_H
#define KLIENTEL_CLI_INTERNAL_H

#include "klientel/cli/cli.h"
#include "klientel/service/export.h"

enum { EXIT_OK = 0, EXIT_DIFFERENT = 1, EXIT_USAGE = 2, EXIT_IO = 5 };

/* ---- the line ---- */

enum { CLI_OPTIONS_MAX = 20 };
struct cli_arguments {
    const struct cli_command *command;
    const char **words; /* the arguments that are no options, in their order */
    size_t word_count;
    const char *values[CLI_OPTIONS_MAX]; /* by position in the command's table; "" for a flag */
};
/* The value of one of the command's own options, NULL when it was not given. */
const char *cli_value(const struct cli_arguments *arguments, const char *option);
bool cli_given(const struct cli_arguments *arguments, const char *option);

extern const struct cli_option cli_global_options[]; /* ended by a NULL name */
const struct cli_command *cli_command_find(const char *word);
void cli_help(const struct cli *cli, const struct cli_command *command /* NULL = the program */);

/* ---- messages ---- */

/* A sentence on err, or on out; source is English with %1…, the arguments end with NULL. */
void cli_say(const struct cli *cli, const char *source, ...) __attribute__((sentinel));
void cli_print(const struct cli *cli, const char *source, ...) __attribute__((sentinel));
/* The same as a usage error: exit code 2. */
int cli_usage(const struct cli *cli, const char *source, ...) __attribute__((sentinel));
/* A usage error that tells how the command is written. */
int cli_wrong_use(const struct cli *cli, const struct cli_command *command);
int cli_out_failed(const struct cli *cli); /* "cannot write": exit code 5 */

/* A store_finding that prints one line on out; context is the struct cli. */
void cli_finding(void *context, const struct message *finding);

/* ---- the person's terminal ---- */

int cli_width(const struct cli *cli);  /* columns of out when it is a terminal, else 0 */
/* What `out` can show: --charset, else for a terminal what the environment says, else UTF-8. */
enum text_charset cli_charset(const struct cli *cli);
/* Writes text made for a person in the characters that `out` can show; false when it fails. */
bool cli_write_shown(const struct cli *cli, const char *text, size_t length);
/* The language people get: asked for on the line or in a file, else the session's. */
enum language cli_language(const struct cli *cli, const struct session *session);
struct store_options cli_store_options(const struct cli *cli, bool read_only);
const char *cli_database(const struct cli *cli);
/* The folders above the default database, made 0700; true when there is nothing to make. */
bool cli_make_folders(const struct cli *cli, struct failure *ret_failure);

/* ---- words: false after saying what is wrong ---- */

bool cli_read_month(const struct cli *cli, const char *word, struct month *ret_month);
bool cli_read_count(const struct cli *cli, const char *option, const char *word, int64_t least,
                    int64_t *ret_count);
bool cli_read_dataset(const struct cli *cli, const char *word, enum dataset *ret_dataset);
/* --format and --csv of the command; *format keeps its default when neither was given. */
bool cli_read_format(const struct cli *cli, const struct cli_arguments *arguments,
                     enum export_format *format);
/* --format text|json. */
bool cli_read_json(const struct cli *cli, const struct cli_arguments *arguments, bool *ret_json);

/* ---- rows ---- */

struct listing {
    struct query query;       /* dataset, month, as of, client, user, sort; columns are worked out */
    const char *filter, *view; /* NULL = none */
    const char *clients;       /* over the clients dataset: only rows of those; NULL = of all */
    const char *base;          /* what a report always asks; NULL = nothing */
    enum column columns[DATASET_COLUMNS_MAX];
    size_t column_count;      /* 0 = all of the dataset, in order */
    int64_t limit;            /* -1 = none */
    enum export_format format;
    bool no_header;
};
void listing_start(struct listing *listing, enum dataset dataset);
/* Columns by name, split by commas. */
bool listing_columns(const struct cli *cli, struct listing *listing, const char *names);
/* A selection that lives as long as its arena. */
struct selection {
    struct rowset rowset;
    const uint32_t *rows;
    size_t count;
};
/* Queries and filters; says what is wrong itself. Exit code, 0 = ok. */
int listing_select(const struct cli *cli, struct store *store, const struct session *session,
                   const struct listing *listing, struct arena *arena,
                   struct selection *ret_selection);
/* The clients a filter finds. *ret_any = false without a filter. Says what is wrong itself. */
int listing_clients(const struct cli *cli, struct store *store, const struct session *session,
                    const char *filter, struct month month, struct ids *ret_clients, bool *ret_any);
/* The same, and out with it. */
int listing_print(const struct cli *cli, struct store *store, const struct session *session,
                  const struct listing *listing);
int listing_write(const struct cli *cli, const struct listing *listing,
                  const struct selection *selection);
/* The text with column names as the code's; says what is wrong itself, with the place. */
int listing_canonical(const struct cli *cli, struct store *store, const struct session *session,
                      enum dataset dataset, const char *filter, struct buffer *ret_text);

/* The id of a view by its name, caseless, one's own before a shared one; says when there is none. */
int listing_find_view(const struct cli *cli, struct store *store, const struct session *session,
                      const char *name, int64_t *ret_id);

/* Prints a receipt as --format asks; exit code. ok: store_execute or import said so. */
int cli_receipt(const struct cli *cli, bool json, bool ok, const struct receipt *receipt,
                const struct failure *failure);

/* ---- commands ---- */

extern const struct cli_option list_options[], report_options[], dashboard_options[], log_options[],
    show_options[], import_options_table[], step_options[], note_options[], view_options[],
    init_options[], demo_options_table[], backup_options[], restore_options[], info_options[],
    config_options[], get_options[], no_options[];
int run_list(struct cli *cli, const struct cli_arguments *arguments);
int run_report(struct cli *cli, const struct cli_arguments *arguments);
int run_dashboard(struct cli *cli, const struct cli_arguments *arguments);
int run_log(struct cli *cli, const struct cli_arguments *arguments);
int run_show(struct cli *cli, const struct cli_arguments *arguments);
int run_import(struct cli *cli, const struct cli_arguments *arguments);
int run_step(struct cli *cli, const struct cli_arguments *arguments);
int run_note(struct cli *cli, const struct cli_arguments *arguments);
int run_view(struct cli *cli, const struct cli_arguments *arguments);
int run_init(struct cli *cli, const struct cli_arguments *arguments);
int run_demo(struct cli *cli, const struct cli_arguments *arguments);
int run_check(struct cli *cli, const struct cli_arguments *arguments);
int run_backup(struct cli *cli, const struct cli_arguments *arguments);
int run_restore(struct cli *cli, const struct cli_arguments *arguments);
int run_migrate(struct cli *cli, const struct cli_arguments *arguments);
int run_info(struct cli *cli, const struct cli_arguments *arguments);
int run_config(struct cli *cli, const struct cli_arguments *arguments);
int run_get(struct cli *cli, const struct cli_arguments *arguments);

#endif
