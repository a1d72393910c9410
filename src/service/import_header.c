/*
 * Import header: which column is what, in English, Swedish or Norwegian, and from that what the
 * file is.
 *
 * State: none. Names are compared folded, with everything that is neither letter nor digit as one
 * _. Invariant: a field has at most one column; every kind found has its key columns.
 */
#include "import_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "klientel/rules/dataset.h"

static const struct {
    const char *name;
    const char *others; /* what else it is called, split by blanks */
} fields[FIELD_COUNT] = {
    [FIELD_NUMBER] = { "number", "client_number client_no klientnummer klientnr kundnummer kundnr"
                                 " kundenummer kundenr nummer nr" },
    [FIELD_ORGNO] = { "orgno", "orgnr org_nr org_no orgnummer org_nummer org_number"
                               " organisation_number organization_number organisationsnummer"
                               " organisationsnr organisasjonsnummer organisasjonsnr" },
    [FIELD_NAME] = { "name", "namn navn client_name klientnamn klientnavn kundnamn kundenavn"
                             " firmanamn firmanavn företagsnamn" },
    [FIELD_COUNTRY] = { "country", "land landkod landkode country_code" },
    [FIELD_FORM] = { "form", "bolagsform företagsform organisationsform organisasjonsform"
                             " selskapsform company_form" },
    [FIELD_ADDRESS] = { "address", "adress adresse gatuadress gateadresse street" },
    [FIELD_POSTCODE] = { "postcode", "postnummer postnr postal_code zip" },
    [FIELD_CITY] = { "city", "ort postort poststed stad by town" },
    [FIELD_EMAIL] = { "email", "e_mail mail epost e_post epostadress e_postadress epostadresse"
                               " e_postadresse" },
    [FIELD_PHONE] = { "phone", "telefon telefonnummer tlf tel mobil" },
    [FIELD_PAYDAY] = { "payday", "pay_day lönedag löneutbetalningsdag utbetalningsdag lønningsdag"
                                 " lønnsdag utbetalingsdag" },
    [FIELD_GROUPS] = { "groups", "group grupp grupper gruppe kategori kategorier categories"
                                 " category" },
    [FIELD_STATUS] = { "status", "tillstånd tilstand" },
    [FIELD_ARCHIVED] = { "archived", "arkiverad arkivert" },
    [FIELD_INTERNAL] = { "internal", "intern internklient internal_client" },
    [FIELD_DEMO] = { "demo", "" },
    [FIELD_CONTACT_NAME] = { "contact_name", "contact kontakt kontaktperson contact_person" },
    [FIELD_CONTACT_EMAIL] = { "contact_email", "kontakt_epost kontakt_e_post kontaktepost"
                                               " contact_mail" },
    [FIELD_LOGIN] = { "login", "user username user_name användare användarnamn bruker brukernavn"
                               " inloggning innlogging" },
    [FIELD_ROLE] = { "role", "roll rolle" },
    [FIELD_KIND] = { "kind", "typ type slag art" },
    [FIELD_CLIENT] = { "client", "klient kund kunde" },
    [FIELD_FROM] = { "from", "från fra from_date startdatum startdato start" },
    [FIELD_UNTIL] = { "until", "till til to t_o_m tom end slut slutt slutdatum sluttdato" },
    [FIELD_PACKAGES] = { "packages", "package paket pakke pakker" },
    [FIELD_REASON] = { "reason", "skäl anledning årsak begrunnelse grunn" },
    [FIELD_RUN] = { "run", "run_number run_no körning lönekörning körningsnummer kjøring"
                           " lønnskjøring kjøringsnummer" },
    [FIELD_EARNED] = { "earned",
                       "earned_month intjänad intjänandemånad opptjent opptjeningsmåned" },
    [FIELD_PAYOUT] = { "payout", "pay_out payout_date pay_out_date utbetalning utbetalningsdag"
                                 " utbetalningsdatum utbetaling utbetalingsdag utbetalingsdato" },
    [FIELD_MONTH] = { "month", "månad måned manad maned period" },
    [FIELD_EMPLOYEES] = { "employees", "anställda ansatte antal_anställda antall_ansatte" },
    [FIELD_PAYSLIPS] = { "payslips", "payslip lönespecifikation lönespecifikationer lönespecar"
                                     " lönebesked lønnsslipp lønnsslipper" },
    [FIELD_TRAVEL] = { "travel", "travel_and_expenses resor resor_och_utlägg reiser"
                                 " reiser_og_utlegg" },
    [FIELD_ABSENCES] = { "absences", "absence frånvaro fravær" },
    [FIELD_LINES] = { "lines", "rader lönerader linjer lønnslinjer" },
    [FIELD_MANUAL_LINES] = { "manual_lines", "manual manuella_rader manuella manuelle_linjer"
                                             " manuelle" },
    [FIELD_GROSS] = { "gross", "gross_pay brutto bruttolön bruttolønn brutto_lønn" },
    [FIELD_NET] = { "net", "net_pay netto nettolön nettolønn netto_lønn" },
    [FIELD_WITHHELD] = { "withheld", "withholding tax_withheld skatt avdragen_skatt forskuddstrekk"
                                     " skattetrekk" },
    [FIELD_CURRENCY] = { "currency", "valuta" },
    [FIELD_RUN_BY] = { "run_by", "körd_av kjørt_av" },
    [FIELD_RUN_AT] = { "run_at", "körd kjørt" },
    [FIELD_CLOSED_BY] = { "closed_by", "stängd_av lukket_av" },
    [FIELD_CLOSED_AT] = { "closed_at", "closed stängd lukket" },
    [FIELD_DECLARATION] = { "declaration",
                            "deklaration arbetsgivardeklaration a_melding amelding" },
    [FIELD_PERSON] = { "person", "employee employee_number anställningsnummer anställd ansattnummer"
                                 " ansattnr ansatt" },
    [FIELD_NATIONAL_ID] = { "national_id", "personnummer fødselsnummer fodselsnummer"
                                           " personal_number" },
    [FIELD_CLIENT_NAME] = { "client_name", "klientnamn klientnavn kundnamn kundenavn firmanamn"
                                           " firmanavn företagsnamn" },
};

