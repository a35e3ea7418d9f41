/* source_int.h: shared by source.c, which reads plain and gzip files, and source_zip.c. */
#ifndef DAYBOOK_MARKET_SOURCE_INT_H
#define DAYBOOK_MARKET_SOURCE_INT_H

#include "market/source.h"

typedef struct source_zip source_zip;

/* Takes the descriptor over whatever happens. */
dbk_err *source_zip_open(int fd, int64_t size_bytes, source_zip **out) ERR_MUST_USE;
void source_zip_close(source_zip *z); /* accepts NULL */
dbk_err *source_zip_read(source_zip *z, void *p, size_t size, size_t *got) ERR_MUST_USE;
int64_t source_zip_position_bytes(const source_zip *z); /* compressed bytes used, about */

#endif
