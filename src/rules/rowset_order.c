/*
 * Order of the rows at hand by one column.
 *
 * Purpose: another order without asking the database again.
 * State: none but the tables of one call.
 * Method: numbers are sorted as they are. Of texts, mostly the same few stand in many rows (towns,
 * colleagues, states): each text that occurs is sorted once, and the rows by the place of their text.
 * Only where nearly every row has a text of its own does every row get a key.
 */
#include "klientel/rules/model.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "klientel/base/buffer.h"
#include "rowset_sort.h"

enum { LENGTH_BITS = 24, SEEN_SLOTS = 4096, TEXTS_ALWAYS = 4096, TEXTS_SHARE = 4 };

/* What stands in one column. */
struct column_cells {
    const struct rowset *rowset;
    enum column_type type;
    size_t slot;
    struct collator *collator;
};

static int64_t cell_of(const struct column_cells *cells, size_t row)
{
    return cells->rowset->cells[row * cells->rowset->slot_count + cells->slot];
}

static const char *text_of(const struct column_cells *cells, int64_t cell, size_t *ret_length)
{
    *ret_length = (size_t)((uint64_t)cell & (((uint64_t)1 << LENGTH_BITS) - 1));
    return cells->rowset->text + (size_t)((uint64_t)cell >> LENGTH_BITS);
}

/* The collators of our languages order digits as bytes are ordered: numbers of clients need no key. */
static bool is_digits(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (text[i] < '0' || text[i] > '9')
            return false;
    return true;
}

static void add_key(const struct column_cells *cells, int64_t cell, bool by_collator,
                    struct buffer *ret_key)
{
    size_t length;
    const char *text = text_of(cells, cell, &length);
    if (by_collator)
        collator_key_add(cells->collator, text, length, ret_key);
    else
        text_fold_add(text, length, ret_key);
}

/* ---- the texts that occur ---- */

struct texts {
    int64_t *cells;     /* one of each */
    size_t count, most; /* more than that are not worth it */
    uint32_t *slots;    /* by hash: index + 1, 0 = free */
    size_t slot_count;  /* a power of two */
    uint32_t *of_row;   /* index of the row's text, UINT32_MAX = not known */
};

static uint32_t hash_of(const char *text, size_t length)
{
    uint32_t mix = 2166136261u;
    for (size_t i = 0; i < length; i++)
        mix = (mix ^ (unsigned char)text[i]) * 16777619u;
    return mix ^ mix >> 15;
}

/* Index of the text, UINT32_MAX when there are too many. */
static uint32_t text_index(const struct column_cells *cells, struct texts *texts, int64_t cell)
{
    size_t length, other;
    const char *text = text_of(cells, cell, &length);
    size_t at = hash_of(text, length) & (texts->slot_count - 1);
    while (texts->slots[at] != 0) {
        const char *known = text_of(cells, texts->cells[texts->slots[at] - 1], &other);
        if (other == length && memcmp(known, text, length) == 0)
            return texts->slots[at] - 1;
        at = (at + 1) & (texts->slot_count - 1);
    }
    if (texts->count == texts->most)
        return UINT32_MAX;
    texts->cells[texts->count++] = cell;
    texts->slots[at] = (uint32_t)texts->count;
    return (uint32_t)texts->count - 1;
}

static void texts_finish(struct texts *texts)
{
    free(texts->cells);
    free(texts->slots);
    free(texts->of_row);
}

/* False when nearly every row has its own. Equal short texts mostly are one cell: those are known again
 * without a look at the text. */
static bool texts_gather(const struct column_cells *cells, struct texts *texts)
{
    struct seen {
        int64_t cell;
        uint32_t index;
    } *seen = memory_zero(SEEN_SLOTS, sizeof *seen);
    size_t count = cells->rowset->count;
    bool good = true;
    *texts = (struct texts){ .most = count / TEXTS_SHARE, .slot_count = 1024 };
    if (texts->most < TEXTS_ALWAYS)
        texts->most = TEXTS_ALWAYS;
    while (texts->slot_count < texts->most * 2)
        texts->slot_count *= 2;
    texts->cells = memory_alloc(texts->most * sizeof *texts->cells);
    texts->slots = memory_zero(texts->slot_count, sizeof *texts->slots);
    texts->of_row = memory_alloc(count * sizeof *texts->of_row);
    for (size_t row = 0; good && row < count; row++) {
        int64_t cell = cell_of(cells, row);
        texts->of_row[row] = UINT32_MAX;
        if (cell == VALUE_UNKNOWN)
            continue;
        struct seen *at = &seen[((uint64_t)cell >> LENGTH_BITS ^ (uint64_t)cell >> 36) % SEEN_SLOTS];
        if (at->cell != cell || cell == 0) {
            at->index = text_index(cells, texts, cell);
            at->cell = cell;
        }
        texts->of_row[row] = at->index;
        good = at->index != UINT32_MAX;
    }
    free(seen);
    if (!good)
        texts_finish(texts);
    return good;
}

static bool same_key(const struct buffer *a, const struct buffer *b)
{
    return a->length == b->length &&
           (a->length == 0 || memcmp(a->data, b->data, a->length) == 0);
}

