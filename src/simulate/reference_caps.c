/* Caps of the reference book: what is used of one is the sum over the orders of its day, worked out anew
 * whenever it is asked for; nothing is handed out. */
#include <string.h>

#include "core/uuid.h"
#include "simulate/reference_int.h"

/* ---- what an order comes to ---- */

static const rational *higher(const rational *a, const rational *b)
{
    return !a ? b : !b ? a : rational_compare(a, b) >= 0 ? a : b;
}

static bool is_inverse(const ref_order *o)
{
    return strcmp(o->instrument->kind, "inverse") == 0;
}

/* At the price in force, or that asked for if it is higher; a stop price stands in for a limit. */
static const rational *price_of_leaves(const ref_order *o, const ref_count *c,
                                       const rational *const *requested)
{
    const rational *limit = ref_order_term(o, TERM_PRICE),
                   *now = limit ? limit : ref_order_term(o, TERM_STOP);
    const rational *then = requested[TERM_PRICE];
    if (!then && !limit)
        then = requested[TERM_STOP];
    const rational *price = higher(now, then);
    return price ? price : c->price ? c->price : rational_zero;
}

/* Its fills, and what may still fill. An inverse contract is worth its quantity. */
static const rational *notional(reference *r, const ref_order *o, const ref_count *c,
                                const rational *const *requested)
{
    rational_desk *d = r->desk;
    const rational *cum_qty = ref_order_cum_qty(r, o);
    const rational *worth = is_inverse(o) ? cum_qty : ref_order_cum_value(r, o);
    if (ref_order_lives(o)) {
        const rational *qty = higher(ref_order_term(o, TERM_QTY), requested[TERM_QTY]);
        const rational *leaves = qty ? rational_sub(d, qty, cum_qty) : rational_zero;
        if (rational_sign(leaves) > 0)
            worth = rational_add(
                d, worth, is_inverse(o) ? leaves : rational_mul(d, leaves, price_of_leaves(o, c, requested)));
    }
    return rational_mul(d, worth, rational_of_text(d, o->instrument->multiplier));
}

static const rational *not_negative(const rational *x)
{
    return rational_sign(x) < 0 ? rational_zero : x;
}

static const rational *counted(reference *r, const ref_order *o)
{
    const rational *requested[TERM_COUNT];
    for (size_t i = 0; i < TERM_COUNT; i++)
        requested[i] = ref_order_requested(o, (ref_term)i);
    return not_negative(rational_sub(r->desk, notional(r, o, o->counts, requested), o->counts->base));
}

/* The part of it that is filled. */
static const rational *counted_fills(reference *r, const ref_order *o)
{
    const rational *worth = is_inverse(o) ? ref_order_cum_qty(r, o) : ref_order_cum_value(r, o);
    worth = rational_mul(r->desk, worth, rational_of_text(r->desk, o->instrument->multiplier));
    return not_negative(rational_sub(r->desk, worth, o->counts->base));
}

/* ---- caps ---- */

static bool is_of(const desk_cap *c, const dbk_uuid *account_id, const dbk_uuid *bot_id)
{
    return ref_id_is(&c->account_id, account_id) && ref_id_is(&c->bot_id, bot_id);
}

/* The latest change is what holds. */
static const ref_cap *find_cap(const reference *r, const dbk_uuid *account_id, const dbk_uuid *bot_id,
                               const char *currency)
{
    for (const ref_cap *c = r->caps; c; c = c->next)
        if (is_of(c->told, account_id, bot_id) && (!currency || strcmp(c->told->currency, currency) == 0))
            return c;
    return NULL;
}

/* In whatever currency. */
static bool has_cap(const reference *r, const dbk_uuid *account_id, const dbk_uuid *bot_id)
{
    for (const ref_cap *c = r->caps; c; c = c->next)
        if (is_of(c->told, account_id, bot_id) && c->limit &&
            find_cap(r, account_id, bot_id, c->told->currency) == c)
            return true;
    return false;
}

static bool caps_apply(const reference *r, const ref_account *account, const dbk_uuid *bot_id)
{
    return (!ref_is_nil(bot_id) && has_cap(r, &account->opened->account_id, bot_id)) ||
           has_cap(r, &ref_nil, &ref_nil);
}

