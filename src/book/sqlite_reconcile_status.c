/* sqlite_reconcile_status.c: where the venue says an order stands, against where it stands in the book. */
#include <string.h>

#include "book/request.h"
#include "book/sqlite_reconcile_order.h"

static bool is_live(const order_state *s)
{
    return s->lifecycle == ORDER_LIFECYCLE_SUBMITTED || s->lifecycle == ORDER_LIFECYCLE_ACCEPTED ||
           s->lifecycle == ORDER_LIFECYCLE_TRIGGERED;
}

bool venue_says_open(const char *status)
{
    return strcmp(status, "open") == 0 || strcmp(status, "triggered") == 0;
}

/* ---- events ---- */

/* trading._reconcile_event(): the step with an event to be recorded, with the terms it says. */
static dbk_err *mend_event(told_order *t, reconcile_step *step, order_event event, bool numbered,
                           const char *const terms[TERM_COUNT])
{
    mending *p = t->plan;
    const char *name = order_event_name(event);
    dbk_order_event said = {.account_id = p->request->account_id,
                            .order_id = t->order.order_id,
                            .exchange_order_id = numbered ? t->entry->exchange_order_id : NULL,
                            .reason = step->said.detail,
                            .occurred_us = p->request->as_of_us,
                            .qty = terms[TERM_QTY],
                            .price = terms[TERM_PRICE],
                            .stop_price = terms[TERM_STOP_PRICE]};
    for (int kind = 0; request_order_event_name((dbk_order_event_kind)kind); kind++)
        if (strcmp(request_order_event_name((dbk_order_event_kind)kind), name) == 0)
            said.kind = (dbk_order_event_kind)kind;
    const char *version = mend_text(p, "%lld", (long long)t->order.version);
    if (!version)
        return err_oom();
    dbk_err *e = mend_id(p, &t->order.instrument_id,
                         (const char *const[]){"event", t->id, name, version, NULL}, &said.event_id);
    if (e)
        return e;
    step->said.action = name;
    step->said.ref_id = mend_uuid(p, &said.event_id);
    step->event = mend_copy(p, &said, sizeof(said));
    return mend_add(p, step);
}

static const char *const no_terms[TERM_COUNT] = {NULL, NULL, NULL};

static bool is_legal(order_event event, const order_state *state)
{
    order_state after;
    return order_next(event, state, &after);
}

/* ---- it works ---- */

static dbk_err *mend_terms(told_order *t)
{
    mending *p = t->plan;
    const maybe_amount told[TERM_COUNT] = {t->entry->qty, t->entry->price, t->entry->stop_price};
    const maybe_amount *held = t->order.working;
    bool same = true;
    for (int i = 0; i < TERM_COUNT; i++)
        same = same && maybe_amount_equal(told[i], held[i]);
    if (!told[TERM_QTY].known || same)
        return NULL;
    reconcile_step step = told_step(t, "terms", NULL);
    step.said.book =
        mend_join(p, " ", (const char *const[]){mend_amount(p, held[TERM_QTY]), mend_price(p, held)}, 2);
    step.said.venue =
        mend_join(p, " ", (const char *const[]){mend_amount(p, told[TERM_QTY]), mend_price(p, told)}, 2);
    return mend_event(t, &step, ORDER_EVENT_REPLACE, true,
                      (const char *const[]){mend_amount(p, told[TERM_QTY]), mend_amount(p, told[TERM_PRICE]),
                                            mend_amount(p, told[TERM_STOP_PRICE])});
}

/* trading._reconcile_order_works(): it was taken, and these terms are in force. A pending request stays so.
 */
static dbk_err *mend_works(told_order *t, const char *status)
{
    reconcile_step step = told_step(t, "status", status), again = step;
    dbk_err *e = NULL;
    if (t->order.state.lifecycle == ORDER_LIFECYCLE_SUBMITTED) {
        e = mend_event(t, &step, ORDER_EVENT_ACKNOWLEDGE, true, no_terms);
        t->order.state.lifecycle = ORDER_LIFECYCLE_ACCEPTED;
    }
    if (!e && strcmp(status, "triggered") == 0 && is_legal(ORDER_EVENT_TRIGGER, &t->order.state))
        e = mend_event(t, &again, ORDER_EVENT_TRIGGER, false, no_terms);
    return e ? e : mend_terms(t);
}

