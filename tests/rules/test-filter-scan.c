/* The filter over many rows: slices, narrowing, canonical text, costly patterns; by random trial.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "filter_rows.h"
#include "klientel/base/loop.h"

enum { MANY = 1500, TRIALS = 1500 };

static struct {
    struct arena *arena;
    struct rowset rows;
    struct ids marked;
    struct filter_scope scope;
} world;

static int start(void **state)
{
    (void)state;
    world.arena = arena_create();
    filter_rows_many(world.arena, 7, MANY, &world.rows);
    for (int64_t id = 1; id < MANY; id += 3)
        ids_add(&world.marked, id);
    world.scope = filter_rows_scope(&world.marked);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    ids_finish(&world.marked);
    arena_destroy(world.arena);
    return 0;
}

static struct filter *create(const char *text)
{
    struct filter_error error;
    struct filter *filter = filter_create(text, DATASET_clients, &world.scope, &error);

    if (filter == NULL)
        fail_msg("%s: refused at %zu", text, error.position);
    return filter;
}

/* One byte a row: 1 where it matches. */
static void truth_of(const struct filter *filter, unsigned char *ret_truth)
{
    bool is_costly = false;

    for (size_t row = 0; row < MANY; row++)
        ret_truth[row] = filter_matches(filter, &world.rows, row, &is_costly);
    assert_false(is_costly);
}

static void assert_scan(const char *text, const struct filter *filter, const uint32_t *within,
                        size_t within_count, int64_t slice, const unsigned char *truth)
{
    struct filter_scan *scan = filter_scan_start(filter, &world.rows, within, within_count);
    size_t count, next = 0, total = within == NULL ? MANY : within_count;
    const uint32_t *hits;

    while (!filter_scan_step(scan, slice)) {
    }
    hits = filter_scan_hits(scan, &count);
    for (size_t i = 0; i < total; i++) {
        uint32_t row = within == NULL ? (uint32_t)i : within[i];
        bool found = next < count && hits[next] == row;
        if (found != truth[row])
            fail_msg("%s: row %u %s by the scan", text, row, found ? "found" : "not found");
        next += found;
    }
    assert_int_equal(next, count);
    assert_false(filter_scan_costly(scan));
    filter_scan_cancel(scan);
}

static void scan__equals_row_by_row__on_random_filters(void **unused)
{
    static unsigned char truth[MANY];
    static uint32_t within[MANY];
    uint32_t state = 20261120;
    struct buffer text = { 0 };

    (void)unused;
    for (int trial = 0; trial < TRIALS; trial++) {
        size_t count = 0;
        uint32_t every = 1 + filter_rows_random(&state) % 20;
        buffer_clear(&text);
        filter_rows_filter(&state, 3, &text);
        struct filter *filter = create(buffer_text(&text));
        truth_of(filter, truth);
        assert_scan(text.data, filter, NULL, 0, trial % 2 == 0 ? 0 : 1, truth);
        for (uint32_t row = 0; row < MANY; row++)
            if (filter_rows_random(&state) % every == 0)
                within[count++] = row;
        assert_scan(text.data, filter, within, count, 0, truth);
        filter_destroy(filter);
    }
    buffer_finish(&text);
}

