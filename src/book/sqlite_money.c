/* sqlite_money.c: money that moves without a trade. */
#include "book/sqlite_money.h"

#include <string.h>

#include "book/sqlite_book_sql.h"
#include "book/sqlite_fill.h"

static bool same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static void outcome_of(dbk_answer *out, const char *conflict_field)
{
    out->outcome = conflict_field ? DBK_CONFLICT : DBK_REPLAYED;
    out->conflict_field = conflict_field;
}

/* ---- cash ---- */

static dbk_err *check_cash(sqlite_call *c, const dbk_cash *r, maybe_amount *amount)
{
    static const char *const kinds[] = {"deposit", "withdrawal", "transfer", "interest",
                                        "fee",     "adjustment", NULL};
    dbk_err *e = require_amount("amount", r->amount, true, amount);
    if (!e)
        e = require_choice("kind", r->kind, kinds);
    if (!e)
        e = require_currency(c, "currency", r->currency);
    if (!e && (r->reason || same(r->kind, "adjustment")))
        e = require_text("reason", r->reason, 200, true);
    if (e)
        return e;
    int sign = decimal_sign(amount->value);
    bool wrong =
        sign == 0 || (same(r->kind, "deposit") && sign < 0) || (same(r->kind, "withdrawal") && sign > 0);
    return wrong ? argument_malformed(
                       "Pass what came as a positive number and what went as a negative one; a deposit "
                       "comes, a withdrawal goes, and nothing is no entry.",
                       "amount of a %s is %.100s", r->kind, r->amount)
                 : NULL;
}

static dbk_err *answer_known_cash(sqlite_call *c, const dbk_cash *r, maybe_amount amount, dbk_answer *out,
                                  bool *known)
{
    sq q = sq_of(c, sqlite_book_cash_get);
    sq_uuid(&q, &r->account_id);
    sq_uuid(&q, &r->entry_id);
    dbk_err *e = sq_row(&q, known);
    if (e || !*known)
        return e;
    outcome_of(out, !same(sqlite_text(q.stmt, 0), r->kind)              ? "kind"
                    : !same(sqlite_text(q.stmt, 1), r->currency)        ? "currency"
                    : !maybe_amount_equal(sq_get_amount(&q, 2), amount) ? "amount"
                    : sq_get_int8(&q, 3) != r->occurred_us              ? "occurred_at"
                    : !same(sqlite_text(q.stmt, 4), r->reason)          ? "reason"
                                                                        : NULL);
    return sq_done(&q);
}

dbk_err *sqlite_cash_record(sqlite_call *c, const void *request, void *result)
{
    const dbk_cash *r = request;
    dbk_answer *out = result;
    account_row account;
    maybe_amount amount;
    bool known;
    dbk_err *e = check_cash(c, r, &amount);
    if (!e)
        e = account_get(c, &r->account_id, &account);
    if (e)
        return e;
    *out = (dbk_answer){.outcome = DBK_CREATED, .id = r->entry_id};
    e = answer_known_cash(c, r, amount, out, &known);
    if (e || known)
        return e;
    sq q = sq_of(c, sqlite_book_cash_insert);
    sq_uuid(&q, &r->account_id);
    sq_uuid(&q, &r->entry_id);
    sq_text(&q, r->kind);
    sq_text(&q, r->currency);
    sq_amount(&q, amount);
    sq_int8(&q, r->occurred_us);
    sq_text(&q, r->reason);
    sq_int8(&q, c->now_us);
    sq_ctx(&q);
    e = sq_run(&q);
    if (e)
        return e;
    char aggregate[UUID_TEXT_SIZE];
    uuid_format(&r->account_id, aggregate);
    payload *p = payload_new(c);
    payload_uuid(p, "entry_id", &r->entry_id);
    payload_text(p, "kind", r->kind);
    payload_text(p, "currency", r->currency);
    payload_amount(p, "amount", amount);
    payload_time(p, "occurred_at", r->occurred_us);
    payload_text(p, "reason", r->reason);
    return sqlite_emit(c, &(book_event){.type = "trading.cash_recorded",
                                        .aggregate_id = aggregate,
                                        .payload = p,
                                        .has_occurred = true,
                                        .occurred_us = r->occurred_us,
                                        .account_id = &r->account_id});
}

