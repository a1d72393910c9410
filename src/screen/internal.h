/*
 * What the files of the screen layer share and nobody else needs.
 */
#ifndef KLIENTEL_SCREEN_INTERNAL_H
#define KLIENTEL_SCREEN_INTERNAL_H

#include "klientel/screen/pane.h"
#include "klientel/screen/table.h"

/* ---- cell.c ---- */

/* The column was asked for, so that what it does not hold is unknown. */
bool cell_loaded(const struct rowset *rows, enum column column);
enum style cell_style(const struct rowset *rows, size_t row, enum column column);
enum style declaration_style(enum declaration_state state);
size_t value_items(const struct value *value); /* of a list; 0 when not known */
/* Columns of the widest day without its year: 14 Dec, 14 juni, 14. des. */
int day_width(enum language language);
/* The width, given for English, that the column needs in a language. */
int cell_width(enum column column, int width, enum language language);

/* ---- heading.c ---- */

/* A heading across the rect's first row: a ruler with the text in it, or the text alone
 * (--plain-ui). */
void heading_draw(struct surface *surface, const struct screen_context *context, struct rect rect,
                  const char *text);
/* November (without the year). */
void month_name_add(struct month month, enum language language, struct buffer *ret_text);
/* Nov, nov, nov. */
void month_short_add(struct month month, enum language language, struct buffer *ret_text);

/* ---- page.c: text that scrolls: the client sheet, the help ---- */

struct page_line {
    size_t text, label; /* offsets into the page's text; label SIZE_MAX = none */
    int indent;         /* columns before the text */
    int label_column;
    enum style style, label_style;
    bool heading;
};
struct page {
    struct buffer text;
    struct page_line *lines;
    size_t count, capacity;
    int width;  /* columns to wrap at */
    bool ascii, latin1;
    size_t top; /* first line seen */
    int rows;   /* seen at the last drawing */
};
struct page_cell {
    const char *text;
    int width;  /* < 0 = ends at the right edge of its room */
};
void page_finish(struct page *page);
/* Empty again, for lines of that width; what was scrolled to stays. */
void page_start(struct page *page, int width, const struct screen_context *context);
/* With a blank line before it, but for the first. */
void page_heading(struct page *page, const char *text);
void page_text(struct page *page, enum style style, int indent, const char *text); /* wrapped */
/* Label, then the value from column `indent` on, wrapped there. */
void page_pair(struct page *page, int indent, const char *label, enum style style,
               const char *value);
/* Names of keys, or other things to type, and what they do. */
void page_key(struct page *page, int indent, const char *keys, const char *text);
/* One row of a table; cells that do not fit are left out from the right. */
void page_cells(struct page *page, enum style style, int indent, const struct page_cell *cells,
                size_t count);
/* "lines 1-20 of 64"; nothing while all lines are seen. */
void page_status(const struct page *page, enum language language, struct buffer *ret_text);
struct effect page_act(struct page *page, enum action_id action);
void page_draw(struct page *page, const struct screen_context *context, struct surface *surface,
               struct rect rect);
/* All lines of the page as text, as they would be drawn. */
void page_add_lines(const struct page *page, const struct screen_context *context,
                    struct buffer *ret_text);

/* ---- words.c ---- */

/* Every word of `words` stands somewhere in the line, caseless; no words stand in every line. */
bool words_stand_in(const char *words, const char *line);
/* The same of texts that are folded already. */
bool folded_words_stand_in(const char *words, const char *line);
/* " --option value"; nothing for an empty value (or NULL). */
void shell_option_add(const char *option, const char *value, struct buffer *ret_text);
/* The same for a filter, in words that are the same in every language. */
void shell_filter_add(const char *option, const char *filter, enum dataset dataset,
                      const struct screen_context *context, struct buffer *ret_text);
/* " --columns a,b --sort -c" as the table shows it. */
void table_command_add(const struct table *table, struct buffer *ret_text);

/* ---- table_words.c ---- */

/* Which way round the rows stand. */
const char *table_arrow(const struct table *table, const struct screen_context *context);

void table_reason_draw(const struct table *table, const struct screen_context *context,
                       struct surface *surface, struct rect rect);

/* ---- table.c and table_marks.c ---- */

void table_cursor_set(struct table *table, size_t cursor);
/* True when the action was about marks. */
bool marks_act(struct table *table, enum action_id action);
void marks_moved(struct table *table, size_t from); /* the cursor was moved by a person */
void marks_follow(struct table *table);             /* after new rows or hits */

static inline struct effect effect_of(enum effect_kind kind)
{
    return (struct effect) { .kind = kind, .month = MONTH_NONE };
}

#endif
