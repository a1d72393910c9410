/*
 * Import rows: a row of each kind, cell by cell, into the stage; or refused there with its first
 * mistake.
 *
 * State: none.
 */
#include "import_internal.h"

#include <string.h>

#include "klientel/rules/identity.h"

enum { COUNT_MAX = 100000000 };

/* ---- the client a row is about ---- */

/*
 * Organisation number, else client number, else the exact name. In a file that has `orgno` or
 * `client_name` beside it, `client` is klientel's own number, of this bureau or of another: not
 * read.
 */
static const char *client_key(struct row *row)
{
    const char *orgno = row_text(row, FIELD_ORGNO);
    if (orgno != NULL && orgno[0] != '\0')
        return orgno;
    const char *number = row_text(row, FIELD_NUMBER);
    if (number != NULL && number[0] != '\0')
        return number;
    const char *name = row_text(row, FIELD_CLIENT_NAME);
    if (name != NULL && name[0] != '\0')
        return arena_print(row->arena, "%c%s", orgno == NULL ? STAGE_NAMED : STAGE_NAMED_ONLY,
                           name);
    const char *client = row_text(row, FIELD_CLIENT);
    if (client == NULL || client[0] == '\0')
        row_refuse(row, FIELD_CLIENT, N_("The client is missing."), NULL);
    else if (orgno != NULL || name != NULL)
        row_refuse(row, orgno != NULL ? FIELD_ORGNO : FIELD_CLIENT_NAME,
                   N_("The client is missing: beside orgno or client_name, the column client is "
                      "klientel's own number and is not read."),
                   NULL);
    return client == NULL ? "" : client;
}

static const char *needed(struct row *row, enum field field, const char *missing)
{
    const char *text = row_text(row, field);
    if (text == NULL || text[0] == '\0') {
        row_refuse(row, field, missing, NULL);
        return "";
    }
    return text;
}

static const char *needed_login(struct row *row)
{
    const char *login = row_login(row, FIELD_LOGIN);
    if (login == NULL)
        row_refuse(row, FIELD_LOGIN, N_("The login is missing."), NULL);
    else if (!login_valid(login))
        row_refuse(row, FIELD_LOGIN,
                   N_("%1 is not a login: letters a-z, digits and . _ - @, at most 63."), login);
    return login == NULL ? "" : login;
}

/* ---- clients ---- */

static const char *client_orgno(struct row *row, const char *country)
{
    const char *text = row_text(row, FIELD_ORGNO);
    char digits[ORGNO_SIZE], found[3];
    if (text == NULL || text[0] == '\0')
        return NULL;
    enum orgno_result result = orgno_normalise(text, country == NULL ? "" : country, digits, found);
    if (result == ORGNO_COUNTRY) { /* numbers of other countries are taken as they are */
        if (strlen(text) < ORGNO_SIZE)
            return text;
        result = ORGNO_LENGTH;
    }
    if (result != ORGNO_OK) {
        row_refuse(row, FIELD_ORGNO, orgno_message(result), text);
        return NULL;
    }
    return arena_text(row->arena, digits);
}

/* active, archived, and the words on the way between them. */
static struct figure client_archived(struct row *row)
{
    static const char *const archived[] = { "archived",  "closed",    "terminated", "ended",
                                            "arkiverad", "avslutad",  "uppsagd",    "stängd",
                                            "arkivert",  "avsluttet", "oppsagt",    "lukket",
                                            NULL };
    static const char *const active[] = { "active", "paused", "leaving", "open",    "aktiv",
                                          "pausad", "slutar", "pauset",  "slutter", NULL };
    const char *status = row_text(row, FIELD_STATUS);
    struct figure told = row_boolean(row, FIELD_ARCHIVED);
    if (status == NULL || status[0] == '\0')
        return told;
    const char *fold = text_fold(row->arena, status, strlen(status));
    for (size_t i = 0; archived[i] != NULL; i++)
        if (strcmp(fold, archived[i]) == 0)
            return (struct figure) { true, 1 };
    for (size_t i = 0; active[i] != NULL; i++)
        if (strcmp(fold, active[i]) == 0)
            return (struct figure) { true, 0 };
    row_refuse(row, FIELD_STATUS, N_("%1 is not a status: write active or archived."), status);
    return told;
}

