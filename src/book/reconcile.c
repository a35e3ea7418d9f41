#include "book/reconcile.h"

/* What is open is worth the sum of quantity times price, and of an inverse contract the sum of quantity
 * divided by price: there the price comes the other way round. Two values of different signs leave none. */
static wide price_of_increase(position_kind kind, wide qty, wide avg, wide venue_qty, wide venue_avg)
{
    wide change = wide_sub(venue_qty, qty);
    wide dividend = wide_sub(wide_mul(venue_qty, venue_avg), wide_mul(qty, avg)), divisor = change;
    if (kind == POSITION_INVERSE) {
        dividend = wide_mul(wide_mul(change, avg), venue_avg);
        divisor = wide_sub(wide_mul(venue_qty, avg), wide_mul(qty, venue_avg));
    }
    if (wide_sign(dividend) != wide_sign(divisor) || wide_is_zero(divisor))
        return (wide){0}; /* no price */
    return wide_div18(dividend, divisor);
}

bool reconcile_price(position_kind kind, wide qty, wide avg, wide venue_qty, wide venue_avg, wide *out)
{
    wide change = wide_sub(venue_qty, qty), price;
    if (wide_is_zero(change))
        return false;
    int held = wide_sign(qty), wanted = wide_sign(venue_qty);
    if (wanted == 0 || (held == wanted && wide_sign(change) == -held))
        price = avg;
    else if (held != wanted)
        price = venue_avg;
    else
        price = price_of_increase(kind, qty, avg, venue_qty, venue_avg);
    if (wide_sign(price) <= 0)
        return false;
    *out = price;
    return true;
}

bool reconcile_matches(wide qty, wide avg, wide venue_qty, wide venue_avg, wide tolerance)
{
    if (!wide_equal(qty, venue_qty))
        return false;
    wide apart = wide_abs(wide_sub(avg, venue_avg));
    return wide_is_zero(qty) || wide_compare(apart, wide_mul(tolerance, wide_abs(avg))) <= 0;
}