static bool counts_to(const ref_order *o, const dbk_uuid *account_id, const dbk_uuid *bot_id, int32_t day,
                      const char *currency)
{
    return o->counts && o->counts->day == day && strcmp(o->instrument->quote, currency) == 0 &&
           (ref_is_nil(account_id) || (ref_id_is(&o->account->opened->account_id, account_id) &&
                                       ref_id_is(&o->counts->bot_id, bot_id)));
}

static const rational *used_of(reference *r, const dbk_uuid *account_id, const dbk_uuid *bot_id, int32_t day,
                               const char *currency)
{
    const rational *sum = rational_zero;
    for (const ref_order *o = r->orders; o; o = o->next)
        if (counts_to(o, account_id, bot_id, day, currency))
            sum = rational_add(r->desk, sum, counted(r, o));
    return sum;
}

/* "limit used order allowed", or the order alone where there is no allowance. */
static const char *numbers_of(reference *r, const rational *limit, const rational *used,
                              const rational *amount)
{
    const char *order = ref_text(r, amount);
    const char *text =
        limit ? arena_printf(r->arena, "%s %s %s %s", ref_text(r, limit), ref_text(r, used), order,
                             ref_text(r, not_negative(rational_sub(r->desk, limit, used))))
              : order;
    r->short_of_memory = r->short_of_memory || !text;
    return text;
}

/* NULL when so much more fits the caps of the bot, or of all trading. */
static const char *over(reference *r, const dbk_uuid *account_id, const dbk_uuid *bot_id, int32_t day,
                        const char *currency, const rational *more)
{
    if (!has_cap(r, account_id, bot_id))
        return NULL;
    const ref_cap *cap = find_cap(r, account_id, bot_id, currency);
    const rational *limit = cap ? cap->limit : NULL, *used = used_of(r, account_id, bot_id, day, currency);
    if (limit && rational_compare(rational_add(r->desk, used, more), limit) <= 0)
        return NULL;
    return numbers_of(r, limit, used, more);
}

/* more: NULL when it has no price. */
static ref_verdict judge(reference *r, const ref_order *o, const ref_count *c, const rational *more)
{
    const dbk_uuid *account_id = &o->account->opened->account_id;
    const char *currency = o->instrument->quote;
    if (!more)
        return (ref_verdict){.code = "cap_price"};
    const char *numbers =
        ref_is_nil(&c->bot_id) ? NULL : over(r, account_id, &c->bot_id, c->day, currency, more);
    if (!numbers)
        numbers = over(r, &ref_nil, &ref_nil, c->day, currency, more);
    return (ref_verdict){.code = numbers ? "cap" : NULL, .numbers = numbers, .counts = numbers ? NULL : c};
}

static ref_count *new_count(reference *r, const rational *price)
{
    ref_count *c = REF_NEW(r, ref_count);
    *c = (ref_count){.bot_id = r->by->is_bot ? r->by->bot_id : ref_nil,
                     .day = r->day,
                     .price = price,
                     .base = rational_zero};
    return c;
}

const ref_count *ref_cap_count(reference *r, const ref_order *o, const char *reference_price)
{
    const dbk_uuid *bot_id = r->by->is_bot ? &r->by->bot_id : &ref_nil;
    if (!caps_apply(r, o->account, bot_id))
        return NULL;
    return new_count(r, o->asked[TERM_PRICE]  ? o->asked[TERM_PRICE]
                        : o->asked[TERM_STOP] ? o->asked[TERM_STOP]
                                              : rational_of_text(r->kept, reference_price));
}

ref_verdict ref_cap_order(reference *r, const ref_order *o, const char *reference_price)
{
    const ref_count *c = ref_cap_count(r, o, reference_price);
    const rational *none[TERM_COUNT] = {NULL};
    if (!c)
        return (ref_verdict){.code = NULL};
    return judge(r, o, c, c->price || is_inverse(o) ? notional(r, o, c, none) : NULL);
}

