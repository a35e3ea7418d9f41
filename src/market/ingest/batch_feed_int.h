/* batch_feed_int.h: what the two threads of a feed share, for the files that make it: the thread that reads
 * rows (batch_feed_rows.c), the one that packs the file's bytes (batch_feed_raw.c), and their beginning and
 * end (batch_feed.c). */
#ifndef DAYBOOK_MARKET_INGEST_BATCH_FEED_INT_H
#define DAYBOOK_MARKET_INGEST_BATCH_FEED_INT_H

#include <pthread.h>

#include "core/ring.h"
#include "core/sha256.h"
#include "market/ingest/batch_feed.h"
#include "market/ingest/batch_raw.h"

/* Enough that both threads go on while whoever sends waits for the server. */
#define ROWS_PARCELS 24
#define RAW_PARCELS (BATCH_FEED_RAW_HELD_MAX + 4)
#define RAW_BLOCKS 12
#define RAW_BLOCK_BYTES ((size_t)256 * 1024)
/* Room for a chunk, and as much again, so that what is left is moved to the front once in a chunk. */
#define CONTENT_BYTES (2 * CONTENT_CUT_BYTES_MAX)
#define PARCEL_BYTES ((size_t)256 * 1024)
/* A row that is longer gets a parcel of its own. */
#define PARCEL_ROWS_MAX ((size_t)8192)

/* Of the file, from the thread that reads it. */
typedef struct raw_block {
    char *data; /* RAW_BLOCK_BYTES */
    size_t length;
} raw_block;

/* Of the file, until there is enough of it for a chunk. */
typedef struct content {
    char *data; /* CONTENT_BYTES */
    size_t start, end;
} content;

struct batch_feed {
    batch_feed_options o;
    arena *arena; /* of the thread that reads rows */
    ring *full;
    ring *spare[2]; /* by kind */
    parcel *parcels;
    atomic_int running; /* threads that may still give */
    pthread_t rows_thread, raw_thread;
    bool rows_started, raw_started;
    dbk_err *rows_error, *raw_error;
    /* The file's bytes come from the thread that reads rows, so that they are read once, and are hashed by
     * the other thread, which has less to do; or else that one reads them itself. */
    bool tapped;
    bool whole;   /* all of them were given; said before `unpacked` is finished */
    sha256 *hash; /* of those that were given */
    raw_block blocks[RAW_BLOCKS];
    ring *empty, *unpacked; /* of blocks, where it is tapped */
    raw_block *filling;     /* by whoever reads */
    /* of the thread that packs */
    batch_raw *raw;
    content content;
    int32_t chunk_no; /* the next one */
    /* of the thread that reads rows */
    parcel *open;
    row_place previous;
    size_t offset_size;
    int64_t next_offset_line;
    batch_totals totals;
};

/* To the end of the rows, or until nobody takes any. */
dbk_err *batch_feed_read_rows(batch_feed *f) ERR_MUST_USE;
/* To the end of the bytes, or until nobody takes any. */
dbk_err *batch_feed_read_raw(batch_feed *f) ERR_MUST_USE;
/* In the thread that reads rows: the next bytes of the file go to the thread that packs them; then what is
 * left of them. */
dbk_err *batch_feed_tap(void *feed, const void *bytes, size_t length) ERR_MUST_USE;
void batch_feed_tap_end(batch_feed *f);
/* The file is not the one that was looked at first. */
dbk_err *batch_feed_file_changed(void) ERR_MUST_USE;

#endif
