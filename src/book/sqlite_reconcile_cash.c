/* sqlite_reconcile_cash.c: the balances of the venue against what the book holds of each currency, as it is
 * once the steps before are done. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "book/sqlite_book_sql.h"
#include "book/sqlite_reconcile_int.h"

typedef struct balance {
    const char *currency;
    wide book, venue;
} balance;

typedef struct balances {
    mending *plan;
    balance *items;
    size_t count, capacity;
} balances;

static dbk_err *balance_of(balances *b, const char *currency, balance **out)
{
    arena *a = b->plan->call->a;
    for (size_t i = 0; i < b->count; i++)
        if (strcmp(b->items[i].currency, currency) == 0) {
            *out = &b->items[i];
            return NULL;
        }
    if (b->count == b->capacity) {
        size_t wanted = b->capacity == 0 ? 32 : 2 * b->capacity;
        balance *grown = arena_alloc(a, wanted * sizeof(*grown));
        if (!grown)
            return err_oom();
        if (b->count > 0)
            memcpy(grown, b->items, b->count * sizeof(*grown));
        b->items = grown;
        b->capacity = wanted;
    }
    b->items[b->count] = (balance){.currency = arena_strdup(a, currency)};
    *out = &b->items[b->count++];
    return (*out)->currency ? NULL : err_oom();
}

static dbk_err *add(balances *b, const char *currency, wide amount)
{
    balance *of;
    dbk_err *e = balance_of(b, currency, &of);
    if (!e)
        of->book = wide_add(of->book, amount);
    return e;
}

static dbk_err *add_held(balances *b)
{
    sq q = sq_of(b->plan->call, sqlite_book_cash_held);
    sq_uuid(&q, &b->plan->request->account_id);
    bool found;
    dbk_err *e = sq_row(&q, &found);
    while (!e && found) {
        e = add(b, sqlite_text(q.stmt, 0), sq_get_wide(&q, 1));
        if (!e)
            e = sq_row(&q, &found);
    }
    if (e)
        sq_end(&q);
    return e;
}

/* ---- what the steps move ---- */

/* trading._position_cash(): what it brought in, less what was paid for what is open. */
static wide position_cash(const position *p)
{
    wide made = position_realized_net(p);
    return p->kind == POSITION_SPOT ? wide_sub(made, wide_mul(p->open_cost, wide_of(p->multiplier))) : made;
}

/* A fee in a third asset leaves the account there, and not in the currency of the position, at whose rate it
 * counts. */
static dbk_err *add_other_fee(balances *b, const position_row *at, const planned_fill *f)
{
    if (!uuid_equal(&f->request.instrument_id, &at->instrument_id) ||
        strcmp(f->request.position_key, at->position_key) != 0)
        return NULL;
    position_fill fill = fill_of_terms(&f->terms, f->request.side, f->request.filled_us, at);
    bool converted = fill.fee_kind == POSITION_FEE_CONVERTED;
    if (!converted && fill.fee_kind != POSITION_FEE_OTHER)
        return NULL;
    dbk_err *e = add(b, f->terms.fee_currency, wide_neg(wide_of(fill.fee)));
    if (!e && converted)
        e = add(b, at->currency, wide_mul(wide_of(fill.fee), wide_of(fill.fee_rate)));
    return e;
}

static dbk_err *add_moved_by(balances *b, const planned *done, const position_row *after)
{
    position_row before;
    dbk_err *e = position_now(b->plan, &after->instrument_id, after->position_key, &before);
    if (!e)
        e = add(b, after->currency, wide_sub(position_cash(&after->now), position_cash(&before.now)));
    if (!e && after->now.kind == POSITION_SPOT)
        e = add(
            b, after->base_currency,
            wide_mul(wide_sub(after->now.signed_qty, before.now.signed_qty), wide_of(after->now.multiplier)));
    for (size_t i = 0; !e && i < done->fill_count; i++)
        e = add_other_fee(b, after, done->fills[i]);
    return e;
}

/* trading._reconcile_cash_moved(). */
static dbk_err *add_moved(balances *b, const planned *done)
{
    position_list after;
    dbk_err *e = positions_after(b->plan, done, NULL, &after);
    for (size_t i = 0; !e && i < after.count; i++)
        e = add_moved_by(b, done, &after.rows[i]);
    return e;
}

