/* dataset.h: what the rows of a stream are made of.
 *
 * A dataset is a static description: the columns of the stream's table in the order in which they are sent,
 * what each may hold, and how sources spell them. Every format (CSV, JSON, Parquet) makes rows of a dataset
 * with a row_builder, and loading sends them without knowing which stream it is. Beside the columns
 * here a table has, in this order: instrument_id first where has_instrument, then interval_column where there
 * is one; and last batch_id. Pure; any thread. */
#ifndef DAYBOOK_MARKET_FORMATS_DATASET_H
#define DAYBOOK_MARKET_FORMATS_DATASET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/decimal.h"

#define DATASET_COLUMNS_MAX 24
/* Levels on one side of an order book. */
#define DATASET_LEVELS_MAX 5000
#define DATASET_SYMBOL_SIZE 101

typedef enum dataset_kind {
    DATASET_TIME,   /* timestamptz */
    DATASET_FLOAT8, /* double precision */
    DATASET_INT8,   /* bigint */
    DATASET_INT4,   /* integer */
    DATASET_BOOL,   /* boolean */
    DATASET_TEXT,   /* text, of plain ASCII */
    DATASET_AMOUNT, /* util.amount, exact */
    DATASET_LEVELS  /* double precision[]: price, quantity, price, quantity … */
} dataset_kind;

enum dataset_flag {
    DATASET_REQUIRED = 1, /* every source has to give it; the others may be missing, which is unknown, not
                             zero, or follow from those */
    DATASET_SIGNED = 2,   /* values below zero are values; elsewhere they are faults */
    DATASET_CHECKED = 4   /* looked at and not sent: the table has no such column */
};

typedef struct dataset_column {
    const char *name;
    dataset_kind kind;
    unsigned flags;
    const char *constant; /* DATASET_TEXT: the stream's own word, in every row; NULL elsewhere */
} dataset_column;

/* What a source's field says about a column. */
typedef enum dataset_as {
    DATASET_AS_IS,
    DATASET_AS_TAKER_SIDE, /* "buy" or "sell": the buyer was the maker when the taker sold */
    DATASET_AS_PRICE,      /* of one level */
    DATASET_AS_QUANTITY
} dataset_as;

/* Fields that are no column. */
#define DATASET_IGNORED (-1)
#define DATASET_SYMBOL (-2) /* must be the same in every row: a source of several instruments is refused */

/* One field of a source. */
typedef struct dataset_field {
    int16_t column; /* or DATASET_IGNORED, DATASET_SYMBOL */
    uint16_t level; /* AS_PRICE, AS_QUANTITY: from 0, best first */
    dataset_as as;
} dataset_field;

typedef struct dataset_spelling {
    const char *name; /* lower case, with underscores for blanks and hyphens; NULL ends the list */
    int16_t column;   /* or DATASET_IGNORED, DATASET_SYMBOL */
    dataset_as as;
} dataset_spelling;

/* An order of columns that a venue is known to write without a header. */
typedef struct dataset_order {
    const char *name;    /* "Bitfinex"; NULL ends the list */
    const char *columns; /* as for --columns */
} dataset_order;

typedef union dataset_value {
    int64_t time_us; /* microseconds since 1970 */
    double float8;
    int64_t int8; /* INT8 and INT4 */
    bool boolean;
    decimal amount;
    struct {
        const char *start; /* not terminated; lent */
        size_t length;
    } text;
    struct {
        const double *values; /* price, quantity, best level first; lent */
        size_t count;         /* of doubles: twice the levels */
    } levels;
} dataset_value;

typedef struct dataset_row {
    dataset_value values[DATASET_COLUMNS_MAX];
    uint32_t present;   /* a bit for each column that has a value */
    uint32_t lossy;     /* … whose text says more than the value keeps */
    unsigned time_unit; /* enum source_time_unit, of the dataset's time column */
} dataset_row;

/* Which end of its period a metric's time names. */
typedef enum dataset_label { DATASET_LABEL_BY_TIME, DATASET_LABEL_START, DATASET_LABEL_END } dataset_label;

