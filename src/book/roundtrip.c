#include "book/roundtrip.h"

#include <assert.h>

#include "core/mem.h"

struct roundtrips {
    roundtrip_options options;
    position position;
    roundtrip cycle; /* the open one; means nothing when flat */
    lots *lots;      /* NULL for FLAT_TO_FLAT */
};

wide roundtrip_net(const roundtrip *t)
{
    return wide_add(wide_sub(t->gross, t->fees), t->funding);
}

/* The price at which `qty` has the unit value `value`. */
static wide average(position_kind kind, wide qty, wide value)
{
    if (wide_is_zero(qty) || wide_is_zero(value))
        return (wide){.count = 0};
    return kind == POSITION_INVERSE ? wide_div18(qty, value) : wide_div18(value, qty);
}

wide roundtrip_avg_entry(const roundtrip *t)
{
    return average(t->kind, t->qty, t->entry_value);
}

wide roundtrip_avg_exit(const roundtrip *t)
{
    return average(t->kind, t->exit_qty, t->exit_value);
}

/* The whole quantity against its entry, were it out at this price. */
static wide excursion(const roundtrip *t, decimal price)
{
    wide signed_qty = t->side == POSITION_BUY ? t->qty : wide_neg(t->qty);
    wide cost = t->side == POSITION_BUY ? t->entry_value : wide_neg(t->entry_value);
    const position held = {
        .kind = t->kind, .multiplier = t->multiplier, .signed_qty = signed_qty, .open_cost = cost};
    return position_unrealized(&held, price);
}

wide roundtrip_mae(const roundtrip *t)
{
    return excursion(t, t->side == POSITION_BUY ? t->low : t->high);
}

wide roundtrip_mfe(const roundtrip *t)
{
    return excursion(t, t->side == POSITION_BUY ? t->high : t->low);
}

dbk_err *roundtrips_new(const roundtrip_options *options, roundtrips **out)
{
    assert(options->matching != LOT_AVERAGE);
    roundtrips *r = mem_alloc(sizeof(*r));
    if (!r)
        return err_oom();
    r->options = *options;
    r->position = position_new(options->kind, options->multiplier);
    dbk_err *e = NULL;
    if (options->method != ROUNDTRIP_FLAT_TO_FLAT)
        e = lots_new(options->kind, options->method == ROUNDTRIP_AVERAGE ? LOT_AVERAGE : options->matching,
                     options->lots_max, &r->lots);
    if (e) {
        mem_free(r);
        return e;
    }
    *out = r;
    return NULL;
}

void roundtrips_free(roundtrips *r)
{
    if (!r)
        return;
    lots_free(r->lots);
    mem_free(r);
}

void roundtrips_resume(roundtrips *r, const position *p, const roundtrip *open)
{
    assert(r->options.method == ROUNDTRIP_FLAT_TO_FLAT);
    assert(position_is_flat(p) == !open);
    r->position = *p;
    if (open)
        r->cycle = *open;
}

static void see(roundtrip *t, decimal price)
{
    if (decimal_compare(price, t->low) < 0)
        t->low = price;
    if (decimal_compare(price, t->high) > 0)
        t->high = price;
}

/* ---- the cycle: FLAT_TO_FLAT, and what is open by any method ---- */

/* The part of a fill that opens or increases, with what is left of its fee and loss. */
static void cycle_enter(roundtrips *r, const position_step *s)
{
    roundtrip *t = &r->cycle;
    wide in = wide_sub(wide_abs(s->delta), s->closed_qty);
    t->qty = wide_add(t->qty, in);
    t->entry_value = wide_add(t->entry_value, wide_abs(wide_add(s->value, s->closed_value)));
    t->gross = wide_add(t->gross, wide_sub(s->base_loss, s->closed_loss));
    t->fees = wide_add(t->fees, wide_sub(s->fee, s->closed_fee));
}

