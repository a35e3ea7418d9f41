/* sqlite_order.c: submitting orders, taking in those met at the venue, and what happens to them. */
#include "book/sqlite_order.h"

#include <stdio.h>
#include <string.h>

#include "book/sqlite_book_sql.h"

static bool same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* Different, both being known. */
static bool contradicts(const char *a, const char *b)
{
    return a && b && strcmp(a, b) != 0;
}

static bool amounts_contradict(maybe_amount a, maybe_amount b)
{
    return a.known && b.known && decimal_compare(a.value, b.value) != 0;
}

static void fill_unknown(maybe_amount *terms, const maybe_amount *from)
{
    for (int i = 0; i < TERM_COUNT; i++)
        if (!terms[i].known)
            terms[i] = from[i];
}

static void answer_state(const order_row *o, dbk_outcome outcome, dbk_order_answer *out)
{
    *out = (dbk_order_answer){.answer = {.outcome = outcome, .id = o->order_id},
                              .status = order_status(&o->state),
                              .version = o->version};
}

/* ---- arguments ---- */

static const char *const sides[] = {"buy", "sell", NULL};
static const char *const types[] = {"market", "limit", "stop", "stop_limit", NULL};
static const char *const times_in_force[] = {"gtc", "ioc", "fok", "day", "gtd", "post_only", NULL};

static dbk_err *check_prices(const order_row *o)
{
    bool price = strcmp(o->type, "limit") == 0 || strcmp(o->type, "stop_limit") == 0;
    bool stop_price = strcmp(o->type, "stop") == 0 || strcmp(o->type, "stop_limit") == 0;
    if (o->asked[TERM_PRICE].known == price && o->asked[TERM_STOP_PRICE].known == stop_price)
        return NULL;
    return argument_malformed(
        "A limit order has a price, a stop order a stop price, a stop_limit order both, a market "
        "order neither; pass NULL for the rest.",
        "price and stop_price do not fit an order of type %s", o->type);
}

dbk_err *order_check(const order_row *o)
{
    dbk_err *e = require_choice("side", o->side, sides);
    if (!e)
        e = require_choice("type", o->type, types);
    if (!e)
        e = require_choice("time_in_force", o->time_in_force ? o->time_in_force : "gtc", times_in_force);
    if (!e)
        e = require_length("idempotency_key", o->idempotency_key, 200);
    if (!e && o->position_key[0])
        e = require_length("position_key", o->position_key, 200);
    return e ? e : check_prices(o);
}

static dbk_err *read_terms(const char *qty, const char *price, const char *stop_price, bool qty_required,
                           maybe_amount out[TERM_COUNT])
{
    dbk_err *e = require_positive("qty", qty, qty_required, &out[TERM_QTY]);
    if (!e)
        e = require_positive("price", price, false, &out[TERM_PRICE]);
    return e ? e : require_positive("stop_price", stop_price, false, &out[TERM_STOP_PRICE]);
}

static bool is_off(maybe_amount amount, maybe_amount size)
{
    return amount.known && size.known && amount.value.units % size.value.units != 0;
}

dbk_err *order_off_grid(sqlite_call *c, const maybe_amount terms[TERM_COUNT], const instrument_row *i,
                        const char **code, const char **detail)
{
    char amount[DECIMAL_TEXT_SIZE], size[DECIMAL_TEXT_SIZE];
    *code = NULL;
    *detail = NULL;
    if (is_off(terms[TERM_QTY], i->lot_size)) {
        decimal_format(terms[TERM_QTY].value, amount);
        decimal_format(i->lot_size.value, size);
        *code = "lot_size";
        *detail = arena_printf(c->a, "qty %s is not a multiple of lot size %s", amount, size);
    } else if (is_off(terms[TERM_PRICE], i->tick_size) || is_off(terms[TERM_STOP_PRICE], i->tick_size)) {
        decimal_format(terms[is_off(terms[TERM_PRICE], i->tick_size) ? TERM_PRICE : TERM_STOP_PRICE].value,
                       amount);
        decimal_format(i->tick_size.value, size);
        *code = "tick_size";
        *detail = arena_printf(c->a, "price %s is not a multiple of tick size %s", amount, size);
    }
    return *code && !*detail ? err_oom() : NULL;
}

/* ---- events ---- */

static void put_terms(payload *p, const maybe_amount terms[TERM_COUNT])
{
    payload_amount(p, "qty", terms[TERM_QTY]);
    payload_amount(p, "price", terms[TERM_PRICE]);
    payload_amount(p, "stop_price", terms[TERM_STOP_PRICE]);
}

