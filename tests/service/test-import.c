/* Files in: every kind, good, bad and odd; twice; all or nothing; two at once; who becomes
 * responsible. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "klientel/base/hash.h"
#include "klientel/base/text.h"
#include "klientel/service/import.h"
#include "klientel/store/db.h"
#include "klientel/store/stage.h"

struct place {
    char folder[64], path[96];
    struct store *store;
    struct session anna;
    struct receipt receipt;
    struct failure failure;
    struct db *db; /* a look from outside */
};

static int setup(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    struct failure failure;
    struct receipt receipt;
    struct instant now;
    snprintf(place->folder, sizeof place->folder, "/tmp/klientel-import-XXXXXX");
    if (place == NULL || mkdtemp(place->folder) == NULL)
        return -1;
    snprintf(place->path, sizeof place->path, "%s/bureau.db", place->folder);
    instant_parse("2026-11-18T10:00:00Z", &now);
    if (!store_create(place->path, NULL, &failure) ||
        !store_open(place->path, NULL, &place->store, &failure))
        return -1;
    struct session nobody = { .now = now, .role = ROLE_ADMIN, .active = true };
    struct command command = {
        .kind = COMMAND_PARTNER,
        .partner = { .name = "Fjord Byrå", .country = "NO", .login = "anna", .today = DATE_NONE }
    };
    if (!store_execute(place->store, &nobody, &command, false, &receipt, &failure) ||
        !store_session(place->store, NULL, now, &place->anna, &failure) ||
        !db_open(place->path, DB_READ_ONLY, 1, &place->db, &failure))
        return -1;
    receipt_finish(&receipt);
    *state = place;
    return 0;
}

static int teardown(void **state)
{
    struct place *place = *state;
    DIR *folder;
    struct dirent *entry;
    receipt_finish(&place->receipt);
    db_close(place->db);
    store_close(place->store);
    folder = opendir(place->folder);
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        char name[512];
        snprintf(name, sizeof name, "%s/%s", place->folder, entry->d_name);
        unlink(name);
    }
    if (folder != NULL)
        closedir(folder);
    rmdir(place->folder);
    free(place);
    return 0;
}

