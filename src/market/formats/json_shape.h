/* json_shape.h: how venues and programs write market data as JSON.
 *
 * A shape says how a row is recognised and where in it the values of a dataset's columns stand. Shapes
 * exclude one another: at most one of those that are looked for fits a value. Where what a document holds is
 * said outside of it, in the request, the shape is only used when asked for by name. Pure; any thread.
 *
 * A path is names with dots between ("k.t", "result.list"); "*" is the first member that is an array; "3" the
 * fourth item of an array; "^" before a path starts at the document instead of the row; "#1" after a path is
 * the second part between the dots of its text; "E|T" is T where there is no E. "@received" is the time of
 * receiving, "@key" the name that "*" stood for, "@symbol" and "@interval" what was asked of the venue. */
#ifndef DAYBOOK_MARKET_FORMATS_JSON_SHAPE_H
#define DAYBOOK_MARKET_FORMATS_JSON_SHAPE_H

#include "core/json_span.h"
#include "market/formats/dataset.h"

#define JSON_SHAPE_FIELDS_MAX 12

typedef struct json_shape_field {
    const char *column; /* NULL ends the list */
    const char *path;
    dataset_as as;
} json_shape_field;

typedef struct json_shape {
    const char *name;    /* "Binance aggregate trade" */
    const char *stream;  /* NULL: known, and kept in no table */
    const char *rows;    /* path from the document to the array of its rows; NULL: the document is the row */
    const char *items;   /* of a row that is an array, a letter for each: n number, v number or its text, s
                            text,   b boolean, z zero, x anything but a container; NULL: it is an object */
    const char *needs;   /* paths that lead somewhere in every row, blanks between; or NULL */
    const char *lacks;   /* … and in none */
    const char *says;    /* "e=kline": paths and their text, blanks between; or NULL */
    const char *columns; /* of a row that is an array: as for --columns */
    json_shape_field fields[JSON_SHAPE_FIELDS_MAX]; /* of an object; and what is said outside of an array */
    const char *symbol;                             /* path; NULL: not said */
    const char *interval;                           /* path of "1m", "candle1H", or minutes; NULL: not said */
    const char *closed;      /* path of what says that a candle is finished; NULL: not said */
    const char *last_closed; /* path of the time of the newest candle that is; NULL: not said */
    const char *now;         /* path of the venue's own time; NULL: not said */
    bool asked;              /* not looked for */
} json_shape;

const json_shape *json_shapes(size_t *count);
/* NULL: no such shape. */
const json_shape *json_shape_named(const char *name);

/* What paths are followed from. */
typedef struct json_place {
    const json_spans *spans;
    const json_span *document;
    const json_span *row;
    const char *key; /* not terminated */
    size_t key_length;
    const char *received; /* as text; length 0: not known */
    size_t received_length;
    const char *asked_symbol;
    size_t asked_symbol_length;
    const char *asked_interval;
    size_t asked_interval_length;
} json_place;

/* A value's text, or the container it is. */
typedef struct json_found {
    const json_span *span; /* NULL for what begins with "@", and for a part of a text */
    const char *text;
    size_t length;
} json_found;

/* false: the path leads nowhere, or to null. */
bool json_place_find(const json_place *p, const char *path, json_found *out);

/* The array that `rows` leads to, or NULL; writes the place's key where the path says "*". */
const json_span *json_place_rows(json_place *p, const char *rows);

/* Is the row of this shape? */
bool json_shape_fits(const json_shape *s, const json_place *p);

#endif
