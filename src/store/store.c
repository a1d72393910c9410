/*
 * Store: making, opening and closing the bureau's database; sessions; settings.
 *
 * Purpose     everything that must be true before the first query: a private file of ours, on a local
 *             disk, of this version; and who asks.
 * State       struct store (internal.h): the connection, the key, the bureau's language.
 * Invariants  files are made 0600 and are never followed through a link; an existing key file is
 *             never overwritten, since it opens values that nothing else can open.
 */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

/* ---- files beside the database ---- */

char *path_beside(const char *path, const char *ending)
{
    size_t size = strlen(path) + strlen(ending) + 1;
    char *beside = memory_alloc(size);

    snprintf(beside, size, "%s%s", path, ending);
    return beside;
}

bool check_private_file(const char *path, struct failure *ret_failure)
{
    struct stat status;

    if (lstat(path, &status) != 0) {
        if (errno == ENOENT)
            return failure_set(
                ret_failure, FAILURE_IO, path,
                N_("There is no database here. Make one with: klientel init, or: klientel demo"),
                NULL);
        return failure_set(ret_failure, FAILURE_IO, path, N_("The file cannot be opened: %1."),
                           strerror(errno), NULL);
    }
    if (!S_ISREG(status.st_mode))
        return failure_set(ret_failure, FAILURE_IO, path, N_("This is not a plain file."), NULL);
    if (status.st_uid != geteuid() && geteuid() != 0)
        return failure_set(ret_failure, FAILURE_DENIED, path,
                           N_("The file belongs to somebody else."), NULL);
    if (status.st_mode & (07777 & ~0640))
        return failure_set(ret_failure, FAILURE_DENIED, path,
                           N_("Others may read or change this file. Make it private with: chmod 600"),
                           NULL);
    return true;
}

bool lock_open_file(const char *path, bool exclusive, bool read_only, int *ret_fd,
                    struct failure *ret_failure)
{
    char *name = path_beside(path, ".open");
    int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0 && read_only)
        fd = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 && !read_only) {
        failure_set(ret_failure, FAILURE_IO, name, N_("The lock file cannot be opened: %1."),
                    strerror(errno), NULL);
        free(name);
        return false;
    }
    free(name);
    if (fd >= 0 && flock(fd, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0) {
        close(fd);
        return failure_set(ret_failure, FAILURE_BUSY, path,
                           exclusive ? N_("The database is in use. Let everybody leave klientel "
                                          "first.")
                                     : N_("The database is being restored. Try again in a moment."),
                           NULL);
    }
    *ret_fd = fd;
    return true;
}

/* Locks do not work reliably, and write-ahead logging not at all, between machines. */
static bool check_file_system(const char *path, struct failure *ret_failure)
{
    static const struct {
        unsigned long magic;
        const char *name;
    } foreign[] = {
        { 0x6969, "NFS" },       { 0xff534d42, "CIFS" },   { 0xfe534d42, "SMB" },
        { 0x517b, "SMB" },       { 0x65735546, "FUSE" },   { 0x01021997, "9p" },
        { 0x5346414f, "AFS" },   { 0x6b414653, "AFS" },    { 0x73757245, "Coda" },
        { 0x00c36400, "Ceph" },  { 0x01161970, "GFS2" },   { 0x7461636f, "OCFS2" },
        { 0x0bd00bd0, "Lustre" }, { 0x564c, "NCP" },       { 0x786f4256, "vboxsf" },
    };
    struct statfs status;

    if (statfs(path, &status) != 0)
        return failure_set(ret_failure, FAILURE_IO, path, N_("The file cannot be opened: %1."),
                           strerror(errno), NULL);
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
        if (((unsigned long)status.f_type & 0xffffffffUL) == foreign[i].magic)
            return failure_set(ret_failure, FAILURE_REFUSED, path,
                               N_("The database lies on a network file system (%1). It must lie on a "
                                  "disk of this machine."),
                               foreign[i].name, NULL);
    return true;
}

/* ---- the key ---- */

static char *key_path(const char *path, const struct store_options *options)
{
    return options && options->key_file ? memory_text(options->key_file)
                                        : path_beside(path, ".key");
}

