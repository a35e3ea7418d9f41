/* sqlite_read.c: reading instruments, positions and orders. All of them are read before the first is handed
 * out, since fn may make any other call on the same book. */
#include <string.h>

#include "book/sqlite_book_sql.h"
#include "book/sqlite_order.h"
#include "core/mem.h"

#define ROWS_MAX 10000000

/* What is read, one after another. */
typedef struct found_rows {
    char *items;
    size_t size, count, capacity;
} found_rows;

static dbk_err *add(found_rows *f, const void *item)
{
    if (f->count == ROWS_MAX)
        return err_new(ERR_LIMIT, "more than %d rows", ROWS_MAX);
    if (f->count == f->capacity) {
        size_t wanted = f->capacity == 0 ? 32 : 2 * f->capacity;
        char *grown = mem_realloc(f->items, wanted * f->size);
        if (!grown)
            return err_oom();
        f->items = grown;
        f->capacity = wanted;
    }
    memcpy(f->items + f->count++ * f->size, item, f->size);
    return NULL;
}

typedef struct reading {
    const dbk_uuid *account_id;
    bool open_only;
    const dbk_order_query *query;
    const char *venue, *symbol;
    arena *a; /* for what is handed out */
} reading;

static const char *kept(const reading *r, sq *q, int column)
{
    const char *text = sqlite_text(q->stmt, column);
    char *copy = text ? arena_strdup(r->a, text) : NULL;
    if (text && !copy && !q->failed)
        q->failed = err_oom();
    return copy;
}

/* Goes through the rows of a statement whose values are bound. */
static dbk_err *collect(sq *q, const reading *r, dbk_err *(*read)(sq *q, const reading *r, found_rows *out),
                        found_rows *out)
{
    bool found;
    dbk_err *e = sq_row(q, &found);
    while (!e && found) {
        e = read(q, r, out);
        if (!e && q->failed)
            e = sq_done(q);
        if (!e)
            e = sq_row(q, &found);
    }
    if (e)
        sq_end(q);
    return e;
}

/* ---- instruments ---- */

static dbk_err *read_instrument(sq *q, const reading *r, found_rows *out)
{
    dbk_instrument i = {.venue = kept(r, q, 1),
                        .symbol = kept(r, q, 2),
                        .kind = kept(r, q, 3),
                        .base = kept(r, q, 4),
                        .quote = kept(r, q, 5),
                        .settle = kept(r, q, 6),
                        .tick_size = kept(r, q, 7),
                        .lot_size = kept(r, q, 8),
                        .multiplier = kept(r, q, 9)};
    sq_get_uuid(q, 0, &i.instrument_id);
    return add(out, &i);
}

static dbk_err *read_instruments(sqlite_call *c, const void *request, void *out)
{
    const reading *r = request;
    sq q = sq_of(c, sqlite_book_instruments);
    sq_text(&q, r->venue);
    sq_text(&q, r->symbol);
    return collect(&q, r, read_instrument, out);
}

static dbk_err *read_all(sqlite_store *s, const char *name,
                         dbk_err *(*run)(sqlite_call *c, const void *request, void *out), reading *r,
                         found_rows *out)
{
    r->a = arena_new(0);
    if (!r->a)
        return err_oom();
    return sqlite_store_run(
        s, &(sqlite_work){
               .name = name, .keep = SQLITE_KEEP_READ, .reads = true, .run = run, .request = r, .out = out});
}

dbk_err *sqlite_store_instruments(sqlite_store *s, const char *venue, const char *symbol,
                                  bool (*fn)(void *ctx, const dbk_instrument *instrument), void *ctx)
{
    reading r = {.venue = venue, .symbol = symbol};
    found_rows found = {.size = sizeof(dbk_instrument)};
    dbk_err *e = read_all(s, "dbk_instruments", read_instruments, &r, &found);
    for (size_t i = 0; !e && i < found.count; i++)
        if (!fn(ctx, &((const dbk_instrument *)(const void *)found.items)[i]))
            break;
    mem_free(found.items);
    arena_free(r.a);
    return e;
}

/* ---- positions ---- */

static dbk_err *read_position(sq *q, const reading *r, found_rows *out)
{
    dbk_position p = {.venue = kept(r, q, 2),
                      .symbol = kept(r, q, 3),
                      .position_key = kept(r, q, 4),
                      .qty = kept(r, q, 5),
                      .avg_price = kept(r, q, 6),
                      .realized_pnl = kept(r, q, 7),
                      .fees = kept(r, q, 8),
                      .opened_us = sq_get_int8(q, 9)};
    sq_get_uuid(q, 0, &p.position_id);
    sq_get_uuid(q, 1, &p.instrument_id);
    return add(out, &p);
}

static dbk_err *read_positions(sqlite_call *c, const void *request, void *out)
{
    const reading *r = request;
    account_row account;
    dbk_err *e = account_get(c, r->account_id, &account);
    if (e)
        return e;
    sq q = sq_of(c, sqlite_book_positions);
    sq_uuid(&q, r->account_id);
    sq_bool(&q, r->open_only);
    return collect(&q, r, read_position, out);
}

dbk_err *sqlite_store_positions(sqlite_store *s, const dbk_uuid *account_id, bool open_only,
                                bool (*fn)(void *ctx, const dbk_position *position), void *ctx)
{
    reading r = {.account_id = account_id, .open_only = open_only};
    found_rows found = {.size = sizeof(dbk_position)};
    dbk_err *e = read_all(s, "dbk_positions", read_positions, &r, &found);
    for (size_t i = 0; !e && i < found.count; i++)
        if (!fn(ctx, &((const dbk_position *)(const void *)found.items)[i]))
            break;
    mem_free(found.items);
    arena_free(r.a);
    return e;
}

