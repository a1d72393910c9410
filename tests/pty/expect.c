/*
 * Expect: what must hold of a screen whatever it shows, and of a terminal the program has left.
 */
#include <stdio.h>
#include <string.h>
#include <termios.h>

#include "drive.h"

/* The line at *at, moved past it. */
static const char *next_line(const char **at, size_t *ret_length)
{
    const char *line = *at;
    *ret_length = strcspn(line, "\n");
    *at = line + *ret_length + (line[*ret_length] == '\n');
    return line;
}

static bool is_blank(const char *line, size_t length)
{
    return strspn(line, " .\n") >= length;
}

void drive_expect_fresh(struct drive *drive)
{
    struct buffer before = { 0 }, after = { 0 };
    struct glass_state state;
    glass_picture(drive_glass(drive), &before);
    drive_key(drive, "Ctrl-L");
    glass_picture(drive_glass(drive), &after);
    glass_state(drive_glass(drive), &state);
    const char *a = buffer_text(&before), *b = buffer_text(&after);
    for (int line = 0; *a || *b; line++) {
        size_t x, y;
        const char *old = next_line(&a, &x), *new = next_line(&b, &y);
        if (x == y && memcmp(old, new, x) == 0)
            continue;
        if (line / 2 == state.rows - 2 && is_blank(new, y)) /* a message goes with the next key */
            continue;
        drive_fail(drive, "row %d was stale: it had been\n|%.*s\nand is\n|%.*s\n", line / 2, (int)x, old,
                   (int)y, new);
    }
    buffer_finish(&before);
    buffer_finish(&after);
}

/* Writes into the terminal after the program has ended, and looks whether a row is what was written. */
static void expect_written(struct drive *drive, const char *bytes, int row, const char *text,
                           const char *what)
{
    struct glass *glass = drive_glass(drive);
    struct buffer line = { 0 };
    glass_feed(glass, bytes, strlen(bytes));
    glass_row(glass, row, &line);
    if (strcmp(buffer_text(&line), text) != 0)
        drive_fail(drive, "the terminal was not restored: %s", what);
    buffer_finish(&line);
}

void drive_expect_restored(struct drive *drive)
{
    struct glass_state state;
    glass_state(drive_glass(drive), &state);
    const char *left = state.alternate     ? "it is on the alternate screen"
                       : !state.cursor     ? "its cursor is hidden"
                       : state.paste       ? "pastes are marked"
                       : state.keypad      ? "its keypad sends no digits"
                       : state.cursor_keys ? "its arrows are an application's"
                       : state.mouse       ? "the mouse is on"
                       : state.pen         ? "its pen is not plain"
                                           : NULL;
    if (left)
        drive_fail(drive, "the terminal was not restored: %s", left);
    if (!drive_line_is_restored(drive))
        drive_fail(drive, "the terminal was not restored: line settings");
    if (state.rows < 3 || state.columns < 8)
        return;
    char wide[2100] = "\033[H";
    memset(wide + 3, 'x', (size_t)state.columns);
    memcpy(wide + 3 + state.columns, "y\033[K", 5);
    expect_written(drive, "\033[H\033[Jlqk~", 0, "lqk~", "letters are drawn as lines");
    expect_written(drive, "\033[H\033[Jab\033[H1", 0, "1b", "it inserts");
    expect_written(drive, wide, 1, "y", "it does not wrap");
    expect_written(drive, "\033[H\033[Jtop\033[999;1H\n", 0, "", "a part of it scrolls alone");
}

/* CSI r, CSI 1 ; ROWS r */
void drive_expect_whole_region(struct drive *drive)
{
    struct glass_state state;
    const char *text = buffer_text(drive_raw(drive)), *last = NULL;
    glass_state(drive_glass(drive), &state);
    for (; (text = strstr(text, "\033[")); text += 2) {
        if (text[2 + strspn(text + 2, "0123456789;")] == 'r')
            last = text + 2;
    }
    int from = 1, to = state.rows;
    if (last && *last != 'r' && sscanf(last, "%d;%d", &from, &to) != 2)
        to = 0;
    if (from != 1 || to != state.rows)
        drive_fail(drive, "rows %d to %d of %d are left to scroll alone", from, to, state.rows);
}

static bool is_utf8(const struct buffer *raw)
{
    size_t position = 0;
    while (position < raw->length) {
        if (raw->data[position] == '\0') /* padding */
            position++;
        else if (text_next(raw->data, raw->length, &position) == 0xfffd)
            return false;
    }
    return true;
}

void drive_expect_charset(struct drive *drive)
{
    const struct buffer *raw = drive_raw(drive);
    enum text_charset charset = drive_charset(drive);
    if (charset == TEXT_UTF8) {
        if (!is_utf8(raw))
            drive_fail(drive, "bytes that are no UTF-8 were sent");
        return;
    }
    for (size_t i = 0; i < raw->length; i++) {
        unsigned char byte = (unsigned char)raw->data[i];
        unsigned char next = (unsigned char)(i + 1 < raw->length ? raw->data[i + 1] : 0);
        if (charset == TEXT_ASCII && byte >= 0x80)
            drive_fail(drive, "the byte %02x was sent to an ASCII terminal", byte);
        if (byte >= 0x80 && byte < 0xa0)
            drive_fail(drive, "the control byte %02x was sent", byte);
        if ((byte == 0xc2 || byte == 0xc3) && next >= 0x80 && next < 0xc0)
            drive_fail(drive, "UTF-8 (%02x %02x) was sent to a Latin-1 terminal", byte, next);
    }
}
