/*
 * Stage lines: what an import says: refused rows and warnings for the receipt, and the text of a
 * row as the log keeps it.
 *
 * State: stage.lines; first those of reading, then those of finding.
 */
#include "stage_internal.h"

#include <stdio.h>
#include <string.h>

enum { REFUSED_MAX = 50000 };

/* ---- refused rows ---- */

static void fill_line(const struct stage *stage, struct receipt_line *line, int64_t file,
                      int64_t number, const char *column, int64_t client_id,
                      const struct message *why)
{
    line->client = client_id;
    line->line = number;
    if (file >= 0 && file < stage->file_count)
        copy_cut(line->file, sizeof line->file, stage->files[file]);
    copy_cut(line->column, sizeof line->column, column == NULL ? "" : column);
    line->why = *why;
}

bool stage_too_many(const struct stage *stage, int file, struct failure *ret_failure)
{
    return failure_set(ret_failure, FAILURE_USAGE,
                       file >= 0 && file < stage->file_count ? stage->files[file] : "",
                       N_("More than 50000 rows are refused: is this the right file?"), NULL);
}

bool stage_refuse(struct stage *stage, struct stage_at at, const char *column,
                  const struct message *why, bool lenient, struct failure *ret_failure)
{
    if (stage->lines.skipped_count >= REFUSED_MAX)
        return stage_too_many(stage, at.file, ret_failure);
    fill_line(stage, receipt_skip(&stage->lines), at.file, at.line, column, 0, why);
    stage->read_refused++;
    stage->strict_read += !lenient;
    stage->is_prepared = false;
    return true;
}

void stage_warn_found(struct stage *stage, int64_t file, int64_t line, const char *column,
                      int64_t client_id, const struct message *why)
{
    if (stage->lines.warning_count < REFUSED_MAX)
        fill_line(stage, receipt_warn(&stage->lines), file, line, column, client_id, why);
}

void stage_warn(struct stage *stage, struct stage_at at, const char *column, int64_t client_id,
                const struct message *why)
{
    stage->lines.warning_count = stage->read_warned; /* those of finding come again */
    stage_warn_found(stage, at.file, at.line, column, client_id, why);
    stage->read_warned = stage->lines.warning_count;
    stage->is_prepared = false;
}

void stage_refuse_found(struct stage *stage, int64_t file, int64_t line, const char *column,
                        int64_t client_id, bool lenient, const struct message *why)
{
    stage->strict_found += !lenient;
    if (stage->lines.skipped_count >= REFUSED_MAX)
        stage->has_too_many = true;
    else
        fill_line(stage, receipt_skip(&stage->lines), file, line, column, client_id, why);
}

bool stage_blocked(const struct stage *stage)
{
    return !stage->keep_good && stage->strict_read + stage->strict_found > 0;
}

void stage_receipt(const struct stage *stage, struct receipt *ret_receipt)
{
    int64_t staged = 0;
    for (int i = 0; i < STAGE_TABLE_COUNT; i++)
        staged += stage->rows[i];
    ret_receipt->selected = staged + (int64_t)stage->read_refused;
    for (size_t i = 0; i < stage->lines.skipped_count; i++)
        *receipt_skip(ret_receipt) = stage->lines.skipped[i];
    for (size_t i = 0; i < stage->lines.warning_count; i++)
        *receipt_warn(ret_receipt) = stage->lines.warnings[i];
    ret_receipt->applied = 0;
    ret_receipt->unchanged = ret_receipt->selected - (int64_t)ret_receipt->skipped_count;
}

const char *stage_place(const struct stage *stage, int64_t file, int64_t line, char *text,
                        size_t size)
{
    snprintf(text, size, "%.100s:%lld",
             file >= 0 && file < stage->file_count ? stage->files[file] : "", (long long)line);
    return text;
}

/* ---- a row as the log keeps it ---- */

void row_text_clear(struct row_text *text)
{
    buffer_clear(&text->before);
    buffer_clear(&text->after);
}

void row_text_finish(struct row_text *text)
{
    buffer_finish(&text->before);
    buffer_finish(&text->after);
}

static void add_pair(struct buffer *text, const char *column, const char *value)
{
    if (text->length > 0)
        buffer_add_byte(text, VALUE_SEPARATOR);
    buffer_add_text(text, column);
    buffer_add_byte(text, '=');
    buffer_add_text(text, value);
}

void row_text_add(struct row_text *text, const char *column, const char *before, const char *after)
{
    if (before != NULL)
        add_pair(&text->before, column, before);
    if (after != NULL)
        add_pair(&text->after, column, after);
}
