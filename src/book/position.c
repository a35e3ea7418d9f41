#include "book/position.h"

#include <assert.h>
#include <string.h>

position position_new(position_kind kind, decimal multiplier)
{
    return (position){.kind = kind, .multiplier = multiplier};
}

bool position_is_flat(const position *p)
{
    return wide_is_zero(p->signed_qty);
}

/* The unit value of a quantity at a price: exact, but for the one division of an inverse contract. */
static wide unit_value(position_kind kind, wide qty, decimal price)
{
    return kind == POSITION_INVERSE ? wide_div18(qty, wide_of(price)) : wide_mul(qty, wide_of(price));
}

static wide settled_fee(const position_fill *fill)
{
    switch (fill->fee_kind) {
    case POSITION_FEE_SETTLE:
        return wide_of(fill->fee);
    case POSITION_FEE_CONVERTED:
        return wide_mul(wide_of(fill->fee), wide_of(fill->fee_rate));
    case POSITION_FEE_NONE:
    case POSITION_FEE_BASE:
    case POSITION_FEE_OTHER:
        break;
    }
    return (wide){.count = 0};
}

/* Closes up to the whole of p with the fill: closed_qty, closed_value, closed_cost and their result. A flip
 * values what it closes and leaves the rest of the fill's value to what it opens. */
static void close_part(const position *p, const position_fill *fill, position_step *s)
{
    wide held = wide_abs(p->signed_qty), moved = wide_abs(s->delta);
    s->closed_qty = wide_min(moved, held);
    s->closed_cost = wide_share(p->open_cost, s->closed_qty, held);
    s->closed_value = wide_equal(s->closed_qty, moved) ? wide_neg(s->value)
                                                       : unit_value(p->kind, p->signed_qty, fill->price);
    s->closed_fee = wide_share(s->fee, s->closed_qty, moved);
    s->closed_loss = wide_share(s->base_loss, s->closed_qty, moved);
    wide gain = p->kind == POSITION_INVERSE ? wide_sub(s->closed_cost, s->closed_value)
                                            : wide_sub(s->closed_value, s->closed_cost);
    s->realized_gross = wide_mul(gain, wide_of(p->multiplier));
}

void position_apply(position *p, const position_fill *fill, position_step *step)
{
    assert(decimal_sign(fill->qty) > 0);
    assert(p->kind != POSITION_INVERSE || decimal_sign(fill->price) > 0);
    position_step s = {.fee = settled_fee(fill)};
    wide qty = wide_of(fill->qty), price = wide_of(fill->price);
    s.delta = fill->side == POSITION_BUY ? qty : wide_neg(qty);
    if (fill->fee_kind == POSITION_FEE_BASE) {
        wide fee = wide_of(fill->fee);
        s.delta = wide_sub(s.delta, fee);
        s.base_loss = wide_neg(wide_mul(wide_mul(fee, price), wide_of(p->multiplier)));
    }
    s.value = unit_value(p->kind, s.delta, fill->price);

    int before = wide_sign(p->signed_qty);
    if (wide_sign(s.delta) * before < 0)
        close_part(p, fill, &s);
    s.realized_gross = wide_add(s.realized_gross, s.base_loss);
    p->signed_qty = wide_add(p->signed_qty, s.delta);
    p->open_cost = wide_add(wide_sub(p->open_cost, s.closed_cost), wide_add(s.value, s.closed_value));
    p->realized_gross = wide_add(p->realized_gross, s.realized_gross);
    p->fees = wide_add(p->fees, s.fee);

    int after = wide_sign(p->signed_qty);
    s.closed = before != 0 && after != before;
    s.opened = after != 0 && after != before;
    if (s.opened) {
        p->cycle++;
        p->opened_at_us = fill->filled_at_us;
    }
    *step = s;
}

wide position_avg_price(const position *p)
{
    if (wide_is_zero(p->signed_qty) || wide_is_zero(p->open_cost))
        return (wide){.count = 0};
    return p->kind == POSITION_INVERSE ? wide_div18(p->signed_qty, p->open_cost)
                                       : wide_div18(p->open_cost, p->signed_qty);
}

wide position_realized_net(const position *p)
{
    return wide_add(wide_sub(p->realized_gross, p->fees), p->funding);
}

wide position_unrealized(const position *p, decimal mark)
{
    if (position_is_flat(p))
        return (wide){.count = 0};
    wide value = unit_value(p->kind, p->signed_qty, mark);
    wide gain = p->kind == POSITION_INVERSE ? wide_sub(p->open_cost, value) : wide_sub(value, p->open_cost);
    return wide_mul(gain, wide_of(p->multiplier));
}

wide position_funding(const position *p, decimal mark, decimal rate)
{
    wide value = wide_mul(unit_value(p->kind, p->signed_qty, mark), wide_of(p->multiplier));
    return wide_neg(wide_div18(wide_mul(value, wide_of(rate)), wide_of_int(1)));
}

position_fee position_fee_kind(position_kind kind, const char *base_currency, const char *currency,
                               decimal fee, const char *fee_currency, bool has_rate)
{
    if (decimal_sign(fee) == 0)
        return POSITION_FEE_NONE;
    if (strcmp(fee_currency, currency) == 0)
        return POSITION_FEE_SETTLE;
    if (kind == POSITION_SPOT && strcmp(fee_currency, base_currency) == 0)
        return POSITION_FEE_BASE;
    return has_rate ? POSITION_FEE_CONVERTED : POSITION_FEE_OTHER;
}

bool position_kind_find(const char *name, position_kind *out)
{
    static const char *const names[] = {"spot", "perp", "inverse"};
    for (int i = 0; i < 3; i++)
        if (strcmp(name, names[i]) == 0) {
            *out = (position_kind)i;
            return true;
        }
    return false;
}
