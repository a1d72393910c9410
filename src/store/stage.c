/*
 * Stage: rows of files on their way in, in temporary tables of this connection.
 *
 * State: rows wait encoded in `pending` and go into their tables a piece at a time, each piece in a
 * transaction that touches temporary tables only: no lock is taken that anybody else could feel.
 * Clients are named by keys; each key is kept once (key_texts, found by hash) and stands in the
 * rows as its index, so that a million rows cost as many small numbers. Invariants: memory grows
 * with the keys and with the refused rows, never with the rows; person-level values are sealed
 * before they reach any table.
 */
#include "stage_internal.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PENDING_MAX = 512 * 1024 };

enum cell_type { CELL_NULL, CELL_NUMBER, CELL_TEXT, CELL_BLOB };
struct cell {
    enum cell_type type;
    int64_t number;
    const void *data;
    size_t length;
};

static const char create_sql[] =
    "CREATE TEMPORARY TABLE stage_client (row INTEGER PRIMARY KEY, file INTEGER, line INTEGER,"
    " lenient INTEGER, number TEXT, orgno TEXT, name TEXT, name_fold TEXT, name_sort BLOB,"
    " country TEXT, form TEXT, address TEXT, postcode TEXT, city TEXT, email TEXT, phone TEXT,"
    " contact_name TEXT, contact_email TEXT, groups TEXT, payday INTEGER, internal INTEGER,"
    " demo INTEGER, archived INTEGER, id INTEGER, is_new INTEGER);"
    "CREATE INDEX temp.stage_client_id ON stage_client (id);"
    "CREATE INDEX temp.stage_client_orgno ON stage_client (orgno);"
    "CREATE INDEX temp.stage_client_number ON stage_client (number);"
    "CREATE INDEX temp.stage_client_name ON stage_client (name_fold);"
    "CREATE TEMPORARY TABLE stage_user (row INTEGER PRIMARY KEY, file INTEGER, line INTEGER,"
    " login TEXT, name TEXT, name_fold TEXT, name_sort BLOB, email TEXT, role TEXT, kind TEXT,"
    " id INTEGER, is_new INTEGER);"
    "CREATE INDEX temp.stage_user_login ON stage_user (login);"
    "CREATE TEMPORARY TABLE stage_employee (row INTEGER PRIMARY KEY, file INTEGER, line INTEGER,"
    " key INTEGER, person TEXT, name TEXT, name_fold TEXT, national_id BLOB,"
    " national_id_hash TEXT, from_date TEXT, until TEXT, client_id INTEGER);"
    "CREATE TEMPORARY TABLE stage_access (row INTEGER PRIMARY KEY, file INTEGER, line INTEGER,"
    " key INTEGER, login TEXT, reason TEXT, role TEXT, from_at TEXT, until_at TEXT,"
    " until_told INTEGER, packages TEXT, client_id INTEGER, user_id INTEGER);"
    "CREATE TEMPORARY TABLE stage_run (row INTEGER PRIMARY KEY, file INTEGER, line INTEGER,"
    " key INTEGER, number TEXT, kind TEXT, earned TEXT, payout TEXT, month TEXT,"
    " employees INTEGER, payslips INTEGER, travel INTEGER, absences INTEGER, lines INTEGER,"
    " manual_lines INTEGER, gross INTEGER, net INTEGER, withheld INTEGER, currency TEXT,"
    " run_by TEXT, run_at TEXT, closed_by TEXT, closed_at TEXT, declaration TEXT);"
    "CREATE TEMPORARY TABLE stage_key (key INTEGER PRIMARY KEY, client_id INTEGER, country TEXT,"
    " currency TEXT, internal INTEGER, turns INTEGER);";

static const char drop_sql[] =
    "DROP TABLE IF EXISTS temp.stage_client; DROP TABLE IF EXISTS temp.stage_user;"
    "DROP TABLE IF EXISTS temp.stage_employee; DROP TABLE IF EXISTS temp.stage_access;"
    "DROP TABLE IF EXISTS temp.stage_run; DROP TABLE IF EXISTS temp.stage_key;"
    "DROP TABLE IF EXISTS temp.plan_run; DROP TABLE IF EXISTS temp.plan_log;"
    "DROP TABLE IF EXISTS temp.plan_declaration;";

