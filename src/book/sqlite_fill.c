/* sqlite_fill.c: recording executions. */
#include "book/sqlite_fill.h"

#include <stdio.h>
#include <string.h>

#include "book/sqlite_book_sql.h"

#define FLAGS_SIZE 80

static bool same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* ---- rows ---- */

dbk_err *fill_get(sqlite_call *c, const dbk_uuid *account_id, const dbk_uuid *fill_id, fill_row *out,
                  bool *found)
{
    sq q = sq_of(c, sqlite_book_fill_get);
    sq_uuid(&q, account_id);
    sq_uuid(&q, fill_id);
    dbk_err *e = sq_row(&q, found);
    if (e || !*found)
        return e;
    *out = (fill_row){.account_id = *account_id,
                      .fill_id = *fill_id,
                      .position_key = sq_get_text(&q, 3),
                      .side = sq_get_text(&q, 4),
                      .terms = {.qty = sq_get_amount(&q, 5).value,
                                .price = sq_get_amount(&q, 6).value,
                                .fee = sq_get_amount(&q, 7).value,
                                .fee_currency = sq_get_text(&q, 8),
                                .fee_rate = sq_get_amount(&q, 9)},
                      .liquidity = sq_get_text(&q, 10),
                      .venue_trade_id = sq_get_text(&q, 11),
                      .trade_discriminator = sq_get_text(&q, 12),
                      .filled_us = sq_get_int8(&q, 13),
                      .flags = sq_get_text(&q, 14),
                      .order_version = sq_get_int8(&q, 15),
                      .order_status = sq_get_text(&q, 16),
                      .order_cum_qty = sq_get_wide(&q, 17),
                      .position_version = sq_get_int8(&q, 18),
                      .position_cycle = sq_get_int8(&q, 19),
                      .position_qty = sq_get_wide(&q, 20),
                      .position_avg_price = sq_get_wide(&q, 21),
                      .realized_gross = sq_get_wide(&q, 22),
                      .realized_net = sq_get_wide(&q, 23),
                      .position_realized = sq_get_wide(&q, 24)};
    sq_get_uuid(&q, 1, &out->order_id);
    sq_get_uuid(&q, 2, &out->instrument_id);
    return sq_done(&q);
}

static dbk_err *insert(sqlite_call *c, const fill_row *f)
{
    sq q = sq_of(c, sqlite_book_fill_insert);
    sq_uuid(&q, &f->account_id);
    sq_uuid(&q, &f->fill_id);
    sq_uuid(&q, &f->order_id);
    sq_uuid(&q, &f->instrument_id);
    sq_text(&q, f->position_key);
    sq_text(&q, f->side);
    sq_wide(&q, wide_of(f->terms.qty));
    sq_wide(&q, wide_of(f->terms.price));
    sq_wide(&q, wide_of(f->terms.fee));
    sq_text(&q, f->terms.fee_currency);
    sq_amount(&q, f->terms.fee_rate);
    sq_text(&q, f->liquidity);
    sq_text(&q, f->venue_trade_id);
    sq_text(&q, f->trade_discriminator);
    sq_int8(&q, f->filled_us);
    sq_int8(&q, c->now_us);
    sq_ctx(&q);
    sq_text(&q, f->flags);
    sq_int8(&q, f->order_version);
    sq_text(&q, f->order_status);
    sq_wide(&q, f->order_cum_qty);
    sq_int8(&q, f->position_version);
    sq_int8(&q, f->position_cycle);
    sq_wide(&q, f->position_qty);
    sq_wide(&q, f->position_avg_price);
    sq_wide(&q, f->realized_gross);
    sq_wide(&q, f->realized_net);
    sq_wide(&q, f->position_realized);
    return sq_run(&q);
}

/* ---- arguments ---- */

static dbk_err *check_times_and_names(const dbk_fill *r)
{
    static const char *const liquidities[] = {"maker", "taker", NULL};
    static const char *const sides[] = {"buy", "sell", NULL};
    dbk_err *e = require_choice("side", r->side, sides);
    if (!e && r->liquidity)
        e = require_choice("liquidity", r->liquidity, liquidities);
    if (!e)
        e = require_length("venue_trade_id", r->venue_trade_id, 200);
    if (!e && r->trade_discriminator && r->trade_discriminator[0])
        e = require_length("trade_discriminator", r->trade_discriminator, 200);
    if (!e && r->position_key && r->position_key[0])
        e = require_length("position_key", r->position_key, 200);
    return e;
}

