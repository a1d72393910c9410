/*
 * Config: settings from files, environment and command line, each with where it came from.
 *
 * Precedence: built in (data/klientel.conf, compiled in) < system file (SYSCONFDIR/klientel/klientel.conf)
 * < user file ($XDG_CONFIG_HOME/klientel/klientel.conf) < environment (KLIENTEL_*) < command line.
 * --config FILE replaces system and user file. Files are never written.
 */
#ifndef KLIENTEL_CONFIG_CONFIG_H
#define KLIENTEL_CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "klientel/base/message.h"
#include "klientel/rules/action.h"

enum setting {
    SETTING_DATABASE, /* path; default $XDG_DATA_HOME/klientel/klientel.db */
    SETTING_LANGUAGE, /* auto, en, sv, nb */
    SETTING_CHARSET,  /* auto, utf-8, latin1, ascii */
    SETTING_COLOR,    /* auto, always, never */
    SETTING_PLAIN_UI, /* boolean */
    SETTING_MOUSE,    /* boolean */
    SETTING_READ_ONLY,
    SETTING_KEY_FILE, /* path; empty = beside the database */
    SETTING_GATE_SECONDS,
    SETTING_OUTBOX, /* path; empty = beside the database */
    SETTING_COUNT
};

struct config;

/* What is built in, and nothing else. */
struct config *config_create(void);
/* path NULL = the usual files. Unknown names and wrong types are failures with file and line. */
bool config_load(const char *path, struct config **ret_config, struct failure *ret_failure);
/* NULL-safe. Not config_destroy: libconfig has a function of that name. */
void config_close(struct config *config);
/* From the command line; origin is shown as given ("--language"). Checks the value. */
bool config_set(struct config *config, enum setting setting, const char *value, const char *origin,
                struct failure *ret_failure);

const char *config_name(enum setting setting);
/* The text of the value; "" when empty (the database is never empty). Valid as long as the config. */
const char *config_text(const struct config *config, enum setting setting);
bool config_flag(const struct config *config, enum setting setting);
int config_number(const struct config *config, enum setting setting);
/* "built in", "FILE:LINE", "environment KLIENTEL_LANGUAGE", "--language". */
const char *config_origin(const struct config *config, enum setting setting);

/* Key bindings of the files: keys = ( { action = "open"; key = "x"; scope = "table"; }, … ). */
size_t config_keys(const struct config *config, const struct key_binding **ret_keys);

/* Adds a file's text as the next layer; nothing changes when it fails. */
bool config_read_text(struct config *config, const char *text, size_t length, const char *name,
                      struct failure *ret_failure);

#endif
