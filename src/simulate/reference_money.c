#include <assert.h>
#include <string.h>

#include "simulate/reference_int.h"

#define DECIMALS 18

void ref_take_cash(reference *r, const dbk_cash *told, answer *out)
{
    out->id = told->entry_id;
    const rational *amount = rational_of_text(r->kept, told->amount);
    for (const ref_cash *c = r->cash; c; c = c->next) {
        const dbk_cash *was = c->told;
        if (!ref_id_is(&was->account_id, &told->account_id) || !ref_id_is(&was->entry_id, &told->entry_id))
            continue;
        out->conflict_field = strcmp(was->kind, told->kind) != 0           ? "kind"
                              : strcmp(was->currency, told->currency) != 0 ? "currency"
                              : !rational_equal(c->amount, amount)         ? "amount"
                              : was->occurred_us != told->occurred_us      ? "occurred_at"
                              : !ref_same(was->reason, told->reason)       ? "reason"
                                                                           : NULL;
        out->outcome = out->conflict_field ? "conflict" : "replayed";
        return;
    }
    ref_cash *c = REF_NEW(r, ref_cash);
    *c = (ref_cash){.next = r->cash, .told = told, .amount = amount};
    r->cash = c;
    out->outcome = "created";
}

/* ---- funding ---- */

/* By its id, else for the position and the time. */
static const ref_payment *find_payment(const reference *r, const dbk_funding *told)
{
    const ref_payment *same_time = NULL;
    for (const ref_payment *y = r->payments; y; y = y->next) {
        const dbk_funding *was = y->told;
        if (!ref_id_is(&was->account_id, &told->account_id))
            continue;
        if (ref_id_is(&was->payment_id, &told->payment_id))
            return y;
        if (ref_id_is(&was->instrument_id, &told->instrument_id) && was->funding_us == told->funding_us &&
            strcmp(ref_key(was->position_key), ref_key(told->position_key)) == 0)
            same_time = y;
    }
    return same_time;
}

static const rational *held_at(reference *r, const ref_position *p, int64_t at_us)
{
    const rational *sum = rational_zero;
    for (const ref_fill *f = p->first; f; f = f->next) {
        ref_terms t = ref_fill_terms(r, f);
        if (t.busted || f->told->filled_us > at_us)
            continue;
        sum = f->told->side[0] == 'b' ? rational_add(r->desk, sum, t.qty) : rational_sub(r->desk, sum, t.qty);
    }
    return sum;
}

/* What is open of a contract, at a price. */
static const rational *worth_of(reference *r, const market_instrument *i, const rational *qty,
                                const rational *price)
{
    rational_desk *d = r->desk;
    if (strcmp(i->kind, "inverse") == 0)
        return rational_round(d, rational_div(d, qty, price), DECIMALS);
    return rational_mul(d, qty, price);
}

static void answer_payment(reference *r, const ref_payment *y, answer *out)
{
    out->id = y->told->payment_id;
    out->amount = ref_text(r, y->amount);
    out->currency = y->position->instrument->settle;
    out->position_qty = ref_text(r, y->qty);
}

static const char *other_payment(reference *r, const ref_payment *y, const dbk_funding *told)
{
    const rational *amount = rational_of_text(r->desk, told->amount);
    return !ref_id_is(&y->told->instrument_id, &told->instrument_id)                  ? "instrument_id"
           : strcmp(ref_key(y->told->position_key), ref_key(told->position_key)) != 0 ? "position_key"
           : y->told->funding_us != told->funding_us                                  ? "funding_time"
           : !y->told->amount != !told->amount || ref_differ(y->amount, amount)       ? "amount"
           : !ref_equal(y->rate, rational_of_text(r->desk, told->rate))               ? "rate"
           : !ref_equal(y->mark, rational_of_text(r->desk, told->mark))               ? "mark"
                                                                                      : NULL;
}

void ref_take_funding(reference *r, const dbk_funding *told, answer *out)
{
    rational_desk *d = r->desk;
    const ref_payment *known = find_payment(r, told);
    if (known) {
        out->conflict_field = other_payment(r, known, told);
        out->outcome = out->conflict_field ? "conflict" : "replayed";
        answer_payment(r, known, out);
        return;
    }
    ref_account *account = ref_find_account(r, &told->account_id);
    const market_instrument *i = market_find(&told->instrument_id);
    ref_position *p = ref_find_position(r, account, i, ref_key(told->position_key));
    if (!p)
        p = ref_new_position(r, account, i, ref_key(told->position_key));
    ref_payment *y = REF_NEW(r, ref_payment);
    *y = (ref_payment){.next = r->payments,
                       .next_of_position = p->payments,
                       .position = p,
                       .told = told,
                       .rate = rational_of_text(r->kept, told->rate),
                       .mark = rational_of_text(r->kept, told->mark),
                       .qty = rational_keep(r->kept, held_at(r, p, told->funding_us)),
                       .position_version = p->version,
                       .stale = ref_is_stale(r, account)};
    y->amount = rational_of_text(r->kept, told->amount);
    if (!y->amount) {
        const rational *due = rational_mul(d, worth_of(r, i, y->qty, y->mark), y->rate);
        due = rational_neg(d, rational_mul(d, due, rational_of_text(d, i->multiplier)));
        y->amount = rational_keep(r->kept, rational_round(d, due, DECIMALS));
    }
    r->payments = p->payments = y;
    out->outcome = "created";
    answer_payment(r, y, out);
}

