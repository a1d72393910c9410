/*
 * Due text: see due_text.h.
 *
 * State: none.
 */
#include "klientel/rules/due_text.h"

#include <string.h>

#include "klientel/base/message.h"
#include "klientel/base/text.h"

static void number_add(const char *sentence, int64_t count, enum language language,
                       struct buffer *ret_text)
{
    struct message message = { 0 };
    struct buffer number = { 0 };
    language_add_number(language, count, &number);
    message_set(&message, sentence, buffer_text(&number), NULL);
    message_add(&message, language, ret_text);
    buffer_finish(&number);
}

bool due_overdue(const struct dashboard_due *due, struct date today)
{
    return due->date.day < today.day && due->received < due->due;
}

static void parts_add(const struct dashboard_due *due, enum due_words words, enum language language,
                      const char *between, struct buffer *ret_text)
{
    const struct {
        int64_t count;
        const char *brief, *full;
    } parts[] = {
        { due->rejected, N_("%1 rejected"), N_("%1 rejected") },
        { due->missing, N_("%1 not sent"), N_("%1 not sent") },
        { due->made, N_("%1 made"), N_("%1 made, not sent") },
        { due->sent, N_("%1 sent"), N_("%1 sent") },
        { due->waiting, N_("%1 waiting"), N_("%1 waiting for an answer") },
    };
    const char *before = " (";
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i].count <= 0)
            continue;
        buffer_add_text(ret_text, before);
        number_add(words == DUE_LONG ? parts[i].full : parts[i].brief, parts[i].count, language,
                   ret_text);
        before = words == DUE_LONG ? between : ", ";
    }
    if (before[1] != '(')
        buffer_add_byte(ret_text, ')');
}

void due_text_add(const struct dashboard_due *due, struct date today, enum due_words words,
                  enum language language, const char *between, struct buffer *ret_text)
{
    int64_t open = due->due - due->received;
    if (open <= 0) {
        number_add(N_("%1 due, all received"), due->due, language, ret_text);
        return;
    }
    if (due_overdue(due, today)) {
        number_add(N_("%1 overdue"), open, language, ret_text);
    } else {
        number_add(N_("%1 due"), due->due, language, ret_text);
        if (open < due->due) {
            buffer_add_text(ret_text, between);
            number_add(N_("%1 left"), open, language, ret_text);
        }
    }
    parts_add(due, words, language, between, ret_text);
}

void due_received_add(const struct dashboard_due *due, enum language language, const char *between,
                      struct buffer *ret_text)
{
    if (due->received <= 0 || due->received >= due->due)
        return;
    buffer_add_text(ret_text, between);
    number_add(N_("%1 received"), due->received, language, ret_text);
}

void due_names_add(const struct dashboard_names *names, int64_t total, int room,
                   struct buffer *ret_text)
{
    static const char more[] = " …";
    struct buffer text = { 0 };
    size_t fits = 0; /* bytes of the text that fit, with what follows them */
    bool all = false;
    for (size_t i = 0; i < names->count; i++) {
        const char *name = names->list[i].name;
        bool last = (int64_t)i + 1 >= total;
        buffer_add_text(&text, i == 0 ? ": " : ", ");
        text_safe_add(name, strlen(name), &text);
        if (room > 0 && text_width(buffer_text(&text), text.length) +
                                (last ? 0 : 2) > room)
            break;
        fits = text.length;
        all = last;
    }
    buffer_add(ret_text, buffer_text(&text), fits);
    if (fits > 0 && !all)
        buffer_add_text(ret_text, more);
    buffer_finish(&text);
}
