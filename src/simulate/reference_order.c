/* The order machine, as questions about what happened to an order: the latest thing that bears on a question
 * answers it. */
#include <assert.h>
#include <string.h>

#include "simulate/reference_int.h"

/* ---- what is known of an order ---- */

static const char *const ended_by[] = {
    [HAPPENED_REJECT] = "rejected",
    [HAPPENED_CANCEL] = "canceled",
    [HAPPENED_EXPIRE] = "expired",
    [HAPPENED_BUST_ENDS] = "canceled",
};

static const char *end_of(const ref_order *o)
{
    if (o->refusal_code)
        return "denied";
    for (const ref_happening *h = o->last; h; h = h->before)
        if (ended_by[h->what])
            return ended_by[h->what];
    return NULL;
}

bool ref_order_lives(const ref_order *o)
{
    return !end_of(o);
}

static bool happened(const ref_order *o, ref_happened what)
{
    for (const ref_happening *h = o->last; h; h = h->before)
        if (h->what == what)
            return true;
    return false;
}

const char *ref_order_lifecycle(const ref_order *o)
{
    const char *end = end_of(o);
    return end                                 ? end
           : happened(o, HAPPENED_TRIGGER)     ? "triggered"
           : happened(o, HAPPENED_ACKNOWLEDGE) ? "accepted"
                                               : "submitted";
}

/* The latest request that nothing after it answered. A replace answers what was asked for unless that is a
 * cancel. */
static const ref_happening *open_request(const ref_order *o)
{
    for (const ref_happening *h = o->last; h; h = h->before) {
        bool request = h->what == HAPPENED_CANCEL_REQUEST || h->what == HAPPENED_REPLACE_REQUEST;
        bool for_cancel = h->request && h->request->what == HAPPENED_CANCEL_REQUEST;
        bool answers = ended_by[h->what] || h->what == HAPPENED_CANCEL_REJECT ||
                       h->what == HAPPENED_REPLACE_REJECT || (h->what == HAPPENED_REPLACE && !for_cancel);
        if (request)
            return h;
        if (answers)
            return NULL;
    }
    return NULL;
}

ref_request ref_order_request(const ref_order *o)
{
    const ref_happening *h = open_request(o);
    return !h ? REQUEST_NONE : h->what == HAPPENED_CANCEL_REQUEST ? REQUEST_CANCEL : REQUEST_REPLACE;
}

bool ref_order_in_doubt(const ref_order *o)
{
    for (const ref_happening *h = o->last; h; h = h->before) {
        if (h->what == HAPPENED_OUTCOME_UNKNOWN)
            return true;
        if (h->settles)
            return false;
    }
    return false;
}

/* What the venue put in force last; where it did not say, what it had been asked for. */
const rational *ref_order_term(const ref_order *o, ref_term term)
{
    for (const ref_happening *h = o->last; h; h = h->before) {
        if (h->what != HAPPENED_REPLACE)
            continue;
        if (h->terms[term])
            return h->terms[term];
        if (h->request && h->request->what == HAPPENED_REPLACE_REQUEST && h->request->terms[term])
            return h->request->terms[term];
    }
    return o->asked[term];
}

const rational *ref_order_requested(const ref_order *o, ref_term term)
{
    const ref_happening *h = open_request(o);
    return h && h->what == HAPPENED_REPLACE_REQUEST ? h->terms[term] : NULL;
}

const rational *ref_order_cum_qty(reference *r, const ref_order *o)
{
    const rational *sum = rational_zero;
    for (const ref_fill *f = o->fills; f; f = f->before_of_order) {
        ref_terms t = ref_fill_terms(r, f);
        if (!t.busted)
            sum = rational_add(r->desk, sum, t.qty);
    }
    return sum;
}

const rational *ref_order_cum_value(reference *r, const ref_order *o)
{
    const rational *sum = rational_zero;
    for (const ref_fill *f = o->fills; f; f = f->before_of_order) {
        ref_terms t = ref_fill_terms(r, f);
        if (!t.busted)
            sum = rational_add(r->desk, sum, rational_mul(r->desk, t.qty, t.price));
    }
    return sum;
}

static bool is_full(const ref_order *o, const rational *cum_qty)
{
    const rational *qty = ref_order_term(o, TERM_QTY);
    return qty && rational_compare(cum_qty, qty) >= 0;
}

