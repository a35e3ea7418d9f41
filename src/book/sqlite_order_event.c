/* sqlite_order_event.c: what happens to an order besides its submission and its fills. */
#include <string.h>

#include "book/request.h"
#include "book/sqlite_book_sql.h"
#include "book/sqlite_order.h"

/* An event as it was received. */
typedef struct received {
    const dbk_order_event *request;
    order_event event;
    const char *name;
    maybe_amount terms[TERM_COUNT];
    int64_t occurred_us;
    const char *refusal_code, *refusal_detail;
} received;

static bool same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static int count_terms(const maybe_amount terms[TERM_COUNT])
{
    return terms[TERM_QTY].known + terms[TERM_PRICE].known + terms[TERM_STOP_PRICE].known;
}

static dbk_err *check_terms(const received *r)
{
    int count = count_terms(r->terms);
    bool fits =
        r->event == ORDER_EVENT_REPLACE_REQUEST ? count > 0 : r->event == ORDER_EVENT_REPLACE || count == 0;
    return fits ? NULL
                : argument_malformed(
                      "A replace_request has at least one of qty, price and stop_price, a replace what the "
                      "venue says of them, any other event none.",
                      "qty, price and stop_price do not fit the event %s", r->name);
}

static dbk_err *read_event(sqlite_call *c, const dbk_order_event *request, received *out)
{
    *out = (received){.request = request,
                      .name = request_order_event_name(request->kind),
                      .occurred_us = request->occurred_us ? request->occurred_us : c->now_us};
    if (!out->name || !order_event_find(out->name, &out->event))
        return argument_malformed(NULL, "kind is %d, which is no event of an order", (int)request->kind);
    dbk_err *e = require_positive("qty", request->qty, false, &out->terms[TERM_QTY]);
    if (!e)
        e = require_positive("price", request->price, false, &out->terms[TERM_PRICE]);
    if (!e)
        e = require_positive("stop_price", request->stop_price, false, &out->terms[TERM_STOP_PRICE]);
    if (!e)
        e = require_length("exchange_order_id", request->exchange_order_id, 200);
    if (!e)
        e = require_length("reason", request->reason, 2000);
    return e ? e : check_terms(out);
}

/* ---- answers ---- */

static bool amount_is(sq *q, int column, maybe_amount value)
{
    return maybe_amount_equal(sq_get_amount(q, column), value);
}

static const char *event_conflict(sq *q, const received *r, const dbk_uuid *order_id)
{
    const dbk_order_event *e = r->request;
    return !uuid_equal(order_id, &e->order_id)                    ? "order_id"
           : !same(sqlite_text(q->stmt, 2), r->name)              ? "event"
           : !same(sqlite_text(q->stmt, 5), e->exchange_order_id) ? "exchange_order_id"
           : !same(sqlite_text(q->stmt, 6), e->reason)            ? "reason"
           : !amount_is(q, 7, r->terms[TERM_QTY])                 ? "qty"
           : !amount_is(q, 8, r->terms[TERM_PRICE])               ? "price"
           : !amount_is(q, 9, r->terms[TERM_STOP_PRICE])          ? "stop_price"
           : !sqlite_is_null(q->stmt, 10)                         ? "decided_by"
                                                                  : NULL;
}

/* *found is false when the event is new. */
static dbk_err *answer_known(sqlite_call *c, const received *r, dbk_order_answer *out, bool *found)
{
    sq q = sq_of(c, sqlite_book_order_event_get);
    sq_uuid(&q, &r->request->account_id);
    sq_uuid(&q, &r->request->event_id);
    dbk_err *e = sq_row(&q, found);
    if (e || !*found)
        return e;
    *out = (dbk_order_answer){.version = sq_get_int8(&q, 1), .status = sq_get_text(&q, 4)};
    sq_get_uuid(&q, 0, &out->answer.id);
    bool refused = same(sqlite_text(q.stmt, 3), "refused");
    out->answer.conflict_field = event_conflict(&q, r, &out->answer.id);
    out->answer.outcome = out->answer.conflict_field ? DBK_CONFLICT : refused ? DBK_REFUSED : DBK_REPLAYED;
    if (out->answer.outcome == DBK_REFUSED) {
        out->answer.refusal_code = sq_get_text(&q, 11);
        out->answer.refusal_detail = sq_get_text(&q, 12);
    }
    return sq_done(&q);
}

