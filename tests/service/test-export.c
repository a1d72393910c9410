/* Export: CSV, JSON and tables of rows made by hand; receipts; the dashboard. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "klientel/base/text.h"
#include "klientel/service/export.h"
#include "klientel/service/report.h"

static int set_up(void **state)
{
    *state = arena_create();
    return text_start() ? 0 : -1;
}

static int tear_down(void **state)
{
    arena_destroy(*state);
    return 0;
}

static const enum column run_columns[] = {
    COLUMN_runs_client_name, COLUMN_runs_run,   COLUMN_runs_payout,
    COLUMN_runs_payslips,    COLUMN_runs_gross, COLUMN_runs_closed_at,
};

static void put(struct rowset_builder *builder, enum column column, const char *text)
{
    rowset_put_text(builder, column, text, text != NULL ? strlen(text) : 0);
}

static struct rowset two_runs(struct arena *arena)
{
    struct rowset_builder *builder = rowset_build(arena, DATASET_runs, 0);
    struct rowset rowset;
    rowset_row(builder, 1, 1, 0, "SEK");
    put(builder, COLUMN_runs_client_name, "Åkes \"Rör\", Berg; Son");
    put(builder, COLUMN_runs_run, "=1+1");
    rowset_put_number(builder, COLUMN_runs_payout, date_of(2026, 11, 25).day);
    rowset_put_number(builder, COLUMN_runs_payslips, 12);
    rowset_put_number(builder, COLUMN_runs_gross, -123450);
    rowset_put_number(builder, COLUMN_runs_closed_at, 1794990600);
    rowset_row(builder, 2, 2, 0, "NOK");
    put(builder, COLUMN_runs_client_name, "Fjord AS");
    put(builder, COLUMN_runs_run, "2026-11");
    rowset_finish(builder, COLUMN_NONE, false, NULL, &rowset);
    return rowset;
}

static char *exported(const struct rowset *rowset, const uint32_t *shown, size_t count,
                      struct export_options options)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    assert_true(export_rows(rowset, shown, count, &options, out));
    fclose(out);
    return text;
}

static void assert_exported(const struct rowset *rowset, struct export_options options,
                            const char *wanted)
{
    char *text = exported(rowset, NULL, 0, options);
    assert_string_equal(text, wanted);
    free(text);
}

static struct export_options options_of(enum export_format format)
{
    return (struct export_options){
        .format = format,
        .columns = run_columns,
        .column_count = sizeof run_columns / sizeof *run_columns,
    };
}

static void export__writes_csv__quoted_and_harmless(void **state)
{
    struct rowset rowset = two_runs(*state);
    assert_exported(&rowset, options_of(EXPORT_CSV),
                    "client_name,run,payout,payslips,gross,closed_at\r\n"
                    "\"Åkes \"\"Rör\"\", Berg; Son\",'=1+1,2026-11-25,12,-1234.50,"
                    "2026-11-18T08:30:00Z\r\n"
                    "Fjord AS,2026-11,,,,\r\n");
}

static void export__writes_nordic_csv__with_mark_and_comma(void **state)
{
    struct rowset rowset = two_runs(*state);
    assert_exported(&rowset, options_of(EXPORT_CSV_NORDIC),
                    "\xef\xbb\xbf"
                    "client_name;run;payout;payslips;gross;closed_at\r\n"
                    "\"Åkes \"\"Rör\"\", Berg; Son\";'=1+1;2026-11-25;12;-1234,50;"
                    "2026-11-18T08:30:00Z\r\n"
                    "Fjord AS;2026-11;;;;\r\n");
}

static void export__writes_json__with_null_for_unknown(void **state)
{
    struct rowset rowset = two_runs(*state);
    assert_exported(&rowset, options_of(EXPORT_JSON),
                    "[\n{\"client_name\":\"Åkes \\\"Rör\\\", Berg; Son\",\"run\":\"=1+1\","
                    "\"payout\":\"2026-11-25\",\"payslips\":12,\"gross\":\"-1234.50\","
                    "\"closed_at\":\"2026-11-18T08:30:00Z\"},\n"
                    "{\"client_name\":\"Fjord AS\",\"run\":\"2026-11\",\"payout\":null,"
                    "\"payslips\":null,\"gross\":null,\"closed_at\":null}\n]\n");
}

static void export__writes_json_lines__one_a_row(void **state)
{
    struct rowset rowset = two_runs(*state);
    struct export_options options = options_of(EXPORT_JSONL);
    options.column_count = 2;
    assert_exported(&rowset, options,
                    "{\"client_name\":\"Åkes \\\"Rör\\\", Berg; Son\",\"run\":\"=1+1\"}\n"
                    "{\"client_name\":\"Fjord AS\",\"run\":\"2026-11\"}\n");
}

static void export__writes__only_the_rows_shown(void **state)
{
    struct rowset rowset = two_runs(*state);
    struct export_options options = options_of(EXPORT_CSV);
    const uint32_t second = 1;
    options.column_count = 1;
    options.no_header = true;
    char *text = exported(&rowset, &second, 1, options);
    assert_string_equal(text, "Fjord AS\r\n");
    free(text);
    text = exported(&rowset, &second, 0, options);
    assert_string_equal(text, "");
    free(text);
    options.format = EXPORT_JSON;
    text = exported(&rowset, &second, 0, options);
    assert_string_equal(text, "[]\n");
    free(text);
}

static struct rowset many_runs(struct arena *arena)
{
    struct rowset_builder *builder = rowset_build(arena, DATASET_runs, 0);
    struct rowset rowset;
    for (int i = 1; i <= 500; i++) {
        rowset_row(builder, i, i, 0, "SEK");
        put(builder, COLUMN_runs_client_name, i == 499 ? "The widest of all these names" : "Fjord");
        rowset_put_number(builder, COLUMN_runs_gross, i * 1001);
    }
    rowset_finish(builder, COLUMN_NONE, false, NULL, &rowset);
    return rowset;
}

static char *exported_in_slices(const struct rowset *rowset, struct export_options options,
                                size_t *ret_length)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, ret_length);
    struct export *export = export_start(rowset, NULL, 0, &options, out);
    enum export_state state;
    size_t before = 0, slices = 0;
    while ((state = export_step(export, 1)) == EXPORT_GOES_ON) {
        assert_true(export_progress(export) >= before);
        before = export_progress(export);
        assert_true(before <= rowset->count);
        slices++;
    }
    assert_int_equal(state, EXPORT_DONE);
    assert_true(slices > 1);
    assert_int_equal(export_progress(export), rowset->count);
    export_end(export);
    fclose(out);
    return text;
}

static void export__writes__the_same_in_slices(void **state)
{
    struct rowset rowset = many_runs(*state);
    for (int format = 0; format < EXPORT_FORMATS; format++) {
        struct export_options options = options_of((enum export_format)format);
        char *whole = NULL;
        size_t whole_length, length;
        FILE *out = open_memstream(&whole, &whole_length);
        assert_true(export_rows(&rowset, NULL, 0, &options, out));
        fclose(out);
        char *slices = exported_in_slices(&rowset, options, &length);
        assert_int_equal(length, whole_length);
        assert_memory_equal(slices, whole, length);
        free(slices);
        free(whole);
    }
}

static void export__can_be_left__in_the_middle(void **state)
{
    struct rowset rowset = many_runs(*state);
    for (int format = 0; format < EXPORT_FORMATS; format++) {
        struct export_options options = options_of((enum export_format)format);
        char *text = NULL;
        size_t length;
        FILE *out = open_memstream(&text, &length);
        struct export *export = export_start(&rowset, NULL, 0, &options, out);
        assert_int_equal(export_step(export, 1), EXPORT_GOES_ON);
        export_end(export);
        fclose(out);
        free(text);
    }
    export_end(NULL);
}

static void export__draws_a_table__numbers_to_the_right(void **state)
{
    static const enum column columns[] = { COLUMN_runs_run, COLUMN_runs_payslips,
                                           COLUMN_runs_client_name };
    struct rowset rowset = two_runs(*state);
    struct export_options options = { .format = EXPORT_TABLE, .columns = columns, .column_count = 3 };
    assert_exported(&rowset, options,
                    "Run      Payslips  Client name\n"
                    "=1+1           12  Åkes \"Rör\", Berg; Son\n"
                    "2026-11         –  Fjord AS\n");
    options.width = 30;
    assert_exported(&rowset, options,
                    "Run      Payslips  Client name\n"
                    "=1+1           12  Åkes \"Rör\"~\n"
                    "2026-11         –  Fjord AS\n");
}

static void export__shows__nothing_that_a_terminal_would_do(void **state)
{
    static const enum column columns[] = { COLUMN_runs_client_name };
    struct rowset_builder *builder = rowset_build(*state, DATASET_runs, 0);
    struct rowset rowset;
    rowset_row(builder, 1, 1, 0, "SEK");
    put(builder, COLUMN_runs_client_name, "Red\033[31m \xe2\x80\xae");
    rowset_finish(builder, COLUMN_NONE, false, NULL, &rowset);
    struct export_options options = { .format = EXPORT_TABLE, .columns = columns, .column_count = 1 };
    char *text = exported(&rowset, NULL, 0, options);
    assert_null(strchr(text, '\033'));
    assert_null(strstr(text, "\xe2\x80\xae"));
    free(text);
}

static void export__escapes__controls_in_json(void **state)
{
    static const enum column columns[] = { COLUMN_runs_client_name };
    struct rowset_builder *builder = rowset_build(*state, DATASET_runs, 0);
    struct rowset rowset;
    rowset_row(builder, 1, 1, 0, "SEK");
    put(builder, COLUMN_runs_client_name, "a\n\t\\\x7f");
    rowset_finish(builder, COLUMN_NONE, false, NULL, &rowset);
    struct export_options options = { .format = EXPORT_JSONL, .columns = columns, .column_count = 1 };
    assert_exported(&rowset, options, "{\"client_name\":\"a\\n\\u0009\\\\\\u007f\"}\n");
}

static void export__writes_lists__as_arrays(void **state)
{
    static const enum column columns[] = { COLUMN_clients_name, COLUMN_clients_responsible };
    struct rowset_builder *builder = rowset_build(*state, DATASET_clients, 0);
    struct rowset rowset;
    rowset_row(builder, 1, 1, 0, NULL);
    put(builder, COLUMN_clients_name, "Fjord AS");
    put(builder, COLUMN_clients_responsible, "anna\x1f" "bo");
    rowset_row(builder, 2, 2, 0, NULL);
    put(builder, COLUMN_clients_name, "Lind AB");
    rowset_finish(builder, COLUMN_NONE, false, NULL, &rowset);
    struct export_options options = { .format = EXPORT_JSONL, .columns = columns, .column_count = 2 };
    assert_exported(&rowset, options,
                    "{\"name\":\"Fjord AS\",\"responsible\":[\"anna\",\"bo\"]}\n"
                    "{\"name\":\"Lind AB\",\"responsible\":[]}\n");
    options.format = EXPORT_CSV;
    assert_exported(&rowset, options,
                    "name,responsible\r\nFjord AS,\"anna,bo\"\r\nLind AB,\r\n");
}

static void export__fails__when_the_disk_is_full(void **state)
{
    struct rowset rowset = two_runs(*state);
    struct export_options options = options_of(EXPORT_CSV);
    FILE *full = fopen("/dev/full", "w");
    if (full == NULL)
        skip();
    setvbuf(full, NULL, _IONBF, 0);
    assert_false(export_rows(&rowset, NULL, 0, &options, full));
    fclose(full);
}

/* ---- receipts and the dashboard ---- */

