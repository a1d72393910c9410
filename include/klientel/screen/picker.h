/*
 * Picker: a list in a box above the pane, to choose one line of it (jump, views, the menu), or to turn lines on
 * and off and put them in order (columns). What is typed narrows the list: every word must stand somewhere in
 * the line or its note, caseless.
 *
 * It knows no database and no app: who opened it fills it, and reads it when Enter was pressed.
 */
#ifndef KLIENTEL_SCREEN_PICKER_H
#define KLIENTEL_SCREEN_PICKER_H

#include "klientel/screen/line.h"
#include "klientel/screen/pane.h"

enum picker_flag {
    PICKER_CHECKS = 1,   /* lines are on or off; Space turns them */
    PICKER_ORDER = 2,    /* lines can be moved */
    PICKER_OWN_ROWS = 4, /* who opened it narrows by itself: all lines are shown */
    PICKER_HINTS = 8,    /* candidates for a line below: no line of its own; the cursor may be nowhere */
    PICKER_HANGS = 16,   /* PICKER_HINTS for a line above: at the head of the room instead of its foot */
};

struct picker_item {
    const char *text;  /* in the person's language */
    const char *note;  /* to the right, dim: a key, a count, a number; NULL = none */
    const char *group; /* heading of the lines from here on; NULL = as before */
    int64_t id;        /* whatever who opened it wants to know it by */
    const char *value; /* the same as text; NULL = none */
    bool on;           /* checked */
    bool fixed;        /* neither turned nor moved */
    bool alone;        /* the same, and without a check: Enter takes this line only */
    bool dim;          /* cannot be taken now */
    const char *why;   /* why not, in the person's language; NULL = nothing is said */
    const char *folded; /* the picker's: text and note as they are compared; NULL = not needed yet */
};

struct picker {
    char *title;               /* owned; in the person's language */
    unsigned flags;            /* enum picker_flag */
    struct arena *texts;       /* owned; of the items */
    struct picker_item *items; /* owned */
    size_t count, capacity;
    uint32_t *shown;           /* owned; items that pass what was typed, in order */
    size_t shown_count;
    size_t cursor, top;        /* positions in shown */
    bool placed;               /* the cursor was put where it is: it stays there */
    struct line line;          /* what was typed */
    struct buffer status;      /* see picker_say */
    int page;                  /* lines of the last drawing */
    size_t group_count;
    int width;                 /* columns the widest line wants, 0 = not measured */
};

void picker_start(struct picker *picker, unsigned flags, const char *title);
void picker_finish(struct picker *picker); /* frees; a zeroed picker is empty */
/* Adds a line; its texts are copied. */
void picker_add(struct picker *picker, const struct picker_item *item);
/* No lines; the title and what was typed stay. */
void picker_clear(struct picker *picker);
/* Which lines are shown, after lines were added or the text was changed. The cursor goes to the first line that
 * can be taken, but stays where it was put while nothing was typed. */
void picker_narrow(struct picker *picker);
/* At the foot of the box, instead of how many lines fit what was typed: "200 of 1 204"; "" = that again. */
void picker_say(struct picker *picker, const char *status);
/* The line under the cursor, NULL = none. Valid until lines are added, moved or cleared. */
const struct picker_item *picker_chosen(const struct picker *picker);
/* Puts the cursor on the first shown line with that id. */
void picker_choose(struct picker *picker, int64_t id);

/* What a key did. ACTION_NONE: the key is text. */
enum picker_did { PICKER_NOTHING, PICKER_MOVED, PICKER_TURNED, PICKER_TYPED };
enum picker_did picker_act(struct picker *picker, enum action_id action, const char *key);
/* Within the rect, which the box may fill at most. All drawings of a picker are on surfaces of one kind. */
void picker_draw(struct picker *picker, const struct screen_context *context,
                 struct surface *surface, struct rect rect);

#endif
