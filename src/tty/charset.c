/*
 * Charset: see charset.h. No state.
 */
#include "klientel/tty/charset.h"

#include <langinfo.h>
#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "klientel/base/text.h"

/* Letters and digits alone, small: "ISO-8859-1" and "iso88591" are the same. */
static void simplify(const char *codeset, char *ret_name, size_t size)
{
    size_t length = 0;
    for (; *codeset && *codeset != '@' && length + 1 < size; codeset++) {
        char c = *codeset;
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            ret_name[length++] = c;
    }
    ret_name[length] = '\0';
}

static enum charset charset_of_codeset(const char *codeset)
{
    static const char *const latin1[] = { "iso88591", "iso885915", "latin1", "latin9", "cp1252",
                                          "windows1252" };
    char name[32];
    simplify(codeset, name, sizeof name);
    if (strcmp(name, "utf8") == 0)
        return CHARSET_UTF8;
    for (size_t i = 0; i < sizeof latin1 / sizeof *latin1; i++) {
        if (strcmp(name, latin1[i]) == 0)
            return CHARSET_LATIN1;
    }
    return CHARSET_ASCII; /* of others, what they all share */
}

enum charset charset_of_locale(const char *name)
{
    if (!name || !*name)
        return CHARSET_UTF8; /* a session that was told nothing: UTF-8 is the rule */
    if (strcmp(name, "C") == 0 || strcmp(name, "POSIX") == 0)
        return CHARSET_ASCII;
    const char *codeset = strchr(name, '.');
    if (codeset)
        return charset_of_codeset(codeset + 1);
    if (strstr(name, "@euro"))
        return CHARSET_LATIN1;
    locale_t locale = newlocale(LC_CTYPE_MASK, name, (locale_t)0);
    if (!locale)
        return CHARSET_UTF8;
    enum charset charset = charset_of_codeset(nl_langinfo_l(CODESET, locale));
    freelocale(locale);
    return charset;
}

enum charset charset_of_environment(void)
{
    static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value && *value)
            return charset_of_locale(value);
    }
    return charset_of_locale(NULL);
}

bool charset_fits(const char *text, enum charset charset)
{
    uint32_t limit = charset == CHARSET_ASCII ? 0x7f : charset == CHARSET_LATIN1 ? 0x100 : UINT32_MAX;
    size_t position = 0, length = strlen(text);
    while (position < length) {
        uint32_t scalar = text_next(text, length, &position);
        if (scalar < ' ' || scalar >= limit || (scalar >= 0x7f && scalar < 0xa0))
            return false;
    }
    return true;
}
