/*
 * Apply partner: the first command of a database, and the mark a restore leaves in the log.
 *
 * Purpose     the bureau's settings, its administrator, its internal client (S2.11), the packages
 *             and the shared views everybody begins with.
 * State       none. Invariants: runs once, in an empty database (execute.c refuses a second time).
 */
#include "internal.h"

#include <string.h>

#include "klientel/rules/identity.h"

struct setting_pair {
    const char *name, *value;
};

static bool log_row(struct execution *execution, const char *entity, int64_t row_id,
                    const char *column, const char *after, struct failure *ret_failure)
{
    struct change_row row = {
        .entity = entity,
        .row_id = row_id,
        .client_id = strcmp(entity, "client") == 0 ? row_id : 0,
        .user_id = strcmp(entity, "user") == 0 ? row_id : 0,
        .column = column,
        .after = after,
    };

    execution->receipt->selected++;
    execution->receipt->applied++;
    return execution_log(execution, &row, ret_failure);
}

/* The bureau's own language decides sorting from now on. */
static void choose_language(struct execution *execution)
{
    struct store *store = execution->store;
    const char *country = execution->command->partner.country;

    store->language = strcasecmp(country, "se") == 0   ? LANGUAGE_SV
                      : strcasecmp(country, "no") == 0 ? LANGUAGE_NB
                                                       : LANGUAGE_EN;
    collator_destroy(store->collator);
    store->collator = collator_create(store->language);
}

static bool write_settings(struct execution *execution, const char *name, const char *country,
                           const char *code, struct failure *ret_failure)
{
    const struct command *command = execution->command;
    const struct store *store = execution->store;
    char today[DATE_TEXT_SIZE], key_check[HASH_TEXT_SIZE] = "";
    if (store->has_key)
        key_check_text(store, key_check);
    const struct setting_pair pairs[] = {
        { "key_check", key_check },
        { "partner_name", name },
        { "partner_code", code },
        { "country", country },
        { "language", language_code(store->language) },
        { "collation", collator_version(store->collator) },
        { "demo", command->partner.demo ? "1" : "0" },
        { "demo_today", command->partner.demo ? date_format(command->partner.today, today) : "" },
    };

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (pairs[i].value[0]
            && !(setting_write(execution->store, pairs[i].name, pairs[i].value, ret_failure)
                 /* What the key makes is nothing for the log: another key, another value. */
                 && (pairs[i].value == key_check
                     || log_row(execution, "setting", 0, pairs[i].name, pairs[i].value,
                                ret_failure))))
            return false;
    return true;
}

/* Binds name, folded name and sort key to three parameters in a row. */
static void bind_name(struct execution *execution, struct db_statement *statement, int parameter,
                      const char *name)
{
    struct buffer key = { 0 };

    db_bind_text(statement, parameter, name);
    db_bind_text(statement, parameter + 1, text_fold(execution->arena, name, strlen(name)));
    collator_key_add(execution->store->collator, name, strlen(name), &key);
    db_bind_blob(statement, parameter + 2, key.data, key.length);
    buffer_finish(&key);
}

