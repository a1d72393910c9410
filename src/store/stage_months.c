/*
 * Stage months: what a row of a whole month says beside the runs its client has in that month. The
 * rules are those of the dataset payroll (query_payroll.c): of employees the most of any run, of
 * everything else the sum, each currency for itself.
 *
 * State: the runs of the client in hand that are not whole months, as they are and as the rows
 * before planned them; only kept when the files tell whole months at all.
 */
#include "stage_internal.h"

#include <stdlib.h>
#include <string.h>

void own_runs_clear(struct own_runs *own)
{
    own->count = 0;
}

void own_runs_finish(struct own_runs *own)
{
    free(own->list);
    *own = (struct own_runs) { 0 };
}

void own_runs_add(struct own_runs *own, const struct summary_run *run)
{
    if (own->count == own->capacity) {
        own->capacity = own->capacity == 0 ? 64 : own->capacity * 2;
        own->list = memory_resize(own->list, own->capacity * sizeof *own->list);
    }
    own->list[own->count++] = *run;
}

void own_runs_change(struct own_runs *own, const struct summary_run *run)
{
    for (size_t i = 0; i < own->count; i++)
        if (own->list[i].id == run->id) {
            own->list[i] = *run;
            return;
        }
}

static void join(struct figure *total, struct figure figure, bool is_most)
{
    if (!figure.known)
        return;
    if (!is_most)
        total->value += figure.value;
    else if (!total->known || figure.value > total->value)
        total->value = figure.value;
    total->known = true;
}

static bool tells_other(struct figure told, struct figure known)
{
    return told.known && !(known.known && known.value == told.value);
}

bool month_tells_same(const struct summary_run *told, const struct summary_run *known)
{
    for (int i = 0; i < SUMMARY_FIGURES; i++)
        if (tells_other(told->figure[i], known->figure[i]))
            return false;
    return !tells_other(told->gross, known->gross) && !tells_other(told->net, known->net);
}

/* Without a currency a row tells that of the runs, when they have but one. */
static const char *told_currency(const struct own_runs *own, const struct summary_run *told,
                                 const char *fallback)
{
    const char *one = NULL;
    if (told->currency[0] != '\0')
        return told->currency;
    for (size_t i = 0; i < own->count; i++) {
        if (strcmp(own->list[i].month, told->month) != 0)
            continue;
        if (one != NULL && strcmp(one, own->list[i].currency) != 0)
            return fallback;
        one = own->list[i].currency;
    }
    return one == NULL ? fallback : one;
}

enum month_told own_runs_compare(const struct own_runs *own, const struct summary_run *told,
                                 const char *fallback, int64_t *ret_run)
{
    const char *currency = told_currency(own, told, fallback);
    struct summary_run sum = { 0 };
    *ret_run = 0;
    for (size_t i = 0; i < own->count; i++) {
        const struct summary_run *run = &own->list[i];
        if (strcmp(run->month, told->month) != 0)
            continue;
        if (*ret_run == 0 || run->id < *ret_run)
            *ret_run = run->id;
        if (strcmp(run->currency, currency) != 0)
            continue;
        for (int f = 0; f < SUMMARY_FIGURES; f++)
            join(&sum.figure[f], run->figure[f], f == 0);
        join(&sum.gross, run->gross, false);
        join(&sum.net, run->net, false);
    }
    if (*ret_run == 0)
        return MONTH_ALONE;
    return month_tells_same(told, &sum) ? MONTH_SAME : MONTH_OTHER;
}
