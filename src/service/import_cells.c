/*
 * Import cells: what stands in a cell, as a value; or why not.
 *
 * State: the row in hand, which remembers the first cell that is wrong.
 * Invariant: an empty cell is never a mistake: it is not known.
 */
#include "import_internal.h"

#include <stdio.h>
#include <string.h>

#include "klientel/base/money.h"
#include "klientel/rules/identity.h"

enum { TEXT_MAX = 500, FIELD_TEXT_MAX = 120 };
/* A hundred thousand million kroner: a million runs of it still add up. */
#define AMOUNT_MAX (INT64_C(100000000000) * 100)

void row_refuse(struct row *row, enum field field, const char *text, const char *argument)
{
    if (row->is_refused)
        return;
    row->is_refused = true;
    row->column = field == FIELD_COUNT ? "" : field_name(field);
    char masked[24];
    if (argument != NULL && national_id_like(argument)) { /* in a column where nobody expects it */
        national_id_mask(argument, masked);
        argument = masked;
    }
    message_set(&row->why, text, argument, NULL);
}

bool row_has_column(const struct row *row, enum field field)
{
    return row->header->column_of[field] >= 0;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

bool row_cell(const struct row *row, enum field field, const char **ret_text, size_t *ret_length)
{
    int column = row->header->column_of[field];
    if (column < 0 || (size_t)column >= row->record->count)
        return false;
    const char *text = row->record->cells[column].text;
    size_t length = row->record->cells[column].length;
    while (length > 0 && is_blank(text[0])) {
        text++;
        length--;
    }
    while (length > 0 && is_blank(text[length - 1]))
        length--;
    *ret_text = text;
    *ret_length = length;
    return length > 0;
}

/* The cell as a zero-ended text for the parsers of base. */
static bool cell_copy(const struct row *row, enum field field, char ret_text[static FIELD_TEXT_MAX])
{
    const char *text;
    size_t length;
    if (!row_cell(row, field, &text, &length))
        return false;
    if (length >= FIELD_TEXT_MAX)
        length = FIELD_TEXT_MAX - 1;
    memcpy(ret_text, text, length);
    ret_text[length] = '\0';
    return true;
}

static bool is_simple(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] < 0x20 || (unsigned char)text[i] >= 0x7f ||
            (text[i] == ' ' && text[i + 1] == ' '))
            return false;
    return true;
}

const char *row_text(struct row *row, enum field field)
{
    const char *text;
    size_t length;
    if (!row_has_column(row, field))
        return NULL;
    if (!row_cell(row, field, &text, &length))
        return "";
    if (length > TEXT_MAX) {
        row_refuse(row, field, N_("The text is longer than 500 bytes."), NULL);
        return "";
    }
    if (is_simple(text, length))
        return arena_text_n(row->arena, text, length);
    /* A line break inside a cell, as addresses have them, is a blank here. */
    char *copy = arena_text_n(row->arena, text, length);
    for (size_t i = 0; i < length; i++)
        if (copy[i] == '\n' || copy[i] == '\r' || copy[i] == '\t')
            copy[i] = ' ';
    const char *clean = text_clean(row->arena, copy, length);
    if (clean == NULL || !text_is_plain(clean, strlen(clean))) {
        row_refuse(row, field, N_("The text has characters that cannot be shown: %1"),
                   clean == NULL ? "" : clean);
        return "";
    }
    return clean;
}

struct figure row_number(struct row *row, enum field field, int64_t least, int64_t most)
{
    struct figure figure = { 0 };
    const char *text;
    char copy[FIELD_TEXT_MAX];
    size_t length;
    if (!row_cell(row, field, &text, &length))
        return figure;
    cell_copy(row, field, copy);
    if (!number_parse(text, length, &figure.value))
        row_refuse(row, field, N_("%1 is not a whole number."), copy);
    else if (figure.value < least || figure.value > most)
        row_refuse(row, field, N_("%1 is out of range."), copy);
    else
        figure.known = true;
    return figure;
}

