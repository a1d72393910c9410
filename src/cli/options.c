/*
 * Options: reads the line by tables: the global options and those of the command. --name VALUE, --name=VALUE,
 * -x; "--" ends them; "-" is a word (standard input or output).
 *
 * The line is walked twice by the same scanner: cli_options takes the global options wherever they stand
 * and cli_run what is left; so both agree on what is an option's value and what is a word.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

enum global { GLOBAL_DATABASE, GLOBAL_CONFIG, GLOBAL_LANGUAGE, GLOBAL_AS_USER, GLOBAL_READ_ONLY,
              GLOBAL_PLAIN_UI, GLOBAL_MOUSE, GLOBAL_CHARSET, GLOBAL_COLOR, GLOBAL_HELP, GLOBAL_VERSION,
              GLOBAL_COUNT };

const struct cli_option cli_global_options[GLOBAL_COUNT + 1] = {
    [GLOBAL_DATABASE] = { "database", 0, "FILE", N_("the bureau's database") },
    [GLOBAL_CONFIG] = { "config", 0, "FILE", N_("this configuration instead of the usual ones") },
    [GLOBAL_LANGUAGE] = { "language", 0, "en|sv|nb", N_("the language of messages and tables") },
    [GLOBAL_AS_USER] = { "as-user", 0, "LOGIN", N_("work as this user (the database's owner only)") },
    [GLOBAL_READ_ONLY] = { "read-only", 0, NULL, N_("nothing can be changed") },
    [GLOBAL_PLAIN_UI] = { "plain-ui", 0, NULL, N_("a screen for screen readers") },
    [GLOBAL_MOUSE] = { "mouse", 0, NULL, N_("wheel and clicks on the screen") },
    [GLOBAL_CHARSET] = { "charset", 0, "auto|utf-8|latin1|ascii", N_("what the terminal can show") },
    [GLOBAL_COLOR] = { "color", 0, "auto|always|never", N_("colours on the screen") },
    [GLOBAL_HELP] = { "help", 'h', NULL, N_("help, also after a command") },
    [GLOBAL_VERSION] = { "version", 'V', NULL, N_("the version") },
};

/* ---- the scanner ---- */

enum token { TOKEN_END, TOKEN_WORD, TOKEN_GLOBAL, TOKEN_OWN, TOKEN_WRONG };

struct scan {
    int argc;
    char **argv;
    int at;
    const struct cli_command *command; /* NULL before the command word */
    bool only_words;                   /* after -- */
    /* of the last token: */
    size_t index;      /* into the table of options */
    const char *value; /* of the option ("" for a flag), or the word */
};

static size_t option_find(const struct cli_option *options, const char *name, size_t length)
{
    for (size_t i = 0; options != NULL && options[i].name != NULL; i++) {
        if (strlen(options[i].name) == length && memcmp(options[i].name, name, length) == 0)
            return i;
    }
    return SIZE_MAX;
}

static size_t option_find_letter(const struct cli_option *options, char letter)
{
    for (size_t i = 0; options != NULL && options[i].name != NULL; i++) {
        if (options[i].letter != 0 && options[i].letter == letter)
            return i;
    }
    return SIZE_MAX;
}

/* Finds the option a word names; the command's own come first. */
static const struct cli_option *scan_find(struct scan *scan, const char *word, size_t length,
                                          bool is_letter, enum token *ret_token)
{
    const struct cli_option *own = scan->command != NULL ? scan->command->options : NULL;
    scan->index = is_letter ? option_find_letter(own, *word) : option_find(own, word, length);
    *ret_token = TOKEN_OWN;
    if (scan->index != SIZE_MAX)
        return &own[scan->index];
    scan->index = is_letter ? option_find_letter(cli_global_options, *word)
                            : option_find(cli_global_options, word, length);
    *ret_token = TOKEN_GLOBAL;
    return scan->index != SIZE_MAX ? &cli_global_options[scan->index] : NULL;
}

