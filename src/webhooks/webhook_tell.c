#include "webhooks/webhook_tell.h"

#include <string.h>

#include "core/mem.h"
#include "webhook_sql.h"

/* Endpoints with a number of their own; the others are in the sums. */
#define ENDPOINTS_TOLD 50
#define ENDPOINTS_READ 10000

static const char *const outcomes[] = {"delivered", "retried", "dead", "disabled", "fenced"};
static const char *const breakers[] = {"closed", "open", "half_open"};
#define OUTCOMES (sizeof(outcomes) / sizeof(outcomes[0]))
#define BREAKERS (sizeof(breakers) / sizeof(breakers[0]))

struct webhook_tell {
    const worker_env *env;
    metric *ended[OUTCOMES];
    metric *breakers[BREAKERS];
    metric *took, *failed, *pending, *under_way, *stopped;
};

dbk_err *webhook_tell_new(const worker_env *env, webhook_tell **out)
{
    webhook_tell *t = mem_alloc(sizeof(*t));
    if (!t)
        return err_oom();
    t->env = env;
    metrics *m = env->metrics;
    for (size_t i = 0; i < OUTCOMES; i++)
        t->ended[i] =
            metrics_counter(m, "webhook_attempts_total", "Attempts to post an event, by what came of them.",
                            "outcome", outcomes[i]);
    for (size_t i = 0; i < BREAKERS; i++)
        t->breakers[i] = metrics_gauge(m, "webhook_breakers", "Enabled endpoints, by their breakers.",
                                       "state", breakers[i]);
    t->stopped =
        metrics_gauge(m, "webhook_endpoints_stopped", "Endpoints that are paused or disabled.", NULL, NULL);
    t->pending =
        metrics_gauge(m, "webhook_pending", "Deliveries under way or waiting, of all endpoints.", NULL, NULL);
    t->under_way = metrics_gauge(m, "webhook_requests", "Requests on the way.", NULL, NULL);
    t->failed = metrics_counter(m, "webhook_failures_total", "Failures of the connection to the database.",
                                NULL, NULL);
    t->took = metrics_histogram(m, "webhook_seconds", "How long attempts took.", NULL, NULL,
                                metrics_bounds_seconds, metrics_bounds_seconds_count);
    *out = t;
    return NULL;
}

void webhook_tell_free(webhook_tell *t)
{
    mem_free(t);
}

void webhook_tell_outcome(webhook_tell *t, const webhook_result *r, const char *outcome)
{
    char id[UUID_TEXT_SIZE];
    for (size_t i = 0; i < OUTCOMES; i++)
        if (strcmp(outcome, outcomes[i]) == 0)
            metric_add(t->ended[i], 1);
    metric_observe(t->took, (double)r->took_ms / 1000);
    bool is_bad = strcmp(outcome, "dead") == 0 || strcmp(outcome, "disabled") == 0;
    if (!is_bad && !log_enabled(t->env->log, LOG_DEBUG))
        return;
    uuid_format(&r->attempt.endpoint_id, id);
    log_fields(t->env->log, is_bad ? LOG_WARNING : LOG_DEBUG,
               strcmp(outcome, "dead") == 0       ? "a delivery was given up"
               : strcmp(outcome, "disabled") == 0 ? "an endpoint said that it is gone, and is disabled"
                                                  : "an attempt has ended",
               LOG_STR("endpoint", id), LOG_INT("seq", r->attempt.seq), LOG_STR("outcome", outcome),
               LOG_INT("status", r->status), LOG_STR("error", r->error[0] ? r->error : NULL),
               LOG_INT("took_ms", r->took_ms));
}

void webhook_tell_failure(webhook_tell *t, const dbk_err *e)
{
    metric_add(t->failed, 1);
    log_fields(t->env->log, LOG_WARNING, "webhooks wait for the database", LOG_STR("why", err_message(e)));
}

dbk_err *webhook_tell_status(webhook_tell *t, pg_conn *c, arena *a, size_t under_way)
{
    enum { ENDPOINT, PENDING, BEHIND, STATE, BREAKER };
    double sums[BREAKERS] = {0};
    double pending = 0, stopped = 0;
    pg_rows *rows;
    pg_params *p = pg_params_new(a);
    pg_param_int4(p, ENDPOINTS_READ);
    dbk_err *e = pg_query(c, a, webhook_status, p, &rows);
    if (e)
        return e;
    for (size_t i = 0; i < pg_row_count(rows); i++) {
        bool is_enabled = strcmp(pg_get_text(rows, i, STATE), "enabled") == 0;
        pending += (double)pg_get_int8(rows, i, PENDING);
        stopped += !is_enabled;
        for (size_t b = 0; b < BREAKERS; b++)
            sums[b] += is_enabled && strcmp(pg_get_text(rows, i, BREAKER), breakers[b]) == 0;
        if (i >= ENDPOINTS_TOLD)
            continue;
        metric_set(metrics_gauge(t->env->metrics, "webhook_endpoint_pending",
                                 "Deliveries of an endpoint under way or waiting.", "endpoint",
                                 pg_get_text(rows, i, ENDPOINT)),
                   (double)pg_get_int8(rows, i, PENDING));
        metric_set(metrics_gauge(t->env->metrics, "webhook_endpoint_behind",
                                 "Places of the log that an endpoint has still to be brought up over.",
                                 "endpoint", pg_get_text(rows, i, ENDPOINT)),
                   (double)pg_get_int8(rows, i, BEHIND));
    }
    for (size_t b = 0; b < BREAKERS; b++)
        metric_set(t->breakers[b], sums[b]);
    metric_set(t->pending, pending);
    metric_set(t->stopped, stopped);
    metric_set(t->under_way, (double)under_way);
    return NULL;
}