/* ---- refusals ---- */

/* A request for other terms is measured as a submission is. */
static dbk_err *refuse_terms(sqlite_call *c, received *r, const order_row *o)
{
    account_row account;
    instrument_row instrument;
    dbk_err *e = account_get(c, &o->account_id, &account);
    if (!e)
        e = instrument_get(c, &o->instrument_id, &instrument);
    if (e)
        return e;
    bool limited = o->type && (strcmp(o->type, "limit") == 0 || strcmp(o->type, "stop_limit") == 0);
    bool stopped = o->type && (strcmp(o->type, "stop") == 0 || strcmp(o->type, "stop_limit") == 0);
    if (!account.is_open) {
        r->refusal_code = "account_closed";
        r->refusal_detail = "the account is closed";
        return NULL;
    }
    if (o->type &&
        ((r->terms[TERM_PRICE].known && !limited) || (r->terms[TERM_STOP_PRICE].known && !stopped))) {
        r->refusal_code = "order_type";
        r->refusal_detail = arena_printf(c->a, "an order of type %s has no such price", o->type);
        return r->refusal_detail ? NULL : err_oom();
    }
    return order_off_grid(c, r->terms, &instrument, &r->refusal_code, &r->refusal_detail);
}

/* What cannot be is said before what may not be. */
static dbk_err *find_refusal(sqlite_call *c, received *r, const order_row *o, bool legal)
{
    if (!legal) {
        r->refusal_code = "illegal_transition";
        r->refusal_detail = arena_printf(c->a, "an order that is %s cannot take the event %s",
                                         order_status(&o->state), r->name);
        return r->refusal_detail ? NULL : err_oom();
    }
    if (r->event == ORDER_EVENT_REPLACE && o->state.pending != ORDER_PENDING_REPLACE &&
        count_terms(r->terms) == 0) {
        r->refusal_code = "terms_missing";
        r->refusal_detail =
            "no replace is under way that says what is in force now: say the quantity or the prices";
        return NULL;
    }
    return r->event == ORDER_EVENT_REPLACE_REQUEST ? refuse_terms(c, r, o) : NULL;
}

/* ---- recording ---- */

static dbk_err *insert_event(sqlite_call *c, const received *r, const order_row *o)
{
    const dbk_order_event *request = r->request;
    sq q = sq_of(c, sqlite_book_order_event_insert);
    sq_uuid(&q, &request->account_id);
    sq_uuid(&q, &request->event_id);
    sq_uuid(&q, &request->order_id);
    sq_int8(&q, o->version);
    sq_text(&q, r->name);
    sq_text(&q, r->refusal_code ? "refused" : "created");
    sq_text(&q, order_status(&o->state));
    sq_text(&q, request->exchange_order_id);
    sq_text(&q, request->reason);
    for (int i = 0; i < TERM_COUNT; i++)
        sq_amount(&q, r->terms[i]);
    sq_text(&q, NULL);
    sq_text(&q, r->refusal_code);
    sq_text(&q, r->refusal_detail);
    sq_int8(&q, r->occurred_us);
    sq_int8(&q, c->now_us);
    sq_ctx(&q);
    return sq_run(&q);
}

static dbk_err *emit(sqlite_call *c, const received *r, const order_row *o, const char *type, payload *p)
{
    return sqlite_emit(c, &(book_event){.type = type,
                                        .aggregate = &o->order_id,
                                        .version = o->version,
                                        .payload = p,
                                        .has_occurred = true,
                                        .occurred_us = r->occurred_us,
                                        .account_id = &o->account_id});
}

