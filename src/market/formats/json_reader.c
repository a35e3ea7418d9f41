/* A value is parsed where it lies in the buffer. When the buffer ends before it does, what is left is moved
 * to the front, more is read, and it is parsed again from its beginning; the buffer is large against almost
 * all values, so that is rare. */
#include "market/formats/json_reader.h"

#include <assert.h>
#include <string.h>

#include "core/mem.h"

#define BUFFER_BYTES (2 * JSON_READER_VALUE_MAX)
/* A value of the largest size cannot hold more. */
#define VALUES_MAX (JSON_READER_VALUE_MAX / 2 + 1)
#define LINE_SHOWN_MAX ((size_t)4096)

struct json_reader {
    json_reader_source read;
    void *context;
    json_spans spans;
    char *buffer;
    size_t start; /* of what has not been given out */
    size_t end;   /* of what has been read */
    bool source_end;
    bool begun;
    const char *wanted; /* that lines must hold; NULL: none */
    bool in_array;
    bool array_item_due; /* in an array: an item must come, not a comma or the end */
    int64_t line;
    int64_t byte_offset; /* of buffer[start] */
    size_t prefix_length;
    char prefix[JSON_READER_PREFIX_MAX];
    char shown[LINE_SHOWN_MAX]; /* of a line that is longer than the buffer */
};

dbk_err *json_reader_new(json_reader_source read, void *context, json_reader **out)
{
    json_reader *r = mem_alloc(sizeof(*r));
    if (!r)
        return err_oom();
    r->read = read;
    r->context = context;
    r->line = 1;
    json_spans_init(&r->spans, VALUES_MAX);
    r->buffer = mem_alloc(BUFFER_BYTES);
    if (!r->buffer) {
        mem_free(r);
        return err_oom();
    }
    *out = r;
    return NULL;
}

void json_reader_free(json_reader *r)
{
    if (!r)
        return;
    json_spans_term(&r->spans);
    mem_free(r->buffer);
    mem_free(r);
}

void json_reader_pass_over_without(json_reader *r, const char *text)
{
    r->wanted = text;
}

/* Moves what is left to the front and reads once. */
static dbk_err *fill(json_reader *r)
{
    memmove(r->buffer, r->buffer + r->start, r->end - r->start);
    r->end -= r->start;
    r->start = 0;
    assert(r->end < BUFFER_BYTES);
    size_t got = 0;
    dbk_err *e = r->read(r->context, r->buffer + r->end, BUFFER_BYTES - r->end, &got);
    if (e)
        return e;
    r->end += got;
    r->source_end = got == 0;
    return NULL;
}

static void consume(json_reader *r, size_t length)
{
    const char *p = r->buffer + r->start;
    const char *end = p + length;
    while ((p = memchr(p, '\n', (size_t)(end - p)))) {
        r->line++;
        p++;
    }
    r->start += length;
    r->byte_offset += (int64_t)length;
}

/* The next byte that is no blank, not consumed; '\0' at the end of the source. A zero byte in the data is
 * none either way: nothing takes it for JSON. */
static dbk_err *peek(json_reader *r, char *out, bool *at_end)
{
    for (;;) {
        size_t blanks = 0;
        while (r->start + blanks < r->end && strchr(" \t\r\n", r->buffer[r->start + blanks]) &&
               r->buffer[r->start + blanks] != '\0')
            blanks++;
        consume(r, blanks);
        if (r->start < r->end) {
            *out = r->buffer[r->start];
            *at_end = false;
            return NULL;
        }
        if (r->source_end) {
            *out = '\0';
            *at_end = true;
            return NULL;
        }
        dbk_err *e = fill(r);
        if (e)
            return e;
    }
}

static dbk_err *skip_byte_order_mark(json_reader *r)
{
    r->begun = true;
    while (r->end < 3 && !r->source_end) {
        dbk_err *e = fill(r);
        if (e)
            return e;
    }
    if (r->end >= 3 && memcmp(r->buffer, "\xef\xbb\xbf", 3) == 0)
        consume(r, 3);
    return NULL;
}

/* Where the value at the start of the buffer ends, reading as much as that takes. */
static dbk_err *parse_value(json_reader *r, json_span_end *outcome, size_t *end)
{
    for (;;) {
        size_t held = r->end - r->start;
        dbk_err *e = json_spans_begin(&r->spans, r->buffer + r->start, held, r->source_end, outcome, end);
        if (e)
            return e;
        if (*outcome != JSON_SPAN_CUT || r->source_end || held > JSON_READER_VALUE_MAX)
            return NULL;
        e = fill(r);
        if (e)
            return e;
    }
}

