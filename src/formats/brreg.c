/*
 * Brreg: the register's JSON. The one place that knows jansson.
 *
 * State: bytes read but not used, the text of the item being collected, the tree it became.
 * A bulk array is cut into items by counting brackets outside strings; only an item is ever
 * given to jansson. An object (one unit, a search reply) is collected whole, within OBJECT_MAX.
 * Invariant: line = the line of the next unused byte.
 */
#include "klientel/formats/brreg.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "klientel/base/arena.h"
#include "klientel/base/buffer.h"

enum { PIECE_SIZE = 65536, ITEM_MAX = 4 << 20, OBJECT_MAX = 64 << 20, DEPTH_MAX = 200 };
enum phase { PHASE_START, PHASE_ARRAY, PHASE_LIST, PHASE_END };

struct brreg_reader {
    struct input *input;
    enum phase phase;
    char piece[PIECE_SIZE];
    size_t at, length;
    int64_t line;
    bool wants_comma; /* in the array: an item was read */

    struct buffer text;
    json_t *root;
    json_t *list; /* of a search reply: its units; NULL = root is the unit itself */
    size_t list_next;
    int64_t *lines; /* where the units of a search reply begin */
    size_t line_count;
    struct arena *arena;
};

struct brreg_reader *brreg_reader_create(struct input *input)
{
    struct brreg_reader *reader = memory_zero(1, sizeof *reader);
    reader->input = input;
    reader->line = 1;
    reader->arena = arena_create();
    return reader;
}

void brreg_reader_destroy(struct brreg_reader *reader)
{
    if (reader == NULL)
        return;
    json_decref(reader->root);
    buffer_finish(&reader->text);
    free(reader->lines);
    arena_destroy(reader->arena);
    free(reader);
}

static size_t skip_mark(const char *head, size_t length)
{
    return length >= 3 && memcmp(head, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
}

bool brreg_looks_like(const char *head, size_t length)
{
    size_t i = skip_mark(head, length);
    while (i < length && memchr(" \t\r\n", head[i], 4) != NULL)
        i++;
    return i < length && (head[i] == '{' || head[i] == '[');
}

static bool fail(struct brreg_reader *reader, int64_t line, enum failure_kind kind,
                 const char *text, const char *argument, struct failure *ret_failure)
{
    char where[192];
    snprintf(where, sizeof where, "%.150s:%lld", input_name(reader->input), (long long)line);
    return failure_set(ret_failure, kind, where, text, argument, NULL);
}

/* ---- bytes ---- */

/* The next byte without taking it; -1 at the end, -2 on failure. */
static int look(struct brreg_reader *reader, struct failure *ret_failure)
{
    if (reader->at == reader->length) {
        ssize_t size = input_read(reader->input, reader->piece, PIECE_SIZE, ret_failure);
        if (size < 0)
            return -2;
        reader->at = 0;
        reader->length = (size_t)size;
        if (size == 0)
            return -1;
    }
    return (unsigned char)reader->piece[reader->at];
}

static void take(struct brreg_reader *reader)
{
    if (reader->piece[reader->at++] == '\n')
        reader->line++;
}

static int look_past_blanks(struct brreg_reader *reader, struct failure *ret_failure)
{
    int byte;
    while ((byte = look(reader, ret_failure)) >= 0 && memchr(" \t\r\n", byte, 4) != NULL)
        take(reader);
    return byte;
}

struct scan {
    char open[DEPTH_MAX + 1]; /* brackets that are open */
    int depth;
    bool in_string, escaped;
};

/* Goes over one byte; true when it closed the outermost bracket. */
static bool scan_byte(struct scan *scan, char byte)
{
    if (scan->in_string) {
        if (scan->escaped)
            scan->escaped = false;
        else if (byte == '\\')
            scan->escaped = true;
        else if (byte == '"')
            scan->in_string = false;
        return false;
    }
    if (byte == '"') {
        scan->in_string = true;
    } else if (byte == '{' || byte == '[') {
        if (scan->depth < DEPTH_MAX)
            scan->open[scan->depth] = byte;
        scan->depth++;
    } else if (byte == '}' || byte == ']') {
        scan->depth--;
        return scan->depth <= 0;
    }
    return false;
}

/* Remembers where the units of a search reply begin: { "_embedded": { "enheter": [ { */
static void note_line(struct brreg_reader *reader, const struct scan *scan)
{
    if (scan->depth != 4 || memcmp(scan->open, "{{[{", 4) != 0)
        return;
    if ((reader->line_count & (reader->line_count - 1)) == 0)
        reader->lines =
            memory_resize(reader->lines, (reader->line_count == 0 ? 1 : reader->line_count * 2) *
                                             sizeof *reader->lines);
    reader->lines[reader->line_count++] = reader->line;
}

/* Collects one object from its { to its } into reader->text. */
static bool collect(struct brreg_reader *reader, size_t limit, struct failure *ret_failure)
{
    struct scan scan = { .depth = 0 };
    int64_t begin = reader->line;
    buffer_clear(&reader->text);
    for (;;) {
        int byte = look(reader, ret_failure);
        if (byte == -2)
            return false;
        if (byte == -1)
            return fail(reader, begin, FAILURE_USAGE,
                        N_("What begins here has no end: the file is not complete."), NULL,
                        ret_failure);
        size_t from = reader->at;
        bool done = false;
        while (reader->at < reader->length && !done) {
            char now = reader->piece[reader->at];
            done = scan_byte(&scan, now);
            if (now == '{' && !scan.in_string && limit == OBJECT_MAX)
                note_line(reader, &scan);
            take(reader);
        }
        buffer_add(&reader->text, reader->piece + from, reader->at - from);
        if (scan.depth > DEPTH_MAX)
            return fail(reader, begin, FAILURE_USAGE,
                        N_("This is not JSON from the register: it is nested too deep."), NULL,
                        ret_failure);
        if (reader->text.length > limit)
            return fail(reader, begin, FAILURE_USAGE,
                        N_("What begins here is too long for a unit or a reply of the register."),
                        NULL, ret_failure);
        if (done)
            return true;
    }
}

static bool load(struct brreg_reader *reader, int64_t begin, struct failure *ret_failure)
{
    json_error_t error;
    json_decref(reader->root);
    reader->root =
        json_loadb(reader->text.data, reader->text.length, JSON_REJECT_DUPLICATES, &error);
    if (reader->root == NULL)
        return fail(reader, begin + (error.line > 0 ? error.line - 1 : 0), FAILURE_USAGE,
                    N_("This is not valid JSON: %1"), error.text, ret_failure);
    return true;
}

/* ---- one unit ---- */

static const char *text_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_string(value) ? json_string_value(value) : "";
}