/* ---- where it stands ---- */

/* What is not found ends only after a query of that order, and never while a request is pending. */
static order_event event_not_found(const order_row *o)
{
    if (o->state.pending != ORDER_PENDING_NONE)
        return o->state.outcome_unknown ? ORDER_EVENT_COUNT : ORDER_EVENT_OUTCOME_UNKNOWN;
    return o->state.lifecycle == ORDER_LIFECYCLE_SUBMITTED && wide_is_zero(o->cum_qty) ? ORDER_EVENT_REJECT
                                                                                       : ORDER_EVENT_CANCEL;
}

/* ORDER_EVENT_COUNT: none leads there. */
static order_event event_leading_to(const order_row *o, const char *status)
{
    const order_state *s = &o->state;
    bool filled = strcmp(status, "filled") == 0, full = s->progress == ORDER_PROGRESS_FULL;
    if (filled && is_live(s) && !full && !o->working[TERM_QTY].known && wide_sign(o->cum_qty) > 0)
        return ORDER_EVENT_REPLACE; /* its fills are all that is known of it: so much was its quantity */
    if (filled && is_live(s) && full)
        return s->pending == ORDER_PENDING_CANCEL    ? ORDER_EVENT_CANCEL_REJECT
               : s->pending == ORDER_PENDING_REPLACE ? ORDER_EVENT_REPLACE_REJECT
                                                     : ORDER_EVENT_COUNT;
    return strcmp(status, "canceled") == 0   ? ORDER_EVENT_CANCEL
           : strcmp(status, "expired") == 0  ? ORDER_EVENT_EXPIRE
           : strcmp(status, "rejected") == 0 ? ORDER_EVENT_REJECT
                                             : ORDER_EVENT_COUNT;
}

static bool is_settled(const told_order *t, const char *status, const char *shown)
{
    const order_row *o = &t->order;
    bool done = o->state.progress == ORDER_PROGRESS_FULL && o->state.pending == ORDER_PENDING_NONE;
    int64_t as_of_us = t->plan->request->as_of_us;
    int64_t since_us = o->has_submitted ? o->submitted_us : t->recorded ? o->recorded_us : as_of_us;
    if (strcmp(status, order_lifecycle_name(o->state.lifecycle)) == 0 || strcmp(status, shown) == 0)
        return true;
    return strcmp(status, "not_found") == 0 && (!is_live(&o->state) || done || since_us > as_of_us);
}

dbk_err *mend_status(told_order *t, const char *status)
{
    static const char in_doubt[] = "what became of the request is in doubt, and the venue does not know the "
                                   "order: ask again, or decide with trading.fn_resolve_order()";
    mending *p = t->plan;
    const order_row *o = &t->order;
    reconcile_step step = told_step(t, "status", status);
    step.said.detail = t->entry->reason;
    if (is_settled(t, status, step.said.book))
        return NULL;
    order_event event;
    if (strcmp(status, "not_found") == 0) {
        event = event_not_found(o);
        if (event == ORDER_EVENT_COUNT)
            return mend_undecided(p, &step, "needs_evidence", in_doubt);
        if (!step.said.detail)
            step.said.detail = "the venue was asked about this order and does not know it";
    } else if (venue_says_open(status)) {
        bool done = o->state.progress == ORDER_PROGRESS_FULL && o->state.pending == ORDER_PENDING_NONE;
        if (is_live(&o->state) && !done)
            return mend_works(t, status);
        return mend_undecided(p, &step, "needs_decision",
                              "the venue works on an order that is closed in the book");
    } else {
        event = event_leading_to(o, status);
    }
    const char *terms[TERM_COUNT] = {event == ORDER_EVENT_REPLACE ? mend_wide(p, o->cum_qty) : NULL};
    if (event != ORDER_EVENT_COUNT && is_legal(event, &o->state))
        return mend_event(t, &step, event, true, terms);
    const char *const why[] = {"the order cannot take this from the state it is in", step.said.detail};
    return mend_undecided(p, &step, "needs_decision", mend_join(p, ": ", why, 2));
}
