/*
 * Order of texts. State: an ICU collator, opened when it is first asked for (that costs more than a whole
 * first screen), or none, then texts are ordered by their caseless form; two buffers that are used
 * again for every key. Not for two threads at once.
 */
#include "klientel/base/text.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/ucol.h>
#include <unicode/ustring.h>

enum { VERSION_SIZE = 96, REPLACEMENT = 0xfffd };

struct collator {
    enum language language;
    bool opened;
    UCollator *icu; /* once opened; NULL = there is none for the language */
    UChar *wide;
    size_t wide_size;
    struct buffer folds[2];
    char version[VERSION_SIZE];
};

/* Norwegian orders aa as å by ICU's own rules for nb; en is the root order. */
static const char *locale_of(enum language language)
{
    switch (language) {
    case LANGUAGE_SV:
        return "sv";
    case LANGUAGE_NB:
        return "nb";
    case LANGUAGE_EN:
        return "";
    case LANGUAGE_COUNT:
        break;
    }
    return NULL;
}

static void version_make(struct collator *collator, enum language language)
{
    UVersionInfo icu, rules;
    char icu_text[U_MAX_VERSION_STRING_LENGTH], rules_text[U_MAX_VERSION_STRING_LENGTH];
    u_getVersion(icu);
    ucol_getVersion(collator->icu, rules);
    u_versionToString(icu, icu_text);
    u_versionToString(rules, rules_text);
    snprintf(collator->version, VERSION_SIZE, "icu %s %s %s", icu_text, rules_text,
             language_code(language));
}

struct collator *collator_create(enum language language)
{
    struct collator *collator = memory_zero(1, sizeof *collator);
    collator->language = language;
    return collator;
}

static bool has_icu(struct collator *collator)
{
    const char *locale = locale_of(collator->language);
    UErrorCode status = U_ZERO_ERROR;
    if (collator->opened)
        return collator->icu != NULL;
    collator->opened = true;
    if (locale)
        collator->icu = ucol_open(locale, &status);
    if (U_FAILURE(status)) {
        ucol_close(collator->icu);
        collator->icu = NULL;
    }
    if (collator->icu)
        version_make(collator, collator->language);
    else
        snprintf(collator->version, VERSION_SIZE, "fold");
    return collator->icu != NULL;
}

void collator_destroy(struct collator *collator)
{
    if (collator) {
        ucol_close(collator->icu);
        free(collator->wide);
        buffer_finish(&collator->folds[0]);
        buffer_finish(&collator->folds[1]);
        free(collator);
    }
}

static const char *fold(struct buffer *buffer, const char *text)
{
    buffer_clear(buffer);
    text_fold_add(text, strlen(text), buffer);
    return buffer->data;
}

int collator_compare(struct collator *collator, const char *a, const char *b)
{
    if (!has_icu(collator)) {
        int order = strcmp(fold(&collator->folds[0], a), fold(&collator->folds[1], b));
        return (order > 0) - (order < 0);
    }
    UErrorCode status = U_ZERO_ERROR;
    UCollationResult order = ucol_strcollUTF8(collator->icu, a, -1, b, -1, &status);
    assert(U_SUCCESS(status));
    return order == UCOL_LESS ? -1 : order == UCOL_GREATER;
}

/* The text in UTF-16, in memory of the collator. A text has at most one unit a byte. */
static int32_t widen(struct collator *collator, const char *text, size_t length)
{
    if (collator->wide_size < length + 1) {
        collator->wide_size = (length + 1) * 2;
        collator->wide = memory_resize(collator->wide, collator->wide_size * sizeof(UChar));
    }
    int32_t units = 0;
    UErrorCode status = U_ZERO_ERROR;
    u_strFromUTF8WithSub(collator->wide, (int32_t)collator->wide_size, &units, text,
                         (int32_t)length, REPLACEMENT, NULL, &status);
    assert(U_SUCCESS(status));
    return units;
}

void collator_key_add(struct collator *collator, const char *text, size_t length,
                      struct buffer *ret_key)
{
    if (!has_icu(collator)) {
        text_fold_add(text, length, ret_key);
        return;
    }
    int32_t units = widen(collator, text, length);
    size_t room = length * 2 + 16;
    for (;;) {
        buffer_reserve(ret_key, room);
        int32_t size = ucol_getSortKey(collator->icu, collator->wide, units,
                                       (uint8_t *)ret_key->data + ret_key->length, (int32_t)room);
        assert(size > 0);
        if ((size_t)size <= room) {
            ret_key->length += (size_t)size - 1; /* ICU's key ends in a zero byte, as a buffer */
            return;
        }
        room = (size_t)size;
    }
}

const char *collator_version(struct collator *collator)
{
    has_icu(collator);
    return collator->version;
}