static dbk_err *emit_order(sqlite_call *c, const order_row *o, const char *type, payload *p,
                           bool has_occurred, int64_t occurred_us)
{
    return sqlite_emit(c, &(book_event){.type = type,
                                        .aggregate = &o->order_id,
                                        .version = o->version,
                                        .payload = p,
                                        .has_occurred = has_occurred,
                                        .occurred_us = occurred_us,
                                        .account_id = &o->account_id});
}

static void put_asked(payload *p, const order_row *o)
{
    payload_uuid(p, "order_id", &o->order_id);
    payload_uuid(p, "instrument_id", &o->instrument_id);
    payload_text(p, "position_key", o->position_key);
    payload_text(p, "side", o->side);
    payload_text(p, "type", o->type);
    payload_text(p, "time_in_force", o->time_in_force);
    put_terms(p, o->asked);
}

static dbk_err *emit_submission(sqlite_call *c, const order_row *o)
{
    payload *p = payload_new(c);
    put_asked(p, o);
    payload_uuid(p, "run_id", o->has_run ? &o->run_id : NULL);
    payload_text(p, "idempotency_key", o->idempotency_key);
    payload_text(p, "status", order_status(&o->state));
    payload_text(p, "refusal_code", o->refusal_code);
    payload_text(p, "refusal_detail", o->refusal_detail);
    return emit_order(c, o, o->refusal_code ? "trading.order_denied" : "trading.order_submitted", p,
                      o->has_submitted, o->submitted_us);
}

static dbk_err *emit_import(sqlite_call *c, const order_row *o, const order_row *met)
{
    payload *p = payload_new(c);
    put_asked(p, met);
    payload_text(p, "exchange_order_id", met->exchange_order_id);
    payload_text(p, "status", order_status(&o->state));
    return emit_order(c, o, "trading.order_imported", p, met->has_submitted, met->submitted_us);
}

/* ---- submitting ---- */

/* What was asked for of an external order becomes known: by its owner, or by the venue. */
static dbk_err *describe(sqlite_call *c, order_row *o, const order_row *by)
{
    memcpy(o->asked, by->asked, sizeof(o->asked));
    fill_unknown(o->working, by->asked);
    o->type = by->type;
    o->time_in_force = by->time_in_force;
    o->has_submitted = by->has_submitted;
    o->submitted_us = by->submitted_us;
    o->version++;
    order_settle(o);
    /* What is known goes first: an order that is ours has all its terms. */
    dbk_err *e = order_update(c, o);
    if (e)
        return e;
    sq q = sq_of(c, sqlite_book_order_describe);
    sq_uuid(&q, &o->account_id);
    sq_uuid(&q, &o->order_id);
    sq_text(&q, order_origin_name(o->state.origin));
    sq_uuid(&q, o->has_run ? &o->run_id : NULL);
    sq_text(&q, o->type);
    sq_text(&q, o->time_in_force);
    for (int i = 0; i < TERM_COUNT; i++)
        sq_amount(&q, o->asked[i]);
    sq_text(&q, o->idempotency_key);
    sq_maybe_int8(&q, o->has_submitted, o->submitted_us);
    sq_ctx(&q);
    return sq_run(&q);
}

static dbk_err *find_by_key(sqlite_call *c, const order_row *asked, dbk_uuid *out, bool *found)
{
    *found = false;
    if (!asked->idempotency_key)
        return NULL;
    sq q = sq_of(c, sqlite_book_order_by_key);
    sq_uuid(&q, &asked->account_id);
    sq_text(&q, asked->idempotency_key);
    dbk_err *e = sq_row(&q, found);
    if (e || !*found)
        return e;
    sq_get_uuid(&q, 0, out);
    return sq_done(&q);
}

/* What differs; times and context describe the attempt and not the order. key_taken: the key of an external
 * order's claim names another one. */
static const char *submission_conflict(const order_row *old, const order_row *asked, bool by_id,
                                       bool key_taken)
{
    bool external = old->state.origin == ORDER_ORIGIN_EXTERNAL, described = old->type != NULL;
    if (!uuid_equal(&old->instrument_id, &asked->instrument_id))
        return "instrument_id";
    if (strcmp(old->side, asked->side) != 0)
        return "side";
    if (strcmp(old->position_key, asked->position_key) != 0)
        return "position_key";
    if (external && key_taken)
        return "idempotency_key";
    if (contradicts(old->type, asked->type))
        return "type";
    if (amounts_contradict(old->asked[TERM_QTY], asked->asked[TERM_QTY]))
        return "qty";
    if (described && !maybe_amount_equal(old->asked[TERM_PRICE], asked->asked[TERM_PRICE]))
        return "price";
    if (described && !maybe_amount_equal(old->asked[TERM_STOP_PRICE], asked->asked[TERM_STOP_PRICE]))
        return "stop_price";
    if (contradicts(old->time_in_force, asked->time_in_force))
        return "time_in_force";
    if (external)
        return NULL;
    if (old->has_run != asked->has_run || (old->has_run && !uuid_equal(&old->run_id, &asked->run_id)))
        return "run_id";
    return by_id && !same(old->idempotency_key, asked->idempotency_key) ? "idempotency_key" : NULL;
}

