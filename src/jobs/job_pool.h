/* job_pool.h: the jobs that this process has claimed, and the threads that run them.
 *
 * One thread gives jobs, another one says which of them are to stop; neither waits for a job. */
#ifndef DAYBOOK_JOBS_JOB_POOL_H
#define DAYBOOK_JOBS_JOB_POOL_H

#include "jobs/job_runner.h"
#include "pg/pg_notify.h"

#define JOB_POOL_THREADS_MAX 256

typedef struct job_pool job_pool;

typedef struct job_pool_options {
    job_runner_options runner;
    size_t threads;
    pg_notify *notify; /* woken when there is room again */
} job_pool_options;

dbk_err *job_pool_new(const job_pool_options *options, job_pool **out) ERR_MUST_USE;
/* After job_pool_end(). Accepts NULL. */
void job_pool_free(job_pool *p);

/* How many jobs are worth claiming now: what idle threads can begin, and of short jobs what all threads will
 * be through with soon, so that they need not wait for the next claim. */
size_t job_pool_room(job_pool *p);
/* Takes the list over. */
void job_pool_give(job_pool *p, job *list);
/* Gives up those that nobody has begun; free each. */
job *job_pool_take_waiting(job_pool *p);
/* Jobs that it has; 0 also means that the server knows the end of all. */
size_t job_pool_count(job_pool *p);

/* Each token once, of all jobs that it has; in the arena. */
dbk_err *job_pool_tokens(job_pool *p, arena *a, dbk_uuid **out, size_t *count) ERR_MUST_USE;
/* The job with that token and id (NULL: all with that token) is to stop: where it runs it is interrupted. */
void job_pool_stop(job_pool *p, const dbk_uuid *token, const dbk_uuid *id, enum job_stop why);
/* All that run are to stop. */
void job_pool_stop_running(job_pool *p, enum job_stop why);

/* When none waits: waits `patience_us` for those that run, then makes them stop, and waits for that. Nothing
 * may be given after it. */
void job_pool_end(job_pool *p, int64_t patience_us);

#endif
