/*
 * Import: files in, facts staged, one command out, a receipt back.
 *
 * State: the open files, each with its kind and its reader. They are all opened and recognised
 * before the first is read, so that a file that cannot be meant stops the import at once, and so
 * that they can be read in the order of what depends on what.
 */
#include "klientel/service/import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import_internal.h"
#include "klientel/formats/brreg.h"
#include "klientel/rules/identity.h"

enum { PROGRESS_EVERY = 5000 };

static const char *const kind_words[IMPORT_KIND_COUNT] = {
    [IMPORT_AUTO] = "auto",           [IMPORT_CLIENTS] = "clients", [IMPORT_USERS] = "users",
    [IMPORT_ACCESS] = "access",       [IMPORT_RUNS] = "runs",       [IMPORT_PAYROLL] = "payroll",
    [IMPORT_EMPLOYEES] = "employees", [IMPORT_BRREG] = "brreg",
};

bool import_kind_parse(const char *word, enum import_kind *ret_kind)
{
    for (int kind = 0; kind < IMPORT_KIND_COUNT; kind++)
        if (strcasecmp(word, kind_words[kind]) == 0) {
            *ret_kind = (enum import_kind)kind;
            return true;
        }
    if (strcasecmp(word, "grants") != 0) /* as the dataset is called */
        return false;
    *ret_kind = IMPORT_ACCESS;
    return true;
}

const char *import_kind_word(enum import_kind kind)
{
    return kind_words[kind];
}

struct source {
    struct input *input;
    enum import_kind kind;
    struct csv_reader *csv;
    struct brreg_reader *brreg;
    struct header header;
    int64_t header_line;
    size_t place; /* as given: keeps the order of equals */
};

static void source_close(struct source *source)
{
    csv_reader_destroy(source->csv);
    brreg_reader_destroy(source->brreg);
    header_finish(&source->header);
    input_close(source->input);
}

/* Reads the first line of a CSV file and knows from it what the file is. */
static bool open_csv(struct source *source, enum import_kind kind, struct failure *ret_failure)
{
    struct csv_record record;
    source->csv = csv_reader_create(source->input);
    switch (csv_reader_next(source->csv, &record, ret_failure)) {
    case CSV_FAILED:
        return false;
    case CSV_END:
        return failure_set(ret_failure, FAILURE_USAGE, input_name(source->input),
                           N_("The file is empty."), NULL);
    case CSV_RECORD:
        break;
    }
    source->header_line = record.line;
    if (!header_read(&record, kind, input_name(source->input), &source->header, ret_failure))
        return false;
    source->kind = source->header.kind;
    return true;
}

static bool open_source(const char *path, enum import_kind kind, struct source *source,
                        struct failure *ret_failure)
{
    size_t length;
    if (!input_open(path, &source->input, ret_failure))
        return false;
    const char *head = input_peek(source->input, &length, ret_failure);
    if (head == NULL)
        return false;
    bool is_json = brreg_looks_like(head, length);
    if (kind != IMPORT_BRREG && !(kind == IMPORT_AUTO && is_json))
        return open_csv(source, kind, ret_failure);
    source->kind = IMPORT_BRREG;
    source->brreg = brreg_reader_create(source->input);
    return true;
}

/* ---- reading ---- */

struct reading {
    struct stage *stage;
    const struct import_options *options;
    struct arena *arena;
    int64_t rows;
};

static void report(struct reading *reading, const char *name)
{
    if (++reading->rows % PROGRESS_EVERY == 0 && reading->options->progress != NULL)
        reading->options->progress(reading->options->context, name, reading->rows);
}

static void warn_unknown(struct reading *reading, const struct source *source, int file)
{
    for (size_t i = 0; i < source->header.unknown_count; i++) {
        struct message why;
        message_set(&why, N_("The column %1 means nothing here and is left out."),
                    source->header.unknown[i], NULL);
        stage_warn(reading->stage, (struct stage_at) { file, source->header_line },
                   source->header.unknown[i], 0, &why);
    }
}

