/*
 * Filter: the filter language (design/cli.md), one grammar, one implementation for screen, command
 * line, views and groups. Parsing, compiling (PCRE2 with JIT) and scanning; no database.
 *
 *   filter = and { "|" and } ;  and = not { not } ;  not = { "!" } atom
 *   atom   = "(" filter ")" | "/" pattern [ "/" ] | "is:" test | name ":" value
 *          | column "~" pattern-word | column op word | word
 *
 * What the grammar leaves open:
 * - A word is looked for, folded, in each searched column by itself: never across two columns or
 *   two items of a list. One that can be an organisation number (C59) is also looked for, as
 *   digits, in orgno; so are orgno:word and orgno=word. A quoted atom is always a word; so is one
 *   that begins with an operator.
 * - column:word only in text columns (else an error that names the operators that do); an empty
 *   value after a : or ~ matches all, so that nothing flickers while it is typed. resp: staff:
 *   group: view: come before a column of that name (use staff=, staff~ for the column).
 * - column=value: lists by any item; `column=` = not known, or an empty text or list. Where the
 *   column holds a stored word, the glossary's Swedish and Norwegian words are understood. Numbers,
 *   amounts (in the row's own currency), dates and months by value; unknown never matches a
 *   comparison. An instant is compared by its day in bureau time when the operand is a date.
 *   `today` is this month for a month column.
 * - is:closed, is:reported, is:paid = the column of that name is known; is:X for every yes-or-no
 *   column.
 * - A pattern looks at the values as they are written, each item of a list by itself; unknown
 *   matches none. A capital outside escapes makes it case-sensitive. In a pattern-word | is part of
 *   the pattern.
 * - Pattern limits: 256 bytes, 16 in a filter, 4 KiB of a value, 10,000 steps, and for a whole scan
 *   about half a second of processor time and 10 µs a row. Where a limit is met the pattern is
 *   neither true nor false: the row matches only if it does without that pattern (also under !),
 *   and `costly` is reported.
 *
 * A filter is immutable after compiling and may be used by two scans at once.
 */
#ifndef KLIENTEL_RULES_FILTER_H
#define KLIENTEL_RULES_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "klientel/base/buffer.h"
#include "klientel/base/ids.h"
#include "klientel/base/message.h"
#include "klientel/rules/model.h"

/* What a filter asks of clients through the database: answered with a set of client ids. */
enum filter_relation {
    RELATION_RESPONSIBLE, /* resp:VALUE    login or full name, caseless, whole */
    RELATION_STAFF,       /* staff:VALUE   anyone with a grant in force */
    RELATION_GROUP,       /* group:VALUE   group name, caseless, whole */
    RELATION_VIEW,        /* view:VALUE    clients of a view of any dataset */
    RELATION_MINE,        /* is:mine       I am responsible (C54) */
    RELATION_REACH,       /* is:reach      I have a grant */
    RELATION_COVERING,    /* is:covering   through a temporary replacement */
    RELATION_FAVOURITE,   /* is:favourite  */
    RELATION_STALE,       /* is:stale      no fact newer than the client's duty asks for */
};

struct filter_scope {
    enum language language; /* column names may be typed in it too */
    struct date today;      /* today, today+14 */
    const struct ids *marked; /* row ids for is:marked, copied; NULL = none */
    /* Client ids for a relation; value is "" for the is: tests. False with *ret_failure: no such
     * person, group or view (message), or the database failed. NULL: relations are refused. */
    bool (*clients)(void *context, enum filter_relation relation, const char *value,
                    struct ids *ret_clients, struct failure *ret_failure);
    void *context;
    bool personal_refused; /* groups that fill themselves: mine, reach, covering, marked, favourite
                              are errors */
};

struct filter_error {
    size_t position; /* byte offset into the text */
    struct message message;
};

struct filter;

/* NULL with *ret_error filled when the text does not parse or compile. "" and blanks match all. */
struct filter *filter_create(const char *text, enum dataset dataset,
                             const struct filter_scope *scope, struct filter_error *ret_error);
void filter_destroy(struct filter *filter); /* NULL-safe */
bool filter_is_empty(const struct filter *filter);
/* A word x:y was taken for text because x is no column: a sentence that says so, with the name that x looks like. False:
 * there is none. */
