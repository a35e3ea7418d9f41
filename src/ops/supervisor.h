/* supervisor.h: what `daybook up` is: one process that brings everything up, keeps it up, and takes it down
 * in order.
 *
 * The process model is described at the top of supervisor.c. */
#ifndef DAYBOOK_OPS_SUPERVISOR_H
#define DAYBOOK_OPS_SUPERVISOR_H

#include "ops/children.h"
#include "ops/cluster.h"

typedef struct supervisor_options {
    const cluster *cluster;          /* the folder: for the lock, and for the server unless url is given */
    const char *url;                 /* an existing server to work with; NULL: the private one is started */
    const char *pg_bin;              /* folder of the server programs; NULL: they are looked for */
    const char *const *install_argv; /* run once as soon as the server answers; NULL: nothing */
    const child_spec *daemons;       /* run after that; one without an env is told the URL in it */
    size_t daemon_count;
    int64_t stop_limit_us; /* how long the server may take for an orderly end; 0: 60 s */
    const dbk_clock *clock;
    dbk_log *log;
    /* Called once when everything is up. An error takes everything down again. NULL: nothing. */
    dbk_err *(*on_ready)(void *ctx, const char *url);
    /* Called about once a second from then on. NULL: nothing. */
    void (*on_tick)(void *ctx);
    void *ctx;
} supervisor_options;

/* Runs until it is asked to stop by SIGINT, SIGTERM or SIGHUP, then ends everything in order and returns
 * NULL. ERR_BUSY when another supervisor has the folder; ERR_INTERRUPTED when asked to stop before everything
 * was up; otherwise why it could not come up or stay up, with everything ended. Blocks; takes over the
 * signals of the process meanwhile and reaps all its children; main thread only. */
dbk_err *supervisor_run(const supervisor_options *options) ERR_MUST_USE;

/* Asks the supervisor of a folder to stop, or without one the server itself, and waits until both are gone.
 * *was_running is false when there was nothing to stop. ERR_TIMEOUT when it takes longer than limit_us. */
dbk_err *supervisor_stop(const cluster *c, const dbk_clock *clock, int64_t limit_us,
                         bool *was_running) ERR_MUST_USE;

#endif
