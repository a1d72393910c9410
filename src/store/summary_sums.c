/*
 * Summary sums: what a big import changes in the key figures, reckoned before the gate is taken.
 *
 * State: the runs of the client in hand, as they are and as they will be; the differences of all
 * clients so far, one entry a month. The rules are those of summary.c (RUN_COUNTS_SQL,
 * MONTH_FIGURES_SQL), in C: summary_check and the tests hold the two together. Invariant: memory
 * grows with months, currencies and one client's runs, not with rows.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

enum { TOTAL_CLIENTS, TOTAL_FIRST, TOTAL_COUNT = 12 };
enum { PAY_AMOUNT, PAY_NET_CLIENTS, PAY_GROSS_CLIENTS, PAY_COUNT };
enum { FAILED_ALL, FAILED_UNRESOLVED, FAILED_COUNT };

struct total {
    char month[12];
    bool internal;
    int64_t value[TOTAL_COUNT];
};
struct pay {
    char month[12], currency[4];
    bool internal;
    int64_t value[PAY_COUNT];
};
struct failed {
    char month[12];
    bool internal;
    int64_t value[FAILED_COUNT];
};
struct declared {
    char month[12], kind[16], state[16];
    bool internal;
    int64_t clients;
};

struct list {
    void *items;
    size_t count, capacity;
};
struct summary_sums {
    bool internal;
    struct list before, after; /* struct summary_run of the client in hand */
    struct list totals, pays, faileds, declareds;
};

static void *list_add(struct list *list, size_t size)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity == 0 ? 32 : list->capacity * 2;
        list->items = memory_resize(list->items, list->capacity * size);
    }
    void *item = (char *)list->items + list->count++ * size;
    memset(item, 0, size);
    return item;
}

struct summary_sums *summary_sums_create(void)
{
    return memory_zero(1, sizeof(struct summary_sums));
}

void summary_sums_destroy(struct summary_sums *sums)
{
    if (sums == NULL)
        return;
    struct list *const lists[] = { &sums->before, &sums->after,   &sums->totals,
                                   &sums->pays,   &sums->faileds, &sums->declareds };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        free(lists[i]->items);
    free(sums);
}

/* ---- entries ---- */

static struct total *total_of(struct summary_sums *sums, const char *month)
{
    struct total *all = sums->totals.items;
    for (size_t i = 0; i < sums->totals.count; i++)
        if (all[i].internal == sums->internal && strcmp(all[i].month, month) == 0)
            return &all[i];
    struct total *total = list_add(&sums->totals, sizeof *total);
    copy_cut(total->month, sizeof total->month, month);
    total->internal = sums->internal;
    return total;
}

static struct pay *pay_of(struct summary_sums *sums, const char *month, const char *currency)
{
    struct pay *all = sums->pays.items;
    for (size_t i = 0; i < sums->pays.count; i++)
        if (all[i].internal == sums->internal && strcmp(all[i].month, month) == 0 &&
            strcmp(all[i].currency, currency) == 0)
            return &all[i];
    struct pay *pay = list_add(&sums->pays, sizeof *pay);
    copy_cut(pay->month, sizeof pay->month, month);
    copy_cut(pay->currency, sizeof pay->currency, currency);
    pay->internal = sums->internal;
    return pay;
}

static struct failed *failed_of(struct summary_sums *sums, const char *month)
{
    struct failed *all = sums->faileds.items;
    for (size_t i = 0; i < sums->faileds.count; i++)
        if (all[i].internal == sums->internal && strcmp(all[i].month, month) == 0)
            return &all[i];
    struct failed *failed = list_add(&sums->faileds, sizeof *failed);
    copy_cut(failed->month, sizeof failed->month, month);
    failed->internal = sums->internal;
    return failed;
}

static struct declared *declared_of(struct summary_sums *sums, const char *month, const char *kind,
                                    const char *state)
{
    struct declared *all = sums->declareds.items;
    for (size_t i = 0; i < sums->declareds.count; i++)
        if (all[i].internal == sums->internal && strcmp(all[i].month, month) == 0 &&
            strcmp(all[i].state, state) == 0 && strcmp(all[i].kind, kind) == 0)
            return &all[i];
    struct declared *declared = list_add(&sums->declareds, sizeof *declared);
    copy_cut(declared->month, sizeof declared->month, month);
    copy_cut(declared->kind, sizeof declared->kind, kind);
    copy_cut(declared->state, sizeof declared->state, state);
    declared->internal = sums->internal;
    return declared;
}

/* ---- one client ---- */

void summary_sums_begin(struct summary_sums *sums, bool internal)
{
    sums->internal = internal;
    sums->before.count = 0;
    sums->after.count = 0;
}

