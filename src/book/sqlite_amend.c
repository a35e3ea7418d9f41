/* sqlite_amend.c: busts and corrections: what the venue says of a fill later, or before it. */
#include <stdio.h>
#include <string.h>

#include "book/sqlite_book_sql.h"
#include "book/sqlite_fill.h"

static bool same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* ---- the terms of a fill ---- */

void amendment_apply(const amendment *a, fill_terms *t)
{
    if (a->qty.known)
        t->qty = a->qty.value;
    if (a->price.known)
        t->price = a->price.value;
    if (a->fee.known)
        t->fee = a->fee.value;
    if (a->fee_currency || a->fee_rate.known)
        t->fee_rate = a->fee_rate;
    if (a->fee_currency)
        t->fee_currency = a->fee_currency;
}

/* Columns of fill_events_of.sql. */
static amendment get_amendment(sq *q)
{
    amendment a = {.place = sq_get_int8(q, 1),
                   .bust = same(sqlite_text(q->stmt, 2), "bust"),
                   .qty = sq_get_amount(q, 3),
                   .price = sq_get_amount(q, 4),
                   .fee = sq_get_amount(q, 5),
                   .fee_currency = sq_get_text(q, 6),
                   .fee_rate = sq_get_amount(q, 7),
                   .leaves_qty = sq_get_amount(q, 8),
                   .reason = sq_get_text(q, 9),
                   .occurred_us = sq_get_int8(q, 10)};
    sq_get_uuid(q, 0, &a.event_id);
    return a;
}

static void take(const amendment *a, fill_terms *terms, amendments *all)
{
    all->events++;
    if (a->bust) {
        all->busted = true;
        all->bust_id = a->event_id;
        all->leaves_qty = a->leaves_qty;
    }
    if (terms)
        amendment_apply(a, terms);
}

/* terms may be NULL. */
dbk_err *amendments_apply(sqlite_call *c, const dbk_uuid *account_id, const dbk_uuid *fill_id,
                          fill_terms *terms, amendments *out)
{
    *out = (amendments){.events = 0};
    sq q = sq_of(c, sqlite_book_fill_events_of);
    sq_uuid(&q, account_id);
    sq_uuid(&q, fill_id);
    bool found;
    dbk_err *e = sq_row(&q, &found);
    while (!e && found) {
        out->places++;
        if (same(sqlite_text(q.stmt, 11), "created")) {
            amendment a = get_amendment(&q);
            take(&a, terms, out);
        }
        e = q.failed;
        q.failed = NULL;
        if (!e)
            e = sq_row(&q, &found);
    }
    if (e)
        sq_end(&q);
    return e;
}

/* ---- arguments ---- */

static dbk_err *check_names(sqlite_call *c, const amendment *a)
{
    dbk_err *e = require_text("reason", a->reason, 2000, false);
    if (!e && a->fee_currency)
        e = require_currency(c, "fee_currency", a->fee_currency);
    bool negative = decimal_sign(a->price.value) < 0 || decimal_sign(a->leaves_qty.value) < 0;
    if (!e && negative)
        e = argument_malformed(
            "Pass the price at which it traded, or what is left of the order; the direction is said by "
            "the side.",
            "%s is negative", decimal_sign(a->price.value) < 0 ? "price" : "leaves_qty");
    return e;
}

static dbk_err *read_bust(sqlite_call *c, const dbk_bust *r, amendment *out)
{
    *out = (amendment){.account_id = r->account_id,
                       .event_id = r->event_id,
                       .fill_id = r->fill_id,
                       .bust = true,
                       .reason = r->reason,
                       .occurred_us = r->occurred_us ? r->occurred_us : c->now_us};
    dbk_err *e = require_amount("leaves_qty", r->leaves_qty, false, &out->leaves_qty);
    return e ? e : check_names(c, out);
}