/* The texts that the scan jumps to are in every row that the pattern matches, however it is written. */
static void scan__of_a_pattern__misses_no_row(void **unused)
{
    static const char *const patterns[] = {
        "/nord/", "/Nord/", "/no?rd/", "/no*r/", "/nor+d/", "/no{0}rd/", "/no{1,2}rd/", "/nord|berg/",
        "/(nord|berg) ?bygg/", "/(nord|b)?bygg/", "/(nord|berg)*bygg/", "/(?:nord|berg)/", "/(?i)NORD/",
        "/(?x)n o r d/", "/n[o]rd/", "/[no]rd/", "/[^]n]ord/", "/[[:alpha:]]ord/", "/n\\x6frd/", "/\\bnord\\b/",
        "/\\Qnord\\E/", "/no.rd|lund/", "/fj?ord/", "/(fjord|)/", "/fjord(?=x)|as/", "/((a|b)c|nord)/", "/ab{/",
        "/ab{2/", "/å|ø/", "/Ødegård/", "/ødegå?rd/", "/STRASSE|straße/", "/91+/", "/9{2}/", "/ as$/", "/^nord/",
        "/a.*b/", "/\\d\\d\\d/", "/no\\rd/", "/(*UTF)nord/", "/nord(/", "/ss/", "/ſ/", "/k/", "name~^berg",
        "name~berg|lund", "city~os", "responsible~bo", "country~no", "!name~berg", "/berg/ | name:lund",
        "/no[r]d/", "/no[rx-z]d/", "/no[^x]d/", "/no[R]d/", "/no[rå]d/", "/no[r-]d/", "/no[]r]d/", "/no[r]?d/",
        "/no[r]+d/", "/no[r]{1}d/", "/98\\d7/", "/98\\d{1}/", "/98\\d?7/", "/98\\D/", "/98\\w6/", "/(98[0-9]|nord\\d)/",
        "/98[0-4]\\d[0-9][0-9a-z]/", "/Be[q-s]g/", "/be[Q-S]g [a-z]/", "/be[z-a]g/", "/be[\\d]g/", "/os[l]o|9\\d/",
        "/98[0-9/", "/98\\d",
        "/berg/ !/lund/", "/x(?#berg)|o/", "/o(?!berg)/", "/(a)\\1/", "/b(?:e(?:r|x)g|y)/", "/b++e/", "/be*+r/",
    };
    static unsigned char truth[MANY];
    size_t parsed = 0;

    (void)unused;
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        struct filter_error error;
        struct filter *filter = filter_create(patterns[i], DATASET_clients, &world.scope, &error);
        if (filter == NULL)
            continue;
        parsed++;
        truth_of(filter, truth);
        assert_scan(patterns[i], filter, NULL, 0, 0, truth);
        filter_destroy(filter);
    }
    assert_true(parsed > sizeof patterns / sizeof *patterns * 3 / 4);
}

/* What one item of a pattern matches may be other bytes in the search text. */
static void scan_of_a_pattern_with_classes__misses_no_character(void **unused)
{
    static const char *const names[] = { "Ab7c", "aB\xd9\xa7" "C", "AB\xef\xbc\x97" "c", "ab\xf0\x9d\x9f\x95" "c",
                                         "abKc", "ab\xe2\x84\xaa" "c", "ab\xc5\xbf" "c", "absc", "ab c",
                                         "ab7", "a7c", "ab77c", "ab\xc3\xa5" "c" };
    static const char *const patterns[] = { "/ab\\dc/", "/ab[k]c/", "/ab[a-s]c/", "/ab[K]c/", "/ab[A-S]c/", "/ab\\d+c/",
                                            "/Ab[0-9]c/", "/ab[0-9][0-9]c/", "/ab\\d\\d/", "/ab[0-9a-z]/" };
    enum { ROWS = 1000 };
    struct arena *arena = arena_create();
    struct rowset_builder *builder = rowset_build(arena, DATASET_clients, 0);
    struct rowset rows;

    (void)unused;
    for (size_t i = 0; i < ROWS; i++) {
        const char *name = names[i % (sizeof names / sizeof *names)];
        rowset_row(builder, (int64_t)i + 1, (int64_t)i + 1, 0, NULL);
        rowset_put_text(builder, COLUMN_clients_name, name, strlen(name));
    }
    rowset_finish(builder, COLUMN_NONE, false, NULL, &rows);
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        struct filter *filter = create(patterns[i]);
        struct filter_scan *scan = filter_scan_start(filter, &rows, NULL, 0);
        size_t count, next = 0;
        bool is_costly = false;
        assert_true(filter_scan_step(scan, 0));
        const uint32_t *hits = filter_scan_hits(scan, &count);
        for (uint32_t row = 0; row < ROWS; row++) {
            bool found = next < count && hits[next] == row;
            if (found != filter_matches(filter, &rows, row, &is_costly))
                fail_msg("%s: %s", patterns[i], names[row % (sizeof names / sizeof *names)]);
            next += found;
        }
        assert_true(count > 0);
        filter_scan_cancel(scan);
        filter_destroy(filter);
    }
    arena_destroy(arena);
}