/* "klientel list --help", before a command is read "klientel --help". */
static void scan_no_option(const struct scan *scan, const char *argument,
                           struct failure *ret_failure)
{
    struct buffer help = { 0 };
    buffer_print(&help, "klientel %s%s--help", scan->command != NULL ? scan->command->name : "",
                 scan->command != NULL ? " " : "");
    failure_set(ret_failure, FAILURE_USAGE, "", N_("there is no option “%1”; see %2"), argument,
                buffer_text(&help), NULL);
    buffer_finish(&help);
}

static enum token scan_option(struct scan *scan, const char *argument, struct failure *ret_failure)
{
    bool is_letter = argument[1] != '-';
    const char *word = argument + (is_letter ? 1 : 2);
    size_t length = is_letter ? strlen(word) : strcspn(word, "=");
    enum token token;
    const struct cli_option *option =
        is_letter && length != 1 ? NULL : scan_find(scan, word, length, is_letter, &token);
    if (option == NULL) {
        scan_no_option(scan, argument, ret_failure);
        return TOKEN_WRONG;
    }
    bool has_value = !is_letter && word[length] == '=';
    scan->value = "";
    if (option->value == NULL && has_value) {
        failure_set(ret_failure, FAILURE_USAGE, "", N_("the option --%1 takes no value"),
                    option->name, NULL);
        return TOKEN_WRONG;
    }
    if (option->value == NULL)
        return token;
    if (!has_value && scan->at >= scan->argc) {
        failure_set(ret_failure, FAILURE_USAGE, "", N_("the option --%1 needs a value: %2"),
                    option->name, option->value, NULL);
        return TOKEN_WRONG;
    }
    scan->value = has_value ? word + length + 1 : scan->argv[scan->at++];
    return token;
}

static enum token scan_next(struct scan *scan, struct failure *ret_failure)
{
    if (scan->at >= scan->argc)
        return TOKEN_END;
    const char *argument = scan->argv[scan->at++];
    if (!scan->only_words && strcmp(argument, "--") == 0) {
        scan->only_words = true;
        return scan_next(scan, ret_failure);
    }
    if (!scan->only_words && argument[0] == '-' && argument[1] != '\0')
        return scan_option(scan, argument, ret_failure);
    scan->value = argument;
    return TOKEN_WORD;
}

/* ---- the global options ---- */

struct globals {
    const char *values[GLOBAL_COUNT];
    int first; /* the command word, argc when there is none */
    const struct cli_command *command;
};

static bool globals_read(int argc, char **argv, struct globals *ret, struct failure *ret_failure)
{
    struct scan scan = { .argc = argc, .argv = argv, .at = 1 };
    ret->first = argc;
    for (;;) {
        enum token token = scan_next(&scan, ret_failure);
        switch (token) {
        case TOKEN_END:
            return true;
        case TOKEN_WRONG:
            return false;
        case TOKEN_GLOBAL:
            ret->values[scan.index] = scan.value;
            break;
        case TOKEN_OWN:
            break;
        case TOKEN_WORD:
            if (ret->first < argc)
                break;
            ret->first = scan.at - 1;
            ret->command = scan.command = cli_command_find(scan.value);
            if (scan.command == NULL)
                return true; /* cli_run says so */
            break;
        }
    }
}

/* What the environment says about the language of messages, before a database can. */
static enum language environment_language(void)
{
    static const char *const names[] = { "KLIENTEL_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        enum language language;
        if (value == NULL || *value == '\0')
            continue;
        if (language_parse(value, &language))
            return language;
        if (i > 0)
            break; /* LC_ALL=C means what it says */
    }
    return LANGUAGE_EN;
}