/* Only the count of events moves, so that the log of the order has no gap. */
static dbk_err *write_refusal(sqlite_call *c, const received *r, order_row *o)
{
    dbk_err *e = order_update(c, o);
    if (e)
        return e;
    payload *detail = payload_new(c), *p = payload_new(c);
    payload_uuid(detail, "event_id", &r->request->event_id);
    payload_text(detail, "event", r->name);
    payload_text(detail, "detail", r->refusal_detail);
    e = sqlite_audit(c, &(audit_entry){.action = "trading.record_order_event",
                                       .subject_type = "order",
                                       .subject = &o->order_id,
                                       .account_id = &o->account_id,
                                       .outcome = "refused",
                                       .code = r->refusal_code,
                                       .detail = detail});
    if (e)
        return e;
    payload_uuid(p, "order_id", &o->order_id);
    payload_uuid(p, "event_id", &r->request->event_id);
    payload_text(p, "event", r->name);
    payload_text(p, "status", order_status(&o->state));
    payload_text(p, "refusal_code", r->refusal_code);
    payload_text(p, "refusal_detail", r->refusal_detail);
    return emit(c, r, o, "trading.request_refused", p);
}

/* What is asked for, or in force now. */
static void put_terms(payload *p, const maybe_amount terms[TERM_COUNT])
{
    payload_amount(p, "qty", terms[TERM_QTY]);
    payload_amount(p, "price", terms[TERM_PRICE]);
    payload_amount(p, "stop_price", terms[TERM_STOP_PRICE]);
}

static dbk_err *write_event(sqlite_call *c, const received *r, order_row *o)
{
    dbk_err *e = order_update(c, o);
    if (e)
        return e;
    payload *p = payload_new(c);
    payload_uuid(p, "order_id", &o->order_id);
    payload_uuid(p, "event_id", &r->request->event_id);
    payload_text(p, "status", order_status(&o->state));
    payload_bool(p, "outcome_unknown", o->state.outcome_unknown);
    payload_text(p, "exchange_order_id", r->request->exchange_order_id);
    payload_text(p, "reason", r->request->reason);
    if (r->event == ORDER_EVENT_REPLACE_REQUEST)
        put_terms(p, o->requested);
    else if (r->event == ORDER_EVENT_REPLACE)
        put_terms(p, o->working);
    return emit(c, r, o, order_event_type(r->event), p);
}

static void change_terms(order_row *o, const received *r)
{
    if (r->event == ORDER_EVENT_REPLACE_REQUEST)
        memcpy(o->requested, r->terms, sizeof(o->requested));
    for (int i = 0; r->event == ORDER_EVENT_REPLACE && i < TERM_COUNT; i++)
        if (r->terms[i].known || o->requested[i].known)
            o->working[i] = r->terms[i].known ? r->terms[i] : o->requested[i];
}

static dbk_err *apply(sqlite_call *c, received *r, order_row *o)
{
    order_state after;
    bool legal = order_next(r->event, &o->state, &after);
    dbk_err *e = find_refusal(c, r, o, legal);
    if (e)
        return e;
    o->version++;
    if (!r->refusal_code) {
        o->state = after;
        change_terms(o, r);
        order_settle(o);
    }
    e = insert_event(c, r, o);
    if (e || r->refusal_code)
        return e ? e : write_refusal(c, r, o);
    if (r->request->exchange_order_id)
        o->exchange_order_id = r->request->exchange_order_id;
    return write_event(c, r, o);
}

dbk_err *sqlite_order_record(sqlite_call *c, const void *request, void *result)
{
    const dbk_order_event *event = request;
    dbk_order_answer *out = result;
    received r;
    order_row o;
    account_row account;
    bool found;
    dbk_err *e = read_event(c, event, &r);
    if (!e)
        e = account_get(c, &event->account_id, &account);
    if (!e)
        e = order_get(c, &event->account_id, &event->order_id, &o, &found);
    if (e)
        return e;
    if (!found) {
        char text[UUID_TEXT_SIZE];
        uuid_format(&event->order_id, text);
        return argument_unknown("Submit the order first with dbk_order_submit().",
                                "order_id is %s, which is no order of the account", text);
    }
    e = answer_known(c, &r, out, &found);
    if (!e && !found)
        e = apply(c, &r, &o);
    if (e || found)
        return e;
    *out = (dbk_order_answer){.answer = {.outcome = r.refusal_code ? DBK_REFUSED : DBK_CREATED,
                                         .id = o.order_id,
                                         .refusal_code = r.refusal_code,
                                         .refusal_detail = r.refusal_detail},
                              .status = order_status(&o.state),
                              .version = o.version};
    return NULL;
}
