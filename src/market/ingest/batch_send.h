/* batch_send.h: the middle of loading a batch, between opening and closing it: its rows, and the file as
 * received, by COPY.
 *
 * Rows go straight into the table or to the stage, as the server says, or stay here when they are what
 * stands. Part of batch_load; blocks, the connection's thread. */
#ifndef DAYBOOK_MARKET_INGEST_BATCH_SEND_H
#define DAYBOOK_MARKET_INGEST_BATCH_SEND_H

#include "market/ingest/batch_load.h"
#include "market/ingest/batch_object.h"
#include "market/ingest/standing.h"
#include "pg/pg_copy.h"

#define BATCH_STAGE "pg_temp.market_stage"

/* One try to load a batch. Its memory lives in `arena` and `feed_arena` and goes with them. */
typedef struct batch_attempt {
    pg_conn *conn;
    const batch_load_options *o;
    arena *arena;
    arena *feed_arena;
    dbk_uuid batch_id;
    row_encoder encoder;
    batch_object object; /* the file as received */
    batch_feed *feed;
    batch_totals totals;
    pg_copy *copy; /* of rows, or of the file; NULL: neither */
    parcel_kind copying;
    parcel *held[BATCH_FEED_RAW_HELD_MAX]; /* chunks of the file that came while rows were sent */
    size_t held_count;
    const char *target;
    bool staged;
    bool compares;             /* rows for the stage are compared with what stands first … */
    standing *standing;        /* … by this, once there is one */
    blocks *made;              /* hashes of what stands when the batch is closed */
    const char *horizon;       /* what was over when it was opened */
    bool disordered;           /* rows were left out that a later one may be about: all is to be done anew */
    int64_t first_us, last_us; /* as announced to the server */
    char *with_lines;          /* a parcel of rows for the stage */
    size_t with_lines_size;
    int64_t sent;  /* rows, in all */
    int64_t taken; /* … that the server has confirmed */
    batch_load_result result;
} batch_attempt;

/* How far an announcement goes that has to reach last_us. */
int64_t batch_announce_to(const batch_attempt *t, int64_t last_us);

/* For a batch that is open. Nothing more is to be done with one that is `disordered`. */
dbk_err *batch_send_all(batch_attempt *t) ERR_MUST_USE;

#endif
