/*
 * Rowset: rows on their way from the store into an arena, and values out of a rowset.
 *
 * Purpose: rowset_build … rowset_finish, and the texts of values.
 * State: a builder, between build and finish. Its buffers are the heap's; finish copies one after
 * the other into the arena, in the order of the sort, and frees each at once, so that at most one of
 * them exists twice.
 * Invariants: a row's search text ends in one \n and holds no other; a text cell points at zero
 * ended bytes in `text`; equal short texts may share their bytes.
 */
#include "klientel/rules/model.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "klientel/base/buffer.h"

enum { LENGTH_BITS = 24, SHARED_SLOTS = 1024, SHARED_LENGTH = 40 };
#define TEXT_LENGTH_MAX (((size_t)1 << LENGTH_BITS) - 1)
/* search_at counts in 32 bits; what would pass this is not searched (each row's \n still fits). */
#define SEARCH_SIZE_MAX ((size_t)0xE0000000)

/* Texts, where equal short ones that follow soon share their bytes. */
struct texts {
    struct buffer bytes;
    int64_t shared[SHARED_SLOTS]; /* cells of short texts seen lately, 0 = none */
};

/* Rows on their way into another order: copies of those before `done`. Their texts move too, so that who reads
 * row after row reads on in memory. */
struct moved {
    size_t done;
    struct texts texts;
    bool is_text[DATASET_COLUMNS_MAX]; /* by slot */
    int64_t *ids, *clients, *cells;
    uint8_t *flags;
    char (*currencies)[4];
    uint32_t *search_at;
    char *search;
};

struct rowset_builder {
    struct arena *arena;
    struct rowset rowset; /* dataset, columns, slots, count */
    size_t closed;        /* rows whose search text has its end */
    enum column first;
    int id_slot, client_slot;
    bool with_currency;
    size_t capacity; /* rows */
    int64_t *ids, *clients, *cells;
    int64_t *ranks; /* NULL = none were put */
    uint8_t *flags;
    char (*currencies)[4];
    uint32_t *search_at;
    struct texts texts;
    struct buffer search;
    struct moved *moved; /* NULL = nothing is on its way */
};

static int64_t cell_of(size_t offset, size_t length)
{
    return (int64_t)((uint64_t)offset << LENGTH_BITS | length);
}

static size_t cell_offset(int64_t cell)
{
    return (size_t)((uint64_t)cell >> LENGTH_BITS);
}

static size_t cell_length(int64_t cell)
{
    return (size_t)((uint64_t)cell & TEXT_LENGTH_MAX);
}

/* A text at offset 0 with length 0 would look like "none" in `shared`. */
static void texts_start(struct texts *texts)
{
    buffer_add_byte(&texts->bytes, '\0');
}

static int64_t texts_add(struct texts *texts, const char *text, size_t length)
{
    int64_t *shared = NULL;
    if (length <= SHARED_LENGTH) {
        uint32_t mix = 2166136261u;
        for (size_t i = 0; i < length; i++)
            mix = (mix ^ (unsigned char)text[i]) * 16777619u;
        shared = &texts->shared[(mix ^ mix >> 16) % SHARED_SLOTS];
        if (*shared && cell_length(*shared) == length &&
            memcmp(texts->bytes.data + cell_offset(*shared), text, length) == 0)
            return *shared;
    }
    int64_t cell = cell_of(texts->bytes.length, length);
    buffer_add(&texts->bytes, text, length);
    buffer_add_byte(&texts->bytes, '\0');
    if (shared)
        *shared = cell;
    return cell;
}

