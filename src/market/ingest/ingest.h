/* ingest.h: one recorded file from disk to tables, with all that has to be known about it found out on the
 * way.
 *
 * Finds out what the file is, which series are in it, whose they are; makes their instruments known, loads
 * the rows of each series as one batch, or registers the refusal with its reason. What cannot be known for
 * certain is refused with a question, never guessed. Blocks; the connection's thread; several may work at
 * once, each with a connection. */
#ifndef DAYBOOK_MARKET_INGEST_INGEST_H
#define DAYBOOK_MARKET_INGEST_INGEST_H

#include "market/formats/symbol.h"
#include "market/ingest/batch_load.h"
#include "market/ingest/ingest_files.h"

typedef struct ingest_options {
    pg_conn *conn;
    const dbk_clock *clock;
    dbk_log *log;
    /* So many more bytes of the file have been dealt with; may be NULL. */
    void (*on_bytes)(void *ctx, int64_t bytes);
    void *on_bytes_ctx;
    const atomic_int *interrupt;
    const dataset *dataset; /* NULL: from the file's path, its columns or its content */
    const char *venue;      /* NULL: binance where the file is in its format (demo for generated symbols) */
    const char *symbol;     /* NULL: from the file; of streams without an instrument the name of the series */
    int32_t interval_s;     /* 0: from the file's name */
    const char *kind;       /* spot, perp, inverse; NULL: from the archive's folders, else spot */
    const char *base;       /* NULL: from the symbol */
    const char *quote;      /* NULL: from the symbol */
    const char *columns;    /* NULL: from the file */
    const char *duckdb;     /* path of DuckDB's library, for Parquet; NULL: the system's */
    bool ids_by_content;    /* rows without the venue's number are numbered by what they say */
    int64_t rejects_max;
    bool keep_raw;               /* the files as they were received, beside their rows */
    const char *accept_checksum; /* why files that are not what is published are loaded; NULL: they are not */
} ingest_options;

typedef enum ingest_verdict { INGEST_LOADED, INGEST_REPLAYED, INGEST_REFUSED } ingest_verdict;

/* Of one series in a file; of a file that is refused as a whole, or before its series are known, the only
 * one. */
typedef struct ingest_result {
    ingest_verdict verdict;
    const char *stream;       /* NULL when not known */
    char symbol[SYMBOL_SIZE]; /* empty when not known */
    int32_t interval_s;       /* 0 when not known */
    batch_load_result counts; /* all zero when refused */
    const char *reason;       /* of a refusal */
    const char *hint;         /* how to answer it; may be NULL */
} ingest_result;

typedef struct ingest_results {
    const ingest_result *items;
    size_t count; /* at least 1 */
} ingest_results;

const char *ingest_verdict_name(ingest_verdict v); /* "loaded" */

/* The results live in the arena. A file that is refused is a result; an error is what ends the whole run: no
 * connection, no memory, interrupted, a bug. */
dbk_err *ingest_file(arena *a, const ingest_options *o, const ingest_file_name *file,
                     ingest_results *out) ERR_MUST_USE;

#endif
