/*
 * Change: what the log holds as a person reads it: words for keys, dates and times of the bureau. Files for programs
 * have the log's own text.
 *
 * State: none. Invariants: a text that is not one the program writes is shown as it stands.
 */
#include "klientel/rules/model.h"

#include <stdlib.h>
#include <string.h>

#include "klientel/base/message.h"
#include "klientel/base/money.h"

/* ---- values of a row that is told as a whole: name=Fjord, payday=25 ---- */

/* The key, and the column whose name and type it has; -1: a plain text with a name of its own. */
static const struct key {
    const char *key;
    int column;
    const char *label; /* NULL = the column's */
} keys[] = {
    { "number", COLUMN_clients_number, NULL },
    { "orgno", COLUMN_clients_orgno, NULL },
    { "name", COLUMN_clients_name, NULL },
    { "country", COLUMN_clients_country, NULL },
    { "form", COLUMN_clients_form, NULL },
    { "city", COLUMN_clients_city, NULL },
    { "payday", COLUMN_clients_payday, NULL },
    { "groups", COLUMN_clients_groups, NULL },
    { "internal", COLUMN_clients_internal, NULL },
    { "demo", COLUMN_clients_demo, NULL },
    { "address", -1, N_("Address") },
    { "postcode", -1, N_("Postcode") },
    { "phone", -1, N_("Phone") },
    { "contact_name", -1, N_("Contact person") },
    { "contact_email", -1, N_("Contact's e-mail") },
    { "archived_at", COLUMN_clients_closed, N_("Archived") },
    { "login", COLUMN_users_login, NULL },
    { "email", COLUMN_users_email, NULL },
    { "role", COLUMN_grants_role, NULL },
    { "kind", COLUMN_runs_kind, NULL },
    { "from_at", COLUMN_grants_from, NULL },
    { "until_at", COLUMN_grants_until, NULL },
    { "packages", COLUMN_grants_packages, NULL },
    { "person", COLUMN_employees_person, NULL },
    { "declaration", COLUMN_payroll_declaration, NULL },
    { "earned", COLUMN_runs_earned, NULL },
    { "payout", COLUMN_runs_payout, NULL },
    { "month", COLUMN_runs_month, NULL },
    { "employees", COLUMN_runs_employees, NULL },
    { "payslips", COLUMN_runs_payslips, NULL },
    { "travel", COLUMN_runs_travel, NULL },
    { "absences", COLUMN_runs_absences, NULL },
    { "lines", COLUMN_runs_lines, NULL },
    { "manual_lines", COLUMN_runs_manual_lines, NULL },
    { "gross", COLUMN_runs_gross, NULL },
    { "net", COLUMN_runs_net, NULL },
    { "withheld", COLUMN_runs_withheld, NULL },
    { "currency", COLUMN_runs_currency, NULL },
    { "run_by", COLUMN_runs_run_by, NULL },
    { "run_at", COLUMN_runs_run_at, NULL },
    { "closed_by", COLUMN_runs_closed_by, NULL },
    { "closed_at", COLUMN_runs_closed_at, NULL },
};

static const struct key *key_of(const char *item, size_t length, const char **ret_value)
{
    const char *sign = memchr(item, '=', length);
    size_t size = sign ? (size_t)(sign - item) : 0;

    for (size_t i = 0; size && i < sizeof keys / sizeof *keys; i++) {
        if (strlen(keys[i].key) == size && memcmp(keys[i].key, item, size) == 0) {
            *ret_value = sign + 1;
            return &keys[i];
        }
    }
    return NULL;
}

/* What the column holds, from its text. False: it is no such text. */
static bool number_of(const char *text, enum column_type type, int64_t *ret_number)
{
    struct date date;
    struct month month;
    struct instant instant;
    char *end;

    switch (type) {
    case TYPE_INTEGER:
    case TYPE_BOOLEAN:
        *ret_number = strtoll(text, &end, 10);
        return *text && !*end;
    case TYPE_MONEY:
        return money_parse(text, strlen(text), ret_number);
    case TYPE_DATE:
        if (!date_parse(text, &date))
            return false;
        *ret_number = date.day;
        return true;
    case TYPE_MONTH:
        if (!month_parse(text, &month))
            return false;
        *ret_number = month.index;
        return true;
    case TYPE_INSTANT:
        if (!instant_parse(text, &instant))
            return false;
        *ret_number = instant.second;
        return true;
    default:
        return false;
    }
}

