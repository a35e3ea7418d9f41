/* json_span.h: a JSON document as a list of where its values stand in the text.
 *
 * For much JSON of one shape, as venues send it: nothing is copied or converted, so numbers keep every digit
 * that was written, and reading costs one pass. Values stand in the order of the text; those of an object
 * come in pairs, first the name (a string), then its value. Not for documents to be changed or printed:
 * core/json_tree.h. One thread at a time. */
#ifndef DAYBOOK_CORE_JSON_SPAN_H
#define DAYBOOK_CORE_JSON_SPAN_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

#define JSON_SPAN_DEPTH_MAX 64

typedef enum json_span_kind {
    JSON_SPAN_NULL,
    JSON_SPAN_FALSE,
    JSON_SPAN_TRUE,
    JSON_SPAN_NUMBER,
    JSON_SPAN_STRING,
    JSON_SPAN_ARRAY,
    JSON_SPAN_OBJECT
} json_span_kind;

typedef struct json_span {
    const char *text; /* of a string what is between the quotes, as written; else all of the value; lent */
    uint32_t length;
    uint32_t next;  /* index of the first value that is not within this one */
    uint32_t count; /* of items or of members */
    uint8_t kind;   /* json_span_kind */
    bool escaped;   /* a string with a backslash in it */
} json_span;

typedef struct json_spans {
    json_span *values; /* [0] is the document */
    size_t count;
    size_t capacity;
    size_t count_max;
} json_spans;

/* Texts up to 4 GB; what has more than count_max values is ERR_LIMIT. */
void json_spans_init(json_spans *s, size_t count_max);
void json_spans_term(json_spans *s); /* accepts a zeroed one */

typedef enum json_span_end {
    JSON_SPAN_WHOLE,   /* a value, and where it ends */
    JSON_SPAN_INVALID, /* this is no JSON, whatever follows; and where it went wrong */
    JSON_SPAN_CUT      /* the text ends before the value does */
} json_span_end;

/* The value that the text begins with (blanks before it are skipped), in the grammar of RFC 8259. A number at
 * the very end of the text counts as cut unless `last` says that nothing follows. *end is the offset that
 * the outcome means. What is in `s` is valid for JSON_SPAN_WHOLE only, while the text is, until the next
 * call. An error is short memory or a limit. */
dbk_err *json_spans_begin(json_spans *s, const char *text, size_t length, bool last, json_span_end *outcome,
                          size_t *end) ERR_MUST_USE;

/* Exactly one document; ERR_INPUT tells where it is wrong. `what` names it. */
dbk_err *json_spans_parse(json_spans *s, const char *text, size_t length, const char *what) ERR_MUST_USE;

/* The value of the first member of that name; NULL when there is none or `object` is none. */
const json_span *json_span_get(const json_spans *s, const json_span *object, const char *name);
/* The same for a name that is not terminated. */
const json_span *json_span_member(const json_spans *s, const json_span *object, const char *name,
                                  size_t length);
/* The item at that place; NULL past the end and for what is no array. Takes time in proportion to it. */
const json_span *json_span_at(const json_spans *s, const json_span *array, size_t index);
/* The values within one: for (v = json_span_first(s, c); v; v = json_span_after(s, c, v)). Of an object names
 * and values in turn. */
const json_span *json_span_first(const json_spans *s, const json_span *container);
const json_span *json_span_after(const json_spans *s, const json_span *container, const json_span *value);

/* A string as it was meant, zero-terminated. false: no string, one with U+0000 or half a surrogate pair, or
 * one that takes more than size - 1 bytes. */
bool json_span_copy(const json_span *v, char *out, size_t size);
/* Is it a string (a name) of exactly these characters, written without escapes? */
bool json_span_is(const json_span *v, const char *text);

#endif
