#include "bus/sink_run.h"

#include <string.h>

#include "bus/log_reader.h"
#include "bus/sink_cursor.h"
#include "bus_sql.h"
#include "core/mem.h"
#include "pg/pg_notify.h"

#define REPLAYED_EVENTS 1000
#define REPLAYED_BYTES_MAX ((size_t)512 << 20)
/* How often it sees to replays, its lag and its health while nothing comes. */
#define IDLE_US ((int64_t)500000)
#define HELD_US ((int64_t)1000000)
/* The cursor moves no more often: who keeps old rows alive, with a snapshot or otherwise, keeps each of its
 * versions, and its readers pass them all. */
#define COMMIT_US ((int64_t)100000)
#define SIGN_OF_LIFE_US ((int64_t)3000000)
#define LOOK_LAG_US ((int64_t)1000000)
#define STATEMENT_MS 60000
/* A sink has limits of its own, after which it fails: a broker's answer is awaited for five seconds. */
#define SINK_ANSWER_US ((int64_t)8000000)
/* More than any sink keeps on the way. */
#define UNDER_WAY_MAX 4096

static const char *const no_channels[] = {NULL};

/* When an event that was handed over was recorded. */
typedef struct under_way {
    int64_t seq, recorded_us;
} under_way;

struct sink_run {
    const worker_env *env;
    const sink_ops *ops;
    sink_options options;
    pg_conn *conn;
    log_reader *reader;
    pg_notify *sleep; /* listens to nothing: it can be woken */
    arena *scratch;
    sink_cursor cursor;
    sink *sink; /* NULL: closed */
    bool declared;
    bool attached;
    bool told_held;
    bus_place written; /* handed over to the sink */
    bus_place durable; /* by the sink's word */
    int64_t told_seq;  /* durable, as far as it was counted */
    under_way *handed; /* by place modulo UNDER_WAY_MAX */
    int64_t end_seq;   /* with `once`: where the log ended; -1: not known yet */
    int64_t committed_us, looked_us, replayed_us;
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
    r->scratch = arena_new(REPLAYED_BYTES_MAX);
    r->handed = mem_alloc(UNDER_WAY_MAX * sizeof(*r->handed));
    dbk_err *e = r->scratch && r->handed ? uuid_v7(env->clock, &r->cursor.holder_id) : err_oom();
    if (!e)
        e = pg_connect_later_like(env->like,
                                  &(pg_connect_options){.application_name = "daybook relay sink",
                                                        .statement_timeout_ms = STATEMENT_MS,
                                                        .read_write = true,
                                                        .watchful = true},
                                  &r->conn);
    if (!e)
        e = log_reader_new(env, &r->reader);
    if (!e)
        e = pg_notify_new(env->like, "daybook relay sink", no_channels, &r->sleep);
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
    log_reader_free(r->reader);
    pg_notify_free(r->sleep);
    pg_close(r->conn);
    arena_free(r->scratch);
    mem_free(r->handed);
    mem_free(r);
}

void sink_run_wake(void *ctx)
{
    sink_run *r = ctx;
    pg_notify_wake(r->sleep);
    log_reader_wake(r->reader);
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
    dbk_err *e = worker_connect(r->conn);
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
    r->told_seq = from.seq;
    memset(r->handed, 0, UNDER_WAY_MAX * sizeof(*r->handed));
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
    dbk_err *e = worker_connect(r->conn);
    if (!e && !r->attached)
        e = attach(r);
    if (e || !r->attached)
        return e;
    health_wait(r->health, SINK_ANSWER_US, "the sink to say where it stands");
    e = r->ops->open(&r->options, &r->sink);
    if (!e)
        e = r->ops->tail(r->sink, &tail, &known);
    health_wait(r->health, WORKER_ANSWER_US, WORKER_ANSWER);
    if (!e)
        e = compare(r, tail, known);
    if (!e)
        e = find_end(r);
    return e ? e : log_reader_start(r->reader, r->written.seq);
}

/* ---- feeding ---- */

static bool is_behind(const sink_run *r)
{
    return bus_place_compare(r->durable, r->cursor.place) > 0;
}