/* ---- funding ---- */

typedef struct funding {
    const dbk_funding *request;
    const char *position_key;
    maybe_amount amount, rate, mark;
} funding;

static dbk_err *check_funding(sqlite_call *c, const dbk_funding *r, funding *out)
{
    instrument_row instrument;
    *out = (funding){.request = r, .position_key = r->position_key ? r->position_key : ""};
    dbk_err *e = require_amount("amount", r->amount, false, &out->amount);
    if (!e)
        e = require_amount("rate", r->rate, false, &out->rate);
    if (!e)
        e = require_positive("mark", r->mark, false, &out->mark);
    if (!e && !r->amount && (!r->rate || !r->mark))
        e = argument_malformed("Pass the amount that the venue states, or rate and mark to have it computed.",
                               "amount is NULL, and rate or mark are too");
    if (!e)
        e = instrument_get(c, &r->instrument_id, &instrument);
    if (!e && strcmp(instrument.kind, "spot") == 0)
        e = argument_malformed("Interest on borrowed or lent assets is recorded with dbk_cash_record().",
                               "instrument_id names a spot instrument, which has no funding");
    return e;
}

static dbk_err *answer_known_funding(sqlite_call *c, const funding *f, dbk_funding_answer *out, bool *known)
{
    const dbk_funding *r = f->request;
    sq q = sq_of(c, sqlite_book_funding_get);
    sq_uuid(&q, &r->account_id);
    sq_uuid(&q, &r->payment_id);
    sq_uuid(&q, &r->instrument_id);
    sq_text(&q, f->position_key);
    sq_int8(&q, r->funding_us);
    dbk_err *e = sq_row(&q, known);
    if (e || !*known)
        return e;
    dbk_uuid instrument_id;
    *out = (dbk_funding_answer){.position_qty = NULL};
    sq_get_uuid(&q, 0, &out->answer.id);
    sq_get_uuid(&q, 1, &instrument_id);
    out->amount = sq_get_text(&q, 4);
    out->currency = sq_get_text(&q, 5);
    out->position_qty = sq_get_text(&q, 9);
    bool venue = same(sqlite_text(q.stmt, 6), "venue");
    bool other_amount =
        venue != f->amount.known || (venue && !wide_equal(sq_get_wide(&q, 4), wide_of(f->amount.value)));
    outcome_of(&out->answer, !uuid_equal(&instrument_id, &r->instrument_id)       ? "instrument_id"
                             : !same(sqlite_text(q.stmt, 2), f->position_key)     ? "position_key"
                             : sq_get_int8(&q, 3) != r->funding_us                ? "funding_time"
                             : other_amount                                       ? "amount"
                             : !maybe_amount_equal(sq_get_amount(&q, 7), f->rate) ? "rate"
                             : !maybe_amount_equal(sq_get_amount(&q, 8), f->mark) ? "mark"
                                                                                  : NULL);
    return sq_done(&q);
}

/* What was held by the fills that count, on their latest terms. */
static dbk_err *qty_at(sqlite_call *c, const funding *f, wide *out)
{
    const dbk_funding *r = f->request;
    *out = (wide){.count = 0};
    sq q = sq_of(c, sqlite_book_funding_fills);
    sq_uuid(&q, &r->account_id);
    sq_uuid(&q, &r->instrument_id);
    sq_text(&q, f->position_key);
    sq_int8(&q, r->funding_us);
    bool found;
    dbk_err *e = sq_row(&q, &found);
    while (!e && found) {
        fill_terms terms = {.qty = sq_get_amount(&q, 2).value};
        amendments amended = {.busted = false};
        bool buys = same(sqlite_text(q.stmt, 1), "buy");
        dbk_uuid fill_id;
        sq_get_uuid(&q, 0, &fill_id);
        if (sq_get_bool(&q, 3))
            e = amendments_apply(c, &r->account_id, &fill_id, &terms, &amended);
        wide qty = wide_of(terms.qty);
        if (!amended.busted)
            *out = wide_add(*out, buys ? qty : wide_neg(qty));
        if (!e)
            e = sq_row(&q, &found);
    }
    if (e)
        sq_end(&q);
    return e;
}