static void fill_receipt(struct receipt *receipt)
{
    receipt->changeset = 17;
    receipt->selected = 3;
    receipt->applied = 1;
    receipt->unchanged = 1;
    struct receipt_line *line = receipt_skip(receipt);
    strcpy(line->file, "clients.csv");
    strcpy(line->column, "orgno");
    line->line = 4;
    message_set(&line->why, "“%1” has a wrong check digit", "123", NULL);
}

static void export__writes_a_receipt__as_one_object(void **state)
{
    struct receipt receipt = { 0 };
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    (void)state;
    fill_receipt(&receipt);
    assert_true(export_receipt(&receipt, out));
    fclose(out);
    assert_string_equal(text, "{\"changeset\":17,\"selected\":3,\"applied\":1,\"unchanged\":1,"
                              "\"skipped\":[{\"client\":null,\"login\":null,"
                              "\"file\":\"clients.csv\",\"line\":4,\"column\":\"orgno\","
                              "\"why\":\"“123” has a wrong check digit\"}],\"warnings\":[]}\n");
    free(text);
    receipt_finish(&receipt);
}

static void export__tells_a_receipt__with_file_line_and_reason(void **state)
{
    struct receipt receipt = { 0 };
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    (void)state;
    fill_receipt(&receipt);
    export_receipt_text(&receipt, LANGUAGE_EN, out);
    fclose(out);
    assert_string_equal(text, "3 selected: 1 applied, 1 unchanged, 1 skipped (change-set 17)\n"
                              "Skipped:\n"
                              "  clients.csv:4 (orgno): “123” has a wrong check digit\n");
    free(text);
    receipt_finish(&receipt);
}