static const char *number_text(struct brreg_reader *reader, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    if (json_is_integer(value))
        return arena_print(reader->arena, "%09" JSON_INTEGER_FORMAT, json_integer_value(value));
    return text_of(object, key);
}

/* Lines of an address, joined; null and "" fall away. */
static const char *joined(struct brreg_reader *reader, const json_t *lines)
{
    if (json_is_string(lines))
        return json_string_value(lines);
    struct buffer text = { 0 };
    size_t i;
    json_t *item;
    json_array_foreach(lines, i, item)
    {
        const char *part = json_is_string(item) ? json_string_value(item) : "";
        if (part[0] == '\0')
            continue;
        if (text.length > 0)
            buffer_add_text(&text, ", ");
        buffer_add_text(&text, part);
    }
    const char *kept = arena_text_n(reader->arena, buffer_text(&text), text.length);
    buffer_finish(&text);
    return kept;
}

static bool has_address(const json_t *address)
{
    return json_is_object(address) &&
           (text_of(address, "poststed")[0] != '\0' || text_of(address, "postnummer")[0] != '\0' ||
            json_array_size(json_object_get(address, "adresse")) > 0);
}

static void fill_address(struct brreg_reader *reader, const json_t *object, struct brreg_unit *unit)
{
    static const char *const keys[] = { "forretningsadresse", "beliggenhetsadresse",
                                        "postadresse" };
    const json_t *address = NULL;
    for (size_t i = 0; i < 3 && address == NULL; i++)
        if (has_address(json_object_get(object, keys[i])))
            address = json_object_get(object, keys[i]);
    unit->country = text_of(address, "landkode");
    unit->address = joined(reader, json_object_get(address, "adresse"));
    unit->postcode = text_of(address, "postnummer");
    unit->city = text_of(address, "poststed");
}

static void fill_unit(struct brreg_reader *reader, const json_t *object, struct brreg_unit *unit)
{
    unit->orgno = number_text(reader, object, "organisasjonsnummer");
    const json_t *name = json_object_get(object, "navn");
    unit->name = json_is_array(name) ? joined(reader, name) : text_of(object, "navn");
    const json_t *form = json_object_get(object, "organisasjonsform");
    unit->form = json_is_string(form) ? json_string_value(form) : text_of(form, "kode");
    unit->email = text_of(object, "epostadresse");
    unit->phone = text_of(object, "telefon");
    if (unit->phone[0] == '\0')
        unit->phone = text_of(object, "mobil");
    unit->deleted = text_of(object, "slettedato");
    unit->parent = number_text(reader, object, "overordnetEnhet");
    /* A main unit may have a parent too (parts of the state): the form tells. */
    unit->is_sub_unit = strcmp(unit->form, "BEDR") == 0 || strcmp(unit->form, "AAFY") == 0 ||
                        json_object_get(object, "beliggenhetsadresse") != NULL;
    const json_t *employees = json_object_get(object, "antallAnsatte");
    if (json_is_integer(employees))
        unit->employees = (struct figure) { true, json_integer_value(employees) };
    fill_address(reader, object, unit);
}

static enum brreg_step give(struct brreg_reader *reader, const json_t *object, int64_t line,
                            struct brreg_unit *ret_unit, struct failure *ret_failure)
{
    arena_reset(reader->arena);
    *ret_unit = (struct brreg_unit) { .line = line };
    if (!json_is_object(object) || json_object_get(object, "organisasjonsnummer") == NULL) {
        fail(reader, line, FAILURE_USAGE, N_("This is not a unit: it has no organisasjonsnummer."),
             NULL, ret_failure);
        return BRREG_BAD;
    }
    fill_unit(reader, object, ret_unit);
    return BRREG_UNIT;
}

