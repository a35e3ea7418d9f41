/* lint_trace.h: runs pending migrations on a scratch server and says what they really lock.
 *
 * Modules are put into an empty database in order; statements of migrations that are not applied yet are run
 * one by one, in one transaction a file as the runner does, and after each the locks held, the files tables
 * are kept in and the scans counted are compared with those before. How long a lock would be held where the
 * rows are is estimated from the sizes of another server: reading a table takes as long as its pages at
 * TRACE_READ_BYTES_S, rewriting it as long as its pages and those of its indexes at TRACE_WRITE_BYTES_S. An
 * estimate says whether it is a moment or an hour, no more.
 *
 * Not for judging (lint.h does that), and never on a server somebody depends on: it writes to `url`. */
#ifndef DAYBOOK_SCHEMA_LINT_TRACE_H
#define DAYBOOK_SCHEMA_LINT_TRACE_H

#include "pg/pg.h"
#include "schema/lint.h"

#define TRACE_READ_BYTES_S 200e6
#define TRACE_WRITE_BYTES_S 50e6
#define TRACE_UNKNOWN (-1.0)

typedef struct lint_trace_row {
    const char *path;
    size_t line;
    const char *statement; /* its beginning */
    const char *relation;  /* NULL: the statement cannot be part of a transaction, so nothing was measured */
    const char *lock;      /* "SHARE ROW EXCLUSIVE" */
    const char *blocks;    /* "reads and writes", "writes", "schema changes", "nothing" */
    bool rewritten;
    bool scanned;
    double rows;        /* where they are; TRACE_UNKNOWN */
    double estimated_s; /* of this statement on this table; TRACE_UNKNOWN */
    double held_s;      /* until the end of the file's transaction; TRACE_UNKNOWN */
    bool hurts;         /* writers wait while a table that has rows, or may have, is read or rewritten */
} lint_trace_row;

typedef struct lint_trace {
    const lint_trace_row *items; /* in the order they ran */
    size_t count;
    size_t file_count; /* pending files that were run */
    size_t hurting_count;
} lint_trace;

/* `url` is an empty database of a scratch server; `sizes` a connection to where the rows are, NULL for none.
 * Blocks while the files run. Errors name file, line and column. Of the options rules and today do not
 * matter. */
dbk_err *lint_trace_run(arena *a, const lint_options *options, const char *url, pg_conn *sizes,
                        lint_trace *out) ERR_MUST_USE;

#endif