struct figure row_money(struct row *row, enum field field)
{
    struct figure figure = { 0 };
    const char *text;
    char copy[FIELD_TEXT_MAX];
    size_t length;
    if (!row_cell(row, field, &text, &length))
        return figure;
    cell_copy(row, field, copy);
    if (money_parse(text, length, &figure.value)) {
        figure.known = figure.value >= -AMOUNT_MAX && figure.value <= AMOUNT_MAX;
        if (!figure.known)
            row_refuse(row, field, N_("%1 is out of range."), copy);
        return figure;
    }
    row_refuse(row, field,
               N_("%1 is not an amount. Write 1234.50 or 1 234,50: at most two decimals."), copy);
    return figure;
}

static bool is_one_of(const char *word, const char *const *words)
{
    for (; *words != NULL; words++)
        if (strcasecmp(word, *words) == 0)
            return true;
    return false;
}

struct figure row_boolean(struct row *row, enum field field)
{
    static const char *const yes[] = { "true", "1", "yes", "ja", "sant", "sann", "y", "j", NULL };
    static const char *const no[] = {
        "false", "0", "no", "nej", "nei", "falskt", "usann", "n", NULL
    };
    char word[FIELD_TEXT_MAX];
    if (!cell_copy(row, field, word))
        return (struct figure) { 0 };
    if (is_one_of(word, yes))
        return (struct figure) { true, 1 };
    if (!is_one_of(word, no))
        row_refuse(row, field, N_("%1 is neither true nor false."), word);
    return (struct figure) { true, 0 };
}

struct figure row_word(struct row *row, enum field field, enum vocabulary vocabulary)
{
    char word[FIELD_TEXT_MAX];
    int value;
    if (!cell_copy(row, field, word))
        return (struct figure) { 0 };
    if (model_parse(vocabulary, word, &value))
        return (struct figure) { true, value };
    row_refuse(row, field, N_("%1 is not a word that is known here."), word);
    return (struct figure) { 0 };
}

/* YYYY-MM-DD, YYYYMMDD, D.M.YYYY. */
static bool parse_date(const char *text, struct date *ret_date)
{
    int day, month, year, used = 0;
    char iso[40];
    if (date_parse(text, ret_date))
        return true;
    if (strlen(text) == 8 && strspn(text, "0123456789") == 8) {
        snprintf(iso, sizeof iso, "%.4s-%.2s-%.2s", text, text + 4, text + 6);
        return date_parse(iso, ret_date);
    }
    if (strspn(text, "0123456789.") == strlen(text) && strlen(text) <= 10 &&
        sscanf(text, "%2d.%2d.%4d%n", &day, &month, &year, &used) == 3 && text[used] == '\0') {
        snprintf(iso, sizeof iso, "%04d-%02d-%02d", year, month, day);
        return date_parse(iso, ret_date);
    }
    return false;
}

struct date row_date(struct row *row, enum field field)
{
    struct date date = DATE_NONE;
    char text[FIELD_TEXT_MAX];
    if (cell_copy(row, field, text) && !parse_date(text, &date))
        row_refuse(row, field, N_("%1 is not a date. Write 2026-11-18 or 18.11.2026."), text);
    return date;
}

struct month row_month(struct row *row, enum field field)
{
    struct month month = MONTH_NONE;
    char text[FIELD_TEXT_MAX], iso[16];
    if (!cell_copy(row, field, text))
        return month;
    if (strlen(text) == 6 && strspn(text, "0123456789") == 6)
        snprintf(iso, sizeof iso, "%.4s-%.2s", text, text + 4);
    else
        snprintf(iso, sizeof iso, "%.15s", text);
    if (!month_parse(iso, &month)) {
        row_refuse(row, field, N_("%1 is not a month. Write 2026-11."), text);
        return MONTH_NONE;
    }
    return month;
}

