/* lot.h: what is open of a position, by the fills that opened it, and in which order it is given up.
 *
 * A lot carries what belongs to its quantity and has not been given up yet: value, fees, funding. A part of a
 * lot takes its share of each by quantity, rounded by wide_div18(), and the last part all that remains, so
 * nothing is lost or made. The value of a part of a linear lot is quantity times price, exact.
 *
 * Lots know no sides: the caller keeps one lots object for what is open, long or short, and no lot is carried
 * across flat. */
#ifndef DAYBOOK_BOOK_LOT_H
#define DAYBOOK_BOOK_LOT_H

#include "book/position.h"

typedef enum lot_matching {
    LOT_FIFO,   /* the oldest first */
    LOT_LIFO,   /* the newest first */
    LOT_HIFO,   /* the highest price first; of equal ones the oldest */
    LOT_AVERAGE /* all lots are one: values are shared by quantity */
} lot_matching;

typedef struct lot {
    wide qty;      /* greater than zero */
    decimal price; /* of the fill that opened it */
    wide value;    /* unit value of qty, see position.h; not negative */
    wide loss;     /* value of a fee that was taken from the quantity; zero or below, above for a rebate */
    wide fees;
    wide funding;
    int64_t opened_at_us;
    int64_t version;   /* of the position, made by the opening fill */
    decimal low, high; /* prices seen while it was open */
} lot;

typedef struct lots lots;

/* At most `max` lots at once, ERR_LIMIT beyond. Free with lots_free(). */
dbk_err *lots_new(position_kind kind, lot_matching matching, size_t max, lots **out) ERR_MUST_USE;
void lots_free(lots *l); /* accepts NULL */

dbk_err *lots_add(lots *l, const lot *opened) ERR_MUST_USE;
wide lots_qty(const lots *l);
size_t lots_count(const lots *l);
/* Oldest first; valid until the next change. */
const lot *lots_at(const lots *l, size_t index);

/* Gives up `qty`, calling each(ctx, part) for every lot it is taken from, in the order of the matching; an
 * error from each ends it and is returned. ERR_INPUT "not enough lots" when less is held: then nothing is
 * taken. */
dbk_err *lots_take(lots *l, wide qty, dbk_err *(*each)(void *ctx, const lot *part), void *ctx) ERR_MUST_USE;

/* Takes the share of `part` of `whole` out of an amount: dealing out a whole in parts gives exactly the
 * amount. */
wide lot_take_share(wide *amount, wide part, wide whole);

/* A price was seen while the lots were open. */
void lots_see(lots *l, decimal price);
/* Shares an amount of funding among the lots by quantity. There is one at least. */
void lots_fund(lots *l, wide amount);

#endif
