/*
 * Keys: names for key codes. A table, so that a missing name is a missing line.
 */
#include "klientel/tty/keys.h"

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <stdio.h>
#include <string.h>

#include "klientel/base/text.h"

static const struct {
    int code;
    const char *name;
} codes[] = {
    { KEY_UP, "Up" },          { KEY_DOWN, "Down" },       { KEY_LEFT, "Left" },
    { KEY_RIGHT, "Right" },    { KEY_PPAGE, "PgUp" },      { KEY_NPAGE, "PgDn" },
    { KEY_HOME, "Home" },      { KEY_END, "End" },         { KEY_FIND, "Home" },
    { KEY_SELECT, "End" },     { KEY_DC, "Del" },          { KEY_IC, "Ins" },
    { KEY_BACKSPACE, "Backspace" }, { KEY_ENTER, "Enter" }, { KEY_BTAB, "Shift-Tab" },
    { KEY_SR, "Shift-Up" },    { KEY_SF, "Shift-Down" },   { KEY_SLEFT, "Shift-Left" },
    { KEY_SRIGHT, "Shift-Right" }, { KEY_A1, "Home" },     { KEY_A3, "PgUp" },
    { KEY_C1, "End" },         { KEY_C3, "PgDn" },
};

/* Keypad keys whose plain character is given to ncurses as the code itself, through a private range. */
enum { KEY_PAD = KEY_MAX - 90 };
static const char pad_letters[] = "pqrstuvwxynlMkmjo";
static const char pad_plain[] = "0123456789.,\r+-*/";

/* Also where terminfo has another name for them: newer descriptions call 7 of the pad "A1", older ones F9. */
void keys_define_keypad(void)
{
    char sequence[4] = "\033O?";
    for (int i = 0; pad_letters[i]; i++) {
        sequence[2] = pad_letters[i];
        define_key(sequence, KEY_PAD + i);
    }
}

/* Arrows, Home and End in the words of both modes and of other terminals: many do not keep to their terminfo. */
void keys_define_arrows(void)
{
    static const struct {
        const char *sequence;
        int code;
    } words[] = {
        { "\033[A", KEY_UP },    { "\033[B", KEY_DOWN },  { "\033[C", KEY_RIGHT }, { "\033[D", KEY_LEFT },
        { "\033OA", KEY_UP },    { "\033OB", KEY_DOWN },  { "\033OC", KEY_RIGHT }, { "\033OD", KEY_LEFT },
        { "\033[H", KEY_HOME },  { "\033[F", KEY_END },   { "\033OH", KEY_HOME },  { "\033OF", KEY_END },
        { "\033[1~", KEY_HOME }, { "\033[4~", KEY_END },  { "\033[7~", KEY_HOME }, { "\033[8~", KEY_END },
        { "\033[5~", KEY_PPAGE }, { "\033[6~", KEY_NPAGE }, { "\033[Z", KEY_BTAB }, { "\033[3~", KEY_DC },
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!key_defined(words[i].sequence))
            define_key(words[i].sequence, words[i].code);
    }
}

static void name_of_character(wint_t key, char *ret_name, size_t size)
{
    if (key == '\r' || key == '\n')
        snprintf(ret_name, size, "Enter");
    else if (key == '\t')
        snprintf(ret_name, size, "Tab");
    else if (key == 27)
        snprintf(ret_name, size, "Esc");
    else if (key == 127 || key == 8)
        snprintf(ret_name, size, "Backspace");
    else if (key == ' ')
        snprintf(ret_name, size, "Space");
    else if (key >= 1 && key <= 26)
        snprintf(ret_name, size, "Ctrl-%c", (int)('A' + key - 1));
    else if (key > ' ' && !(key >= 0x80 && key < 0xa0)) {
        char bytes[4];
        size_t count = text_put(key, bytes);
        snprintf(ret_name, size, "%.*s", (int)count, bytes);
    }
}

void keys_name(bool is_code, wint_t key, char *ret_name, size_t size)
{
    ret_name[0] = '\0';
    if (!is_code) {
        name_of_character(key, ret_name, size);
        return;
    }
    if (key >= KEY_PAD && key < KEY_PAD + sizeof pad_plain - 1) {
        name_of_character((wint_t)pad_plain[key - KEY_PAD], ret_name, size);
        return;
    }
    if (key >= KEY_F(1) && key <= KEY_F(12)) {
        snprintf(ret_name, size, "F%d", (int)(key - KEY_F0));
        return;
    }
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        if ((wint_t)codes[i].code == key) {
            snprintf(ret_name, size, "%s", codes[i].name);
            return;
        }
    }
}

bool keys_fits_charset(const char *text, enum charset charset)
{
    size_t position = 0, length = strlen(text);
    while (position < length) {
        uint32_t scalar = text_next(text, length, &position);
        if (scalar < 0x80)
            continue;
        if (charset == CHARSET_UTF8 || (charset == CHARSET_LATIN1 && scalar >= 0xa0 && scalar <= 0xff))
            continue;
        return false;
    }
    return true;
}
