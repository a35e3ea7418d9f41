/* parquet_rows.h: the rows of Parquet files as rows of a dataset.
 *
 * Columns are understood by their names as those of a header are, or as --columns says. A file is read once
 * to find out whether it is whole and what is in it, and once for its rows. Blocks; one thread at a time. */
#ifndef DAYBOOK_MARKET_FORMATS_PARQUET_ROWS_H
#define DAYBOOK_MARKET_FORMATS_PARQUET_ROWS_H

#include <stdatomic.h>

#include "core/arena.h"
#include "core/progress.h"
#include "market/formats/layout.h"
#include "market/formats/row_reader.h"

typedef struct parquet_rows_options {
    const char *path;
    const char *library; /* as for parquet_open() */
    const dataset *dataset;
    dataset_rules rules;  /* interval_s where the dataset has one; latest_us */
    const layout *layout; /* NULL: by the names of the columns */
    const atomic_int *interrupt;
    progress *progress; /* of bytes, in proportion to rows; may be NULL */
} parquet_rows_options;

typedef struct parquet_scan {
    source_identity identity;
    const char *refusal; /* NULL: the file can be loaded; else why not, and nothing below is known */
    const char *refusal_hint;
    layout layout;
    dataset_rules rules; /* as given */
    row_summary summary;
    char symbol[DATASET_SYMBOL_SIZE]; /* that all rows name; empty: they name none */
} parquet_scan;

/* An error only when the file could not be read at all, DuckDB's library is missing (ERR_NOT_FOUND) or
 * reading was interrupted; content that is refused is a result. Strings live in the arena. */
dbk_err *parquet_scan_file(arena *a, const parquet_rows_options *o, parquet_scan *out) ERR_MUST_USE;

/* A row's line is its number in the file. The library's path must outlive the call only. */
dbk_err *parquet_rows_open(const parquet_rows_options *o, const parquet_scan *scan,
                           row_reader **out) ERR_MUST_USE;

#endif
