/* job_queue.h: what a worker says to the schema `jobs`: claims, signs of life, ends.
 *
 * Each call is one statement. None tries again: what is safe to repeat is said below. */
#ifndef DAYBOOK_JOBS_JOB_QUEUE_H
#define DAYBOOK_JOBS_JOB_QUEUE_H

#include "jobs/job.h"
#include "pg/pg.h"

/* Who claims, and from where. */
typedef struct job_worker {
    dbk_uuid id;
    const char *name;
    const char *const *queues; /* count 0: all */
    size_t queue_count;
} job_worker;

#define JOB_QUEUE_CLAIM_MAX 10000

/* At most `limit` jobs, as a list in the order in which they are to be run; free each. An answer that got
 * lost leaves jobs claimed that nobody runs: signs of life that do not name them put them back. */
dbk_err *job_queue_claim(pg_conn *c, arena *a, const job_worker *w, size_t limit, job **out,
                         size_t *count) ERR_MUST_USE;

typedef struct job_news {
    dbk_uuid token, id;
    bool whole_claim; /* all jobs of that token; id says nothing */
    enum job_stop stop;
} job_news;

/* Says that this worker lives and which claims it still has; *out tells what is to stop. What it had claimed
 * and does not name is put back. May be repeated. */
dbk_err *job_queue_heartbeat(pg_conn *c, arena *a, const job_worker *w, const dbk_uuid *tokens, size_t count,
                             job_news **out, size_t *news) ERR_MUST_USE;

typedef enum job_answer {
    JOB_FENCED,  /* it is not ours any more, and nothing was done for it */
    JOB_CREATED, /* done now */
    JOB_REPLAYED /* done before, under the same claim */
} job_answer;

typedef struct job_report {
    const job *job;
    job_end end;
    job_answer answer; /* out */
} job_report;

/* Ends attempts, each with an outcome. May be repeated. */
dbk_err *job_queue_finish(pg_conn *c, arena *a, job_report *reports, size_t count) ERR_MUST_USE;
/* Calls the functions of jobs and ends these: all, but for those that are not ours any more, or none. May be
 * repeated. */
dbk_err *job_queue_perform(pg_conn *c, arena *a, job_report *reports, size_t count) ERR_MUST_USE;

/* Takes jobs from workers that show no sign of life; how many. */
dbk_err *job_queue_rescue(pg_conn *c, arena *a, int64_t *count) ERR_MUST_USE;
/* This worker leaves, and what it still has is put back. */
dbk_err *job_queue_detach(pg_conn *c, arena *a, const job_worker *w) ERR_MUST_USE;

#endif
