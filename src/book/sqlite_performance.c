/* sqlite_performance.c: business is counted as the list of results counts it, equity from point to point:
 * times that follow each other add up. */
#include "book/sqlite_performance.h"

#include <stdlib.h>
#include <string.h>

#include "book/position.h"
#include "book/sqlite_book_sql.h"
#include "book/sqlite_performance_int.h"
#include "core/clock.h"
#include "core/json.h"

/* ---- what is missing ---- */

dbk_err *name_set_add(sqlite_call *c, name_set *set, const char *prefix, const char *name)
{
    const char *text = arena_printf(c->a, "%s%s", prefix, name);
    if (!text)
        return err_oom();
    for (size_t i = 0; i < set->count; i++)
        if (strcmp(set->names[i], text) == 0)
            return NULL;
    if (set->count == set->capacity) {
        size_t wanted = set->capacity == 0 ? 16 : 2 * set->capacity;
        const char **grown = arena_alloc(c->a, wanted * sizeof(*grown));
        if (!grown)
            return err_oom();
        if (set->count > 0)
            memcpy(grown, set->names, set->count * sizeof(*grown));
        set->names = grown;
        set->capacity = wanted;
    }
    set->names[set->count++] = text;
    return NULL;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorted, with commas between them. */
static dbk_err *name_set_text(sqlite_call *c, name_set *set, const char **out)
{
    buf text;
    buf_init(&text, 0);
    if (set->count > 1)
        qsort(set->names, set->count, sizeof(*set->names), by_text);
    for (size_t i = 0; i < set->count; i++)
        buf_printf(&text, "%s%s", i == 0 ? "" : ",", set->names[i]);
    return buf_to_arena(&text, c->a, out);
}

/* ---- business ---- */

static dbk_err *add_fact(sqlite_call *c, sq *q, measured *m)
{
    char what[16];
    snprintf(what, sizeof(what), "%s", sqlite_text(q->stmt, 0));
    wide amount = sq_get_wide(q, 2);
    int sign = wide_sign(amount);
    bool fill = strcmp(what, "fill") == 0, funding = strcmp(what, "funding") == 0,
         trip = strcmp(what, "trip") == 0;
    m->fills += fill;
    m->roundtrips += trip;
    m->won += trip && sign > 0;
    m->lost += trip && sign < 0;
    if (sign == 0)
        return NULL;
    if (sqlite_is_null(q->stmt, 3))
        return name_set_add(c, &m->missing, "rate:", sqlite_text(q->stmt, 1));
    wide value = wide_mul(amount, sq_get_wide(q, 3));
    if (strcmp(what, "fee") == 0)
        m->fees = wide_add(m->fees, value);
    if (funding)
        m->funding = wide_add(m->funding, value);
    if (fill || funding)
        m->realized_net = wide_add(m->realized_net, value);
    if (trip && sign > 0)
        m->gross_profit = wide_add(m->gross_profit, value);
    if (trip && sign < 0)
        m->gross_loss = wide_add(m->gross_loss, value);
    return NULL;
}

static dbk_err *add_unpriced_fee(sqlite_call *c, sq *q, measured *m)
{
    position_kind kind;
    maybe_amount fee = sq_get_amount(q, 3);
    const char *currency = sqlite_text(q->stmt, 4);
    if (!position_kind_find(sqlite_text(q->stmt, 0), &kind))
        return err_new(ERR_INPUT, "a position is of a kind that is none");
    position_fee is = position_fee_kind(kind, sqlite_text(q->stmt, 1), sqlite_text(q->stmt, 2), fee.value,
                                        currency, sq_get_bool(q, 5));
    return is == POSITION_FEE_OTHER ? name_set_add(c, &m->missing, "fee:", currency) : NULL;
}

static dbk_err *add_rows(sqlite_call *c, const char *sql, const dbk_uuid *account_id,
                         const performance_period *period, dbk_err *(*add)(sqlite_call *, sq *, measured *),
                         measured *m)
{
    sq q = sq_of(c, sql);
    sq_uuid(&q, account_id);
    sq_maybe_int8(&q, period->has_since, period->since_us);
    sq_maybe_int8(&q, period->has_as_of, period->as_of_us);
    bool found;
    dbk_err *e = sq_row(&q, &found);
    while (!e && found) {
        e = add(c, &q, m);
        if (!e)
            e = sq_row(&q, &found);
    }
    if (e)
        sq_end(&q);
    return e;
}

/* trading._performance_facts(). */
static dbk_err *add_business(sqlite_call *c, const dbk_uuid *account_id, const performance_period *period,
                             measured *m)
{
    dbk_err *e = add_rows(c, sqlite_book_performance_facts, account_id, period, add_fact, m);
    if (!e)
        e = add_rows(c, sqlite_book_performance_fees, account_id, period, add_unpriced_fee, m);
    wide *const sums[] = {&m->fees, &m->funding, &m->realized_net, &m->gross_profit, &m->gross_loss};
    for (size_t i = 0; i < sizeof(sums) / sizeof(sums[0]); i++)
        *sums[i] = round18(*sums[i]);
    return e;
}

/* ---- the whole ---- */

/* Without a point to begin with: the opening balance if nothing had happened, else the first point there is.
 */
static dbk_err *find_first(sqlite_call *c, const account_row *account, const performance_period *period,
                           measured *m)
{
    int64_t after_us;
    sq q = sq_of(c, sqlite_book_performance_begin);
    sq_uuid(&q, &account->account_id);
    sq_maybe_int8(&q, period->has_since, period->since_us);
    sq_maybe_int8(&q, period->has_as_of, period->as_of_us);
    bool found;
    dbk_err *e = sq_row(&q, &found);
    if (e)
        return e;
    m->has_first = sq_get_maybe_int8(&q, 0, &m->first_us);
    bool fresh = sq_get_bool(&q, 1), has_after = sq_get_maybe_int8(&q, 2, &after_us);
    e = sq_done(&q);
    m->equity_first = (maybe_wide){true, wide_of(account->opening_balance.value)};
    if (e || m->has_first || fresh)
        return e;
    m->equity_first.known = false;
    m->has_first = has_after;
    m->first_us = after_us;
    return name_set_add(c, &m->missing, "first", "");
}

/* trading._performance(). */
static dbk_err *measure(sqlite_call *c, const account_row *account, const performance_period *period,
                        measured *m)
{
    *m = (measured){.currency = account->currency};
    dbk_err *e = add_business(c, &account->account_id, period, m);
    if (!e)
        e = find_first(c, account, period, m);
    return e ? e : performance_curve(c, &account->account_id, period, m);
}

static void put_maybe(sq *q, maybe_wide value)
{
    if (value.known)
        sq_wide(q, value.value);
    else
        sq_text(q, NULL);
}

/* The columns from currency to missing. */
static void put_measured(sq *q, const measured *m, const char *missing)
{
    sq_text(q, m->currency);
    sq_int8(q, m->fills);
    sq_wide(q, m->fees);
    sq_wide(q, m->funding);
    sq_wide(q, m->realized_net);
    sq_int8(q, m->roundtrips);
    sq_int8(q, m->won);
    sq_int8(q, m->lost);
    sq_wide(q, m->gross_profit);
    sq_wide(q, m->gross_loss);
    sq_maybe_int8(q, m->has_first, m->first_us);
    sq_maybe_int8(q, m->has_last, m->last_us);
    sq_int8(q, m->points);
    put_maybe(q, m->equity_first);
    put_maybe(q, m->equity_last);
    sq_wide(q, m->flows);
    put_maybe(q, m->pnl);
    put_maybe(q, m->return_rate);
    put_maybe(q, m->drawdown);
    put_maybe(q, m->drawdown_rate);
    sq_text(q, missing);
}

/* ---- measuring ---- */

static dbk_err *check_period(const performance_period *p)
{
    if (!p->has_since || !p->has_as_of || p->since_us < p->as_of_us)
        return NULL;
    return argument_malformed("Pass the moment from which on, and a later one before which, results count.",
                              "since is not before as_of");
}

static dbk_err *measure_account(sqlite_call *c, const dbk_uuid *account_id, const performance_period *period)
{
    account_row account;
    measured m;
    const char *missing;
    dbk_err *e = account_get(c, account_id, &account);
    if (!e)
        e = measure(c, &account, period, &m);
    if (!e)
        e = name_set_text(c, &m.missing, &missing);
    if (e)
        return e;
    sq q = sq_of(c, sqlite_book_performance_measured);
    sq_uuid(&q, account_id);
    put_measured(&q, &m, missing);
    return sq_run(&q);
}

static dbk_err *measure_listed(sqlite_call *c, const char *ids, const performance_period *period)
{
    sq q = sq_of(c, sqlite_book_accounts_listed);
    sq_text(&q, ids);
    bool found;
    dbk_err *e = sq_row(&q, &found);
    while (!e && found) {
        dbk_uuid account_id;
        sq_get_uuid(&q, 0, &account_id);
        e = measure_account(c, &account_id, period);
        if (!e)
            e = sq_row(&q, &found);
    }
    if (e)
        sq_end(&q);
    return e;
}

dbk_err *sqlite_performance_measure(sqlite_db *db, const char *const *account_ids, size_t count,
                                    const performance_period *period)
{
    const dbk_clock *clock = clock_system();
    buf ids;
    arena *a = arena_new(0);
    if (!a)
        return err_oom();
    sqlite_store reader = {.db = db};
    sqlite_call call = {.s = &reader, .a = a, .now_us = clock->wall_us(clock), .reads = true};
    buf_init(&ids, 0);
    for (size_t i = 0; i < count; i++) {
        buf_append_char(&ids, i == 0 ? '[' : ',');
        json_append_string(&ids, account_ids[i]);
    }
    buf_append_str(&ids, count > 0 ? "]" : "");
    dbk_err *e = check_period(period);
    if (!e)
        e = buf_error(&ids);
    if (!e)
        e = sqlite_exec(db, "delete from performance_measured");
    if (!e)
        e = measure_listed(&call, count > 0 ? ids.data : NULL, period);
    buf_term(&ids);
    arena_free(a);
    return e;
}

/* ---- keeping ---- */

static void payload_maybe(payload *p, const char *key, maybe_wide value)
{
    if (value.known)
        payload_wide(p, key, value.value);
}

static const char *names_json(sqlite_call *c, const name_set *set)
{
    buf text;
    buf_init(&text, 0);
    for (size_t i = 0; i < set->count; i++) {
        buf_append_char(&text, i == 0 ? '[' : ',');
        json_append_string(&text, set->names[i]);
    }
    buf_append_str(&text, set->count > 0 ? "]" : "[]");
    const char *copy = arena_strdup(c->a, text.data);
    buf_term(&text);
    return copy;
}

static dbk_err *tell(sqlite_call *c, const dbk_performance *r, const measured *m)
{
    char aggregate[UUID_TEXT_SIZE];
    uuid_format(&r->account_id, aggregate);
    payload *p = payload_new(c);
    payload_uuid(p, "snapshot_id", &r->snapshot_id);
    payload_time(p, "since", r->since_us);
    payload_time(p, "as_of", r->as_of_us);
    payload_uuid(p, "run_id", r->run_id);
    payload_text(p, "currency", m->currency);
    payload_int8(p, "fills", m->fills);
    payload_wide(p, "realized_net", m->realized_net);
    payload_int8(p, "roundtrips", m->roundtrips);
    payload_int8(p, "won", m->won);
    payload_int8(p, "lost", m->lost);
    payload_wide(p, "flows", m->flows);
    payload_maybe(p, "pnl", m->pnl);
    payload_maybe(p, "return_rate", m->return_rate);
    payload_maybe(p, "drawdown_rate", m->drawdown_rate);
    payload_maybe(p, "equity_first", m->equity_first);
    payload_maybe(p, "equity_last", m->equity_last);
    payload_maybe(p, "drawdown", m->drawdown);
    payload_json(p, "missing", names_json(c, &m->missing));
    return sqlite_emit(c, &(book_event){.type = "trading.performance_recorded",
                                        .aggregate_id = aggregate,
                                        .payload = p,
                                        .has_occurred = true,
                                        .occurred_us = r->as_of_us,
                                        .account_id = &r->account_id});
}

static dbk_err *keep(sqlite_call *c, const account_row *account, const dbk_performance *r)
{
    const performance_period period = {true, true, r->since_us, r->as_of_us};
    measured m;
    const char *missing;
    dbk_err *e = sqlite_store_views(c->s->db);
    if (!e)
        e = measure(c, account, &period, &m);
    if (!e)
        e = name_set_text(c, &m.missing, &missing);
    if (e)
        return e;
    sq q = sq_of(c, sqlite_book_performance_insert);
    sq_uuid(&q, &r->account_id);
    sq_uuid(&q, &r->snapshot_id);
    sq_int8(&q, r->since_us);
    sq_int8(&q, r->as_of_us);
    sq_uuid(&q, r->run_id);
    put_measured(&q, &m, missing);
    sq_int8(&q, c->now_us);
    sq_ctx(&q);
    e = sq_run(&q);
    return e ? e : tell(c, r, &m);
}

static dbk_err *answer_known(sqlite_call *c, const dbk_performance *r, dbk_answer *out, bool *known)
{
    sq q = sq_of(c, sqlite_book_performance_get);
    sq_uuid(&q, &r->account_id);
    sq_uuid(&q, &r->snapshot_id);
    dbk_err *e = sq_row(&q, known);
    if (e || !*known)
        return e;
    dbk_uuid run_id;
    bool has_run = sq_get_uuid(&q, 2, &run_id);
    bool same_run = has_run == (r->run_id != NULL) && (!has_run || uuid_equal(&run_id, r->run_id));
    out->conflict_field = sq_get_int8(&q, 0) != r->since_us   ? "since"
                          : sq_get_int8(&q, 1) != r->as_of_us ? "as_of"
                          : !same_run                         ? "run_id"
                                                              : NULL;
    out->outcome = out->conflict_field ? DBK_CONFLICT : DBK_REPLAYED;
    return sq_done(&q);
}

static dbk_err *record(sqlite_call *c, const void *request, void *result)
{
    const dbk_performance *r = request;
    dbk_answer *out = result;
    account_row account;
    bool known;
    dbk_err *e = account_get(c, &r->account_id, &account);
    if (!e)
        e = check_period(&(performance_period){true, true, r->since_us, r->as_of_us});
    if (!e && r->run_id)
        e = require_run(c, &r->account_id, r->run_id);
    if (e)
        return e;
    *out = (dbk_answer){.outcome = DBK_CREATED, .id = r->snapshot_id};
    e = answer_known(c, r, out, &known);
    return e || known ? e : keep(c, &account, r);
}

dbk_err *sqlite_store_performance_record(sqlite_store *s, const dbk_performance *performance, dbk_answer *out)
{
    return sqlite_store_run(s, &(sqlite_work){.name = "dbk_performance_record",
                                              .keep = SQLITE_KEEP_ANSWER,
                                              .run = record,
                                              .request = performance,
                                              .out = out});
}
