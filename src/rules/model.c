/*
 * Model: the words of every enumeration that is stored, typed or shown, and small rules about them.
 *
 * Purpose: one table a vocabulary: stored word, label (English source text), synonyms.
 * State: none but constants.
 * Invariants: every enumeration value has its row, in the enum's order. Stored words never change.
 */
#include "klientel/rules/model.h"

#include <assert.h>
#include <string.h>

#include "klientel/base/buffer.h"
#include "klientel/base/message.h"
#include "klientel/rules/command.h"

struct word {
    const char *stored;
    const char *label;
    const char *synonyms; /* folded, split by commas: the glossary's Swedish and Norwegian words */
};

static const struct word roles[] = {
    [ROLE_ADMIN] = { "admin", N_("administrator"), "administrator,administratör" },
    [ROLE_LEAD] = { "lead", N_("bureau lead"),
                    "bureau lead,partneradmin,byråløsning leder,leder,ledare" },
    [ROLE_OPERATOR] = { "operator", N_("payroll operator"),
                        "payroll operator,löneadministratör,lönehandläggare,byråløsning lønnsfører,"
                        "lønnsfører,lønnsmedarbeider" },
    [ROLE_USER] = { "user", N_("user"), "användare,bruker" },
};

static const struct word grant_roles[] = {
    [GRANT_RESPONSIBLE] = { "responsible", N_("responsible"), "ansvarig,ansvarlig" },
    [GRANT_MEMBER] = { "member", N_("team member"), "team member,medarbetare,medarbeider" },
};

static const struct word sources[] = {
    [SOURCE_HAND] = { "hand", N_("by hand"), "by hand,för hand,for hånd,manuell,manuellt,manuelt" },
    [SOURCE_AUTO] = { "auto", N_("automatic"), "automatic,automatisk,automatiskt" },
    [SOURCE_IMPORT] = { "import", N_("imported"), "imported,importerad,importert" },
    [SOURCE_TEMPLATE] = { "template", N_("template"), "mall,mal" },
    [SOURCE_REPLACEMENT] = { "replacement", N_("stand-in"),
                             "stand-in,ersättare,vikariat,vikarie,vikar,stedfortreder" },
};

static const struct word run_kinds[] = {
    [RUN_ORDINARY] = { "ordinary", N_("ordinary"), "ordinarie,ordinær" },
    [RUN_EXTRA] = { "extra", N_("extra"), "ekstra" },
    [RUN_CORRECTION] = { "correction", N_("correction"),
                         "korrigering,rättelse,retting,korreksjon,korrektion" },
    [RUN_MONTH] = { "month", N_("month"), "månad,måned" },
};

static const struct word declarations[] = {
    [DECLARATION_NOTHING_DUE] = { "nothing due", N_("nothing due"),
                                  "ej aktuell,inget att lämna,ingen plikt,ingenting" },
    [DECLARATION_NONE] = { "none", N_("none"), "ingen,saknas,mangler" },
    [DECLARATION_MADE] = { "made", N_("made"), "skapad,laget,opprettet" },
    [DECLARATION_SENT] = { "sent", N_("sent"), "skickad,sendt,inskickad,innsendt" },
    [DECLARATION_WAITING] = { "waiting", N_("waiting"), "väntar,venter" },
    [DECLARATION_REJECTED] = { "rejected", N_("rejected"), "avvist,avvisad,avslagen" },
    [DECLARATION_IMMEDIATE] = { "immediate", N_("immediate"), "øyeblikkelig,omedelbar" },
    [DECLARATION_GUIDELINE] = { "guideline", N_("guideline"),
                                "retningslinje,retningslinjer,riktlinje" },
    [DECLARATION_RECEIVED] = { "received", N_("received"), "mottatt,mottagen,kvitterad,godkjent" },
};

static const struct word steps[] = {
    [STEP_ASKED] = { "asked", N_("basis asked for"),
                     "basis asked for,basis asked,underlag begärt,begärt,grunnlag bedt om,"
                     "grunnlag etterspurt,etterspurt" },
    [STEP_BASIS] = { "basis", N_("basis received"),
                     "basis received,underlag,löneunderlag,underlag mottaget,grunnlag,"
                     "lønnsgrunnlag,grunnlag mottatt" },
    [STEP_ENTERED] = { "entered", N_("entered"), "registrerad,registrerat,registrert,ført" },
    [STEP_APPROVED] = { "approved", N_("approved by client"),
                        "approved by client,godkänd,godkänt,godkjent,godkänt av klienten,"
                        "godkjent av klienten" },
    [STEP_BANK_FILE] = { "bank-file", N_("bank file"), "bankfile,bankfil" },
    [STEP_PAYSLIPS] = { "payslips", N_("payslips"),
                        "payslip,lönespecifikation,lönespecifikationer,lönebesked,lønnsslipp,"
                        "lønnsslipper" },
    [STEP_CLOSED] = { "closed", N_("closed"), "stängd,stängt,lukket" },
    [STEP_DECLARED] = { "declared", N_("declared"),
                        "reported,rapporterad,rapporterat,rapportert,deklarerad,deklarerat" },
    [STEP_PAID] = { "paid", N_("paid"), "betald,betalt,utbetald,utbetalt" },
};

