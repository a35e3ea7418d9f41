/* json_rows.h: the rows that JSON values hold.
 *
 * A value is an answer of a venue, a frame of a WebSocket, or one row of a file. Each row in it comes out
 * once: read, rejected with its reason, as a candle that was not finished when it was written, or as
 * something that is known and kept in no table. Envelopes are opened on the way: {"stream","data"} of
 * combined streams and ccxt's {"info"}, when what is in them is known. One thread at a time. */
#ifndef DAYBOOK_MARKET_FORMATS_JSON_ROWS_H
#define DAYBOOK_MARKET_FORMATS_JSON_ROWS_H

#include "market/formats/json_answer.h"
#include "market/formats/json_reader.h"
#include "market/formats/json_shape.h"
#include "market/formats/row_builder.h"
#include "market/formats/symbol.h"

typedef struct json_rows_options {
    const json_shape *shape; /* NULL: found out value by value */
    const dataset *dataset;  /* NULL: that of the shape; else the columns of the shape that it has */
    const json_shape *named; /* of objects that no known shape fits; may be NULL */
    const dataset *only;     /* rows of another are JSON_ROW_OTHER; NULL: of none */
    const char *symbol;      /* of what does not say it; may be NULL */
    dataset_rules rules;     /* interval_s 0: as the value says */
    int64_t received_us;     /* of what does not say it; 0: not known */
    int64_t now_us;          /* the venue's time: candles that end later are not finished. 0: not known */
} json_rows_options;

typedef enum json_row_event {
    JSON_ROW_READ,
    JSON_ROW_REJECTED,
    JSON_ROW_UNFINISHED, /* a candle that was not closed */
    JSON_ROW_OTHER       /* known, and no row of a table */
} json_row_event;

typedef struct json_row {
    json_row_event event;
    const json_shape *shape; /* NULL: none that is known */
    const dataset *dataset;  /* READ; REJECTED: NULL when no shape is known */
    dataset_row row;         /* READ */
    dataset_fault fault;     /* REJECTED */
    const char *text;        /* of the row; not terminated; lent like the value */
    size_t length;
    char symbol[SYMBOL_SIZE]; /* as the venue writes it; empty: not said */
    int32_t interval_s;       /* 0: none, or not said */
} json_row;

typedef struct json_rows json_rows;

/* The strings in the options, and a shape made by the caller, must outlive it. */
dbk_err *json_rows_new(const json_rows_options *o, json_rows **out) ERR_MUST_USE;
void json_rows_free(json_rows *w); /* accepts NULL */

/* Begins a value. The prefix is what stood before it (a time of receiving, the address that was asked); NULL
 * when there is none. Both must outlive the rows. */
dbk_err *json_rows_begin(json_rows *w, const json_spans *value, const char *prefix,
                         size_t prefix_length) ERR_MUST_USE;
/* *more is false after the last row, and then nothing else is written. */
dbk_err *json_rows_next(json_rows *w, json_row *out, bool *more) ERR_MUST_USE;

#endif
