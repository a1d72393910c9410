/*
 * Config: values, origins, and what is said about a file with something wrong in it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "klientel/base/buffer.h"
#include "klientel/config/config.h"

/* libconfig forgets a half-read text when a syntax error follows it; a few bytes, once a start. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libconfig";
}

struct folder {
    char path[64];
};

static int make_folder(void **state)
{
    struct folder *folder = calloc(1, sizeof *folder);
    strcpy(folder->path, "/tmp/klientel-config-XXXXXX");
    if (mkdtemp(folder->path) == NULL)
        return -1;
    for (int i = 0; i < SETTING_COUNT; i++) {
        char name[64] = "KLIENTEL_";
        size_t length = strlen(name);
        for (const char *at = config_name((enum setting)i); *at != '\0'; at++)
            name[length++] = *at == '_' ? '_' : (char)(*at - 32);
        unsetenv(name);
    }
    setenv("XDG_CONFIG_HOME", folder->path, 1);
    setenv("XDG_DATA_HOME", "/tmp/data", 1);
    *state = folder;
    return 0;
}

static int remove_folder(void **state)
{
    struct folder *folder = *state;
    char path[128];
    snprintf(path, sizeof path, "%s/klientel/klientel.conf", folder->path);
    unlink(path);
    snprintf(path, sizeof path, "%s/klientel", folder->path);
    rmdir(path);
    snprintf(path, sizeof path, "%s/own.conf", folder->path);
    unlink(path);
    int code = rmdir(folder->path);
    free(folder);
    return code;
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static void write_user_file(const struct folder *folder, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/klientel", folder->path);
    mkdir(path, 0700);
    strcat(path, "/klientel.conf");
    write_file(path, text);
}

/* The sentence a text is refused with, in English. */
static char *refusal(const char *text, size_t length)
{
    struct config *config = config_create();
    struct failure failure;
    struct buffer sentence = { 0 };
    assert_false(config_read_text(config, text, length, "own.conf", &failure));
    assert_int_equal(failure.kind, FAILURE_USAGE);
    failure_add(&failure, LANGUAGE_EN, &sentence);
    config_close(config);
    return sentence.data;
}

static void assert_refused(const char *text, const char *where, const char *part)
{
    char *sentence = refusal(text, strlen(text));
    if (strncmp(sentence, where, strlen(where)) != 0 || strstr(sentence, part) == NULL)
        fail_msg("“%s” names not %s and %s", sentence, where, part);
    free(sentence);
}

static void config__knows__every_setting_built_in(void **state)
{
    struct config *config = config_create();
    (void)state;
    assert_string_equal(config_text(config, SETTING_LANGUAGE), "auto");
    assert_string_equal(config_text(config, SETTING_DATABASE), "/tmp/data/klientel/klientel.db");
    assert_false(config_flag(config, SETTING_READ_ONLY));
    assert_int_equal(config_number(config, SETTING_GATE_SECONDS), 10);
    for (int i = 0; i < SETTING_COUNT; i++)
        assert_string_equal(config_origin(config, (enum setting)i), "built in");
    config_close(config);
}

static void config__takes__the_later_layer(void **state)
{
    struct folder *folder = *state;
    struct config *config;
    struct failure failure;
    char origin[160];
    write_user_file(folder, "# mine\nlanguage = \"sv\";\ngate_seconds = 5;\ncharset = \"ascii\";\n");
    setenv("KLIENTEL_GATE_SECONDS", "7", 1);
    assert_true(config_load(NULL, &config, &failure));
    assert_true(config_set(config, SETTING_CHARSET, "latin1", "--charset", &failure));
    unsetenv("KLIENTEL_GATE_SECONDS");

    snprintf(origin, sizeof origin, "%s/klientel/klientel.conf:2", folder->path);
    assert_string_equal(config_text(config, SETTING_LANGUAGE), "sv");
    assert_string_equal(config_origin(config, SETTING_LANGUAGE), origin);
    assert_int_equal(config_number(config, SETTING_GATE_SECONDS), 7);
    assert_string_equal(config_origin(config, SETTING_GATE_SECONDS),
                        "environment KLIENTEL_GATE_SECONDS");
    assert_string_equal(config_text(config, SETTING_CHARSET), "latin1");
    assert_string_equal(config_origin(config, SETTING_CHARSET), "--charset");
    assert_string_equal(config_origin(config, SETTING_COLOR), "built in");
    config_close(config);
}

static void config__reads__another_file_instead_of_the_users(void **state)
{
    struct folder *folder = *state;
    struct config *config;
    struct failure failure;
    char path[128];
    write_user_file(folder, "language = \"sv\";\n");
    snprintf(path, sizeof path, "%s/own.conf", folder->path);
    write_file(path, "read_only = true;\n");
    assert_true(config_load(path, &config, &failure));
    assert_string_equal(config_text(config, SETTING_LANGUAGE), "auto");
    assert_true(config_flag(config, SETTING_READ_ONLY));
    config_close(config);
}

static void config__refuses__a_file_that_is_not_there(void **state)
{
    struct config *config = NULL;
    struct failure failure;
    (void)state;
    assert_false(config_load("/nonexistent/klientel.conf", &config, &failure));
    assert_null(config);
    assert_string_equal(failure.where, "/nonexistent/klientel.conf");
    assert_int_equal(failure_exit_code(&failure), 2);
}

