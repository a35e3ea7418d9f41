/* verify_orders.c: what is known of orders, and what was answered to what happened to them. */
#include <stdio.h>
#include <string.h>

#include "book/order_machine.h"
#include "book/verify_int.h"
#include "core/mem.h"
#include "verify_sql.h"
#include "verify_sqlite_sql.h"

enum {
    ORDER_ACCOUNT,
    ORDER_ID,
    ORDER_ORIGIN,
    ORDER_QTY,
    ORDER_PRICE,
    ORDER_STOP_PRICE,
    ORDER_REFUSAL,
    ORDER_LIFECYCLE,
    ORDER_PENDING,
    ORDER_UNKNOWN,
    ORDER_EXCHANGE_ID,
    ORDER_WORKING,
    ORDER_REQUESTED = ORDER_WORKING + 3,
    ORDER_CUM_QTY = ORDER_REQUESTED + 3,
    ORDER_CUM_VALUE,
    ORDER_VERSION,
    ORDER_STATUS,
    ORDER_IS_OPEN
};
static const char *const order_names[] = {"account_id",
                                          "order_id",
                                          "origin",
                                          "qty",
                                          "price",
                                          "stop_price",
                                          "refusal_code",
                                          "lifecycle",
                                          "pending",
                                          "outcome_unknown",
                                          "exchange_order_id",
                                          "working_qty",
                                          "working_price",
                                          "working_stop_price",
                                          "requested_qty",
                                          "requested_price",
                                          "requested_stop_price",
                                          "cum_qty",
                                          "cum_value",
                                          "version",
                                          "status",
                                          "is_open",
                                          NULL};

enum {
    FACT_ACCOUNT,
    FACT_ORDER,
    FACT_VERSION,
    FACT_STEP,
    FACT_SOURCE,
    FACT_ID,
    FACT_KIND,
    FACT_OUTCOME,
    FACT_REFUSAL,
    FACT_QTY,
    FACT_PRICE,
    FACT_STOP_PRICE,
    FACT_FEE,
    FACT_FEE_CURRENCY,
    FACT_FEE_RATE,
    FACT_EXCHANGE_ID,
    FACT_FILL,
    FACT_LEAVES,
    FACT_AMENDED,
    FACT_STATUS,
    FACT_ORDER_STATUS,
    FACT_ORDER_CUM_QTY,
    FACT_FLAGS
};
static const char *const fact_names[] = {
    "account_id",   "order_id",      "order_version", "step",
    "source",       "fact_id",       "kind",          "outcome",
    "refusal_code", "qty",           "price",         "stop_price",
    "fee",          "fee_currency",  "fee_rate",      "exchange_order_id",
    "fill_id",      "leaves_qty",    "amended",       "status",
    "order_status", "order_cum_qty", "flags",         NULL};
static const terms_columns fact_terms = {.kind = FACT_KIND,
                                         .qty = FACT_QTY,
                                         .price = FACT_PRICE,
                                         .fee = FACT_FEE,
                                         .fee_currency = FACT_FEE_CURRENCY,
                                         .fee_rate = FACT_FEE_RATE};

enum { TERM_QTY, TERM_PRICE, TERM_STOP_PRICE, TERM_COUNT };

/* A fill of the order at hand that is amended sooner or later. */
typedef struct amended_fill {
    char fill_id[UUID_TEXT_SIZE];
    fill_terms terms;
} amended_fill;

typedef struct orders {
    verify *v;
    verify_rows rows;
    verify_rows facts;
    /* the order at hand */
    order_state state; /* progress is brought up to date by settle() */
    maybe_amount asked[TERM_COUNT], working[TERM_COUNT], requested[TERM_COUNT];
    wide cum_qty, cum_value;
    buf exchange_id; /* empty: none */
    int64_t version;
    /* the fill that was recorded last, as it came */
    order_state met;
    wide cum_before;
    decimal fill_qty; /* corrected by what had waited for it */
    amended_fill *amended;
    size_t amended_count, amended_capacity;
} orders;

