/* standing.h: leaves out of a batch what stands already with the same values.
 *
 * Rows that come in the order of time are held back until there are some ten thousand. Those that are a block
 * the server knows are told from others by their hash. Of the rest what stands in their range is read in the
 * same order and compared byte by byte, and becomes blocks for the next time. A moment whose rows, all of
 * them, are what stands there is left out and told to the server as part of a range when the batch is closed;
 * the rows of every other moment come out again for the stage. So all ways give the same; this one sends
 * nothing that is known. Memory is bounded. Blocks while it reads; the connection's thread. */
#ifndef DAYBOOK_MARKET_INGEST_STANDING_H
#define DAYBOOK_MARKET_INGEST_STANDING_H

#include "market/ingest/batch_feed.h"
#include "market/ingest/blocks.h"
#include "market/ingest/conn_turn.h"

typedef struct standing standing;

/* Rows for the stage, each with its line; lent until the next call. */
typedef struct standing_rest {
    const char *data;
    size_t length;
    int64_t rows;
} standing_rest;

/* For an open batch whose rows go to the stage. What stands and has no block is added to `made`, which
 * outlives this, and cut. */
dbk_err *standing_new(const conn_turn *turn, const row_encoder *e, const dbk_uuid *batch_id, blocks *made,
                      standing **out) ERR_MUST_USE;
void standing_free(standing *s); /* accepts NULL */

/* Holds the rows of a parcel, which must be ascending. *due: there are enough to compare. */
dbk_err *standing_hold(standing *s, const parcel *p, bool *due) ERR_MUST_USE;
/* Compares what is held, but for the last moment, of which more may come; that one too when it is `all`. */
dbk_err *standing_compare(standing *s, bool all, standing_rest *rest) ERR_MUST_USE;
/* Lets go of what is held without comparing it. */
dbk_err *standing_release(standing *s, standing_rest *rest) ERR_MUST_USE;
/* There is no room for more ranges, or for all of one moment: release, and go on without. */
bool standing_is_full(const standing *s);

int64_t standing_rows(const standing *s); /* so many were left out */
/* The ranges in which they stand, as market.fn_close_batch takes them: three arrays; empty ones of NULL. */
dbk_err *standing_add_params(const standing *s, pg_params *p, arena *a) ERR_MUST_USE;

#endif
