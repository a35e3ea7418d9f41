/* job_pulse.h: the signs of life of a worker, on a connection and in a thread of its own, so that they come
 * also while all others are busy.
 *
 * A worker that showed none for 30 s may lose its jobs to others, which every worker sees to now and then. So
 * one that could show none for a little less stops what it runs: programs and requests know no token that
 * would refuse them. */
#ifndef DAYBOOK_JOBS_JOB_PULSE_H
#define DAYBOOK_JOBS_JOB_PULSE_H

#include "core/health.h"
#include "jobs/job_pool.h"
#include "jobs/job_queue.h"

typedef struct job_pulse job_pulse;

typedef struct job_pulse_options {
    const pg_conn *like;
    const job_worker *worker;
    job_pool *pool;
    job_counts *counts;
    const dbk_clock *clock;
    metrics *metrics;     /* may be NULL */
    int64_t lag_limit_us; /* a job that is ready for longer is bad news for `health` */
    health *health;       /* may be NULL */
    dbk_log *log;
} job_pulse_options;

/* Begins at once. */
dbk_err *job_pulse_new(const job_pulse_options *options, job_pulse **out) ERR_MUST_USE;
void job_pulse_free(job_pulse *p); /* accepts NULL */

#endif