static bool make_key(const char *path, bool *ret_made, struct failure *ret_failure)
{
    unsigned char key[KEY_SIZE];
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

    *ret_made = fd >= 0;
    if (fd < 0 && errno == EEXIST)
        return true; /* looked at when the store is opened */
    if (fd < 0)
        return failure_set(ret_failure, FAILURE_IO, path, N_("The key file cannot be made: %1."),
                           strerror(errno), NULL);
    random_bytes(key, sizeof key);
    bool good = fchmod(fd, 0600) == 0 && write(fd, key, sizeof key) == (ssize_t)sizeof key
                && fsync(fd) == 0;
    int code = errno;
    close(fd);
    if (!good)
        unlink(path);
    return good
           || failure_set(ret_failure, FAILURE_IO, path, N_("The key file cannot be made: %1."),
                          strerror(code), NULL);
}

static bool read_key(struct store *store, const char *path, struct failure *ret_failure)
{
    unsigned char bytes[KEY_SIZE + 1];

    if (access(path, F_OK) != 0)
        return true;
    if (!check_private_file(path, ret_failure))
        return false;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    ssize_t length = fd < 0 ? -1 : read(fd, bytes, sizeof bytes);
    if (fd >= 0)
        close(fd);
    if (length != KEY_SIZE)
        return failure_set(ret_failure, FAILURE_IO, path,
                           N_("This is not the key file of a klientel database."), NULL);
    memcpy(store->key, bytes, KEY_SIZE);
    store->has_key = true;
    return true;
}

void key_check_text(const struct store *store, char ret_text[static HASH_TEXT_SIZE])
{
    unsigned char digest[HASH_SIZE];
    struct hash_stream stream;

    hash_begin(&stream, store->key);
    hash_field_text(&stream, "key_check");
    hash_end(&stream, digest);
    hash_text(digest, ret_text);
}

/* ---- making ---- */

static bool create_schema(const char *path, const struct store_options *options,
                          struct failure *ret_failure)
{
    size_t count;
    const struct schema_version *versions = schema_versions(&count);
    struct db *db;

    if (!db_open(path, DB_CREATE, options ? options->gate_seconds : 0, &db, ret_failure))
        return false;
    bool good = schema_apply(db, versions, count, ret_failure);
    db_close(db);
    return good;
}

bool store_create(const char *path, const struct store_options *options,
                  struct failure *ret_failure)
{
    char *key = key_path(path, options);
    bool key_made = false;
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    int code = errno;

    if (fd < 0) {
        free(key);
        if (code == EEXIST)
            return failure_set(ret_failure, FAILURE_REFUSED, path,
                               N_("There is already a file here."), NULL);
        return failure_set(ret_failure, FAILURE_IO, path, N_("The database cannot be made: %1."),
                           strerror(code), NULL);
    }
    fchmod(fd, 0600);
    close(fd);
    bool good = check_file_system(path, ret_failure) && make_key(key, &key_made, ret_failure)
                && create_schema(path, options, ret_failure);
    if (!good) {
        unlink(path);
        if (key_made)
            unlink(key);
    }
    free(key);
    return good;
}

/* ---- opening ---- */

static bool check_version(struct store *store, struct failure *ret_failure)
{
    int version = db_schema_version(store->db, ret_failure);

    if (version < 0)
        return false;
    if (version < STORE_SCHEMA_VERSION)
        return failure_set(ret_failure, FAILURE_USAGE, store->path,
                           N_("The database was made by an older klientel. Run: klientel migrate"),
                           NULL);
    if (version > STORE_SCHEMA_VERSION)
        return failure_set(ret_failure, FAILURE_USAGE, store->path,
                           N_("This klientel is too old for the database. Log in again, or install "
                              "the newer klientel."),
                           NULL);
    return true;
}

static bool read_language(struct store *store, struct failure *ret_failure)
{
    struct arena *arena = arena_create();
    const char *code;
    bool good = setting_read(store, "language", arena, &code, ret_failure);

    if (good && !language_parse(code, &store->language))
        store->language = LANGUAGE_EN;
    arena_destroy(arena);
    return good;
}

static int64_t newest_changeset(struct store *store);