struct rowset_builder *rowset_build(struct arena *arena, enum dataset dataset, column_mask wanted)
{
    const struct dataset_info *info = dataset_info(dataset);
    struct rowset_builder *builder = memory_zero(1, sizeof *builder);
    column_mask all = info->count == 64 ? ~(column_mask)0 : ((column_mask)1 << info->count) - 1;
    *builder = (struct rowset_builder){
        .arena = arena,
        .rowset = { .dataset = dataset, .columns = wanted ? wanted & all : all, .done = true },
        .first = info->first,
        .id_slot = -1,
        .client_slot = -1,
    };
    struct rowset *rowset = &builder->rowset;
    memset(rowset->slot_of, -1, sizeof rowset->slot_of);
    for (size_t i = 0; i < info->count; i++) {
        const struct column_info *column = column_info((enum column)((int)info->first + (int)i));
        builder->with_currency |= column->type == TYPE_MONEY;
        if (!(rowset->columns >> i & 1))
            continue;
        rowset->slot_of[i] = (int8_t)rowset->slot_count;
        if (i == 0)
            builder->id_slot = (int)rowset->slot_count;
        else if (strcmp(column->name, "client") == 0)
            builder->client_slot = (int)rowset->slot_count;
        rowset->slot_count++;
    }
    texts_start(&builder->texts);
    return builder;
}

static void grow(struct rowset_builder *builder)
{
    size_t capacity = builder->capacity ? builder->capacity + builder->capacity / 2 : 256;
    builder->ids = memory_resize(builder->ids, capacity * sizeof *builder->ids);
    builder->clients = memory_resize(builder->clients, capacity * sizeof *builder->clients);
    builder->flags = memory_resize(builder->flags, capacity);
    builder->search_at = memory_resize(builder->search_at, (capacity + 1) * sizeof(uint32_t));
    size_t slots = builder->rowset.slot_count ? builder->rowset.slot_count : 1;
    builder->cells = memory_resize(builder->cells, capacity * slots * sizeof *builder->cells);
    if (builder->with_currency)
        builder->currencies = memory_resize(builder->currencies, capacity * 4);
    if (builder->ranks)
        builder->ranks = memory_resize(builder->ranks, capacity * sizeof *builder->ranks);
    builder->capacity = capacity;
}

static void close_row(struct rowset_builder *builder)
{
    size_t count = builder->rowset.count;
    if (builder->closed == count)
        return;
    builder->closed = count;
    uint32_t start = builder->search_at[count - 1];
    struct buffer *search = &builder->search;
    if (search->length > start && search->data[search->length - 1] == VALUE_SEPARATOR)
        search->data[search->length - 1] = '\n';
    else
        buffer_add_byte(search, '\n');
    builder->search_at[count] = (uint32_t)search->length;
}

void rowset_row(struct rowset_builder *builder, int64_t id, int64_t client_id, unsigned flags,
                const char *currency)
{
    close_row(builder);
    size_t row = builder->rowset.count;
    if (row == builder->capacity)
        grow(builder);
    if (row == 0)
        builder->search_at[0] = 0;
    builder->ids[row] = id;
    builder->clients[row] = client_id;
    builder->flags[row] = (uint8_t)flags;
    if (builder->with_currency) {
        memset(builder->currencies[row], 0, 4);
        if (currency)
            memcpy(builder->currencies[row], currency, strnlen(currency, 3));
    }
    size_t slots = builder->rowset.slot_count;
    for (size_t i = 0; i < slots; i++)
        builder->cells[row * slots + i] = VALUE_UNKNOWN;
    builder->rowset.count++;
    if (builder->id_slot >= 0)
        builder->cells[row * slots + (size_t)builder->id_slot] = id;
    if (builder->client_slot >= 0 && client_id != 0)
        builder->cells[row * slots + (size_t)builder->client_slot] = client_id;
}

/* The cell of a column in the row begun last; NULL when the column is not loaded. */
static int64_t *cell_at(struct rowset_builder *builder, enum column column)
{
    assert(builder->rowset.count > 0 && column >= builder->first);
    size_t position = (size_t)((int)column - (int)builder->first);
    assert(position < dataset_info(builder->rowset.dataset)->count);
    int slot = builder->rowset.slot_of[position];
    if (slot < 0)
        return NULL;
    return &builder->cells[(builder->rowset.count - 1) * builder->rowset.slot_count + (size_t)slot];
}

