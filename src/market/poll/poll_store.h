/* poll_store.h: polling's side of the database: what is to be polled, and what came of it.
 *
 * A page is recorded in one transaction: the bytes that came, their rows, and the cursor that covers them. So
 * a crash at any moment leaves the series where its rows are, and a page that is recorded again changes
 * nothing. Blocks; the connection's thread. */
#ifndef DAYBOOK_MARKET_POLL_POLL_STORE_H
#define DAYBOOK_MARKET_POLL_POLL_STORE_H

#include "core/log.h"
#include "market/poll/poll_answer.h"
#include "market/poll/poll_plan.h"
#include "pg/pg.h"

typedef struct poll_wishes {
    const venue *venue;
    const char *stream; /* only this one; NULL: all */
    const char *symbol; /* only this one; NULL: all */
    int64_t since_us;   /* where a series begins that has no cursor yet; 0: as configured */
    int page_rows;      /* rows of a page at most; 0: what the venue gives */
} poll_wishes;

/* The series of a venue that are to be polled, each with its position, and the holes in ids that are to be
 * filled. Instruments of coins are made known on the way. What the venue does not have is left out and
 * logged. All of it lives in the arena. */
dbk_err *poll_store_series(pg_conn *c, arena *a, const dbk_clock *clock, dbk_log *log, const poll_wishes *w,
                           poll_series **out, size_t *count) ERR_MUST_USE;

/* What was asked, what came, and what it means. */
typedef struct poll_page {
    const poll_series *series;
    const venue_request *request;
    const char *body;
    size_t length;
    int64_t server_us;
    const poll_answer *answer;
    const venue_position *after;
} poll_page;

/* One transaction. A page without rows only moves the cursor, one that changes nothing is not sent at all. */
dbk_err *poll_store_page(pg_conn *c, const dbk_clock *clock, const poll_page *p) ERR_MUST_USE;

/* The venue's list of its instruments, in one transaction. A list that the database cannot make sense of is
 * *trouble, the caller's to free, and no error. */
dbk_err *poll_store_list(pg_conn *c, const dbk_clock *clock, const poll_page *p,
                         dbk_err **trouble) ERR_MUST_USE;

/* The hole is filled; ERR_SERVER with TB004 when ids of it are missing still. */
dbk_err *poll_store_repaired(pg_conn *c, const dbk_uuid *repair_id) ERR_MUST_USE;

/* Keeps beside the series what went wrong. */
dbk_err *poll_store_failure(pg_conn *c, const dbk_clock *clock, const poll_series *s,
                            const dbk_err *why) ERR_MUST_USE;

#endif
