/*
 * Show: one client, user or change-set, with what belongs to it, for a person or as one JSON object.
 *
 * A card is its own facts and some parts; each part is rows of a dataset. Both forms walk the same table of
 * parts, so that what one shows the other has.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "klientel/base/text.h"
#include "klientel/rules/identity.h"
#include "klientel/service/json.h"

const struct cli_option show_options[] = {
    { "format", 0, "text|json", N_("how it is written") },
    { 0 },
};

enum { MONTHS_SHOWN = 12 };

/* What a show command works with. */
struct show {
    struct cli *cli;
    struct store *store;
    struct session session;
    struct arena *arena;
    bool json;
    struct json object; /* while json */
};

/* ---- parts: rows that belong to the client, the user or the change-set ---- */

struct part {
    const char *key;     /* in JSON */
    const char *heading; /* English source text */
    enum dataset dataset;
    const char *columns;
    enum column month;   /* only the last twelve months by this column; COLUMN_NONE = all */
};

static const struct part client_parts[] = {
    { "access", N_("Access"), DATASET_grants, "login,name,role,source,from,until,packages,reason",
      COLUMN_NONE },
    { "runs", N_("Payroll runs of twelve months"), DATASET_runs,
      "run,kind,earned,payout,month,employees,payslips,travel,absences,gross,net,withheld,currency,"
      "run_by,closed_by,closed_at",
      COLUMN_runs_month },
    { "declarations", N_("Declarations of twelve months"), DATASET_declarations,
      "month,kind,state,severity,received_at,text,source", COLUMN_declarations_month },
    { "steps", N_("Month steps of twelve months"), DATASET_steps,
      "month,step,done_at,done_by,waiting_for,since", COLUMN_steps_month },
    { "notes", N_("Notes"), DATASET_notes, "at,by,text,due,person,done_at", COLUMN_NONE },
};
static const struct part user_parts[] = {
    { "access", N_("Access"), DATASET_grants,
      "client,client_name,orgno,role,source,from,until,packages,reason", COLUMN_NONE },
};

/* Keeps the rows whose month is one of the last twelve, or not known. */
static void recent_rows(struct show *show, enum column month, struct selection *selection)
{
    uint32_t *rows = arena_alloc(show->arena, (selection->count + 1) * sizeof *rows);
    struct month last = month_of(session_today(&show->session));
    struct month first = month_add(last, 1 - MONTHS_SHOWN);
    size_t count = 0;
    for (size_t i = 0; i < selection->count; i++) {
        struct value value = rowset_value(&selection->rowset, i, month);
        if (!value.known || value.number >= first.index)
            rows[count++] = (uint32_t)i;
    }
    selection->rows = rows;
    selection->count = count;
}

static int part_rows(struct show *show, const struct part *part, const struct query *query,
                     struct listing *listing, struct selection *selection)
{
    listing_start(listing, part->dataset);
    listing->query.client_id = query->client_id;
    listing->query.user_id = query->user_id;
    if (!listing_columns(show->cli, listing, part->columns))
        return EXIT_USAGE;
    enum column columns[DATASET_COLUMNS_MAX];
    size_t count = listing->column_count;
    memcpy(columns, listing->columns, sizeof columns);
    if (part->month != COLUMN_NONE)
        listing->columns[listing->column_count++] = part->month; /* loaded, though maybe not shown */
    int code = listing_select(show->cli, show->store, &show->session, listing, show->arena,
                              selection);
    memcpy(listing->columns, columns, sizeof columns);
    listing->column_count = count;
    if (code == EXIT_OK && part->month != COLUMN_NONE)
        recent_rows(show, part->month, selection);
    return code;
}

static void part_json(struct show *show, const struct part *part, const struct listing *listing,
                      const struct selection *selection)
{
    json_key(&show->object, part->key);
    json_open(&show->object, '[');
    for (size_t i = 0; i < selection->count; i++)
        json_row(&show->object, &selection->rowset,
                 selection->rows != NULL ? selection->rows[i] : i, listing->columns,
                 listing->column_count);
    json_close(&show->object, ']');
}

