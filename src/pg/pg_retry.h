/* pg_retry.h: the one place that decides whether something is tried again, and when. Pure: no I/O, no
 * sleeping.
 *
 * The decision uses SQLSTATE and error code, never message text. Backoff is exponential with decorrelated
 * jitter (AWS Architecture Blog, "Exponential Backoff and Jitter"), limited in tries and in total time. */
#ifndef DAYBOOK_PG_PG_RETRY_H
#define DAYBOOK_PG_PG_RETRY_H

#include <stdint.h>

#include "core/err.h"

typedef enum pg_retry_kind {
    PG_RETRY_NEVER,     /* the same call would fail the same way */
    PG_RETRY_SAME,      /* nothing was committed (40001, 40P01, 55P03): run it again on this connection */
    PG_RETRY_RECONNECT, /* the connection is gone and nothing can have been committed (refused, 57P03, 08001)
                         */
    PG_RETRY_UNKNOWN    /* the connection was lost after sending: committed or not; again only if the work
                           carries an identity */
} pg_retry_kind;

pg_retry_kind pg_retry_classify(const dbk_err *e);

typedef struct pg_retry_policy {
    int tries_max;        /* 0: 8 */
    int64_t delay_min_us; /* 0: 20 ms */
    int64_t delay_max_us; /* 0: 2 s */
    int64_t total_max_us; /* 0: 30 s */
} pg_retry_policy;

typedef struct pg_retry_state {
    pg_retry_policy policy;
    int tries;
    int64_t last_delay_us;
    int64_t started_us;
    uint64_t random; /* xorshift state; seed with anything but 0 */
} pg_retry_state;

void pg_retry_init(pg_retry_state *s, const pg_retry_policy *policy, int64_t now_us, uint64_t seed);
/* After a failed try: true and the pause to make before the next, or false: give up and report e. idempotent
 * says that PG_RETRY_UNKNOWN may be tried again. */
bool pg_retry_next(pg_retry_state *s, const dbk_err *e, bool idempotent, int64_t now_us, int64_t *delay_us);

#endif
