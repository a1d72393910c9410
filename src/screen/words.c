/*
 * Words: small helpers for text that is typed or shown to be typed: whether typed words stand in a line, and a
 * word as a shell would read it.
 */
#include <string.h>

#include "internal.h"
#include "klientel/base/text.h"

bool words_stand_in(const char *words, const char *line)
{
    struct buffer folded_words = { 0 }, folded_line = { 0 };
    const char *at;
    bool all = true;

    text_fold_add(words, strlen(words), &folded_words);
    text_fold_add(line, strlen(line), &folded_line);
    for (at = buffer_text(&folded_words); all && *at;) {
        size_t length;

        at += strspn(at, " ");
        length = strcspn(at, " ");
        all = length == 0 ||
              memmem(buffer_text(&folded_line), folded_line.length, at, length) != NULL;
        at += length;
    }
    buffer_finish(&folded_words);
    buffer_finish(&folded_line);
    return all;
}

void shell_word_add(const char *word, struct buffer *ret_text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_-.,:/=+%@";

    if (*word && strspn(word, plain) == strlen(word)) {
        buffer_add_text(ret_text, word);
        return;
    }
    buffer_add_byte(ret_text, '\'');
    for (; *word; word++) {
        if (*word == '\'')
            buffer_add_text(ret_text, "'\\''");
        else
            buffer_add_byte(ret_text, *word);
    }
    buffer_add_byte(ret_text, '\'');
}

void shell_option_add(const char *option, const char *value, struct buffer *ret_text)
{
    if (!value || !*value)
        return;
    buffer_print(ret_text, " --%s ", option);
    shell_word_add(value, ret_text);
}
