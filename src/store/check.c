/*
 * Check: is the database what it says it is? Engine, log chain, key figures, rules between rows.
 *
 * Purpose     findings, each a message; nothing is repaired here.
 * State       struct findings while one check runs.
 * Invariants  reads one snapshot; what somebody may have altered is never trusted to be well-formed.
 */
#include "internal.h"

#include <stdio.h>
#include <string.h>

struct findings {
    store_finding call; /* may be NULL: only counted */
    void *context;
    int64_t count;
};

static void report(struct findings *findings, const char *text, const char *first,
                   const char *second, const char *third)
{
    struct message message;

    message_set(&message, text, first, second, third, NULL);
    findings->count++;
    if (findings->call)
        findings->call(findings->context, &message);
}

static const char *number_text(int64_t number, char text[static 24])
{
    snprintf(text, 24, "%lld", (long long)number);
    return text;
}

/* ---- the chain ---- */

/* NULL stays different from "". */
static const char *text_or_null(struct db_statement *statement, int column)
{
    return db_is_null(statement, column) ? NULL : db_text(statement, column, NULL);
}

static bool rows_of(struct db *db, int64_t changeset_id, int64_t *ret_rows,
                    char ret_hash[static HASH_TEXT_SIZE], struct failure *ret_failure)
{
    struct db_statement *statement =
        db_prepare(db,
                   "SELECT id, entity, row_id, client_id, user_id, column_name, before, after,"
                   " secret_before, secret_after FROM change WHERE changeset_id = $1 ORDER BY id",
                   ret_failure);
    unsigned char digest[HASH_SIZE];
    struct hash_stream stream;
    enum db_step step;

    if (!statement)
        return false;
    *ret_rows = 0;
    hash_begin(&stream, NULL);
    db_bind_number(statement, 1, changeset_id);
    while ((step = db_step(statement, ret_failure)) == DB_ROW) {
        struct chain_row row = {
            .id = db_number(statement, 0),
            .entity = text_or_null(statement, 1),
            .row_id = db_number(statement, 2),
            .client_id = db_number(statement, 3),
            .user_id = db_number(statement, 4),
            .column = text_or_null(statement, 5),
            .before = text_or_null(statement, 6),
            .after = text_or_null(statement, 7),
            .secret_before = db_number(statement, 8),
            .secret_after = db_number(statement, 9),
        };
        chain_add_row(&stream, &row);
        ++*ret_rows;
    }
    db_done(statement);
    hash_end(&stream, digest);
    hash_text(digest, ret_hash);
    return step == DB_DONE;
}

static bool check_link(struct db *db, const struct chain_link *link, const char *hash,
                       struct findings *findings, struct failure *ret_failure)
{
    char rows_hash[HASH_TEXT_SIZE], own_hash[HASH_TEXT_SIZE], id[24], found[24], written[24];
    int64_t rows;

    if (!rows_of(db, link->id, &rows, rows_hash, ret_failure))
        return false;
    chain_hash(link, own_hash);
    number_text(link->id, id);
    if (strcmp(own_hash, hash) != 0)
        report(findings, N_("change-set %1 was altered"), id, NULL, NULL);
    if (rows != link->rows)
        report(findings, N_("change-set %1 has %2 lines, but %3 were written"), id,
               number_text(rows, found), number_text(link->rows, written));
    else if (strcmp(rows_hash, link->rows_hash) != 0)
        report(findings, N_("a line of change-set %1 was altered"), id, NULL, NULL);
    return true;
}

static void check_place(const struct chain_link *link, int64_t last, const char *last_hash,
                        struct findings *findings)
{
    char first[24], until[24];

    if (link->id > last + 1)
        report(findings, N_("the log lacks the change-sets %1 to %2"), number_text(last + 1, first),
               number_text(link->id - 1, until), NULL);
    else if (strcmp(link->prev, last_hash) != 0)
        report(findings, N_("change-set %1 does not continue the one before it"),
               number_text(link->id, first), NULL, NULL);
}

static bool check_orphans(struct db *db, struct findings *findings, struct failure *ret_failure)
{
    struct db_statement *statement =
        db_prepare(db,
                   "SELECT DISTINCT changeset_id FROM change WHERE NOT EXISTS"
                   " (SELECT 1 FROM changeset WHERE changeset.id = change.changeset_id)",
                   ret_failure);
    enum db_step step = DB_FAILED;
    char id[24];

    while (statement && (step = db_step(statement, ret_failure)) == DB_ROW)
        report(findings, N_("the log has lines of a change-set %1 that is not there"),
               number_text(db_number(statement, 0), id), NULL, NULL);
    if (statement)
        db_done(statement);
    return step == DB_DONE;
}

