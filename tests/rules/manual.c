/*
 * klientel-keys(7) tells of every key of every scope, under that scope's title.
 *
 *     manual KEYS_PAGE    the program that prints the page
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

#include "klientel/rules/action.h"

static const char *program;

/* The page without the backslashes of scdoc. */
static void page_read(struct buffer *ret_page)
{
    FILE *page = popen(program, "r");
    int byte;
    assert_non_null(page);
    while ((byte = getc(page)) != EOF) {
        if (byte != '\\')
            buffer_add_byte(ret_page, (char)byte);
    }
    assert_int_equal(pclose(page), 0);
}

/* The part under the title; the caller frees. */
static char *section(const char *page, const char *title)
{
    char heading[128];
    snprintf(heading, sizeof heading, "# %s\n", title);
    const char *start = strcasestr(page, heading);
    if (!start)
        fail_msg("the page has no part \"%s\"", title);
    start += strlen(heading);
    const char *end = strstr(start, "\n# ");
    assert_non_null(end);
    return strndup(start, (size_t)(end - start));
}

static void manual__tells__every_key_of_every_scope(void **state)
{
    (void)state;
    struct keymap *keymap = keymap_create();
    struct buffer page = { 0 };
    page_read(&page);
    for (size_t i = 0; i < SCOPE_COUNT; i++) {
        char *part = section(buffer_text(&page), scope_info(i)->title);
        for (enum action_id action = 0; action < ACTION_COUNT; action++) {
            const struct action_info *info = action_info(action);
            struct buffer keys = { 0 }, line = { 0 };
            if (!(info->scopes & scope_info(i)->scope))
                continue;
            keymap_add_keys(keymap, action, scope_info(i)->scope, &keys);
            buffer_print(&line, "*%s* (%s)\n\t%s.\n", buffer_text(&keys), info->word, info->help);
            if (keys.length == 0 || !strstr(part, buffer_text(&line)))
                fail_msg("under \"%s\" there is no %s", scope_info(i)->title, buffer_text(&line));
            buffer_finish(&keys);
            buffer_finish(&line);
        }
        free(part);
    }
    buffer_finish(&page);
    keymap_destroy(keymap);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(manual__tells__every_key_of_every_scope) };
    if (argc != 2)
        return 99;
    program = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
