/* verify_positions.c: positions by the fold of their live fills on the terms as they are now, with their
 * cycles, funding and what their fills realise. Beside it run the folds and totals of verify_answers.h,
 * verify_fees.h and verify_cash.h. */
#include <stdio.h>
#include <string.h>

#include "book/verify_answers.h"
#include "book/verify_cash.h"
#include "book/verify_fees.h"
#include "book/verify_trips.h"
#include "verify_sql.h"
#include "verify_sqlite_sql.h"

enum {
    ROW_NAME = POSITION_KEY + 1,
    ROW_KIND,
    ROW_BASE_CURRENCY,
    ROW_CURRENCY,
    ROW_MULTIPLIER,
    ROW_SIGNED_QTY,
    ROW_OPEN_COST,
    ROW_AVG_PRICE,
    ROW_GROSS,
    ROW_FEES,
    ROW_FUNDING,
    ROW_NET,
    ROW_CYCLE,
    ROW_VERSION,
    ROW_OPENED_AT,
    ROW_LAST_FILL_AT,
    ROW_CYCLE_VERSION,
    ROW_CYCLE_QTY,
    ROW_CYCLE_ENTRY_VALUE,
    ROW_CYCLE_EXIT_VALUE,
    ROW_CYCLE_LOW,
    ROW_CYCLE_HIGH,
    ROW_CYCLE_GROSS_BEFORE,
    ROW_CYCLE_FEES_BEFORE
};
static const char *const position_names[] = {"account_id",
                                             "instrument_id",
                                             "position_key",
                                             "instrument",
                                             "kind",
                                             "base_currency",
                                             "currency",
                                             "multiplier",
                                             "signed_qty",
                                             "open_cost",
                                             "avg_price",
                                             "realized_gross",
                                             "fees",
                                             "funding",
                                             "realized_net",
                                             "cycle",
                                             "version",
                                             "opened_at",
                                             "last_fill_at",
                                             "cycle_version",
                                             "cycle_qty",
                                             "cycle_entry_value",
                                             "cycle_exit_value",
                                             "cycle_low",
                                             "cycle_high",
                                             "cycle_gross_before",
                                             "cycle_fees_before",
                                             NULL};

enum {
    FUNDING_PAYMENT = POSITION_KEY + 1,
    FUNDING_SOURCE,
    FUNDING_POSITION_QTY,
    FUNDING_MARK,
    FUNDING_RATE,
    FUNDING_AMOUNT,
    FUNDING_CURRENCY
};
static const char *const funding_names[] = {
    "account_id", "instrument_id", "position_key", "payment_id", "source", "position_qty",
    "mark",       "rate",          "amount",       "currency",   NULL};

typedef struct positions {
    verify *v;
    verify_rows rows;
    fill_walk walk;
    verify_rows funding;
    verify_answers answers;
    verify_fees fees;
    verify_trips trips;
    verify_cash cash;
    /* the position at hand */
    verify_position at;
    roundtrips *now; /* and its cycles */
    wide funded;
    bool filled;
    int64_t last_fill_at_us;
} positions;

/* A restatement is there if, and only if, the fill realises something else than was answered. */
static dbk_err *check_restatement(positions *p, wide gross, wide net)
{
    const verify_rows *r = &p->walk.fills;
    const position *now = roundtrips_position(p->now);
    verify *v = p->v;
    bool same = verify_int(r, FILL_CYCLE) == now->cycle && verify_is(r, FILL_POSITION_QTY, now->signed_qty) &&
                verify_is(r, FILL_GROSS, gross) && verify_is(r, FILL_NET, net);
    bool stored = verify_flag(r, FILL_RESTATED);
    v->result.values++;
    if (same && !stored)
        return NULL;
    verify_at(v, "fill_restatements", "%s %s", verify_value(r, POSITION_ACCOUNT), verify_value(r, FILL_ID));
    if (same || !stored)
        return verify_row(v, stored);
    dbk_err *e = verify_int8(v, r, FILL_RESTATED_CYCLE, now->cycle);
    if (!e)
        e = verify_wide(v, r, FILL_RESTATED_QTY, now->signed_qty);
    if (!e)
        e = verify_wide(v, r, FILL_RESTATED_GROSS, gross);
    return e ? e : verify_wide(v, r, FILL_RESTATED_NET, net);
}

