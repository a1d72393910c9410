/*
 * What the filter's files share: the compiled tree, the patterns, the memory of one evaluation.
 *
 *   filter_parse.c    characters -> tree, positions of errors
 *   filter_atom.c     what an atom means: columns, relations, tests, operands
 *   filter_pattern.c  PCRE2, and only there
 *   filter_literals.c texts without which a pattern cannot match
 *   filter_match.c    one row against the tree
 *   filter_scan.c     many rows, in slices
 *   filter_crew.c     a second thread for that
 *   filter_place.c    what is being typed at the end of a text
 *   filter.c          the object: order of evaluation, narrowing, canonical text
 */
#ifndef KLIENTEL_RULES_FILTER_INTERNAL_H
#define KLIENTEL_RULES_FILTER_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "klientel/base/arena.h"
#include "klientel/base/buffer.h"
#include "klientel/base/ids.h"
#include "klientel/rules/filter.h"

enum {
    FILTER_TEXT_MAX = 65536,
    FILTER_DEPTH_MAX = 50,    /* nested parentheses */
    FILTER_PATTERNS_MAX = 16, /* in one filter */
    FILTER_LITERALS_MAX = 32, /* looked for at once by a scan */
    PATTERN_SIZE_MAX = 256,
    PATTERN_SUBJECT_MAX = 4096,
};

/* Unknown = a pattern ran into its limit. Ordered, so that and = least, or = greatest. */
enum filter_truth { TRUTH_NO, TRUTH_UNKNOWN, TRUTH_YES };

enum filter_kind {
    NODE_ALL,     /* every row */
    NODE_IDS,     /* the row's client (by_row: its id) is in ids */
    NODE_KNOWN,   /* column has a value */
    NODE_EMPTY,   /* column has none, or an empty one */
    NODE_RANGE,   /* low <= column <= high, known */
    NODE_WORD,    /* text is in the row's search text */
    NODE_EQUAL,   /* text is the whole value of column, or of one of its items */
    NODE_HAS,     /* text is in the value of column */
    NODE_PATTERN, /* pattern matches an item of column; COLUMN_NONE = of any searched column */
    NODE_NOT,     /* the one child does not hold */
    NODE_AND,
    NODE_OR,
};

struct filter_node {
    enum filter_kind kind;
    unsigned cost;              /* guess of nanoseconds, for the order of evaluation */
    enum column column;
    const char *text;           /* folded; the pattern as typed for NODE_PATTERN */
    size_t length;
    int64_t low, high;
    struct filter_pattern *pattern;
    const enum column *columns; /* NODE_PATTERN: in which of them */
    size_t column_count;
    const struct ids *ids;
    bool by_row;
    struct filter_node *next;   /* brother, while parsing */
    struct filter_node **child; /* NOT, AND, OR: cheapest first once compiled */
    size_t child_count;
};

struct filter_literal {
    const char *text;
    size_t length;      /* of what is a pattern, how many bytes of it are certain */
    bool is_pattern;    /* a pattern of bytes, zero ended, without quantifiers: each start costs its length at most */
};

/* Texts of which at least one is in the search text of every row that matches. */
struct filter_literals {
    struct filter_literal item[FILTER_LITERALS_MAX];
    size_t count; /* 0 = there is no such list */
    bool exact;   /* and every row that has one of them matches */
};

/* An owned thing that does not live in the arena. */
struct filter_owned {
    struct filter_owned *next;
    struct filter_pattern *pattern;
    struct ids ids;
};

struct filter {
    struct arena *arena;
    enum dataset dataset;
    struct filter_node *root;
    column_mask columns;
    struct buffer canonical;
    struct filter_owned *owned;
    size_t pattern_count;
    struct filter_literals literals;
    const char *stray; /* the first x of an x:y that is text, for x is no column; NULL = there is none */
    const char *near;  /* the name it looks like; NULL = none */
};

/* ---- parsing ---- */

struct filter_parser {
    const char *text;
    size_t length, at;
    unsigned depth;
    struct filter *filter;
    const struct filter_scope *scope;
    struct filter_error *error;
};

