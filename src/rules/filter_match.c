/*
 * Filter, matching: one row against the tree. Three truths: a pattern that ran into its limit is
 * neither yes nor no, and stays so through !, so a row matches only when that is certain. The value
 * of a tree does not depend on the order in which its parts are looked at.
 */
#include "filter_internal.h"

#include <stdlib.h>
#include <string.h>

void filter_work_finish(struct filter_work *work)
{
    buffer_finish(&work->fold);
    matcher_destroy(work->matcher);
    free(work->memo);
    *work = (struct filter_work){ 0 };
}

/* ---- cells (model.h: struct rowset) ---- */

struct text {
    const char *data;
    size_t length;
};

static int64_t cell_at(const struct rowset *rowset, size_t row, enum column column)
{
    int slot = rowset->slot_of[column_position(column)];

    return slot < 0 ? VALUE_UNKNOWN : rowset->cells[row * rowset->slot_count + (size_t)slot];
}

static struct text text_of(const struct rowset *rowset, int64_t cell)
{
    return (struct text){ rowset->text + ((uint64_t)cell >> 24), (size_t)(cell & 0xFFFFFF) };
}

/* ---- texts ---- */

/* memmem prepares a table at each call, which a short text does not repay. */
static bool contains(const char *text, size_t length, const struct filter_node *node)
{
    enum { SHORT = 512 };
    const char *at = text, *last;

    if (length < node->length)
        return false;
    if (length > SHORT)
        return memmem(text, length, node->text, node->length) != NULL;
    last = text + (length - node->length);
    while (at <= last) {
        at = memchr(at, node->text[0], (size_t)(last - at) + 1);
        if (at == NULL)
            return false;
        if (memcmp(at, node->text, node->length) == 0)
            return true;
        at++;
    }
    return false;
}

static bool equals(const struct filter_node *node, const struct buffer *folded)
{
    const char *at = buffer_text(folded), *end = at + folded->length;

    if (column_info(node->column)->type != TYPE_LIST)
        return folded->length == node->length && memcmp(at, node->text, node->length) == 0;
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
                                     struct text text, enum column column)
{
    struct value value = { .known = true, .text = text.data, .length = text.length };
    enum filter_truth truth = TRUTH_NO;
    const char *item;
    size_t position = 0, length;

    if (column_info(column)->type != TYPE_LIST)
        return pattern_match(node->pattern, work->matcher, text.data, text.length);
    while (truth != TRUTH_YES && value_item(&value, &position, &item, &length)) {
        enum filter_truth one = pattern_match(node->pattern, work->matcher, item, length);
        truth = one > truth ? one : truth;
    }
    return truth;
}

static enum filter_truth text_truth(const struct filter_node *node, struct filter_work *work,
                                    struct text text, enum column column)
{
    if (node->kind == NODE_PATTERN)
        return match_items(node, work, text, column);
    buffer_clear(&work->fold);
    text_fold_add(text.data, text.length, &work->fold);
    if (node->kind == NODE_EQUAL)
        return equals(node, &work->fold) ? TRUTH_YES : TRUTH_NO;
    return contains(buffer_text(&work->fold), work->fold.length, node) ? TRUTH_YES : TRUTH_NO;
}

/* What the node says of the text in a cell; nothing that is unknown holds. */
static enum filter_truth cell_truth(const struct filter_node *node, struct filter_work *work,
                                    const struct rowset *rowset, size_t row, enum column column)
{
    int64_t cell = cell_at(rowset, row, column);
    struct filter_memo *memo;

    if (cell == VALUE_UNKNOWN)
        return TRUTH_NO;
    if (work->memo == NULL)
        return text_truth(node, work, text_of(rowset, cell), column);
    memo = &work->memo[((uint64_t)cell ^ (uint64_t)cell >> 24 ^ (uintptr_t)node >> 4) % MEMO_SIZE];
    if (memo->node != node || memo->cell != cell) {
        memo->truth = text_truth(node, work, text_of(rowset, cell), column);
        memo->node = node;
        memo->cell = cell;
    }
    return memo->truth;
}

static enum filter_truth match_pattern(const struct filter_node *node, struct filter_work *work,
                                       const struct rowset *rowset, size_t row)
{
    enum filter_truth truth = TRUTH_NO;

    if (work->given_up)
        return TRUTH_UNKNOWN;
    if (work->matcher == NULL)
        work->matcher = matcher_create();
    for (size_t i = 0; i < node->column_count && truth != TRUTH_YES; i++) {
        enum filter_truth one = cell_truth(node, work, rowset, row, node->columns[i]);
        truth = one > truth ? one : truth;
    }
    work->costly |= truth == TRUTH_UNKNOWN;
    return truth;
}

/* ---- the tree ---- */

static bool holds(const struct filter_node *node, const struct rowset *rowset, size_t row)
{
    int64_t number, id;
    size_t start;

    switch (node->kind) {
    case NODE_ALL:
        return true;
    case NODE_IDS:
        id = node->by_row ? rowset->ids[row] : rowset->clients[row];
        return id > 0 && ids_has(node->ids, id);
    case NODE_WORD:
        start = rowset->search_at[row];
        return contains(rowset->search + start, rowset->search_at[row + 1] - start, node);
    default:
        number = cell_at(rowset, row, node->column);
        break;
    }
    switch (node->kind) {
    case NODE_KNOWN:
        return number != VALUE_UNKNOWN;
    case NODE_EMPTY:
        return number == VALUE_UNKNOWN || (column_is_text(column_info(node->column)->type) &&
                                           text_of(rowset, number).length == 0);
    case NODE_RANGE:
        return number != VALUE_UNKNOWN && number >= node->low && number <= node->high;
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
    case NODE_HAS:
    case NODE_EQUAL:
        return cell_truth(node, work, rowset, row, node->column);
    default:
        return holds(node, rowset, row) ? TRUTH_YES : TRUTH_NO;
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