/* One that did not count begins to, with what is added to it. */
ref_verdict ref_cap_replace(reference *r, const ref_order *o, const rational *const *terms)
{
    const rational *none[TERM_COUNT] = {NULL}, *qty = ref_order_term(o, TERM_QTY);
    const ref_count *c = o->counts;
    const rational *before = rational_zero;
    if (!c) {
        const rational *price = ref_order_term(o, TERM_PRICE);
        ref_count *own = new_count(r, price ? price : ref_order_term(o, TERM_STOP));
        own->base = rational_keep(r->kept, notional(r, o, own, none));
        c = own;
    } else {
        before = counted(r, o);
    }
    if (!caps_apply(r, o->account, &c->bot_id))
        return (ref_verdict){.code = NULL};
    bool unpriced =
        !c->price && !is_inverse(o) && terms[TERM_QTY] && qty && rational_compare(terms[TERM_QTY], qty) > 0;
    const rational *after = not_negative(rational_sub(r->desk, notional(r, o, c, terms), c->base));
    const rational *more = rational_sub(r->desk, after, before);
    if (!unpriced && rational_sign(more) <= 0)
        return (ref_verdict){.code = NULL};
    return judge(r, o, c, unpriced ? NULL : more);
}

/* ---- changes ---- */

void ref_take_cap(reference *r, const desk_cap *told, answer *out)
{
    ref_account *account = ref_find_account(r, &told->account_id);
    if (account && !ref_knows_bot(r, account, &told->bot_id)) {
        *out = (answer){.outcome = "error", .error = "TB002"};
        return;
    }
    const rational *limit = rational_of_text(r->kept, told->limit);
    const rational *slice = rational_of_text(r->kept, told->slice);
    const ref_cap *known = r->caps;
    while (known && !(ref_id_is(&known->told->account_id, &told->account_id) &&
                      ref_id_is(&known->told->change_id, &told->change_id)))
        known = known->next;
    if (known) {
        const desk_cap *was = known->told;
        out->conflict_field = !ref_id_is(&was->bot_id, &told->bot_id)      ? "bot_id"
                              : strcmp(was->currency, told->currency) != 0 ? "currency"
                              : !ref_equal(known->limit, limit)            ? "limit"
                              : !ref_equal(known->slice, slice)            ? "slice"
                              : !ref_same(was->reason, told->reason)       ? "reason"
                              : !ref_same(was->actor, told->actor)         ? "actor"
                                                                           : NULL;
        out->outcome = out->conflict_field ? "conflict" : "replayed";
    } else {
        const ref_cap *before = find_cap(r, &told->account_id, &told->bot_id, told->currency);
        ref_cap *c = REF_NEW(r, ref_cap);
        *c = (ref_cap){.next = r->caps, .told = told, .limit = limit, .slice = slice};
        c->version = before ? before->version + 1 : 1;
        r->caps = c;
        known = c;
        out->outcome = "created";
        if (account)
            account->version++;
    }
    out->id = told->change_id;
    /* Caps of all trading were there before the history. */
    out->version = account ? known->version : 0;
}

/* ---- what is known ---- */

static void number(reference *r, buf *out, const rational *x)
{
    ref_field(out, ref_text(r, x));
}

static void write_cap(reference *r, const ref_cap *c, buf *out)
{
    const desk_cap *told = c->told;
    const rational *used = used_of(r, &told->account_id, &told->bot_id, r->day, told->currency);
    const rational *open = rational_zero;
    for (const ref_order *o = r->orders; o; o = o->next)
        if (counts_to(o, &told->account_id, &told->bot_id, r->day, told->currency) && ref_order_is_open(r, o))
            open = rational_add(r->desk, open, rational_sub(r->desk, counted(r, o), counted_fills(r, o)));
    buf_append_str(out, "caps");
    ref_id_field(out, &told->account_id);
    ref_id_field(out, &told->bot_id);
    ref_field(out, told->currency);
    number(r, out, c->limit);
    number(r, out, c->slice);
    number(r, out, used);
    number(r, out, open);
    number(r, out, not_negative(rational_sub(r->desk, c->limit, used)));
    buf_append_char(out, '\n');
}

void ref_write_caps(reference *r, buf *out)
{
    for (const ref_cap *c = r->caps; c; c = c->next)
        if (c->limit && find_cap(r, &c->told->account_id, &c->told->bot_id, c->told->currency) == c)
            write_cap(r, c, out);
    for (const ref_order *o = r->orders; o; o = o->next) {
        if (!o->counts)
            continue;
        buf_append_str(out, "counts");
        ref_id_field(out, &o->account->opened->account_id);
        ref_id_field(out, &o->id);
        ref_id_field(out, &o->counts->bot_id);
        buf_printf(out, "\t%d", (int)o->counts->day);
        ref_field(out, o->instrument->quote);
        number(r, out, counted(r, o));
        buf_append_char(out, '\n');
    }
}