bool store_open(const char *path, const struct store_options *options, struct store **ret_store,
                struct failure *ret_failure)
{
    struct store *store = memory_zero(1, sizeof *store);
    char *key = key_path(path, options);

    store->open_fd = -1;
    store->path = memory_text(path);
    store->read_only = options && options->read_only;
    store->gate_seconds = options ? options->gate_seconds : 0;
    bool good = check_private_file(path, ret_failure) && check_file_system(path, ret_failure)
                && lock_open_file(path, false, store->read_only, &store->open_fd, ret_failure)
                && db_open(path, store->read_only ? DB_READ_ONLY : DB_READ_WRITE,
                           store->gate_seconds, &store->db, ret_failure)
                && check_version(store, ret_failure) && read_key(store, key, ret_failure)
                && read_language(store, ret_failure);
    free(key);
    if (!good) {
        store_close(store);
        return false;
    }
    store->collator = collator_create(store->language);
    store->newest_changeset = newest_changeset(store);
    *ret_store = store;
    return true;
}

void store_close(struct store *store)
{
    if (!store)
        return;
    collator_destroy(store->collator);
    known_users_drop(store);
    db_close(store->db);
    if (store->open_fd >= 0)
        close(store->open_fd);
    explicit_bzero(store->key, sizeof store->key);
    free(store->path);
    free(store);
}

const char *store_path(const struct store *store)
{
    return store->path;
}

bool store_count(struct store *store, const char *sql, int64_t *ret_count,
                 struct failure *ret_failure)
{
    struct db_statement *statement = db_prepare(store->db, sql, ret_failure);
    enum db_step step = statement ? db_step(statement, ret_failure) : DB_FAILED;

    if (step == DB_FAILED)
        return false;
    *ret_count = step == DB_ROW ? db_number(statement, 0) : 0;
    db_done(statement);
    return true;
}

static int64_t newest_changeset(struct store *store)
{
    struct failure failure;
    int64_t newest = -1; /* cannot be told: whoever asks asks again */

    store_count(store, "SELECT coalesce(max(id), 0) FROM changeset", &newest, &failure);
    return newest;
}

/* Every change to the bureau's data has its change-set; what a person keeps for himself has none. */
bool store_changed(struct store *store)
{
    int64_t newest, before = store->newest_changeset;

    if (!db_changed(store->db))
        return false;
    newest = newest_changeset(store);
    store->newest_changeset = newest;
    store->kept = true;
    return newest < 0 || newest != before;
}

bool store_kept(struct store *store)
{
    bool kept = store->kept;

    store->kept = false;
    return kept;
}

/* ---- settings ---- */

bool setting_read(struct store *store, const char *name, struct arena *arena,
                  const char **ret_value, struct failure *ret_failure)
{
    struct db_statement *statement =
        db_prepare(store->db, "SELECT value FROM setting WHERE name = $1", ret_failure);

    if (!statement)
        return false;
    db_bind_text(statement, 1, name);
    enum db_step step = db_step(statement, ret_failure);
    if (step == DB_FAILED)
        return false;
    *ret_value = arena_text(arena, step == DB_ROW ? db_text(statement, 0, NULL) : "");
    db_done(statement);
    return true;
}

bool setting_write(struct store *store, const char *name, const char *value,
                   struct failure *ret_failure)
{
    struct db_statement *statement =
        db_prepare(store->db,
                   "INSERT INTO setting (name, value) VALUES ($1, $2)"
                   " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                   ret_failure);

    if (!statement)
        return false;
    db_bind_text(statement, 1, name);
    db_bind_text(statement, 2, value);
    return db_run(statement, ret_failure);
}

/* ---- who asks ---- */

void copy_cut(char *to, size_t size, const char *text)
{
    size_t length = strlen(text);

    if (length >= size) {
        length = size - 1;
        while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
            length--;
    }
    memcpy(to, text, length);
    to[length] = '\0';
}

/* A demo bureau lives on its own day: that date, with the clock's time of day. */
static struct instant demo_now(struct date today, struct instant now)
{
    int64_t into_day = now.second - date_start(date_of_instant(now)).second;
    struct instant moved = { date_start(today).second + into_day };
    struct instant end = date_end(today);

