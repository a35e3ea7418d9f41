/* sqlite_reconcile_order.c: what the venue tells of an order against what the book knows, once the fills that
 * were found missing are in. */
#include <string.h>

#include "book/sqlite_reconcile_order.h"

reconcile_step told_step(const told_order *t, const char *field, const char *venue)
{
    return (reconcile_step){.said = {.kind = "order",
                                     .subject = t->id,
                                     .field = field,
                                     .book = t->known ? order_status(&t->order.state) : NULL,
                                     .venue = venue,
                                     .ref_id = t->id}};
}

/* ---- the order, once its fills are in ---- */

static void make_order(told_order *t, const dbk_uuid *order_id, const planned_fill *first)
{
    static const venue_entry nothing = {.side = NULL};
    const venue_entry *v = t->entry ? t->entry : &nothing;
    t->order = (order_row){.account_id = t->plan->request->account_id,
                           .order_id = *order_id,
                           .instrument_id = first ? first->request.instrument_id : v->instrument_id.value,
                           .position_key = first             ? first->request.position_key
                                           : v->position_key ? v->position_key
                                                             : "",
                           .side = first ? first->request.side : v->side,
                           .state = {.origin = ORDER_ORIGIN_EXTERNAL, .lifecycle = ORDER_LIFECYCLE_SUBMITTED},
                           .version = first ? 1 : 0};
}

/* trading._reconcile_order(). */
static dbk_err *load_order(told_order *t, const dbk_uuid *order_id)
{
    const planned_fill *first = NULL;
    int64_t count = 0;
    wide qty = {.count = 0}, value = {.count = 0};
    for (size_t i = 0; i < t->fills->fill_count; i++) {
        const planned_fill *f = t->fills->fills[i];
        if (!uuid_equal(&f->request.order_id, order_id))
            continue;
        first = first ? first : f;
        count++;
        qty = wide_add(qty, wide_of(f->terms.qty));
        value = wide_add(value, wide_mul(wide_of(f->terms.qty), wide_of(f->terms.price)));
    }
    dbk_err *e = order_get(t->plan->call, &t->plan->request->account_id, order_id, &t->order, &t->recorded);
    if (e)
        return e;
    if (!t->recorded)
        make_order(t, order_id, first);
    order_row *o = &t->order;
    t->known = t->recorded || first;
    o->version += count;
    o->cum_qty = wide_add(o->cum_qty, qty);
    o->cum_value = wide_add(o->cum_value, value);
    if (first && o->state.pending == ORDER_PENDING_NONE)
        o->state.outcome_unknown = false;
    order_settle(o);
    t->id = mend_uuid(t->plan, order_id);
    return t->id ? NULL : err_oom();
}

/* ---- one order ---- */

/* trading._reconcile_import(): takes an order into the book, or gives it its terms. */
static dbk_err *mend_import(told_order *t)
{
    mending *p = t->plan;
    const venue_entry *v = t->entry;
    order_row *o = &t->order;
    const maybe_amount terms[TERM_COUNT] = {v->qty, v->price, v->stop_price};
    dbk_external_order met = {.account_id = p->request->account_id,
                              .order_id = o->order_id,
                              .instrument_id = o->instrument_id,
                              .side = v->side,
                              .type = v->type,
                              .qty = mend_amount(p, v->qty),
                              .price = mend_amount(p, v->price),
                              .stop_price = mend_amount(p, v->stop_price),
                              .time_in_force = v->time_in_force,
                              .exchange_order_id = v->exchange_order_id,
                              .position_key = v->position_key ? v->position_key : o->position_key,
                              .submitted_us = v->submitted_at.us};
    reconcile_step step = told_step(t, t->known ? "terms" : "row", NULL);
    step.said.venue =
        mend_join(p, " ", (const char *const[]){v->side, v->type, met.qty, mend_price(p, terms)}, 4);
    step.said.action = "import_order";
    step.order = mend_copy(p, &met, sizeof(met));
    if (o->state.lifecycle == ORDER_LIFECYCLE_SUBMITTED)
        o->state.lifecycle = ORDER_LIFECYCLE_ACCEPTED;
    for (int i = 0; i < TERM_COUNT; i++)
        if (!o->working[i].known)
            o->working[i] = terms[i];
    o->position_key = met.position_key;
    o->side = v->side;
    o->type = v->type;
    if (v->submitted_at.known) {
        o->has_submitted = true;
        o->submitted_us = v->submitted_at.us;
    }
    o->state.origin = ORDER_ORIGIN_EXTERNAL;
    o->version++;
    order_settle(o);
    t->known = true;
    return mend_add(p, &step);
}

static bool is_other_order(const told_order *t)
{
    const venue_entry *v = t->entry;
    const order_row *o = &t->order;
    return (v->instrument_id.known && !uuid_equal(&v->instrument_id.value, &o->instrument_id)) ||
           (v->side && strcmp(v->side, o->side) != 0) ||
           (v->type && o->type && strcmp(v->type, o->type) != 0);
}

static dbk_err *mend_unknown(told_order *t, const char *status, maybe_amount filled)
{
    if (!venue_says_open(status) && decimal_sign(filled.value) <= 0)
        return NULL;
    reconcile_step step = told_step(t, "row", status);
    return mend_undecided(t->plan, &step, "needs_evidence",
                          "the order is not in the book and its terms were not said: list it among the open "
                          "orders, or its fills");
}

/* trading._reconcile_order_steps(). */
static dbk_err *mend_told(told_order *t)
{
    mending *p = t->plan;
    const venue_entry *v = t->entry;
    const char *status = t->queried ? v->status : "open";
    maybe_amount filled = v->filled_qty;
    if (!filled.known && strcmp(status, "filled") == 0)
        filled = t->order.working[TERM_QTY];
    if (!t->queried && (!t->known || !t->order.type)) {
        dbk_err *e = mend_import(t);
        if (e)
            return e;
    } else if (!t->known) {
        return mend_unknown(t, status, filled);
    } else if (is_other_order(t)) {
        reconcile_step step =
            told_step(t, "terms", mend_join(p, " ", (const char *const[]){v->side, v->type}, 2));
        step.said.book = mend_join(p, " ", (const char *const[]){t->order.side, t->order.type}, 2);
        return mend_undecided(p, &step, "needs_decision", "another order stands under this identity");
    }
    filled_outcome outcome;
    dbk_err *e = mend_filled(t, filled, status, &outcome);
    if (e || (outcome == FILLED_OPEN && strcmp(status, "filled") == 0))
        return e;
    if (outcome == FILLED_INFERRED) {
        t->order.cum_qty = wide_of(filled.value);
        order_settle(&t->order);
    }
    return mend_status(t, status);
}

dbk_err *mend_order(mending *p, const planned *fills, const venue_entry *entry, bool queried,
                    const dbk_uuid *order_id)
{
    told_order t = {.plan = p, .entry = entry, .queried = queried, .fills = fills};
    dbk_err *e = load_order(&t, order_id);
    return e ? e : mend_told(&t);
}

dbk_err *mend_unlisted_order(mending *p, const planned *fills, const dbk_uuid *order_id)
{
    told_order t = {.plan = p, .fills = fills};
    dbk_err *e = load_order(&t, order_id);
    if (e)
        return e;
    if (t.order.state.progress == ORDER_PROGRESS_FULL && t.order.state.pending == ORDER_PENDING_NONE)
        return NULL;
    reconcile_step step = told_step(&t, "status", "not listed");
    return mend_undecided(p, &step, "needs_evidence",
                          "ask the venue about this order: what is not listed is not gone");
}
