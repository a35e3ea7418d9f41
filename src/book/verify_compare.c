#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "book/book_text.h"
#include "book/verify_int.h"

void verify_at(verify *v, const char *table, const char *key_fmt, ...)
{
    v->table = table;
    buf_clear(&v->key);
    va_list args;
    va_start(args, key_fmt);
    buf_vprintf(&v->key, key_fmt, args);
    va_end(args);
}

static dbk_err *differs(verify *v, const char *column, const char *stored, const char *recomputed)
{
    dbk_err *e = buf_error(&v->key);
    if (e)
        return e;
    v->result.differences++;
    return v->options->difference(v->options->ctx, &(book_difference){.table = v->table,
                                                                      .key = v->key.data,
                                                                      .column = column,
                                                                      .stored = stored,
                                                                      .recomputed = recomputed});
}

dbk_err *verify_text(verify *v, const pg_rows *rows, size_t row, size_t column, const char *recomputed)
{
    const char *stored = NULL;
    buf_clear(&v->stored);
    if (!pg_get_is_null(rows, row, column)) {
        book_text_append(&v->stored, rows, row, column);
        dbk_err *e = buf_error(&v->stored);
        if (e)
            return e;
        stored = v->stored.data;
    }
    v->result.values++;
    bool same = stored && recomputed ? strcmp(stored, recomputed) == 0 : stored == recomputed;
    return same ? NULL : differs(v, pg_column_name(rows, column), stored, recomputed);
}

bool verify_is(verify *v, const pg_rows *rows, size_t row, size_t column, wide value)
{
    char text[WIDE_TEXT_SIZE];
    wide_format(value, text);
    buf_clear(&v->stored);
    if (pg_get_is_null(rows, row, column))
        return false;
    book_text_append(&v->stored, rows, row, column);
    return strcmp(v->stored.data, text) == 0;
}

dbk_err *verify_wide(verify *v, const pg_rows *rows, size_t row, size_t column, wide recomputed)
{
    char text[WIDE_TEXT_SIZE];
    wide_format(recomputed, text);
    return verify_text(v, rows, row, column, text);
}

dbk_err *verify_int8(verify *v, const pg_rows *rows, size_t row, size_t column, int64_t recomputed)
{
    char text[32];
    snprintf(text, sizeof(text), "%" PRId64, recomputed);
    return verify_text(v, rows, row, column, text);
}

dbk_err *verify_bool(verify *v, const pg_rows *rows, size_t row, size_t column, bool recomputed)
{
    return verify_text(v, rows, row, column, recomputed ? "true" : "false");
}

dbk_err *verify_time(verify *v, const pg_rows *rows, size_t row, size_t column, bool known,
                     int64_t recomputed_us)
{
    char text[CLOCK_ISO_SIZE];
    if (known)
        clock_iso(recomputed_us, text);
    return verify_text(v, rows, row, column, known ? text : NULL);
}

dbk_err *verify_row(verify *v, bool is_stored)
{
    v->result.values++;
    return differs(v, "row", is_stored ? "present" : NULL, is_stored ? NULL : "present");
}
