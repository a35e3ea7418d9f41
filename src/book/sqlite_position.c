#include "book/sqlite_position.h"

#include <string.h>

#include "book/sqlite_book_sql.h"

/* ---- rows ---- */

static decimal get_price(sq *q, int column)
{
    return sq_get_amount(q, column).value;
}

/* What the row keeps of the open cycle: its results are those of the position since it began. */
static roundtrip get_open(sq *q, const position *p)
{
    roundtrip t = {.kind = p->kind,
                   .multiplier = p->multiplier,
                   .side = wide_sign(p->signed_qty) > 0 ? POSITION_BUY : POSITION_SELL,
                   .cycle = p->cycle,
                   .first_version = sq_get_int8(q, 14),
                   .opened_at_us = p->opened_at_us,
                   .qty = sq_get_wide(q, 15),
                   .entry_value = sq_get_wide(q, 16),
                   .exit_value = sq_get_wide(q, 17),
                   .low = get_price(q, 18),
                   .high = get_price(q, 19)};
    t.gross = wide_sub(p->realized_gross, sq_get_wide(q, 20));
    t.fees = wide_sub(p->fees, sq_get_wide(q, 21));
    return t;
}

static position get_now(sq *q)
{
    position p = {.multiplier = sq_get_amount(q, 4).value,
                  .signed_qty = sq_get_wide(q, 5),
                  .open_cost = sq_get_wide(q, 6),
                  .realized_gross = sq_get_wide(q, 7),
                  .fees = sq_get_wide(q, 8),
                  .funding = sq_get_wide(q, 9),
                  .cycle = sq_get_int8(q, 10)};
    (void)sq_get_maybe_int8(q, 12, &p.opened_at_us);
    if (!position_kind_find(sqlite_text(q->stmt, 1), &p.kind) && !q->failed)
        q->failed = err_new(ERR_INPUT, "a position is of a kind that is none");
    return p;
}

dbk_err *position_get(sqlite_call *c, const dbk_uuid *account_id, const dbk_uuid *instrument_id,
                      const char *position_key, position_row *out, bool *found)
{
    sq q = sq_of(c, sqlite_book_position_get);
    sq_uuid(&q, account_id);
    sq_uuid(&q, instrument_id);
    sq_text(&q, position_key);
    dbk_err *e = sq_row(&q, found);
    if (e || !*found)
        return e;
    *out = (position_row){.account_id = *account_id,
                          .instrument_id = *instrument_id,
                          .position_key = position_key,
                          .base_currency = sq_get_text(&q, 2),
                          .currency = sq_get_text(&q, 3),
                          .now = get_now(&q),
                          .version = sq_get_int8(&q, 11)};
    sq_get_uuid(&q, 0, &out->position_id);
    out->filled = sq_get_maybe_int8(&q, 13, &out->last_fill_us);
    if (!position_is_flat(&out->now))
        out->open = get_open(&q, &out->now);
    return sq_done(&q);
}

static dbk_err *make(sqlite_call *c, const dbk_uuid *account_id, const dbk_uuid *instrument_id,
                     const char *position_key)
{
    account_row account;
    instrument_row instrument;
    dbk_uuid id;
    dbk_err *e = account_get(c, account_id, &account);
    if (!e)
        e = instrument_get(c, instrument_id, &instrument);
    if (!e)
        e = require_place(&account, position_key);
    if (!e)
        e = uuid_v7(clock_system(), &id);
    if (e)
        return e;
    sq q = sq_of(c, sqlite_book_position_insert);
    sq_uuid(&q, account_id);
    sq_uuid(&q, &id);
    sq_uuid(&q, instrument_id);
    sq_text(&q, position_key);
    sq_text(&q, instrument.kind);
    sq_text(&q, instrument.base);
    sq_text(&q, instrument.settle);
    sq_amount(&q, (maybe_amount){.known = true, .value = instrument.multiplier});
    sq_int8(&q, c->now_us);
    return sq_run(&q);
}

dbk_err *position_get_or_make(sqlite_call *c, const dbk_uuid *account_id, const dbk_uuid *instrument_id,
                              const char *position_key, position_row *out)
{
    bool found;
    dbk_err *e = position_get(c, account_id, instrument_id, position_key, out, &found);
    if (e || found)
        return e;
    e = make(c, account_id, instrument_id, position_key);
    return e ? e : position_get(c, account_id, instrument_id, position_key, out, &found);
}

static void put_cycle(sq *q, const position_row *p)
{
    static const roundtrip none = {.cycle = 0};
    bool is_open = !position_is_flat(&p->now);
    const roundtrip *t = is_open ? &p->open : &none;
    sq_maybe_int8(q, is_open, t->first_version);
    sq_wide(q, t->qty);
    sq_wide(q, t->entry_value);
    sq_wide(q, t->exit_value);
    sq_amount(q, (maybe_amount){.known = is_open, .value = t->low});
    sq_amount(q, (maybe_amount){.known = is_open, .value = t->high});
    sq_wide(q, is_open ? wide_sub(p->now.realized_gross, t->gross) : none.gross);
    sq_wide(q, is_open ? wide_sub(p->now.fees, t->fees) : none.fees);
}