static void cycle_leave(roundtrips *r, const position_step *s)
{
    roundtrip *t = &r->cycle;
    wide gain = wide_sub(s->realized_gross, s->base_loss);
    t->exit_qty = wide_add(t->exit_qty, s->closed_qty);
    t->exit_value = wide_add(t->exit_value, wide_abs(s->closed_value));
    t->gross = wide_add(t->gross, wide_add(gain, s->closed_loss));
    t->fees = wide_add(t->fees, s->closed_fee);
}

static void cycle_begin(roundtrips *r, const position_fill *fill, int64_t version)
{
    r->cycle = (roundtrip){.kind = r->options.kind,
                           .multiplier = r->options.multiplier,
                           .side = wide_sign(r->position.signed_qty) > 0 ? POSITION_BUY : POSITION_SELL,
                           .cycle = r->position.cycle,
                           .first_version = version,
                           .opened_at_us = fill->filled_at_us,
                           .low = fill->price,
                           .high = fill->price};
}

static dbk_err *cycle_end(roundtrips *r, const position_fill *fill, int64_t version)
{
    r->cycle.last_version = version;
    r->cycle.closed_at_us = fill->filled_at_us;
    return r->options.method == ROUNDTRIP_FLAT_TO_FLAT ? r->options.done(r->options.ctx, &r->cycle) : NULL;
}

/* ---- the other methods: lots ---- */

/* What is left of a closing fill while its parts are dealt out. */
typedef struct closing {
    roundtrips *r;
    const position_fill *fill;
    int64_t version;
    wide qty;
    wide value;
    wide fee;
    wide loss;
    roundtrip trip; /* FLAT_TO_REDUCED: all parts so far */
    bool begun;
} closing;

static wide take_value(closing *c, wide qty)
{
    if (c->r->options.kind == POSITION_INVERSE)
        return lot_take_share(&c->value, qty, c->qty);
    wide taken = wide_mul(qty, wide_of(c->fill->price));
    c->value = wide_sub(c->value, taken);
    return taken;
}

static roundtrip trip_of_part(closing *c, const lot *part)
{
    const roundtrips *r = c->r;
    roundtrip t = {.kind = r->options.kind,
                   .multiplier = r->options.multiplier,
                   .side = r->cycle.side,
                   .cycle = r->cycle.cycle,
                   .first_version = part->version,
                   .last_version = c->version,
                   .opened_at_us = part->opened_at_us,
                   .closed_at_us = c->fill->filled_at_us,
                   .qty = part->qty,
                   .entry_value = part->value,
                   .exit_qty = part->qty,
                   .funding = part->funding,
                   .low = part->low,
                   .high = part->high};
    t.exit_value = take_value(c, part->qty);
    wide gain = wide_sub(t.exit_value, t.entry_value);
    if ((t.side == POSITION_SELL) != (t.kind == POSITION_INVERSE))
        gain = wide_neg(gain);
    t.gross = wide_add(wide_mul(gain, wide_of(t.multiplier)),
                       wide_add(part->loss, lot_take_share(&c->loss, part->qty, c->qty)));
    t.fees = wide_add(part->fees, lot_take_share(&c->fee, part->qty, c->qty));
    c->qty = wide_sub(c->qty, part->qty);
    return t;
}

static void join(roundtrip *all, const roundtrip *part)
{
    if (part->first_version < all->first_version) {
        all->first_version = part->first_version;
        all->opened_at_us = part->opened_at_us;
    }
    all->qty = wide_add(all->qty, part->qty);
    all->entry_value = wide_add(all->entry_value, part->entry_value);
    all->exit_qty = wide_add(all->exit_qty, part->exit_qty);
    all->exit_value = wide_add(all->exit_value, part->exit_value);
    all->gross = wide_add(all->gross, part->gross);
    all->fees = wide_add(all->fees, part->fees);
    all->funding = wide_add(all->funding, part->funding);
    see(all, part->low);
    see(all, part->high);
}

