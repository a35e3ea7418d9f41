/* pg_err.h: the one place that turns what libpq says into a dbk_err. Private to src/pg.
 *
 * SQLSTATE decides the code (and so the exit status and the retry), never the text of a message:
 *   08xxx, 57P01..57P05, a closed socket      ERR_CONNECTION
 *   40001 40P01 55P03 25006                   ERR_RETRYABLE (25006: a read-only standby answered, another
 * host may not) 57014                                     ERR_TIMEOUT, or ERR_INTERRUPTED when pg_cancel()
 * was called 42501, 28xxx                              ERR_DENIED 22xxx 23xxx TB001 TB002 TB004 ERR_INPUT a
 * failure of libpq itself, socket alive   ERR_MEMORY (libpq has no other kind once a statement is sent)
 *   everything else                           ERR_SERVER
 * A connection lost on the way is SQLSTATE 08006 when nothing can have been committed (inside an open
 * transaction, before COMMIT) and 08007 otherwise; 08001 could not connect; 08003 was lost before. */
#ifndef DAYBOOK_PG_PG_ERR_H
#define DAYBOOK_PG_PG_ERR_H

#include "pg/pg_int.h"

/* From an answer whose status is an error. sql may be NULL; with it, an error position becomes line and
 * column. Marks the connection lost when it is. */
dbk_err *pg_result_err(pg_conn *c, const PGresult *result, const char *sql) ERR_MUST_USE;

/* From a connection that libpq or we gave up while `what` ("running a statement") was going on; marks it
 * lost. */
dbk_err *pg_lost_err(pg_conn *c, const char *what) ERR_MUST_USE;

/* From a call of libpq that refused to send. */
dbk_err *pg_send_err(pg_conn *c, const char *what) ERR_MUST_USE;

/* From a connection attempt. pq may be NULL (out of memory). url serves to keep its secrets out of the text.
 */
dbk_err *pg_connect_err(const PGconn *pq, const char *url) ERR_MUST_USE;

/* How many hosts the connection string names, at least 1. */
size_t pg_host_count(const PGconn *pq);

/* The SQLSTATE a failed connection attempt ends with, out of libpq's verbose message; hosts is how many were
 * tried. */
void pg_connect_sqlstate(const char *verbose_message, size_t hosts, char out[6]);
/* Removes SQLSTATEs and source locations from that message, in place. */
void pg_connect_message_clean(char *verbose_message);

/* Replaces in libpq's message, in place, everything that comes from the URL and that pg_url_sanitize would
 * hide. */
void pg_url_scrub(char *message, const char *url);

#endif