/* Keys that two tables have: roles on a client and in the bureau, kinds of runs and of users. */
static bool add_word(const char *text, enum language language, struct buffer *ret_text)
{
    static const enum vocabulary vocabularies[] = { WORDS_GRANT_ROLE, WORDS_ROLE, WORDS_RUN_KIND,
                                                    WORDS_USER_KIND, WORDS_DECLARATION };

    for (size_t i = 0; i < sizeof vocabularies / sizeof *vocabularies; i++) {
        for (int value = 0; value < model_count(vocabularies[i]); value++) {
            if (strcmp(model_word(vocabularies[i], value), text) == 0) {
                buffer_add_text(ret_text, text_tr(language, model_label(vocabularies[i], value)));
                return true;
            }
        }
    }
    return false;
}

static void add_key_value(const struct key *key, const char *text, enum language language,
                          struct buffer *ret_text)
{
    const struct column_info *info = key->column < 0 ? NULL : column_info((enum column)key->column);
    struct value value = { .known = true };

    if (!*text)
        buffer_add_text(ret_text, "–");
    else if (info && number_of(text, info->type, &value.number))
        value_add_shown(&value, (enum column)key->column, language, ret_text);
    else if (!info || !(info->flags & COLUMN_WORD) || !add_word(text, language, ret_text))
        text_safe_add(text, strlen(text), ret_text);
}

static void add_item(const char *item, size_t length, enum language language,
                     struct buffer *ret_text)
{
    const char *value;
    const struct key *key = key_of(item, length, &value);
    struct buffer text = { 0 };

    if (!key) {
        text_safe_add(item, length, ret_text);
        return;
    }
    buffer_add(&text, value, length - (size_t)(value - item));
    buffer_print(ret_text, "%s: ",
                 text_tr(language, key->label ? key->label
                                              : column_info((enum column)key->column)->label));
    add_key_value(key, buffer_text(&text), language, ret_text);
    buffer_finish(&text);
}

static void add_items(const struct value *value, enum language language, struct buffer *ret_text)
{
    const char *item;
    size_t position = 0, length;

    for (bool first = true; value_item(value, &position, &item, &length); first = false) {
        if (!first)
            buffer_add_text(ret_text, "; ");
        add_item(item, length, language, ret_text);
    }
}

/* ---- a month's step: "2026-11 2026-11-18T14:00:00Z", "2026-11 waiting: Kari" ---- */

static bool add_step(const char *text, enum language language, struct buffer *ret_text)
{
    static const char waiting[] = "waiting: ";
    char first[MONTH_TEXT_SIZE];
    size_t length = strcspn(text, " ");
    struct month month;
    struct instant instant;
    struct message message;

    if (length >= sizeof first || text[length] != ' ')
        return false;
    memcpy(first, text, length);
    first[length] = '\0';
    if (!month_parse(first, &month))
        return false;
    text += length + 1;
    if (instant_parse(text, &instant)) {
        language_add_instant(language, instant, ret_text);
    } else if (strncmp(text, waiting, sizeof waiting - 1) == 0) {
        message_set(&message, N_("waiting for %1"), text + sizeof waiting - 1, NULL);
        message_add(&message, language, ret_text);
    } else {
        text_safe_add(text, strlen(text), ret_text);
    }
    buffer_add_text(ret_text, " (");
    language_add_month(language, month, ret_text);
    buffer_add_byte(ret_text, ')');
    return true;
}

/* ---- an access: "member 2026-11-02…2026-12-28 payroll" ---- */