static struct dashboard november(void)
{
    struct dashboard dashboard = { 0 };
    struct month november = month_of(date_of(2026, 11, 1));
    for (int i = 0; i < DASHBOARD_MONTHS; i++) {
        dashboard.months[i].month = month_add(november, i - DASHBOARD_MONTHS + 1);
        dashboard.months[i].clients = (struct figure){ true, 100 + i };
    }
    struct dashboard_month *month = &dashboard.months[DASHBOARD_MONTHS - 1];
    month->lines = (struct figure){ true, 1000 };
    month->manual_lines = (struct figure){ true, 126 };
    month->failed = (struct figure){ true, 9 };
    month->currency_count = 2;
    strcpy(month->pay[0].currency, "NOK");
    month->pay[0].pay = 41233890000;
    strcpy(month->pay[1].currency, "SEK");
    month->pay[1].pay = 5;
    month->basis = PAY_MIXED;
    dashboard.due_count = 1;
    dashboard.due[0] = (struct dashboard_due){
        .date = date_of(2026, 11, 5), .month = month_add(november, -1), .kind = OBLIGATION_A_MELDING,
        .due = 140, .received = 129, .rejected = 3, .made = 2, .sent = 1, .waiting = 5,
        .open = { 2, { { 3, 0, "Hegg Kafé" }, { 4, 1, "Kystens Rør" } } },
    };
    return dashboard;
}