static dbk_err *read_fill(const dbk_fill *r, fill_row *out)
{
    maybe_amount qty, price, fee;
    *out = (fill_row){.account_id = r->account_id,
                      .fill_id = r->fill_id,
                      .order_id = r->order_id,
                      .instrument_id = r->instrument_id,
                      .position_key = r->position_key ? r->position_key : "",
                      .side = r->side,
                      .liquidity = r->liquidity,
                      .venue_trade_id = r->venue_trade_id,
                      .trade_discriminator = r->trade_discriminator ? r->trade_discriminator : "",
                      .filled_us = r->filled_us,
                      .terms = {.fee_currency = r->fee_currency}};
    dbk_err *e = check_times_and_names(r);
    if (!e)
        e = require_positive("qty", r->qty, true, &qty);
    if (!e)
        e = require_amount("price", r->price, true, &price);
    if (!e)
        e = require_amount("fee", r->fee, false, &fee);
    if (!e)
        e = require_positive("fee_rate", r->fee_rate, false, &out->terms.fee_rate);
    if (!e && decimal_sign(price.value) < 0)
        e = argument_malformed("Pass the price at which it traded; the direction is said by the side.",
                               "price is %.100s, which is negative", r->price);
    if (e)
        return e;
    out->terms.qty = qty.value;
    out->terms.price = price.value;
    out->terms.fee = fee.value;
    return NULL;
}

position_fill fill_of_terms(const fill_terms *t, const char *side, int64_t filled_us, const position_row *p)
{
    const char *currency = t->fee_currency ? t->fee_currency : p->currency;
    return (position_fill){.side = strcmp(side, "buy") == 0 ? POSITION_BUY : POSITION_SELL,
                           .qty = t->qty,
                           .price = t->price,
                           .fee = t->fee,
                           .fee_kind = position_fee_kind(p->now.kind, p->base_currency, p->currency, t->fee,
                                                         currency, t->fee_rate.known),
                           .fee_rate = t->fee_rate.value,
                           .filled_at_us = filled_us};
}

dbk_err *fill_check_terms(sqlite_call *c, const position_fill *fill, const fill_terms *t,
                          const position_row *p)
{
    if (p->now.kind == POSITION_INVERSE && decimal_sign(fill->price) == 0)
        return argument_malformed(
            "Pass the price at which it traded.",
            "price is 0, but the value of an inverse contract is its quantity divided by the "
            "price");
    if (fill->fee_kind != POSITION_FEE_OTHER && fill->fee_kind != POSITION_FEE_CONVERTED)
        return NULL;
    return require_currency(c, "fee_currency", t->fee_currency);
}

/* ---- answers ---- */

static const char *text_of(sqlite_call *c, wide value)
{
    char text[WIDE_TEXT_SIZE];
    wide_format(value, text);
    return arena_strdup(c->a, text);
}

static dbk_err *answer(sqlite_call *c, const fill_row *f, const dbk_uuid *position_id, dbk_outcome outcome,
                       dbk_fill_answer *out)
{
    *out = (dbk_fill_answer){.answer = {.outcome = outcome, .id = f->fill_id},
                             .order_status = f->order_status,
                             .order_cum_qty = text_of(c, f->order_cum_qty),
                             .position_id = *position_id,
                             .position_qty = text_of(c, f->position_qty),
                             .position_avg_price = text_of(c, f->position_avg_price),
                             .realized_pnl = text_of(c, f->position_realized),
                             .flags = f->flags};
    return out->order_cum_qty && out->position_qty && out->position_avg_price && out->realized_pnl
               ? NULL
               : err_oom();
}

/* What a venue says again through another channel may differ in the precision of its time and in whether it
 * names the liquidity, or the currency or rate of the fee. */
