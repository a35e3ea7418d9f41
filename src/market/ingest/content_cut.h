/* content_cut.h: where the content of a file is cut into the chunks in which it is kept.
 *
 * The content itself says where: behind a line whose hash is one of few. So files that share lines share
 * chunks, also where one has lines more before them, and what is kept of the one need not be kept again of
 * the other (the way of low-bandwidth file systems: Muthitacharoen, Chen and Mazières, 2001; here by lines).
 * Pure; any thread. */
#ifndef DAYBOOK_MARKET_INGEST_CONTENT_CUT_H
#define DAYBOOK_MARKET_INGEST_CONTENT_CUT_H

#include <stdbool.h>
#include <stddef.h>

/* A chunk has at least so many bytes, but for the last of a file … */
#define CONTENT_CUT_BYTES_MIN ((size_t)256 << 10)
/* … and at most these: there what has no such line is cut. */
#define CONTENT_CUT_BYTES_MAX ((size_t)1 << 20)
/* One line of so many ends a chunk. */
#define CONTENT_CUT_LINES 1024

/* Of what follows the chunk before, how many bytes are the next one; 0: it takes more to tell. `end`: nothing
 * comes after these. Never 0 where there are CONTENT_CUT_BYTES_MAX bytes, or `end` and any. */
size_t content_cut(const char *bytes, size_t length, bool end);

#endif
