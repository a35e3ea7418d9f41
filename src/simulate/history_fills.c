/* Fills, their busts and corrections, and money that moves without them. */
#include <assert.h>
#include <string.h>

#include "core/uuid.h"
#include "simulate/history_int.h"

#define HOUR_US ((int64_t)3600 * 1000000)
#define FUNDING_US (8 * HOUR_US)
#define BATCH_MAX 8

static plan_order *order_to_fill(plan *p, const dbk_uuid *account_id)
{
    for (size_t tries = 0; p->order_count > 0 && tries < 8; tries++) {
        size_t window = dice_in_1000(&p->dice, 850) && p->order_count > 12 ? 12 : p->order_count;
        plan_order *o = &p->orders[p->order_count - 1 - dice_below(&p->dice, window)];
        if (!account_id || uuid_equal(account_id, &o->account_id))
            return o;
    }
    return NULL;
}

static int64_t fill_qty(plan *p, const plan_order *o)
{
    int64_t left = o->qty - o->filled;
    uint64_t how = dice_below(&p->dice, 10);
    if (left > 0 && how < 3)
        return left;
    if (left > 1 && how < 8)
        return 1 + (int64_t)dice_below(&p->dice, (uint64_t)left);
    return 1 + (int64_t)dice_below(&p->dice, (uint64_t)o->qty);
}

/* In the currency of the position, in what was bought, in a third one with a price and without; a cost or a
 * rebate. */
static void charge(plan *p, const plan_order *o, int64_t qty, dbk_fill *fill)
{
    const market_instrument *i = o->instrument;
    uint64_t how = dice_below(&p->dice, 10);
    if (how < 3) {
        fill->fee = how == 0 ? "0" : NULL;
        fill->fee_currency = how == 1 ? "USDT" : NULL;
        return;
    }
    int64_t sign = dice_in_1000(&p->dice, 200) ? -1 : 1;
    fill->fee = plan_decimal(p, sign * (1 + (int64_t)dice_below(&p->dice, 99999999)), how % 2 ? 8 : 11);
    fill->fee_currency = how < 6 ? i->settle : NULL;
    if (how == 6 && strcmp(i->kind, "spot") == 0) {
        fill->fee = plan_decimal(p, sign * (1 + qty / 997), i->qty_scale);
        fill->fee_currency = i->base;
    } else if (how >= 7) {
        fill->fee_currency = plan_currency(p);
        if (how == 9)
            fill->fee_rate = plan_decimal(p, 1 + (int64_t)dice_below(&p->dice, 999999999999), 9);
    }
}

static dbk_uuid fill_id(plan *p, const dbk_uuid *account_id)
{
    const plan_promise *latest = p->promised_count > 0 ? &p->promised[p->promised_count - 1] : NULL;
    if (latest && uuid_equal(&latest->account_id, account_id) && dice_in_1000(&p->dice, 200)) {
        p->promised_count--;
        return latest->fill_id;
    }
    return plan_id(p);
}

static void say_trade(plan *p, dbk_fill *fill)
{
    if (dice_in_1000(&p->dice, 250))
        return;
    bool shared = p->trades > 0 && dice_in_1000(&p->dice, 60);
    fill->venue_trade_id = plan_text(p, "t%llu", (unsigned long long)(shared ? p->trades : ++p->trades));
    if (shared || dice_in_1000(&p->dice, 50))
        fill->trade_discriminator = plan_text(p, "%zu", p->count);
}

static void new_fill(plan *p, plan_order *o, dbk_fill *out)
{
    static const char *const liquidities[] = {NULL, "maker", "taker"};
    int64_t qty = fill_qty(p, o);
    *out = (dbk_fill){.size = sizeof(*out),
                      .account_id = o->account_id,
                      .order_id = o->order_id,
                      .instrument_id = market_instrument_id(o->instrument),
                      .side = o->side,
                      .qty = plan_decimal(p, qty, o->instrument->qty_scale),
                      .position_key = o->position_key,
                      .filled_us = p->now_us};
    out->fill_id = fill_id(p, &o->account_id);
    out->price = plan_price(p, o->instrument, false);
    out->liquidity = liquidities[dice_below(&p->dice, 3)];
    if (strcmp(o->instrument->kind, "inverse") != 0 && dice_in_1000(&p->dice, 4))
        out->price = "0";
    charge(p, o, qty, out);
    say_trade(p, out);
    if (dice_in_1000(&p->dice, 100))
        out->filled_us -= (int64_t)dice_below(&p->dice, (uint64_t)HOUR_US);
    if (dice_in_1000(&p->dice, 15)) /* not what was ordered */
        out->side = out->side[0] == 'b' ? "sell" : "buy";
    o->filled += qty;
}