static const char *fill_conflict(const fill_row *old, const fill_row *f)
{
    const fill_terms *a = &old->terms, *b = &f->terms;
    if (!uuid_equal(&old->order_id, &f->order_id))
        return "order_id";
    if (!uuid_equal(&old->instrument_id, &f->instrument_id))
        return "instrument_id";
    if (strcmp(old->side, f->side) != 0)
        return "side";
    if (decimal_compare(a->qty, b->qty) != 0)
        return "qty";
    if (decimal_compare(a->price, b->price) != 0)
        return "price";
    if (decimal_compare(a->fee, b->fee) != 0)
        return "fee";
    if (a->fee_currency && b->fee_currency && strcmp(a->fee_currency, b->fee_currency) != 0)
        return "fee_currency";
    if (b->fee_rate.known && decimal_sign(b->fee) != 0 && !maybe_amount_equal(a->fee_rate, b->fee_rate))
        return "fee_rate";
    if (strcmp(old->position_key, f->position_key) != 0)
        return "position_key";
    if (!same(old->venue_trade_id, f->venue_trade_id))
        return "venue_trade_id";
    return strcmp(old->trade_discriminator, f->trade_discriminator) != 0 ? "trade_discriminator" : NULL;
}

static const char *order_conflict(const order_row *o, const fill_row *f)
{
    return !uuid_equal(&o->instrument_id, &f->instrument_id) ? "order.instrument_id"
           : strcmp(o->side, f->side) != 0                   ? "order.side"
           : strcmp(o->position_key, f->position_key) != 0   ? "order.position_key"
                                                             : NULL;
}

static payload *received_payload(sqlite_call *c, const fill_row *f)
{
    payload *p = payload_new(c);
    payload_uuid(p, "fill_id", &f->fill_id);
    payload_uuid(p, "order_id", &f->order_id);
    payload_uuid(p, "instrument_id", &f->instrument_id);
    payload_text(p, "side", f->side);
    payload_wide(p, "qty", wide_of(f->terms.qty));
    payload_wide(p, "price", wide_of(f->terms.price));
    payload_wide(p, "fee", wide_of(f->terms.fee));
    payload_text(p, "fee_currency", f->terms.fee_currency);
    payload_amount(p, "fee_rate", f->terms.fee_rate);
    payload_text(p, "liquidity", f->liquidity);
    payload_text(p, "venue_trade_id", f->venue_trade_id);
    payload_text(p, "trade_discriminator", f->trade_discriminator);
    payload_text(p, "position_key", f->position_key);
    payload_time(p, "filled_at", f->filled_us);
    return p;
}

/* It is kept in the audit log and as an event of the order that it names, or of the one that it is known
 * under. */
static dbk_err *keep_conflict(sqlite_call *c, const fill_row *f, const char *field, const fill_row *known)
{
    order_row o;
    bool found;
    const char *received;
    dbk_err *e = order_get(c, &f->account_id, &f->order_id, &o, &found);
    if (!e && !found)
        e = order_get(c, &f->account_id, &known->order_id, &o, &found);
    if (!e)
        e = payload_finish(received_payload(c, f), &received);
    if (e)
        return e;
    o.version++;
    e = order_update(c, &o);
    if (e)
        return e;
    payload *detail = payload_new(c), *p = payload_new(c);
    payload_uuid(detail, "known_fill_id", known ? &known->fill_id : NULL);
    payload_json(detail, "received", received);
    e = sqlite_audit(c, &(audit_entry){.action = "trading.record_fill",
                                       .subject_type = "fill",
                                       .subject = &f->fill_id,
                                       .account_id = &f->account_id,
                                       .outcome = "conflict",
                                       .code = field,
                                       .detail = detail});
    if (e)
        return e;
    payload_uuid(p, "fill_id", &f->fill_id);
    payload_uuid(p, "order_id", &o.order_id);
    payload_text(p, "conflict_field", field);
    payload_uuid(p, "known_fill_id", known ? &known->fill_id : NULL);
    payload_uuid(p, "known_order_id", known ? &known->order_id : NULL);
    payload_json(p, "received", received);
    return sqlite_emit(c, &(book_event){.type = "trading.fill_conflicted",
                                        .aggregate = &o.order_id,
                                        .version = o.version,
                                        .payload = p,
                                        .has_occurred = true,
                                        .occurred_us = f->filled_us,
                                        .account_id = &f->account_id});
}