static const enum field clients_fields[] = {
    FIELD_NUMBER,  FIELD_ORGNO,        FIELD_NAME,          FIELD_COUNTRY,  FIELD_FORM,
    FIELD_ADDRESS, FIELD_POSTCODE,     FIELD_CITY,          FIELD_EMAIL,    FIELD_PHONE,
    FIELD_PAYDAY,  FIELD_GROUPS,       FIELD_STATUS,        FIELD_ARCHIVED, FIELD_INTERNAL,
    FIELD_DEMO,    FIELD_CONTACT_NAME, FIELD_CONTACT_EMAIL, FIELD_COUNT
};
static const enum field users_fields[] = { FIELD_LOGIN, FIELD_NAME, FIELD_EMAIL,
                                           FIELD_ROLE,  FIELD_KIND, FIELD_COUNT };
static const enum field access_fields[] = { FIELD_CLIENT,      FIELD_ORGNO, FIELD_NUMBER,
                                            FIELD_CLIENT_NAME, FIELD_LOGIN, FIELD_ROLE,
                                            FIELD_FROM,        FIELD_UNTIL, FIELD_PACKAGES,
                                            FIELD_REASON,      FIELD_COUNT };
static const enum field runs_fields[] = {
    FIELD_CLIENT,   FIELD_ORGNO,     FIELD_NUMBER,    FIELD_CLIENT_NAME, FIELD_RUN,
    FIELD_KIND,     FIELD_EARNED,    FIELD_PAYOUT,    FIELD_MONTH,       FIELD_EMPLOYEES,
    FIELD_PAYSLIPS, FIELD_TRAVEL,    FIELD_ABSENCES,  FIELD_LINES,       FIELD_MANUAL_LINES,
    FIELD_GROSS,    FIELD_NET,       FIELD_WITHHELD,  FIELD_CURRENCY,    FIELD_RUN_BY,
    FIELD_RUN_AT,   FIELD_CLOSED_BY, FIELD_CLOSED_AT, FIELD_COUNT
};
static const enum field payroll_fields[] = { FIELD_CLIENT,      FIELD_ORGNO,        FIELD_NUMBER,
                                             FIELD_CLIENT_NAME, FIELD_MONTH,        FIELD_EMPLOYEES,
                                             FIELD_PAYSLIPS,    FIELD_TRAVEL,       FIELD_ABSENCES,
                                             FIELD_LINES,       FIELD_MANUAL_LINES, FIELD_GROSS,
                                             FIELD_NET,         FIELD_WITHHELD,     FIELD_CURRENCY,
                                             FIELD_RUN_BY,      FIELD_RUN_AT,       FIELD_CLOSED_BY,
                                             FIELD_CLOSED_AT,   FIELD_DECLARATION,  FIELD_COUNT };