/* The venue's trade comes again under another fill id, as a second program would record it. */
static bool known_trade(plan *p, const dbk_uuid *account_id, dbk_fill *out)
{
    if (p->fill_count == 0)
        return false;
    const dbk_fill *known = p->fills[dice_below(&p->dice, p->fill_count)];
    if (account_id && !uuid_equal(account_id, &known->account_id))
        return false;
    *out = *known;
    if (!known->venue_trade_id || dice_in_1000(&p->dice, 400))
        return true;
    out->fill_id = plan_id(p);
    if (dice_in_1000(&p->dice, 300))
        out->price = "3.5";
    return true;
}

static void remember(plan *p, const dbk_fill *fill)
{
    if (p->fill_count < p->fills_max)
        p->fills[p->fill_count++] = fill;
}

bool plan_fill_of(plan *p, plan_order *o, operation *out)
{
    dbk_fill *fill = arena_alloc(p->arena, sizeof(*fill));
    p->failed = p->failed || !fill;
    if (!fill)
        return false;
    new_fill(p, o, fill);
    remember(p, fill);
    *out = (operation){.kind = OPERATION_FILL};
    out->fills.items = fill;
    out->fills.count = 1;
    return true;
}

bool plan_fill(plan *p, operation *out)
{
    dbk_fill *fill = arena_alloc(p->arena, sizeof(*fill));
    p->failed = p->failed || !fill;
    plan_order *o = order_to_fill(p, NULL);
    if (!fill || !o)
        return false;
    if (!dice_in_1000(&p->dice, 60) || !known_trade(p, NULL, fill)) {
        new_fill(p, o, fill);
        remember(p, fill);
    }
    *out = (operation){.kind = OPERATION_FILL};
    out->fills.items = fill;
    out->fills.count = 1;
    return true;
}

/* New ones, known ones and the same one twice. */
bool plan_fills(plan *p, operation *out)
{
    size_t count = 2 + dice_below(&p->dice, BATCH_MAX - 1);
    dbk_fill *fills = arena_alloc(p->arena, count * sizeof(*fills));
    p->failed = p->failed || !fills;
    const dbk_uuid *account_id = &p->accounts[dice_below(&p->dice, HISTORY_ACCOUNTS)];
    size_t made = 0;
    for (size_t i = 0; fills && i < count; i++) {
        plan_order *o = order_to_fill(p, account_id);
        if (made > 0 && dice_in_1000(&p->dice, 80)) {
            fills[made] = fills[dice_below(&p->dice, made)];
            if (dice_in_1000(&p->dice, 300))
                fills[made].qty = "11";
            made++;
        } else if (dice_in_1000(&p->dice, 150) && known_trade(p, account_id, &fills[made])) {
            made++;
        } else if (o) {
            new_fill(p, o, &fills[made]);
            remember(p, &fills[made++]);
        }
    }
    if (made == 0)
        return false;
    *out = (operation){.kind = OPERATION_FILLS};
    out->fills.items = fills;
    out->fills.count = made;
    return true;
}

/* A fill that is known, or one that is still to come. */
static bool choose_fill(plan *p, dbk_uuid *account_id, dbk_uuid *fill, const market_instrument **instrument)
{
    if (p->fill_count == 0)
        return false;
    size_t window = dice_in_1000(&p->dice, 500) && p->fill_count > 15 ? 15 : p->fill_count;
    const dbk_fill *known = p->fills[p->fill_count - 1 - dice_below(&p->dice, window)];
    *account_id = known->account_id;
    *fill = known->fill_id;
    *instrument = market_find(&known->instrument_id);
    if (dice_in_1000(&p->dice, 780))
        return true;
    if (p->promised_count == 0 || dice_in_1000(&p->dice, 400)) {
        *fill = plan_id(p);
        if (p->promised_count < sizeof(p->promised) / sizeof(p->promised[0]))
            p->promised[p->promised_count++] = (plan_promise){*account_id, *fill};
        return true;
    }
    *account_id = p->promised[p->promised_count - 1].account_id;
    *fill = p->promised[p->promised_count - 1].fill_id;
    return true;
}

bool plan_bust(plan *p, operation *out)
{
    const market_instrument *i;
    *out = (operation){.kind = OPERATION_BUST};
    out->bust = (dbk_bust){.size = sizeof(dbk_bust), .event_id = plan_id(p), .occurred_us = p->now_us};
    if (!choose_fill(p, &out->bust.account_id, &out->bust.fill_id, &i))
        return false;
    if (dice_in_1000(&p->dice, 400))
        out->bust.leaves_qty =
            dice_in_1000(&p->dice, 300) ? "0" : plan_decimal(p, 1 + (int64_t)dice_below(&p->dice, 1000), 3);
    if (dice_in_1000(&p->dice, 300))
        out->bust.reason = "erroneous trade";
    return true;
}

