/*
 * Catalogue: looks texts up in a .mo file (GNU gettext, little endian) that lies in memory.
 */
#ifndef KLIENTEL_BASE_CATALOGUE_H
#define KLIENTEL_BASE_CATALOGUE_H

#include <stddef.h>

/*
 * The translation of a source text (of an entry with a plural: of its singular), or NULL when there
 * is none or the file is not a catalogue. An entry with a plural gives its forms one after the
 * other, each ended by a zero byte, *ret_length covering all but the last zero. Points into mo.
 */
const char *catalogue_find(const unsigned char *mo, size_t size, const char *text,
                           size_t *ret_length);

#endif
