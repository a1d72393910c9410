/*
 * Outbox: a person's own folder for what leaves the screen as a file; `klientel get` fetches it from there.
 *
 * A file has its name only when it is whole: until then it is a hidden part, locked by who writes it; parts that
 * nobody writes any more go when the folder is used the next time. Folder 0700, files 0600. Names tell what and when,
 * never who: clients-2026-11-25-142210.csv. Of the files with such names a hundred are kept, for thirty days.
 */
#ifndef KLIENTEL_SERVICE_OUTBOX_H
#define KLIENTEL_SERVICE_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "klientel/base/arena.h"
#include "klientel/base/buffer.h"
#include "klientel/base/date.h"
#include "klientel/base/message.h"

enum { OUTBOX_NAME = 256, OUTBOX_FILES = 100, OUTBOX_DAYS = 30 };

/* The folder of a login: below `setting`, or where that is "" below `outbox` beside the database. */
void outbox_folder(const char *setting, const char *database, const char *login,
                   struct buffer *ret_path);

/* ---- putting in ---- */

struct outbox_file {
    FILE *out; /* what is written goes here; NULL = nothing is open */
    char name[OUTBOX_NAME]; /* the one it gets; after outbox_keep the one it has */
    char ending[16];
    char part[64];
    int folder;
};
/* Opens a part; makes the folder and the one above it. what: "clients"; ending: "csv"; both a-z, 0-9 and -. now:
 * the moment in the name, in bureau time. The folder must be the person's who runs the program: closed to
 * others if it is not. */
bool outbox_create(const char *folder, const char *what, const char *ending, struct instant now,
                   struct outbox_file *ret_file, struct failure *ret_failure);
/* It is whole: on the disk, under its name (-2, -3 … behind it where that is taken), old ones gone. Closed whatever
 * becomes of it; false = nothing stays. */
bool outbox_keep(struct outbox_file *file, struct failure *ret_failure);
/* Nothing stays. A file that is not open is left alone. */
void outbox_drop(struct outbox_file *file);

/* ---- taking out ---- */

struct outbox_entry {
    const char *name;
    int64_t size;
    struct instant at;
};
/* Newest first; in the arena. A folder that does not exist is an empty one. */
bool outbox_list(const char *folder, struct arena *arena, struct outbox_entry **ret_entries,
                 size_t *ret_count, struct failure *ret_failure);
/* FAILURE_USAGE for what is no name of a file (a /, a leading point), FAILURE_REFUSED when there is none of that
 * name. */
bool outbox_open(const char *folder, const char *name, FILE **ret_file, struct failure *ret_failure);
bool outbox_remove(const char *folder, const char *name, struct failure *ret_failure);

#endif