static int part_text(struct show *show, const struct part *part, const struct listing *listing,
                     const struct selection *selection)
{
    fprintf(show->cli->out, "\n%s\n", text_tr(show->cli->language, part->heading));
    if (selection->count == 0) {
        fprintf(show->cli->out, "–\n");
        return EXIT_OK;
    }
    return listing_write(show->cli, listing, selection);
}

static int show_parts(struct show *show, const struct part *parts, size_t count,
                      const struct query *query)
{
    int code = EXIT_OK;
    for (size_t i = 0; code == EXIT_OK && i < count; i++) {
        struct listing listing;
        struct selection selection = { 0 };
        code = part_rows(show, &parts[i], query, &listing, &selection);
        if (code == EXIT_OK && show->json)
            part_json(show, &parts[i], &listing, &selection);
        else if (code == EXIT_OK)
            code = part_text(show, &parts[i], &listing, &selection);
    }
    return code;
}

/* ---- facts: name and value, one a line ---- */

static void fact_text(struct show *show, const char *key, const char *label, const char *text)
{
    if (show->json) {
        json_key(&show->object, key);
        json_text(&show->object, text != NULL && *text != '\0' ? text : NULL);
        return;
    }
    struct buffer line = { 0 };
    const char *name = text_tr(show->cli->language, label);
    buffer_print(&line, "%s:", name);
    for (int i = text_width(name, strlen(name)); i < 22; i++)
        buffer_add_byte(&line, ' ');
    if (text != NULL && *text != '\0')
        text_safe_add(text, strlen(text), &line);
    else
        buffer_add_text(&line, "–");
    fprintf(show->cli->out, "%s\n", buffer_text(&line));
    buffer_finish(&line);
}

static void fact_value(struct show *show, const struct rowset *rowset, size_t row,
                       enum column column)
{
    const struct column_info *info = column_info(column);
    struct value value = rowset_value(rowset, row, column);
    if (show->json) {
        json_key(&show->object, info->name);
        json_value(&show->object, &value, info->type);
        return;
    }
    struct buffer shown = { 0 };
    value_add_shown(&value, column, show->cli->language, &shown);
    fact_text(show, info->name, info->label, buffer_text(&shown));
    buffer_finish(&shown);
}

static void fact_flag(struct show *show, const char *key, const char *label, bool flag)
{
    if (show->json) {
        json_key(&show->object, key);
        json_flag(&show->object, flag);
    } else if (flag) {
        fact_text(show, key, label, text_tr(show->cli->language, N_("yes")));
    }
}

/* Items joined by VALUE_SEPARATOR. */
static void fact_list(struct show *show, const char *key, const char *label, const char *items)
{
    struct value value = { .known = items != NULL && *items != '\0',
                           .text = items,
                           .length = items != NULL ? strlen(items) : 0 };
    if (show->json) {
        json_key(&show->object, key);
        json_value(&show->object, &value, TYPE_LIST);
        return;
    }
    struct buffer joined = { 0 };
    value_add_plain(&value, TYPE_LIST, ", ", &joined);
    fact_text(show, key, label, buffer_text(&joined));
    buffer_finish(&joined);
}

static void fact_instant(struct show *show, const char *key, const char *label, const char *text)
{
    struct instant instant;
    struct buffer shown = { 0 };
    if (!show->json && text != NULL && instant_parse(text, &instant))
        language_add_instant(show->cli->language, instant, &shown);
    fact_text(show, key, label, shown.length > 0 ? buffer_text(&shown) : text);
    buffer_finish(&shown);
}

static int begin(struct show *show)
{
    if (show->json)
        json_open(&show->object, '{');
    return EXIT_OK;
}

static int end(struct show *show, int code)
{
    if (show->json && code == EXIT_OK) {
        json_close(&show->object, '}');
        fprintf(show->cli->out, "%s\n", buffer_text(&show->object.text));
    }
    return code == EXIT_OK && ferror(show->cli->out) ? cli_out_failed(show->cli) : code;
}

static int not_there(const struct show *show, const char *source, const char *key)
{
    struct failure failure;
    failure_set(&failure, FAILURE_REFUSED, "", source, key, NULL);
    return cli_fail(show->cli, &failure);
}