static dbk_err *read_correction(sqlite_call *c, const dbk_correction *r, amendment *out)
{
    *out = (amendment){.account_id = r->account_id,
                       .event_id = r->event_id,
                       .fill_id = r->fill_id,
                       .fee_currency = r->fee_currency,
                       .reason = r->reason,
                       .occurred_us = r->occurred_us ? r->occurred_us : c->now_us};
    dbk_err *e = require_positive("qty", r->qty, false, &out->qty);
    if (!e)
        e = require_amount("price", r->price, false, &out->price);
    if (!e)
        e = require_amount("fee", r->fee, false, &out->fee);
    if (!e)
        e = require_positive("fee_rate", r->fee_rate, false, &out->fee_rate);
    if (!e && !r->qty && !r->price && !r->fee && !r->fee_currency && !r->fee_rate)
        e = argument_malformed(
            "Pass the terms that were wrong: quantity, price, fee, its currency or its rate. A fill "
            "that never was is busted.",
            "s of the correction change nothing");
    return e ? e : check_names(c, out);
}

/* ---- answers ---- */

/* What is kept with a bust or correction of what it was answered. */
typedef struct given {
    const char *refusal_code, *refusal_detail;
    bool waiting; /* for its fill: then nothing of what follows */
    int64_t order_version;
    const char *order_status;
    wide order_cum_qty;
    bool has_version; /* of the position */
    int64_t position_version, position_cycle;
    wide position_qty, position_avg_price, position_realized;
} given;

static const char *text_of(sqlite_call *c, wide value)
{
    char text[WIDE_TEXT_SIZE];
    wide_format(value, text);
    return arena_strdup(c->a, text);
}

static dbk_err *answer(sqlite_call *c, const amendment *a, const given *g, const dbk_uuid *position_id,
                       dbk_outcome outcome, dbk_fill_event_answer *out)
{
    *out = (dbk_fill_event_answer){.answer = {.outcome = outcome,
                                              .id = a->event_id,
                                              .refusal_code = g->refusal_code,
                                              .refusal_detail = g->refusal_detail},
                                   .waiting = g->waiting};
    if (g->waiting)
        return NULL;
    out->position_id = *position_id;
    out->order_status = g->order_status;
    out->order_cum_qty = text_of(c, g->order_cum_qty);
    out->position_qty = text_of(c, g->position_qty);
    out->position_avg_price = text_of(c, g->position_avg_price);
    out->realized_pnl = text_of(c, g->position_realized);
    return out->order_cum_qty && out->position_qty && out->position_avg_price && out->realized_pnl
               ? NULL
               : err_oom();
}

static const char *amendment_conflict(sq *q, const dbk_uuid *fill_id, const amendment *a)
{
    return !uuid_equal(fill_id, &a->fill_id)                         ? "fill_id"
           : same(sqlite_text(q->stmt, 1), "bust") != a->bust        ? "kind"
           : !maybe_amount_equal(sq_get_amount(q, 2), a->qty)        ? "qty"
           : !maybe_amount_equal(sq_get_amount(q, 3), a->price)      ? "price"
           : !maybe_amount_equal(sq_get_amount(q, 4), a->fee)        ? "fee"
           : !same(sqlite_text(q->stmt, 5), a->fee_currency)         ? "fee_currency"
           : !maybe_amount_equal(sq_get_amount(q, 6), a->fee_rate)   ? "fee_rate"
           : !maybe_amount_equal(sq_get_amount(q, 7), a->leaves_qty) ? "leaves_qty"
           : !same(sqlite_text(q->stmt, 8), a->reason)               ? "reason"
                                                                     : NULL;
}

static given get_given(sq *q)
{
    given g = {.refusal_code = sq_get_text(q, 10),
               .refusal_detail = sq_get_text(q, 11),
               .waiting = sqlite_is_null(q->stmt, 12)};
    if (g.waiting)
        return g;
    g.order_status = sq_get_text(q, 13);
    g.order_cum_qty = sq_get_wide(q, 14);
    g.position_qty = sq_get_wide(q, 15);
    g.position_avg_price = sq_get_wide(q, 16);
    g.position_realized = sq_get_wide(q, 17);
    return g;
}

