#include "book/reconcile.h"

bool reconcile_price(wide qty, wide avg, wide venue_qty, wide venue_avg, wide *out)
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
        price = wide_div18(wide_sub(wide_mul(venue_qty, venue_avg), wide_mul(qty, avg)), change);
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