    return moved.second > end.second ? end : moved;
}

static bool session_bureau(struct store *store, struct session *session, struct arena *arena,
                           struct failure *ret_failure)
{
    const char *partner, *demo, *today, *language;
    struct date date;

    if (!setting_read(store, "partner_name", arena, &partner, ret_failure)
        || !setting_read(store, "demo", arena, &demo, ret_failure)
        || !setting_read(store, "demo_today", arena, &today, ret_failure)
        || !setting_read(store, "language", arena, &language, ret_failure))
        return false;
    copy_cut(session->partner, sizeof session->partner, partner);
    session->demo = strcmp(demo, "1") == 0;
    if (!language_parse(language, &session->bureau_language))
        session->bureau_language = LANGUAGE_EN;
    if (date_parse(today, &date))
        session->now = demo_now(date, session->now);
    return true;
}

static bool session_user(struct store *store, const char *login, struct session *session,
                         struct failure *ret_failure)
{
    struct db_statement *statement = db_prepare(
        store->db,
        login ? "SELECT id, login, name, role, until FROM user WHERE login = lower($1)"
              : "SELECT id, login, name, role, until FROM user"
                " WHERE role = $1 AND (until IS NULL OR until > $2) ORDER BY id LIMIT 1",
        ret_failure);
    char now[INSTANT_TEXT_SIZE];
    int role = ROLE_USER;
    struct instant until = INSTANT_NONE;

    if (!statement)
        return false;
    db_bind_text(statement, 1, login ? login : model_word(WORDS_ROLE, ROLE_ADMIN));
    if (!login)
        db_bind_text(statement, 2, instant_format(session->now, now));
    enum db_step step = db_step(statement, ret_failure);
    if (step == DB_FAILED)
        return false;
    if (step == DB_ROW) {
        session->user_id = db_number(statement, 0);
        copy_cut(session->login, sizeof session->login, db_text(statement, 1, NULL));
        copy_cut(session->name, sizeof session->name, db_text(statement, 2, NULL));
        model_parse(WORDS_ROLE, db_text(statement, 3, NULL), &role);
        instant_parse(db_text(statement, 4, NULL), &until);
    }
    db_done(statement);
    if (step != DB_ROW)
        return failure_set(ret_failure, FAILURE_DENIED, "",
                           login ? N_("There is no user %1.") : N_("There is no administrator."),
                           login ? login : "", NULL);
    session->role = (enum role)role;
    session->active = !instant_known(until) || until.second > session->now.second;
    return session->active
           || failure_set(ret_failure, FAILURE_DENIED, "", N_("The user %1 is no longer active."),
                          session->login, NULL);
}

bool store_session(struct store *store, const char *login, struct instant now,
                   struct session *ret_session, struct failure *ret_failure)
{
    struct session session = { .now = now, .read_only = store->read_only };
    struct arena *arena = arena_create();
    const char *language = NULL;
    bool good = session_bureau(store, &session, arena, ret_failure)
                && session_user(store, login, &session, ret_failure)
                && store_recall(store, &session, "language", arena, &language, ret_failure);

    if (good) {
        session.language = session.bureau_language;
        if (language)
            language_parse(language, &session.language);
        *ret_session = session;
    }
    arena_destroy(arena);
    return good;
}

bool store_info(struct store *store, struct store_info *ret_info, struct failure *ret_failure)
{
    struct store_info info = { 0 };
    char engine[DB_ENGINE_SIZE];
    struct stat status;

    db_engine(engine);
    snprintf(info.engine, sizeof info.engine, "%s, write gate on", engine);
    info.schema_version = db_schema_version(store->db, ret_failure);
    if (info.schema_version < 0
        || !store_count(store, "SELECT count(*) FROM client", &info.clients, ret_failure)
        || !store_count(store, "SELECT count(*) FROM user", &info.users, ret_failure)
        || !store_count(store, "SELECT count(*) FROM grant_", &info.grants, ret_failure)
        || !store_count(store, "SELECT count(*) FROM run", &info.runs, ret_failure)
        || !store_count(store, "SELECT count(*) FROM changeset", &info.changesets, ret_failure))
        return false;
    info.bytes = stat(store->path, &status) == 0 ? status.st_size : 0;
    *ret_info = info;
    return true;
}
