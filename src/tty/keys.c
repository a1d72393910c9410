/*
 * Keys: see keys.h. Tables, so that a missing name is a missing line.
 */
#include "klientel/tty/keys.h"

#include <stdio.h>
#include <string.h>

#include "klientel/base/text.h"

struct lettered {
    char letter;
    const char *name;
};

/* ESC [ x and ESC O x */
static const struct lettered cursor_keys[] = {
    { 'A', "Up" }, { 'B', "Down" }, { 'C', "Right" }, { 'D', "Left" }, { 'H', "Home" }, { 'F', "End" },
    { 'P', "F1" }, { 'Q', "F2" },   { 'R', "F3" },    { 'S', "F4" },
};

/* ESC [ n ~ */
static const struct {
    int number;
    const char *name;
} numbered_keys[] = {
    { 1, "Home" }, { 2, "Ins" },  { 3, "Del" },  { 4, "End" },  { 5, "PgUp" }, { 6, "PgDn" },
    { 7, "Home" }, { 8, "End" },  { 11, "F1" },  { 12, "F2" },  { 13, "F3" },  { 14, "F4" },
    { 15, "F5" },  { 17, "F6" },  { 18, "F7" },  { 19, "F8" },  { 20, "F9" },  { 21, "F10" },
    { 23, "F11" }, { 24, "F12" }, { 25, "Shift-F1" }, { 26, "Shift-F2" }, { 28, "Shift-F3" },
    { 29, "Shift-F4" }, { 31, "Shift-F5" }, { 32, "Shift-F6" }, { 33, "Shift-F7" }, { 34, "Shift-F8" },
};

/* ESC O x of the keypad in its other mode: what stands on the keys */
static const char pad_letters[] = "pqrstuvwxynlMkmjoIX ";
static const char pad_plain[] = "0123456789.,\r+-*/\t= ";

static const struct {
    const char *capability, *name;
} capabilities[] = {
    { "kcuu1", "Up" },         { "kcud1", "Down" },        { "kcub1", "Left" },       { "kcuf1", "Right" },
    { "kpp", "PgUp" },         { "knp", "PgDn" },          { "khome", "Home" },       { "kend", "End" },
    { "kfnd", "Home" },        { "kslt", "End" },          { "kdch1", "Del" },        { "kich1", "Ins" },
    { "kbs", "Backspace" },    { "kent", "Enter" },        { "kcbt", "Shift-Tab" },   { "kri", "Shift-Up" },
    { "kind", "Shift-Down" },  { "kLFT", "Shift-Left" },   { "kRIT", "Shift-Right" }, { "kHOM", "Shift-Home" },
    { "kEND", "Shift-End" },   { "kPRV", "Shift-PgUp" },   { "kNXT", "Shift-PgDn" },  { "kDC", "Shift-Del" },
    { "kUP", "Shift-Up" },     { "kDN", "Shift-Down" },    { "kUP5", "Ctrl-Up" },     { "kDN5", "Ctrl-Down" },
    { "kLFT5", "Ctrl-Left" },  { "kRIT5", "Ctrl-Right" },  { "kPRV5", "Ctrl-PgUp" },  { "kNXT5", "Ctrl-PgDn" },
    { "kf1", "F1" },           { "kf2", "F2" },            { "kf3", "F3" },           { "kf4", "F4" },
    { "kf5", "F5" },           { "kf6", "F6" },            { "kf7", "F7" },           { "kf8", "F8" },
    { "kf9", "F9" },           { "kf10", "F10" },          { "kf11", "F11" },         { "kf12", "F12" },
};

void keys_name_character(uint32_t scalar, char *ret_name, size_t size)
{
    ret_name[0] = '\0';
    if (scalar == '\r' || scalar == '\n')
        snprintf(ret_name, size, "Enter");
    else if (scalar == '\t')
        snprintf(ret_name, size, "Tab");
    else if (scalar == 27)
        snprintf(ret_name, size, "Esc");
    else if (scalar == 127 || scalar == 8)
        snprintf(ret_name, size, "Backspace");
    else if (scalar == ' ')
        snprintf(ret_name, size, "Space");
    else if (scalar == 0)
        snprintf(ret_name, size, "Ctrl-Space");
    else if (scalar < ' ')
        snprintf(ret_name, size, "Ctrl-%c", (int)('@' + scalar));
    else if (!(scalar >= 0x80 && scalar < 0xa0)) {
        char bytes[4];
        size_t count = text_put(scalar, bytes);
        snprintf(ret_name, size, "%.*s", (int)count, bytes);
    }
}

static const char *lettered(const struct lettered *keys, size_t count, char letter)
{
    for (size_t i = 0; i < count; i++) {
        if (keys[i].letter == letter)
            return keys[i].name;
    }
    return NULL;
}

static const char *cursor_key(char letter)
{
    return lettered(cursor_keys, sizeof cursor_keys / sizeof *cursor_keys, letter);
}

static const char *numbered_key(int number)
{
    for (size_t i = 0; i < sizeof numbered_keys / sizeof *numbered_keys; i++) {
        if (numbered_keys[i].number == number)
            return numbered_keys[i].name;
    }
    return NULL;
}

static void name_modified(const char *key, int modifier, char *ret_name, size_t size)
{
    const char *before = modifier <= 1   ? ""
                         : modifier == 2 ? "Shift-"
                         : modifier == 3 ? "Alt-"
                         : modifier == 5 ? "Ctrl-"
                                         : NULL;
    ret_name[0] = '\0';
    if (key && before && !(*before && strchr(key, '-')))
        snprintf(ret_name, size, "%s%s", before, key);
}

void keys_name_csi(int number, int modifier, char final, char *ret_name, size_t size)
{
    if (final == '~') {
        name_modified(numbered_key(number), modifier, ret_name, size);
    } else if (final == '^') { /* rxvt */
        name_modified(numbered_key(number), 5, ret_name, size);
    } else if (final >= 'a' && final <= 'd') { /* rxvt */
        name_modified(cursor_key((char)(final - 'a' + 'A')), 2, ret_name, size);
    } else if (final == 'Z') {
        name_modified("Shift-Tab", 1, ret_name, size);
    } else {
        name_modified(cursor_key(final), modifier, ret_name, size);
    }
}

void keys_name_ss3(int modifier, char final, char *ret_name, size_t size)
{
    ret_name[0] = '\0';
    const char *pad = final ? strchr(pad_letters, final) : NULL;
    if (final >= 'a' && final <= 'd') /* rxvt */
        name_modified(cursor_key((char)(final - 'a' + 'A')), 5, ret_name, size);
    else if (pad)
        keys_name_character((unsigned char)pad_plain[pad - pad_letters], ret_name, size);
    else
        name_modified(cursor_key(final), modifier, ret_name, size);
}

void keys_name_console(char final, char *ret_name, size_t size)
{
    ret_name[0] = '\0';
    if (final >= 'A' && final <= 'E')
        snprintf(ret_name, size, "F%d", final - 'A' + 1);
}

bool keys_name_escaped(char character, char *ret_name, size_t size)
{
    if (character >= '0' && character <= '9')
        snprintf(ret_name, size, "F%d", character == '0' ? 10 : character - '0');
    else if ((character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z'))
        snprintf(ret_name, size, "Alt-%c", character);
    else
        return false;
    return true;
}

const char *keys_capability(size_t index, const char **ret_name)
{
    if (index >= sizeof capabilities / sizeof *capabilities)
        return NULL;
    *ret_name = capabilities[index].name;
    return capabilities[index].capability;
}
