/*
 * Brreg: units of the Norwegian register of legal entities (Enhetsregisteret), as its open service
 * sends them in JSON: one unit, a search reply, or the bulk file: one array of all units, read one
 * unit at a time so that memory stays the same. Read through input.h, so gzipped files need nothing
 * more.
 */
#ifndef KLIENTEL_FORMATS_BRREG_H
#define KLIENTEL_FORMATS_BRREG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "klientel/base/message.h"
#include "klientel/formats/input.h"
#include "klientel/rules/model.h"

/* Texts are UTF-8, "" when the register has nothing; they live until the next call. */
struct brreg_unit {
    int64_t line;      /* where it begins */
    const char *orgno; /* as it stands there: it may be wrong */
    const char *name, *form;
    const char *country;                   /* of the address: NO, PL, … */
    const char *address, *postcode, *city; /* business address, else postal address */
    const char *email, *phone;
    const char *parent;      /* of a sub-unit: the main unit's number */
    const char *deleted;     /* date it left the register */
    bool is_sub_unit;        /* BEDR, AAFY: a place of work, not a company */
    struct figure employees; /* unknown when none were registered: that is not 0 */
};

struct brreg_reader;
struct brreg_reader *brreg_reader_create(struct input *input); /* input stays the caller's */
void brreg_reader_destroy(struct brreg_reader *reader);        /* NULL-safe */

/* BRREG_BAD: this item is not a unit (ret_unit has its line, ret_failure says why); reading may go
 * on. BRREG_FAILED: the file is not what it should be; ret_failure names file and line. */
enum brreg_step { BRREG_UNIT, BRREG_BAD, BRREG_END, BRREG_FAILED };
enum brreg_step brreg_reader_next(struct brreg_reader *reader, struct brreg_unit *ret_unit,
                                  struct failure *ret_failure);

/* True when the first bytes look like JSON (after blanks and a BOM: an object or an array). */
bool brreg_looks_like(const char *head, size_t length);

#endif
