/*
 * Input: see input.h.
 *
 * State: bytes not understood yet; whether a paste is going on and what it brought; which bytes came at once.
 * Events: bytes, time.
 * Invariants: what starts with Esc and is not complete gives no key but the lone Esc itself. Between the marks of a
 * paste nothing is a key.
 */
#include "klientel/tty/input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "klientel/base/arena.h"
#include "klientel/base/buffer.h"
#include "klientel/base/text.h"
#include "klientel/tty/keys.h"

#define MILLISECOND 1000000
#define ESC_WAIT (50 * MILLISECOND)
#define ESC_WAIT_ANSWER (150 * MILLISECOND)
#define REST_WAIT (500 * MILLISECOND)           /* for the rest of a sequence: a line may stutter */
#define PASTE_WAIT ((int64_t)2000 * MILLISECOND)/* for the rest of a paste */
#define DOUBLE_CLICK (400 * MILLISECOND)

enum { SEQUENCE_MAX = 64, BOUND_MAX = 64, PARAMETERS = 4, MOUSE_SHIFT = 32 };
static const char paste_end[] = "\033[201~";
enum { PASTE_END_SIZE = sizeof paste_end - 1 };

struct bound {
    char sequence[16], name[INPUT_NAME_SIZE];
};

struct input {
    enum charset charset;
    struct buffer bytes;
    size_t at;               /* of the first byte not understood */
    uint64_t taken;          /* bytes understood, ever */
    uint64_t burst_until;    /* bytes up to here came too fast */
    uint64_t chunk_from;     /* where what came at once begins */
    int64_t added;           /* time of the last bytes */
    bool expects_answer;
    bool pasting;
    struct buffer paste;
    bool paste_blank;        /* a line end that is a blank if something follows */
    struct bound bound[BOUND_MAX];
    size_t bound_count;
    struct terminal_mouse click; /* the last one */
    int64_t clicked;
};

struct input *input_create(enum charset charset)
{
    struct input *input = memory_zero(1, sizeof *input);
    input->charset = charset;
    input->clicked = -DOUBLE_CLICK;
    return input;
}

void input_destroy(struct input *input)
{
    if (!input)
        return;
    buffer_finish(&input->bytes);
    buffer_finish(&input->paste);
    free(input);
}

void input_expect_answer(struct input *input, bool expect)
{
    input->expects_answer = expect;
}

/* Answers in the bytes: they are nobody's typing. */
static size_t answer_bytes(const char *bytes, size_t length)
{
    static const char answer[] = "\033[0n";
    size_t count = 0, size = sizeof answer - 1;
    for (const char *at = bytes; (at = memmem(at, length - (size_t)(at - bytes), answer, size));
         at += size)
        count += size;
    return count;
}

void input_add(struct input *input, const char *bytes, size_t length, int64_t now)
{
    size_t waiting = input->bytes.length - input->at;
    uint64_t end = input->taken + waiting + length;
    if (waiting == 0)
        input->chunk_from = input->taken;
    if (end - input->chunk_from - answer_bytes(bytes, length) > INPUT_BURST)
        input->burst_until = end;
    if (input->at > 0) {
        memmove(input->bytes.data, input->bytes.data + input->at, waiting);
        input->bytes.length = waiting;
        input->at = 0;
    }
    buffer_add(&input->bytes, bytes, length);
    input->added = now;
}

/* ---- one step: bytes → event; how many were used, 0 = more are needed ---- */

/* What became of the bytes: a key with a name, nothing, or one of the other kinds. */
struct step {
    size_t used;
    struct input_event *event;
};

static struct step nothing(struct step step, size_t used)
{
    step.used = used;
    step.event->kind = INPUT_NONE;
    return step;
}

static struct step key(struct step step, size_t used)
{
    step.used = used;
    step.event->kind = *step.event->name ? INPUT_KEY : INPUT_NONE;
    return step;
}

