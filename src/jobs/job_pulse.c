#include "jobs/job_pulse.h"

#include "core/mem.h"
#include "jobs/ticker.h"
#include "jobs_sql.h"
#include "pg/pg_retry.h"

#define BEAT_US INT64_C(5000000)
#define AGAIN_US INT64_C(1000000) /* after a beat that failed */
#define TRUST_US INT64_C(25000000)
#define RESCUE_BEATS 2 /* others are looked after at every second beat */
#define WATCH_BEATS 6  /* and queues at every sixth: that counts all jobs */
#define ANSWER_MS 10000
#define ARENA_BYTES ((size_t)16 << 20)

struct job_pulse {
    job_pulse_options o;
    pg_conn *conn;
    arena *arena;
    ticker *ticker;
    int64_t believed_us; /* when the last sign of life that was heard was given */
    int64_t beats;
    bool failing;
    health_part *health, *queues;
};

/* Signs of life wait for nobody for long, least of all for a job that a silent worker's session still holds.
 */
static dbk_err *connect(job_pulse *p)
{
    if (!pg_is_lost(p->conn))
        return NULL;
    dbk_err *e = pg_reconnect(p->conn);
    return e ? e : pg_exec(p->conn, "set lock_timeout = '2s'");
}

/* What could not be had now can be had at another time. */
static dbk_err *rescue(job_pulse *p)
{
    int64_t rescued = 0;
    dbk_err *e = job_queue_rescue(p->conn, p->arena, &rescued);
    if (e && pg_retry_classify(e) == PG_RETRY_SAME) {
        log_err(p->o.log, LOG_DEBUG, e);
        err_free(e);
        e = NULL;
    }
    job_count(p->o.counts, JOBS_RESCUED, rescued);
    if (rescued > 0)
        log_fields(p->o.log, LOG_WARNING, "jobs of workers that show no sign of life are run again",
                   LOG_INT("jobs", rescued));
    return e;
}

static void tell_queue(job_pulse *p, const pg_rows *rows, size_t row)
{
    static const char *const names[] = {"jobs_waiting", "jobs_ready", "jobs_running"};
    static const char *const helps[] = {"Jobs of a queue whose time has not come.",
                                        "Jobs of a queue that wait for a worker.",
                                        "Jobs of a queue that run."};
    const char *queue = pg_get_text(rows, row, 0);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        metric_set(metrics_gauge(p->o.metrics, names[i], helps[i], "queue", queue),
                   (double)pg_get_int8(rows, row, i + 1));
    metric_set(metrics_gauge(p->o.metrics, "oldest_ready_seconds",
                             "For how long the oldest job of a queue has been ready.", "queue", queue),
               pg_get_float8(rows, row, 4));
}

/* How much there is to do, for all workers together. */
static dbk_err *watch_queues(job_pulse *p)
{
    pg_rows *rows;
    const char *late = NULL;
    dbk_err *e = p->o.health ? pg_query(p->conn, p->arena, jobs_queues, NULL, &rows) : NULL;
    if (e || !p->o.health)
        return e;
    for (size_t i = 0; i < pg_row_count(rows); i++) {
        tell_queue(p, rows, i);
        if (!pg_get_bool(rows, i, 5) && pg_get_float8(rows, i, 4) * 1e6 > (double)p->o.lag_limit_us)
            late = pg_get_text(rows, i, 0);
    }
    if (late)
        health_ill(p->queues, "jobs of queue %s wait for too long", late);
    else
        health_fine(p->queues);
    return NULL;
}

static dbk_err *beat(job_pulse *p)
{
    dbk_uuid *tokens;
    size_t count, news_count = 0;
    job_news *news = NULL;
    dbk_err *e = connect(p);
    if (!e)
        e = job_pool_tokens(p->o.pool, p->arena, &tokens, &count);
    int64_t now_us = p->o.clock->mono_us(p->o.clock);
    if (!e)
        e = job_queue_heartbeat(p->conn, p->arena, p->o.worker, tokens, count, &news, &news_count);
    if (e)
        return e;
    p->believed_us = now_us;
    for (size_t i = 0; i < news_count; i++)
        job_pool_stop(p->o.pool, &news[i].token, news[i].whole_claim ? NULL : &news[i].id, news[i].stop);
    int64_t number = p->beats++;
    e = number % RESCUE_BEATS == 0 ? rescue(p) : NULL;
    return !e && number % WATCH_BEATS == 0 ? watch_queues(p) : e;
}

static int64_t step(void *ctx)
{
    job_pulse *p = ctx;
    dbk_err *e = beat(p);
    arena_reset(p->arena);
    if (!e) {
        p->failing = false;
        health_fine(p->health);
        return BEAT_US;
    }
    if (!p->failing)
        log_err(p->o.log, LOG_WARNING, e);
    health_ill(p->health, "%s", err_message(e));
    err_free(e);
    p->failing = true;
    if (p->o.clock->mono_us(p->o.clock) - p->believed_us > TRUST_US)
        job_pool_stop_running(p->o.pool, JOB_LOST);
    return AGAIN_US;
}

dbk_err *job_pulse_new(const job_pulse_options *options, job_pulse **out)
{
    job_pulse *p = mem_alloc(sizeof(*p));
    if (!p)
        return err_oom();
    p->o = *options;
    p->believed_us = p->o.clock->mono_us(p->o.clock);
    p->health = health_add(p->o.health, "signs of life");
    p->queues = health_add(p->o.health, "queues");
    p->arena = arena_new(ARENA_BYTES);
    dbk_err *e = p->arena ? NULL : err_oom();
    if (!e)
        e = pg_connect_later_like(options->like,
                                  &(pg_connect_options){.application_name = "daybook work signs of life",
                                                        .statement_timeout_ms = ANSWER_MS,
                                                        .read_write = true,
                                                        .watchful = true},
                                  &p->conn);
    if (!e)
        e = ticker_new(step, p, &p->ticker);
    if (e) {
        job_pulse_free(p);
        return e;
    }
    *out = p;
    return NULL;
}

void job_pulse_free(job_pulse *p)
{
    if (!p)
        return;
    ticker_free(p->ticker);
    pg_close(p->conn);
    arena_free(p->arena);
    mem_free(p);
}