/* ---- client ---- */

static void client_facts(struct show *show, const struct client_card *card)
{
    char orgno[24];
    orgno_show(card->orgno, card->country, orgno);
    char id[24];
    snprintf(id, sizeof id, "%" PRId64, card->id);
    fact_text(show, "name", N_("Name"), card->name);
    if (show->json) {
        json_key(&show->object, "id");
        json_number(&show->object, card->id);
    } else {
        fact_text(show, "id", N_("Id"), id);
    }
    fact_text(show, "number", N_("Number"), card->number);
    fact_text(show, "orgno", N_("Org. no."), show->json ? card->orgno : orgno);
    fact_text(show, "country", N_("Country"), card->country);
    fact_text(show, "form", N_("Form"), card->form);
    fact_text(show, "address", N_("Address"), card->address);
    fact_text(show, "postcode", N_("Postcode"), card->postcode);
    fact_text(show, "city", N_("City"), card->city);
    fact_text(show, "email", N_("E-mail"), card->email);
    fact_text(show, "phone", N_("Phone"), card->phone);
    fact_text(show, "contact_name", N_("Contact person"), card->contact_name);
    fact_text(show, "contact_email", N_("Contact's e-mail"), card->contact_email);
    fact_list(show, "obligations", N_("Duties"), card->obligations);
    fact_text(show, "suggestion", N_("Suggested responsible"), card->suggestion_login);
    fact_instant(show, "created_at", N_("In the register since"), card->created_at);
    fact_flag(show, "internal", N_("Internal"), card->internal);
    fact_flag(show, "demo", N_("Demo"), card->demo);
    fact_flag(show, "archived", N_("Archived"), card->archived);
    fact_flag(show, "open", N_("May be opened"), card->open);
}

/* What the list of clients knows of it: this month's states, groups, number of employees. */
static int client_month(struct show *show, int64_t client)
{
    static const enum column columns[] = {
        COLUMN_clients_payday,   COLUMN_clients_next_payout, COLUMN_clients_responsible,
        COLUMN_clients_staff,    COLUMN_clients_employees,   COLUMN_clients_groups,
        COLUMN_clients_run,      COLUMN_clients_declaration, COLUMN_clients_closed,
        COLUMN_clients_reported, COLUMN_clients_paid,        COLUMN_clients_last_run_by,
    };
    struct listing listing;
    struct selection selection = { 0 };
    listing_start(&listing, DATASET_clients);
    listing.query.client_id = client;
    listing.column_count = sizeof columns / sizeof *columns;
    memcpy(listing.columns, columns, sizeof columns);
    int code = listing_select(show->cli, show->store, &show->session, &listing, show->arena,
                              &selection);
    for (size_t i = 0; code == EXIT_OK && selection.count > 0 && i < listing.column_count; i++)
        fact_value(show, &selection.rowset, 0, columns[i]);
    return code;
}

static int show_client(struct show *show, const char *key)
{
    struct failure failure;
    struct client_card card;
    int64_t id;
    if (!store_find_client(show->store, &show->session, key, &id, &failure))
        return cli_fail(show->cli, &failure);
    if (id == 0)
        return not_there(show, N_("there is no client “%1”"), key);
    if (!store_client(show->store, &show->session, id, show->arena, &card, &failure))
        return cli_fail(show->cli, &failure);
    if (!card.open) { /* its row is for the list; opening it needs access (C18, C44) */
        failure_set(&failure, FAILURE_DENIED, "", N_("You have no access to this client"), NULL);
        return cli_fail(show->cli, &failure);
    }
    struct query query = { .client_id = id };
    int code = begin(show);
    client_facts(show, &card);
    code = client_month(show, id);
    if (code == EXIT_OK)
        code = show_parts(show, client_parts, sizeof client_parts / sizeof *client_parts, &query);
    return end(show, code);
}

/* ---- user ---- */