static dbk_err *answer_conflict(sqlite_call *c, const fill_row *f, const char *field, const fill_row *known,
                                dbk_fill_answer *out)
{
    *out = (dbk_fill_answer){.answer = {.outcome = DBK_CONFLICT,
                                        .id = known ? known->fill_id : f->fill_id,
                                        .conflict_field = field}};
    return keep_conflict(c, f, field, known);
}

static dbk_err *find_known(sqlite_call *c, const fill_row *f, fill_row *out, bool *found)
{
    dbk_err *e = fill_get(c, &f->account_id, &f->fill_id, out, found);
    if (e || *found || !f->venue_trade_id)
        return e;
    sq q = sq_of(c, sqlite_book_fill_by_trade);
    sq_uuid(&q, &f->account_id);
    sq_uuid(&q, &f->instrument_id);
    sq_text(&q, f->venue_trade_id);
    sq_text(&q, f->trade_discriminator);
    e = sq_row(&q, found);
    if (e || !*found)
        return e;
    dbk_uuid id;
    sq_get_uuid(&q, 0, &id);
    e = sq_done(&q);
    return e ? e : fill_get(c, &f->account_id, &id, out, found);
}

static dbk_err *answer_known(sqlite_call *c, const fill_row *f, const fill_row *old, dbk_fill_answer *out)
{
    const char *field = fill_conflict(old, f);
    if (field)
        return answer_conflict(c, f, field, old, out);
    position_row p;
    bool found;
    dbk_err *e = position_get(c, &old->account_id, &old->instrument_id, old->position_key, &p, &found);
    return e ? e : answer(c, old, &p.position_id, DBK_REPLAYED, out);
}

/* ---- what a fill makes of its order and position ---- */

/* The order is taken into the book as far as its fill tells, and may be claimed by its submission later. */
static dbk_err *import_order(sqlite_call *c, const fill_row *f, order_row *out)
{
    *out = (order_row){.account_id = f->account_id,
                       .order_id = f->order_id,
                       .instrument_id = f->instrument_id,
                       .position_key = f->position_key,
                       .side = f->side,
                       .state = {.lifecycle = ORDER_LIFECYCLE_SUBMITTED, .origin = ORDER_ORIGIN_EXTERNAL},
                       .version = 1};
    order_settle(out);
    dbk_err *e = order_insert(c, out);
    if (e)
        return e;
    payload *p = payload_new(c);
    payload_uuid(p, "order_id", &f->order_id);
    payload_uuid(p, "instrument_id", &f->instrument_id);
    payload_text(p, "position_key", f->position_key);
    payload_text(p, "side", f->side);
    payload_text(p, "status", "submitted");
    payload_uuid(p, "fill_id", &f->fill_id);
    return sqlite_emit(c, &(book_event){.type = "trading.order_imported",
                                        .aggregate = &f->order_id,
                                        .version = 1,
                                        .payload = p,
                                        .has_occurred = true,
                                        .occurred_us = f->filled_us,
                                        .account_id = &f->account_id});
}

static void add_flag(char flags[FLAGS_SIZE], bool applies, const char *name)
{
    size_t length = strlen(flags);
    if (applies)
        snprintf(flags + length, FLAGS_SIZE - length, "%s%s", length > 0 ? "," : "", name);
}

/* What the fill finds. */
static void tell_flags(const fill_row *f, const fill_terms *effective, const order_row *o,
                       const position_row *p, const position_fill *fill, const amendments *amended,
                       char flags[FLAGS_SIZE])
{
    order_lifecycle was = o->state.lifecycle;
    bool live = was == ORDER_LIFECYCLE_SUBMITTED || was == ORDER_LIFECYCLE_ACCEPTED ||
                was == ORDER_LIFECYCLE_TRIGGERED;
    wide cum_qty = wide_add(o->cum_qty, wide_of(effective->qty));
    flags[0] = '\0';
    add_flag(flags, !live, "late");
    add_flag(flags,
             o->working[TERM_QTY].known && wide_compare(cum_qty, wide_of(o->working[TERM_QTY].value)) > 0,
             "overfill");
    add_flag(flags, o->state.origin == ORDER_ORIGIN_EXTERNAL, "orphan");
    add_flag(flags, p->filled && f->filled_us < p->last_fill_us, "out_of_order");
    add_flag(flags, fill->fee_kind == POSITION_FEE_OTHER, "unpriced_fee");
    add_flag(flags, amended->busted, "busted");
    add_flag(flags, amended->events > 0 && !amended->busted, "corrected");
    add_flag(flags, f->made, "reconciled");
}