static bool read_csv(struct reading *reading, struct source *source, int file,
                     struct failure *ret_failure)
{
    struct csv_record record;
    struct row row = { .header = &source->header, .record = &record, .arena = reading->arena };
    enum csv_step step;
    warn_unknown(reading, source, file);
    while ((step = csv_reader_next(source->csv, &record, ret_failure)) == CSV_RECORD) {
        if (!row_stage(&row, reading->stage, (struct stage_at) { file, record.line }, ret_failure))
            return false;
        report(reading, input_name(source->input));
    }
    return step == CSV_END;
}

/* "" = the register has nothing: what the bureau knows itself is kept. */
static const char *told(struct reading *reading, const char *text)
{
    const char *clean = text[0] == '\0' ? NULL : text_clean(reading->arena, text, strlen(text));
    return clean == NULL || clean[0] == '\0' || !text_is_plain(clean, strlen(clean)) ? NULL : clean;
}

static bool refuse_unit(struct reading *reading, struct stage_at at, const char *column,
                        const char *text, const char *a, const char *b, struct failure *ret_failure)
{
    struct message why;
    message_set(&why, text, a, b, NULL);
    return stage_refuse(reading->stage, at, column, &why, true, ret_failure);
}

/* A client that left the register: somebody should look; nothing is changed. */
static bool warn_deleted(struct reading *reading, struct stage_at at, const struct brreg_unit *unit,
                         const char *digits, struct failure *ret_failure)
{
    int64_t client;
    if (!stage_find_client(reading->stage, digits, &client, ret_failure))
        return false;
    if (client != 0) {
        struct message why;
        message_set(&why,
                    N_("The client %1 was deleted from the register on %2. Is it still a client?"),
                    unit->name[0] != '\0' ? unit->name : digits, unit->deleted, NULL);
        stage_warn(reading->stage, at, "orgno", client, &why);
    }
    return refuse_unit(reading, at, "orgno", N_("%1 was deleted from the register on %2."),
                       unit->name[0] != '\0' ? unit->name : digits, unit->deleted, ret_failure);
}

static bool read_unit(struct reading *reading, struct stage_at at, const struct brreg_unit *unit,
                      struct failure *ret_failure)
{
    char digits[ORGNO_SIZE], country[3];
    arena_reset(reading->arena);
    enum orgno_result result = orgno_normalise(unit->orgno, "NO", digits, country);
    if (unit->deleted[0] != '\0')
        return warn_deleted(reading, at, unit, digits, ret_failure);
    if (unit->is_sub_unit)
        return refuse_unit(reading, at, "orgno",
                           N_("%1 is a sub-unit of %2: the client is the main unit."), unit->name,
                           unit->parent[0] != '\0' ? unit->parent : "–", ret_failure);
    if (result != ORGNO_OK)
        return refuse_unit(reading, at, "orgno", orgno_message(result), unit->orgno, NULL,
                           ret_failure);
    const char *name = told(reading, unit->name);
    if (name == NULL)
        return refuse_unit(reading, at, "name", N_("The unit %1 has no name."), digits, NULL,
                           ret_failure);
    return stage_client(reading->stage,
                        &(struct staged_client) { .at = at,
                                                  .orgno = digits,
                                                  .name = name,
                                                  .country = "NO",
                                                  .form = told(reading, unit->form),
                                                  .address = told(reading, unit->address),
                                                  .postcode = told(reading, unit->postcode),
                                                  .city = told(reading, unit->city),
                                                  .email = told(reading, unit->email),
                                                  .phone = told(reading, unit->phone),
                                                  .lenient = true },
                        ret_failure);
}

static bool read_brreg(struct reading *reading, struct source *source, int file,
                       struct failure *ret_failure)
{
    for (;;) {
        struct brreg_unit unit;
        enum brreg_step step = brreg_reader_next(source->brreg, &unit, ret_failure);
        if (step == BRREG_END || step == BRREG_FAILED)
            return step == BRREG_END;
        struct stage_at at = { file, unit.line };
        bool good = step == BRREG_UNIT
                        ? read_unit(reading, at, &unit, ret_failure)
                        : refuse_unit(reading, at, "orgno",
                                      N_("This is not a unit: it has no organisasjonsnummer."),
                                      NULL, NULL, ret_failure);
        if (!good)
            return false;
        report(reading, input_name(source->input));
    }
}

