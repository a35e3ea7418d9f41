/* parquet.h: the rows of a Parquet file as text and times, through DuckDB's library.
 *
 * The library (libduckdb.so, version 1.0 or newer) is loaded when the first file is opened and need not be
 * there otherwise; nothing else in Daybook knows it. It runs in one thread, sees no file but the one that was
 * opened, fetches nothing and has PARQUET_MEMORY_MAX. Rows come in the order of the file, vector by vector,
 * so memory does not grow with the file. Not for writing. Blocks; one thread at a time for each file. */
#ifndef DAYBOOK_PARQUET_PARQUET_H
#define DAYBOOK_PARQUET_PARQUET_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

#define PARQUET_MEMORY_MAX "256MB"
#define PARQUET_COLUMNS_MAX 256

typedef struct parquet_file parquet_file;

/* What a column's values are given as. */
typedef enum parquet_kind {
    PARQUET_TEXT, /* numbers with the fewest digits that identify them, true, false, text as it is */
    PARQUET_TIME, /* dates and timestamps */
    PARQUET_NONE  /* lists, structures and bytes: not given */
} parquet_kind;

typedef struct parquet_value {
    bool present;
    int64_t time_us;  /* TIME, microseconds since 1970 */
    const char *text; /* TEXT; not terminated; lent until the next row is read */
    size_t length;
} parquet_value;

/* `library` is the path of libduckdb.so; NULL: the system's. ERR_NOT_FOUND when it cannot be loaded, with
 * what to do; ERR_INPUT when the file is damaged or no Parquet file. */
dbk_err *parquet_open(const char *path, const char *library, parquet_file **out) ERR_MUST_USE;
void parquet_close(parquet_file *f); /* accepts NULL */

/* Does the file begin as Parquet files do? ERR_NOT_FOUND and the like when it cannot be read. */
dbk_err *parquet_is(const char *path, bool *out) ERR_MUST_USE;

size_t parquet_column_count(const parquet_file *f);
const char *parquet_column_name(const parquet_file *f, size_t column);
const char *parquet_column_type(const parquet_file *f, size_t column); /* in DuckDB's words; for messages */
parquet_kind parquet_column_kind(const parquet_file *f, size_t column);

/* Reads the next row; *more is false at the end. ERR_INPUT when the file turns out to be damaged. */
dbk_err *parquet_next(parquet_file *f, bool *more) ERR_MUST_USE;
/* Of the row that was read last. */
parquet_value parquet_get(const parquet_file *f, size_t column);
/* Rows read so far, and in the whole file. */
int64_t parquet_row_number(const parquet_file *f);
int64_t parquet_row_count(const parquet_file *f);

/* A path that names the very file that was opened, whatever its name means by now; valid until it is
 * closed. */
const char *parquet_path(const parquet_file *f);

#endif
