/*
 * App: the screen program without its terminal: tabs, focus, the stack of open panes, the filter line, the
 * message line; key → action → effect; publish; settle. Tests drive it with keys and read its surface.
 */
#ifndef KLIENTEL_APP_APP_H
#define KLIENTEL_APP_APP_H

#include <stdbool.h>

#include "klientel/rules/action.h"
#include "klientel/screen/surface.h"
#include "klientel/store/store.h"

struct app;
struct app_options {
    struct store *store;
    struct session session;
    struct keymap *keymap; /* outlives the app */
    bool ascii, plain;
    bool latin1;           /* besides ascii: the letters of Latin-1 can be shown */
    const char *outbox;    /* where files go (service/outbox.h), outlives the app; NULL = nowhere */
    const char *same_options; /* what "this screen as a command" needs before its words, " --database …"; NULL = nothing */
    bool over_ssh;         /* the person sits elsewhere: what fetches a file is told accordingly */
    struct instant (*clock)(void); /* asked once a turn; tests give a still one */
};

struct app *app_create(const struct app_options *options);
void app_destroy(struct app *app);
/* One key by name. Marks what is stale or dirty; does not query or draw. */
void app_key(struct app *app, const char *key);
/* What was drawn is on the terminal: keys from now on may answer a question that is in it. */
void app_shown(struct app *app);
/* Of the keys that follow: they came together, faster than anybody types. No question is answered by such. */
void app_burst(struct app *app, bool burst);
/* The mouse (setting mouse): the wheel moves, a click goes to a tab or a row, a double click opens it. Never changes
 * anything. Row and column of the surface, from 0. */
enum app_click { APP_CLICK, APP_DOUBLE_CLICK, APP_WHEEL_UP, APP_WHEEL_DOWN };
void app_mouse(struct app *app, int row, int column, enum app_click what);
/* Something about the terminal, for the message line. */
void app_notice(struct app *app, const struct message *message);
void app_paste(struct app *app, const char *text); /* goes only into an open field */
void app_resize(struct app *app, int rows, int columns);
/* Asks the store whether others committed; marks everything stale when so. Called about once a second. */
void app_poll(struct app *app);
/* Pays the debts of this turn: queries what is stale and visible, draws what is dirty. True when the
 * surface changed. Long scans go on in slices: call again while app_busy. */
bool app_settle(struct app *app);
bool app_busy(const struct app *app);
const struct surface *app_surface(const struct app *app);
bool app_finished(const struct app *app); /* the person quit */
bool app_wants_redraw(struct app *app);   /* Ctrl-L was pressed; asked once */
/* A text for the clipboard of the person's machine, asked once; NULL = none. Valid until the next call. */
const char *app_wants_copy(struct app *app);

#endif
