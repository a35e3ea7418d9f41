/* poll.h: keeping the series of one venue current over REST.
 *
 * Asks for what follows each series' cursor, records the answer together with the cursor, and waits for what
 * comes next; what is asked next is decided in poll_plan.h, what a page means in venue.h. Only the venue's
 * own time says whether a row is over. A fault of the venue, however long, is waited out; the database's
 * faults too, but for those that would happen again. */
#ifndef DAYBOOK_MARKET_POLL_POLL_H
#define DAYBOOK_MARKET_POLL_POLL_H

#include "core/health.h"
#include "core/log.h"
#include "core/metrics.h"
#include "http/http.h"
#include "market/poll/poll_store.h"

typedef struct poll_options {
    poll_wishes wishes;
    const char *venue_url; /* asked instead of the venue's own hosts; may be NULL */
    bool once;             /* end when everything is current, or has failed five times in a row */
    pg_conn *conn;
    http_client *http;
    const dbk_clock *clock;
    dbk_log *log;
    const atomic_int *interrupt; /* may be NULL */
    metrics *metrics;            /* may be NULL */
    health_part *health;         /* may be NULL */
} poll_options;

typedef struct poll_result {
    int64_t pages; /* recorded or without news */
    int64_t rows;
    size_t series;
    size_t failing;    /* series whose last request failed */
    size_t led_others; /* series of streams that another process polls */
} poll_result;

/* Until the interrupt is set, which is an error (ERR_INTERRUPTED, ERR_TERMINATED), or with `once` until there
 * is nothing more to do; then ERR_RETRYABLE when the venue asked to be left alone for longer than two
 * minutes. *out is written in every case. Blocks; uses its own thread's connection and client. */
dbk_err *poll_run(const poll_options *options, poll_result *out) ERR_MUST_USE;

#endif