static const struct {
    const char *sql;
    int cells;
} inserts[STAGE_TABLE_COUNT] = {
    [STAGE_CLIENT] = { "INSERT INTO stage_client (file, line, lenient, number, orgno, name,"
                       " name_fold, name_sort, country, form, address, postcode, city, email,"
                       " phone, contact_name, contact_email, groups, payday, internal, demo,"
                       " archived) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,"
                       " $14, $15, $16, $17, $18, $19, $20, $21, $22)",
                       22 },
    [STAGE_USER] = { "INSERT INTO stage_user (file, line, login, name, name_fold, name_sort, email,"
                     " role, kind) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                     9 },
    [STAGE_EMPLOYEE] = { "INSERT INTO stage_employee (file, line, key, person, name, name_fold,"
                         " national_id, national_id_hash, from_date, until)"
                         " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                         10 },
    [STAGE_ACCESS] = { "INSERT INTO stage_access (file, line, key, login, reason, role, from_at,"
                       " until_at, until_told, packages)"
                       " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                       10 },
    [STAGE_RUN] = { "INSERT INTO stage_run (file, line, key, number, " RUN_COLUMNS_SQL
                    ", declaration) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,"
                    " $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)",
                    23 },
};

/* ---- life ---- */

struct stage *stage_create(struct store *store, const struct session *session,
                           struct failure *ret_failure)
{
    db_bulk(store->db, true);
    if (!db_script(store->db, drop_sql, ret_failure) ||
        !db_script(store->db, create_sql, ret_failure)) {
        db_bulk(store->db, false);
        return NULL;
    }
    struct stage *stage = memory_zero(1, sizeof *stage);
    stage->store = store;
    stage->session = *session;
    stage->arena = arena_create();
    stage->slot_count = 1024;
    stage->key_slots = memory_zero(stage->slot_count, sizeof *stage->key_slots);
    return stage;
}

void stage_destroy(struct stage *stage)
{
    if (stage == NULL)
        return;
    struct failure ignored;
    if (stage->store->db != NULL) {
        db_script(stage->store->db, drop_sql, &ignored);
        db_bulk(stage->store->db, false);
    }
    for (int i = 0; i < stage->file_count; i++)
        free(stage->files[i]);
    free(stage->files);
    buffer_finish(&stage->pending);
    buffer_finish(&stage->key_texts);
    free(stage->keys);
    free(stage->key_slots);
    summary_sums_destroy(stage->sums);
    receipt_finish(&stage->lines);
    arena_destroy(stage->arena);
    free(stage);
}

int stage_add_file(struct stage *stage, const char *name)
{
    stage->files =
        memory_resize(stage->files, (size_t)(stage->file_count + 1) * sizeof *stage->files);
    stage->files[stage->file_count] = memory_text(name);
    return stage->file_count++;
}

void stage_keep_good(struct stage *stage, bool keep_good)
{
    stage->keep_good = keep_good;
}

/* ---- rows into their tables ---- */

static void encode(struct buffer *pending, int table, const struct cell *cells, int count)
{
    buffer_add_byte(pending, (char)table);
    for (int i = 0; i < count; i++) {
        buffer_add_byte(pending, (char)cells[i].type);
        if (cells[i].type == CELL_NUMBER) {
            buffer_add(pending, (const char *)&cells[i].number, sizeof cells[i].number);
        } else if (cells[i].type != CELL_NULL) {
            uint32_t length = (uint32_t)cells[i].length;
            buffer_add(pending, (const char *)&length, sizeof length);
            if (length > 0)
                buffer_add(pending, cells[i].data, length);
        }
    }
}

static const char *bind_encoded(struct db_statement *statement, int parameter, const char *at)
{
    int64_t number;
    uint32_t length;
    switch ((enum cell_type) * at++) {
    case CELL_NUMBER:
        memcpy(&number, at, sizeof number);
        db_bind_number(statement, parameter, number);
        return at + sizeof number;
    case CELL_TEXT:
        memcpy(&length, at, sizeof length);
        db_bind_text_n(statement, parameter, at + sizeof length, length);
        return at + sizeof length + length;
    case CELL_BLOB:
        memcpy(&length, at, sizeof length);
        db_bind_blob(statement, parameter, at + sizeof length, length);
        return at + sizeof length + length;
    case CELL_NULL:
        break;
    }
    db_bind_null(statement, parameter);
    return at;
}

static bool insert_pending(struct stage *stage, struct failure *ret_failure)
{
    const char *at = stage->pending.data;
    const char *end = at + stage->pending.length;
    while (at < end) {
        int table = *at++;
        struct db_statement *statement =
            db_prepare(stage->store->db, inserts[table].sql, ret_failure);
        if (statement == NULL)
            return false;
        for (int i = 1; i <= inserts[table].cells; i++)
            at = bind_encoded(statement, i, at);
        if (!db_run(statement, ret_failure))
            return false;
    }
    return true;
}

bool stage_flush(struct stage *stage, struct failure *ret_failure)
{
    if (stage->pending.length == 0)
        return true;
    /* Only temporary tables are written: this transaction locks nothing of the database. */
    if (!db_script(stage->store->db, "BEGIN", ret_failure))
        return false;
    bool good = insert_pending(stage, ret_failure);
    struct failure ignored;
    if (!db_script(stage->store->db, good ? "COMMIT" : "ROLLBACK", good ? ret_failure : &ignored))
        good = false;
    buffer_clear(&stage->pending);
    return good;
}

static bool put(struct stage *stage, enum stage_table table, const struct cell *cells,
                struct failure *ret_failure)
{
    stage->is_prepared = false;
    stage->rows[table]++;
    encode(&stage->pending, (int)table, cells, inserts[table].cells);
    return stage->pending.length < PENDING_MAX || stage_flush(stage, ret_failure);
}

/* ---- cells ---- */

static struct cell number_cell(int64_t number)
{
    return (struct cell) { CELL_NUMBER, number, NULL, 0 };
}

static struct cell text_cell(const char *text)
{
    return text == NULL ? (struct cell) { CELL_NULL, 0, NULL, 0 }
                        : (struct cell) { CELL_TEXT, 0, text, strlen(text) };
}

static struct cell filled_cell(const char *text)
{
    return text_cell(text == NULL || text[0] == '\0' ? NULL : text);
}

static struct cell figure_cell(struct figure figure)
{
    return figure.known ? number_cell(figure.value) : text_cell(NULL);
}

static struct cell word_cell(enum vocabulary words, struct figure figure)
{
    return text_cell(figure.known ? model_word(words, (int)figure.value) : NULL);
}

static struct cell date_cell(struct date date, char text[static DATE_TEXT_SIZE])
{
    return text_cell(date_known(date) ? date_format(date, text) : NULL);
}

static struct cell month_cell(struct month month, char text[static MONTH_TEXT_SIZE])
{
    return text_cell(month_known(month) ? month_format(month, text) : NULL);
}

static struct cell instant_cell(struct instant instant, char text[static INSTANT_TEXT_SIZE])
{
    return text_cell(instant_known(instant) ? instant_format(instant, text) : NULL);
}

static struct cell fold_cell(struct stage *stage, const char *text)
{
    return text_cell(text == NULL ? NULL : text_fold(stage->arena, text, strlen(text)));
}

/* The sort key in the bureau's language; NULL text = no key. */
static struct cell sort_cell(struct stage *stage, const char *text)
{
    if (text == NULL)
        return text_cell(NULL);
    struct buffer key = { 0 };
    collator_key_add(stage->store->collator, text, strlen(text), &key);
    const char *kept = arena_text_n(stage->arena, buffer_text(&key), key.length);
    struct cell cell = { CELL_BLOB, 0, kept, key.length };
    buffer_finish(&key);
    return cell;
}

/* ---- keys ---- */

static uint64_t hash_of(const char *text)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
    return hash;
}

const char *stage_key_text(const struct stage *stage, size_t key)
{
    return stage->key_texts.data + stage->keys[key].text;
}

static size_t slot_of(const struct stage *stage, const char *text)
{
    size_t slot = (size_t)hash_of(text) & (stage->slot_count - 1);
    while (stage->key_slots[slot] != 0 &&
           strcmp(stage_key_text(stage, stage->key_slots[slot] - 1), text) != 0)
        slot = (slot + 1) & (stage->slot_count - 1);
    return slot;
}

static void grow_slots(struct stage *stage)
{
    free(stage->key_slots);
    stage->slot_count *= 2;
    stage->key_slots = memory_zero(stage->slot_count, sizeof *stage->key_slots);
    for (size_t key = 0; key < stage->key_count; key++)
        stage->key_slots[slot_of(stage, stage_key_text(stage, key))] = (uint32_t)key + 1;
}

static struct cell key_cell(struct stage *stage, const char *text)
{
    size_t slot = slot_of(stage, text);
    if (stage->key_slots[slot] != 0)
        return number_cell(stage->key_slots[slot] - 1);
    if (stage->key_count == stage->key_capacity) {
        stage->key_capacity = stage->key_capacity == 0 ? 256 : stage->key_capacity * 2;
        stage->keys = memory_resize(stage->keys, stage->key_capacity * sizeof *stage->keys);
    }
    stage->keys[stage->key_count] = (struct stage_key) { .text = stage->key_texts.length };
    buffer_add(&stage->key_texts, text, strlen(text) + 1);
    stage->key_slots[slot] = (uint32_t)++stage->key_count;
    if (stage->key_count * 2 > stage->slot_count)
        grow_slots(stage);
    return number_cell((int64_t)stage->key_count - 1);
}

/* ---- the kinds ---- */

bool stage_client(struct stage *stage, const struct staged_client *row, struct failure *ret_failure)
{
    arena_reset(stage->arena);
    const char *name = row->name != NULL && row->name[0] != '\0' ? row->name : NULL;
    const struct cell cells[] = {
        number_cell(row->at.file),    number_cell(row->at.line),     number_cell(row->lenient),
        filled_cell(row->number),     filled_cell(row->orgno),       text_cell(name),
        fold_cell(stage, name),       sort_cell(stage, name),        filled_cell(row->country),
        text_cell(row->form),         text_cell(row->address),       text_cell(row->postcode),
        text_cell(row->city),         text_cell(row->email),         text_cell(row->phone),
        text_cell(row->contact_name), text_cell(row->contact_email), filled_cell(row->groups),
        figure_cell(row->payday),     figure_cell(row->internal),    figure_cell(row->demo),
        figure_cell(row->archived),
    };
    static_assert(sizeof cells / sizeof *cells == 22, "the cells of stage_client");
    return put(stage, STAGE_CLIENT, cells, ret_failure);
}

bool stage_user(struct stage *stage, const struct staged_user *row, struct failure *ret_failure)
{
    arena_reset(stage->arena);
    const char *name = row->name != NULL && row->name[0] != '\0' ? row->name : NULL;
    const struct cell cells[] = {
        number_cell(row->at.file),
        number_cell(row->at.line),
        text_cell(row->login),
        text_cell(name),
        fold_cell(stage, name),
        sort_cell(stage, name),
        text_cell(row->email),
        word_cell(WORDS_ROLE, row->role),
        word_cell(WORDS_USER_KIND, row->kind),
    };
    static_assert(sizeof cells / sizeof *cells == 9, "the cells of stage_user");
    return put(stage, STAGE_USER, cells, ret_failure);
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sorted, each name once: the form packages are stored and compared in. */
static const char *sorted_list(struct stage *stage, const char *list)
{
    char *names[256];
    size_t count = 0;
    char *rest = arena_text(stage->arena, list);
    while (rest != NULL && count < sizeof names / sizeof *names) {
        char *name = rest;
        rest = strchr(rest, VALUE_SEPARATOR);
        if (rest != NULL)
            *rest++ = '\0';
        if (name[0] != '\0')
            names[count++] = name;
    }
    qsort(names, count, sizeof *names, compare_texts);
    struct buffer text = { 0 };
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && strcmp(names[i], names[i - 1]) == 0)
            continue;
        if (text.length > 0)
            buffer_add_byte(&text, VALUE_SEPARATOR);
        buffer_add_text(&text, names[i]);
    }
    const char *kept = arena_text(stage->arena, buffer_text(&text));
    buffer_finish(&text);
    return kept;
}

bool stage_access(struct stage *stage, const struct staged_access *row, struct failure *ret_failure)
{
    arena_reset(stage->arena);
    char from[INSTANT_TEXT_SIZE], until[INSTANT_TEXT_SIZE];
    const struct cell cells[] = {
        number_cell(row->at.file),
        number_cell(row->at.line),
        key_cell(stage, row->client),
        text_cell(row->login),
        text_cell(row->reason),
        word_cell(WORDS_GRANT_ROLE, row->role),
        instant_cell(row->from, from),
        instant_cell(row->until, until),
        number_cell(row->until_told || instant_known(row->until)),
        text_cell(row->packages == NULL ? NULL : sorted_list(stage, row->packages)),
    };
    static_assert(sizeof cells / sizeof *cells == 10, "the cells of stage_access");
    return put(stage, STAGE_ACCESS, cells, ret_failure);
}

bool stage_run(struct stage *stage, const struct staged_run *row, struct failure *ret_failure)
{
    char earned[MONTH_TEXT_SIZE], payout[DATE_TEXT_SIZE], month[MONTH_TEXT_SIZE];
    char run_at[INSTANT_TEXT_SIZE], closed_at[INSTANT_TEXT_SIZE];
    struct month counted = date_known(row->payout)   ? month_of(row->payout)
                           : month_known(row->month) ? row->month
                                                     : row->earned;
    const struct cell cells[] = {
        number_cell(row->at.file),
        number_cell(row->at.line),
        key_cell(stage, row->client),
        text_cell(row->run),
        text_cell(row->kind == RUN_KIND_COUNT ? NULL : model_word(WORDS_RUN_KIND, (int)row->kind)),
        month_cell(row->earned, earned),
        date_cell(row->payout, payout),
        month_cell(counted, month),
        figure_cell(row->employees),
        figure_cell(row->payslips),
        figure_cell(row->travel),
        figure_cell(row->absences),
        figure_cell(row->lines),
        figure_cell(row->manual_lines),
        figure_cell(row->gross),
        figure_cell(row->net),
        figure_cell(row->withheld),
        filled_cell(row->currency),
        filled_cell(row->run_by),
        instant_cell(row->run_at, run_at),
        filled_cell(row->closed_by),
        instant_cell(row->closed_at, closed_at),
        word_cell(WORDS_DECLARATION, row->declaration),
    };
    static_assert(sizeof cells / sizeof *cells == 23, "the cells of stage_run");
    stage->month_rows += row->kind == RUN_MONTH;
    return put(stage, STAGE_RUN, cells, ret_failure);
}

/* A keyed digest, so that an exact number can be looked up without opening the sealed ones. */
static const char *national_hash(struct stage *stage, const char *national_id)
{
    struct hash_stream stream;
    unsigned char digest[HASH_SIZE];
    hash_begin(&stream, stage->store->key);
    hash_field_text(&stream, "national_id");
    hash_field_text(&stream, national_id);
    hash_end(&stream, digest);
    return hash_text(digest, arena_alloc(stage->arena, HASH_TEXT_SIZE));
}

bool stage_employee(struct stage *stage, const struct staged_employee *row,
                    struct failure *ret_failure)
{
    arena_reset(stage->arena);
    char from[DATE_TEXT_SIZE], until[DATE_TEXT_SIZE];
    struct buffer sealed = { 0 };
    const char *hash = NULL;
    bool has_id = row->national_id != NULL && row->national_id[0] != '\0';
    if (has_id && !stage->store->has_key)
        return failure_set(ret_failure, FAILURE_IO, stage->store->path,
                           N_("The key file is missing. Values about people cannot be stored "
                              "without it."),
                           NULL);
    if (has_id) {
        hash_seal(stage->store->key, row->national_id, strlen(row->national_id), &sealed);
        hash = national_hash(stage, row->national_id);
    }
    const struct cell cells[] = {
        number_cell(row->at.file),
        number_cell(row->at.line),
        key_cell(stage, row->client),
        text_cell(row->person),
        text_cell(row->name),
        fold_cell(stage, row->name),
        has_id ? (struct cell) { CELL_BLOB, 0, sealed.data, sealed.length } : text_cell(NULL),
        text_cell(hash),
        date_cell(row->from, from),
        date_cell(row->until, until),
    };
    static_assert(sizeof cells / sizeof *cells == 10, "the cells of stage_employee");
    bool good = put(stage, STAGE_EMPLOYEE, cells, ret_failure);
    buffer_finish(&sealed);
    return good;
}

/* ---- preparing ---- */

bool stage_number(struct stage *stage, const char *sql, int64_t *ret_number,
                  struct failure *ret_failure)
{
    struct db_statement *statement = db_prepare(stage->store->db, sql, ret_failure);
    if (statement == NULL || db_step(statement, ret_failure) != DB_ROW)
        return false;
    *ret_number = db_number(statement, 0);
    db_done(statement);
    return true;
}

bool stage_find_all(struct stage *stage, struct failure *ret_failure)
{
    stage->lines.skipped_count = stage->read_refused;
    stage->lines.warning_count = stage->read_warned;
    stage->strict_found = 0;
    /* Rows that were not flushed, since nobody prepared: the open transaction takes them. */
    if (stage->pending.length > 0 && !insert_pending(stage, ret_failure))
        return false;
    buffer_clear(&stage->pending);
    if (!stage_number(stage, "SELECT coalesce(max(id), 0) FROM changeset", &stage->prepared_after,
                      ret_failure) ||
        !stage_find_ids(stage, ret_failure) || !stage_plan_runs(stage, ret_failure))
        return false;
    if (stage->has_too_many)
        return stage_too_many(stage, -1, ret_failure);
    stage->is_prepared = true;
    return true;
}

bool stage_prepare(struct stage *stage, struct failure *ret_failure)
{
    if (stage->is_prepared)
        return true;
    if (!stage_flush(stage, ret_failure))
        return false;
    /* One snapshot for all that is read; only temporary tables are written, so nobody waits. */
    if (!db_script(stage->store->db, "BEGIN", ret_failure))
        return false;
    bool good = stage_find_all(stage, ret_failure);
    struct failure ignored;
    if (!db_script(stage->store->db, good ? "COMMIT" : "ROLLBACK", good ? ret_failure : &ignored))
        good = false;
    return good;
}
