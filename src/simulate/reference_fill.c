#include <assert.h>
#include <string.h>

#include "simulate/reference_int.h"

#define FLAGS_MAX 128

/* ---- terms ---- */

ref_terms ref_received_terms(const ref_fill *f)
{
    return (ref_terms){.qty = f->qty,
                       .price = f->price,
                       .fee = f->fee,
                       .fee_rate = f->fee_rate,
                       .fee_currency = f->fee_currency};
}

bool ref_amends(const ref_amendment *a, const ref_fill *f)
{
    return a->account == f->order->account && !a->refusal_code && ref_id_is(&a->fill_id, &f->told->fill_id);
}

/* A correction that names a currency or a rate says how the fee is priced from then on. */
void ref_amend_terms(ref_terms *t, const ref_amendment *a)
{
    t->qty = a->qty ? a->qty : t->qty;
    t->price = a->price ? a->price : t->price;
    t->fee = a->fee ? a->fee : t->fee;
    t->fee_rate = a->fee_currency || a->fee_rate ? a->fee_rate : t->fee_rate;
    t->fee_currency = a->fee_currency ? a->fee_currency : t->fee_currency;
    t->busted = a->bust;
    t->leaves = a->leaves;
}

ref_terms ref_fill_terms(const reference *r, const ref_fill *f)
{
    ref_terms t = ref_received_terms(f);
    for (const ref_amendment *a = r->amendments; a; a = a->next)
        if (ref_amends(a, f))
            ref_amend_terms(&t, a);
    return t;
}

static int amendments_of(const reference *r, const ref_account *account, const dbk_uuid *fill_id,
                         bool counting, const ref_amendment **bust)
{
    int count = 0;
    for (const ref_amendment *a = r->amendments; a; a = a->next) {
        if (a->account != account || !ref_id_is(&a->fill_id, fill_id))
            continue;
        count += !counting || !a->refusal_code;
        if (bust && a->bust && !a->refusal_code)
            *bust = a;
    }
    return count;
}

/* ---- what is known already ---- */

static ref_fill *find_fill(const reference *r, const ref_account *account, const dbk_uuid *id)
{
    for (ref_position *p = r->positions; p; p = p->next)
        for (ref_fill *f = p->account == account ? p->first : NULL; f; f = f->next)
            if (ref_id_is(&f->told->fill_id, id))
                return f;
    return NULL;
}

/* By its id, else by the venue's number of the trade. */
static ref_fill *find_known(const reference *r, const ref_account *account, const dbk_fill *told)
{
    ref_fill *known = find_fill(r, account, &told->fill_id);
    if (known || !told->venue_trade_id)
        return known;
    for (ref_position *p = r->positions; p; p = p->next)
        for (ref_fill *f = p->account == account ? p->first : NULL; f; f = f->next)
            if (ref_id_is(&f->told->instrument_id, &told->instrument_id) &&
                ref_same(f->told->venue_trade_id, told->venue_trade_id) &&
                strcmp(ref_key(f->told->trade_discriminator), ref_key(told->trade_discriminator)) == 0)
                return f;
    return NULL;
}

static const char *other_fill(reference *r, const ref_fill *f, const dbk_fill *told)
{
    const dbk_fill *was = f->told;
    const rational *fee = rational_of_text(r->desk, told->fee ? told->fee : "0");
    const rational *fee_rate = rational_of_text(r->desk, told->fee_rate);
    bool charged = rational_sign(fee) != 0;
    return !ref_id_is(&was->order_id, &told->order_id)                            ? "order_id"
           : !ref_id_is(&was->instrument_id, &told->instrument_id)                ? "instrument_id"
           : strcmp(was->side, told->side) != 0                                   ? "side"
           : !rational_equal(f->qty, rational_of_text(r->desk, told->qty))        ? "qty"
           : !rational_equal(f->price, rational_of_text(r->desk, told->price))    ? "price"
           : !rational_equal(f->fee, fee)                                         ? "fee"
           : ref_differ_text(f->fee_currency, told->fee_currency)                 ? "fee_currency"
           : charged && fee_rate && !ref_equal(f->fee_rate, fee_rate)             ? "fee_rate"
           : strcmp(ref_key(was->position_key), ref_key(told->position_key)) != 0 ? "position_key"
           : !ref_same(was->venue_trade_id, told->venue_trade_id)                 ? "venue_trade_id"
           : strcmp(ref_key(was->trade_discriminator), ref_key(told->trade_discriminator)) != 0
               ? "trade_discriminator"
               : NULL;
}

