/*
 * Commands: the table. A new command is a line here and its function.
 */
#include <string.h>

#include "internal.h"

const struct cli_option no_options[] = { { 0 } };

static const struct cli_command commands[] = {
    { "init", "--partner NAME --country no|se --admin LOGIN",
      N_("Make an empty database for a bureau, with its first administrator."), init_options, 0, 0,
      run_init },
    { "demo", "[--clients N] [--staff M] [--seed S] [--today DATE] [--force]",
      N_("Make a demo bureau to learn on: invented, and the same each time."), demo_options_table, 0,
      0, run_demo },
    { "import", "[--as KIND] [--dry-run] [--keep-good] [--format json] FILE…",
      N_("Read clients, users, access, runs, payroll months or employees from files."),
      import_options_table, 1, SIZE_MAX, run_import },
    { "list", "DATASET [--filter EXPR] [--view NAME] [--columns A,B] …",
      N_("Print the rows of a dataset you may see."), list_options, 1, 1, run_list },
    { "show", "client|user|changeset ID", N_("Print one client, user or change-set."), show_options,
      2, 2, run_show },
    { "report", "NAME [--month YYYY-MM] [--filter EXPR]",
      N_("Print a report: dashboard, my-clients or access."), report_options, 1, 1, run_report },
    { "dashboard", "[--month YYYY-MM] [--filter EXPR]", N_("Print the key figures of a month."),
      dashboard_options, 0, 0, run_dashboard },
    { "step", "NAME --clients FILTER --month YYYY-MM [--undo]",
      N_("Mark a month step done, or not done, for clients."), step_options, 1, 1, run_step },
    { "note", "add [--client] CLIENT TEXT… [--due DATE] [--for LOGIN]", N_("Write a note on a client."),
      note_options, 1, SIZE_MAX, run_note },
    { "view", "save NAME --filter EXPR | drop NAME | list",
      N_("Save, drop or list views: filters with a name."), view_options, 1, 2, run_view },
    { "log", "[--filter EXPR] [--verify]",
      N_("Print what was changed, or verify that the log is whole."), log_options, 0, 0, run_log },
    { "check", "", N_("Check the database: integrity, log, figures, rules."), no_options, 0, 0,
      run_check },
    { "backup", "FILE [--with-key]", N_("Copy the database to a new file, checked."), backup_options,
      1, 1, run_backup },
    { "restore", "FILE [--check]", N_("Put a backup in the database's place."), restore_options, 1, 1,
      run_restore },
    { "migrate", "", N_("Bring a database of an older version up to date."), no_options, 0, 0,
      run_migrate },
    { "info", "[--json]", N_("Print versions, paths and settings of this installation."),
      info_options, 0, 0, run_info },
    { "config", "[--show-origin]", N_("Print the settings in force."), config_options, 0, 0,
      run_config },
    { "get", "[NAME [--remove]]",
      N_("List your outbox, or print a file of it: what the screen exported or printed."), get_options,
      0, 1, run_get },
};

const struct cli_command *cli_commands(size_t *ret_count)
{
    *ret_count = sizeof commands / sizeof *commands;
    return commands;
}

const struct cli_command *cli_command_find(const char *word)
{
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (strcmp(commands[i].name, word) == 0)
            return &commands[i];
    }
    return NULL;
}