static bool put_client(struct row *row, struct stage *stage, struct stage_at at,
                       struct failure *ret_failure)
{
    struct staged_client client = { .at = at };
    client.number = row_text(row, FIELD_NUMBER);
    client.country = row_country(row, FIELD_COUNTRY);
    client.orgno = client_orgno(row, client.country);
    client.name = row_text(row, FIELD_NAME);
    client.form = row_text(row, FIELD_FORM);
    client.address = row_text(row, FIELD_ADDRESS);
    client.postcode = row_text(row, FIELD_POSTCODE);
    client.city = row_text(row, FIELD_CITY);
    client.email = row_text(row, FIELD_EMAIL);
    client.phone = row_text(row, FIELD_PHONE);
    client.contact_name = row_text(row, FIELD_CONTACT_NAME);
    client.contact_email = row_text(row, FIELD_CONTACT_EMAIL);
    client.groups = row_list(row, FIELD_GROUPS);
    client.payday = row_number(row, FIELD_PAYDAY, 1, 31);
    client.internal = row_boolean(row, FIELD_INTERNAL);
    client.demo = row_boolean(row, FIELD_DEMO);
    client.archived = client_archived(row);
    bool has_key = (client.number != NULL && client.number[0] != '\0') || client.orgno != NULL ||
                   (client.name != NULL && client.name[0] != '\0');
    if (!has_key)
        row_refuse(row, FIELD_NAME, N_("The name is missing."), NULL);
    return row->is_refused || stage_client(stage, &client, ret_failure);
}

/* ---- users and access ---- */

static bool put_user(struct row *row, struct stage *stage, struct stage_at at,
                     struct failure *ret_failure)
{
    struct staged_user user = { .at = at };
    user.login = needed_login(row);
    user.name = row_text(row, FIELD_NAME);
    user.email = row_text(row, FIELD_EMAIL);
    user.role = row_word(row, FIELD_ROLE, WORDS_ROLE);
    user.kind = row_word(row, FIELD_KIND, WORDS_USER_KIND);
    return row->is_refused || stage_user(stage, &user, ret_failure);
}

static bool put_access(struct row *row, struct stage *stage, struct stage_at at,
                       struct failure *ret_failure)
{
    struct staged_access access = { .at = at };
    access.client = client_key(row);
    access.login = needed_login(row);
    access.role = row_word(row, FIELD_ROLE, WORDS_GRANT_ROLE);
    access.from = row_instant(row, FIELD_FROM, false);
    access.until = row_instant(row, FIELD_UNTIL, true);
    access.until_told = row_has_column(row, FIELD_UNTIL);
    access.packages = row_list(row, FIELD_PACKAGES);
    access.reason = row_text(row, FIELD_REASON);
    if (instant_known(access.from) && instant_known(access.until) &&
        access.until.second < access.from.second)
        row_refuse(row, FIELD_UNTIL, N_("The access ends before it begins."), NULL);
    return row->is_refused || stage_access(stage, &access, ret_failure);
}

/* ---- runs and months ---- */

static void read_figures(struct row *row, struct staged_run *run)
{
    run->employees = row_number(row, FIELD_EMPLOYEES, 0, COUNT_MAX);
    run->payslips = row_number(row, FIELD_PAYSLIPS, 0, COUNT_MAX);
    run->travel = row_number(row, FIELD_TRAVEL, 0, COUNT_MAX);
    run->absences = row_number(row, FIELD_ABSENCES, 0, COUNT_MAX);
    run->lines = row_number(row, FIELD_LINES, 0, COUNT_MAX);
    run->manual_lines = row_number(row, FIELD_MANUAL_LINES, 0, COUNT_MAX);
    if (run->lines.known && run->manual_lines.known && run->manual_lines.value > run->lines.value)
        row_refuse(row, FIELD_MANUAL_LINES, N_("More manual lines than lines."), NULL);
    run->gross = row_money(row, FIELD_GROSS);
    run->net = row_money(row, FIELD_NET);
    run->withheld = row_money(row, FIELD_WITHHELD);
    run->currency = row_currency(row, FIELD_CURRENCY);
    run->run_by = row_login(row, FIELD_RUN_BY);
    run->run_at = row_instant(row, FIELD_RUN_AT, false);
    run->closed_by = row_login(row, FIELD_CLOSED_BY);
    run->closed_at = row_instant(row, FIELD_CLOSED_AT, false);
}

static bool put_run(struct row *row, struct stage *stage, struct stage_at at,
                    struct failure *ret_failure)
{
    struct staged_run run = { .at = at };
    run.client = client_key(row);
    run.run = needed(row, FIELD_RUN, N_("The number of the run is missing."));
    struct figure kind = row_word(row, FIELD_KIND, WORDS_RUN_KIND);
    run.kind = kind.known ? (enum run_kind)kind.value : RUN_KIND_COUNT;
    run.earned = row_month(row, FIELD_EARNED);
    run.payout = row_date(row, FIELD_PAYOUT);
    run.month = row_month(row, FIELD_MONTH);
    read_figures(row, &run);
    return row->is_refused || stage_run(stage, &run, ret_failure);
}

