/*
 * What is shown before the rows of a load have come: the first of them, or, where only the month or the columns are
 * others, the clients that are on the screen.
 *
 * State       part->early, and the rows in part->arena, until the load is through.
 * Invariants  the rows are right ones, and stand where they will stand: nothing jumps when the others come.
 */
#include "settle.h"

#include <stdlib.h>

#include "klientel/base/arena.h"

size_t early_page(const struct holder *holder, const struct part *part,
                  int64_t ret_clients[static EARLY_MOST])
{
    const struct pane_ops *ops = holder->pane->ops;
    const struct table *table = NULL;
    size_t count = 0;
    for (size_t i = 0; ops->table && (table = ops->table(holder->pane, i)) != NULL; i++) {
        if (table->rows == &part->rows)
            break;
    }
    if (!table || !part->has_rows || part->rows.dataset != DATASET_clients)
        return 0;
    for (size_t at = table->top; at < table->shown_count && (int)count < table->page &&
                                 count < EARLY_MOST; at++)
        ret_clients[count++] = table->rows->ids[table->shown[at]];
    return count;
}

static int by_id(const void *a, const void *b)
{
    int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;
    return (one > other) - (one < other);
}

/* The clients' new rows, in the order they had. */
static void show_page(struct part *part, const int64_t *clients, size_t count)
{
    uint32_t rows[EARLY_MOST];
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        size_t row = rowset_find(&part->rows, clients[i]);
        if (row != SIZE_MAX)
            rows[found++] = (uint32_t)row;
    }
    rows_show(part, rows, found);
}

static void take_rows(struct part *part, enum early early, struct arena *arena,
                      const struct rowset *rows)
{
    arena_destroy(part->arena);
    part->arena = arena;
    part->rows = *rows;
    part->rows.done = false;
    part->has_rows = true;
    part->early = early;
}

static bool is_own_order(const struct part *part)
{
    const struct query *query = &part->ask.query;
    return !query->descending &&
           (query->sort == COLUMN_NONE || query->sort == dataset_info(query->dataset)->order);
}

bool early_show(struct app *app, struct part *part, const int64_t *clients, size_t count,
                struct failure *ret_failure)
{
    int64_t sorted[EARLY_MOST];
    struct rowset rows;
    if (count == 0 && (part->filter || *part->clients_text || !is_own_order(part)))
        return true;
    for (size_t i = 0; i < count; i++)
        sorted[i] = clients[i];
    qsort(sorted, count, sizeof *sorted, by_id);
    struct arena *arena = arena_create();
    bool good = count > 0 ? store_load_some(part->load, &app->options.session, sorted, count, arena,
                                            &rows, ret_failure)
                          : store_load_first(part->load, &app->options.session, arena, &rows,
                                             ret_failure);
    if (!good || rows.count == 0) {
        arena_destroy(arena);
        return good;
    }
    take_rows(part, count > 0 ? EARLY_PAGE : EARLY_FIRST, arena, &rows);
    if (count > 0)
        show_page(part, clients, count);
    else
        rows_show_all(part);
    return true;
}