/* What rows must obey beside their dataset. */
typedef struct dataset_rules {
    int32_t interval_s;  /* 0: the stream has none */
    int64_t earliest_us; /* times outside are implausible; 0: the dataset's own */
    int64_t latest_us;
    dataset_label label;
    const char *series;  /* names the rows of a source without a column for it; NULL: every row says */
    bool ids_by_content; /* rows without the venue's number get one that follows from what they say */
} dataset_rules;

typedef enum dataset_fault_kind {
    DATASET_FAULT_NONE,
    DATASET_FAULT_LINE_LENGTH,
    DATASET_FAULT_FORM, /* junk before any line that says what the source is */
    DATASET_FAULT_COLUMN_COUNT,
    DATASET_FAULT_EMPTY,
    DATASET_FAULT_NUMBER,
    DATASET_FAULT_NUMBER_RANGE,
    DATASET_FAULT_WHOLE,
    DATASET_FAULT_NEGATIVE,
    DATASET_FAULT_TIME,
    DATASET_FAULT_TIME_IMPLAUSIBLE,
    DATASET_FAULT_OFF_GRID,
    DATASET_FAULT_BOOL,
    DATASET_FAULT_SIDE,
    DATASET_FAULT_TEXT,
    DATASET_FAULT_AMOUNT,
    DATASET_FAULT_LEVELS,
    DATASET_FAULT_RULE /* well-formed values that contradict each other */
} dataset_fault_kind;

typedef struct dataset_fault {
    dataset_fault_kind kind;
    const char *column;          /* name of the column at fault, where it is one */
    const char *rule;            /* FAULT_RULE: the whole text; static */
    const char *rows_name;       /* FAULT_FORM */
    int columns, columns_wanted; /* FAULT_COLUMN_COUNT */
    int32_t interval_s;          /* FAULT_OFF_GRID */
} dataset_fault;

#define DATASET_FAULT_TEXT_SIZE 120
/* "high is below open, close or low" */
void dataset_fault_format(const dataset_fault *f, char out[DATASET_FAULT_TEXT_SIZE]);

typedef struct dataset {
    const char *stream;    /* "klines": as in ingest.streams */
    const char *row_name;  /* "candle" */
    const char *rows_name; /* "candles" */
    const dataset_column *columns;
    int column_count;
    int time_column;             /* the row's time: for ranges and partitions */
    int id_column;               /* the venue's own number of the row; -1: it has none */
    bool of_contracts;           /* only contracts have it, no spot market */
    bool ids_by_content;         /* rows without a number can be numbered by what they say */
    bool has_instrument;         /* false: series of their own, without an instrument */
    int series_column;           /* without an instrument: what names the series; -1: there is only one */
    int value_column;            /* with series_column > -1: what a header names after the series, or -1 */
    const char *interval_column; /* "interval_s": rows have a length, and times lie on its grid; or NULL */
    int64_t earliest_us;         /* the earliest plausible time */
    const dataset_spelling *spellings;
    const dataset_order *orders;
    /* Computes the columns that follow from others and judges the row as a whole. NULL: nothing to do. */
    bool (*finish)(const dataset_rules *rules, dataset_row *row, dataset_fault *fault);
    /* A row as another stream would have it. When every row of a file is one, and nobody said which stream it
     * is, `doubt_question` is asked. NULL: there is no such stream. */
    bool (*doubt)(const dataset_row *row);
    const char *doubt_question;
} dataset;

/* NULL: no such stream. */
const dataset *dataset_of_stream(const char *stream);
/* All of them; *count is written. */
const dataset *const *dataset_list(size_t *count);

/* -1: it has no such column. */
int dataset_column_named(const dataset *d, const char *name);
static inline bool dataset_has(const dataset_row *r, int column)
{
    return (r->present >> column) & 1u;
}

/* The field that a header or a key names, in any of the spellings known for the dataset (`loose`), or by the
 * columns' own names, "symbol", "ignore" and "_" only. false: not understood. */
bool dataset_field_named(const dataset *d, const char *name, size_t length, bool loose, dataset_field *out);

#endif