static bool put_month(struct row *row, struct stage *stage, struct stage_at at,
                      struct failure *ret_failure)
{
    char number[MONTH_TEXT_SIZE];
    struct staged_run run = {
        .at = at, .kind = RUN_MONTH, .earned = MONTH_NONE, .payout = DATE_NONE
    };
    run.client = client_key(row);
    run.month = row_month(row, FIELD_MONTH);
    if (!month_known(run.month))
        row_refuse(row, FIELD_MONTH, N_("The month is missing."), NULL);
    run.run = month_format(run.month, number);
    read_figures(row, &run);
    run.declaration = row_word(row, FIELD_DECLARATION, WORDS_DECLARATION);
    return row->is_refused || stage_run(stage, &run, ret_failure);
}

/* ---- employees ---- */

/* Digits with - or +; blanks fall away. */
static const char *national_id(struct row *row)
{
    const char *text = row_text(row, FIELD_NATIONAL_ID);
    if (text == NULL || text[0] == '\0')
        return text;
    if (strchr(text, '*') != NULL) /* masked, as exports have it: tells nothing */
        return NULL;
    char *clean = arena_text(row->arena, text);
    size_t to = 0, digits = 0;
    for (const char *at = text; *at != '\0'; at++)
        if (*at != ' ') {
            clean[to++] = *at;
            digits += *at >= '0' && *at <= '9';
        }
    clean[to] = '\0';
    if (digits < 6 || digits > 13 || strspn(clean, "0123456789-+") != to) {
        row_refuse(row, FIELD_NATIONAL_ID, N_("This is not a national id."), NULL);
        return NULL;
    }
    return clean;
}

static bool put_employee(struct row *row, struct stage *stage, struct stage_at at,
                         struct failure *ret_failure)
{
    struct staged_employee employee = { .at = at };
    employee.client = client_key(row);
    employee.person = needed(row, FIELD_PERSON, N_("The number of the employee is missing."));
    if (employee.person != NULL && national_id_like(employee.person))
        row_refuse(row, FIELD_PERSON,
                   N_("%1 is a national id: it belongs in the column national_id. The number of an "
                      "employee is the client's own."),
                   employee.person);
    employee.name = row_text(row, FIELD_NAME);
    employee.national_id = national_id(row);
    employee.from = row_date(row, FIELD_FROM);
    employee.until = row_date(row, FIELD_UNTIL);
    if (date_known(employee.from) && date_known(employee.until) &&
        employee.until.day < employee.from.day)
        row_refuse(row, FIELD_UNTIL, N_("The employment ends before it begins."), NULL);
    return row->is_refused || stage_employee(stage, &employee, ret_failure);
}

/* ---- any row ---- */

/* As many cells as the header; empty ones at the end may be more. */
static void check_shape(struct row *row)
{
    const struct csv_record *record = row->record;
    if (record->broken != SIZE_MAX)
        row_refuse(row, FIELD_COUNT,
                   N_("The row is not UTF-8, although the file began so: save the file again."),
                   NULL);
    for (size_t i = row->header->count; i < record->count; i++)
        if (record->cells[i].length > 0)
            row_refuse(row, FIELD_COUNT,
                       N_("The row has more cells than the first line. Put quotation marks around "
                          "cells with the delimiter in them."),
                       NULL);
    if (record->count < row->header->count)
        row_refuse(row, FIELD_COUNT, N_("The row has fewer cells than the first line."), NULL);
}

bool row_stage(struct row *row, struct stage *stage, struct stage_at at,
               struct failure *ret_failure)
{
    static bool (*const put[IMPORT_KIND_COUNT])(struct row *, struct stage *, struct stage_at,
                                                struct failure *) = {
        [IMPORT_CLIENTS] = put_client, [IMPORT_USERS] = put_user,
        [IMPORT_ACCESS] = put_access,  [IMPORT_RUNS] = put_run,
        [IMPORT_PAYROLL] = put_month,  [IMPORT_EMPLOYEES] = put_employee,
    };
    arena_reset(row->arena);
    row->is_refused = false;
    check_shape(row);
    if (!row->is_refused && !put[row->header->kind](row, stage, at, ret_failure))
        return false;
    return !row->is_refused || stage_refuse(stage, at, row->column, &row->why, false, ret_failure);
}