static bool check_chain(struct db *db, struct findings *findings, int64_t *ret_changesets,
                        char ret_head[static HASH_TEXT_SIZE], struct failure *ret_failure)
{
    struct db_statement *statement =
        db_prepare(db,
                   "SELECT id, at, actor_id, actor, command, reason, detail, operation, selected,"
                   " applied, unchanged, skipped, undo_of, rows, rows_hash, prev, hash"
                   " FROM changeset ORDER BY id",
                   ret_failure);
    enum db_step step = DB_FAILED;
    int64_t last = 0;

    *ret_changesets = 0;
    memcpy(ret_head, chain_start, HASH_TEXT_SIZE);
    while (statement && (step = db_step(statement, ret_failure)) == DB_ROW) {
        struct chain_link link = {
            .id = db_number(statement, 0),
            .at = db_text(statement, 1, NULL),
            .actor_id = db_number(statement, 2),
            .actor = db_text(statement, 3, NULL),
            .command = db_text(statement, 4, NULL),
            .reason = db_text(statement, 5, NULL),
            .detail = db_text(statement, 6, NULL),
            .operation = db_text(statement, 7, NULL),
            .selected = db_number(statement, 8),
            .applied = db_number(statement, 9),
            .unchanged = db_number(statement, 10),
            .skipped = db_number(statement, 11),
            .undo_of = db_number(statement, 12),
            .rows = db_number(statement, 13),
            .rows_hash = db_text(statement, 14, NULL),
            .prev = db_text(statement, 15, NULL),
        };
        const char *hash = db_text(statement, 16, NULL);
        check_place(&link, last, ret_head, findings);
        if (!check_link(db, &link, hash, findings, ret_failure)) {
            db_done(statement);
            return false;
        }
        last = link.id;
        snprintf(ret_head, HASH_TEXT_SIZE, "%s", hash);
        ++*ret_changesets;
    }
    if (statement)
        db_done(statement);
    return step == DB_DONE && check_orphans(db, findings, ret_failure);
}

bool store_verify_log(struct store *store, store_finding call, void *context,
                      int64_t *ret_findings, int64_t *ret_changesets, char ret_head[static 65],
                      struct failure *ret_failure)
{
    struct findings findings = { .call = call, .context = context };

    if (!db_begin_read(store->db, ret_failure))
        return false;
    bool good = check_chain(store->db, &findings, ret_changesets, ret_head, ret_failure);
    db_end_read(store->db);
    if (good)
        *ret_findings = findings.count;
    return good;
}

/* ---- the file ---- */

static void engine_finding(void *context, const char *text)
{
    report(context, N_("the file is damaged: %1"), text, NULL, NULL);
}

bool check_file(struct db *db, store_finding call, void *context, int64_t *ret_findings,
                int64_t *ret_changesets, char ret_head[static HASH_TEXT_SIZE],
                struct failure *ret_failure)
{
    struct findings findings = { .call = call, .context = context };

    if (!db_integrity(db, engine_finding, &findings, ret_failure))
        return false;
    if (findings.count > 0) { /* what is damaged need not be read any further */
        *ret_findings = findings.count;
        return true;
    }
    bool good = db_begin_read(db, ret_failure)
                && check_chain(db, &findings, ret_changesets, ret_head, ret_failure);
    db_end_read(db);
    *ret_findings = findings.count;
    return good;
}

/* ---- what holds between rows ---- */

/* Each row is a finding: up to three texts for the message. */
static const struct {
    const char *sql, *text;
} rules[] = {
    { "SELECT a.client_id, a.user_id, a.id FROM grant_ AS a JOIN grant_ AS b"
      " ON b.client_id = a.client_id AND b.user_id = a.user_id AND b.id <> a.id"
      " WHERE (b.from_at > a.from_at OR (b.from_at = a.from_at AND b.id > a.id))"
      " AND (a.until_at IS NULL OR a.until_at >= b.from_at)",
      N_("client %1, user %2: more than one access at the same time (access %3)") },
    { "SELECT client_id, user_id, id FROM grant_ WHERE until_at < from_at",
      N_("client %1, user %2: access %3 ends before it begins") },
    { "SELECT count(*) FROM client WHERE internal = 1 HAVING count(*) <> 1",
      N_("the bureau itself must be one client; it is %1") },
    { "SELECT count(*) FROM user WHERE role = 'admin' AND (until IS NULL"
      " OR until > (SELECT max(at) FROM changeset)) HAVING count(*) = 0",
      N_("nobody is administrator") },
    { "SELECT coalesce(value, 0), counted FROM (SELECT count(*) AS counted FROM client"
      " WHERE archived_at IS NULL) AS c LEFT JOIN counter ON name = 'clients'"
      " WHERE coalesce(value, 0) <> counted",
      N_("the number of clients is kept as %1, but there are %2") },
    { "SELECT id, until, from_date FROM employee WHERE until < from_date",
      N_("employee %1: the end %2 is before the beginning %3") },
    { "SELECT id, done_at FROM step WHERE done_at IS NOT NULL AND waiting_for <> ''",
      N_("month step %1 is both done and waiting") },
    { "SELECT client_id, user_id, id FROM grant_"
      " WHERE id NOT IN (SELECT row_id FROM change WHERE entity = 'grant_')",
      N_("client %1, user %2: access %3 is not in the log") },
    { "SELECT client_id, user_id, row_id FROM (SELECT row_id, client_id, user_id, column_name,"
      " max(id) FROM change WHERE entity = 'grant_' GROUP BY row_id)"
      " WHERE column_name <> 'removed' AND row_id NOT IN (SELECT id FROM grant_)",
      N_("client %1, user %2: access %3 is in the log, but not there") },
};

