#include "bus/sequencer.h"

#include <string.h>

#include "bus_sql.h"
#include "core/interrupt.h"
#include "core/mem.h"
#include "core/uuid.h"
#include "pg/pg_lead.h"
#include "pg/pg_notify.h"
#include "pg/pg_session.h"

#define LOOK_US ((int64_t)10000)
/* Without news for so long it goes to sleep: going to sleep and waking cost more than a few looks. */
#define LINGER_US ((int64_t)100000)
/* While a long transaction that has emitted shares the lock that it wants to sleep by: nobody notifies, so it
 * goes on looking, less often when nothing has come for long. */
#define DOZE_US ((int64_t)50000)
#define DOZE_AFTER_US ((int64_t)10000000)
#define BACKSTOP_US ((int64_t)250000)
#define TRY_LEAD_US ((int64_t)250000)
#define LEAD_CHECK_US ((int64_t)1000000)
#define STATEMENT_MS 120000

static const char *const channels[] = {PG_NOTIFY_LOG, NULL};

struct sequencer {
    const worker_env *env;
    pg_conn *conn;
    pg_lead *lead;
    pg_notify *notify;
    arena *scratch;
    dbk_uuid id;
    int64_t term;
    bool leads; /* holds the term, as far as it knows */
    bool has_lock;
    bool asleep;     /* holds the lock that emitters try to share */
    bool told_waits; /* that another one leads is said once */
    int64_t waiting; /* events that the leader, when it is another one, has not come to */
    int64_t news_us; /* when a look last found something */
    int64_t check_us;
    int failures;
    health_part *health;
    metric *places, *leading, *terms, *last_seq, *failed, *sleeps, *woken, *took;
};

static int64_t now_us(const sequencer *s)
{
    return s->env->clock->mono_us(s->env->clock);
}

static void make_metrics(sequencer *s)
{
    metrics *m = s->env->metrics;
    s->places = metrics_counter(m, "places_total", "Events that were given their places by this process.",
                                NULL, NULL);
    s->terms = metrics_counter(m, "terms_total", "How often this process became the leader.", NULL, NULL);
    s->failed =
        metrics_counter(m, "sequencer_failures_total", "Failed looks and lost connections.", NULL, NULL);
    s->sleeps =
        metrics_counter(m, "sequencer_sleeps_total", "How often the sequencer went to sleep.", NULL, NULL);
    s->woken = metrics_counter(m, "sequencer_wakes_total",
                               "How often a notification woke the sequencer; otherwise it looked by itself.",
                               NULL, NULL);
    s->leading = metrics_gauge(m, "leading", "1 while this process gives places, else 0.", NULL, NULL);
    s->last_seq = metrics_gauge(m, "last_seq", "The highest place that this process has given.", NULL, NULL);
    s->took = metrics_histogram(m, "look_seconds", "How long a look that found events took.", NULL, NULL,
                                metrics_bounds_seconds, metrics_bounds_seconds_count);
}

dbk_err *sequencer_new(const worker_env *env, sequencer **out)
{
    sequencer *s = mem_alloc(sizeof(*s));
    if (!s)
        return err_oom();
    s->env = env;
    s->scratch = arena_new(0);
    dbk_err *e = s->scratch ? uuid_v7(env->clock, &s->id) : err_oom();
    if (!e)
        e = pg_connect_later_like(env->like,
                                  &(pg_connect_options){.application_name = "daybook relay sequencer",
                                                        .statement_timeout_ms = STATEMENT_MS,
                                                        .read_write = true,
                                                        .watchful = true},
                                  &s->conn);
    if (!e)
        e = pg_lead_new(env->like, "daybook relay leader", &s->lead);
    if (!e)
        e = pg_notify_new(env->like, "daybook relay listener", channels, &s->notify);
    if (e) {
        sequencer_free(s);
        return e;
    }
    make_metrics(s);
    s->health = health_add(env->health, "sequencer");
    *out = s;
    return NULL;
}

void sequencer_free(sequencer *s)
{
    if (!s)
        return;
    pg_notify_free(s->notify);
    pg_lead_free(s->lead);
    pg_close(s->conn);
    arena_free(s->scratch);
    mem_free(s);
}

void sequencer_wake(void *ctx)
{
    sequencer *s = ctx;
    pg_notify_wake(s->notify);
    err_free(pg_cancel(s->conn));
}