/* *known is false when the event is new. */
static dbk_err *answer_known(sqlite_call *c, const amendment *a, dbk_fill_event_answer *out, bool *known)
{
    sq q = sq_of(c, sqlite_book_fill_event_get);
    sq_uuid(&q, &a->account_id);
    sq_uuid(&q, &a->event_id);
    dbk_err *e = sq_row(&q, known);
    if (e || !*known)
        return e;
    dbk_uuid fill_id;
    sq_get_uuid(&q, 0, &fill_id);
    const char *field = amendment_conflict(&q, &fill_id, a);
    bool refused = same(sqlite_text(q.stmt, 9), "refused");
    given g = get_given(&q);
    e = sq_done(&q);
    if (e)
        return e;
    if (field) {
        *out = (dbk_fill_event_answer){
            .answer = {.outcome = DBK_CONFLICT, .id = a->event_id, .conflict_field = field}};
        return NULL;
    }
    fill_row f;
    position_row p = {.version = 0};
    bool found = false;
    if (!g.waiting)
        e = fill_get(c, &a->account_id, &fill_id, &f, &found);
    if (!e && found)
        e = position_get(c, &f.account_id, &f.instrument_id, f.position_key, &p, &found);
    return e ? e : answer(c, a, &g, &p.position_id, refused ? DBK_REFUSED : DBK_REPLAYED, out);
}

/* ---- writing ---- */

static dbk_err *insert(sqlite_call *c, const amendment *a, const given *g)
{
    bool answered = !g->waiting;
    sq q = sq_of(c, sqlite_book_fill_event_insert);
    sq_uuid(&q, &a->account_id);
    sq_uuid(&q, &a->event_id);
    sq_uuid(&q, &a->fill_id);
    sq_int8(&q, a->place);
    sq_text(&q, a->bust ? "bust" : "correct");
    sq_amount(&q, a->qty);
    sq_amount(&q, a->price);
    sq_amount(&q, a->fee);
    sq_text(&q, a->fee_currency);
    sq_amount(&q, a->fee_rate);
    sq_amount(&q, a->leaves_qty);
    sq_text(&q, a->reason);
    sq_int8(&q, a->occurred_us);
    sq_int8(&q, c->now_us);
    sq_ctx(&q);
    sq_text(&q, g->refusal_code ? "refused" : "created");
    sq_text(&q, g->refusal_code);
    sq_text(&q, g->refusal_detail);
    sq_maybe_int8(&q, answered, g->order_version);
    sq_text(&q, answered ? g->order_status : NULL);
    sq_text(&q, answered ? text_of(c, g->order_cum_qty) : NULL);
    sq_maybe_int8(&q, g->has_version, g->position_version);
    sq_maybe_int8(&q, g->has_version, g->position_cycle);
    sq_text(&q, answered ? text_of(c, g->position_qty) : NULL);
    sq_text(&q, answered ? text_of(c, g->position_avg_price) : NULL);
    sq_text(&q, answered ? text_of(c, g->position_realized) : NULL);
    return sq_run(&q);
}

static dbk_err *audit_refusal(sqlite_call *c, const amendment *a, const given *g)
{
    payload *detail = payload_new(c);
    payload_uuid(detail, "event_id", &a->event_id);
    payload_text(detail, "event", a->bust ? "bust" : "correct");
    payload_text(detail, "detail", g->refusal_detail);
    return sqlite_audit(c, &(audit_entry){.action = "trading.amend_fill",
                                          .subject_type = "fill",
                                          .subject = &a->fill_id,
                                          .account_id = &a->account_id,
                                          .outcome = "refused",
                                          .code = g->refusal_code,
                                          .detail = detail});
}