/* Rows that come behind the others, three times, and move with it. */
static void scan_that_grows__finds_what_one_of_all_finds(void **unused)
{
    static unsigned char truth[MANY];
    static const size_t counts[] = { 100, 700, 701, MANY };
    uint32_t state = 20261125;
    struct buffer text = { 0 };

    (void)unused;
    for (int trial = 0; trial < TRIALS / 5; trial++) {
        struct rowset views[4];
        size_t count, hit = 0;
        buffer_clear(&text);
        filter_rows_filter(&state, 3, &text);
        struct filter *filter = create(buffer_text(&text));
        truth_of(filter, truth);
        views[0] = world.rows;
        views[0].count = counts[0];
        struct filter_scan *scan = filter_scan_start(filter, &views[0], NULL, 0);
        for (size_t i = 1; i < 4; i++) {
            filter_scan_step(scan, trial % 2);
            views[i] = world.rows;
            views[i].count = counts[i];
            filter_scan_grow(scan, &views[i]);
        }
        assert_true(filter_scan_step(scan, 0));
        const uint32_t *hits = filter_scan_hits(scan, &count);
        for (uint32_t row = 0; row < MANY; row++) {
            if (truth[row] && (hit >= count || hits[hit++] != row))
                fail_msg("%s: row %u", buffer_text(&text), row);
        }
        assert_int_equal(hit, count);
        filter_scan_cancel(scan);
        filter_destroy(filter);
    }
    buffer_finish(&text);
}

static void filter__gives_complement__under_negation(void **unused)
{
    static unsigned char truth[MANY], opposite[MANY];
    uint32_t state = 4711;
    struct buffer text = { 0 }, negated = { 0 };

    (void)unused;
    for (int trial = 0; trial < TRIALS / 5; trial++) {
        buffer_clear(&text);
        buffer_clear(&negated);
        filter_rows_filter(&state, 3, &text);
        buffer_print(&negated, "!(%s)", buffer_text(&text));
        struct filter *filter = create(buffer_text(&text));
        struct filter *other = create(buffer_text(&negated));
        truth_of(filter, truth);
        truth_of(other, opposite);
        for (size_t row = 0; row < MANY; row++)
            if (truth[row] == opposite[row])
                fail_msg("%s: row %zu", buffer_text(&negated), row);
        filter_destroy(filter);
        filter_destroy(other);
    }
    buffer_finish(&text);
    buffer_finish(&negated);
}

static void canonical__selects_the_same__and_is_its_own_canonical(void **unused)
{
    static unsigned char truth[MANY], again[MANY];
    uint32_t state = 99;
    struct buffer text = { 0 }, canonical = { 0 }, twice = { 0 };

    (void)unused;
    for (int trial = 0; trial < TRIALS / 5; trial++) {
        buffer_clear(&text);
        buffer_clear(&canonical);
        buffer_clear(&twice);
        filter_rows_filter(&state, 3, &text);
        struct filter *filter = create(buffer_text(&text));
        filter_add_canonical(filter, &canonical);
        struct filter *other = create(buffer_text(&canonical));
        filter_add_canonical(other, &twice);
        assert_string_equal(buffer_text(&canonical), buffer_text(&twice));
        truth_of(filter, truth);
        truth_of(other, again);
        assert_memory_equal(truth, again, MANY);
        filter_destroy(filter);
        filter_destroy(other);
    }
    buffer_finish(&text);
    buffer_finish(&canonical);
    buffer_finish(&twice);
}