void summary_sums_old(struct summary_sums *sums, const struct summary_run *run)
{
    *(struct summary_run *)list_add(&sums->before, sizeof *run) = *run;
    *(struct summary_run *)list_add(&sums->after, sizeof *run) = *run;
}

void summary_sums_new(struct summary_sums *sums, const struct summary_run *run)
{
    struct summary_run *after = sums->after.items;
    for (size_t i = 0; i < sums->before.count; i++) /* the first ones are those that are there */
        if (after[i].id == run->id) {
            after[i] = *run;
            return;
        }
    *(struct summary_run *)list_add(&sums->after, sizeof *run) = *run;
}

static int compare_runs(const void *a, const void *b)
{
    const struct summary_run *left = a, *right = b;
    int by_month = strcmp(left->month, right->month);
    return by_month != 0 ? by_month : strcmp(left->currency, right->currency);
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

/* The pay of one month in one currency: sorted runs, so they stand together. */
static void add_pay(struct summary_sums *sums, const struct summary_run *runs, size_t count,
                    bool has_others, int sign)
{
    for (size_t i = 0; i < count;) {
        const char *currency = runs[i].currency;
        int64_t amount = 0;
        bool known = false, by_gross = false;
        for (; i < count && strcmp(runs[i].currency, currency) == 0; i++) {
            if ((has_others && runs[i].whole_month) || !(runs[i].net.known || runs[i].gross.known))
                continue;
            known = true;
            by_gross |= !runs[i].net.known;
            amount += runs[i].net.known ? runs[i].net.value : runs[i].gross.value;
        }
        if (!known)
            continue;
        struct pay *pay = pay_of(sums, runs[0].month, currency);
        pay->value[PAY_AMOUNT] += sign * amount;
        pay->value[by_gross ? PAY_GROSS_CLIENTS : PAY_NET_CLIENTS] += sign;
    }
}

/* The order of month_total: each figure and how many know it; lines and manual lines share one. */
static void add_month(struct summary_sums *sums, const struct summary_run *runs, size_t count,
                      int sign)
{
    bool has_others = false;
    struct figure figure[SUMMARY_FIGURES] = { 0 };
    for (size_t i = 0; i < count; i++)
        has_others |= !runs[i].whole_month;
    for (size_t i = 0; i < count; i++) {
        if (has_others && runs[i].whole_month)
            continue;
        bool both = runs[i].figure[4].known && runs[i].figure[5].known;
        for (int f = 0; f < SUMMARY_FIGURES; f++)
            if (f < 4 || both)
                join(&figure[f], runs[i].figure[f], f == 0);
    }
    int64_t *value = total_of(sums, runs[0].month)->value;
    value[TOTAL_CLIENTS] += sign;
    for (int f = 0; f < 4; f++) {
        value[TOTAL_FIRST + 2 * f] += sign * figure[f].value;
        value[TOTAL_FIRST + 2 * f + 1] += sign * figure[f].known;
    }
    value[TOTAL_FIRST + 8] += sign * figure[4].value;
    value[TOTAL_FIRST + 9] += sign * figure[5].value;
    value[TOTAL_FIRST + 10] += sign * figure[4].known;
    add_pay(sums, runs, count, has_others, sign);
}

static void add_runs(struct summary_sums *sums, struct list *list, int sign)
{
    struct summary_run *runs = list->items;
    if (list->count > 1)
        qsort(runs, list->count, sizeof *runs, compare_runs);
    for (size_t i = 0; i < list->count;) {
        size_t count = 1;
        while (i + count < list->count && strcmp(runs[i + count].month, runs[i].month) == 0)
            count++;
        if (runs[i].month[0] != '\0')
            add_month(sums, runs + i, count, sign);
        i += count;
    }
}

void summary_sums_end(struct summary_sums *sums)
{
    add_runs(sums, &sums->before, -1);
    add_runs(sums, &sums->after, 1);
    sums->before.count = 0;
    sums->after.count = 0;
}

void summary_sums_declaration(struct summary_sums *sums, const char *month, const char *kind,
                              const char *state, const char *failed_month, int sign)
{
    int value = DECLARATION_NONE;
    declared_of(sums, month, kind, state)->clients += sign;
    if (failed_month[0] == '\0')
        return;
    model_parse(WORDS_DECLARATION, state, &value);
    struct failed *failed = failed_of(sums, failed_month);
    failed->value[FAILED_ALL] += sign;
    if (declaration_failed((enum declaration_state)value))
        failed->value[FAILED_UNRESOLVED] += sign;
}

/* ---- into the tables ---- */

static bool write_values(struct db_statement *statement, int first, const int64_t *values,
                         int count, struct failure *ret_failure)
{
    for (int i = 0; i < count; i++)
        db_bind_number(statement, first + i, values[i]);
    return db_run(statement, ret_failure);
}

static bool any(const int64_t *values, int count)
{
    for (int i = 0; i < count; i++)
        if (values[i] != 0)
            return true;
    return false;
}

static bool write_total(struct store *store, const struct total *total, struct failure *ret_failure)
{
    struct db_statement *statement = db_prepare(
        store->db,
        "INSERT INTO month_total (month, internal, clients, employees, employees_known, payslips,"
        " payslips_known, travel, travel_known, absences, absences_known, lines, manual_lines,"
        " lines_known) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
        " ON CONFLICT (month, internal) DO UPDATE SET clients = month_total.clients + "
        "excluded.clients,"
        " employees = month_total.employees + excluded.employees,"
        " employees_known = month_total.employees_known + excluded.employees_known,"
        " payslips = month_total.payslips + excluded.payslips,"
        " payslips_known = month_total.payslips_known + excluded.payslips_known,"
        " travel = month_total.travel + excluded.travel,"
        " travel_known = month_total.travel_known + excluded.travel_known,"
        " absences = month_total.absences + excluded.absences,"
        " absences_known = month_total.absences_known + excluded.absences_known,"
        " lines = month_total.lines + excluded.lines,"
        " manual_lines = month_total.manual_lines + excluded.manual_lines,"
        " lines_known = month_total.lines_known + excluded.lines_known",
        ret_failure);
    if (statement == NULL)
        return false;
    db_bind_text(statement, 1, total->month);
    db_bind_number(statement, 2, total->internal);
    return write_values(statement, 3, total->value, TOTAL_COUNT, ret_failure);
}

static bool write_pay(struct store *store, const struct pay *pay, struct failure *ret_failure)
{
    struct db_statement *statement = db_prepare(
        store->db,
        "INSERT INTO month_pay (month, internal, currency, pay, net_clients, gross_clients)"
        " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (month, internal, currency) DO UPDATE SET"
        " pay = month_pay.pay + excluded.pay,"
        " net_clients = month_pay.net_clients + excluded.net_clients,"
        " gross_clients = month_pay.gross_clients + excluded.gross_clients",
        ret_failure);
    if (statement == NULL)
        return false;
    db_bind_text(statement, 1, pay->month);
    db_bind_number(statement, 2, pay->internal);
    db_bind_text(statement, 3, pay->currency);
    return write_values(statement, 4, pay->value, PAY_COUNT, ret_failure);
}

static bool write_failed(struct store *store, const struct failed *failed,
                         struct failure *ret_failure)
{
    struct db_statement *statement =
        db_prepare(store->db,
                   "INSERT INTO month_failed (failed_month, internal, failed, unresolved)"
                   " VALUES ($1, $2, $3, $4) ON CONFLICT (failed_month, internal) DO UPDATE SET"
                   " failed = month_failed.failed + excluded.failed,"
                   " unresolved = month_failed.unresolved + excluded.unresolved",
                   ret_failure);
    if (statement == NULL)
        return false;
    db_bind_text(statement, 1, failed->month);
    db_bind_number(statement, 2, failed->internal);
    return write_values(statement, 3, failed->value, FAILED_COUNT, ret_failure);
}

static bool write_declared(struct store *store, const struct declared *declared,
                           struct failure *ret_failure)
{
    struct db_statement *statement = db_prepare(
        store->db,
        "INSERT INTO month_declared (month, kind, internal, state, clients)"
        " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (month, kind, internal, state) DO UPDATE SET"
        " clients = month_declared.clients + excluded.clients",
        ret_failure);
    if (statement == NULL)
        return false;
    db_bind_text(statement, 1, declared->month);
    db_bind_text(statement, 2, declared->kind);
    db_bind_number(statement, 3, declared->internal);
    db_bind_text(statement, 4, declared->state);
    return write_values(statement, 5, &declared->clients, 1, ret_failure);
}

bool summary_sums_write(const struct summary_sums *sums, struct store *store,
                        struct failure *ret_failure)
{
    const struct total *totals = sums->totals.items;
    const struct pay *pays = sums->pays.items;
    const struct failed *faileds = sums->faileds.items;
    const struct declared *declareds = sums->declareds.items;
    bool good = true;
    for (size_t i = 0; i < sums->totals.count && good; i++)
        good = !any(totals[i].value, TOTAL_COUNT) || write_total(store, &totals[i], ret_failure);
    for (size_t i = 0; i < sums->pays.count && good; i++)
        good = !any(pays[i].value, PAY_COUNT) || write_pay(store, &pays[i], ret_failure);
    for (size_t i = 0; i < sums->faileds.count && good; i++)
        good =
            !any(faileds[i].value, FAILED_COUNT) || write_failed(store, &faileds[i], ret_failure);
    for (size_t i = 0; i < sums->declareds.count && good; i++)
        good = declareds[i].clients == 0 || write_declared(store, &declareds[i], ret_failure);
    return good;
}
