/* sqlite_reconcile_position.c: the positions of the venue against those of the book, and its balances against
 * what the book holds, as both are once the steps before are done. */
#include <stdlib.h>
#include <string.h>

#include "book/reconcile.h"
#include "book/sqlite_book_sql.h"
#include "book/sqlite_reconcile_int.h"

/* ---- what differs ---- */

static bool matches(const position_row *at, wide venue_qty, maybe_amount venue_avg)
{
    const decimal tolerance = {(__int128)100000000000000}; /* 0.0001 */
    wide avg = position_avg_price(&at->now);
    return reconcile_matches(at->now.signed_qty, avg, venue_qty,
                             venue_avg.known ? wide_of(venue_avg.value) : avg, wide_of(tolerance));
}

static const char *position_text(mending *p, wide qty, const char *avg)
{
    const char *const parts[] = {mend_wide(p, qty), wide_is_zero(qty) ? NULL : avg};
    return mend_join(p, " @ ", parts, 2);
}

static const char *subject_of(mending *p, const instrument_names *i, const char *position_key)
{
    const char *const parts[] = {i->venue, i->symbol, i->kind, position_key[0] ? position_key : NULL};
    return mend_join(p, "/", parts, 4);
}

/* What the venue says of a position, or that it says nothing: flat. */
typedef struct told_position {
    dbk_uuid instrument_id;
    const char *position_key; /* NULL: of all that is held of the instrument */
    wide qty;
    maybe_amount avg_price;
    size_t opened; /* positions that are held, when no key was said */
    instrument_names names;
    size_t place;
} told_position;

/* trading._reconcile_position_differs(). */
static reconcile_step differing(mending *p, const told_position *t, const position_row *at)
{
    bool same_qty = wide_equal(at->now.signed_qty, t->qty);
    return (reconcile_step){
        .said = {.kind = "position",
                 .subject = subject_of(p, &t->names, at->position_key),
                 .field = same_qty ? "avg_price" : "qty",
                 .book = position_text(p, at->now.signed_qty, mend_wide(p, position_avg_price(&at->now))),
                 .venue = position_text(p, t->qty, mend_amount(p, t->avg_price))}};
}

/* ---- what is done about it ---- */

/* trading._reconcile_adjustment(): a fill of an external market order of its own, which has the fill's id:
 * that is how it is known from the orders of others. */
static dbk_err *adjust(mending *p, const told_position *t, const position_row *at, wide price,
                       reconcile_step *step)
{
    wide change = wide_sub(t->qty, at->now.signed_qty);
    const char *const words[] = {
        "fill of position",   at->position_key,    mend_text(p, "%lld", (long long)at->version),
        mend_wide(p, change), mend_wide(p, price), NULL};
    made_fill made = {.instrument_id = at->instrument_id,
                      .position_key = at->position_key,
                      .side = wide_sign(change) > 0 ? "buy" : "sell",
                      .qty = wide_abs(change),
                      .price = price};
    dbk_err *e = p->broken ? err_oom() : mend_id(p, &at->instrument_id, words, &made.fill_id);
    if (e)
        return e;
    made.order_id = made.fill_id;
    step->fill = mend_made(p, &made);
    if (!step->fill)
        return err_oom();
    dbk_external_order order = {.account_id = p->request->account_id,
                                .order_id = made.fill_id,
                                .instrument_id = at->instrument_id,
                                .side = made.side,
                                .type = "market",
                                .qty = step->fill->request.qty,
                                .position_key = at->position_key,
                                .submitted_us = p->request->as_of_us};
    step->order = mend_copy(p, &order, sizeof(order));
    step->said.action = "adjust_position";
    step->said.ref_id = mend_uuid(p, &made.fill_id);
    step->said.result = NULL;
    step->said.detail = mend_text(p, "%s %s @ %s, so that nothing is realised but what a flip closes",
                                  made.side, order.qty, step->fill->request.price);
    return mend_add(p, step);
}

static dbk_err *lead_there(mending *p, const told_position *t, const position_row *at)
{
    wide price, avg = wide_of(t->avg_price.value); /* zero leads nowhere */
    reconcile_step step = differing(p, t, at);
    if (reconcile_price(at->now.kind, at->now.signed_qty, position_avg_price(&at->now), t->qty, avg, &price))
        return adjust(p, t, at, price, &step);
    return mend_undecided(p, &step, "needs_decision",
                          "no fill at a price above zero leads from the one to the other");
}

/* trading._reconcile_position(): reconciled fills go whose place was taken, and one comes for the rest. */
static dbk_err *mend_position(mending *p, const planned *done, const told_position *t, const position_row *at)
{
    if (matches(at, t->qty, t->avg_price))
        return NULL;
    reconcile_step step = differing(p, t, at);
    if (!venue_state_knows(p->request->state, VENUE_FILLS))
        return mend_undecided(p, &step, "needs_evidence", "the venue's fills are not known");
    if (at->filled && at->last_fill_us > p->request->as_of_us)
        return mend_undecided(p, &step, "needs_evidence",
                              "the book has fills that are later than what the venue says: ask it again");
    position_row old, then = *at;
    dbk_uuid *superseded;
    size_t count;
    dbk_err *e = position_now(p, &at->instrument_id, at->position_key, &old);
    if (!e)
        e = superseded_fills(p, done, &old, &superseded, &count);
    if (!e && count > 0) {
        planned without = *done;
        dbk_uuid *busted = arena_alloc(p->call->a, (done->busted_count + count) * sizeof(*busted));
        if (!busted)
            return err_oom();
        if (done->busted_count > 0)
            memcpy(busted, done->busted, done->busted_count * sizeof(*busted));
        memcpy(busted + done->busted_count, superseded, count * sizeof(*busted));
        without.busted = busted;
        without.busted_count += count;
        e = mend_busts(p, superseded, count, (maybe_amount){.known = false});
        if (!e)
            e = position_after(p, &without, &old, &then);
        if (e || matches(&then, t->qty, t->avg_price))
            return e;
    }
    return e ? e : lead_there(p, t, &then);
}