/* A word, value or pattern-word as read. */
struct filter_word {
    const char *text; /* zero ended, in the arena */
    size_t length;
    size_t position; /* of its first character, after a quote */
    bool quoted;
};

/* Both give NULL (the tree) or false after filling the error; the first error is kept. */
struct filter_node *filter_parse(struct filter_parser *parser);
struct filter_node *filter_atom(struct filter_parser *parser);
struct filter_node *filter_test(struct filter_parser *parser);
void filter_note_stray(struct filter_parser *parser, const char *name, size_t length);
struct filter_node *filter_compare(struct filter_parser *parser, enum column column,
                                   const char *op);

bool filter_read_word(struct filter_parser *parser, bool is_pattern, struct filter_word *ret_word);
void *filter_fail(struct filter_parser *parser, size_t position, const char *text,
                  const char *first, const char *second);
struct filter_node *filter_node(struct filter_parser *parser, enum filter_kind kind);
struct filter_node *filter_column_node(struct filter_parser *parser, enum filter_kind kind,
                                       enum column column);
struct filter_node *filter_either(struct filter_parser *parser, struct filter_node *one,
                                  struct filter_node *other);
struct filter_owned *filter_own(struct filter *filter);
/* Writes a word so that it is read back as the same literal word or value. */
void filter_add_word(struct buffer *canonical, const char *text, size_t length, bool quoted);
void filter_fold(struct filter *filter, const struct filter_word *word, const char **ret_text,
                 size_t *ret_length);
bool filter_searched(enum column column);
/* Bytes of a possible name at the beginning; false in *ret_letters when there is more in it than letters. */
size_t filter_name_length(const char *text, size_t length, bool *ret_letters);
/* The operator that the text begins with; NULL = none. */
const char *filter_operator(const char *text);
/* The relation of that name; false when there is none. */
bool filter_relation_named(const char *name, size_t length, enum filter_relation *ret_relation);
/* The dataset's column of organisation numbers, or COLUMN_NONE. */
enum column filter_orgno_column(enum dataset dataset);

/* ---- patterns ---- */

struct filter_pattern;
struct filter_matcher; /* PCRE2's memory for matching; one user at a time */

/* A typed pattern. NULL with offset and message filled. */
struct filter_pattern *pattern_create(const char *text, size_t length, size_t *ret_offset,
                                      struct message *ret_message);
/* Any of the literals, for pattern_find. NULL when there are too many bytes. */
struct filter_pattern *pattern_create_literals(const struct filter_literals *literals);
/* Texts, folded, of which one is in every text that the typed pattern matches; none where they are not known. */
void pattern_literals(const char *text, size_t length, struct arena *arena,
                      struct filter_literals *ret_literals);
/* Adds it as a pattern of bytes. */
void literal_add(const struct filter_literal *literal, struct buffer *ret_pattern);
/* Bytes of the shortest of them; SIZE_MAX when there is none. */
size_t literals_shortest(const struct filter_literals *literals);
void pattern_destroy(struct filter_pattern *pattern);
struct filter_matcher *matcher_create(void);
void matcher_destroy(struct filter_matcher *matcher);
enum filter_truth pattern_match(const struct filter_pattern *pattern,
                                struct filter_matcher *matcher, const char *text, size_t length);
/* Offset of the first hit at or after `from`, or SIZE_MAX. */
size_t pattern_find(const struct filter_pattern *pattern, struct filter_matcher *matcher,
                    const char *text, size_t length, size_t from);

/* ---- matching ---- */

/* Equal short texts of a rowset mostly are one text: what a node said of it is remembered. */
struct filter_memo {
    const struct filter_node *node;
    int64_t cell;
    enum filter_truth truth;
};
enum { MEMO_SIZE = 512 };

struct filter_work {
    struct buffer fold;
    struct filter_memo *memo;       /* NULL = nothing is remembered; for one rowset only */
    struct filter_matcher *matcher; /* made for the first pattern */
    bool costly;                    /* some pattern ran into its limit */
    bool given_up;                  /* no pattern is tried any more: unknown at once */
};
void filter_work_finish(struct filter_work *work);
enum filter_truth filter_evaluate(const struct filter_node *node, struct filter_work *work,
                                  const struct rowset *rowset, size_t row);

#endif