static order_progress progress_at(const orders *o, wide cum_qty)
{
    if (o->working[TERM_QTY].known && wide_compare(cum_qty, wide_of(o->working[TERM_QTY].value)) >= 0)
        return ORDER_PROGRESS_FULL;
    return wide_is_zero(cum_qty) ? ORDER_PROGRESS_NONE : ORDER_PROGRESS_PART;
}

/* After anything that moved quantities or a request: progress, and what a request asked for while it is
 * pending. */
static void settle(orders *o)
{
    o->state.progress = progress_at(o, o->cum_qty);
    if (o->state.pending != ORDER_PENDING_REPLACE)
        memset(o->requested, 0, sizeof(o->requested));
}

static void fill_unknown(maybe_amount *terms, const maybe_amount *from)
{
    for (size_t i = 0; i < TERM_COUNT; i++)
        if (!terms[i].known)
            terms[i] = from[i];
}

static dbk_err *read_terms(const verify_rows *r, size_t first, maybe_amount out[TERM_COUNT])
{
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < TERM_COUNT; i++)
        e = verify_maybe_amount(r, first + i, &out[i]);
    return e;
}

static void note_exchange_id(orders *o, bool only_if_none)
{
    const char *said = verify_value(&o->facts, FACT_EXCHANGE_ID);
    if (!said || (only_if_none && o->exchange_id.length > 0))
        return;
    buf_clear(&o->exchange_id);
    buf_append_str(&o->exchange_id, said);
}

/* ---- what happened ---- */

/* Met at the venue or through its fill, described later, claimed by its owner: told by the event log. */
static void take_in(orders *o, const char *how)
{
    bool first = verify_int(&o->facts, FACT_VERSION) == 1;
    if (strcmp(how, "claimed") == 0)
        o->state.origin = ORDER_ORIGIN_CLAIMED;
    else if (first)
        o->state.lifecycle = strcmp(how, "met") == 0 ? ORDER_LIFECYCLE_ACCEPTED : ORDER_LIFECYCLE_SUBMITTED;
    else
        (void)order_next(ORDER_EVENT_ACKNOWLEDGE, &o->state, &o->state);
    if (strcmp(how, "met_by_fill") != 0)
        fill_unknown(o->working, o->asked);
    note_exchange_id(o, true);
}

static void change_terms(orders *o, order_event event, const maybe_amount said[TERM_COUNT])
{
    if (event == ORDER_EVENT_REPLACE_REQUEST)
        memcpy(o->requested, said, sizeof(o->requested));
    if (event != ORDER_EVENT_REPLACE)
        return;
    maybe_amount terms[TERM_COUNT];
    memcpy(terms, said, sizeof(terms));
    fill_unknown(terms, o->requested);
    fill_unknown(terms, o->working);
    memcpy(o->working, terms, sizeof(terms));
}

/* Refusals for other reasons than the state are taken as they are; so is a legal one that was refused. */
static dbk_err *take_event(orders *o)
{
    const verify_rows *f = &o->facts;
    order_event event;
    if (!order_event_find(verify_value(f, FACT_KIND), &event))
        return err_new(ERR_INPUT, "%s is no event of an order", verify_value(f, FACT_KIND));
    const char *refusal = verify_value(f, FACT_REFUSAL);
    order_state after;
    bool legal = order_next(event, &o->state, &after);
    bool by_state = refusal && strcmp(refusal, "illegal_transition") == 0;
    bool taken = legal && (!refusal || by_state);
    dbk_err *e = verify_text(o->v, f, FACT_OUTCOME, taken ? "created" : "refused");
    if (e || !legal || refusal)
        return e;
    maybe_amount said[TERM_COUNT];
    e = read_terms(f, FACT_QTY, said);
    if (e)
        return e;
    o->state = after;
    change_terms(o, event, said);
    note_exchange_id(o, false);
    return NULL;
}