static int show_user(struct show *show, const char *key)
{
    struct failure failure;
    struct listing listing;
    struct selection selection = { 0 };
    int64_t id;
    if (!store_find_user(show->store, &show->session, key, &id, &failure))
        return cli_fail(show->cli, &failure);
    if (id == 0 && strspn(key, "0123456789") == strlen(key) && strlen(key) < 18)
        id = strtoll(key, NULL, 10);
    if (id == 0)
        return not_there(show, N_("there is no user “%1”"), key);
    listing_start(&listing, DATASET_users);
    listing.query.user_id = id;
    if (!listing_columns(show->cli, &listing,
                         "name,id,login,email,role,kind,responsible_for,member_of,last_seen,until,"
                         "active"))
        return EXIT_USAGE;
    int code = listing_select(show->cli, show->store, &show->session, &listing, show->arena,
                              &selection);
    size_t row = code == EXIT_OK ? rowset_find(&selection.rowset, id) : SIZE_MAX;
    if (code != EXIT_OK)
        return code;
    if (row == SIZE_MAX)
        return not_there(show, N_("there is no user “%1”"), key);
    struct query query = { .user_id = id };
    code = begin(show);
    for (size_t i = 0; i < listing.column_count; i++)
        fact_value(show, &selection.rowset, row, listing.columns[i]);
    code = show_parts(show, user_parts, sizeof user_parts / sizeof *user_parts, &query);
    return end(show, code);
}

/* ---- change-set ---- */

static const enum column changeset_facts[] = {
    COLUMN_changes_changeset, COLUMN_changes_at,     COLUMN_changes_actor,
    COLUMN_changes_command,   COLUMN_changes_reason, COLUMN_changes_undo_of,
};
static const struct part changeset_part = {
    "changes", N_("Changes"), DATASET_changes, "client,client_name,login,column,before,after",
    COLUMN_NONE,
};

static int show_changeset(struct show *show, const char *key)
{
    struct listing listing;
    struct selection selection = { 0 };
    int64_t id = 0;
    char filter[64];
    if (!cli_read_count(show->cli, "changeset", key, 1, &id))
        return EXIT_USAGE;
    snprintf(filter, sizeof filter, "changeset=%" PRId64, id);
    listing_start(&listing, DATASET_changes);
    listing.filter = filter;
    for (size_t i = 0; i < sizeof changeset_facts / sizeof *changeset_facts; i++)
        listing.columns[listing.column_count++] = changeset_facts[i];
    size_t facts = listing.column_count;
    if (!listing_columns(show->cli, &listing, changeset_part.columns))
        return EXIT_USAGE;
    int code = listing_select(show->cli, show->store, &show->session, &listing, show->arena,
                              &selection);
    if (code != EXIT_OK)
        return code;
    if (selection.count == 0)
        return not_there(show, N_("there is no change-set %1 that you may see"), key);
    code = begin(show);
    for (size_t i = 0; i < facts; i++)
        fact_value(show, &selection.rowset, selection.rows[0], changeset_facts[i]);
    memmove(listing.columns, listing.columns + facts,
            (listing.column_count - facts) * sizeof *listing.columns);
    listing.column_count -= facts;
    if (show->json)
        part_json(show, &changeset_part, &listing, &selection);
    else
        code = part_text(show, &changeset_part, &listing, &selection);
    return end(show, code);
}

int run_show(struct cli *cli, const struct cli_arguments *arguments)
{
    static const struct {
        const char *word;
        int (*run)(struct show *show, const char *key);
    } kinds[] = {
        { "client", show_client },
        { "user", show_user },
        { "changeset", show_changeset },
    };
    struct show show = { .cli = cli };
    if (!cli_read_json(cli, arguments, &show.json))
        return EXIT_USAGE;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(arguments->words[0], kinds[i].word) != 0)
            continue;
        int code = cli_open(cli, false, &show.store, &show.session);
        if (code != EXIT_OK)
            return code;
        show.arena = arena_create();
        code = kinds[i].run(&show, arguments->words[1]);
        json_finish(&show.object);
        arena_destroy(show.arena);
        store_close(show.store);
        return code;
    }
    return cli_usage(cli, N_("“%1” cannot be shown: write client, user or changeset"),
                     arguments->words[0], NULL);
}