static const enum field employees_fields[] = { FIELD_CLIENT,      FIELD_ORGNO,  FIELD_NUMBER,
                                               FIELD_CLIENT_NAME, FIELD_PERSON, FIELD_NAME,
                                               FIELD_NATIONAL_ID, FIELD_FROM,   FIELD_UNTIL,
                                               FIELD_COUNT };

/* FIELD_CLIENT as a key is there too when something else that names the client is. */
static const struct {
    enum import_kind kind;
    const enum field *fields;
    enum dataset dataset; /* exported under the same names; what is no field is left out silently */
    enum field keys[3];   /* ended by FIELD_COUNT */
} kinds[] = {
    { IMPORT_RUNS, runs_fields, DATASET_runs, { FIELD_CLIENT, FIELD_RUN, FIELD_COUNT } },
    { IMPORT_PAYROLL, payroll_fields, DATASET_payroll, { FIELD_CLIENT, FIELD_MONTH, FIELD_COUNT } },
    { IMPORT_EMPLOYEES,
      employees_fields,
      DATASET_employees,
      { FIELD_CLIENT, FIELD_PERSON, FIELD_COUNT } },
    { IMPORT_ACCESS, access_fields, DATASET_grants, { FIELD_CLIENT, FIELD_LOGIN, FIELD_COUNT } },
    { IMPORT_USERS, users_fields, DATASET_users, { FIELD_LOGIN, FIELD_COUNT, FIELD_COUNT } },
    { IMPORT_CLIENTS, clients_fields, DATASET_clients, { FIELD_NAME, FIELD_COUNT, FIELD_COUNT } },
};
enum { KIND_COUNT = sizeof kinds / sizeof *kinds };

const char *field_name(enum field field)
{
    return fields[field].name;
}

/* Folded, runs of anything but letters and digits as one _, none at the ends. */
static char *normalised(struct arena *arena, const struct csv_cell *cell)
{
    const char *clean = text_clean(arena, cell->text, cell->length);
    if (clean == NULL)
        clean = "";
    char *text = text_fold(arena, clean, strlen(clean));
    size_t to = 0;
    for (size_t i = 0; text[i] != '\0'; i++) {
        unsigned char byte = (unsigned char)text[i];
        bool kept = byte >= 0x80 || (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z');
        if (kept)
            text[to++] = (char)byte;
        else if (to > 0 && text[to - 1] != '_')
            text[to++] = '_';
    }
    while (to > 0 && text[to - 1] == '_')
        to--;
    text[to] = '\0';
    return text;
}

static bool is_called(enum field field, const char *name)
{
    if (strcmp(fields[field].name, name) == 0)
        return true;
    size_t length = strlen(name);
    for (const char *at = fields[field].others; *at != '\0' && length > 0;) {
        size_t size = strcspn(at, " ");
        if (size == length && memcmp(at, name, length) == 0)
            return true;
        at += size;
        at += strspn(at, " ");
    }
    return false;
}

/* A field's own name goes before what another one is called too. */
static enum field find_field(const enum field *of, const char *name)
{
    for (size_t i = 0; of[i] != FIELD_COUNT; i++)
        if (strcmp(fields[of[i]].name, name) == 0)
            return of[i];
    for (size_t i = 0; of[i] != FIELD_COUNT; i++)
        if (is_called(of[i], name))
            return of[i];
    return FIELD_COUNT;
}

static bool has_key(const bool *found, enum field key)
{
    return found[key] || (key == FIELD_CLIENT &&
                          (found[FIELD_ORGNO] || found[FIELD_NUMBER] || found[FIELD_CLIENT_NAME]));
}

/* A column of klientel's own exports: what it says is known here, or is reckoned from the rest. */
static bool is_exported(int kind, const char *name)
{
    const struct dataset_info *info = dataset_info(kinds[kind].dataset);
    for (size_t i = 0; i < info->count; i++)
        if (strcmp(column_info((enum column)((int)info->first + (int)i))->name, name) == 0)
            return true;
    return false;
}

/* How many columns mean something to that kind; *ret_missing the first key that is not there. */
static int score(int kind, char **names, size_t count, enum field *ret_missing)
{
    bool found[FIELD_COUNT + 1] = { 0 };
    int score = 0;
    for (size_t i = 0; i < count; i++) {
        enum field field = find_field(kinds[kind].fields, names[i]);
        score += field == FIELD_COUNT ? is_exported(kind, names[i]) : !found[field];
        found[field] = true;
    }
    *ret_missing = FIELD_COUNT;
    for (size_t i = 0; kinds[kind].keys[i] != FIELD_COUNT && *ret_missing == FIELD_COUNT; i++)
        if (!has_key(found, kinds[kind].keys[i]))
            *ret_missing = kinds[kind].keys[i];
    return score;
}

/* The kind with all its keys and the most columns; else the most columns. -1 = none at all. */
static int choose(enum import_kind wanted, char **names, size_t count, enum field *ret_missing)
{
    int best = -1, best_score = 0;
    *ret_missing = FIELD_COUNT;
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        enum field missing;
        int points = score(kind, names, count, &missing);
        bool is_wanted = wanted == kinds[kind].kind;
        if (wanted != IMPORT_AUTO && !is_wanted)
            continue;
        points = missing == FIELD_COUNT ? points + 1000 : points;
        if (points > best_score || is_wanted) {
            best = kind;
            best_score = points;
            *ret_missing = missing;
        }
    }
    return best;
}