/* ---- the order of things ---- */

static int rank(enum import_kind kind)
{
    static const int ranks[IMPORT_KIND_COUNT] = {
        [IMPORT_USERS] = 0,  [IMPORT_BRREG] = 1, [IMPORT_CLIENTS] = 2, [IMPORT_EMPLOYEES] = 3,
        [IMPORT_ACCESS] = 4, [IMPORT_RUNS] = 5,  [IMPORT_PAYROLL] = 6,
    };
    return ranks[kind];
}

static int compare_sources(const void *a, const void *b)
{
    const struct source *left = a, *right = b;
    int by_rank = rank(left->kind) - rank(right->kind);
    if (by_rank != 0)
        return by_rank;
    return left->place < right->place ? -1 : left->place > right->place;
}

static bool read_all(struct reading *reading, struct source *sources, size_t count,
                     struct failure *ret_failure)
{
    qsort(sources, count, sizeof *sources, compare_sources);
    for (size_t i = 0; i < count; i++) {
        int file = stage_add_file(reading->stage, input_name(sources[i].input));
        bool good = sources[i].brreg != NULL ? read_brreg(reading, &sources[i], file, ret_failure)
                                             : read_csv(reading, &sources[i], file, ret_failure);
        if (!good)
            return false;
    }
    return true;
}

static bool refuse_whole(const struct stage *stage, struct receipt *ret_receipt,
                         struct failure *ret_failure)
{
    char count[24];
    stage_receipt(stage, ret_receipt);
    snprintf(count, sizeof count, "%zu", ret_receipt->skipped_count);
    return failure_set(ret_failure, FAILURE_REFUSED, "",
                       N_("Nothing was imported: %1 rows are refused. Correct them, or take the "
                          "good rows with --keep-good."),
                       count, NULL);
}

static bool carry_out(struct store *store, const struct session *session, struct source *sources,
                      size_t count, const struct import_options *options,
                      struct receipt *ret_receipt, struct failure *ret_failure)
{
    struct stage *stage = stage_create(store, session, ret_failure);
    if (stage == NULL)
        return false;
    struct reading reading = { .stage = stage, .options = options, .arena = arena_create() };
    stage_keep_good(stage, options->keep_good);
    bool good =
        read_all(&reading, sources, count, ret_failure) && stage_prepare(stage, ret_failure);
    if (good && stage_blocked(stage))
        good = refuse_whole(stage, ret_receipt, ret_failure);
    else if (good)
        good =
            store_execute(store, session,
                          &(struct command) {
                              .kind = COMMAND_IMPORT, .reason = "", .import = { .stage = stage } },
                          options->dry_run, ret_receipt, ret_failure);
    arena_destroy(reading.arena);
    stage_destroy(stage);
    return good;
}

/* Before anything is read: who may not import at all is told so at once. */
static bool may_import(const struct session *session, struct failure *ret_failure)
{
    struct facts facts = { .role = session->role,
                           .active = session->active,
                           .read_only = session->read_only,
                           .now = session->now };
    struct verdict verdict = command_judge(&(struct command) { .kind = COMMAND_IMPORT }, &facts);
    if (verdict.refusal == REFUSAL_NONE)
        return true;
    const struct message *why = &verdict.message;
    return failure_set(ret_failure, FAILURE_DENIED, "", why->text, why->argument[0],
                       why->argument[1], NULL);
}

bool import_files(struct store *store, const struct session *session, const char *const *paths,
                  size_t path_count, const struct import_options *options,
                  struct receipt *ret_receipt, struct failure *ret_failure)
{
    *ret_receipt = (struct receipt) { 0 };
    if (!may_import(session, ret_failure))
        return false;
    struct source *sources = memory_zero(path_count + 1, sizeof *sources);
    size_t count = 0;
    bool good = true;
    while (good && count < path_count) {
        sources[count].place = count;
        good = open_source(paths[count], options->kind, &sources[count], ret_failure);
        count++;
    }
    good = good && carry_out(store, session, sources, count, options, ret_receipt, ret_failure);
    for (size_t i = 0; i < count; i++)
        source_close(&sources[i]);
    free(sources);
    return good;
}