/* ---- fees ---- */

static bool is_charged_in(const ref_position *p, const ref_terms *t, const char *currency)
{
    ref_fee kind = ref_fee_kind(p->instrument, t);
    bool other = kind == FEE_BASE || kind == FEE_CONVERTED || kind == FEE_OTHER;
    return other && !t->busted && strcmp(t->fee_currency, currency) == 0;
}

/* Whether it counted, at any time, on terms that name the currency. */
static bool was_charged_in(const reference *r, const ref_fill *f, const char *currency)
{
    ref_terms t = ref_received_terms(f);
    bool charged = false;
    for (const ref_amendment *a = r->amendments; a; a = a->next) {
        if (!ref_amends(a, f))
            continue;
        charged = charged || (a->order_version != 0 && is_charged_in(f->position, &t, currency));
        ref_amend_terms(&t, a);
    }
    return charged || is_charged_in(f->position, &t, currency);
}

ref_fees ref_position_fees(reference *r, const ref_position *p, const char *currency)
{
    rational_desk *d = r->desk;
    ref_fees fees = {.amount = rational_zero, .priced = rational_zero, .converted = rational_zero};
    for (const ref_fill *f = p->first; f; f = f->next) {
        ref_terms t = ref_fill_terms(r, f);
        fees.any = fees.any || was_charged_in(r, f, currency);
        if (!is_charged_in(p, &t, currency))
            continue;
        fees.amount = rational_add(d, fees.amount, t.fee);
        if (ref_fee_kind(p->instrument, &t) != FEE_CONVERTED)
            continue;
        fees.priced = rational_add(d, fees.priced, t.fee);
        fees.converted = rational_add(d, fees.converted, rational_mul(d, t.fee, t.fee_rate));
    }
    fees.base = strcmp(p->instrument->kind, "spot") == 0 && strcmp(p->instrument->base, currency) == 0;
    return fees;
}

/* ---- equity ---- */

/* What an account has in one currency. */
typedef struct purse {
    const rational *balance, *unrealized;
    bool held; /* some position that is open settles in it */
} purse;

typedef struct valuation {
    reference *r;
    const ref_account *account;
    const dbk_equity_point *told;
    purse purses[MARKET_CURRENCIES];
    bool unmarked[MARKET_INSTRUMENTS];
} valuation;

static purse *purse_of(valuation *v, const char *currency)
{
    size_t i = 0;
    while (strcmp(market_currencies[i], currency) != 0)
        i++;
    assert(i < MARKET_CURRENCIES);
    return &v->purses[i];
}

static void put(valuation *v, const char *currency, const rational *balance, const rational *unrealized)
{
    purse *p = purse_of(v, currency);
    p->balance = rational_add(v->r->desk, p->balance, balance);
    p->unrealized = rational_add(v->r->desk, p->unrealized, unrealized);
}

static const rational *mark_of(const valuation *v, const market_instrument *i)
{
    dbk_uuid id = market_instrument_id(i);
    for (size_t m = 0; m < v->told->mark_count; m++)
        if (ref_id_is(&v->told->marks[m].instrument_id, &id))
            return rational_of_text(v->r->desk, v->told->marks[m].price);
    return NULL;
}

static const rational *rate_of(const valuation *v, const char *currency)
{
    if (strcmp(currency, v->account->opened->currency) == 0)
        return rational_of_int(v->r->desk, 1);
    for (size_t m = 0; m < v->told->rate_count; m++)
        if (strcmp(v->told->rates[m].currency, currency) == 0)
            return rational_of_text(v->r->desk, v->told->rates[m].rate);
    return NULL;
}