static const char *write_file(struct place *place, const char *name, const char *text)
{
    static char path[160];
    snprintf(path, sizeof path, "%s/%s", place->folder, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fwrite(text, 1, strlen(text), file);
    fclose(file);
    return path;
}

static bool import_as(struct place *place, const char *text, struct import_options options)
{
    const char *path = write_file(place, "file.csv", text);
    receipt_finish(&place->receipt);
    place->failure = (struct failure) { 0 };
    return import_files(place->store, &place->anna, &path, 1, &options, &place->receipt,
                        &place->failure);
}

static bool import_text(struct place *place, const char *text)
{
    return import_as(place, text, (struct import_options) { 0 });
}

static void expect_counts(const struct place *place, int selected, int applied, int unchanged,
                          int skipped)
{
    assert_int_equal(place->receipt.selected, selected);
    assert_int_equal(place->receipt.applied, applied);
    assert_int_equal(place->receipt.unchanged, unchanged);
    assert_int_equal(place->receipt.skipped_count, skipped);
}

static void takes(struct place *place, const char *text, int applied, int unchanged)
{
    bool good = import_text(place, text);
    if (!good)
        print_error("%s: %s (%s) %s\n", place->failure.where, place->failure.message.text,
                    place->failure.message.argument[0],
                    place->receipt.skipped_count > 0 ? place->receipt.skipped[0].why.text : "");
    assert_true(good);
    expect_counts(place, applied + unchanged, applied, unchanged, 0);
}

static const char *ask(struct place *place, const char *sql)
{
    static char answer[512];
    struct failure failure = { 0 };
    struct db_statement *statement = db_prepare(place->db, sql, &failure);
    if (statement == NULL)
        print_error("%s: %s\n", sql, failure.message.argument[0]);
    assert_non_null(statement);
    enum db_step step = db_step(statement, &failure);
    assert_int_not_equal(step, DB_FAILED);
    snprintf(answer, sizeof answer, "%s", step == DB_ROW ? db_text(statement, 0, NULL) : "");
    db_done(statement);
    return answer;
}

static void print_finding(void *context, const struct message *finding)
{
    (void)context;
    print_error("%s (%s, %s)\n", finding->text, finding->argument[0], finding->argument[1]);
}

static void count_findings(struct place *place, int64_t expected)
{
    struct failure failure;
    int64_t findings;
    struct store *store = place->store;
    assert_true(store_check(store, expected == 0 ? print_finding : NULL, NULL, &findings, &failure));
    assert_int_equal(findings, expected);
}

static void no_findings(struct place *place)
{
    count_findings(place, 0);
}

static const char two_clients[] =
    "number,orgno,name,city,payday,groups,email\n"
    "1001,123 456 785,Berg AS,OSLO,20,\"lønn20;stor\",post@berg.example\n"
    "1002,974760673,Skog AS,BERGEN,25,,\n";

/* ---- clients ---- */

static void clients__come_once__and_the_same_file_changes_nothing(void **state)
{
    struct place *place = *state;
    takes(place, two_clients, 2, 0);
    assert_string_equal(ask(place, "SELECT group_concat(orgno) FROM client WHERE internal = 0"),
                        "123456785,974760673");
    assert_string_equal(ask(place, "SELECT count(*) FROM group_client"), "2");
    assert_string_equal(ask(place, "SELECT count(*) FROM change WHERE changeset_id = 2"), "2");
    takes(place, two_clients, 0, 2);
    assert_int_equal(place->receipt.changeset, 0);
    assert_string_equal(ask(place, "SELECT max(id) FROM changeset"), "2");
    no_findings(place);
}

static void clients__are_updated__only_where_the_file_says_so(void **state)
{
    struct place *place = *state;
    takes(place, two_clients, 2, 0);
    takes(place, "orgnr;namn;ort\n123456785;Berg AS;Ås\n974760673;Skog AS;BERGEN\n", 1, 1);
    assert_string_equal(
        ask(place, "SELECT city || email || payday FROM client WHERE number = '1001'"),
        "Åspost@berg.example20");
    assert_string_equal(ask(place, "SELECT before || '>' || after FROM change ORDER BY id DESC"),
                        "city=OSLO>city=Ås");
    takes(place, "number,name,email,status\n1001,,,avslutad\n", 1, 0);
    assert_string_equal(ask(place,
                            "SELECT email || name || (archived_at IS NOT NULL) || partner_code"
                            " FROM client WHERE number = '1001'"),
                        "Berg AS1");
    takes(place, "number,name,status\n1001,,active\n", 1, 0);
    assert_string_equal(ask(place, "SELECT archived_at IS NULL FROM client WHERE number = '1001'"),
                        "1");
}

static void clients__are_known__by_number_then_name(void **state)
{
    struct place *place = *state;
    takes(place, two_clients, 2, 0);
    takes(place, "name,city\nBerg AS,Moss\nNy AS,Hamar\n", 2, 0);
    assert_string_equal(ask(place, "SELECT count(*) FROM client WHERE internal = 0"), "3");
    takes(place, "name,number\nNy AS,1003\n", 1, 0); /* a number for the one without */
    takes(place, "name,orgno\nNy AS,556677-8899\n", 1, 0);
    assert_string_equal(ask(place, "SELECT orgno || number FROM client WHERE name = 'Ny AS'"),
                        "55667788991003");
    takes(place, "name,orgno\nNy AS,986105174\n", 1, 0); /* the same name, another company */
    assert_string_equal(ask(place, "SELECT count(*) FROM client WHERE name = 'Ny AS'"), "2");
    assert_false(import_text(place, "name,city\nNy AS,Moss\n"));
    assert_int_equal(place->failure.kind, FAILURE_REFUSED);
    expect_counts(place, 1, 0, 0, 1);
    assert_string_equal(place->receipt.skipped[0].column, "name");
}

static void clients__the_bureau_itself__is_found_as_the_internal_one(void **state)
{
    struct place *place = *state;
    takes(place, "orgno,name,internal\n123456785,Fjord Byrå AS,ja\n974760673,Skog AS,nei\n", 2, 0);
    assert_string_equal(ask(place, "SELECT count(*) || name FROM client WHERE internal = 1"),
                        "1Fjord Byrå AS");
    assert_string_equal(ask(place, "SELECT count(*) FROM client"), "2");
    assert_false(import_text(place, "orgno,name,internal\n986105174,Annan AB,1\n"));
}

static void clients__bad_rows__are_named_with_line_and_column(void **state)
{
    struct place *place = *state;
    static const struct {
        const char *row, *column;
    } cases[] = {
        { "1,123456786,A,NO,", "orgno" },
        { "1,12345,A,NO,", "orgno" },
        { "1,,A,Narnia,", "country" },
        { "1,,A,NO,32", "payday" },
        { "1,,A,NO,x", "payday" },
        { "1,,A\xE2\x80\xAE,NO,1", "name" },
        { ",,,NO,1", "name" },
        { "1,,A,NO,1,7", "" },
        { "1,,A,NO", "" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[256];
        snprintf(text, sizeof text,
                 "number,orgno,name,country,payday\n2,974760673,Skog AS,NO,25\n\n%s\n",
                 cases[i].row);
        assert_false(import_text(place, text));
        assert_int_equal(place->failure.kind, FAILURE_REFUSED);
        expect_counts(place, 2, 0, 1, 1);
        assert_string_equal(place->receipt.skipped[0].file, "file.csv");
        assert_int_equal(place->receipt.skipped[0].line, 4);
        assert_string_equal(place->receipt.skipped[0].column, cases[i].column);
        assert_non_null(place->receipt.skipped[0].why.text);
    }
    assert_string_equal(ask(place, "SELECT count(*) FROM client"), "1"); /* all or nothing */
    assert_string_equal(ask(place, "SELECT max(id) FROM changeset"), "1");
}

static void clients__with_keep_good__the_good_rows_are_taken(void **state)
{
    struct place *place = *state;
    static const char text[] = "number,orgno,name\n1,123456786,A\n2,974760673,B\n3,974760673,C\n"
                               "4,,D\n2,,E\n";
    assert_true(import_as(place, text, (struct import_options) { .keep_good = true }));
    expect_counts(place, 5, 2, 0, 3);
    assert_string_equal(ask(place, "SELECT group_concat(name) FROM client WHERE internal = 0"),
                        "B,D");
    assert_string_equal(ask(place,
                            "SELECT selected || applied || unchanged || skipped FROM changeset"
                            " ORDER BY id DESC"),
                        "5203");
    assert_true(import_as(place, text, (struct import_options) { .keep_good = true }));
    expect_counts(place, 5, 0, 2, 3);
}

static void dry_run__writes_nothing__but_tells_the_same(void **state)
{
    struct place *place = *state;
    assert_true(import_as(place, two_clients, (struct import_options) { .dry_run = true }));
    expect_counts(place, 2, 2, 0, 0);
    assert_string_equal(ask(place, "SELECT count(*) FROM client"), "1");
    takes(place, two_clients, 2, 0);
}

/* ---- files ---- */

static void files__odd_ones__are_read_or_refused_by_line(void **state)
{
    struct place *place = *state;
    static const struct {
        const char *text, *where;
    } bad[] = {
        { "", "file.csv" },
        { "a,b\n1,2\n", "file.csv:1" },
        { "orgno,city\n974760673,Moss\n", "file.csv:1" },
        { "name,name\nA,B\n", "file.csv:1" },
        { "name,orgno,orgnr\nA,,\n", "file.csv:1" },
        { "name,orgno\n\"A,1\nB,2\n", "file.csv:2" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(import_text(place, bad[i].text));
        assert_int_equal(place->failure.kind, FAILURE_USAGE);
        assert_string_equal(place->failure.where, bad[i].where);
    }
    takes(place, "name,orgno\n", 0, 0); /* a header only */
    takes(place, "\xEF\xBB\xBFnamn;ort\r\n\"\xC3\x85s\r\nAB\";Ystad\r\n", 1, 0);
    takes(place, "namn\tort\n\xC5hus AB\t\xC5hus\n", 1, 0);
    assert_string_equal(ask(place, "SELECT group_concat(name || '/' || city) FROM client"
                                   " WHERE internal = 0"),
                        "Ås AB/Ystad,Åhus AB/Åhus");
    takes(place, "name,colour\nRöd AB,red\n", 1, 0);
    assert_int_equal(place->receipt.warning_count, 1);
    assert_string_equal(place->receipt.warnings[0].column, "colour");
}

static void files__kinds__are_told_from_headers_in_three_languages(void **state)
{
    struct place *place = *state;
    takes(place, "användare;namn;roll\nbo;Bo;löneadministratör\n", 1, 0);
    takes(place, "klientnr;organisasjonsnummer;navn;land\n1;974760673;Skog AS;Norge\n", 1, 0);
    takes(place, "kunde;bruker;rolle;til\n1;bo;ansvarlig;31.12.2026\n", 1, 0);
    takes(place, "organisationsnummer;månad;anställda;bruttolön\n974760673;202611;3;1 000,50\n", 1,
          0);
    takes(place, "klient;ansattnr;navn;fødselsnummer\n1;7;Per;010190 12345\n", 1, 0);
    takes(place, "klient;kjøring;utbetalingsdato;netto lønn;valuta\n1;A1;20.12.2026;900;NOK\n", 1,
          0);
    assert_string_equal(
        ask(place, "SELECT group_concat(gross || kind) FROM run WHERE kind = 'month'"),
        "100050month");
    assert_string_equal(ask(place, "SELECT month || net || kind FROM run WHERE number = 'A1'"),
                        "2026-1290000ordinary");
    assert_string_equal(ask(place, "SELECT until_at FROM grant_"), "2026-12-31T22:59:59Z");
    no_findings(place);
}

static void files__several__are_one_import_in_their_own_order(void **state)
{
    struct place *place = *state;
    char paths[4][160];
    const char *list[4];
    static const char *const names[] = { "4.csv", "3.csv", "2.csv", "1.csv" };
    static const char *const texts[] = {
        "client,month,gross,run_by,declaration\n1001,2026-10,5,bo,received\n",
        "client,login,role\n123456785,bo,member\n",
        two_clients,
        "login,name\nbo,Bo\n",
    };
    for (size_t i = 0; i < 4; i++) {
        snprintf(paths[i], sizeof paths[i], "%s", write_file(place, names[i], texts[i]));
        list[i] = paths[i];
    }
    struct import_options options = { 0 };
    for (int round = 0; round < 2; round++) {
        receipt_finish(&place->receipt);
        assert_true(import_files(place->store, &place->anna, list, 4, &options, &place->receipt,
                                 &place->failure));
        expect_counts(place, 5, round == 0 ? 5 : 0, round == 0 ? 0 : 5, 0);
    }
    assert_string_equal(ask(place,
                            "SELECT group_concat(entity) FROM (SELECT entity FROM change WHERE"
                            " changeset_id = 2 ORDER BY id)"),
                        "user,client,client,grant_,run");
    assert_string_equal(ask(place, "SELECT detail FROM changeset WHERE id = 2"),
                        "1.csv, 2.csv, 3.csv, 4.csv");
    no_findings(place);
}

/* ---- access ---- */

static void access__is_made_exactly_so__and_the_past_stays(void **state)
{
    struct place *place = *state;
    takes(place, two_clients, 2, 0);
    takes(place, "login,name,role\nbo,Bo,operator\n", 1, 0);
    takes(place, "client,login\n1001,bo\n", 1, 0);
    assert_string_equal(ask(place, "SELECT role || source || from_at FROM grant_"),
                        "memberimport2026-11-18T10:00:00Z");
    takes(place, "client,login,role\n1001,bo,member\n", 0, 1);
    place->anna.now.second += 3600;
    takes(place, "client,login,role,packages\n1001,bo,responsible,\"payroll,documents\"\n", 1, 0);
    assert_string_equal(ask(place, "SELECT group_concat(role || until_at) FROM grant_"
                                   " WHERE until_at IS NOT NULL"),
                        "member2026-11-18T10:59:59Z");
    assert_string_equal(ask(place, "SELECT replace(packages, char(31), '+') FROM grant_"
                                   " WHERE until_at IS NULL"),
                        "documents+payroll");
    takes(place, "client,login,until\n1001,bo,2027-01-31\n", 1, 0);
    takes(place, "client,login\n1001,bo\n", 0, 1);        /* no column: kept */
    takes(place, "client,login,until\n1001,bo,\n", 1, 0); /* an empty cell: open */
    takes(place, "client,login,until\n1001,bo,\n", 0, 1);
    assert_string_equal(ask(place, "SELECT count(*) FROM grant_ WHERE until_at IS NULL"), "1");
    takes(place, "client,login,role,from\n1002,bo,member,2027-03-01\n", 1, 0);
    takes(place, "client,login,role,from\n1002,bo,member,2027-03-01\n", 0, 1);
    no_findings(place);
}

static void access__unknown_people_and_clients__are_refused_by_line(void **state)
{
    struct place *place = *state;
    takes(place, two_clients, 2, 0);
    takes(place, "login,name\nbo,Bo\n", 1, 0);
    assert_true(import_as(place,
                          "client,login,from,until\n1001,bo,,\n1001,nils,,\n999,bo,,\n1002,Bo!,,\n"
                          "1002,bo,2027-02-01,2027-01-01\n1001,BO,,\n",
                          (struct import_options) { .keep_good = true }));
    expect_counts(place, 6, 1, 0, 5);
    static const struct {
        int line;
        const char *column;
    } lines[] = { { 5, "login" }, { 6, "until" }, { 4, "client" }, { 3, "login" }, { 7, "login" } };
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(place->receipt.skipped[i].line, lines[i].line);
        assert_string_equal(place->receipt.skipped[i].column, lines[i].column);
    }
}

static void access__with_two_main_packages_or_unknown_ones__is_refused(void **state)
{
    struct place *place = *state;
    takes(place, two_clients, 2, 0);
    takes(place, "login,name\nbo,Bo\n", 1, 0);
    assert_true(import_as(place,
                          "client,login,packages\n1001,bo,\"payroll,accounting\"\n"
                          "1002,bo,\"payroll,spying\"\n",
                          (struct import_options){ .keep_good = true }));
    expect_counts(place, 2, 0, 0, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(place->receipt.skipped[i].line, i + 2);
        assert_string_equal(place->receipt.skipped[i].column, "packages");
    }
    assert_string_equal(place->receipt.skipped[1].why.argument[0], "spying");
    takes(place, "client,login,packages\n1001,bo,\"payroll,documents,reporting\"\n", 1, 0);
}

/* ---- runs ---- */

static void runs__keep_what_an_empty_cell_does_not_tell(void **state)
{
    struct place *place = *state;
    takes(place, two_clients, 2, 0);
    takes(place, "client,run,payout,gross,net,employees\n1001,7,2026-11-20,100,80,3\n", 1, 0);
    takes(place, "client,run,payout,gross,net,employees\n1001,7,,120,,\n", 1, 0);
    assert_string_equal(ask(place, "SELECT month || payout || gross || net || employees || version"
                                   " FROM run"),
                        "2026-112026-11-2012000800032");
    assert_string_equal(ask(place, "SELECT before || '>' || after FROM change ORDER BY id DESC"),
                        "gross=10000>gross=12000");
    takes(place, "client,run,payout\n1001,7,2026-12-01\n", 1, 0);
    assert_string_equal(ask(place, "SELECT month FROM month_total"), "2026-12");
    no_findings(place);
}

static void runs__without_a_currency__take_the_countrys_or_are_refused(void **state)
{
    struct place *place = *state;
    takes(place, "number,name,country\n1,Norsk AS,NO\n2,Svensk AB,SE\n3,Dansk ApS,DK\n", 3, 0);
    takes(place, "client,month,net\n1,2026-10,1\n2,2026-10,2\n", 2, 0);
    assert_string_equal(ask(place, "SELECT group_concat(currency) FROM run"), "NOK,SEK");
    assert_false(import_text(place, "client,month,net\n3,2026-10,1\n"));
    assert_string_equal(place->receipt.skipped[0].column, "currency");
    takes(place, "client,month,net,currency\n3,2026-10,1,dkk\n", 1, 0);
    assert_false(import_text(place, "client,month,net\n1,2026-10,1.234\n"));
    assert_string_equal(place->receipt.skipped[0].column, "net");
    assert_false(import_text(place, "client,month,net\n1,2026-11,1\n1,2026-11,2\n"));
    assert_int_equal(place->receipt.skipped[0].line, 3);
}

static void declarations__remember__that_they_failed(void **state)
{
    struct place *place = *state;
    takes(place, "number,name,country\n1,Norsk AS,NO\n2,Svensk AB,SE\n", 2, 0);
    takes(place, "client,month,declaration\n1,2026-10,avvist\n2,2026-10,received\n", 2, 0);
    assert_string_equal(ask(place,
                            "SELECT group_concat(kind || state) FROM (SELECT * FROM declaration"
                            " ORDER BY client_id)"),
                        "a-meldingrejected,agireceived");
    takes(place, "client,month,declaration\n1,2026-10,immediate\n", 1, 0);
    takes(place, "client,month,declaration\n1,2026-10,received\n", 1, 0);
    assert_string_equal(ask(place, "SELECT state || severity || failed_month FROM declaration"
                                   " WHERE kind = 'a-melding'"),
                        "receivedrejected2026-10");
    assert_string_equal(ask(place, "SELECT failed || unresolved FROM month_failed"), "10");
    takes(place, "client,month,declaration\n1,2026-10,\n", 0, 1);
    no_findings(place);
}

static void responsible__becomes_who_ran_it__only_with_an_automatic_access(void **state)
{
    struct place *place = *state;
    struct failure failure;
    bool unknown;
    takes(place, "number,name\n1,A\n2,B\n3,C\n4,D\n", 4, 0);
    takes(place, "login,name\nbo,Bo\ncarin,Carin\n", 2, 0);
    /* 1: automatic member; 2: member by hand; 3: somebody was responsible once; 4: nobody has
     * access. */
    struct db *db;
    assert_true(db_open(place->path, DB_READ_WRITE, 5, &db, &failure));
    assert_true(db_begin_write(db, "test", &failure));
    assert_true(db_script(
        db,
        "INSERT INTO grant_ (client_id, user_id, role, source, from_at, until_at, changeset_id)"
        " SELECT c.id, u.id, 'member', CASE c.number WHEN '2' THEN 'hand' ELSE 'auto' END,"
        " '2026-01-01T00:00:00Z', NULL, 1 FROM client c, user u WHERE u.login = 'bo'"
        " AND c.number IN ('1', '2', '3');"
        "INSERT INTO grant_ (client_id, user_id, role, source, from_at, until_at, changeset_id)"
        " SELECT c.id, u.id, 'responsible', 'hand', '2025-01-01T00:00:00Z',"
        " '2025-02-01T00:00:00Z', 1 FROM client c, user u WHERE u.login = 'carin'"
        " AND c.number = '3';",
        &failure));
    assert_true(db_commit(db, &unknown, &failure));
    db_close(db);
    takes(place,
          "client,month,gross,run_by\n1,2026-10,1,Bo\n2,2026-10,1,bo\n3,2026-10,1,bo\n4,2026-10,1,"
          "bo\n",
          4, 0);
    assert_string_equal(ask(place,
                            "SELECT group_concat(c.number || g.source) FROM grant_ g JOIN client c"
                            " ON c.id = g.client_id WHERE g.role = 'responsible'"
                            " AND g.until_at IS NULL"),
                        "1auto");
    assert_string_equal(ask(place, "SELECT count(*) FROM grant_"), "5");
    count_findings(place, 4); /* accesses written past the log, by this test */
}

/* ---- employees ---- */

static void employees__are_sealed__in_the_table_and_in_the_log(void **state)
{
    struct place *place = *state;
    takes(place, two_clients, 2, 0);
    static const char text[] = "client,person,name,national_id,from\n1001,1,Per Hansen,01019012345,"
                               "2020-01-01\n1001,2,Kari,,\n";
    takes(place, text, 2, 0);
    takes(place, text, 0, 2);
    assert_string_equal(ask(place, "SELECT count(*) FROM employee WHERE national_id IS NOT NULL AND"
                                   " length(national_id_hash) = 64 AND"
                                   " instr(CAST(national_id AS TEXT), '01019012345') = 0"),
                        "1");
    assert_string_equal(ask(place, "SELECT count(*) FROM change WHERE entity = 'employee' AND"
                                   " secret_after IS NOT NULL AND after NOT LIKE '%Per%'"),
                        "2");
    takes(place, "client,person,national_id,until\n1001,1,02029012345,31.12.2026\n", 1, 0);
    assert_string_equal(
        ask(place, "SELECT name || until || version FROM employee WHERE person = '1'"),
        "Per Hansen2026-12-312");
    assert_false(import_text(place, "client,person,national_id\n1001,1,abc\n"));
    no_findings(place);
}

/* ---- the register ---- */

static void brreg__takes_the_units__and_says_why_not_the_others(void **state)
{
    struct place *place = *state;
    static const char text[] =
        "[{\"organisasjonsnummer\":\"123456785\",\"navn\":\"FJORD AS\",\"organisasjonsform\":"
        "{\"kode\":\"AS\"},\"forretningsadresse\":{\"poststed\":\"OSLO\",\"postnummer\":\"0101\","
        "\"adresse\":[\"Kaia 1\",null]}},\n"
        "{\"organisasjonsnummer\":\"112233445\",\"navn\":\"X\"},\n"
        "{\"organisasjonsnummer\":\"974760673\",\"navn\":\"UNDER\",\"overordnetEnhet\":"
        "\"123456785\","
        "\"organisasjonsform\":{\"kode\":\"BEDR\"}},\n"
        "{\"organisasjonsnummer\":\"986105174\",\"slettedato\":\"2024-01-02\"},\n"
        "{\"organisasjonsnummer\":\"123456785\",\"navn\":\"FJORD AS\"},\n"
        "{\"navn\":\"nobody\"}]";
    takes(place, "orgno,name,email,city\n986105174,Gamle AS,post@gamle.example,Moss\n", 1, 0);
    assert_true(import_text(place, text));
    expect_counts(place, 6, 1, 0, 5);
    assert_int_equal(place->receipt.warning_count, 1); /* a client that left the register */
    assert_string_equal(ask(place, "SELECT country || form || address || city FROM client"
                                   " WHERE orgno = '123456785'"),
                        "NOASKaia 1OSLO");
    assert_string_equal(ask(place, "SELECT city FROM client WHERE orgno = '986105174'"), "Moss");
    assert_true(import_text(place, text));
    expect_counts(place, 6, 0, 1, 5);
    /* What the register does not have is not taken from the client. */
    assert_true(import_text(place, "{\"organisasjonsnummer\":\"986105174\",\"navn\":\"GAMLE AS\","
                                   "\"epostadresse\":\"\"}"));
    assert_string_equal(ask(place, "SELECT name || email FROM client WHERE orgno = '986105174'"),
                        "GAMLE ASpost@gamle.example");
    assert_false(import_text(place, "{\"rollegrupper\":[]}"));
    assert_int_equal(place->failure.kind, FAILURE_USAGE);
}

/* ---- others meanwhile ---- */

/* Prepared, then a colleague imports the same new client and month: nothing comes twice. */
static void import__finds_again__what_a_colleague_wrote_meanwhile(void **state)
{
    struct place *place = *state;
    struct failure failure;
    struct receipt receipt;
    struct stage *stage = stage_create(place->store, &place->anna, &failure);
    assert_non_null(stage);
    stage_add_file(stage, "mine.csv");
    struct staged_client client = {
        .at = { 0, 2 }, .orgno = "123456785", .name = "Berg AS", .country = "NO", .city = "Moss"
    };
    struct month month;
    month_parse("2026-10", &month);
    struct staged_run run = { .at = { 0, 3 },
                              .client = "123456785",
                              .run = "2026-10",
                              .kind = RUN_MONTH,
                              .earned = MONTH_NONE,
                              .month = month,
                              .payout = DATE_NONE,
                              .gross = { true, 500 },
                              .run_at = INSTANT_NONE,
                              .closed_at = INSTANT_NONE };
    assert_true(stage_client(stage, &client, &failure));
    assert_true(stage_run(stage, &run, &failure));
    assert_true(stage_prepare(stage, &failure));

    struct place other = *place;
    assert_true(store_open(place->path, NULL, &other.store, &failure));
    other.receipt = (struct receipt) { 0 };
    takes(&other, "orgno,name\n974760673,Skog AS\n123456785,Berg AS\n", 2, 0);
    takes(&other, "client,month,gross,net\n123456785,2026-10,4,3\n", 1, 0);
    receipt_finish(&other.receipt);
    store_close(other.store);

    struct command command = { .kind = COMMAND_IMPORT, .import = { .stage = stage } };
    assert_true(store_execute(place->store, &place->anna, &command, false, &receipt, &failure));
    assert_int_equal(receipt.applied, 2);
    receipt_finish(&receipt);
    stage_destroy(stage);
    assert_string_equal(ask(place, "SELECT count(*) FROM client WHERE orgno = '123456785'"), "1");
    assert_string_equal(ask(place, "SELECT count(*) || gross || net FROM run"), "1500300");
    assert_string_equal(ask(place, "SELECT city FROM client WHERE orgno = '123456785'"), "Moss");
    no_findings(place);
}

static void employees__national_ids__are_never_told_in_clear(void **state)
{
    struct place *place = *state;
    takes(place, two_clients, 2, 0);
    assert_true(import_as(place,
                          "client,person,name,national_id,from\n"
                          "1001,01019010046,Per Hansen,,2020-01-01\n"
                          "1001,2,Kari Hansen,,01019010046\n"
                          "1001,811218-9876,Eva Ek,,\n",
                          (struct import_options){ .keep_good = true }));
    expect_counts(place, 3, 0, 0, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_null(strstr(place->receipt.skipped[i].why.argument[0], "10046"));
        assert_null(strstr(place->receipt.skipped[i].why.argument[0], "9876"));
    }
    assert_string_equal(place->receipt.skipped[0].why.argument[0], "010190*****");
    assert_string_equal(ask(place, "SELECT count(*) FROM employee"), "0");
}

static void runs__amounts_beyond_reason__are_refused(void **state)
{
    struct place *place = *state;
    takes(place, two_clients, 2, 0);
    assert_true(import_as(place,
                          "client,run,payout,net\n1001,1,2026-11-20,92233720368547758.07\n"
                          "1001,2,2026-11-20,100000000000\n1001,3,2026-11-20,-100000000000.01\n",
                          (struct import_options){ .keep_good = true }));
    expect_counts(place, 3, 1, 0, 2);
    no_findings(place);
}

static void import__is_for_managers__and_leads_make_no_administrators(void **state)
{
    struct place *place = *state;
    struct session admin = place->anna;
    takes(place, "login,name,role\nbo,Bo,operator\ndag,Dag,lead\n", 2, 0);
    assert_true(store_session(place->store, "bo", admin.now, &place->anna, &place->failure));
    assert_false(import_text(place, two_clients));
    assert_int_equal(place->failure.kind, FAILURE_DENIED);
    assert_true(store_session(place->store, "dag", admin.now, &place->anna, &place->failure));
    takes(place, two_clients, 2, 0);
    assert_false(import_text(place, "login,role\nbo,admin\n"));
    assert_false(import_text(place, "login,role\nanna,user\n"));
    assert_string_equal(place->receipt.skipped[0].column, "role");
    place->anna = admin;
    assert_false(import_text(place, "login,role\nanna,user\n")); /* the last administrator */
    assert_int_equal(place->failure.kind, FAILURE_REFUSED);
    assert_string_equal(ask(place, "SELECT role FROM user WHERE login = 'anna'"), "admin");
}

#define FULL(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FULL(clients__come_once__and_the_same_file_changes_nothing),
        FULL(clients__are_updated__only_where_the_file_says_so),
        FULL(clients__are_known__by_number_then_name),
        FULL(clients__the_bureau_itself__is_found_as_the_internal_one),
        FULL(clients__bad_rows__are_named_with_line_and_column),
        FULL(clients__with_keep_good__the_good_rows_are_taken),
        FULL(dry_run__writes_nothing__but_tells_the_same),
        FULL(files__odd_ones__are_read_or_refused_by_line),
        FULL(files__kinds__are_told_from_headers_in_three_languages),
        FULL(files__several__are_one_import_in_their_own_order),
        FULL(access__is_made_exactly_so__and_the_past_stays),
        FULL(access__unknown_people_and_clients__are_refused_by_line),
        FULL(access__with_two_main_packages_or_unknown_ones__is_refused),
        FULL(runs__keep_what_an_empty_cell_does_not_tell),
        FULL(runs__without_a_currency__take_the_countrys_or_are_refused),
        FULL(declarations__remember__that_they_failed),
        FULL(responsible__becomes_who_ran_it__only_with_an_automatic_access),
        FULL(employees__are_sealed__in_the_table_and_in_the_log),
        FULL(employees__national_ids__are_never_told_in_clear),
        FULL(runs__amounts_beyond_reason__are_refused),
        FULL(brreg__takes_the_units__and_says_why_not_the_others),
        FULL(import__finds_again__what_a_colleague_wrote_meanwhile),
        FULL(import__is_for_managers__and_leads_make_no_administrators),
    };
    return hash_start() && text_start() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
