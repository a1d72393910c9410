/*
 * Listing: rows of one dataset: the view, then the filter, then the first so many, then out.
 *
 * The view and the filter are scanned one after the other and not joined to one text, so that the place
 * of an error is the place in what the person typed.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"
#include "klientel/base/text.h"

void listing_start(struct listing *listing, enum dataset dataset)
{
    *listing = (struct listing){
        .query = { .dataset = dataset,
                   .sort = COLUMN_NONE,
                   .month = MONTH_NONE,
                   .as_of = INSTANT_NONE },
        .limit = -1,
        .format = EXPORT_TABLE,
    };
}

static void columns_all(struct listing *listing)
{
    const struct dataset_info *info = dataset_info(listing->query.dataset);
    for (size_t i = 0; i < info->count; i++)
        listing->columns[i] = (enum column)((int)info->first + (int)i);
    listing->column_count = info->count;
}

static bool column_unknown(const struct cli *cli, enum dataset dataset, const char *name,
                           size_t length)
{
    const struct dataset_info *info = dataset_info(dataset);
    char *word = memory_text(name);
    word[length] = '\0';
    cli_usage(cli, N_("there is no column “%1” in %2; klientel list --help lists them"), word,
              info->name, NULL);
    free(word);
    return false;
}

bool listing_columns(const struct cli *cli, struct listing *listing, const char *names)
{
    for (const char *at = names; *at != '\0';) {
        size_t length = strcspn(at, ",");
        enum column column;
        if (!column_parse(listing->query.dataset, at, length, cli->language, &column))
            return column_unknown(cli, listing->query.dataset, at, length);
        if (listing->column_count == DATASET_COLUMNS_MAX) {
            cli_usage(cli, N_("there are too many columns"), NULL);
            return false;
        }
        listing->columns[listing->column_count++] = column;
        at += length;
        at += *at == ',' ? 1 : 0;
    }
    if (listing->column_count > 0)
        return true;
    cli_usage(cli, N_("--columns needs the name of at least one column"), NULL);
    return false;
}

/* ---- filters ---- */

struct relations {
    struct store *store;
    const struct session *session;
    bool failed;
    struct failure failure;
};

static bool clients_in(void *context, enum filter_relation relation, const char *value,
                       struct ids *ret_clients, struct failure *ret_failure)
{
    struct relations *relations = context;
    if (store_clients_in(relations->store, relations->session, relation, value, ret_clients,
                         &relations->failure))
        return true;
    relations->failed = true;
    if (ret_failure != NULL)
        *ret_failure = relations->failure;
    return false;
}

/* The message, the text, and a caret under the place. */
static int filter_wrong(const struct cli *cli, const char *text, const struct filter_error *error,
                        const struct relations *relations)
{
    struct buffer message = { 0 };
    struct buffer before = { 0 };
    struct buffer after = { 0 };
    size_t position = error->position < strlen(text) ? error->position : strlen(text);
    message_add(&error->message, cli->language, &message);
    text_safe_add(text, position, &before);
    text_safe_add(text + position, strlen(text) - position, &after);
    int column = text_width(buffer_text(&before), before.length);
    fprintf(cli->err, "klientel: %s %d: %s\n", text_tr(cli->language, N_("filter, position")),
            column + 1, buffer_text(&message));
    fprintf(cli->err, "  %s%s\n  %*s^\n", buffer_text(&before), buffer_text(&after), column, "");
    buffer_finish(&message);
    buffer_finish(&before);
    buffer_finish(&after);
    bool trouble = relations->failed && (relations->failure.kind == FAILURE_BUSY ||
                                         relations->failure.kind == FAILURE_IO);
    return trouble ? failure_exit_code(&relations->failure) : EXIT_USAGE;
}