static const struct word user_kinds[] = {
    [USER_STAFF] = { "staff", N_("staff"), "byråanställd,byråansatt" },
    [USER_EXTERNAL] = { "external", N_("external"), "extern,ekstern" },
    [USER_INTEGRATION] = { "integration", N_("integration"), "integrasjon" },
};

static const struct word obligations[] = {
    [OBLIGATION_A_MELDING] = { "a-melding", N_("a-melding"), "amelding,a-meldingen" },
    [OBLIGATION_AGI] = { "agi", N_("employer declaration"),
                         "employer declaration,arbetsgivardeklaration,arbeidsgiverdeklarasjon" },
    [OBLIGATION_TERM] = { "term", N_("term statement"),
                          "term statement,termin,terminoppgave,terminuppgift" },
    [OBLIGATION_FINANCIAL_TAX] = { "financial-tax", N_("financial tax"),
                                   "finansskatt,finansiell skatt" },
    [OBLIGATION_ZONE] = { "zone", N_("contribution zone"), "contribution zone,avgiftssone,avgiftszon,sone,zon" },
};

static const struct word run_states[] = {
    [RUN_STATE_NONE] = { "none", N_("none"), "ingen" },
    [RUN_STATE_OPEN] = { "open", N_("open"), "öppen,åpen" },
    [RUN_STATE_CLOSED] = { "closed", N_("closed"), "stängd,stängt,lukket" },
};

static const struct word commands[] = {
    [COMMAND_PARTNER] = { "partner", N_("bureau"), "bureau,byrå" },
    [COMMAND_IMPORT] = { "import", N_("import"), "" },
    [COMMAND_ACCESS] = { "access", N_("access"), "åtkomst,tilgang" },
    [COMMAND_STEP] = { "step", N_("month step"), "month step,månadssteg,månedssteg" },
    [COMMAND_NOTE] = { "note", N_("note"), "anteckning,notat" },
    [COMMAND_VIEW] = { "view", N_("view"), "vy,visning" },
    [COMMAND_VIEW_DROP] = { "view-drop", N_("view dropped"),
                            "view dropped,vy borttagen,visning fjernet" },
    [COMMAND_RESTORED] = { "restored", N_("restored"), "återställd,gjenopprettet" },
};

#define WORDS(table, count)                                                                        \
    { table, count }
static const struct {
    const struct word *words;
    int count;
} vocabularies[] = {
    [WORDS_ROLE] = WORDS(roles, ROLE_COUNT),
    [WORDS_GRANT_ROLE] = WORDS(grant_roles, GRANT_ROLE_COUNT),
    [WORDS_SOURCE] = WORDS(sources, SOURCE_COUNT),
    [WORDS_RUN_KIND] = WORDS(run_kinds, RUN_KIND_COUNT),
    [WORDS_DECLARATION] = WORDS(declarations, DECLARATION_COUNT),
    [WORDS_STEP] = WORDS(steps, STEP_COUNT),
    [WORDS_USER_KIND] = WORDS(user_kinds, USER_KIND_COUNT),
    [WORDS_OBLIGATION] = WORDS(obligations, OBLIGATION_COUNT),
    [WORDS_RUN_STATE] = WORDS(run_states, RUN_STATE_COUNT),
    [WORDS_COMMAND] = WORDS(commands, COMMAND_KIND_COUNT),
};

#define SAME_ROWS(table, count) static_assert(sizeof table / sizeof *table == count, #table)
SAME_ROWS(roles, ROLE_COUNT);
SAME_ROWS(grant_roles, GRANT_ROLE_COUNT);
SAME_ROWS(sources, SOURCE_COUNT);
SAME_ROWS(run_kinds, RUN_KIND_COUNT);
SAME_ROWS(declarations, DECLARATION_COUNT);
SAME_ROWS(steps, STEP_COUNT);
SAME_ROWS(user_kinds, USER_KIND_COUNT);
SAME_ROWS(obligations, OBLIGATION_COUNT);
SAME_ROWS(run_states, RUN_STATE_COUNT);
SAME_ROWS(commands, COMMAND_KIND_COUNT);
SAME_ROWS(vocabularies, WORDS_COUNT);

static const struct word *word_of(enum vocabulary vocabulary, int value)
{
    assert((int)vocabulary >= 0 && vocabulary < WORDS_COUNT);
    assert(value >= 0 && value < vocabularies[vocabulary].count);
    return &vocabularies[vocabulary].words[value];
}

const char *model_word(enum vocabulary vocabulary, int value)
{
    return word_of(vocabulary, value)->stored;
}

const char *model_label(enum vocabulary vocabulary, int value)
{
    return word_of(vocabulary, value)->label;
}

int model_count(enum vocabulary vocabulary)
{
    assert((int)vocabulary >= 0 && vocabulary < WORDS_COUNT);
    return vocabularies[vocabulary].count;
}

