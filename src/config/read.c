/*
 * Read: a configuration file's text into settings, and the only user of libconfig.
 *
 * libconfig has no way to forbid @include, stops at a zero byte and calls a byte order mark a syntax
 * error; all three are looked for before it sees the text. Settings are put into a copy of the values,
 * so that a text with an error in its last line changes nothing.
 */
#include "internal.h"

#include <libconfig.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "klientel/base/text.h"

/* libconfig's grammar reads nested values by its own stack; real files have three levels. */
enum { DEPTH_MAX = 64 };

struct layer {
    struct arena *arena;
    const char *name;
    struct config_value values[SETTING_COUNT];
    struct key_binding *keys;
    size_t key_count;
    int number;
};

static const char *line_origin(struct layer *layer, int line)
{
    return arena_print(layer->arena, "%s:%d", layer->name, line);
}

static bool refused_at(struct layer *layer, int line, const char *text, const char *name,
                       struct failure *ret_failure)
{
    return failure_set(ret_failure, FAILURE_USAGE, line_origin(layer, line), text, name, NULL);
}

/* ---- before libconfig sees it ---- */

static bool line_includes(const char *line)
{
    line += strspn(line, " \t");
    return strncmp(line, "@include", strlen("@include")) == 0;
}

static bool text_acceptable(struct layer *layer, const char *text, size_t length,
                            struct failure *ret_failure)
{
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        return refused_at(layer, 1,
                          N_("the file starts with a byte order mark: save it as UTF-8 without it"),
                          NULL, ret_failure);
    int line = 1;
    int depth = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\0')
            return refused_at(layer, line, N_("there is a zero byte in this line: is this a text "
                                              "file?"),
                              NULL, ret_failure);
        if ((i == 0 || text[i - 1] == '\n') && line_includes(text + i))
            return refused_at(layer, line, N_("other files cannot be included: write the settings "
                                              "here"),
                              NULL, ret_failure);
        if (text[i] == '(' || text[i] == '{' || text[i] == '[')
            depth++;
        if ((text[i] == ')' || text[i] == '}' || text[i] == ']') && depth > 0)
            depth--;
        if (depth > DEPTH_MAX)
            return refused_at(layer, line, N_("there are too many brackets within each other"),
                              NULL, ret_failure);
        if (text[i] == '\n')
            line++;
    }
    if (!text_is_utf8(text, length))
        return failure_set(ret_failure, FAILURE_USAGE, layer->name,
                           N_("the file is not UTF-8: save it as UTF-8"), NULL);
    return true;
}

static bool syntax_refused(struct layer *layer, const config_t *file, struct failure *ret_failure)
{
    int line = config_error_line(file);
    const char *text = config_error_text(file);
    if (text != NULL && strstr(text, "duplicate") != NULL)
        return refused_at(layer, line, N_("this setting stands here twice: take one away"), NULL,
                          ret_failure);
    return refused_at(layer, line,
                      N_("this line cannot be read: a setting is written name = value; with texts in "
                         "\"quotes\""),
                      NULL, ret_failure);
}

/* ---- settings ---- */

static const char *kind_wanted(enum setting_kind kind)
{
    switch (kind) {
    case KIND_FLAG:
        return N_("%1 is a flag: write true or false, without quotes");
    case KIND_NUMBER:
        return N_("%1 is a number: write it without quotes");
    case KIND_WORD:
    case KIND_PATH:
        break;
    }
    return N_("%1 is a text: write it in \"quotes\"");
}

static bool read_setting(struct layer *layer, const config_setting_t *node, enum setting setting,
                         struct failure *ret_failure)
{
    const struct setting_info *info = setting_info(setting);
    int line = (int)config_setting_source_line(node);
    int type = config_setting_type(node);
    const char *value = NULL;
    if (info->kind == KIND_FLAG && type == CONFIG_TYPE_BOOL)
        value = config_setting_get_bool(node) ? "true" : "false";
    else if (info->kind == KIND_NUMBER && type == CONFIG_TYPE_INT)
        value = arena_print(layer->arena, "%d", config_setting_get_int(node));
    else if (info->kind == KIND_NUMBER && type == CONFIG_TYPE_INT64)
        value = arena_print(layer->arena, "%lld", config_setting_get_int64(node));
    else if ((info->kind == KIND_WORD || info->kind == KIND_PATH) && type == CONFIG_TYPE_STRING)
        value = arena_text(layer->arena, config_setting_get_string(node));
    if (value == NULL)
        return refused_at(layer, line, kind_wanted(info->kind), info->name, ret_failure);

    const char *origin = line_origin(layer, line);
    if (!setting_check(layer->arena, setting, value, origin, &layer->values[setting].text,
                       ret_failure))
        return false;
    layer->values[setting].origin = origin;
    return true;
}