static dbk_err *keep_terms(orders *o, const fill_terms *terms)
{
    if (o->amended_count == o->amended_capacity) {
        size_t wanted = o->amended_capacity == 0 ? 8 : 2 * o->amended_capacity;
        amended_fill *amended = mem_realloc(o->amended, wanted * sizeof(*amended));
        if (!amended)
            return err_oom();
        o->amended = amended;
        o->amended_capacity = wanted;
    }
    amended_fill *kept = &o->amended[o->amended_count++];
    snprintf(kept->fill_id, sizeof(kept->fill_id), "%s", verify_value(&o->facts, FACT_FILL));
    kept->terms = *terms;
    return NULL;
}

static void add(orders *o, const fill_terms *terms)
{
    wide qty = wide_of(terms->qty);
    o->cum_qty = wide_add(o->cum_qty, qty);
    o->cum_value = wide_add(o->cum_value, wide_mul(qty, wide_of(terms->price)));
}

static dbk_err *take_fill(orders *o)
{
    fill_terms terms;
    dbk_err *e = fill_terms_read(&o->facts, &fact_terms, &terms);
    if (!e && verify_flag(&o->facts, FACT_AMENDED))
        e = keep_terms(o, &terms);
    if (e)
        return e;
    o->met = o->state;
    o->cum_before = o->cum_qty;
    o->fill_qty = terms.qty;
    add(o, &terms);
    settle(o);
    (void)order_next(ORDER_EVENT_FILL, &o->state, &o->state);
    return NULL;
}

static dbk_err *find_terms(orders *o, fill_terms **out)
{
    const char *fill_id = verify_value(&o->facts, FACT_FILL);
    for (size_t i = 0; i < o->amended_count; i++)
        if (strcmp(o->amended[i].fill_id, fill_id) == 0) {
            *out = &o->amended[i].terms;
            return NULL;
        }
    return err_new(ERR_INPUT, "fill %s was amended before it was recorded", fill_id);
}

/* Which event a bust is, the venue having said what is left of the order, or not. */
static dbk_err *bust_event(const orders *o, order_event *out)
{
    maybe_amount leaves;
    dbk_err *e = verify_maybe_amount(&o->facts, FACT_LEAVES, &leaves);
    bool works = decimal_sign(leaves.value) > 0 || progress_at(o, o->cum_qty) == ORDER_PROGRESS_FULL;
    *out = works ? ORDER_EVENT_BUST_WORKING : ORDER_EVENT_BUST;
    return e;
}

static dbk_err *take_amendment(orders *o)
{
    fill_terms *terms = NULL;
    dbk_err *e = find_terms(o, &terms);
    if (e)
        return e;
    fill_terms before = *terms;
    e = fill_terms_amend(terms, &o->facts, &fact_terms);
    if (e)
        return e;
    wide qty = wide_of(before.qty);
    o->cum_qty = wide_sub(o->cum_qty, qty);
    o->cum_value = wide_sub(o->cum_value, wide_mul(qty, wide_of(before.price)));
    o->fill_qty = terms->qty;
    order_event event = ORDER_EVENT_CORRECT;
    if (terms->busted)
        e = bust_event(o, &event);
    else
        add(o, terms);
    if (!e)
        (void)order_next(event, &o->state, &o->state);
    return e;
}

static dbk_err *take_fact(orders *o)
{
    const char *source = verify_value(&o->facts, FACT_SOURCE), *kind = verify_value(&o->facts, FACT_KIND);
    if (strcmp(kind, "conflict") == 0)
        return NULL; /* it has a version and moved nothing */
    if (strcmp(source, "orders") == 0) {
        take_in(o, kind);
        return NULL;
    }
    if (strcmp(source, "order_events") == 0)
        return take_event(o);
    if (strcmp(kind, "fill") == 0)
        return take_fill(o);
    return strcmp(verify_value(&o->facts, FACT_OUTCOME), "created") == 0 ? take_amendment(o) : NULL;
}

/* ---- comparing ---- */

