/* pg_notify.h: sleeping until the server says that there is something to look at.
 *
 * A connection of its own that listens, is never in a transaction and is drained at every wait, so that it
 * holds up neither the cleaning of old rows nor that of the server's queue. A notification only ever says
 * "look": whoever waits here looks after every wait, however it ended, and has a limit of time. So a lost
 * connection is no error: it makes waits last as long as their limit until it is there again, which is seen
 * to here. */
#ifndef DAYBOOK_PG_PG_NOTIFY_H
#define DAYBOOK_PG_PG_NOTIFY_H

#include "pg/pg.h"

typedef struct pg_notify pg_notify;

/* Channels of Daybook. Payloads are empty. */
#define PG_NOTIFY_LOG                                                                                        \
    "daybook_log"                   /* emitters to a sequencer that sleeps: there are events without places  \
                                     */
#define PG_NOTIFY_SEQ "daybook_seq" /* the sequencer to all readers: there are new places */
#define PG_NOTIFY_JOBS "daybook_jobs" /* to workers, when some sleep: there may be something to claim */

#define PG_NOTIFY_CHANNELS_MAX 4

/* To the server that `like` is connected to, from the first wait on. `channels` are identifiers, ended by
 * NULL, that outlive it; without any it never connects, and is a sleep that can be ended. */
dbk_err *pg_notify_new(const pg_conn *like, const char *application_name, const char *const *channels,
                       pg_notify **out) ERR_MUST_USE;
void pg_notify_free(pg_notify *n); /* accepts NULL */

/* Connects and listens where that is due, so that nothing that is notified after it returns is missed: to be
 * called before the last look that precedes a wait. True when it listens. */
bool pg_notify_listen(pg_notify *n);

typedef enum pg_notify_end {
    PG_NOTIFY_HEARD,  /* something was notified, or may have been while the connection was away */
    PG_NOTIFY_WOKEN,  /* by pg_notify_wake() */
    PG_NOTIFY_TIME_UP /* the limit has passed */
} pg_notify_end;

/* Waits; what was notified since the last wait counts. */
pg_notify_end pg_notify_wait(pg_notify *n, int64_t limit_us);
/* Ends the present wait, or the next one if there is none. From any thread and from signal handlers. */
void pg_notify_wake(pg_notify *n);

bool pg_notify_listens(const pg_notify *n);
/* For who waits for other things as well: can be read when something was notified, which a wait of no length
 * then takes. -1 while it does not listen. */
int pg_notify_socket(const pg_notify *n);
int64_t pg_notify_losses(const pg_notify *n); /* how often the connection was lost, or could not be made */

#endif