/* Moves the cursor when that is due, or says that we live. */
static dbk_err *commit(sink_run *r, int64_t after_us)
{
    int64_t since_us = now_us(r) - r->committed_us;
    if (since_us < (is_behind(r) ? after_us : SIGN_OF_LIFE_US))
        return NULL;
    health_wait(r->health, WORKER_ANSWER_US, WORKER_ANSWER);
    dbk_err *e =
        sink_cursor_commit(&r->cursor, r->conn, r->scratch, is_behind(r) ? r->durable : r->cursor.place);
    r->committed_us = now_us(r);
    return e;
}

static void note_handed(sink_run *r, const log_page *page)
{
    for (size_t i = 0; i < page->count; i++)
        r->handed[page->events[i].place.seq % UNDER_WAY_MAX] =
            (under_way){.seq = page->events[i].place.seq, .recorded_us = page->events[i].recorded_us};
    r->written = page->events[page->count - 1].place;
}

static void account(sink_run *r)
{
    int64_t now = wall_us(r);
    if (r->durable.seq > r->told_seq)
        metric_add(r->events, r->durable.seq - r->told_seq);
    for (; r->told_seq < r->durable.seq; r->told_seq++) {
        const under_way *one = &r->handed[(r->told_seq + 1) % UNDER_WAY_MAX];
        double age = (double)(now - one->recorded_us) / 1e6;
        if (one->seq == r->told_seq + 1)
            metric_observe(r->delivered, age > 0 ? age : 0);
    }
    metric_set(r->place, (double)r->durable.seq);
}

/* Of the oldest event that was handed over and is not durable. */
static int64_t lag_us(const sink_run *r)
{
    const under_way *oldest = &r->handed[(r->durable.seq + 1) % UNDER_WAY_MAX];
    int64_t late_us = oldest->seq == r->durable.seq + 1 ? wall_us(r) - oldest->recorded_us : 0;
    return late_us > 0 ? late_us : 0;
}

/* What is late is told, whether it is the sink that is slow, the server or we. */
static dbk_err *report(sink_run *r)
{
    int64_t late_us = lag_us(r), waits_us = log_reader_waits_us(r->reader);
    metric_set(r->lag_seconds, (double)late_us / 1e6);
    if (waits_us > WORKER_ANSWER_US)
        health_ill(r->health, "it has been waiting for %lld s for " WORKER_ANSWER,
                   (long long)(waits_us / 1000000));
    else if (late_us > r->env->lag_limit_us)
        health_ill(r->health, "the oldest event that is not durable there is %lld s old",
                   (long long)(late_us / 1000000));
    else
        health_fine(r->health);
    if (now_us(r) - r->looked_us < LOOK_LAG_US || waits_us > WORKER_ANSWER_US)
        return NULL;
    r->looked_us = now_us(r);
    return find_end(r);
}

/* The log went on elsewhere since the sink was compared with it: so it is compared anew. */
static dbk_err *check_epoch(const sink_run *r, const log_page *page)
{
    int32_t epoch = page->events[page->count - 1].place.epoch;
    if (epoch <= r->cursor.log_epoch)
        return NULL;
    return err_new(ERR_RETRYABLE, "the log is in epoch %d, and was in %d when the sink was opened",
                   (int)epoch, (int)r->cursor.log_epoch);
}

/* One page, or with NULL what is left to be confirmed. */
static dbk_err *feed(sink_run *r, const log_page *page)
{
    dbk_err *e = page ? check_epoch(r, page) : NULL;
    health_wait(r->health, SINK_ANSWER_US, "the sink to take events");
    if (!e && page)
        e = r->ops->write(r->sink, page->events, page->count);
    if (!e && page)
        note_handed(r, page);
    /* As long as there is more to hand over, nothing is waited for. */
    if (!e)
        e = r->ops->settle(r->sink, log_reader_is_at_end(r->reader), &r->durable);
    if (!e)
        account(r);
    if (!e)
        e = commit(r, COMMIT_US);
    return e ? e : report(r);
}