/* ---- orders ---- */

typedef struct found_order {
    dbk_uuid order_id;
    const char *venue, *symbol;
    int64_t updated_us;
    order_row row; /* its strings live in the call's arena, which nothing resets before the end of reading */
} found_order;

static dbk_err *read_order_id(sq *q, const reading *r, found_rows *out)
{
    found_order o = {.venue = kept(r, q, 1), .symbol = kept(r, q, 2), .updated_us = sq_get_int8(q, 3)};
    sq_get_uuid(q, 0, &o.order_id);
    return add(out, &o);
}

static dbk_err *read_orders(sqlite_call *c, const void *request, void *result)
{
    const reading *r = request;
    found_rows *out = result;
    account_row account;
    dbk_err *e = account_get(c, r->account_id, &account);
    if (e)
        return e;
    sq q = sq_of(c, sqlite_book_orders);
    sq_uuid(&q, r->account_id);
    sq_bool(&q, r->query->open_only);
    sq_int8(&q, r->query->limit);
    sq_uuid(&q, r->query->order_id);
    sq_text(&q, r->query->exchange_order_id);
    sq_text(&q, r->query->idempotency_key);
    e = collect(&q, r, read_order_id, out);
    sqlite_call keeping = {.s = c->s, .a = r->a, .now_us = c->now_us};
    for (size_t i = 0; !e && i < out->count; i++) {
        found_order *o = &((found_order *)(void *)out->items)[i];
        bool found;
        e = order_get(&keeping, r->account_id, &o->order_id, &o->row, &found);
    }
    return e;
}

static const char *amount_text(const reading *r, maybe_amount value, dbk_err **failed)
{
    char text[DECIMAL_TEXT_SIZE];
    if (!value.known)
        return NULL;
    decimal_format(value.value, text);
    const char *copy = arena_strdup(r->a, text);
    if (!copy && !*failed)
        *failed = err_oom();
    return copy;
}

static const char *wide_text(const reading *r, wide value, dbk_err **failed)
{
    char text[WIDE_TEXT_SIZE];
    wide_format(value, text);
    const char *copy = arena_strdup(r->a, text);
    if (!copy && !*failed)
        *failed = err_oom();
    return copy;
}

static void tell_quantities(const reading *r, const order_row *o, dbk_order_state *out, dbk_err **failed)
{
    order_lifecycle at = o->state.lifecycle;
    bool live =
        at == ORDER_LIFECYCLE_SUBMITTED || at == ORDER_LIFECYCLE_ACCEPTED || at == ORDER_LIFECYCLE_TRIGGERED;
    maybe_amount working = o->working[TERM_QTY];
    wide zero = {.count = 0}, more = wide_sub(o->cum_qty, wide_of(working.value));
    bool over = working.known && wide_sign(more) > 0;
    out->cum_qty = wide_text(r, o->cum_qty, failed);
    if (!live || over)
        out->leaves_qty = wide_text(r, zero, failed);
    else
        out->leaves_qty = working.known ? wide_text(r, wide_neg(more), failed) : NULL;
    out->overfill_qty = wide_text(r, over ? more : zero, failed);
    if (!wide_is_zero(o->cum_qty))
        out->avg_fill_price = wide_text(r, wide_div18(o->cum_value, o->cum_qty), failed);
}

static dbk_err *tell_order(const reading *r, const found_order *f, dbk_order_state *out)
{
    const order_row *o = &f->row;
    dbk_err *failed = NULL;
    *out = (dbk_order_state){.order_id = o->order_id,
                             .instrument_id = o->instrument_id,
                             .run_id = o->has_run ? &o->run_id : NULL,
                             .venue = f->venue,
                             .symbol = f->symbol,
                             .position_key = o->position_key,
                             .origin = order_origin_name(o->state.origin),
                             .side = o->side,
                             .type = o->type,
                             .time_in_force = o->time_in_force,
                             .qty = amount_text(r, o->working[TERM_QTY], &failed),
                             .price = amount_text(r, o->working[TERM_PRICE], &failed),
                             .stop_price = amount_text(r, o->working[TERM_STOP_PRICE], &failed),
                             .requested_qty = amount_text(r, o->requested[TERM_QTY], &failed),
                             .requested_price = amount_text(r, o->requested[TERM_PRICE], &failed),
                             .requested_stop_price = amount_text(r, o->requested[TERM_STOP_PRICE], &failed),
                             .status = order_status(&o->state),
                             .is_open = order_is_open(&o->state),
                             .outcome_unknown = o->state.outcome_unknown,
                             .exchange_order_id = o->exchange_order_id,
                             .idempotency_key = o->idempotency_key,
                             .refusal_code = o->refusal_code,
                             .refusal_detail = o->refusal_detail,
                             .version = o->version,
                             .submitted_us = o->has_submitted ? o->submitted_us : 0,
                             .updated_us = f->updated_us};
    tell_quantities(r, o, out, &failed);
    return failed;
}

dbk_err *sqlite_store_orders(sqlite_store *s, const dbk_uuid *account_id, const dbk_order_query *query,
                             bool (*fn)(void *ctx, const dbk_order_state *order), void *ctx)
{
    reading r = {.account_id = account_id, .query = query};
    found_rows found = {.size = sizeof(found_order)};
    dbk_err *e = read_all(s, "dbk_orders", read_orders, &r, &found);
    bool more = true;
    for (size_t i = 0; !e && more && i < found.count; i++) {
        dbk_order_state o;
        e = tell_order(&r, &((const found_order *)(const void *)found.items)[i], &o);
        if (!e)
            more = fn(ctx, &o);
    }
    mem_free(found.items);
    arena_free(r.a);
    return e;
}
