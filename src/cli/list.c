/*
 * List: the commands that print rows: list, log, report; and the dashboard.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "klientel/service/report.h"

const struct cli_option list_options[] = {
    { "filter", 0, "EXPR", N_("only rows that match, in the filter language") },
    { "view", 0, "NAME", N_("only rows of a saved view") },
    { "clients", 0, "EXPR", N_("only rows of clients that match, in the filter language of clients") },
    { "columns", 0, "A,B,…", N_("these columns, in this order") },
    { "sort", 0, "[-]COLUMN", N_("ordered by this column, with - the other way round") },
    { "as-of", 0, "DATE", N_("as it was at the end of that day") },
    { "month", 0, "YYYY-MM", N_("figures of that month (pay-out)") },
    { "limit", 0, "N", N_("at most so many rows") },
    { "no-header", 0, NULL, N_("without the line of column names") },
    { "format", 0, "table|csv|json|jsonl|xlsx", N_("how the rows are written") },
    { "csv", 0, "nordic|rfc4180", N_("CSV: nordic has ; and a decimal comma") },
    { 0 },
};
const struct cli_option report_options[] = {
    { "month", 0, "YYYY-MM", N_("the month (pay-out)") },
    { "filter", 0, "EXPR", N_("only what matches, in the filter language") },
    { "format", 0, "text|table|csv|json|jsonl|xlsx", N_("how it is written") },
    { "csv", 0, "nordic|rfc4180", N_("CSV: nordic has ; and a decimal comma") },
    { 0 },
};
const struct cli_option dashboard_options[] = {
    { "month", 0, "YYYY-MM", N_("the month (pay-out)") },
    { "filter", 0, "EXPR", N_("only clients that match, in the filter language") },
    { "format", 0, "text|json", N_("how it is written") },
    { 0 },
};

/* ---- list ---- */

static bool read_sort(const struct cli *cli, const char *word, struct query *query)
{
    if (word == NULL)
        return true;
    query->descending = *word == '-';
    const char *name = word + (query->descending ? 1 : 0);
    if (column_parse(query->dataset, name, strlen(name), cli->language, &query->sort))
        return true;
    cli_usage(cli, N_("there is no column “%1” in %2; klientel list --help lists them"), name,
              dataset_info(query->dataset)->name, NULL);
    return false;
}

/* Who had access, and what follows from it, is kept for every instant; the rest is as it is now. */
static bool read_as_of(const struct cli *cli, const char *word, enum dataset dataset,
                       struct instant *ret_instant)
{
    if (word != NULL && dataset != DATASET_clients && dataset != DATASET_grants &&
        dataset != DATASET_users) {
        cli_usage(cli, N_("--as-of is for clients, grants and users: of %1 only the present is kept"),
                  dataset_info(dataset)->name, NULL);
        return false;
    }
    if (word == NULL || instant_parse_typed(word, true, ret_instant))
        return true;
    cli_usage(cli, N_("“%1” is no date: write it as 2026-11-18"), word, NULL);
    return false;
}

static bool read_listing(const struct cli *cli, const struct cli_arguments *arguments,
                         struct listing *listing)
{
    const char *columns = cli_value(arguments, "columns");
    listing->filter = cli_value(arguments, "filter");
    listing->view = cli_value(arguments, "view");
    listing->clients = cli_value(arguments, "clients");
    if (listing->clients != NULL && !dataset_has_client(listing->query.dataset)) {
        cli_usage(cli, N_("--clients is for rows that belong to a client: %1 do not"),
                  dataset_info(listing->query.dataset)->name, NULL);
        return false;
    }
    listing->no_header = cli_given(arguments, "no-header");
    return (columns == NULL || listing_columns(cli, listing, columns)) &&
           read_sort(cli, cli_value(arguments, "sort"), &listing->query) &&
           read_as_of(cli, cli_value(arguments, "as-of"), listing->query.dataset,
                      &listing->query.as_of) &&
           cli_read_month(cli, cli_value(arguments, "month"), &listing->query.month) &&
           cli_read_count(cli, "limit", cli_value(arguments, "limit"), 0, &listing->limit) &&
           cli_read_format(cli, arguments, &listing->format);
}

int run_list(struct cli *cli, const struct cli_arguments *arguments)
{
    enum dataset dataset;
    struct listing listing;
    struct store *store;
    struct session session;
    if (!cli_read_dataset(cli, arguments->words[0], &dataset))
        return EXIT_USAGE;
    listing_start(&listing, dataset);
    if (!read_listing(cli, arguments, &listing))
        return EXIT_USAGE;
    int code = cli_open(cli, false, &store, &session);
    if (code != EXIT_OK)
        return code;
    code = listing_print(cli, store, &session, &listing);
    store_close(store);
    return code;
}

/* ---- dashboard ---- */

static int dashboard_write(const struct cli *cli, const struct session *session,
                           const struct dashboard *dashboard, bool json)
{
    if (json)
        return export_dashboard(dashboard, cli->out) ? EXIT_OK : cli_out_failed(cli);
    char *text = NULL;
    size_t length = 0;
    FILE *memory = open_memstream(&text, &length);
    if (memory == NULL)
        return cli_out_failed(cli);
    report_dashboard_text(dashboard, session, cli_width(cli), cli_charset(cli) != TEXT_UTF8, memory);
    bool ok = fclose(memory) == 0 && cli_write_shown(cli, text, length);
    free(text);
    return ok ? EXIT_OK : cli_out_failed(cli);
}

