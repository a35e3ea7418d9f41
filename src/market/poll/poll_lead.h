/* poll_lead.h: one poller for each stream of a venue, however many run.
 *
 * Who leads holds an advisory lock in a transaction that does nothing else, on a connection of its own: it
 * ends with the process, at once, and needs no session, so that it works behind a pooler in transaction mode
 * too. Leading saves the venue's budget; what is recorded stays right with two leaders. Blocks; one thread at
 * a time. */
#ifndef DAYBOOK_MARKET_POLL_POLL_LEAD_H
#define DAYBOOK_MARKET_POLL_POLL_LEAD_H

#include "pg/pg.h"

typedef struct poll_lead poll_lead;

/* To the server that `like` is connected to. */
dbk_err *poll_lead_new(const pg_conn *like, poll_lead **out) ERR_MUST_USE;
void poll_lead_free(poll_lead *l); /* lets go of everything; accepts NULL */

/* Does this process lead the stream, from before or from now on? */
dbk_err *poll_lead_take(poll_lead *l, const char *venue, const char *stream, bool *leads) ERR_MUST_USE;
/* Looks whether the connection still holds what was taken. An error says that nothing is held any more. */
dbk_err *poll_lead_check(poll_lead *l) ERR_MUST_USE;

#endif
