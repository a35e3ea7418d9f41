/* The worker.
 *
 * One thread claims: it asks for as many jobs as the pool has room for, and when there are none it sleeps
 * until the server says that there are, or a job of its own ends. The pool's threads run jobs, each on a
 * connection of its own (job_pool.c). One thread gives signs of life (job_pulse.c), one fires schedules
 * (job_schedule.c). None of them waits for another, but at the end, when all are waited for.
 *
 * Sleep. Whoever enqueues notifies only when some worker is asleep, which it sees by a lock: so a busy queue
 * notifies nobody. A worker takes the lock, looks once more, and sleeps. With many workers one of them has
 * the lock and is notified along with all others; those that could not get it, and what becomes ready by time
 * alone, are served by a look every now and then. Nothing is correct only because of a notification.
 *
 * The end. Claimed jobs that nobody has begun are given back at once. Those that run have time to end; then
 * functions are cancelled and programs ended, and these are given back, too. A worker that is killed gives
 * nothing back: others take its jobs over when it has shown no sign of life for half a minute. */
#include "jobs/job_work.h"

#include <assert.h>

#include "core/interrupt.h"
#include "core/mem.h"
#include "jobs/job_pool.h"
#include "jobs/job_pulse.h"
#include "jobs/job_schedule.h"
#include "pg/pg_lead.h"
#include "pg/pg_notify.h"
#include "pg/pg_retry.h"
#include "pg/pg_session.h"

#define ASLEEP_US INT64_C(250000)  /* with the lock: what becomes ready by time is looked for */
#define WATCHING_US INT64_C(50000) /* without it: nobody might notify */
#define FULL_US INT64_C(1000000)   /* no room: the pool wakes us */
#define AWAY_US INT64_C(500000)
#define RELEASE_MAX 1000
#define ARENA_BYTES ((size_t)64 << 20)

struct job_work {
    job_work_options o;
    arena *arena; /* of one claim */
    pg_notify *notify;
    pg_lead *asleep; /* holds the lock that says so */
    job_pool *pool;
    job_pulse *pulse;
    job_schedule *schedule;
    job_counts counts;
    health_part *claiming;
    bool drowsy; /* the last look found nothing, and it is known to others that we sleep, if that was to be
                    had */
    bool has_lock;
    bool away;
    bool ended; /* the pool */
};

/* ---- life ---- */

static dbk_err *start_parts(job_work *w)
{
    static const char *const channels[] = {PG_NOTIFY_JOBS, NULL};
    dbk_err *e = pg_notify_new(w->o.conn, "daybook work notifications", channels, &w->notify);
    if (!e)
        e = pg_lead_new(w->o.conn, "daybook work sleep", &w->asleep);
    if (!e)
        e = job_pool_new(&(job_pool_options){.runner = {.like = w->o.conn,
                                                        .permits = &w->o.permits,
                                                        .counts = &w->counts,
                                                        .clock = w->o.clock,
                                                        .log = w->o.log},
                                             .threads = w->o.threads,
                                             .notify = w->notify},
                         &w->pool);
    if (!e)
        e = job_pulse_new(&(job_pulse_options){.like = w->o.conn,
                                               .worker = &w->o.who,
                                               .pool = w->pool,
                                               .counts = &w->counts,
                                               .metrics = w->o.metrics,
                                               .health = w->o.health,
                                               .lag_limit_us = w->o.lag_limit_us,
                                               .clock = w->o.clock,
                                               .log = w->o.log},
                          &w->pulse);
    return e;
}

static dbk_err *start_schedules(job_work *w)
{
    int64_t fired, next_us;
    if (!w->o.once)
        return job_schedule_new(
            &(job_schedule_options){
                .like = w->o.conn, .counts = &w->counts, .health = w->o.health, .log = w->o.log},
            &w->schedule);
    dbk_err *e = job_schedule_fire(w->o.conn, w->arena, &fired, &next_us);
    if (!e)
        job_count(&w->counts, JOBS_FIRED, fired);
    return e;
}

dbk_err *job_work_new(const job_work_options *options, job_work **out)
{
    dbk_err *e = pg_session_check(options->conn);
    if (e)
        return e;
    job_work *w = mem_alloc(sizeof(*w));
    if (!w)
        return err_oom();
    w->o = *options;
    w->claiming = health_add(options->health, "claims");
    job_counts_publish(&w->counts, options->metrics);
    w->arena = arena_new(ARENA_BYTES);
    e = w->arena ? start_parts(w) : err_oom();
    if (!e)
        e = start_schedules(w);
    if (e) {
        job_work_free(w);
        return e;
    }
    *out = w;
    return NULL;
}

