/* batch_load.h: rows of one source into the database, in one transaction, with the bytes they came in.
 *
 * A batch is opened by a stored function, which names the table to send to; the rows go there by COPY BINARY,
 * made ahead by a batch_feed, and between them the file as received; a second function closes the batch,
 * merges and counts. The same content again is a replay: the server recognises its hash, so a lost
 * connection, also a lost answer to COMMIT, is simply tried again. Nothing is half done at any point. Blocks;
 * the connection's thread. */
#ifndef DAYBOOK_MARKET_INGEST_BATCH_LOAD_H
#define DAYBOOK_MARKET_INGEST_BATCH_LOAD_H

#include "core/clock.h"
#include "core/log.h"
#include "market/ingest/batch_feed.h"
#include "market/ingest/file_facts.h"
#include "market/ingest/published.h"
#include "pg/pg.h"

typedef struct batch_load_options {
    const dataset *dataset;
    /* Opens the source from its beginning; once for every try. */
    dbk_err *(*open_rows)(void *ctx, row_reader **out);
    void *open_ctx;
    const source_identity *identity; /* what the source must turn out to be */
    const char *raw_path;            /* the file that is kept with the batch; NULL: it is not kept */
    const char *file_name;           /* for the register of batches */
    const char *source;              /* who delivered it */
    const file_facts *facts;         /* another content under this name is another revision of the file, which
                                      * this is known of; NULL: it is known by its content alone */
    const published *published;      /* the hash that was published of it, and … */
    const char *accept_checksum;     /* … why it is loaded where it has another; NULL where it has not */
    const dbk_uuid *instrument_id;   /* NULL where the dataset has none */
    int32_t interval_s;              /* 0 where the dataset has none */
    /* What is known of the rows: first and last time, and whether each stands behind the one before it. Not
     * `whole`: this is from the beginning of the source alone, and what comes later may differ. */
    bool whole;
    int64_t first_us, last_us;
    bool ordered;
    int64_t rejects_max;
    const dbk_clock *clock;
    dbk_log *log;                             /* retries are told here */
    const atomic_int *interrupt;              /* set: roll back and stop with its error; may be NULL */
    void (*on_rows)(void *ctx, int64_t rows); /* so many more have been sent; may be NULL */
    void *on_rows_ctx;
} batch_load_options;

typedef struct batch_load_result {
    bool replayed; /* this content had been loaded before; the counts are of that time */
    /* More lines were rejected than rejects_max, and nothing was loaded. Counts are not known. */
    bool too_many_rejects;
    int64_t rows_in, inserted, duplicate, superseded, rejected;
    batch_notes notes; /* not known of a replay */
} batch_load_result;

/* ERR_INPUT when the source is damaged or no longer what its identity says. */
dbk_err *batch_load(pg_conn *c, const batch_load_options *o, batch_load_result *out) ERR_MUST_USE;

/* Registers a file that was refused, with its reason; what is not known of it is NULL or 0. */
typedef struct batch_refusal {
    const char *file_name;
    const char *source;
    const char *stream;
    const dbk_uuid *instrument_id;
    int32_t interval_s;
    const source_identity *identity;
    const char *reason;
} batch_refusal;
dbk_err *batch_refuse(pg_conn *c, arena *a, const dbk_clock *clock, const batch_refusal *r) ERR_MUST_USE;

#endif