static const char *other_order(const ref_order *o, const dbk_fill *told)
{
    return o->instrument != market_find(&told->instrument_id)          ? "order.instrument_id"
           : strcmp(o->side, told->side) != 0                          ? "order.side"
           : strcmp(o->position_key, ref_key(told->position_key)) != 0 ? "order.position_key"
                                                                       : NULL;
}

static void answer_fill(reference *r, const ref_fill *f, const char *outcome, answer *out)
{
    *out = (answer){.outcome = outcome,
                    .id = f->told->fill_id,
                    .order_status = f->status,
                    .order_cum_qty = ref_text(r, f->cum_qty),
                    .position_qty = ref_text(r, f->answered.qty),
                    .position_avg_price = ref_text(r, f->avg_price),
                    .realized_pnl = ref_text(r, f->realized),
                    .flags = f->flags};
}

/* Kept as an event of the order that the fill names, or is known under. */
static void answer_conflict(ref_order *o, const ref_fill *known, const dbk_fill *told, const char *field,
                            answer *out)
{
    if (!o && known)
        o = known->order;
    o->version++;
    *out = (answer){
        .outcome = "conflict", .id = known ? known->told->fill_id : told->fill_id, .conflict_field = field};
}

/* ---- new ones ---- */

static const char *flags_of(reference *r, const ref_fill *f, const ref_terms *t, const rational *cum_qty)
{
    const rational *qty = ref_order_term(f->order, TERM_QTY);
    const char *lifecycle = ref_order_lifecycle(f->order);
    bool live = strcmp(lifecycle, "submitted") == 0 || strcmp(lifecycle, "accepted") == 0 ||
                strcmp(lifecycle, "triggered") == 0;
    bool amended = amendments_of(r, f->order->account, &f->told->fill_id, true, NULL) > 0;
    const struct {
        bool is;
        const char *name;
    } flags[] = {
        {!live, "late"},
        {qty && rational_compare(cum_qty, qty) > 0, "overfill"},
        {f->order->origin == ORIGIN_EXTERNAL, "orphan"},
        {f->told->filled_us < ref_position_last_fill_us(f->position), "out_of_order"},
        {ref_fee_kind(f->position->instrument, t) == FEE_OTHER, "unpriced_fee"},
        {amended && !t->busted, "corrected"},
        {t->busted, "busted"},
    };
    char text[FLAGS_MAX] = "";
    size_t length = 0;
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        size_t size = strlen(flags[i].name);
        if (!flags[i].is)
            continue;
        assert(length + size + 1 < sizeof(text));
        if (length > 0)
            text[length++] = ',';
        memcpy(text + length, flags[i].name, size + 1);
        length += size;
    }
    const char *copy = arena_strdup(r->arena, text);
    r->short_of_memory = r->short_of_memory || !copy;
    return copy ? copy : "";
}

static void receive(reference *r, ref_fill *f, const dbk_fill *told)
{
    f->told = told;
    f->qty = rational_of_text(r->kept, told->qty);
    f->price = rational_of_text(r->kept, told->price);
    f->fee = rational_of_text(r->kept, told->fee ? told->fee : "0");
    if (rational_sign(f->fee) == 0)
        return;
    f->fee_currency = told->fee_currency ? told->fee_currency : f->position->instrument->settle;
    f->fee_rate = rational_of_text(r->kept, told->fee_rate);
}

/* What is answered is what all facts say now, this one included. */
static void note_answer(reference *r, ref_fill *f)
{
    ref_state s = ref_fold(r, f->position);
    f->status = ref_order_status(r, f->order);
    f->cum_qty = rational_keep(r->kept, ref_order_cum_qty(r, f->order));
    f->avg_price = rational_keep(r->kept, s.avg_price);
    f->realized = rational_keep(r->kept, ref_position_realized(r, f->position, &s));
    f->answered = f->now;
    f->answered.qty = rational_keep(r->kept, f->now.qty);
    f->answered.gross = rational_keep(r->kept, f->now.gross);
    f->answered.net = rational_keep(r->kept, f->now.net);
}

