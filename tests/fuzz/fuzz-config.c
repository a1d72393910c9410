/* Fuzz target: a configuration file's text. Whatever it is, it is read or refused with a sentence. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "klientel/base/buffer.h"
#include "klientel/config/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* libconfig forgets a half-read text when a syntax error follows it; a few bytes, once a start. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libconfig";
}

/* assert may be compiled out; a finding must not be. */
#define MUST(condition)                                                                            \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                        \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct config *config = config_create();
    struct failure failure = { 0 };
    if (config_read_text(config, (const char *)data, size, "fuzz.conf", &failure)) {
        for (int i = 0; i < SETTING_COUNT; i++)
            MUST(config_text(config, (enum setting)i) != NULL);
        MUST(config_number(config, SETTING_GATE_SECONDS) >= 1);
        const struct key_binding *keys;
        for (size_t i = config_keys(config, &keys); i-- > 0;)
            MUST(strlen(keys[i].action) + strlen(keys[i].key) + strlen(keys[i].scope) < size);
    } else {
        struct buffer sentence = { 0 };
        failure_add(&failure, LANGUAGE_EN, &sentence);
        MUST(failure.kind == FAILURE_USAGE && sentence.length > 0);
        buffer_finish(&sentence);
    }
    config_close(config);
    return 0;
}