static bool insert_admin(struct execution *execution, const char *login,
                         struct failure *ret_failure)
{
    struct db_statement *statement =
        db_prepare(execution->store->db,
                   "INSERT INTO user (login, name, name_fold, name_sort, role, kind, created_at)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                   ret_failure);

    if (!statement)
        return false;
    db_bind_text(statement, 1, login);
    bind_name(execution, statement, 2, login);
    db_bind_text(statement, 5, model_word(WORDS_ROLE, ROLE_ADMIN));
    db_bind_text(statement, 6, model_word(WORDS_USER_KIND, USER_STAFF));
    db_bind_text(statement, 7, execution->now_text);
    if (!db_run(statement, ret_failure))
        return false;
    execution->actor.user_id = db_last_id(execution->store->db);
    copy_cut(execution->actor.login, sizeof execution->actor.login, login);
    return log_row(execution, "user", execution->actor.user_id, "row", login, ret_failure);
}

static bool insert_internal(struct execution *execution, const char *name, const char *country,
                            const char *code, struct failure *ret_failure)
{
    struct db_statement *statement =
        db_prepare(execution->store->db,
                   "INSERT INTO client (name, name_fold, name_sort, country, partner_code, internal,"
                   " demo, created_at) VALUES ($1, $2, $3, $4, $5, 1, $6, $7)",
                   ret_failure);

    if (!statement)
        return false;
    bind_name(execution, statement, 1, name);
    db_bind_text(statement, 4, country);
    db_bind_text(statement, 5, code);
    db_bind_number(statement, 6, execution->command->partner.demo);
    db_bind_text(statement, 7, execution->now_text);
    return db_run(statement, ret_failure)
           && log_row(execution, "client", db_last_id(execution->store->db), "row", name,
                      ret_failure);
}

static bool insert_packages(struct execution *execution, struct failure *ret_failure)
{
    static const struct {
        const char *name;
        bool main;
    } packages[] = {
        { "accounting", true },
        { "payroll", true },
        { "reporting", false },
        { "documents", false },
    };

    for (size_t i = 0; i < sizeof packages / sizeof *packages; i++) {
        struct db_statement *statement =
            db_prepare(execution->store->db, "INSERT INTO package (name, main) VALUES ($1, $2)",
                       ret_failure);
        if (!statement)
            return false;
        db_bind_text(statement, 1, packages[i].name);
        db_bind_number(statement, 2, packages[i].main);
        if (!db_run(statement, ret_failure)
            || !log_row(execution, "package", db_last_id(execution->store->db), "row",
                        packages[i].name, ret_failure))
            return false;
    }
    return true;
}

/* Named in the bureau's language; the filters are in the code's own words. */
static bool insert_views(struct execution *execution, struct failure *ret_failure)
{
    static const struct {
        const char *name, *filter;
    } views[] = {
        { N_("Pay-out within 3 days"), "next_payout>=today next_payout<=today+3 !is:paid" },
        { N_("Declaration not received"), "!is:reported !declaration=\"nothing due\"" },
        { N_("Stale"), "is:stale" },
        { N_("Closed, not paid"), "is:closed !is:paid" },
        { N_("Nobody responsible"), "responsible=" },
        { N_("No contact"), "contact=" },
    };
    struct store *store = execution->store;

    for (size_t i = 0; i < sizeof views / sizeof *views; i++) {
        const char *name = text_tr(store->language, views[i].name);
        struct db_statement *statement =
            db_prepare(store->db,
                       "INSERT INTO view_ (name, name_fold, dataset, filter) VALUES ($1, $2, $3, $4)",
                       ret_failure);
        if (!statement)
            return false;
        db_bind_text(statement, 1, name);
        db_bind_text(statement, 2, text_fold(execution->arena, name, strlen(name)));
        db_bind_text(statement, 3, dataset_info(DATASET_clients)->name);
        db_bind_text(statement, 4, views[i].filter);
        if (!db_run(statement, ret_failure)
            || !log_row(execution, "view_", db_last_id(store->db), name, views[i].filter,
                        ret_failure))
            return false;
    }
    return true;
}

static const char *upper(struct arena *arena, const char *text)
{
    char *copy = arena_text(arena, text);

    for (char *at = copy; *at; at++)
        if (*at >= 'a' && *at <= 'z')
            *at = (char)(*at - 'a' + 'A');
    return copy;
}

static const char *lower(struct arena *arena, const char *text)
{
    char *copy = arena_text(arena, text);

    for (char *at = copy; *at; at++)
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at - 'A' + 'a');
    return copy;
}

static bool apply_partner(struct execution *execution, const struct facts *facts,
                          const struct verdict *verdicts, struct failure *ret_failure)
{
    const struct command *command = execution->command;
    const char *name =
        text_clean(execution->arena, command->partner.name, strlen(command->partner.name));
    const char *login = lower(execution->arena, command->partner.login);
    const char *country = upper(execution->arena, command->partner.country);
    char code[33];

    (void)facts;
    (void)verdicts;
    if (!name || !name[0] || !text_is_plain(name, strlen(name)))
        return failure_set(ret_failure, FAILURE_REFUSED, "", refusal_text(REFUSAL_NAME),
                           command->partner.name, NULL);
    if (!login_valid(login))
        return failure_set(ret_failure, FAILURE_USAGE, "",
                           N_("%1 is not a login: 1 to 63 of a-z 0-9 . _ - @, starting with a letter "
                              "or digit."),
                           command->partner.login, NULL);
    /* From the operation where it is named, so that a demo bureau is the same every time. */
    if (command->operation != NULL && strlen(command->operation) == sizeof code - 1)
        memcpy(code, command->operation, sizeof code);
    else
        random_name(code);
    code[10] = '\0';
    choose_language(execution);
    buffer_add_text(&execution->detail, name);
    return insert_admin(execution, login, ret_failure)
           && write_settings(execution, name, country, code, ret_failure)
           && insert_internal(execution, name, country, code, ret_failure)
           && insert_packages(execution, ret_failure) && insert_views(execution, ret_failure);
}

const struct command_ops ops_partner = { .kind = COMMAND_PARTNER, .apply = apply_partner };

static bool apply_restored(struct execution *execution, const struct facts *facts,
                           const struct verdict *verdicts, struct failure *ret_failure)
{
    (void)facts;
    (void)verdicts;
    return log_row(execution, "database", 0, "restored", execution->now_text, ret_failure);
}

const struct command_ops ops_restored = { .kind = COMMAND_RESTORED, .apply = apply_restored };