static void take_new(reference *r, ref_account *account, ref_order *o, const dbk_fill *told, answer *out)
{
    const market_instrument *i = market_find(&told->instrument_id);
    const char *key = ref_key(told->position_key);
    ref_position *p = ref_find_position(r, account, i, key);
    if (!p)
        p = ref_new_position(r, account, i, key);
    if (!o) {
        o = ref_new_order(r, account, &told->order_id);
        o->origin = ORIGIN_EXTERNAL;
        o->instrument = i;
        o->side = told->side;
        o->position_key = key;
        ref_note_import(r, o);
    }
    ref_fill *f = REF_NEW(r, ref_fill);
    f->order = o;
    f->stale = ref_is_stale(r, account);
    f->position = p;
    receive(r, f, told);
    ref_terms t = ref_fill_terms(r, f);
    const rational *before = ref_order_cum_qty(r, o), *with = rational_add(r->desk, before, t.qty);
    f->flags = flags_of(r, f, &t, with);
    f->order_version = o->version + 1;
    o->version += 1 + amendments_of(r, account, &told->fill_id, true, NULL);
    f->position_version = ++p->version;
    ref_order_happens(r, o, HAPPENED_FILL, NULL);
    if (t.busted)
        ref_order_loses(r, o, with, before, t.leaves);
    f->before_of_order = o->fills;
    o->fills = f;
    *(p->last ? &p->last->next : &p->first) = f;
    p->last = f;
    note_answer(r, f);
    answer_fill(r, f, "created", out);
}

/* False when it is neither known nor at odds with its order. */
static bool answer_known(reference *r, const ref_account *account, ref_order *o, const dbk_fill *told,
                         answer *out)
{
    const ref_fill *known = find_known(r, account, told);
    const char *field = known ? other_fill(r, known, told) : o ? other_order(o, told) : NULL;
    if (field)
        answer_conflict(o, known, told, field, out);
    else if (known)
        answer_fill(r, known, "replayed", out);
    return known || field;
}

void ref_take_fill(reference *r, const dbk_fill *told, answer *out)
{
    ref_account *account = ref_find_account(r, &told->account_id);
    ref_order *o = ref_find_order(r, account, &told->order_id);
    if (!answer_known(r, account, o, told, out))
        take_new(r, account, o, told, out);
}

static bool comes_again(const dbk_fill *told, size_t place)
{
    const dbk_fill *f = &told[place];
    for (size_t i = 0; i < place; i++) {
        bool same_trade = f->venue_trade_id && ref_same(told[i].venue_trade_id, f->venue_trade_id) &&
                          ref_id_is(&told[i].instrument_id, &f->instrument_id) &&
                          strcmp(ref_key(told[i].trade_discriminator), ref_key(f->trade_discriminator)) == 0;
        if (same_trade || ref_id_is(&told[i].fill_id, &f->fill_id))
            return true;
    }
    return false;
}

/* What is new goes first, in its order; then what comes again and what contradicts. */
void ref_take_fills(reference *r, const dbk_fill *told, size_t count, answer *out)
{
    ref_account *account = ref_find_account(r, &told->account_id);
    for (size_t i = 0; i < count; i++) {
        ref_order *o = ref_find_order(r, account, &told[i].order_id);
        if (!comes_again(told, i) && !find_known(r, account, &told[i]) && !(o && other_order(o, &told[i])))
            take_new(r, account, o, &told[i], &out[i]);
    }
    for (size_t i = 0; i < count; i++)
        if (!out[i].outcome)
            ref_take_fill(r, &told[i], &out[i]);
}

/* ---- busts and corrections ---- */

static const ref_amendment *find_amendment(const reference *r, const ref_account *account,
                                           const dbk_uuid *event_id)
{
    for (const ref_amendment *a = r->amendments; a; a = a->next)
        if (a->account == account && ref_id_is(&a->event_id, event_id))
            return a;
    return NULL;
}