static void export__writes_the_dashboard__with_strings_for_money(void **state)
{
    struct dashboard dashboard = november();
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    (void)state;
    assert_true(export_dashboard(&dashboard, out));
    fclose(out);
    assert_string_equal(text, "{\"month\":\"2026-11\",\"clients\":112,\"employees\":null,"
                              "\"payslips\":null,\"travel\":null,\"absences\":null,"
                              "\"automation\":\"87.4\",\"failed\":9,\"unresolved\":null,"
                              "\"pay\":{\"NOK\":\"412338900.00\",\"SEK\":\"0.05\"},"
                              "\"pay_basis\":\"mixed\","
                              "\"due\":[{\"date\":\"2026-11-05\",\"kind\":\"a-melding\","
                              "\"month\":\"2026-10\",\"due\":140,\"received\":129,\"rejected\":3,"
                              "\"none\":0,\"made\":2,\"sent\":1,\"waiting\":5}]}\n");
    free(text);
}

static char *dashboard_text_in(enum language language, const struct dashboard *dashboard, int width,
                               bool ascii)
{
    struct session session = {
        .partner = "Byrå Nord AS", .name = "Anna Berg", .role = ROLE_LEAD, .language = language
    };
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    report_dashboard_text(dashboard, &session, width, ascii, out);
    fclose(out);
    return text;
}

