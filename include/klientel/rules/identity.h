/*
 * Identity: organisation numbers, national ids, logins, and what they are compared as.
 *
 * Norway: 9 digits, weights 3 2 7 6 5 4 3 2, modulus 11 (Enhetsregisteret; 123456785 is its own
 * example). Sweden: 10 digits, Luhn; a sole trader's number is a personal number. Formats:
 * formats/norway.md §1.1, formats/sweden.md.
 */
#ifndef KLIENTEL_RULES_IDENTITY_H
#define KLIENTEL_RULES_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>

enum { ORGNO_SIZE = 16 };

enum orgno_result {
    ORGNO_OK,
    ORGNO_EMPTY,
    ORGNO_NOT_DIGITS,
    ORGNO_LENGTH,
    ORGNO_CHECK_DIGIT,
    ORGNO_COUNTRY, /* a country whose numbers are not known here */
};

/*
 * Normalises what people type: blanks, no-break spaces, hyphens and points fall away, so do a leading "NO"
 * or "SE", a trailing "MVA" (Norway), a leading century "16" before ten digits (and "19"/"20" of a sole
 * trader) and a trailing "01" of a Swedish VAT number (12 digits after SE). country is "NO", "SE" or
 * "" (told from the letters, else from the length); a given country is not overruled by letters. ret_digits and ret_country are filled as far as possible even when
 * the check digit is wrong.
 */
enum orgno_result orgno_normalise(const char *text, const char *country,
                                  char ret_digits[static ORGNO_SIZE], char ret_country[static 3]);
/* A Swedish sole trader's number is a personal number (its third digit is 0 or 1): person data. */
bool orgno_is_person(const char *digits, const char *country);
/* Why it was refused, as an English source text; NULL for ORGNO_OK. %1 = the number as typed. */
const char *orgno_message(enum orgno_result result);
/* As printed: NO 987 654 321, SE 556677-8899. Other text is copied. */
void orgno_show(const char *digits, const char *country, char ret_text[static 24]);
/* Digits of a filter word that may be an organisation number typed any way (C59); false when it can not
 * be one (letters other than NO/SE/MVA, fewer than two digits). */
bool orgno_search_digits(const char *word, size_t length, char ret_digits[static 32]);

/* 1-63 of a-z 0-9 . _ - @, starting with a letter or digit. Logins are stored in lower case. */
bool login_valid(const char *login);

/* Whether a text is a Norwegian (11 digits) or Swedish (10 or 12) national id: a day of birth, also of
 * the made-up kinds (D, coordination and test numbers), and the right check digits. Blanks, - and + may
 * stand between. */
bool national_id_like(const char *text);
/* Masked for a person's eyes: the birth part stays, the rest becomes *: 010190-****, 010190*****. */
void national_id_mask(const char *national_id, char ret_text[static 24]);

#endif