static dbk_err *apply_now(positions *p)
{
    const fill_terms *t = &p->walk.now;
    position_fill fill = fill_walk_fill(&p->walk, t, &p->at.terms);
    position_step step = {.opened = false};
    dbk_err *e = NULL;
    if (!t->busted) {
        e = roundtrips_fill(p->now, &fill, verify_int(&p->walk.fills, FILL_VERSION), &step);
        if (!e)
            e = verify_fees_add(&p->fees, &p->at, &fill, t->fee_currency, step.fee);
    }
    if (!p->filled || fill.filled_at_us > p->last_fill_at_us)
        p->last_fill_at_us = fill.filled_at_us;
    p->filled = true;
    return e ? e : check_restatement(p, step.realized_gross, wide_sub(step.realized_gross, step.fee));
}

/* ---- funding ---- */

static dbk_err *check_computed(positions *p, const verify_rows *r)
{
    decimal mark, rate;
    const char *qty = verify_value(r, FUNDING_POSITION_QTY);
    position held = position_new(p->at.terms.kind, p->at.terms.multiplier);
    dbk_err *e = wide_parse(qty, strlen(qty), &held.signed_qty);
    if (!e)
        e = verify_amount(r, FUNDING_MARK, &mark);
    if (!e)
        e = verify_amount(r, FUNDING_RATE, &rate);
    return e ? e : verify_wide(p->v, r, FUNDING_AMOUNT, position_funding(&held, mark, rate));
}

static dbk_err *check_payment(positions *p)
{
    const verify_rows *r = &p->funding;
    p->v->result.funding++;
    verify_at(p->v, "funding_payments", "%s %s", verify_value(r, POSITION_ACCOUNT),
              verify_value(r, FUNDING_PAYMENT));
    const char *amount = verify_value(r, FUNDING_AMOUNT);
    wide paid;
    dbk_err *e = wide_parse(amount, strlen(amount), &paid);
    if (!e)
        e = verify_text(p->v, r, FUNDING_CURRENCY, p->at.terms.currency);
    if (!e && strcmp(verify_value(r, FUNDING_SOURCE), "computed") == 0)
        e = check_computed(p, r);
    if (!e)
        p->funded = wide_add(p->funded, paid);
    return e ? e : verify_rows_next(&p->funding);
}

static bool is_funded(const positions *p)
{
    return p->funding.more && position_key_compare(&p->funding, &p->rows) == 0;
}

static dbk_err *check_funding(positions *p)
{
    dbk_err *e = NULL;
    while (!e && p->funding.more && position_key_compare(&p->funding, &p->rows) < 0)
        e = verify_rows_next(&p->funding);
    while (!e && is_funded(p))
        e = check_payment(p);
    return e;
}

/* ---- positions ---- */

static dbk_err *check_fill(positions *p)
{
    p->v->result.fills++;
    dbk_err *e = verify_answers_fill(&p->answers, &p->at, &p->walk);
    if (!e)
        e = apply_now(p);
    return e ? e : fill_walk_next(&p->walk);
}

