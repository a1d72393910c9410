/*
 * Storm: keys without sense and windows of any size, into the real program. It never crashes, always comes to rest
 * again, its screen has no stale cell, and at the end the terminal is as it was.
 *
 *     storm KLIENTEL DEMO.db [SEED [KEYS [RESIZES]]]
 *
 * A key is a key's name, a character, a pasted text, a wheel, or bytes that begin a sequence and do not end it. Many
 * go in one write, as typed ahead. The program may be left by them (q, y): then it must have ended well, and is
 * opened again. What fails is told with its seed.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "desk.h"

enum { KEYS = 4000, RESIZES = 120, BATCH = 200 };

struct storm {
    uint64_t random;
    struct desk desk;
    struct desk_options options;
    long keys, resizes, opened;
};

static unsigned pick(struct storm *storm, unsigned count)
{
    storm->random ^= storm->random << 13;
    storm->random ^= storm->random >> 7;
    storm->random ^= storm->random << 17;
    return (unsigned)(storm->random >> 33) % count;
}

/* What the keys of an xterm send, weighed by how often they stand here. */
static const char *const sequences[] = {
    "\033OA", "\033OB", "\033OC", "\033OD", "\033OA", "\033OB", "\033[5~", "\033[6~", "\033OH", "\033OF",
    "\033[2~", "\033[3~", "\033[1;2A", "\033[1;2B", "\033[Z", "\t", "\r", "\r", "\177", "\033", "\033",
    "\033OP", "\033OQ", "\033OS", "\033[21~", "\0331", "\033x", "\f", "\001", "\005", "\016", "\020",
    "\023", "\025", "\027", "\032", "\034", "\033[0n", "\033[24;80R", "\033[", "\033O", "\033[<64;10;10M",
    "\033[<0;3;2M", "\033[200~f\303\245\r\n\033[201~", "\033[200~", "\033[201~", "\303", "\377", "\342\202",
};
static const char letters[] = "123456789/:?!+-*.,' '\"()<>|~jkgGJMEXPcvyUFHLWDCsSthnNqoebwxyzaqy=_";

static void key_add(struct storm *storm, struct buffer *bytes)
{
    const char *sequence = sequences[pick(storm, sizeof sequences / sizeof *sequences)];
    /* What UTF-8 makes one letter Latin-1 makes two, and shows them. */
    bool other = storm->desk.drive && drive_charset(storm->desk.drive) == TEXT_LATIN1 && strstr(sequence, "\303\245");
    if (pick(storm, 5) < 2 && !other)
        buffer_add_text(bytes, sequence);
    else
        buffer_add_byte(bytes, letters[pick(storm, sizeof letters - 1)]);
}

static void open_program(struct storm *storm)
{
    static const char *const languages[] = { "en", "sv", "nb" };
    static const char *const terms[] = { "xterm-256color", "xterm", "screen-256color", "vt220", "linux" };
    storm->options.language = languages[storm->opened % 3];
    storm->options.term = terms[storm->opened % 5];
    storm->options.charset = (enum text_charset)(storm->opened % 3);
    storm->opened++;
    desk_open(&storm->desk, &storm->options);
}

/* The keys have left the program: it must have done so as it should. */
static void after_end(struct storm *storm)
{
    int code = drive_end(storm->desk.drive);
    if (code != 0)
        drive_fail(storm->desk.drive, "keys ended the program with %d", code);
    drive_expect_restored(storm->desk.drive);
    desk_close(&storm->desk);
    open_program(storm);
}

static void keys_blow(struct storm *storm, long count)
{
    struct buffer bytes = { 0 };
    for (long i = 0; i < count; i++)
        key_add(storm, &bytes);
    buffer_add_text(&bytes, "\033[201~\f"); /* a paste that was begun ends; something is drawn */
    drive_send(storm->desk.drive, bytes.data, bytes.length, false);
    buffer_finish(&bytes);
    storm->keys += count;
    if (!drive_settle(storm->desk.drive))
        after_end(storm);
}

static void size_blow(struct storm *storm)
{
    static const int rows[] = { 1, 2, 10, 15, 16, 17, 24, 40, 60, 80 };
    static const int columns[] = { 1, 2, 20, 40, 59, 60, 61, 80, 120, 300 };
    drive_resize(storm->desk.drive, rows[pick(storm, 10)], columns[pick(storm, 10)]);
    storm->resizes++;
}

static void storm_end(struct storm *storm)
{
    static const char away[] = "\033[201~\f";
    drive_resize(storm->desk.drive, 24, 80);
    drive_send(storm->desk.drive, away, sizeof away - 1, false);
    if (!drive_settle(storm->desk.drive))
        after_end(storm);
    for (int i = 0; i < 12; i++)
        drive_key(storm->desk.drive, "Esc");
    drive_expect_fresh(storm->desk.drive);
    drive_forget(storm->desk.drive); /* UTF-8 typed on a Latin-1 keyboard is shown as it was typed */
    desk_quit(&storm->desk);
    desk_close(&storm->desk);
}

int main(int argc, char **argv)
{
    if (!desk_start(argc, argv))
        return 99;
    long seed = argc > 3 ? atol(argv[3]) : 1, keys = argc > 4 ? atol(argv[4]) : KEYS;
    long resizes = argc > 5 ? atol(argv[5]) : RESIZES;
    struct storm storm = { .random = (uint64_t)seed * 0x9E3779B97F4A7C15u + 1 };
    fprintf(stderr, "storm: seed %ld\n", seed);
    storm.opened = seed;
    open_program(&storm);
    while (storm.keys < keys || storm.resizes < resizes) {
        if (storm.keys < keys)
            keys_blow(&storm, 1 + pick(&storm, BATCH));
        for (unsigned i = pick(&storm, 8); i > 0 && storm.resizes < resizes; i--)
            size_blow(&storm);
    }
    storm_end(&storm);
    printf("storm: %ld keys, %ld sizes, opened %ld times\n", storm.keys, storm.resizes,
           storm.opened - seed);
    return 0;
}
