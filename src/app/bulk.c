/*
 * Bulk: which rows an action on many rows is about. Marks outlive the filter, so some may be hidden; nothing is
 * done to rows that nobody sees without asking.
 *
 * The contract for whoever acts on many rows (copy, export, changing access):
 *
 *     marks_ask(app, &use, own)
 *
 * - Nothing is marked: use->rows is called at once with BULK_ROW and the id of the row under the cursor (no id
 *   when the list is empty).
 * - All marks are seen: at once with BULK_SEEN and the marked ids.
 * - Some are hidden: a list asks: only those seen (BULK_SEEN, the line under the cursor), all (BULK_ALL), or
 *   nothing (under the cursor when none is seen). Then rows is called with what was chosen; or, when the person left, only `done`.
 * The ids are a set, valid during the call; the order of the rows is that of table_ordered. `done` (may be NULL) is
 * called once in the end in every case, and frees own. rows may open a modal. True: it was not necessary to ask.
 * What was typed ahead may have changed filter or order: holder_settle before, when that matters.
 *
 * State: the picker.
 */
#include <stdlib.h>

#include "internal.h"
#include "klientel/base/arena.h"

enum { ONLY_SEEN, ALL_MARKED, NOTHING };

struct bulk {
    const struct bulk_use *use;
    void *own;
};

/* The marks that are seen, or all of them. */
static void marked(const struct table *table, bool all, struct ids *ret_ids)
{
    if (all) {
        ids_copy(ret_ids, &table->marks);
        return;
    }
    for (size_t i = 0; i < table->shown_count; i++) {
        int64_t id = table->rows->ids[table->shown[i]];
        if (ids_has(&table->marks, id))
            ids_add(ret_ids, id);
    }
}

static void call(struct app *app, struct table *table, const struct bulk *bulk, bool all)
{
    struct ids ids = { 0 };
    marked(table, all, &ids);
    bulk->use->rows(app, table, all ? BULK_ALL : BULK_SEEN, &ids, bulk->own);
    ids_finish(&ids);
}

static void call_row(struct app *app, struct table *table, const struct bulk *bulk)
{
    struct ids ids = { 0 };
    if (table_row(table) != SIZE_MAX)
        ids_add(&ids, table->rows->ids[table_row(table)]);
    bulk->use->rows(app, table, BULK_ROW, &ids, bulk->own);
    ids_finish(&ids);
}

static void add_choice(struct app *app, struct modal *modal, int64_t id, const char *text,
                       size_t count)
{
    enum language language = app->options.session.language;
    struct buffer number = { 0 }, note = { 0 };
    struct message message;
    language_add_number(language, (int64_t)count, &number);
    message_set(&message, count == 1 ? N_("%1 row") : N_("%1 rows"), buffer_text(&number), NULL);
    message_add(&message, language, &note);
    picker_add(&modal->picker, &(struct picker_item){ .text = text_tr(language, text),
                                                      .note = count ? buffer_text(&note) : NULL,
                                                      .id = id });
    buffer_finish(&number);
    buffer_finish(&note);
}

static bool bulk_open(struct app *app, struct modal *modal)
{
    struct table *table = app_table(app);
    size_t all = table->marks.count, seen = all - table_hidden_marks(table);
    if (seen > 0)
        add_choice(app, modal, ONLY_SEEN, N_("Only the marked rows that are shown"), seen);
    add_choice(app, modal, ALL_MARKED, N_("All marked rows, the hidden ones too"), all);
    add_choice(app, modal, NOTHING, N_("Cancel"), 0);
    picker_narrow(&modal->picker);
    if (seen == 0)
        picker_choose(&modal->picker, NOTHING);
    return true;
}

static bool bulk_accept(struct app *app, struct modal *modal)
{
    struct table *table = app_table(app);
    const struct picker_item *item = picker_chosen(&modal->picker);
    if (table && item && item->id != NOTHING)
        call(app, table, modal->own, item->id == ALL_MARKED);
    return true;
}

static void bulk_close(struct app *app, struct modal *modal)
{
    struct bulk *bulk = modal->own;
    if (bulk->use->done)
        bulk->use->done(app, bulk->own);
    free(bulk);
}

static const struct modal_use bulk_modal = {
    .kind = MODAL_PICKER,
    .label = N_("The filter hides marked rows: which are meant?"),
    .accept_word = N_("take"),
    .cancel_word = N_("cancel"),
    .open = bulk_open,
    .accept = bulk_accept,
    .close = bulk_close,
};

bool marks_ask(struct app *app, const struct bulk_use *use, void *own)
{
    struct table *table = app_table(app);
    struct bulk bulk = { use, own };
    bool has_marks = table && table->marks.count > 0;
    if (has_marks && table_hidden_marks(table) > 0) {
        struct bulk *kept = memory_alloc(sizeof *kept);
        *kept = bulk;
        modal_open(app, &bulk_modal, kept);
        return false;
    }
    if (has_marks)
        call(app, table, &bulk, false);
    else if (table)
        call_row(app, table, &bulk);
    if (use->done)
        use->done(app, own);
    return true;
}