/* A bust that came before its fill leaves the order as if the fill had come first. */
static void move_order(order_row *o, const fill_terms *effective, const amendments *amended)
{
    wide qty = wide_of(effective->qty), value = wide_mul(qty, wide_of(effective->price));
    o->cum_qty = wide_add(o->cum_qty, qty);
    o->cum_value = wide_add(o->cum_value, value);
    o->version += 1 + amended->events;
    order_settle(o);
    (void)order_next(ORDER_EVENT_FILL, &o->state, &o->state);
    if (amended->busted)
        order_amend(o, true, wide_neg(qty), wide_neg(value), amended->leaves_qty);
}

static dbk_err *move_position(sqlite_call *c, const fill_row *f, position_row *p, const position_fill *fill,
                              const fill_terms *effective, const amendments *amended, position_step *step)
{
    *step = (position_step){.opened = false};
    dbk_err *e = NULL;
    if (!amended->busted) {
        e = position_move(c, p, fill, p->version + 1, step);
        if (!e)
            e = position_add_fee(c, p, fill, effective->fee_currency, 1);
    }
    p->version++;
    if (!p->filled || f->filled_us > p->last_fill_us)
        p->last_fill_us = f->filled_us;
    p->filled = true;
    return e;
}

static void keep_answer(fill_row *f, const order_row *o, const position_row *p, const position_step *step)
{
    f->order_version = o->version;
    f->order_status = order_status(&o->state);
    f->order_cum_qty = o->cum_qty;
    f->position_version = p->version;
    f->position_cycle = p->now.cycle;
    f->position_qty = p->now.signed_qty;
    f->position_avg_price = position_avg_price(&p->now);
    f->realized_gross = step->realized_gross;
    f->realized_net = wide_sub(step->realized_gross, step->fee);
    f->position_realized = position_realized_net(&p->now);
}

static dbk_err *emit(sqlite_call *c, const fill_row *f, const char *flags_json, int64_t version,
                     const dbk_uuid *position_id)
{
    payload *p = received_payload(c, f);
    payload_json(p, "flags", flags_json);
    payload_text(p, "order_status", f->order_status);
    payload_wide(p, "order_cum_qty", f->order_cum_qty);
    payload_uuid(p, "position_id", position_id);
    payload_int8(p, "position_version", f->position_version);
    payload_int8(p, "position_cycle", f->position_cycle);
    payload_wide(p, "position_qty", f->position_qty);
    payload_wide(p, "position_avg_price", f->position_avg_price);
    payload_wide(p, "realized_gross", f->realized_gross);
    payload_wide(p, "realized_net", f->realized_net);
    payload_wide(p, "position_realized", f->position_realized);
    return sqlite_emit(c, &(book_event){.type = "trading.fill_recorded",
                                        .aggregate = &f->order_id,
                                        .version = version,
                                        .payload = p,
                                        .has_occurred = true,
                                        .occurred_us = f->filled_us,
                                        .account_id = &f->account_id});
}

/* "late,overfill" as ["late","overfill"]: the names need no escapes. */
static const char *flags_as_json(sqlite_call *c, const char *flags)
{
    buf b;
    buf_init(&b, 0);
    buf_append_char(&b, '[');
    for (const char *at = flags; *at;) {
        size_t length = strcspn(at, ",");
        buf_printf(&b, "%s\"%.*s\"", at == flags ? "" : ",", (int)length, at);
        at += length + (at[length] == ',');
    }
    buf_append_char(&b, ']');
    const char *copy = b.data ? arena_strdup(c->a, b.data) : NULL;
    buf_term(&b);
    return copy;
}