const char *ref_order_status(reference *r, const ref_order *o)
{
    const char *end = end_of(o);
    const rational *cum_qty = ref_order_cum_qty(r, o);
    bool full = is_full(o, cum_qty);
    if (end)
        return full && (strcmp(end, "canceled") == 0 || strcmp(end, "expired") == 0) ? "filled" : end;
    switch (ref_order_request(o)) {
    case REQUEST_CANCEL:
        return "pending_cancel";
    case REQUEST_REPLACE:
        return "pending_replace";
    case REQUEST_NONE:
        break;
    }
    return full ? "filled" : rational_sign(cum_qty) > 0 ? "partially_filled" : ref_order_lifecycle(o);
}

bool ref_order_is_open(reference *r, const ref_order *o)
{
    return !end_of(o) && (ref_order_request(o) != REQUEST_NONE || !is_full(o, ref_order_cum_qty(r, o)));
}

/* ---- what may happen to it ---- */

static bool may_happen(reference *r, const ref_order *o, ref_happened what)
{
    ref_request request = ref_order_request(o);
    const rational *cum_qty = ref_order_cum_qty(r, o);
    bool untouched = rational_sign(cum_qty) == 0 && !is_full(o, cum_qty);
    bool done = request == REQUEST_NONE && is_full(o, cum_qty);
    bool unheard = strcmp(ref_order_lifecycle(o), "submitted") == 0;
    bool triggered = happened(o, HAPPENED_TRIGGER);
    if (end_of(o))
        return false;
    switch (what) {
    case HAPPENED_ACKNOWLEDGE:
        return unheard;
    case HAPPENED_TRIGGER:
        return !triggered && (!unheard || o->origin == ORIGIN_EXTERNAL) &&
               (request == REQUEST_REPLACE || (request == REQUEST_NONE && untouched));
    case HAPPENED_REJECT:
        return request != REQUEST_REPLACE && untouched;
    case HAPPENED_CANCEL_REQUEST:
    case HAPPENED_CANCEL:
    case HAPPENED_REPLACE:
        return !done;
    case HAPPENED_CANCEL_REJECT:
        return request == REQUEST_CANCEL;
    case HAPPENED_REPLACE_REQUEST:
        return request == REQUEST_NONE && !done;
    case HAPPENED_REPLACE_REJECT:
        return request == REQUEST_REPLACE;
    case HAPPENED_EXPIRE:
        return !done && !(unheard && request == REQUEST_NONE && untouched && o->origin != ORIGIN_EXTERNAL);
    case HAPPENED_OUTCOME_UNKNOWN:
        return request != REQUEST_NONE || (unheard && untouched);
    case HAPPENED_FILL:
    case HAPPENED_BUST_ENDS:
        break;
    }
    return true;
}

/* Whether the event is word from the venue about what was in doubt: that the order is there, or what became
 * of the request. An answer to a request for an order of which nothing was heard tells neither. */
static bool settles(reference *r, const ref_order *o, ref_happened what)
{
    ref_request request = ref_order_request(o);
    const rational *cum_qty = ref_order_cum_qty(r, o);
    bool unheard = strcmp(ref_order_lifecycle(o), "submitted") == 0 && rational_sign(cum_qty) == 0 &&
                   !is_full(o, cum_qty);
    switch (what) {
    case HAPPENED_FILL:
    case HAPPENED_ACKNOWLEDGE:
    case HAPPENED_TRIGGER:
        return request == REQUEST_NONE;
    case HAPPENED_REJECT:
    case HAPPENED_CANCEL:
    case HAPPENED_EXPIRE:
    case HAPPENED_BUST_ENDS:
        return true;
    case HAPPENED_CANCEL_REJECT:
    case HAPPENED_REPLACE_REJECT:
        return !unheard;
    case HAPPENED_REPLACE:
        return request != REQUEST_CANCEL;
    case HAPPENED_CANCEL_REQUEST:
    case HAPPENED_REPLACE_REQUEST:
    case HAPPENED_OUTCOME_UNKNOWN:
        break;
    }
    return false;
}

void ref_order_happens(reference *r, ref_order *o, ref_happened what, const rational *const *terms)
{
    ref_happening *h = REF_NEW(r, ref_happening);
    *h = (ref_happening){
        .before = o->last, .what = what, .request = open_request(o), .settles = settles(r, o, what)};
    for (size_t i = 0; terms && i < TERM_COUNT; i++)
        h->terms[i] = terms[i];
    o->last = h;
}