void rowset_put_number(struct rowset_builder *builder, enum column column, int64_t number)
{
    int64_t *cell = cell_at(builder, column);
    if (cell)
        *cell = number;
}

void rowset_put_rank(struct rowset_builder *builder, uint64_t rank)
{
    if (!builder->ranks)
        builder->ranks = memory_alloc(builder->capacity * sizeof *builder->ranks);
    builder->ranks[builder->rowset.count - 1] = (int64_t)rank;
}

/* Folding of ASCII is lower case; everything else goes through the Unicode tables. */
static void add_folded(const char *text, size_t length, struct buffer *search)
{
    unsigned char any = 0;
    for (size_t i = 0; i < length; i++)
        any |= (unsigned char)text[i];
    if (any >= 0x80) {
        text_fold_add(text, length, search);
        return;
    }
    buffer_reserve(search, length + 1);
    char *to = search->data + search->length;
    for (size_t i = 0; i < length; i++)
        to[i] = (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] | 0x20 : text[i]);
    to[length] = '\0';
    search->length += length;
}

static void search_text(struct rowset_builder *builder, bool is_list, const char *text,
                        size_t length)
{
    struct buffer *search = &builder->search;
    /* Folding can make a text longer, at most three times. */
    if (length == 0 || search->length + 3 * length + 2 > SEARCH_SIZE_MAX)
        return;
    size_t start = search->length;
    add_folded(text, length, search);
    for (size_t i = start; i < search->length; i++) {
        char byte = search->data[i];
        if (byte == '\n' || (byte == VALUE_SEPARATOR && !is_list))
            search->data[i] = ' ';
    }
    buffer_add_byte(search, VALUE_SEPARATOR); /* the last one of a row becomes its \n */
}

void rowset_put_text(struct rowset_builder *builder, enum column column, const char *text,
                     size_t length)
{
    if (!text)
        return;
    if (length > TEXT_LENGTH_MAX) {
        length = TEXT_LENGTH_MAX;
        while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
            length--;
    }
    const struct column_info *info = column_info(column);
    int64_t *cell = cell_at(builder, column);
    if (cell)
        *cell = texts_add(&builder->texts, text, length);
    if (info->flags & COLUMN_SEARCHED)
        search_text(builder, info->type == TYPE_LIST, text, length);
}

/* ---- handing over ---- */

/* Copies rows of `size` bytes into the arena in that order and frees the old ones. */
static void *hand_over(struct arena *arena, void *rows, size_t count, size_t size,
                       const uint32_t *order)
{
    char *to = arena_alloc(arena, count * size);
    const char *from = rows;
    if (!order && count > 0)
        memcpy(to, from, count * size);
    for (size_t i = 0; order && i < count; i++)
        memcpy(to + i * size, from + order[i] * size, size);
    free(rows);
    return to;
}

static void hand_over_search(struct rowset_builder *builder, const uint32_t *order)
{
    size_t count = builder->rowset.count;
    size_t length = builder->search.length;
    uint32_t *at = arena_alloc(builder->arena, (count + 1) * sizeof *at);
    char *search = arena_alloc(builder->arena, length + 1);
    if (!order) {
        if (count > 0)
            memcpy(at, builder->search_at, (count + 1) * sizeof *at);
        if (length > 0)
            memcpy(search, builder->search.data, length);
    }
    size_t used = 0;
    at[0] = 0;
    for (size_t i = 0; order && i < count; i++) {
        uint32_t from = builder->search_at[order[i]];
        size_t size = builder->search_at[order[i] + 1] - from;
        memcpy(search + used, builder->search.data + from, size);
        used += size;
        at[i + 1] = (uint32_t)used;
    }
    search[length] = '\0';
    free(builder->search_at);
    buffer_finish(&builder->search);
    builder->rowset.search = search;
    builder->rowset.search_at = at;
}

