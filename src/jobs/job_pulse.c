#include "jobs/job_pulse.h"

#include "core/mem.h"
#include "jobs/ticker.h"
#include "pg/pg_retry.h"

#define BEAT_US INT64_C(5000000)
#define AGAIN_US INT64_C(1000000) /* after a beat that failed */
#define TRUST_US INT64_C(25000000)
#define RESCUE_BEATS 2 /* others are looked after at every second beat */
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
    health_part *health;
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
    return p->beats++ % RESCUE_BEATS == 0 ? rescue(p) : NULL;
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