/* What is wrong with what parse_value() found; NULL when it is a value. */
static const char *value_problem(json_span_end outcome, size_t end)
{
    if (end > JSON_READER_VALUE_MAX)
        return "the value is longer than a megabyte";
    switch (outcome) {
    case JSON_SPAN_CUT:
        return "the JSON ends in the middle";
    case JSON_SPAN_INVALID:
        return "this is not JSON";
    case JSON_SPAN_WHOLE:
    default:
        return NULL;
    }
}

static void give_value(json_reader *r, json_reader_item *out, size_t end)
{
    *out = (json_reader_item){.event = JSON_READER_VALUE,
                              .spans = &r->spans,
                              .prefix = r->prefix,
                              .prefix_length = r->prefix_length,
                              .text = r->buffer + r->start,
                              .length = end,
                              .line = r->line,
                              .byte_offset = r->byte_offset,
                              .in_array = r->in_array};
    consume(r, end);
}

/* ---- lines ---- */

/* How far the line that begins at the start goes, without its LF, as far as the buffer can hold it. */
static dbk_err *find_line(json_reader *r, size_t *length, bool *whole)
{
    size_t scanned = 0;
    for (;;) {
        const char *from = r->buffer + r->start + scanned;
        const char *lf = memchr(from, '\n', r->end - r->start - scanned);
        scanned = r->end - r->start;
        if (lf) {
            *length = (size_t)(lf - (r->buffer + r->start));
            *whole = true;
            return NULL;
        }
        if (r->source_end || scanned > JSON_READER_VALUE_MAX) {
            *length = scanned;
            *whole = r->source_end;
            return NULL;
        }
        dbk_err *e = fill(r);
        if (e)
            return e;
    }
}

/* Gives the rest of the line as what it is and goes on after it. */
static dbk_err *give_line(json_reader *r, json_reader_event event, const char *problem, json_reader_item *out)
{
    size_t length;
    bool whole;
    dbk_err *e = find_line(r, &length, &whole);
    if (e)
        return e;
    *out = (json_reader_item){.event = event,
                              .prefix = r->prefix,
                              .prefix_length = r->prefix_length,
                              .text = r->buffer + r->start,
                              .length = length,
                              .problem = problem,
                              .line = r->line,
                              .byte_offset = r->byte_offset};
    if (!whole) {
        out->text = r->shown;
        out->length = LINE_SHOWN_MAX;
        memcpy(r->shown, r->buffer + r->start, LINE_SHOWN_MAX);
    }
    consume(r, length);
    while (!whole) {
        e = find_line(r, &length, &whole);
        if (e)
            return e;
        consume(r, length);
    }
    return NULL;
}

/* *over: the line does not hold what is wanted, and was given. */
static dbk_err *pass_over(json_reader *r, json_reader_item *out, bool *over)
{
    size_t length;
    bool whole;
    dbk_err *e = find_line(r, &length, &whole);
    if (e || !whole || memmem(r->buffer + r->start, length, r->wanted, strlen(r->wanted)))
        return e;
    e = give_line(r, JSON_READER_TEXT, NULL, out);
    if (e)
        return e;
    out->passed_over = true;
    *over = true;
    return NULL;
}

/* Where the JSON of the line begins, after ": "; `length` when there is none. */
static size_t find_json(const char *text, size_t length)
{
    for (size_t i = 2; i < length && i <= JSON_READER_PREFIX_MAX; i++)
        if ((text[i] == '{' || text[i] == '[') && text[i - 1] == ' ' && text[i - 2] == ':')
            return i;
    return length;
}

/* ---- the top ---- */

/* Does an array begin here that is to be entered? Then its bracket is consumed. */
static dbk_err *enter_array(json_reader *r, bool *entered, bool *empty)
{
    size_t at = 1;
    for (;; at++) {
        if (r->start + at == r->end) {
            if (r->source_end || at > JSON_READER_PREFIX_MAX)
                return NULL;
            dbk_err *e = fill(r);
            if (e)
                return e;
            at--;
            continue;
        }
        char c = r->buffer[r->start + at];
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
            continue;
        *empty = c == ']';
        *entered = c == '[' || c == '{';
        if (*entered)
            consume(r, 1);
        return NULL;
    }
}

