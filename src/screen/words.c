/*
 * Words: small helpers for text that is typed or shown to be typed: whether typed words stand in a line, and a
 * word as a shell would read it.
 */
#include <string.h>

#include "internal.h"
#include "klientel/base/text.h"

bool folded_words_stand_in(const char *words, const char *line)
{
    size_t length, line_length = strlen(line);

    for (; *words; words += length) {
        words += strspn(words, " ");
        length = strcspn(words, " ");
        if (length > 0 && !memmem(line, line_length, words, length))
            return false;
    }
    return true;
}

bool words_stand_in(const char *words, const char *line)
{
    struct buffer folded_words = { 0 }, folded_line = { 0 };
    bool all;

    text_fold_add(words, strlen(words), &folded_words);
    text_fold_add(line, strlen(line), &folded_line);
    all = folded_words_stand_in(buffer_text(&folded_words), buffer_text(&folded_line));
    buffer_finish(&folded_words);
    buffer_finish(&folded_line);
    return all;
}

void shell_option_add(const char *option, const char *value, struct buffer *ret_text)
{
    if (!value || !*value)
        return;
    buffer_print(ret_text, " --%s ", option);
    text_shell_add(value, ret_text);
}

/* Who is in a relation makes no difference to the text. */
static bool any_clients(void *context, enum filter_relation relation, const char *value,
                        struct ids *ret_clients, struct failure *ret_failure)
{
    (void)context;
    (void)relation;
    (void)value;
    (void)ret_clients;
    (void)ret_failure;
    return true;
}

void shell_filter_add(const char *option, const char *filter, enum dataset dataset,
                      const struct screen_context *context, struct buffer *ret_text)
{
    struct filter_scope scope = { .language = context->session->language,
                                  .today = session_today(context->session),
                                  .clients = any_clients };
    struct filter_error error;
    struct buffer text = { 0 };
    struct filter *compiled = filter ? filter_create(filter, dataset, &scope, &error) : NULL;
    if (compiled && !filter_is_empty(compiled))
        filter_add_canonical(compiled, &text);
    shell_option_add(option, compiled ? buffer_text(&text) : filter, ret_text);
    filter_destroy(compiled);
    buffer_finish(&text);
}