static bool check_rule(struct db *db, const char *sql, const char *text, struct findings *findings,
                       struct failure *ret_failure)
{
    struct db_statement *statement = db_prepare(db, sql, ret_failure);
    enum db_step step = DB_FAILED;

    while (statement && (step = db_step(statement, ret_failure)) == DB_ROW) {
        char values[3][64];
        for (int i = 0; i < 3; i++)
            copy_cut(values[i], sizeof values[i], db_text(statement, i, NULL));
        report(findings, text, values[0], values[1], values[2]);
    }
    if (statement)
        db_done(statement);
    return step == DB_DONE;
}

static bool known_setting(const char *name)
{
    static const char *const names[] = {
        "partner_name", "partner_code", "country",         "language",
        "demo",         "demo_today",   "internal_client", "collation",
        "key_check",
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return strncmp(name, "favourite", strlen("favourite")) == 0;
}

static bool known_word(int vocabulary, const char *word)
{
    int value;

    if (vocabulary < 0)
        return known_setting(word);
    /* Only the stored word itself, not what people may type for it. */
    return model_parse((enum vocabulary)vocabulary, word, &value)
           && strcmp(model_word((enum vocabulary)vocabulary, value), word) == 0;
}

static bool check_words(struct db *db, struct findings *findings, struct failure *ret_failure)
{
    static const struct {
        int vocabulary; /* -1 = names of settings */
        const char *sql, *text;
    } lists[] = {
        { -1, "SELECT name FROM setting", N_("setting %1 is not known") },
        { WORDS_DECLARATION, "SELECT DISTINCT state FROM declaration",
          N_("declaration state %1 is not known") },
        { WORDS_STEP, "SELECT DISTINCT step FROM step", N_("month step %1 is not known") },
    };

    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        struct db_statement *statement = db_prepare(db, lists[i].sql, ret_failure);
        enum db_step step = DB_FAILED;
        while (statement && (step = db_step(statement, ret_failure)) == DB_ROW)
            if (!known_word(lists[i].vocabulary, db_text(statement, 0, NULL)))
                report(findings, lists[i].text, db_text(statement, 0, NULL), NULL, NULL);
        if (statement)
            db_done(statement);
        if (step != DB_DONE)
            return false;
    }
    return true;
}

/* ---- the key ---- */

/* One sealed value, for a database made before its key was noted in the settings. */
static bool opens_sealed(struct store *store, bool *ret_opens, struct failure *ret_failure)
{
    struct db_statement *statement =
        db_prepare(store->db, "SELECT value FROM secret WHERE value IS NOT NULL LIMIT 1",
                   ret_failure);
    enum db_step step = statement ? db_step(statement, ret_failure) : DB_FAILED;
    struct buffer text = { 0 };

    if (step == DB_FAILED)
        return false;
    *ret_opens = true;
    if (step == DB_ROW) {
        size_t length;
        const void *sealed = db_blob(statement, 0, &length);
        *ret_opens = hash_open(store->key, sealed, length, &text);
    }
    db_done(statement);
    buffer_finish(&text);
    return true;
}

static bool check_key(struct store *store, struct findings *findings, struct failure *ret_failure)
{
    struct arena *arena = arena_create();
    char own[HASH_TEXT_SIZE];
    const char *noted;
    bool opens = true, good = true;

    if (!store->has_key) {
        report(findings,
               N_("the key file is missing: values about people cannot be read; put it back"), NULL,
               NULL, NULL);
        arena_destroy(arena);
        return true;
    }
    good = setting_read(store, "key_check", arena, &noted, ret_failure);
    if (good && noted[0] != '\0') {
        key_check_text(store, own);
        opens = strcmp(own, noted) == 0;
    } else if (good) {
        good = opens_sealed(store, &opens, ret_failure);
    }
    if (good && !opens)
        report(findings,
               N_("the key file is that of another database: values about people cannot be read; "
                  "put the right one back"),
               NULL, NULL, NULL);
    arena_destroy(arena);
    return good;
}

bool store_check(struct store *store, store_finding call, void *context, int64_t *ret_findings,
                 struct failure *ret_failure)
{
    struct findings findings = { .call = call, .context = context };
    char head[HASH_TEXT_SIZE];
    int64_t changesets, figures = 0;
    bool good = db_integrity(store->db, engine_finding, &findings, ret_failure);

    if (!good || findings.count > 0) {
        *ret_findings = findings.count;
        return good;
    }
    if (!db_begin_read(store->db, ret_failure))
        return false;
    good = check_chain(store->db, &findings, &changesets, head, ret_failure)
           && check_words(store->db, &findings, ret_failure)
           && check_key(store, &findings, ret_failure)
           && summary_check(store, call, context, &figures, ret_failure);
    for (size_t i = 0; good && i < sizeof rules / sizeof *rules; i++)
        good = check_rule(store->db, rules[i].sql, rules[i].text, &findings, ret_failure);
    db_end_read(store->db);
    *ret_findings = findings.count + figures;
    return good;
}