static dbk_err *claim(sqlite_call *c, order_row *old, const order_row *asked, dbk_order_answer *out)
{
    old->state.origin = ORDER_ORIGIN_CLAIMED;
    old->has_run = asked->has_run;
    old->run_id = asked->run_id;
    old->idempotency_key = asked->idempotency_key;
    dbk_err *e = describe(c, old, asked);
    if (!e)
        e = emit_submission(c, old);
    answer_state(old, DBK_CREATED, out);
    return e;
}

static dbk_err *answer_known_order(sqlite_call *c, order_row *old, const order_row *asked, bool by_id,
                                   bool key_taken, dbk_order_answer *out)
{
    const char *field = submission_conflict(old, asked, by_id, key_taken);
    if (!field && old->state.origin == ORDER_ORIGIN_EXTERNAL)
        return claim(c, old, asked, out);
    bool denied = old->state.lifecycle == ORDER_LIFECYCLE_DENIED;
    answer_state(old, field ? DBK_CONFLICT : denied ? DBK_REFUSED : DBK_REPLAYED, out);
    out->answer.conflict_field = field;
    if (!field && denied) {
        out->answer.refusal_code = old->refusal_code;
        out->answer.refusal_detail = old->refusal_detail;
    }
    return NULL;
}

static dbk_err *write_submission(sqlite_call *c, order_row *o, const account_row *account,
                                 const instrument_row *i, dbk_order_answer *out)
{
    dbk_err *e = NULL;
    if (!account->is_open) {
        o->refusal_code = "account_closed";
        o->refusal_detail = "the account is closed";
    } else {
        e = order_off_grid(c, o->asked, i, &o->refusal_code, &o->refusal_detail);
    }
    if (e)
        return e;
    o->state.lifecycle = o->refusal_code ? ORDER_LIFECYCLE_DENIED : ORDER_LIFECYCLE_SUBMITTED;
    memcpy(o->working, o->asked, sizeof(o->working));
    o->version = 1;
    order_settle(o);
    e = order_insert(c, o);
    if (!e)
        e = emit_submission(c, o);
    if (!e && o->refusal_code) {
        payload *detail = payload_new(c);
        payload_text(detail, "detail", o->refusal_detail);
        e = sqlite_audit(c, &(audit_entry){.action = "trading.submit_order",
                                           .subject_type = "order",
                                           .subject = &o->order_id,
                                           .account_id = &o->account_id,
                                           .outcome = "refused",
                                           .code = o->refusal_code,
                                           .detail = detail});
    }
    answer_state(o, o->refusal_code ? DBK_REFUSED : DBK_CREATED, out);
    out->answer.refusal_code = o->refusal_code;
    out->answer.refusal_detail = o->refusal_detail;
    return e;
}

static dbk_err *read_submission(sqlite_call *c, const dbk_order *r, order_row *out)
{
    *out = (order_row){.account_id = r->account_id,
                       .order_id = r->order_id,
                       .instrument_id = r->instrument_id,
                       .has_run = r->run_id != NULL,
                       .position_key = r->position_key ? r->position_key : "",
                       .side = r->side,
                       .type = r->type,
                       .time_in_force = r->time_in_force ? r->time_in_force : "gtc",
                       .idempotency_key = r->idempotency_key,
                       .has_submitted = true,
                       .submitted_us = r->submitted_us ? r->submitted_us : c->now_us,
                       .state = {.origin = ORDER_ORIGIN_LOCAL}};
    if (r->run_id)
        out->run_id = *r->run_id;
    dbk_err *e = read_terms(r->qty, r->price, r->stop_price, true, out->asked);
    return e ? e : order_check(out);
}