struct instant row_instant(struct row *row, enum field field, bool is_end)
{
    struct instant instant = INSTANT_NONE;
    struct date date;
    char text[FIELD_TEXT_MAX];
    if (!cell_copy(row, field, text))
        return instant;
    if (parse_date(text, &date))
        return is_end ? date_end(date) : date_start(date);
    if (!instant_parse_typed(text, is_end, &instant)) {
        row_refuse(row, field,
                   N_("%1 is not a date or a time. Write 2026-11-18, 2026-11-18 14:30 or "
                      "2026-11-18T13:30:00Z."),
                   text);
        return INSTANT_NONE;
    }
    return instant;
}

static void make_upper(char *text)
{
    for (; *text != '\0'; text++)
        if (*text >= 'a' && *text <= 'z')
            *text = (char)(*text - 32);
}

static void make_lower(char *text)
{
    for (; *text != '\0'; text++)
        if (*text >= 'A' && *text <= 'Z')
            *text = (char)(*text + 32);
}

const char *row_currency(struct row *row, enum field field)
{
    char text[FIELD_TEXT_MAX];
    if (!cell_copy(row, field, text))
        return NULL;
    make_upper(text);
    if (!currency_valid(text)) {
        row_refuse(row, field, N_("%1 is not a currency. Write three letters: NOK, SEK."), text);
        return NULL;
    }
    return arena_text(row->arena, text);
}

const char *row_country(struct row *row, enum field field)
{
    static const char *const norway[] = { "norge", "noreg", "norway", "nor", NULL };
    static const char *const sweden[] = { "sverige", "sweden", "swe", NULL };
    char text[FIELD_TEXT_MAX];
    if (!cell_copy(row, field, text))
        return NULL;
    if (is_one_of(text, norway))
        return "NO";
    if (is_one_of(text, sweden))
        return "SE";
    make_upper(text);
    if (strlen(text) != 2 || text[0] < 'A' || text[0] > 'Z' || text[1] < 'A' || text[1] > 'Z') {
        row_refuse(row, field, N_("%1 is not a country. Write two letters: NO, SE."), text);
        return NULL;
    }
    return arena_text(row->arena, text);
}

const char *row_login(struct row *row, enum field field)
{
    const char *text = row_text(row, field);
    if (text == NULL || text[0] == '\0')
        return NULL;
    char *login = arena_text(row->arena, text);
    make_lower(login);
    return login;
}

/* One item into ret_item, without the quotation marks around an item with separators in it; the
 * bytes it takes up. */
static size_t list_item(const char *text, size_t length, struct buffer *ret_item)
{
    static const char separators[] = ",;|\x1f\n\r";
    size_t at = 0;
    buffer_clear(ret_item);
    while (at < length && text[at] == ' ')
        at++;
    bool quoted = at < length && text[at] == '"';
    at += quoted;
    while (at < length && (quoted || memchr(separators, text[at], sizeof separators - 1) == NULL)) {
        if (quoted && text[at] == '"') {
            at++;
            quoted = at < length && text[at] == '"';
            if (!quoted)
                continue;
        }
        buffer_add_byte(ret_item, text[at++]);
    }
    return at;
}

const char *row_list(struct row *row, enum field field)
{
    const char *text;
    size_t length;
    if (!row_has_column(row, field))
        return NULL;
    struct buffer list = { 0 }, one = { 0 };
    if (row_cell(row, field, &text, &length))
        for (size_t at = 0; at < length;) {
            size_t size = list_item(text + at, length - at, &one);
            const char *item = text_clean(row->arena, buffer_text(&one), one.length);
            if (item == NULL || !text_is_plain(item, strlen(item)))
                row_refuse(row, field, N_("The text has characters that cannot be shown: %1"),
                           item == NULL ? "" : item);
            else if (item[0] != '\0') {
                if (list.length > 0)
                    buffer_add_byte(&list, VALUE_SEPARATOR);
                buffer_add_text(&list, item);
            }
            at += size + 1;
        }
    const char *kept = arena_text(row->arena, buffer_text(&list));
    buffer_finish(&list);
    buffer_finish(&one);
    return kept;
}
