/* verify_fees.h: fees of positions in currencies that are not their own, by the fills and as stored. */
#ifndef DAYBOOK_BOOK_VERIFY_FEES_H
#define DAYBOOK_BOOK_VERIFY_FEES_H

#include "book/verify_fills.h"

typedef struct fee_total {
    char currency[VERIFY_CURRENCY_SIZE];
    bool base; /* taken from the quantity */
    bool seen; /* in the table */
    wide amount, priced, converted;
} fee_total;

typedef struct verify_fees {
    verify *v;
    verify_rows rows;
    fee_total *totals; /* of the position at hand */
    size_t count, capacity;
} verify_fees;

/* Close it also after an error. */
dbk_err *verify_fees_open(verify *v, verify_fees *out) ERR_MUST_USE;
void verify_fees_close(verify_fees *f);

/* The fee of a live fill; settled is what it is in the position's currency. */
dbk_err *verify_fees_add(verify_fees *f, const verify_position *p, const position_fill *fill,
                         const char *currency, wide settled) ERR_MUST_USE;
/* Compares the totals of the position at hand, and forgets them. Positions come in the order of their keys.
 */
dbk_err *verify_fees_check(verify_fees *f, const verify_position *p) ERR_MUST_USE;

#endif
