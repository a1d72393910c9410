/*
 * Prints klientel-keys(7) as scdoc from the action table, so that the manual cannot differ from the
 * program.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "klientel/rules/action.h"

/* scdoc gives * _ \ and a line's first # . - + > | [ a meaning; a backslash takes it away. */
static void print_escaped(const char *text)
{
    for (; *text; text++) {
        if (strchr("*_\\<>#.-+|[]~", *text))
            putchar('\\');
        putchar(*text);
    }
}

static void print_title(const char *title)
{
    printf("# ");
    for (; *title; title++)
        putchar(toupper((unsigned char)*title));
    printf("\n\n");
}

static void print_scope(const struct keymap *keymap, const struct scope_info *scope)
{
    print_title(scope->title);
    for (enum action_id action = 0; action < ACTION_COUNT; action++) {
        const struct action_info *info = action_info(action);
        if (!(info->scopes & scope->scope))
            continue;
        struct buffer keys = { 0 };
        keymap_add_keys(keymap, action, scope->scope, &keys);
        putchar('*');
        print_escaped(buffer_text(&keys));
        buffer_finish(&keys);
        printf("* (");
        print_escaped(info->word);
        printf(")\n\t");
        print_escaped(info->help);
        printf(".\n\n");
    }
    if (scope->scope & SCOPE_FIELD)
        printf("*Home*, *Ctrl-A*, *End*, *Ctrl-E*\n\tTo the beginning, to the end of what is typed.\n\n"
               "*Ctrl-W*, *Ctrl-U*, *Ctrl-K*\n\tDelete the word before the cursor, all before it, all "
               "behind it.\n\n");
}

int main(void)
{
    struct keymap *keymap = keymap_create();
    printf("klientel-keys(7)\n\n# NAME\n\nklientel-keys - the keys of klientel's full screen\n\n"
           "# DESCRIPTION\n\nEvery key can be re-bound in *klientel.conf*(5) by the word in "
           "parentheses. A key has one meaning in one place; the last line of the screen shows those "
           "that work now, and *?* explains all of them.\n\n");
    for (size_t i = 0; i < SCOPE_COUNT; i++)
        print_scope(keymap, scope_info(i));
    printf("# SEE ALSO\n\n*klientel*(1), *klientel.conf*(5)\n");
    keymap_destroy(keymap);
    return 0;
}