static struct step mouse(struct input *input, struct step step, size_t used, int button, int column,
                         int row)
{
    struct input_event *event = step.event;
    int64_t now = input->added;
    int plain = button & ~(4 | 8 | 16); /* with Shift, Alt or Ctrl: the same */
    event->mouse = (struct terminal_mouse){ .row = row - 1, .column = column - 1 };
    if (row < 1 || column < 1)
        return nothing(step, used);
    if (plain == 64 || plain == 65) {
        event->mouse.what = plain == 64 ? TERMINAL_WHEEL_UP : TERMINAL_WHEEL_DOWN;
    } else if (plain == 0) {
        bool again = now - input->clicked < DOUBLE_CLICK && input->click.row == row - 1 &&
                     input->click.column == column - 1;
        event->mouse.what = again ? TERMINAL_DOUBLE_CLICK : TERMINAL_CLICK;
        input->click = event->mouse;
        input->clicked = again ? now - DOUBLE_CLICK : now;
    } else {
        return nothing(step, used);
    }
    event->kind = INPUT_MOUSE;
    step.used = used;
    return step;
}

/* ESC [ M and three bytes: mice older than SGR. */
static struct step old_mouse(struct input *input, struct step step, const unsigned char *at, size_t length)
{
    if (length < 6)
        return nothing(step, 0);
    int button = at[3] - MOUSE_SHIFT;
    if ((button & 3) == 3 && button < 64)
        return nothing(step, 6); /* let go */
    return mouse(input, step, 6, button, at[4] - MOUSE_SHIFT, at[5] - MOUSE_SHIFT);
}

/* Numbers between semicolons; an empty or missing one is 0. True when there was nothing else. */
static bool read_numbers(const unsigned char *text, size_t length, int ret_numbers[static PARAMETERS])
{
    size_t index = 0;
    memset(ret_numbers, 0, PARAMETERS * sizeof *ret_numbers);
    for (size_t i = 0; i < length; i++) {
        if (text[i] == ';') {
            if (++index == PARAMETERS)
                return false;
        } else if (text[i] >= '0' && text[i] <= '9' && ret_numbers[index] < 100000) {
            ret_numbers[index] = ret_numbers[index] * 10 + text[i] - '0';
        } else {
            return false;
        }
    }
    return true;
}

static struct step csi_end(struct input *input, struct step step, const unsigned char *at, size_t used)
{
    char final = (char)at[used - 1];
    int numbers[PARAMETERS];
    bool sgr = used > 3 && at[2] == '<';
    size_t from = sgr ? 3 : 2;
    if (!read_numbers(at + from, used - 1 - from, numbers))
        return nothing(step, used);
    if (sgr)
        return final == 'M' ? mouse(input, step, used, numbers[0], numbers[1], numbers[2])
                            : nothing(step, used);
    if (final == 'n' && (numbers[0] == 0 || numbers[0] == 3)) {
        step.used = used;
        step.event->kind = INPUT_ANSWER;
        return step;
    }
    if (final == '~' && numbers[0] == 200) {
        input->pasting = true;
        input->paste_blank = false;
        buffer_clear(&input->paste);
        return nothing(step, used);
    }
    keys_name_csi(numbers[0], numbers[1], final, step.event->name, INPUT_NAME_SIZE);
    return key(step, used);
}

static struct step csi(struct input *input, struct step step, const unsigned char *at, size_t length)
{
    if (length > 2 && at[2] == '[') { /* the Linux console's function keys */
        if (length < 4)
            return nothing(step, 0);
        keys_name_console((char)at[3], step.event->name, INPUT_NAME_SIZE);
        return key(step, 4);
    }
    if (length > 2 && at[2] == 'M')
        return old_mouse(input, step, at, length);
    for (size_t i = 2; i < length; i++) {
        if (at[i] >= 0x40 && at[i] <= 0x7e)
            return csi_end(input, step, at, i + 1);
        if (at[i] < 0x20 || at[i] > 0x3f || i > SEQUENCE_MAX)
            return nothing(step, i); /* broken off: what broke it counts by itself */
    }
    return nothing(step, 0);
}

