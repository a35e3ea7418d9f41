/* maybe_amount.h: an amount of a fact that need not have one. */
#ifndef DAYBOOK_BOOK_MAYBE_AMOUNT_H
#define DAYBOOK_BOOK_MAYBE_AMOUNT_H

#include <stdbool.h>

#include "core/decimal.h"

typedef struct maybe_amount {
    bool known;
    decimal value; /* zero when not known */
} maybe_amount;

static inline bool maybe_amount_equal(maybe_amount a, maybe_amount b)
{
    return a.known == b.known && (!a.known || decimal_compare(a.value, b.value) == 0);
}

#endif