static const char *other_amendment(const ref_amendment *a, const ref_amendment *b)
{
    return !ref_id_is(&a->fill_id, &b->fill_id)          ? "fill_id"
           : a->bust != b->bust                          ? "kind"
           : !ref_equal(a->qty, b->qty)                  ? "qty"
           : !ref_equal(a->price, b->price)              ? "price"
           : !ref_equal(a->fee, b->fee)                  ? "fee"
           : !ref_same(a->fee_currency, b->fee_currency) ? "fee_currency"
           : !ref_equal(a->fee_rate, b->fee_rate)        ? "fee_rate"
           : !ref_equal(a->leaves, b->leaves)            ? "leaves_qty"
           : !ref_same(a->reason, b->reason)             ? "reason"
                                                         : NULL;
}

static void answer_amendment(reference *r, const ref_amendment *a, const char *outcome, answer *out)
{
    *out = (answer){.outcome = a->refusal_code ? "refused" : outcome,
                    .id = a->event_id,
                    .refusal_code = a->refusal_code,
                    .waiting = a->order_version == 0,
                    .order_status = a->status,
                    .order_cum_qty = ref_text(r, a->cum_qty),
                    .position_qty = ref_text(r, a->position_qty),
                    .position_avg_price = ref_text(r, a->avg_price),
                    .realized_pnl = ref_text(r, a->realized)};
}

static void amend(reference *r, ref_amendment *a, ref_fill *f)
{
    ref_order *o = f->order;
    ref_position *p = f->position;
    a->order_version = ++o->version;
    if (!a->refusal_code)
        a->position_version = ++p->version;
    if (!a->refusal_code && a->bust) {
        /* It is in the list by now; what the order had with the fill, the order's other fills do not tell. */
        ref_terms t = ref_fill_terms(r, f);
        const rational *rest = ref_order_cum_qty(r, o);
        ref_order_loses(r, o, rational_add(r->desk, rest, t.qty), rest, a->leaves);
    }
    ref_state s = ref_fold(r, p);
    if (!a->refusal_code)
        a->position_cycle = s.cycle;
    a->status = ref_order_status(r, o);
    a->cum_qty = rational_keep(r->kept, ref_order_cum_qty(r, o));
    a->position_qty = rational_keep(r->kept, s.qty);
    a->avg_price = rational_keep(r->kept, s.avg_price);
    a->realized = rational_keep(r->kept, ref_position_realized(r, p, &s));
}

static void take_amendment(reference *r, const ref_amendment *told, answer *out)
{
    const ref_amendment *known = find_amendment(r, told->account, &told->event_id);
    if (known) {
        const char *field = other_amendment(known, told);
        if (field)
            *out = (answer){.outcome = "conflict", .id = known->event_id, .conflict_field = field};
        else
            answer_amendment(r, known, "replayed", out);
        return;
    }
    const ref_amendment *bust = NULL;
    ref_amendment *a = REF_NEW(r, ref_amendment);
    *a = *told;
    a->place = 1 + amendments_of(r, a->account, &a->fill_id, false, &bust);
    a->refusal_code = bust ? "already_busted" : NULL;
    a->stale = ref_is_stale(r, a->account);
    *(r->amendments_last ? &r->amendments_last->next : &r->amendments) = a;
    r->amendments_last = a;
    ref_fill *f = find_fill(r, a->account, &a->fill_id);
    if (f)
        amend(r, a, f);
    else
        a->account->version++;
    answer_amendment(r, a, "created", out);
}

void ref_take_bust(reference *r, const dbk_bust *told, answer *out)
{
    ref_amendment a = {.account = ref_find_account(r, &told->account_id),
                       .event_id = told->event_id,
                       .fill_id = told->fill_id,
                       .bust = true,
                       .leaves = rational_of_text(r->kept, told->leaves_qty),
                       .reason = told->reason,
                       .occurred_us = told->occurred_us};
    take_amendment(r, &a, out);
}

void ref_take_correction(reference *r, const dbk_correction *told, answer *out)
{
    ref_amendment a = {.account = ref_find_account(r, &told->account_id),
                       .event_id = told->event_id,
                       .fill_id = told->fill_id,
                       .qty = rational_of_text(r->kept, told->qty),
                       .price = rational_of_text(r->kept, told->price),
                       .fee = rational_of_text(r->kept, told->fee),
                       .fee_currency = told->fee_currency,
                       .fee_rate = rational_of_text(r->kept, told->fee_rate),
                       .reason = told->reason,
                       .occurred_us = told->occurred_us};
    take_amendment(r, &a, out);
}
