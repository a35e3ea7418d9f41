/* sqlite_reconcile_plan.c: the steps of a reconciliation, and those that its fills take. */
#include <assert.h>
#include <string.h>

#include "book/sqlite_book_sql.h"
#include "book/sqlite_reconcile_int.h"

/* ---- texts ---- */

const char *mend_text(mending *p, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    const char *text = arena_vprintf(p->call->a, fmt, args);
    va_end(args);
    p->broken = p->broken || !text;
    return text;
}

void *mend_copy(mending *p, const void *thing, size_t size)
{
    void *copy = arena_memdup(p->call->a, thing, size);
    p->broken = p->broken || !copy;
    return copy;
}

const char *mend_amount(mending *p, maybe_amount value)
{
    char text[DECIMAL_TEXT_SIZE];
    decimal_format(value.value, text);
    return value.known ? mend_text(p, "%s", text) : NULL;
}

const char *mend_wide(mending *p, wide value)
{
    char text[WIDE_TEXT_SIZE];
    wide_format(value, text);
    return mend_text(p, "%s", text);
}

const char *mend_price(mending *p, const maybe_amount terms[TERM_COUNT])
{
    maybe_amount price = terms[TERM_PRICE].known ? terms[TERM_PRICE] : terms[TERM_STOP_PRICE];
    const char *text = mend_amount(p, price);
    return text ? mend_text(p, "@ %s", text) : NULL;
}

const char *mend_uuid(mending *p, const dbk_uuid *id)
{
    char text[UUID_TEXT_SIZE];
    uuid_format(id, text);
    return mend_text(p, "%s", text);
}

const char *mend_join(mending *p, const char *by, const char *const *texts, size_t count)
{
    const char *joined = NULL;
    for (size_t i = 0; i < count; i++)
        if (texts[i])
            joined = joined ? mend_text(p, "%s%s%s", joined, by, texts[i]) : texts[i];
    return joined ? joined : "";
}

static const char *terms_text(mending *p, const char *side, decimal qty, decimal price)
{
    char qty_text[DECIMAL_TEXT_SIZE], price_text[DECIMAL_TEXT_SIZE];
    decimal_format(qty, qty_text);
    decimal_format(price, price_text);
    return mend_text(p, "%s %s @ %s", side, qty_text, price_text);
}

bool has_flag(const char *flags, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = flags; *at;) {
        size_t own = strcspn(at, ",");
        if (own == length && memcmp(at, name, own) == 0)
            return true;
        at += own + (at[own] == ',');
    }
    return false;
}

/* ---- identities ---- */

dbk_err *mend_instrument(mending *p, const dbk_uuid *instrument_id, instrument_names *out)
{
    sq q = sq_of(p->call, sqlite_book_instrument_names);
    sq_uuid(&q, instrument_id);
    bool found;
    dbk_err *e = sq_row(&q, &found);
    if (e)
        return e;
    assert(found);
    *out = (instrument_names){sq_get_text(&q, 0), sq_get_text(&q, 1), sq_get_text(&q, 2)};
    return sq_done(&q);
}

/* An instrument by its names, since its id may be another in another book. */
dbk_err *mend_id(mending *p, const dbk_uuid *instrument_id, const char *const *words, dbk_uuid *out)
{
    instrument_names names;
    dbk_err *e = mend_instrument(p, instrument_id, &names);
    if (e)
        return e;
    const char *const first[] = {names.venue, names.symbol, names.kind};
    buf name;
    buf_init(&name, 0);
    for (size_t i = 0; i < sizeof(first) / sizeof(first[0]); i++) {
        buf_append_str(&name, i == 0 ? "[" : ", ");
        json_tree_append_string(&name, first[i]);
    }
    for (; *words; words++) {
        buf_append_str(&name, ", ");
        json_tree_append_string(&name, *words);
    }
    buf_append_char(&name, ']');
    e = buf_error(&name);
    if (!e)
        uuid_from_name(&p->request->account_id, name.data, name.length, out);
    buf_term(&name);
    return e;
}

/* Venues reuse their numbers, so the open order of a number counts before the closed ones, and the latest
 * before the others. */
