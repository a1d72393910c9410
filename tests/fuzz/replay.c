/* Runs a fuzz target over the files of a folder, where there is no libFuzzer: the corpus is then an
 * ordinary test.
 *
 *   fuzz-NAME FOLDER */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "klientel/base/arena.h"
#include "klientel/base/buffer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool run_file(const char *path)
{
    struct buffer bytes = { 0 };
    char block[4096];
    size_t got;
    FILE *file = fopen(path, "rb");

    if (file == NULL) {
        perror(path);
        return false;
    }
    while ((got = fread(block, 1, sizeof block, file)) > 0)
        buffer_add(&bytes, block, got);
    fclose(file);
    /* An own block of exactly that size, so that a sanitizer sees a read past the end. */
    uint8_t *exact = memory_alloc(bytes.length > 0 ? bytes.length : 1);
    if (bytes.length > 0)
        memcpy(exact, bytes.data, bytes.length);
    LLVMFuzzerTestOneInput(exact, bytes.length);
    free(exact);
    buffer_finish(&bytes);
    return true;
}

int main(int count, char **arguments)
{
    struct buffer path = { 0 };
    struct dirent *entry;
    DIR *folder = count == 2 ? opendir(arguments[1]) : NULL;
    size_t files = 0;
    bool good = true;

    if (folder == NULL) {
        fprintf(stderr, "usage: %s FOLDER\n", arguments[0]);
        return 2;
    }
    while ((entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        buffer_clear(&path);
        buffer_print(&path, "%s/%s", arguments[1], entry->d_name);
        good &= run_file(buffer_text(&path));
        files++;
    }
    closedir(folder);
    buffer_finish(&path);
    printf("%zu files\n", files);
    return good && files > 0 ? 0 : 1; /* an empty corpus tests nothing */
}
