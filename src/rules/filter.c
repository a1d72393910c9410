/*
 * Filter: the compiled object. Immutable after filter_create: a scan keeps what it writes itself.
 *
 * After parsing, brothers are put cheapest first, and the texts are gathered of which every
 * matching row must have one in its search text: a scan jumps from one of them to the next instead
 * of looking at rows.
 */
#include "filter_internal.h"

#include <stdlib.h>
#include <string.h>

/* ---- order ---- */

static const unsigned costs[] = {
    [NODE_ALL] = 1,    [NODE_IDS] = 4,   [NODE_KNOWN] = 6, [NODE_EMPTY] = 6,  [NODE_RANGE] = 6,
    [NODE_WORD] = 25,  [NODE_EQUAL] = 40, [NODE_HAS] = 60, [NODE_PATTERN] = 200,
};

enum { COST_MAX = 1000000, COST_ALL_COLUMNS = 600 };

static int by_cost(const void *a, const void *b)
{
    const struct filter_node *one = *(struct filter_node *const *)a;
    const struct filter_node *other = *(struct filter_node *const *)b;

    return (one->cost > other->cost) - (one->cost < other->cost);
}

static void order(struct filter_node *node)
{
    if (node->child_count == 0) {
        node->cost = costs[node->kind];
        if (node->kind == NODE_PATTERN && node->column == COLUMN_NONE)
            node->cost = COST_ALL_COLUMNS;
        return;
    }
    for (size_t i = 0; i < node->child_count; i++) {
        order(node->child[i]);
        node->cost += node->child[i]->cost;
        if (node->cost > COST_MAX)
            node->cost = COST_MAX;
    }
    if (node->child_count > 1)
        qsort(node->child, node->child_count, sizeof *node->child, by_cost);
}

/* ---- what a matching row must have in its search text ---- */

static void literals_of(const struct filter_node *node, struct arena *arena,
                        struct filter_literals *ret_literals);

static void one_literal(const struct filter_node *node, bool is_exact,
                        struct filter_literals *ret_literals)
{
    if (node->length == 0)
        return;
    ret_literals->item[0] = (struct filter_literal){ node->text, node->length, false };
    ret_literals->count = 1;
    ret_literals->exact = is_exact;
}

static void literals_of_or(const struct filter_node *node, struct arena *arena,
                           struct filter_literals *ret_literals)
{
    struct filter_literals child;

    ret_literals->exact = true;
    for (size_t i = 0; i < node->child_count; i++) {
        literals_of(node->child[i], arena, &child);
        if (child.count == 0 || ret_literals->count + child.count > FILTER_LITERALS_MAX) {
            ret_literals->count = 0;
            return;
        }
        memcpy(ret_literals->item + ret_literals->count, child.item,
               child.count * sizeof *child.item);
        ret_literals->count += child.count;
        ret_literals->exact &= child.exact;
    }
}

/* Of several conjuncts the one that promises the fewest hits: few and long texts. */
static void literals_of_and(const struct filter_node *node, struct arena *arena,
                            struct filter_literals *ret_literals)
{
    struct filter_literals child;

    for (size_t i = 0; i < node->child_count; i++) {
        literals_of(node->child[i], arena, &child);
        if (child.count > 0 &&
            (ret_literals->count == 0 || literals_shortest(&child) > literals_shortest(ret_literals)))
            *ret_literals = child;
    }
    ret_literals->exact = false;
}

static void literals_of(const struct filter_node *node, struct arena *arena,
                        struct filter_literals *ret_literals)
{
    ret_literals->count = 0;
    ret_literals->exact = false;
    if (node->kind == NODE_WORD)
        one_literal(node, true, ret_literals);
    else if ((node->kind == NODE_HAS || node->kind == NODE_EQUAL) && filter_searched(node->column))
        one_literal(node, false, ret_literals);
    else if (node->kind == NODE_PATTERN && (node->column == COLUMN_NONE || filter_searched(node->column)))
        pattern_literals(node->text, node->length, arena, ret_literals);
    else if (node->kind == NODE_OR)
        literals_of_or(node, arena, ret_literals);
    else if (node->kind == NODE_AND)
        literals_of_and(node, arena, ret_literals);
}

/* ---- the object ---- */

struct filter *filter_create(const char *text, enum dataset dataset,
                             const struct filter_scope *scope, struct filter_error *ret_error)
{
    struct filter_error error = { 0 };
    struct filter *filter = memory_zero(1, sizeof *filter);
    struct filter_parser parser = {
        .text = text, .length = strlen(text), .filter = filter, .scope = scope, .error = &error
    };

    filter->arena = arena_create();
    filter->dataset = dataset;
    filter->root = filter_parse(&parser);
    if (filter->root == NULL) {
        filter_destroy(filter);
        *ret_error = error;
        return NULL;
    }
    order(filter->root);
    literals_of(filter->root, filter->arena, &filter->literals);
    return filter;
}

