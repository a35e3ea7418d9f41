/* A position is nothing but its fills: every number is folded from the first one on whenever it is asked for.
 */
#include <assert.h>
#include <string.h>

#include "simulate/reference_int.h"

#define DECIMALS 18

ref_position *ref_find_position(const reference *r, const ref_account *account, const market_instrument *i,
                                const char *key)
{
    for (ref_position *p = r->positions; p; p = p->next)
        if (p->account == account && p->instrument == i && strcmp(p->key, key) == 0)
            return p;
    return NULL;
}

ref_position *ref_new_position(reference *r, ref_account *account, const market_instrument *i,
                               const char *key)
{
    ref_position *p = REF_NEW(r, ref_position);
    *p = (ref_position){.next = r->positions, .account = account, .instrument = i, .key = key};
    r->positions = p;
    return p;
}

ref_fee ref_fee_kind(const market_instrument *i, const ref_terms *t)
{
    if (rational_sign(t->fee) == 0)
        return FEE_NONE;
    if (!t->fee_currency || strcmp(t->fee_currency, i->settle) == 0)
        return FEE_SETTLED;
    if (strcmp(i->kind, "spot") == 0 && strcmp(t->fee_currency, i->base) == 0)
        return FEE_BASE;
    return t->fee_rate ? FEE_CONVERTED : FEE_OTHER;
}

/* One fill on its way into the fold. */
typedef struct trade {
    reference *r;
    bool inverse;
    const rational *multiplier, *price;
    const rational *delta; /* what it adds to the quantity */
    const rational *fee;   /* in the currency of the position */
    const rational *loss;  /* worth of what a fee took from the quantity */
    int64_t at_us, version;
} trade;

static const rational *plus(const trade *t, const rational *x, const rational *y)
{
    return rational_add(t->r->desk, x, y);
}

static const rational *minus(const trade *t, const rational *x, const rational *y)
{
    return rational_sub(t->r->desk, x, y);
}

/* x * y / z to 18 decimals */
static const rational *share(const trade *t, const rational *x, const rational *y, const rational *z)
{
    rational_desk *d = t->r->desk;
    return rational_round(d, rational_div(d, rational_mul(d, x, y), z), DECIMALS);
}

/* Worth of a signed quantity at the price of the trade, without multiplier. */
static const rational *worth(const trade *t, const rational *qty)
{
    rational_desk *d = t->r->desk;
    return t->inverse ? rational_round(d, rational_div(d, qty, t->price), DECIMALS)
                      : rational_mul(d, qty, t->price);
}

static trade trade_of(reference *r, const ref_fill *f, const ref_terms *terms)
{
    rational_desk *d = r->desk;
    const market_instrument *i = f->position->instrument;
    ref_fee kind = ref_fee_kind(i, terms);
    trade t = {.r = r,
               .inverse = strcmp(i->kind, "inverse") == 0,
               .multiplier = rational_of_text(d, i->multiplier),
               .price = terms->price,
               .delta = f->told->side[0] == 'b' ? terms->qty : rational_neg(d, terms->qty),
               .fee = rational_zero,
               .loss = rational_zero,
               .at_us = f->told->filled_us,
               .version = f->position_version};
    if (kind == FEE_SETTLED)
        t.fee = terms->fee;
    if (kind == FEE_CONVERTED)
        t.fee = rational_mul(d, terms->fee, terms->fee_rate);
    if (kind == FEE_BASE) {
        t.delta = rational_sub(d, t.delta, terms->fee);
        t.loss = rational_mul(d, rational_mul(d, terms->fee, terms->price), t.multiplier);
    }
    return t;
}

static void begin_cycle(ref_state *s, const trade *t, const rational *qty, const rational *cost,
                        const rational *gross, const rational *fees)
{
    rational_desk *d = t->r->desk;
    s->cycle++;
    s->version = t->version;
    s->opened_us = t->at_us;
    s->cycle_qty = rational_abs(d, qty);
    s->entry = rational_abs(d, cost);
    s->exit = rational_zero;
    s->low = s->high = t->price;
    s->gross_before = gross;
    s->fees_before = fees;
}

static void end_cycle(ref_state *s, const trade *t, const rational *gross, const rational *fees)
{
    ref_trip *trip = arena_alloc(t->r->arena, sizeof(*trip));
    if (!trip) {
        t->r->short_of_memory = true;
        return;
    }
    *trip = (ref_trip){.cycle = s->cycle,
                       .first_version = s->version,
                       .last_version = t->version,
                       .opened_us = s->opened_us,
                       .closed_us = t->at_us,
                       .is_long = rational_sign(s->qty) > 0,
                       .qty = s->cycle_qty,
                       .entry = s->entry,
                       .exit = s->exit,
                       .gross = minus(t, gross, s->gross_before),
                       .fees = minus(t, fees, s->fees_before),
                       .low = s->low,
                       .high = s->high};
    ref_trip **at = &s->trips;
    while (*at)
        at = &(*at)->next;
    *at = trip;
}

static void be_flat(ref_state *s)
{
    s->version = 0;
    s->opened_us = 0;
    s->cycle_qty = s->entry = s->exit = s->gross_before = s->fees_before = rational_zero;
    s->low = s->high = NULL;
}

