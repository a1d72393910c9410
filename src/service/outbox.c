/*
 * Outbox: files in a person's own folder. Everything is done by the folder's descriptor, so that what was looked at
 * is what is used; symbolic links are never followed.
 *
 * State: none but what is on the disk. Invariants: a part is locked as long as somebody writes it, so one that can
 * be locked is left over; a name is given by linking, which never takes the place of a file that is there.
 */
#include "klientel/service/outbox.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "klientel/base/text.h"

enum { TRIES = 1000, DAY = 86400 };
static const char part_start[] = ".part-";

void outbox_folder(const char *setting, const char *database, const char *login,
                   struct buffer *ret_path)
{
    if (*setting != '\0') {
        buffer_print(ret_path, "%s/%s", setting, login);
        return;
    }
    const char *slash = strrchr(database, '/');
    if (slash != NULL)
        buffer_add(ret_path, database, (size_t)(slash + 1 - database));
    buffer_print(ret_path, "outbox/%s", login);
}

/* ---- the folder ---- */

static bool folder_failed(const char *folder, int error, struct failure *ret_failure)
{
    return failure_set(ret_failure, error == EACCES || error == EPERM ? FAILURE_DENIED : FAILURE_IO,
                       folder, N_("the outbox cannot be used: %1"), strerror(error), NULL);
}

static bool folder_make(const char *folder, struct failure *ret_failure)
{
    char *above = memory_text(folder);
    char *slash = strrchr(above, '/');
    bool ok = true;
    if (slash != NULL && slash != above) {
        *slash = '\0';
        ok = mkdir(above, 0700) == 0 || errno == EEXIST;
    }
    ok = ok && (mkdir(folder, 0700) == 0 || errno == EEXIST);
    int error = errno;
    free(above);
    return ok || folder_failed(folder, error, ret_failure);
}

/* *ret_fd -1 with success: there is no such folder. */
static bool folder_open(const char *folder, int *ret_fd, struct failure *ret_failure)
{
    struct stat state;
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    *ret_fd = -1;
    if (fd < 0)
        return errno == ENOENT || folder_failed(folder, errno, ret_failure);
    if (fstat(fd, &state) != 0 || state.st_uid != geteuid()) {
        close(fd);
        return failure_set(ret_failure, FAILURE_DENIED, folder,
                           N_("the outbox belongs to somebody else"), NULL);
    }
    if ((state.st_mode & 077) != 0 && fchmod(fd, 0700) != 0) {
        int error = errno;
        close(fd);
        return folder_failed(folder, error, ret_failure);
    }
    *ret_fd = fd;
    return true;
}

/* Calls for every entry of the folder but . and .. */
static void folder_walk(int folder, void (*call)(int folder, const char *name, void *context),
                        void *context)
{
    int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *stream = fd < 0 ? NULL : fdopendir(fd);
    if (stream == NULL) {
        if (fd >= 0)
            close(fd);
        return;
    }
    for (struct dirent *entry; (entry = readdir(stream)) != NULL;) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            call(folder, entry->d_name, context);
    }
    closedir(stream);
}