/* trading._reconcile_positions_shared(): only their sum can be compared, and whose the difference is only be
 * decided. */
static dbk_err *mend_shared(mending *p, const told_position *t, const position_list *after)
{
    wide sum = {.count = 0};
    size_t count = 0;
    for (size_t i = 0; i < after->count; i++)
        if (uuid_equal(&after->rows[i].instrument_id, &t->instrument_id)) {
            sum = wide_add(sum, after->rows[i].now.signed_qty);
            count++;
        }
    if (wide_equal(sum, t->qty))
        return NULL;
    reconcile_step step = {.said = {.kind = "position",
                                    .subject = subject_of(p, &t->names, ""),
                                    .field = "qty",
                                    .book = mend_wide(p, sum),
                                    .venue = mend_wide(p, t->qty)}};
    return mend_undecided(p, &step, "needs_decision",
                          mend_text(p, "the venue nets what the book keeps as %zu positions", count));
}

/* ---- which positions ---- */

static bool tells_of(const venue_entry *v, const position_row *at)
{
    return uuid_equal(&v->instrument_id.value, &at->instrument_id) &&
           (!v->position_key || strcmp(v->position_key, at->position_key) == 0);
}

static size_t count_open(const position_list *after, const dbk_uuid *instrument_id)
{
    size_t count = 0;
    for (size_t i = 0; i < after->count; i++)
        count += uuid_equal(&after->rows[i].instrument_id, instrument_id) &&
                 !position_is_flat(&after->rows[i].now);
    return count;
}

/* By name, since ids of instruments may be others in another book; those without a key last. */
static int by_name(const void *a, const void *b)
{
    const told_position *one = a, *two = b;
    int order = strcmp(one->names.venue, two->names.venue);
    if (order == 0)
        order = strcmp(one->names.symbol, two->names.symbol);
    if (order == 0)
        order = strcmp(one->names.kind, two->names.kind);
    if (order == 0)
        order = one->position_key && two->position_key ? strcmp(one->position_key, two->position_key)
                                                       : !one->position_key - !two->position_key;
    return order != 0 ? order : one->place < two->place ? -1 : 1;
}

/* A section that is known is whole: what it does not list is flat. But for spot, whose holdings venues tell
 * as balances. */
static dbk_err *list_told(mending *p, const venue_section *entries, const position_list *after,
                          told_position **out, size_t *count)
{
    told_position *told = arena_alloc(p->call->a, (entries->count + after->count + 1) * sizeof(*told));
    *count = 0;
    if (!told)
        return err_oom();
    for (size_t i = 0; i < entries->count; i++) {
        const venue_entry *v = &entries->entries[i];
        told[(*count)++] =
            (told_position){.instrument_id = v->instrument_id.value,
                            .position_key = v->position_key,
                            .qty = wide_of(v->qty.value),
                            .avg_price = v->avg_price,
                            .opened = v->position_key ? 0 : count_open(after, &v->instrument_id.value)};
    }
    for (size_t i = 0; i < after->count; i++) {
        const position_row *at = &after->rows[i];
        bool listed = position_is_flat(&at->now) || at->now.kind == POSITION_SPOT;
        for (size_t k = 0; !listed && k < entries->count; k++)
            listed = tells_of(&entries->entries[k], at);
        if (!listed)
            told[(*count)++] =
                (told_position){.instrument_id = at->instrument_id, .position_key = at->position_key};
    }
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < *count; i++) {
        told[i].place = i;
        e = mend_instrument(p, &told[i].instrument_id, &told[i].names);
    }
    if (!e && *count > 1)
        qsort(told, *count, sizeof(*told), by_name);
    *out = told;
    return e;
}

/* trading._reconcile_position_of(): without a key the one that is open, else any. */
static dbk_err *find_position(mending *p, const position_list *after, const told_position *t,
                              position_row *out)
{
    const position_row *best = NULL;
    for (size_t i = 0; i < after->count; i++) {
        const position_row *at = &after->rows[i];
        bool fits = uuid_equal(&at->instrument_id, &t->instrument_id) &&
                    (!t->position_key || strcmp(at->position_key, t->position_key) == 0);
        bool flat = position_is_flat(&at->now), best_flat = best && position_is_flat(&best->now);
        if (fits && (!best || (best_flat && !flat) ||
                     (best_flat == flat && strcmp(at->position_key, best->position_key) < 0)))
            best = at;
    }
    if (best) {
        *out = *best;
        return NULL;
    }
    return position_now(p, &t->instrument_id, t->position_key ? t->position_key : "", out);
}

dbk_err *mend_positions(mending *p)
{
    const reconcile_request *r = p->request;
    const planned done = p->now;
    venue_section entries;
    position_list after;
    told_position *told;
    size_t count = 0;
    dbk_err *e = venue_section_read(p->call, &r->account_id, r->state, VENUE_POSITIONS, &entries);
    if (e || !entries.known)
        return e;
    e = positions_after(p, &done, &entries, &after);
    if (!e)
        e = list_told(p, &entries, &after, &told, &count);
    for (size_t i = 0; !e && i < count; i++) {
        position_row at;
        if (told[i].opened > 1) {
            e = mend_shared(p, &told[i], &after);
            continue;
        }
        e = find_position(p, &after, &told[i], &at);
        if (!e)
            e = mend_position(p, &done, &told[i], &at);
    }
    return e;
}
