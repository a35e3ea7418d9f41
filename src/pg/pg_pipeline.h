/* pg_pipeline.h: several independent statements in one round trip (libpq pipeline mode).
 *
 * Each statement is followed by its own Sync, so each is its own transaction: one failing leaves the others
 * alone. Bounded: at most PG_PIPELINE_MAX statements whose answers were not read. Nothing here blocks on
 * sending alone: whoever waits for an answer sends what is unsent, and reads, so that neither side can wait
 * for the other to read.
 *
 * Through PgBouncer in transaction mode the server's connection may change between two statements. It does so
 * when no Sync is outstanding, and takes no notice of a statement of which only a part has arrived by then;
 * so add while answers are still to come rather than after the last. A statement that lost its answer that
 * way is found out, and the connection with it. Worse is what happens when a client dies with several Syncs
 * outstanding: PgBouncer 1.18 gives the server's connection to the next client after any complete answer, and
 * that one reads the others as its own. So whoever may be killed sends no more than pg_pipeline_depth(). */
#ifndef DAYBOOK_PG_PG_PIPELINE_H
#define DAYBOOK_PG_PG_PIPELINE_H

#include "pg/pg.h"

#define PG_PIPELINE_MAX 1024

/* How many statements may be without an answer: PG_PIPELINE_MAX, behind a pooler one. Asks the server once
 * for each connection; not in a transaction or pipeline. */
dbk_err *pg_pipeline_depth(pg_conn *c, arena *a, size_t *out) ERR_MUST_USE;
dbk_err *pg_pipeline_begin(pg_conn *c) ERR_MUST_USE;
/* Queues; nothing is known of the outcome yet. On an error nothing was queued, or the connection is lost. */
dbk_err *pg_pipeline_add(pg_conn *c, const char *sql, const pg_params *p) ERR_MUST_USE;
/* The answer to the next statement in order of adding, within timeout_ms from now (0: the connection's
 * deadline; passed: cancelled, as any statement). The call itself fails (its error returned) only when the
 * connection is lost; the statement's own error comes in *statement_err, else *rows. */
dbk_err *pg_pipeline_next(pg_conn *c, int64_t timeout_ms, arena *a, pg_rows **rows,
                          dbk_err **statement_err) ERR_MUST_USE;
/* Whether what failed last, with 57014 and not done, was within its own deadline while a cancel had been sent
 * for one before it: that may come late, and the postmaster passes it on twice (to the process and to its
 * group, of which the second may find the next statement). */
bool pg_pipeline_met_cancel(const pg_conn *c);
/* Leaves pipeline mode; unread answers are read and dropped. After an error the connection is lost. */
dbk_err *pg_pipeline_end(pg_conn *c) ERR_MUST_USE;

#endif
