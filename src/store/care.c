/*
 * Care: backup and restore.
 *
 * Purpose     a copy that is known to be good, and the way back from it.
 * State       none.
 * Invariants  - a file gets its final name only when it is whole, checked and on the disk;
 *             - a database is copied by the engine, never byte by byte: what its own log holds comes along;
 *             - restores happen while nobody has the database open;
 *             - nothing is overwritten: what was there stays beside it.
 */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool file_failure(const char *path, const char *text, struct failure *ret_failure)
{
    return failure_set(ret_failure, FAILURE_IO, path, text, strerror(errno), NULL);
}

static bool sync_folder(const char *path, struct failure *ret_failure)
{
    char *copy = memory_text(path);
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool good = fd >= 0 && fsync(fd) == 0;

    if (!good)
        file_failure(path, N_("The file could not be written to the disk: %1."), ret_failure);
    if (fd >= 0)
        close(fd);
    free(copy);
    return good;
}

static bool sync_file(const char *path, struct failure *ret_failure)
{
    int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    bool good = fd >= 0 && fsync(fd) == 0;

    if (!good)
        file_failure(path, N_("The file could not be written to the disk: %1."), ret_failure);
    if (fd >= 0)
        close(fd);
    return good;
}

/* A private new file; fails when there is one already. */
static int create_private(const char *path, struct failure *ret_failure)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd >= 0)
        fchmod(fd, 0600);
    else if (errno == EEXIST)
        failure_set(ret_failure, FAILURE_REFUSED, path, N_("There is already a file here."), NULL);
    else
        file_failure(path, N_("The file cannot be made: %1."), ret_failure);
    return fd;
}

static bool copy_bytes(int from, int to, const char *path, struct failure *ret_failure)
{
    char bytes[65536];
    ssize_t length;

    while ((length = read(from, bytes, sizeof bytes)) > 0)
        for (ssize_t done = 0; done < length;) {
            ssize_t written = write(to, bytes + done, (size_t)(length - done));
            if (written < 0)
                return file_failure(path, N_("The file could not be written to the disk: %1."),
                                    ret_failure);
            done += written;
        }
    if (length < 0 || fsync(to) != 0)
        return file_failure(path, N_("The file could not be written to the disk: %1."),
                            ret_failure);
    return true;
}

static bool copy_key_file(const char *from, const char *to, struct failure *ret_failure)
{
    int in = open(from, O_RDONLY | O_CLOEXEC);

    if (in < 0)
        return file_failure(from, N_("The file cannot be opened: %1."), ret_failure);
    int out = create_private(to, ret_failure);
    bool good = out >= 0 && copy_bytes(in, out, to, ret_failure);
    if (out >= 0)
        close(out);
    close(in);
    if (out >= 0 && !good)
        unlink(to);
    return good;
}

/* Gives the finished file its name; another file of that name is never replaced. */
static bool take_name(const char *from, const char *to, struct failure *ret_failure)
{
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return sync_folder(to, ret_failure);
    if (errno == EEXIST)
        return failure_set(ret_failure, FAILURE_REFUSED, to, N_("There is already a file here."),
                           NULL);
    if ((errno == EINVAL || errno == ENOSYS) && access(to, F_OK) != 0 && rename(from, to) == 0)
        return sync_folder(to, ret_failure);
    return file_failure(to, N_("The file cannot be made: %1."), ret_failure);
}

/* ---- backup ---- */

/* The copy ends in a change-set this database has: nothing was lost on the way. */
static bool same_log(struct store *store, int64_t changesets, const char *head, const char *path,
                     struct failure *ret_failure)
{
    struct db_statement *statement = db_prepare(
        store->db, "SELECT id FROM changeset WHERE hash = $1 AND id = $2", ret_failure);

    if (!statement)
        return false;
    db_bind_text(statement, 1, head);
    db_bind_number(statement, 2, changesets);
    enum db_step step = db_step(statement, ret_failure);
    db_done(statement);
    if (step == DB_FAILED)
        return false;
    return step == DB_ROW || changesets == 0
           || failure_set(ret_failure, FAILURE_IO, path,
                          N_("The backup is not like the database. Nothing was kept of it."), NULL);
}

