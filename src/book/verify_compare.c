#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "book/verify_int.h"
#include "core/clock.h"

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

dbk_err *verify_text(verify *v, const verify_rows *r, size_t column, const char *recomputed)
{
    const char *stored = verify_value(r, column);
    v->result.values++;
    bool same = stored && recomputed ? strcmp(stored, recomputed) == 0 : stored == recomputed;
    return same ? NULL : differs(v, book_rows_column_name(r->rows, column), stored, recomputed);
}

bool verify_is(const verify_rows *r, size_t column, wide value)
{
    char text[WIDE_TEXT_SIZE];
    wide_format(value, text);
    const char *stored = verify_value(r, column);
    return stored && strcmp(stored, text) == 0;
}

dbk_err *verify_wide(verify *v, const verify_rows *r, size_t column, wide recomputed)
{
    char text[WIDE_TEXT_SIZE];
    wide_format(recomputed, text);
    return verify_text(v, r, column, text);
}

dbk_err *verify_int8(verify *v, const verify_rows *r, size_t column, int64_t recomputed)
{
    char text[32];
    snprintf(text, sizeof(text), "%" PRId64, recomputed);
    return verify_text(v, r, column, text);
}

dbk_err *verify_bool(verify *v, const verify_rows *r, size_t column, bool recomputed)
{
    return verify_text(v, r, column, recomputed ? "true" : "false");
}

dbk_err *verify_time(verify *v, const verify_rows *r, size_t column, bool known, int64_t recomputed_us)
{
    char text[CLOCK_ISO_SIZE];
    if (known)
        clock_iso(recomputed_us, text);
    return verify_text(v, r, column, known ? text : NULL);
}

dbk_err *verify_row(verify *v, bool is_stored)
{
    v->result.values++;
    return differs(v, "row", is_stored ? "present" : NULL, is_stored ? NULL : "present");
}