/* ---- leading ---- */

static void stop_leading(sequencer *s)
{
    if (s->has_lock)
        pg_lead_release(s->lead);
    s->leads = s->has_lock = false;
    metric_set(s->leading, 0);
}

static dbk_err *begin_term(sequencer *s)
{
    pg_rows *rows;
    pg_params *p = pg_params_new(s->scratch);
    pg_param_uuid(p, &s->id);
    pg_param_text(p, s->env->holder);
    dbk_err *e = pg_query_one(s->conn, s->scratch, bus_lead, p, &rows);
    if (e)
        return e;
    s->term = pg_get_int8(rows, 0, 1);
    s->leads = true;
    s->told_waits = false;
    s->news_us = s->check_us = now_us(s);
    metric_add(s->terms, 1);
    metric_set(s->leading, 1);
    metric_set(s->last_seq, (double)pg_get_int8(rows, 0, 3));
    if (!pg_get_is_null(rows, 0, 4))
        log_fields(s->env->log, LOG_WARNING,
                   "the log goes on elsewhere than where it left off: a new epoch begins",
                   LOG_STR("why", pg_get_text(rows, 0, 4)), LOG_INT("epoch", pg_get_int8(rows, 0, 2)),
                   LOG_INT("after", pg_get_int8(rows, 0, 3)));
    log_fields(s->env->log, LOG_INFO, "gives places in the log", LOG_INT("term", s->term),
               LOG_INT("epoch", pg_get_int8(rows, 0, 2)), LOG_INT("last_seq", pg_get_int8(rows, 0, 3)),
               LOG_STR("lock", s->has_lock ? "held" : "of one that is silent"));
    return NULL;
}

/* Leads if nobody else does, or if who does has been silent. */
static dbk_err *try_lead(sequencer *s)
{
    pg_rows *rows;
    dbk_err *e = pg_lead_take(s->lead, PG_LOCK_SEQUENCER, 0, &s->has_lock);
    if (e || s->has_lock)
        return e ? e : begin_term(s);
    e = pg_query_one(s->conn, s->scratch, bus_leader, NULL, &rows);
    if (e)
        return e;
    if (pg_get_bool(rows, 0, 1)) {
        log_fields(s->env->log, LOG_WARNING, "who led is silent: its term ends",
                   LOG_STR("leader", pg_get_text(rows, 0, 0)));
        return begin_term(s);
    }
    s->waiting = pg_get_int8(rows, 0, 2);
    if (!s->told_waits)
        log_fields(s->env->log, LOG_INFO, "another process gives places",
                   LOG_STR("leader", pg_get_text(rows, 0, 0)));
    s->told_waits = true;
    health_fine(s->health);
    return NULL;
}

/* Is the lock still ours, or can we have it by now? */
static dbk_err *check_lead(sequencer *s)
{
    if (now_us(s) - s->check_us < LEAD_CHECK_US)
        return NULL;
    s->check_us = now_us(s);
    if (s->has_lock)
        return pg_lead_check(s->lead);
    return pg_lead_take(s->lead, PG_LOCK_SEQUENCER, 0, &s->has_lock);
}

/* ---- looking ---- */

/* *found: there were events, or another one has taken over, so there is nothing to sleep for. */
static dbk_err *look(sequencer *s, bool *found)
{
    pg_rows *rows;
    pg_params *p = pg_params_new(s->scratch);
    int64_t began_us = now_us(s);
    pg_param_int8(p, s->term);
    dbk_err *e = pg_query_one(s->conn, s->scratch, bus_sequence, p, &rows);
    if (e)
        return e;
    const char *outcome = pg_get_text(rows, 0, 0);
    *found = strcmp(outcome, "nothing") != 0;
    health_fine(s->health);
    if (strcmp(outcome, "fenced") == 0) {
        log_fields(s->env->log, LOG_WARNING, "another process has taken over", LOG_INT("term", s->term));
        stop_leading(s);
    } else if (*found) {
        int64_t first = pg_get_int8(rows, 0, 1), last = pg_get_int8(rows, 0, 2);
        s->news_us = now_us(s);
        metric_add(s->places, last - first + 1);
        metric_set(s->last_seq, (double)last);
        metric_observe(s->took, (double)(s->news_us - began_us) / 1e6);
        log_fields(s->env->log, LOG_DEBUG, "places were given", LOG_INT("first", first),
                   LOG_INT("last", last));
    }
    return NULL;
}

