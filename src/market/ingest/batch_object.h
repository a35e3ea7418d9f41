/* batch_object.h: the file that a batch was read from, kept as it was received (ingest.objects).
 *
 * Opened and closed by stored functions, its chunks sent by COPY between them, in the transaction of the
 * batch. The same content is kept once: then there is nothing to send, and of a chunk that an earlier file of
 * the series has too, only which one it is. Blocks; the connection's thread. */
#ifndef DAYBOOK_MARKET_INGEST_BATCH_OBJECT_H
#define DAYBOOK_MARKET_INGEST_BATCH_OBJECT_H

#include "core/clock.h"
#include "core/sha256.h"
#include "market/ingest/batch_feed.h"
#include "pg/pg_copy.h"

typedef struct batch_object {
    bool wanted; /* false: nothing is to be sent */
    dbk_uuid object_id;
    int32_t chunks;
    int64_t stored_bytes;
    sha256 *hash; /* of the hashes of the chunks */
    known_chunks known;
} batch_object;

#define BATCH_OBJECT_COPY_SQL                                                                                \
    "copy ingest.object_chunks (object_id, chunk_no, bytes, plain_bytes, plain_sha256, like_object_id, "     \
    "like_chunk_no) from stdin (format binary)"
#define BATCH_OBJECT_COLUMNS 7

/* For a batch that is open. */
dbk_err *batch_object_open(pg_conn *c, arena *a, const dbk_clock *clock, const dbk_uuid *batch_id,
                           const char *path, const source_identity *identity, batch_object *out) ERR_MUST_USE;
/* One chunk into the COPY above. */
dbk_err *batch_object_send(batch_object *o, pg_copy *k, const parcel *p) ERR_MUST_USE;
dbk_err *batch_object_close(batch_object *o, pg_conn *c, arena *a, const batch_totals *totals) ERR_MUST_USE;
void batch_object_term(batch_object *o); /* also of one that is all zero */

#endif
