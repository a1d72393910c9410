/*
 * Messages: what was said on the message line, the newest first, and when.
 *
 * State: app->said (kept by app_say).
 */
#include <stdio.h>

#include "internal.h"

static void said_add(struct app *app, const struct said *said, struct buffer *text)
{
    enum language language = app->options.session.language;
    language_add_instant(language, said->at, text);
    buffer_add_byte(text, '\t');
    if (said->style == STYLE_ERROR || said->style == STYLE_WARN)
        frame_warn_add(app, text);
    message_add(&said->message, language, text);
}

void messages_open(struct app *app, enum action_id action)
{
    size_t count = app->said_count < APP_SAID ? app->said_count : APP_SAID;
    struct buffer text = { 0 };
    (void)action;
    for (size_t i = 0; i < count; i++) {
        if (i)
            buffer_add_byte(&text, '\n');
        said_add(app, &app->said[(app->said_count - 1 - i) % APP_SAID], &text);
    }
    if (count == 0)
        buffer_add_text(&text, text_tr(app->options.session.language,
                                       N_("Nothing was said yet since the program was opened")));
    app_open(app, pane_text(N_("Earlier messages"), buffer_text(&text)));
    buffer_finish(&text);
}
