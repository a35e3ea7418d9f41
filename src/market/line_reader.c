#include "market/line_reader.h"

#include <assert.h>
#include <string.h>

#include "core/mem.h"

#define BUFFER_BYTES ((size_t)512 * 1024)
#define LINE_BEGINNING_BYTES 512
static_assert(BUFFER_BYTES >= 2 * LINE_LENGTH_MAX, "a longest line fits beside what was read before it");

struct line_reader {
    source *source;
    char *buffer;
    size_t start; /* of what has not been given out */
    size_t end;   /* of what has been read */
    int64_t line_number;
    int64_t byte_offset; /* of buffer[start] */
    bool source_end;
    bool begun;
    char beginning[LINE_BEGINNING_BYTES]; /* of a line that was too long */
};

dbk_err *line_reader_new(source *s, line_reader **out)
{
    line_reader *r = mem_alloc(sizeof(*r));
    if (!r)
        return err_oom();
    r->source = s;
    r->buffer = mem_alloc(BUFFER_BYTES);
    if (!r->buffer) {
        mem_free(r);
        return err_oom();
    }
    *out = r;
    return NULL;
}

void line_reader_free(line_reader *r)
{
    if (!r)
        return;
    mem_free(r->buffer);
    mem_free(r);
}

/* Moves what is left to the front and reads until there is more. */
static dbk_err *fill(line_reader *r)
{
    memmove(r->buffer, r->buffer + r->start, r->end - r->start);
    r->end -= r->start;
    r->start = 0;
    assert(r->end < BUFFER_BYTES);
    size_t got;
    dbk_err *e = source_read(r->source, r->buffer + r->end, BUFFER_BYTES - r->end, &got);
    if (e)
        return e;
    r->end += got;
    r->source_end = got == 0;
    return NULL;
}

static dbk_err *skip_byte_order_mark(line_reader *r)
{
    while (r->end < 3 && !r->source_end) {
        dbk_err *e = fill(r);
        if (e)
            return e;
    }
    if (r->end >= 3 && memcmp(r->buffer, "\xef\xbb\xbf", 3) == 0) {
        r->start = 3;
        r->byte_offset = 3;
    }
    r->begun = true;
    return NULL;
}

/* Consumes up to and including the next LF, which is farther away than a line may be long. */
static dbk_err *skip_rest(line_reader *r)
{
    for (;;) {
        const char *lf = memchr(r->buffer + r->start, '\n', r->end - r->start);
        size_t used = lf ? (size_t)(lf - (r->buffer + r->start)) + 1 : r->end - r->start;
        r->start += used;
        r->byte_offset += (int64_t)used;
        if (lf || r->source_end)
            return NULL;
        dbk_err *e = fill(r);
        if (e)
            return e;
    }
}

static dbk_err *long_line(line_reader *r, line *out)
{
    memcpy(r->beginning, out->text, LINE_BEGINNING_BYTES);
    out->text = r->beginning;
    out->length = LINE_BEGINNING_BYTES;
    out->too_long = true;
    return skip_rest(r);
}

dbk_err *line_reader_next(line_reader *r, line *out, bool *more)
{
    const char *lf;
    size_t scanned = 0;
    if (!r->begun) {
        dbk_err *e = skip_byte_order_mark(r);
        if (e)
            return e;
    }
    for (;;) {
        lf = memchr(r->buffer + r->start + scanned, '\n', r->end - r->start - scanned);
        scanned = r->end - r->start;
        if (lf || r->source_end || scanned > LINE_LENGTH_MAX)
            break;
        dbk_err *e = fill(r);
        if (e)
            return e;
    }
    size_t length = lf ? (size_t)(lf - (r->buffer + r->start)) : scanned;
    if (!lf && length == 0) {
        *more = false;
        return NULL;
    }
    *more = true;
    r->line_number++;
    *out = (line){.text = r->buffer + r->start,
                  .length = length,
                  .number = r->line_number,
                  .byte_offset = r->byte_offset};
    if (length > LINE_LENGTH_MAX)
        return long_line(r, out);
    size_t used = length + (lf ? 1 : 0);
    r->start += used;
    r->byte_offset += (int64_t)used;
    if (out->length > 0 && out->text[out->length - 1] == '\r')
        out->length--;
    return NULL;
}
