/*
 * Keymap: which key asks for which action, in which scopes.
 *
 * Purpose: the default keys of actions.def, changed by configuration.
 * State: a list of bindings. Configuration is taken as a whole: all lines are read, then what each of them is worth
 * is worked out, then the result is checked. So the order of the lines does not matter.
 * Invariants: no two bindings of different actions have the same key in scopes that can be active
 * together; no action without which one would be stuck is without a key. Key names are kept as the table below
 * writes them.
 */
#include "klientel/rules/action.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "klientel/base/arena.h"
#include "klientel/base/text.h"

enum { KEY_SIZE_MAX = 16, SLIPS = 2 };

struct binding {
    enum action_id action;
    unsigned scopes;
    char key[KEY_SIZE_MAX];
};

struct keymap {
    struct binding *bindings; /* owned */
    size_t count;
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

/* A terminal sends some of them for keys that have names of their own. */
static bool control_key(char letter, char ret_key[static KEY_SIZE_MAX])
{
    static const char *const same[] = {
        ['H'] = "Backspace", ['I'] = "Tab", ['J'] = "Enter", ['M'] = "Enter",
    };
    if (letter >= 'a' && letter <= 'z')
        letter = (char)(letter - 'a' + 'A');
    if (letter < 'A' || letter > 'Z')
        return false;
    const char *name = letter <= 'M' ? same[(int)letter] : NULL;
    if (name)
        snprintf(ret_key, KEY_SIZE_MAX, "%s", name);
    else
        snprintf(ret_key, KEY_SIZE_MAX, "Ctrl-%c", letter);
    return true;
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
    if (strncasecmp(typed, "Ctrl-", 5) == 0 && typed[5] && !typed[6])
        return control_key(typed[5], ret_key);
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

/* Scopes where the key is text, so that it asks for nothing. */
static unsigned scopes_of_text(const char *key)
{
    if (is_one_character(key))
        return SCOPE_TEXT;
    return strcmp(key, "Space") == 0 ? SCOPE_FIELD : 0;
}

static void add_binding(struct keymap *keymap, enum action_id action, unsigned scopes,
                        const char *key)
{
    keymap->bindings =
        memory_resize(keymap->bindings, (keymap->count + 1) * sizeof *keymap->bindings);
    struct binding *binding = &keymap->bindings[keymap->count++];
    *binding = (struct binding){ .action = action, .scopes = scopes };
    snprintf(binding->key, sizeof binding->key, "%s", key);
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
            unsigned scopes = info->scopes & ~scopes_of_text(key);
            if (known && scopes)
                add_binding(keymap, (enum action_id)i, scopes, key);
            keys += length + (keys[length] == ' ');
        }
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

/* ---- configuration: the lines ---- */

/* What a line wants. */
struct wish {
    struct binding binding; /* key "" = no key */
    int rank;               /* in a scope only those of the highest rank count */
    const char *origin;
};

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

static bool action_unknown(const struct key_binding *line, struct failure *ret_failure)
{
    const char *near = NULL;
    int least = SLIPS + 1;
    for (int i = 0; i < ACTION_COUNT; i++) {
        const char *word = action_info((enum action_id)i)->word;
        int slips = text_slips(line->action, word);
        if (slips < least && slips < (int)strlen(word)) {
            least = slips;
            near = word;
        }
    }
    return failure_set(ret_failure, FAILURE_USAGE, line->origin,
                       near ? N_("There is no action called \"%1\"; did you mean %2?")
                            : N_("There is no action called \"%1\"; klientel-keys(7) lists them"),
                       line->action, near, NULL);
}

static bool read_scopes(const struct key_binding *line, enum action_id action,
                        unsigned *ret_scopes, struct failure *ret_failure)
{
    unsigned wanted = 0;
    if (*line->scope && !scope_parse(line->scope, &wanted))
        return failure_set(ret_failure, FAILURE_USAGE, line->origin,
                           N_("There is no scope called \"%1\"; use everywhere, table, dashboard, "
                              "sheet, field, picker or dialog"),
                           line->scope, NULL);
    *ret_scopes = action_info(action)->scopes;
    if (wanted && !(*ret_scopes & wanted))
        return failure_set(ret_failure, FAILURE_USAGE, line->origin,
                           N_("The action \"%1\" does not exist in the scope \"%2\""),
                           action_info(action)->word, line->scope, NULL);
    if (wanted)
        *ret_scopes = wanted;
    return true;
}

/* Without them a field, a list or a question could not be left, or not be answered. */
static bool is_needed(enum action_id action)
{
    return action == ACTION_ACCEPT || action == ACTION_CANCEL || action == ACTION_NO ||
           action == ACTION_YES;
}

static bool read_key(const struct key_binding *line, enum action_id action,
                     struct binding *binding, struct failure *ret_failure)
{
    if (!*line->key) {
        if (!is_needed(action))
            return true;
        return failure_set(ret_failure, FAILURE_USAGE, line->origin,
                           N_("\"%1\" cannot be without a key: nothing could be answered or left; "
                              "give it another key"),
                           action_info(action)->word, NULL);
    }
    if (!key_normalise(line->key, binding->key))
        return failure_set(ret_failure, FAILURE_USAGE, line->origin,
                           N_("\"%1\" is not a key; write one character, or a name such as Enter, "
                              "F4, Ctrl-L or Shift-Tab"),
                           line->key, NULL);
    if (action == ACTION_YES && strcmp(binding->key, "Enter") == 0)
        return failure_set(ret_failure, FAILURE_USAGE, line->origin,
                           N_("Enter never answers a question with yes: choose another key"), NULL);
    binding->scopes &= ~scopes_of_text(binding->key);
    if (binding->scopes)
        return true;
    return failure_set(ret_failure, FAILURE_USAGE, line->origin,
                       N_("\"%1\" is text in a field; choose a key that is no character"), line->key,
                       NULL);
}

/* A later file goes before an earlier one, a line for one scope before one for all. */
static bool read_line(const struct key_binding *line, struct wish *ret_wish,
                      struct failure *ret_failure)
{
    enum action_id action;
    *ret_wish = (struct wish){ .rank = line->layer * 2 + (*line->scope != '\0'),
                               .origin = line->origin };
    if (!action_parse(line->action, &action))
        return action_unknown(line, ret_failure);
    ret_wish->binding.action = action;
    return read_scopes(line, action, &ret_wish->binding.scopes, ret_failure) &&
           read_key(line, action, &ret_wish->binding, ret_failure);
}

/* ---- configuration: what the lines are worth together ---- */

/* Takes from each wish the scopes in which a higher one decides. */
static void rank_wishes(struct wish *wishes, size_t count)
{
    unsigned *lost = memory_zero(count + 1, sizeof *lost);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < count; j++) {
            if (wishes[j].binding.action == wishes[i].binding.action &&
                wishes[j].rank > wishes[i].rank)
                lost[i] |= wishes[j].binding.scopes;
        }
    }
    for (size_t i = 0; i < count; i++)
        wishes[i].binding.scopes &= ~lost[i];
    free(lost);
}

