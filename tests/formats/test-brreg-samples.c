/* Real replies of the register, made by others; skipped, visibly, where that folder is not there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "klientel/formats/brreg.h"

static int count(const char *name, enum brreg_step *ret_last, struct brreg_unit *ret_unit)
{
    char path[512];
    struct input *input;
    struct failure failure = { 0 };
    int units = 0;
    snprintf(path, sizeof path, "%s/brreg/%s", SAMPLES, name);
    assert_true(input_open(path, &input, &failure));
    struct brreg_reader *reader = brreg_reader_create(input);
    while ((*ret_last = brreg_reader_next(reader, ret_unit, &failure)) == BRREG_UNIT)
        units++;
    brreg_reader_destroy(reader);
    input_close(input);
    return units;
}

static void samples__are_read__as_what_they_are(void **state)
{
    static const struct {
        const char *name;
        int units;
        enum brreg_step last;
    } cases[] = {
        { "enheter-details-response.json", 1, BRREG_END },
        { "enheter-details-deleted-response.json", 1, BRREG_END },
        { "enheter-search-response.json", 1, BRREG_END },
        { "enheter-search-page1-response.json", 2, BRREG_END },
        { "enheter-search-page2-response.json", 1, BRREG_END },
        { "enheter-search-empty-response.json", 0, BRREG_END },
        { "enheter-roller-enhet-response.json", 0, BRREG_FAILED },
        { "enheter-roller-person-response.json", 0, BRREG_FAILED },
        { "underenheter-details-response.json", 1, BRREG_END },
        { "underenheter-details-deleted-response.json", 1, BRREG_END },
        { "underenheter-search-response.json", 1, BRREG_END },
        { "underenheter-search-empty-response.json", 0, BRREG_END },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum brreg_step last;
        struct brreg_unit unit;
        assert_int_equal(count(cases[i].name, &last, &unit), cases[i].units);
        assert_int_equal(last, cases[i].last);
    }
}

int main(void)
{
    if (access(SAMPLES "/brreg", R_OK) != 0) {
        fprintf(stderr, "skipped: no samples in %s\n", SAMPLES);
        return 77;
    }
    const struct CMUnitTest tests[] = { cmocka_unit_test(samples__are_read__as_what_they_are) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
