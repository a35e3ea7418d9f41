#include "book/equity.h"

#include <assert.h>

const decimal *equity_choose(const equity_prices *prices, bool is_long)
{
    const decimal *quote = is_long ? prices->bid : prices->ask;
    const decimal *const order[] = {prices->mark, quote, prices->last, prices->close};
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
        if (order[i])
            return order[i];
    return NULL;
}

static bool add_converted(wide *sum, wide amount, const decimal *rate)
{
    if (wide_is_zero(amount))
        return true;
    if (!rate)
        return false;
    *sum = wide_add(*sum, wide_mul(amount, wide_of(*rate)));
    return true;
}

bool equity_add_balance(equity *e, wide amount, const decimal *rate)
{
    bool added = add_converted(&e->balance, amount, rate);
    e->missing += !added;
    return added;
}

/* What a holding could be left for: the result of what is open, and what was paid for it. */
static wide holding_value(const position *p, decimal price)
{
    wide cost = wide_mul(p->open_cost, wide_of(p->multiplier));
    wide gain = position_unrealized(p, price);
    return p->kind == POSITION_INVERSE ? gain : wide_add(gain, cost);
}

bool equity_add_position(equity *e, const position *p, const equity_prices *prices, const decimal *rate)
{
    if (position_is_flat(p))
        return true;
    const decimal *price = equity_choose(prices, wide_sign(p->signed_qty) > 0);
    bool added = false;
    if (price) {
        wide value = e->account == EQUITY_CASH ? holding_value(p, *price) : position_unrealized(p, *price);
        added = add_converted(&e->unrealized, value, rate);
    }
    e->missing += !added;
    return added;
}

wide equity_total(const equity *e)
{
    return wide_add(e->balance, e->unrealized);
}

bool equity_is_complete(const equity *e)
{
    return e->missing == 0;
}

void equity_drawdown_add(equity_drawdown *d, wide point)
{
    if (!d->begun || wide_compare(point, d->peak) > 0)
        d->peak = point;
    d->begun = true;
    wide fall = wide_sub(d->peak, point);
    d->amount = wide_max(d->amount, fall);
    if (wide_sign(d->peak) > 0)
        d->ratio = wide_max(d->ratio, wide_div18(fall, d->peak));
}