static dbk_err *find_order(mending *p, const venue_entry *v, dbk_uuid *out, bool *found)
{
    *found = false;
    if (v->order_id.known) {
        sq q = sq_of(p->call, sqlite_book_order_exists);
        sq_uuid(&q, &p->request->account_id);
        sq_uuid(&q, &v->order_id.value);
        *out = v->order_id.value;
        dbk_err *e = sq_has_row(&q, found);
        if (e || *found)
            return e;
    }
    if (!v->exchange_order_id || !v->instrument_id.known)
        return NULL;
    sq q = sq_of(p->call, sqlite_book_order_of_venue);
    sq_uuid(&q, &p->request->account_id);
    sq_text(&q, v->exchange_order_id);
    sq_uuid(&q, &v->instrument_id.value);
    dbk_err *e = sq_row(&q, found);
    if (e || !*found)
        return e;
    sq_get_uuid(&q, 0, out);
    return sq_done(&q);
}

dbk_err *mend_order_id(mending *p, const venue_entry *v, dbk_uuid *out)
{
    bool found;
    dbk_err *e = find_order(p, v, out, &found);
    if (e || found)
        return e;
    if (v->order_id.known) {
        *out = v->order_id.value;
        return NULL;
    }
    if (v->exchange_order_id)
        return mend_id(p, &v->instrument_id.value, (const char *const[]){"order", v->exchange_order_id, NULL},
                       out);
    const char *fill = v->venue_trade_id ? v->venue_trade_id : mend_uuid(p, &v->fill_id.value);
    const char *part = v->trade_discriminator ? v->trade_discriminator : "";
    if (!fill)
        return err_oom();
    return mend_id(p, &v->instrument_id.value, (const char *const[]){"order of fill", fill, part, NULL}, out);
}

/* ---- steps ---- */

static dbk_err *grow(mending *p)
{
    if (p->count < p->capacity)
        return NULL;
    arena *a = p->call->a;
    size_t wanted = p->capacity == 0 ? 64 : 2 * p->capacity;
    reconcile_step *steps = arena_alloc(a, wanted * sizeof(*steps));
    planned_fill **fills = arena_alloc(a, wanted * sizeof(planned_fill *));
    dbk_uuid *busted = arena_alloc(a, wanted * sizeof(*busted));
    if (!steps || !fills || !busted)
        return err_oom();
    if (p->count > 0) {
        memcpy(steps, p->steps, p->count * sizeof(*steps));
        memcpy(fills, p->fills, p->now.fill_count * sizeof(planned_fill *));
        memcpy(busted, p->busted, p->now.busted_count * sizeof(*busted));
    }
    p->steps = steps;
    p->fills = fills;
    p->busted = busted;
    p->capacity = wanted;
    return NULL;
}

/* A bust that waited for the fill takes it out of what is planned; a correction gives it other terms. */
static dbk_err *settle_terms(mending *p, planned_fill *f)
{
    amendments amended;
    maybe_amount qty = {.known = true, .value = f->terms.qty},
                 price = {.known = true, .value = f->terms.price};
    dbk_err *e = NULL;
    if (f->made) {
        e = require_positive("qty", f->request.qty, true, &qty);
        if (!e)
            e = require_positive("price", f->request.price, true, &price);
        f->terms.qty = qty.value;
        f->terms.price = price.value;
    }
    if (!e)
        e = amendments_apply(p->call, &f->request.account_id, &f->request.fill_id, &f->terms, &amended);
    f->busted = !e && amended.busted;
    return e;
}

dbk_err *mend_add(mending *p, const reconcile_step *step)
{
    dbk_err *e = p->broken ? err_oom() : grow(p);
    if (!e && step->fill)
        e = settle_terms(p, step->fill);
    if (e)
        return e;
    p->steps[p->count++] = *step;
    if (step->fill && !step->fill->busted)
        p->fills[p->now.fill_count++] = step->fill;
    if (step->bust)
        p->busted[p->now.busted_count++] = step->bust->fill_id;
    p->now.fills = p->fills;
    p->now.busted = p->busted;
    return NULL;
}

dbk_err *mend_undecided(mending *p, reconcile_step *step, const char *result, const char *detail)
{
    step->said.result = result;
    step->said.detail = detail;
    return mend_add(p, step);
}