static void add_moment(const char *text, size_t length, enum language language,
                       struct buffer *ret_text)
{
    struct buffer moment = { 0 };
    struct instant instant;
    struct date date;

    buffer_add(&moment, text, length);
    if (date_parse(buffer_text(&moment), &date))
        language_add_date(language, date, ret_text);
    else if (instant_parse(buffer_text(&moment), &instant))
        language_add_instant(language, instant, ret_text);
    else
        text_safe_add(text, length, ret_text);
    buffer_finish(&moment);
}

static bool add_access(const char *text, enum language language, struct buffer *ret_text)
{
    static const char to[] = "…";
    size_t role_length = strcspn(text, " ");
    const char *from = text + role_length + (text[role_length] == ' ');
    size_t dates_length = strcspn(from, " ");
    const char *range = strstr(from, to);

    if (!range || range > from + dates_length)
        return false;
    for (int role = 0; role < GRANT_ROLE_COUNT; role++) {
        const char *word = model_word(WORDS_GRANT_ROLE, role);
        if (strlen(word) != role_length || memcmp(word, text, role_length) != 0)
            continue;
        const char *until = range + sizeof to - 1, *rest = from + dates_length;
        buffer_print(ret_text, "%s, ", text_tr(language, model_label(WORDS_GRANT_ROLE, role)));
        add_moment(from, (size_t)(range - from), language, ret_text);
        buffer_add_text(ret_text, " –");
        if (rest > until)
            buffer_add_byte(ret_text, ' ');
        add_moment(until, (size_t)(rest - until), language, ret_text);
        if (*rest) {
            buffer_add_byte(ret_text, ',');
            text_safe_add(rest, strlen(rest), ret_text);
        }
        return true;
    }
    return false;
}

/* ---- any of them ---- */

static bool is_called(const struct value *column, const char *name)
{
    return column->known && strcmp(column->text, name) == 0;
}

static void add_value(const struct value *value, const struct value *column,
                      enum language language, struct buffer *ret_text)
{
    if (memchr(value->text, VALUE_SEPARATOR, value->length) || is_called(column, "row"))
        add_items(value, language, ret_text);
    else if (!add_step(value->text, language, ret_text) &&
             !add_access(value->text, language, ret_text))
        text_safe_add(value->text, value->length, ret_text);
}

/* What was changed: a step, access, a setting; what people called a view stays as it is. */
static void add_column(const struct value *column, enum language language, struct buffer *ret_text)
{
    static const struct {
        const char *name, *label;
    } others[] = {
        { "row", N_("entry") },
        { "access", N_("access") },
        { "removed", N_("taken away") },
        { "partner_name", N_("name of the bureau") },
        { "partner_code", N_("code of the bureau") },
        { "country", N_("Country") },
        { "language", N_("language") },
        { "collation", N_("alphabetical order") },
        { "demo", N_("Demo") },
        { "demo_today", N_("today of the demo") },
        { "internal_client", N_("the bureau's own client") },
        { "key_check", N_("key") },
    };

    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (is_called(column, others[i].name)) {
            buffer_add_text(ret_text, text_tr(language, others[i].label));
            return;
        }
    }
    for (int step = 0; step < STEP_COUNT; step++) {
        if (is_called(column, model_word(WORDS_STEP, step))) {
            buffer_add_text(ret_text, text_tr(language, model_label(WORDS_STEP, step)));
            return;
        }
    }
    text_safe_add(column->text, column->length, ret_text);
}

void rowset_add_shown(const struct rowset *rowset, size_t row, enum column column,
                      enum language language, struct buffer *ret_text)
{
    struct value value = rowset_value(rowset, row, column);

    if (value.known && column == COLUMN_changes_column) {
        add_column(&value, language, ret_text);
    } else if (value.known &&
               (column == COLUMN_changes_before || column == COLUMN_changes_after)) {
        struct value what = rowset_value(rowset, row, COLUMN_changes_column);
        add_value(&value, &what, language, ret_text);
    } else {
        value_add_shown(&value, column, language, ret_text);
    }
}