/* The claims stay ours in the server's eyes until they are given back. */
static void give_back_waiting(job_work *w)
{
    job *list = job_pool_take_waiting(w->pool);
    while (list) {
        job_report reports[RELEASE_MAX];
        size_t n = 0;
        for (const job *j = list; j && n < RELEASE_MAX; j = j->next)
            reports[n++] = (job_report){.job = j, .end = {.outcome = JOB_RELEASED}};
        dbk_err *e = pg_is_lost(w->o.conn) ? pg_reconnect(w->o.conn) : NULL;
        if (!e)
            e = job_queue_finish(w->o.conn, w->arena, reports, n);
        /* Whoever takes them over comes to the same end, only later. */
        if (e)
            log_err(w->o.log, LOG_WARNING, e);
        err_free(e);
        for (size_t i = 0; i < n; i++) {
            job *j = list;
            list = j->next;
            job_count(&w->counts, JOBS_RELEASED, reports[i].answer == JOB_CREATED);
            job_free(j);
        }
        arena_reset(w->arena);
    }
}

static void end_pool(job_work *w, int64_t patience_us)
{
    if (!w->pool || w->ended)
        return;
    give_back_waiting(w);
    job_pool_end(w->pool, patience_us);
    w->ended = true;
}

void job_work_free(job_work *w)
{
    if (!w)
        return;
    job_schedule_free(w->schedule);
    end_pool(w, 0);
    job_pulse_free(w->pulse);
    job_pool_free(w->pool);
    pg_lead_free(w->asleep);
    pg_notify_free(w->notify);
    arena_free(w->arena);
    mem_free(w);
}

const job_counts *job_work_counts(const job_work *w)
{
    return &w->counts;
}

void job_work_wake(job_work *w)
{
    pg_notify_wake(w->notify);
}

/* ---- claiming ---- */

static bool is_over(const job_work *w)
{
    return atomic_load(w->o.interrupt) != 0;
}

static dbk_err *claim(job_work *w, size_t room, size_t *got)
{
    job *list = NULL;
    dbk_err *e = job_queue_claim(w->o.conn, w->arena, &w->o.who, room, &list, got);
    arena_reset(w->arena);
    if (e)
        return e;
    job_count(&w->counts, JOBS_CLAIMED, (int64_t)*got);
    if (list)
        job_pool_give(w->pool, list);
    return NULL;
}

/* A server that went away comes back, perhaps as another one: what was proven at the start is proven anew. */
static dbk_err *survive(job_work *w, dbk_err *e)
{
    pg_retry_kind kind = pg_retry_classify(e);
    if (kind == PG_RETRY_NEVER && !pg_is_lost(w->o.conn))
        return e;
    if (!w->away)
        log_err(w->o.log, LOG_WARNING, e);
    health_ill(w->claiming, "%s", err_message(e));
    err_free(e);
    w->away = true;
    (void)pg_notify_wait(w->notify, AWAY_US);
    if (!pg_is_lost(w->o.conn) || is_over(w))
        return NULL;
    e = pg_reconnect(w->o.conn);
    if (!e)
        e = pg_session_check(w->o.conn);
    if (e && (pg_is_lost(w->o.conn) || pg_retry_classify(e) != PG_RETRY_NEVER)) {
        err_free(e);
        return NULL;
    }
    if (!e)
        log_write(w->o.log, LOG_INFO, "the server is back", NULL, 0);
    w->away = false;
    return e;
}

/* ---- sleep ---- */

static void wake_up(job_work *w)
{
    if (w->has_lock)
        pg_lead_release(w->asleep);
    w->drowsy = w->has_lock = false;
}

/* Before the last look. */
static void lie_down(job_work *w)
{
    (void)pg_notify_listen(w->notify);
    dbk_err *e = pg_lead_take(w->asleep, PG_LOCK_JOBS, 0, &w->has_lock);
    if (e)
        w->has_lock = false;
    err_free(e);
    w->drowsy = true;
}

static void rest(job_work *w, size_t room)
{
    if (room == 0) {
        wake_up(w);
        (void)pg_notify_wait(w->notify, FULL_US);
        return;
    }
    if (!w->drowsy) {
        lie_down(w);
        return;
    }
    if (pg_notify_wait(w->notify, w->has_lock ? ASLEEP_US : WATCHING_US) != PG_NOTIFY_TIME_UP || !w->has_lock)
        wake_up(w);
}

/* ---- the run ---- */

static dbk_err *work(job_work *w)
{
    while (!is_over(w)) {
        size_t got = 0;
        size_t held = job_pool_count(w->pool);
        size_t room = job_pool_room(w->pool);
        dbk_err *e = room > 0 ? claim(w, room, &got) : NULL;
        if (e) {
            e = survive(w, e);
            if (e)
                return e;
            continue;
        }
        health_fine(w->claiming);
        if (got > 0)
            wake_up(w);
        else if (w->o.once && room > 0 && held == 0)
            return NULL;
        else
            rest(w, room);
    }
    return NULL;
}

dbk_err *job_work_run(job_work *w)
{
    dbk_err *e = work(w);
    health_over(w->claiming);
    wake_up(w);
    /* First, so that nothing more comes in. */
    job_schedule_free(w->schedule);
    w->schedule = NULL;
    end_pool(w, w->o.patience_us);
    dbk_err *left = pg_is_lost(w->o.conn) ? pg_reconnect(w->o.conn) : NULL;
    if (!left)
        left = job_queue_detach(w->o.conn, w->arena, &w->o.who);
    if (left)
        log_err(w->o.log, LOG_WARNING, left);
    err_free(left);
    return e;
}