/* trading._reconcile_busts() of one fill. */
static dbk_err *mend_bust(mending *p, const dbk_uuid *fill_id, maybe_amount leaves_qty)
{
    const dbk_uuid *account_id = &p->request->account_id;
    fill_row f;
    amendments amended;
    bool found;
    dbk_err *e = fill_get(p->call, account_id, fill_id, &f, &found);
    if (e)
        return e;
    assert(found);
    e = amendments_apply(p->call, account_id, fill_id, &f.terms, &amended);
    if (e)
        return e;
    const char *id = mend_uuid(p, fill_id);
    dbk_bust bust = {.account_id = *account_id,
                     .fill_id = *fill_id,
                     .leaves_qty = mend_amount(p, leaves_qty),
                     .reason = "a reconciled fill: what it stood for has come in",
                     .occurred_us = p->request->as_of_us};
    if (id)
        e = mend_id(p, &f.instrument_id, (const char *const[]){"bust", id, NULL}, &bust.event_id);
    if (e)
        return e;
    return mend_add(p, &(reconcile_step){.said = {.kind = "fill",
                                                  .subject = id,
                                                  .field = "busted",
                                                  .book = terms_text(p, f.side, f.terms.qty, f.terms.price),
                                                  .action = "bust_fill",
                                                  .ref_id = id,
                                                  .detail = bust.reason},
                                         .bust = mend_copy(p, &bust, sizeof(bust))});
}

dbk_err *mend_busts(mending *p, const dbk_uuid *fill_ids, size_t count, maybe_amount leaves_qty)
{
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < count; i++)
        e = mend_bust(p, &fill_ids[i], leaves_qty);
    return e;
}

planned_fill *mend_made(mending *p, const made_fill *f)
{
    planned_fill made = {.request = {.account_id = p->request->account_id,
                                     .fill_id = f->fill_id,
                                     .order_id = f->order_id,
                                     .instrument_id = f->instrument_id,
                                     .side = f->side,
                                     .qty = mend_wide(p, f->qty),
                                     .price = mend_wide(p, f->price),
                                     .position_key = f->position_key,
                                     .filled_us = p->request->as_of_us},
                         .made = true};
    return mend_copy(p, &made, sizeof(made));
}

/* ---- fills ---- */

/* A fill of the venue beside what the book knows of it. */
typedef struct met_fill {
    const venue_entry *entry;
    dbk_uuid fill_id;
    order_row order;
    bool ordered;
    fill_row known;
    bool is_known, busted;
    const char *position_key;
} met_fill;

/* trading._venue_fill(): of which order and position it is. */
static dbk_err *place_fill(mending *p, const venue_entry *v, met_fill *out)
{
    dbk_uuid order_id;
    const char *part = v->trade_discriminator ? v->trade_discriminator : "";
    *out = (met_fill){.entry = v, .fill_id = v->fill_id.value};
    dbk_err *e = mend_order_id(p, v, &order_id);
    if (!e)
        e = order_get(p->call, &p->request->account_id, &order_id, &out->order, &out->ordered);
    if (!e && !v->fill_id.known)
        e = mend_id(p, &v->instrument_id.value, (const char *const[]){"fill", v->venue_trade_id, part, NULL},
                    &out->fill_id);
    if (e)
        return e;
    if (!out->ordered)
        out->order.order_id = order_id;
    out->position_key = v->position_key ? v->position_key : out->ordered ? out->order.position_key : "";
    return require_place(&p->account, out->position_key);
}

static dbk_err *find_fill(mending *p, met_fill *m)
{
    const dbk_uuid *account_id = &p->request->account_id;
    const venue_entry *v = m->entry;
    dbk_uuid id = m->fill_id;
    dbk_err *e = fill_get(p->call, account_id, &id, &m->known, &m->is_known);
    if (!e && !m->is_known && v->venue_trade_id) {
        sq q = sq_of(p->call, sqlite_book_fill_by_trade);
        sq_uuid(&q, account_id);
        sq_uuid(&q, &v->instrument_id.value);
        sq_text(&q, v->venue_trade_id);
        sq_text(&q, v->trade_discriminator ? v->trade_discriminator : "");
        e = sq_row(&q, &m->is_known);
        if (!e && m->is_known) {
            sq_get_uuid(&q, 0, &id);
            e = sq_done(&q);
        }
        if (!e && m->is_known)
            e = fill_get(p->call, account_id, &id, &m->known, &m->is_known);
    }
    amendments amended;
    if (e || !m->is_known)
        return e;
    e = amendments_apply(p->call, account_id, &id, &m->known.terms, &amended);
    m->busted = !e && amended.busted;
    return e;
}

