/* batch_raw.h: a file as it lies on disk, packed for keeping.
 *
 * What came compressed is kept as it came. What did not is compressed chunk by chunk with zstd, each chunk a
 * frame of its own, so that one can be unpacked without the others. One thread at a time. */
#ifndef DAYBOOK_MARKET_INGEST_BATCH_RAW_H
#define DAYBOOK_MARKET_INGEST_BATCH_RAW_H

#include "market/formats/source.h"
#include "market/ingest/content_cut.h"

/* What a chunk may need, were it to grow. */
#define BATCH_RAW_CHUNK_BYTES_MAX (CONTENT_CUT_BYTES_MAX + ((size_t)16 << 10))

typedef struct batch_raw batch_raw;

dbk_err *batch_raw_new(batch_raw **out) ERR_MUST_USE;
void batch_raw_free(batch_raw *r); /* accepts NULL */

/* By its first bytes. Blocks. */
dbk_err *batch_raw_kind(const char *path, source_kind *out) ERR_MUST_USE;
/* "zip", "gzip" or "zstd": what its chunks are in. */
const char *batch_raw_encoding(source_kind kind);

/* Is it content that is compressed here? Its first bytes say so; asked before any of it is packed. */
bool batch_raw_is_plain(batch_raw *r, const char *bytes, size_t length);
/* The next bytes of the file, at most CONTENT_CUT_BYTES_MAX, as a chunk, for which there is room of
 * BATCH_RAW_CHUNK_BYTES_MAX. */
dbk_err *batch_raw_pack(batch_raw *r, const char *bytes, size_t length, char *chunk, size_t size,
                        size_t *packed) ERR_MUST_USE;

#endif