/* A blank, a hyphen and an underline are the same between two parts of a word. */
static bool same_byte(char a, char b)
{
    bool gap_a = a == ' ' || a == '-' || a == '_', gap_b = b == ' ' || b == '-' || b == '_';
    return a == b || (gap_a && gap_b);
}

static bool same_word(const char *word, size_t length, const char *typed, size_t typed_length)
{
    if (length != typed_length)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (!same_byte(word[i], typed[i]))
            return false;
    }
    return true;
}

static bool is_synonym(const char *synonyms, const char *typed, size_t length)
{
    while (*synonyms) {
        size_t size = strcspn(synonyms, ",");
        if (same_word(synonyms, size, typed, length))
            return true;
        synonyms += size + (synonyms[size] == ',');
    }
    return false;
}

bool model_parse(enum vocabulary vocabulary, const char *word, int *ret_value)
{
    while (*word == ' ')
        word++;
    size_t length = strlen(word);
    while (length > 0 && word[length - 1] == ' ')
        length--;
    if (length == 0)
        return false;

    /* The words as stored come from the database by the million: no folding for them. */
    int count = model_count(vocabulary), found = -1;
    const struct word *words = vocabularies[vocabulary].words;
    for (int i = 0; i < count && found < 0; i++) {
        if (same_word(words[i].stored, strlen(words[i].stored), word, length))
            found = i;
    }
    if (found < 0) {
        struct buffer typed = { 0 };
        text_fold_add(word, length, &typed);
        for (int i = 0; i < count && found < 0; i++) {
            if (same_word(words[i].stored, strlen(words[i].stored), typed.data, typed.length) ||
                is_synonym(words[i].synonyms, typed.data, typed.length))
                found = i;
        }
        buffer_finish(&typed);
    }
    if (found < 0)
        return false;
    *ret_value = found;
    return true;
}

bool declaration_reported(enum declaration_state state)
{
    return state == DECLARATION_GUIDELINE || state == DECLARATION_RECEIVED;
}

bool declaration_failed(enum declaration_state state)
{
    return state == DECLARATION_REJECTED || state == DECLARATION_IMMEDIATE;
}

struct date session_today(const struct session *session)
{
    return date_of_instant(session->now);
}

struct figure figure_automation(struct figure lines, struct figure manual_lines)
{
    if (!lines.known || !manual_lines.known || lines.value <= 0)
        return (struct figure){ 0 };
    int64_t manual = manual_lines.value;
    if (manual < 0)
        manual = 0;
    if (manual > lines.value)
        manual = lines.value;
    int64_t whole = lines.value, automatic = whole - manual;
    while (whole > INT64_MAX / 4000) { /* keeps the product below in range */
        whole /= 2;
        automatic /= 2;
    }
    return (struct figure){ true, (automatic * 2000 + whole) / (2 * whole) };
}

void dashboard_add_clients(const struct dashboard *dashboard, enum role role, enum language language,
                           struct buffer *ret_text)
{
    /* Who sees the internal client sees it by the number: only others need to be told. */
    bool sees = role == ROLE_ADMIN || role == ROLE_LEAD;
    struct buffer count = { 0 };
    struct message message;

    language_add_number(language, dashboard->client_count, &count);
    message_set(&message,
                dashboard->with_internal ? N_("%1 clients with the bureau")
                : sees                   ? N_("%1 clients")
                                         : N_("%1 clients without the bureau"),
                buffer_text(&count), NULL);
    message_add(&message, language, ret_text);
    if (dashboard->archived_count > 0) {
        buffer_clear(&count);
        language_add_number(language, dashboard->archived_count, &count);
        message_set(&message, N_("(+ %1 archived)"), buffer_text(&count), NULL);
        buffer_add_byte(ret_text, ' ');
        message_add(&message, language, ret_text);
    }
    buffer_finish(&count);
}

void dashboard_names_add(struct dashboard_names *names, int64_t client, int32_t rank)
{
    size_t at = names->count;
    for (size_t i = 0; i < names->count; i++)
        if (names->list[i].client == client)
            return;
    while (at > 0 && (names->list[at - 1].rank > rank ||
                      (names->list[at - 1].rank == rank && names->list[at - 1].client > client)))
        at--;
    if (at == DASHBOARD_NAMES)
        return;
    if (names->count < DASHBOARD_NAMES)
        names->count++;
    memmove(&names->list[at + 1], &names->list[at],
            (names->count - at - 1) * sizeof names->list[0]);
    memset(&names->list[at], 0, sizeof names->list[at]);
    names->list[at].client = client;
    names->list[at].rank = rank;
}

void dashboard_take_attention(struct dashboard *dashboard, const struct dashboard *from)
{
    memcpy(dashboard->attention, from->attention, sizeof dashboard->attention);
    memcpy(dashboard->due, from->due, sizeof dashboard->due);
    dashboard->due_count = from->due_count;
    if (from->complete)
        dashboard->archived_count = from->archived_count;
    dashboard->complete = from->complete;
}