static dbk_err *write_all(sqlite_call *c, fill_row *f, order_row *o, position_row *p)
{
    /* No fee has no currency; one that came without is in the position's. */
    bool has_fee = decimal_sign(f->terms.fee) != 0;
    f->terms.fee_currency = !has_fee ? NULL : f->terms.fee_currency ? f->terms.fee_currency : p->currency;
    if (!has_fee)
        f->terms.fee_rate = (maybe_amount){.known = false};
    dbk_err *e = insert(c, f);
    if (!e)
        e = order_update(c, o);
    return e ? e : position_update(c, p);
}

/* What counts of a fill: its terms after what came before it, and what these are to the position. */
typedef struct counted {
    fill_terms terms;
    amendments amended;
    position_fill fill;
} counted;

static dbk_err *count_terms(sqlite_call *c, const fill_row *f, const position_row *p, counted *out)
{
    out->terms = f->terms;
    if (decimal_sign(f->terms.fee) == 0) { /* no fee has no currency, whatever was said */
        out->terms.fee_currency = NULL;
        out->terms.fee_rate = (maybe_amount){.known = false};
    }
    dbk_err *e = amendments_apply(c, &f->account_id, &f->fill_id, &out->terms, &out->amended);
    if (e)
        return e;
    if (!out->terms.fee_currency)
        out->terms.fee_currency = p->currency;
    out->fill = fill_of_terms(&out->terms, f->side, f->filled_us, p);
    return fill_check_terms(c, &out->fill, &out->terms, p);
}

static dbk_err *apply(sqlite_call *c, fill_row *f, order_row *o, position_row *p, const counted *n,
                      dbk_fill_answer *out)
{
    position_step step;
    char flags[FLAGS_SIZE];
    tell_flags(f, &n->terms, o, p, &n->fill, &n->amended, flags);
    f->flags = arena_strdup(c->a, flags);
    const char *flags_json = flags_as_json(c, flags);
    if (!f->flags || !flags_json)
        return err_oom();
    int64_t version = o->version + 1;
    move_order(o, &n->terms, &n->amended);
    dbk_err *e = move_position(c, f, p, &n->fill, &n->terms, &n->amended, &step);
    if (e)
        return e;
    keep_answer(f, o, p, &step);
    /* The number of the fill in its order; those that waited for it come right after. */
    f->order_version = version;
    e = write_all(c, f, o, p);
    if (!e)
        e = emit(c, f, flags_json, version, &p->position_id);
    if (!e && n->amended.events > 0)
        e = amendments_emit_waiting(c, f, &n->terms, &p->position_id);
    return e ? e : answer(c, f, &p->position_id, DBK_CREATED, out);
}

/* A fill whose order and position are there. Terms that cannot be are said before that it is known, as a
 * server does. */
static dbk_err *record_placed(sqlite_call *c, fill_row *f, order_row *o, position_row *p,
                              dbk_fill_answer *out)
{
    counted n;
    fill_row old;
    bool known;
    dbk_err *e = count_terms(c, f, p, &n);
    if (!e)
        e = find_known(c, f, &old, &known);
    if (e)
        return e;
    return known ? answer_known(c, f, &old, out) : apply(c, f, o, p, &n, out);
}

/* Something is missing or contradicts: a fill that is recorded already is answered before anything is made
 * for it. */
static dbk_err *record_unplaced(sqlite_call *c, fill_row *f, order_row *o, bool ordered, dbk_fill_answer *out)
{
    fill_row old;
    position_row p;
    bool known;
    dbk_err *e = find_known(c, f, &old, &known);
    if (e || known)
        return e ? e : answer_known(c, f, &old, out);
    const char *field = ordered ? order_conflict(o, f) : NULL;
    if (field)
        return answer_conflict(c, f, field, NULL, out);
    e = position_get_or_make(c, &f->account_id, &f->instrument_id, f->position_key, &p);
    if (!e && !ordered)
        e = import_order(c, f, o);
    return e ? e : record_placed(c, f, o, &p, out);
}

