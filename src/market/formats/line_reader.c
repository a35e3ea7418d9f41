#include "market/formats/line_reader.h"

#include <assert.h>
#include <string.h>

#include "core/mem.h"
#include "market/formats/json_reader.h"

#define BUFFER_BYTES ((size_t)512 * 1024)
#define LINE_BEGINNING_BYTES 512
/* So much tells lines from JSON. */
#define BEGINNING_BYTES 1024
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
    json_reader *json;                    /* NULL: these are lines */
    char *json_line;                      /* LINE_LENGTH_MAX bytes */
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
    json_reader_free(r->json);
    mem_free(r->json_line);
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

/* ---- rows of JSON ---- */

/* What has been read already comes first. */
static dbk_err *read_on(void *context, void *p, size_t size, size_t *got)
{
    line_reader *r = context;
    size_t held = r->end - r->start;
    if (held == 0)
        return source_read(r->source, p, size, got);
    *got = held < size ? held : size;
    memcpy(p, r->buffer + r->start, *got);
    r->start += *got;
    return NULL;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* "[[", perhaps with blanks and empty pages before it. What more it is, is seen on the way. */
static bool begins_as_rows(const line_reader *r, size_t start)
{
    char before = '\0';
    for (size_t i = start; i < r->end; i++) {
        char c = r->buffer[i];
        if (is_blank(c))
            continue;
        if (c == '[' && before == '[')
            return true;
        if (c != '[' && !(c == ']' && before == '['))
            return false;
        before = c;
    }
    return false;
}

static dbk_err *start_json(line_reader *r)
{
    r->json_line = mem_alloc(LINE_LENGTH_MAX);
    return r->json_line ? json_reader_new(read_on, r, &r->json) : err_oom();
}

/* The items of a row with commas between them; false when they are too long. */
static bool join_items(line_reader *r, const json_spans *s, size_t *length)
{
    const json_span *row = s->values;
    size_t used = 0;
    for (const json_span *v = json_span_first(s, row); v; v = json_span_after(s, row, v)) {
        size_t wanted = v->kind == JSON_SPAN_NULL ? 0 : v->length;
        if (used + wanted + 1 > LINE_LENGTH_MAX)
            return false;
        if (used > 0 || v != row + 1)
            r->json_line[used++] = ',';
        memcpy(r->json_line + used, v->text, wanted);
        used += wanted;
    }
    *length = used;
    return true;
}

static void take_json(line_reader *r, const json_reader_item *item, line *out)
{
    r->line_number++;
    *out = (line){.text = item->text,
                  .length = item->length,
                  .number = r->line_number,
                  .byte_offset = item->byte_offset};
    bool row = item->event == JSON_READER_VALUE && item->spans->values->kind == JSON_SPAN_ARRAY;
    if (row && join_items(r, item->spans, &out->length)) {
        out->text = r->json_line;
    } else if (row || out->length > LINE_LENGTH_MAX) {
        out->too_long = true;
        out->length = out->length < LINE_BEGINNING_BYTES ? out->length : LINE_BEGINNING_BYTES;
    }
}

static dbk_err *next_of_json(line_reader *r, line *out, bool *more)
{
    json_reader_item item;
    do {
        dbk_err *e = json_reader_next(r->json, &item);
        if (e)
            return e;
    } while (item.event == JSON_READER_EMPTY);
    *more = item.event != JSON_READER_END;
    if (*more)
        take_json(r, &item, out);
    return NULL;
}

/* ---- lines ---- */

static dbk_err *begin(line_reader *r)
{
    r->begun = true;
    while (r->end < BEGINNING_BYTES && !r->source_end) {
        dbk_err *e = fill(r);
        if (e)
            return e;
    }
    size_t mark = r->end >= 3 && memcmp(r->buffer, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    if (begins_as_rows(r, mark))
        return start_json(r);
    r->start = mark;
    r->byte_offset = (int64_t)mark;
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
        dbk_err *e = begin(r);
        if (e)
            return e;
    }
    if (r->json)
        return next_of_json(r, out, more);
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
