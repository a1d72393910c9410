/*
 * Config: one value and one origin per setting, in the order built in, files, environment, command line.
 *
 * State: the values, in the config's own arena. A failed read leaves them as they were: a layer is
 * read into a copy, which takes the old one's place when all of it was good.
 * Invariant: every value stored has passed setting_check, so that the accessors cannot fail.
 */
#include "klientel/config/config.h"

#include <assert.h>
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "klientel/base/embed.h"
#include "klientel/base/text.h"
#include "internal.h"

enum { FILE_SIZE_MAX = 1 << 20, GATE_SECONDS_MAX = 600 };

static const char *const language_words[] = { "auto", "en", "sv", "nb", NULL };
static const char *const charset_words[] = { "auto", "utf-8", "latin1", "ascii", NULL };
static const char *const color_words[] = { "auto", "always", "never", NULL };

static const struct setting_info settings[] = {
    [SETTING_DATABASE] = { "database", KIND_PATH, NULL },
    [SETTING_LANGUAGE] = { "language", KIND_WORD, language_words },
    [SETTING_CHARSET] = { "charset", KIND_WORD, charset_words },
    [SETTING_COLOR] = { "color", KIND_WORD, color_words },
    [SETTING_PLAIN_UI] = { "plain_ui", KIND_FLAG, NULL },
    [SETTING_MOUSE] = { "mouse", KIND_FLAG, NULL },
    [SETTING_READ_ONLY] = { "read_only", KIND_FLAG, NULL },
    [SETTING_KEY_FILE] = { "key_file", KIND_PATH, NULL },
    [SETTING_GATE_SECONDS] = { "gate_seconds", KIND_NUMBER, NULL },
    [SETTING_OUTBOX] = { "outbox", KIND_PATH, NULL },
};
static_assert(sizeof settings / sizeof *settings == SETTING_COUNT, "one line for each setting");

const struct setting_info *setting_info(enum setting setting)
{
    assert(setting >= 0 && setting < SETTING_COUNT);
    return &settings[setting];
}

bool setting_parse(const char *name, enum setting *ret_setting)
{
    for (int i = 0; i < SETTING_COUNT; i++) {
        if (strcmp(settings[i].name, name) == 0) {
            *ret_setting = (enum setting)i;
            return true;
        }
    }
    return false;
}

/* "auto, en, sv, nb" */
static void words_join(const char *const *words, struct buffer *ret_text)
{
    for (size_t i = 0; words[i] != NULL; i++)
        buffer_print(ret_text, "%s%s", i == 0 ? "" : ", ", words[i]);
}

static bool word_refused(const struct setting_info *info, const char *value, const char *where,
                         struct failure *ret_failure)
{
    struct buffer choices = { 0 };
    words_join(info->words, &choices);
    failure_set(ret_failure, FAILURE_USAGE, where,
                N_("%1 cannot be “%2”: choose one of %3"), info->name, value,
                buffer_text(&choices), NULL);
    buffer_finish(&choices);
    return false;
}

static bool check_word(const struct setting_info *info, const char *value, const char *where,
                       const char **ret_value, struct failure *ret_failure)
{
    for (size_t i = 0; info->words[i] != NULL; i++) {
        if (strcmp(info->words[i], value) == 0) {
            *ret_value = info->words[i];
            return true;
        }
    }
    return word_refused(info, value, where, ret_failure);
}

static bool check_flag(const struct setting_info *info, const char *value, const char *where,
                       const char **ret_value, struct failure *ret_failure)
{
    static const char *const yes[] = { "true", "yes", "on", "1" };
    static const char *const no[] = { "false", "no", "off", "0" };
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
        if (strcmp(value, yes[i]) == 0) {
            *ret_value = "true";
            return true;
        }
        if (strcmp(value, no[i]) == 0) {
            *ret_value = "false";
            return true;
        }
    }
    return failure_set(ret_failure, FAILURE_USAGE, where,
                       N_("%1 cannot be “%2”: it is a flag, write true or false"), info->name,
                       value, NULL);
}

static bool check_number(const struct setting_info *info, const char *value, const char *where,
                         const char **ret_value, struct failure *ret_failure)
{
    char *end;
    errno = 0;
    long number = strtol(value, &end, 10);
    if (*value < '0' || *value > '9' || *end != '\0' || errno != 0 || number < 1 ||
        number > GATE_SECONDS_MAX)
        return failure_set(ret_failure, FAILURE_USAGE, where,
                           N_("%1 cannot be “%2”: write a whole number from 1 to 600"), info->name,
                           value, NULL);
    *ret_value = value;
    return true;
}

static const char *home(void)
{
    const char *path = getenv("HOME");
    if (path != NULL && path[0] == '/')
        return path;
    const struct passwd *user = getpwuid(geteuid());
    return user != NULL ? user->pw_dir : "/";
}

static bool check_path(struct arena *arena, const struct setting_info *info, const char *value,
                       const char *where, const char **ret_value, struct failure *ret_failure)
{
    if (!text_is_utf8(value, strlen(value)))
        return failure_set(ret_failure, FAILURE_USAGE, where,
                           N_("%1 is not UTF-8: save the file as UTF-8"), info->name, NULL);
    if (strncmp(value, "~/", 2) == 0)
        *ret_value = arena_print(arena, "%s/%s", home(), value + 2);
    else
        *ret_value = value;
    return true;
}

bool setting_check(struct arena *arena, enum setting setting, const char *value, const char *where,
                   const char **ret_value, struct failure *ret_failure)
{
    const struct setting_info *info = setting_info(setting);
    switch (info->kind) {
    case KIND_WORD:
        return check_word(info, value, where, ret_value, ret_failure);
    case KIND_FLAG:
        return check_flag(info, value, where, ret_value, ret_failure);
    case KIND_NUMBER:
        return check_number(info, value, where, ret_value, ret_failure);
    case KIND_PATH:
        break;
    }
    return check_path(arena, info, value, where, ret_value, ret_failure);
}

