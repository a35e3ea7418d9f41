/* job_runner.h: runs jobs, one batch at a time, and sees to it that their end is known to the server.
 *
 * One for each thread; only job_runner_interrupt() may be called from others. */
#ifndef DAYBOOK_JOBS_JOB_RUNNER_H
#define DAYBOOK_JOBS_JOB_RUNNER_H

#include "core/log.h"
#include "jobs/job.h"
#include "jobs/job_counts.h"
#include "pg/pg.h"

/* A program that this worker runs under that name. */
typedef struct job_program {
    const char *name;
    const char *const *argv; /* NULL-terminated */
} job_program;

/* What this worker may run besides stored functions, whatever the database declares. */
typedef struct job_permits {
    const job_program *programs;
    size_t program_count;
    const char *const *urls; /* beginnings of URLs, to a whole part of the path */
    size_t url_count;
    const char *ca_file;    /* of the authorities that vouch for who is posted to, see http.h; may be NULL */
    const char *const *env; /* names of variables that programs get */
    size_t env_count;
} job_permits;

/* NULL: none of that name. */
const job_program *job_permits_program(const job_permits *p, const char *name);
bool job_permits_url(const job_permits *p, const char *url);

typedef struct job_runner job_runner;

typedef struct job_runner_options {
    const pg_conn *like; /* the server */
    const job_permits *permits;
    job_counts *counts;
    const dbk_clock *clock;
    dbk_log *log;
} job_runner_options;

dbk_err *job_runner_new(const job_runner_options *options, job_runner **out) ERR_MUST_USE;
void job_runner_free(job_runner *r); /* accepts NULL */

/* Runs jobs that are all alike when there is more than one: functions of one name with one limit of time. A
 * server that is away is waited for, until the jobs are told to stop. */
void job_runner_run(job_runner *r, job *const *jobs, size_t count);
/* After `stop` of a job was set that runs: makes it look. */
void job_runner_interrupt(job_runner *r);

#endif