static void config__refuses__a_wrong_environment(void **state)
{
    struct config *config = NULL;
    struct failure failure;
    (void)state;
    setenv("KLIENTEL_LANGUAGE", "klingon", 1);
    assert_false(config_load(NULL, &config, &failure));
    unsetenv("KLIENTEL_LANGUAGE");
    assert_string_equal(failure.where, "environment KLIENTEL_LANGUAGE");
}

static void config__says__file_line_and_what_to_do(void **state)
{
    (void)state;
    assert_refused("language = \"sv\";\nlangauge = \"nb\";\n", "own.conf:2", "langauge");
    assert_refused("\n\nlanguage = 3;\n", "own.conf:3", "quotes");
    assert_refused("language = \"fi\";\n", "own.conf:1", "auto, en, sv, nb");
    assert_refused("read_only = \"true\";\n", "own.conf:1", "true or false");
    assert_refused("gate_seconds = 0;\n", "own.conf:1", "1 to 600");
    assert_refused("gate_seconds = \"10\";\n", "own.conf:1", "without quotes");
    assert_refused("color = \"auto\";\ncolor = \"never\";\n", "own.conf:2", "twice");
    assert_refused("\xef\xbb\xbflanguage = \"sv\";\n", "own.conf:1", "byte order mark");
    assert_refused("language = \"sv\"\ncolor = = 3;\n", "own.conf:2", "name = value");
    assert_refused("  @include \"/etc/passwd\"\n", "own.conf:1", "included");
    assert_refused("key_file = \"/tmp/\xe5\";\n", "own.conf", "UTF-8");
    assert_refused("keys = { action = \"open\"; };\n", "own.conf:1", "list");
    assert_refused("keys = (\n { action = \"open\"; key = \"x\"; when = \"now\"; } );\n",
                   "own.conf:2", "when");
    assert_refused("keys = ( { action = \"open\"; } );\n", "own.conf:1", "both");
}

static void config__refuses__a_zero_byte(void **state)
{
    static const char text[] = "language = \"sv\";\n\0color = \"never\";\n";
    (void)state;
    char *sentence = refusal(text, sizeof text - 1);
    assert_non_null(strstr(sentence, "own.conf:2"));
    free(sentence);
}

static void config__refuses__brackets_without_end(void **state)
{
    char text[1000];
    (void)state;
    memset(text, '(', sizeof text - 1);
    memcpy(text, "keys = ", 7);
    text[sizeof text - 1] = '\0';
    assert_refused(text, "own.conf:1", "brackets");
}

static void config__keeps__its_values_when_a_file_is_refused(void **state)
{
    struct config *config = config_create();
    struct failure failure;
    const struct key_binding *keys;
    const char *text = "language = \"sv\";\nkeys = ( { action = \"open\"; key = \"x\"; } );\nhue = 1;\n";
    (void)state;
    assert_false(config_read_text(config, text, strlen(text), "own.conf", &failure));
    assert_string_equal(config_text(config, SETTING_LANGUAGE), "auto");
    assert_string_equal(config_origin(config, SETTING_LANGUAGE), "built in");
    assert_int_equal(config_keys(config, &keys), 0);
    config_close(config);
}

static void config__gathers__keys_of_all_files_in_order(void **state)
{
    struct config *config = config_create();
    struct failure failure;
    const struct key_binding *keys;
    const char *first = "keys = ( { action = \"mark\"; key = \"x\"; scope = \"table\"; } );\n";
    const char *second = "keys = (\n { action = \"filter\"; key = \"F3\"; } );\n";
    (void)state;
    assert_true(config_read_text(config, first, strlen(first), "a.conf", &failure));
    assert_true(config_read_text(config, second, strlen(second), "b.conf", &failure));
    assert_int_equal(config_keys(config, &keys), 2);
    assert_string_equal(keys[0].action, "mark");
    assert_string_equal(keys[0].scope, "table");
    assert_string_equal(keys[0].origin, "a.conf:1");
    assert_true(keys[0].layer < keys[1].layer);
    assert_string_equal(keys[1].key, "F3");
    assert_string_equal(keys[1].scope, "");
    assert_string_equal(keys[1].origin, "b.conf:2");
    config_close(config);
}

static void config__means__the_home_folder_by_a_tilde(void **state)
{
    struct config *config = config_create();
    struct failure failure;
    (void)state;
    setenv("HOME", "/home/anna", 1);
    assert_true(config_set(config, SETTING_DATABASE, "~/bureau.db", "--database", &failure));
    assert_string_equal(config_text(config, SETTING_DATABASE), "/home/anna/bureau.db");
    config_close(config);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(config__knows__every_setting_built_in),
        TEST(config__takes__the_later_layer),
        TEST(config__reads__another_file_instead_of_the_users),
        TEST(config__refuses__a_file_that_is_not_there),
        TEST(config__refuses__a_wrong_environment),
        TEST(config__says__file_line_and_what_to_do),
        TEST(config__refuses__a_zero_byte),
        TEST(config__refuses__brackets_without_end),
        TEST(config__keeps__its_values_when_a_file_is_refused),
        TEST(config__gathers__keys_of_all_files_in_order),
        TEST(config__means__the_home_folder_by_a_tilde),
    };
    return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