static bool wishes_agree(const struct wish *a, const struct wish *b, struct failure *ret_failure)
{
    if (a->binding.action != b->binding.action || !(a->binding.scopes & b->binding.scopes) ||
        !a->binding.key[0] == !b->binding.key[0])
        return true;
    return failure_set(ret_failure, FAILURE_USAGE, b->origin,
                       N_("\"%1\" has a key and is without one: here and at %2"),
                       action_info(a->binding.action)->word, a->origin, NULL);
}

static bool bindings_meet(const struct binding *a, const struct binding *b)
{
    return a->action != b->action && *a->key && strcmp(a->key, b->key) == 0 &&
           scopes_meet(a->scopes, b->scopes);
}

static bool wishes_differ(const struct wish *a, const struct wish *b, struct failure *ret_failure)
{
    if (!bindings_meet(&a->binding, &b->binding))
        return true;
    return failure_set(ret_failure, FAILURE_USAGE, b->origin,
                       N_("The key \"%1\" is given to \"%2\" here and to \"%3\" at %4"),
                       b->binding.key, action_info(b->binding.action)->word,
                       action_info(a->binding.action)->word, a->origin, NULL);
}

static bool default_taken(const struct wish *wish, enum action_id owner,
                          struct failure *ret_failure)
{
    return failure_set(ret_failure, FAILURE_USAGE, wish->origin,
                       is_needed(owner)
                           ? N_("The key \"%1\" is built in for \"%2\": give that another key too")
                           : N_("The key \"%1\" is built in for \"%2\": give that another key too, or "
                                "none: { action = \"%2\"; key = \"\"; }"),
                       wish->binding.key, action_info(owner)->word, NULL);
}

