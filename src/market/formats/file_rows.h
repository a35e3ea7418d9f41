/* file_rows.h: what a recorded file holds, and its rows, whatever format it has.
 *
 * Separated columns (and JSON that is nothing but rows of columns), JSON, Parquet and levels of order books
 * are told apart by content. A file of columns or Parquet holds one series; a capture may hold many, each of
 * which is loaded as a batch of its own. Blocks; one thread at a time. */
#ifndef DAYBOOK_MARKET_FORMATS_FILE_ROWS_H
#define DAYBOOK_MARKET_FORMATS_FILE_ROWS_H

#include <stdatomic.h>

#include "core/arena.h"
#include "core/progress.h"
#include "market/formats/row_reader.h"
#include "market/formats/symbol.h"

typedef struct file_rows_options {
    const char *path;
    const char *duckdb;     /* path of DuckDB's library; NULL: the system's */
    const dataset *dataset; /* NULL: found out */
    bool stream_is_said;    /* by the user, not by the file's path */
    const char *columns;    /* --columns; NULL: found out */
    const char *symbol;     /* of rows that do not say it; may be NULL */
    dataset_rules rules;    /* interval_s 0: not known; latest_us */
    int64_t rejects_max;
    int64_t head_lines;          /* as for csv_scan_file() */
    const atomic_int *interrupt; /* of core/interrupt.h: set, stop with its error; may be NULL */
    progress *progress;          /* of bytes; may be NULL */
} file_rows_options;

typedef struct file_series {
    const dataset *dataset;
    char symbol[SYMBOL_SIZE]; /* as the rows say, else as given; empty: neither */
    int32_t interval_s;       /* 0: the dataset has none */
    bool whole;               /* all rows were read; else the summary is of the first ones */
    row_summary summary;
} file_series;

typedef struct file_rows {
    source_identity identity;
    const char *refusal; /* NULL: it can be loaded; else why not */
    const char *refusal_hint;
    const dataset *dataset;           /* of a file that is refused; NULL: not known, or several */
    const char *format;               /* "Binance dump", "JSON", "Parquet"; for messages */
    const struct csv_format *columns; /* how separated columns are written; NULL: they are none */
    bool binance;                     /* only Binance writes files like this */
    bool contracts;                   /* … and only of contracts */
    const char *kind;                 /* of which kind; NULL: that cannot be told */
    const file_series *series;        /* at least one */
    size_t series_count;
    int64_t unfinished; /* candles that were not closed, and are no rows */
    int64_t others;     /* what else is known and kept in no table */
    const char *other;  /* what the first of those is */
    const struct file_rows_found *found;
} file_rows;

/* An error only when the file could not be read at all, DuckDB's library is missing or reading was
 * interrupted, and ERR_USAGE for columns that are none; content that is refused is a result. Everything lives
 * in the arena. */
dbk_err *file_rows_scan(arena *a, const file_rows_options *o, file_rows *out) ERR_MUST_USE;

/* The rows of one series. Options, scan and arena must outlive the reader. */
dbk_err *file_rows_open(const file_rows_options *o, const file_rows *scan, size_t series,
                        row_reader **out) ERR_MUST_USE;

#endif