static const char *text_of(sqlite_call *c, wide value)
{
    char text[WIDE_TEXT_SIZE];
    wide_format(value, text);
    return arena_strdup(c->a, text);
}

static dbk_err *write_funding(sqlite_call *c, const funding *f, position_row *p, wide held, wide amount)
{
    const dbk_funding *r = f->request;
    sq q = sq_of(c, sqlite_book_funding_insert);
    sq_uuid(&q, &r->account_id);
    sq_uuid(&q, &r->payment_id);
    sq_uuid(&q, &r->instrument_id);
    sq_text(&q, f->position_key);
    sq_int8(&q, r->funding_us);
    sq_wide(&q, amount);
    sq_text(&q, p->currency);
    sq_text(&q, f->amount.known ? "venue" : "computed");
    sq_amount(&q, f->rate);
    sq_amount(&q, f->mark);
    sq_wide(&q, held);
    sq_int8(&q, p->version);
    sq_int8(&q, c->now_us);
    sq_ctx(&q);
    dbk_err *e = sq_run(&q);
    if (e)
        return e;
    p->now.funding = wide_add(p->now.funding, amount);
    return position_update(c, p);
}

static dbk_err *emit_funding(sqlite_call *c, const funding *f, const position_row *p,
                             const dbk_funding_answer *out)
{
    const dbk_funding *r = f->request;
    char aggregate[UUID_TEXT_SIZE];
    uuid_format(&p->position_id, aggregate);
    payload *e = payload_new(c);
    payload_uuid(e, "payment_id", &r->payment_id);
    payload_uuid(e, "position_id", &p->position_id);
    payload_uuid(e, "instrument_id", &r->instrument_id);
    payload_text(e, "position_key", f->position_key);
    payload_time(e, "funding_time", r->funding_us);
    payload_text(e, "amount", out->amount);
    payload_text(e, "currency", out->currency);
    payload_text(e, "source", f->amount.known ? "venue" : "computed");
    payload_text(e, "position_qty", out->position_qty);
    payload_amount(e, "rate", f->rate);
    payload_amount(e, "mark", f->mark);
    return sqlite_emit(c, &(book_event){.type = "trading.funding_recorded",
                                        .aggregate_id = aggregate,
                                        .payload = e,
                                        .has_occurred = true,
                                        .occurred_us = r->funding_us,
                                        .account_id = &r->account_id});
}

static dbk_err *book_funding(sqlite_call *c, const funding *f, dbk_funding_answer *out)
{
    const dbk_funding *r = f->request;
    position_row p;
    wide held, amount = wide_of(f->amount.value);
    dbk_err *e = position_get_or_make(c, &r->account_id, &r->instrument_id, f->position_key, &p);
    if (!e)
        e = qty_at(c, f, &held);
    if (e)
        return e;
    if (!f->amount.known) {
        position at = position_new(p.now.kind, p.now.multiplier);
        at.signed_qty = held;
        amount = position_funding(&at, f->mark.value, f->rate.value);
    }
    *out = (dbk_funding_answer){.answer = {.outcome = DBK_CREATED, .id = r->payment_id},
                                .amount = text_of(c, amount),
                                .currency = p.currency,
                                .position_qty = text_of(c, held)};
    if (!out->amount || !out->position_qty)
        return err_oom();
    e = write_funding(c, f, &p, held, amount);
    return e ? e : emit_funding(c, f, &p, out);
}

dbk_err *sqlite_funding_record(sqlite_call *c, const void *request, void *result)
{
    const dbk_funding *r = request;
    dbk_funding_answer *out = result;
    account_row account;
    funding f;
    bool known;
    dbk_err *e = account_get(c, &r->account_id, &account);
    if (!e)
        e = check_funding(c, r, &f);
    if (!e)
        e = answer_known_funding(c, &f, out, &known);
    return e || known ? e : book_funding(c, &f, out);
}