void filter_destroy(struct filter *filter)
{
    if (filter == NULL)
        return;
    for (struct filter_owned *owned = filter->owned; owned != NULL; owned = owned->next) {
        pattern_destroy(owned->pattern);
        ids_finish(&owned->ids);
    }
    buffer_finish(&filter->canonical);
    arena_destroy(filter->arena);
    free(filter);
}

bool filter_is_empty(const struct filter *filter)
{
    return filter->root->kind == NODE_ALL;
}

column_mask filter_columns(const struct filter *filter)
{
    return filter->columns;
}

column_mask filter_pattern_columns(enum dataset dataset)
{
    const struct dataset_info *info = dataset_info(dataset);
    column_mask columns = 0;

    for (size_t i = 0; i < info->count; i++)
        if (filter_searched((enum column)((int)info->first + (int)i)))
            columns |= (column_mask)1 << i;
    return columns;
}

void filter_add_canonical(const struct filter *filter, struct buffer *ret_text)
{
    buffer_add(ret_text, buffer_text(&filter->canonical), filter->canonical.length);
}

/* ---- narrowing ---- */

static bool ids_within(const struct ids *inner, const struct ids *outer)
{
    for (size_t i = 0; i < inner->word_count; i++)
        if (inner->words[i] & ~(i < outer->word_count ? outer->words[i] : 0))
            return false;
    return true;
}

static bool text_within(const struct filter_node *inner, const struct filter_node *outer)
{
    return memmem(outer->text, outer->length, inner->text, inner->length) != NULL;
}

/* Two atoms: whether every row of `grown` is one of `node`. */
static bool atom_implies(const struct filter_node *grown, const struct filter_node *node)
{
    bool same_column = grown->column == node->column;

    switch (node->kind) {
    case NODE_WORD: /* what is in a searched column is in the search text */
        return (grown->kind == NODE_WORD ||
                ((grown->kind == NODE_HAS || grown->kind == NODE_EQUAL) &&
                 filter_searched(grown->column))) &&
               text_within(node, grown);
    case NODE_HAS:
        return (grown->kind == NODE_HAS || grown->kind == NODE_EQUAL) && same_column &&
               text_within(node, grown);
    case NODE_EQUAL:
        return grown->kind == NODE_EQUAL && same_column && grown->length == node->length &&
               text_within(node, grown);
    case NODE_RANGE:
        return grown->kind == NODE_RANGE && same_column && grown->low >= node->low &&
               grown->high <= node->high;
    case NODE_KNOWN:
        return same_column && (grown->kind == NODE_KNOWN || grown->kind == NODE_RANGE);
    case NODE_EMPTY:
        return same_column && grown->kind == NODE_EMPTY;
    case NODE_IDS:
        return grown->kind == NODE_IDS && grown->by_row == node->by_row &&
               ids_within(grown->ids, node->ids);
    case NODE_PATTERN:
        return grown->kind == NODE_PATTERN && same_column && grown->length == node->length &&
               text_within(node, grown);
    default:
        return false;
    }
}

static bool implies(const struct filter_node *grown, const struct filter_node *node, int *budget);

static bool each_implies(const struct filter_node *grown, const struct filter_node *node,
                         int *budget)
{
    for (size_t i = 0; i < grown->child_count; i++)
        if (!implies(grown->child[i], node, budget))
            return false;
    return true;
}

static bool implies_each(const struct filter_node *grown, const struct filter_node *node,
                         int *budget)
{
    for (size_t i = 0; i < node->child_count; i++)
        if (!implies(grown, node->child[i], budget))
            return false;
    return true;
}

static bool some_implies(const struct filter_node *grown, const struct filter_node *node,
                         int *budget)
{
    for (size_t i = 0; i < grown->child_count; i++)
        if (implies(grown->child[i], node, budget))
            return true;
    return false;
}

static bool implies_some(const struct filter_node *grown, const struct filter_node *node,
                         int *budget)
{
    for (size_t i = 0; i < node->child_count; i++)
        if (implies(grown, node->child[i], budget))
            return true;
    return false;
}

/* Sound, not complete: true only when the structure proves it. Holds in three truths as well (and =
 * least, or = greatest), so a costly pattern does not spoil it. The budget keeps it short. */
static bool implies(const struct filter_node *grown, const struct filter_node *node, int *budget)
{
    if (--*budget < 0)
        return false;
    if (node->kind == NODE_ALL)
        return true;
    if (grown->kind == NODE_OR)
        return each_implies(grown, node, budget);
    if (node->kind == NODE_AND)
        return implies_each(grown, node, budget);
    if (grown->kind == NODE_NOT && node->kind == NODE_NOT &&
        implies(node->child[0], grown->child[0], budget))
        return true;
    if (node->kind == NODE_OR && implies_some(grown, node, budget))
        return true;
    if (grown->kind == NODE_AND)
        return some_implies(grown, node, budget);
    return node->child_count == 0 && grown->child_count == 0 && atom_implies(grown, node);
}

bool filter_narrows(const struct filter *filter, const struct filter *grown)
{
    int budget = 10000;

    return filter->dataset == grown->dataset && implies(grown->root, filter->root, &budget);
}