/* An empty or missing text gives *ret_filter = NULL. */
static int filter_make(const struct cli *cli, struct store *store, const struct session *session,
                       enum dataset dataset, const char *text, struct filter **ret_filter)
{
    *ret_filter = NULL;
    if (text == NULL || *text == '\0')
        return EXIT_OK;
    if (!text_is_utf8(text, strlen(text)))
        return cli_usage(cli, N_("the filter is not UTF-8"), NULL);
    struct relations relations = { .store = store, .session = session };
    struct filter_scope scope = {
        .language = cli->language,
        .today = session_today(session),
        .clients = clients_in,
        .context = &relations,
    };
    struct filter_error error;
    *ret_filter = filter_create(text, dataset, &scope, &error);
    return *ret_filter != NULL ? EXIT_OK : filter_wrong(cli, text, &error, &relations);
}

int listing_canonical(const struct cli *cli, struct store *store, const struct session *session,
                      enum dataset dataset, const char *text, struct buffer *ret_text)
{
    struct filter *filter;
    int code = filter_make(cli, store, session, dataset, text, &filter);
    if (filter != NULL)
        filter_add_canonical(filter, ret_text);
    filter_destroy(filter);
    return code;
}

/* ---- views ---- */

static bool same_folded(const char *a, size_t a_length, const char *b, size_t b_length)
{
    struct buffer folded_a = { 0 };
    struct buffer folded_b = { 0 };
    text_fold_add(a, a_length, &folded_a);
    text_fold_add(b, b_length, &folded_b);
    bool same = strcmp(buffer_text(&folded_a), buffer_text(&folded_b)) == 0;
    buffer_finish(&folded_a);
    buffer_finish(&folded_b);
    return same;
}

/* In its own dataset a view is its filter; elsewhere it acts through the client (view:"NAME"). */
static void view_filter(const struct listing *listing, const struct rowset *views, size_t row,
                        struct buffer *ret_text)
{
    struct value dataset = rowset_value(views, row, COLUMN_views_dataset);
    struct value filter = rowset_value(views, row, COLUMN_views_filter);
    if (strcmp(dataset.text, dataset_info(listing->query.dataset)->name) == 0) {
        buffer_add(ret_text, filter.text, filter.length);
        return;
    }
    buffer_add_text(ret_text, "view:\"");
    for (const char *at = listing->view; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\')
            buffer_add_byte(ret_text, '\\');
        buffer_add_byte(ret_text, *at);
    }
    buffer_add_byte(ret_text, '"');
}

/* One's own view before a shared one of the same name. SIZE_MAX: none. */
static size_t view_find(const struct rowset *views, const struct session *session, const char *wanted)
{
    size_t found = SIZE_MAX;
    for (size_t i = 0; i < views->count; i++) {
        struct value name = rowset_value(views, i, COLUMN_views_name);
        struct value owner = rowset_value(views, i, COLUMN_views_owner);
        bool own = owner.known && strcmp(owner.text, session->login) == 0;
        if (name.known && same_folded(name.text, name.length, wanted, strlen(wanted)) &&
            (own || found == SIZE_MAX))
            found = i;
    }
    return found;
}

static int views_read(const struct cli *cli, struct store *store, const struct session *session,
                      const char *wanted, struct arena *arena, struct rowset *ret_views,
                      size_t *ret_row)
{
    struct query query = { .dataset = DATASET_views,
                           .sort = COLUMN_NONE,
                           .month = MONTH_NONE,
                           .as_of = INSTANT_NONE };
    struct failure failure;
    if (!store_query(store, session, &query, arena, ret_views, &failure))
        return cli_fail(cli, &failure);
    *ret_row = view_find(ret_views, session, wanted);
    if (*ret_row != SIZE_MAX)
        return EXIT_OK;
    return cli_usage(cli, N_("there is no view “%1”; klientel view list lists them"), wanted, NULL);
}

int listing_find_view(const struct cli *cli, struct store *store, const struct session *session,
                      const char *name, int64_t *ret_id)
{
    struct arena *arena = arena_create();
    struct rowset views;
    size_t row;
    int code = views_read(cli, store, session, name, arena, &views, &row);
    if (code == EXIT_OK)
        *ret_id = views.ids[row];
    arena_destroy(arena);
    return code;
}