/* The next version of the order; one that waited for its fill has none of its own. */
static dbk_err *check_version(orders *o)
{
    const verify_rows *f = &o->facts;
    o->version++;
    if (verify_int(f, FACT_STEP) > 0)
        return NULL;
    dbk_err *e = verify_int8(o->v, f, FACT_VERSION, o->version);
    o->version = verify_int(f, FACT_VERSION);
    return e;
}

/* Those that the order told when the fill came. */
static dbk_err *check_flags(orders *o)
{
    const verify_rows *f = &o->facts;
    order_lifecycle was = o->met.lifecycle;
    bool late = was != ORDER_LIFECYCLE_SUBMITTED && was != ORDER_LIFECYCLE_ACCEPTED &&
                was != ORDER_LIFECYCLE_TRIGGERED;
    bool overfill = o->working[TERM_QTY].known && wide_compare(wide_add(o->cum_before, wide_of(o->fill_qty)),
                                                               wide_of(o->working[TERM_QTY].value)) > 0;
    char flags[32];
    snprintf(flags, sizeof(flags), "%s%s%s", late ? "late," : "", overfill ? "overfill," : "",
             o->met.origin == ORDER_ORIGIN_EXTERNAL ? "orphan," : "");
    if (flags[0])
        flags[strlen(flags) - 1] = '\0';
    return verify_text(o->v, f, FACT_FLAGS, flags);
}

static dbk_err *check_answer(orders *o)
{
    const verify_rows *f = &o->facts;
    const char *status = order_status(&o->state);
    dbk_err *e = NULL;
    if (verify_value(f, FACT_STATUS))
        e = verify_text(o->v, f, FACT_STATUS, status);
    if (!e && verify_value(f, FACT_ORDER_STATUS))
        e = verify_text(o->v, f, FACT_ORDER_STATUS, status);
    if (!e && verify_value(f, FACT_ORDER_CUM_QTY))
        e = verify_wide(o->v, f, FACT_ORDER_CUM_QTY, o->cum_qty);
    if (!e && verify_value(f, FACT_FLAGS))
        e = check_flags(o);
    return e;
}

static dbk_err *check_fact(orders *o)
{
    const verify_rows *f = &o->facts;
    o->v->result.order_events += strcmp(verify_value(f, FACT_SOURCE), "order_events") == 0;
    o->v->result.fill_events +=
        strcmp(verify_value(f, FACT_SOURCE), "fill_events") == 0 || verify_int(f, FACT_STEP) > 0;
    verify_at(o->v, verify_value(f, FACT_SOURCE), "%s %s", verify_value(f, FACT_ACCOUNT),
              verify_value(f, FACT_ID));
    dbk_err *e = check_version(o);
    if (!e)
        e = take_fact(o);
    if (e)
        return err_wrap(e, "in %s of order %s", verify_value(f, FACT_SOURCE), verify_value(f, FACT_ORDER));
    settle(o);
    e = check_answer(o);
    return e ? e : verify_rows_next(&o->facts);
}

static dbk_err *check_terms(orders *o, size_t first, const maybe_amount terms[TERM_COUNT])
{
    const verify_rows *r = &o->rows;
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < TERM_COUNT; i++)
        e = terms[i].known ? verify_wide(o->v, r, first + i, wide_of(terms[i].value))
                           : verify_text(o->v, r, first + i, NULL);
    return e;
}

