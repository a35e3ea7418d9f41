/* sqlite_performance_curve.c: equity from point to point.
 *
 * Between two points the gain is related to what was there at the first and, for as long as they were there,
 * the flows. A flow that came before anything was valued counts as if it had always been there. One division
 * for each, rounded to 18 decimals. */
#include <string.h>

#include "book/sqlite_book_sql.h"
#include "book/sqlite_performance_int.h"

static const wide zero = {.count = 0};

wide round18(wide value)
{
    return wide_div18(value, wide_of_int(1));
}

/* Exact: microseconds have six decimals. */
static wide seconds(int64_t us)
{
    return wide_of((decimal){(__int128)us * 1000000000000});
}

/* What came and went between two points. */
typedef struct flow {
    wide amount, span, weighted;
} flow;

/* trading._performance_flow(); after NULL: ever. */
static dbk_err *add_flows(sqlite_call *c, const dbk_uuid *account_id, const int64_t *after, int64_t until,
                          name_set *missing, flow *out)
{
    *out = (flow){.span = after ? seconds(until - *after) : wide_of_int(1)};
    sq q = sq_of(c, sqlite_book_performance_flows);
    sq_uuid(&q, account_id);
    sq_maybe_int8(&q, after != NULL, after ? *after : 0);
    sq_int8(&q, until);
    bool found;
    dbk_err *e = sq_row(&q, &found);
    while (!e && found) {
        if (sqlite_is_null(q.stmt, 3)) {
            e = name_set_add(c, missing, "rate:", sqlite_text(q.stmt, 1));
        } else {
            wide amount = wide_mul(sq_get_wide(&q, 2), sq_get_wide(&q, 3));
            wide was_there = after ? seconds(until - sq_get_int8(&q, 0)) : wide_of_int(1);
            out->amount = wide_add(out->amount, amount);
            out->weighted = wide_add(out->weighted, wide_mul(amount, was_there));
        }
        if (!e)
            e = sq_row(&q, &found);
    }
    if (e)
        sq_end(&q);
    return e;
}

/* The curve up to a point. */
typedef struct curve {
    measured *m;
    bool begun; /* last_us is of a point */
    int64_t last_us;
    wide flows, index, peak, peak_equity, drawdown, drawdown_rate;
    bool has_index; /* false for ever once there was nothing to earn on */
} curve;

static void begin(curve *v, int64_t as_of_us, wide equity)
{
    v->begun = true;
    v->last_us = as_of_us;
    v->m->equity_first = v->m->equity_last = (maybe_wide){true, equity};
    v->peak_equity = equity;
}

static void advance_index(curve *v, wide equity, const flow *f)
{
    wide before = v->m->equity_last.value;
    wide base = wide_add(wide_mul(before, f->span), f->weighted);
    wide gain = wide_sub(wide_sub(equity, before), f->amount);
    v->has_index = v->has_index && wide_sign(base) > 0;
    if (!v->has_index)
        return;
    v->index = wide_div18(wide_mul(v->index, wide_add(base, wide_mul(gain, f->span))), base);
    v->peak = wide_max(v->peak, v->index);
    v->drawdown_rate = wide_max(v->drawdown_rate, wide_div18(wide_sub(v->peak, v->index), v->peak));
}

static dbk_err *advance(sqlite_call *c, const dbk_uuid *account_id, curve *v, int64_t as_of_us, wide equity)
{
    flow f;
    dbk_err *e = add_flows(c, account_id, v->begun ? &v->last_us : NULL, as_of_us, &v->m->missing, &f);
    if (e)
        return e;
    advance_index(v, equity, &f);
    v->m->points++;
    v->flows = wide_add(v->flows, f.amount);
    wide earned = wide_sub(equity, v->flows);
    v->peak_equity = wide_max(v->peak_equity, earned);
    v->drawdown = wide_max(v->drawdown, wide_sub(v->peak_equity, earned));
    v->begun = true;
    v->last_us = as_of_us;
    v->m->equity_last = (maybe_wide){true, equity};
    return NULL;
}

static dbk_err *add_missing(sqlite_call *c, name_set *set, const char *list)
{
    dbk_err *e = NULL;
    for (const char *at = list; !e && *at;) {
        size_t length = strcspn(at, ",");
        const char *name = arena_strndup(c->a, at, length);
        e = name ? name_set_add(c, set, "", name) : err_oom();
        at += length + (at[length] == ',');
    }
    return e;
}

static dbk_err *finish(sqlite_call *c, const curve *v)
{
    measured *m = v->m;
    m->flows = round18(v->flows);
    if (m->points == 0) {
        m->has_last = false;
        m->equity_last.known = false;
        return name_set_add(c, &m->missing, "last", "");
    }
    m->has_last = true;
    m->last_us = v->last_us;
    m->drawdown = (maybe_wide){true, round18(v->drawdown)};
    m->pnl = (maybe_wide){true, wide_sub(wide_sub(m->equity_last.value, m->equity_first.value), m->flows)};
    if (!v->has_index)
        return name_set_add(c, &m->missing, "return", "");
    m->return_rate = (maybe_wide){true, wide_sub(v->index, wide_of_int(1))};
    m->drawdown_rate = (maybe_wide){true, v->drawdown_rate};
    return NULL;
}

dbk_err *performance_curve(sqlite_call *c, const dbk_uuid *account_id, const performance_period *period,
                           measured *m)
{
    curve v = {.m = m, .index = wide_of_int(1), .peak = wide_of_int(1), .has_index = true};
    m->equity_last = m->equity_first;
    v.peak_equity = m->equity_first.known ? m->equity_first.value : zero;
    sq q = sq_of(c, sqlite_book_performance_points);
    sq_uuid(&q, account_id);
    sq_maybe_int8(&q, m->has_first, m->first_us);
    sq_maybe_int8(&q, period->has_as_of, period->as_of_us);
    bool found;
    dbk_err *e = sq_row(&q, &found);
    while (!e && found) {
        int64_t as_of_us = sq_get_int8(&q, 0);
        bool again = v.begun && as_of_us == v.last_us;
        wide equity = sq_get_wide(&q, 1);
        if (!again)
            e = add_missing(c, &m->missing, sqlite_text(q.stmt, 2));
        if (!e && !again && m->has_first && as_of_us == m->first_us)
            begin(&v, as_of_us, equity);
        else if (!e && !again)
            e = advance(c, account_id, &v, as_of_us, equity);
        if (!e)
            e = sq_row(&q, &found);
    }
    if (e)
        sq_end(&q);
    return e ? e : finish(c, &v);
}
