/* pg_lock.h: transaction-level advisory locks. There are no session locks here: they do not survive a pooler.
 */
#ifndef DAYBOOK_PG_PG_LOCK_H
#define DAYBOOK_PG_PG_LOCK_H

#include "pg/pg.h"

/* Tries once inside the current transaction; keys are two int4 as in pg_try_advisory_xact_lock(int, int). */
dbk_err *pg_lock_try(pg_conn *c, int32_t space, int32_t key, bool *held) ERR_MUST_USE;
/* Polls with jitter until held or wait_ms have passed: ERR_BUSY naming the holder's pid, application and age.
 * Called outside of a transaction; on success one is open and holds the lock. Never blocks in the server, and
 * every try is a transaction of its own: whoever builds an index concurrently waits for blocked waiters, and
 * for every transaction that had a snapshot when it looked, to the end of it; so a waiter that stayed in one
 * transaction would now and then be waited for by the very session it waits for. While it waits, `waiting`
 * (may be NULL) is told who holds the lock, at first and then every 5 s. */
typedef void (*pg_lock_waiting)(void *ctx, const char *holder);
dbk_err *pg_lock_wait(pg_conn *c, arena *a, const dbk_clock *clock, int32_t space, int32_t key,
                      int64_t wait_ms, pg_lock_waiting waiting, void *ctx) ERR_MUST_USE;

/* The lock spaces in use, so that two features never share one by accident. */
enum pg_lock_space {
    PG_LOCK_MIGRATE = 0x44424b01,   /* "DBK" 1 */
    PG_LOCK_ROLES = 0x44424b02,     /* taken in the database "postgres": roles belong to the whole cluster */
    PG_LOCK_POLL = 0x44424b03,      /* of streams of venues, see market/poll/poll_lead.h */
    PG_LOCK_SEQUENCER = 0x44424b04, /* who gives places in a log; the key is the log */
    PG_LOCK_AWAKE =
        0x44424b05, /* shared by whoever emits, alone by a sequencer that sleeps; the key is the log */
    PG_LOCK_JOBS = 0x44424b06,     /* shared by whoever enqueues, alone by a worker that sleeps */
    PG_LOCK_SCHEDULES = 0x44424b07 /* who fires them */
};

#endif