static void sweep(int folder, const char *name, void *context)
{
    (void)context;
    if (strncmp(name, part_start, strlen(part_start)) != 0)
        return;
    int fd = openat(folder, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        unlinkat(folder, name, 0);
    close(fd);
}

static bool name_is_allowed(const char *name)
{
    return *name != '\0' && *name != '.' && strchr(name, '/') == NULL && strlen(name) < OUTBOX_NAME;
}

/* ---- old files ---- */

struct old_file {
    char name[OUTBOX_NAME];
    struct timespec at;
};
struct old_files {
    struct old_file *files; /* owned */
    size_t count, capacity;
};

/* WHAT-2026-11-25-142210.ending or …-2.ending: a name given here; other files are somebody's own. */
static bool name_is_ours(const char *name)
{
    static const char pattern[] = "-dddd-dd-dd-dddddd";
    const char *point = strrchr(name, '.');
    for (const char *at = name; point != NULL && *at != '\0' && at + strlen(pattern) <= point; at++) {
        size_t i = 0;
        while (pattern[i] != '\0' && (pattern[i] == 'd' ? at[i] >= '0' && at[i] <= '9' : at[i] == '-'))
            i++;
        if (pattern[i] != '\0')
            continue;
        const char *rest = at + i;
        if (*rest == '-')
            rest += 1 + strspn(rest + 1, "0123456789");
        return at > name && rest == point;
    }
    return false;
}

static void old_note(int folder, const char *name, void *context)
{
    struct old_files *old = context;
    struct stat state;
    if (!name_is_allowed(name) || !name_is_ours(name) ||
        fstatat(folder, name, &state, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(state.st_mode))
        return;
    if (old->count == old->capacity) {
        old->capacity = old->capacity ? old->capacity * 2 : 128;
        old->files = memory_resize(old->files, old->capacity * sizeof *old->files);
    }
    struct old_file *file = &old->files[old->count++];
    snprintf(file->name, sizeof file->name, "%s", name);
    file->at = state.st_mtim;
}

static int newest_first(const void *a, const void *b)
{
    const struct old_file *x = a, *y = b;
    if (x->at.tv_sec != y->at.tv_sec)
        return x->at.tv_sec < y->at.tv_sec ? 1 : -1;
    if (x->at.tv_nsec != y->at.tv_nsec)
        return x->at.tv_nsec < y->at.tv_nsec ? 1 : -1;
    return strcmp(y->name, x->name);
}

/* Age is counted from the file that was written just now: no clock is needed. */
static void old_remove(int folder, const char *newest, time_t now)
{
    struct old_files old = { 0 };
    folder_walk(folder, old_note, &old);
    if (old.count > 0)
        qsort(old.files, old.count, sizeof *old.files, newest_first);
    for (size_t i = 0; i < old.count; i++) {
        bool out = i >= OUTBOX_FILES || now - old.files[i].at.tv_sec > (time_t)OUTBOX_DAYS * DAY;
        if (out && strcmp(old.files[i].name, newest) != 0)
            unlinkat(folder, old.files[i].name, 0);
    }
    free(old.files);
}

/* ---- putting in ---- */

static void name_make(struct outbox_file *file, const char *what, struct instant now, int number)
{
    int hour, minute;
    char date[DATE_TEXT_SIZE], more[16] = "";
    instant_clock(now, &hour, &minute);
    date_format(date_of_instant(now), date);
    if (number > 1)
        snprintf(more, sizeof more, "-%d", number);
    snprintf(file->name, sizeof file->name, "%.64s-%s-%02d%02d%02d%s.%s", what, date, hour, minute,
             (int)((now.second % 60 + 60) % 60), more, file->ending);
}

/* A part of one's own, locked. Who sweeps may have taken it away before the lock: then another. */
static int part_open(struct outbox_file *file)
{
    for (int number = 0; number < TRIES; number++) {
        struct stat state;
        snprintf(file->part, sizeof file->part, "%s%ld-%d", part_start, (long)getpid(), number);
        int fd = openat(file->folder, file->part,
                        O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (fd < 0 && errno == EEXIST)
            continue;
        if (fd < 0)
            return -1;
        if (flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &state) == 0 && state.st_nlink > 0)
            return fd;
        close(fd);
    }
    errno = EEXIST;
    return -1;
}

bool outbox_create(const char *folder, const char *what, const char *ending, struct instant now,
                   struct outbox_file *ret_file, struct failure *ret_failure)
{
    struct outbox_file file = { .folder = -1 };
    if (!folder_make(folder, ret_failure) || !folder_open(folder, &file.folder, ret_failure))
        return false;
    if (file.folder < 0)
        return folder_failed(folder, ENOENT, ret_failure);
    folder_walk(file.folder, sweep, NULL);
    snprintf(file.ending, sizeof file.ending, "%s", ending);
    name_make(&file, what, now, 1);
    int fd = part_open(&file);
    file.out = fd < 0 ? NULL : fdopen(fd, "w");
    if (file.out == NULL) {
        int error = errno;
        if (fd >= 0) {
            unlinkat(file.folder, file.part, 0);
            close(fd);
        }
        close(file.folder);
        return folder_failed(folder, error, ret_failure);
    }
    *ret_file = file;
    return true;
}

/* Under its name, or the next number behind it that is free. */
static bool name_give(struct outbox_file *file)
{
    char base[OUTBOX_NAME];
    size_t length = strlen(file->name) - strlen(file->ending) - 1;
    snprintf(base, sizeof base, "%.*s", (int)length, file->name);
    for (int number = 2; number < TRIES; number++) {
        if (linkat(file->folder, file->part, file->folder, file->name, 0) == 0)
            return unlinkat(file->folder, file->part, 0) == 0;
        if (errno != EEXIST)
            return false;
        snprintf(file->name, sizeof file->name, "%.200s-%d.%s", base, number, file->ending);
    }
    return false;
}

bool outbox_keep(struct outbox_file *file, struct failure *ret_failure)
{
    struct stat state;
    assert(file->out != NULL);
    bool ok = fflush(file->out) == 0 && !ferror(file->out) && fsync(fileno(file->out)) == 0 &&
              fstat(fileno(file->out), &state) == 0 && name_give(file);
    int error = errno;
    if (!ok) {
        outbox_drop(file);
        return failure_set(ret_failure, FAILURE_IO, "", N_("the file cannot be written: %1"),
                           strerror(error), NULL);
    }
    fclose(file->out);
    file->out = NULL;
    old_remove(file->folder, file->name, state.st_mtime);
    fsync(file->folder);
    close(file->folder);
    return true;
}

void outbox_drop(struct outbox_file *file)
{
    if (file->out == NULL)
        return;
    unlinkat(file->folder, file->part, 0);
    fclose(file->out);
    file->out = NULL;
    close(file->folder);
}

/* ---- taking out ---- */

struct listing {
    struct arena *arena;
    struct outbox_entry *entries; /* owned until they are copied */
    size_t count, capacity;
};

static void entry_note(int folder, const char *name, void *context)
{
    struct listing *listing = context;
    struct stat state;
    if (!name_is_allowed(name) || fstatat(folder, name, &state, AT_SYMLINK_NOFOLLOW) != 0 ||
        !S_ISREG(state.st_mode))
        return;
    if (listing->count == listing->capacity) {
        listing->capacity = listing->capacity ? listing->capacity * 2 : 128;
        listing->entries =
            memory_resize(listing->entries, listing->capacity * sizeof *listing->entries);
    }
    listing->entries[listing->count++] = (struct outbox_entry){
        arena_text(listing->arena, name), state.st_size, { state.st_mtim.tv_sec }
    };
}

static int entry_newest_first(const void *a, const void *b)
{
    const struct outbox_entry *x = a, *y = b;
    if (x->at.second != y->at.second)
        return x->at.second < y->at.second ? 1 : -1;
    return strcmp(y->name, x->name);
}

bool outbox_list(const char *folder, struct arena *arena, struct outbox_entry **ret_entries,
                 size_t *ret_count, struct failure *ret_failure)
{
    struct listing listing = { .arena = arena };
    int fd;
    if (!folder_open(folder, &fd, ret_failure))
        return false;
    if (fd >= 0) {
        folder_walk(fd, sweep, NULL);
        folder_walk(fd, entry_note, &listing);
        close(fd);
    }
    if (listing.count > 0)
        qsort(listing.entries, listing.count, sizeof *listing.entries, entry_newest_first);
    *ret_entries = arena_alloc(arena, (listing.count + 1) * sizeof **ret_entries);
    if (listing.count > 0)
        memcpy(*ret_entries, listing.entries, listing.count * sizeof **ret_entries);
    *ret_count = listing.count;
    free(listing.entries);
    return true;
}

static bool no_such_file(const char *name, struct failure *ret_failure)
{
    return failure_set(ret_failure, FAILURE_REFUSED, "",
                       N_("there is no “%1” in your outbox; klientel get lists what there is"), name,
                       NULL);
}

/* The folder for a name that may be one; false also when either does not exist. */
static bool folder_for(const char *folder, const char *name, int *ret_fd, struct failure *ret_failure)
{
    if (!name_is_allowed(name))
        return failure_set(ret_failure, FAILURE_USAGE, "",
                           N_("“%1” is no name of a file in the outbox"), name, NULL);
    return folder_open(folder, ret_fd, ret_failure) &&
           (*ret_fd >= 0 || no_such_file(name, ret_failure));
}

bool outbox_open(const char *folder, const char *name, FILE **ret_file, struct failure *ret_failure)
{
    struct stat state;
    int folder_fd = -1;
    if (!folder_for(folder, name, &folder_fd, ret_failure))
        return false;
    int fd = openat(folder_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    close(folder_fd);
    bool ok = fd >= 0 && fstat(fd, &state) == 0 && S_ISREG(state.st_mode);
    FILE *file = ok ? fdopen(fd, "r") : NULL;
    if (file == NULL) {
        if (fd >= 0)
            close(fd);
        return no_such_file(name, ret_failure);
    }
    *ret_file = file;
    return true;
}

bool outbox_remove(const char *folder, const char *name, struct failure *ret_failure)
{
    int fd = -1;
    if (!folder_for(folder, name, &fd, ret_failure))
        return false;
    bool ok = unlinkat(fd, name, 0) == 0;
    int error = errno;
    close(fd);
    return ok || (error == ENOENT ? no_such_file(name, ret_failure)
                                  : folder_failed(name, error, ret_failure));
}
