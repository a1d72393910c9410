/*
 * Desk. State: which program, which bureau is copied.
 */
#include "desk.h"

#include <stdio.h>
#include <string.h>

static const char *program, *demo;

bool desk_start(int argc, char **argv)
{
    if (argc < 3 || !text_start()) {
        fprintf(stderr, "usage: %s KLIENTEL DEMO.db\n", argv[0]);
        return false;
    }
    program = argv[1];
    demo = argv[2];
    return true;
}

const char *desk_program(void)
{
    return program;
}

const char *desk_demo(void)
{
    return demo;
}

void desk_open(struct desk *desk, const struct desk_options *options)
{
    const char *words[10] = { 0 };
    size_t count = 0;
    memset(desk, 0, sizeof *desk);
    if (options->bureau)
        desk->bureau = *options->bureau;
    else
        bureau_copy(demo, &desk->bureau);
    desk->own_bureau = !options->bureau;
    words[count++] = "--database";
    words[count++] = desk->bureau.database;
    words[count++] = "--language";
    words[count++] = options->language ? options->language : "en";
    if (options->user) {
        words[count++] = "--as-user";
        words[count++] = options->user;
    }
    if (options->word)
        words[count++] = options->word;
    desk->drive = drive_start(&(struct drive_options){
        .program = program,
        .words = words,
        .folder = desk->bureau.folder,
        .rows = options->rows,
        .columns = options->columns,
        .sizeless = options->sizeless,
        .term = options->term,
        .charset = options->charset,
        .variables = options->variables,
        .shell = options->shell,
        .mute = options->mute,
        .no_sync = options->no_sync,
    });
}

void desk_close(struct desk *desk)
{
    drive_destroy(desk->drive);
    if (desk->own_bureau)
        bureau_remove(&desk->bureau);
}

void desk_quit(struct desk *desk)
{
    drive_send(desk->drive, "\033\033\033\033", 4, true); /* all but the last need no wait */
    drive_key(desk->drive, "q");
    drive_send(desk->drive, "y", 1, false);
    int code = drive_end(desk->drive);
    if (code != 0)
        drive_fail(desk->drive, "q and y ended the program with %d", code);
    drive_expect_charset(desk->drive);
    drive_expect_restored(desk->drive);
}
