#include "bus/watch.h"

#include "bus_sql.h"
#include "core/mem.h"
#include "pg/pg_notify.h"

#define LOOK_US ((int64_t)1000000)
#define PARTITIONS_US ((int64_t)60000000)
#define STATEMENT_MS 30000

static const char *const no_channels[] = {NULL};

typedef enum number {
    LAST_SEQ,
    EPOCH,
    WAITING,
    WAITING_S,
    NOTIFY_QUEUE,
    XMIN_AGE,
    TRANSACTION_S,
    PREPARED,
    NUMBERS
} number;

static const struct {
    const char *name, *help;
} gauges[NUMBERS] = {
    [LAST_SEQ] = {"log_last_seq", "The last place of the log."},
    [EPOCH] = {"log_epoch", "The epoch of the log."},
    [WAITING] = {"log_waiting_events", "Committed events without a place."},
    [WAITING_S] = {"log_waiting_seconds", "Age of the oldest committed event without a place."},
    [NOTIFY_QUEUE] = {"notify_queue_ratio",
                      "How full the server's queue of notifications is; full, commits fail."},
    [XMIN_AGE] = {"oldest_xmin_age",
                  "Transactions since the oldest snapshot in use was taken: old rows stay that long."},
    [TRANSACTION_S] = {"oldest_transaction_seconds", "Age of the oldest open transaction that has written."},
    [PREPARED] = {"prepared_transactions",
                  "Transactions that were prepared and neither committed nor rolled back."},
};

struct watch {
    const worker_env *env;
    pg_conn *conn;
    pg_notify *sleep; /* listens to nothing: it can be woken */
    arena *scratch;
    int64_t partitions_due_us;
    int failures;
    health_part *health;
    metric *numbers[NUMBERS];
    metric *made;
};

dbk_err *watch_new(const worker_env *env, watch **out)
{
    watch *w = mem_alloc(sizeof(*w));
    if (!w)
        return err_oom();
    w->env = env;
    w->scratch = arena_new(0);
    dbk_err *e = w->scratch ? NULL : err_oom();
    if (!e)
        e = pg_connect_later_like(env->like,
                                  &(pg_connect_options){.application_name = "daybook relay watch",
                                                        .statement_timeout_ms = STATEMENT_MS,
                                                        .read_write = true,
                                                        .watchful = true},
                                  &w->conn);
    if (!e)
        e = pg_notify_new(env->like, "daybook relay watch", no_channels, &w->sleep);
    if (e) {
        watch_free(w);
        return e;
    }
    for (int i = 0; i < NUMBERS; i++)
        w->numbers[i] = metrics_gauge(env->metrics, gauges[i].name, gauges[i].help, NULL, NULL);
    w->made = metrics_counter(env->metrics, "partitions_made_total", "Partitions of the log made ahead.",
                              NULL, NULL);
    w->health = health_add(env->health, "log");
    *out = w;
    return NULL;
}

void watch_free(watch *w)
{
    if (!w)
        return;
    pg_notify_free(w->sleep);
    pg_close(w->conn);
    arena_free(w->scratch);
    mem_free(w);
}

void watch_wake(void *ctx)
{
    watch *w = ctx;
    pg_notify_wake(w->sleep);
    err_free(pg_cancel(w->conn));
}

static dbk_err *look(watch *w)
{
    pg_rows *rows;
    dbk_err *e = pg_query_one(w->conn, w->scratch, bus_watch, NULL, &rows);
    if (e)
        return e;
    for (size_t i = 0; i < NUMBERS; i++)
        metric_set(w->numbers[i], pg_get_float8(rows, 0, i));
    double late_s = pg_get_float8(rows, 0, WAITING_S);
    if (late_s * 1e6 > (double)w->env->lag_limit_us)
        health_ill(w->health, "the oldest event without a place is %.0f s old", late_s);
    else
        health_fine(w->health);
    return NULL;
}

static dbk_err *make_partitions(watch *w)
{
    pg_rows *rows;
    int64_t now_us = w->env->clock->mono_us(w->env->clock);
    if (now_us < w->partitions_due_us)
        return NULL;
    dbk_err *e = pg_query_one(w->conn, w->scratch, bus_partitions, NULL, &rows);
    if (e)
        return e;
    w->partitions_due_us = now_us + PARTITIONS_US;
    int64_t made = pg_get_int8(rows, 0, 0);
    metric_add(w->made, made);
    if (made > 0)
        log_fields(w->env->log, LOG_INFO, "partitions of the log were made", LOG_INT("partitions", made));
    return NULL;
}

static dbk_err *step(watch *w)
{
    health_wait(w->health, WORKER_ANSWER_US, WORKER_ANSWER);
    dbk_err *e = worker_connect(w->conn);
    if (!e)
        e = make_partitions(w);
    return e ? e : look(w);
}

dbk_err *watch_run(void *ctx)
{
    watch *w = ctx;
    while (atomic_load(w->env->stop) == 0) {
        arena_reset(w->scratch);
        dbk_err *e = step(w);
        w->failures = e ? w->failures + 1 : 0;
        if (e && atomic_load(w->env->stop) == 0) {
            health_ill(w->health, "%s", err_message(e));
            log_fields(w->env->log, LOG_WARNING, "the log could not be looked at",
                       LOG_STR("why", err_message(e)), LOG_INT("in_row", w->failures));
        }
        err_free(e);
        (void)pg_notify_wait(w->sleep, w->failures > 0 ? worker_pause_us(w->failures) : LOOK_US);
    }
    health_over(w->health);
    return NULL;
}
