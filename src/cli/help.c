/*
 * Help: --help of the program and of each command, made from the tables the line is read by.
 */
#include <string.h>

#include "internal.h"
#include "klientel/base/text.h"

static void help_row(const struct cli *cli, const char *left, int width, const char *source)
{
    const char *help = text_tr(cli->language, source);
    fprintf(cli->out, "  %s%*s  %s\n", left, width - text_width(left, strlen(left)), "", help);
}

static void option_left(const struct cli_option *option, struct buffer *ret_text)
{
    if (option->letter != 0)
        buffer_print(ret_text, "-%c, ", option->letter);
    buffer_print(ret_text, "--%s", option->name);
    if (option->value != NULL)
        buffer_print(ret_text, " %s", option->value);
}

static void help_options(const struct cli *cli, const struct cli_option *options)
{
    int width = 0;
    for (size_t i = 0; options[i].name != NULL; i++) {
        struct buffer left = { 0 };
        option_left(&options[i], &left);
        if ((int)left.length > width)
            width = (int)left.length;
        buffer_finish(&left);
    }
    for (size_t i = 0; options[i].name != NULL; i++) {
        struct buffer left = { 0 };
        option_left(&options[i], &left);
        help_row(cli, buffer_text(&left), width, options[i].help);
        buffer_finish(&left);
    }
}

static void help_datasets(const struct cli *cli)
{
    fprintf(cli->out, "\n%s\n", text_tr(cli->language, N_("Datasets and their columns:")));
    for (int d = 0; d < DATASET_COUNT; d++) {
        const struct dataset_info *info = dataset_info((enum dataset)d);
        fprintf(cli->out, "  %s:", info->name);
        for (size_t i = 0; i < info->count; i++)
            fprintf(cli->out, " %s", column_info((enum column)(info->first + (int)i))->name);
        fputc('\n', cli->out);
    }
}

static void usage_add(const struct cli_command *command, struct buffer *ret_text)
{
    buffer_print(ret_text, "klientel %s%s%s", command->name, *command->usage ? " " : "",
                 command->usage);
}

int cli_wrong_use(const struct cli *cli, const struct cli_command *command)
{
    struct buffer usage = { 0 };
    usage_add(command, &usage);
    int code = cli_usage(cli, N_("usage: %1"), buffer_text(&usage), NULL);
    buffer_finish(&usage);
    return code;
}

static void help_command(const struct cli *cli, const struct cli_command *command)
{
    struct buffer usage = { 0 };
    usage_add(command, &usage);
    fprintf(cli->out, "%s %s\n\n%s\n", text_tr(cli->language, N_("Usage:")), buffer_text(&usage),
            text_tr(cli->language, command->help));
    buffer_finish(&usage);
    if (command->options[0].name != NULL) {
        fprintf(cli->out, "\n%s\n", text_tr(cli->language, N_("Options:")));
        help_options(cli, command->options);
    }
    if (strcmp(command->name, "list") == 0)
        help_datasets(cli);
    fprintf(cli->out, "\n%s\n",
            text_tr(cli->language, N_("klientel --help lists the options of every command.")));
}

static void help_program(const struct cli *cli)
{
    size_t count;
    const struct cli_command *commands = cli_commands(&count);
    int width = 0;
    fprintf(cli->out, "%s klientel [OPTION …] [COMMAND …]\n\n%s\n\n%s\n",
            text_tr(cli->language, N_("Usage:")),
            text_tr(cli->language, N_("Every client of an accounting bureau in one place. Without a "
                                      "command: the screen.")),
            text_tr(cli->language, N_("Commands (klientel COMMAND --help tells more):")));
    for (size_t i = 0; i < count; i++) {
        if ((int)strlen(commands[i].name) > width)
            width = (int)strlen(commands[i].name);
    }
    for (size_t i = 0; i < count; i++)
        help_row(cli, commands[i].name, width, commands[i].help);
    fprintf(cli->out, "\n%s\n", text_tr(cli->language, N_("Options of every command:")));
    help_options(cli, cli_global_options);
    fprintf(cli->out, "\n%s\n"
                      "  klientel demo --database demo.db\n"
                      "  klientel list clients --filter 'resp:anna !is:reported' --columns name,payday\n"
                      "  klientel report dashboard --month 2026-11 --format json\n"
                      "\n%s\n",
            text_tr(cli->language, N_("Examples:")),
            text_tr(cli->language,
                    N_("Exit codes: 0 ok, 1 refused, skipped or different, 2 usage, 3 database busy, "
                       "4 permission denied, 5 input or output.")));
}

void cli_help(const struct cli *cli, const struct cli_command *command)
{
    if (command != NULL)
        help_command(cli, command);
    else
        help_program(cli);
}
