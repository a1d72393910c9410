/*
 * Demo names: the lists of data/demo/names.csv, compiled in, as arrays by kind.
 */
#include "demo_names.h"

#include <string.h>

#include "klientel/base/embed.h"

static void add_word(struct demo_names *names, struct arena *arena, const char *kind,
                     size_t kind_length, const char *word, size_t length)
{
    static const char *const kinds[DEMO_KINDS] = {
        [DEMO_NO_FIRST] = "no_first", [DEMO_NO_TRADE] = "no_trade", [DEMO_NO_CITY] = "no_city",
        [DEMO_SE_FIRST] = "se_first", [DEMO_SE_TRADE] = "se_trade", [DEMO_SE_CITY] = "se_city",
        [DEMO_NO_STREET] = "no_street", [DEMO_SE_STREET] = "se_street",
        [DEMO_PERSON] = "person",     [DEMO_STAFF] = "staff",       [DEMO_NOTE] = "note",
    };
    for (int i = 0; i < DEMO_KINDS; i++) {
        struct demo_list *list = &names->lists[i];
        if (strlen(kinds[i]) == kind_length && memcmp(kinds[i], kind, kind_length) == 0 &&
            list->count < DEMO_WORDS)
            list->words[list->count++] = arena_text_n(arena, word, length);
    }
}

void demo_names_read(struct demo_names *names, struct arena *arena)
{
    const char *text = (const char *)embed_demo_names;
    memset(names, 0, sizeof *names);
    while (*text) {
        size_t length = strcspn(text, "\n");
        const char *comma = memchr(text, ',', length);
        if (*text != '#' && comma)
            add_word(names, arena, text, (size_t)(comma - text), comma + 1,
                     length - (size_t)(comma + 1 - text));
        text += length + (text[length] == '\n');
    }
}

const char *demo_word(const struct demo_names *names, enum demo_kind kind, struct random *random)
{
    const struct demo_list *list = &names->lists[kind];
    return list->words[random_below(random, (uint32_t)list->count)];
}