static int dashboard_open(struct cli *cli, const char *filter, struct month month, bool json)
{
    struct store *store;
    struct session session;
    struct dashboard dashboard;
    struct failure failure;
    struct ids clients = { 0 };
    bool narrowed;
    int code = cli_open(cli, false, &store, &session);
    if (code != EXIT_OK)
        return code;
    if (!month_known(month))
        month = month_of(session_today(&session));
    code = listing_clients(cli, store, &session, filter, month, &clients, &narrowed);
    if (code == EXIT_OK) {
        if (store_dashboard(store, &session, month, narrowed ? &clients : NULL, &dashboard,
                            &failure))
            code = dashboard_write(cli, &session, &dashboard, json);
        else
            code = cli_fail(cli, &failure);
    }
    ids_finish(&clients);
    store_close(store);
    return code;
}

int run_dashboard(struct cli *cli, const struct cli_arguments *arguments)
{
    struct month month = MONTH_NONE;
    bool json;
    if (!cli_read_json(cli, arguments, &json) ||
        !cli_read_month(cli, cli_value(arguments, "month"), &month))
        return EXIT_USAGE;
    return dashboard_open(cli, cli_value(arguments, "filter"), month, json);
}

/* ---- report ---- */

/* Reports that are rows: a dataset, what is always asked of it, and the columns worth reading. */
static const struct row_report {
    const char *name;
    enum dataset dataset;
    const char *filter;
    const char *columns;
} row_reports[] = {
    { "my-clients", DATASET_clients, "is:mine",
      "name,orgno,payday,next_payout,employees,run,declaration,closed,reported,paid,last_note,"
      "waiting_since" },
    { "access", DATASET_grants, NULL,
      "client_name,orgno,login,name,role,source,from,until,packages,granted_by,reason" },
};

static int report_rows(struct cli *cli, const struct cli_arguments *arguments,
                       const struct row_report *report)
{
    struct listing listing;
    struct store *store;
    struct session session;
    const char *format = cli_value(arguments, "format");
    listing_start(&listing, report->dataset);
    if (!listing_columns(cli, &listing, report->columns) ||
        !cli_read_month(cli, cli_value(arguments, "month"), &listing.query.month))
        return EXIT_USAGE;
    if ((format == NULL || strcmp(format, "text") != 0) &&
        !cli_read_format(cli, arguments, &listing.format))
        return EXIT_USAGE;
    listing.filter = cli_value(arguments, "filter");
    listing.base = report->filter;
    int code = cli_open(cli, false, &store, &session);
    if (code != EXIT_OK)
        return code;
    code = listing_print(cli, store, &session, &listing);
    store_close(store);
    return code;
}

int run_report(struct cli *cli, const struct cli_arguments *arguments)
{
    const char *name = arguments->words[0];
    if (strcmp(name, "dashboard") == 0)
        return run_dashboard(cli, arguments);
    for (size_t i = 0; i < sizeof row_reports / sizeof *row_reports; i++) {
        if (strcmp(name, row_reports[i].name) == 0)
            return report_rows(cli, arguments, &row_reports[i]);
    }
    return cli_usage(cli, N_("there is no report “%1”; there are dashboard, my-clients and access"),
                     name, NULL);
}

/* ---- log ---- */

const struct cli_option log_options[] = {
    { "filter", 0, "EXPR", N_("only changes that match, in the filter language") },
    { "verify", 0, NULL, N_("verify the log: nothing missing, nothing altered") },
    { "limit", 0, "N", N_("at most so many rows") },
    { "no-header", 0, NULL, N_("without the line of column names") },
    { "format", 0, "table|csv|json|jsonl|xlsx", N_("how the rows are written") },
    { "csv", 0, "nordic|rfc4180", N_("CSV: nordic has ; and a decimal comma") },
    { 0 },
};

static int verify_log(struct cli *cli, struct store *store)
{
    struct failure failure;
    int64_t findings = 0;
    int64_t changesets = 0;
    char head[65];
    char count[24];
    if (!store_verify_log(store, cli_finding, cli, &findings, &changesets, head, &failure))
        return cli_fail(cli, &failure);
    snprintf(count, sizeof count, "%" PRId64, changesets);
    cli_print(cli, N_("head %1"), head, NULL);
    cli_print(cli, N_("change-sets %1"), count, NULL);
    snprintf(count, sizeof count, "%" PRId64, findings);
    if (findings == 0)
        cli_print(cli, N_("The log is whole."), NULL);
    else
        cli_print(cli, N_("The log is NOT whole: %1 findings."), count, NULL);
    return findings == 0 ? EXIT_OK : EXIT_DIFFERENT;
}

int run_log(struct cli *cli, const struct cli_arguments *arguments)
{
    struct listing listing;
    struct store *store;
    struct session session;
    listing_start(&listing, DATASET_changes);
    listing.filter = cli_value(arguments, "filter");
    listing.no_header = cli_given(arguments, "no-header");
    if (!cli_read_count(cli, "limit", cli_value(arguments, "limit"), 0, &listing.limit) ||
        !cli_read_format(cli, arguments, &listing.format))
        return EXIT_USAGE;
    int code = cli_open(cli, false, &store, &session);
    if (code != EXIT_OK)
        return code;
    code = cli_given(arguments, "verify") ? verify_log(cli, store)
                                          : listing_print(cli, store, &session, &listing);
    store_close(store);
    return code;
}
