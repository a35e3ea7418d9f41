/* verify_trips.h: the stored round trips of positions, walked beside the cycles that their fills go through.
 */
#ifndef DAYBOOK_BOOK_VERIFY_TRIPS_H
#define DAYBOOK_BOOK_VERIFY_TRIPS_H

#include "book/roundtrip.h"
#include "book/verify_fills.h"

typedef struct verify_trips {
    verify *v;
    verify_rows rows;
    const verify_position *position;
} verify_trips;

/* Close it also after an error. */
dbk_err *verify_trips_open(verify *v, verify_trips *out) ERR_MUST_USE;
void verify_trips_close(verify_trips *t);

/* Of roundtrip_options.done: a cycle is over, so its row is due. ctx is the verify_trips. */
dbk_err *verify_trips_done(void *ctx, const roundtrip *trip) ERR_MUST_USE;
/* Rows of the position at hand, and of any before it, that no cycle stands for. */
dbk_err *verify_trips_end(verify_trips *t) ERR_MUST_USE;

#endif
