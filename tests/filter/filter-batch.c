/*
 * Filter batch: the program's filter over one dataset, driven by lines, for tests/filter/random.py.
 *
 *     filter-batch DATABASE DATASET LANGUAGE LOGIN|- [FAVOURITE…]
 *
 * First line out: the dataset as one JSON object: its columns, all rows with `#id` and `#client`, the day
 * and second the session reckons with, the marked rows. Then a line for each line in:
 *     = ID ID …        the rows, in order         ! POSITION          refused at that byte
 *     ? WHAT …         the filter contradicts itself: scan against row by row or against a scan by two, the canonical
 *                      text read again, or a filter that says it narrows the one before and gives more rows
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/rules/filter_crew.h"
#include "klientel/base/arena.h"
#include "klientel/base/text.h"
#include "klientel/rules/filter.h"
#include "klientel/service/json.h"
#include "klientel/store/store.h"

struct batch {
    struct store *store;
    struct session session;
    struct rowset rowset;
    struct ids marked;
    struct filter_scope scope;
    struct filter *before; /* the filter of the last line that had one */
    struct ids before_rows;
    struct filter_crew *crew;
};

static void stop(const char *what, const struct failure *failure)
{
    struct buffer text = { 0 };
    if (failure)
        failure_add(failure, LANGUAGE_EN, &text);
    fprintf(stderr, "filter-batch: %s %s\n", what, buffer_text(&text));
    exit(99);
}

static bool clients_in(void *context, enum filter_relation relation, const char *value,
                       struct ids *ret_clients, struct failure *ret_failure)
{
    struct batch *batch = context;
    return store_clients_in(batch->store, &batch->session, relation, value, ret_clients,
                            ret_failure);
}

static void open_bureau(struct batch *batch, const char *path, const char *login)
{
    struct failure failure = { 0 };
    struct store_options options = { 0 };
    struct instant now = date_start(date_of(2026, 11, 18));
    now.second += 9 * 3600;
    if (!store_open(path, &options, &batch->store, &failure) ||
        !store_session(batch->store, strcmp(login, "-") == 0 ? NULL : login, now, &batch->session,
                       &failure))
        stop("the bureau does not open:", &failure);
}

/* ---- the rows as JSON ---- */

static const char *type_name(enum column_type type)
{
    static const char *const names[] = {
        [TYPE_INTEGER] = "integer", [TYPE_MONEY] = "money", [TYPE_PERCENT] = "percent",
        [TYPE_BOOLEAN] = "boolean", [TYPE_DATE] = "date",   [TYPE_MONTH] = "month",
        [TYPE_INSTANT] = "instant", [TYPE_TEXT] = "text",   [TYPE_CODE] = "code",
        [TYPE_LIST] = "list",
    };
    return names[type];
}