static int view_text(const struct cli *cli, struct store *store, const struct session *session,
                     const struct listing *listing, struct buffer *ret_text)
{
    if (listing->view == NULL)
        return EXIT_OK;
    struct arena *arena = arena_create();
    struct rowset views;
    size_t row;
    int code = views_read(cli, store, session, listing->view, arena, &views, &row);
    if (code == EXIT_OK)
        view_filter(listing, &views, row, ret_text);
    arena_destroy(arena);
    return code;
}

/* ---- selecting ---- */

static column_mask columns_needed(const struct listing *listing, struct filter *const filters[3])
{
    column_mask mask = 0;
    for (size_t i = 0; i < listing->column_count; i++)
        mask |= column_bit(listing->columns[i]);
    for (size_t i = 0; i < 3; i++)
        mask |= filters[i] != NULL ? filter_columns(filters[i]) : 0;
    return mask;
}

static void narrow(const struct cli *cli, const struct filter *filter, struct arena *arena,
                   struct selection *selection)
{
    if (filter == NULL)
        return;
    struct filter_scan *scan =
        filter_scan_start(filter, &selection->rowset, selection->rows, selection->count);
    while (!filter_scan_step(scan, 0))
        continue;
    size_t count;
    const uint32_t *hits = filter_scan_hits(scan, &count);
    uint32_t *rows = arena_alloc(arena, (count + 1) * sizeof *rows);
    if (count > 0)
        memcpy(rows, hits, count * sizeof *rows);
    selection->rows = rows;
    selection->count = count;
    if (filter_scan_costly(scan))
        cli_say(cli, N_("The pattern was too costly for some rows; they are left out."), NULL);
    filter_scan_cancel(scan);
}

/* Only rows of those clients. */
static void keep_clients(const struct ids *clients, struct arena *arena,
                         struct selection *selection)
{
    uint32_t *rows = arena_alloc(arena, (selection->count + 1) * sizeof *rows);
    size_t kept = 0;
    for (size_t i = 0; i < selection->count; i++) {
        uint32_t row = selection->rows != NULL ? selection->rows[i] : (uint32_t)i;
        if (ids_has(clients, selection->rowset.clients[row]))
            rows[kept++] = row;
    }
    selection->rows = rows;
    selection->count = kept;
}

int listing_select(const struct cli *cli, struct store *store, const struct session *session,
                   const struct listing *listing, struct arena *arena,
                   struct selection *ret_selection)
{
    struct filter *filters[3] = { NULL, NULL, NULL };
    struct buffer view = { 0 };
    struct ids clients = { 0 };
    bool any = false;
    struct failure failure;
    enum dataset dataset = listing->query.dataset;
    int code = view_text(cli, store, session, listing, &view);
    if (code == EXIT_OK)
        code = filter_make(cli, store, session, dataset, buffer_text(&view), &filters[0]);
    if (code == EXIT_OK)
        code = filter_make(cli, store, session, dataset, listing->filter, &filters[1]);
    if (code == EXIT_OK)
        code = filter_make(cli, store, session, dataset, listing->base, &filters[2]);
    if (code == EXIT_OK)
        code = listing_clients(cli, store, session, listing->clients, listing->query.month,
                               &clients, &any);
    if (code == EXIT_OK) {
        struct query query = listing->query;
        query.columns = columns_needed(listing, filters);
        if (store_query(store, session, &query, arena, &ret_selection->rowset, &failure)) {
            ret_selection->rows = NULL;
            ret_selection->count = ret_selection->rowset.count;
            for (size_t i = 0; i < 3; i++)
                narrow(cli, filters[i], arena, ret_selection);
            if (any)
                keep_clients(&clients, arena, ret_selection);
            if (listing->limit >= 0 && ret_selection->count > (size_t)listing->limit)
                ret_selection->count = (size_t)listing->limit;
        } else {
            code = cli_fail(cli, &failure);
        }
    }
    for (size_t i = 0; i < 3; i++)
        filter_destroy(filters[i]);
    buffer_finish(&view);
    ids_finish(&clients);
    return code;
}