static void narrowing__is_sound__on_random_pairs(void **unused)
{
    static unsigned char truth[MANY], grown_truth[MANY];
    uint32_t state = 31337;
    struct buffer text = { 0 }, grown_text = { 0 };
    int narrowed = 0;

    (void)unused;
    for (int trial = 0; trial < TRIALS; trial++) {
        buffer_clear(&text);
        buffer_clear(&grown_text);
        filter_rows_filter(&state, 2, &text);
        switch (trial % 3) {
        case 0: /* a conjunct more */
            buffer_print(&grown_text, "(%s) ", buffer_text(&text));
            filter_rows_filter(&state, 2, &grown_text);
            break;
        case 1: /* letters more */
            buffer_print(&grown_text, "%s%c", buffer_text(&text),
                         "abcn19-:=)\""[filter_rows_random(&state) % 11]);
            break;
        default:
            filter_rows_filter(&state, 2, &grown_text);
        }
        struct filter_error error;
        struct filter *filter = create(buffer_text(&text));
        struct filter *grown = filter_create(buffer_text(&grown_text), DATASET_clients,
                                             &world.scope, &error);
        if (grown != NULL && filter_narrows(filter, grown)) {
            narrowed++;
            truth_of(filter, truth);
            truth_of(grown, grown_truth);
            for (size_t row = 0; row < MANY; row++)
                if (grown_truth[row] && !truth[row])
                    fail_msg("%s -> %s: row %zu", buffer_text(&text), buffer_text(&grown_text),
                             row);
        }
        filter_destroy(filter);
        filter_destroy(grown);
    }
    assert_true(narrowed > TRIALS / 3);
    buffer_finish(&text);
    buffer_finish(&grown_text);
}

static bool narrows(const char *text, const char *grown_text)
{
    struct filter *filter = create(text), *grown = create(grown_text);
    bool result = filter_narrows(filter, grown);

    filter_destroy(filter);
    filter_destroy(grown);
    return result;
}

static void narrowing__is_seen__while_letters_are_typed(void **unused)
{
    (void)unused;
    assert_true(narrows("", "b"));
    assert_true(narrows("b", "by"));
    assert_true(narrows("b", "b o"));
    assert_true(narrows("b o", "b os"));
    assert_true(narrows("as is:mine", "as is:mine oslo"));
    assert_true(narrows("name:b", "name:by"));
    assert_true(narrows("b", "name:by"));
    assert_true(narrows("a | b", "ab"));
    assert_true(narrows("!ab", "!a"));
    assert_true(narrows("556677-8", "556677-88"));
    assert_true(narrows("556677", "556677-"));
    assert_true(narrows("employees>5", "employees>50"));
    assert_true(narrows("/a b/ x", "/a b/ xy"));
}

static void narrowing__is_not_seen__where_hits_may_grow(void **unused)
{
    (void)unused;
    assert_false(narrows("by", "b"));
    assert_false(narrows("b", "b | o"));
    assert_false(narrows("!b", "!by"));
    assert_false(narrows("/a/", "/a|b/"));
    assert_false(narrows("contact:b", "name:b"));
    assert_false(narrows("b", "contact:b")); /* contact is not searched */
    assert_false(narrows("employees>5", "employees>4"));
    assert_false(narrows("employees<5", "employees>5"));
    assert_false(narrows("is:mine", "is:reach"));
    assert_false(narrows("b", "is:mine"));
    assert_false(narrows("name:b", "employees>3"));
    assert_true(narrows("is:reach", "is:mine")); /* whoever is responsible has a grant */
}

static void narrowing__ends_soon__on_tangled_filters(void **unused)
{
    struct buffer text = { 0 };

    (void)unused;
    for (int i = 0; i < 40; i++)
        buffer_print(&text, "%s", i % 2 == 0 ? "(a | b " : "(c d | ");
    buffer_add_text(&text, "e");
    for (int i = 0; i < 40; i++)
        buffer_add_text(&text, ")");
    int64_t began = clock_tick();
    narrows(buffer_text(&text), buffer_text(&text));
    assert_true(clock_tick() - began < 1000000000);
    buffer_finish(&text);
}

static void canonical_is(const char *text, const char *expected)
{
    struct filter *filter = create(text);
    struct buffer canonical = { 0 };

    filter_add_canonical(filter, &canonical);
    assert_string_equal(buffer_text(&canonical), expected);
    buffer_finish(&canonical);
    filter_destroy(filter);
}