static char *dashboard_text(const struct dashboard *dashboard, int width, bool ascii)
{
    return dashboard_text_in(LANGUAGE_EN, dashboard, width, ascii);
}

/* Column where the number after the second gap of that line begins. */
static int count_column(const char *text, const char *part)
{
    const char *at = strstr(text, part);
    assert_non_null(at);
    const char *line = at;
    while (line > text && line[-1] != '\n')
        line--;
    const char *gap = strstr(at, "  ");
    assert_non_null(gap);
    gap += strspn(gap, " ");
    return text_width(line, (size_t)(gap - line));
}

static void report__has_what_is_due__in_columns_in_every_language(void **state)
{
    static const char *const agi[LANGUAGE_COUNT] = {
        [LANGUAGE_EN] = "employer declaration", [LANGUAGE_SV] = "arbetsgivardeklaration",
        [LANGUAGE_NB] = "arbeidsgiverdeklarasjon",
    };
    struct dashboard dashboard = november();
    (void)state;
    dashboard.due_count = 2;
    for (int i = 0; i < 2; i++)
        dashboard.due[i] = (struct dashboard_due){
            .kind = i == 0 ? OBLIGATION_A_MELDING : OBLIGATION_AGI,
            .month = dashboard.months[DASHBOARD_MONTHS - 1].month,
            .date = { 20000 + i }, .due = 7, .missing = 7,
        };
    for (int language = 0; language < LANGUAGE_COUNT; language++) {
        char *text = dashboard_text_in((enum language)language, &dashboard, 0, false);
        assert_int_equal(count_column(text, "a-melding"), count_column(text, agi[language]));
        free(text);
    }
}

static void report__shows__unknown_as_a_dash_and_currencies_apart(void **state)
{
    struct dashboard dashboard = november();
    char *text = dashboard_text(&dashboard, 0, false);
    (void)state;
    assert_non_null(strstr(text, "Total pay (net/gross) NOK"));
    assert_non_null(strstr(text, "Total pay (net/gross) SEK"));
    assert_non_null(strstr(text, "▁▂"));
    assert_non_null(strstr(text, "–"));
    assert_non_null(strstr(text, "11 left (3 rejected · 2 made, not sent · 1 sent · "
                                 "5 waiting for an answer): Hegg Kafé, Kystens Rør … · 129 received"));
    free(text);
}

static void report__fits__the_width_and_does_without_blocks(void **state)
{
    struct dashboard dashboard = november();
    char *text = dashboard_text(&dashboard, 40, true);
    (void)state;
    for (char *line = text, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        if (text_width(line, (size_t)(end - line)) > 40)
            fail_msg("too wide: %.*s", (int)(end - line), line);
    }
    assert_null(strstr(text, "▁")); /* letters are the charset's business, blocks are not */
    assert_null(strstr(text, "█"));
    free(text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(export__writes_csv__quoted_and_harmless),
        TEST(export__writes_nordic_csv__with_mark_and_comma),
        TEST(export__writes_json__with_null_for_unknown),
        TEST(export__writes_json_lines__one_a_row),
        TEST(export__writes__only_the_rows_shown),
        TEST(export__writes__the_same_in_slices),
        TEST(export__can_be_left__in_the_middle),
        TEST(export__draws_a_table__numbers_to_the_right),
        TEST(export__shows__nothing_that_a_terminal_would_do),
        TEST(export__escapes__controls_in_json),
        TEST(export__writes_lists__as_arrays),
        TEST(export__fails__when_the_disk_is_full),
        TEST(export__writes_a_receipt__as_one_object),
        TEST(export__tells_a_receipt__with_file_line_and_reason),
        TEST(export__writes_the_dashboard__with_strings_for_money),
        TEST(report__shows__unknown_as_a_dash_and_currencies_apart),
        TEST(report__has_what_is_due__in_columns_in_every_language),
        TEST(report__fits__the_width_and_does_without_blocks),
    };
    return cmocka_run_group_tests_name("export", tests, NULL, NULL);
}