/* The open cycle: sums are zero and the rest is null when there is none. */
static dbk_err *check_cycle(positions *p)
{
    const verify_rows *r = &p->rows;
    verify *v = p->v;
    const position *now = roundtrips_position(p->now);
    const roundtrip *open = roundtrips_open(p->now);
    static const roundtrip none = {.cycle = 0};
    const roundtrip *t = open ? open : &none;
    wide before = open ? wide_sub(now->realized_gross, t->gross) : t->gross;
    wide fees_before = open ? wide_sub(now->fees, t->fees) : t->fees;
    char version[32], low[DECIMAL_TEXT_SIZE], high[DECIMAL_TEXT_SIZE];
    snprintf(version, sizeof(version), "%lld", (long long)t->first_version);
    decimal_format(t->low, low);
    decimal_format(t->high, high);
    dbk_err *e = verify_text(v, r, ROW_CYCLE_VERSION, open ? version : NULL);
    if (!e)
        e = verify_wide(v, r, ROW_CYCLE_QTY, t->qty);
    if (!e)
        e = verify_wide(v, r, ROW_CYCLE_ENTRY_VALUE, t->entry_value);
    if (!e)
        e = verify_wide(v, r, ROW_CYCLE_EXIT_VALUE, t->exit_value);
    if (!e)
        e = verify_text(v, r, ROW_CYCLE_LOW, open ? low : NULL);
    if (!e)
        e = verify_text(v, r, ROW_CYCLE_HIGH, open ? high : NULL);
    if (!e)
        e = verify_wide(v, r, ROW_CYCLE_GROSS_BEFORE, before);
    return e ? e : verify_wide(v, r, ROW_CYCLE_FEES_BEFORE, fees_before);
}

/* What the position holds, earned and paid, in each currency. What was paid for what is open has left a spot
 * account; a contract takes only its result. A fee that was converted was not taken in the position's
 * currency. */
static dbk_err *add_cash(positions *p)
{
    const position *now = roundtrips_position(p->now);
    wide m = wide_of(p->at.terms.multiplier), moved = wide_add(position_realized_net(now), p->funded);
    dbk_err *e = NULL;
    if (p->at.terms.kind == POSITION_SPOT) {
        moved = wide_sub(moved, wide_mul(now->open_cost, m));
        e = verify_cash_add(&p->cash, p->at.terms.base_currency, wide_mul(now->signed_qty, m));
    }
    for (size_t i = 0; !e && i < p->fees.count; i++) {
        moved = wide_add(moved, p->fees.totals[i].converted);
        if (!p->fees.totals[i].base)
            e = verify_cash_add(&p->cash, p->fees.totals[i].currency, wide_neg(p->fees.totals[i].amount));
    }
    return e ? e : verify_cash_add(&p->cash, p->at.terms.currency, moved);
}

static dbk_err *check_row(positions *p)
{
    const verify_rows *r = &p->rows;
    verify *v = p->v;
    const position *now = roundtrips_position(p->now);
    verify_at(v, "positions", "%s %s %s", verify_value(r, POSITION_ACCOUNT), verify_value(r, ROW_NAME),
              verify_value(r, POSITION_KEY));
    const struct {
        size_t column;
        wide value;
    } amounts[] = {{ROW_SIGNED_QTY, now->signed_qty},
                   {ROW_OPEN_COST, now->open_cost},
                   {ROW_AVG_PRICE, position_avg_price(now)},
                   {ROW_GROSS, now->realized_gross},
                   {ROW_FEES, now->fees},
                   {ROW_FUNDING, p->funded},
                   {ROW_NET, wide_add(position_realized_net(now), p->funded)}};
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < sizeof(amounts) / sizeof(amounts[0]); i++)
        e = verify_wide(v, r, amounts[i].column, amounts[i].value);
    if (!e)
        e = verify_int8(v, r, ROW_CYCLE, now->cycle);
    if (!e)
        e = verify_int8(v, r, ROW_VERSION, p->answers.version);
    if (!e)
        e = verify_time(v, r, ROW_OPENED_AT, !position_is_flat(now), now->opened_at_us);
    if (!e)
        e = verify_time(v, r, ROW_LAST_FILL_AT, p->filled, p->last_fill_at_us);
    return e ? e : check_cycle(p);
}

