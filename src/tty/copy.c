/*
 * Copy: see copy.h. No state.
 */
#include "klientel/tty/copy.h"

#include <stdlib.h>

#include "klientel/base/hash.h"

enum { SCREEN_PIECE = 256 }; /* screen cuts longer strings */

enum copy_through copy_through_environment(void)
{
    const char *tmux = getenv("TMUX"), *screen = getenv("STY");
    return tmux && *tmux ? COPY_TMUX : screen && *screen ? COPY_SCREEN : COPY_DIRECT;
}

/* tmux passes on what stands in its own envelope, each Esc doubled, where it is allowed to; the bare sequence
 * before it is for those where tmux itself may set the clipboard. */
static void add_for_tmux(const struct buffer *plain, struct buffer *ret_bytes)
{
    buffer_add(ret_bytes, plain->data, plain->length);
    buffer_add_text(ret_bytes, "\033Ptmux;\033");
    buffer_add(ret_bytes, plain->data, plain->length);
    buffer_add_text(ret_bytes, "\033\\");
}

static void add_for_screen(const struct buffer *plain, struct buffer *ret_bytes)
{
    for (size_t at = 0; at < plain->length; at += SCREEN_PIECE) {
        size_t left = plain->length - at;
        buffer_add_text(ret_bytes, "\033P");
        buffer_add(ret_bytes, plain->data + at, left < SCREEN_PIECE ? left : SCREEN_PIECE);
        buffer_add_text(ret_bytes, "\033\\");
    }
}

bool copy_sequence(const char *text, size_t length, enum copy_through through,
                   struct buffer *ret_bytes)
{
    struct buffer plain = { 0 };
    if (length > COPY_MAX)
        return false;
    buffer_add_text(&plain, "\033]52;c;");
    base64_add(text, length, &plain);
    buffer_add_byte(&plain, '\a');
    if (through == COPY_TMUX)
        add_for_tmux(&plain, ret_bytes);
    else if (through == COPY_SCREEN)
        add_for_screen(&plain, ret_bytes);
    else
        buffer_add(ret_bytes, plain.data, plain.length);
    buffer_finish(&plain);
    return true;
}
