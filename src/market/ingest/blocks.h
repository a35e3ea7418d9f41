/* blocks.h: hashes of stretches of rows, by which a replay of known rows is recognised without reading them.
 *
 * A block is all rows of a series from one moment to another, and the SHA-256 of their own fields as COPY
 * sends them, in the order of time and key. Where one ends depends on the rows before it alone: at the end of
 * a day of UTC, or when it has become large; a moment is never cut. Pure; one thread. */
#ifndef DAYBOOK_MARKET_INGEST_BLOCKS_H
#define DAYBOOK_MARKET_INGEST_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"

/* A block ends with the moment that makes it as large, … */
#define BLOCK_BYTES ((size_t)512 * 1024)
/* … with the day when it is as large, … */
#define BLOCK_BYTES_OF_DAY ((size_t)64 * 1024)
/* … and a smaller one is not worth its row: comparing its rows costs as little. */
#define BLOCK_BYTES_MIN ((size_t)4 * 1024)

typedef struct block {
    int64_t first_us, last_us;
    int64_t rows;
    uint8_t sha256[32];
} block;

typedef struct blocks blocks;

dbk_err *blocks_new(blocks **out) ERR_MUST_USE;
void blocks_free(blocks *b); /* accepts NULL */

/* The next row, none of which may be earlier than the one before: its time, and its own fields as sent. */
dbk_err *blocks_add(blocks *b, int64_t us, const char *own, size_t length) ERR_MUST_USE;
/* The rows that come next do not follow those before. What is open ends here, unless more of its last moment
 * may come: then it is dropped (`torn`). */
void blocks_cut(blocks *b, bool torn);
/* None of what was added stands as it was added. */
void blocks_forget(blocks *b);

/* What market.fn_close_batch takes as p_blocks; NULL when there is none. To be called after a cut. */
dbk_err *blocks_json(const blocks *b, arena *a, const char *horizon, const char **out) ERR_MUST_USE;

#endif