/* A document begins here: with a bracket. */
static dbk_err *next_document(json_reader *r, char first, json_reader_item *out, bool *entered)
{
    bool empty = false;
    if (first == '[') {
        dbk_err *e = enter_array(r, entered, &empty);
        if (e)
            return e;
        if (*entered) {
            r->in_array = true;
            r->array_item_due = true;
            return NULL;
        }
    }
    json_span_end outcome;
    size_t end;
    dbk_err *e = parse_value(r, &outcome, &end);
    if (e)
        return e;
    const char *problem = value_problem(outcome, end);
    if (problem)
        return give_line(r, JSON_READER_FAULT, problem, out);
    give_value(r, out, end);
    if (empty)
        out->event = JSON_READER_EMPTY;
    return NULL;
}

/* A line that does not begin with a bracket: something before the JSON, a bare scalar, or text. */
static dbk_err *next_line(json_reader *r, json_reader_item *out, bool *prefixed)
{
    size_t length, end;
    bool whole;
    json_span_end outcome;
    dbk_err *e = find_line(r, &length, &whole);
    if (e)
        return e;
    const char *text = r->buffer + r->start;
    size_t json = find_json(text, length);
    if (json < length) {
        r->prefix_length = json - 2;
        memcpy(r->prefix, text, r->prefix_length);
        consume(r, json);
        *prefixed = true;
        return NULL;
    }
    if (whole) {
        e = json_spans_begin(&r->spans, text, length, true, &outcome, &end);
        if (e)
            return e;
        while (outcome == JSON_SPAN_WHOLE && end < length && (text[end] == ' ' || text[end] == '\r'))
            end++;
        if (outcome == JSON_SPAN_WHOLE && end == length) {
            give_value(r, out, end);
            return NULL;
        }
    }
    return give_line(r, JSON_READER_TEXT, NULL, out);
}

static dbk_err *next_at_top(json_reader *r, json_reader_item *out, bool *again)
{
    char first;
    bool at_end;
    r->prefix_length = 0;
    dbk_err *e = peek(r, &first, &at_end);
    if (e)
        return e;
    if (at_end) {
        *out = (json_reader_item){.event = JSON_READER_END, .line = r->line, .byte_offset = r->byte_offset};
        return NULL;
    }
    bool over = false;
    if (r->wanted) {
        e = pass_over(r, out, &over);
        if (e || over)
            return e;
    }
    bool prefixed = false;
    if (first != '{' && first != '[') {
        e = next_line(r, out, &prefixed);
        if (e || !prefixed)
            return e;
        first = r->buffer[r->start];
    }
    return next_document(r, first, out, again);
}

/* ---- within an entered array ---- */

static dbk_err *damaged(const json_reader *r, size_t at, const char *problem)
{
    int64_t line = r->line;
    for (size_t i = 0; i < at; i++)
        line += r->buffer[r->start + i] == '\n';
    dbk_err *e = err_new(ERR_INPUT, "damaged JSON in line %lld, at byte %lld: %s", (long long)line,
                         (long long)(r->byte_offset + (int64_t)at), problem);
    return err_with_hint(e, "within an array nothing tells where the next row begins");
}

/* *again: the array ended here, the next item is elsewhere. */
static dbk_err *next_in_array(json_reader *r, json_reader_item *out, bool *again)
{
    char c;
    bool at_end;
    dbk_err *e = peek(r, &c, &at_end);
    if (e)
        return e;
    if (!r->array_item_due && !at_end && (c == ',' || c == ']')) {
        consume(r, 1);
        r->array_item_due = c == ',';
        r->in_array = c == ',';
        *again = true;
        return NULL;
    }
    if (at_end || !r->array_item_due)
        return damaged(r, 0,
                       at_end ? "the JSON ends in the middle" : "a comma or the end of the array is missing");
    json_span_end outcome;
    size_t end;
    e = parse_value(r, &outcome, &end);
    if (e)
        return e;
    const char *problem = value_problem(outcome, end);
    if (problem)
        return damaged(r, end, problem);
    give_value(r, out, end);
    r->array_item_due = false;
    return NULL;
}

dbk_err *json_reader_next(json_reader *r, json_reader_item *out)
{
    dbk_err *e = r->begun ? NULL : skip_byte_order_mark(r);
    bool again = true;
    while (!e && again) {
        again = false;
        e = r->in_array ? next_in_array(r, out, &again) : next_at_top(r, out, &again);
    }
    return e;
}
