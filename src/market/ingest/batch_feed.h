/* batch_feed.h: what a batch sends, made ahead of the connection by threads of the feed's own.
 *
 * One thread reads the rows of a source and encodes them for COPY, another reads the file as it lies on disk
 * and packs it for keeping. Both fill parcels, of which there is a fixed number, so memory is constant;
 * whoever sends takes them and gives them back. Taking blocks until there is a parcel. */
#ifndef DAYBOOK_MARKET_INGEST_BATCH_FEED_H
#define DAYBOOK_MARKET_INGEST_BATCH_FEED_H

#include <stdatomic.h>

#include "core/arena.h"
#include "market/formats/row_reader.h"
#include "market/ingest/batch_notes.h"
#include "market/ingest/known_chunks.h"
#include "market/ingest/row_encoder.h"

/* Rejected lines of one batch travel in one statement. */
#define BATCH_REJECTS_MAX 10000
/* As much of a rejected line is kept. */
#define BATCH_REJECT_RAW_BYTES 256
/* The place of every so manieth line is kept with a file: where that is no row, the place of the next one. */
#define BATCH_OFFSET_LINES 10000

/* So many chunks of the file may be kept by whoever takes them while the threads go on. */
#define BATCH_FEED_RAW_HELD_MAX 8

typedef struct batch_feed batch_feed;

typedef struct batch_feed_options {
    const row_encoder *encoder;      /* outlives the feed */
    row_reader *reader;              /* the feed's from now on, also after an error */
    const char *raw_path;            /* the file to keep; NULL: it is not kept */
    const known_chunks *known;       /* of it; outlives the feed and its parcels */
    const source_identity *identity; /* what both readings must have been of; outlives the feed */
    int64_t rejects_max;
    const atomic_int *interrupt; /* may be NULL */
} batch_feed_options;

typedef enum parcel_kind { PARCEL_ROWS, PARCEL_RAW } parcel_kind;

typedef struct parcel {
    parcel_kind kind;
    char *data; /* encoded rows, or one chunk of the file */
    size_t length;
    size_t size;
    /* rows */
    int64_t rows;
    int64_t first_us, last_us; /* earliest and latest */
    bool ordered; /* each row stands behind the one before it, and the first behind the parcel before */
    /* No row is earlier than the one before it, and none can be about the same thing as one of an earlier
     * moment. */
    bool ascending;
    int64_t *lines; /* of each row */
    /* raw */
    int32_t chunk_no;        /* from 0 */
    const known_chunk *like; /* which has the same content; NULL: the chunk is in `data` */
    uint8_t sha256[32];      /* of the chunk, unless it is like another */
    int32_t plain_bytes;     /* what it is unpacked; 0: it was not packed here */
    uint8_t plain_sha256[32];
} parcel;

/* Rejected lines in the form in which fn_close_batch takes them: four arrays, and those of the lines that are
 * to be quarantined: their time is a time, and implausible, which may be a fault of ours. */
typedef struct batch_rejects {
    const char **lines;
    const char **offsets;
    const char **reasons;
    const char **raw;
    size_t count;
    size_t size;
    const char **quarantined;
    size_t quarantined_count;
} batch_rejects;

/* What the rows of the source were. */
typedef struct batch_totals {
    int64_t rows;          /* accepted */
    bool too_many_rejects; /* reading stopped there */
    batch_rejects rejects;
    batch_notes notes;
    const char **offsets; /* of lines BATCH_OFFSET_LINES, twice that, … in the unpacked data */
    size_t offset_count;
} batch_totals;

/* Strings of the totals live in the arena, which is the feed's until it has ended. */
dbk_err *batch_feed_start(arena *a, const batch_feed_options *o, batch_feed **out) ERR_MUST_USE;

/* NULL when all has been taken, or the feed failed: batch_feed_end() says which. */
parcel *batch_feed_take(batch_feed *f);
void batch_feed_give_back(batch_feed *f, parcel *p);

/* Waits for the threads, which stop early when not all was taken; frees the feed. ERR_INPUT when the source
 * is damaged or is not what its identity says. Accepts NULL. */
dbk_err *batch_feed_end(batch_feed *f, batch_totals *out) ERR_MUST_USE;

#endif