/* ---- keys = ( { action = "…"; key = "…"; scope = "…"; }, … ) ---- */

static bool read_key_member(struct layer *layer, const config_setting_t *member,
                            struct key_binding *key, struct failure *ret_failure)
{
    int line = (int)config_setting_source_line(member);
    const char *name = config_setting_name(member);
    const char **place = strcmp(name, "action") == 0  ? &key->action
                         : strcmp(name, "key") == 0   ? &key->key
                         : strcmp(name, "scope") == 0 ? &key->scope
                                                      : NULL;
    if (place == NULL)
        return refused_at(layer, line,
                          N_("there is no setting “%1” for a key: use action, key and scope"), name,
                          ret_failure);
    if (config_setting_type(member) != CONFIG_TYPE_STRING)
        return refused_at(layer, line, N_("%1 is a text: write it in \"quotes\""), name,
                          ret_failure);
    *place = arena_text(layer->arena, config_setting_get_string(member));
    return true;
}

static bool read_key(struct layer *layer, const config_setting_t *node, struct failure *ret_failure)
{
    int line = (int)config_setting_source_line(node);
    struct key_binding key = { .scope = "",
                               .origin = line_origin(layer, line),
                               .layer = layer->number };
    if (!config_setting_is_group(node))
        return refused_at(layer, line,
                          N_("a key is written { action = \"…\"; key = \"…\"; scope = \"…\"; }"), NULL,
                          ret_failure);
    for (unsigned i = 0; i < (unsigned)config_setting_length(node); i++) {
        if (!read_key_member(layer, config_setting_get_elem(node, i), &key, ret_failure))
            return false;
    }
    if (key.action == NULL || key.key == NULL)
        return refused_at(layer, line, N_("a key needs both action and key"), NULL, ret_failure);
    layer->keys = memory_resize(layer->keys, (layer->key_count + 1) * sizeof key);
    layer->keys[layer->key_count++] = key;
    return true;
}

static bool read_keys(struct layer *layer, const config_setting_t *node, struct failure *ret_failure)
{
    if (!config_setting_is_list(node))
        return refused_at(layer, (int)config_setting_source_line(node),
                          N_("keys is a list: write keys = ( { action = \"…\"; key = \"…\"; }, … );"),
                          NULL, ret_failure);
    for (unsigned i = 0; i < (unsigned)config_setting_length(node); i++) {
        if (!read_key(layer, config_setting_get_elem(node, i), ret_failure))
            return false;
    }
    return true;
}

static bool read_root(struct layer *layer, const config_t *file, struct failure *ret_failure)
{
    const config_setting_t *root = config_root_setting(file);
    for (unsigned i = 0; i < (unsigned)config_setting_length(root); i++) {
        const config_setting_t *node = config_setting_get_elem(root, i);
        const char *name = config_setting_name(node);
        enum setting setting;
        if (strcmp(name, "keys") == 0) {
            if (!read_keys(layer, node, ret_failure))
                return false;
        } else if (!setting_parse(name, &setting)) {
            return refused_at(layer, (int)config_setting_source_line(node),
                              N_("there is no setting “%1”: see klientel.conf(5)"), name,
                              ret_failure);
        } else if (!read_setting(layer, node, setting, ret_failure)) {
            return false;
        }
    }
    return true;
}

static bool read_layer(struct layer *layer, const char *text, struct failure *ret_failure)
{
    config_t file;
    config_init(&file);
    bool ok = config_read_string(&file, text) == CONFIG_TRUE
                  ? read_root(layer, &file, ret_failure)
                  : syntax_refused(layer, &file, ret_failure);
    config_destroy(&file);
    return ok;
}

/* Later layers win: the layer's values take the place of the config's, its keys come after. */
static void take_layer(struct config *config, const struct layer *layer)
{
    memcpy(config->values, layer->values, sizeof config->values);
    config->layer++;
    if (layer->key_count == 0)
        return;
    config->keys = memory_resize(config->keys,
                                 (config->key_count + layer->key_count) * sizeof *config->keys);
    memcpy(config->keys + config->key_count, layer->keys, layer->key_count * sizeof *layer->keys);
    config->key_count += layer->key_count;
}

bool config_read_text(struct config *config, const char *text, size_t length, const char *name,
                      struct failure *ret_failure)
{
    struct layer layer = { .arena = config->arena, .name = name, .number = config->layer };
    memcpy(layer.values, config->values, sizeof layer.values);
    const char *copy = arena_text_n(config->arena, text, length);
    bool ok = text_acceptable(&layer, copy, length, ret_failure) &&
              read_layer(&layer, copy, ret_failure);
    if (ok)
        take_layer(config, &layer);
    free(layer.keys);
    return ok;
}