static void widen(ref_state *s, const rational *price)
{
    if (!s->low)
        return;
    if (rational_compare(price, s->low) < 0)
        s->low = price;
    if (rational_compare(price, s->high) > 0)
        s->high = price;
}

/* The same direction, or nothing was open. */
static const rational *increase(ref_state *s, const trade *t)
{
    const rational *worth_added = worth(t, t->delta);
    const rational *gross = rational_neg(t->r->desk, t->loss);
    bool was_flat = rational_sign(s->qty) == 0;
    const rational *qty = plus(t, s->qty, t->delta), *cost = plus(t, s->cost, worth_added);
    if (was_flat && rational_sign(qty) != 0) {
        begin_cycle(s, t, qty, cost, s->gross, s->fees);
    } else if (!was_flat) {
        s->cycle_qty = plus(t, s->cycle_qty, rational_abs(t->r->desk, t->delta));
        s->entry = plus(t, s->entry, rational_abs(t->r->desk, worth_added));
    }
    s->qty = qty;
    s->cost = cost;
    return gross;
}

/* Against what is open: realised on what it closes; what is left of the fill opens the other side. Fee and
 * loss are shared by quantity, and the part that opens gets what remains. */
static const rational *reduce(ref_state *s, const trade *t)
{
    rational_desk *d = t->r->desk;
    const rational *open = rational_abs(d, s->qty), *size = rational_abs(d, t->delta);
    bool flips = rational_compare(size, open) > 0, flattens = rational_compare(size, open) >= 0;
    const rational *closed = flattens ? open : size;
    const rational *cost = flattens ? s->cost : share(t, s->cost, closed, open);
    const rational *all = worth(t, t->delta);
    const rational *proceeds = flips ? worth(t, s->qty) : rational_neg(d, all);
    const rational *fee = flips ? share(t, t->fee, closed, size) : t->fee;
    const rational *loss = flips ? share(t, t->loss, closed, size) : t->loss;
    const rational *gain = t->inverse ? minus(t, cost, proceeds) : minus(t, proceeds, cost);
    gain = rational_mul(d, gain, t->multiplier);

    s->exit = plus(t, s->exit, rational_abs(d, proceeds));
    const rational *gross_closed = plus(t, s->gross, minus(t, gain, loss));
    const rational *fees_closed = plus(t, s->fees, fee);
    const rational *qty = plus(t, s->qty, t->delta);
    const rational *cost_left = plus(t, minus(t, s->cost, cost), plus(t, all, proceeds));
    if (flattens)
        end_cycle(s, t, gross_closed, fees_closed);
    if (flips)
        begin_cycle(s, t, qty, cost_left, gross_closed, fees_closed);
    else if (flattens)
        be_flat(s);
    s->qty = qty;
    s->cost = cost_left;
    return minus(t, gain, t->loss);
}

/* What it realised, before fees. */
static const rational *take_trade(ref_state *s, const trade *t)
{
    widen(s, t->price);
    bool against = rational_sign(t->delta) * rational_sign(s->qty) < 0;
    const rational *gross = against ? reduce(s, t) : increase(s, t);
    s->gross = plus(t, s->gross, gross);
    s->fees = plus(t, s->fees, t->fee);
    return gross;
}

static const rational *average(reference *r, const ref_position *p, const ref_state *s)
{
    rational_desk *d = r->desk;
    if (rational_sign(s->qty) == 0 || rational_sign(s->cost) == 0)
        return rational_zero;
    bool inverse = strcmp(p->instrument->kind, "inverse") == 0;
    return rational_round(d, inverse ? rational_div(d, s->qty, s->cost) : rational_div(d, s->cost, s->qty),
                          DECIMALS);
}

ref_state ref_fold(reference *r, ref_position *p)
{
    ref_state s = {
        .qty = rational_zero, .cost = rational_zero, .gross = rational_zero, .fees = rational_zero};
    be_flat(&s);
    for (ref_fill *f = p->first; f; f = f->next) {
        ref_terms terms = ref_fill_terms(r, f);
        f->now = (ref_result){.gross = rational_zero, .net = rational_zero};
        if (!terms.busted) {
            trade t = trade_of(r, f, &terms);
            f->now.gross = take_trade(&s, &t);
            f->now.net = rational_sub(r->desk, f->now.gross, t.fee);
        }
        f->now.cycle = s.cycle;
        f->now.qty = s.qty;
    }
    s.avg_price = average(r, p, &s);
    return s;
}

const rational *ref_position_funding(reference *r, const ref_position *p)
{
    const rational *sum = rational_zero;
    for (const ref_payment *y = p->payments; y; y = y->next_of_position)
        sum = rational_add(r->desk, sum, y->amount);
    return sum;
}

const rational *ref_position_realized(reference *r, const ref_position *p, const ref_state *s)
{
    return rational_add(r->desk, rational_sub(r->desk, s->gross, s->fees), ref_position_funding(r, p));
}

int64_t ref_position_last_fill_us(const ref_position *p)
{
    int64_t last = INT64_MIN;
    for (const ref_fill *f = p->first; f; f = f->next)
        if (f->told->filled_us > last)
            last = f->told->filled_us;
    return last;
}