/* What contradicts the book; NULL for nothing. */
static const char *differing_field(const met_fill *m)
{
    const venue_entry *v = m->entry;
    const order_row *o = &m->order;
    const fill_terms *known = &m->known.terms;
    if (!m->is_known)
        return !m->ordered                                               ? NULL
               : !uuid_equal(&o->instrument_id, &v->instrument_id.value) ? "order.instrument_id"
               : strcmp(o->side, v->side) != 0                           ? "order.side"
               : strcmp(o->position_key, m->position_key) != 0           ? "order.position_key"
                                                                         : NULL;
    return m->busted                                            ? "busted"
           : strcmp(m->known.side, v->side) != 0                ? "side"
           : decimal_compare(known->qty, v->qty.value) != 0     ? "qty"
           : decimal_compare(known->price, v->price.value) != 0 ? "price"
           : decimal_compare(known->fee, v->fee.value) != 0     ? "fee"
                                                                : NULL;
}

static dbk_err *mend_differing(mending *p, const met_fill *m, reconcile_step *step)
{
    const fill_terms *known = &m->known.terms;
    bool busted = strcmp(step->said.field, "busted") == 0;
    const char *order = mend_uuid(p, &m->order.order_id);
    step->said.book = m->is_known ? terms_text(p, m->known.side, known->qty, known->price)
                                  : mend_text(p, "order %s", order ? order : "");
    step->said.result = "needs_decision";
    step->said.detail = busted ? "the book has a bust of a fill that the venue lists"
                               : "the venue contradicts the book: correct or bust the fill";
    return mend_add(p, step);
}

static dbk_err *mend_missing(mending *p, const met_fill *m, reconcile_step *step)
{
    const venue_entry *v = m->entry;
    planned_fill fill = {.request = {.account_id = p->request->account_id,
                                     .fill_id = m->fill_id,
                                     .order_id = m->order.order_id,
                                     .instrument_id = v->instrument_id.value,
                                     .side = v->side,
                                     .qty = mend_amount(p, v->qty),
                                     .price = mend_amount(p, v->price),
                                     .fee = mend_amount(p, v->fee),
                                     .fee_currency = v->fee_currency,
                                     .liquidity = v->liquidity,
                                     .venue_trade_id = v->venue_trade_id,
                                     .trade_discriminator = v->trade_discriminator,
                                     .position_key = m->position_key,
                                     .filled_us = v->filled_at.us,
                                     .fee_rate = mend_amount(p, v->fee_rate)},
                         .terms = {.qty = v->qty.value,
                                   .price = v->price.value,
                                   .fee = v->fee.value,
                                   .fee_currency = v->fee_currency,
                                   .fee_rate = v->fee_rate}};
    step->said.field = "row";
    step->said.action = "record_fill";
    step->fill = mend_copy(p, &fill, sizeof(fill));
    return mend_add(p, step);
}

/* trading._reconcile_fills() of one entry. */
static dbk_err *mend_fill(mending *p, const venue_entry *v)
{
    met_fill m;
    dbk_err *e = place_fill(p, v, &m);
    if (!e)
        e = find_fill(p, &m);
    if (e)
        return e;
    const char *field = differing_field(&m);
    if (!field && m.is_known)
        return NULL;
    reconcile_step step = {
        .said = {.kind = "fill",
                 .subject = v->venue_trade_id ? v->venue_trade_id : mend_uuid(p, &m.fill_id),
                 .field = field,
                 .venue = terms_text(p, v->side, v->qty.value, v->price.value),
                 .ref_id = mend_uuid(p, m.is_known ? &m.known.fill_id : &m.fill_id)}};
    return field ? mend_differing(p, &m, &step) : mend_missing(p, &m, &step);
}

static dbk_err *mend_fills(mending *p)
{
    venue_section fills;
    dbk_err *e = venue_section_read(p->call, &p->request->account_id, p->request->state, VENUE_FILLS, &fills);
    for (size_t i = 0; !e && i < fills.count; i++)
        e = mend_fill(p, &fills.entries[i]);
    return e;
}

dbk_err *mend_make(sqlite_call *c, const reconcile_request *request, mending *out)
{
    *out = (mending){.call = c, .request = request};
    dbk_err *e = account_get(c, &request->account_id, &out->account);
    if (!e)
        e = venue_state_check(request->state);
    if (!e)
        e = mend_fills(out);
    if (!e)
        e = mend_orders(out);
    if (!e)
        e = mend_positions(out);
    return e ? e : mend_cash(out);
}
