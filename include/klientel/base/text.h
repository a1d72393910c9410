/*
 * Text: UTF-8 as people and terminals see it. Inside the program all text is valid UTF-8 in NFC
 * without control characters; what comes from outside passes through text_clean or is refused.
 *
 * utf8proc folds and normalises, ICU collates, wcwidth measures (it is what ncurses itself uses).
 */
#ifndef KLIENTEL_BASE_TEXT_H
#define KLIENTEL_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "klientel/base/arena.h"
#include "klientel/base/buffer.h"
#include "klientel/base/language.h"

/* Called once by main before anything measures text: LC_CTYPE C.UTF-8 for wcwidth, everything else
 * stays "C" (numbers and dates are ours). False when the C library has no UTF-8 locale at all. */
bool text_start(void);

bool text_is_utf8(const char *text, size_t length); /* strict: no surrogates, no overlong, no NUL */
/* Next scalar at *position (moved on); U+FFFD for a broken byte, 0 at the end. */
uint32_t text_next(const char *text, size_t length, size_t *position);
size_t text_put(uint32_t scalar, char ret_bytes[static 4]); /* bytes written */

/* True when the text may be a name, a title, a reason: valid UTF-8, no control character (C0, DEL,
 * C1, U+2028/9), no bidi control, no zero-width, tag, soft hyphen or variation character. */
bool text_is_plain(const char *text, size_t length);

/* NFC copy with blanks trimmed at both ends and inner runs of blanks (also U+00A0) made one space.
 * NULL when the text is not valid UTF-8. Does not remove what text_is_plain refuses. */
char *text_clean(struct arena *arena, const char *text, size_t length);

/* Caseless form for comparing and searching: NFC, full case folding, marks kept: å is not a. */
char *text_fold(struct arena *arena, const char *text, size_t length);
void text_fold_add(const char *text, size_t length, struct buffer *ret_text);

/* At every way out to a person: controls, bidi, zero width, broken bytes become visible marks such
 * as <U+202E> and <0xFF>, a mark without its character stands on U+25CC; at most two combining
 * marks a character. Adds to the buffer. */
void text_safe_add(const char *text, size_t length, struct buffer *ret_text);

/* The word as a POSIX shell reads it: in quotes where it needs them. Adds to the buffer. */
void text_shell_add(const char *word, struct buffer *ret_text);

/* ---- cells on a terminal ---- */

/* Columns that one grapheme cluster beginning at *position takes (moved past it), 0-2; its first
 * scalar decides the width, clusters no terminal agrees about (emoji with ZWJ, flags) count 2. A
 * later scalar that has a width of its own begins a cluster of its own, as it does on terminals. */
int text_cluster(const char *text, size_t length, size_t *position);
int text_width(const char *text, size_t length); /* columns of the whole text */
/* Bytes of the longest prefix that fits in that many columns. */
size_t text_fit(const char *text, size_t length, int columns);

/* What an ASCII terminal shows: å a, ä a, ö o, æ ae, ø o, é e, – -, … (display only, never stored).
 * */
void text_ascii_add(const char *text, size_t length, struct buffer *ret_text);
enum text_charset { TEXT_UTF8, TEXT_LATIN1, TEXT_ASCII };
/* The same for a Latin-1 terminal: what Latin-1 has stays (still UTF-8): å ä ö æ ø é · */
void text_latin1_add(const char *text, size_t length, struct buffer *ret_text);
/* UTF-8 to Latin-1 in place (what does not exist there becomes ?); returns the new length. */
size_t text_latin1_bytes(char *text, size_t length);

/* Letters to change, add, take away, or swap with their neighbour to make a of b; ASCII letters caseless. Texts of
 * more than 40 bytes are 40 slips away from all. */
int text_slips(const char *a, const char *b);

/* ---- order (ICU): sv å ä ö last; nb æ ø å last and Aa as Å; en root order ---- */

struct collator;
/* Falls back to fold order; never NULL. LANGUAGE_COUNT asks for fold order. */
struct collator *collator_create(enum language language);
void collator_destroy(struct collator *collator);
int collator_compare(struct collator *collator, const char *a, const char *b);
/* Sort key: memcmp order of keys (then shorter first) = collator_compare order. Bytes; not text. */
void collator_key_add(struct collator *collator, const char *text, size_t length,
                      struct buffer *ret_key);
/* Changes when stored keys must be made again: ICU and collation data version, e.g. "icu 72.1
 * 153.120 sv". */
const char *collator_version(struct collator *collator);

#endif
