/*
 * Import: files in, facts staged, one command out, a receipt back. Shared by the command line, the screen
 * and (later) the worker.
 */
#ifndef KLIENTEL_SERVICE_IMPORT_H
#define KLIENTEL_SERVICE_IMPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "klientel/store/store.h"

enum import_kind {
    IMPORT_AUTO, /* recognised from the header or the content */
    IMPORT_CLIENTS,
    IMPORT_USERS,
    IMPORT_ACCESS,
    IMPORT_RUNS,
    IMPORT_PAYROLL,
    IMPORT_EMPLOYEES,
    IMPORT_BRREG, /* Enhetsregisteret JSON: a unit, a search reply, the bulk array; gzipped or not */
    IMPORT_KIND_COUNT
};
bool import_kind_parse(const char *word, enum import_kind *ret_kind);
const char *import_kind_word(enum import_kind kind);

struct import_options {
    enum import_kind kind;
    bool dry_run;   /* everything but the commit */
    bool keep_good; /* take the good rows of a file that has bad ones */
    /* Called now and then with rows read so far; may be NULL. */
    void (*progress)(void *context, const char *file, int64_t rows);
    void *context;
};

/*
 * Several files are one import, read in a sensible order (users, clients, employees, access, runs, payroll)
 * whatever their order here. "-" is standard input. False: nothing was written; the receipt then
 * lists what was wrong (refused rows), and *ret_failure says the rest.
 */
bool import_files(struct store *store, const struct session *session, const char *const *paths,
                  size_t path_count, const struct import_options *options,
                  struct receipt *ret_receipt, struct failure *ret_failure);

#endif