static dbk_err *emit(sqlite_call *c, const amendment *a, const given *g, const fill_row *f,
                     const fill_terms *terms, const dbk_uuid *position_id)
{
    payload *p = payload_new(c);
    payload_uuid(p, "fill_id", &a->fill_id);
    payload_uuid(p, "event_id", &a->event_id);
    payload_uuid(p, "order_id", &f->order_id);
    payload_uuid(p, "instrument_id", &f->instrument_id);
    payload_text(p, "order_status", g->order_status);
    payload_wide(p, "order_cum_qty", g->order_cum_qty);
    payload_uuid(p, "position_id", position_id);
    payload_text(p, "position_key", f->position_key);
    payload_int8(p, "position_version", g->position_version);
    payload_int8(p, "position_cycle", g->position_cycle);
    payload_wide(p, "position_qty", g->position_qty);
    payload_wide(p, "position_avg_price", g->position_avg_price);
    payload_wide(p, "position_realized", g->position_realized);
    payload_text(p, "reason", a->reason);
    if (a->bust) {
        payload_amount(p, "leaves_qty", a->leaves_qty);
    } else {
        payload_wide(p, "qty", wide_of(terms->qty));
        payload_wide(p, "price", wide_of(terms->price));
        payload_wide(p, "fee", wide_of(terms->fee));
        payload_text(p, "fee_currency", terms->fee_currency);
        payload_amount(p, "fee_rate", terms->fee_rate);
    }
    return sqlite_emit(c, &(book_event){.type = a->bust ? "trading.fill_busted" : "trading.fill_corrected",
                                        .aggregate = &f->order_id,
                                        .version = g->order_version,
                                        .payload = p,
                                        .has_occurred = true,
                                        .occurred_us = a->occurred_us,
                                        .account_id = &f->account_id});
}

/* Each is read on its own, since emitting uses the connection in between. */
dbk_err *amendments_emit_waiting(sqlite_call *c, const fill_row *f, const fill_terms *effective,
                                 const dbk_uuid *position_id)
{
    given g = {.order_status = f->order_status,
               .order_cum_qty = f->order_cum_qty,
               .position_version = f->position_version,
               .position_cycle = f->position_cycle,
               .position_qty = f->position_qty,
               .position_avg_price = f->position_avg_price,
               .position_realized = f->position_realized};
    sq q = sq_of(c, sqlite_book_fill_events_of);
    sq_uuid(&q, &f->account_id);
    sq_uuid(&q, &f->fill_id);
    bool found;
    dbk_err *e = sq_row(&q, &found);
    while (!e && found) {
        amendment a = get_amendment(&q);
        a.account_id = f->account_id;
        a.fill_id = f->fill_id;
        g.order_version = f->order_version + a.place;
        if (same(sqlite_text(q.stmt, 11), "created"))
            e = emit(c, &a, &g, f, effective, position_id);
        if (!e)
            e = sq_row(&q, &found);
    }
    if (e)
        sq_end(&q);
    return e;
}

/* ---- the order ---- */

/* Only a bust that leaves a full order short asks whether the order is over; the order machine answers. */
void order_amend(order_row *o, bool bust, wide qty, wide value, maybe_amount leaves_qty)
{
    wide cum_qty = wide_add(o->cum_qty, qty);
    bool full = o->working[TERM_QTY].known && wide_compare(cum_qty, wide_of(o->working[TERM_QTY].value)) >= 0;
    bool works = decimal_sign(leaves_qty.value) > 0 || full;
    order_event event = !bust ? ORDER_EVENT_CORRECT : works ? ORDER_EVENT_BUST_WORKING : ORDER_EVENT_BUST;
    (void)order_next(event, &o->state, &o->state);
    o->cum_qty = cum_qty;
    o->cum_value = wide_add(o->cum_value, value);
    order_settle(o);
}

/* ---- the position, folded anew ---- */

/* What the fill at hand realises on its effective terms, after the fold so far. */
typedef struct fold {
    position_row position;
    const dbk_uuid *fill_id; /* whose terms are these, not yet written: */
    const fill_terms *terms;
    bool busted;
} fold;

