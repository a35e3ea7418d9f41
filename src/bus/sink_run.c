#include "bus/sink_run.h"

#include <string.h>

#include "bus/sink_cursor.h"
#include "bus_sql.h"
#include "core/mem.h"
#include "pg/pg_notify.h"

/* Enough that one confirmation serves many events, few enough that a page of large ones fits. */
#define PAGE_EVENTS 1000
#define PAGE_BYTES_MAX ((size_t)512 << 20)
#define BACKSTOP_US ((int64_t)500000)
#define HELD_US ((int64_t)1000000)
#define SIGN_OF_LIFE_US ((int64_t)3000000)
#define LOOK_LAG_US ((int64_t)1000000)
#define STATEMENT_MS 60000

static const char *const channels[] = {PG_NOTIFY_SEQ, NULL};

struct sink_run {
    const worker_env *env;
    const sink_ops *ops;
    sink_options options;
    pg_conn *conn;
    pg_notify *notify;
    arena *scratch;
    sink_cursor cursor;
    sink *sink; /* NULL: closed */
    bool declared;
    bool attached;
    bool told_held;
    bus_place written; /* handed over to the sink */
    bus_place durable; /* by the sink's word */
    int64_t end_seq;   /* with `once`: where the log ended; -1: not known yet */
    int64_t committed_us, lag_us;
    int64_t oldest_us; /* when the oldest event that is not durable was recorded; 0: none is known */
    int failures;
    health_part *health;
    metric *events, *failed, *rewinds, *place, *lag_events, *lag_seconds, *delivered;
};

static int64_t now_us(const sink_run *r)
{
    return r->env->clock->mono_us(r->env->clock);
}

static int64_t wall_us(const sink_run *r)
{
    return r->env->clock->wall_us(r->env->clock);
}

static void make_metrics(sink_run *r)
{
    metrics *m = r->env->metrics;
    const char *name = r->options.name;
    r->events =
        metrics_counter(m, "sink_events_total", "Events that became durable in the sink.", "sink", name);
    r->failed = metrics_counter(m, "sink_failures_total", "Failures of the sink or of its connections.",
                                "sink", name);
    r->rewinds = metrics_counter(m, "sink_rewinds_total", "How often the sink had lost what was confirmed.",
                                 "sink", name);
    r->place = metrics_gauge(m, "sink_seq", "The place up to which everything is durable in the sink.",
                             "sink", name);
    r->lag_events = metrics_gauge(m, "sink_lag_events",
                                  "Events with places that are not durable in the sink.", "sink", name);
    r->lag_seconds = metrics_gauge(m, "sink_lag_seconds",
                                   "Age of the oldest event that is not durable in the sink.", "sink", name);
    r->delivered = metrics_histogram(m, "sink_delivery_seconds",
                                     "From the recording of an event until it was durable in the sink.",
                                     "sink", name, metrics_bounds_seconds, metrics_bounds_seconds_count);
}

dbk_err *sink_run_new(const worker_env *env, const sink_ops *ops, const sink_options *o, sink_run **out)
{
    sink_run *r = mem_alloc(sizeof(*r));
    if (!r)
        return err_oom();
    r->env = env;
    r->ops = ops;
    r->options = *o;
    r->options.clock = env->clock;
    r->options.log = env->log;
    r->options.metrics = env->metrics;
    r->options.stop = env->stop;
    r->cursor.name = o->name;
    r->cursor.holder = env->holder;
    r->end_seq = -1;
    r->scratch = arena_new(PAGE_BYTES_MAX);
    dbk_err *e = r->scratch ? uuid_v7(env->clock, &r->cursor.holder_id) : err_oom();
    if (!e)
        e = pg_connect_later_like(env->like,
                                  &(pg_connect_options){.application_name = "daybook relay sink",
                                                        .statement_timeout_ms = STATEMENT_MS,
                                                        .read_write = true,
                                                        .watchful = true},
                                  &r->conn);
    if (!e)
        e = pg_notify_new(env->like, "daybook relay listener", channels, &r->notify);
    if (e) {
        sink_run_free(r);
        return e;
    }
    make_metrics(r);
    r->health = health_add(env->health, o->name);
    *out = r;
    return NULL;
}

void sink_run_free(sink_run *r)
{
    if (!r)
        return;
    r->ops->close(r->sink);
    pg_notify_free(r->notify);
    pg_close(r->conn);
    arena_free(r->scratch);
    mem_free(r);
}

void sink_run_wake(void *ctx)
{
    sink_run *r = ctx;
    pg_notify_wake(r->notify);
    err_free(pg_cancel(r->conn));
}

/* ---- beginning ---- */

static dbk_err *find_end(sink_run *r)
{
    pg_rows *rows;
    dbk_err *e = pg_query_one(r->conn, r->scratch, bus_last, NULL, &rows);
    if (!e && r->end_seq < 0)
        r->end_seq = pg_get_int8(rows, 0, 0);
    if (!e)
        metric_set(r->lag_events, (double)(pg_get_int8(rows, 0, 0) - r->durable.seq));
    return e;
}

