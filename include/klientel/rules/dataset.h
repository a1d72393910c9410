/*
 * Dataset: every table a person can look at, and its columns, declared once in datasets.def.
 *
 * The query, the table on screen, the filter's field names, `klientel list` and every export read
 * that table. Adding a column is a line there and its value in the dataset's SELECT.
 */
#ifndef KLIENTEL_RULES_DATASET_H
#define KLIENTEL_RULES_DATASET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "klientel/base/language.h"

enum column_type {
    TYPE_INTEGER,
    TYPE_MONEY,   /* minor units in the row's currency */
    TYPE_PERCENT, /* tenths */
    TYPE_BOOLEAN,
    TYPE_DATE,
    TYPE_MONTH,
    TYPE_INSTANT,
    TYPE_TEXT, /* a name or free text: sorted by the bureau's language */
    TYPE_CODE, /* numbers, logins, states: sorted bytewise */
    TYPE_LIST, /* codes joined by VALUE_SEPARATOR */
};

enum column_flag {
    COLUMN_SEARCHED = 1, /* a bare word of the filter is looked for here */
    COLUMN_WORD = 2,     /* holds a stored word: shown translated through its vocabulary */
    COLUMN_AMOUNT = 4,   /* only for those who may see amounts (C44) */
    COLUMN_PERSON = 8,   /* person data (C44) */
    COLUMN_ID = 16,      /* a number that names something: shown without grouping */
};

#define DATASET(name, label, order) DATASET_##name,
#define COLUMN(dataset, name, type, width, flags, words, label)
enum dataset {
#include "klientel/rules/datasets.def"
    DATASET_COUNT
};
#undef DATASET
#undef COLUMN

#define DATASET(name, label, order)
#define COLUMN(dataset, name, type, width, flags, words, label) COLUMN_##dataset##_##name,
enum column {
    COLUMN_NONE = -1,
#include "klientel/rules/datasets.def"
    COLUMN_COUNT
};
#undef DATASET
#undef COLUMN

enum { DATASET_COLUMNS_MAX = 48 };

/* Bit = position of the column within its dataset. */
typedef uint64_t column_mask;

struct column_info {
    const char *name;  /* as typed and exported */
    const char *label; /* English source text for the head of the column */
    enum dataset dataset;
    enum column_type type;
    int width;      /* columns wanted on screen */
    unsigned flags; /* enum column_flag */
    int words;      /* enum vocabulary for COLUMN_WORD, else -1 */
};

struct dataset_info {
    const char *name;
    const char *label;  /* English source text */
    enum column first;  /* its columns are first … first + count - 1 */
    size_t count;
    enum column order;  /* its own order */
};

const struct dataset_info *dataset_info(enum dataset dataset);
const struct column_info *column_info(enum column column);
/* By name, or an alias ("access" = grants), caseless. */
bool dataset_parse(const char *name, enum dataset *ret_dataset);
/* By the name used in files, or by the label in the given language (its blanks and hyphens as _, its
 * points left out), caseless. Names go before labels. */
bool column_parse(enum dataset dataset, const char *name, size_t length, enum language language,
                  enum column *ret_column);
column_mask column_bit(enum column column);
size_t column_position(enum column column); /* within its dataset */
bool column_is_text(enum column_type type); /* text, code or list */
/* Whether `client` relations (resp:, group:, is:mine …) have a meaning in this dataset. */
bool dataset_has_client(enum dataset dataset);

#endif