static dbk_err *restate(sqlite_call *c, const fill_row *f, const position_row *p, const position_step *step)
{
    wide net = wide_sub(step->realized_gross, step->fee);
    sq q = sq_of(c, sqlite_book_restatement_delete);
    sq_uuid(&q, &f->account_id);
    sq_uuid(&q, &f->fill_id);
    dbk_err *e = sq_run(&q);
    bool is_same = f->position_cycle == p->now.cycle && wide_equal(f->position_qty, p->now.signed_qty) &&
                   wide_equal(f->realized_gross, step->realized_gross) && wide_equal(f->realized_net, net);
    if (e || is_same)
        return e;
    q = sq_of(c, sqlite_book_restatement_put);
    sq_uuid(&q, &f->account_id);
    sq_uuid(&q, &f->fill_id);
    sq_int8(&q, p->now.cycle);
    sq_wide(&q, p->now.signed_qty);
    sq_wide(&q, step->realized_gross);
    sq_wide(&q, net);
    return sq_run(&q);
}

/* Columns of position_fills.sql. */
static dbk_err *next_fill(sqlite_call *c, const position_row *p, int64_t after, fill_row *out, bool *found)
{
    sq q = sq_of(c, sqlite_book_position_fills);
    sq_uuid(&q, &p->account_id);
    sq_uuid(&q, &p->instrument_id);
    sq_text(&q, p->position_key);
    sq_int8(&q, after);
    dbk_err *e = sq_row(&q, found);
    if (e || !*found)
        return e;
    *out = (fill_row){.account_id = p->account_id,
                      .side = sq_get_text(&q, 1),
                      .terms = {.qty = sq_get_amount(&q, 2).value,
                                .price = sq_get_amount(&q, 3).value,
                                .fee = sq_get_amount(&q, 4).value,
                                .fee_currency = sq_get_text(&q, 5),
                                .fee_rate = sq_get_amount(&q, 6)},
                      .filled_us = sq_get_int8(&q, 7),
                      .position_version = sq_get_int8(&q, 8),
                      .position_cycle = sq_get_int8(&q, 9),
                      .position_qty = sq_get_wide(&q, 10),
                      .realized_gross = sq_get_wide(&q, 11),
                      .realized_net = sq_get_wide(&q, 12)};
    sq_get_uuid(&q, 0, &out->fill_id);
    return sq_done(&q);
}

static dbk_err *fold_fill(sqlite_call *c, fold *f, const fill_row *fill)
{
    fill_terms terms = fill->terms;
    amendments amended = {.events = 0};
    position_step step = {.opened = false};
    bool ours = uuid_equal(&fill->fill_id, f->fill_id);
    dbk_err *e = ours ? NULL : amendments_apply(c, &fill->account_id, &fill->fill_id, &terms, &amended);
    if (e)
        return e;
    if (ours) {
        terms = *f->terms;
        amended.busted = f->busted;
    }
    position_fill live = fill_of_terms(&terms, fill->side, fill->filled_us, &f->position);
    if (!amended.busted)
        e = position_move(c, &f->position, &live, fill->position_version, &step);
    return e ? e : restate(c, fill, &f->position, &step);
}

/* From the first fill on: a file is near, so nothing is kept to begin later. */
static dbk_err *refold(sqlite_call *c, position_row *p, const dbk_uuid *fill_id, const fill_terms *terms,
                       bool busted)
{
    sq q = sq_of(c, sqlite_book_roundtrips_delete);
    sq_uuid(&q, &p->account_id);
    sq_uuid(&q, &p->position_id);
    dbk_err *e = sq_run(&q);
    fold f = {.position = *p, .fill_id = fill_id, .terms = terms, .busted = busted};
    f.position.now = position_new(p->now.kind, p->now.multiplier);
    f.position.now.funding = p->now.funding;
    fill_row fill = {.position_version = 0};
    bool found = true;
    while (!e && found) {
        e = next_fill(c, p, fill.position_version, &fill, &found);
        if (!e && found)
            e = fold_fill(c, &f, &fill);
    }
    if (e)
        return e;
    p->now = f.position.now;
    p->open = f.position.open;
    return NULL;
}

