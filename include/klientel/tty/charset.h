/*
 * Charset: which characters a terminal can show.
 */
#ifndef KLIENTEL_TTY_CHARSET_H
#define KLIENTEL_TTY_CHARSET_H

#include <stdbool.h>

#include "klientel/tty/terminal.h"

/* What a locale's name says: "sv_SE.UTF-8", "nb_NO.ISO-8859-1", "C". NULL or "" says nothing: UTF-8. */
enum charset charset_of_locale(const char *name);
/* The first of LC_ALL, LC_CTYPE, LANG that says something. */
enum charset charset_of_environment(void);
/* True when every character of the text exists in that charset. Controls exist in none. */
bool charset_fits(const char *text, enum charset charset);

#endif
