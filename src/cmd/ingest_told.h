/* ingest_told.h: files are loaded, and what became of each is a row of a table: for the verbs that load
 * files. */
#ifndef DAYBOOK_CMD_INGEST_TOLD_H
#define DAYBOOK_CMD_INGEST_TOLD_H

#include "cmd/app.h"
#include "market/ingest/ingest_run.h"

typedef struct ingest_told {
    table *table;       /* the caller frees it */
    size_t refused;     /* files */
    bool rejected_some; /* lines of files that were loaded */
} ingest_told;

/* Files are loaded several at once: `jobs`, or for 0 as many as there are processors, at most four. After an
 * error the table, when there is one, tells of those that were dealt with before. `title` may be NULL. */
dbk_err *ingest_and_tell(app *app, pg_conn *conn, const ingest_options *each, ingest_file_list files,
                         int64_t jobs, const char *title, ingest_told *out) ERR_MUST_USE;

#endif