static void value_position(valuation *v, ref_position *p)
{
    rational_desk *d = v->r->desk;
    const market_instrument *i = p->instrument;
    ref_state s = ref_fold(v->r, p);
    const rational *mark = mark_of(v, i), *unrealized = rational_zero;
    bool open = rational_sign(s.qty) != 0;
    if (open && !mark)
        v->unmarked[i - market_instruments] = true;
    if (open && mark) {
        const rational *worth = worth_of(v->r, i, s.qty, mark);
        unrealized =
            strcmp(i->kind, "inverse") == 0 ? rational_sub(d, s.cost, worth) : rational_sub(d, worth, s.cost);
        unrealized = rational_mul(d, unrealized, rational_of_text(d, i->multiplier));
    }
    put(v, i->settle, ref_position_realized(v->r, p, &s), unrealized);
    purse_of(v, i->settle)->held |= open;
    for (size_t c = 0; c < MARKET_CURRENCIES; c++) {
        ref_fees fees = ref_position_fees(v->r, p, market_currencies[c]);
        if (!fees.base)
            put(v, market_currencies[c], rational_sub(d, fees.priced, fees.amount), rational_zero);
    }
}

static const char *missing_of(valuation *v)
{
    buf text;
    buf_init(&text, 0);
    for (size_t n = 0; n < MARKET_INSTRUMENTS; n++) {
        const market_instrument *i = &market_instruments[n];
        if (v->unmarked[n])
            buf_printf(&text, "%smark:%s/%s/%s", text.length ? "," : "", MARKET_VENUE, i->symbol, i->kind);
    }
    for (size_t c = 0; c < MARKET_CURRENCIES; c++) {
        const purse *p = &v->purses[c];
        if (!rate_of(v, market_currencies[c]) && (rational_sign(p->balance) != 0 || p->held))
            buf_printf(&text, "%srate:%s", text.length ? "," : "", market_currencies[c]);
    }
    const char *copy = arena_strdup(v->r->arena, text.data);
    v->r->short_of_memory = v->r->short_of_memory || !copy || text.state != BUF_OK;
    buf_term(&text);
    return copy ? copy : "";
}

static void value_account(valuation *v, ref_point *out)
{
    reference *r = v->r;
    rational_desk *d = r->desk;
    const dbk_account *opened = v->account->opened;
    for (size_t c = 0; c < MARKET_CURRENCIES; c++)
        v->purses[c].balance = v->purses[c].unrealized = rational_zero;
    put(v, opened->currency, rational_of_text(d, opened->opening_balance ? opened->opening_balance : "0"),
        rational_zero);
    for (const ref_cash *c = r->cash; c; c = c->next)
        if (ref_id_is(&c->told->account_id, &opened->account_id))
            put(v, c->told->currency, c->amount, rational_zero);
    for (ref_position *p = r->positions; p; p = p->next)
        if (p->account == v->account)
            value_position(v, p);
    const rational *balance = rational_zero, *unrealized = rational_zero;
    for (size_t c = 0; c < MARKET_CURRENCIES; c++) {
        const rational *rate = rate_of(v, market_currencies[c]);
        if (!rate)
            continue;
        balance = rational_add(d, balance, rational_mul(d, v->purses[c].balance, rate));
        unrealized = rational_add(d, unrealized, rational_mul(d, v->purses[c].unrealized, rate));
    }
    out->balance = rational_keep(r->kept, rational_round(d, balance, DECIMALS));
    out->unrealized = rational_keep(r->kept, rational_round(d, unrealized, DECIMALS));
    out->equity = rational_keep(r->kept, rational_round(d, rational_add(d, balance, unrealized), DECIMALS));
    out->missing = missing_of(v);
}

static bool same_marks(reference *r, const dbk_equity_point *a, const dbk_equity_point *b)
{
    if (a->mark_count != b->mark_count)
        return false;
    for (size_t i = 0; i < a->mark_count; i++)
        if (!ref_id_is(&a->marks[i].instrument_id, &b->marks[i].instrument_id) ||
            !rational_equal(rational_of_text(r->desk, a->marks[i].price),
                            rational_of_text(r->desk, b->marks[i].price)))
            return false;
    return true;
}

void ref_take_equity(reference *r, const dbk_equity_point *told, answer *out)
{
    ref_point *p = r->points;
    while (p && !(ref_id_is(&p->told->account_id, &told->account_id) &&
                  ref_id_is(&p->told->point_id, &told->point_id)))
        p = p->next;
    out->outcome = "created";
    if (p) {
        /* Rates are never contradicted by a history. */
        out->conflict_field = p->told->as_of_us != told->as_of_us ? "as_of"
                              : !same_marks(r, p->told, told)     ? "prices"
                                                                  : NULL;
        out->outcome = out->conflict_field ? "conflict" : "replayed";
    } else {
        p = REF_NEW(r, ref_point);
        *p = (ref_point){.next = r->points, .told = told};
        valuation v = {.r = r, .account = ref_find_account(r, &told->account_id), .told = told};
        p->currency = v.account->opened->currency;
        value_account(&v, p);
        r->points = p;
    }
    out->id = told->point_id;
    out->balance = ref_text(r, p->balance);
    out->unrealized = ref_text(r, p->unrealized);
    out->equity = ref_text(r, p->equity);
    out->missing = p->missing;
}