/* $XDG_name when it is an absolute path, as the XDG text demands, else ~/rest. */
static const char *xdg_path(struct arena *arena, const char *variable, const char *rest)
{
    const char *base = getenv(variable);
    if (base != NULL && base[0] == '/')
        return arena_text(arena, base);
    return arena_print(arena, "%s/%s", home(), rest);
}

static bool file_read(const char *path, bool must, bool *ret_found, struct buffer *ret_text,
                      struct failure *ret_failure)
{
    FILE *file = fopen(path, "re");
    *ret_found = file != NULL;
    if (file == NULL) {
        if (!must && (errno == ENOENT || errno == ENOTDIR))
            return true;
        return failure_set(ret_failure, FAILURE_USAGE, path,
                           N_("the configuration cannot be read: %1"), strerror(errno), NULL);
    }
    char bytes[4096];
    size_t got;
    while (ret_text->length <= FILE_SIZE_MAX && (got = fread(bytes, 1, sizeof bytes, file)) > 0)
        buffer_add(ret_text, bytes, got);
    int error = ferror(file) ? errno : 0;
    fclose(file);
    if (error != 0)
        return failure_set(ret_failure, FAILURE_USAGE, path,
                           N_("the configuration cannot be read: %1"), strerror(error), NULL);
    if (ret_text->length > FILE_SIZE_MAX)
        return failure_set(ret_failure, FAILURE_USAGE, path,
                           N_("the configuration is larger than one megabyte: is this the right "
                              "file?"),
                           NULL);
    return true;
}

static bool load_file(struct config *config, const char *path, bool must,
                      struct failure *ret_failure)
{
    struct buffer text = { 0 };
    bool found;
    bool ok = file_read(path, must, &found, &text, ret_failure);
    if (ok && found)
        ok = config_read_text(config, buffer_text(&text), text.length, path, ret_failure);
    buffer_finish(&text);
    return ok;
}

static bool load_environment(struct config *config, struct failure *ret_failure)
{
    for (int i = 0; i < SETTING_COUNT; i++) {
        char variable[64] = "KLIENTEL_";
        size_t length = strlen(variable);
        for (const char *at = settings[i].name; *at != '\0'; at++)
            variable[length++] = *at == '_' ? '_' : (char)(*at - 'a' + 'A');
        variable[length] = '\0';
        const char *value = getenv(variable);
        if (value == NULL || *value == '\0')
            continue;
        const char *origin = arena_print(config->arena, "environment %s", variable);
        if (!config_set(config, (enum setting)i, value, origin, ret_failure))
            return false;
    }
    return true;
}

struct config *config_create(void)
{
    struct config *config = memory_zero(1, sizeof *config);
    config->arena = arena_create();
    struct failure failure;
    bool ok = config_read_text(config, (const char *)embed_config, embed_config_size, "built in",
                               &failure);
    assert(ok);
    (void)ok;
    for (int i = 0; i < SETTING_COUNT; i++) {
        assert(config->values[i].text != NULL);
        config->values[i].origin = "built in";
    }
    config->default_database =
        arena_print(config->arena, "%s/klientel/klientel.db",
                    xdg_path(config->arena, "XDG_DATA_HOME", ".local/share"));
    return config;
}

bool config_load(const char *path, struct config **ret_config, struct failure *ret_failure)
{
    struct config *config = config_create();
    bool ok;
    if (path != NULL) {
        ok = load_file(config, path, true, ret_failure);
    } else {
        const char *own = arena_print(config->arena, "%s/klientel/klientel.conf",
                                      xdg_path(config->arena, "XDG_CONFIG_HOME", ".config"));
        ok = load_file(config, KLIENTEL_SYSTEM_CONFIG, false, ret_failure) &&
             load_file(config, own, false, ret_failure);
    }
    if (!ok || !load_environment(config, ret_failure)) {
        config_close(config);
        return false;
    }
    *ret_config = config;
    return true;
}

void config_close(struct config *config)
{
    if (config == NULL)
        return;
    free(config->keys);
    arena_destroy(config->arena);
    free(config);
}

bool config_set(struct config *config, enum setting setting, const char *value, const char *origin,
                struct failure *ret_failure)
{
    const char *checked;
    char *copy = arena_text(config->arena, value);
    if (!setting_check(config->arena, setting, copy, origin, &checked, ret_failure))
        return false;
    config->values[setting].text = checked;
    config->values[setting].origin = arena_text(config->arena, origin);
    return true;
}

const char *config_name(enum setting setting)
{
    return setting_info(setting)->name;
}

const char *config_text(const struct config *config, enum setting setting)
{
    assert(setting >= 0 && setting < SETTING_COUNT);
    const char *text = config->values[setting].text;
    return setting == SETTING_DATABASE && *text == '\0' ? config->default_database : text;
}

bool config_flag(const struct config *config, enum setting setting)
{
    assert(setting_info(setting)->kind == KIND_FLAG);
    return strcmp(config->values[setting].text, "true") == 0;
}

int config_number(const struct config *config, enum setting setting)
{
    assert(setting_info(setting)->kind == KIND_NUMBER);
    return atoi(config->values[setting].text);
}

const char *config_origin(const struct config *config, enum setting setting)
{
    assert(setting >= 0 && setting < SETTING_COUNT);
    return config->values[setting].origin;
}

size_t config_keys(const struct config *config, const struct key_binding **ret_keys)
{
    *ret_keys = config->keys;
    return config->key_count;
}