/* ---- one that comes before its fill ---- */

static dbk_err *refuse_busted(sqlite_call *c, const amendments *all, given *g)
{
    char bust[UUID_TEXT_SIZE];
    if (!all->busted)
        return NULL;
    uuid_format(&all->bust_id, bust);
    g->refusal_code = "already_busted";
    g->refusal_detail = arena_printf(c->a, "the fill was busted by event %s", bust);
    return g->refusal_detail ? NULL : err_oom();
}

static dbk_err *keep_waiting(sqlite_call *c, const amendment *a, given *g, dbk_fill_event_answer *out)
{
    if (a->price.known && decimal_sign(a->price.value) == 0)
        return argument_malformed(
            "Record the fill first.",
            "price is 0, but the fill is not in the book and may be one of an inverse contract");
    g->waiting = true;
    dbk_err *e = g->refusal_code ? audit_refusal(c, a, g) : NULL;
    if (!e)
        e = insert(c, a, g);
    if (e)
        return e;
    payload *p = payload_new(c);
    payload_uuid(p, "event_id", &a->event_id);
    payload_uuid(p, "fill_id", &a->fill_id);
    payload_text(p, "kind", a->bust ? "bust" : "correct");
    payload_text(p, "outcome", g->refusal_code ? "refused" : "created");
    payload_amount(p, "qty", a->qty);
    payload_amount(p, "price", a->price);
    payload_amount(p, "fee", a->fee);
    payload_text(p, "fee_currency", a->fee_currency);
    payload_amount(p, "fee_rate", a->fee_rate);
    payload_amount(p, "leaves_qty", a->leaves_qty);
    payload_text(p, "reason", a->reason);
    payload_text(p, "refusal_code", g->refusal_code);
    payload_text(p, "refusal_detail", g->refusal_detail);
    e = account_emit(c, &a->account_id, "trading.fill_event_kept", p, true, a->occurred_us);
    return e ? e : answer(c, a, g, NULL, g->refusal_code ? DBK_REFUSED : DBK_CREATED, out);
}

/* ---- one whose fill is there ---- */

static void keep_answer(given *g, const order_row *o, const position_row *p)
{
    g->order_version = o->version;
    g->order_status = order_status(&o->state);
    g->order_cum_qty = o->cum_qty;
    g->position_qty = p->now.signed_qty;
    g->position_avg_price = position_avg_price(&p->now);
    g->position_realized = position_realized_net(&p->now);
}

/* Only the count of events moves, so that the log of the order has no gap. */
static dbk_err *refuse(sqlite_call *c, const amendment *a, given *g, order_row *o, const position_row *p,
                       dbk_fill_event_answer *out)
{
    o->version++;
    keep_answer(g, o, p);
    dbk_err *e = insert(c, a, g);
    if (!e)
        e = order_update(c, o);
    if (!e)
        e = audit_refusal(c, a, g);
    if (e)
        return e;
    payload *refused = payload_new(c);
    payload_uuid(refused, "order_id", &o->order_id);
    payload_uuid(refused, "event_id", &a->event_id);
    payload_text(refused, "event", a->bust ? "bust" : "correct");
    payload_text(refused, "status", g->order_status);
    payload_text(refused, "refusal_code", g->refusal_code);
    payload_text(refused, "refusal_detail", g->refusal_detail);
    e = sqlite_emit(c, &(book_event){.type = "trading.request_refused",
                                     .aggregate = &o->order_id,
                                     .version = o->version,
                                     .payload = refused,
                                     .has_occurred = true,
                                     .occurred_us = a->occurred_us,
                                     .account_id = &o->account_id});
    return e ? e : answer(c, a, g, &p->position_id, DBK_REFUSED, out);
}

