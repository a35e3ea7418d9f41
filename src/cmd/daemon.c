#include "cmd/daemon.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "cmd/commands.h"

/* A part that reports nothing for so long hangs: longer than any statement of a part may take. */
#define SILENCE_US ((int64_t)180 * 1000000)

static dbk_err *make_log(app *app, dbk_log **out)
{
    /* A daemon's lines are read later, in a file: they have the time. */
    log_level level = app->common.quiet ? LOG_ERROR : app->common.verbose ? LOG_DEBUG : LOG_INFO;
    return log_new(&(log_options){.level = level,
                                  .format = (log_format)app->common.log_format,
                                  .program = COMMANDS_PROGRAM,
                                  .clock = app->clock,
                                  .timestamps = true},
                   out);
}

dbk_err *daemon_open(daemon_run *d, app *app, const char *name, const pg_conn *conn, const daemon_flags *f,
                     bool once)
{
    char host[HOST_NAME_MAX + 1] = "", prefix[64];
    (void)gethostname(host, sizeof(host) - 1);
    snprintf(d->holder, sizeof(d->holder), "%s %s on %.80s, process %lld", COMMANDS_PROGRAM, name, host,
             (long long)getpid());
    snprintf(prefix, sizeof(prefix), "%s_%s_", COMMANDS_PROGRAM, name);
    d->env = (worker_env){.like = conn,
                          .holder = d->holder,
                          .clock = app->clock,
                          .stop = &d->stop,
                          .once = once,
                          .lag_limit_us = f->lag_limit_ms * 1000};
    dbk_err *e = make_log(app, &d->env.log);
    if (!e)
        e = metrics_new(prefix, &d->env.metrics);
    if (!e)
        e = health_new(app->clock, SILENCE_US, &d->env.health);
    /* Listens when it begins, since that takes a thread. */
    d->address = f->metrics_address;
    d->port = (uint16_t)f->metrics_port;
    return e;
}

static void on_signal(void *ctx)
{
    daemon_run *d = ctx;
    workers_stop(d->workers, d->count, &d->stop, SIGTERM);
}

dbk_err *daemon_begin(daemon_run *d, const worker *workers, size_t count)
{
    d->workers = workers;
    d->count = count;
    dbk_err *e = interrupt_watch(on_signal, d, &d->watch);
    if (!e && d->port != 0)
        e = httpd_start_daemon(d->address, d->port, d->env.metrics, d->env.health, &d->http);
    return e;
}

dbk_err *daemon_work(daemon_run *d, const worker *workers, size_t count)
{
    return workers_run(workers, count, &d->stop);
}

dbk_err *daemon_end(daemon_run *d, dbk_err *e)
{
    dbk_err *stopped = d->watch ? interrupt_check(interrupt_flag(d->watch)) : NULL;
    httpd_stop(d->http);
    d->http = NULL;
    interrupt_end(d->watch);
    d->watch = NULL;
    if (e || d->env.once || !stopped) {
        err_free(e ? stopped : NULL);
        return e ? e : stopped;
    }
    err_free(stopped);
    return NULL;
}

void daemon_close(daemon_run *d)
{
    health_free(d->env.health);
    metrics_free(d->env.metrics);
    log_free(d->env.log);
}