static dbk_err *check_row(orders *o)
{
    const verify_rows *r = &o->rows;
    verify *v = o->v;
    verify_at(v, "orders", "%s %s", verify_value(r, ORDER_ACCOUNT), verify_value(r, ORDER_ID));
    dbk_err *e = verify_text(v, r, ORDER_LIFECYCLE, order_lifecycle_name(o->state.lifecycle));
    if (!e)
        e = verify_text(v, r, ORDER_ORIGIN, order_origin_name(o->state.origin));
    if (!e)
        e = verify_text(v, r, ORDER_PENDING, order_pending_name(o->state.pending));
    if (!e)
        e = verify_bool(v, r, ORDER_UNKNOWN, o->state.outcome_unknown);
    if (!e)
        e = buf_error(&o->exchange_id);
    if (!e)
        e = verify_text(v, r, ORDER_EXCHANGE_ID, o->exchange_id.length > 0 ? o->exchange_id.data : NULL);
    if (!e)
        e = check_terms(o, ORDER_WORKING, o->working);
    if (!e)
        e = check_terms(o, ORDER_REQUESTED, o->requested);
    if (!e)
        e = verify_wide(v, r, ORDER_CUM_QTY, o->cum_qty);
    if (!e)
        e = verify_wide(v, r, ORDER_CUM_VALUE, o->cum_value);
    if (!e)
        e = verify_int8(v, r, ORDER_VERSION, o->version);
    if (!e)
        e = verify_text(v, r, ORDER_STATUS, order_status(&o->state));
    return e ? e : verify_bool(v, r, ORDER_IS_OPEN, order_is_open(&o->state));
}

/* An order of ours begins with its submission; others with the first that was heard of them. */
static dbk_err *begin_order(orders *o)
{
    const verify_rows *r = &o->rows;
    bool local = strcmp(verify_value(r, ORDER_ORIGIN), "local") == 0;
    memset(o->working, 0, sizeof(o->working));
    memset(o->requested, 0, sizeof(o->requested));
    dbk_err *e = read_terms(r, ORDER_QTY, o->asked);
    if (local)
        fill_unknown(o->working, o->asked);
    o->state = (order_state){.lifecycle = verify_value(r, ORDER_REFUSAL) ? ORDER_LIFECYCLE_DENIED
                                                                         : ORDER_LIFECYCLE_SUBMITTED,
                             .origin = local ? ORDER_ORIGIN_LOCAL : ORDER_ORIGIN_EXTERNAL};
    o->cum_qty = o->cum_value = (wide){.count = 0};
    o->version = local ? 1 : 0;
    o->amended_count = 0;
    buf_clear(&o->exchange_id);
    settle(o);
    return e;
}

static int compare_keys(const verify_rows *facts, const verify_rows *rows)
{
    int order = strcmp(verify_value(facts, FACT_ACCOUNT), verify_value(rows, ORDER_ACCOUNT));
    return order ? order : strcmp(verify_value(facts, FACT_ORDER), verify_value(rows, ORDER_ID));
}

/* Facts whose order is not there. */
static dbk_err *skip_lost(orders *o)
{
    dbk_err *e = NULL;
    while (!e && o->facts.more && (!o->rows.more || compare_keys(&o->facts, &o->rows) < 0)) {
        verify_at(o->v, "orders", "%s %s", verify_value(&o->facts, FACT_ACCOUNT),
                  verify_value(&o->facts, FACT_ORDER));
        e = verify_row(o->v, false);
        if (!e)
            e = verify_rows_next(&o->facts);
    }
    return e;
}

static dbk_err *check_order(orders *o)
{
    o->v->result.orders++;
    dbk_err *e = begin_order(o);
    while (!e && o->facts.more && compare_keys(&o->facts, &o->rows) == 0)
        e = check_fact(o);
    if (!e)
        e = check_row(o);
    return e ? e : verify_rows_next(&o->rows);
}

dbk_err *verify_orders(verify *v)
{
    orders o = {.v = v};
    buf_init(&o.exchange_id, 0);
    dbk_err *e =
        verify_rows_open(v, &(book_statement){verify_sql_orders, verify_sqlite_orders}, order_names, &o.rows);
    if (!e)
        e = verify_rows_open(v, &(book_statement){verify_sql_order_facts, verify_sqlite_order_facts},
                             fact_names, &o.facts);
    if (!e)
        e = skip_lost(&o);
    while (!e && o.rows.more) {
        e = check_order(&o);
        if (!e)
            e = skip_lost(&o);
    }
    verify_rows_close(&o.rows);
    verify_rows_close(&o.facts);
    buf_term(&o.exchange_id);
    mem_free(o.amended);
    return e;
}
