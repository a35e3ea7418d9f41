/* kline_load.h: the second reading of a candle file: its rows into the database, in one transaction.
 *
 * The file has been scanned and can be loaded. A batch is opened by a stored function, which names the table
 * to send to; the rows go there by COPY BINARY; a second function closes the batch, merges and counts. The
 * same content again is a replay: the server recognises its hash, so a lost connection, also a lost answer to
 * COMMIT, is simply tried again. Nothing is half done at any point. Blocks; the connection's thread. */
#ifndef DAYBOOK_MARKET_KLINE_LOAD_H
#define DAYBOOK_MARKET_KLINE_LOAD_H

#include "core/log.h"
#include "market/kline_scan.h"
#include "pg/pg.h"

/* Rejected lines of one batch travel in one statement. */
#define KLINE_REJECTS_MAX 10000
/* As much of a rejected line is kept. */
#define KLINE_REJECT_RAW_BYTES 256

typedef struct kline_load_options {
    const char *path;
    const char *file_name; /* for the register of batches */
    const char *source;    /* who delivered it */
    dbk_uuid instrument_id;
    const kline_scan *scan; /* without refusal */
    const dbk_clock *clock;
    dbk_log *log;                /* retries are told here */
    const atomic_int *interrupt; /* set: roll back and stop with its error; may be NULL */
    progress *progress;          /* of rows; may be NULL */
} kline_load_options;

typedef struct kline_load_result {
    bool replayed; /* this content had been loaded before; the counts are of that time */
    int64_t rows_in, inserted, duplicate, superseded, rejected;
    /* Values whose text has more digits than a double gives back, and where the first is; not known of a
     * replay. */
    int64_t lossy_values;
    int64_t lossy_line;
    kline_role lossy_role;
} kline_load_result;

/* ERR_INPUT when the file is no longer what was scanned. */
dbk_err *kline_load_file(pg_conn *c, const kline_load_options *o, kline_load_result *out) ERR_MUST_USE;

/* Registers a file that was refused, with its reason; instrument_id and interval_s where they are known
 * (NULL, 0). */
typedef struct kline_refusal {
    const char *file_name;
    const char *source;
    const dbk_uuid *instrument_id;
    int32_t interval_s;
    const source_identity *identity;
    const char *reason;
} kline_refusal;
dbk_err *kline_load_refuse(pg_conn *c, arena *a, const dbk_clock *clock, const kline_refusal *r) ERR_MUST_USE;

#endif
