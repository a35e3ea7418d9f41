/* roundtrip.h: round trips: what a position earned from its way in to its way out, by four definitions. Pure
 * but for the memory of open lots.
 *
 *   FLAT_TO_FLAT     one trip from the fill that leaves flat to the fill that comes back to it (or flips);
 * what the server stores in trading.roundtrips FILL_TO_FILL     one trip per opening fill and closing fill,
 * matched FIFO, LIFO or HIFO FLAT_TO_REDUCED  one trip per closing fill, over the lots it gives up AVERAGE
 * one trip per closing fill, at average cost
 *
 * Whatever the definition, trips and what is still open add up to the position: gross, fees and funding, to
 * the last unit. A fee belongs to the fill's quantity: an entry's is shared among the exits, the last one
 * taking the rest. Units and rounding: see position.h. */
#ifndef DAYBOOK_BOOK_ROUNDTRIP_H
#define DAYBOOK_BOOK_ROUNDTRIP_H

#include "book/lot.h"
#include "book/position.h"

typedef enum roundtrip_method {
    ROUNDTRIP_FLAT_TO_FLAT,
    ROUNDTRIP_FILL_TO_FILL,
    ROUNDTRIP_FLAT_TO_REDUCED,
    ROUNDTRIP_AVERAGE
} roundtrip_method;

typedef struct roundtrip {
    position_kind kind;
    decimal multiplier;
    position_side side; /* BUY: it was long */
    int64_t cycle;
    int64_t first_version, last_version; /* of the position: opening and closing fill */
    int64_t opened_at_us, closed_at_us;
    wide qty;         /* what went in; for an open trip what is in so far */
    wide entry_value; /* unit value of qty, not negative */
    wide exit_qty;    /* what came out: qty of a trip that is over, unless a fee was taken from it */
    wide exit_value;
    wide gross;
    wide fees;
    wide funding;
    decimal low, high; /* prices seen while it was open: fills and marks */
} roundtrip;

wide roundtrip_net(const roundtrip *t);
wide roundtrip_avg_entry(const roundtrip *t);
wide roundtrip_avg_exit(const roundtrip *t); /* zero when nothing came out */
/* The worst and the best result that the whole quantity showed against its entry, before fees. */
wide roundtrip_mae(const roundtrip *t);
wide roundtrip_mfe(const roundtrip *t);

typedef struct roundtrip_options {
    position_kind kind;
    decimal multiplier;
    roundtrip_method method;
    lot_matching matching; /* FILL_TO_FILL and FLAT_TO_REDUCED; not AVERAGE */
    size_t lots_max;
    /* Called for every trip that is over; an error ends the call that closed it and is returned by it. */
    dbk_err *(*done)(void *ctx, const roundtrip *trip);
    void *ctx;
} roundtrip_options;

typedef struct roundtrips roundtrips;

dbk_err *roundtrips_new(const roundtrip_options *options, roundtrips **out) ERR_MUST_USE;
void roundtrips_free(roundtrips *r); /* accepts NULL */

/* Goes on from a state that was kept, before the first fill: the position, and the trip of its open cycle,
 * NULL when it is flat. FLAT_TO_FLAT only: the other methods need the fills that are open. */
void roundtrips_resume(roundtrips *r, const position *p, const roundtrip *open);

/* The next live fill, in the order of version; *step is what it did to the position. */
dbk_err *roundtrips_fill(roundtrips *r, const position_fill *fill, int64_t version,
                         position_step *step) ERR_MUST_USE;
/* A price was seen; nothing happens while the position is flat. */
void roundtrips_mark(roundtrips *r, decimal price);
/* Funding was paid; counted to the cycle that is open, or to the position alone when it is flat. */
void roundtrips_fund(roundtrips *r, wide amount);

const position *roundtrips_position(const roundtrips *r);
/* The trip of the cycle that is open, FLAT_TO_FLAT's, whatever the method; NULL when flat. */
const roundtrip *roundtrips_open(const roundtrips *r);

#endif