dbk_err *sink_run_declare(sink_run *r)
{
    dbk_err *e = pg_is_lost(r->conn) ? pg_reconnect(r->conn) : NULL;
    if (!e && !r->declared)
        e = sink_cursor_declare(&r->cursor, r->conn, r->scratch);
    r->declared = r->declared || !e;
    return e;
}

/* Attached, or with told_held set when another process feeds it. */
static dbk_err *attach(sink_run *r)
{
    const char *held_by = NULL;
    dbk_err *e = sink_run_declare(r);
    if (!e)
        e = sink_cursor_attach(&r->cursor, r->conn, r->scratch, &held_by);
    if (e)
        return e;
    if (held_by && r->env->once)
        return err_with_detail(err_new(ERR_BUSY, "another process feeds the sink %s", r->options.name), "%s",
                               held_by);
    if (held_by && !r->told_held)
        log_fields(r->env->log, LOG_INFO, "another process feeds the sink", LOG_STR("sink", r->options.name),
                   LOG_STR("who", held_by));
    r->told_held = held_by != NULL;
    r->attached = !held_by;
    r->committed_us = now_us(r);
    return NULL;
}

/* Where to go on, from what the sink says and what the cursor says. */
static dbk_err *compare(sink_run *r, bus_place tail, bool known)
{
    bus_place from = r->cursor.place;
    dbk_err *e = NULL;
    if (known) {
        bool ahead = false;
        e = sink_cursor_common(r->conn, r->scratch, tail, &from.seq, &ahead);
        if (!e && ahead)
            e = err_with_hint(err_new(ERR_INPUT, "the sink %s has place %lld, which the log does not reach",
                                      r->options.name, (long long)tail.seq),
                              "is this the database that it was fed from?");
        if (e)
            return e;
        if (from.seq < r->cursor.place.seq) {
            metric_add(r->rewinds, 1);
            log_fields(r->env->log, LOG_WARNING,
                       "stream_rewound: the sink lacks what it had confirmed, and gets it again",
                       LOG_STR("sink", r->options.name), LOG_INT("has", tail.seq),
                       LOG_INT("of_epoch", tail.epoch), LOG_INT("confirmed", r->cursor.place.seq),
                       LOG_INT("after", from.seq));
        }
    }
    from.epoch = r->cursor.log_epoch;
    r->written = r->durable = from;
    log_fields(r->env->log, LOG_INFO, "feeds the sink", LOG_STR("sink", r->options.name),
               LOG_INT("after", from.seq), LOG_INT("epoch", from.epoch),
               LOG_STR("by", known ? "its own word" : "the cursor"));
    if (bus_place_compare(from, r->cursor.place) > 0)
        e = sink_cursor_commit(&r->cursor, r->conn, r->scratch, from);
    return e;
}

static dbk_err *begin(sink_run *r)
{
    bus_place tail = {0};
    bool known = false;
    dbk_err *e = pg_is_lost(r->conn) ? pg_reconnect(r->conn) : NULL;
    if (!e && !r->attached)
        e = attach(r);
    if (e || !r->attached)
        return e;
    (void)pg_notify_listen(r->notify);
    e = r->ops->open(&r->options, &r->sink);
    if (!e)
        e = r->ops->tail(r->sink, &tail, &known);
    if (!e)
        e = compare(r, tail, known);
    return e ? e : find_end(r);
}

/* ---- feeding ---- */

static dbk_err *commit(sink_run *r)
{
    bool moved = bus_place_compare(r->durable, r->cursor.place) > 0;
    if (!moved && now_us(r) - r->committed_us < SIGN_OF_LIFE_US)
        return NULL;
    dbk_err *e = sink_cursor_commit(&r->cursor, r->conn, r->scratch, moved ? r->durable : r->cursor.place);
    r->committed_us = now_us(r);
    return e;
}

static void account(sink_run *r, bus_place before, const bus_event *events, size_t count)
{
    int64_t now = wall_us(r);
    if (r->durable.seq > before.seq)
        metric_add(r->events, r->durable.seq - before.seq);
    metric_set(r->place, (double)r->durable.seq);
    for (size_t i = 0; i < count; i++) {
        double age = (double)(now - events[i].recorded_us) / 1e6;
        if (events[i].place.seq <= r->durable.seq)
            metric_observe(r->delivered, age > 0 ? age : 0);
    }
    if (bus_place_compare(r->durable, r->written) >= 0)
        r->oldest_us = 0;
}