static struct step ss3(struct step step, const unsigned char *at, size_t length)
{
    int modifier = 1;
    size_t last = 2;
    if (length > 2 && at[2] >= '1' && at[2] <= '9') {
        modifier = at[2] - '0';
        last = 3;
    }
    if (length <= last)
        return nothing(step, 0);
    if (at[last] < 0x20 || at[last] > 0x7e)
        return nothing(step, last);
    keys_name_ss3(modifier, (char)at[last], step.event->name, INPUT_NAME_SIZE);
    return key(step, last + 1);
}

/* The keys of this terminal. True also when the bytes may become one. */
static bool step_bound(const struct input *input, struct step *step, const char *at, size_t length)
{
    bool perhaps = false;
    for (size_t i = 0; i < input->bound_count; i++) {
        const struct bound *bound = &input->bound[i];
        size_t size = strlen(bound->sequence);
        if (length >= size && memcmp(at, bound->sequence, size) == 0) {
            snprintf(step->event->name, INPUT_NAME_SIZE, "%s", bound->name);
            *step = key(*step, size);
            return true;
        }
        perhaps = perhaps || (length < size && memcmp(at, bound->sequence, length) == 0);
    }
    if (perhaps)
        *step = nothing(*step, 0);
    return perhaps;
}

static struct step escape(struct input *input, struct step step, const unsigned char *at, size_t length)
{
    if (length == 1)
        return nothing(step, 0);
    if (at[1] == '[')
        return csi(input, step, at, length);
    if (at[1] == 'O')
        return ss3(step, at, length);
    if (keys_name_escaped((char)at[1], step.event->name, INPUT_NAME_SIZE))
        return key(step, 2);
    keys_name_character(27, step.event->name, INPUT_NAME_SIZE);
    return key(step, 1);
}

static size_t utf8_size(unsigned char first)
{
    return first >= 0xf0 && first < 0xf5 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 1;
}

static struct step character(const struct input *input, struct step step, const unsigned char *at,
                             size_t length)
{
    uint32_t scalar = at[0];
    size_t used = 1;
    if (at[0] >= 0x80 && input->charset != CHARSET_LATIN1) {
        size_t size = utf8_size(at[0]);
        size_t have = 1;
        while (have < size && have < length && (at[have] & 0xc0) == 0x80)
            have++;
        if (have == length && have < size && at[0] < 0xf5)
            return nothing(step, 0);
        if (have == size && size > 1 && text_is_utf8((const char *)at, size)) {
            used = 0;
            scalar = text_next((const char *)at, size, &used);
        } else if (input->charset != CHARSET_ASCII) {
            return nothing(step, have);
        }
    }
    keys_name_character(scalar, step.event->name, INPUT_NAME_SIZE);
    return key(step, used);
}

static struct step step_on(struct input *input, struct input_event *event)
{
    struct step step = { .event = event };
    const char *at = input->bytes.data + input->at;
    size_t length = input->bytes.length - input->at;
    *event = (struct input_event){ 0 };
    if (*at != '\033')
        return character(input, step, (const unsigned char *)at, length);
    if (step_bound(input, &step, at, length))
        return step;
    return escape(input, step, (const unsigned char *)at, length);
}

void input_bind(struct input *input, const char *sequence, const char *name)
{
    size_t length = strlen(sequence);
    if (sequence[0] != '\033' || length < 2 || length >= sizeof input->bound->sequence ||
        strlen(name) >= INPUT_NAME_SIZE || input->bound_count == BOUND_MAX)
        return;
    /* What every terminal sends for a key stays that key: some descriptions name the plain arrows as shifted. */
    struct input probe = { .charset = input->charset };
    buffer_add(&probe.bytes, sequence, length);
    struct input_event event;
    struct step step = step_on(&probe, &event);
    buffer_finish(&probe.bytes);
    if (step.used == length && length > 2 && event.kind == INPUT_KEY)
        return;
    struct bound *bound = &input->bound[input->bound_count++];
    snprintf(bound->sequence, sizeof bound->sequence, "%s", sequence);
    snprintf(bound->name, sizeof bound->name, "%s", name);
}

/* ---- pastes ---- */

