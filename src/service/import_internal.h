/*
 * What the files of the import share: import.c (files, kinds, order, the command), import_header.c
 * (which column is what), import_cells.c (text to values), import_rows.c (rows to the stage).
 */
#ifndef KLIENTEL_SERVICE_IMPORT_INTERNAL_H
#define KLIENTEL_SERVICE_IMPORT_INTERNAL_H

#include "klientel/formats/csv.h"
#include "klientel/service/import.h"
#include "klientel/store/stage.h"

enum field {
    FIELD_NUMBER,
    FIELD_ORGNO,
    FIELD_NAME,
    FIELD_COUNTRY,
    FIELD_FORM,
    FIELD_ADDRESS,
    FIELD_POSTCODE,
    FIELD_CITY,
    FIELD_EMAIL,
    FIELD_PHONE,
    FIELD_PAYDAY,
    FIELD_GROUPS,
    FIELD_STATUS,
    FIELD_ARCHIVED,
    FIELD_INTERNAL,
    FIELD_DEMO,
    FIELD_CONTACT_NAME,
    FIELD_CONTACT_EMAIL,
    FIELD_LOGIN,
    FIELD_ROLE,
    FIELD_KIND,
    FIELD_CLIENT,
    FIELD_FROM,
    FIELD_UNTIL,
    FIELD_PACKAGES,
    FIELD_REASON,
    FIELD_RUN,
    FIELD_EARNED,
    FIELD_PAYOUT,
    FIELD_MONTH,
    FIELD_EMPLOYEES,
    FIELD_PAYSLIPS,
    FIELD_TRAVEL,
    FIELD_ABSENCES,
    FIELD_LINES,
    FIELD_MANUAL_LINES,
    FIELD_GROSS,
    FIELD_NET,
    FIELD_WITHHELD,
    FIELD_CURRENCY,
    FIELD_RUN_BY,
    FIELD_RUN_AT,
    FIELD_CLOSED_BY,
    FIELD_CLOSED_AT,
    FIELD_DECLARATION,
    FIELD_PERSON,
    FIELD_NATIONAL_ID,
    FIELD_CLIENT_NAME,
    FIELD_COUNT
};
const char *field_name(enum field field); /* as cli.md has it; static */

/* Which column of the file holds which field; -1 = none. */
struct header {
    enum import_kind kind;
    int column_of[FIELD_COUNT];
    size_t count;   /* columns of the header */
    char **unknown; /* names that mean nothing here; columns only exports have are not among them */
    size_t unknown_count;
};
/* kind IMPORT_AUTO: told from the columns. Fails for a column that stands twice and for a missing
 * key column, naming file, line and column. */
bool header_read(const struct csv_record *record, enum import_kind kind, const char *file,
                 struct header *ret_header, struct failure *ret_failure);
void header_finish(struct header *header);

/* One row on its way to the stage. The first cell that is wrong decides: is_refused, column, why.
 */
struct row {
    const struct header *header;
    const struct csv_record *record;
    struct arena *arena; /* emptied for each row */
    bool is_refused;
    const char *column;
    struct message why;
};
void row_refuse(struct row *row, enum field field, const char *text, const char *argument);
bool row_has_column(const struct row *row, enum field field);
/* False when there is no such column or the cell is empty. */
bool row_cell(const struct row *row, enum field field, const char **ret_text, size_t *ret_length);
/* NULL = no such column, "" = empty; cleaned and plain, or the row is refused. */
const char *row_text(struct row *row, enum field field);
struct figure row_number(struct row *row, enum field field, int64_t least, int64_t most);
struct figure row_money(struct row *row, enum field field);
struct figure row_boolean(struct row *row, enum field field);
struct figure row_word(struct row *row, enum field field, enum vocabulary vocabulary);
struct date row_date(struct row *row, enum field field);
struct month row_month(struct row *row, enum field field);
struct instant row_instant(struct row *row, enum field field, bool is_end);
const char *row_currency(struct row *row, enum field field);
const char *row_country(struct row *row, enum field field);
const char *row_login(struct row *row, enum field field); /* lower case; NULL when empty */
const char *row_list(struct row *row, enum field field);  /* joined by VALUE_SEPARATOR */

/* Puts the row into the stage, or refuses it there. */
bool row_stage(struct row *row, struct stage *stage, struct stage_at at,
               struct failure *ret_failure);

#endif