/* ---- sleeping ---- */

static dbk_err *lock_awake(sequencer *s, const char *sql, bool *done)
{
    pg_rows *rows;
    pg_params *p = pg_params_new(s->scratch);
    pg_param_int4(p, PG_LOCK_AWAKE);
    health_wait(s->health, WORKER_ANSWER_US, WORKER_ANSWER);
    dbk_err *e = pg_query_one(s->conn, s->scratch, sql, p, &rows);
    if (e)
        return e;
    *done = pg_get_bool(rows, 0, 0);
    health_fine(s->health);
    return NULL;
}

static dbk_err *wake_up(sequencer *s)
{
    bool had = false;
    s->asleep = false;
    return lock_awake(s, bus_awake, &had);
}

/* With the lock, whoever emits from now on notifies; whoever emitted before is found by the look that
 * follows. */
static dbk_err *fall_asleep(sequencer *s)
{
    (void)pg_notify_listen(s->notify);
    dbk_err *e = lock_awake(s, bus_sleep, &s->asleep);
    if (!e && s->asleep)
        metric_add(s->sleeps, 1);
    return e;
}

static dbk_err *rest(sequencer *s)
{
    dbk_err *e = NULL;
    if (!s->asleep && now_us(s) - s->news_us < LINGER_US) {
        (void)pg_notify_wait(s->notify, LOOK_US);
        return NULL;
    }
    if (!s->asleep) {
        e = fall_asleep(s);
        if (!e && !s->asleep)
            (void)pg_notify_wait(s->notify, now_us(s) - s->news_us < DOZE_AFTER_US ? LOOK_US : DOZE_US);
        return e; /* one more look in between */
    }
    pg_notify_end end = pg_notify_wait(s->notify, BACKSTOP_US);
    if (end == PG_NOTIFY_HEARD)
        metric_add(s->woken, 1);
    return end == PG_NOTIFY_TIME_UP ? NULL : wake_up(s);
}

/* ---- the loop ---- */

static dbk_err *connect(sequencer *s)
{
    dbk_err *e = worker_connect(s->conn);
    return e ? e : pg_session_check(s->conn);
}

static dbk_err *step(sequencer *s, bool *done)
{
    bool found = false;
    health_wait(s->health, WORKER_ANSWER_US, WORKER_ANSWER);
    dbk_err *e = pg_is_lost(s->conn) ? connect(s) : NULL;
    if (!e && !s->leads)
        e = try_lead(s);
    if (e)
        return e;
    if (!s->leads) {
        *done = s->env->once && s->waiting == 0;
        if (!*done)
            (void)pg_notify_wait(s->notify, TRY_LEAD_US);
        return NULL;
    }
    e = check_lead(s);
    if (!e)
        e = look(s, &found);
    if (!e && found && s->asleep)
        e = wake_up(s);
    if (e)
        return e;
    *done = s->env->once && !found;
    return *done || !s->leads ? NULL : rest(s);
}

/* Whatever it was: the term stays good, or the next look says that it does not. */
static void recover(sequencer *s, dbk_err *e)
{
    s->failures++;
    metric_add(s->failed, 1);
    health_ill(s->health, "%s", err_message(e));
    log_fields(s->env->log, LOG_WARNING, "the log is tried again", LOG_STR("why", err_message(e)),
               LOG_INT("in_row", s->failures));
    err_free(e);
    /* A session that is lost has lost its lock; one that is not is made anew, so that nothing is held by
     * halves. */
    stop_leading(s);
    s->asleep = false;
    pg_disconnect(s->conn);
    (void)pg_notify_wait(s->notify, worker_pause_us(s->failures));
}

dbk_err *sequencer_run(void *ctx)
{
    sequencer *s = ctx;
    bool done = false;
    while (!done && atomic_load(s->env->stop) == 0) {
        arena_reset(s->scratch);
        dbk_err *e = step(s, &done);
        if (e && s->env->once)
            return e;
        if (e && atomic_load(s->env->stop) == 0)
            recover(s, e);
        else if (e)
            err_free(e);
        else
            s->failures = 0;
    }
    stop_leading(s);
    health_over(s->health);
    return NULL;
}