static void canonical__writes_the_codes_names(void **unused)
{
    (void)unused;
    canonical_is("  ", "");
    canonical_is("Pay_Day<10   Name:BYGG", "payday<10 name:BYGG");
    canonical_is("a|b  ! (c d)", "a | b !(c d)");
    canonical_is("\"a\" \"b c\" \"d:e\" f:g", "a \"b c\" \"d:e\" \"f:g\"");
    canonical_is("IS:Demo RESP:kari is:MINE", "is:demo resp:kari is:mine");
    canonical_is("St-aff:kari", "\"St-aff:kari\"");
    canonical_is("St.aff:kari staff=bo", "staff:kari staff=bo");
    canonical_is("city~^(a|b)$ /x\\/y", "city~\"^(a|b)$\" /x\\/y/");
    canonical_is("name~\\d", "name~\"\\\\d\"");
    canonical_is("contact= next_payout<=today+14", "contact= next_payout<=today+14");
    canonical_is("\"\" name:\"\\\"\"", "\"\" name:\"\\\"\"");
}

static void canonical__reads_columns__in_swedish_and_norwegian(void **unused)
{
    static const enum column columns[] = { COLUMN_clients_city, COLUMN_clients_employees,
                                           COLUMN_clients_name };
    struct buffer text = { 0 }, expected = { 0 };

    (void)unused;
    for (enum language language = LANGUAGE_EN; language < LANGUAGE_COUNT; language++) {
        world.scope.language = language;
        for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
            buffer_clear(&text);
            buffer_clear(&expected);
            buffer_print(&text, "%s=", text_tr(language, column_info(columns[i])->label));
            buffer_print(&expected, "%s=", column_info(columns[i])->name);
            canonical_is(buffer_text(&text), buffer_text(&expected));
        }
    }
    world.scope.language = LANGUAGE_EN;
    buffer_finish(&text);
    buffer_finish(&expected);
}

static void filter__says_which_columns_it_needs(void **unused)
{
    struct filter *filter = create("kari name:x employees>3 city~y");
    column_mask mask = filter_columns(filter);

    (void)unused;
    assert_true(mask == (column_bit(COLUMN_clients_name) | column_bit(COLUMN_clients_employees) |
                         column_bit(COLUMN_clients_city)));
    filter_destroy(filter);
    filter = create("12-3");
    assert_true(filter_columns(filter) == column_bit(COLUMN_clients_orgno));
    filter_destroy(filter);
    filter = create("/x/");
    assert_true((filter_columns(filter) & column_bit(COLUMN_clients_groups)) != 0);
    assert_true((filter_columns(filter) & column_bit(COLUMN_clients_contact)) == 0);
    assert_false(filter_is_empty(filter));
    filter_destroy(filter);
    filter = create(" ");
    assert_true(filter_is_empty(filter));
    filter_destroy(filter);
    assert_non_null(strstr(filter_engine(), "PCRE2 10."));
}

static void scan__gives_back_between_slices(void **unused)
{
    struct filter *filter = create("/(\\w+\\s?)+#/");
    struct filter_scan *scan = filter_scan_start(filter, &world.rows, NULL, 0);
    int64_t longest = 0;
    bool done = false;

    (void)unused;
    for (int i = 0; i < 20 && !done; i++) {
        int64_t began = clock_tick();
        done = filter_scan_step(scan, 1000);
        int64_t took = clock_tick() - began;
        longest = took > longest ? took : longest;
    }
    assert_true(longest < 1000000000); /* far from it; machines stumble */
    filter_scan_cancel(scan);          /* also before the end */
    filter_scan_cancel(NULL);
    filter_destroy(filter);
}

/* ---- evil patterns ---- */

static void evil_rows(struct arena *arena, size_t count, struct rowset *ret_rowset)
{
    static const char *const names[] = {
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!",
        "abababababababababababababababababababababababababababababababab",
        "11111111111111111111111111111111111111111111111111111111111111.",
        "x@x@x@x@x@x@x@x@x@x@x@x@x@x@x@x@x@x@x@x@x@x@x@x@x@x@x@x@x@x@",
    };
    struct rowset_builder *builder = rowset_build(arena, DATASET_clients, 0);

    for (size_t i = 0; i < count; i++) {
        const char *name = names[i % (sizeof names / sizeof *names)];
        rowset_row(builder, (int64_t)i + 1, (int64_t)i + 1, 0, NULL);
        rowset_put_text(builder, COLUMN_clients_name, name, strlen(name));
    }
    rowset_finish(builder, COLUMN_NONE, false, NULL, ret_rowset);
}

