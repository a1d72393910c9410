/*
 * Filter, matching: one row against the tree. Three truths: a pattern that ran into its limit is neither
 * yes nor no, and stays so through !, so a row matches only when that is certain. The value of a
 * tree does not depend on the order in which its parts are looked at.
 */
#include "filter_internal.h"

#include <stdlib.h>
#include <string.h>

void filter_work_finish(struct filter_work *work)
{
    buffer_finish(&work->fold);
    matcher_destroy(work->matcher);
    work->matcher = NULL;
}

/* The folded value, in the work's buffer. Most values are ASCII, where folding is lower case. */
static void fold(struct filter_work *work, const struct value *value)
{
    unsigned char seen = 0;

    buffer_clear(&work->fold);
    buffer_reserve(&work->fold, value->length + 1);
    for (size_t i = 0; i < value->length; i++) {
        unsigned char c = (unsigned char)value->text[i];
        seen |= c;
        work->fold.data[i] = (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
    }
    if (seen >= 0x80) {
        text_fold_add(value->text, value->length, &work->fold);
        return;
    }
    work->fold.length = value->length;
    work->fold.data[work->fold.length] = '\0';
}

static bool has(const struct filter_node *node, struct filter_work *work,
                const struct value *value)
{
    if (!value->known)
        return false;
    fold(work, value);
    return memmem(buffer_text(&work->fold), work->fold.length, node->text, node->length) != NULL;
}

static bool equals(const struct filter_node *node, struct filter_work *work,
                   const struct value *value)
{
    const char *at, *end;

    if (!value->known)
        return false;
    fold(work, value);
    at = buffer_text(&work->fold);
    end = at + work->fold.length;
    if (column_info(node->column)->type != TYPE_LIST)
        return work->fold.length == node->length && memcmp(at, node->text, node->length) == 0;
    for (;;) {
        const char *stop = memchr(at, VALUE_SEPARATOR, (size_t)(end - at));
        size_t length = (size_t)((stop == NULL ? end : stop) - at);
        if (length == node->length && memcmp(at, node->text, length) == 0)
            return true;
        if (stop == NULL)
            return false;
        at = stop + 1;
    }
}

static enum filter_truth match_items(const struct filter_node *node, struct filter_work *work,
                                     const struct value *value, enum column column)
{
    enum filter_truth truth = TRUTH_NO;
    const char *item;
    size_t position = 0, length;

    if (!value->known)
        return TRUTH_NO;
    if (column_info(column)->type != TYPE_LIST)
        return pattern_match(node->pattern, work->matcher, value->text, value->length);
    while (truth != TRUTH_YES && value_item(value, &position, &item, &length)) {
        enum filter_truth one = pattern_match(node->pattern, work->matcher, item, length);
        truth = one > truth ? one : truth;
    }
    return truth;
}

static enum filter_truth match_pattern(const struct filter_node *node, struct filter_work *work,
                                       const struct rowset *rowset, size_t row)
{
    enum filter_truth truth = TRUTH_NO;

    if (work->given_up)
        return TRUTH_UNKNOWN;
    if (work->matcher == NULL)
        work->matcher = matcher_create();
    if (node->column != COLUMN_NONE) {
        struct value value = rowset_value(rowset, row, node->column);
        truth = match_items(node, work, &value, node->column);
    } else {
        const struct dataset_info *info = dataset_info(rowset->dataset);
        for (size_t i = 0; i < info->count && truth != TRUTH_YES; i++) {
            enum column column = (enum column)((int)info->first + (int)i);
            if (!filter_searched(column))
                continue;
            struct value value = rowset_value(rowset, row, column);
            enum filter_truth one = match_items(node, work, &value, column);
            truth = one > truth ? one : truth;
        }
    }
    work->costly |= truth == TRUTH_UNKNOWN;
    return truth;
}

static bool holds(const struct filter_node *node, struct filter_work *work,
                  const struct rowset *rowset, size_t row)
{
    struct value value;
    int64_t id;

    switch (node->kind) {
    case NODE_ALL:
        return true;
    case NODE_IDS:
        id = node->by_row ? rowset->ids[row] : rowset->clients[row];
        return id > 0 && ids_has(node->ids, id);
    case NODE_WORD:
        return memmem(rowset->search + rowset->search_at[row],
                      rowset->search_at[row + 1] - rowset->search_at[row], node->text,
                      node->length) != NULL;
    default:
        value = rowset_value(rowset, row, node->column);
        break;
    }
    switch (node->kind) {
    case NODE_KNOWN:
        return value.known;
    case NODE_EMPTY:
        return !value.known ||
               (column_is_text(column_info(node->column)->type) && value.length == 0);
    case NODE_RANGE:
        return value.known && value.number >= node->low && value.number <= node->high;
    case NODE_EQUAL:
        return equals(node, work, &value);
    case NODE_HAS:
        return has(node, work, &value);
    default:
        return false;
    }
}

enum filter_truth filter_evaluate(const struct filter_node *node, struct filter_work *work,
                                  const struct rowset *rowset, size_t row)
{
    enum filter_truth truth, one;

    switch (node->kind) {
    case NODE_NOT:
        return TRUTH_YES - filter_evaluate(node->child[0], work, rowset, row);
    case NODE_AND:
        truth = TRUTH_YES;
        for (size_t i = 0; i < node->child_count && truth != TRUTH_NO; i++) {
            one = filter_evaluate(node->child[i], work, rowset, row);
            truth = one < truth ? one : truth;
        }
        return truth;
    case NODE_OR:
        truth = TRUTH_NO;
        for (size_t i = 0; i < node->child_count && truth != TRUTH_YES; i++) {
            one = filter_evaluate(node->child[i], work, rowset, row);
            truth = one > truth ? one : truth;
        }
        return truth;
    case NODE_PATTERN:
        return match_pattern(node, work, rowset, row);
    default:
        return holds(node, work, rowset, row) ? TRUTH_YES : TRUTH_NO;
    }
}

bool filter_matches(const struct filter *filter, const struct rowset *rowset, size_t row,
                    bool *ret_costly)
{
    struct filter_work work = { 0 };
    enum filter_truth truth = filter_evaluate(filter->root, &work, rowset, row);

    if (ret_costly != NULL && work.costly)
        *ret_costly = true;
    filter_work_finish(&work);
    return truth == TRUTH_YES;
}
