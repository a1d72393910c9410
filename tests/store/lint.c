/*
 * The SQL texts of the store: what only one engine would take is refused here (architecture §6).
 *
 * Reads the string literals of the .c files in src/store (neighbours joined as the compiler joins them), takes those that
 * look like SQL, and looks for the words of the list. sqlite.c may speak SQLite.
 */
#include <ctype.h>
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "klientel/base/buffer.h"

struct text {
    struct buffer upper; /* literal in capitals, words in single quotes blanked out */
    int line;
};

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$' || c == '"';
}

/* `word` stands alone in the text (when it begins or ends in a letter). */
static const char *find_word(const char *text, const char *word)
{
    size_t length = strlen(word);

    for (const char *at = text; (at = strstr(at, word)); at++) {
        bool starts = at == text || !is_word(at[-1]) || !is_word(word[0]);
        bool ends = !is_word(at[length]) || !is_word(word[length - 1]);
        if (starts && ends)
            return at;
    }
    return NULL;
}

/* LIMIT 5, 10: a comma before the text, a bracket or another clause ends. */
static bool limit_with_comma(const char *text)
{
    const char *at = text;

    while ((at = find_word(at, "LIMIT"))) {
        at += strlen("LIMIT");
        at += strspn(at, " $0123456789");
        if (*at == ',')
            return true;
    }
    return false;
}

/* ORDER BY a nullable column without saying where the unknown go. */
static const char *order_without_nulls(const char *text)
{
    static const char *const nullable[] = {
        "UNTIL", "UNTIL_AT", "ARCHIVED_AT", "PAYOUT", "EARNED", "RUN_AT", "CLOSED_AT",
        "RECEIVED_AT", "DONE_AT", "SINCE", "DUE", "PAYDAY", "ORGNO", "FAILED_MONTH",
    };

    for (const char *order = text; (order = find_word(order, "ORDER BY")); order++) {
        const char *at = order + strlen("ORDER BY");
        int depth = 0;
        while (*at && depth >= 0) {
            char item[256];
            size_t length = 0;
            for (; *at && !(depth == 0 && *at == ',') && depth >= 0; at++) {
                depth += (*at == '(') - (*at == ')');
                if (length + 1 < sizeof item && depth >= 0)
                    item[length++] = *at;
            }
            item[length] = '\0';
            at += *at == ',';
            for (size_t i = 0; i < sizeof nullable / sizeof *nullable; i++)
                if (find_word(item, nullable[i]) && !strstr(item, "NULLS ")
                    && !strstr(item, "COALESCE") && !strstr(item, "IS NULL"))
                    return nullable[i];
            if (strstr(item, "LIMIT"))
                break;
        }
    }
    return NULL;
}

/* What is wrong with it, or NULL. */
static const char *verdict(const char *text)
{
    static const char *const words[] = {
        "?",           "::",         " ~ ",        "GLOB",       "ILIKE",     "GROUP_CONCAT",
        "STRING_AGG",  "INSERT OR",  "REPLACE INTO", "OFFSET",   "ROWID",     "_ROWID_",
        "OID",         "STRFTIME",   "DATETIME(",  "JULIANDAY",  "DATE(",     "IFNULL",
        "IIF(",        "TYPEOF",     "PRINTF(",    "HEX(",       "RANDOM()",  "LAST_INSERT_ROWID",
        "CHANGES()",   "TOTAL_CHANGES", "JSON_EACH", "REGEXP",   "MATCH",     "COLLATE NOCASE",
        "AUTOINCREMENT", "PRAGMA",   "ATTACH",     "VACUUM",     "ROUND(",    "UNIXEPOCH",
        "INDEXED BY",  "NOT INDEXED", "==",        "LIKE",
    };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (find_word(text, words[i]))
            return words[i];
    if (strchr(text, '"'))
        return "double quotes";
    if (limit_with_comma(text))
        return "LIMIT x,y";
    return order_without_nulls(text);
}

static bool looks_like_sql(const char *text)
{
    static const char *const verbs[] = {
        "SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ", "CREATE TEMP", "CREATE TABLE ",
        "FROM ",   " WHERE ",      " ORDER BY ", "WITH ",     " JOIN ",      "VALUES (",
    };

    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (strstr(text, verbs[i]))
            return true;
    return false;
}

/* Sentences for people begin like SQL now and then ("Select …"), but SQL has capitals. */
static void judge(const char *file, struct buffer *literal, int line, int *ret_texts,
                  int *ret_findings)
{
    struct buffer upper = { 0 };
    bool quoted = false;
    const char *wrong;

    for (size_t i = 0; i < literal->length; i++) {
        char c = literal->data[i];
        quoted ^= c == '\'';
        buffer_add_byte(&upper, quoted && c != '\'' ? '_' : (char)toupper((unsigned char)c));
    }
    if (looks_like_sql(buffer_text(literal))) {
        ++*ret_texts;
        wrong = verdict(buffer_text(&upper));
        if (wrong) {
            ++*ret_findings;
            if (file)
                print_error("%s:%d: %s in: %s\n", file, line, wrong, buffer_text(literal));
        }
    }
    buffer_finish(&upper);
    buffer_clear(literal);
}

