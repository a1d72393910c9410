/*
 * Figure: small drawings of a row of figures, the same on the screen and on the command line.
 */
#ifndef KLIENTEL_RULES_FIGURE_H
#define KLIENTEL_RULES_FIGURE_H

#include <stdbool.h>
#include <stddef.h>

#include "klientel/base/buffer.h"
#include "klientel/rules/model.h"

/* One character a figure, ▁▂▃▄▅▆▇█ (or .:-=+*#@ in ASCII), blank where it is unknown; scaled
 * between the smallest and the greatest, a flat row in the middle. */
void sparkline(const struct figure *figures, size_t count, bool ascii, struct buffer *ret_text);

#endif
