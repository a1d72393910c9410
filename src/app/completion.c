/*
 * Completion: see completion.h.
 *
 * State: struct completion. Invariant: while one browses, the candidate under the cursor stands in the line from
 * `from` up to the line's cursor, else what was typed does.
 */
#include "completion.h"

#include <string.h>

#include "klientel/base/text.h"

void completion_start(struct completion *completion, unsigned flags)
{
    memset(completion, 0, sizeof *completion);
    picker_start(&completion->candidates, PICKER_HINTS | flags, "");
}

void completion_finish(struct completion *completion)
{
    picker_finish(&completion->candidates);
}

void completion_begin(struct completion *completion, const struct line *line, size_t from)
{
    size_t length = line->cursor - from;
    picker_clear(&completion->candidates);
    completion->from = from;
    memcpy(completion->typed, line->text + from, length);
    completion->typed[length] = '\0';
    completion->browsing = false;
}

static bool begins(const char *text, const struct buffer *folded)
{
    struct buffer own = { 0 };
    text_fold_add(text, strlen(text), &own);
    bool fits = own.length >= folded->length &&
                memcmp(buffer_text(&own), buffer_text(folded), folded->length) == 0;
    buffer_finish(&own);
    return fits;
}

bool completion_offer(struct completion *completion, const char *text, const char *also,
                      const char *note, bool dim)
{
    struct buffer typed = { 0 };
    text_fold_add(completion->typed, strlen(completion->typed), &typed);
    bool fits = begins(text, &typed) || (also && begins(also, &typed));
    buffer_finish(&typed);
    if (fits)
        completion_add(completion, text, note, dim);
    return fits;
}

void completion_add(struct completion *completion, const char *text, const char *note, bool dim)
{
    picker_add(&completion->candidates,
               &(struct picker_item){ .text = text, .note = note, .value = text, .dim = dim });
}

void completion_end(struct completion *completion)
{
    picker_narrow(&completion->candidates);
    completion->candidates.cursor = SIZE_MAX;
    completion->candidates.top = 0;
}

size_t completion_count(const struct completion *completion)
{
    return completion->candidates.shown_count;
}

static const char *candidate(const struct completion *completion, size_t position)
{
    return completion->candidates.items[completion->candidates.shown[position]].value;
}

/* How long the beginning is that all candidates share, in whole characters. */
static size_t common_length(const struct completion *completion)
{
    const char *first = candidate(completion, 0);
    size_t length = strlen(first);
    for (size_t i = 1; i < completion_count(completion); i++) {
        const char *other = candidate(completion, i);
        size_t same = 0;
        while (same < length && first[same] == other[same])
            same++;
        length = same;
    }
    while (length > 0 && ((unsigned char)first[length] & 0xC0) == 0x80)
        length--;
    return length;
}

bool completion_put(struct completion *completion, struct line *line)
{
    size_t count = completion_count(completion), typed = strlen(completion->typed);
    if (count == 0 || completion->browsing)
        return false;
    const char *first = candidate(completion, 0);
    size_t length = count == 1 ? strlen(first) : common_length(completion);
    bool longer = length > typed && strncasecmp(first, completion->typed, typed) == 0 &&
                  !(count > 1 && length == 1 && *first == '"'); /* that alone helps nobody */
    if (!longer && (count > 1 || strcmp(first, completion->typed) == 0))
        return false;
    char text[LINE_SIZE];
    if (length >= sizeof text)
        return false;
    memcpy(text, first, length);
    text[length] = '\0';
    line_replace(line, completion->from, line->cursor, text);
    return true;
}

void completion_step(struct completion *completion, struct line *line, int by)
{
    struct picker *candidates = &completion->candidates;
    size_t count = candidates->shown_count;
    if (count == 0)
        return;
    if (!completion->browsing)
        candidates->cursor = by > 0 ? 0 : count - 1;
    else
        candidates->cursor = (candidates->cursor + count + (size_t)by) % count;
    completion->browsing = true;
    line_replace(line, completion->from, line->cursor, picker_chosen(candidates)->value);
}

void completion_undo(struct completion *completion, struct line *line)
{
    if (!completion->browsing)
        return;
    line_replace(line, completion->from, line->cursor, completion->typed);
    completion->browsing = false;
    completion->candidates.cursor = SIZE_MAX;
}