static bool assign(int kind, char **names, const struct csv_record *record, const char *where,
                   struct header *header, struct failure *ret_failure)
{
    for (size_t i = 0; i < record->count; i++) {
        if (names[i][0] == '\0')
            continue;
        for (size_t k = 0; k < i; k++)
            if (strcmp(names[i], names[k]) == 0)
                return failure_set(ret_failure, FAILURE_USAGE, where,
                                   N_("The column %1 stands twice."), record->cells[i].text, NULL);
        enum field field = find_field(kinds[kind].fields, names[i]);
        if (field == FIELD_COUNT && is_exported(kind, names[i]))
            continue;
        if (field == FIELD_COUNT) {
            header->unknown[header->unknown_count++] = memory_text(record->cells[i].text);
            continue;
        }
        if (header->column_of[field] >= 0)
            return failure_set(ret_failure, FAILURE_USAGE, where,
                               N_("The columns %1 and %2 mean the same: leave one out."),
                               record->cells[header->column_of[field]].text, record->cells[i].text,
                               NULL);
        header->column_of[field] = (int)i;
    }
    return true;
}

bool header_read(const struct csv_record *record, enum import_kind kind, const char *file,
                 struct header *ret_header, struct failure *ret_failure)
{
    char where[200];
    snprintf(where, sizeof where, "%.150s:%lld", file, (long long)record->line);
    struct arena *arena = arena_create();
    char **names = arena_zero(arena, record->count, sizeof *names);
    for (size_t i = 0; i < record->count; i++)
        names[i] = normalised(arena, &record->cells[i]);
    enum field missing;
    int found = choose(kind, names, record->count, &missing);
    bool good;
    *ret_header = (struct header) { .count = record->count };
    if (found < 0) {
        good = failure_set(ret_failure, FAILURE_USAGE, where,
                           N_("No column is known: the first line must name the columns. "
                              "--as says what the file holds."),
                           NULL);
    } else if (missing != FIELD_COUNT) {
        good = failure_set(ret_failure, FAILURE_USAGE, where,
                           N_("The column %1 is missing, which a file of %2 needs."),
                           fields[missing].name, import_kind_word(kinds[found].kind), NULL);
    } else {
        ret_header->kind = kinds[found].kind;
        ret_header->unknown = memory_zero(record->count, sizeof *ret_header->unknown);
        for (size_t i = 0; i < FIELD_COUNT; i++)
            ret_header->column_of[i] = -1;
        good = assign(found, names, record, where, ret_header, ret_failure);
    }
    arena_destroy(arena);
    if (!good)
        header_finish(ret_header);
    return good;
}

void header_finish(struct header *header)
{
    for (size_t i = 0; i < header->unknown_count; i++)
        free(header->unknown[i]);
    free(header->unknown);
    header->unknown = NULL;
    header->unknown_count = 0;
}
