/*
 * The clients that a filter over them finds, for what is about these clients only: the dashboard's figures, the rows of
 * a list that was opened from it.
 *
 * State       the holder's PART_CLIENTS: rows like any other's, with the columns that the filter reads. Loaded in slices
 *             once, and looked through again for every letter.
 */
#include "settle.h"

bool settle_clients(struct app *app, struct holder *holder, const char *text, struct month month,
                    bool only_asked)
{
    struct part *part = &holder->parts[PART_CLIENTS];
    struct ask ask = {
        .kind = ASK_ROWS,
        .query = {
            .dataset = DATASET_clients,
            .columns = column_bit(COLUMN_clients_id),
            .sort = COLUMN_NONE,
            .month = month,
            .as_of = INSTANT_NONE,
        },
        .filter = text,
    };
    if (*text)
        return settle_rows(app, holder, PART_CLIENTS, &ask, only_asked);
    bool had = part->asked;
    part_finish(part);
    return had;
}

bool clients_known(const struct holder *holder)
{
    const struct part *part = &holder->parts[PART_CLIENTS];
    return !part->asked || rows_whole(part) || rows_failed(part);
}

bool clients_narrowed(const struct holder *holder)
{
    return holder->parts[PART_CLIENTS].filter != NULL;
}

void clients_take(const struct holder *holder, struct ids *ids)
{
    const struct part *part = &holder->parts[PART_CLIENTS];
    ids_clear(ids);
    for (size_t i = 0; i < part->shown_count; i++)
        ids_add(ids, part->rows.ids[part->shown[i]]);
}
