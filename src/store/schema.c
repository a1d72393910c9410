/*
 * Schema: the versions of the database and the way from one to the next.
 *
 * Purpose     makes a new database; brings an older one forward, never back.
 * State       none: the version stands in the file (user_version).
 * Invariants  one transaction a version: script, foreign keys looked at, number written, commit. Whoever is
 *             killed in between finds the old version, whole. A copy of the file is made before.
 */
#include "internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "klientel/base/embed.h"

const struct schema_version *schema_versions(size_t *ret_count)
{
    static const struct schema_version versions[] = {
        { 1, (const char *)embed_schema_1 },
    };

    *ret_count = sizeof versions / sizeof *versions;
    return versions;
}

static bool apply_one(struct db *db, const struct schema_version *version,
                      struct failure *ret_failure)
{
    bool unknown;

    if (!db_begin_write(db, "klientel migrate", ret_failure))
        return false;
    if (!db_script(db, version->sql, ret_failure)
        || !db_set_schema_version(db, version->version, ret_failure)) {
        db_rollback(db);
        return false;
    }
    return db_commit(db, &unknown, ret_failure);
}

bool schema_apply(struct db *db, const struct schema_version *versions, size_t count,
                  struct failure *ret_failure)
{
    int now = db_schema_version(db, ret_failure);

    if (now < 0)
        return false;
    for (size_t i = 0; i < count; i++)
        if (versions[i].version > now && !apply_one(db, &versions[i], ret_failure))
            return false;
    return true;
}

/* path.before-migrate-N, the first N that is free. */
static bool back_up(struct db *db, const char *path, struct failure *ret_failure)
{
    for (int i = 1; i < 1000; i++) {
        char ending[32];
        snprintf(ending, sizeof ending, ".before-migrate-%d", i);
        char *copy = path_beside(path, ending);
        if (access(copy, F_OK) == 0) {
            free(copy);
            continue;
        }
        mode_t mask = umask(0077);
        bool good = db_copy_to(db, copy, ret_failure);
        umask(mask);
        free(copy);
        return good;
    }
    return failure_set(ret_failure, FAILURE_REFUSED, path,
                       N_("Too many old copies beside the database. Move some of them away."),
                       NULL);
}

static bool migrate_open(struct db *db, const char *path, const struct schema_version *versions,
                         size_t count, int *ret_from, int *ret_to, struct failure *ret_failure)
{
    int newest = count ? versions[count - 1].version : 0;
    int from = db_schema_version(db, ret_failure);

    if (from < 0)
        return false;
    if (from > newest)
        return failure_set(ret_failure, FAILURE_USAGE, path,
                           N_("This klientel is too old for the database. Log in again, or install "
                              "the newer klientel."),
                           NULL);
    if (from < newest
        && !(back_up(db, path, ret_failure) && schema_apply(db, versions, count, ret_failure)))
        return false;
    *ret_from = from;
    *ret_to = newest;
    return true;
}

bool schema_migrate(const char *path, const struct store_options *options,
                    const struct schema_version *versions, size_t count, int *ret_from,
                    int *ret_to, struct failure *ret_failure)
{
    struct db *db;
    int open_fd;

    if (!check_private_file(path, ret_failure)
        || !lock_open_file(path, false, false, &open_fd, ret_failure))
        return false;
    bool good = db_open(path, DB_READ_WRITE, options ? options->gate_seconds : 0, &db, ret_failure);
    if (good) {
        good = migrate_open(db, path, versions, count, ret_from, ret_to, ret_failure);
        db_close(db);
    }
    close(open_fd);
    return good;
}

bool store_migrate(const char *path, const struct store_options *options, int *ret_from,
                   int *ret_to, struct failure *ret_failure)
{
    size_t count;
    const struct schema_version *versions = schema_versions(&count);

    return schema_migrate(path, options, versions, count, ret_from, ret_to, ret_failure);
}
