/*
 * Catalogue reader. No state. The file is a header, then two tables of (length, offset), one of
 * source texts in strcmp order and one of their translations. Every offset is checked, so that a
 * damaged file gives no translation rather than a wild read.
 */
#include "klientel/base/catalogue.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { HEADER_SIZE = 28, ENTRY_SIZE = 8 };

static const uint32_t magic = 0x950412de;

static uint32_t number_at(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

/* The text an entry of a table stands for; NULL when it does not lie in the file or has no end. */
static const char *entry_text(const unsigned char *mo, size_t size, uint64_t entry,
                              size_t *ret_length)
{
    if (entry + ENTRY_SIZE > size) {
        return NULL;
    }
    uint64_t length = number_at(mo + entry), offset = number_at(mo + entry + 4);
    if (offset + length >= size || mo[offset + length] != '\0') {
        return NULL;
    }
    *ret_length = (size_t)length;
    return (const char *)mo + offset;
}

const char *catalogue_find(const unsigned char *mo, size_t size, const char *text,
                           size_t *ret_length)
{
    if (size < HEADER_SIZE || number_at(mo) != magic) {
        return NULL;
    }
    uint64_t low = 0, high = number_at(mo + 8);
    uint64_t sources = number_at(mo + 12), translations = number_at(mo + 16);
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        size_t length;
        const char *source = entry_text(mo, size, sources + middle * ENTRY_SIZE, &length);
        if (!source) {
            return NULL;
        }
        int order = strcmp(text, source);
        if (order == 0) {
            return entry_text(mo, size, translations + middle * ENTRY_SIZE, ret_length);
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return NULL;
}
