/*
 * Picker: lines, what was typed, which of them are shown. Drawing is in picker_draw.c.
 *
 * State: struct picker. Events: picker_act.
 * Invariants: cursor < shown_count or both are 0; shown holds positions of items in ascending order.
 */
#include "klientel/screen/picker.h"

#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "klientel/base/arena.h"
#include "klientel/base/text.h"

void picker_start(struct picker *picker, unsigned flags, const char *title)
{
    memset(picker, 0, sizeof *picker);
    picker->flags = flags;
    picker->title = memory_text(title);
    picker->page = 1;
    line_set(&picker->line, "");
}

void picker_clear(struct picker *picker)
{
    if (picker->texts)
        arena_reset(picker->texts);
    picker->count = 0;
    picker->shown_count = 0;
    picker->group_count = 0;
    picker->width = 0;
}

void picker_finish(struct picker *picker)
{
    arena_destroy(picker->texts);
    buffer_finish(&picker->status);
    free(picker->items);
    free(picker->shown);
    free(picker->title);
    memset(picker, 0, sizeof *picker);
}

void picker_add(struct picker *picker, const struct picker_item *item)
{
    struct picker_item *own;

    if (!picker->texts)
        picker->texts = arena_create();
    if (picker->count == picker->capacity) {
        picker->capacity = picker->capacity ? picker->capacity * 2 : 32;
        picker->items =
            memory_resize(picker->items, picker->capacity * sizeof *picker->items);
        picker->shown =
            memory_resize(picker->shown, picker->capacity * sizeof *picker->shown);
    }
    own = &picker->items[picker->count++];
    *own = *item;
    own->text = arena_text(picker->texts, item->text);
    own->note = arena_text(picker->texts, item->note);
    own->group = arena_text(picker->texts, item->group);
    own->value = arena_text(picker->texts, item->value);
    own->why = arena_text(picker->texts, item->why);
    own->folded = NULL;
    picker->group_count += item->group != NULL;
    picker->width = 0;
}

void picker_say(struct picker *picker, const char *status)
{
    buffer_clear(&picker->status);
    buffer_add_text(&picker->status, status);
}

/* ---- narrowing ---- */

static const char *item_folded(struct picker *picker, struct picker_item *item)
{
    struct buffer line = { 0 };

    if (item->folded)
        return item->folded;
    text_fold_add(item->text, strlen(item->text), &line);
    if (item->note) {
        buffer_add_byte(&line, '\n');
        text_fold_add(item->note, strlen(item->note), &line);
    }
    item->folded = arena_text_n(picker->texts, buffer_text(&line), line.length);
    buffer_finish(&line);
    return item->folded;
}

static void cursor_to_first(struct picker *picker)
{
    size_t i;

    picker->cursor = 0;
    picker->top = 0;
    for (i = 0; i < picker->shown_count; i++) {
        if (!picker->items[picker->shown[i]].dim) {
            picker->cursor = i;
            return;
        }
    }
}

void picker_narrow(struct picker *picker)
{
    bool all = picker->line.length == 0 || (picker->flags & PICKER_OWN_ROWS);
    struct buffer words = { 0 };
    size_t i;

    text_fold_add(picker->line.text, picker->line.length, &words);
    picker->shown_count = 0;
    for (i = 0; i < picker->count; i++)
        if (all || folded_words_stand_in(buffer_text(&words), item_folded(picker, &picker->items[i])))
            picker->shown[picker->shown_count++] = (uint32_t)i;
    buffer_finish(&words);
    if (picker->line.length > 0 || !picker->placed || picker->cursor >= picker->shown_count)
        cursor_to_first(picker);
}

const struct picker_item *picker_chosen(const struct picker *picker)
{
    return picker->cursor < picker->shown_count ? &picker->items[picker->shown[picker->cursor]]
                                                : NULL;
}

void picker_choose(struct picker *picker, int64_t id)
{
    size_t i;

    for (i = 0; i < picker->shown_count; i++) {
        if (picker->items[picker->shown[i]].id == id) {
            picker->cursor = i;
            picker->placed = true;
            return;
        }
    }
}

/* ---- keys ---- */

static enum picker_did cursor_move(struct picker *picker, size_t cursor)
{
    size_t last = picker->shown_count ? picker->shown_count - 1 : 0;

    picker->cursor = cursor < last ? cursor : last;
    picker->placed = true;
    return PICKER_MOVED;
}

static enum picker_did item_turn(struct picker *picker)
{
    struct picker_item *item;

    if (picker->cursor >= picker->shown_count)
        return PICKER_NOTHING;
    item = &picker->items[picker->shown[picker->cursor]];
    if (item->fixed || item->alone)
        return PICKER_NOTHING;
    item->on = !item->on;
    cursor_move(picker, picker->cursor + 1);
    return PICKER_TURNED;
}

/* Changes places with the line before or after it; headings stay where they are. */
static enum picker_did item_move(struct picker *picker, int direction)
{
    size_t other = picker->cursor + (size_t)direction;
    struct picker_item *a, *b, moved;
    const char *group;

    if (picker->cursor >= picker->shown_count || other >= picker->shown_count)
        return PICKER_NOTHING;
    a = &picker->items[picker->shown[picker->cursor]];
    b = &picker->items[picker->shown[other]];
    if (a->fixed || b->fixed || a->alone || b->alone)
        return PICKER_NOTHING;
    group = a->group;
    a->group = b->group;
    b->group = group;
    moved = *a;
    *a = *b;
    *b = moved;
    picker->cursor = other;
    return PICKER_TURNED;
}

static enum picker_did key_typed(struct picker *picker, const char *key)
{
    if (!line_key(&picker->line, key))
        return PICKER_NOTHING;
    picker_narrow(picker);
    return PICKER_TYPED;
}

enum picker_did picker_act(struct picker *picker, enum action_id action, const char *key)
{
    size_t page = picker->page > 1 ? (size_t)picker->page - 1 : 1;

    switch (action) {
    case ACTION_UP:
        return cursor_move(picker, picker->cursor ? picker->cursor - 1 : 0);
    case ACTION_DOWN:
        return cursor_move(picker, picker->cursor + 1);
    case ACTION_PAGE_UP:
        return cursor_move(picker, picker->cursor > page ? picker->cursor - page : 0);
    case ACTION_PAGE_DOWN:
        return cursor_move(picker, picker->cursor + page);
    case ACTION_FIRST:
        return cursor_move(picker, 0);
    case ACTION_LAST:
        return cursor_move(picker, SIZE_MAX);
    case ACTION_CHECK:
        return picker->flags & PICKER_CHECKS ? item_turn(picker) : key_typed(picker, key);
    case ACTION_EARLIER:
        return picker->flags & PICKER_ORDER ? item_move(picker, -1) : key_typed(picker, key);
    case ACTION_LATER:
        return picker->flags & PICKER_ORDER ? item_move(picker, 1) : key_typed(picker, key);
    default:
        return key_typed(picker, key);
    }
}
