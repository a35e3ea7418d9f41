/* sqlite_reconcile_filled.c: what the venue says was filled of an order, against its fills in the book. */
#include <string.h>

#include "book/sqlite_book_sql.h"
#include "book/sqlite_reconcile_order.h"

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

dbk_err *mend_filled(told_order *t, maybe_amount filled, const char *status, filled_outcome *out)
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
    reconcile_step step = told_step(t, "filled_qty", mend_amount(p, filled));
    step.said.book = mend_wide(p, o->cum_qty);
    *out = FILLED_OPEN;
    if (!venue_state_knows(p->request->state, VENUE_FILLS))
        return mend_undecided(p, &step, "needs_evidence", "the venue's fills are not known");
    if (wide_sign(missing) < 0)
        return mend_undecided(p, &step, "needs_decision",
                              "the book has more fills of the order than the venue tells of");
    if (wide_sign(missing) > 0 && wide_sign(price) <= 0)
        return mend_undecided(p, &step, "needs_decision",
                              "the venue's average leads to no price for what is missing");
    e = bust_made(t, &made, left_working(o, filled.value, venue_says_open(status)));
    *out = wide_is_zero(missing) ? FILLED_TOLD : FILLED_INFERRED;
    return e || wide_is_zero(missing) ? e : mend_inferred(t, &step, &made, missing, price);
}