static const char *const evil[] = {
    "(a+)+$", "^(a+)+$", "(a|a)*b?$", "(a|aa)+$", "(.*a){20}$", "([a-z]+)*\\d!?$", "(x+x+)+y?$",
    "^(([a-z])+.)+[A-Z]([a-z])+$", "\\w*\\w*\\w*\\w*\\w*_$", ".*.*.*.*.*[=#]$", "(?=.*.*.*.*[#])",
    "(a?){60}a{60}", "(\\d+)*[^\\d.]", "((ab)*)*c?$", "(.{0,80}){3}[#]", "(a*)*[b#]", "(a*?)*?[#]",
    "^(\\w+\\s?)*$", "(\\w+@?)+[#]", "([^@]+@)+[#]", "(?:a|ab|b)*[#]", "(.+)+[#]", "(\\W|\\w+)+[#]",
    "(a(?=a)|a)*[#]", "(?i)(A+)+[#]", "(?:(?:a+)+)+[#]", "((a+)\\2?)+[#]", "(a+){1,50}[#]",
    "(1{1,30}){1,30}[#]", "(a|b|ab)*[#]", "(?:.*)*(?:.*)*(?:.*)*[#]", "([ab]+)+\\1[#]",
    "(\\p{L}+)*[#]", "(\\X+)*[#]", "(?>a+)+[#]", "a++[#]", "(?R)?a", "(a(?R)?a)+[#]",
    "(?1)(a|b(?1))",
};

static void scan__never_hangs__on_evil_patterns(void **unused)
{
    struct arena *arena = arena_create();
    struct rowset rows;
    struct buffer text = { 0 };
    size_t costly = 0;

    (void)unused;
    evil_rows(arena, 3000, &rows);
    for (size_t i = 0; i < sizeof evil / sizeof *evil; i++) {
        struct filter_error error;
        buffer_clear(&text);
        buffer_print(&text, "/%s/", evil[i]);
        struct filter *filter = filter_create(buffer_text(&text), DATASET_clients, &world.scope,
                                              &error);
        if (filter == NULL)
            continue; /* the compiler saw it: also well */
        struct filter_scan *scan = filter_scan_start(filter, &rows, NULL, 0);
        int64_t began = clock_tick();
        assert_true(filter_scan_step(scan, 0));
        int64_t took = clock_tick() - began;
        costly += filter_scan_costly(scan);
        if (took > 5000000000)
            fail_msg("%s: %d ms", evil[i], (int)(took / 1000000));
        if (getenv("SHOW_TIMES") != NULL)
            print_message("%-40s %6d us%s\n", evil[i], (int)(took / 1000),
                          filter_scan_costly(scan) ? " costly" : "");
        filter_scan_cancel(scan);
        filter_destroy(filter);
    }
    assert_true(costly > 5);
    buffer_finish(&text);
    arena_destroy(arena);
}

static void scan__gives_the_pattern_up__and_not_the_rest(void **unused)
{
    struct arena *arena = arena_create();
    struct rowset rows;
    size_t count;

    (void)unused;
    evil_rows(arena, 24000, &rows);
    struct filter *filter = create("/(?=.*.*.*.*[#])/ | name:x@x | !/(?=.*.*.*.*[#])/");
    struct filter_scan *scan = filter_scan_start(filter, &rows, NULL, 0);
    int64_t began = clock_tick();
    assert_true(filter_scan_step(scan, 0));
    assert_true(clock_tick() - began < 10000000000);
    assert_true(filter_scan_costly(scan));
    const uint32_t *hits = filter_scan_hits(scan, &count);
    size_t named = 0;
    for (size_t i = 0; i < count; i++)
        named += hits[i] % 4 == 3;
    assert_int_equal(named, 24000 / 4); /* all that match without the pattern */
    assert_true(hits[count - 1] == 23999);
    filter_scan_cancel(scan);
    filter_destroy(filter);
    arena_destroy(arena);
}