static void write_columns(struct json *json, const struct dataset_info *info,
                          enum language language)
{
    json_key(json, "columns");
    json_open(json, '[');
    for (size_t i = 0; i < info->count; i++) {
        const struct column_info *column = column_info((enum column)((int)info->first + (int)i));
        json_open(json, '{');
        json_key(json, "name");
        json_text(json, column->name);
        json_key(json, "label");
        json_text(json, text_tr(language, column->label));
        json_key(json, "type");
        json_text(json, type_name(column->type));
        json_key(json, "searched");
        json_flag(json, column->flags & COLUMN_SEARCHED);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void write_rows(struct json *json, const struct rowset *rowset,
                       const struct dataset_info *info)
{
    json_key(json, "rows");
    json_open(json, '[');
    for (size_t row = 0; row < rowset->count; row++) {
        json_open(json, '{');
        json_key(json, "#id");
        json_number(json, rowset->ids[row]);
        json_key(json, "#client");
        json_number(json, rowset->clients[row]);
        for (size_t i = 0; i < info->count; i++) {
            enum column column = (enum column)((int)info->first + (int)i);
            struct value value = rowset_value(rowset, row, column);
            json_key(json, column_info(column)->name);
            json_value(json, &value, column_info(column)->type);
        }
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void write_dataset(const struct batch *batch)
{
    const struct dataset_info *info = dataset_info(batch->rowset.dataset);
    struct json json = { 0 };
    char today[DATE_TEXT_SIZE];
    json_open(&json, '{');
    json_key(&json, "today");
    json_text(&json, date_format(batch->scope.today, today));
    json_key(&json, "now");
    json_number(&json, batch->session.now.second);
    json_key(&json, "login");
    json_text(&json, batch->session.login);
    json_key(&json, "has_client");
    json_flag(&json, dataset_has_client(batch->rowset.dataset));
    json_key(&json, "marked");
    json_open(&json, '[');
    for (int64_t id = ids_next(&batch->marked, 0); id >= 0; id = ids_next(&batch->marked, id + 1))
        json_number(&json, id);
    json_close(&json, ']');
    write_columns(&json, info, batch->scope.language);
    write_rows(&json, &batch->rowset, info);
    json_close(&json, '}');
    puts(buffer_text(&json.text));
    fflush(stdout);
    json_finish(&json);
}

/* ---- one line ---- */

static void scan_rows(const struct batch *batch, const struct filter *filter,
                      struct filter_crew *crew, struct ids *ret_rows)
{
    size_t count;
    struct filter_scan *scan = filter_scan_start(filter, &batch->rowset, NULL, 0);
    filter_scan_help(scan, crew);
    while (!filter_scan_step(scan, 0))
        ;
    const uint32_t *hits = filter_scan_hits(scan, &count);
    for (size_t i = 0; i < count; i++)
        ids_add(ret_rows, hits[i]);
    filter_scan_cancel(scan);
}

static bool row_by_row_agrees(const struct batch *batch, const struct filter *filter,
                              const struct ids *rows)
{
    for (size_t row = 0; row < batch->rowset.count; row++) {
        bool costly = false;
        if (filter_matches(filter, &batch->rowset, row, &costly) != ids_has(rows, (int64_t)row))
            return false;
    }
    return true;
}

static bool rows_equal(const struct ids *a, const struct ids *b)
{
    if (a->count != b->count)
        return false;
    for (int64_t row = ids_next(a, 0); row >= 0; row = ids_next(a, row + 1)) {
        if (!ids_has(b, row))
            return false;
    }
    return true;
}

static bool two_agree(const struct batch *batch, const struct filter *filter,
                      const struct ids *rows)
{
    struct ids found = { 0 };
    scan_rows(batch, filter, batch->crew, &found);
    bool agrees = rows_equal(rows, &found);
    ids_finish(&found);
    return agrees;
}

/* What views store, read again in the code's language, gives the same rows. */
static bool canonical_agrees(const struct batch *batch, const struct filter *filter,
                             const struct ids *rows, struct buffer *ret_text)
{
    struct filter_error error;
    struct filter_scope scope = batch->scope;
    struct ids again_rows = { 0 };
    scope.language = LANGUAGE_EN;
    filter_add_canonical(filter, ret_text);
    struct filter *again = filter_create(buffer_text(ret_text), batch->rowset.dataset, &scope,
                                         &error);
    if (again == NULL)
        return false;
    scan_rows(batch, again, NULL, &again_rows);
    bool agrees = rows_equal(rows, &again_rows);
    ids_finish(&again_rows);
    filter_destroy(again);
    return agrees;
}

static bool narrowing_agrees(const struct batch *batch, const struct filter *filter,
                             const struct ids *rows)
{
    if (batch->before == NULL || !filter_narrows(batch->before, filter))
        return true;
    for (int64_t row = ids_next(rows, 0); row >= 0; row = ids_next(rows, row + 1)) {
        if (!ids_has(&batch->before_rows, row))
            return false;
    }
    return true;
}

static void answer_rows(const struct batch *batch, const struct ids *rows)
{
    putchar('=');
    for (int64_t row = ids_next(rows, 0); row >= 0; row = ids_next(rows, row + 1))
        printf(" %" PRId64, batch->rowset.ids[row]);
    putchar('\n');
}

static void answer(struct batch *batch, const char *text)
{
    struct filter_error error;
    struct ids rows = { 0 };
    struct buffer canonical = { 0 };
    struct filter *filter = filter_create(text, batch->rowset.dataset, &batch->scope, &error);
    if (filter == NULL) {
        printf("! %zu\n", error.position);
        return;
    }
    scan_rows(batch, filter, NULL, &rows);
    if (!row_by_row_agrees(batch, filter, &rows))
        printf("? row by row\n");
    else if (!two_agree(batch, filter, &rows))
        printf("? scanned by two\n");
    else if (!canonical_agrees(batch, filter, &rows, &canonical))
        printf("? canonical %s\n", buffer_text(&canonical));
    else if (!narrowing_agrees(batch, filter, &rows))
        printf("? narrows\n");
    else
        answer_rows(batch, &rows);
    buffer_finish(&canonical);
    filter_destroy(batch->before);
    ids_finish(&batch->before_rows);
    batch->before = filter;
    batch->before_rows = rows;
}

static void answer_lines(struct batch *batch)
{
    char *line = NULL;
    size_t size = 0;
    ssize_t length;
    while ((length = getline(&line, &size, stdin)) > 0) {
        if (line[length - 1] == '\n')
            line[length - 1] = '\0';
        answer(batch, line);
    }
    free(line);
    filter_destroy(batch->before);
    ids_finish(&batch->before_rows);
}

int main(int argc, char **argv)
{
    struct batch batch = { 0 };
    struct failure failure = { 0 };
    enum dataset dataset;
    enum language language;
    if (argc < 5 || !text_start() || !dataset_parse(argv[2], &dataset) ||
        !language_parse(argv[3], &language))
        stop("use: filter-batch DATABASE DATASET LANGUAGE LOGIN|- [FAVOURITE...]", NULL);
    open_bureau(&batch, argv[1], argv[4]);
    for (int i = 5; i < argc; i++) {
        if (!store_favourite(batch.store, &batch.session, strtoll(argv[i], NULL, 10), true,
                             &failure))
            stop("no favourite:", &failure);
    }
    batch.crew = crew_create(2, 0);
    struct arena *arena = arena_create();
    struct query query = { .dataset = dataset,
                           .sort = COLUMN_NONE,
                           .month = MONTH_NONE,
                           .as_of = INSTANT_NONE };
    if (!store_query(batch.store, &batch.session, &query, arena, &batch.rowset, &failure))
        stop("no rows:", &failure);
    for (size_t row = 0; row < batch.rowset.count; row += 3)
        ids_add(&batch.marked, batch.rowset.ids[row]);
    batch.scope = (struct filter_scope){ .language = language,
                                         .today = session_today(&batch.session),
                                         .marked = &batch.marked,
                                         .clients = clients_in,
                                         .context = &batch };
    write_dataset(&batch);
    answer_lines(&batch);
    ids_finish(&batch.marked);
    filter_crew_destroy(batch.crew);
    arena_destroy(arena);
    store_close(batch.store);
    return EXIT_SUCCESS;
}