static dbk_err *begin_position(positions *p)
{
    const verify_rows *r = &p->rows;
    p->at = (verify_position){.row = r, .name = verify_value(r, ROW_NAME)};
    p->at.terms.base_currency = verify_value(r, ROW_BASE_CURRENCY);
    p->at.terms.currency = verify_value(r, ROW_CURRENCY);
    if (!position_kind_find(verify_value(r, ROW_KIND), &p->at.terms.kind))
        return err_new(ERR_INPUT, "%s is no kind of instrument", verify_value(r, ROW_KIND));
    dbk_err *e = verify_amount(r, ROW_MULTIPLIER, &p->at.terms.multiplier);
    if (e)
        return e;
    e = verify_answers_begin(&p->answers, &p->at);
    if (e)
        return e;
    p->trips.position = &p->at;
    p->filled = false;
    p->funded = (wide){.count = 0};
    return roundtrips_new(&(roundtrip_options){.kind = p->at.terms.kind,
                                               .multiplier = p->at.terms.multiplier,
                                               .method = ROUNDTRIP_FLAT_TO_FLAT,
                                               .done = verify_trips_done,
                                               .ctx = &p->trips},
                          &p->now);
}

/* Fills whose position is not there. */
static dbk_err *skip_lost(positions *p)
{
    dbk_err *e = NULL;
    while (!e && p->walk.fills.more &&
           (!p->rows.more || position_key_compare(&p->walk.fills, &p->rows) < 0)) {
        verify_at(p->v, "positions", "%s %s %s", verify_value(&p->walk.fills, POSITION_ACCOUNT),
                  verify_value(&p->walk.fills, POSITION_INSTRUMENT),
                  verify_value(&p->walk.fills, POSITION_KEY));
        e = verify_row(p->v, false);
        if (!e)
            e = fill_walk_next(&p->walk);
    }
    return e;
}

static dbk_err *check_position(positions *p)
{
    p->v->result.positions++;
    dbk_err *e = begin_position(p);
    if (!e)
        e = check_funding(p);
    while (!e && p->walk.fills.more && position_key_compare(&p->walk.fills, &p->rows) == 0)
        e = check_fill(p);
    if (!e)
        e = verify_answers_end(&p->answers, &p->at);
    if (!e)
        e = verify_trips_end(&p->trips);
    if (!e)
        e = check_row(p);
    if (!e)
        e = verify_cash_begin(&p->cash, verify_value(&p->rows, POSITION_ACCOUNT));
    if (!e)
        e = add_cash(p);
    if (!e)
        e = verify_fees_check(&p->fees, &p->at);
    roundtrips_free(p->now);
    p->now = NULL;
    return e ? e : verify_rows_next(&p->rows);
}

static dbk_err *open_all(positions *p)
{
    dbk_err *e = verify_rows_open(p->v, &(book_statement){verify_sql_positions, verify_sqlite_positions},
                                  position_names, &p->rows);
    if (!e)
        e = fill_walk_open(p->v, NULL, &p->walk);
    if (!e)
        e = verify_rows_open(p->v, &(book_statement){verify_sql_funding, verify_sqlite_funding},
                             funding_names, &p->funding);
    if (!e)
        e = verify_answers_open(p->v, &p->answers);
    if (!e)
        e = verify_fees_open(p->v, &p->fees);
    if (!e)
        e = verify_trips_open(p->v, &p->trips);
    return e ? e : verify_cash_open(p->v, &p->cash);
}

dbk_err *verify_positions(verify *v)
{
    positions p = {.v = v};
    dbk_err *e = open_all(&p);
    if (!e)
        e = skip_lost(&p);
    while (!e && p.rows.more) {
        e = check_position(&p);
        if (!e)
            e = skip_lost(&p);
    }
    if (!e)
        e = verify_cash_begin(&p.cash, NULL);
    verify_rows_close(&p.rows);
    fill_walk_close(&p.walk);
    verify_rows_close(&p.funding);
    verify_answers_close(&p.answers);
    verify_fees_close(&p.fees);
    verify_trips_close(&p.trips);
    verify_cash_close(&p.cash);
    return e;
}