static void paste_put(struct input *input, uint32_t scalar)
{
    char bytes[4];
    if (scalar == '\n' || scalar == '\r' || scalar == '\t') {
        input->paste_blank = true;
        return;
    }
    if (scalar < ' ' || (scalar >= 0x7f && scalar < 0xa0))
        return;
    size_t count = text_put(scalar, bytes);
    if (input->paste.length + count + 1 > INPUT_PASTE_SIZE)
        return;
    if (input->paste_blank && input->paste.length > 0)
        buffer_add_byte(&input->paste, ' ');
    input->paste_blank = false;
    buffer_add(&input->paste, bytes, count);
}

/* As text: whole characters; `last` = no more bytes come. Returns the bytes used. */
static size_t paste_take(struct input *input, const char *at, size_t length, bool last)
{
    size_t position = 0;
    while (position < length) {
        unsigned char first = (unsigned char)at[position];
        if (input->charset == CHARSET_LATIN1) {
            paste_put(input, first);
            position++;
            continue;
        }
        if (!last && length - position < utf8_size(first))
            break;
        size_t before = position;
        uint32_t scalar = text_next(at, length, &position);
        if (scalar == 0)
            position = before + 1;
        else if (scalar != 0xfffd)
            paste_put(input, scalar);
        else if (input->charset == CHARSET_ASCII)
            paste_put(input, first);
    }
    return position;
}

static void use(struct input *input, size_t count)
{
    input->at += count;
    input->taken += count;
}

static bool paste_on(struct input *input, int64_t now, struct input_event *event)
{
    const char *at = input->bytes.data + input->at;
    size_t length = input->bytes.length - input->at;
    const char *end = length ? memmem(at, length, paste_end, PASTE_END_SIZE) : NULL;
    bool late = now - input->added >= PASTE_WAIT;
    if (end) {
        paste_take(input, at, (size_t)(end - at), true);
        use(input, (size_t)(end - at) + PASTE_END_SIZE);
    } else if (late) { /* the end never came: what there is, is the paste */
        paste_take(input, at, length, true);
        use(input, length);
    } else { /* the end may be cut in two */
        size_t keep = length < PASTE_END_SIZE - 1 ? length : PASTE_END_SIZE - 1;
        use(input, paste_take(input, at, length - keep, false));
        return false;
    }
    input->pasting = false;
    *event = (struct input_event){ .kind = INPUT_PASTE, .text = buffer_text(&input->paste) };
    return true;
}

/* ---- time ---- */

static int64_t patience(const struct input *input)
{
    size_t length = input->bytes.length - input->at;
    if (input->pasting)
        return PASTE_WAIT;
    if (length > 1)
        return REST_WAIT;
    return input->expects_answer ? ESC_WAIT_ANSWER : ESC_WAIT;
}

int64_t input_deadline(const struct input *input)
{
    if (!input->pasting && input->at == input->bytes.length)
        return -1;
    return input->added + patience(input);
}

/* Nothing more came: a lone Esc is a key, so is Alt-O; the beginning of anything else is nothing. */
static struct step give_up(struct input *input, struct input_event *event)
{
    struct step step = { .event = event };
    const char *at = input->bytes.data + input->at;
    size_t length = input->bytes.length - input->at;
    if (at[0] != '\033')
        return nothing(step, 1);
    if (length == 1)
        keys_name_character(27, event->name, INPUT_NAME_SIZE);
    else if (length == 2 && at[1] == 'O')
        keys_name_escaped('O', event->name, INPUT_NAME_SIZE);
    return key(step, length);
}

enum input_kind input_next(struct input *input, int64_t now, struct input_event *ret_event)
{
    while (input->pasting || input->at < input->bytes.length) {
        if (input->pasting) {
            if (!paste_on(input, now, ret_event))
                break;
            return INPUT_PASTE;
        }
        struct step step = step_on(input, ret_event);
        if (step.used == 0) {
            if (now - input->added < patience(input))
                break;
            step = give_up(input, ret_event);
        }
        uint64_t from = input->taken;
        use(input, step.used);
        ret_event->burst = from < input->burst_until &&
                           !(from == input->chunk_from && input->taken == input->burst_until);
        if (ret_event->kind != INPUT_NONE)
            return ret_event->kind;
    }
    *ret_event = (struct input_event){ 0 };
    return INPUT_NONE;
}
