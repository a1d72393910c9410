/*
 * Stage packages: the packages an access row names: they exist, and at most one is a main package (C24).
 *
 * State: none. Invariant: what a row tells is all the packages the user has there from then on, so that
 * the row alone decides.
 */
#include "stage_internal.h"

#include <stdlib.h>
#include <string.h>

struct packages {
    struct arena *arena;
    struct package {
        const char *name;
        bool main;
    } *list;
    size_t count;
};

static bool load_packages(struct stage *stage, struct packages *packages,
                          struct failure *ret_failure)
{
    struct db_statement *rows =
        db_prepare(stage->store->db, "SELECT name, main FROM package ORDER BY name", ret_failure);
    enum db_step step = DB_FAILED;
    while (rows != NULL && (step = db_step(rows, ret_failure)) == DB_ROW) {
        if ((packages->count & (packages->count - 1)) == 0)
            packages->list = memory_resize(packages->list, (packages->count * 2 + 1) *
                                                               sizeof *packages->list);
        packages->list[packages->count++] =
            (struct package){ arena_text(packages->arena, db_text(rows, 0, NULL)),
                              db_number(rows, 1) != 0 };
    }
    if (rows != NULL)
        db_done(rows);
    return step == DB_DONE;
}

/* True, and why, when the list names what is no package, or more than one main package. */
static bool is_wrong_list(const struct packages *packages, const char *text, size_t length,
                          struct message *ret_why)
{
    struct value list = { .known = true, .text = text, .length = length };
    size_t position = 0, size;
    const char *item;
    int mains = 0;
    while (length > 0 && value_item(&list, &position, &item, &size)) {
        size_t at = 0;
        while (at < packages->count && (strlen(packages->list[at].name) != size ||
                                        memcmp(packages->list[at].name, item, size) != 0))
            at++;
        if (at == packages->count) {
            message_set(ret_why, N_("There is no package %1. See: klientel list packages"),
                        arena_text_n(packages->arena, item, size), NULL);
            return true;
        }
        mains += packages->list[at].main;
    }
    if (mains > 1)
        message_set(ret_why, N_("Only one main package is possible for a user on a client."), NULL);
    return mains > 1;
}

bool stage_refuse_packages(struct stage *stage, struct failure *ret_failure)
{
    struct packages packages = { .arena = arena_create() };
    struct ids refused = { 0 };
    struct message why;
    enum db_step step = DB_FAILED;
    if (load_packages(stage, &packages, ret_failure)) {
        struct db_statement *rows = db_prepare(
            stage->store->db,
            "SELECT file, line, client_id, row, packages FROM stage_access"
            " WHERE client_id IS NOT NULL AND packages <> '' ORDER BY row",
            ret_failure);
        while (rows != NULL && (step = db_step(rows, ret_failure)) == DB_ROW) {
            size_t length;
            const char *list = db_text(rows, 4, &length);
            if (!is_wrong_list(&packages, list, length, &why))
                continue;
            stage_refuse_found(stage, db_number(rows, 0), db_number(rows, 1), "packages",
                               db_number(rows, 2), false, &why);
            ids_add(&refused, db_number(rows, 3));
        }
        if (rows != NULL)
            db_done(rows);
    }
    bool taken = stage_take_access_out(stage, &refused, ret_failure);
    free(packages.list);
    arena_destroy(packages.arena);
    return taken && step == DB_DONE;
}
