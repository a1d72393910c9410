/*
 * Keymap: which key asks for which action, in which scopes.
 *
 * Purpose: the default keys of actions.def, changed by configuration.
 * State: a list of bindings; those of the configuration are marked as bound.
 * Invariants: no two bindings of different actions have the same key in scopes that can be active
 * together. Key names are kept as the table below writes them.
 */
#include "klientel/rules/action.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "klientel/base/arena.h"
#include "klientel/base/text.h"

enum { KEY_SIZE_MAX = 16, KEYS_SHOWN_SIZE = 96 };

struct binding {
    enum action_id action;
    unsigned scopes;
    bool bound; /* by configuration */
    char key[KEY_SIZE_MAX];
};

struct keymap {
    struct binding *bindings;
    size_t count;
    char shown[ACTION_COUNT][KEYS_SHOWN_SIZE];
};

static const char *const key_names[] = {
    "Enter", "Esc", "Space", "Tab",  "Up",  "Down", "Left", "Right", "PgUp", "PgDn", "Home", "End",
    "Del",   "Ins", "Backspace", "F1", "F2", "F3",  "F4",   "F5",    "F6",   "F7",   "F8",   "F9",
    "F10",   "F11", "F12",
};
enum { KEY_NAME_COUNT = sizeof key_names / sizeof *key_names };

static const char *named_key(const char *name)
{
    for (size_t i = 0; i < KEY_NAME_COUNT; i++) {
        if (strcasecmp(name, key_names[i]) == 0)
            return key_names[i];
    }
    return NULL;
}

static bool is_one_character(const char *key)
{
    size_t length = strlen(key), position = 0;
    return length > 0 && length <= 4 && text_is_plain(key, length) && key[0] != ' ' &&
           text_next(key, length, &position) != 0 && position == length;
}

/* Writes the name as the table has it; false when there is no such key. */
static bool key_normalise(const char *typed, char ret_key[static KEY_SIZE_MAX])
{
    const char *named = named_key(typed);
    if (named) {
        snprintf(ret_key, KEY_SIZE_MAX, "%s", named);
        return true;
    }
    static const char *const befores[] = { "Shift-", "Ctrl-", "Alt-" };
    for (size_t i = 0; i < sizeof befores / sizeof *befores; i++) {
        size_t length = strlen(befores[i]);
        if (strncasecmp(typed, befores[i], length) == 0 && (named = named_key(typed + length))) {
            snprintf(ret_key, KEY_SIZE_MAX, "%s%s", befores[i], named);
            return true;
        }
    }
    if (strncasecmp(typed, "Ctrl-", 5) == 0 && typed[5] && !typed[6]) {
        char letter = typed[5];
        if (letter >= 'a' && letter <= 'z')
            letter = (char)(letter - 'a' + 'A');
        snprintf(ret_key, KEY_SIZE_MAX, "Ctrl-%c", letter);
        return letter >= 'A' && letter <= '_';
    }
    if (strncasecmp(typed, "Alt-", 4) == 0 && typed[4] && !typed[5]) {
        char letter = typed[4];
        snprintf(ret_key, KEY_SIZE_MAX, "Alt-%c", letter);
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
    }
    if (!is_one_character(typed))
        return false;
    snprintf(ret_key, KEY_SIZE_MAX, "%s", typed);
    return true;
}

static void add_binding(struct keymap *keymap, enum action_id action, unsigned scopes,
                        const char *key, bool bound)
{
    keymap->bindings =
        memory_resize(keymap->bindings, (keymap->count + 1) * sizeof *keymap->bindings);
    struct binding *binding = &keymap->bindings[keymap->count++];
    *binding = (struct binding){ .action = action, .scopes = scopes, .bound = bound };
    snprintf(binding->key, sizeof binding->key, "%s", key);
}

static void write_shown(struct keymap *keymap, enum action_id action)
{
    char *shown = keymap->shown[action];
    size_t used = 0;
    shown[0] = '\0';
    for (size_t i = 0; i < keymap->count; i++) {
        const struct binding *binding = &keymap->bindings[i];
        if (binding->action != action || used + KEY_SIZE_MAX + 1 > KEYS_SHOWN_SIZE)
            continue;
        /* A key bound in one scope only may stand here twice. */
        bool seen = false;
        for (size_t j = 0; j < i && !seen; j++)
            seen = keymap->bindings[j].action == action &&
                   strcmp(keymap->bindings[j].key, binding->key) == 0;
        if (!seen)
            used += (size_t)snprintf(shown + used, KEYS_SHOWN_SIZE - used, "%s%s", used ? " " : "",
                                     binding->key);
    }
}

struct keymap *keymap_create(void)
{
    struct keymap *keymap = memory_zero(1, sizeof *keymap);
    for (int i = 0; i < ACTION_COUNT; i++) {
        const struct action_info *info = action_info((enum action_id)i);
        for (const char *keys = info->keys; *keys;) {
            size_t length = strcspn(keys, " ");
            char key[KEY_SIZE_MAX], name[KEY_SIZE_MAX];
            snprintf(name, sizeof name, "%.*s", (int)length, keys);
            bool known = key_normalise(name, key);
            assert(known);
            unsigned scopes = info->scopes & ~(is_one_character(key) ? (unsigned)SCOPE_TEXT : 0);
            if (known && scopes)
                add_binding(keymap, (enum action_id)i, scopes, key, false);
            keys += length + (keys[length] == ' ');
        }
        write_shown(keymap, (enum action_id)i);
    }
    return keymap;
}