/* What is to be handed out once more, while nothing new waits. */
static dbk_err *feed_replays(sink_run *r, bool *found)
{
    pg_rows *rows;
    bus_event *events;
    if (!r->ops->replay)
        return NULL;
    health_wait(r->health, WORKER_ANSWER_US, WORKER_ANSWER);
    dbk_err *e = sink_cursor_replays(&r->cursor, r->conn, r->scratch, REPLAYED_EVENTS, &rows);
    if (!e)
        e = bus_events_of(r->scratch, rows, &events);
    if (e || pg_row_count(rows) == 0)
        return e;
    *found = true;
    health_wait(r->health, SINK_ANSWER_US, "the sink to take a replay");
    e = r->ops->replay(r->sink, events, pg_row_count(rows));
    return e ? e : sink_cursor_replayed(&r->cursor, r->conn, r->scratch, events, pg_row_count(rows));
}

/* Until the cursor is due, if it is behind. */
static int64_t wait_us(const sink_run *r)
{
    int64_t due_us = r->committed_us + COMMIT_US - now_us(r);
    return !is_behind(r) || due_us > IDLE_US ? IDLE_US : due_us > 0 ? due_us : 0;
}

static dbk_err *feed_next(sink_run *r)
{
    const log_page *page;
    bool found = false;
    dbk_err *e = log_reader_next(r->reader, 0, &page);
    if (!e && !page) {
        bool is_due = now_us(r) - r->replayed_us >= IDLE_US && log_reader_is_at_end(r->reader);
        e = is_due ? feed_replays(r, &found) : NULL;
        r->replayed_us = is_due && !found ? now_us(r) : r->replayed_us;
        if (!e)
            e = log_reader_next(r->reader, found ? 0 : wait_us(r), &page);
    }
    return e ? e : feed(r, page);
}

/* There is nothing new, or not that it should wait for. */
static dbk_err *end_once(sink_run *r, bool *done)
{
    bool found = false;
    dbk_err *e = feed_replays(r, &found);
    if (!e && !found)
        e = commit(r, 0);
    *done = !e && !found;
    return e;
}

static dbk_err *step(sink_run *r, bool *done)
{
    dbk_err *e;
    if (r->sink && r->env->once && r->durable.seq >= r->end_seq)
        return end_once(r, done);
    if (r->sink)
        return feed_next(r);
    health_wait(r->health, WORKER_ANSWER_US, WORKER_ANSWER);
    e = begin(r);
    if (!e && !r->attached) {
        health_fine(r->health);
        (void)pg_notify_wait(r->sleep, HELD_US);
    }
    return e;
}

static void close_sink(sink_run *r)
{
    log_reader_stop(r->reader);
    r->ops->close(r->sink);
    r->sink = NULL;
}

/* A new beginning for the sink, since nobody knows what it took; for the connection only when it is lost. */
static void recover(sink_run *r, dbk_err *e)
{
    r->failures++;
    metric_add(r->failed, 1);
    log_fields(r->env->log, LOG_WARNING, "the sink is tried again", LOG_STR("sink", r->options.name),
               LOG_STR("why", err_message(e)),
               LOG_STR("cause", err_cause(e) ? err_message(err_cause(e)) : NULL),
               LOG_INT("in_row", r->failures));
    health_ill(r->health, "%s", err_message(e));
    close_sink(r);
    if (r->attached && is_behind(r) && !pg_is_lost(r->conn))
        err_free(commit(r, 0));
    if (r->attached)
        sink_cursor_release(&r->cursor, r->conn, r->scratch);
    r->attached = false;
    health_ill(r->health, "%s", err_message(e));
    err_free(e);
    (void)pg_notify_wait(r->sleep, worker_pause_us(r->failures));
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
    /* A stop cancels what runs, so also this, but only once. */
    for (int i = 0; i < 2 && !e && r->sink && is_behind(r); i++)
        err_free(commit(r, 0));
    close_sink(r);
    arena_reset(r->scratch);
    if (r->attached)
        sink_cursor_release(&r->cursor, r->conn, r->scratch);
    health_over(r->health);
    return e;
}
