/*
 * What the files of the export share: export.c (the walk, CSV, JSON), export_table.c and export_xlsx.c.
 */
#ifndef KLIENTEL_SERVICE_EXPORT_INTERNAL_H
#define KLIENTEL_SERVICE_EXPORT_INTERNAL_H

#include "klientel/base/buffer.h"
#include "klientel/formats/xlsx.h"
#include "klientel/service/export.h"

struct export;

/* One format. Whatever is put into export->row is written to the stream after each call. */
struct export_ops {
    const char *word;
    bool measures;                                /* every row is measured before the first is written */
    void (*measure)(struct export *export, size_t row);
    void (*begin)(struct export *export);         /* after measuring; may be NULL */
    void (*row)(struct export *export, size_t row);
    bool (*end)(struct export *export);           /* false: it failed; may be NULL */
    bool end_is_long;
};

/* What one export works with. */
struct export {
    const struct export_ops *ops;
    const struct rowset *rowset;
    const uint32_t *shown; /* NULL = all rows */
    size_t count;
    struct export_options options; /* its columns are these: */
    enum column columns[DATASET_COLUMNS_MAX];
    FILE *out;
    bool begun, announced;
    size_t measured, written;
    struct buffer row;
    struct buffer cell;
    int widths[DATASET_COLUMNS_MAX]; /* table only */
    struct xlsx *xlsx;               /* XLSX only */
};

extern const struct export_ops export_table_ops, export_xlsx_ops;

#endif
