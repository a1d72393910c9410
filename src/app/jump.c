/*
 * Jump: to any client from anywhere. First those whose sheets were opened last, then the favourites, then all; what
 * is typed is a filter over all clients the person may see.
 *
 * State: while the list is open, struct jump. Events: typed; jump_step, once a turn.
 * Invariants: what opening costs does not grow with the clients: the few that are offered are asked for one by one,
 * all of them when nothing else is to be done, and not at all where a list at hand has them. What Enter takes
 * is always of the words that were typed, however fast.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jump.h"
#include "klientel/base/arena.h"
#include "klientel/base/text.h"

enum { RANKED = 4000, SLICE_MICROSECONDS = 3000, READ_MICROSECONDS = 8000 };
enum rank { RANK_WHOLE, RANK_BEGINNING, RANK_ELSEWHERE, LAST_RANK = RANK_ELSEWHERE };

struct jump {
    struct store_load *load;   /* of all clients, when no list at hand has them */
    struct rowset own;         /* its rows, when they are done */
    bool has_own, failed;      /* they are; they cannot be had (which was said) */
    bool wanted;               /* the words are others than those that were looked for */
    bool rest_wanted;          /* what is offered lacks the clients that are nothing special */
    struct filter *filter;     /* of the words; NULL = none were typed */
    struct filter_scan *scan;  /* through the rows of that sequence; its hits are shown */
    uint64_t sequence;
    bool done;                 /* the scan is at its end */
};

/* ---- the clients ---- */

/* All clients by name, as a list holds them already. The number is not needed: without an organisation number it is shown, but
 * such clients are few. */
static const struct rowset *rows_at_hand(const struct app *app, column_mask needed)
{
    for (int i = 0; i < APP_TABS; i++) {
        const struct part *part = &app->tabs[i].parts[0];
        const struct query *asked = &part->ask.query;
        needed &= ~column_bit(COLUMN_clients_number);
        if (!app->tabs[i].stale && part->has_rows && part->rows.dataset == DATASET_clients &&
            asked->client_id == 0 && asked->user_id == 0 && !instant_known(asked->as_of) &&
            part->rows.done && (part->rows.columns & needed) == needed &&
            asked->month.index == app->context.month.index)
            return &part->rows;
    }
    return NULL;
}

/* Not to be kept: a list at hand may be asked again in the next turn. NULL = they are not there yet. */
static const struct rowset *jump_rows(const struct app *app, const struct jump *jump)
{
    column_mask needed = jump_columns | (jump->filter ? filter_columns(jump->filter) : 0);
    if (jump->has_own && (jump->own.columns & needed) == needed)
        return &jump->own;
    return rows_at_hand(app, needed);
}

static void load_drop(struct jump *jump)
{
    filter_scan_cancel(jump->scan);
    jump->scan = NULL;
    store_load_finish(jump->load);
    jump->load = NULL;
    jump->has_own = false;
}

/* Goes on reading all of them, with what the filter needs: for a slice, or to the end. True when they are there; when
 * they cannot be read, that was said. */
static bool rows_read(struct app *app, struct jump *jump, int64_t microseconds)
{
    column_mask more = jump->filter ? filter_columns(jump->filter) : 0;
    struct query query = jump_query(app, more, 0);
    struct failure failure = { 0 };
    if (!jump->load || (store_load_rows(jump->load)->columns & query.columns) != query.columns) {
        load_drop(jump);
        jump->load = store_load_start(app->options.store, &query);
    }
    if (!store_load_step(jump->load, &app->options.session, microseconds, &failure)) {
        load_drop(jump);
        jump->failed = true;
        app_fail(app, &failure);
        return false;
    }
    jump->own = *store_load_rows(jump->load);
    jump->has_own = jump->own.done;
    return jump->has_own;
}

static void jump_finish(struct jump *jump)
{
    load_drop(jump);
    filter_destroy(jump->filter);
    free(jump);
}

/* ---- what the words find ---- */

/* Who types the beginning of a name or a number means that one. */
static enum rank rank_of(const struct rowset *rows, size_t row, const char *words, struct buffer *folded)
{
    static const enum column columns[] = { COLUMN_clients_name, COLUMN_clients_orgno,
                                           COLUMN_clients_number };
    size_t length = strlen(words);
    enum rank rank = RANK_ELSEWHERE;
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        struct value value = rowset_value(rows, row, columns[i]);
        if (!value.known)
            continue;
        buffer_clear(folded);
        text_fold_add(value.text, value.length, folded);
        if (strncmp(buffer_text(folded), words, length) == 0) {
            enum rank here = folded->length == length ? RANK_WHOLE : RANK_BEGINNING;
            rank = here < rank ? here : rank;
        }
    }
    return rank;
}

