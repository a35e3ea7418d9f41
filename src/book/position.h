/* position.h: what fills make of a position, at average cost. Pure: no clock, no server, no heap.
 *
 * The same rules as trading._position_apply() and trading._move_position() in the server; a test compares
 * them over random histories. A position is the fold of its live fills, on their effective terms, in the
 * order of position_version; a bust or correction is another history, folded anew.
 *
 * Units: quantities are those of the instrument; prices are in its quote currency; a position's money is in
 * its own currency (what the instrument settles in). `multiplier` is base units (inverse: quote units) per
 * unit of quantity. open_cost is the sum of signed quantity times unit value over what is open, without
 * multiplier, where the unit value of a price p is p, or 1/p for an inverse contract.
 *
 * Rounding: products are exact; every division is wide_div18(). What a fill closes takes its share of
 * open_cost, rounded once, and the last close all that remains, so a flat position has realised exactly what
 * was paid and received. Whatever the rounding, realized_gross + unrealized(mark) = -sum(side * qty * price *
 * m) + signed_qty * mark * m. */
#ifndef DAYBOOK_BOOK_POSITION_H
#define DAYBOOK_BOOK_POSITION_H

#include <stdbool.h>
#include <stdint.h>

#include "core/decimal.h"
#include "core/wide.h"

typedef enum position_kind { POSITION_SPOT, POSITION_PERP, POSITION_INVERSE } position_kind;
typedef enum position_side { POSITION_BUY, POSITION_SELL } position_side;

/* How a fee acts on its position. */
typedef enum position_fee {
    POSITION_FEE_NONE,
    POSITION_FEE_SETTLE,    /* in the position's currency: subtracted from its result */
    POSITION_FEE_BASE,      /* in the base currency of a spot instrument: subtracted from its quantity */
    POSITION_FEE_CONVERTED, /* a third asset with a rate: its value is subtracted from the result */
    POSITION_FEE_OTHER /* a third asset without a rate: in no sum of profit and loss, never taken for zero */
} position_fee;

/* The effective terms of a live fill. */
typedef struct position_fill {
    position_side side;
    decimal qty;   /* greater than zero */
    decimal price; /* not negative, nor zero for an inverse contract */
    decimal fee;   /* cost positive, rebate negative */
    position_fee fee_kind;
    decimal fee_rate; /* value of one unit of the fee's currency in the position's; read for FEE_CONVERTED */
    int64_t filled_at_us;
} position_fill;

typedef struct position {
    position_kind kind;
    decimal multiplier;
    wide signed_qty; /* positive long, negative short */
    wide open_cost;  /* zero when flat */
    wide realized_gross;
    wide fees; /* in the position's currency; a rebate is negative */
    wide funding;
    int64_t cycle;        /* of the current cycle, or the last one when flat; 0 before the first */
    int64_t opened_at_us; /* of the current cycle; means nothing when flat */
} position;

/* What one fill did. Of a flip, which closes one cycle and opens the next, the closed_ parts belong to the
 * cycle that ended and the rest to the one that began. */
typedef struct position_step {
    wide delta;          /* change of signed_qty */
    wide value;          /* unit value times delta */
    wide realized_gross; /* base_loss included */
    wide base_loss; /* of it, the value of a fee taken from the quantity; zero or, for a rebate, above zero */
    wide fee;       /* in the position's currency; zero for a fee that is not subtracted from the result */
    wide closed_qty;   /* not negative; zero when the fill only opened or increased */
    wide closed_value; /* what was received for what was closed, as unit value: signed like the position */
    wide closed_cost;  /* its share of open_cost */
    wide closed_fee;   /* of fee, the closing share by quantity */
    wide closed_loss;  /* of base_loss, the same */
    bool opened;       /* a cycle began */
    bool closed;       /* a cycle ended */
} position_step;

position position_new(position_kind kind, decimal multiplier);
void position_apply(position *p, const position_fill *fill, position_step *step);

/* open_cost over signed_qty (the other way round for an inverse contract), for display; zero when flat. */
wide position_avg_price(const position *p);
wide position_realized_net(const position *p);
/* Of what is open, from open_cost and not from the average, which is rounded. The mark is not zero for an
 * inverse contract. */
wide position_unrealized(const position *p, decimal mark);
bool position_is_flat(const position *p);

/* What a rate of funding costs at a mark: minus the unit value of signed_qty at the mark, times m, times the
 * rate, rounded to 18 decimals. A positive rate: longs pay shorts. The venue's own amount goes before it. */
wide position_funding(const position *p, decimal mark, decimal rate);

/* Currencies are the instrument's base, the position's own, and the fee's; has_rate says whether the fee came
 * with a rate. */
position_fee position_fee_kind(position_kind kind, const char *base_currency, const char *currency,
                               decimal fee, const char *fee_currency, bool has_rate);

/* "spot", "perp", "inverse"; false for any other text. */
bool position_kind_find(const char *name, position_kind *out);

#endif
