/*
 * Paint: surfaces → the bytes a terminal of some type needs to show them. The only place that knows ncurses (with terminfo.h).
 * Touches no terminal itself: what ncurses would send is collected and handed out.
 *
 * What is sent is in the terminal's charset: UTF-8, Latin-1 or ASCII; controls, and what the charset does not
 * have, never get out. Styles that a terminal cannot show become others that it can.
 */
#ifndef KLIENTEL_TTY_PAINT_H
#define KLIENTEL_TTY_PAINT_H

#include <stdbool.h>
#include <stddef.h>

#include "klientel/base/buffer.h"
#include "klientel/screen/surface.h"
#include "klientel/tty/terminal.h"

struct paint_options {
    const char *type;     /* as in TERM; NULL, "" or unknown: xterm-256color, xterm or vt100 */
    enum charset charset; /* not auto */
    enum color color;
    int rows, columns;
};

struct paint;
/* NULL when not even vt100 is described on this machine. Adds what begins a session. */
struct paint *paint_create(const struct paint_options *options, struct buffer *ret_bytes);
void paint_destroy(struct paint *paint); /* NULL-safe */
/* True when the type was not known and another description is used. */
bool paint_guessed(const struct paint *paint);
const char *paint_type(const struct paint *paint); /* the one that is used */
/* What ends a session, also in the middle of one. Valid as long as the paint. */
const char *paint_leave(const struct paint *paint);
/* Adds what begins it again after paint_leave was sent; the next show sends everything. */
void paint_enter(struct paint *paint, struct buffer *ret_bytes);
/* The size in use: sizes beyond reason are cut. The next show sends everything. */
void paint_resize(struct paint *paint, int rows, int columns);
void paint_redraw(struct paint *paint); /* the next show sends everything */
/* Adds the bytes that make the terminal show the surface; none when it does already. helping: about how many
 * bytes; then the row with the terminal's cursor comes first, the others from the top, and false says that rows
 * are left for the next call. SIZE_MAX = all. */
bool paint_show(struct paint *paint, const struct surface *surface, size_t helping,
                struct buffer *ret_bytes);
/* A string of the terminal's description without its delays, "" when it has none. */
void paint_capability(struct paint *paint, const char *name, struct buffer *ret_bytes);

#endif
