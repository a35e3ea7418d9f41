/* source_int.h: shared by source.c, which reads plain and gzip files, source_zip.c and source_tar.c. */
#ifndef DAYBOOK_MARKET_FORMATS_SOURCE_INT_H
#define DAYBOOK_MARKET_FORMATS_SOURCE_INT_H

#include "market/formats/source.h"

typedef struct source_zip source_zip;

/* Takes the descriptor over whatever happens. */
dbk_err *source_zip_open(int fd, int64_t size_bytes, source_zip **out) ERR_MUST_USE;
void source_zip_close(source_zip *z); /* accepts NULL */
dbk_err *source_zip_read(source_zip *z, void *p, size_t size, size_t *got) ERR_MUST_USE;
void source_zip_member(const source_zip *z, source_member *out);
int64_t source_zip_position_bytes(const source_zip *z); /* compressed bytes used, about */

#define SOURCE_TAR_BLOCK 512

typedef struct source_tar source_tar;
typedef dbk_err *(*source_tar_read_fn)(void *context, void *p, size_t size, size_t *got);

/* Is this block of SOURCE_TAR_BLOCK bytes the first of a tar archive? */
bool source_tar_begins(const uint8_t *block);
dbk_err *source_tar_open(source_tar **out) ERR_MUST_USE;
void source_tar_close(source_tar *t); /* accepts NULL */
/* Like source_read(), of an archive whose bytes `read` gives: the files in it one after another, each with a
 * line end at its end. */
dbk_err *source_tar_read(source_tar *t, source_tar_read_fn read, void *context, void *p, size_t size,
                         size_t *got) ERR_MUST_USE;

#endif