dbk_err *sqlite_order_submit(sqlite_call *c, const void *request, void *result)
{
    order_row asked, old;
    account_row account;
    instrument_row instrument;
    dbk_uuid other;
    bool by_id, by_key = false;
    dbk_err *e = read_submission(c, request, &asked);
    if (!e)
        e = account_get(c, &asked.account_id, &account);
    if (!e)
        e = instrument_get(c, &asked.instrument_id, &instrument);
    if (!e && asked.has_run)
        e = require_run(c, &asked.account_id, &asked.run_id);
    if (!e)
        e = require_place(&account, asked.position_key);
    if (!e)
        e = order_get(c, &asked.account_id, &asked.order_id, &old, &by_id);
    if (!e)
        e = find_by_key(c, &asked, &other, &by_key);
    if (!e && !by_id && by_key)
        e = order_get(c, &asked.account_id, &other, &old, &by_key);
    if (e)
        return e;
    return by_id || by_key ? answer_known_order(c, &old, &asked, by_id, by_key, result)
                           : write_submission(c, &asked, &account, &instrument, result);
}

/* ---- met at the venue ---- */

static const char *import_conflict(const order_row *old, const order_row *met)
{
    bool described = old->type != NULL;
    if (!uuid_equal(&old->instrument_id, &met->instrument_id))
        return "instrument_id";
    if (strcmp(old->side, met->side) != 0)
        return "side";
    if (strcmp(old->position_key, met->position_key) != 0)
        return "position_key";
    if (contradicts(old->type, met->type))
        return "type";
    if (amounts_contradict(old->asked[TERM_QTY], met->asked[TERM_QTY]))
        return "qty";
    if (described && !maybe_amount_equal(old->asked[TERM_PRICE], met->asked[TERM_PRICE]))
        return "price";
    if (described && !maybe_amount_equal(old->asked[TERM_STOP_PRICE], met->asked[TERM_STOP_PRICE]))
        return "stop_price";
    if (contradicts(old->time_in_force, met->time_in_force))
        return "time_in_force";
    return contradicts(old->exchange_order_id, met->exchange_order_id) ? "exchange_order_id" : NULL;
}

/* It was met through its fill, without terms; that it stands at the venue acknowledges it. */
static dbk_err *take_terms(sqlite_call *c, order_row *old, const order_row *met, dbk_order_answer *out)
{
    (void)order_next(ORDER_EVENT_ACKNOWLEDGE, &old->state, &old->state);
    if (!old->exchange_order_id)
        old->exchange_order_id = met->exchange_order_id;
    dbk_err *e = describe(c, old, met);
    if (!e)
        e = emit_import(c, old, met);
    answer_state(old, DBK_CREATED, out);
    return e;
}

static dbk_err *take_order(sqlite_call *c, order_row *met, dbk_order_answer *out)
{
    memcpy(met->working, met->asked, sizeof(met->working));
    met->state.lifecycle = ORDER_LIFECYCLE_ACCEPTED;
    met->version = 1;
    order_settle(met);
    dbk_err *e = order_insert(c, met);
    if (!e)
        e = emit_import(c, met, met);
    answer_state(met, DBK_CREATED, out);
    return e;
}

static dbk_err *read_import(const dbk_external_order *r, order_row *out)
{
    *out = (order_row){.account_id = r->account_id,
                       .order_id = r->order_id,
                       .instrument_id = r->instrument_id,
                       .position_key = r->position_key ? r->position_key : "",
                       .side = r->side,
                       .type = r->type,
                       .time_in_force = r->time_in_force,
                       .exchange_order_id = r->exchange_order_id,
                       .has_submitted = r->submitted_us != 0,
                       .submitted_us = r->submitted_us,
                       .state = {.origin = ORDER_ORIGIN_EXTERNAL}};
    dbk_err *e = read_terms(r->qty, r->price, r->stop_price, true, out->asked);
    if (!e)
        e = require_text("exchange_order_id", r->exchange_order_id, 200, false);
    return e ? e : order_check(out);
}

dbk_err *sqlite_order_import(sqlite_call *c, const void *request, void *result)
{
    order_row met, old;
    account_row account;
    instrument_row instrument;
    bool found;
    dbk_order_answer *out = result;
    dbk_err *e = read_import(request, &met);
    if (!e)
        e = account_get(c, &met.account_id, &account);
    if (!e)
        e = instrument_get(c, &met.instrument_id, &instrument);
    if (!e)
        e = require_place(&account, met.position_key);
    if (!e)
        e = order_get(c, &met.account_id, &met.order_id, &old, &found);
    if (e)
        return e;
    if (!found)
        return take_order(c, &met, out);
    const char *field = import_conflict(&old, &met);
    if (!field && !old.type)
        return take_terms(c, &old, &met, out);
    answer_state(&old, field ? DBK_CONFLICT : DBK_REPLAYED, out);
    out->answer.conflict_field = field;
    return NULL;
}