void ref_order_loses(reference *r, ref_order *o, const rational *with, const rational *rest,
                     const rational *leaves)
{
    bool left = leaves && rational_sign(leaves) > 0;
    if (!end_of(o) && is_full(o, with) && !is_full(o, rest) && !left)
        ref_order_happens(r, o, HAPPENED_BUST_ENDS, NULL);
}

/* ---- submissions and imports ---- */

ref_order *ref_find_order(const reference *r, const ref_account *account, const dbk_uuid *id)
{
    for (ref_order *o = r->orders; o; o = o->next)
        if (o->account == account && ref_id_is(&o->id, id))
            return o;
    return NULL;
}

static ref_order *find_by_key(const reference *r, const ref_account *account, const char *key)
{
    for (ref_order *o = r->orders; key && o; o = o->next)
        if (o->account == account && ref_same(o->idempotency_key, key))
            return o;
    return NULL;
}

ref_order *ref_new_order(reference *r, ref_account *account, const dbk_uuid *id)
{
    ref_order *o = REF_NEW(r, ref_order);
    *o = (ref_order){.next = r->orders, .account = account, .id = *id, .version = 1};
    r->orders = o;
    return o;
}

static bool is_on_grid(reference *r, const rational *x, const char *step)
{
    return !x || !step || rational_is_integer(rational_div(r->desk, x, rational_of_text(r->desk, step)));
}

static const char *off_grid(reference *r, const market_instrument *i, const rational *const *terms)
{
    if (!is_on_grid(r, terms[TERM_QTY], i->lot_size))
        return "lot_size";
    return is_on_grid(r, terms[TERM_PRICE], i->tick_size) && is_on_grid(r, terms[TERM_STOP], i->tick_size)
               ? NULL
               : "tick_size";
}

/* The request of a submission or an import. */
typedef struct asked {
    const market_instrument *instrument;
    const char *side, *position_key, *type, *time_in_force;
    const rational *terms[TERM_COUNT];
} asked;

static asked asked_of(reference *r, const dbk_uuid *instrument_id, const char *qty, const char *price,
                      const char *stop)
{
    asked a = {.instrument = market_find(instrument_id)};
    a.terms[TERM_QTY] = rational_of_text(r->kept, qty);
    a.terms[TERM_PRICE] = rational_of_text(r->kept, price);
    a.terms[TERM_STOP] = rational_of_text(r->kept, stop);
    return a;
}

static const char *other_place(const ref_order *o, const asked *a)
{
    return o->instrument != a->instrument                  ? "instrument_id"
           : strcmp(o->side, a->side) != 0                 ? "side"
           : strcmp(o->position_key, a->position_key) != 0 ? "position_key"
                                                           : NULL;
}

static const char *other_terms(const ref_order *o, const asked *a)
{
    return ref_differ_text(o->type, a->type)                                   ? "type"
           : ref_differ(o->asked[TERM_QTY], a->terms[TERM_QTY])                ? "qty"
           : o->type && !ref_equal(o->asked[TERM_PRICE], a->terms[TERM_PRICE]) ? "price"
           : o->type && !ref_equal(o->asked[TERM_STOP], a->terms[TERM_STOP])   ? "stop_price"
           : ref_differ_text(o->time_in_force, a->time_in_force)               ? "time_in_force"
                                                                               : NULL;
}

static void describe(ref_order *o, const asked *a)
{
    o->instrument = a->instrument;
    o->side = a->side;
    o->position_key = a->position_key;
    o->type = a->type;
    o->time_in_force = a->time_in_force;
    memcpy(o->asked, a->terms, sizeof(o->asked));
}

static void answer_order(reference *r, const ref_order *o, answer *out)
{
    out->id = o->id;
    out->status = ref_order_status(r, o);
    out->version = o->version;
}