bool plan_correct(plan *p, operation *out)
{
    const market_instrument *i;
    *out = (operation){.kind = OPERATION_CORRECT};
    dbk_correction *c = &out->correction;
    *c = (dbk_correction){.size = sizeof(*c), .event_id = plan_id(p), .occurred_us = p->now_us};
    if (!choose_fill(p, &c->account_id, &c->fill_id, &i))
        return false;
    uint64_t what = dice_below(&p->dice, 6);
    if (what == 0 || what == 1)
        c->qty = plan_decimal(p, 1 + (int64_t)dice_below(&p->dice, (uint64_t)i->qty_max), i->qty_scale);
    if (what == 1 || what == 2)
        c->price = plan_price(p, i, false);
    if (what == 3 || what == 4)
        c->fee = dice_in_1000(&p->dice, 200)
                     ? "0"
                     : plan_decimal(p, (int64_t)dice_below(&p->dice, 2000000) - 500000, 6);
    if (what == 4 || what == 5)
        c->fee_currency = plan_currency(p);
    if (what == 5 && dice_in_1000(&p->dice, 600))
        c->fee_rate = plan_decimal(p, 1 + (int64_t)dice_below(&p->dice, 9999999), 4);
    return true;
}

bool plan_cash(plan *p, operation *out)
{
    static const char *const kinds[] = {"deposit", "withdrawal", "transfer", "interest", "fee", "adjustment"};
    const char *kind = kinds[dice_below(&p->dice, 6)];
    int64_t amount = 1 + (int64_t)dice_below(&p->dice, 999999999);
    if (strcmp(kind, "withdrawal") == 0 || (strcmp(kind, "deposit") != 0 && dice_in_1000(&p->dice, 500)))
        amount = -amount;
    *out = (operation){.kind = OPERATION_CASH};
    dbk_cash *c = &out->cash;
    *c = (dbk_cash){.size = sizeof(*c), .entry_id = plan_id(p), .kind = kind, .occurred_us = p->now_us};
    c->account_id = p->accounts[dice_below(&p->dice, HISTORY_ACCOUNTS)];
    c->currency = plan_currency(p);
    c->amount = plan_decimal(p, amount, (int)dice_below(&p->dice, 19));
    c->reason = strcmp(kind, "adjustment") == 0 ? "counted anew" : NULL;
    return true;
}

/* At the venue's hours, so that several instruments are funded at the same instant, and one of them twice. */
bool plan_funding(plan *p, operation *out)
{
    size_t account = dice_below(&p->dice, HISTORY_ACCOUNTS);
    const market_instrument *i;
    do
        i = &market_instruments[dice_below(&p->dice, MARKET_INSTRUMENTS)];
    while (strcmp(i->kind, "spot") == 0);
    static const char *const keys[] = {"a", "b", "grid 1"};
    *out = (operation){.kind = OPERATION_FUNDING};
    dbk_funding *f = &out->funding;
    *f = (dbk_funding){.size = sizeof(*f),
                       .account_id = p->accounts[account],
                       .payment_id = plan_id(p),
                       .instrument_id = market_instrument_id(i)};
    f->funding_us = p->now_us - p->now_us % (dice_in_1000(&p->dice, 500) ? FUNDING_US : HOUR_US);
    f->position_key = account % 2 ? keys[dice_below(&p->dice, 3)] : NULL;
    bool computed = dice_in_1000(&p->dice, 600);
    if (!computed)
        f->amount = plan_decimal(p, (int64_t)dice_below(&p->dice, 2000000) - 1000000, 9);
    if (computed || dice_in_1000(&p->dice, 300)) {
        f->rate = plan_decimal(p, (int64_t)dice_below(&p->dice, 20001) - 10000, 8);
        f->mark = plan_price(p, i, false);
    }
    return true;
}

bool plan_equity(plan *p, operation *out)
{
    dbk_mark *marks = arena_alloc(p->arena, MARKET_INSTRUMENTS * sizeof(*marks));
    dbk_rate *rates = arena_alloc(p->arena, MARKET_CURRENCIES * sizeof(*rates));
    p->failed = p->failed || !marks || !rates;
    if (p->failed)
        return false;
    *out = (operation){.kind = OPERATION_EQUITY};
    dbk_equity_point *point = &out->equity;
    *point = (dbk_equity_point){.size = sizeof(*point),
                                .account_id = p->accounts[dice_below(&p->dice, HISTORY_ACCOUNTS)],
                                .point_id = plan_id(p),
                                .as_of_us = p->now_us,
                                .marks = marks,
                                .rates = rates};
    unsigned given = dice_in_1000(&p->dice, 500) ? 1000 : 700;
    for (size_t i = 0; i < MARKET_INSTRUMENTS; i++)
        if (dice_in_1000(&p->dice, given))
            marks[point->mark_count++] =
                (dbk_mark){.instrument_id = market_instrument_id(&market_instruments[i]),
                           .price = plan_price(p, &market_instruments[i], false)};
    for (size_t i = 0; i < MARKET_CURRENCIES; i++) {
        if (!dice_in_1000(&p->dice, given))
            continue;
        int64_t rate = 1 + (int64_t)dice_below(&p->dice, 99999999999);
        int scale = (int)dice_below(&p->dice, 13);
        rates[point->rate_count++] =
            (dbk_rate){.currency = market_currencies[i], .rate = plan_decimal(p, rate, scale)};
    }
    return true;
}
