/*
 * Filter, words with a colon: x:y whose x is no column is text. Mostly a slip: which x that was, and what it
 * looks like.
 *
 * State: none.
 */
#include "filter_internal.h"

#include <string.h>

#include "klientel/base/text.h"
#include "klientel/rules/dataset.h"

enum { NAME_MOST = 40 };

static unsigned least(unsigned a, unsigned b, unsigned c)
{
    unsigned low = a < b ? a : b;

    return low < c ? low : c;
}

/* Letters to take away, put in or change to make one of the other; both folded. */
static unsigned distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    unsigned row[NAME_MOST + 1], before, above;

    for (size_t j = 0; j <= b_length; j++)
        row[j] = (unsigned)j;
    for (size_t i = 1; i <= a_length; i++) {
        before = row[0];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b_length; j++) {
            above = row[j];
            row[j] = least(above + 1, row[j - 1] + 1, before + (a[i - 1] != b[j - 1]));
            before = above;
        }
    }
    return row[b_length];
}

struct near {
    struct arena *arena;
    const char *wanted;
    size_t length;
    unsigned distance; /* of the best so far, or one more than is near */
    const char *name;
};

static void consider(struct near *near, const char *spelled, const char *name)
{
    char *folded = text_fold(near->arena, spelled, strlen(spelled));
    size_t length = strlen(folded);

    if (length == 0 || length > NAME_MOST)
        return;
    unsigned found = distance(near->wanted, near->length, folded, length);
    if (found < near->distance) {
        near->distance = found;
        near->name = name;
    }
}

/* The name that is meant, perhaps: one letter wrong, two in long ones. NULL = none is near. */
static const char *nearest(struct filter_parser *parser, const char *name)
{
    static const char *const others[] = { "is", "resp", "staff", "group", "view" };
    const struct dataset_info *info = dataset_info(parser->filter->dataset);
    struct near near = { .arena = parser->filter->arena };

    near.wanted = text_fold(near.arena, name, strlen(name));
    near.length = strlen(near.wanted);
    if (near.length < 2 || near.length > NAME_MOST)
        return NULL;
    near.distance = near.length < 6 ? 2 : 3;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        consider(&near, others[i], others[i]);
    for (size_t i = 0; i < info->count; i++) {
        const struct column_info *column = column_info((enum column)((int)info->first + (int)i));
        const char *label = text_tr(parser->scope->language, column->label);
        consider(&near, column->name, column->name);
        consider(&near, label, label);
    }
    return near.name;
}

void filter_note_stray(struct filter_parser *parser, const char *name, size_t length)
{
    struct filter *filter = parser->filter;

    if (filter->stray != NULL)
        return;
    filter->stray = arena_text_n(filter->arena, name, length);
    filter->near = nearest(parser, filter->stray);
}

bool filter_stray(const struct filter *filter, struct message *ret_message)
{
    if (filter->stray == NULL)
        return false;
    message_set(ret_message,
                filter->near ? N_("No column \"%1\": looked for as text (%2?).")
                             : N_("No column \"%1\": looked for as text."),
                filter->stray, filter->near, NULL);
    return true;
}
