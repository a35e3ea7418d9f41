#include <string.h>

#include "book/sqlite_book_sql.h"
#include "book/sqlite_order.h"

static void get_terms(sq *q, int first, maybe_amount out[TERM_COUNT])
{
    for (int i = 0; i < TERM_COUNT; i++)
        out[i] = sq_get_amount(q, first + i);
}

static void get_state(sq *q, order_row *o)
{
    bool known = order_origin_find(sqlite_text(q->stmt, 2), &o->state.origin) &&
                 order_lifecycle_find(sqlite_text(q->stmt, 16), &o->state.lifecycle) &&
                 order_pending_find(sqlite_text(q->stmt, 17), &o->state.pending);
    if (!known && !q->failed)
        q->failed = err_new(ERR_INPUT, "an order is in a state that is none");
    o->state.outcome_unknown = sq_get_bool(q, 18);
}

/* ---- what indexes have ---- */

static void keep_indexed(order_row *o)
{
    o->indexed.known = true;
    o->indexed.is_open = order_is_open(&o->state);
    o->indexed.exchange_order_id = o->exchange_order_id;
}

static bool is_indexed_as_before(const order_row *o)
{
    return o->indexed.known && o->indexed.is_open == order_is_open(&o->state) &&
           o->indexed.exchange_order_id == o->exchange_order_id;
}

/* ---- rows ---- */

dbk_err *order_get(sqlite_call *c, const dbk_uuid *account_id, const dbk_uuid *order_id, order_row *out,
                   bool *found)
{
    sq q = sq_of(c, sqlite_book_order_get);
    sq_uuid(&q, account_id);
    sq_uuid(&q, order_id);
    dbk_err *e = sq_row(&q, found);
    if (e || !*found)
        return e;
    order_row o = {.account_id = *account_id, .order_id = *order_id};
    sq_get_uuid(&q, 3, &o.instrument_id);
    o.position_key = sq_get_text(&q, 4);
    o.has_run = sq_get_uuid(&q, 5, &o.run_id);
    o.side = sq_get_text(&q, 6);
    o.type = sq_get_text(&q, 7);
    o.time_in_force = sq_get_text(&q, 8);
    get_terms(&q, 9, o.asked);
    o.idempotency_key = sq_get_text(&q, 12);
    o.has_submitted = sq_get_maybe_int8(&q, 13, &o.submitted_us);
    o.refusal_code = sq_get_text(&q, 14);
    o.refusal_detail = sq_get_text(&q, 15);
    get_state(&q, &o);
    o.exchange_order_id = sq_get_text(&q, 19);
    get_terms(&q, 20, o.working);
    get_terms(&q, 23, o.requested);
    o.cum_qty = sq_get_wide(&q, 26);
    o.cum_value = sq_get_wide(&q, 27);
    o.version = sq_get_int8(&q, 28);
    o.recorded_us = sq_get_int8(&q, 29);
    e = sq_done(&q);
    if (e)
        return e;
    order_settle(&o);
    keep_indexed(&o);
    *out = o;
    return NULL;
}

void order_settle(order_row *o)
{
    bool full =
        o->working[TERM_QTY].known && wide_compare(o->cum_qty, wide_of(o->working[TERM_QTY].value)) >= 0;
    o->state.progress = full                       ? ORDER_PROGRESS_FULL
                        : wide_is_zero(o->cum_qty) ? ORDER_PROGRESS_NONE
                                                   : ORDER_PROGRESS_PART;
    if (o->state.pending != ORDER_PENDING_REPLACE)
        memset(o->requested, 0, sizeof(o->requested));
}

static void put_terms(sq *q, const maybe_amount terms[TERM_COUNT])
{
    for (int i = 0; i < TERM_COUNT; i++)
        sq_amount(q, terms[i]);
}

/* What is known of it, but for what is derived. */
static void put_known(sq *q, const order_row *o)
{
    sq_text(q, order_lifecycle_name(o->state.lifecycle));
    sq_text(q, order_pending_name(o->state.pending));
    sq_bool(q, o->state.outcome_unknown);
    put_terms(q, o->working);
    put_terms(q, o->requested);
    sq_wide(q, o->cum_qty);
    sq_wide(q, o->cum_value);
    sq_int8(q, o->version);
}

dbk_err *order_insert(sqlite_call *c, const order_row *o)
{
    sq q = sq_of(c, sqlite_book_order_put);
    sq_uuid(&q, &o->account_id);
    sq_uuid(&q, &o->order_id);
    sq_text(&q, order_origin_name(o->state.origin));
    sq_uuid(&q, &o->instrument_id);
    sq_text(&q, o->position_key);
    sq_uuid(&q, o->has_run ? &o->run_id : NULL);
    sq_text(&q, o->side);
    sq_text(&q, o->type);
    sq_text(&q, o->time_in_force);
    put_terms(&q, o->asked);
    sq_text(&q, o->idempotency_key);
    sq_maybe_int8(&q, o->has_submitted, o->submitted_us);
    sq_text(&q, o->refusal_code);
    sq_text(&q, o->refusal_detail);
    put_known(&q, o);
    sq_text(&q, order_status(&o->state));
    sq_int8(&q, c->now_us);
    sq_text(&q, o->exchange_order_id);
    sq_bool(&q, order_is_open(&o->state));
    sq_int8(&q, c->now_us);
    sq_ctx(&q);
    return sq_run(&q);
}

dbk_err *order_update(sqlite_call *c, order_row *o)
{
    bool stays = is_indexed_as_before(o);
    sq q = sq_of(c, stays ? sqlite_book_order_move : sqlite_book_order_move_indexed);
    sq_uuid(&q, &o->account_id);
    sq_uuid(&q, &o->order_id);
    put_known(&q, o);
    sq_text(&q, order_status(&o->state));
    sq_int8(&q, c->now_us);
    if (!stays) {
        sq_text(&q, o->exchange_order_id);
        sq_bool(&q, order_is_open(&o->state));
    }
    dbk_err *e = sq_run(&q);
    if (!e)
        keep_indexed(o);
    return e;
}
