/* daemon.h: what the verbs that keep running have in common: a log with times, signals, metrics and health.
 */
#ifndef DAYBOOK_CMD_DAEMON_H
#define DAYBOOK_CMD_DAEMON_H

#include "bus/worker.h"
#include "cmd/app.h"
#include "core/interrupt.h"
#include "httpd/httpd.h"

typedef struct daemon_flags {
    int64_t metrics_port;
    const char *metrics_address;
    int64_t lag_limit_ms;
} daemon_flags;

/* Rows of the options that every daemon has; `member` is a daemon_flags of `type`. */
#define DAEMON_ROWS(type, member)                                                                            \
    {.name = "metrics-port",                                                                                 \
     .kind = OPT_INT,                                                                                        \
     .offset = offsetof(type, member.metrics_port),                                                          \
     .value_name = "PORT",                                                                                   \
     .help = "answer /metrics and /health over HTTP on this port; 0 for none",                               \
     .default_text = "0",                                                                                    \
     .min = 0,                                                                                               \
     .max = 65535},                                                                                          \
    {                                                                                                        \
        .name = "metrics-address", .kind = OPT_STRING, .offset = offsetof(type, member.metrics_address),     \
        .value_name = "ADDRESS", .default_text = "127.0.0.1",                                                \
        .help = "listen there with --metrics-port; anybody who reaches it may read the numbers"              \
    }

/* The row of those that can be behind. */
#define DAEMON_LAG_ROW(type, member)                                                                         \
    {                                                                                                        \
        .name = "lag-limit", .kind = OPT_DURATION, .offset = offsetof(type, member.lag_limit_ms),            \
        .value_name = "TIME", .help = "what is later than this makes /health fail", .default_text = "30s"    \
    }

typedef struct daemon_run {
    worker_env env;
    atomic_int stop;
    char holder[160];
    const char *address; /* of HTTP */
    uint16_t port;       /* 0: none */
    interrupt *watch;
    httpd *http;
    const worker *workers;
    size_t count;
} daemon_run;

/* Fills d->env, by which the workers are made. `conn` names the server. */
dbk_err *daemon_open(daemon_run *d, app *app, const char *name, const pg_conn *conn, const daemon_flags *f,
                     bool once) ERR_MUST_USE;
/* Takes the signals and answers HTTP from here on; before any thread is made. */
dbk_err *daemon_begin(daemon_run *d, const worker *workers, size_t count) ERR_MUST_USE;
/* Runs some of the workers until they have ended. */
dbk_err *daemon_work(daemon_run *d, const worker *workers, size_t count) ERR_MUST_USE;
/* What the run came to: being stopped is how a daemon ends, and an error of one that was to end by itself.
 * Takes e. */
dbk_err *daemon_end(daemon_run *d, dbk_err *e) ERR_MUST_USE;
void daemon_close(daemon_run *d); /* also of one that was not opened */

#endif
