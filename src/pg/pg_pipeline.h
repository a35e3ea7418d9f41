/* pg_pipeline.h: several independent statements in one round trip (libpq pipeline mode).
 *
 * Each statement is followed by its own Sync, so each is its own transaction: one failing leaves the others
 * alone. Bounded: at most PG_PIPELINE_MAX statements between begin and end. Works through PgBouncer only when
 * every statement is its own transaction, which is so here. */
#ifndef DAYBOOK_PG_PG_PIPELINE_H
#define DAYBOOK_PG_PG_PIPELINE_H

#include "pg/pg.h"

#define PG_PIPELINE_MAX 1024

dbk_err *pg_pipeline_begin(pg_conn *c) ERR_MUST_USE;
/* Queues; nothing is known of the outcome yet. */
dbk_err *pg_pipeline_add(pg_conn *c, const char *sql, const pg_params *p) ERR_MUST_USE;
/* The answer to the next statement in order of adding. The call itself fails (its error returned) only when
 * the connection is lost; the statement's own error comes in *statement_err, else *rows. */
dbk_err *pg_pipeline_next(pg_conn *c, arena *a, pg_rows **rows, dbk_err **statement_err) ERR_MUST_USE;
/* Leaves pipeline mode; unread answers are read and dropped. */
dbk_err *pg_pipeline_end(pg_conn *c) ERR_MUST_USE;

#endif
