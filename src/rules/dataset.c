/*
 * Dataset: the tables made of datasets.def.
 *
 * Purpose: names, labels, types and places of every dataset and column.
 * State: none but constants.
 * Invariants: the columns of a dataset stand together, its first column is `id`, and there are at
 * most DATASET_COLUMNS_MAX of them.
 */
#include "klientel/rules/dataset.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "klientel/base/buffer.h"
#include "klientel/base/text.h"
#include "klientel/rules/model.h"

/* One member a column: the size of the struct is the number of columns. */
struct columns_before_the_first {
    char none;
#define DATASET(name, label, order)                                                                \
    }                                                                                              \
    ;                                                                                              \
    struct columns_of_##name {
#define COLUMN(dataset, name, type, width, flags, words, label) char name;
#include "klientel/rules/datasets.def"
};
#undef DATASET
#undef COLUMN

#define DATASET(name, label, order)                                                                \
    static_assert(sizeof(struct columns_of_##name) <= DATASET_COLUMNS_MAX,                         \
                  "too many columns in " #name);
#define COLUMN(dataset, name, type, width, flags, words, label)
#include "klientel/rules/datasets.def"
#undef DATASET
#undef COLUMN

static const struct dataset_info datasets[] = {
#define DATASET(name, label, order)                                                                \
    [DATASET_##name] = { #name, label, COLUMN_##name##_id, sizeof(struct columns_of_##name),       \
                         COLUMN_##name##_##order },
#define COLUMN(dataset, name, type, width, flags, words, label)
#include "klientel/rules/datasets.def"
#undef DATASET
#undef COLUMN
};
static_assert(sizeof datasets / sizeof *datasets == DATASET_COUNT, "a dataset without its row");

static const struct column_info columns[] = {
#define DATASET(name, label, order)
#define COLUMN(dataset, name, type, width, flags, words, label)                                    \
    [COLUMN_##dataset##_##name] = { #name, label, DATASET_##dataset, type, width, flags, words },
#include "klientel/rules/datasets.def"
#undef DATASET
#undef COLUMN
};
static_assert(sizeof columns / sizeof *columns == COLUMN_COUNT, "a column without its row");

const struct dataset_info *dataset_info(enum dataset dataset)
{
    assert((int)dataset >= 0 && dataset < DATASET_COUNT);
    return &datasets[dataset];
}

const struct column_info *column_info(enum column column)
{
    assert(column > COLUMN_NONE && column < COLUMN_COUNT);
    return &columns[column];
}

bool dataset_parse(const char *name, enum dataset *ret_dataset)
{
    if (strcasecmp(name, "access") == 0) {
        *ret_dataset = DATASET_grants;
        return true;
    }
    for (int i = 0; i < DATASET_COUNT; i++) {
        if (strcasecmp(name, datasets[i].name) == 0) {
            *ret_dataset = (enum dataset)i;
            return true;
        }
    }
    return false;
}

/* What names and labels are compared as: folded, blanks and hyphens as _, without points. */
static void add_comparable(const char *text, size_t length, struct buffer *comparable)
{
    struct buffer folded = { 0 };
    text_fold_add(text, length, &folded);
    for (size_t i = 0; i < folded.length; i++) {
        char byte = folded.data[i];
        if (byte == '.')
            continue;
        buffer_add_byte(comparable, byte == ' ' || byte == '-' ? '_' : byte);
    }
    buffer_finish(&folded);
}

bool column_parse(enum dataset dataset, const char *name, size_t length, enum language language,
                  enum column *ret_column)
{
    const struct dataset_info *info = dataset_info(dataset);
    for (size_t i = 0; i < info->count; i++) {
        const char *own = columns[(size_t)info->first + i].name;
        if (strlen(own) == length && strncasecmp(own, name, length) == 0) {
            *ret_column = (enum column)((int)info->first + (int)i);
            return true;
        }
    }

    struct buffer wanted = { 0 }, label = { 0 };
    bool found = false;
    add_comparable(name, length, &wanted);
    for (size_t i = 0; i < info->count && !found && wanted.length > 0; i++) {
        const char *shown = text_tr(language, columns[(size_t)info->first + i].label);
        buffer_clear(&label);
        add_comparable(shown, strlen(shown), &label);
        found = label.length == wanted.length &&
                memcmp(label.data, wanted.data, label.length) == 0;
        if (found)
            *ret_column = (enum column)((int)info->first + (int)i);
    }
    buffer_finish(&wanted);
    buffer_finish(&label);
    return found;
}

size_t column_position(enum column column)
{
    return (size_t)column - (size_t)dataset_info(column_info(column)->dataset)->first;
}

column_mask column_bit(enum column column)
{
    return (column_mask)1 << column_position(column);
}

bool column_is_text(enum column_type type)
{
    return type == TYPE_TEXT || type == TYPE_CODE || type == TYPE_LIST;
}

bool dataset_has_client(enum dataset dataset)
{
    if (dataset == DATASET_clients)
        return true;
    const struct dataset_info *info = dataset_info(dataset);
    for (size_t i = 0; i < info->count; i++) {
        if (strcmp(columns[(size_t)info->first + i].name, "client") == 0)
            return true;
    }
    return false;
}