void rowset_view(struct rowset_builder *builder, struct rowset *ret_rowset)
{
    static const uint32_t nothing[1] = { 0 };
    close_row(builder);
    *ret_rowset = builder->rowset;
    ret_rowset->ids = builder->ids;
    ret_rowset->clients = builder->clients;
    ret_rowset->flags = builder->flags;
    ret_rowset->ranks = builder->ranks;
    ret_rowset->currencies = (const char (*)[4])builder->currencies;
    ret_rowset->cells = builder->cells;
    ret_rowset->text = buffer_text(&builder->texts.bytes);
    ret_rowset->search = buffer_text(&builder->search);
    ret_rowset->search_at = builder->search_at ? builder->search_at : nothing;
    ret_rowset->done = false;
}

static void moved_free(struct moved *moved)
{
    if (!moved)
        return;
    free(moved->ids);
    free(moved->clients);
    free(moved->cells);
    free(moved->flags);
    free(moved->currencies);
    free(moved->search_at);
    free(moved->search);
    buffer_finish(&moved->texts.bytes);
    free(moved);
}

void rowset_drop(struct rowset_builder *builder)
{
    if (!builder)
        return;
    moved_free(builder->moved);
    free(builder->ids);
    free(builder->clients);
    free(builder->cells);
    free(builder->ranks);
    free(builder->flags);
    free(builder->currencies);
    free(builder->search_at);
    buffer_finish(&builder->texts.bytes);
    buffer_finish(&builder->search);
    free(builder);
}

/* ---- into another order ---- */

static struct moved *moved_start(const struct rowset_builder *builder)
{
    size_t count = builder->rowset.count, slots = builder->rowset.slot_count;
    struct moved *moved = memory_zero(1, sizeof *moved);
    moved->ids = memory_alloc(count * sizeof *moved->ids);
    moved->clients = memory_alloc(count * sizeof *moved->clients);
    moved->cells = memory_alloc((count * slots + 1) * sizeof *moved->cells);
    moved->flags = memory_alloc(count);
    if (builder->with_currency)
        moved->currencies = memory_alloc(count * sizeof *moved->currencies);
    moved->search_at = memory_alloc((count + 1) * sizeof *moved->search_at);
    moved->search_at[0] = 0;
    moved->search = memory_alloc(builder->search.length + 1);
    texts_start(&moved->texts);
    const struct dataset_info *info = dataset_info(builder->rowset.dataset);
    for (size_t i = 0; i < info->count; i++) {
        int slot = builder->rowset.slot_of[i];
        if (slot >= 0)
            moved->is_text[slot] = column_is_text(column_info((enum column)((int)info->first + (int)i))->type);
    }
    return moved;
}

static void move_row(const struct rowset_builder *builder, struct moved *moved, size_t from)
{
    size_t to = moved->done++, slots = builder->rowset.slot_count;
    uint32_t start = builder->search_at[from], length = builder->search_at[from + 1] - start;
    moved->ids[to] = builder->ids[from];
    moved->clients[to] = builder->clients[from];
    moved->flags[to] = builder->flags[from];
    if (moved->currencies)
        memcpy(moved->currencies[to], builder->currencies[from], sizeof *moved->currencies);
    for (size_t slot = 0; slot < slots; slot++) {
        int64_t cell = builder->cells[from * slots + slot];
        if (moved->is_text[slot] && cell != VALUE_UNKNOWN)
            cell = texts_add(&moved->texts, builder->texts.bytes.data + cell_offset(cell),
                             cell_length(cell));
        moved->cells[to * slots + slot] = cell;
    }
    memcpy(moved->search + moved->search_at[to], builder->search.data + start, length);
    moved->search_at[to + 1] = moved->search_at[to] + length;
}

