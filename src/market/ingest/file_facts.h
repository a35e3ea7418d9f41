/* file_facts.h: what the register says of a file beside its hash: the member of its archive, and how its rows
 * are written, so that years later it can be read again as it was. */
#ifndef DAYBOOK_MARKET_INGEST_FILE_FACTS_H
#define DAYBOOK_MARKET_INGEST_FILE_FACTS_H

#include "core/arena.h"
#include "market/formats/file_rows.h"

typedef struct file_facts {
    const char *member_name; /* NULL: the file is no zip archive */
    int64_t member_crc32;
    int64_t member_bytes;
    const char *dialect; /* a JSON object */
} file_facts;

/* Opens the file, but reads no more of it than the directory of an archive. What is found lives in the
 * arena. */
dbk_err *file_facts_read(arena *a, const char *path, const file_rows *rows, file_facts *out) ERR_MUST_USE;

#endif