static dbk_err *close_lot(void *ctx, const lot *part)
{
    closing *c = ctx;
    roundtrip t = trip_of_part(c, part);
    if (c->r->options.method == ROUNDTRIP_FILL_TO_FILL)
        return c->r->options.done(c->r->options.ctx, &t);
    if (c->begun)
        join(&c->trip, &t);
    else
        c->trip = t;
    c->begun = true;
    return NULL;
}

static dbk_err *lots_leave(roundtrips *r, const position_fill *fill, const position_step *s, int64_t version)
{
    closing c = {.r = r,
                 .fill = fill,
                 .version = version,
                 .qty = s->closed_qty,
                 .value = wide_abs(s->closed_value),
                 .fee = s->closed_fee,
                 .loss = s->closed_loss};
    dbk_err *e = lots_take(r->lots, s->closed_qty, close_lot, &c);
    return !e && c.begun ? r->options.done(r->options.ctx, &c.trip) : e;
}

static dbk_err *lots_enter(roundtrips *r, const position_fill *fill, const position_step *s, int64_t version)
{
    lot opened = {.qty = wide_sub(wide_abs(s->delta), s->closed_qty),
                  .price = fill->price,
                  .value = wide_abs(wide_add(s->value, s->closed_value)),
                  .loss = wide_sub(s->base_loss, s->closed_loss),
                  .fees = wide_sub(s->fee, s->closed_fee),
                  .opened_at_us = fill->filled_at_us,
                  .version = version,
                  .low = fill->price,
                  .high = fill->price};
    return lots_add(r->lots, &opened);
}

/* ---- both ---- */

static dbk_err *leave(roundtrips *r, const position_fill *fill, const position_step *s, int64_t version)
{
    see(&r->cycle, fill->price);
    cycle_leave(r, s);
    dbk_err *e = NULL;
    if (r->lots) {
        lots_see(r->lots, fill->price);
        e = lots_leave(r, fill, s, version);
    }
    return !e && s->closed ? cycle_end(r, fill, version) : e;
}

static dbk_err *enter(roundtrips *r, const position_fill *fill, const position_step *s, int64_t version)
{
    if (s->opened)
        cycle_begin(r, fill, version);
    see(&r->cycle, fill->price);
    cycle_enter(r, s);
    if (!r->lots)
        return NULL;
    lots_see(r->lots, fill->price);
    return wide_equal(wide_abs(s->delta), s->closed_qty) ? NULL : lots_enter(r, fill, s, version);
}

dbk_err *roundtrips_fill(roundtrips *r, const position_fill *fill, int64_t version, position_step *step)
{
    bool was_flat = position_is_flat(&r->position);
    position_apply(&r->position, fill, step);
    bool left = wide_sign(step->closed_qty) > 0;
    /* A fee may have taken the whole quantity: such a fill is of the cycle that is open, if there is one. */
    bool entered = left ? step->opened : step->opened || !was_flat;
    dbk_err *e = left ? leave(r, fill, step, version) : NULL;
    return !e && entered ? enter(r, fill, step, version) : e;
}

void roundtrips_mark(roundtrips *r, decimal price)
{
    if (position_is_flat(&r->position))
        return;
    see(&r->cycle, price);
    if (r->lots)
        lots_see(r->lots, price);
}

void roundtrips_fund(roundtrips *r, wide amount)
{
    r->position.funding = wide_add(r->position.funding, amount);
    if (position_is_flat(&r->position))
        return;
    r->cycle.funding = wide_add(r->cycle.funding, amount);
    if (r->lots)
        lots_fund(r->lots, amount);
}

const position *roundtrips_position(const roundtrips *r)
{
    return &r->position;
}

const roundtrip *roundtrips_open(const roundtrips *r)
{
    return position_is_flat(&r->position) ? NULL : &r->cycle;
}
