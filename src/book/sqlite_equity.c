/* sqlite_equity.c: what an account is worth at the marks and rates given. Each currency is added up exactly
 * and converted whole; the sum is rounded once, at the end. */
#include <stdlib.h>
#include <string.h>

#include "book/position.h"
#include "book/sqlite_book_sql.h"
#include "book/sqlite_money.h"
#include "core/json.h"

#define CURRENCIES_MAX 1000

typedef struct total {
    const char *currency;
    wide balance, unrealized;
    bool is_open; /* a position in it is */
    bool has_rate;
    wide rate;
} total;

typedef struct priced {
    dbk_uuid instrument_id; /* of a mark */
    const char *currency;   /* of a rate */
    const char *kind;       /* of a mark */
    maybe_amount price;
} priced;

typedef struct valuation {
    sqlite_call *c;
    const dbk_equity_point *point;
    account_row account;
    priced *marks, *rates; /* sorted; those without a price are left out */
    size_t mark_count, rate_count;
    const char *marks_json, *rates_json;
    total *totals;
    size_t total_count;
    const char **missing;
    size_t missing_count, missing_capacity;
    wide balance, unrealized;
} valuation;

/* ---- arguments ---- */

static int by_instrument(const void *a, const void *b)
{
    const priced *one = a, *two = b;
    return memcmp(one->instrument_id.bytes, two->instrument_id.bytes, sizeof(one->instrument_id.bytes));
}

static int by_currency(const void *a, const void *b)
{
    const priced *one = a, *two = b;
    return strcmp(one->currency, two->currency);
}

static dbk_err *read_mark(valuation *v, const dbk_mark *m, priced *out)
{
    instrument_row instrument;
    dbk_err *e = instrument_get(v->c, &m->instrument_id, &instrument);
    if (!e)
        e = require_amount("price", m->price, false, &out->price);
    if (e)
        return e;
    out->instrument_id = m->instrument_id;
    out->kind = instrument.kind;
    int sign = decimal_sign(out->price.value);
    bool wrong = out->price.known && (sign < 0 || (sign == 0 && strcmp(instrument.kind, "inverse") == 0));
    return wrong ? argument_malformed(
                       "A mark is not negative, nor zero for an inverse contract; pass NULL when there is "
                       "none.",
                       "price of a mark is %.100s", m->price)
                 : NULL;
}

static dbk_err *read_rate(valuation *v, const dbk_rate *r, priced *out)
{
    out->currency = r->currency;
    dbk_err *e = require_currency(v->c, "currency", r->currency);
    return e ? e : require_positive("rate", r->rate, false, &out->price);
}

/* Sorts, and refuses what is listed twice; what has no price goes. */
static dbk_err *sort(priced *items, size_t *count, int (*compare)(const void *, const void *),
                     const char *what)
{
    if (*count > 0)
        qsort(items, *count, sizeof(*items), compare);
    for (size_t i = 1; i < *count; i++)
        if (compare(&items[i - 1], &items[i]) == 0)
            return argument_malformed("Pass one for each.", "%s are listed twice", what);
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++)
        if (items[i].price.known)
            items[kept++] = items[i];
    *count = kept;
    return NULL;
}

static const char *as_json(sqlite_call *c, const priced *items, size_t count, bool marks)
{
    payload *p = payload_new(c);
    const char *text;
    for (size_t i = 0; i < count; i++) {
        char id[UUID_TEXT_SIZE];
        uuid_format(&items[i].instrument_id, id);
        payload_amount(p, marks ? id : items[i].currency, items[i].price);
    }
    dbk_err *e = payload_finish(p, &text);
    err_free(e);
    return e ? NULL : text;
}