bool filter_stray(const struct filter *filter, struct message *ret_message);
/* Columns that must be loaded for the scan, beyond the search text. */
column_mask filter_columns(const struct filter *filter);
/* Those of a /pattern/ without a column. Where filters are typed they are loaded beforehand: the store has their texts at
 * hand anyway, for the search text. */
column_mask filter_pattern_columns(enum dataset dataset);
/* True when every row `grown` matches is matched by `filter` too, so that its hits may be narrowed.
 * Sound, not complete. Hits of a costly scan are not all there are: do not narrow those. */
bool filter_narrows(const struct filter *filter, const struct filter *grown);
/* The text with the code's names of columns, as views store it: the same in every language. */
void filter_add_canonical(const struct filter *filter, struct buffer *ret_text);

/* One row. *ret_costly is set when a pattern ran into its limit (the row then does not match). */
bool filter_matches(const struct filter *filter, const struct rowset *rowset, size_t row,
                    bool *ret_costly);

/* A scan over a rowset, in slices. The rowset and the filter must outlive it. */
struct filter_scan;
struct filter_scan *filter_scan_start(const struct filter *filter, const struct rowset *rowset,
                                      const uint32_t *within /* ascending; NULL = all */,
                                      size_t within_count);
/* More rows have come behind those it knows, and all may lie elsewhere: for a scan of all rows. */
void filter_scan_grow(struct filter_scan *scan, const struct rowset *rowset);
/* Looks at rows for about `microseconds` (0 = to the end); true when finished. */
bool filter_scan_step(struct filter_scan *scan, int64_t microseconds);
/* Row numbers that matched so far, ascending; valid until the next step. */
const uint32_t *filter_scan_hits(const struct filter_scan *scan, size_t *ret_count);
/* About how many nanoseconds the rows take that it has not looked at: guessed from how many they are, so that it is the
 * same on every machine and at any time. */
size_t filter_scan_left(const struct filter_scan *scan);
bool filter_scan_costly(const struct filter_scan *scan); /* some pattern ran into its limit */
void filter_scan_cancel(struct filter_scan *scan);       /* frees; NULL-safe; also after the end */

/* A second thread that helps with scans through much text and sleeps otherwise; none where the process has one
 * processor. It starts with the first scan that is worth it and stays. For one caller's scans, one step at a time. */
struct filter_crew;
struct filter_crew *filter_crew_create(void);
void filter_crew_destroy(struct filter_crew *crew); /* NULL-safe; after the scans that it helps */
/* From the next step on the crew takes its share: the same hits, sooner. Between steps it does nothing. NULL = none. */
void filter_scan_help(struct filter_scan *scan, struct filter_crew *crew);

/* ---- while a text is typed ---- */

enum filter_part {
    FILTER_PART_NONE,     /* nothing can be offered: inside a pattern */
    FILTER_PART_NAME,     /* a word, which may become the name of a column, a relation or is: */
    FILTER_PART_TEST,     /* after is: */
    FILTER_PART_RELATION, /* after resp: staff: group: view: */
    FILTER_PART_VALUE,    /* after a column and : = < <= > >= */
};
/* What stands at the end of the text so far. */
struct filter_place {
    enum filter_part part;
    size_t from;                   /* byte where the word or the value begins, at its quotation mark */
    enum filter_relation relation; /* FILTER_PART_RELATION */
    enum column column;            /* FILTER_PART_VALUE */
};
void filter_place(const char *text, enum dataset dataset, enum language language,
                  struct filter_place *ret_place);
/* The relations that take a value, and the tests after is: that ask the database: their names, static. NULL = no
 * more; position from 0 on. */
const char *filter_relation_name(size_t position, enum filter_relation *ret_relation);
const char *filter_test_name(size_t position, enum filter_relation *ret_relation);
/* Whether is: asks that column: yes-or-no columns, and those of which it is asked whether they are known. */
bool filter_column_is_test(enum column column);
/* Adds a value so that it is read back as it is: in quotation marks where it needs them. */
void filter_add_value(const char *text, struct buffer *ret_text);

/* A version of the PCRE2 library and whether JIT is on, for `klientel info`. */
const char *filter_engine(void);

#endif