/* Places of the texts in their order; texts with the same key share one. */
static int64_t *texts_places(const struct column_cells *cells, const struct texts *texts,
                             bool by_collator)
{
    int64_t *indexes = memory_alloc((texts->count + 1) * sizeof *indexes);
    int64_t *places = memory_alloc((texts->count + 1) * sizeof *places);
    struct buffer keys[2] = { 0 };
    for (size_t i = 0; i < texts->count; i++)
        indexes[i] = (int64_t)i;
    struct sort *sort = sort_create(indexes, texts->count, false);
    for (size_t i = 0; i < texts->count; i++) {
        add_key(cells, texts->cells[i], by_collator, sort_begin_key(sort));
        sort_end_key(sort, (uint32_t)i);
    }
    uint32_t *order = sort_finish(sort);
    for (size_t i = 0, place = 0; i < texts->count; i++) {
        buffer_clear(&keys[i & 1]);
        add_key(cells, texts->cells[order[i]], by_collator, &keys[i & 1]);
        if (i > 0 && !same_key(&keys[0], &keys[1]))
            place++;
        places[order[i]] = (int64_t)place;
    }
    buffer_finish(&keys[0]);
    buffer_finish(&keys[1]);
    free(order);
    free(indexes);
    return places;
}

/* ---- orders ---- */

static uint32_t *order_of_numbers(const struct rowset *rowset, const int64_t *numbers,
                                  size_t stride, bool descending)
{
    struct sort *sort = sort_create(rowset->ids, rowset->count, descending);
    for (size_t row = 0; row < rowset->count; row++) {
        if (numbers[row * stride] == VALUE_UNKNOWN)
            sort_add_unknown(sort, (uint32_t)row);
        else
            sort_add_number(sort, (uint32_t)row, numbers[row * stride]);
    }
    return sort_finish(sort);
}

static uint32_t *order_of_texts(const struct column_cells *cells, const struct texts *texts,
                                bool by_collator, bool descending)
{
    const struct rowset *rowset = cells->rowset;
    int64_t *places = texts_places(cells, texts, by_collator);
    struct sort *sort = sort_create(rowset->ids, rowset->count, descending);
    for (size_t row = 0; row < rowset->count; row++) {
        if (texts->of_row[row] == UINT32_MAX)
            sort_add_unknown(sort, (uint32_t)row);
        else
            sort_add_number(sort, (uint32_t)row, places[texts->of_row[row]]);
    }
    free(places);
    return sort_finish(sort);
}

static uint32_t *order_of_keys(const struct column_cells *cells, bool by_collator, bool descending)
{
    const struct rowset *rowset = cells->rowset;
    struct sort *sort = sort_create(rowset->ids, rowset->count, descending);
    for (size_t row = 0; row < rowset->count; row++) {
        int64_t cell = cell_of(cells, row);
        if (cell == VALUE_UNKNOWN) {
            sort_add_unknown(sort, (uint32_t)row);
            continue;
        }
        add_key(cells, cell, by_collator, sort_begin_key(sort));
        sort_end_key(sort, (uint32_t)row);
    }
    return sort_finish(sort);
}

static bool all_digits(const struct column_cells *cells)
{
    for (size_t row = 0; row < cells->rowset->count; row++) {
        int64_t cell = cell_of(cells, row);
        size_t length = 0;
        const char *text = cell == VALUE_UNKNOWN ? "" : text_of(cells, cell, &length);
        if (!is_digits(text, length))
            return false;
    }
    return true;
}

uint32_t *rowset_order_by(const struct rowset *rowset, const int64_t *numbers, bool descending)
{
    return rowset->count < 2 ? NULL : order_of_numbers(rowset, numbers, 1, descending);
}

uint32_t *rowset_order(const struct rowset *rowset, enum column column, bool descending,
                       struct collator *collator)
{
    assert(rowset->count <= UINT32_MAX);
    if (rowset->count < 2 || (column == COLUMN_NONE && !rowset->ranks))
        return NULL;
    if (column == COLUMN_NONE)
        return order_of_numbers(rowset, rowset->ranks, 1, descending);
    const struct dataset_info *info = dataset_info(rowset->dataset);
    size_t position = (size_t)((int)column - (int)info->first);
    assert(position < info->count);
    enum column_type type = column_info(column)->type;
    struct column_cells cells = { rowset, type, 0, collator };
    if (rowset->slot_of[position] < 0) { /* nothing is known of it: by id */
        struct sort *sort = sort_create(rowset->ids, rowset->count, descending);
        for (size_t row = 0; row < rowset->count; row++)
            sort_add_unknown(sort, (uint32_t)row);
        return sort_finish(sort);
    }
    cells.slot = (size_t)rowset->slot_of[position];
    if (!column_is_text(type))
        return order_of_numbers(rowset, rowset->cells + cells.slot, rowset->slot_count, descending);
    struct texts texts;
    bool by_collator = type == TYPE_TEXT && collator;
    if (texts_gather(&cells, &texts)) {
        uint32_t *order = order_of_texts(&cells, &texts, by_collator, descending);
        texts_finish(&texts);
        return order;
    }
    return order_of_keys(&cells, by_collator && !all_digits(&cells), descending);
}

void rowset_arrange(const struct rowset *rowset, const uint32_t *order, const uint32_t *rows,
                    size_t count, uint32_t *ret_shown)
{
    if (!order || count == 0) {
        if (count > 0)
            memcpy(ret_shown, rows, count * sizeof *rows);
        return;
    }
    uint64_t *is_in = memory_zero(rowset->count / 64 + 1, sizeof *is_in);
    for (size_t i = 0; i < count; i++)
        is_in[rows[i] / 64] |= UINT64_C(1) << rows[i] % 64;
    for (size_t i = 0, found = 0; found < count; i++) {
        uint32_t row = order[i];
        ret_shown[found] = row; /* one that is not in is written over by the next */
        found += is_in[row / 64] >> row % 64 & 1;
    }
    free(is_in);
}
