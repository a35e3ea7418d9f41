/* known_chunks.h: what is kept of earlier files of a batch's series, chunk by chunk.
 *
 * A chunk with the same content is named instead of being packed and sent. Reading blocks, in the thread of
 * the connection; finding is pure, any thread. */
#ifndef DAYBOOK_MARKET_INGEST_KNOWN_CHUNKS_H
#define DAYBOOK_MARKET_INGEST_KNOWN_CHUNKS_H

#include "pg/pg.h"

typedef struct known_chunk {
    uint8_t plain_sha256[32]; /* of its content */
    uint8_t sha256[32];       /* of its bytes as they are kept */
    int64_t plain_bytes;
    dbk_uuid object_id;
    int32_t chunk_no;
} known_chunk;

/* In the order of plain_sha256. */
typedef struct known_chunks {
    known_chunk *items;
    size_t count;
} known_chunks;

/* For a batch that is open; at most some thousands, which live in the arena. */
dbk_err *known_chunks_read(pg_conn *c, arena *a, const dbk_uuid *batch_id, known_chunks *out) ERR_MUST_USE;
/* NULL: there is none of this content. */
const known_chunk *known_chunks_find(const known_chunks *k, const uint8_t plain_sha256[32],
                                     size_t plain_bytes);

#endif
