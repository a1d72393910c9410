/*
 * As command: the commands that a person is told, so that they find the same bureau; what is seen as the command line
 * that prints the same (B12).
 *
 * State: none.
 */
#include <string.h>

#include "internal.h"

void as_command_add(const struct app *app, const char *words, struct buffer *ret_text)
{
    buffer_print(ret_text, "klientel%s %s",
                 app->options.same_options ? app->options.same_options : "", words);
}

void as_command_open(struct app *app, enum action_id action)
{
    const struct pane *pane = app_top(app)->pane;
    enum language language = app->options.session.language;
    struct buffer words = { 0 }, text = { 0 };
    (void)action;
    pane->ops->command(pane, &app->context, &words);
    as_command_add(app, buffer_text(&words), &text);
    buffer_finish(&words);
    buffer_add_text(&text, "\n\n");
    buffer_add_text(&text, text_tr(language, N_("Prints the rows that are seen here, for scripts and files: add --format "
                                                "csv or json. On a shared host: ssh HOST and the same words.")));
    if (strstr(buffer_text(&text), "is:marked")) {
        buffer_add_text(&text, "\n\n");
        buffer_add_text(&text, text_tr(language, N_("Marks are on this screen alone: is:marked finds no row there.")));
    }
    app_open(app, pane_text(N_("This screen as a command"), buffer_text(&text)));
    buffer_finish(&text);
}