/* The default keys of an action are left in the scopes of which no line tells. */
static bool add_default(struct keymap *keymap, const struct binding *built_in,
                        const struct wish *wishes, size_t count, struct failure *ret_failure)
{
    struct binding left = *built_in;
    for (size_t i = 0; i < count; i++) {
        if (wishes[i].binding.action == left.action)
            left.scopes &= ~wishes[i].binding.scopes;
    }
    if (!left.scopes)
        return true;
    for (size_t i = 0; i < count; i++) {
        if (bindings_meet(&left, &wishes[i].binding))
            return default_taken(&wishes[i], left.action, ret_failure);
    }
    add_binding(keymap, left.action, left.scopes, left.key);
    return true;
}

static bool add_all(struct keymap *keymap, const struct wish *wishes, size_t count,
                    struct failure *ret_failure)
{
    struct keymap *built_in = keymap_create();
    bool good = true;
    for (size_t i = 0; good && i < count; i++) {
        for (size_t j = 0; good && j < i; j++)
            good = wishes_agree(&wishes[j], &wishes[i], ret_failure) &&
                   wishes_differ(&wishes[j], &wishes[i], ret_failure);
    }
    for (size_t i = 0; good && i < built_in->count; i++)
        good = add_default(keymap, &built_in->bindings[i], wishes, count, ret_failure);
    for (size_t i = 0; good && i < count; i++) {
        const struct binding *binding = &wishes[i].binding;
        if (*binding->key && binding->scopes)
            add_binding(keymap, binding->action, binding->scopes, binding->key);
    }
    keymap_destroy(built_in);
    return good;
}

bool keymap_bind(struct keymap *keymap, const struct key_binding *lines, size_t count,
                 struct failure *ret_failure)
{
    struct keymap bound = { 0 };
    struct wish *wishes = memory_zero(count + 1, sizeof *wishes);
    bool good = true;
    for (size_t i = 0; good && i < count; i++)
        good = read_line(&lines[i], &wishes[i], ret_failure);
    if (good) {
        rank_wishes(wishes, count);
        good = add_all(&bound, wishes, count, ret_failure);
    }
    free(wishes);
    if (good) {
        free(keymap->bindings);
        *keymap = bound;
    } else {
        free(bound.bindings);
    }
    return good;
}

/* ---- asked by the screen ---- */

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

/* Whether the action has the key in one of those scopes, in a binding before that one. */
static bool has_key(const struct keymap *keymap, size_t before, enum action_id action,
                    unsigned scopes, const char *key)
{
    for (size_t i = 0; i < before; i++) {
        const struct binding *binding = &keymap->bindings[i];
        if (binding->action == action && (binding->scopes & scopes) &&
            strcmp(binding->key, key) == 0)
            return true;
    }
    return false;
}

void keymap_add_keys(const struct keymap *keymap, enum action_id action, unsigned scopes,
                     struct buffer *ret_text)
{
    bool any = false;
    for (size_t i = 0; i < keymap->count; i++) {
        const struct binding *binding = &keymap->bindings[i];
        if (binding->action != action || !(binding->scopes & scopes) ||
            has_key(keymap, i, action, scopes, binding->key))
            continue;
        buffer_print(ret_text, "%s%s", any ? " " : "", binding->key);
        any = true;
    }
}

const char *keymap_key(const struct keymap *keymap, enum action_id action, unsigned scopes)
{
    for (size_t i = 0; keymap && i < keymap->count; i++) {
        const struct binding *binding = &keymap->bindings[i];
        if (binding->action == action && (binding->scopes & scopes))
            return binding->key;
    }
    return action_info(action)->command;
}

bool keymap_has_more(const struct keymap *keymap, enum action_id action, unsigned scopes,
                     unsigned than)
{
    for (size_t i = 0; i < keymap->count; i++) {
        const struct binding *binding = &keymap->bindings[i];
        if (binding->action == action && (binding->scopes & scopes) &&
            !has_key(keymap, keymap->count, action, than, binding->key))
            return true;
    }
    return false;
}