/* ---- the three shapes ---- */

/* An object: a unit, a search reply, or something else that is said by name. */
static bool begin_object(struct brreg_reader *reader, struct failure *ret_failure)
{
    int64_t begin = reader->line;
    if (!collect(reader, OBJECT_MAX, ret_failure) || !load(reader, begin, ret_failure))
        return false;
    int after = look_past_blanks(reader, ret_failure);
    if (after == -2)
        return false;
    if (after >= 0)
        return fail(reader, reader->line, FAILURE_USAGE,
                    N_("Something follows the end of the reply: one reply a file."), NULL,
                    ret_failure);
    reader->phase = PHASE_LIST;
    const json_t *root = reader->root;
    if (json_object_get(root, "organisasjonsnummer") != NULL) {
        reader->line_count = 0;
        note_line(reader, &(struct scan) { .open = "{{[{", .depth = 4 });
        reader->lines[0] = begin;
        return true;
    }
    if (json_object_get(root, "rollegrupper") != NULL)
        return fail(reader, begin, FAILURE_USAGE,
                    N_("This is a list of roles, not of units: fetch the unit itself."), NULL,
                    ret_failure);
    const json_t *embedded = json_object_get(root, "_embedded");
    json_t *list = json_object_get(embedded, "enheter");
    if (list == NULL)
        list = json_object_get(embedded, "underenheter");
    if (json_is_array(list)) {
        reader->list = list;
        return true;
    }
    if (embedded == NULL && json_object_get(root, "page") != NULL) { /* no hits */
        reader->phase = PHASE_END;
        return true;
    }
    return fail(reader, begin, FAILURE_USAGE,
                N_("This is not a reply of the register of units: there is no unit in it."), NULL,
                ret_failure);
}

static bool begin(struct brreg_reader *reader, struct failure *ret_failure)
{
    size_t length;
    const char *head = input_peek(reader->input, &length, ret_failure);
    if (head == NULL)
        return false;
    for (size_t i = skip_mark(head, length); i > 0; i--) {
        look(reader, ret_failure);
        take(reader);
    }
    int byte = look_past_blanks(reader, ret_failure);
    if (byte == -2)
        return false;
    if (byte == '[') {
        take(reader);
        reader->phase = PHASE_ARRAY;
        return true;
    }
    if (byte == '{')
        return begin_object(reader, ret_failure);
    return fail(reader, reader->line, FAILURE_USAGE,
                N_("This is not JSON: a unit or a list of units was expected."), NULL, ret_failure);
}

static enum brreg_step next_in_array(struct brreg_reader *reader, struct brreg_unit *ret_unit,
                                     struct failure *ret_failure)
{
    int byte = look_past_blanks(reader, ret_failure);
    if (reader->wants_comma && byte == ',') {
        take(reader);
        byte = look_past_blanks(reader, ret_failure);
    } else if (reader->wants_comma && byte >= 0 && byte != ']') {
        byte = -3;
    } else if (byte == ']') {
        take(reader);
        reader->phase = PHASE_END;
        if (look_past_blanks(reader, ret_failure) == -1)
            return BRREG_END;
        byte = -3;
    }
    if (byte == -2)
        return BRREG_FAILED;
    if (byte != '{') {
        fail(reader, reader->line, FAILURE_USAGE,
             byte == -1 ? N_("The list of units has no end: the file is not complete.")
                        : N_("This is not a list of units: an object { } was expected."),
             NULL, ret_failure);
        return BRREG_FAILED;
    }
    int64_t line = reader->line;
    if (!collect(reader, ITEM_MAX, ret_failure))
        return BRREG_FAILED;
    reader->wants_comma = true;
    if (!load(reader, line, ret_failure)) {
        *ret_unit = (struct brreg_unit) { .line = line };
        return BRREG_FAILED;
    }
    return give(reader, reader->root, line, ret_unit, ret_failure);
}

enum brreg_step brreg_reader_next(struct brreg_reader *reader, struct brreg_unit *ret_unit,
                                  struct failure *ret_failure)
{
    if (reader->phase == PHASE_START && !begin(reader, ret_failure))
        return BRREG_FAILED;
    if (reader->phase == PHASE_ARRAY)
        return next_in_array(reader, ret_unit, ret_failure);
    if (reader->phase == PHASE_END)
        return BRREG_END;
    size_t i = reader->list_next++;
    if (reader->list != NULL && i >= json_array_size(reader->list)) {
        reader->phase = PHASE_END;
        return BRREG_END;
    }
    if (reader->list == NULL)
        reader->phase = PHASE_END;
    int64_t line = i < reader->line_count ? reader->lines[i] : 0;
    const json_t *unit = reader->list == NULL ? reader->root : json_array_get(reader->list, i);
    return give(reader, unit, line, ret_unit, ret_failure);
}
