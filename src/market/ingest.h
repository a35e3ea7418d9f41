/* ingest.h: one recorded candle file from disk to table, with all that has to be known about it found out on
 * the way.
 *
 * Scans the file, settles venue, symbol, interval and format, makes the instrument known, loads the rows, or
 * registers the refusal with its reason. What cannot be known for certain is refused with a question, never
 * guessed. Blocks; the connection's thread; several may work at once, each with a connection. */
#ifndef DAYBOOK_MARKET_INGEST_H
#define DAYBOOK_MARKET_INGEST_H

#include "market/batch_load.h"
#include "market/ingest_files.h"
#include "market/kline_layout.h"
#include "market/symbol.h"

typedef struct ingest_options {
    pg_conn *conn;
    const dbk_clock *clock;
    dbk_log *log;
    void (*on_bytes)(void *ctx,
                     int64_t bytes); /* so many more of the file have been dealt with; may be NULL */
    void *on_bytes_ctx;
    const atomic_int *interrupt;
    const char *venue;  /* NULL: binance where the file is in its format (demo for generated symbols) */
    const char *symbol; /* NULL: from the file's name */
    int32_t interval_s; /* 0: from the file's name */
    const char *kind;   /* spot, perp, inverse */
    const char *base;   /* NULL: from the symbol */
    const char *quote;  /* NULL: from the symbol */
    const kline_layout *layout; /* NULL: from the file */
    int64_t rejects_max;
    const char
        *accept_checksum; /* why files are loaded that are not what is published; NULL: they are refused */
} ingest_options;

typedef enum ingest_verdict { INGEST_LOADED, INGEST_REPLAYED, INGEST_REFUSED } ingest_verdict;

typedef struct ingest_result {
    ingest_verdict verdict;
    char symbol[SYMBOL_SIZE]; /* empty when not known */
    int32_t interval_s;       /* 0 when not known */
    batch_load_result counts; /* all zero when refused */
    const char *reason;       /* of a refusal */
    const char *hint;         /* how to answer it; may be NULL */
} ingest_result;

const char *ingest_verdict_name(ingest_verdict v); /* "loaded" */

/* Strings of the result live in the arena. A file that is refused is a result; an error is what ends the
 * whole run: no connection, no memory, interrupted, a bug. */
dbk_err *ingest_file(arena *a, const ingest_options *o, const ingest_file_name *file,
                     ingest_result *out) ERR_MUST_USE;

#endif