static void submit_known(reference *r, ref_order *o, const dbk_order *told, const asked *a, answer *out)
{
    bool external = o->origin == ORIGIN_EXTERNAL;
    bool by_id = ref_id_is(&o->id, &told->order_id);
    const char *differs = other_place(o, a);
    if (!differs && external && find_by_key(r, o->account, told->idempotency_key))
        differs = "idempotency_key";
    if (!differs)
        differs = other_terms(o, a);
    if (!differs && !external && !ref_same_run(o->run_id, told->run_id))
        differs = "run_id";
    if (!differs && !external && by_id && !ref_same(o->idempotency_key, told->idempotency_key))
        differs = "idempotency_key";
    out->conflict_field = differs;
    out->outcome = differs ? "conflict" : "replayed";
    if (!differs && external) {
        describe(o, a);
        o->origin = ORIGIN_CLAIMED;
        o->idempotency_key = told->idempotency_key;
        o->run_id = told->run_id;
        o->submitted_us = told->submitted_us;
        o->version++;
        /* It is at the venue: it counts, whatever the caps say. */
        o->counts = ref_cap_count(r, o, told->reference_price);
        out->outcome = "created";
    } else if (!differs && o->refusal_code) {
        out->outcome = "refused";
        out->refusal_code = o->refusal_code;
        out->numbers = o->refusal_numbers;
    }
    answer_order(r, o, out);
}

void ref_take_submission(reference *r, const dbk_order *told, answer *out)
{
    ref_account *account = ref_find_account(r, &told->account_id);
    if (ref_is_stranger(r, account) || !ref_knows_run(r, &told->account_id, told->run_id)) {
        *out = (answer){.outcome = "error", .error = "TB002"};
        return;
    }
    asked a = asked_of(r, &told->instrument_id, told->qty, told->price, told->stop_price);
    a.side = told->side;
    a.type = told->type;
    a.time_in_force = told->time_in_force ? told->time_in_force : "gtc";
    a.position_key = ref_key(told->position_key);
    ref_order *o = ref_find_order(r, account, &told->order_id);
    if (!o)
        o = find_by_key(r, account, told->idempotency_key);
    if (o) {
        submit_known(r, o, told, &a, out);
        return;
    }
    o = ref_new_order(r, account, &told->order_id);
    describe(o, &a);
    o->idempotency_key = told->idempotency_key;
    o->run_id = told->run_id;
    o->submitted_us = told->submitted_us;
    o->refusal_code = ref_stopped(r, account, false);
    if (!o->refusal_code)
        o->refusal_code = account->closed ? "account_closed" : off_grid(r, a.instrument, a.terms);
    if (!o->refusal_code) {
        ref_verdict caps = ref_cap_order(r, o, told->reference_price);
        o->refusal_code = caps.code;
        o->refusal_numbers = caps.numbers;
        o->counts = caps.counts;
    }
    out->numbers = o->refusal_numbers;
    out->outcome = o->refusal_code ? "refused" : "created";
    out->refusal_code = o->refusal_code;
    answer_order(r, o, out);
}

void ref_take_import(reference *r, const dbk_external_order *told, answer *out)
{
    ref_account *account = ref_find_account(r, &told->account_id);
    asked a = asked_of(r, &told->instrument_id, told->qty, told->price, told->stop_price);
    a.side = told->side;
    a.type = told->type;
    a.time_in_force = told->time_in_force;
    a.position_key = ref_key(told->position_key);
    ref_order *o = ref_find_order(r, account, &told->order_id);
    bool is_new = !o;
    if (is_new) {
        o = ref_new_order(r, account, &told->order_id);
        o->origin = ORIGIN_EXTERNAL;
    } else {
        const char *differs = other_place(o, &a);
        if (!differs)
            differs = other_terms(o, &a);
        if (!differs && ref_differ_text(o->exchange_order_id, told->exchange_order_id))
            differs = "exchange_order_id";
        out->conflict_field = differs;
        out->outcome = differs ? "conflict" : o->type ? "replayed" : "created";
    }
    if (is_new || strcmp(out->outcome, "created") == 0) {
        out->outcome = "created";
        if (may_happen(r, o, HAPPENED_ACKNOWLEDGE))
            ref_order_happens(r, o, HAPPENED_ACKNOWLEDGE, NULL);
        describe(o, &a);
        o->submitted_us = told->submitted_us;
        if (!o->exchange_order_id)
            o->exchange_order_id = told->exchange_order_id;
        o->version += !is_new;
        ref_note_import(r, o);
    }
    answer_order(r, o, out);
}

/* ---- events ---- */

static bool is_request(dbk_order_event_kind kind)
{
    return kind == DBK_CANCEL_REQUEST || kind == DBK_REPLACE_REQUEST;
}