static bool check_copy(struct store *store, const char *path, struct failure *ret_failure)
{
    char head[HASH_TEXT_SIZE];
    int64_t findings, changesets;
    struct db *copy;

    if (!db_open(path, DB_READ_ONLY, 0, &copy, ret_failure))
        return false;
    bool good = check_file(copy, NULL, NULL, &findings, &changesets, head, ret_failure);
    db_close(copy);
    if (good && findings > 0)
        return failure_set(ret_failure, FAILURE_IO, path,
                           N_("The database is damaged: no backup was made. Run: klientel check"),
                           NULL);
    return good && same_log(store, changesets, head, path, ret_failure);
}

static bool write_backup(struct store *store, const char *working, const char *path,
                         struct failure *ret_failure)
{
    int fd = create_private(working, ret_failure);

    if (fd < 0)
        return false;
    close(fd);
    bool good = db_copy_to(store->db, working, ret_failure)
                && check_copy(store, working, ret_failure) && sync_file(working, ret_failure)
                && take_name(working, path, ret_failure);
    if (!good)
        unlink(working);
    return good;
}

static bool copy_key(struct store *store, const char *path, struct failure *ret_failure)
{
    char *key = path_beside(path, ".key");
    int fd = create_private(key, ret_failure);
    bool good = fd >= 0;

    if (good && (write(fd, store->key, KEY_SIZE) != KEY_SIZE || fsync(fd) != 0)) {
        good = file_failure(key, N_("The file could not be written to the disk: %1."), ret_failure);
        unlink(key);
    }
    if (fd >= 0)
        close(fd);
    free(key);
    return good;
}

bool store_backup(struct store *store, const char *path, bool with_key, struct failure *ret_failure)
{
    char ending[40], name[33];

    if (access(path, F_OK) == 0)
        return failure_set(ret_failure, FAILURE_REFUSED, path, N_("There is already a file here."),
                           NULL);
    if (with_key && !store->has_key)
        return failure_set(ret_failure, FAILURE_IO, store->path,
                           N_("There is no key file to copy."), NULL);
    random_name(name);
    snprintf(ending, sizeof ending, ".%.8s.tmp", name);
    char *working = path_beside(path, ending);
    bool good = write_backup(store, working, path, ret_failure)
                && (!with_key || copy_key(store, path, ret_failure));
    free(working);
    return good;
}

/* ---- restore ---- */

static bool check_backup(const char *path, store_finding call, void *context,
                         struct failure *ret_failure)
{
    char head[HASH_TEXT_SIZE];
    int64_t findings = 0, changesets;
    struct db *db;

    if (!db_open(path, DB_READ_ONLY, 0, &db, ret_failure))
        return false;
    int version = db_schema_version(db, ret_failure);
    bool good = version >= 0
                && check_file(db, call, context, &findings, &changesets, head, ret_failure);
    db_close(db);
    if (good && version > STORE_SCHEMA_VERSION)
        return failure_set(ret_failure, FAILURE_USAGE, path,
                           N_("This klientel is too old for the database. Log in again, or install "
                              "the newer klientel."),
                           NULL);
    if (good && findings > 0)
        return failure_set(ret_failure, FAILURE_IO, path,
                           N_("This backup is damaged and was not restored."), NULL);
    return good;
}

/* path.before-restore-N, the first N that is free for the database, its log and its key. */
static char *old_name(const char *path)
{
    for (int i = 1;; i++) {
        char ending[40];
        snprintf(ending, sizeof ending, ".before-restore-%d", i);
        char *name = path_beside(path, ending), *key = path_beside(name, ".key");
        bool is_free = access(name, F_OK) != 0 && access(key, F_OK) != 0;
        free(key);
        if (is_free)
            return name;
        free(name);
    }
}

static bool move_if_there(const char *from, const char *to, const char *ending,
                          struct failure *ret_failure)
{
    char *source = path_beside(from, ending), *target = path_beside(to, ending);
    bool good = rename(source, target) == 0 || errno == ENOENT
                || file_failure(target, N_("The file cannot be made: %1."), ret_failure);

    free(target);
    free(source);
    return good;
}