static dbk_err *record(sqlite_call *c, const dbk_fill *request, bool made, dbk_fill_answer *out)
{
    fill_row f;
    order_row o;
    position_row p;
    account_row account;
    bool ordered, held = false;
    dbk_err *e = read_fill(request, &f);
    f.made = made;
    if (!e)
        e = account_get(c, &f.account_id, &account);
    if (!e)
        e = order_get(c, &f.account_id, &f.order_id, &o, &ordered);
    if (!e && ordered && !order_conflict(&o, &f))
        e = position_get(c, &f.account_id, &f.instrument_id, f.position_key, &p, &held);
    if (e)
        return e;
    return held ? record_placed(c, &f, &o, &p, out) : record_unplaced(c, &f, &o, ordered, out);
}

dbk_err *sqlite_fill_record(sqlite_call *c, const void *request, void *out)
{
    return record(c, request, false, out);
}

dbk_err *sqlite_fill_record_made(sqlite_call *c, const dbk_fill *request, dbk_fill_answer *out)
{
    return record(c, request, true, out);
}

/* ---- many ---- */

/* A fill that may not be new (known to the book, repeated within the batch, or at odds with its order) comes
 * after those that are, as on a server; it moves nothing that they depend on. */
typedef struct batch {
    const dbk_fill *const *fills;
    size_t count;
    size_t *others;
    size_t other_count;
} batch;

static bool repeats(const fill_row *f, const dbk_fill *earlier)
{
    const char *part = earlier->trade_discriminator ? earlier->trade_discriminator : "";
    return uuid_equal(&f->fill_id, &earlier->fill_id) ||
           (f->venue_trade_id && uuid_equal(&f->instrument_id, &earlier->instrument_id) &&
            same(f->venue_trade_id, earlier->venue_trade_id) && strcmp(f->trade_discriminator, part) == 0);
}

/* Those of the batch that were new are in the book by now. */
static dbk_err *is_other(sqlite_call *c, const batch *b, const fill_row *f, bool *out)
{
    fill_row old;
    order_row o;
    bool ordered = false;
    *out = false;
    for (size_t i = 0; i < b->other_count && !*out; i++)
        *out = repeats(f, b->fills[b->others[i]]);
    if (*out)
        return NULL;
    dbk_err *e = find_known(c, f, &old, out);
    if (!e && !*out)
        e = order_get(c, &f->account_id, &f->order_id, &o, &ordered);
    if (!e && ordered)
        *out = order_conflict(&o, f) != NULL;
    return e;
}

static dbk_err *record_new(sqlite_call *c, batch *b, size_t i, dbk_fill_answer *out)
{
    fill_row f;
    bool other;
    dbk_err *e = read_fill(b->fills[i], &f);
    if (!e)
        e = is_other(c, b, &f, &other);
    if (e)
        return e;
    if (!other)
        return sqlite_fill_record(c, b->fills[i], out);
    b->others[b->other_count++] = i;
    return NULL;
}

static dbk_err *in_batch(dbk_err *e, const batch *b, size_t i)
{
    return e ? err_wrap(e, "in fill %zu of %zu", i + 1, b->count) : NULL;
}

static dbk_err *record_batch(sqlite_call *c, const void *request, void *result)
{
    batch b = *(const batch *)request;
    dbk_fill_answer *out = result;
    fill_row unused;
    dbk_err *e = NULL;
    b.others = arena_alloc(c->a, b.count * sizeof(*b.others));
    if (!b.others)
        return err_oom();
    for (size_t i = 0; !e && i < b.count; i++)
        e = in_batch(read_fill(b.fills[i], &unused), &b, i);
    for (size_t i = 0; !e && i < b.count; i++)
        e = in_batch(record_new(c, &b, i, &out[i]), &b, i);
    for (size_t i = 0; !e && i < b.other_count; i++)
        e = in_batch(sqlite_fill_record(c, b.fills[b.others[i]], &out[b.others[i]]), &b, b.others[i]);
    return e;
}

dbk_err *sqlite_store_fills_record(sqlite_store *s, const dbk_fill *const *fills, size_t count,
                                   dbk_fill_answer *out)
{
    batch b = {.fills = fills, .count = count};
    return sqlite_store_run(s, &(sqlite_work){.name = "dbk_fills_record",
                                              .keep = SQLITE_KEEP_FILL,
                                              .run = record_batch,
                                              .request = &b,
                                              .out = out});
}