static dbk_err *move_fees(sqlite_call *c, const position_row *p, const fill_row *f, const fill_terms *was,
                          const fill_terms *is, bool busted)
{
    position_fill before = fill_of_terms(was, f->side, f->filled_us, p);
    position_fill after = fill_of_terms(is, f->side, f->filled_us, p);
    dbk_err *e = position_add_fee(c, p, &before, was->fee_currency, -1);
    return e || busted ? e : position_add_fee(c, p, &after, is->fee_currency, 1);
}

static dbk_err *change(sqlite_call *c, const amendment *a, given *g, const fill_row *f, const fill_terms *was,
                       order_row *o, position_row *p, dbk_fill_event_answer *out)
{
    fill_terms is = *was;
    if (!a->bust)
        amendment_apply(a, &is);
    position_fill after = fill_of_terms(&is, f->side, f->filled_us, p);
    if (p->now.kind == POSITION_INVERSE && decimal_sign(after.price) == 0)
        return fill_check_terms(c, &after, &is, p);
    wide old_qty = wide_of(was->qty), old_value = wide_mul(old_qty, wide_of(was->price)), zero = {.count = 0};
    wide new_qty = a->bust ? zero : wide_of(is.qty);
    wide new_value = a->bust ? zero : wide_mul(new_qty, wide_of(is.price));
    order_amend(o, a->bust, wide_sub(new_qty, old_qty), wide_sub(new_value, old_value), a->leaves_qty);
    o->version++;
    dbk_err *e = refold(c, p, &f->fill_id, &is, a->bust);
    if (e)
        return e;
    p->version++;
    keep_answer(g, o, p);
    g->has_version = true;
    g->position_version = p->version;
    g->position_cycle = p->now.cycle;
    e = insert(c, a, g);
    if (!e)
        e = order_update(c, o);
    if (!e)
        e = position_update(c, p);
    if (!e)
        e = move_fees(c, p, f, was, &is, a->bust);
    if (!e)
        e = emit(c, a, g, f, &is, &p->position_id);
    return e ? e : answer(c, a, g, &p->position_id, DBK_CREATED, out);
}

static dbk_err *amend(sqlite_call *c, const amendment *a, given *g, const fill_row *f, const fill_terms *was,
                      dbk_fill_event_answer *out)
{
    order_row o;
    position_row p;
    bool found;
    dbk_err *e = order_get(c, &f->account_id, &f->order_id, &o, &found);
    if (!e)
        e = position_get(c, &f->account_id, &f->instrument_id, f->position_key, &p, &found);
    if (e)
        return e;
    return g->refusal_code ? refuse(c, a, g, &o, &p, out) : change(c, a, g, f, was, &o, &p, out);
}

static dbk_err *record(sqlite_call *c, amendment *a, dbk_fill_event_answer *out)
{
    account_row account;
    fill_row f = {.position_version = 0};
    amendments all;
    given g = {.waiting = false};
    bool known, found;
    dbk_err *e = account_get(c, &a->account_id, &account);
    if (!e)
        e = answer_known(c, a, out, &known);
    if (e || known)
        return e;
    e = fill_get(c, &a->account_id, &a->fill_id, &f, &found);
    fill_terms terms = f.terms;
    if (!e)
        e = amendments_apply(c, &a->account_id, &a->fill_id, &terms, &all);
    if (!e)
        e = refuse_busted(c, &all, &g);
    if (e)
        return e;
    a->place = all.places + 1;
    return found ? amend(c, a, &g, &f, &terms, out) : keep_waiting(c, a, &g, out);
}

dbk_err *sqlite_fill_bust(sqlite_call *c, const void *request, void *out)
{
    amendment a;
    dbk_err *e = read_bust(c, request, &a);
    return e ? e : record(c, &a, out);
}

dbk_err *sqlite_fill_correct(sqlite_call *c, const void *request, void *out)
{
    amendment a;
    dbk_err *e = read_correction(c, request, &a);
    return e ? e : record(c, &a, out);
}