/* The first JUMP_HITS of them, by rank; of very many, in the order of the list. */
static size_t best_of(const struct rowset *rows, const uint32_t *hits, size_t count,
                      const char *words, uint32_t ret_rows[static JUMP_HITS])
{
    struct buffer typed = { 0 }, folded = { 0 };
    unsigned char ranks[RANKED];
    size_t taken = 0, i;
    if (count > RANKED) {
        memcpy(ret_rows, hits, JUMP_HITS * sizeof *hits);
        return JUMP_HITS;
    }
    words += strspn(words, " ");
    text_fold_add(words, strlen(words), &typed);
    while (typed.length && typed.data[typed.length - 1] == ' ')
        typed.data[--typed.length] = '\0';
    for (i = 0; i < count; i++)
        ranks[i] = (unsigned char)rank_of(rows, hits[i], buffer_text(&typed), &folded);
    for (int rank = 0; rank <= LAST_RANK; rank++) {
        for (i = 0; i < count && taken < JUMP_HITS; i++) {
            if (ranks[i] == rank)
                ret_rows[taken++] = hits[i];
        }
    }
    buffer_finish(&typed);
    buffer_finish(&folded);
    return taken;
}

/* Compiles the words. False: they are not finished, and what was found last stays. */
static bool words_compile(struct app *app, struct jump *jump, const char *words,
                          struct filter_error *ret_error)
{
    struct filter_scope scope = app_filter_scope(app);
    struct filter *filter =
        *words ? filter_create(words, DATASET_clients, &scope, ret_error) : NULL;
    if (*words && !filter)
        return false;
    filter_scan_cancel(jump->scan);
    jump->scan = NULL;
    filter_destroy(jump->filter);
    jump->filter = filter;
    return true;
}

/* Goes on for a slice, or to the end. */
static void scan_on(struct jump *jump, int64_t microseconds)
{
    jump->done = filter_scan_step(jump->scan, microseconds);
}

static void scan_begin(struct jump *jump, const struct rowset *rows, int64_t microseconds)
{
    jump->sequence = rows->sequence;
    jump->scan = filter_scan_start(jump->filter, rows, NULL, 0);
    scan_on(jump, microseconds);
}

/* ---- what is shown ---- */

/* "7 of 1 204", or that there are more than are shown. */
static void say_found(struct app *app, struct picker *picker, size_t found, size_t all)
{
    enum language language = app->options.session.language;
    struct buffer a = { 0 }, b = { 0 }, text = { 0 };
    struct message message;
    language_add_number(language, (int64_t)(found > JUMP_HITS ? JUMP_HITS : found), &a);
    language_add_number(language, (int64_t)(found > JUMP_HITS ? found : all), &b);
    message_set(&message, found > JUMP_HITS ? N_("the first %1 of %2") : N_("%1 of %2"), buffer_text(&a),
                buffer_text(&b), NULL);
    message_add(&message, language, &text);
    picker_say(picker, buffer_text(&text));
    buffer_finish(&a);
    buffer_finish(&b);
    buffer_finish(&text);
}

static void say_text(struct app *app, struct picker *picker, const char *text)
{
    picker_say(picker, text_tr(app->options.session.language, text));
}

static void found_show(struct app *app, struct picker *picker, const struct jump *jump,
                       const struct rowset *rows)
{
    uint32_t best[JUMP_HITS];
    size_t count;
    const uint32_t *hits = filter_scan_hits(jump->scan, &count);
    size_t taken = best_of(rows, hits, count, picker->line.text, best);
    picker_clear(picker);
    for (size_t i = 0; i < taken; i++)
        jump_item_add(app, picker, rows, best[i], NULL);
    picker_narrow(picker);
    say_found(app, picker, count, rows->count);
}

/* The cursor stays on its client when all the others came below. */
static void offers_show(struct app *app, struct picker *picker, const struct rowset *rows)
{
    const struct picker_item *chosen = picker_chosen(picker);
    int64_t id = chosen && picker->cursor ? chosen->id : 0;
    picker_clear(picker);
    jump_offers_add(app, picker, rows);
    picker_narrow(picker);
    picker_choose(picker, id);
    picker_say(picker, "");
}

/* Shows what the words find. All clients are read when `whole`, or once what there is has been shown. */
static void jump_look(struct app *app, struct modal *modal, bool whole)
{
    struct jump *jump = modal->own;
    struct picker *picker = &modal->picker;
    struct filter_error error;
    jump->wanted = false;
    jump->rest_wanted = false;
    if (!words_compile(app, jump, picker->line.text, &error)) {
        say_text(app, picker, N_("not understood"));
        return;
    }
    const struct rowset *rows = jump_rows(app, jump);
    if (!rows && !jump->failed && (whole || !app->dirty))
        rows = rows_read(app, jump, whole ? 0 : READ_MICROSECONDS) ? &jump->own : NULL;
    if (!rows) {
        jump->wanted = !jump->failed && jump->filter;
        jump->rest_wanted = !jump->failed && !jump->filter;
        say_text(app, picker, jump->failed ? "" : N_("reading the clients …"));
    } else if (!jump->filter) {
        offers_show(app, picker, rows);
    } else {
        scan_begin(jump, rows, whole ? 0 : SLICE_MICROSECONDS);
        found_show(app, picker, jump, rows);
    }
}

