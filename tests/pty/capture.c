/*
 * Capture: screens of the real program, as text, to look at.
 *
 *     capture KLIENTEL DEMO.db [--size 24x80] [--term TERM] [--charset utf-8|latin1|ascii] [--language en|sv|nb]
 *             [--user LOGIN] [--variable NAME=VALUE]... [--styles] [--plain-ui] STEPSFILE
 *
 * Works on a copy of the bureau. The steps are those of tests/screens (run-steps.c): key NAME..., type TEXT,
 * size ROWS COLUMNS, screen NAME [styles], and before the first key language, user, ascii, plain; an
 * option given here wins. Of a terminal itself there are more: paste TEXT, and click ROW COLUMN.
 * "-" reads the steps from standard input.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bureau.h"
#include "drive.h"

enum { WORDS = 32, VARIABLES = 16 };

struct capture {
    struct drive *drive;
    struct drive_options options;
    struct bureau bureau;
    const char *words[WORDS + 1], *variables[VARIABLES + 1];
    size_t word_count, variable_count;
    char language[16], user[64];
    bool styles, plain, fixed_size, fixed_charset, fixed_language, fixed_user;
};

static void stop(const char *what, const char *more)
{
    fprintf(stderr, "capture: %s %s\n", what, more);
    exit(2);
}

static void add_word(struct capture *capture, const char *word)
{
    if (capture->word_count < WORDS)
        capture->words[capture->word_count++] = word;
}

static void start(struct capture *capture)
{
    add_word(capture, "--database");
    add_word(capture, capture->bureau.database);
    add_word(capture, "--language");
    add_word(capture, capture->language);
    if (*capture->user) {
        add_word(capture, "--as-user");
        add_word(capture, capture->user);
    }
    if (capture->plain)
        add_word(capture, "--plain-ui");
    capture->options.words = capture->words;
    capture->options.variables = capture->variables;
    capture->options.folder = capture->bureau.folder;
    capture->drive = drive_start(&capture->options);
}

static void print_screen(struct capture *capture, char *name)
{
    struct glass_state state;
    struct glass *glass = drive_glass(capture->drive);
    char *styles = strstr(name, " styles");
    if (styles)
        *styles = '\0';
    glass_state(glass, &state);
    printf("=== %s\n", name);
    for (int row = 0; row < state.rows; row++) {
        struct buffer line = { 0 };
        glass_row(glass, row, &line);
        printf("%s\n", buffer_text(&line));
        buffer_finish(&line);
    }
    if (!styles && !capture->styles)
        return;
    printf("-- styles\n");
    for (int row = 0; row < state.rows; row++) {
        struct buffer line = { 0 };
        glass_looks(glass, row, &line);
        printf("%s\n", buffer_text(&line));
        buffer_finish(&line);
    }
    if (state.cursor)
        printf("cursor %d %d\n", state.cursor_row, state.cursor_column);
}

/* What must be known before the program starts. */
static bool setting(struct capture *capture, char *line)
{
    int rows, columns;
    if (sscanf(line, "size %d %d", &rows, &columns) == 2) {
        if (capture->drive) {
            drive_resize(capture->drive, rows, columns);
        } else if (!capture->fixed_size) {
            capture->options.rows = rows;
            capture->options.columns = columns;
        }
        return true;
    }
    if (strncmp(line, "language ", 9) == 0) {
        if (!capture->fixed_language)
            snprintf(capture->language, sizeof capture->language, "%.15s", line + 9);
        return true;
    }
    if (strncmp(line, "user ", 5) == 0) {
        if (!capture->fixed_user)
            snprintf(capture->user, sizeof capture->user, "%.63s", line + 5);
        return true;
    }
    if (strcmp(line, "ascii") == 0) {
        if (!capture->fixed_charset)
            capture->options.charset = TEXT_ASCII;
        return true;
    }
    if (strcmp(line, "plain") == 0)
        return capture->plain = true;
    return false;
}

static void step(struct capture *capture, char *line)
{
    int row, column;
    if (setting(capture, line))
        return;
    if (!capture->drive)
        start(capture);
    if (strncmp(line, "key ", 4) == 0)
        drive_keys(capture->drive, line + 4);
    else if (strncmp(line, "type ", 5) == 0)
        drive_type(capture->drive, line + 5);
    else if (strncmp(line, "paste ", 6) == 0)
        drive_paste(capture->drive, line + 6);
    else if (sscanf(line, "click %d %d", &row, &column) == 2)
        drive_click(capture->drive, GLASS_LEFT, row, column);
    else if (strncmp(line, "screen ", 7) == 0)
        print_screen(capture, line + 7);
    else if (strcmp(line, "poll") != 0)
        stop("unknown step:", line);
}

static void read_option(struct capture *capture, const char *name, const char *value)
{
    if (strcmp(name, "--size") == 0) {
        if (sscanf(value, "%dx%d", &capture->options.rows, &capture->options.columns) != 2)
            stop("not ROWSxCOLUMNS:", value);
        capture->fixed_size = true;
    } else if (strcmp(name, "--term") == 0) {
        capture->options.term = value;
    } else if (strcmp(name, "--charset") == 0) {
        capture->options.charset = strcmp(value, "latin1") == 0  ? TEXT_LATIN1
                                   : strcmp(value, "ascii") == 0 ? TEXT_ASCII
                                                                 : TEXT_UTF8;
        capture->fixed_charset = true;
    } else if (strcmp(name, "--language") == 0) {
        snprintf(capture->language, sizeof capture->language, "%s", value);
        capture->fixed_language = true;
    } else if (strcmp(name, "--user") == 0) {
        snprintf(capture->user, sizeof capture->user, "%s", value);
        capture->fixed_user = true;
    } else if (strcmp(name, "--variable") == 0 && capture->variable_count < VARIABLES) {
        capture->variables[capture->variable_count++] = value;
    } else {
        stop("there is no option", name);
    }
}

int main(int argc, char **argv)
{
    struct capture capture = { .language = "en" };
    const char *path = NULL;
    if (argc < 4)
        stop("usage:", "capture KLIENTEL DEMO.db [OPTIONS] STEPSFILE");
    capture.options.program = argv[1];
    for (int i = 3; i < argc; i++) {
        if (strcmp(argv[i], "--styles") == 0)
            capture.styles = true;
        else if (strcmp(argv[i], "--plain-ui") == 0)
            capture.plain = true;
        else if (strncmp(argv[i], "--", 2) == 0 && i + 1 < argc)
            read_option(&capture, argv[i], argv[i + 1]), i++;
        else
            path = argv[i];
    }
    FILE *file = path && strcmp(path, "-") == 0 ? stdin : path ? fopen(path, "r") : NULL;
    if (!file)
        stop("no steps", path ? path : "");
    bureau_copy(argv[2], &capture.bureau);
    char line[4096];
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        if (*line && *line != '#')
            step(&capture, line);
    }
    drive_destroy(capture.drive);
    return 0;
}