/* What is late is told, whether it is the sink that is slow or we. */
static dbk_err *report(sink_run *r, bool at_end)
{
    if (at_end)
        r->oldest_us = 0;
    int64_t lag_us = r->oldest_us > 0 ? wall_us(r) - r->oldest_us : 0;
    metric_set(r->lag_seconds, lag_us > 0 ? (double)lag_us / 1e6 : 0);
    if (lag_us > r->env->lag_limit_us)
        health_ill(r->health, "the oldest event that is not durable there is %lld s old",
                   (long long)(lag_us / 1000000));
    else
        health_fine(r->health);
    if (now_us(r) - r->lag_us < LOOK_LAG_US)
        return NULL;
    r->lag_us = now_us(r);
    return find_end(r);
}

/* One page, or what is left to be confirmed. *idle: there was nothing to read. */
static dbk_err *feed(sink_run *r, bool *idle)
{
    pg_rows *rows;
    bus_event *events;
    pg_params *p = pg_params_new(r->scratch);
    pg_param_int8(p, r->written.seq);
    pg_param_int4(p, PAGE_EVENTS);
    dbk_err *e = pg_query(r->conn, r->scratch, bus_page, p, &rows);
    if (!e)
        e = bus_events_of(r->scratch, rows, &events);
    if (e)
        return e;
    size_t count = pg_row_count(rows);
    bool is_last = count < PAGE_EVENTS;
    bus_place before = r->durable;
    if (count > 0) {
        if (r->oldest_us == 0)
            r->oldest_us = events[0].recorded_us;
        e = r->ops->write(r->sink, events, count);
        if (!e)
            r->written = events[count - 1].place;
    }
    if (!e && bus_place_compare(r->durable, r->written) < 0)
        e = r->ops->settle(r->sink, is_last, &r->durable);
    if (!e)
        e = commit(r);
    if (e)
        return e;
    account(r, before, events, count);
    *idle = count == 0;
    return report(r, is_last && bus_place_compare(r->durable, r->written) >= 0);
}

/* What is to be handed out once more, while nothing new waits. */
static dbk_err *feed_replays(sink_run *r, bool *idle)
{
    pg_rows *rows;
    bus_event *events;
    if (!r->ops->replay || !*idle)
        return NULL;
    dbk_err *e = sink_cursor_replays(&r->cursor, r->conn, r->scratch, PAGE_EVENTS, &rows);
    if (!e)
        e = bus_events_of(r->scratch, rows, &events);
    if (e || pg_row_count(rows) == 0)
        return e;
    *idle = false;
    e = r->ops->replay(r->sink, events, pg_row_count(rows));
    return e ? e : sink_cursor_replayed(&r->cursor, r->conn, r->scratch, events, pg_row_count(rows));
}

static dbk_err *step(sink_run *r, bool *done)
{
    bool idle = false;
    if (!r->sink) {
        dbk_err *e = begin(r);
        if (!e && !r->attached) {
            health_fine(r->health);
            (void)pg_notify_wait(r->notify, HELD_US);
        }
        return e;
    }
    dbk_err *e = feed(r, &idle);
    if (!e)
        e = feed_replays(r, &idle);
    *done = !e && r->env->once && r->durable.seq >= r->end_seq;
    if (!e && idle && !*done)
        (void)pg_notify_wait(r->notify, BACKSTOP_US);
    return e;
}

static void close_sink(sink_run *r)
{
    r->ops->close(r->sink);
    r->sink = NULL;
}

/* A new beginning for the sink, since nobody knows what it took; for the connection only when it is lost. */
static void recover(sink_run *r, dbk_err *e)
{
    r->failures++;
    metric_add(r->failed, 1);
    health_ill(r->health, "%s", err_message(e));
    log_fields(r->env->log, LOG_WARNING, "the sink is tried again", LOG_STR("sink", r->options.name),
               LOG_STR("why", err_message(e)),
               LOG_STR("cause", err_cause(e) ? err_message(err_cause(e)) : NULL),
               LOG_INT("in_row", r->failures));
    err_free(e);
    close_sink(r);
    if (r->attached)
        sink_cursor_release(&r->cursor, r->conn, r->scratch);
    r->attached = false;
    (void)pg_notify_wait(r->notify, worker_pause_us(r->failures));
}

dbk_err *sink_run_run(void *ctx)
{
    sink_run *r = ctx;
    bool done = false;
    dbk_err *e = NULL;
    while (!done && !e && atomic_load(r->env->stop) == 0) {
        arena_reset(r->scratch);
        e = step(r, &done);
        bool stopped = atomic_load(r->env->stop) != 0;
        if (e && !r->env->once && !stopped && err_code(e) != ERR_USAGE) {
            recover(r, e);
            e = NULL;
        } else if (!e && r->sink) {
            r->failures = 0;
        } else if (e && stopped) {
            err_free(e);
            e = NULL;
        }
    }
    close_sink(r);
    arena_reset(r->scratch);
    if (r->attached)
        sink_cursor_release(&r->cursor, r->conn, r->scratch);
    health_over(r->health);
    return e;
}