static void moved_take(struct rowset_builder *builder)
{
    struct moved *moved = builder->moved;
    size_t length = moved->search_at[moved->done];
    void *old[] = { builder->ids,        builder->clients,   builder->cells, builder->flags,
                    builder->currencies, builder->search_at, builder->ranks };
    for (size_t i = 0; i < sizeof old / sizeof *old; i++)
        free(old[i]);
    buffer_finish(&builder->search);
    buffer_finish(&builder->texts.bytes);
    moved->search[length] = '\0';
    builder->ids = moved->ids;
    builder->clients = moved->clients;
    builder->cells = moved->cells;
    builder->flags = moved->flags;
    builder->currencies = moved->currencies;
    builder->search_at = moved->search_at;
    builder->ranks = NULL;
    builder->search = (struct buffer){ moved->search, length, length + 1 };
    builder->texts = moved->texts;
    builder->capacity = builder->rowset.count;
    free(moved);
    builder->moved = NULL;
}

bool rowset_move(struct rowset_builder *builder, const uint32_t *order, size_t rows)
{
    size_t count = builder->rowset.count;
    if (count == 0)
        return true;
    close_row(builder);
    if (!builder->moved)
        builder->moved = moved_start(builder);
    while (rows-- > 0 && builder->moved->done < count)
        move_row(builder, builder->moved, order[builder->moved->done]);
    if (builder->moved->done < count)
        return false;
    moved_take(builder);
    return true;
}

void rowset_finish(struct rowset_builder *builder, enum column sort, bool descending,
                   struct collator *collator, struct rowset *ret_rowset)
{
    struct rowset unordered;
    rowset_view(builder, &unordered);
    uint32_t *order = rowset_order(&unordered, sort, descending, collator);
    struct rowset *rowset = &builder->rowset;
    struct arena *arena = builder->arena;
    size_t count = rowset->count;

    hand_over_search(builder, order);
    rowset->cells = hand_over(arena, builder->cells, count, rowset->slot_count * sizeof(int64_t),
                              order);
    rowset->ids = hand_over(arena, builder->ids, count, sizeof *rowset->ids, order);
    rowset->clients = hand_over(arena, builder->clients, count, sizeof *rowset->clients, order);
    rowset->flags = hand_over(arena, builder->flags, count, 1, order);
    if (builder->with_currency)
        rowset->currencies = hand_over(arena, builder->currencies, count, 4, order);
    rowset->text = arena_text_n(arena, builder->texts.bytes.data, builder->texts.bytes.length);
    buffer_finish(&builder->texts.bytes);
    free(builder->ranks);
    free(order);
    *ret_rowset = *rowset;
    free(builder);
}

/* ---- values ---- */

struct value rowset_value(const struct rowset *rowset, size_t row, enum column column)
{
    const struct dataset_info *info = dataset_info(rowset->dataset);
    size_t position = (size_t)((int)column - (int)info->first);
    assert(row < rowset->count && position < info->count);
    int slot = rowset->slot_of[position];
    if (slot < 0)
        return (struct value){ 0 };
    int64_t cell = rowset->cells[row * rowset->slot_count + (size_t)slot];
    if (cell == VALUE_UNKNOWN)
        return (struct value){ 0 };
    enum column_type type = column_info(column)->type;
    if (column_is_text(type)) {
        return (struct value){ .known = true,
                               .text = rowset->text + cell_offset(cell),
                               .length = cell_length(cell) };
    }
    struct value value = { .known = true, .number = cell };
    if (type == TYPE_MONEY && rowset->currencies)
        memcpy(value.currency, rowset->currencies[row], sizeof value.currency);
    return value;
}

size_t rowset_find(const struct rowset *rowset, int64_t id)
{
    for (size_t row = 0; row < rowset->count; row++) {
        if (rowset->ids[row] == id)
            return row;
    }
    return SIZE_MAX;
}