dbk_err *position_update(sqlite_call *c, const position_row *p)
{
    sq q = sq_of(c, sqlite_book_position_move);
    sq_uuid(&q, &p->account_id);
    sq_uuid(&q, &p->position_id);
    sq_wide(&q, p->now.signed_qty);
    sq_wide(&q, p->now.open_cost);
    sq_wide(&q, position_avg_price(&p->now));
    sq_wide(&q, p->now.realized_gross);
    sq_wide(&q, p->now.fees);
    sq_wide(&q, p->now.funding);
    sq_wide(&q, position_realized_net(&p->now));
    sq_int8(&q, p->now.cycle);
    sq_int8(&q, p->version);
    sq_maybe_int8(&q, !position_is_flat(&p->now), p->now.opened_at_us);
    sq_maybe_int8(&q, p->filled, p->last_fill_us);
    put_cycle(&q, p);
    return sq_run(&q);
}

/* ---- what moves them ---- */

typedef struct closing {
    sqlite_call *c;
    const position_row *position;
} closing;

static dbk_err *write_trip(void *ctx, const roundtrip *t)
{
    const closing *w = ctx;
    sq q = sq_of(w->c, sqlite_book_roundtrip_insert);
    sq_uuid(&q, &w->position->account_id);
    sq_uuid(&q, &w->position->position_id);
    sq_int8(&q, t->cycle);
    sq_uuid(&q, &w->position->instrument_id);
    sq_text(&q, w->position->position_key);
    sq_text(&q, t->side == POSITION_BUY ? "long" : "short");
    sq_int8(&q, t->opened_at_us);
    sq_int8(&q, t->closed_at_us);
    sq_wide(&q, t->qty);
    sq_wide(&q, t->entry_value);
    sq_wide(&q, t->exit_value);
    sq_wide(&q, t->gross);
    sq_wide(&q, t->fees);
    sq_amount(&q, (maybe_amount){.known = true, .value = t->low});
    sq_amount(&q, (maybe_amount){.known = true, .value = t->high});
    sq_int8(&q, t->first_version);
    sq_int8(&q, t->last_version);
    return sq_run(&q);
}

dbk_err *position_move(sqlite_call *c, position_row *p, const position_fill *fill, int64_t version,
                       position_step *step)
{
    closing w = {.c = c, .position = p};
    roundtrips *trips = NULL;
    dbk_err *e = roundtrips_new(&(roundtrip_options){.kind = p->now.kind,
                                                     .multiplier = p->now.multiplier,
                                                     .method = ROUNDTRIP_FLAT_TO_FLAT,
                                                     .done = write_trip,
                                                     .ctx = &w},
                                &trips);
    if (e)
        return e;
    roundtrips_resume(trips, &p->now, position_is_flat(&p->now) ? NULL : &p->open);
    e = roundtrips_fill(trips, fill, version, step);
    if (!e) {
        p->now = *roundtrips_position(trips);
        if (roundtrips_open(trips))
            p->open = *roundtrips_open(trips);
    }
    roundtrips_free(trips);
    return e;
}

/* ---- fees in other currencies ---- */

static wide signed_by(wide value, int sign)
{
    return sign < 0 ? wide_neg(value) : value;
}

dbk_err *position_add_fee(sqlite_call *c, const position_row *p, const position_fill *fill,
                          const char *fee_currency, int sign)
{
    if (fill->fee_kind == POSITION_FEE_NONE || fill->fee_kind == POSITION_FEE_SETTLE)
        return NULL;
    wide fee = wide_of(fill->fee), zero = {.count = 0};
    bool converted = fill->fee_kind == POSITION_FEE_CONVERTED;
    wide amount = signed_by(fee, sign), priced = converted ? amount : zero;
    wide value = converted ? signed_by(wide_mul(fee, wide_of(fill->fee_rate)), sign) : zero;
    sq q = sq_of(c, sqlite_book_position_fee_get);
    sq_uuid(&q, &p->account_id);
    sq_uuid(&q, &p->position_id);
    sq_text(&q, fee_currency);
    bool found;
    dbk_err *e = sq_row(&q, &found);
    if (!e && found) {
        amount = wide_add(amount, sq_get_wide(&q, 0));
        priced = wide_add(priced, sq_get_wide(&q, 1));
        value = wide_add(value, sq_get_wide(&q, 2));
        e = sq_done(&q);
    }
    if (e)
        return e;
    q = sq_of(c, sqlite_book_position_fee_put);
    sq_uuid(&q, &p->account_id);
    sq_uuid(&q, &p->position_id);
    sq_text(&q, fee_currency);
    sq_text(&q, fill->fee_kind == POSITION_FEE_BASE ? "base" : "other");
    sq_wide(&q, amount);
    sq_wide(&q, priced);
    sq_wide(&q, value);
    return sq_run(&q);
}