/* ---- steps ---- */

static bool is_settled(const mending *p)
{
    bool settled = venue_state_knows(p->request->state, VENUE_FILLS);
    for (size_t i = 0; settled && i < p->count; i++) {
        const reconcile_row *said = &p->steps[i].said;
        settled = said->action || (strcmp(said->kind, "fill") != 0 && strcmp(said->kind, "position") != 0);
    }
    return settled;
}

/* Microseconds as seconds with six decimals. */
static const char *seconds_text(mending *p, int64_t us)
{
    uint64_t all = us < 0 ? -(uint64_t)us : (uint64_t)us;
    return mend_text(p, "%s%" PRIu64 ".%06" PRIu64, us < 0 ? "-" : "", all / 1000000, all % 1000000);
}

static dbk_err *book_difference(mending *p, const balance *b, reconcile_step *step)
{
    dbk_cash cash = {.account_id = p->request->account_id,
                     .kind = "adjustment",
                     .currency = b->currency,
                     .amount = mend_wide(p, wide_sub(b->venue, b->book)),
                     .occurred_us = p->request->as_of_us,
                     .reason = "reconciled with the venue's balance"};
    const char *const words[] = {"cash", b->currency, seconds_text(p, p->request->as_of_us), step->said.book,
                                 step->said.venue};
    buf name;
    buf_init(&name, 0);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        buf_append_str(&name, i == 0 ? "[" : ", ");
        json_tree_append_string(&name, words[i] ? words[i] : "");
    }
    buf_append_char(&name, ']');
    dbk_err *e = buf_error(&name);
    if (!e)
        uuid_from_name(&p->request->account_id, name.data, name.length, &cash.entry_id);
    buf_term(&name);
    if (e)
        return e;
    step->said.action = "record_cash";
    step->said.ref_id = mend_uuid(p, &cash.entry_id);
    step->said.detail = cash.reason;
    step->cash = mend_copy(p, &cash, sizeof(cash));
    return mend_add(p, step);
}

static dbk_err *mend_balance(mending *p, const balance *b, bool settled)
{
    reconcile_step step = {.said = {.kind = "cash",
                                    .subject = b->currency,
                                    .field = "balance",
                                    .book = mend_wide(p, b->book),
                                    .venue = mend_wide(p, b->venue)}};
    if (p->request->book_cash && settled)
        return book_difference(p, b, &step);
    bool wanted = p->request->book_cash;
    step.said.result = wanted ? "needs_evidence" : "needs_decision";
    step.said.detail = wanted ? "fills or positions are open: what is missing there would be booked twice"
                              : "differences of cash are booked only when that is asked for";
    return mend_add(p, &step);
}

static int by_currency(const void *a, const void *b)
{
    const balance *one = a, *two = b;
    return strcmp(one->currency, two->currency);
}

/* trading._reconcile_cash(): to the 18 decimals that a venue can state and an entry can hold. */
dbk_err *mend_cash(mending *p)
{
    const reconcile_request *r = p->request;
    const planned done = p->now;
    venue_section entries;
    balances b = {.plan = p};
    dbk_err *e = venue_section_read(p->call, &r->account_id, r->state, VENUE_BALANCES, &entries);
    if (e || !entries.known)
        return e;
    e = add_held(&b);
    if (!e)
        e = add_moved(&b, &done);
    for (size_t i = 0; !e && i < entries.count; i++) {
        balance *of;
        e = balance_of(&b, entries.entries[i].currency, &of);
        if (!e)
            of->venue = wide_of(entries.entries[i].balance.value);
    }
    if (!e && b.count > 1)
        qsort(b.items, b.count, sizeof(*b.items), by_currency);
    bool settled = is_settled(p);
    for (size_t i = 0; !e && i < b.count; i++) {
        b.items[i].book = wide_div18(b.items[i].book, wide_of_int(1));
        if (!wide_equal(b.items[i].book, b.items[i].venue))
            e = mend_balance(p, &b.items[i], settled);
    }
    return e;
}
