/*
 * What the files of config share: config.c keeps and checks values, read.c reads a file's text.
 */
#ifndef KLIENTEL_CONFIG_INTERNAL_H
#define KLIENTEL_CONFIG_INTERNAL_H

#include "klientel/base/arena.h"
#include "klientel/config/config.h"

enum setting_kind { KIND_WORD, KIND_FLAG, KIND_NUMBER, KIND_PATH };

struct setting_info {
    const char *name;
    enum setting_kind kind;
    const char *const *words; /* KIND_WORD: the allowed ones, ended by NULL */
};
const struct setting_info *setting_info(enum setting setting);
bool setting_parse(const char *name, enum setting *ret_setting);

/* Checks a value written as text; *ret_value is it or its canonical form, in the arena or static. */
bool setting_check(struct arena *arena, enum setting setting, const char *value, const char *where,
                   const char **ret_value, struct failure *ret_failure);

struct config_value {
    const char *text, *origin;
};

struct config {
    struct arena *arena;
    struct config_value values[SETTING_COUNT];
    struct key_binding *keys; /* owned */
    size_t key_count;
    int layer;                /* files read so far */
    const char *default_database; /* what an empty database means */
};

#endif
