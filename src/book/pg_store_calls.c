/* Many calls over one connection, sent without waiting for the answers.
 *
 * They go in rounds: a round sends what is not done yet, in order, and reads the answers, until all were
 * read or the connection is lost. What failed for a moment, or has no answer, is left to the next round. */
#include "book/pg_store_int.h"
#include "pg/pg_pipeline.h"

/* Enough that the server never waits for us; few enough that little is repeated after a loss. */
#define IN_FLIGHT_MAX 64

typedef struct pending {
    dbk_call *call;
    const char *name;
    const store_write *write;
    const pg_params *params;
    pg_retry_state retry;
    bool started; /* retry counts: since it was first this call's turn */
    bool done;
} pending;

typedef struct calls_run {
    pg_store *store;
    arena *arena;  /* parameters and answers */
    pending *todo; /* in the order of the calls */
    size_t count;
    size_t next;                    /* in todo: the first that was not sent in this round */
    pending *flight[IN_FLIGHT_MAX]; /* sent and not answered, a ring */
    size_t first, in_flight, in_flight_max;
    int64_t pause_us; /* before the next round */
} calls_run;

static void start(const calls_run *r, pending *p)
{
    if (!p->started)
        pg_store_retry_init(r->store, &p->retry);
    p->started = true;
}

static void finish(pending *p, dbk_err *e)
{
    p->call->error = e;
    p->done = true;
}

/* A try that failed: the call is left for the next round, or done with the error. */
static void fail_try(calls_run *r, pending *p, const dbk_err *e)
{
    const dbk_clock *clock = clock_system();
    int64_t delay_us = 0;
    start(r, p);
    if (!pg_retry_next(&p->retry, e, true, clock->mono_us(clock), &delay_us))
        finish(p, pg_store_explain(e, p->name));
    else if (delay_us > r->pause_us)
        r->pause_us = delay_us;
}

/* The connection was lost under the call whose turn it was: that one may be the cause, so the loss counts as
 * its try alone. What was sent behind it is sent again. Where nothing was sent, no call can be made. */
static void lose_round(calls_run *r, const dbk_err *e)
{
    if (r->in_flight > 0)
        fail_try(r, r->flight[r->first], e);
    for (size_t i = 0; r->in_flight == 0 && i < r->count; i++) {
        if (!r->todo[i].done)
            fail_try(r, &r->todo[i], e);
    }
}

static dbk_err *send_next(calls_run *r)
{
    pending *p = &r->todo[r->next++];
    dbk_err *e = pg_pipeline_add(r->store->conn, p->write->sql, p->params);
    if (e && !pg_is_lost(r->store->conn)) {
        finish(p, pg_store_explain(e, p->name));
        err_free(e);
        return NULL;
    }
    r->flight[(r->first + r->in_flight) % IN_FLIGHT_MAX] = p;
    r->in_flight++;
    return e;
}

/* Refills when half of them are answered and not at the end: so answers are still to come while calls are
 * sent, as pg_pipeline.h wants it for poolers. */
static dbk_err *refill(calls_run *r)
{
    if (r->in_flight > r->in_flight_max / 2)
        return NULL;
    dbk_err *e = NULL;
    while (!e && r->next < r->count && r->in_flight < r->in_flight_max)
        e = send_next(r);
    return e;
}

/* A call that met the cancel of another has not had its try, and is left for the next round. Whatever was
 * cancelled has had one in this round, so that there are no more such rounds than tries. */
static dbk_err *read_next(calls_run *r)
{
    pending *p = r->flight[r->first];
    pg_rows *rows = NULL;
    dbk_err *failed = NULL;
    start(r, p);
    dbk_err *e = pg_pipeline_next(r->store->conn, p->call->timeout_ms, r->arena, &rows, &failed);
    if (e)
        return e;
    r->first = (r->first + 1) % IN_FLIGHT_MAX;
    r->in_flight--;
    if (failed && !pg_pipeline_met_cancel(r->store->conn))
        fail_try(r, p, failed);
    else if (!failed)
        finish(p, pg_store_read_answer(p->write, p->name, rows, p->call->answer.any));
    err_free(failed);
    return NULL;
}

static void run_round(calls_run *r)
{
    r->next = r->first = r->in_flight = 0;
    r->pause_us = 0;
    dbk_err *e = pg_store_connected(r->store);
    if (!e)
        e = pg_pipeline_depth(r->store->conn, r->arena, &r->in_flight_max);
    if (!e && r->in_flight_max > IN_FLIGHT_MAX)
        r->in_flight_max = IN_FLIGHT_MAX;
    if (!e)
        e = pg_pipeline_begin(r->store->conn);
    while (!e && (r->next < r->count || r->in_flight > 0)) {
        e = refill(r);
        if (!e && r->in_flight > 0)
            e = read_next(r);
    }
    if (!e)
        e = pg_pipeline_end(r->store->conn);
    if (e)
        lose_round(r, e);
    err_free(e);
}

static void keep_what_is_not_done(calls_run *r)
{
    size_t kept = 0;
    for (size_t i = 0; i < r->count; i++) {
        if (!r->todo[i].done)
            r->todo[kept++] = r->todo[i];
    }
    r->count = kept;
}

/* What cannot even be sent is done with its error. */
static void prepare(calls_run *r, dbk_call *call)
{
    pending *p = &r->todo[r->count];
    pg_params *params = NULL;
    *p = (pending){.call = call, .name = request_name(call->kind), .write = pg_store_write_of(call->kind)};
    call->error = pg_store_write_params(r->store, r->arena, p->write, call->request.any, &params);
    p->params = params;
    if (!call->error)
        r->count++;
}

dbk_err *pg_store_calls(pg_store *s, dbk_call *const *calls, size_t count)
{
    const dbk_clock *clock = clock_system();
    arena *a = pg_store_keep(s, KEEP_CALLS);
    calls_run r = {.store = s, .arena = a, .todo = arena_alloc(a, count * sizeof(pending))};
    if (!r.todo)
        return err_oom();
    for (size_t i = 0; i < count; i++) {
        if (!calls[i]->error)
            prepare(&r, calls[i]);
    }
    while (r.count > 0) {
        run_round(&r);
        keep_what_is_not_done(&r);
        if (r.count > 0 && r.pause_us > 0)
            clock->sleep_us(clock, r.pause_us);
    }
    return NULL;
}
