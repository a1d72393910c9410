/*
 * Desk: the program on a fresh copy of the demo bureau, open before a glass, as most tests want it.
 */
#ifndef KLIENTEL_TESTS_DESK_H
#define KLIENTEL_TESTS_DESK_H

#include "bureau.h"
#include "drive.h"

struct desk_options {
    const char *language; /* NULL = en */
    const char *term;
    enum text_charset charset;
    int rows, columns;
    const char *user;     /* NULL = the first administrator */
    const char *word;     /* one more word on the command line; NULL = none */
    const char *const *variables;
    bool shell, mute, no_sync, sizeless;
    const struct bureau *bureau; /* NULL = a fresh one */
};

struct desk {
    struct bureau bureau;
    bool own_bureau;
    struct drive *drive;
};

/* KLIENTEL DEMO.db; false (and a line on standard error) when they are not there. */
bool desk_start(int argc, char **argv);
const char *desk_program(void);
const char *desk_demo(void);

void desk_open(struct desk *desk, const struct desk_options *options);
void desk_close(struct desk *desk);
/* q and y, from wherever: the program ends with 0, the terminal is as it was and got its charset only. */
void desk_quit(struct desk *desk);

#endif
