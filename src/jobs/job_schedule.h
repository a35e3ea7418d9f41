/* job_schedule.h: puts the jobs of schedules into their queues when their time has come.
 *
 * One process at a time does it, of however many run; that is for peace and quiet, since two would make one
 * run of each time nevertheless. The server's clock is the one that counts. */
#ifndef DAYBOOK_JOBS_JOB_SCHEDULE_H
#define DAYBOOK_JOBS_JOB_SCHEDULE_H

#include "core/health.h"
#include "core/log.h"
#include "jobs/job_counts.h"
#include "pg/pg.h"

/* Fires what is due; *next_us is how long it may be until something is due again. */
dbk_err *job_schedule_fire(pg_conn *c, arena *a, int64_t *fired, int64_t *next_us) ERR_MUST_USE;

typedef struct job_schedule job_schedule;

typedef struct job_schedule_options {
    const pg_conn *like;
    job_counts *counts;
    health *health; /* may be NULL */
    dbk_log *log;
} job_schedule_options;

/* Goes on in a thread of its own until it is freed. */
dbk_err *job_schedule_new(const job_schedule_options *options, job_schedule **out) ERR_MUST_USE;
void job_schedule_free(job_schedule *s); /* accepts NULL */

#endif