void keymap_destroy(struct keymap *keymap)
{
    if (!keymap)
        return;
    free(keymap->bindings);
    free(keymap);
}

static bool scope_parse(const char *name, unsigned *ret_scope)
{
    for (size_t i = 0; i < SCOPE_COUNT; i++) {
        if (strcasecmp(name, scope_info(i)->name) == 0) {
            *ret_scope = scope_info(i)->scope;
            return true;
        }
    }
    return false;
}

/* The action that has the key in scopes that can be active together; `but` itself does not count. */
static enum action_id key_taken(const struct keymap *keymap, const char *key, unsigned scopes,
                                enum action_id but)
{
    for (size_t i = 0; i < keymap->count; i++) {
        const struct binding *binding = &keymap->bindings[i];
        if (binding->action != but && strcmp(binding->key, key) == 0 &&
            scopes_meet(binding->scopes, scopes))
            return binding->action;
    }
    return ACTION_NONE;
}

/* Takes default keys of an action out of those scopes. */
static void drop_defaults(struct keymap *keymap, enum action_id action, unsigned scopes)
{
    size_t kept = 0;
    for (size_t i = 0; i < keymap->count; i++) {
        struct binding *binding = &keymap->bindings[i];
        if (binding->action == action && !binding->bound)
            binding->scopes &= ~scopes;
        if (binding->scopes)
            keymap->bindings[kept++] = *binding;
    }
    keymap->count = kept;
}

bool keymap_bind_in(struct keymap *keymap, const char *scope, const char *action, const char *key,
                    const char *origin, struct failure *ret_failure)
{
    enum action_id id;
    unsigned wanted = 0;
    char name[KEY_SIZE_MAX];
    if (!action_parse(action, &id))
        return failure_set(ret_failure, FAILURE_USAGE, origin,
                           N_("There is no action called \"%1\"; klientel-keys(7) lists them"),
                           action, NULL);
    if (*scope && !scope_parse(scope, &wanted))
        return failure_set(ret_failure, FAILURE_USAGE, origin,
                           N_("There is no scope called \"%1\"; use everywhere, table, dashboard, "
                              "sheet, field, picker or dialog"),
                           scope, NULL);
    unsigned scopes = action_info(id)->scopes;
    if (wanted && !(scopes & wanted))
        return failure_set(ret_failure, FAILURE_USAGE, origin,
                           N_("The action \"%1\" does not exist in the scope \"%2\""), action,
                           scope, NULL);
    if (wanted)
        scopes = wanted;
    if (!key_normalise(key, name))
        return failure_set(ret_failure, FAILURE_USAGE, origin,
                           N_("\"%1\" is not a key; write one character, or a name such as Enter, "
                              "F4, Ctrl-L or Shift-Tab"),
                           key, NULL);
    if (is_one_character(name))
        scopes &= ~(unsigned)SCOPE_TEXT;
    if (!scopes)
        return failure_set(ret_failure, FAILURE_USAGE, origin,
                           N_("\"%1\" is text in a field; choose a key that is no character"), key,
                           NULL);
    enum action_id owner = key_taken(keymap, name, scopes, id);
    if (owner != ACTION_NONE)
        return failure_set(ret_failure, FAILURE_USAGE, origin,
                           N_("The key \"%1\" belongs to \"%2\" already; give that action another "
                              "key first"),
                           name, action_info(owner)->word, NULL);
    drop_defaults(keymap, id, scopes);
    add_binding(keymap, id, scopes, name, true);
    write_shown(keymap, id);
    return true;
}

bool keymap_bind(struct keymap *keymap, const char *action, const char *key, const char *origin,
                 struct failure *ret_failure)
{
    return keymap_bind_in(keymap, "", action, key, origin, ret_failure);
}

/* EVERYWHERE is the widest scope; all others are one place. */
enum action_id keymap_find(const struct keymap *keymap, const char *key, unsigned scopes)
{
    char name[KEY_SIZE_MAX];
    enum action_id found = ACTION_NONE;
    if (!key_normalise(key, name))
        return ACTION_NONE;
    for (size_t i = 0; i < keymap->count; i++) {
        const struct binding *binding = &keymap->bindings[i];
        if (!(binding->scopes & scopes) || strcmp(binding->key, name) != 0)
            continue;
        if (binding->scopes & scopes & ~(unsigned)SCOPE_EVERYWHERE)
            return binding->action;
        if (found == ACTION_NONE)
            found = binding->action;
    }
    return found;
}

const char *keymap_keys(const struct keymap *keymap, enum action_id action)
{
    assert(action > ACTION_NONE && action < ACTION_COUNT);
    return keymap->shown[action];
}
