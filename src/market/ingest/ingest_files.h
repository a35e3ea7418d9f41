/* ingest_files.h: which files a command line means.
 *
 * A file stands for itself, whatever it is called. A folder stands for the regular files in it that have a
 * known ending (.csv, .gz, .zip, .txt, .json, .jsonl, .ndjson, .parquet, .tar, .tgz), in the order of their
 * names; it is not recursed into. What is left out is told, with the reason. */
#ifndef DAYBOOK_MARKET_INGEST_INGEST_FILES_H
#define DAYBOOK_MARKET_INGEST_INGEST_FILES_H

#include "core/arena.h"
#include "core/log.h"

#define INGEST_FILES_MAX 1000000

typedef struct ingest_file_name {
    const char *path;
    const char *spooled; /* NULL, or the file that holds what came from the pipe of this name */
    const char *refusal; /* NULL, or why nothing can be read under this name */
    const char *hint;
} ingest_file_name;

typedef struct ingest_file_list {
    ingest_file_name *files;
    size_t count;
} ingest_file_list;

/* Everything lives in the arena. ERR_LIMIT past INGEST_FILES_MAX. */
dbk_err *ingest_files_find(arena *a, dbk_log *log, const char *const *args, size_t count,
                           ingest_file_list *out) ERR_MUST_USE;

#endif
