/* Fuzz target: any bytes as an answer of the register, packed or not. Every text of a unit is there
 * and whole; bad items do not end the reading, a bad file does. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "klientel/base/text.h"
#include "klientel/formats/brreg.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* assert may be compiled out; a finding must not be. */
#define MUST(condition)                                                                            \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                        \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

static void check_unit(const struct brreg_unit *unit)
{
    const char *const texts[] = { unit->orgno,   unit->name,     unit->form,   unit->country,
                                  unit->address, unit->postcode, unit->city,   unit->email,
                                  unit->phone,   unit->parent,   unit->deleted };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        MUST(texts[i] != NULL);
        MUST(text_is_utf8(texts[i], strlen(texts[i])));
    }
    MUST(unit->line >= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input *input = input_memory("fuzz.json", data, size);
    struct brreg_reader *reader = brreg_reader_create(input);
    struct failure failure = { 0 };
    struct brreg_unit unit;
    enum brreg_step step;
    while ((step = brreg_reader_next(reader, &unit, &failure)) == BRREG_UNIT || step == BRREG_BAD)
        if (step == BRREG_UNIT)
            check_unit(&unit);
    MUST(step == BRREG_END || failure.kind != FAILURE_NONE);
    brreg_reader_destroy(reader);
    input_close(input);
    return 0;
}
