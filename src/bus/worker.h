/* worker.h: the parts of a daemon, each in a thread of its own.
 *
 * A part has connections of its own, outlives whatever happens to its server or its receiver, and reports its
 * health, so that one that hangs holds up no other. What ends one for good ends the daemon, so that whoever
 * keeps it running sees it. */
#ifndef DAYBOOK_BUS_WORKER_H
#define DAYBOOK_BUS_WORKER_H

#include <stdatomic.h>

#include "core/health.h"
#include "core/log.h"
#include "core/metrics.h"
#include "pg/pg.h"

#define WORKERS_MAX 32

/* The server answers what the parts ask within that, or it hangs: then /health says so. As long as a leader
 * may be silent. */
#define WORKER_ANSWER_US ((int64_t)5000000)
#define WORKER_ANSWER "the server to answer"

/* What all parts of a daemon share; outlives them. */
typedef struct worker_env {
    const pg_conn *like; /* whose server it is */
    const char *holder;  /* who we are, for people: program, host and process */
    const dbk_clock *clock;
    dbk_log *log;
    metrics *metrics;       /* may be NULL */
    health *health;         /* may be NULL */
    const atomic_int *stop; /* not 0: come to an end */
    bool once;              /* do what is there, then end */
    int64_t lag_limit_us;   /* what is later than this is ill */
} worker_env;

typedef struct worker {
    const char *name; /* for messages */
    /* Until the stop flag is set, or with `once` until nothing is left; NULL then, else why it cannot go on.
     */
    dbk_err *(*run)(void *ctx);
    void (*wake)(void *ctx); /* the stop flag was set: end waits. From any thread, any number of times. */
    void *ctx;
} worker;

/* Runs all at once and returns when all have ended: the first error that is not about being stopped, or NULL.
 * `stop` is the flag of their worker_env. */
dbk_err *workers_run(const worker *items, size_t count, atomic_int *stop) ERR_MUST_USE;
/* Sets the flag (to a signal's number) and wakes everybody. */
void workers_stop(const worker *items, size_t count, atomic_int *stop, int signal_number);

/* Connects anew, if the connection is lost. Without compiled plans: the views of the log have many branches,
 * nearly all of which find nothing, and compiling them takes the server longer than anything they do. */
dbk_err *worker_connect(pg_conn *c) ERR_MUST_USE;

/* How long to wait after so many failures in a row: 0.2 s, doubled each time, at most 5 s. */
int64_t worker_pause_us(int failures);

#endif