int listing_clients(const struct cli *cli, struct store *store, const struct session *session,
                    const char *filter, struct month month, struct ids *ret_clients, bool *ret_any)
{
    *ret_any = filter != NULL && *filter != '\0';
    if (!*ret_any)
        return EXIT_OK;
    struct arena *arena = arena_create();
    struct selection selection = { 0 };
    struct listing listing;
    listing_start(&listing, DATASET_clients);
    listing.filter = filter;
    listing.query.month = month;
    listing.columns[listing.column_count++] = COLUMN_clients_id;
    int code = listing_select(cli, store, session, &listing, arena, &selection);
    for (size_t i = 0; code == EXIT_OK && i < selection.count; i++)
        ids_add(ret_clients, selection.rowset.ids[selection.rows[i]]);
    arena_destroy(arena);
    return code;
}

/* ---- out ---- */

/* A table in the characters that the terminal shows, transcribed as a whole. */
static bool write_shown(const struct cli *cli, const struct selection *selection,
                        const struct export_options *options, const uint32_t *rows)
{
    char *text = NULL;
    size_t length = 0;
    FILE *memory = open_memstream(&text, &length);
    if (memory == NULL)
        return false;
    bool ok = export_rows(&selection->rowset, rows, selection->count, options, memory);
    ok = fclose(memory) == 0 && ok;
    ok = ok && cli_write_shown(cli, text, length);
    free(text);
    return ok;
}

/* A workbook is bytes, and holds only so many rows. */
static int may_write(const struct cli *cli, enum export_format format, size_t count)
{
    char most[24];
    if (format != EXPORT_XLSX)
        return EXIT_OK;
    if (isatty(fileno(cli->out)))
        return cli_usage(cli, N_("xlsx is not for a terminal: send it to a file, > FILE.xlsx"), NULL);
    if (count <= export_rows_most(format))
        return EXIT_OK;
    snprintf(most, sizeof most, "%zu", export_rows_most(format));
    return cli_usage(cli, N_("a sheet holds at most %1 rows: filter, or use --format csv"), most, NULL);
}

int listing_write(const struct cli *cli, const struct listing *listing,
                  const struct selection *selection)
{
    int code = may_write(cli, listing->format, selection->count);
    if (code != EXIT_OK)
        return code;
    struct listing all = *listing;
    if (all.column_count == 0)
        columns_all(&all);
    struct export_options options = {
        .format = all.format,
        .columns = all.columns,
        .column_count = all.column_count,
        .no_header = all.no_header,
        .language = cli->language,
        .width = cli_width(cli),
    };
    /* export_rows takes NULL for all rows: a limit without a filter needs real row numbers */
    uint32_t *rows = NULL;
    if (selection->rows == NULL && selection->count < selection->rowset.count) {
        rows = memory_zero(selection->count + 1, sizeof *rows);
        for (size_t i = 0; i < selection->count; i++)
            rows[i] = (uint32_t)i;
    }
    const uint32_t *shown = selection->rows != NULL ? selection->rows : rows;
    bool ok = options.format == EXPORT_TABLE && cli_charset(cli) != TEXT_UTF8
                  ? write_shown(cli, selection, &options, shown)
                  : export_rows(&selection->rowset, shown, selection->count, &options, cli->out);
    free(rows);
    return ok ? EXIT_OK : cli_out_failed(cli);
}

/* Why there is nothing, for a person who looks at a table. */
static void say_empty(const struct cli *cli, const struct selection *selection)
{
    const char *reason = selection->rowset.count > 0 ? N_("No row matches the filter.")
                                                     : selection->rowset.reason;
    if (reason != NULL)
        cli_say(cli, reason, NULL);
}

int listing_print(const struct cli *cli, struct store *store, const struct session *session,
                  const struct listing *listing)
{
    struct arena *arena = arena_create();
    struct selection selection = { 0 };
    struct listing all = *listing;
    if (all.column_count == 0)
        columns_all(&all);
    int code = listing_select(cli, store, session, &all, arena, &selection);
    if (code == EXIT_OK)
        code = listing_write(cli, &all, &selection);
    if (code == EXIT_OK && selection.count == 0 && all.format == EXPORT_TABLE)
        say_empty(cli, &selection);
    arena_destroy(arena);
    return code;
}