static bool globals_set(struct config *config, const struct globals *globals,
                        struct failure *ret_failure)
{
    static const struct {
        enum global global;
        enum setting setting;
    } settings[] = {
        { GLOBAL_DATABASE, SETTING_DATABASE },   { GLOBAL_LANGUAGE, SETTING_LANGUAGE },
        { GLOBAL_READ_ONLY, SETTING_READ_ONLY }, { GLOBAL_PLAIN_UI, SETTING_PLAIN_UI },
        { GLOBAL_MOUSE, SETTING_MOUSE },
        { GLOBAL_CHARSET, SETTING_CHARSET },     { GLOBAL_COLOR, SETTING_COLOR },
    };
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        const struct cli_option *option = &cli_global_options[settings[i].global];
        const char *value = globals->values[settings[i].global];
        char origin[32];
        if (value == NULL)
            continue;
        snprintf(origin, sizeof origin, "--%s", option->name);
        if (!config_set(config, settings[i].setting, option->value == NULL ? "true" : value, origin,
                        ret_failure))
            return false;
    }
    return true;
}

static bool answer(const struct cli *cli, const struct globals *globals)
{
    if (globals->values[GLOBAL_HELP] != NULL) {
        cli_help(cli, globals->command);
        return true;
    }
    if (globals->values[GLOBAL_VERSION] != NULL) {
        fprintf(cli->out, "klientel %s\n", cli->version);
        return true;
    }
    return false;
}

bool cli_options(int argc, char **argv, struct cli *cli, int *ret_first, bool *ret_answered,
                 struct failure *ret_failure)
{
    struct globals globals = { 0 };
    *ret_answered = false;
    cli->language = environment_language();
    bool ok = globals_read(argc, argv, &globals, ret_failure);
    if (globals.values[GLOBAL_LANGUAGE] != NULL)
        language_parse(globals.values[GLOBAL_LANGUAGE], &cli->language);
    if (!ok)
        return false;
    *ret_first = globals.first;
    *ret_answered = answer(cli, &globals);
    if (*ret_answered)
        return true;

    struct config *config;
    if (!config_load(globals.values[GLOBAL_CONFIG], &config, ret_failure))
        return false;
    if (!globals_set(config, &globals, ret_failure)) {
        config_close(config);
        return false;
    }
    cli->config = config;
    cli->as_user = globals.values[GLOBAL_AS_USER];
    cli->database = globals.values[GLOBAL_DATABASE];
    cli->config_file = globals.values[GLOBAL_CONFIG];
    enum language asked;
    if (language_parse(config_text(config, SETTING_LANGUAGE), &asked))
        cli->language = asked;
    return true;
}

/* ---- one command ---- */

const char *cli_value(const struct cli_arguments *arguments, const char *option)
{
    size_t index = option_find(arguments->command->options, option, strlen(option));
    assert(index < CLI_OPTIONS_MAX);
    return arguments->values[index];
}

bool cli_given(const struct cli_arguments *arguments, const char *option)
{
    return cli_value(arguments, option) != NULL;
}

static bool arguments_read(struct scan *scan, struct cli_arguments *arguments,
                           struct failure *ret_failure)
{
    for (;;) {
        switch (scan_next(scan, ret_failure)) {
        case TOKEN_END:
            return true;
        case TOKEN_WRONG:
            return false;
        case TOKEN_GLOBAL:
            break;
        case TOKEN_OWN:
            arguments->values[scan->index] = scan->value;
            break;
        case TOKEN_WORD:
            arguments->words[arguments->word_count++] = scan->value;
            break;
        }
    }
}

int cli_run(struct cli *cli, int argc, char **argv)
{
    const struct cli_command *command = cli_command_find(argv[0]);
    if (command == NULL)
        return cli_usage(cli, N_("there is no command “%1”; klientel --help lists them"), argv[0],
                         NULL);
    struct cli_arguments arguments = { .command = command,
                                       .words = memory_zero((size_t)argc, sizeof(char *)) };
    struct scan scan = { .argc = argc, .argv = argv, .at = 1, .command = command };
    struct failure failure;
    int code;
    if (!arguments_read(&scan, &arguments, &failure))
        code = cli_fail(cli, &failure);
    else if (arguments.word_count < command->words_min || arguments.word_count > command->words_max)
        code = cli_wrong_use(cli, command);
    else
        code = command->run(cli, &arguments);
    free(arguments.words);
    return code;
}
