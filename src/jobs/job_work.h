/* job_work.h: what `daybook work` is: claims jobs, has them run, and fires schedules.
 *
 * The threads and what each may wait for are described at the top of job_work.c. */
#ifndef DAYBOOK_JOBS_JOB_WORK_H
#define DAYBOOK_JOBS_JOB_WORK_H

#include "core/health.h"
#include "core/log.h"
#include "core/metrics.h"
#include "jobs/job_counts.h"
#include "jobs/job_queue.h"
#include "jobs/job_runner.h"

typedef struct job_work job_work;

typedef struct job_work_options {
    pg_conn *conn; /* lent; a session of its own on a primary, which is proven here */
    job_worker who;
    job_permits permits;
    size_t threads;
    bool once;           /* end when nothing is ready and nothing runs */
    int64_t patience_us; /* for what runs, when it is to end */
    const dbk_clock *clock;
    dbk_log *log;
    const atomic_int *interrupt; /* set: it is to end */
    metrics *metrics;            /* may be NULL */
    health *health;              /* may be NULL */
    int64_t lag_limit_us;        /* see job_pulse.h */
} job_work_options;

/* ERR_INPUT when the connection is not what it must be. */
dbk_err *job_work_new(const job_work_options *options, job_work **out) ERR_MUST_USE;
void job_work_free(job_work *w); /* accepts NULL */

/* Works until it is interrupted, or with `once` until there is nothing more. A server that went away is
 * waited for. */
dbk_err *job_work_run(job_work *w) ERR_MUST_USE;
/* After the interrupt was set: makes it look. From any thread. */
void job_work_wake(job_work *w);

const job_counts *job_work_counts(const job_work *w);

#endif