/* Adds one literal from its opening quote on; returns the place behind its closing one. */
static const char *literal_of(const char *at, struct buffer *literal)
{
    for (at++; *at && *at != '"'; at++) {
        if (*at == '\\' && at[1]) {
            at++;
            buffer_add_byte(literal, *at == 'n' || *at == 't' ? ' ' : *at);
        } else {
            buffer_add_byte(literal, *at);
        }
    }
    return *at ? at + 1 : at;
}

static void lint_text(const char *file, const char *source, int *ret_texts, int *ret_findings)
{
    struct buffer literal = { 0 };
    const char *at = source;
    int line = 1, first = 1;

    while (*at) {
        if (strncmp(at, "/*", 2) == 0) {
            const char *end = strstr(at, "*/");
            for (; *at && at != end; at++)
                line += *at == '\n';
            at += *at ? 2 : 0;
        } else if (*at == '\'' && at[1]) { /* a character */
            at += at[1] == '\\' ? 3 : 2;
            at += *at == '\'';
        } else if (*at == '"') {
            first = literal.length ? first : line;
            at = literal_of(at, &literal);
        } else if (isspace((unsigned char)*at) || *at == '\\') {
            line += *at++ == '\n'; /* neighbours are one text, in macros too */
        } else {
            if (literal.length)
                judge(file, &literal, first, ret_texts, ret_findings);
            at++;
        }
    }
    if (literal.length)
        judge(file, &literal, first, ret_texts, ret_findings);
    buffer_finish(&literal);
}

static void read_file(const char *path, struct buffer *ret_text)
{
    FILE *file = fopen(path, "r");
    char bytes[4096];
    size_t length;

    assert_non_null(file);
    while ((length = fread(bytes, 1, sizeof bytes, file)) > 0)
        buffer_add(ret_text, bytes, length);
    fclose(file);
}

static void sql__of_the_store__is_what_two_engines_take(void **state)
{
    DIR *folder = opendir(STORE_SOURCES);
    struct dirent *entry;
    int texts = 0, findings = 0;

    (void)state;
    assert_non_null(folder);
    while ((entry = readdir(folder))) {
        struct buffer source = { 0 };
        char path[1024];
        size_t length = strlen(entry->d_name);
        if (length < 3 || strcmp(entry->d_name + length - 2, ".c") != 0
            || strcmp(entry->d_name, "sqlite.c") == 0)
            continue;
        snprintf(path, sizeof path, "%s/%s", STORE_SOURCES, entry->d_name);
        read_file(path, &source);
        lint_text(entry->d_name, buffer_text(&source), &texts, &findings);
        buffer_finish(&source);
    }
    closedir(folder);
    assert_true(texts > 50);
    assert_int_equal(findings, 0);
}

static void lint__finds__what_it_is_for(void **state)
{
    static const char *const bad[] = {
        "\"SELECT a FROM b WHERE c = ?\"", "\"SELECT a::text FROM b\"",
        "\"SELECT group_concat(a) FROM b\"", "\"INSERT OR IGNORE INTO b VALUES (1)\"",
        "\"INSERT INTO x \" \"SELECT a FROM b LIMIT 1, 2\"", "\"SELECT rowid FROM b\"",
        "\"SELECT strftime('%Y') FROM b\"", "\"SELECT \\\"a\\\" FROM b\"",
        "\"SELECT a FROM grant_ ORDER BY until_at\"", "\"SELECT a FROM b ORDER BY c, closed_at DESC\"",
    };
    static const char *const good[] = {
        "\"SELECT a FROM b WHERE c = $1 LIMIT $2\"", "\"SELECT a FROM b WHERE c = 'what?'\"",
        "\"SELECT a FROM grant_ ORDER BY until_at DESC NULLS LAST, id\"",
        "/* \"SELECT rowid FROM b\" */ \"no SQL: why?\"",
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int texts = 0, findings = 0;
        lint_text(NULL, bad[i], &texts, &findings);
        if (findings != 1)
            print_error("not found: %s\n", bad[i]);
        assert_int_equal(findings, 1);
    }
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        int texts = 0, findings = 0;
        lint_text(NULL, good[i], &texts, &findings);
        assert_int_equal(findings, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sql__of_the_store__is_what_two_engines_take),
        cmocka_unit_test(lint__finds__what_it_is_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
