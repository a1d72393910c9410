/*
 * Bureau. State: the folders that are to go when the process ends.
 */
#include "bureau.h"

#include <fcntl.h>
#include <ftw.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BUREAUS = 64 };
static char folders[BUREAUS][64];
static pid_t owner;

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

static void remove_all(void)
{
    for (size_t i = 0; getpid() == owner && i < BUREAUS; i++) {
        if (*folders[i])
            nftw(folders[i], remove_one, 16, FTW_DEPTH | FTW_PHYS);
        *folders[i] = '\0';
    }
}

static void stop(const char *what, const char *path)
{
    fprintf(stderr, "bureau: %s %s\n", what, path);
    exit(99);
}

static void copy_file(const char *from, const char *to)
{
    char bytes[65536];
    ssize_t got = 0;
    int in = open(from, O_RDONLY | O_CLOEXEC);
    int out = open(to, O_CREAT | O_WRONLY | O_EXCL | O_CLOEXEC, 0600);
    if (in < 0 || out < 0)
        stop("cannot copy", from);
    while ((got = read(in, bytes, sizeof bytes)) > 0) {
        if (write(out, bytes, (size_t)got) != got)
            stop("cannot write", to);
    }
    if (got < 0 || close(in) != 0 || close(out) != 0)
        stop("cannot copy", from);
}

void bureau_copy(const char *demo, struct bureau *ret_bureau)
{
    char from[512], to[192];
    size_t place = 0;
    while (place < BUREAUS && *folders[place])
        place++;
    if (place == BUREAUS)
        stop("too many copies of", demo);
    if (!owner)
        atexit(remove_all);
    owner = getpid();
    snprintf(ret_bureau->folder, sizeof ret_bureau->folder, "/tmp/klientel-pty-XXXXXX");
    if (!mkdtemp(ret_bureau->folder))
        stop("no folder", ret_bureau->folder);
    memcpy(folders[place], ret_bureau->folder, sizeof folders[place]);
    snprintf(ret_bureau->database, sizeof ret_bureau->database, "%s/demo.db", ret_bureau->folder);
    snprintf(from, sizeof from, "%s.key", demo);
    snprintf(to, sizeof to, "%s.key", ret_bureau->database);
    copy_file(demo, ret_bureau->database);
    copy_file(from, to);
}

void bureau_remove(struct bureau *bureau)
{
    for (size_t i = 0; i < BUREAUS; i++) {
        if (strcmp(folders[i], bureau->folder) != 0)
            continue;
        nftw(folders[i], remove_one, 16, FTW_DEPTH | FTW_PHYS);
        *folders[i] = '\0';
    }
}

void bureau_sql(const struct bureau *bureau, const char *sql)
{
    sqlite3 *database;
    char *error = NULL;
    if (sqlite3_open(bureau->database, &database) != SQLITE_OK ||
        sqlite3_exec(database, sql, NULL, NULL, &error) != SQLITE_OK)
        stop(sql, error ? error : "");
    sqlite3_close(database);
}

void bureau_write(const struct bureau *bureau, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", bureau->folder, name);
    FILE *file = fopen(path, "w");
    if (!file || fputs(text, file) < 0 || fclose(file) != 0)
        stop("cannot write", path);
}

int bureau_run(const struct bureau *bureau, const char *program, const char *const *words)
{
    char path[256];
    int status = 0;
    snprintf(path, sizeof path, "%s/output", bureau->folder);
    pid_t child = fork();
    if (child == 0) {
        const char *all[32] = { program, "--database", bureau->database };
        int out = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0600), in = open("/dev/null", O_RDONLY);
        for (size_t i = 0; words[i] && i < 28; i++)
            all[i + 3] = words[i];
        dup2(in, 0);
        dup2(out, 1);
        dup2(out, 2);
        execv(program, (char *const *)all);
        _exit(98);
    }
    if (child < 0 || waitpid(child, &status, 0) != child)
        stop("cannot run", program);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}
