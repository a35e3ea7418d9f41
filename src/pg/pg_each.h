/* pg_each.h: one statement with many sets of parameters, in one transaction and one round trip.
 *
 * The server takes the statement apart once. Nothing marks the end of the transaction but the Sync at the end
 * of all, so it works through PgBouncer in transaction mode, and there is nothing to roll back. */
#ifndef DAYBOOK_PG_PG_EACH_H
#define DAYBOOK_PG_PG_EACH_H

#include "pg/pg.h"

#define PG_EACH_MAX 1024

typedef struct pg_each {
    const pg_params *params; /* the same number and types in every one */
    arena *arena;            /* of the rows */
    pg_rows *rows;           /* out; worth something only when all was committed */
} pg_each;

/* count: 1 to PG_EACH_MAX. Not in a transaction. The deadline of all together is that of the
 * connection, or timeout_ms if that is sooner and not 0. Returns NULL when everything was done and committed.
 * Else the first error, and nothing was done; unless it is 08007, as of pg_commit(): then it is not known. */
dbk_err *pg_query_each(pg_conn *c, const char *sql, int64_t timeout_ms, pg_each *each,
                       size_t count) ERR_MUST_USE;

#endif