static dbk_err *read_prices(valuation *v)
{
    const dbk_equity_point *r = v->point;
    v->marks = arena_alloc(v->c->a, (r->mark_count + 1) * sizeof(priced));
    v->rates = arena_alloc(v->c->a, (r->rate_count + 1) * sizeof(priced));
    if (!v->marks || !v->rates)
        return err_oom();
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < r->mark_count; i++)
        e = read_mark(v, &r->marks[i], &v->marks[i]);
    for (size_t i = 0; !e && i < r->rate_count; i++)
        e = read_rate(v, &r->rates[i], &v->rates[i]);
    v->mark_count = r->mark_count;
    v->rate_count = r->rate_count;
    if (!e)
        e = sort(v->marks, &v->mark_count, by_instrument, "marks");
    if (!e)
        e = sort(v->rates, &v->rate_count, by_currency, "rates");
    if (e)
        return e;
    v->marks_json = as_json(v->c, v->marks, v->mark_count, true);
    v->rates_json = as_json(v->c, v->rates, v->rate_count, false);
    return v->marks_json && v->rates_json ? NULL : err_oom();
}

/* ---- adding up ---- */

static const priced *find(const priced *items, size_t count, const priced *key,
                          int (*compare)(const void *, const void *))
{
    return count > 0 ? bsearch(key, items, count, sizeof(*items), compare) : NULL;
}

static dbk_err *total_of(valuation *v, const char *currency, total **out)
{
    for (size_t i = 0; i < v->total_count; i++)
        if (strcmp(v->totals[i].currency, currency) == 0) {
            *out = &v->totals[i];
            return NULL;
        }
    if (v->total_count == CURRENCIES_MAX)
        return err_new(ERR_LIMIT, "the account holds more than %d currencies", CURRENCIES_MAX);
    total *t = &v->totals[v->total_count++];
    bool own = strcmp(currency, v->account.currency) == 0;
    const priced *rate = find(v->rates, v->rate_count, &(priced){.currency = currency}, by_currency);
    *t = (total){.currency = arena_strdup(v->c->a, currency),
                 .has_rate = own || rate,
                 .rate = own    ? wide_of_int(1)
                         : rate ? wide_of(rate->price.value)
                                : (wide){.count = 0}};
    *out = t;
    return t->currency ? NULL : err_oom();
}

static dbk_err *miss(valuation *v, const char *prefix, const char *name)
{
    if (v->missing_count == v->missing_capacity) {
        size_t wanted = v->missing_capacity == 0 ? 16 : 2 * v->missing_capacity;
        const char **grown = arena_alloc(v->c->a, wanted * sizeof(*grown));
        if (!grown)
            return err_oom();
        if (v->missing_count > 0)
            memcpy(grown, v->missing, v->missing_count * sizeof(*grown));
        v->missing = grown;
        v->missing_capacity = wanted;
    }
    const char *text = arena_printf(v->c->a, "%s%s", prefix, name);
    if (!text)
        return err_oom();
    v->missing[v->missing_count++] = text;
    return NULL;
}

static dbk_err *add_position(valuation *v, sq *q)
{
    priced key = {.price = {.known = false}};
    position p = {.multiplier = sq_get_amount(q, 4).value,
                  .signed_qty = sq_get_wide(q, 5),
                  .open_cost = sq_get_wide(q, 6)};
    wide net = sq_get_wide(q, 7);
    (void)position_kind_find(sqlite_text(q->stmt, 3), &p.kind);
    sq_get_uuid(q, 0, &key.instrument_id);
    if (position_is_flat(&p) && wide_is_zero(net))
        return NULL;
    total *t;
    dbk_err *e = total_of(v, sqlite_text(q->stmt, 2), &t);
    if (e)
        return e;
    t->balance = wide_add(t->balance, net);
    if (position_is_flat(&p))
        return NULL;
    t->is_open = true;
    const priced *mark = find(v->marks, v->mark_count, &key, by_instrument);
    if (!mark)
        return miss(v, "mark:", sqlite_text(q->stmt, 1));
    t->unrealized = wide_add(t->unrealized, position_unrealized(&p, mark->price.value));
    return NULL;
}