static const char *refusal(reference *r, const ref_order *o, const dbk_order_event *told,
                           const rational *const *terms)
{
    bool says_terms = terms[TERM_QTY] || terms[TERM_PRICE] || terms[TERM_STOP];
    if (!may_happen(r, o, (ref_happened)told->kind))
        return "illegal_transition";
    if (told->kind == DBK_REPLACE && ref_order_request(o) != REQUEST_REPLACE && !says_terms)
        return "terms_missing";
    const char *stopped =
        is_request(told->kind) ? ref_stopped(r, o->account, told->kind == DBK_CANCEL_REQUEST) : NULL;
    if (stopped || told->kind != DBK_REPLACE_REQUEST)
        return stopped;
    if (o->account->closed)
        return "account_closed";
    bool has_price = !o->type || strcmp(o->type, "limit") == 0 || strcmp(o->type, "stop_limit") == 0;
    bool has_stop = !o->type || strncmp(o->type, "stop", 4) == 0;
    if ((terms[TERM_PRICE] && !has_price) || (terms[TERM_STOP] && !has_stop))
        return "order_type";
    return off_grid(r, o->instrument, terms);
}

static const ref_event *find_event(const reference *r, const ref_account *account, const dbk_uuid *id)
{
    for (const ref_event *e = r->events; e; e = e->next)
        if (e->order->account == account && ref_id_is(&e->told->event_id, id))
            return e;
    return NULL;
}

static void answer_event(const ref_event *e, answer *out)
{
    out->id = e->order->id;
    out->status = e->status;
    out->version = e->version;
    if (strcmp(out->outcome, "conflict") != 0 && e->refusal_code) {
        out->outcome = "refused";
        out->refusal_code = e->refusal_code;
        out->numbers = e->refusal_numbers;
    }
}

static const char *other_event(const ref_event *e, const ref_order *o, const dbk_order_event *told,
                               const rational *const *terms)
{
    return e->order != o                                                    ? "order_id"
           : e->told->kind != told->kind                                    ? "event"
           : !ref_same(e->told->exchange_order_id, told->exchange_order_id) ? "exchange_order_id"
           : !ref_same(e->told->reason, told->reason)                       ? "reason"
           : !ref_equal(e->terms[TERM_QTY], terms[TERM_QTY])                ? "qty"
           : !ref_equal(e->terms[TERM_PRICE], terms[TERM_PRICE])            ? "price"
           : !ref_equal(e->terms[TERM_STOP], terms[TERM_STOP])              ? "stop_price"
                                                                            : NULL;
}

void ref_take_event(reference *r, const dbk_order_event *told, answer *out)
{
    const ref_account *account = ref_find_account(r, &told->account_id);
    ref_order *o = ref_find_order(r, account, &told->order_id);
    if (!o || (is_request(told->kind) && ref_is_stranger(r, account))) {
        *out = (answer){.outcome = "error", .error = "TB002"};
        return;
    }
    const rational *terms[TERM_COUNT] = {rational_of_text(r->kept, told->qty),
                                         rational_of_text(r->kept, told->price),
                                         rational_of_text(r->kept, told->stop_price)};
    const ref_event *known = find_event(r, account, &told->event_id);
    if (known) {
        out->conflict_field = other_event(known, o, told, terms);
        out->outcome = out->conflict_field ? "conflict" : "replayed";
        answer_event(known, out);
        return;
    }
    ref_event *e = REF_NEW(r, ref_event);
    *e = (ref_event){.next = r->events, .order = o, .told = told, .version = ++o->version};
    memcpy(e->terms, terms, sizeof(terms));
    e->refusal_code = refusal(r, o, told, terms);
    if (!e->refusal_code && told->kind == DBK_REPLACE_REQUEST) {
        ref_verdict caps = ref_cap_replace(r, o, terms);
        e->refusal_code = caps.code;
        e->refusal_numbers = caps.numbers;
        o->counts = caps.counts ? caps.counts : o->counts;
    }
    e->stale = !is_request(told->kind) && ref_is_stale(r, account);
    r->events = e;
    if (!e->refusal_code) {
        ref_order_happens(r, o, (ref_happened)told->kind, terms);
        if (told->exchange_order_id)
            o->exchange_order_id = told->exchange_order_id;
    }
    e->status = ref_order_status(r, o);
    out->outcome = "created";
    answer_event(e, out);
}
