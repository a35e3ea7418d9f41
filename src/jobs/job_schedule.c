#include "jobs/job_schedule.h"

#include "core/mem.h"
#include "jobs/ticker.h"
#include "jobs_sql.h"
#include "pg/pg_lead.h"

/* Clocks are set, and schedules changed by others: never asleep for longer. */
#define PAUSE_MAX_US INT64_C(10000000)
#define PAUSE_MIN_US INT64_C(1000)
#define AGAIN_US INT64_C(1000000) /* after a failure, and for who does not lead */
#define ANSWER_MS 60000
#define ARENA_BYTES ((size_t)1 << 20)

struct job_schedule {
    job_schedule_options o;
    pg_conn *conn;
    pg_lead *lead;
    arena *arena;
    ticker *ticker;
    bool leading, failing;
    health_part *health;
};

dbk_err *job_schedule_fire(pg_conn *c, arena *a, int64_t *fired, int64_t *next_us)
{
    pg_rows *rows, *next;
    dbk_err *e = pg_query_one(c, a, jobs_fire, NULL, &rows);
    if (!e)
        e = pg_query_one(c, a, jobs_next_fire, NULL, &next);
    if (e)
        return e;
    int64_t in_us = pg_get_is_null(next, 0, 0) ? PAUSE_MAX_US : pg_get_int8(next, 0, 0);
    *fired = pg_get_int8(rows, 0, 0);
    *next_us = in_us < PAUSE_MIN_US ? PAUSE_MIN_US : in_us > PAUSE_MAX_US ? PAUSE_MAX_US : in_us;
    return NULL;
}

static dbk_err *fire(job_schedule *s, int64_t *pause_us)
{
    bool leads = false;
    int64_t fired = 0;
    *pause_us = AGAIN_US;
    dbk_err *e = pg_lead_take(s->lead, PG_LOCK_SCHEDULES, 0, &leads);
    if (!e && leads && !s->leading)
        log_write(s->o.log, LOG_INFO, "firing schedules", NULL, 0);
    s->leading = !e && leads;
    if (e || !leads)
        return e;
    e = pg_is_lost(s->conn) ? pg_reconnect(s->conn) : NULL;
    if (!e)
        e = job_schedule_fire(s->conn, s->arena, &fired, pause_us);
    job_count(s->o.counts, JOBS_FIRED, fired);
    return e;
}

static int64_t step(void *ctx)
{
    job_schedule *s = ctx;
    int64_t pause_us;
    dbk_err *e = fire(s, &pause_us);
    arena_reset(s->arena);
    if (e && !s->failing)
        log_err(s->o.log, LOG_WARNING, e);
    if (e)
        health_ill(s->health, "%s", err_message(e));
    else
        health_fine(s->health);
    s->failing = e != NULL;
    err_free(e);
    return s->failing ? AGAIN_US : pause_us;
}

dbk_err *job_schedule_new(const job_schedule_options *options, job_schedule **out)
{
    job_schedule *s = mem_alloc(sizeof(*s));
    if (!s)
        return err_oom();
    s->o = *options;
    s->health = health_add(s->o.health, "schedules");
    s->arena = arena_new(ARENA_BYTES);
    dbk_err *e = s->arena ? NULL : err_oom();
    if (!e)
        e = pg_lead_new(options->like, "daybook work schedule leader", &s->lead);
    if (!e)
        e = pg_connect_later_like(options->like,
                                  &(pg_connect_options){.application_name = "daybook work schedules",
                                                        .statement_timeout_ms = ANSWER_MS,
                                                        .read_write = true},
                                  &s->conn);
    if (!e)
        e = ticker_new(step, s, &s->ticker);
    if (e) {
        job_schedule_free(s);
        return e;
    }
    *out = s;
    return NULL;
}

void job_schedule_free(job_schedule *s)
{
    if (!s)
        return;
    ticker_free(s->ticker);
    pg_lead_free(s->lead);
    pg_close(s->conn);
    arena_free(s->arena);
    mem_free(s);
}
