/* pg_session.h: proof that a connection is what a daemon needs: a session of its own, on a server that
 * writes.
 *
 * What belongs to a session (LISTEN, session locks, settings) gets lost behind a pooler in transaction mode,
 * silently and not always. So it is proven before a daemon begins, and again after each reconnection. */
#ifndef DAYBOOK_PG_PG_SESSION_H
#define DAYBOOK_PG_PG_SESSION_H

#include "pg/pg.h"

/* Outside of a transaction. ERR_INPUT that says why and what to do instead: a standby answers (SQLSTATE
 * 25006), or a pooler gives this client's statements to one session after another (SQLSTATE 0A000), or a
 * notification does not come back (0A000). A pooler in session mode is no hindrance. Blocks; opens a second
 * connection where a pooler is between. */
dbk_err *pg_session_check(pg_conn *c) ERR_MUST_USE;

#endif
