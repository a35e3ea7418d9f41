/* poll_lead.h: one poller for each stream of a venue, however many run.
 *
 * Leading saves the venue's budget; what is recorded stays right with two leaders. */
#ifndef DAYBOOK_MARKET_POLL_POLL_LEAD_H
#define DAYBOOK_MARKET_POLL_POLL_LEAD_H

#include "pg/pg_lead.h"

/* Does this process lead the stream, from before or from now on? */
dbk_err *poll_lead_take(pg_lead *l, const char *venue, const char *stream, bool *leads) ERR_MUST_USE;

#endif