static void pattern__matches_neither_way__when_it_is_costly(void **unused)
{
    struct arena *arena = arena_create();
    struct rowset rows;
    bool is_costly = false;

    (void)unused;
    evil_rows(arena, 4, &rows);
    struct filter *filter = create("/^(([a-z])+.)+[0-9]([a-z])+$/");
    struct filter *opposite = create("!/^(([a-z])+.)+[0-9]([a-z])+$/");
    struct filter *saved = create("!/^(([a-z])+.)+[0-9]([a-z])+$/ | name:aaaa");
    assert_false(filter_matches(filter, &rows, 0, &is_costly));
    assert_true(is_costly);
    is_costly = false;
    assert_false(filter_matches(opposite, &rows, 0, &is_costly));
    assert_true(is_costly);
    assert_true(filter_matches(saved, &rows, 0, &is_costly));
    is_costly = false;
    assert_true(filter_matches(opposite, &rows, 2, &is_costly));
    assert_false(is_costly);
    filter_destroy(filter);
    filter_destroy(opposite);
    filter_destroy(saved);
    arena_destroy(arena);
}

static void pattern__sees_four_kibibytes__and_says_so(void **unused)
{
    struct arena *arena = arena_create();
    struct rowset rows;
    struct rowset_builder *builder = rowset_build(arena, DATASET_clients, 0);
    char *text = arena_zero(arena, 6001, 1);
    bool is_costly = false;

    (void)unused;
    for (size_t i = 0; i < 6000; i += 2)
        memcpy(text + i, "å", 2);
    memcpy(text + 4090, "yes", 3);
    text[4093] = ' ';
    memcpy(text + 5000, "no", 2);
    rowset_row(builder, 1, 1, 0, NULL);
    rowset_put_text(builder, COLUMN_clients_name, text, 6000);
    rowset_finish(builder, COLUMN_NONE, false, NULL, &rows);

    struct filter *filter = create("name~yes");
    assert_true(filter_matches(filter, &rows, 0, &is_costly));
    assert_false(is_costly);
    filter_destroy(filter);
    filter = create("name~no");
    assert_false(filter_matches(filter, &rows, 0, &is_costly));
    assert_true(is_costly);
    filter_destroy(filter);
    filter = create("name:no");
    assert_true(filter_matches(filter, &rows, 0, &is_costly));
    filter_destroy(filter);
    arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scan__equals_row_by_row__on_random_filters),
        cmocka_unit_test(scan__of_a_pattern__misses_no_row),
        cmocka_unit_test(scan_of_a_pattern_with_classes__misses_no_character),
        cmocka_unit_test(scan_that_grows__finds_what_one_of_all_finds),
        cmocka_unit_test(filter__gives_complement__under_negation),
        cmocka_unit_test(canonical__selects_the_same__and_is_its_own_canonical),
        cmocka_unit_test(canonical__writes_the_codes_names),
        cmocka_unit_test(canonical__reads_columns__in_swedish_and_norwegian),
        cmocka_unit_test(narrowing__is_sound__on_random_pairs),
        cmocka_unit_test(narrowing__is_seen__while_letters_are_typed),
        cmocka_unit_test(narrowing__is_not_seen__where_hits_may_grow),
        cmocka_unit_test(narrowing__ends_soon__on_tangled_filters),
        cmocka_unit_test(filter__says_which_columns_it_needs),
        cmocka_unit_test(scan__gives_back_between_slices),
        cmocka_unit_test(scan__never_hangs__on_evil_patterns),
        cmocka_unit_test(scan__gives_the_pattern_up__and_not_the_rest),
        cmocka_unit_test(pattern__matches_neither_way__when_it_is_costly),
        cmocka_unit_test(pattern__sees_four_kibibytes__and_says_so),
    };

    return cmocka_run_group_tests_name("filter scan", tests, start, stop);
}