static dbk_err *add_cash(valuation *v, sq *q)
{
    total *t;
    wide amount = wide_sub(sq_get_wide(q, 1), sq_get_wide(q, 2));
    dbk_err *e = total_of(v, sqlite_text(q->stmt, 0), &t);
    if (!e)
        t->balance = wide_add(t->balance, amount);
    return e;
}

static dbk_err *add_all(valuation *v, const char *sql, dbk_err *(*add)(valuation *v, sq *q))
{
    sq q = sq_of(v->c, sql);
    sq_uuid(&q, &v->point->account_id);
    bool found;
    dbk_err *e = sq_row(&q, &found);
    while (!e && found) {
        e = add(v, &q);
        if (!e && q.failed)
            e = sq_done(&q);
        if (!e)
            e = sq_row(&q, &found);
    }
    if (e)
        sq_end(&q);
    return e;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static dbk_err *add_up(valuation *v)
{
    total *own;
    v->totals = arena_alloc(v->c->a, CURRENCIES_MAX * sizeof(*v->totals));
    if (!v->totals)
        return err_oom();
    dbk_err *e = total_of(v, v->account.currency, &own);
    if (!e)
        own->balance = wide_of(v->account.opening_balance.value);
    if (!e)
        e = add_all(v, sqlite_book_equity_positions, add_position);
    if (!e)
        e = add_all(v, sqlite_book_equity_cash, add_cash);
    for (size_t i = 0; !e && i < v->total_count; i++) {
        const total *t = &v->totals[i];
        if (t->has_rate) {
            v->balance = wide_add(v->balance, wide_mul(t->balance, t->rate));
            v->unrealized = wide_add(v->unrealized, wide_mul(t->unrealized, t->rate));
        } else if (!wide_is_zero(t->balance) || t->is_open) {
            e = miss(v, "rate:", t->currency);
        }
    }
    if (!e && v->missing_count > 1)
        qsort(v->missing, v->missing_count, sizeof(*v->missing), by_text);
    return e;
}

/* ---- the point ---- */

static const char *rounded(sqlite_call *c, wide value)
{
    char text[WIDE_TEXT_SIZE];
    wide_format(wide_div18(value, wide_of_int(1)), text);
    return arena_strdup(c->a, text);
}

/* Each instrument's position once, though hedging holds several of it. */
static dbk_err *answer(valuation *v, dbk_equity *out)
{
    buf names;
    buf_init(&names, 0);
    for (size_t i = 0; i < v->missing_count; i++)
        if (i == 0 || strcmp(v->missing[i - 1], v->missing[i]) != 0)
            buf_printf(&names, "%s%s", names.length > 0 ? "," : "", v->missing[i]);
    const char *missing = arena_strdup(v->c->a, names.data ? names.data : "");
    dbk_err *e = buf_error(&names);
    buf_term(&names);
    *out = (dbk_equity){.answer = {.outcome = DBK_CREATED, .id = v->point->point_id},
                        .balance = rounded(v->c, v->balance),
                        .unrealized = rounded(v->c, v->unrealized),
                        .equity = rounded(v->c, wide_add(v->balance, v->unrealized)),
                        .complete = v->missing_count == 0,
                        .missing = missing};
    if (!e && (!missing || !out->balance || !out->unrealized || !out->equity))
        e = err_oom();
    return e;
}

static dbk_err *answer_known(valuation *v, dbk_equity *out, bool *known)
{
    const dbk_equity_point *r = v->point;
    sq q = sq_of(v->c, sqlite_book_equity_get);
    sq_uuid(&q, &r->account_id);
    sq_uuid(&q, &r->point_id);
    dbk_err *e = sq_row(&q, known);
    if (e || !*known)
        return e;
    dbk_uuid run_id;
    bool has_run = sq_get_uuid(&q, 1, &run_id);
    bool same_run = has_run == (r->run_id != NULL) && (!has_run || uuid_equal(&run_id, r->run_id));
    *out = (dbk_equity){.answer = {.id = r->point_id},
                        .balance = sq_get_text(&q, 2),
                        .unrealized = sq_get_text(&q, 3),
                        .equity = sq_get_text(&q, 4),
                        .complete = sq_get_bool(&q, 5),
                        .missing = sq_get_text(&q, 6)};
    out->answer.conflict_field = sq_get_int8(&q, 0) != r->as_of_us                    ? "as_of"
                                 : !same_run                                          ? "run_id"
                                 : strcmp(sqlite_text(q.stmt, 7), v->marks_json) != 0 ? "prices"
                                 : strcmp(sqlite_text(q.stmt, 8), v->rates_json) != 0 ? "rates"
                                                                                      : NULL;
    out->answer.outcome = out->answer.conflict_field ? DBK_CONFLICT : DBK_REPLAYED;
    return sq_done(&q);
}

/* "a,b" as ["a","b"]. */
static const char *list_as_json(sqlite_call *c, const char *list)
{
    buf b;
    buf_init(&b, 0);
    buf_append_char(&b, '[');
    for (const char *at = list; *at;) {
        size_t length = strcspn(at, ",");
        char *item = arena_strndup(c->a, at, length);
        buf_append_str(&b, at == list ? "" : ",");
        json_append_string(&b, item);
        at += length + (at[length] == ',');
    }
    buf_append_char(&b, ']');
    const char *copy = b.data ? arena_strdup(c->a, b.data) : NULL;
    buf_term(&b);
    return copy;
}

static dbk_err *write_point(valuation *v, const dbk_equity *out)
{
    const dbk_equity_point *r = v->point;
    sq q = sq_of(v->c, sqlite_book_equity_insert);
    sq_uuid(&q, &r->account_id);
    sq_uuid(&q, &r->point_id);
    sq_int8(&q, r->as_of_us);
    sq_uuid(&q, r->run_id);
    sq_text(&q, v->account.currency);
    sq_text(&q, out->balance);
    sq_text(&q, out->unrealized);
    sq_text(&q, out->equity);
    sq_bool(&q, out->complete);
    sq_text(&q, out->missing);
    sq_text(&q, v->marks_json);
    sq_text(&q, v->rates_json);
    sq_int8(&q, v->c->now_us);
    sq_ctx(&q);
    dbk_err *e = sq_run(&q);
    if (e)
        return e;
    char aggregate[UUID_TEXT_SIZE];
    uuid_format(&r->account_id, aggregate);
    payload *p = payload_new(v->c);
    payload_uuid(p, "point_id", &r->point_id);
    payload_time(p, "as_of", r->as_of_us);
    payload_uuid(p, "run_id", r->run_id);
    payload_text(p, "currency", v->account.currency);
    payload_text(p, "balance", out->balance);
    payload_text(p, "unrealized", out->unrealized);
    payload_text(p, "equity", out->equity);
    payload_bool(p, "complete", out->complete);
    payload_json(p, "missing", list_as_json(v->c, out->missing));
    return sqlite_emit(v->c, &(book_event){.type = "trading.equity_recorded",
                                           .aggregate_id = aggregate,
                                           .payload = p,
                                           .has_occurred = true,
                                           .occurred_us = r->as_of_us,
                                           .account_id = &r->account_id});
}

dbk_err *sqlite_equity_record(sqlite_call *c, const void *request, void *result)
{
    valuation v = {.c = c, .point = request};
    dbk_equity *out = result;
    bool known;
    dbk_err *e = account_get(c, &v.point->account_id, &v.account);
    if (!e)
        e = read_prices(&v);
    if (!e && v.point->run_id)
        e = require_run(c, &v.point->account_id, v.point->run_id);
    if (!e)
        e = answer_known(&v, out, &known);
    if (e || known)
        return e;
    e = add_up(&v);
    if (!e)
        e = answer(&v, out);
    return e ? e : write_point(&v, out);
}
