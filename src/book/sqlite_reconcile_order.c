/* sqlite_reconcile_order.c: what the venue tells of an order against what the book knows, once the fills that
 * were found missing are in. */
#include <string.h>

#include "book/request.h"
#include "book/sqlite_book_sql.h"
#include "book/sqlite_reconcile_int.h"

/* What an entry says of an order, and the order as it is with the planned fills. */
typedef struct told_order {
    mending *plan;
    const venue_entry *entry; /* NULL: the order was not listed */
    bool queried;
    const planned *fills; /* before any step of an order */
    order_row order;
    bool known;    /* to the book, or to a fill: else without a lifecycle */
    bool recorded; /* in the book */
    const char *id, *status;
} told_order;

static bool is_live(const order_state *s)
{
    return s->lifecycle == ORDER_LIFECYCLE_SUBMITTED || s->lifecycle == ORDER_LIFECYCLE_ACCEPTED ||
           s->lifecycle == ORDER_LIFECYCLE_TRIGGERED;
}

bool venue_says_open(const char *status)
{
    return strcmp(status, "open") == 0 || strcmp(status, "triggered") == 0;
}

static reconcile_step step_of(const told_order *t, const char *field, const char *venue)
{
    return (reconcile_step){.said = {.kind = "order",
                                     .subject = t->id,
                                     .field = field,
                                     .book = t->known ? order_status(&t->order.state) : NULL,
                                     .venue = venue,
                                     .ref_id = t->id}};
}

static dbk_err *undecided(mending *p, reconcile_step *step, const char *result, const char *detail)
{
    step->said.result = result;
    step->said.detail = detail;
    return mend_add(p, step);
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

static const char *price_text(mending *p, const maybe_amount terms[TERM_COUNT])
{
    maybe_amount price = terms[TERM_PRICE].known ? terms[TERM_PRICE] : terms[TERM_STOP_PRICE];
    const char *text = mend_amount(p, price);
    return text ? mend_text(p, "@ %s", text) : NULL;
}

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
    reconcile_step step = step_of(t, "terms", NULL);
    step.said.book =
        mend_join(p, " ", (const char *const[]){mend_amount(p, held[TERM_QTY]), price_text(p, held)}, 2);
    step.said.venue =
        mend_join(p, " ", (const char *const[]){mend_amount(p, told[TERM_QTY]), price_text(p, told)}, 2);
    return mend_event(t, &step, ORDER_EVENT_REPLACE, true,
                      (const char *const[]){mend_amount(p, told[TERM_QTY]), mend_amount(p, told[TERM_PRICE]),
                                            mend_amount(p, told[TERM_STOP_PRICE])});
}

/* trading._reconcile_order_works(): it was taken, and these terms are in force. A pending request stays so.
 */
static dbk_err *mend_works(told_order *t, const char *status)
{
    reconcile_step step = step_of(t, "status", status), again = step;
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

/* trading._reconcile_order_status(). */
static dbk_err *mend_status(told_order *t, const char *status)
{
    static const char in_doubt[] = "what became of the request is in doubt, and the venue does not know the "
                                   "order: ask again, or decide with trading.fn_resolve_order()";
    mending *p = t->plan;
    const order_row *o = &t->order;
    reconcile_step step = step_of(t, "status", status);
    step.said.detail = t->entry->reason;
    if (is_settled(t, status, step.said.book))
        return NULL;
    order_event event;
    if (strcmp(status, "not_found") == 0) {
        event = event_not_found(o);
        if (event == ORDER_EVENT_COUNT)
            return undecided(p, &step, "needs_evidence", in_doubt);
        if (!step.said.detail)
            step.said.detail = "the venue was asked about this order and does not know it";
    } else if (venue_says_open(status)) {
        bool done = o->state.progress == ORDER_PROGRESS_FULL && o->state.pending == ORDER_PENDING_NONE;
        if (is_live(&o->state) && !done)
            return mend_works(t, status);
        return undecided(p, &step, "needs_decision",
                         "the venue works on an order that is closed in the book");
    } else {
        event = event_leading_to(o, status);
    }
    const char *terms[TERM_COUNT] = {event == ORDER_EVENT_REPLACE ? mend_wide(p, o->cum_qty) : NULL};
    if (event != ORDER_EVENT_COUNT && is_legal(event, &o->state))
        return mend_event(t, &step, event, true, terms);
    const char *const why[] = {"the order cannot take this from the state it is in", step.said.detail};
    return undecided(p, &step, "needs_decision", mend_join(p, ": ", why, 2));
}

/* ---- what was filled ---- */

/* The reconciled fills of an order that count, the latest first. */
typedef struct one_made {
    dbk_uuid id;
    wide qty, value;
} one_made;

typedef struct made_fills {
    one_made *items;
    size_t count, capacity;
    wide qty, value;
} made_fills;

static dbk_err *add_made(mending *p, const dbk_uuid *fill_id, made_fills *out)
{
    const dbk_uuid *account_id = &p->request->account_id;
    fill_row f;
    amendments amended;
    bool found;
    dbk_err *e = fill_get(p->call, account_id, fill_id, &f, &found);
    if (!e)
        e = amendments_apply(p->call, account_id, fill_id, &f.terms, &amended);
    if (e || amended.busted)
        return e;
    wide qty = wide_of(f.terms.qty);
    one_made made = {*fill_id, qty, wide_mul(qty, wide_of(f.terms.price))};
    out->items[out->count++] = made;
    out->qty = wide_add(out->qty, made.qty);
    out->value = wide_add(out->value, made.value);
    return NULL;
}

static dbk_err *collect_made(told_order *t, made_fills *out)
{
    mending *p = t->plan;
    *out = (made_fills){.count = 0};
    sq q = sq_of(p->call, sqlite_book_reconciled_of_order);
    sq_uuid(&q, &p->request->account_id);
    sq_uuid(&q, &t->order.order_id);
    bool found;
    dbk_err *e = sq_row(&q, &found);
    while (!e && found) {
        dbk_uuid id;
        if (out->count == out->capacity) {
            size_t wanted = out->capacity == 0 ? 16 : 2 * out->capacity;
            one_made *grown = arena_alloc(p->call->a, wanted * sizeof(*grown));
            if (!grown) {
                e = err_oom();
                break;
            }
            if (out->count > 0)
                memcpy(grown, out->items, out->count * sizeof(*grown));
            out->items = grown;
            out->capacity = wanted;
        }
        sq_get_uuid(&q, 0, &id);
        e = add_made(p, &id, out);
        if (!e)
            e = sq_row(&q, &found);
    }
    if (e)
        sq_end(&q);
    return e;
}

static dbk_err *mend_inferred(told_order *t, reconcile_step *step, const made_fills *made, wide missing,
                              wide price)
{
    mending *p = t->plan;
    const order_row *o = &t->order;
    made_fill fill = {.order_id = o->order_id,
                      .instrument_id = o->instrument_id,
                      .position_key = o->position_key,
                      .side = o->side,
                      .qty = missing,
                      .price = price};
    const char *const words[] = {"fill of order",
                                 t->id,
                                 mend_text(p, "%lld", (long long)(o->version + (int64_t)made->count)),
                                 mend_wide(p, missing),
                                 mend_wide(p, price),
                                 NULL};
    dbk_err *e = p->broken ? err_oom() : mend_id(p, &o->instrument_id, words, &fill.fill_id);
    if (e)
        return e;
    step->fill = mend_made(p, &fill);
    step->said.action = "infer_fill";
    step->said.ref_id = mend_uuid(p, &fill.fill_id);
    step->said.detail =
        mend_text(p, "%s %s @ %s stands for fills that the venue did not tell", o->side, words[3], words[4]);
    return mend_add(p, step);
}

static maybe_amount left_working(const order_row *o, decimal filled, bool is_working)
{
    maybe_amount left = {.known = is_working};
    const maybe_amount *qty = &o->working[TERM_QTY];
    if (is_working && qty->known && decimal_compare(qty->value, filled) > 0)
        left.value.units = qty->value.units - filled.units;
    return left;
}

/* They go, and the order is what that makes of it. */
static dbk_err *bust_made(told_order *t, const made_fills *made, maybe_amount leaves_qty)
{
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < made->count; i++) {
        const one_made *m = &made->items[i];
        e = mend_busts(t->plan, &m->id, 1, leaves_qty);
        order_amend(&t->order, true, wide_neg(m->qty), wide_neg(m->value), leaves_qty);
    }
    return e;
}

