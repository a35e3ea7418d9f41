/* known_blocks.h: the blocks of an open batch's series that the server has hashes of and that stand.
 *
 * Asked for in the order of time, a few at once and more as they turn out to be wanted. Blocks while it asks;
 * the connection's thread. */
#ifndef DAYBOOK_MARKET_INGEST_KNOWN_BLOCKS_H
#define DAYBOOK_MARKET_INGEST_KNOWN_BLOCKS_H

#include "market/ingest/blocks.h"
#include "market/ingest/conn_turn.h"

typedef struct known_blocks known_blocks;

typedef struct known_block {
    int64_t first_us, last_us;
    int64_t rows;
    char sha256_hex[65];
    bool stands;
    bool follows; /* no row stands between the one before it in the answer, which stands, and this one */
} known_block;

dbk_err *known_blocks_new(const conn_turn *turn, const dbk_uuid *batch_id, known_blocks **out) ERR_MUST_USE;
void known_blocks_free(known_blocks *k); /* accepts NULL */

/* The first that ends at or after `us`, and not before the next time that is asked about; NULL: none that
 * begins up to wanted_us. Neither time may be before that of the last call. Lent until the next call. */
dbk_err *known_blocks_at(known_blocks *k, int64_t us, int64_t wanted_us,
                         const known_block **out) ERR_MUST_USE;

#endif
