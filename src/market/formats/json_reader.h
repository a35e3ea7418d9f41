/* json_reader.h: the JSON values of a recorded file, one after another, in constant memory.
 *
 * Files of venues and programs come as one array of rows, as documents one after another (JSON lines, answers
 * put together), as arrays of rows one after another (pages), or as a log with something before the JSON of
 * every line ("1633998512.06: {…}"). All are read alike: an array of arrays or of objects is entered and its
 * items are given, anything else at the top is given whole, and what stands on the line before the JSON goes
 * with it.
 *
 * What is no JSON between documents costs its line and is a fault; within an entered array nothing tells
 * where the next item begins, so that is ERR_INPUT. A value has at most JSON_READER_VALUE_MAX bytes. Blocks
 * as far as the source does; one thread at a time. */
#ifndef DAYBOOK_MARKET_FORMATS_JSON_READER_H
#define DAYBOOK_MARKET_FORMATS_JSON_READER_H

#include "core/json_span.h"

#define JSON_READER_VALUE_MAX ((size_t)1 << 20)
#define JSON_READER_PREFIX_MAX 8192

/* Up to `size` bytes; *got is 0 only at the end. */
typedef dbk_err *(*json_reader_source)(void *context, void *p, size_t size, size_t *got);

typedef struct json_reader json_reader;

typedef enum json_reader_event {
    JSON_READER_VALUE,
    JSON_READER_EMPTY, /* [] at the top: a page without rows */
    JSON_READER_TEXT,  /* a line without JSON, or one that was passed over */
    JSON_READER_FAULT, /* a line that begins as JSON and is none, or is too long */
    JSON_READER_END
} json_reader_event;

typedef struct json_reader_item {
    json_reader_event event;
    const json_spans *spans; /* VALUE */
    const char *prefix;      /* what stood before the JSON; "" where nothing did */
    size_t prefix_length;
    const char *text; /* of the value, or of the line (of a long one its beginning) */
    size_t length;
    const char *problem; /* FAULT; static */
    int64_t line;        /* from 1 */
    int64_t byte_offset; /* of the text in the unpacked data */
    bool in_array;       /* VALUE: an item of an entered array */
    bool passed_over;    /* TEXT: nobody looked whether it is JSON */
} json_reader_item;

dbk_err *json_reader_new(json_reader_source read, void *context, json_reader **out) ERR_MUST_USE;
void json_reader_free(json_reader *r); /* accepts NULL */

/* From now on lines at the top that do not hold this text, which must outlive the reader, are passed over:
 * for files in which every document is one line. */
void json_reader_pass_over_without(json_reader *r, const char *text);

/* What it points to is lent until the next call. */
dbk_err *json_reader_next(json_reader *r, json_reader_item *out) ERR_MUST_USE;

#endif