typedef enum filled_outcome { FILLED_TOLD, FILLED_INFERRED, FILLED_OPEN } filled_outcome;

/* trading._reconcile_order_qty(): what the venue says was filled, less the fills that are known, is what the
 * reconciled fills of the order must come to. They are made anew when they do not: then fills have come in
 * whose place they took. */
static dbk_err *mend_filled(told_order *t, maybe_amount filled, const char *status, filled_outcome *out)
{
    mending *p = t->plan;
    order_row *o = &t->order;
    made_fills made;
    *out = FILLED_TOLD;
    if (!filled.known || wide_equal(wide_of(filled.value), o->cum_qty))
        return NULL;
    dbk_err *e = collect_made(t, &made);
    if (e)
        return e;
    wide told = wide_of(filled.value), price = {.count = 0};
    wide missing = wide_sub(told, wide_sub(o->cum_qty, made.qty));
    maybe_amount avg = t->entry->avg_price;
    if (wide_sign(missing) > 0 && avg.known)
        price = wide_div18(wide_sub(wide_mul(told, wide_of(avg.value)), wide_sub(o->cum_value, made.value)),
                           missing);
    reconcile_step step = step_of(t, "filled_qty", mend_amount(p, filled));
    step.said.book = mend_wide(p, o->cum_qty);
    *out = FILLED_OPEN;
    if (!venue_state_knows(p->request->state, VENUE_FILLS))
        return undecided(p, &step, "needs_evidence", "the venue's fills are not known");
    if (wide_sign(missing) < 0)
        return undecided(p, &step, "needs_decision",
                         "the book has more fills of the order than the venue tells of");
    if (wide_sign(missing) > 0 && wide_sign(price) <= 0)
        return undecided(p, &step, "needs_decision",
                         "the venue's average leads to no price for what is missing");
    e = bust_made(t, &made, left_working(o, filled.value, venue_says_open(status)));
    *out = wide_is_zero(missing) ? FILLED_TOLD : FILLED_INFERRED;
    return e || wide_is_zero(missing) ? e : mend_inferred(t, &step, &made, missing, price);
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
    reconcile_step step = step_of(t, t->known ? "terms" : "row", NULL);
    step.said.venue =
        mend_join(p, " ", (const char *const[]){v->side, v->type, met.qty, price_text(p, terms)}, 4);
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
    reconcile_step step = step_of(t, "row", status);
    return undecided(t->plan, &step, "needs_evidence",
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
            step_of(t, "terms", mend_join(p, " ", (const char *const[]){v->side, v->type}, 2));
        step.said.book = mend_join(p, " ", (const char *const[]){t->order.side, t->order.type}, 2);
        return undecided(p, &step, "needs_decision", "another order stands under this identity");
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
    reconcile_step step = step_of(&t, "status", "not listed");
    return undecided(p, &step, "needs_evidence",
                     "ask the venue about this order: what is not listed is not gone");
}
