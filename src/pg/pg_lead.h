/* pg_lead.h: one process at a time does what several could.
 *
 * Who leads holds advisory locks in a transaction that does nothing else, on an idle connection of its own:
 * they end with the process, at once, since the server watches an idle connection, and the transaction has no
 * snapshot, so it keeps no old rows alive however long it lasts. Nothing else is run on that connection: the
 * server notices that a client is gone late when it is busy for it. Needs no session, so it works behind a
 * pooler in transaction mode too.
 *
 * A leader that was paused does not know that another one took over: what must not happen twice needs a term
 * in the database besides. Blocks; one thread at a time. */
#ifndef DAYBOOK_PG_PG_LEAD_H
#define DAYBOOK_PG_PG_LEAD_H

#include "pg/pg.h"
#include "pg/pg_lock.h"

typedef struct pg_lead pg_lead;

/* To the server that `like` is connected to; nothing is connected yet. */
dbk_err *pg_lead_new(const pg_conn *like, const char *application_name, pg_lead **out) ERR_MUST_USE;
void pg_lead_free(pg_lead *l); /* lets go of everything; accepts NULL */

/* Does this process hold that lock, from before or from now on? Connects where that is due. */
dbk_err *pg_lead_take(pg_lead *l, enum pg_lock_space space, int32_t key, bool *leads) ERR_MUST_USE;
/* Looks whether the connection still holds what was taken. An error says that nothing is held any more. */
dbk_err *pg_lead_check(pg_lead *l) ERR_MUST_USE;
/* Lets go of everything that was taken; the connection stays. */
void pg_lead_release(pg_lead *l);

#endif
