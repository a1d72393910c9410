/*
 * As command: what is seen as the command line that prints the same (B12).
 *
 * State: none.
 */
#include <string.h>

#include "internal.h"

void as_command_open(struct app *app, enum action_id action)
{
    const struct pane *pane = app_top(app)->pane;
    enum language language = app->options.session.language;
    struct buffer text = { 0 };
    (void)action;
    buffer_add_text(&text, "klientel");
    if (app->options.same_options)
        buffer_add_text(&text, app->options.same_options);
    buffer_add_byte(&text, ' ');
    pane->ops->command(pane, &app->context, &text);
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