/* What is shown is not yet what the words find. */
static bool is_behind(const struct jump *jump)
{
    return jump->wanted || (jump->scan && !jump->done);
}

static const struct modal_use jump_use;

bool jump_busy(const struct app *app)
{
    const struct jump *jump = app->modal.use == &jump_use ? app->modal.own : NULL;
    return jump && (jump->rest_wanted || is_behind(jump));
}

bool jump_step(struct app *app)
{
    struct jump *jump = app->modal.own;
    if (!jump_busy(app))
        return false;
    if (jump->load && !jump->has_own && !app->dirty && !rows_read(app, jump, READ_MICROSECONDS) &&
        !jump->failed)
        return false;
    const struct rowset *rows = jump_rows(app, jump);
    if (!jump->wanted && jump->scan && rows && rows->sequence == jump->sequence) {
        scan_on(jump, SLICE_MICROSECONDS);
        found_show(app, &app->modal.picker, jump, rows);
    } else {
        jump_look(app, &app->modal, false);
    }
    return true;
}

/* ---- the list ---- */

static bool jump_fill(struct app *app, struct modal *modal)
{
    struct jump *jump = modal->own;
    const struct rowset *rows = jump_rows(app, jump);
    jump_offers_add(app, &modal->picker, rows);
    jump->rest_wanted = !rows;
    return true;
}

static void jump_typed(struct app *app, struct modal *modal)
{
    struct jump *jump = modal->own;
    (void)app;
    jump->wanted = true;
}

/* Whatever key is not text is about what the words find: it is found before the key is taken. */
static bool jump_key(struct app *app, struct modal *modal, const char *key, enum action_id action)
{
    if (action != ACTION_CANCEL && !line_is_text(key) && is_behind(modal->own))
        jump_look(app, modal, true);
    return false;
}

static bool jump_accept(struct app *app, struct modal *modal)
{
    const struct picker_item *item = picker_chosen(&modal->picker);
    if (!item)
        return false;
    if (item->dim) {
        app_say_text(app, STYLE_WARN, jump_refused);
        return false;
    }
    app_open_client(app, item->id);
    return true;
}

static void jump_closed(struct app *app, struct modal *modal)
{
    (void)app;
    jump_finish(modal->own);
}

static const struct modal_use jump_use = {
    .kind = MODAL_PICKER,
    .label = N_("Jump to a client"),
    .accept_word = N_("show"),
    .cancel_word = N_("back"),
    .picker_flags = PICKER_OWN_ROWS,
    .open = jump_fill,
    .key = jump_key,
    .typed = jump_typed,
    .accept = jump_accept,
    .close = jump_closed,
};

void jump_open(struct app *app, enum action_id action)
{
    (void)action;
    modal_open(app, &jump_use, memory_zero(1, sizeof(struct jump)));
}

/* How many clients the words find, and one of them; SIZE_MAX: none, because *ret_failure. */
static size_t find_one(struct app *app, struct jump *jump, const char *words, int64_t *ret_id,
                       bool *ret_may_open, struct failure *ret_failure)
{
    struct filter_error error;
    size_t count;
    if (!words_compile(app, jump, words, &error)) {
        *ret_failure = (struct failure){ .kind = FAILURE_USAGE, .message = error.message };
        return SIZE_MAX;
    }
    const struct rowset *rows = jump_rows(app, jump);
    if (!rows && !rows_read(app, jump, 0))
        return SIZE_MAX;
    rows = rows ? rows : &jump->own;
    scan_begin(jump, rows, 0);
    const uint32_t *hits = filter_scan_hits(jump->scan, &count);
    if (count == 0) {
        failure_set(ret_failure, FAILURE_REFUSED, "", N_("No client is found by “%1”"), words, NULL);
        return SIZE_MAX;
    }
    *ret_id = rows->ids[hits[0]];
    *ret_may_open = rows->flags[hits[0]] & ROW_OPEN;
    return count;
}

bool jump_to(struct app *app, const char *words, struct failure *ret_failure)
{
    struct jump *jump = memory_zero(1, sizeof *jump);
    int64_t id = 0;
    bool may_open = false;
    if (!*words) {
        modal_open(app, &jump_use, jump);
        return true;
    }
    size_t count = find_one(app, jump, words, &id, &may_open, ret_failure);
    if (count == 1 || count == SIZE_MAX) {
        bool said = jump->failed;
        jump_finish(jump);
        if (count == 1 && may_open)
            app_open_client(app, id);
        return count == 1 ? may_open || failure_set(ret_failure, FAILURE_REFUSED, "", jump_refused, NULL)
                          : said;
    }
    modal_open(app, &jump_use, jump);
    line_set(&app->modal.picker.line, words);
    jump_look(app, &app->modal, true);
    return true;
}
