#include "book/lot.h"

#include <assert.h>
#include <string.h>

#include "core/mem.h"

#define CAPACITY_FIRST 16

struct lots {
    position_kind kind;
    lot_matching matching;
    size_t max;
    size_t count;
    size_t capacity;
    lot *items; /* oldest first */
};

dbk_err *lots_new(position_kind kind, lot_matching matching, size_t max, lots **out)
{
    assert(max > 0);
    lots *l = mem_alloc(sizeof(*l));
    if (!l)
        return err_oom();
    *l = (lots){.kind = kind, .matching = matching, .max = max};
    *out = l;
    return NULL;
}

void lots_free(lots *l)
{
    if (!l)
        return;
    mem_free(l->items);
    mem_free(l);
}

wide lots_qty(const lots *l)
{
    wide sum = {.count = 0};
    for (size_t i = 0; i < l->count; i++)
        sum = wide_add(sum, l->items[i].qty);
    return sum;
}

size_t lots_count(const lots *l)
{
    return l->count;
}

const lot *lots_at(const lots *l, size_t index)
{
    assert(index < l->count);
    return &l->items[index];
}

static dbk_err *make_room(lots *l)
{
    if (l->count < l->capacity)
        return NULL;
    if (l->count == l->max)
        return err_new(ERR_LIMIT, "more than %zu lots are open at once", l->max);
    size_t wanted = l->capacity == 0 ? CAPACITY_FIRST : 2 * l->capacity;
    if (wanted > l->max)
        wanted = l->max;
    lot *items = mem_realloc(l->items, wanted * sizeof(*items));
    if (!items)
        return err_oom();
    l->items = items;
    l->capacity = wanted;
    return NULL;
}

/* Everything in one lot, which goes on from the first of them. */
static void merge(lot *into, const lot *more)
{
    into->qty = wide_add(into->qty, more->qty);
    into->value = wide_add(into->value, more->value);
    into->loss = wide_add(into->loss, more->loss);
    into->fees = wide_add(into->fees, more->fees);
    into->funding = wide_add(into->funding, more->funding);
}

dbk_err *lots_add(lots *l, const lot *opened)
{
    assert(wide_sign(opened->qty) > 0);
    if (l->matching == LOT_AVERAGE && l->count == 1) {
        merge(&l->items[0], opened);
        return NULL;
    }
    dbk_err *e = make_room(l);
    if (!e)
        l->items[l->count++] = *opened;
    return e;
}

static size_t next_lot(const lots *l)
{
    if (l->matching == LOT_LIFO)
        return l->count - 1;
    size_t found = 0;
    if (l->matching == LOT_HIFO)
        for (size_t i = 1; i < l->count; i++)
            if (decimal_compare(l->items[i].price, l->items[found].price) > 0)
                found = i;
    return found;
}

wide lot_take_share(wide *amount, wide part, wide whole)
{
    wide taken = wide_share(*amount, part, whole);
    *amount = wide_sub(*amount, taken);
    return taken;
}

static wide take_value(const lots *l, lot *from, wide qty)
{
    if (l->kind == POSITION_INVERSE || l->matching == LOT_AVERAGE)
        return lot_take_share(&from->value, qty, from->qty);
    wide taken = wide_mul(qty, wide_of(from->price));
    from->value = wide_sub(from->value, taken);
    return taken;
}

static lot take_part(lots *l, size_t index, wide at_most)
{
    lot *from = &l->items[index], part = *from;
    part.qty = wide_min(at_most, from->qty);
    part.value = take_value(l, from, part.qty);
    part.loss = lot_take_share(&from->loss, part.qty, from->qty);
    part.fees = lot_take_share(&from->fees, part.qty, from->qty);
    part.funding = lot_take_share(&from->funding, part.qty, from->qty);
    from->qty = wide_sub(from->qty, part.qty);
    if (wide_is_zero(from->qty)) {
        l->count--;
        memmove(from, from + 1, (l->count - index) * sizeof(*from));
    }
    return part;
}

static dbk_err *not_enough(wide wanted, wide held)
{
    char wanted_text[WIDE_TEXT_SIZE], held_text[WIDE_TEXT_SIZE];
    wide_format(wanted, wanted_text);
    wide_format(held, held_text);
    return err_new(ERR_INPUT, "not enough lots: %s are to be given up, %s are held", wanted_text, held_text);
}

dbk_err *lots_take(lots *l, wide qty, dbk_err *(*each)(void *ctx, const lot *part), void *ctx)
{
    wide held = lots_qty(l);
    if (wide_compare(qty, held) > 0)
        return not_enough(qty, held);
    while (wide_sign(qty) > 0) {
        lot part = take_part(l, next_lot(l), qty);
        qty = wide_sub(qty, part.qty);
        dbk_err *e = each(ctx, &part);
        if (e)
            return e;
    }
    return NULL;
}

void lots_see(lots *l, decimal price)
{
    for (size_t i = 0; i < l->count; i++) {
        if (decimal_compare(price, l->items[i].low) < 0)
            l->items[i].low = price;
        if (decimal_compare(price, l->items[i].high) > 0)
            l->items[i].high = price;
    }
}

void lots_fund(lots *l, wide amount)
{
    assert(l->count > 0);
    wide left = lots_qty(l);
    for (size_t i = 0; i < l->count; i++) {
        wide qty = l->items[i].qty;
        l->items[i].funding = wide_add(l->items[i].funding, lot_take_share(&amount, qty, left));
        left = wide_sub(left, qty);
    }
}