static bool same_bytes(const char *a, const char *b)
{
    unsigned char first[KEY_SIZE + 1], second[KEY_SIZE + 1];
    int one = open(a, O_RDONLY | O_CLOEXEC), two = open(b, O_RDONLY | O_CLOEXEC);
    ssize_t length = one < 0 ? -1 : read(one, first, sizeof first);
    bool same = length >= 0 && two >= 0 && read(two, second, sizeof second) == length
                && memcmp(first, second, (size_t)length) == 0;

    if (one >= 0)
        close(one);
    if (two >= 0)
        close(two);
    return same;
}

/* The backup's key, when it has one of its own, takes the place of another one. */
static bool put_key(const char *from, const char *key, const char *old, struct failure *ret_failure)
{
    char *source = path_beside(from, ".key"), *kept = path_beside(old, ".key");
    bool good = true;

    if (access(source, F_OK) == 0 && !same_bytes(source, key)) {
        if (rename(key, kept) != 0 && errno != ENOENT)
            good = file_failure(kept, N_("The file cannot be made: %1."), ret_failure);
        good = good && copy_key_file(source, key, ret_failure);
    }
    free(kept);
    free(source);
    return good;
}

/* The database before its log: without the log it would open, and have lost what is only there. */
static bool move_away(const char *path, const char *old, struct failure *ret_failure)
{
    return move_if_there(path, old, "", ret_failure)
           && move_if_there(path, old, "-wal", ret_failure);
}

static void move_back(const char *path, const char *old, const char *key)
{
    char *kept = path_beside(old, ".key");
    struct failure ignored;

    if (access(kept, F_OK) == 0)
        rename(kept, key);
    if (access(path, F_OK) != 0) {
        move_if_there(old, path, "-wal", &ignored);
        move_if_there(old, path, "", &ignored);
    }
    free(kept);
}

/* Nobody has the database open: whatever fails here, or stops, leaves one of the two whole. */
static bool put_in_place(const char *working, const char *from, const char *path, const char *key,
                         struct failure *ret_failure)
{
    char *old = old_name(path), *shared = path_beside(path, "-shm");
    bool good = move_away(path, old, ret_failure);

    if (good)
        unlink(shared); /* belongs to the log that went */
    good = good && put_key(from, key, old, ret_failure) && take_name(working, path, ret_failure);
    if (!good)
        move_back(path, old, key);
    free(shared);
    free(old);
    return good;
}

/* By the engine, so that what stands only in the backup's own log comes along. */
static bool copy_backup(const char *from, const char *working, struct failure *ret_failure)
{
    struct db *db;
    int fd = create_private(working, ret_failure);

    if (fd < 0)
        return false;
    close(fd);
    if (!db_open(from, DB_READ_ONLY, 0, &db, ret_failure))
        return false;
    bool good = db_copy_to(db, working, ret_failure);
    db_close(db);
    return good && sync_file(working, ret_failure);
}

static bool restore_locked(const char *from, const char *path, const char *key,
                           struct failure *ret_failure)
{
    char ending[40], name[33];

    random_name(name);
    snprintf(ending, sizeof ending, ".%.8s.tmp", name);
    char *working = path_beside(path, ending);
    bool good = copy_backup(from, working, ret_failure)
                && put_in_place(working, from, path, key, ret_failure);
    if (!good)
        unlink(working);
    free(working);
    return good;
}

static bool same_file(const char *a, const char *b)
{
    struct stat first, second;

    return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev
           && first.st_ino == second.st_ino;
}

bool store_restore(const char *from, const char *path, const struct store_options *options,
                   bool check_only, store_finding call, void *context,
                   struct failure *ret_failure)
{
    int open_fd;

    if (!check_backup(from, call, context, ret_failure))
        return false;
    if (check_only)
        return true;
    if (same_file(from, path))
        return failure_set(ret_failure, FAILURE_USAGE, from,
                           N_("The backup and the database are the same file."), NULL);
    if (!lock_open_file(path, true, false, &open_fd, ret_failure))
        return false;
    char *key = options && options->key_file ? memory_text(options->key_file)
                                             : path_beside(path, ".key");
    bool good = restore_locked(from, path, key, ret_failure);
    free(key);
    close(open_fd);
    return good;
}
