#include "book/book_text.h"

#include <string.h>

#include "core/clock.h"

static void append_decimal(buf *out, const char *text)
{
    size_t length = strlen(text);
    if (strchr(text, '.'))
        while (text[length - 1] == '0' || text[length - 1] == '.')
            if (text[--length] == '.')
                break;
    buf_append(out, text, length);
}

/* The years that ISO 8601 writes with four digits; others, and infinity, stay as the server prints them. */
static bool is_common_time(const char *text)
{
    size_t length = strlen(text);
    return length > 10 && text[4] == '-' && text[length - 1] != 'C';
}

void book_text_append(buf *out, const pg_rows *rows, size_t row, size_t column)
{
    const char *text = pg_get_text(rows, row, column);
    switch (pg_column_type(rows, column)) {
    case PG_TYPE_NUMERIC:
        append_decimal(out, text);
        return;
    case PG_TYPE_BOOL:
        buf_append_str(out, text[0] == 't' ? "true" : "false");
        return;
    case PG_TYPE_TIMESTAMPTZ:
        if (is_common_time(text)) {
            char iso[CLOCK_ISO_SIZE];
            clock_iso(pg_get_time(rows, row, column), iso);
            buf_append_str(out, iso);
            return;
        }
        break;
    default:
        break;
    }
    buf_append_str(out, text);
}
