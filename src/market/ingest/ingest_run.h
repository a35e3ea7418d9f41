/* ingest_run.h: many files, several at a time, each worker with a thread and a connection of its own.
 *
 * Files whose names say the same symbol are taken one after another in their order: their batches would wait
 * for each other in the server. Results come in the order of the files. One bar tells how
 * far all of them are. */
#ifndef DAYBOOK_MARKET_INGEST_INGEST_RUN_H
#define DAYBOOK_MARKET_INGEST_INGEST_RUN_H

#include <stdio.h>

#include "market/ingest/ingest.h"

#define INGEST_JOBS_MAX 64

typedef struct ingest_run_options {
    const ingest_options *each; /* of every file; its connection and interrupt are not used */
    pg_conn *conn;              /* the first worker's; the others connect to the same server */
    int jobs;
    ingest_file_list files;
    FILE *progress_stream; /* NULL: no progress bar */
} ingest_run_options;

/* What is told of each file, in order; memory of the results ends with the call. */
typedef dbk_err *(*ingest_run_fn)(void *ctx, const ingest_file_name *file, const ingest_results *results);

/* Takes signals while it runs. A file that is refused is a result. What ends the run (interrupted, no
 * connection, no memory) is the error, and then what was done before is told nevertheless. */
dbk_err *ingest_run(const ingest_run_options *o, ingest_run_fn fn, void *ctx) ERR_MUST_USE;

#endif
